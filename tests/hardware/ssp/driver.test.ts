import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { currencyExponent } from '../../../hardware/currency.ts';
import { type DeviceFact, type DeviceMemory, emptyMemory, type Pieces } from '../../../hardware/device.ts';
import type { DriverInput } from '../../../hardware/driver.ts';
import { createDriver } from '../../../hardware/ssp/driver.ts';
import { createDecoder, encode, type Frame } from '../../../hardware/ssp/frame.ts';
import { frontDoor } from '../../../hardware/ssp/index.ts';
import type { Model, Settings, State } from '../../../hardware/ssp/state.ts';
import { letters, little, paying, Slave } from './slave.ts';

const twenty = { currency: 'CNY', minor: 2000 };
const units: Readonly<Record<Model, number>> = { nv200: 0, nv11: 7, 'smart-payout': 6, 'smart-hopper': 3 };

function settingsOf(model: Model): Settings {
  return {
    model,
    address: 0,
    encryption: model === 'nv200' ? 'off' : 'required',
    fixedKey: 0x0123456701234567n,
    protocolVersion: 8,
    currencyOf: (text) => {
      const exponent = currencyExponent(text);
      return exponent === null ? null : { currency: text, exponent };
    },
  };
}

type Untimed = DriverInput<Frame> extends infer Input ? (Input extends unknown ? Omit<Input, 'nowMs'> : never) : never;

/** What the line does to one exchange. */
type Fate = 'whole' | 'request lost' | 'answer lost';

/** Plays the wire by hand: the driver, a slave and a time that a test moves. */
class Hand {
  readonly slave = new Slave();
  readonly driver;
  state: State;
  nowMs = 1_000;
  turnAtMs: number | null = null;
  urgent = false;
  facts: DeviceFact[] = [];
  sent: string[] = [];
  bytes: string[] = [];
  /** Facts are recorded as they come. */
  record = true;
  /** What becomes of the next exchange. */
  fate: (name: string, number: number) => Fate = () => 'whole';
  exchanges = 0;

  constructor(model: Model = 'nv200', memory: DeviceMemory = emptyMemory, prepare: (slave: Slave) => void = () => {}) {
    this.slave.unit = units[model];
    prepare(this.slave);
    this.driver = createDriver('a', settingsOf(model));
    this.state = this.driver.start(memory);
    this.open();
  }

  open(): void {
    this.give({ type: 'opened', chance: Uint8Array.from({ length: 64 }, (_, at) => at * 3 + this.nowMs) });
  }

  close(): void {
    this.give({ type: 'closed', problem: { code: 'lost', message: 'unplugged' } });
  }

  give(input: Untimed): { name: string; bytes: Uint8Array; replyWithinMs: number } | null {
    const step = this.driver.step(this.state, { ...input, nowMs: this.nowMs } as DriverInput<Frame>);
    this.state = step.state;
    this.turnAtMs = step.turnAtMs;
    this.urgent = step.urgent;
    this.facts.push(...step.facts);
    if (this.record) for (const fact of step.facts) if ('key' in fact) this.give({ type: 'recorded', key: fact.key });
    return step.send ?? null;
  }

  /** Every exchange that is due within so many milliseconds. */
  run(ms: number): this {
    const endMs = this.nowMs + ms;
    for (let guard = 0; guard < 5_000; guard++) {
      if (this.turnAtMs === null || this.turnAtMs > endMs) {
        this.nowMs = endMs;
        return this;
      }
      this.nowMs = Math.max(this.nowMs, this.turnAtMs);
      this.exchange();
    }
    throw new Error('it never rests');
  }

  exchange(): void {
    const send = this.give({ type: 'turn' });
    if (send === null) {
      this.nowMs++;
      return;
    }
    this.sent.push(send.name);
    this.bytes.push(Buffer.from(send.bytes).toString('hex'));
    const fate = this.fate(send.name, ++this.exchanges);
    const answer = fate === 'request lost' ? null : this.slave.receive(send.bytes);
    if (answer === null || fate === 'answer lost') {
      this.nowMs += send.replyWithinMs;
      this.give({ type: 'silence' });
      return;
    }
    this.nowMs += 5;
    for (const item of createDecoder().push(answer))
      if (item.type === 'frame') this.give({ type: 'frame', frame: item.frame });
  }

  /** Until this message has left (again). */
  until(name: string, ms = 20_000): this {
    const before = this.sent.filter((one) => one === name).length;
    const endMs = this.nowMs + ms;
    while (this.sent.filter((one) => one === name).length === before) {
      if (this.turnAtMs === null || this.nowMs > endMs) throw new Error(`no ${name}; sent: ${this.sent.join(' ')}`);
      this.nowMs = Math.max(this.nowMs, this.turnAtMs);
      this.exchange();
    }
    return this;
  }

  ready(accept: readonly number[] = [1000, 2000], recycle: readonly number[] = []): this {
    this.run(3_000);
    this.give({ type: 'levels', levels: { accept, recycle } });
    this.run(2_000);
    expect(this.of('device.ready')).toHaveLength(1);
    return this;
  }

  /** A note of channel 4 is drawn in and lies in escrow. */
  toEscrow(channel = 4): this {
    this.slave.events.push([0xef, 0]);
    this.run(250);
    this.slave.events.push([0xef, channel]);
    this.run(250);
    return this;
  }

  stack(id = 's1'): this {
    this.give({ type: 'command', command: { id, device: 'a', command: 'note.stack', ...twenty } });
    return this;
  }

  dispense(pieces: readonly Pieces[], id = 'p1'): this {
    this.give({ type: 'command', command: { id, device: 'a', command: 'cash.dispense', currency: 'CNY', pieces } });
    return this;
  }

  of<Name extends DeviceFact['fact']>(name: Name): (DeviceFact & { fact: Name })[] {
    return this.facts.filter((fact): fact is DeviceFact & { fact: Name } => fact.fact === name);
  }

  codes(fact: 'device.fault' | 'device.cleared'): string[] {
    return this.of(fact).map(({ code }) => code);
  }

  /** How often the device heard this command. */
  heard(...start: readonly number[]): number {
    return this.slave.heard.filter((data) => start.every((byte, at) => data[at] === byte)).length;
  }

  get refusals(): string[] {
    return this.of('command.refused').map(({ command, sent, reason }) => `${command} ${sent} ${reason}`);
  }

  get credits(): string[] {
    return [...new Set(this.of('note.stacked').map(({ key, minor }) => `${key} ${minor}`))];
  }
}

const openStack: DeviceMemory = { ...emptyMemory, lastStack: { command: 's1', open: true, ...twenty } };
const closedStack: DeviceMemory = { ...emptyMemory, lastStack: { command: 's1', open: false, ...twenty } };

