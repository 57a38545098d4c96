/** The money is settled: the figures, and the slip to take. Also while it is printed, and when it comes back. */
import { isAboutChange, isOpen, isOwed } from '../case.ts';
import type { Kiosk } from '../kiosk.ts';
import { caseForNumber, numberComes, numberSubject, wantsTicket } from '../sale/goods.ts';
import {
  book,
  chargesCredited,
  credited,
  foundNotes,
  type PayoutPart,
  type PickUp,
  type Sale,
  type Slip,
} from '../sale/sale.ts';
import type { CashPicture, MethodName, ScreenBody } from '../server/wire.ts';
import type { Words } from '../text/words.ts';
import {
  action,
  chargesBack,
  comesFrom,
  joined,
  methodName,
  type Page,
  type Part,
  said,
  set,
  whatFor,
} from './page.ts';

type Body = Extract<ScreenBody, { screen: 'settled' }>;

/** Change, or the money back, comes out of the machines: how much, and how far they are. */
export function giving(page: Page, sale: Sale): Part {
  const { settling: words } = page.words;
  const total = sale.payouts.reduce((sum, { minor }) => sum + minor, 0);
  const out = sale.payouts.reduce((sum, part) => sum + cameOut(page.kiosk, part), 0);
  const amount = said(page, total);
  const comes = comesFrom(
    page,
    sale.payouts.map(({ device }) => device),
  );
  return {
    body: {
      screen: 'settling',
      picture: comes,
      title: sale.state === 'cancelled' ? words.countingBack(amount) : words.counting(amount),
      text: out === 0 ? joined(page, [whereFrom(page, comes), words.stay]) : words.soFar(said(page, out)),
    },
    actions: [],
  };
}

function whereFrom({ words }: Page, comes: CashPicture): string {
  const { fromNotes: notes, fromCoins: coins, fromCash: cash } = words.settled;
  return { notes, coins, cash }[comes];
}

function cameOut({ payouts }: Kiosk, { command, paid, ended }: PayoutPart): number {
  return ended ? paid : (payouts[command]?.paidMinor ?? 0);
}

/** What came out in cash. */
export function paidOut(sale: Sale | null): number {
  return (sale?.payouts ?? []).reduce((sum, { paid }) => sum + paid, 0);
}

/**
 * What came out in cash and may still lie there. A machine that holds its notes ends only when a hand has taken all of them,
 * some perhaps too fast to be seen.
 */
export function toTake(sale: Sale | null): number {
  return (sale?.payouts ?? []).filter(mayLieThere).reduce((sum, { paid }) => sum + paid, 0);
}

function mayLieThere({ paid, taken }: PayoutPart): boolean {
  return paid > 0 && taken === 0;
}

export function settling(page: Page, sale: Sale): Part {
  const { settling: words, shop } = page.words;
  const minor = slipsTotal(sale);
  if (minor === 0 && numberComes(page.kiosk, sale)) {
    return { body: { screen: 'settling', picture: 'paper', title: shop.waiting, text: shop.waitingText }, actions: [] };
  }
  const cancelled = sale.state === 'cancelled';
  const title = minor === 0 ? words.paid : cancelled ? words.back(said(page, minor)) : words.change(said(page, minor));
  return { body: { screen: 'settling', picture: 'paper', title, text: words.text }, actions: [] };
}

export function settled(page: Page, sale: Sale): Part {
  const { settled: words, frame } = page.words;
  const refund = refunded(sale);
  if (refund > 0) {
    return {
      body: {
        screen: 'settled',
        title: words.refundTitle(said(page, refund)),
        text: joined(page, [...chargesBack(page, sale.chargesBack), words.refundText]),
        figures: [
          { label: words.received, amount: set(page, credited(sale)), accent: false },
          { label: words.returned, amount: set(page, slipsTotal(sale) + total(sale.chargesBack)), accent: true },
        ],
        pickUp: null,
        take: take(page, sale),
      },
      actions: [action('main', frame.next, { do: 'finish' })],
    };
  }
  const { rounding } = book(sale, page.kiosk.rules.cashStepMinor);
  const due = sale.bill.minor + rounding;
  const what = [whatFor(page, sale.bill), ...found(page, sale), ...partsPaid(page, sale, due)].reduce(frame.sentences);
  return {
    body: {
      screen: 'settled',
      title: words.title(said(page, due)),
      text: rounding === 0 ? what : words.rounded(what, said(page, -rounding)),
      figures: paidFigures(page, sale, due),
      pickUp: pickUp(page, sale),
      take: take(page, sale),
    },
    actions: [action('main', frame.next, { do: 'finish' })],
  };
}

