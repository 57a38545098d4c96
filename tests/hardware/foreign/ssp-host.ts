/**
 * SSP hosts that share no code with the project, of two manners as public libraries have them. `plain`: encrypts only the
 * orders that a machine obeys no other way. `sealed`: encrypts every command from the key exchange on. Both speak protocol
 * version 8, or an older one from 6 on, ask again when nothing comes, and stop at an event that they do not know.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type Found, hexOf, Line, pause } from './line.ts';

export type SspManner = 'plain' | 'sealed';

/** The second that a machine may take; it takes hundredths of it, and what did not come is asked for again. */
const patienceMs = 1_000;
/** From there on a host takes the machine for gone. */
const mostTries = 20;
/** SYNC changes nothing, and is asked sooner while a machine starts. */
const syncPatienceMs = 200;
const begins = 0x7f;
const sealMark = 0x7e;
const currency = [0x43, 0x4e, 0x59];
const usualFixedKey = [0x67, 0x45, 0x23, 0x01, 0x67, 0x45, 0x23, 0x01];

/** Of the maker's list: payouts, routes, floats, emptying, the fixed key. */
const mustBeSealed = [0x33, 0x38, 0x3b, 0x3c, 0x3d, 0x3f, 0x44, 0x46, 0x52, 0x60];

export interface Primes {
  readonly generator: bigint;
  readonly modulus: bigint;
  readonly secret: bigint;
}

export const shortPrimes: Primes = { generator: 982_451_653n, modulus: 1_287_821n, secret: 7n };
/** The largest that 64 bits hold, and one of 61 bits. */
export const longPrimes: Primes = {
  generator: 18_446_744_073_709_551_557n,
  modulus: 2_305_843_009_213_693_951n,
  secret: 0x0123_4567_89ab_cdefn,
};

function check(bytes: readonly number[]): readonly number[] {
  let register = 0xffff;
  for (const byte of bytes) {
    for (let mask = 0x80; mask > 0; mask >>= 1) {
      const top = (register & 0x8000) !== 0;
      register = (register * 2) & 0xffff;
      if (top !== ((byte & mask) !== 0)) register ^= 0x8005;
    }
  }
  return [register & 0xff, register >> 8];
}

/** A number's bytes, the lowest first. */
export function little(value: number | bigint, size: number): readonly number[] {
  const bytes: number[] = [];
  for (let rest = BigInt(value); bytes.length < size; rest >>= 8n) bytes.push(Number(rest & 0xffn));
  return bytes;
}

function big(bytes: readonly number[]): bigint {
  return bytes.length === 0 ? 0n : BigInt(bytes[0]!) + (big(bytes.slice(1)) << 8n);
}

/** `base` to the power of `exponent`, what remains of it after division by `modulus`. */
function powerModulo(base: bigint, exponent: bigint, modulus: bigint): bigint {
  if (exponent === 0n) return 1n % modulus;
  const half = powerModulo(base, exponent >> 1n, modulus);
  const even = (half * half) % modulus;
  return (exponent & 1n) === 0n ? even : (even * base) % modulus;
}

export function sspPacket(sequence: number, data: readonly number[]): readonly number[] {
  const inside = [sequence, data.length, ...data];
  const packet = [begins];
  for (const byte of [...inside, ...check(inside)]) packet.push(...(byte === begins ? [byte, byte] : [byte]));
  return packet;
}

/** The packet's bytes with the doubled ones taken for one, and where they end; as far as they came. */
function singled(bytes: readonly number[], start: number): { readonly plain: readonly number[]; readonly end: number } {
  const plain: number[] = [];
  let at = start + 1;
  for (; at < bytes.length && (plain.length < 2 || plain.length < plain[1]! + 4); at++) {
    if (bytes[at] === begins && bytes[++at] !== begins) break;
    plain.push(bytes[at]!);
  }
  return { plain, end: at };
}

function readPacket(bytes: readonly number[], wanted: number): Found<readonly number[]> | null {
  for (let start = bytes.indexOf(begins); start >= 0; start = bytes.indexOf(begins, start + 1)) {
    const { plain, end } = singled(bytes, start);
    const [sequence = 0, length = -1] = plain;
    if (plain.length !== length + 4 || hexOf(check(plain.slice(0, -2))) !== hexOf(plain.slice(-2))) continue;
    // An answer to what was asked before is no answer to this.
    if (sequence === wanted) return { used: end, value: plain.slice(2, -2) };
  }
  return null;
}

/** Value and country of one denomination, as orders have them. */
export const money = (minor: number): readonly number[] => [...little(minor, 4), ...currency];

