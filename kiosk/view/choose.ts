/** The ways to pay, the promise about change before the first note, and a slip that is typed in. */
import { coinsTaken, denominationsTaken, notesTaken, slipMayCome, slipPromised } from '../methods/cash/acceptance.ts';
import { dispenserUsable } from '../methods/cash/change.ts';
import { sumsOf } from '../methods/cash/sums.ts';
import { type MethodNow, methodsNow } from '../methods/catalog.ts';
import { cashCredited, dueInCash, isCharge, type Sale, toGo, vouchersCredited } from '../sale/sale.ts';
import type { Action, MethodName, ScreenBody } from '../server/wire.ts';
import type { Stage, VoucherProblem } from '../session/stage.ts';
import { codeGroup } from '../text/paper.ts';
import { choiceNotice } from './declined.ts';
import { keyboard } from './find.ts';
import {
  action,
  cancelAction,
  inside,
  joined,
  longMoment,
  methodName,
  offReason,
  type Page,
  type Part,
  said,
  saidRange,
  set,
} from './page.ts';

type Row = Extract<ScreenBody, { screen: 'choose' }>['methods'][number];

/** Digits of a slip's number, from the first slip's on, and signs of its code. */
const slipDigits = { usual: 6, most: 9 };
const codeSigns = 10;

export function choose(page: Page, sale: Sale, { declined }: Extract<Stage, { at: 'choose' }>): Part {
  const { choose: words, frame } = page.words;
  const minor = inside(sale);
  return {
    body: {
      screen: 'choose',
      title: words.title,
      amountLabel: minor > 0 ? words.toGo : words.due,
      amount: set(page, toGo(sale, page.kiosk.rules.cashStepMinor)),
      received: minor > 0 ? received(page, sale) : null,
      notice: choiceNotice(page, sale, declined ?? null),
      methods: rows(page, sale, declined?.method ?? null),
    },
    actions: [minor > 0 ? cancelAction(page, 'back', sale) : action('back', frame.back, { do: 'back' })],
  };
}

/** What is inside, a slip alone by name: whoever typed it sees that it counts. Of several ways each with its part. */
function received(page: Page, sale: Sale): string {
  const { choose: words, cash, settled, frame } = page.words;
  const total = inside(sale);
  const ways = receivedBy(sale);
  if (ways.length > 1) {
    const parts = ways.map(([method, minor]) => settled.part(methodName(page, method), said(page, minor)));
    return joined(page, [cash.received(said(page, total)), parts.reduce(frame.and)]);
  }
  const [only] = sale.vouchers;
  return only?.minor === total ? words.slipTaken(said(page, total)) : cash.received(said(page, total));
}

/** What each way has given so far. */
function receivedBy(sale: Sale): readonly (readonly [MethodName, number])[] {
  const ways = new Map<MethodName, number>([
    ['cash', cashCredited(sale)],
    ['voucher', vouchersCredited(sale)],
  ]);
  for (const { method, minor } of sale.charges) ways.set(method, (ways.get(method) ?? 0) + minor);
  return [...ways].filter(([, minor]) => minor > 0);
}

/**
 * What is suggested comes first: cash that gives change in cash, or else the first charge that costs the customer nothing and
 * was not just tried in vain; cash whose change would be a slip, where no charge can be used. The rest stands in the order of the configuration, charges that cost the customer something behind those that do not.
 */
function rows(page: Page, sale: Sale, declined: MethodName | null): Row[] {
  const { suggested: badge, keepsRecord: why } = page.words.choose;
  const all = methodsNow(page.kiosk, sale);
  const cash = all.some(({ method, off }) => method === 'cash' && off === null);
  const charge = bestCharge(page, all, cash, declined);
  const instead = cash && !slipMayCome(page.kiosk, sale) ? undefined : charge;
  const found = all.map((now): Row => {
    const { method, off } = now;
    const suggested = method === 'cash' && off === null && instead === undefined ? givesChange(page, sale) : null;
    const note = noteOf(page, sale, method);
    return {
      icon: method,
      name: methodName(page, method),
      note: method === 'cash' && off === null && suggested === null ? withSlip(page, sale, note) : note,
      suggested: now === instead ? { badge, why } : suggested,
      off: off === null ? null : offText(page, method, offReason(page, method, off)),
      intent: { do: 'method', method },
    };
  });
  const rank = ({ suggested, icon }: Row) => (suggested !== null ? 0 : feePercent(page, icon) === 0 ? 1 : 2);
  return found.toSorted((one, other) => rank(one) - rank(other));
}

/** The charge to suggest. One that costs something is none while cash can be paid. */
function bestCharge(
  page: Page,
  all: readonly MethodNow[],
  cash: boolean,
  declined: MethodName | null,
): MethodNow | undefined {
  const charges = all.filter(({ method, off }) => isCharge(method) && off === null);
  const free = charges.find(({ method }) => method !== declined && feePercent(page, method) === 0);
  return free ?? (cash ? undefined : charges[0]);
}

/** What the customer's own bank or wallet takes besides; cash and slips cost nothing. */
function feePercent({ kiosk }: Page, method: MethodNow['method']): number {
  return isCharge(method) ? (kiosk.rules.policies[method]?.feePercent ?? 0) : 0;
}

function noteOf(page: Page, sale: Sale, method: MethodNow['method']): string {
  const { cardNote, walletNote, withBankFee, withWalletFee } = page.words.choose;
  const withFee = method === 'card' ? withBankFee : withWalletFee;
  const fee = feePercent(page, method);
  const charge = (note: string) => (fee === 0 ? note : withFee(note, fee));
  switch (method) {
    case 'cash':
      return cashNote(page, sale);
    case 'voucher':
      return voucherNote(page, sale);
    case 'card':
      return charge(cardNote);
    case 'alipay':
    case 'wechat':
      return charge(walletNote);
    default:
      return method satisfies never;
  }
}

