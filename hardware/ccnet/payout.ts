/**
 * Paying out of a bill-to-bill unit. It is shut, its cassettes are counted and recorded, and only then DISPENSE leaves. It
 * brings the notes together inside, holds them out when all are there (DISPENSING 01), and says DISPENSED when they were
 * taken; it never says how many. What was paid is decided when it is at rest, by two witnesses: that it said so, and what
 * its cassettes lost.
 *
 * - It said that all is at its lips or over, and the cassettes lost exactly the order: paid.
 * - It did not, and they lost nothing: nothing was paid, and an order that it neither answered nor began may leave again.
 * - Anything else is a note on its way when the power went, or one that a hand took out of a jam, or a cassette that holds
 *   other than it believes. Nobody can tell which of it the customer got: the order ends as unknown.
 *
 * What it says after it was switched off or reset is of the notes that were left inside, and no witness for the order; so
 * they are held out only when the order has its end on record, lest a later start of this program takes that for one. One
 * that stands still with a fault is reset: otherwise it might go on when a hand has helped it, long after the order ended.
 */
import { alike, asStock, piecesRefused, type Stock, totalOf } from '../stock.ts';
import { flag } from '../standing.ts';
import type { Denomination, DeviceCommand, DeviceFact, DeviceMemory, Pieces } from '../device.ts';
import { refuse } from '../note-path.ts';
import { countersOf, goneSince, pairsOf, stockOf } from './cassettes.ts';
import { atFront, isFaultState, state } from './messages.ts';
import { type Held, isShut, type Lips, latch, type Payout, pays, type State, type Wish, type Work } from './state.ts';

/** A dispenser holds no more at once, as public hosts have it; a unit that wants fewer refuses. */
const MOST_NOTES = 20;
/** So long an order waits for a unit that is to be shut, and so long it may stand still before it is reset. */
const SHUT_WITHIN_MS = 10_000;
const STUCK_MS = 10_000;
/** Longer than a kiosk waits for the owner of a note, at the most. */
const CASE_WITHIN_MS = 330_000;
/** An order that it neither answered nor began leaves so often at most. */
const SENDS = 3;
/** So many states of rest in a row before the cassettes are read: of an order that it refused, completed, forgot, … */
const QUIET_REFUSED = 3;
const QUIET_COMPLETE = 5;
const QUIET_CUT = 5;
const QUIET_RECOVERING = 10;
const QUIET_UNANSWERED = 15;
/** … or took, and of which it then says nothing. */
const QUIET_TAKEN = 40;
/** Different readings in a row before they are taken for what they are. */
const MOST_READS = 10;

type Dispense = DeviceCommand & { readonly command: 'cash.dispense' };

function notesOf(pieces: readonly Pieces[]): number {
  return pieces.reduce((sum, { count }) => sum + count, 0);
}

function sumOf(stock: Stock): number {
  return [...stock].reduce((sum, [minor, count]) => sum + minor * count, 0);
}

const fresh = {
  sinceMs: 0,
  starting: false,
  before: null,
  sends: 0,
  taken: false,
  begun: false,
  refusal: null,
  complete: false,
  over: false,
  cut: false,
  outOfSight: false,
  retracted: false,
  atLips: false,
  presented: null,
  progress: 0,
  quiet: 0,
  stuckMs: null,
  last: null,
  reads: 0,
} satisfies Partial<Payout>;

const nothingLeft = { fact: null, held: null, before: null } as const;

/** From what is recorded: an order that may have left is looked into, never sent again. */
export function startPayout({ lastPayout, counters }: DeviceMemory): Pick<State, 'payout' | 'neverLeft' | 'ended'> {
  const none = { payout: null, neverLeft: null, ended: null };
  if (lastPayout === null) return none;
  const { command: id, currency, pieces, open, starting } = lastPayout;
  if (!open) return { ...none, ended: { ...nothingLeft, command: id, before: { currency, pieces, counters } } };
  if (!starting) return { ...none, neverLeft: id };
  const payout = { ...fresh, command: id, currency, pieces, starting: true, before: counters, sends: 1 };
  return { ...none, payout: { ...payout, phase: 'recovering' } };
}

