/**
 * What the staff's page asks about days, weeks and months. It is read by a connection of its own, which cannot write; the
 * figures come from roll-ups, and a page of entries looks at a bounded number of rows.
 */
import type { Clock } from '../../hardware/clock.ts';
import { businessCalendar } from '../journal/business-day.ts';
import type { JournalReader } from '../journal/sqlite-reading.ts';
import { csvOf } from '../reports/csv.ts';
import { type Part, readEntries, reportFigures } from '../reports/entries.ts';
import { dateOf, dayAfter, type Days, daysOf, isDay, type Period, periods } from '../reports/period.ts';
import { readReport, type Report } from '../reports/report.ts';
import { xlsxOf } from '../reports/xlsx.ts';
import { BadQuery, type Query, readQuery } from './staff-query.ts';
import type { StaffEntries, StaffReport } from './staff-wire.ts';
import type { Lang } from './wire.ts';

/** Characters of a name that is asked for. */
const longestName = 200;
const lastHour = 23;
const languages: readonly Lang[] = ['zh-CN', 'en'];

export interface Download {
  /** Of the file, in ASCII. */
  readonly name: string;
  /** Its media type. */
  readonly type: string;
  readonly content: string | Buffer;
}

/** Each takes what stands behind the `?`, and throws BadQuery, or JournalProblem when the journal cannot be read. */
export interface ReportDesk {
  report(query: unknown): StaffReport;
  entries(query: unknown): StaffEntries;
  download(query: unknown): Promise<Download>;
}

export interface ReportParts {
  /** Opens the journal for reading; whoever asked closes it. */
  readonly openReader: () => JournalReader;
  readonly clock: Clock;
  readonly kiosk: string;
  readonly timeZone: string;
  readonly businessDayStart: string;
  readonly money: { readonly currency: string; readonly exponent: number };
}

interface Asked {
  readonly period: Period;
  readonly date: string;
  readonly days: Days;
}

export function createReports(parts: ReportParts): ReportDesk {
  const { clock, timeZone, money } = parts;
  const dayNow = businessCalendar(timeZone, parts.businessDayStart);
  const place = { currency: money.currency, timeZone };

  const asked = (query: Query): Asked => {
    const period = query.oneOf('period', periods) ?? 'day';
    const day = query.text('day', 'YYYY-MM-DD'.length) ?? dayNow(clock.wallMs());
    if (!isDay(day)) throw new BadQuery('"day" is a business day, such as 2026-03-31');
    return periodWith(period, day);
  };

  const withReader = <T>(read: (reader: JournalReader) => T): T => {
    const reader = parts.openReader();
    try {
      return read(reader);
    } finally {
      reader.close();
    }
  };

  return {
    report(given) {
      const now = asked(readQuery(given, ['period', 'day']));
      const earlier = periodWith(now.period, dayAfter(now.days.from, -1));
      const today = dayNow(clock.wallMs());
      const after = dayAfter(now.days.to, 1);
      return withReader((reader) => {
        const { minor, count, customers, to } = readReport(reader, earlier, place);
        return {
          today,
          yesterday: dayAfter(today, -1),
          before: { date: earlier.date, to, minor, count, customers },
          after: isDay(after) && after <= today ? after : null,
          report: readReport(reader, now, place),
        };
      });
    },
    entries(given) {
      const query = readQuery(given, ['figure', 'period', 'day', 'method', 'hour', 'payee', 'from']);
      const figure = query.oneOf('figure', reportFigures);
      if (figure === null) throw new BadQuery(`"figure" is missing; it is one of ${reportFigures.join(', ')}`);
      const part = partOf(query);
      if (figure !== 'sales' && part !== null && !(figure === 'refunds' && 'method' in part)) {
        throw new BadQuery('hours and payees are known of sales, methods of sales and refunds; leave it out');
      }
      const from = query.whole('from') ?? 0;
      const { days } = asked(query);
      return withReader((reader) => readEntries(reader, { figure, part, days, from }, place));
    },
    async download(given) {
      const query = readQuery(given, ['period', 'day', 'as', 'lang']);
      const as = query.oneOf('as', ['csv', 'xlsx']);
      if (as === null) throw new BadQuery('"as" is missing; it is one of csv, xlsx');
      const lang = query.oneOf('lang', languages) ?? 'en';
      const report = withReader((reader) => readReport(reader, asked(query), place));
      return fileOf(report, { as, lang, kiosk: parts.kiosk, exponent: money.exponent });
    },
  };
}

async function fileOf(
  report: Report,
  { as, lang, kiosk, exponent }: { as: 'csv' | 'xlsx'; lang: Lang; kiosk: string; exponent: number },
): Promise<Download> {
  const name = `${kiosk.replace(/[^A-Za-z0-9-]/g, '-')}-${report.date}.${as}`;
  if (as === 'csv') return { name, type: 'text/csv; charset=utf-8', content: csvOf(report, lang, exponent) };
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  return { name, type, content: await xlsxOf(report, lang, exponent) };
}

function periodWith(period: Period, day: string): Asked {
  const date = dateOf(period, day);
  const days = daysOf(period, date);
  if (days === null) throw new BadQuery(`the ${period} of ${day} is in no calendar; give another day`);
  return { period, date, days };
}

/** Throws BadQuery for more than one. */
function partOf(query: Query): Part {
  const method = query.text('method', longestName);
  const hour = query.whole('hour', lastHour);
  const payee = query.text('payee', longestName);
  if ([method, hour, payee].filter((one) => one !== null).length > 1) {
    throw new BadQuery('take one of "method", "hour" and "payee"');
  }
  if (method !== null) return { method };
  if (hour !== null) return { hour };
  return payee === null ? null : { payee };
}
