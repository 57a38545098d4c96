import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeviceFact, DeviceMemory } from '../../../hardware/device.ts';
import { emptyMemory } from '../../../hardware/device.ts';
import type { DriverInput } from '../../../hardware/driver.ts';
import { createDriver, type State } from '../../../hardware/id003/driver.ts';
import type { Frame } from '../../../hardware/id003/frame.ts';

const settings = { countries: new Map([[0x2a, { currency: 'CNY', exponent: 2 }]]), powerRecovery: false };
const table = [0x61, 0x2a, 1, 0, 0x62, 0x2a, 5, 0, 0x63, 0x2a, 10, 0, 0x64, 0x2a, 20, 0];
const twenty = { currency: 'CNY', minor: 2000 };
const openStack: DeviceMemory = { ...emptyMemory, lastStack: { command: 's1', open: true, ...twenty } };
const closedStack: DeviceMemory = { ...emptyMemory, lastStack: { command: 's1', open: false, ...twenty } };

type Untimed = DriverInput<Frame> extends infer Input ? (Input extends unknown ? Omit<Input, 'nowMs'> : never) : never;

/** Plays the wire by hand: no clock but `nowMs`, no Link. */
class Hand {
  readonly driver = createDriver('a', settings);
  state: State;
  nowMs = 1_000;
  turnAtMs: number | null = null;
  facts: DeviceFact[] = [];
  sent: string[] = [];

  constructor(memory: DeviceMemory = emptyMemory) {
    this.state = this.driver.start(memory);
    this.give({ type: 'opened', chance: new Uint8Array(64) });
  }

  give(input: Untimed): string | null {
    const step = this.driver.step(this.state, { ...input, nowMs: this.nowMs } as DriverInput<Frame>);
    this.state = step.state;
    this.turnAtMs = step.turnAtMs;
    this.facts.push(...step.facts);
    if (step.send !== undefined) this.sent.push(step.send.name);
    return step.send?.name ?? null;
  }

  /** The next turn, at its time; answers set-ups as a good device does until a message of another kind is sent. */
  turn(): string | null {
    for (let guard = 0; guard < 20; guard++) {
      this.nowMs = Math.max(this.nowMs, this.turnAtMs ?? this.nowMs);
      const step = this.driver.step(this.state, { type: 'turn', nowMs: this.nowMs });
      this.state = step.state;
      this.turnAtMs = step.turnAtMs;
      this.facts.push(...step.facts);
      if (step.send === undefined) return null;
      this.sent.push(step.send.name);
      const code = step.send.bytes[2] as number;
      if (code < 0x80) return step.send.name;
      const echo = [...step.send.bytes.subarray(3, -2)];
      const data = code === 0x8a ? table : code === 0x88 ? [0x55, 0x42, 0x41] : echo;
      this.give({ type: 'frame', frame: { code, data: Uint8Array.from(data) } });
    }
    throw new Error('set-up never ends');
  }

  /** One poll answered with this report. */
  report(code: number, ...data: number[]): void {
    expect(this.turn()).toBe('status');
    this.give({ type: 'frame', frame: { code, data: Uint8Array.from(data) } });
  }

  toEscrow(): void {
    this.report(0x1a);
    this.give({ type: 'levels', levels: { accept: [2000] } });
    this.report(0x11);
    this.report(0x12);
    this.report(0x13, 0x64);
  }

  order(id = 's1', minor = 2000): void {
    this.give({ type: 'command', command: { id, device: 'a', command: 'note.stack', currency: 'CNY', minor } });
  }

  stackSent(): void {
    this.toEscrow();
    this.order();
    expect(this.turn()).toBe('stack');
    this.give({ type: 'frame', frame: { code: 0x50, data: new Uint8Array() } });
  }

  of<Name extends DeviceFact['fact']>(name: Name): (DeviceFact & { fact: Name })[] {
    return this.facts.filter((fact): fact is DeviceFact & { fact: Name } => fact.fact === name);
  }
}

