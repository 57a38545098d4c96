/** What devices say, for every protocol of the catalog: the device's lines of its vectors, and more where one knows more. */
import { readFileSync } from 'node:fs';
import { protocols } from '../../hardware/catalog.ts';
import { encode } from '../../hardware/id003/frame.ts';
import { encode as encodeModbus } from '../../hardware/modbus/frame.ts';
import type { Random } from '../simulation/random.ts';
import { bytesOf, flipped } from './input.ts';

export const protocolNames: readonly string[] = Object.keys(protocols);

const vectors: ReadonlyMap<string, readonly Uint8Array[]> = new Map(
  protocolNames.map((name) => {
    const text = readFileSync(new URL(`../vectors/${name}.txt`, import.meta.url), 'utf8');
    // A decoder is made for one kind of checksum, here the usual one.
    const lines = text.split('\n').filter((line) => line.startsWith('device |') && !line.includes('CRC mode'));
    if (lines.length === 0) throw new Error(`tests/vectors/${name}.txt has no line of the device`);
    return [name, lines.map((line) => bytesOfHex(line.split('|')[2] ?? ''))];
  }),
);

function bytesOfHex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));
}

export function vectorsOf(protocol: string): readonly Uint8Array[] {
  return vectors.get(protocol) ?? [];
}

/** Reports and answers as they come, so that the states behind them are reached. */
const id003Codes = [
  0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x40, 0x41, 0x42, 0x45, 0x48, 0x49, 0x50,
];
const id003Table = [0x61, 0x2a, 1, 0, 0x62, 0x2a, 5, 0, 0x63, 0x2a, 1, 1, 0x64, 0x2a, 2, 1];

/** An answer that fits the question, for without one a module is soon lost, and nothing is switched. */
function modbusAnswer(random: Random, asked: Uint8Array): Uint8Array {
  const [unit = 1, code = 0, , , , count = 0] = asked;
  switch (code) {
    case 0x01:
    case 0x02: {
      const bits = Array.from({ length: Math.ceil(count / 8) }, () => random.integer(0, count === 1 ? 1 : 0xff));
      return encodeModbus(unit, code, [bits.length, ...bits]);
    }
    case 0x03:
    case 0x04:
      return encodeModbus(unit, code, [2, 0, random.integer(0, 3)]);
    default:
      return encodeModbus(unit, code, [...asked.subarray(2, 6)]);
  }
}

/** Vectors hold one frame of a kind; these hold any. */
const more: Readonly<Record<string, (random: Random, asked: Uint8Array | null) => Uint8Array>> = {
  id003(random) {
    if (random.chance(0.1)) return encode(0x8a, id003Table);
    if (random.chance(0.2)) return encode(random.integer(0, 255), bytesOf(random, random.integer(0, 8), 0x61));
    const code = random.pick(id003Codes);
    return encode(code, code === 0x13 || code === 0x15 ? [random.integer(0x60, 0x66)] : []);
  },
  modbus(random, asked) {
    if (asked !== null && random.chance(0.8)) return modbusAnswer(random, asked);
    if (random.chance(0.5)) return random.pick(vectorsOf('modbus'));
    return encodeModbus(1, 0x80 + (asked?.[1] ?? 1), [random.integer(1, 0x0b)]);
  },
};

/**
 * What a device might say next: mostly a whole frame, now and then one with a wrong bit, or nonsense. `asked`: the last
 * message that was sent to it.
 */
export function deviceBytes(random: Random, protocol: string, asked: Uint8Array | null = null): Uint8Array {
  if (random.chance(0.1)) return bytesOf(random, random.integer(1, 40), 0x12);
  const known = more[protocol];
  const frame = known !== undefined && random.chance(0.8) ? known(random, asked) : random.pick(vectorsOf(protocol));
  return random.chance(0.05) ? flipped(random, frame, 0) : frame;
}
