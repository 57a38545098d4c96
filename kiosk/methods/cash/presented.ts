/**
 * Paid-out notes that a machine holds between its lips until somebody takes them. As long as its owner's visit lasts, a
 * note waits for them, up to a limit; after that it is left: under a number, nobody's, and never the next customer's.
 */
import type { DeviceFact } from '../../../hardware/device.ts';
import { wasOfCheck } from '../../checks/checks.ts';
import { standsForOrder } from '../../case.ts';
import { deviceState, type Presented } from '../../device-state.ts';
import type { Kiosk } from '../../kiosk.ts';
import type { Payout } from '../../payouts.ts';
import { payoutOutcomeMs } from '../../rules.ts';
import { caseAbout, nextCase, openCase, put, type Turn } from '../../turn.ts';

type Seen = Extract<DeviceFact, { fact: 'cash.presented' | 'cash.taken' }>;

/** A note between the lips of a machine. */
export interface AtLips extends Presented {
  readonly device: string;
}

/** The machine tells again after a start; told twice it is the same note, and its limit runs on. */
export function cashPresented(turn: Turn, { device, command, currency, minor }: Seen): void {
  const known = deviceState(turn.kiosk, device).presented;
  if (known?.command === command && known.minor === minor) return;
  put(turn, { kind: 'device.changed', device, change: { to: 'presented', command, currency, minor } });
  const session = turn.kiosk.session;
  if (session?.help && noteToTake(turn.kiosk) !== null) put(turn, { kind: 'session.help', open: false });
}

/** Its owner took it and stands here: the screens behind it get their whole time. Anybody else's hand is only recorded. */
export function cashTaken(turn: Turn, { device, command, currency, minor }: Seen): void {
  const mine = atLips(turn.kiosk).some((note) => note.device === device && isWaitedFor(turn.kiosk, note));
  put(turn, { kind: 'device.changed', device, change: { to: 'taken', command, currency, minor } });
  if (mine) put(turn, { kind: 'session.touched', monoMs: turn.fact.monoMs });
  if (turn.kiosk.left[device]?.command === command) gone(turn, device);
}

/** The note that whoever stands here is to take now, the one that waits longest; null when there is none. */
export function noteToTake(kiosk: Kiosk): AtLips | null {
  const mine = atLips(kiosk).filter((note) => isWaitedFor(kiosk, note));
  return mine.sort((a, b) => a.sinceMs - b.sinceMs)[0] ?? null;
}

/** A note lies between the lips, or may still come there, whose owner is gone: nobody begins. */
export function noteWaits(kiosk: Kiosk): boolean {
  if (kiosk.session === null && atLips(kiosk).length > 0) return true;
  // Of one whose case is closed a person has decided: out of sight, it keeps nobody away.
  const unsettled = Object.values(kiosk.left).some((note) => kiosk.cases[note.case] !== undefined);
  return unsettled || goingOn(kiosk).some((endMs) => endMs > kiosk.monoMs);
}

/** Somebody else's note lies between the lips while this visit lasts. */
export function strangersNote(kiosk: Kiosk): boolean {
  return kiosk.session !== null && atLips(kiosk).some((note) => !isOf(kiosk, note));
}

/** What is known to have been taken of an order while this note of it waits. */
export function takenBefore({ paidMinor, takenMinor, retractedMinor }: Payout, minor: number): number {
  // What a machine tells to be out may hold the note between its lips already, and what went back in.
  return Math.max(takenMinor, paidMinor - retractedMinor - minor);
}

/** True while a machine waits for a hand, and not the kiosk for the machine. */
export function waitsForHand(kiosk: Kiosk, { device, command }: Payout): boolean {
  return deviceState(kiosk, device).presented?.command === command;
}

/** When to look again, monotonic; infinite when nothing waits. */
export function presentedDue(kiosk: Kiosk): number {
  const limits = atLips(kiosk)
    .filter((note) => isWaitedFor(kiosk, note))
    .map((note) => limitOf(kiosk, note));
  return Math.min(Number.POSITIVE_INFINITY, ...limits, ...goingOn(kiosk).filter((endMs) => endMs > kiosk.monoMs));
}

export function presentedTimeReached(turn: Turn): void {
  for (const note of atLips(turn.kiosk)) {
    if (isWaitedFor(turn.kiosk, note) && turn.fact.monoMs >= limitOf(turn.kiosk, note)) leave(turn, note);
  }
}

/** Whatever the fact was: a note without an owner has a number, and one that is gone from the lips is known to be. */
export function keepLeftNotes(turn: Turn): void {
  for (const note of atLips(turn.kiosk)) {
    if (!isOf(turn.kiosk, note) && !isChecked(turn.kiosk, note) && !isLeft(turn.kiosk, note)) leave(turn, note);
  }
  for (const { device, command } of Object.values(turn.kiosk.left)) {
    const { ready, presented } = deviceState(turn.kiosk, device);
    // Only a machine that is well can say that there is none: until then, what it tells of goes under the number it has.
    if (presented === null && ready && turn.kiosk.payouts[command] === undefined) gone(turn, device);
  }
}

