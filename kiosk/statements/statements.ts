/**
 * When the statement of a wallet's day is asked for, and what follows from it. It is compared once; what differs is a case for a
 * person, and nothing that was booked is changed by it. One that does not come is asked for again, less and less often,
 * and after `missingAfterMs` is a case, which its coming explains.
 */
import type { FactBody } from '../fact.ts';
import type { Kiosk } from '../kiosk.ts';
import type { StaffProblem } from '../server/staff-wire.ts';
import { caseAbout, explainCase, newId, nextCase, openCase, put, type Turn } from '../turn.ts';
import { beginsMs, beijingDay, dayMs, daysAfter } from './day.ts';
import { daysKept, noDays, quietDay, type WaitingDay } from './fold.ts';
import { compare, differenceMinor } from './match.ts';

/**
 * From the beginning of a day to the hour of the next at which its statement is there: WeChat Pay from 10:00, Alipay about 9:00
 * to 10:00, and a little for their clocks and ours.
 */
export const readyAfterMs = dayMs + 10 * 3_600_000 + 10 * 60_000;
/** Longer than fetching one can take: who was to do it has not. */
const statementOutcomeMs = 300_000;
const firstPauseMs = 5 * 60_000;
const longestPauseMs = 3 * 3_600_000;
/** After so long without a statement it is a case. */
export const missingAfterMs = 3 * dayMs;
/** Differences and cut-offs that an entry names, each; the rest is counted. */
export const namedMaximum = 200;

/** What the case about a day's statement is about. */
export function statementSubject(device: string, day: string): string {
  return `${device}-${day}`;
}

/** When something is to be done about a statement, monotonic; infinite when nothing waits. */
export function statementsDue(kiosk: Kiosk): number {
  const all = waitingDays(kiosk).map(({ one, day, busy }) => dayDue(kiosk, one, day, busy));
  return Math.min(Number.POSITIVE_INFINITY, ...all);
}

export function statementsTimeReached(turn: Turn): void {
  for (const { device, day, one, busy } of waitingDays(turn.kiosk)) {
    if (turn.fact.monoMs < dayDue(turn.kiosk, one, day, busy)) continue;
    if (one.order === null) fetchStatement(turn, device, day);
    else notCome(turn, device, day, one.order.command, 'silent');
    // One at a time: the next when this has its answer.
    return;
  }
}

/** A person does not want to wait for it. */
export function statementAsked(turn: Turn, { device, day }: Extract<FactBody, { fact: 'statement.asked' }>): void {
  if (askingRefused(turn.kiosk, device, day) === null) fetchStatement(turn, device, day);
}

/** Why the statement of this day is not asked for now; null: it can be. */
export function askingRefused(kiosk: Kiosk, device: string, day: string): StaffProblem | null {
  const { waiting } = kiosk.statements[device] ?? noDays;
  if (waitingDay(kiosk, device, day) === null || !isAsked(kiosk, device)) return 'unknown-device';
  if (Object.values(waiting).some(({ order }) => order !== null)) return 'busy';
  return kiosk.wallMs < beginsMs(day) + dayMs ? 'day-not-over' : null;
}

/** What the wallet says of the day; what the journal has of it came with the answer. */
export function statementTold(turn: Turn, told: Extract<FactBody, { fact: 'statement.told' }>): void {
  const { device, day, command, answer } = told;
  const one = turn.kiosk.statements[device]?.waiting[day];
  if (one?.order?.command !== command) return;
  if (answer.came !== 'rows') {
    notCome(turn, device, day, command, answer.came, answer.code);
    return;
  }
  const { kiosk: mark, currency } = turn.kiosk.rules;
  const found = compare({ day, mark, currency, ...told.journal, rows: answer.rows, strangers: answer.strangers ?? 0 });
  const { cutOff, differences, ...sums } = found;
  const subject = statementSubject(device, day);
  explainCase(turn, subject);
  const differs = differences.length > 0;
  put(turn, {
    kind: 'statement.matched',
    command,
    device,
    day,
    currency,
    ...sums,
    cutOff: cutOff.slice(0, namedMaximum),
    differences: differences.slice(0, namedMaximum),
    unnamed: Math.max(0, cutOff.length - namedMaximum) + Math.max(0, differences.length - namedMaximum),
    file: answer.file,
    ...(differs ? { case: nextCase(turn.kiosk) } : {}),
  });
  if (!differs) return;
  openCase(turn, 'statement-differs', { session: null, sale: null, subject, minor: differenceMinor(differences) });
}

