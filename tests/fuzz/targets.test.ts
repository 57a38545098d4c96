import { isDeepStrictEqual } from 'node:util';
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

test('a mutation changes its document in one place, and says how', () => {
  const done = new Set<string>();
  for (let seed = 0; seed < 200; seed++) {
    // None of these values is one that a mutation puts in.
    const before: Record<string, unknown> = { a: 12, b: { c: 'word', d: { e: 13, f: 14 } }, g: [15] };
    const document = structuredClone(before);
    done.add(mutate(seeded(seed), document));
    const keys = new Set([...Object.keys(before), ...Object.keys(document)]);
    const other = [...keys].filter((key) => !isDeepStrictEqual(before[key], document[key]));
    expect(other, `seed ${seed}`).toHaveLength(1);
  }
  expect([...done].sort()).toEqual(['changed', 'less', 'more']);
});
