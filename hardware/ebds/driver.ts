/**
 * The conversation with one EBDS acceptor, pure: every message carries what is enabled and what to do with the note; the
 * answer is the device's whole state. A note counts by the bit STACKED. The number of the acknowledgement toggles with
 * each new message, and the device repeats its last answer when it does not: so the number stays until `recorded`, and a
 * message is sent again under its number until its own answer comes.
 *
 * After a start nobody knows which number was the last. If the first message bears another, the device takes it for an
 * acknowledgement, and a STACKED that was not recorded is not told again: an order of before ends as unknown then.
 */
import type { Denomination, DeviceCommand, DeviceFact, DeviceMemory } from '../device.ts';
import type { Driver, DriverInput, DriverSend, DriverStep } from '../driver.ts';
import {
  dropLate,
  dropUnsent,
  machineBeganAnew,
  type NotePath,
  noteAccepting,
  noteEscrowed,
  noteGone,
  noteRejected,
  noteStacked,
  noteWish,
  orderNote,
  type PathWork,
  poweredUp,
  recordedInPath,
  refuse,
  startPath,
  wishReturn,
  wishSent,
} from '../note-path.ts';
import { allWell, boxStands, faultStands, lose, type Standing, tellCleared, tellFault } from '../standing.ts';
import { createDecoder, encode, type Frame } from './frame.ts';
import {
  auxiliary,
  config,
  denominationOf,
  everyDenomination,
  extended,
  faultOf,
  mode,
  noteMask,
  type NoteSpecification,
  type Report,
  report,
  type StateBit,
  text,
  type as messageType,
} from './messages.ts';

/** The device wants to be polled every 100 to 200 ms; slower is enough while nothing is enabled and it is empty. */
const POLL_MS = 150;
const POLL_RESTING_MS = 400;
/** It answers within 25 ms; widened for adapters and pseudo-terminals, and for a specification of 30 bytes. */
const REPLY_WITHIN_MS = 250;
const INTER_BYTE_MS = 25;
/** The device keeps a note as long as it is polled: it is told to give it back when nobody decided within this time. */
const ESCROW_MS = 10_000;
/** No valid reply for this long: the device is lost. One missing reply means nothing. */
const SILENT_MS = 2_000;
const SETUP_TRIES = 3;
/** So often a question meets silence, between polls that are answered, before that is the answer. */
const SILENT_TRIES = 6;
const SETUP_RETRY_MS = 1_000;
/** A note is judged gone when this many reports in a row say that the device is empty. */
const EMPTY_REPORTS = 2;
/** Places of the table of notes. */
const MOST_NOTES = 50;
const STANDARD_NOTES = 7;

export interface Settings {
  /** Decimal places of an ISO 4217 code; null: there is no such currency. */
  readonly digitsOf: (currency: string) => number | null;
  /** What the values 1 to 7 are, for devices without a table of notes. */
  readonly values: readonly (Denomination | null)[];
}

type Question = 'model' | 'serial' | 'application' | 'note' | 'inhibits';

/** What bears the present number. */
interface Message {
  readonly note: 'stack' | 'return' | null;
  readonly question: Question | null;
  /** Places of the table that it enables. */
  readonly enabled: readonly number[];
  readonly noteAt: number;
}

interface Identity {
  readonly model: string | null;
  readonly serial: string | null;
  readonly firmware: string | null;
}

export interface State extends Standing {
  readonly path: NotePath;
  readonly open: boolean;
  readonly lastReplyMs: number;
  readonly pollAtMs: number;
  /** An answer is awaited. */
  readonly asking: boolean;
  readonly ack: 0 | 1;
  /** Sent under the present number, and not answered yet; null: the number is free. */
  readonly message: Message | null;
  /** Of the last report; null: none since the line opened. */
  readonly bits: ReadonlySet<StateBit> | null;
  readonly rejected: boolean;
  /** It was said once that somebody cheats, and not yet again. */
  readonly cheated: boolean;
  readonly emptyReports: number;

