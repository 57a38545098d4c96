/** What became of a paper. Money and paper are apart: a payment is final whatever the printer does. */
import type { PaperRef } from '../entry.ts';
import type { Kiosk } from '../kiosk.ts';
import type { Print } from '../open-orders.ts';
import { printerUsable } from '../methods/cash/acceptance.ts';
import { printVoucher, settled, unprinted } from '../sale/completion.ts';
import { numberNotGiven, numberSubject, wantsTicket } from '../sale/goods.ts';
import type { Printing, Sale } from '../sale/sale.ts';
import { atCase, type Stage } from '../session/stage.ts';
import { caseAbout, move, newId, openCase, put, saleNow, type Turn } from '../turn.ts';

/** A printer that just went wrong gets this long to say what is wrong with it, milliseconds. */
const reprintPauseMs = 8_000;
/** A paper is sent to the printer at most this often in one visit; after that its case stands for it. */
const printsMaximum = 3;

export function printDone(turn: Turn, command: string): void {
  const print = turn.kiosk.prints[command];
  if (print === undefined) return;
  put(turn, { kind: 'document.printed', command, document: print.document, reason: null });
  const subject = subjectOf(print.document);
  if (subject !== null) {
    const open = caseAbout(turn.kiosk, subject);
    const about = open === null ? null : turn.kiosk.cases[open];
    if (open !== null && (about?.about === 'voucher-not-printed' || about?.about === 'number-not-given')) {
      const { currency, minor } = about;
      put(turn, { kind: 'case.resolved', case: open, outcome: 'printed', currency, minor });
    }
  }
  afterPrint(turn, print, true);
}

/** What a case about this paper is about, where it stands for something. */
function subjectOf(document: PaperRef): string | null {
  if (document.paper === 'voucher') return document.serial;
  return document.paper === 'ticket' ? numberSubject(document.sale) : null;
}

/** Who has a slip in hand proves that it came out, whatever the printer says of it. */
export function slipInHand(turn: Turn, serial: string): void {
  for (const { command, document } of Object.values(turn.kiosk.prints)) {
    if (document.paper === 'voucher' && document.serial === serial) printDone(turn, command);
  }
}

export function printFailed(turn: Turn, command: string, outcome: 'refused' | 'unknown', reason: string): void {
  const print = turn.kiosk.prints[command];
  if (print === undefined) return;
  put(turn, {
    kind: outcome === 'refused' ? 'document.refused' : 'document.unknown',
    command,
    document: print.document,
    reason,
  });
  if (print.document.paper === 'voucher') voucherNotPrinted(turn, print, print.document.serial);
  // The number stays on the glass: it is all that is needed.
  if (print.document.paper === 'ticket' && print.session !== null)
    numberNotGiven(turn, { session: print.session, sale: print.document.sale });
  afterPrint(turn, print, false);
}

function voucherNotPrinted(turn: Turn, print: Print, serial: string): void {
  const now = saleNow(turn);
  const refunded = refundedSale(turn, serial);
  // A sale that the visit gave up before it wanted another back has nothing to do with the slip.
  const here = refunded === null && now?.session.id === print.session ? now : null;
  let number = caseAbout(turn.kiosk, serial);
  if (number === null) {
    number = openCase(turn, 'voucher-not-printed', {
      session: print.session,
      sale: here?.sale.id ?? refunded,
      minor: print.minor,
      subject: serial,
    });
  }
  // While change is on its way the case waits: it comes up when that is settled.
  const at = here?.session.stage.at;
  if (here === null || at === 'case' || at === 'giving') return;
  move(turn, atCase(number, here.sale.state === 'paid' ? 'settled' : 'returned'));
}

/** The sale that goes back with this slip; null when it is another's. */
function refundedSale({ kiosk }: Turn, serial: string): string | null {
  const stage = kiosk.session?.stage;
  return stage?.at === 'refund' && stage.slip?.serial === serial ? (stage.plan?.sale ?? null) : null;
}

