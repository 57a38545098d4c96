import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Pieces } from '../../../hardware/device.ts';
import { isOpen } from '../../../kiosk/case.ts';
import { orderOf } from '../../../kiosk/command.ts';
import type { Entry, EntryBody, EntryKind } from '../../../kiosk/entry.ts';
import { indexKeys } from '../../../kiosk/journal/derive.ts';
import { apply } from '../../../kiosk/kiosk.ts';
import { correctionRefused, emptyRefused, minorsOf, piecesRefused, unitRefused } from '../../../kiosk/staff/moves.ts';
import { type MoveRecord, moveRecord } from '../../../kiosk/staff/record.ts';
import { bagsKept, stockOf } from '../../../kiosk/till/till.ts';
import { currency, Shift } from './shift.ts';

const yuan = 'yuan';
const by = '1';

function shift(): Shift {
  const made = new Shift().hired('administrator');
  made.step({ fact: 'device.ready', device: 'recycler' });
  return made.enters('1');
}

function only<K extends EntryKind>(of: Shift, kind: K): Extract<EntryBody, { kind: K }> {
  const found = of.entries.filter((entry): entry is Extract<EntryBody, { kind: K }> => entry.kind === kind);
  expect(found, `${kind} in ${of.kinds.join(' ')}`).toHaveLength(1);
  return found[0]!;
}

type Unit = 'cash.filled' | 'cash.removed' | 'cash.declared';

function unit(of: Shift, fact: Unit, count: number, minor = 100): Shift {
  return of.step({ fact, device: yuan, unit: 'hopper', currency, pieces: [{ minor, count }], by });
}

/** As the journal finds it. */
function record(of: Shift, move: string): MoveRecord {
  const entries = of.recorded
    .filter((body) => indexKeys(body).includes(`move:${move}`))
    .map((body) => ({ body, at: '2026-03-31T01:20:00.000Z' }) as Entry);
  const found = moveRecord(move, entries);
  if (found === null) throw new Error(`there is no ${move}`);
  return found;
}

function stock(of: Shift, device = yuan, where: 'box' | 'hopper' | 'recycler' = 'hopper') {
  return stockOf(of.kiosk.till, device, where, currency);
}

const openCases = (of: Shift) => Object.values(of.kiosk.cases).filter(isOpen);
const total = (pieces: readonly Pieces[]) => pieces.reduce((sum, { minor, count }) => sum + minor * count, 0);