/** The number under which goods are handed over; while it does not come, that of the case which stands for it. */
function pickUp({ kiosk, words, window }: Page, { id, bill, pickUp: given }: Sale): Body['pickUp'] {
  const { shop } = words;
  if (bill.goods === undefined) return null;
  if (given === null) {
    const number = caseForNumber(kiosk, id);
    return number === null ? null : { label: words.case.number, number, text: shop.byCase(window) };
  }
  const { number, printed, release } = given;
  const told = (text: string) => ({ label: shop.pickUp, number, text });
  if (release !== 'none') return told(releaseText(shop, release, window, kiosk.caseOf[numberSubject(id)] ?? ''));
  if (!wantsTicket(kiosk)) return told(shop.pickUpText(window));
  if (printed) return told(shop.ticketOut(window));
  const failed = kiosk.caseOf[numberSubject(id)];
  return told(failed === undefined ? shop.ticketComes(window) : shop.ticketFailed(window, failed));
}

function releaseText(
  words: Words['shop'],
  release: Exclude<PickUp['release'], 'none'>,
  window: string,
  number: string,
): string {
  switch (release) {
    case 'coming':
      return words.hatchOpens;
    case 'out':
      return words.hatchOpen;
    case 'failed':
      return words.hatchFailed(window, number);
    default:
      return release satisfies never;
  }
}

/** So many figures stand in one row. */
const figuresShown = 3;

/** What came each way, in the order in which it did first. */
function waysPaid(page: Page, sale: Sale): readonly (readonly [MethodName, number])[] {
  const ways = new Map<MethodName, number>();
  for (const { method, minor } of book(sale, page.kiosk.rules.cashStepMinor).tenders) {
    ways.set(method, (ways.get(method) ?? 0) + minor);
  }
  return [...ways];
}

/** The ways are figures of their own, beside what was due. */
function hasWayFigures(sale: Sale, due: number, ways: number): boolean {
  const named = chargesCredited(sale) > 0 || ways > 1;
  return named && credited(sale) === due && ways < figuresShown;
}

/** Several ways for which there is no room among the figures stand in a sentence. */
function partsPaid(page: Page, sale: Sale, due: number): string[] {
  const ways = waysPaid(page, sale);
  if (ways.length < 2 || hasWayFigures(sale, due, ways.length)) return [];
  const parts = ways.map(([method, minor]) => page.words.settled.part(methodName(page, method), said(page, minor)));
  return [parts.reduce(page.words.frame.and)];
}

/** Due, received, change; where nothing comes back and one of several ways, a card or a wallet paid, what came which way. */
function paidFigures(page: Page, sale: Sale, due: number): Body['figures'] {
  const { settled: words } = page.words;
  const change = credited(sale) - due;
  const first = { label: words.due, amount: set(page, due), accent: false };
  const ways = waysPaid(page, sale);
  if (hasWayFigures(sale, due, ways.length)) {
    const parts = ways.map(([method, minor]) => {
      return { label: methodName(page, method), amount: set(page, minor), accent: true };
    });
    return [first, ...parts];
  }
  return [
    first,
    { label: words.received, amount: set(page, credited(sale)), accent: false },
    { label: words.change, amount: set(page, change), accent: true },
  ];
}

export function returned(page: Page, sale: Sale): Part {
  const { settled: words, frame, back, method: names } = page.words;
  const minor = slipsTotal(sale) + paidOut(sale);
  const charged = total(sale.chargesBack);
  const amount = said(page, minor + charged);
  const [only, ...others] = new Set(sale.chargesBack.map(({ method }) => method));
  const toCharge = only === 'card' ? back.toCard : back.toWallet(only === undefined ? '' : names[only]);
  return {
    body: {
      screen: 'settled',
      title: noteBack(page) ? words.returnedTitleNote(amount) : words.returnedTitle(amount),
      text: joined(page, [...chargesBack(page, sale.chargesBack), words.returnedText]),
      figures: [
        {
          label: charged > 0 ? words.received : words.inside,
          amount: set(page, credited(sale) + charged),
          accent: false,
        },
        ...(charged > 0 && minor === 0 ? [] : [{ label: words.returned, amount: set(page, minor), accent: true }]),
        ...(charged > 0
          ? [{ label: others.length > 0 ? words.returnedSame : toCharge, amount: set(page, charged), accent: true }]
          : []),
      ],
      pickUp: null,
      take: withNote(page, take(page, sale)),
    },
    actions: [action('main', frame.finish, { do: 'finish' })],
  };
}

/** Notes that were looked for and found: each one's case slip stands for nothing any more. */
function found(page: Page, sale: Sale): string[] {
  return foundNotes(sale).map(({ minor, case: number }) => page.words.case.found(said(page, minor), number));
}

function noteBack({ kiosk }: Page): boolean {
  return kiosk.session?.noteBack === true;
}

