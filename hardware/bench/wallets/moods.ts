/**
 * How a gateway misbehaves, one way at a time. What concerns the network and the words of an answer is done by the server;
 * a ledger alone feels `password`, `paying`, `not-yet`, `race`, `late-pay` and `clock`.
 */

export type Mood =
  | { readonly kind: 'normal' }
  /** Every answer takes so long. */
  | { readonly kind: 'slow'; readonly seconds: number }
  /** Does what was asked, and never answers. */
  | { readonly kind: 'silent' }
  /** Takes the request, does nothing and never answers. */
  | { readonly kind: 'deaf' }
  /** Refuses connections. */
  | { readonly kind: 'down' }
  /** Does what was asked, and hangs up. */
  | { readonly kind: 'hang-up' }
  /** Answers rightly under a signature that is not its own. */
  | { readonly kind: 'wrong-signature' }
  /** Does what was asked, and answers 500 without a signature. */
  | { readonly kind: 'error-after' }
  /** SYSTEM_ERROR once, then all is well; `done`: it did what was asked all the same. */
  | { readonly kind: 'system-error'; readonly done: boolean }
  | { readonly kind: 'rate-limit' }
  | { readonly kind: 'other-amount' }
  | { readonly kind: 'other-number' }
  /** Every notification comes three times. */
  | { readonly kind: 'duplicate-notice' }
  /** Every payment has to be confirmed on the phone. */
  | { readonly kind: 'password' }
  /** What the payer has confirmed is not taken before this ends: the answer stays that the payer is paying. */
  | { readonly kind: 'paying' }
  /** Closing and revoking are refused for now. */
  | { readonly kind: 'not-yet' }
  /**
   * Whoever closes or revokes a waiting order is told that it worked, and the payment lands in the same moment;
   * `leaves`: whether the gateway gives it back by itself, or keeps it.
   */
  | { readonly kind: 'race'; readonly leaves: 'paid' | 'refunded' }
  /** A code that was closed can be paid all the same, until its own expiry. */
  | { readonly kind: 'late-pay' }
  /** Its clock is ahead by so much. */
  | { readonly kind: 'clock'; readonly seconds: number }
  /** A day's statement is there and not as it should be. */
  | { readonly kind: 'statement'; readonly wrong: StatementWrong };

/**
 * not-ready: as before its hour. expired: its link is over at once. hash: of another file (WeChat Pay). cut: its end is missing. unsaid: a
 * row is left out, and its totals know nothing of it. stranger: a row more, of an order that there is none of. amount: its
 * first row says a yuan more.
 */
export type StatementWrong = (typeof statementWrongs)[number];
const statementWrongs = ['not-ready', 'expired', 'hash', 'cut', 'unsaid', 'stranger', 'amount'] as const;

export const normal: Mood = { kind: 'normal' };

const slowSeconds = 30;
/** Beyond the five minutes that WeChat Pay and its clients tolerate. */
const clockSeconds = 600;
const secondsMaximum = 86_400;

/**
 * The mood that a hand asks for: `value` is its kind or `off`; `text` the seconds of `slow` and `clock`, `paid` or
 * `refunded` (default) of `race`, `done` of `system-error`, and what is wrong with a `statement`. A text says what is wrong. Never throws.
 */
export function moodOf(value: string | undefined, text: string | undefined): Mood | string {
  switch (value) {
    case 'off':
      return normal;
    case 'slow':
    case 'clock': {
      const seconds = text === undefined ? (value === 'slow' ? slowSeconds : clockSeconds) : Number(text);
      const least = value === 'slow' ? 0 : -secondsMaximum;
      if (!(seconds >= least && seconds <= secondsMaximum)) return `"${text}" is no number of seconds`;
      return { kind: value, seconds };
    }
    case 'race':
      if (text !== undefined && text !== 'paid' && text !== 'refunded') return 'a race leaves "paid" or "refunded"';
      return { kind: 'race', leaves: text ?? 'refunded' };
    case 'system-error':
      if (text !== undefined && text !== 'done') return 'a system error takes "done" or nothing';
      return { kind: 'system-error', done: text === 'done' };
    case 'statement': {
      const wrong = statementWrongs.find((one) => one === text);
      if (wrong === undefined) return `what is wrong with a statement is ${statementWrongs.join(', ')}`;
      return { kind: 'statement', wrong };
    }
    case 'silent':
    case 'deaf':
    case 'down':
    case 'hang-up':
    case 'wrong-signature':
    case 'error-after':
    case 'rate-limit':
    case 'other-amount':
    case 'other-number':
    case 'duplicate-notice':
    case 'password':
    case 'paying':
    case 'not-yet':
    case 'late-pay':
      return { kind: value };
    default:
      return (
        'misbehave takes slow, silent, deaf, down, hang-up, wrong-signature, error-after, system-error, rate-limit, ' +
        'other-amount, other-number, duplicate-notice, password, paying, not-yet, race, late-pay, clock, statement or off'
      );
  }
}
