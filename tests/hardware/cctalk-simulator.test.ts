import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { framed, settingsHelp, simulate } from '../../hardware/cctalk/simulator.ts';
import { openStations, type Station } from '../../hardware/bench/station.ts';
import { parseVerb } from '../../hardware/bench/verbs.ts';
import { systemClock, VirtualClock } from '../../hardware/clock.ts';
import type { HandAction, Simulator, SimulatorEvent } from '../../hardware/simulated.ts';
import { asHex, fromHex, SimulatorRig } from './simulator-rig.ts';

// A small ccTalk host that shares no code with the project: checksums by hand, messages by hand.

type Settings = Readonly<Record<string, string>>;

/** CCITT by the division of polynomials: the message with sixteen zeros behind it, bit by bit. */
function remainder(bytes: readonly number[]): number {
  let register = 0;
  for (const byte of [...bytes, 0, 0]) {
    for (let bit = 7; bit >= 0; bit--) {
      const out = register >= 0x8000;
      register = (register * 2 + ((byte >> bit) % 2)) % 0x10000;
      if (out) register ^= 0x1021;
    }
  }
  return register;
}

function sumOf(bytes: readonly number[]): number {
  return bytes.reduce((sum, byte) => (sum + byte) % 256, 0);
}

function sumFrame(to: number, from: number, header: number, data: readonly number[]): readonly number[] {
  const body = [to, data.length, from, header, ...data];
  return [...body, (256 - sumOf(body)) % 256];
}

function crcFrame(to: number, header: number, data: readonly number[]): readonly number[] {
  const crc = remainder([to, data.length, header, ...data]);
  return [to, data.length, crc % 256, header, ...data, Math.floor(crc / 256)];
}

interface Heard {
  readonly from: number;
  readonly header: number;
  readonly data: readonly number[];
}

/** Whole, right messages to the host; what is between them is skipped. */
function messagesIn(bytes: readonly number[], crc: boolean): readonly Heard[] {
  const found: Heard[] = [];
  for (let at = 0; at + 5 <= bytes.length; ) {
    const whole = bytes.slice(at, at + (bytes[at + 1] as number) + 5);
    const [to, count, from, header] = whole as [number, number, number, number];
    const data = whole.slice(4, -1);
    const right =
      to === 1 &&
      data.length === count &&
      (crc ? asHex(crcFrame(to, header, data)) === asHex(whole) : sumOf(whole) === 0);
    if (right) found.push({ from: crc ? -1 : from, header, data });
    at += right ? whole.length : 1;
  }
  return found;
}

const COIN = 2;
const HOPPER = 3;
const BILL = 40;
const SERIAL = [0xdf, 0xd7, 0x0a] as const;

class Host extends SimulatorRig {
  readonly crc: boolean;
  readonly echo: boolean;

  constructor(settings: Settings = {}, speed = 1) {
    super(simulate, settings, speed);
    this.crc = settings.checksum === 'crc';
    this.echo = settings.echo !== 'off';
  }

  frame(to: number, header: number, ...data: readonly number[]): readonly number[] {
    return this.crc ? crcFrame(to, header, data) : sumFrame(to, 1, header, data);
  }

  /** The data of the answer, `ack` without any, `nak`, or `silence`. */
  ask(to: number, header: number, ...data: readonly number[]): string {
    const sent = this.frame(to, header, ...data);
    this.raw = [];
    this.receive(sent);
    this.pass(20);
    if (this.echo) expect(asHex(this.raw.splice(0, sent.length))).toBe(asHex(sent));
    const [heard, ...more] = messagesIn(this.raw, this.crc);
    if (heard === undefined) return 'silence';
    expect(more).toEqual([]);
    if (!this.crc) expect(heard.from).toBe(to);
    if (heard.header === 5) return 'nak';
    expect(heard.header).toBe(0);
    return heard.data.length === 0 ? 'ack' : heard.data.join(' ');
  }

  text(to: number, header: number, ...data: readonly number[]): string {
    return String.fromCharCode(
      ...this.ask(to, header, ...data)
        .split(' ')
        .map(Number),
    );
  }

  /** Time in which the host polls the acceptors every 100 ms, as it has to. */
  watch(ms: number, devices: readonly number[] = [COIN, BILL]): void {
    for (const endMs = this.clock.monoMs() + ms; this.clock.monoMs() < endMs; this.pass(80)) {
      for (const device of devices) this.ask(device, device === BILL ? 159 : 229);
    }
  }

  /** Everything allowed that the machines of this wire take. */
  ready(devices: readonly number[] = [COIN, BILL]): void {
    this.pass(700);
    for (const device of devices) {
      const mask = device === BILL ? Array<number>(8).fill(255) : [255, 255];
      expect(this.ask(device, 231, ...mask)).toBe('ack');
      expect(this.ask(device, 228, 1)).toBe('ack');
    }
    if (devices.includes(BILL)) expect(this.ask(BILL, 153, 3)).toBe('ack');
    this.watch(200, devices);
    this.events.length = 0;
  }

  /** Order by serial number; the answer. */
  pay(count: number, hopper = HOPPER): string {
    return this.ask(hopper, 167, ...SERIAL, count);
  }

  status(hopper = HOPPER): string {
    return this.ask(hopper, 166);
  }
}

function coins(settings: Settings = {}): Host {
  const host = new Host({ device: 'coin', ...settings });
  host.ready([COIN]);
  return host;
}

function insertCoin(host: Host, minor: number, times = 1): void {
  for (let i = 0; i < times; i++) {
    host.do('insert coin', { minor });
    host.watch(400, [COIN]);
  }
}

function hopper(settings: Settings = {}): Host {
  const host = new Host({ device: 'hopper', ...settings });
  host.pass(700);
  expect(host.ask(HOPPER, 164, 165)).toBe('ack');
  host.events.length = 0;
  return host;
}

function bills(settings: Settings = {}): Host {
  const host = new Host({ device: 'bill', ...settings });
  host.ready([BILL]);
  return host;
}

function events(host: Host): string {
  return host.ask(BILL, 159).replace(/( 0 0)+$/, '');
}

/** Puts a note in and waits until it lies in escrow. */
function escrow(host: Host, minor: number): void {
  host.do('insert', { minor });
  host.watch(1_400, [BILL]);
  expect(host.last('note.escrowed')).toMatchObject({ minor });
}

function decimal(text: string): readonly number[] {
  return text.trim().split(/\s+/).map(Number);
}

describe('vectors', () => {
  const zeros = (count: number) => Array<number>(count).fill(0);
  const ones = (count: number) => Array<number>(count).fill(255);

  function said(host: Host, bytes: readonly number[], ms = 20): string {
    host.raw = [];
    host.receive(bytes);
    host.pass(ms);
    return asHex(host.raw.slice(bytes.length));
  }

  test('the coin acceptor answers the frames of the specification with the frames of the specification', () => {
    const host = new Host({ coins: '0.10,0.20,0.50,1.00,2.00' });
    host.pass(1_000);
    expect(said(host, decimal('2 0 1 254 255'))).toBe(asHex(decimal('1 0 2 0 253')));
    const category = [1, 13, 2, 0, ...Array.from('Coin Acceptor', (letter) => letter.charCodeAt(0)), 22];
    expect(said(host, decimal('2 0 1 245 8'))).toBe(asHex(category));
    expect(said(host, [2, 2, 1, 231, ...ones(2), 22])).toBe(asHex(decimal('1 0 2 0 253')));
    host.ask(COIN, 228, 1);
    for (const position of [1, 5]) expect(host.ask(COIN, 210, position, 5)).toBe('ack');
    host.watch(100, [COIN]);
    insertCoin(host, 10);
    const poll = decimal('2 0 1 229 24');
    expect(said(host, poll)).toBe(asHex([1, 11, 2, 0, 1, 1, 5, ...zeros(8), 235]));
    insertCoin(host, 10);
    insertCoin(host, 200);
    insertCoin(host, 25);
    expect(said(host, poll)).toBe(asHex(decimal('1 11 2 0 4 0 1 5 5 1 5 1 5 0 0 215')));
  });

  test('the bill validator answers the frames of the specification with the frames of the specification', () => {
    const host = bills();
    const ack = asHex([1, 0, 40, 0, 215]);
    expect(said(host, decimal('40 1 1 153 3 58'))).toBe(ack);
    expect(said(host, [40, 8, 1, 231, ...ones(8), 240])).toBe(ack);
    expect(said(host, decimal('40 1 1 228 1 241'))).toBe(ack);
    escrow(host, 1000);
    const poll = decimal('40 0 1 159 56');
    expect(said(host, poll)).toBe(asHex([1, 11, 40, 0, 1, 3, 1, ...zeros(8), 199]));
    expect(said(host, decimal('40 1 1 154 1 59'))).toBe(ack);
    host.watch(2_000, [BILL]);
    expect(said(host, poll)).toBe(asHex([1, 11, 40, 0, 2, 3, 0, 3, 1, ...zeros(6), 195]));
  });

  test('the hopper answers the frames of its manual with the frames of its manual', () => {
    const host = new Host({ device: 'hopper', pin: '1234' });
    host.pass(700);
    const ack = '01 00 03 00 fc';
    expect(said(host, fromHex('03 00 01 01 FB'))).toBe(ack);
    host.pass(200);
    expect(said(host, fromHex('03 00 01 A3 59'))).toBe('01 02 03 00 80 80 fa');
    expect(said(host, fromHex('03 04 01 DA 31 32 33 34 54'))).toBe(ack);
    expect(said(host, fromHex('03 01 01 A4 A5 B2'))).toBe(ack);
    expect(said(host, fromHex('03 08 01 A1 5B DA AA 6F 9A 5D C5 06 43'))).toBe(ack);
    expect(said(host, fromHex('03 00 01 A0 5C')).split(' ')).toHaveLength(13);
    expect(said(host, fromHex('03 04 01 A7 DF D7 0A 01 90'))).toBe('01 01 03 00 01 fa');
    expect(said(host, fromHex('03 00 01 F6 06'))).toBe('01 09 03 00 53 75 7a 6f 2d 48 61 70 70 8c');
    expect(said(host, fromHex('03 00 01 04 F8'))).toBe('01 06 03 00 31 33 32 2d 49 54 96');
    const sch2 = hopper({ model: 'sch2' });
    sch2.ask(HOPPER, 160);
    expect(said(sch2, decimal('3 9 1 167 0 0 0 0 0 0 0 0 5 71'))).toBe(asHex(decimal('1 1 3 0 1 250')));
  });

  test('both ends make the same frames, with either checksum', () => {
    for (const [to, from, header, data] of [
      [2, 1, 254, []],
      [40, 1, 231, ones(8)],
      [1, 3, 0, [0x69, 0xee, 0x8f, 0x1c, 0x25, 0xfa, 0xab, 0x08]],
    ] as const) {
      expect(asHex([...framed(to, from, header, data, 'sum')])).toBe(asHex(sumFrame(to, from, header, data)));
      expect(asHex([...framed(to, from, header, data, 'crc')])).toBe(asHex(crcFrame(to, header, data)));
    }
  });
});

