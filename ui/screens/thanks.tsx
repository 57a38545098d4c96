import type { ScreenBody } from '../../kiosk/server/wire.ts';
import { CountdownRing } from '../parts/ring.tsx';

/** Goodbye; after the ring everything is forgotten. */
export function Thanks({ body }: { readonly body: Extract<ScreenBody, { screen: 'thanks' }> }) {
  return (
    <div class="centre">
      <CountdownRing seconds={body.seconds} />
      <h1 class="title">{body.title}</h1>
      <p class="large quiet">{body.text}</p>
    </div>
  );
}
