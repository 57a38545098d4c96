import type { ScreenBody } from '../../kiosk/server/wire.ts';
import { Amount, widthEm } from '../parts/amount.tsx';
import { TerminalDrawing } from '../parts/drawings.tsx';
import { phrase } from '../parts/phrase.ts';

/** Less than was asked is approved: how much, how much is left, and is that all right. */
export function PartApproved({ body }: { readonly body: Extract<ScreenBody, { screen: 'part-approved' }> }) {
  // One size for the row: that of its longest amount.
  const ems = Math.max(...body.figures.map(({ amount }) => widthEm(amount)));
  return (
    <>
      <h1 class="title">{phrase(body.title)}</h1>
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
      <section class="picture-card">
        <div class="picture-card-drawing">
          <TerminalDrawing state="bank" />
        </div>
        <div class="picture-card-words">
          <p class="large strong">{phrase(body.text)}</p>
        </div>
      </section>
    </>
  );
}