describe('a hopper', () => {
  test('that is filled holds so many more, under a number and a person', () => {
    const one = unit(unit(shift(), 'cash.filled', 50), 'cash.filled', 20);
    expect(only(one, 'cash.filled')).toMatchObject({ move: 'M00002', by, second: null, device: yuan });
    expect(stock(one)).toEqual([{ minor: 100, count: 70 }]);
    expect(openCases(one)).toEqual([]);
  });

  test('that is emptied as the books say leaves no case', () => {
    const one = unit(unit(shift(), 'cash.filled', 50), 'cash.removed', 50);
    expect(only(one, 'cash.removed')).toMatchObject({ expected: [{ minor: 100, count: 50 }], difference: 0 });
    expect(stock(one)).toEqual([]);
    expect(openCases(one)).toEqual([]);
  });

  test.each([
    [48, -200],
    [53, 300],
  ])('in which %d of 50 coins were counted is a case of %d, and the till has what was counted', (count, minor) => {
    const one = unit(unit(shift(), 'cash.filled', 50), 'cash.removed', count);
    expect(openCases(one)).toMatchObject([{ about: 'count-differs', minor, subject: 'M00002' }]);
    expect(stock(one)).toEqual([]);
    expect(one.kiosk.till.removed).toContainEqual({ device: yuan, unit: 'hopper', currency, minor: 100, count });
  });

  test('differs also where the sum is right and the pieces are not', () => {
    const one = unit(shift(), 'cash.filled', 10);
    one.step({ fact: 'cash.removed', device: yuan, unit: 'hopper', currency, pieces: [{ minor: 50, count: 20 }], by });
    expect(openCases(one)).toMatchObject([{ about: 'count-differs', minor: 0 }]);
  });

  test('begins with what is declared, and later holds what was counted, with a case', () => {
    const one = unit(shift(), 'cash.declared', 40);
    expect(only(one, 'cash.declared')).toMatchObject({ expected: null, difference: null });
    expect(openCases(one)).toEqual([]);
    unit(one, 'cash.declared', 37);
    expect(stock(one)).toEqual([{ minor: 100, count: 37 }]);
    expect(openCases(one)).toMatchObject([{ about: 'count-differs', minor: -300 }]);
  });

  test('whose machine counts is compared again as soon as a move is booked', () => {
    const one = shift();
    one.step({ fact: 'cash.levels', device: yuan, levels: [{ currency, minor: 100, count: 50, state: 'ok' }] });
    expect(openCases(one)).toMatchObject([{ about: 'levels-differ' }]);
    unit(one, 'cash.filled', 50);
    expect(openCases(one)).toEqual([]);
  });

  test('whose machine has not told yet of what was put in is no case', () => {
    const one = shift();
    const says = (count: number) =>
      one.step({ fact: 'cash.levels', device: yuan, levels: [{ currency, minor: 100, count, state: 'ok' }] });
    says(0);
    expect(openCases(unit(one, 'cash.filled', 50))).toEqual([]);
    expect(openCases(says(50))).toEqual([]);
    expect(openCases(says(49))).toMatchObject([{ about: 'levels-differ' }]);
  });

  test('takes no pieces that it cannot hold, none twice, no fractions and not none', () => {
    const one = unit(shift(), 'cash.filled', 1);
    const refused = (pieces: readonly Pieces[]) => piecesRefused(one.kiosk, yuan, pieces, true);
    expect(minorsOf(one.kiosk, yuan)).toEqual([100]);
    expect(refused([{ minor: 100, count: 3 }])).toBeNull();
    expect(refused([{ minor: 100, count: 0 }])).toBe('nothing');
    for (const bad of [
      [{ minor: 50, count: 3 }],
      [{ minor: 100, count: -1 }],
      [{ minor: 100, count: 0.5 }],
      [{ minor: 100, count: 100_001 }],
      [
        { minor: 100, count: 1 },
        { minor: 100, count: 1 },
      ],
    ]) {
      expect(refused(bad), JSON.stringify(bad)).toBe('bad-pieces');
    }
  });
});

