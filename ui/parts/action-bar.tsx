import { ChevronLeft } from 'lucide-preact';
import { useRef } from 'preact/hooks';
import type { Action } from '../../kiosk/server/wire.ts';
import { holdsTooMuch, useFit } from './fit.ts';
import { phrase, widthOf } from './phrase.ts';
import { Press } from './press.tsx';

/** A longer label stands over two lines, where an arrow beside it would say nothing. */
const longestWithArrow = 5;
/** A label of more half-widths has the whole row to itself where no other button stands there. */
const longLabel = 24;
const placeOf = { back: 0, other: 1, main: 2 } as const;

interface ActionBarProps {
  readonly actions: readonly Action[];
  /** Touched, and to be asked about first. */
  readonly onAsk: (action: Action) => void;
  readonly submitPlace: (place: Element | null) => void;
}

/** Back or cancel on the left, the one main action on the right; in landscape the main action is the lowest. */
export function ActionBar({ actions, onAsk, submitPlace }: ActionBarProps) {
  const bar = useRef<HTMLElement>(null);
  useFit(bar, (element) => holdsTooMuch(element) || [...element.querySelectorAll('button')].some(holdsTooMuch));
  const ordered = [...actions].sort((a, b) => placeOf[a.place] - placeOf[b.place]);
  const long = ordered.some(({ label }) => widthOf(label) > longLabel);
  return (
    <footer ref={bar} class="actions" data-count={ordered.length} data-long={long ? '' : undefined}>
      {ordered.map((action) => (
        <Press
          key={`${action.place} ${action.intent.do}`}
          class={`button button-${action.place}`}
          {...(action.ask === undefined
            ? { intent: action.intent }
            : { onPress: () => onAsk(action), about: action.intent.do })}
          off={action.disabled}
        >
          {action.intent.do === 'back' && action.label.length <= longestWithArrow && (
            <ChevronLeft size="1em" strokeWidth={2} aria-hidden="true" />
          )}
          <span>{phrase(action.label)}</span>
        </Press>
      ))}
      <div class="submit-place" ref={submitPlace} />
    </footer>
  );
}
