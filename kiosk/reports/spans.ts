/** Spans of time in which a zone's clock stays as far from UTC as it is: inside one, a time of day is added up without a calendar. */
import { zoneReader } from '../local-time.ts';
import type { Days } from './period.ts';

const dayMs = 86_400_000;
const quarterMs = 900_000;

export interface Span {
  /** Quarters of an hour in UTC as roll-ups name them, `2026-03-31T05:45Z`: the first, and the first after it. */
  readonly from: string;
  readonly until: string;
  /** Of the clock on the wall, in milliseconds. */
  readonly aheadMs: number;
}

/** The spans that hold all of these business days, whenever a day begins. A clock is put forward or back at most once in 24 h. */
export function spansOf({ from, to }: Days, timeZone: string): readonly Span[] {
  const local = zoneReader(timeZone);
  const aheadAt = (ms: number) => local(ms) - ms;
  const endMs = Date.parse(`${to}T00:00:00Z`) + 3 * dayMs;
  const spans: Span[] = [];
  let beganMs = Date.parse(`${from}T00:00:00Z`) - dayMs;
  let aheadMs = aheadAt(beganMs);
  for (let ms = beganMs; ms < endMs; ms += dayMs) {
    const nextMs = aheadAt(ms + dayMs);
    if (nextMs === aheadMs) continue;
    const changeMs = changeBetween(ms, ms + dayMs, (at) => aheadAt(at) === aheadMs);
    spans.push({ from: quarter(beganMs), until: quarter(changeMs), aheadMs });
    beganMs = changeMs;
    aheadMs = nextMs;
  }
  return [...spans, { from: quarter(beganMs), until: quarter(endMs), aheadMs }];
}

/** The local hour, 0 to 23, of a time of day in UTC (`05:45`). */
export function hourIn({ aheadMs }: Span, time: string): number {
  const [hours, minutes] = time.split(':').map(Number) as [number, number];
  const ms = (hours * 60 + minutes) * 60_000 + aheadMs;
  return Math.floor((((ms % dayMs) + dayMs) % dayMs) / 3_600_000);
}

/** The first quarter of an hour that is not as before. Clocks change at quarters. */
function changeBetween(fromMs: number, untilMs: number, isAsBefore: (ms: number) => boolean): number {
  let low = 0;
  let high = (untilMs - fromMs) / quarterMs;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isAsBefore(fromMs + middle * quarterMs)) low = middle;
    else high = middle;
  }
  return fromMs + high * quarterMs;
}

function quarter(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16)}Z`;
}
