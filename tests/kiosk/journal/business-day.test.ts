import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { businessCalendar, businessDay } from '../../../kiosk/journal/business-day.ts';

describe('business day', () => {
  test.each([
    ['before the start it is still yesterday', '2026-03-30T19:59:59.999Z', 'Asia/Shanghai', '04:00', '2026-03-30'],
    ['at the start a new day begins', '2026-03-30T20:00:00.000Z', 'Asia/Shanghai', '04:00', '2026-03-31'],
    ['from midnight it is the calendar day', '2026-03-30T16:00:00Z', 'Asia/Shanghai', '00:00', '2026-03-31'],
    ['an hour before midnight', '2026-03-30T15:59:59Z', 'Asia/Shanghai', '00:00', '2026-03-30'],
    ['over a new year', '2025-12-31T20:30:00Z', 'Asia/Shanghai', '05:00', '2025-12-31'],
    ['in a leap year', '2028-02-29T23:30:00Z', 'UTC', '04:00', '2028-02-29'],
    ['a quarter of an hour off', '2026-03-30T22:14:59Z', 'Asia/Kathmandu', '04:00', '2026-03-30'],
    ['a quarter of an hour off, at the start', '2026-03-30T22:15:00Z', 'Asia/Kathmandu', '04:00', '2026-03-31'],
    ['summer time begins: before the skipped start', '2026-03-29T00:59:59Z', 'Europe/Berlin', '02:30', '2026-03-28'],
    ['summer time begins: the skip is the start', '2026-03-29T01:00:00Z', 'Europe/Berlin', '02:30', '2026-03-29'],
    ['summer time ends: the first 02:30 is the start', '2026-10-25T00:30:00Z', 'Europe/Berlin', '02:30', '2026-10-25'],
    ['summer time ends: 02:10 the second time stays', '2026-10-25T01:10:00Z', 'Europe/Berlin', '02:30', '2026-10-25'],
    ['midnight skipped (Beirut)', '2026-03-28T22:00:00Z', 'Asia/Beirut', '00:00', '2026-03-29'],
    ['New York in summer', '2026-07-01T08:00:00Z', 'America/New_York', '04:00', '2026-07-01'],
    ['New York in winter', '2026-01-01T08:59:59Z', 'America/New_York', '04:00', '2025-12-31'],
    ['half an hour back, just before 02:00', '2026-04-04T15:00:00Z', 'Australia/Lord_Howe', '02:00', '2026-04-04'],
    ['half an hour back, 02:00 at last', '2026-04-04T15:30:00Z', 'Australia/Lord_Howe', '02:00', '2026-04-05'],
    ['a date that was left out', '2011-12-30T10:30:00Z', 'Pacific/Apia', '00:00', '2011-12-31'],
    ['before 1970', '1969-12-31T19:00:00Z', 'Asia/Shanghai', '04:00', '1969-12-31'],
  ])('%s', (_, at, zone, start, day) => {
    expect(businessDay(Date.parse(at), zone, start)).toBe(day);
  });

  test('never leads back, lasts from 22 to 26 hours, and does not depend on what was asked before', () => {
    const zones = fc.constantFrom(
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Shanghai',
      'Africa/Cairo',
    );
    const starts = fc.constantFrom('00:00', '01:30', '02:00', '02:30', '03:00', '04:00', '23:45');
    const year = { min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) };
    fc.assert(
      fc.property(
        zones,
        starts,
        fc.array(fc.integer(year), { minLength: 2, maxLength: 12 }),
        (zone, start, moments) => {
          const calendar = businessCalendar(zone, start);
          const asked = moments.map((ms) => ({ ms, day: calendar(ms) }));
          for (const { ms, day } of asked) expect(businessDay(ms, zone, start)).toBe(day);
          asked.sort((a, b) => a.ms - b.ms);
          for (const [i, later] of asked.entries()) {
            const earlier = asked[i - 1];
            if (earlier !== undefined) expect(later.day >= earlier.day).toBe(true);
            expect(calendar(later.ms + 26 * 3_600_000) > later.day).toBe(true);
            expect(calendar(later.ms - 26 * 3_600_000) < later.day).toBe(true);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each(['24:00', '4:00', '04:60', '', '04:00:00'])('the start "%s" is refused', (start) => {
    expect(() => businessCalendar('Asia/Shanghai', start)).toThrow('starts at HH:MM');
  });

  test('an unknown zone is refused', () => {
    expect(() => businessCalendar('Mars/Olympus', '04:00')).toThrow('Mars/Olympus');
  });
});