  /** What is asked of the device before it is ready. */
  readonly questions: readonly Question[];
  readonly noteAt: number;
  readonly tries: number;
  readonly setupAtMs: number;
  readonly refused: boolean;
  /** The inhibits that the device took, or that it knows none; null: not known. */
  readonly enabled: string | null;
  readonly ready: boolean;

  readonly identity: Identity;
  readonly specifications: readonly NoteSpecification[];
  /** The table as it was read last; null: not read since the device began. */
  readonly reading: string | null;
  readonly table: ReadonlyMap<number, Denomination> | null;
  /** The table is the device's own, so that its reports name notes by it. */
  readonly extended: boolean;
  readonly tableText: string | null;
  readonly tableChanged: boolean;
  readonly accept: readonly number[];

  /** A STACKED that is repeated until its number toggles. */
  readonly stacked: { readonly key: string; readonly recorded: boolean } | null;
  /** It was switched on, and what became of a note inside is not told yet. */
  readonly waking: boolean;
  readonly wasUp: boolean;
}

type Draft = { -readonly [Name in keyof Omit<State, 'path'>]: State[Name] };

interface Work extends PathWork {
  readonly settings: Settings;
  readonly s: Draft;
}

const nobody: Identity = { model: null, serial: null, firmware: null };
const allQuestions: readonly Question[] = ['model', 'serial', 'application', 'note'];

function start(device: string, memory: DeviceMemory): State {
  const path = startPath(device, memory);
  machineBeganAnew(path);
  return {
    ...allWell,
    path,
    open: false,
    lastReplyMs: 0,
    pollAtMs: 0,
    asking: false,
    ack: 0,
    message: null,
    bits: null,
    rejected: false,
    cheated: false,
    emptyReports: 0,
    questions: allQuestions,
    noteAt: 1,
    tries: 0,
    setupAtMs: 0,
    refused: false,
    enabled: null,
    ready: false,
    identity: nobody,
    specifications: [],
    reading: null,
    table: null,
    extended: false,
    tableText: null,
    tableChanged: false,
    accept: [],
    stacked: null,
    waking: false,
    wasUp: false,
  };
}

/** A driver for one acceptor; `step` is total: no sequence of bytes or orders makes it throw. */
export function createDriver(device: string, settings: Settings): Driver<State, Frame> {
  return {
    interByteMs: INTER_BYTE_MS,
    decoder: createDecoder,
    start: (memory) => start(device, memory),
    step(before, input) {
      const { path } = before;
      const work: Work = { device, settings, nowMs: input.nowMs, s: { ...before }, path: { ...path }, facts: [] };
      const send = handle(work, input);
      return finish(work, send);
    },
  };
}

function finish(work: Work, send: DriverSend | null): DriverStep<State> {
  const { s, path, facts } = work;
  return {
    state: { ...s, path },
    facts,
    turnAtMs: turnAt(work),
    urgent: noteWish(path) !== null,
    ...(send === null ? {} : { send }),
  };
}

function handle(work: Work, input: DriverInput<Frame>): DriverSend | null {
  const { s, path, nowMs } = work;
  switch (input.type) {
    case 'opened':
      s.open = true;
      s.lastReplyMs = nowMs;
      s.pollAtMs = nowMs;
      s.asking = false;
      s.bits = null;
      beginAgain(s);
      return null;
    case 'closed':
      s.open = false;
      s.asking = false;
      s.ready = false;
      dropUnsent(work, 'line-lost');
      outOfSight(work, input.problem.code, input.problem.message);
      return null;
    case 'turn':
      return takeTurn(work);
    case 'frame':
      onFrame(work, input.frame);
      return null;
    case 'discarded':
      return null;
    case 'silence':
      onSilence(work);
      return null;
    case 'command':
      onCommand(work, input.command);
      return null;
    case 'levels':
      s.accept = input.levels.accept;
      return null;
    case 'recorded':
      recordedInPath(path, input.key);
      if (s.stacked?.key === input.key) s.stacked = { ...s.stacked, recorded: true };
      return null;
    default:
      return input satisfies never;
  }
}

