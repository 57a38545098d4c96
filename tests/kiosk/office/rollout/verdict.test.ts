import { describe, expect, test } from 'vitest';
import { after, type Verdict, verdictOfEntry, verdictOfState } from '../../../../kiosk/office/rollout/verdict.ts';
import type { RolloutStep } from '../../../../kiosk/office/server/wire.ts';

const five = { own: 5, newest: 5 };
const state = (edition: number | null, staged: number | null = null) =>
  JSON.stringify({ configuration: { running: 'a', edition, staged, stale: false }, more: 1 });
const entry = (body: object) => JSON.stringify(body);

describe('a state', () => {
  test.each([
    ['that runs it', state(5), 'running'],
    ['that has it ready', state(4, 5), 'staged'],
    ['that runs the one before', state(4), null],
    ['that staff have changed', state(null), null],
    ['of a number that was never published', state(6), null],
    ['that cannot be read', '{"configuration":{}}', null],
    ['that is no JSON', 'no', null],
  ])('%s', (_, body, status) => {
    expect(verdictOfState(body, five)?.status ?? null).toBe(status);
  });

  test('what was published over it by hand counts too', () => {
    expect(verdictOfState(state(6), { own: 5, newest: 6 })?.status).toBe('running');
  });
});

describe('an entry', () => {
  const changed = { kind: 'config.changed', why: null, device: null, edition: 5 };

  test.each([
    ['push', { ...changed, what: 'push' }, { status: 'running', why: null }],
    ['push of another number', { ...changed, what: 'push', edition: 4 }, null],
    ['a change by staff', { ...changed, what: 'use', edition: undefined }, null],
    [
      'went back, with the device',
      { ...changed, what: 'went-back', why: 'silent', device: 'printer' },
      { status: 'went-back', why: 'silent printer' },
    ],
    [
      'went back, without one',
      { ...changed, what: 'went-back', why: 'no-glass' },
      { status: 'went-back', why: 'no-glass' },
    ],
    [
      'refused, with every problem',
      { kind: 'config.refused', edition: 5, why: 'unsound', problems: ['a is b', 'c is d'] },
      { status: 'refused', why: 'unsound\na is b\nc is d' },
    ],
    ['of a version to come', { kind: 'config.refused', edition: 'five' }, null],
  ])('%s', (_, body, verdict) => {
    expect(verdictOfEntry(entry(body), five)).toEqual(verdict);
  });
});

test('what is final stays; what runs may go back; late words count', () => {
  const next = (known: RolloutStep, status: Verdict['status']) => after(known, { status, why: null })?.status ?? null;
  expect(next('published', 'staged')).toBe('staged');
  expect(next('staged', 'staged')).toBeNull();
  expect(next('staged', 'running')).toBe('running');
  expect(next('running', 'staged')).toBeNull();
  expect(next('running', 'refused')).toBeNull();
  expect(next('running', 'went-back')).toBe('went-back');
  expect(next('went-back', 'running')).toBeNull();
  expect(next('refused', 'running')).toBeNull();
  expect(next('overdue', 'staged')).toBeNull();
  expect(next('overdue', 'running')).toBe('running');
  expect(next('waiting', 'running')).toBeNull();
});