/** Why cash is suggested; null: it gives no change. */
function givesChange(page: Page, sale: Sale): Row['suggested'] {
  const { choose: words } = page.words;
  const badge = words.suggested;
  if (!slipMayCome(page.kiosk, sale)) return { badge, why: words.givesChange };
  return slipPromised(page.kiosk) ? { badge, why: words.givesSlip } : null;
}

/** That change would be a slip stands with cash also where it is not suggested for it. */
function withSlip(page: Page, sale: Sale, note: string): string {
  const slip = slipMayCome(page.kiosk, sale) && slipPromised(page.kiosk);
  return slip ? joined(page, [note, page.words.choose.givesSlip]) : note;
}

/** Where cash can be paid instead stands wherever this machine cannot take it. */
function offText(page: Page, method: MethodNow['method'], reason: string): string {
  const { notNow, cashElsewhere } = page.words.method;
  if (method !== 'cash') return notNow(reason);
  return joined(page, [notNow(reason), cashElsewhere(page.window, page.phone)]);
}

/** What a slip leaves is paid another way: without one, only a slip that covers it all is any use. */
function voucherNote(page: Page, sale: Sale): string {
  const { voucherNote: note, voucherWhole } = page.words.choose;
  const restPaid = methodsNow(page.kiosk, sale).some(({ method, off }) => method !== 'voucher' && off === null);
  return restPaid ? note : voucherWhole;
}

function cashNote(page: Page, sale: Sale): string {
  const { choose: words } = page.words;
  const { cashStepMinor } = page.kiosk.rules;
  const notes = notesTaken(page.kiosk);
  const [least, most] = [notes[0], notes.at(-1)];
  if (least === undefined || most === undefined) return page.words.method.cashElsewhere(page.window, page.phone);
  const range = saidRange(page, least, most);
  const changes = slipPromised(page.kiosk) || !slipMayCome(page.kiosk, sale);
  const taken = changes ? words.cashChange(range) : words.cashExact(range);
  const note = coinsTaken(page.kiosk).length === 0 ? taken : words.withCoins(taken);
  const due = dueInCash(sale, cashStepMinor) - cashCredited(sale);
  return due > 0 && due !== toGo(sale, cashStepMinor) ? words.cashRounded(note, said(page, due)) : note;
}

export function promise(page: Page, sale: Sale): Part {
  const { promise: words } = page.words;
  const promised = slipPromised(page.kiosk);
  const cashFirst = page.kiosk.rules.dispensers.some((device) => dispenserUsable(page.kiosk, device));
  const minor = inside(sale);
  const cancel: Action[] = minor > 0 ? [cancelAction(page, 'other', sale)] : [];
  const text = promised
    ? (cashFirst ? words.shortText : words.text)(said(page, mostChange(page, sale)), page.window)
    : words.gone(page.window, page.phone);
  return {
    body: {
      screen: 'promise',
      title: cashFirst ? words.shortTitle : words.title,
      text,
      points: promised ? points(page, sale) : [],
    },
    actions: [
      action('back', words.otherWay, { do: 'other-way' }),
      ...cancel,
      action('main', words.agree, { do: 'agree' }, !promised),
    ],
  };
}

/** What notes alone would have to pay for this sale. */
function dueInNotes(page: Page, sale: Sale): number {
  return toGo({ ...sale, method: 'cash' }, page.kiosk.rules.cashStepMinor);
}

/** The most that can come back: the last note is the largest, and the notes before it leave the least to pay. */
function mostChange(page: Page, sale: Sale): number {
  const notes = denominationsTaken(page.kiosk);
  const due = dueInNotes(page, sale);
  return Math.max(0, (notes.at(-1) ?? 0) - (due - sumsOf(notes).below(due)));
}

function points(page: Page, sale: Sale): string[] {
  const { promise: words } = page.words;
  const due = dueInNotes(page, sale);
  const cash = sumsOf(denominationsTaken(page.kiosk)).from(due);
  if (cash === null || cash === due) return [words.free, words.reuse, words.exact];
  return [words.free, words.reuse, words.least(said(page, cash), said(page, cash - due))];
}

export function voucher(page: Page, stage: Extract<Stage, { at: 'voucher' }>): Part {
  const { voucher: words, frame } = page.words;
  return {
    body: {
      screen: 'voucher',
      title: words.title,
      hint: words.hint,
      serial: keyboard(page, { kind: 'digits', label: words.serial, maxLength: slipDigits.most }),
      serialDigits: Math.max(slipDigits.usual, String(page.kiosk.counters.voucher).length),
      code: keyboard(page, { kind: 'code', label: words.code, maxLength: codeSigns, group: codeGroup }),
      next: frame.next,
      submit: words.submit,
      busy: stage.asking === undefined ? null : words.checking,
      problem: stage.problem === null ? null : voucherProblem(page, stage.problem),
    },
    actions: [action('back', frame.back, { do: 'back' })],
  };
}

/** Also said aloud. */
export function voucherProblem(
  page: Pick<Page, 'kiosk' | 'lang' | 'window' | 'words'>,
  problem: VoucherProblem,
): string {
  const { voucher: words } = page.words;
  switch (problem) {
    case 'refused':
      return words.refused;
    case 'unchecked':
      return words.unchecked(page.window);
    default:
      return words.spent(problem.kiosk, longMoment(page, problem.at));
  }
}
