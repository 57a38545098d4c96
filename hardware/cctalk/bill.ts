/**
 * A ccTalk bill validator, pure, on top of what all acceptors of notes share (note-path.ts). Like a coin acceptor it numbers
 * what happens and keeps the last five events; a note counts by the event "sent to the stacker". Nothing has to be
 * acknowledged, so the evidence of an order is among the last events also after a restart of this program: a note has to
 * pass escrow before it is stacked, and the newest event of a note is therefore that of the last order.
 */
import type { Counters, Denomination, DeviceMemory } from '../device.ts';
import {
  awaitsRecord,
  freshEvent,
  dropLate,
  dropUnsent,
  machineBeganAnew,
  type NotePath,
  noteEscrowed,
  noteGone,
  noteRejected,
  noteStacked,
  noteWish,
  orderNote,
  type PathWork,
  recordedInPath,
  startPath,
  undecided,
  wishReturn,
  wishSent,
} from '../note-path.ts';
import { boxStands, faultStands, tellCleared, tellFault } from '../standing.ts';
import {
  type Acceptance,
  acceptanceAnswered,
  acceptanceFailed,
  acceptanceWish,
  closeFirst,
  freshAcceptance,
  idRead,
  rereadTable,
  MASK,
  MASTER,
  POSITIONS,
  readyWhenTold,
  tableRead,
} from './acceptance.ts';
import {
  billCode,
  billEvent,
  billId,
  billValue,
  counterAfter,
  type Event,
  type EventBuffer,
  eventBuffer,
  eventsSince,
  header,
  newEvents,
  route,
  scaling,
  selfCheckFault,
  STACKER_MISSING,
  text,
  WITH_ESCROW,
} from './messages.ts';
import {
  type Ask,
  type Draft,
  freshTalk,
  identitySteps,
  type Part,
  question,
  refuse,
  setting,
  type SetupStep,
  setUpAgain,
  type Work,
} from './talk.ts';

/** A validator that is not polled for 5 s takes nothing more by itself. */
const POLL_MS = 200;
/** Manuals speak of 30 s and more in escrow. A note without a decision is given back long before. */
const ESCROW_MS = 9_000;
/** An order that the device took (ACK), and that no event follows, is not repeated before; one that it did not take is. */
const ROUTE_PATIENCE_MS = 3_000;
const ROUTE_AGAIN_MS = 500;
/** While a fault stands, a self-check asks after it. */
const CHECK_MS = 5_000;
/** The device began anew, or calls its escrow empty, and no event says where the note went: so many polls may still tell. */
const SILENT_POLLS = 25;
/** An order of an earlier start, of which no event tells: it may wait for hands. */
const VAIN_POLLS = 100;
/** Countries whose scaling is asked for. */
const COUNTRIES = 8;
const IN_STACKER = 0;
const IN_ESCROW = 1;

type Scaling = { readonly factor: number; readonly decimals: number };

export interface BillState extends Acceptance {
  readonly path: NotePath;
  readonly scalings: ReadonlyMap<string, Scaling | null>;
  /** Of the last event read; null: none since this program began. */
  readonly counter: number | null;
  /** As recorded with the order that is open; null: it was not, or is no longer of use. */
  readonly noted: { readonly counter: number; readonly serial: number | null } | null;
  readonly eventsLost: boolean;
  /** The serial number to which `counter` belongs. */
  readonly counted: number | null;
  /** The device took the last route order, at this time; null: it did not say so. */
  readonly routedMs: number | null;
  /** Polls without an event since the note got out of sight; null: it is in sight. */
  readonly silentPolls: number | null;
  /** Polls without an event since a note under order was last heard of. */
  readonly vainPolls: number;
  readonly pollAtMs: number;
  readonly checkAtMs: number | null;
}

type BillWork = Work<BillState>;

