/**
 * A ccTalk hopper, pure. An order to dispense adds one to its event counter (255 is followed by 1), so that a host that
 * lost an answer asks whether its order arrived, instead of sending it again. What is judged by, in this order:
 *
 * - counter as before, and all figures with it: nothing left the hopper, and the order may be sent again;
 * - a little more: an order arrived. It was paid when the figures of the last payout, or the coins of a lifetime, moved as
 *   well; otherwise it was refused (a Flow counts refusals, an SCH2 does not), and may be sent again;
 * - 0: the hopper was switched off or reset. Models keep the figures of the last payout and the coins of a lifetime; both
 *   were noted before the order, and what they agree on is what was paid;
 * - anything else, or another serial number: nobody can tell.
 *
 * A reset that nobody notices would let the counter of an SCH2 come to its old value by the very order that is looked for.
 * A reset disables a hopper; so it is enabled once, before its figures are noted, and is asked whether it still is before
 * each order leaves. One that is not is noted anew.
 */
import type { Counters, Denomination, DeviceCommand, DeviceFact, DeviceMemory, Level, Pieces } from '../device.ts';
import { faultStands, tellCleared, tellFault } from '../standing.ts';
import {
  coinId,
  counterAfter,
  ENABLE_HOPPER,
  header,
  hopperFault,
  type HopperStatus,
  hopperStatus,
  isDisabled,
  type LevelSensors,
  levelSensors,
  littleEndian,
  ranEmpty,
  text,
} from './messages.ts';
import {
  type Ask,
  type Draft,
  freshTalk,
  identified,
  identitySteps,
  type Part,
  question,
  refuse,
  setting,
  type SetupStep,
  setUpAgain,
  type Talk,
  type Work,
} from './talk.ts';

/** While coins leave; and while nothing happens. */
const PAYING_POLL_MS = 100;
const IDLE_POLL_MS = 1_000;
const TEST_MS = 5_000;
/** An order that certainly did not arrive is sent this often. */
const DISPENSE_TRIES = 3;
/** The counter has to stand as before in so many readings in a row: one might be the late answer to an earlier question. */
const SAME_READINGS = 2;
/** Figures that do not add up are read this often before nobody can tell. */
const ODD_READINGS = 3;
/** Hoppers give up after about ten seconds without a coin. One that does not is stopped, so often at most. */
const STALL_MS = 60_000;
const STOPS = 3;
const MOST_COINS = 255;
const LIFETIME = 2 ** 24;
const KEY_BYTES = 8;

/** What a restart, or a hopper that was away, is compared with. */
interface Before {
  readonly counter: number;
  readonly paid: number;
  readonly unpaid: number;
  /** Coins of its lifetime; null: it does not count them. */
  readonly dispensed: number | null;
  readonly serial: number | null;
}

/**
 * `prepare`: what stands before is read. `record`: told, and waits for its record. `still`: is it enabled as it
 * was when it was noted? `pump`, `key`, `dispense`: sent one after the other. `check`: it left; did it arrive? `resolve`: the same after the hopper or this program was away.
 * `told`: its end waits for its record.
 */
type Phase =
  | 'prepare'
  | 'record'
  | 'still'
  | 'pump'
  | 'key'
  | 'dispense'
  | 'check'
  | 'running'
  | 'stop'
  | 'resolve'
  | 'told';

interface Payout extends Denomination {
  readonly command: string;
  readonly count: number;
  readonly phase: Phase;
  readonly before: Before | null;
  /** What of lifetime count, test and status has been read in this round. */
  readonly read: number;
  readonly sends: number;
  readonly method: 'serial' | 'cipher';
  readonly key: readonly number[];
  /** The last order was answered by NAK. */
  readonly refused: boolean;
  readonly same: number;
  readonly odd: number;
  /** Times that the count of a lifetime did not come. */
  readonly unread: number;
  readonly progress: number;
  readonly movedMs: number;
  readonly stops: number;
}

export interface HopperState extends Talk {
  readonly chance: Uint8Array;
  readonly pumped: number;
  readonly ready: boolean;
  readonly status: HopperStatus | null;
  readonly dispensed: number | null;
  readonly registers: Uint8Array;
  readonly sensors: LevelSensors | null;
  readonly level: Level['state'] | null;
  /** The coin that it names itself. */
  readonly names: string | null;
  readonly differs: boolean;
  readonly pollAtMs: number;
  readonly testAtMs: number;
  readonly levelAtMs: number;
  readonly payout: Payout | null;
  /** An order of an earlier process that never left. */
  readonly neverLeft: string | null;
  /** How the last order ended here, or that it ended before. */
  readonly ended: { readonly command: string; readonly fact: DeviceFact | null } | null;
}

