import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { framed, settingsHelp, simulate } from '../../hardware/ccnet/simulator.ts';
import { asHex, fromHex, SimulatorRig } from './simulator-rig.ts';

// A small CCNET controller that shares no code with the project: bitwise checksum, frames by hand.

function crcOf(bytes: readonly number[]): readonly [number, number] {
  let crc = 0;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const mix = (crc ^ (byte >> bit)) & 1;
      crc >>= 1;
      if (mix === 1) crc ^= 0x8408;
    }
  }
  return [crc & 0xff, crc >> 8];
}

function frameOf(address: number, ...body: readonly number[]): readonly number[] {
  const start = [0x02, address, body.length + 5, ...body];
  return [...start, ...crcOf(start)];
}

/** The long form: no short length, two bytes of length behind the command or its subcommand. */
function longFrameOf(address: number, head: readonly number[], data: readonly number[]): readonly number[] {
  const total = 3 + head.length + 2 + data.length + 2;
  const start = [0x02, address, 0, ...head, total >> 8, total & 0xff, ...data];
  return [...start, ...crcOf(start)];
}

/** Bodies of whole, right frames; what is between them is skipped. */
function bodiesIn(bytes: readonly number[], address: number): readonly (readonly number[])[] {
  const found: (readonly number[])[] = [];
  for (let at = 0; at < bytes.length; ) {
    const whole = bytes.slice(at, at + (bytes[at + 2] ?? 0));
    const right =
      whole.length >= 6 &&
      whole[0] === 0x02 &&
      whole[1] === address &&
      whole.length === whole[2] &&
      asHex(crcOf(whole.slice(0, -2))) === asHex(whole.slice(-2));
    if (right) found.push(whole.slice(3, -2));
    at += right ? whole.length : 1;
  }
  return found;
}

const types = [100, 500, 1000, 2000, 5000, 10000];
const ALL = [0x34, 0, 0, 0x3f, 0, 0, 0x3f] as const;
const NO_ESCROW = [0x34, 0, 0, 0x3f, 0, 0, 0] as const;
const NONE = [0x34, 0, 0, 0, 0, 0, 0] as const;

class Controller extends SimulatorRig {
  readonly address: number;

  constructor(settings: Readonly<Record<string, string>> = {}, speed = 1) {
    super(simulate, settings, speed);
    this.address = settings.model === 'bill-to-bill' ? 1 : 3;
  }

  frame(...body: readonly number[]): readonly number[] {
    return frameOf(this.address, ...body);
  }

  /** The answer within 50 ms, acknowledged by nobody. */
  ask(...body: readonly number[]): string {
    this.raw = [];
    this.receive(this.frame(...body));
    this.pass(50);
    return asHex(bodiesIn(this.raw, this.address).at(-1) ?? null);
  }

  ack(): void {
    this.receive(this.frame(0x00));
    this.pass(20);
  }

  /** A poll as a controller does it: the answer is acknowledged. */
  poll(): string {
    const answer = this.ask(0x33);
    if (answer !== 'silence') this.ack();
    return answer;
  }

  /** Polls every 100 ms until it comes; the different answers on the way, the last included. */
  pollUntil(status: string, limitMs = 30_000): readonly string[] {
    const seen: string[] = [];
    for (const endMs = this.clock.monoMs() + limitMs; this.clock.monoMs() < endMs; this.pass(30)) {
      const now = this.poll();
      if (now !== seen.at(-1)) seen.push(now);
      if (now === status) return seen;
    }
    throw new Error(`no ${status} within ${limitMs} ms, but ${seen.join(', ')}`);
  }

  /** From POWER UP to taking notes. */
  ready(enable: readonly number[] = ALL): void {
    this.ask(0x30);
    this.pollUntil(this.word('19'));
    this.ask(...enable);
    this.pollUntil(this.word('14'));
    this.events.length = 0;
  }

  /** A bill-to-bill unit pads its answers to three bytes. */
  word(status: string): string {
    return this.address === 1 ? `${status} 00 00`.slice(0, 8) : status;
  }

  escrow(minor: number): void {
    this.do('insert', { minor });
    this.pollUntil(this.word(`80 0${types.indexOf(minor)}`));
  }
}

interface Vector {
  readonly from: string;
  readonly name: string;
  readonly bytes: readonly number[];
}