function start(device: string, memory: DeviceMemory): BillState {
  return {
    ...freshTalk,
    ...freshAcceptance,
    path: startPath(device, memory),
    scalings: new Map(),
    counter: null,
    noted: notedIn(memory),
    counted: null,
    routedMs: null,
    eventsLost: false,
    silentPolls: null,
    vainPolls: 0,
    pollAtMs: 0,
    checkAtMs: null,
  };
}

function notedIn({ counters: { counter, serial } }: DeviceMemory): BillState['noted'] {
  return counter === undefined ? null : { counter, serial: serial ?? null };
}

/** The note-path of this step; `copy` made it a draft. */
function pathOf({ device, nowMs, facts, s }: BillWork): PathWork {
  return { device, nowMs, facts, path: s.path };
}

// Set-up.

const fixed: readonly SetupStep<BillState>[] = [
  closeFirst<BillState>(),
  ...identitySteps<BillState>(),
  setting<BillState>(header.modifyBillMode, [WITH_ESCROW], () => {}),
  ...Array.from({ length: POSITIONS }, (_, at) =>
    question<BillState>(header.billId, (s, data) => idRead(s, usedId(data), data !== null), [at + 1]),
  ),
  { header: header.selfCheck, data: [], optional: true, take: (work, data) => checked(work, data) },
];

function usedId(data: Uint8Array | null): string | null {
  const id = data === null ? '' : text(data);
  return billId(id).country === null ? null : id;
}

/** Behind the ids, the scaling of each country among them. */
function setup({ s }: BillWork): readonly SetupStep<BillState>[] {
  const countries = [...new Set(s.ids.flatMap((id) => billId(id ?? '').country ?? []))].slice(0, COUNTRIES);
  return [
    ...fixed,
    ...countries.map((country) =>
      question<BillState>(
        header.scalingFactor,
        (state, data) => {
          if (data === null) state.gap = true;
          state.scalings = new Map([...state.scalings, [country, data === null ? null : scaling(data)]]);
        },
        Array.from(country, (letter) => letter.charCodeAt(0)),
      ),
    ),
  ];
}

function ready(work: BillWork): void {
  const { s, settings, nowMs } = work;
  const table = new Map<number, Denomination>();
  s.ids.forEach((id, at) => {
    const { country, value } = billId(id ?? '');
    const scale = country === null ? null : (s.scalings.get(country) ?? null);
    const currency = country === null ? null : settings.currencyOf(country);
    const worth = scale === null || currency === null ? null : billValue(value, scale, currency);
    if (worth !== null) table.set(at + 1, worth);
  });
  if (!tableRead(work, table)) return;
  s.pollAtMs = nowMs;
  // One that does not tell its number this time is taken for the one that did: on a bad line the answer is lost.
  const serial = s.serial ?? s.counted;
  if (s.counter !== null && s.counted !== serial) {
    // Another device: what it tells is of other notes.
    outOfSight(work);
    s.counter = null;
    if (s.silentPolls !== null) s.silentPolls = SILENT_POLLS;
  }
  s.counted = serial;
}

// What to ask next.

const POLL = 'poll';
const CHECK = 'check';

/** Nothing more comes in while a note is undecided. */
function held({ s }: BillWork): boolean {
  return s.path.escrow !== null || undecided(s.path) || s.counter === null;
}

function wish(work: BillWork): Ask {
  const { s, nowMs } = work;
  const poll: Ask = { header: header.billEvents, means: POLL, atMs: s.pollAtMs };
  const note = s.counter === null ? null : noteWish(s.path);
  if (note !== null) {
    const routed = { header: header.routeBill, data: [route[note]], means: note };
    return { ...routed, atMs: nowMs, urgent: true };
  }
  if (s.counter === null) return poll;
  // While a note moves the slot is told nothing: an answer to its order comes first.
  // And it is shut as long as a stacked one has no record, for five more events push its own out.
  const told = held(work) ? null : acceptanceWish(work, awaitsRecord(s.path));
  if (told !== null && Math.max(told.atMs, nowMs) < s.pollAtMs) return told;
  if (s.checkAtMs !== null && s.checkAtMs < s.pollAtMs)
    return { header: header.selfCheck, means: CHECK, atMs: s.checkAtMs };
  return poll;
}

