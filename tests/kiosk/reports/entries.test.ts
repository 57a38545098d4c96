/** Behind every figure of a report stand the entries that it is made of. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { openJournalReader } from '../../../kiosk/journal/sqlite-reading.ts';
import { dateOf, daysOf, type Days, type Period } from '../../../kiosk/reports/period.ts';
import { createReports, type ReportDesk } from '../../../kiosk/server/staff-reports.ts';
import type { StaffEntries } from '../../../kiosk/server/staff-wire.ts';
import { addedUp } from './independent.ts';
import { type Happened, happenings, sale } from './sales.ts';
import { writeJournal } from './written.ts';

const folder = mkdtempSync(join(tmpdir(), 'report-entries-'));
let files = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(happened: readonly Happened[], from: string, timeZone = 'Asia/Shanghai') {
  const path = join(folder, `${files++}.sqlite`);
  const { lines } = writeJournal(path, happened, { fromMs: Date.parse(from), timeZone });
  const desk = createReports({
    openReader: () => openJournalReader(path),
    clock: { wallMs: () => Date.parse(from), monoMs: () => 0, after: () => () => {} },
    kiosk: 'LAB-01',
    timeZone,
    businessDayStart: '04:00',
    money: { currency: 'CNY', exponent: 2 },
  });
  return { desk, lines };
}

/** All pages, one after the other. */
function all(desk: ReportDesk, query: Readonly<Record<string, string>>): StaffEntries['entries'] {
  const found: StaffEntries['entries'][number][] = [];
  let from = 0;
  for (;;) {
    const page = desk.entries({ ...query, from: String(from) });
    expect(page.entries.length).toBeLessThanOrEqual(20);
    found.push(...page.entries);
    if (page.next === null) return found;
    expect(page.next).not.toBe(from);
    from = page.next;
  }
}

const sumOf = (entries: StaffEntries['entries']) => ({
  minor: entries.reduce((sum, { minor }) => sum + minor, 0),
  count: entries.length,
});

test.each([
  ['Asia/Shanghai', '2026-02-20T00:00:00Z'],
  ['America/St_Johns', '2026-02-27T00:00:00Z'],
])('in %s, the entries of each figure add up to what an independent sum says of it', (timeZone, start) => {
  fc.assert(
    fc.property(happenings, (happened) => {
      const { desk, lines } = written(happened, start, timeZone);
      const day = lines.at(-1)?.day as string;
      for (const period of ['day', 'week', 'month'] as const) {
        const { from, to } = daysOf(period, dateOf(period, day)) as Days;
        const wanted = addedUp(lines, { timeZone, from, to });
        const of = (query: Readonly<Record<string, string>>) => sumOf(all(desk, { period, day, ...query }));
        expect(of({ figure: 'sales' })).toEqual({ minor: wanted.minor, count: wanted.count });
        expect(of({ figure: 'refunds' })).toEqual({ minor: wanted.refunded, count: wanted.refunds });
        expect(of({ figure: 'cancelled' })).toEqual(wanted.cancelled);
        expect(of({ figure: 'rounding' }).minor).toBe(wanted.rounding);
        for (const { method, ...sum } of wanted.byMethod) expect(of({ figure: 'sales', method })).toEqual(sum);
        for (const { method, ...sum } of wanted.refundsByMethod) expect(of({ figure: 'refunds', method })).toEqual(sum);
        for (const { payee, ...sum } of wanted.byPayee) expect(of({ figure: 'sales', payee })).toEqual(sum);
        for (const { hour, ...sum } of wanted.byHour) {
          expect(of({ figure: 'sales', hour: String(hour) })).toEqual(sum);
        }
        for (const { day: one, ...sum } of wanted.byDay) {
          expect(sumOf(all(desk, { figure: 'sales', period: 'day', day: one }))).toEqual(sum);
        }
      }
    }),
    { numRuns: 8 },
  );
});

test('entries come newest first, page by page, each as the journal has it', () => {
  const happened = Array.from({ length: 45 }, (_, n) => ({ waitMs: 7_200_000, body: sale(n) }));
  const { desk, lines } = written(happened, '2026-03-27T00:00:00Z');
  const entries = all(desk, { figure: 'sales', period: 'month', day: '2026-03-01' });
  expect(entries.map(({ minor: _, ...entry }) => ({ ...entry }))).toEqual(
    lines
      .filter(({ kind }) => kind === 'sale.paid')
      .map((line) => expect.objectContaining(line as object))
      .reverse(),
  );
});

test('a clock that was put back hides no entry', () => {
  const { desk } = written(
    [
      { waitMs: 0, body: sale(1) },
      { waitMs: 86_400_000, body: sale(2) },
      { waitMs: -86_400_000, body: sale(3) },
    ],
    '2026-03-30T05:00:00Z',
  );
  const seqs = (query: Readonly<Record<string, string>>) =>
    all(desk, { figure: 'sales', ...query }).map(({ seq }) => seq);
  expect(seqs({ period: 'day', day: '2026-03-30' })).toEqual([4, 2]);
  expect(seqs({ period: 'day', day: '2026-03-31' })).toEqual([3]);
  expect(seqs({ period: 'week', day: '2026-03-31' })).toEqual([3, 4, 2]);
});

test('one question looks at a bounded number of rows, and says where to go on', () => {
  const happened = Array.from({ length: 2_100 }, (_, n) => ({
    waitMs: 1_000,
    body: sale(n, n === 0 ? { payee: 'rare' } : {}),
  }));
  const { desk } = written(happened, '2026-03-31T05:00:00Z');
  const query = { figure: 'sales', period: 'day', day: '2026-03-31', payee: 'rare' };
  const first = desk.entries(query);
  expect(first).toEqual({ entries: [], next: 102 });
  expect(all(desk, query).map(({ seq }) => seq)).toEqual([2]);
});

test.each([
  ['day', '2026-03-31', '2026-03-31'],
  ['week', '2025-12-29', '2026-W01'],
  ['week', '2026-01-04', '2026-W01'],
  ['week', '2027-01-03', '2026-W53'],
  ['month', '2028-02-29', '2028-02'],
] as const)('the %s of %s is %s', (period: Period, day, date) => {
  expect(dateOf(period, day)).toBe(date);
});

test('the week of any day holds it', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }), (date) => {
      const day = date.toISOString().slice(0, 10);
      const { from, to } = daysOf('week', dateOf('week', day)) as Days;
      expect(from <= day && day <= to).toBe(true);
    }),
  );
});