export function tellNeverLeft(work: Work): void {
  const { s } = work;
  if (s.neverLeft === null) return;
  refuse(work, s.neverLeft, 'restarted');
  s.ended = { ...nothingLeft, command: s.neverLeft };
  s.neverLeft = null;
}

/** Its bytes have left, or may have, and it has no end yet. */
export function mayBePaying({ payout }: Pick<State, 'payout'>): boolean {
  return payout !== null && payout.sends > 0 && payout.phase !== 'told';
}

export function onDispense(work: Work, order: Dispense): void {
  const { s, device, facts, nowMs } = work;
  if (s.payout?.command === order.id && s.payout.phase !== 'told') return;
  if (s.ended?.command === order.id) {
    const again = { device, fact: 'command.refused', command: order.id, sent: true, reason: 'already-ended' } as const;
    facts.push(s.ended.fact ?? again);
    return;
  }
  const refusal = whyNot(work, order);
  if (refusal !== null) {
    refuse(work, order.id, refusal);
    return;
  }
  const { id, currency, pieces } = order;
  s.payout = { ...fresh, command: id, currency, pieces, phase: 'preparing', sinceMs: nowMs };
}

function whyNot(work: Work, { currency, pieces }: Dispense): string | null {
  const { s, settings, path } = work;
  if (!pays(settings)) return 'not-for-an-acceptor';
  if (!s.open || s.lost !== null) return 'line-lost';
  if (!s.ready || s.identity === null) return 'not-ready';
  if (s.tableChanged) return 'denominations-changed';
  if (s.payout !== null || s.emptying !== null || s.lips !== null) return 'busy';
  if (path.moving) return 'note-in-path';
  return pieces.length === 0 ? 'no-such-pieces' : piecesRefused(s.table, pieces, currency);
}

function change({ s }: Work, by: Partial<Payout>): void {
  if (s.payout !== null) s.payout = { ...s.payout, ...by };
}

// What to send.

/** The payout waits for the counts. */
export function payoutCounts(work: Work): boolean {
  const { payout, dispenserTries } = work.s;
  if (payout === null) return false;
  if (payout.phase === 'preparing') return isShut(work) && dispenserTries === null;
  if (payout.phase !== 'paying' && payout.phase !== 'recovering') return false;
  if (payout.atLips && payout.presented === null) return true;
  return payout.quiet >= enoughQuiet(payout);
}

function enoughQuiet({ phase, over, cut, complete, refusal, taken, begun }: Payout): number {
  if (over && !cut) return 1;
  if (cut) return QUIET_CUT;
  if (complete) return QUIET_COMPLETE;
  if (refusal !== null) return QUIET_REFUSED;
  if (taken || begun) return QUIET_TAKEN;
  return phase === 'recovering' ? QUIET_RECOVERING : QUIET_UNANSWERED;
}

export function payoutWish(work: Work): Wish | null {
  const { s, nowMs } = work;
  const { payout } = s;
  if (payout === null) return null;
  if (payout.phase === 'announced') {
    const may = payout.starting && isShut(work) && pairsOf(work, payout.pieces) !== null;
    return may ? { kind: 'dispense', atMs: nowMs } : null;
  }
  if (payout.stuckMs === null || !mayBePaying(s)) return null;
  return { kind: 'reset', atMs: payout.stuckMs + STUCK_MS };
}

/** Data of the order, which is about to leave. */
export function payoutSent(work: Work): readonly number[] {
  const { s } = work;
  const { payout } = s;
  const pairs = payout === null ? null : pairsOf(work, payout.pieces);
  const anew = { taken: false, begun: false, refusal: null, quiet: 0, last: null, reads: 0 } as const;
  change(work, { ...anew, phase: 'paying', sends: (payout?.sends ?? 0) + 1 });
  return pairs ?? [];
}

