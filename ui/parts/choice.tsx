import { ChevronRight } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import type { Card, Intent } from '../../kiosk/server/wire.ts';
import { CardPicture } from './icons.tsx';
import { phrase } from './phrase.ts';
import { Press } from './press.tsx';

interface ChoiceProps {
  readonly picture: ComponentChildren;
  readonly name: string;
  readonly note: string | null;
  /** A badge, and why this one is suggested; null: it is not. */
  readonly suggested: { readonly badge: string; readonly why: string } | null;
  /** Why it cannot be used now: it stays in its place, quiet, and says so. */
  readonly off: string | null;
  readonly intent: Intent;
}

/** One thing to choose: picture, name, one short note. The suggested one carries a badge, and its reason on a line of its own. */
export function Choice({ picture, name, note, suggested, off, intent }: ChoiceProps) {
  return (
    <li>
      <Press class={`choice${suggested !== null ? ' choice-suggested' : ''}`} intent={intent} off={off !== null}>
        <span class="choice-picture">{picture}</span>
        <span class="choice-words">
          {suggested !== null && <span class="choice-chip">{suggested.badge}</span>}
          <span class="choice-name">{name}</span>
          {suggested !== null && <span class="choice-why">{phrase(suggested.why)}</span>}
          {off === null ? (
            note !== null && <span class="choice-note">{phrase(note)}</span>
          ) : (
            <span class="choice-note">{phrase(off)}</span>
          )}
        </span>
        {off === null && <ChevronRight class="choice-arrow" size="1em" strokeWidth={2} aria-hidden="true" />}
      </Press>
    </li>
  );
}

export function CardList({ cards }: { readonly cards: readonly Card[] }) {
  return (
    <ul class="choices" data-count={cards.length}>
      {cards.map((card) => (
        <Choice
          key={card.icon}
          picture={<CardPicture icon={card.icon} />}
          name={card.label}
          note={card.note}
          suggested={null}
          off={card.off}
          intent={card.intent}
        />
      ))}
    </ul>
  );
}