/** Also a note that was not counted waits to be taken, in the slot. */
function withNote(page: Page, taken: Body['take']): Body['take'] {
  if (taken === null || !noteBack(page)) return taken;
  return { ...taken, lines: [page.words.settled.noteInSlot, ...taken.lines] };
}

/** What was given back after the payee did not take it; 0 when nothing was. */
export function refunded(sale: Sale): number {
  const charged = sale.state === 'paid' ? total(sale.chargesBack) : 0;
  return total(sale.slips.filter(({ reason }) => reason === 'refund')) + charged;
}

export function slipsTotal(sale: Sale): number {
  return total(sale.slips);
}

function total(parts: readonly { readonly minor: number }[]): number {
  return parts.reduce((sum, { minor }) => sum + minor, 0);
}

/** The slip and the cash that come out; for what did not, what it is worth and the number that stands for it. */
function take(page: Page, sale: Sale): Body['take'] {
  const { settled: words } = page.words;
  const { kiosk, window, phone } = page;
  const cash = toTake(sale);
  const waiting = sale.slips.filter((slip) => !slip.printed);
  const numbered = waiting.map((slip) => ({ minor: slip.minor, number: caseFor(kiosk, slip) }));
  const owed = [...numbered.filter(hasNumber), ...changeOwed(kiosk, sale)];
  const coming = total(numbered.filter((slip) => !hasNumber(slip)));
  const out = slipsTotal(sale) - total(waiting);
  const [only] = owed;
  if (only === undefined) {
    if (cash > 0 && coming === 0) return takeCash(page, sale, cash);
    if (out + coming === 0) return null;
    const lines = cash > 0 ? [words.takeCashBack(said(page, cash))] : [];
    if (coming === 0 && ticketOut(kiosk, sale)) {
      const { takeBoth, takeBothText } = page.words.shop;
      return { picture: 'voucher', title: takeBoth(said(page, out)), lines: [takeBothText(window), ...lines] };
    }
    const title = coming === 0 ? words.takeSlip(said(page, out)) : words.printing(said(page, coming));
    return { picture: 'voucher', title, lines: [words.takeText(window), ...lines] };
  }
  const numbers =
    owed.length === 1
      ? [words.byCaseText(only.number, window, phone)]
      : [
          ...owed.map(({ minor, number }) => words.byCaseEach(said(page, minor), number)),
          words.byCaseAll(window, phone),
        ];
  return {
    picture: 'none',
    title: words.byCase(said(page, total(owed))),
    lines: [
      ...numbers,
      ...(cash > 0 ? [words.takeCashBack(said(page, cash))] : []),
      ...(out > 0 ? [words.takeSlip(said(page, out))] : []),
      ...(coming > 0 ? [words.printing(said(page, coming))] : []),
    ],
  };
}

/** The ticket with the number of the goods hangs out, too. */
function ticketOut(kiosk: Kiosk, { pickUp: given }: Sale): boolean {
  return wantsTicket(kiosk) && given?.printed === true;
}

function hasNumber<T extends { readonly number: string | null }>(one: T): one is T & { readonly number: string } {
  return one.number !== null;
}

/** What machines that paid out still owe for this sale, each under its number. */
function changeOwed({ cases }: Kiosk, { id }: Sale): readonly { readonly minor: number; readonly number: string }[] {
  return Object.values(cases)
    .filter((one) => isOpen(one) && one.sale === id && isAboutChange(one) && isOwed(one))
    .map((one) => ({ minor: one.minor ?? 0, number: one.case }));
}

function takeCash(page: Page, sale: Sale, minor: number): Body['take'] {
  const { settled: words } = page.words;
  const amount = said(page, minor);
  const came = sale.payouts.filter(mayLieThere).map(({ device }) => device);
  const comes = comesFrom(page, came);
  const slips = slipsTotal(sale);
  const lines = slips === 0 ? [] : [words.andSlip(said(page, slips), page.window)];
  return {
    picture: comes,
    title: sale.state === 'cancelled' ? words.takeCashBack(amount) : words.takeCash(amount),
    lines: [whereFrom(page, comes), ...lines],
  };
}

/** The number under which the window pays a slip that has not come out; null while it is on its way for the first time. */
function caseFor(kiosk: Kiosk, { serial, prints }: Slip): string | null {
  const about = Object.values(kiosk.cases).filter((one) => isOpen(one) && one.subject === serial);
  const failed = about.find((one) => one.about === 'voucher-not-printed');
  if (failed !== undefined) return failed.case;
  // The case of a refund is older than its slip, and stands for it once that went wrong.
  const coming = Object.values(kiosk.prints).some(
    ({ document }) => document.paper === 'voucher' && document.serial === serial,
  );
  return coming && prints <= 1 ? null : (about[0]?.case ?? null);
}
