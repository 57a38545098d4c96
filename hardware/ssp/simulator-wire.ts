/**
 * The wire of an ITL machine, as GA138 has it in "Transport Layer" and "Encryption Layer": finds the packets that are
 * for it, answers a packet that comes again with the answer of before, and keeps the keys and the packet counter.
 */
import { type Cipheriv, createCipheriv, createDecipheriv, type Decipheriv } from 'node:crypto';
import type { SimulatorSurroundings } from '../simulated.ts';

const STX = 0x7f;
const STEX = 0x7e;
const SYNC = 0x11;
const SEQUENCE = 0x80;
/** A packet whose bytes stop coming is given up; the manual names no time for it. */
const INTER_BYTE_MS = 200;
/** The manual allows a second. */
const REPLY_AFTER_MS = 5;
const LATE_BY_MS = 1_200;
const MOST_REPLIES_WAITING = 8;

/** CRC-16 of polynomial 8005, seed FFFF, highest bit first. */
/** What a byte at the high end of the register leaves behind, eight steps on. */
const steps = Uint16Array.from({ length: 256 }, (_, high) => {
  let crc = high << 8;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x8005 : crc << 1) & 0xffff;
  return crc;
});

function checksum(bytes: readonly number[]): number {
  let crc = 0xffff;
  for (const byte of bytes) crc = ((crc << 8) ^ (steps[(crc >> 8) ^ byte] as number)) & 0xffff;
  return crc;
}

/** A packet around data, its bytes of 7F doubled. Exported for the vectors, which both ends have to reproduce. */
export function framed(data: readonly number[], sequence: number): Uint8Array {
  const body = [sequence, data.length, ...data];
  const crc = checksum(body);
  const doubled = [...body, crc & 0xff, crc >> 8].flatMap((byte) => (byte === STX ? [STX, STX] : [byte]));
  return Uint8Array.from([STX, ...doubled]);
}

/** So many bytes, the lowest first. */
export function low(value: number | bigint, bytes: number): readonly number[] {
  if (typeof value === 'number') return Array.from({ length: bytes }, (_, at) => Math.floor(value / 256 ** at) % 256);
  return Array.from({ length: bytes }, (_, at) => Number((value >> BigInt(8 * at)) & 0xffn));
}

/** The number in bytes of which the lowest comes first. */
export function fromLow(bytes: readonly number[]): number {
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
}

function bigFromLow(bytes: readonly number[]): bigint {
  return bytes.reduceRight((value, byte) => value * 256n + BigInt(byte), 0n);
}

export type Misbehaviour = 'off' | 'repeat' | 'late' | 'noise';

/** The machine's end of the line. `answer` gives the data of the reply; null: the packet is as if it never came. */
export class Line {
  misbehaviour: Misbehaviour = 'off';

  private readonly world: SimulatorSurroundings;
  private readonly address: number;
  private readonly answer: (data: readonly number[], sequence: number) => readonly number[] | null;
  private packet: number[] | null = null;
  private doubled = false;
  private lastByteMs = 0;
  private lastSequence: number | null = null;
  private lastReply: Uint8Array | null = null;
  private waiting = 0;
  private late = false;
  private life = 0;

  constructor(world: SimulatorSurroundings, address: number, answer: Line['answer']) {
    this.world = world;
    this.address = address;
    this.answer = answer;
  }

  /** The power is gone: nothing that was under way arrives, and no packet of before is known. */
  die(): void {
    this.life++;
    this.packet = null;
    this.doubled = false;
    this.waiting = 0;
    this.late = false;
    this.lastSequence = null;
    this.lastReply = null;
  }

  receive(bytes: Uint8Array): void {
    const nowMs = this.world.clock.monoMs();
    if (nowMs - this.lastByteMs > INTER_BYTE_MS) {
      this.packet = null;
      this.doubled = false;
    }
    this.lastByteMs = nowMs;
    for (const byte of bytes) this.take(byte);
  }

  private take(byte: number): void {
    if (this.doubled) {
      this.doubled = false;
      // A single 7F begins a packet, wherever it stands.
      if (byte !== STX) this.packet = [];
    } else if (byte === STX) {
      if (this.packet === null || this.packet.length === 0) this.packet = [];
      else this.doubled = true;
      return;
    }
    if (this.packet === null) return;
    this.packet.push(byte);
    const [sequence, length] = this.packet;
    if (sequence === undefined || length === undefined || this.packet.length < length + 4) return;
    const packet = this.packet;
    this.packet = null;
    const crc = checksum(packet.slice(0, -2));
    if (length === 0 || packet.at(-2) !== (crc & 0xff) || packet.at(-1) !== crc >> 8) return;
    if ((sequence & ~SEQUENCE) === this.address && !this.late) this.heard(packet.slice(2, -2), sequence);
  }

  /** The same sequence again says that the reply was not heard; only a SYNC is obeyed whatever it bears. */
  private heard(data: readonly number[], sequence: number): void {
    const sync = data.length === 1 && data[0] === SYNC;
    if (!sync && sequence === this.lastSequence && this.lastReply !== null) {
      this.reply(this.lastReply);
      return;
    }
    const answer = this.answer(data, sequence);
    if (answer === null) return;
    // After a SYNC the next packet is expected to bear 0.
    this.lastSequence = sync ? SEQUENCE | this.address : sequence;
    this.lastReply = framed(answer, sequence);
    this.reply(this.lastReply);
    if (this.misbehaviour === 'repeat') this.reply(this.lastReply);
  }