describe('set-up', () => {
  test('a validator is synchronised, asked what it is, and gives back what nobody decided about before the first poll', () => {
    const hand = new Hand().run(1_000);
    expect(hand.sent.slice(0, 7)).toEqual([
      'sync',
      'host-protocol',
      'setup-request',
      'serial-number',
      'unit-data',
      'return',
      'poll',
    ]);
    expect(hand.of('device.identified')).toEqual([
      {
        device: 'a',
        fact: 'device.identified',
        protocol: 'ssp',
        maker: 'ITL',
        model: 'nv200',
        serial: '1873468',
        firmware: '0416',
        denominations: [100, 500, 1000, 2000, 5000, 10_000].map((minor) => ({ currency: 'CNY', minor })),
      },
    ]);
  });

  test.each(['a new line', 'a break', 'silence'])('after %s a note in escrow is given back, never polled', (what) => {
    const hand = new Hand().ready().toEscrow();
    expect(hand.sent.at(-1)).toBe('hold');
    const before = hand.sent.length;
    if (what === 'silence') {
      hand.fate = () => 'request lost';
      hand.run(8_500);
      hand.fate = () => 'whole';
    } else {
      if (what === 'a break') hand.close();
      hand.open();
    }
    hand.run(5_000);
    const after = hand.sent.slice(before);
    expect(after.indexOf('return')).toBeGreaterThan(-1);
    expect(after.indexOf('return')).toBeLessThan(after.indexOf('poll'));
  });

  test('what pays out agrees on a key first, and all after it is encrypted', () => {
    const hand = new Hand('smart-payout').run(1_000);
    expect(hand.sent.slice(0, 16)).toEqual([
      'sync',
      'set-generator',
      'set-modulus',
      'key-exchange',
      'host-protocol',
      'setup-request',
      'serial-number',
      'unit-data',
      'enable-payout',
      ...Array(6).fill('routes'),
      'return',
    ]);
    const plain = hand.bytes.map((text) => text.slice(6, 8) !== '7e');
    expect(plain.slice(0, 4)).toEqual([true, true, true, true]);
    expect(plain.slice(4).every((one) => !one)).toBe(true);
  });

  test('the highest version that the device speaks is used', () => {
    const hand = new Hand('nv200', emptyMemory, (slave) => {
      slave.highest = 6;
    }).run(1_000);
    expect(hand.slave.heard.filter(([code]) => code === 6)).toEqual([
      [6, 8],
      [6, 7],
      [6, 6],
    ]);
    expect(hand.state.version).toBe(6);
  });

  test('only what the levels say is let in, and nothing at all disables', () => {
    const hand = new Hand().ready([2000]);
    expect(hand.slave.heard.filter(([code]) => code === 2)).toEqual([
      [2, 0, 0],
      [2, 0b1000, 0],
    ]);
    expect(hand.heard(0x0a)).toBe(1);
    hand.give({ type: 'levels', levels: { accept: [] } });
    hand.run(1_000);
    expect(hand.slave.heard.filter(([code]) => code === 2).at(-1)).toEqual([2, 0, 0]);
    expect(hand.heard(9)).toBeGreaterThan(0);
  });

  test('a recycler routes what is to be kept, and stays enabled', () => {
    const hand = new Hand('smart-payout').ready([2000], [1000]);
    const routes = hand.slave.heard.filter(([code]) => code === 0x3b);
    expect(routes).toHaveLength(1);
    expect(routes[0]).toEqual([0x3b, 0, ...little(1000, 4), ...letters('CNY')]);
    hand.give({ type: 'levels', levels: { accept: [], recycle: [] } });
    hand.run(1_000);
    expect(hand.heard(9)).toBe(0);
    expect(hand.slave.heard.filter(([code]) => code === 0x3b).at(-1)?.[1]).toBe(1);
  });

  test('a key that the device has lost is agreed on again', () => {
    const hand = new Hand('smart-payout').ready();
    hand.slave.reset();
    hand.run(3_000);
    expect(hand.sent.filter((name) => name === 'key-exchange')).toHaveLength(2);
    expect(hand.of('device.ready')).toHaveLength(2);
    expect(hand.codes('device.fault')).toEqual([]);
  });

  test('fresh numbers are used in each exchange of keys', () => {
    const hand = new Hand('smart-payout').ready();
    hand.slave.reset();
    hand.run(3_000);
    const [first, second] = hand.slave.heard.filter(([code]) => code === 0x4a);
    expect(first).not.toEqual(second);
  });

  test('a device that reckons in 64 bits is agreed with over short primes', () => {
    const hand = new Hand('smart-payout', emptyMemory, (slave) => {
      slave.wraps = true;
    }).run(1_000);
    expect(hand.state.primeBits).toBe(64);
    hand.run(30_000);
    expect(hand.of('device.ready')).toHaveLength(1);
    expect(hand.state.primeBits).toBe(31);
    expect(hand.codes('device.fault')).toEqual([]);
    expect(hand.of('device.lost')).toEqual([]);
  });

  test('a table that changed while running takes nothing any more', () => {
    const hand = new Hand().ready();
    hand.slave.values = [2, 5, 10, 20, 50, 100];
    hand.close();
    hand.open();
    hand.run(3_000);
    expect(hand.codes('device.fault')).toEqual(['ssp.denominations-changed']);
    expect(hand.of('device.disabled')).toHaveLength(1);
    expect(hand.slave.heard.filter(([code]) => code === 2).at(-1)).toEqual([2, 0, 0]);
  });
});

describe('a note', () => {
  test('in escrow is held by HOLD, and the ordered poll takes it', () => {
    const hand = new Hand().ready().toEscrow();
    expect(hand.of('note.escrowed')).toMatchObject([twenty]);
    const note = hand.of('note.escrowed')[0];
    expect((note?.deadlineMs ?? 0) - (note?.seenMs ?? 0)).toBe(10_000);
    const polls = hand.heard(0x56);
    hand.run(3_000);
    expect(hand.heard(0x56)).toBe(polls);
    expect(hand.heard(0x18)).toBeGreaterThan(10);
    hand.stack();
    expect(hand.urgent).toBe(true);
    hand.until('accept');
    expect(hand.slave.heard.at(-1)).toEqual([0x56]);
  });

  test('counts by the credit, once, and is acknowledged when that is recorded', () => {
    const hand = new Hand().ready().toEscrow().stack();
    hand.record = false;
    hand.until('accept');
    hand.slave.events.push([0xcc], [0xee, 4], [0xeb]);
    hand.run(4_000);
    expect(hand.of('note.stacked')).toEqual([
      { device: 'a', fact: 'note.stacked', command: 's1', key: 'a/s1', ...twenty },
    ]);
    expect(hand.heard(0x57)).toBe(0);
    hand.give({ type: 'recorded', key: 'a/s1' });
    hand.run(1_000);
    expect(hand.heard(0x57)).toBe(1);
    expect(hand.slave.events).toEqual([]);
    expect(hand.of('note.stacked')).toHaveLength(1);
  });

  test('of a device that acknowledges nothing keeps the next poll waiting until it is recorded', () => {
    const hand = new Hand('nv200', emptyMemory, (slave) => {
      slave.acks = false;
    })
      .ready()
      .toEscrow()
      .stack();
    hand.record = false;
    hand.until('accept');
    expect(hand.slave.heard.at(-1)).toEqual([0x07]);
    hand.slave.events.push([0xee, 4]);
    hand.run(300);
    const heard = hand.slave.heard.length;
    hand.run(5_000);
    expect(hand.slave.heard.length).toBe(heard);
    hand.give({ type: 'recorded', key: 'a/s1' });
    hand.run(500);
    expect(hand.slave.heard.length).toBeGreaterThan(heard);
    expect(hand.credits).toEqual(['a/s1 2000']);
  });

  test('that nobody decides about goes back at its deadline, and a late order is refused', () => {
    const hand = new Hand().ready().toEscrow();
    hand.run(10_500);
    expect(hand.heard(0x08)).toBe(2);
    hand.slave.events.push([0xed], [0xec]);
    hand.run(500);
    expect(hand.of('note.returned')).toMatchObject([{ command: null, ...twenty }]);
    hand.stack('late').run(500);
    expect(hand.refusals).toEqual(['late false no-note']);
  });

  test('is given back on order', () => {
    const hand = new Hand().ready().toEscrow();
    hand.give({ type: 'command', command: { id: 'r1', device: 'a', command: 'note.return' } });
    hand.until('return');
    hand.slave.events.push([0xed], [0xec]);
    hand.run(500);
    expect(hand.of('note.returned')).toMatchObject([{ command: 'r1', ...twenty }]);
    expect(hand.of('note.rejected')).toEqual([]);
  });

  test.each([
    [0x1c, 'multiple'],
    [0x12, 'askew'],
  ])('that the device rejects is told with the reason that it is asked for: %i', (code, reason) => {
    const hand = new Hand().ready();
    hand.slave.answers[0x17] = [0xf0, code];
    hand.slave.events.push([0xef, 0]);
    hand.run(300);
    hand.slave.events.push([0xed], [0xec]);
    hand.run(500);
    expect(hand.of('note.rejected')).toMatchObject([{ reason, code: `ssp.reject-${code.toString(16)}` }]);
  });

  test('that the device gives back after the order is returned, and the order ends once', () => {
    const hand = new Hand().ready().toEscrow().stack().until('accept');
    hand.slave.events.push([0xed], [0xec]);
    hand.run(1_000);
    expect(hand.of('note.returned')).toMatchObject([{ command: 's1' }]);
    expect(hand.of('note.rejected')).toEqual([]);
  });

  test('of no known channel is given back', () => {
    const hand = new Hand().ready().toEscrow(9);
    expect(hand.of('note.escrowed')).toEqual([]);
    expect(hand.heard(0x08)).toBe(2);
    expect(hand.heard(0x56)).toBeGreaterThan(0);
  });

  test('of a recycler lies where the device says, whatever the route was', () => {
    for (const [route, place, unit, moved] of [
      [[2000], 0xdb, 'recycler', null],
      [[2000], 0xeb, 'recycler', 'recycler box'],
      [[], 0xdb, undefined, 'box recycler'],
      [[], 0xeb, undefined, null],
    ] as const) {
      const hand = new Hand('smart-payout').ready([2000], route).toEscrow().stack().until('accept');
      hand.slave.events.push([0xee, 4]);
      hand.run(500);
      hand.slave.events.push([place]);
      hand.run(500);
      expect(hand.of('note.stacked')[0]?.unit).toBe(unit);
      expect(hand.credits).toHaveLength(1);
      expect(hand.of('cash.moved').map(({ from, to, count, minor }) => `${from} ${to} ${count} ${minor}`)).toEqual(
        moved === null ? [] : [`${moved} 1 2000`],
      );
    }
  });

  test('of before a start lies where the routes of the device say', () => {
    for (const [way, unit] of [
      [0, 'recycler'],
      [1, undefined],
    ] as const) {
      const lastStack = { command: 'stack-1', open: true, currency: 'CNY', minor: 2000 };
      const hand = new Hand('smart-payout', { ...emptyMemory, lastStack }, (slave) => {
        slave.routes.set(2000, way);
        slave.events.push([0xee, 4]);
      }).run(1_000);
      expect(hand.of('note.stacked').map((fact) => fact.unit)).toEqual([unit]);
    }
  });

  test('told with its place in one answer lies there at once', () => {
    const hand = new Hand('smart-payout').ready([2000], [2000]).toEscrow().stack().until('accept');
    hand.slave.events.push([0xee, 4], [0xeb]);
    hand.run(500);
    expect(hand.of('note.stacked')[0]?.unit).toBeUndefined();
    expect(hand.of('cash.moved')).toEqual([]);
  });
});

