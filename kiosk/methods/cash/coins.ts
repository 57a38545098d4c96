/** Coins count at once: they are credited to the open sale, once for each key, or they are a case. */
import type { DeviceFact } from '../../../hardware/device.ts';
import type { Session } from '../../kiosk.ts';
import { openCase, put, type Turn } from '../../turn.ts';

type Seen<K extends DeviceFact['fact']> = Extract<DeviceFact, { fact: K }>;

export function coinCredited(turn: Turn, seen: Seen<'coin.credited'>): void {
  const { kiosk } = turn;
  const { device, key, to, counters, currency, minor } = seen;
  if (kiosk.evidence.includes(key)) return;
  const { session, rules } = kiosk;
  const coin = { device, key, to, counters };
  if (session?.sale?.state === 'open' && currency === rules.currency && itsOwn(session, seen.afterMs)) {
    put(turn, { kind: 'coin.credited', ...coin, session: session.id, sale: session.sale.id, currency, minor });
    put(turn, { kind: 'session.saw', notice: null });
    put(turn, { kind: 'session.touched', monoMs: turn.fact.monoMs });
    return;
  }
  const known = currency === rules.currency ? minor : null;
  const number = openCase(turn, 'coin-unowned', {
    session: session?.id ?? null,
    sale: session?.sale?.id ?? null,
    minor: known,
    subject: key,
  });
  put(turn, { kind: 'coin.unowned', ...coin, case: number, currency: rules.currency, minor: known });
}

/** It came in during this very visit; one of which nobody knows when may be of before a start that the visit outlived. */
function itsOwn({ startedMs, resumed }: Session, afterMs: number | null): boolean {
  return resumed || (afterMs !== null && afterMs >= startedMs);
}

export function coinsCounting(turn: Turn, { device, key, counters }: Seen<'coin.counting'>): void {
  put(turn, { kind: 'coin.counting', device, key, counters });
}

/** More coins came in than the machine still tells apart, for instance while nobody asked it. */
export function coinsLost(turn: Turn, seen: Seen<'coin.lost'>): void {
  const { device, key, count, counters } = seen;
  if (turn.kiosk.evidence.includes(key)) return;
  const session = turn.kiosk.session;
  const number = openCase(turn, 'coins-lost', {
    session: session?.id ?? null,
    sale: session?.sale?.id ?? null,
    minor: null,
    subject: key,
  });
  put(turn, { kind: 'coin.lost', device, key, count, counters, case: number });
}