function notCome(
  turn: Turn,
  device: string,
  day: string,
  command: string,
  why: NonNullable<WaitingDay['why']>,
  code = 'none',
): void {
  put(turn, { kind: 'statement.missing', command, device, day, why, code });
  const subject = statementSubject(device, day);
  const asked = turn.kiosk.statements[device]?.waiting[day];
  if (asked !== undefined && isQuiet(asked)) return;
  const late = turn.fact.at >= beginsMs(day) + readyAfterMs + missingAfterMs;
  if (!late || caseAbout(turn.kiosk, subject) !== null) return;
  const minor = asked?.minor ?? null;
  openCase(turn, 'statement-missing', { session: null, sale: null, subject, minor });
}

function fetchStatement(turn: Turn, device: string, day: string): void {
  put(turn, { kind: 'statement.fetch', command: newId(turn, 'statement'), device, day });
}

interface Waiting {
  readonly device: string;
  readonly day: string;
  readonly one: WaitingDay;
  /** Another day of this wallet is asked for. */
  readonly busy: boolean;
}

/** Of wallets that are asked here, each wallet's oldest first. */
function waitingDays(kiosk: Kiosk): readonly Waiting[] {
  return Object.entries(kiosk.statements).flatMap(([device, { waiting }]) => {
    if (!isAsked(kiosk, device)) return [];
    const ordered = Object.values(waiting).some(({ order }) => order !== null);
    return Object.keys(waiting)
      .toSorted()
      .map((day) => {
        const one = waiting[day] as WaitingDay;
        return { device, day, one, busy: ordered && one.order === null };
      });
  });
}

function isAsked({ rules }: Kiosk, device: string): boolean {
  return Object.entries(rules.chargers).some(([method, id]) => method !== 'card' && id === device);
}

function dayDue(kiosk: Kiosk, one: WaitingDay, day: string, busy: boolean): number {
  if (busy) return Number.POSITIVE_INFINITY;
  if (one.order !== null) return one.order.orderedMs + statementOutcomeMs;
  // A wallet has no statement of a day on which the merchant took nothing: whoever asked for it asks again.
  if (isQuiet(one)) return Number.POSITIVE_INFINITY;
  const readyMs = kiosk.monoMs + (beginsMs(day) + readyAfterMs - kiosk.wallMs);
  const pauseMs = one.tries === 0 ? 0 : Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(one.tries - 1, 10));
  return Math.max(readyMs, one.triedMs + pauseMs);
}

/** The days of a wallet from its first with money, but for those that are not over and have none; newest first. */
export function statementDays(kiosk: Kiosk, device: string): readonly string[] {
  const { waiting, compared } = kiosk.statements[device] ?? noDays;
  const known = [...Object.keys(waiting), ...compared];
  return [...new Set([...known, ...quietDays(kiosk, device)])].toSorted().reverse();
}

/** A day that waits for its statement, or is without money and may be asked for by a person; null: neither. */
export function waitingDay(kiosk: Kiosk, device: string, day: string): WaitingDay | null {
  const one = kiosk.statements[device]?.waiting[day];
  return one ?? (quietDays(kiosk, device).includes(day) ? quietDay : null);
}

/** Days that are over, since the first that is known here, without money and never asked for. */
function quietDays(kiosk: Kiosk, device: string): readonly string[] {
  const { waiting, compared } = kiosk.statements[device] ?? noDays;
  const known = new Set([...Object.keys(waiting), ...compared]);
  const [first] = [...known].toSorted();
  if (first === undefined) return [];
  const today = beijingDay(kiosk.wallMs);
  const all = Array.from({ length: daysKept }, (_, back) => daysAfter(today, -1 - back));
  return all.filter((day) => day > first && !known.has(day));
}

function isQuiet({ count, expected = false }: WaitingDay): boolean {
  return count === 0 && !expected;
}
