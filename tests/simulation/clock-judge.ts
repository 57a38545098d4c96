/** What must not begin while the kiosk's clock is off: read from the journal alone. */
import type { Entry } from '../../kiosk/entry.ts';

/** Further from the office's clock than this it is off, milliseconds. */
export const offMs = 120_000;

/** Payments by wallets that began although the kiosk had been told that its clock is off. */
export function untimelyPayments(entries: readonly Entry[]): readonly string[] {
  const wrong: string[] = [];
  let off = false;
  for (const { seq, body } of entries) {
    if (body.kind === 'clock.judged') off = Math.abs(body.offMs) > offMs;
    if (off && body.kind === 'charge.start' && body.method !== 'card') {
      wrong.push(`entry ${seq} asks ${body.method} for money with a clock that is off`);
    }
  }
  return wrong;
}
