import { expect, test } from 'vitest';
import { editionProblem, numberMaximum, type Publication } from '../../../kiosk/fleet/edition-order.ts';

const nowMs = Date.parse('2026-03-31T05:00:00Z');
const dayMs = 86_400_000;
const before = { version: 4, hash: 'a'.repeat(64) };
const other = 'b'.repeat(64);

function published(version: number, hash = other, aheadMs = 0): Publication {
  return { edition: { version, hash }, publishedAt: new Date(nowMs + aheadMs).toISOString() };
}

test.each([
  ['the next one', published(5), null],
  ['the same one again, whenever it was published', published(4, before.hash, 9 * dayMs), null],
  ['one of an office whose clock is up to a day ahead', published(5, other, dayMs), null],
  ['one of further ahead', published(5, other, dayMs + 1), /not yet valid/],
  ['another text under the same number', published(4), /came before with another text/],
  ['an older one', published(3), /is older than 4/],
  ['a number after which nothing could come', published(numberMaximum + 1), /a whole number from 1 to/],
  ['no number', published(0), /a whole number from 1 to/],
  ['no hash', published(5, 'x'), /which is no SHA-256/],
  ['no time', { ...published(5), publishedAt: 'soon' }, /does not say when it was published/],
])('%s', (_, publication, problem) => {
  const found = editionProblem(publication, before, nowMs);
  if (problem === null) expect(found).toBeNull();
  else expect(found?.en).toMatch(problem);
});

test('the first of these keys may have any number', () => {
  expect(editionProblem(published(1), null, nowMs)).toBeNull();
  expect(editionProblem(published(numberMaximum), null, nowMs)).toBeNull();
});
