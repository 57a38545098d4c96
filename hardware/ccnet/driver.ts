/**
 * The conversation with one CCNET device, pure: the host polls, acknowledges each answer, and the device goes on. A
 * note counts by the event STACKED (81). The device tells it until the host has acknowledged it once, so it is
 * acknowledged only after `recorded`; where a power-up found a note is acknowledged at once, for it stands until RESET.
 * DISPENSED (25) of a bill-to-bill unit is told in the same way, and waits for the record of what the payout came to.
 */
import type { Denomination, DeviceCommand, DeviceFact, DeviceMemory, FoundNote } from '../device.ts';
import type { Driver, DriverInput, DriverSend, DriverStep } from '../driver.ts';
import {
  dropLate,
  dropUnsent,
  machineBeganAnew,
  noteAccepting,
  noteEscrowed,
  noteGone,
  noteRejected,
  noteStacked,
  noteWish,
  orderNote,
  poweredUp,
  recordedInPath,
  refuse,
  startPath,
  undecided,
  wishReturn,
  wishSent,
} from '../note-path.ts';
import { allWell, boxStands, faultStands, lose } from '../standing.ts';
import {
  assignSent,
  assignWish,
  cassetteCommands,
  cassettesUnread,
  cassettesWish,
  dispenserWish,
  onAssignReply,
  onAssignState,
  onCassettes,
  onDispenserReply,
  placeLater,
  recycleWanted,
} from './cassettes.ts';
import {
  emptyingCounts,
  emptyingInterrupted,
  emptyingSent,
  emptyingWish,
  onEmpty,
  onEmptyingCounts,
  onEmptyingState,
  onUnloadReply,
} from './emptying.ts';
import { createDecoder, encode, type Frame } from './frame.ts';
import {
  atFront,
  command,
  commandName,
  failureCode,
  faultOfState,
  hexByte,
  isFaultState,
  isState,
  isUnitState,
  rejectReason,
  state,
} from './messages.ts';
import {
  holdsDispensed,
  mayBePaying,
  onDispense,
  onDispenseReply,
  onPayoutCounts,
  onPayoutState,
  payoutCounts,
  payoutCut,
  payoutInterrupted,
  payoutResetting,
  payoutSent,
  payoutWish,
  recordedInPayout,
  startPayout,
  tellNeverLeft,
} from './payout.ts';
import { onSetupReply, readyWhenDone, setupDone, setupFailed, setupWanted, takesNothing } from './setup.ts';
import {
  type Draft,
  pays,
  type RequestKind,
  type Settings,
  type SetupStep,
  type State,
  type Wish,
  type Work,
} from './state.ts';

export type { State } from './state.ts';

/** The device wants to be polled every 100 to 200 ms; slower is enough while it is disabled and empty. */
const POLL_MS = 150;
const POLL_RESTING_MS = 400;
/** It answers within 10 ms; widened for adapters and pseudo-terminals, and for the table of 125 bytes at 9600 baud. */
const REPLY_WITHIN_MS = 250;
const INTER_BYTE_MS = 25;
/** Between an acknowledgement and the next command. */
const AFTER_ACK_MS = 20;
/** The device gives a note back when nobody decided within this time. */
const ESCROW_MS = 10_000;
const REPEAT_RESET_MS = 1_000;
/** No valid reply for this long: the device is lost. One missing reply means nothing. */
const SILENT_MS = 2_000;
/** A mute device is reset. One whose note is undecided gets longer, for RESET destroys what a power-up would tell. */
const MUTE_MS = 8_000;
const MUTE_WITH_NOTE_MS = 60_000;
const RESET_EVERY_MS = 10_000;
/** A note is judged gone from escrow when this many states in a row say that the device is empty. */
const EMPTY_STATES = 2;

