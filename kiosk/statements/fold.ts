/** Which days of which wallet have money and no compared statement yet, folded from the journal, and the order for one. */
import type { EntryBody, Figures } from '../entry.ts';
import { daysAfter } from './day.ts';

/** A day that waits for its statement. */
export interface WaitingDay extends Figures {
  /** The statement was asked for, and its answer is waited for. */
  readonly order: { readonly command: string; readonly orderedMs: number } | null;
  /** How often it was asked for in vain, and when last, monotonic. */
  readonly tries: number;
  readonly triedMs: number;
  /** Why not, as last heard. */
  readonly why: Extract<EntryBody, { kind: 'statement.missing' }>['why'] | null;
  /** Rows that the statement of the day before did not have should be in it, though nothing may be booked on this day. */
  readonly expected?: boolean;
}

export interface WalletDays {
  /** By day, `YYYY-MM-DD` in Beijing. */
  readonly waiting: Readonly<Record<string, WaitingDay>>;
  /** Days whose statement was compared, oldest first. */
  readonly compared: readonly string[];
}

/** By wallet. */
export type StatementDays = Readonly<Record<string, WalletDays>>;

/** So many days wait, and so many compared ones are remembered; a gateway keeps statements for about three months. */
export const daysKept = 90;

export const noDays: WalletDays = { waiting: {}, compared: [] };
/** A day without money of the wallet, for which nobody has asked. */
export const quietDay: WaitingDay = { minor: 0, count: 0, order: null, tries: 0, triedMs: 0, why: null };

/** The days after an entry; the same object when it concerns none. */
export function foldStatements(days: StatementDays, body: EntryBody, monoMs: number): StatementDays {
  switch (body.kind) {
    case 'kiosk.started':
      return statementsSinceBoot(days, monoMs);
    case 'charge.approved':
    case 'charge.reversed':
    case 'refund.made':
      return body.booked === undefined ? days : booked(days, body.device, body.booked, body.kind === 'charge.approved');
    case 'statement.fetch':
      return onDay(withDay(days, body), body, (day) => ({
        ...day,
        order: { command: body.command, orderedMs: monoMs },
      }));
    case 'statement.missing':
      return onDay(days, body, (day) => {
        return { ...day, order: null, tries: day.tries + 1, triedMs: monoMs, why: body.why };
      });
    case 'statement.matched':
      return compared(days, body);
    default:
      return days;
  }
}

/** Monotonic time begins anew with each boot, and nobody waits for what was asked before. */
export function statementsSinceBoot(days: StatementDays, monoMs: number): StatementDays {
  const all = Object.entries(days);
  if (all.every(([, { waiting }]) => Object.keys(waiting).length === 0)) return days;
  return Object.fromEntries(
    all.map(([device, wallet]) => {
      const waiting = Object.entries(wallet.waiting).map(([day, one]) => [
        day,
        { ...one, order: null, triedMs: monoMs },
      ]);
      return [device, { ...wallet, waiting: Object.fromEntries(waiting) }];
    }),
  );
}

function booked(
  days: StatementDays,
  device: string,
  { day, minor }: { readonly day: string; readonly minor: number },
  came: boolean,
): StatementDays {
  const wallet = days[device] ?? noDays;
  // A clock that was put back: its statement was compared, and is once only.
  if (wallet.compared.includes(day)) return days;
  const one = wallet.waiting[day] ?? quietDay;
  const now = { ...one, minor: one.minor + (came ? minor : -minor), count: one.count + 1 };
  return { ...days, [device]: { ...wallet, waiting: newest({ ...wallet.waiting, [day]: now }) } };
}

function newest(waiting: WalletDays['waiting']): WalletDays['waiting'] {
  const names = Object.keys(waiting).toSorted();
  if (names.length <= daysKept) return waiting;
  return Object.fromEntries(names.slice(-daysKept).map((day) => [day, waiting[day] as WaitingDay]));
}

function onDay(
  days: StatementDays,
  { device, day }: { readonly device: string; readonly day: string },
  change: (day: WaitingDay) => WaitingDay,
): StatementDays {
  const wallet = days[device];
  const one = wallet?.waiting[day];
  if (wallet === undefined || one === undefined) return days;
  return { ...days, [device]: { ...wallet, waiting: { ...wallet.waiting, [day]: change(one) } } };
}

/** A person may ask for a day that is without money of the wallet. */
function withDay(
  days: StatementDays,
  { device, day }: { readonly device: string; readonly day: string },
  more: Pick<WaitingDay, 'expected'> = {},
): StatementDays {
  const wallet = days[device] ?? noDays;
  if (wallet.compared.includes(day)) return days;
  const one = { ...(wallet.waiting[day] ?? quietDay), ...more };
  return { ...days, [device]: { ...wallet, waiting: newest({ ...wallet.waiting, [day]: one }) } };
}

function compared(days: StatementDays, body: Extract<EntryBody, { kind: 'statement.matched' }>): StatementDays {
  const { device, day, cutOff, unnamed } = body;
  const wallet = days[device] ?? noDays;
  const { [day]: _, ...waiting } = wallet.waiting;
  const all = [...wallet.compared, day].slice(-daysKept);
  const now = { ...days, [device]: { waiting, compared: all } };
  // What is not named may be expected on the next day too.
  const expects = unnamed > 0 || cutOff.some(({ side }) => side === 'next');
  return expects ? withDay(now, { device, day: daysAfter(day, 1) }, { expected: true }) : now;
}