function sent(work: BillWork, { means }: Ask): void {
  if (means !== 'stack' && means !== 'return') return;
  wishSent(pathOf(work), means);
  work.s.routedMs = null;
  work.s.pollAtMs = work.nowMs;
}

// What came back.

function answered(work: BillWork, ask: Ask, data: Uint8Array | null): void {
  const { s, nowMs } = work;
  switch (ask.means) {
    case MASK:
    case MASTER:
      acceptanceAnswered(work, ask, data);
      break;
    case CHECK:
      s.checkAtMs = nowMs + CHECK_MS;
      if (data !== null) checked(work, data);
      break;
    case 'stack':
    case 'return':
      if (data?.[0] === route.escrowEmpty) outOfSight(work);
      else if (data?.length === 0) s.routedMs = nowMs;
      break;
    default:
      s.pollAtMs = nowMs + POLL_MS;
      rereadTable(work);
      onBuffer(work, data === null ? null : eventBuffer(data));
  }
  if (s.counter !== null && !held(work)) readyWhenTold(work, awaitsRecord(s.path));
}

function unanswered(work: BillWork, ask: Ask): void {
  const { s, nowMs } = work;
  if (ask.means === MASK || ask.means === MASTER) acceptanceFailed(work);
  else if (ask.means === CHECK) s.checkAtMs = nowMs + CHECK_MS;
  else {
    s.pollAtMs = nowMs + POLL_MS;
    // A device that has told of nothing yet stands at 0 after a reset as before, and forgot its settings all the same.
    if (s.counter === 0) setUpAgain(s);
  }
}

/** Header 232: a fault code, and sometimes more about it. */
function checked(work: BillWork, data: Uint8Array): boolean {
  const { s, nowMs } = work;
  const found = data[0];
  if (found === undefined) return false;
  faultStands(work, selfCheckFault(found), false);
  boxStands(work, found === STACKER_MISSING);
  s.checkAtMs = found === 0 ? null : nowMs + CHECK_MS;
  return true;
}

function onBuffer(work: BillWork, buffer: EventBuffer | null): void {
  const { s } = work;
  if (buffer === null) return;
  const { kept } = s;
  s.kept = buffer.events;
  if (s.counter === null && !goesOn(work, buffer)) return;
  const { count, reset } = eventsSince(s.counter ?? 0, buffer, kept);
  if (reset) {
    setUpAgain(s);
    outOfSight(work);
  }
  const events = newEvents(count, buffer, kept);
  if (count > 0) missedStands(work, count > events.length);
  s.counter = counterAfter(reset ? 0 : (s.counter ?? 0), count - events.length);
  for (const event of events) {
    s.counter = counterAfter(s.counter, 1);
    oneEvent(work, event);
  }
  if (count === 0) nothingNew(work);
  tooLong(work);
}

/**
 * The first reading after a start of this program. With the number that was recorded with the open order, all since is
 * of its note and of those after it, and is read as ever (true); without, the buffer has to say what it can.
 */
function goesOn(work: BillWork, buffer: EventBuffer): boolean {
  const { s } = work;
  const { noted } = s;
  s.noted = null;
  if (noted === null || noted.serial !== s.serial || s.path.stack === null) {
    s.counter = buffer.counter;
    firstReading(work, buffer);
    return false;
  }
  s.counter = noted.counter;
  const [newest] = buffer.events;
  const waits = buffer.counter === noted.counter && newest !== undefined && newest.a !== 0 && newest.b === IN_ESCROW;
  if (waits) oneEvent(work, newest);
  return !waits;
}

