/**
 * The business day of a moment, in the kiosk's time zone. A day D runs from the first moment at which the clock on
 * the wall has reached D, `startHHMM` until the same moment of the next day. So a clock that is put back never
 * leads back to the day before, and a start that the clock skips falls on the moment of the skip.
 */

import { zoneReader } from '../local-time.ts';

const dayMs = 86_400_000;

/** A business day, `YYYY-MM-DD`, with its first moment and that of the next, Unix milliseconds. */
export interface BusinessDay {
  readonly day: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** A calendar of one zone; `startHHMM` is `HH:MM`. Throws RangeError for an unknown zone or a malformed start. */
export function businessCalendar(timeZone: string, startHHMM: string): (wallMs: number) => string {
  const dayAt = businessDays(timeZone, startHHMM);
  return (wallMs) => dayAt(wallMs).day;
}

/** The same, with the moments between which each day runs. */
export function businessDays(timeZone: string, startHHMM: string): (wallMs: number) => BusinessDay {
  const startMs = parseStart(startHHMM);
  const localMs = zoneReader(timeZone);
  // One day is asked for many times in a row.
  let known = { day: '', fromMs: 0, untilMs: 0 };
  return (wallMs) => {
    if (wallMs >= known.fromMs && wallMs < known.untilMs) return known;
    // One day ahead, because a skip can lead past a whole date (Samoa left out 30 December 2011).
    let date = Math.floor(localMs(wallMs) / dayMs) * dayMs + dayMs;
    let untilMs = firstMoment(localMs, date + dayMs + startMs);
    let fromMs = firstMoment(localMs, date + startMs);
    while (fromMs > wallMs) {
      untilMs = fromMs;
      date -= dayMs;
      fromMs = firstMoment(localMs, date + startMs);
    }
    known = { day: new Date(date).toISOString().slice(0, 10), fromMs, untilMs };
    return known;
  };
}

/** The business day, `YYYY-MM-DD`, of a moment in Unix milliseconds. For many moments take `businessCalendar`. */
export function businessDay(wallMs: number, timeZone: string, startHHMM: string): string {
  return businessCalendar(timeZone, startHHMM)(wallMs);
}

function parseStart(startHHMM: string): number {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(startHHMM);
  if (match === null) throw new RangeError(`the business day starts at HH:MM, from 00:00 to 23:59; got "${startHHMM}"`);
  return (Number(match[1]) * 60 + Number(match[2])) * 60_000;
}

/** The first moment at which the clock on the wall reads `wantedMs` or later, near to it. */
function firstMoment(localMs: (utcMs: number) => number, wantedMs: number): number {
  const offsets = [-dayMs, dayMs].map((awayMs) => {
    const utcMs = wantedMs + awayMs;
    return localMs(utcMs) - utcMs;
  });
  let tooEarlyMs = wantedMs - Math.max(...offsets);
  if (localMs(tooEarlyMs) === wantedMs) return tooEarlyMs;
  let reachedMs = wantedMs - Math.min(...offsets);
  if (localMs(reachedMs) === wantedMs) return reachedMs;
  // The clock skips this time: find the moment of the skip.
  while (reachedMs - tooEarlyMs > 1) {
    const middleMs = Math.floor((tooEarlyMs + reachedMs) / 2);
    if (localMs(middleMs) < wantedMs) tooEarlyMs = middleMs;
    else reachedMs = middleMs;
  }
  return reachedMs;
}
