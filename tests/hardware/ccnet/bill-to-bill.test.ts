/** The driver of a bill-to-bill unit and its simulated machine, and the driver alone where the machine cannot be brought to it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import example from '../../../config/examples/ccnet-bill-to-bill.json' with { type: 'json' };
import { newestVersion } from '../../../config/migrations.ts';
import { checkConfig } from '../../../config/schema.ts';
import { createDriver, type State } from '../../../hardware/ccnet/driver.ts';
import { createDecoder, encode, type Frame } from '../../../hardware/ccnet/frame.ts';
import { cassettes } from '../../../hardware/ccnet/messages.ts';
import { protocolNamed } from '../../../hardware/catalog.ts';
import { type DeviceFact, type DeviceMemory, emptyMemory, type Pieces } from '../../../hardware/device.ts';
import type { DriverInput } from '../../../hardware/driver.ts';
import { benchOf } from '../bench.ts';
import {
  type PayoutBench,
  type PayoutLineUp,
  type PayoutParts,
  payers,
  payoutBenchOf,
  sumOf,
} from '../payout-bench.ts';

const DEVICE = 'payer';
const lineUp = payers['ccnet bill-to-bill'] as PayoutLineUp;

async function ready(settings: Readonly<Record<string, string>> = {}, parts: PayoutParts = {}): Promise<PayoutBench> {
  const bench = await payoutBenchOf(lineUp, { ...parts, settings });
  bench.until('device.ready', 30_000);
  bench.run(1_000);
  return bench;
}

const truth = (
  bench: PayoutBench,
  unit: Parameters<PayoutBench['pieces']>[0],
): readonly (readonly [number, number])[] => [...bench.pieces(unit)].sort(([a], [b]) => a - b);

describe('paid-out notes', () => {
  test('are said to wait and to be taken, and the end comes when they are taken', async () => {
    const bench = await ready();
    bench.takes = false;
    bench.order();
    bench.until('cash.presented', 20_000);
    expect(bench.find('cash.presented')).toEqual([
      { device: DEVICE, fact: 'cash.presented', command: 'order-1', currency: 'CNY', minor: 4_500 },
    ]);
    bench.run(30_000);
    expect([bench.find('cash.taken'), bench.ends()]).toEqual([[], []]);
    bench.takes = true;
    bench.until('payout.done', 10_000);
    expect(bench.find('cash.taken')).toMatchObject([{ command: 'order-1', minor: 4_500 }]);
    expect(bench.find('cash.presented')).toHaveLength(1);
    expect(bench.find('cash.retracted')).toEqual([]);
  });

  const single: readonly Pieces[] = [{ minor: 2_000, count: 1 }];

  test('of which there is one, and nobody takes it, is told to be drawn in before the order has its end', async () => {
    const bench = await ready({ retract: '20' });
    bench.takes = false;
    bench.order(single);
    bench.rest(60_000);
    expect(bench.ends()).toMatchObject([{ fact: 'payout.done', paid: { minor: 2_000 } }]);
    expect(bench.find('cash.retracted')).toMatchObject([{ key: 'payer/order-1/retracted/2000/1', minor: 2_000 }]);
    const told = bench.facts.map(({ fact }) => fact);
    expect(told.indexOf('cash.retracted')).toBeLessThan(told.indexOf('payout.done'));
    expect(bench.find('cash.taken')).toEqual([]);
    expect(truth(bench, 'box')).toEqual([[2_000, 1]]);
    expect(sumOf(bench.paid())).toBe(0);
  });

  test('of which there are several, and the machine puts some away, are for a person to look at', async () => {
    for (const order of [lineUp.order, [{ minor: 500, count: 2 }]]) {
      const bench = await ready({ retract: '20' });
      bench.takes = false;
      bench.order(order);
      bench.rest(60_000);
      expect(bench.ends()).toMatchObject([{ fact: 'payout.unknown' }]);
      expect(bench.find('cash.retracted')).toEqual([]);
    }
  });

  test('drawn in while the line is out is told all the same, by the word at its end', async () => {
    const bench = await ready({ retract: '5' });
    bench.takes = false;
    bench.order(single);
    bench.until('cash.presented', 20_000);
    bench.unplug();
    bench.run(15_000);
    bench.plug();
    bench.rest(60_000);
    expect(bench.find('cash.retracted')).toHaveLength(1);
    expect(bench.ends()).toMatchObject([{ fact: 'payout.done' }]);
  });

  const blinked = async (order: readonly Pieces[], retract: string): Promise<PayoutBench> => {
    const bench = await ready({ retract });
    bench.takes = false;
    bench.order(order);
    bench.until('cash.presented', 20_000);
    bench.act({ action: 'cut power' });
    bench.act({ action: 'restore power' });
    bench.rest(60_000);
    expect(bench.ends()).toMatchObject([{ fact: 'payout.done' }]);
    return bench;
  };

  test('of which there is one, held out again after its order has ended, are told as they end: drawn in, or taken', async () => {
    const drawnIn = await blinked(single, '5');
    expect(drawnIn.find('cash.retracted')).toMatchObject([{ key: 'payer/order-1/retracted/2000/1', minor: 2_000 }]);
    expect(drawnIn.find('cash.taken')).toEqual([]);
    expect(truth(drawnIn, 'box')).toEqual([[2_000, 1]]);
    const taken = await blinked(single, '0');
    taken.takes = true;
    taken.run(5_000);
    expect(taken.find('cash.taken')).toMatchObject([{ command: 'order-1', minor: 2_000 }]);
    expect(taken.find('cash.retracted')).toEqual([]);
  });

  test('of which there are several, put away after their order was paid, wait until they are left, and then nobody took them', async () => {
    const bench = await blinked(lineUp.order, '5');
    expect(sumOf(bench.pieces('bezel'))).toBe(0);
    bench.run(200_000);
    expect([bench.find('cash.retracted'), bench.find('cash.taken')]).toEqual([[], []]);
    bench.order(single, 'order-2');
    expect(bench.ends('order-2')).toMatchObject([{ fact: 'command.refused', sent: false }]);
    bench.run(200_000);
    expect(bench.find('cash.taken')).toMatchObject([{ command: 'order-1', minor: 0 }]);
    expect(bench.find('cash.retracted')).toEqual([]);
    bench.order(single, 'order-3');
    bench.rest(60_000);
    expect(bench.ends('order-3')).toMatchObject([{ fact: 'payout.done' }]);
  });

  test('left in the dispenser are told to wait when they are held out, with what the cassettes lost, also to a later start', async () => {
    for (const restarts of [false, true]) {
      const bench = await ready();
      bench.takes = false;
      bench.order();
      while (bench.pieces('escrow').size > 0 || sumOf(bench.pieces('bezel')) < 4_000) bench.run(20);
      bench.act({ action: 'cut power' });
      bench.act({ action: 'restore power' });
      bench.until('payout.unknown', 60_000);
      if (restarts) {
        bench.act({ action: 'cut power' });
        bench.restart();
        bench.act({ action: 'restore power' });
      }
      bench.run(20_000);
      expect(sumOf(bench.pieces('bezel'))).toBe(4_000);
      expect(bench.find('cash.presented')).toMatchObject([{ command: 'order-1', currency: 'CNY', minor: 4_000 }]);
      bench.takes = true;
      bench.run(10_000);
      expect(bench.find('cash.taken')).toMatchObject([{ command: 'order-1', minor: 4_000 }]);
    }
  });

  test('left in the dispenser by a loss of power come out when the order has ended, and before anything else is done', async () => {
    const openThen: unknown[] = [];
    let ordered = false;
    const bench: PayoutBench = await ready(
      {},
      {
        emit({ name }) {
          if (name === 'empty-dispenser' && ordered) openThen.push(bench.memory.lastPayout?.open);
        },
      },
    );
    ordered = true;
    bench.order();
    bench.run(2_900);
    bench.act({ action: 'cut power' });
    bench.run(500);
    expect(sumOf(bench.pieces('bezel'))).toBeGreaterThan(0);
    bench.takes = false;
    bench.act({ action: 'restore power' });
    bench.until('payout.unknown', 20_000);
    bench.run(2_000);
    expect(openThen).toEqual([false]);
    bench.order(lineUp.order, 'order-2');
    expect(bench.ends('order-2')).toMatchObject([{ fact: 'command.refused', sent: false, reason: 'not-ready' }]);
    bench.takes = true;
    bench.rest(60_000);
    expect(sumOf(bench.pieces('bezel'))).toBe(0);
    bench.order([{ minor: 500, count: 1 }], 'order-3');
    bench.rest(60_000);
    expect(bench.ends('order-3')).toMatchObject([{ fact: 'payout.done' }]);
  });

  test('that a loss of power left there are no witness for a later start of the host', async () => {
    // The last note is on its way when the power goes; all else waits to be held out when the host begins anew.
    const bench = await ready();
    bench.takes = false;
    bench.order();
    while (bench.pieces('escrow').size === 0 || sumOf(bench.pieces('bezel')) < 4_000) bench.run(20);
    bench.act({ action: 'cut power' });
    bench.act({ action: 'restore power' });
    for (let n = 0; n < 20; n++) {
      bench.run(400);
      bench.restart();
    }
    bench.rest(60_000);
    expect(bench.ends()).toMatchObject([{ fact: 'payout.unknown' }]);
    bench.takes = true;
    bench.rest(20_000);
    expect(sumOf(bench.paid())).toBe(4_000);
  });
});

describe('a jam on the way out', () => {
  test('that nobody clears ends the order after a reset, so that nothing comes out afterwards', async () => {
    const bench = await ready();
    bench.order();
    bench.run(2_000);
    bench.act({ action: 'jam' });
    bench.run(5_000);
    expect(bench.ends()).toEqual([]);
    bench.until('payout.unknown', 40_000);
    expect(bench.simulator.faults()).toContain('jam');
    expect(bench.events.some(({ event }) => event === 'reset')).toBe(true);
    const resets = bench.events.filter(({ event }) => event === 'reset').length;
    bench.run(60_000);
    expect(bench.events.filter(({ event }) => event === 'reset')).toHaveLength(resets);
    const paid = sumOf(bench.paid());
    bench.act({ action: 'clear jam' });
    bench.run(60_000);
    expect(sumOf(bench.paid())).toBe(paid);
    expect(bench.find('device.cleared').map(({ code }) => code)).toContain('ccnet.jam-unit');
  });

  test('before the first note left its cassette is nothing paid, for certain', async () => {
    const bench = await ready();
    bench.act({ action: 'jam' });
    bench.order();
    bench.rest(60_000);
    expect(bench.ends()).toMatchObject([{ fact: 'payout.partial', paid: { minor: 0 }, owed: { minor: 4_500 } }]);
    expect(truth(bench, 'recycler')).toEqual([
      [500, 4],
      [1_000, 4],
      [2_000, 4],
    ]);
  });
});

describe.each(['0', '5'])('with %s seconds until it takes back what nobody takes', (retract) => {
  const hand = (bench: PayoutBench, action: string, value?: string): boolean =>
    bench.simulator.act({ action, ...(value === undefined ? {} : { value }) }).ok;
  const meanwhile = (bench: PayoutBench, ms: number, begin: string, over: string): void => {
    hand(bench, begin);
    bench.run(ms);
    hand(bench, over);
  };
  const blows: Readonly<Record<string, (bench: PayoutBench) => void>> = {
    power: (bench) => meanwhile(bench, 2_600, 'cut power', 'restore power'),
    dip: (bench) => meanwhile(bench, 0, 'cut power', 'restore power'),
    jam: (bench) => meanwhile(bench, 3_000, 'jam', 'clear jam'),
    'long jam': (bench) => meanwhile(bench, 15_000, 'jam', 'clear jam'),
    box: (bench) => meanwhile(bench, 1_500, 'remove cashbox', 'insert cashbox'),
    cover: (bench) => meanwhile(bench, 14_000, 'open cover', 'close cover'),
    host: (bench) => bench.restart(),
    hand: (bench) => {
      bench.takes = !bench.takes;
    },
    reset: (bench) =>
      bench.simulator.receive(protocolNamed('ccnet').driver.requests(lineUp.settings).reset as Uint8Array),
    line: (bench) => {
      bench.unplug();
      bench.run(4_000);
      bench.plug();
    },
    'not recorded': (bench) => {
      bench.record = false;
      bench.run(400);
      bench.restart();
      bench.record = true;
    },
  };

  test('whatever hands, power and lines do, what is told is the truth, and the next order is paid', async () => {
    const hurt = fc.record({ afterMs: fc.nat(2_500), what: fc.constantFrom(...Object.keys(blows)) });
    await fc.assert(
      fc.asyncProperty(fc.array(hurt, { minLength: 1, maxLength: 6 }), async (hurts) => {
        const bench = await ready({ retract });
        bench.order();
        for (const { afterMs, what } of hurts) {
          bench.run(afterMs);
          blows[what]?.(bench);
        }
        bench.takes = true;
        hand(bench, 'clear jam');
        bench.rest(120_000);
        hand(bench, 'clear jam');
        bench.rest(60_000);
        expect([bench.wrongs, bench.memory.lastPayout?.open]).toEqual([[], false]);
        const [end, ...others] = bench.ends();
        expect(others).toEqual([]);
        const back = new Map(bench.find('cash.retracted').map(({ key, minor }) => [key, minor]));
        const paid = sumOf(bench.paid());
        const retracted = [...back.values()].reduce((sum, minor) => sum + minor, 0);
        if (end?.fact === 'payout.done') expect(paid + retracted).toBe(end.paid.minor);
        else if (end?.fact !== 'payout.unknown') expect(paid).toBe(0);
        const next = [{ minor: 1_000, count: 1 }];
        bench.order(next, 'order-2');
        bench.rest(60_000);
        if (bench.ends('order-2')[0]?.fact === 'payout.done') return;
        // Nobody knows who has what waited there, and it waits to be left under a number.
        expect(bench.ends('order-2')).toMatchObject([{ fact: 'command.refused', reason: 'busy' }]);
        bench.run(330_000);
        bench.order(next, 'order-3');
        bench.rest(60_000);
        expect(bench.ends('order-3')).toMatchObject([{ fact: 'payout.done' }]);
      }),
      { numRuns: 150, seed: 7 },
    );
  });
});

describe('what the cassettes hold', () => {
  test('is told at the start, when a hand has filled one, and with what is full or low', async () => {
    const bench = await ready({ count: '3' });
    const last = () =>
      bench
        .find('cash.levels')
        .at(-1)
        ?.levels.map(({ minor, count, state }) => [minor, count, state]);
    expect(last()).toEqual([
      [100, 0, 'empty'],
      [500, 3, 'low'],
      [1_000, 3, 'low'],
      [2_000, 3, 'low'],
      [5_000, 0, 'empty'],
      [10_000, 0, 'empty'],
    ]);
    bench.act({ action: 'fill', minor: 2_000, count: 97 });
    bench.act({ action: 'fill', minor: 500, count: 20 });
    bench.run(12_000);
    expect(last()?.slice(1, 4)).toEqual([
      [500, 23, 'ok'],
      [1_000, 3, 'low'],
      [2_000, 100, 'full'],
    ]);
  });

  test('counts in a note where it went, also one that was on its way in when the power went', async () => {
    for (const cutMs of [null, 2_900]) {
      const bench = await benchOf('ccnet bill-to-bill to the recycler');
      bench.until('device.ready', 30_000);
      bench.run(2_000);
      bench.act({ action: 'insert', minor: 1_000 });
      if (cutMs !== null) {
        bench.run(cutMs);
        bench.act({ action: 'cut power' });
        bench.act({ action: 'restore power' });
      }
      bench.rest(40_000);
      expect(bench.creditMinor()).toBe(1_000);
      expect(bench.find('cash.levels').at(-1)?.levels).toContainEqual(
        expect.objectContaining({ minor: 1_000, count: 1 }),
      );
      if (cutMs === null) {
        expect(bench.find('note.stacked')).toMatchObject([{ unit: 'recycler' }]);
        expect(bench.find('cash.moved')).toEqual([]);
      } else {
        expect(bench.find('device.powered-up').at(-1)).toMatchObject({ found: 'stacker', command: 'order-1' });
        expect(bench.find('cash.moved')).toMatchObject([
          { key: 'acceptor/order-1/placed', from: 'box', to: 'recycler', count: 1, minor: 1_000 },
        ]);
      }
    }
  });

  test('a note of a value that no cassette keeps lies in the box', async () => {
    const bench = await benchOf('ccnet bill-to-bill to the recycler');
    bench.until('device.ready', 30_000);
    bench.run(2_000);
    bench.act({ action: 'insert', minor: 5_000 });
    bench.until('note.stacked', 10_000);
    expect(bench.find('note.stacked')[0]).not.toHaveProperty('unit');
  });
});

describe('what the cassettes keep', () => {
  const kept = (bench: PayoutBench): readonly string[] =>
    bench.events
      .filter(({ event, name }) => event === 'command' && name === 'set-cassette-type')
      .map(({ hex }) => String(hex).split(' ').slice(4, 6).join(' '));

  test('is set in empty cassettes only, and those of no wanted value keep none', async () => {
    const bench = await ready({ count: '0', cassettes: '5,10,20' });
    bench.run(6_000);
    expect(kept(bench)).toEqual(['01 1F', '02 1F', '03 1F']);
    bench.link.maintain(DEVICE, { accept: [], recycle: [100, 2_000] });
    bench.run(6_000);
    expect(kept(bench).slice(3)).toEqual(['01 00', '02 03']);
    bench.act({ action: 'fill', minor: 100, count: 2 });
    bench.run(12_000);
    bench.link.maintain(DEVICE, { accept: [], recycle: [5_000, 10_000] });
    bench.run(10_000);
    // The first one holds notes, and keeps its value.
    expect(kept(bench).slice(5)).toEqual(['02 04', '03 05']);
    expect(truth(bench, 'recycler')).toEqual([[100, 2]]);
    expect(bench.find('device.fault')).toEqual([]);
  });

  test('stays as it is when that is as it is wanted', async () => {
    const bench = await ready({ count: '0' });
    bench.link.maintain(DEVICE, { accept: [], recycle: [100, 500, 1_000, 2_000, 5_000] });
    bench.run(10_000);
    const before = kept(bench).length;
    bench.run(30_000);
    expect(kept(bench)).toHaveLength(before);
  });

  test('is not set while notes are taken', async () => {
    const bench = await ready({ count: '1' });
    bench.link.maintain(DEVICE, { accept: [500], recycle: [500] });
    bench.run(5_000);
    expect(kept(bench)).toEqual([]);
    expect(bench.simulator.enabled).toBe(true);
  });
});

describe('everything into the box', () => {
  const empty = (bench: PayoutBench, keep: readonly Pieces[] = []): void =>
    bench.link.obey({ id: 'empty-1', device: DEVICE, command: 'cash.empty', keep });
  const float: readonly Pieces[] = [
    { minor: 500, count: 1 },
    { minor: 2_000, count: 3 },
  ];
  const moved = (bench: PayoutBench): readonly (readonly [number, number])[] => {
    const byKey = new Map(bench.find('cash.moved').map(({ key, minor, count }) => [key, [minor, count] as const]));
    return [...byKey.values()].sort(([a], [b]) => a - b);
  };

  test('is moved, told by denomination, and the cassettes are empty', async () => {
    const bench = await ready();
    empty(bench);
    bench.until('cash.emptied', 60_000);
    expect(moved(bench)).toEqual([
      [500, 4],
      [1_000, 4],
      [2_000, 4],
    ]);
    expect(truth(bench, 'box')).toEqual(moved(bench));
    expect(truth(bench, 'recycler')).toEqual([]);
    expect(bench.find('cash.emptied')).toMatchObject([{ command: 'empty-1', key: 'payer/empty-1/emptied' }]);
    bench.run(3_000);
    expect(
      bench
        .find('cash.levels')
        .at(-1)
        ?.levels.every(({ count }) => count === 0),
    ).toBe(true);
  });

  test('of which there is nothing is over at once', async () => {
    const bench = await ready({ count: '0' });
    bench.run(6_000);
    empty(bench);
    bench.until('cash.emptied', 20_000);
    expect(moved(bench)).toEqual([]);
  });

  const blows: readonly (readonly [string, (bench: PayoutBench) => unknown])[] = [
    [
      'the power goes',
      (bench: PayoutBench) => [bench.act({ action: 'cut power' }), bench.act({ action: 'restore power' })],
    ],
    [
      'it jams',
      (bench: PayoutBench) => [bench.act({ action: 'jam' }), bench.run(3_000), bench.act({ action: 'clear jam' })],
    ],
    ['the line is cut', (bench: PayoutBench) => [bench.unplug(), bench.run(1_500), bench.plug()]],
    [
      'the box is pulled',
      (bench: PayoutBench) => [
        bench.act({ action: 'remove cashbox' }),
        bench.run(2_000),
        bench.act({ action: 'insert cashbox' }),
      ],
    ],
  ];
  test.each(
    blows.flatMap(([what, blow]) => [
      [what, 'nothing stays', [], blow] as const,
      [what, 'a float stays', float, blow] as const,
    ]),
  )('at every moment %s, and %s: what is told is what went', async (what, _, keep, blow) => {
    for (let afterMs = 100; afterMs < 8_000; afterMs += 330) {
      const bench = await ready();
      empty(bench, keep);
      bench.run(afterMs);
      blow(bench);
      bench.run(40_000);
      const place = `${what} after ${afterMs} ms`;
      const ends = bench.facts.filter(
        (fact) => (fact.fact === 'cash.emptied' || fact.fact === 'command.refused') && fact.command === 'empty-1',
      );
      expect(ends, place).toHaveLength(1);
      const gone = new Map([...bench.pieces('recycler')].map(([minor, count]) => [minor, 4 - count]));
      const left = [500, 1_000, 2_000].map((minor) => [minor, gone.get(minor) ?? 4] as const);
      expect(moved(bench), place).toEqual(left.filter(([, count]) => count > 0));
      const done =
        JSON.stringify(truth(bench, 'recycler')) === JSON.stringify(keep.map((one) => [one.minor, one.count]));
      expect(ends[0]?.fact === 'cash.emptied', place).toBe(done);
    }
  });

  test('is refused while it pays out, and a payout while it empties', async () => {
    const bench = await ready();
    bench.order();
    empty(bench);
    expect(bench.find('command.refused')).toMatchObject([{ command: 'empty-1', sent: false, reason: 'busy' }]);
    bench.rest(60_000);
    bench.link.obey({ id: 'empty-2', device: DEVICE, command: 'cash.empty', keep: [] });
    bench.order(lineUp.order, 'order-2');
    expect(bench.ends('order-2')).toMatchObject([{ fact: 'command.refused', sent: false, reason: 'busy' }]);
  });
});

test('the example of a kiosk with such a unit is of the present version, and names its limits', () => {
  expect(example.version).toBe(newestVersion);
  expect(example.limits.takeChangeMs).toBe(45_000);
  expect(checkConfig(example)).toMatchObject({ ok: true });
});

describe('the front door', () => {
  const { driver } = protocolNamed('ccnet');

  test('knows two models, each with its kind and its address', () => {
    expect([driver.kindOf({}), driver.kindOf({ model: 'bill-to-bill' })]).toEqual(['note-acceptor', 'recycler']);
    expect([driver.addressOf({}), driver.addressOf({ model: 'bill-to-bill' })]).toEqual([3, 1]);
    expect(driver.addressOf({ model: 'bill-to-bill', address: 7 })).toBe(7);
    expect(driver.simulatorSettings?.({ model: 'bill-to-bill', address: 7 })).toEqual({
      model: 'bill-to-bill',
      address: '7',
    });
    expect(driver.checkSettings({ model: 'bill-to-bill' })).toEqual([]);
    expect(driver.checkSettings({ model: 'b2b' })).toMatchObject([
      { path: 'model', problem: { en: expect.stringMatching(/validator, bill-to-bill/) } },
    ]);
  });

  test('a validator neither pays nor empties', async () => {
    const bench = await benchOf('ccnet');
    bench.until('device.ready', 30_000);
    const order = { device: 'acceptor', currency: 'CNY', pieces: [{ minor: 500, count: 1 }] };
    bench.link.obey({ id: 'p', command: 'cash.dispense', ...order });
    bench.link.obey({ id: 'e', device: 'acceptor', command: 'cash.empty', keep: [] });
    expect(bench.find('command.refused').map(({ command, reason }) => [command, reason])).toEqual([
      ['p', 'not-for-an-acceptor'],
      ['e', 'not-for-an-acceptor'],
    ]);
  });
});

test('the status of cassettes is read in pairs, and what could be a state as well is none', () => {
  const read = (...bytes: readonly number[]) => cassettes(Uint8Array.from(bytes));
  expect(read(0x81, 5, 0xc2, 100, 0x9f, 0, 0x03, 9)).toEqual([
    { number: 1, present: true, full: false, type: 1, count: 5 },
    { number: 2, present: true, full: true, type: 2, count: 100 },
    { number: 3, present: true, full: false, type: 0x1f, count: 0 },
    { number: 4, present: false, full: false, type: 3, count: 0 },
  ]);
  for (const bytes of [[], [0x81, 5], [0x81, 5, 0x82], [0x19, 0, 0x01, 0], Array<number>(34).fill(0x81)])
    expect(read(...bytes), JSON.stringify(bytes)).toBeNull();
});

// The driver alone.

type Untimed = DriverInput<Frame> extends infer Input ? (Input extends unknown ? Omit<Input, 'nowMs'> : never) : never;

function frameOf(...content: readonly number[]): Frame {
  const [item] = createDecoder().push(encode(1, content[0] as number, content.slice(1)));
  if (item?.type !== 'frame') throw new Error('no frame');
  return item.frame;
}

const text = (words: string): readonly number[] => Array.from(words, (letter) => letter.charCodeAt(0));
const identification = [...text('BB-CN1101'.padEnd(15)), ...text('21KC27006179'), 1, 2, 3, 4, 5, 6, 7];
const places = [1, 5].flatMap((value) => [value, ...text('CNY'), 0]);
const table = [...places, ...Array<number>(120 - places.length).fill(0)];
const settings = {
  model: 'bill-to-bill',
  address: 1,
  currencyOf: () => ({ currency: 'CNY', exponent: 2 }),
} as const;
const pieces: readonly Pieces[] = [{ minor: 500, count: 2 }];
const started: DeviceMemory = {
  ...emptyMemory,
  lastPayout: { command: 'p1', currency: 'CNY', pieces, open: true, starting: true },
};

/** Plays the wire by hand: no clock but `nowMs`, no Link. */
class Hand {
  readonly driver = createDriver('a', settings);
  state: State;
  nowMs = 1_000;
  facts: DeviceFact[] = [];
  sent: string[] = [];
  bytes = new Uint8Array(0);
  private turnAtMs: number | null = null;
  /** Of 1 and 5 in the two cassettes. */
  counts: readonly [number, number] = [9, 9];
  /** Whether the second one is there. */
  second = true;
  /** What it says to a poll. */
  says: readonly number[] = [0x19, 0, 0];
  /** Its answer to each order; null: none comes. */
  answers: Record<string, readonly number[] | null> = {};

