/**
 * Everything but what is to stay out of the cassettes into the box (UNLOAD), one cassette after the other: what went is what
 * they lost.
 */
import { flag } from '../standing.ts';
import type { DeviceCommand } from '../device.ts';
import { refuse } from '../note-path.ts';
import { alike, asStock, holds, holdsJust, piecesRefused } from '../stock.ts';
import { countersOf, goneSince, stockOf } from './cassettes.ts';
import { isFaultState, state } from './messages.ts';
import { type Emptying, isShut, latch, pays, type Wish, type Work } from './state.ts';

const SHUT_WITHIN_MS = 10_000;
/** So long it waits between two cassettes for a unit that stands still with something else. */
const NEXT_WITHIN_MS = 30_000;
/** Orders in all: two for each cassette that there can be. */
const MOST_ORDERS = 32;
/** A unit that moves notes says so in every answer; after so many without a word it has ended. */
const QUIET = 15;
const QUIET_ENDED = 3;

type Empty = DeviceCommand & { readonly command: 'cash.empty' };

export function onEmpty(work: Work, order: Empty): void {
  const { s, nowMs } = work;
  const { id, keep } = order;
  if (s.emptying?.command === id) return;
  const refusal = whyNot(work, order);
  if (refusal !== null) refuse(work, id, refusal);
  else {
    const empty = { before: null, places: new Map<number, number>(), orders: 0, quiet: 0, last: null } as const;
    s.emptying = { command: id, keep, phase: 'preparing', sinceMs: nowMs, ...empty };
  }
}

function whyNot({ s, settings, path }: Work, { keep }: Empty): string | null {
  if (!pays(settings)) return 'not-for-an-acceptor';
  if (!s.open || s.lost !== null) return 'line-lost';
  if (!s.ready || s.identity === null) return 'not-ready';
  if (s.tableChanged) return 'denominations-changed';
  if (s.payout !== null || s.emptying !== null || s.lips !== null) return 'busy';
  return path.moving ? 'note-in-path' : piecesRefused(s.table, keep, null);
}

function change({ s }: Work, by: Partial<Emptying>): void {
  if (s.emptying !== null) s.emptying = { ...s.emptying, ...by };
}

/** It waits for the counts. */
export function emptyingCounts(work: Work): boolean {
  const { emptying } = work.s;
  if (emptying === null) return false;
  switch (emptying.phase) {
    case 'preparing':
      return isShut(work);
    case 'next':
      return work.s.cassettes === null;
    case 'ended':
      return emptying.quiet >= QUIET_ENDED;
    case 'moving':
      return false;
    default:
      return emptying.phase satisfies never;
  }
}

export function emptyingWish(work: Work): Wish | null {
  const { s, nowMs } = work;
  return s.emptying?.phase === 'next' && s.cassettes !== null && isShut(work) ? { kind: 'unload', atMs: nowMs } : null;
}

/** The first cassette that holds more than is to stay, and how much more; null: none does. Several may hold one denomination. */
function nextUnload({ s }: Work): { readonly number: number; readonly count: number } | null {
  const stay = new Map(asStock(s.emptying?.keep ?? []));
  for (const { number, present, type, count } of s.cassettes ?? []) {
    if (!present) continue;
    const minor = s.table?.get(type)?.minor ?? 0;
    const stays = Math.min(count, stay.get(minor) ?? 0);
    stay.set(minor, (stay.get(minor) ?? 0) - stays);
    if (count > stays) return { number, count: count - stays };
  }
  return null;
}

/** Data of the order, which is about to leave. */
export function emptyingSent(work: Work): readonly number[] {
  const order = nextUnload(work);
  change(work, { phase: 'moving', orders: (work.s.emptying?.orders ?? 0) + 1, quiet: 0 });
  return [order?.number ?? 0, order?.count ?? 0];
}

/** One that is refused, and moves nothing, leaves as much as it can. */
export function onUnloadReply(work: Work, answer: 'taken' | 'refused'): void {
  if (answer === 'refused') change(work, { phase: 'ended', quiet: 0, last: null });
}

/** An order that has not left is refused for certain. */
function dropUnsentEmptying(work: Work, reason: string): void {
  const { s } = work;
  if (s.emptying === null || s.emptying.orders > 0 || s.emptying.phase === 'ended') return;
  refuse(work, s.emptying.command, reason);
  s.emptying = null;
}