type HopperWork = Work<HopperState>;

function start(memory: DeviceMemory): HopperState {
  const { lastPayout: last } = memory;
  const state: HopperState = {
    ...freshTalk,
    chance: new Uint8Array(0),
    pumped: 0,
    ready: false,
    status: null,
    dispensed: null,
    registers: new Uint8Array(0),
    sensors: null,
    level: null,
    names: null,
    differs: false,
    pollAtMs: 0,
    testAtMs: 0,
    levelAtMs: 0,
    payout: null,
    neverLeft: null,
    ended: null,
  };
  if (last === null) return state;
  const { command, currency, pieces, open, starting } = last;
  if (!open) return { ...state, ended: { command, fact: null } };
  if (!starting) return { ...state, neverLeft: command };
  const { minor, count } = pieces[0] ?? { minor: 0, count: 0 };
  const payout = { ...fresh, command, currency, minor, count, before: beforeOf(memory.counters) };
  return { ...state, payout: { ...payout, phase: 'resolve' } };
}

const fresh = {
  before: null,
  read: 0,
  sends: 0,
  method: 'serial',
  key: [],
  refused: false,
  same: 0,
  odd: 0,
  unread: 0,
  progress: 0,
  movedMs: 0,
  stops: 0,
} satisfies Partial<Payout>;

function beforeOf({ counter, paid, unpaid, dispensed, serial }: Counters): Before | null {
  if (counter === undefined || paid === undefined || unpaid === undefined) return null;
  return { counter, paid, unpaid, dispensed: dispensed ?? null, serial: serial ?? null };
}

function countersOf({ counter, paid, unpaid, dispensed, serial }: Before): Counters {
  return {
    counter,
    paid,
    unpaid,
    ...(dispensed === null ? {} : { dispensed }),
    ...(serial === null ? {} : { serial }),
  };
}

// Set-up.

const status: SetupStep<HopperState> = {
  header: header.hopperStatus,
  data: [],
  optional: false,
  take({ s }, data) {
    s.status = hopperStatus(data);
    return s.status !== null;
  },
};

function setup({ settings: { pin } }: HopperWork): readonly SetupStep<HopperState>[] {
  return [
    ...identitySteps<HopperState>(),
    question<HopperState>(header.hopperCoin, (s, data) => (s.names = data === null ? null : text(data))),
    ...(pin === null ? [] : [setting<HopperState>(header.enterPin, pin, () => {})]),
    { header: header.testHopper, data: [], optional: false, take: ({ s }, data) => keepRegisters(s, data) },
    question<HopperState>(
      header.payoutLevels,
      (s, data) => (s.sensors = data === null ? null : levelSensors(data[0] ?? 0)),
    ),
    question<HopperState>(
      header.dispenseCount,
      (s, data) => (s.dispensed = data?.length === 3 ? littleEndian(data) : null),
    ),
    status,
  ];
}

function keepRegisters(s: Draft<HopperState>, data: Uint8Array): boolean {
  if (data.length === 0 || data.length > 3) return false;
  s.registers = data.slice();
  return true;
}

function ready(work: HopperWork): void {
  const { s, device, facts, settings, nowMs } = work;
  const { coin, currencyOf } = settings;
  const { country, value } = coinId(s.names ?? '');
  const named = country === null ? null : currencyOf(country);
  const differs = named !== null && (named.currency !== coin?.currency || value !== coin.minor);
  if (differs !== s.differs) (differs ? tellFault : tellCleared)(work, 'cctalk.hopper-coin-differs');
  s.differs = differs;
  identified(work, coin === null ? [] : [coin]);
  s.level = null;
  watch(work);
  s.pollAtMs = nowMs;
  s.testAtMs = nowMs + TEST_MS;
  s.levelAtMs = nowMs + TEST_MS;
  s.ready = true;
  facts.push({ device, fact: differs ? 'device.disabled' : 'device.ready' });
}

