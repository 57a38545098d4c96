/**
 * Everything from the store into the box (SMART EMPTY), or all but what is to stay (FLOAT BY DENOMINATION): what went is what
 * the levels lost. A note float knows no float by denomination.
 */
import { flag } from '../standing.ts';
import { asStock, holds, holdsJust, piecesRefused } from '../stock.ts';
import type { DeviceCommand } from '../device.ts';
import { refuse } from '../note-path.ts';
import { command, type Event, event, type Events, refusalReason, reply } from './messages.ts';
import { BUSY_MS, byDenomination, isBusy, MOST_BUSY } from './payout.ts';
import { type Ask, type Emptying, isShut, latch, pays, type Reply, storeOf, type Work } from './state.ts';

/** An emptying device says so in every answer; after so many without a word it has ended. */
const QUIET_POLLS = 25;

const ofEmptying: ReadonlySet<number> = new Set<number>([event.smartEmptying, event.emptying, event.floating]);
/** HALTED, TIME OUT and JAMMED may still be of a payout before: only the machine's silence after them ends an emptying. */
const endsEmptying: ReadonlySet<number> = new Set<number>([
  event.smartEmptied,
  event.emptied,
  event.floated,
  event.incompleteFloat,
]);

type Empty = DeviceCommand & { readonly command: 'cash.empty' };

export function onEmpty(work: Work, order: Empty): void {
  const { s } = work;
  const { id, keep } = order;
  if (s.emptying?.command === id) return;
  const refusal = whyNot(work, order);
  if (refusal !== null) {
    refuse(work, id, refusal);
    return;
  }
  s.emptying = { command: id, keep, phase: 'counting', atMs: 0, busy: 0, before: null, quiet: 0 };
  s.levelsWanted = true;
}

function whyNot({ s, settings, path }: Work, { keep }: Empty): string | null {
  if (!pays(settings)) return 'does-not-pay-out';
  if (!s.open || s.lost !== null) return 'line-lost';
  if (!s.ready || s.session === null) return 'not-ready';
  if (s.payout !== null || s.emptying !== null) return 'busy';
  if (path.moving || s.holding) return 'note-in-path';
  if (keep.length === 0) return null;
  if (settings.model === 'nv11') return 'cannot-leave-a-float';
  if (s.flags.has('ssp.protocol-too-old')) return 'protocol-too-old';
  return piecesRefused(s.table, keep, null);
}

export function emptyingAsk(work: Work): Ask | null {
  const { emptying } = work.s;
  if (emptying?.phase !== 'ordered' || !isShut(work)) return null;
  if (emptying.keep.length === 0) return { kind: 'empty', name: 'smart-empty', data: [command.smartEmpty] };
  return { kind: 'empty', name: 'float', data: float(work, emptying) };
}

/** Every denomination that is there is named, so that one of which none stays is not left alone. */
function float(work: Work, { keep, before }: Emptying): readonly number[] {
  const stay = asStock(keep);
  const there = [...(before ?? [])].filter(([, count]) => count > 0);
  const counts = new Map(there.map(([minor]) => [minor, stay.get(minor) ?? 0]));
  return byDenomination(work, command.floatByDenomination, counts, 'do');
}

export function emptyingSent({ s }: Work): void {
  if (s.emptying !== null) s.emptying = { ...s.emptying, phase: 'emptying' };
}

export function onEmptyingAnswer(work: Work, asked: number, answer: Reply): void {
  const { s, nowMs } = work;
  const { emptying } = s;
  if (emptying === null || answer.code === reply.ok) return;
  if (isBusy(answer) && emptying.busy < MOST_BUSY) {
    // By its own word nothing came of the order.
    s.emptying = { ...emptying, phase: 'ordered', atMs: nowMs + BUSY_MS, busy: emptying.busy + 1 };
    return;
  }
  refuse(work, emptying.command, refusalReason(asked, answer.code, answer.data));
  s.emptying = null;
}

export function emptyingInterrupted(work: Work): void {
  const { s } = work;
  dropUnsentEmptying(work, 'line-lost');
  if (s.emptying !== null) s.emptying = { ...s.emptying, phase: 'emptying', quiet: 0 };
}

/** An order that has not left is refused for certain. */
export function dropUnsentEmptying(work: Work, reason: string): void {
  const { s } = work;
  if (s.emptying?.phase !== 'counting' && s.emptying?.phase !== 'ordered') return;
  refuse(work, s.emptying.command, reason);
  s.emptying = null;
}

export function onEmptyingEvent(work: Work, { code }: Event): void {
  if (!endsEmptying.has(code)) return;
  work.s.levelsWanted ||= pays(work.settings);
  if (work.s.emptying?.phase === 'emptying') over(work, work.s.emptying);
}

export function afterEmptying(work: Work, { events }: Events): void {
  const { s } = work;
  if (s.emptying?.phase !== 'emptying') return;
  const busy = events.some(({ code }) => ofEmptying.has(code));
  s.emptying = { ...s.emptying, quiet: busy ? 0 : s.emptying.quiet + 1 };
  if (s.emptying.quiet > QUIET_POLLS) over(work, s.emptying);
}

function over({ s }: Work, emptying: Emptying): void {
  s.emptying = { ...emptying, phase: 'ended' };
  s.levelsWanted = true;
}

/** The levels are known again. */
export function onStockEmptied(work: Work): void {
  const { s, device, facts } = work;
  const { emptying, stock } = s;
  if (emptying === null || stock === null) return;
  if (emptying.phase === 'counting' && !holds(stock, emptying.keep)) dropUnsentEmptying(work, 'not-enough-pieces');
  else if (emptying.phase === 'counting') s.emptying = { ...emptying, phase: 'ordered', before: stock };
  if (emptying.phase !== 'ended') return;
  s.emptying = null;
  const from = storeOf(work.settings);
  for (const { currency, minor } of (s.table ?? new Map()).values()) {
    const count = (emptying.before?.get(minor) ?? 0) - (stock.get(minor) ?? 0);
    if (count <= 0) continue;
    const key = `${device}/${emptying.command}/moved/${minor}`;
    latch(work, {
      device,
      fact: 'cash.moved',
      key,
      command: emptying.command,
      from,
      to: 'box',
      count,
      currency,
      minor,
    });
  }
  if (holdsJust(stock, emptying.keep)) {
    // Of a float the levels alone say that it is there; that nothing is there they cannot mistake.
    if (emptying.keep.length === 0) flag(work, 'ssp.levels-disagree', false);
    latch(work, {
      device,
      fact: 'cash.emptied',
      command: emptying.command,
      key: `${device}/${emptying.command}/emptied`,
    });
  } else
    facts.push({ device, fact: 'command.refused', command: emptying.command, sent: true, reason: 'not-all-moved' });
}
