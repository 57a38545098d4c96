import fc from 'fast-check';
import { frontDoor } from '../../../hardware/ebds/index.ts';
import { describe, expect, test } from 'vitest';
import { type DeviceFact, type DeviceMemory, emptyMemory } from '../../../hardware/device.ts';
import type { DriverInput } from '../../../hardware/driver.ts';
import { createDriver, type Settings, type State } from '../../../hardware/ebds/driver.ts';
import { createDecoder, encode, type Frame } from '../../../hardware/ebds/frame.ts';

const twenty = { currency: 'CNY', minor: 2000 };
const settings: Settings = { digitsOf: (currency) => (currency === 'CNY' ? 2 : null), values: [] };
const configured: Settings = { ...settings, values: [{ currency: 'CNY', minor: 100 }, null, twenty] };
const openStack: DeviceMemory = { ...emptyMemory, lastStack: { command: 's1', open: true, ...twenty } };
const closedStack: DeviceMemory = { ...emptyMemory, lastStack: { command: 's1', open: false, ...twenty } };

const idle = 0x01;
const accepting = 0x02;
const escrowed = 0x04;
const stacking = 0x08;
const stacked = 0x10;
const returning = 0x20;
const returned = 0x40;
const present = 0x10;
const powerUp = 0x01;

type Untimed = DriverInput<Frame> extends infer Input ? (Input extends unknown ? Omit<Input, 'nowMs'> : never) : never;

/** Letters, three digits, sign and two digits of zeros, and what a host does not read. */
function note(words: string): number[] {
  return [...Array.from(words, (letter) => letter.charCodeAt(0)), ...new Array<number>(8).fill(0)];
}

interface Said {
  readonly state?: number;
  readonly status?: number;
  readonly exception?: number;
  /** As `CNY020+00`: an extended report names it. */
  readonly note?: string;
}

function bytesOf({ state = 0, status = present, exception = 0 }: Said): number[] {
  return [state, status, exception, 0, 0x54, 5];
}

/** Plays the wire by hand: no clock but `nowMs`, no Link. The device has a table of notes. */
class Hand {
  readonly driver: ReturnType<typeof createDriver>;
  state: State;
  nowMs = 1_000;
  turnAtMs: number | null = null;
  urgent = false;
  facts: DeviceFact[] = [];
  sent: string[] = [];
  last: Frame = { type: 0, ack: 0, data: new Uint8Array(0) };
  table = ['CNY001+00', 'CNY020+00', 'CNY050+00'];
  /** What the device does with a question: answers it, takes it for an error, or is mute. */
  knows: 'answers' | 'errors' | 'mute' = 'answers';

  constructor(memory: DeviceMemory = emptyMemory, given: Settings = settings) {
    this.driver = createDriver('a', given);
    this.state = this.driver.start(memory);
    this.give({ type: 'opened', chance: new Uint8Array(64) });
  }

  give(input: Untimed): string | null {
    const step = this.driver.step(this.state, { ...input, nowMs: this.nowMs } as DriverInput<Frame>);
    this.state = step.state;
    this.turnAtMs = step.turnAtMs;
    this.urgent = step.urgent;
    this.facts.push(...step.facts);
    if (step.send === undefined) return null;
    this.sent.push(step.send.name);
    const [item] = createDecoder().push(step.send.bytes.slice());
    if (item?.type !== 'frame') throw new Error('no frame was sent');
    this.last = item.frame;
    return step.send.name;
  }

  /** A frame of the device, under the number that it was asked with. */
  frame(type: number, data: readonly number[], ack: 0 | 1 = this.last.ack): void {
    this.nowMs += 10;
    const [item] = createDecoder().push(encode({ type, ack, data }));
    if (item?.type === 'frame') this.give({ type: 'frame', frame: item.frame });
  }

  reply(said: Said, ack: 0 | 1 = this.last.ack): void {
    if (said.note === undefined) this.frame(2, bytesOf(said), ack);
    else this.frame(7, [2, ...bytesOf(said), 0, ...note(said.note)], ack);
  }

  silence(): void {
    this.nowMs += 250;
    this.give({ type: 'silence' });
  }

