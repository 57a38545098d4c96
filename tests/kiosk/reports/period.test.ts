import { describe, expect, test } from 'vitest';
import { daysOf, type Period } from '../../../kiosk/reports/period.ts';
import { hourIn, spansOf } from '../../../kiosk/reports/spans.ts';

describe('the days of a date', () => {
  test.each<[Period, string, string, string]>([
    ['day', '2026-03-31', '2026-03-31', '2026-03-31'],
    ['day', '2028-02-29', '2028-02-29', '2028-02-29'],
    ['week', '2026-W14', '2026-03-30', '2026-04-05'],
    ['week', '2026-W01', '2025-12-29', '2026-01-04'],
    ['week', '2026-W53', '2026-12-28', '2027-01-03'],
    ['week', '2027-W01', '2027-01-04', '2027-01-10'],
    ['month', '2026-02', '2026-02-01', '2026-02-28'],
    ['month', '2028-02', '2028-02-01', '2028-02-29'],
    ['month', '2026-12', '2026-12-01', '2026-12-31'],
  ])('%s %s goes from %s to %s', (period, date, from, to) => {
    expect(daysOf(period, date)).toEqual({ from, to });
  });

  test.each<[Period, string]>([
    ['day', '2026-02-29'],
    ['day', '2026-3-31'],
    ['day', '2026-03'],
    ['day', '0026-03-31'],
    ['week', '2026-W00'],
    ['week', '2027-W53'],
    ['week', '2026-14'],
    ['week', '2026-W1'],
    ['month', '2026-13'],
    ['month', '2026-00'],
    ['month', '2026-03-31'],
    ['month', ''],
  ])('%s %s is none', (period, date) => {
    expect(daysOf(period, date)).toBeNull();
  });
});

describe('the spans of a zone', () => {
  const march = { from: '2026-03-01', to: '2026-03-31' };

  test('are one where the clock is never changed', () => {
    expect(spansOf(march, 'Asia/Shanghai')).toEqual([
      { from: '2026-02-28T00:00Z', until: '2026-04-03T00:00Z', aheadMs: 8 * 3_600_000 },
    ]);
  });

  test('meet at the quarter at which the clock is put forward', () => {
    expect(spansOf(march, 'Europe/Berlin')).toEqual([
      { from: '2026-02-28T00:00Z', until: '2026-03-29T01:00Z', aheadMs: 3_600_000 },
      { from: '2026-03-29T01:00Z', until: '2026-04-03T00:00Z', aheadMs: 7_200_000 },
    ]);
  });

  test('find two changes in one month', () => {
    // Morocco leaves its summer time for Ramadan, from 15 February to 22 March 2026.
    const spans = spansOf({ from: '2026-02-01', to: '2026-03-31' }, 'Africa/Casablanca');
    expect(spans.map(({ aheadMs }) => aheadMs / 3_600_000)).toEqual([1, 0, 1]);
  });

  test('tell the hour on the wall, before and after midnight', () => {
    const ahead = (minutes: number) => ({ from: '', until: '', aheadMs: minutes * 60_000 });
    expect(hourIn(ahead(480), '15:45')).toBe(23);
    expect(hourIn(ahead(480), '16:00')).toBe(0);
    expect(hourIn(ahead(330), '18:15')).toBe(23);
    expect(hourIn(ahead(330), '18:30')).toBe(0);
    expect(hourIn(ahead(-210), '03:15')).toBe(23);
    expect(hourIn(ahead(-210), '03:30')).toBe(0);
  });
});