/** What can be told of its filling, and its fault. */
function watch(work: HopperWork): void {
  const { s, device, facts, settings } = work;
  const { low, full } = s.sensors ?? { low: null, full: null };
  // One that is filled again keeps saying that its last payout ran out of coins; its sensor knows better.
  const empty = ranEmpty(s.registers) && low !== false;
  const level = empty ? 'empty' : low === true ? 'low' : full === true ? 'full' : 'ok';
  faultStands(work, hopperFault(s.registers) ?? (empty ? 'cctalk.hopper-empty' : null), false);
  if (level === s.level || settings.coin === null) return;
  s.level = level;
  facts.push({ device, fact: 'cash.levels', levels: [{ ...settings.coin, count: null, state: level }] });
}

// What to ask next.

const STATUS = 'status';
const TEST = 'test';
const LEVELS = 'levels';
const COUNT = 'count';

function idle(s: HopperWork['s']): Ask {
  const asks: readonly Ask[] = [
    { header: header.hopperStatus, means: STATUS, atMs: s.pollAtMs },
    { header: header.testHopper, means: TEST, atMs: s.testAtMs },
    ...(s.sensors === null ? [] : [{ header: header.payoutLevels, means: LEVELS, atMs: s.levelAtMs }]),
  ];
  return asks.reduce((best, ask) => (ask.atMs < best.atMs ? ask : best));
}

function wish({ s, nowMs }: HopperWork): Ask {
  const { payout } = s;
  if (payout === null) return idle(s);
  const now = { atMs: nowMs, urgent: true };
  switch (payout.phase) {
    case 'prepare':
    case 'check':
    case 'resolve':
      return { ...reading(s, payout), atMs: s.pollAtMs, urgent: true };
    case 'still':
      return { ...now, header: header.testHopper, means: 'still' };
    case 'pump':
      return { ...now, header: header.pumpRng, data: randomBytes(s), means: 'pump' };
    case 'key':
      return { ...now, header: header.cipherKey, means: 'key' };
    case 'dispense':
      return { ...now, header: header.dispense, data: [...securityOf(s, payout), payout.count], means: 'dispense' };
    case 'running':
      return { header: header.hopperStatus, means: STATUS, atMs: s.pollAtMs, urgent: true };
    case 'stop':
      return { ...now, header: header.emergencyStop, means: 'stop' };
    case 'record':
    case 'told':
      return idle(s);
    default:
      return payout.phase satisfies never;
  }
}

/** Lifetime count, test and status in this order: the status is the newest. Before an order it is enabled, and marked by that. */
function reading(s: HopperWork['s'], { phase, read }: Payout): Omit<Ask, 'atMs'> {
  if (read === 0 && s.dispensed !== null) return { header: header.dispenseCount, means: COUNT };
  if (read > 1) return { header: header.hopperStatus, means: STATUS };
  if (phase === 'prepare') return { header: header.enableHopper, data: [ENABLE_HOPPER], means: 'mark' };
  return { header: header.testHopper, means: TEST };
}

function randomBytes({ chance, pumped }: HopperWork['s']): readonly number[] {
  const at = (pumped * KEY_BYTES) % Math.max(chance.length, KEY_BYTES);
  return [...chance.subarray(at, at + KEY_BYTES)];
}

function securityOf(s: HopperWork['s'], { method, key }: Payout): readonly number[] {
  if (method === 'cipher') return key;
  const serial = s.serial ?? 0;
  return [serial & 0xff, (serial >> 8) & 0xff, (serial >> 16) & 0xff];
}

// What came back.

function change(work: HopperWork, by: Partial<Payout>): void {
  const { s } = work;
  if (s.payout !== null) s.payout = { ...s.payout, ...by };
}

function sent(work: HopperWork, ask: Ask): void {
  const { s, nowMs } = work;
  if (ask.means === 'pump') s.pumped++;
  if (ask.means !== 'dispense') return;
  // From the first byte on only the hopper knows whether it arrived.
  change(work, { phase: 'check', read: 0, refused: false, same: 0, odd: 0, sends: (s.payout?.sends ?? 0) + 1 });
  s.pollAtMs = nowMs;
}

