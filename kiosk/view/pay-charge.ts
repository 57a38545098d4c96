/** A card terminal or a wallet was asked for money: whose turn it is, and what to do. */
import type { Charge } from '../charges.ts';
import { deviceState } from '../device-state.ts';
import type { Kiosk } from '../kiosk.ts';
import { credited, type Sale, toGo } from '../sale/sale.ts';
import type { Action, ChargeMethod, ScreenBody } from '../server/wire.ts';
import { refunded } from './settled.ts';
import { action, cancelAction, inside, type Page, type Part, said, set } from './page.ts';

type Body = Extract<ScreenBody, { screen: 'pay-charge' }>;

/** What stands in the card below the amount. `open`: nothing was decided yet, so that one may still go back. */
interface Now extends Pick<Body, 'picture' | 'tone' | 'sentence' | 'hint' | 'code'> {
  readonly ownCode?: string | null;
  readonly open: boolean;
}

/** The request of this sale whose end is not known; null when there is none. */
export function underWay(kiosk: Kiosk, sale: Sale | null): Charge | null {
  const busy = (one: Charge) => one.status === 'asked' || one.status === 'held' || one.status === 'confirming';
  return Object.values(kiosk.charges).find((one) => one.sale === sale?.id && busy(one)) ?? null;
}

/** `closing`: the visit leaves this screen as soon as the request has ended; nothing can be asked meanwhile. */
export function payCharge(page: Page, sale: Sale, method: ChargeMethod, charge: Charge | null, closing: boolean): Part {
  const { charge: words, cash } = page.words;
  const minor = inside(sale);
  const { open, ...now } = closing ? calledOff(page, method) : stands(page, method, charge);
  return {
    body: {
      screen: 'pay-charge',
      method,
      toGoLabel: minor > 0 ? cash.toGo : words.toGo,
      toGo: set(page, charge?.approval?.minor ?? charge?.minor ?? toGo(sale, page.kiosk.rules.cashStepMinor)),
      received: minor > 0 ? cash.received(said(page, credited(sale))) : null,
      ownCode: null,
      ...now,
    },
    // While nothing can be decided here there is nothing to touch.
    actions: open ? actions(page, sale) : [],
  };
}

function actions(page: Page, sale: Sale): Action[] {
  const { cash, charge: words } = page.words;
  const minor = inside(sale);
  const other = minor > 0 ? cash.otherWayRest(said(page, rest(page, sale))) : cash.otherWay;
  const cancel = minor > 0 ? cancelAction(page, 'back', sale) : action('back', words.cancel, { do: 'cancel' });
  return [cancel, action('other', other, { do: 'other-way' })];
}

function rest(page: Page, sale: Sale): number {
  return toGo(sale, page.kiosk.rules.cashStepMinor);
}

function calledOff({ words }: Page, method: ChargeMethod): Now {
  const { calling, callingText, callingCode } = words.charge;
  return waiting(calling, method === 'card' ? callingText : callingCode);
}

function waiting(sentence: string, hint: string): Now {
  return { picture: 'wait', tone: 'busy', sentence, hint, code: null, open: false };
}

function stands(page: Page, method: ChargeMethod, charge: Charge | null): Now {
  const { charge: words } = page.words;
  if (charge === null) return waiting(words.checking, words.moment);
  switch (charge.status) {
    case 'reversing':
      return waiting(words.reversing, words.reversingText(said(page, charge.approval?.minor ?? charge.minor)));
    case 'confirming':
    case 'held':
      return approved(page, charge);
    case 'asked':
      if (charge.prompt === 'reversing') {
        return waiting(words.reversing, words.reversingText(said(page, charge.minor)));
      }
      if (isFromBefore(page.kiosk, charge)) return waiting(words.checking, words.checkingText);
      return method === 'card' ? atTerminal(page, charge) : atPhone(page, method, charge);
    case 'watched':
    case 'doubt':
      return waiting(words.checking, words.moment);
    default:
      return charge.status satisfies never;
  }
}

/** Asked for before the kiosk started again, and nothing has been heard of it since. */
function isFromBefore({ session }: Kiosk, { prompt, code, orderedMs }: Charge): boolean {
  if (session === null || !session.resumed || prompt !== null || code !== null) return false;
  return orderedMs <= session.startedMs;
}