describe('a cash box', () => {
  /** A note that nobody ordered lies in the box all the same. */
  const note = (of: Shift, key: string, minor: number) =>
    of.step({ fact: 'note.stacked', device: 'acceptor', command: null, key, currency, minor });

  test('that is taken out waits to be counted, while the next one fills', () => {
    const one = note(note(shift(), 'a', 2_000), 'b', 5_000);
    one.step({ fact: 'cashbox.removed', device: 'acceptor' }).step({ fact: 'cashbox.inserted', device: 'acceptor' });
    note(one, 'c', 1_000);
    expect(stock(one, 'acceptor', 'box')).toEqual([{ minor: 1_000, count: 1 }]);
    expect(one.kiosk.till.bags).toMatchObject([{ bag: 'B00001', device: 'acceptor' }]);
    const pieces = [{ minor: 2_000, count: 1 }];
    one.step({ fact: 'cash.counted', bag: 'B00001', pieces, by });
    expect(only(one, 'cash.counted')).toMatchObject({ difference: -5_000, device: 'acceptor', unit: 'box' });
    expect(one.kiosk.till.bags).toEqual([]);
    expect(total(one.kiosk.till.removed)).toBe(2_000);
    expect(one.step({ fact: 'cash.counted', bag: 'B00001', pieces, by }).kinds).toEqual([]);
  });

  test('that is out while nobody has logged in is a case with what was in it, and a move; once', () => {
    const one = note(shift(), 'a', 2_000).step({ fact: 'staff.left' });
    const out = () => one.step({ fact: 'cashbox.removed', device: 'acceptor' });
    out();
    expect(only(one, 'cashbox.taken')).toMatchObject({
      move: 'M00001',
      by: null,
      pieces: [{ minor: 2_000, count: 1 }],
    });
    expect(only(one, 'case.opened')).toMatchObject({ about: 'box-unattended', minor: null, subject: 'M00001' });
    expect(record(one, 'M00001')).toMatchObject({ unit: 'box', by: null, effect: null });
    expect(out().kinds).toEqual(['cashbox.removed']);
    one.step({ fact: 'cashbox.inserted', device: 'acceptor' }).enters('1');
    expect(only(out(), 'cashbox.taken')).toMatchObject({ move: 'M00002', by: '1', pieces: [] });
    expect(one.kinds).not.toContain('case.opened');
  });

  test.each([
    ['attendant', 1],
    ['technician', 1],
    ['collector', 0],
    ['administrator', 0],
  ] as const)('that is taken out by one who is %s is a case unless that role changes boxes', (role, cases) => {
    const one = shift().hired(role).enters('2');
    note(one, 'a', 2_000).step({ fact: 'cashbox.removed', device: 'acceptor' });
    expect(only(one, 'cashbox.taken')).toMatchObject({ by: '2' });
    expect(one.kinds.filter((kind) => kind === 'case.opened')).toHaveLength(cases);
  });

  test('whose machine tells nothing is changed by word', () => {
    const one = note(shift(), 'a', 2_000).step({ fact: 'cashbox.changed', device: 'acceptor', by });
    expect(only(one, 'cashbox.changed')).toMatchObject({ pieces: [{ minor: 2_000, count: 1 }], move: 'M00001' });
    expect(one.kiosk.till.bags).toHaveLength(1);
    expect(one.step({ fact: 'cashbox.changed', device: 'acceptor', by }).kinds).toEqual([]);
  });

  test.each(['told by its machine', 'changed by word'])(
    '%s is one of a hundred that wait; the oldest leaves as a case',
    (how) => {
      const out =
        how === 'told by its machine'
          ? ({ fact: 'cashbox.removed', device: 'acceptor' } as const)
          : ({ fact: 'cashbox.changed', device: 'acceptor', by } as const);
      const uncounted = () => openCases(one).filter(({ about }) => about === 'box-uncounted');
      const one = note(shift(), 'first', 10_000).step(out);
      for (let n = 1; n < bagsKept; n++) note(one, `n${n}`, 100).step(out);
      one.step(out);
      expect(uncounted()).toEqual([]);
      note(one, 'last', 100).step(out);
      expect(one.kiosk.till.bags).toHaveLength(bagsKept);
      expect(one.kiosk.till.bags.at(-1)?.bag).toBe('B00101');
      expect(uncounted()).toMatchObject([{ minor: 10_000, subject: 'B00001' }]);
    },
  );
});

