import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Pile, plan, planChange } from '../../../kiosk/methods/cash/change.ts';
import { Visit, withChange } from '../view/visit.ts';

const pile = (device: string, minor: number, count: number): Pile => ({ device, minor, count });

function total(parts: ReturnType<typeof plan>): number {
  return parts.flatMap(({ pieces }) => pieces).reduce((sum, { minor, count }) => sum + minor * count, 0);
}

/** Every sum that the piles make, found by trying. */
function sums(from: readonly Pile[]): ReadonlySet<number> {
  let known = [0];
  for (const { minor, count } of from) {
    known = known.flatMap((sum) => Array.from({ length: count + 1 }, (_, n) => sum + n * minor));
  }
  return new Set(known);
}

test('change is made of large pieces before small ones, from several machines', () => {
  const from = [pile('coins', 50, 20), pile('notes', 1000, 3), pile('yuan', 100, 10)];
  expect(plan(from, 1250)).toEqual([
    { device: 'coins', pieces: [{ minor: 50, count: 1 }] },
    { device: 'yuan', pieces: [{ minor: 100, count: 2 }] },
    { device: 'notes', pieces: [{ minor: 1000, count: 1 }] },
  ]);
});

test('a machine that runs short is made up for by another, also where taking the largest first fails', () => {
  expect(total(plan([pile('a', 500, 1), pile('b', 200, 4)], 800))).toBe(800);
  expect(total(plan([pile('a', 100, 3), pile('b', 50, 1)], 400))).toBe(350);
  expect(plan([], 400)).toEqual([]);
  expect(plan([pile('a', 500, 9)], 400)).toEqual([]);
});

test('no machine is asked for more than a hundred pieces of a kind, however many it has', () => {
  const pieces = [{ minor: 100, count: 400 }];
  const more = { fact: 'cash.filled', device: 'yuan', unit: 'hopper', currency: 'CNY', pieces, by: 'anna' } as const;
  const { kiosk } = new Visit(withChange).boot().filled().step(more);
  expect(planChange(kiosk, 30_000)).toContainEqual({ device: 'yuan', pieces: [{ minor: 100, count: 100 }] });
});

test('a sum of more than a hundred thousand of the smallest piece is not worked out', () => {
  const from = [pile('coins', 1, 1), pile('notes', 50_000, 2)];
  expect(total(plan(from, 100_000))).toBe(100_000);
  expect(plan(from, 100_001)).toEqual([]);
});

test('no plan takes more than there is, pays more than is owed, or less than could be paid', () => {
  const piles = fc.array(
    fc.record({
      device: fc.constantFrom('a', 'b', 'c'),
      minor: fc.constantFrom(10, 20, 50, 100, 500, 700),
      count: fc.integer({ min: 1, max: 4 }),
    }),
    { maxLength: 5 },
  );
  fc.assert(
    fc.property(piles, fc.integer({ min: 0, max: 3_000 }), (from, minor) => {
      const parts = plan(from, minor);
      const best = Math.max(...[...sums(from)].filter((sum) => sum <= minor));
      expect(total(parts)).toBe(best);
      for (const { device, pieces } of parts) {
        for (const value of new Set(pieces.map((one) => one.minor))) {
          const there = from.filter((p) => p.device === device && p.minor === value);
          const taken = pieces.filter((one) => one.minor === value);
          const count = (all: readonly { count: number }[]) => all.reduce((sum, one) => sum + one.count, 0);
          expect(count(taken)).toBeLessThanOrEqual(count(there));
        }
      }
    }),
  );
});
