/**
 * Checks begin, go on and end. One at a time, only while somebody works here and nothing moves; each ends exactly once, with
 * who ran it and what was read back. What it moves of money is booked where all money is.
 */
import type { FactBody } from '../fact.ts';
import { deviceState } from '../device-state.ts';
import type { Kiosk } from '../kiosk.ts';
import { mainsLost } from '../cabinet/limits.ts';
import { printerUsable } from '../methods/cash/acceptance.ts';
import { dispenserUsable } from '../methods/cash/change.ts';
import { moneyMoves } from '../moving.ts';
import {
  type CheckName,
  type CheckOutcome,
  type CheckRead,
  paidOutMaximum,
  type StaffProblem,
} from '../server/staff-wire.ts';
import { payable } from '../till/till.ts';
import { newId, put, type Turn } from '../turn.ts';
import { limitOf, movesMoney, testNumber, waitsForPerson } from './catalog.ts';
import { type OpenCheck, paysOut } from './checks.ts';
import { lampsBegun } from './lamps.ts';
import { watch } from './watch.ts';
import { orderId, type Word } from './word.ts';

type Seen<K extends FactBody['fact']> = Extract<FactBody, { fact: K }>;

/** Why this check cannot begin; null when it can. Whether the device is of its kind is judged where kinds are known. */
export function checkRefused(kiosk: Kiosk, check: CheckName, device: string | null): StaffProblem | null {
  if (kiosk.session !== null) return 'customer';
  if (kiosk.checks.open !== null) return 'checking';
  if (kiosk.console.open !== null) return 'asking';
  if (moneyMoves(kiosk)) return 'moving';
  if (movesMoney(check) && mainsLost(kiosk)) return 'no-mains';
  return paysOut(check) && device !== null ? payingRefused(kiosk, check, device) : null;
}

/** One that does not work is found out; one that is well, and may not pay all the same, is not asked to. */
function payingRefused(kiosk: Kiosk, check: CheckName, device: string): StaffProblem | null {
  const isWell = check === 'relay' || notWell(kiosk, check, device) !== null || dispenserUsable(kiosk, device);
  if (!isWell) return 'not-ready';
  if (paidOutToday(kiosk, device) >= paidOutMaximum) return 'checked-often';
  return check === 'pay-one' && pieceToPay(kiosk, device) === null ? 'none-to-pay' : null;
}

/** So often checks may have let something out of it in this business day. */
function paidOutToday({ checks, rules, wallMs }: Kiosk, device: string): number {
  const dayOf = (atMs: number) => rules.dayAt(atMs).day;
  const pieces = checks.paidOut[device] ?? [];
  return pieces.filter(({ endedAt }) => dayOf(Date.parse(endedAt)) === dayOf(wallMs)).length;
}

/** The smallest that is inside by the journal and is not known to be missing in the machine; null: there is none. */
function pieceToPay(kiosk: Kiosk, device: string): number | null {
  const { currency } = kiosk.rules;
  const levels = deviceState(kiosk, device).levels.filter((level) => level.currency === currency);
  const there = (minor: number) => levels.find((level) => level.minor === minor)?.count !== 0;
  return payable(kiosk.till, device, currency).find(({ minor }) => there(minor))?.minor ?? null;
}

export function checkAsked(turn: Turn, { check, device, by, second = null }: Seen<'check.asked'>): void {
  const { kiosk } = turn;
  if (kiosk.staff.service === null || checkRefused(kiosk, check, device) !== null) return;
  const minor = check === 'pay-one' ? pieceToPay(kiosk, device ?? '') : null;
  const { command, number } = namedByChance(turn.fact.chance);
  put(turn, { kind: 'check.started', check, command, device, by, ...(check === 'test-page' ? { number } : {}) });
  const broken = device === null ? null : notWell(turn.kiosk, check, device);
  if (broken !== null) endNow(turn, 'failed', {}, broken);
  else if (check === 'test-page' || check === 'cutter') printTestPage(turn, command, number);
  else if (minor !== null && device !== null)
    payOne(turn, { command, device, minor, by, ...(second === null ? {} : { second }) });
  else if (check === 'lamps') said(turn, lampsBegun(turn.kiosk, device ?? ''));
}

/** What cannot be checked because the device is away or does not work: the check has failed. */
function notWell(kiosk: Kiosk, check: CheckName, device: string): string | null {
  // A wallet is no device, and a printer without paper and a terminal that is not ready are just what is to be checked.
  if (check === 'gateway') return null;
  const { lost, ready, faults } = deviceState(kiosk, device);
  if (lost !== null) return 'lost';
  const stopping = faults.find(kiosk.rules.stops);
  if (check === 'terminal' || kiosk.rules.printer === device) return null;
  return stopping ?? (ready ? null : 'not-ready');
}

