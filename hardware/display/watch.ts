/**
 * What the glass's beacon tells, and what is done about it: pure. It is looked at each second through the eye. A beacon that
 * stands still is a frozen glass; one that is not to be seen is a page that is covered or gone; a browser that ends is told
 * by the system. Each is a fault, a picture of the screen and a new browser. Without an eye nothing of that is known: the
 * device is lost, the browser stays as it is, and the eye is opened again and again.
 */
import type { DeviceFact } from '../device.ts';
import { type Beacon, beaconValues } from './beacon.ts';

/** Where the pointer stands, or a finger is to be, pixels from the screen's upper left. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** What the eye saw: the beacon in each corner where one belongs, null where there is none, and the pointer. */
export interface Sight {
  readonly beacons: readonly (Beacon | null)[];
  readonly pointer: Place;
  readonly parked: boolean;
}

export type DisplayFault = 'display.frozen' | 'display.hidden' | 'display.browser-ended';

export type WatchInput = { readonly nowMs: number } & (
  | { readonly type: 'time' }
  | { readonly type: 'eye-open' }
  /** No X display answers there. */
  | { readonly type: 'no-screen'; readonly why: string }
  /** The eye's process ended, did not answer in time, or never began to. */
  | { readonly type: 'eye-ended'; readonly why: string }
  | { readonly type: 'looked'; readonly sight: Sight }
  /** By itself: not because it was told to. */
  | { readonly type: 'browser-ended'; readonly why: string }
);

/** Carried out one after the other. */
export type WatchOrder =
  | { readonly order: 'open-eye' }
  | { readonly order: 'look' }
  | { readonly order: 'park' }
  /** A picture of the whole screen is kept with this fault's name. */
  | { readonly order: 'keep-picture'; readonly of: DisplayFault }
  /** Ends the browser that runs, if any, and starts one that draws this mark. */
  | { readonly order: 'restart-browser'; readonly mark: number };

export interface WatchState {
  readonly eye: 'closed' | 'opening' | 'open';
  /** When the eye is opened again; null while it is open or opening. */
  readonly eyeAtMs: number | null;
  readonly eyeOpenedMs: number;
  /** Openings without a long life, in a row. */
  readonly eyeTries: number;
  /** When the next look is due; null while one is under way or the eye is not open. */
  readonly lookAtMs: number | null;
  readonly browser: 'off' | 'on';
  /** That the browser draws. */
  readonly mark: number;
  readonly startedMs: number;
  /** When the browser is started again; null: it need not be. */
  readonly startAtMs: number | null;
  /** Starts without a long life, in a row. */
  readonly starts: number;
  /** Since when the beacon of this browser changes; null: it has not yet, or has ceased to. */
  readonly aliveMs: number | null;
  readonly count: number | null;
  readonly changedMs: number;
  readonly seenMs: number;
  readonly pointer: Place | null;
  readonly fault: DisplayFault | null;
  /** Told: `ready` once the beacon was seen to change; `lost` with its reason. */
  readonly told: 'nothing' | 'ready' | 'lost';
}

export interface WatchStep {
  readonly state: WatchState;
  readonly facts: readonly DeviceFact[];
  readonly orders: readonly WatchOrder[];
  /** When `time` is wanted next, monotonic; null: not before something else happens. */
  readonly wakeAtMs: number | null;
}

/** The id under which it stands among the devices. */
export const displayId = 'display';

export const lookEveryMs = 1_000;
/** A beacon changes twice a second. With one look more a fault is noticed within 8 s; 10 s are promised. */
const staleMs = 7_000;
/** From the start of the browser to its first beacon, on a slow machine. */
const startingMs = 20_000;
/** Who lived so long may be started again at once when it ends. */
export const steadyMs = 60_000;
/** Somebody may stand there: so many starts come at once, and only those after them with a pause. */
export const startsAtOnce = 3;
const pauseFirstMs = 1_000;
export const pauseLongestMs = 60_000;
/** Both corners are drawn together; a look may fall between two drawings. */
const countsApart = 2;

