/**
 * Cash that people move. Each move is booked under a number and a person, and what was counted is compared with what the
 * journal expects: a difference is a case, and the till holds what was counted.
 */
import type { DeviceFact, Level, Pieces } from '../../hardware/device.ts';
import type { FactBody } from '../fact.ts';
import { deviceState } from '../device-state.ts';
import type { Kiosk } from '../kiosk.ts';
import type { Emptying } from '../till/emptyings.ts';
import { levelsAgree } from '../methods/cash/payouts.ts';
import type { StaffPieces, StaffProblem } from '../server/staff-wire.ts';
import { type Bag, bagsKept, nextBag, stockOf } from '../till/till.ts';
import { printMovePaper } from '../documents/move-papers.ts';
import { caseAbout, newId, openCase, put, type Turn } from '../turn.ts';
import { moveNumber, moveOrdinal, type MoveRecord } from './record.ts';
import { personHere, rightsOf } from './rights.ts';

/** An emptying that is not seen to go on for this long is unknown: a case, milliseconds. */
const emptyOutcomeMs = 600_000;
/** Nobody counts more pieces of one kind by hand. */
const piecesMaximum = 100_000;

type Seen<K extends FactBody['fact']> = Extract<FactBody, { fact: K }>;
type CashSeen = Extract<FactBody, { fact: 'cash.filled' | 'cash.removed' | 'cash.declared' }>;

/** The unit that a device pays out of; null when it pays nothing out. */
export function payingUnitOf({ rules }: Kiosk, device: string): 'recycler' | 'hopper' | null {
  if (!rules.dispensers.includes(device)) return null;
  return rules.acceptors.includes(device) ? 'recycler' : 'hopper';
}

/** A device that has a box. */
export function hasBox({ rules }: Kiosk, device: string): boolean {
  return rules.acceptors.includes(device) || rules.coinAcceptors.includes(device);
}

/** What the pieces in a device can be worth, ascending, minor units: what it takes, says that it holds, or ever held. */
export function minorsOf(kiosk: Kiosk, device: string): readonly number[] {
  const { currency } = kiosk.rules;
  const all = [...(kiosk.known[device] ?? []), ...deviceState(kiosk, device).levels, ...kiosk.till.units];
  const own = all.filter((one) => one.currency === currency && (!('device' in one) || one.device === device));
  return [...new Set(own.map(({ minor }) => minor))].filter((minor) => minor > 0).sort((a, b) => a - b);
}

/** Why pieces cannot be booked for a device; null when they can. `some`: there must be at least one. */
export function piecesRefused(
  kiosk: Kiosk,
  device: string,
  pieces: readonly StaffPieces[],
  some: boolean,
): StaffProblem | null {
  const minors = minorsOf(kiosk, device);
  const sound = pieces.every(
    ({ minor, count }) => minors.includes(minor) && Number.isInteger(count) && count >= 0 && count <= piecesMaximum,
  );
  const once = new Set(pieces.map(({ minor }) => minor)).size === pieces.length;
  if (!sound || !once) return 'bad-pieces';
  return some && pieces.every(({ count }) => count === 0) ? 'nothing' : null;
}

/** Why nobody may move the cash of a unit that pays out; null when somebody may. */
export function unitRefused(kiosk: Kiosk, device: string): StaffProblem | null {
  if (payingUnitOf(kiosk, device) === null) return 'unknown-device';
  const paying = Object.values(kiosk.payouts).some((payout) => payout.device === device && payout.status === 'open');
  return paying || emptyingOf(kiosk, device) !== null ? 'moving' : null;
}

/** Why a recycler cannot be told to empty itself but for these pieces; null when it can. */
export function emptyRefused(kiosk: Kiosk, device: string, keep: readonly StaffPieces[]): StaffProblem | null {
  if (payingUnitOf(kiosk, device) !== 'recycler') return 'unknown-device';
  const refused = unitRefused(kiosk, device) ?? (deviceState(kiosk, device).ready ? null : 'not-ready');
  return refused ?? keepRefused(kiosk, device, keep);
}

/** Only what is inside can stay there, by the journal and by the machine. */
function keepRefused(kiosk: Kiosk, device: string, keep: readonly StaffPieces[]): StaffProblem | null {
  const { currency } = kiosk.rules;
  const levels = deviceState(kiosk, device).levels.filter((level) => level.currency === currency);
  const inside = stockOf(kiosk.till, device, 'recycler', currency);
  const stays = keep.filter(({ count }) => count !== 0);
  if (levels.length > 0 && stays.some(({ minor }) => !levels.some((level) => level.minor === minor))) return 'not-paid';
  const bad = piecesRefused(kiosk, device, keep, false);
  if (bad !== null) return bad;
  const most = (minor: number) =>
    Math.min(countOf(inside, minor), levels.find((level) => level.minor === minor)?.count ?? Number.POSITIVE_INFINITY);
  return stays.some(({ minor, count }) => count > most(minor)) ? 'not-so-many' : null;
}

