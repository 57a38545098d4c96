import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../hardware/clock.ts';
import { Journal } from '../../../kiosk/journal/journal.ts';
import { openSqliteStorage } from '../../../kiosk/journal/sqlite.ts';
import { openJournalReader } from '../../../kiosk/journal/sqlite-reading.ts';
import { type Days, daysOf, type Period } from '../../../kiosk/reports/period.ts';
import { placeOf, readReport, type Report } from '../../../kiosk/reports/report.ts';
import { addedUp } from './independent.ts';
import { cancelled, emptyReport, type Happened, happenings, refund, sale, start } from './sales.ts';
import { writeJournal } from './written.ts';

const folder = mkdtempSync(join(tmpdir(), 'reports-'));
let files = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const shanghai = 'Asia/Shanghai';

const written = (happened: readonly Happened[], fromMs: number, timeZone = shanghai) =>
  writeJournal(join(folder, `${files++}.sqlite`), happened, { fromMs, timeZone });

function reported(path: string, period: Period, date: string): Report {
  const reader = openJournalReader(path);
  try {
    return readReport(reader, { period, date, days: daysOf(period, date) as Days }, placeOf(reader));
  } finally {
    reader.close();
  }
}

/** At these moments, UTC, one sale each. */
function soldAt(...moments: readonly string[]): string {
  let nowMs = Date.parse(moments[0] as string);
  const happened = moments.map((moment, n) => {
    const waitMs = Date.parse(moment) - nowMs;
    nowMs += waitMs;
    return { waitMs, body: sale(n) };
  });
  return written(happened, Date.parse(moments[0] as string)).path;
}

