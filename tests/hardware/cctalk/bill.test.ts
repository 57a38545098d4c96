import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DeviceFact, type DeviceMemory, emptyMemory } from '../../../hardware/device.ts';
import { Hand, type Loss } from './hand.ts';
import { BillMachine } from './machines.ts';

function ready(change: (machine: BillMachine) => void = () => {}, memory: DeviceMemory = emptyMemory) {
  const machine = new BillMachine();
  change(machine);
  const hand = new Hand(machine, { device: 'bill', address: 40 }, memory);
  hand.run(4_000).accept(100, 500, 1000, 2000);
  return { machine, hand };
}

/** How orders and notes ended, in short: `stacked s1 2000`. */
function ends(hand: Hand): string[] {
  const keys = new Set<string>();
  return hand.facts.flatMap((fact: DeviceFact) => {
    switch (fact.fact) {
      case 'note.stacked':
        if (keys.has(fact.key)) return [];
        keys.add(fact.key);
        return [`stacked ${fact.command} ${fact.minor}`];
      case 'note.returned':
      case 'note.unknown':
        return [`${fact.fact.slice(5)} ${fact.command} ${fact.minor}`];
      case 'note.rejected':
        return [`rejected ${fact.reason} ${fact.code}`];
      case 'command.refused':
        return [`refused ${fact.command} ${fact.reason}`];
      default:
        return [];
    }
  });
}

/** A note of 20 lies in escrow. */
function inEscrow() {
  const both = ready();
  both.machine.insert(4);
  both.hand.run(300);
  return both;
}

describe('set-up', () => {
  test('closes first, turns the escrow on, reads its table and opens what may be taken', () => {
    const { hand, machine } = ready();
    expect(hand.sent.slice(0, 2)).toEqual(['simple-poll', 'modify-master-inhibit']);
    expect(machine.mode).toBe(3);
    const values = [100, 500, 1000, 2000].map((minor) => ({ currency: 'CNY', minor }));
    expect(hand.of('device.identified')).toMatchObject([{ denominations: values }]);
    expect(hand.of('device.ready')).toHaveLength(1);
    expect([machine.mask, machine.master]).toEqual([[15, 0], true]);
    hand.accept();
    expect(machine.master).toBe(false);
  });

  test('is polled often enough not to close itself', () => {
    const { hand } = ready();
    const before = hand.sent.filter((name) => name === 'read-bill-events').length;
    hand.run(10_000);
    expect(hand.sent.filter((name) => name === 'read-bill-events').length - before).toBeGreaterThan(40);
  });

  test('one that has told of nothing yet is set up again after a silence, for its reset would not show', () => {
    const { hand, machine } = ready();
    expect(machine.counter).toBe(0);
    machine.on = false;
    hand.run(600);
    machine.on = true;
    machine.reset();
    machine.master = false;
    machine.mode = 1;
    hand.run(5_000);
    expect([machine.master, machine.mode, machine.mask]).toEqual([true, 3, [15, 0]]);
    expect(hand.of('device.lost')).toEqual([]);
  });

  test('without an escrow nothing is taken', () => {
    const machine = new BillMachine();
    const { answer } = machine;
    machine.answer = (header, data) => (header === 153 ? 'nak' : answer.call(machine, header, data));
    const hand = new Hand(machine, { device: 'bill', address: 40 });
    hand.run(5_000).accept(2000);
    expect(hand.codes('device.fault')).toEqual(['cctalk.setting-refused']);
    expect(machine.master).toBe(false);
  });
});

