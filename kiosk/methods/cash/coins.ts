/** Coins count at once: they are credited to the open sale, once for each key, or they are a case. */
import type { DeviceFact } from '../../../hardware/device.ts';
import type { Kiosk } from '../../kiosk.ts';
import type { Session } from '../../session/session.ts';
import { atCase, type Stage } from '../../session/stage.ts';
import { move, openCase, put, type Turn } from '../../turn.ts';

type Seen<K extends DeviceFact['fact']> = Extract<DeviceFact, { fact: K }>;

export function coinCredited(turn: Turn, seen: Seen<'coin.credited'>): void {
  const { kiosk } = turn;
  const { device, key, to, counters, currency, minor } = seen;
  if (kiosk.evidence.includes(key)) return;
  const { rules } = kiosk;
  const coin = { device, key, to, counters };
  const owner = ownerOf(kiosk, device, seen.afterMs);
  if (owner?.sale?.state === 'open' && currency === rules.currency) {
    put(turn, { kind: 'coin.credited', ...coin, session: owner.id, sale: owner.sale.id, currency, minor });
    put(turn, { kind: 'session.saw', notice: null });
    put(turn, { kind: 'session.touched', monoMs: turn.fact.monoMs });
    return;
  }
  const check = kiosk.checks.open;
  if (check?.check === 'take-coin' && check.device === device && owner === null && currency === rules.currency) {
    const { command, by } = check;
    put(turn, { kind: 'coin.checked', ...coin, command, by, currency, minor });
    return;
  }
  const known = currency === rules.currency ? minor : null;
  const number = openCase(turn, 'coin-unowned', { ...visitOf(owner), minor: known, subject: key });
  put(turn, { kind: 'coin.unowned', ...coin, case: number, currency: rules.currency, minor: known });
  if (owner !== null) show(turn, number);
}

/**
 * The visit during which it came in. `afterMs`: when the machine had been read last before it, monotonic; null: not by
 * this process.
 */
function ownerOf({ session }: Kiosk, device: string, afterMs: number | null): Session | null {
  if (session === null) return null;
  const { resumed, startedMs, coinsRead } = session;
  const later = afterMs === null ? resumed && coinsRead.includes(device) : resumed || afterMs >= startedMs;
  return later ? session : null;
}

function visitOf(owner: Session | null): { readonly session: string | null; readonly sale: string | null } {
  return { session: owner?.id ?? null, sale: owner?.sale?.id ?? null };
}

/** Its owner reads the number at once; while change is on its way, when that is out. */
function show(turn: Turn, number: string): void {
  const session = turn.kiosk.session;
  const back = session === null ? null : whereAfter(session);
  if (back !== null) move(turn, atCase(number, back));
}

function whereAfter({ stage, sale }: Session): Extract<Stage, { at: 'case' }>['back'] | null {
  switch (stage.at) {
    case 'pay-cash':
      return 'pay-cash';
    case 'choose':
    case 'promise':
    case 'voucher':
      return 'choose';
    case 'settling':
    case 'settled':
    case 'returned':
    case 'documents':
    case 'thanks':
      return sale?.state === 'paid' ? 'settled' : 'returned';
    default:
      return null;
  }
}

export function coinsCounting(turn: Turn, { device, key, counters }: Seen<'coin.counting'>): void {
  put(turn, { kind: 'coin.counting', device, key, counters });
}

/** More coins came in than the machine still tells apart, for instance while nobody asked it. */
export function coinsLost(turn: Turn, seen: Seen<'coin.lost'>): void {
  const { device, key, count, counters } = seen;
  if (turn.kiosk.evidence.includes(key)) return;
  const { session } = turn.kiosk;
  const owner = session?.coinsRead.includes(device) ? session : null;
  const number = openCase(turn, 'coins-lost', { ...visitOf(owner), minor: null, subject: key });
  put(turn, { kind: 'coin.lost', device, key, count, counters, case: number });
  if (owner !== null) show(turn, number);
}
