/** The driver and the simulated machines on one clock, through a Link, with a kiosk that records and remembers. */
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../hardware/clock.ts';
import { type DeviceFact, type DeviceMemory, emptyMemory, type Pieces } from '../../../hardware/device.ts';
import { Link } from '../../../hardware/link.ts';
import { noProbe, type Port, type PortListener, type Probe } from '../../../hardware/port.ts';
import type { HandAction, Simulator, UnitName } from '../../../hardware/simulated.ts';
import { frontDoor } from '../../../hardware/ssp/index.ts';
import { simulate } from '../../../hardware/ssp/simulator.ts';

const CURRENCY = 'CNY';

interface Parts {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly machine?: Readonly<Record<string, string>>;
}

/** Thrown by the probe where the process is to die. */
class Death extends Error {}

class Play {
  readonly clock = new VirtualClock(0);
  readonly facts: DeviceFact[] = [];
  readonly sent: string[] = [];
  readonly machine: Simulator;
  memory: DeviceMemory = emptyMemory;
  recycle: readonly number[] = [];
  accept: readonly number[] = [100, 500, 1000, 2000, 5000, 10000];
  decide: 'stack' | 'wait' = 'stack';
  record = true;
  /** `b5 pay`: the process dies there, once. */
  dieAt: string | null = null;
  boundaries: string[] = [];
  link: Link;
  private readonly settings: Readonly<Record<string, unknown>>;
  private listener: PortListener | null = null;
  private plugged = true;
  private life = 0;
  private orders = 0;
  private random = 1;

  constructor(model: string, { settings = {}, machine = {} }: Parts = {}) {
    this.settings = { model, ...settings };
    this.machine = simulate({
      clock: this.clock,
      speed: 1,
      random: () => {
        this.random = (this.random * 16_807) % 2_147_483_647;
        return this.random / 2_147_483_647;
      },
      settings: { ...frontDoor.simulatorSettings?.(this.settings), ...machine },
      send: (bytes) => {
        if (this.plugged) this.listener?.received(bytes);
      },
      emit: () => {},
    });
    this.link = this.start();
  }

  private port(): Port {
    return {
      name: 'simulated',
      open: (next) => {
        if (!this.plugged) {
          next.closed({ code: 'missing', message: 'there is no such port' });
          return;
        }
        this.listener = next;
        next.opened();
      },
      send: (bytes, done) => {
        if (this.plugged) this.machine.receive(bytes);
        done?.();
      },
      close: () => {
        this.listener = null;
      },
    };
  }

  private start(): Link {
    const mine = ++this.life;
    const probe: Probe = (boundary, what) => {
      const place = `${boundary} ${what}`;
      this.boundaries.push(place);
      if (this.dieAt !== place) return;
      this.dieAt = null;
      throw new Death(place);
    };
    return new Link({
      port: this.port(),
      clock: this.clock,
      probe: mine === 1 ? probe : noProbe,
      chance: (bytes) => Uint8Array.from({ length: bytes }, (_, at) => (at * 37 + mine * 101) & 0xff),
      drivers: [
        {
          id: 'd',
          driver: frontDoor.createDriver({ device: 'd', settings: this.settings }) as never,
          moneyMessages: frontDoor.moneyMessages,
          memory: () => this.memory,
        },
      ],
      onFact: (fact) => {
        if (mine === this.life) this.onFact(fact);
      },
    });
  }

  private onFact(fact: DeviceFact): void {
    this.facts.push(fact);
    if (this.record) this.remember(fact);
    if (fact.fact === 'device.ready') this.link.maintain('d', { accept: this.accept, recycle: this.recycle });
    if ('key' in fact && this.record) this.link.recorded('d', fact.key);
    if (fact.fact === 'note.escrowed' && this.decide === 'stack') {
      const { currency, minor } = fact;
      const id = `s${++this.orders}`;
      this.memory = { ...this.memory, lastStack: { command: id, open: true, currency, minor } };
      this.link.obey({ id, device: 'd', command: 'note.stack', currency, minor });
    }
  }