/** The staff's page shows the id: one half of the chance is in it, and what only the paper may tell is from the other. */
function namedByChance(chance: string): { readonly command: string; readonly number: number } {
  const half = Math.floor(chance.length / 2);
  return { command: `check-${chance.slice(half)}-1`, number: testNumber(chance.slice(0, half)) };
}

function printTestPage(turn: Turn, command: string, number: number): void {
  const lang = turn.kiosk.rules.language;
  const document = { paper: 'test', check: command, number } as const;
  put(turn, { kind: 'document.print', command, document, copy: false, lang, session: null });
}

function payOne(
  turn: Turn,
  {
    minor,
    ...order
  }: {
    readonly command: string;
    readonly device: string;
    readonly minor: number;
    readonly by: string;
    readonly second?: string;
  },
): void {
  const { currency } = turn.kiosk.rules;
  const pieces = [{ minor, count: 1 }];
  const nobodys = { session: null, sale: null, reason: 'check' } as const;
  put(turn, { kind: 'cash.dispense', ...order, ...nobodys, pieces, currency, minor });
}

/** Why it cannot be printed now how the kiosk stands; null when it can. */
export function readinessRefused(kiosk: Kiosk): StaffProblem | null {
  if (Object.values(kiosk.prints).some(({ document }) => document.paper === 'readiness')) return 'printing';
  return printerUsable(kiosk) ? null : 'no-printer';
}

/** How the kiosk stands is kept as it was told, and printed. */
export function readinessAsked(turn: Turn, { readiness, lang, by }: Seen<'readiness.asked'>): void {
  if (readinessRefused(turn.kiosk) !== null) return;
  const report = newId(turn, 'readiness');
  put(turn, { kind: 'readiness.reported', report, by, readiness });
  const document = { paper: 'readiness', report } as const;
  put(turn, { kind: 'document.print', command: newId(turn, 'print'), document, copy: false, lang, session: null });
}

/** Whatever the fact was: what a running check makes of it. */
export function checkSees(turn: Turn, before: Kiosk): void {
  const { open } = before.checks;
  if (open === null || turn.kiosk.checks.open?.command !== open.command) return;
  if (turn.kiosk.staff.service === null) {
    endNow(turn, 'given-up', open.read, 'left');
    return;
  }
  said(turn, watch({ open, before, after: turn.kiosk }, turn.fact.body));
}

/** What is to be switched is on record before it is. */
function said(turn: Turn, word: Word | null): void {
  const { open } = turn.kiosk.checks;
  if (word === null || open === null) return;
  if ('outcome' in word) {
    endNow(turn, word.outcome, word.read, word.fault);
    return;
  }
  const { order, ...seen } = word;
  const { command: check, device, by } = open;
  if (order !== undefined && device !== null) {
    const command = orderId(check, order.command === 'lamp' ? order.lamp : order.relay);
    put(turn, { kind: 'check.ordered', command, check, device, by, order });
  }
  put(turn, { kind: 'check.seen', command: check, ...seen, monoMs: turn.fact.monoMs });
}

export function checkCancelled(turn: Turn, { command }: Seen<'check.cancelled'>): void {
  const { open } = turn.kiosk.checks;
  if (open?.command === command) endNow(turn, 'given-up', open.read, 'cancelled');
}

/** A start in the middle: nobody watches any more. What was ordered ends by the machine's own word. */
export function giveUpCheck(turn: Turn): void {
  const { open } = turn.kiosk.checks;
  if (open !== null) endNow(turn, 'given-up', open.read, 'restart');
}

export function checksDue({ checks }: Kiosk): number {
  return checks.open === null ? Number.POSITIVE_INFINITY : limitOf(checks.open);
}

/** A machine that shows nothing has failed; where only a person was waited for, nothing is known of it. */
export function checksTimeReached(turn: Turn): void {
  const { open } = turn.kiosk.checks;
  if (open === null || turn.fact.monoMs < limitOf(open)) return;
  if (waitsForPerson(open)) endNow(turn, 'given-up', open.read, 'nobody');
  else endNow(turn, 'failed', open.read, 'silent');
}

function endNow(turn: Turn, outcome: CheckOutcome, read: CheckRead, fault: string | null): void {
  const { open } = turn.kiosk.checks;
  if (open === null) return;
  const { check, command, device, by }: OpenCheck = open;
  const endedAt = new Date(turn.fact.at).toISOString();
  put(turn, { kind: 'check.ended', check, command, device, by, outcome, read, fault, endedAt });
}