describe('a lost answer', () => {
  /** One acceptance; the device credits the note when the poll that takes it is heard. */
  function acceptance(fate: (name: string, number: number) => Fate, model: Model): Hand {
    const hand = new Hand(model).ready();
    hand.slave.events.push([0xef, 4]);
    let taken = false;
    hand.slave.onHeard = ([code]) => {
      if ((code !== 0x56 && code !== 0x07) || hand.heard(0x18) === 0 || taken) return;
      taken = true;
      hand.slave.events.push([0xcc], [0xee, 4], [0xeb]);
    };
    const first = hand.exchanges;
    hand.fate = (name, number) => fate(name, number - first);
    for (let round = 0; round < 80; round++) {
      hand.run(250);
      if (hand.state.holding && hand.state.path.stack === null && hand.of('note.escrowed').length > 0) hand.stack();
    }
    return hand;
  }

  test.each(['nv200', 'smart-payout'] as const)(
    '%s: at any point of an acceptance makes one credit of one note',
    (model) => {
      const plain = acceptance(() => 'whole', model);
      expect(plain.credits).toEqual(['a/s1 2000']);
      for (let lost = 1; lost <= 14; lost++) {
        for (const what of ['request lost', 'answer lost'] as const) {
          const hand = acceptance((_, number) => (number === lost ? what : 'whole'), model);
          expect(hand.credits, `${what} ${lost}`).toEqual(['a/s1 2000']);
          expect(hand.slave.events, `${what} ${lost}`).toEqual([]);
        }
      }
    },
  );

  test('leaves again as it is, byte for byte, and in its own time', () => {
    const hand = new Hand('smart-payout').ready();
    hand.fate = () => 'answer lost';
    const before = hand.bytes.length;
    hand.run(3_500);
    const repeated = new Set(hand.bytes.slice(before));
    expect(hand.bytes.length - before).toBeGreaterThan(2);
    expect(repeated.size).toBe(1);
    expect(hand.of('device.lost')).toMatchObject([{ reason: 'silent' }]);
    hand.fate = () => 'whole';
    hand.run(1_000);
    expect(hand.sent.filter((name) => name === 'sync')).toHaveLength(1);
  });

  test('of another sequence is none', () => {
    const hand = new Hand().ready();
    hand.nowMs = hand.turnAtMs ?? hand.nowMs;
    const send = hand.give({ type: 'turn' });
    const sequence = ((send?.bytes[1] ?? 0) >> 7) as 0 | 1;
    const [other] = createDecoder().push(encode(0, sequence === 1 ? 0 : 1, [0xf0, 0xee, 4]));
    if (other?.type === 'frame') hand.give({ type: 'frame', frame: other.frame });
    expect(hand.of('note.stacked')).toEqual([]);
    expect(hand.state.packet).not.toBeNull();
  });

  test('a plain credit to an encrypted poll counts for nothing', () => {
    const hand = new Hand('smart-payout').ready();
    hand.nowMs = hand.turnAtMs ?? hand.nowMs;
    const send = hand.give({ type: 'turn' });
    const sequence = ((send?.bytes[1] ?? 0) >> 7) as 0 | 1;
    const [item] = createDecoder().push(encode(0, sequence, [0xf0, 0xee, 4]));
    if (item?.type === 'frame') hand.give({ type: 'frame', frame: item.frame });
    expect(hand.of('note.stacked')).toEqual([]);
  });
});

describe('after a start', () => {
  test('a credit that waits for its acknowledgement is the open order’s', () => {
    const hand = new Hand('nv200', openStack, (slave) => slave.events.push([0xee, 4])).run(3_000);
    expect(hand.credits).toEqual(['a/s1 2000']);
    expect(hand.slave.events).toEqual([]);
  });

  test('a credit that was recorded before has the key that it had', () => {
    const hand = new Hand('nv200', closedStack, (slave) => slave.events.push([0xee, 4])).run(3_000);
    expect(hand.credits).toEqual(['a/s1 2000']);
  });

  test('an open order of which the device says nothing ends as unknown', () => {
    const hand = new Hand('nv200', openStack).run(10_000);
    expect(hand.of('note.unknown')).toMatchObject([{ command: 's1', ...twenty }]);
    expect(hand.credits).toEqual([]);
  });

  test('a note that was being taken when the line broke, and of which nothing more is heard, is unknown', () => {
    const hand = new Hand().ready().toEscrow().stack();
    hand.fate = (name) => (name === 'accept' ? 'answer lost' : 'whole');
    hand.until('accept');
    hand.close();
    hand.fate = () => 'whole';
    hand.open();
    hand.run(10_000);
    expect(hand.of('note.unknown')).toMatchObject([{ command: 's1', ...twenty }]);
    expect(hand.of('note.returned')).toEqual([]);
  });

  test('a note that comes back then is returned', () => {
    const hand = new Hand('nv200', openStack, (slave) => slave.events.push([0xed], [0xec])).run(10_000);
    expect(hand.of('note.returned')).toMatchObject([{ command: 's1' }]);
    expect(hand.of('note.unknown')).toEqual([]);
  });

  test.each([
    [[[0xf1], [0xe2, 4]], 'stacker', 'a/s1'],
    [[[0xf1], [0xe1, 4]], 'acceptor', null],
    [[[0xf1]], 'nothing', null],
  ] as const)('of device and program, %j is told as a note found in %s', (events, found, key) => {
    const hand = new Hand('nv200', openStack, (slave) => {
      slave.events.push(...events.map((event) => [...event]));
    }).run(6_000);
    expect(hand.of('device.powered-up')).toMatchObject([{ found, command: 's1' }]);
    if (key !== null) expect(hand.of('device.powered-up')[0]?.key).toBe(key);
    expect(hand.credits).toEqual([]);
    expect(hand.slave.events).toEqual([]);
  });

  test('a cleared note that was credited before has the key of that credit', () => {
    const hand = new Hand('nv200', closedStack, (slave) => slave.events.push([0xf1], [0xe2, 4])).run(6_000);
    expect(hand.of('device.powered-up').map(({ key }) => key)).toEqual(['a/s1']);
  });

  test.each([
    [0xca, undefined],
    [0xcb, 'recycler'],
  ])('an ordered note that a power-up brought to its place (%i) counts there', (code, unit) => {
    const hand = new Hand('smart-payout', openStack, (slave) => {
      slave.events.push([0xf1], [code, ...little(2000, 4), ...letters('CNY')]);
    }).run(6_000);
    expect(hand.of('note.stacked')).toMatchObject([{ key: 'a/s1', ...twenty }]);
    expect(hand.of('note.stacked')[0]?.unit).toBe(unit);
    expect(new Set(hand.of('device.powered-up').map(({ key }) => key))).toEqual(new Set(['a/s1']));
  });
});

