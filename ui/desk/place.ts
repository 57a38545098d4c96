/** What every page of a desk needs is handed down to it, whatever a desk makes of that. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

export function placeFor<Place>() {
  const PlaceContext = createContext<Place | null>(null);
  return {
    PlaceProvider: PlaceContext.Provider,
    /** Throws when a page is drawn outside. */
    usePlace(): Place {
      const place = useContext(PlaceContext);
      if (place === null) throw new Error('A page was drawn outside of its place: wrap it in PlaceProvider');
      return place;
    },
  };
}