  private answer(name: string): void {
    if (this.knows === 'mute') this.silence();
    else if (this.knows === 'errors') this.reply({ state: idle, exception: 0x02 });
    else if (name === 'inhibits') this.reply({ state: idle });
    else if (name === 'note-specification') {
      const index = this.last.data[4] as number;
      const words = this.table[index - 1];
      const rest = words === undefined ? new Array<number>(18).fill(0) : [index, ...note(words)];
      this.frame(7, [2, ...bytesOf({ state: idle }), ...rest]);
    } else {
      const words = { model: 'SCN66', serial: '30604012345', application: '286002105' }[name] ?? '';
      this.frame(
        6,
        Array.from(words, (letter) => letter.charCodeAt(0)),
      );
    }
  }

  /** One message at its time, answered when it is a question. */
  step(): void {
    const name = this.give({ type: 'turn' });
    if (name === 'poll') this.reply({ state: idle });
    else if (name !== null) this.answer(name);
  }

  /** The next message at its time; questions are answered until another message comes. */
  turn(): string | null {
    for (let guard = 0; guard < 120; guard++) {
      this.nowMs = Math.max(this.nowMs, this.turnAtMs ?? this.nowMs);
      const name = this.give({ type: 'turn' });
      if (name === null || name === 'poll' || name === 'stack' || name === 'return') return name;
      this.answer(name);
    }
    throw new Error('questions never end');
  }

  poll(said: Said): void {
    expect(this.turn()).toBe('poll');
    this.reply(said);
  }

  ready(...accept: readonly number[]): this {
    this.poll({ state: idle });
    this.give({ type: 'levels', levels: { accept: accept.length === 0 ? [2000] : accept } });
    for (let polls = 0; polls < 3; polls++) this.poll({ state: idle });
    expect(this.of('device.ready')).toHaveLength(1);
    return this;
  }

  toEscrow(words = 'CNY020+00'): this {
    this.poll({ state: accepting });
    this.poll({ state: escrowed, note: words });
    return this;
  }

  order(id = 's1', minor = 2000): this {
    this.give({ type: 'command', command: { id, device: 'a', command: 'note.stack', currency: 'CNY', minor } });
    return this;
  }

  stackSent(): this {
    this.ready().toEscrow().order();
    expect(this.urgent).toBe(true);
    expect(this.turn()).toBe('stack');
    this.reply({ state: stacking });
    return this;
  }

  of<Name extends DeviceFact['fact']>(name: Name): (DeviceFact & { fact: Name })[] {
    return this.facts.filter((fact): fact is DeviceFact & { fact: Name } => fact.fact === name);
  }

  codes(fact: 'device.fault' | 'device.cleared'): string[] {
    return this.of(fact).map(({ code }) => code);
  }
}