describe('evidence', () => {
  test.each([
    [0x40, 'nothing'],
    [0x41, 'acceptor'],
    [0x42, 'stacker'],
  ])('power-up %i is told, and RESET waits for the record', (code, found) => {
    const hand = new Hand(openStack);
    for (let polls = 0; polls < 10; polls++) hand.report(code);
    expect(hand.sent).not.toContain('reset');
    expect(hand.of('device.powered-up')).toMatchObject([{ found, command: 's1' }]);
    hand.give({ type: 'recorded', key: hand.of('device.powered-up')[0]?.key as string });
    expect(hand.turn()).toBe('reset');
  });

  test('a device whose answer to RESET was lost is not reset again, and becomes ready', () => {
    const hand = new Hand();
    hand.report(0x40);
    hand.give({ type: 'recorded', key: hand.of('device.powered-up')[0]?.key as string });
    expect(hand.turn()).toBe('reset');
    hand.give({ type: 'silence' });
    hand.report(0x1b);
    for (let polls = 0; polls < 3; polls++) hand.report(0x1a);
    expect(hand.of('device.ready')).toHaveLength(1);
    expect(hand.sent.filter((name) => name === 'reset')).toHaveLength(1);
  });

  test('vend valid is not acknowledged before the record, and polling goes on', () => {
    const hand = new Hand();
    hand.stackSent();
    for (let polls = 0; polls < 5; polls++) hand.report(0x15);
    expect(hand.of('note.stacked')).toEqual([
      { device: 'a', fact: 'note.stacked', command: 's1', key: 'a/s1', ...twenty },
    ]);
    hand.give({ type: 'recorded', key: 'another' });
    hand.report(0x15);
    hand.give({ type: 'recorded', key: 'a/s1' });
    expect(hand.turn()).toBe('acknowledge');
    expect(hand.turnAtMs).not.toBeNull();
  });

  test.each([
    ['another note than the one that was ordered', 0x61, 100],
    ['the note that was ordered', 0x64, 2000],
    ['what no table has', 0x7f, 2000],
  ])('vend valid may name the note: %s', (_, code, minor) => {
    const hand = new Hand();
    hand.stackSent();
    hand.report(0x15, code);
    expect(hand.of('note.stacked')).toEqual([
      { device: 'a', fact: 'note.stacked', command: 's1', key: 'a/s1', currency: 'CNY', minor },
    ]);
  });

  test('a lost acknowledgement is given again, without a second credit', () => {
    const hand = new Hand();
    hand.stackSent();
    hand.report(0x15);
    hand.give({ type: 'recorded', key: 'a/s1' });
    for (let again = 0; again < 3; again++) {
      expect(hand.turn()).toBe('acknowledge');
      hand.report(0x15);
    }
    expect(hand.of('note.stacked')).toHaveLength(1);
  });

  test.each([
    ['open', openStack],
    ['closed', closedStack],
  ])('after a restart vend valid concerns the last order, which is %s, under the same key', (_, memory) => {
    const hand = new Hand(memory);
    hand.report(0x15);
    expect(hand.of('note.stacked')).toMatchObject([{ command: 's1', key: 'a/s1', ...twenty }]);
  });

  test('after a restart STACKED is evidence for the open order', () => {
    const hand = new Hand(openStack);
    hand.report(0x16);
    expect(hand.of('note.stacked')).toMatchObject([{ command: 's1', key: 'a/s1' }]);
  });

  test('STACKED after vend valid is no second credit', () => {
    const hand = new Hand();
    hand.stackSent();
    hand.report(0x15);
    hand.give({ type: 'recorded', key: 'a/s1' });
    expect(hand.turn()).toBe('acknowledge');
    hand.report(0x16);
    hand.report(0x16);
    expect(hand.of('note.stacked')).toHaveLength(1);
  });

  test('a note whose coming no poll saw is not taken for the note before it', () => {
    const hand = new Hand();
    hand.stackSent();
    hand.report(0x15);
    hand.give({ type: 'recorded', key: 'a/s1' });
    expect(hand.turn()).toBe('acknowledge');
    hand.report(0x16);
    hand.report(0x13, 0x64);
    hand.order('s2');
    expect(hand.turn()).toBe('stack');
    hand.give({ type: 'frame', frame: { code: 0x50, data: new Uint8Array() } });
    hand.report(0x15);
    expect(hand.of('note.stacked').map(({ key }) => key)).toEqual(['a/s1', 'a/s2']);
  });

  test('vend valid after the note was believed to be back is still the word on its order', () => {
    const hand = new Hand();
    hand.stackSent();
    hand.report(0x1a);
    hand.report(0x1a);
    expect(hand.of('note.returned')).toMatchObject([{ command: 's1' }]);
    hand.report(0x15);
    expect(hand.of('note.stacked')).toMatchObject([{ command: 's1', key: 'a/s1', ...twenty }]);
  });

  test('a note that nobody ordered is told without an order', () => {
    const hand = new Hand();
    hand.toEscrow();
    hand.report(0x14);
    hand.report(0x15);
    expect(hand.of('note.stacked')).toMatchObject([{ command: null, ...twenty }]);
    expect(hand.of('note.stacked')[0]?.key).not.toBe('a/s1');
  });

  test('vend valid of a note nobody knows is told once and without a value, and recorded before it is acknowledged', () => {
    const hand = new Hand();
    for (let polls = 0; polls < 3; polls++) hand.report(0x15);
    expect(hand.of('note.stacked')).toMatchObject([{ command: null, currency: 'XXX', minor: 0 }]);
    const key = hand.of('note.stacked')[0]?.key as string;
    expect(key).toMatch(/unordered/);
    hand.give({ type: 'recorded', key });
    expect(hand.turn()).toBe('acknowledge');
  });
});

