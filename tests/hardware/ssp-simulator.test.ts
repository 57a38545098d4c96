import { createCipheriv, createDecipheriv } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { SimulatorFactory } from '../../hardware/simulated.ts';
import { settingsHelp, simulate } from '../../hardware/ssp/simulator.ts';
import { framed } from '../../hardware/ssp/simulator-wire.ts';
import { asHex, fromHex, SimulatorRig } from './simulator-rig.ts';

// A small SSP host that shares no code with the project: checksum by a shifted register, packets and keys by hand.

function crcOf(bytes: readonly number[]): readonly [number, number] {
  let register = 0xffff;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      const carry = ((register >> 15) ^ (byte >> bit)) & 1;
      register = (register << 1) & 0xffff;
      if (carry === 1) register ^= 0x8005;
    }
  }
  return [register & 0xff, register >> 8];
}

function packet(sequence: number, data: readonly number[]): readonly number[] {
  const body = [sequence, data.length, ...data];
  const stuffed: number[] = [0x7f];
  for (const byte of [...body, ...crcOf(body)]) {
    stuffed.push(byte);
    if (byte === 0x7f) stuffed.push(byte);
  }
  return stuffed;
}

interface Heard {
  readonly sequence: number;
  readonly data: readonly number[];
}

/** Whole, right packets of one address; what is between them is skipped. */
function packetsIn(bytes: readonly number[], address: number): readonly Heard[] {
  const found: Heard[] = [];
  for (let start = 0; start < bytes.length; start++) {
    if (bytes[start] !== 0x7f) continue;
    const plain: number[] = [];
    let at = start + 1;
    for (; at < bytes.length && plain.length < (plain[1] ?? 255) + 4; at++) {
      plain.push(bytes[at] as number);
      if (bytes[at] !== 0x7f) continue;
      if (bytes[at + 1] !== 0x7f) break;
      at++;
    }
    const right = plain.length === (plain[1] ?? -1) + 4 && asHex(crcOf(plain.slice(0, -2))) === asHex(plain.slice(-2));
    if (!right || ((plain[0] as number) & 0x7f) !== address) continue;
    found.push({ sequence: plain[0] as number, data: plain.slice(2, -2) });
    start = at - 1;
  }
  return found;
}

function little(value: number | bigint, bytes: number): readonly number[] {
  let rest = BigInt(value);
  return Array.from({ length: bytes }, () => {
    const byte = Number(rest % 256n);
    rest /= 256n;
    return byte;
  });
}

function bigOf(bytes: readonly number[]): bigint {
  return bytes.reduceRight((value, byte) => value * 256n + BigInt(byte), 0n);
}

function toThe(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === '1') result = (result * base) % modulus;
  }
  return result;
}

const CNY = [0x43, 0x4e, 0x59] as const;
const DO = 0x58;
const TEST = 0x19;

/** A value with its country. */
function money(minor: number): readonly number[] {
  return [...little(minor, 4), ...CNY];
}

/** `da 01 …`: an event with an amount from version 6 on. */
function amount(code: string, minor: number): string {
  return `${code} 01 ${asHex(money(minor))}`;
}

/** `dc 01 …`: paid and requested. */
function incomplete(code: string, paid: number, requested: number): string {
  return `${code} 01 ${asHex([...little(paid, 4), ...money(requested)])}`;
}

type Settings = Readonly<Record<string, string>>;

class Host extends SimulatorRig {
  readonly address: number;
  sequence = 0x80;
  key: Uint8Array | null = null;
  packets = 0;
  fixed = 0x0123456701234567n;
  /** What the last packet was, to be sent again. */
  sent: readonly number[] = [];

  constructor(settings: Settings = {}, speed = 1, factory: SimulatorFactory = simulate) {
    super(factory, settings, speed);
    this.address =
      settings.address !== undefined ? Number(settings.address) : settings.model === 'smart-hopper' ? 16 : 0;
  }

  /** The answer's data within 50 ms, in hex. */
  ask(...data: readonly number[]): string {
    this.sequence ^= 0x80;
    this.sent = packet(this.sequence | this.address, data);
    return this.again();
  }

  /** The last packet once more, as it was. */
  again(): string {
    this.raw = [];
    this.receive(this.sent);
    this.pass(50);
    return asHex(packetsIn(this.raw, this.address).at(-1)?.data ?? null);
  }

  /** Meets silence, and its sequence is not taken: the next packet bears it. */
  ignored(data: readonly number[]): void {
    expect(this.ask(...data)).toBe('silence');
    this.sequence ^= 0x80;
  }

  sync(): void {
    this.sequence = 0;
    expect(this.ask(0x11)).toBe('f0');
    this.sequence = 0x80;
  }

  /** Generator, modulus, intermediate key; from now on `sealed` works. */
  agree(generator = 982_451_653n, modulus = 1_287_821n, own = 7n): void {
    expect(this.ask(0x4a, ...little(generator, 8))).toBe('f0');
    expect(this.ask(0x4b, ...little(modulus, 8))).toBe('f0');
    const answer = fromHex(this.ask(0x4c, ...little(toThe(generator, own, modulus), 8)));
    expect([answer[0], answer.length]).toEqual([0xf0, 9]);
    const shared = toThe(bigOf(answer.slice(1)), own, modulus);
    this.key = Uint8Array.from([...little(this.fixed, 8), ...little(shared, 8)]);
    this.packets = 0;
  }

  /** An encrypted packet's data under a count, with a padding of zeros. */
  seal(data: readonly number[], count: number, spoilt = 0): readonly number[] {
    const inner = [data.length, ...little(count, 4), ...data];
    while ((inner.length + 2) % 16 !== 0) inner.push(0);
    const cipher = createCipheriv('aes-128-ecb', this.key as Uint8Array, null).setAutoPadding(false);
    const [first, second] = crcOf(inner);
    return [0x7e, ...cipher.update(Uint8Array.from([...inner, first ^ spoilt, second])), ...cipher.final()];
  }

  /** What is inside an encrypted answer; it must bear the next count. */
  unseal(answer: readonly number[]): string {
    expect(answer[0]).toBe(0x7e);
    const decipher = createDecipheriv('aes-128-ecb', this.key as Uint8Array, null).setAutoPadding(false);
    const plain = [...decipher.update(Uint8Array.from(answer.slice(1))), ...decipher.final()];
    expect(asHex(plain.slice(-2))).toBe(asHex(crcOf(plain.slice(0, -2))));
    expect(bigOf(plain.slice(1, 5))).toBe(BigInt(this.packets + 1));
    return asHex(plain.slice(5, 5 + (plain[0] as number)));
  }

  /** Asks encrypted; the answer must be encrypted too. */
  sealed(...data: readonly number[]): string {
    const answer = this.ask(...this.seal(data, this.packets));
    const inside = this.unseal(fromHex(answer));
    this.packets++;
    return inside;
  }

  /** Only what a poll tells, without F0. */
  poll(code = 0x07): string {
    const answer = this.ask(code);
    expect(answer.slice(0, 2)).toBe('f0');
    return answer.slice(3);
  }

  /** Polls every 200 ms until an answer holds it; the different answers on the way, the last included. */
  pollUntil(wanted: string, limitMs = 60_000): readonly string[] {
    const seen: string[] = [];
    for (const endMs = this.clock.monoMs() + limitMs; this.clock.monoMs() < endMs; this.pass(150)) {
      const now = this.poll();
      if (now !== seen.at(-1)) seen.push(now);
      if (now.startsWith(wanted)) return seen;
    }
    throw new Error(`no ${wanted} within ${limitMs} ms, but ${seen.join(', ')}`);
  }

  /** From the power-up to an enabled machine; what the first polls told. */
  ready(version = 8): readonly string[] {
    this.sync();
    expect(this.ask(0x06, version)).toBe('f0');
    const told = [this.poll()];
    this.pass(2_500);
    for (let now = this.poll(); !now.endsWith('e8') || now.includes('f1'); now = this.poll()) told.push(now);
    if (this.machine.kind !== 'hopper') expect(this.ask(0x02, 0xff, 0xff)).toBe('f0');
    expect(this.ask(0x0a)).toBe('f0');
    this.events.length = 0;
    return told;
  }

  /** The same with keys and the payout on, every note going into the store. */
  recycling(route = 0): this {
    this.ready();
    this.agree();
    expect(this.ask(0x5c, 0)).toBe('f0');
    for (const minor of noteValues) expect(this.sealed(0x3b, route, ...money(minor))).toBe('f0');
    return this;
  }

  escrow(minor: number): void {
    this.do('insert', { minor });
    this.pollUntil(`ef 0${noteValues.indexOf(minor) + 1}`);
  }

  cycle(): void {
    this.do('cut power');
    this.do('restore power');
  }

  level(minor: number): number {
    const answer = fromHex(this.ask(0x35, ...money(minor)));
    return (answer[1] as number) + (answer[2] as number) * 256;
  }
}

const noteValues = [100, 500, 1000, 2000, 5000, 10000];
const coinValues = [10, 50, 100];
const models = ['nv200', 'nv9', 'nv11', 'smart-payout', 'smart-hopper'] as const;

/** A SMART Payout or NV11 with these notes, keys, and the payout enabled. */
function stocked(model: string, ...fill: readonly (readonly [number, number])[]): Host {
  const rig = new Host({ model });
  for (const [minor, count] of fill) rig.do('fill', { minor, count });
  return rig.recycling();
}

function coinsReady(settings: Settings = {}): Host {
  const rig = new Host({ model: 'smart-hopper', ...settings });
  rig.ready();
  rig.agree();
  return rig;
}

// Frames of "Transport Layer", "Encryption Layer" and the examples of GA138, as they stand there.

const frames = {
  sync: '7f 80 01 11 65 82',
  poll: '7f 80 01 07 12 02',
  ok: '7f 80 01 f0 23 80',
  ok0: '7f 00 01 f0 20 0a',
  enable: '7f 00 01 0a 3c 08',
  hostProtocol7: '7f 00 02 06 07 1e 14',
  hold: '7f 00 01 18 50 08',
  reject: '7f 80 01 08 30 02',
  read2: '7f 00 03 f0 ef 02 c3 f6',
  credit2: '7f 80 03 f0 ee 02 c3 cc',
  slaveReset: '7f 80 02 f0 f1 1a 22',
} as const;

const encryption = {
  generator: '7f 80 09 4a c5 05 8f 3a 00 00 00 00 b2 73',
  modulus: '7f 00 09 4b 8d a6 13 00 00 00 00 00 53 d6',
  exchange: '7f 80 09 4c d1 45 11 00 00 00 00 00 a9 b9',
  answer: '7f 80 09 f0 ec 11 10 00 00 00 00 00 e4 70',
  poll: '7f 00 11 7e 7c 83 1b 52 66 55 5d 4c 35 8e fc 16 12 b6 38 f0 ae 86',
  credit: '7f 00 11 7e 2e 28 e8 52 7e 5a 7b d8 c0 af 88 71 f4 f9 18 2a fe 47',
} as const;