const vectors: readonly Vector[] = readFileSync(new URL('../vectors/ccnet.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.trim() !== '' && !line.startsWith('#'))
  .map((line) => {
    const [from = '', name = '', hex = ''] = line.split('|').map((part) => part.trim());
    return { from, name, bytes: fromHex(hex) };
  });

describe('vectors', () => {
  test('every short frame of the file is what the machine would send for the same message, and every checksum is right', () => {
    expect(vectors.length).toBeGreaterThan(120);
    for (const { name, bytes } of vectors) {
      expect(asHex(crcOf(bytes.slice(0, -2))), name).toBe(asHex(bytes.slice(-2)));
      if (bytes[2] !== 0) expect(asHex([...framed(bytes.slice(3, -2), bytes[1] as number)]), name).toBe(asHex(bytes));
    }
  });

  test('the machine understands every host frame of the file', () => {
    for (const { from, name, bytes } of vectors) {
      if (from !== 'host') continue;
      const rig = new Controller(bytes[1] === 1 ? { model: 'bill-to-bill' } : {});
      rig.ready();
      rig.receive(bytes);
      const heard = rig.last('command');
      if (['poll', 'ack', 'nak'].includes(name)) expect(heard).toBeUndefined();
      else expect(heard).toMatchObject({ name, hex: asHex(bytes).toUpperCase() });
    }
  });

  test('the machine itself gives the identifications and tables of the file, the captured ones with fitting settings', () => {
    const of = (name: string) =>
      vectors.filter((one) => one.from === 'device' && one.name === name).map(({ bytes }) => asHex(bytes));
    const asked = (code: number, settings: Readonly<Record<string, string>> = {}): string => {
      const rig = new Controller(settings);
      return rig.exchange(rig.frame(code));
    };
    const fls = { part: 'FLS-EU10-693639', serial: '07KI41AS7482', asset: '75ED8DC8033F7B' };
    const vu = { part: 'VU-UA1837AF', serial: '00K505021811', asset: '4110000000C9FF' };
    expect(of('identification')).toEqual([asked(0x37), asked(0x37, fls), asked(0x37, vu)]);
    const uah = { currency: 'UAH', country: 'UKR', denominations: '5,10,20,50,100,200,500,1000' };
    expect(of('bill-table')).toEqual([asked(0x41), asked(0x41, uah)]);
    expect(of('crc32')).toEqual([asked(0x51)]);
    expect(of('cassette-status')).toEqual([asked(0x3b, { model: 'bill-to-bill' })]);
  });

  test('every state of the file that a run can reach is reached with these bytes', () => {
    const rig = new Controller();
    const said = new Set<string>();
    const hear = (): void => {
      rig.raw = [];
      rig.receive(rig.frame(0x33));
      rig.pass(50);
      said.add(asHex(rig.raw));
      rig.ack();
    };
    const watch = (ms: number): void => {
      for (const endMs = rig.clock.monoMs() + ms; rig.clock.monoMs() < endMs; rig.pass(30)) hear();
    };
    const session = (): void => {
      hear();
      rig.ask(0x30);
      watch(3_000);
      rig.ask(...ALL);
    };
    session();
    for (const [minor, answer] of [
      [100, 0x35],
      [500, 0x36],
      [1000, 0x35],
    ] as const) {
      rig.do('insert', { minor });
      watch(2_000);
      rig.ask(0x38);
      watch(300);
      rig.ask(answer);
      watch(3_000);
    }
    rig.do('insert', { minor: 100, condition: 'torn' });
    watch(3_000);
    for (const fault of ['jam', 'stacker full', 'remove cashbox'] as const) {
      rig.do(fault, { value: 'on' });
      if (fault === 'jam') rig.do('insert', { minor: 2000 });
      watch(2_500);
      rig.do(fault === 'jam' ? 'clear jam' : fault === 'stacker full' ? 'stacker full' : 'insert cashbox', {
        value: 'off',
      });
      watch(3_000);
      rig.ask(...ALL);
    }
    rig.do('insert', { minor: 1000 });
    watch(2_000);
    rig.do('insert', { minor: 2000 });
    watch(500);
    rig.do('cut power');
    rig.do('restore power');
    session();
    const names = vectors
      .filter(({ from, bytes }) => from === 'device' && said.has(asHex(bytes)))
      .map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'power-up',
        'power-up-bill-in-validator',
        'initialize',
        'idling',
        'accepting',
        'stacking',
        'returning',
        'disabled',
        'holding',
        'rejecting',
        'cassette-full',
        'cassette-out',
        'validator-jammed',
        'pause',
        'escrow',
        'stacked',
        'returned',
      ]),
    );
    const known = new Set(vectors.map(({ bytes }) => asHex(bytes)));
    expect([...said].filter((frame) => !known.has(frame))).toEqual([]);
  });
});

describe('settings', () => {
  test.each([
    [{ colour: 'red' }, 'unknown setting "colour"'],
    [{ model: 'mvu' }, 'setting model'],
    [{ currency: 'XAU' }, 'set denominations as well'],
    [{ currency: 'yuan' }, 'setting currency'],
    [{ denominations: '1,1' }, 'setting denominations'],
    [{ denominations: '1.5' }, 'setting denominations'],
    [{ denominations: '1234' }, 'setting denominations'],
    [{ exponent: 'two' }, 'setting exponent'],
    [{ country: 'cn' }, 'setting country'],
    [{ evidence: 'some' }, 'setting evidence'],
    [{ failure: '5' }, 'setting failure'],
    [{ part: 'a part number too long' }, 'setting part'],
    [{ asset: 'E7' }, 'setting asset'],
    [{ cassettes: '5' }, 'setting cassettes'],
    [{ model: 'bill-to-bill', cassettes: '7' }, 'setting cassettes'],
    [{ model: 'bill-to-bill', cassettes: '1,5,10,20' }, 'setting cassettes'],
  ])('%j is refused by name', (settings, reason) => {
    expect(() => new Controller(settings as Readonly<Record<string, string>>)).toThrow(reason);
  });

  test('the help names every setting that is known', () => {
    const named = settingsHelp.join(' ').match(/\b[a-z]+(?==)/g);
    expect(named?.sort()).toEqual([
      'address',
      'asset',
      'cassettes',
      'count',
      'country',
      'currency',
      'denominations',
      'evidence',
      'exponent',
      'failure',
      'model',
      'part',
      'retract',
      'serial',
    ]);
  });

  test('an unused bill type has a place in the table and is never taken', () => {
    const rig = new Controller({ denominations: '1,-,10' });
    expect(rig.machine.denominations?.map(({ minor }) => minor)).toEqual([100, 1000]);
    expect(rig.ask(0x41)).toBe(
      asHex([1, 0x43, 0x4e, 0x59, 0, 0, 0, 0, 0, 0, 1, 0x43, 0x4e, 0x59, 1, ...Array(105).fill(0)]),
    );
    rig.ready([0x34, 0xff, 0xff, 0xff, 0, 0, 0]);
    expect(rig.ask(0x31)).toBe('00 00 05 00 00 00');
  });
});