describe('an order left open by the process before', () => {
  test.each([0x11, 0x1a])('idle (%i) without a power-up: the note went back', (code) => {
    const hand = new Hand(openStack);
    hand.report(code);
    expect(hand.of('note.returned')).toHaveLength(0);
    hand.report(code);
    expect(hand.of('note.returned')).toMatchObject([{ command: 's1', ...twenty }]);
  });

  test.each([[[0x17, 0x79]], [[0x18]]])('report %j: the note went back', (report) => {
    const hand = new Hand(openStack);
    hand.report(...(report as [number]));
    expect(hand.of('note.returned')).toMatchObject([{ command: 's1' }]);
  });

  test('INITIALIZE and then idle: the place is not known', () => {
    const hand = new Hand(openStack);
    hand.report(0x1b);
    expect(hand.facts.map(({ fact }) => fact)).not.toContain('note.unknown');
    hand.report(0x1a);
    hand.report(0x1a);
    expect(hand.of('note.unknown')).toMatchObject([{ command: 's1', ...twenty }]);
    expect(hand.of('note.returned')).toHaveLength(0);
  });

  test('a note in escrow is told again, and the order is not sent by itself', () => {
    const hand = new Hand(openStack);
    for (let polls = 0; polls < 8; polls++) hand.report(0x13, 0x64);
    expect(hand.of('note.escrowed')).toMatchObject([twenty]);
    expect(hand.sent).not.toContain('stack');
  });

  test('a jam invents no outcome', () => {
    const hand = new Hand(openStack);
    for (let polls = 0; polls < 5; polls++) hand.report(0x46);
    expect(hand.facts.filter(({ fact }) => fact.startsWith('note.'))).toEqual([]);
    expect(hand.of('device.fault')).toMatchObject([{ code: 'id003.jam-stacker' }]);
  });
});

