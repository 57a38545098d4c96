/**
 * A ccTalk coin acceptor, pure. A coin counts at once: the device numbers what happens (1 to 255, then 1 again; 0 only after
 * a reset) and keeps the last five events, which are read every 200 ms and credited from the number last recorded on.
 *
 * Reading destroys nothing, so it goes on while credits are not recorded: what is read is kept here, what is not read is
 * pushed out by the sixth event. A crash takes along what is not recorded, and the device tells five of it again; so the
 * slot is closed while more than a few wait, which leaves room for coins that are already on their way.
 */
import { NO_CURRENCY } from '../currency.ts';
import type { Denomination, DeviceMemory } from '../device.ts';
import { faultStands, tellCleared, tellFault } from '../standing.ts';
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
  coinError,
  coinId,
  counterAfter,
  type Event,
  eventBuffer,
  eventsSince,
  header,
  littleEndian,
  newEvents,
  selfCheckFault,
  text,
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

/** Part 1: every 200 ms, and no slower than every second. */
const POLL_MS = 200;
/** Nothing may come in. */
const POLL_RESTING_MS = 400;
/** While a fault or an alarm stands, a self-check asks after it. */
const CHECK_MS = 5_000;
/** Credits that may wait for their record before the slot is closed; the device keeps five events. */
const UNRECORDED_LIMIT = 3;
/** Of those whose record is awaited, so many are remembered: more come only from a device that ignores its inhibits. */
const UNRECORDED_KEPT = 64;
/** Of a coin that is not in the table. */
const NO_VALUE = { currency: NO_CURRENCY, minor: 0 };
const POLL = 'poll';
const CHECK = 'check';
const COUNT = 'count';

export interface CoinState extends Acceptance {
  /** Counters as last recorded or read; null: this device was never read. */
  readonly counter: number | null;
  /** Events of all devices that ever stood here: it makes keys, and never goes back. */
  readonly total: number;
  /** The serial number to which `counter` belongs; null: it told none. */
  readonly counted: number | null;
  /** The device's own count of accepted coins when it was set up, and coins credited since; null: it has none. */
  readonly accepted: number | null;
  /** The same, as the last recorded credit left it. */
  readonly acceptedThen: number | null;
  /** Set up, but not read since: what happened meanwhile happened while nobody looked. */
  readonly away: boolean;
  /** Counting begins, and its own count of coins is still to be read. */
  readonly recount: boolean;
  /** When the question was asked whose answer last told its events in this conversation, monotonic; null: not yet. */
  readonly readMs: number | null;
  /** When it was asked for them last. */
  readonly askedMs: number;
  readonly unrecorded: readonly string[];
  /** The key of where counting began, until it is recorded. */
  readonly counting: string | null;
  readonly pollAtMs: number;
  /** When a self-check is due; null: nothing to ask after. */
  readonly checkAtMs: number | null;
  /** An alarm among the events, which ends with the next coin or with a self-check that finds nothing. */
  readonly alarm: string | null;
  readonly creditsLost: boolean;
}

type CoinWork = Work<CoinState>;

function start(memory: DeviceMemory): CoinState {
  const { counter, total, serial, accepted } = memory.counters;
  return {
    ...freshTalk,
    ...freshAcceptance,
    counter: counter ?? null,
    total: total ?? 0,
    counted: serial ?? null,
    accepted: null,
    acceptedThen: accepted ?? null,
    away: true,
    recount: false,
    readMs: null,
    askedMs: 0,
    unrecorded: [],
    counting: null,
    pollAtMs: 0,
    checkAtMs: null,
    alarm: null,
    creditsLost: false,
  };
}

const idSteps: readonly SetupStep<CoinState>[] = Array.from({ length: POSITIONS }, (_, at) =>
  question<CoinState>(header.coinId, (s, data) => idRead(s, usedId(data), data !== null), [at + 1]),
);

function usedId(data: Uint8Array | null): string | null {
  const id = data === null ? '' : text(data);
  return coinId(id).country === null ? null : id;
}

const fixed: readonly SetupStep<CoinState>[] = [
  closeFirst<CoinState>(),
  ...identitySteps<CoinState>(),
  ...idSteps,
  {
    header: header.selfCheck,
    data: [],
    optional: true,
    take: (work, data) => checked(work, data),
  },
  question<CoinState>(header.acceptCounter, (s, data) => (s.accepted = data?.length === 3 ? littleEndian(data) : null)),
];

/** Behind the ids, the sorter path of each coin that has one: the device forgets them. */
function setup(work: CoinWork): readonly SetupStep<CoinState>[] {
  const { sort } = work.settings;
  const sorted = [...tableOf(work)].flatMap(([position, { minor }]) => {
    const path = Object.hasOwn(sort, minor) ? sort[minor] : undefined;
    return path === undefined ? [] : [setting<CoinState>(header.modifySorterPaths, [position, path], () => {})];
  });
  return sorted.length === 0 ? fixed : [...fixed, ...sorted];
}