/** `mark`: a number below `beaconValues`, by chance, so that the browser of an earlier start is not taken for this one's. */
export function startWatch(nowMs: number, mark: number): WatchState {
  return {
    eye: 'closed',
    eyeAtMs: nowMs,
    eyeOpenedMs: nowMs,
    eyeTries: 0,
    lookAtMs: null,
    browser: 'off',
    mark,
    startedMs: nowMs,
    startAtMs: null,
    starts: 0,
    aliveMs: null,
    count: null,
    changedMs: nowMs,
    seenMs: nowMs,
    pointer: null,
    fault: null,
    told: 'nothing',
  };
}

interface Work {
  readonly nowMs: number;
  readonly s: { -readonly [Name in keyof WatchState]: WatchState[Name] };
  readonly facts: DeviceFact[];
  readonly orders: WatchOrder[];
}

export function stepWatch(state: WatchState, input: WatchInput): WatchStep {
  const work: Work = { nowMs: input.nowMs, s: { ...state }, facts: [], orders: [] };
  take(work, input);
  due(work);
  const { eyeAtMs, lookAtMs, startAtMs } = work.s;
  const wakes = [eyeAtMs, lookAtMs, startAtMs].filter((atMs) => atMs !== null);
  const { s, facts, orders } = work;
  return { state: s, facts, orders, wakeAtMs: wakes.length === 0 ? null : Math.min(...wakes) };
}

function take(work: Work, input: WatchInput): void {
  switch (input.type) {
    case 'time':
      return;
    case 'eye-open':
      eyeOpen(work);
      return;
    case 'no-screen':
      // Whatever browser there was showed on a screen that is gone.
      eyeAway(work, 'missing', input.why);
      work.s.browser = 'off';
      work.s.startAtMs = null;
      return;
    case 'eye-ended':
      eyeEnded(work, input.why);
      return;
    case 'looked':
      looked(work, input.sight);
      return;
    case 'browser-ended':
      browserEnded(work);
      return;
    default:
      input satisfies never;
  }
}

function eyeOpen({ s, nowMs }: Work): void {
  s.eye = 'open';
  s.eyeOpenedMs = nowMs;
  s.lookAtMs = nowMs;
  s.pointer = null;
  // What was not seen while there was no eye is held against nobody.
  s.seenMs = nowMs;
  s.changedMs = nowMs;
  if (s.browser === 'off' && s.startAtMs === null) s.startAtMs = nowMs;
}

/** An eye that cannot even open on a screen that answers is no reason to show the customer nothing. */
function eyeEnded(work: Work, why: string): void {
  const { s, nowMs } = work;
  const blind = s.eye === 'opening';
  eyeAway(work, 'lost', why);
  if (blind && s.browser === 'off' && s.startAtMs === null) s.startAtMs = nowMs;
}

function eyeAway({ s, nowMs, facts }: Work, reason: 'missing' | 'lost', message: string): void {
  if (s.eye === 'open' && nowMs - s.eyeOpenedMs >= steadyMs) s.eyeTries = 0;
  s.eye = 'closed';
  s.lookAtMs = null;
  s.eyeTries += 1;
  s.eyeAtMs = nowMs + pauseMs(s.eyeTries);
  s.aliveMs = null;
  s.count = null;
  if (s.told === 'lost') return;
  s.told = 'lost';
  facts.push({ device: displayId, fact: 'device.lost', reason, message });
}

function browserEnded(work: Work): void {
  const { s } = work;
  if (s.browser === 'off') return;
  s.browser = 'off';
  wrong(work, 'display.browser-ended');
}