function missedStands(work: BillWork, missed: boolean): void {
  const { s } = work;
  if (missed === s.eventsLost) return;
  s.eventsLost = missed;
  (missed ? tellFault : tellCleared)(work, 'cctalk.events-lost');
  // What happened to the note may be among them.
  if (missed) outOfSight(work);
}

/** The device was reset, or is without the note: what becomes of it is told by an event, or by nobody. */
function outOfSight({ s }: BillWork): void {
  if (!undecided(s.path) && s.path.escrow === null) return;
  machineBeganAnew(s.path);
  s.silentPolls ??= 0;
}

/**
 * After a start of this program: what the newest event of a note says about the order that is open. An older one is
 * another note's. A device that was reset has no such event yet.
 */
function firstReading(work: BillWork, { events }: EventBuffer): void {
  const { s } = work;
  const { stack } = s.path;
  if (s.silentPolls !== null) return;
  const at = events.findIndex((event) => saysWhere(event));
  const newest = events[at];
  const rejectedSince = events
    .slice(0, Math.max(at, 0))
    .some(({ a, b }) => a === 0 && billEvent(b).means === 'rejected');
  const waits = newest !== undefined && newest.a !== 0 && newest.b === IN_ESCROW && !rejectedSince;
  if (stack === null) {
    if (waits) oneEvent(work, newest);
    return;
  }
  if (newest === undefined) {
    outOfSight(work);
    return;
  }
  if (!waits) {
    if (handledSince(events)) machineBeganAnew(s.path);
    if (newest.a !== 0 && newest.b === IN_ESCROW) noteGone(pathOf(work), s.path.beganAnew ? 'empty' : 'leaving');
    else oneEvent(work, newest);
    return;
  }
  oneBefore(
    work,
    newest,
    events.slice(at + 1).find((event) => saysWhere(event)),
  );
  oneEvent(work, newest);
}

/**
 * A note waits in escrow, and one was stacked just before it: the order may have been for that one, if its end was not
 * heard. Their values tell; when they are alike, nobody can.
 */
function oneBefore(work: BillWork, waiting: Event, before: Event | undefined): void {
  const { s } = work;
  const { stack } = s.path;
  if (stack === null || before === undefined || before.a === 0 || before.b !== IN_STACKER) return;
  const fits = ({ a }: Event): boolean => s.table.get(a)?.minor === stack.minor;
  if (!fits(before)) return;
  if (!fits(waiting)) {
    oneEvent(work, before);
    return;
  }
  machineBeganAnew(s.path);
  noteGone(pathOf(work), 'empty');
}

/** A note was freed by hands after it came into escrow, which may have pushed it on into the box. */
function handledSince(events: readonly Event[]): boolean {
  const escrowed = events.findIndex(({ a, b }) => a !== 0 && b === IN_ESCROW);
  return events.slice(0, escrowed < 0 ? events.length : escrowed).some(({ a, b }) => a === 0 && isHandled(b));
}

function isHandled(b: number): boolean {
  const meaning = billEvent(b);
  return meaning.means === 'fault' && meaning.handled;
}

/** Tells where a note is. */
function saysWhere({ a, b }: Event): boolean {
  if (a !== 0) return b === IN_STACKER || b === IN_ESCROW;
  const { means } = billEvent(b);
  return means === 'returned' || means === 'stacked-unknown';
}