describe('the wire', () => {
  test('a frame for another address is not answered, right or wrong', () => {
    const rig = new Controller();
    expect(rig.exchange(frameOf(0x01, 0x33))).toBe('silence');
    expect(rig.exchange(frameOf(0x02, 0x33))).toBe('silence');
    expect(rig.exchange([...frameOf(0x01, 0x33).slice(0, -1), 0])).toBe('silence');
    expect(rig.poll()).toBe('10');
    const b2b = new Controller({ model: 'bill-to-bill' });
    expect(b2b.exchange(frameOf(0x03, 0x33))).toBe('silence');
    expect(b2b.poll()).toBe('10 00 00');
  });

  test('a wrong checksum is answered with NAK and does nothing', () => {
    const rig = new Controller();
    rig.ready();
    rig.escrow(1000);
    const stack = rig.frame(0x35);
    for (let at = 3; at < stack.length; at++) {
      const spoiled = stack.map((byte, i) => (i === at ? byte ^ 0x10 : byte));
      expect(rig.exchange(spoiled)).toBe(asHex(rig.frame(0xff)));
    }
    expect(rig.poll()).toBe('80 02');
    expect(rig.events.some(({ name }) => name === 'stack')).toBe(false);
  });

  test('garbage and half frames are met with silence, and the next request is answered', () => {
    const rig = new Controller();
    for (const bad of [
      [0x02],
      [0x02, 0x03],
      [0x02, 0x03, 0x06, 0x33],
      [0x02, 0x03, 0x02],
      [0xff, 0x00, 0x13],
      [0x02, 0x02, 0x03, 0x01],
    ]) {
      rig.raw = [];
      rig.receive(bad);
      rig.pass(150);
      expect(rig.raw).toEqual([]);
      expect(rig.poll()).toBe('10');
    }
  });

  test('a false start right before a frame does not swallow it', () => {
    const rig = new Controller();
    expect(rig.exchange([0x02, 0x03, ...rig.frame(0x33)])).toBe(asHex(rig.frame(0x10)));
    expect(rig.exchange([0x02, ...rig.frame(0x33)])).toBe(asHex(rig.frame(0x10)));
  });

  test('a request split at every byte is answered once, and only after its last byte', () => {
    const request = frameOf(0x03, 0x37);
    for (let cut = 1; cut < request.length; cut++) {
      const rig = new Controller();
      rig.receive(request.slice(0, cut));
      rig.pass(20);
      expect(rig.raw).toEqual([]);
      rig.receive(request.slice(cut));
      rig.pass(50);
      expect(bodiesIn(rig.raw, 3)).toHaveLength(1);
      expect(rig.raw).toHaveLength(39);
    }
  });

  test('two requests in one piece are answered in order', () => {
    const rig = new Controller();
    rig.receive([...rig.frame(0x33), ...rig.frame(0x31)]);
    rig.pass(50);
    expect(bodiesIn(rig.raw, 3).map(asHex)).toEqual(['10', '00 00 00 00 00 00']);
  });

  test('the answer comes within the ten milliseconds of the description', () => {
    const rig = new Controller();
    rig.receive(rig.frame(0x33));
    rig.pass(10);
    expect(asHex(rig.raw)).toBe(asHex(rig.frame(0x10)));
  });

  test('a long frame says the same as a short one, and a subcommand stands before its length', () => {
    const rig = new Controller();
    rig.ready();
    rig.raw = [];
    expect(rig.exchange(longFrameOf(3, [0x33], []))).toBe(asHex(rig.frame(0x14)));
    expect(rig.exchange(longFrameOf(3, [0x34], [0, 0, 0, 0, 0, 0]))).toBe(asHex(rig.frame(0x00)));
    expect(rig.poll()).toBe('19');
    const download = longFrameOf(
      3,
      [0x50, 0x01],
      Array.from({ length: 512 }, (_, i) => i & 0xff),
    );
    expect(rig.exchange(download)).toBe(asHex(rig.frame(0x30)));
    expect(rig.last('command')).toMatchObject({ name: 'download', hex: asHex(download).toUpperCase() });
    const spoiled = download.map((byte, i) => (i === 300 ? byte ^ 1 : byte));
    expect(rig.exchange(spoiled)).toBe(asHex(rig.frame(0xff)));
    expect(rig.poll()).toBe('19');
  });

  test('ACK and NAK are never answered', () => {
    const rig = new Controller();
    expect(rig.exchange(rig.frame(0x00))).toBe('silence');
    expect(rig.exchange(rig.frame(0xff))).toBe('silence');
  });
});

describe('commands', () => {
  test('a machine just switched on says POWER UP until it is reset, initialises, and stands disabled', () => {
    const rig = new Controller();
    rig.pass(60_000);
    expect(rig.poll()).toBe('10');
    expect(rig.ask(0x30)).toBe('00');
    expect(rig.pollUntil('19')).toEqual(['13', '19']);
    expect(rig.ask(...ALL)).toBe('00');
    expect(rig.poll()).toBe('14');
    expect(rig.ask(...NONE)).toBe('00');
    expect(rig.poll()).toBe('19');
    expect([rig.count('reset'), rig.count('enabled'), rig.count('disabled')]).toEqual([1, 1, 1]);
  });

  test('a machine tells a hand whether it takes notes now, and none without power', () => {
    const rig = new Controller();
    const enabled = () => rig.machine.enabled;
    expect(enabled()).toBe(false);
    rig.ask(0x30);
    rig.pollUntil('19');
    rig.ask(...ALL);
    expect(enabled()).toBe(true);
    rig.ask(...NONE);
    expect(enabled()).toBe(false);
    rig.ask(...ALL);
    rig.do('cut power');
    expect(enabled()).toBe(false);
  });

  test.each([
    ['unknown', [0x99]],
    ['unknown', [0x68, 0, 0, 0, 0]],
    ['of a recycler', [0x3b]],
    ['of a recycler', [0x3c, 0, 1]],
    ['too short', [0x34, 0, 0, 0x3f]],
    ['too long', [0x30, 0]],
    ['untimely', [0x35]],
    ['untimely', [0x36]],
    ['untimely', [0x38]],
    ['untimely while idling', [0x37]],
    ['untimely while idling', [0x41]],
    ['never possible here', [0x3a]],
    ['never possible here', [0x50, 0]],
    ['never possible here', [0x60]],
  ] as const)('a command %s, %j, is illegal', (_why, body) => {
    const rig = new Controller();
    rig.ready();
    expect(rig.ask(...body)).toBe('30');
    expect(rig.poll()).toBe('14');
  });

  test('identification and bill table are given before the reset, disabled, and in a fault', () => {
    const rig = new Controller();
    const asked = (): readonly string[] => [rig.ask(0x37), rig.ask(0x41)].map((answer) => answer.slice(0, 5));
    expect(asked()).toEqual(['53 4d', '01 43']);
    rig.ready([0x34, 0, 0, 1, 0, 0, 0]);
    expect(asked()).toEqual(['30', '30']);
    rig.ask(...NONE);
    expect(asked()).toEqual(['53 4d', '01 43']);
    rig.ask(...ALL);
    rig.do('remove cashbox');
    expect(rig.poll()).toBe('42');
    expect(asked()).toEqual(['53 4d', '01 43']);
  });

  test('status tells what is enabled and secured, and a reset forgets it', () => {
    const rig = new Controller();
    rig.ready([0x34, 0xff, 0xff, 0xff, 0, 0, 4]);
    expect(rig.ask(0x32, 0, 0, 0x20)).toBe('00');
    expect(rig.ask(0x31)).toBe('00 00 3f 00 00 20');
    rig.ask(0x30);
    rig.pollUntil('19');
    expect(rig.ask(0x31)).toBe('00 00 00 00 00 00');
  });

  test('a broken part is told by its code, and takes no note', () => {
    const rig = new Controller({ failure: '52' });
    rig.ask(0x30);
    rig.pollUntil('47 52');
    expect(rig.machine.faults()).toEqual(['broken']);
    rig.ask(...ALL);
    expect(rig.refusal('insert', { minor: 100 })).toContain('broken');
  });
});