export function boxRefused(kiosk: Kiosk, device: string): StaffProblem | null {
  if (!hasBox(kiosk, device)) return 'unknown-device';
  return stockOf(kiosk.till, device, 'box', kiosk.rules.currency).length === 0 ? 'nothing' : null;
}

/** What is printed on bags for cash. */
const sealForm = /^[A-Z0-9-]{4,20}$/;

/** Why a box that was taken out cannot be closed under this number; null when it can. `used`: a box had it before. */
export function sealRefused(kiosk: Kiosk, bag: string, seal: string, used: boolean): StaffProblem | null {
  const found = bagOf(kiosk, bag);
  if (found === null) return 'unknown-bag';
  if (found.seal !== undefined) return 'sealed';
  if (!sealForm.test(seal)) return 'bad-seal';
  return used || kiosk.till.bags.some((one) => one.seal === seal) ? 'seal-used' : null;
}

/** Why a box cannot be counted with this number read from it; null when it can. Another number than its own is a case. */
export function countRefused(kiosk: Kiosk, bag: string, seal: string | null): StaffProblem | null {
  const found = bagOf(kiosk, bag);
  if (found === null) return 'unknown-bag';
  if (found.seal === undefined) return seal === null ? null : 'not-sealed';
  if (seal === null) return 'seal-needed';
  return sealForm.test(seal) ? null : 'bad-seal';
}

/** By how much a count is more or less than the journal has, minor units. */
export function differenceOf(pieces: readonly Pieces[], expected: readonly Pieces[] | null): number {
  return expected === null ? 0 : sum(pieces) - sum(expected);
}

/** What the journal has in a box that was taken out. */
export function inBag({ rules }: Kiosk, { stocks }: Bag): readonly Pieces[] {
  return present(stocks.filter(({ currency }) => currency === rules.currency));
}

export function bagOf(kiosk: Kiosk, bag: string): Bag | null {
  return kiosk.till.bags.find((one) => one.bag === bag) ?? null;
}

/**
 * Only the last word about a move can be corrected, and only where somebody counted. What a later count has found in the
 * unit is what is there, whatever was booked before it: that is corrected by counting again.
 */
export function correctionRefused({ till }: Kiosk, record: MoveRecord | null): StaffProblem | null {
  if (record === null || record.effect === null || record.correctedBy !== null) return 'unknown-move';
  const count = till.counts[record.device];
  const counted = record.effect === 'unit' && count !== undefined && moveOrdinal(count) > moveOrdinal(record.move);
  return counted ? 'counted-since' : null;
}

/** What people did, or want a machine to do, with cash. */
export function moved(
  turn: Turn,
  seen: CashSeen | Seen<'cashbox.changed'> | Seen<'cash.counted'> | Seen<'cash.corrected'> | Seen<'empty.asked'>,
): void {
  switch (seen.fact) {
    case 'cash.filled':
      filled(turn, seen);
      return;
    case 'cash.removed':
    case 'cash.declared':
      counted(turn, seen);
      return;
    case 'cashbox.changed':
      boxChanged(turn, seen);
      return;
    case 'cash.counted':
      bagCounted(turn, seen);
      return;
    case 'cash.corrected':
      corrected(turn, seen);
      return;
    case 'empty.asked':
      emptyAsked(turn, seen);
      return;
    default:
      seen satisfies never;
  }
}

function emptyingOf(kiosk: Kiosk, device: string): Emptying | null {
  return Object.values(kiosk.emptyings).find((emptying) => emptying.device === device) ?? null;
}

function filled(turn: Turn, seen: CashSeen): void {
  const { device, unit, currency } = seen;
  put(turn, { kind: 'cash.filled', ...named(turn, seen), device, unit, currency, pieces: present(seen.pieces) });
  levelsAgree(turn, device);
}

/**
 * All of a unit left by hand, or was counted where it is. A unit in which the journal expects nothing begins with what is
 * declared: that is no difference.
 */
