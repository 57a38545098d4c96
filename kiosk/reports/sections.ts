/** A report as sections of rows, in the words of one language: what the terminal, CSV and Excel all show. */
import { wordsOf } from '../text/languages.ts';
import type { Lang } from '../server/wire.ts';
import type { Report } from './report.ts';
import { reportWords } from '../text/reports.ts';

/** `minor`: an amount of the report's currency, in minor units; null: there is none. `hour`: one of the day, 0 to 23. */
type Cell = string | number | { readonly minor: number | null } | { readonly hour: number };

export interface Section {
  readonly name: string;
  readonly headings: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export function titleOf({ period, date, from, to }: Report, lang: Lang): string {
  return reportWords(lang).title(period, date, from === to ? from : `${from} – ${to}`);
}

export function sectionsOf(report: Report, lang: Lang): readonly Section[] {
  const words = reportWords(lang);
  const { currency } = report;
  const amount = words.amount(currency);
  return [
    { name: words.totals, headings: [words.figure, words.value], rows: totals(report, lang) },
    {
      name: words.byMethod,
      headings: [words.method, amount, words.sales, words.refunded(currency), words.refunds],
      rows: byMethod(report, lang),
    },
    ...(report.period === 'day'
      ? []
      : [
          {
            name: words.byDay,
            headings: [words.day, amount, words.sales],
            rows: report.byDay.map(({ day, minor, count }) => [day, { minor }, count]),
          },
        ]),
    {
      name: words.byHour,
      headings: [words.hour, amount, words.sales],
      rows: report.byHour.map(({ hour, minor, count }) => [{ hour }, { minor }, count]),
    },
    {
      name: words.byPayee,
      headings: [words.payee, amount, words.sales],
      rows: report.byPayee.map(({ payee, minor, count }) => [printable(payee), { minor }, count]),
    },
  ];
}

function totals(report: Report, lang: Lang): Section['rows'] {
  const { minor, count, customers, average, refunded, refunds, rounding, cancelled, currency } = report;
  const words = reportWords(lang);
  const money = (name: string) => words.money(name, currency);
  return [
    [money(words.taken), { minor }],
    [words.sales, count],
    [words.customers, customers],
    [money(words.average), { minor: average }],
    [money(words.givenBack), { minor: refunded }],
    [words.refunds, refunds],
    [money(words.net), { minor: minor - refunded }],
    [money(words.cashRounding), { minor: rounding }],
    [words.cancelledSales, cancelled.count],
  ];
}

/** A way by which something was only given back has a row too. */
function byMethod({ byMethod: paid, refundsByMethod: back }: Report, lang: Lang): Section['rows'] {
  const names = wordsOf(lang).method as unknown as Readonly<Record<string, unknown>>;
  const none = { minor: 0, count: 0 };
  const methods = new Set([...paid, ...back].map(({ method }) => method));
  return [...methods].map((method) => {
    const taken = paid.find((one) => one.method === method) ?? none;
    const refunded = back.find((one) => one.method === method) ?? none;
    const name = names[method];
    return [
      typeof name === 'string' ? name : method,
      { minor: taken.minor },
      taken.count,
      { minor: refunded.minor },
      refunded.count,
    ];
  });
}

/** A payee is named by others: a terminal would obey what is no letter, and no spreadsheet could be opened with it. */
function printable(name: string): string {
  return name.replace(/[\p{Cc}\uFFFE\uFFFF]/gu, ' ');
}

/** From when until when an hour goes: `13:00–14:00`. */
export function hourText(hour: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(hour)}:00–${two(hour + 1)}:00`;
}

/** An amount as a decimal number, with as many decimals as the currency has and nothing else: `-1280.50`. */
export function decimal(minor: number, exponent: number): string {
  const digits = String(Math.abs(minor)).padStart(exponent + 1, '0');
  const cut = digits.length - exponent;
  return `${minor < 0 ? '-' : ''}${digits.slice(0, cut)}${exponent === 0 ? '' : `.${digits.slice(cut)}`}`;
}