function start(device: string, settings: Settings, memory: DeviceMemory): State {
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
    code: 0,
    emptyStates: 0,
    setup: 0,
    tries: 0,
    setupAtMs: 0,
    refused: false,
    enabled: null,
    ready: false,
    identity: null,
    table: null,
    tableText: null,
    tableChanged: false,
    unmapped: false,
    accept: [],
    stacked: null,
    powerUp: null,
    shutStates: 0,
    recycle: null,
    cassettes: null,
    cassettesAtMs: 0,
    cassettesTries: 0,
    levelsText: null,
    stock: null,
    placing: null,
    placed: null,
    assigning: null,
    assignTarget: null,
    assignTries: 0,
    flags: new Set(),
    dispenserTries: pays(settings) ? 0 : null,
    waits: [],
    emptying: null,
    lips: null,
    ...(pays(settings) ? startPayout(memory) : { payout: null, neverLeft: null, ended: null }),
  };
}

/** A driver for one device; `step` is total: no sequence of bytes or orders makes it throw. */
export function createDriver(device: string, settings: Settings): Driver<State, Frame> {
  return {
    interByteMs: INTER_BYTE_MS,
    decoder: createDecoder,
    answers: (frame) => frame.address === settings.address,
    start: (memory) => start(device, settings, memory),
    step(before, input) {
      const { path } = before;
      const work: Work = { device, settings, nowMs: input.nowMs, s: { ...before }, path: { ...path }, facts: [] };
      const send = handle(work, input);
      return finish(work, send);
    },
  };
}

const urgentKinds: ReadonlySet<RequestKind> = new Set(['stack', 'return', 'dispense']);

function finish(work: Work, send: DriverSend | null): DriverStep<State> {
  const { s, path, facts } = work;
  const wish = wanted(work);
  return {
    state: { ...s, path },
    facts,
    turnAtMs: wish?.atMs ?? null,
    urgent: wish !== null && urgentKinds.has(wish.kind),
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
      s.code = 0;
      tellNeverLeft(work);
      beginAgain(work);
      return null;
    case 'closed':
      s.open = false;
      s.request = null;
      s.ready = false;
      dropUnsent(work, 'line-lost');
      interrupted(work);
      outOfSight(work, input.problem.code, input.problem.message);
      return null;
    case 'turn':
      return takeTurn(work);
    case 'frame':
      return onFrame(work, input.frame);
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
      if (pays(work.settings) && input.levels.recycle !== undefined) recycleWanted(work, input.levels.recycle);
      return null;
    case 'recorded':
      recordedInPath(path, input.key);
      if (s.stacked?.key === input.key) s.stacked = { ...s.stacked, recorded: true };
      if (s.powerUp?.key === input.key) s.powerUp = { ...s.powerUp, recorded: true };
      s.waits = s.waits.filter((key) => key !== input.key);
      recordedInPayout(work, input.key);
      return null;
    default:
      return input satisfies never;
  }
}

/** Everything that the device forgets, or that may have changed while nobody looked. */
function beginAgain({ s, nowMs }: Work): void {
  s.setup = 0;
  s.tries = 0;
  s.setupAtMs = 0;
  s.enabled = null;
  s.ready = false;
  s.emptyStates = 0;
  s.shutStates = 0;
  s.cassettes = null;
  s.cassettesAtMs = nowMs;
  s.assigning = null;
  s.assignTarget = null;
}

/** The conversation broke: what was told meanwhile is lost, unless it is told again. */
function interrupted(work: Work): void {
  payoutInterrupted(work);
  emptyingInterrupted(work, 'line-lost');
}

/** The device was switched off or reset, and forgot what it was at. */
function cutOff(work: Work): void {
  payoutCut(work);
  emptyingInterrupted(work, 'restarted');
}

function outOfSight(work: Work, reason: (DeviceFact & { fact: 'device.lost' })['reason'], message: string): void {
  // Stacked and returned are told until they are acknowledged: a device that is empty without them was reset meanwhile.
  machineBeganAnew(work.path);
  lose(work, reason, message);
}

// What to send next.

/** The one thing to send next and when; null while the line is down or an answer is awaited. */
function wanted(work: Work): Wish | null {
  const { s, path, nowMs } = work;
  if (!s.open || s.request !== null) return null;
  const poll: Wish = { kind: 'poll', atMs: s.pollAtMs };
  if (s.code === 0) return s.resetWanted ? { kind: 'reset', atMs: nowMs } : poll;
  if (s.powerUp !== null) {
    return s.powerUp.recorded && s.powerUp.resetMs === null ? { kind: 'reset', atMs: nowMs } : poll;
  }
  if (s.resetWanted) return { kind: 'reset', atMs: nowMs };
  const note = noteWish(path);
  if (note !== null) return { kind: note, atMs: nowMs };
  if (setupWanted(work) !== null && s.setupAtMs < s.pollAtMs)
    return { kind: 'setup', atMs: Math.max(nowMs, s.setupAtMs) };
  const own = pays(work.settings) ? unitWish(work) : null;
  return own !== null && own.atMs < s.pollAtMs ? own : poll;
}