  private remember(fact: DeviceFact): void {
    if ('counters' in fact) this.memory = { ...this.memory, counters: fact.counters ?? this.memory.counters };
    const { lastPayout, lastStack } = this.memory;
    if (!('command' in fact)) return;
    if (lastPayout?.command === fact.command) {
      const over = ['payout.done', 'payout.partial', 'payout.unknown', 'command.refused'].includes(fact.fact);
      const starting = lastPayout.starting || fact.fact === 'payout.starting';
      this.memory = { ...this.memory, lastPayout: { ...lastPayout, starting, open: lastPayout.open && !over } };
    }
    const ends = ['note.stacked', 'note.returned', 'note.unknown', 'device.powered-up'].includes(fact.fact);
    if (ends && lastStack?.command === fact.command)
      this.memory = { ...this.memory, lastStack: { ...lastStack, open: false } };
  }

  dispense(...pieces: readonly Pieces[]): void {
    const lastPayout = { command: 'p', currency: CURRENCY, pieces, open: true, starting: false };
    this.memory = { ...this.memory, lastPayout };
    this.link.obey({ id: 'p', device: 'd', command: 'cash.dispense', currency: CURRENCY, pieces });
  }

  /** Time goes on; a death restarts the daemon, and takes out of the bezel whatever is in it when `take`. */
  run(ms: number, take = true): this {
    const endMs = this.clock.monoMs() + ms;
    while (this.clock.monoMs() < endMs) {
      try {
        this.clock.runUntil(Math.min(endMs, this.clock.monoMs() + 100));
      } catch (error) {
        if (!(error instanceof Death)) throw error;
        this.restart();
      }
      if (take) this.machine.act({ action: 'take' });
    }
    return this;
  }

  /** Until the order has ended, at most a minute, and then a while, in which nothing may follow. */
  rest(): void {
    const endMs = this.clock.monoMs() + 60_000;
    while (this.memory.lastPayout?.open === true && this.clock.monoMs() < endMs) this.run(500);
    this.run(6_000);
  }

  restart(): void {
    this.life++;
    this.listener = null;
    this.link.close();
    this.link = this.start();
  }

  unplug(): void {
    this.plugged = false;
    const open = this.listener;
    this.listener = null;
    open?.closed({ code: 'lost', message: 'unplugged' });
  }

  plug(): void {
    this.plugged = true;
  }

  act(action: HandAction): void {
    const result = this.machine.act(action);
    if (!result.ok) throw new Error(`${action.action}: ${result.reason}`);
  }

  ready(): this {
    this.run(8_000);
    expect(this.of('device.ready').length, this.facts.map(({ fact }) => fact).join(' ')).toBeGreaterThan(0);
    return this;
  }

  of<Name extends DeviceFact['fact']>(name: Name): (DeviceFact & { fact: Name })[] {
    return this.facts.filter((fact): fact is DeviceFact & { fact: Name } => fact.fact === name);
  }

  minor(unit: UnitName): number {
    const cash = this.machine.units().find((one) => one.unit === unit)?.cash ?? [];
    return cash.reduce((sum, { minor, count }) => sum + minor * count, 0);
  }

  /** What the customer holds, or can take. */
  get customerMinor(): number {
    return this.minor('customer') + this.minor('cup') + this.minor('bezel') + this.minor('slot');
  }

  /** All that was credited: each key once, and where a power-up found the note of an order. */
  get creditMinor(): number {
    const credits = new Map<string, number>();
    for (const fact of this.facts) {
      if (fact.fact === 'note.stacked') credits.set(fact.key, fact.minor);
      if (fact.fact === 'device.powered-up' && fact.found === 'stacker' && !credits.has(fact.key))
        credits.set(fact.key, this.memory.lastStack?.minor ?? 0);
    }
    return [...credits.values()].reduce((sum, minor) => sum + minor, 0);
  }

