/**
 * The conversation with one ID-003 acceptor, pure: the host polls, the device answers. Money follows the device's own
 * word only. VEND VALID, STACKED and where a power-up found a note are evidence; it is acknowledged (ACK, RESET) only
 * after `recorded`, because the device does not repeat it afterwards.
 */
import type { Denomination, DeviceCommand, DeviceFact, DeviceMemory, FoundNote } from '../device.ts';
import type { Decoder, Driver, DriverInput, DriverSend, DriverStep } from '../driver.ts';
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
/** STACK or RETURN is repeated when the note still stands in escrow after this. */
const REPEAT_ORDER_MS = 500;
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
const UNKNOWN_CURRENCY = 'XXX';

export interface Settings {
  /** ISO 4217 code and its decimal places, by country code of the currency assignment. */
  readonly countries: ReadonlyMap<number, { readonly currency: string; readonly exponent: number }>;
  readonly powerRecovery: boolean;
}

type RequestKind = 'status' | 'reset' | 'stack' | 'return' | 'ack' | 'setup';

interface Order {
  readonly command: string | null;
  /** Monotonic; null: not sent by this process. */
  readonly sentMs: number | null;
}

interface StackOrder extends Denomination {
  readonly command: string;
  readonly sentMs: number | null;
  /** Sent by an earlier process, as far as anybody knows. */
  readonly remembered: boolean;
}

interface Escrow {
  readonly code: number;
  /** Null: a note (or ticket) that has no mapped value; it is given back. */
  readonly value: Denomination | null;
  readonly deadlineMs: number;
}

interface Stacked extends Denomination {
  readonly command: string | null;
  readonly key: string;
  readonly told: boolean;
  readonly recorded: boolean;
}

interface PowerUp {
  readonly code: number;
  readonly key: string;
  readonly recorded: boolean;
  readonly resetMs: number | null;
}

export interface State {
  readonly open: boolean;
  readonly lost: string | null;
  readonly lastReplyMs: number;
  readonly lastResetMs: number | null;
  readonly resetWanted: boolean;
  readonly pollAtMs: number;
  readonly request: RequestKind | null;
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

  readonly moving: boolean;
  readonly escrow: Escrow | null;
  readonly unnamedEscrow: number | null;
  readonly stack: StackOrder | null;
  readonly initializedMeanwhile: boolean;
  readonly giveBack: Order | null;
  readonly last: Stacked | null;
  readonly vend: { readonly key: string | null; readonly recorded: boolean; readonly acked: boolean } | null;
  readonly powerUp: PowerUp | null;
  readonly fault: string | null;
  readonly boxOut: boolean;
}

type Draft = { -readonly [Name in keyof State]: State[Name] };

/** One step's workplace: the state being made and the facts found on the way. */
interface Work {
  readonly device: string;
  readonly settings: Settings;
  readonly nowMs: number;
  readonly s: Draft;
  readonly facts: DeviceFact[];
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
  const before = memory.lastStack;
  return {
    open: false,
    lost: null,
    lastReplyMs: 0,
    lastResetMs: null,
    resetWanted: false,
    pollAtMs: 0,
    request: null,
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
    moving: false,
    escrow: null,
    unnamedEscrow: null,
    stack:
      before?.open === true
        ? {
            command: before.command,
            currency: before.currency,
            minor: before.minor,
            sentMs: null,
            remembered: true,
          }
        : null,
    initializedMeanwhile: false,
    giveBack: null,
    last:
      before === null
        ? null
        : {
            command: before.command,
            currency: before.currency,
            minor: before.minor,
            key: `${device}/${before.command}`,
            told: false,
            recorded: false,
          },
    vend: null,
    powerUp: null,
    fault: null,
    boxOut: false,
  };
}

/** A driver for one acceptor; `step` is total: no sequence of bytes or orders makes it throw. */
export function createDriver(device: string, settings: Settings): Driver<State, Frame> {
  return {
    interByteMs: INTER_BYTE_MS,
    decoder: (): Decoder<Frame> => createDecoder(),
    start: (memory) => start(device, memory),
    step(state, input) {
      const work: Work = { device, settings, nowMs: input.nowMs, s: { ...state }, facts: [] };
      const send = handle(work, input);
      return finish(work, send);
    },
  };
}

