import type { ScreenBody } from '../../kiosk/server/wire.ts';
import { SettlingDrawing, TrayDrawing } from '../parts/drawings.tsx';

/** The machine finishes: it says what it is doing. */
export function Settling({ body }: { readonly body: Extract<ScreenBody, { screen: 'settling' }> }) {
  return (
    <div class="centre">
      {body.picture === 'cash' ? <TrayDrawing /> : <SettlingDrawing />}
      <h1 class="title">{body.title}</h1>
      <p class="large quiet">{body.text}</p>
      <span class="wait-track" aria-hidden="true">
        <span class="wait-run" />
      </span>
    </div>
  );
}
