/** What a person asked for. An intent that does not fit where the visit stands changes nothing. */
import { keptBy } from '../cabinet/limits.ts';
import { cashOff, printerUsable, slipMayCome, slipPromised } from '../methods/cash/acceptance.ts';
import { ownPaperPrinting } from '../documents/prints.ts';
import { methodsOffered } from '../remote/order.ts';
import { settled } from '../sale/completion.ts';
import { refundConfirmed, refundWanted } from '../sale/refund.ts';
import { isRefundDone } from '../sale/refund-progress.ts';
import { credited, isCharge } from '../sale/sale.ts';
import type { Intent, MethodName } from '../server/wire.ts';
import { callOff, openCharge, partDecided } from '../methods/charge/charges.ts';
import { chargeOff, isCardToTake } from '../methods/charge/availability.ts';
import { move, newId, put, saleNow, type Turn } from '../turn.ts';
import type { PaidSale, RefundRecord } from '../lookup.ts';
import { noteToTake, noteWaits } from '../methods/cash/presented.ts';
import { methodsNow } from '../methods/catalog.ts';
import { deviceState } from '../device-state.ts';
import type { Session } from './session.ts';
import { type Bill, partsOf } from '../services/biller/contract.ts';
import { billsTogetherMaximum, isAmong, without } from '../sale/together.ts';
import { basketChanged, orderBasket, shopAgain } from './shop.ts';
import type { ReceiptProblem, Stage } from './stage.ts';

type Task = Extract<Intent, { do: 'task' }>['task'];
type ReviewStage = Extract<Stage, { at: 'review' }>;

export function asked(turn: Turn, intent: Intent): void {
  if (intent.do === 'begin') {
    begin(turn);
    return;
  }
  const session = turn.kiosk.session;
  if (intent.do === 'language') {
    if (session === null) begin(turn);
    const now = turn.kiosk.session;
    if (now !== null && now.lang !== intent.lang) {
      put(turn, { kind: 'session.language', session: now.id, lang: intent.lang });
    }
    return;
  }
  if (session === null) return;
  put(turn, { kind: 'session.touched', monoMs: turn.fact.monoMs });
  switch (intent.do) {
    case 'help':
      put(turn, { kind: 'session.help', open: true });
      return;
    case 'close-help':
      put(turn, { kind: 'session.help', open: false });
      return;
    case 'extend':
      return;
    case 'back':
      back(turn, session);
      return;
    case 'cancel':
      cancel(turn, session);
      return;
    case 'task':
      chooseTask(turn, session, intent.task);
      return;
    case 'basket':
      basketChanged(turn, session, intent);
      return;
    case 'order':
      orderBasket(turn, session);
      return;
    case 'find-bill':
      findBill(turn, session, intent.number);
      return;
    case 'confirm-bill':
      confirmBill(turn, session);
      return;
    case 'another-bill':
      anotherBill(turn, session);
      return;
    case 'drop-bill':
      dropBill(turn, session, intent.number);
      return;
    case 'method':
      chooseMethod(turn, intent.method);
      return;
    case 'agree':
      partDecided(turn, true);
      refundConfirmed(turn, session);
      if (session.stage.at === 'promise' && slipPromised(turn.kiosk)) openCash(turn, true);
      return;
    case 'other-way':
      otherWay(turn, session);
      return;
    case 'document':
      if (noteToTake(turn.kiosk) !== null) return;
      chooseDocument(turn, session, intent.choice);
      return;
    case 'finish':
      // The note comes first: nothing else is on the glass meanwhile.
      if (noteToTake(turn.kiosk) !== null) return;
      finish(turn, session);
      return;
    case 'find-receipt':
    case 'refund-receipt':
    case 'voucher':
    case 'scanned':
      // The loop and the composition root turn these into `receipt.asked` and `voucher.presented`, with what the journal has.
      return;
    default:
      intent satisfies never;
  }
}

