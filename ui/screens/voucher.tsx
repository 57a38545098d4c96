import type { ScreenBody } from '../../kiosk/server/wire.ts';
import { SlipDrawing } from '../parts/drawings.tsx';
import { TwoFields } from '../parts/two-fields.tsx';

/** A change slip is typed in: its number, then its code, which the glass sets in groups as the paper does. */
export function Voucher({ body }: { readonly body: Extract<ScreenBody, { screen: 'voucher' }> }) {
  return (
    <TwoFields
      body={body}
      keyboards={[body.serial, body.code]}
      usualDigits={body.serialDigits}
      ask={(serial, code) => ({ do: 'voucher', serial, code })}
      head={(at) => (
        <div class="voucher-head">
          <div class="voucher-words">
            <h1 class="title">{body.title}</h1>
            <p class="large quiet">{body.hint}</p>
          </div>
          <SlipDrawing at={at === 0 ? 'serial' : 'code'} />
        </div>
      )}
    />
  );
}
