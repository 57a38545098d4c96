/**
 * Paying out. An order is tried, the levels are read and recorded, and only then it leaves, once: it is never sent again,
 * because it may have been carried out. What was paid is decided when nothing more can come, by two witnesses: what the
 * device says it paid, and what its levels lost.
 *
 * Where the two disagree, neither is taken for true. The smaller sum would pay the customer the rest a second time if it is
 * wrong, the larger one would keep it from him; so the order ends as unknown, which moves no money by itself and leaves
 * both numbers to a person. Only "dispensed" with the whole sum stands against the levels: the device counted every piece
 * at its exit, nothing is owed, and it is the store that has to be counted.
 *
 * A note float says "dispensed" of each note alone. Its next note is ordered when that has been acknowledged, so after a
 * break the word can only be of the note that was ordered last, and those before it are out. Without the word a note that
 * left the store may as well have been freed by a hand and pushed into the box: what the levels lost is then paid to nobody
 * for certain.
 */
import { alike, asStock, holds, piecesRefused, type Stock, totalOf } from '../stock.ts';
import { flag } from '../standing.ts';
import type { Denomination, DeviceCommand, DeviceFact, DeviceMemory, Pieces } from '../device.ts';
import { refuse } from '../note-path.ts';
import { countersOf, goneSince } from './levels.ts';
import {
  ascii,
  command,
  type Event,
  event,
  type Events,
  le16,
  le32,
  payoutOption,
  refusalReason,
  reply,
} from './messages.ts';
import {
  type Ask,
  isShut,
  latch,
  noteOf,
  type OnWire,
  type Payout,
  pays,
  type Reply,
  type State,
  storeOf,
  sumOf,
  type Work,
} from './state.ts';

/** A device that still pays says so in every answer; after so many without a word it is told to stop. */
const QUIET_POLLS = 25;
/** The same after a start or a break, when the order left long ago. */
const QUIET_POLLS_RECOVERING = 5;
/** After the order to stop, HALTED comes within so many answers, or there was nothing to stop. */
const HALTED_POLLS = 5;
/** Nothing is between the lips when so many answers in a row name nothing there. */
const LIPS_FREE_POLLS = 2;
/** Different readings of the levels in a row before they are taken for what they are. */
const MOST_READS = 10;
/** Between two readings of the levels that are compared. */
const READ_AGAIN_MS = 400;
/** A device that is busy is asked again so much later, and so often. */
export const BUSY_MS = 500;
export const MOST_BUSY = 20;

type Dispense = DeviceCommand & { readonly command: 'cash.dispense' };

const fresh = {
  starting: false,
  before: null,
  toOrder: 0,
  next: false,
  atMs: 0,
  busy: 0,
  said: null,
  unheard: false,
  progress: 0,
  moved: new Map(),
  movedMinor: 0,
  retractedMinor: 0,
  quiet: 0,
  halted: false,
  refusal: null,
  last: null,
  reads: 0,
} satisfies Partial<Payout>;

/** From what is recorded: an order that may have left is looked into, never sent again. */
export function startPayout({ lastPayout, counters }: DeviceMemory): Pick<State, 'payout' | 'neverLeft' | 'ended'> {
  const none = { payout: null, neverLeft: null, ended: null };
  if (lastPayout === null) return none;
  const { command: id, currency, pieces, open, starting } = lastPayout;
  if (!open) return { ...none, ended: { command: id, fact: null } };
  if (!starting) return { ...none, neverLeft: id };
  const payout = { ...fresh, command: id, currency, pieces, starting: true, unheard: true, before: counters };
  return { ...none, payout: { ...payout, phase: 'recovering' } };
}

export function onDispense(work: Work, order: Dispense): void {
  const { s, device, facts } = work;
  if (s.payout?.command === order.id) return;
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
  const phase = work.settings.model === 'nv11' ? 'counting' : 'test';
  s.payout = { ...fresh, command: order.id, currency: order.currency, pieces: order.pieces, phase };
  s.levelsWanted ||= phase === 'counting';
}

function whyNot(work: Work, { currency, pieces }: Dispense): string | null {
  const { s, settings, path } = work;
  if (!pays(settings)) return 'does-not-pay-out';
  if (!s.open || s.lost !== null) return 'line-lost';
  if (!s.ready || s.session === null || s.flags.has('ssp.setting-refused')) return 'not-ready';
  if (s.flags.has('ssp.protocol-too-old')) return 'protocol-too-old';
  if (s.flags.has('ssp.payout-out-of-service')) return 'payout-out-of-service';
  if (s.payout !== null || s.emptying !== null) return 'busy';
  if (path.moving || s.holding) return 'note-in-path';
  if (pieces.length === 0) return 'no-such-pieces';
  const refusal = piecesRefused(s.table, pieces, currency);
  if (refusal !== null) return refusal;
  if (!holds(s.stock ?? new Map(), pieces)) return 'not-enough-pieces';
  return settings.model === 'nv11' && !onTop(work, pieces) ? 'not-on-top' : null;
}

