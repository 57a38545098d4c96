/**
 * What coin acceptors and bill validators are told alike: which places of their table are open (header 231), and whether
 * anything is (header 228). Closed first, opened last.
 */
import type { Denomination } from '../device.ts';
import { tellCleared, tellFault } from '../standing.ts';
import { type Event, header, maskOf } from './messages.ts';
import { type Ask, type Draft, identified, setting, type SetupStep, setUpAgain, type Talk, type Work } from './talk.ts';

/** Places of the table: 16 in every device of today's format. */
export const POSITIONS = 16;
const MASK_BYTES = POSITIONS / 8;
const TRIES = 3;
/** A table with holes is read so often before it is believed. */
const READINGS = 5;
/** A table that cannot be used is read again after this: the device, or the line, may not have been itself. */
const REREAD_MS = 30_000;
const AGAIN_MS = 100;
const RETRY_MS = 1_000;
export const MASK = 'mask';
export const MASTER = 'master';

export interface Acceptance extends Talk {
  /** Ids as read, from position 1 on; null: not in use. */
  readonly ids: readonly (string | null)[];
  /** The last id asked for did not come: the device has no more of them, or it was lost. */
  readonly silent: boolean;
  /** It was lost: one behind it came, or what it is worth did not. */
  readonly gap: boolean;
  readonly readings: number;
  readonly table: ReadonlyMap<number, Denomination>;
  /** The ids of the first reading; what differs from them later is not trusted. */
  readonly tableText: string | null;
  /** Ids that differed when they were read last: read alike once more they are believed. */
  readonly doubted: string | null;
  readonly changed: boolean;
  /** It has no place that is known. */
  readonly noTable: boolean;
  /** When a table that cannot be used is read again; null: it can. */
  readonly rereadAtMs: number | null;
  readonly unmapped: boolean;
  readonly accept: readonly number[];
  /** What the device was told; null: not known. */
  readonly mask: string | null;
  readonly master: boolean | null;
  readonly settingAtMs: number;
  readonly settingTries: number;
  readonly ready: boolean;
  /** The events of the last reading; null: there was none since this program began. */
  readonly kept: readonly Event[] | null;
}

export const freshAcceptance: Omit<Acceptance, keyof Talk> = {
  ids: [],
  silent: false,
  gap: false,
  readings: 0,
  table: new Map(),
  tableText: null,
  doubted: null,
  changed: false,
  noTable: false,
  rereadAtMs: null,
  unmapped: false,
  accept: [],
  mask: null,
  master: null,
  settingAtMs: 0,
  settingTries: 0,
  ready: false,
  kept: null,
};

/** Nothing is taken while it is set up. */
export function closeFirst<S extends Acceptance>(): SetupStep<S> {
  return setting<S>(header.modifyMasterInhibit, [0], (s) => {
    const draft: Draft<Acceptance> = s;
    draft.master = false;
    draft.mask = null;
    draft.ready = false;
    draft.ids = [];
    draft.silent = false;
    draft.gap = false;
    draft.settingAtMs = 0;
    draft.settingTries = 0;
  });
}

/** The id of the next position; `answered`: the device said so. */
export function idRead(s: Draft<Acceptance>, id: string | null, answered: boolean): void {
  if (answered && s.silent) s.gap = true;
  s.silent = !answered;
  s.ids = [...s.ids, id];
}

/**
 * All is set up: says who it is, and what of its table can be used. False: it is read anew, for in noise answers get lost;
 * a table with holes, or one that differs from that of before, counts when it is read so again.
 */
