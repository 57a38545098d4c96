/**
 * Whether this machine's clock is right, by the word of others, folded. Wallets and signed commands live by the time: with a
 * clock that is far off they are not to be had. Everything else goes by sequence and by the monotonic clock, and goes on.
 */
import type { EntryBody } from './entry.ts';

/** Further from the office's clock than this it is off, milliseconds. */
export const clockOffMs = 120_000;
/** One that was off is right again from here on, milliseconds: at the limit it would be now the one and now the other. */
export const clockRightMs = 110_000;

export interface OwnClock {
  /** How far ahead it was when it was found to be off, milliseconds; behind: negative; null: nobody says that it is. */
  readonly offMs: number | null;
}

export const emptyOwnClock: OwnClock = { offMs: null };

/** `offMs`: how far ahead it is now. `wasOff`: as it was judged before. */
export function isOff(offMs: number, wasOff: boolean): boolean {
  return Math.abs(offMs) > (wasOff ? clockRightMs : clockOffMs);
}

/** Wallets are not offered and signed commands are refused. */
export function clockIsOff({ clock }: { readonly clock: OwnClock }): boolean {
  return clock.offMs !== null;
}

/** The clock after an entry; the same object when it concerns none. What was said holds over a start, until other is said. */
export function foldOwnClock(clock: OwnClock, body: EntryBody): OwnClock {
  // No office says how late it is any more.
  if (body.kind === 'office.left') return { offMs: null };
  return body.kind === 'clock.judged' ? { offMs: body.off ? body.offMs : null } : clock;
}