/** A note float pays its notes from the top; an order for others is not for it. */
function onTop({ s }: Work, pieces: readonly Pieces[]): boolean {
  const wanted = asStock(pieces);
  const count = pieces.reduce((sum, one) => sum + one.count, 0);
  const top = asStock(s.positions.slice(-count).map((minor) => ({ minor, count: 1 })));
  return alike(wanted, top);
}

/** What the payout has to send now; null: nothing. */
export function payoutAsk(work: Work): Ask | null {
  const { s, settings } = work;
  const { payout } = s;
  if (payout === null) return null;
  switch (payout.phase) {
    case 'test':
      return isShut(work) ? byPieces(work, payout, 'test') : null;
    case 'announced':
      if (!payout.starting || !isShut(work)) return null;
      return settings.model === 'nv11' ? payoutNote() : byPieces(work, payout, 'pay');
    case 'paying':
      if (payout.toOrder > 0 && payout.next) return payoutNote();
      return payout.quiet > QUIET_POLLS && !payout.halted ? halt() : null;
    case 'recovering':
      return payout.quiet > QUIET_POLLS_RECOVERING && !payout.halted ? halt() : null;
    case 'counting':
    case 'ended':
      return null;
    default:
      return payout.phase satisfies never;
  }
}

function byPieces(work: Work, { pieces }: Payout, kind: 'test' | 'pay'): Ask {
  const option = kind === 'test' ? 'test' : 'do';
  return { kind, name: kind, data: byDenomination(work, command.payoutByDenomination, asStock(pieces), option) };
}

/**
 * PAYOUT or FLOAT BY DENOMINATION (GA138): how many requests, and of each its number of pieces (2 bytes), value (4) and
 * country (3); then whether it is only tried. The table has all of `counts`.
 */
export function byDenomination({ s }: Work, order: number, counts: Stock, option: keyof typeof payoutOption): number[] {
  const list = [...counts].flatMap(([minor, count]) => {
    const wire = s.wires.get(minor) as OnWire;
    return [...le16(count), ...le32(wire.value), ...ascii(wire.letters)];
  });
  return [order, counts.size, ...list, payoutOption[option]];
}

function payoutNote(): Ask {
  return { kind: 'pay', name: 'pay', data: [command.payoutNote] };
}

function halt(): Ask {
  return { kind: 'halt', name: 'halt', data: [command.halt] };
}

/** The bytes of the order are about to leave. */
export function payoutSent({ s, settings }: Work): void {
  const { payout } = s;
  if (payout === null) return;
  const all = settings.model === 'nv11' ? payout.pieces.reduce((sum, { count }) => sum + count, 0) : 1;
  const left = payout.phase === 'announced' ? all : payout.toOrder;
  s.payout = { ...payout, phase: 'paying', toOrder: left - 1, next: false, quiet: 0 };
}

/** Answers to the trial, to the order itself and to the order to stop. */
export function onPayoutAnswer(work: Work, kind: 'test' | 'pay' | 'halt', asked: number, answer: Reply): void {
  const { s } = work;
  const { payout } = s;
  if (payout === null) return;
  const ok = answer.code === reply.ok;
  if (kind === 'halt') {
    s.payout = { ...payout, halted: true, quiet: 0 };
  } else if (kind === 'test') {
    if (!ok && isBusy(answer) && payout.busy < MOST_BUSY) {
      // It starts, or puts a note away: it will soon be able to.
      s.payout = { ...payout, atMs: work.nowMs + BUSY_MS, busy: payout.busy + 1 };
      return;
    }
    if (!ok) {
      dropUnsentPayout(work, refusalReason(asked, answer.code, answer.data));
      return;
    }
    s.payout = { ...payout, phase: 'counting', atMs: 0, busy: 0 };
    s.levelsWanted = true;
  } else if (!ok && payout.said !== null && payout.busy < MOST_BUSY && isBusy(answer)) {
    // A note float that has just paid one note may need a moment before the next.
    const { toOrder, busy } = payout;
    s.payout = { ...payout, toOrder: toOrder + 1, next: true, atMs: work.nowMs + BUSY_MS, busy: busy + 1 };
  } else if (!ok) {
    // Refused by the device's own word; whether something moved all the same its levels say.
    end(work, { ...payout, refusal: refusalReason(asked, answer.code, answer.data), toOrder: 0 });
  }
}

