/**
 * What a device keeps to pay out, as it counts itself: asked for when something has changed, before and after a payout, and
 * now and then between visits.
 */
import { type Stock, asCounters, currencyOf, goneFrom } from '../stock.ts';
import { flag } from '../standing.ts';
import type { Counters, Level } from '../device.ts';
import { allLevels, ascii, command, le32, notePositions, reply } from './messages.ts';
import { type Ask, minorOf, type OnWire, type Reply, type Work } from './state.ts';

const RETRY_MS = 500;
const TRIES = 6;
/** So few left of one denomination are told as low. */
const LOW_COUNT = 5;
/** Beside the levels: another machine's levels say nothing of this one's. */
const SERIAL = 'serial';

export function levelsAsk({ s, settings }: Work): Ask {
  const ask = (...data: readonly number[]): Ask => ({ kind: 'levels', name: 'levels', data });
  s.reading ??= { counts: new Map(), at: 0 };
  if (settings.model === 'nv11') return ask(command.notePositions);
  if (!s.eachLevel) return ask(command.allLevels);
  const [, wire] = [...s.wires][s.reading.at] as [number, OnWire];
  return ask(command.getLevel, ...le32(wire.value), ...ascii(wire.letters));
}

/** True when all levels are known now. */
export function onLevels(work: Work, answer: Reply): boolean {
  const { s, settings, nowMs } = work;
  if (answer.code === reply.notKnown && !s.eachLevel && settings.model !== 'nv11' && s.wires.size > 0) {
    s.eachLevel = true;
    s.levelsAtMs = nowMs;
    return false;
  }
  const counts = answer.code === reply.ok ? countsIn(work, answer.data) : null;
  if (counts === null) {
    s.reading = null;
    s.levelsTries++;
    s.levelsAtMs = nowMs + RETRY_MS;
    if (s.levelsTries >= TRIES) flag(work, 'ssp.setting-refused', true);
    return false;
  }
  if (s.eachLevel && s.reading !== null && s.reading.at + 1 < s.wires.size) {
    s.reading = { counts, at: s.reading.at + 1 };
    return false;
  }
  s.levelsTries = 0;
  s.levelsReadMs = nowMs;
  s.levelsWanted = false;
  s.reading = null;
  s.stock = counts;
  tellLevels(work);
  return true;
}

/** Counts as far as they are known with this answer; null: it is none. */
function countsIn(work: Work, data: Uint8Array): Stock | null {
  const { s, settings } = work;
  const none = new Map([...s.wires.keys()].map((minor) => [minor, 0]));
  if (settings.model === 'nv11') {
    const positions = notePositions(data)?.map((value) => minorOf(work, value, null)?.minor ?? 0);
    if (positions === undefined) return null;
    s.positions = positions;
    for (const minor of positions) if (none.has(minor)) none.set(minor, (none.get(minor) ?? 0) + 1);
    return none;
  }
  if (s.eachLevel) {
    const [minor] = [...s.wires.keys()].slice(s.reading?.at ?? 0);
    if (data.length !== 2 || minor === undefined) return null;
    const count = (data[0] as number) | ((data[1] as number) << 8);
    return new Map([...(s.reading?.counts ?? []), [minor, count]]);
  }
  const levels = allLevels(data);
  if (levels === null) return null;
  for (const { value, country, count } of levels) {
    const minor = minorOf(work, value, country)?.minor;
    if (minor !== undefined && none.has(minor)) none.set(minor, count);
  }
  return none;
}

/** Told at the start, and when a count or the store's being full has changed. */
export function tellLevels(work: Work): void {
  const { s, device, facts } = work;
  if (s.stock === null) return;
  const levels = [...s.stock].map(([minor, count]): Level => {
    const state = count === 0 ? 'empty' : s.full ? 'full' : count <= LOW_COUNT ? 'low' : 'ok';
    return { currency: currencyOf(s.table, minor), minor, count, state };
  });
  const text = JSON.stringify(levels);
  if (text === s.levelsText) return;
  s.levelsText = text;
  facts.push({ device, fact: 'cash.levels', levels });
}

/** The levels, and which machine's they are, as a later start gets them back. */
export function countersOf({ s }: Work, stock: Stock): Counters {
  const counters = asCounters(s.table, stock);
  return s.serial === null ? counters : { ...counters, [SERIAL]: s.serial };
}

/** What the machine held less before than now, by denomination; null: the counters are none of this machine. */
export function goneSince({ s }: Work, before: Counters, stock: Stock): Stock | null {
  const serial = before[SERIAL];
  const other = serial !== undefined && s.serial !== null && serial !== s.serial;
  return other ? null : goneFrom(before, s.table, stock);
}
