import type { ScreenBody } from '../../kiosk/server/wire.ts';
import { CardList } from '../parts/choice.tsx';
import { PrinterDrawing } from '../parts/drawings.tsx';
import { Qr } from '../parts/qr.tsx';

/** Paper, phone or none; then the code for the phone, or the paper on its way. */
export function Documents({ body }: { readonly body: Extract<ScreenBody, { screen: 'documents' }> }) {
  return (
    <>
      <h1 class="title">{body.title}</h1>
      {body.receipt !== null && (
        <p class="receipt-number">
          <span class="large quiet">{body.receipt.label}</span>
          <span class="receipt-digits">{body.receipt.number}</span>
        </p>
      )}
      {body.text !== null && <p class="large quiet">{body.text}</p>}
      {body.cards.length > 0 && <CardList cards={body.cards} />}
      {body.phone !== null && (
        <section class="picture-card picture-card-qr">
          <div class="picture-card-drawing">
            <Qr text={body.phone.qr} label={body.phone.text} />
          </div>
          <div class="picture-card-words">
            <p class="large strong">{body.phone.text}</p>
          </div>
        </section>
      )}
      {body.printing !== null && (
        <section class="picture-card">
          <div class="picture-card-drawing">
            <PrinterDrawing paper="receipt" doing />
          </div>
          <div class="picture-card-words">
            <p class="large strong" role="status">
              {body.printing}
            </p>
          </div>
        </section>
      )}
    </>
  );
}