function looked(work: Work, { beacons, pointer, parked }: Sight): void {
  const { s, nowMs } = work;
  if (s.eye !== 'open') return;
  s.lookAtMs = nowMs + lookEveryMs;
  // A pointer that moves is in somebody's hand.
  const still = s.pointer?.x === pointer.x && s.pointer.y === pointer.y;
  if (still && !parked) work.orders.push({ order: 'park' });
  s.pointer = pointer;
  const count = countOf(beacons, s.mark);
  if (count !== null) {
    s.seenMs = nowMs;
    if (s.count !== null && s.count !== count) alive(work);
    s.count = count;
  }
  judge(work);
}

/** What the beacons count, when every corner has this browser's own. */
function countOf(beacons: readonly (Beacon | null)[], mark: number): number | null {
  const first = beacons[0]?.count;
  if (first === undefined) return null;
  const together = beacons.every((beacon) => {
    if (beacon?.mark !== mark) return false;
    const apart = (beacon.count - first + beaconValues) % beaconValues;
    return apart <= countsApart || apart >= beaconValues - countsApart;
  });
  return together ? first : null;
}

function alive(work: Work): void {
  const { s, nowMs, facts } = work;
  s.changedMs = nowMs;
  s.aliveMs ??= nowMs;
  if (nowMs - s.aliveMs >= steadyMs) s.starts = 0;
  // It came back by itself before it was started again: what covered it is gone.
  s.startAtMs = null;
  if (s.fault !== null) facts.push({ device: displayId, fact: 'device.cleared', code: s.fault });
  s.fault = null;
  if (s.told === 'ready') return;
  s.told = 'ready';
  facts.push({ device: displayId, fact: 'device.ready' });
}

function judge(work: Work): void {
  const { s, nowMs } = work;
  if (s.browser === 'off' || s.startAtMs !== null) return;
  if (s.aliveMs === null && nowMs - s.startedMs < startingMs) return;
  if (nowMs - s.seenMs >= staleMs) wrong(work, 'display.hidden');
  else if (nowMs - s.changedMs >= staleMs) wrong(work, 'display.frozen');
}

function wrong(work: Work, fault: DisplayFault): void {
  const { s, facts, orders } = work;
  if (s.fault !== fault) {
    if (s.fault !== null) facts.push({ device: displayId, fact: 'device.cleared', code: s.fault });
    facts.push({ device: displayId, fact: 'device.fault', code: fault });
    // One picture of each trouble: it looks the same at every try to mend it.
    if (s.eye === 'open') orders.push({ order: 'keep-picture', of: fault });
  }
  s.fault = fault;
  startAgain(work);
}

function startAgain({ s, nowMs }: Work): void {
  s.aliveMs = null;
  s.startAtMs = nowMs + pauseMs(Math.max(0, s.starts - startsAtOnce));
}

/** Nothing, then one second, and twice as long each time. */
function pauseMs(tries: number): number {
  return tries === 0 ? 0 : Math.min(pauseFirstMs * 2 ** (Math.min(tries, 20) - 1), pauseLongestMs);
}

function due(work: Work): void {
  const { s, nowMs, orders } = work;
  if (s.eyeAtMs !== null && s.eyeAtMs <= nowMs) {
    s.eyeAtMs = null;
    s.eye = 'opening';
    orders.push({ order: 'open-eye' });
  }
  if (s.startAtMs !== null && s.startAtMs <= nowMs) startBrowser(work);
  if (s.lookAtMs !== null && s.lookAtMs <= nowMs) {
    s.lookAtMs = null;
    orders.push({ order: 'look' });
  }
}

function startBrowser({ s, nowMs, orders }: Work): void {
  s.startAtMs = null;
  s.browser = 'on';
  s.mark = (s.mark + 1) % beaconValues;
  s.startedMs = nowMs;
  s.starts += 1;
  s.aliveMs = null;
  s.count = null;
  s.seenMs = nowMs;
  s.changedMs = nowMs;
  orders.push({ order: 'restart-browser', mark: s.mark });
}