describe('a note', () => {
  test('goes to escrow, is stacked on command, and is told until it is acknowledged', () => {
    const rig = new Controller();
    rig.ready();
    rig.do('insert', { minor: 2000 });
    expect(rig.pollUntil('80 03')).toEqual(['15', '80 03']);
    expect(rig.truth()).toBe('escrow 2000×1');
    expect(rig.ask(0x35)).toBe('00');
    expect(rig.pollUntil('81 03')).toEqual(['17', '81 03']);
    expect(rig.poll()).toBe('14');
    expect(rig.truth()).toBe('box 2000×1');
    expect(rig.events.filter(({ event }) => event !== 'command').map(({ event, minor }) => [event, minor])).toEqual([
      ['note.inserted', 2000],
      ['note.escrowed', 2000],
      ['note.stacked', 2000],
      ['vend.acknowledged', 2000],
    ]);
  });

  test.each(types.map((minor, type) => [minor, type]))('of %i is bill type %i', (minor, type) => {
    const rig = new Controller();
    rig.ready();
    rig.escrow(minor);
    rig.ask(0x36);
    rig.pollUntil(`82 0${type}`);
    expect(rig.truth()).toBe(`slot ${minor}×1`);
  });

  test('without an acknowledgement is told at every poll, for ever, also in the disabled machine', () => {
    const rig = new Controller();
    rig.ready();
    rig.escrow(1000);
    rig.ask(0x35);
    rig.pass(5_000);
    for (let i = 0; i < 5; i++) {
      expect(rig.ask(0x33)).toBe('81 02');
      rig.pass(60_000);
    }
    rig.ask(...NONE);
    expect(rig.ask(0x33)).toBe('81 02');
    expect(rig.count('vend.acknowledged')).toBe(0);
    rig.ack();
    expect(rig.count('vend.acknowledged')).toBe(1);
    expect(rig.poll()).toBe('19');
  });

  test('is not acknowledged by a spoiled ACK, nor by one that follows another answer, nor by NAK', () => {
    const rig = new Controller();
    rig.ready();
    rig.escrow(1000);
    rig.ask(0x35);
    rig.pass(5_000);
    expect(rig.ask(0x33)).toBe('81 02');
    rig.receive([...rig.frame(0x00).slice(0, -1), 0x00]);
    rig.pass(50);
    expect(rig.ask(0x33)).toBe('81 02');
    rig.ask(0x31);
    rig.ack();
    expect(rig.ask(0x33)).toBe('81 02');
    rig.receive(rig.frame(0xff));
    rig.pass(50);
    expect(rig.ask(0x33)).toBe('81 02');
    expect(rig.count('vend.acknowledged')).toBe(0);
  });

  test('without escrow goes straight into the box', () => {
    const rig = new Controller();
    rig.ready(NO_ESCROW);
    rig.do('insert', { minor: 10000 });
    expect(rig.pollUntil('81 05')).toEqual(['15', '17', '81 05']);
    expect(rig.truth()).toBe('box 10000×1');
  });

  test('is returned on command, told once, and lies in the slot until it is taken', () => {
    const rig = new Controller();
    rig.ready();
    rig.escrow(500);
    expect(rig.ask(0x36)).toBe('00');
    expect(rig.pollUntil('82 01')).toEqual(['18', '82 01']);
    expect(rig.poll()).toBe('14');
    expect(rig.truth()).toBe('slot 500×1');
    rig.do('take');
    expect(rig.truth()).toBe('customer 500×1');
    expect(rig.refusal('take')).toContain('no note');
  });

  test('that nobody decides on is returned after ten seconds, whatever the speed of the mechanism', () => {
    for (const speed of [1, 20]) {
      const rig = new Controller({}, speed);
      rig.ready();
      rig.escrow(500);
      rig.pass(9_500);
      expect(rig.poll()).toBe('80 01');
      rig.pass(1_500);
      expect(rig.pollUntil('82 01').at(-1)).toBe('82 01');
      expect(rig.ask(0x35)).toBe('30');
      expect(rig.truth()).toBe('slot 500×1');
    }
  });

  test('is held for ten seconds more with each HOLD', () => {
    const rig = new Controller();
    rig.ready();
    rig.escrow(500);
    for (let i = 0; i < 4; i++) {
      rig.pass(9_000);
      expect(rig.ask(0x38)).toBe('00');
      expect(rig.poll()).toBe('1a');
    }
    rig.pass(9_000);
    expect(rig.ask(0x35)).toBe('00');
    rig.pollUntil('81 01');
    rig.escrow(500);
    rig.ask(0x38);
    rig.pass(10_500);
    rig.pollUntil('82 01');
  });

  test.each([
    ['torn', { minor: 1000, condition: 'torn' }, '1c 6c', 'length'],
    ['unreadable', { minor: 1000, condition: 'unreadable' }, '1c 67', 'optic'],
    ['of no known value', { minor: 700 }, '1c 65', 'identification'],
    ['of a type not enabled', { minor: 100 }, '1c 68', 'inhibited'],
  ] as const)('%s is rejected with its reason and given back', (_what, note, status, reason) => {
    const rig = new Controller();
    rig.ready([0x34, 0, 0, 0x3e, 0, 0, 0x3e]);
    rig.do('insert', note);
    expect(rig.pollUntil('14')).toEqual(['15', status, '14']);
    expect(rig.last('note.rejected')).toMatchObject({ minor: note.minor, reason, code: status.slice(3) });
    expect(rig.truth()).toBe(`slot ${note.minor}×1`);
  });

  test('is not pulled in while the machine is not reset, disabled, busy or broken', () => {
    const rig = new Controller();
    expect(rig.refusal('insert', { minor: 100 })).toContain('reset');
    rig.ask(0x30);
    expect(rig.refusal('insert', { minor: 100 })).toContain('initialising');
    rig.pollUntil('19');
    expect(rig.refusal('insert', { minor: 100 })).toContain('disabled');
    rig.ask(...ALL);
    rig.escrow(500);
    rig.ask(0x36);
    expect(rig.refusal('insert', { minor: 100 })).toContain('giving a note back');
    rig.pollUntil('82 01');
    rig.do('cut power');
    expect(rig.refusal('insert', { minor: 100 })).toContain('no power');
    expect(rig.refusal('insert')).toContain('name the note');
  });

  test('disabled between its insertion and its recognition is given back', () => {
    const rig = new Controller();
    rig.ready();
    rig.do('insert', { minor: 500 });
    rig.ask(...NONE);
    expect(rig.pollUntil('19')).toEqual(['15', '1c 68', '19']);
    expect(rig.truth()).toBe('slot 500×1');
  });

  test('pulled out again on a string is told as stacked and then as cheated', () => {
    const rig = new Controller();
    rig.ready();
    rig.do('insert', { minor: 5000, condition: 'strung' });
    rig.pollUntil('80 04');
    rig.ask(0x35);
    expect(rig.pollUntil('45')).toEqual(['17', '81 04', '14', '45']);
    expect(rig.poll()).toBe('14');
    expect(rig.truth()).toBe('customer 5000×1');
  });

  test('behind another makes it pause until it is taken away', () => {
    const rig = new Controller();
    rig.ready();
    rig.escrow(500);
    rig.ask(0x35);
    rig.do('insert', { minor: 2000 });
    rig.pass(10_000);
    expect(rig.poll()).toBe('46');
    expect(rig.refusal('insert', { minor: 100 })).toContain('second note');
    expect(rig.truth()).toBe('slot 2000×1, escrow 500×1');
    rig.do('take');
    expect(rig.pollUntil('81 01')).toEqual(['17', '81 01']);
    expect(rig.truth()).toBe('box 500×1, customer 2000×1');
  });

  test('taken away without power moves nothing: the note before it lies where it lay', () => {
    const rig = new Controller();
    rig.ready();
    rig.escrow(500);
    rig.ask(0x35);
    rig.do('insert', { minor: 2000 });
    rig.pass(10_000);
    rig.do('cut power');
    rig.do('take');
    rig.pass(10_000);
    expect(rig.truth()).toBe('escrow 500×1, customer 2000×1');
  });
});

