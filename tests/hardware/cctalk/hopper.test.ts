import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Settings } from '../../../hardware/cctalk/driver.ts';
import type { DeviceMemory } from '../../../hardware/device.ts';
import { Hand, type Loss, yuan } from './hand.ts';
import { HopperMachine } from './machines.ts';

const hopper: Partial<Settings> = { device: 'hopper', address: 3, coin: yuan };

function ready(change: (machine: HopperMachine) => void = () => {}, more: Partial<Settings> = {}) {
  const machine = new HopperMachine();
  change(machine);
  const hand = new Hand(machine, { ...hopper, ...more });
  hand.run(3_000);
  return { machine, hand };
}

/** How the order ended: each fact that ends one, once. */
function ends(hand: Hand): string[] {
  const keys = new Set<string>();
  return hand.facts.flatMap((fact) => {
    switch (fact.fact) {
      case 'payout.done':
      case 'payout.partial':
        if (keys.has(fact.key)) return [];
        keys.add(fact.key);
        return [`paid ${fact.paid.minor / 100}`];
      case 'payout.unknown':
        if (keys.has(fact.key)) return [];
        keys.add(fact.key);
        return [`unknown ${fact.reason}`];
      case 'command.refused':
        return [`refused ${fact.reason} ${fact.sent}`];
      default:
        return [];
    }
  });
}

describe('set-up', () => {
  test('says what it is by its settings, its levels, and that it is ready', () => {
    const { hand } = ready();
    expect(hand.facts).toEqual([
      {
        device: 'a',
        fact: 'device.identified',
        protocol: 'cctalk',
        maker: 'TST',
        model: 'ONE',
        serial: '4711',
        firmware: '1.0',
        denominations: [yuan],
      },
      { device: 'a', fact: 'cash.levels', levels: [{ ...yuan, count: null, state: 'ok' }] },
      { device: 'a', fact: 'device.ready' },
    ]);
  });

  test.each([
    ['CN100A', []],
    ['......', []],
    ['XX500A', []],
    ['CN050A', ['cctalk.hopper-coin-differs']],
  ])('a hopper that names its coin %s', (coinId, codes) => {
    const { hand } = ready((machine) => {
      machine.coinId = coinId;
    });
    expect(hand.codes('device.fault')).toEqual(codes);
    hand.dispense(1).run(2_000);
    expect(ends(hand)).toEqual(codes.length === 0 ? ['paid 1'] : ['refused not-ready false']);
  });

  test.each([
    [0x31, 0, 'low'],
    [0x32, 0, 'full'],
    [0x30, 0, 'ok'],
    [null, 0x02, 'empty'],
    [0x31, 0x02, 'empty'],
    [0x30, 0x02, 'ok'],
  ])('sensors %s and flags %i are called %s', (sensors, flags, state) => {
    const { hand } = ready((machine) => {
      machine.sensors = sensors;
      machine.flags = flags;
    });
    expect(hand.of('cash.levels')).toMatchObject([{ levels: [{ count: null, state }] }]);
    expect(hand.codes('device.fault')).toEqual(state === 'empty' ? ['cctalk.hopper-empty'] : []);
  });

  test('levels and faults are told when they change, and not again', () => {
    const { hand, machine } = ready();
    machine.sensors = 0x31;
    hand.run(12_000);
    machine.flags = 0x20;
    hand.run(12_000);
    machine.flags = 0;
    hand.run(6_000);
    expect(hand.of('cash.levels').map(({ levels }) => levels[0]?.state)).toEqual(['ok', 'low']);
    expect(hand.codes('device.fault')).toEqual(['cctalk.hopper-opto-blocked-in-payout']);
    expect(hand.codes('device.cleared')).toEqual(['cctalk.hopper-opto-blocked-in-payout']);
  });

  test('the PIN is entered, and one that is wrong is a fault', () => {
    const digits = Array.from('1234', (digit) => digit.charCodeAt(0));
    const withPin = (pin: string) => (machine: HopperMachine) => {
      machine.pin = pin;
    };
    expect(ready(withPin('1234'), { pin: digits }).hand.of('device.ready')).toHaveLength(1);
    const { hand } = ready(withPin('9999'), { pin: digits });
    expect(hand.codes('device.fault')).toEqual(['cctalk.setting-refused']);
    expect(hand.of('device.ready')).toEqual([]);
  });

  test('a device that is mute is lost once, looked for, and set up when it speaks', () => {
    const { hand, machine } = ready();
    machine.on = false;
    hand.run(20_000);
    expect(hand.of('device.lost')).toMatchObject([{ reason: 'silent' }]);
    machine.on = true;
    hand.run(3_000);
    expect(hand.of('device.ready')).toHaveLength(2);
  });
});