export function begin(turn: Turn): void {
  if (turn.kiosk.session !== null || turn.kiosk.staff.service !== null) return;
  if (noteWaits(turn.kiosk) || keptBy(turn.kiosk) !== null) return;
  if (methodsNow(turn.kiosk, null).every((method) => method.off !== null)) return;
  const { language: lang, coinAcceptors } = turn.kiosk.rules;
  const coinsRead = coinAcceptors.filter((device) => deviceState(turn.kiosk, device).ready);
  put(turn, { kind: 'session.started', session: newId(turn, 'session'), lang, coinsRead });
}

function chooseTask(turn: Turn, { stage }: Session, task: Task): void {
  if (stage.at !== 'welcome') return;
  switch (task) {
    case 'buy':
      if (turn.kiosk.rules.goods !== null) move(turn, { at: 'shop', basket: [], order: null, problem: null });
      return;
    case 'pay-bill':
      move(turn, { at: 'find-bill', lookup: null, problem: null });
      return;
    case 'receipt':
      move(turn, { at: 'find-receipt', print: null, problem: null });
      return;
    default:
      task satisfies never;
  }
}

function back(turn: Turn, session: Session): void {
  const { stage } = session;
  switch (stage.at) {
    case 'shop':
      move(turn, { at: 'welcome' });
      return;
    case 'find-bill':
      if (stage.beside !== undefined) showBill(turn, stage.beside);
      else move(turn, { at: 'welcome' });
      return;
    case 'find-receipt':
      if (stage.print !== null || stage.out) return;
      move(turn, { at: 'welcome' });
      return;
    case 'refund':
      if (stage.step === 'shown') move(turn, { at: 'find-receipt', print: null, problem: null });
      return;
    case 'review':
      beforeReview(turn, stage.bill);
      return;
    case 'promise':
    case 'voucher':
      move(turn, { at: 'choose' });
      return;
    case 'choose':
      if (session.sale === null || credited(session.sale) > 0) return;
      dropSale(turn);
      beforeReview(turn, session.sale.bill);
      return;
    case 'welcome':
      put(turn, { kind: 'session.ended', session: session.id, reason: 'left' });
      return;
    default:
      return;
  }
}

/** Where it was found: at its number, or in the basket. */
function beforeReview(turn: Turn, bill: Bill): void {
  if (bill.goods === undefined) move(turn, { at: 'find-bill', lookup: null, problem: null });
  else shopAgain(turn, bill.goods);
}

function cancel(turn: Turn, session: Session): void {
  switch (session.stage.at) {
    case 'pay-charge':
    case 'part-approved':
      leaveCharge(turn, session.stage.command, 'cancel');
      return;
    case 'pay-cash':
    case 'choose':
    case 'promise':
    case 'voucher':
      move(turn, { at: 'closing', next: 'cancel' });
      return;
    case 'welcome':
    case 'shop':
    case 'find-bill':
    case 'find-receipt':
    case 'refund':
    case 'review':
      if (session.stage.at === 'find-receipt' && (session.stage.print !== null || session.stage.out)) return;
      if (ownPaperPrinting(turn.kiosk)) return;
      put(turn, { kind: 'session.ended', session: session.id, reason: 'left' });
      return;
    default:
      return;
  }
}

/** A sale into which nothing was paid is dropped. */
function dropSale(turn: Turn): void {
  const now = saleNow(turn);
  if (now?.sale.state !== 'open') return;
  const { currency } = turn.kiosk.rules;
  const session = now.session.id;
  put(turn, { kind: 'sale.cancelled', session, sale: now.sale.id, currency, minor: 0, reason: 'cancel' });
}

export function findBill(turn: Turn, session: Session, number: string): void {
  const { stage } = session;
  if (stage.at !== 'find-bill' || stage.lookup !== null) return;
  if (stage.beside !== undefined && isAmong(stage.beside.number, number)) {
    showBill(turn, stage.beside);
    return;
  }
  if (Object.values(turn.kiosk.posts).some((post) => post.number === number)) {
    move(turn, { ...stage, problem: { why: 'confirming' } });
    return;
  }
  const doubt = Object.values(turn.kiosk.charges).find(
    (charge) => charge.status === 'doubt' && charge.bill !== null && isAmong(charge.bill, number),
  );
  if (doubt?.case != null) {
    move(turn, { ...stage, problem: { why: 'checking', case: doubt.case } });
    return;
  }
  const command = newId(turn, 'find');
  put(turn, { kind: 'bill.find', command, session: session.id, number });
  move(turn, { ...stage, lookup: command, problem: null });
}

