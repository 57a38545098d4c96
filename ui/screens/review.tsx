import type { ScreenBody } from '../../kiosk/server/wire.ts';
import { Amount } from '../parts/amount.tsx';
import { ToneLine } from '../parts/line.tsx';
import { phrase } from '../parts/phrase.ts';
import { Press } from '../parts/press.tsx';

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
          <div>
            <dt class="note quiet">{body.payerLabel}</dt>
            <dd class="large">{body.payer}</dd>
          </div>
        </dl>
        <div class="bill-lines">
          <p class="note quiet">{body.what}</p>
          <ul>
            {body.lines.map((line, index) => (
              <li key={index} class={line.drop === null ? 'bill-line' : 'bill-line bill-line-drop'}>
                <span class="bill-name">{phrase(line.name)}</span>
                {line.drop === null && <span class="bill-quantity quiet">{line.quantity}</span>}
                <Amount amount={line.amount} size="body" />
                {line.drop !== null && (
                  <Press class="bill-drop" intent={line.drop.intent} label={`${line.drop.label} ${line.name}`}>
                    {line.drop.label}
                  </Press>
                )}
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