export function isBusy({ code, data }: Reply): boolean {
  return code === reply.cannot && data[0] === 3;
}

/** An order that has not left is refused for certain. */
export function dropUnsentPayout(work: Work, reason: string): void {
  const { s } = work;
  if (
    s.payout === null ||
    (s.payout.phase !== 'test' && s.payout.phase !== 'counting' && s.payout.phase !== 'announced')
  )
    return;
  refuse(work, s.payout.command, reason);
  s.payout = null;
}

/** The conversation broke: an answer may be lost, and with it what the device said. */
export function payoutInterrupted(work: Work): void {
  const { s } = work;
  dropUnsentPayout(work, 'line-lost');
  if (s.payout === null) return;
  const anew = { toOrder: 0, quiet: 0, halted: false, last: null, reads: 0 };
  s.payout = { ...s.payout, phase: 'recovering', unheard: true, ...anew };
}

// What the device says.

function isOver(code: number): boolean {
  return code === event.dispensed || code === event.incompletePayout || code === event.timeOut || code === event.halted;
}

const ofPayouts: ReadonlySet<number> = new Set<number>([
  event.dispensing,
  event.heldInBezel,
  event.jamRecovery,
  event.payoutError,
  event.initialising,
]);

export function onPayoutEvent(work: Work, one: Event): void {
  const { s } = work;
  const { payout } = s;
  if (one.code === event.transferred) {
    onTransferred(work, one);
    return;
  }
  if (payout === null && one.code === event.heldInBezel && s.ended !== null)
    waits(work, s.ended.command, noteOf(work, one));
  if (payout === null || payout.before === null || payout.phase === 'announced') return;
  const sum = sumOf(work, one, payout.currency);
  if (isMute(work, payout) && isOut(one.code, sum)) s.payout = { ...payout, said: null, unheard: false };
  onPaying(work, s.payout ?? payout, one, sum);
}

function onPaying(work: Work, payout: Payout, one: Event, sum: number | null): void {
  const { s, settings } = work;
  if (one.code === event.dispensing && sum !== null) onProgress(work, payout, sum);
  else if (one.code === event.cashboxPaid && sum !== null)
    s.payout = { ...payout, movedMinor: payout.movedMinor + sum };
  else if (one.code === event.heldInBezel) onPresented(work, payout, noteOf(work, one));
  else if (one.code === event.jammed) {
    // It stays jammed until hands help: whatever is left of the order must not come out then.
    const said = sum === null || isMute(work, payout) ? payout.said : sum;
    s.payout = { ...payout, quiet: Math.max(payout.quiet, QUIET_POLLS), said };
  } else if (isOver(one.code)) {
    if (one.code === event.timeOut) flag(work, 'ssp.payout-time-out', true);
    const paidBefore = settings.model === 'nv11' ? (payout.said ?? 0) : 0;
    const said = sum === null || isMute(work, payout) ? payout.said : paidBefore + sum;
    const next = { ...payout, said, quiet: 0 };
    if (one.code === event.dispensed && next.toOrder > 0) s.payout = { ...next, next: true };
    else end(work, { ...next, toOrder: 0 });
  }
}

/** The device says that a note has come to its exit. */
function isOut(code: number, sum: number | null): boolean {
  if (code === event.dispensed) return sum !== null && sum > 0;
  return code === event.dispensedAtPowerUp || code === event.heldInBezel;
}

/** After a break a note float's sums are of the note that was ordered last, and not of the order. */
function isMute({ settings }: Work, { phase }: Payout): boolean {
  return settings.model === 'nv11' && phase === 'recovering';
}

function end({ s }: Work, payout: Payout): void {
  s.payout = { ...payout, phase: 'ended', last: null, reads: 0 };
  s.levelsWanted = true;
}

function onProgress(work: Work, payout: Payout, sum: number): void {
  const { s, device, facts } = work;
  const { command: id, currency } = payout;
  const paid = work.settings.model === 'nv11' ? (payout.said ?? 0) + sum : sum;
  if (isMute(work, payout) || paid <= payout.progress) return;
  s.payout = { ...payout, progress: paid };
  facts.push({ device, fact: 'payout.progress', command: id, paid: { currency, minor: paid } });
}