describe('an order', () => {
  test('is told before it leaves, leaves when that is recorded, and ends with what was paid', () => {
    const { hand, machine } = ready();
    hand.record = false;
    hand.dispense(3).run(5_000);
    expect(hand.of('payout.starting')).toMatchObject([
      {
        command: 'p1',
        key: 'a/p1/starting',
        counters: { counter: 9, paid: 0, unpaid: 0, dispensed: 1_000, serial: 4711 },
      },
    ]);
    expect(hand.sent).not.toContain('dispense');
    expect(machine.cup).toBe(0);
    hand.record = true;
    hand.recordAll();
    expect(hand.urgent).toBe(true);
    hand.run(3_000);
    expect(hand.of('payout.progress').map(({ paid }) => paid.minor)).toEqual([100, 200]);
    expect(hand.of('payout.done')).toEqual([
      {
        device: 'a',
        fact: 'payout.done',
        command: 'p1',
        key: 'a/p1',
        paid: { currency: 'CNY', minor: 300 },
        pieces: [{ minor: 100, count: 3 }],
        counters: { counter: 10, paid: 3, unpaid: 0, serial: 4711 },
      },
    ]);
    expect([machine.cup, machine.orders]).toEqual([3, 1]);
  });

  test('another record than its own lets nothing leave', () => {
    const { hand } = ready();
    hand.record = false;
    hand.dispense(3).run(1_000);
    hand.give({ type: 'recorded', key: 'a/p1' });
    hand.give({ type: 'recorded', key: 'another' });
    hand.run(5_000);
    expect(hand.sent).not.toContain('dispense');
  });

  test('is paid as long as the coins last, and the rest is owed', () => {
    const { hand, machine } = ready((one) => {
      one.stock = 2;
      one.sensors = null;
    });
    hand.dispense(5).run(8_000);
    expect(hand.of('payout.partial')).toMatchObject([
      { paid: { minor: 200 }, owed: { currency: 'CNY', minor: 300 }, pieces: [{ minor: 100, count: 2 }] },
    ]);
    expect(hand.of('cash.levels').at(-1)).toMatchObject({ levels: [{ state: 'empty' }] });
    expect(hand.codes('device.fault')).toEqual(['cctalk.hopper-empty']);
    expect(machine.cup).toBe(2);
  });

  test('of nothing in the hopper ends with nothing paid', () => {
    const { hand } = ready((one) => {
      one.stock = 0;
    });
    hand.dispense(5).run(8_000);
    expect(hand.of('payout.partial')).toMatchObject([{ paid: { minor: 0 }, owed: { minor: 500 }, pieces: [] }]);
  });

  test.each([
    ['another currency', { currency: 'EUR', pieces: [{ minor: 100, count: 1 }] }, 'other-denomination'],
    ['another coin', { currency: 'CNY', pieces: [{ minor: 50, count: 1 }] }, 'other-denomination'],
    ['nothing', { currency: 'CNY', pieces: [] }, 'one-denomination-only'],
    [
      'two denominations',
      {
        currency: 'CNY',
        pieces: [
          { minor: 100, count: 1 },
          { minor: 50, count: 1 },
        ],
      },
      'one-denomination-only',
    ],
    ['256 coins', { currency: 'CNY', pieces: [{ minor: 100, count: 256 }] }, 'too-many'],
    ['no coin', { currency: 'CNY', pieces: [{ minor: 100, count: 0 }] }, 'too-many'],
  ])('for %s is refused, and never sent', (_, what, reason) => {
    const { hand } = ready();
    hand.give({ type: 'command', command: { id: 'p1', device: 'a', command: 'cash.dispense', ...what } });
    hand.run(3_000);
    expect(ends(hand)).toEqual([`refused ${reason} false`]);
    expect(hand.sent).not.toContain('dispense');
  });

  test('of 255 coins is carried out', () => {
    const { hand, machine } = ready();
    hand.dispense(255).run(90_000);
    expect([ends(hand), machine.cup]).toEqual([['paid 255'], 255]);
  });

  test('is refused before the hopper is set up, while another runs, and of another kind', () => {
    const machine = new HopperMachine();
    const hand = new Hand(machine, hopper);
    hand.dispense(1, 'early');
    hand.run(3_000).dispense(9, 'p1').run(800).dispense(1, 'p2');
    hand.give({ type: 'command', command: { id: 'n1', device: 'a', command: 'note.return' } });
    hand.run(5_000);
    expect(ends(hand)).toEqual([
      'refused not-ready false',
      'refused busy false',
      'refused not-for-a-hopper false',
      'paid 9',
    ]);
    expect(machine.cup).toBe(9);
  });

  test('is refused while the hopper still pays for somebody else', () => {
    const { hand } = ready((one) => {
      one.remaining = 3;
      one.stuck = true;
    });
    hand.dispense(1).run(2_000);
    expect(ends(hand)).toEqual(['refused still-paying false']);
  });

  test('that is obeyed again pays once, and its end is told again', () => {
    const { hand, machine } = ready();
    for (let times = 0; times < 20; times++) hand.dispense(4).run(200);
    expect([ends(hand), machine.cup, machine.orders]).toEqual([['paid 4'], 4, 1]);
    expect(hand.of('payout.done').length).toBeGreaterThan(1);
    hand.restart();
    hand.run(3_000).dispense(4).run(3_000);
    expect([ends(hand), machine.cup]).toEqual([['paid 4', 'refused already-ended true'], 4]);
  });

  test('of a hopper that never ends is stopped, and what was paid is paid', () => {
    const { hand, machine } = ready();
    hand.dispense(8).run(1_300);
    machine.stuck = true;
    const { cup } = machine;
    hand.run(70_000);
    expect(hand.sent.filter((name) => name === 'emergency-stop')).toHaveLength(1);
    expect(ends(hand)).toEqual([`paid ${cup}`]);
  });

  test('of a hopper that does not even stop is nobody’s after the third try', () => {
    const { hand, machine } = ready();
    const { answer } = machine;
    machine.answer = (header, data) => (header === 172 ? [machine.remaining] : answer.call(machine, header, data));
    machine.stuck = true;
    hand.dispense(8).run(300_000);
    expect(hand.sent.filter((name) => name === 'emergency-stop')).toHaveLength(3);
    expect(ends(hand)).toEqual(['unknown does-not-stop']);
  });

  test('figures that do not add up are nobody’s', () => {
    const { hand, machine } = ready();
    hand.dispense(4).run(700);
    machine.remaining = 0;
    hand.run(2_000);
    expect(ends(hand)).toEqual(['unknown figures-do-not-add-up']);
  });
});