describe('set-up', () => {
  test('asks who it is and what it knows, place by place, and then says what may come', () => {
    const hand = new Hand().ready(100, 5000);
    expect(hand.sent.filter((name) => name !== 'poll')).toEqual([
      'model',
      'serial',
      'application',
      ...new Array<string>(8).fill('note-specification'),
      'inhibits',
    ]);
    expect(hand.of('device.identified')).toEqual([
      {
        device: 'a',
        fact: 'device.identified',
        protocol: 'ebds',
        maker: 'MEI',
        model: 'SCN66',
        serial: '30604012345',
        firmware: '286002105',
        denominations: [100, 2000, 5000].map((minor) => ({ currency: 'CNY', minor })),
      },
    ]);
    expect(hand.state.enabled).toBe('1,3');
  });

  test('nothing is enabled before it is ready, everything held, policy B and extended notes always', () => {
    const hand = new Hand();
    hand.give({ type: 'levels', levels: { accept: [2000] } });
    hand.poll({ state: idle });
    expect([...hand.last.data]).toEqual([0, 0x1c, 0x14]);
    for (let polls = 0; polls < 3; polls++) hand.poll({ state: idle });
    expect([...hand.last.data]).toEqual([0x7f, 0x1c, 0x14]);
    hand.give({ type: 'levels', levels: { accept: [] } });
    hand.poll({ state: idle });
    hand.turn();
    expect([...hand.last.data]).toEqual([0, 0x1c, 0x14]);
  });

  test('what changed while the inhibits were on their way is sent after them', () => {
    const hand = new Hand().ready();
    hand.give({ type: 'levels', levels: { accept: [100] } });
    hand.nowMs = Math.max(hand.nowMs, hand.turnAtMs as number);
    expect(hand.give({ type: 'turn' })).toBe('inhibits');
    hand.give({ type: 'levels', levels: { accept: [] } });
    hand.reply({ state: idle });
    expect(hand.state.enabled).toBe('1');
    hand.turn();
    expect(hand.state.enabled).toBe('');
  });

  test('inhibits that are refused are a fault until they are taken', () => {
    const hand = new Hand().ready();
    hand.knows = 'errors';
    hand.give({ type: 'levels', levels: { accept: [100] } });
    for (let polls = 0; polls < 8; polls++) hand.poll({ state: idle });
    expect(hand.codes('device.fault')).toEqual(['ebds.setting-refused']);
    hand.knows = 'answers';
    for (let polls = 0; polls < 8; polls++) hand.poll({ state: idle });
    expect(hand.codes('device.cleared')).toEqual(['ebds.setting-refused']);
  });

  test('a device without a table of its own has the values that are configured', () => {
    for (const knows of ['errors', 'mute'] as const) {
      const hand = new Hand(emptyMemory, configured);
      hand.knows = knows;
      hand.give({ type: 'levels', levels: { accept: [2000] } });
      for (let polls = 0; polls < 40; polls++) hand.poll({ state: idle });
      expect(hand.of('device.identified')).toMatchObject([
        { model: null, denominations: [{ currency: 'CNY', minor: 100 }, twenty] },
      ]);
      expect(hand.of('device.ready')).toHaveLength(1);
      expect(hand.codes('device.fault')).toEqual([]);
      expect([...hand.last.data]).toEqual([0x04, 0x1c, 0x14]);
      hand.poll({ state: accepting });
      hand.poll({ state: escrowed, exception: 3 << 3 });
      expect(hand.of('note.escrowed')).toMatchObject([{ ...twenty }]);
    }
  });

  test('silence is no answer where nothing is configured, or a table was known: it is asked on', () => {
    const hand = new Hand();
    hand.knows = 'mute';
    for (let polls = 0; polls < 30; polls++) hand.poll({ state: idle });
    expect(hand.of('device.identified')).toEqual([]);
    expect(hand.codes('device.fault')).toEqual(['ebds.setting-refused']);
    hand.knows = 'answers';
    for (let polls = 0; polls < 10; polls++) hand.poll({ state: idle });
    expect(hand.of('device.ready')).toHaveLength(1);
    expect(hand.codes('device.cleared')).toEqual(['ebds.setting-refused']);
    const known = new Hand(emptyMemory, configured).ready();
    known.knows = 'mute';
    known.poll({ exception: powerUp });
    for (let polls = 0; polls < 40; polls++) known.poll({ state: idle });
    expect(known.codes('device.fault')).toEqual(['ebds.setting-refused']);
    expect(known.of('device.identified')).toHaveLength(1);
  });

  test('a currency that nobody knows switches its notes off', () => {
    const hand = new Hand();
    hand.table = ['CNY001+00', 'XXY005+00', 'CNY001-03'];
    hand.poll({ state: idle });
    hand.poll({ state: idle });
    expect(hand.codes('device.fault')).toEqual(['ebds.currency-unknown']);
    expect(hand.of('device.identified')[0]?.denominations).toEqual([{ currency: 'CNY', minor: 100 }]);
  });

  test('a table without a note that can be used is disabled', () => {
    const hand = new Hand();
    hand.knows = 'errors';
    for (let polls = 0; polls < 16; polls++) hand.poll({ state: idle });
    expect(hand.codes('device.fault')).toEqual(['ebds.no-denominations']);
    expect(hand.of('device.disabled')).toHaveLength(1);
  });

  test('a table that changes while running takes nothing more', () => {
    const hand = new Hand().ready();
    hand.table = ['CNY100+00'];
    hand.poll({ exception: powerUp });
    for (let polls = 0; polls < 6; polls++) hand.poll({ state: idle });
    expect(hand.codes('device.fault')).toEqual(['ebds.denominations-changed']);
    expect(hand.of('device.disabled')).toHaveLength(1);
    expect(hand.state.enabled).toBe('');
    hand.toEscrow();
    expect(hand.of('note.escrowed')).toEqual([]);
    expect(hand.turn()).toBe('return');
  });

  test('a table has fifty places at most', () => {
    const hand = new Hand();
    hand.table = new Array<string>(60).fill('CNY020+00');
    hand.poll({ state: idle });
    expect(hand.turn()).toBe('poll');
    expect(hand.sent.filter((name) => name === 'note-specification')).toHaveLength(2 * 50);
  });

  test('a table counts when it was read twice alike: what a bad line makes of it changes nothing', () => {
    const hand = new Hand().ready();
    const right = hand.table;
    hand.poll({ exception: powerUp });
    hand.poll({ state: idle });
    hand.table = ['CNY001+00', 'CNY050+00'];
    for (let polls = 0; hand.state.reading === null && polls < 9; polls++) {
      hand.nowMs = Math.max(hand.nowMs, hand.turnAtMs ?? hand.nowMs);
      hand.step();
    }
    hand.table = right;
    for (let polls = 0; polls < 6; polls++) hand.poll({ state: idle });
    expect(hand.codes('device.fault')).toEqual([]);
    expect(hand.of('device.identified').at(-1)?.denominations).toHaveLength(3);
  });

  test('inhibits without an answer may have been taken: they are sent again also when nothing more is wanted', () => {
    const hand = new Hand().ready(2000);
    hand.knows = 'mute';
    hand.give({ type: 'levels', levels: { accept: [100] } });
    for (let polls = 0; polls < 8; polls++) hand.poll({ state: idle });
    expect(hand.codes('device.fault')).toEqual(['ebds.setting-refused']);
    hand.give({ type: 'levels', levels: { accept: [2000] } });
    hand.knows = 'answers';
    for (let polls = 0; polls < 8; polls++) hand.poll({ state: idle });
    expect(hand.state.enabled).toBe('2');
    expect(hand.codes('device.cleared')).toEqual(['ebds.setting-refused']);
  });
});