describe('a correction', () => {
  const corrects = (of: Shift, move: string, count: number) =>
    of.step({ fact: 'cash.corrected', record: record(of, move), pieces: [{ minor: 100, count }], by, second: '2' });

  test('names the move and both persons, and the till follows', () => {
    const one = unit(unit(shift(), 'cash.filled', 50), 'cash.filled', 7);
    corrects(one, 'M00001', 40);
    expect(only(one, 'cash.corrected')).toMatchObject({ corrects: 'M00001', move: 'M00003', by, second: '2' });
    expect(stock(one)).toEqual([{ minor: 100, count: 47 }]);
    expect(record(one, 'M00001').correctedBy).toBe('M00003');
  });

  test('explains the difference that was a miscount, and opens what is left of it anew', () => {
    const one = unit(unit(shift(), 'cash.filled', 50), 'cash.removed', 40);
    corrects(one, 'M00002', 48);
    expect(openCases(one)).toMatchObject([{ minor: -200, subject: 'M00003' }]);
    corrects(one, 'M00003', 50);
    expect(openCases(one)).toEqual([]);
    expect(total(one.kiosk.till.removed)).toBe(5_000);
  });

  test.each([
    ['was counted', 'cash.declared'],
    ['was taken out', 'cash.removed'],
  ] as const)('of what was put in before all of it %s moves nothing: a new count is wanted', (_, fact) => {
    const one = unit(unit(shift(), 'cash.filled', 100), fact, 100);
    const before = stock(one);
    expect(correctionRefused(one.kiosk, record(one, 'M00001'))).toBe('counted-since');
    expect(corrects(one, 'M00001', 50).kinds).toEqual([]);
    expect(stock(one)).toEqual(before);
    corrects(one, 'M00002', 90);
    expect(only(one, 'cash.corrected')).toMatchObject({ corrects: 'M00002' });
    expect(stock(one)).toEqual(fact === 'cash.declared' ? [{ minor: 100, count: 90 }] : []);
  });

  test('that lowers a fill is a case where one person alone says so, or where more is booked out than is left', () => {
    const alone = unit(shift(), 'cash.filled', 50);
    alone.step({ fact: 'cash.corrected', record: record(alone, 'M00001'), pieces: [{ minor: 100, count: 40 }], by });
    expect(openCases(alone)).toMatchObject([{ about: 'count-differs', minor: -1_000, subject: 'M00002' }]);
    const raised = unit(shift(), 'cash.filled', 50);
    raised.step({ fact: 'cash.corrected', record: record(raised, 'M00001'), pieces: [{ minor: 100, count: 60 }], by });
    expect(openCases(raised)).toEqual([]);
    // A second correction does not explain the first away, unless two persons stand by it.
    const again = record(alone, 'M00002');
    alone.step({ fact: 'cash.corrected', record: again, pieces: [{ minor: 100, count: 39 }], by });
    expect(openCases(alone)).toMatchObject([{ about: 'count-differs', minor: -1_100, subject: 'M00003' }]);
    expect(openCases(corrects(alone, 'M00003', 38))).toEqual([]);
    const two = corrects(unit(shift(), 'cash.filled', 50), 'M00001', 40);
    expect(openCases(two)).toEqual([]);
    const spent = unit(shift(), 'cash.filled', 50);
    const { kiosk } = spent;
    const order = { command: 'p', device: yuan, session: 's', sale: 'b', currency, counters: {} };
    spent.kiosk = apply(kiosk, { kind: 'payout.done', ...order, minor: 2_000, pieces: [{ minor: 100, count: 20 }] });
    corrects(spent, 'M00001', 5);
    expect(openCases(spent)).toMatchObject([{ about: 'count-differs', minor: -4_500 }]);
  });

  test('is made once: whoever comes later corrects the correction', () => {
    const one = unit(shift(), 'cash.filled', 50);
    const before = record(one, 'M00001');
    corrects(one, 'M00001', 40);
    expect(corrects(one, 'M00001', 30).kinds).toEqual([]);
    expect(before.correctedBy).toBeNull();
    expect(stock(corrects(one, 'M00002', 30))).toEqual([{ minor: 100, count: 30 }]);
  });
});