  constructor(memory: DeviceMemory = emptyMemory) {
    this.state = this.driver.start(memory);
    this.give({ type: 'opened', chance: new Uint8Array(64) });
  }

  give(input: Untimed): string | null {
    const step = this.driver.step(this.state, { ...input, nowMs: this.nowMs } as DriverInput<Frame>);
    this.state = step.state;
    this.turnAtMs = step.turnAtMs;
    this.facts.push(...step.facts);
    if (step.send === undefined) return null;
    this.sent.push(step.send.name);
    this.bytes = step.send.bytes.slice();
    return step.send.name;
  }

  private answerTo(name: string): readonly number[] | null {
    if (name in this.answers) return this.answers[name] ?? null;
    switch (name) {
      case 'poll':
        return this.says;
      case 'identification':
        return identification;
      case 'get-bill-table':
        return table;
      case 'cassette-status':
        return [0x80, this.counts[0], this.second ? 0x81 : 0x01, this.second ? this.counts[1] : 0];
      default:
        return [0x00];
    }
  }

  /** One message at its time, and its answer. */
  turn(): string | null {
    this.nowMs = Math.max(this.nowMs, this.turnAtMs ?? this.nowMs + 100);
    const name = this.give({ type: 'turn' });
    if (name === null) return null;
    const answer = this.answerTo(name);
    this.nowMs += answer === null ? 250 : 5;
    if (answer === null) this.give({ type: 'silence' });
    else this.give({ type: 'frame', frame: frameOf(...answer) });
    return name;
  }