  /** What the facts say was paid, each key once; null: somebody has to find out. */
  get paidMinor(): number | null {
    const ends = new Map<string, DeviceFact>();
    for (const fact of this.facts) {
      if (fact.fact === 'payout.done' || fact.fact === 'payout.partial' || fact.fact === 'payout.unknown')
        ends.set(fact.key, fact);
    }
    expect(ends.size).toBeLessThan(2);
    const [end] = ends.values();
    if (end?.fact === 'payout.unknown') return null;
    return end?.fact === 'payout.done' || end?.fact === 'payout.partial' ? end.paid.minor : 0;
  }

  get refusals(): readonly string[] {
    return this.of('command.refused').map(({ command, sent, reason }) => `${command} ${sent} ${reason}`);
  }
}

const stocked = { machine: { count: '4' } };

describe('a note on its way in', () => {
  test.each([
    ['nv200', {}],
    ['nv200', { encryption: 'required' }],
    ['nv11', {}],
    ['smart-payout', {}],
  ])('%s %o: is credited once, and lies in the box', (model, settings) => {
    const play = new Play(model, { settings }).ready();
    play.act({ action: 'insert', minor: 2000 });
    play.run(8_000);
    expect(play.of('note.stacked')).toMatchObject([{ command: 's1', minor: 2000 }]);
    expect(play.of('note.stacked')[0]?.unit).toBeUndefined();
    expect(play.minor('box')).toBe(2000);
    play.act({ action: 'insert', minor: 1000 });
    play.run(8_000);
    expect(play.of('note.stacked')).toHaveLength(2);
    expect(play.of('cash.moved')).toEqual([]);
  });

  test.each(['nv11', 'smart-payout'])('%s: one that is kept to pay out lies in the store', (model) => {
    const play = new Play(model);
    play.recycle = [2000];
    play.ready();
    play.act({ action: 'insert', minor: 2000 });
    play.run(8_000);
    expect(play.of('note.stacked')).toMatchObject([{ unit: 'recycler', minor: 2000 }]);
    expect(play.minor('recycler')).toBe(2000);
    expect(play.of('cash.levels').at(-1)?.levels).toContainEqual({
      currency: CURRENCY,
      minor: 2000,
      count: 1,
      state: 'low',
    });
    expect(play.of('cash.moved')).toEqual([]);
  });

  test('an older protocol version is found and used', () => {
    const play = new Play('smart-payout', { machine: { protocol: '6', count: '2' } }).ready();
    play.dispense({ minor: 500, count: 1 });
    play.run(15_000);
    expect(play.paidMinor).toBe(500);
    expect(new Play('nv200', { machine: { protocol: '4' } }).ready().of('device.identified')).toHaveLength(1);
  });

  test.each(['nv200', 'smart-payout', 'smart-hopper'])('%s: a device that does not encrypt is not used', (model) => {
    const play = new Play(model, { settings: { encryption: 'required' }, machine: { encryption: 'refuse' } });
    play.run(30_000);
    expect(play.of('device.fault').map(({ code }) => code)).toEqual(['ssp.encryption-refused']);
    expect(play.of('device.ready')).toEqual([]);
    expect(play.machine.enabled ?? false).toBe(false);
  });

  test('another fixed key is a fault, and not a device that is lost', () => {
    const play = new Play('smart-payout', { settings: { fixedKey: '0123456701234568' } });
    play.run(60_000);
    expect(play.of('device.fault').map(({ code }) => code)).toEqual(['ssp.encryption-refused']);
    expect(play.of('device.lost')).toEqual([]);
    expect(play.of('device.ready')).toEqual([]);
  });

  test('another model than the settings say is not used', () => {
    const play = new Play('smart-payout', { machine: { model: 'nv11' } });
    play.run(10_000);
    expect(play.of('device.fault').map(({ code }) => code)).toEqual(['ssp.other-model']);
    expect(play.of('device.ready')).toEqual([]);
  });
});

type Blow = 'power' | 'line' | 'daemon' | 'both' | 'not recorded';

function strike(play: Play, blow: Blow): void {
  if (blow === 'line') {
    play.unplug();
    play.run(2_000);
    play.plug();
  } else if (blow === 'power' || blow === 'both') {
    play.act({ action: 'cut power' });
    if (blow === 'both') play.restart();
    else play.run(1_000);
    play.act({ action: 'restore power' });
  } else play.restart();
  play.record = true;
}

