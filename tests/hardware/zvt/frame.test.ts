import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Decoded } from '../../../hardware/driver.ts';
import { describe as name } from '../../../hardware/zvt/describe.ts';
import {
  type Apdu,
  createDecoder,
  encodeApdu,
  type Frame,
  LONGEST_DATA_BYTES,
  MALFORMED,
  NOISE,
  SPOILT,
  type Transport,
  UNFINISHED,
  wrap,
} from '../../../hardware/zvt/frame.ts';

const vectors = readFileSync(new URL('../../vectors/zvt.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('|').map((part) => part.trim()) as [string, string, string, string]);

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.split(' '), (digits) => Number.parseInt(digits, 16));
const completion = encodeApdu(0x060f);
const valid = wrap(completion);
const transports: readonly Transport[] = ['serial', 'tcp'];
const onWire = (transport: Transport, apdu: Uint8Array) => (transport === 'tcp' ? apdu : wrap(apdu));

function decoded(transport: Transport, chunks: readonly Uint8Array[], silent = true): Decoded<Frame>[] {
  const decoder = createDecoder(transport);
  const found = chunks.flatMap((chunk) => [...decoder.push(chunk)]);
  return silent ? [...found, ...decoder.silence()] : found;
}

function frames(transport: Transport, chunks: readonly Uint8Array[]): Frame[] {
  return decoded(transport, chunks).flatMap((item) => (item.type === 'frame' ? [item.frame] : []));
}

function apdus(transport: Transport, chunks: readonly Uint8Array[]): number[][] {
  return frames(transport, chunks).flatMap((frame) => (frame.type === 'apdu' ? [[...frame.bytes]] : []));
}

test('the vectors are there, each with its kind of source', () => {
  expect(vectors.length).toBeGreaterThan(55);
  for (const line of vectors) expect(line[3]).toMatch(/^(manual|captured|computed)/);
});

test.each(vectors)('%s %s %s decodes, encodes and has its name', (from, message, hex) => {
  const bytes = bytesOf(hex);
  const [frame, ...more] = frames('serial', [bytes]);
  expect(more).toEqual([]);
  if (frame?.type === 'apdu') {
    expect([...encodeApdu(frame.code, frame.data)]).toEqual([...frame.bytes]);
    expect([...wrap(frame.bytes)]).toEqual([...bytes]);
    expect(apdus('tcp', [frame.bytes])).toEqual([[...frame.bytes]]);
    expect(name(frame.bytes, from as 'host')).toEqual(name(bytes, from as 'host'));
  } else expect(frame?.type).toBe(message);
  expect(name(bytes, from as 'host' | 'device')).toMatchObject([{ command: message, direction: from }]);
});

describe.each(transports)('on %s', (transport) => {
  test('an APDU of every length decodes, whole, split and merged with another', () => {
    const lengths = [...Array.from({ length: 256 }, (_, n) => n), 257, 511, 512, 1_000, 4_096];
    for (const length of lengths) {
      const apdu = encodeApdu(0x06d3, new Array<number>(length).fill(length & 0xff));
      expect(apdu.length).toBe(length < 255 ? 3 + length : 5 + length);
      const merged = Uint8Array.from([...onWire(transport, apdu), ...onWire(transport, completion)]);
      const wanted = [[...apdu], [...completion]];
      expect(apdus(transport, [merged])).toEqual(wanted);
      for (let at = 1; at < merged.length; at += length > 40 ? 61 : 1)
        expect(apdus(transport, [merged.slice(0, at), merged.slice(at)])).toEqual(wanted);
    }
  });

  test('byte by byte is the same as all at once, and nothing pends at the end', () => {
    const all = Uint8Array.from([
      ...onWire(transport, encodeApdu(0x040f, [0x10, 0x10, 0x03, 0x10])),
      ...onWire(transport, completion),
    ]);
    const decoder = createDecoder(transport);
    const found = [...all].flatMap((byte) => [...decoder.push(Uint8Array.of(byte))]);
    expect(found.filter(({ type }) => type === 'frame')).toHaveLength(2);
    expect(decoder.pending).toBe(false);
  });

  test('every prefix is waited for, dropped at a silence, and costs nothing behind it', () => {
    const whole = onWire(transport, encodeApdu(0x040f, [0x27, 0x00, 0x10, 0x06, 0x15]));
    for (let cut = 1; cut < whole.length; cut++) {
      const decoder = createDecoder(transport);
      expect(decoder.push(whole.slice(0, cut)).filter(({ type }) => type === 'frame')).toEqual([]);
      expect(decoder.pending).toBe(true);
      expect(decoder.silence().length).toBeGreaterThan(0);
      expect(decoder.pending).toBe(false);
      expect(decoder.push(onWire(transport, completion))).toMatchObject([{ type: 'frame' }]);
    }
  });

  test('whatever is encoded decodes to itself', () => {
    const data = fc.uint8Array({ maxLength: 600 });
    const codes = fc.constantFrom(0x040f, 0x04ff, 0x0600, 0x0601, 0x060f, 0x061e, 0x8000, 0x849c);
    fc.assert(
      fc.property(codes, data, (code, content) => {
        const [frame, ...more] = frames(transport, [onWire(transport, encodeApdu(code, content))]) as Apdu[];
        expect(more).toEqual([]);
        expect({ code: frame?.code, data: [...(frame?.data ?? [])] }).toEqual({ code, data: [...content] });
      }),
    );
  });

  test('no bytes make it throw, and at a silence nothing is kept', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 8 }), (chunks) => {
        const decoder = createDecoder(transport);
        for (const chunk of chunks) decoder.push(chunk);
        decoder.silence();
        expect(decoder.pending).toBe(false);
        expect(decoder.push(onWire(transport, completion))).toMatchObject([{ type: 'frame' }]);
      }),
    );
  });
});

