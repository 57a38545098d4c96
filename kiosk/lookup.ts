/** What is looked up in the journal by number, as the fold of the entries that name it. */
import type { ChargedPart } from './charged-part.ts';
import type { EntryBody } from './entry.ts';
import type { VoucherRecord } from './sale/voucher.ts';
import { orderSign } from './services/goods/contract.ts';

export type PaidSale = Extract<EntryBody, { kind: 'sale.paid' }>;

export interface Looked {
  readonly at: string;
  readonly body: EntryBody;
}

/** The voucher that these entries (all that name its serial, in order) describe; null when none was issued. */
export function voucherRecord(entries: readonly Looked[]): VoucherRecord | null {
  let record: VoucherRecord | null = null;
  for (const { at, body } of entries) {
    if (body.kind === 'voucher.issued') {
      record = { serial: body.serial, currency: body.currency, minor: body.minor, issuedAt: at, spent: false };
    } else if (record !== null && !record.spent) {
      record = spentBy(record, { at, body });
    }
  }
  return record;
}

/** The voucher as it is after one of the entries that name it. */
function spentBy(record: VoucherRecord, { at, body }: Looked): VoucherRecord {
  switch (body.kind) {
    case 'voucher.redeemed':
    case 'voucher.voided':
      return { ...record, spent: true, spentAt: at };
    case 'voucher.told': {
      const spent = body.word?.spent ?? null;
      return spent === null ? record : { ...record, spent: true, spentAt: spent.at, spentBy: spent.kiosk };
    }
    default:
      return record;
  }
}

/** A voucher of another kiosk, by its own word, with what was made of it here: `entries` are all that name it. */
export function otherKiosksVoucher(
  { serial, currency, minor, issuedAt, proof }: Omit<VoucherRecord, 'spent'>,
  issuer: string,
  entries: readonly Looked[],
): VoucherRecord {
  const shown = proof === undefined ? {} : { proof };
  let record: VoucherRecord = { serial, currency, minor, issuedAt, issuer, ...shown, spent: false };
  for (const entry of entries) if (!record.spent) record = spentBy(record, entry);
  return record;
}

/** The number under which a box is closed, by the entries found under its own; null: it never was. */
export function sealOf(entries: readonly Looked[]): string | null {
  for (const { body } of entries) if (body.kind === 'cash.sealed') return body.seal;
  return null;
}

/** How a voucher was spent: in a sale, at another kiosk, or paid at the window by a person, by number. */
export type VoucherEnd =
  | { readonly how: 'redeemed'; readonly at: string; readonly sale: string }
  | { readonly how: 'elsewhere'; readonly at: string; readonly kiosk: string }
  | { readonly how: 'paid'; readonly at: string; readonly by: string };

/** From the entries that name its serial; null while it counts. */
export function voucherEnd(entries: readonly Looked[]): VoucherEnd | null {
  for (const { at, body } of entries) {
    if (body.kind === 'voucher.redeemed') return { how: 'redeemed', at, sale: body.sale };
    if (body.kind === 'voucher.voided') return { how: 'paid', at, by: body.by };
    if (body.kind === 'voucher.told' && body.word?.spent != null) return { how: 'elsewhere', ...body.word.spent };
  }
  return null;
}

/**
 * One part of a payment that the biller refused, as it goes back: the number of its slip, or the charge that is given back, be
 * it by a person. `case` and `serial` are numbers on paper.
 */
export interface Refund {
  readonly minor: number;
  readonly serial: string | null;
  readonly charge: ChargedPart | null;
  readonly case: string;
}