describe('settings', () => {
  test.each([
    [{ colour: 'red' }, 'unknown setting "colour"'],
    [{ device: 'coin,recycler' }, 'setting device is "recycler"; give coin or hopper or bill'],
    [{ device: 'coin,coin' }, 'place for one coin only'],
    [{ device: Array(9).fill('hopper').join(',') }, 'place for 8 hoppers'],
    [{ address: '7' }, 'setting address is for a single device'],
    [{ device: 'coin', address: '1' }, 'from 2 to 255'],
    [{ echo: 'yes' }, 'setting echo is "yes"'],
    [{ checksum: 'xor' }, 'setting checksum is "xor"'],
    [{ currency: 'yuan' }, 'three capital letters'],
    [{ serial: '16777216' }, 'from 0 to 16777215'],
    [{ coins: '0.10,0.10' }, 'up to 16 different amounts'],
    [{ coins: '0.001' }, 'up to 16 different amounts'],
    [{ coins: '10' }, 'place for 999'],
    [{ bills: '0.50' }, 'whole amounts'],
    [{ device: 'coin,hopper', paths: '2' }, 'without hoppers'],
    [{ device: 'coin', count: '5' }, 'setting count is for hoppers'],
    [{ device: 'hopper', count: '1001' }, 'from 0 to 1000'],
    [{ device: 'hopper,hopper,hopper,hopper' }, 'give one for each hopper'],
    [{ device: 'hopper', model: 'sch2', method: 'serial' }, 'only cipher for model=sch2'],
    [{ device: 'hopper', pin: '12' }, 'four digits'],
  ])('%j is refused', (settings, problem) => {
    expect(() => new Host(settings as Settings)).toThrow(problem);
  });

  test('every setting of the help is known', () => {
    const usual = settingsHelp.flatMap((line) => line.split(' ').map((setting) => setting.split('=')));
    for (const [name = '', value = ''] of usual) {
      const device = ['address', 'paths'].includes(name) ? 'coin' : 'coin,hopper,bill';
      const set = name === 'address' || name === 'serial' ? '9' : (value.split('|')[0] as string);
      expect(() => new Host(name === 'device' ? {} : { device, [name]: set }), name).not.toThrow();
    }
  });

  test('the first device gives the kind, and only a bill validator has a table', () => {
    expect(new Host().machine).toMatchObject({ kind: 'coin-acceptor', protocol: 'cctalk', power: true, echoes: true });
    expect(new Host({ device: 'bill' }).machine.kind).toBe('note-acceptor');
    expect(new Host({ device: 'hopper', echo: 'off' }).machine).toMatchObject({ kind: 'hopper', echoes: false });
    expect(new Host({ device: 'hopper' }).machine.denominations).toBeUndefined();
    expect(new Host().machine.denominations?.map(({ minor }) => minor)).toEqual([100, 500, 1000, 2000, 5000, 10000]);
  });
});

