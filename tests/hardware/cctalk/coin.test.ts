import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyMemory } from '../../../hardware/device.ts';
import { Hand, type Loss } from './hand.ts';
import { CoinMachine } from './machines.ts';

function ready(change: (machine: CoinMachine) => void = () => {}, memory = emptyMemory) {
  const machine = new CoinMachine();
  change(machine);
  const hand = new Hand(machine, {}, memory);
  hand.run(4_000).accept(10, 50, 100);
  return { machine, hand };
}

const credits = (hand: Hand): number[] => hand.of('coin.credited').map(({ minor }) => minor);

describe('set-up', () => {
  test('closes first, says who it is and what it takes, and opens what may be taken', () => {
    const { hand, machine } = ready();
    expect(hand.sent.slice(0, 3)).toEqual(['simple-poll', 'modify-master-inhibit', 'request-manufacturer']);
    expect(hand.of('device.identified')).toMatchObject([
      {
        maker: 'TST',
        model: 'ONE',
        serial: '4711',
        denominations: [10, 50, 100].map((minor) => ({ currency: 'CNY', minor })),
      },
    ]);
    expect(hand.of('device.ready')).toHaveLength(1);
    expect([machine.mask, machine.master]).toEqual([[7, 0], true]);
    hand.accept(50);
    expect([machine.mask, machine.master]).toEqual([[2, 0], true]);
    hand.accept();
    expect([machine.mask, machine.master]).toEqual([[0, 0], false]);
  });

  test('a setting without an answer may have been taken: all are told again', () => {
    const { hand, machine } = ready();
    hand.loses = (name) => (name.startsWith('modify') ? 'answer' : null);
    hand.accept(50);
    expect(hand.codes('device.fault')).toEqual(['cctalk.setting-refused']);
    hand.loses = () => null;
    hand.run(3_000);
    expect(hand.codes('device.cleared')).toEqual(['cctalk.setting-refused']);
    expect([machine.mask, machine.master]).toEqual([[2, 0], true]);
  });

  test('a mask without an answer is told again, also when the one before it is wished again', () => {
    const { hand, machine } = ready();
    hand.loses = (name) => (name === 'modify-inhibits' ? 'answer' : null);
    hand.accept(50);
    expect(machine.mask).toEqual([2, 0]);
    hand.loses = () => null;
    hand.accept(10, 50, 100).run(2_000);
    expect(machine.mask).toEqual([7, 0]);
  });

  test('coins are sent down the paths of the settings', () => {
    const machine = new CoinMachine();
    const asked: number[][] = [];
    const { answer } = machine;
    machine.answer = (header, data) => {
      if (header !== 210) return answer.call(machine, header, data);
      asked.push([...data]);
      return [];
    };
    const hand = new Hand(machine, { sort: { 100: 2, 10: 3, 500: 4 } });
    hand.run(4_000);
    expect(asked).toEqual([
      [1, 3],
      [3, 2],
    ]);
    expect(hand.of('device.ready')).toHaveLength(1);
  });

  test('ids that nobody maps are off and say so once; without one that is known nothing is taken', () => {
    const { hand, machine } = ready((one) => {
      one.ids = ['EU200A', 'CN050A'];
    });
    expect(hand.codes('device.fault')).toEqual(['cctalk.country-unmapped']);
    expect(machine.mask).toEqual([2, 0]);
    const other = ready((one) => {
      one.ids = ['EU200A'];
    });
    expect(other.hand.codes('device.fault')).toEqual(['cctalk.country-unmapped', 'cctalk.no-denominations']);
    expect(other.hand.of('device.disabled')).toHaveLength(1);
    expect(other.machine.master).toBe(false);
  });

  test('a table that changes while running takes nothing more', () => {
    const { hand, machine } = ready();
    machine.ids = ['CN100A', 'CN050A', 'CN010A'];
    machine.coin(3);
    hand.run(300);
    machine.reset();
    hand.run(5_000);
    expect(hand.codes('device.fault')).toEqual(['cctalk.denominations-changed']);
    expect(machine.master).toBe(false);
    expect(hand.of('device.disabled')).toHaveLength(1);
  });

  test('a reset of a device that has told of nothing yet is known by its silence', () => {
    const { hand, machine } = ready();
    expect(machine.counter).toBe(0);
    machine.on = false;
    hand.run(600);
    machine.on = true;
    machine.reset();
    machine.master = false;
    hand.run(5_000);
    expect([machine.master, machine.mask]).toEqual([true, [7, 0]]);
    expect(hand.of('device.lost')).toEqual([]);
    machine.coin(2);
    hand.run(1_000);
    expect(credits(hand)).toEqual([50]);
  });

  test('a place of the table that is not answered in noise is asked again, and changes nothing', () => {
    const { hand, machine } = ready();
    machine.coin(3);
    hand.run(300);
    machine.reset();
    let lost = 0;
    hand.loses = (name) => (name === 'request-coin-id' && lost++ < 3 ? 'answer' : null);
    hand.run(8_000);
    expect(lost).toBeGreaterThan(3);
    expect(hand.codes('device.fault')).toEqual([]);
    expect(hand.of('device.disabled')).toEqual([]);
    expect(machine.master).toBe(true);
    machine.coin(2);
    hand.run(1_000);
    expect(credits(hand).at(-1)).toBe(50);
  });

  test('what the self-check finds stands until it finds nothing', () => {
    const { hand, machine } = ready((one) => {
      one.check = [3, 1];
    });
    expect(hand.codes('device.fault')).toEqual(['cctalk.check-3']);
    hand.run(20_000);
    machine.check = [0];
    hand.run(6_000);
    expect(hand.codes('device.fault')).toHaveLength(1);
    expect(hand.codes('device.cleared')).toEqual(['cctalk.check-3']);
  });

  test('a self-check gets more time for its answer than other questions', () => {
    const { hand } = ready();
    expect(hand.waits.get('self-check')).toBeGreaterThan(hand.waits.get('read-credits') as number);
  });

  test('orders are not for it', () => {
    const { hand } = ready();
    hand.dispense(1);
    expect(hand.of('command.refused')).toMatchObject([
      { command: 'p1', sent: false, reason: 'not-for-a-coin-acceptor' },
    ]);
  });
});