const blows: readonly Blow[] = ['power', 'line', 'daemon', 'both', 'not recorded'];

describe.each(['nv11', 'smart-payout'])('%s: a note on its way in', (model) => {
  test.each(blows)('counts once when this happens at any moment: %s', (blow) => {
    for (const recycle of [[2000], []]) {
      for (let afterMs = 150; afterMs < 4_500; afterMs += 530) {
        const play = new Play(model);
        play.recycle = recycle;
        play.ready();
        play.record = blow !== 'not recorded';
        play.act({ action: 'insert', minor: 2000 });
        play.run(afterMs);
        strike(play, blow);
        play.run(15_000);
        const place = `${recycle} ${afterMs} ms`;
        expect(play.creditMinor, place).toBe(play.minor('box') + play.minor('recycler'));
        expect(play.of('note.unknown'), place).toEqual([]);
        expect(play.memory.lastStack?.open ?? false, place).toBe(false);
        expect(play.of('device.ready').length, place).toBeGreaterThan(0);
      }
    }
  });
});

const orders: readonly (readonly [string, readonly Pieces[], number])[] = [
  ['nv11', [{ minor: 10_000, count: 2 }], 20_000],
  [
    'smart-payout',
    [
      { minor: 2000, count: 2 },
      { minor: 500, count: 1 },
    ],
    4500,
  ],
  [
    'smart-hopper',
    [
      { minor: 100, count: 3 },
      { minor: 10, count: 2 },
    ],
    320,
  ],
];

