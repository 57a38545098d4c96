/** What stands around and over every screen: header, notice, warning, help. */
import { mainsLost } from '../cabinet/limits.ts';
import { printerUsable, stackInFlight } from '../methods/cash/acceptance.ts';
import { dispenserUsable } from '../methods/cash/change.ts';
import { isCardLeft, isCardToTake } from '../methods/charge/availability.ts';
import { strangersNote } from '../methods/cash/presented.ts';
import type { Session } from '../session/session.ts';
import { chargesCredited, heldHere } from '../sale/sale.ts';
import type { Action, View } from '../server/wire.ts';
import type { StageName } from '../session/stage.ts';
import { secondsLeft } from '../session/time.ts';
import { goOn } from './case.ts';
import {
  action,
  cancelLabel,
  chargesBack,
  inside,
  joined,
  otherLanguage,
  type Page,
  pageIn,
  said,
  windowHours,
} from './page.ts';
import { underWay } from './pay-charge.ts';

/** Find, review, pay, done; null for what is not one of the four. */
const steps: Readonly<Record<StageName, 1 | 2 | 3 | 4 | null>> = {
  welcome: null,
  shop: 1,
  'find-bill': 1,
  'find-receipt': null,
  refund: null,
  review: 2,
  choose: 3,
  promise: 3,
  voucher: 3,
  'pay-cash': 3,
  'pay-charge': 3,
  'part-approved': 3,
  closing: 3,
  giving: 3,
  settling: 3,
  settled: 4,
  returned: null,
  documents: 4,
  case: null,
  thanks: 4,
};

export function stepOf(page: Page, session: Session): View['step'] {
  const { frame } = page.words;
  const at = steps[session.stage.at];
  const shop = session.stage.at === 'shop';
  const beforeSale = shop || session.stage.at === 'find-bill' || session.stage.at === 'review';
  // A receipt printed again and a sale that was given up are no way through the four.
  const state = session.sale?.state;
  if (at === null || !(beforeSale || state === 'open' || state === 'tendered' || state === 'paid')) return null;
  const name =
    [shop ? page.words.shop.step : frame.stepFind, frame.stepReview, frame.stepPay, frame.stepDone][at - 1] ?? '';
  return { at, of: 4, label: frame.step(String(at), '4', name) };
}

export function languageOf(page: Page): View['language'] {
  const other = otherLanguage(page);
  return other === null ? null : { label: page.words.frame.otherLanguage, intent: { do: 'language', lang: other } };
}

/** For whoever stands before a glass that hears nothing any more: the language is not known, so both are there. */
export function aloneOf(page: Page): View['alone'] {
  const { reconnecting, replaced, takeBack } = page.words.frame;
  const other = otherLanguage(page);
  const second = other === null ? null : pageIn(page.kiosk, page.scene, other).words.frame;
  return {
    reconnecting,
    replaced,
    replacedOther: second?.replaced ?? '',
    takeBack,
    takeBackOther: second?.takeBack ?? '',
  };
}

/** Somebody else's note lies in the slot, or a card in the reader; or the machine started again under this visit. */
export function noticeOf(page: Page, session: Session): View['notice'] {
  if (strangersNote(page.kiosk)) return { tone: 'caution', text: page.words.take.notYours };
  const { at } = session.stage;
  // At the terminal its own state says so.
  if (isCardLeft(page.kiosk) && at !== 'pay-charge' && !isCardToTake(page.kiosk)) {
    const notice = { tone: 'caution', text: page.words.charge.takeCard } as const;
    return at === 'choose' ? { ...notice, place: 'foot' } : notice;
  }
  if (mainsLost(page.kiosk) && (session.sale === null || session.sale.state === 'open')) {
    const { lost, lostInside } = page.words.power;
    return { tone: 'caution', text: inside(session.sale) > 0 ? lostInside : lost };
  }
  if (session.restartTold) return restartedNotice(page, session);
  return at === 'welcome' ? codeNotice(page) : null;
}