/** What a bill-to-bill unit is asked and told beyond that. */
function unitWish(work: Work): Wish | null {
  if (!setupDone(work)) return payoutWish(work)?.kind === 'reset' ? payoutWish(work) : null;
  const due = payoutCounts(work) || emptyingCounts(work);
  const wishes = [
    payoutWish(work),
    emptyingWish(work),
    dispenserWish(work),
    assignWish(work),
    cassettesWish(work, due),
  ];
  const known = wishes.filter((wish) => wish !== null);
  return known.reduce<Wish | null>((first, one) => (first === null || one.atMs < first.atMs ? one : first), null);
}

function takeTurn(work: Work): DriverSend | null {
  const { s, nowMs } = work;
  dropLate(work);
  const wish = wanted(work);
  if (wish === null || wish.atMs > nowMs) return null;
  s.request = wish.kind;
  switch (wish.kind) {
    case 'poll':
      return request(work, 'poll', command.poll);
    case 'reset':
      s.resetWanted = false;
      s.lastResetMs = nowMs;
      s.pollAtMs = nowMs + POLL_MS;
      if (s.powerUp !== null) s.powerUp = { ...s.powerUp, resetMs: nowMs };
      payoutResetting(work);
      return request(work, 'reset', command.reset);
    case 'stack':
    case 'return':
      wishSent(work, wish.kind);
      s.pollAtMs = nowMs + POLL_MS;
      return request(work, wish.kind, wish.kind === 'stack' ? command.stack : command.return);
    case 'setup': {
      const step = setupWanted(work) as SetupStep;
      s.asked = step;
      s.shutStates = 0;
      return request(work, commandName(step.code), step.code, step.data);
    }
    case 'cassettes':
      return ofUnit(work, cassetteCommands.cassettes, []);
    case 'assign':
      return ofUnit(work, cassetteCommands.assign, assignSent(work));
    case 'empty-dispenser':
      return ofUnit(work, cassetteCommands['empty-dispenser'], []);
    case 'dispense':
      return ofUnit(work, command.dispense, payoutSent(work));
    case 'unload':
      return ofUnit(work, command.unload, emptyingSent(work));
    default:
      return wish.kind satisfies never;
  }
}

function request({ settings }: Work, name: string, code: number, data: readonly number[] = []): DriverSend {
  return { name, bytes: encode(settings.address, code, data), replyWithinMs: REPLY_WITHIN_MS };
}

function ofUnit(work: Work, code: number, data: readonly number[]): DriverSend {
  return request(work, commandName(code), code, data);
}

// What came back.

function onFrame(work: Work, frame: Frame): DriverSend | null {
  const { s, nowMs } = work;
  const asked = s.request;
  s.request = null;
  s.lastReplyMs = nowMs;
  s.lost = null;
  s.resetWanted = false;
  s.pollAtMs = Math.max(s.pollAtMs, nowMs + AFTER_ACK_MS);
  if (asked === 'setup') {
    const answered = onSetupReply(work, frame);
    // What was not asked for may be the late answer to a poll, and is acknowledged as such only.
    if (answered) return frame.content.length > 1 ? acknowledge(work) : null;
  }
  if (asked !== null && onUnitReply(work, asked, frame)) return frame.content.length > 1 ? acknowledge(work) : null;
  if (!(pays(work.settings) ? isUnitState(frame) : isState(frame))) {
    if (asked === 'reset' && frame.code === command.ack) onResetTaken(work);
    return null;
  }
  onState(work, frame.code, frame.data);
  if (frame.code === state.dispensed && holdsDispensed(work)) return null;
  return s.stacked !== null && !s.stacked.recorded ? null : acknowledge(work);
}