describe('a recycler that empties itself', () => {
  const asked = () => {
    const one = shift();
    const pieces = [{ minor: 1_000, count: 5 }];
    one.step({ fact: 'cash.filled', device: 'recycler', unit: 'recycler', currency, pieces, by });
    return one.step({ fact: 'empty.asked', device: 'recycler', by });
  };
  const command = (of: Shift) => Object.keys(of.kiosk.emptyings)[0] as string;
  const moves = (of: Shift, count: number) =>
    of.step({
      fact: 'cash.moved',
      device: 'recycler',
      key: `moved ${count}`,
      command: command(of),
      from: 'recycler',
      to: 'box',
      count,
      currency,
      minor: 1_000,
    });

  test('is ordered once, and the till follows what it tells', () => {
    const one = asked();
    const id = command(one);
    expect(orderOf(only(one, 'cash.empty'))).toEqual({
      to: 'device',
      order: { command: 'cash.empty', id, device: 'recycler', keep: [] },
    });
    expect(unitRefused(one.kiosk, 'recycler')).toBe('moving');
    expect(one.step({ fact: 'empty.asked', device: 'recycler', by }).kinds).toEqual([]);
    moves(one, 5).step({ fact: 'cash.emptied', device: 'recycler', command: id, key: 'end' });
    expect(only(one, 'cash.emptied')).toMatchObject({ difference: 0, by, pieces: [{ minor: 1_000, count: 5 }] });
    expect(stock(one, 'recycler', 'box')).toEqual([{ minor: 1_000, count: 5 }]);
    expect(openCases(one)).toEqual([]);
    expect(unitRefused(one.kiosk, 'recycler')).toBeNull();
  });

  test('and has moved less than the books had in it leaves a case', () => {
    const one = moves(asked(), 3);
    one.step({ fact: 'cash.emptied', device: 'recycler', command: command(one), key: 'end' });
    expect(openCases(one)).toMatchObject([{ about: 'count-differs', minor: -2_000 }]);
    expect(stock(one, 'recycler', 'recycler')).toEqual([]);
  });

  test('is done after a restart when its levels say that nothing is left', () => {
    const levels = [{ currency, minor: 1_000, count: 0, state: 'empty' }] as const;
    const one = moves(asked(), 5);
    expect(one.step({ fact: 'cash.levels', device: 'recycler', levels }).kinds).not.toContain('cash.emptied');
    one.restarted().step({ fact: 'cash.levels', device: 'recycler', levels });
    expect(only(one, 'cash.emptied')).toMatchObject({ difference: 0 });
  });

  const level = (count: number) => [{ currency, minor: 1_000, count, state: count === 0 ? 'empty' : 'ok' }] as const;
  const says = (of: Shift, count: number) => of.step({ fact: 'cash.levels', device: 'recycler', levels: level(count) });
  /** The books have five in it; the machine counts so many before it is ordered. */
  const counting = (count: number) => {
    const one = shift();
    const pieces = [{ minor: 1_000, count: 5 }];
    one.step({ fact: 'cash.filled', device: 'recycler', unit: 'recycler', currency, pieces, by });
    return says(one, count).step({ fact: 'empty.asked', device: 'recycler', by });
  };

  test('and is cut off has put in its box what it counted before, and a person is to count that', () => {
    const one = says(moves(counting(5), 2).restarted(), 0);
    expect(only(one, 'cash.moved')).toMatchObject({ from: 'recycler', to: 'box', count: 3, minor: 1_000 });
    expect(only(one, 'cash.emptied')).toMatchObject({ difference: 0 });
    expect(stock(one, 'recycler', 'box')).toEqual([{ minor: 1_000, count: 5 }]);
    expect(openCases(one)).toMatchObject([{ about: 'emptying-unknown' }]);
    expect(openCases(says(one, 0))).toHaveLength(1);
  });

  test('and is cut off does not hide what was missing before: that stays a difference, and the case about it stays', () => {
    const one = says(counting(3).restarted(), 0);
    expect(stock(one, 'recycler', 'box')).toEqual([{ minor: 1_000, count: 3 }]);
    const both = [{ about: 'levels-differ' }, { about: 'count-differs', minor: -2_000 }];
    expect(openCases(one)).toMatchObject(both);
    expect(openCases(says(one, 0))).toMatchObject(both);
    expect(openCases(says(one.restarted(), 0))).toMatchObject(both);
  });

  test('and is cut off without ever having counted has put nothing in its box that anybody knows of', () => {
    const one = says(asked().restarted(), 0);
    expect(stock(one, 'recycler', 'box')).toEqual([]);
    expect(openCases(one)).toMatchObject([{ about: 'count-differs', minor: -5_000 }]);
  });

  test('to the end does not explain that its machine counted otherwise before', () => {
    const one = moves(counting(3), 3);
    one.step({ fact: 'cash.emptied', device: 'recycler', command: command(one), key: 'end' });
    expect(openCases(says(one, 0))).toMatchObject([{ about: 'levels-differ' }, { about: 'count-differs' }]);
  });

  test('is refused, or unknown with a case after ten minutes, and then may be asked again', () => {
    const refused = asked();
    refused.step({
      fact: 'command.refused',
      device: 'recycler',
      command: command(refused),
      sent: false,
      reason: 'busy',
    });
    expect(only(refused, 'cash.empty-refused')).toMatchObject({ device: 'recycler' });
    const unknown = asked().waits(599_999);
    expect(unknown.kinds).not.toContain('cash.empty-unknown');
    unknown.waits(1);
    expect(openCases(unknown)).toMatchObject([{ about: 'emptying-unknown' }]);
    for (const one of [refused, unknown]) expect(unitRefused(one.kiosk, 'recycler')).toBeNull();
  });
});

