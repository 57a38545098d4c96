/**
 * The conversation with one receipt printer, pure. Status comes by asking (DLE EOT, answered at any time); reports on
 * change (GS a) only make the driver ask at once, because a report cannot be repeated. A reading that differs from
 * what was known counts when two in a row agree. A printer on line is only asked each second whether it still is: a
 * cover, a fault or the end of the paper takes it off line, and then it is asked everything.
 *
 * A document goes out in pieces, a status answer between every two, and ends with a marker that the printer answers
 * when all before it was printed: GS ( H with four signs made from the command's id, so that an answer to another
 * document is never taken for this one's. The answer is said once, and a line may lose it: while the printer is well it
 * is asked again with the same marker. (GS r 1, for printers without GS ( H, carries no id, so that a second answer would
 * be the next document's: it is asked once.) Whatever breaks a
 * document after its first byte ends it as unknown, once; the rest is cleared from the printer and cut off, and
 * nothing is ever printed again by itself.
 */
import type { DeviceCommand, DeviceFact, DeviceMemory, PaperState } from '../device.ts';
import type { Driver, DriverInput, DriverSend, DriverStep } from '../driver.ts';
import { createDecoder, type Frame } from './frame.ts';
import {
  allWell,
  ASK_PAPER_IN_TURN,
  askIdentity,
  askProcessed,
  askStatus,
  CLEAR_BUFFERS,
  EJECT,
  type FaultCode,
  faultsOf,
  type Identity,
  identities,
  INITIALISE,
  RECOVER,
  REPORT_CHANGES,
  type Status,
  type StatusNumber,
  statusOf,
} from './messages.ts';
import { render } from './render.ts';

/** Documents that may wait behind the one being printed. */
export const QUEUE_LIMIT = 8;
const CHUNK_BYTES = 256;
const POLL_IDLE_MS = 1_000;
/** Everything is asked at least so often: a low paper's report may have been lost. */
const ROUND_EVERY_MS = 5_000;
const POLL_WAITING_MS = 250;
/** A printer answers a real-time question at once; adapters and networks may take this long. */
const ANSWER_WITHIN_MS = 1_000;
/** After a missing answer nothing is asked for this long, so that a late one is not taken for the next one's. */
const LATE_ANSWER_MS = 500;
const MISSES_UNTIL_LOST = 3;
const IDENTITY_WITHIN_MS = 500;
/** No byte accepted for this long, the printer busy all the time. */
const STALLED_MS = 30_000;
/** From the last byte to the marker's answer: a full buffer at a slow 50 mm/s takes less. */
const MARKER_WITHIN_MS = 20_000;
const MARKER_AGAIN_MS = 3_000;
const RECOVER_EVERY_MS = 3_000;
const INTER_BYTE_MS = 50;
const ROUND: readonly StatusNumber[] = [2, 3, 4, 1];
const ON_LINE: StatusNumber = 1;

export interface Settings {
  readonly columns: number;
  readonly marker: 'process-id' | 'paper-status';
}

interface Waiting {
  readonly command: string;
  readonly bytes: Uint8Array;
}

interface Job extends Waiting {
  readonly sent: number;
  /** A status answer came since the last piece: the next may go. */
  readonly gate: boolean;
  readonly markerSent: boolean;
  readonly markerMs: number;
  readonly progressMs: number;
}

export interface State {
  readonly open: boolean;
  /** As which loss the device was reported, and not yet found again. */
  readonly lost: string | null;
  /** Prints of an earlier run whose end nobody knows. */
  readonly owed: readonly string[];
  readonly asked: { readonly n: StatusNumber; readonly atMs: number } | null;
  readonly round: number;
  /** When a round begins although the printer is on line. */
  readonly roundAtMs: number;
  readonly doubt: { readonly n: StatusNumber; readonly value: number } | null;
  readonly misses: number;
  readonly quietUntilMs: number;
  readonly pollAtMs: number;
  readonly status: Status;
  /** The four answers read since the line opened or the printer came back. */
  readonly read: readonly StatusNumber[];
  readonly prepared: boolean;
  readonly identity: { readonly asked: Identity | null; readonly atMs: number; readonly step: number };
  readonly texts: Readonly<Partial<Record<Identity, string>>>;
  readonly busy: boolean;
  readonly queue: readonly Waiting[];
  readonly job: Job | null;
  /** The printer may hold the rest of a broken document: to clear its buffers, then to cut off what hangs out. */
  readonly dirty: 'no' | 'clear' | 'eject';
  readonly recoverAtMs: number;
  readonly toldReady: boolean;
  readonly toldPaper: PaperState | null;
  readonly toldFaults: readonly FaultCode[];
}