function answered(work: HopperWork, ask: Ask, data: Uint8Array | null): void {
  const { s, nowMs } = work;
  const { payout } = s;
  switch (ask.means) {
    case STATUS:
      onStatus(work, data === null ? null : hopperStatus(data), ask.urgent === true);
      return;
    case TEST:
      s.testAtMs = nowMs + TEST_MS;
      if (data === null || !keepRegisters(s, data)) s.pollAtMs = nowMs + PAYING_POLL_MS;
      else {
        watch(work);
        onRead(work, ask, 2);
      }
      return;
    case LEVELS:
      s.levelAtMs = nowMs + TEST_MS;
      if (data !== null && data.length > 0) s.sensors = levelSensors(data[0] as number);
      watch(work);
      return;
    case COUNT:
      // What was read before is no witness of now.
      s.dispensed = data?.length === 3 ? littleEndian(data) : null;
      onRead(work, ask, 1);
      return;
    case 'mark':
      onRead(work, ask, 2);
      return;
    case 'still':
      if (data === null || !keepRegisters(s, data)) sendFailed(work);
      else if (isDisabled(s.registers)) noteAnew(work);
      else change(work, { phase: payout?.method === 'cipher' ? 'pump' : 'dispense' });
      return;
    case 'pump':
      if (data === null) sendFailed(work);
      else change(work, { phase: 'key' });
      return;
    case 'key':
      if (data === null || data.length === 0) sendFailed(work);
      else change(work, { phase: 'dispense', key: [...data.subarray(0, KEY_BYTES)] });
      return;
    case 'dispense':
      // Whatever it says, its status decides. One that refuses may want another kind of key.
      if (data !== null) return;
      change(work, { refused: true });
      otherMethod(work);
      return;
    default:
      change(work, { phase: 'running', movedMs: nowMs });
  }
}

function unanswered(work: HopperWork, ask: Ask): void {
  const { s, nowMs } = work;
  switch (ask.means) {
    case TEST:
      s.testAtMs = nowMs + TEST_MS;
      break;
    case LEVELS:
      s.levelAtMs = nowMs + TEST_MS;
      break;
    case 'still':
    case 'pump':
    case 'key':
      sendFailed(work);
      break;
    case 'stop':
      change(work, { phase: 'running', movedMs: nowMs });
      break;
    case COUNT:
      withoutCount(work);
      break;
    default:
  }
  s.pollAtMs = nowMs + PAYING_POLL_MS;
  oddReading(work, 'prepare');
}

/** A lifetime count that does not come any more holds nothing up; what it would have witnessed is lost. */
function withoutCount(work: HopperWork): void {
  const { s } = work;
  const { payout } = s;
  if (payout === null || payout.phase === 'prepare') return;
  const unread = (payout.unread + 1) % ODD_READINGS;
  change(work, { unread });
  if (unread === 0) s.dispensed = null;
}

/** One of the round's readings is there; one that was asked before the round began is none of it. */
function onRead(work: HopperWork, ask: Ask, read: number): void {
  const { payout } = work.s;
  if (ask.urgent === true && payout !== null && payout.read < read) change(work, { read });
}

/** Nothing moved coins: the order is begun anew, or given up for certain. */
function sendFailed(work: HopperWork): void {
  const { payout } = work.s;
  if (payout === null) return;
  change(work, { sends: payout.sends + 1 });
  otherMethod(work);
  sendAgain(work);
}

function sendAgain(work: HopperWork): void {
  const { payout } = work.s;
  if (payout === null) return;
  if (payout.sends >= DISPENSE_TRIES) paidOut(work, 0);
  else change(work, { phase: 'still' });
}

/** It was reset since it was noted, and nothing left. It forgot its settings too. */
function noteAnew(work: HopperWork): void {
  const { s, nowMs } = work;
  const { payout } = s;
  if (payout === null) return;
  change(work, { sends: payout.sends + 1 });
  if (payout.sends + 1 >= DISPENSE_TRIES) paidOut(work, 0);
  else change(work, { phase: 'prepare', read: 0, same: 0, odd: 0 });
  s.pollAtMs = nowMs;
  setUpAgain(s);
}

function otherMethod(work: HopperWork): void {
  const { s, settings } = work;
  if (settings.method !== 'auto' || s.serial === null) return;
  change(work, { method: s.payout?.method === 'cipher' ? 'serial' : 'cipher' });
}