describe('faults', () => {
  test('a note jammed before the box is freed by hand and given back; the machine starts again by itself', () => {
    const rig = new Controller();
    rig.ready();
    rig.do('jam');
    rig.do('insert', { minor: 500 });
    rig.pollUntil('43');
    expect(rig.machine.faults()).toEqual(['jam']);
    expect(rig.refusal('jam')).toContain('already');
    rig.ask(0x30);
    rig.pass(5_000);
    expect(rig.poll()).toBe('43');
    rig.do('clear jam');
    expect(rig.truth()).toBe('customer 500×1');
    expect(rig.pollUntil('19')).toEqual(['13', '19']);
    expect([rig.count('jammed'), rig.count('cleared')]).toEqual([1, 1]);
  });

  test('a note jammed on its way into the box is pushed into it by hand', () => {
    const rig = new Controller();
    rig.ready();
    rig.escrow(500);
    rig.ask(0x35);
    rig.pass(1_000);
    rig.do('jam');
    rig.pollUntil('44');
    expect(rig.truth()).toBe('escrow 500×1');
    rig.do('clear jam');
    expect(rig.truth()).toBe('box 500×1');
    expect(rig.pollUntil('19')).toEqual(['13', '19']);
  });

  test('a jam that nothing ran into can be taken back', () => {
    const rig = new Controller();
    rig.ready();
    expect(rig.refusal('clear jam')).toContain('nothing');
    rig.do('jam');
    rig.do('clear jam');
    rig.escrow(500);
  });

  test('a full stacker is told until it is emptied, and takes no note', () => {
    const rig = new Controller();
    rig.ready();
    rig.escrow(500);
    rig.do('stacker full', { value: 'on' });
    rig.ask(0x35);
    expect(rig.pollUntil('41')).toEqual(['17', '81 01', '41']);
    expect(rig.refusal('insert', { minor: 100 })).toContain('full');
    rig.do('remove cashbox');
    expect(rig.poll()).toBe('42');
    expect(rig.last('cashbox.removed')).toMatchObject({ cash: [{ currency: 'CNY', minor: 500, count: 1 }] });
    expect(rig.refusal('stacker full', { value: 'on' })).toContain('no cash box');
    rig.do('insert cashbox');
    expect(rig.pollUntil('19')).toEqual(['13', '19']);
    expect(rig.machine.faults()).toEqual([]);
    expect(rig.truth()).toBe('');
  });

  test('a note in escrow comes back when the box is taken out, one past the lever waits for the box', () => {
    const rig = new Controller();
    rig.ready();
    rig.escrow(500);
    rig.do('remove cashbox');
    rig.pass(2_000);
    expect(rig.truth()).toBe('slot 500×1');
    rig.do('insert cashbox');
    expect(rig.refusal('insert cashbox')).toContain('already');
    rig.pollUntil('19');
    rig.ask(...ALL);
    rig.escrow(2000);
    rig.ask(0x35);
    rig.pass(1_000);
    rig.do('remove cashbox');
    expect(rig.refusal('remove cashbox')).toContain('already');
    rig.pass(5_000);
    expect(rig.poll()).toBe('42');
    expect(rig.truth()).toBe('escrow 2000×1, customer 500×1');
    rig.do('insert cashbox');
    expect(rig.pollUntil('81 03')).toEqual(['13', '81 03']);
    expect(rig.truth()).toBe('box 2000×1, customer 500×1');
  });

  test('an open cover stops the motors; closed, the machine puts the note where it belongs', () => {
    const rig = new Controller();
    rig.ready();
    rig.do('insert', { minor: 500 });
    rig.do('open cover');
    rig.pass(5_000);
    expect(rig.poll()).toBe('42');
    expect(rig.truth()).toBe('escrow 500×1');
    expect(rig.refusal('open cover')).toContain('already');
    rig.do('close cover');
    expect(rig.refusal('close cover')).toContain('already');
    expect(rig.pollUntil('19')).toEqual(['13', '19']);
    expect(rig.truth()).toBe('slot 500×1');
  });

  test('a verb that no note machine knows is refused', () => {
    const rig = new Controller();
    expect(rig.refusal('tear off')).toContain('tear off');
    expect(rig.refusal('misbehave', { value: 'badly' })).toContain('repeat, late, noise or off');
    expect(rig.refusal('misbehave', { value: 'counter' })).toContain('no event counter');
    expect(rig.refusal('restore power')).toContain('already');
    expect(rig.refusal('stacker full', { value: 'maybe' })).toContain('"on" or "off"');
    expect(rig.refusal('fill', { minor: 500, count: 3 })).toContain('no cassette');
  });
});

