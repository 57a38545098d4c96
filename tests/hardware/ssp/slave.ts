/**
 * A device's side of SSP for the tests of the driver, written anew: packets, sequence, key exchange and the events that
 * wait for EVENT ACK. What it says is put into it by the test.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';

const FIXED_KEY = 0x0123456701234567n;

export function crcOf(bytes: readonly number[]): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      const high = (crc >> 15) ^ ((byte >> bit) & 1);
      crc = (crc << 1) & 0xffff;
      if (high === 1) crc ^= 0x8005;
    }
  }
  return crc;
}

export function packet(head: number, data: readonly number[]): Uint8Array {
  const body = [head, data.length, ...data];
  const crc = crcOf(body);
  return Uint8Array.from([
    0x7f,
    ...[...body, crc % 256, crc >> 8].flatMap((byte) => (byte === 0x7f ? [byte, byte] : [byte])),
  ]);
}

/** What is in a packet: its head and its data. */
export function unpacked(bytes: Uint8Array): { readonly head: number; readonly data: readonly number[] } {
  const body: number[] = [];
  for (let at = 1; at < bytes.length; at++) {
    body.push(bytes[at] as number);
    if (bytes[at] === 0x7f) at++;
  }
  if (crcOf(body.slice(0, -2)) !== (body.at(-2) as number) + (body.at(-1) as number) * 256)
    throw new Error('wrong CRC');
  return { head: body[0] as number, data: body.slice(2, -2) };
}

export function little(number: number | bigint, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, at) => Number((BigInt(number) >> BigInt(8 * at)) & 255n));
}

