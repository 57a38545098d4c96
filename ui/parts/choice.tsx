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
  readonly chip: string | null;
  /** Why it cannot be used now: it stays in its place, quiet, and says so. */
  readonly off: string | null;
  readonly intent: Intent;
}

/** One thing to choose: picture, name, one short note. The suggested one carries its reason in a chip. */
export function Choice({ picture, name, note, chip, off, intent }: ChoiceProps) {
  return (
    <li>
      <Press class={`choice${chip !== null ? ' choice-suggested' : ''}`} intent={intent} off={off !== null}>
        <span class="choice-picture">{picture}</span>
        <span class="choice-words">
          {chip !== null && <span class="choice-chip">{chip}</span>}
          <span class="choice-name">{name}</span>
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
          chip={null}
          off={card.off}
          intent={card.intent}
        />
      ))}
    </ul>
  );
}