describe('the wire', () => {
  test('each machine says who it is', () => {
    const host = new Host({ device: 'coin,hopper,hopper,bill', serial: '70000' });
    host.pass(1_000);
    const devices = [COIN, HOPPER, 4, BILL];
    expect(devices.map((at) => host.text(at, 245))).toEqual(['Coin Acceptor', 'Payout', 'Payout', 'Bill Validator']);
    expect(devices.map((at) => host.ask(at, 242))).toEqual(['112 17 1', '113 17 1', '114 17 1', '115 17 1']);
    for (const at of devices) {
      expect(host.ask(at, 254)).toBe('ack');
      for (const header of [246, 244, 241, 192]) expect(host.text(at, header)).toMatch(/^[ -~]{3,}$/);
      expect(host.ask(at, 4)).toMatch(/^(1 4 \d|49 51 50 45 73 84)$/);
      expect(host.ask(at, 216)).toBe('0 0 0 0 0');
      expect(host.ask(at, 197).split(' ')).toHaveLength(4);
    }
    const positions = [1, 2, 3, 4, 16].map((at) => host.text(COIN, 184, at));
    expect(positions).toEqual(['CN010A', 'CN050A', 'CN100A', '......', '......']);
    expect([HOPPER, 4].map((at) => host.text(at, 171))).toEqual(['CN100A', 'CN050A']);
    const types = [1, 2, 3, 4, 5, 6, 7].map((type) => host.text(BILL, 157, type));
    const names = ['CN0001A', 'CN0005A', 'CN0010A', 'CN0020A', 'CN0050A', 'CN0100A', '.......'];
    expect(types).toEqual(names);
    expect(host.ask(BILL, 156, 67, 78)).toBe('100 0 2');
    expect(host.ask(BILL, 156, 69, 85)).toBe('0 0 0');
    expect(host.text(BILL, 145)).toBe('CN0101');
  });

  test('euros carry their own country', () => {
    const host = new Host({ currency: 'EUR', coins: '0.20,2.00', bills: '5,500', device: 'coin,bill' });
    host.pass(1_000);
    expect([host.text(COIN, 184, 2), host.text(BILL, 157, 2)]).toEqual(['EU200A', 'EU0500A']);
  });

  test.each(['on', 'off'])('with echo %s the host hears itself, or does not', (echo) => {
    const host = new Host({ echo });
    host.pass(1_000);
    const poll = host.frame(COIN, 254);
    const answer = asHex(sumFrame(1, COIN, 0, []));
    expect(host.exchange(poll)).toBe(echo === 'on' ? `${asHex(poll)} ${answer}` : answer);
    host.do('cut power');
    expect(host.exchange(poll)).toBe(echo === 'on' ? asHex(poll) : 'silence');
  });

  test('it answers within 2 to 10 ms', () => {
    const host = new Host({ echo: 'off' });
    host.pass(1_000);
    for (let i = 0; i < 100; i++) {
      host.raw = [];
      host.receive(host.frame(COIN, 254));
      host.pass(1);
      expect(host.raw).toEqual([]);
      host.pass(9);
      expect(host.raw).toHaveLength(5);
    }
  });

  test('a wrong checksum, a foreign address, an unknown header and a wrong count of data stay without an answer', () => {
    const host = new Host({ echo: 'off' });
    host.pass(1_000);
    expect(host.exchange([2, 0, 1, 254, 254])).toBe('silence');
    expect(host.exchange(host.frame(5, 254))).toBe('silence');
    for (const device of [COIN, HOPPER, BILL]) {
      expect(host.ask(device, 100)).toBe('silence');
      expect(host.ask(device, 254, 1)).toBe('silence');
      expect(host.ask(device, 228)).toBe('silence');
    }
    expect(host.last('command')).toMatchObject({ name: 'modify-master-inhibit', hex: '28 00 01 E4 F3' });
    expect(host.ask(COIN, 2)).toBe('0 5 1');
    expect(host.ask(COIN, 3)).toBe('ack');
    expect(host.ask(COIN, 2)).toBe('0 0 0');
    host.receive(crcFrame(COIN, 254, []));
    host.pass(100);
    expect(host.raw).toHaveLength(8);
  });

  test('half a message is dropped after 50 ms, and joined before', () => {
    const host = new Host({ echo: 'off' });
    host.pass(1_000);
    const poll = host.frame(COIN, 254);
    for (let cut = 1; cut < poll.length; cut++) {
      host.raw = [];
      host.receive(poll.slice(0, cut));
      host.pass(50);
      host.receive(poll.slice(cut));
      host.pass(20);
      expect(asHex(host.raw)).toBe(asHex(sumFrame(1, COIN, 0, [])));
      host.raw = [];
      host.receive(poll.slice(0, cut));
      host.pass(51);
      host.receive(poll);
      host.pass(20);
      expect(asHex(host.raw)).toBe(asHex(sumFrame(1, COIN, 0, [])));
    }
    const both = [...poll, ...host.frame(BILL, 254)];
    expect(host.exchange(both).split(' ')).toHaveLength(10);
  });

  test('every length of noise ends, and the next message is heard', () => {
    const host = new Host({ echo: 'off' });
    host.pass(1_000);
    for (let length = 0; length < 256; length++) {
      host.receive(Array.from({ length }, (_, at) => (at * 37 + length) % 256));
      host.pass(60);
      expect(host.ask(COIN, 254)).toBe('ack');
    }
  });

  test('with CRC everything works as with the sum, and the sum is foreign', () => {
    const host = new Host({ checksum: 'crc' });
    host.ready();
    expect(host.text(COIN, 245)).toBe('Coin Acceptor');
    insertCoin(host, 100);
    expect(host.ask(COIN, 229)).toBe('1 3 1 0 0 0 0 0 0 0 0');
    expect(host.ask(HOPPER, 164, 165)).toBe('ack');
    expect(host.ask(HOPPER, 167, ...SERIAL, 2)).toBe('1');
    host.pass(1_000);
    expect(host.status()).toBe('1 0 2 0');
    escrow(host, 500);
    host.ask(BILL, 154, 1);
    host.watch(2_000);
    expect(events(host)).toBe('2 2 0 2 1');
    const foreign = sumFrame(COIN, 1, 254, []);
    expect(host.exchange(foreign)).toBe(asHex(foreign));
  });

  test('an address poll is answered by all with their bare addresses, in time', () => {
    const host = new Host({ echo: 'off' });
    host.pass(1_000);
    host.raw = [];
    host.receive(host.frame(0, 253));
    const heard = [7, 8, 11, 12, 159, 160].map((ms, at, all) => {
      host.pass(ms - (all[at - 1] ?? 0));
      return host.raw.length;
    });
    expect(heard).toEqual([0, 1, 1, 2, 2, 3]);
    expect(host.raw).toEqual([COIN, HOPPER, BILL]);
  });

  test('an answer that was under way when the power went does not come', () => {
    const host = new Host({ echo: 'off' });
    host.pass(1_000);
    host.receive(host.frame(COIN, 254));
    host.do('cut power');
    host.do('restore power');
    host.pass(1_000);
    expect(host.raw).toEqual([]);
    expect(host.refusal('restore power')).toBe('the power is on already');
    host.do('cut power');
    expect(host.refusal('cut power')).toBe('the power is cut already');
  });

  test('alone on the wire a machine answers to everybody, among others it does not', () => {
    const alone = new Host({ device: 'coin', address: '11', echo: 'off' });
    alone.pass(1_000);
    alone.raw = [];
    alone.receive(alone.frame(0, 254));
    alone.pass(20);
    expect(asHex(alone.raw)).toBe(asHex(sumFrame(1, 11, 0, [])));
    const many = new Host({ echo: 'off' });
    many.pass(1_000);
    expect(many.exchange(many.frame(0, 254))).toBe('silence');
  });

  test('who starts hears nothing', () => {
    const host = new Host();
    host.do('cut power');
    host.do('restore power');
    expect(host.ask(HOPPER, 254)).toBe('silence');
    host.pass(1_000);
    for (const device of [COIN, HOPPER, BILL]) {
      expect(host.ask(device, 254)).toBe('ack');
      expect(host.ask(device, 1)).toBe('ack');
      expect(host.ask(device, 254)).toBe('silence');
      host.pass(600);
      expect(host.ask(device, 254)).toBe('ack');
    }
    expect(host.count('reset')).toBe(3);
  });

  test('several simulators share a wire, whose owner gives the echo', () => {
    const clock = new VirtualClock(0);
    const heard: number[] = [];
    const machines = ['coin', 'hopper', 'bill'].map((device) =>
      simulate({
        clock,
        speed: 1,
        random: () => 0.5,
        settings: { device },
        sharesWire: true,
        send: (bytes) => heard.push(...bytes),
        emit: () => {},
      }),
    );
    expect(machines.every(({ echoes }) => echoes === true)).toBe(true);
    clock.runUntil(1_000);
    for (const [to, name] of [
      [COIN, 'Coin Acceptor'],
      [HOPPER, 'Payout'],
      [BILL, 'Bill Validator'],
    ] as const) {
      heard.length = 0;
      for (const machine of machines) machine.receive(Uint8Array.from(sumFrame(to, 1, 245, [])));
      clock.runUntil(clock.monoMs() + 50);
      const data = Array.from(name, (letter) => letter.charCodeAt(0));
      expect(asHex(heard)).toBe(asHex(sumFrame(1, to, 0, data)));
    }
    heard.length = 0;
    for (const machine of machines) machine.receive(Uint8Array.from(sumFrame(0, 1, 254, [])));
    clock.runUntil(clock.monoMs() + 50);
    expect(heard).toEqual([]);
  });
});

