import { expect, test } from 'vitest';
import { lineTimings, waitBefore } from '../../../kiosk/fleet/line.ts';

test('waits for a broker that is away grow up to five minutes, and half of each is chance', () => {
  const waits = (chance: number) =>
    Array.from({ length: 2_000 }, (_, n) => waitBefore(n + 1, lineTimings, chance) / 1_000);
  expect(waits(1).slice(0, 5)).toEqual([1, 2, 4, 8, 16]);
  expect(waits(0).slice(0, 5)).toEqual([0.5, 1, 2, 4, 8]);
  expect([waits(1).at(-1), waits(0).at(-1)]).toEqual([300, 150]);
});