/** The code by which an office lets this kiosk in, for whoever stands there with it: in both languages, for the glass has none of theirs. */
export function codeNotice(page: Page): View['notice'] {
  const { code } = page.scene;
  if (code === null) return null;
  const other = otherLanguage(page);
  const second = other === null ? [] : [pageIn(page.kiosk, page.scene, other).words.frame.officeCode];
  return { tone: 'calm', text: `${[page.words.frame.officeCode, ...second].join(' / ')}  ${code}` };
}

/** What became of the money over a start. */
function restartedNotice(page: Page, session: Session): View['notice'] {
  const { restarted } = page.words;
  const minor = inside(session.sale);
  if (underWay(page.kiosk, session.sale) !== null) return { tone: 'caution', text: restarted.charge };
  if (minor > 0 && chargesCredited(session.sale!) > 0)
    return { tone: 'caution', text: restarted.counted(said(page, minor)) };
  if (minor > 0) return { tone: 'caution', text: restarted.inside(said(page, minor)) };
  if (session.sale?.state === 'paid') return { tone: 'caution', text: restarted.paid };
  if (session.sale?.state === 'cancelled') return { tone: 'caution', text: restarted.returned };
  return stackInFlight(page.kiosk) === null ? null : { tone: 'caution', text: restarted.checking };
}

/** The visit is about to end by itself: what becomes of the money, named. */
export function warningOf(page: Page, session: Session): View['warning'] {
  const seconds = secondsLeft(page.kiosk);
  if (seconds === null || !Number.isFinite(seconds)) return null;
  const { warning } = page.words;
  return {
    title: warning.title,
    text: warningText(page, session),
    seconds,
    extend: warning.extend,
    leave: leaveOf(page, session),
  };
}

function warningText(page: Page, session: Session): string {
  const { warning } = page.words;
  const { sale } = session;
  if (sale !== null && inside(sale) > 0) {
    const minor = heldHere(sale);
    const amount = said(page, minor);
    const held = printerUsable(page.kiosk) ? warning.slip(amount) : warning.byCase(amount, page.window);
    return joined(page, [...(minor > 0 ? [held] : []), ...chargesBack(page, sale.charges)]);
  }
  return session.stage.at === 'case' ? warning.case : warning.empty;
}

function leaveOf(page: Page, session: Session): Action {
  if (session.stage.at === 'case') return goOn(page, session.stage, session.sale, 'back');
  const { sale } = session;
  return action('back', inside(sale) > 0 ? cancelLabel(page, sale) : page.words.warning.leave, { do: 'cancel' });
}

function helpAnswer({ kiosk, words: { shop }, window }: Page): string {
  return kiosk.rules.releaser === null ? shop.helpAnswer(shop.card, window) : shop.helpHatch(shop.card);
}

export function helpPageOf(page: Page): NonNullable<View['helpPage']> {
  const { help, shop } = page.words;
  const goods = page.kiosk.rules.goods !== null;
  return {
    title: help.title,
    lines: [
      ...(goods ? [{ question: shop.helpQuestion, answer: helpAnswer(page) }] : []),
      { question: help.cashQuestion, answer: goods ? shop.helpCash : help.cashAnswer },
      { question: help.noteQuestion, answer: help.noteAnswer },
      { question: help.changeQuestion, answer: changeAnswer(page) },
      ...(Object.keys(page.kiosk.rules.chargers).length === 0
        ? []
        : [{ question: help.chargeQuestion, answer: help.chargeAnswer }]),
      { question: help.stopQuestion, answer: help.stopAnswer(page.window) },
      { question: help.receiptQuestion, answer: goods ? shop.helpReceipt : help.receiptAnswer },
    ],
    phoneLabel: help.phone,
    phone: page.phone,
    windowLabel: help.window,
    window: help.windowHours(page.window, windowHours(page)),
    close: help.close,
  };
}

function changeAnswer({ kiosk, words, window }: Page): string {
  const pays = kiosk.rules.dispensers.some((device) => dispenserUsable(kiosk, device));
  return pays ? words.help.changeCashAnswer(window) : words.help.changeAnswer(window);
}