export function tableRead<S extends Acceptance>(work: Work<S>, table: ReadonlyMap<number, Denomination>): boolean {
  const s: Draft<Acceptance> = work.s;
  s.readings++;
  if (s.gap && s.readings < READINGS) {
    setUpAgain(s);
    return false;
  }
  s.readings = 0;
  const seen = s.ids.join();
  s.rereadAtMs = null;
  if (s.changed && s.tableText === seen) {
    s.changed = false;
    tellCleared(work, 'cctalk.denominations-changed');
  }
  if (s.tableText !== null && s.tableText !== seen && !s.changed) {
    if (s.doubted !== seen) {
      s.doubted = seen;
      setUpAgain(s);
      return false;
    }
    s.changed = true;
    tellFault(work, 'cctalk.denominations-changed');
  }
  s.doubted = null;
  const initial = s.tableText === null;
  if (table.size > 0) s.tableText ??= seen;
  if (s.changed || table.size === 0) s.rereadAtMs = work.nowMs + REREAD_MS;
  if (!s.changed) s.table = table;
  const used = s.ids.filter((id) => id !== null).length;
  if (used > table.size && !s.unmapped) {
    s.unmapped = true;
    tellFault(work, 'cctalk.country-unmapped');
  }
  if (initial && (table.size === 0) !== s.noTable) {
    s.noTable = table.size === 0;
    (s.noTable ? tellFault : tellCleared)(work, 'cctalk.no-denominations');
  }
  identified(work, [...new Map([...s.table.values()].map((one) => [`${one.currency}${one.minor}`, one])).values()]);
  return true;
}

/** A table that cannot be used is due to be read again. */
export function rereadTable<S extends Acceptance>({ s, nowMs }: Work<S>): void {
  if (s.rereadAtMs !== null && nowMs >= s.rereadAtMs) setUpAgain(s);
}

/** The setting that differs from what is wished; null: all is told. `held`: nothing is to come in for now. */
export function acceptanceWish<S extends Acceptance>({ s }: Work<S>, held: boolean): Ask | null {
  const positions = s.changed ? [] : [...s.table].filter(([, { minor }]) => s.accept.includes(minor)).map(([at]) => at);
  const mask = maskOf(positions, MASK_BYTES);
  const open = positions.length > 0 && !held;
  const atMs = s.settingAtMs;
  const masterTo = (to: boolean): Ask => ({
    header: header.modifyMasterInhibit,
    data: [to ? 1 : 0],
    means: MASTER,
    atMs,
  });
  if (!open && s.master !== false) return masterTo(false);
  if (s.mask !== mask.join()) return { header: header.modifyInhibits, data: mask, means: MASK, atMs };
  return open && s.master !== true ? masterTo(true) : null;
}

export function acceptanceAnswered<S extends Acceptance>(work: Work<S>, ask: Ask, data: Uint8Array | null): void {
  const s: Draft<Acceptance> = work.s;
  if (data === null || data.length > 0) {
    acceptanceFailed(work);
    return;
  }
  if (ask.means === MASK) s.mask = (ask.data ?? []).join();
  else s.master = ask.data?.[0] === 1;
  s.settingTries = 0;
  s.settingAtMs = 0;
  if (!s.refused) return;
  s.refused = false;
  tellCleared(work, 'cctalk.setting-refused');
}

/** The answer may be lost, not the order: what the device made of it is not known. */
export function acceptanceFailed<S extends Acceptance>(work: Work<S>): void {
  const s: Draft<Acceptance> = work.s;
  s.mask = null;
  s.master = null;
  s.settingTries++;
  s.settingAtMs = work.nowMs + (s.settingTries < TRIES ? AGAIN_MS : RETRY_MS);
  if (s.settingTries !== TRIES || s.refused) return;
  s.refused = true;
  tellFault(work, 'cctalk.setting-refused');
}

export function readyWhenTold<S extends Acceptance>(work: Work<S>, held: boolean): void {
  const s: Draft<Acceptance> = work.s;
  if (s.ready || acceptanceWish(work, held) !== null) return;
  s.ready = true;
  work.facts.push({ device: work.device, fact: s.changed || s.table.size === 0 ? 'device.disabled' : 'device.ready' });
}
