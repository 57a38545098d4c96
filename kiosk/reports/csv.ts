/** A report as CSV (RFC 4180), in UTF-8 with the mark by which spreadsheets know it. */
import type { Lang } from '../server/wire.ts';
import type { Report } from './report.ts';
import { decimal, hourText, type Section, sectionsOf, titleOf } from './sections.ts';

/** The sections stand below one another, each under its name, with an empty line between. `exponent`: the currency's decimals. */
export function csvOf(report: Report, lang: Lang, exponent: number): string {
  const blocks = sectionsOf(report, lang).map(({ name, headings, rows }) => [
    text(name),
    headings.map(text).join(','),
    ...rows.map((row) => row.map((cell) => cellText(cell, exponent)).join(',')),
  ]);
  const lines = [[text(titleOf(report, lang))], ...blocks].map((block) => `${block.join('\r\n')}\r\n`);
  return `\uFEFF${lines.join('\r\n')}`;
}

function cellText(cell: Section['rows'][number][number], exponent: number): string {
  if (typeof cell === 'string') return text(cell);
  if (typeof cell === 'number') return String(cell);
  if ('hour' in cell) return hourText(cell.hour);
  return cell.minor === null ? '' : decimal(cell.minor, exponent);
}

/** What begins as a formula would be one in a spreadsheet: a name that others gave is only text. */
function text(value: string): string {
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