function showBill(turn: Turn, bill: Bill): void {
  move(turn, { at: 'review', bill, recheck: null, wasMinor: null, problem: null });
}

/** The bill on the glass stays, and another is to be paid with it. */
export function anotherBill(turn: Turn, { stage }: Session): void {
  if (stage.at !== 'review' || stage.recheck !== null || stage.bill.goods !== undefined) return;
  if (partsOf(stage.bill).length >= billsTogetherMaximum) return;
  move(turn, { at: 'find-bill', lookup: null, problem: null, beside: stage.bill });
}

function dropBill(turn: Turn, { stage }: Session, number: string): void {
  if (stage.at !== 'review' || stage.recheck !== null) return;
  const rest = without(stage.bill, number);
  if (rest !== null) showBill(turn, rest);
}

function confirmBill(turn: Turn, session: Session): void {
  const { stage } = session;
  if (stage.at !== 'review' || stage.recheck !== null) return;
  recheck(turn, session.id, stage, 0);
}

/** Asks again for one after the other of the bills; `checked` of them are as they were. */
export function recheck(turn: Turn, session: string, stage: ReviewStage, checked: number): void {
  const part = partsOf(stage.bill)[checked];
  if (part === undefined) return;
  const command = newId(turn, 'recheck');
  put(turn, { kind: 'bill.recheck', command, session, number: part.number });
  move(turn, { ...stage, recheck: command, problem: null, ...(checked === 0 ? {} : { checked }) });
}

function chooseMethod(turn: Turn, method: MethodName): void {
  const now = saleNow(turn);
  if (now?.session.stage.at !== 'choose' || now.sale.state !== 'open') return;
  if (!methodsOffered(turn.kiosk.rules, turn.kiosk.remote).includes(method)) return;
  if (isCharge(method)) {
    if (chargeOff(turn.kiosk, method, now.sale) === null) openCharge(turn, method);
  } else if (method === 'voucher') {
    move(turn, { at: 'voucher', problem: null });
  } else if (cashOff(turn.kiosk, now.sale) === null) {
    if (slipPromised(turn.kiosk) && !now.sale.agreed && slipMayCome(turn.kiosk, now.sale))
      move(turn, { at: 'promise' });
    else openCash(turn, now.sale.agreed);
  }
}

function openCash(turn: Turn, agreed: boolean): void {
  const now = saleNow(turn);
  if (now === null) return;
  const { session, sale } = now;
  put(turn, { kind: 'tender.opened', session: session.id, sale: sale.id, method: 'cash', agreed });
  move(turn, { at: 'pay-cash' });
}

function otherWay(turn: Turn, session: Session): void {
  if (session.stage.at === 'promise') move(turn, { at: 'choose' });
  else if (session.stage.at === 'pay-cash') move(turn, { at: 'closing', next: 'choose' });
  else if (session.stage.at === 'pay-charge') leaveCharge(turn, session.stage.command, 'choose');
  else partDecided(turn, false);
}

/** The request is called off first; what follows waits until its end is known. */
function leaveCharge(turn: Turn, command: string, next: 'choose' | 'cancel'): void {
  const charge = turn.kiosk.charges[command];
  if (charge !== undefined) callOff(turn, charge);
  move(turn, { at: 'closing', next });
}

/** A receipt that is wanted again; `record` is null unless its number and the bill's, as typed, belong together. */
export function receiptAsked(turn: Turn, number: string, record: PaidSale | null): void {
  const session = turn.kiosk.session;
  if (session?.stage.at !== 'find-receipt' || session.stage.print !== null || session.stage.out) return;
  put(turn, { kind: 'session.touched', monoMs: turn.fact.monoMs });
  if (record === null) {
    move(turn, { at: 'find-receipt', print: null, problem: unknownReceipt(number) });
  } else if (!printerUsable(turn.kiosk)) {
    move(turn, { at: 'find-receipt', print: null, problem: 'no-paper' });
  } else {
    const command = printReceipt(turn, session, record.receipt, true);
    move(turn, { at: 'find-receipt', print: command, problem: null });
  }
}

