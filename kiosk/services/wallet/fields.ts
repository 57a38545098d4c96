/** Reading what a gateway sent. Nothing of it is trusted to be what it should. Pure. */

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** Of 1 to `most` characters, none of them a control sign; null otherwise. */
export function textOf(value: unknown, most: number): string | null {
  if (typeof value !== 'string' || value === '' || value.length > most) return null;
  return /\p{Cc}/u.test(value) ? null : value;
}

/**
 * A gateway's own word for what it says, fit for a fact and a log; `none` for anything else. Six digits in a row are no word:
 * they could be what was sent, a payment code.
 */
export function codeOf(value: unknown): string {
  const word = typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(value) && !/\d{6}/.test(value);
  return word ? value : 'none';
}

/** Wall time as both wallets write it, `2026-03-31T16:00:00`: in Beijing, which has no daylight saving. */
export function beijingTime(wallMs: number): string {
  return new Date(wallMs + 8 * 3_600_000).toISOString().slice(0, 19);
}
