import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDecoder, encode, type Frame } from '../../../hardware/ccnet/frame.ts';
import { billTable, denominationOf, identity, mask, describe as name } from '../../../hardware/ccnet/messages.ts';

const vectors = readFileSync(new URL('../../vectors/ccnet.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('|').map((part) => part.trim()) as [string, string, string, string]);

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.split(' '), (digits) => Number.parseInt(digits, 16));
const valid = bytesOf('02 03 07 80 03 17 01');

function frames(chunks: readonly Uint8Array[]): Frame[] {
  const decoder = createDecoder();
  const found = chunks.flatMap((chunk) => [...decoder.push(chunk)]);
  return [...found, ...decoder.silence()].flatMap((item) => (item.type === 'frame' ? [item.frame] : []));
}

/** What only the question names, or a second byte tells apart from its neighbour. */
const named: Readonly<Record<string, string>> = {
  status: 'data',
  crc32: 'data',
  'cassette-status': 'data',
  'power-up-bill-in-transport': 'power-up-bill-in-stacker',
  'power-up-bills-in-dispenser': 'power-up-bill-in-stacker',
  'waiting-for-taking': 'dispensing',
  'unloading-too-many-asked': 'unloading',
};

test('the vectors are there, each with its kind of source', () => {
  expect(vectors.length).toBeGreaterThan(100);
  for (const line of vectors) expect(line[3]).toMatch(/^(manual|captured|computed): ./);
});

test.each(vectors)('%s %s %s encodes, decodes and has its name', (from, message, hex) => {
  const bytes = bytesOf(hex);
  const found = frames([bytes]);
  const [frame] = found;
  expect(found).toHaveLength(1);
  expect([...(frame?.bytes ?? [])]).toEqual([...bytes]);
  expect([frame?.address, frame?.code]).toEqual([bytes[1], bytes[3]]);
  const long = bytes[2] === 0;
  if (!long) expect([...encode(frame?.address as number, frame?.code as number, frame?.data)]).toEqual([...bytes]);
  const expected = from === 'device' ? (named[message] ?? message) : message;
  expect(name(bytes, from as 'host' | 'device')).toMatchObject([{ command: expected, direction: from }]);
});

describe('a long frame', () => {
  test.each([
    ['02 03 00 33 00 08 18 F0', []],
    ['02 03 00 34 00 0E 00 00 3F 00 00 3F 1E 7A', [0, 0, 0x3f, 0, 0, 0x3f]],
    ['02 03 00 50 01 00 11 00 00 00 00 00 00 00 00 2A B6', [1, 0, 0, 0, 0, 0, 0, 0, 0]],
  ])('%s has its length taken out', (hex, data) => {
    const [frame] = frames([bytesOf(hex)]);
    expect([...(frame?.data ?? [])]).toEqual(data);
    expect([...(frame?.content ?? [])]).toEqual([bytesOf(hex)[3], ...data]);
  });

  test('decodes split at each byte', () => {
    const bytes = bytesOf('02 03 00 34 00 0E 00 00 3F 00 00 3F 1E 7A');
    for (let at = 1; at < bytes.length; at++) expect(frames([bytes.slice(0, at), bytes.slice(at)])).toHaveLength(1);
  });

  test.each([
    ['shorter than itself', [2, 3, 0, 0x33, 0, 7]],
    ['longer than any', [2, 3, 0, 0x33, 4, 1]],
    ['of an impossible address', [2, 16, 0, 0x33, 0, 8]],
  ])('%s keeps nothing waiting', (_, bytes) => {
    const decoder = createDecoder();
    expect(decoder.push(Uint8Array.from([...bytes, ...valid]))).toContainEqual(
      expect.objectContaining({ type: 'frame' }),
    );
  });
});

test('every frame of every length decodes, whole, split at each byte and merged with another', () => {
  for (let length = 0; length <= 244; length++) {
    const bytes = encode(3, 0x80, new Uint8Array(length).fill(length));
    expect(frames([bytes, bytes])).toHaveLength(2);
    const merged = new Uint8Array([...bytes, ...valid]);
    for (let at = 1; at < merged.length; at += length > 40 ? 17 : 1) {
      expect(frames([merged.slice(0, at), merged.slice(at)])).toHaveLength(2);
    }
  }
});

test('data that do not fit are refused', () => {
  expect(() => encode(3, 0x34, new Uint8Array(245))).toThrow(/at most 244 data bytes, not 245/);
});

test('every length byte and every prefix costs at most one silence, then a frame decodes', () => {
  for (let length = 0; length <= 255; length++) {
    const decoder = createDecoder();
    decoder.push(Uint8Array.of(2, 3, length, 0x80));
    decoder.silence();
    expect(decoder.pending).toBe(false);
    expect(decoder.push(valid)).toMatchObject([{ type: 'frame' }]);
  }
  for (let cut = 0; cut < valid.length; cut++) expect(frames([valid.slice(0, cut)])).toHaveLength(0);
});

test('a bit that turned over anywhere is no frame of the same meaning', () => {
  for (let bit = 0; bit < valid.length * 8; bit++) {
    const spoilt = valid.slice();
    spoilt[bit >> 3] = (spoilt[bit >> 3] as number) ^ (1 << (bit & 7));
    expect(frames([spoilt])).toHaveLength(0);
  }
});

test('whatever is encoded decodes to itself, behind any garbage without a start byte', () => {
  const data = fc.uint8Array({ maxLength: 244 });
  const garbage = fc.array(fc.integer({ min: 3, max: 255 }), { maxLength: 20 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 15 }), fc.nat(255), data, garbage, (address, code, content, before) => {
      const found = frames([Uint8Array.from(before), encode(address, code, content)]);
      expect(found).toHaveLength(1);
      expect([found[0]?.address, found[0]?.code, [...(found[0]?.data ?? [])]]).toEqual([address, code, [...content]]);
    }),
  );
});

