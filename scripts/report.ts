/** `npm run report`: a day, week or month in figures, also while the daemon runs. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { currencyExponent } from '../hardware/currency.ts';
import { shownSigns, type ZRecord, zRecord } from '../kiosk/day/record.ts';
import { type DaySection, daySections, laterSection } from '../kiosk/day/sections.ts';
import { textWidth } from '../kiosk/documents/markup.ts';
import { zKey } from '../kiosk/journal/derive.ts';
import { entryOf } from '../kiosk/journal/journal.ts';
import { type JournalReader, openJournalReader } from '../kiosk/journal/sqlite-reading.ts';
import { JournalProblem } from '../kiosk/journal/storage.ts';
import { csvOf } from '../kiosk/reports/csv.ts';
import { dateForms, dateOf, type Days, daysOf, isDay, type Period, periods } from '../kiosk/reports/period.ts';
import { placeOf, readReport, type Report } from '../kiosk/reports/report.ts';
import { hourText, type Section, sectionsOf, titleOf } from '../kiosk/reports/sections.ts';
import { xlsxOf } from '../kiosk/reports/xlsx.ts';
import { zoneReader } from '../kiosk/local-time.ts';
import type { Lang } from '../kiosk/server/wire.ts';
import { figure } from '../kiosk/text/amount.ts';
import { dayWords } from '../kiosk/text/day.ts';
import { Failure, print, runCommand } from './json-lines.ts';

const usage = `Usage: npm -s run report -- day|week|month DATE [--data DIR] [--json | --csv FILE | --xlsx FILE] [--lang LANG]
       npm -s run report -- z [NUMBER] [--data DIR] [--json] [--lang LANG]

What was sold in a day (2026-03-31), an ISO week (2026-W14, or a day of it) or a month (2026-03, or a day of it), in business
days and hours of the kiosk's clock. Read from the figures that the journal keeps beside its entries, also while the kiosk runs. Prints a table.
With z: the Z report of this number, as it was closed and signed; without a number a line for each, the oldest first:
number, business day, moment, entries, sales, their sum, and the beginning of the signature.

  --json         prints one object instead; money in minor units:
                 {"period","date","from","to","currency","minor","count","customers","average","refunded","refunds","rounding",
                 "cancelled":{"minor","count"},"byMethod":[{"method","minor","count"}],"byDay":[{"day","minor","count"}],
                 "byHour":[{"hour","minor","count"}],"byPayee":[{"payee","minor","count"}],"refundsByMethod":[{"method","minor","count"}]}
                 minor            the sum of what was sold; count: in how many sales
                 customers        visits that paid
                 average          minor per sale, rounded half up; null without a sale
                 refunded         what went back in this time, of sales of any time
                 refunds          sales of which something went back
                 rounding         what cash was rounded by: the sum of byMethod less minor; below 0: in favour of customers
                 cancelled        what was given back of sales that were given up; count: how many
                 byMethod         after change, which is taken off the cash first; count: sales that were paid so
                 byDay            business days on which something was sold
                 byHour           hours from 0 to 23 in which something was sold
                 byPayee          for whom it was sold; count: in how many sales
                 refundsByMethod  refunded and refunds by the way on which it went back
  --csv FILE     writes a CSV file (UTF-8 with a byte order mark)
  --xlsx FILE    writes an Excel file, a sheet each for totals, methods, days, hours and payees
  --lang LANG    words of table and files: zh-CN or en; by default the kiosk's first language
  --data DIR     data folder, ./data by default
`;

interface AskedZ {
  /** Null: all of them, in few words. */
  readonly z: number | null;
  readonly data: string;
  readonly json: boolean;
  readonly lang: Lang | null;
}

const languages: readonly Lang[] = ['zh-CN', 'en'];

interface Asked {
  readonly period: Period;
  readonly date: string;
  readonly days: Days;
  readonly data: string;
  readonly output: { readonly to: 'terminal' | 'json' } | { readonly to: 'csv' | 'xlsx'; readonly file: string };
  readonly lang: Lang | null;
}

