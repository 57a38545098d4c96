/** Many things on a place that does not scroll: as many on one page as stand there whole, and two buttons to turn it. */
import { ChevronLeft, ChevronRight } from 'lucide-preact';
import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { holdsTooMuch, useFit } from './fit.ts';
import { Press } from './press.tsx';

export interface Room {
  readonly columns: number;
  readonly rows: number;
}

/** For an upright glass and for a wide one, from many to few. */
export interface Rooms {
  readonly portrait: readonly Room[];
  readonly landscape: readonly Room[];
}

/**
 * The largest room in which each thing that lies there now is whole. It only becomes smaller while somebody stands
 * there, so that turning pages does not change the size of things; a glass of another size begins anew. `enough` is how
 * many things there are at most: no room is larger than they need.
 */
export function useRoom(place: RefObject<HTMLElement | null>, rooms: Rooms, enough: number): Room {
  const [{ step }, setTry] = useState({ step: 0, turn: 0 });
  const all = window.innerHeight >= window.innerWidth ? rooms.portrait : rooms.landscape;
  const first = Math.max(
    0,
    all.findLastIndex(({ columns, rows }) => columns * rows >= enough),
  );
  const at = Math.min(Math.max(first, step), all.length - 1);
  useLayoutEffect(() => {
    const again = () => setTry(({ turn }) => ({ step: 0, turn: turn + 1 }));
    window.addEventListener('resize', again);
    document.fonts?.addEventListener('loadingdone', again);
    return () => {
      window.removeEventListener('resize', again);
      document.fonts?.removeEventListener('loadingdone', again);
    };
  }, []);
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return;
    delete element.dataset.tight;
    if (at < all.length - 1 && isTooFull(element)) setTry(({ turn }) => ({ step: at + 1, turn }));
  });
  useFit(place, isTooFull);
  return all[at] ?? { columns: 1, rows: 1 };
}

function isTooFull(element: HTMLElement): boolean {
  return holdsTooMuch(element) || [...element.querySelectorAll<HTMLElement>('li')].some(holdsTooMuch);
}

interface PagerProps {
  /** What is paged, spoken before the number of the page that a button leads to. */
  readonly label: string;
  readonly page: number;
  readonly pages: number;
  readonly onTurn: (page: number) => void;
}

/** Which page of how many, between the two buttons that turn it. */
export function Pager({ label, page, pages, onTurn }: PagerProps) {
  const turn = (to: number, picture: typeof ChevronLeft) => {
    const Picture = picture;
    const off = to < 0 || to >= pages;
    return (
      <Press
        class="pager-turn"
        about={`${to}`}
        off={off}
        label={`${label} ${Math.min(Math.max(to, 0), pages - 1) + 1}/${pages}`}
        onPress={() => onTurn(to)}
      >
        <Picture size="1em" strokeWidth={2} aria-hidden="true" />
      </Press>
    );
  };
  return (
    <fieldset class="pager" aria-label={label}>
      {turn(page - 1, ChevronLeft)}
      <span class="pager-at">
        {page + 1}
        <span class="quiet"> / {pages}</span>
      </span>
      {turn(page + 1, ChevronRight)}
    </fieldset>
  );
}
