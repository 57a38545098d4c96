import type { ScreenBody } from '../../kiosk/server/wire.ts';
import { Amount } from '../parts/amount.tsx';
import { AcceptorDrawing } from '../parts/drawings.tsx';
import { SmallCheck, SmallClock, ToneIcon } from '../parts/icons.tsx';
import { ToneLine } from '../parts/line.tsx';
import { phrase } from '../parts/phrase.ts';

type Body = Extract<ScreenBody, { screen: 'pay-cash' }>;

/** Paying in cash: what is still to go, what the slot does, what was taken, and what change there is. */
export function PayCash({ body }: { readonly body: Body }) {
  return (
    <>
      <div class="sum" aria-live="off">
        <p class="large quiet">{body.toGoLabel}</p>
        <Amount amount={body.toGo} size="amount" />
      </div>
      <div class="progress-block">
        <div
          class="progress"
          role="progressbar"
          aria-label={body.toGoLabel}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(body.progress * 100)}
          aria-valuetext={body.received}
        >
          <span class="progress-done" style={{ width: `${Math.min(1, Math.max(0, body.progress)) * 100}%` }} />
        </div>
        <div class="progress-words">
          <span class="large strong">{body.received}</span>
          <span class="quiet">{body.due}</span>
        </div>
      </div>
      <section class="picture-card" data-tone={body.tone}>
        <div class="picture-card-drawing">
          <AcceptorDrawing slot={body.slot} />
        </div>
        <div class="picture-card-words">
          <p class="large strong slot-sentence" data-tone={body.tone} role="status">
            {body.tone !== 'calm' && <ToneIcon tone={body.tone} />}
            <span>{phrase(body.sentence)}</span>
          </p>
          <p class="quiet slot-facts">
            <span>{phrase(body.accepted)}</span>
            {body.change?.tone === 'calm' && <span>{phrase(body.change.text)}</span>}
          </p>
          {body.change !== null && body.change.tone !== 'calm' && (
            <ToneLine tone={body.change.tone} text={body.change.text} live />
          )}
        </div>
      </section>
      <NoteChips label={body.notesLabel} notes={body.notes} />
    </>
  );
}

function NoteChips({ label, notes }: { readonly label: string; readonly notes: Body['notes'] }) {
  return (
    <div class="chips" data-many={notes.length > 8 ? '' : undefined}>
      {notes.length > 0 && <span class="note quiet">{label}</span>}
      <ul class="chip-list">
        {notes.map((note) => (
          <li class="chip" key={note.id}>
            {note.sure ? <SmallCheck /> : <SmallClock />}
            {phrase(note.label)}
          </li>
        ))}
      </ul>
    </div>
  );
}
