/** Several bills of one payee, paid together in one sale and posted one by one. Minor units throughout; pure. */
import { isTyped } from '../lookup.ts';
import type { ChargeShare } from '../charged-part.ts';
import { type Bilingual, type Bill, partsOf } from '../services/biller/contract.ts';
import { wordsOf } from '../text/languages.ts';
import type { Booking, Sale } from './sale.ts';

/** So many stand on the glass, one in a line. */
export const billsTogetherMaximum = 5;

/** Joins their numbers; no biller's number has it. */
const joint = '+';

export function samePayee(one: Bill, other: Bill): boolean {
  return one.payee['zh-CN'] === other.payee['zh-CN'] && one.payee.en === other.payee.en;
}

/** These as one bill; one alone is itself. All are of one payee, and each stands there once. Throws when there is none. */
export function together(parts: readonly Bill[]): Bill {
  const [first] = parts;
  if (first === undefined) throw new Error('no bill');
  if (parts.length === 1) return first;
  return {
    number: parts.map(({ number }) => number).join(joint),
    title: inBoth((lang) => wordsOf(lang).review.several(String(parts.length))),
    payee: first.payee,
    payer: [...new Set(parts.map(({ payer }) => payer))].join(' · '),
    lines: parts.map(({ title, number, minor }) => ({
      name: inBoth((lang) => wordsOf(lang).review.what(title[lang], number)),
      quantity: 1,
      minor,
    })),
    currency: first.currency,
    minor: parts.reduce((sum, { minor }) => sum + minor, 0),
    parts,
  };
}

function inBoth(words: (lang: keyof Bilingual) => string): Bilingual {
  return { 'zh-CN': words('zh-CN'), en: words('en') };
}

/** Without the one of this number; null when nothing is left. */
export function without(bill: Bill, number: string): Bill | null {
  const rest = partsOf(bill).filter((part) => part.number !== number);
  return rest.length === 0 ? null : together(rest);
}

/** Whether a sale's bill, by its number, is or holds the one of this number. */
export function isAmong(bills: string, number: string): boolean {
  return bills.split(joint).some((one) => isTyped(one, number));
}

/** How one bill of a sale was paid: what goes back when its biller refuses it. */
export interface BillShare {
  readonly bill: Bill;
  /** With its part of the rounding. */
  readonly paidMinor: number;
  readonly charges: readonly ChargeShare[];
}

/**
 * Who paid what of a sale of several bills: cash and vouchers the first ones, charges the rest, each in turn. The rounding is
 * the largest bill's; what is rounded away beyond that is the next one's.
 */
export function sharesOf(
  { bill, charges }: Pick<Sale, 'bill' | 'charges'>,
  { rounding }: Pick<Booking, 'rounding'>,
): readonly BillShare[] {
  const parts = partsOf(bill);
  if (parts.length === 1) return [{ bill, paidMinor: bill.minor + rounding, charges }];
  const rounded = roundedOf(parts, rounding);
  let here = bill.minor + rounding - charges.reduce((sum, { minor }) => sum + minor, 0);
  const left = charges.map((part) => ({ part, minor: part.minor }));
  return parts.map((part) => {
    const paidMinor = part.minor + (rounded.get(part) ?? 0);
    let rest = paidMinor - Math.min(here, paidMinor);
    here -= paidMinor - rest;
    const shares: ChargeShare[] = [];
    for (const one of left) {
      const share = Math.min(one.minor, rest);
      if (share === 0) continue;
      one.minor -= share;
      rest -= share;
      shares.push(share === one.part.minor ? one.part : { ...one.part, share });
    }
    return { bill: part, paidMinor, charges: shares };
  });
}

/** What each is rounded by: for no bill less than nothing is paid. */
function roundedOf(parts: readonly Bill[], rounding: number): ReadonlyMap<Bill, number> {
  let rest = rounding;
  const rounded = new Map<Bill, number>();
  for (const part of parts.toSorted((one, other) => other.minor - one.minor)) {
    const by = Math.max(rest, -part.minor);
    rounded.set(part, by);
    rest -= by;
  }
  return rounded;
}