describe('on a serial line', () => {
  test('the first sign behind a frame or a silence is an ACK or a NAK', () => {
    const bytes = Uint8Array.from([0x06, ...valid, 0x15, 0x06]);
    expect(frames('serial', [bytes]).map(({ type }) => type)).toEqual(['ack', 'apdu', 'nak', 'ack']);
  });

  test('behind noise no ACK and no NAK is invented until a frame or a silence', () => {
    expect(frames('serial', [Uint8Array.of(0x55, 0x06, 0x15)])).toEqual([]);
    expect(frames('serial', [Uint8Array.of(0x55), Uint8Array.of(0x15)])).toEqual([]);
    const decoder = createDecoder('serial');
    decoder.push(Uint8Array.of(0x55));
    expect(decoder.pending).toBe(true);
    decoder.silence();
    expect(decoder.push(Uint8Array.of(0x06))).toMatchObject([{ frame: { type: 'ack' } }]);
    expect(decoder.push(Uint8Array.from([0x55, ...valid, 0x15]))).toMatchObject([
      { type: 'discarded', why: NOISE },
      { frame: { type: 'apdu' } },
      { frame: { type: 'nak' } },
    ]);
  });

  test('a frame that breaks off anywhere costs at most one of those behind it, without a silence', () => {
    const three = Array.from({ length: 3 }, () => wrap(encodeApdu(0x06d1, [0xff, 0x03])));
    const broken = wrap(encodeApdu(0x040f, [0x27, 0x10, 0x10, 0x00]));
    for (let cut = 1; cut < broken.length; cut++) {
      const found = decoded('serial', [broken.slice(0, cut), ...three], false).filter(({ type }) => type === 'frame');
      expect(found.length, `cut at ${cut}`).toBeGreaterThanOrEqual(2);
    }
  });

  test('one bit that turned over anywhere in a frame is noticed', () => {
    const frame = wrap(encodeApdu(0x040f, [0x27, 0x00, 0x04, 0, 0, 0, 0, 0x10, 0x10, 0x87, 0x00, 0x42]));
    for (let bit = 0; bit < frame.length * 8; bit++) {
      const spoilt = frame.slice();
      spoilt[bit >> 3] = (spoilt[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(apdus('serial', [spoilt]), `bit ${bit}`).toEqual([]);
    }
  });

  test('why a frame was thrown away tells whether its sender waits for a NAK', () => {
    const why = (bytes: Uint8Array) =>
      decoded('serial', [bytes]).map((item) => (item.type === 'discarded' ? item.why : 'frame'));
    const spoilt = valid.slice();
    spoilt[spoilt.length - 1] = (spoilt.at(-1) as number) ^ 1;
    expect(why(spoilt)).toEqual([SPOILT]);
    expect(why(valid.slice(0, 5))).toEqual([UNFINISHED]);
    expect(why(Uint8Array.from([...valid.slice(0, 5), ...valid]))).toEqual([UNFINISHED, 'frame']);
    expect(why(wrap(Uint8Array.of(0x06, 0x0f, 0x01)))).toEqual([MALFORMED]);
    expect(why(wrap(Uint8Array.of(0x06, 0x0f)))).toEqual([MALFORMED]);
    expect(why(wrap(Uint8Array.of(0x06, 0x0f, 0x00, 0x00)))[0]).toBe(MALFORMED);
    expect(why(Uint8Array.of(0x10, 0x02, 0x06, 0x10, 0x44))).toEqual([MALFORMED]);
    expect(why(Uint8Array.of(0x01, 0x02))).toEqual([NOISE]);
  });

  test('a frame behind any noise that does not look like one decodes', () => {
    const noise = fc.array(
      fc.integer({ min: 0, max: 255 }).filter((byte) => byte !== 0x10),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(noise, fc.uint8Array({ maxLength: 60 }), (before, content) => {
        const apdu = encodeApdu(0x06d1, content);
        expect(apdus('serial', [Uint8Array.from(before), wrap(apdu)])).toEqual([[...apdu]]);
      }),
    );
  });

  test('noise of any length keeps no memory, and a length that lies ends its frame at once', () => {
    const decoder = createDecoder('serial');
    for (let n = 0; n < 100; n++) {
      const [item] = decoder.push(new Uint8Array(1_000).fill(0x55));
      expect(item).toMatchObject({ type: 'discarded', bytes: { length: 1_000 } });
    }
    const long = decoder.push(Uint8Array.from([0x10, 0x02, 0x06, 0x0f, 0x00, ...new Array<number>(100).fill(0x22)]));
    expect(long.map((item) => (item.type === 'discarded' ? item.why : 'frame'))).toEqual([MALFORMED, NOISE]);
    expect(decoder.push(valid).at(-1)).toMatchObject({ type: 'frame' });
  });
});

test('what an APDU cannot carry is refused', () => {
  expect(() => encodeApdu(0x06d3, new Uint8Array(LONGEST_DATA_BYTES + 1))).toThrow(/at most 65535 bytes, not 65536/);
  expect(encodeApdu(0x06d3, new Uint8Array(LONGEST_DATA_BYTES))).toHaveLength(5 + LONGEST_DATA_BYTES);
});
