import { expect, test } from 'vitest';
import { outageAgainMs } from '../../../kiosk/cabinet/outage.ts';
import { due } from '../../../kiosk/session/time.ts';
import { Visit } from '../view/visit.ts';

const told = (of: Visit, state: 'on' | 'off') =>
  of.step({ fact: 'contact.changed', device: 'cabinet', contact: 'mains', state });
const cuts = (of: Visit) =>
  of.recorded.map(({ kind }) => kind).filter((kind) => kind === 'mains.lost' || kind === 'mains.back');

test('a power cut is recorded when it begins and when it ends, and mains that were always there are not', () => {
  const one = told(new Visit().boot(), 'on');
  expect(cuts(one)).toEqual([]);
  expect(cuts(told(told(one, 'off'), 'off'))).toEqual(['mains.lost']);
  expect(cuts(told(told(one, 'on'), 'on'))).toEqual(['mains.lost', 'mains.back']);
});

test('a contact that flaps is recorded once a minute at most, however often it does', () => {
  const one = new Visit().boot();
  for (let n = 0; n < 100; n++) told(told(one, 'off'), 'on');
  expect(one.kiosk.monoMs).toBeLessThan(outageAgainMs);
  expect(cuts(one)).toEqual(['mains.lost', 'mains.back']);
  told(told(one.waits(outageAgainMs), 'off'), 'on');
  expect(cuts(one)).toHaveLength(4);
});

test('a loss soon after another is recorded as soon as it has lasted', () => {
  const one = told(told(told(new Visit().boot(), 'off'), 'on'), 'off');
  const lostMs = one.kiosk.cabinet.outage.recordedMs ?? Number.NaN;
  expect(cuts(one)).toEqual(['mains.lost', 'mains.back']);
  expect(due(one.kiosk)).toBe(lostMs + outageAgainMs);
  one.waits(due(one.kiosk) - one.kiosk.monoMs);
  expect(cuts(one)).toEqual(['mains.lost', 'mains.back', 'mains.lost']);
});

test('a power cut that the kiosk did not outlive ends when the next start sees mains, and is one', () => {
  const one = told(told(new Visit().boot(), 'off').boot(), 'off');
  expect(cuts(one)).toEqual(['mains.lost']);
  expect(cuts(told(one.boot(), 'on'))).toEqual(['mains.lost', 'mains.back']);
});
