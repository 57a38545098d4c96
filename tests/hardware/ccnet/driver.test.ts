import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDriver, type State } from '../../../hardware/ccnet/driver.ts';
import { createDecoder, encode, type Frame } from '../../../hardware/ccnet/frame.ts';
import { type DeviceFact, type DeviceMemory, emptyMemory } from '../../../hardware/device.ts';
import type { DriverInput } from '../../../hardware/driver.ts';

const settings = {
  address: 3,
  currencyOf: (letters: string) => (letters === 'CNY' ? { currency: 'CNY', exponent: 2 } : null),
};
const twenty = { currency: 'CNY', minor: 2000 };
const openStack: DeviceMemory = { ...emptyMemory, lastStack: { command: 's1', open: true, ...twenty } };
const closedStack: DeviceMemory = { ...emptyMemory, lastStack: { command: 's1', open: false, ...twenty } };

function tableOf(...places: readonly (readonly [value: number, letters: string, power: number])[]): number[] {
  const bytes = new Array<number>(120).fill(0);
  places.forEach(([value, letters, power], type) => {
    bytes.splice(type * 5, 5, value, ...Array.from(letters, (letter) => letter.charCodeAt(0)), power);
  });
  return bytes;
}

const yuan = tableOf([1, 'CNY', 0], [5, 'CNY', 0], [1, 'CNY', 1], [2, 'CNY', 1]);
const identification = [
  ...Array.from(`${'SM-CN1352'.padEnd(15)}21KC27006179`, (sign) => sign.charCodeAt(0)),
  1,
  2,
  3,
  4,
  5,
  6,
  7,
];

type Untimed = DriverInput<Frame> extends infer Input ? (Input extends unknown ? Omit<Input, 'nowMs'> : never) : never;

function frameOf(...content: readonly number[]): Frame {
  const [item] = createDecoder().push(encode(3, content[0] as number, content.slice(1)));
  if (item?.type !== 'frame') throw new Error('no frame');
  return item.frame;
}

/** Plays the wire by hand: no clock but `nowMs`, no Link. */
class Hand {
  readonly driver = createDriver('a', settings);
  state: State;
  nowMs = 1_000;
  turnAtMs: number | null = null;
  urgent = false;
  facts: DeviceFact[] = [];
  sent: string[] = [];
  bytes = new Uint8Array(0);
  /** What the device says to each set-up; null: nothing. */
  answers: Record<string, readonly number[] | null> = {
    'enable-bill-types': [0x00],
    identification,
    'get-bill-table': yuan,
    'set-security': [0x00],
  };

  constructor(memory: DeviceMemory = emptyMemory) {
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
    this.bytes = step.send.bytes.slice();
    return step.send.name;
  }

  reply(...content: readonly number[]): string | null {
    this.nowMs += 5;
    return this.give({ type: 'frame', frame: frameOf(...content) });
  }

  /** The next message at its time; set-ups are answered as the device does until another comes. */
  turn(): string | null {
    for (let guard = 0; guard < 40; guard++) {
      this.nowMs = Math.max(this.nowMs, this.turnAtMs ?? this.nowMs);
      const name = this.give({ type: 'turn' });
      if (name === null || !(name in this.answers)) return name;
      const answer = this.answers[name] as readonly number[] | null;
      if (answer === null) this.silence();
      else this.reply(...answer);
    }
    throw new Error('set-up never ends');
  }

  silence(): void {
    this.nowMs += 250;
    this.give({ type: 'silence' });
  }

  /** One poll answered with this state; answers what the driver sent on it. */
  poll(...content: readonly number[]): string | null {
    expect(this.turn()).toBe('poll');
    return this.reply(...content);
  }

  /** Answers polls with this state until the driver sends something else; answers how many. */
  pollsUntil(name: string, ...content: readonly number[]): number {
    for (let polls = 0; polls < 40; polls++) {
      const sent = this.turn();
      if (sent === name) return polls;
      expect(sent).toBe('poll');
      this.reply(...content);
    }
    throw new Error(`${name} was never sent`);
  }