/** Everything that the device forgets, or that may have changed while nobody looked. */
function beginAgain(s: Draft): void {
  s.questions = allQuestions;
  s.noteAt = 1;
  s.specifications = [];
  s.reading = null;
  s.tries = 0;
  s.setupAtMs = 0;
  s.enabled = null;
  s.ready = false;
  s.emptyReports = 0;
  s.message = null;
}

function outOfSight(work: Work, reason: (DeviceFact & { fact: 'device.lost' })['reason'], message: string): void {
  // Stacked and returned are repeated until their number toggles: a device that is empty without them was reset meanwhile.
  machineBeganAnew(work.path);
  lose(work, reason, message);
}

// What to send next.

function turnAt(work: Work): number | null {
  const { s, path, nowMs } = work;
  if (!s.open || s.asking) return null;
  if (s.message !== null) return s.pollAtMs;
  if (noteWish(path) !== null) return nowMs;
  if (question(work) !== null && s.setupAtMs < s.pollAtMs) return Math.max(nowMs, s.setupAtMs);
  return s.pollAtMs;
}

/** Questions wait while a note moves. */
function question({ s }: Work): Question | null {
  if (s.bits === null || s.waking || !(isIdle(s.bits) || isOutOfService(s.bits))) return null;
  const [first] = s.questions;
  if (first !== undefined) return first;
  return s.extended && s.enabled !== enabledNotes(s).join() ? 'inhibits' : null;
}

/** Nothing is in the path. */
function isIdle(bits: ReadonlySet<StateBit>): boolean {
  return bits.size === 1 && bits.has('idle');
}

/** Starting, open, jammed or without its box: what is in the path is not told. */
function isOutOfService(bits: ReadonlySet<StateBit>): boolean {
  return bits.size === 0;
}

/** Places of the table that may be taken now. */
function enabledNotes(s: Draft): readonly number[] {
  if (s.table === null || s.tableChanged) return [];
  return [...s.table].filter(([, { minor }]) => s.accept.includes(minor)).map(([index]) => index);
}

/** The three bytes that every message carries. */
function orders(s: Draft, { note, enabled }: Message): readonly number[] {
  const standard = enabled.reduce((bits, index) => bits | (1 << (index - 1)), 0);
  const denominations = enabled.length === 0 ? 0 : s.extended ? everyDenomination : standard & everyDenomination;
  const what = note === null ? 0 : mode[note];
  return [denominations, mode.anyOrientation | mode.escrow | what, config.policyB | config.extendedNotes];
}

function takeTurn(work: Work): DriverSend | null {
  const { s, path } = work;
  dropLate(work);
  const atMs = turnAt(work);
  if (atMs === null || atMs > work.nowMs) return null;
  if (s.message === null) {
    const note = noteWish(path);
    const asked = note === null && s.setupAtMs < s.pollAtMs ? question(work) : null;
    // Nothing comes in before it is known what was inside.
    const enabled = s.ready || asked === 'inhibits' ? enabledNotes(s) : [];
    s.message = { note, question: asked, enabled, noteAt: s.noteAt };
    if (note !== null) wishSent(work, note);
  } else if (!standsAsOrdered(work, s.message)) s.message = { ...s.message, note: null };
  s.asking = true;
  return send(s, s.message);
}

/** An order goes out again only for the note that it was given for. */
function standsAsOrdered({ path, nowMs }: Work, { note }: Message): boolean {
  if (note === 'return') return path.giveBack !== null;
  return note !== 'stack' || (path.stack !== null && path.escrow !== null && nowMs < path.escrow.deadlineMs);
}

