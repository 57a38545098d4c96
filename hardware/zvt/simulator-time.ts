/** What the terminal's own clock shows: the network of the cards sets it (PA00P015 has no command by which a host could). */

export interface ClockFace {
  /** Month and day as bitmap 0D has them: `MMDD` as a number. */
  readonly date: number;
  /** As bitmap 0C has it: `HHMMSS` as a number. */
  readonly time: number;
  /** `YYYY-MM-DD HH:MM:SS`, as on paper. */
  readonly text: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** At a moment in Unix milliseconds, where the terminal stands. Throws RangeError for a zone that nobody knows. */
export function clockFace(wallMs: number, timeZone: string): ClockFace {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(wallMs)
      .map(({ type, value }) => [type, value]),
  );
  const { year, month, day, hour, minute, second } = parts;
  return {
    date: Number(`${month}${day}`),
    time: Number(`${hour}${minute}${second}`),
    text: `${year}-${month}-${day} ${hour}:${minute}:${second}`,
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const two = '2-digit';
  const form = {
    year: 'numeric',
    month: two,
    day: two,
    hour: two,
    minute: two,
    second: two,
    hourCycle: 'h23',
  } as const;
  const format = new Intl.DateTimeFormat('en-US', { ...form, timeZone, calendar: 'gregory', numberingSystem: 'latn' });
  formats.set(timeZone, format);
  return format;
}