function tableOf({ s, settings }: CoinWork): ReadonlyMap<number, Denomination> {
  const table = new Map<number, Denomination>();
  s.ids.forEach((id, at) => {
    const { country, value } = coinId(id ?? '');
    const currency = country === null ? null : settings.currencyOf(country);
    if (currency !== null) table.set(at + 1, { currency: currency.currency, minor: value });
  });
  return table;
}

function ready(work: CoinWork): void {
  const { s } = work;
  if (!tableRead(work, tableOf(work))) return;
  // One that does not tell its number this time is taken for the one that did: on a bad line the answer is lost.
  if (s.serial !== null && s.counted !== s.serial) {
    // Another device: its counters start where they stand now.
    s.counter = null;
    s.kept = null;
    s.counted = s.serial;
    s.acceptedThen = null;
  }
  s.away = true;
  s.pollAtMs = work.nowMs;
}

function held({ s }: CoinWork): boolean {
  return s.recount || s.counting !== null || s.unrecorded.length >= UNRECORDED_LIMIT;
}

function wish(work: CoinWork): Ask {
  const { s, nowMs } = work;
  const poll: Ask = { header: header.credits, means: POLL, atMs: s.pollAtMs };
  // What happened while nobody looked is read before the slot opens.
  if (s.away) return poll;
  if (s.recount) return { header: header.acceptCounter, means: COUNT, atMs: nowMs };
  const told = acceptanceWish(work, held(work));
  if (told !== null && Math.max(told.atMs, nowMs) < s.pollAtMs) return told;
  if (s.checkAtMs !== null && s.checkAtMs < s.pollAtMs)
    return { header: header.selfCheck, means: CHECK, atMs: s.checkAtMs };
  return poll;
}

function sent({ s, nowMs }: CoinWork, { means }: Ask): void {
  if (means === POLL) s.askedMs = nowMs;
}

function answered(work: CoinWork, ask: Ask, data: Uint8Array | null): void {
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
    case COUNT:
      recounted(work, data);
      break;
    default:
      s.pollAtMs = nowMs + (s.accept.length === 0 ? POLL_RESTING_MS : POLL_MS);
      rereadTable(work);
      onEvents(work, data);
  }
  if (!s.away) readyWhenTold(work, held(work));
}

function unanswered(work: CoinWork, ask: Ask): void {
  const { s, nowMs } = work;
  if (ask.means === MASK || ask.means === MASTER) acceptanceFailed(work);
  else if (ask.means === CHECK) s.checkAtMs = nowMs + CHECK_MS;
  else if (ask.means === COUNT) recounted(work, null);
  else {
    s.pollAtMs = nowMs + (s.accept.length === 0 ? POLL_RESTING_MS : POLL_MS);
    // A device that has told of nothing yet stands at 0 after a reset as before, and forgot its settings all the same.
    if (s.counter === 0) setUpAgain(s);
  }
}

/** Header 232: a fault code, and sometimes more about it. */
function checked(work: CoinWork, data: Uint8Array): boolean {
  const { s, nowMs } = work;
  const found = data[0];
  if (found === undefined) return false;
  faultStands(work, selfCheckFault(found), false);
  if (found === 0) alarmStands(work, null);
  s.checkAtMs = found === 0 ? null : nowMs + CHECK_MS;
  return true;
}

function alarmStands(work: CoinWork, code: string | null): void {
  const { s, nowMs } = work;
  if (code !== null) s.checkAtMs ??= nowMs + CHECK_MS;
  if (code === s.alarm) return;
  if (s.alarm !== null) tellCleared(work, s.alarm);
  s.alarm = code;
  if (code !== null) tellFault(work, code);
}

function onEvents(work: CoinWork, data: Uint8Array | null): void {
  const { s } = work;
  const buffer = data === null ? null : eventBuffer(data);
  if (buffer === null) return;
  const { away, kept, readMs } = s;
  s.away = false;
  s.kept = buffer.events;
  // What falls in after the answer was made may fall in before it arrives.
  s.readMs = s.askedMs;
  if (s.counter === null) {
    countFrom(work, buffer.counter);
    return;
  }
  const { count, reset } = eventsSince(s.counter, buffer, kept);
  if (reset) {
    s.counter = 0;
    if (!away) setUpAgain(s);
  }
  const events = newEvents(count, buffer, kept);
  const told = events.length;
  if (count > told) lostCredits(work, count - told, away ? events : null);
  else if (events.some(({ a }) => a !== 0)) foundAgain(work);
  for (const event of events) oneEvent(work, event, readMs);
  if (!away) return;
  if (count <= told) forgottenCredits(work);
  // A coin between the two questions is in the events already, and not in the count.
  const coins = events.some(({ a }) => a !== 0);
  if (s.accepted === null) s.acceptedThen = null;
  else if (s.acceptedThen !== null) s.acceptedThen = Math.max(s.acceptedThen, s.accepted);
  else if (!coins) s.acceptedThen = s.accepted;
}