function onPresented(work: Work, { command: id, pieces, currency }: Payout, named: Denomination | null): void {
  const [only, ...others] = pieces;
  const alone = only === undefined || others.length > 0 ? null : { currency, minor: only.minor };
  waits(work, id, named ?? alone);
}

/** A note of an order, ended or not, waits between the lips; told again it is the same one. */
function waits(work: Work, id: string, note: Denomination | null): void {
  const { s, device, facts } = work;
  if (note === null || (s.lips?.command === id && s.lips.minor === note.minor)) return;
  tellTaken(work);
  s.lips = { command: id, ...note };
  facts.push({ device, fact: 'cash.presented', ...s.lips });
}

function tellTaken({ s, facts, device }: Work): void {
  if (s.lips === null) return;
  facts.push({ device, fact: 'cash.taken', ...s.lips });
  s.lips = null;
}

/**
 * The key of the next note of this order that goes into the box. It counts within the order, so that a device that tells
 * again after a start of this program tells the same event.
 */
export function putAwayKey(device: string, { command: id, moved }: Payout): string {
  const before = [...moved.values()].reduce((sum, count) => sum + count, 0);
  return `${device}/${id}/put-away/${before + 1}`;
}

/** A note went from the store into the box: one that nobody took, or one that the device put away by itself. */
function onTransferred(work: Work, one: Event): void {
  const { s, device, settings, nowMs } = work;
  const note = noteOf(work, one);
  s.levelsWanted = true;
  // The levels tell of all that an emptying moved.
  if (note === null || s.emptying !== null) return;
  const { payout } = s;
  if (payout !== null && s.lips?.command === payout.command && s.lips.minor === note.minor) {
    const retractedMinor = payout.retractedMinor + note.minor;
    const key = `${device}/${payout.command}/retracted/${retractedMinor}`;
    s.payout = { ...payout, retractedMinor };
    s.lips = null;
    latch(work, { device, fact: 'cash.retracted', command: payout.command, key, ...note });
    return;
  }
  const paid = payout?.before === null ? null : payout;
  const key = paid === null ? `${device}/store/moved/${nowMs}-${++s.moves}` : putAwayKey(device, paid);
  if (paid !== null) {
    s.payout = { ...paid, moved: new Map([...paid.moved, [note.minor, (paid.moved.get(note.minor) ?? 0) + 1]]) };
  }
  const from = storeOf(settings);
  latch(work, {
    device,
    fact: 'cash.moved',
    key,
    command: payout?.command ?? null,
    from,
    to: 'box',
    count: 1,
    ...note,
  });
}

/** After all events of an answer. */
export function afterPayout(work: Work, { events }: Events): void {
  const { s } = work;
  const { payout } = s;
  // One that starts does not yet say what it holds.
  const held =
    s.waking !== null || events.some(({ code }) => code === event.heldInBezel || code === event.initialising);
  s.lipsFree = held ? 0 : s.lipsFree + 1;
  if (s.lipsFree >= LIPS_FREE_POLLS) tellTaken(work);
  if (payout === null) return;
  if (payout.phase !== 'paying' && payout.phase !== 'recovering') return;
  const busy = events.some(({ code }) => ofPayouts.has(code));
  const quiet = busy ? 0 : payout.quiet + 1;
  s.payout = { ...(s.payout as Payout), quiet };
  if (payout.halted && quiet > HALTED_POLLS) end(work, { ...(s.payout as Payout), toOrder: 0 });
}

// What it comes to.

/** The levels are known again. */
export function onStock(work: Work): void {
  const { s, device, facts } = work;
  const { payout, stock } = s;
  if (payout === null || stock === null) return;
  if (payout.phase === 'counting') {
    const short = !holds(stock, payout.pieces);
    const buried = work.settings.model === 'nv11' && !onTop(work, payout.pieces);
    if (short || buried) {
      dropUnsentPayout(work, short ? 'not-enough-pieces' : 'not-on-top');
      return;
    }
    const counters = countersOf(work, stock);
    s.payout = { ...payout, phase: 'announced', before: counters };
    const key = startingKey(device, payout.command);
    facts.push({ device, fact: 'payout.starting', command: payout.command, key, counters });
  } else if (payout.phase === 'ended') {
    const settled = payout.last !== null && alike(payout.last, stock);
    s.payout = { ...payout, last: stock, reads: payout.reads + 1 };
    if (settled || payout.reads >= MOST_READS) settle(work, s.payout, stock);
    else {
      s.levelsWanted = true;
      s.levelsAtMs = work.nowMs + READ_AGAIN_MS;
    }
  }
}

