import type { ScreenBody } from '../../kiosk/server/wire.ts';
import { Amount } from '../parts/amount.tsx';
import { CashDrawing } from '../parts/drawings.tsx';
import { phrase } from '../parts/phrase.ts';

type Body = Extract<ScreenBody, { screen: 'take-note' }>;

/** A paid-out note waits in the slot: what to do, how much it is, where, and how many are still to come. */
export function TakeNote({ body }: { readonly body: Body }) {
  return (
    <>
      <div class="sum">
        <h1 class="title">{phrase(body.title)}</h1>
        <Amount amount={body.amount} size="amount" accent />
      </div>
      {body.progress !== null && <Progress progress={body.progress} label={body.title} />}
      <section class="picture-card">
        <div class="picture-card-drawing">
          <CashDrawing what={body.picture} />
        </div>
        <div class="picture-card-words">
          <p class="large strong">{phrase(body.text)}</p>
        </div>
      </section>
    </>
  );
}

function Progress({ progress, label }: { readonly progress: NonNullable<Body['progress']>; readonly label: string }) {
  return (
    <div class="progress-block">
      <div
        class="progress"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(progress.done * 100)}
        aria-valuetext={progress.text}
      >
        <span class="progress-done" style={{ width: `${progress.done * 100}%` }} />
      </div>
      <div class="progress-words">
        <span class="quiet large">{phrase(progress.text)}</span>
      </div>
    </div>
  );
}
