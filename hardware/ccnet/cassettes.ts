/**
 * The cassettes of a bill-to-bill unit: what each holds, which note it keeps, and what may still lie where notes come out.
 *
 * A cassette that gets another note empties itself into the box first, so only an empty one ever gets one: what is to be
 * kept no longer stays where it is until it is paid out or emptied. And it takes a setting only while nothing may be taken,
 * so settings wait until nobody wants a note in.
 */
import { type Stock, asCounters, currencyOf, goneFrom } from '../stock.ts';
import { flag } from '../standing.ts';
import type { Counters, Level } from '../device.ts';
import { type Cassette, cassettes, command, ESCROW_TYPE, NO_TYPE, state } from './messages.ts';
import { isShut, latch, type Wish, type Work } from './state.ts';

/** Hands fill cassettes, and nothing tells of it. */
const LOOK_EVERY_MS = 10_000;
/** Between two readings that are compared; and after one that did not come. */
const READ_AGAIN_MS = 300;
const READ_RETRY_MS = 500;
const READ_TRIES = 6;
/** So few left of one denomination are told as low. */
const LOW_COUNT = 5;
const ASSIGN_TRIES = 4;
/** It says SETTING CASSETTE TYPE while it does; after so many states without a word it is done, or never began. */
const ASSIGN_QUIET = 8;
const EMPTY_DISPENSER_TRIES = 3;
/** Beside the type: public hosts add a bit that says that there is one, or that there is none. */
const WITH_TYPE = 0x80;
const WITHOUT_TYPE = 0x40;
/** Beside the counts: another machine's counts say nothing of this one's. */
const SERIAL = 'serial';

// What they hold.

/** `due`: somebody waits for the counts. */
export function cassettesWish({ s, path, nowMs }: Work, due: boolean): Wish | null {
  if (path.moving || !isReadable(s.code)) return null;
  if (!due && s.code !== state.idling && s.code !== state.disabled) return null;
  const atMs = due || s.cassettes === null ? s.cassettesAtMs : s.cassettesAtMs + LOOK_EVERY_MS;
  return { kind: 'cassettes', atMs: Math.max(nowMs, atMs) };
}

function isReadable(code: number): boolean {
  return code >= state.idling && code !== state.stacked && code !== state.escrow && code !== state.holding;
}

/** True when the counts are known now. */
export function onCassettes(work: Work, content: Uint8Array): boolean {
  const { s, nowMs } = work;
  const read = cassettes(content);
  if (read === null) {
    cassettesUnread(work);
    return false;
  }
  s.cassettesTries = 0;
  s.cassettesAtMs = nowMs + READ_AGAIN_MS;
  s.cassettes = read;
  flag(work, 'ccnet.cassettes-unread', false);
  if (assignmentWanted(work) === null) flag(work, 'ccnet.cassette-refused', false);
  place(work);
  s.stock = stockOf(work);
  tellLevels(work);
  return true;
}

/** The power-up that found a note in its place does not say which: the counts will. */
export function placeLater({ s, path }: Work, key: string): void {
  const { last } = path;
  const before = last?.key === key && s.placed !== key ? s.stock?.get(last.minor) : undefined;
  if (last === null || before === undefined) return;
  s.placing = { key, currency: last.currency, minor: last.minor, before };
}

function place(work: Work): void {
  const { s, device } = work;
  const { placing } = s;
  s.placing = null;
  if (placing === null || stockOf(work)?.get(placing.minor) !== placing.before + 1) return;
  const { key, currency, minor } = placing;
  const moved = { from: 'box', to: 'recycler', count: 1, currency, minor } as const;
  latch(work, { device, fact: 'cash.moved', key: `${key}/placed`, command: null, ...moved });
}

export function cassettesUnread(work: Work): void {
  const { s, nowMs } = work;
  s.cassettesTries++;
  s.cassettesAtMs = nowMs + READ_RETRY_MS;
  if (s.cassettesTries >= READ_TRIES) flag(work, 'ccnet.cassettes-unread', true);
}

/** By denomination of the table; null: not known. */
export function stockOf({ s }: Work): Stock | null {
  if (s.cassettes === null || s.table === null) return null;
  const stock = new Map([...s.table.values()].map(({ minor }) => [minor, 0]));
  for (const { present, type, count } of s.cassettes) {
    const minor = s.table.get(type)?.minor;
    if (present && minor !== undefined) stock.set(minor, (stock.get(minor) ?? 0) + count);
  }
  return stock;
}

/** Told at the start, and when a count has changed. */
function tellLevels(work: Work): void {
  const { s, device, facts } = work;
  const stock = stockOf(work);
  if (stock === null) return;
  const levels = [...stock].map(([minor, count]): Level => {
    const own = (s.cassettes ?? []).filter(({ present, type }) => present && s.table?.get(type)?.minor === minor);
    const full = own.length > 0 && own.every((one) => one.full);
    const fill = count === 0 ? 'empty' : full ? 'full' : count <= LOW_COUNT ? 'low' : 'ok';
    return { currency: currencyOf(s.table, minor), minor, count, state: fill };
  });
  const text = JSON.stringify(levels);
  if (text === s.levelsText) return;
  s.levelsText = text;
  facts.push({ device, fact: 'cash.levels', levels });
}

/** The counts, and which machine's they are, as a later start gets them back. */
export function countersOf(work: Work, stock: Stock): Counters {
  const counters = asCounters(work.s.table, stock);
  const serial = serialOf(work);
  return serial === null ? counters : { ...counters, [SERIAL]: serial };
}