type Draft = { -readonly [Name in keyof State]: State[Name] };

interface Work {
  readonly device: string;
  readonly settings: Settings;
  readonly nowMs: number;
  readonly s: Draft;
  readonly facts: DeviceFact[];
}

export function createDriver(device: string, settings: Settings): Driver<State, Frame> {
  return {
    interByteMs: INTER_BYTE_MS,
    decoder: createDecoder,
    start,
    step(state, input) {
      const work: Work = { device, settings, nowMs: input.nowMs, s: { ...state }, facts: [] };
      const send = take(work, input);
      return finish(work, send);
    },
  };
}

function start(memory: DeviceMemory): State {
  return {
    open: false,
    lost: null,
    owed: memory.openPrints,
    ...unread,
    pollAtMs: 0,
    quietUntilMs: 0,
    queue: [],
    job: null,
    dirty: memory.openPrints.length > 0 ? 'clear' : 'no',
    recoverAtMs: 0,
    toldReady: false,
    toldPaper: null,
    toldFaults: [],
  };
}

/** What is known of a printer of which nothing is known. */
const unread = {
  asked: null,
  round: 0,
  roundAtMs: 0,
  doubt: null,
  misses: 0,
  status: allWell,
  read: [],
  prepared: false,
  identity: { asked: null, atMs: 0, step: 0 },
  texts: {},
  busy: false,
} satisfies Partial<State>;

function take(work: Work, input: DriverInput<Frame>): DriverSend | null {
  const { s } = work;
  for (const command of s.owed) tell(work, { fact: 'print.unknown', command, reason: 'restarted' });
  s.owed = [];
  switch (input.type) {
    case 'opened':
      Object.assign(s, unread);
      s.open = true;
      s.quietUntilMs = 0;
      s.pollAtMs = work.nowMs;
      return null;
    case 'closed':
      lose(work, input.problem.code, input.problem.message);
      s.open = false;
      return null;
    case 'frame':
      takeFrame(work, input.frame);
      return null;
    case 'command':
      obey(work, input.command);
      return null;
    case 'silence':
      checkAnswers(work);
      return null;
    case 'turn':
      checkAnswers(work);
      return s.open ? nextSend(work) : null;
    case 'discarded':
    case 'levels':
    case 'recorded':
      return null;
    default:
      return input satisfies never;
  }
}

function finish(work: Work, send: DriverSend | null): DriverStep<State> {
  const { s, facts } = work;
  const step = { state: s as State, facts, turnAtMs: turnAt(work), urgent: s.job !== null || s.queue.length > 0 };
  return send === null ? step : { ...step, send };
}

/** What `T` is but for the device's name, for each fact by itself. */
type Untold<T> = T extends unknown ? Omit<T, 'device'> : never;

function tell(work: Work, fact: Untold<DeviceFact>): void {
  work.facts.push({ device: work.device, ...fact } as DeviceFact);
}

// Orders.

function obey(work: Work, command: DeviceCommand): void {
  if (command.command !== 'document.print') {
    tell(work, { fact: 'command.refused', command: command.id, sent: false, reason: 'a printer only prints' });
    return;
  }
  const ended = admit(work, command.id, command.document);
  if (ended !== null) tell(work, { fact: 'print.refused', command: command.id, reason: ended });
}

/** Takes a document into the queue, or says why not. */
function admit(work: Work, command: string, document: string): string | null {
  const { s } = work;
  const reason = obstacle(s);
  if (reason !== null) return reason;
  if (s.queue.length >= QUEUE_LIMIT) return 'queue-full';
  const rendered = render(document, work.settings.columns);
  if (!rendered.ok) return `document: ${rendered.problem}`;
  s.queue = [...s.queue, { command, bytes: rendered.bytes }];
  return null;
}

/** Why nothing can be printed now; null when it can, and as long as nothing is known: then a document waits. */
function obstacle(s: Draft): string | null {
  if (s.lost !== null) return s.open ? 'mute' : 'lost';
  if (!isKnown(s)) return null;
  if (s.status.paper === 'out') return 'paper-out';
  const fault = faultsOf(s.status)[0];
  if (fault === undefined) return null;
  return fault === 'escpos.cover' ? 'cover-open' : fault.replace('escpos.', '');
}

