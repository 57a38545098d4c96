/**
 * The end of a card terminal's day. It is ordered by a person and told to one terminal once at a time; what the terminal says
 * that it has taken is compared with the journal, and a difference is a case. Nothing is taken from the terminal's word: the
 * sales stay as they were booked.
 */
import type { ChargeFact } from '../../../hardware/charge.ts';
import type { DeviceFact } from '../../../hardware/device.ts';
import { occupies } from '../../charges.ts';
import type { Figures } from '../../entry.ts';
import type { FactBody } from '../../fact.ts';
import { deviceState } from '../../device-state.ts';
import type { Kiosk } from '../../kiosk.ts';
import { refundPartsOf } from '../../refunds.ts';
import { dayOutcomeMs } from '../../rules.ts';
import type { StaffProblem } from '../../server/staff-wire.ts';
import { type DayEnd, type DayOrder, newDay, type TerminalDay } from '../../till/terminal-day.ts';
import { newId, nextCase, openCase, put, type Turn } from '../../turn.ts';

type Closed = Extract<ChargeFact, { fact: 'terminal.day-closed' }> & { readonly device: string };

/** What a terminal has taken since it closed its day, as the journal has it. */
export function dayOf({ terminals }: Kiosk, device: string): TerminalDay {
  return terminals[device] ?? newDay;
}

/** It was told to close its day, and its answer is waited for: it does nothing else. */
export function isClosing(kiosk: Kiosk, device: string): boolean {
  const { order } = dayOf(kiosk, device);
  return order !== null && order.case === null;
}

/** A charge of this terminal, or a refund, has no end yet. One in doubt has its case, and may never have one. */
export function isCharging({ charges, refunds, caseOf }: Kiosk, device: string): boolean {
  if (refundPartsOf(refunds, device).some((one) => one.case === null && !(one.command in caseOf))) return true;
  return Object.values(charges).some((charge) => charge.device === device && occupies(charge));
}

/** Why this terminal's day cannot be closed now; null when it can. One that was silent for too long may be asked again. */
export function closeRefused(kiosk: Kiosk, device: string): StaffProblem | null {
  if (kiosk.rules.chargers.card !== device) return 'unknown-device';
  if (isClosing(kiosk, device)) return 'closing';
  if (isCharging(kiosk, device)) return 'charging';
  return deviceState(kiosk, device).ready ? null : 'not-ready';
}

/** Somebody wants it closed. */
export function closeAsked(turn: Turn, seen: Extract<FactBody, { fact: 'terminal.close-asked' }>): void {
  const { device, by, second = null } = seen;
  if (closeRefused(turn.kiosk, device) !== null) return;
  const day = dayOf(turn.kiosk, device);
  if (day.order !== null) {
    orderAgain(turn, device, { ...day.order, by, second });
    return;
  }
  const { currency } = turn.kiosk.rules;
  const { minor, count } = day;
  put(turn, {
    kind: 'terminal.close-day',
    command: newId(turn, 'day'),
    device,
    by,
    second,
    currency,
    minor,
    count,
  });
}

/** The terminal begins anew, and may not know of its order any more: it gets it again, under the same id. */
export function closeAgain(turn: Turn, device: string): void {
  const { order } = dayOf(turn.kiosk, device);
  if (order !== null && !deviceState(turn.kiosk, device).ready) orderAgain(turn, device, order);
}

function orderAgain(turn: Turn, device: string, { command, by, second, minor, count }: DayOrder): void {
  const { currency } = turn.kiosk.rules;
  put(turn, { kind: 'terminal.close-day', command, device, by, second, currency, minor, count });
}