describe('proof', () => {
  const pays = (more: Partial<Settings>, change: (machine: HopperMachine) => void) => {
    const { hand, machine } = ready(change, more);
    hand.dispense(2).run(4_000);
    return { ends: ends(hand), orders: machine.orders, cup: machine.cup, sent: hand.sent };
  };
  const cipher = (machine: HopperMachine) => {
    machine.proof = 'cipher';
  };
  const nothing = () => {};

  test('the serial number, or a cipher key after the random numbers', () => {
    expect(pays({ method: 'serial' }, nothing)).toMatchObject({ ends: ['paid 2'], orders: 1 });
    const { sent, ...rest } = pays({ method: 'cipher' }, cipher);
    expect(rest).toEqual({ ends: ['paid 2'], orders: 1, cup: 2 });
    expect(sent.slice(sent.lastIndexOf('pump-rng'), sent.indexOf('dispense') + 1)).toEqual([
      'pump-rng',
      'request-cipher-key',
      'dispense',
    ]);
  });

  test.each([true, false])('auto tries the other one when the first is refused; counted refusals: %s', (flow) => {
    const other = (machine: HopperMachine) => {
      machine.proof = 'cipher';
      machine.flow = flow;
    };
    expect(pays({}, other)).toMatchObject({ ends: ['paid 2'], orders: 2, cup: 2 });
  });

  test('the wrong one is refused three times, and nothing is paid', () => {
    expect(pays({ method: 'serial' }, cipher)).toMatchObject({ ends: ['paid 0'], orders: 3, cup: 0 });
  });

  test('without a serial number there is no proof by it', () => {
    const none = (machine: HopperMachine) => {
      machine.serial = null;
      machine.proof = 'cipher';
    };
    expect(pays({ method: 'serial' }, none)).toMatchObject({ ends: ['refused no-serial-number false'], orders: 0 });
    expect(pays({}, none)).toMatchObject({ ends: ['paid 2'], orders: 1 });
  });
});