function nothingNew(work: BillWork): void {
  const { s, nowMs } = work;
  const path = pathOf(work);
  if (s.silentPolls !== null) {
    s.silentPolls++;
    if (s.silentPolls < SILENT_POLLS) return;
    s.silentPolls = null;
    noteGone(path, 'empty');
    return;
  }
  const patienceMs = s.routedMs === null ? ROUTE_AGAIN_MS : ROUTE_PATIENCE_MS;
  const { stack, giveBack, escrow } = s.path;
  if (stack !== null && escrow === null) {
    s.vainPolls++;
    if (s.vainPolls >= VAIN_POLLS) outOfSight(work);
    return;
  }
  if (giveBack !== null) {
    if (giveBack.sentMs !== null && nowMs - giveBack.sentMs > patienceMs)
      path.path.giveBack = { ...giveBack, sentMs: null };
    return;
  }
  const late = escrow === null || nowMs >= escrow.deadlineMs;
  if (stack === null || stack.sentMs === null || late || nowMs - stack.sentMs <= patienceMs) return;
  path.path.stack = { ...stack, sentMs: null };
}

/** Nobody decided, or the device does nothing: the note is not left to the device's own patience. */
function tooLong(work: BillWork): void {
  const { s, nowMs } = work;
  const { escrow, stack } = s.path;
  if (escrow === null || s.silentPolls !== null) return;
  const unsent = stack === null || stack.sentMs === null;
  if (nowMs < (unsent ? escrow.deadlineMs : escrow.lapsedMs)) return;
  dropLate(pathOf(work));
  wishReturn(pathOf(work).path);
}

function oneEvent(work: BillWork, { a, b }: Event): void {
  const { s } = work;
  const path = pathOf(work);
  // After a reset, or after hands were at it, an event may be of a note that came behind the one that was ordered in.
  if (s.silentPolls !== null) machineBeganAnew(s.path);
  const another = s.path.beganAnew;
  s.vainPolls = 0;
  if (saysWhere({ a, b })) s.silentPolls = null;
  if (a !== 0) {
    const value = s.changed ? null : (s.table.get(a) ?? null);
    faultStands(work, null, false);
    if (b === IN_STACKER) stacked(work, value);
    if (b !== IN_ESCROW) return;
    if (another) noteGone(path, 'empty');
    noteEscrowed(path, a, value, ESCROW_MS, countersOf(s));
    return;
  }
  const meaning = billEvent(b);
  switch (meaning.means) {
    case 'nothing':
      return;
    case 'returned':
      noteGone(path, another ? 'empty' : 'leaving');
      return;
    case 'rejected':
      noteRejected(path, meaning.reason, billCode(b));
      return;
    case 'stacked-unknown':
      stacked(work, null);
      return;
    case 'box-out':
    case 'box-in':
      boxStands(work, meaning.means === 'box-out');
      if (meaning.means === 'box-in') faultStands(work, null, false);
      return;
    case 'well':
      boxStands(work, false);
      faultStands(work, null, false);
      return;
    case 'fault':
      faultStands(work, billCode(b), meaning.suspect);
      s.checkAtMs ??= work.nowMs + CHECK_MS;
      if (meaning.handled) machineBeganAnew(path.path);
      return;
    default:
      meaning satisfies never;
  }
}

/** Two that nobody ordered may come in one reading: the number of the event tells them apart. */
function stacked(work: BillWork, value: Denomination | null): void {
  freshEvent(work.s.path);
  noteStacked(pathOf(work), value);
}

function countersOf({ counter, serial }: Draft<BillState>): Counters {
  return { counter: counter ?? 0, ...(serial === null ? {} : { serial }) };
}

export const billValidator: Part<BillState> = {
  start,
  copy: (state) => ({ ...state, path: { ...state.path } }),
  setup,
  ready,
  wish,
  sent,
  answered,
  unanswered,
  lost(work) {
    if (!work.s.open) dropUnsent(pathOf(work), 'line-lost');
  },
  levels: (work, { accept }) => {
    work.s.accept = accept;
  },
  command(work, order) {
    if (order.command !== 'note.stack' && order.command !== 'note.return')
      refuse(work, order.id, 'not-for-an-acceptor');
    else orderNote(pathOf(work), order, { open: work.s.open, held: work.s.path.escrow !== null });
  },
  recorded({ s }, key) {
    recordedInPath(s.path, key);
  },
};
