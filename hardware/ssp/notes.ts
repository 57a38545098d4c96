/**
 * A note's way in, as the device tells it. EF with a channel: it lies in escrow, and the next poll would take it, so HOLD is
 * sent instead until somebody decides. EE is the credit. Where the note went comes afterwards (EB: box, DB: store), and
 * corrects what the route said.
 */
import type { CashUnit, Denomination, DeviceCommand, FoundNote } from '../device.ts';
import {
  machineBeganAnew,
  noteAccepting,
  noteEscrowed,
  noteGone,
  noteRejected,
  noteStacked,
  orderNote,
  poweredUp,
  undecided,
  wishReturn,
} from '../note-path.ts';
import { type Event, event, type Events, rejectCode, rejectReason, reply } from './messages.ts';
import { putAwayKey } from './payout.ts';
import { awaitRecord, latch, noteOf, pays, type Reply, storeOf, type Work } from './state.ts';

/** HOLD keeps a note for ever; this is how long the device waits by itself without one, and this driver with. */
const ESCROW_MS = 10_000;
const HOLD_MS = 200;
/** A note is judged gone after so many answers without a word about one. */
const EMPTY_POLLS = 3;
/** The same for one that was ordered in: its credit comes when it has passed the last sensor. */
const EMPTY_POLLS_UNDECIDED = 25;
/** What became of a note inside is told in so many answers after the device was switched on. */
const WAKING_POLLS = 3;

const ofNotes: ReadonlySet<number> = new Set<number>([
  event.read,
  event.credit,
  event.rejecting,
  event.rejected,
  event.stacking,
  event.stacked,
  event.safeJam,
  event.unsafeJam,
  event.noteStored,
]);

const atPowerUp: ReadonlySet<number> = new Set<number>([
  event.clearedToCashbox,
  event.clearedFromFront,
  event.stackedAtPowerUp,
  event.storedAtPowerUp,
]);

/** What lies in this channel; null: nothing that may be taken now. */
function takenValue({ s }: Work, channel: number): Denomination | null {
  const mayStay = s.payout === null && s.emptying === null && !s.flags.has('ssp.denominations-changed');
  return mayStay ? knownValue(s, channel) : null;
}

function knownValue({ table }: Pick<Work['s'], 'table'>, channel: number | undefined): Denomination | null {
  return channel === undefined ? null : (table?.get(channel) ?? null);
}

/** All of an answer's words about notes, in the device's order; `later` stands behind `one` in the same answer. */
export function onNoteEvent(work: Work, one: Event, later: readonly Event[]): void {
  const { s, path } = work;
  switch (one.code) {
    case event.read:
      if (one.byte !== 0 && one.byte !== undefined) onEscrow(work, one.byte);
      else if (!path.moving || path.escrow !== null) noteAccepting(work);
      return;
    case event.credit:
      onCredit(work, knownValue(s, one.byte), later);
      return;
    case event.stacked:
      onPlace(work, 'box');
      return;
    case event.noteStored:
      onPlace(work, storeOf(work.settings));
      return;
    case event.rejecting:
      if (path.stack !== null || path.giveBack !== null) noteGone(work, 'leaving');
      s.holding = false;
      return;
    case event.rejected:
      s.holding = false;
      if (path.stack !== null || path.giveBack !== null) noteGone(work, 'leaving');
      else if (path.moving) s.rejectWanted = true;
      return;
    case event.safeJam:
    case event.unsafeJam:
      // Hands take the note out, or push it in.
      machineBeganAnew(path);
      return;
    case event.stackedAtPowerUp:
      onPowerUpPlace(work, one, 'box');
      return;
    case event.storedAtPowerUp:
      onPowerUpPlace(work, one, storeOf(work.settings));
      return;
    case event.clearedToCashbox:
      wake(work, 'stacker');
      return;
    case event.clearedFromFront: {
      // One of another value came in behind the note under order: of that nobody knows any more.
      const [value, { stack }] = [knownValue(s, one.byte), path];
      const other = stack !== null && value !== null && value.minor !== stack.minor;
      wake(work, other ? 'nothing' : 'acceptor');
      return;
    }
    default:
      return;
  }
}

/** The machine says that a note lies there: told once, and held from now on. */
function onEscrow(work: Work, channel: number): void {
  const { s } = work;
  noteEscrowed(work, channel, takenValue(work, channel), ESCROW_MS);
  s.holding = true;
  s.holdAtMs = work.nowMs;
}

/** HOLD was answered: the note lies there still, or it does not. */
export function onHeld(work: Work, { code }: Reply): void {
  const { s, path, nowMs } = work;
  s.holdAtMs = nowMs + HOLD_MS;
  if (code !== reply.ok) {
    // Nothing in escrow: a poll takes nothing, and tells what became of the note.
    s.holding = false;
    s.pollAtMs = nowMs;
    return;
  }
  const { escrow } = path;
  if (escrow !== null) noteEscrowed(work, escrow.code, escrow.value, ESCROW_MS);
}