function counted(turn: Turn, seen: CashSeen): void {
  const { device, unit, currency } = seen;
  const kind = seen.fact === 'cash.removed' ? 'cash.removed' : 'cash.declared';
  const stock = stockOf(turn.kiosk.till, device, unit, currency);
  const expected = kind === 'cash.declared' && stock.length === 0 ? null : stock;
  const pieces = present(seen.pieces);
  const difference = expected === null ? null : sum(pieces) - sum(expected);
  const own = named(turn, seen);
  put(turn, { kind, ...own, device, unit, currency, pieces, expected, difference });
  differs(turn, own.move, pieces, expected);
  levelsAgree(turn, device);
}

/** A machine tells that its box is out. It is to be counted. */
export function boxRemoved(turn: Turn, device: string): void {
  const { till, rules, staff } = turn.kiosk;
  const { currency } = rules;
  const pieces = stockOf(till, device, 'box', currency);
  makeRoom(turn, device);
  let taken: { readonly move: string; readonly bag: string | null } | null = null;
  // A machine may say so again of the same box.
  if (!till.open.includes(device) || pieces.length > 0) {
    const by = staff.service?.person ?? null;
    const move = moveNumber(staff.moves + 1);
    taken = { move, bag: nextBag(till, device) };
    put(turn, { kind: 'cashbox.taken', move, by, second: null, device, currency, pieces, ...inIt(taken.bag) });
    // What was in it stands in the move; whoever reads of the case may still have to count it.
    if (by === null || !mayTakeBox(turn.kiosk, by))
      openCase(turn, 'box-unattended', { session: null, sale: null, minor: null, subject: move });
  }
  put(turn, { kind: 'cashbox.removed', device });
  if (taken !== null && taken.bag !== null)
    printMovePaper(turn, { paper: 'collection', move: taken.move }, rules.language, false);
}

function inIt(bag: string | null): { readonly bag?: string } {
  return bag === null ? {} : { bag };
}

function mayTakeBox(kiosk: Kiosk, person: string): boolean {
  const role = personHere(kiosk, person)?.role;
  return role !== undefined && rightsOf(role).includes('change-box');
}

/** Only so many boxes wait to be counted. One that leaves for another is a case: nobody counts it here any more. */
function makeRoom(turn: Turn, device: string): void {
  const { till, rules } = turn.kiosk;
  const [oldest] = till.bags;
  const comes = till.units.some((stock) => stock.device === device && stock.unit === 'box' && stock.count !== 0);
  if (oldest === undefined || till.bags.length < bagsKept || !comes) return;
  const minor = sum(oldest.stocks.filter(({ currency }) => currency === rules.currency));
  openCase(turn, 'box-uncounted', { session: null, sale: null, minor, subject: oldest.bag });
}

/** A box was changed whose machine does not tell. It is to be counted. */
function boxChanged(turn: Turn, seen: Seen<'cashbox.changed'>): void {
  const { device } = seen;
  if (boxRefused(turn.kiosk, device) !== null) return;
  const { currency } = turn.kiosk.rules;
  const pieces = stockOf(turn.kiosk.till, device, 'box', currency);
  makeRoom(turn, device);
  const own = named(turn, seen);
  put(turn, { kind: 'cashbox.changed', ...own, device, currency, pieces, ...inIt(nextBag(turn.kiosk.till, device)) });
  printMovePaper(turn, { paper: 'collection', move: own.move }, turn.kiosk.rules.language, false);
}

function bagCounted(turn: Turn, seen: Seen<'cash.counted'>): void {
  const bag = bagOf(turn.kiosk, seen.bag);
  if (bag === null || countRefused(turn.kiosk, seen.bag, seen.seal ?? null) !== null) return;
  const { currency, language } = turn.kiosk.rules;
  const expected = inBag(turn.kiosk, bag);
  const pieces = present(seen.pieces);
  const difference = sum(pieces) - sum(expected);
  const own = named(turn, seen);
  const where = { device: bag.device, unit: 'box', currency } as const;
  const read = seen.seal === undefined ? {} : { seal: seen.seal };
  put(turn, { kind: 'cash.counted', ...own, bag: seen.bag, ...read, ...where, pieces, expected, difference });
  differs(turn, own.move, pieces, expected);
  if (bag.seal !== seen.seal) sealDiffers(turn, seen.bag);
  printMovePaper(turn, { paper: 'count', move: own.move }, language, false);
}

/** Another number stood on it than it was closed under: it may have been open. */
function sealDiffers(turn: Turn, bag: string): void {
  openCase(turn, 'seal-differs', { session: null, sale: null, minor: null, subject: bag });
}