  turns(count: number): this {
    for (let n = 0; n < count; n++) this.turn();
    return this;
  }

  until(name: string, most = 200): this {
    for (let n = 0; n < most; n++) if (this.turn() === name) return this;
    throw new Error(`${name} was never sent; sent were ${this.sent.slice(-10).join(' ')}`);
  }

  record(key: string): this {
    this.give({ type: 'recorded', key });
    return this;
  }

  ready(): this {
    this.turns(30);
    expect(this.of('device.ready')).toHaveLength(1);
    return this;
  }

  /** Ordered, counted and recorded; DISPENSE is the next thing to leave. */
  ordered(order: readonly Pieces[] = pieces): this {
    this.ready();
    this.give({
      type: 'command',
      command: { id: 'p1', device: 'a', command: 'cash.dispense', currency: 'CNY', pieces: order },
    });
    this.turns(20);
    expect(this.of('payout.starting')).toHaveLength(1);
    expect(this.sent).not.toContain('dispense');
    return this.record('a/p1/starting');
  }

  of<Name extends DeviceFact['fact']>(name: Name): (DeviceFact & { fact: Name })[] {
    return this.facts.filter((fact): fact is DeviceFact & { fact: Name } => fact.fact === name);
  }

  times(name: string): number {
    return this.sent.filter((one) => one === name).length;
  }
}

