import { expect, test } from 'vitest';
import { emptyCases, foldCase, foldCases } from '../../kiosk/case.ts';
import type { EntryBody } from '../../kiosk/entry.ts';
import { caseOpened, stack } from './journal/examples.ts';

const resolved: EntryBody = { kind: 'case.resolved', case: 'C1', outcome: 'owed', currency: 'CNY', minor: null };

test('an opened case is kept until it is resolved', () => {
  const open = [caseOpened(1), caseOpened(2)].reduce(foldCases, emptyCases);
  expect(Object.keys(open)).toEqual(['C1', 'C2']);
  expect(open.C1).toMatchObject({ status: 'open', about: 'note-unknown', minor: 2000, subject: 'c1', outcome: null });
  expect(Object.keys(foldCases(open, resolved))).toEqual(['C2']);
});

test('a resolved case keeps its amount when the outcome names none, and is resolved once', () => {
  const one = foldCase(foldCase(null, caseOpened(1)), resolved);
  expect(one).toMatchObject({ status: 'resolved', outcome: 'owed', minor: 2000 });
  expect(foldCase(one, { ...resolved, outcome: 'returned' } as EntryBody)).toBe(one);
  expect(foldCase(null, resolved)).toBeNull();
});

test('other entries leave the same cases', () => {
  const open = foldCases(emptyCases, caseOpened(1));
  expect(foldCases(open, stack(1))).toBe(open);
  expect(foldCases(open, { ...resolved, case: 'C9' } as EntryBody)).toBe(open);
});