function onStatus(work: HopperWork, now: HopperStatus | null, ofRound: boolean): void {
  const { s, nowMs } = work;
  const { payout } = s;
  const paying = payout !== null && payout.phase !== 'told' && payout.phase !== 'record';
  s.pollAtMs = nowMs + (paying ? PAYING_POLL_MS : IDLE_POLL_MS);
  if (now === null) {
    oddReading(work, 'prepare');
    return;
  }
  const wasReset = now.counter === 0 && s.status !== null && s.status.counter !== 0;
  s.status = now;
  if (payout?.phase === 'prepare') {
    if (ofRound) prepared(work, now);
  } else if (payout?.phase === 'check' || payout?.phase === 'resolve') {
    if (ofRound) judged(work, payout, now);
  } else if (payout?.phase === 'running') onRunning(work, payout, now);
  else if (wasReset) {
    // What was noted before the order holds no longer, and nothing has left.
    if (payout?.phase === 'record') paidOut(work, 0);
    setUpAgain(s);
  }
}

// An order.

function onCommand(work: HopperWork, order: DeviceCommand): void {
  const { s, settings } = work;
  tellNeverLeft(work);
  if (s.payout?.command === order.id) return;
  if (s.ended?.command === order.id) {
    const { device, facts } = work;
    const again: DeviceFact = {
      device,
      fact: 'command.refused',
      command: order.id,
      sent: true,
      reason: 'already-ended',
    };
    facts.push(s.ended.fact ?? again);
    return;
  }
  if (order.command !== 'cash.dispense') {
    refuse(work, order.id, 'not-for-a-hopper');
    return;
  }
  const reason = whyNot(work, order.currency, order.pieces);
  if (reason !== null) {
    refuse(work, order.id, reason);
    return;
  }
  const { minor, count } = order.pieces[0] as Pieces;
  const cipherFirst = s.serial === null || /SCH/i.test(s.model ?? '');
  const method = settings.method === 'auto' ? (cipherFirst ? 'cipher' : 'serial') : settings.method;
  s.payout = { ...fresh, command: order.id, currency: order.currency, minor, count, method, phase: 'prepare' };
  s.pollAtMs = work.nowMs;
}

function whyNot({ s, settings }: HopperWork, currency: string, pieces: readonly Pieces[]): string | null {
  const [first, ...others] = pieces;
  if (!s.open || s.lost !== null) return 'line-lost';
  if (!s.ready || s.differs) return 'not-ready';
  if (s.payout !== null) return 'busy';
  if (first === undefined || others.length > 0) return 'one-denomination-only';
  if (currency !== settings.coin?.currency || first.minor !== settings.coin.minor) return 'other-denomination';
  // Several orders of the device in one would not survive a crash between them.
  if (!Number.isInteger(first.count) || first.count < 1 || first.count > MOST_COINS) return 'too-many';
  return settings.method === 'serial' && s.serial === null ? 'no-serial-number' : null;
}

function prepared(work: HopperWork, now: HopperStatus): void {
  const { s, device, facts } = work;
  const { payout } = s;
  if (payout === null) return;
  if (now.remaining > 0) {
    if (payout.before === null) notPrepared(work, 'still-paying');
    else nobodyKnows(work, 'figures-do-not-add-up');
    return;
  }
  const { counter, paid, unpaid } = now;
  const before: Before = { counter, paid, unpaid, dispensed: s.dispensed, serial: s.serial };
  change(work, { phase: 'record', before, odd: 0 });
  const { command } = payout;
  facts.push({ device, fact: 'payout.starting', command, key: startKey(work, command), counters: countersOf(before) });
}

function startKey({ device }: HopperWork, command: string): string {
  return `${device}/${command}/starting`;
}

/** What was to be read did not come, or does not add up. */
function oddReading(work: HopperWork, phase: Phase): void {
  const { s } = work;
  const { payout } = s;
  if (payout === null || payout.phase !== phase) return;
  change(work, { odd: payout.odd + 1 });
  if (payout.odd + 1 < ODD_READINGS) return;
  if (phase !== 'prepare') {
    nobodyKnows(work, 'figures-do-not-add-up');
    return;
  }
  notPrepared(work, 'no-answer');
}

/** Nothing has left. One that was told of before, and was to be noted anew, has an end on record. */
function notPrepared(work: HopperWork, reason: string): void {
  const { s } = work;
  const { payout } = s;
  if (payout === null) return;
  if (payout.before !== null) {
    paidOut(work, 0);
    return;
  }
  s.payout = null;
  refuse(work, payout.command, reason);
}

