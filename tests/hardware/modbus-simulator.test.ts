import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { settingsHelp, simulate } from '../../hardware/modbus/simulator.ts';
import { asHex, fromHex, SimulatorRig } from './simulator-rig.ts';

/** Remainders of a table of sixteen: another way than the simulator's and the driver's. */
const nibbles = [
  0x0000, 0xcc01, 0xd801, 0x1400, 0xf001, 0x3c00, 0x2800, 0xe401, 0xa001, 0x6c00, 0x7800, 0xb401, 0x5000, 0x9c01,
  0x8801, 0x4400,
];

function summed(bytes: readonly number[]): readonly number[] {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc = (crc >> 4) ^ (nibbles[(crc ^ byte) & 15] as number);
    crc = (crc >> 4) ^ (nibbles[(crc ^ (byte >> 4)) & 15] as number);
  }
  return [...bytes, crc & 0xff, crc >> 8];
}

class Bench extends SimulatorRig {
  constructor(settings: Readonly<Record<string, string>> = {}) {
    super(simulate, settings, 1);
  }

  /** What unit 1 answers to this function and its data, without unit and CRC; `silence` when it does not. */
  ask(pdu: string, unit = 1): string {
    this.raw = [];
    this.receive(summed([unit, ...fromHex(pdu)]));
    this.pass(1_000);
    if (this.raw.length === 0) return 'silence';
    expect(asHex(this.raw)).toBe(asHex(summed(this.raw.slice(0, -2))));
    expect(this.raw[0]).toBe(unit);
    return asHex(this.raw.slice(1, -2));
  }
}