/** The terminal says with what it has closed its day. The same answer again finds no order. */
export function dayClosed(turn: Turn, { command, device, key, currency, minor, count }: Closed): void {
  const day = dayOf(turn.kiosk, device);
  const order = [day.order, day.unheard].find((one) => one?.command === command);
  if (order == null) return;
  const own = currency === turn.kiosk.rules.currency;
  const told = { minor, count };
  const { outcome, expected } = own
    ? judged(day, order, told)
    : { outcome: 'differs' as const, expected: figuresOf(day) };
  const silent = [order.case, day.unheard?.case ?? null].filter((number) => number !== null && isOpen(turn, number));
  const number = outcome === 'matches' ? null : ((outcome === 'lost' ? silent[0] : null) ?? nextCase(turn.kiosk));
  const said = { command, device, key, currency, minor, count, expected, outcome };
  put(turn, { kind: 'terminal.day-closed', ...said, ...(number === null ? {} : { case: number }) });
  const about = { session: null, sale: null, subject: command };
  if (outcome === 'differs') {
    openCase(turn, 'terminal-differs', { ...about, minor: own ? minor - expected.minor : null });
  } else if (outcome === 'lost' && silent.length === 0) {
    openCase(turn, 'terminal-day-unknown', { ...about, minor: expected.minor });
  }
  if (outcome !== 'lost') for (const one of new Set(silent)) explained(turn, one);
}

/**
 * What the terminal told is what the journal has, now or when the order was made: it tells in the order in which it does
 * things, and what was taken since belongs to the next day. When an order that nobody heard the answer to may have closed the
 * day before, that there is nothing left, or only what came since, is no count of that day: it is lost.
 */
function judged(
  day: TerminalDay,
  order: DayOrder,
  told: Figures,
): { readonly outcome: Exclude<DayEnd['outcome'], 'refused'>; readonly expected: Figures } {
  const now = figuresOf(day);
  if (same(told, now)) return { outcome: 'matches', expected: now };
  if (same(told, order)) return { outcome: 'matches', expected: figuresOf(order) };
  const lost = [day.order, day.unheard].some((one) => {
    if (!one?.repeated || isNothing(one)) return false;
    return isNothing(told) || same(told, { minor: now.minor - one.minor, count: now.count - one.count });
  });
  return { outcome: lost ? 'lost' : 'differs', expected: now };
}

/**
 * The order is not carried out, or not known to be; it can be asked for again. One that a start repeats before its terminal
 * is ready goes out when it is.
 */
export function closingRefused(turn: Turn, seen: Extract<DeviceFact, { fact: 'command.refused' }>): void {
  const { command, device, sent, reason } = seen;
  const { order } = dayOf(turn.kiosk, device);
  if (order?.command !== command) return;
  if (!sent && order.repeated && !deviceState(turn.kiosk, device).ready) return;
  put(turn, { kind: 'terminal.close-refused', command, device, sent, reason });
  // It never left, so nothing is unknown of it.
  if (!sent && !order.repeated && order.case !== null && isOpen(turn, order.case)) explained(turn, order.case);
}

/** When a terminal has been silent for too long, monotonic; infinite when none is waited for. */
export function daysDue({ terminals }: Kiosk): number {
  return Math.min(Number.POSITIVE_INFINITY, ...Object.values(terminals).map(({ order }) => silentAt(order)));
}

/** The order stays known: what is heard later still counts. */
export function daysTimeReached(turn: Turn): void {
  for (const [device, { order }] of Object.entries(turn.kiosk.terminals)) {
    if (order === null || turn.fact.monoMs < silentAt(order)) continue;
    const { command, minor } = order;
    put(turn, { kind: 'terminal.close-unknown', command, device, case: nextCase(turn.kiosk) });
    openCase(turn, 'terminal-day-unknown', { session: null, sale: null, minor, subject: command });
  }
}

function silentAt(order: DayOrder | null): number {
  return order === null || order.case !== null ? Number.POSITIVE_INFINITY : order.orderedMs + dayOutcomeMs;
}

function isOpen({ kiosk }: Turn, number: string): boolean {
  return kiosk.cases[number] !== undefined;
}

function explained(turn: Turn, number: string | null): void {
  if (number === null) return;
  const { currency } = turn.kiosk.rules;
  put(turn, { kind: 'case.resolved', case: number, outcome: 'explained', currency, minor: null });
}

function figuresOf({ minor, count }: Figures): Figures {
  return { minor, count };
}

function same(one: Figures, other: Figures): boolean {
  return one.minor === other.minor && one.count === other.count;
}

function isNothing(figures: Figures): boolean {
  return same(figures, { minor: 0, count: 0 });
}