function big(bytes: readonly number[]): bigint {
  return bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

/** `wraps`: products are kept in 64 bits, as in ITL's own host. */
function power(base: bigint, exponent: bigint, modulus: bigint, wraps: boolean): bigint {
  const times = (a: bigint, b: bigint): bigint => (wraps ? BigInt.asUintN(64, a * b) : a * b) % modulus;
  if (exponent === 0n) return 1n % modulus;
  const half = power(times(base, base), exponent / 2n, modulus, wraps);
  return exponent % 2n === 1n ? times(half, base) : half;
}

export const letters = (text: string): number[] => Array.from(text, (sign) => sign.charCodeAt(0));

/** A validator's or recycler's set-up of six channels of CNY, as of protocol version 8. */
export function setUpOf(unit: number, values: readonly number[] = [1, 5, 10, 20, 50, 100]): number[] {
  const head = [0xf0, unit, ...letters('0416'), ...letters('CNY'), 0, 0, 1, values.length, ...values];
  const tail = [...values.map(() => 2), 0, 0, 100, 8, ...values.flatMap(() => letters('CNY'))];
  return [...head, ...tail, ...values.flatMap((value) => little(value, 4))];
}

/** One amount behind an event. */
export function paying(code: number, minor: number): number[] {
  return [code, 1, ...little(minor, 4), ...letters('CNY')];
}

const heldCodes: ReadonlySet<number> = new Set([
  0xee, 0xe1, 0xe2, 0xe6, 0xd2, 0xd9, 0xdc, 0xc9, 0xca, 0xcb, 0xb4, 0xb1, 0xd6, 0xd8, 0xdd,
]);

export class Slave {
  readonly heard: number[][] = [];
  /** Told once, or until they are acknowledged. */
  events: number[][] = [];
  /** Told at each poll without other events. */
  standing: number[] = [];
  acks = true;
  secret = 11n;
  wraps = false;
  fixed = FIXED_KEY;
  unit = 0;
  values: readonly number[] = [1, 5, 10, 20, 50, 100];
  highest = 8;
  levels = new Map([
    [100, 5],
    [500, 5],
    [1000, 5],
    [2000, 5],
    [5000, 5],
    [10_000, 5],
  ]);
  /** By value; all others go to the cash box. */
  readonly routes = new Map<number, number>();
  /** Answers other than the usual ones, by command. */
  answers: Record<number, readonly number[] | null> = {};
  onHeard: (data: readonly number[]) => void = () => {};
  key: Buffer | null = null;
  count = 0;
  private generator = 0n;
  private modulus = 0n;
  private lastHead = -1;
  private last: Uint8Array | null = null;
  private told: number[][] = [];

  /** What comes back for these bytes; null: nothing. */
  receive(bytes: Uint8Array): Uint8Array | null {
    const { head, data } = unpacked(bytes);
    if (head === this.lastHead && this.last !== null && data[0] !== 0x11) return this.last;
    const sealed = data[0] === 0x7e;
    if (sealed && this.key === null) return packet(head, [0xfa]);
    const plain = sealed ? this.open(data.slice(1)) : [...data];
    if (plain === null) return null;
    this.heard.push(plain);
    const answer = this.answer(plain);
    this.onHeard(plain);
    if (answer === null) return null;
    this.lastHead = head;
    this.last = packet(head, sealed ? this.seal(answer) : answer);
    return this.last;
  }

  reset(): void {
    this.key = null;
    this.lastHead = -1;
    this.last = null;
    this.events.unshift([0xf1]);
  }

  private answer(data: readonly number[]): readonly number[] | null {
    const [code = 0] = data;
    const other = this.answers[code];
    if (other !== undefined) return other;
    switch (code) {
      case 0x05:
        return setUpOf(this.unit, this.values);
      case 0x06:
        return [(data[1] as number) <= this.highest ? 0xf0 : 0xf8];
      case 0x07:
        return this.poll(false);
      case 0x0c:
        return [0xf0, 0, 0x1c, 0x96, 0x3c];
      case 0x0d:
        return [0xf0, this.unit, ...letters('0416CNY'), 0, 0, 1, 8];
      case 0x22:
        return [
          0xf0,
          this.levels.size,
          ...[...this.levels].flatMap(([minor, count]) => [
            ...little(count, 2),
            ...little(minor, 4),
            ...letters('CNY'),
          ]),
        ];
      case 0x3b:
        this.routes.set(Number(big(data.slice(2, 6))), data[1] as number);
        return [0xf0];
      case 0x3c:
        return [0xf0, this.routes.get(Number(big(data.slice(1, 5)))) ?? 1];
      case 0x4a:
        this.generator = big(data.slice(1));
        return [0xf0];
      case 0x4b:
        this.modulus = big(data.slice(1));
        return [0xf0];
      case 0x4c: {
        const shared = power(big(data.slice(1)), this.secret, this.modulus, this.wraps);
        this.key = Buffer.from([...little(this.fixed, 8), ...little(shared, 8)]);
        this.count = 0;
        return [0xf0, ...little(power(this.generator, this.secret, this.modulus, this.wraps), 8)];
      }
      case 0x56:
        return this.acks ? this.poll(true) : [0xf2];
      case 0x57:
        this.events = this.events.filter((event) => !this.told.includes(event));
        this.told = [];
        return [0xf0];
      default:
        return [0xf0];
    }
  }

  private poll(withAck: boolean): readonly number[] {
    const { events } = this;
    this.told = withAck ? events.filter(([code]) => heldCodes.has(code as number)) : [];
    this.events = [...this.told];
    return [0xf0, ...events.flat(), ...(events.length === 0 ? this.standing : [])];
  }

  seal(data: readonly number[]): number[] {
    const used = data.length + 7;
    const plain = [data.length, ...little(this.count, 4), ...data, ...new Array((16 - (used % 16)) % 16).fill(0)];
    const cipher = createCipheriv('aes-128-ecb', this.key as Buffer, null).setAutoPadding(false);
    return [0x7e, ...cipher.update(Buffer.from([...plain, ...little(crcOf(plain), 2)]))];
  }

  open(blocks: readonly number[]): number[] | null {
    const decipher = createDecipheriv('aes-128-ecb', this.key as Buffer, null).setAutoPadding(false);
    const plain = [...decipher.update(Buffer.from(blocks))];
    if (crcOf(plain.slice(0, -2)) !== Number(big(plain.slice(-2)))) return null;
    if (Number(big(plain.slice(1, 5))) !== this.count) return null;
    this.count++;
    return plain.slice(5, 5 + (plain[0] as number));
  }
}