/** How many pieces of each value, as the orders by denomination have them. */
export const pieces = (...wanted: readonly (readonly [count: number, minor: number])[]): readonly number[] => [
  wanted.length,
  ...wanted.flatMap(([count, minor]) => [...little(count, 2), ...money(minor)]),
];

type Layout = 'bare' | 'channel' | 'value' | 'values' | 'pairs' | 'values and cause';

const events = new Map<number, readonly [name: string, layout: Layout]>([
  [0xf1, ['reset', 'bare']],
  [0xef, ['read', 'channel']],
  [0xee, ['credit', 'channel']],
  [0xed, ['rejecting', 'bare']],
  [0xec, ['rejected', 'bare']],
  [0xcc, ['stacking', 'bare']],
  [0xeb, ['stacked', 'bare']],
  [0xe8, ['disabled', 'bare']],
  [0xe4, ['box back', 'bare']],
  [0xe3, ['box out', 'bare']],
  [0xe2, ['cleared to box', 'channel']],
  [0xe1, ['cleared from front', 'channel']],
  [0xdf, ['coin', 'values']],
  [0xdd, ['incomplete float', 'pairs']],
  [0xdc, ['incomplete payout', 'pairs']],
  [0xdb, ['stored', 'bare']],
  [0xda, ['dispensing', 'values']],
  [0xd9, ['timed out', 'values']],
  [0xd8, ['floated', 'values']],
  [0xd7, ['floating', 'values']],
  [0xd6, ['halted', 'values']],
  [0xd5, ['jammed', 'values']],
  [0xd2, ['dispensed', 'values']],
  [0xce, ['held', 'value']],
  [0xcd, ['dispensed at start', 'value']],
  [0xcb, ['stored at start', 'value']],
  [0xca, ['stacked at start', 'value']],
  [0xc9, ['transferred', 'value']],
  [0xc3, ['emptied', 'bare']],
  [0xc2, ['emptying', 'bare']],
  [0xb6, ['initialising', 'bare']],
  [0xb5, ['all inhibited', 'bare']],
  [0xb4, ['smart emptied', 'values']],
  [0xb3, ['smart emptying', 'values']],
  [0xb1, ['payout error', 'values and cause']],
]);

/** The values with their country letters, which must be the right ones: a layout that is off by a byte shows there. */
function valuesIn(bytes: readonly number[], each: 4 | 8): readonly string[] {
  const words: string[] = [];
  for (let at = 0; at < bytes.length; at += each + 3) {
    const letters = bytes.slice(at + each, at + each + 3);
    if (hexOf(letters) !== hexOf(currency)) throw new Error(`no currency in ${hexOf(bytes)}`);
    const numbers = [bytes.slice(at, at + 4), bytes.slice(at + 4, at + each)].filter(({ length }) => length > 0);
    words.push(numbers.map((number) => String(big(number))).join(' of '));
  }
  return words;
}

/** `read 4`, `dispensing 2000`, `incomplete payout 2000 of 3500`: the events of an answer to POLL. */
function eventsIn(data: readonly number[]): readonly string[] {
  const words: string[] = [];
  for (let at = 0; at < data.length; ) {
    const known = events.get(data[at]!);
    if (known === undefined) throw new Error(`an unknown event in ${hexOf(data)}`);
    const [name, layout] = known;
    const count = data[at + 1] ?? 0;
    const [from, until, each]: readonly [number, number, 4 | 8] = {
      bare: [1, 1, 4] as const,
      channel: [1, 2, 4] as const,
      value: [1, 8, 4] as const,
      values: [2, 2 + 7 * count, 4] as const,
      pairs: [2, 2 + 11 * count, 8] as const,
      'values and cause': [2, 2 + 7 * count, 4] as const,
    }[layout];
    const inside = data.slice(at + from, at + until);
    if (inside.length !== until - from) throw new Error(`half an event in ${hexOf(data)}`);
    words.push([name, ...(layout === 'channel' ? inside : valuesIn(inside, each))].join(' '));
    at += until + (layout === 'values and cause' ? 1 : 0);
  }
  return words;
}

export interface SspShape {
  readonly address?: number;
  readonly manner?: SspManner;
  readonly version?: 6 | 7 | 8;
}

export class SspHost {
  readonly line: Line;
  readonly manner: SspManner;
  readonly address: number;
  private readonly version: number;
  /** Channels that were credited: what this host would have counted. */
  readonly credits: number[] = [];
  /** Packets that the machine left without an answer, each asked again. */
  unanswered = 0;
  fixedKey: readonly number[] = usualFixedKey;
  private turn = 0x80;
  private key: Uint8Array | null = null;
  private count = 0;
  private last: readonly number[] = [];