describe('orders', () => {
  test.each([
    ['no note', (hand: Hand) => hand.report(0x1a), 2000, 'no-note'],
    ['another value', (hand: Hand) => hand.toEscrow(), 500, 'other-note'],
  ])('stack is refused: %s', (_, prepare, minor, reason) => {
    const hand = new Hand();
    prepare(hand);
    hand.order('s1', minor);
    expect(hand.of('command.refused')).toMatchObject([{ command: 's1', sent: false, reason }]);
    expect(hand.sent).not.toContain('stack');
  });

  test('stack is refused after the deadline, though the note still stands there', () => {
    const hand = new Hand();
    hand.toEscrow();
    hand.nowMs = hand.of('note.escrowed')[0]?.deadlineMs as number;
    hand.order();
    expect(hand.of('command.refused')).toMatchObject([{ command: 's1', sent: false, reason: 'too-late' }]);
  });

  test('an order that waited for the wire past the deadline is refused and never sent', () => {
    const hand = new Hand();
    hand.toEscrow();
    hand.order();
    hand.nowMs = hand.of('note.escrowed')[0]?.deadlineMs as number;
    hand.turn();
    expect(hand.sent).not.toContain('stack');
    expect(hand.of('command.refused')).toMatchObject([{ command: 's1', sent: false, reason: 'too-late' }]);
  });

  test('a lost STACK is sent again while the note stands in escrow', () => {
    const hand = new Hand();
    hand.toEscrow();
    hand.order();
    expect(hand.turn()).toBe('stack');
    hand.give({ type: 'silence' });
    for (let polls = 0; polls < 5 && hand.sent.filter((name) => name === 'stack').length < 2; polls++) {
      const name = hand.turn();
      if (name === 'status') hand.give({ type: 'frame', frame: { code: 0x13, data: Uint8Array.of(0x64) } });
    }
    expect(hand.sent.filter((name) => name === 'stack')).toHaveLength(2);
    expect(hand.of('note.escrowed')).toHaveLength(1);
  });

  test('a STACK sent again after INITIALIZE that leaves the device empty: the note went back', () => {
    const hand = new Hand();
    hand.stackSent();
    hand.report(0x1b);
    for (let polls = 0; polls < 10 && hand.state.path.stack?.sentMs !== null; polls++) hand.report(0x13, 0x64);
    expect(hand.turn()).toBe('stack');
    hand.give({ type: 'frame', frame: { code: 0x50, data: new Uint8Array() } });
    hand.report(0x1a);
    hand.report(0x1a);
    expect(hand.of('note.returned')).toMatchObject([{ command: 's1', ...twenty }]);
    expect(hand.of('note.unknown')).toHaveLength(0);
  });

  test('after a STACK the device has the whole pause before it is polled', () => {
    const hand = new Hand();
    hand.toEscrow();
    const pauseMs = (hand.turnAtMs as number) - hand.nowMs;
    hand.nowMs += pauseMs / 2;
    hand.order();
    expect(hand.turn()).toBe('stack');
    hand.give({ type: 'frame', frame: { code: 0x50, data: new Uint8Array() } });
    expect((hand.turnAtMs as number) - hand.nowMs).toBe(pauseMs);
  });

  test('an order that was not sent before the note went is refused and never sent', () => {
    const hand = new Hand();
    hand.toEscrow();
    expect(hand.turn()).toBe('status');
    hand.order();
    hand.give({ type: 'frame', frame: { code: 0x18, data: new Uint8Array() } });
    hand.report(0x1a);
    expect(hand.of('command.refused')).toMatchObject([{ command: 's1', sent: false, reason: 'no-note' }]);
    expect(hand.of('note.returned')).toMatchObject([{ command: null, ...twenty }]);
    expect(hand.sent).not.toContain('stack');
  });

  test('an unsent order is refused when the line goes', () => {
    const hand = new Hand();
    hand.toEscrow();
    hand.order();
    hand.give({ type: 'closed', problem: { code: 'lost', message: 'unplugged' } });
    expect(hand.of('command.refused')).toMatchObject([{ command: 's1', sent: false, reason: 'line-lost' }]);
  });

  test('an order that waits to be sent again is not refused when the line goes: it may have arrived', () => {
    const hand = new Hand();
    hand.toEscrow();
    hand.order();
    expect(hand.turn()).toBe('stack');
    hand.give({ type: 'silence' });
    for (let polls = 0; polls < 10 && hand.state.path.stack?.sentMs !== null; polls++) hand.report(0x13, 0x64);
    expect(hand.state.path.stack?.sentMs).toBeNull();
    hand.give({ type: 'closed', problem: { code: 'lost', message: 'unplugged' } });
    expect(hand.of('command.refused')).toHaveLength(0);
  });

  test('a sent order survives the line and is resolved after it', () => {
    const hand = new Hand();
    hand.stackSent();
    hand.give({ type: 'closed', problem: { code: 'lost', message: 'unplugged' } });
    expect(hand.of('command.refused')).toHaveLength(0);
    hand.give({ type: 'opened', chance: new Uint8Array(64) });
    hand.report(0x15);
    expect(hand.of('note.stacked')).toMatchObject([{ command: 's1', key: 'a/s1' }]);
  });

  test.each([
    [0x71, 'askew'],
    [0x7d, 'damaged'],
    [0x79, 'inhibited'],
    [0x98, 'multiple'],
    [0x6f, 'other'],
  ])('rejected with %i on its way in is %s, told once', (code, reason) => {
    const hand = new Hand();
    hand.report(0x1a);
    hand.report(0x11);
    hand.report(0x12);
    hand.report(0x17, code);
    hand.report(0x17, code);
    expect(hand.of('note.rejected').map((fact) => fact.reason)).toEqual([reason]);
  });

  test('rejected with 79 after STACK: the order ends as returned, once', () => {
    const hand = new Hand();
    hand.stackSent();
    for (let polls = 0; polls < 3; polls++) hand.report(0x17, 0x79);
    expect(hand.of('note.returned')).toMatchObject([{ command: 's1' }]);
    expect(hand.of('note.rejected')).toHaveLength(0);
  });
});

