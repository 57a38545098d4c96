/** What follows when a sale's money is complete, or comes back. Every step of it is one batch of entries. */
import { isUndecided } from '../charges.ts';
import type { EntryBody } from '../entry.ts';
import type { Session } from '../session/session.ts';
import { releaseCharges } from '../methods/charge/charges.ts';
import { planChange } from '../methods/cash/change.ts';
import { payOut } from '../methods/cash/payouts.ts';
import { ownerGone } from '../methods/cash/presented.ts';
import { atCase, type Stage } from '../session/stage.ts';
import { caseAbout, move, newId, nextReceipt, nextVoucher, openCase, put, saleNow, type Turn } from '../turn.ts';
import { numberComes } from './goods.ts';
import { book, changeOf, heldHere, type Sale, toGo } from './sale.ts';
import { sharesOf } from './together.ts';

type VoucherReason = Extract<EntryBody, { kind: 'voucher.issued' }>['reason'];

/** A sale by its numbers, as entries name it; its visit may be over. */
export interface OfSale {
  readonly session: string;
  readonly sale: string;
}

/**
 * The money is complete: posted to the biller, and change on its way out of the machines that can pay it; without such,
 * or when nobody may stand there any more, paid with a voucher for the change. All in one batch.
 */
export function complete(turn: Turn): void {
  const now = saleNow(turn);
  if (now === null) return;
  const { session, sale } = now;
  const absent = session.stage.at === 'closing' && session.stage.next === 'time-out';
  const { currency, cashStepMinor } = turn.kiosk.rules;
  const paidAt = new Date(turn.fact.at).toISOString();
  const { change } = book(sale, cashStepMinor);
  const parts = absent ? [] : planChange(turn.kiosk, change.voucher);
  if (parts.length === 0) {
    paid(turn, now.sale, session, paidAt);
    post(turn, sale, session.id, paidAt);
    rest(turn, change.voucher, 'change');
    return;
  }
  put(turn, {
    kind: 'sale.tendered',
    session: session.id,
    sale: sale.id,
    currency,
    minor: change.voucher,
    cashStepMinor,
    paidAt,
  });
  post(turn, sale, session.id, paidAt);
  payOut(turn, { sale: sale.id, session: session.id, reason: 'change' }, parts);
  move(turn, { at: 'giving', reason: 'change', absent: false });
}

/** The sale as it ended, with what became of its change. */
function paid(turn: Turn, sale: Sale, session: Pick<Session, 'id' | 'lang'>, paidAt: string): void {
  const { bill } = sale;
  const { tenders, rounding, change } = book(sale, turn.kiosk.rules.cashStepMinor);
  put(turn, {
    kind: 'sale.paid',
    sale: sale.id,
    session: session.id,
    receipt: nextReceipt(turn.kiosk),
    bill,
    currency: turn.kiosk.rules.currency,
    minor: bill.minor,
    payee: bill.payee['zh-CN'],
    tenders,
    rounding,
    change,
    voucher: change.voucher > 0 ? nextVoucher(turn.kiosk) : null,
    lang: session.lang,
    paidAt,
  });
}

function post(turn: Turn, sale: Sale, session: string, paidAt: string): void {
  const booking = book(sale, turn.kiosk.rules.cashStepMinor);
  for (const { bill, paidMinor, charges } of sharesOf(sale, booking)) {
    put(turn, {
      kind: 'bill.post',
      command: newId(turn, 'post'),
      sale: sale.id,
      session,
      number: bill.number,
      currency: turn.kiosk.rules.currency,
      minor: bill.minor,
      // A rest below the cash step is rounded away and leaves no tender.
      method: booking.tenders.map((tender) => tender.method).join('+') || 'cash',
      paidAt,
      paidMinor,
      ...(charges.length === 0 ? {} : { charges }),
    });
  }
}

/** What no machine pays out comes as a voucher; without any the visit goes on. */
function rest(turn: Turn, minor: number, reason: VoucherReason): void {
  if (minor === 0) {
    settled(turn);
    return;
  }
  issueVoucher(turn, minor, reason);
  move(turn, { at: 'settling' });
}

/** The machines have paid out what they can: the sale is booked as it came, and the visit goes on with what is open. */
export function given(turn: Turn, { reason, absent }: Extract<Stage, { at: 'giving' }>): void {
  const now = saleNow(turn);
  if (now === null) return;
  const { sale, session } = now;
  const { voucher } =
    sale.state === 'tendered' ? book(sale, turn.kiosk.rules.cashStepMinor).change : changeOf(sale, heldHere(sale));
  if (sale.state === 'tendered') paid(turn, sale, session, sale.paidAt ?? new Date(turn.fact.at).toISOString());
  if (absent) {
    if (voucher > 0) bookVoucher(turn, { session: session.id, sale: sale.id }, voucher, reason);
    giveBackAbsent(turn);
    return;
  }
  rest(turn, voucher, reason);
  const about = openCases(turn, sale)[0];
  if (about !== undefined) move(turn, atCase(about, sale.state === 'tendered' ? 'settled' : 'returned'));
}

