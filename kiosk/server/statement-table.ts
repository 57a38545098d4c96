/** What the staff's page reads of wallets' statements: days that wait, what was found in those that came, and the rows of one. Paged. */
import type { Entry, EntryBody } from '../entry.ts';
import type { Kiosk } from '../kiosk.ts';
import { matchedKey } from '../statements/booked.ts';
import { noDays, type WaitingDay } from '../statements/fold.ts';
import { askingRefused, statementDays, statementSubject } from '../statements/statements.ts';
import { caseAbout } from '../turn.ts';
import type { Query } from './staff-query.ts';
import type { StaffStatementRows, StaffStatements } from './staff-wire.ts';

const statementsOnPage = 10;
const rowsOnPage = 20;
const longestName = 32;

type Line = StaffStatements['statements'][number];
type Matched = Extract<EntryBody, { kind: 'statement.matched' }>;

export function statementsTable(kiosk: Kiosk, find: (key: string) => readonly Entry[], from: number): StaffStatements {
  const all = Object.keys(kiosk.statements)
    .flatMap((device) => statementDays(kiosk, device).map((day) => ({ device, day })))
    .toSorted((one, other) => other.day.localeCompare(one.day) || one.device.localeCompare(other.device));
  const statements = all.slice(from, from + statementsOnPage).flatMap(({ device, day }) => {
    const waiting = (kiosk.statements[device] ?? noDays).waiting[day];
    if (waiting !== undefined) return [waitingLine(kiosk, device, day, waiting)];
    const matched = matchedOf(find, device, day);
    return matched === null ? [] : [matchedLine(matched)];
  });
  const next = from + statementsOnPage;
  return { statements, next: next < all.length ? next : null };
}

/** What differs in one day's statement, and then its cut-off; none where it has not come. */
export function statementRows(find: (key: string) => readonly Entry[], query: Query): StaffStatementRows {
  const matched = matchedOf(
    find,
    query.text('device', longestName) ?? '',
    query.text('day', '2026-03-31'.length) ?? '',
  );
  const from = query.whole('from') ?? 0;
  const all = matched === null ? [] : rowsOf(matched);
  const next = from + rowsOnPage;
  return { rows: all.slice(from, next), next: next < all.length ? next : null };
}

function matchedOf(find: (key: string) => readonly Entry[], device: string, day: string): Matched | null {
  const body = find(matchedKey(device, day))[0]?.body;
  return body?.kind === 'statement.matched' ? body : null;
}

function waitingLine(kiosk: Kiosk, device: string, day: string, one: WaitingDay): Line {
  return {
    device,
    day,
    state: one.order === null ? 'waiting' : 'asked',
    askable: askingRefused(kiosk, device, day) === null,
    tries: one.tries,
    why: one.why,
    own: { minor: one.minor, count: one.count },
    told: null,
    others: null,
    rows: 0,
    unnamed: 0,
    case: caseAbout(kiosk, statementSubject(device, day)),
  };
}

function matchedLine({ device, day, own, told, others, differences, cutOff, unnamed, case: number }: Matched): Line {
  const rows = differences.length + cutOff.length;
  const state = number === undefined ? 'matches' : 'differs';
  const none = { askable: false, tries: 0, why: null };
  return { device, day, state, ...none, own, told, others, rows, unnamed, case: number ?? null };
}

function rowsOf({ differences, cutOff }: Matched): StaffStatementRows['rows'] {
  return [
    ...differences.map(({ what, kind, number, own, told }) => ({ what, kind, number, own, told })),
    ...cutOff.map(({ side, kind, number, minor }) => {
      return { what: side, kind, number, own: minor, told: side === 'next' ? null : minor };
    }),
  ];
}
