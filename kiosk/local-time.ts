/** Local time of a moment in the kiosk's zone. */

export interface LocalTime {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly hour: number;
  readonly minute: number;
}

type Reader = (utcMs: number) => number;

/** Making a reader costs more than a thousand readings, so each zone's is kept. */
const readers = new Map<string, Reader>();

/** Reads the clock on the wall of a zone: its date and time as if they were UTC, in milliseconds. */
export function zoneReader(timeZone: string): Reader {
  const known = readers.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const reader: Reader = (utcMs) => {
    const part = { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
    for (const { type, value } of format.formatToParts(utcMs)) {
      if (type in part) part[type as keyof typeof part] = Number(value);
    }
    const wholeMs = Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second);
    return wholeMs + (((utcMs % 1000) + 1000) % 1000);
  };
  readers.set(timeZone, reader);
  return reader;
}

/** `wallMs` is Unix time in milliseconds. */
export function localTime(wallMs: number, timeZone: string): LocalTime {
  const local = new Date(zoneReader(timeZone)(wallMs));
  return { date: local.toISOString().slice(0, 10), hour: local.getUTCHours(), minute: local.getUTCMinutes() };
}

/** `HH:MM` of a moment. */
export function clockTime(wallMs: number, timeZone: string): string {
  const { hour, minute } = localTime(wallMs, timeZone);
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

/** How far the zone's clock is from UTC at a moment: `+08:00`, `-03:30`. */
export function zoneOffset(wallMs: number, timeZone: string): string {
  const minutes = Math.round((zoneReader(timeZone)(wallMs) - wallMs) / 60_000);
  const two = (figure: number) => String(figure).padStart(2, '0');
  const ahead = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`;
}

/** Whether a moment lies in a daily span; a span may pass midnight, and `24:00` is the day's end. */
export function within(
  wallMs: number,
  timeZone: string,
  span: { readonly from: string; readonly to: string },
): boolean {
  if (span.from === '00:00' && span.to === '24:00') return true;
  const now = clockTime(wallMs, timeZone);
  return span.from <= span.to ? now >= span.from && now < span.to : now >= span.from || now < span.to;
}