describe('reports', () => {
  test('a jam is a fault as long as it is told, and a little longer', () => {
    const hand = new Hand().ready();
    hand.slave.standing = [0xe9];
    hand.run(2_000);
    expect(hand.codes('device.fault')).toEqual(['ssp.jam-unsafe']);
    hand.slave.standing = [];
    hand.run(3_000);
    expect(hand.codes('device.cleared')).toEqual(['ssp.jam-unsafe']);
  });

  test('fraud makes the last note suspect, once, though it is repeated', () => {
    const hand = new Hand().ready();
    hand.record = false;
    hand.slave.events.push([0xe6, 4]);
    hand.run(600);
    expect(hand.of('note.suspect')).toEqual([{ device: 'a', fact: 'note.suspect', code: 'ssp.fraud' }]);
  });

  test('the cash box is out until it is back', () => {
    const hand = new Hand().ready();
    hand.slave.standing = [0xe3];
    hand.run(2_000);
    hand.slave.standing = [];
    hand.slave.events.push([0xe4]);
    hand.run(500);
    expect(hand.of('cashbox.removed')).toHaveLength(1);
    expect(hand.of('cashbox.inserted')).toHaveLength(1);
  });

  test.each([true, false])('after a loss of power the cash box is in, unless it is told to be out (%s)', (out) => {
    const hand = new Hand().ready();
    hand.slave.standing = [0xe3];
    hand.run(2_000);
    hand.slave.standing = out ? [0xe3] : [];
    hand.slave.reset();
    hand.run(10_000);
    expect(hand.of('cashbox.removed')).toHaveLength(1);
    expect(hand.of('cashbox.inserted')).toHaveLength(out ? 0 : 1);
  });

  test('a payout out of service is enabled again', () => {
    const hand = new Hand('smart-payout').ready();
    hand.slave.events.push([0xc6]);
    hand.run(1_000);
    expect(hand.codes('device.fault')).toEqual(['ssp.payout-out-of-service']);
    hand.dispense([{ minor: 2000, count: 1 }]);
    expect(hand.refusals).toEqual(['p1 false payout-out-of-service']);
    hand.run(6_000);
    expect(hand.heard(0x5c)).toBe(2);
    expect(hand.codes('device.cleared')).toEqual(['ssp.payout-out-of-service']);
  });

  test('a device that disables itself is enabled again, and is not well when it goes on', () => {
    const hand = new Hand().ready();
    hand.slave.standing = [0xe8];
    hand.run(5_000);
    expect(hand.heard(0x0a)).toBeGreaterThan(3);
    expect(hand.codes('device.fault')).toEqual(['ssp.disabled']);
  });

  test('an event that nobody can read is not acknowledged away', () => {
    const hand = new Hand().ready();
    hand.slave.events.push([0xee, 4, 0x05]);
    hand.run(2_000);
    expect(hand.codes('device.fault')).toEqual(['ssp.event-unreadable']);
    expect(hand.heard(0x57)).toBe(0);
  });

  test('notes that the device puts away by itself are moved, each once', () => {
    const hand = new Hand('smart-payout').ready();
    const moved = [0xc9, ...little(1000, 4), ...letters('CNY')];
    hand.slave.events.push(moved, [...moved]);
    hand.run(2_000);
    const keys = hand.of('cash.moved').map(({ key }) => key);
    expect(hand.of('cash.moved')).toMatchObject([
      { from: 'recycler', to: 'box', count: 1, minor: 1000 },
      { from: 'recycler', to: 'box', count: 1, minor: 1000 },
    ]);
    expect(new Set(keys).size).toBe(2);
  });
});

const order: readonly Pieces[] = [
  { minor: 2000, count: 1 },
  { minor: 500, count: 2 },
];

/** A payer that pays the order as soon as it hears it, and ends with this event. */
function payer(hand: Hand, end: readonly number[], paid: Readonly<Record<number, number>>): void {
  hand.slave.onHeard = (data) => {
    if (data[0] !== 0x46 || data.at(-1) !== 0x58) return;
    for (const [minor, count] of Object.entries(paid))
      hand.slave.levels.set(Number(minor), (hand.slave.levels.get(Number(minor)) ?? 0) - count);
    if (end.length > 0) hand.slave.events.push(paying(0xda, 500), [...end]);
  };
}

