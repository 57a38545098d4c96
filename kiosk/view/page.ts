/** What every screen is made from: the state, the place, and the language that it speaks. */
import type { Config } from '../../config/schema.ts';
import { deviceState } from '../device-state.ts';
import type { Kiosk } from '../kiosk.ts';
import { givenBackInCash } from '../methods/cash/change.ts';
import { printerUsable, windowStaffed } from '../methods/cash/acceptance.ts';
import type { OrderedGoods } from '../services/biller/contract.ts';
import type { ChargedPart } from '../charged-part.ts';
import type { MethodNow, MethodOff } from '../methods/catalog.ts';
import { isCharge, chargesCredited, credited, dueInCash, heldHere, type Sale, vouchersCredited } from '../sale/sale.ts';
import type { Action, AmountText, CashPicture, ChargeMethod, Intent, Lang, ScreenBody, View } from '../server/wire.ts';
import { amountText, sentenceAmount } from '../text/amount.ts';
import { denominationsChanged } from '../text/faults.ts';
import { wordsOf } from '../text/languages.ts';
import type { Words } from '../text/words.ts';

/** What the glass needs beside the state: handed in by the composition root. */
export interface Scene {
  readonly config: Config;
  /** The announcements so far that the glass may still have to say, numbered, newest last. */
  readonly say: View['say'];
  /** What the code of a receipt holds, to be taken by phone; null when there is none. */
  readonly phoneReceipt: (receipt: string, lang: Lang) => string | null;
  /** The journal cannot be written: nothing can be done here any more, whatever the state says. */
  readonly failed: boolean;
  /** Unix time in milliseconds since which nothing can be paid here; null when that was so from the start. */
  readonly closedSinceMs: number | null;
  /** What is typed at the office to let this kiosk in; null: nothing is. */
  readonly code: string | null;
}

export interface Page {
  readonly kiosk: Kiosk;
  readonly scene: Scene;
  readonly lang: Lang;
  readonly words: Words;
  /** Where a person takes cash, as it stands in a sentence. */
  readonly window: string;
  readonly phone: string;
}

/** A screen and its buttons. */
export interface Part {
  readonly body: ScreenBody;
  readonly actions: readonly Action[];
}

/** The page in the visitor's language; before anybody came, in the kiosk's first. */
export function pageOf(kiosk: Kiosk, scene: Scene): Page {
  return pageIn(kiosk, scene, kiosk.session?.lang ?? scene.config.languages[0] ?? 'zh-CN');
}

export function pageIn(kiosk: Kiosk, scene: Scene, lang: Lang): Page {
  const { merchant, texts } = scene.config;
  const words = wordsOf(lang, texts);
  return { kiosk, scene, lang, words, window: merchant.window.name[lang], phone: merchant.servicePhone };
}

/** The language that is not shown; null where the kiosk speaks only one. */
export function otherLanguage(page: Page): Lang | null {
  return page.scene.config.languages.find((lang) => lang !== page.lang) ?? null;
}

/** Minor units as they stand in a sentence: `36.50 元`, `¥36.50`. */
export function said(page: Page, minor: number): string {
  const { currency, exponent } = page.kiosk.rules;
  return sentenceAmount({ currency, minor }, exponent, page.lang);
}

/** Minor units for setting in type. */
export function set(page: Page, minor: number): AmountText {
  const { currency, exponent } = page.kiosk.rules;
  return amountText({ currency, minor }, exponent);
}

/** A row of denominations: `1 · 5 · 10 元`, `¥1 · 5 · 10`. */
export function saidRow(page: Page, minors: readonly number[]): string {
  const named = page.lang === 'zh-CN' ? minors.length - 1 : 0;
  return minors.map((minor, at) => (at === named ? said(page, minor) : bare(page, minor))).join(' · ');
}

/** From one to another: `1 至 100 元`, `¥1 to ¥100`. */
export function saidRange(page: Page, from: number, to: number): string {
  if (from === to) return said(page, to);
  return page.words.choose.notes(page.lang === 'zh-CN' ? bare(page, from) : said(page, from), said(page, to));
}

/** The figure alone, as it stands before the unit of a Chinese sentence. */
function bare(page: Page, minor: number): string {
  const { currency, exponent } = page.kiosk.rules;
  return sentenceAmount({ currency, minor }, exponent, 'zh-CN').split(' ')[0] ?? '';
}

export function action(place: Action['place'], label: string, intent: Intent, disabled = false): Action {
  return { place, label, intent, disabled };
}