/** RESET is about to leave; without an answer it leaves again, and not at once. */
export function payoutResetting(work: Work): void {
  if (work.s.payout?.stuckMs !== null) change(work, { stuckMs: work.nowMs });
}

export function onDispenseReply(work: Work, answer: 'taken' | 'refused'): void {
  if (answer === 'taken') change(work, { taken: true });
  else change(work, { refusal: 'refused-by-the-device' });
}

/** An order that has not left is refused for certain. */
function dropUnsentPayout(work: Work, reason: string): void {
  const { s } = work;
  if (s.payout === null || s.payout.sends > 0 || s.payout.phase === 'told') return;
  refuse(work, s.payout.command, reason);
  s.payout = null;
}

/** The conversation broke, by the line or by silence: the unit may well have gone on. */
export function payoutInterrupted(work: Work): void {
  dropUnsentPayout(work, 'line-lost');
  if (work.s.lips !== null) work.s.lips = { ...work.s.lips, doubtful: true };
  if (!mayBePaying(work.s)) return;
  change(work, { phase: 'recovering', outOfSight: true, quiet: 0, stuckMs: null, last: null, reads: 0 });
}

/** It was switched off or reset: what it had to do it does no more, and what it says from now on is no witness. */
export function payoutCut(work: Work): void {
  const { s } = work;
  dropUnsentPayout(work, 'restarted');
  if (!mayBePaying(s)) return;
  s.dispenserTries ??= 0;
  const anew = { quiet: 0, stuckMs: null, last: null, reads: 0, atLips: false } as const;
  change(work, { ...anew, phase: 'recovering', cut: true });
}

// What the device says.

export function onPayoutState(work: Work, code: number, data: Uint8Array): void {
  const { s, nowMs } = work;
  const { payout } = s;
  if (!mayBePaying(s)) onLeftOver(work, code, atFront(data));
  if (payout === null) return;
  const waits = payout.sends === 0 && (payout.phase === 'preparing' || payout.starting);
  if (waits && nowMs - payout.sinceMs > SHUT_WITHIN_MS) dropUnsentPayout(work, 'not-ready');
  if (!mayBePaying(s)) return;
  onPaying(work, payout, code, data);
}

/** Power went while they waited there, and their order ended: they are held out once more, or were taken meanwhile. */
function onLeftOver(work: Work, code: number, front: boolean): void {
  const { s } = work;
  if (code === state.dispensing && front) heldAgain(work);
  else if (code === state.unloading || (code === state.dispensed && front)) putAway(work);
  // It says so also of what it held out while nobody looked.
  else if (code === state.dispensed && s.lips?.goneMs === null) tellTaken(work);
  else if (s.dispenserTries === null && (code === state.dispensed || isAtRest(code))) noneLeft(work);
}

function heldAgain(work: Work): void {
  const { s, device, facts } = work;
  const held = s.lips ?? leftOf(work);
  if (held === null) return;
  if (s.lips === null) {
    const { command: id, currency, minor } = held;
    facts.push({ device, fact: 'cash.presented', command: id, currency, minor });
  }
  s.lips = s.lips === null ? { ...held, doubtful: false, goneMs: null } : seenAgain(s.lips);
}

/** A note that is there is there; of several, some are missing when any were put away. */
function seenAgain(lips: Lips): Lips {
  return lips.alone || lips.goneMs === null ? { ...lips, doubtful: false, goneMs: null } : lips;
}

/** What the order that ended may have left there. */
function leftOf(work: Work): Held | null {
  const { ended } = work.s;
  const stock = stockOf(work);
  if (ended === null || ended.before === null || stock === null) return ended?.held ?? null;
  const { counters, ...order } = ended.before;
  const gone = goneSince(work, counters, stock);
  // The counts that were recorded last are those at its end when they are the same: it was paid, and that lies there.
  return heldOf({ command: ended.command, ...order }, gone?.size === 0 ? asStock(order.pieces) : gone);
}

