import { describe, expect, test } from 'vitest';
import { sumsOf } from '../../../kiosk/methods/cash/sums.ts';

/** The same by trying: every sum up to the limit. */
function tried(denominations: readonly number[], limit: number): ReadonlySet<number> {
  const sums = new Set([0]);
  for (let sum = 0; sum <= limit; sum++) {
    if (denominations.some((minor) => sums.has(sum - minor))) sums.add(sum);
  }
  return sums;
}

describe('sums', () => {
  const sets: readonly (readonly number[])[] = [
    [20, 50],
    [2_000, 5_000],
    [100, 500, 1_000, 2_000, 5_000, 10_000],
    [3, 7],
    [6, 10, 15],
    [50],
    [4, 6],
    [9, 12, 30],
  ];

  test.each(sets.map((set) => [set.join(' '), set] as const))('of %s are those that trying finds', (_, set) => {
    const limit = Math.min(400, 8 * (set.at(-1) as number));
    const known = tried(set, limit + 2 * (set.at(-1) as number));
    const sums = sumsOf(set);
    for (let minor = 0; minor <= limit; minor++) {
      expect(sums.makes(minor), `makes ${minor}`).toBe(known.has(minor));
      const above = [...known].filter((sum) => sum >= minor);
      expect(sums.from(minor), `from ${minor}`).toBe(Math.min(...above));
      const under = [...known].filter((sum) => sum < minor);
      expect(sums.below(minor), `below ${minor}`).toBe(Math.max(0, ...under));
    }
  });

  test('60 is three notes of 20, though a note of 50 fits first', () => {
    expect(sumsOf([20, 50]).makes(60)).toBe(true);
    expect(sumsOf([20, 50]).makes(30)).toBe(false);
  });

  test('of nothing are nothing', () => {
    const none = sumsOf([]);
    expect([none.makes(0), none.makes(5), none.from(5), none.below(5)]).toEqual([true, false, null, 0]);
  });

  test('less than nothing is no sum', () => {
    expect(sumsOf([20, 50]).makes(-20)).toBe(false);
  });

  test('of a set that would need a huge table are those of its smallest: never one too many', () => {
    const sums = sumsOf([99_999, 100_000]);
    expect(sums.makes(199_998)).toBe(true);
    expect(sums.makes(199_999)).toBe(false);
    expect(sums.from(100_000)).toBe(199_998);
  });
});