/** What is inside for an open sale; 0 when nothing is or none is open. */
export function inside(sale: Sale | null): number {
  return sale?.state === 'open' ? credited(sale) : 0;
}

/** What the whole sale costs when cash pays the rest: rounded to the cash step. */
export function totalInCash(page: Page, sale: Sale): number {
  const exact = vouchersCredited(sale) + chargesCredited(sale);
  return Math.min(sale.bill.minor, exact) + dueInCash(sale, page.kiosk.rules.cashStepMinor);
}

/** The button that gives the payment up. With money inside it asks once: a touch is quickly done, and the way back is long. */
export function cancelAction(page: Page, place: Action['place'], sale: Sale, disabled = false): Action {
  const plain = action(place, cancelLabel(page, sale), { do: 'cancel' }, disabled);
  if (inside(sale) === 0) return plain;
  const { askTitle, askYes, askNo } = page.words.cash;
  return { ...plain, ask: { title: askTitle, text: howBack(page, sale), yes: askYes, no: askNo } };
}

/** What a cancellation does with the money, by what this machine can do now: it promises cash only where all of it comes out. */
export function cancelLabel(page: Page, sale: Sale | null): string {
  const { cash, back } = page.words;
  if (sale === null || inside(sale) === 0) return cash.cancelEmpty;
  const minor = heldHere(sale);
  const amount = said(page, minor);
  const charged = byMethod(sale.charges);
  const [only] = charged;
  if (only !== undefined && (minor > 0 || charged.length > 1)) {
    const parts = charged.map(({ method, minor: part }) =>
      method === 'card'
        ? back.partCard(said(page, part))
        : back.partWallet(said(page, part), page.words.method[method]),
    );
    const here = minor === 0 ? [] : [partHere(page, minor)];
    return back.cancelSplit([...here, ...parts].reduce(page.words.frame.and));
  }
  if (only !== undefined) {
    const part = said(page, only.minor);
    return only.method === 'card' ? back.cancelCard(part) : back.cancelWallet(part, page.words.method[only.method]);
  }
  if (givenBackInCash(page.kiosk, minor) > 0) return cash.cancelCash(amount);
  return printerUsable(page.kiosk) ? cash.cancelSlip(amount) : cash.cancelCase(amount);
}

/** How this machine gives its own part of several back. */
function partHere(page: Page, minor: number): string {
  const { back } = page.words;
  const amount = said(page, minor);
  const out = givenBackInCash(page.kiosk, minor);
  if (out > 0) return out === minor ? back.partCash(amount) : back.partHere(amount);
  return printerUsable(page.kiosk) ? back.partSlip(amount) : back.partCase(amount);
}

/** What cards and wallets paid, each in one sum, in the order in which they first did. */
function byMethod(parts: readonly ChargedPart[]): readonly { readonly method: ChargeMethod; readonly minor: number }[] {
  const sums = new Map<ChargeMethod, number>();
  for (const { method, minor } of parts) sums.set(method, (sums.get(method) ?? 0) + minor);
  return [...sums].map(([method, minor]) => ({ method, minor }));
}

/** Which way each of these goes back, a sentence for each method. */
export function chargesBack(page: Page, parts: readonly ChargedPart[]): string[] {
  const { back, method: names } = page.words;
  return byMethod(parts).map(({ method, minor }) =>
    method === 'card' ? back.card(said(page, minor)) : back.wallet(said(page, minor), names[method]),
  );
}

function howBack(page: Page, sale: Sale): string {
  const charged = chargesBack(page, sale.charges);
  const minor = heldHere(sale);
  if (minor === 0) return joined(page, [...charged, page.words.back.notPaid]);
  return joined(page, [heldBack(page, minor), ...charged]);
}

function heldBack(page: Page, minor: number): string {
  const { cash } = page.words;
  const out = givenBackInCash(page.kiosk, minor);
  if (out === minor) return cash.backCash(said(page, minor));
  const rest = said(page, minor - out);
  const later = printerUsable(page.kiosk) ? cash.backSlip(rest, page.window) : cash.backCase(rest, page.window);
  return out === 0 ? later : joined(page, [cash.backPart(said(page, out)), later]);
}

/** What these machines pay: a machine that also takes notes pays notes, any other coins. */
export function comesFrom({ kiosk }: Page, devices: readonly string[]): CashPicture {
  const notes = devices.some((device) => kiosk.rules.acceptors.includes(device));
  const coins = devices.some((device) => !kiosk.rules.acceptors.includes(device));
  return notes === coins ? 'cash' : notes ? 'notes' : 'coins';
}