test('any bytes are described without throwing, and none of them is lost', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom('host', 'device', 'either'), (bytes, from) => {
      for (const line of name(bytes, from)) expect(typeof line.apdu).toBe('string');
    }),
  );
});

test('the same byte from host and device has two readings when nobody says who spoke', () => {
  expect(name(bytesOf('02 03 06 30 41 B3'), 'either')).toMatchObject([
    { command: 'reset', direction: 'either', otherwise: 'illegal-command' },
  ]);
  expect(name(bytesOf('02 03 06 00 C2 82'), 'either')).toMatchObject([{ command: 'ack' }]);
  expect(name(encode(3, 0x77), 'device')).toMatchObject([{ command: 'data', fields: { address: 3 } }]);
  expect(name(encode(3, 0x77), 'host')).toMatchObject([{ error: 'unknown message 77' }]);
});

test('fields are named: types, reasons, parts, times, masks and tables', () => {
  const fields = (hex: string, from: 'host' | 'device') => (name(bytesOf(hex), from)[0] as { fields: object }).fields;
  expect(fields('02 03 07 81 03 CF 18', 'device')).toEqual({ address: 3, type: 3 });
  expect(fields('02 03 07 1C 68 3F 6C', 'device')).toEqual({ address: 3, code: '68', reason: 'inhibited' });
  expect(fields('02 03 07 1B 05 D4 99', 'device')).toEqual({ address: 3, waitMs: 500 });
  expect(fields('02 03 0C 34 00 00 7C 00 00 00 66 C1', 'host')).toEqual({
    address: 3,
    enabled: '00 00 7C',
    escrow: '00 00 00',
  });
});

describe('tables', () => {
  const place = (value: number, letters: string, power: number) => [
    value,
    ...Array.from(letters, (letter) => letter.charCodeAt(0)),
    power,
  ];
  const table = (...places: number[][]) => {
    const bytes = new Uint8Array(120);
    bytes.set(places.flat());
    return bytes;
  };

  test('a bill table leaves unused places out and keeps the numbers of the others', () => {
    expect(billTable(table(place(1, 'CNY', 0), place(0, 'CNY', 0), place(5, 'CNY', 0x81)))).toEqual([
      { type: 0, country: 'CNY', value: 1, exponent: 0 },
      { type: 2, country: 'CNY', value: 5, exponent: -1 },
    ]);
    expect(billTable(new Uint8Array(119))).toBeNull();
    expect(billTable(table([1, 0x00, 0x43, 0xff, 0]))).toMatchObject([{ country: 'C' }]);
  });

  test.each([
    [1, 2, 2, 10_000],
    [5, -1, 2, 50],
    [25, 0, 0, 25],
    [1, -3, 2, null],
    [255, 30, 2, null],
  ])('%i times ten to the %i with %i places is %s', (value, exponent, digits, minor) => {
    const amount = denominationOf({ type: 0, country: 'X', value, exponent }, 'CNY', digits);
    expect(amount).toEqual(minor === null ? null : { currency: 'CNY', minor });
  });

  test('an identification has part and serial number', () => {
    const [frame] = frames([
      bytesOf(vectors.find(([from, message]) => from === 'device' && message === 'identification')?.[2] as string),
    ]);
    expect(identity((frame as Frame).content)).toEqual({ part: 'SM-CN1352', serial: '21KC27006179' });
    expect(identity(new Uint8Array(33))).toBeNull();
  });

  test('a mask has type 0 in its lowest bit', () => {
    expect([mask([]), mask([0]), mask([8, 1]), mask([23])]).toEqual([
      [0, 0, 0],
      [0, 0, 1],
      [0, 1, 2],
      [0x80, 0, 0],
    ]);
  });
});
