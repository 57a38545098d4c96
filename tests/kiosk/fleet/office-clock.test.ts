import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtualClock } from '../../../hardware/clock.ts';
import { createOfficeClock } from '../../../kiosk/fleet/office-clock.ts';

const startMs = Date.UTC(2026, 2, 31);

/** An office whose clock is right, and a kiosk that is so far ahead. */
function begin(aheadMs: number) {
  const clock = new VirtualClock(startMs + aheadMs);
  const own = createOfficeClock(clock);
  const later = (ms: number) => clock.runUntil(clock.monoMs() + ms);
  const officeMs = () => startMs + clock.monoMs();
  return {
    ...{ clock, own, later },
    says: (ms = officeMs()) => own.heard(new Date(ms).toISOString()),
    officeMs,
  };
}

test('the difference is told within half of the time that the answer took', () => {
  const ms = fc.integer({ min: 0, max: 2_500 });
  fc.assert(
    fc.property(fc.integer({ min: -1e10, max: 1e10 }), ms, ms, (aheadMs, thereMs, backMs) => {
      const { own, later, says, officeMs } = begin(aheadMs);
      own.asked();
      later(thereMs);
      const spokeMs = officeMs();
      later(backMs);
      says(spokeMs);
      expect(Math.abs((own.offMs() ?? Number.NaN) - aheadMs)).toBeLessThanOrEqual((thereMs + backMs) / 2 + 1);
    }),
  );
});

test('a word that nobody had asked for, or that came late, is not believed', () => {
  const one = begin(500_000);
  one.says();
  expect(one.own.offMs()).toBeNull();
  one.own.asked();
  one.later(5_001);
  one.says();
  expect(one.own.offMs()).toBeNull();
});

test('of two questions the word may answer the older one: it is not believed, and the next is', () => {
  const one = begin(500_000);
  one.own.asked();
  const staleMs = one.officeMs();
  one.later(60_000);
  one.own.asked();
  one.later(100);
  one.says(staleMs);
  expect(one.own.offMs()).toBeNull();
  one.own.asked();
  one.says();
  expect(one.own.offMs()).toBe(500_000);
});

test('a question of another connection is not answered on this one', () => {
  const one = begin(0);
  one.own.asked();
  one.own.forget();
  one.says();
  expect(one.own.offMs()).toBeNull();
});

test('what was told once shows every step of the clock, for a day', () => {
  const one = begin(0);
  one.own.asked();
  one.says();
  one.later(3_600_000);
  one.clock.jumpWall(-200_000);
  expect(one.own.offMs()).toBe(-200_000);
  one.clock.jumpWall(200_000);
  expect(one.own.offMs()).toBe(0);
  one.later(86_400_000);
  expect(one.own.offMs()).toBeNull();
});