  ready(...accept: readonly number[]): this {
    this.poll(0x19);
    this.give({ type: 'levels', levels: { accept: accept.length === 0 ? [2000] : accept } });
    for (let polls = 0; polls < 3; polls++) this.poll(0x14);
    expect(this.of('device.ready')).toHaveLength(1);
    return this;
  }

  toEscrow(type = 3): this {
    this.poll(0x15);
    this.poll(0x80, type);
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
    this.reply(0x00);
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
  test('disables, asks who it is and what it knows, and is ready when the levels are set', () => {
    const hand = new Hand().ready();
    expect(hand.sent.filter((name) => name in hand.answers)).toEqual([
      'enable-bill-types',
      'identification',
      'get-bill-table',
      'set-security',
      'enable-bill-types',
    ]);
    expect(hand.of('device.identified')).toEqual([
      {
        device: 'a',
        fact: 'device.identified',
        protocol: 'ccnet',
        maker: 'CashCode',
        model: 'SM-CN1352',
        serial: '21KC27006179',
        firmware: null,
        denominations: [100, 500, 1000, 2000].map((minor) => ({ currency: 'CNY', minor })),
      },
    ]);
  });

  test('a mask holds every note in escrow', () => {
    const hand = new Hand().ready(100, 2000);
    const masks: string[] = [];
    hand.give({ type: 'levels', levels: { accept: [500] } });
    while (hand.turn() !== 'poll') masks.push('');
    hand.reply(0x14);
    hand.nowMs = hand.turnAtMs as number;
    expect(hand.state.enabled).toBe([0, 0, 2, 0, 0, 2].join());
  });

  test('set-ups wait while a note moves', () => {
    const hand = new Hand().ready().toEscrow();
    hand.give({ type: 'levels', levels: { accept: [] } });
    hand.poll(0x80, 3);
    expect(hand.sent.slice(-2)).toEqual(['poll', 'acknowledge']);
    hand.poll(0x82, 3);
    hand.poll(0x14);
    hand.poll(0x14);
    expect(hand.state.enabled).toBe('0,0,0,0,0,0');
  });

  test('what changed while a mask was on its way is sent after it', () => {
    const hand = new Hand().ready();
    hand.give({ type: 'levels', levels: { accept: [500] } });
    hand.nowMs = Math.max(hand.nowMs, hand.turnAtMs as number);
    expect(hand.give({ type: 'turn' })).toBe('enable-bill-types');
    hand.give({ type: 'levels', levels: { accept: [] } });
    hand.reply(0x00);
    expect(hand.state.enabled).toBe('0,0,2,0,0,2');
    hand.turn();
    expect(hand.state.enabled).toBe('0,0,0,0,0,0');
  });

  test('a mask without an answer may have been taken: it is sent again also when nothing more is wanted', () => {
    const hand = new Hand().ready();
    const before = hand.state.enabled;
    hand.answers['enable-bill-types'] = null;
    const { accept } = hand.state;
    hand.give({ type: 'levels', levels: { accept: [500] } });
    for (let polls = 0; polls < 8; polls++) hand.poll(0x14);
    expect(hand.codes('device.fault')).toEqual(['ccnet.setting-refused']);
    hand.give({ type: 'levels', levels: { accept } });
    hand.answers['enable-bill-types'] = [0x00];
    for (let polls = 0; polls < 12; polls++) hand.poll(0x14);
    expect(hand.state.enabled).toBe(before);
    expect(hand.codes('device.cleared')).toEqual(['ccnet.setting-refused']);
  });

  test('an identification that is refused is done without, a table that is refused is a fault until it comes', () => {
    const hand = new Hand();
    hand.answers.identification = [0x30];
    hand.answers['get-bill-table'] = [0x30];
    hand.poll(0x19);
    for (let polls = 0; polls < 12; polls++) hand.poll(0x19);
    expect(hand.codes('device.fault')).toEqual(['ccnet.setting-refused']);
    expect(hand.of('device.ready')).toEqual([]);
    hand.answers['get-bill-table'] = yuan;
    for (let polls = 0; polls < 12; polls++) hand.poll(0x19);
    expect(hand.codes('device.cleared')).toEqual(['ccnet.setting-refused']);
    expect(hand.of('device.identified')).toMatchObject([{ model: null, serial: null }]);
    expect(hand.of('device.ready')).toHaveLength(1);
  });

  test('a set-up that meets silence is tried again', () => {
    const hand = new Hand();
    hand.answers['get-bill-table'] = null;
    hand.poll(0x19);
    hand.poll(0x19);
    hand.answers['get-bill-table'] = yuan;
    for (let polls = 0; polls < 4; polls++) hand.poll(0x19);
    expect(hand.of('device.ready')).toHaveLength(1);
    expect(hand.codes('device.fault')).toEqual([]);
  });

  test('letters that nobody maps switch their notes off and say so once', () => {
    const hand = new Hand();
    hand.answers['get-bill-table'] = tableOf([1, 'CNY', 0], [5, 'XYZ', 0]);
    hand.poll(0x19);
    hand.poll(0x19);
    expect(hand.codes('device.fault')).toEqual(['ccnet.country-unmapped']);
    expect(hand.of('device.identified')[0]?.denominations).toEqual([{ currency: 'CNY', minor: 100 }]);
    hand.poll(0x13);
    hand.poll(0x19);
    hand.poll(0x19);
    expect(hand.codes('device.fault')).toEqual(['ccnet.country-unmapped']);
  });

  test('a table without a note that can be used is disabled', () => {
    const hand = new Hand();
    hand.answers['get-bill-table'] = tableOf();
    hand.poll(0x19);
    hand.poll(0x19);
    expect(hand.codes('device.fault')).toEqual(['ccnet.no-denominations']);
    expect(hand.of('device.disabled')).toHaveLength(1);
  });

  test('a table that changes while running takes nothing more', () => {
    const hand = new Hand().ready();
    hand.answers['get-bill-table'] = tableOf([2, 'CNY', 1]);
    hand.poll(0x13);
    hand.poll(0x19);
    hand.poll(0x19);
    expect(hand.codes('device.fault')).toEqual(['ccnet.denominations-changed']);
    expect(hand.of('device.disabled')).toHaveLength(1);
    expect(hand.state.enabled).toBe('0,0,0,0,0,0');
    hand.toEscrow(0);
    expect(hand.of('note.escrowed')).toEqual([]);
    expect(hand.turn()).toBe('return');
  });
});