describe('the coin acceptor', () => {
  test('takes nothing after its power-up until it is told to, twice', () => {
    const host = new Host({ device: 'coin' });
    host.pass(700);
    expect([host.ask(COIN, 230), host.ask(COIN, 227), host.ask(COIN, 229)]).toEqual([
      '0 0',
      '0',
      `0${' 0'.repeat(10)}`,
    ]);
    insertCoin(host, 100);
    host.ask(COIN, 231, 255, 255);
    insertCoin(host, 100);
    expect(host.count('enabled')).toBe(0);
    host.ask(COIN, 228, 1);
    expect(host.count('enabled')).toBe(1);
    insertCoin(host, 100);
    expect(host.ask(COIN, 229)).toBe('3 3 1 0 2 0 2 0 0 0 0');
    expect(host.truth()).toBe('box 100×1, cup 100×2');
    host.ask(COIN, 228, 0);
    expect(host.count('disabled')).toBe(1);
    insertCoin(host, 100);
    host.do('take');
    expect(host.truth()).toBe('box 100×1, customer 100×3');
    expect(host.last('cash.taken')).toMatchObject({ unit: 'cup', minor: 100, count: 3 });
  });

  test('a coin goes in in its time: slot, box, credit', () => {
    const host = coins();
    host.do('insert coin', { minor: 50 });
    expect(host.truth()).toBe('slot 50×1');
    host.watch(150, [COIN]);
    expect(host.ask(COIN, 229).startsWith('0')).toBe(true);
    host.watch(200, [COIN]);
    expect(host.ask(COIN, 229)).toBe('1 2 1 0 0 0 0 0 0 0 0');
    expect(host.truth()).toBe('box 50×1');
    expect(host.events.map(({ event }) => event)).toEqual(['coin.inserted', 'coin.accepted']);
    expect(host.last('coin.accepted')).toMatchObject({ currency: 'CNY', minor: 50, path: 1, to: 'box' });
  });

  test('a single inhibited coin and a foreign one come back with their reasons', () => {
    const host = coins();
    host.ask(COIN, 231, 0b101, 0);
    expect(host.ask(COIN, 230)).toBe('5 0');
    insertCoin(host, 50);
    insertCoin(host, 25);
    insertCoin(host, 10);
    expect(host.ask(COIN, 229)).toBe('3 1 1 0 1 0 2 0 0 0 0');
    const told = host.events.filter(({ event }) => event === 'coin.rejected').map(({ reason }) => reason);
    expect(told).toEqual(['inhibited', 'unknown']);
    expect(host.truth()).toBe('box 10×1, cup 25×1, cup 50×1');
    expect([host.ask(COIN, 226), host.ask(COIN, 225), host.ask(COIN, 194)]).toEqual(['3 0 0', '1 0 0', '2 0 0']);
  });

  test('without a poll for a second it takes nothing and says nothing of it', () => {
    const host = coins();
    host.pass(1_500);
    host.do('insert coin', { minor: 100 });
    host.pass(500);
    expect(host.last('coin.rejected')).toMatchObject({ reason: 'not polled' });
    expect(host.ask(COIN, 229)).toBe(`0${' 0'.repeat(10)}`);
    insertCoin(host, 100);
    expect(host.ask(COIN, 229)).toBe('1 3 1 0 0 0 0 0 0 0 0');
    host.ask(COIN, 1);
    host.pass(210);
    host.ask(COIN, 231, 255, 255);
    host.ask(COIN, 228, 1);
    host.do('insert coin', { minor: 100 });
    host.pass(500);
    expect(host.count('coin.rejected')).toBe(2);
  });

  test('the counter goes from 255 to 1, and keeps the last five', () => {
    const host = coins();
    const counted: number[] = [];
    for (let coin = 0; coin < 258; coin++) {
      insertCoin(host, 10);
      counted.push(Number(host.ask(COIN, 229).split(' ')[0]));
    }
    const expected = Array.from({ length: 258 }, (_, at) => (at % 255) + 1);
    expect(counted).toEqual(expected);
    expect(host.ask(COIN, 229)).toBe(`3${' 1 1'.repeat(5)}`);
    host.ask(COIN, 1);
    host.pass(300);
    expect(host.ask(COIN, 229)).toBe(`0${' 0'.repeat(10)}`);
    expect(host.truth()).toBe('box 10×258');
  });

  test('coins put in one after the other without waiting are judged one after the other', () => {
    const host = coins();
    for (let coin = 0; coin < 20; coin++) host.do('insert coin', { minor: 10 });
    expect(host.refusal('insert coin', { minor: 10 })).toBe('the slot is full of coins');
    host.watch(7_000, [COIN]);
    expect(host.ask(COIN, 229).startsWith('20 1 1')).toBe(true);
    expect(host.truth()).toBe('box 10×20');
  });

  test('paths are set, overridden and forgotten', () => {
    const host = coins({ paths: '3' });
    expect(host.ask(COIN, 209, 2)).toBe('1');
    expect(host.ask(COIN, 210, 2, 3)).toBe('ack');
    expect(host.ask(COIN, 209, 2)).toBe('3');
    expect(host.ask(COIN, 210, 0, 3)).toBe('nak');
    expect(host.ask(COIN, 210, 2, 9)).toBe('nak');
    expect(host.ask(COIN, 210, 3, 4, 4, 4, 4)).toBe('ack');
    insertCoin(host, 50);
    expect(host.last('coin.accepted')).toMatchObject({ path: 3, to: null });
    expect(host.truth()).toBe('');
    expect(host.ask(COIN, 188)).toBe('1');
    expect([host.ask(COIN, 189, 2), host.ask(COIN, 188)]).toEqual(['ack', '2']);
    expect([host.ask(COIN, 222, 0b11111011), host.ask(COIN, 221)]).toEqual(['ack', '251']);
    insertCoin(host, 50);
    insertCoin(host, 100);
    expect(host.ask(COIN, 229)).toBe('3 3 4 2 2 2 3 0 0 0 0');
    host.ask(COIN, 1);
    host.pass(300);
    expect([host.ask(COIN, 209, 2), host.ask(COIN, 188), host.ask(COIN, 221)]).toEqual(['1', '1', '255']);
  });

  test('with hoppers below, path 2 fills the first and path 3 the second', () => {
    const host = new Host({ device: 'coin,hopper,hopper', count: '5,1000' });
    host.ready([COIN]);
    host.ask(COIN, 210, 3, 2);
    host.ask(COIN, 210, 2, 3);
    insertCoin(host, 100);
    insertCoin(host, 50);
    insertCoin(host, 10);
    expect(host.truth()).toBe('box 10×1, box 50×1, hopper 50×1000, hopper 100×6');
    const to = host.events.filter(({ event }) => event === 'coin.accepted').map(({ path, to }) => `${path} ${to}`);
    expect(to).toEqual(['2 hopper', '3 box', '1 box']);
  });

  test('a stuck coin blocks the next until it is taken out', () => {
    const host = coins();
    host.do('jam');
    expect(host.refusal('jam')).toContain('already');
    insertCoin(host, 100);
    expect(host.ask(COIN, 229)).toBe('1 0 14 0 0 0 0 0 0 0 0');
    expect([host.ask(COIN, 232), host.ask(COIN, 236)]).toEqual(['3', '1']);
    expect(host.machine.faults()).toEqual(['jam']);
    expect(host.refusal('insert coin', { minor: 100 })).toBe('a coin is stuck in the slot');
    expect(host.truth()).toBe('slot 100×1');
    host.do('clear jam');
    expect(host.truth()).toBe('customer 100×1');
    expect([host.ask(COIN, 232), host.machine.faults()]).toEqual(['0', []]);
    insertCoin(host, 100);
    expect(host.truth()).toBe('box 100×1, customer 100×1');
    expect(host.refusal('clear jam')).toBe('the coin acceptor is not jammed');
  });

  test.each(Array.from({ length: 9 }, (_, at) => at * 50))(
    'power cut %i ms after the coin: it comes back, or fell in uncounted',
    (ms) => {
      const host = coins();
      host.do('insert coin', { minor: 100 });
      host.pass(ms);
      host.do('cut power');
      expect(host.truth()).toBe(ms < 200 ? 'cup 100×1' : 'box 100×1');
      host.do('insert coin', { minor: 10 });
      host.do('restore power');
      host.pass(1_000);
      expect(host.ask(COIN, 229)).toBe(`0${' 0'.repeat(10)}`);
      expect(host.ask(COIN, 230)).toBe('0 0');
      expect(host.truth()).toContain('cup 10×1');
    },
  );

  test('its box is taken away with what is in it', () => {
    const host = coins();
    insertCoin(host, 100);
    host.do('remove cashbox');
    expect(host.last('cashbox.removed')).toMatchObject({ cash: [{ currency: 'CNY', minor: 100, count: 1 }] });
    expect([host.machine.faults(), host.truth()]).toEqual([['cash box out'], '']);
    expect(host.refusal('remove cashbox')).toBe('the cash box is out already');
    host.do('insert cashbox');
    expect(host.refusal('insert cashbox')).toBe('a cash box is in already');
  });

  test('small questions have their answers', () => {
    const host = coins();
    expect(host.ask(COIN, 249)).toBe('2 20');
    expect(host.ask(COIN, 248)).toBe('0');
    expect(host.ask(COIN, 240, 1)).toBe('ack');
    expect(host.ask(COIN, 169)).toBe('12');
    expect(host.ask(COIN, 184, 0)).toBe('silence');
    expect(host.ask(COIN, 213)).toBe('0');
    expect(host.text(COIN, 170)).toBe('2000');
    const [low, high] = host.ask(COIN, 196).split(' ').map(Number) as [number, number];
    const date = low + 256 * high;
    expect([date & 31, (date >> 5) & 15, date >> 9]).toEqual([14, 3, 5]);
    expect(host.ask(COIN, 195)).toBe(host.ask(COIN, 196));
    expect(host.refusal('insert coin')).toBe('name the coin to insert');
    expect(host.refusal('insert', { minor: 100 })).toContain('know no "insert"');
  });
});

