import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { crc16Modbus } from '../../../hardware/checksum.ts';
import { createDecoder, encode, LONGEST_PDU_BYTES } from '../../../hardware/modbus/frame.ts';
import {
  askIdentification,
  bitsOf,
  describe as describeBytes,
  identityOf,
  readCoils,
  readInputs,
  readRegister,
  registerOf,
  writeCoil,
  writeCoils,
  writeRegister,
} from '../../../hardware/modbus/messages.ts';

const vectors = readFileSync(new URL('../../vectors/modbus.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => /^(host|device) \|/.test(line))
  .map((line) => line.split('|').map((part) => part.trim()) as [string, string, string, string]);

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('hex')
    .toUpperCase()
    .replaceAll(/(..)(?=.)/g, '$1 ');
}

function framesIn(...pieces: readonly Uint8Array[]) {
  const decoder = createDecoder();
  return [...pieces.flatMap((piece) => [...decoder.push(piece)]), ...decoder.silence()];
}

test('the checksum has the check value of its kind, and that of the specification’s own example', () => {
  const digits = new TextEncoder().encode('123456789');
  expect(crc16Modbus(digits, 0, digits.length)).toBe(0x4b37);
  // V1.02, 6.2.2: the CRC of 02 07 is 1241, and goes out as 41 12.
  expect(hexOf(encode(0x02, 0x07, []))).toBe('02 07 41 12');
});

test('requests are those of the specification, byte for byte', () => {
  const asked = [
    readCoils(1, 0x13, 0x13),
    readInputs(1, 0xc4, 0x16),
    readRegister(1, 'input', 8),
    writeCoil(1, 0xac, true),
    writeRegister(1, 1, 3),
    writeCoils(1, 0x13, [true, false, true, true, false, false, true, true, true, false]),
    askIdentification(1),
    readRegister(0x11, 'input', 0),
    writeCoil(0, 8, false),
  ];
  const published = vectors.filter(([from]) => from === 'host').map(([, , hex]) => hex);
  for (const { bytes } of asked) expect(published).toContain(hexOf(bytes));
  expect(hexOf(readRegister(1, 'holding', 0x6b).bytes)).toMatch(/^01 03 00 6B 00 01/);
});

describe.each(vectors.filter(([from]) => from === 'device'))('%s %s %s', (_from, name, hex) => {
  const bytes = bytesOf(hex);

  test('is one frame, in any two pieces and behind noise', () => {
    expect(framesIn(bytes)).toMatchObject([{ type: 'frame', frame: { unit: bytes[0], code: bytes[1] } }]);
    for (let cut = 1; cut < bytes.length; cut++)
      expect(framesIn(bytes.subarray(0, cut), bytes.subarray(cut)).map(({ type }) => type)).toEqual(['frame']);
    expect(framesIn(Uint8Array.of(0xff, 0x00, 0x7f), bytes).filter(({ type }) => type === 'frame')).toHaveLength(1);
  });

  test('is none with any one bit turned over', () => {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const wrong = bytes.slice();
      wrong[bit >> 3] = (wrong[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(
        framesIn(wrong).filter(({ type }) => type === 'frame'),
        `bit ${bit}`,
      ).toEqual([]);
    }
  });

  test('is called by its name', () => {
    expect(describeBytes(bytes, 'device')).toMatchObject([{ command: name, direction: 'device', apdu: hex }]);
  });
});

test('what a device answers is read as the specification explains it', () => {
  const of = (wanted: string, first: string) => {
    const [, , hex = ''] =
      vectors.find(([from, name, bytes]) => from === 'device' && name === wanted && bytes.startsWith(first)) ?? [];
    const [found] = framesIn(bytesOf(hex));
    if (found?.type !== 'frame') throw new Error(`${wanted} is no frame`);
    return found.frame;
  };
  // 6.1: outputs 27 to 20 are CD, the lowest first.
  const coils = bitsOf(of('read-coils', '01'), 19);
  expect(coils?.map(Number).join('')).toBe('1011001111010110101');
  expect(bitsOf(of('read-coils', '01'), 8)).toBeNull();
  expect(registerOf(of('read-input-registers', '01'))).toBe(10);
  expect(registerOf(of('read-holding-registers', '01'))).toBeNull();
  expect(identityOf(of('identification', '01'))).toEqual({
    maker: 'Company identification',
    model: 'Product code XX',
    firmware: 'V2.11',
  });
});

test('a recording of both sides is told apart, and a write that says the same in both directions is either’s', () => {
  const all = ['01 02 00 C4 00 16 B8 39', '01 02 03 AC DB 35 22 88', '01 05 00 AC FF 00 4C 1B', '01 85 06 C2 92'];
  const lines = describeBytes(bytesOf(all.join(' ')), 'either');
  expect(lines).toMatchObject([
    { command: 'read-inputs', direction: 'host', fields: { unit: 1, address: 196, count: 22 } },
    { command: 'read-inputs', direction: 'device', fields: { values: 'AC DB 35' } },
    { command: 'write-coil', direction: 'either', fields: { address: 172, value: 'on' } },
    { command: 'exception', direction: 'device', fields: { to: 'write-coil', exception: 6 } },
  ]);
  const spoilt = describeBytes(bytesOf('01 02 03 AC DB 35 22 89'), 'either');
  expect(spoilt.length).toBeGreaterThan(0);
  expect(spoilt.every((line) => 'error' in line)).toBe(true);
});

test('no frame is longer than a device may send', () => {
  const data = new Array<number>(LONGEST_PDU_BYTES - 1).fill(0);
  expect(encode(1, 0x10, data)).toHaveLength(256);
  expect(() => encode(1, 0x10, [...data, 0])).toThrow(RangeError);
});

test('ten thousand bytes of noise hold back nothing that comes after a silence', () => {
  const decoder = createDecoder();
  let seed = 5;
  const noise = Uint8Array.from({ length: 10_000 }, () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed >> 16;
  });
  decoder.push(noise);
  decoder.silence();
  expect(decoder.push(bytesOf('01 04 02 00 0A 39 37'))).toHaveLength(1);
});