describe('a note', () => {
  test('is told once as it waits, stacked on order, and told once as stacked', () => {
    const { hand, machine } = inEscrow();
    hand.run(1_000);
    expect(hand.of('note.escrowed')).toMatchObject([{ currency: 'CNY', minor: 2000 }]);
    expect(machine.routed).toEqual([]);
    hand.stack(2000).run(2_000);
    expect(machine.routed).toEqual([1]);
    expect(hand.of('note.stacked')).toMatchObject([{ command: 's1', key: 'a/s1', currency: 'CNY', minor: 2000 }]);
  });

  test('that is stacked shuts the slot until it is recorded, so that no other pushes its event out', () => {
    const { hand, machine } = inEscrow();
    hand.record = false;
    hand.stack(2000).run(2_000);
    expect([ends(hand), machine.master]).toEqual([['stacked s1 2000'], false]);
    hand.run(20_000);
    expect(machine.master).toBe(false);
    hand.restart();
    hand.run(5_000);
    expect(ends(hand)).toEqual(['stacked s1 2000']);
    expect(hand.of('note.stacked')).toHaveLength(2);
    hand.accept(100, 500, 1000, 2000);
    expect(machine.master).toBe(true);
  });

  test('goes back on order', () => {
    const { hand, machine } = inEscrow();
    hand.give({ type: 'command', command: { id: 'r1', device: 'a', command: 'note.return' } });
    expect(hand.urgent).toBe(true);
    hand.run(1_000);
    expect([machine.routed, ends(hand)]).toEqual([[0], ['returned r1 2000']]);
  });

  test('goes back when nobody decides, and is not stacked after that', () => {
    const { hand, machine } = inEscrow();
    hand.run(8_000);
    expect(machine.routed).toEqual([]);
    hand.run(1_500);
    expect([machine.routed, ends(hand)]).toEqual([[0], ['returned null 2000']]);
    hand.stack(2000).run(2_000);
    expect([machine.routed, ends(hand)]).toEqual([[0], ['returned null 2000', 'refused s1 no-note']]);
  });

  test('of no known value goes back', () => {
    const { hand, machine } = ready();
    machine.insert(9);
    hand.run(1_000);
    expect(hand.of('note.escrowed')).toEqual([]);
    expect([machine.routed, ends(hand)]).toEqual([[0], ['rejected other note.no-value']]);
  });

  test.each([
    [2, 'rejected unreadable cctalk.bill-2'],
    [3, 'rejected other cctalk.bill-3'],
    [4, 'rejected inhibited cctalk.bill-4'],
  ])('rejected by code %i', (b, end) => {
    const { hand, machine } = ready();
    machine.happens(0, b);
    hand.run(300);
    expect(ends(hand)).toEqual([end]);
  });

  test('that the device sends back by itself is returned, also under an order', () => {
    const { hand, machine } = inEscrow();
    machine.obeys = false;
    hand.stack(2000).run(300);
    machine.escrow = null;
    machine.happens(0, 1);
    hand.run(300);
    expect(ends(hand)).toEqual(['returned s1 2000']);
  });

  test('that is pulled back is suspect, and stays a fault until the stacker is well', () => {
    const { hand, machine } = ready();
    machine.check = null;
    machine.happens(0, 18);
    hand.run(300);
    expect(hand.of('note.suspect')).toMatchObject([{ code: 'cctalk.bill-18' }]);
    hand.run(12_000);
    expect(hand.codes('device.cleared')).toEqual([]);
    machine.happens(0, 10);
    hand.run(300);
    expect(hand.codes('device.cleared')).toEqual(['cctalk.bill-18']);
  });

  test('the box is told apart from faults', () => {
    const { hand, machine } = ready();
    machine.happens(0, 11);
    hand.run(300);
    machine.happens(0, 12);
    hand.run(300);
    expect(hand.facts.slice(-2).map(({ fact }) => fact)).toEqual(['cashbox.removed', 'cashbox.inserted']);
    expect(hand.codes('device.fault')).toEqual([]);
  });
});

describe('orders and their answers', () => {
  test.each<[string, Loss]>([
    ['an order that is lost is sent again', 'ask'],
    ['an order whose answer is lost is judged by its event', 'answer'],
  ])('%s', (_, loss) => {
    const { hand } = inEscrow();
    hand.loses = (name, nth) => (name === 'route-bill' && nth === 1 ? loss : null);
    hand.stack(2000).run(5_000);
    expect(ends(hand)).toEqual(['stacked s1 2000']);
  });

  test('an escrow that is empty, and no event: nobody knows where the note is', () => {
    const { hand, machine } = inEscrow();
    machine.escrow = null;
    hand.stack(2000).run(3_000);
    expect(ends(hand)).toEqual([]);
    hand.run(5_000);
    expect(ends(hand)).toEqual(['unknown s1 2000']);
  });

  test('an escrow that is empty because the note is on its way into the box', () => {
    const { hand, machine } = inEscrow();
    machine.escrow = null;
    hand.stack(2000).run(3_000);
    machine.happens(4, 0);
    hand.run(8_000);
    expect(ends(hand)).toEqual(['stacked s1 2000']);
  });

  test('a device that takes the order and does nothing gives the note back in the end', () => {
    const { hand, machine } = inEscrow();
    machine.obeys = false;
    hand.stack(2000).run(2_500);
    expect(machine.routed).toEqual([1]);
    hand.run(6_000);
    expect(machine.routed.slice(1).every((code) => code === 1)).toBe(true);
    machine.obeys = true;
    machine.happens(0, 1);
    hand.run(1_000);
    expect(ends(hand)).toEqual(['returned s1 2000']);
  });

  test('an order of another note, or after the line went, is refused', () => {
    const { hand } = inEscrow();
    hand.stack(1000, 's0').run(500);
    hand.stack(2000);
    hand.give({ type: 'closed', problem: { code: 'lost', message: 'cut' } });
    expect(ends(hand)).toEqual(['refused s0 other-note', 'refused s1 line-lost']);
  });

  test('orders of other devices are refused', () => {
    const { hand } = ready();
    hand.dispense(1);
    expect(ends(hand)).toEqual(['refused p1 not-for-an-acceptor']);
  });
});