describe('the frames of the manual', () => {
  test('each is what both ends make of its data, and its checksum is right', () => {
    for (const frame of [...Object.values(frames), ...Object.values(encryption)]) {
      const [heard] = packetsIn(fromHex(frame), 0);
      expect(heard, frame).toBeDefined();
      const { sequence, data } = heard as Heard;
      expect(asHex(packet(sequence, data))).toBe(frame);
      expect(asHex([...framed(data, sequence)])).toBe(frame);
    }
  });

  test('a machine that is spoken to with them answers with them', () => {
    const rig = new Host();
    const say = (frame: string): string => rig.exchange(fromHex(frame));
    expect(say(frames.sync)).toBe(frames.ok);
    expect(say(frames.hostProtocol7)).toBe(frames.ok0);
    expect(say(frames.poll)).toBe(frames.slaveReset);
    expect(say(frames.enable)).toBe(frames.ok0);
    rig.exchange(packet(0x80, [0x02, 0xff, 0xff]));
    rig.pass(3_000);
    rig.do('insert', { minor: 500 });
    rig.pass(1_200);
    expect(rig.exchange(packet(0x00, [0x07]))).toBe(frames.read2);
    rig.exchange(packet(0x80, [0x0c]));
    expect(say(frames.hold)).toBe(frames.ok0);
    say(frames.poll);
    rig.pass(700);
    rig.exchange(packet(0x00, [0x0c]));
    expect(say(frames.poll)).toBe(frames.credit2);
    const other = new Host();
    other.ready();
    other.escrow(500);
    if (other.sequence === 0x80) other.ask(0x0c);
    expect(other.exchange(fromHex(frames.reject))).toBe(frames.ok);
    other.sequence = 0x80;
    expect(other.poll()).toBe('ed');
  });

  test('the keys and the encrypted frames come out as they stand there', () => {
    // The slave's secret is 11, and its padding zero.
    const rig = new Host({}, 1, (world) => simulate({ ...world, random: () => 10.5 / 2 ** 31 }));
    rig.ready();
    rig.escrow(500);
    rig.poll();
    rig.pass(650);
    if (rig.sequence === 0x80) rig.ask(0x0c);
    const say = (frame: string): string => rig.exchange(fromHex(frame));
    expect(say(encryption.generator)).toBe(frames.ok);
    expect(say(encryption.modulus)).toBe(frames.ok0);
    expect(say(encryption.exchange)).toBe(encryption.answer);
    expect(say(encryption.poll)).toBe(encryption.credit);
  });
});

describe('settings', () => {
  test.each([
    [{ colour: 'red' }, 'unknown setting "colour"'],
    [{ model: 'nv300' }, 'setting model'],
    [{ address: '126' }, 'setting address'],
    [{ address: '-1' }, 'setting address'],
    [{ currency: 'yuan' }, 'setting currency'],
    [{ country: 'cn' }, 'setting country'],
    [{ serial: '4294967296' }, 'setting serial'],
    [{ protocol: '9' }, 'setting protocol'],
    [{ protocol: '3' }, 'setting protocol'],
    [{ encryption: 'off' }, 'setting encryption'],
    [{ count: '5' }, 'setting count'],
    [{ model: 'nv11', count: '6' }, 'setting count'],
    [{ model: 'smart-payout', count: '14' }, 'setting count'],
    [{ model: 'smart-hopper', count: '501' }, 'setting count'],
    [{ model: 'smart-hopper', count: 'many' }, 'setting count'],
  ])('%j is refused by name', (settings, reason) => {
    expect(() => new Host(settings as Settings)).toThrow(reason);
  });

  test('the help names every setting that is known', () => {
    const named = settingsHelp.join(' ').match(/\b[a-z]+(?==)/g);
    expect(named?.sort()).toEqual([
      'address',
      'bills',
      'count',
      'country',
      'currency',
      'encryption',
      'evidence',
      'model',
      'protocol',
      'serial',
    ]);
  });

  test('say what is in it at first, and what it is called', () => {
    expect(new Host({ model: 'smart-hopper' }).truth()).toBe('hopper 10×100, hopper 50×100, hopper 100×100');
    expect(new Host({ model: 'nv11', count: '5' }).truth().startsWith('recycler 100×5, recycler 500×5')).toBe(true);
    expect(new Host({ model: 'smart-payout' }).truth()).toBe('');
    expect(models.map((model) => new Host({ model }).machine.kind)).toEqual([
      'note-acceptor',
      'note-acceptor',
      'recycler',
      'recycler',
      'hopper',
    ]);
    expect(new Host({ currency: 'EUR' }).machine.denominations?.[1]).toEqual({ currency: 'EUR', minor: 500 });
    const rig = new Host({ serial: '127', country: 'CHN' });
    rig.ready();
    // 7F in the answer, too, stands there twice.
    expect(rig.exchange(packet(rig.sequence ^ 0x80, [0x0c]))).toContain('00 00 00 7f 7f');
    rig.sequence ^= 0x80;
    expect(rig.ask(0x0d)).toContain('43 48 4e');
  });
});

describe('the wire', () => {
  test('a packet for another address is not answered', () => {
    const rig = new Host({ address: '5' });
    expect(rig.exchange(packet(0x00, [0x11]))).toBe('silence');
    expect(rig.exchange(packet(0x06, [0x11]))).toBe('silence');
    expect(rig.exchange(packet(0x05, [0x11]))).toBe(asHex(packet(0x05, [0xf0])));
    const hopper = new Host({ model: 'smart-hopper' });
    expect(hopper.exchange(packet(0x80, [0x11]))).toBe('silence');
    expect(hopper.exchange(packet(0x90, [0x11]))).toBe(asHex(packet(0x90, [0xf0])));
  });

  test('a wrong checksum is met with silence and does nothing', () => {
    const rig = new Host();
    rig.ready();
    rig.escrow(1000);
    const sequence = rig.sequence ^ 0x80;
    const poll = packet(sequence, [0x07]);
    for (let at = 3; at < poll.length; at++) {
      rig.raw = [];
      rig.receive(poll.map((byte, i) => (i === at ? byte ^ 0x10 : byte)));
      rig.pass(250);
      expect(rig.raw).toEqual([]);
    }
    expect(rig.truth()).toBe('escrow 1000×1');
    rig.pass(1_000);
    expect(rig.exchange(poll)).toBe(asHex(packet(sequence, [0xf0, 0xcc])));
  });

  test('a packet split at every byte is answered once, and only after its last byte', () => {
    const request = packet(0x00, [0x02, 0x7f, 0x00]);
    expect(request.filter((byte) => byte === 0x7f)).toHaveLength(3);
    for (let cut = 1; cut < request.length; cut++) {
      const rig = new Host();
      rig.receive(request.slice(0, cut));
      rig.pass(20);
      expect(rig.raw).toEqual([]);
      rig.receive(request.slice(cut));
      rig.pass(50);
      expect(asHex(rig.raw)).toBe(frames.ok0);
    }
  });

  test('garbage and half packets do not swallow what follows', () => {
    const sync = fromHex(frames.sync);
    for (const bad of [[0x7f], [0x7f, 0x80], [0x7f, 0x80, 0x05, 0x11], [0x00, 0xff, 0x13], [0x7f, 0x80, 0x00]]) {
      const rig = new Host();
      rig.receive(bad);
      rig.receive(sync);
      rig.pass(50);
      expect(asHex(rig.raw), asHex(bad)).toBe(frames.ok);
    }
    const rig = new Host();
    rig.receive([0x7f, 0x80, 0x05, 0x7f]);
    rig.pass(300);
    expect(rig.exchange(sync)).toBe(frames.ok);
  });

  test('two packets in one piece are answered in order', () => {
    const rig = new Host();
    rig.receive([...packet(0x00, [0x0c]), ...packet(0x80, [0x07])]);
    rig.pass(50);
    expect(packetsIn(rig.raw, 0).map(({ data }) => asHex(data))).toEqual(['f0 00 1c 96 2c', 'f0 f1']);
  });

  test('the same sequence again is answered as before and not obeyed again', () => {
    const rig = new Host();
    rig.ready();
    rig.escrow(2000);
    expect([rig.again(), rig.again(), rig.again()]).toEqual(['f0 ef 04', 'f0 ef 04', 'f0 ef 04']);
    expect(rig.truth()).toBe('escrow 2000×1');
    expect(rig.poll()).toBe('cc');
    rig.pass(1_000);
    expect(rig.poll()).toBe('ee 04');
    rig.pass(1_000);
    expect(rig.again()).toBe('f0 ee 04');
    // Whatever it says: the sequence alone counts.
    expect(rig.exchange(packet(rig.sequence, [0x0c]))).toBe(asHex(packet(rig.sequence, [0xf0, 0xee, 0x04])));
    expect(rig.poll()).toBe('eb');
  });

  test('after a SYNC the next packet bears 0, and a SYNC is obeyed whatever it bears', () => {
    for (const sequence of [0x00, 0x80]) {
      const rig = new Host();
      rig.exchange(packet(sequence, [0x0c]));
      expect(rig.exchange(packet(sequence, [0x11]))).toBe(asHex(packet(sequence, [0xf0])));
      expect(rig.exchange(packet(0x00, [0x07]))).toBe(asHex(packet(0x00, [0xf0, 0xf1])));
    }
  });

  test('the answer comes well within the second of the manual', () => {
    const rig = new Host();
    rig.receive(fromHex(frames.sync));
    rig.pass(10);
    expect(asHex(rig.raw)).toBe(frames.ok);
  });
});

// What the table of commands says, model by model.

const everybody = '01 05 06 07 09 0a 0c 11 20 21 4a 4b 4c 56 57';
const validators = '02 03 04 08 0d 0e 0f 10 17 18';
const barcode = '23 24 25 26 27';
const paysOut = '3b 3c 3f 4d 4f 52 53 60 61';
const paysValue = '22 33 35 38 3d 3e 44 46';
const commandsOf: Readonly<Record<(typeof models)[number], string>> = {
  nv200: `${everybody} ${validators} ${barcode} 4f 54`,
  nv9: `${everybody} ${validators} ${barcode} 58 59`,
  nv11: `${everybody} ${validators} ${paysOut} 41 42 43 45 58 59 5b 5c`,
  'smart-payout': `${everybody} ${validators} ${paysOut} ${paysValue} 30 54 58 59 5b 5c`,
  'smart-hopper': `${everybody} ${paysOut} ${paysValue} 34 37 40 49 50 51 5a`,
};
const mustBeEncrypted = new Set(fromHex('33 38 3b 3c 3d 3f 44 46 52 60'));