describe('a recycler that empties itself but for a float', () => {
  const hundred = { minor: 100, count: 4 };
  const tens = { minor: 1_000, count: 5 };
  const float = [
    { minor: 100, count: 1 },
    { minor: 1_000, count: 2 },
  ];
  const level = (minor: number, count: number) =>
    ({ currency, minor, count, state: count === 0 ? 'empty' : 'ok' }) as const;
  const says = (of: Shift, hundreds: number, thousands: number) =>
    of.step({
      fact: 'cash.levels',
      device: 'recycler',
      levels: [level(100, hundreds), level(500, 0), level(1_000, thousands)],
    });
  /** The books have four and five in it, and so does the machine, unless it counts otherwise. */
  const filled = (thousands = 5) => {
    const one = shift();
    const pieces = [hundred, tens];
    one.step({ fact: 'cash.filled', device: 'recycler', unit: 'recycler', currency, pieces, by });
    return says(one, 4, thousands);
  };
  const asks = (of: Shift, keep: readonly Pieces[] = float) =>
    of.step({ fact: 'empty.asked', device: 'recycler', keep, by });
  const command = (of: Shift) => Object.keys(of.kiosk.emptyings)[0] as string;
  const moves = (of: Shift, minor: number, count: number) => {
    const key = `moved ${minor} ${count}`;
    const where = { device: 'recycler', key, command: command(of), from: 'recycler', to: 'box' } as const;
    return of.step({ fact: 'cash.moved', ...where, count, currency, minor });
  };
  const ends = (of: Shift) => of.step({ fact: 'cash.emptied', device: 'recycler', command: command(of), key: 'end' });
  const inside = (of: Shift) => stock(of, 'recycler', 'recycler');
  const boxed = (of: Shift) => stock(of, 'recycler', 'box');
  const gone = [
    { minor: 100, count: 3 },
    { minor: 1_000, count: 3 },
  ];

  test('is told what stays, and the books have that in it when it is done', () => {
    const one = asks(filled(), [...float, { minor: 500, count: 0 }]);
    expect(only(one, 'cash.empty')).toMatchObject({ keep: float });
    expect(orderOf(only(one, 'cash.empty'))).toMatchObject({ order: { command: 'cash.empty', keep: float } });
    ends(moves(moves(one, 100, 3), 1_000, 3));
    expect(only(one, 'cash.emptied')).toMatchObject({ difference: 0, pieces: gone, expected: gone, keep: float });
    expect([inside(one), boxed(one)]).toEqual([float, gone]);
    expect(openCases(says(one, 1, 2))).toEqual([]);
  });

  test('is not told of a float where nothing is to stay', () => {
    const one = asks(filled(), [{ minor: 100, count: 0 }]);
    expect(only(one, 'cash.empty')).not.toHaveProperty('keep');
    ends(moves(moves(one, 100, 4), 1_000, 5));
    expect(only(one, 'cash.emptied')).not.toHaveProperty('keep');
  });

  test('and has moved less or more than the books leaves a case about the difference, and the books have the float', () => {
    for (const [count, minor] of [
      [2, -1_000],
      [4, 1_000],
    ] as const) {
      const one = ends(moves(moves(asks(filled()), 100, 3), 1_000, count));
      expect(only(one, 'cash.emptied')).toMatchObject({ difference: minor, expected: gone });
      expect(openCases(one)).toMatchObject([{ about: 'count-differs', minor }]);
      expect(inside(one)).toEqual(float);
    }
  });

  test('is done after a restart when its levels are just the float: the rest is in the box, and a person counts', () => {
    const one = moves(asks(filled()), 100, 2);
    expect(says(one, 1, 2).kinds).not.toContain('cash.emptied');
    for (const [hundreds, thousands] of [
      [0, 0],
      [1, 3],
      [1, 1],
    ] as const)
      expect(says(one.restarted(), hundreds, thousands).kinds).not.toContain('cash.emptied');
    says(one.restarted(), 1, 2);
    expect(only(one, 'cash.emptied')).toMatchObject({ difference: 0, pieces: gone, keep: float });
    expect([inside(one), boxed(one)]).toEqual([float, gone]);
    expect(openCases(one)).toMatchObject([{ about: 'emptying-unknown' }]);
    expect(openCases(says(one, 1, 2))).toHaveLength(1);
  });

  test('is not done by levels that do not name all that is to stay', () => {
    const one = asks(filled()).restarted();
    one.step({ fact: 'cash.levels', device: 'recycler', levels: [level(1_000, 2)] });
    expect(one.kinds).not.toContain('cash.emptied');
  });

  test('and is cut off does not hide what was missing before', () => {
    const one = says(asks(filled(4)).restarted(), 1, 2);
    expect(boxed(one)).toEqual([gone[0], { minor: 1_000, count: 2 }]);
    expect(inside(one)).toEqual(float);
    expect(openCases(one)).toMatchObject([{ about: 'levels-differ' }, { about: 'count-differs', minor: -1_000 }]);
  });

  test('and jams leaves the books with what it told, and is unknown with a case after ten minutes', () => {
    const one = moves(asks(filled()), 1_000, 1);
    const reason = 'not-all-moved';
    one.step({ fact: 'command.refused', device: 'recycler', command: command(one), sent: true, reason });
    expect(inside(one)).toEqual([hundred, { minor: 1_000, count: 4 }]);
    expect(openCases(one.waits(600_000))).toMatchObject([{ about: 'emptying-unknown' }]);
    expect(inside(one)).toEqual([hundred, { minor: 1_000, count: 4 }]);
  });

  test('is not asked for what cannot be', () => {
    for (const [keep, problem] of [
      [[{ minor: 1_000, count: 6 }], 'not-so-many'],
      [[{ minor: 500, count: 1 }], 'not-so-many'],
      [[{ minor: 2_000, count: 1 }], 'not-paid'],
      [[{ minor: 1_000, count: 1.5 }], 'bad-pieces'],
      [[tens, tens], 'bad-pieces'],
    ] as const) {
      const one = filled();
      expect(emptyRefused(one.kiosk, 'recycler', keep), JSON.stringify(keep)).toBe(problem);
      expect(asks(one, keep).kinds).toEqual([]);
    }
    expect(emptyRefused(filled(4).kiosk, 'recycler', [tens])).toBe('not-so-many');
    expect(emptyRefused(filled().kiosk, 'recycler', [hundred, tens])).toBeNull();
  });
});

