/** Which business days a report is about. */

export const periods = ['day', 'week', 'month'] as const;
export type Period = (typeof periods)[number];

/** Business days, `YYYY-MM-DD`, both included. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

/** How the date of each is written. */
export const dateForms: Readonly<Record<Period, string>> = { day: '2026-03-31', week: '2026-W14', month: '2026-03' };

const dayMs = 86_400_000;

/**
 * The days of `2026-03-31`, `2026-W14` (ISO 8601: from Monday; week 1 has the year's first Thursday) or `2026-03`. Null for a
 * date that is written otherwise, or is in no calendar.
 */
export function daysOf(period: Period, date: string): Days | null {
  switch (period) {
    case 'day':
      return isDay(date) ? { from: date, to: date } : null;
    case 'week':
      return weekOf(date);
    case 'month': {
      const first = `${date}-01`;
      if (!/^\d{4}-\d{2}$/.test(date) || !isDay(first)) return null;
      const [year, month] = date.split('-').map(Number) as [number, number];
      return { from: first, to: dayOf(Date.UTC(year, month, 0)) };
    }
    default:
      return period satisfies never;
  }
}

/** The period that holds a business day, as its date is written. */
export function dateOf(period: Period, day: string): string {
  switch (period) {
    case 'day':
      return day;
    case 'week': {
      const ms = Date.parse(`${day}T00:00:00Z`);
      const thursdayMs = ms + (3 - ((new Date(ms).getUTCDay() + 6) % 7)) * dayMs;
      const year = dayOf(thursdayMs).slice(0, 4);
      const week = Math.floor((thursdayMs - Date.parse(`${year}-01-01T00:00:00Z`)) / (7 * dayMs)) + 1;
      return `${year}-W${String(week).padStart(2, '0')}`;
    }
    case 'month':
      return day.slice(0, 7);
    default:
      return period satisfies never;
  }
}

/** The day so many days later, or earlier. */
export function dayAfter(day: string, days: number): string {
  return dayOf(Date.parse(`${day}T00:00:00Z`) + days * dayMs);
}

/** Each of these days. */
export function eachDay({ from, to }: Days): readonly string[] {
  const count = (Date.parse(to) - Date.parse(from)) / dayMs + 1;
  return Array.from({ length: count }, (_, n) => dayAfter(from, n));
}

function weekOf(date: string): Days | null {
  const [, year, week] = /^([1-9]\d{3})-W(\d{2})$/.exec(date) ?? [];
  if (year === undefined || Number(week) < 1) return null;
  // The fourth of January is always in week 1.
  const fourthMs = Date.parse(`${year}-01-04T00:00:00Z`);
  const firstMondayMs = fourthMs - ((new Date(fourthMs).getUTCDay() + 6) % 7) * dayMs;
  const mondayMs = firstMondayMs + (Number(week) - 1) * 7 * dayMs;
  const thursday = dayOf(mondayMs + 3 * dayMs);
  return thursday.startsWith(`${year}-`) ? { from: dayOf(mondayMs), to: dayOf(mondayMs + 6 * dayMs) } : null;
}

/** Whether it is written as a day, and is in the calendar. */
export function isDay(text: string): boolean {
  if (!/^[1-9]\d{3}-\d{2}-\d{2}$/.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && dayOf(ms) === text;
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
