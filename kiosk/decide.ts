/** What follows from a fact: pure, total, and the only place where the kiosk makes up its mind. */
import { requestAnswered, requestAsked } from './console/run.ts';
import { checkAsked, checkCancelled, checkSees, readinessAsked } from './checks/run.ts';
import { alarmAcknowledged, contactChanged, shaken, temperatureTold } from './cabinet/contacts.ts';
import { recordLeftOpen } from './cabinet/left-open.ts';
import { recordOutage } from './cabinet/outage.ts';
import { endWithoutMains } from './cabinet/shut-down.ts';
import {
  configChanged,
  configLooked,
  configRefused,
  configStaged,
  endForConfiguration,
  officeLeft,
  officePaired,
  uplinkJudged,
} from './configuration/restart.ts';
import {
  closeWanted,
  dayEnds,
  daySigned,
  printOwed,
  readWanted,
  statementRead,
  terminalTold,
  zWanted,
} from './day/close.ts';
import { printMovePaper } from './documents/move-papers.ts';
import { printCaseSlip, printDone, printFailed, printTicket, reprintVoucher } from './documents/prints.ts';
import type { DeviceChange, EntryBody } from './entry.ts';
import type { Fact, FactBody } from './fact.ts';
import type { Kiosk } from './kiosk.ts';
import { notesMoving, stackInFlight } from './methods/cash/acceptance.ts';
import {
  noteEscrowed,
  noteFound,
  noteRejected,
  noteReturned,
  noteStacked,
  noteSuspect,
  noteUnknown,
  orderRefused,
} from './methods/cash/notes.ts';
import { coinCredited, coinsCounting, coinsLost } from './methods/cash/coins.ts';
import {
  cashMoved,
  cashRetracted,
  levelsSeen,
  payingOut,
  payoutDone,
  payoutPartial,
  payoutProgress,
  payoutRefused,
  payoutStarting,
  payoutUnknown,
} from './methods/cash/payouts.ts';
import {
  chargeApproved,
  chargeCoded,
  chargeConfirmed,
  chargeDeclined,
  chargeExpired,
  chargeIrreversible,
  chargeMoving,
  chargePrompted,
  chargeRefused,
  chargeReversed,
  chargeStarting,
  chargeUnknown,
} from './methods/charge/charges.ts';
import { closeAgain, closeAsked, closingRefused, dayClosed } from './methods/charge/day.ts';
import { cashPresented, cashTaken, keepLeftNotes } from './methods/cash/presented.ts';
import { tableConfirmed, tableSeen } from './methods/cash/table.ts';
import { obeyOffice, refuseWaiting, remoteAnswered, remoteOrdered, remoteUnlocked } from './remote/remote.ts';
import { clockIsOff, isOff } from './own-clock.ts';
import { billerAnswered } from './sale/biller.ts';
import { complete, giveBack, given, judgePending, leftBehind, settled, unprinted } from './sale/completion.ts';
import { caseForNumber, handedOver, judgeNumber, numberComes } from './sale/goods.ts';
import { goodsNotReleased, goodsReleased } from './sale/release.ts';
import { refundJudged, refundMade, refundRefused, refundStarting, refundUnsent } from './sale/refund.ts';
import { credited, type Sale, toGo } from './sale/sale.ts';
import { booted } from './session/boot.ts';
import { atCase } from './session/stage.ts';
import type { ChargeMethod } from './server/wire.ts';
import { asked, receiptAsked, refundAsked } from './session/intents.ts';
import { billScanned, paymentCodePresented } from './session/scanned.ts';
import { timeReached } from './session/time.ts';
import { unaskedReported, voucherPresented, voucherTold } from './session/vouchers.ts';
import { statementAsked, statementTold } from './statements/statements.ts';
import { caseSettled, slipPaid, slipTold } from './staff/cases.ts';
import { bagSealed, boxRemoved, countHeld, emptied, emptiedByLevels, emptyingRefused, moved } from './staff/moves.ts';
import { staffSeen } from './staff/persons.ts';
import { beginTurn, move, put, saleNow, type Turn } from './turn.ts';

export interface Decision {
  readonly entries: readonly EntryBody[];
  /** The kiosk as it is once the entries are recorded. */
  readonly kiosk: Kiosk;
}