describe('a payout', () => {
  test('is tried, counted, announced, and leaves when that is recorded', () => {
    const hand = new Hand('smart-payout').ready();
    hand.record = false;
    payer(hand, paying(0xd2, 3000), { 2000: 1, 500: 2 });
    hand.dispense(order).run(3_000);
    expect(hand.slave.heard.filter(([code]) => code === 0x46)).toEqual([
      [0x46, 2, 1, 0, ...little(2000, 4), ...letters('CNY'), 2, 0, ...little(500, 4), ...letters('CNY'), 0x19],
    ]);
    expect(hand.of('payout.starting')).toEqual([
      {
        device: 'a',
        fact: 'payout.starting',
        command: 'p1',
        key: 'a/p1/starting',
        counters: {
          'CNY:100': 5,
          'CNY:500': 5,
          'CNY:1000': 5,
          'CNY:2000': 5,
          'CNY:5000': 5,
          'CNY:10000': 5,
          serial: 1_873_468,
        },
      },
    ]);
    hand.give({ type: 'recorded', key: 'a/p1/starting' });
    hand.run(5_000);
    expect(hand.slave.heard.filter((data) => data[0] === 0x46 && data.at(-1) === 0x58)).toHaveLength(1);
    expect(hand.of('payout.progress')).toMatchObject([{ paid: { currency: 'CNY', minor: 500 } }]);
    expect(hand.of('payout.done')).toMatchObject([
      {
        command: 'p1',
        key: 'a/p1/end',
        paid: { minor: 3000 },
        pieces: [
          { minor: 500, count: 2 },
          { minor: 2000, count: 1 },
        ],
      },
    ]);
    expect(hand.heard(0x57)).toBe(0);
    hand.give({ type: 'recorded', key: 'a/p1/end' });
    hand.run(500);
    expect(hand.heard(0x57)).toBe(1);
  });

  test('shuts all channels first, and opens them again after it', () => {
    const hand = new Hand('smart-payout').ready();
    payer(hand, paying(0xd2, 3000), { 2000: 1, 500: 2 });
    hand.dispense(order).run(8_000);
    const told = hand.slave.heard.map(([code, first]) =>
      code === 0x02 ? `inhibits ${first}` : code === 0x46 ? 'pay' : '',
    );
    expect(told.filter((text) => text !== '').slice(-4)).toEqual(['inhibits 0', 'pay', 'pay', `inhibits ${0b1100}`]);
  });

  test.each([
    [[0xf5, 0], 'not-enough-value'],
    [[0xf5, 1], 'cannot-pay-exactly'],
    [[0xf5, 3], 'device-busy'],
    [[0xf5, 4], 'device-disabled'],
    [[0xf4], 'out-of-range'],
  ])('that the device refuses to try (%j) never leaves', (answer, reason) => {
    const hand = new Hand('smart-payout').ready();
    hand.slave.answers[0x46] = answer;
    // One that says it is busy is asked again for ten seconds.
    hand.dispense(order).run(20_000);
    expect(hand.refusals).toEqual([`p1 false ${reason}`]);
    expect(hand.of('payout.starting')).toEqual([]);
  });

  test('that is refused when it leaves moved nothing when the levels say so', () => {
    const hand = new Hand('smart-payout').ready();
    hand.slave.onHeard = (data) => {
      if (data[0] === 0x46) hand.slave.answers[0x46] = [0xf5, 3];
    };
    hand.dispense(order).run(8_000);
    expect(hand.refusals).toEqual(['p1 false device-busy']);
    expect(hand.of('payout.starting')).toHaveLength(1);
  });

  test('does not leave while the channels cannot be shut, and is refused then', () => {
    const hand = new Hand('smart-payout').ready();
    hand.slave.answers[0x02] = [0xf5];
    hand.dispense(order).run(10_000);
    expect(hand.heard(0x46)).toBe(0);
    expect(hand.refusals).toEqual(['p1 false setting-refused']);
    expect(hand.codes('device.fault')).toEqual(['ssp.setting-refused']);
  });

  test('waits for a note that came in after its order, which goes back', () => {
    const hand = new Hand('smart-payout').ready();
    hand.slave.events.push([0xef, 0], [0xef, 4]);
    hand.dispense(order);
    hand.run(700);
    expect(hand.of('note.escrowed')).toEqual([]);
    expect(hand.sent.at(-1)).not.toBe('hold');
    expect(hand.heard(0x46)).toBe(0);
    hand.slave.events.push([0xed], [0xec]);
    payer(hand, paying(0xd2, 3000), { 2000: 1, 500: 2 });
    hand.run(8_000);
    expect(hand.of('payout.done')).toHaveLength(1);
  });

  test('is left alone by settings until it has ended, though the device disables itself for it', () => {
    const hand = new Hand('smart-payout').ready();
    payer(hand, [], { 2000: 1, 500: 2 });
    hand.dispense(order).until('pay');
    hand.slave.standing = [...paying(0xda, 500), 0xe8];
    const enabled = hand.heard(0x0a);
    hand.run(4_000);
    expect(hand.heard(0x0a)).toBe(enabled);
    hand.slave.events.push(paying(0xd2, 3000));
    hand.slave.standing = [0xe8];
    hand.run(3_000);
    expect(hand.of('payout.done')).toHaveLength(1);
    expect(hand.heard(0x0a)).toBeGreaterThan(enabled);
  });

  test('is not taken while another is open, nor one for what is not there', () => {
    const hand = new Hand('smart-payout').ready();
    hand.dispense(order).dispense(order, 'p2');
    hand.dispense(order, 'p1');
    expect(hand.refusals).toEqual(['p2 false busy']);
    const other = new Hand('smart-payout').ready();
    other.dispense([{ minor: 2000, count: 6 }]);
    expect(other.refusals).toEqual(['p1 false not-enough-pieces']);
    const note = new Hand('smart-payout').ready().toEscrow();
    note.dispense(order);
    expect(note.refusals).toEqual(['p1 false note-in-path']);
  });

  test.each([
    ['incomplete', [0xdc, 1, ...little(2000, 4), ...little(3000, 4), ...letters('CNY')]],
    ['out of time', paying(0xd9, 2000)],
    ['halted', paying(0xd6, 2000)],
  ])('that ends %s owes the rest', (_, end) => {
    const hand = new Hand('smart-payout').ready();
    payer(hand, end, { 2000: 1 });
    hand.dispense(order).run(8_000);
    expect(hand.of('payout.partial')).toMatchObject([
      { command: 'p1', paid: { minor: 2000 }, owed: { minor: 1000 }, pieces: [{ minor: 2000, count: 1 }] },
    ]);
    expect(hand.of('payout.partial')[0]?.counters['CNY:2000']).toBe(4);
  });

  test('that jams is stopped before it is settled', () => {
    const hand = new Hand('smart-payout').ready();
    payer(hand, paying(0xd5, 2000), { 2000: 1 });
    hand.dispense(order).run(10_000);
    expect(hand.heard(0x38)).toBe(1);
    expect(hand.of('payout.partial')).toMatchObject([{ paid: { minor: 2000 }, owed: { minor: 1000 } }]);
  });

  test('of which nothing is heard is stopped, and the levels decide', () => {
    const hand = new Hand('smart-payout').ready();
    payer(hand, [], { 2000: 1, 500: 2 });
    hand.dispense(order).run(15_000);
    expect(hand.heard(0x38)).toBe(1);
    expect(hand.of('payout.done')).toMatchObject([{ paid: { minor: 3000 } }]);
  });

  test('about which device and levels disagree ends as unknown, with both numbers', () => {
    const hand = new Hand('smart-payout').ready();
    payer(hand, paying(0xd9, 1000), { 2000: 1 });
    hand.dispense(order).run(8_000);
    expect(hand.of('payout.unknown')).toMatchObject([
      { command: 'p1', reason: 'the device says it paid 1000, its levels lost 2000 minor units' },
    ]);
    expect(hand.codes('device.fault')).toContain('ssp.levels-disagree');
    expect([...hand.of('payout.done'), ...hand.of('payout.partial')]).toEqual([]);
  });

  test('whose levels are others at each reading is settled by the eleventh', () => {
    const hand = new Hand('smart-payout').ready();
    payer(hand, paying(0xd2, 3000), { 2000: 1, 500: 2 });
    const pay = hand.slave.onHeard;
    let readings = 0;
    hand.slave.onHeard = (data) => {
      pay(data);
      // Where the store counts on, there is nothing that two readings agree about.
      if (data[0] === 0x22 && hand.heard(0x46) > 1) hand.slave.levels.set(10_000, 100 + ++readings);
    };
    hand.dispense(order).run(4_000);
    expect([readings < 11, hand.of('payout.done')]).toEqual([true, []]);
    hand.run(4_000);
    expect(hand.of('payout.done')).toMatchObject([{ paid: { minor: 3000 } }]);
    expect(readings).toBe(11);
  });

  test('that the device says is whole is done, and a store that lost more is to be counted', () => {
    const hand = new Hand('smart-payout').ready();
    payer(hand, paying(0xd2, 3000), { 2000: 1, 500: 2, 100: 1 });
    hand.dispense(order).run(8_000);
    expect(hand.of('payout.done')).toMatchObject([{ paid: { minor: 3000 }, pieces: order }]);
    expect(hand.codes('device.fault')).toContain('ssp.levels-disagree');
  });

  test('a note that goes into the box meanwhile is moved and not paid', () => {
    const hand = new Hand('smart-payout').ready();
    payer(hand, paying(0xd2, 3000), { 2000: 1, 500: 2, 100: 1 });
    const pay = hand.slave.onHeard;
    hand.slave.onHeard = (data) => {
      if (data[0] === 0x46 && data.at(-1) === 0x58)
        hand.slave.events.push([0xc9, ...little(100, 4), ...letters('CNY')]);
      pay(data);
    };
    hand.dispense(order).run(8_000);
    expect(hand.of('payout.done')).toMatchObject([{ paid: { minor: 3000 } }]);
    expect(hand.of('cash.moved')).toMatchObject([{ command: 'p1', minor: 100, count: 1, from: 'recycler', to: 'box' }]);
    expect(hand.codes('device.fault')).toEqual([]);
  });

  test('presents a note, and says when it was taken or drawn in again', () => {
    const hand = new Hand('smart-payout').ready();
    const held = [0xce, ...little(2000, 4), ...letters('CNY')];
    payer(hand, held, { 2000: 1 });
    hand.dispense([{ minor: 2000, count: 1 }]).run(1_500);
    expect(hand.of('cash.presented')).toMatchObject([{ command: 'p1', ...twenty }]);
    hand.slave.events.push(paying(0xda, 2000));
    hand.run(400);
    expect(hand.of('cash.taken')).toMatchObject([{ command: 'p1', ...twenty }]);

    const other = new Hand('smart-payout').ready();
    payer(other, held, { 2000: 1 });
    other.dispense([{ minor: 2000, count: 1 }]);
    other.until('pay').run(50);
    other.slave.events.push([0xc9, ...little(2000, 4), ...letters('CNY')], paying(0xd9, 0));
    other.run(6_000);
    expect(other.of('cash.retracted')).toMatchObject([{ command: 'p1', ...twenty }]);
    expect(other.of('cash.taken')).toEqual([]);
    expect(other.of('payout.done')).toMatchObject([{ paid: { minor: 2000 } }]);
  });

  test('says nothing of a note at its lips while it starts, and says then what is there', () => {
    for (const there of [true, false]) {
      const hand = new Hand('smart-payout').ready();
      const held = [0xce, ...little(2000, 4), ...letters('CNY')];
      payer(hand, held, { 2000: 1 });
      hand.dispense([{ minor: 2000, count: 1 }]).until('pay');
      hand.slave.standing = held;
      hand.run(1_000);
      hand.slave.standing = [];
      hand.slave.reset();
      hand.run(800);
      expect(hand.of('cash.taken')).toEqual([]);
      hand.slave.standing = there ? held : [];
      hand.run(6_000);
      expect(hand.of('cash.taken')).toHaveLength(there ? 0 : 1);
      expect(hand.of('cash.presented')).toHaveLength(1);
    }
  });

  test('of a note float goes note by note from the top, each ordered once', () => {
    const hand = new Hand('nv11');
    const store = [500, 2000, 1000];
    const positions = () => [0xf0, store.length, ...store.flatMap((minor) => little(minor, 4))];
    hand.slave.answers[0x41] = positions();
    hand.ready();
    hand.slave.onHeard = ([code]) => {
      if (code !== 0x42) return;
      const minor = store.pop() as number;
      hand.slave.answers[0x41] = positions();
      hand.slave.events.push(paying(0xd2, minor));
    };
    hand.dispense([{ minor: 500, count: 1 }], 'p0');
    expect(hand.refusals).toEqual(['p0 false not-on-top']);
    hand
      .dispense([
        { minor: 2000, count: 1 },
        { minor: 1000, count: 1 },
      ])
      .run(8_000);
    expect(hand.heard(0x42)).toBe(2);
    expect(hand.of('payout.done')).toMatchObject([{ paid: { minor: 3000 } }]);
    expect(store).toEqual([500]);
  });
});

