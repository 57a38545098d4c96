/**
 * The money facts of cards and wallets. A charge is asked for once. What is approved is compared with what was asked
 * before it counts, and goes back when nobody waits for it any more; what nobody knows is a case, and never a second charge.
 */
import type { ChargeFact } from '../../../hardware/charge.ts';
import type { Counters, DeviceFact } from '../../../hardware/device.ts';
import { isCardToTake } from './availability.ts';
import { type Charge, isMoving, movingOf, partOf } from '../../charges.ts';
import type { ChargedPart } from '../../charged-part.ts';
import type { Session } from '../../session/session.ts';
import { chargeMethodOf, chargeOutcomeMs, reversalUnansweredMs } from '../../rules.ts';
import { type Sale, toGo } from '../../sale/sale.ts';
import type { ChargeMethod } from '../../server/wire.ts';
import { atCase } from '../../session/stage.ts';
import { bookedOf } from '../../statements/booked.ts';
import { caseAbout, gaveBack, move, newId, nextCase, openCase, put, saleNow, type Turn } from '../../turn.ts';

type Refused = Extract<DeviceFact, { fact: 'command.refused' }>;
type Seen<K extends ChargeFact['fact']> = Extract<ChargeFact, { fact: K }> & { readonly device: string };

/** Asks for what is still to go. `code`: a handle to the payment code that was scanned. */
export function openCharge(turn: Turn, method: ChargeMethod, code?: string): void {
  const now = saleNow(turn);
  const device = turn.kiosk.rules.chargers[method];
  if (now === null || device === undefined) return;
  const { session, sale } = now;
  const at = { session: session.id, sale: sale.id };
  put(turn, { kind: 'tender.opened', ...at, method, agreed: false });
  const minor = toGo({ ...sale, method }, turn.kiosk.rules.cashStepMinor);
  const command = newId(turn, 'charge');
  const { bill } = sale;
  put(turn, {
    kind: 'charge.start',
    command,
    device,
    method,
    ...at,
    bill: bill.number,
    subject: `${bill.payee[session.lang]} ${bill.title[session.lang]}`,
    lang: session.lang,
    ...(code === undefined ? {} : { code }),
    currency: turn.kiosk.rules.currency,
    minor,
  });
  move(turn, { at: 'pay-charge', method, command });
}

export function chargeStarting(turn: Turn, { command, device, counters }: Seen<'charge.starting'>): void {
  if (command in turn.kiosk.charges) put(turn, { kind: 'charge.starting', command, device, counters });
}

export function chargePrompted(turn: Turn, { command, device, prompt }: Seen<'charge.prompt'>): void {
  if (command === null) cardLeft(turn, device, prompt === 'remove-card');
  else if (command in turn.kiosk.charges) {
    put(turn, { kind: 'charge.prompted', command, prompt });
    // Whoever is busy at the terminal or with the phone is here.
    put(turn, { kind: 'session.touched', monoMs: turn.fact.monoMs });
  }
}

function cardLeft(turn: Turn, device: string, left: boolean): void {
  const asked = isCardToTake(turn.kiosk);
  put(turn, { kind: 'device.changed', device, change: { to: 'card', left } });
  // What stands behind it gets its whole time.
  if (asked && !left) put(turn, { kind: 'session.touched', monoMs: turn.fact.monoMs });
}

export function chargeCoded(turn: Turn, { command, code, untilMs }: Seen<'charge.code'>): void {
  if (command in turn.kiosk.charges) put(turn, { kind: 'charge.coded', command, code, untilMs });
}