/** It puts away what waited there. A note that was alone there was not taken; of several, nobody knows how many were. */
function putAway(work: Work): void {
  const { s } = work;
  if (s.lips?.alone === true && s.lips.goneMs === null) tellRetracted(work, s.lips);
  else if (s.lips !== null) {
    s.lips = { ...s.lips, doubtful: true };
    noneLeft(work);
  }
}

/**
 * Nothing waits there any more. Where nobody knows who has it, it is told as a taking of nothing: no sum counts as its
 * owner's, and none as lying in the box. Where the order was told as paid, no case stands for it; so it is told only when the
 * kiosk has long stopped to wait for its owner, and has left the notes under a number, which stays for a person.
 */
function noneLeft(work: Work): void {
  const { s, device, facts, nowMs } = work;
  if (s.lips === null) return;
  if (!s.lips.doubtful) {
    tellTaken(work);
    return;
  }
  dropUnsentPayout(work, 'not-ready');
  const { command: id, currency, goneMs } = s.lips;
  s.lips = { ...s.lips, goneMs: goneMs ?? nowMs };
  const waits = s.ended?.fact?.fact !== 'payout.unknown' && nowMs - (goneMs ?? nowMs) < CASE_WITHIN_MS;
  if (waits) return;
  facts.push({ device, fact: 'cash.taken', command: id, currency, minor: 0 });
  s.lips = null;
}

function onPaying(work: Work, payout: Payout, code: number, data: Uint8Array): void {
  const { cut, complete } = payout;
  const front = atFront(data);
  // One that was to leave again, and arrived before after all.
  const phase = payout.phase === 'announced' ? 'paying' : payout.phase;
  const moves = { phase, quiet: 0, stuckMs: null, last: null, reads: 0 } as const;
  if (code !== state.dispensing || !front) leftLips(work, code, front);
  switch (code) {
    case state.dispensing:
      change(work, { ...moves, begun: true, atLips: front, complete: cut ? complete : front });
      if (front) inSight(work);
      return;
    case state.dispensed:
      if (front && (!cut || complete)) change(work, { retracted: true });
      change(work, { phase, over: true, complete: cut ? complete : true, stuckMs: null, quiet: payout.quiet + 1 });
      return;
    case state.unloading:
      change(work, { ...moves, retracted: payout.retracted || complete });
      return;
    case state.invalidBillNumber:
      change(work, { ...moves, refusal: 'invalid-bill-number' });
      return;
    default:
      if (isAtRest(code) || (cut && isFaultState(code))) change(work, { quiet: payout.quiet + 1, stuckMs: null });
      else change(work, { ...moves, stuckMs: isFaultState(code) ? (payout.stuckMs ?? work.nowMs) : null });
  }
}

function inSight(work: Work): void {
  const { s } = work;
  change(work, { outOfSight: false });
  if (s.lips !== null) s.lips = seenAgain(s.lips);
}

/** A full box keeps no note from being taken out of the lips. */
function isAtRest(code: number): boolean {
  return code === state.disabled || code === state.idling || code === state.cassetteFull;
}

/** What waited there was taken, as long as the machine does not put it away. */
function leftLips(work: Work, code: number, front: boolean): void {
  const { s, nowMs } = work;
  const { payout } = s;
  if (payout === null) return;
  // Its end tells what became of it.
  if (s.lips !== null && (code === state.unloading || (code === state.dispensed && front)))
    s.lips = { ...s.lips, doubtful: true, goneMs: s.lips.goneMs ?? nowMs };
  if (!payout.atLips) return;
  change(work, { atLips: false, presented: null });
  // DISPENSED at its end says so also when nobody looked before.
  const sure = code === state.dispensed && !front && !payout.retracted;
  if (sure || (isAtRest(code) && s.lips?.doubtful === false)) tellTaken(work);
}

function tellTaken({ s, device, facts }: Work): void {
  if (s.lips === null) return;
  const { command: id, currency, minor } = s.lips;
  facts.push({ device, fact: 'cash.taken', command: id, currency, minor });
  s.lips = null;
}

// What it comes to.