describe('the hopper', () => {
  test('pays what is ordered, four a second, into the cup', () => {
    const host = hopper();
    expect(host.status()).toBe('0 0 0 0');
    expect(host.pay(5)).toBe('1');
    expect(host.status()).toBe('1 5 0 0');
    host.pass(230);
    expect(host.status()).toBe('1 4 1 0');
    expect(host.truth()).toBe('hopper 100×99, cup 100×1');
    host.pass(1_000);
    expect(host.status()).toBe('1 0 5 0');
    expect(host.truth()).toBe('hopper 100×95, cup 100×5');
    expect(host.count('cash.dispensed')).toBe(5);
    expect(host.last('cash.dispensed')).toMatchObject({ unit: 'cup', currency: 'CNY', minor: 100 });
    host.do('take');
    expect(host.truth()).toBe('hopper 100×95, customer 100×5');
    expect(host.refusal('take')).toBe('nothing waits to be taken');
    expect(host.pay(2)).toBe('2');
    host.pass(1_000);
    expect([host.status(), host.ask(HOPPER, 168)]).toEqual(['2 0 2 0', '7 0 0']);
    expect(host.pay(0)).toBe('3');
    expect(host.status()).toBe('3 0 0 0');
  });

  test('a Flow refuses with NAK, and its event counter moves all the same', () => {
    const host = new Host({ device: 'hopper' });
    host.pass(700);
    expect(host.ask(HOPPER, 163)).toBe('192 0');
    expect(host.pay(1)).toBe('nak');
    host.ask(HOPPER, 164, 1);
    expect(host.pay(1)).toBe('nak');
    host.ask(HOPPER, 164, 165);
    expect(host.ask(HOPPER, 163)).toBe('64 0');
    expect(host.ask(HOPPER, 167, 1, 2, 3, 1)).toBe('nak');
    expect(host.ask(HOPPER, 167, 1)).toBe('nak');
    expect(host.ask(HOPPER, 167, 1, 2, 3, 4, 5, 6, 7, 8, 1)).toBe('nak');
    expect(host.status()).toBe('5 0 0 0');
    expect(host.pay(3)).toBe('6');
    expect(host.pay(3)).toBe('nak');
    expect(host.status()).toBe('7 3 0 0');
    host.pass(2_000);
    expect(host.status()).toBe('7 0 3 0');
    host.do('jam');
    expect(host.ask(HOPPER, 163)).toBe('72 0');
    expect(host.pay(1)).toBe('nak');
    host.do('clear jam');
    host.ask(HOPPER, 164, 0);
    expect(host.pay(1)).toBe('nak');
    expect(host.truth()).toBe('hopper 100×97, cup 100×3');
  });

  test('an SCH2 wants a key for every order, and counts only what it pays', () => {
    const host = hopper({ model: 'sch2' });
    const order = (count: number) => host.ask(HOPPER, 167, 8, 7, 6, 5, 4, 3, 2, 1, count);
    expect(host.text(HOPPER, 244)).toBe('SCH2-NOENCRYPT');
    expect(order(1)).toBe('nak');
    expect(host.pay(1)).toBe('nak');
    expect(host.ask(HOPPER, 161, 1, 2, 3, 4, 5, 6, 7, 8)).toBe('ack');
    expect(host.ask(HOPPER, 160).split(' ')).toHaveLength(8);
    expect(order(2)).toBe('1');
    host.pass(1_000);
    expect(order(1)).toBe('nak');
    host.ask(HOPPER, 160);
    host.ask(HOPPER, 164, 0);
    expect(order(1)).toBe('nak');
    host.ask(HOPPER, 164, 165);
    expect(order(1)).toBe('nak');
    expect(host.status()).toBe('1 0 2 0');
  });

  test('its variables can be read, and changed until it starts again', () => {
    const host = hopper({ model: 'sch2' });
    const order = (count: number) => {
      host.ask(HOPPER, 160);
      return host.ask(HOPPER, 167, 0, 0, 0, 0, 0, 0, 0, 0, count);
    };
    expect(host.ask(HOPPER, 247)).toBe('34 0 9 0 188 0');
    expect(host.ask(HOPPER, 165, 5, 90, 3, 1)).toBe('ack');
    expect(host.ask(HOPPER, 247)).toBe('34 50 3 0 188 0');
    expect(host.ask(HOPPER, 163)).toBe('64 2');
    expect(order(2)).toBe('nak');
    expect(order(1)).toBe('1');
    host.pass(1_000);
    expect(host.ask(HOPPER, 165, 40, 0, 3, 0)).toBe('ack');
    expect(host.ask(HOPPER, 163)).toBe('64 2');
    host.ask(HOPPER, 1);
    host.pass(2_000);
    expect(host.ask(HOPPER, 247)).toBe('34 0 9 0 188 0');
    host.ask(HOPPER, 164, 165);
    expect(order(2)).toBe('1');
  });

  test('it looks for a coin as long as it was told to', () => {
    const host = hopper({ count: '0' });
    host.ask(HOPPER, 165, 34, 0, 1, 0);
    host.pay(1);
    host.pass(300);
    expect(host.status()).toBe('1 1 0 0');
    host.pass(100);
    expect(host.status()).toBe('1 0 0 1');
  });

  test('what proof an order needs can be set', () => {
    const serial = hopper({ method: 'serial' });
    serial.ask(HOPPER, 160);
    expect([serial.ask(HOPPER, 167, 1, 2, 3, 4, 5, 6, 7, 8, 1), serial.pay(1)]).toEqual(['nak', '2']);
    const cipher = hopper({ method: 'cipher' });
    cipher.ask(HOPPER, 160);
    expect(cipher.pay(1)).toBe('nak');
    cipher.ask(HOPPER, 160);
    expect(cipher.ask(HOPPER, 167, 1, 2, 3, 4, 5, 6, 7, 8, 1)).toBe('2');
    const locked = hopper({ pin: '4711' });
    expect(locked.pay(1)).toBe('nak');
    expect(locked.ask(HOPPER, 218, 48, 48, 48, 48)).toBe('silence');
    expect(locked.pay(1)).toBe('nak');
    expect(locked.ask(HOPPER, 218, 52, 55, 49, 49)).toBe('ack');
    expect(locked.pay(1)).toBe('3');
    locked.ask(HOPPER, 1);
    locked.pass(200);
    locked.ask(HOPPER, 164, 165);
    expect(locked.pay(1)).toBe('nak');
  });

  test('it runs empty: a time-out, and what is missing is unpaid', () => {
    const host = hopper({ count: '2' });
    host.pay(5);
    host.pass(1_000);
    expect(host.status()).toBe('1 3 2 0');
    expect(host.machine.faults()).toEqual(['empty']);
    host.pass(3_000);
    expect(host.status()).toBe('1 0 2 3');
    expect(host.ask(HOPPER, 163)).toBe('66 0');
    expect(host.truth()).toBe('cup 100×2');
    host.do('fill', { minor: 100, count: 5 });
    expect(host.pay(3)).toBe('2');
    expect(host.ask(HOPPER, 163)).toBe('64 0');
    host.pass(1_000);
    expect(host.status()).toBe('2 0 3 0');
  });

  test('coins that come while it searches are paid', () => {
    const host = hopper({ count: '1' });
    host.pay(3);
    host.pass(1_000);
    host.do('fill', { minor: 100, count: 5 });
    host.pass(4_000);
    expect([host.status(), host.ask(HOPPER, 163)]).toEqual(['1 0 3 0', '64 0']);
    expect(host.truth()).toBe('hopper 100×3, cup 100×3');
  });

  test('disabled inside a payout it ends with the coin on its way', () => {
    const host = hopper();
    host.pay(5);
    host.pass(300);
    host.ask(HOPPER, 164, 0);
    host.pass(2_000);
    expect(host.status()).toBe('1 0 2 3');
    expect(host.count('disabled')).toBe(1);
  });

  test('a jam is the one of the hopper that pays', () => {
    const host = new Host({ device: 'hopper,hopper', serial: '710622' });
    host.pass(700);
    host.ask(4, 164, 165);
    expect(host.pay(5, 4)).toBe('1');
    host.do('jam hopper');
    host.pass(2_000);
    expect([host.ask(4, 163), host.ask(HOPPER, 163)]).toEqual(['69 0', '192 0']);
    host.do('jam');
    expect([host.ask(4, 236), host.ask(HOPPER, 236)]).toEqual(['0', '1']);
  });

  test('it is filled up to its brim, with its own coin, and its sensors tell low and high', () => {
    const host = hopper({ count: '19' });
    expect(host.ask(HOPPER, 217)).toBe('49');
    host.do('fill', { minor: 100, count: 1 });
    expect(host.ask(HOPPER, 217)).toBe('48');
    host.do('fill', { minor: 100, count: 780 });
    expect(host.ask(HOPPER, 217)).toBe('50');
    host.do('fill', { minor: 100, count: 200 });
    expect(host.refusal('fill', { minor: 100, count: 1 })).toBe('the hopper holds 1000 coins, and 1000 are in it');
    expect(host.refusal('fill', { minor: 50, count: 1 })).toBe('no hopper here is for this coin');
    expect(host.truth()).toBe('hopper 100×1000');
  });

  test('a jam stops it with its flags, and it pays again after clearing and a reset', () => {
    const host = hopper();
    host.pay(5);
    host.pass(600);
    host.do('jam hopper');
    expect(host.refusal('jam hopper')).toContain('already');
    host.pass(1_500);
    expect(host.status()).toBe('1 0 2 3');
    expect(host.ask(HOPPER, 163)).toBe('69 0');
    expect(host.machine.faults()).toEqual(['jam']);
    host.do('clear jam');
    expect(host.pay(3)).toBe('nak');
    host.ask(HOPPER, 1);
    host.pass(200);
    expect(host.ask(HOPPER, 163)).toBe('128 0');
    host.ask(HOPPER, 164, 165);
    expect(host.pay(3)).toBe('3');
    host.pass(1_000);
    expect(host.status()).toBe('3 0 3 0');
    expect([host.count('jammed'), host.count('cleared')]).toEqual([1, 1]);
    expect(host.refusal('clear jam')).toBe('the hopper is not jammed');
  });

  test('a jam in rest shows with the next order, before its first coin', () => {
    const host = hopper();
    host.do('jam hopper');
    expect(host.machine.faults()).toEqual([]);
    expect(host.pay(2)).toBe('1');
    host.pass(2_000);
    expect(host.status()).toBe('1 0 0 2');
    expect(host.truth()).toBe('hopper 100×100');
  });

  test('a coin in its exit stops it, and forbids to pay until a reset', () => {
    const host = hopper();
    host.pay(4);
    host.pass(300);
    host.do('jam');
    expect(host.status()).toBe('1 0 1 3');
    expect([host.ask(HOPPER, 163), host.ask(HOPPER, 236)]).toEqual(['104 0', '1']);
    host.do('clear jam');
    expect([host.ask(HOPPER, 163), host.ask(HOPPER, 236), host.pay(1)]).toEqual(['96 0', '0', 'nak']);
  });

  test('an emergency stop ends a Flow with its next coin, an SCH2 at once and shut', () => {
    const flow = hopper();
    flow.pay(5);
    flow.pass(300);
    expect(flow.ask(HOPPER, 172)).toBe('4');
    flow.pass(1_000);
    expect(flow.status()).toBe('1 0 2 3');
    expect(flow.ask(HOPPER, 172)).toBe('0');
    expect(flow.pay(3)).toBe('2');
    const sch2 = hopper({ model: 'sch2' });
    sch2.ask(HOPPER, 160);
    sch2.ask(HOPPER, 167, 1, 1, 1, 1, 1, 1, 1, 1, 5);
    sch2.pass(300);
    expect(sch2.ask(HOPPER, 172)).toBe('4');
    sch2.pass(1_000);
    expect([sch2.status(), sch2.ask(HOPPER, 163)]).toEqual(['1 0 1 4', '192 0']);
  });

  const every = Array.from({ length: 7 }, (_, paid) => paid);

  test.each(every)(
    'power cut inside a payout after %i of 6 coins: a Flow knows what it paid and how often it was asked',
    (paid) => {
      const host = hopper();
      expect(host.pay(6)).toBe('1');
      host.pass(paid * 250 + 100);
      host.do('cut power');
      host.pass(2_000);
      host.do('restore power');
      host.pass(1_000);
      expect(host.status()).toBe(`1 0 ${paid} ${6 - paid}`);
      expect(host.ask(HOPPER, 163)).toBe('192 0');
      expect(host.count('cash.dispensed')).toBe(paid);
      expect(host.pay(6 - paid)).toBe('nak');
      host.ask(HOPPER, 164, 165);
      expect(host.pay(6 - paid)).toBe('3');
      host.pass(3_000);
      expect(host.truth()).toBe('hopper 100×94, cup 100×6');
    },
  );

  test.each(every)(
    'power cut inside a payout after %i of 6 coins: an SCH2 knows what it paid, its counter is 0',
    (paid) => {
      const host = hopper({ model: 'sch2' });
      host.ask(HOPPER, 160);
      expect(host.ask(HOPPER, 167, 0, 0, 0, 0, 0, 0, 0, 0, 6)).toBe('1');
      host.pass(paid * 250 + 100);
      host.do('cut power');
      host.do('restore power');
      host.pass(1_000);
      expect(host.status()).toBe(`0 0 ${paid} ${6 - paid}`);
      host.ask(HOPPER, 1);
      host.pass(200);
      expect([host.status(), host.ask(HOPPER, 163)]).toEqual([`0 0 ${paid} ${6 - paid}`, '128 0']);
      host.do('cut power');
      host.do('restore power');
      host.pass(1_000);
      expect(host.status()).toBe(`0 0 ${paid} 0`);
      expect(host.count('cash.dispensed')).toBe(paid);
    },
  );

  test.each(every)('a reset inside a payout after %i of 6 coins keeps what was paid', (paid) => {
    const host = hopper();
    host.pay(6);
    host.pass(paid * 250 + 50);
    host.ask(HOPPER, 1);
    host.pass(2_000);
    expect(host.status()).toBe(`1 0 ${paid} ${6 - paid}`);
    expect(host.count('cash.dispensed')).toBe(paid);
  });

  test('the event counter goes from 255 to 1', () => {
    const host = hopper({ count: '300' });
    const counted: string[] = [];
    for (let order = 0; order < 257; order++) {
      counted.push(host.pay(1));
      host.pass(300);
    }
    expect(counted).toEqual(Array.from({ length: 257 }, (_, at) => String((at % 255) + 1)));
    expect(host.truth()).toBe('hopper 100×43, cup 100×257');
  });

  test('several hoppers pay each its own coin, and a foreign coin among them is paid as what it is', () => {
    const host = new Host({ device: 'coin,hopper,hopper', coin: '1.00,0.10', count: '0,3' });
    host.ready([COIN]);
    host.ask(COIN, 210, 2, 2);
    insertCoin(host, 50);
    for (const at of [HOPPER, 4]) host.ask(at, 164, 165);
    const serial = host.ask(4, 242).split(' ').map(Number);
    expect(serial).not.toEqual(host.ask(HOPPER, 242).split(' ').map(Number));
    expect(host.ask(4, 167, ...serial, 2)).toBe('1');
    expect(host.ask(HOPPER, 167, ...host.ask(HOPPER, 242).split(' ').map(Number), 1)).toBe('1');
    host.pass(1_000);
    expect(host.truth()).toBe('hopper 10×1, cup 10×2, cup 50×1');
    host.do('fill', { minor: 10, count: 9 });
    expect(host.truth()).toContain('hopper 10×10');
  });
});

