/** Figures and times as the gateways write them: yuan with two decimals, and Beijing time, which has no summer. */

const beijingOffsetMs = 8 * 3_600_000;
export const dayMs = 86_400_000;

/** `1234` → `12.34`. */
export function yuan(minor: number): string {
  return `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`;
}

/** A text or a number as text; anything else, which a client has no reason to send, is empty. */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Minor units, or null for what is no amount of yuan with at most two decimals. */
export function minorOf(text: unknown): number | null {
  const match = /^(0|[1-9]\d{0,8})(?:\.(\d{1,2}))?$/.exec(textOf(text));
  if (match === null) return null;
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
}

/** `2026-03-31 09:05:07`, in Beijing. */
export function beijingTime(wallMs: number): string {
  return new Date(wallMs + beijingOffsetMs).toISOString().slice(0, 19).replace('T', ' ');
}

/** `2026-03-31`, in Beijing. */
export function beijingDay(wallMs: number): string {
  return beijingTime(wallMs).slice(0, 10);
}

/** Unix milliseconds of `yyyy-MM-dd HH:mm:ss` in Beijing, or null. */
export function beijingMs(text: unknown): number | null {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return null;
  const ms = Date.parse(`${text.replace(' ', 'T')}+08:00`);
  // The 30th of February would be a day of March.
  return !Number.isNaN(ms) && beijingTime(ms) === text ? ms : null;
}

/** `2026-03-31T09:05:07+08:00`. */
export function beijingRfc3339(wallMs: number): string {
  return `${beijingTime(wallMs).replace(' ', 'T')}+08:00`;
}

/** When this day begins in Beijing, Unix milliseconds; null when it is no day. */
export function dayBeginsMs(day: string): number | null {
  return /^\d{4}-\d\d-\d\d$/.test(day) ? beijingMs(`${day} 00:00:00`) : null;
}
