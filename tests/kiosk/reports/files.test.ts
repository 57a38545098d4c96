/** A report as it is handed on: its sections, as CSV and as Excel. */
import { describe, expect, test } from 'vitest';
import { csvOf } from '../../../kiosk/reports/csv.ts';
import { decimal, sectionsOf } from '../../../kiosk/reports/sections.ts';
import { xlsxOf } from '../../../kiosk/reports/xlsx.ts';
import { emptyReport as empty } from './sales.ts';
import { unzipped } from './zip.ts';

test.each([
  [0, 2, '0.00'],
  [5, 2, '0.05'],
  [-3, 2, '-0.03'],
  [123_456_789, 2, '1234567.89'],
  [1_280, 0, '1280'],
  [-1_280, 3, '-1.280'],
])('%d minor units with %d decimals are %s', (minor, exponent, text) => {
  expect(decimal(minor, exponent)).toBe(text);
});

describe('the sections of a report', () => {
  test('are the same in both languages, but for the words', () => {
    const shape = (lang: 'zh-CN' | 'en') =>
      sectionsOf(empty, lang).map(({ headings, rows }) => [headings.length, rows.map((row) => row.length)]);
    expect(shape('zh-CN')).toEqual(shape('en'));
    const words = (lang: 'zh-CN' | 'en') =>
      sectionsOf({ ...empty, currency: '' }, lang).flatMap(({ name, headings }) => [name, ...headings]);
    expect(words('zh-CN').join('')).not.toMatch(/[A-Za-z]/);
    expect(words('en').join('')).not.toMatch(/\p{Script=Han}/u);
  });

  test('have a row for a way by which something was only given back', () => {
    const refundsByMethod = [{ method: 'card', minor: 500, count: 1 }];
    expect(sectionsOf({ ...empty, refundsByMethod }, 'en')[1]?.rows).toEqual([
      ['Bank card', { minor: 0 }, 0, { minor: 500 }, 1],
    ]);
  });

  test('show the signs of a name that a terminal would obey as blanks', () => {
    const byPayee = [{ payee: 'A\u001B[2J\r\nB\u0085', minor: 1, count: 1 }];
    expect(sectionsOf({ ...empty, byPayee }, 'en')[4]?.rows[0]?.[0]).toBe('A [2J  B ');
  });
});

test('a CSV file of a time without a sale has its headings, and no average', () => {
  const lines = csvOf(empty, 'zh-CN', 2).split('\r\n');
  expect(lines.slice(0, 4)).toEqual(['\uFEFF周报 2026-W14（营业日 2026-03-30 – 2026-04-05）', '', '合计', '项目,数值']);
  expect(lines).toContain('平均每笔（CNY）,');
  expect(lines).toContain('时段,金额（CNY）,笔数');
});

test.each(['=A1', '+1', '-1', '@x'])('%s as a name is text in a CSV file', (payee) => {
  const csv = csvOf({ ...empty, byPayee: [{ payee, minor: -100, count: 1 }] }, 'en', 2);
  expect(csv).toContain(`\r\n'${payee},-1.00,1\r\n`);
});

test.each([
  ['JPY', 0, '1280', '#,##0'],
  ['KWD', 3, '1.28', '#,##0.000'],
])('an amount of %s in an Excel file is a number with %d decimals', async (currency, exponent, value, format) => {
  const zip = await xlsxOf({ ...empty, currency, minor: 1_280, rounding: -5 }, 'en', exponent);
  const parts = [...unzipped(zip).values()];
  expect(parts.some((part) => part.includes(`<v>${value}</v>`))).toBe(true);
  expect(parts.some((part) => part.includes(`formatCode="${format}"`))).toBe(true);
});
