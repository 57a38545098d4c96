/** Local time of a moment in the kiosk's zone. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
    formats.set(timeZone, format);
  }
  return format;
}

export interface LocalTime {
  readonly date: string;
  readonly hour: number;
  readonly minute: number;
}

/** `wallMs` is Unix time in milliseconds; the date is `YYYY-MM-DD`. */
export function localTime(wallMs: number, timeZone: string): LocalTime {
  const parts = Object.fromEntries(
    formatFor(timeZone)
      .formatToParts(wallMs)
      .map((part) => [part.type, part.value]),
  );
  return {
    date: `${parts.year}-${parts.month}-${parts.day}`,
    hour: Number(parts.hour),
    minute: Number(parts.minute),
  };
}

/** `HH:MM` of a moment. */
export function clockTime(wallMs: number, timeZone: string): string {
  const { hour, minute } = localTime(wallMs, timeZone);
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
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