function startingKey(device: string, id: string): string {
  return `${device}/${id}/starting`;
}

export function recordedInPayout({ s, device }: Work, key: string): void {
  const { payout } = s;
  if (payout?.phase === 'announced' && key === startingKey(device, payout.command))
    s.payout = { ...payout, starting: true };
}

function settle(work: Work, payout: Payout, stock: Stock): void {
  const { s, device } = work;
  const { command: id, currency, pieces, said } = payout;
  s.payout = null;
  const key = `${device}/${id}/end`;
  const counters = countersOf(work, stock);
  const ordered = totalOf(pieces);
  const gone = payout.before === null ? null : goneSince(work, payout.before, stock);
  if (gone === null) {
    over(work, { device, fact: 'payout.unknown', command: id, key, reason: 'the device has no levels of before' });
    return;
  }
  if (isWordless(work, payout, gone)) {
    const reason = 'the conversation broke, and nothing says that the last note that left the store came out';
    over(work, { device, fact: 'payout.unknown', command: id, key, reason });
    return;
  }
  const paid = paidOf(payout, gone);
  if (paid !== null && paid.length === 0 && payout.refusal !== null) {
    refuse(work, id, payout.refusal);
    s.ended = { command: id, fact: null };
    return;
  }
  if (paid !== null) {
    const minor = totalOf(paid);
    const ended = { device, command: id, key, pieces: paid, counters, paid: { currency, minor } };
    if (minor === ordered) {
      flag(work, 'ssp.payout-time-out', false);
      over(work, { ...ended, fact: 'payout.done' });
    } else over(work, { ...ended, fact: 'payout.partial', owed: { currency, minor: ordered - minor } });
    return;
  }
  const whole = said === ordered;
  if (!whole || !toBox(work, payout, gone)) flag(work, 'ssp.levels-disagree', true);
  if (whole) {
    over(work, {
      device,
      fact: 'payout.done',
      command: id,
      key,
      paid: { currency, minor: ordered },
      pieces,
      counters,
    });
    return;
  }
  const lost = [...gone].reduce((sum, [minor, count]) => sum + minor * count, 0);
  const reason = `the device says it paid ${said ?? 'nothing it could name'}, its levels lost ${lost} minor units`;
  over(work, { device, fact: 'payout.unknown', command: id, key, reason });
}

type Over = DeviceFact & { readonly fact: 'payout.done' | 'payout.partial' | 'payout.unknown' };

function over(work: Work, fact: Over): void {
  latch(work, fact);
  work.s.ended = { command: fact.command, fact };
}

/** Of a note float after a break: notes left its store of which it has not said that they are out. */
function isWordless({ settings }: Work, payout: Payout, gone: Stock): boolean {
  if (settings.model !== 'nv11' || !payout.unheard) return false;
  const left = paidOf({ ...payout, said: null }, gone);
  return left !== null && totalOf(left) !== (payout.said ?? 0);
}

/** What left towards the customer, where both witnesses agree; null: they do not. */
function paidOf({ pieces, said, moved, retractedMinor }: Payout, gone: Stock): readonly Pieces[] | null {
  const left = new Map(gone);
  for (const [minor, count] of moved) left.set(minor, (left.get(minor) ?? 0) - count);
  const paid = [...left].filter(([, count]) => count !== 0).map(([minor, count]) => ({ minor, count }));
  const wanted = asStock(pieces);
  if (paid.some(({ minor, count }) => count < 0 || count > (wanted.get(minor) ?? 0))) return null;
  const sum = totalOf(paid);
  return said === null || said === sum || said + retractedMinor === sum ? paid : null;
}

/** A hopper drops coins that it does not want to pay into the box, and names their sum. */
function toBox(work: Work, { command: id, currency, pieces, movedMinor }: Payout, gone: Stock): boolean {
  const wanted = asStock(pieces);
  const extra = [...gone].map(([minor, count]) => ({ minor, count: count - (wanted.get(minor) ?? 0) }));
  const complete = [...wanted.keys()].every((minor) => gone.has(minor));
  if (!complete || extra.some(({ count }) => count < 0) || totalOf(extra) !== movedMinor) return false;
  const from = storeOf(work.settings);
  for (const { minor, count } of extra.filter((one) => one.count > 0)) {
    const key = `${work.device}/${id}/moved/${minor}`;
    latch(work, { device: work.device, fact: 'cash.moved', key, command: id, from, to: 'box', count, currency, minor });
  }
  return true;
}
