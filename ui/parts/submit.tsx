import { type ComponentChildren, createContext } from 'preact';
import { createPortal } from 'preact/compat';
import { useContext } from 'preact/hooks';
import type { Intent } from '../../kiosk/server/wire.ts';
import { Press } from './press.tsx';

const PlaceContext = createContext<Element | null>(null);

/** Gives the screens the place of the main action, which stands outside of the stage. */
export const SubmitPlace = PlaceContext.Provider;

/** What is done with what was typed: it stands where every action stands, the main one last. */
export function Submit(props: {
  readonly label: string;
  /** Null: it only leads on within the screen. */
  readonly intent: Intent | null;
  readonly off: boolean;
  /** Left out: the main action. */
  readonly look?: 'other';
  readonly onPress: () => void;
}) {
  const place = useContext(PlaceContext);
  const button = (
    <Press
      class={`button button-${props.look ?? 'main'}`}
      intent={props.intent ?? undefined}
      about={props.label}
      off={props.off}
      onPress={props.onPress}
    >
      <span>{props.label}</span>
    </Press>
  );
  return place === null ? null : createPortal(button, place);
}

/** What belongs to the actions and is none of them: it stands over their buttons. */
export function BesideActions({ children }: { readonly children: ComponentChildren }) {
  const place = useContext(PlaceContext);
  return place === null ? null : createPortal(children, place);
}