  private constructor(line: Line, { address = 0, manner = 'sealed', version = 8 }: SspShape) {
    this.line = line;
    this.address = address;
    this.manner = manner;
    this.version = version;
  }

  static async open(port: string, shape: SspShape): Promise<SspHost> {
    return new SspHost(await Line.open(port, { dataBits: 8, parity: 'none' }), shape);
  }

  /** The data of what comes back to these bytes from this address under this turn. */
  private async exchange(packet: readonly number[], limitMs: number): Promise<readonly number[] | null> {
    this.line.flush();
    this.line.send(packet);
    return this.line.take((bytes) => readPacket(bytes, this.turn | this.address), limitMs);
  }

  private async deliver(data: readonly number[], limitMs = patienceMs): Promise<readonly number[]> {
    this.turn ^= 0x80;
    this.last = sspPacket(this.turn | this.address, data);
    for (let tries = 0; tries < mostTries; tries++) {
      const answer = await this.exchange(this.last, limitMs);
      if (answer !== null) return answer;
      this.unanswered++;
    }
    throw new Error(`no answer to ${hexOf(data)}`);
  }

  /** The packet's inside under a count: length, count, command, chance, checksum. */
  private seal(data: readonly number[], count: number): readonly number[] {
    if (this.key === null) throw new Error('there is no key yet');
    const front = [data.length, ...little(count, 4), ...data];
    const inside = [...front, ...randomBytes((32 - ((front.length + 2) % 16)) % 16)];
    const cipher = createCipheriv('aes-128-ecb', this.key, null).setAutoPadding(false);
    return [sealMark, ...cipher.update(Uint8Array.from([...inside, ...check(inside)])), ...cipher.final()];
  }

  /** @throws Error when checksum or count is not what it must be. */
  private unseal(data: readonly number[]): readonly number[] {
    if (this.key === null) throw new Error('a sealed answer without a key');
    const decipher = createDecipheriv('aes-128-ecb', this.key, null).setAutoPadding(false);
    const inside = [...decipher.update(Uint8Array.from(data.slice(1))), ...decipher.final()];
    if (hexOf(check(inside.slice(0, -2))) !== hexOf(inside.slice(-2))) throw new Error(`damaged: ${hexOf(inside)}`);
    this.count++;
    if (big(inside.slice(1, 5)) !== BigInt(this.count)) throw new Error(`not count ${this.count}: ${hexOf(inside)}`);
    return inside.slice(5, 5 + inside[0]!);
  }

  private async command(data: readonly number[]): Promise<readonly number[]> {
    const sealed = this.key !== null && (this.manner === 'sealed' || mustBeSealed.includes(data[0]!));
    const answer = await this.deliver(sealed ? this.seal(data, this.count) : data);
    if (answer[0] === sealMark) return this.unseal(answer);
    // Only a machine that lost its key answers a sealed command openly.
    if (sealed && answer[0] !== 0xfa) throw new Error(`an open answer to a sealed command: ${hexOf(answer)}`);
    return answer;
  }

  /** One command as this host's manner has it, and its answer in hex. */
  async ask(...data: readonly number[]): Promise<string> {
    return hexOf(await this.command(data));
  }

  /** The same without encryption, whatever the manner. */
  async openly(...data: readonly number[]): Promise<string> {
    return hexOf(await this.deliver(data));
  }

  /** The last packet once more, byte for byte; whether it is answered as before is in the hex, still sealed. */
  async again(): Promise<string> {
    return hexOf((await this.exchange(this.last, patienceMs)) ?? []);
  }

  /** A command under a count that is so far off; it is no turn of the sequence when nothing comes. */
  async offCount(by: number, limitMs: number, ...data: readonly number[]): Promise<string> {
    return this.once(this.seal(data, this.count + by), limitMs);
  }

  /** One packet that nobody asks for again. */
  async once(data: readonly number[], limitMs: number): Promise<string> {
    this.turn ^= 0x80;
    const answer = await this.exchange(sspPacket(this.turn | this.address, data), limitMs);
    if (answer !== null) return hexOf(answer);
    this.turn ^= 0x80;
    return 'silence';
  }

  /** The same packet with its last byte spoilt, or to another address. */
  async bytes(packet: readonly number[], limitMs: number): Promise<string> {
    const answer = await this.exchange(packet, limitMs);
    return answer === null ? 'silence' : hexOf(answer);
  }

  /** The next packet bears 0. */
  async sync(): Promise<void> {
    this.turn = 0x80;
    const answer = await this.deliver([0x11], syncPatienceMs);
    if (hexOf(answer) !== 'f0') throw new Error(`SYNC is answered ${hexOf(answer)}`);
    this.turn = 0x80;
  }