describe.each([
  ['one that counts refusals', true],
  ['one that does not', false],
])('a refused order, at %s', (_, flow) => {
  test('after an order of as many coins that was paid is not taken for paid', () => {
    const { hand, machine } = ready((one) => {
      one.flow = flow;
    });
    hand.dispense(5, 'p1').run(5_000);
    machine.refuses = true;
    hand.dispense(5, 'p2').run(5_000);
    expect([ends(hand), machine.cup]).toEqual([['paid 5', 'paid 0'], 5]);
  });

  test('is not taken for paid either when the hopper counts no lifetime and the NAK is lost', () => {
    const { hand, machine } = ready((one) => {
      one.flow = flow;
      one.dispensed = null;
    });
    hand.dispense(5, 'p1').run(5_000);
    machine.refuses = true;
    hand.loses = (name) => (name === 'dispense' ? 'answer' : null);
    hand.dispense(5, 'p2').run(5_000);
    expect([ends(hand).at(-1), machine.cup]).toEqual([flow ? 'unknown figures-as-before' : 'paid 0', 5]);
  });
});

test('a refusal that is heard is one, also without a count of a lifetime', () => {
  const { hand, machine } = ready((one) => {
    one.flow = true;
    one.dispensed = null;
  });
  hand.dispense(5, 'p1').run(5_000);
  machine.refuses = true;
  hand.dispense(5, 'p2').run(5_000);
  expect([ends(hand), machine.cup]).toEqual([['paid 5', 'paid 0'], 5]);
});

test('a reset while an order waits for its record ends the order: what was noted holds no longer', () => {
  const { hand, machine } = ready();
  hand.record = false;
  hand.dispense(4).run(500);
  machine.reset();
  hand.run(3_000);
  hand.record = true;
  hand.recordAll();
  hand.run(5_000);
  expect([ends(hand), machine.orders]).toEqual([['paid 0'], 0]);
});

describe('a reset that nobody notices between the figures and the order', () => {
  const resetBeforeItLeaves = (change: (machine: HopperMachine) => void = () => {}, more: Partial<Settings> = {}) => {
    const { hand, machine } = ready((one) => {
      one.counter = 1;
      change(one);
    }, more);
    hand.dispense(4);
    while (hand.of('payout.starting').length === 0) hand.until('request-hopper-status');
    machine.reset();
    return { hand, machine };
  };

  test('has them noted anew: the order brings the counter back to where it stood', () => {
    const { hand, machine } = resetBeforeItLeaves();
    const dispensed = hand.sent.length;
    hand.loses = (_, nth) => (hand.sent.slice(dispensed).includes('dispense') && nth % 3 === 0 ? 'answer' : null);
    hand.run(15_000);
    expect(hand.of('payout.starting').map(({ counters }) => counters.counter)).toEqual([1, 0]);
    expect([ends(hand), machine.cup, machine.orders, machine.counter]).toEqual([['paid 4'], 4, 1, 1]);
  });

  test('has the PIN entered again', () => {
    const pin = Array.from('1234', (digit) => digit.charCodeAt(0));
    const { hand, machine } = resetBeforeItLeaves((one) => (one.pin = '1234'), { pin });
    hand.run(15_000);
    expect(hand.sent.filter((name) => name === 'enter-pin')).toHaveLength(2);
    expect([ends(hand), machine.cup]).toEqual([['paid 4'], 4]);
  });

  test('three times over ends the order with nothing paid', () => {
    const { hand, machine } = resetBeforeItLeaves();
    machine.staysDisabled = true;
    hand.run(15_000);
    expect(hand.of('payout.starting')).toHaveLength(3);
    expect([ends(hand), machine.orders]).toEqual([['paid 0'], 0]);
  });

  test('ends it with nothing paid when the line is lost before that', () => {
    const { hand, machine } = resetBeforeItLeaves();
    hand.until('enable-hopper');
    hand.give({ type: 'closed', problem: { code: 'lost', message: 'cut' } });
    hand.give({ type: 'opened', chance: new Uint8Array(64) });
    hand.run(8_000);
    expect([ends(hand), machine.orders]).toEqual([['paid 0'], 0]);
  });

  test('at any moment, with any answer lost, pays nothing twice', () => {
    for (let before = 0; before < 12; before++) {
      for (let lost = 0; lost < 8; lost++) {
        const { hand, machine } = ready((one) => {
          one.counter = 0;
        });
        hand.dispense(1, 'p1').run(3_000);
        const from = hand.sent.length;
        hand.dispense(1, 'p2');
        while (hand.sent.length < from + before) hand.run(1);
        machine.reset();
        hand.loses = () => (hand.sent.length === from + before + lost ? 'answer' : null);
        hand.run(15_000);
        const place = `reset before question ${before}, answer ${before + lost} lost`;
        expect(machine.cup, place).toBeLessThanOrEqual(2);
        const told = ends(hand).at(-1) as string;
        if (!told.startsWith('unknown')) expect(told, place).toBe(`paid ${machine.cup - 1}`);
      }
    }
  });
});

