/** Something is not certain: what is, what is being checked, the number to keep, whom to ask and until when. */
import { type Case, isAboutChange, isOwed } from '../case.ts';
import { credited, type Sale, toGo } from '../sale/sale.ts';
import type { Action } from '../server/wire.ts';
import type { Stage } from '../session/stage.ts';
import { paidOut } from './settled.ts';
import { action, cancelLabel, inside, type Page, type Part, said } from './page.ts';

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
      promise: one === null ? '' : untilWhen(page, one),
    },
    actions: [goOn(page, stage, sale)],
  };
}

/** The window pays what is owed whenever it is open; of anything else it has to be asked what came of it. */
function untilWhen(page: Page, one: Case): string {
  const { case: words } = page.words;
  return isOwed(one) || one.about === 'voucher-not-printed' ? words.stays : words.promise(page.window);
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
      return cancelLabel(page, inside(sale));
    case 'choose':
    case 'settled':
    case 'returned':
      return page.words.frame.goOn;
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
  if (one.outcome === 'owed') {
    return {
      title: isAboutChange(one) ? words.changeTitle : words.doneTitle,
      certain: [...billPaid(page, sale), words.owed(amount)],
      checking: [words.changeWindow(page.window)],
      printed: numberPrinted(page, stage),
    };
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
        certain: sale?.state === 'paid' ? [words.paid, words.owed(amount)] : [words.owed(amount)],
        checking: [words.slipWaits(page.window)],
        printed: words.writeDown,
      };
    case 'post-refused':
      return {
        title: words.refundTitle,
        certain: [words.refundCertain(amount)],
        checking: [words.refundChecking],
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
    case 'coin-unowned':
    case 'coins-lost':
    case 'levels-differ':
    case 'terminal-differs':
    case 'terminal-day-unknown':
    case 'count-differs':
    case 'emptying-unknown':
    case 'box-uncounted':
    case 'box-unattended':
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

function billPaid(page: Page, sale: Sale | null): string[] {
  const { case: words } = page.words;
  return sale?.state === 'paid' ? [words.paid] : [];
}

function soFar(page: Page, sale: Sale | null): string[] {
  const { case: words } = page.words;
  if (sale === null) return [words.otherCertain];
  const minor = credited(sale);
  const received = minor > 0 ? words.received(said(page, minor)) : words.nothingCounted;
  if (sale.state === 'paid') return [received, words.paid];
  return [received, words.toGo(said(page, toGo(sale, page.kiosk.rules.cashStepMinor)))];
}

/** Whether the number is on paper: only the printer's own word counts. */
function numberPrinted(page: Page, { slip }: CaseStage): string {
  const { case: words } = page.words;
  return { none: words.writeDown, printing: words.printing, printed: words.printed }[slip];
}