interface Witness {
  /** Coins of a lifetime, read in this round. */
  readonly dispensed: number | null;
  readonly enabled: boolean;
  /** The order was answered by NAK. */
  readonly refused: boolean;
}

type Verdict =
  | { readonly is: 'nothing' | 'running' }
  | { readonly is: 'ended'; readonly paid: number }
  | { readonly is: 'odd' }
  | { readonly is: 'unknown'; readonly reason: string };

function judged(work: HopperWork, payout: Payout, now: HopperStatus): void {
  const { s, nowMs } = work;
  const { before, phase, count } = payout;
  change(work, { read: 0 });
  if (before === null) nobodyKnows(work, 'nothing-noted-before');
  else if (before.serial !== s.serial) nobodyKnows(work, 'other-device');
  else {
    const enabled = !isDisabled(s.registers);
    const verdict = judge(before, now, count, { dispensed: s.dispensed, enabled, refused: payout.refused });
    if (verdict.is !== 'nothing') change(work, { same: 0 });
    switch (verdict.is) {
      case 'nothing':
        change(work, { same: payout.same + 1 });
        if (payout.same + 1 < SAME_READINGS) return;
        // A hopper that was away pays nothing late: whoever waited has been told.
        if (phase === 'check') sendAgain(work);
        else paidOut(work, 0);
        return;
      case 'running':
        change(work, { phase: 'running', movedMs: nowMs, odd: 0 });
        onRunning(work, { ...payout, phase: 'running', movedMs: nowMs }, now);
        return;
      case 'ended':
        paidOut(work, verdict.paid);
        return;
      case 'odd':
        oddReading(work, phase);
        return;
      case 'unknown':
        nobodyKnows(work, verdict.reason);
        return;
      default:
        verdict satisfies never;
    }
  }
}

function judge(before: Before, now: HopperStatus, count: number, witness: Witness): Verdict {
  const { counter, remaining, paid, unpaid } = now;
  const { dispensed, enabled, refused } = witness;
  const fits = paid + unpaid === count;
  const same = paid === before.paid && unpaid === before.unpaid;
  const known = dispensed !== null && before.dispensed !== null;
  const counted = known ? (dispensed - before.dispensed + LIFETIME) % LIFETIME : null;
  // A count that did not survive, or that others moved, is none.
  const left = counted === null || counted > count ? null : counted;
  if (counter === 0 && !(before.counter === 0 && enabled)) {
    return afterReset({ left, fits, same, paid, kept: before.dispensed !== 0 });
  }
  const steps = stepsBetween(before.counter, counter);
  if (steps === 0) return { is: remaining === 0 && same && (counted ?? 0) === 0 ? 'nothing' : 'odd' };
  if (steps > DISPENSE_TRIES) return { is: 'unknown', reason: 'counter-jumped' };
  if (remaining > 0) return { is: 'running' };
  if (left !== null) {
    if (left === 0 && same) return { is: 'nothing' };
    return fits && paid === left ? { is: 'ended', paid } : { is: 'odd' };
  }
  if (!same) return fits ? { is: 'ended', paid } : { is: 'odd' };
  // A Flow also counts what it refuses, and its figures are then those of the order before.
  if (!fits || refused) return { is: 'nothing' };
  return paid === 0 ? { is: 'ended', paid } : { is: 'unknown', reason: 'figures-as-before' };
}

function stepsBetween(before: number, now: number): number {
  let steps = 0;
  for (let at = before; at !== now && steps <= DISPENSE_TRIES; at = counterAfter(at, 1)) steps++;
  return steps;
}

interface Figures {
  /** Coins by the count of a lifetime; null: it is no witness. */
  readonly left: number | null;
  /** The figures of the last payout add up to this order; and: they are as before it. */
  readonly fits: boolean;
  readonly same: boolean;
  readonly paid: number;
  /** The count was more than 0, so that one that is still the same survived. */
  readonly kept: boolean;
}

function afterReset({ left, fits, same, paid, kept }: Figures): Verdict {
  // Without a count only figures that changed can be this order's.
  if (left === null) return fits && !same ? { is: 'ended', paid } : { is: 'unknown', reason: 'counters-lost' };
  if (left > 0) {
    const differ = fits && !same && paid !== left;
    return differ ? { is: 'unknown', reason: 'counters-differ' } : { is: 'ended', paid: left };
  }
  if (kept || same || (fits && paid === 0)) return { is: 'nothing' };
  return { is: 'unknown', reason: fits ? 'counters-differ' : 'counters-lost' };
}

