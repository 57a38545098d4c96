import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createDecoder } from '../../hardware/scanner/frame.ts';
import { settingsHelp, simulate } from '../../hardware/scanner/simulator.ts';
import { asHex, fromHex, SimulatorRig } from './simulator-rig.ts';

const START_MS = 1_200;

class Bench extends SimulatorRig {
  constructor(settings: Readonly<Record<string, string>> = {}, speed = 1) {
    super(simulate, settings, speed);
  }

  /** Powered up. */
  ready(): this {
    this.pass(START_MS);
    expect(this.count('started')).toBe(1);
    return this;
  }

  /** What a host has heard within five seconds, as text. */
  read(text: string): string {
    this.raw = [];
    this.do('scan', { text });
    this.pass(5_000);
    return new TextDecoder().decode(Uint8Array.from(this.raw));
  }
}

const vectors = readFileSync(new URL('../vectors/scanner.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('device |'))
  .map((line) => (line.split('|')[2] ?? '').trim());

test.each(vectors)('the machine sends %s, set to that text, charset, identifier and suffix', (hex) => {
  const bytes = fromHex(hex);
  const suffix = bytes.at(-1) === 0x0a ? 'crlf' : 'cr';
  const own = Uint8Array.from(bytes.slice(0, suffix === 'cr' ? -1 : -2));
  const charset = isUtf8(own) ? 'utf-8' : 'gb18030';
  const text = new TextDecoder(charset).decode(own);
  const aim = /^\][A-Z]\d/.test(text);
  const machine = new Bench({ suffix, charset, aim: aim ? 'on' : 'off' }).ready();
  // It chooses the identifier of a code itself: of a bar code where there are digits only, else of a square one.
  const given = aim ? text.slice(3) : text;
  machine.do('scan', { text: given });
  machine.pass(5_000);
  const sent = asHex(machine.raw);
  expect(sent).toBe(aim ? asHex(bytes).replace('5d 43 30', '5d 51 31') : asHex(bytes));
});

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

test('a code of digits has the identifier of a bar code', () => {
  expect(new Bench({ aim: 'on', prefix: '~' }).ready().read('1001')).toBe('~]C01001\r');
});

test('it reads nothing while it starts, and starts sooner when hands are faster', () => {
  const machine = new Bench();
  expect(machine.refusal('scan', { text: '1001' })).toBe('it is still starting');
  machine.pass(START_MS - 1);
  expect(machine.hand('scan', { text: '1001' }).ok).toBe(false);
  machine.pass(1);
  expect(machine.read('1001')).toBe('1001\r');
  const fast = new Bench({}, 20);
  fast.pass(START_MS / 20);
  expect(fast.read('1001')).toBe('1001\r');
});

test('a code leaves at the pace of the line, in pieces', () => {
  const machine = new Bench().ready();
  machine.do('scan', { text: 'a'.repeat(63) });
  expect(machine.raw).toHaveLength(16);
  machine.pass(17);
  expect(machine.raw).toHaveLength(32);
  machine.pass(34);
  expect(machine.raw).toHaveLength(64);
  const quick = new Bench({ baudRate: '115200' }).ready();
  quick.do('scan', { text: 'a'.repeat(63) });
  quick.pass(6);
  expect(quick.raw).toHaveLength(64);
});

test('two codes one after the other do not mix', () => {
  const machine = new Bench().ready();
  for (const text of ['a'.repeat(40), 'b'.repeat(40)]) machine.do('scan', { text });
  machine.pass(1_000);
  expect(new TextDecoder().decode(Uint8Array.from(machine.raw))).toBe(`${'a'.repeat(40)}\r${'b'.repeat(40)}\r`);
});

test('what waits to leave is bounded', () => {
  const machine = new Bench().ready();
  for (let n = 0; n < 4; n++) machine.hand('scan', { text: 'x'.repeat(2_040) });
  expect(machine.refusal('scan', { text: 'x'.repeat(2_040) })).toBe('its memory is full');
});

test('what it reads stands in no event, only how much it was', () => {
  const machine = new Bench().ready();
  machine.read('134567890123456789');
  expect(machine.last('scanned')).toEqual({ event: 'scanned', bytes: 19 });
  expect(JSON.stringify(machine.events)).not.toContain('134567');
});

describe('power', () => {
  test('that is cut takes with it what had not left, and it reads nothing', () => {
    const machine = new Bench().ready();
    machine.do('scan', { text: 'a'.repeat(63) });
    machine.do('cut power');
    expect(machine.machine.power).toBe(false);
    expect(machine.refusal('scan', { text: '1' })).toBe('it has no power');
    expect(machine.refusal('cut power')).toBe('the power is cut already');
    machine.pass(5_000);
    expect(machine.raw).toHaveLength(16);
  });

  test('that comes back starts it anew', () => {
    const machine = new Bench().ready();
    machine.do('cut power');
    machine.do('restore power');
    expect(machine.refusal('restore power')).toBe('the power is on already');
    expect(machine.refusal('scan', { text: '1' })).toBe('it is still starting');
    machine.pass(START_MS);
    expect(machine.read('1001')).toBe('1001\r');
  });

  test('that goes while it starts begins the start again', () => {
    const machine = new Bench();
    machine.pass(1_000);
    machine.do('cut power');
    machine.do('restore power');
    machine.pass(1_000);
    expect(machine.hand('scan', { text: '1' }).ok).toBe(false);
    machine.pass(200);
    expect(machine.hand('scan', { text: '1' }).ok).toBe(true);
  });
});

describe('misbehaving', () => {
  test('repeat reads a code three times within a second', () => {
    const machine = new Bench().ready();
    machine.do('misbehave', { value: 'repeat' });
    machine.do('scan', { text: '1001' });
    machine.pass(1_000);
    expect(new TextDecoder().decode(Uint8Array.from(machine.raw))).toBe('1001\r1001\r1001\r');
  });

  test('late sends it after one and a half seconds', () => {
    const machine = new Bench().ready();
    machine.do('misbehave', { value: 'late' });
    machine.do('scan', { text: '1001' });
    machine.pass(1_499);
    expect(machine.raw).toEqual([]);
    machine.pass(1);
    expect(machine.raw).toHaveLength(5);
  });

  test('noise comes before the code, which is read in spite of it', () => {
    const machine = new Bench().ready();
    machine.do('misbehave', { value: 'noise' });
    machine.do('scan', { text: '1001' });
    machine.pass(1_000);
    const found = createDecoder('cr').push(Uint8Array.from(machine.raw));
    expect(found.length).toBeGreaterThan(1);
    expect(found.at(-1)).toMatchObject({ type: 'frame', frame: { text: '1001' } });
    machine.do('misbehave', { value: 'off' });
    expect(machine.read('1001')).toBe('1001\r');
  });

  test('in any other way is refused', () => {
    expect(new Bench().refusal('misbehave', { value: 'counter' })).toBe(
      'a scanner can misbehave repeat, late, noise or off',
    );
  });
});

test('a text that its charset cannot write, none at all, and a verb of another machine are refused', () => {
  const machine = new Bench({ charset: 'gb18030' }).ready();
  expect(machine.refusal('scan', { text: '𠮷' })).toBe('gb18030 has no sign for a part of this text');
  expect(machine.refusal('scan')).toBe('say what it is to read');
  expect(machine.refusal('insert', { minor: 100 })).toBe('a scanner knows no "insert"');
});

test('it holds no cash, shows no fault and answers no host', () => {
  const machine = new Bench().ready();
  expect(machine.machine.units()).toEqual([]);
  expect(machine.machine.faults()).toEqual([]);
  expect(machine.exchange([0x16, 0x4d, 0x0d])).toBe('silence');
});

test.each([
  [{ telepathy: 'on' }, /unknown setting "telepathy" for scanner; known are suffix/],
  [{ suffix: 'tab' }, /suffix is "tab"; give cr, crlf, lf, none/],
  [{ charset: 'big5' }, /charset is "big5"; give utf-8 or gb18030/],
  [{ aim: 'yes' }, /aim is "yes"; give on or off/],
  [{ baudRate: '300' }, /baudRate is "300"; give 9600 or 115200/],
  [{ startMs: '-1' }, /startMs is "-1"; give whole milliseconds/],
])('the settings %j are refused in words', (settings, words) => {
  expect(() => new Bench(settings as unknown as Record<string, string>)).toThrow(words);
});

test('every setting is in its help', () => {
  const help = settingsHelp.join(' ');
  for (const name of ['suffix', 'charset', 'prefix', 'aim', 'baudRate', 'startMs']) expect(help).toContain(`${name}=`);
});