/** A note of the present visit was left: its owner is no longer counted on. */
export function ownerGone({ session, left }: Kiosk): boolean {
  const orders = session?.sale?.payouts ?? [];
  return Object.values(left).some((note) => orders.some(({ command }) => command === note.command));
}

/**
 * The number under which a note of this order was left; null when none was. Also one that is closed: what was paid at the
 * window is not owed again when the machine tells of it later.
 */
export function leftUnder({ left, payouts }: Kiosk, device: string, command: string): string | null {
  const payout = payouts[command];
  const note = left[device];
  return payout?.status === 'left' ? payout.case : note?.command === command ? note.case : null;
}

function leave(turn: Turn, { device, command, currency, minor }: AtLips): void {
  const { kiosk } = turn;
  const payout = kiosk.payouts[command];
  const out = payout === undefined ? 0 : takenBefore(payout, minor);
  // What went back in before is owed under a number of its own.
  const rest = payout === undefined ? 0 : Math.max(0, payout.minor - out - payout.retractedMinor - minor);
  // What was taken after a note was left is not known to be the owner's.
  const taken = payout?.status === 'left' ? payout.ownersMinor : out;
  const now = kiosk.session?.sale?.payouts.some((one) => one.command === command) ? kiosk.session : null;
  const session = payout?.session ?? now?.id ?? null;
  const sale = payout?.sale ?? now?.sale?.id ?? null;
  const known = payout?.case ?? standsFor(kiosk, command);
  const number = known ?? nextCase(kiosk);
  const told = { device, command, session, sale, taken, rest, case: number, currency, minor };
  // The order was in doubt, all of it, and its owner took some since.
  const sum = minor + rest + (kiosk.cases[number]?.retractedMinor ?? 0);
  const lower = payout?.status === 'doubt' && sum < (kiosk.cases[number]?.minor ?? 0);
  put(turn, lower ? { kind: 'change.left', ...told, lowered: sum } : { kind: 'change.left', ...told });
  // Nobody is owed what a check paid out.
  const about = isOfCheck(kiosk, device, command) ? 'check-unknown' : 'change-left';
  if (known === null) openCase(turn, about, { session, sale, minor: minor + rest, subject: command });
}

/** Nobody is owed what it did not pay, nor what nobody took of it. */
export function isOfCheck({ payouts, checks }: Kiosk, device: string, command: string): boolean {
  const payout = payouts[command];
  if (payout !== undefined) return payout.sale === null;
  return checks.open?.command === command || wasOfCheck(checks, device, command);
}

/** A case that stands for all that an order has not yet given, of which nothing more is heard. */
function standsFor(kiosk: Kiosk, command: string): string | null {
  const number = caseAbout(kiosk, command);
  const one = number === null ? undefined : kiosk.cases[number];
  return one !== undefined && standsForOrder(one) ? number : null;
}

function gone(turn: Turn, device: string): void {
  const note = turn.kiosk.left[device];
  if (note !== undefined) put(turn, { kind: 'change.gone', ...note });
}

function atLips(kiosk: Kiosk): readonly AtLips[] {
  return Object.entries(kiosk.devices).flatMap(([device, { presented }]) =>
    presented === null ? [] : [{ device, ...presented }],
  );
}

/** It is the present visit's. */
function isOf({ session }: Kiosk, { command }: AtLips): boolean {
  if (session?.sale == null || (session.stage.at === 'giving' && session.stage.absent)) return false;
  return session.sale.payouts.some((payout) => payout.command === command);
}

/** Somebody who works here is about to take it. */
function isChecked({ checks }: Kiosk, { command }: AtLips): boolean {
  return checks.open?.command === command;
}

function isLeft({ left }: Kiosk, { device, command }: AtLips): boolean {
  return left[device]?.command === command;
}

function isWaitedFor(kiosk: Kiosk, note: AtLips): boolean {
  return isOf(kiosk, note) && !isLeft(kiosk, note);
}

/** Whoever takes at one machine of the visit stands there, and comes to the next. */
function limitOf({ rules, session }: Kiosk, { sinceMs }: AtLips): number {
  return Math.max(sinceMs, session?.tookMs ?? 0) + rules.takeChangeMs;
}

/** Until when the next note of an order that was left may still come out, monotonic. */
function goingOn({ payouts }: Kiosk): readonly number[] {
  return Object.values(payouts)
    .filter(({ status }) => status === 'left')
    .map(({ orderedMs }) => orderedMs + payoutOutcomeMs);
}