describe('an order to pay out', () => {
  test('leaves when it is recorded, as pairs of type and number', () => {
    const hand = new Hand().ordered().until('dispense');
    expect([...hand.bytes.subarray(3, -2)]).toEqual([0x3c, 1, 2]);
    expect(hand.of('payout.starting')).toMatchObject([{ counters: { 'CNY:100': 9, 'CNY:500': 9 } }]);
  });

  test('is paid when the unit said so and its cassettes lost just that; DISPENSED is let go when that is recorded', () => {
    const hand = new Hand().ordered().until('dispense');
    hand.says = [0x1d, 0x00, 0];
    hand.turns(5);
    hand.counts = [9, 7];
    hand.says = [0x25, 0, 0];
    const [before, counted] = [hand.times('acknowledge'), hand.times('cassette-status')];
    hand.turns(40);
    expect(hand.of('payout.done')).toMatchObject([{ key: 'a/p1/end', paid: { minor: 1_000 }, pieces }]);
    // Only the answers with the counts were acknowledged.
    expect(hand.times('acknowledge') - before).toBe(hand.times('cassette-status') - counted);
    hand.record('a/p1/end');
    const held = hand.times('acknowledge');
    hand.until('poll');
    expect(hand.times('acknowledge')).toBe(held + 1);
    expect(hand.times('dispense')).toBe(1);
  });

  test.each([
    ['one note more', [9, 6], 'payout.unknown'],
    ['one note less', [9, 8], 'payout.unknown'],
    ['another note', [8, 7], 'payout.unknown'],
    ['nothing', [9, 9], 'payout.unknown'],
  ] as const)('that is said to be paid when the cassettes lost %s is for a person to look at', (_, counts, fact) => {
    const hand = new Hand().ordered().until('dispense');
    hand.says = [0x1d, 0x00, 0];
    hand.turns(3);
    hand.counts = counts;
    hand.says = [0x25, 0, 0];
    hand.turns(80);
    expect(hand.facts.filter(({ fact: name }) => name.startsWith('payout.')).map((one) => one.fact)).toEqual([
      'payout.starting',
      fact,
    ]);
    expect(hand.of('device.fault').map(({ code }) => code)).toEqual(['ccnet.levels-disagree']);
  });

  test('whose counts come late is paid', () => {
    const hand = new Hand().ordered().until('dispense');
    hand.says = [0x1d, 0x01, 0];
    hand.turns(3);
    hand.says = [0x25, 0, 0];
    hand.turns(6);
    hand.counts = [9, 7];
    hand.turns(20);
    expect(hand.of('payout.done')).toHaveLength(1);
    expect(hand.of('device.fault')).toEqual([]);
  });

  test.each([
    ['says that the number is wrong', { dispense: [0x00] }, [0x28, 0, 0], 'invalid-bill-number'],
    ['says that it cannot now', { dispense: [0x30] }, [0x19, 0, 0], 'refused-by-the-device'],
  ] as const)('is refused for certain when the unit %s and lost nothing', (_, answers, says, reason) => {
    const hand = new Hand().ordered();
    Object.assign(hand.answers, answers);
    hand.until('dispense');
    hand.says = says;
    hand.turns(1);
    hand.says = [0x19, 0, 0];
    hand.turns(40);
    expect(hand.of('command.refused')).toMatchObject([{ command: 'p1', sent: false, reason }]);
    expect(hand.times('dispense')).toBe(1);
  });

  test('that was neither answered nor begun leaves again, three times, and then nothing was paid', () => {
    const hand = new Hand().ordered();
    hand.answers.dispense = null;
    hand.turns(300);
    expect(hand.times('dispense')).toBe(3);
    expect(hand.of('payout.partial')).toMatchObject([{ paid: { minor: 0 }, owed: { minor: 1_000 }, pieces: [] }]);
  });

  test('that was taken never leaves again, however quiet the unit is', () => {
    const hand = new Hand().ordered();
    hand.turns(400);
    expect(hand.times('dispense')).toBe(1);
    expect(hand.of('payout.partial')).toHaveLength(1);
  });

  test('of a start before is never sent, and was not paid when nothing left the cassettes of the same unit', () => {
    const { counters } = new Hand().ordered().of('payout.starting')[0] ?? emptyMemory;
    const same = new Hand({ ...started, counters }).turns(100);
    expect(same.of('payout.partial')).toMatchObject([{ paid: { minor: 0 }, owed: { minor: 1_000 } }]);
    for (const other of [{ ...counters, serial: 0 }, {}]) {
      const hand = new Hand({ ...started, counters: other }).turns(100);
      expect(hand.of('payout.unknown')).toHaveLength(1);
      expect(hand.times('dispense')).toBe(0);
    }
    expect(same.times('dispense')).toBe(0);
  });

  test('is not judged by one reading, which may be the late answer to an earlier question', () => {
    const hand = new Hand().ordered();
    hand.answers.dispense = null;
    hand.until('dispense').until('cassette-status');
    hand.counts = [9, 8];
    hand.turns(200);
    expect(hand.times('dispense')).toBe(1);
    expect(hand.of('payout.unknown')).toHaveLength(1);
  });

  test('finds the unit shut, and it stays so until the end is on record', () => {
    const hand = new Hand().ready();
    hand.give({ type: 'levels', levels: { accept: [500], recycle: [500] } });
    hand.turns(4);
    expect(hand.state.enabled).toBe('0,0,2,0,0,2');
    hand.says = [0x14, 0, 0];
    hand.turns(3);
    hand.give({
      type: 'command',
      command: { id: 'p1', device: 'a', command: 'cash.dispense', currency: 'CNY', pieces },
    });
    hand.until('enable-bill-types');
    hand.turns(10);
    expect(hand.of('payout.starting')).toEqual([]);
    hand.says = [0x19, 0, 0];
    hand.turns(20);
    hand.record('a/p1/starting').until('dispense');
    hand.counts = [9, 7];
    hand.says = [0x25, 0, 0];
    hand.turns(20);
    expect(hand.state.enabled).toBe('0,0,0,0,0,0');
    hand.says = [0x19, 0, 0];
    hand.record('a/p1/end').turns(6);
    expect(hand.state.enabled).toBe('0,0,2,0,0,2');
  });

  test.each([
    ['was reset', [0x13, 0, 0]],
    ['was switched off with a note on its way', [0x12, 0x00, 0]],
  ])('of a unit that %s is nothing that it says later', (_, says) => {
    const hand = new Hand().ordered().until('dispense');
    hand.says = [0x1d, 0x00, 0];
    hand.turns(3);
    hand.counts = [9, 7];
    hand.says = says;
    hand.turns(2);
    const [up] = hand.of('device.powered-up');
    if (up !== undefined) {
      expect(up.found).toBe('nothing');
      hand.record(up.key).until('reset');
    }
    hand.says = [0x1d, 0x01, 0];
    hand.turns(2);
    hand.says = [0x25, 0, 0];
    hand.turns(2);
    hand.says = [0x19, 0, 0];
    hand.turns(80);
    expect(hand.of('payout.unknown')).toHaveLength(1);
  });

  test('is shut off from what the unit says after it was switched off', () => {
    const hand = new Hand().ordered().until('dispense');
    hand.says = [0x1d, 0x00, 0];
    hand.turns(3);
    hand.says = [0x12, 0x01, 0];
    hand.turns(2);
    hand.record(hand.of('device.powered-up')[0]?.key ?? '');
    hand.counts = [9, 7];
    const asked = hand.times('empty-dispenser');
    hand.until('reset');
    hand.says = [0x1d, 0x01, 0];
    hand.turns(4);
    hand.says = [0x25, 0, 0];
    hand.turns(4);
    hand.says = [0x19, 0, 0];
    hand.turns(60);
    expect(hand.times('empty-dispenser')).toBe(asked);
    expect(hand.of('device.powered-up')).toMatchObject([{ found: 'nothing' }]);
    hand.record('a/p1/end').until('empty-dispenser');
    expect(hand.of('payout.unknown')).toHaveLength(1);
    expect(hand.of('payout.done')).toEqual([]);
  });

  test('that was all at the lips when the power went is paid', () => {
    const hand = new Hand().ordered().until('dispense');
    hand.counts = [9, 7];
    hand.says = [0x1d, 0x01, 0];
    hand.turns(6);
    hand.says = [0x10, 0, 0];
    hand.turns(2);
    hand.record(hand.of('device.powered-up')[0]?.key ?? '');
    hand.until('reset');
    hand.says = [0x19, 0, 0];
    hand.turns(60);
    expect(hand.of('payout.done')).toHaveLength(1);
  });

  test('of which the unit was taking notes back when the power went is for a person to look at', () => {
    const hand = new Hand().ordered().until('dispense');
    hand.counts = [9, 7];
    hand.says = [0x1d, 0x01, 0];
    hand.turns(6);
    hand.says = [0x1e, 0x00, 0];
    hand.turns(2);
    hand.says = [0x10, 0, 0];
    hand.turns(2);
    hand.record(hand.of('device.powered-up')[0]?.key ?? '');
    hand.until('reset');
    hand.says = [0x19, 0, 0];
    hand.turns(60);
    expect(hand.of('payout.unknown')).toHaveLength(1);
    expect(hand.of('cash.retracted')).toEqual([]);
  });

  test.each(['cut', 'silent'])(
    'whose notes waited at the lips when the line was %s, and of which the unit knows nothing afterwards, is so too',
    (broken) => {
      for (const [after, fact] of [
        [[0x10, 0, 0], 'payout.unknown'],
        [[0x25, 0, 0], 'payout.done'],
      ] as const) {
        const hand = new Hand().ordered().until('dispense');
        hand.counts = [9, 7];
        hand.says = [0x1d, 0x01, 0];
        hand.turns(6);
        if (broken === 'cut') {
          hand.give({ type: 'closed', problem: { code: 'lost', message: '' } });
          hand.give({ type: 'opened', chance: new Uint8Array(64) });
        } else {
          hand.answers.poll = null;
          hand.answers['cassette-status'] = null;
          hand.turns(20);
          expect(hand.of('device.lost')).toMatchObject([{ reason: 'silent' }]);
          hand.answers = {};
        }
        hand.says = after;
        hand.turns(2);
        hand.record(hand.of('device.powered-up')[0]?.key ?? '').turns(4);
        if (fact === 'payout.unknown') hand.says = [0x19, 0, 0];
        hand.turns(60);
        expect(
          hand.facts.filter(({ fact: name }) => /^payout.(done|unknown)$/.test(name)).map((one) => one.fact),
        ).toEqual([fact]);
      }
    },
  );

  test('waits for a unit that cannot be shut, and is refused then', () => {
    const hand = new Hand().ready();
    hand.says = [0x41, 0, 0];
    hand.turns(2);
    hand.give({
      type: 'command',
      command: { id: 'p1', device: 'a', command: 'cash.dispense', currency: 'CNY', pieces },
    });
    hand.turns(100);
    expect(hand.of('command.refused')).toMatchObject([{ command: 'p1', sent: false, reason: 'not-ready' }]);
  });

  test('of more than a dispenser holds is refused', () => {
    const hand = new Hand().ready();
    hand.counts = [9, 60];
    const many = [{ minor: 500, count: 21 }];
    hand.give({
      type: 'command',
      command: { id: 'p1', device: 'a', command: 'cash.dispense', currency: 'CNY', pieces: many },
    });
    hand.turns(30);
    expect(hand.of('command.refused')).toMatchObject([{ sent: false, reason: 'too-many' }]);
  });
});

