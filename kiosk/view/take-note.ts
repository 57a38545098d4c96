/** A paid-out note waits between the lips: to be taken before anything else is shown. */
import { type AtLips, takenBefore } from '../methods/cash/presented.ts';
import type { AmountText } from '../server/wire.ts';
import { comesFrom, type Page, type Part, said, set } from './page.ts';

export function takeNote(page: Page, note: AtLips): Part {
  const { take: words } = page.words;
  return {
    body: {
      screen: 'take-note',
      picture: comesFrom(page, [note.device]),
      title: words.title,
      amount: noteValue(page, note.minor),
      text: words.where,
      progress: progressOf(page, note),
    },
    actions: [],
  };
}

/** A note's value is a whole number as a rule, and printed on it as one. */
function noteValue(page: Page, minor: number): AmountText {
  const amount = set(page, minor);
  return minor % 10 ** page.kiosk.rules.exponent === 0 ? { ...amount, fraction: '' } : amount;
}

/** How far the order is of which this note is one; null when it is the only one. */
function progressOf(page: Page, { command, minor }: AtLips) {
  const payout = page.kiosk.payouts[command];
  if (payout === undefined || payout.minor <= minor) return null;
  const { take: words } = page.words;
  const taken = takenBefore(payout, minor);
  const last = taken + minor >= payout.minor;
  const sums = [said(page, payout.minor), said(page, taken)] as const;
  return { done: taken / payout.minor, text: last ? words.last(...sums) : words.more(...sums) };
}