/** The conversation broke, or the unit was switched off: it goes no further by itself. */
export function emptyingInterrupted(work: Work, reason: string): void {
  dropUnsentEmptying(work, reason);
  change(work, { phase: 'ended', quiet: 0, last: null });
}

export function onEmptyingState(work: Work, code: number): void {
  const { s, nowMs } = work;
  const { emptying } = s;
  if (emptying === null) return;
  if (emptying.orders === 0 && nowMs - emptying.sinceMs > SHUT_WITHIN_MS) {
    dropUnsentEmptying(work, 'not-ready');
    return;
  }
  const moves = code === state.unloading || code === state.busy;
  change(work, { quiet: moves ? 0 : emptying.quiet + 1, ...(moves ? { last: null } : {}) });
  switch (emptying.phase) {
    case 'moving':
      if (code === state.unloaded || emptying.quiet >= QUIET) goOn(work);
      else if (isFaultState(code)) change(work, { phase: 'ended', quiet: 0, last: null });
      return;
    case 'next':
      // A full box takes nothing more, and is not shut for the next order as long as it says so.
      if (code === state.cassetteFull || nowMs - emptying.sinceMs > NEXT_WITHIN_MS)
        change(work, { phase: 'ended', quiet: 0, last: null });
      return;
    case 'preparing':
    case 'ended':
      return;
    default:
      emptying.phase satisfies never;
  }
}

/** The next cassette, by what the unit says now of all of them. */
function goOn(work: Work): void {
  const { s, nowMs } = work;
  s.cassettes = null;
  s.cassettesAtMs = nowMs;
  const phase = (s.emptying?.orders ?? 0) < MOST_ORDERS ? 'next' : 'ended';
  change(work, { phase, sinceMs: nowMs, quiet: 0, last: null });
}

/** The counts are known again. */
export function onEmptyingCounts(work: Work): void {
  const { s } = work;
  const { emptying } = s;
  const stock = stockOf(work);
  if (emptying === null || stock === null) return;
  const none = nextUnload(work) === null;
  const settled = emptying.last !== null && alike(emptying.last, stock);
  if (emptying.phase === 'preparing') {
    if (!isShut(work)) return;
    change(work, { last: stock });
    if (!settled) return;
    if (!holds(stock, emptying.keep)) {
      dropUnsentEmptying(work, 'not-enough-pieces');
      return;
    }
    change(work, {
      phase: none ? 'ended' : 'next',
      before: countersOf(work, stock),
      places: placesOf(work),
      last: null,
    });
  } else if (emptying.phase === 'next') {
    if (none) change(work, { phase: 'ended', quiet: 0, last: null });
  } else if (emptying.phase === 'ended' && emptyingCounts(work)) {
    change(work, { last: stock });
    if (settled) over(work, emptying, none);
  }
}

function placesOf({ s }: Work): ReadonlyMap<number, number> {
  const present = (s.cassettes ?? []).filter((one) => one.present);
  return new Map(present.map(({ number, type }) => [number, s.table?.get(type)?.minor ?? 0]));
}

function over(work: Work, { command: id, keep, before, places }: Emptying, none: boolean): void {
  const { s, device, facts } = work;
  s.emptying = null;
  const stock = stockOf(work) ?? new Map<number, number>();
  const gone = before === null ? null : goneSince(work, before, stock);
  // What a hand pulled out with its cassette did not go into the box; nobody knows how much that is.
  const there = placesOf(work);
  const pulled = new Set([...places].filter(([number]) => !there.has(number)).map(([, minor]) => minor));
  for (const { currency, minor } of gone === null ? [] : (s.table ?? new Map()).values()) {
    const count = gone?.get(minor) ?? 0;
    if (count <= 0 || pulled.has(minor)) continue;
    const key = `${device}/${id}/moved/${minor}`;
    latch(work, { device, fact: 'cash.moved', key, command: id, from: 'recycler', to: 'box', count, currency, minor });
  }
  if (none && holdsJust(stock, keep) && gone !== null && pulled.size === 0) {
    // Of a float the counts alone say that it is there; that nothing is there they cannot mistake.
    if (keep.length === 0) flag(work, 'ccnet.levels-disagree', false);
    latch(work, { device, fact: 'cash.emptied', command: id, key: `${device}/${id}/emptied` });
  } else facts.push({ device, fact: 'command.refused', command: id, sent: true, reason: 'not-all-moved' });
}
