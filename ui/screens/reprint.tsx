import type { ScreenBody } from '../../kiosk/server/wire.ts';
import { TwoFields } from '../parts/two-fields.tsx';

/** A receipt that is wanted again, or wanted back: its number, and that of the bill it was for. */
export function Reprint({ body }: { readonly body: Extract<ScreenBody, { screen: 'find-receipt' }> }) {
  return (
    <TwoFields
      body={body}
      keyboards={[body.receipt, body.bill]}
      usualDigits={body.receiptDigits}
      ask={(digits, bill) => ({ do: 'find-receipt', number: `${body.receipt.prefix ?? ''}${digits}`, bill })}
      otherwise={
        body.refund === null
          ? null
          : {
              label: body.refund,
              ask: (digits, bill) => ({
                do: 'refund-receipt',
                number: `${body.receipt.prefix ?? ''}${digits}`,
                bill,
              }),
            }
      }
      head={() => (
        <>
          <h1 class="title">{body.title}</h1>
          <p class="large quiet">{body.hint}</p>
        </>
      )}
    />
  );
}
