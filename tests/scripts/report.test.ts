import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { VirtualClock } from '../../hardware/clock.ts';
import { Journal } from '../../kiosk/journal/journal.ts';
import { openSqliteStorage } from '../../kiosk/journal/sqlite.ts';
import { CashDesk } from '../../scripts/benchmark/cash-desk.ts';
import { addedUp, type Line } from '../kiosk/reports/independent.ts';
import { happenings, refund, sale, start } from '../kiosk/reports/sales.ts';
import { unzipped } from '../kiosk/reports/zip.ts';

const root = new URL('../..', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'report-'));
const data = join(folder, 'data');
const timeZone = 'Europe/Berlin';
let journal: Journal;

/** Some weeks of random sales; the journal stays open for writing, as the daemon's is. */
beforeAll(() => {
  mkdirSync(data);
  const clock = new VirtualClock(Date.parse('2026-03-22T04:00:00Z'));
  const storage = openSqliteStorage(join(data, 'journal.sqlite'));
  journal = new Journal({ storage, clock, timeZone, businessDayStart: '04:00' });
  journal.append([start(timeZone)]);
  for (const { waitMs, body } of fc.sample(happenings, { numRuns: 12, seed: 31 }).flat()) {
    clock.runUntil(clock.monoMs() + (waitMs % 4_000_000));
    journal.append([body]);
  }
  clock.runUntil(Date.parse('2026-04-20T10:00:00Z') - Date.parse('2026-03-22T04:00:00Z'));
  const none = { cash: 0, voucher: 0, owed: 0 };
  const taken = {
    session: 'last',
    payee: '=1+1, "Co"',
    tenders: [{ method: 'wechat', minor: 12_345 }],
    change: none,
  } as const;
  journal.append([sale(1, { minor: 12_345, ...taken }), refund(1, 'wechat', 45)]);
  clock.runUntil(clock.monoMs() + 172_800_000);
  journal.append([sale(2, { minor: 12_345, ...taken, payee: 'A–B – C' })]);
});

afterAll(() => {
  journal.close();
  rmSync(folder, { recursive: true, force: true });
});

