import type { ScreenBody } from '../../kiosk/server/wire.ts';
import { Amount } from '../parts/amount.tsx';
import { CheckDrawing, PrinterDrawing } from '../parts/drawings.tsx';

/** Paid: the check, the figures, and what to take from where. */
export function Settled({ body }: { readonly body: Extract<ScreenBody, { screen: 'settled' }> }) {
  return (
    <>
      <div class={`done${body.take === null ? ' done-alone' : ''}`}>
        <CheckDrawing />
        <div class="done-words">
          <h1 class="title">{body.title}</h1>
          <p class="large quiet">{body.text}</p>
        </div>
      </div>
      <dl class="figures" data-count={body.figures.length}>
        {body.figures.map((figure) => (
          <div class="figure" key={figure.label}>
            <dt class="quiet">{figure.label}</dt>
            <dd>
              <Amount amount={figure.amount} size="title" accent={figure.accent} />
            </dd>
          </div>
        ))}
      </dl>
      {body.take !== null && (
        <section class="picture-card">
          {body.take.picture === 'voucher' && (
            <div class="picture-card-drawing">
              <PrinterDrawing paper="slip" doing />
            </div>
          )}
          <div class="picture-card-words">
            <p class="large strong">{body.take.title}</p>
            {body.take.lines.map((line) => (
              <p class="quiet" key={line}>
                {line}
              </p>
            ))}
          </div>
        </section>
      )}
    </>
  );
}