export function chargeApproved(turn: Turn, seen: Seen<'charge.approved'>): void {
  const { command, key, currency, minor, held, card, reference, counters } = seen;
  const charge = turn.kiosk.charges[command];
  if (turn.kiosk.evidence.includes(key)) return;
  if (charge === undefined) {
    strangersCharge(turn, seen);
    return;
  }
  if (charge.approval !== null) return;
  const { device, session, sale } = charge;
  const of = { command, device, session, sale };
  const booked = bookedOf(charge.method, minor, turn.fact.at);
  put(turn, { kind: 'charge.approved', ...of, key, currency, minor, held, card, reference, counters, ...booked });
  const approved = turn.kiosk.charges[command];
  const part = approved === undefined ? null : partOf(approved);
  if (part === null) return;
  if (charge.paidOut) {
    // Whatever it says was taken: whom the window paid gets nothing back from here.
    if (held) put(turn, { kind: 'charge.confirm', ...of });
    else confirmed(turn, charge, part, null);
  } else if (currency !== charge.currency || minor > charge.minor || minor <= 0) {
    takeBack(turn, charge, part, 'differs');
  } else if (charge.cancelled || charge.status === 'watched' || !isWaitedFor(turn, charge)) {
    takeBack(turn, charge, part, held ? 'cancelled' : 'late');
  } else if (!held) {
    put(turn, { kind: 'charge.confirmed', ...of, part, counters: null });
  } else if (minor < charge.minor && charge.status !== 'doubt') {
    move(turn, { at: 'part-approved', command });
  } else {
    put(turn, { kind: 'charge.confirm', ...of });
  }
}

/** It was told as not taken, or is not known at all: it goes back, under a number. */
function strangersCharge(turn: Turn, seen: Seen<'charge.approved'>): void {
  const { command, device, key, currency, minor, held, card, reference, counters } = seen;
  const method = chargeMethodOf(turn.kiosk.rules, device);
  if (method === null) return;
  const of = { session: null, sale: null };
  const booked = bookedOf(method, minor, turn.fact.at);
  const said = { key, currency, minor, held, card, reference, counters, ...booked };
  put(turn, { kind: 'charge.approved', command, device, ...of, ...said });
  giveBackCharge(turn, { command, device, method, card, currency, minor, reference }, of, 'late', false);
  openCase(turn, 'charge-late', { ...of, minor, subject: command });
}

/** Its visit still stands before it, or its sale waits for it. */
function isWaitedFor({ kiosk }: Turn, { command, sale }: Charge): boolean {
  if (sale === null) return false;
  if (kiosk.pending[sale] !== undefined) return true;
  const now = kiosk.session?.sale;
  return now?.id === sale && now.state === 'open' && waitsAt(kiosk.session, command);
}

function waitsAt(session: Session | null, command: string): boolean {
  const stage = session?.stage;
  return stage?.at === 'pay-charge' && stage.command === command;
}

/** The customer agrees that less than was asked is taken, or does not. */
export function partDecided(turn: Turn, agreed: boolean): void {
  const stage = turn.kiosk.session?.stage;
  if (stage?.at !== 'part-approved') return;
  const charge = turn.kiosk.charges[stage.command];
  const part = charge === undefined ? null : partOf(charge);
  if (charge === undefined || part === null || charge.status !== 'held') return;
  const { command, device, method, session, sale } = charge;
  if (agreed) {
    put(turn, { kind: 'charge.confirm', command, device, session, sale });
    move(turn, { at: 'pay-charge', method, command });
  } else {
    giveBackCharge(turn, part, { session, sale }, 'part', false);
    move(turn, { at: 'choose' });
  }
}

/** Whoever took it can be told to give it back: another configuration may know them no more. */
export function isAskedHere({ rules }: Turn['kiosk'], { device }: ChargedPart): boolean {
  return Object.values(rules.chargers).includes(device);
}

/** Gives one charge back the way it came. `refund`: the sale had been booked with it. */
export function giveBackCharge(
  turn: Turn,
  part: ChargedPart,
  of: { readonly session: string | null; readonly sale: string | null },
  reason: 'cancelled' | 'late' | 'differs' | 'part' | 'refused' | 'refunded',
  refund: boolean,
): void {
  const { command, device } = part;
  put(turn, { kind: 'charge.reverse', command, device, ...of, part, reason, refund });
}

function takeBack(turn: Turn, charge: Charge, part: ChargedPart, reason: 'cancelled' | 'late' | 'differs'): void {
  const { session, sale, command } = charge;
  giveBackCharge(turn, part, { session, sale }, reason, false);
  if (reason === 'cancelled') return;
  const about = reason === 'differs' ? 'charge-differs' : 'charge-late';
  const number = charge.case ?? openCase(turn, about, { session, sale, minor: part.minor, subject: command });
  if (waitsAt(turn.kiosk.session, command)) move(turn, atCase(number, 'choose'));
}

export function chargeConfirmed(turn: Turn, { command, counters }: Seen<'charge.confirmed'>): void {
  const charge = turn.kiosk.charges[command];
  const part = charge === undefined ? null : partOf(charge);
  if (charge === undefined || part === null || charge.status === 'reversing') return;
  confirmed(turn, charge, part, counters);
}