describe('evidence', () => {
  test('STACKED is told until it is recorded, polled on, and then acknowledged', () => {
    const hand = new Hand().stackSent();
    hand.poll(0x17);
    for (let polls = 0; polls < 5; polls++) expect(hand.poll(0x81, 3)).toBeNull();
    expect(hand.of('note.stacked')).toEqual([
      { device: 'a', fact: 'note.stacked', command: 's1', key: 'a/s1', ...twenty },
    ]);
    hand.give({ type: 'recorded', key: 'another' });
    expect(hand.poll(0x81, 3)).toBeNull();
    hand.give({ type: 'recorded', key: 'a/s1' });
    expect(hand.poll(0x81, 3)).toBe('acknowledge');
    // The acknowledgement was lost: the same event, and nothing to record.
    expect(hand.poll(0x81, 3)).toBe('acknowledge');
    expect(hand.of('note.stacked')).toHaveLength(1);
  });

  test.each([
    [1, 500],
    [3, 2000],
    [23, 2000],
  ])('STACKED of type %i is worth %i', (type, minor) => {
    const hand = new Hand().stackSent();
    hand.poll(0x81, type);
    expect(hand.of('note.stacked')).toMatchObject([{ command: 's1', minor }]);
  });

  test.each([
    [0x10, 'nothing'],
    [0x11, 'acceptor'],
    [0x12, 'stacker'],
  ])('power-up %i is told and acknowledged, and RESET waits for the record', (code, found) => {
    const hand = new Hand(openStack);
    for (let polls = 0; polls < 6; polls++) expect(hand.poll(code)).toBe('acknowledge');
    expect(hand.of('device.powered-up')).toMatchObject([{ found, command: 's1' }]);
    expect(hand.sent).not.toContain('reset');
    hand.give({ type: 'recorded', key: hand.of('device.powered-up')[0]?.key as string });
    expect(hand.turn()).toBe('reset');
  });

  test('notes where a bill-to-bill unit pays out are no note in the stacker', () => {
    const hand = new Hand(openStack);
    hand.poll(0x12, 0x01, 0x00);
    expect(hand.of('device.powered-up')).toMatchObject([{ found: 'nothing' }]);
  });

  test('what is told in the stacker and then as STACKED is one event', () => {
    const hand = new Hand(openStack);
    hand.poll(0x12);
    hand.give({ type: 'recorded', key: 'a/s1' });
    hand.turn();
    hand.reply(0x00);
    hand.poll(0x13);
    expect(hand.poll(0x81, 3)).toBe('acknowledge');
    expect(hand.of('note.stacked')).toEqual([]);
  });

  test('a RESET that was lost is sent again after a while, one whose answer was lost is not', () => {
    const hand = new Hand();
    hand.poll(0x10);
    hand.give({ type: 'recorded', key: hand.of('device.powered-up')[0]?.key as string });
    expect(hand.turn()).toBe('reset');
    hand.silence();
    expect(hand.pollsUntil('reset', 0x10)).toBeGreaterThan(3);
    hand.silence();
    hand.poll(0x13);
    hand.poll(0x19);
    hand.poll(0x19);
    expect(hand.of('device.ready')).toHaveLength(1);
    expect(hand.sent.filter((name) => name === 'reset')).toHaveLength(2);
  });

  test('STACKED as the late answer to another question is recorded first too', () => {
    const hand = new Hand(openStack);
    hand.poll(0x19);
    hand.nowMs = Math.max(hand.nowMs, hand.turnAtMs as number);
    expect(hand.give({ type: 'turn' })).toBe('enable-bill-types');
    expect(hand.reply(0x81, 3)).toBeNull();
    expect(hand.of('note.stacked')).toMatchObject([{ key: 'a/s1' }]);
  });

  test('a table that comes as the late answer to a poll is no state', () => {
    const hand = new Hand().ready();
    expect(hand.turn()).toBe('poll');
    expect(hand.reply(...yuan)).toBeNull();
    expect(hand.state.code).toBe(0x14);
  });
});

