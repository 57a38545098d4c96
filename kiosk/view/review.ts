/** Is it this bill: payee, payer, lines and the total, before anything is paid. */
import { wantsTicket } from '../sale/goods.ts';
import { type Bill, partsOf } from '../services/biller/contract.ts';
import type { ScreenBody } from '../server/wire.ts';
import type { Stage } from '../session/stage.ts';
import { billsTogetherMaximum } from '../sale/together.ts';
import { action, type Page, type Part, said, set, whatFor } from './page.ts';

type Body = Extract<ScreenBody, { screen: 'review' }>;
type ReviewStage = Extract<Stage, { at: 'review' }>;

/** The glass turns so many lines page by page; the last of more stands for all that follow. */
const linesShown = 20;

export function review(page: Page, stage: ReviewStage): Part {
  const { review: words, shop } = page.words;
  const { bill } = stage;
  const goods = bill.goods !== undefined;
  return {
    body: {
      screen: 'review',
      title: goods ? shop.reviewTitle : bill.parts === undefined ? words.title : words.severalTitle,
      payee: bill.payee[page.lang],
      payeeLabel: words.payee,
      payer: goods ? howHandedOver(page) : bill.payer,
      payerLabel: goods ? shop.handOver : words.payer,
      what: whatFor(page, bill),
      lines: bill.parts === undefined ? linesOf(page, bill) : billLines(page, stage),
      totalLabel: words.total,
      total: set(page, bill.minor),
      notice: noticeOf(page, stage),
    },
    actions: [
      action('back', goods ? shop.change : words.notMine, { do: 'back' }),
      ...(!goods && partsOf(bill).length < billsTogetherMaximum
        ? [action('other', words.another, { do: 'another-bill' }, stage.recheck !== null)]
        : []),
      action('main', words.pay(said(page, bill.minor)), { do: 'confirm-bill' }, stage.recheck !== null),
    ],
  };
}

function howHandedOver({ kiosk, words, window }: Page): string {
  if (kiosk.rules.releaser !== null) return words.shop.byHatch;
  return wantsTicket(kiosk) ? words.shop.byTicket(window) : words.shop.byNumber(window);
}

function linesOf(page: Page, bill: Bill): Body['lines'] {
  const { review: words } = page.words;
  const whole = bill.lines.length <= linesShown;
  const shown = whole ? bill.lines : bill.lines.slice(0, linesShown - 1);
  const lines = shown.map((line) => ({
    name: line.name[page.lang],
    quantity: words.quantity(String(line.quantity)),
    amount: set(page, line.minor),
    drop: null,
  }));
  if (whole) return lines;
  const rest = bill.lines.slice(shown.length);
  const minor = rest.reduce((sum, line) => sum + line.minor, 0);
  return [...lines, { name: words.more(String(rest.length)), quantity: '', amount: set(page, minor), drop: null }];
}

/** Of several bills each is a line, and can be left out again. */
function billLines(page: Page, { bill, recheck }: ReviewStage): Body['lines'] {
  const { review: words } = page.words;
  return partsOf(bill).map((part) => ({
    name: whatFor(page, part),
    quantity: '',
    amount: set(page, part.minor),
    drop: recheck === null ? { label: words.drop, intent: { do: 'drop-bill', number: part.number } } : null,
  }));
}

function noticeOf(page: Page, stage: ReviewStage): Body['notice'] {
  const { review: words, find, shop } = page.words;
  const goods = stage.bill.goods !== undefined;
  if (stage.recheck !== null) return { tone: 'busy', text: words.checking };
  if (stage.problem !== null) return { tone: 'caution', text: goods ? shop.down(page.window) : find.down(page.window) };
  if (stage.wasMinor === null) return null;
  if (stage.wasMinor === stage.bill.minor) return { tone: 'caution', text: goods ? shop.changed : words.billChanged };
  return {
    tone: 'caution',
    text: words.amountChanged(said(page, stage.bill.minor), said(page, stage.wasMinor)),
  };
}