describe('a power cut', () => {
  /** Cut and back; then what POWER UP says and what follows the reset. */
  function afterCut(rig: Controller): readonly string[] {
    rig.do('cut power');
    expect(rig.refusal('cut power')).toContain('already');
    expect(rig.exchange(rig.frame(0x33))).toBe('silence');
    rig.pass(60_000);
    expect(rig.raw).toEqual([]);
    rig.do('restore power');
    const up = rig.poll();
    rig.pass(60_000);
    expect(rig.poll()).toBe(up);
    expect(rig.ask(0x30)).toBe('00');
    return [up, ...rig.pollUntil('19')];
  }

  const places: readonly (readonly [string, (rig: Controller) => void, readonly string[], string])[] = [
    ['with nothing in the machine is a plain one', () => {}, ['10', '13', '19'], ''],
    [
      'while a note is pulled in gives it back',
      (rig) => rig.do('insert', { minor: 500 }),
      ['11', '13', '19'],
      'slot 500×1',
    ],
    ['with a note in escrow gives it back', (rig) => rig.escrow(500), ['11', '13', '19'], 'slot 500×1'],
    [
      'after STACK but before the lever gives it back',
      (rig) => {
        rig.escrow(500);
        rig.ask(0x35);
        rig.pass(200);
      },
      ['11', '13', '19'],
      'slot 500×1',
    ],
    [
      'past the lever stacks it and tells it',
      (rig) => {
        rig.escrow(500);
        rig.ask(0x35);
        rig.pass(900);
      },
      ['12', '13', '81 01', '19'],
      'box 500×1',
    ],
    [
      'with a note stacked and not acknowledged tells it again',
      (rig) => {
        rig.escrow(500);
        rig.ask(0x35);
        rig.pass(5_000);
        expect(rig.ask(0x33)).toBe('81 01');
      },
      ['12', '13', '81 01', '19'],
      'box 500×1',
    ],
    [
      'after the acknowledgement is a plain one',
      (rig) => {
        rig.escrow(500);
        rig.ask(0x35);
        rig.pollUntil('81 01');
      },
      ['10', '13', '19'],
      'box 500×1',
    ],
    [
      'while a note is given back goes on giving it back',
      (rig) => {
        rig.escrow(500);
        rig.ask(0x36);
        rig.pass(100);
      },
      ['11', '13', '19'],
      'slot 500×1',
    ],
  ];

  test.each(places)('%s', (_what, bring, statuses, truth) => {
    const rig = new Controller();
    rig.ready();
    bring(rig);
    expect(afterCut(rig)).toEqual(statuses);
    expect(rig.truth()).toBe(truth);
    expect(rig.ask(0x31)).toBe('00 00 00 00 00 00');
  });

  test.each([
    ['no-credit', ['12', '13', '19']],
    ['none', ['10', '13', '19']],
  ] as const)('with evidence=%s tells only so much of a note past the lever', (evidence, statuses) => {
    const rig = new Controller({ evidence });
    rig.ready();
    rig.escrow(500);
    rig.ask(0x35);
    rig.pass(900);
    expect(afterCut(rig)).toEqual(statuses);
    expect(rig.truth()).toBe('box 500×1');
    expect(rig.count('vend.acknowledged')).toBe(0);
  });

  test('during the initialisation that would stack the note loses nothing', () => {
    const rig = new Controller();
    rig.ready();
    rig.escrow(500);
    rig.ask(0x35);
    rig.pass(900);
    rig.do('cut power');
    rig.do('restore power');
    rig.ask(0x30);
    rig.pass(100);
    expect(afterCut(rig)).toEqual(['12', '13', '81 01', '19']);
    expect(rig.truth()).toBe('box 500×1');
    expect(rig.count('vend.acknowledged')).toBe(1);
  });

  test('with the answer half out sends nothing more', () => {
    const rig = new Controller();
    rig.receive(rig.frame(0x33));
    rig.do('cut power');
    rig.pass(100);
    expect(rig.raw).toEqual([]);
  });

  test('a reset with a note in escrow gives it back', () => {
    const rig = new Controller();
    rig.ready();
    rig.escrow(500);
    rig.ask(0x30);
    expect(rig.pollUntil('19')).toEqual(['13', '19']);
    expect(rig.truth()).toBe('slot 500×1');
  });
});

describe('misbehaviour', () => {
  test('repeat: three acknowledgements for one note, and ESCROW once more after STACK', () => {
    const rig = new Controller();
    rig.ready();
    rig.do('misbehave', { value: 'repeat' });
    rig.escrow(500);
    rig.ask(0x35);
    expect(rig.poll()).toBe('80 01');
    rig.pass(5_000);
    expect([rig.poll(), rig.poll(), rig.poll(), rig.poll()]).toEqual(['81 01', '81 01', '81 01', '14']);
    expect(rig.count('vend.acknowledged')).toBe(1);
    expect(rig.truth()).toBe('box 500×1');
  });

  test('late: some answers come after the controller gave up, none is lost', () => {
    const rig = new Controller();
    rig.do('misbehave', { value: 'late' });
    let late = 0;
    for (let i = 0; i < 40; i++) {
      if (rig.ask(0x33) === 'silence') late++;
      rig.pass(1_000);
    }
    expect(late).toBeGreaterThan(4);
    expect(late).toBeLessThan(25);
    rig.do('misbehave', { value: 'off' });
    expect(rig.poll()).toBe('10');
  });

  test('noise: a whole answer still comes through most of the time, and no wrong one', () => {
    const rig = new Controller();
    rig.do('misbehave', { value: 'noise' });
    const answers = Array.from({ length: 60 }, () => rig.ask(0x33));
    expect(new Set(answers)).toEqual(new Set(['10', 'silence']));
    expect(answers.filter((answer) => answer === '10').length).toBeGreaterThan(25);
  });
});