describe('a report', () => {
  test('of a business day begins at four in the morning and ends before the next four', () => {
    // 03:59:59.999 and 04:00 of 31 March in Shanghai, and of 1 April.
    const path = soldAt(
      '2026-03-30T19:59:59.999Z',
      '2026-03-30T20:00:00.000Z',
      '2026-03-31T19:59:59.999Z',
      '2026-03-31T20:00:00.000Z',
    );
    const day = reported(path, 'day', '2026-03-31');
    expect(day).toMatchObject({ from: '2026-03-31', to: '2026-03-31', count: 2, minor: 3760, customers: 2 });
    expect(day.byHour).toEqual([
      { hour: 3, minor: 1880, count: 1 },
      { hour: 4, minor: 1880, count: 1 },
    ]);
    expect(reported(path, 'day', '2026-03-30').count).toBe(1);
    expect(reported(path, 'day', '2026-04-01').count).toBe(1);
  });

  test('of a month ends where the next begins, at four in the morning', () => {
    const path = soldAt('2026-02-28T20:00:00Z', '2026-03-31T19:59:59Z', '2026-03-31T20:00:00Z');
    expect(reported(path, 'month', '2026-02').count).toBe(0);
    expect(reported(path, 'month', '2026-03')).toMatchObject({ from: '2026-03-01', to: '2026-03-31', count: 2 });
    expect(reported(path, 'month', '2026-04').count).toBe(1);
  });

  test('of a week goes from Monday to Sunday, over the end of a year too', () => {
    const path = soldAt('2025-12-28T19:59:59Z', '2025-12-28T20:00:00Z', '2026-01-04T19:59:59Z', '2026-01-04T20:00:00Z');
    expect(reported(path, 'week', '2026-W01')).toMatchObject({ from: '2025-12-29', to: '2026-01-04', count: 2 });
    expect(reported(path, 'week', '2025-W52').count).toBe(1);
    expect(reported(path, 'week', '2026-W02').count).toBe(1);
  });

  test('without a sale has no average and no rows', () => {
    const { path } = written([], Date.parse('2026-03-31T05:00:00Z'));
    expect(reported(path, 'week', '2026-W14')).toEqual(emptyReport);
  });

  test('rounds the average half up', () => {
    const of = (...amounts: readonly number[]) => {
      const happened = amounts.map((minor, n) => ({ waitMs: 1, body: sale(n, { minor }) }));
      return reported(written(happened, Date.parse('2026-03-31T05:00:00Z')).path, 'day', '2026-03-31').average;
    };
    expect([of(1, 2), of(1, 1, 2), of(1, 2, 2), of(7)]).toEqual([2, 1, 2, 7]);
  });

  test('tells a split sale with change and rounding, several bills, goods and a refund to the cent', () => {
    const split = sale(1, {
      session: 'v1',
      minor: 10_003,
      rounding: -3,
      tenders: [
        { method: 'cash', minor: 5_000 },
        { method: 'card', minor: 6_000 },
        { method: 'card', minor: 500 },
      ],
      change: { cash: 1_000, voucher: 300, owed: 200 },
    });
    const bill = { ...split.bill, parts: [split.bill, split.bill] };
    const several = sale(2, { bill, minor: 700, tenders: [{ method: 'alipay', minor: 700 }], change: split.change });
    const goods = sale(3, {
      session: 'v1',
      payee: 'Noodles',
      minor: 1_500,
      tenders: [{ method: 'cash', minor: 1_500 }],
    });
    const none = { cash: 0, voucher: 0, owed: 0 };
    const { path } = written(
      [
        { waitMs: 0, body: split },
        { waitMs: 0, body: { ...several, change: none } },
        { waitMs: 3_600_000, body: { ...goods, change: none } },
        { waitMs: 0, body: refund(1, 'card', 6_000) },
        { waitMs: 0, body: refund(1, 'voucher', 3_500) },
      ],
      Date.parse('2026-03-31T05:00:00Z'),
    );
    expect(reported(path, 'day', '2026-03-31')).toMatchObject({
      minor: 12_203,
      count: 3,
      customers: 2,
      average: 4_068,
      refunded: 9_500,
      refunds: 2,
      rounding: -3,
      byMethod: [
        { method: 'card', minor: 6_500, count: 1 },
        { method: 'cash', minor: 5_000, count: 2 },
        { method: 'alipay', minor: 700, count: 1 },
      ],
      byHour: [
        { hour: 13, minor: 10_703, count: 2 },
        { hour: 14, minor: 1_500, count: 1 },
      ],
      byPayee: [
        { payee: '自来水公司', minor: 10_703, count: 2 },
        { payee: 'Noodles', minor: 1_500, count: 1 },
      ],
      refundsByMethod: [
        { method: 'card', minor: 6_000, count: 1 },
        { method: 'voucher', minor: 3_500, count: 1 },
      ],
    });
  });

  test('of a journal that never said where it stands is refused', () => {
    const path = join(folder, 'unstarted.sqlite');
    const options = { clock: new VirtualClock(0), timeZone: shanghai, businessDayStart: '04:00' };
    const journal = new Journal({ storage: openSqliteStorage(path), ...options });
    journal.append([sale(1)]);
    journal.close();
    expect(() => reported(path, 'day', '1970-01-01')).toThrow('start it once');
  });

  test('takes the zone of the newest start', () => {
    const path = join(folder, 'moved.sqlite');
    const clock = new VirtualClock(Date.parse('2026-03-31T05:00:00Z'));
    const journal = new Journal({
      storage: openSqliteStorage(path),
      clock,
      timeZone: shanghai,
      businessDayStart: '04:00',
    });
    journal.append([start(shanghai), sale(1)]);
    expect(reported(path, 'day', '2026-03-31').byHour).toMatchObject([{ hour: 13 }]);
    journal.append([start('Asia/Kolkata')]);
    expect(reported(path, 'day', '2026-03-31').byHour).toMatchObject([{ hour: 10 }]);
    journal.close();
  });

  test('finds the newest start however much came after it', () => {
    const path = join(folder, 'long.sqlite');
    const options = { clock: new VirtualClock(Date.parse('2026-03-31T05:00:00Z')), businessDayStart: '04:00' };
    const journal = new Journal({ storage: openSqliteStorage(path), timeZone: shanghai, ...options });
    const zone = () => {
      const reader = openJournalReader(path);
      try {
        return placeOf(reader).timeZone;
      } finally {
        reader.close();
      }
    };
    // The index is kept in blocks of 16 384 entries.
    const many = Array.from({ length: 16_400 }, () => cancelled(1));
    journal.append([start(shanghai), start('Asia/Kathmandu'), ...many]);
    expect(zone()).toBe('Asia/Kathmandu');
    journal.append([start('Asia/Kolkata'), start(shanghai)]);
    expect(zone()).toBe(shanghai);
    journal.append(many);
    expect(zone()).toBe(shanghai);
    journal.close();
  });
});

describe('whatever was sold', () => {
  // The clocks of Berlin and St. John's change in this month, those of Kolkata and Kathmandu stand between the hours.
  test.each([
    [shanghai, '2026-02-20T00:00:00Z'],
    ['Europe/Berlin', '2026-03-20T00:00:00Z'],
    ['America/St_Johns', '2026-02-27T00:00:00Z'],
    ['Asia/Kathmandu', '2025-12-20T00:00:00Z'],
  ])('in %s, every day, week and month agrees with the exported entries to the cent', (timeZone, from) => {
    fc.assert(
      fc.property(happenings, (happened) => {
        const { path, lines } = written(happened, Date.parse(from), timeZone);
        const lastDay = lines.at(-1)?.day as string;
        const asked: (readonly [Period, string])[] = [
          ['day', lastDay],
          ['day', lines[Math.floor(lines.length / 2)]?.day as string],
          ['month', from.slice(0, 7)],
          ['month', lastDay.slice(0, 7)],
          ...['2025-W52', '2026-W01', '2026-W09', '2026-W13'].map((week) => ['week', week] as const),
        ];
        for (const [period, date] of asked) {
          const report = reported(path, period, date);
          expect(report).toMatchObject(addedUp(lines, { timeZone, from: report.from, to: report.to }));
        }
      }),
      { numRuns: 12 },
    );
  });
});
