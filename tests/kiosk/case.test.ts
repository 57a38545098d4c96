import { expect, test } from 'vitest';
import { casesBySubject, emptyCases, foldCase, foldCases, openCasesKept } from '../../kiosk/case.ts';
import type { EntryBody } from '../../kiosk/entry.ts';
import { apply } from '../../kiosk/kiosk.ts';
import { caseAbout } from '../../kiosk/turn.ts';
import { caseOpened, stack } from './journal/examples.ts';
import { Visit } from './view/visit.ts';

const resolved: EntryBody = { kind: 'case.resolved', case: 'C1', outcome: 'credited', currency: 'CNY', minor: null };

test('an opened case is kept until it is resolved', () => {
  const open = [caseOpened(1), caseOpened(2)].reduce(foldCases, emptyCases);
  expect(Object.keys(open)).toEqual(['C1', 'C2']);
  expect(open.C1).toMatchObject({ status: 'open', about: 'note-unknown', minor: 2000, subject: 'c1', outcome: null });
  expect(Object.keys(foldCases(open, resolved))).toEqual(['C2']);
});

test('a resolved case keeps its amount when the outcome names none, and is resolved once', () => {
  const one = foldCase(foldCase(null, caseOpened(1)), resolved);
  expect(one).toMatchObject({ status: 'resolved', outcome: 'credited', minor: 2000 });
  expect(foldCase(one, { ...resolved, outcome: 'returned' } as EntryBody)).toBe(one);
  expect(foldCase(null, resolved)).toBeNull();
});

test('what is known to be owed stays open, with the sum that is known', () => {
  const owed: EntryBody = { kind: 'case.resolved', case: 'C1', outcome: 'owed', currency: 'CNY', minor: 700 };
  const cases = [caseOpened(1), owed].reduce(foldCases, emptyCases);
  expect(cases.C1).toMatchObject({ status: 'open', outcome: 'owed', minor: 700 });
  expect(foldCases(cases, resolved)).toBe(cases);
});

test('other entries leave the same cases', () => {
  const open = foldCases(emptyCases, caseOpened(1));
  expect(foldCases(open, stack(1))).toBe(open);
  expect(foldCases(open, { ...resolved, case: 'C9' } as EntryBody)).toBe(open);
});

test('of more open cases than the limit the oldest leaves, but none of a payment that still waits for its answer', () => {
  const waiting = { ...(caseOpened(1) as object), about: 'post-unanswered' } as EntryBody;
  const many = Array.from({ length: openCasesKept + 1 }, (_, i) => caseOpened(i + 2));
  const numbers = Object.keys([waiting, ...many].reduce(foldCases, emptyCases));
  expect(numbers).toHaveLength(openCasesKept);
  expect(numbers.slice(0, 2)).toEqual(['C1', 'C4']);
  expect(numbers.at(-1)).toBe(`C${openCasesKept + 2}`);
});

test.each(['post-unanswered', 'reversal-unanswered'])(
  '%s: those are kept, however many, or they would get a second number',
  (about) => {
    const all = Array.from({ length: openCasesKept + 1 }, (_, i) => ({ ...caseOpened(i), about }));
    expect(Object.keys((all as EntryBody[]).reduce(foldCases, emptyCases))).toHaveLength(openCasesKept + 1);
  },
);

test('a case is found by what it is about: the oldest that is open', () => {
  const about = (n: number, subject: string | null) => ({ ...(caseOpened(n) as object), subject }) as EntryBody;
  const open = [about(1, 'a'), about(2, 'a'), about(3, 'b'), about(4, null)].reduce(foldCases, emptyCases);
  expect(casesBySubject(open)).toEqual({ a: 'C1', b: 'C3' });
  expect(casesBySubject(foldCases(open, resolved))).toEqual({ a: 'C2', b: 'C3' });
});

test('the kiosk finds a case by its subject as long as it is open', () => {
  const [first, second] = [caseOpened(1), { ...(caseOpened(2) as object), subject: 'c1' } as EntryBody];
  const { kiosk } = new Visit();
  const open = [first, second].reduce(apply, kiosk);
  expect(caseAbout(kiosk, 'c1')).toBeNull();
  expect(caseAbout(open, 'c1')).toBe('C1');
  const left = apply(open, resolved);
  expect(caseAbout(left, 'c1')).toBe('C2');
  expect(caseAbout(apply(left, { ...(resolved as object), case: 'C2' } as EntryBody), 'c1')).toBeNull();
});
