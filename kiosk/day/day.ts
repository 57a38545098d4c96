/**
 * The kiosk's books from one Z report to the next, folded: the open period, and what is carried from each to the next: the
 * cash in the machines, the vouchers that are out, and the sum of all that was ever sold.
 */
import type { Cases } from '../case.ts';
import type { EntryBody, Figures } from '../entry.ts';
import type { DayFigures, DayMethod } from './figures.ts';
import type { Lang, MethodName } from '../server/wire.ts';
import { daysKept } from '../statements/fold.ts';
import { type Till, tillUnits } from '../till/till.ts';
import { foldOwed, type OwedZ } from './owed.ts';
import { emptyPeriod, foldPeriod, nothing, type Period, plus } from './period.ts';

export interface Day {
  /** The number of the last Z report; 0: there was none. */
  readonly z: number;
  /** The business day in which the open period began; null: a journal of before does not say. */
  readonly opened: string | null;
  /** The first entry of the open period. */
  readonly from: number;
  readonly period: Period;
  /** What was in the machines when it began. */
  readonly openingMinor: number;
  readonly openingLiability: Figures;
  /** Vouchers that are out. */
  readonly liability: Figures;
  /** All that was ever sold. */
  readonly total: Figures;
  /** Z reports that wait for their signature, oldest first, with the language in which each is wanted on paper. */
  readonly unsigned: readonly { readonly z: number; readonly paper: Lang | null }[];
  /** Z reports that are not on paper yet, oldest first. */
  readonly owed: readonly OwedZ[];
  /** The newest reports, oldest first: what is told of a day later belongs to one of them. */
  readonly ended: readonly EndedDays[];
}

/**
 * The business days (`2026-03-31`) that a report ended: from `opened` to the one before `opens`. Closed by a person it may
 * hold bookings of that day as well.
 */
interface EndedDays {
  readonly z: number;
  readonly opened: string;
  readonly opens: string;
  readonly byHand: boolean;
  readonly currency: string;
}

/** So many are remembered: as long as a day's statement is asked for, where persons close three times a day. */
const endedMaximum = 3 * daysKept;

export const emptyDay: Day = {
  z: 0,
  opened: null,
  from: 1,
  period: emptyPeriod,
  openingMinor: 0,
  openingLiability: nothing,
  liability: nothing,
  total: nothing,
  unsigned: [],
  owed: [],
  ended: [],
};

/** What a fold of the day reads beside the entry. `currency` null: before the first start. */
export interface Around {
  /** The number of the entry. */
  readonly seq: number;
  readonly currency: string | null;
  readonly before: Till;
  readonly after: Till;
}

/** The day after an entry; the same object when it concerns none. */
export function foldDay(day: Day, body: EntryBody, around: Around): Day {
  const next = foldBooks(day, body, around);
  const owed = foldOwed(day.owed, body);
  return owed === day.owed ? next : { ...next, owed };
}

function foldBooks(day: Day, body: EntryBody, { seq, currency, before, after }: Around): Day {
  switch (body.kind) {
    case 'day.opened':
      return { ...day, opened: body.day };
    case 'day.closed':
      return {
        ...day,
        z: body.z,
        opened: body.opens,
        from: seq,
        period: emptyPeriod,
        openingMinor: inMachines(after, currency),
        openingLiability: day.liability,
        unsigned: [...day.unsigned, { z: body.z, paper: body.paper }],
        ended: withEnded(day.ended, body),
      };
    case 'day.signed':
      return { ...day, unsigned: day.unsigned.filter(({ z }) => z !== body.z) };
    case 'day.matched':
      // What is said of an earlier day stands beside its report, and changes nothing here.
      return body.z === day.z + 1 ? { ...day, period: foldPeriod(day.period, body, 0) } : day;
    default: {
      const moved = before === after ? 0 : inMachines(after, currency) - inMachines(before, currency);
      const period = foldPeriod(day.period, body, moved);
      return period === day.period ? day : { ...day, period, ...carried(day, body) };
    }
  }
}