/** A box that was taken out is closed under a number. */
export function bagSealed(turn: Turn, { bag, seal, used, by }: Seen<'cash.sealed'>): void {
  const found = bagOf(turn.kiosk, bag);
  if (found === null || sealRefused(turn.kiosk, bag, seal, used) !== null) return;
  put(turn, { kind: 'cash.sealed', bag, seal, device: found.device, by });
}

/**
 * Whoever was told that a count takes two knows by that how far off it was, and could feel their way to what is expected:
 * it takes two until one is booked, also over a start.
 */
export function countHeld(turn: Turn, { of, by }: Seen<'count.held'>): void {
  const { kiosk } = turn;
  const isThere = bagOf(kiosk, of) !== null || payingUnitOf(kiosk, of) !== null;
  if (isThere && !kiosk.staff.held.includes(of)) put(turn, { kind: 'count.held', of, by });
}

/** An earlier move was booked wrong: this entry names it, and the till follows. */
function corrected(turn: Turn, seen: Seen<'cash.corrected'>): void {
  const { record } = seen;
  if (correctionRefused(turn.kiosk, record) !== null || record.effect === null) return;
  const { device, unit, currency, effect, expected } = record;
  const pieces = present(seen.pieces);
  const difference = expected === null ? null : sum(pieces) - sum(expected);
  const own = named(turn, seen);
  const before = { corrects: record.move, effect, was: record.pieces };
  put(turn, { kind: 'cash.corrected', ...own, ...before, device, unit, currency, pieces, expected, difference });
  const open = caseAbout(turn.kiosk, record.move);
  const missing = open === null ? 0 : (turn.kiosk.cases[open]?.minor ?? 0);
  if (open !== null) {
    put(turn, { kind: 'case.resolved', case: open, outcome: 'explained', currency, minor: null });
  }
  differs(turn, own.move, pieces, expected);
  // Of what was put in nobody counted the rest.
  if (expected === null && effect === 'unit') lowered(turn, record, missing + sum(pieces) - sum(record.pieces), own);
  levelsAgree(turn, device);
}

/**
 * A smaller fill says by word alone that cash was never there: two persons stand by it, and more than is booked nobody can
 * take back. `minor`: how much less, with what was said before and nobody stood by, minor units.
 */
function lowered(
  turn: Turn,
  { device, unit, currency }: MoveRecord,
  minor: number,
  { move, second }: { readonly move: string; readonly second: string | null },
): void {
  const short = stockOf(turn.kiosk.till, device, unit, currency).some(({ count }) => count < 0);
  if (minor < 0 && (second === null || short)) {
    openCase(turn, 'count-differs', { session: null, sale: null, minor, subject: move });
  }
}

/** Somebody wants a recycler to move what it can pay out into its box, but for a float. */
function emptyAsked(turn: Turn, { device, keep = [], by, second }: Seen<'empty.asked'>): void {
  if (emptyRefused(turn.kiosk, device, keep) !== null) return;
  const { currency } = turn.kiosk.rules;
  const counted = deviceState(turn.kiosk, device)
    .levels.filter((level) => level.currency === currency)
    .flatMap(({ minor, count }) => (count === null ? [] : [{ minor, count }]));
  const order = { kind: 'cash.empty', command: newId(turn, 'empty'), device, by, second: second ?? null } as const;
  put(turn, { ...order, ...leaving(present(keep)), ...(counted.length === 0 ? {} : { counted }) });
}

/** An entry names what stays only where something does. */
function leaving(keep: readonly Pieces[]): { readonly keep?: readonly Pieces[] } {
  return keep.length === 0 ? {} : { keep };
}

/** The machine says that in the unit is what was to stay. What the journal has in it besides was not there, or not told. */
export function emptied(turn: Turn, { command }: Extract<DeviceFact, { fact: 'cash.emptied' }>): void {
  const open = turn.kiosk.emptyings[command];
  if (open !== undefined) emptyingDone(turn, open);
}

/**
 * After a restart nobody may tell any more that it is done, nor what went: levels of just what was to stay say so too. What
 * the machine itself counted besides when it was ordered is booked into the box then, and no more: the rest may have been
 * gone before. Nobody saw it move, so a person has to count the box.
 */