/** A number that stands for part and serial number together; FNV-1a, 32 bits. */
function serialOf({ s }: Work): number | null {
  if (s.identity === null) return null;
  let hash = 0x811c9dc5;
  for (const letter of `${s.identity.part} ${s.identity.serial}`)
    hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  return hash >>> 0;
}

/** What the machine held less before than now, by denomination, without what is the same; null: the counts are none of this machine. */
export function goneSince(work: Work, before: Counters, stock: Stock): Stock | null {
  return before[SERIAL] === serialOf(work) ? goneFrom(before, work.s.table, stock) : null;
}

// What they keep.

interface Assignment {
  readonly number: number;
  readonly type: number;
}

/** The next cassette that has to get another note; null: all is as it is wanted, as far as that can be. */
function assignmentWanted({ s }: Work): Assignment | null {
  const { recycle, table } = s;
  if (recycle === null || table === null || s.cassettes === null || s.tableChanged) return null;
  const own = s.cassettes.filter(({ present, type }) => present && type !== ESCROW_TYPE);
  const minorOf = ({ type }: Cassette): number | undefined => table.get(type)?.minor;
  const kept = new Set(own.map(minorOf));
  const free = own.filter((one) => one.count === 0 && !recycle.includes(minorOf(one) ?? 0));
  const [first] = free;
  if (first === undefined) return null;
  const missing = recycle.find(
    (minor) => !kept.has(minor) && [...table.values()].some((value) => value.minor === minor),
  );
  const [type] = [...table].find(([, { minor }]) => minor === missing) ?? [];
  if (type !== undefined) return { number: first.number, type };
  const unwanted = free.find((one) => one.type !== NO_TYPE);
  return unwanted === undefined ? null : { number: unwanted.number, type: NO_TYPE };
}

function targetOf({ number, type }: Assignment): string {
  return `${number} ${type}`;
}

export function assignWish(work: Work): Wish | null {
  const { s, nowMs } = work;
  const wanted = assignmentWanted(work);
  const idle = s.payout === null && s.emptying === null && s.dispenserTries === null && s.accept.length === 0;
  if (wanted === null || !idle || !isShut(work)) return null;
  const spent = s.assignTarget === targetOf(wanted) && s.assignTries >= ASSIGN_TRIES;
  return spent ? null : { kind: 'assign', atMs: nowMs };
}

/** Data of the order, which is about to leave. */
export function assignSent(work: Work): readonly number[] {
  const { s } = work;
  const wanted = assignmentWanted(work);
  if (wanted === null) return [];
  const { number, type } = wanted;
  const tries = s.assignTarget === targetOf(wanted) ? s.assignTries : 0;
  const marked = tries % 2 === 1;
  s.assignTarget = targetOf(wanted);
  s.assignTries = tries + 1;
  s.assigning = { number, quiet: 0 };
  return [number, marked ? type | (type === NO_TYPE ? WITHOUT_TYPE : WITH_TYPE) : type];
}

export function onAssignReply(work: Work, taken: boolean): void {
  if (!taken) assigned(work);
}

/** Whatever it said: the cassettes themselves say what became of it. */
function assigned(work: Work): void {
  const { s, nowMs } = work;
  s.assigning = null;
  s.cassettes = null;
  s.cassettesAtMs = nowMs;
  if (s.assignTries >= ASSIGN_TRIES) flag(work, 'ccnet.cassette-refused', true);
}

export function onAssignState(work: Work, code: number): void {
  const { s } = work;
  if (s.assigning === null) return;
  const quiet = code === state.settingCassetteType ? 0 : s.assigning.quiet + 1;
  s.assigning = { ...s.assigning, quiet };
  if (code === state.cassetteTypeSet || quiet >= ASSIGN_QUIET) assigned(work);
}

/** Other notes are to be kept. */
export function recycleWanted({ s }: Work, recycle: readonly number[]): void {
  if (s.recycle?.join() === recycle.join()) return;
  s.recycle = recycle;
  s.assignTarget = null;
}

// Where they come out.

/**
 * Notes of an order that it forgot may lie where it pays out, also at a start, for nobody remembers: when that order has
 * ended they go to the customer, before anything else does.
 */
export function dispenserWish(work: Work): Wish | null {
  const { payout, dispenserTries } = work.s;
  const free = payout === null || payout.phase === 'preparing';
  if (dispenserTries === null || !free || !isShut(work)) return null;
  return { kind: 'empty-dispenser', atMs: work.nowMs };
}

/** `answered`: it carries it out, or has no such order and will never carry it out. */
export function onDispenserReply({ s }: Pick<Work, 's'>, answered: boolean): void {
  if (s.dispenserTries === null) return;
  const tries = s.dispenserTries + 1;
  s.dispenserTries = answered || tries >= EMPTY_DISPENSER_TRIES ? null : tries;
}

/** Pairs of bill type and number for these pieces, in their order; null: the cassettes do not hold them. */
export function pairsOf(
  { s }: Work,
  pieces: readonly { readonly minor: number; readonly count: number }[],
): readonly number[] | null {
  const left = new Map<number, number>();
  for (const { present, type, count } of s.cassettes ?? []) if (present) left.set(type, (left.get(type) ?? 0) + count);
  const pairs: number[] = [];
  for (const { minor, count } of pieces) {
    let missing = count;
    for (const [type, there] of left) {
      if (s.table?.get(type)?.minor !== minor || missing === 0) continue;
      const taken = Math.min(there, missing);
      missing -= taken;
      left.set(type, there - taken);
      if (taken > 0) pairs.push(type, taken);
    }
    if (missing > 0) return null;
  }
  return pairs;
}

/** The commands of this part. */
export const cassetteCommands = {
  cassettes: command.cassetteStatus,
  assign: command.setCassetteType,
  'empty-dispenser': command.emptyDispenser,
} as const;