/** What the window has paid out is explained by it, unless it is another sum. */
function confirmed(turn: Turn, charge: Charge, part: ChargedPart, counters: Counters | null): void {
  const { command, device, session, sale, currency, minor } = charge;
  put(turn, { kind: 'charge.confirmed', command, device, session, sale, part, counters });
  if (!charge.paidOut || charge.case === null || part.currency !== currency || part.minor !== minor) return;
  put(turn, { kind: 'case.resolved', case: charge.case, outcome: 'explained', currency, minor });
}

export function chargeDeclined(turn: Turn, { command, reason, code, watched }: Seen<'charge.declined'>): void {
  const charge = turn.kiosk.charges[command];
  if (charge === undefined || charge.status === 'reversing') return;
  const { device, method, session, sale } = charge;
  const of = { command, device, session, sale };
  if (charge.status === 'watched') {
    if (watched === null) expired(turn, charge);
    return;
  }
  const mine = waitsAt(turn.kiosk.session, command) || heldFor(turn, command);
  put(turn, { kind: 'charge.declined', ...of, reason, code, watched });
  explained(turn, charge);
  if (mine) move(turn, { at: 'choose', declined: { method, reason } });
}

/** It never left for whoever was to be asked. */
export function chargeRefused(turn: Turn, { device, command, sent, reason }: Refused): void {
  if (turn.kiosk.charges[command]?.status !== 'asked' || sent) return;
  chargeDeclined(turn, {
    fact: 'charge.declined',
    device,
    command,
    key: `refused ${command}`,
    reason: 'other',
    code: reason,
    watched: null,
  });
}

function heldFor({ kiosk }: Turn, command: string): boolean {
  const stage = kiosk.session?.stage;
  return stage?.at === 'part-approved' && stage.command === command;
}

/** The case that nobody knew ends: nothing was taken. What else is inside for its sale is judged where the sale is. */
function explained(turn: Turn, charge: Charge): void {
  if (charge.case === null || charge.sale === null || turn.kiosk.pending[charge.sale] !== undefined) return;
  const { currency } = turn.kiosk.rules;
  put(turn, { kind: 'case.resolved', case: charge.case, outcome: 'explained', currency, minor: null });
}

export function chargeExpired(turn: Turn, { command }: Seen<'charge.expired'>): void {
  const charge = turn.kiosk.charges[command];
  if (charge?.status === 'watched') expired(turn, charge);
}

function expired(turn: Turn, charge: Charge): void {
  const { command, device, session, sale } = charge;
  put(turn, { kind: 'charge.expired', command, device, session, sale });
}

export function chargeReversed(turn: Turn, { command, by, counters }: Seen<'charge.reversed'>): void {
  const charge = turn.kiosk.charges[command];
  if (charge === undefined) return;
  const { device, method, session, sale } = charge;
  const mine = waitsAt(turn.kiosk.session, command) || heldFor(turn, command);
  // What was never approved is nothing in sum: the statement has both, or neither.
  const booked = charge.approval === null ? {} : bookedOf(method, charge.approval.minor, turn.fact.at);
  put(turn, { kind: 'charge.reversed', command, device, session, sale, by, counters, ...booked });
  const minor = charge.approval?.minor ?? charge.minor;
  const { currency } = turn.kiosk.rules;
  if (charge.refund && sale !== null) gaveBack(turn, { sale, method, currency, minor });
  const about = charge.case ?? caseAbout(turn.kiosk, command);
  if (about !== null && !charge.paidOut && turn.kiosk.pending[sale ?? ''] === undefined) {
    put(turn, { kind: 'case.resolved', case: about, outcome: 'returned', currency, minor });
  }
  const reason = by === 'other-side' ? 'timeout' : 'cancelled';
  if (mine) move(turn, { at: 'choose', declined: { method, reason } });
}