test('a status that was asked before the order is none of what is noted for it', () => {
  const { hand, machine } = ready();
  while (hand.sent.at(-1) !== 'request-hopper-status' || hand.turnAtMs !== null) {
    hand.nowMs = Math.max(hand.nowMs, hand.turnAtMs ?? 0);
    hand.give({ type: 'turn' });
    if (hand.sent.at(-1) !== 'request-hopper-status') hand.give({ type: 'silence' });
  }
  machine.dispensed = 2_000;
  hand.dispense(4);
  hand.hear([9, 0, 0, 0]);
  expect(hand.of('payout.starting')).toEqual([]);
  hand.run(8_000);
  expect(hand.of('payout.starting')).toMatchObject([{ counters: { dispensed: 2_000 } }]);
  expect([ends(hand), machine.cup]).toEqual([['paid 4'], 4]);
});

describe('lost messages', () => {
  test('nothing is asked until a late answer would have come', () => {
    const { hand } = ready();
    const tested = hand.sent.filter((name) => name === 'test-hopper').length;
    // The next one is that of the order, which is in a hurry.
    hand.loses = (name, nth) => (name === 'test-hopper' && nth === tested + 1 ? 'answer' : null);
    hand.dispense(4).until('test-hopper');
    expect(hand.urgent).toBe(true);
    expect((hand.turnAtMs as number) - hand.nowMs).toBeGreaterThanOrEqual(50);
    hand.nowMs = hand.turnAtMs as number;
    hand.hear([9, 0, 0, 0]);
    expect((hand.turnAtMs as number) - hand.nowMs).toBeGreaterThanOrEqual(50);
  });

  test('nor at a start, when the answer to a question of the process before may be on its way', () => {
    const { hand } = ready();
    hand.restart();
    expect((hand.turnAtMs as number) - hand.nowMs).toBeGreaterThanOrEqual(50);
    hand.hear([9]);
    expect((hand.turnAtMs as number) - hand.nowMs).toBeGreaterThanOrEqual(50);
    hand.run(5_000);
    expect(hand.of('device.identified').map(({ serial }) => serial)).toEqual(['4711', '4711']);
  });

  test('a serial number of another length than three bytes is none', () => {
    const machine = new HopperMachine();
    const known = machine.answer.bind(machine);
    machine.answer = (header, data) => (header === 242 ? [9] : known(header, data));
    const hand = new Hand(machine, hopper);
    hand.run(5_000);
    expect(hand.of('device.identified')).toMatchObject([{ serial: null }]);
  });

  const names = ['request-dispense-count', 'enable-hopper', 'request-hopper-status', 'test-hopper', 'dispense'];

  test.each(names.flatMap((name) => (['ask', 'answer'] as const).map((loss) => [name, loss] as const)))(
    'one %s whose %s is lost, at any place, pays once',
    (lost, loss) => {
      for (let nth = 1; nth < 25; nth++) {
        const { hand, machine } = ready();
        const before = hand.sent.filter((name) => name === lost).length;
        hand.loses = (name, at) => (name === lost && at === before + nth ? loss : null);
        hand.dispense(4).run(8_000);
        expect([ends(hand), machine.cup], String(nth)).toEqual([['paid 4'], 4]);
      }
    },
  );

  test('an order that never arrives is sent three times, and not again', () => {
    const { hand, machine } = ready();
    hand.loses = (name) => (name === 'dispense' ? 'ask' : null);
    hand.dispense(4).run(20_000);
    expect(hand.sent.filter((name) => name === 'dispense')).toHaveLength(3);
    expect([ends(hand), machine.cup]).toEqual([['paid 0'], 0]);
  });

  test('a status that comes late, and tells of the time before the order, does not send it again', () => {
    const { hand, machine } = ready();
    hand.loses = (name) => (name === 'dispense' ? 'answer' : null);
    hand.dispense(4).until('dispense');
    // The answer to an earlier question arrives where the first reading after the order is awaited.
    hand.until('test-hopper');
    hand.nowMs = Math.max(hand.nowMs, hand.turnAtMs as number);
    hand.give({ type: 'turn' });
    expect(hand.sent.at(-1)).toBe('request-hopper-status');
    hand.hear([9, 0, 0, 0]);
    hand.run(8_000);
    expect([ends(hand), machine.cup, machine.orders]).toEqual([['paid 4'], 4, 1]);
  });

  test('what comes unasked is no answer to anything', () => {
    const { hand, machine } = ready();
    hand.dispense(4).until('dispense');
    for (let times = 0; times < 30; times++) {
      hand.hear([9, 0, 0, 0]);
      hand.hear('nak');
      hand.run(100);
    }
    hand.run(5_000);
    expect([ends(hand), machine.cup, machine.orders]).toEqual([['paid 4'], 4, 1]);
  });
});