/** Answers whether it was the answer to an order or a question of a bill-to-bill unit. */
function onUnitReply(work: Work, asked: RequestKind, { code, content }: Frame): boolean {
  const alone = content.length === 1;
  const taken = alone && code === command.ack;
  const refused = alone && code === state.illegal;
  switch (asked) {
    case 'cassettes':
      if (!onCassettes(work, content)) return false;
      onPayoutCounts(work);
      onEmptyingCounts(work);
      readyWhenDone(work);
      return true;
    case 'assign':
      onAssignReply(work, taken);
      return taken || refused;
    case 'empty-dispenser':
      onDispenserReply(work, taken || refused);
      return taken || refused;
    case 'dispense':
      if (taken || refused) onDispenseReply(work, taken ? 'taken' : 'refused');
      return taken || refused;
    case 'unload':
      if (taken || refused) onUnloadReply(work, taken ? 'taken' : 'refused');
      return taken || refused;
    default:
      return false;
  }
}

function acknowledge({ settings, s }: Work): DriverSend {
  s.stacked = null;
  return { name: 'acknowledge', bytes: encode(settings.address, command.ack), replyWithinMs: 0 };
}

function onResetTaken(work: Work): void {
  const { s, path } = work;
  const recovering = s.powerUp !== null;
  s.powerUp = null;
  beginAgain(work);
  cutOff(work);
  if (!recovering) machineBeganAnew(path);
}

function onSilence(work: Work): void {
  const { s, path, nowMs, device } = work;
  const asked = s.request;
  s.request = null;
  s.pollAtMs = nowMs + POLL_MS;
  if (asked === 'setup') setupFailed(work);
  else if (asked === 'cassettes') cassettesUnread(work);
  else if (asked === 'empty-dispenser') onDispenserReply(work, false);
  const muteMs = nowMs - s.lastReplyMs;
  if (muteMs > SILENT_MS && s.lost !== 'silent') {
    // It may have been off: its first state decides again, before anything else is sent.
    s.code = 0;
    beginAgain(work);
    interrupted(work);
    outOfSight(work, 'silent', `${device} does not answer; check its power, its cable and its address.`);
  }
  const limitMs = undecided(path) || mayBePaying(s) ? MUTE_WITH_NOTE_MS : MUTE_MS;
  const evidenceWaits = s.powerUp?.recorded === false || s.stacked?.recorded === false || s.waits.length > 0;
  const restedMs = s.lastResetMs === null ? RESET_EVERY_MS : nowMs - s.lastResetMs;
  if (muteMs > limitMs && restedMs >= RESET_EVERY_MS && !evidenceWaits) s.resetWanted = true;
}

// States and events.

function onState(work: Work, code: number, data: Uint8Array): void {
  const { s, path, nowMs } = work;
  const before = s.code;
  s.code = code;
  const empty = code === state.idling || code === state.disabled;
  s.emptyStates = empty ? s.emptyStates + 1 : 0;
  s.shutStates = code === state.disabled && takesNothing(s) ? s.shutStates + 1 : 0;
  const still = s.payout === null && s.emptying === null && s.assigning === null;
  const resting = empty && still && s.accept.length === 0 && path.escrow === null && path.stack === null;
  s.pollAtMs = nowMs + (resting ? POLL_RESTING_MS : POLL_MS);
  if (!tellsOfNote(code)) watchFaults(work, code, data);
  const up = code >= state.powerUp && code <= state.powerUpInStacker;
  // It got the RESET although its answer was lost, or it was reset by something else.
  if (!up) s.powerUp = null;
  if (code !== state.stacked) s.stacked = null;
  if (code !== state.escrow && code !== state.holding) dropUnsent(work, 'no-note');
  if (up) onPowerUp(work, code, data);
  else onMovement(work, code, data, before);
  if (pays(work.settings)) {
    onPayoutState(work, code, data);
    onEmptyingState(work, code);
    onAssignState(work, code);
  }
  readyWhenDone(work);
}

