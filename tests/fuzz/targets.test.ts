import { expect, test } from 'vitest';
import { seeded } from '../simulation/random.ts';
import { mutate } from './input.ts';
import { problemOf, targets } from './targets.ts';

const inputs = 150;

test.each(Object.entries(targets))('%s: nothing wrong in the first inputs', (_, check) => {
  const found = Array.from({ length: inputs }, (_, seed) => problemOf(check, seeded(seed)));
  expect(found.filter((words) => words !== null)).toEqual([]);
});

test('a check that throws is a finding', () => {
  const throws = () => {
    throw new RangeError('too long');
  };
  expect(problemOf(throws, seeded(1))).toContain('it threw RangeError: too long');
});

test('a mutation changes its document in one place or refuses to be a mutation', () => {
  for (let seed = 0; seed < 200; seed++) {
    const document = { a: 1, b: { c: [1, 2], d: 'x' } };
    mutate(seeded(seed), document);
    expect(Object.keys(document).length).toBeGreaterThan(0);
  }
});