async function main(): Promise<void> {
  const asked = readArguments(process.argv.slice(2));
  if (asked === null) {
    process.stdout.write(usage);
    return;
  }
  if ('z' in asked) {
    printZ(asked);
    return;
  }
  const { report, lang } = read(asked);
  const exponent = currencyExponent(report.currency) ?? 2;
  const { output } = asked;
  switch (output.to) {
    case 'json':
      print(report);
      return;
    case 'terminal':
      process.stdout.write(tables(report, lang, exponent));
      return;
    case 'csv':
      write(output.file, csvOf(report, lang, exponent));
      return;
    case 'xlsx':
      write(output.file, await xlsxOf(report, lang, exponent));
      return;
    default:
      output satisfies never;
  }
}

/** One Z report, or a line for each. */
function printZ({ z, data, json, lang: wanted }: AskedZ): void {
  const reader = openReader(data);
  try {
    const place = placeOf(reader);
    const lang = wanted ?? place.lang;
    const exponent = currencyExponent(place.currency) ?? 2;
    const one = (number: number) => zRecord(reader.find(zKey(number)).map(entryOf));
    if (z !== null) {
      const record = one(z);
      if (record === null) throw new Failure('unknown', `there is no Z report ${z}; \`report -- z\` lists all`);
      if (json) print(zShown(record));
      else process.stdout.write(zText(record, lang, exponent, clockOf(place.timeZone)));
      return;
    }
    for (let number = 1; ; number++) {
      const record = one(number);
      if (record === null) return;
      if (json) print(zShown(record));
      else process.stdout.write(`${zLine(record, exponent, clockOf(place.timeZone))}\n`);
    }
  } catch (error) {
    if (error instanceof JournalProblem) throw new Failure(error.code, error.message);
    throw error;
  } finally {
    reader.close();
  }
}

function openReader(data: string): JournalReader {
  try {
    return openJournalReader(join(data, 'journal.sqlite'));
  } catch (error) {
    if (error instanceof JournalProblem) throw new Failure(error.code, error.message);
    throw error;
  }
}

function zShown({ matched, ...record }: ZRecord): object {
  return { ...record, matched: matched.map(({ kind: _, ...one }) => one) };
}

type Clock = (at: string) => string;

/** A moment as the clock at the kiosk showed it, to the minute, as on paper. */
function clockOf(timeZone: string): Clock {
  const local = zoneReader(timeZone);
  return (at) => new Date(local(Date.parse(at))).toISOString().slice(0, 16).replace('T', ' ');
}

function zLine({ z, opened, at, from, to, figures, signed }: ZRecord, exponent: number, time: Clock): string {
  const { sales, currency } = figures;
  const seal = signed === null ? 'unsigned' : signed.signature.slice(0, shownSigns);
  return `Z ${z}  ${opened ?? '-'}  ${time(at)}  ${from}-${to}  ${sales.count}  ${figure(sales.minor, exponent)} ${currency}  ${seal}`;
}

function zText(record: ZRecord, lang: Lang, exponent: number, time: Clock): string {
  const words = dayWords[lang];
  const { z, opened, at, by, from, to, figures, hash, signed } = record;
  const first: DaySection = {
    title: words.z(String(z)),
    rows: [
      [words.businessDay, opened ?? '-'],
      [words.closedAt, time(at)],
      [words.closedBy, by ?? words.itself],
      [words.entries, `${from}-${to}`],
    ],
  };
  const last: DaySection = {
    title: words.seal,
    rows: [
      [words.chain, hash],
      [words.signature, signed?.signature ?? words.unsigned],
      [words.key, signed?.key ?? '-'],
    ],
  };
  const later = laterSection(record, lang, exponent, time);
  return [first, ...daySections(figures, true, lang, exponent), last, ...(later === null ? [] : [later])]
    .map(({ title, rows }) => `${title}\n${table({ name: title, headings: ['', ''], rows }, exponent)}`)
    .join('\n');
}

function read({ period, date, days, data, lang }: Asked): { readonly report: Report; readonly lang: Lang } {
  try {
    const reader = openJournalReader(join(data, 'journal.sqlite'));
    try {
      const place = placeOf(reader);
      return { report: readReport(reader, { period, date, days }, place), lang: lang ?? place.lang };
    } finally {
      reader.close();
    }
  } catch (error) {
    if (error instanceof JournalProblem) throw new Failure(error.code, error.message);
    throw error;
  }
}

