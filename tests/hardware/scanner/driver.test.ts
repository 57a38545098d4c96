import { expect, test } from 'vitest';
import { type DeviceFact, emptyMemory } from '../../../hardware/device.ts';
import type { DriverInput, DriverStep } from '../../../hardware/driver.ts';
import {
  createDriver,
  MISSES_UNTIL_FAULT,
  RECENT_LIMIT,
  SAME_CODE_MS,
  type Settings,
  type State,
} from '../../../hardware/scanner/driver.ts';
import type { Frame } from '../../../hardware/scanner/frame.ts';
import { frontDoor } from '../../../hardware/scanner/index.ts';

const PAYMENT_CODE = '134567890123456789';
const plain: Settings = { suffix: 'cr', prefix: '', aim: false };

type Untimed = DriverInput<Frame> extends infer Input ? (Input extends unknown ? Omit<Input, 'nowMs'> : never) : never;

/** Plays the wire by hand. */
class Hand {
  readonly driver: ReturnType<typeof createDriver>;
  state: State;
  nowMs = 1_000;
  facts: DeviceFact[] = [];
  last: DriverStep<State> | null = null;

  constructor(settings: Settings = plain) {
    this.driver = createDriver('scanner', settings);
    this.state = this.driver.start(emptyMemory);
    this.give({ type: 'opened', chance: new Uint8Array(64) });
  }

  give(input: Untimed): readonly DeviceFact[] {
    this.last = this.driver.step(this.state, { ...input, nowMs: this.nowMs } as DriverInput<Frame>);
    expect(this.last.send).toBeUndefined();
    this.state = this.last.state;
    this.facts.push(...this.last.facts);
    return this.last.facts;
  }

  scan(text: string): void {
    this.give({ type: 'frame', frame: { text, bytes: new TextEncoder().encode(text) } });
  }

  miss(why: string): void {
    this.give({ type: 'discarded', bytes: new TextEncoder().encode(PAYMENT_CODE), why });
  }

  codes(): readonly string[] {
    return this.facts.flatMap((fact) => (fact.fact === 'code.scanned' ? [fact.text] : []));
  }

  /** Faults and their ends. */
  faults(): readonly string[] {
    return this.facts.flatMap((fact) =>
      fact.fact === 'device.fault' || fact.fact === 'device.cleared' ? [`${fact.fact} ${fact.code}`] : [],
    );
  }
}

test('an open port is a scanner that is ready and has no name', () => {
  expect(new Hand().facts).toEqual([
    {
      device: 'scanner',
      fact: 'device.identified',
      protocol: 'scanner',
      maker: null,
      model: null,
      serial: null,
      firmware: null,
      denominations: [],
    },
    { device: 'scanner', fact: 'device.ready' },
  ]);
});

test('a line that goes is told once, another reason again, and an open one is ready again', () => {
  const hand = new Hand();
  const lost = { device: 'scanner', fact: 'device.lost', message: 'gone' };
  expect(hand.give({ type: 'closed', problem: { code: 'lost', message: 'gone' } })).toEqual([
    { ...lost, reason: 'lost' },
  ]);
  expect(hand.give({ type: 'closed', problem: { code: 'lost', message: 'gone' } })).toEqual([]);
  expect(hand.give({ type: 'closed', problem: { code: 'missing', message: 'gone' } })).toEqual([
    { ...lost, reason: 'missing' },
  ]);
  expect(hand.give({ type: 'opened', chance: new Uint8Array(64) }).map(({ fact }) => fact)).toEqual([
    'device.identified',
    'device.ready',
  ]);
  expect(hand.give({ type: 'closed', problem: { code: 'missing', message: 'gone' } })).toHaveLength(1);
});

test('a code is told with its text, as the scanner read it', () => {
  const hand = new Hand();
  hand.scan(']Q1示例\n公司');
  expect(hand.facts.at(-1)).toEqual({ device: 'scanner', fact: 'code.scanned', text: ']Q1示例\n公司' });
});

test('the same code is told again only when it was not seen for two seconds', () => {
  const hand = new Hand();
  for (let seen = 0; seen < 10; seen++) {
    hand.scan(PAYMENT_CODE);
    hand.nowMs += SAME_CODE_MS - 1;
  }
  expect(hand.codes()).toEqual([PAYMENT_CODE]);
  expect(hand.state.repeats).toBe(9);
  hand.nowMs += 1;
  hand.scan(PAYMENT_CODE);
  expect(hand.codes()).toEqual([PAYMENT_CODE, PAYMENT_CODE]);
});

test('another code in between does not make the first a new one', () => {
  const hand = new Hand();
  for (const text of [PAYMENT_CODE, '1001', PAYMENT_CODE, '1001']) hand.scan(text);
  expect(hand.codes()).toEqual([PAYMENT_CODE, '1001']);
});

test('a code is held against its repetition over a loss of the line', () => {
  const hand = new Hand();
  hand.scan(PAYMENT_CODE);
  hand.give({ type: 'closed', problem: { code: 'lost', message: 'gone' } });
  hand.nowMs += 500;
  hand.give({ type: 'opened', chance: new Uint8Array(64) });
  hand.scan(PAYMENT_CODE);
  expect(hand.codes()).toEqual([PAYMENT_CODE]);
});