describe('a start of this program', () => {
  const starting: DeviceMemory = {
    lastStack: null,
    openPrints: [],
    lastPayout: { command: 'p1', currency: 'CNY', pieces: [{ minor: 100, count: 4 }], open: true, starting: true },
    counters: { counter: 9, paid: 3, unpaid: 1, dispensed: 1_000, serial: 4711 },
  };

  function resumed(memory: DeviceMemory, change: (machine: HopperMachine) => void): string[] {
    const machine = new HopperMachine();
    Object.assign(machine, { paid: 3, unpaid: 1 });
    change(machine);
    const hand = new Hand(machine, hopper, memory);
    hand.run(8_000);
    expect(hand.sent).not.toContain('dispense');
    return ends(hand);
  }

  test('an order that was not told never left, also when the hopper is not there', () => {
    const memory = { ...starting, lastPayout: { ...(starting.lastPayout as object), starting: false } } as DeviceMemory;
    expect(resumed(memory, (machine) => (machine.on = false))).toEqual(['refused never-sent false']);
  });

  test.each<[string, Partial<HopperMachine>, string]>([
    ['the counter as before: nothing left', {}, 'paid 0'],
    ['the counter as before, and coins left', { dispensed: 1_002 }, 'unknown figures-do-not-add-up'],
    ['the counter as before, other figures', { paid: 4, unpaid: 0 }, 'unknown figures-do-not-add-up'],
    ['the counter as before, and it pays', { remaining: 2, stuck: true }, 'unknown figures-do-not-add-up'],
    ['one more: what its figures say', { counter: 10, paid: 4, unpaid: 0, dispensed: 1_004 }, 'paid 4'],
    ['one more, of which some were missing', { counter: 10, paid: 1, unpaid: 3, dispensed: 1_001 }, 'paid 1'],
    ['one more, and no count of a lifetime', { counter: 10, paid: 4, unpaid: 0, dispensed: null }, 'paid 4'],
    ['one more, figures as before: it was refused', { counter: 10 }, 'paid 0'],
    ['one more, figures as before and no count', { counter: 10, dispensed: null }, 'unknown figures-as-before'],
    ['one more, figures that contradict', { counter: 10, paid: 4, unpaid: 0 }, 'unknown figures-do-not-add-up'],
    ['many more', { counter: 60 }, 'unknown counter-jumped'],
    ['one less', { counter: 8 }, 'unknown counter-jumped'],
    ['another serial number', { serial: 5_000 }, 'unknown other-device'],
    ['no serial number', { serial: null }, 'unknown other-device'],
    ['a reset, figures of this order', { counter: 0, paid: 2, unpaid: 2, dispensed: 1_002 }, 'paid 2'],
    ['a reset, and nothing moved', { counter: 0 }, 'paid 0'],
    ['a reset that cleared the figures, and nothing left', { counter: 0, paid: 0, unpaid: 0 }, 'paid 0'],
    ['a reset that cleared the figures', { counter: 0, paid: 0, unpaid: 0, dispensed: 1_003 }, 'paid 3'],
    [
      'a reset, figures and count contradict',
      { counter: 0, paid: 1, unpaid: 3, dispensed: 1_002 },
      'unknown counters-differ',
    ],
    ['a reset, and no count, figures changed', { counter: 0, paid: 1, unpaid: 3, dispensed: null }, 'paid 1'],
    ['a reset, and no count, figures as before', { counter: 0, dispensed: null }, 'unknown counters-lost'],
    ['a reset that lost the count', { counter: 0, dispensed: 2, paid: 0, unpaid: 0 }, 'unknown counters-lost'],
  ])('%s', (_, now, end) => {
    expect(resumed(starting, (machine) => Object.assign(machine, now))).toEqual([end]);
  });

  test('with nothing noted nobody can tell', () => {
    expect(resumed({ ...starting, counters: {} }, () => {})).toEqual(['unknown nothing-noted-before']);
  });

  test.each([
    [254, 255],
    [255, 1],
  ])('the counter goes from %i to %i', (before, after) => {
    const memory = { ...starting, counters: { ...starting.counters, counter: before } };
    const end = resumed(memory, (machine) =>
      Object.assign(machine, { counter: after, paid: 4, unpaid: 0, dispensed: 1_004 }),
    );
    expect(end).toEqual(['paid 4']);
  });

  test('a payout that still runs is let run to its end', () => {
    const machine = new HopperMachine();
    Object.assign(machine, { counter: 10, remaining: 4, dispensed: 1_000, coinAtMs: 1_400 });
    const hand = new Hand(machine, hopper, starting);
    hand.run(8_000);
    expect([ends(hand), machine.cup]).toEqual([['paid 4'], 4]);
    expect(hand.of('payout.progress').length).toBeGreaterThan(0);
  });

  test('a counter of 0 before and after hides no reset: only a hopper that is still enabled was not reset', () => {
    const counters = { ...starting.counters, counter: 0, dispensed: 7 };
    const memory = { ...starting, counters };
    const fresh = { counter: 0, paid: 2, unpaid: 2, dispensed: 9 };
    expect(resumed(memory, (machine) => Object.assign(machine, fresh))).toEqual(['paid 2']);
    const enabled = { counter: 0, dispensed: 7, enabled: true };
    expect(resumed(memory, (machine) => Object.assign(machine, enabled))).toEqual(['paid 0']);
  });
});

