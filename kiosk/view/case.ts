/** Something is not certain: what is, what is being checked, the number to keep, whom to ask and until when. */
import { type Case, isAboutChange, isOwed } from '../case.ts';
import type { Charge } from '../charges.ts';
import { credited, type Sale, toGo } from '../sale/sale.ts';
import type { Action, ChargeMethod } from '../server/wire.ts';
import type { Stage } from '../session/stage.ts';
import { paidOut } from './settled.ts';
import { action, cancelLabel, type Page, type Part, said } from './page.ts';

type CaseStage = Extract<Stage, { at: 'case' }>;

/** What is told of a case. */
interface Told {
  readonly title: string;
  readonly certain: readonly string[];
  readonly checking: readonly string[];
  readonly printed: string;
}

export function caseScreen(page: Page, stage: CaseStage, sale: Sale | null): Part {
  const { case: words } = page.words;
  const one = page.kiosk.cases[stage.case] ?? null;
  const told = tell(page, one, sale, stage);
  return {
    body: {
      screen: 'case',
      title: told.title,
      certain: told.certain,
      checking: told.checking,
      numberLabel: words.number,
      number: stage.case,
      printed: told.printed,
      onPaper: told.printed !== words.writeDown,
      contact: words.contact(page.window, page.phone),
      promise: one === null ? '' : untilWhen(page, one, sale),
    },
    actions: [goOn(page, stage, sale)],
  };
}

/** The window pays what is owed whenever it is open; of anything else it has to be asked what came of it. */
function untilWhen(page: Page, one: Case, sale: Sale | null): string {
  const { case: words } = page.words;
  if (isOfGoods(one, sale)) return words.stays;
  return isOwed(one) ? words.stays : words.promise(page.window);
}

/** Goods are paid, and nobody tells their number yet: they are handed over all the same. */
function isOfGoods({ about }: Case, sale: Sale | null): boolean {
  return about === 'post-unanswered' && sale?.bill.goods !== undefined;
}

/** The one way on from a case, with what it does. */
export function goOn(page: Page, stage: CaseStage, sale: Sale | null, place: Action['place'] = 'main'): Action {
  return action(place, goOnLabel(page, stage, sale), { do: 'finish' });
}

function goOnLabel(page: Page, stage: CaseStage, sale: Sale | null): string {
  switch (stage.back) {
    case 'pay-cash':
      return page.words.case.goOnPaying;
    case 'cancel':
      return cancelLabel(page, sale);
    case 'choose':
    case 'settled':
    case 'returned':
      return page.words.frame.goOn;
    case 'thanks':
      return page.words.frame.finish;
    default:
      return stage.back satisfies never;
  }
}

/** `one` is null once the case is settled: only open ones are kept. */
function tell(page: Page, one: Case | null, sale: Sale | null, stage: CaseStage): Told {
  const { case: words } = page.words;
  if (one === null) {
    return { title: words.doneTitle, certain: [words.done], checking: [], printed: '' };
  }
  const amount = said(page, one.minor ?? 0);
  if (one.outcome === 'owed') return owedTold(page, one, sale, stage);
  if (isOfGoods(one, sale)) {
    const { shop } = page.words;
    const printed = numberPrinted(page, stage);
    return { title: shop.caseTitle, certain: [shop.casePaid], checking: [shop.byCase(page.window)], printed };
  }
  switch (one.about) {
    case 'note-unowned':
    case 'note-unknown':
      return {
        title: words.noteTitle,
        certain: soFar(page, sale),
        checking: [one.minor === null ? words.otherChecking : words.noteUnknown(amount), words.notAgain],
        printed: numberPrinted(page, stage),
      };
    case 'note-stuck':
      return {
        title: words.noteTitle,
        certain: soFar(page, sale),
        checking: [words.noteStuck, words.notAgain],
        printed: numberPrinted(page, stage),
      };
    case 'note-to-count':
      return {
        title: words.noteTitle,
        certain: soFar(page, sale),
        checking: [words.noteToCount(amount)],
        printed: numberPrinted(page, stage),
      };
    case 'note-suspect':
      return {
        title: words.noteTitle,
        certain: soFar(page, sale),
        checking: [words.noteSuspect(amount)],
        printed: numberPrinted(page, stage),
      };
    case 'voucher-not-printed':
      return {
        title: words.slipTitle,
        certain: [...billPaid(page, sale), words.owed(amount)],
        checking: [words.slipWaits(page.window)],
        printed: words.writeDown,
      };
    case 'post-refused':
      return {
        title: words.refundTitle,
        certain: [refundedHow(page, one, sale)],
        checking: [words.refundChecking],
        printed: numberPrinted(page, stage),
      };
    case 'charge-unknown':
      return chargeDoubt(page, one, sale, stage);
    case 'charge-late':
      return {
        title: words.lateTitle,
        certain: [words.late(amount)],
        checking: [words.lateBack],
        printed: numberPrinted(page, stage),
      };
    case 'charge-differs':
      return {
        title: words.differsTitle,
        certain: [words.differs(amount)],
        checking: [words.lateBack],
        printed: numberPrinted(page, stage),
      };
    case 'reversal-unanswered':
      return {
        title: words.reversalTitle,
        certain: [words.reversal(amount)],
        checking: [words.reversalAsks],
        printed: numberPrinted(page, stage),
      };
    case 'charge-irreversible':
      return {
        title: words.irreversibleTitle,
        certain: [words.irreversible(amount)],
        checking: [words.changeWindow(page.window)],
        printed: numberPrinted(page, stage),
      };
    case 'change-owed':
      return {
        title: words.changeTitle,
        certain: [...billPaid(page, sale), words.changeShort(said(page, paidOut(sale)), amount)],
        checking: [words.changeWindow(page.window)],
        printed: numberPrinted(page, stage),
      };
    case 'payout-unknown':
    case 'change-left':
      return {
        title: words.changeTitle,
        certain: billPaid(page, sale),
        checking: [words.changeUnknown(amount)],
        printed: numberPrinted(page, stage),
      };
    case 'change-retracted':
      return {
        title: words.changeTitle,
        certain: [...billPaid(page, sale), words.changeRetracted(amount)],
        checking: [words.changeWindow(page.window)],
        printed: numberPrinted(page, stage),
      };
    case 'number-not-given':
    case 'goods-not-released':
    case 'coin-unowned':
    case 'coins-lost':
    case 'levels-differ':
    case 'paid-out-in-doubt':
    case 'terminal-differs':
    case 'terminal-day-unknown':
    case 'statement-differs':
    case 'statement-missing':
    case 'count-differs':
    case 'emptying-unknown':
    case 'box-uncounted':
    case 'box-unattended':
    case 'check-unknown':
    case 'tampered':
    case 'seal-differs':
    case 'post-unanswered':
    case 'session-abandoned':
    case 'denominations-changed':
      return {
        title: words.otherTitle,
        certain: [words.otherCertain],
        checking: [words.otherChecking],
        printed: words.writeDown,
      };
    default:
      return one.about satisfies never;
  }
}

