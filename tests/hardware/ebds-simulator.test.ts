import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { framed, settingsHelp, simulate } from '../../hardware/ebds/simulator.ts';
import { asHex, fromHex, SimulatorRig } from './simulator-rig.ts';

// A small EBDS host that shares no code with the project: frames and checksums by hand.

const ESCROW_MODE = 0x10;
const STACK = 0x20;
const RETURN = 0x40;
const POLICY_B = 0x04;
const POLICY_C = 0x08;
const EXTENDED = 0x10;

function frameOf(...body: readonly number[]): readonly number[] {
  const inner = [body.length + 4, ...body];
  return [0x02, ...inner, 0x03, inner.reduce((xor, byte) => xor ^ byte, 0)];
}

/** Bodies of whole, right frames; what is between them is skipped. */
function bodiesIn(bytes: readonly number[]): readonly (readonly number[])[] {
  const found: (readonly number[])[] = [];
  for (let at = 0; at < bytes.length; ) {
    const whole = bytes.slice(at, at + (bytes[at + 1] ?? 0));
    const body = whole.slice(2, -2);
    const right = whole.length >= 5 && asHex(whole) === asHex(frameOf(...body));
    if (right) found.push(body);
    at += right ? whole.length : 1;
  }
  return found;
}

/** What a reply says, in words: `escrow value 4`, `idle stacked value 4`, `none power-up`. */
function read(body: readonly number[] | undefined): string {
  if (body === undefined) return 'silence';
  const isNote = body[0] !== undefined && body[0] >> 4 === 7;
  const [state = 0, status = 0, exception = 0, misc = 0] = body.slice(isNote ? 2 : 1);
  const words = (value: number, names: readonly (string | null)[]): readonly string[] =>
    names.filter((name, bit): name is string => name !== null && ((value >> bit) & 1) === 1);
  const value = (exception >> 3) & 7;
  const now = words(state, ['idle', 'accepting', 'escrow', 'stacking', null, 'returning']);
  return [
    now.length === 0 ? 'none' : now.join('+'),
    ...words(state, [null, null, null, null, 'stacked', null, 'returned']),
    ...words(status, ['cheated', 'rejected', 'jammed', 'full', null, 'paused', 'calibrating']),
    ...((status & 0x10) === 0 ? ['no-cassette'] : []),
    ...words(exception, ['power-up', 'invalid', 'failure', null, null, null, 'open']),
    ...words(misc, ['stalled', 'flash']),
    ...(value > 0 ? [`value ${value}`] : []),
    ...(isNote ? [String.fromCharCode(...body.slice(9, 18).filter((byte) => byte !== 0))] : []),
  ].join(' ');
}

class Host extends SimulatorRig {
  private acknowledge = 0;
  denominations = 0x3f;
  mode = ESCROW_MODE;
  options = 0;

  constructor(settings: Readonly<Record<string, string>> = {}, speed = 1) {
    super(simulate, settings, speed);
  }

  /** Sends a message with the next acknowledge number; the number moves on when an answer with it came. */
  request(type: number, ...data: readonly number[]): readonly number[] | undefined {
    this.raw = [];
    this.receive(frameOf((type << 4) | this.acknowledge, ...data));
    this.pass(50);
    const reply = bodiesIn(this.raw).at(-1);
    if (reply !== undefined && ((reply[0] as number) & 1) === this.acknowledge) this.acknowledge ^= 1;
    return reply;
  }

  /** The same message once more, as a host sends it that did not get its answer. */
  lostAnswer(): void {
    this.acknowledge ^= 1;
  }

  poll(order = 0): string {
    return read(this.request(1, this.denominations, this.mode | order, this.options));
  }

  /** Polls every 150 ms until it comes; the different answers on the way, the last included. */
  pollUntil(status: string, limitMs = 30_000): readonly string[] {
    const seen: string[] = [];
    for (const endMs = this.clock.monoMs() + limitMs; this.clock.monoMs() < endMs; this.pass(100)) {
      const now = this.poll();
      if (now !== seen.at(-1)) seen.push(now);
      if (now === status) return seen;
    }
    throw new Error(`no "${status}" within ${limitMs} ms, but ${seen.join(', ')}`);
  }

  /** From power-up to taking notes. */
  ready(options = 0): void {
    this.options = options;
    this.pollUntil('idle');
    this.events.length = 0;
  }

  escrow(minor: number): void {
    this.do('insert', { minor });
    this.pollUntil(`escrow value ${values.indexOf(minor) + 1}`);
  }
}

const values = [100, 500, 1000, 2000, 5000, 10000];

interface Vector {
  readonly from: string;
  readonly name: string;
  readonly bytes: readonly number[];
}