describe('a device that does not answer', () => {
  function silent(hand: Hand, untilMs: number): void {
    const endMs = hand.nowMs + untilMs;
    while (hand.nowMs < endMs) {
      hand.turn();
      hand.nowMs += 160;
      hand.give({ type: 'silence' });
    }
  }

  test('one silence means nothing; two seconds are a loss, told once; eight a RESET, at most every ten', () => {
    const hand = new Hand();
    hand.report(0x1a);
    silent(hand, 500);
    expect(hand.of('device.lost')).toHaveLength(0);
    silent(hand, 6_000);
    expect(hand.of('device.lost')).toMatchObject([{ reason: 'silent' }]);
    expect(hand.sent).not.toContain('reset');
    silent(hand, 23_000);
    expect(hand.of('device.lost')).toHaveLength(1);
    const resets = hand.sent.filter((name) => name === 'reset').length;
    expect(resets).toBeGreaterThanOrEqual(2);
    expect(resets).toBeLessThanOrEqual(3);
  });

  test('is not reset while an event waits to be recorded', () => {
    const hand = new Hand();
    hand.stackSent();
    hand.report(0x15);
    silent(hand, 100_000);
    expect(hand.sent).not.toContain('reset');
  });
});

describe('denominations', () => {
  test('a note that moves on before the device has said its value is not disturbed by the question', () => {
    const hand = new Hand();
    hand.report(0x13, 0x64);
    expect(hand.give({ type: 'turn' })).toBe('currency-assign');
    hand.give({ type: 'silence' });
    for (let polls = 0; polls < 5; polls++) hand.report(0x14);
    expect(hand.sent.filter((name) => name === 'currency-assign')).toHaveLength(1);
  });

  test('denominations and inhibit without an answer may have been taken: they are set again when nothing more is wanted', () => {
    const hand = new Hand();
    hand.report(0x1a);
    hand.turn();
    hand.give({ type: 'silence' });
    expect(hand.state.inhibited).toBe(true);
    hand.give({ type: 'levels', levels: { accept: [2000] } });
    const mute = (until: string): void => {
      for (let guard = 0; guard < 20; guard++) {
        hand.nowMs = Math.max(hand.nowMs, hand.turnAtMs ?? hand.nowMs);
        const name = hand.give({ type: 'turn' });
        if (name === 'status') hand.give({ type: 'frame', frame: { code: 0x1a, data: new Uint8Array() } });
        else hand.give({ type: 'silence' });
        if (name === until) return;
      }
      throw new Error(`${until} was never sent`);
    };
    mute('set-denominations');
    expect(hand.state.disabledBits).toBeNull();
    hand.give({ type: 'levels', levels: { accept: [] } });
    for (let polls = 0; polls < 6; polls++) hand.report(0x1a);
    expect([hand.state.disabledBits, hand.state.inhibited]).toEqual([0xffff, true]);
    expect(hand.sent.lastIndexOf('set-denominations')).toBeGreaterThan(hand.sent.indexOf('set-denominations'));
  });

  test('a table that changed within this process stops acceptance', () => {
    const hand = new Hand();
    hand.report(0x1a);
    hand.turn();
    const other = [...table];
    other[2] = 2;
    hand.give({ type: 'closed', problem: { code: 'lost', message: '' } });
    hand.give({ type: 'opened', chance: new Uint8Array(64) });
    hand.give({ type: 'levels', levels: { accept: [2000] } });
    table.splice(0, table.length, ...other);
    hand.report(0x1a);
    hand.turn();
    other[2] = 1;
    table.splice(0, table.length, ...other);
    expect(hand.of('device.fault').map(({ code }) => code)).toContain('id003.denominations-changed');
    expect(hand.state.inhibited).toBe(true);
    expect(hand.of('device.disabled')).toHaveLength(1);
  });
});

