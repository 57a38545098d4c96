/** The number under which goods are handed over: short, counted from 1 on every business day. */
import type { Payment } from './orders.ts';

/** Three digits. */
const pickUpsMaximum = 999;
/** Whoever has not come within this time is not waiting before the counter: the number may be given again. Milliseconds. */
const openMs = 4 * 3_600_000;

/**
 * The number for a payment of this day, after the newest of the payments that there are. One that is still open is left out;
 * where all are, the oldest is given again. `isOpen`: not handed over and not taken back.
 */
export function nextPickUp(
  payments: readonly Payment[],
  isOpen: (payment: Payment) => boolean,
  { day, paidAt }: Pick<Payment, 'day' | 'paidAt'>,
): string {
  const newest = payments.at(-1);
  const last = newest === undefined || newest.day !== day ? 0 : Number(newest.pickUp);
  const sinceMs = Date.parse(paidAt) - openMs;
  const taken = new Set<string>();
  for (let at = payments.length - 1; at >= 0; at -= 1) {
    const payment = payments[at] as Payment;
    // They come nearly in the order of their time: what is twice as old ends the search.
    if (Date.parse(payment.paidAt) < sinceMs - openMs) break;
    if (Date.parse(payment.paidAt) >= sinceMs && isOpen(payment)) taken.add(payment.pickUp);
  }
  for (let ahead = 1; ahead <= pickUpsMaximum; ahead += 1) {
    const number = written(last + ahead);
    if (!taken.has(number)) return number;
  }
  return written(last + 1);
}

function written(count: number): string {
  return String(((count - 1) % pickUpsMaximum) + 1).padStart(3, '0');
}