describe('coins', () => {
  test('each is credited once, with its counter, its key and where it fell', () => {
    const { hand, machine } = ready();
    machine.coin(3, 1);
    machine.coin(1, 5);
    hand.run(300);
    machine.coin(9, 0);
    hand.run(3_000);
    const counters = (counter: number, total: number) => ({ counter, total, serial: 4711 });
    expect(hand.of('coin.credited')).toEqual([
      {
        device: 'a',
        fact: 'coin.credited',
        key: 'coin:a:4711:1',
        counter: 1,
        afterMs: expect.any(Number),
        to: 'hopper1',
        counters: counters(1, 1),
        currency: 'CNY',
        minor: 100,
      },
      expect.objectContaining({ key: 'coin:a:4711:2', counter: 2, to: null, minor: 10 }),
      expect.objectContaining({ key: 'coin:a:4711:3', counter: 3, to: null, currency: 'XXX', minor: 0 }),
    ]);
  });

  test('count from a start that is recorded first: none is taken before', () => {
    const { hand, machine } = ready((one) => {
      one.counter = 7;
    });
    expect(hand.of('coin.counting')).toMatchObject([{ counters: { counter: 7, total: 0, serial: 4711 } }]);
    const closed = new CoinMachine();
    const waiting = new Hand(closed);
    waiting.record = false;
    waiting.run(3_000).accept(10, 50, 100);
    expect(closed.master).toBe(false);
    waiting.recordAll();
    waiting.run(1_000);
    expect(closed.master).toBe(true);
    expect(machine.master).toBe(true);
  });

  test('tell after which moment they fell in; of a time when nobody asked nobody knows', () => {
    const { hand, machine } = ready();
    const beforeMs = hand.nowMs;
    machine.coin(3);
    hand.run(300);
    const [coin] = hand.of('coin.credited');
    expect(coin?.afterMs).toBeGreaterThan(beforeMs - 260);
    expect(coin?.afterMs).toBeLessThanOrEqual(hand.nowMs);
    machine.coin(2);
    const next = new Hand(machine, {}, { ...emptyMemory, counters: coin?.counters ?? {} });
    next.run(3_000);
    expect(next.of('coin.credited')).toMatchObject([{ minor: 50, afterMs: null }]);
  });

  test('that a reset wiped out before they were read are known to be lost, where the device counts its coins', () => {
    const { hand, machine } = ready((one) => {
      one.accepted = 40;
    });
    hand.restart();
    hand.run(4_000).accept(10, 50, 100);
    machine.coin(3);
    hand.run(300);
    machine.coin(2);
    machine.reset();
    hand.run(5_000);
    expect(hand.of('coin.credited')).toHaveLength(1);
    expect(hand.of('coin.lost')).toMatchObject([{ count: 1 }]);
    expect(hand.codes('device.fault')).toEqual(['cctalk.credits-lost']);
  });

  test('the counter wraps from 255 to 1', () => {
    const { hand, machine } = ready((one) => {
      one.counter = 253;
    });
    for (let coin = 0; coin < 6; coin++) {
      machine.coin(2);
      hand.run(coin % 2 === 0 ? 0 : 400);
    }
    hand.run(400);
    expect(hand.of('coin.credited').map(({ counter }) => counter)).toEqual([254, 255, 1, 2, 3, 4]);
    expect(hand.of('coin.credited').map(({ key }) => key.split(':').at(-1))).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  test('errors are told, and count no coin', () => {
    const { hand, machine } = ready();
    machine.happens(0, 1);
    machine.happens(0, 254);
    machine.coin(2);
    hand.run(300);
    expect(hand.of('coin.rejected').map(({ code }) => code)).toEqual(['cctalk.coin-1', 'cctalk.coin-254']);
    expect(hand.of('coin.credited')).toMatchObject([{ counter: 3 }]);
  });

  test('an alarm stands until a coin goes through, or a self-check finds nothing', () => {
    const { hand, machine } = ready();
    machine.happens(0, 20);
    hand.run(300);
    expect(hand.codes('device.fault')).toEqual(['cctalk.coin-20']);
    machine.coin(1);
    hand.run(300);
    expect(hand.codes('device.cleared')).toEqual(['cctalk.coin-20']);
    machine.happens(0, 36);
    hand.run(6_000);
    expect(hand.codes('device.cleared')).toEqual(['cctalk.coin-20', 'cctalk.coin-36']);
  });

  test('more than five at once: five by their values, the others as lost', () => {
    const { hand, machine } = ready();
    for (let coin = 0; coin < 8; coin++) machine.coin(coin < 3 ? 3 : 1);
    hand.run(300);
    expect(hand.of('coin.lost')).toEqual([
      {
        device: 'a',
        fact: 'coin.lost',
        key: 'coin:a:4711:lost-3',
        count: 3,
        counters: { counter: 3, total: 3, serial: 4711 },
      },
    ]);
    expect(credits(hand)).toEqual([10, 10, 10, 10, 10]);
    expect(hand.codes('device.fault')).toEqual(['cctalk.credits-lost']);
    machine.coin(1);
    hand.run(300);
    expect(hand.codes('device.cleared')).toEqual(['cctalk.credits-lost']);
  });

  test('a counter that jumps while the events behind it stay as they are credits none of them again', () => {
    const { hand, machine } = ready();
    machine.coin(3);
    machine.coin(2);
    hand.run(500);
    machine.counter += 7;
    hand.run(1_000);
    expect(credits(hand)).toEqual([100, 50]);
    expect(hand.of('coin.lost')).toMatchObject([{ count: 7 }]);
    machine.coin(1);
    hand.run(500);
    expect(credits(hand)).toEqual([100, 50, 10]);
  });

  test('a counter of 0 is a reset: all is set up again, and no coin is credited for it', () => {
    const { hand, machine } = ready();
    machine.coin(3);
    hand.run(300);
    machine.reset();
    machine.master = false;
    hand.run(4_000);
    expect(hand.of('device.ready')).toHaveLength(2);
    expect([machine.mask, machine.master]).toEqual([[7, 0], true]);
    machine.coin(2);
    hand.run(300);
    expect(hand.of('coin.credited')).toMatchObject([
      { counter: 1, key: 'coin:a:4711:1' },
      { counter: 1, key: 'coin:a:4711:2' },
    ]);
  });

  test('a reset that nobody saw, with coins after it', () => {
    const { hand, machine } = ready((one) => {
      one.counter = 100;
    });
    machine.reset();
    machine.coin(3);
    machine.coin(2);
    hand.run(4_000);
    expect(credits(hand)).toEqual([100, 50]);
    expect(hand.of('coin.lost')).toEqual([]);
  });

  test('a reset that nobody saw, after which the counter stands higher than before', () => {
    const { hand, machine } = ready();
    machine.coin(1);
    hand.run(300);
    machine.reset();
    machine.coin(3);
    machine.coin(2);
    hand.run(4_000);
    expect(credits(hand)).toEqual([10, 100, 50]);
  });

  test('the slot is closed while three wait for their record, and polled on', () => {
    const { hand, machine } = ready();
    hand.record = false;
    machine.coin(1);
    machine.coin(1);
    hand.run(600);
    expect(machine.master).toBe(true);
    machine.coin(1);
    hand.run(600);
    expect(machine.master).toBe(false);
    machine.coin(3);
    hand.run(600);
    expect(credits(hand)).toEqual([10, 10, 10, 100]);
    hand.record = true;
    hand.recordAll();
    hand.run(600);
    expect(machine.master).toBe(true);
  });
});

test('of coins that nobody records the last 64 are waited for, should the device take them all the same', () => {
  const { hand, machine } = ready();
  hand.record = false;
  for (let n = 0; n < 70; n++) {
    machine.coin(1);
    hand.run(600);
  }
  expect(machine.master).toBe(false);
  const keys = hand.of('coin.credited').map(({ key }) => key);
  expect(keys).toHaveLength(70);
  const recorded = (from: number, to: number) => {
    for (const key of keys.slice(from, to)) hand.give({ type: 'recorded', key });
    hand.run(600);
    return machine.master;
  };
  expect(recorded(9, 70)).toBe(false);
  expect(recorded(8, 9)).toBe(true);
});

describe('a start of this program', () => {
  const memory = { ...emptyMemory, counters: { counter: 10, total: 100, serial: 4711 } };

  test('that is the first ever credits nothing of the time before', () => {
    const { hand, machine } = ready((one) => {
      one.coin(3);
      one.coin(3);
    });
    expect(hand.of('coin.credited')).toEqual([]);
    machine.coin(3);
    hand.run(300);
    expect(hand.of('coin.credited')).toMatchObject([{ counter: 3, counters: { total: 1 } }]);
  });

  test('goes on where the last record stands', () => {
    const { hand } = ready((one) => {
      one.counter = 10;
      one.coin(3);
      one.happens(0, 1);
      one.coin(1);
    }, memory);
    expect(hand.of('coin.credited')).toMatchObject([
      { counter: 11, key: 'coin:a:4711:101', minor: 100 },
      { counter: 13, key: 'coin:a:4711:103', minor: 10 },
    ]);
  });

  test('reads what came in meanwhile before the slot opens', () => {
    const machine = new CoinMachine();
    machine.counter = 10;
    machine.coin(3);
    const hand = new Hand(machine, {}, memory);
    hand.loses = (name, nth) => (name === 'read-credits' && nth === 1 ? 'answer' : null);
    hand.accept(10, 50, 100).run(4_000);
    const opened = hand.sent.indexOf('modify-inhibits');
    expect(opened).toBeGreaterThan(0);
    expect(hand.sent.slice(0, opened).filter((name) => name === 'read-credits')).toHaveLength(2);
  });

  test.each([
    [null, null, 3],
    [500, 508, 3],
    [500, 505, 0],
    [500, 506, 1],
    [500, 512, 7],
    [500, 2, 3],
  ])('of eight events meanwhile, with %s and %s coins accepted, tells %i lost', (then, now, lost) => {
    const known = then === null ? memory : { ...memory, counters: { ...memory.counters, accepted: then } };
    const { hand } = ready((one) => {
      one.counter = 10;
      for (let coin = 0; coin < 8; coin++) one.coin(1);
      one.accepted = now;
    }, known);
    expect(hand.of('coin.lost').map(({ count }) => count)).toEqual(lost === 0 ? [] : [lost]);
    expect(hand.of('coin.credited').map(({ key }) => key.split(':').at(-1))).toEqual([
      '104',
      '105',
      '106',
      '107',
      '108',
    ]);
  });

  test('with another device credits nothing of its time before, and no key comes twice', () => {
    const { hand, machine } = ready((one) => {
      one.serial = 9_999;
      one.counter = 10;
      one.coin(3);
    }, memory);
    expect(hand.of('coin.credited')).toEqual([]);
    machine.coin(1);
    hand.run(300);
    expect(hand.of('coin.credited')).toMatchObject([{ key: 'coin:a:9999:101', counter: 12 }]);
  });

  test('whose number is not told this time is the one of before: a coin of the time between is credited', () => {
    const { hand, machine } = ready((one) => {
      one.serial = null;
      one.counter = 10;
      one.coin(3);
    }, memory);
    expect(credits(hand)).toEqual([100]);
    machine.coin(1);
    hand.run(300);
    expect(hand.of('coin.credited')).toMatchObject([
      { key: 'coin:a:4711:101', counters: { serial: 4711 } },
      { key: 'coin:a:4711:102' },
    ]);
  });

  test('after a reset of the device credits what came in since', () => {
    const { hand } = ready((one) => {
      one.coin(3);
      one.coin(1);
    }, memory);
    expect(credits(hand)).toEqual([100, 10]);
    expect(hand.of('coin.lost')).toEqual([]);
  });
});

test('whatever is lost or killed, every coin is credited once', () => {
  const loss = fc.constantFrom<Loss>('ask', 'answer', null, null);
  const act = fc.record({
    what: fc.constantFrom('coin', 'coin', 'reject', 'kill', 'unrecorded-kill'),
    afterMs: fc.integer({ min: 150, max: 900 }),
  });
  fc.assert(
    fc.property(
      fc.constantFrom(0, 3, 250),
      fc.array(loss, { maxLength: 40 }),
      fc.array(act, { maxLength: 25 }),
      (at, losses, acts) => {
        const { hand, machine } = ready((one) => {
          one.counter = at;
        });
        // A first record: from here on there is a memory.
        machine.coin(1);
        hand.run(500);
        const start = hand.sent.length;
        hand.loses = () => losses[hand.sent.length - start - 1] ?? null;
        let coins = 1;
        let unread = 0;
        for (const { what, afterMs } of acts) {
          if (what === 'coin' || what === 'reject') {
            // The device keeps five: a host that is away longer cannot know.
            if (++unread > 5) hand.run(12_000);
            if (unread > 5) unread = 1;
            if (what === 'coin') coins++;
            if (what === 'coin') machine.coin(1 + (coins % 3));
            else machine.happens(0, 1);
          } else {
            if (what === 'unrecorded-kill') hand.record = false;
            hand.run(afterMs);
            hand.restart();
          }
        }
        hand.run(20_000);
        const kept = new Map(hand.of('coin.credited').map((fact) => [fact.key, fact]));
        expect(hand.of('coin.lost')).toEqual([]);
        expect(kept.size).toBe(coins);
        expect([...kept.values()].reduce((sum, { minor }) => sum + minor, 0)).toBe(
          Array.from({ length: coins }, (_, n) => [10, 50, 100][n === 0 ? 0 : (n + 1) % 3] as number).reduce(
            (a, b) => a + b,
            0,
          ),
        );
      },
    ),
    { numRuns: 300, seed: 1 },
  );
});
