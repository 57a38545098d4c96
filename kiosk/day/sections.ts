/** The figures of a Z or X report as names and values in one language: the same on paper and in a terminal. */
import type { DayFigures } from './figures.ts';
import type { Lang, MethodName } from '../server/wire.ts';
import { figure } from '../text/amount.ts';
import { dayWords } from '../text/day.ts';
import { paperWords } from '../text/paper.ts';

export interface DaySection {
  readonly title: string;
  readonly rows: readonly (readonly [name: string, value: string])[];
}

type Words = (typeof dayWords)[Lang];
type Amount = (minor: number) => string;

export function daySections(figures: DayFigures, lang: Lang, exponent: number): readonly DaySection[] {
  const words = dayWords[lang];
  const amount = (minor: number) => figure(minor, exponent);
  return [
    salesOf(figures, words, amount),
    { title: words.ways, rows: methodRows(figures, words, lang, amount) },
    { title: words.checks, rows: checkRows(figures, words, lang, amount) },
    countsOf(figures, words, amount),
    cashOf(figures, words, amount),
    { title: words.units, rows: unitRows(figures, words, amount) },
    liabilityOf(figures, words, amount),
    casesOf(figures, words, amount),
  ].filter(({ rows }) => rows.length > 0);
}

/** A sum, and of how many. */
function counted(name: string, { minor, count }: DayFigures['sales'], amount: Amount): readonly [string, string] {
  return [`${name} (${count})`, amount(minor)];
}

function salesOf(figures: DayFigures, words: Words, amount: Amount): DaySection {
  return {
    title: words.sales,
    rows: [
      counted(words.sales, figures.sales, amount),
      counted(words.refunds, figures.refunds, amount),
      counted(words.cancelled, figures.cancelled, amount),
      [words.rounding, amount(figures.rounding)],
      counted(words.total, figures.total, amount),
    ],
  };
}

function methodRows({ methods }: DayFigures, words: Words, lang: Lang, amount: Amount): DaySection['rows'] {
  return methods.flatMap(({ method, taken, back }) => {
    const way = wayName(method, lang);
    const own = counted(way, taken, amount);
    return back.count === 0 ? [own] : [own, counted(words.returned(way), back, amount)];
  });
}

function checkRows({ methods }: DayFigures, words: Words, lang: Lang, amount: Amount): DaySection['rows'] {
  return methods
    .filter(({ method }) => method !== 'voucher')
    .flatMap(({ method, checked }): DaySection['rows'] => {
      const way = wayName(method, lang);
      if (checked === null) return [[words.unchecked(way), '']];
      const { expected, told } = checked;
      return [
        [words.expected(way), amount(expected)],
        [words.told(way), amount(told)],
        [words.difference, amount(told - expected)],
      ];
    });
}

function countsOf({ counts, bags }: DayFigures, words: Words, amount: Amount): DaySection {
  return {
    title: words.counting,
    rows: [
      [words.times, String(counts.times)],
      [words.long, amount(counts.long)],
      [words.short, amount(counts.short)],
      [words.corrected, amount(counts.corrected)],
      [words.uncounted, String(bags)],
    ],
  };
}

function cashOf({ cash, moves }: DayFigures, words: Words, amount: Amount): DaySection {
  const flows = (
    ['opening', 'taken', 'paidOut', 'checked', 'filled', 'collected', 'adjusted', 'closing'] as const
  ).flatMap((flow) => (cash[flow] === undefined ? [] : [[words[flow], amount(cash[flow])] as const]));
  const moved = moves === null ? '0' : `${moves.count} (${moves.first}-${moves.last})`;
  return { title: words.cash, rows: [...flows, [words.moves, moved]] };
}

function unitRows({ units }: DayFigures, words: Words, amount: Amount): DaySection['rows'] {
  return units.flatMap(({ unit, denominations, minor }): DaySection['rows'] => {
    const dot = unit.lastIndexOf('.');
    const kind = unit.slice(dot + 1) as keyof Words['unitNames'];
    return [
      [`${unit.slice(0, dot)} ${words.unitNames[kind]}`, amount(minor)],
      ...denominations.map((one): readonly [string, string] => [
        `  ${amount(one.minor)} x ${one.count}`,
        amount(one.minor * one.count),
      ]),
    ];
  });
}

function liabilityOf({ liability, vouchers }: DayFigures, words: Words, amount: Amount): DaySection {
  return {
    title: words.liability,
    rows: [
      counted(words.opening, liability.opening, amount),
      counted(words.issued, vouchers.issued, amount),
      counted(words.redeemed, vouchers.redeemed, amount),
      counted(words.paidAtWindow, vouchers.paid, amount),
      counted(words.outstanding, liability.closing, amount),
    ],
  };
}

function casesOf({ cases }: DayFigures, words: Words, amount: Amount): DaySection {
  return {
    title: words.cases,
    rows: [
      [words.count, String(cases.count)],
      [words.caseMinor, amount(cases.minor)],
      [words.caseUnknown, String(cases.unknown)],
    ],
  };
}

function wayName(method: MethodName, lang: Lang): string {
  const words = paperWords[lang];
  return method === 'voucher' ? words.voucher : words[method];
}