describe('the line or the hopper is gone', () => {
  const lost = { type: 'closed', problem: { code: 'lost', message: 'cut' } } as const;

  test.each([
    ['being prepared', 'request-dispense-count', ['refused line-lost false']],
    ['sent', 'dispense', ['paid 4']],
  ])('an order that is %s', (_, name, end) => {
    const { hand, machine } = ready();
    hand.dispense(4).until(name);
    hand.give(lost);
    hand.nowMs += 500;
    hand.give({ type: 'opened', chance: new Uint8Array(64) });
    hand.run(8_000);
    expect([ends(hand), machine.cup]).toEqual([end, end[0] === 'paid 4' ? 4 : 0]);
  });

  test('an order that waits for its record ends with nothing paid', () => {
    const { hand, machine } = ready();
    hand.record = false;
    hand.dispense(4).run(500);
    hand.give(lost);
    hand.record = true;
    hand.recordAll();
    hand.give({ type: 'opened', chance: new Uint8Array(64) });
    hand.run(8_000);
    expect([ends(hand), machine.cup]).toEqual([['paid 0'], 0]);
  });

  test.each([true, false])(
    'a hopper that loses power while it pays tells when it is back; keeps its counter: %s',
    (flow) => {
      for (let afterMs = 0; afterMs < 1_500; afterMs += 70) {
        const { hand, machine } = ready((one) => {
          one.flow = flow;
        });
        hand.dispense(4).run(afterMs);
        machine.cutPower();
        hand.run(5_000);
        machine.restorePower();
        hand.run(8_000);
        expect(ends(hand).map((end) => end.replace(/^refused .* false$/, 'paid 0'))).toEqual([`paid ${machine.cup}`]);
      }
    },
  );

  test('a short loss of power that nobody notices pays nothing twice', () => {
    for (const flow of [true, false]) {
      for (let afterMs = 0; afterMs < 1_500; afterMs += 35) {
        const { hand, machine } = ready((one) => {
          one.flow = flow;
          one.counter = 0;
          one.dispensed = 0;
        });
        hand.dispense(4).run(afterMs);
        machine.cutPower();
        machine.restorePower();
        hand.run(12_000);
        const told = ends(hand);
        expect(told, String(afterMs)).toHaveLength(1);
        if (!told[0]?.startsWith('unknown')) expect(told).toEqual([`paid ${machine.cup}`]);
        expect(machine.cup).toBeLessThanOrEqual(4);
      }
    }
  });
});