describe('a note that waits at the lips after its order was paid', () => {
  const one: readonly Pieces[] = [{ minor: 500, count: 1 }];
  const waiting = (order: readonly Pieces[] = one): Hand => {
    const hand = new Hand().ordered(order).until('dispense');
    hand.counts = [9, 9 - (order[0]?.count ?? 0)];
    hand.says = [0x1d, 0x01, 0];
    hand.turns(6);
    hand.says = [0x10, 0, 0];
    hand.turns(2);
    hand.record(hand.of('device.powered-up')[0]?.key ?? '').until('reset');
    hand.says = [0x19, 0, 0];
    hand.turns(40);
    expect(hand.of('payout.done')).toHaveLength(1);
    hand.record('a/p1/end').until('empty-dispenser');
    hand.says = [0x1d, 0x01, 0];
    return hand.turns(3);
  };
  const silence = (hand: Hand): void => {
    Object.assign(hand.answers, { poll: null, 'cassette-status': null });
    hand.turns(20);
    hand.answers = {};
  };

  test.each([
    ['UNLOADING', [0x1e, 0, 0]],
    ['DISPENSED after it put it away', [0x25, 0x01, 0]],
  ])('and of which the unit says %s, is drawn in, once', (_, says) => {
    const hand = waiting();
    hand.says = says;
    hand.turns(4);
    hand.says = [0x25, 0x01, 0];
    hand.turns(4);
    expect(hand.of('cash.retracted')).toMatchObject([{ key: 'a/p1/retracted/500/1', minor: 500 }]);
    expect(hand.of('cash.taken')).toEqual([]);
    expect(hand.state.waits).toEqual(['a/p1/retracted/500/1']);
  });

  test('is taken when it is gone without that, unless nobody looked meanwhile', () => {
    for (const [looked, says, taken] of [
      [true, [0x19, 0, 0], [500]],
      [false, [0x25, 0, 0], [500]],
      [false, [0x19, 0, 0], []],
    ] as const) {
      const hand = waiting();
      if (!looked) silence(hand);
      hand.says = says;
      hand.turns(6);
      expect(hand.of('cash.taken').map(({ minor }) => minor)).toEqual(taken);
    }
  });

  test('of which nobody knows who has it keeps the cassettes from being emptied meanwhile, so that it is not taken for theirs', () => {
    const hand = waiting();
    silence(hand);
    hand.says = [0x19, 0, 0];
    hand.turns(30);
    hand.give({ type: 'command', command: { id: 'e1', device: 'a', command: 'cash.empty', keep: [] } });
    hand.turns(20);
    hand.says = [0x1e, 0, 0];
    hand.turns(5);
    expect(hand.of('cash.retracted')).toEqual([]);
    expect(hand.of('command.refused')).toMatchObject([{ command: 'e1', sent: false, reason: 'busy' }]);
  });

  test('and is seen there again after a silence, was not gone', () => {
    const hand = waiting([{ minor: 500, count: 2 }]);
    silence(hand);
    hand.turns(2);
    hand.says = [0x19, 0, 0];
    hand.turns(3);
    expect(hand.of('cash.taken').map(({ minor }) => minor)).toEqual([1_000]);
  });
});