describe('the bill validator', () => {
  test('takes nothing after its power-up until it is told to, twice, and polled', () => {
    const host = new Host({ device: 'bill' });
    host.pass(1_000);
    expect([host.ask(BILL, 230), host.ask(BILL, 227), host.ask(BILL, 152), events(host)]).toEqual([
      '0 0',
      '0',
      '1',
      '0',
    ]);
    expect(host.refusal('insert', { minor: 100 })).toBe('the bill validator does not pull: it is inhibited');
    host.ask(BILL, 231, 255, 255);
    expect(host.machine.enabled).toBe(false);
    host.ask(BILL, 228, 1);
    expect(host.machine.enabled).toBe(true);
    expect([host.ask(BILL, 153, 3), host.ask(BILL, 152)]).toEqual(['ack', '3']);
    host.pass(5_000);
    expect(host.machine.enabled).toBe(false);
    expect(host.refusal('insert', { minor: 100 })).toContain('its host does not poll it');
  });

  test('a note goes its way: slot, escrow, stacker, and says so twice', () => {
    const host = bills();
    escrow(host, 2000);
    expect(events(host)).toBe('1 4 1');
    expect(host.truth()).toBe('escrow 2000×1');
    expect(host.refusal('insert', { minor: 100 })).toContain('busy with another note');
    expect(host.ask(BILL, 154, 1)).toBe('ack');
    expect(host.ask(BILL, 154, 1)).toBe('254');
    host.watch(2_000, [BILL]);
    expect(events(host)).toBe('2 4 0 4 1');
    expect(host.truth()).toBe('box 2000×1');
    expect(
      host.events.filter(({ event }) => event.startsWith('note') || event.startsWith('vend')).map(({ event }) => event),
    ).toEqual(['note.inserted', 'note.escrowed', 'note.stacked', 'vend.acknowledged']);
    expect(host.ask(BILL, 154, 1)).toBe('254');
  });

  test('a note is returned on order, and by itself after ten seconds, unless that is put off', () => {
    const host = bills();
    escrow(host, 500);
    expect(host.ask(BILL, 154, 7)).toBe('255');
    expect(host.ask(BILL, 154, 0)).toBe('ack');
    host.watch(1_000, [BILL]);
    expect(events(host)).toBe('2 0 1 2 1');
    expect(host.truth()).toBe('slot 500×1');
    host.do('take');
    escrow(host, 500);
    host.watch(8_000, [BILL]);
    expect(host.ask(BILL, 154, 255)).toBe('ack');
    host.watch(9_500, [BILL]);
    expect(events(host).startsWith('3 2 1')).toBe(true);
    host.watch(2_000, [BILL]);
    expect(events(host).startsWith('4 0 1 2 1')).toBe(true);
    expect(host.truth()).toBe('slot 500×1, customer 500×1');
  });

  test('says how many types it knows, and that it has stacker and escrow', () => {
    const host = bills();
    expect(host.ask(BILL, 247)).toBe('16 1');
    expect(host.ask(BILL, 213)).toBe('3');
  });

  test('without escrow it stacks by itself', () => {
    const host = bills();
    host.ask(BILL, 153, 1);
    host.do('insert', { minor: 10000 });
    host.watch(3_500, [BILL]);
    expect(events(host)).toBe('1 6 0');
    expect(host.truth()).toBe('box 10000×1');
  });

  test.each([
    [{ minor: 100, condition: 'torn' }, '0 3', 'transport'],
    [{ minor: 100, condition: 'unreadable' }, '0 2', 'invalid'],
    [{ minor: 200 }, '0 2', 'invalid'],
    [{ minor: 500 }, '0 4', 'inhibited'],
  ] as const)('%j is rejected with its event', (note, event, reason) => {
    const host = bills();
    host.ask(BILL, 231, 0b111101, 0);
    host.do('insert', note);
    host.watch(2_500, [BILL]);
    expect(events(host)).toBe(`1 ${event}`);
    expect(host.last('note.rejected')).toMatchObject({ reason, minor: note.minor });
    expect(host.truth()).toBe(`slot ${note.minor}×1`);
    escrow(host, 1000);
    expect(host.truth()).toBe(`escrow 1000×1, customer ${note.minor}×1`);
  });

  test('a note on a string counts, and comes back with a fraud', () => {
    const host = bills();
    host.do('insert', { minor: 10000, condition: 'strung' });
    host.watch(1_400, [BILL]);
    host.ask(BILL, 154, 1);
    host.watch(4_000, [BILL]);
    expect(events(host)).toBe('3 0 18 6 0 6 1');
    expect(host.truth()).toBe('customer 10000×1');
  });

  test('without a poll for five seconds it lets go of what is in escrow', () => {
    const host = bills();
    escrow(host, 1000);
    host.pass(4_800);
    expect(host.truth()).toBe('escrow 1000×1');
    host.pass(1_200);
    expect(host.truth()).toBe('slot 1000×1');
    expect(events(host)).toBe('2 0 1 3 1');
  });

  test('a note that arrives when nobody polls any more goes back', () => {
    const host = bills();
    host.pass(4_500);
    host.do('insert', { minor: 1000 });
    host.pass(2_500);
    expect(host.truth()).toBe('slot 1000×1');
    expect(events(host)).toBe('2 0 1 3 1');
  });

  test('a full stacker is told, refuses the route, and takes nothing more', () => {
    const host = bills();
    escrow(host, 1000);
    host.do('stacker full');
    expect(host.ask(BILL, 154, 1)).toBe('255');
    expect(events(host)).toBe('2 0 14 3 1');
    expect(host.ask(BILL, 232)).toBe('45');
    host.ask(BILL, 154, 0);
    host.watch(1_000, [BILL]);
    expect(host.refusal('insert', { minor: 100 })).toContain('full');
    host.do('stacker full', { value: 'off' });
    escrow(host, 1000);
    host.ask(BILL, 154, 1);
    host.watch(400, [BILL]);
    host.do('stacker full', { value: 'on' });
    host.watch(2_000, [BILL]);
    expect(events(host).startsWith('6 0 14 3 0 3 1')).toBe(true);
    expect(host.machine.faults()).toEqual(['full']);
  });

  test.each([
    [300, 'jammed', '1 0 6', 'customer 1000×1'],
    [1_800, 'jammed', '2 0 6 3 1', 'customer 1000×1'],
    [2_700, 'jammed', '2 0 7 3 1', 'box 1000×1'],
  ] as const)('a jam %i ms after the note is told once; a hand clears it', (ms, event, told, truth) => {
    const host = bills();
    host.do('insert', { minor: 1000 });
    host.watch(Math.min(ms, 1_300), [BILL]);
    if (ms > 1_300) {
      host.ask(BILL, 154, 1);
      host.watch(ms - 1_300 - 20, [BILL]);
    }
    host.do('jam');
    expect(host.count(event)).toBe(1);
    expect(host.truth()).toBe('escrow 1000×1');
    host.watch(3_000, [BILL]);
    expect([events(host), host.ask(BILL, 232), host.machine.faults()]).toEqual([told, '39', ['jam']]);
    host.do('clear jam');
    expect([host.truth(), host.ask(BILL, 232)]).toEqual([truth, '0']);
    escrow(host, 500);
  });

  test('the box is removed under a note, and put back', () => {
    const host = bills();
    escrow(host, 1000);
    host.ask(BILL, 154, 1);
    host.watch(1_000, [BILL]);
    host.do('remove cashbox');
    host.watch(2_000, [BILL]);
    expect(events(host)).toBe('2 0 11 3 1');
    expect([host.truth(), host.ask(BILL, 232)]).toEqual(['escrow 1000×1', '44']);
    host.do('insert cashbox');
    host.watch(2_000, [BILL]);
    expect(events(host)).toBe('4 3 0 0 12 0 11 3 1');
    expect(host.truth()).toBe('box 1000×1');
    escrow(host, 500);
    host.do('remove cashbox');
    host.watch(1_500, [BILL]);
    expect(host.truth()).toBe('slot 500×1');
    expect(host.last('cashbox.removed')).toMatchObject({ cash: [{ minor: 1000, count: 1 }] });
    host.do('insert cashbox');
    host.do('take');
    escrow(host, 2000);
    host.ask(BILL, 154, 1);
    host.watch(300, [BILL]);
    host.do('remove cashbox');
    host.watch(1_500, [BILL]);
    expect(host.truth()).toBe('slot 2000×1, customer 500×1');
  });

  test('with others at its wire, what jams is the bill validator', () => {
    const host = new Host();
    host.ready();
    host.do('jam');
    insertCoin(host, 100);
    host.do('insert', { minor: 1000 });
    host.watch(1_000);
    expect(host.truth()).toBe('box 100×1, hopper 100×100, escrow 1000×1');
    expect(host.last('jammed')).toMatchObject({ where: 'transport' });
  });

  const moments = Array.from({ length: 24 }, (_, at) => at * 150);

  test.each(moments.flatMap((ms) => [[ms, 'full'] as const, [ms, 'none'] as const]))(
    'power cut %i ms after the note, evidence %s: it is where it is said to be',
    (ms, evidence) => {
      const host = bills({ evidence });
      host.do('insert', { minor: 1000 });
      host.watch(Math.min(ms, 1_300), [BILL]);
      if (ms > 1_300) {
        host.ask(BILL, 154, 1);
        host.watch(ms - 1_300, [BILL]);
      }
      const read = host.count('vend.acknowledged') > 0;
      host.do('cut power');
      host.pass(500);
      expect(host.refusal('insert', { minor: 100 })).toContain('it has no power');
      host.do('restore power');
      host.pass(1_000);
      expect(host.ask(BILL, 159).startsWith('0 0 0')).toBe(true);
      host.watch(1_500, [BILL]);
      const inBox = host.truth().startsWith('box');
      expect(host.truth()).toMatch(/^(box|slot) 1000×1$/);
      const told = inBox ? '1 3 0' : '1 0 1';
      expect(events(host)).toBe(evidence === 'none' || (inBox && read) ? '0' : told);
      expect(host.ask(BILL, 230)).toBe('0 0');
      host.ready([BILL]);
      escrow(host, 500);
    },
  );

  test('a reset ends what is under way as a power-up does', () => {
    const host = bills();
    escrow(host, 1000);
    expect(host.ask(BILL, 1)).toBe('ack');
    host.pass(2_000);
    expect(host.truth()).toBe('slot 1000×1');
    expect(host.ask(BILL, 159).startsWith('0')).toBe(true);
    expect(events(host)).toBe('1 0 1');
    expect([host.ask(BILL, 152), host.ask(BILL, 230), host.ask(BILL, 227)]).toEqual(['1', '0 0', '0']);
  });

  test('the counter goes from 255 to 1', () => {
    const host = bills();
    const counted = new Set<number>();
    for (let note = 0; note < 130; note++) {
      escrow(host, 100);
      counted.add(Number(host.ask(BILL, 159).split(' ')[0]));
      host.ask(BILL, 154, 1);
      host.watch(2_000, [BILL]);
      counted.add(Number(host.ask(BILL, 159).split(' ')[0]));
    }
    expect([counted.size, counted.has(0), counted.has(255)]).toEqual([255, false, true]);
    expect(events(host).startsWith('5 1 0 1 1')).toBe(true);
    expect(host.truth()).toBe('box 100×130');
  });
});

