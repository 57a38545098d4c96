/** Paying in cash: what is still to go, what the slot does, and which way the money comes back. */
import { mainsLost } from '../cabinet/limits.ts';
import type { NoteNotice } from '../entry.ts';
import { type DeviceState, deviceState } from '../device-state.ts';
import type { Kiosk } from '../kiosk.ts';
import {
  acceptable,
  acceptorUsable,
  coinsTaken,
  denominationsTaken,
  noteInMouth,
  notesMoving,
  slipMayCome,
  slipPromised,
  stackInFlight,
} from '../methods/cash/acceptance.ts';
import { dispenserUsable } from '../methods/cash/change.ts';
import { methodsOffered } from '../remote/order.ts';
import { credited, type Sale, toGo } from '../sale/sale.ts';
import type { Action, ScreenBody, Tone } from '../server/wire.ts';
import {
  action,
  cancelAction,
  comesFrom,
  inside,
  joined,
  methodName,
  type Page,
  type Part,
  said,
  saidRow,
  set,
  totalInCash,
} from './page.ts';

type Body = Extract<ScreenBody, { screen: 'pay-cash' }>;
type Slot = Pick<Body, 'slot' | 'tone' | 'sentence'>;

/** Chips on the glass; older notes are counted in the last one. */
const chipsShown = 18;

/** `closing`: the visit leaves this screen as soon as the last note is quiet; nothing can be asked meanwhile. */
export function payCash(page: Page, sale: Sale, closing: boolean): Part {
  const { cash: words } = page.words;
  const { kiosk } = page;
  const rest = toGo(sale, kiosk.rules.cashStepMinor);
  const total = totalInCash(page, sale);
  const rounding = sale.bill.minor - total;
  const accepted = takenNow(page);
  return {
    body: {
      screen: 'pay-cash',
      toGoLabel: words.toGo,
      toGo: set(page, rest),
      progress: total === 0 ? 1 : Math.min(1, credited(sale) / total),
      received: words.received(said(page, credited(sale))),
      due: rounding > 0 ? words.dueRounded(said(page, total), said(page, rounding)) : words.due(said(page, total)),
      ...slotNow(page, sale, closing, accepted),
      accepted: accepted.length === 0 ? words.acceptedNone : words.accepted(saidRow(page, accepted)),
      change: changeText(page, sale),
      notesLabel: words.inserted,
      notes: chips(page, sale),
    },
    actions: actions(page, sale, closing, rest),
  };
}

/** The denominations that are enabled right now, at any machine, ascending. */
function takenNow(page: Page): readonly number[] {
  const { kiosk } = page;
  const { acceptors, coinAcceptors } = kiosk.rules;
  const all = [...acceptors, ...coinAcceptors].flatMap((device) => acceptable(kiosk, device));
  return [...new Set(all)].sort((a, b) => a - b);
}

function slotNow(page: Page, sale: Sale, closing: boolean, accepted: readonly number[]): Slot {
  const { kiosk } = page;
  const { cash: words } = page.words;
  const moving = stackInFlight(kiosk) !== null;
  if (closing) {
    return notesMoving(kiosk) ? slot('moving', 'busy', words.closingCheck) : slot('off', 'busy', words.closing);
  }
  if (moving) return slot('moving', 'busy', words.checking);
  const mouths = kiosk.rules.acceptors
    .filter((device) => noteInMouth(kiosk, device))
    .map((device) => deviceState(kiosk, device).note);
  const told = kiosk.session?.notice ?? null;
  const notice = told?.over ? null : told;
  // A note in escrow that nobody ordered into the box is on its way back.
  if (notice !== null && notice.what !== 'found' && mouths.includes('escrowed'))
    return slot('returning', 'caution', returnedText(page, notice));
  if (mouths.length > 0) return slot('checking', 'busy', words.checking);
  if (notice?.what === 'found') return slot('ready', 'success', noteText(page, notice));
  if (!kiosk.rules.acceptors.some((device) => acceptorUsable(kiosk, device))) {
    return slot('off', 'caution', slotOffText(page, sale));
  }
  if (notice !== null) return slot('returning', 'caution', returnedText(page, notice));
  if (accepted.length === 0) {
    const rest = said(page, toGo(sale, kiosk.rules.cashStepMinor));
    return slot('off', 'caution', joined(page, [words.restStuck(rest), cashElsewhere(page)]));
  }
  return slot('ready', 'calm', coinsTaken(kiosk).length === 0 ? words.insert : words.insertCoins);
}

/** cash: all of it; short: cash as far as it goes, and a slip; none: only the exact sum can be paid. */
export type ChangeNow = 'cash' | 'short' | 'slip' | 'none';