describe('an order to empty the cassettes', () => {
  const emptying = (): Hand => {
    const hand = new Hand().ready();
    hand.give({ type: 'command', command: { id: 'e1', device: 'a', command: 'cash.empty', keep: [] } });
    return hand.until('unload');
  };
  const moved = (hand: Hand) => hand.of('cash.moved').map(({ minor, count }) => [minor, count]);
  const notAll = [{ command: 'e1', sent: true, reason: 'not-all-moved' }];

  test('moves one after the other, and says that they are empty', () => {
    const hand = emptying();
    hand.counts = [0, 9];
    hand.says = [0x26, 0, 0];
    hand.turns(1);
    hand.says = [0x19, 0, 0];
    hand.until('unload');
    hand.counts = [0, 0];
    hand.says = [0x26, 0, 0];
    hand.turns(1);
    hand.says = [0x19, 0, 0];
    hand.turns(30);
    expect(moved(hand)).toEqual([
      [100, 9],
      [500, 9],
    ]);
    expect(hand.of('cash.emptied')).toHaveLength(1);
  });

  test('but for a float unloads of each what is too many, where a note lies in several', () => {
    const hand = new Hand();
    const counts = [5, 6, 4];
    const says = () => {
      hand.answers['cassette-status'] = counts.flatMap((count, at) => [at === 1 ? 0x81 : 0x80, count]);
    };
    says();
    hand.ready();
    const keep = [{ minor: 100, count: 6 }];
    hand.give({ type: 'command', command: { id: 'e1', device: 'a', command: 'cash.empty', keep } });
    for (const [number, count] of [
      [2, 6],
      [3, 3],
    ] as const) {
      hand.until('unload');
      expect([...hand.bytes.slice(3, 6)]).toEqual([0x3d, number, count]);
      counts[number - 1] = (counts[number - 1] as number) - count;
      says();
      hand.says = [0x26, 0, 0];
      hand.turns(1);
      hand.says = [0x19, 0, 0];
    }
    hand.turns(30);
    expect(hand.times('unload')).toBe(2);
    expect(moved(hand)).toEqual([
      [100, 3],
      [500, 6],
    ]);
    expect(hand.of('cash.emptied')).toHaveLength(1);
  });

  test.each([
    ['more than there is', { minor: 100, count: 10 }, 'not-enough-pieces'],
    ['what it does not know', { minor: 700, count: 1 }, 'no-such-denomination'],
  ])('but for %s is refused before it leaves', (_, stays, reason) => {
    const hand = new Hand().ready();
    hand.give({ type: 'command', command: { id: 'e1', device: 'a', command: 'cash.empty', keep: [stays] } });
    hand.turns(40);
    expect(hand.of('command.refused')).toMatchObject([{ command: 'e1', sent: false, reason }]);
    expect(hand.times('unload')).toBe(0);
  });

  test('but for a float does not show that counts which were wrong are right again, as empty cassettes do', () => {
    const hand = new Hand().ordered().until('dispense');
    hand.says = [0x1d, 0x00, 0];
    hand.turns(3);
    hand.counts = [9, 6];
    hand.says = [0x25, 0, 0];
    hand.turns(80);
    for (const keep of [[{ minor: 100, count: 9 }], []]) {
      expect(hand.of('device.cleared')).toEqual([]);
      for (const fact of hand.facts) if ('key' in fact) hand.record(fact.key);
      hand.says = [0x19, 0, 0];
      hand.turns(20);
      hand.give({ type: 'command', command: { id: `e${keep.length}`, device: 'a', command: 'cash.empty', keep } });
      hand.until('unload');
      hand.counts = [keep.length === 0 ? 0 : 9, 0];
      hand.says = [0x26, 0, 0];
      hand.turns(1);
      hand.says = [0x19, 0, 0];
      hand.turns(40);
    }
    expect(hand.of('cash.emptied').map(({ command }) => command)).toEqual(['e1', 'e0']);
    expect(hand.of('device.cleared').map(({ code }) => code)).toEqual(['ccnet.levels-disagree']);
  });

  test('that moves more than it was told of says so', () => {
    const hand = new Hand().ready();
    const keep = [{ minor: 100, count: 4 }];
    hand.give({ type: 'command', command: { id: 'e1', device: 'a', command: 'cash.empty', keep } });
    hand.until('unload');
    hand.counts = [3, 0];
    hand.says = [0x26, 0, 0];
    hand.turns(1);
    hand.says = [0x19, 0, 0];
    hand.turns(40);
    expect(moved(hand)).toEqual([
      [100, 6],
      [500, 9],
    ]);
    expect(hand.of('command.refused')).toMatchObject(notAll);
  });

  test('of which one is pulled out meanwhile did not move that one into the box', () => {
    const hand = emptying();
    hand.says = [0x1e, 0, 0];
    hand.turns(3);
    hand.counts = [0, 9];
    hand.second = false;
    hand.says = [0x26, 0, 0];
    hand.turns(1);
    hand.says = [0x19, 0, 0];
    hand.turns(60);
    expect(moved(hand)).toEqual([[100, 9]]);
    expect(hand.of('cash.emptied')).toEqual([]);
    expect(hand.of('command.refused')).toMatchObject(notAll);
  });

  test.each([
    ['while one is moved', [0x41, 0, 0]],
    ['between two', [0x26, 0, 0]],
  ])('ends where the box is full %s, with what was moved', (_, first) => {
    const hand = emptying();
    hand.says = [0x1e, 0, 0];
    hand.turns(3);
    hand.counts = [4, 9];
    hand.says = first;
    hand.turns(1);
    hand.says = [0x41, 0, 0];
    hand.turns(60);
    expect(moved(hand)).toEqual([[100, 5]]);
    expect(hand.of('command.refused')).toMatchObject(notAll);
    expect(hand.times('unload')).toBe(1);
  });

  test('does not wait for ever between two for a unit that is not shut', () => {
    const hand = emptying();
    hand.counts = [0, 9];
    hand.says = [0x26, 0, 0];
    hand.turns(1);
    hand.says = [0x42, 0, 0];
    hand.turns(100);
    expect(hand.of('command.refused')).toEqual([]);
    hand.turns(300);
    expect(moved(hand)).toEqual([[100, 9]]);
    expect(hand.of('command.refused')).toMatchObject(notAll);
  });
});

