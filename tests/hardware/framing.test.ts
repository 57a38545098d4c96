import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Decoded } from '../../hardware/driver.ts';
import { createDecoder, nothing, type Reading, short } from '../../hardware/framing.ts';

const START = 0xaa;

/** The smallest protocol there can be: a start, a count of letters, the letters, and their number once more. */
function read(bytes: Uint8Array, at: number): Reading<string> {
  if (bytes[at] !== START) return nothing('no start');
  const count = bytes[at + 1];
  if (count === undefined) return short;
  if (count > 4) return nothing('too many');
  const end = at + count + 3;
  if (bytes.length < end) return short;
  if (bytes[end - 1] !== count) return nothing('not closed');
  return { is: 'frame', frame: String.fromCharCode(...bytes.subarray(at + 2, end - 1)), length: count + 3 };
}

function framed(letters: string): number[] {
  return [START, letters.length, ...Array.from(letters, (letter) => letter.charCodeAt(0)), letters.length];
}

/** `frame ab`, `2 bytes: why` */
function words(items: readonly Decoded<string>[]): readonly string[] {
  return items.map((item) =>
    item.type === 'frame' ? `frame ${item.frame}` : `${Array.from(item.bytes).join(' ')}: ${item.why}`,
  );
}

function decoded(...chunks: readonly (readonly number[])[]): readonly string[] {
  const decoder = createDecoder(read);
  const found = chunks.flatMap((chunk) => [...decoder.push(Uint8Array.from(chunk))]);
  return words([...found, ...decoder.silence()]);
}

test('a frame comes out when its last byte is there, and not before', () => {
  const decoder = createDecoder(read);
  const frame = framed('ab');
  for (const byte of frame.slice(0, -1)) {
    expect(decoder.push(Uint8Array.of(byte))).toEqual([]);
    expect(decoder.pending).toBe(true);
  }
  expect(words(decoder.push(Uint8Array.of(frame.at(-1) as number)))).toEqual(['frame ab']);
  expect(decoder.pending).toBe(false);
  expect(decoder.silence()).toEqual([]);
});

test('frames that come in one read come out in their order', () => {
  expect(decoded([...framed('a'), ...framed(''), ...framed('bcd')])).toEqual(['frame a', 'frame ', 'frame bcd']);
});

test('bytes between frames are one piece, with the reason of its first', () => {
  expect(decoded([1, 2, ...framed('a'), 3, ...framed('b'), 4])).toEqual([
    '1 2: no start',
    'frame a',
    '3: no start',
    'frame b',
    '4: no start',
  ]);
  expect(decoded([START, 9, 1, ...framed('a')])).toEqual([`${START} 9 1: too many`, 'frame a']);
  expect(decoded([START, 1, 7, 7])).toEqual([`${START} 1 7 7: not closed`]);
});

test('a wrong start costs its own byte: a frame that it hides still comes out', () => {
  expect(decoded([START, ...framed('a')])).toEqual([`${START}: too many`, 'frame a']);
  expect(decoded([START, 4, ...framed('a')])).toEqual([`${START} 4: unfinished`, 'frame a']);
  expect(decoded([START, 4, ...framed('a')], framed('b'))).toContain('frame b');
});

test('silence ends what is unfinished, and the next frame decodes', () => {
  const decoder = createDecoder(read);
  decoder.push(Uint8Array.from([START, 3, 97]));
  expect(words(decoder.silence())).toEqual([`${START} 3 97: unfinished`]);
  expect(decoder.pending).toBe(false);
  expect(words(decoder.push(Uint8Array.from(framed('b'))))).toEqual(['frame b']);
});

test('what was handed out is not written over later', () => {
  const decoder = createDecoder(read);
  const read1 = Uint8Array.from([1, 2, START]);
  const [piece] = decoder.push(read1);
  decoder.push(Uint8Array.from([0, 0]));
  expect(piece?.type === 'discarded' && [...piece.bytes]).toEqual([1, 2]);
});

test('every byte comes out once, in a frame or as discarded, however the reads are cut', () => {
  const bit = fc.oneof(fc.constantFrom(START, 0, 1, 2, 4, 97), fc.nat(255));
  const part = fc.oneof(fc.array(bit, { maxLength: 9 }), fc.constantFrom(framed('a'), framed('wxyz'), framed('')));
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      (parts, cuts) => {
        const all = parts.flat();
        const decoder = createDecoder(read);
        const found: Decoded<string>[] = [];
        for (let at = 0, turn = 0; at < all.length; turn++) {
          const next = at + (cuts[turn % cuts.length] as number);
          found.push(...decoder.push(Uint8Array.from(all.slice(at, next))));
          at = next;
        }
        found.push(...decoder.silence());
        const out = found.flatMap((item) => (item.type === 'frame' ? framed(item.frame) : [...item.bytes]));
        expect(out).toEqual(all);
        const frames = (items: readonly Decoded<string>[]) => items.filter(({ type }) => type === 'frame');
        const whole = createDecoder(read);
        expect(frames(found)).toEqual(frames([...whole.push(Uint8Array.from(all)), ...whole.silence()]));
      },
    ),
  );
});
