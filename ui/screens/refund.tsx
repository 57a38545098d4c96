import type { ScreenBody } from '../../kiosk/server/wire.ts';
import { Amount } from '../parts/amount.tsx';
import { SmallCheck } from '../parts/icons.tsx';
import { ToneLine } from '../parts/line.tsx';
import { phrase } from '../parts/phrase.ts';

/** A receipt that is given back: how much, which way each part goes, and how far it is. */
export function RefundScreen({ body }: { readonly body: Extract<ScreenBody, { screen: 'refund' }> }) {
  return (
    <>
      <h1 class="title">{phrase(body.title)}</h1>
      <p class="large quiet">{phrase(body.text)}</p>
      {body.back !== null && (
        <section class="picture-card">
          <div class="picture-card-words">
            <p class="quiet">{body.back.about}</p>
            <p class="large strong">{body.back.amountLabel}</p>
            <Amount amount={body.back.amount} size="amount" accent />
            <ul class="points">
              {body.back.points.map((point) => (
                <li key={point.text} data-done={point.done}>
                  {point.done && <SmallCheck />}
                  <span>{phrase(point.text)}</span>
                </li>
              ))}
            </ul>
          </div>
        </section>
      )}
      {body.notice !== null && <ToneLine tone={body.notice.tone} text={body.notice.text} live />}
    </>
  );
}