function finish(work: Work, send: DriverSend | null): DriverStep<State> {
  const { s, facts } = work;
  // Also after a message without an answer: nothing else would bring the turn back.
  const wish = wanted(work);
  return {
    state: s,
    facts,
    turnAtMs: wish?.atMs ?? null,
    urgent: wish?.kind === 'stack' || wish?.kind === 'return' || wish?.kind === 'ack',
    ...(send === null ? {} : { send }),
  };
}

function handle(work: Work, input: DriverInput<Frame>): DriverSend | null {
  const { s, nowMs } = work;
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
      onRecorded(s, input.key);
      return null;
    default: {
      const never: never = input;
      return never;
    }
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

function lose(work: Work, reason: (DeviceFact & { fact: 'device.lost' })['reason'], message: string): void {
  const { s, facts, device } = work;
  if (s.lost === reason) return;
  s.lost = reason;
  facts.push({ device, fact: 'device.lost', reason, message });
}

function tellFault(work: Work, code: string): void {
  work.facts.push({ device: work.device, fact: 'device.fault', code });
}

function tellCleared(work: Work, code: string): void {
  work.facts.push({ device: work.device, fact: 'device.cleared', code });
}

// What to send next.

interface Wish {
  readonly kind: RequestKind;
  readonly atMs: number;
}

/** The one thing to send next and when; null while the line is down or an answer is awaited. */
function wanted(work: Work): Wish | null {
  const { s, nowMs } = work;
  if (!s.open || s.request !== null) return null;
  const poll: Wish = { kind: 'status', atMs: s.pollAtMs };
  if (s.status === 0) return s.resetWanted ? { kind: 'reset', atMs: nowMs } : poll;
  if (s.powerUp !== null) {
    return s.powerUp.recorded && s.powerUp.resetMs === null ? { kind: 'reset', atMs: nowMs } : poll;
  }
  if (s.vend?.recorded === true && !s.vend.acked && s.status === status.vendValid) return { kind: 'ack', atMs: nowMs };
  if (s.resetWanted) return { kind: 'reset', atMs: nowMs };
  if (s.stack !== null && !s.stack.remembered && s.stack.sentMs === null) return { kind: 'stack', atMs: nowMs };
  if (s.giveBack !== null && s.giveBack.sentMs === null) return { kind: 'return', atMs: nowMs };
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
  if (tooLate(s, nowMs)) dropUnsent(work, 'too-late');
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
      return sendStack(work);
    case 'return':
      s.giveBack = { command: s.giveBack?.command ?? null, sentMs: nowMs };
      s.pollAtMs = nowMs + POLL_MS;
      return request('return', command.return);
    case 'ack':
      // The only message that has no answer.
      s.request = null;
      s.vend = { key: s.vend?.key ?? null, recorded: true, acked: true };
      s.pollAtMs = nowMs + POLL_MS;
      return { name: 'acknowledge', bytes: encode(command.ack), replyWithinMs: 0 };
    case 'setup': {
      const step = setupWanted(work) as SetupStep;
      return request(commandName(step.code), step.code, step.data);
    }
    default: {
      const never: never = wish.kind;
      return never;
    }
  }
}

function sendStack(work: Work): DriverSend {
  const { s, nowMs, device } = work;
  const order = s.stack as StackOrder;
  s.stack = { ...order, sentMs: nowMs };
  s.initializedMeanwhile = false;
  s.pollAtMs = nowMs + POLL_MS;
  s.last = {
    command: order.command,
    currency: order.currency,
    minor: order.minor,
    key: `${device}/${order.command}`,
    told: false,
    recorded: false,
  };
  return request('stack', command.stack1);
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
  const { s, nowMs } = work;
  const resetMs = s.powerUp?.resetMs ?? s.lastResetMs;
  if (resetMs === null || nowMs - resetMs > REPEAT_RESET_MS) return;
  const recovering = s.powerUp !== null;
  s.powerUp = null;
  beginAgain(s);
  if (!recovering && s.stack !== null) s.initializedMeanwhile = true;
}

function onSilence(work: Work): void {
  const { s, nowMs, device } = work;
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
  const undecided = s.stack !== null && (s.stack.remembered || s.stack.sentMs !== null);
  const limitMs = undecided ? MUTE_WITH_NOTE_MS : MUTE_MS;
  const evidenceWaits = s.powerUp?.recorded === false || s.vend?.recorded === false;
  const restedMs = s.lastResetMs === null ? RESET_EVERY_MS : nowMs - s.lastResetMs;
  if (muteMs > limitMs && restedMs >= RESET_EVERY_MS && !evidenceWaits) s.resetWanted = true;
}