/** What the kiosk itself finds wrong with a device, for whoever repairs it; null when that is nothing. */
export function serviceCode(kiosk: Kiosk): string | null {
  const changed = kiosk.rules.acceptors.some((device) => deviceState(kiosk, device).mismatch);
  return changed ? denominationsChanged.code : null;
}

export function printerOff(page: Page): string {
  const { rules } = page.kiosk;
  const out = rules.printer !== null && deviceState(page.kiosk, rules.printer).paper === 'out';
  return out ? page.words.method.paperOut : page.words.method.printerRepair;
}

export function methodName(page: Page, method: MethodNow['method']): string {
  return page.words.method[method];
}

/** Several methods in one sentence; empty when there are none. */
export function methodList(page: Page, methods: readonly MethodNow[]): string {
  const { method: words, frame } = page.words;
  const names = methods.map(({ method }) => words[`${method}Listed`]);
  return names.length === 0 ? '' : names.reduce(frame.and);
}

export function offReason(page: Page, method: MethodNow['method'], off: MethodOff): string {
  const { mains, repair, noChange, noChangePrinter, noChangeWindow, noNetwork, clockOff, terminalBusy } =
    page.words.method;
  switch (off) {
    case 'mains':
      return mains;
    case 'repair':
      return repair;
    case 'no-change':
      if (!printerUsable(page.kiosk)) return noChangePrinter(printerOff(page));
      return windowStaffed(page.kiosk) ? noChange : noChangeWindow(page.window);
    case 'too-much':
      return method === 'cash' ? page.words.method.tooMuch : page.words.method.tooMuchAtOnce;
    case 'no-network':
      return noNetwork;
    case 'clock':
      return clockOff;
    case 'busy':
      return terminalBusy;
    case 'too-little':
      return page.words.method.tooLittle;
    case 'hours':
      return policyHours(page, method);
    default:
      return off satisfies never;
  }
}

function policyHours({ kiosk, words }: Page, method: MethodNow['method']): string {
  const hours = isCharge(method) ? kiosk.rules.policies[method]?.hours : null;
  return hours == null ? '' : words.method.onlyAt(words.frame.hours(hours.from, hours.to));
}

/** When the window is staffed, as it stands in a sentence. */
export function windowHours({ scene, words }: Page): string {
  const { from, to } = scene.config.merchant.window.staffed;
  return from === '00:00' && to === '24:00' ? words.frame.allDay : words.frame.hours(from, to);
}

/** One text from sentences; empty when there is none. */
export function joined(page: Page, sentences: readonly string[]): string {
  return sentences.length === 0 ? '' : sentences.reduce(page.words.frame.sentences);
}

/** What the bill is for, with its number. */
export function whatFor(page: Page, bill: Sale['bill']): string {
  if (bill.goods !== undefined) return page.words.shop.what(bill.number, taxesOf(page, bill.goods));
  const title = bill.title[page.lang];
  return bill.parts === undefined ? page.words.review.what(title, bill.number) : title;
}

/** The tax that is in the prices, by its rates. */
function taxesOf(page: Page, { taxes }: OrderedGoods): string {
  const { shop, frame } = page.words;
  const each = taxes.map(({ percent, minor }) => shop.taxOf(String(percent), said(page, minor)));
  return each.length === 0 ? shop.noTax : each.reduce(frame.and);
}

/** `2026 年 3 月 31 日`, `31 March 2026`, at the kiosk: Chinese figures stand apart from signs, as amounts do. `iso` is ISO 8601 UTC. */
export function longDate({ kiosk, lang }: Pick<Page, 'kiosk' | 'lang'>, iso: string): string {
  const { timeZone } = kiosk.rules;
  const form = new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : lang, { timeZone, dateStyle: 'long' });
  const text = form.format(Date.parse(iso));
  return lang === 'zh-CN' ? text.replaceAll(/(?<=\d)(?=\D)|(?<=\D)(?=\d)/g, ' ') : text;
}

/** The same with the time of day: `2026 年 3 月 31 日 14:05`, `31 March 2026, 14:05`. */
export function longMoment(page: Pick<Page, 'kiosk' | 'lang'>, iso: string): string {
  const { timeZone } = page.kiosk.rules;
  const form = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
  return `${longDate(page, iso)}${page.lang === 'en' ? ', ' : ' '}${form.format(Date.parse(iso))}`;
}