describe('commands', () => {
  test.each(models)('%s knows those of its table, and answers F2 to every other', (model) => {
    const known = new Set(fromHex(commandsOf[model]));
    for (let code = 0; code < 256; code++) {
      if (code === 0x7e) continue;
      const answer = new Host({ model }).ask(code);
      expect(answer === 'f2', `${code.toString(16)}: ${answer}`).toBe(!known.has(code));
      expect(answer).not.toBe('silence');
    }
  });

  test.each(models)('%s answers F3 to a wrong number of bytes', (model) => {
    for (const code of fromHex(commandsOf[model])) {
      const rig = new Host({ model });
      const tooMany = rig.ask(code, ...Array<number>(11).fill(0));
      const expected = mustBeEncrypted.has(code) && [0x44, 0x46].includes(code) ? 'fa' : 'f3';
      expect(tooMany, code.toString(16)).toBe(expected);
    }
  });

  test.each(models)('%s refuses what must be encrypted when it is not, without keys and with', (model) => {
    const rig = new Host({ model });
    rig.ready();
    const one: Readonly<Record<number, readonly number[]>> = {
      51: [...money(100), DO],
      59: [0, ...money(100)],
      60: money(100),
      61: [1, 0, ...money(100), DO],
      68: [1, 1, 0, ...money(100), DO],
      70: [1, 1, 0, ...money(100), DO],
      96: little(1, 8),
    };
    const own = fromHex(commandsOf[model]).filter((code) => mustBeEncrypted.has(code));
    expect(own.length).toBe(model.startsWith('nv') ? (model === 'nv11' ? 5 : 0) : 10);
    for (const code of own) expect(rig.ask(code, ...(one[code] ?? [])), code.toString(16)).toBe('fa');
    rig.agree();
    for (const code of own) expect(rig.ask(code, ...(one[code] ?? [])), code.toString(16)).toBe('f8');
    for (const code of own)
      expect(rig.sealed(code, ...(one[code] ?? [])), code.toString(16)).not.toMatch(/^(f2|f8|fa)/);
  });

  test('the host’s protocol version is taken up to the highest that the machine speaks', () => {
    const rig = new Host({ protocol: '7' });
    expect([rig.ask(0x06, 8), rig.ask(0x06, 7), rig.ask(0x06, 0), rig.ask(0x06, 4)]).toEqual(['f8', 'f0', 'f8', 'f0']);
    expect(rig.ask(0x0d).endsWith(' 04')).toBe(true);
    rig.ask(0x06, 6);
    expect(rig.ask(0x0d)).toBe('f0 00 30 34 31 36 43 4e 59 00 00 01 06');
  });

  test('the setup has one layout below version 6 and one from it on', () => {
    const head = '30 34 31 36 43 4e 59';
    const notes = '00 00 01 06 01 05 0a 14 32 64 02 02 02 02 02 02 00 00 64';
    const names = Array(6).fill('43 4e 59').join(' ');
    const values = '01 00 00 00 05 00 00 00 0a 00 00 00 14 00 00 00 32 00 00 00 64 00 00 00';
    for (const [model, type] of [
      ['nv200', '00'],
      ['nv9', '00'],
      ['nv11', '07'],
      ['smart-payout', '06'],
    ] as const) {
      const rig = new Host({ model });
      rig.ask(0x06, 5);
      expect(rig.ask(0x05)).toBe(`f0 ${type} ${head} ${notes} 05`);
      expect(rig.ask(0x0e)).toBe('f0 06 01 05 0a 14 32 64');
      rig.ask(0x06, 6);
      expect(rig.ask(0x05)).toBe(`f0 ${type} ${head} ${notes} 06 ${names} ${values}`);
      expect(rig.ask(0x0e)).toBe(`f0 06 01 05 0a 14 32 64 ${names} ${values}`);
    }
    const hopper = new Host({ model: 'smart-hopper' });
    hopper.ask(0x06, 5);
    expect(hopper.ask(0x05)).toBe(`f0 03 ${head} 05 03 0a 00 32 00 64 00`);
    hopper.ask(0x06, 8);
    expect(hopper.ask(0x05)).toBe(`f0 03 ${head} 08 03 0a 00 32 00 64 00 43 4e 59 43 4e 59 43 4e 59`);
  });

  test('firmware, dataset, security and the rest of what identifies it', () => {
    const rig = new Host({ model: 'smart-payout' });
    const text = (answer: string): string => String.fromCharCode(...fromHex(answer.slice(3)));
    expect(text(rig.ask(0x20))).toBe('SIM0416SMART-PAYOUT');
    expect(text(rig.ask(0x21))).toBe('CNY01601');
    expect([rig.ask(0x0f), rig.ask(0x10)]).toEqual(['f0 06 02 02 02 02 02 02', 'f0 06 00 00 00 00 00 00']);
    expect([rig.ask(0x4f), rig.ask(0x17)]).toEqual(['f0 06 00 01', 'f0 00']);
    expect([rig.ask(0x03), rig.ask(0x04), rig.ask(0x54, 1, 2, 3, 0)]).toEqual(['f0', 'f0', 'f0']);
    expect([rig.ask(0x4d, 2, 0), rig.ask(0x4d, 3, 0)]).toEqual(['f0', 'f4']);
    expect([rig.ask(0x30, 5, 0x81, 0x10, 0x11, 1), rig.ask(0x30, 5, 0x81, 0x10, 1)]).toEqual(['f0', 'f0 01']);
    expect([rig.ask(0x30, 5, 0x81, 0x10, 0x11, 2), rig.ask(0x30, 5, 0x81, 0x11, 1)]).toEqual(['f4', 'f4']);
    const nv200 = new Host();
    expect([nv200.ask(0x23), nv200.ask(0x24, 1, 1, 6), nv200.ask(0x25), nv200.ask(0x27)]).toEqual([
      'f0 00 00 01 06',
      'f5',
      'f0 fe',
      'f0 00 00',
    ]);
  });

  test('a reset is answered first, and then the machine begins anew', () => {
    const rig = new Host();
    rig.ready();
    expect(rig.ask(0x01)).toBe('f0');
    rig.pass(100);
    expect([rig.count('reset'), rig.count('disabled')]).toEqual([1, 1]);
    expect(rig.ready()).toEqual(['f1']);
  });

  test('a hopper passed through is deaf until its power was away', () => {
    const rig = new Host({ model: 'smart-hopper' });
    expect(rig.ask(0x37)).toBe('f0');
    expect(rig.ask(0x11)).toBe('silence');
    rig.cycle();
    expect(rig.ask(0x11)).toBe('f0');
  });
});

describe('encryption', () => {
  test('everything is answered encrypted that was asked so, and plain what was asked plain', () => {
    const rig = new Host();
    rig.ready();
    rig.agree();
    expect(rig.sealed(0x0c)).toBe('f0 00 1c 96 2c');
    expect(rig.ask(0x0c)).toBe('f0 00 1c 96 2c');
    expect(rig.sealed(0x99)).toBe('f2');
    expect(rig.sealed(0x06)).toBe('f3');
    expect(rig.packets).toBe(3);
  });

  test('keys come out alike on both sides for many numbers', () => {
    for (const [generator, modulus, own] of [
      [982_451_653n, 1_287_821n, 12_345n],
      [18_446_744_073_709_551_557n, 18_446_744_073_709_551_533n, 2n ** 63n + 9n],
      [4_294_967_311n, 4_294_967_291n, 3n],
    ] as const) {
      const rig = new Host();
      rig.agree(generator, modulus, own);
      expect(rig.sealed(0x11)).toBe('f0');
    }
  });

  test('without keys an encrypted packet is answered with KEY NOT SET', () => {
    const rig = new Host();
    rig.key = new Uint8Array(16);
    expect(rig.ask(...rig.seal([0x07], 0))).toBe('fa');
  });

  test('an exchange without generator and modulus fails, and numbers that cannot be are out of range', () => {
    const rig = new Host();
    expect(rig.ask(0x4c, ...little(5, 8))).toBe('f8');
    expect(rig.ask(0x4a, ...little(982_451_653, 8))).toBe('f0');
    expect(rig.ask(0x4c, ...little(5, 8))).toBe('f8');
    expect(rig.ask(0x4b, ...little(0, 8))).toBe('f4');
    // Hosts in use send the smaller prime as the generator, too.
    expect(rig.ask(0x4b, ...little(982_451_707, 8))).toBe('f0');
    rig.agree();
    expect(rig.sealed(0x4c, ...little(5, 8))).toBe('f5');
  });

  test('a machine that refuses knows no exchange', () => {
    const rig = new Host({ encryption: 'refuse' });
    expect([rig.ask(0x4a, ...little(7, 8)), rig.ask(0x4b, ...little(5, 8)), rig.ask(0x4c, ...little(5, 8))]).toEqual([
      'f2',
      'f2',
      'f2',
    ]);
  });

  test('a packet with a wrong count, a wrong checksum or a wrong key is as if it never came', () => {
    const rig = new Host({ model: 'smart-hopper' });
    rig.ready();
    rig.agree();
    expect(rig.sealed(0x0c)).toMatch(/^f0/);
    const pay = [0x33, ...money(100), DO];
    for (const count of [0, 2, 3, 255, 2 ** 32 - 1]) rig.ignored(rig.seal(pay, count));
    const right = rig.seal(pay, 1);
    for (let at = 1; at < right.length; at++) rig.ignored(right.map((byte, i) => (i === at ? byte ^ 1 : byte)));
    rig.ignored(right.slice(0, -1));
    rig.ignored(rig.seal(pay, 1, 0x01));
    const key = rig.key;
    rig.key = new Uint8Array(16).fill(3);
    rig.ignored(rig.seal(pay, 1));
    rig.key = key;
    rig.pass(5_000);
    expect(rig.truth()).toBe('hopper 10×100, hopper 50×100, hopper 100×100');
    expect(rig.sealed(...pay)).toBe('f0');
    rig.pass(1_000);
    expect(rig.truth()).toContain('cup 100×1');
  });

  test('an answer that was lost comes again as it was, and the order is not carried out again', () => {
    const rig = new Host({ model: 'smart-hopper' });
    rig.ready();
    rig.agree();
    const first = rig.ask(...rig.seal([0x33, ...money(100), DO], 0));
    expect([rig.again(), rig.again()]).toEqual([first, first]);
    expect(rig.unseal(fromHex(first))).toBe('f0');
    rig.packets++;
    rig.pass(3_000);
    expect(rig.truth()).toContain('cup 100×1');
    expect(rig.sealed(0x0c)).toMatch(/^f0/);
  });

  test('the negotiated key goes with the power and with a reset, a fixed key stays until it is reset', () => {
    const rig = new Host({ model: 'smart-payout' });
    rig.ready();
    rig.agree();
    expect(rig.sealed(0x60, ...little(0x1122334455667788n, 8))).toBe('f0');
    rig.cycle();
    expect(rig.ask(...rig.seal([0x07], rig.packets))).toBe('fa');
    rig.ready();
    rig.agree();
    rig.ignored(rig.seal([0x07], 0));
    rig.fixed = 0x1122334455667788n;
    rig.agree();
    expect(rig.sealed(0x0c)).toMatch(/^f0/);
    rig.ask(0x01);
    rig.pass(100);
    expect(rig.ask(...rig.seal([0x07], rig.packets))).toBe('fa');
    rig.ready();
    rig.do('fill', { minor: 100, count: 1 });
    expect(rig.ask(0x61)).toBe('f5');
    rig.agree();
    rig.ask(0x5c, 0);
    rig.sealed(0x3f);
    rig.pollUntil('c3');
    expect(rig.ask(0x61)).toBe('f0');
    rig.pass(100);
    expect(rig.ready()).toEqual(['f1']);
    rig.fixed = 0x0123456701234567n;
    rig.agree();
    expect(rig.sealed(0x0c)).toMatch(/^f0/);
  });
});

