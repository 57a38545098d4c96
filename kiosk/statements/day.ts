/** The calendar day of the wallets, which is not the business day: midnight to midnight in Beijing, that has no summer time. */

const beijingMs = 8 * 3_600_000;
export const dayMs = 86_400_000;

/** `YYYY-MM-DD` of a moment in Unix milliseconds. */
export function beijingDay(wallMs: number): string {
  return new Date(wallMs + beijingMs).toISOString().slice(0, 10);
}

/** When it begins, Unix milliseconds. */
export function beginsMs(day: string): number {
  return Date.parse(`${day}T00:00:00.000Z`) - beijingMs;
}

/** So many days after it; before it, when below zero. */
export function daysAfter(day: string, days: number): string {
  return beijingDay(beginsMs(day) + days * dayMs);
}
