/** What follows when a sale's money is complete, or comes back. Every step of it is one batch of entries. */
import type { EntryBody } from '../entry.ts';
import { atCase } from '../session/stage.ts';
import { caseAbout, move, newId, nextReceipt, nextVoucher, openCase, put, saleNow, type Turn } from '../turn.ts';
import { book, credited, type Sale } from './sale.ts';

type VoucherReason = Extract<EntryBody, { kind: 'voucher.issued' }>['reason'];

/** A sale by its numbers; its visit may be over. */
interface SaleRef {
  readonly id: string;
  readonly session: string;
}

/** The money is complete: paid, posted to the biller, change issued, all in one batch. */
export function complete(turn: Turn): void {
  const now = saleNow(turn);
  if (now === null) return;
  const { session, sale } = now;
  const { currency, cashStepMinor } = turn.kiosk.rules;
  const { tenders, rounding, change } = book(sale, cashStepMinor);
  const paidAt = new Date(turn.fact.at).toISOString();
  const { bill } = sale;
  put(turn, {
    kind: 'sale.paid',
    sale: sale.id,
    session: session.id,
    receipt: nextReceipt(turn.kiosk),
    bill,
    currency,
    minor: bill.minor,
    payee: bill.payee['zh-CN'],
    tenders,
    rounding,
    change,
    voucher: change.voucher > 0 ? nextVoucher(turn.kiosk) : null,
    lang: session.lang,
    paidAt,
  });
  put(turn, {
    kind: 'bill.post',
    command: newId(turn, 'post'),
    sale: sale.id,
    session: session.id,
    number: bill.number,
    currency,
    minor: bill.minor,
    // A rest below the cash step is rounded away and leaves no tender.
    method: tenders.map((tender) => tender.method).join('+') || 'cash',
    paidAt,
    paidMinor: bill.minor + rounding,
  });
  if (change.voucher > 0) {
    issueVoucher(turn, change.voucher, 'change');
    put(turn, { kind: 'session.moved', session: session.id, stage: { at: 'settling' } });
  } else {
    settled(turn);
  }
}

/** The sale is given up; what is inside comes back as a voucher, which is cash owed. */
export function giveBack(turn: Turn, reason: 'cancel' | 'time-out'): void {
  const now = saleNow(turn);
  if (now === null) return;
  const minor = credited(now.sale);
  const { currency } = turn.kiosk.rules;
  put(turn, { kind: 'sale.cancelled', session: now.session.id, sale: now.sale.id, currency, minor, reason });
  if (minor > 0) {
    issueVoucher(turn, minor, reason);
    put(turn, { kind: 'session.moved', session: now.session.id, stage: { at: 'settling' } });
  } else {
    put(turn, { kind: 'session.ended', session: now.session.id, reason: reason === 'cancel' ? 'left' : 'time-out' });
  }
}

/**
 * Nobody stands here any more: what is owed is booked and becomes a case, and nothing is printed that the next person
 * could take.
 */
export function giveBackAbsent(turn: Turn): void {
  const now = saleNow(turn);
  if (now === null) return;
  const { session, sale } = now;
  const { currency } = turn.kiosk.rules;
  const minor = credited(sale);
  if (sale.state === 'open') {
    put(turn, { kind: 'sale.cancelled', session: session.id, sale: sale.id, currency, minor, reason: 'time-out' });
    if (minor > 0) bookVoucher(turn, { id: sale.id, session: session.id }, minor, 'time-out');
  }
  for (const slip of saleNow(turn)?.sale.slips ?? []) {
    if (slip.printed || caseAbout(turn.kiosk, slip.serial) !== null) continue;
    openCase(turn, 'voucher-not-printed', {
      session: session.id,
      sale: sale.id,
      minor: slip.minor,
      subject: slip.serial,
    });
  }
  put(turn, { kind: 'session.ended', session: session.id, reason: 'time-out' });
}

/** The row of a voucher; answers its number. */
function bookVoucher(turn: Turn, sale: SaleRef, minor: number, reason: VoucherReason): string {
  const serial = nextVoucher(turn.kiosk);
  const { currency } = turn.kiosk.rules;
  put(turn, { kind: 'voucher.issued', serial, session: sale.session, sale: sale.id, currency, minor, reason });
  return serial;
}

/** Books a voucher for the present visit and sends it to the printer: the row before the paper. */
function issueVoucher(turn: Turn, minor: number, reason: VoucherReason): void {
  const now = saleNow(turn);
  if (now === null) return;
  const serial = bookVoucher(turn, { id: now.sale.id, session: now.session.id }, minor, reason);
  printVoucher(turn, serial, false);
}

export function printVoucher(turn: Turn, serial: string, copy: boolean): void {
  const session = turn.kiosk.session;
  if (session === null) return;
  put(turn, {
    kind: 'document.print',
    command: newId(turn, 'print'),
    document: { paper: 'voucher', serial },
    copy,
    lang: session.lang,
    session: session.id,
  });
}

/** Everything that was to be printed is out: the visit goes on to its last screens. */
export function settled(turn: Turn): void {
  const now = saleNow(turn);
  if (now === null) return;
  const sinceMs = turn.fact.monoMs;
  const stage =
    now.sale.state === 'paid' ? ({ at: 'settled', sinceMs } as const) : ({ at: 'returned', sinceMs } as const);
  put(turn, { kind: 'session.moved', session: now.session.id, stage });
}

/** The biller refused what was paid for: the money comes back as a voucher, with a case. */
export function refund(turn: Turn, sale: SaleRef, minor: number): void {
  if (minor === 0) return;
  const { currency } = turn.kiosk.rules;
  const serial = bookVoucher(turn, sale, minor, 'refund');
  put(turn, { kind: 'refund.done', sale: sale.id, method: 'voucher', currency, minor });
  const number = openCase(turn, 'post-refused', { session: sale.session, sale: sale.id, minor, subject: serial });
  const present = turn.kiosk.session;
  if (present?.id !== sale.session) return;
  printVoucher(turn, serial, false);
  if (present.stage.at !== 'case') move(turn, atCase(number, 'settled'));
}

/** Vouchers of the sale whose paper has not come out yet. */
export function unprinted(sale: Sale): readonly string[] {
  return sale.slips.filter((slip) => !slip.printed).map((slip) => slip.serial);
}
