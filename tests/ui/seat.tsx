import type { ComponentChildren } from 'preact';
import type { Intent } from '../../kiosk/server/wire.ts';
import { SeatProvider } from '../../ui/seat.ts';
import { createTapGate } from '../../ui/tap-gate.ts';

/** A seat whose clock stands still until it is told, and which remembers what was sent. */
export function createTestSeat() {
  const sent: Intent[] = [];
  const clock = { nowMs: 0 };
  const seat = { send: (intent: Intent) => sent.push(intent), gate: createTapGate(() => clock.nowMs, 100) };
  return {
    sent,
    clock,
    around: (children: ComponentChildren) => <SeatProvider value={seat}>{children}</SeatProvider>,
  };
}