export function decide(kiosk: Kiosk, fact: Fact): Decision {
  const turn = beginTurn(kiosk, fact);
  // Whatever is heard first on a new business day belongs to it. A start says first that it is one.
  if (fact.body.fact !== 'kiosk.booted') dayEnds(turn);
  judge(turn, fact.body);
  checkSees(turn, kiosk);
  goOn(turn);
  judgeNumber(turn, kiosk.session);
  dayEnds(turn);
  printOwed(turn);
  obeyOffice(turn);
  endForConfiguration(turn);
  return { entries: turn.entries, kiosk: turn.kiosk };
}

function judge(turn: Turn, body: FactBody): void {
  switch (body.fact) {
    case 'note.escrowed':
      noteEscrowed(turn, body);
      return;
    case 'note.stacked':
      noteStacked(turn, body);
      return;
    case 'note.returned':
      noteReturned(turn, body);
      return;
    case 'note.rejected':
      noteRejected(turn, body);
      return;
    case 'note.unknown':
      noteUnknown(turn, body);
      return;
    case 'note.suspect':
      noteSuspect(turn, body);
      return;
    case 'device.powered-up':
      noteFound(turn, body);
      return;
    case 'note.accepting':
      put(turn, { kind: 'session.touched', monoMs: turn.fact.monoMs });
      change(turn, body.device, { to: 'accepting' });
      return;
    case 'device.ready':
      closeAgain(turn, body.device);
      change(turn, body.device, { to: 'ready' });
      return;
    case 'device.disabled':
      change(turn, body.device, { to: 'disabled' });
      return;
    case 'device.lost':
      change(turn, body.device, { to: 'lost', message: body.message });
      return;
    case 'device.fault':
      change(turn, body.device, { to: 'fault', code: body.code });
      return;
    case 'device.cleared':
      change(turn, body.device, { to: 'cleared', code: body.code });
      return;
    case 'paper.changed':
      change(turn, body.device, { to: 'paper', paper: body.paper });
      return;
    case 'device.identified':
      tableSeen(turn, body);
      return;
    case 'table.confirmed':
      tableConfirmed(turn, body);
      return;
    case 'cashbox.removed':
      boxRemoved(turn, body.device);
      return;
    case 'cashbox.inserted':
      put(turn, { kind: 'cashbox.inserted', device: body.device });
      return;
    case 'command.refused':
      orderRefused(turn, body);
      payoutRefused(turn, body);
      emptyingRefused(turn, body);
      chargeRefused(turn, body);
      closingRefused(turn, body);
      goodsNotReleased(turn, body);
      refundUnsent(turn, body);
      return;
    case 'coin.credited':
      coinCredited(turn, body);
      return;
    case 'coin.counting':
      coinsCounting(turn, body);
      return;
    case 'coin.lost':
      coinsLost(turn, body);
      return;
    case 'coin.rejected':
      put(turn, { kind: 'session.touched', monoMs: turn.fact.monoMs });
      return;
    case 'cash.levels':
      levelsSeen(turn, body);
      emptiedByLevels(turn, body.device);
      return;
    case 'payout.starting':
      payoutStarting(turn, body);
      return;
    case 'payout.progress':
      payoutProgress(turn, body);
      return;
    case 'payout.done':
      payoutDone(turn, body);
      return;
    case 'payout.partial':
      payoutPartial(turn, body);
      return;
    case 'payout.unknown':
      payoutUnknown(turn, body);
      return;
    case 'cash.presented':
      cashPresented(turn, body);
      return;
    case 'cash.taken':
      cashTaken(turn, body);
      return;
    case 'cash.retracted':
      cashRetracted(turn, body);
      return;
    case 'cash.moved':
      cashMoved(turn, body);
      return;
    case 'cash.emptied':
      emptied(turn, body);
      return;
    case 'cash.filled':
    case 'cash.removed':
    case 'cash.declared':
    case 'cashbox.changed':
    case 'cash.counted':
    case 'cash.corrected':
    case 'empty.asked':
      moved(turn, body);
      return;
    case 'day.close-asked':
      closeWanted(turn, body);
      return;
    case 'day.signed':
      daySigned(turn, body);
      return;
    case 'day.read-asked':
      readWanted(turn, body);
      return;
    case 'day.paper-asked':
      zWanted(turn, body);
      return;
    case 'cash.sealed':
      bagSealed(turn, body);
      return;
    case 'count.held':
      countHeld(turn, body);
      return;
    case 'move-paper.wanted':
      printMovePaper(turn, body.document, body.lang, body.copy);
      return;
    case 'case.settled':
      caseSettled(turn, body);
      return;
    case 'order.handed-over':
      handedOver(turn, body);
      return;
    case 'slip.told':
      slipTold(turn, body);
      return;
    case 'voucher.voided':
      slipPaid(turn, body);
      return;
    case 'staff.added':
    case 'staff.role-changed':
    case 'staff.pin-changed':
    case 'staff.removed':
    case 'staff.identified':
    case 'staff.approved':
    case 'staff.refused':
    case 'staff.touched':
    case 'staff.left':
      staffSeen(turn, body);
      return;
    case 'print.done':
      printDone(turn, body.command);
      return;
    case 'print.refused':
      printFailed(turn, body.command, 'refused', body.reason);
      return;
    case 'print.unknown':
      printFailed(turn, body.command, 'unknown', body.reason);
      return;
    case 'bill.found':
    case 'bill.not-found':
    case 'bill.already-paid':
    case 'bill.unavailable':
    case 'bill.posted':
    case 'bill.refused':
    case 'bill.reversed':
    case 'bill.reverse-refused':
      billerAnswered(turn, body);
      return;
    case 'intent':
      asked(turn, body.intent);
      return;
    case 'voucher.presented':
      voucherPresented(turn, body.record, body.askable === true);
      return;
    case 'voucher.told':
      voucherTold(turn, body);
      return;
    case 'bill.scanned':
      billScanned(turn, body.number);
      return;
    case 'payment-code.presented':
      paymentCodePresented(turn, body.method, body.code);
      return;
    case 'receipt.asked':
      receiptAsked(turn, body.number, body.record);
      return;
    case 'refund.wanted':
      refundAsked(turn, body.number, body.record);
      return;
    case 'refund.judged':
      refundJudged(turn, body);
      return;
    case 'time.reached':
      timeReached(turn);
      return;
    case 'kiosk.booted':
      booted(turn, body);
      return;
    case 'charge.starting':
      chargeStarting(turn, body);
      refundStarting(turn, body);
      return;
    case 'charge.prompt':
      chargePrompted(turn, body);
      return;
    case 'charge.code':
      chargeCoded(turn, body);
      return;
    case 'charge.approved':
      chargeApproved(turn, body);
      return;
    case 'charge.declined':
      chargeDeclined(turn, body);
      return;
    case 'charge.expired':
      chargeExpired(turn, body);
      return;
    case 'charge.confirmed':
      chargeConfirmed(turn, body);
      return;
    case 'charge.reversed':
      chargeReversed(turn, body);
      return;
    case 'charge.irreversible':
      chargeIrreversible(turn, body);
      return;
    case 'charge.unknown':
      chargeUnknown(turn, body);
      return;
    case 'refund.made':
      refundMade(turn, body);
      return;
    case 'refund.refused':
      refundRefused(turn, body);
      return;
    case 'request.asked':
      requestAsked(turn, body);
      return;
    case 'request.answered':
      requestAnswered(turn, body);
      return;
    case 'check.asked':
      checkAsked(turn, body);
      return;
    case 'check.cancelled':
      checkCancelled(turn, body);
      return;
    case 'readiness.asked':
      readinessAsked(turn, body);
      return;
    // A running check makes of them what there is to make.
    case 'check.told':
    case 'check.answered':
    case 'terminal.diagnosed':
    case 'code.seen':
      return;
    case 'contact.changed':
      contactChanged(turn, body);
      return;
    case 'vibration':
      shaken(turn, body);
      return;
    case 'temperature':
      temperatureTold(turn, body);
      return;
    case 'config.changed':
      configChanged(turn, body);
      return;
    case 'config.staged':
      configStaged(turn, body.staged);
      return;
    case 'config.refused':
      configRefused(turn, body);
      return;
    case 'config.looked':
      configLooked(turn, body);
      return;
    case 'uplink.judged':
      uplinkJudged(turn, body.refused);
      return;
    case 'uplink.stored':
      unaskedReported(turn, body.seq);
      return;
    case 'office.paired':
      officePaired(turn, body);
      return;
    case 'office.left':
      officeLeft(turn, body);
      refuseWaiting(turn);
      return;
    case 'remote.ordered':
      remoteOrdered(turn, body);
      return;
    case 'remote.answered':
      remoteAnswered(turn, body);
      return;
    case 'remote.unlock-asked':
      remoteUnlocked(turn, body);
      return;
    case 'clock.judged':
      clockJudged(turn, body.offMs);
      return;
    case 'alarm.acknowledged':
      alarmAcknowledged(turn, body);
      return;
    // Scanned codes become facts of their own; lamps are in step with the screen, and of no consequence.
    case 'code.scanned':
    case 'lamp.done':
      return;
    case 'relay.done':
      goodsReleased(turn, body);
      return;
    case 'relay.unknown':
      goodsNotReleased(turn, body);
      return;
    case 'terminal.close-asked':
      closeAsked(turn, body);
      return;
    case 'terminal.day-closed': {
      const since = turn.entries.length;
      dayClosed(turn, body);
      terminalTold(turn, since);
      return;
    }
    case 'statement.asked':
      statementAsked(turn, body);
      return;
    case 'statement.told': {
      const since = turn.entries.length;
      statementTold(turn, body);
      statementRead(turn, since);
      return;
    }
    case 'terminal.printed': {
      const { device, command, audience, lines } = body;
      put(turn, { kind: 'terminal.printed', device, command, audience, lines });
      return;
    }
    default:
      body satisfies never;
  }
}

