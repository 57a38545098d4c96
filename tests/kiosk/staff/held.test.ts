import { describe, expect, it } from 'vitest';
import { bagsKept } from '../../../kiosk/till/till.ts';
import { seenNow } from '../../../kiosk/day/close.ts';
import { needsTwo } from '../../../kiosk/staff/rights.ts';
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

describe('differences that one person books alone', () => {
  const filled = () =>
    new Shift().hired('collector').step({
      fact: 'cash.filled',
      device: 'yuan',
      unit: 'hopper',
      currency,
      pieces: [{ minor: 100, count: 100 }],
      by,
    });
  const declares = (shift: Shift, count: number, second: string | null = null) =>
    shift.step({
      fact: 'cash.declared',
      device: 'yuan',
      unit: 'hopper',
      currency,
      pieces: [{ minor: 100, count }],
      by,
      second,
    });
  const needs = (shift: Shift, minor: number) => needsTwo(shift.kiosk, 'declare', minor);

  it('add up, over a start too, until together they take two; what differs in nothing takes one', () => {
    const shift = filled();
    const limit = shift.kiosk.rules.authority.differenceMinor;
    expect(needs(shift, -limit)).toBe(false);
    declares(shift, 90).restarted();
    expect([needs(shift, -limit), needs(shift, limit - 1_000), needs(shift, 0)]).toEqual([true, false, false]);
  });

  it('are forgotten by the Z report, and what two persons booked was never counted', () => {
    const shift = filled();
    const limit = shift.kiosk.rules.authority.differenceMinor;
    declares(shift, 50, '2');
    expect(needs(shift, limit)).toBe(false);
    declares(shift, 40);
    expect(needs(shift, limit)).toBe(true);
    shift.step({ fact: 'day.close-asked', lang: 'en', seen: seenNow(shift.kiosk), by, second: null });
    expect(needs(shift, limit)).toBe(false);
  });
});
