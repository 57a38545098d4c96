import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDecoder, encode, type Frame } from '../../../hardware/id003/frame.ts';
import { describe as name } from '../../../hardware/id003/messages.ts';

const vectors = readFileSync(new URL('../../vectors/id003.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('|').map((part) => part.trim()) as [string, string, string, string]);

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.split(' '), (digits) => Number.parseInt(digits, 16));
const valid = bytesOf('FC 06 13 63 A2 D8');

function frames(chunks: readonly Uint8Array[]): Frame[] {
  const decoder = createDecoder();
  const found = chunks.flatMap((chunk) => [...decoder.push(chunk)]);
  return [...found, ...decoder.silence()].flatMap((item) => (item.type === 'frame' ? [item.frame] : []));
}

test('the vectors are there, each with its kind of source', () => {
  expect(vectors.length).toBeGreaterThan(40);
  for (const line of vectors) expect(line[3]).toMatch(/^(manual|captured|computed): ./);
});

test.each(vectors)('%s %s %s encodes, decodes and has its name', (from, message, hex) => {
  const bytes = bytesOf(hex);
  const [frame] = frames([bytes]);
  expect(frame?.code).toBe(bytes[2]);
  expect([...encode(frame?.code as number, frame?.data)]).toEqual([...bytes]);
  expect(name(bytes, from as 'host' | 'device')).toMatchObject([{ command: message, direction: from }]);
});

test('every frame of every length decodes, whole, split at each byte and merged with another', () => {
  for (let length = 0; length <= 250; length++) {
    const bytes = encode(0x88, new Uint8Array(length).fill(length));
    expect(frames([bytes, bytes])).toHaveLength(2);
    const merged = new Uint8Array([...bytes, ...valid]);
    for (let at = 1; at < merged.length; at += length > 40 ? 17 : 1) {
      expect(frames([merged.slice(0, at), merged.slice(at)])).toHaveLength(2);
    }
  }
});

test('every length byte and every prefix costs at most one silence, then a frame decodes', () => {
  for (let length = 0; length <= 255; length++) {
    const decoder = createDecoder();
    decoder.push(Uint8Array.of(0xfc, length));
    decoder.silence();
    expect(decoder.pending).toBe(false);
    expect(decoder.push(valid)).toMatchObject([{ type: 'frame' }]);
  }
  for (let cut = 0; cut < valid.length; cut++) expect(frames([valid.slice(0, cut)])).toHaveLength(0);
});

test('a frame behind a false start is found at the silence', () => {
  expect(frames([Uint8Array.of(0xfc), valid])).toHaveLength(1);
  expect(frames([Uint8Array.of(0xfc, 0xff, 1, 2), valid])).toHaveLength(1);
});

test('no single flipped bit passes as a frame', () => {
  for (let bit = 0; bit < valid.length * 8; bit++) {
    const bad = valid.slice();
    bad[bit >> 3] = (bad[bit >> 3] as number) ^ (1 << (bit & 7));
    expect(frames([bad])).toHaveLength(0);
  }
});

test('every byte that comes in goes out, in a frame or discarded', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }), (chunks) => {
      const decoder = createDecoder();
      const found = [...chunks.flatMap((chunk) => [...decoder.push(chunk)]), ...decoder.silence()];
      const out = found.flatMap((item) =>
        item.type === 'frame' ? [...encode(item.frame.code, item.frame.data)] : [...item.bytes],
      );
      expect(out).toEqual(chunks.flatMap((chunk) => [...chunk]));
    }),
  );
});

test.each([
  ['no start byte', [1, 2, 3]],
  ['impossible length', [0xfc, 0]],
  ['wrong checksum', [0xfc, 5, 0x11, 0, 0]],
])('what lies between two frames is told in its place, and why: %s', (why, noise) => {
  const told = createDecoder().push(new Uint8Array([...valid, ...noise, ...valid]));
  expect(told.map(({ type }) => type)).toEqual(['frame', 'discarded', 'frame']);
  expect(told[1]).toMatchObject({ why, bytes: Uint8Array.from(noise) });
});

test('each stretch of noise is told with its own reason', () => {
  const told = createDecoder().push(Uint8Array.of(1, ...valid, 0xfc, 0, ...valid));
  expect(told.flatMap((item) => (item.type === 'discarded' ? [item.why] : []))).toEqual([
    'no start byte',
    'impossible length',
  ]);
});

test('a frame that was begun and never ended is told as unfinished', () => {
  const decoder = createDecoder();
  const begun = valid.subarray(0, 4);
  expect(decoder.push(begun)).toEqual([]);
  expect(decoder.silence()).toEqual([{ type: 'discarded', bytes: begun, why: 'unfinished' }]);
});

test('ten megabytes of noise leave nothing behind but the frame that follows', () => {
  const decoder = createDecoder();
  let seed = 1;
  const chunk = new Uint8Array(65_536);
  for (let bytes = 0; bytes < 10_000_000; bytes += chunk.length) {
    for (let at = 0; at < chunk.length; at++) {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff;
      chunk[at] = seed >>> 16;
    }
    decoder.push(chunk);
  }
  decoder.silence();
  expect(decoder.pending).toBe(false);
  expect(decoder.push(valid)).toMatchObject([{ type: 'frame', frame: { code: 0x13 } }]);
}, 30_000);