function change(turn: Turn, device: string, to: DeviceChange): void {
  put(turn, { kind: 'device.changed', device, change: to });
}

/** No visit ends by it, and no payment that is under way. */
function clockJudged(turn: Turn, offMs: number): void {
  const wasOff = clockIsOff(turn.kiosk);
  const off = isOff(offMs, wasOff);
  if (off !== wasOff) put(turn, { kind: 'clock.judged', off, offMs });
}

/** The way that was left is quiet; a payment code that was scanned meanwhile pays. */
function chooseAgain(turn: Turn, scanned: { readonly method: ChargeMethod; readonly code: string } | undefined): void {
  move(turn, { at: 'choose' });
  if (scanned !== undefined) paymentCodePresented(turn, scanned.method, scanned.code);
}

/** The number of the goods came, or it is a case that it does not. */
function goodsSettled(turn: Turn, sale: Sale): void {
  if (sale.bill.goods === undefined || unprinted(sale).length > 0 || numberComes(turn.kiosk, sale)) return;
  const number = caseForNumber(turn.kiosk, sale.id);
  if (number === null) settled(turn);
  else move(turn, atCase(number, 'settled'));
}

/** What the state itself asks for next, whatever the fact was. */
function goOn(turn: Turn): void {
  recordOutage(turn);
  recordLeftOpen(turn);
  endWithoutMains(turn);
  leftBehind(turn);
  keepLeftNotes(turn);
  judgePending(turn);
  const now = saleNow(turn);
  if (now !== null) {
    const { session, sale } = now;
    const { at } = session.stage;
    const choosing = at === 'choose' || at === 'promise' || at === 'voucher';
    const charged = at === 'pay-charge' && !chargeMoving(turn);
    if (sale.state === 'open' && (at === 'pay-cash' || charged || (choosing && credited(sale) > 0))) {
      const quiet = stackInFlight(turn.kiosk) === null;
      if (quiet && toGo(sale, turn.kiosk.rules.cashStepMinor) === 0) complete(turn);
      else if (charged) move(turn, { at: 'choose' });
    } else if (session.stage.at === 'giving') {
      if (!payingOut(turn)) given(turn, session.stage);
    } else if (at === 'settling') {
      goodsSettled(turn, sale);
    } else if (session.stage.at === 'closing' && !notesMoving(turn.kiosk) && !chargeMoving(turn)) {
      if (sale.state !== 'open') put(turn, { kind: 'session.ended', session: session.id, reason: 'left' });
      else if (toGo(sale, turn.kiosk.rules.cashStepMinor) === 0 && credited(sale) > 0) complete(turn);
      else if (session.stage.next === 'choose') chooseAgain(turn, session.stage.scanned);
      else giveBack(turn, session.stage.next);
    }
  }
  reprintVoucher(turn);
  printTicket(turn);
  printCaseSlip(turn);
}