function send(s: Draft, message: Message): DriverSend {
  const bytes = orders(s, message);
  const asked = message.question;
  switch (asked) {
    case null:
      return request(s, message.note ?? 'poll', messageType.order, bytes);
    case 'note':
      return request(s, 'note-specification', messageType.extended, [extended.note, ...bytes, message.noteAt]);
    case 'inhibits':
      return request(s, asked, messageType.extended, [extended.inhibits, ...bytes, ...noteMask(message.enabled)]);
    default:
      return request(s, asked, messageType.auxiliary, [0, 0, auxiliary[asked]]);
  }
}

function request({ ack }: Draft, name: string, type: number, data: readonly number[]): DriverSend {
  return { name, bytes: encode({ type, ack, data }), replyWithinMs: REPLY_WITHIN_MS };
}

// What came back.

function onFrame(work: Work, frame: Frame): void {
  const { s, nowMs } = work;
  s.asking = false;
  s.lastReplyMs = nowMs;
  s.lost = null;
  s.pollAtMs = nowMs + POLL_MS;
  const { message } = s;
  // An answer to another number is an old one: the message stands.
  if (frame.ack !== s.ack || message === null) return;
  const said = report(frame);
  if (isDoubtful(s, said)) return;
  if (message.question !== null && s.stacked === null) onAnswer(work, message, frame, said);
  if (said !== null) onReport(work, said, message.question !== 'note');
  if (s.stacked?.recorded === false) return;
  s.stacked = null;
  s.message = null;
  s.ack = s.ack === 0 ? 1 : 0;
}

/**
 * A frame has no more than an XOR against noise, and a cheat takes money back: it counts when it is said again under the
 * same number, as a device does that has not been told that it was heard.
 */
function isDoubtful(s: Draft, said: Report | null): boolean {
  const cheated = said?.status.has('cheated') === true && s.fault !== 'ebds.cheated';
  const first = cheated && !s.cheated;
  s.cheated = cheated;
  return first;
}

function onSilence(work: Work): void {
  const { s, nowMs, device } = work;
  s.asking = false;
  s.pollAtMs = nowMs + POLL_MS;
  if (s.message !== null && s.message.question !== null && s.stacked === null) {
    setupFailed(work, false);
    // A device that is mute to a question alone still answers polls.
    if (s.tries % SETUP_TRIES === 0) s.message = null;
  }
  if (nowMs - s.lastReplyMs <= SILENT_MS || s.lost === 'silent') return;
  s.bits = null;
  beginAgain(s);
  outOfSight(work, 'silent', `${device} does not answer; check its power and its cable.`);
}

/** `heard`: there was an answer, and it was none to the question. */
function setupFailed(work: Work, heard: boolean): void {
  const { s, nowMs } = work;
  s.tries++;
  s.setupAtMs = nowMs + POLL_MS;
  // The answer may be lost, not the order: what the device made of it is not known.
  s.enabled = null;
  if (s.tries < SETUP_TRIES) return;
  const [first, ...rest] = s.questions;
  if (first === 'note' && hasNoTable(work, heard)) {
    s.questions = rest;
    taken(work);
    tableKnown(work, false);
  } else if (first !== undefined && first !== 'note') {
    s.tries = 0;
    s.questions = rest;
  } else if (first === undefined || heard || !mayHaveNoTable(work)) {
    s.setupAtMs = nowMs + SETUP_RETRY_MS;
    if (s.refused) return;
    s.refused = true;
    tellFault(work, 'ebds.setting-refused');
  }
}

/**
 * A device without a table of its own: the values are those configured. Silence alone may be a bad line, and says so only
 * after long, where there is something configured, and not of a device that had a table before.
 */
function hasNoTable(work: Work, heard: boolean): boolean {
  const { s } = work;
  return !s.extended && (heard || (mayHaveNoTable(work) && s.tries >= SILENT_TRIES));
}