describe('a note', () => {
  test('in escrow is told with its value; one of an unknown type goes back', () => {
    const hand = new Hand().ready().toEscrow();
    expect(hand.of('note.escrowed')).toMatchObject([{ ...twenty }]);
    const other = new Hand().ready().toEscrow(23);
    expect(other.of('note.escrowed')).toEqual([]);
    expect(other.turn()).toBe('return');
    other.reply(0x00);
    other.poll(0x82, 23);
    expect(other.of('note.rejected')).toMatchObject([{ reason: 'other', code: 'note.no-value' }]);
  });

  test('that a host of before holds goes back', () => {
    const hand = new Hand().ready();
    hand.poll(0x1a);
    expect(hand.turn()).toBe('return');
  });

  test('held for this host waits for its order', () => {
    const hand = new Hand().ready().toEscrow();
    hand.poll(0x1a);
    hand.order();
    expect(hand.turn()).toBe('stack');
  });

  test.each([
    [0x18, []],
    [0x82, [3]],
  ])('that goes back (%i) under an order is returned, once', (code, data) => {
    const hand = new Hand().stackSent();
    hand.poll(code, ...data);
    hand.poll(code, ...data);
    hand.poll(0x14);
    hand.poll(0x14);
    expect(hand.of('note.returned')).toMatchObject([{ command: 's1' }]);
  });

  test.each([
    [0x60, 'askew'],
    [0x6c, 'damaged'],
    [0x63, 'multiple'],
    [0x66, 'unreadable'],
    [0x68, 'inhibited'],
    [0x99, 'other'],
  ])('that is rejected with %i is %s, told once', (code, reason) => {
    const hand = new Hand().ready();
    hand.poll(0x15);
    hand.poll(0x1c, code);
    hand.poll(0x1c, code);
    expect(hand.of('note.rejected')).toEqual([
      { device: 'a', fact: 'note.rejected', reason, code: `ccnet.reject-${code.toString(16)}` },
    ]);
  });

  test('is gone when the device is empty twice: what nobody saw leave of an idle device is returned', () => {
    const hand = new Hand().stackSent();
    hand.poll(0x14);
    expect(hand.of('note.returned')).toEqual([]);
    hand.poll(0x14);
    expect(hand.of('note.returned')).toMatchObject([{ command: 's1' }]);
  });

  test.each([
    ['began anew', 0x13],
    ['was jammed', 0x43],
    ['was open', 0x42],
    ['had failed', 0x47],
  ])('of a device that %s and is empty is unknown', (_, code) => {
    const hand = new Hand().stackSent();
    hand.poll(code);
    hand.poll(0x19);
    hand.poll(0x19);
    expect(hand.of('note.unknown')).toMatchObject([{ command: 's1', ...twenty }]);
  });

  test('of a device that was out of sight and is empty is unknown; STACKED would still be told', () => {
    const hand = new Hand().stackSent();
    hand.give({ type: 'closed', problem: { code: 'lost', message: 'gone' } });
    hand.give({ type: 'opened', chance: new Uint8Array(64) });
    hand.poll(0x14);
    hand.poll(0x14);
    expect(hand.of('note.unknown')).toHaveLength(1);
    expect(hand.of('note.returned')).toEqual([]);
  });

  test('whose order was not taken is ordered again while it stands there', () => {
    const hand = new Hand().ready().toEscrow().order();
    expect(hand.turn()).toBe('stack');
    hand.silence();
    expect(hand.pollsUntil('stack', 0x80, 3)).toBeGreaterThan(1);
  });

  test('that leaves before the order does: the order is refused', () => {
    const hand = new Hand().ready().toEscrow();
    expect(hand.turn()).toBe('poll');
    hand.order();
    hand.reply(0x18);
    expect(hand.of('command.refused')).toMatchObject([{ command: 's1', sent: false, reason: 'no-note' }]);
    expect(hand.turn()).toBe('poll');
  });

  test('pays nobody when a paper is to be printed here', () => {
    const hand = new Hand().ready();
    hand.give({ type: 'command', command: { id: 'p', device: 'a', command: 'document.print', document: '' } });
    expect(hand.of('command.refused')).toMatchObject([{ command: 'p', sent: false, reason: 'not-for-an-acceptor' }]);
  });
});