/** Called before each turn: a note that nobody decided about in time goes back. */
export function watchEscrow({ s, path, nowMs }: Work): void {
  const over = path.escrow !== null && nowMs >= path.escrow.deadlineMs;
  if (s.holding && over && path.stack === null) wishReturn(path);
}

function onCredit(work: Work, value: Denomination | null, later: readonly Event[]): void {
  const { s } = work;
  const unit = unitAhead(work, later) ?? routed(work, value ?? work.path.stack ?? work.path.escrow?.value ?? null);
  credit(work, value, unit);
  s.holding = false;
}

function credit(work: Work, value: Denomination | null, unit: CashUnit): void {
  const { s } = work;
  const { key, recorded, currency, minor } = noteStacked(work, value, unit);
  if (recorded) return;
  awaitRecord(work, key);
  s.placing = pays(work.settings) ? { key, currency, minor, unit } : null;
}

/** Where the device says it went, when it says so at once. */
function unitAhead({ settings }: Work, later: readonly Event[]): CashUnit | null {
  const place = later.find(({ code }) => code === event.stacked || code === event.noteStored);
  if (place === undefined) return null;
  return place.code === event.stacked ? 'box' : storeOf(settings);
}

function routed({ s, settings }: Work, value: Denomination | null): CashUnit {
  return value !== null && s.routes.get(value.minor) === 0 ? storeOf(settings) : 'box';
}

/** The note lies in its place: credited before, or, when the answer with its credit was lost, evidence by itself. */
function onPlace(work: Work, unit: CashUnit): void {
  const { s, path } = work;
  if (path.stack !== null && undecided(path)) credit(work, null, unit);
  s.holding = false;
  placed(work, unit);
}

/** A credited note lies elsewhere than its route said. */
function placed(work: Work, to: CashUnit): void {
  const { s, device } = work;
  const { placing } = s;
  s.placing = null;
  s.levelsWanted ||= pays(work.settings);
  if (placing === null || placing.unit === to) return;
  const { key, unit: from, currency, minor } = placing;
  latch(work, {
    device,
    fact: 'cash.moved',
    key: `${key}/placed`,
    command: null,
    from,
    to,
    count: 1,
    currency,
    minor,
  });
}

/** At power-up a note was brought to its place: an ordered one counts, one of a payout is the payout's. */
function onPowerUpPlace(work: Work, one: Event, unit: CashUnit): void {
  const { s, path, device } = work;
  const value = noteOf(work, one);
  if (path.stack !== null) {
    credit(work, value, unit);
    placed(work, unit);
    wake(work, 'stacker');
  } else if (s.placing !== null) placed(work, unit);
  else if (unit === 'box' && value !== null && s.payout !== null) {
    const { command, moved } = s.payout;
    const key = putAwayKey(device, s.payout);
    s.payout = { ...s.payout, moved: new Map([...moved, [value.minor, (moved.get(value.minor) ?? 0) + 1]]) };
    const from = storeOf(work.settings);
    latch(work, { device, fact: 'cash.moved', key, command, from, to: 'box', count: 1, ...value });
  }
  s.levelsWanted ||= pays(work.settings);
}

function wake(work: Work, found: FoundNote): void {
  work.s.waking = null;
  awaitRecord(work, poweredUp(work, found));
}

/** After all events of an answer: what its silence says. */
export function afterNotes(work: Work, { events }: Events): void {
  const { s, path } = work;
  const quiet = !events.some(({ code }) => ofNotes.has(code) || atPowerUp.has(code) || code === event.initialising);
  s.emptyPolls = quiet ? s.emptyPolls + 1 : 0;
  if (s.waking !== null) {
    if (quiet) s.waking++;
    if (s.waking > WAKING_POLLS) wake(work, 'nothing');
    return;
  }
  const limit = undecided(path) ? EMPTY_POLLS_UNDECIDED : EMPTY_POLLS;
  if (s.emptyPolls >= limit && path.moving && !s.holding && !s.rejectWanted) noteGone(work, 'empty');
  else if (s.emptyPolls >= limit && path.stack !== null && !s.holding) noteGone(work, 'empty');
}

export function onRejectCode(work: Work, { code, data }: Reply): void {
  const { s } = work;
  s.rejectWanted = false;
  const why = code === reply.ok ? data[0] : undefined;
  if (why === undefined) noteRejected(work, 'other', 'ssp.rejected');
  else noteRejected(work, rejectReason(why), rejectCode(why));
}

export function onNoteOrder(
  work: Work,
  order: DeviceCommand & { readonly command: 'note.stack' | 'note.return' },
): void {
  const { s } = work;
  orderNote(work, order, { open: s.open, held: s.holding });
}
