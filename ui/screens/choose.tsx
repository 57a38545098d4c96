import type { ScreenBody } from '../../kiosk/server/wire.ts';
import { Amount } from '../parts/amount.tsx';
import { Choice } from '../parts/choice.tsx';
import { MethodPicture } from '../parts/icons.tsx';
import { ToneLine } from '../parts/line.tsx';

/** The amount, and the ways to pay it in the order of the advice. */
export function Choose({ body }: { readonly body: Extract<ScreenBody, { screen: 'choose' }> }) {
  return (
    <>
      <div class="sum">
        <p class="large quiet">{body.amountLabel}</p>
        <Amount amount={body.amount} size="amount" />
        {body.received !== null && <ToneLine tone="success" text={body.received} live />}
      </div>
      {body.notice !== null && <ToneLine tone={body.notice.tone} text={body.notice.text} live />}
      <h1 class="title">{body.title}</h1>
      <ul class="choices" data-count={body.methods.length}>
        {body.methods.map((method) => (
          <Choice
            key={method.icon}
            picture={<MethodPicture icon={method.icon} />}
            name={method.name}
            note={method.note}
            suggested={method.suggested}
            off={method.off}
            intent={method.intent}
          />
        ))}
      </ul>
    </>
  );
}
