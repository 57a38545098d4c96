/** The bookings of a biller without a network, and those that were taken back, one JSON line each. */
import * as v from 'valibot';
import { openLines } from '../durable-lines.ts';
import { billNumberPattern } from './answers.ts';

const booking = v.strictObject({
  id: v.string(),
  bill: v.pipe(v.string(), v.regex(billNumberPattern)),
  currency: v.string(),
  minor: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  method: v.string(),
  paidAt: v.string(),
  reference: v.string(),
});
export type Booking = v.InferOutput<typeof booking>;

/** The booking of the payment `reverses` is taken back. */
const reversal = v.strictObject({ id: v.string(), reverses: v.string() });
type Reversal = v.InferOutput<typeof reversal>;

/** All of them are held in memory and read at each start; with so many, no further sale is begun. */
const bookingsMaximum = 100_000;

export interface Ledger {
  byId(id: string): Booking | undefined;
  /** The booking that stands; none where it was taken back. */
  ofBill(number: string): Booking | undefined;
  /** The id under which the payment was taken back. */
  reversalOf(id: string): string | undefined;
  /** No further sale should be begun; what is paid already can still be added. */
  readonly full: boolean;
  /** Throws when the disk does not take it; then it is not there. */
  add(booking: Booking): void;
  /** The same for a booking that is taken back. */
  reverse(reversal: Reversal): void;
}

/**
 * Makes the file when it is missing; throws, naming the line, where one is no booking. `maximum` is the number of bookings at
 * which it is full.
 */
export function openLedger(path: string, maximum = bookingsMaximum): Ledger {
  const byId = new Map<string, Booking>();
  const ofBill = new Map<string, Booking>();
  const reversals = new Map<string, string>();
  const keep = (one: Booking | Reversal) => {
    if ('reverses' in one) {
      reversals.set(one.reverses, one.id);
      const { bill } = byId.get(one.reverses) ?? {};
      if (bill !== undefined && ofBill.get(bill)?.id === one.reverses) ofBill.delete(bill);
      return;
    }
    byId.set(one.id, one);
    ofBill.set(one.bill, one);
  };
  const { add: write } = openLines<Booking | Reversal>({
    path,
    isLine: (json): json is Booking | Reversal => v.is(booking, json) || v.is(reversal, json),
    notOne: 'this is no booking',
    without: 'bills that are paid would be open again',
    keep,
  });
  return {
    byId: (id) => byId.get(id),
    ofBill: (number) => ofBill.get(number),
    get full() {
      return byId.size >= maximum;
    },
    reversalOf: (id) => reversals.get(id),
    add: write,
    reverse: write,
  };
}