describe('the number of a message', () => {
  test('toggles with each answer', () => {
    const hand = new Hand().ready();
    const acks = Array.from({ length: 4 }, () => {
      hand.poll({ state: idle });
      return hand.last.ack;
    });
    expect(acks.map((ack) => ack ^ (acks[0] as number))).toEqual([0, 1, 0, 1]);
  });

  test('stays with its message until its own answer comes: an order is not lost in a repetition of the last answer', () => {
    const hand = new Hand().ready().toEscrow().order();
    expect(hand.turn()).toBe('stack');
    const { ack } = hand.last;
    const other = ack === 0 ? 1 : 0;
    hand.reply({ state: escrowed, note: 'CNY020+00' }, other);
    expect(hand.turn()).toBe('stack');
    expect(hand.last.ack).toBe(ack);
    hand.silence();
    expect(hand.turn()).toBe('stack');
    hand.reply({ state: stacking });
    expect(hand.turn()).toBe('poll');
    expect(hand.last.ack).toBe(other);
    expect(hand.of('note.escrowed')).toHaveLength(1);
  });

  test('a message is sent again without its order when the order does not stand any more', () => {
    const late = new Hand().ready().toEscrow().order();
    late.turn();
    late.nowMs += 10_000;
    late.give({ type: 'silence' });
    expect(late.turn()).toBe('poll');
    const back = new Hand().ready().toEscrow();
    back.give({ type: 'command', command: { id: 'r1', device: 'a', command: 'note.return' } });
    expect(back.turn()).toBe('return');
    back.silence();
    expect(back.turn()).toBe('return');
    back.reply({ state: returning });
    expect(back.turn()).toBe('poll');
    expect(back.of('note.returned')).toMatchObject([{ command: 'r1' }]);
  });

  test('an answer that nobody awaits changes nothing', () => {
    const hand = new Hand().ready();
    const { ack } = hand.state;
    hand.reply({ state: idle | stacked, note: 'CNY020+00' }, ack);
    expect(hand.of('note.stacked')).toEqual([]);
    expect(hand.state.ack).toBe(ack);
  });
});

