/** What is owed and what has been given towards it. Minor units throughout; pure. */
import type { ChargedPart } from '../charged-part.ts';
import type { Change, TenderTotal } from '../entry.ts';
import type { ChargeMethod, MethodName } from '../server/wire.ts';
import { roundToCashStep } from '../money.ts';
import type { Bill } from '../services/biller/contract.ts';

export interface CreditedNote {
  readonly command: string;
  readonly minor: number;
  /** Pulled out again after it was credited: the row stays, its value is not given back. */
  readonly suspect: boolean;
}

/** How far a paper is that is made at most a few times. */
export interface Printing {
  readonly printed: boolean;
  /** A paper may have come out, whole or in part: the next one is a copy. */
  readonly mayBeOut: boolean;
  /** How often it was sent to the printer. */
  readonly prints: number;
  /** When the last of these went wrong in this boot, monotonic; null: none did. */
  readonly failedMs: number | null;
}

export const notPrinted: Printing = { printed: false, mayBeOut: false, prints: 0, failedMs: null };

/** The number under which goods are handed over, and how far its ticket is. */
export interface PickUp extends Printing {
  readonly number: string;
  /** It stood on the glass, and the customer went on. */
  readonly seen: boolean;
  /** How far the goods are that a hatch lets out; none: people hand them over. */
  readonly release: 'none' | 'coming' | 'out' | 'failed';
}

export interface Slip extends Printing {
  readonly serial: string;
  readonly minor: number;
  readonly reason: 'change' | 'cancel' | 'time-out' | 'refund' | 'case';
}

/** An order to pay out, as the sale is booked with it. Minor units. */
export interface PayoutPart {
  readonly command: string;
  readonly device: string;
  /** What was ordered. */
  readonly minor: number;
  /** What came out, and what should have and did not, or perhaps did; 0 until it ended. */
  readonly paid: number;
  readonly owed: number;
  /** What a machine that holds its notes saw a hand take. */
  readonly taken: number;
  /** What went back in. */
  readonly retracted: number;
  readonly ended: boolean;
}

/** A note under the number of its case. */
export interface DoubtedNote {
  readonly command: string;
  readonly minor: number;
  readonly case: string;
}

export interface Sale {
  readonly id: string;
  readonly bill: Bill;
  /** tendered: the money is complete and change is on its way out. pending: a charge in doubt decides it. */
  readonly state: 'open' | 'tendered' | 'pending' | 'paid' | 'cancelled';
  readonly method: MethodName | null;
  /** The customer agreed to change as a slip. */
  readonly agreed: boolean;
  readonly notes: readonly CreditedNote[];
  /** Notes of which nobody knew for a while, or still does not. */
  readonly doubted: readonly DoubtedNote[];
  /** `issuer`: the other kiosk that gave it out; left out: this one. */
  readonly vouchers: readonly { readonly serial: string; readonly minor: number; readonly issuer?: string }[];
  /** What cards and wallets have paid of it. */
  readonly charges: readonly ChargedPart[];
  /** Those that were given back, or are on their way there. */
  readonly chargesBack: readonly ChargedPart[];
  readonly receipt: string | null;
  /** When its money was complete, ISO 8601 UTC. */
  readonly paidAt: string | null;
  /** The cash step that held then, minor units: other rules of a later start change nothing of it. */
  readonly tenderedStepMinor: number | null;
  readonly change: Change | null;
  /** Change, or the money back, from machines that pay out. */
  readonly payouts: readonly PayoutPart[];
  /** Vouchers that give change or the money back. */
  readonly slips: readonly Slip[];
  /** Of goods that are paid and booked; null before, and for a bill. */
  readonly pickUp: PickUp | null;
}

export function openSale(id: string, bill: Bill): Sale {
  return {
    id,
    bill,
    state: 'open',
    method: null,
    agreed: false,
    notes: [],
    doubted: [],
    vouchers: [],
    charges: [],
    chargesBack: [],
    receipt: null,
    paidAt: null,
    tenderedStepMinor: null,
    change: null,
    payouts: [],
    slips: [],
    pickUp: null,
  };
}

