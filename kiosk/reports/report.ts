/**
 * A day, week or month in figures, out of the roll-ups that the journal keeps beside its entries: how long it takes does not
 * depend on how much was sold. Money in minor units. A customer is a visit that paid; bills
 * that are paid together are one sale.
 */
import type { Figures, JournalReader } from '../journal/sqlite-reading.ts';
import { JournalProblem } from '../journal/storage.ts';
import type { EntryBody } from '../entry.ts';
import { placeKey } from '../journal/derive.ts';
import type { Lang } from '../server/wire.ts';
import type { Days, Period } from './period.ts';
import { hourIn, type Span, spansOf } from './spans.ts';

interface Sum {
  readonly minor: number;
  readonly count: number;
}

export interface Report {
  readonly period: Period;
  /** As it was asked for. */
  readonly date: string;
  /** Business days, both included. */
  readonly from: string;
  readonly to: string;
  readonly currency: string;
  /** What was sold, and in how many sales. */
  readonly minor: number;
  readonly count: number;
  readonly customers: number;
  /** An amount per sale, rounded half up; null when nothing was sold. */
  readonly average: number | null;
  /** What went back in this period, of sales of any period, and how often. */
  readonly refunded: number;
  readonly refunds: number;
  /** What cash was rounded by: the sum of `byMethod` less `minor`. */
  readonly rounding: number;
  /** What was given back of sales that were given up, and how many. */
  readonly cancelled: Sum;
  /** After change, the largest first. */
  readonly byMethod: readonly (Sum & { readonly method: string })[];
  /** Hours of the kiosk's clock, 0 to 23, in which something was sold. */
  readonly byHour: readonly (Sum & { readonly hour: number })[];
  /** The largest first. */
  readonly byPayee: readonly (Sum & { readonly payee: string })[];
  /** What of `refunded` went back by which way. */
  readonly refundsByMethod: readonly (Sum & { readonly method: string })[];
}

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
  return reportOf(asked, currency, spans, reader.figures(asked.days, spans));
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