describe('evidence', () => {
  const inTheBox = { state: idle | stacked, note: 'CNY020+00' };

  test('keeps the number until it is recorded, and is asked for again without an order', () => {
    const hand = new Hand().stackSent();
    hand.poll(inTheBox);
    const { ack } = hand.last;
    for (let polls = 0; polls < 4; polls++) {
      hand.poll(inTheBox);
      expect(hand.last.ack).toBe(ack);
    }
    expect(hand.of('note.stacked')).toEqual([
      { device: 'a', fact: 'note.stacked', command: 's1', key: 'a/s1', ...twenty },
    ]);
    hand.give({ type: 'recorded', key: 'another' });
    hand.poll(inTheBox);
    expect(hand.turn()).toBe('poll');
    expect(hand.last.ack).toBe(ack);
    hand.give({ type: 'recorded', key: 'a/s1' });
    hand.reply(inTheBox);
    hand.turn();
    expect(hand.last.ack).not.toBe(ack);
    // It was not heard: the same event.
    hand.reply(inTheBox);
    expect(hand.of('note.stacked')).toHaveLength(1);
  });

  test.each([
    ['CNY050+00', 5000],
    ['CNY020+00', 2000],
    ['XXX001+00', 2000],
  ])('STACKED of %s is worth %i', (words, minor) => {
    const hand = new Hand().stackSent();
    hand.poll({ state: idle | stacked, note: words });
    expect(hand.of('note.stacked')).toMatchObject([{ command: 's1', minor }]);
  });

  test('STACKED without a value is worth what was ordered, and nobody’s is of no known value', () => {
    const hand = new Hand().stackSent();
    hand.poll({ state: idle | stacked });
    expect(hand.of('note.stacked')).toMatchObject([{ command: 's1', minor: 2000 }]);
    const nobodys = new Hand().ready();
    nobodys.poll({ state: idle | stacked });
    expect(nobodys.of('note.stacked')).toMatchObject([{ command: null, currency: 'XXX', minor: 0 }]);
  });

  test.each([
    ['nothing, when it is idle', [{ state: idle }, { state: idle }], 'nothing'],
    ['in escrow', [{ state: escrowed, note: 'CNY020+00' }], 'acceptor'],
    ['on its way out', [{ state: returning }], 'acceptor'],
    ['out', [{ state: idle | returned }], 'acceptor'],
    ['in the box, of no value', [{ state: idle | stacked }], 'stacker'],
  ] as const)('at power-up: %s', (_, says, found) => {
    const hand = new Hand(openStack);
    for (let polls = 0; polls < 4; polls++) hand.poll({ exception: powerUp });
    expect(hand.of('device.powered-up')).toEqual([]);
    for (const said of says) hand.poll({ ...said, exception: powerUp });
    expect(hand.of('device.powered-up')).toMatchObject([{ found, command: 's1' }]);
    expect(hand.of('note.returned')).toEqual([]);
  });

  test('a note past escrow at power-up is told with its value, and only so', () => {
    const hand = new Hand(openStack);
    hand.poll({ exception: powerUp });
    hand.poll({ state: stacking, exception: powerUp });
    hand.poll({ ...inTheBox, exception: powerUp });
    expect(hand.of('note.stacked')).toMatchObject([{ command: 's1', key: 'a/s1' }]);
    expect(hand.of('device.powered-up')).toEqual([]);
  });

  test('a note in the box at power-up, of no value, keeps the number until it is recorded', () => {
    const hand = new Hand(openStack);
    hand.poll({ state: idle | stacked, exception: powerUp });
    const { ack } = hand.last;
    hand.poll({ state: idle | stacked, exception: powerUp });
    expect(hand.last.ack).toBe(ack);
    hand.give({ type: 'recorded', key: 'a/s1' });
    hand.poll({ state: idle | stacked, exception: powerUp });
    hand.poll({ state: idle });
    expect(hand.last.ack).not.toBe(ack);
    expect(hand.of('device.powered-up')).toHaveLength(1);
    expect(hand.of('note.stacked')).toEqual([]);
  });

  test('a note in escrow at power-up is given back and never offered', () => {
    const hand = new Hand();
    hand.poll({ state: escrowed, note: 'CNY020+00', exception: powerUp });
    expect(hand.turn()).toBe('return');
    hand.reply({ state: escrowed, note: 'CNY020+00' });
    for (let polls = 0; polls < 8 && hand.turn() === 'poll'; polls++)
      hand.reply({ state: escrowed, note: 'CNY020+00' });
    expect(hand.sent.at(-1)).toBe('return');
    expect(hand.of('note.escrowed')).toEqual([]);
  });

  test('an order of before ends as unknown when the device is empty, and as returned when the note is seen to leave', () => {
    const empty = new Hand(openStack);
    empty.poll({ state: idle });
    empty.poll({ state: idle });
    expect(empty.of('note.unknown')).toMatchObject([{ command: 's1' }]);
    const leaving = new Hand(openStack);
    leaving.poll({ state: returning });
    expect(leaving.of('note.returned')).toMatchObject([{ command: 's1' }]);
    const closed = new Hand(closedStack);
    closed.poll({ state: idle });
    closed.poll({ state: idle });
    expect(closed.of('note.unknown')).toEqual([]);
  });

  test('STACKED that answers a set-up counts as well', () => {
    const hand = new Hand().ready();
    hand.give({ type: 'levels', levels: { accept: [100] } });
    hand.nowMs = Math.max(hand.nowMs, hand.turnAtMs as number);
    expect(hand.give({ type: 'turn' })).toBe('inhibits');
    const { ack } = hand.last;
    hand.reply(inTheBox);
    expect(hand.of('note.stacked')).toHaveLength(1);
    hand.nowMs = Math.max(hand.nowMs, hand.turnAtMs as number);
    hand.give({ type: 'turn' });
    expect(hand.last.ack).toBe(ack);
  });
});

