/** A power cut as the journal has it: when the mains went and when they came back, however often their contact flaps. */
import type { Kiosk } from '../kiosk.ts';
import { put, type Turn } from '../turn.ts';

/** Within this time of the last one a loss is recorded only when it lasts: a loose contact, milliseconds. */
export const outageAgainMs = 60_000;

/** When a loss that is not recorded has lasted, monotonic; infinite: there is none. */
export function outageDue({ cabinet }: Pick<Kiosk, 'cabinet'>): number {
  const { mainsLostMs, outage } = cabinet;
  if (mainsLostMs === null || outage.on) return Number.POSITIVE_INFINITY;
  return Math.max(mainsLostMs, (outage.recordedMs ?? Number.NEGATIVE_INFINITY) + outageAgainMs);
}

export function recordOutage(turn: Turn): void {
  const { outage, contacts } = turn.kiosk.cabinet;
  if (turn.fact.monoMs >= outageDue(turn.kiosk)) put(turn, { kind: 'mains.lost' });
  else if (outage.on && contacts.mains === 'on') put(turn, { kind: 'mains.back' });
}