/** The counts are known again. */
export function onPayoutCounts(work: Work): void {
  const { s } = work;
  const { payout } = s;
  const stock = stockOf(work);
  if (payout === null || stock === null) return;
  if (payout.phase === 'preparing') {
    if (!payoutCounts(work)) return;
    if (payout.last !== null && alike(payout.last, stock)) announce(work, payout, stock);
    else change(work, { last: stock });
    return;
  }
  if (!mayBePaying(s)) return;
  present(work, payout, stock);
  if (!payoutCounts(work)) return;
  const settled = payout.last !== null && alike(payout.last, stock);
  change(work, { last: stock, reads: payout.reads + 1 });
  if (settled || payout.reads >= MOST_READS) settle(work, s.payout as Payout, stock);
}

function announce(work: Work, payout: Payout, stock: Stock): void {
  const { s, device, facts, nowMs } = work;
  const { command: id, pieces } = payout;
  const pairs = pairsOf(work, pieces);
  if (pairs === null || notesOf(pieces) > MOST_NOTES) {
    dropUnsentPayout(work, pairs === null ? 'not-enough-pieces' : 'too-many');
    return;
  }
  const counters = countersOf(work, stock);
  s.payout = { ...payout, phase: 'announced', before: counters, last: null, sinceMs: nowMs };
  facts.push({ device, fact: 'payout.starting', command: id, key: startingKey(device, id), counters });
}

function startingKey(device: string, id: string): string {
  return `${device}/${id}/starting`;
}

export function recordedInPayout(work: Work, key: string): void {
  const { s, device, nowMs } = work;
  const { payout } = s;
  if (payout === null) return;
  if (payout.phase === 'announced' && !payout.starting && key === startingKey(device, payout.command))
    change(work, { starting: true, sinceMs: nowMs });
  if (payout.phase === 'told' && s.waits.length === 0) s.payout = null;
}

/** All is at the lips, or was taken from there: so much has left the cassettes, and no note of it is on its way any more. */
function present(work: Work, payout: Payout, stock: Stock): void {
  const { device, facts } = work;
  const { command: id, currency, before, atLips, over, presented, cut, progress, retracted } = payout;
  if (before === null || (!atLips && !over)) return;
  const gone = goneSince(work, before, stock);
  const minor = gone === null ? 0 : sumOf(gone);
  if (atLips && presented === null) {
    change(work, { presented: minor });
    if (minor > 0) {
      work.s.lips = { command: id, currency, minor, alone: isOne(gone), doubtful: false, goneMs: null };
      facts.push({ device, fact: 'cash.presented', command: id, currency, minor });
    }
  }
  if (cut || retracted || minor <= progress || minor !== totalOf(payout.pieces)) return;
  change(work, { progress: minor });
  facts.push({ device, fact: 'payout.progress', command: id, paid: { currency, minor } });
}

function isOne(gone: Stock | null): boolean {
  return gone !== null && gone.size === 1 && [...gone.values()][0] === 1;
}

/** What may still lie where it pays out after the end of this order, as its cassettes lost it; null: not known. */
function heldOf({ command: id, currency }: Pick<Payout, 'command' | 'currency'>, gone: Stock | null): Held | null {
  if (gone === null || gone.size === 0 || [...gone.values()].some((count) => count < 0)) return null;
  return { command: id, currency, minor: sumOf(gone), alone: isOne(gone) };
}