describe('misbehaviour', () => {
  test('repeat: every answer comes twice', () => {
    const host = new Host({ echo: 'off' });
    host.pass(1_000);
    host.do('misbehave', { value: 'repeat' });
    const twice = asHex([...sumFrame(1, COIN, 0, []), ...sumFrame(1, COIN, 0, [])]);
    expect(host.exchange(host.frame(COIN, 254))).toBe(twice);
    host.do('misbehave', { value: 'off' });
    expect(host.ask(COIN, 254)).toBe('ack');
    expect(host.refusal('misbehave', { value: 'well' })).toContain('misbehave with');
  });

  test('late: some answers come after 400 ms, and until then this machine hears nothing', () => {
    const host = new Host({ echo: 'off' });
    host.pass(1_000);
    host.do('misbehave', { value: 'late' });
    let late = 0;
    for (let i = 0; i < 60; i++) {
      if (host.ask(COIN, 254) === 'ack') continue;
      late++;
      expect(host.ask(COIN, 254)).toBe('silence');
      host.pass(370);
      expect(messagesIn(host.raw, false)).toEqual([{ from: COIN, header: 0, data: [] }]);
    }
    expect(late).toBeGreaterThan(5);
    expect(late).toBeLessThan(40);
  });

  test('noise: most answers are found in it, whole ones only', () => {
    const host = new Host({ echo: 'off' });
    host.pass(1_000);
    host.do('misbehave', { value: 'noise' });
    let found = 0;
    let dirty = 0;
    for (let i = 0; i < 200; i++) {
      host.raw = [];
      host.receive(host.frame(COIN, 242));
      host.pass(30);
      if (host.raw.length !== 8) dirty++;
      if (messagesIn(host.raw, false).some(({ from, data }) => from === COIN && data.length === 3)) found++;
    }
    expect(found).toBeGreaterThan(100);
    expect(dirty).toBeGreaterThan(100);
  });

  test('counter: every event counter jumps by more than the buffer holds, and no money moves', () => {
    const host = new Host();
    host.ready();
    host.do('misbehave', { value: 'counter' });
    expect(host.ask(COIN, 229)).toBe(`7${' 0'.repeat(10)}`);
    expect(events(host)).toBe('7');
    expect(host.status()).toBe('7 0 0 0');
    expect(host.truth()).toBe('hopper 100×100');
  });
});

/** Every piece that came in from outside or was there, less what left: by denomination. */
class Books {
  private readonly pieces = new Map<number, number>();
  private told = 0;

  add(minor: number, count: number): void {
    const sum = (this.pieces.get(minor) ?? 0) + count;
    if (sum === 0) this.pieces.delete(minor);
    else this.pieces.set(minor, sum);
  }

  follow(events: readonly SimulatorEvent[]): void {
    for (const { event, cash, minor, to } of events.slice(this.told)) {
      if (event === 'coin.accepted' && to === null) this.add(minor as number, -1);
      if (event !== 'cashbox.removed') continue;
      for (const row of cash as readonly { minor: number; count: number }[]) this.add(row.minor, -row.count);
    }
    this.told = events.length;
  }

  get sum(): string {
    return totals([...this.pieces]);
  }
}

function totals(rows: readonly (readonly [number, number])[]): string {
  const sums = new Map<number, number>();
  for (const [minor, count] of rows) sums.set(minor, (sums.get(minor) ?? 0) + count);
  return [...sums]
    .sort(([a], [b]) => a - b)
    .map(([minor, count]) => `${minor}×${count}`)
    .join(' ');
}

