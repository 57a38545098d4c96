/**
 * The conversation with one card terminal, pure. At rest the kiosk leads and asks the terminal now and then how it is; from
 * a command of the kiosk until its completion the terminal leads, and every message of it is answered. What is said when
 * is in the parts: `exchange` gets messages across, `incoming` answers, `registration` prepares, `payment` takes money,
 * `recovery` finds out what became of it, `receipt` prints, `day` closes the day.
 */
import { type DeviceCommand, type DeviceFact, type DeviceMemory, emptyMemory } from '../device.ts';
import type { Driver, DriverInput, DriverStep } from '../driver.ts';
import { allWell, lose } from '../standing.ts';
import { closeDay, onCloseDay, onDay } from './day.ts';
import { diagnose, lost, onDiagnose, onDiagnosed, onDiagnosedStatus } from './diagnosis.ts';
import { askOn, LISTEN_MS, unknownAt, unknownWhenLong } from './ending.ts';
import { dueAt, nextOut, onAck, onNak, overdue, sign } from './exchange.ts';
import { type Apdu, createDecoder, type Frame, MALFORMED, SPOILT, UNFINISHED } from './frame.ts';
import { onApdu } from './incoming.ts';
import { NOT_REGISTERED, OK } from './messages.ts';
import { abortWhenAllowed, onCancel, onLanguage, onPaid, onRecorded, onStart, takeStep } from './payment.ts';
import {
  chargeOf,
  dropUnsent,
  onAsked,
  onAskedStatus,
  onConfirm,
  onRefunded,
  onReverse,
  onReversed,
  recoveryStep,
} from './recovery.ts';
import {
  askBaseline,
  beginAgain,
  onBaseline,
  onRegistered,
  onRemedy,
  onStatus,
  prepare,
  prepareAt,
  readyWhenDone,
} from './registration.ts';
import {
  charged,
  type Conversation,
  type Outcome,
  type Purpose,
  refuse,
  type Settings,
  type State,
  type Work,
} from './state.ts';

/** T1 on a serial line. Over a network a message may come in pieces with any pause. */
const INTER_BYTE_MS = { serial: 200, tcp: 5_000 } as const;
/** Of the first registration, doubled for each that fails. */
const REGISTER_PAUSE_MS = 1_000;

function start({ openCharges = [], counters }: DeviceMemory = emptyMemory): State {
  const [charge = null, ...later] = openCharges.map((open) => chargeOf(open, counters));
  const { before: _, ...known } = counters;
  return {
    ...allWell,
    open: false,
    listenUntilMs: 0,
    out: [],
    unacked: null,
    heard: null,
    talk: null,
    registered: false,
    registerAtMs: 0,
    registerPauseMs: REGISTER_PAUSE_MS,
    baseline: false,
    baselineTries: 0,
    toldReceipt: null,
    statusAtMs: 0,
    status: null,
    remedyAtMs: 0,
    noLanguage: false,
    languageOf: null,
    identified: null,
    ready: false,
    cardInside: false,
    counters: known,
    charge,
    later,
    ended: null,
    day: null,
    diagnosis: null,
    lines: [],
    slipType: null,
    woken: false,
  };
}

/** A driver for one terminal; `step` is total: no sequence of bytes or orders makes it throw. */
export function createDriver(device: string, settings: Settings): Driver<State, Frame> {
  return {
    interByteMs: INTER_BYTE_MS[settings.transport],
    decoder: () => createDecoder(settings.transport),
    start,
    step(before, input) {
      const facts: DeviceFact[] = [];
      const work: Work = { device, settings, nowMs: input.nowMs, s: { ...before }, facts };
      if (!work.s.woken) wake(work);
      handle(work, input);
      dropUnsent(work);
      unknownWhenLong(work);
      abortWhenAllowed(work);
      readyWhenDone(work);
      return finish(work, input.type === 'turn');
    },
  };
}

/** The first breath: only now can anything be told. */
function wake(work: Work): void {
  const { s, nowMs } = work;
  s.woken = true;
  if (s.charge?.stage === 'asking') charged(work, { askSinceMs: nowMs });
}

function finish(work: Work, turn: boolean): DriverStep<State> {
  const { s, facts } = work;
  const out = turn && s.open ? nextOut(work) : null;
  return {
    state: s,
    facts,
    turnAtMs: turnAt(work),
    urgent: s.charge !== null,
    ...(out === null ? {} : { send: { name: out.name, bytes: out.bytes, replyWithinMs: 0 } }),
  };
}

function handle(work: Work, input: DriverInput<Frame>): void {
  switch (input.type) {
    case 'opened':
      onOpened(work);
      return;
    case 'closed':
      onClosed(work, input.problem);
      return;
    case 'turn':
      takeTurn(work);
      return;
    case 'frame':
      onFrame(work, input.frame);
      return;
    case 'discarded':
      // Who sent a frame that came spoilt waits to be told so.
      if (input.why === SPOILT || input.why === MALFORMED || input.why === UNFINISHED) sign(work, 'nak');
      return;
    case 'silence':
    case 'levels':
      return;
    case 'command':
      onCommand(work, input.command);
      return;
    case 'recorded':
      onRecorded(work, input.key);
      return;
    default:
      input satisfies never;
  }
}

// The line.

function onOpened(work: Work): void {
  const { s, nowMs } = work;
  s.open = true;
  s.registerPauseMs = REGISTER_PAUSE_MS;
  const { charge } = s;
  const waits = charge?.stage === 'asking' || charge?.stage === 'reversing';
  if (charge?.stage === 'asking') askOn(work);
  else if (waits) charged(work, { askAtMs: nowMs });
  beginAgain(work);
  s.listenUntilMs = waits ? nowMs + LISTEN_MS : nowMs;
}