/** A receipt that is wanted back; `record` as for one that is wanted again. */
export function refundAsked(turn: Turn, number: string, record: RefundRecord | null): void {
  const session = turn.kiosk.session;
  if (session?.stage.at !== 'find-receipt' || session.stage.print !== null || session.stage.out) return;
  if (turn.kiosk.rules.refunds === null) return;
  put(turn, { kind: 'session.touched', monoMs: turn.fact.monoMs });
  if (record === null) move(turn, { at: 'find-receipt', print: null, problem: unknownReceipt(number) });
  else refundWanted(turn, number, record);
}

/** The papers that are handed out here differ in how their numbers begin. */
function unknownReceipt(number: string): ReceiptProblem {
  if (/^[0-9]+$/.test(number)) return 'slip';
  return number.startsWith('C') ? 'case' : 'none';
}

function chooseDocument(turn: Turn, session: Session, choice: 'paper' | 'phone' | 'none'): void {
  const { stage } = session;
  if (stage.at === 'refund' && choice === 'paper') proveRefund(turn, session, stage);
  if (stage.at !== 'documents' || stage.print !== null || stage.out || session.sale?.receipt == null) return;
  switch (choice) {
    case 'none':
      move(turn, { at: 'thanks', sinceMs: turn.fact.monoMs });
      return;
    case 'phone':
      move(turn, { ...stage, phone: true });
      return;
    case 'paper':
      if (!printerUsable(turn.kiosk)) {
        move(turn, { ...stage, noPaper: true });
        return;
      }
      move(turn, { ...stage, print: printReceipt(turn, session, session.sale.receipt, false), noPaper: false });
      return;
    default:
      choice satisfies never;
  }
}

/** All of it went back: the receipt is printed once more, and tells so. */
function proveRefund(turn: Turn, session: Session, stage: Extract<Stage, { at: 'refund' }>): void {
  if (!isRefundDone(turn.kiosk, stage) || !printerUsable(turn.kiosk)) return;
  move(turn, { at: 'find-receipt', print: printReceipt(turn, session, stage.receipt, true), problem: null });
}

function printReceipt(turn: Turn, session: Session, receipt: string, copy: boolean): string {
  const command = newId(turn, 'print');
  const document = { paper: 'receipt', receipt } as const;
  put(turn, { kind: 'document.print', command, document, copy, lang: session.lang, session: session.id });
  return command;
}

function finish(turn: Turn, session: Session): void {
  const { stage } = session;
  const sinceMs = turn.fact.monoMs;
  if (ownPaperPrinting(turn.kiosk) || isCardToTake(turn.kiosk)) return;
  switch (stage.at) {
    case 'settled':
      move(turn, { at: 'documents', phone: false, print: null, noPaper: false });
      return;
    case 'returned':
      move(turn, { at: 'thanks', sinceMs });
      return;
    case 'documents':
      if (stage.print === null) move(turn, { at: 'thanks', sinceMs });
      return;
    case 'find-receipt':
      if (stage.out) move(turn, { at: 'thanks', sinceMs });
      return;
    case 'refund':
      if (stage.step === 'given') move(turn, { at: 'thanks', sinceMs });
      else put(turn, { kind: 'session.ended', session: session.id, reason: 'left' });
      return;
    case 'case':
      leaveCase(turn, stage.back);
      return;
    case 'thanks':
      put(turn, { kind: 'session.ended', session: session.id, reason: 'done' });
      return;
    default:
      return;
  }
}

function leaveCase(turn: Turn, to: Extract<Stage, { at: 'case' }>['back']): void {
  const sinceMs = turn.fact.monoMs;
  if (to === 'cancel') move(turn, { at: 'closing', next: 'cancel' });
  else if (to === 'settled') settled(turn);
  else if (to === 'returned' || to === 'thanks') move(turn, { at: to, sinceMs });
  else move(turn, { at: to });
}