function inMachine(machine: Simulator): string {
  return totals(machine.units().flatMap(({ cash }) => cash.map(({ minor, count }) => [minor, count] as const)));
}

describe('money is conserved', () => {
  const deeds: readonly HandAction[] = [
    ...[10, 50, 100, 25].map((minor) => ({ action: 'insert coin', minor })),
    ...[100, 2000, 10000, 300].map((minor) => ({ action: 'insert', minor })),
    { action: 'insert', minor: 500, condition: 'strung' },
    { action: 'insert', minor: 500, condition: 'torn' },
    { action: 'fill', minor: 100, count: 3 },
    { action: 'fill', minor: 50, count: 3 },
    { action: 'take' },
  ];

  const troubles: readonly HandAction[] = [
    ...['jam', 'jam hopper', 'remove cashbox', 'cut power'].map((action) => ({ action })),
    { action: 'stacker full', value: 'on' },
    ...['repeat', 'late', 'noise', 'counter'].map((value) => ({ action: 'misbehave', value })),
  ];
  const remedies: readonly HandAction[] = [
    ...['clear jam', 'insert cashbox', 'restore power'].map((action) => ({ action })),
    { action: 'stacker full', value: 'off' },
    { action: 'misbehave', value: 'off' },
  ];

  /** A host that wants everything taken. */
  const wishes: readonly (readonly number[])[] = [
    [COIN, 231, 255, 255],
    [COIN, 228, 1],
    [COIN, 229],
    [BILL, 231, 255, 255],
    [BILL, 228, 1],
    [BILL, 153, 3],
    [BILL, 159],
  ];

  const orders: readonly (readonly number[])[] = [
    ...[COIN, BILL].flatMap((device) => [
      [device, 231, 255, 255],
      [device, 228, 1],
      [device, 228, 0],
      [device, 1],
    ]),
    [COIN, 210, 3, 2],
    [COIN, 210, 2, 3],
    [COIN, 229],
    [COIN, 229],
    [BILL, 153, 3],
    [BILL, 153, 1],
    [BILL, 159],
    [BILL, 154, 0],
    [BILL, 154, 1],
    [BILL, 154, 255],
    [HOPPER, 164, 165],
    [HOPPER, 164, 0],
    [HOPPER, 167, ...SERIAL, 4],
    [HOPPER, 167, ...SERIAL, 200],
    [HOPPER, 172],
    [HOPPER, 1],
    [4, 164, 165],
    [4, 167, 0xe0, 0xd7, 0x0a, 9],
  ];

  function play(settings: Settings, seed: number): { readonly done: number; readonly names: ReadonlySet<string> } {
    const host = new Host(settings);
    const books = new Books();
    for (const { cash } of host.machine.units()) for (const { minor, count } of cash) books.add(minor, count);
    let state = seed * 2_654_435_761 + 1;
    const dice = (sides: number): number => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((state / 2_147_483_648) * sides);
    };
    let done = 0;
    const send = ([to = 0, header = 0, ...data]: readonly number[]): void =>
      host.receive(host.frame(to, header, ...data));
    for (let step = 0; step < 400; step++) {
      if (dice(2) === 0) {
        const list = [deeds, deeds, deeds, troubles, remedies, remedies][dice(6)] as readonly HandAction[];
        const deed = list[dice(list.length)] as HandAction;
        if (host.machine.act(deed).ok) {
          done++;
          if (deed.action.startsWith('insert') && deed.minor !== undefined) books.add(deed.minor, 1);
          if (deed.action === 'fill') books.add(deed.minor as number, deed.count as number);
        }
      } else {
        for (const order of dice(4) === 0 ? wishes : [orders[dice(orders.length)] as readonly number[]]) send(order);
      }
      books.follow(host.events);
      expect(inMachine(host.machine), `seed ${seed} step ${step}`).toBe(books.sum);
      for (let waits = dice(5) === 0 ? dice(30) : 1; waits > 0; waits--) {
        host.pass(dice(150));
        send([COIN, 229]);
        if (dice(3) > 0) send([BILL, 159]);
      }
      books.follow(host.events);
      expect(inMachine(host.machine), `seed ${seed} after step ${step}`).toBe(books.sum);
    }
    return { done, names: new Set(host.events.map(({ event }) => event)) };
  }

  test.each([
    { device: 'coin,hopper,hopper,bill', serial: '710622', coin: '1.00,0.50' },
    { device: 'coin', paths: '2' },
    { device: 'hopper,hopper', coin: '1.00,0.50', count: '7', serial: '710623' },
    { device: 'bill', evidence: 'none' },
  ] as readonly Settings[])('whatever hands and hosts do to %j', (settings) => {
    const names = new Set<string>();
    let done = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const run = play(settings, seed);
      done += run.done;
      for (const name of run.names) names.add(name);
    }
    expect(done).toBeGreaterThan(250);
    const device = settings.device as string;
    if (device.includes('coin')) expect([...names]).toEqual(expect.arrayContaining(['coin.accepted', 'coin.rejected']));
    if (device.includes('hopper')) expect([...names]).toEqual(expect.arrayContaining(['cash.dispensed', 'cash.taken']));
    if (device.includes('bill'))
      expect([...names]).toEqual(
        expect.arrayContaining(['note.stacked', 'note.returned', 'note.rejected', 'jammed', 'cashbox.removed']),
      );
  });
});

describe('on a real wire', () => {
  let stations: readonly Station[] = [];
  let socket: Socket | null = null;

  afterEach(() => {
    socket?.destroy();
    for (const station of stations) station.close();
  });

  async function open(
    devices: readonly string[],
  ): Promise<(to: number, header: number, ...data: number[]) => Promise<string>> {
    const machines = devices.map((device) => ({ simulate, settings: { device }, happened: () => {} }));
    stations = await openStations(machines, { clock: systemClock, speed: 20, wire: { kind: 'tcp', port: 0 } });
    const port = Number((stations[0] as Station).line.port.split(':')[1]);
    const stream = connect(port, '127.0.0.1');
    socket = stream;
    await new Promise((resolve) => stream.once('connect', resolve));
    let bytes: number[] = [];
    let wake = (): void => {};
    stream.on('data', (some: Buffer) => {
      bytes.push(...some);
      wake();
    });
    return async (to, header, ...data) => {
      const sent = sumFrame(to, 1, header, data);
      bytes = [];
      stream.write(Uint8Array.from(sent));
      const answer = () => messagesIn(bytes.slice(sent.length), false)[0];
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 300);
        wake = () => {
          if (answer() === undefined) return;
          clearTimeout(timer);
          resolve();
        };
      });
      expect(asHex(bytes.slice(0, sent.length))).toBe(asHex(sent));
      return answer()?.data.join(' ') ?? 'silence';
    };
  }

  async function hand(line: string, station = stations[0] as Station): Promise<void> {
    const verb = parseVerb(line);
    expect(verb.type === 'wrong' ? verb : await station.act(verb), line).toEqual({ ok: true });
  }

  async function until(what: string, ask: () => Promise<string>): Promise<void> {
    let seen = '';
    for (const endMs = Date.now() + 10_000; Date.now() < endMs; ) {
      seen = await ask();
      if (seen === what) return;
    }
    throw new Error(`no ${what}, but ${seen}`);
  }

  function truth(): string {
    return stations
      .flatMap(({ simulator }) => simulator.units())
      .flatMap(({ unit, cash }) => cash.map(({ minor, count }) => `${unit} ${minor}×${count}`))
      .join(', ');
  }

  test.each([[['coin,hopper,bill']], [['coin', 'hopper', 'bill']]])(
    'a visit at %j: coin and note in, change out',
    async (devices) => {
      const ask = await open(devices);
      const station = (at: number) => stations[at] ?? stations[0];
      for (const at of [COIN, HOPPER, BILL]) await until('', () => ask(at, 254));
      await ask(COIN, 231, 255, 255);
      await ask(BILL, 231, ...Array<number>(8).fill(255));
      for (const at of [COIN, BILL]) await ask(at, 228, 1);
      await ask(BILL, 153, 3);
      await ask(COIN, 229);
      await ask(BILL, 159);
      await hand('insert coin 1.00');
      await until('1 3 1 0 0 0 0 0 0 0 0', () => ask(COIN, 229));
      await hand('insert 20.00', station(2));
      await until('1 4 1 0 0 0 0 0 0 0 0', () => ask(BILL, 159));
      await ask(BILL, 154, 1);
      await until('2 4 0 4 1 0 0 0 0 0 0', () => ask(BILL, 159));
      const serial = (await ask(HOPPER, 242)).split(' ').map(Number);
      await ask(HOPPER, 164, 165);
      await ask(HOPPER, 167, ...serial, 2);
      await until('1 0 2 0', () => ask(HOPPER, 166));
      await hand('take', station(1));
      await hand('fill 1.00 50', station(1));
      expect(truth().split(', ').sort()).toEqual(['box 100×1', 'box 2000×1', 'customer 100×2', 'hopper 100×148']);
    },
  );
});
