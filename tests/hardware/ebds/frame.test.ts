import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDecoder, encode, type Frame } from '../../../hardware/ebds/frame.ts';
import {
  denominationOf,
  faultOf,
  describe as name,
  noteMask,
  type Report,
  report,
} from '../../../hardware/ebds/messages.ts';

const vectors = readFileSync(new URL('../../vectors/ebds.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('|').map((part) => part.trim()) as [string, string, string, string]);

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.split(' '), (digits) => Number.parseInt(digits, 16));
const valid = bytesOf('02 0B 21 11 10 00 00 01 02 03 28');

function frames(chunks: readonly Uint8Array[]): Frame[] {
  const decoder = createDecoder();
  const found = chunks.flatMap((chunk) => [...decoder.push(chunk)]);
  return [...found, ...decoder.silence()].flatMap((item) => (item.type === 'frame' ? [item.frame] : []));
}

function said(hex: string): Report {
  return report(frames([bytesOf(hex)])[0] as Frame) as Report;
}

test('the vectors are there, each with its kind of source', () => {
  expect(vectors.length).toBeGreaterThan(80);
  for (const line of vectors) expect(line[3]).toMatch(/^(manual|captured|computed)/);
});

test.each(vectors)('%s %s %s encodes, decodes and has its name', (from, message, hex) => {
  const bytes = bytesOf(hex);
  const [frame, ...more] = frames([bytes]);
  expect(more).toEqual([]);
  const { type, ack, data } = frame as Frame;
  expect([...encode({ type, ack, data: [...data] })]).toEqual([...bytes]);
  // The answer to an auxiliary question does not say to which.
  const expected = from === 'device' && type === 6 ? 'auxiliary' : message;
  expect(name(bytes, from as 'host' | 'device')).toMatchObject([{ command: expected, direction: from }]);
});

test('every frame of every length decodes, whole, split at each byte and merged with another', () => {
  for (let length = 0; length <= 122; length++) {
    const bytes = encode({ type: 7, ack: 1, data: new Array<number>(length).fill(length) });
    expect(frames([bytes, bytes])).toHaveLength(2);
    const merged = new Uint8Array([...bytes, ...valid]);
    for (let at = 1; at < merged.length; at += length > 40 ? 17 : 1) {
      expect(frames([merged.slice(0, at), merged.slice(at)])).toHaveLength(2);
    }
  }
});

test('what a frame cannot carry is refused', () => {
  expect(() => encode({ type: 1, ack: 0, data: new Array<number>(123).fill(0) })).toThrow(
    /at most 122 data bytes, not 123/,
  );
  expect(() => encode({ type: 1, ack: 0, data: [0x80] })).toThrow(/seven bits/);
});

test('every length byte and every prefix costs at most one silence, then a frame decodes', () => {
  for (let length = 0; length <= 255; length++) {
    const decoder = createDecoder();
    decoder.push(Uint8Array.of(2, length));
    decoder.silence();
    expect(decoder.pending).toBe(false);
    expect(decoder.push(valid)).toMatchObject([{ type: 'frame' }]);
  }
  for (let cut = 0; cut < valid.length; cut++) expect(frames([valid.slice(0, cut)])).toHaveLength(0);
});

test('one bit that turned over anywhere is noticed', () => {
  for (let bit = 0; bit < valid.length * 8; bit++) {
    const spoilt = valid.slice();
    spoilt[bit >> 3] = (spoilt[bit >> 3] as number) ^ (1 << (bit & 7));
    expect(frames([spoilt])).toHaveLength(0);
  }
});

test('whatever is encoded decodes to itself, behind any garbage without a start byte', () => {
  const data = fc.array(fc.nat(0x7f), { maxLength: 122 });
  const garbage = fc.array(fc.integer({ min: 3, max: 255 }), { maxLength: 20 });
  fc.assert(
    fc.property(fc.nat(7), fc.constantFrom(0 as const, 1 as const), data, garbage, (type, ack, content, before) => {
      const found = frames([Uint8Array.from(before), encode({ type, ack, data: content })]);
      expect(found.map((frame) => ({ ...frame, data: [...frame.data] }))).toEqual([{ type, ack, data: content }]);
    }),
  );
});

test('any bytes are described without throwing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom('host', 'device', 'either'), (bytes, from) => {
      for (const line of name(bytes, from)) expect(typeof line.apdu).toBe('string');
    }),
  );
});