function setupFailed(work: Work): void {
  const { s, nowMs, settings } = work;
  s.tries++;
  s.setupAtMs = nowMs + POLL_MS;
  if (s.tries < SETUP_TRIES) return;
  s.setupAtMs = nowMs + SETUP_RETRY_MS;
  if (s.unnamedEscrow !== null && s.table === null) {
    // A note whose value cannot be learnt is not kept.
    s.unnamedEscrow = null;
    s.tries = 0;
    s.giveBack ??= { command: null, sentMs: null };
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
  const step = setupWanted(work);
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
  const { s, nowMs } = work;
  const before = s.status;
  s.status = code;
  const empty = code === status.idle || code === status.disabled;
  s.emptyReports = empty ? s.emptyReports + 1 : 0;
  const resting = empty && s.accept.length === 0 && s.escrow === null && s.stack === null;
  s.pollAtMs = nowMs + (resting ? POLL_RESTING_MS : POLL_MS);
  watchFaults(work, code, data);
  const poweredUp = code >= status.powerUp && code <= status.powerUpInStacker;
  // It got the RESET although its answer was lost, or it was reset by something else.
  if (!poweredUp) s.powerUp = null;
  if (code !== status.vendValid) s.vend = null;
  if (code !== status.escrow && code !== status.holding) {
    s.unnamedEscrow = null;
    dropUnsent(work, 'no-note');
  }
  if (poweredUp) onPowerUp(work, code);
  else onMovement(work, code, data, before);
  readyWhenDone(work);
}

function onMovement(work: Work, code: number, data: Uint8Array, before: number): void {
  const { s, facts, device } = work;
  switch (code) {
    case status.idle:
    case status.disabled:
      if (s.emptyReports >= EMPTY_REPORTS) wentBack(work);
      return;
    case status.accepting:
      if (before === code) return;
      wentBack(work);
      s.moving = true;
      facts.push({ device, fact: 'note.accepting' });
      return;
    case status.escrow:
      escrowed(work, data[0] ?? 0);
      return;
    case status.holding:
      // Held for a host of before; what it is worth is not told any more.
      if (s.escrow === null) s.giveBack ??= { command: null, sentMs: null };
      return;
    case status.vendValid:
      onVendValid(work, data);
      return;
    case status.stacked:
      onStacked(work);
      return;
    case status.rejecting:
      if (before !== code) onRejecting(work, data[0] ?? 0);
      return;
    case status.returning:
      if (before !== code) wentBack(work);
      return;
    case status.initialize:
      if (before !== code) beginAgain(s);
      if (s.stack !== null) s.initializedMeanwhile = true;
      return;
    default:
      return;
  }
}

/** A fault stands as long as its report does. The cash box is told apart, because hands are at work there. */
function watchFaults(work: Work, code: number, data: Uint8Array): void {
  const { s, facts, device } = work;
  const fault = faultOfStatus(code, data);
  if (fault !== s.fault) {
    if (s.fault !== null) tellCleared(work, s.fault);
    if (fault !== null) tellFault(work, fault);
    if (code === status.cheated) facts.push({ device, fact: 'note.suspect', code: 'id003.cheated' });
    s.fault = fault;
  }
  const out = code === status.stackerOpen || fault === failureCode(0xab);
  if (out === s.boxOut) return;
  s.boxOut = out;
  facts.push({ device, fact: out ? 'cashbox.removed' : 'cashbox.inserted' });
}

function onPowerUp(work: Work, code: number): void {
  const { s, facts, device, nowMs } = work;
  if (s.powerUp !== null && s.powerUp.code === code) {
    const { resetMs } = s.powerUp;
    if (resetMs !== null && nowMs - resetMs > REPEAT_RESET_MS) s.powerUp = { ...s.powerUp, resetMs: null };
    return;
  }
  const found: FoundNote =
    code === status.powerUpInStacker ? 'stacker' : code === status.powerUpInAcceptor ? 'acceptor' : 'nothing';
  const concerns = s.stack?.command ?? s.last?.command ?? null;
  // A note in the stacker is the very event that VEND VALID tells of: the same key, so that it counts once.
  const same = found === 'stacker' && concerns !== null;
  const key = same ? `${device}/${concerns}` : `${device}/power-up/${concerns ?? 'none'}/${nowMs}`;
  if (same && s.last?.key === key) s.last = { ...s.last, told: true };
  s.powerUp = { code, key, recorded: false, resetMs: null };
  forgetNote(s);
  beginAgain(s);
  facts.push({ device, fact: 'device.powered-up', found, command: concerns, key });
}

/** Nothing is in the path any more, or what is there is no business of ours. */
function forgetNote(s: Draft): void {
  s.moving = false;
  s.escrow = null;
  s.unnamedEscrow = null;
  s.stack = null;
  s.giveBack = null;
  s.vend = null;
  s.initializedMeanwhile = false;
}

function escrowed(work: Work, code: number): void {
  const { s, facts, device, nowMs } = work;
  if (s.escrow !== null && s.escrow.code === code && !gaveUp(s, nowMs)) {
    repeatOrders(s, nowMs);
    return;
  }
  if (s.escrow !== null) wentBack(work);
  s.moving = true;
  if (s.table === null) {
    s.unnamedEscrow = code;
    return;
  }
  const value = code === BARCODE || s.tableChanged ? null : (s.table.get(code) ?? null);
  const deadlineMs = nowMs + ESCROW_MS;
  s.escrow = { code, value, deadlineMs };
  if (value === null) s.giveBack ??= { command: null, sentMs: null };
  else facts.push({ device, fact: 'note.escrowed', ...value, seenMs: nowMs, deadlineMs });
}

function tooLate(s: Draft, nowMs: number): boolean {
  return s.escrow === null || nowMs >= s.escrow.deadlineMs;
}

/** After the line was away, a note older than the device keeps one is another note. */
function gaveUp(s: Draft, nowMs: number): boolean {
  return s.escrow !== null && nowMs > s.escrow.deadlineMs + ESCROW_MS;
}

/** The order did not arrive when the note still stands there. */
function repeatOrders(s: Draft, nowMs: number): void {
  const { stack, giveBack } = s;
  if (stack !== null && stack.sentMs !== null && nowMs - stack.sentMs > REPEAT_ORDER_MS && !tooLate(s, nowMs)) {
    s.stack = { ...stack, sentMs: null };
  }
  if (giveBack !== null && giveBack.sentMs !== null && nowMs - giveBack.sentMs > REPEAT_ORDER_MS) {
    s.giveBack = { ...giveBack, sentMs: null };
  }
}

function onVendValid(work: Work, data: Uint8Array): void {
  const { s, nowMs } = work;
  if (s.vend !== null) {
    // Still there although acknowledged: the acknowledgement was lost.
    if (s.vend.acked) s.vend = { ...s.vend, acked: false };
    return;
  }
  const event = stackedEvent(work, data);
  if (event === null) {
    // Nobody knows its value; that it is in the box must be recorded all the same before it is acknowledged.
    const key = `${work.device}/unordered/${nowMs}`;
    const stranger = { command: null, currency: UNKNOWN_CURRENCY, minor: 0, key, told: false, recorded: false };
    tellStacked(work, stranger);
    s.vend = { key, recorded: false, acked: false };
    return;
  }
  tellStacked(work, event);
  s.vend = { key: event.key, recorded: event.recorded, acked: false };
}

function onStacked(work: Work): void {
  const { s } = work;
  if (s.stack === null && !s.moving && s.last?.told !== false) return;
  const event = stackedEvent(work, new Uint8Array(0));
  if (event === null) forgetNote(s);
  else tellStacked(work, event);
}

/** Which stacking the device means: the open order's, a repetition of the last, or one that nobody ordered. */
function stackedEvent(work: Work, data: Uint8Array): Stacked | null {
  const { s, device, nowMs } = work;
  const named = s.table?.get(data[0] ?? 0) ?? null;
  if (s.stack !== null) {
    const { command: id } = s.stack;
    // Some firmware names the note once more. What it says now is its word, even when the order was for another.
    const { currency, minor } = named ?? s.stack;
    return { command: id, currency, minor, key: `${device}/${id}`, told: false, recorded: false };
  }
  if (!s.moving && s.last !== null) return s.last;
  const value = s.escrow?.value ?? named;
  if (value === null) return null;
  const { currency, minor } = value;
  return { command: null, currency, minor, key: `${device}/unordered/${nowMs}`, told: false, recorded: false };
}

function tellStacked(work: Work, event: Stacked): void {
  const { s, facts, device } = work;
  const { command: id, currency, minor, key } = event;
  forgetNote(s);
  s.last = { ...event, told: true };
  if (!event.recorded) facts.push({ device, fact: 'note.stacked', command: id, currency, minor, key });
}

function tellUnknownNote(work: Work, id: string | null, currency: string, minor: number): void {
  work.facts.push({ device: work.device, fact: 'note.unknown', command: id, currency, minor });
}

function onRejecting(work: Work, code: number): void {
  const { s, facts, device } = work;
  if (s.stack !== null || (s.giveBack !== null && s.giveBack.command !== null)) {
    wentBack(work);
    return;
  }
  const reason = rejectReason(code, s.escrow !== null);
  forgetNote(s);
  facts.push({ device, fact: 'note.rejected', reason, code: `id003.reject-${hexByte(code).toLowerCase()}` });
}

/** The device is empty, or is giving the note back: it never keeps one without a VEND VALID that waits for our ACK. */
function wentBack(work: Work): void {
  const { s, facts, device } = work;
  const { stack, escrow, giveBack } = s;
  if (stack !== null) {
    const { command: id, currency, minor } = stack;
    const placeUnknown = s.initializedMeanwhile && s.status !== status.returning && s.status !== status.rejecting;
    if (placeUnknown) tellUnknownNote(work, id, currency, minor);
    else facts.push({ device, fact: 'note.returned', command: id, currency, minor });
  } else if (escrow !== null && escrow.value !== null) {
    facts.push({ device, fact: 'note.returned', command: giveBack?.command ?? null, ...escrow.value });
  } else if (escrow !== null) {
    facts.push({ device, fact: 'note.rejected', reason: 'other', code: 'id003.country-unmapped' });
  }
  forgetNote(s);
}

// Orders.

/** Only what has not left yet is refused: what was sent ends by the device's own word. */
function refuse(work: Work, id: string, reason: string): void {
  work.facts.push({ device: work.device, fact: 'command.refused', command: id, sent: false, reason });
}

/** An order that never left is refused for certain when the note or the line is gone. */
function dropUnsent(work: Work, reason: string): void {
  const { s } = work;
  const stack = s.stack;
  // A repeated order has left once: its outcome comes from the device.
  if (stack !== null && !stack.remembered && stack.sentMs === null && s.last?.command !== stack.command) {
    refuse(work, stack.command, reason);
    s.stack = null;
  }
}

function onCommand(work: Work, order: DeviceCommand): void {
  const { s } = work;
  switch (order.command) {
    case 'note.stack': {
      const reason = whyNotStack(work, order);
      if (reason !== null) refuse(work, order.id, reason);
      else if (s.stack?.command !== order.id) {
        const { id, currency, minor } = order;
        s.stack = { command: id, currency, minor, sentMs: null, remembered: false };
      }
      return;
    }
    case 'note.return': {
      const inEscrow = s.escrow !== null && (s.status === status.escrow || s.status === status.holding);
      if (!s.open) refuse(work, order.id, 'line-lost');
      else if (!inEscrow) refuse(work, order.id, 'no-note');
      else if (s.stack !== null && !s.stack.remembered) refuse(work, order.id, 'being-stacked');
      else s.giveBack = { command: order.id, sentMs: s.giveBack?.sentMs ?? null };
      return;
    }
    case 'document.print':
      refuse(work, order.id, 'not-a-printer');
      return;
    default:
      order satisfies never;
  }
}

function whyNotStack(work: Work, order: Denomination & { readonly id: string }): string | null {
  const { s, nowMs } = work;
  if (!s.open) return 'line-lost';
  const value = s.escrow?.value ?? null;
  if (value === null || (s.status !== status.escrow && s.status !== status.holding)) return 'no-note';
  if (s.stack !== null && s.stack.command !== order.id) return 'already-ordered';
  if (s.giveBack !== null) return 'being-returned';
  if (value.currency !== order.currency || value.minor !== order.minor) return 'other-note';
  if (tooLate(s, nowMs)) return 'too-late';
  return null;
}

function onRecorded(s: Draft, key: string): void {
  if (s.powerUp?.key === key) s.powerUp = { ...s.powerUp, recorded: true };
  if (s.vend?.key === key) s.vend = { ...s.vend, recorded: true };
  if (s.last?.key === key) s.last = { ...s.last, recorded: true };
}