test('no sequence of inputs makes a step throw, or says anything is stacked without its evidence', () => {
  const frame = fc.record({
    type: fc.constant('frame' as const),
    frame: fc.record({
      code: fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0x11, 0x12, 0x13, 0x14, 0x17, 0x1a, 0x50)),
      data: fc.uint8Array({ maxLength: 40 }),
    }),
  });
  const input = fc.oneof(
    { weight: 6, arbitrary: frame },
    { weight: 6, arbitrary: fc.constant({ type: 'turn' as const }) },
    fc.constant({ type: 'silence' as const }),
    fc.constant({ type: 'opened' as const, chance: new Uint8Array(64) }),
    fc.constant({ type: 'closed' as const, problem: { code: 'lost' as const, message: '' } }),
    fc.constant({ type: 'levels' as const, levels: { accept: [2000, 500] } }),
    fc.constantFrom('a/s1', 'x').map((key) => ({ type: 'recorded' as const, key })),
    fc.constantFrom('note.stack' as const, 'note.return' as const).map((command) => ({
      type: 'command' as const,
      command: { id: 's1', device: 'a', command, ...twenty },
    })),
  );
  fc.assert(
    fc.property(
      fc.array(input, { maxLength: 60 }),
      fc.constantFrom(emptyMemory, openStack, closedStack),
      (all, memory) => {
        const hand = new Hand(memory);
        let evidence = false;
        for (const each of all) {
          hand.nowMs += 37;
          if (each.type === 'frame' && (each.frame.code === 0x15 || each.frame.code === 0x16)) evidence = true;
          hand.give(each as Untimed);
          if (!evidence) expect(hand.of('note.stacked')).toHaveLength(0);
        }
      },
    ),
    { numRuns: 1_500 },
  );
});