describe.each(orders)('%s pays out', (model, pieces, total) => {
  test('what is ordered, and says so once', () => {
    const play = new Play(model, stocked).ready();
    play.dispense(...pieces);
    play.run(30_000);
    expect(play.of('payout.done')).toMatchObject([{ command: 'p', paid: { minor: total } }]);
    expect(play.of('payout.done')[0]?.pieces).toEqual(expect.arrayContaining([...pieces]));
    expect(play.customerMinor).toBe(total);
    expect(play.refusals).toEqual([]);
  });

  test('and is as it was after the daemon died at any boundary', () => {
    const probe = new Play(model, stocked).ready();
    probe.dispense(...pieces);
    probe.run(30_000);
    const boundaries = [...new Set(probe.boundaries.filter((place) => / (pay|event-ack|halt)$/.test(place)))];
    expect(boundaries.length).toBeGreaterThan(4);
    const unknown: string[] = [];
    for (const place of boundaries) {
      const play = new Play(model, stocked).ready();
      play.dieAt = place;
      play.dispense(...pieces);
      play.rest();
      expect(play.dieAt, place).toBeNull();
      if (play.paidMinor === null) unknown.push(place);
      else expect(play.customerMinor, place).toBe(play.paidMinor);
      expect(play.memory.lastPayout?.open, place).toBe(false);
    }
    // What a note float has said of one note, and was heard to have heard, it does not say again.
    expect(unknown.filter((place) => model !== 'nv11' || !place.endsWith('event-ack'))).toEqual([]);
  });

  test('and is as it was after the power of the machine was cut at any moment', () => {
    for (let afterMs = 100; afterMs < 9_000; afterMs += 830) {
      const play = new Play(model, stocked).ready();
      play.dispense(...pieces);
      play.run(afterMs);
      play.act({ action: 'cut power' });
      play.run(1_000);
      play.act({ action: 'restore power' });
      play.rest();
      expect(play.paidMinor, `${afterMs} ms`).toBe(play.customerMinor);
      expect(play.memory.lastPayout?.open).toBe(false);
    }
  });

  test('and is as it was after the line was cut at any moment', () => {
    for (let afterMs = 100; afterMs < 9_000; afterMs += 830) {
      const play = new Play(model, stocked).ready();
      play.dispense(...pieces);
      play.run(afterMs);
      play.unplug();
      play.run(2_000);
      play.plug();
      play.rest();
      expect(play.paidMinor, `${afterMs} ms`).toBe(play.customerMinor);
      expect(play.memory.lastPayout?.open).toBe(false);
    }
  });

  test('and is as it was after daemon and machine lost their power together', () => {
    const unknown: number[] = [];
    for (let afterMs = 100; afterMs < 9_000; afterMs += 830) {
      const play = new Play(model, stocked).ready();
      play.dispense(...pieces);
      play.run(afterMs);
      play.act({ action: 'cut power' });
      play.restart();
      play.act({ action: 'restore power' });
      play.rest();
      if (play.paidMinor === null) unknown.push(afterMs);
      else expect(play.paidMinor, `${afterMs} ms`).toBe(play.customerMinor);
      expect(play.memory.lastPayout?.open).toBe(false);
    }
    expect(unknown.length).toBeLessThanOrEqual(model === 'nv11' ? 2 : 0);
  });

  test('and what was told and not recorded is told again, the same', () => {
    for (let afterMs = 0; afterMs < 9_000; afterMs += 830) {
      const play = new Play(model, stocked).ready();
      play.dispense(...pieces);
      while (play.memory.lastPayout?.starting === false) play.run(50);
      play.record = false;
      play.run(afterMs);
      play.restart();
      play.record = true;
      play.rest();
      expect(play.paidMinor, `${afterMs} ms`).toBe(play.customerMinor);
      expect(play.memory.lastPayout?.open).toBe(false);
    }
  });

  test.each(['repeat', 'late', 'noise'])('through answers that come %s', (value) => {
    const play = new Play(model, stocked).ready();
    play.act({ action: 'misbehave', value });
    play.dispense(...pieces);
    play.run(120_000);
    expect(play.customerMinor).toBe(play.paidMinor ?? play.customerMinor);
    expect(play.memory.lastPayout?.open).toBe(false);
  });

  test('and what jams is never claimed as paid', () => {
    const play = new Play(model, stocked).ready();
    play.dispense(...pieces);
    play.run(1_200);
    play.act({ action: model === 'smart-hopper' ? 'jam hopper' : 'jam' });
    play.run(30_000);
    expect(play.memory.lastPayout?.open).toBe(false);
    if (play.paidMinor !== null) expect(play.paidMinor).toBe(play.customerMinor);
  });

  test('everything into the box', () => {
    const play = new Play(model, stocked).ready();
    play.link.obey({ id: 'e', device: 'd', command: 'cash.empty', keep: [] });
    const store = model === 'smart-hopper' ? 'hopper' : 'recycler';
    const inside = play.minor(store);
    play.run(120_000);
    expect(play.of('cash.emptied')).toMatchObject([{ command: 'e' }]);
    const moved = play.of('cash.moved').reduce((sum, { minor, count }) => sum + minor * count, 0);
    expect(moved).toBe(inside);
    expect(play.minor('box')).toBe(inside);
    expect(
      play
        .of('cash.levels')
        .at(-1)
        ?.levels.every(({ count }) => count === 0),
    ).toBe(true);
  });
});

describe('an order that cannot be', () => {
  test.each([
    ['more than there is', [{ minor: 2000, count: 5 }], 'p false not-enough-pieces'],
    ['a denomination that nobody knows', [{ minor: 700, count: 1 }], 'p false no-such-denomination'],
    ['nothing', [], 'p false no-such-pieces'],
  ])('%s is refused before it leaves', (_, pieces, refusal) => {
    const play = new Play('smart-payout', stocked).ready();
    play.dispense(...pieces);
    play.run(2_000);
    expect(play.refusals).toEqual([refusal]);
    expect(play.customerMinor).toBe(0);
  });

  test('a note float pays from the top only', () => {
    const play = new Play('nv11', stocked).ready();
    play.dispense({ minor: 100, count: 1 });
    play.run(2_000);
    expect(play.refusals).toEqual(['p false not-on-top']);
  });
});

test.each(['smart-payout', 'smart-hopper'])('%s: what a hand puts in between visits is told before long', (model) => {
  const play = new Play(model, stocked);
  play.accept = [];
  play.ready();
  const minor = model === 'smart-payout' ? 500 : 50;
  const count = () =>
    play
      .of('cash.levels')
      .at(-1)
      ?.levels.find((level) => level.minor === minor)?.count;
  const before = count();
  play.act({ action: 'fill', minor, count: 7 });
  play.run(8_000);
  expect(count()).toBe((before ?? 0) + 7);
});