function onClosed(work: Work, problem: (DriverInput<Frame> & { type: 'closed' })['problem']): void {
  const { s } = work;
  s.open = false;
  s.out = [];
  s.unacked = null;
  s.heard = null;
  s.lines = [];
  s.slipType = null;
  const money: readonly Purpose[] = ['authorise', 'refund', 'reverse', 'close-day'];
  const { talk } = s;
  if (talk !== null && money.includes(talk.purpose)) conclude(work, { how: 'lost' });
  s.talk = null;
  lost(work);
  beginAgain(work);
  lose(work, problem.code, problem.message);
}

function turnAt(work: Work): number | null {
  const { s, nowMs } = work;
  if (!s.open) return null;
  const due = [dueAt(work), unknownAt(work)];
  if (s.talk === null && s.unacked === null && s.out.length === 0) due.push(restsUntil(work));
  const next = Math.min(...due);
  return next === Number.POSITIVE_INFINITY ? null : Math.max(next, nowMs);
}

/** When there is something to be said, with nothing under way. */
function restsUntil({ s, nowMs, ...rest }: Work): number {
  const { charge } = s;
  const listens = charge !== null && nowMs < s.listenUntilMs;
  if (listens) return s.listenUntilMs;
  if (!s.registered || s.status === null) return prepareAt({ s, nowMs, ...rest });
  const charging =
    charge !== null && charge.stage !== 'starting' && charge.stage !== 'held' && charge.stage !== 'taken';
  const soon = charging ? charge.askAtMs : Number.POSITIVE_INFINITY;
  const idle =
    (!s.baseline && s.status === OK && charge === null) || s.day?.sent === false || s.diagnosis?.sent === false
      ? nowMs
      : Number.POSITIVE_INFINITY;
  return Math.min(soon, idle, prepareAt({ s, nowMs, ...rest }));
}

function takeTurn(work: Work): void {
  const { s, nowMs } = work;
  const over = overdue(work);
  if (over !== null) conclude(work, over);
  if (s.talk !== null || s.unacked !== null || s.out.length > 0) return;
  if (s.charge !== null && nowMs < s.listenUntilMs) return;
  if (!s.registered || s.status === null) prepare(work);
  else if (!takeStep(work) && !recoveryStep(work) && !closeDay(work) && !diagnose(work) && !knowLast(work))
    prepare(work);
}

function knowLast(work: Work): boolean {
  return work.s.status === OK && work.s.charge === null && askBaseline(work);
}

// What comes.

function onFrame(work: Work, frame: Frame): void {
  switch (frame.type) {
    case 'ack':
      onAck(work);
      return;
    case 'nak': {
      const over = onNak(work);
      if (over !== null) conclude(work, over);
      return;
    }
    case 'apdu':
      work.s.lost = null;
      sign(work, 'ack');
      hear(work, frame);
      return;
    default:
      frame satisfies never;
  }
}

function hear(work: Work, apdu: Apdu): void {
  const over = onApdu(work, apdu);
  if (over !== null) conclude(work, over);
}

/** The conversation is over. */
function conclude(work: Work, outcome: Outcome): void {
  const { s } = work;
  const { talk } = s;
  if (talk === null) return;
  s.talk = null;
  s.out = s.out.filter(({ is }) => is === 'sign' || is === 'reply');
  if (s.unacked?.message.is === 'command') s.unacked = null;
  concluded(work, talk, outcome);
}

function concluded(work: Work, { purpose, items, sends }: Conversation, outcome: Outcome): void {
  switch (purpose) {
    case 'register':
      onRegistered(work, outcome);
      return;
    case 'status':
      onStatus(work, outcome);
      onAskedStatus(work, outcome);
      onDiagnosedStatus(work, outcome);
      return;
    case 'diagnose':
      onRemedy(work, outcome);
      onDiagnosed(work, outcome);
      return;
    case 'initialise':
      onRemedy(work, outcome);
      return;
    case 'language':
      onLanguage(work, outcome);
      return;
    case 'baseline':
      onBaseline(work, outcome, items);
      return;
    case 'authorise':
      onPaid(work, outcome, sends);
      askSoon(work, outcome);
      return;
    case 'ask':
      onAsked(work, outcome, items);
      return;
    case 'reverse':
      onReversed(work, outcome, items);
      return;
    case 'refund':
      onRefunded(work, outcome, items, sends);
      askSoon(work, outcome);
      return;
    case 'close-day':
      onDay(work, outcome, items);
      return;
    default:
      purpose satisfies never;
  }
}

/** What the terminal refused may say how it is; and after every payment a card may be left in it. */
function askSoon(work: Work, outcome: Outcome): void {
  if (outcome.how === 'refused' && outcome.code === NOT_REGISTERED) beginAgain(work);
  else work.s.statusAtMs = work.nowMs;
}

// Orders.

function onCommand(work: Work, order: DeviceCommand): void {
  const { s } = work;
  switch (order.command) {
    case 'charge.start':
    case 'charge.refund':
      onStart(work, order);
      return;
    case 'charge.cancel':
      if (s.charge?.id === order.id) onCancel(work);
      return;
    case 'charge.confirm':
      onConfirm(work, order.id);
      return;
    case 'charge.reverse':
      onReverse(work, order);
      return;
    case 'terminal.close-day':
      onCloseDay(work, order.id);
      return;
    case 'terminal.diagnose':
      onDiagnose(work, order.id);
      return;
    default:
      refuse(work, order.id, false, 'not-for-a-terminal');
  }
}
