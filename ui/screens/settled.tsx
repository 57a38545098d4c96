import type { ScreenBody } from '../../kiosk/server/wire.ts';
import { Amount, widthEm } from '../parts/amount.tsx';
import { CashDrawing, CheckDrawing, PrinterDrawing } from '../parts/drawings.tsx';
import { phrase } from '../parts/phrase.ts';

/** How wide a sign of the number is at most, in em: the number is never broken and never wider than its card. */
const numberSignEm = 0.78;

function numberEms(number: string): string {
  return (number.length * numberSignEm).toFixed(2);
}

/** Paid: the check, the figures, the number of the goods, and what to take from where. */
export function Settled({ body }: { readonly body: Extract<ScreenBody, { screen: 'settled' }> }) {
  // One size for the row: that of its longest amount.
  const ems = Math.max(...body.figures.map(({ amount }) => widthEm(amount)));
  return (
    <>
      <div class={`done${body.take === null && body.pickUp === null ? ' done-alone' : ''}`}>
        <CheckDrawing />
        <div class="done-words">
          <h1 class="title">{phrase(body.title)}</h1>
          <p class="large quiet">{body.text}</p>
        </div>
      </div>
      <dl class="figures" data-count={body.figures.length}>
        {body.figures.map((figure) => (
          <div class="figure" key={figure.label}>
            <dt class="quiet">{figure.label}</dt>
            <dd>
              <Amount amount={figure.amount} size="title" accent={figure.accent} ems={ems} />
            </dd>
          </div>
        ))}
      </dl>
      {body.pickUp !== null && (
        <section class="pick-up">
          <p class="large">{body.pickUp.label}</p>
          <p class="pick-up-number" style={{ '--ems': numberEms(body.pickUp.number) }}>
            {body.pickUp.number}
          </p>
          <p class="large quiet">{phrase(body.pickUp.text)}</p>
        </section>
      )}
      {body.take !== null && (
        <section class="picture-card">
          {body.take.picture !== 'none' && (
            <div class="picture-card-drawing">
              {body.take.picture === 'voucher' ? (
                <PrinterDrawing paper="slip" doing />
              ) : (
                <CashDrawing what={body.take.picture} />
              )}
            </div>
          )}
          <div class="picture-card-words">
            <p class="large strong">{phrase(body.take.title)}</p>
            {body.take.lines.map((line) => (
              <p class="quiet" key={line}>
                {phrase(line)}
              </p>
            ))}
          </div>
        </section>
      )}
    </>
  );
}