describe('a note', () => {
  test('goes from the hand into the box, accepted by the poll after the one that told of it', () => {
    const rig = new Host();
    expect(rig.ready()).toEqual(['f1']);
    rig.do('insert', { minor: 2000 });
    expect(rig.pollUntil('ef 04')).toEqual(['ef 00', 'ef 04']);
    expect(rig.truth()).toBe('escrow 2000×1');
    expect(rig.pollUntil('eb')).toEqual(['cc', 'ee 04', 'cc', 'eb']);
    expect(rig.poll()).toBe('');
    expect(rig.truth()).toBe('box 2000×1');
    expect(rig.events.map(({ event, name }) => name ?? event)).toEqual([
      'note.inserted',
      'note.escrowed',
      'poll',
      'vend.acknowledged',
      'note.stacked',
    ]);
    expect(rig.last('note.stacked')).toEqual({ event: 'note.stacked', currency: 'CNY', minor: 2000, unit: 'box' });
  });

  test('goes the same way when every word is encrypted', () => {
    const rig = new Host();
    rig.ready();
    rig.agree();
    rig.do('insert', { minor: 10000 });
    const seen: string[] = [];
    for (let n = 0; n < 40; n++) {
      const now = rig.sealed(0x07);
      if (now !== seen.at(-1)) seen.push(now);
      rig.pass(100);
    }
    expect(seen).toEqual(['f0 ef 00', 'f0 ef 06', 'f0 cc', 'f0 ee 06', 'f0 cc', 'f0 eb', 'f0']);
    expect(rig.truth()).toBe('box 10000×1');
  });

  test('is held as long as the host says HOLD instead, and accepted by the next poll', () => {
    const rig = new Host();
    rig.ready();
    rig.escrow(500);
    for (let n = 0; n < 5; n++) {
      rig.pass(8_000);
      expect(rig.ask(0x18)).toBe('f0');
    }
    expect(rig.truth()).toBe('escrow 500×1');
    expect(rig.poll()).toBe('cc');
    expect([rig.ask(0x18), rig.ask(0x08)]).toEqual(['f5', 'f5']);
    rig.pollUntil('eb');
    expect(rig.truth()).toBe('box 500×1');
  });

  test('that is held but was not told yet is told first', () => {
    const rig = new Host();
    rig.ready();
    rig.do('insert', { minor: 500 });
    rig.pass(1_500);
    expect(rig.ask(0x18)).toBe('f0');
    expect(rig.poll()).toBe('ef 02');
    expect(rig.truth()).toBe('escrow 500×1');
    expect(rig.poll()).toBe('cc');
  });

  test('comes back when the host rejects it, and the code says so', () => {
    const rig = new Host();
    rig.ready();
    rig.escrow(1000);
    expect(rig.ask(0x08)).toBe('f0');
    expect(rig.pollUntil('ec')).toEqual(['ed', 'ec']);
    expect([rig.poll(), rig.ask(0x17)]).toEqual(['', 'f0 08']);
    expect(rig.truth()).toBe('slot 1000×1');
    rig.do('take');
    expect(rig.truth()).toBe('customer 1000×1');
    expect(rig.last('note.rejected')).toMatchObject({ minor: 1000, reason: 'host', code: '08' });
  });

  test('comes back when ten seconds pass without a word, whether the host heard of it or not', () => {
    for (const told of [true, false]) {
      const rig = new Host();
      rig.ready();
      rig.do('insert', { minor: 1000 });
      rig.pass(1_100);
      if (told) expect(rig.poll()).toBe('ef 03');
      rig.pass(9_600);
      expect(rig.truth()).toBe('escrow 1000×1');
      rig.pass(1_500);
      expect(rig.truth()).toBe('slot 1000×1');
      expect([rig.poll(), rig.ask(0x17)]).toEqual(['ec', 'f0 13']);
    }
  });

  test.each([
    ['torn', 1000, 'torn', '01'],
    ['unreadable', 1000, 'unreadable', '02'],
    ['unknown', 700, undefined, '02'],
    ['of an inhibited channel', 5000, undefined, '06'],
  ] as const)('that is %s comes back by itself', (_what, minor, condition, code) => {
    const rig = new Host();
    rig.ready();
    rig.ask(0x02, 0x2f, 0x00);
    rig.do('insert', condition === undefined ? { minor } : { minor, condition });
    expect(rig.pollUntil('ec')).toEqual(['ef 00', 'ed', 'ec']);
    expect([rig.ask(0x17), rig.truth()]).toEqual([`f0 ${code}`, `slot ${minor}×1`]);
  });

  test('behind which a second one is pushed comes back with it', () => {
    const rig = new Host();
    rig.ready();
    rig.do('insert', { minor: 1000 });
    rig.pass(300);
    rig.do('insert', { minor: 2000 });
    expect(rig.refusal('insert', { minor: 500 })).toContain('a note is in it');
    rig.pollUntil('ec');
    expect([rig.ask(0x17), rig.truth()]).toEqual(['f0 07', 'slot 1000×1, slot 2000×1']);
  });

  test('that is being read when the host disables the machine comes back', () => {
    for (const waitMs of [300, 1_500]) {
      const rig = new Host();
      rig.ready();
      rig.do('insert', { minor: 1000 });
      rig.pass(waitMs);
      expect(rig.ask(0x09)).toBe('f0');
      expect(rig.pollUntil('ec')).toEqual(['ed e8', 'ec']);
      expect([rig.ask(0x17), rig.poll(), rig.truth()]).toEqual(['f0 0c', 'e8', 'slot 1000×1']);
    }
  });

  test('that is accepted goes on into the box when the machine is disabled', () => {
    const rig = new Host();
    rig.ready();
    rig.escrow(1000);
    rig.poll();
    rig.ask(0x09);
    expect(rig.pollUntil('eb')).toEqual(['cc e8', 'ee 03', 'cc e8', 'eb']);
  });

  test('on a string is credited, and told to be a fraud when it is pulled out', () => {
    for (const [model, fraud] of [
      ['nv200', 'e6 04'],
      ['smart-payout', amount('e6', 2000)],
    ] as const) {
      const rig = new Host({ model });
      rig.ready();
      rig.do('insert', { minor: 2000, condition: 'strung' });
      expect(rig.pollUntil('e6')).toEqual(['ef 00', 'ef 04', 'cc', 'ee 04', 'cc', '', fraud]);
      expect(rig.truth()).toBe('customer 2000×1');
    }
  });

  test('is not pulled in while the machine cannot, and the hand is told why', () => {
    const rig = new Host();
    const why = (): string => rig.refusal('insert', { minor: 1000 });
    expect(why()).toContain('it is starting');
    rig.pass(3_000);
    expect(why()).toContain('it is disabled');
    rig.ask(0x0a);
    expect(why()).toContain('inhibited');
    rig.ask(0x06, 8);
    rig.poll();
    expect(rig.poll()).toBe('b5');
    expect(rig.machine.enabled).toBe(false);
    rig.ask(0x02, 0xff, 0xff);
    expect([rig.poll(), rig.machine.enabled]).toEqual(['', true]);
    rig.do('stacker full', { value: 'on' });
    expect([why(), rig.poll()]).toEqual(['the machine does not pull: full', 'e7']);
    rig.do('stacker full', { value: 'off' });
    rig.do('remove cashbox');
    expect([why(), rig.poll()]).toEqual(['the machine does not pull: cash box out', 'e3']);
    rig.do('insert cashbox');
    expect([rig.poll(), rig.poll()]).toEqual(['e4', '']);
    rig.do('open cover');
    expect([why(), rig.poll()]).toEqual(['the machine does not pull: cover open', 'e0']);
    rig.do('close cover');
    expect([why(), rig.poll()]).toEqual(['the machine does not pull: it is starting', 'f1']);
    rig.do('cut power');
    expect([why(), rig.ask(0x11)]).toEqual(['the machine does not pull: it has no power', 'silence']);
  });

  test('jams where it is: reachable from the mouth before its credit, out of reach after it', () => {
    const before = new Host();
    before.ready();
    before.do('insert', { minor: 1000 });
    before.pass(300);
    before.do('jam');
    expect([before.poll(), before.machine.faults()]).toEqual(['e9', ['jam']]);
    before.do('clear jam');
    expect(before.truth()).toBe('customer 1000×1');
    expect(before.ready()).toEqual(['f1']);
    const after = new Host();
    after.ready();
    after.escrow(1000);
    after.pollUntil('ee 03');
    after.do('jam');
    expect(after.poll()).toBe('ea');
    after.do('clear jam');
    expect([after.truth(), after.count('note.stacked')]).toEqual(['box 1000×1', 1]);
    // Its credit was collected, so that nothing is left to be told.
    expect(after.ready()).toEqual(['f1']);
  });

  test('whose credit nobody heard is told as cleared to the cash box after the jam', () => {
    const rig = new Host();
    rig.ready();
    rig.escrow(1000);
    rig.poll();
    rig.pass(700);
    rig.do('jam');
    rig.do('clear jam');
    expect([rig.truth(), rig.ready()]).toEqual(['box 1000×1', ['f1', 'e2 03']]);
  });

  test('waits where it is while the cash box is out, and is cleared when it comes back', () => {
    const rig = new Host();
    rig.ready();
    rig.escrow(1000);
    rig.poll();
    rig.pass(450);
    rig.do('remove cashbox');
    rig.pass(10_000);
    expect(rig.truth()).toBe('escrow 1000×1');
    rig.do('insert cashbox');
    expect(rig.ready()).toEqual(['f1 e4', 'e2 03']);
    expect(rig.truth()).toBe('box 1000×1');
  });

  test('is in the box exactly when the host has a credit, wherever the power is cut', () => {
    const outcomes = new Set<string>();
    for (const model of ['nv200', 'smart-payout', 'nv11'] as const) {
      for (const dies of [false, true]) {
        for (let atMs = 0; atMs < 4_000; atMs += 50) {
          const rig = model === 'nv200' ? new Host() : new Host({ model }).recycling();
          if (model === 'nv200') rig.ready();
          rig.do('insert', { minor: 500 });
          let credits = 0;
          let heard = true;
          for (let ms = 0; ms < atMs; ms += 50) {
            rig.pass(0);
            if (ms % 200 === 0 && heard) {
              const now = rig.poll();
              if (now.includes('ee 02')) credits++;
              // A host that dies right after the poll that accepts.
              if (dies && now.startsWith('cc')) heard = false;
            } else rig.pass(50);
          }
          rig.cycle();
          // And once more, while it starts.
          rig.pass(1_000);
          rig.cycle();
          const told = rig.ready();
          const found = told.some((now) => now.includes('e2 02') || now.startsWith('cb'));
          if (found && credits === 0) credits++;
          const kept = /(box|recycler) 500×1/.test(rig.truth());
          expect(credits, `${model} ${dies} ${atMs} ${told} ${rig.truth()}`).toBe(kept ? 1 : 0);
          outcomes.add(`${told.slice(1).map((now) => now.slice(0, 2))} ${rig.truth()}`);
        }
      }
    }
    expect([...outcomes].sort()).toEqual([
      ' box 500×1',
      ' recycler 500×1',
      'cb recycler 500×1',
      'e1 slot 500×1',
      'e2 box 500×1',
    ]);
  });

  test('found in the mouth at a power-up bears its channel once it was read, and none before', () => {
    for (const [waitMs, told] of [
      [300, 'e1 00'],
      [1_500, 'e1 05'],
    ] as const) {
      const rig = new Host();
      rig.ready();
      rig.do('insert', { minor: 5000 });
      rig.pass(waitMs);
      rig.cycle();
      expect(rig.ready()).toEqual(['f1', told]);
      expect(rig.truth()).toBe('slot 5000×1');
    }
  });

  test('waits for the acknowledgement of what a POLL WITH ACK told, and everything else waits with it', () => {
    const rig = new Host();
    rig.ready();
    expect(rig.ask(0x57)).toBe('f5');
    rig.do('insert', { minor: 2000 });
    rig.pass(1_100);
    expect([rig.poll(0x56), rig.poll(0x56)]).toEqual(['ef 04', 'cc']);
    rig.pass(600);
    expect([rig.poll(0x56), rig.poll(0x56)]).toEqual(['ee 04', 'ee 04']);
    rig.pass(1_000);
    expect([rig.poll(0x56), rig.poll(0x56)]).toEqual(['ee 04 eb', 'ee 04']);
    expect(rig.refusal('insert', { minor: 500 })).toContain('acknowledge');
    expect(rig.count('vend.acknowledged')).toBe(0);
    expect([rig.ask(0x57), rig.ask(0x57)]).toEqual(['f0', 'f5']);
    expect(rig.count('vend.acknowledged')).toBe(1);
    expect(rig.poll(0x56)).toBe('');
    rig.do('insert', { minor: 500 });
    rig.cycle();
    expect([rig.poll(0x56), rig.poll(0x56)]).toEqual(['f1', 'b6 e8']);
  });

  test('counts in the counters of those that have them', () => {
    const rig = new Host({ model: 'nv9' });
    rig.ready();
    rig.escrow(500);
    rig.pollUntil('eb');
    rig.do('insert', { minor: 500, condition: 'torn' });
    rig.pollUntil('ec');
    const counters = (...counts: readonly number[]): string =>
      `f0 05 ${asHex(counts.flatMap((count) => little(count, 4)))}`;
    expect(rig.ask(0x58)).toBe(counters(1, 0, 0, 0, 1));
    rig.cycle();
    expect(rig.ask(0x58)).toBe(counters(1, 0, 0, 0, 1));
    expect([rig.ask(0x59), rig.ask(0x58)]).toEqual(['f0', counters(0, 0, 0, 0, 0)]);
  });
});