/** How change comes back, as it stands now; null while a machine that has a say in it has not said in this boot how it is. */
export function changeNow(kiosk: Kiosk, sale: Sale): ChangeNow | null {
  const { acceptors, dispensers, printer } = kiosk.rules;
  const asked = [...acceptors, ...dispensers, ...(printer === null ? [] : [printer])];
  if (!asked.every((device) => isKnown(deviceState(kiosk, device)))) return null;
  if (denominationsTaken(kiosk).length === 0) return null;
  if (!slipMayCome(kiosk, sale)) return 'cash';
  if (!sale.agreed || !slipPromised(kiosk)) return 'none';
  return dispensers.some((device) => dispenserUsable(kiosk, device)) ? 'short' : 'slip';
}

function isKnown({ ready, lost, faults }: DeviceState): boolean {
  return ready || lost !== null || faults.length > 0;
}

function changeText(page: Page, sale: Sale): Body['change'] {
  const { cash: words } = page.words;
  const now = changeNow(page.kiosk, sale);
  switch (now) {
    case null:
      return null;
    case 'cash':
      return { tone: 'calm', text: changeIn(page, paysNow(page)) };
    case 'short':
      return { tone: 'calm', text: words.changeShort(page.window) };
    case 'slip':
      return { tone: 'calm', text: words.changeSlip(page.window) };
    case 'none':
      return { tone: 'caution', text: words.changeNone };
    default:
      return now satisfies never;
  }
}

function changeIn(page: Page, devices: readonly string[]): string {
  const { changeNotes: notes, changeCoins: coins, changeCash: cash } = page.words.cash;
  return { notes, coins, cash }[comesFrom(page, devices)];
}

function paysNow({ kiosk }: Page): readonly string[] {
  return kiosk.rules.dispensers.filter((device) => dispenserUsable(kiosk, device));
}

function slot(does: Slot['slot'], tone: Tone, sentence: string): Slot {
  return { slot: does, tone, sentence };
}

function cashElsewhere(page: Page): string {
  return page.words.method.cashElsewhere(page.window, page.phone);
}

function slotOffText(page: Page, sale: Sale): string {
  const { cash: words } = page.words;
  const minor = inside(sale);
  return joined(page, [minor > 0 ? words.slotOffInside(said(page, minor)) : words.slotOff, cashElsewhere(page)]);
}

/** Why the note came back, and what to do; the second time also the way round. */
function returnedText(page: Page, notice: NoteNotice): string {
  const { cash: words } = page.words;
  const reason = noteText(page, notice);
  if (notice.times < 2) return reason;
  return hasOtherWay(page) ? words.orOtherWay(reason) : words.orWindow(reason, page.window);
}

function noteText(page: Page, notice: NoteNotice): string {
  const { cash: words } = page.words;
  switch (notice.what) {
    case 'unreadable':
      return words.unreadable;
    case 'damaged':
      return words.damaged;
    case 'askew':
      return words.askew;
    case 'kind':
      return notice.minor === null ? words.kindUnknown : words.kind(said(page, notice.minor));
    case 'change':
      return words.change;
    case 'power':
      return words.power;
    case 'late':
      return words.late;
    case 'found':
      return page.words.case.found(said(page, notice.minor ?? 0), notice.case ?? '');
    default:
      return notice.what satisfies never;
  }
}

/** Without the mains nothing new is begun, in no way. */
function hasOtherWay(page: Page): boolean {
  return (
    !mainsLost(page.kiosk) && methodsOffered(page.kiosk.rules, page.kiosk.remote).some((method) => method !== 'cash')
  );
}

function actions(page: Page, sale: Sale, closing: boolean, rest: number): Action[] {
  const { cash: words } = page.words;
  const minor = inside(sale);
  const cancel = cancelAction(page, 'back', sale, closing);
  if (!hasOtherWay(page)) return [cancel];
  const label = minor > 0 ? words.otherWayRest(said(page, rest)) : words.otherWay;
  return [cancel, action('other', label, { do: 'other-way' }, closing)];
}

/** What was put in, newest first. */
function chips(page: Page, sale: Sale): Body['notes'] {
  const { cash: words } = page.words;
  const notes = sale.notes.map(({ command, minor, suspect }) => ({
    id: command,
    label: suspect ? words.suspect(said(page, minor)) : said(page, minor),
    sure: !suspect,
  }));
  const slips = sale.vouchers.map(({ serial, minor }) => ({
    id: serial,
    label: words.slip(said(page, minor)),
    sure: true,
  }));
  const charged = sale.charges.map(({ command, method, minor }) => ({
    id: command,
    label: `${methodName(page, method)} ${said(page, minor)}`,
    sure: true,
  }));
  const all = [...charged, ...slips, ...notes].reverse();
  if (all.length <= chipsShown) return all;
  const older = all.length - chipsShown + 1;
  return [...all.slice(0, chipsShown - 1), { id: 'earlier', label: words.earlier(String(older)), sure: true }];
}