describe('a note', () => {
  test('is told when it is drawn in, and with its value when it lies in escrow', () => {
    const hand = new Hand().ready().toEscrow();
    expect(hand.of('note.accepting')).toHaveLength(1);
    expect(hand.of('note.escrowed')).toMatchObject([{ ...twenty, deadlineMs: hand.nowMs + 10_000 }]);
  });

  test('that only the answer to a question about the table shows waits for the next report', () => {
    const hand = new Hand();
    hand.poll({ state: idle });
    while (hand.sent.at(-1) !== 'note-specification') {
      hand.nowMs = Math.max(hand.nowMs, hand.turnAtMs as number);
      const name = hand.give({ type: 'turn' }) as string;
      if (name !== 'note-specification') hand.frame(6, [0x41]);
    }
    hand.frame(7, [2, ...bytesOf({ state: escrowed }), 1, ...note('CNY001+00')]);
    expect(hand.state.path.escrow).toBeNull();
    hand.poll({ state: escrowed, note: 'CNY020+00' });
    expect(hand.sent.filter((name) => name === 'return')).toEqual([]);
  });

  test('that nobody decides about is given back by the driver, also when an order for it was not obeyed', () => {
    for (const ordered of [false, true]) {
      const hand = new Hand().ready().toEscrow();
      if (ordered) {
        hand.order();
        hand.turn();
        hand.reply({ state: escrowed, note: 'CNY020+00' });
      }
      for (let polls = 0; polls < 100 && hand.sent.at(-1) !== 'return'; polls++) {
        hand.turn();
        hand.reply({ state: escrowed, note: 'CNY020+00' });
      }
      expect(hand.sent.at(-1)).toBe('return');
      hand.poll({ state: returning });
      hand.poll({ state: idle | returned });
      expect(hand.of('note.returned')).toMatchObject([{ command: ordered ? 's1' : null }]);
    }
  });

  test('that is rejected is told once', () => {
    const hand = new Hand().ready();
    hand.poll({ state: accepting });
    hand.poll({ state: returning });
    hand.poll({ state: idle, status: present | 0x02 });
    hand.poll({ state: idle, status: present | 0x02 });
    expect(hand.of('note.rejected')).toEqual([
      { device: 'a', fact: 'note.rejected', reason: 'other', code: 'ebds.rejected' },
    ]);
    hand.poll({ state: idle });
    hand.poll({ state: idle, status: present | 0x02 });
    expect(hand.of('note.rejected')).toHaveLength(2);
  });

  test('ordered and gone from an idle device is returned; out of service says nothing', () => {
    const hand = new Hand().stackSent();
    hand.poll({ state: idle });
    expect(hand.of('note.returned')).toEqual([]);
    hand.poll({ state: idle });
    expect(hand.of('note.returned')).toMatchObject([{ command: 's1' }]);
    const jammed = new Hand().stackSent();
    for (let polls = 0; polls < 5; polls++) jammed.poll({ status: present | 0x04 });
    expect(jammed.state.path.stack).not.toBeNull();
    jammed.poll({ state: idle });
    jammed.poll({ state: idle });
    expect(jammed.of('note.unknown')).toMatchObject([{ command: 's1' }]);
  });

  test('of a device that was out of sight and is empty is unknown', () => {
    const hand = new Hand().stackSent();
    hand.give({ type: 'closed', problem: { code: 'lost', message: 'gone' } });
    expect(hand.turnAtMs).toBeNull();
    hand.give({ type: 'opened', chance: new Uint8Array(64) });
    hand.poll({ state: idle });
    hand.poll({ state: idle });
    expect(hand.of('note.unknown')).toHaveLength(1);
  });

  test('that leaves before the order does: the order is refused', () => {
    const hand = new Hand().ready().toEscrow();
    expect(hand.turn()).toBe('poll');
    hand.order();
    hand.reply({ state: returning });
    expect(hand.of('command.refused')).toMatchObject([{ command: 's1', reason: 'no-note' }]);
  });

  test('pays nobody when a paper is to be printed here', () => {
    const hand = new Hand().ready();
    hand.give({ type: 'command', command: { id: 'p', device: 'a', command: 'document.print', document: '' } });
    expect(hand.of('command.refused')).toMatchObject([{ command: 'p', sent: false, reason: 'not-for-an-acceptor' }]);
  });
});

