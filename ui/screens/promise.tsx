import type { ScreenBody } from '../../kiosk/server/wire.ts';
import { PrinterDrawing } from '../parts/drawings.tsx';
import { SmallCheck } from '../parts/icons.tsx';
import { phrase } from '../parts/phrase.ts';

/** Before the first note: how change would be given, and is that all right. */
export function Promised({ body }: { readonly body: Extract<ScreenBody, { screen: 'promise' }> }) {
  return (
    <>
      <h1 class="title">{body.title}</h1>
      <section class="picture-card">
        <div class="picture-card-drawing">
          <PrinterDrawing paper="slip" doing />
        </div>
        <div class="picture-card-words">
          <p class="large strong">{phrase(body.text)}</p>
          <ul class="points">
            {body.points.map((point) => (
              <li key={point}>
                <SmallCheck />
                <span>{phrase(point)}</span>
              </li>
            ))}
          </ul>
        </div>
      </section>
    </>
  );
}