function run(script: string, ...args: readonly string[]) {
  const done = spawnSync(process.execPath, [join(root, 'scripts', script), ...args, '--data', data], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  return { status: done.status, out: done.stdout, error: done.stderr === '' ? null : JSON.parse(done.stderr) };
}

const lines = () =>
  run('journal.ts', 'export')
    .out.trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

test('a day, a week and a month agree with the lines of the export to the cent', { timeout: 60_000 }, () => {
  const exported = lines();
  expect(exported.filter(({ kind }) => kind === 'sale.paid').length).toBeGreaterThan(200);
  for (const [period, date, from, to] of [
    ['day', '2026-03-29', '2026-03-29', '2026-03-29'],
    ['week', '2026-W13', '2026-03-23', '2026-03-29'],
    ['month', '2026-03', '2026-03-01', '2026-03-31'],
  ] as const) {
    const { status, out } = run('report.ts', period, date, '--json');
    expect(status).toBe(0);
    const report = JSON.parse(out);
    expect(report).toEqual({
      period,
      date,
      from,
      to,
      currency: 'CNY',
      ...addedUp(exported, { timeZone, from, to }),
    });
    expect(report.count, `${period} ${date}`).toBeGreaterThan(0);
  }
});

test('a day stands for the week or month that it lies in', () => {
  const of = (...asked: readonly string[]) => run('report.ts', ...asked, '--json').out;
  expect(of('week', '2026-03-29')).toBe(of('week', '2026-W13'));
  expect(of('month', '2026-03-29')).toBe(of('month', '2026-03'));
});

test('what the kiosk itself has sold is reported where it stands', () => {
  const sold = join(folder, 'sold');
  mkdirSync(sold);
  const desk = new CashDesk(openSqliteStorage(join(sold, 'journal.sqlite')));
  desk.visit();
  desk.visit();
  desk.close();
  const done = spawnSync(process.execPath, [
    join(root, 'scripts/report.ts'),
    ...['day', '2026-03-31', '--json', '--data', sold],
  ]);
  expect(JSON.parse(String(done.stdout))).toMatchObject({
    currency: 'CNY',
    minor: 4_000,
    count: 2,
    customers: 2,
    average: 2_000,
    byMethod: [{ method: 'cash', minor: 4_000, count: 2 }],
    byHour: [{ hour: 9, minor: 4_000, count: 2 }],
  });
});

test('without --json there is a table, in the first language of the kiosk or the one that is asked for', () => {
  const chinese = run('report.ts', 'day', '2026-04-20');
  expect(chinese).toMatchObject({ status: 0, error: null });
  expect(chinese.out).toContain('日报 2026-04-20');
  expect(chinese.out).toMatch(/收款总额（CNY） +123\.45\n/);
  expect(chinese.out).toMatch(/微信支付 +123\.45 +1 +0\.45 +1\n/);
  const english = run('report.ts', 'day', '2026-04-20', '--lang', 'en').out;
  expect(english).toMatch(/Customers +1\n/);
  expect(english).toMatch(/12:00-13:00 +123\.45 +1\n/);
  expect(english).toMatch(/=1\+1, "Co" +123\.45 +1\n/);
  expect(run('report.ts', 'day', '2026-04-21', '--lang', 'en').out).toMatch(/Average per sale \(CNY\) +-\n/);
  // Only the dash of an hour is made narrow: a name stays as it is.
  expect(run('report.ts', 'day', '2026-04-22', '--lang', 'en').out).toMatch(/A–B – C +123\.45 +1\n/);
});

test('--help explains every field that is not the question itself', () => {
  const { out } = run('report.ts', '--help');
  const { period, date, from, to, currency, ...fields } = JSON.parse(
    run('report.ts', 'day', '2026-04-20', '--json').out,
  );
  const explained = [...out.matchAll(/^ {17}(\w+) {2,}\S/gm)].map(([, name]) => name);
  // The count is explained with the sum.
  expect([...explained, 'count'].toSorted()).toEqual(Object.keys(fields).toSorted());
});

test('the CSV file has its mark, decimal amounts, and no name that would be a formula', () => {
  const file = join(folder, 'day.csv');
  const done = run('report.ts', 'day', '2026-04-20', '--csv', file, '--lang', 'en');
  expect(done).toMatchObject({ status: 0, error: null });
  expect(JSON.parse(done.out)).toEqual({ ok: true, file });
  expect(readFileSync(file, 'utf8').split('\r\n')).toEqual([
    '\uFEFFDay 2026-04-20 (business days 2026-04-20)',
    '',
    'Totals',
    'Figure,Value',
    'Total taken (CNY),123.45',
    'Sales,1',
    'Customers,1',
    'Average per sale (CNY),123.45',
    'Total refunded (CNY),0.45',
    'Refunds,1',
    'Net (taken less refunded) (CNY),123.00',
    'Cash rounding (CNY),0.00',
    'Cancelled sales,0',
    '',
    'By method',
    'Method,Amount (CNY),Sales,Refunded (CNY),Refunds',
    'WeChat Pay,123.45,1,0.45,1',
    '',
    'By hour',
    'Hour,Amount (CNY),Sales',
    '12:00–13:00,123.45,1',
    '',
    'By payee',
    'Payee,Amount (CNY),Sales',
    `"'=1+1, ""Co""",123.45,1`,
    '',
  ]);
});

test('the Excel file has a sheet for each section, with amounts that are numbers', () => {
  const file = join(folder, 'day.xlsx');
  expect(run('report.ts', 'day', '2026-04-20', '--xlsx', file)).toMatchObject({ status: 0, error: null });
  const parts = unzipped(readFileSync(file));
  const names = [...(parts.get('xl/workbook.xml') as string).matchAll(/<sheet [^>]*name="([^"]*)"/g)];
  expect(names.map(([, name]) => name)).toEqual(['合计', '按支付方式', '按时段', '按收款方']);
  const value = (sheet: number, cell: string) =>
    new RegExp(`<c r="${cell}"[^>]*?><v>([^<]*)</v>`).exec(parts.get(`xl/worksheets/sheet${sheet}.xml`) as string)?.[1];
  expect([value(1, 'B3'), value(1, 'B4'), value(2, 'B3'), value(2, 'D3'), value(3, 'C3'), value(4, 'B3')]).toEqual([
    '123.45',
    '1',
    '123.45',
    '0.45',
    '1',
    '123.45',
  ]);
  expect(parts.get('xl/sharedStrings.xml')).toContain('收款总额（CNY）');
});

test('what cannot be answered is said on standard error, and no file is left', () => {
  const missing = join(folder, 'nowhere', 'day.csv');
  expect(run('report.ts', 'day', '2026-04-20', '--csv', missing)).toMatchObject({
    status: 1,
    out: '',
    error: { error: 'unwritable' },
  });
  mkdirSync(join(folder, 'taken.csv'));
  expect(run('report.ts', 'day', '2026-04-20', '--csv', join(folder, 'taken.csv')).status).toBe(1);
  expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  expect(existsSync(missing)).toBe(false);
  const other = spawnSync(process.execPath, [join(root, 'scripts/report.ts'), 'day', '2026-04-20', '--data', folder]);
  expect(other.status).toBe(1);
  expect(JSON.parse(String(other.stderr))).toEqual({ error: 'missing', message: expect.any(String) });
});

test.each([
  [[], 'day, week, month'],
  [['year', '2026'], 'day, week, month'],
  [['day'], '2026-03-31'],
  [['day', '2026-W14'], '"2026-W14"'],
  [['week', '2026-W60'], '"2026-W60"'],
  [['month', '2026-03', 'more'], '"more"'],
  [['month', '2026-03', '--json', '--csv', 'x'], 'one of'],
  [['month', '2026-03', '--csv', ''], 'the file'],
  [['month', '2026-03', '--lang', 'fr'], 'zh-CN, en'],
  [['month', '2026-03', '--pdf'], '--pdf'],
])('report %j is a wrong command line', (args, words) => {
  expect(run('report.ts', ...args)).toEqual({
    status: 2,
    out: '',
    error: { error: 'usage', message: expect.stringContaining(words) },
  });
});