const isKnown = (s: Draft) => s.read.length === ROUND.length;

/** What ends a document that has begun; a head that cools or a held button only makes it wait. */
function breaks(status: Status): string | null {
  if (status.paper === 'out') return 'paper-out';
  if (status.cover) return 'cover-open';
  if (status.cutter) return 'cutter';
  return status.unrecoverable ? 'unrecoverable' : null;
}

function breakJob(work: Work, reason: string): void {
  const { s } = work;
  const { job } = s;
  if (job === null) return;
  s.job = null;
  if (job.sent === 0) {
    tell(work, { fact: 'print.refused', command: job.command, reason });
    return;
  }
  tell(work, { fact: 'print.unknown', command: job.command, reason });
  s.dirty = 'clear';
}

function lose(work: Work, reason: Extract<DeviceFact, { fact: 'device.lost' }>['reason'], message: string): void {
  const { s } = work;
  breakJob(work, reason);
  for (const { command } of s.queue) tell(work, { fact: 'print.refused', command, reason: 'lost' });
  s.queue = [];
  Object.assign(s, unread);
  s.toldReady = false;
  if (s.lost === reason) return;
  s.lost = reason;
  tell(work, { fact: 'device.lost', reason, message });
}

// Answers.

function takeFrame(work: Work, frame: Frame): void {
  const { s } = work;
  switch (frame.type) {
    case 'real-time':
      takeStatus(work, frame.value);
      return;
    case 'report':
      s.pollAtMs = work.nowMs;
      s.roundAtMs = work.nowMs;
      return;
    case 'flow':
      s.busy = !frame.ready;
      return;
    case 'text':
      takeText(work, frame.text);
      return;
    case 'process-id':
      if (work.settings.marker === 'process-id') takeMarker(work, frame.id);
      return;
    case 'answer':
      if (work.settings.marker === 'paper-status') takeMarker(work, null);
      return;
    default:
      frame satisfies never;
  }
}

function takeStatus(work: Work, value: number): void {
  const { s } = work;
  if (s.asked === null) return;
  const { n } = s.asked;
  s.asked = null;
  s.misses = 0;
  s.lost = null;
  const part = statusOf(n, value);
  if (n !== ROUND[s.round] && s.doubt === null) {
    takeGlance(work, part.offline === true);
    return;
  }
  const next: Status = { ...s.status, ...part };
  const differs = (Object.keys(part) as (keyof Status)[]).some((key) => s.status[key] !== next[key]);
  if (differs && !(s.doubt?.n === n && s.doubt.value === value)) {
    s.doubt = { n, value };
    return;
  }
  s.doubt = null;
  s.status = next;
  if (!s.read.includes(n)) s.read = [...s.read, n];
  s.round = (s.round + 1) % ROUND.length;
  if (s.job !== null) {
    s.job = { ...s.job, gate: true };
    const reason = breaks(s.status);
    if (reason !== null) breakJob(work, reason);
  }
  // Which fault it is shows only when all four answers are of one time.
  if (s.round !== 0) return;
  if (isIdle(s)) s.busy = false;
  tellStatus(work);
  s.pollAtMs = work.nowMs + POLL_IDLE_MS;
  s.roundAtMs = work.nowMs + ROUND_EVERY_MS;
}

/**
 * On line and with nothing of ours in its buffer it has room: an XOFF that still stands was a bit that turned over, or
 * lost its XON.
 */
function isIdle({ job, dirty, status }: Draft): boolean {
  return (job === null || job.sent === 0) && dirty === 'no' && !status.offline;
}

/** Off line, whatever is wrong shows in a round. */
function takeGlance({ s, nowMs }: Work, offline: boolean): void {
  if (offline) s.roundAtMs = nowMs;
  s.pollAtMs = offline ? nowMs : nowMs + POLL_IDLE_MS;
}