/** It is paid, and the card is still in the reader: nothing else is shown until it is taken, or the time of this page is up. */
export function takeCard(page: Page, sale: Sale): Part {
  const { charge: words } = page.words;
  const minor = sale.charges.reduce((sum, part) => (part.method === 'card' ? sum + part.minor : sum), 0);
  const back = refunded(sale) > 0;
  return {
    body: {
      screen: 'pay-charge',
      method: 'card',
      toGoLabel: page.words.method.card,
      toGo: set(page, minor),
      received: null,
      ownCode: null,
      picture: 'remove',
      tone: back ? 'caution' : 'success',
      sentence: back ? words.takeCard : words.paidTakeCard(said(page, minor)),
      hint: null,
      code: null,
    },
    actions: [],
  };
}

function approved(page: Page, { prompt, method, approval, minor }: Charge): Now {
  const { charge: words } = page.words;
  if (method !== 'card') return waiting(page.words.settling.paid, words.approvedText);
  if (prompt !== 'remove-card') return waiting(words.approved, words.approvedText);
  const sentence = words.paidTakeCard(said(page, approval?.minor ?? minor));
  return { picture: 'remove', tone: 'success', sentence, hint: null, code: null, open: false };
}

function atTerminal({ words }: Page, { prompt }: Charge): Now {
  const { charge } = words;
  const free = { tone: 'calm', hint: null, code: null, open: true } as const;
  switch (prompt) {
    case 'insert-card':
      return { ...free, picture: 'card', sentence: charge.card };
    case 'pin':
      return { ...free, picture: 'pin', sentence: charge.pin };
    case 'wrong-pin':
      return { ...free, picture: 'pin', tone: 'caution', sentence: charge.wrongPin };
    case 'bank':
      return { ...free, picture: 'bank', tone: 'busy', sentence: charge.bank, hint: charge.bankTakes, open: false };
    case 'remove-card':
      return { ...free, picture: 'remove', sentence: charge.takeCard, open: false };
    case 'wait':
    case 'password':
    case 'reversing':
    case null:
      return { ...free, picture: 'wait', tone: 'busy', sentence: charge.terminalWaits, hint: charge.moment };
    default:
      return prompt satisfies never;
  }
}

function atPhone(page: Page, method: Exclude<ChargeMethod, 'card'>, charge: Charge): Now {
  const { charge: words, method: names } = page.words;
  const free = { tone: 'calm', code: null, open: true } as const;
  const name = names[method];
  const amount = said(page, charge.minor);
  if (charge.prompt === 'password') {
    return { ...free, picture: 'phone', sentence: words.phone, hint: words.phoneText(name, amount) };
  }
  if (charge.code === null) {
    return { ...free, picture: 'wait', tone: 'busy', sentence: words.codeWaits(name), hint: words.moment };
  }
  const { text, untilMs } = charge.code;
  const seconds = Math.max(0, Math.ceil((untilMs - page.kiosk.monoMs) / 1000));
  const code = { qr: text, label: name, seconds };
  const sentence = words.scan(names[`${method}App`], amount);
  const ownCode = readsCodes(page.kiosk) ? words.ownCode : null;
  return { ...free, picture: 'code', sentence, hint: words.scanText, code, ownCode };
}

/** A scanner is there for whoever would rather show the code of their own wallet. */
function readsCodes(kiosk: Kiosk): boolean {
  return kiosk.rules.scanners.some((device) => deviceState(kiosk, device).ready);
}

/** Less than was asked is approved, and held until the customer agrees or not. */
export function partApproved(page: Page, sale: Sale, charge: Charge | null): Part {
  const { part: words } = page.words;
  const asked = charge?.minor ?? rest(page, sale);
  const given = charge?.approval?.minor ?? 0;
  const amount = said(page, given);
  return {
    body: {
      screen: 'part-approved',
      title: words.title(amount, said(page, asked)),
      text: words.text(said(page, asked - given)),
      figures: [
        { label: words.asked, amount: set(page, asked), accent: false },
        { label: words.approved, amount: set(page, given), accent: true },
        { label: words.rest, amount: set(page, asked - given), accent: false },
      ],
    },
    actions: [action('back', words.no, { do: 'other-way' }), action('main', words.agree(amount), { do: 'agree' })],
  };
}