  private reply(frame: Uint8Array): void {
    if (this.waiting >= MOST_REPLIES_WAITING) return;
    if (this.misbehaviour === 'late' && this.world.random() < 0.3) {
      this.late = true;
      this.transmit(frame, LATE_BY_MS);
    } else if (this.misbehaviour === 'noise') this.transmitInNoise(frame);
    else this.transmit(frame, REPLY_AFTER_MS);
  }

  private transmit(bytes: Uint8Array, afterMs: number): void {
    const life = this.life;
    this.waiting++;
    this.world.clock.after(afterMs, () => {
      if (life !== this.life) return;
      this.waiting--;
      this.late = false;
      this.world.send(bytes);
    });
  }

  /** Garbage, false starts, another slave's packet, spoiled and halved packets around an answer in two pieces. */
  private transmitInNoise(frame: Uint8Array): void {
    const random = this.world.random;
    const spoiled = frame.slice();
    spoiled[3] = (spoiled[3] as number) ^ 0x12;
    const before: readonly (() => Uint8Array)[] = [
      () => Uint8Array.from({ length: 1 + Math.floor(random() * 12) }, () => random() * 256),
      () => Uint8Array.of(STX),
      () => Uint8Array.of(STX, this.address, 3, 0xf0),
      () => framed([0xf0, 0xee, 1], this.address ^ 0x05),
      () => new Uint8Array(0),
    ];
    const kind = Math.floor(random() * (before.length + 2));
    const first = before[kind];
    if (first === undefined) {
      this.transmit(kind === before.length ? spoiled : frame.slice(0, -2), REPLY_AFTER_MS);
      return;
    }
    const noise = first();
    if (noise.length > 0) this.transmit(noise, REPLY_AFTER_MS);
    const cut = 1 + Math.floor(random() * (frame.length - 1));
    this.transmit(frame.slice(0, cut), REPLY_AFTER_MS + 1);
    this.transmit(frame.slice(cut), REPLY_AFTER_MS + 9);
  }
}

const DEFAULT_FIXED_KEY = 0x0123456701234567n;
const BLOCK = 16;
/** Length, counter and checksum of an encrypted packet. */
const OVERHEAD = 7;

/** Keys, and the counter that makes a packet good once. */
export class Cipher {
  private readonly random: () => number;
  private fixed = DEFAULT_FIXED_KEY;
  private generator = 0n;
  private modulus = 0n;
  private sealing: Cipheriv | null = null;
  private opening: Decipheriv | null = null;
  private count = 0;

  constructor(random: () => number) {
    this.random = random;
  }

  /** The power is gone; the fixed key alone is kept. */
  forget(): void {
    this.generator = 0n;
    this.modulus = 0n;
    this.sealing = null;
    this.opening = null;
    this.count = 0;
  }

  get agreed(): boolean {
    return this.opening !== null;
  }

  /** Counts from the next key exchange on. */
  setFixed(bytes: readonly number[] | null): void {
    this.fixed = bytes === null ? DEFAULT_FIXED_KEY : bigFromLow(bytes);
  }

  /**
   * False: out of range. Neither that both are prime nor which is the greater is checked: the maker's hosts order them,
   * others in use do not, and are answered.
   */
  set(what: 'generator' | 'modulus', bytes: readonly number[]): boolean {
    const value = bigFromLow(bytes);
    if (value < 3n) return false;
    this[what] = value;
    return true;
  }

  /** The slave's intermediate key for the host's; null when generator and modulus are not set. */
  exchange(host: readonly number[]): readonly number[] | null {
    if (this.generator === 0n || this.modulus === 0n) return null;
    const secret = 1n + BigInt(Math.floor(this.random() * 2 ** 31));
    const shared = power(bigFromLow(host), secret, this.modulus);
    const key = Uint8Array.from([...low(this.fixed, 8), ...low(shared, 8)]);
    // Each block for itself: one of each serves as long as the key does.
    this.sealing = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
    this.opening = createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false);
    this.count = 0;
    return low(power(this.generator, secret, this.modulus), 8);
  }

  /** What an encrypted packet says; null when its counter or checksum is wrong, so that it is ignored. */
  open(data: readonly number[]): readonly number[] | null {
    const { opening } = this;
    if (opening === null || data[0] !== STEX || data.length < 1 + BLOCK || (data.length - 1) % BLOCK !== 0) return null;
    const plain = [...opening.update(Uint8Array.from(data.slice(1)))];
    const length = plain[0] as number;
    if (length === 0 || length > plain.length - OVERHEAD) return null;
    if (checksum(plain.slice(0, -2)) !== fromLow(plain.slice(-2))) return null;
    if (fromLow(plain.slice(1, 5)) !== this.count) return null;
    this.count = (this.count + 1) % 2 ** 32;
    return plain.slice(5, 5 + length);
  }

  /** The answer to the packet that was opened last, under the next count. */
  seal(data: readonly number[]): readonly number[] {
    const used = data.length + OVERHEAD;
    const padding = Array.from({ length: (BLOCK - (used % BLOCK)) % BLOCK }, () => Math.floor(this.random() * 256));
    const plain = [data.length, ...low(this.count, 4), ...data, ...padding];
    const { sealing } = this;
    if (sealing === null) throw new Error('there is no key to seal with');
    return [STEX, ...sealing.update(Uint8Array.from([...plain, ...low(checksum(plain), 2)]))];
  }
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n % modulus;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