function tellStatus(work: Work): void {
  const { s } = work;
  if (!isKnown(s)) return;
  const faults = faultsOf(s.status);
  if (s.toldPaper !== s.status.paper) tell(work, { fact: 'paper.changed', paper: s.status.paper });
  for (const code of s.toldFaults) if (!faults.includes(code)) tell(work, { fact: 'device.cleared', code });
  for (const code of faults) if (!s.toldFaults.includes(code)) tell(work, { fact: 'device.fault', code });
  s.toldPaper = s.status.paper;
  s.toldFaults = faults;
  const ready = obstacle(s) === null && s.prepared && s.identity.step === identities.length;
  if (ready && !s.toldReady) tell(work, { fact: 'device.ready' });
  s.toldReady = ready;
}

function takeText(work: Work, text: string): void {
  const { s } = work;
  const what = s.identity.asked;
  if (what === null) return;
  s.texts = { ...s.texts, [what]: text.trim() };
  nextIdentity(work);
}

function nextIdentity(work: Work): void {
  const { s } = work;
  s.identity = { asked: null, atMs: 0, step: s.identity.step + 1 };
  if (s.identity.step < identities.length) return;
  const { maker = null, model = null, serial = null, firmware = null } = s.texts;
  const denominations: [] = [];
  tell(work, { fact: 'device.identified', protocol: 'escpos', maker, model, serial, firmware, denominations });
  tellStatus(work);
}

function takeMarker(work: Work, id: string | null): void {
  const { s } = work;
  const { job } = s;
  if (job === null || !job.markerSent || (id !== null && id !== markerOf(job.command))) return;
  s.job = null;
  tell(work, { fact: 'print.done', command: job.command });
}

/** Judges what should have been answered by now. */
function checkAnswers(work: Work): void {
  const { s, nowMs } = work;
  if (s.identity.asked !== null && nowMs >= s.identity.atMs + IDENTITY_WITHIN_MS) nextIdentity(work);
  if (s.job !== null) {
    const idleMs = nowMs - s.job.progressMs;
    if (s.job.markerSent && idleMs >= MARKER_WITHIN_MS) breakJob(work, 'unconfirmed');
    else if (!s.job.markerSent && idleMs >= STALLED_MS) {
      // XOFF and XON carry no checksum: a bit that turned over, or a lost XON, must not keep it mute for ever.
      s.busy = false;
      breakJob(work, 'stalled');
    }
  }
  if (s.asked === null || nowMs < s.asked.atMs + ANSWER_WITHIN_MS) return;
  s.asked = null;
  s.doubt = null;
  s.misses++;
  s.quietUntilMs = nowMs + LATE_ANSWER_MS;
  // A printer that was without power for a moment has forgotten the beginning: what follows must not be sent.
  if (s.job !== null && s.job.sent > 0) breakJob(work, 'silent');
  if (s.misses >= MISSES_UNTIL_LOST) {
    lose(work, 'silent', 'The printer does not answer: check its power, its cable and the line settings.');
  }
}

// The turn.

function turnAt(work: Work): number | null {
  const { s, nowMs } = work;
  if (!s.open) return null;
  if (s.asked !== null) return s.asked.atMs + ANSWER_WITHIN_MS;
  if (nowMs < s.quietUntilMs) return s.quietUntilMs;
  if (s.identity.asked !== null) return s.identity.atMs + IDENTITY_WITHIN_MS;
  if (s.doubt !== null || !isKnown(s) || s.round !== 0) return s.lost === null ? nowMs : s.pollAtMs;
  const able = obstacle(s) === null;
  if (s.dirty === 'clear' || (able && (s.dirty === 'eject' || !s.prepared))) return nowMs;
  if (able && s.identity.step < identities.length) return nowMs;
  const { job } = s;
  if (job !== null)
    return job.markerSent || (job.gate && s.busy) ? Math.min(s.pollAtMs, nowMs + POLL_WAITING_MS) : nowMs;
  if (s.queue.length > 0) return nowMs;
  return s.toldFaults.includes('escpos.cutter') ? Math.min(s.pollAtMs, s.recoverAtMs) : s.pollAtMs;
}

