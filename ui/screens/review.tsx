import type { ScreenBody } from '../../kiosk/server/wire.ts';
import { Amount } from '../parts/amount.tsx';
import { ToneLine } from '../parts/line.tsx';
import { phrase } from '../parts/phrase.ts';

/** Is it this bill: whose, what for, each line, and the total as the largest thing. */
export function Review({ body }: { readonly body: Extract<ScreenBody, { screen: 'review' }> }) {
  return (
    <>
      <h1 class="title">{body.title}</h1>
      {body.notice !== null && <ToneLine tone={body.notice.tone} text={body.notice.text} live />}
      <section class="bill">
        <dl class="bill-people">
          <div>
            <dt class="note quiet">{body.payeeLabel}</dt>
            <dd class="large strong">{body.payee}</dd>
          </div>
          {body.payer !== '' && (
            <div>
              <dt class="note quiet">{body.payerLabel}</dt>
              <dd class="large">{body.payer}</dd>
            </div>
          )}
        </dl>
        <div class="bill-lines">
          <p class="note quiet">{body.what}</p>
          <ul>
            {body.lines.map((line, index) => (
              <li key={index} class="bill-line">
                <span class="bill-name">{phrase(line.name)}</span>
                <span class="bill-quantity quiet">{line.quantity}</span>
                <Amount amount={line.amount} size="body" />
              </li>
            ))}
          </ul>
        </div>
        <div class="bill-total">
          <p class="large quiet">{body.totalLabel}</p>
          <Amount amount={body.total} size="amount" />
        </div>
      </section>
    </>
  );
}