/** Only a person can give it back. */
export function chargeIrreversible(turn: Turn, { command, code }: Seen<'charge.irreversible'>): void {
  const charge = turn.kiosk.charges[command];
  if (charge === undefined) return;
  const { device, session, sale } = charge;
  const minor = charge.approval?.minor ?? charge.minor;
  const known = charge.case ?? caseAbout(turn.kiosk, command);
  const number = known ?? nextCase(turn.kiosk);
  put(turn, { kind: 'charge.irreversible', command, device, session, sale, code, case: number });
  const { currency } = turn.kiosk.rules;
  if (known === null) openCase(turn, 'charge-irreversible', { session, sale, minor, subject: command });
  put(turn, { kind: 'case.resolved', case: number, outcome: 'owed', currency, minor });
}

/** Who was asked cannot tell: the sale waits under a number, and is not paid a second time. */
export function chargeUnknown(turn: Turn, { command, reason }: Seen<'charge.unknown'>): void {
  const charge = turn.kiosk.charges[command];
  if (charge !== undefined) doubtCharge(turn, charge, reason);
}

function doubtCharge(turn: Turn, charge: Charge, reason: string): void {
  if (charge.status === 'doubt' || charge.status === 'reversing') return;
  const { command, device, session, sale, currency, minor } = charge;
  const number = charge.paidOut ? charge.case : null;
  if (number !== null) {
    put(turn, { kind: 'charge.unknown', command, device, session, sale, currency, minor, case: number, reason });
    return;
  }
  openDoubt(turn, charge, reason);
}

function openDoubt(turn: Turn, charge: Charge, reason: string): void {
  const { command, device, session, sale, currency, minor } = charge;
  const number = nextCase(turn.kiosk);
  put(turn, { kind: 'charge.unknown', command, device, session, sale, currency, minor, case: number, reason });
  const now = saleNow(turn);
  const waits = now !== null && now.sale.id === sale && now.sale.state === 'open';
  openCase(turn, 'charge-unknown', { session, sale, minor, subject: command });
  if (!waits) return;
  if (charge.cancelled) {
    const { stage } = now.session;
    move(turn, atCase(number, stage.at === 'closing' && stage.next === 'choose' ? 'choose' : 'cancel'));
    return;
  }
  const lang = now.session.lang;
  put(turn, { kind: 'sale.pending', sale: now.sale.id, session: now.session.id, lang, case: number });
  move(turn, atCase(number, 'thanks'));
}

/** Of the present sale nothing is to be charged any more: what is under way is called off, what was given goes back. */
export function releaseCharges(turn: Turn, sale: Sale, session: string): void {
  const of = { session, sale: sale.id };
  for (const charge of movingOf(turn.kiosk.charges, sale.id)) callOff(turn, charge);
  for (const part of sale.charges) giveBackCharge(turn, part, of, 'cancelled', false);
}

/** The request under way is no longer wanted. */
export function callOff(turn: Turn, charge: Charge): void {
  if (charge.cancelled) return;
  const { command, device, session, sale } = charge;
  const part = partOf(charge);
  if (part !== null) giveBackCharge(turn, part, { session, sale }, 'cancelled', false);
  else put(turn, { kind: 'charge.cancel', command, device, session, sale });
}

/** True while a charge of the present sale has no outcome, so that no other way to pay may begin. */
export function chargeMoving({ kiosk }: Turn): boolean {
  const sale = kiosk.session?.sale;
  return sale != null && Object.values(kiosk.charges).some((one) => one.sale === sale.id && isBusy(one));
}

/** Also one that was called off and has not ended. What goes back is no longer waited for. */
function isBusy(charge: Charge): boolean {
  return isMoving(charge) || charge.status === 'held';
}

/** When a charge is judged by the clock, monotonic: who was asked is silent. */
export function chargeDue(charge: Charge, hasCase: boolean): number {
  if (isMoving(charge)) return charge.orderedMs + chargeOutcomeMs;
  if (charge.status === 'reversing' && !hasCase) return charge.orderedMs + reversalUnansweredMs;
  return Number.POSITIVE_INFINITY;
}

export function chargesTimeReached(turn: Turn): void {
  const nowMs = turn.fact.monoMs;
  for (const charge of Object.values(turn.kiosk.charges)) {
    const hasCase = caseAbout(turn.kiosk, charge.command) !== null;
    if (nowMs < chargeDue(charge, hasCase)) continue;
    if (charge.status !== 'reversing') doubtCharge(turn, charge, 'no word in time');
    else {
      const { session, sale, command } = charge;
      openCase(turn, 'reversal-unanswered', { session, sale, minor: charge.approval?.minor ?? null, subject: command });
    }
  }
}