describe('a SMART Payout', () => {
  test('stores what is routed to it, and stacks the rest', () => {
    const rig = new Host({ model: 'smart-payout' }).recycling(1);
    expect(rig.sealed(0x3b, 0, ...money(2000))).toBe('f0');
    expect([rig.sealed(0x3c, ...money(2000)), rig.sealed(0x3c, ...money(500))]).toEqual(['f0 00', 'f0 01']);
    for (const minor of [2000, 500]) {
      rig.escrow(minor);
      expect(rig.pollUntil(minor === 2000 ? 'db' : 'eb').at(-1)).toBe(minor === 2000 ? 'db' : 'eb');
    }
    expect(rig.truth()).toBe('recycler 2000×1, box 500×1');
    expect([rig.level(2000), rig.level(500)]).toEqual([1, 0]);
    expect(rig.last('note.stacked')).toMatchObject({ minor: 500, unit: 'box' });
    const levels = noteValues.flatMap((minor) => [minor === 2000 ? 1 : 0, 0, ...money(minor)]);
    expect(rig.ask(0x22)).toBe(`f0 06 ${asHex(levels)}`);
    rig.ask(0x5b);
    rig.escrow(2000);
    rig.pollUntil('eb');
    expect(rig.truth()).toBe('recycler 2000×1, box 500×1, box 2000×1');
  });

  test('refuses routes and levels of what it does not know', () => {
    const rig = new Host({ model: 'smart-payout' }).recycling();
    const dollars = [...little(500, 4), 0x55, 0x53, 0x44];
    expect([rig.sealed(0x3b, 0, ...dollars), rig.sealed(0x3c, ...dollars)]).toEqual(['f5 02', 'f5 02']);
    expect([rig.ask(0x35, ...dollars), rig.sealed(0x33, ...dollars, DO)]).toEqual(['f5 02', 'f5 02']);
    expect([rig.sealed(0x3b, 2, ...money(500)), rig.sealed(0x3b, 0, ...money(501))]).toEqual(['f4', 'f4']);
    expect(rig.ask(0x35, ...money(501))).toBe('f4');
  });

  test('that is full stacks what it would have stored', () => {
    const rig = stocked('smart-payout', [500, 79]);
    rig.escrow(500);
    rig.pollUntil('db');
    expect(rig.refusal('fill', { minor: 500, count: 1 })).toContain('holds 80');
    rig.escrow(500);
    rig.pollUntil('eb');
    expect(rig.truth()).toBe('recycler 500×80, box 500×1');
  });

  test('keeps a route without power', () => {
    const rig = new Host({ model: 'smart-payout' }).recycling(1);
    rig.sealed(0x3b, 0, ...money(2000));
    rig.cycle();
    rig.ready();
    rig.agree();
    expect([rig.sealed(0x3c, ...money(2000)), rig.sealed(0x3c, ...money(500))]).toEqual(['f0 00', 'f0 01']);
  });

  test('pays an amount note by note, each held in the bezel until it is taken', () => {
    const rig = stocked('smart-payout', [5000, 1], [2000, 3], [500, 1]);
    expect(rig.sealed(0x33, ...money(7500), DO)).toBe('f0');
    const held = (minor: number): string => asHex([0xce, ...money(minor)]);
    expect(rig.pollUntil(`${amount('da', 5000)} ce`)).toEqual([
      `${amount('da', 0)} e8`,
      `${amount('da', 5000)} ${held(5000)} e8`,
    ]);
    rig.pass(60_000);
    expect(rig.truth()).toBe('recycler 500×1, recycler 2000×3, bezel 5000×1');
    rig.do('take');
    rig.pollUntil(`${amount('da', 7000)} ${held(2000)}`);
    rig.do('take');
    rig.pollUntil(`${amount('da', 7500)} ${held(500)}`);
    rig.do('take');
    expect(rig.pollUntil('d2')).toEqual([amount('d2', 7500)]);
    expect(rig.poll()).toBe('e8');
    expect(rig.truth()).toBe('recycler 2000×2, customer 500×1, customer 2000×1, customer 5000×1');
    expect(
      rig.events.filter(({ event }) => event.startsWith('cash.')).map(({ event, minor, unit }) => [event, minor, unit]),
    ).toEqual([
      ['cash.dispensed', 5000, 'recycler'],
      ['cash.taken', 5000, 'bezel'],
      ['cash.dispensed', 2000, 'recycler'],
      ['cash.taken', 2000, 'bezel'],
      ['cash.dispensed', 500, 'recycler'],
      ['cash.taken', 500, 'bezel'],
    ]);
    // Notes come in again only when the host wants it.
    expect(rig.refusal('insert', { minor: 500 })).toContain('disabled');
    rig.ask(0x0a);
    rig.escrow(500);
  });

  test('finds an amount that needs its small notes, and says when there is none', () => {
    const rig = stocked('smart-payout', [5000, 1], [2000, 3]);
    const test6 = (minor: number): string => rig.sealed(0x33, ...money(minor), TEST);
    expect([test6(6000), test6(11000), test6(9000), test6(4000)]).toEqual(['f0', 'f0', 'f0', 'f0']);
    expect([test6(1000), test6(3000), test6(6050), test6(8000)]).toEqual(['f5 01', 'f5 01', 'f5 01', 'f5 01']);
    expect([test6(12000), test6(0)]).toEqual(['f5 00', 'f4']);
    expect(rig.sealed(0x33, ...money(6000), 0x57)).toBe('f4');
    rig.pass(10_000);
    // All that were only tests.
    expect([rig.poll(), rig.truth()]).toEqual(['', 'recycler 2000×3, recycler 5000×1']);
  });

  test('speaks of plain amounts below version 6', () => {
    const rig = new Host({ model: 'smart-payout' });
    rig.do('fill', { minor: 500, count: 1 });
    rig.ready(5);
    rig.agree();
    rig.ask(0x5c);
    expect(rig.ask(0x35, ...little(500, 4))).toBe('f0 01 00');
    expect(rig.sealed(0x3b, 0, ...little(500, 4))).toBe('f0');
    expect(rig.sealed(0x46, 1, 1, 0, ...money(500), DO)).toBe('f4');
    expect(rig.sealed(0x33, ...little(500, 4))).toBe('f0');
    rig.pass(2_000);
    expect(rig.poll()).toBe('da f4 01 00 00 e8');
    rig.do('take');
    expect(rig.poll()).toBe('d2 f4 01 00 00');
  });

  test('pays by denomination just these notes, or only tests it', () => {
    const rig = stocked('smart-payout', [5000, 2], [500, 4]);
    const wanted = (fives: number, fifties: number, option: number): readonly number[] => [
      ...[0x46, 2, fives, 0, ...money(500)],
      ...[fifties, 0, ...money(5000), option],
    ];
    expect(rig.sealed(...wanted(3, 1, TEST))).toBe('f0');
    expect([rig.sealed(...wanted(5, 0, TEST)), rig.sealed(...wanted(1, 3, DO))]).toEqual(['f5 00', 'f5 00']);
    expect(rig.sealed(...wanted(0, 0, DO))).toBe('f4');
    expect(rig.sealed(0x46, 2, 1, 0, ...money(500), DO)).toBe('f3');
    const listed = (count: number) => [...[0x46, count, 1, 0, ...money(500)], ...none(count - 1), TEST];
    const none = (count: number) => Array.from({ length: count }, () => [0, 0, ...money(500)]).flat();
    expect([rig.sealed(...listed(20)), rig.sealed(...listed(21))]).toEqual(['f0', 'f4']);
    // Twice the same denomination is their sum.
    expect(rig.sealed(0x46, 2, 3, 0, ...money(500), 2, 0, ...money(500), DO)).toBe('f5 00');
    expect(rig.sealed(...wanted(3, 1, DO))).toBe('f0');
    for (let n = 0; n < 4; n++) {
      rig.pass(1_600);
      rig.do('take');
    }
    expect(rig.pollUntil('d2')).toEqual([amount('d2', 6500)]);
    expect(rig.truth()).toBe('recycler 500×1, recycler 5000×1, customer 500×3, customer 5000×1');
  });

  test('pays nothing while it is disabled, busy or starting', () => {
    const rig = stocked('smart-payout', [500, 4]);
    const pay = (): string => rig.sealed(0x33, ...money(500), DO);
    rig.ask(0x5b);
    expect(pay()).toBe('f5 04');
    rig.ask(0x5c, 0);
    rig.do('insert', { minor: 500 });
    expect(pay()).toBe('f5 03');
    rig.pollUntil('db');
    expect(pay()).toBe('f0');
    expect([pay(), rig.sealed(0x52), rig.sealed(0x3d, 1, 0, ...money(500), DO)]).toEqual(['f5 03', 'f5 03', 'f5 03']);
    rig.pass(2_000);
    rig.do('take');
    rig.pollUntil('d2');
    rig.cycle();
    rig.agree();
    rig.ask(0x06, 8);
    expect(rig.ask(0x5c, 1)).toBe('f5 03');
    expect([rig.ask(0x5c, 0), pay()]).toEqual(['f0', 'f5 03']);
  });

  test('halts at the next note, and says what was paid', () => {
    const rig = stocked('smart-payout', [500, 4]);
    expect(rig.sealed(0x38)).toBe('f5');
    rig.sealed(0x33, ...money(2000), DO);
    rig.pass(1_600);
    rig.do('take');
    expect(rig.sealed(0x38)).toBe('f0');
    rig.pass(1_600);
    rig.do('take');
    expect(rig.pollUntil('d6')).toEqual([amount('d6', 1000)]);
    expect(rig.truth()).toBe('recycler 500×2, customer 500×2');
  });

  test('jams while it pays: the note goes into the box by hand, and what was paid is told anew', () => {
    const rig = stocked('smart-payout', [500, 4]);
    rig.sealed(0x33, ...money(2000), DO);
    rig.pass(1_600);
    rig.do('take');
    rig.pass(300);
    rig.do('jam');
    expect(rig.poll()).toBe(`${amount('b1', 500)} 01`);
    expect([rig.poll(), rig.poll()]).toEqual([`${amount('d5', 500)} e8`, `${amount('d5', 500)} e8`]);
    expect([rig.sealed(0x33, ...money(500), DO), rig.sealed(0x38)]).toEqual(['f5 03', 'f5']);
    rig.do('clear jam');
    expect(rig.ready()).toEqual(['f1', incomplete('dc', 500, 2000)]);
    expect(rig.truth()).toBe('recycler 500×2, box 500×1, customer 500×1');
  });

  test('looks in vain for a note that its counter made up', () => {
    const rig = stocked('smart-payout', [500, 1]);
    rig.do('misbehave', { value: 'counter' });
    expect([rig.level(500), rig.level(2000)]).toEqual([2, 1]);
    expect(rig.sealed(0x46, 1, 2, 0, ...money(500), DO)).toBe('f0');
    rig.pass(1_600);
    rig.do('take');
    expect(rig.pollUntil('d9').at(-1)).toBe(amount('d9', 500));
    rig.do('misbehave', { value: 'off' });
    expect(rig.level(500)).toBe(0);
  });

  test.each([
    ['once', 1],
    ['and once more while it starts', 2],
  ])('tells what of a payout was paid, wherever the power was cut, %s', (_times, cuts) => {
    const outcomes = new Set<string>();
    for (let atMs = 0; atMs < 6_000; atMs += 50) {
      const rig = stocked('smart-payout', [2000, 3]);
      expect(rig.sealed(0x33, ...money(6000), DO)).toBe('f0');
      for (let ms = 0; ms < atMs; ms += 50) {
        if (ms % 500 === 0) rig.hand('take');
        if (ms % 200 === 0) rig.poll();
        else rig.pass(50);
      }
      const finished = rig.truth() === 'customer 2000×3';
      rig.cycle();
      if (cuts === 2) {
        rig.pass(2_500);
        rig.cycle();
      }
      const told = rig.ready();
      const out = countIn(rig, 'customer', 'bezel');
      expect(out + countIn(rig, 'recycler', 'box')).toBe(3);
      const tale = told.slice(1).join(' ');
      if (finished) expect(tale).not.toContain('dc');
      else expect(tale, `${atMs} ${rig.truth()}`).toContain(incomplete('dc', 2000 * out, 6000));
      outcomes.add(`${tale.slice(0, 2)} ${out}`);
    }
    const all =
      cuts === 1 ? ['ca 0', 'ca 1', 'ca 2', 'cd 1', 'cd 2', 'cd 3', 'dc 3'] : ['dc 0', 'dc 1', 'dc 2', 'dc 3'];
    expect([...outcomes]).toEqual(expect.arrayContaining([...all, ' 3']));
  });

  test('does not tell a second time of a payout once the host has heard of it', () => {
    const rig = stocked('smart-payout', [2000, 2]);
    rig.sealed(0x33, ...money(4000), DO);
    rig.pass(1_600);
    rig.cycle();
    expect(rig.ready().join(' ')).toContain(incomplete('dc', 2000, 4000));
    rig.cycle();
    expect(rig.ready()).toEqual(['f1']);
  });

  test('without power or with its cover open it pays no further when the held note is taken', () => {
    for (const stop of ['cut power', 'open cover'] as const) {
      const rig = stocked('smart-payout', [2000, 2]);
      rig.sealed(0x33, ...money(4000), DO);
      rig.pass(1_600);
      rig.do(stop);
      rig.do('take');
      rig.pass(10_000);
      expect(rig.truth()).toBe('recycler 2000×1, customer 2000×1');
      rig.do(stop === 'cut power' ? 'restore power' : 'close cover');
      expect(rig.ready().join(' ')).toContain(incomplete('dc', 2000, 4000));
    }
  });

  test('floats to an amount with small notes among what stays, and tells what it moved', () => {
    const rig = stocked('smart-payout', [5000, 2], [2000, 3], [500, 2]);
    const float = (least: number, kept: number, option = DO): string =>
      rig.sealed(0x3d, ...little(least, 2), ...money(kept), option);
    expect([float(500, 20000), float(100, 5000), float(500, 300)]).toEqual(['f5 00', 'f5 01', 'f5 01']);
    expect(float(500, 7000, TEST)).toBe('f0');
    expect(float(500, 7000)).toBe('f0');
    const seen = rig.pollUntil('d8');
    expect(seen[0]).toBe(`${amount('d7', 0)} e8`);
    expect(seen.at(-1)).toBe(amount('d8', 10000));
    expect(rig.truth()).toBe('recycler 500×2, recycler 2000×3, box 5000×2');
    const moved = noteValues.flatMap((minor) => [minor === 5000 ? 2 : 0, 0, ...money(minor)]);
    expect(rig.ask(0x53)).toBe(`f0 06 ${asHex(moved)} 00 00 00 00`);
    expect(rig.ask(0x3e)).toBe(`f0 ${asHex(little(500, 4))}`);
  });

  test('floats by denomination, leaving just these', () => {
    const rig = stocked('smart-payout', [5000, 2], [2000, 3]);
    expect(rig.sealed(0x44, 1, 4, 0, ...money(2000), DO)).toBe('f5 01');
    expect(rig.sealed(0x44, 1, 1, 0, ...money(2000), TEST)).toBe('f0');
    expect(rig.sealed(0x44, 2, 1, 0, ...money(2000), 0, 0, ...money(5000), DO)).toBe('f0');
    expect(rig.sealed(0x44, 1, 1, 0, ...money(2000), DO)).toBe('f5 03');
    expect(rig.pollUntil('d8').at(-1)).toBe(amount('d8', 14000));
    expect(rig.truth()).toBe('recycler 2000×1, box 2000×2, box 5000×2');
  });

  test('tells at a power-up how much of a float was moved', () => {
    for (const waitMs of [100, 700, 1_100]) {
      const rig = stocked('smart-payout', [500, 4]);
      rig.sealed(0x3d, 1, 2, ...money(500), DO);
      rig.pass(waitMs);
      rig.cycle();
      const tale = rig.ready().join(' ');
      expect(tale).toContain(incomplete('dd', 500 * countIn(rig, 'box'), 500));
      expect(countIn(rig, 'box', 'recycler')).toBe(4);
    }
  });

  test('empties itself, with an account of it or without', () => {
    const rig = stocked('smart-payout', [500, 2], [2000, 1]);
    expect(rig.sealed(0x52)).toBe('f0');
    const seen = rig.pollUntil('b4');
    expect(seen[0]?.startsWith('b3')).toBe(true);
    expect(seen.at(-1)).toBe(amount('b4', 3000));
    const moved = noteValues.flatMap((minor) => [minor === 500 ? 2 : minor === 2000 ? 1 : 0, 0, ...money(minor)]);
    expect(rig.ask(0x53)).toBe(`f0 06 ${asHex(moved)} 00 00 00 00`);
    expect(rig.truth()).toBe('box 500×2, box 2000×1');
    rig.do('fill', { minor: 500, count: 3 });
    expect(rig.sealed(0x3f)).toBe('f0');
    expect(rig.pollUntil('c3')).toEqual(['c2 e8', 'c3']);
    expect(rig.truth()).toBe('box 500×5, box 2000×1');
    rig.do('fill', { minor: 500, count: 1 });
    rig.do('remove cashbox');
    expect([rig.sealed(0x52), rig.sealed(0x3d, 1, 0, ...money(0), DO)]).toEqual(['f5 03', 'f5 03']);
  });
});