/** What the customer has to read before going on: what a machine owes or does not know, and a payment that was refused. */
function openCases(turn: Turn, { id, payouts, slips }: Sale): readonly string[] {
  const refunds = slips.filter(({ reason }) => reason === 'refund').map(({ serial }) => serial);
  const owed = [...payouts.map(({ command }) => command), ...refunds];
  const coins = Object.values(turn.kiosk.cases).filter(
    ({ sale, about }) => sale === id && (about === 'coin-unowned' || about === 'coins-lost'),
  );
  return [...owed.flatMap((subject) => caseAbout(turn.kiosk, subject) ?? []), ...coins.map((one) => one.case)];
}

/** The sale is given up; what is inside comes back in cash as far as that goes, and the rest as a voucher, which is cash owed. */
export function giveBack(turn: Turn, reason: 'cancel' | 'time-out'): void {
  const now = saleNow(turn);
  if (now === null) return;
  const { session, sale } = now;
  const minor = heldHere(sale);
  const { currency } = turn.kiosk.rules;
  releaseCharges(turn, sale, session.id);
  put(turn, { kind: 'sale.cancelled', session: session.id, sale: sale.id, currency, minor, reason });
  if (minor === 0 && sale.charges.length > 0) {
    settled(turn);
    return;
  }
  if (minor === 0) {
    put(turn, { kind: 'session.ended', session: session.id, reason: reason === 'cancel' ? 'left' : 'time-out' });
    // redundant on purpose: nothing is inside, so nothing below would be given.
    return;
  }
  // Nobody may stand there any more: cash would lie in the open.
  const parts = reason === 'cancel' ? planChange(turn.kiosk, minor) : [];
  if (parts.length === 0) {
    rest(turn, minor, reason);
    return;
  }
  payOut(turn, { sale: sale.id, session: session.id, reason: 'cancel' }, parts);
  move(turn, { at: 'giving', reason: 'cancel', absent: false });
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
  const minor = heldHere(sale);
  if (sale.state === 'open') {
    releaseCharges(turn, sale, session.id);
    put(turn, { kind: 'sale.cancelled', session: session.id, sale: sale.id, currency, minor, reason: 'time-out' });
    if (minor > 0) bookVoucher(turn, { session: session.id, sale: sale.id }, minor, 'time-out');
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

/** Change of this visit was left in the machine: nobody is counted on any more, and the visit ends. */
export function leftBehind(turn: Turn): void {
  const session = turn.kiosk.session;
  if (session === null || !ownerGone(turn.kiosk)) return;
  if (session.stage.at === 'giving') {
    if (!session.stage.absent) move(turn, { ...session.stage, absent: true });
    return;
  }
  // A voucher on its way out of the printer is waited for: it becomes a paper or a case.
  const printing = Object.values(turn.kiosk.prints).some(
    (print) => print.session === session.id && print.document.paper === 'voucher',
  );
  if (!printing) giveBackAbsent(turn);
}

/** The row of a voucher; answers its number. */
export function bookVoucher(turn: Turn, of: OfSale, minor: number, reason: VoucherReason): string {
  const serial = nextVoucher(turn.kiosk);
  const { currency } = turn.kiosk.rules;
  put(turn, { kind: 'voucher.issued', serial, ...of, currency, minor, reason });
  return serial;
}

/** Books a voucher for the present visit and sends it to the printer: the row before the paper. */
function issueVoucher(turn: Turn, minor: number, reason: VoucherReason): void {
  const now = saleNow(turn);
  if (now === null) return;
  const serial = bookVoucher(turn, { session: now.session.id, sale: now.sale.id }, minor, reason);
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

/** Everything that was to be printed is out: the visit goes on to its last screens, once goods have their number. */
export function settled(turn: Turn): void {
  const now = saleNow(turn);
  if (now === null) return;
  const sinceMs = turn.fact.monoMs;
  const stage =
    now.sale.state !== 'paid'
      ? ({ at: 'returned', sinceMs } as const)
      : numberComes(turn.kiosk, now.sale)
        ? ({ at: 'settling' } as const)
        : ({ at: 'settled', sinceMs } as const);
  put(turn, { kind: 'session.moved', session: now.session.id, stage });
}

/** Sales that waited for a charge in doubt: it counts after all, or everything else that was given for it is owed back. */
export function judgePending(turn: Turn): void {
  for (const { sale, session, lang, case: number } of Object.values(turn.kiosk.pending)) {
    if (Object.values(turn.kiosk.charges).some((charge) => charge.sale === sale.id && isUndecided(charge))) continue;
    const { currency, cashStepMinor } = turn.kiosk.rules;
    if (toGo(sale, cashStepMinor) === 0) {
      const paidAt = new Date(turn.fact.at).toISOString();
      post(turn, sale, session, paidAt);
      paid(turn, sale, { id: session, lang }, paidAt);
      put(turn, { kind: 'case.resolved', case: number, outcome: 'paid', currency, minor: sale.bill.minor });
      continue;
    }
    const minor = heldHere(sale);
    releaseCharges(turn, sale, session);
    put(turn, { kind: 'sale.cancelled', session, sale: sale.id, currency, minor, reason: 'declined' });
    const outcome = minor > 0 ? 'owed' : 'explained';
    put(turn, { kind: 'case.resolved', case: number, outcome, currency, minor: minor > 0 ? minor : null });
  }
}

/** Vouchers of the sale whose paper has not come out yet. */
export function unprinted(sale: Sale): readonly string[] {
  return sale.slips.filter((slip) => !slip.printed).map((slip) => slip.serial);
}