function mayHaveNoTable({ s, settings }: Work): boolean {
  return !s.extended && settings.values.length > 0;
}

function onAnswer(work: Work, { question: asked, enabled, noteAt }: Message, frame: Frame, said: Report | null): void {
  const { s } = work;
  switch (asked) {
    case null:
      return;
    case 'note':
      if (frame.type !== messageType.extended || frame.data[0] !== extended.note) setupFailed(work, true);
      else onSpecification(work, noteAt, said?.note ?? null);
      return;
    case 'inhibits':
      if (said === null || said.invalidCommand) {
        setupFailed(work, true);
        return;
      }
      s.enabled = enabled.join();
      break;
    default:
      if (frame.type !== messageType.auxiliary) {
        setupFailed(work, true);
        return;
      }
      s.identity = { ...s.identity, [asked === 'application' ? 'firmware' : asked]: text(frame.data) || null };
      s.questions = s.questions.slice(1);
  }
  taken(work);
}

function taken(work: Work): void {
  const { s } = work;
  s.tries = 0;
  s.setupAtMs = 0;
  if (s.refused) tellCleared(work, 'ebds.setting-refused');
  s.refused = false;
}

/** Places are asked for one by one; an empty one, or another than asked for, is the end. */
function onSpecification(work: Work, noteAt: number, note: NoteSpecification | null): void {
  const { s } = work;
  taken(work);
  if (note !== null && note.index === noteAt) {
    s.specifications = [...s.specifications, note];
    s.noteAt = noteAt + 1;
    if (s.noteAt <= MOST_NOTES) return;
  }
  s.questions = s.questions.slice(1);
  tableKnown(work, s.specifications.length > 0);
}

function tableKnown(work: Work, own: boolean): void {
  const { s, device, facts, settings } = work;
  const table = new Map<number, Denomination>();
  let unknown = false;
  if (own) {
    for (const note of s.specifications) {
      const digits = settings.digitsOf(note.currency);
      const value = digits === null ? null : denominationOf(note, digits);
      if (value === null) unknown = true;
      else table.set(note.index, value);
    }
  } else {
    settings.values.slice(0, STANDARD_NOTES).forEach((value, at) => {
      if (value !== null) table.set(at + 1, value);
    });
  }
  const seen = JSON.stringify([own, ...table]);
  if (own && s.reading !== seen) {
    // A frame here has no more than an XOR: a table counts when it was read twice alike.
    s.reading = seen;
    s.questions = ['note', ...s.questions];
    s.noteAt = 1;
    s.specifications = [];
    return;
  }
  const first = s.tableText === null;
  if (!first && s.tableText !== seen && !s.tableChanged) {
    s.tableChanged = true;
    tellFault(work, 'ebds.denominations-changed');
  }
  s.tableText ??= seen;
  if (!s.tableChanged) {
    s.table = table;
    s.extended = own;
  }
  if (first && unknown) tellFault(work, 'ebds.currency-unknown');
  if (first && table.size === 0) tellFault(work, 'ebds.no-denominations');
  const { model, serial, firmware } = s.identity;
  facts.push({
    device,
    fact: 'device.identified',
    protocol: 'ebds',
    maker: 'MEI',
    model,
    serial,
    firmware,
    denominations: [...table.values()],
  });
}

function readyWhenDone(work: Work): void {
  const { s, device, facts } = work;
  if (s.ready || s.waking || s.questions.length > 0 || s.bits === null || !isIdle(s.bits)) return;
  if (question(work) !== null) return;
  s.ready = true;
  const usable = !s.tableChanged && s.table !== null && s.table.size > 0;
  facts.push({ device, fact: usable ? 'device.ready' : 'device.disabled' });
}

// Reports.