function nextSend(work: Work): DriverSend | null {
  const { s, nowMs } = work;
  if (s.asked !== null || nowMs < s.quietUntilMs || s.identity.asked !== null) return null;
  if (s.doubt !== null) return ask(work);
  if (s.misses === 0 && s.read.length > 0) {
    if (s.dirty === 'clear') {
      s.dirty = 'eject';
      return { name: 'clear-buffers', bytes: CLEAR_BUFFERS, replyWithinMs: 0 };
    }
    if (s.job === null && s.status.cutter && nowMs >= s.recoverAtMs) {
      s.recoverAtMs = nowMs + RECOVER_EVERY_MS;
      s.pollAtMs = nowMs;
      return { name: 'recover', bytes: RECOVER, replyWithinMs: 0 };
    }
  }
  if (!isKnown(s)) return ask(work);
  if (obstacle(s) === null) {
    const send = prepare(work) ?? (s.round === 0 || s.job !== null ? print(work) : null);
    if (send !== null) return send;
  } else refuseWaiting(work);
  const due = nowMs >= s.pollAtMs || s.round !== 0 || s.job !== null;
  return due ? ask(work) : null;
}

function ask(work: Work): DriverSend {
  const { s, nowMs } = work;
  const n = glances(s, nowMs) ? ON_LINE : (ROUND[s.round] as StatusNumber);
  s.asked = { n, atMs: nowMs };
  if (s.lost !== null) s.pollAtMs = nowMs + POLL_IDLE_MS;
  return { name: `status-${n}`, bytes: askStatus(n), replyWithinMs: ANSWER_WITHIN_MS };
}

/** Nothing is known that asks for a whole round. */
function glances(s: Draft, nowMs: number): boolean {
  return s.round === 0 && s.doubt === null && isKnown(s) && !s.status.offline && s.job === null && nowMs < s.roundAtMs;
}

/** What comes before the first document: a clean mouth, reports on, and the printer's name. */
function prepare(work: Work): DriverSend | null {
  const { s, nowMs } = work;
  if (s.dirty === 'eject') {
    s.dirty = 'no';
    s.prepared = true;
    return { name: 'eject', bytes: joined(INITIALISE, EJECT, REPORT_CHANGES), replyWithinMs: 0 };
  }
  if (!s.prepared) {
    s.prepared = true;
    return { name: 'set-up', bytes: joined(INITIALISE, REPORT_CHANGES), replyWithinMs: 0 };
  }
  const what = s.identity.step < identities.length ? identities[s.identity.step] : undefined;
  if (what === undefined) return null;
  s.identity = { ...s.identity, asked: what, atMs: nowMs };
  return { name: `identity-${what}`, bytes: askIdentity(what), replyWithinMs: IDENTITY_WITHIN_MS };
}

/** Documents that wait when the printer can print no longer: none of their bytes was sent. */
function refuseWaiting(work: Work): void {
  const { s } = work;
  const reason = obstacle(s) ?? 'offline';
  for (const { command } of s.queue) tell(work, { fact: 'print.refused', command, reason });
  s.queue = [];
}

function print(work: Work): DriverSend | null {
  const { s, nowMs } = work;
  const [first, ...rest] = s.queue;
  if (s.job === null && first !== undefined) {
    s.queue = rest;
    s.job = { ...first, sent: 0, gate: true, markerSent: false, markerMs: 0, progressMs: nowMs };
  }
  const { job } = s;
  if (job === null || !job.gate || s.busy) return null;
  if (job.markerSent) return markerAgain(work, job);
  if (job.sent < job.bytes.length) {
    const piece = job.bytes.subarray(job.sent, job.sent + CHUNK_BYTES);
    s.job = { ...job, sent: job.sent + piece.length, gate: false, progressMs: nowMs };
    return { name: 'print-data', bytes: piece, replyWithinMs: 0 };
  }
  s.job = { ...job, gate: false, markerSent: true, markerMs: nowMs, progressMs: nowMs };
  const bytes = work.settings.marker === 'process-id' ? askProcessed(markerOf(job.command)) : ASK_PAPER_IN_TURN;
  return { name: 'print-end', bytes, replyWithinMs: POLL_WAITING_MS };
}

function markerAgain({ s, settings, nowMs }: Work, job: Job): DriverSend | null {
  if (settings.marker !== 'process-id' || nowMs - job.markerMs < MARKER_AGAIN_MS) return null;
  s.job = { ...job, gate: false, markerMs: nowMs };
  return { name: 'print-end', bytes: askProcessed(markerOf(job.command)), replyWithinMs: POLL_WAITING_MS };
}

/** Four printable signs from a command's id: FNV-1a, in the 94 signs from `!` on. */
export function markerOf(command: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(command)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  let signs = '';
  for (let i = 0; i < 4; i++) {
    signs += String.fromCharCode(0x21 + (hash % 94));
    hash = Math.floor(hash / 94);
  }
  return signs;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