const vectors: readonly Vector[] = readFileSync(new URL('../vectors/ebds.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.trim() !== '' && !line.startsWith('#'))
  .map((line) => {
    const [from = '', name = '', hex = ''] = line.split('|').map((part) => part.trim());
    return { from, name, bytes: fromHex(hex) };
  });

function deviceFrames(name: string): readonly string[] {
  return vectors.filter((one) => one.from === 'device' && one.name === name).map(({ bytes }) => asHex(bytes));
}

describe('vectors', () => {
  test('every frame of the file is what the machine would send for the same message', () => {
    expect(vectors.length).toBeGreaterThan(100);
    for (const { name, bytes } of vectors) {
      expect(asHex([...framed(bytes.slice(2, -2))]), name).toBe(asHex(bytes));
      expect(asHex(frameOf(...bytes.slice(2, -2))), name).toBe(asHex(bytes));
    }
  });

  test('the machine understands every host frame of the file', () => {
    for (const { from, name, bytes } of vectors) {
      if (from !== 'host') continue;
      const rig = new Host();
      rig.pass(5_000);
      rig.exchange(frameOf(0x10 | (((bytes[2] as number) & 1) ^ 1), 0x01, 0, 0));
      rig.raw = [];
      rig.events.length = 0;
      rig.receive(bytes);
      rig.pass(50);
      expect(rig.events.find(({ event }) => event === 'command')).toMatchObject({
        name,
        hex: asHex(bytes).toUpperCase(),
      });
      const answers = bodiesIn(rig.raw);
      expect(answers).toHaveLength(name === 'soft-reset' ? 0 : 1);
      if (answers[0] !== undefined) expect((answers[0][0] as number) & 1).toBe((bytes[2] as number) & 1);
    }
  });

  test('the published replies come from a machine of that model', () => {
    const rig = new Host({ model: '01', revision: '02' });
    rig.pass(3_000);
    const sent = new Set<string>();
    const watch = (ms: number, order = 0): void => {
      for (const endMs = rig.clock.monoMs() + ms; rig.clock.monoMs() < endMs; rig.pass(100)) {
        rig.poll(order);
        sent.add(asHex(rig.raw));
      }
    };
    watch(1_000);
    for (const [minor, order] of [
      [100, STACK],
      [500, RETURN],
    ] as const) {
      rig.do('insert', { minor });
      watch(1_500);
      watch(3_000, order);
    }
    const names = ['idle', 'accepting', 'escrowed', 'stacking', 'stacked'];
    const without = (frame: string): string => frame.slice(9, -3);
    const reached = new Set([...sent].map(without));
    for (const name of names)
      expect(
        deviceFrames(name)
          .map(without)
          .filter((frame) => reached.has(frame)),
        name,
      ).not.toEqual([]);
    expect([...reached]).toEqual(
      expect.arrayContaining([...deviceFrames('returning'), ...deviceFrames('returned')].map(without)),
    );
  });

  test('the answers of the queries are those of the file, from the machine with its usual settings', () => {
    const rig = new Host();
    rig.pass(3_000);
    const first = rig.poll();
    expect(first).toBe('idle power-up');
    const asked = (type: number, ...data: readonly number[]): string => {
      rig.request(type, ...data);
      const body = bodiesIn(rig.raw).at(-1) as readonly number[];
      return asHex(frameOf((body[0] as number) & 0x7e, ...body.slice(1)));
    };
    const queries: readonly (readonly [string, number])[] = [
      ['software-crc', 0],
      ['resets', 2],
      ['type', 4],
      ['serial-number', 5],
      ['boot-part', 6],
      ['application-part', 7],
      ['variant-name', 8],
      ['variant-part', 9],
      ['capabilities', 0x0d],
      ['application-part', 0x0e],
      ['variant-part', 0x0f],
    ];
    for (const [name, query] of queries) expect(deviceFrames(name), name).toContain(asked(6, 0, 0, query));
    expect(asked(6, 0, 0, 1)).toBe(deviceFrames('cash-box-total')[0]);
    const notes = [1, 2, 3, 4, 5, 6, 7].map((index) => asked(7, 2, 0x3f, ESCROW_MODE, EXTENDED, index));
    expect(notes).toEqual(deviceFrames('note-specification'));
    expect([asked(7, 6, 0x3f, ESCROW_MODE, 0)]).toEqual(deviceFrames('value-table'));
    expect([asked(7, 4, 0x3f, ESCROW_MODE, 0, 30, 30)]).toEqual(deviceFrames('escrow-timeout'));
    expect([asked(7, 13, 0x3f, ESCROW_MODE, 0, 1)]).toEqual(deviceFrames('advanced-bookmark'));
    expect(asked(7, 11, 0x3f, ESCROW_MODE, 0, 1)).toBe(deviceFrames('note-retrieved')[0]);
    expect([asked(5, 0, 0, 0)]).toEqual(deviceFrames('flash-download'));
    expect([asked(4, 0, 0, 0)]).toEqual(deviceFrames('calibrate'));
  });
});

describe('settings', () => {
  test.each([
    [{ colour: 'red' }, 'unknown setting "colour"'],
    [{ currency: 'XAU' }, 'set denominations as well'],
    [{ currency: 'yuan' }, 'setting currency'],
    [{ denominations: '1,1' }, 'setting denominations'],
    [{ denominations: '0.5' }, 'setting denominations'],
    [{ denominations: '1,2,3,4,5,6,7,8' }, 'setting denominations'],
    [{ denominations: '1234' }, 'setting denominations'],
    [{ exponent: '9' }, 'setting exponent'],
    [{ model: '80' }, 'setting model'],
    [{ revision: 'x' }, 'setting revision'],
    [{ evidence: 'no-credit' }, 'setting evidence'],
    [{ failure: '52' }, 'setting failure'],
    [{ boot: '1234567890' }, 'setting boot'],
    [{ serial: 'a number that is too long' }, 'setting serial'],
  ])('%j is refused by name', (settings, reason) => {
    expect(() => new Host(settings as Readonly<Record<string, string>>)).toThrow(reason);
  });

  test('the help names every setting that is known', () => {
    const named = settingsHelp.join(' ').match(/\b[a-z]+(?==)/g);
    expect(named?.sort()).toEqual([
      'application',
      'boot',
      'currency',
      'denominations',
      'evidence',
      'exponent',
      'failure',
      'model',
      'revision',
      'serial',
      'type',
      'variant',
    ]);
  });

  test('an unused value keeps its place, and has none in the extended table', () => {
    const rig = new Host({ denominations: '1,-,2000' });
    rig.ready();
    expect(rig.machine.denominations?.map(({ minor }) => minor)).toEqual([100, 200000]);
    rig.do('insert', { minor: 200000 });
    rig.pollUntil('escrow value 3');
    rig.poll(STACK);
    rig.pollUntil('idle stacked value 3');
    expect(rig.request(7, 2, 0x7f, ESCROW_MODE, EXTENDED, 2)?.slice(8, 18)).toEqual([2, ...Buffer.from('CNY200+01')]);
    expect(rig.request(7, 2, 0x7f, ESCROW_MODE, EXTENDED, 3)?.slice(8)).toEqual(Array(18).fill(0));
  });

  test('a broken part is told, and takes no note', () => {
    const rig = new Host({ failure: 'on' });
    rig.pass(5_000);
    expect(rig.poll()).toBe('none power-up failure');
    expect(rig.poll()).toBe('none failure');
    expect(rig.refusal('insert', { minor: 100 })).toContain('broken');
  });
});

describe('the wire', () => {
  test('a wrong checksum, length, end or eighth bit is met with silence, and the next request is answered', () => {
    const rig = new Host();
    rig.pass(3_000);
    const right = frameOf(0x10, 0x7f, 0x10, 0x00);
    for (let at = 0; at < right.length; at++) {
      for (const bit of [0x10, 0x80]) {
        const spoiled = right.map((byte, i) => (i === at ? byte ^ bit : byte));
        expect(rig.exchange(spoiled), asHex(spoiled)).toBe('silence');
        rig.pass(150);
      }
    }
    expect(rig.poll()).toBe('idle power-up');
  });

  test('garbage, half frames and lone starts are met with silence, and the next request is answered', () => {
    const rig = new Host();
    rig.pass(3_000);
    rig.poll();
    for (const bad of [
      [0x02],
      [0x02, 0x08],
      [0x02, 0x08, 0x10, 0x7f],
      [0x02, 0x00],
      [0x7f, 0x03, 0x13],
      [0x03, 0x02],
    ]) {
      rig.raw = [];
      rig.receive(bad);
      rig.pass(150);
      expect(rig.raw).toEqual([]);
      expect(rig.poll()).toBe('idle');
    }
  });

  test('a false start right before a frame does not swallow it', () => {
    const rig = new Host();
    for (const before of [[0x02], [0x02, 0x02], [0x02, 0x03], [0x00, 0x02, 0x00]])
      expect(rig.exchange([...before, ...frameOf(0x10, 0, 0, 0)])).not.toBe('silence');
  });

  test('a request split at every byte is answered once, and only after its last byte', () => {
    const request = frameOf(0x10, 0, ESCROW_MODE, 0);
    for (let cut = 1; cut < request.length; cut++) {
      const rig = new Host();
      rig.receive(request.slice(0, cut));
      rig.pass(20);
      expect(rig.raw).toEqual([]);
      rig.receive(request.slice(cut));
      rig.pass(50);
      expect(bodiesIn(rig.raw)).toHaveLength(1);
      expect(rig.raw).toHaveLength(11);
    }
  });

  test('a message for another kind of device is not answered', () => {
    const rig = new Host();
    for (const kind of [2, 4, 6, 8, 14]) expect(rig.exchange(frameOf(0x10 | kind, 0, 0, 0))).toBe('silence');
  });

  test('the answer carries the number it was asked with, and comes within fifty milliseconds', () => {
    const rig = new Host();
    for (const number of [0, 1, 0, 1]) {
      rig.raw = [];
      rig.receive(frameOf(0x10 | number, 0, 0, 0));
      rig.pass(20);
      expect(bodiesIn(rig.raw)[0]?.[0]).toBe(0x20 | number);
    }
  });
});

describe('the acknowledge number', () => {
  test('of the last message again gets the last reply again, and nothing is done', () => {
    const rig = new Host();
    rig.ready();
    rig.escrow(2000);
    rig.poll();
    const before = asHex(rig.raw);
    rig.lostAnswer();
    expect(rig.poll(STACK)).toBe('escrow value 4');
    expect(asHex(rig.raw)).toBe(before);
    rig.pass(2_000);
    rig.lostAnswer();
    expect(rig.request(6, 0, 0, 5)?.[0]).toBe(fromHex(before)[2]);
    expect(rig.poll()).toBe('escrow value 4');
    expect(rig.count('command')).toBe(0);
  });

  test('moved on says that a credit was read; until then it is told again', () => {
    const rig = new Host();
    rig.ready();
    rig.escrow(2000);
    rig.poll(STACK);
    rig.pass(2_000);
    for (let i = 0; i < 4; i++) {
      expect(rig.poll()).toBe('idle stacked value 4');
      rig.lostAnswer();
    }
    expect(rig.count('vend.acknowledged')).toBe(0);
    expect(rig.refusal('insert', { minor: 100 })).toContain('has not read the last credit');
    expect(rig.poll()).toBe('idle stacked value 4');
    expect(rig.poll()).toBe('idle');
    expect(rig.count('vend.acknowledged')).toBe(1);
    expect(rig.last('vend.acknowledged')).toMatchObject({ currency: 'CNY', minor: 2000 });
  });

  test('of the first message after a power-up is new, whichever it is', () => {
    for (const number of [0, 1]) {
      const rig = new Host();
      rig.ready();
      rig.do('cut power');
      rig.do('restore power');
      rig.pass(3_000);
      rig.receive(frameOf(0x10 | number, 0x7f, 0x10, 0));
      rig.pass(50);
      expect(rig.count('enabled')).toBe(1);
    }
  });

  test('a poll whose number was lost still keeps the machine awake', () => {
    const rig = new Host();
    rig.ready();
    rig.escrow(500);
    for (let i = 0; i < 5; i++) {
      rig.pass(3_000);
      rig.lostAnswer();
      rig.poll();
    }
    expect(rig.poll()).toBe('escrow value 2');
  });
});

describe('commands', () => {
  test('a machine just switched on says so until it has started and was heard', () => {
    const rig = new Host();
    expect(rig.poll()).toBe('none power-up');
    expect(rig.poll()).toBe('none power-up');
    expect(rig.pollUntil('idle')).toEqual(['none power-up', 'idle power-up', 'idle']);
  });

  test.each([
    ['of an unknown type', [0x00, 0, 0, 0]],
    ['of a reply', [0x20, 0, 0, 0]],
    ['that is too short', [0x10, 0x7f, 0x10]],
    ['that is too long', [0x10, 0x7f, 0x10, 0, 0]],
    ['that stacks and returns', [0x10, 0x7f, 0x70, 0]],
    ['with an unknown subtype', [0x70, 0x7e, 0x7f, 0x10, 0]],
    ['with a note query without an index', [0x70, 0x02, 0x7f, 0x10, 0]],
    ['with nothing in it', [0x70]],
    ['with a misshapen query', [0x60, 0, 0]],
    ['with a misshapen calibration', [0x40, 0]],
  ] as const)('a message %s is answered as invalid', (_what, body) => {
    const rig = new Host();
    rig.ready();
    const number = (fromHex(asHex(rig.raw))[2] as number) & 1;
    const answer = rig.exchange(frameOf((body[0] as number) | (number ^ 1), ...body.slice(1)));
    expect(read(bodiesIn(fromHex(answer))[0])).toBe('idle invalid');
    expect(rig.count('note.stacked') + rig.count('note.returned')).toBe(0);
  });

  test('stack and return together do neither', () => {
    const rig = new Host();
    rig.ready();
    rig.escrow(500);
    expect(rig.poll(STACK | RETURN)).toBe('escrow invalid value 2');
    expect(rig.poll()).toBe('escrow value 2');
  });

  test('stack and return without a note in escrow do nothing', () => {
    const rig = new Host();
    rig.ready();
    expect([rig.poll(STACK), rig.poll(RETURN), rig.poll()]).toEqual(['idle', 'idle', 'idle']);
  });

  test('an unknown query is answered like the one for the checksum', () => {
    const rig = new Host();
    rig.ready();
    expect(rig.request(6, 0, 0, 0x44)?.slice(1)).toEqual([6, 0xd, 3, 0xa, 0, 0]);
  });

  test('a calibration waits for its paper, takes no note, and ends', () => {
    const rig = new Host();
    rig.ready();
    expect(read(rig.request(4, 0x3f, ESCROW_MODE, 0))).toBe('none calibrating');
    expect(rig.poll()).toBe('none calibrating');
    expect(rig.refusal('insert', { minor: 100 })).toContain('calibration');
    expect(read(rig.request(4, 0x3f, ESCROW_MODE, 0))).toBe('none calibrating invalid');
    rig.pollUntil('idle');
  });

  test('a bookmark is a poll, a firmware download does not begin', () => {
    const rig = new Host();
    rig.ready();
    expect(read(rig.request(3, 0x3f, ESCROW_MODE, 0))).toBe('idle');
    expect(rig.request(5, 0, 0, 0)?.[4]).toBe(0x10);
    expect(rig.poll()).toBe('idle');
  });

  test('a soft reset is not answered, forgets what was set, and starts anew', () => {
    const rig = new Host();
    rig.ready();
    rig.escrow(500);
    expect(rig.request(6, 0x7f, 0x7f, 0x7f)).toBeUndefined();
    rig.pass(1_000);
    expect(rig.poll()).toBe('silence');
    rig.pass(2_000);
    expect(rig.count('reset')).toBe(1);
    expect(rig.pollUntil('idle').slice(-2)).toEqual(['idle returned power-up', 'idle']);
    expect(rig.truth()).toBe('slot 500×1');
    expect(rig.request(6, 0, 0, 2)?.slice(1)).toEqual([0, 0, 0, 0, 0, 2]);
  });

  test('the total of the box counts whole units, survives a power cut, and is cleared on command', () => {
    const rig = new Host();
    rig.ready();
    rig.escrow(2000);
    rig.poll(STACK);
    rig.pollUntil('idle');
    const total = (): readonly number[] | undefined => rig.request(6, 0, 0, 1)?.slice(1);
    expect(total()).toEqual([0, 0, 0, 0, 1, 4]);
    rig.do('cut power');
    rig.do('restore power');
    rig.ready();
    expect(total()).toEqual([0, 0, 0, 0, 1, 4]);
    rig.do('misbehave', { value: 'counter' });
    expect(total()).toEqual([0, 0, 0, 0, 1, 5]);
    expect(read(rig.request(6, 0, 0, 3))).toBe('idle');
    expect(total()).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe('a note', () => {
  test('goes to escrow, is stacked on command, and its value is told once', () => {
    const rig = new Host();
    rig.ready();
    rig.do('insert', { minor: 2000 });
    expect(rig.pollUntil('escrow value 4')).toEqual(['accepting', 'escrow value 4']);
    expect(rig.truth()).toBe('escrow 2000×1');
    expect(rig.poll(STACK)).toBe('stacking');
    expect(rig.pollUntil('idle')).toEqual(['stacking', 'idle stacked value 4', 'idle']);
    expect(rig.truth()).toBe('box 2000×1');
    expect(rig.events.filter(({ event }) => event !== 'command').map(({ event, minor }) => [event, minor])).toEqual([
      ['note.inserted', 2000],
      ['note.escrowed', 2000],
      ['note.stacked', 2000],
      ['vend.acknowledged', 2000],
    ]);
    expect(rig.events.find(({ event }) => event === 'command')).toMatchObject({ name: 'stack' });
  });

  test.each(values.map((minor, i) => [minor, i + 1]))(
    'of %i is value %i, and comes back on command',
    (minor, value) => {
      const rig = new Host();
      rig.ready();
      rig.escrow(minor);
      expect(rig.poll(RETURN)).toBe('returning');
      expect(rig.pollUntil('idle')).toEqual(['returning', 'idle returned', 'idle']);
      expect(rig.truth()).toBe(`slot ${minor}×1`);
      rig.do('take');
      expect(rig.truth()).toBe(`customer ${minor}×1`);
      expect(rig.refusal('take')).toContain('no note');
      expect(value).toBe(values.indexOf(minor) + 1);
    },
  );

  test('without escrow goes straight into the box', () => {
    const rig = new Host();
    rig.ready();
    rig.mode = 0;
    rig.poll();
    rig.do('insert', { minor: 10000 });
    expect(rig.pollUntil('idle stacked value 6')).toEqual(['accepting', 'stacking', 'idle stacked value 6']);
  });

  test('is held in escrow for as long as the host polls, and no longer', () => {
    for (const speed of [1, 20]) {
      const rig = new Host({}, speed);
      rig.ready();
      rig.escrow(500);
      for (let i = 0; i < 50; i++) {
        rig.pass(4_500);
        expect(rig.poll()).toBe('escrow value 2');
      }
      rig.pass(4_900);
      expect(rig.truth()).toBe('escrow 500×1');
      rig.pass(1_000);
      expect(rig.count('disabled')).toBe(1);
      expect(rig.refusal('insert', { minor: 100 })).not.toBe('done');
      rig.pass(2_000);
      expect(rig.truth()).toBe('slot 500×1');
      expect(rig.refusal('insert', { minor: 100 })).toContain('host is gone');
      expect(rig.poll(STACK)).toBe('idle returned');
      expect(rig.count('enabled')).toBe(1);
      rig.do('insert', { minor: 100 });
    }
  });

  test('comes back at the escrow deadline that the host has set', () => {
    const rig = new Host();
    rig.ready();
    rig.request(7, 4, 0x3f, ESCROW_MODE, 0, 10, 10);
    rig.escrow(500);
    for (let i = 0; i < 3; i++) {
      rig.pass(3_000);
      expect(rig.poll()).toBe('escrow value 2');
    }
    expect(rig.pollUntil('idle')).toEqual(['escrow value 2', 'returning', 'idle returned', 'idle']);
    expect(rig.poll(STACK)).toBe('idle');
    rig.request(7, 4, 0x3f, ESCROW_MODE, 0, 0, 0);
    rig.escrow(500);
    for (let i = 0; i < 20; i++) {
      rig.pass(3_000);
      expect(rig.poll()).toBe('escrow value 2');
    }
  });

  test.each([
    ['torn', { minor: 1000, condition: 'torn' }, 'insertion'],
    ['unreadable', { minor: 1000, condition: 'unreadable' }, 'optic'],
    ['of no known value', { minor: 700 }, 'identification'],
    ['of a value not enabled', { minor: 100 }, 'inhibited'],
  ] as const)('%s is rejected and given back', (_what, note, reason) => {
    const rig = new Host();
    rig.denominations = 0x3e;
    rig.ready();
    rig.do('insert', note);
    expect(rig.pollUntil('idle')).toEqual(['accepting', 'returning', 'idle rejected', 'idle']);
    expect(rig.last('note.rejected')).toMatchObject({ minor: note.minor, reason });
    expect(rig.truth()).toBe(`slot ${note.minor}×1`);
  });

  test('is not pulled in while the machine starts, is disabled, busy or without power', () => {
    const rig = new Host();
    expect(rig.refusal('insert', { minor: 100 })).toContain('starting');
    rig.denominations = 0;
    rig.pollUntil('idle');
    expect(rig.refusal('insert', { minor: 100 })).toContain('disabled');
    rig.denominations = 0x3f;
    rig.poll();
    rig.escrow(500);
    rig.poll(RETURN);
    expect(rig.refusal('insert', { minor: 100 })).toContain('giving a note back');
    rig.do('cut power');
    expect(rig.refusal('insert', { minor: 100 })).toContain('no power');
    expect(rig.refusal('insert')).toContain('name the note');
  });

  test('is taken or not, as the machine tells a hand, and never without power', () => {
    const rig = new Host();
    const enabled = () => rig.machine.enabled;
    expect(enabled()).toBe(false);
    rig.ready();
    expect(enabled()).toBe(true);
    rig.denominations = 0;
    rig.poll();
    expect(enabled()).toBe(false);
    rig.denominations = 0x7f;
    rig.poll();
    expect(enabled()).toBe(true);
    rig.do('cut power');
    expect(enabled()).toBe(false);
  });

  test('disabled between its insertion and its recognition is given back', () => {
    const rig = new Host();
    rig.ready();
    rig.do('insert', { minor: 500 });
    rig.denominations = 0;
    expect(rig.pollUntil('idle')).toEqual(['accepting', 'returning', 'idle rejected', 'idle']);
    expect([rig.count('enabled'), rig.count('disabled')]).toEqual([0, 1]);
  });

  test('pulled out again on a string is told as stacked and then as cheated', () => {
    const rig = new Host();
    rig.ready();
    rig.do('insert', { minor: 5000, condition: 'strung' });
    rig.pollUntil('escrow value 5');
    rig.poll(STACK);
    expect(rig.pollUntil('idle cheated')).toEqual(['stacking', 'idle stacked value 5', 'idle', 'idle cheated']);
    expect(rig.poll()).toBe('idle');
    expect(rig.truth()).toBe('customer 5000×1');
  });

  test('behind another makes it pause until it is taken away', () => {
    const rig = new Host();
    rig.ready();
    rig.escrow(500);
    rig.do('insert', { minor: 2000 });
    expect(rig.poll()).toBe('escrow paused value 2');
    expect(rig.refusal('insert', { minor: 100 })).toContain('second note');
    expect(rig.poll(STACK)).toBe('escrow paused value 2');
    rig.do('take');
    expect(rig.poll(STACK)).toBe('stacking');
    rig.do('insert', { minor: 2000 });
    rig.pollUntil('stacking paused');
    for (let i = 0; i < 5; i++) {
      rig.pass(4_000);
      expect(rig.poll()).toBe('stacking paused');
    }
    rig.do('take');
    expect(rig.pollUntil('idle')).toEqual(['stacking', 'idle stacked value 2', 'idle']);
    expect(rig.truth()).toBe('box 500×1, customer 2000×2');
  });

  test('taken away without power moves nothing: the note before it lies where it lay', () => {
    const rig = new Host();
    rig.ready();
    rig.escrow(500);
    rig.poll(STACK);
    rig.do('insert', { minor: 2000 });
    rig.pass(4_000);
    const before = rig.truth();
    rig.do('cut power');
    rig.do('take');
    rig.pass(10_000);
    expect(before).toBe('slot 2000×1, escrow 500×1');
    expect(rig.truth()).toBe('escrow 500×1, customer 2000×1');
  });
});

describe('extended note reporting', () => {
  test('describes a note in escrow and a stacked one, without value bits', () => {
    const rig = new Host();
    rig.ready(EXTENDED);
    rig.do('insert', { minor: 2000 });
    expect(rig.pollUntil('escrow CNY020+00')).toEqual(['accepting', 'escrow CNY020+00']);
    rig.poll(STACK);
    expect(rig.pollUntil('idle')).toEqual(['stacking', 'idle stacked CNY020+00', 'idle']);
    expect(rig.count('vend.acknowledged')).toBe(1);
  });

  test('sends the frames of the file', () => {
    const rig = new Host();
    rig.ready(EXTENDED);
    const sent = new Set<string>();
    const watch = (ms: number, order = 0): void => {
      for (const endMs = rig.clock.monoMs() + ms; rig.clock.monoMs() < endMs; rig.pass(100)) {
        rig.poll(order);
        sent.add(asHex(rig.raw));
      }
    };
    for (let i = 0; i < 2; i++) {
      rig.do('insert', { minor: 2000 });
      watch(1_500);
      watch(2_000, STACK);
      watch(200);
    }
    const long = [...deviceFrames('escrowed'), ...deviceFrames('stacked')].filter((frame) => frame.length > 60);
    expect(long).toHaveLength(2);
    const eitherNumber = new Set([...sent].map((frame) => frame.slice(9, -3)));
    for (const frame of long) expect(eitherNumber.has(frame.slice(9, -3)), frame).toBe(true);
  });

  test('takes only what the long list of enables lets in', () => {
    const rig = new Host();
    rig.ready(EXTENDED);
    expect(read(rig.request(7, 3, 0x7f, ESCROW_MODE, EXTENDED, 0b001000, 0, 0, 0, 0, 0, 0, 0))).toBe('idle');
    rig.do('insert', { minor: 500 });
    rig.pollUntil('idle rejected');
    rig.do('insert', { minor: 2000 });
    rig.pollUntil('escrow CNY020+00');
    rig.poll(RETURN);
    rig.pollUntil('idle');
    rig.request(7, 3, 0x7f, ESCROW_MODE, EXTENDED, 0x7f, ...Array(18).fill(0));
    rig.do('insert', { minor: 500 });
    rig.pollUntil('escrow CNY005+00');
  });

  test('tells when a returned note was taken, if that was asked for', () => {
    const rig = new Host();
    rig.ready(EXTENDED);
    const giveBack = (): void => {
      rig.do('insert', { minor: 500 });
      rig.pollUntil('escrow CNY005+00');
      rig.poll(RETURN);
      rig.pollUntil('idle returned');
      rig.do('take');
    };
    giveBack();
    expect(rig.request(1, 0x3f, ESCROW_MODE, EXTENDED)).toHaveLength(7);
    expect(rig.request(7, 0x0b, 0x3f, ESCROW_MODE, EXTENDED, 1)?.slice(-1)).toEqual([1]);
    giveBack();
    const told = rig.request(1, 0x3f, ESCROW_MODE, EXTENDED) as readonly number[];
    expect([(told[0] as number) >> 4, told[1], told.at(-1)]).toEqual([7, 0x0b, 0x7f]);
    expect(rig.request(1, 0x3f, ESCROW_MODE, EXTENDED)).toHaveLength(7);
  });
});

describe('faults', () => {
  test('a note jammed before the box is freed by hand, and the machine starts again by itself', () => {
    const rig = new Host();
    rig.ready();
    rig.do('jam');
    rig.do('insert', { minor: 500 });
    rig.pollUntil('none jammed');
    expect(rig.machine.faults()).toEqual(['jam']);
    expect(rig.refusal('jam')).toContain('already');
    rig.do('clear jam');
    expect(rig.truth()).toBe('customer 500×1');
    expect(rig.pollUntil('idle')).toEqual(['none', 'idle']);
    expect([rig.count('jammed'), rig.count('cleared')]).toEqual([1, 1]);
  });

  test('a note jammed past the lever is pushed in when the jam is cleared, and told', () => {
    const rig = new Host();
    rig.ready();
    rig.escrow(500);
    rig.poll(STACK);
    rig.pass(800);
    rig.do('jam');
    expect(rig.poll()).toBe('none jammed');
    expect(rig.truth()).toBe('escrow 500×1');
    rig.do('clear jam');
    expect(rig.pollUntil('idle')).toEqual(['none', 'stacking', 'idle stacked value 2', 'idle']);
    expect(rig.truth()).toBe('box 500×1');
  });

  test('that the host forbids to push past is told as stalled', () => {
    const rig = new Host();
    rig.ready(0x01);
    rig.escrow(500);
    rig.poll(STACK);
    rig.pass(800);
    rig.do('jam');
    expect(rig.poll()).toBe('none jammed stalled');
  });

  test('a jam that nothing ran into can be taken back', () => {
    const rig = new Host();
    rig.ready();
    expect(rig.refusal('clear jam')).toContain('nothing');
    rig.do('jam');
    rig.do('clear jam');
    rig.escrow(500);
  });

  test('a full stacker is told until it is emptied, and takes no note', () => {
    const rig = new Host();
    rig.ready();
    rig.escrow(500);
    rig.do('stacker full', { value: 'on' });
    rig.poll(STACK);
    expect(rig.pollUntil('none full')).toEqual(['stacking full', 'none stacked full value 2', 'none full']);
    expect(rig.refusal('insert', { minor: 100 })).toContain('full');
    rig.do('remove cashbox');
    expect(rig.poll()).toBe('none no-cassette');
    expect(rig.last('cashbox.removed')).toMatchObject({ cash: [{ currency: 'CNY', minor: 500, count: 1 }] });
    expect(rig.refusal('stacker full', { value: 'on' })).toContain('no cash box');
    rig.do('insert cashbox');
    expect(rig.pollUntil('idle')).toEqual(['none', 'idle']);
    expect(rig.truth()).toBe('');
  });

  test('a note in escrow comes back when the box is taken out, one past the lever waits for the box', () => {
    const rig = new Host();
    rig.ready();
    rig.escrow(500);
    rig.do('remove cashbox');
    rig.pollUntil('none returned no-cassette');
    rig.do('take');
    rig.do('insert cashbox');
    expect(rig.refusal('insert cashbox')).toContain('already');
    rig.pollUntil('idle');
    rig.escrow(2000);
    rig.poll(STACK);
    rig.pass(800);
    rig.do('remove cashbox');
    expect(rig.refusal('remove cashbox')).toContain('already');
    rig.pass(3_000);
    expect(rig.poll()).toBe('none no-cassette');
    expect(rig.truth()).toBe('escrow 2000×1, customer 500×1');
    rig.do('insert cashbox');
    expect(rig.pollUntil('idle')).toEqual(['none', 'stacking', 'idle stacked value 4', 'idle']);
    expect(rig.truth()).toBe('box 2000×1, customer 500×1');
  });

  test('an open cover stops the motors; closed, the machine puts the note where it belongs', () => {
    const rig = new Host();
    rig.ready();
    rig.do('insert', { minor: 500 });
    rig.do('open cover');
    rig.pass(3_000);
    expect(rig.poll()).toBe('none open');
    expect(rig.truth()).toBe('escrow 500×1');
    expect(rig.refusal('open cover')).toContain('already');
    rig.do('close cover');
    expect(rig.refusal('close cover')).toContain('already');
    expect(rig.pollUntil('idle')).toEqual(['none', 'returning', 'idle returned', 'idle']);
    expect(rig.truth()).toBe('slot 500×1');
  });

  test('a cover opened without power is told at the next start', () => {
    const rig = new Host();
    rig.ready();
    rig.do('cut power');
    rig.do('open cover');
    rig.do('close cover');
    rig.do('restore power');
    expect(rig.poll()).toBe('none power-up open');
    expect(rig.pollUntil('idle').at(-1)).toBe('idle');
  });

  test('a verb that no note acceptor knows is refused', () => {
    const rig = new Host();
    expect(rig.refusal('fill', { minor: 500, count: 3 })).toContain('fill');
    expect(rig.refusal('misbehave', { value: 'badly' })).toContain('repeat, late, noise, counter or off');
    expect(rig.refusal('restore power')).toContain('already');
    expect(rig.refusal('stacker full', { value: 'maybe' })).toContain('"on" or "off"');
  });
});

describe('a power cut', () => {
  /** Cut and back under a policy; the different answers until the machine stands. */
  function afterCut(rig: Host, end = 'idle'): readonly string[] {
    rig.do('cut power');
    expect(rig.refusal('cut power')).toContain('already');
    expect(rig.poll()).toBe('silence');
    rig.pass(60_000);
    expect(rig.raw).toEqual([]);
    rig.do('restore power');
    return rig.pollUntil(end);
  }

  const pulledIn = (rig: Host): void => rig.do('insert', { minor: 500 });
  const inEscrow = (rig: Host): void => rig.escrow(500);
  const beforeLever = (rig: Host): void => {
    rig.escrow(500);
    rig.poll(STACK);
    rig.pass(100);
  };
  const pastLever = (rig: Host): void => {
    rig.escrow(500);
    rig.poll(STACK);
    rig.pass(800);
  };
  const untold = (rig: Host): void => {
    rig.escrow(500);
    rig.poll(STACK);
    rig.pass(3_000);
  };
  const told = (rig: Host): void => {
    untold(rig);
    expect(rig.poll()).toBe('idle stacked value 2');
  };
  const acknowledged = (rig: Host): void => {
    untold(rig);
    rig.pollUntil('idle');
  };
  const goingBack = (rig: Host): void => {
    rig.escrow(500);
    rig.poll(RETURN);
    rig.pass(100);
  };
  const plain = ['none power-up', 'idle power-up', 'idle'];
  const returned = ['none power-up', 'returning power-up', 'returning', 'idle returned', 'idle'];
  const valued = ['none power-up', 'stacking power-up', 'stacking', 'idle stacked value 2', 'idle'];
  const unvalued = ['none power-up', 'stacking power-up', 'stacking', 'idle stacked', 'idle'];
  const toldLate = ['none power-up', 'idle stacked power-up value 2', 'idle'];
  const toldLateUnvalued = ['none power-up', 'idle stacked power-up', 'idle'];

  test.each([
    ['with nothing in the machine', () => {}, plain, plain, plain, ''],
    ['while a note is pulled in', pulledIn, returned, returned, returned, 'slot 500×1'],
    ['while a note is given back', goingBack, returned, returned, returned, 'slot 500×1'],
    ['past the lever', pastLever, unvalued, valued, unvalued, 'box 500×1'],
    ['with a note stacked and not told', untold, toldLateUnvalued, toldLate, toldLateUnvalued, 'box 500×1'],
    ['with a note told and not acknowledged', told, toldLateUnvalued, toldLate, toldLateUnvalued, 'box 500×1'],
    ['after the acknowledgement', acknowledged, plain, plain, plain, 'box 500×1'],
  ] as const)('%s ends by the policy of the host', (_what, bring, underA, underB, underC, truth) => {
    for (const [options, expected] of [
      [0, underA],
      [POLICY_B, underB],
      [POLICY_C, underC],
      [0x0c, underC],
    ] as const) {
      const rig = new Host();
      rig.ready(options);
      bring(rig);
      expect(afterCut(rig)).toEqual(expected);
      expect(rig.truth()).toBe(truth);
    }
  });

  test.each([
    ['in escrow', inEscrow],
    ['told to stack but before the lever', beforeLever],
  ] as const)('with a note %s gives it back under A, and keeps it there under B and C', (_where, bring) => {
    const underA = new Host();
    underA.ready();
    bring(underA);
    expect(afterCut(underA)).toEqual(returned);
    for (const options of [POLICY_B, POLICY_C]) {
      for (const order of [STACK, RETURN]) {
        const rig = new Host();
        rig.ready(options);
        bring(rig);
        const held = ['none power-up', 'escrow power-up value 2', 'escrow value 2'];
        expect(afterCut(rig, 'escrow value 2')).toEqual(held);
        rig.pass(60_000);
        expect(rig.truth()).toBe('escrow 500×1');
        expect(afterCut(rig, 'escrow value 2')).toEqual(held);
        rig.poll(order);
        rig.pollUntil(order === STACK ? 'idle stacked value 2' : 'idle returned');
        expect(rig.truth()).toBe(order === STACK ? 'box 500×1' : 'slot 500×1');
      }
    }
  });

  test('the policy of the last poll before the cut counts, whatever the first poll after it says', () => {
    const rig = new Host();
    rig.ready(POLICY_B);
    rig.escrow(500);
    rig.do('cut power');
    rig.do('restore power');
    rig.options = 0;
    rig.pollUntil('escrow value 2');
  });

  test('with evidence=none nothing is told of a note past the lever', () => {
    for (const bring of [pastLever, untold]) {
      const rig = new Host({ evidence: 'none' });
      rig.ready(POLICY_B);
      bring(rig);
      expect(afterCut(rig).some((answer) => answer.includes('stacked'))).toBe(false);
      expect(rig.truth()).toBe('box 500×1');
      expect(rig.count('vend.acknowledged')).toBe(0);
    }
  });

  test('in extended mode a held note and a late credit come with their description', () => {
    const rig = new Host();
    rig.ready(EXTENDED | POLICY_B);
    rig.do('insert', { minor: 2000 });
    rig.pollUntil('escrow CNY020+00');
    expect(afterCut(rig, 'escrow CNY020+00')).toEqual([
      'none power-up',
      'escrow power-up CNY020+00',
      'escrow CNY020+00',
    ]);
    rig.poll(STACK);
    rig.pass(3_000);
    expect(afterCut(rig)).toEqual(['none power-up', 'idle stacked power-up CNY020+00', 'idle']);
  });

  test('in extended mode a note stacked without a value comes in a plain reply', () => {
    const rig = new Host();
    rig.ready(EXTENDED);
    rig.do('insert', { minor: 2000 });
    rig.pollUntil('escrow CNY020+00');
    rig.poll(STACK);
    rig.pass(800);
    expect(afterCut(rig)).toEqual(unvalued);
  });

  test('with the answer half out sends nothing more', () => {
    const rig = new Host();
    rig.receive(frameOf(0x10, 0, 0, 0));
    rig.do('cut power');
    rig.pass(100);
    expect(rig.raw).toEqual([]);
  });

  test('forgets what was enabled', () => {
    const rig = new Host();
    rig.ready();
    rig.do('cut power');
    rig.do('restore power');
    rig.pass(5_000);
    expect(rig.refusal('insert', { minor: 100 })).toContain('disabled');
    expect(rig.count('disabled')).toBe(1);
  });
});

describe('misbehaviour', () => {
  test('repeat: an answer that tells something comes twice more with its old number, and nothing is done meanwhile', () => {
    const rig = new Host();
    rig.ready();
    rig.do('misbehave', { value: 'repeat' });
    rig.do('insert', { minor: 500 });
    rig.pollUntil('escrow value 2');
    expect([rig.poll(STACK), rig.poll(STACK), rig.poll(STACK)]).toEqual([
      'escrow value 2',
      'escrow value 2',
      'stacking',
    ]);
    rig.pass(3_000);
    expect([rig.poll(), rig.poll(), rig.poll(), rig.poll()]).toEqual([
      ...Array(3).fill('idle stacked value 2'),
      'idle',
    ]);
    expect(rig.count('vend.acknowledged')).toBe(1);
    expect(rig.truth()).toBe('box 500×1');
  });

  test('late: some answers come after the host gave up, none is lost', () => {
    const rig = new Host();
    rig.ready();
    rig.do('misbehave', { value: 'late' });
    let late = 0;
    for (let i = 0; i < 40; i++) {
      if (rig.poll() === 'silence') late++;
      rig.pass(1_000);
    }
    expect(late).toBeGreaterThan(4);
    expect(late).toBeLessThan(25);
    rig.do('misbehave', { value: 'off' });
    expect(rig.poll()).toBe('idle');
  });

  test('noise: a whole answer still comes through most of the time, and no wrong one', () => {
    const rig = new Host();
    rig.ready();
    rig.do('misbehave', { value: 'noise' });
    const answers = Array.from({ length: 60 }, () => rig.poll());
    expect(new Set(answers)).toEqual(new Set(['idle', 'silence']));
    expect(answers.filter((answer) => answer === 'idle').length).toBeGreaterThan(25);
  });
});