test('an order to a device that is still starting waits until it can', () => {
  const play = new Play('smart-hopper', stocked);
  while (play.of('device.ready').length === 0) play.run(100);
  play.dispense({ minor: 100, count: 2 });
  play.rest();
  expect(play.refusals).toEqual([]);
  expect(play.paidMinor).toBe(200);
  expect(play.customerMinor).toBe(200);
});

test.each(['smart-payout', 'smart-hopper'])(
  '%s: an order that is given again pays once, and its end is told again',
  (model) => {
    const play = new Play(model, stocked).ready();
    const minor = model === 'smart-payout' ? 500 : 50;
    play.dispense({ minor, count: 2 });
    play.rest();
    play.dispense({ minor, count: 2 });
    play.rest();
    expect(play.of('payout.done').map(({ key }) => key)).toEqual(['d/p/end', 'd/p/end']);
    expect(play.customerMinor).toBe(2 * minor);
    play.restart();
    play.run(8_000);
    play.dispense({ minor, count: 2 });
    play.rest();
    expect(play.refusals).toEqual(['p true already-ended']);
    expect(play.customerMinor).toBe(2 * minor);
  },
);

test('a note that a loss of power put away counts once, though the device tells of it again to the next start', () => {
  for (let afterMs = 0; afterMs < 2_000; afterMs += 10) {
    const play = new Play('smart-payout', stocked).ready();
    play.dispense({ minor: 2000, count: 1 });
    play.run(900);
    play.act({ action: 'cut power' });
    play.run(1_000);
    play.act({ action: 'restore power' });
    play.run(4_000 + afterMs);
    play.restart();
    play.rest();
    const moved = new Map(play.of('cash.moved').map(({ key, minor }) => [key, minor]));
    expect([...moved.values()], `${afterMs} ms`).toEqual(play.minor('box') === 0 ? [] : [2000]);
  }
});

test('what a note float tells of its progress never goes back, also when the line broke meanwhile', () => {
  for (let afterMs = 1_000; afterMs < 6_000; afterMs += 50) {
    const play = new Play('nv11', stocked).ready();
    play.dispense({ minor: 10_000, count: 3 });
    play.run(afterMs);
    play.unplug();
    play.run(100);
    play.plug();
    play.rest();
    const told = play.of('payout.progress').map(({ paid }) => paid.minor);
    expect(told, `${afterMs} ms`).toEqual(told.toSorted((a, b) => a - b));
  }
});

describe('a note that jams on its way out, and that a hand pushes into the box', () => {
  const hands: Readonly<Record<string, (play: Play) => void>> = {
    'after the power was away': (play) => {
      play.act({ action: 'cut power' });
      play.run(500);
      play.act({ action: 'restore power' });
      play.run(20_000);
      play.act({ action: 'clear jam' });
    },
    'while the line is out': (play) => {
      play.unplug();
      play.run(3_000);
      play.act({ action: 'clear jam' });
      play.run(3_000);
      play.plug();
    },
    'while the daemon is down': (play) => {
      play.link.close();
      play.run(3_000);
      play.act({ action: 'clear jam' });
      play.restart();
    },
  };

  test.each(Object.keys(hands))('%s: a note float is not believed to have paid it', (when) => {
    for (let afterMs = 100; afterMs < 1_500; afterMs += 200) {
      const play = new Play('nv11', stocked).ready();
      play.dispense({ minor: 10_000, count: 1 });
      play.run(afterMs);
      play.act({ action: 'jam' });
      play.run(500);
      hands[when]?.(play);
      play.rest();
      const place = `${when}, ${afterMs} ms`;
      expect(play.memory.lastPayout?.open, place).toBe(false);
      if (play.minor('box') > 0) expect([play.paidMinor, play.customerMinor], place).toEqual([null, 0]);
      else expect(play.paidMinor, place).toBe(play.customerMinor);
    }
  });
});
