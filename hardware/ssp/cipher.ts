/**
 * The encryption layer of SSP (ITL GA138): a key agreed by Diffie-Hellman over 64-bit numbers, then AES-128-ECB over
 * packets that carry a counter and a CRC of their own. It keeps a foreign host out that does not know the fixed key; 64 bits
 * keep nothing secret for long. Pure: what has to be random is drawn from the driver's `chance`.
 */
import { type Cipheriv, createCipheriv, createDecipheriv, createHash, type Decipheriv } from 'node:crypto';
import { crc16 } from './frame.ts';

/** First byte of the data of an encrypted frame. */
export const ENCRYPTED = 0x7e;
const BLOCK_BYTES = 16;
/** Length, counter and CRC. */
const OVERHEAD_BYTES = 7;
const COUNTS = 2 ** 32;

/** An endless row of random bytes out of 64 bytes of chance. */
export interface Randoms {
  readonly key: Uint8Array;
  readonly drawn: number;
}

export function randomsFrom(chance: Uint8Array): Randoms {
  return { key: createHash('sha256').update(chance).digest().subarray(0, BLOCK_BYTES), drawn: 0 };
}

/** The next 16 bytes. */
export function draw({ key, drawn }: Randoms): { readonly bytes: Uint8Array; readonly randoms: Randoms } {
  const block = new Uint8Array(BLOCK_BYTES);
  new DataView(block.buffer).setUint32(0, drawn);
  return { bytes: aes(key, block), randoms: { key, drawn: drawn + 1 } };
}

interface Machinery {
  readonly seals: Cipheriv;
  readonly opens: Decipheriv;
}

/** It takes longer to make than a packet to encrypt, a key serves many packets, and a block knows nothing of those before. */
const prepared = new WeakMap<Uint8Array, Machinery>();

function machineryOf(key: Uint8Array): Machinery {
  const known = prepared.get(key);
  if (known !== undefined) return known;
  const seals = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  const opens = createDecipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  const made = { seals, opens };
  prepared.set(key, made);
  return made;
}

function aes(key: Uint8Array, blocks: Uint8Array): Uint8Array {
  return Uint8Array.from(machineryOf(key).seals.update(blocks));
}

function unaes(key: Uint8Array, blocks: Uint8Array): Uint8Array {
  return Uint8Array.from(machineryOf(key).opens.update(blocks));
}

// The key.

/** What the host brings to the exchange; only generator, modulus and the intermediate leave it. */
export interface Offer {
  readonly generator: bigint;
  readonly modulus: bigint;
  readonly secret: bigint;
}

/**
 * The manual allows primes of 64 bits. ITL's own host draws them below 2^31, and a device that multiplies in 64 bits
 * agrees with nobody about longer ones: the driver tries the one and then the other.
 */
export type PrimeBits = 64 | 31;

/** Fresh primes, the generator greater than the modulus, and a secret of the host. */
export function offerFrom(randoms: Randoms, bits: PrimeBits): { readonly offer: Offer; readonly randoms: Randoms } {
  const first = draw(randoms);
  const second = draw(first.randoms);
  const one = primeFrom(readLe64(first.bytes, 0), bits);
  const drawn = primeFrom(readLe64(first.bytes, 8), bits);
  const other = drawn === one ? primeFrom(one + 2n, bits) : drawn;
  const [modulus, generator] = one < other ? [one, other] : [other, one];
  const secret = 2n + (readLe64(second.bytes, 0) % (modulus - 3n));
  return { offer: { generator, modulus, secret }, randoms: second.randoms };
}

/** The first prime from there on that has so many bits. */
function primeFrom(random: bigint, bits: PrimeBits): bigint {
  const top = 1n << BigInt(bits - 1);
  let candidate = (random % top) | top | 1n;
  while (!isPrime(candidate)) {
    candidate += 2n;
    if (candidate >= top << 1n) candidate = top | 1n;
  }
  return candidate;
}

/** Miller-Rabin to these bases has no false answer below 3.3 · 10^24. */
const bases = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n];

export function isPrime(number: bigint): boolean {
  if (number < 2n) return false;
  for (const base of bases) if (number % base === 0n) return number === base;
  let odd = number - 1n;
  let halvings = 0;
  while (odd % 2n === 0n) {
    odd /= 2n;
    halvings++;
  }
  return bases.every((base) => {
    let power = powerOf(base, odd, number);
    if (power === 1n) return true;
    for (let square = 0; square < halvings; square++) {
      if (power === number - 1n) return true;
      power = (power * power) % number;
    }
    return false;
  });
}

function powerOf(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

export function le64(number: bigint): readonly number[] {
  return Array.from({ length: 8 }, (_, at) => Number((number >> BigInt(8 * at)) & 0xffn));
}

export function readLe64(bytes: Uint8Array, at: number): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getBigUint64(at, true);
}

/** What the device is sent of the secret. */
export function intermediate({ generator, modulus, secret }: Offer): bigint {
  return powerOf(generator, secret, modulus);
}

/** Both sides' key; null when the other's number is one that gives the key away, and no honest one. */
export function agree({ modulus, secret }: Offer, theirs: bigint, fixedKey: bigint): Session | null {
  if (theirs < 2n || theirs >= modulus - 1n) return null;
  return { key: Uint8Array.from([...le64(fixedKey), ...le64(powerOf(theirs, secret, modulus))]), count: 0 };
}

// Packets.

export interface Session {
  readonly key: Uint8Array;
  /** Of the next packet of the host; the device answers with one more, and that is the next. */
  readonly count: number;
}

/** The data of an encrypted frame; `padding` has 16 bytes at least. A count is sealed once: what is sent again are these bytes. */
export function seal({ key, count }: Session, data: readonly number[], padding: Uint8Array): Uint8Array {
  const blocks = new Uint8Array(Math.ceil((data.length + OVERHEAD_BYTES) / BLOCK_BYTES) * BLOCK_BYTES);
  const view = new DataView(blocks.buffer);
  blocks[0] = data.length;
  view.setUint32(1, count, true);
  blocks.set(data, 5);
  const padded = blocks.length - data.length - OVERHEAD_BYTES;
  blocks.set(padding.subarray(0, padded), 5 + data.length);
  view.setUint16(blocks.length - 2, crc16(blocks.subarray(0, -2)), true);
  return Uint8Array.from([ENCRYPTED, ...aes(key, blocks)]);
}

/** The answer to the packet of this session's count, and the session after it; null for anything else. */
export function unseal({ key, count }: Session, data: Uint8Array): { reply: Uint8Array; session: Session } | null {
  const length = data.length - 1;
  if (data[0] !== ENCRYPTED || length === 0 || length % BLOCK_BYTES !== 0) return null;
  const blocks = unaes(key, data.subarray(1));
  const view = new DataView(blocks.buffer);
  if (view.getUint16(length - 2, true) !== crc16(blocks.subarray(0, -2))) return null;
  const next = (count + 1) % COUNTS;
  const inside = blocks[0] as number;
  if (view.getUint32(1, true) !== next || inside === 0 || inside > length - OVERHEAD_BYTES) return null;
  return { reply: blocks.slice(5, 5 + inside), session: { key, count: next } };
}
