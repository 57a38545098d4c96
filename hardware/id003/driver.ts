/**
 * The conversation with one ID-003 acceptor, pure: the host polls, the device answers. Money follows the device's own
 * word only. VEND VALID, STACKED and where a power-up found a note are evidence; it is acknowledged (ACK, RESET) only
 * after `recorded`, because the device does not repeat it afterwards.
 */
import type { Denomination, DeviceCommand, DeviceMemory, FoundNote } from '../device.ts';
import type { Driver, DriverInput, DriverSend, DriverStep } from '../driver.ts';
import {
  awaitsStacked,
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
  undecided,
  wishReturn,
  wishSent,
} from '../note-path.ts';
import { allWell, boxStands, faultStands, lose, type Standing, tellCleared, tellFault } from '../standing.ts';
import { createDecoder, encode, type Frame } from './frame.ts';
import {
  command,
  commandName,
  currencyTable,
  failureCode,
  faultOfStatus,
  hexByte,
  isStatus,
  rejectReason,
  status,
  text,
} from './messages.ts';

/** The device wants to be polled every 100 to 200 ms; slower is enough while it is inhibited and empty. */
const POLL_MS = 150;
const POLL_RESTING_MS = 400;
/** The specification's 50 ms, widened for adapters and pseudo-terminals. */
const REPLY_WITHIN_MS = 150;
const INTER_BYTE_MS = 25;
/** The device gives a note back when nobody decided within this time. */
const ESCROW_MS = 10_000;
const REPEAT_RESET_MS = 1_000;
/** No valid reply for this long: the device is lost. One missing reply means nothing. */
const SILENT_MS = 2_000;
/** A mute device is reset. One whose note is undecided gets longer, for RESET destroys what a power-up would tell. */
const MUTE_MS = 8_000;
const MUTE_WITH_NOTE_MS = 60_000;
const RESET_EVERY_MS = 10_000;
/** A set-up that was not echoed is tried this often, then it is a fault. */
const SETUP_TRIES = 3;
const SETUP_RETRY_MS = 1_000;
/** A note is judged gone from escrow when this many reports in a row say that the device is empty. */
const EMPTY_REPORTS = 2;
const ALL_DISABLED = 0xffff;
const POWER_RECOVERY = 0x02;
const BARCODE = 0x6f;

export interface Settings {
  /** ISO 4217 code and its decimal places, by country code of the currency assignment. */
  readonly countries: ReadonlyMap<number, { readonly currency: string; readonly exponent: number }>;
  readonly powerRecovery: boolean;
}

type RequestKind = 'status' | 'reset' | 'stack' | 'return' | 'ack' | 'setup';

interface PowerUp {
  readonly code: number;
  readonly key: string;
  readonly recorded: boolean;
  readonly resetMs: number | null;
}

export interface State extends Standing {
  readonly path: NotePath;
  readonly open: boolean;
  readonly lastReplyMs: number;
  readonly lastResetMs: number | null;
  readonly resetWanted: boolean;
  readonly pollAtMs: number;
  readonly request: RequestKind | null;
  /** The set-up whose answer is awaited: what is wanted may have changed since it left. */
  readonly asked: SetupStep | null;
  /** Last report; 0: none since the line opened. */
  readonly status: number;
  readonly emptyReports: number;

  /** Index into the set-up steps; their number when all are done. */
  readonly setup: number;
  readonly tries: number;
  readonly setupAtMs: number;
  readonly refused: boolean;
  /** What the device confirmed by its echo; null: not known. */
  readonly disabledBits: number | null;
  readonly inhibited: boolean | null;
  readonly ready: boolean;

  readonly version: string | null;
  readonly table: ReadonlyMap<number, Denomination> | null;
  readonly tableText: string | null;
  readonly tableChanged: boolean;
  readonly unmapped: boolean;
  readonly accept: readonly number[];

  /** A note in escrow whose value waits for the currency table. */
  readonly unnamedEscrow: number | null;
  readonly vend: { readonly key: string; readonly recorded: boolean; readonly acked: boolean } | null;
  readonly powerUp: PowerUp | null;
}

type Draft = { -readonly [Name in keyof Omit<State, 'path'>]: State[Name] };

/** One step's workplace: the state being made and the facts found on the way. */
interface Work extends PathWork {
  readonly settings: Settings;
  readonly s: Draft;
}

interface SetupStep {
  readonly code: number;
  readonly data: readonly number[];
  /** A device that refuses it can still be used. */
  readonly optional: boolean;
}