function onRunning(work: HopperWork, payout: Payout, now: HopperStatus): void {
  const { s, device, facts, nowMs } = work;
  const { before, command, currency, minor, count } = payout;
  const steps = before === null ? 0 : stepsBetween(before.counter, now.counter);
  if (steps === 0 || steps > DISPENSE_TRIES) {
    change(work, { phase: 'resolve', read: 0, same: 0, odd: 0 });
    if (now.counter === 0) setUpAgain(s);
    return;
  }
  if (now.remaining === 0) {
    if (now.paid + now.unpaid === count) paidOut(work, now.paid);
    else oddReading(work, 'running');
    return;
  }
  const paid = count - now.remaining;
  if (paid > payout.progress) {
    change(work, { progress: paid, movedMs: nowMs });
    facts.push({ device, fact: 'payout.progress', command, paid: { currency, minor: paid * minor } });
    return;
  }
  if (nowMs - payout.movedMs <= STALL_MS) return;
  if (payout.stops >= STOPS) nobodyKnows(work, 'does-not-stop');
  else change(work, { phase: 'stop', stops: payout.stops + 1 });
}

// Its end.

function paidOut(work: HopperWork, count: number): void {
  const { s, device } = work;
  const { payout } = s;
  if (payout === null) return;
  const { command, currency, minor } = payout;
  const told = {
    device,
    command,
    key: endKey(work, command),
    paid: { currency, minor: count * minor },
    pieces: count === 0 ? [] : [{ minor, count }],
    counters: s.status === null ? {} : countersOf({ ...s.status, dispensed: null, serial: s.serial }),
  };
  if (count === payout.count) end(work, { ...told, fact: 'payout.done' });
  else end(work, { ...told, fact: 'payout.partial', owed: { currency, minor: (payout.count - count) * minor } });
}

function nobodyKnows(work: HopperWork, reason: string): void {
  const { payout } = work.s;
  if (payout === null) return;
  const { command } = payout;
  end(work, { device: work.device, fact: 'payout.unknown', command, key: endKey(work, command), reason });
}

function endKey({ device }: HopperWork, command: string): string {
  return `${device}/${command}`;
}

function end(work: HopperWork, fact: DeviceFact & { readonly command: string }): void {
  const { s, facts, nowMs } = work;
  facts.push(fact);
  change(work, { phase: 'told' });
  s.ended = { command: fact.command, fact };
  // Why it stopped, and what is left.
  s.testAtMs = nowMs;
  s.levelAtMs = nowMs;
}

/** What has not left yet never will; of the rest only the hopper can tell. */
function onLost(work: HopperWork): void {
  const { s } = work;
  const { payout } = s;
  s.ready = false;
  tellNeverLeft(work);
  switch (payout?.phase) {
    case undefined:
    case 'told':
      return;
    case 'prepare':
      notPrepared(work, 'line-lost');
      return;
    case 'record':
    case 'still':
    case 'pump':
    case 'key':
    case 'dispense':
      paidOut(work, 0);
      return;
    default:
      change(work, { phase: 'resolve', read: 0, same: 0, odd: 0 });
  }
}

function tellNeverLeft(work: HopperWork): void {
  const { s } = work;
  const { neverLeft } = s;
  if (neverLeft === null) return;
  s.neverLeft = null;
  refuse(work, neverLeft, 'never-sent');
  s.ended = { command: neverLeft, fact: null };
}

function onRecorded(work: HopperWork, key: string): void {
  const { s } = work;
  const { payout } = s;
  if (payout === null) return;
  if (payout.phase === 'record' && key === startKey(work, payout.command)) change(work, { phase: 'still' });
  if (payout.phase === 'told' && key === endKey(work, payout.command)) s.payout = null;
}

export const hopper: Part<HopperState> = {
  start: (_, memory) => start(memory),
  copy: (state) => ({ ...state }),
  opened(work, chance) {
    work.s.chance = chance.slice();
    work.s.pumped = 0;
    work.s.ready = false;
    tellNeverLeft(work);
  },
  setup,
  ready,
  wish,
  sent,
  answered,
  unanswered,
  lost: onLost,
  levels: tellNeverLeft,
  command: onCommand,
  recorded: onRecorded,
};