export function emptiedByLevels(turn: Turn, device: string): void {
  const open = emptyingOf(turn.kiosk, device);
  const { levels } = deviceState(turn.kiosk, device);
  const { currency } = turn.kiosk.rules;
  if (!open?.interrupted || levels.length === 0 || !isJust(levels, open.keep, currency)) return;
  const { command, keep, counted, moved } = open;
  let derived = false;
  for (const { minor, count: booked } of stockOf(turn.kiosk.till, device, 'recycler', currency)) {
    const count = Math.min(booked, countOf(counted, minor) - countOf(moved, minor)) - countOf(keep, minor);
    if (count <= 0) continue;
    derived = true;
    const key = `${device}/${command}/gone/${minor}`;
    put(turn, { kind: 'cash.moved', device, key, from: 'recycler', to: 'box', count, currency, minor });
  }
  const differs = emptyingDone(turn, turn.kiosk.emptyings[command] ?? open);
  // One case makes a person count.
  if (derived && !differs) {
    openCase(turn, 'emptying-unknown', { session: null, sale: null, minor: null, subject: command });
  }
}

/** These pieces of this currency are all that the machine counts. */
function isJust(levels: readonly Level[], pieces: readonly Pieces[], currency: string): boolean {
  const own = (level: Level) => (level.currency === currency ? countOf(pieces, level.minor) : 0);
  const told = pieces.every(({ minor }) =>
    levels.some((level) => level.currency === currency && level.minor === minor),
  );
  return told && levels.every((level) => level.count === own(level));
}

function countOf(pieces: readonly Pieces[], minor: number): number {
  return pieces.reduce((total, one) => total + (one.minor === minor ? one.count : 0), 0);
}

/** Answers whether it left a difference, which has a case then. */
function emptyingDone(turn: Turn, { command, device, by, second, keep, moved }: Emptying): boolean {
  const { currency } = turn.kiosk.rules;
  const left = stockOf(turn.kiosk.till, device, 'recycler', currency);
  const difference = sum(keep) - sum(left);
  const own = named(turn, { by, second });
  const where = { device, unit: 'recycler', currency } as const;
  const stays = keep.map(({ minor, count }) => ({ minor, count: -count }));
  const expected = present([...moved, ...left, ...stays]);
  put(turn, {
    kind: 'cash.emptied',
    ...own,
    command,
    ...leaving(keep),
    ...where,
    pieces: present(moved),
    expected,
    difference,
  });
  differs(turn, own.move, keep, left);
  levelsAgree(turn, device);
  return !same(keep, left);
}

/** The order never left for the machine. */
export function emptyingRefused(turn: Turn, seen: Extract<DeviceFact, { fact: 'command.refused' }>): void {
  const open = turn.kiosk.emptyings[seen.command];
  if (open === undefined || seen.sent) return;
  put(turn, { kind: 'cash.empty-refused', command: open.command, device: open.device, reason: seen.reason });
}

export function emptyingsDue(kiosk: Kiosk): number {
  const ends = Object.values(kiosk.emptyings).map(({ orderedMs }) => orderedMs + emptyOutcomeMs);
  return Math.min(Number.POSITIVE_INFINITY, ...ends);
}

export function emptyingTimeReached(turn: Turn): void {
  for (const { command, device, orderedMs } of Object.values(turn.kiosk.emptyings)) {
    if (turn.fact.monoMs < orderedMs + emptyOutcomeMs) continue;
    put(turn, { kind: 'cash.empty-unknown', command, device });
    openCase(turn, 'emptying-unknown', { session: null, sale: null, minor: null, subject: command });
  }
}

function differs(turn: Turn, move: string, pieces: readonly Pieces[], expected: readonly Pieces[] | null): void {
  if (expected === null || same(pieces, expected)) return;
  const minor = sum(pieces) - sum(expected);
  openCase(turn, 'count-differs', { session: null, sale: null, minor, subject: move });
}

function named(turn: Turn, { by, second }: { readonly by: string; readonly second?: string | null }) {
  return { move: moveNumber(turn.kiosk.staff.moves + 1), by, second: second ?? null };
}

/** Without what there is none of, each denomination once, small ones first. */
function present(pieces: readonly Pieces[]): readonly Pieces[] {
  const counts = new Map<number, number>();
  for (const { minor, count } of pieces) counts.set(minor, (counts.get(minor) ?? 0) + count);
  return [...counts]
    .filter(([, count]) => count !== 0)
    .map(([minor, count]) => ({ minor, count }))
    .sort((a, b) => a.minor - b.minor);
}

function same(one: readonly Pieces[], other: readonly Pieces[]): boolean {
  return JSON.stringify(present(one)) === JSON.stringify(present(other));
}

function sum(pieces: readonly Pieces[]): number {
  return pieces.reduce((total, { minor, count }) => total + minor * count, 0);
}