describe('faults', () => {
  test.each([
    [[0x41], 'ccnet.cassette-full'],
    [[0x42], 'ccnet.cassette-out'],
    [[0x43], 'ccnet.jam-validator'],
    [[0x44], 'ccnet.jam-cassette'],
    [[0x45], 'ccnet.cheated'],
    [[0x46], 'ccnet.pause'],
    [[0x47, 0x50], 'ccnet.failure-50'],
    [[0x47, 0x99], 'ccnet.failure'],
    [[0x47], 'ccnet.failure'],
    [[0x48, 0x75], 'ccnet.jam-unit'],
  ])('%j stands as %s until another state', (content, code) => {
    const hand = new Hand().ready();
    hand.poll(...content);
    hand.poll(...content);
    expect(hand.codes('device.fault')).toEqual([code]);
    expect(hand.of('note.suspect').map((fact) => fact.code)).toEqual(code === 'ccnet.cheated' ? [code] : []);
    hand.poll(0x14);
    expect(hand.codes('device.cleared')).toEqual([code]);
  });

  test('one follows another', () => {
    const hand = new Hand().ready();
    hand.poll(0x43);
    hand.poll(0x42);
    expect(hand.codes('device.cleared')).toEqual(['ccnet.jam-validator']);
    expect(hand.codes('device.fault')).toEqual(['ccnet.jam-validator', 'ccnet.cassette-out']);
  });

  test('what is told of a note meanwhile changes nothing about them, nor about the box', () => {
    const hand = new Hand().ready().toEscrow();
    hand.poll(0x42);
    for (const content of [[0x82, 3], [0x1c, 0x68], [0x81, 3], [0x18], [0x42]]) hand.poll(...content);
    expect(hand.of('cashbox.removed')).toHaveLength(1);
    expect(hand.of('cashbox.inserted')).toEqual([]);
    hand.poll(0x13);
    expect(hand.of('cashbox.inserted')).toHaveLength(1);
  });

  test('a cassette that failed is out as well', () => {
    const hand = new Hand().ready();
    hand.poll(0x47, 0x54);
    expect(hand.of('cashbox.removed')).toHaveLength(1);
  });
});

