/** A report as an Excel file, a sheet for each section. */
import type { Sheet } from 'write-excel-file/node';
import type { Lang } from '../server/wire.ts';
import type { Report } from './report.ts';
import { hourText, type Section, sectionsOf, titleOf } from './sections.ts';

/** Characters; a column is as wide as this, the first wider. */
const columnWidth = 18;
const firstColumnWidth = 32;

/** `exponent`: the currency's decimals. */
export async function xlsxOf(report: Report, lang: Lang, exponent: number): Promise<Buffer> {
  // Loaded when it is wanted: a start needs no spreadsheets.
  const { default: writeXlsxFile } = await import('write-excel-file/node');
  return writeXlsxFile(sheetsOf(report, lang, exponent)).toBuffer();
}

function sheetsOf(report: Report, lang: Lang, exponent: number): Sheet<never>[] {
  const title = { value: titleOf(report, lang), fontWeight: 'bold' } as const;
  return sectionsOf(report, lang).map(({ name, headings, rows }) => ({
    sheet: name,
    columns: headings.map((_, n) => ({ width: n === 0 ? firstColumnWidth : columnWidth })),
    data: [
      [title],
      headings.map((value) => ({ value, fontWeight: 'bold' as const })),
      ...rows.map((row) => row.map((cell) => cellOf(cell, exponent))),
    ],
  }));
}

/** A sum is a number with the currency's decimals, so that a spreadsheet can go on counting with it. */
function cellOf(cell: Section['rows'][number][number], exponent: number) {
  if (typeof cell === 'string') return { value: cell, type: String };
  if (typeof cell === 'number') return { value: cell, type: Number, format: '0' };
  if ('hour' in cell) return { value: hourText(cell.hour), type: String };
  if (cell.minor === null) return null;
  const format = exponent === 0 ? '#,##0' : `#,##0.${'0'.repeat(exponent)}`;
  return { value: cell.minor / 10 ** exponent, type: Number, format };
}