describe('a note that jams under its order, and that hands freed', () => {
  function freed() {
    const { hand, machine } = inEscrow();
    machine.obeys = false;
    hand.stack(2000).run(300);
    machine.escrow = null;
    machine.happens(0, 7);
    hand.run(1_000);
    machine.obeys = true;
    return { hand, machine };
  }

  test.each<[string, readonly [number, number]]>([
    ['rejected', [0, 2]],
    ['returned', [0, 1]],
  ])('is not the one that is %s next: nobody knows where it is', (_, [a, b]) => {
    const { hand, machine } = freed();
    machine.happens(a, b);
    hand.run(8_000);
    expect(ends(hand)).toEqual(['unknown s1 2000']);
  });

  test.each([4, 3])('is not the next one in escrow, which is of type %i and has an order of its own', (type) => {
    const { hand, machine } = freed();
    machine.insert(type);
    hand.run(1_000);
    expect(ends(hand)).toEqual(['unknown s1 2000']);
    expect(hand.of('note.escrowed')).toHaveLength(2);
    expect(machine.routed).toEqual([1]);
    hand.stack(type === 4 ? 2000 : 1000, 's2').run(2_000);
    expect([ends(hand).at(-1), machine.routed]).toEqual([`stacked s2 ${type === 4 ? 2000 : 1000}`, [1, 1]]);
  });

  test('is stacked when the device says so after all', () => {
    const { hand, machine } = freed();
    machine.happens(4, 0);
    hand.run(8_000);
    expect(ends(hand)).toEqual(['stacked s1 2000']);
  });
});

describe('a reset of the device', () => {
  test.each<[string, (readonly [number, number])[], string]>([
    ['that tells of a stacked note', [[4, 0]], 'stacked s1 2000'],
    // It names no value: it may be of another note, that came behind the one under order.
    ['that tells of a returned note', [[0, 1]], 'unknown s1 2000'],
    ['that tells nothing', [], 'unknown s1 2000'],
  ])('under an order, %s', (_, told, end) => {
    for (const late of [false, true]) {
      const { hand, machine } = inEscrow();
      machine.obeys = false;
      hand.stack(2000).run(300);
      machine.escrow = null;
      machine.reset();
      if (late) hand.run(2_000);
      for (const [a, b] of told) machine.happens(a, b);
      hand.run(12_000);
      expect(ends(hand), String(late)).toEqual([end]);
      expect(hand.of('device.ready')).toHaveLength(2);
      expect(machine.mode).toBe(3);
    }
  });

  test('with a note that nobody ordered: it went back, for all that is known', () => {
    const { hand, machine } = inEscrow();
    machine.escrow = null;
    machine.reset();
    hand.run(7_500);
    expect([machine.routed, ends(hand)]).toEqual([[], ['returned null 2000']]);
  });

  test('without a note tells of none', () => {
    const { hand, machine } = ready();
    machine.happens(0, 2);
    hand.run(300);
    machine.reset();
    hand.run(12_000);
    expect(ends(hand)).toHaveLength(1);
  });
});