describe('a bill-to-bill unit', () => {
  test('whose cassettes cannot be read is not ready, and says why until they can', () => {
    const hand = new Hand();
    hand.answers['cassette-status'] = [0x30];
    hand.turns(60);
    expect(hand.of('device.ready')).toEqual([]);
    expect(hand.of('device.fault')).toMatchObject([{ code: 'ccnet.cassettes-unread' }]);
    delete hand.answers['cassette-status'];
    hand.turns(20);
    expect(hand.of('device.cleared')).toMatchObject([{ code: 'ccnet.cassettes-unread' }]);
    expect(hand.of('device.ready')).toHaveLength(1);
  });

  test('that does not say who it is is not ready', () => {
    const hand = new Hand();
    hand.answers.identification = [0x30];
    hand.turns(60);
    expect(hand.of('device.ready')).toEqual([]);
    expect(hand.of('device.fault')).toMatchObject([{ code: 'ccnet.setting-refused' }]);
  });

  test('that takes no cassette setting is tried both ways, then left as it is, and can be used', () => {
    const hand = new Hand();
    hand.counts = [0, 9];
    hand.turns(20);
    hand.answers['set-cassette-type'] = [0x30];
    const tried: string[] = [];
    hand.give({ type: 'levels', levels: { accept: [], recycle: [500] } });
    for (let n = 0; n < 200; n++) {
      if (hand.turn() === 'set-cassette-type') tried.push([...hand.bytes.subarray(4, -2)].join());
    }
    expect(tried).toEqual(['1,31', '1,95', '1,31', '1,95']);
    expect(hand.of('device.fault')).toMatchObject([{ code: 'ccnet.cassette-refused' }]);
    hand.give({ type: 'levels', levels: { accept: [500], recycle: [500] } });
    hand.turns(10);
    expect(hand.state.enabled).toBe('0,0,2,0,0,2');
  });

  test('says STACKED in three bytes only: two are the late answer of another question', () => {
    const hand = new Hand().ready();
    hand.says = [0x81, 1];
    hand.turns(3);
    expect(hand.of('note.stacked')).toEqual([]);
    hand.says = [0x81, 1, 0];
    hand.turns(2);
    expect(hand.of('note.stacked')).toHaveLength(1);
  });

  test('no sequence of inputs makes it throw, send an order before its record, or more than once without silence', () => {
    const content = fc.oneof(
      fc.constantFrom<readonly number[]>(
        [0x00],
        [0x30],
        [0x10, 0, 0],
        [0x12, 1, 0],
        [0x13, 0, 0],
        [0x14, 0, 0],
        [0x19, 0, 0],
        [0x19, 0, 0],
        [0x1d, 0, 0],
        [0x1d, 1, 0],
        [0x25, 0, 0],
        [0x26, 0, 0],
        [0x28, 0, 0],
        [0x29, 0, 0],
        [0x48, 0x75, 0],
        [0x81, 1, 1],
        identification,
        table,
        [0x80, 9, 0x81, 9],
        [0x80, 9, 0x81, 7],
      ),
      fc.tuple(fc.nat(0x7f), fc.nat(255), fc.nat(255)),
    );
    const input = fc.oneof(
      content.map((bytes): Untimed => ({ type: 'frame', frame: frameOf(...bytes) })),
      fc.constantFrom<Untimed>(
        { type: 'turn' },
        { type: 'turn' },
        { type: 'turn' },
        { type: 'silence' },
        { type: 'opened', chance: new Uint8Array(64) },
        { type: 'closed', problem: { code: 'lost', message: '' } },
        { type: 'levels', levels: { accept: [500], recycle: [100] } },
        { type: 'command', command: { id: 'p1', device: 'a', command: 'cash.dispense', currency: 'CNY', pieces } },
        { type: 'command', command: { id: 'e1', device: 'a', command: 'cash.empty', keep: [] } },
        { type: 'recorded', key: 'a/p1/end' },
      ),
    );
    const begin = fc.constantFrom('new', 'ready', 'ordered', 'sent', 'started');
    fc.assert(
      fc.property(fc.array(input, { maxLength: 80 }), begin, (inputs, from) => {
        const hand = new Hand(from === 'started' ? started : emptyMemory);
        if (from === 'ready') hand.ready();
        if (from === 'ordered') hand.ordered();
        if (from === 'sent') hand.ordered().until('dispense');
        const sentBefore = hand.times('dispense');
        for (const one of inputs) {
          hand.nowMs += 100;
          hand.give(one);
        }
        if (from !== 'ordered' && from !== 'sent') expect(hand.times('dispense')).toBe(0);
        expect(hand.times('dispense') - sentBefore).toBeLessThanOrEqual(3);
        const ends = hand.facts.filter(({ fact }) => /^payout\.(done|partial|unknown)$/.test(fact));
        expect(new Set(ends.map(({ fact }) => fact)).size).toBeLessThanOrEqual(1);
      }),
      { numRuns: 400 },
    );
  });
});