test('who spoke is known from orders and reports, and an unknown type has a name too', () => {
  expect(name(bytesOf('02 08 10 7F 00 00 03 67'), 'either')).toMatchObject([{ command: 'omnibus', direction: 'host' }]);
  expect(name(valid, 'either')).toMatchObject([{ command: 'stacked', direction: 'device' }]);
  expect(name(encode({ type: 6, ack: 0, data: [0, 0, 4] }), 'either')).toMatchObject([
    { command: 'query-type', direction: 'either' },
  ]);
  expect(name(encode({ type: 0, ack: 0, data: [] }), 'host')).toMatchObject([{ command: 'unknown type 0' }]);
  expect(name(encode({ type: 2, ack: 0, data: [1] }), 'device')).toMatchObject([{ command: 'unknown report' }]);
});

describe('a report', () => {
  test.each([
    ['02 0B 21 01 10 00 00 01 02 03 38', ['idle'], null],
    ['02 0B 21 11 10 00 00 01 02 03 28', ['idle', 'stacked'], null],
    ['02 0B 21 00 10 00 00 01 02 03 39', [], null],
    ['02 0B 20 00 14 00 00 01 02 03 3C', [], 'ebds.jam'],
    ['02 0B 20 00 14 00 01 01 02 03 3D', [], 'ebds.jam'],
    ['02 0B 20 00 18 00 00 01 02 03 30', [], 'ebds.full'],
    ['02 0B 20 00 00 00 00 01 02 03 28', [], 'ebds.cassette-out'],
    ['02 0B 20 04 30 10 00 01 02 03 0C', ['escrowed'], 'ebds.paused'],
    ['02 0B 21 00 50 00 00 01 02 03 79', [], 'ebds.calibration'],
    ['02 0B 20 00 10 04 00 01 02 03 3C', [], 'ebds.failure'],
    ['02 0B 20 00 10 40 00 01 02 03 78', [], 'ebds.open'],
    ['02 0B 20 01 11 00 00 01 02 03 38', ['idle'], 'ebds.cheated'],
  ])('%s is %j, fault %s', (hex, state, fault) => {
    expect([...said(hex).state]).toEqual(state);
    expect(faultOf(said(hex))).toBe(fault);
  });

  test('a transport that stalls without a jam is a fault of its own', () => {
    expect(faultOf(said('02 0B 20 00 10 00 01 01 02 03 39'))).toBe('ebds.stalled');
  });

  test('names its value, its power-up and its note', () => {
    expect(said('02 0B 20 04 10 19 00 01 02 03 25')).toMatchObject({ value: 3, powerUp: true, note: null });
    const spec = vectors.find(
      ([, message, hex]) => message === 'note-specification' && hex.startsWith('02 1E 70 02 01 10 00 10 54 05 04'),
    );
    expect(said(spec?.[2] as string)).toMatchObject({ note: { index: 4, currency: 'CNY', base: 20, exponent: 0 } });
  });

  test('of another type, or too short, is none', () => {
    expect(report(frames([encode({ type: 1, ack: 0, data: [1, 2, 3, 4, 5, 6] })])[0] as Frame)).toBeNull();
    expect(report(frames([encode({ type: 2, ack: 0, data: [1, 2, 3, 4, 5] })])[0] as Frame)).toBeNull();
    expect(report(frames([encode({ type: 7, ack: 0, data: [2, 1, 2, 3, 4, 5, 6] })])[0] as Frame)).toBeNull();
  });
});

test.each([
  [20, 0, 2, 2_000],
  [1, 3, 2, 100_000],
  [5, -1, 2, 50],
  [1, -3, 2, null],
  [999, 99, 2, null],
])('%i times ten to the %i with %i places is %s', (base, exponent, digits, minor) => {
  const value = denominationOf({ index: 1, currency: 'CNY', base, exponent }, digits);
  expect(value).toEqual(minor === null ? null : { currency: 'CNY', minor });
});

test('enabled notes are bits of seven in eight bytes; what has no place is left out', () => {
  expect(noteMask([])).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  expect(noteMask([1, 7, 8])).toEqual([0x41, 1, 0, 0, 0, 0, 0, 0]);
  expect(noteMask([56, 57])).toEqual([0, 0, 0, 0, 0, 0, 0, 0x40]);
});