/** It is known that the customer has this to come. */
function owedTold(page: Page, one: Case, sale: Sale | null, stage: CaseStage): Told {
  const { case: words } = page.words;
  const amount = said(page, one.minor ?? 0);
  const irreversible = isAboutCharge(one) && one.about !== 'charge-unknown';
  const title = irreversible ? words.irreversibleTitle : words.doneTitle;
  return {
    title: isAboutChange(one) ? words.changeTitle : title,
    certain: irreversible
      ? [words.irreversible(amount), words.owed(amount)]
      : [...billPaid(page, sale), words.owed(amount)],
    checking: [words.changeWindow(page.window)],
    printed: numberPrinted(page, stage),
  };
}

/** Whether it is about money that a card or a wallet paid. */
function isAboutCharge({ about }: Case): boolean {
  return about.startsWith('charge-') || about === 'reversal-unanswered';
}

/** Nobody knows whether it was paid: above all it is not to be paid again. */
function chargeDoubt(page: Page, one: Case, sale: Sale | null, stage: CaseStage): Told {
  const { case: words, method: names } = page.words;
  const amount = said(page, one.minor ?? 0);
  const charge = chargeOf(page, one);
  const before = sale === null ? 0 : credited(sale);
  return {
    title: words.chargeTitle,
    certain: [
      ...(charge === null ? [words.otherCertain] : [words.chargeAsked(amount, names[charge.method])]),
      ...(before > 0 ? [words.inside(said(page, before))] : []),
    ],
    checking: [words.chargeUnknown, words.chargeNotAgain],
    printed: numberPrinted(page, stage),
  };
}

function chargeOf({ kiosk }: Page, { subject }: Case): Charge | null {
  return subject === null ? null : (kiosk.charges[subject] ?? null);
}

/** What the payee did not take goes back the way it came: a charge to its card or wallet, all else as a slip. */
function refundedHow(page: Page, one: Case, sale: Sale | null): string {
  const { case: words, method: names } = page.words;
  const amount = said(page, one.minor ?? 0);
  const paid = sale?.charges.find(({ command }) => command === one.subject);
  const method: ChargeMethod | null = paid?.method ?? chargeOf(page, one)?.method ?? null;
  if (method === null) return words.refundCertain(amount);
  return method === 'card' ? words.refundCard(amount) : words.refundWallet(amount, names[method]);
}

function billPaid(page: Page, sale: Sale | null): string[] {
  return sale?.state === 'paid' ? [isPaid(page, sale)] : [];
}

function isPaid({ words }: Page, { bill }: Sale): string {
  return bill.goods === undefined ? words.case.paid : words.shop.casePaid;
}

function soFar(page: Page, sale: Sale | null): string[] {
  const { case: words } = page.words;
  if (sale === null) return [words.otherCertain];
  const minor = credited(sale);
  const received = minor > 0 ? words.received(said(page, minor)) : words.nothingCounted;
  if (sale.state === 'paid') return [received, isPaid(page, sale)];
  return [received, words.toGo(said(page, toGo(sale, page.kiosk.rules.cashStepMinor)))];
}

/** Whether the number is on paper: only the printer's own word counts. */
function numberPrinted(page: Page, { slip }: CaseStage): string {
  const { case: words } = page.words;
  return { none: words.writeDown, printing: words.printing, printed: words.printed }[slip];
}