/** Inhibited first; the rest in any order. Denominations and the open inhibit follow the levels, afterwards. */
function setupSteps(settings: Settings): readonly SetupStep[] {
  return [
    { code: command.setInhibit, data: [1], optional: false },
    { code: command.version, data: [], optional: true },
    { code: command.currencyAssign, data: [], optional: false },
    { code: command.setSecurity, data: [0, 0], optional: true },
    { code: command.setCommunication, data: [0], optional: true },
    { code: command.setOptions, data: [settings.powerRecovery ? POWER_RECOVERY : 0, 0], optional: true },
  ];
}
const SETUP_STEPS = 6;
const CURRENCY_STEP = 2;

function start(device: string, memory: DeviceMemory): State {
  return {
    ...allWell,
    path: startPath(device, memory),
    open: false,
    lastReplyMs: 0,
    lastResetMs: null,
    resetWanted: false,
    pollAtMs: 0,
    request: null,
    asked: null,
    status: 0,
    emptyReports: 0,
    setup: 0,
    tries: 0,
    setupAtMs: 0,
    refused: false,
    disabledBits: null,
    inhibited: null,
    ready: false,
    version: null,
    table: null,
    tableText: null,
    tableChanged: false,
    unmapped: false,
    accept: [],
    unnamedEscrow: null,
    vend: null,
    powerUp: null,
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
  // Also after a message without an answer: nothing else would bring the turn back.
  const wish = wanted(work);
  return {
    state: { ...s, path },
    facts,
    turnAtMs: wish?.atMs ?? null,
    urgent: wish?.kind === 'stack' || wish?.kind === 'return' || wish?.kind === 'ack',
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
      s.request = null;
      s.status = 0;
      beginAgain(s);
      return null;
    case 'closed':
      s.open = false;
      s.request = null;
      s.ready = false;
      dropUnsent(work, 'line-lost');
      lose(work, input.problem.code, input.problem.message);
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
      if (s.powerUp?.key === input.key) s.powerUp = { ...s.powerUp, recorded: true };
      if (s.vend?.key === input.key) s.vend = { ...s.vend, recorded: true };
      return null;
    default:
      return input satisfies never;
  }
}

/** Everything that the device forgets, or that may have changed while nobody looked. */
function beginAgain(s: Draft): void {
  s.setup = 0;
  s.tries = 0;
  s.setupAtMs = 0;
  s.disabledBits = null;
  s.inhibited = null;
  s.ready = false;
  s.emptyReports = 0;
}

// What to send next.

interface Wish {
  readonly kind: RequestKind;
  readonly atMs: number;
}

/** The one thing to send next and when; null while the line is down or an answer is awaited. */
function wanted(work: Work): Wish | null {
  const { s, path, nowMs } = work;
  if (!s.open || s.request !== null) return null;
  const poll: Wish = { kind: 'status', atMs: s.pollAtMs };
  if (s.status === 0) return s.resetWanted ? { kind: 'reset', atMs: nowMs } : poll;
  if (s.powerUp !== null) {
    return s.powerUp.recorded && s.powerUp.resetMs === null ? { kind: 'reset', atMs: nowMs } : poll;
  }
  if (s.vend?.recorded === true && !s.vend.acked && s.status === status.vendValid) return { kind: 'ack', atMs: nowMs };
  if (s.resetWanted) return { kind: 'reset', atMs: nowMs };
  const note = noteWish(path);
  if (note !== null) return { kind: note, atMs: nowMs };
  if (setupWanted(work) !== null && s.setupAtMs < s.pollAtMs)
    return { kind: 'setup', atMs: Math.max(nowMs, s.setupAtMs) };
  return poll;
}

/** Set-ups wait while a note moves: a device may answer an inhibit in the middle of one by throwing the note out. */
function settable(code: number): boolean {
  return code === status.idle || code === status.disabled || code === status.initialize || isFaultStatus(code);
}

function isFaultStatus(code: number): boolean {
  return code >= status.stackerFull && code <= status.communicationError;
}

function acceptedBits(s: Draft): number {
  if (s.table === null || s.tableChanged) return ALL_DISABLED;
  let bits = ALL_DISABLED;
  for (const [code, { minor }] of s.table) {
    const place = code - 0x61;
    if (place >= 0 && place < 16 && s.accept.includes(minor)) bits &= ~(1 << place);
  }
  return bits;
}

function setupWanted(work: Work): SetupStep | null {
  const { s, settings } = work;
  if (s.unnamedEscrow !== null && s.table === null) return setupSteps(settings)[CURRENCY_STEP] as SetupStep;
  if (!settable(s.status)) return null;
  if (s.setup < SETUP_STEPS) return setupSteps(settings)[s.setup] as SetupStep;
  const bits = acceptedBits(s);
  const inhibit = bits === ALL_DISABLED;
  if (inhibit && s.inhibited !== true) return { code: command.setInhibit, data: [1], optional: false };
  if (s.disabledBits !== bits) {
    return { code: command.setDenominations, data: [bits & 0xff, bits >> 8], optional: false };
  }
  if (!inhibit && s.inhibited !== false) return { code: command.setInhibit, data: [0], optional: false };
  return null;
}

function takeTurn(work: Work): DriverSend | null {
  const { s, nowMs } = work;
  dropLate(work);
  const wish = wanted(work);
  if (wish === null || wish.atMs > nowMs) return null;
  s.request = wish.kind;
  switch (wish.kind) {
    case 'status':
      return request('status', command.status);
    case 'reset':
      s.resetWanted = false;
      s.lastResetMs = nowMs;
      s.pollAtMs = nowMs + POLL_MS;
      if (s.powerUp !== null) s.powerUp = { ...s.powerUp, resetMs: nowMs };
      return request('reset', command.reset);
    case 'stack':
    case 'return':
      return sendOrder(work, wish.kind);
    case 'ack':
      // The only message that has no answer.
      s.request = null;
      if (s.vend !== null) s.vend = { ...s.vend, acked: true };
      s.pollAtMs = nowMs + POLL_MS;
      return { name: 'acknowledge', bytes: encode(command.ack), replyWithinMs: 0 };
    case 'setup': {
      const step = setupWanted(work) as SetupStep;
      s.asked = step;
      return request(commandName(step.code), step.code, step.data);
    }
    default:
      return wish.kind satisfies never;
  }
}

function sendOrder(work: Work, order: 'stack' | 'return'): DriverSend {
  wishSent(work, order);
  work.s.pollAtMs = work.nowMs + POLL_MS;
  return request(order, order === 'stack' ? command.stack1 : command.return);
}

function request(name: string, code: number, data: readonly number[] = []): DriverSend {
  return { name, bytes: encode(code, data), replyWithinMs: REPLY_WITHIN_MS };
}

// What came back.

function onFrame(work: Work, frame: Frame): void {
  const { s, nowMs } = work;
  const asked = s.request;
  s.request = null;
  s.lastReplyMs = nowMs;
  s.lost = null;
  s.resetWanted = false;
  if (isStatus(frame.code)) {
    // A device that answers a set-up with a report did not take it.
    if (asked === 'setup') setupFailed(work);
    onStatus(work, frame.code, frame.data);
    return;
  }
  if (asked === 'setup') onSetupReply(work, frame);
  else if (frame.code === command.ack) onOperationTaken(work);
  if (asked === 'status' || asked === null) s.pollAtMs = Math.max(s.pollAtMs, nowMs + POLL_MS);
}

/** ACK answers STACK, RETURN and RESET; only the last means that everything begins anew. */
function onOperationTaken(work: Work): void {
  const { s, path, nowMs } = work;
  const resetMs = s.powerUp?.resetMs ?? s.lastResetMs;
  if (resetMs === null || nowMs - resetMs > REPEAT_RESET_MS) return;
  const recovering = s.powerUp !== null;
  s.powerUp = null;
  beginAgain(s);
  if (!recovering) machineBeganAnew(path);
}

function onSilence(work: Work): void {
  const { s, path, nowMs, device } = work;
  const asked = s.request;
  s.request = null;
  s.pollAtMs = nowMs + POLL_MS;
  if (asked === 'setup') setupFailed(work);
  const muteMs = nowMs - s.lastReplyMs;
  if (muteMs > SILENT_MS && s.lost !== 'silent') {
    // It may have been off: its first report decides again, before anything else is sent.
    s.status = 0;
    beginAgain(s);
    lose(work, 'silent', `${device} does not answer; check its power and its cable.`);
  }
  const limitMs = undecided(path) ? MUTE_WITH_NOTE_MS : MUTE_MS;
  const evidenceWaits = s.powerUp?.recorded === false || s.vend?.recorded === false;
  const restedMs = s.lastResetMs === null ? RESET_EVERY_MS : nowMs - s.lastResetMs;
  if (muteMs > limitMs && restedMs >= RESET_EVERY_MS && !evidenceWaits) s.resetWanted = true;
}

function setupFailed(work: Work): void {
  const { s, path, nowMs, settings } = work;
  s.tries++;
  s.setupAtMs = nowMs + POLL_MS;
  // The answer may be lost, not the order: what the device made of it is not known.
  if (s.asked?.code === command.setInhibit) s.inhibited = null;
  if (s.asked?.code === command.setDenominations) s.disabledBits = null;
  if (s.tries < SETUP_TRIES) return;
  s.setupAtMs = nowMs + SETUP_RETRY_MS;
  if (s.unnamedEscrow !== null && s.table === null) {
    // A note whose value cannot be learnt is not kept.
    s.unnamedEscrow = null;
    s.tries = 0;
    wishReturn(path);
    return;
  }
  const step = setupSteps(settings)[s.setup];
  if (step?.optional === true) {
    if (step.code === command.setOptions && settings.powerRecovery) tellFault(work, 'id003.option-refused');
    s.setup++;
    s.tries = 0;
    s.setupAtMs = 0;
  } else if (!s.refused) {
    s.refused = true;
    tellFault(work, 'id003.setting-refused');
  }
}

function onSetupReply(work: Work, frame: Frame): void {
  const { s } = work;
  const { asked: step } = s;
  if (step === null || frame.code !== step.code || !confirms(step, frame)) {
    setupFailed(work);
    return;
  }
  s.tries = 0;
  s.setupAtMs = 0;
  if (s.refused && !step.optional) {
    s.refused = false;
    tellCleared(work, 'id003.setting-refused');
  }
  if (step.code === command.version) s.version = text(frame.data);
  if (step.code === command.currencyAssign) onTable(work, frame.data);
  if (step.code === command.setInhibit) s.inhibited = frame.data[0] !== 0;
  if (step.code === command.setDenominations) s.disabledBits = (frame.data[0] as number) | ((frame.data[1] ?? 0) << 8);
  if (s.setup < SETUP_STEPS && setupSteps(work.settings)[s.setup]?.code === step.code) s.setup++;
  readyWhenDone(work);
}

/** A set-up is confirmed by its own data, a question by having any. */
function confirms(step: SetupStep, frame: Frame): boolean {
  if (step.data.length === 0) return frame.data.length > 0;
  return frame.data.length === step.data.length && step.data.every((byte, at) => frame.data[at] === byte);
}

function onTable(work: Work, data: Uint8Array): void {
  const { s, device, facts, settings } = work;
  const table = new Map<number, Denomination>();
  let unmapped = false;
  for (const place of currencyTable(data)) {
    const mapped = settings.countries.get(place.country);
    const minor = mapped === undefined ? 0 : place.value * 10 ** (place.exponent + mapped.exponent);
    if (mapped !== undefined && Number.isSafeInteger(minor))
      table.set(place.code, { currency: mapped.currency, minor });
    else unmapped = true;
  }
  const seen = Array.from(data, hexByte).join(' ');
  if (s.tableText !== null && s.tableText !== seen && !s.tableChanged) {
    s.tableChanged = true;
    tellFault(work, 'id003.denominations-changed');
  }
  const first = s.tableText === null;
  s.tableText ??= seen;
  if (!s.tableChanged) s.table = table;
  if (unmapped && !s.unmapped) {
    s.unmapped = true;
    tellFault(work, 'id003.country-unmapped');
  }
  if (first && table.size === 0) tellFault(work, 'id003.no-denominations');
  facts.push({
    device,
    fact: 'device.identified',
    protocol: 'id003',
    maker: 'JCM',
    model: s.version?.split(' ')[0] ?? null,
    serial: null,
    firmware: s.version,
    denominations: [...table.values()],
  });
  const code = s.unnamedEscrow;
  if (code === null) return;
  s.unnamedEscrow = null;
  if (s.status === status.escrow) escrowed(work, code);
}

function readyWhenDone(work: Work): void {
  const { s, device, facts } = work;
  if (s.ready || s.setup < SETUP_STEPS) return;
  if (s.status !== status.idle && s.status !== status.disabled) return;
  if (setupWanted(work) !== null) return;
  s.ready = true;
  const usable = !s.tableChanged && s.table !== null && s.table.size > 0;
  facts.push({ device, fact: usable ? 'device.ready' : 'device.disabled' });
}

// Reports.

function onStatus(work: Work, code: number, data: Uint8Array): void {
  const { s, path, nowMs } = work;
  const before = s.status;
  s.status = code;
  const empty = code === status.idle || code === status.disabled;
  s.emptyReports = empty ? s.emptyReports + 1 : 0;
  const resting = empty && s.accept.length === 0 && path.escrow === null && path.stack === null;
  s.pollAtMs = nowMs + (resting ? POLL_RESTING_MS : POLL_MS);
  if (!tellsOfNote(code)) watchFaults(work, code, data);
  const up = code >= status.powerUp && code <= status.powerUpInStacker;
  // It got the RESET although its answer was lost, or it was reset by something else.
  if (!up) s.powerUp = null;
  if (code !== status.vendValid) s.vend = null;
  if (code !== status.escrow && code !== status.holding) {
    s.unnamedEscrow = null;
    dropUnsent(work, 'no-note');
  }
  if (up) onPowerUp(work, code);
  else onMovement(work, code, data, before);
  readyWhenDone(work);
}

function onMovement(work: Work, code: number, data: Uint8Array, before: number): void {
  const { s, path } = work;
  switch (code) {
    case status.idle:
    case status.disabled:
      if (s.emptyReports >= EMPTY_REPORTS) noteGone(work, 'empty');
      return;
    case status.accepting:
      if (before !== code) noteAccepting(work);
      return;
    case status.escrow:
      escrowed(work, data[0] ?? 0);
      return;
    case status.holding:
      // Held for a host of before; what it is worth is not told any more.
      if (path.escrow === null) wishReturn(path);
      return;
    case status.vendValid:
      onVendValid(work, data);
      return;
    case status.stacked:
      if (awaitsStacked(path)) noteStacked(work, null);
      return;
    case status.rejecting:
      if (before !== code) onRejecting(work, data[0] ?? 0);
      return;
    case status.returning:
      if (before !== code) noteGone(work, 'leaving');
      return;
    case status.initialize:
      if (before !== code) beginAgain(s);
      machineBeganAnew(path);
      return;
    default:
      return;
  }
}

/** What happened to a note may be told while a fault stands, and says nothing of the fault. */
function tellsOfNote(code: number): boolean {
  return code === status.vendValid || code === status.stacked || code === status.rejecting || code === status.returning;
}

/** A fault stands as long as its report does. */
function watchFaults(work: Work, code: number, data: Uint8Array): void {
  const fault = faultOfStatus(code, data);
  faultStands(work, fault, code === status.cheated);
  boxStands(work, code === status.stackerOpen || fault === failureCode(0xab));
}

function onPowerUp(work: Work, code: number): void {
  const { s, nowMs } = work;
  if (s.powerUp !== null && s.powerUp.code === code) {
    const { resetMs } = s.powerUp;
    if (resetMs !== null && nowMs - resetMs > REPEAT_RESET_MS) s.powerUp = { ...s.powerUp, resetMs: null };
    return;
  }
  const found: FoundNote =
    code === status.powerUpInStacker ? 'stacker' : code === status.powerUpInAcceptor ? 'acceptor' : 'nothing';
  s.unnamedEscrow = null;
  s.vend = null;
  s.powerUp = { code, key: poweredUp(work, found), recorded: false, resetMs: null };
  beginAgain(s);
}

function escrowed(work: Work, code: number): void {
  const { s, path } = work;
  if (s.table === null) {
    path.moving = true;
    s.unnamedEscrow = code;
    return;
  }
  const value = code === BARCODE || s.tableChanged ? null : (s.table.get(code) ?? null);
  noteEscrowed(work, code, value, ESCROW_MS);
}

function onVendValid(work: Work, data: Uint8Array): void {
  const { s } = work;
  if (s.vend === null) {
    // Some firmware names the note once more.
    s.vend = { ...noteStacked(work, s.table?.get(data[0] ?? 0) ?? null), acked: false };
  } else if (s.vend.acked) {
    // Still there although acknowledged: the acknowledgement was lost.
    s.vend = { ...s.vend, acked: false };
  }
}

function onRejecting(work: Work, code: number): void {
  const reason = rejectReason(code, work.path.escrow !== null);
  noteRejected(work, reason, `id003.reject-${hexByte(code).toLowerCase()}`);
}

// Orders.

function onCommand(work: Work, order: DeviceCommand): void {
  const { s } = work;
  if (order.command !== 'note.stack' && order.command !== 'note.return') {
    refuse(work, order.id, 'not-for-an-acceptor');
    return;
  }
  const held = s.status === status.escrow || s.status === status.holding;
  orderNote(work, order, { open: s.open, held });
}