describe('an NV11', () => {
  const positions = (rig: Host): readonly number[] => {
    const [, count = 0, ...rest] = fromHex(rig.ask(0x41));
    expect(rest).toHaveLength(4 * count);
    return Array.from({ length: count }, (_, at) => Number(bigOf(rest.slice(4 * at, 4 * at + 4))));
  };

  test('pays and stacks only the note that came in last', () => {
    const rig = new Host({ model: 'nv11' }).recycling();
    for (const minor of [2000, 500, 1000]) {
      rig.escrow(minor);
      rig.pollUntil('db');
    }
    expect(positions(rig)).toEqual([2000, 500, 1000]);
    expect(rig.ask(0x43)).toBe('f0');
    expect(rig.pollUntil('c9')).toEqual(['e8', asHex([0xc9, ...money(1000)])]);
    expect(positions(rig)).toEqual([2000, 500]);
    expect(rig.ask(0x42)).toBe('f0');
    expect([rig.ask(0x42), rig.ask(0x43)]).toEqual(['f5 03', 'f5 03']);
    rig.pollUntil(`${amount('da', 500)} ${asHex([0xce, ...money(500)])}`);
    expect(rig.ask(0x42)).toBe('f5 03');
    rig.do('take');
    expect(rig.pollUntil('d2')).toEqual([amount('d2', 500)]);
    expect(positions(rig)).toEqual([2000]);
    expect(rig.truth()).toBe('recycler 2000×1, box 1000×1, customer 500×1');
    rig.ask(0x42);
    rig.pass(2_000);
    rig.do('take');
    expect([rig.ask(0x42), rig.ask(0x43)]).toEqual(['f5 02', 'f5 02']);
    rig.ask(0x5b);
    expect(rig.ask(0x42)).toBe('f5 04');
  });

  test('speaks of channels when it is told to', () => {
    const rig = stocked('nv11', [2000, 1], [500, 1]);
    expect([rig.ask(0x45, 1), rig.ask(0x45, 2)]).toEqual(['f0', 'f4']);
    expect(rig.ask(0x41)).toBe('f0 02 04 02');
    expect([rig.sealed(0x3b, 1, 4), rig.sealed(0x3c, 4), rig.sealed(0x3c, 2)]).toEqual(['f0', 'f0 01', 'f0 00']);
    expect([rig.sealed(0x3c, 7), rig.sealed(0x3c, ...money(500))]).toEqual(['f4', 'f3']);
    rig.ask(0x45, 0);
    expect(rig.sealed(0x3c, ...money(2000))).toBe('f0 01');
  });

  test('lets a note fall that it was told not to hold, and names what it stored when it was told to', () => {
    const rig = stocked('nv11', [500, 1]);
    rig.ask(0x5c, 3);
    rig.ask(0x42);
    expect(rig.pollUntil('d2').at(-1)).toBe(amount('d2', 500));
    expect(rig.truth()).toBe('slot 500×1');
    rig.ask(0x0a);
    rig.escrow(1000);
    expect(rig.pollUntil('db').at(-1)).toBe(asHex([0xdb, ...money(1000)]));
  });

  test('holds thirty notes, says so, and stacks the next', () => {
    const rig = stocked('nv11', [500, 29]);
    rig.escrow(500);
    expect(rig.pollUntil('db').at(-1)).toBe('db cf');
    rig.escrow(500);
    rig.pollUntil('eb');
    expect(rig.truth()).toBe('recycler 500×30, box 500×1');
    expect(positions(rig)).toHaveLength(30);
  });

  test('winds a note back that had just left when the power went, and presents one that was nearly out', () => {
    for (const [waitMs, told, truth] of [
      [300, [asHex([0xcb, ...money(500)]), incomplete('dc', 0, 500)], 'recycler 500×2'],
      [1_200, [asHex([0xcd, ...money(500)]), incomplete('dc', 500, 500)], 'recycler 500×1, bezel 500×1'],
    ] as const) {
      const rig = stocked('nv11', [500, 2]);
      rig.ask(0x42);
      rig.pass(waitMs);
      rig.cycle();
      expect(rig.ready()).toEqual(['f1', told.join(' ')]);
      expect(rig.truth()).toBe(truth);
    }
  });

  test('empties itself from the last note to the first', () => {
    const rig = stocked('nv11', [2000, 1], [500, 2]);
    rig.sealed(0x52);
    rig.pass(700);
    expect(rig.truth()).toBe('escrow 500×1, recycler 2000×1, box 500×1');
    expect(rig.pollUntil('b4').at(-1)).toBe(amount('b4', 3000));
    expect(rig.truth()).toBe('box 500×2, box 2000×1');
  });

  test('answers OK to a REJECT when it holds nothing', () => {
    const rig = new Host({ model: 'nv11' });
    rig.ready();
    expect([rig.ask(0x08), new Host().ask(0x08)]).toEqual(['f0', 'f5']);
  });
});

