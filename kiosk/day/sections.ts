/** The rows of a Z or X report as names and values in one language: the same on paper and in a terminal. */
import type { DayFigures } from './figures.ts';
import type { Lang, MethodName } from '../server/wire.ts';
import { figure } from '../text/amount.ts';
import { dayWords } from '../text/day.ts';
import { paperWords } from '../text/paper.ts';
import type { ZRecord } from './record.ts';
import { type DayRow, dayRows } from './rows.ts';

export interface DaySection {
  readonly title: string;
  readonly rows: readonly Named[];
}

type Named = readonly [name: string, value: string];

/** `closed`: of a Z report, which says how it stood when it was closed. */
export function daySections(figures: DayFigures, closed: boolean, lang: Lang, exponent: number): readonly DaySection[] {
  return dayRows(figures).map(({ section, rows }) => ({
    title: dayWords[lang].sections[section],
    rows: rows.flatMap((row) => named(row, closed, lang, exponent)),
  }));
}

/** What others said of a report after it was closed: beside it, and no part of it. `time`: a moment as it is read here. */
export function laterSection(
  { matched }: ZRecord,
  lang: Lang,
  exponent: number,
  time: (at: string) => string,
): DaySection | null {
  if (matched.length === 0) return null;
  const words = dayWords[lang];
  const rows = matched.flatMap(({ at, method, expected, told }): readonly Named[] => [
    [words.toldAt(wayName(method, lang)), time(at)],
    ...checkRows(method, { expected: expected.minor, told: told.minor }, lang, exponent),
  ]);
  return { title: words.later, rows };
}

function named(row: DayRow, closed: boolean, lang: Lang, exponent: number): readonly Named[] {
  const words = dayWords[lang];
  const amount = (minor: number) => figure(minor, exponent);
  switch (row.is) {
    case 'sum': {
      const name = words.rows[row.name];
      return [[row.count === null ? name : `${name} (${row.count})`, amount(row.minor)]];
    }
    case 'number':
      return [[words.rows[row.name], String(row.count)]];
    case 'taken':
    case 'back': {
      const way = wayName(row.method, lang);
      return [[`${row.is === 'taken' ? way : words.returned(way)} (${row.count})`, amount(row.minor)]];
    }
    case 'check': {
      const way = wayName(row.method, lang);
      if (row.checked === null) return [[closed ? words.uncheckedThen(way) : words.unchecked(way), '']];
      return checkRows(row.method, row.checked, lang, exponent);
    }
    case 'moves': {
      const { moves } = row;
      return [[words.moves, moves === null ? '0' : `${moves.count} (${moves.first}-${moves.last})`]];
    }
    case 'unit':
      return [
        [`${row.device} ${words.unitNames[row.unit]}`, amount(row.minor)],
        ...row.denominations.map(({ minor, count }): Named => [`  ${amount(minor)} x ${count}`, amount(minor * count)]),
      ];
    default:
      return row satisfies never;
  }
}

function checkRows(
  method: MethodName,
  { expected, told }: { readonly expected: number; readonly told: number },
  lang: Lang,
  exponent: number,
): readonly Named[] {
  const words = dayWords[lang];
  const way = wayName(method, lang);
  return [
    [words.expected(way), figure(expected, exponent)],
    [words.told(way), figure(told, exponent)],
    [words.difference, figure(told - expected, exponent)],
  ];
}

function wayName(method: MethodName, lang: Lang): string {
  const words = paperWords[lang];
  return method === 'voucher' ? words.voucher : words[method];
}