/** `named`: a note that it describes is the one in the path, and not a place of the table. */
function onReport(work: Work, said: Report, named: boolean): void {
  const { s, path, nowMs } = work;
  const before = s.bits ?? new Set<StateBit>();
  s.bits = said.state;
  const idle = isIdle(said.state);
  s.emptyReports = idle ? s.emptyReports + 1 : 0;
  const resting = idle && s.accept.length === 0 && path.escrow === null && path.stack === null && !s.waking;
  s.pollAtMs = nowMs + (resting ? POLL_RESTING_MS : POLL_MS);
  watchFaults(work, said);
  if (said.powerUp && !s.wasUp) {
    s.waking = true;
    beginAgain(s);
  }
  s.wasUp = said.powerUp;
  if (!said.state.has('escrowed')) dropUnsent(work, 'no-note');
  // Hands may take the note out of it, or push it in.
  if (isOutOfService(said.state)) machineBeganAnew(path);
  // The next report names it.
  const unnamed = !named && said.state.has('escrowed');
  const value = named ? valueOfNote(work, said) : null;
  if (s.waking) wake(work, said, value);
  else if (!unnamed) onMovement(work, said, value, before);
  s.rejected = said.status.has('rejected');
  readyWhenDone(work);
}

/** Under policy B a note past escrow is stacked and told with its value, one in escrow is held. */
function wake(work: Work, { state }: Report, value: Denomination | null): void {
  const { s } = work;
  const inMouth = state.has('escrowed') || state.has('returning') || state.has('returned');
  if (state.has('stacked')) {
    s.stacked = value === null ? { key: poweredUp(work, 'stacker'), recorded: false } : noteStacked(work, value);
  } else if (inMouth) poweredUp(work, 'acceptor');
  else if (s.emptyReports >= EMPTY_REPORTS) poweredUp(work, 'nothing');
  else return;
  s.waking = false;
  // It was drawn in for somebody who may be gone: it is not offered again, but given back.
  if (state.has('escrowed')) noteEscrowed(work, codeOf(value), null, ESCROW_MS);
}

/** Notes in escrow are told apart by what they are worth. */
function codeOf(value: Denomination | null): number {
  return value?.minor ?? 0;
}

/** What the report names; null: it names none that is known. */
function valueOfNote({ s, settings }: Work, { note, value }: Report): Denomination | null {
  if (s.tableChanged) return null;
  if (note !== null) {
    const digits = settings.digitsOf(note.currency);
    return digits === null ? null : denominationOf(note, digits);
  }
  return value === 0 || s.extended ? null : (s.table?.get(value) ?? null);
}

function onMovement(
  work: Work,
  { state, status }: Report,
  value: Denomination | null,
  before: ReadonlySet<StateBit>,
): void {
  const { s, path, nowMs } = work;
  const begins = (bit: StateBit) => state.has(bit) && !before.has(bit);
  if (state.has('stacked')) {
    s.stacked ??= noteStacked(work, value);
    return;
  }
  if (status.has('rejected') && !s.rejected) noteRejected(work, 'other', 'ebds.rejected');
  else if (begins('returning') || begins('returned')) noteGone(work, 'leaving');
  else if (begins('accepting')) noteAccepting(work);
  if (state.has('escrowed')) {
    noteEscrowed(work, codeOf(value), value, ESCROW_MS);
    if (path.escrow !== null && nowMs >= path.escrow.deadlineMs) wishReturn(path);
  } else if (s.emptyReports >= EMPTY_REPORTS) noteGone(work, 'empty');
}

/** A fault stands as long as its bit does. */
function watchFaults(work: Work, said: Report): void {
  const fault = faultOf(said);
  faultStands(work, fault, fault === 'ebds.cheated');
  boxStands(work, !said.status.has('cassette'));
}

// Orders.

function onCommand(work: Work, order: DeviceCommand): void {
  const { s } = work;
  if (order.command !== 'note.stack' && order.command !== 'note.return') {
    refuse(work, order.id, 'not-for-an-acceptor');
    return;
  }
  orderNote(work, order, { open: s.open, held: s.bits?.has('escrowed') === true });
}