describe('a start of this program', () => {
  const open: DeviceMemory = { ...emptyMemory, lastStack: { command: 's1', open: true, currency: 'CNY', minor: 2000 } };
  const closed: DeviceMemory = { ...open, lastStack: { ...open.lastStack, open: false } as DeviceMemory['lastStack'] };

  function resumed(memory: DeviceMemory, events: readonly (readonly [number, number])[], counter = 100) {
    return ready((machine) => {
      machine.counter = counter;
      for (const [a, b] of events) machine.happens(a, b);
    }, memory);
  }

  test.each<[string, (readonly [number, number])[], string[]]>([
    [
      'the note was stacked',
      [
        [4, 1],
        [4, 0],
      ],
      ['stacked s1 2000'],
    ],
    [
      'the note was stacked, and another rejected since',
      [
        [4, 1],
        [4, 0],
        [0, 2],
      ],
      ['stacked s1 2000'],
    ],
    [
      'the note came back',
      [
        [4, 1],
        [0, 1],
      ],
      ['returned s1 2000'],
    ],
    [
      'the note was rejected out of escrow',
      [
        [4, 1],
        [0, 3],
      ],
      ['returned s1 2000'],
    ],
    [
      'it jammed, and one was rejected since',
      [
        [4, 1],
        [0, 7],
        [0, 2],
      ],
      ['unknown s1 2000'],
    ],
    [
      'it jammed, and one came back since',
      [
        [0, 7],
        [0, 1],
      ],
      ['unknown s1 2000'],
    ],
    [
      'one jammed before it, and it came back',
      [
        [0, 7],
        [4, 1],
        [0, 1],
      ],
      ['returned s1 2000'],
    ],
    [
      'the events are too many to tell',
      [
        [0, 2],
        [0, 2],
        [0, 2],
        [0, 2],
        [0, 2],
      ],
      ['unknown s1 2000'],
    ],
    [
      'one of another value was stacked before, and this one waits',
      [
        [1, 1],
        [1, 0],
        [4, 1],
      ],
      [],
    ],
    [
      'it was stacked, and one of another value waits',
      [
        [4, 1],
        [4, 0],
        [1, 1],
      ],
      ['stacked s1 2000'],
    ],
    [
      'two alike, of which nobody knows which one it is',
      [
        [4, 1],
        [4, 0],
        [4, 1],
      ],
      ['unknown s1 2000'],
    ],
  ])('%s', (_, events, told) => {
    const { hand } = resumed(open, events);
    hand.run(3_000);
    expect(ends(hand)).toEqual(told);
  });

  test('a note that still waits is told, and goes back when nobody decides', () => {
    const { hand, machine } = ready((one) => {
      one.counter = 7;
      one.insert(4);
    }, open);
    expect(hand.of('note.escrowed')).toMatchObject([{ minor: 2000 }]);
    hand.run(12_000);
    expect([machine.routed, ends(hand)]).toEqual([[0], ['returned s1 2000']]);
  });

  test('a note that waits, and that nobody ordered', () => {
    const { hand, machine } = ready((one) => {
      one.counter = 7;
      one.insert(3);
    }, closed);
    hand.run(12_000);
    expect([machine.routed, ends(hand)]).toEqual([[0], ['returned null 1000']]);
  });

  test('what ended before is not told again', () => {
    expect(
      ends(
        resumed(closed, [
          [4, 1],
          [4, 0],
        ]).hand,
      ),
    ).toEqual([]);
    expect(
      ends(
        resumed(emptyMemory, [
          [4, 1],
          [4, 0],
        ]).hand,
      ),
    ).toEqual([]);
  });

  test('a device that was reset meanwhile gets time to tell', () => {
    const { hand, machine } = ready(() => {}, open);
    expect(ends(hand)).toEqual([]);
    machine.happens(4, 0);
    hand.run(1_000);
    expect(ends(hand)).toEqual(['stacked s1 2000']);
    const other = ready(() => {}, open);
    other.hand.run(8_000);
    expect(ends(other.hand)).toEqual(['unknown s1 2000']);
  });

  test('another device in its place cannot tell', () => {
    const { hand, machine } = inEscrow();
    machine.obeys = false;
    hand.stack(2000).run(300);
    machine.on = false;
    hand.run(4_000);
    Object.assign(machine, { on: true, serial: 1, counter: 50, events: [[4, 0]], escrow: null });
    hand.run(8_000);
    expect(ends(hand)).toEqual(['unknown s1 2000']);
  });
});

test('whatever is lost or killed, a note in the box is credited once and no other is', () => {
  const loss = fc.constantFrom<Loss>('ask', 'answer', null, null);
  const hurt = fc.record({ afterMs: fc.nat(1_500), what: fc.constantFrom('kill', 'unrecorded-kill', 'line') });
  fc.assert(
    fc.property(
      fc.array(loss, { maxLength: 40 }),
      fc.array(hurt, { maxLength: 3 }),
      fc.nat(1_000),
      (losses, hurts, orderMs) => {
        const { hand, machine } = ready();
        const start = hand.sent.length;
        hand.loses = () => losses[hand.sent.length - start - 1] ?? null;
        machine.insert(4);
        hand.run(orderMs).stack(2000);
        for (const { afterMs, what } of hurts) {
          if (what === 'unrecorded-kill') hand.record = false;
          hand.run(afterMs);
          if (what === 'line') {
            hand.give({ type: 'closed', problem: { code: 'lost', message: 'cut' } });
            hand.give({ type: 'opened', chance: new Uint8Array(64) });
          } else hand.restart();
        }
        hand.run(60_000);
        const stacked = machine.events.some(([a, b]) => a === 4 && b === 0);
        expect(machine.escrow).toBeNull();
        expect(hand.memory.lastStack?.open).toBe(false);
        expect(ends(hand).filter((end) => end.startsWith('stacked'))).toEqual(stacked ? ['stacked s1 2000'] : []);
        expect(ends(hand).filter((end) => end.startsWith('unknown'))).toEqual([]);
      },
    ),
    { numRuns: 300, seed: 1 },
  );
});