describe('a payout and the line', () => {
  test('with any one request or answer lost is paid once and told once', () => {
    for (let lost = 1; lost <= 16; lost++) {
      for (const what of ['request lost', 'answer lost'] as const) {
        const hand = new Hand('smart-payout').ready();
        payer(hand, paying(0xd2, 3000), { 2000: 1, 500: 2 });
        const first = hand.exchanges;
        hand.fate = (_, number) => (number - first === lost ? what : 'whole');
        hand.dispense(order).run(15_000);
        expect(hand.of('payout.done'), `${what} ${lost}`).toMatchObject([{ paid: { minor: 3000 } }]);
        expect(hand.slave.heard.filter((data) => data[0] === 0x46 && data.at(-1) === 0x58)).toHaveLength(1);
        expect(hand.slave.levels.get(2000)).toBe(4);
      }
    }
  });

  test('that breaks when the order left is never ordered again', () => {
    for (const fate of ['request lost', 'answer lost'] as const) {
      const hand = new Hand('smart-payout').ready();
      payer(hand, paying(0xd2, 3000), { 2000: 1, 500: 2 });
      hand.fate = (name) => (name === 'pay' ? fate : 'whole');
      hand.dispense(order).until('pay');
      hand.close();
      hand.run(2_000);
      hand.fate = () => 'whole';
      hand.open();
      hand.run(20_000);
      const heard = hand.slave.heard.filter((data) => data[0] === 0x46 && data.at(-1) === 0x58);
      expect(heard).toHaveLength(fate === 'request lost' ? 0 : 1);
      if (fate === 'answer lost') expect(hand.of('payout.done')).toMatchObject([{ paid: { minor: 3000 } }]);
      else expect(hand.of('payout.partial')).toMatchObject([{ paid: { minor: 0 }, owed: { minor: 3000 }, pieces: [] }]);
    }
  });

  test('that breaks before the order left refuses it for certain', () => {
    const hand = new Hand('smart-payout').ready();
    hand.record = false;
    hand.dispense(order).run(3_000);
    expect(hand.of('payout.starting')).toHaveLength(1);
    hand.close();
    expect(hand.refusals).toEqual(['p1 false line-lost']);
    hand.give({ type: 'recorded', key: 'a/p1/starting' });
    hand.open();
    hand.run(5_000);
    expect(hand.slave.heard.filter((data) => data[0] === 0x46 && data.at(-1) === 0x58)).toEqual([]);
  });
});

describe('an open payout of before', () => {
  const counters = {
    'CNY:100': 5,
    'CNY:500': 5,
    'CNY:1000': 5,
    'CNY:2000': 5,
    'CNY:5000': 5,
    'CNY:10000': 5,
    serial: 1_873_468,
  };
  const memory = (starting: boolean): DeviceMemory => ({
    ...emptyMemory,
    lastPayout: { command: 'p0', currency: 'CNY', pieces: order, open: true, starting },
    counters,
  });
  const levelsLess = (paid: Readonly<Record<number, number>>) => (slave: Slave) => {
    for (const [minor, count] of Object.entries(paid)) slave.levels.set(Number(minor), 5 - count);
  };

  test('that had not begun is refused for certain', () => {
    const hand = new Hand('smart-payout', memory(false)).run(5_000);
    expect(hand.refusals).toEqual(['p0 false restarted']);
    expect(hand.of('device.ready')).toHaveLength(1);
  });

  test.each([
    ['all of it', { 2000: 1, 500: 2 }, 'payout.done', 3000],
    ['a part', { 500: 1 }, 'payout.partial', 500],
    ['nothing', {}, 'payout.partial', 0],
  ] as const)('ends by the levels: %s left', (_, paid, fact, minor) => {
    const hand = new Hand('smart-payout', memory(true), levelsLess(paid)).run(10_000);
    expect(hand.of(fact)).toMatchObject([{ command: 'p0', key: 'a/p0/end', paid: { minor } }]);
    expect(hand.heard(0x46)).toBe(0);
    expect(hand.heard(0x38)).toBe(1);
    expect(hand.of('device.ready')).toHaveLength(1);
  });

  test('waits until a device that still pays has ended', () => {
    const hand = new Hand('smart-payout', memory(true), levelsLess({ 500: 1 }));
    hand.slave.standing = paying(0xda, 500);
    hand.run(8_000);
    expect(hand.of('payout.partial')).toEqual([]);
    expect(hand.of('device.ready')).toEqual([]);
    expect(hand.heard(0x38)).toBe(0);
    levelsLess({ 2000: 1, 500: 2 })(hand.slave);
    hand.slave.standing = [];
    hand.slave.events.push(paying(0xd2, 3000));
    hand.run(3_000);
    expect(hand.of('payout.done')).toMatchObject([{ command: 'p0', paid: { minor: 3000 } }]);
  });

  test.each([
    ['lost what was not ordered', { 10000: 1 }],
    ['has more than before', { 2000: -1 }],
  ] as const)('is unknown of a device that %s', (_, paid) => {
    const hand = new Hand('smart-payout', memory(true), levelsLess(paid)).run(10_000);
    expect(hand.of('payout.unknown')).toMatchObject([{ command: 'p0' }]);
  });

  test('is unknown of another device, and where no counters were kept', () => {
    const other = { ...memory(true), counters: { ...counters, serial: 7 } };
    expect(new Hand('smart-payout', other).run(10_000).of('payout.unknown')).toHaveLength(1);
    const none = { ...memory(true), counters: {} };
    expect(new Hand('smart-payout', none).run(10_000).of('payout.unknown')).toHaveLength(1);
  });
});