  async exchangeKeys({ generator, modulus, secret }: Primes = shortPrimes): Promise<void> {
    this.key = null;
    for (const [code, number] of [
      [0x4a, generator],
      [0x4b, modulus],
    ] as const) {
      const set = await this.openly(code, ...little(number, 8));
      if (set !== 'f0') throw new Error(`${code} is answered ${set}`);
    }
    const [ok, ...theirs] = await this.deliver([0x4c, ...little(powerModulo(generator, secret, modulus), 8)]);
    if (ok !== 0xf0 || theirs.length !== 8) throw new Error(`no key, but ${hexOf([ok!, ...theirs])}`);
    const shared = powerModulo(big(theirs), secret, modulus);
    this.key = Uint8Array.from([...this.fixedKey, ...little(shared, 8)]);
    this.count = 0;
  }

  /** From power-up to a machine that may be enabled: SYNC, keys, REJECT of what may wait, protocol version. */
  async begin(primes: Primes | null = shortPrimes): Promise<void> {
    await this.sync();
    if (primes !== null) await this.exchangeKeys(primes);
    for (const [command, right] of [
      [[0x06, this.version], /^f0$/],
      [[0x08], /^f[025]$/],
    ] as const) {
      const answer = await this.ask(...command);
      if (!right.test(answer)) throw new Error(`${hexOf(command)} is answered ${answer}`);
    }
  }

  /** Unit type, country and the values that it knows, in minor units. */
  async setup(): Promise<readonly [unit: number, country: string, values: readonly number[]]> {
    const [ok, unit, ...rest] = await this.command([0x05]);
    if (ok !== 0xf0) throw new Error('no set-up');
    const country = String.fromCharCode(...rest.slice(4, 7));
    if (unit === 0x03) {
      const count = rest[8]!;
      return [unit, country, Array.from({ length: count }, (_, n) => Number(big(rest.slice(9 + 2 * n, 11 + 2 * n))))];
    }
    const count = rest[10]!;
    // Behind values and security of the channels: real multiplier, version, countries, and the full values.
    const full = 11 + 2 * count + 3 + 1 + 3 * count;
    const multiplier = Number(big(rest.slice(11 + 2 * count, 14 + 2 * count).reverse()));
    const values = Array.from({ length: count }, (_, n) => Number(big(rest.slice(full + 4 * n, full + 4 * n + 4))));
    return [unit!, country, values.map((value) => value * multiplier)];
  }

  /** The events of one POLL (07) or POLL WITH ACK (56). */
  async poll(code: 0x07 | 0x56 = 0x07): Promise<readonly string[]> {
    const [ok, ...data] = await this.command([code]);
    if (ok !== 0xf0) throw new Error(`a poll is answered ${hexOf([ok!, ...data])}`);
    const words = eventsIn(data);
    for (const word of words) if (word.startsWith('credit')) this.credits.push(Number(word.split(' ')[1]));
    return words;
  }

  /** Polls until this event comes; the events of every answer that differs from the one before, the last included. */
  async until(wanted: string, limitMs = 20_000): Promise<readonly string[]> {
    const seen: string[] = [];
    let before = '';
    for (const endMs = Date.now() + limitMs; Date.now() < endMs; await pause(20)) {
      const words = await this.poll();
      if (words.join() !== before) seen.push(...words);
      before = words.join();
      if (words.some((word) => word === wanted || word.startsWith(`${wanted} `))) return seen;
    }
    throw new Error(`no ${wanted} within ${limitMs} ms, but ${seen.join(', ')}`);
  }

  /** Asks again while the machine says that it is busy. */
  async whenFree(...data: readonly number[]): Promise<string> {
    for (const endMs = Date.now() + 20_000; Date.now() < endMs; await pause(20)) {
      const answer = await this.ask(...data);
      if (answer !== 'f5 03') return answer;
    }
    throw new Error(`it is busy all the while with ${hexOf(data)}`);
  }

  /** Lists of number, value and country: GET ALL LEVELS (22), or CASHBOX PAYOUT OPERATION DATA (53). */
  async counted(code: 0x22 | 0x53): Promise<readonly string[]> {
    const [ok, kinds = 0, ...rows] = await this.command([code]);
    if (ok !== 0xf0) throw new Error(`no list, but ${ok}`);
    return Array.from({ length: kinds }, (_, n) => {
      const row = rows.slice(9 * n, 9 * n + 9);
      return `${big(row.slice(0, 2))}×${valuesIn(row.slice(2), 4)[0]}`;
    }).filter((word) => !word.startsWith('0×'));
  }
}
