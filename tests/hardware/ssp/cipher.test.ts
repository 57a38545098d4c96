import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  agree,
  draw,
  intermediate,
  isPrime,
  le64,
  offerFrom,
  type PrimeBits,
  randomsFrom,
  readLe64,
  type Session,
  seal,
  unseal,
} from '../../../hardware/ssp/cipher.ts';
import { encode } from '../../../hardware/ssp/frame.ts';
import { Slave, unpacked } from './slave.ts';

const FIXED = 0x0123456701234567n;
const ZEROS = new Uint8Array(16);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
const of = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
/** GA138's way with numbers that can be followed by hand. */
const offer = { generator: 982_451_653n, modulus: 1_287_821n, secret: 7n };

function chanceOf(seed: number): Uint8Array {
  return Uint8Array.from({ length: 64 }, (_, at) => (at * 73 + seed * 151 + 7) & 0xff);
}

describe('the known exchange', () => {
  test('gives the frames, the key and the packets of the vectors', () => {
    expect(hex(encode(0, 1, [0x4a, ...le64(offer.generator)]))).toBe('7F80094AC5058F3A00000000B273');
    expect(hex(encode(0, 0, [0x4b, ...le64(offer.modulus)]))).toBe('7F00094B8DA613000000000053D6');
    expect(hex(encode(0, 1, [0x4c, ...le64(intermediate(offer))]))).toBe('7F80094CD145110000000000A9B9');
    const theirs = readLe64(of('EC 11 10 00 00 00 00 00'), 0);
    const session = agree(offer, theirs, FIXED) as Session;
    expect(hex(session.key)).toBe('6745230167452301D7A20B0000000000');
    expect(hex(encode(0, 0, seal(session, [0x07], ZEROS)))).toBe('7F00117E7C831B5266555D4C358EFC1612B638F0AE86');
    const answer = of('7E 2E 28 E8 52 7E 5A 7B D8 C0 AF 88 71 F4 F9 18 2A');
    const opened = unseal(session, answer);
    expect(hex(opened?.reply ?? ZEROS)).toBe('F0EE02');
    expect(opened?.session.count).toBe(1);
  });
});

describe('numbers', () => {
  test('primes are told from what looks like one', () => {
    const primes = [2n, 3n, 37n, 982_451_653n, 2_147_483_647n, 18_446_744_073_709_551_557n];
    expect(primes.map(isPrime)).toEqual(primes.map(() => true));
    // Carmichael numbers, strong pseudoprimes to base 2, squares.
    const others = [0n, 1n, 4n, 561n, 1_373_653n, 3_215_031_751n, 3_825_123_056_546_413_051n, 1369n, 41n * 43n];
    expect(others.map(isPrime)).toEqual(others.map(() => false));
    for (let number = 2; number < 2_000; number++) {
      let prime = true;
      for (let factor = 2; factor * factor <= number; factor++) if (number % factor === 0) prime = false;
      expect(isPrime(BigInt(number)), String(number)).toBe(prime);
    }
  });

  test.each([64, 31] as const)(
    'an offer has two primes of %i bits, the generator the greater, and a secret below them',
    (bits) => {
      fc.assert(
        fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), (chance) => {
          const made = offerFrom(randomsFrom(chance), bits).offer;
          expect(isPrime(made.generator) && isPrime(made.modulus)).toBe(true);
          expect(made.generator).toBeGreaterThan(made.modulus);
          expect(made.modulus.toString(2)).toHaveLength(bits);
          expect(made.generator.toString(2)).toHaveLength(bits);
          expect(made.secret).toBeGreaterThan(1n);
          expect(made.secret).toBeLessThan(made.modulus - 1n);
        }),
        { numRuns: 30 },
      );
    },
  );

  test('another chance, and the next offer of the same, are other numbers', () => {
    const first = offerFrom(randomsFrom(chanceOf(1)), 64);
    const next = offerFrom(first.randoms, 64).offer;
    const other = offerFrom(randomsFrom(chanceOf(2)), 64).offer;
    expect(new Set([first.offer, next, other].flatMap(Object.values)).size).toBe(9);
    expect(offerFrom(randomsFrom(chanceOf(1)), 64).offer).toEqual(first.offer);
  });

  test('every byte of the chance counts', () => {
    const plain = draw(randomsFrom(chanceOf(1))).bytes;
    for (let at = 0; at < 64; at++) {
      const chance = chanceOf(1);
      chance[at] = (chance[at] as number) ^ 1;
      expect(hex(draw(randomsFrom(chance)).bytes)).not.toBe(hex(plain));
    }
  });

  test('an intermediate that gives the key away is refused', () => {
    for (const theirs of [0n, 1n, offer.modulus - 1n, offer.modulus, offer.modulus + 5n])
      expect(agree(offer, theirs, FIXED)).toBeNull();
  });
});

describe('against a device written anew', () => {
  function agreed(bits: PrimeBits, seed: number): { slave: Slave; session: Session } {
    const slave = new Slave();
    const { offer: made } = offerFrom(randomsFrom(chanceOf(seed)), bits);
    slave.receive(encode(0, 1, [0x4a, ...le64(made.generator)]));
    slave.receive(encode(0, 0, [0x4b, ...le64(made.modulus)]));
    const answer = unpacked(slave.receive(encode(0, 1, [0x4c, ...le64(intermediate(made))])) as Uint8Array).data;
    return { slave, session: agree(made, readLe64(Uint8Array.from(answer), 1), FIXED) as Session };
  }

  test.each([64, 31] as const)('both have the same key, with primes of %i bits', (bits) => {
    for (let seed = 1; seed < 8; seed++) {
      const { slave, session } = agreed(bits, seed);
      expect(hex(session.key)).toBe(hex(slave.key as Buffer));
    }
  });

  test('packets of every length pass both ways, counted', () => {
    const made = agreed(64, 3);
    let { session } = made;
    for (let length = 1; length <= 200; length++) {
      const data = Array.from({ length }, (_, at) => (at * 7 + length) & 0xff);
      const sealed = seal(session, data, draw(randomsFrom(chanceOf(length))).bytes);
      expect((sealed.length - 1) % 16).toBe(0);
      expect(made.slave.open([...sealed].slice(1))).toEqual(data);
      const opened = unseal(session, Uint8Array.from(made.slave.seal(data)));
      expect([...(opened?.reply ?? [])]).toEqual(data);
      session = (opened as { session: Session }).session;
      expect(session.count).toBe(length);
    }
  });

  test('an answer of another count, a spoilt one and a plain one are none', () => {
    const { slave, session } = agreed(64, 4);
    slave.open([...seal(session, [0x07], ZEROS)].slice(1));
    const right = Uint8Array.from(slave.seal([0xf0]));
    expect(unseal(session, right)).not.toBeNull();
    expect(unseal({ ...session, count: session.count + 1 }, right)).toBeNull();
    slave.count++;
    expect(unseal(session, Uint8Array.from(slave.seal([0xf0])))).toBeNull();
    for (let at = 0; at < right.length; at++) {
      const spoilt = right.slice();
      spoilt[at] = (spoilt[at] as number) ^ 0x10;
      expect(unseal(session, spoilt)).toBeNull();
    }
    expect(unseal(session, Uint8Array.of(0xf0))).toBeNull();
    expect(unseal(session, Uint8Array.of(0x7e))).toBeNull();
    expect(unseal(session, right.subarray(0, 9))).toBeNull();
  });

  test('any bytes are opened without throwing', () => {
    const { session } = agreed(31, 5);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (data) => {
        expect(unseal(session, Uint8Array.from([0x7e, ...data]))).toBeNull();
      }),
    );
  });
});