function withEnded(ended: Day['ended'], closed: Extract<EntryBody, { kind: 'day.closed' }>): Day['ended'] {
  const { z, opened, opens, by, figures } = closed;
  if (opened === null) return ended;
  return [...ended, { z, opened, opens, byHand: by !== null, currency: figures.currency }].slice(-endedMaximum);
}

/**
 * The number of the report to which money of a day belongs: the last that holds bookings of it. Null: there is none, as when
 * it is older than what is remembered.
 */
export function zOfDay({ z, opened, ended }: Day, day: string, currency: string): number | null {
  if (opened !== null && opened <= day) return z + 1;
  const own = ended.filter((one) => one.opened <= day && one.currency === currency);
  const closing = own.findLast(({ opens }) => day < opens);
  // Nothing was booked between a close by hand and the day's end, so that no other report ended the day.
  return (closing ?? own.findLast(({ byHand, opens }) => byHand && day === opens))?.z ?? null;
}

function carried({ liability, total }: Day, body: EntryBody): Pick<Day, 'liability' | 'total'> {
  switch (body.kind) {
    case 'sale.paid':
      return { liability, total: plus(total, body.minor) };
    case 'voucher.issued':
      return { liability: plus(liability, body.minor), total };
    case 'voucher.redeemed':
      // One of another kiosk is out there, and not here.
      return { liability: body.issuer === undefined ? paidBack(liability, body.minor) : liability, total };
    case 'voucher.voided':
      return { liability: paidBack(liability, body.minor), total };
    default:
      return { liability, total };
  }
}

function paidBack(liability: Figures, minor: number): Figures {
  return { minor: liability.minor - minor, count: liability.count - 1 };
}

function inMachines({ units }: Till, currency: string | null): number {
  return units.reduce((sum, one) => (one.currency === currency ? sum + one.minor * one.count : sum), 0);
}

/** In this order they stand in a report. */
export const methodOrder: readonly MethodName[] = ['cash', 'card', 'alipay', 'wechat', 'voucher'];

interface Books {
  readonly day: Day;
  readonly till: Till;
  readonly cases: Cases;
}

/** What a report of the open period says now. */
export function figuresNow({ day, till, cases }: Books, currency: string): DayFigures {
  const { period, openingMinor, openingLiability, liability, total } = day;
  const { sales, receipts, rounding, refunds, cancelled, vouchers, window, cash, counts, moves } = period;
  const { checked, ...flows } = cash;
  return {
    currency,
    sales,
    receipts,
    rounding,
    refunds,
    cancelled,
    methods: methodsOf(period),
    vouchers,
    ...(window.refunds.count + window.debts.count === 0 ? {} : { window }),
    liability: { opening: openingLiability, closing: liability },
    cash: {
      opening: openingMinor,
      ...flows,
      ...(checked === 0 ? {} : { checked }),
      closing: inMachines(till, currency),
    },
    counts,
    units: unitsOf(till, currency),
    bags: till.bags.length,
    moves,
    cases: casesOf(cases, currency),
    total,
  };
}

function methodsOf({ methods, counts }: Period): readonly DayMethod[] {
  const counted = counts.times === 0 ? null : { expected: counts.expected, told: counts.counted };
  return methodOrder.flatMap((method) => {
    const found = methods[method];
    if (method === 'cash' && (found !== undefined || counted !== null)) {
      return [{ method, taken: found?.taken ?? nothing, back: found?.back ?? nothing, checked: counted }];
    }
    return found === undefined ? [] : [{ method, ...found }];
  });
}

function unitsOf(till: Till, currency: string): DayFigures['units'] {
  return tillUnits(till)
    .filter((one) => one.currency === currency)
    .map(({ unit, denominations, minor }) => ({ unit, denominations, minor }));
}

export function casesOf(cases: Cases, currency: string): DayFigures['cases'] {
  const own = Object.values(cases).filter((one) => one.currency === currency);
  return {
    count: own.length,
    minor: own.reduce((sum, { minor }) => sum + (minor ?? 0), 0),
    unknown: own.filter(({ minor }) => minor === null).length,
  };
}