describe('a SMART Hopper', () => {
  test('lets coins fall into the cup, about eight a second', () => {
    const rig = coinsReady();
    expect(rig.sealed(0x33, ...money(1260), DO)).toBe('f0');
    expect(rig.poll()).toBe(amount('da', 0));
    rig.pass(900);
    expect(countIn(rig, 'cup')).toBeGreaterThanOrEqual(7);
    expect(countIn(rig, 'cup')).toBeLessThanOrEqual(9);
    expect(rig.pollUntil('d2').at(-1)).toBe(amount('d2', 1260));
    expect(rig.poll()).toBe('');
    expect(rig.truth()).toBe('hopper 10×99, hopper 50×99, hopper 100×88, cup 10×1, cup 50×1, cup 100×12');
    rig.do('take');
    expect(rig.truth()).toContain('customer 10×1, customer 50×1, customer 100×12');
    expect(rig.last('cash.taken')).toMatchObject({ minor: 10, count: 1, unit: 'cup' });
    expect(rig.refusal('take')).toContain('no coin');
    expect([rig.level(10), rig.level(50), rig.level(100)]).toEqual([99, 99, 88]);
  });

  test('pays what it has when the large coins are gone, and says what it cannot pay', () => {
    const rig = coinsReady({ count: '3' });
    const test6 = (minor: number): string => rig.sealed(0x33, ...money(minor), TEST);
    expect([test6(480), test6(470), test6(130), test6(15)]).toEqual(['f0', 'f0', 'f0', 'f5 01']);
    expect([test6(490), test6(440)]).toEqual(['f5 00', 'f5 01']);
    rig.ask(0x09);
    expect(rig.sealed(0x33, ...money(100), DO)).toBe('f5 04');
  });

  test('pays by denomination', () => {
    const rig = coinsReady();
    expect(rig.sealed(0x46, 2, 4, 0, ...money(10), 2, 0, ...money(100), DO)).toBe('f0');
    expect(rig.sealed(0x46, 1, 1, 0, ...money(10), DO)).toBe('f5 03');
    expect(rig.pollUntil('d2').at(-1)).toBe(amount('d2', 240));
    expect(rig.truth()).toContain('cup 10×4, cup 100×2');
    expect(rig.sealed(0x46, 1, 97, 0, ...money(10), DO)).toBe('f5 00');
  });

  test('tells what of a payout was paid, at whichever coin the power was cut', () => {
    const counts = new Set<number>();
    for (let atMs = 0; atMs < 2_200; atMs += 50) {
      for (const cuts of [1, 2]) {
        const rig = coinsReady();
        rig.sealed(0x33, ...money(1260), DO);
        rig.pass(atMs);
        const fallen = countIn(rig, 'cup');
        for (let n = 0; n < cuts; n++) {
          rig.cycle();
          rig.pass(500 * (cuts - 1));
        }
        const tale = rig.ready().join(' ');
        const paid = worthIn(rig, 'cup');
        if (fallen === 14) expect(tale).toBe('f1');
        else expect(tale).toBe(`f1 ${incomplete('dc', paid, 1260)}`);
        rig.agree();
        expect(rig.level(100) * 100 + rig.level(50) * 50 + rig.level(10) * 10 + paid).toBe(16_000);
        counts.add(fallen);
      }
    }
    expect(counts.size).toBe(15);
  });

  test('jams, tells what it paid until it is freed, and begins anew', () => {
    const rig = coinsReady();
    rig.do('jam hopper');
    rig.sealed(0x33, ...money(300), DO);
    rig.pass(1_000);
    expect([rig.poll(), rig.machine.faults()]).toEqual([amount('d5', 0), ['jam']]);
    expect([rig.sealed(0x33, ...money(300), DO), rig.sealed(0x3f)]).toEqual(['f5 03', 'f5 03']);
    rig.cycle();
    rig.poll();
    expect(rig.poll().startsWith('d5')).toBe(true);
    rig.do('clear jam');
    expect(rig.ready()).toEqual(['f1', incomplete('dc', 0, 300)]);
    expect(rig.refusal('clear jam')).toContain('nothing is jammed');
    const other = coinsReady();
    other.sealed(0x33, ...money(500), DO);
    other.pass(300);
    other.do('jam hopper');
    other.pass(3_000);
    expect(other.poll()).toBe(amount('d5', worthIn(other, 'cup')));
  });

  test('runs empty of coins that it believed in, and says after a while what it paid', () => {
    const rig = coinsReady({ count: '2' });
    expect(rig.ask(0x34, 5, 0, ...money(100))).toBe('f0');
    expect(rig.level(100)).toBe(7);
    expect(rig.sealed(0x33, ...money(500), DO)).toBe('f0');
    expect(rig.pollUntil('d9').at(-1)).toBe(amount('d9', 200));
    expect(rig.truth()).toContain('cup 100×2');
    expect(rig.ask(0x34, 0, 0, ...money(100))).toBe('f0');
    expect([rig.level(100), rig.ask(0x34, 255, 255, ...money(100)), rig.ask(0x34, 1, 0, ...money(100))]).toEqual([
      0,
      'f0',
      'f4',
    ]);
    const liar = coinsReady();
    liar.do('misbehave', { value: 'counter' });
    expect([liar.level(10), liar.level(100)]).toEqual([101, 101]);
  });

  test('takes coins through its mech while it may, each to its place, and the rest falls through', () => {
    const rig = coinsReady({ count: '1' });
    rig.do('insert coin', { minor: 100 });
    expect(rig.last('coin.rejected')).toMatchObject({ minor: 100, reason: 'disabled' });
    expect([rig.ask(0x49, 1), rig.ask(0x49, 2), rig.ask(0x5a, 1)]).toEqual(['f0', 'f4', 'f0']);
    expect([rig.ask(0x40, 0, ...money(10)), rig.sealed(0x3b, 1, ...money(50))]).toEqual(['f0', 'f0']);
    for (const minor of [100, 50, 10, 25]) rig.do('insert coin', { minor });
    expect(rig.poll()).toBe(`${amount('df', 100)} ${amount('df', 50)}`);
    expect(rig.truth()).toBe('hopper 10×1, hopper 50×1, hopper 100×2, cup 10×1, cup 25×1, cup 100×1, box 50×1');
    expect([rig.level(100), rig.level(50)]).toEqual([2, 1]);
    expect([rig.count('coin.inserted'), rig.count('coin.accepted'), rig.count('coin.rejected')]).toEqual([5, 2, 3]);
    rig.ask(0x40, 1, ...money(10));
    for (let n = 0; n < 30; n++) rig.do('insert coin', { minor: 10 });
    // It takes no more than it can tell.
    expect(rig.poll().match(/df/g)).toHaveLength(20);
    expect(rig.last('coin.rejected')).toMatchObject({ reason: 'busy' });
  });

  test('is filled by hand up to what it holds', () => {
    const rig = coinsReady();
    rig.do('fill', { minor: 100, count: 1_200 });
    expect(rig.level(100)).toBe(1_300);
    expect(rig.refusal('fill', { minor: 100, count: 1 })).toContain('holds 1500');
    expect(rig.refusal('fill', { minor: 25, count: 1 })).toContain('does not know');
    expect(rig.refusal('jam')).toContain('knows no "jam"');
  });

  test('empties everything into the cash box, what it did not count included', () => {
    const rig = coinsReady({ count: '4' });
    rig.ask(0x34, 0, 0, ...money(50));
    expect(rig.sealed(0x52)).toBe('f0');
    expect(rig.refusal('remove cashbox')).toContain('fall into');
    expect(rig.pollUntil('b4').at(-1)).toBe(amount('b4', 640));
    const moved = coinValues.flatMap((minor) => [4, 0, ...money(minor)]);
    expect(rig.ask(0x53)).toBe(`f0 03 ${asHex(moved)} 00 00 00 00`);
    expect(rig.truth()).toBe('box 10×4, box 50×4, box 100×4');
    rig.do('remove cashbox');
    expect([rig.truth(), rig.sealed(0x3f)]).toEqual(['', 'f5 03']);
    rig.do('insert cashbox');
    rig.ask(0x34, 9, 0, ...money(10));
    rig.sealed(0x3f);
    rig.pollUntil('c3');
    expect(rig.level(10)).toBe(0);
  });

  test('floats to an amount, and keeps its options until it is reset', () => {
    const rig = coinsReady({ count: '10' });
    expect(rig.sealed(0x3d, 10, 0, ...money(500), DO)).toBe('f0');
    expect(rig.pollUntil('d8').at(-1)).toBe(amount('d8', 1100));
    expect(worthIn(rig, 'hopper')).toBe(500);
    expect([rig.ask(0x51), rig.ask(0x50, 3, 0), rig.ask(0x51)]).toEqual(['f0 00 00', 'f0', 'f0 03 00']);
    rig.ask(0x01);
    rig.pass(100);
    expect(rig.ask(0x50, 3, 0)).toBe('f4');
    expect(rig.ask(0x51)).toBe('f0 00 00');
  });

  test('speaks of values in two bytes below version 6', () => {
    const rig = new Host({ model: 'smart-hopper' });
    rig.ready(5);
    expect([rig.ask(0x35, 10, 0), rig.ask(0x35, 10, 0, 0, 0)]).toEqual(['f0 64 00', 'f3']);
    expect([rig.ask(0x34, 2, 0, 10, 0), rig.ask(0x35, 10, 0)]).toEqual(['f0', 'f0 66 00']);
    rig.agree();
    rig.sealed(0x33, ...little(110, 4));
    rig.pass(200);
    rig.cycle();
    expect(rig.ready(5)).toEqual(['f1', 'dc 64 00 00 00 6e 00 00 00']);
  });
});