describe('faults', () => {
  test.each([
    [{ status: present | 0x01 }, 'ebds.cheated'],
    [{ status: present | 0x04 }, 'ebds.jam'],
    [{ status: present | 0x08 }, 'ebds.full'],
    [{ status: 0 }, 'ebds.cassette-out'],
    [{ status: present | 0x20 }, 'ebds.paused'],
    [{ status: present | 0x40 }, 'ebds.calibration'],
    [{ exception: 0x04 }, 'ebds.failure'],
    [{ exception: 0x40 }, 'ebds.open'],
  ] as const)('%j stands as %s until its bit goes', (said, code) => {
    const hand = new Hand().ready();
    hand.poll(said);
    hand.poll(said);
    expect(hand.codes('device.fault')).toEqual([code]);
    expect(hand.of('note.suspect').map((fact) => fact.code)).toEqual(code === 'ebds.cheated' ? [code] : []);
    hand.poll({ state: idle });
    expect(hand.codes('device.cleared')).toEqual([code]);
  });

  test('a cheat counts when it is said again under the same number: once alone it may be noise', () => {
    const hand = new Hand().ready();
    hand.poll({ status: present | 0x01 });
    const { ack } = hand.last;
    hand.poll({ state: idle });
    expect(hand.last.ack).toBe(ack);
    hand.poll({ status: present | 0x01 });
    expect(hand.of('note.suspect')).toEqual([]);
    expect(hand.codes('device.fault')).toEqual([]);
    hand.poll({ status: present | 0x01 });
    expect(hand.of('note.suspect')).toHaveLength(1);
  });

  test('one follows another, and the box is told apart', () => {
    const hand = new Hand().ready();
    hand.poll({ status: present | 0x04 });
    hand.poll({ status: 0 });
    hand.poll({ state: idle });
    expect(hand.codes('device.cleared')).toEqual(['ebds.jam', 'ebds.cassette-out']);
    expect(hand.of('cashbox.removed')).toHaveLength(1);
    expect(hand.of('cashbox.inserted')).toHaveLength(1);
  });
});

