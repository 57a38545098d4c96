/** What one can do here, and the numbers to type for it. */
import { printerUsable } from '../methods/cash/acceptance.ts';
import { methodsNow } from '../methods/catalog.ts';
import type { Card, Keyboard } from '../server/wire.ts';
import type { FindProblem, Stage } from '../session/stage.ts';
import { action, longDate, offReason, type Page, type Part, printerOff } from './page.ts';

/** Digits of a bill number, at most; the wire takes no longer ones. */
const billDigits = 20;
/** Before the digits of a receipt's number, and how many of those there are, at most; they count up from six. */
const receiptLetter = 'R';
const receiptDigits = { usual: 6, most: 9 };

export function welcome(page: Page): Part {
  const { kiosk, words } = page;
  const { welcome: said, method } = words;
  const methods = methodsNow(kiosk, null);
  const [first] = methods;
  const payable = methods.some(({ off }) => off === null);
  const off = payable || first?.off == null ? null : method.notNow(offReason(page, first.method, first.off));
  const cards: Card[] = [
    ...(kiosk.rules.goods === null ? [] : [buyCard(page, off)]),
    {
      icon: 'bill',
      label: said.bill,
      note: said.billNote,
      off,
      intent: { do: 'task', task: 'pay-bill' },
    },
    {
      icon: 'receipt',
      label: kiosk.rules.refunds === null ? said.receipt : said.receiptOrBack,
      note: receiptNote(page),
      // A wallet's or a card's money goes back without paper.
      off: printerUsable(kiosk) || kiosk.rules.refunds !== null ? null : method.notNow(printerOff(page)),
      intent: { do: 'task', task: 'receipt' },
    },
    { icon: 'help', label: words.frame.help, note: said.helpNote, off: null, intent: { do: 'help' } },
  ];
  return {
    body: { screen: 'welcome', title: kiosk.rules.goods === null ? said.title : words.shop.welcome, cards },
    actions: [action('back', said.leave, { do: 'back' })],
  };
}

function buyCard({ words: { shop } }: Page, off: string | null): Card {
  return { icon: 'goods', label: shop.card, note: shop.cardNote, off, intent: { do: 'task', task: 'buy' } };
}

function receiptNote(page: Page): string {
  const { kiosk, words } = page;
  if (!printerUsable(kiosk) && kiosk.rules.refunds !== null) return words.welcome.backOnly(printerOff(page));
  return kiosk.rules.goods === null ? words.welcome.receiptNote : words.shop.receiptNote;
}

type Typing = Pick<Keyboard, 'kind' | 'label' | 'maxLength'> & Partial<Pick<Keyboard, 'prefix' | 'group'>>;

export function keyboard(page: Page, { prefix = null, group = null, ...typing }: Typing): Keyboard {
  const { erase, clear } = page.words.frame;
  return { ...typing, prefix, group, erase, clear };
}

export function findBill(page: Page, stage: Extract<Stage, { at: 'find-bill' }>): Part {
  const { find, frame } = page.words;
  const seconds = Math.ceil(page.scene.config.biller.timeoutMs / 1000);
  return {
    body: {
      screen: 'find-bill',
      title: stage.beside === undefined ? find.billTitle : find.nextBillTitle,
      hint: find.billHint,
      keyboard: keyboard(page, { kind: 'digits', label: find.billLabel, maxLength: billDigits }),
      submit: find.billSubmit,
      busy: stage.lookup === null ? null : find.billBusy(String(seconds)),
      problem: stage.problem === null ? null : billProblem(page, stage.problem),
    },
    actions: [action('back', frame.back, { do: 'back' })],
  };
}

function billProblem(page: Page, problem: FindProblem): string {
  const { find } = page.words;
  switch (problem.why) {
    case 'none':
      return find.none;
    case 'down':
      return find.down(page.window);
    case 'paid':
      return find.paid(longDate(page, problem.on));
    case 'other-payee':
      return find.otherPayee;
    case 'confirming':
      return find.confirming;
    case 'checking':
      return find.checking(problem.case);
    default:
      return problem satisfies never;
  }
}

export function findReceipt(page: Page, stage: Extract<Stage, { at: 'find-receipt' }>): Part {
  const { find, frame, shop } = page.words;
  const goods = page.kiosk.rules.goods !== null;
  const printing = stage.print !== null;
  return {
    body: {
      screen: 'find-receipt',
      title: goods ? shop.receiptTitle : find.receiptTitle,
      hint: goods ? shop.receiptHint : find.receiptHint,
      receipt: keyboard(page, {
        kind: 'digits',
        label: find.receiptLabel,
        maxLength: receiptDigits.most,
        prefix: receiptLetter,
      }),
      receiptDigits: Math.max(receiptDigits.usual, String(page.kiosk.counters.receipt).length),
      bill: keyboard(page, {
        kind: 'digits',
        label: goods ? shop.receiptLabel : find.billLabel,
        maxLength: billDigits,
      }),
      next: frame.next,
      submit: find.receiptSubmit,
      refund: page.kiosk.rules.refunds === null ? null : page.words.refund.ask,
      busy: printing ? find.receiptBusy : null,
      problem: receiptProblem(page, stage.problem),
    },
    actions: [action('back', frame.back, { do: 'back' }, printing)],
  };
}

function receiptProblem(page: Page, problem: Extract<Stage, { at: 'find-receipt' }>['problem']): string | null {
  const { find } = page.words;
  switch (problem) {
    case null:
      return null;
    case 'none':
      return find.receiptNone;
    case 'slip':
      return find.receiptSlip(page.window);
    case 'case':
      return find.receiptCase(page.window, page.phone);
    case 'no-paper':
      return find.receiptNoPaper(printerOff(page), page.window, page.phone);
    default:
      return problem satisfies never;
  }
}