function onMovement(work: Work, code: number, bytes: Uint8Array, before: number): void {
  const { s, path } = work;
  const data = bytes[0] ?? 0;
  switch (code) {
    case state.idling:
    case state.disabled:
      if (s.emptyStates >= EMPTY_STATES) noteGone(work, 'empty');
      return;
    case state.accepting:
      if (before !== code) noteAccepting(work);
      return;
    case state.escrow:
      noteEscrowed(work, data, takenValue(s, data), ESCROW_MS);
      return;
    case state.holding:
      // Held for a host of before; what it is worth is not told any more.
      if (path.escrow === null) wishReturn(path);
      return;
    case state.stacked:
      if (s.stacked === null) onStacked(work, data, bytes[1] ?? 0);
      return;
    case state.rejecting:
      if (before !== code) noteRejected(work, rejectReason(data), `ccnet.reject-${hexByte(data).toLowerCase()}`);
      return;
    case state.returning:
    case state.returned:
      if (before !== code) noteGone(work, 'leaving');
      return;
    case state.initialize:
      if (before !== code) {
        beginAgain(work);
        cutOff(work);
      }
      machineBeganAnew(path);
      return;
    default:
      // Hands take the note out, or push it in.
      if (isFaultState(code)) machineBeganAnew(path);
      return;
  }
}

/** What lies in escrow; null: nothing that may be taken now. */
function takenValue({ tableChanged, table, payout, emptying }: Draft, type: number): Denomination | null {
  return tableChanged || payout !== null || emptying !== null ? null : (table?.get(type) ?? null);
}

/** `place`: the cassette of a bill-to-bill unit that it went into; 0: the box. */
function onStacked(work: Work, type: number, place: number): void {
  const { s, settings, nowMs } = work;
  const kept = pays(settings) && place !== 0;
  const { key, recorded } = noteStacked(work, s.table?.get(type) ?? null, kept ? 'recycler' : 'box');
  s.stacked = { key, recorded };
  if (!pays(settings)) return;
  s.cassettesAtMs = nowMs;
  s.cassettes = null;
  if (kept && !recorded) s.placed = key;
}

/** What happened to a note may be told while a fault stands, and says nothing of the fault. */
function tellsOfNote(code: number): boolean {
  return code === state.stacked || code === state.rejecting || code === state.returning || code === state.returned;
}

/** A fault stands as long as its state does. */
function watchFaults(work: Work, code: number, data: Uint8Array): void {
  const fault = faultOfState(code, data);
  faultStands(work, fault, code === state.cheated);
  boxStands(work, code === state.cassetteOut || fault === failureCode(0x54));
}

function onPowerUp(work: Work, code: number, data: Uint8Array): void {
  const { s, nowMs, settings } = work;
  if (s.powerUp !== null && s.powerUp.code === code) {
    const { resetMs } = s.powerUp;
    if (resetMs !== null && nowMs - resetMs > REPEAT_RESET_MS) s.powerUp = { ...s.powerUp, resetMs: null };
    return;
  }
  // A bill-to-bill unit says with the same code that notes lie where it pays out.
  const outward = atFront(data) || mayBePaying(s) || s.emptying !== null;
  const inStacker = code === state.powerUpInStacker && !outward;
  const found: FoundNote = inStacker ? 'stacker' : code === state.powerUpInValidator ? 'acceptor' : 'nothing';
  s.stacked = null;
  const key = poweredUp(work, found);
  if (pays(settings) && found === 'stacker') placeLater(work, key);
  s.powerUp = { code, key, recorded: false, resetMs: null };
  beginAgain(work);
  if (pays(settings) && atFront(data)) s.dispenserTries = 0;
  cutOff(work);
}

// Orders.

function onCommand(work: Work, order: DeviceCommand): void {
  const { s, settings } = work;
  switch (order.command) {
    case 'note.stack':
    case 'note.return':
      orderNote(work, order, { open: s.open, held: s.code === state.escrow || s.code === state.holding });
      return;
    case 'cash.dispense':
      if (pays(settings)) onDispense(work, order);
      else refuse(work, order.id, 'not-for-an-acceptor');
      return;
    case 'cash.empty':
      if (pays(settings)) onEmpty(work, order);
      else refuse(work, order.id, 'not-for-an-acceptor');
      return;
    default:
      refuse(work, order.id, 'not-for-an-acceptor');
  }
}
