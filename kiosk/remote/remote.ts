/**
 * Orders of the office: recorded before anything follows from them, run when their moment comes, each at most once, and ended
 * with one outcome. An act that leaves this program is recorded as begun before; a start ends what was begun, and repeats nothing.
 */
import { closeAlone, closingRefused } from '../day/close.ts';
import type { FactBody } from '../fact.ts';
import type { Kiosk } from '../kiosk.ts';
import { isQuiet, moneyMoves } from '../moving.ts';
import { clockIsOff } from '../own-clock.ts';
import { put, type Turn } from '../turn.ts';
import {
  methodsOffered,
  needsRest,
  openRemoteMaximum,
  overtakes,
  type RemoteAct,
  type RemoteOrder,
  type RemoteOutcome,
} from './order.ts';

type Heard<K extends FactBody['fact']> = Extract<FactBody, { fact: K }>;

/** A number that was taken already changes nothing, however often and in which order it comes. */
export function remoteOrdered(turn: Turn, { fact: _, problem, ...order }: Heard<'remote.ordered'>): void {
  const { last, open } = turn.kiosk.remote;
  if (order.seq <= last) return;
  put(turn, { kind: 'remote.ordered', ...order });
  if (problem !== null) end(turn, order.seq, problem === 'expired' ? 'expired' : 'refused', problem);
  else if (open.length >= openRemoteMaximum) end(turn, order.seq, 'refused', 'too-many');
  else {
    for (const { seq, order: earlier, begun } of open)
      if (!begun && overtakes(order.order, earlier)) end(turn, seq, 'refused', 'overtaken');
  }
}

/** What had left this program has come back, or is given up. */
export function remoteAnswered(turn: Turn, { seq, outcome, result }: Heard<'remote.answered'>): void {
  const own = turn.kiosk.remote.open.find((one) => one.seq === seq);
  if (own?.begun) end(turn, seq, outcome, result);
}

/** Somebody who may has unlocked it at the machine. */
export function remoteUnlocked(turn: Turn, { by }: Heard<'remote.unlock-asked'>): void {
  if (turn.kiosk.remote.locked !== null) put(turn, { kind: 'remote.unlocked', by });
}

/** The kiosk belongs to no office any more: what still waits for its moment is nobody's wish. */
export function refuseWaiting(turn: Turn): void {
  for (const { seq, begun } of turn.kiosk.remote.open) if (!begun) end(turn, seq, 'refused', 'left');
}

/** A start is what a restart was to be; of anything else that had begun nobody knows the end, and it is not begun again. */
export function endBegun(turn: Turn): void {
  for (const { seq, order, begun } of turn.kiosk.remote.open) {
    if (!begun) continue;
    if (order.act === 'restart' || order.act === 'reboot') end(turn, seq, 'done', 'started');
    else end(turn, seq, 'failed', 'cut-off');
  }
}

/**
 * Ends those whose deadline is over, and runs those whose moment has come, the oldest first. Of one that waited while the clock
 * was found to be off nobody can tell whether its deadline is over: it is refused like one that comes then.
 */
export function obeyOffice(turn: Turn): void {
  for (const { seq, begun, deadline } of turn.kiosk.remote.open) {
    if (begun) continue;
    if (clockIsOff(turn.kiosk)) end(turn, seq, 'refused', 'clock');
    else if (turn.fact.at >= Date.parse(deadline)) end(turn, seq, 'expired', null);
  }
  for (const one of turn.kiosk.remote.open) {
    const { cabinet, configuration, remote } = turn.kiosk;
    if (cabinet.ending || configuration.ending || remote.ending) return;
    if (one.begun) continue;
    const moment = momentOf(turn.kiosk, one);
    if (moment === 'come') run(turn, one);
    else if (moment === 'served') end(turn, one.seq, 'refused', 'customer');
  }
}

/** When the next deadline has to be judged, monotonic; infinite when nothing waits. */
export function remoteDue({ remote, wallMs, monoMs }: Kiosk): number {
  let atMs = Number.POSITIVE_INFINITY;
  for (const { begun, deadline } of remote.open)
    if (!begun) atMs = Math.min(atMs, monoMs + Math.max(0, Date.parse(deadline) - wallMs));
  return atMs;
}

function momentOf(kiosk: Kiosk, { order, priority }: RemoteOrder): 'come' | 'wait' | 'served' {
  // What is typed there is worth money to whoever reads it.
  if (order.act === 'screenshot' && kiosk.session?.stage.at === 'voucher') return 'wait';
  const rests = needsRest(order);
  if (priority === 'now' && !rests) return 'come';
  if (kiosk.session !== null) return priority === 'now' ? 'served' : 'wait';
  if (priority === 'after-customer' && !rests) return 'come';
  if (!isAtRest(kiosk)) return 'wait';
  // Staff at work are not interrupted, but by who says so.
  return priority !== 'now' && rests && kiosk.staff.service !== null ? 'wait' : 'come';
}

/** Nothing moves, no machine is checked or asked by hand, and nothing else that the office ordered is under way. */
function isAtRest(kiosk: Kiosk): boolean {
  const { checks, console, remote } = kiosk;
  const asked = checks.open !== null || console.open !== null || remote.open.some(({ begun }) => begun);
  return !asked && isQuiet(kiosk) && !moneyMoves(kiosk);
}

function run(turn: Turn, { seq, order }: RemoteOrder): void {
  switch (order.act) {
    case 'lock':
    case 'unlock':
    case 'message':
      end(turn, seq, 'done', null);
      return;
    case 'method': {
      const refused = methodRefused(turn.kiosk, order);
      end(turn, seq, refused === null ? 'done' : 'refused', refused);
      return;
    }
    case 'close-day': {
      const refused = closingRefused(turn.kiosk, null);
      if (refused === null) closeAlone(turn);
      end(turn, seq, refused === null ? 'done' : 'refused', refused === null ? null : 'nothing');
      return;
    }
    case 'restart':
      put(turn, { kind: 'remote.begun', seq, order });
      put(turn, { kind: 'kiosk.shutting-down', why: 'restart' });
      return;
    case 'reboot':
    case 'send-log':
    case 'send-trace':
    case 'screenshot':
      put(turn, { kind: 'remote.begun', seq, order });
      return;
    default:
      order satisfies never;
  }
}

/** A kiosk at which nobody can pay would only seem to be open. A voucher is none of the ways that remain: what it leaves is paid otherwise. */
function methodRefused(
  { rules, remote }: Pick<Kiosk, 'rules' | 'remote'>,
  { method, enabled }: Extract<RemoteAct, { act: 'method' }>,
): 'no-method' | 'last-method' | null {
  const known = rules.methods.find((one) => one === method);
  if (known === undefined) return 'no-method';
  if (enabled) return null;
  const left = methodsOffered(rules, { off: [...remote.off, method] });
  return left.some((one) => one !== 'voucher') ? null : 'last-method';
}

function end(turn: Turn, seq: number, outcome: RemoteOutcome, result: string | null): void {
  put(turn, { kind: 'remote.done', seq, outcome, result, endedAt: new Date(turn.fact.at).toISOString() });
}
