/**
 * A day, week or month in figures, out of the roll-ups that the journal keeps beside its entries: how long it takes does not
 * depend on how much was sold. Money in minor units. A customer is a visit that paid; bills
 * that are paid together are one sale.
 */
import type { Figures, JournalReader } from '../journal/sqlite-reading.ts';
import { JournalProblem } from '../journal/storage.ts';
import type { EntryBody } from '../entry.ts';
import { placeKey } from '../journal/derive.ts';
import type { StaffReport } from '../server/staff-wire.ts';
import type { Lang } from '../server/wire.ts';
import { type Days, eachDay, type Period } from './period.ts';
import { hourIn, type Span, spansOf } from './spans.ts';

/** As a person reads it, and as `npm run report -- --json` prints it. */
export type Report = StaffReport['report'];

type Sum = Pick<Report, 'minor' | 'count'>;

/** What a report has to know of the kiosk besides its figures. */
export interface Place {
  readonly currency: string;
  readonly timeZone: string;
  /** The first language of its configuration. */
  readonly lang: Lang;
}

/** Where the kiosk stands, as its newest start said. Throws JournalProblem. */
export function placeOf(reader: JournalReader): Place {
  const row = reader.newest(placeKey);
  const started = row === null ? null : (JSON.parse(row.body) as Extract<EntryBody, { kind: 'kiosk.started' }>);
  const { currency, timeZone, lang } = started ?? {};
  if (currency === undefined || timeZone === undefined || lang === undefined) {
    throw new JournalProblem(
      'unstarted',
      `${reader.path} does not say in which time zone the kiosk stands; start it once`,
    );
  }
  return { currency, timeZone, lang };
}

/** Reads the report of these days. Throws JournalProblem. */
export function readReport(
  reader: JournalReader,
  asked: { readonly period: Period; readonly date: string; readonly days: Days },
  { currency, timeZone }: Pick<Place, 'currency' | 'timeZone'>,
): Report {
  const spans = spansOf(asked.days, timeZone);
  return reportOf(asked, currency, spans, reader.figures({ ...asked.days, each: eachDay(asked.days) }, spans));
}

function reportOf(
  { period, date, days }: { readonly period: Period; readonly date: string; readonly days: Days },
  currency: string,
  spans: readonly Span[],
  figures: Figures,
): Report {
  const own = figures.sums.filter((one) => one.currency === currency);
  const named = (part: string, outcome: string) =>
    own
      .filter((one) => one.part === part && one.outcome === outcome)
      .map(({ name, minor, count }) => ({ name, minor, count }))
      .sort((a, b) => b.minor - a.minor || (a.name < b.name ? -1 : 1));
  const one = (part: string, outcome: string) => named(part, outcome)[0] ?? { minor: 0, count: 0 };
  const { minor, count } = one('sale', 'paid');
  const refunded = one('sale', 'refunded');
  const cancelled = one('sale', 'cancelled');
  const byMethod = named('method', 'paid').map(({ name, ...sum }) => ({ method: name, ...sum }));
  return {
    period,
    date,
    ...days,
    currency,
    minor,
    count,
    customers: one('visit', 'paid').count,
    average: count === 0 ? null : averageOf(minor, count),
    refunded: refunded.minor,
    refunds: refunded.count,
    rounding: byMethod.reduce((sum, of) => sum + of.minor, 0) - minor,
    cancelled: { minor: cancelled.minor, count: cancelled.count },
    byMethod,
    byDay: figures.days
      .filter((of) => of.currency === currency)
      .map(({ day, minor: sold, count: sales }) => ({ day, minor: sold, count: sales })),
    byHour: byHour(spans, figures, currency),
    byPayee: named('payee', 'paid').map(({ name, ...sum }) => ({ payee: name, ...sum })),
    refundsByMethod: named('method', 'refunded').map(({ name, ...sum }) => ({ method: name, ...sum })),
  };
}

/** Half a unit is rounded up. */
function averageOf(minor: number, count: number): number {
  const rest = ((minor % count) + count) % count;
  return (minor - rest) / count + (rest * 2 >= count ? 1 : 0);
}

function byHour(spans: readonly Span[], { times }: Figures, currency: string): Report['byHour'] {
  const hours = new Map<number, Sum>();
  for (const { span, time, currency: of, minor, count } of times) {
    if (of !== currency) continue;
    const hour = hourIn(spans[span] as Span, time);
    const sum = hours.get(hour) ?? { minor: 0, count: 0 };
    hours.set(hour, { minor: sum.minor + minor, count: sum.count + count });
  }
  return [...hours].sort(([a], [b]) => a - b).map(([hour, sum]) => ({ hour, ...sum }));
}