describe('emptying', () => {
  test('moves everything into the box, by the levels', () => {
    const hand = new Hand('smart-payout').ready();
    hand.slave.onHeard = ([code]) => {
      if (code !== 0x52) return;
      for (const minor of hand.slave.levels.keys()) hand.slave.levels.set(minor, 0);
      hand.slave.events.push(paying(0xb3, 100), paying(0xb4, 93_000));
    };
    hand.give({ type: 'command', command: { id: 'e1', device: 'a', command: 'cash.empty', keep: [] } });
    hand.dispense(order);
    expect(hand.refusals).toEqual(['p1 false busy']);
    hand.run(5_000);
    const moved = hand.of('cash.moved').map(({ minor, count, key }) => `${minor} ${count} ${key}`);
    expect(moved).toContain('2000 5 a/e1/moved/2000');
    expect(moved).toHaveLength(6);
    expect(hand.of('cash.emptied')).toMatchObject([{ command: 'e1', key: 'a/e1/emptied' }]);
    expect(hand.facts.findIndex(({ fact }) => fact === 'cash.emptied')).toBeGreaterThan(
      hand.facts.findLastIndex(({ fact }) => fact === 'cash.moved'),
    );
    expect(hand.slave.events).toEqual([]);
  });

  test('that leaves something behind says so, and what went all the same', () => {
    const hand = new Hand('smart-payout').ready();
    hand.slave.onHeard = ([code]) => {
      if (code !== 0x52) return;
      hand.slave.levels.set(2000, 1);
      hand.slave.events.push(paying(0xb4, 8000));
    };
    hand.give({ type: 'command', command: { id: 'e1', device: 'a', command: 'cash.empty', keep: [] } });
    hand.run(5_000);
    expect(hand.of('cash.moved')).toMatchObject([{ minor: 2000, count: 4 }]);
    expect(hand.refusals).toEqual(['e1 true not-all-moved']);
    expect(hand.of('cash.emptied')).toEqual([]);
  });

  test('that the device refuses, and one of a device that keeps nothing, never leaves', () => {
    const hand = new Hand('smart-payout').ready();
    hand.slave.answers[0x52] = [0xf5];
    hand.give({ type: 'command', command: { id: 'e1', device: 'a', command: 'cash.empty', keep: [] } });
    hand.run(3_000);
    expect(hand.refusals).toEqual(['e1 false cannot-be-processed']);
    const validator = new Hand().ready();
    validator.give({ type: 'command', command: { id: 'e2', device: 'a', command: 'cash.empty', keep: [] } });
    validator.dispense(order);
    expect(validator.refusals).toEqual(['e2 false does-not-pay-out', 'p1 false does-not-pay-out']);
  });
});

describe('emptying but for a float', () => {
  const keep = [
    { minor: 2000, count: 2 },
    { minor: 100, count: 5 },
  ];
  const ask = (hand: Hand, stays: readonly Pieces[] = keep): Hand => {
    hand.give({ type: 'command', command: { id: 'e1', device: 'a', command: 'cash.empty', keep: stays } });
    return hand;
  };
  const leave = ({ slave }: Hand, stays: readonly Pieces[] = keep): void => {
    for (const minor of slave.levels.keys())
      slave.levels.set(minor, stays.find((one) => one.minor === minor)?.count ?? 0);
  };
  const floats = (hand: Hand) => hand.slave.heard.filter(([code]) => code === 0x44);
  const moved = (hand: Hand) => hand.of('cash.moved').map(({ minor, count }) => [minor, count]);
  const all = [
    [500, 5],
    [1000, 5],
    [2000, 3],
    [5000, 5],
    [10_000, 5],
  ];
  const each = (count: number, minor: number): number[] => [
    ...little(count, 2),
    ...little(minor, 4),
    ...letters('CNY'),
  ];

  test('names what stays of every denomination that is there, and tells what went', () => {
    const hand = new Hand('smart-payout').ready();
    hand.slave.levels.set(10_000, 0);
    hand.slave.onHeard = ([code]) => {
      if (code !== 0x44) return;
      leave(hand);
      hand.slave.events.push(paying(0xd7, 6000), paying(0xd8, 38_500));
    };
    ask(hand).run(5_000);
    const named = [...each(5, 100), ...each(0, 500), ...each(0, 1000), ...each(2, 2000), ...each(0, 5000)];
    expect(floats(hand)).toEqual([[0x44, 5, ...named, 0x58]]);
    expect(moved(hand)).toEqual(all.slice(0, -1));
    expect(hand.of('cash.emptied')).toMatchObject([{ command: 'e1', key: 'a/e1/emptied' }]);
    expect(hand.slave.heard.some(([code]) => code === 0x52)).toBe(false);
  });

  test('is not told twice of a note that the machine names as moved', () => {
    const hand = new Hand('smart-payout').ready();
    ask(hand).until('float');
    hand.slave.standing = paying(0xd7, 500);
    hand.slave.events.push([0xc9, ...little(500, 4), ...letters('CNY')]);
    hand.run(8_000);
    expect(hand.of('cash.moved')).toEqual([]);
    leave(hand);
    hand.slave.standing = [];
    hand.slave.events.push(paying(0xd8, 90_500));
    hand.run(2_000);
    expect(moved(hand)).toEqual(all);
  });

  test('that leaves more, or less, or something else says so, and what went', () => {
    for (const stays of [
      [{ minor: 2000, count: 3 }, keep[1] as Pieces],
      [{ minor: 2000, count: 1 }, keep[1] as Pieces],
      [...keep, { minor: 500, count: 1 }],
    ]) {
      const hand = new Hand('smart-payout').ready();
      hand.slave.onHeard = ([code]) => {
        if (code !== 0x44) return;
        leave(hand, stays);
        hand.slave.events.push(paying(0xd8, 1));
      };
      ask(hand).run(5_000);
      expect(hand.refusals).toEqual(['e1 true not-all-moved']);
      expect(hand.of('cash.emptied')).toEqual([]);
      expect(new Map(hand.of('cash.moved').map(({ minor, count }) => [minor, count])).get(2000)).toBe(
        5 - (stays.find(({ minor }) => minor === 2000)?.count ?? 0),
      );
    }
  });

  test.each([
    ['a loss of power, whose float was cut short', true],
    ['a break of the line, behind which it goes on', false],
  ])('is not ordered again after %s, and ends by the levels', (_, power) => {
    const hand = new Hand('smart-payout').ready();
    ask(hand).until('float');
    hand.slave.standing = paying(0xd7, 500);
    hand.run(1_000);
    if (power) {
      hand.slave.standing = [];
      leave(hand, [...keep, { minor: 500, count: 4 }]);
      hand.slave.reset();
      const cut = [0xdd, 1, ...little(500, 4), ...little(90_500, 4), ...letters('CNY')];
      hand.slave.events.push(cut);
    } else {
      hand.close();
      hand.nowMs += 1_000;
      hand.open();
      hand.run(3_000);
      leave(hand);
      hand.slave.standing = [];
      hand.slave.events.push(paying(0xd8, 90_500));
    }
    // Its own word about a float ends it, and not its silence.
    hand.run(power ? 4_000 : 2_000);
    expect(floats(hand)).toHaveLength(1);
    expect(moved(hand)).toEqual(power ? [[500, 1], ...all.slice(1)] : all);
    expect(hand.of('cash.emptied')).toHaveLength(power ? 0 : 1);
    expect(hand.refusals).toEqual(power ? ['e1 true not-all-moved'] : []);
  });

  test.each([
    ['a jam', 0xd5, false],
    ['an order to stop', 0xd6, true],
    ['a vain search', 0xd9, true],
  ])('ends with its silence after %s, by the levels', (_, code, once) => {
    const hand = new Hand('smart-payout').ready();
    ask(hand).until('float');
    hand.slave.levels.set(5000, 3);
    if (once) hand.slave.events.push(paying(code, 10_000));
    else hand.slave.standing = paying(code, 10_000);
    hand.run(15_000);
    expect(moved(hand)).toEqual([[5000, 2]]);
    expect(hand.refusals).toEqual(['e1 true not-all-moved']);
    expect(floats(hand)).toHaveLength(1);
  });

  test.each([
    ['not-enough-pieces', 'smart-payout', [{ minor: 2000, count: 6 }]],
    ['no-such-denomination', 'smart-payout', [{ minor: 700, count: 1 }]],
    ['no-such-pieces', 'smart-payout', [{ minor: 2000, count: 0 }]],
    ['cannot-leave-a-float', 'nv11', [{ minor: 2000, count: 1 }]],
  ] as const)('is refused for certain before it leaves: %s', (reason, model, stays) => {
    const hand = new Hand(model, emptyMemory, (slave) => {
      if (model === 'nv11') slave.answers[0x41] = [0xf0, 1, ...little(2000, 4)];
    }).ready();
    ask(hand, stays).run(5_000);
    expect(hand.refusals).toEqual([`e1 false ${reason}`]);
    expect(hand.slave.heard.some(([code]) => code === 0x44 || code === 0x52)).toBe(false);
  });

  test('does not show that levels which were wrong are right again, as an empty store does', () => {
    const hand = new Hand('smart-payout').ready();
    hand.slave.onHeard = ([code, ...data]) => {
      if (code === 0x46 && data.at(-1) === 0x58) {
        hand.slave.levels.set(2000, 4);
        hand.slave.events.push(paying(0xd9, 1000));
      } else if (code === 0x44 || code === 0x52) {
        leave(hand, code === 0x44 ? [{ minor: 500, count: 5 }] : []);
        hand.slave.events.push(paying(code === 0x44 ? 0xd8 : 0xb4, 1));
      }
    };
    hand.dispense(order).run(8_000);
    expect(hand.codes('device.fault')).toContain('ssp.levels-disagree');
    ask(hand, [{ minor: 500, count: 5 }]).run(5_000);
    expect(hand.of('cash.emptied')).toHaveLength(1);
    expect(hand.codes('device.cleared')).not.toContain('ssp.levels-disagree');
    hand.give({ type: 'command', command: { id: 'e2', device: 'a', command: 'cash.empty', keep: [] } });
    hand.run(5_000);
    expect(hand.codes('device.cleared')).toContain('ssp.levels-disagree');
  });

  test('is ordered again while the machine says that it is busy, and its answer may be lost', () => {
    const hand = new Hand('smart-payout').ready();
    hand.slave.answers[0x44] = [0xf5, 3];
    ask(hand).until('float').until('float');
    delete hand.slave.answers[0x44];
    hand.slave.onHeard = ([code]) => {
      if (code !== 0x44) return;
      leave(hand);
      hand.slave.events.push(paying(0xd8, 38_500));
    };
    let lost = 0;
    hand.fate = (name) => (name === 'float' && ++lost === 1 ? 'answer lost' : 'whole');
    hand.run(10_000);
    expect(lost).toBe(2);
    expect(floats(hand)).toHaveLength(3);
    expect(moved(hand)).toEqual(all);
    expect(hand.of('cash.emptied')).toHaveLength(1);
  });

  test.each([
    [1, 'not-enough-value'],
    [2, 'cannot-keep-exactly'],
    [3, 'device-busy'],
    [4, 'device-disabled'],
  ])('that the machine refuses with %i has moved nothing: %s', (code, reason) => {
    const hand = new Hand('smart-payout').ready();
    hand.slave.answers[0x44] = [0xf5, code];
    ask(hand).run(20_000);
    expect(hand.refusals).toEqual([`e1 false ${reason}`]);
    expect(hand.of('cash.moved')).toEqual([]);
  });
});