test('whatever is lost, cut or killed, nothing is paid twice and nothing that is told is wrong', () => {
  const loss = fc.constantFrom<Loss>('ask', 'answer', null, null, null);
  fc.assert(
    fc.property(
      fc.record({
        flow: fc.boolean(),
        lifetime: fc.boolean(),
        counter: fc.constantFrom(0, 9, 254, 255),
        stock: fc.constantFrom(500, 2, 0),
        count: fc.integer({ min: 1, max: 5 }),
        before: fc.integer({ min: 0, max: 5 }),
        losses: fc.array(loss, { maxLength: 30 }),
        hurts: fc.array(
          fc.record({ afterMs: fc.nat(1_200), what: fc.constantFrom('kill', 'power', 'line', 'unrecorded-kill') }),
          { maxLength: 3 },
        ),
      }),
      ({ flow, lifetime, counter, stock, count, before, losses, hurts }) => {
        const { hand, machine } = ready((one) => {
          Object.assign(one, { flow, counter, paid: before, unpaid: 0, dispensed: lifetime ? 1_000 : null, stock });
        });
        const start = hand.sent.length;
        hand.loses = () => losses[hand.sent.length - start - 1] ?? null;
        hand.dispense(count);
        let resets = 0;
        for (const { afterMs, what } of hurts) {
          if (what === 'unrecorded-kill') hand.record = false;
          hand.run(afterMs);
          if (what === 'power') {
            resets++;
            machine.cutPower();
            hand.run(2_600);
            machine.restorePower();
          } else if (what === 'line') {
            hand.give({ type: 'closed', problem: { code: 'lost', message: 'cut' } });
            hand.give({ type: 'opened', chance: new Uint8Array(64) });
          } else hand.restart();
        }
        hand.run(40_000);
        const told = ends(hand);
        expect(machine.cup).toBeLessThanOrEqual(count);
        const open = hand.memory.lastPayout?.open;
        expect(open).toBe(false);
        const paid = told.filter((end) => end.startsWith('paid'));
        const refused = told.some((end) => end.includes('false'));
        if (refused) expect(machine.cup).toBe(0);
        for (const end of paid) expect(end).toBe(`paid ${machine.cup}`);
        // Without a count of a lifetime, or after a reset, there are moments of which nobody can tell.
        if (lifetime && resets === 0) expect(told.filter((end) => end.startsWith('unknown'))).toEqual([]);
      },
    ),
    {
      numRuns: 600,
      seed: 1,
      // Counts that do not come, and then one that is read while coins still fall.
      examples: [
        [
          {
            flow: false,
            lifetime: true,
            counter: 0,
            stock: 500,
            count: 3,
            before: 0,
            losses: [null, null, null, null, null, 'ask', 'ask'],
            hurts: [],
          },
        ],
      ],
    },
  );
});