test('eight codes are remembered, and none longer than its two seconds', () => {
  const hand = new Hand();
  for (let n = 0; n <= RECENT_LIMIT; n++) hand.scan(`${1_000 + n}`);
  expect(hand.state.recent.map(({ text }) => text)).toEqual(Array.from({ length: 8 }, (_, n) => `${1_001 + n}`));
  const dueMs = hand.last?.turnAtMs;
  expect(dueMs).toBe(1_000 + SAME_CODE_MS);
  hand.nowMs = dueMs as number;
  hand.give({ type: 'turn' });
  expect(hand.state.recent).toEqual([]);
  expect(hand.last?.turnAtMs).toBeNull();
});

test.each<[Partial<Settings>, string, string]>([
  [{ prefix: 'X' }, 'X1001', '1001'],
  [{ prefix: 'X' }, '1001', '1001'],
  [{ prefix: 'X' }, 'XX1001', 'X1001'],
  [{ aim: true }, ']C01001', '1001'],
  [{ aim: true }, ']Q3示例', '示例'],
  [{ aim: true }, ']示例', ']示例'],
  [{ aim: true, prefix: 'X' }, 'X]Q11001', '1001'],
  [{}, ']Q11001', ']Q11001'],
])('with %j the code of "%s" is "%s"', (settings, read, code) => {
  const hand = new Hand({ ...plain, ...settings });
  hand.scan(read);
  expect(hand.codes()).toEqual([code]);
});

test('marks without a code are no code', () => {
  const hand = new Hand({ ...plain, aim: true });
  hand.scan(']Q1');
  expect(hand.codes()).toEqual([]);
  expect(hand.state.discarded).toBe(1);
});

test('two readings that are no code are an accident, the third is a fault until the next code', () => {
  const hand = new Hand();
  for (let n = 1; n < MISSES_UNTIL_FAULT; n++) hand.miss('no suffix');
  expect(hand.faults()).toEqual([]);
  hand.miss('no suffix');
  hand.miss('no suffix');
  expect(hand.faults()).toEqual(['device.fault scanner.no-suffix']);
  hand.miss('a control character');
  expect(hand.faults().slice(1)).toEqual(['device.cleared scanner.no-suffix', 'device.fault scanner.unreadable']);
  hand.scan('1001');
  expect(hand.faults().slice(3)).toEqual(['device.cleared scanner.unreadable']);
  for (let n = 1; n < MISSES_UNTIL_FAULT; n++) hand.miss('too long');
  expect(hand.faults()).toHaveLength(4);
});

test('a code among readings that are none begins their count anew, also one seen before', () => {
  const hand = new Hand();
  hand.scan('1001');
  for (let n = 0; n < 10; n++) {
    hand.miss('too long');
    hand.scan('1001');
  }
  expect(hand.faults()).toEqual([]);
  expect(hand.codes()).toEqual(['1001']);
});

test('every order is refused, because nothing of it ever left', () => {
  const hand = new Hand();
  expect(
    hand.give({ type: 'command', command: { command: 'document.print', id: 'p1', device: 'scanner', document: '' } }),
  ).toEqual([
    { device: 'scanner', fact: 'command.refused', command: 'p1', sent: false, reason: 'a scanner only reads codes' },
  ]);
});

test('levels, records and silences are nothing to it', () => {
  const hand = new Hand();
  const before = hand.state;
  hand.give({ type: 'levels', levels: { accept: [100] } });
  hand.give({ type: 'recorded', key: 'x' });
  hand.give({ type: 'silence' });
  expect(hand.state).toEqual(before);
});

test.each([
  [{ baudRate: 4_800 }, 'baudRate', /9600 or 115200/],
  [{ suffix: 'crlf' }, 'suffix', /"cr" or "lf"/],
  [{ prefix: '' }, 'prefix', /one to eight/],
  [{ prefix: 'a b' }, 'prefix', /one to eight/],
  [{ prefix: 'x'.repeat(9) }, 'prefix', /one to eight/],
  [{ aim: 'on' }, 'aim', /true or false/],
  [{ constructor: 1 }, 'constructor', /is not a setting of scanner; known are baudRate/],
])('the settings %j are refused', (settings, path, problem) => {
  expect(frontDoor.checkSettings(settings)).toEqual([
    { path, problem: expect.objectContaining({ en: expect.stringMatching(problem) }) },
  ]);
  expect(() => frontDoor.createDriver({ device: 'x', settings })).toThrow(RangeError);
});

test('every setting that is right is taken, and the line has the speed that is set', () => {
  const settings = { baudRate: 115_200, suffix: 'lf', prefix: '~'.repeat(8), aim: true };
  expect(frontDoor.checkSettings(settings)).toEqual([]);
  expect(frontDoor.lineWith?.(settings)).toEqual({ baudRate: 115_200, dataBits: 8, parity: 'none', stopBits: 1 });
  expect(frontDoor.lineWith?.({})).toEqual(frontDoor.line);
  expect(frontDoor.line.baudRate).toBe(9_600);
  const driver = frontDoor.createDriver({ device: 'x', settings });
  expect(driver.decoder().push(new TextEncoder().encode('1001\n'))).toMatchObject([{ frame: { text: '1001' } }]);
});