function afterPrint(turn: Turn, print: Print, done: boolean): void {
  const session = turn.kiosk.session;
  if (session?.id !== print.session) return;
  const { stage } = session;
  if (stage.at === 'documents' && stage.print === print.command) {
    if (done) outNow(turn, { ...stage, print: null, out: true });
    else move(turn, { ...stage, print: null, noPaper: true });
  } else if (stage.at === 'find-receipt' && stage.print === print.command) {
    if (done) outNow(turn, { ...stage, print: null, out: true });
    else move(turn, { at: 'find-receipt', print: null, problem: 'no-paper' });
  } else if (stage.at === 'case' && print.document.paper === 'case' && print.document.case === stage.case) {
    move(turn, { ...stage, slip: done ? 'printed' : 'none' });
  } else if (done && print.document.paper === 'voucher') {
    const waits = stage.at === 'settling' || (stage.at === 'case' && belongs(turn, stage.case, print.document));
    if (waits && session.sale !== null && unprinted(session.sale).length === 0) settled(turn);
  }
}

/** The paper is asked to be taken, and stays on the glass as long as that takes. */
function outNow(turn: Turn, stage: Stage): void {
  put(turn, { kind: 'session.touched', monoMs: turn.fact.monoMs });
  move(turn, stage);
}

function belongs(turn: Turn, number: string, document: PaperRef): boolean {
  const about = turn.kiosk.cases[number];
  return document.paper === 'voucher' && (about === undefined || about.about === 'voucher-not-printed');
}

/** The number of a case comes on paper too, while its owner still stands here; one about a slip waits for that slip. */
export function printCaseSlip(turn: Turn): void {
  const session = turn.kiosk.session;
  if (session?.stage.at !== 'case' || !printerUsable(turn.kiosk)) return;
  const { stage } = session;
  const about = turn.kiosk.cases[stage.case]?.about;
  if (about === undefined || about === 'voucher-not-printed') return;
  if (stage.slip !== 'none' || stage.prints >= printsMaximum) return;
  const document = { paper: 'case', case: stage.case } as const;
  const copy = stage.prints > 0;
  const command = newId(turn, 'print');
  put(turn, { kind: 'document.print', command, document, copy, lang: session.lang, session: session.id });
  move(turn, { ...stage, slip: 'printing', prints: stage.prints + 1 });
}

/** The number under which goods are handed over comes on paper by itself, once they are paid and booked. */
export function printTicket(turn: Turn): void {
  const now = saleNow(turn);
  if (now === null || !wantsTicket(turn.kiosk) || now.sale.state !== 'paid') return;
  const { id, pickUp } = now.sale;
  if (pickUp === null || (pickUp.prints > 0 && turn.fact.monoMs < reprintDue(pickUp))) return;
  if (pickUp.prints > 0 && !printerUsable(turn.kiosk)) return;
  const { session } = now;
  if (Object.values(turn.kiosk.prints).some(({ document }) => document.paper === 'ticket')) return;
  put(turn, {
    kind: 'document.print',
    command: newId(turn, 'print'),
    document: { paper: 'ticket', sale: id },
    copy: pickUp.mayBeOut,
    lang: session.lang,
    session: session.id,
  });
}

/** The papers of this visit that stand for something: slips, and the ticket with the number of goods. */
export function ownPapers(sale: Sale | null): readonly Printing[] {
  if (sale === null) return [];
  return sale.pickUp === null ? sale.slips : [...sale.slips, sale.pickUp];
}

/** True while one of these of the present visit is with the printer. */
export function ownPaperPrinting(kiosk: Kiosk): boolean {
  const session = kiosk.session?.id;
  return Object.values(kiosk.prints).some(
    ({ session: of, document: { paper } }) => of === session && (paper === 'voucher' || paper === 'ticket'),
  );
}

/** When a paper that did not come out may be printed again, monotonic; infinite when it may not, or need not. */
export function reprintDue(paper: Printing): number {
  if (paper.printed || paper.prints === 0 || paper.prints >= printsMaximum) return Number.POSITIVE_INFINITY;
  return paper.failedMs === null ? 0 : paper.failedMs + reprintPauseMs;
}

/** A voucher that did not come out is printed again while its owner still stands here; a copy when part of it may be out. */
export function reprintVoucher(turn: Turn): void {
  const now = saleNow(turn);
  if (now === null || !printerUsable(turn.kiosk)) return;
  for (const slip of now.sale.slips) {
    if (turn.fact.monoMs < reprintDue(slip)) continue;
    const busy = Object.values(turn.kiosk.prints).some(
      ({ document }) => document.paper === 'voucher' && document.serial === slip.serial,
    );
    if (!busy) printVoucher(turn, slip.serial, slip.mayBeOut);
  }
}