describe('levels', () => {
  test('are asked one by one of a device that does not tell them all', () => {
    const hand = new Hand('smart-payout');
    hand.slave.answers[0x22] = [0xf2];
    hand.slave.answers[0x35] = [0xf0, 7, 0];
    hand.run(3_000);
    expect(hand.of('cash.levels')[0]?.levels.map(({ minor, count, state }) => `${minor} ${count} ${state}`)).toEqual(
      [100, 500, 1000, 2000, 5000, 10_000].map((minor) => `${minor} 7 ok`),
    );
    expect(hand.heard(0x35)).toBe(6);
  });

  test('are told when they change, and not otherwise', () => {
    const hand = new Hand('smart-payout').ready();
    expect(hand.of('cash.levels')).toHaveLength(1);
    hand.slave.levels.set(2000, 0);
    hand.slave.events.push([0xb4, 1, ...little(0, 4), ...letters('CNY')]);
    hand.run(1_000);
    expect(hand.of('cash.levels')).toHaveLength(2);
    expect(hand.of('cash.levels')[1]?.levels).toContainEqual({ ...twenty, count: 0, state: 'empty' });
  });
});

describe('the front door', () => {
  test('finds what is wrong with settings', () => {
    const paths = (settings: Record<string, unknown>) => frontDoor.checkSettings(settings).map(({ path }) => path);
    expect(paths({ model: 'smart-payout', address: 3, fixedKey: '0123456701234567', protocolVersion: 7 })).toEqual([]);
    expect(paths({ encryption: 'off' })).toEqual([]);
    expect(paths({ model: 'nv11', encryption: 'off' })).toEqual(['encryption']);
    expect(paths({ model: 'nv300', address: 126, encryption: 'yes', fixedKey: '12', protocolVersion: 9 })).toEqual([
      'model',
      'address',
      'encryption',
      'fixedKey',
      'protocolVersion',
    ]);
    expect(paths({ countries: { CHN: 'CNY', chn: 'CNY', ABC: 'ABC' } })).toEqual(['countries.chn', 'countries.ABC']);
    expect(paths({ countries: 1, telepathy: true })).toEqual(['countries', 'telepathy']);
    expect(() => frontDoor.createDriver({ device: 'a', settings: { address: -1 } })).toThrow(RangeError);
  });

  test('says what a device is, where it answers and how its simulated one is set', () => {
    const models = ['nv200', 'nv11', 'smart-payout', 'smart-hopper'];
    expect(models.map((model) => frontDoor.kindOf({ model }))).toEqual([
      'note-acceptor',
      'recycler',
      'recycler',
      'hopper',
    ]);
    expect(models.map((model) => frontDoor.addressOf({ model }))).toEqual([0, 0, 0, 16]);
    expect(frontDoor.simulatorSettings?.({ model: 'smart-hopper', address: 17 })).toEqual({
      model: 'smart-hopper',
      address: '17',
    });
  });

  test('countries that are mapped are used, and others are a fault', () => {
    const driver = frontDoor.createDriver({ device: 'a', settings: { countries: { CNY: 'EUR' } } });
    expect(driver.interByteMs).toBeGreaterThan(0);
    expect(driver.answers?.({ address: 1, sequence: 0, data: Uint8Array.of(0xf0), bytes: new Uint8Array(0) })).toBe(
      false,
    );
    expect(driver.answers?.({ address: 0, sequence: 0, data: Uint8Array.of(0xf0), bytes: new Uint8Array(0) })).toBe(
      true,
    );
  });
});

test('no frames, orders, times and records make it throw, and nothing is credited that was not told', () => {
  const data = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 40 }),
    fc.constantFrom(
      [0xf0],
      [0xf2],
      [0xf5, 3],
      [0xfa],
      [0xf0, 0xf1, 0xe2, 4],
      [0xf0, 0xef, 4],
      [0xf0, 0xed, 0xec],
      setUpBytes(),
    ),
  );
  const input = fc.oneof(
    data.map((bytes) => ({ what: 'frame' as const, bytes: [...bytes] })),
    fc.constantFrom('turn', 'silence', 'opened', 'closed', 'stack', 'return', 'dispense', 'empty').map((what) => ({
      what: what as 'turn',
      bytes: [] as number[],
    })),
  );
  fc.assert(
    fc.property(
      fc.array(input, { maxLength: 120 }),
      fc.constantFrom<Model>('nv200', 'nv11', 'smart-payout', 'smart-hopper'),
      (inputs, model) => {
        const hand = new Hand(model);
        for (const { what, bytes } of inputs) {
          hand.nowMs = Math.max(hand.nowMs + 7, hand.turnAtMs ?? 0);
          if (what === ('frame' as string)) {
            const sequence = (hand.state.packet?.sequence ?? 0) as 0 | 1;
            const [item] = createDecoder().push(encode(0, sequence, bytes));
            if (item?.type === 'frame') hand.give({ type: 'frame', frame: item.frame });
          } else if (what === 'turn') hand.give({ type: 'turn' });
          else if (what === ('silence' as string)) hand.give({ type: 'silence' });
          else if (what === ('opened' as string)) hand.open();
          else if (what === ('closed' as string)) hand.close();
          else if (what === ('stack' as string)) hand.stack();
          else if (what === ('dispense' as string)) hand.dispense(order);
          else hand.give({ type: 'command', command: { id: 'x', device: 'a', command: 'cash.empty', keep: [] } });
        }
        expect(hand.of('payout.done')).toEqual([]);
      },
    ),
    { numRuns: 200, seed: 1 },
  );
});

function setUpBytes(): readonly number[] {
  return [0xf0, 0, ...letters('0416CNY'), 0, 0, 1, 1, 20, 2, 0, 0, 100, 8, ...letters('CNY'), ...little(20, 4)];
}