describe('a misbehaving machine', () => {
  test('repeats its answers', () => {
    const rig = new Host();
    rig.do('misbehave', { value: 'repeat' });
    rig.ask(0x0c);
    expect(packetsIn(rig.raw, 0).map(({ data }) => asHex(data))).toEqual(['f0 00 1c 96 2c', 'f0 00 1c 96 2c']);
    expect(new Host().refusal('misbehave', { value: 'badly' })).toContain('repeat, late, noise, counter or off');
    expect(new Host().refusal('misbehave', { value: 'counter' })).toContain('no level counters');
  });

  test('is late now and then, later than a host waits, and deaf meanwhile', () => {
    const rig = new Host();
    rig.do('misbehave', { value: 'late' });
    let late = 0;
    for (let n = 0; n < 40; n++) {
      if (rig.ask(0x0c) !== 'silence') continue;
      late++;
      expect(rig.again()).toBe('silence');
      rig.raw = [];
      rig.pass(1_300);
      expect(asHex(packetsIn(rig.raw, 0)[0]?.data ?? null)).toBe('f0 00 1c 96 2c');
    }
    expect(late).toBeGreaterThan(3);
    expect(late).toBeLessThan(30);
  });

  test('is understood through its noise by a host that asks again, and no note is lost or doubled', () => {
    const rig = new Host();
    rig.ready();
    rig.do('misbehave', { value: 'noise' });
    rig.do('insert', { minor: 2000 });
    const told: string[] = [];
    let spoiled = 0;
    for (let n = 0; n < 60; n++) {
      let answer = rig.ask(0x07);
      for (; answer === 'silence'; answer = rig.again()) spoiled++;
      told.push(answer);
    }
    expect(spoiled).toBeGreaterThan(5);
    expect(told.filter((answer) => answer === 'f0 ee 04')).toHaveLength(1);
    expect(rig.truth()).toBe('box 2000×1');
  });
});

describe('what a hand may do', () => {
  test.each(models)('%s does every verb of its kind or says why not', (model) => {
    const verbs = [
      ['insert', { minor: 500 }],
      ['insert coin', { minor: 100 }],
      ['take', {}],
      ['fill', { minor: 100, count: 1 }],
      ['jam', {}],
      ['jam hopper', {}],
      ['clear jam', {}],
      ['stacker full', {}],
      ['remove cashbox', {}],
      ['insert cashbox', {}],
      ['open cover', {}],
      ['close cover', {}],
      ['cut power', {}],
      ['restore power', {}],
      ['scan', { text: 'x' }],
      ['paper', { value: 'out' }],
    ] as const;
    const rig = new Host({ model });
    rig.ready();
    const done = verbs.filter(([verb, more]) => {
      const result = rig.hand(verb, more);
      if (!result.ok) expect(result.reason.length).toBeGreaterThan(10);
      return result.ok;
    });
    const common = ['remove cashbox', 'insert cashbox', 'cut power', 'restore power'];
    const notes = ['insert', 'jam', 'clear jam', 'stacker full', ...common, 'open cover', 'close cover'];
    const expected =
      model === 'smart-hopper'
        ? ['insert coin', 'take', 'fill', 'jam hopper', 'clear jam', ...common]
        : model.startsWith('nv') && model !== 'nv11'
          ? notes
          : [...notes, 'fill'];
    expect(done.map(([verb]) => verb).sort()).toEqual([...expected].sort());
  });

  test('twice the same is refused', () => {
    const rig = new Host();
    for (const [verb, again] of [
      ['remove cashbox', 'out already'],
      ['insert cashbox', 'in already'],
      ['open cover', 'open already'],
      ['close cover', 'closed already'],
      ['cut power', 'cut already'],
      ['restore power', 'on already'],
    ] as const) {
      rig.do(verb);
      expect(rig.refusal(verb)).toContain(again);
    }
    expect(rig.refusal('clear jam')).toContain('nothing is jammed');
    expect(rig.refusal('take')).toContain('no note');
    expect(rig.refusal('fill', { minor: 500, count: 1 })).toContain('no store');
    expect(rig.refusal('insert')).toContain('name the note');
    expect(rig.refusal('stacker full', { value: 'half' })).toContain('"on" or "off"');
  });

  test('speed scales what moves, and not the ten seconds of the escrow', () => {
    const rig = new Host({}, 10);
    rig.sync();
    rig.ask(0x06, 8);
    rig.pass(250);
    rig.ask(0x02, 0xff);
    rig.ask(0x0a);
    rig.poll();
    rig.do('insert', { minor: 500 });
    rig.pass(120);
    expect(rig.poll()).toBe('ef 02');
    rig.pass(9_700);
    expect(rig.truth()).toBe('escrow 500×1');
    rig.poll();
    rig.pass(200);
    expect(rig.truth()).toBe('box 500×1');
  });
});

/** Pieces in these units. */
function countIn(rig: Host, ...units: readonly string[]): number {
  const rows = rig.machine.units().filter(({ unit }) => units.includes(unit));
  return rows.flatMap(({ cash }) => cash).reduce((sum, { count }) => sum + count, 0);
}

function worthIn(rig: Host, ...units: readonly string[]): number {
  const rows = rig.machine.units().filter(({ unit }) => units.length === 0 || units.includes(unit));
  return rows.flatMap(({ cash }) => cash).reduce((sum, { minor, count }) => sum + minor * count, 0);
}

describe('money', () => {
  /** Pseudo-random numbers that a seed fixes. */
  function dice(seed: number): (sides: number) => number {
    let state = seed * 2_654_435_761;
    return (sides) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * sides);
    };
  }

  /** What was put in by hands less what was carried away in cash boxes. */
  function brought(rig: Host): number {
    let total = 0;
    for (const { event, minor, cash } of rig.events) {
      if (event === 'note.inserted' || event === 'coin.inserted') total += minor as number;
      if (event === 'cashbox.removed')
        for (const row of cash as readonly { minor: number; count: number }[]) total -= row.minor * row.count;
    }
    return total;
  }

  const hands = ['insert', 'insert', 'insert coin', 'take', 'take', 'fill', 'jam', 'jam hopper', 'clear jam'];
  const rareHands = ['stacker full', 'remove cashbox', 'open cover', 'misbehave', 'cut power'];
  const repairs = ['insert cashbox', 'close cover', 'restore power', 'clear jam', 'stacker full'];

  function act(rig: Host, roll: (sides: number) => number, values: readonly number[]): number {
    const list = roll(12) === 0 ? rareHands : roll(3) === 0 ? repairs : hands;
    const action = list[roll(list.length)] as string;
    const minor = values[roll(values.length)] as number;
    const misbehaviour = ['repeat', 'late', 'noise', 'counter', 'off', 'off'][roll(6)] as string;
    const count = 1 + roll(3);
    const condition = (['torn', 'unreadable', 'strung'] as const)[roll(12)];
    const value = action === 'misbehave' ? misbehaviour : 'off';
    const more = condition === undefined ? {} : { condition };
    const valued = ['misbehave', 'stacker full'].includes(action) ? { value } : {};
    const done = rig.hand(action, { minor, count, ...more, ...valued }).ok;
    return done && action === 'fill' ? minor * count : 0;
  }

  /** One step of a host that does what it likes, and begins anew when it is not understood. */
  function host(rig: Host, roll: (sides: number) => number, values: readonly number[]): void {
    const value = values[roll(values.length)] as number;
    const orders: readonly (readonly number[])[] = [
      [0x33, ...money(value * (1 + roll(4))), roll(4) === 0 ? TEST : DO],
      [0x46, 1, 1 + roll(2), 0, ...money(value), DO],
      [0x3b, roll(2), ...money(value)],
      [0x3d, 0, 1, ...money(value * roll(3)), DO],
      [0x44, 1, roll(3), 0, ...money(value), DO],
      [[0x3f, 0x52, 0x38, 0x42, 0x43][roll(5)] as number],
    ];
    if (roll(25) === 0) {
      rig.sync();
      rig.ask(0x06, 8);
      rig.ask(0x02, 0xff, roll(2));
      rig.ask(0x0a);
      rig.ask(0x49, 1);
      rig.agree();
      rig.ask(0x5c, roll(4));
    } else if (roll(6) === 0) rig.sealed(...(orders[roll(orders.length)] as readonly number[]));
    else if (roll(40) === 0) rig.ask(0x01);
    else if (roll(10) === 0) rig.ask([0x08, 0x18, 0x09, 0x0a, 0x57, 0x56][roll(6)] as number);
    else rig.ask(0x07);
  }

  test.each(models)('in a %s is neither made nor lost, whatever hands, hosts and the power do', (model) => {
    const values = model === 'smart-hopper' ? coinValues : noteValues;
    const happened = new Set<string>();
    for (let seed = 1; seed <= 12; seed++) {
      const roll = dice(seed);
      const rig = new Host({ model }, 4);
      let expected = worthIn(rig);
      const check = (): void => {
        if (worthIn(rig) !== expected + brought(rig)) throw new Error(`${model} ${seed}: ${rig.truth()}`);
      };
      for (let step = 0; step < 700; step++) {
        if (roll(3) === 0) expected += act(rig, roll, values);
        check();
        try {
          host(rig, roll, values);
        } catch {
          // Not understood: the next start of this host mends it.
        }
        check();
        for (let ms = roll(400); ms > 0; ms -= 40) {
          rig.pass(40);
          check();
        }
      }
      for (const { event } of rig.events) happened.add(event);
    }
    const some = ['jammed', 'cleared', 'power.cut', 'power.restored', 'cashbox.removed', 'reset'];
    const notes = ['note.stacked', 'note.returned', 'note.rejected', 'vend.acknowledged'];
    const paid = ['cash.dispensed', 'cash.taken'];
    const own =
      model === 'smart-hopper'
        ? ['coin.accepted', 'coin.rejected', ...paid]
        : model.startsWith('nv') && model !== 'nv11'
          ? notes
          : [...notes, ...paid];
    expect([...happened]).toEqual(expect.arrayContaining([...some, ...own]));
  });
});