describe('the line', () => {
  test('one missing answer means nothing, a long silence is told once, and everything is asked anew', () => {
    const hand = new Hand().ready();
    for (let polls = 0; polls < 3; polls++) {
      hand.turn();
      hand.silence();
    }
    expect(hand.of('device.lost')).toEqual([]);
    for (let polls = 0; polls < 12; polls++) {
      hand.turn();
      hand.silence();
    }
    expect(hand.of('device.lost')).toMatchObject([{ reason: 'silent' }]);
    for (let polls = 0; polls < 4; polls++) hand.poll({ state: idle });
    expect(hand.of('device.ready')).toHaveLength(2);
  });

  test('what was not sent when the line closed is refused, what was sent is not', () => {
    const unsent = new Hand().ready().toEscrow().order();
    unsent.give({ type: 'closed', problem: { code: 'lost', message: 'gone' } });
    expect(unsent.of('command.refused')).toMatchObject([{ reason: 'line-lost' }]);
    const sent = new Hand().stackSent();
    sent.give({ type: 'closed', problem: { code: 'lost', message: 'gone' } });
    expect(sent.of('command.refused')).toEqual([]);
    expect(sent.of('device.lost')).toMatchObject([{ reason: 'lost', message: 'gone' }]);
  });

  test('it is polled every 150 ms, and slower while it rests', () => {
    const hand = new Hand().ready();
    hand.poll({ state: idle });
    expect((hand.turnAtMs as number) - hand.nowMs).toBe(150);
    hand.give({ type: 'levels', levels: { accept: [] } });
    for (let polls = 0; polls < 2; polls++) hand.poll({ state: idle });
    expect((hand.turnAtMs as number) - hand.nowMs).toBe(400);
  });
});

test('no sequence of inputs makes it throw, or credit without STACKED', () => {
  const data = fc.tuple(
    fc.nat(0x7f).map((bits) => bits & ~stacked),
    fc.nat(0x7f),
    fc.nat(0x7f),
    fc.nat(0x7f),
    fc.nat(0x7f),
    fc.nat(0x7f),
  );
  const ack = fc.constantFrom(0 as const, 1 as const);
  const input = fc.oneof(
    fc.tuple(ack, data, fc.constantFrom(2, 6, 7, 1)).map(([number, bytes, type]): Untimed => {
      const content = type === 7 ? [2, ...bytes, 0, ...note('CNY020+00')] : bytes;
      return { type: 'frame', frame: { type, ack: number, data: Uint8Array.from(content) } };
    }),
    fc.constantFrom<Untimed>(
      { type: 'turn' },
      { type: 'turn' },
      { type: 'silence' },
      { type: 'opened', chance: new Uint8Array(64) },
      { type: 'closed', problem: { code: 'lost', message: '' } },
      { type: 'levels', levels: { accept: [2000] } },
      { type: 'command', command: { id: 's1', device: 'a', command: 'note.stack', ...twenty } },
      { type: 'command', command: { id: 'r1', device: 'a', command: 'note.return' } },
    ),
  );
  fc.assert(
    fc.property(
      fc.array(input, { maxLength: 60 }),
      fc.constantFrom(emptyMemory, openStack, closedStack),
      (inputs, memory) => {
        const hand = new Hand(memory);
        for (const one of inputs) {
          hand.nowMs += 100;
          hand.give(one);
        }
        expect(hand.of('note.stacked')).toEqual([]);
      },
    ),
  );
});

test('the settings name one to seven values', () => {
  const problems = (count: number) => {
    const values = Array.from({ length: count }, (_, at) => at + 1);
    return frontDoor.checkSettings({ currency: 'CNY', values }).map(({ path }) => path);
  };
  expect([0, 1, 7, 8].map(problems)).toEqual([['values'], [], [], ['values']]);
});
