import { describe, expect, it } from 'vitest';
import { bagsKept } from '../../../kiosk/till/till.ts';
import { currency, Shift } from './shift.ts';

const by = '1';

function full(shift: Shift, key: string): Shift {
  return shift
    .step({ fact: 'note.stacked', device: 'acceptor', command: null, key, currency, minor: 10_000 })
    .step({ fact: 'cashbox.removed', device: 'acceptor' })
    .step({ fact: 'cashbox.inserted', device: 'acceptor' });
}

describe('a count that takes two persons', () => {
  it('is held once, also over a start, until one of it is booked', () => {
    const shift = full(new Shift(), 'a');
    expect(shift.step({ fact: 'count.held', of: 'B00001', by }).entries).toContainEqual({
      kind: 'count.held',
      of: 'B00001',
      by,
    });
    expect(shift.step({ fact: 'count.held', of: 'B00001', by }).kinds).toEqual([]);
    shift.step({ fact: 'count.held', of: 'yuan', by }).restarted();
    expect(shift.kiosk.staff.held).toEqual(['B00001', 'yuan']);
    const pieces = [{ minor: 10_000, count: 1 }];
    shift.step({ fact: 'cash.counted', bag: 'B00001', pieces, by, second: '2' });
    expect(shift.kiosk.staff.held).toEqual(['yuan']);
  });

  it.each(['cash.removed', 'cash.declared'] as const)('of a machine ends with %s, and not with a fill', (fact) => {
    const shift = new Shift().step({ fact: 'count.held', of: 'yuan', by });
    const of = { device: 'yuan', unit: 'hopper', currency, pieces: [{ minor: 100, count: 1 }], by } as const;
    expect(shift.step({ fact: 'cash.filled', ...of }).kiosk.staff.held).toEqual(['yuan']);
    expect(shift.step({ fact, ...of }).kiosk.staff.held).toEqual([]);
  });

  it('is of what can be counted here', () => {
    const shift = new Shift();
    for (const of of ['B00001', 'acceptor', 'nobody'])
      expect(shift.step({ fact: 'count.held', of, by }).kinds).toEqual([]);
  });

  it('ends when its box leaves uncounted for another', () => {
    const shift = full(new Shift(), 'first').step({ fact: 'count.held', of: 'B00001', by });
    for (let n = 1; n < bagsKept; n++) full(shift, `more-${n}`);
    expect(shift.kiosk.staff.held).toEqual(['B00001']);
    expect(full(shift, 'last').kiosk.staff.held).toEqual([]);
  });
});