/** Notes in doubt that count after all. */
export function foundNotes({ doubted, notes }: Sale): readonly DoubtedNote[] {
  return doubted.filter(({ command }) => notes.some((note) => note.command === command));
}

export function isCharge(method: MethodName | null): method is ChargeMethod {
  return method !== null && method !== 'cash' && method !== 'voucher';
}

export function cashCredited(sale: Sale): number {
  return sale.notes.reduce((sum, note) => (note.suspect ? sum : sum + note.minor), 0);
}

export function vouchersCredited(sale: Sale): number {
  return sale.vouchers.reduce((sum, voucher) => sum + voucher.minor, 0);
}

export function chargesCredited(sale: Sale): number {
  return sale.charges.reduce((sum, charge) => sum + charge.minor, 0);
}

/** What is given to the last unit of the currency: only cash is rounded. */
function exactCredited(sale: Sale): number {
  return vouchersCredited(sale) + chargesCredited(sale);
}

/** Everything that was given for this sale and is the customer's. */
export function credited(sale: Sale): number {
  return cashCredited(sale) + exactCredited(sale);
}

/** The part of it that this machine gives back itself, in cash or as a slip: the rest goes back the way it came. */
export function heldHere(sale: Sale): number {
  return cashCredited(sale) + vouchersCredited(sale);
}

/** What the sale costs less what was given exactly; rounded to the cash step when cash pays the rest. */
export function dueInCash(sale: Sale, cashStepMinor: number): number {
  const rest = sale.bill.minor - exactCredited(sale);
  return rest <= 0 ? 0 : roundToCashStep(rest, cashStepMinor);
}

/** Cash pays the rest, which is rounded then. What a card or wallet is to pay is exact, whatever cash was given before. */
function restIsCash(sale: Sale): boolean {
  const cash = sale.method === 'cash' || (cashCredited(sale) > 0 && !isCharge(sale.method));
  return cash && exactCredited(sale) < sale.bill.minor;
}

/** Still to go; never negative. */
export function toGo(sale: Sale, cashStepMinor: number): number {
  if (restIsCash(sale)) {
    return Math.max(0, dueInCash(sale, cashStepMinor) - cashCredited(sale));
  }
  return Math.max(0, sale.bill.minor - credited(sale));
}

/**
 * How a sale whose money is complete is booked: the sum of tenders less change is the amount plus the rounding. Change is
 * cash as far as it came out, owed as far as a case stands for it, and a voucher for the rest.
 */
export interface Booking {
  readonly tenders: readonly TenderTotal[];
  readonly rounding: number;
  readonly change: Change;
}

export function book(sale: Sale, stepNowMinor: number): Booking {
  const cashStepMinor = sale.tenderedStepMinor ?? stepNowMinor;
  const vouchers = vouchersCredited(sale);
  const cash = cashCredited(sale);
  const rounding = restIsCash(sale) ? dueInCash(sale, cashStepMinor) + exactCredited(sale) - sale.bill.minor : 0;
  const tenders: TenderTotal[] = [];
  if (cash > 0) tenders.push({ method: 'cash', minor: cash });
  if (vouchers > 0) tenders.push({ method: 'voucher', minor: vouchers });
  for (const { method, minor } of sale.charges) tenders.push({ method, minor });
  return { tenders, rounding, change: changeOf(sale, credited(sale) - sale.bill.minor - rounding) };
}

/** How so much is given back, once the orders to pay out have ended. */
export function changeOf({ payouts }: Sale, minor: number): Change {
  const cash = payouts.reduce((sum, { paid }) => sum + paid, 0);
  const owed = payouts.reduce((sum, part) => sum + part.owed, 0);
  return { cash, voucher: minor - cash - owed, owed };
}