test('whatever is moved, what is in the units and what left them is what came in and what differed', () => {
  const act = fc.record({
    fact: fc.constantFrom<Unit>('cash.filled', 'cash.removed', 'cash.declared'),
    count: fc.integer({ min: 0, max: 60 }),
    corrected: fc.option(fc.integer({ min: 0, max: 60 })),
  });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 12 }), (acts) => {
      const one = shift();
      for (const { fact, count, corrected } of acts) {
        unit(one, fact, count);
        const last = `M${String(one.kiosk.staff.moves).padStart(5, '0')}`;
        if (corrected === null) continue;
        const pieces = [{ minor: 100, count: corrected }];
        one.step({ fact: 'cash.corrected', record: record(one, last), pieces, by, second: '2' });
      }
      let came = 0;
      let differed = 0;
      for (const entry of one.recorded) {
        if (!('move' in entry)) continue;
        // A correction takes the place of what it corrects.
        const { expected, difference, pieces, corrects } = record(one, entry.move);
        const before = corrects === null ? null : record(one, corrects);
        if (expected === null) came += total(pieces) - total(before?.pieces ?? []);
        else differed += (difference ?? 0) - (before?.difference ?? 0);
      }
      const inside = total(one.kiosk.till.units) + total(one.kiosk.till.removed);
      expect(inside).toBe(came + differed);
    }),
    { numRuns: 150 },
  );
});