const vectors = readFileSync(new URL('../vectors/modbus.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => /^(host|device) \|/.test(line))
  .map((line) => line.split('|').map((part) => part.trim()) as [string, string, string]);

describe.each(vectors)('%s %s', (from, _name, hex) => {
  test(`${hex} is a frame to it`, () => {
    const bytes = fromHex(hex);
    expect(asHex(summed(bytes.slice(0, -2)))).toBe(asHex(bytes));
    if (from !== 'host') return;
    // A module with all that the examples ask for.
    const machine = new Bench({
      unit: String(bytes[0] || 1),
      inputs: '300',
      coils: '300',
      holdingRegisters: '200',
      inputRegisters: '20',
    });
    machine.receive(bytes);
    machine.pass(1_000);
    if (bytes[0] === 0) expect(machine.raw).toEqual([]);
    else expect(machine.raw.slice(0, 2)).toEqual(bytes.slice(0, 2));
  });
});

describe('the functions of the specification', () => {
  const machine = new Bench();

  test.each([
    ['read coils', '01 00 00 00 10', '01 02 00 00'],
    ['read inputs: door and vault shut, mains there', '02 00 00 00 06', '02 01 0b'],
    ['read the temperature, 23.5', '04 00 00 00 01', '04 02 00 eb'],
    ['write a coil, and it answers the same', '05 00 03 ff 00', '05 00 03 ff 00'],
    ['which is read then', '01 00 03 00 01', '01 01 01'],
    ['write coils', '0f 00 00 00 05 01 15', '0f 00 00 00 05'],
    ['which are read then', '01 00 00 00 05', '01 01 15'],
    ['write a register', '06 00 02 12 34', '06 00 02 12 34'],
    ['write registers', '10 00 03 00 02 04 00 0a 01 02', '10 00 03 00 02'],
    ['which are read then', '03 00 02 00 03', '03 06 12 34 00 0a 01 02'],
    ['write 12 hexadecimal', '06 00 04 00 12', '06 00 04 00 12'],
    ['change its bits, as the example of 6.16 does', '16 00 04 00 f2 00 25', '16 00 04 00 f2 00 25'],
    ['which makes 17 of it', '03 00 04 00 01', '03 02 00 17'],
    ['write and read registers at once', '17 00 02 00 02 00 05 00 01 02 00 ff', '17 04 12 34 00 0a'],
    ['give data back', '08 00 00 a5 37', '08 00 00 a5 37'],
    ['say who it is', '2b 0e 01 00', '2b 0e 01 81 00 00 03 00 03 4c 61 62 01 05 49 4f 2d 31 36 02 03 31 2e 30'],
    ['say one thing of that', '2b 0e 04 01', '2b 0e 04 81 00 00 01 01 05 49 4f 2d 31 36'],
  ])('%s', (_name, pdu, answer) => {
    expect(machine.ask(pdu)).toBe(answer);
  });

  test.each([
    ['a function that there is not', '07', '87 01'],
    ['a function of files', '14 07 06 00 04 00 01 00 02', '94 01'],
    ['another subfunction of diagnostics', '08 00 01 00 00', '88 01'],
    ['no coil', '01 00 00 00 00', '81 03'],
    ['too many coils', '01 00 00 07 d1', '81 03'],
    ['coils beyond the last', '01 00 0f 00 02', '81 02'],
    ['inputs at the end of all addresses', '02 ff ff 00 01', '82 02'],
    ['too many registers', '03 00 00 00 7e', '83 03'],
    ['registers beyond the last', '04 00 08 00 01', '84 02'],
    ['a coil neither on nor off', '05 00 00 00 01', '85 03'],
    ['a coil that there is not', '05 00 10 ff 00', '85 02'],
    ['a register that there is not', '06 00 08 00 00', '86 02'],
    ['coils of another number than their bytes', '0f 00 00 00 09 01 ff', '8f 03'],
    ['coils beyond the last', '0f 00 0f 00 02 01 03', '8f 02'],
    ['registers of another number than their bytes', '10 00 00 00 02 02 00 01', '90 03'],
    ['registers beyond the last', '10 00 07 00 02 04 00 01 00 01', '90 02'],
    ['a request that is too short', '01 00 00', '81 03'],
    ['a request that is too long', '02 00 00 00 06 00', '82 03'],
    ['an identification of a level that there is not', '2b 0e 05 00', 'ab 03'],
    ['an object that there is not', '2b 0e 04 07', 'ab 02'],
    ['another encapsulated interface', '2b 0d 00', 'ab 01'],
  ])('%s is an exception', (_name, pdu, answer) => {
    expect(new Bench().ask(pdu)).toBe(answer);
  });

  test('who it is, it does not tell when it was built without', () => {
    expect(new Bench({ identity: 'off' }).ask('2b 0e 01 00')).toBe('ab 01');
  });
});

describe('on the line', () => {
  test('a wrong checksum, another unit and noise are not answered', () => {
    const machine = new Bench();
    for (let bit = 0; bit < 64; bit++) {
      const frame = [...summed([1, 2, 0, 0, 0, 6])];
      frame[bit >> 3] = (frame[bit >> 3] as number) ^ (1 << (bit & 7));
      machine.receive(frame);
      machine.pass(100);
    }
    machine.receive([1, 2, 0]);
    machine.pass(100);
    expect(machine.raw).toEqual([]);
    expect(machine.ask('02 00 00 00 06', 2)).toBe('silence');
    expect(machine.ask('02 00 00 00 06')).toBe('02 01 0b');
  });

  test('all are told at once, and nobody answers', () => {
    const machine = new Bench();
    expect(machine.ask('05 00 01 ff 00', 0)).toBe('silence');
    expect(machine.ask('02 00 00 00 06', 0)).toBe('silence');
    expect(machine.ask('01 00 01 00 01')).toBe('01 01 01');
  });

  test('silence alone ends a frame: in pieces it is one, and two without a silence are none', () => {
    const machine = new Bench();
    const frame = summed([1, 2, 0, 0, 0, 6]);
    for (const byte of frame) {
      machine.receive([byte]);
      machine.pass(2);
    }
    machine.pass(100);
    expect(machine.raw).toHaveLength(6);
    machine.raw = [];
    machine.receive([...frame, ...frame]);
    machine.pass(100);
    expect(machine.raw).toEqual([]);
    machine.receive(frame.slice(0, 5));
    machine.pass(6);
    machine.receive(frame.slice(5));
    machine.pass(100);
    expect(machine.raw).toEqual([]);
  });

  test('the answer comes when request and answer have been on the line, and what comes before that is not heard', () => {
    const machine = new Bench();
    const frame = summed([1, 2, 0, 0, 0, 6]);
    machine.receive(frame);
    // 8 + 6 characters of 11 bits at 9600, the silence, and its own 2 ms.
    machine.pass(21);
    expect(machine.raw).toEqual([]);
    machine.receive(frame);
    machine.pass(3);
    expect(machine.raw).toHaveLength(6);
    machine.pass(500);
    expect(machine.raw).toHaveLength(6);
  });

  test('a frame of more than 256 bytes is none, and the longest that may be is obeyed', () => {
    const machine = new Bench({ holdingRegisters: '200', coils: '2000' });
    machine.receive(summed([1, 0x10, ...new Array<number>(252).fill(0), 0]));
    machine.pass(500);
    expect(machine.raw).toEqual([]);
    const most = `10 00 00 00 7b f6 ${'00 07 '.repeat(123)}`;
    expect(machine.ask(most)).toBe('10 00 00 00 7b');
    expect(machine.ask('03 00 7a 00 01')).toBe('03 02 00 07');
  });

  test.each([
    ['crc', /^01 02 01 0b /, 6],
    ['noise', / 01 02 01 0b /, 12],
  ])('misbehaving with %s it answers so', (value, shape, length) => {
    const machine = new Bench();
    machine.do('misbehave', { value });
    machine.receive(summed([1, 2, 0, 0, 0, 6]));
    machine.pass(1_000);
    expect(asHex(machine.raw)).toMatch(shape);
    expect(machine.raw).toHaveLength(length);
    const good = asHex(machine.raw.slice(-6)) === asHex(summed([1, 2, 1, 0x0b]));
    expect(good).toBe(value === 'noise');
  });

  test('misbehaving it is busy and does nothing, or late', () => {
    const machine = new Bench();
    machine.do('misbehave', { value: 'busy' });
    expect(machine.ask('05 00 01 ff 00')).toBe('85 06');
    machine.do('misbehave', { value: 'off' });
    expect(machine.ask('01 00 01 00 01')).toBe('01 01 00');
    machine.do('misbehave', { value: 'late' });
    machine.raw = [];
    machine.receive(summed([1, 2, 0, 0, 0, 6]));
    machine.pass(600);
    expect(machine.raw).toEqual([]);
    machine.pass(200);
    expect(machine.raw).toHaveLength(6);
    expect(machine.refusal('misbehave', { value: 'repeat' })).toMatch(/off, noise, late, crc, busy/);
  });
});

describe('the cabinet around it', () => {
  const inputs = (machine: Bench) => machine.ask('02 00 00 00 06');

  test('hands move contacts, and each hand’s work is told', () => {
    const machine = new Bench();
    machine.do('open door');
    machine.do('open vault');
    machine.do('mains', { value: 'off' });
    machine.do('ups', { value: 'low' });
    machine.do('key', { value: 'on' });
    expect(inputs(machine)).toBe('02 01 30');
    expect(
      machine.events.filter(({ event }) => event === 'contact').map(({ contact, state }) => `${contact} ${state}`),
    ).toEqual(['door open', 'vault open', 'mains off', 'ups-low on', 'key on']);
    expect(machine.refusal('open door')).toBe('it is so already');
    expect(machine.refusal('insert', { minor: 100 })).toMatch(/knows no "insert"/);
    machine.do('close door');
    machine.do('close vault');
    machine.do('mains', { value: 'on' });
    machine.do('ups', { value: 'ok' });
    machine.do('key', { value: 'off' });
    expect(inputs(machine)).toBe('02 01 0b');
  });

  test('a shock is over after a second', () => {
    const machine = new Bench();
    machine.do('shake');
    expect(inputs(machine)).toBe('02 01 0f');
    machine.pass(1_000);
    expect(inputs(machine)).toBe('02 01 0b');
    expect(machine.count('shaken')).toBe(1);
  });

  test.each([
    ['41.5', '04 02 01 9f'],
    ['-10', '04 02 ff 9c'],
    ['0', '04 02 00 00'],
  ])('%s degrees are in its register', (text, answer) => {
    const machine = new Bench();
    machine.do('temperature', { text });
    expect(machine.ask('04 00 00 00 01')).toBe(answer);
    expect(machine.refusal('temperature', { text: 'warm' })).toMatch(/41\.5/);
    expect(machine.refusal('temperature', { text: '9999' })).toMatch(/does not reach/);
  });

  test('lamps and the relay tell when they change, and only then; the relay is counted', () => {
    const machine = new Bench();
    for (const pdu of ['05 00 04 ff 00', '05 00 04 ff 00', '05 00 04 00 00', '05 00 08 ff 00', '05 00 08 00 00'])
      machine.ask(pdu);
    const told = machine.events.filter(({ event }) => event === 'lamp' || event === 'relay');
    expect(told.map(({ event, lamp, relay, state }) => `${event} ${lamp ?? relay} ${state}`)).toEqual([
      'lamp alarm on',
      'lamp alarm off',
      'relay goods on',
      'relay goods off',
    ]);
    expect(machine.ask('04 00 01 00 01')).toBe('04 02 00 01');
    expect(machine.count('command')).toBe(5);
  });

  test('a pulse that it times itself ends by itself', () => {
    const machine = new Bench();
    machine.ask('06 00 01 00 14');
    expect(machine.ask('01 00 08 00 01')).toBe('01 01 01');
    machine.pass(2_000);
    expect(machine.ask('01 00 08 00 01')).toBe('01 01 00');
    expect(machine.ask('04 00 01 00 01')).toBe('04 02 00 01');
  });

  test('without power it is silent, its coils fall and its counters begin anew; contacts stay as they are', () => {
    const machine = new Bench();
    machine.ask('05 00 08 ff 00');
    machine.do('open door');
    machine.do('cut power');
    expect(machine.refusal('cut power')).toBe('the power is cut already');
    expect(machine.last('relay')).toMatchObject({ state: 'off' });
    expect(machine.ask('02 00 00 00 06')).toBe('silence');
    machine.do('restore power');
    expect(machine.refusal('restore power')).toBe('the power is on already');
    expect(machine.ask('01 00 08 00 01')).toBe('01 01 00');
    expect(machine.ask('04 00 01 00 01')).toBe('04 02 00 00');
    expect(inputs(machine)).toBe('02 01 0a');
  });

  test('a person beside it sees what is wired, and nothing else', () => {
    const machine = new Bench({ contacts: 'door:5:off', lamps: '', relays: '', temperature: '' });
    expect(machine.machine.board?.()).toEqual({
      contacts: [{ name: 'door', state: 'closed' }],
      lamps: [],
      relays: [],
      celsiusTenths: null,
    });
    expect(machine.refusal('key', { value: 'on' })).toMatch(/no contact "key"/);
    expect(machine.refusal('shake')).toMatch(/no contact/);
    expect(machine.refusal('temperature', { text: '20' })).toMatch(/no thermometer/);
    expect(machine.ask('02 00 05 00 01')).toBe('02 01 00');
    machine.do('open door');
    expect(machine.ask('02 00 05 00 01')).toBe('02 01 01');
    expect(machine.machine.board?.().contacts).toEqual([{ name: 'door', state: 'open' }]);
  });
});

test.each<[Record<string, string>, RegExp]>([
  [{ colour: 'red' }, /unknown setting "colour"/],
  [{ unit: '0' }, /unit is "0"/],
  [{ identity: 'yes' }, /identity is "yes"/],
  [{ contacts: 'door' }, /contacts has "door"/],
  [{ contacts: 'door:16:on' }, /door is at input 16, and there are 16/],
  [{ lamps: 'cup:x' }, /lamps has "cup:x"/],
  [{ relays: 'goods:99' }, /goods is at coil 99/],
  [{ relays: 'goods:8:disc/1' }, /relays has/],
  [{ temperature: 'input/0:0' }, /temperature is/],
])('a machine with %o is not built, and it is said why', (settings, why) => {
  expect(() => new Bench(settings)).toThrow(why);
});

test('its help names every setting', () => {
  const help = settingsHelp.join(' ');
  for (const name of ['unit', 'baudRate', 'contacts', 'lamps', 'relays', 'temperature', 'identity'])
    expect(help).toContain(`${name}=`);
});
