import type { ScreenBody } from '../../kiosk/server/wire.ts';
import { CashDrawing, SettlingDrawing } from '../parts/drawings.tsx';

/** The machine finishes: it says what it is doing. */
export function Settling({ body }: { readonly body: Extract<ScreenBody, { screen: 'settling' }> }) {
  return (
    <div class="centre">
      {body.picture === 'paper' ? <SettlingDrawing /> : <CashDrawing what={body.picture} />}
      <h1 class="title">{body.title}</h1>
      <p class="large quiet">{body.text}</p>
      <span class="wait-track" aria-hidden="true">
        <span class="wait-run" />
      </span>
    </div>
  );
}