describe('the line', () => {
  function muteFor(hand: Hand, ms: number): void {
    const endMs = hand.nowMs + ms;
    while (hand.nowMs < endMs) {
      const name = hand.turn();
      if (name === 'reset') return;
      hand.silence();
    }
  }

  test('one missing answer means nothing, a long silence is told once and ends with the first word', () => {
    const hand = new Hand().ready();
    muteFor(hand, 1_500);
    expect(hand.of('device.lost')).toEqual([]);
    muteFor(hand, 4_000);
    expect(hand.of('device.lost')).toMatchObject([{ reason: 'silent' }]);
    for (let polls = 0; polls < 6; polls++) hand.poll(0x14);
    expect(hand.of('device.ready')).toHaveLength(2);
    muteFor(hand, 4_000);
    expect(hand.of('device.lost')).toHaveLength(2);
  });

  test.each([
    ['idle', new Hand().ready(), 8_000],
    ['with a note whose fate is open', new Hand().stackSent(), 60_000],
  ])('a device that stays mute, %s, is reset after its time, and not all the time', (_, hand, limitMs) => {
    const sinceMs = hand.nowMs;
    muteFor(hand, limitMs - 2_000);
    expect(hand.sent).not.toContain('reset');
    muteFor(hand, 60_000);
    expect(hand.sent.at(-1)).toBe('reset');
    expect(hand.nowMs - sinceMs).toBeLessThan(limitMs + 2_000);
    const firstMs = hand.nowMs;
    hand.silence();
    muteFor(hand, 60_000);
    expect(hand.nowMs - firstMs).toBeGreaterThanOrEqual(10_000);
  });

  test('a device whose evidence is not recorded is never reset', () => {
    const hand = new Hand().stackSent();
    hand.poll(0x81, 3);
    muteFor(hand, 100_000);
    expect(hand.sent).not.toContain('reset');
  });

  test('what was not sent when the line closed is refused, what was sent is not', () => {
    const unsent = new Hand().ready().toEscrow().order();
    unsent.give({ type: 'closed', problem: { code: 'lost', message: 'gone' } });
    expect(unsent.of('command.refused')).toMatchObject([{ reason: 'line-lost' }]);
    expect(unsent.turnAtMs).toBeNull();
    const sent = new Hand().stackSent();
    sent.give({ type: 'closed', problem: { code: 'lost', message: 'gone' } });
    expect(sent.of('command.refused')).toEqual([]);
    expect(sent.of('device.lost')).toMatchObject([{ reason: 'lost', message: 'gone' }]);
  });

  test('only frames of its own address are its own', () => {
    const { answers } = createDriver('a', { ...settings, address: 1 });
    expect([answers?.(frameOf(0x14)), answers?.({ ...frameOf(0x14), address: 1 })]).toEqual([false, true]);
  });

  test('it is polled every 150 ms, and slower while it rests', () => {
    const hand = new Hand().ready();
    hand.poll(0x14);
    expect((hand.turnAtMs as number) - hand.nowMs).toBe(150);
    hand.give({ type: 'levels', levels: { accept: [] } });
    hand.turn();
    hand.reply(0x19);
    expect((hand.turnAtMs as number) - hand.nowMs).toBe(400);
  });
});

test('no sequence of inputs makes it throw, credit without STACKED, or acknowledge STACKED before the record', () => {
  const content = fc.oneof(
    fc.constantFrom<readonly number[]>(
      [0x00],
      [0x30],
      [0x10],
      [0x12],
      [0x14],
      [0x15],
      [0x17],
      [0x19],
      [0x80, 3],
      [0x13],
      yuan,
    ),
    fc.tuple(fc.nat(0x7f), fc.nat(255)),
  );
  const input = fc.oneof(
    content.map((bytes): Untimed => ({ type: 'frame', frame: frameOf(...bytes) })),
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
        if (hand.state.request === null && hand.turnAtMs !== null) {
          hand.nowMs = hand.turnAtMs;
          hand.give({ type: 'turn' });
          if (hand.state.request === 'poll') expect(hand.reply(0x81, 3)).toBeNull();
        }
      },
    ),
  );
});