/** Never read before: what it tells of the time before is not this kiosk's. */
function countFrom(work: CoinWork, counter: number): void {
  const { s } = work;
  s.counter = counter;
  s.recount = s.accepted !== null;
  if (!s.recount) tellCounting(work);
}

/** Read behind the events, its count of coins has all of which they do not tell. */
function recounted(work: CoinWork, data: Uint8Array | null): void {
  const { s } = work;
  s.recount = false;
  s.accepted = data?.length === 3 ? littleEndian(data) : null;
  s.acceptedThen = s.accepted;
  tellCounting(work);
}

function tellCounting(work: CoinWork): void {
  const { s, device, facts } = work;
  s.counting = awaitRecord(work, 'from-');
  facts.push({ device, fact: 'coin.counting', key: s.counting, counters: countersOf(s) });
}

/** A reset wiped out events that nobody had read; the device's own count of coins outlives it. */
function forgottenCredits(work: CoinWork): void {
  const { s, device, facts } = work;
  const count = s.accepted === null || s.acceptedThen === null ? 0 : s.accepted - s.acceptedThen;
  if (count <= 0) return;
  s.acceptedThen = s.accepted;
  creditsLostStands(work);
  const key = awaitRecord(work, `forgotten-${s.accepted}-`);
  facts.push({ device, fact: 'coin.lost', key, count, counters: countersOf(s) });
}

function stepOn(s: Draft<CoinState>, events: number): void {
  s.counter = counterAfter(s.counter ?? 0, events);
  s.total += events;
}

/**
 * The sixth event pushed the first one out. How many of those were coins is known when the device counts them and was
 * away; otherwise each may have been one. `events`: those that it still tells.
 */
function lostCredits(work: CoinWork, pushedOut: number, events: readonly Event[] | null): void {
  const { s, device, facts } = work;
  stepOn(s, pushedOut);
  // Which of them were coins nobody knows, and so neither what its count should be.
  if (events === null) s.acceptedThen = null;
  let count = pushedOut;
  if (events !== null && s.accepted !== null && s.acceptedThen !== null) {
    const coins = s.accepted - s.acceptedThen - events.filter(({ a }) => a !== 0).length;
    // More than were pushed out: its events began at 0 again meanwhile, and went past where they had stood.
    if (coins >= 0) count = coins;
  }
  if (count === 0) return;
  creditsLostStands(work);
  const key = awaitRecord(work, 'lost-');
  facts.push({ device, fact: 'coin.lost', key, count, counters: countersOf(s) });
}

function creditsLostStands(work: CoinWork): void {
  if (!work.s.creditsLost) tellFault(work, 'cctalk.credits-lost');
  work.s.creditsLost = true;
}

function foundAgain(work: CoinWork): void {
  if (!work.s.creditsLost) return;
  work.s.creditsLost = false;
  tellCleared(work, 'cctalk.credits-lost');
}

function oneEvent(work: CoinWork, { a, b }: Event, afterMs: number | null): void {
  const { s, device, facts, settings } = work;
  stepOn(s, 1);
  if (a === 0) {
    const { code, alarm } = coinError(b);
    if (alarm) alarmStands(work, code);
    facts.push({ device, fact: 'coin.rejected', code });
    return;
  }
  alarmStands(work, null);
  s.acceptedThen = s.acceptedThen === null ? null : s.acceptedThen + 1;
  const key = awaitRecord(work, '');
  const to = Object.hasOwn(settings.paths, b) ? (settings.paths[b] ?? null) : null;
  const value = s.table.get(a) ?? NO_VALUE;
  const counters = countersOf(s);
  facts.push({ device, fact: 'coin.credited', key, counter: counters.counter ?? 0, afterMs, to, counters, ...value });
}

/** A key for what has just been counted: the total never comes again, whichever device stands here. */
function awaitRecord({ s, device }: CoinWork, what: string): string {
  const key = `coin:${device}:${s.counted ?? 'none'}:${what}${s.total}`;
  s.unrecorded = [...s.unrecorded, key].slice(-UNRECORDED_KEPT);
  return key;
}

function countersOf(s: Draft<CoinState>): Readonly<Record<string, number>> {
  return {
    counter: s.counter ?? 0,
    total: s.total,
    ...(s.counted === null ? {} : { serial: s.counted }),
    ...(s.acceptedThen === null ? {} : { accepted: s.acceptedThen }),
  };
}

export const coinAcceptor: Part<CoinState> = {
  start: (_, memory) => start(memory),
  copy: (state) => ({ ...state }),
  setup,
  ready,
  wish,
  sent,
  answered,
  unanswered,
  lost: () => {},
  levels: (work, { accept }) => {
    work.s.accept = accept;
  },
  command: (work, { id }) => refuse(work, id, 'not-for-a-coin-acceptor'),
  recorded: ({ s }, key) => {
    s.unrecorded = s.unrecorded.filter((one) => one !== key);
    if (key === s.counting) s.counting = null;
  },
};
