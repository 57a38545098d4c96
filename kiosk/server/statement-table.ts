/** What the staff's page reads of wallets' statements: days that wait, and what was found in those that came. Paged. */
import type { Entry, EntryBody } from '../entry.ts';
import type { Kiosk } from '../kiosk.ts';
import { statementKey } from '../statements/booked.ts';
import { noDays, type WaitingDay } from '../statements/fold.ts';
import { askingRefused, statementDays, statementSubject } from '../statements/statements.ts';
import { caseAbout } from '../turn.ts';
import type { StaffStatements } from './staff-wire.ts';

const statementsOnPage = 10;

type Line = StaffStatements['statements'][number];
type Matched = Extract<EntryBody, { kind: 'statement.matched' }>;

export function statementsTable(kiosk: Kiosk, find: (key: string) => readonly Entry[], from: number): StaffStatements {
  const all = Object.keys(kiosk.statements)
    .flatMap((device) => statementDays(kiosk, device).map((day) => ({ device, day })))
    .toSorted((one, other) => other.day.localeCompare(one.day) || one.device.localeCompare(other.device));
  const statements = all.slice(from, from + statementsOnPage).flatMap(({ device, day }) => {
    const waiting = (kiosk.statements[device] ?? noDays).waiting[day];
    if (waiting !== undefined) return [waitingLine(kiosk, device, day, waiting)];
    const found = find(statementKey(device, day)).find(({ body }) => body.kind === 'statement.matched');
    return found?.body.kind === 'statement.matched' ? [matchedLine(found.body)] : [];
  });
  const next = from + statementsOnPage;
  return { statements, next: next < all.length ? next : null };
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
    rows: [],
    unnamed: 0,
    case: caseAbout(kiosk, statementSubject(device, day)),
  };
}

function matchedLine({ device, day, own, told, others, differences, cutOff, unnamed, case: number }: Matched): Line {
  const rows = [
    ...differences.map(({ what, kind, number: trade, own: ours, told: theirs }) => {
      return { what, kind, number: trade, own: ours, told: theirs };
    }),
    ...cutOff.map(({ side, kind, number: trade, minor }) => {
      return { what: side, kind, number: trade, own: minor, told: side === 'next' ? null : minor };
    }),
  ];
  const state = number === undefined ? 'matches' : 'differs';
  const none = { askable: false, tries: 0, why: null };
  return { device, day, state, ...none, own, told, others, rows, unnamed, case: number ?? null };
}
