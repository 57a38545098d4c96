/** What a biller may answer (`openapi.yaml`), checked field by field, and what it means for the kiosk. */
import * as v from 'valibot';
import type {
  BillFind,
  BillLookUpFact,
  BillPost,
  BillPostFact,
  BillRecheck,
  BillReverse,
  BillReverseFact,
} from './contract.ts';
import { maskPayer } from './mask.ts';

export const billNumberPattern = /^[0-9A-Za-z-]{1,40}$/;
const instantPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;
const mostBills = 2_000;

/** No control signs and no direction marks: words go on glass, paper and loudspeaker. */
function words(maximum: number) {
  return v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(maximum),
    v.check((text) => text.isWellFormed() && !/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(text)),
  );
}

const bilingual = v.object({ 'zh-CN': words(120), en: words(120) });
const integer = v.pipe(v.number(), v.safeInteger());
const minor = v.pipe(integer, v.minValue(1));
const currency = v.pipe(v.string(), v.regex(/^[A-Z]{3}$/));
const instant = v.pipe(
  v.string(),
  v.regex(instantPattern),
  v.check((text) => !Number.isNaN(Date.parse(text))),
);
const quantity = v.pipe(
  v.number(),
  v.gtValue(0),
  v.maxValue(1_000_000),
  v.check((value) => Number(value.toFixed(3)) === value),
);

/** A bill as its owner keeps it: with the payer's full name. */
export const sourceBill = v.pipe(
  v.object({
    number: v.pipe(v.string(), v.regex(billNumberPattern)),
    status: v.picklist(['open', 'paid', 'cancelled']),
    paidOn: v.optional(v.nullable(instant)),
    title: bilingual,
    payee: bilingual,
    payer: v.object({
      name: v.pipe(v.string(), v.maxLength(120)),
      place: v.nullable(v.pipe(v.string(), v.maxLength(200))),
    }),
    lines: v.pipe(v.array(v.object({ name: bilingual, quantity, minor: integer })), v.minLength(1), v.maxLength(100)),
    currency,
    minor,
  }),
  v.check((bill) => bill.lines.reduce((sum, line) => sum + line.minor, 0) === bill.minor, 'its lines do not add up'),
  v.check((bill) => bill.status !== 'paid' || typeof bill.paidOn === 'string', 'it is paid and does not say when'),
);
export type SourceBill = v.InferOutput<typeof sourceBill>;

/** A file of bills, for a biller without a network. */
export const billFile = v.object({ bills: v.pipe(v.array(sourceBill), v.maxLength(mostBills)) });

const problem = v.object({
  code: v.picklist(['unknown-bill', 'paid-elsewhere', 'cancelled', 'other']),
  message: v.pipe(v.string(), v.maxLength(500)),
});
const booking = v.object({
  id: v.string(),
  bill: v.string(),
  currency,
  minor,
  reference: words(64),
});

const reversal = v.object({ id: v.string(), payment: v.string(), bill: v.string(), currency, minor });
const notReversed = v.object({
  code: v.picklist(['unknown-payment', 'reversed-before', 'too-late', 'other']),
  message: v.pipe(v.string(), v.maxLength(500)),
});

/** What a status and a body mean for a look-up; `currency` is the one this kiosk takes. */
export function readBill(
  command: BillFind | BillRecheck,
  kioskCurrency: string,
  status: number,
  body: unknown,
): BillLookUpFact {
  if (outOfOrder(status)) return { fact: 'bill.unavailable', command: command.id, reason: 'down' };
  if (status === 404 && v.is(problem, body) && body.code === 'unknown-bill') {
    return { fact: 'bill.not-found', command: command.id };
  }
  const bill = status === 200 ? v.safeParse(sourceBill, body) : null;
  if (bill?.success !== true || bill.output.number !== command.number || bill.output.currency !== kioskCurrency) {
    return { fact: 'bill.unavailable', command: command.id, reason: 'nonsense' };
  }
  return billFact(command, bill.output);
}

/** The answer to a look-up that found this bill. Here, and only here, the payer is masked. */
export function billFact(command: BillFind | BillRecheck, bill: SourceBill): BillLookUpFact {
  if (bill.status === 'cancelled') return { fact: 'bill.not-found', command: command.id };
  if (bill.status === 'paid') {
    return { fact: 'bill.already-paid', command: command.id, paidOn: bill.paidOn as string };
  }
  const { number, title, payee, lines } = bill;
  return {
    fact: 'bill.found',
    command: command.id,
    bill: { number, title, payee, payer: maskPayer(bill.payer), lines, currency: bill.currency, minor: bill.minor },
  };
}

/** What a status and a body mean for a payment; null when they settle nothing and the same question must be asked again. */
export function readBooking(command: BillPost, status: number, body: unknown): BillPostFact | null {
  if (status === 200 || status === 201) {
    const read = v.safeParse(booking, body);
    if (!read.success) return null;
    const { id, bill, reference } = read.output;
    const same =
      id === command.id &&
      bill === command.number &&
      read.output.currency === command.currency &&
      read.output.minor === command.minor;
    return same ? { fact: 'bill.posted', command: command.id, reference } : null;
  }
  if (status !== 404 && status !== 409) return null;
  if (!v.is(problem, body) || (status === 404) !== (body.code === 'unknown-bill')) return null;
  return { fact: 'bill.refused', command: command.id, reason: body.code };
}

/** The same for a booking that is to be taken back. */
export function readReversal(command: BillReverse, status: number, body: unknown): BillReverseFact | null {
  if (status === 200 || status === 201) {
    if (!v.is(reversal, body)) return null;
    const same =
      body.id === command.id &&
      body.payment === command.post &&
      body.bill === command.number &&
      body.currency === command.currency &&
      body.minor === command.minor;
    return same ? { fact: 'bill.reversed', command: command.id } : null;
  }
  if (status !== 404 && status !== 409) return null;
  if (!v.is(notReversed, body) || (status === 404) !== (body.code === 'unknown-payment')) return null;
  return { fact: 'bill.reverse-refused', command: command.id, reason: body.code };
}

function outOfOrder(status: number): boolean {
  return status === 429 || status >= 500;
}