describe('a bill-to-bill unit', () => {
  const b2b = (settings: Readonly<Record<string, string>> = {}): Controller =>
    new Controller({ model: 'bill-to-bill', ...settings });

  test('is a recycler at address 01 and pads what it is polled for', () => {
    const rig = b2b();
    expect(rig.machine.kind).toBe('recycler');
    expect(new Controller().machine.kind).toBe('note-acceptor');
    rig.ask(0x30);
    expect(rig.pollUntil('19 00 00')).toEqual(['13 00 00', '19 00 00']);
    expect(rig.ask(0x31)).toBe('00 00 00 00 00 00 00 00 0e');
    expect(rig.ask(0x3b)).toBe('81 00 82 00 83 00');
    expect(rig.ask(0x3e).split(' ')).toHaveLength(109);
    expect(rig.ask(0x68, 0, 0, 0, 8)).toBe('00');
    expect(rig.ask(0x69)).toBe('00 00 00 08');
  });

  test('puts notes into the cassette of their value, others into the box, and says where', () => {
    const rig = b2b();
    rig.ready();
    rig.escrow(1000);
    rig.ask(0x35);
    rig.pollUntil('81 02 02');
    rig.escrow(5000);
    rig.ask(0x35);
    rig.pollUntil('81 04 00');
    expect(rig.truth()).toBe('recycler 1000×1, box 5000×1');
    expect(rig.ask(0x3b)).toBe('81 00 82 01 83 00');
  });

  /** Five 5s and two 20s in the cassettes, disabled and ready to pay. */
  function loaded(): Controller {
    const rig = b2b();
    rig.do('fill', { minor: 500, count: 5 });
    rig.do('fill', { minor: 2000, count: 2 });
    rig.ask(0x30);
    rig.pollUntil('19 00 00');
    return rig;
  }

  test('pays out, waits until the notes are taken, and tells it until it is acknowledged', () => {
    const rig = loaded();
    expect(rig.ask(0x3c, 1, 2, 3, 1)).toBe('00');
    expect(rig.ask(0x3c, 1, 1)).toBe('30');
    expect(rig.refusal('take')).toContain('no note');
    expect(rig.pollUntil('1d 01 00')).toEqual(['1d 00 00', '1d 01 00']);
    expect(rig.truth()).toBe('recycler 500×3, recycler 2000×1, bezel 500×2, bezel 2000×1');
    rig.pass(60_000);
    expect(rig.poll()).toBe('1d 01 00');
    rig.do('take');
    expect([rig.ask(0x33), rig.ask(0x33)]).toEqual(['25 00 00', '25 00 00']);
    rig.ack();
    expect(rig.poll()).toBe('19 00 00');
    expect(rig.truth()).toBe('recycler 500×3, recycler 2000×1, customer 500×2, customer 2000×1');
    expect(rig.ask(0x3b)).toBe('81 03 82 00 83 01');
    expect([rig.count('cash.dispensed'), rig.count('cash.taken')]).toEqual([3, 2]);
  });

  test.each([
    ['more than there are', [0x3c, 1, 6]],
    ['more than there are, asked in two parts', [0x3c, 1, 3, 1, 3]],
    ['of a type in no cassette', [0x3c, 5, 1]],
    ['of an unknown type', [0x3c, 23, 1]],
  ] as const)('pays nothing when it is asked for %s', (_what, body) => {
    const rig = loaded();
    expect(rig.ask(...body)).toBe('00');
    expect(rig.poll()).toBe('28 00 00');
    expect(rig.poll()).toBe('19 00 00');
    expect(rig.truth()).toBe('recycler 500×5, recycler 2000×2');
  });

  test('pays no more than twenty notes at once', () => {
    const rig = loaded();
    rig.do('fill', { minor: 500, count: 50 });
    rig.ask(0x3c, 1, 21);
    expect(rig.poll()).toBe('28 00 00');
    rig.ask(0x3c, 1, 20);
    rig.pollUntil('1d 01 00', 60_000);
  });

  test('reads an order of 24 pairs, and none of more', () => {
    const rig = loaded();
    const pairs = (count: number) => Array.from({ length: count }, () => [1, 0]).flat();
    expect([rig.ask(0x3c, ...pairs(25)), rig.ask(0x3c, ...pairs(24))]).toEqual(['30', '00']);
  });

  test('neither pays nor empties while it takes notes, nor after a lone type without a number', () => {
    const rig = loaded();
    expect(rig.ask(0x3c, 1, 1, 3)).toBe('30');
    rig.ask(...ALL);
    expect([rig.ask(0x3c, 1, 1), rig.ask(0x3d, 1, 1), rig.ask(0x40, 1, 2)]).toEqual(['30', '30', '30']);
  });

  test('unloads a cassette into the box, also when asked for more than there is', () => {
    const rig = loaded();
    expect(rig.ask(0x3d, 1, 2)).toBe('00');
    expect(rig.pollUntil('26 00 00')).toEqual(['1e 00 00', '26 00 00']);
    expect(rig.ask(0x3d, 1, 200)).toBe('00');
    expect(rig.pollUntil('26 00 00')).toEqual(['1e 01 00', '26 00 00']);
    expect(rig.poll()).toBe('19 00 00');
    expect(rig.truth()).toBe('recycler 2000×2, box 500×5');
    expect(rig.ask(0x3d, 4, 1)).toBe('30');
  });

  test('empties a cassette that gets another type', () => {
    const rig = loaded();
    expect(rig.ask(0x40, 1, 4)).toBe('00');
    expect(rig.pollUntil('29 00 00')).toEqual(['21 00 00', '29 00 00']);
    expect(rig.ask(0x3b)).toBe('84 00 82 00 83 02');
    expect(rig.ask(0x31)).toBe('00 00 00 00 00 00 00 00 1c');
    expect(rig.truth()).toBe('recycler 2000×2, box 500×5');
    rig.ask(0x40, 1, 0x1f);
    rig.pollUntil('29 00 00');
    expect(rig.ask(0x3b)).toBe('9f 00 82 00 83 02');
    expect([rig.ask(0x40, 1, 9), rig.ask(0x40, 5, 1)]).toEqual(['30', '30']);
  });

  test('that is full of a value puts it into the box', () => {
    const rig = b2b();
    rig.do('fill', { minor: 500, count: 100 });
    expect(rig.refusal('fill', { minor: 500, count: 1 })).toContain('holds 100');
    expect(rig.refusal('fill', { minor: 100, count: 1 })).toContain('no cassette');
    rig.ready();
    expect(rig.ask(0x3b)).toBe('c1 64 82 00 83 00');
    rig.escrow(500);
    rig.ask(0x35);
    rig.pollUntil('81 01 00');
  });

  test('says after a power cut that notes lie in its dispenser, and lets them be taken', () => {
    const rig = loaded();
    rig.ask(0x3c, 1, 4);
    rig.pass(2_000);
    rig.do('cut power');
    rig.do('restore power');
    expect(rig.poll()).toBe('12 01 00');
    expect(rig.truth()).toBe('recycler 500×3, recycler 2000×2, bezel 500×2');
    rig.ask(0x30);
    expect(rig.pollUntil('19 00 00')).toEqual(['13 00 00', '19 00 00']);
    rig.do('take');
    expect(rig.truth()).toBe('recycler 500×3, recycler 2000×2, customer 500×2');
    expect(rig.poll()).toBe('19 00 00');
  });

  test('says after a power cut that a note was in its transport, and stacks it without a credit', () => {
    const rig = b2b();
    rig.ready();
    rig.escrow(500);
    rig.ask(0x35);
    rig.pass(900);
    rig.do('cut power');
    rig.do('restore power');
    expect(rig.poll()).toBe('12 00 00');
    rig.ask(0x30);
    expect(rig.pollUntil('19 00 00')).toEqual(['13 00 00', '19 00 00']);
    expect(rig.truth()).toBe('recycler 500×1');
  });

  test('jams while it pays, and a hand pushes the note into the box', () => {
    const rig = loaded();
    rig.ask(0x3c, 1, 3);
    rig.pass(1_400);
    rig.do('jam');
    rig.pollUntil('48 75 00');
    expect(rig.truth()).toBe('escrow 500×1, recycler 500×3, recycler 2000×2, bezel 500×1');
    rig.do('clear jam');
    expect(rig.pollUntil('19 00 00')).toEqual(['13 00 00', '19 00 00']);
    expect(rig.ask(0x3b)).toBe('81 03 82 00 83 02');
    expect(rig.truth()).toBe('recycler 500×3, recycler 2000×2, bezel 500×1, box 500×1');
  });

  test('that jams inside a cassette leaves the note there', () => {
    const rig = loaded();
    rig.ask(0x3c, 1, 3);
    rig.pass(100);
    rig.do('jam');
    rig.do('clear jam');
    rig.pollUntil('19 00 00');
    expect(rig.truth()).toBe('recycler 500×5, recycler 2000×2');
  });

  test('whose power goes while a note is on its way stacks it at the next start, and nothing tells so', () => {
    const rig = loaded();
    rig.ask(0x3c, 1, 1);
    rig.pass(600);
    rig.do('cut power');
    rig.do('restore power');
    expect(rig.truth()).toBe('escrow 500×1, recycler 500×4, recycler 2000×2');
    expect(rig.poll()).toBe('12 00 00');
    rig.ask(0x30);
    expect(rig.pollUntil('19 00 00')).toEqual(['13 00 00', '19 00 00']);
    expect(rig.ask(0x3b)).toBe('81 04 82 00 83 02');
    expect(rig.truth()).toBe('recycler 500×4, recycler 2000×2, box 500×1');
    expect([rig.count('cash.dispensed'), rig.ask(0x67)]).toEqual([0, '30']);
  });

  test('holds out what a loss of power left in its dispenser when it is told to', () => {
    const rig = loaded();
    rig.ask(0x3c, 1, 2);
    rig.pass(1_000);
    rig.do('cut power');
    rig.do('restore power');
    expect(rig.poll()).toBe('12 01 00');
    rig.ask(0x30);
    rig.pollUntil('19 00 00');
    expect(rig.ask(0x67)).toBe('00');
    expect(rig.pollUntil('1d 01 00')).toEqual(['1d 00 00', '1d 01 00']);
    rig.do('take');
    expect(rig.poll()).toBe('25 00 00');
    expect(rig.truth()).toBe('recycler 500×4, recycler 2000×2, customer 500×1');
  });

  test('takes back what nobody takes, when it is set to, and says that it did', () => {
    const rig = b2b({ retract: '20', count: '3' });
    rig.ask(0x30);
    rig.pollUntil('19 00 00');
    rig.ask(0x3c, 1, 2);
    rig.pollUntil('1d 01 00');
    rig.pass(18_000);
    expect(rig.poll()).toBe('1d 01 00');
    rig.pass(2_000);
    expect(rig.poll()).toBe('1e 00 00');
    expect(rig.refusal('take')).toContain('no note');
    expect(rig.pollUntil('25 01 00')).toEqual(['1e 00 00', '25 01 00']);
    expect(rig.truth()).toBe('recycler 500×1, recycler 1000×3, recycler 2000×3, box 500×2');
    expect(rig.count('cash.retracted')).toBe(2);
  });

  test('that believes more than it has looks in vain, is stuck, and tries again after a reset', () => {
    const rig = b2b({ count: '1' });
    rig.do('misbehave', { value: 'counter' });
    rig.ask(0x30);
    rig.pollUntil('19 00 00');
    expect(rig.ask(0x3b)).toBe('81 02 82 02 83 02');
    rig.ask(0x3c, 2, 2);
    rig.pollUntil('48 71 00');
    expect(rig.truth()).toBe('recycler 500×1, recycler 2000×1, bezel 1000×1');
    expect(rig.machine.faults()).toEqual(['jam']);
    rig.ask(0x30);
    rig.pollUntil('19 00 00');
    expect(rig.machine.faults()).toEqual([]);
    rig.ask(0x3d, 2, 9);
    rig.pollUntil('26 00 00');
    expect(rig.ask(0x3b)).toBe('81 02 82 00 83 02');
  });

  test.each([
    [{ count: '101' }, 'count'],
    [{ retract: 'soon' }, 'retract'],
    [{ address: '16' }, 'address'],
    [{ model: 'validator', count: '1' }, 'bill-to-bill'],
  ])('refuses the settings %j', (settings, words) => {
    expect(() => b2b(settings)).toThrow(words);
  });

  test('answers at another address', () => {
    const rig = b2b({ address: '5' });
    rig.receive(frameOf(1, 0x33));
    rig.pass(50);
    expect(rig.raw).toEqual([]);
    rig.receive(frameOf(5, 0x33));
    rig.pass(50);
    expect(asHex(rig.raw)).toBe(asHex(frameOf(5, 0x10, 0, 0)));
  });
});