function settle(work: Work, payout: Payout, stock: Stock): void {
  const { s, nowMs } = work;
  const { before, pieces, complete, cut, taken, begun, refusal, phase, sends, reads } = payout;
  const gone = before === null ? null : goneSince(work, before, stock);
  if (gone === null) {
    nobodyKnows(work, payout, gone, 'another machine, or one that counts other notes than before');
    return;
  }
  if (complete && alike(gone, asStock(pieces))) {
    // It may have taken back a part of them, and forgot to say so.
    const unseen = payout.retracted || (cut && payout.outOfSight);
    if (unseen && !payout.over) nobodyKnows(work, payout, gone, 'nobody saw whether it took notes back');
    // A hand may have drawn some out of the bunch, and the unit says only that it put notes away.
    else if (payout.retracted && notesOf(pieces) > 1)
      nobodyKnows(work, payout, gone, 'some of the notes may have been taken');
    else paid(work, payout, stock);
    return;
  }
  if (!complete && gone.size === 0) {
    const unheard = phase === 'paying' && !taken && !begun && !cut && refusal === null;
    if (unheard && sends < SENDS) s.payout = { ...payout, phase: 'announced', sinceMs: nowMs };
    else nothingPaid(work, payout, stock);
    return;
  }
  // What it believes of its cassettes may come late.
  if (reads < MOST_READS) return;
  flag(work, 'ccnet.levels-disagree', true);
  const said = complete ? 'says that it is done' : 'does not say that it is done';
  nobodyKnows(work, payout, gone, `the device ${said}, and its cassettes lost ${sumOf(gone)} minor units`);
}

type End = DeviceFact & { readonly fact: 'payout.done' | 'payout.partial' | 'payout.unknown' };

/** `held`: what may lie where it pays out all the same. */
function end(work: Work, fact: End, held: Held | null): void {
  latch(work, fact);
  work.s.ended = { command: fact.command, fact, held, before: null };
  change(work, { phase: 'told', quiet: 0, stuckMs: null });
}

function endKey(device: string, id: string): string {
  return `${device}/${id}/end`;
}

function paid(work: Work, payout: Payout, stock: Stock): void {
  const { device } = work;
  const { command: id, currency, pieces, retracted } = payout;
  const counters = countersOf(work, stock);
  const all = [...asStock(pieces)].map(([minor, count]) => ({ minor, count }));
  const told = { currency, minor: totalOf(pieces) };
  flag(work, 'ccnet.levels-disagree', false);
  // Before the end of the order: whoever stops between the two is told both again, and the note stays this order's.
  if (retracted) for (const { minor } of all) tellRetracted(work, { command: id, currency, minor });
  const held = retracted ? null : heldOf(payout, asStock(pieces));
  const done = { device, fact: 'payout.done', command: id, key: endKey(device, id), paid: told, pieces: all } as const;
  end(work, { ...done, counters }, held);
}

/** Of a note that was alone at the lips; told again it has the same key. */
function tellRetracted(
  work: Work,
  { command: id, currency, minor }: { readonly command: string } & Denomination,
): void {
  const { device } = work;
  work.s.lips = null;
  const key = `${device}/${id}/retracted/${minor}/1`;
  latch(work, { device, fact: 'cash.retracted', command: id, key, currency, minor });
}

function nothingPaid(work: Work, payout: Payout, stock: Stock): void {
  const { s, device } = work;
  const { command: id, currency, pieces, refusal } = payout;
  if (refusal !== null) {
    refuse(work, id, refusal);
    s.ended = { ...nothingLeft, command: id };
    s.payout = null;
    return;
  }
  const owed = { currency, minor: totalOf(pieces) };
  const none = { key: endKey(device, id), paid: { currency, minor: 0 }, pieces: [], counters: countersOf(work, stock) };
  end(work, { device, fact: 'payout.partial', command: id, owed, ...none }, null);
}

function nobodyKnows(work: Work, payout: Payout, gone: Stock | null, reason: string): void {
  const { device } = work;
  const { command: id, retracted } = payout;
  const held = heldOf(payout, gone);
  // How many of a bunch are left after it put some away is not known.
  const left = retracted && held?.alone !== true ? null : held;
  end(work, { device, fact: 'payout.unknown', command: id, key: endKey(device, id), reason }, left);
}

/** DISPENSED is a witness until the end of its order is recorded; but not for ever, if nothing else is answered meanwhile. */
export function holdsDispensed({ s }: Work): boolean {
  const { payout } = s;
  if (payout === null || payout.sends === 0) return false;
  return payout.phase === 'told' || payout.quiet < QUIET_HELD;
}

/** Some fifteen seconds. */
const QUIET_HELD = 100;
