import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Settings } from '../../../hardware/cctalk/driver.ts';
import { createDriver } from '../../../hardware/cctalk/driver.ts';
import { createDecoder, encode, HOST } from '../../../hardware/cctalk/frame.ts';
import { frontDoor } from '../../../hardware/cctalk/index.ts';
import { simulate } from '../../../hardware/cctalk/simulator.ts';
import { VirtualClock } from '../../../hardware/clock.ts';
import { type DeviceFact, type DeviceMemory, emptyMemory } from '../../../hardware/device.ts';
import type { DriverInput } from '../../../hardware/driver.ts';
import { Link } from '../../../hardware/link.ts';
import { noProbe, type Port, type PortListener } from '../../../hardware/port.ts';
import type { SimulatorEvent } from '../../../hardware/simulated.ts';
import { settings, yuan } from './hand.ts';

const kinds: readonly Partial<Settings>[] = [
  { device: 'coin', sort: { 100: 2 } },
  { device: 'hopper', address: 3, coin: yuan, pin: [49, 50, 51, 52] },
  { device: 'bill', address: 40 },
];

describe.each(kinds)('a driver for a $device', (more) => {
  const all = { ...settings, ...more };
  const driver = createDriver('a', all);
  const frameOf = (bytes: Uint8Array) => {
    const [item] = createDecoder('sum').push(bytes);
    if (item?.type !== 'frame') throw new Error('no frame');
    return item.frame;
  };

  test('hears its own device, and neither a neighbour nor the host', () => {
    expect(driver.answers?.(frameOf(encode('sum', HOST, 0, [], all.address)))).toBe(true);
    expect(driver.answers?.(frameOf(encode('sum', HOST, 0, [], all.address + 1)))).toBe(false);
    expect(driver.answers?.(frameOf(encode('sum', all.address, 254)))).toBe(false);
    const crc = createDriver('a', { ...all, checksum: 'crc' });
    const [own] = crc.decoder().push(encode('crc', all.address, 254));
    const [other] = crc.decoder().push(encode('crc', HOST, 0));
    expect(own?.type === 'frame' && crc.answers?.(own.frame)).toBe(false);
    expect(other?.type === 'frame' && crc.answers?.(other.frame)).toBe(true);
  });

  test('never throws, whatever comes in whatever order, and wants its turn while the line is open', () => {
    const data = fc.uint8Array({ maxLength: 14 });
    const frame = fc
      .tuple(fc.constantFrom(0, 0, 0, 5, 6, 77), data)
      .map(([header, content]) => frameOf(encode('sum', HOST, header, content, all.address)));
    const money = { currency: fc.constantFrom('CNY', 'EUR'), minor: fc.constantFrom(100, 2000, 0) };
    const key = fc.constantFrom('a/c1', 'a/c1/starting', 'coin:a:none:1', 'x');
    const input: fc.Arbitrary<object> = fc.oneof(
      { weight: 6, arbitrary: fc.constant({ type: 'turn' }) },
      { weight: 6, arbitrary: frame.map((one) => ({ type: 'frame', frame: one })) },
      fc.constant({ type: 'silence' }),
      fc.constant({ type: 'opened', chance: new Uint8Array(64) }),
      fc.constant({ type: 'closed', problem: { code: 'lost', message: '' } }),
      fc.constant({ type: 'discarded', bytes: new Uint8Array(1), why: '' }),
      key.map((one) => ({ type: 'recorded', key: one })),
      fc.constantFrom([], [100]).map((accept) => ({ type: 'levels', levels: { accept } })),
      fc.record({ ...money, command: fc.constantFrom('note.stack', 'note.return') }).map((one) => ({
        type: 'command',
        command: { id: 'c1', device: 'a', ...one },
      })),
      fc
        .array(fc.record({ minor: money.minor, count: fc.constantFrom(1, 3, 256) }), { maxLength: 2 })
        .map((pieces) => ({
          type: 'command',
          command: { id: 'c1', device: 'a', command: 'cash.dispense', currency: 'CNY', pieces },
        })),
    );
    const memories: readonly DeviceMemory[] = [
      emptyMemory,
      {
        lastStack: { command: 'c1', open: true, currency: 'CNY', minor: 2000 },
        openPrints: [],
        lastPayout: { command: 'c1', currency: 'CNY', pieces: [], open: true, starting: true },
        counters: { counter: 3, total: 4, paid: 1, unpaid: 0 },
      },
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...memories),
        fc.array(fc.tuple(input, fc.nat(3_000)), { maxLength: 120 }),
        (memory, inputs) => {
          let state = driver.start(memory);
          let nowMs = 0;
          let open = false;
          for (const [one, afterMs] of inputs) {
            nowMs += afterMs;
            const given = { ...one, nowMs } as DriverInput<ReturnType<typeof frameOf>>;
            const step = driver.step(state, given);
            state = step.state;
            if (given.type === 'opened') open = true;
            if (given.type === 'closed') open = false;
            if (step.send !== undefined) {
              expect(given.type).toBe('turn');
              expect(step.send.replyWithinMs).toBeGreaterThan(0);
            } else if (open && given.type !== 'turn') {
              // While an answer is awaited it is silence that goes on; then there is always a next turn.
              const after = driver.step(step.state, { type: 'silence', nowMs });
              expect(after.turnAtMs).not.toBeNull();
            }
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('settings', () => {
  const hopper = { device: 'hopper', currency: 'CNY', minor: 100 };

  test.each([
    [{}, 'coin-acceptor', 2],
    [{ device: 'coin', address: 17, paths: { '2': 'hopper1' }, sort: { '100': 2 } }, 'coin-acceptor', 17],
    [{ ...hopper, method: 'cipher', pin: '0000' }, 'hopper', 3],
    [{ ...hopper, minor: 1_000_000 }, 'hopper', 3],
    [{ device: 'bill', countries: { CN: 'CNY' } }, 'note-acceptor', 40],
    [{ device: 'bill', checksum: 'crc' }, 'note-acceptor', null],
  ])('%j is a %s at %s', (given, kind, address) => {
    expect(frontDoor.checkSettings(given)).toEqual([]);
    expect([frontDoor.kindOf(given), frontDoor.addressOf(given)]).toEqual([kind, address]);
  });

  test.each<[Record<string, unknown>, string[]]>([
    [{ device: 'changer' }, ['device']],
    [{ address: 1 }, ['address']],
    [{ address: 256 }, ['address']],
    [{ address: '2' }, ['address']],
    [{ checksum: 'xor' }, ['checksum']],
    [{ countries: [] }, ['countries']],
    [{ countries: { CHN: 'CNY', CN: 'XYZ' } }, ['countries.CHN', 'countries.CN']],
    [{ paths: { 0: 'x', 2: '' } }, ['paths.0', 'paths.2']],
    [{ sort: { '1.00': 2, 100: 0 } }, ['sort.100', 'sort.1.00']],
    [{ paths: null, sort: 7 }, ['paths', 'sort']],
    [{ currency: 'CNY' }, ['currency']],
    [{ device: 'hopper' }, ['currency', 'minor']],
    [{ ...hopper, minor: 0.5, method: 'des', pin: '12a4', paths: {} }, ['minor', 'method', 'pin', 'paths']],
    [{ ...hopper, minor: 1_000_001 }, ['minor']],
    [{ device: 'bill', sort: {} }, ['sort']],
  ])('%j has problems at %j', (given, paths) => {
    expect(frontDoor.checkSettings(given).map(({ path }) => path)).toEqual(paths);
    for (const { problem } of frontDoor.checkSettings(given)) expect(problem.en.length).toBeGreaterThan(5);
    expect(() => frontDoor.createDriver({ device: 'a', settings: given })).toThrow(RangeError);
  });

  test('tell the simulated machine what it is', () => {
    expect(frontDoor.simulatorSettings?.({ ...hopper, minor: 50, address: 4, pin: '1234' })).toEqual({
      device: 'hopper',
      address: '4',
      checksum: 'sum',
      currency: 'CNY',
      exponent: '2',
      coin: '0.50',
      pin: '1234',
    });
    expect(frontDoor.simulatorSettings?.({ countries: { JP: 'JPY' }, paths: { 2: 'h1', 3: 'h2' } })).toEqual({
      device: 'coin',
      address: '2',
      checksum: 'sum',
      country: 'JP',
      currency: 'JPY',
      exponent: '0',
      paths: '2,3',
    });
  });

  test('every request is a message of the host to this device', () => {
    for (const given of [{}, { device: 'bill', checksum: 'crc' }, hopper]) {
      for (const [name, bytes] of Object.entries(frontDoor.requests(given))) {
        expect(frontDoor.describe(bytes, 'host'), name).toMatchObject([{ direction: 'host' }]);
        expect(bytes[0]).toBe({ coin: 2, hopper: 3, bill: 40 }[given.device ?? 'coin']);
      }
    }
  });
});

interface Wired {
  readonly echo?: boolean;
  readonly checksum?: 'sum' | 'crc';
  readonly machine?: Readonly<Record<string, string>>;
  readonly devices?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const countries = { CN: 'CNY' };
const cabinet = {
  coins: { countries, paths: { '2': 'hopper' }, sort: { '100': 2 } },
  hopper: { device: 'hopper', currency: 'CNY', minor: 100, countries },
  notes: { device: 'bill', countries },
};

/** The simulated machines at one wire, their drivers on one Link, and the smallest possible kiosk. */
function wired({ echo = true, checksum = 'sum', machine = {}, devices = cabinet }: Wired = {}) {
  const clock = new VirtualClock(0);
  const facts: DeviceFact[] = [];
  const events: SimulatorEvent[] = [];
  const memory = new Map<string, DeviceMemory>();
  let listener: PortListener | null = null;
  let random = 1;
  const simulator = simulate({
    clock,
    speed: 1,
    random: () => {
      random = (random * 16807) % 2147483647;
      return random / 2147483647;
    },
    settings: { device: 'coin,hopper,bill', echo: echo ? 'on' : 'off', checksum, ...machine },
    send: (bytes) => listener?.received(bytes),
    emit: (event) => events.push(event),
  });
  const port: Port = {
    name: 'wire',
    open(next) {
      listener = next;
      next.opened();
    },
    send(bytes, done) {
      const copy = bytes.slice();
      clock.after(1 + copy.length, () => simulator.receive(copy));
      done?.();
    },
    close() {
      listener = null;
    },
  };
  let life = 0;
  let record = true;
  const of = (device: string): DeviceMemory => memory.get(device) ?? emptyMemory;
  const onFact = (fact: DeviceFact): void => {
    facts.push(fact);
    if (!record) return;
    const before = of(fact.device);
    let after = 'counters' in fact ? { ...before, counters: fact.counters ?? before.counters } : before;
    if ('command' in fact && fact.command !== null) {
      const { lastPayout: payout, lastStack: stack } = after;
      if (payout?.command === fact.command && fact.fact !== 'payout.progress') {
        const starting = fact.fact === 'payout.starting';
        after = { ...after, lastPayout: starting ? { ...payout, starting } : { ...payout, open: false } };
      }
      if (stack?.command === fact.command) after = { ...after, lastStack: { ...stack, open: false } };
    }
    memory.set(fact.device, after);
    if ('key' in fact) link.recorded(fact.device, fact.key);
  };
  const start = (): Link => {
    const mine = ++life;
    return new Link({
      port,
      clock,
      probe: noProbe,
      chance: (bytes) => new Uint8Array(bytes).fill(mine),
      drivers: Object.entries(devices).map(([id, given]) => ({
        id,
        driver: frontDoor.createDriver({ device: id, settings: { ...given, checksum } }),
        moneyMessages: frontDoor.moneyMessages,
        memory: () => of(id),
      })),
      onFact(fact) {
        if (mine === life) onFact(fact);
      },
    });
  };
  let link = start();
  const run = (ms: number): void => clock.runUntil(clock.monoMs() + ms);
  const open = (): void => {
    if ('coins' in devices) link.maintain('coins', { accept: [10, 50, 100] });
    if ('notes' in devices) link.maintain('notes', { accept: [100, 500, 1000, 2000, 5000, 10000] });
  };
  return {
    facts,
    events,
    run,
    simulator,
    memory: of,
    ready() {
      run(6_000);
      open();
      run(1_500);
    },
    act(action: string, more: object = {}) {
      const result = simulator.act({ action, ...more });
      if (!result.ok) throw new Error(`${action}: ${result.reason}`);
    },
    dispense(count: number, id = 'p1') {
      const pieces = [{ minor: 100, count }];
      const lastPayout = { command: id, currency: 'CNY', pieces, open: true, starting: false };
      memory.set('hopper', { ...of('hopper'), lastPayout });
      link.obey({ id, device: 'hopper', command: 'cash.dispense', currency: 'CNY', pieces });
    },
    stack(minor: number) {
      memory.set('notes', { ...of('notes'), lastStack: { command: 's1', open: true, currency: 'CNY', minor } });
      link.obey({ id: 's1', device: 'notes', command: 'note.stack', currency: 'CNY', minor });
    },
    /** The program ends; what its last facts said is recorded, or not. */
    kill() {
      life++;
      link.close();
      record = true;
      link = start();
    },
    deaf() {
      record = false;
    },
    dispensed: () => events.filter(({ event }) => event === 'cash.dispensed').length,
    find: <Name extends DeviceFact['fact']>(name: Name) =>
      facts.filter((fact): fact is DeviceFact & { fact: Name } => fact.fact === name),
  };
}

/** What the payout was told to have paid, in coins; null: nobody knows. */
function told(rig: ReturnType<typeof wired>): (number | null)[] {
  const ends = rig.facts.flatMap((fact): (readonly [string, number | null])[] => {
    if (fact.fact === 'payout.done' || fact.fact === 'payout.partial') return [[fact.key, fact.paid.minor / 100]];
    if (fact.fact === 'payout.unknown') return [[fact.key, null]];
    return fact.fact === 'command.refused' && !fact.sent ? [['refused', 0]] : [];
  });
  return [...new Map(ends).values()];
}

describe.each([
  ['with an echo', true],
  ['without an echo', false],
])('the simulated machines at one wire, %s', (_, echo) => {
  test('are set up, none of them lost, and nothing is amiss', () => {
    const rig = wired({ echo });
    rig.ready();
    expect(rig.find('device.ready').map(({ device }) => device)).toEqual(
      expect.arrayContaining(['coins', 'hopper', 'notes']),
    );
    rig.run(20_000);
    expect([...rig.find('device.lost'), ...rig.find('device.fault')]).toEqual([]);
    expect(rig.find('device.ready')).toHaveLength(3);
    const denominations = rig
      .find('device.identified')
      .map(({ device, denominations: known }) => [device, known.length]);
    expect(Object.fromEntries(denominations)).toEqual({ coins: 3, hopper: 1, notes: 6 });
  });

  test('credit coins where they fall, stack a note, and pay out, all at once', () => {
    const rig = wired({ echo });
    rig.ready();
    rig.act('insert', { minor: 2000 });
    rig.act('insert coin', { minor: 100 });
    rig.dispense(7);
    for (let coin = 0; coin < 12; coin++) {
      rig.act('insert coin', { minor: coin % 2 === 0 ? 100 : 10 });
      rig.run(300);
    }
    rig.stack(2000);
    rig.run(8_000);
    expect(rig.find('note.stacked')).toMatchObject([{ command: 's1', minor: 2000 }]);
    expect(told(rig)).toEqual([7]);
    expect(rig.dispensed()).toBe(7);
    const credits = rig.find('coin.credited');
    const accepted = rig.events.filter(({ event }) => event === 'coin.accepted');
    expect(credits.map(({ minor }) => minor)).toEqual(accepted.map(({ minor }) => minor));
    expect(credits.length).toBeGreaterThan(5);
    for (const { minor, to } of credits) expect(to).toBe(minor === 100 ? 'hopper' : null);
    expect(rig.find('coin.lost')).toEqual([]);
  });
});

test('a validator with CRC that is alone on its wire stacks a note', () => {
  const notes = { notes: { device: 'bill', countries } };
  for (const echo of [true, false]) {
    const rig = wired({ echo, checksum: 'crc', machine: { device: 'bill' }, devices: { ...notes } });
    rig.ready();
    rig.act('insert', { minor: 1000 });
    rig.run(2_000);
    rig.stack(1000);
    rig.run(4_000);
    expect(rig.find('note.stacked')).toMatchObject([{ command: 's1', minor: 1000 }]);
  }
});

test('coins that come while the program is away are credited, once each', () => {
  const rig = wired();
  rig.ready();
  rig.act('insert coin', { minor: 10 });
  rig.run(2_000);
  for (let times = 0; times < 4; times++) {
    rig.deaf();
    rig.act('insert coin', { minor: 100 });
    rig.run(300 + times * 150);
    rig.kill();
    rig.run(4_000);
    rig.ready();
  }
  const credits = new Map(rig.find('coin.credited').map(({ key, minor }) => [key, minor]));
  expect([...credits.values()]).toEqual([10, 100, 100, 100, 100]);
});

const models = [{ model: 'flow' }, { model: 'sch2' }];

describe.each(models)('a hopper of model $model', (machine) => {
  const moments = Array.from({ length: 30 }, (_, at) => at * 60);

  test('is paid out of once, and again, and the rest is owed when it is empty', () => {
    const rig = wired({ machine: { ...machine, count: '6' } });
    rig.ready();
    rig.dispense(4, 'p1');
    rig.run(6_000);
    rig.dispense(4, 'p2');
    rig.run(12_000);
    expect(told(rig)).toEqual([4, 2]);
    expect(rig.find('payout.partial')).toMatchObject([{ owed: { minor: 200 } }]);
  });

  test.each([
    ['with all that was told recorded', []],
    ['without the order being recorded', ['order']],
    ['without its end being recorded', ['end']],
  ])('a kill at any moment of a payout, %s: what is told is what was paid', (_, deaf) => {
    for (const afterMs of moments) {
      const rig = wired({ machine });
      rig.ready();
      if (deaf.includes('order')) rig.deaf();
      rig.dispense(4);
      rig.run(afterMs);
      if (deaf.includes('end')) {
        rig.deaf();
        rig.run(3_000);
      }
      rig.kill();
      rig.run(15_000);
      expect(told(rig), String(afterMs)).toEqual([rig.dispensed()]);
      expect(rig.memory('hopper').lastPayout?.open).toBe(false);
    }
  });

  test.each(['cut power', 'kill and cut power'])(
    '%s at any moment of a payout: nothing that is told is wrong',
    (how) => {
      for (const afterMs of moments) {
        const rig = wired({ machine });
        rig.ready();
        rig.dispense(3, 'p0');
        rig.run(4_000);
        rig.dispense(4, 'p1');
        rig.run(afterMs);
        if (how !== 'cut power') rig.kill();
        rig.act('cut power');
        rig.run(4_000);
        rig.act('restore power');
        rig.run(15_000);
        const ends = told(rig);
        expect(ends, String(afterMs)).toHaveLength(2);
        expect(ends, String(afterMs)).toEqual([3, rig.dispensed() - 3]);
        expect(rig.memory('hopper').lastPayout?.open).toBe(false);
      }
    },
  );

  test('jammed, it pays nothing more until it is freed', () => {
    const rig = wired({ machine });
    rig.ready();
    rig.act('jam hopper');
    rig.dispense(4);
    rig.run(8_000);
    expect(told(rig)).toEqual([rig.dispensed()]);
    expect(rig.find('device.fault').map(({ code }) => code)).toEqual(['cctalk.hopper-current-exceeded']);
  });
});

describe('a bill validator', () => {
  test.each(['full', 'none'])('that loses power at any moment of an order, evidence %s', (evidence) => {
    for (let afterMs = 0; afterMs < 2_400; afterMs += 80) {
      const rig = wired({ machine: { evidence } });
      rig.ready();
      rig.act('insert', { minor: 2000 });
      rig.run(2_000);
      rig.stack(2000);
      rig.run(afterMs);
      rig.act('cut power');
      rig.run(4_000);
      rig.act('restore power');
      rig.run(25_000);
      const box = rig.events.some(({ event }) => event === 'note.stacked');
      const stacked = rig.find('note.stacked').length;
      const unknown = rig.find('note.unknown').length;
      expect(rig.memory('notes').lastStack?.open, String(afterMs)).toBe(false);
      if (stacked > 0) expect(box).toBe(true);
      if (evidence === 'full') expect(stacked, String(afterMs)).toBe(box ? 1 : 0);
      if (box) expect(stacked + unknown).toBe(1);
    }
  });

  test('whose program is killed at any moment of an order', () => {
    for (let afterMs = 0; afterMs < 2_400; afterMs += 80) {
      const rig = wired();
      rig.ready();
      rig.act('insert', { minor: 2000 });
      rig.run(2_000);
      rig.deaf();
      rig.stack(2000);
      rig.run(afterMs);
      rig.kill();
      rig.run(25_000);
      const box = rig.events.some(({ event }) => event === 'note.stacked');
      const credits = new Set(rig.find('note.stacked').map(({ key }) => key));
      expect([credits.size, rig.find('note.unknown').length], String(afterMs)).toEqual([box ? 1 : 0, 0]);
    }
  });
});