/** The file is there whole or not at all. */
function write(file: string, content: string | Buffer): void {
  const path = resolve(file);
  const part = `${path}.part`;
  try {
    writeFileSync(part, content);
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw new Failure('unwritable', `${(error as Error).message}; name a file in a folder that can be written`);
  }
  print({ ok: true, file: path });
}

function tables(report: Report, lang: Lang, exponent: number): string {
  const sections = sectionsOf(report, lang).map((section) => `${section.name}\n${table(section, exponent)}`);
  return `${[`${titleOf(report, lang)}\n`, ...sections].join('\n')}`;
}

/** The first column stands left, figures right. */
function table({ headings, rows }: Section, exponent: number): string {
  const named = headings.some((heading) => heading !== '') ? [headings] : [];
  const lines = [...named, ...rows.map((row) => row.map((cell) => shown(cell, exponent)))];
  const widths = headings.map((_, n) => Math.max(...lines.map((line) => textWidth(line[n] as string))));
  return lines
    .map((line) => {
      const columns = line.map((text, n) => {
        const gap = ' '.repeat((widths[n] as number) - textWidth(text));
        return n === 0 ? text + gap : gap + text;
      });
      return `  ${columns.join('  ')}\n`;
    })
    .join('');
}

function shown(cell: Section['rows'][number][number], exponent: number): string {
  if (typeof cell !== 'object') return String(cell);
  // The dash of a span is as narrow as a letter on a terminal.
  if ('hour' in cell) return hourText(cell.hour).replace('–', '-');
  return cell.minor === null ? '-' : figure(cell.minor, exponent);
}

function readArguments(args: readonly string[]): Asked | AskedZ | null {
  const { values, positionals } = parsed(args);
  if (values.help === true) return null;
  const [name, date, ...rest] = positionals;
  if (name === 'z') return zAsked(values, date, rest);
  const period = periods.find((one) => one === name);
  if (period === undefined) throw wrong(`name what to report: ${periods.join(', ')}, z`);
  const form = `the date of a ${period} is written ${dateForms[period]}`;
  if (date === undefined) throw wrong(form);
  // A day stands for the week or month that it lies in.
  const written = isDay(date) ? dateOf(period, date) : date;
  const days = daysOf(period, written);
  if (days === null) throw wrong(`${form}; got "${date}"`);
  if (rest.length > 0) throw wrong(`"${rest[0]}" is one too many`);
  const { json, csv, xlsx } = values;
  if ([json, csv, xlsx].filter((one) => one !== undefined).length > 1) throw wrong('take one of --json, --csv, --xlsx');
  const lang = langOf(values.lang);
  return { period, date: written, days, data: values.data, output: outputOf(json, csv, xlsx), lang };
}

function zAsked(
  values: ReturnType<typeof parsed>['values'],
  number: string | undefined,
  rest: readonly string[],
): AskedZ {
  if (rest.length > 0) throw wrong(`"${rest[0]}" is one too many`);
  if (values.csv !== undefined || values.xlsx !== undefined) throw wrong('a Z report is printed, or given as --json');
  if (number !== undefined && !/^[1-9]\d{0,8}$/.test(number))
    throw wrong(`the number of a Z report is 1 or more; got "${number}"`);
  const z = number === undefined ? null : Number(number);
  return { z, data: values.data, json: values.json === true, lang: langOf(values.lang) };
}

function langOf(text: string | undefined): Lang | null {
  const lang = languages.find((one) => one === text) ?? null;
  if (text !== undefined && lang === null) throw wrong(`--lang is one of ${languages.join(', ')}`);
  return lang;
}

function outputOf(json: boolean | undefined, csv: string | undefined, xlsx: string | undefined): Asked['output'] {
  if (csv === '' || xlsx === '') throw wrong('name the file to write');
  if (csv !== undefined) return { to: 'csv', file: csv };
  if (xlsx !== undefined) return { to: 'xlsx', file: xlsx };
  return { to: json === true ? 'json' : 'terminal' };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        data: { type: 'string', default: './data' },
        json: { type: 'boolean' },
        csv: { type: 'string' },
        xlsx: { type: 'string' },
        lang: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw wrong((error as Error).message.split('. ')[0] as string);
  }
}

function wrong(message: string): Failure {
  return new Failure('usage', `${message}; --help says all`, 2);
}

runCommand(main);