/** What goes back of a sale, by the entries found under it; empty when the sale stands. */
export function refundsOf(entries: readonly Looked[]): readonly Refund[] {
  const charges = chargedParts(entries);
  const refused = entries.some(({ body }) => body.kind === 'bill.refused');
  return entries.flatMap(({ body }) => {
    if (body.kind !== 'case.opened') return [];
    const { minor, subject, about } = body;
    if (minor === null || subject === null) return [];
    const charge = charges.find(({ command }) => command === subject) ?? null;
    // A card's share of one bill of several is given back by a person.
    const share = about === 'charge-irreversible' && refused && charge !== null;
    if (about !== 'post-refused' && !share) return [];
    return [{ minor, serial: charge === null ? subject : null, charge, case: body.case }];
  });
}

/** What goes back of a sale because its owner wants it, minor units, by the entries found under it; null: nothing does. */
export function wantedBackOf(entries: readonly Looked[]): number | null {
  let minor: number | null = null;
  for (const { body } of entries) {
    if (body.kind === 'refund.asked') minor = body.minor;
    else if (body.kind === 'bill.reverse-refused') minor = null;
  }
  return minor;
}

/** What has come back of a sale whose owner wanted it back, minor units, by the entries found under it. */
export function cameBackOf(entries: readonly Looked[]): number {
  return entries.reduce((sum, { body }) => (body.kind === 'refund.done' ? sum + body.minor : sum), 0);
}

/** What cards and wallets paid of a sale, by the entries found under it, in that order. */
export function chargedParts(entries: readonly Looked[]): readonly ChargedPart[] {
  return entries.flatMap(({ body }) => (body.kind === 'charge.confirmed' ? [body.part] : []));
}

/** What the terminal wanted printed for the customer of a charge, by the entries found under its command; its last slip. */
export function terminalSlip(entries: readonly Looked[]): readonly string[] {
  const slips = entries.flatMap(({ body }) => (body.kind === 'terminal.printed' ? [body.lines] : []));
  return slips.at(-1) ?? [];
}

/** The paid sale among the entries found under a receipt number; null when there is none. */
export function paidSale(entries: readonly Looked[]): PaidSale | null {
  for (const { body } of entries) if (body.kind === 'sale.paid') return body;
  return null;
}

type BillPosted = Extract<EntryBody, { kind: 'bill.post' }>;

/** What the journal has of a paid sale that is wanted back. */
export interface RefundRecord {
  readonly paid: PaidSale;
  /** How it was booked at the biller; null: the journal does not have it. */
  readonly post: BillPosted | null;
  /** The biller refused it, or it was given back before, or is on its way. */
  readonly givenBack: boolean;
  /** A note of it was pulled out again. */
  readonly suspect: boolean;
}

/** From the entries found under the sale, and those under its bill's number. */
export function refundRecord(paid: PaidSale, ofSale: readonly Looked[], ofBill: readonly Looked[]): RefundRecord {
  const posts = ofBill.flatMap(({ body }) => (body.kind === 'bill.post' && body.sale === paid.sale ? [body] : []));
  let [givenBack, suspect] = [false, false];
  for (const { body } of ofSale) {
    if (body.kind === 'bill.refused' || body.kind === 'refund.asked') givenBack = true;
    else if (body.kind === 'bill.reverse-refused') givenBack = false;
    else if (body.kind === 'case.opened' && body.about === 'note-suspect') suspect = true;
  }
  return { paid, post: posts[0] ?? null, givenBack, suspect };
}

/** Whether what was typed is this number: the sign before an order's stands on no keyboard. */
export function isTyped(number: string, typed: string): boolean {
  return number === typed || number === `${orderSign}${typed}`;
}

/** Digits that a number on paper has at least. */
const numberDigits = 6;

/** A voucher's number as it was given out, from its digits: `7` is `000007`. */
export function voucherNumber(digits: string): string {
  return digits.padStart(numberDigits, '0');
}

/** A receipt's number as it was given out, from what was typed of it: `r2` is `R000002`. All else is left as it is. */
export function receiptNumber(typed: string): string {
  const digits = /^[Rr]([0-9]+)$/.exec(typed)?.[1];
  return digits === undefined ? typed.toUpperCase() : `R${digits.padStart(numberDigits, '0')}`;
}
