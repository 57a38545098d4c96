import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Checksum, createDecoder, encode, type Frame, HOST } from '../../../hardware/cctalk/frame.ts';
import {
  billId,
  billValue,
  coinError,
  coinId,
  counterAfter,
  type EventBuffer,
  eventBuffer,
  eventsSince,
  faults,
  hopperFault,
  hopperFlags,
  hopperStatus,
  levelSensors,
  maskOf,
  newEvents,
  describe as named,
  positionsOf,
  scaling,
} from '../../../hardware/cctalk/messages.ts';
import type { ProtocolFrontDoor } from '../../../hardware/protocol.ts';

/** As the front door hands it out. */
const name: ProtocolFrontDoor['describe'] = named;

const vectors = readFileSync(new URL('../../vectors/cctalk.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('|').map((part) => part.trim()) as [string, string, string, string]);

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.split(' '), (digits) => Number.parseInt(digits, 16));
const joined = (...parts: readonly Iterable<number>[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));
const answer = (checksum: Checksum, data: readonly number[] = [], src = 2): Uint8Array =>
  encode(checksum, HOST, 0, data, src);

/** What the driver of this address hears. */
function heard(checksum: Checksum, chunks: readonly Uint8Array[], sent: Uint8Array | null = null): Frame[] {
  const decoder = createDecoder(checksum);
  if (sent !== null) decoder.sent?.(sent);
  const found = chunks.flatMap((chunk) => [...decoder.push(chunk)]);
  return [...found, ...decoder.silence()].flatMap((item) => (item.type === 'frame' ? [item.frame] : []));
}

const toHost = (frames: readonly Frame[]): Frame[] => frames.filter(({ dst }) => dst === HOST);

/** The same bytes, cut at these places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.slice(at[index], end));
}

const checksumOf = (direction: string): Checksum => (direction.endsWith('CRC mode') ? 'crc' : 'sum');

test('the vectors are there, each with its kind of source', () => {
  expect(vectors.length).toBeGreaterThan(70);
  for (const line of vectors) {
    expect(line[0]).toMatch(/^(host|device)( in CRC mode)?$/);
    expect(line[3]).toMatch(/^(manual|captured|computed): ./);
  }
  expect(vectors.filter(([direction]) => checksumOf(direction) === 'crc').length).toBeGreaterThan(5);
});

test.each(vectors)('%s %s %s encodes, decodes and has its name', (direction, message, hex) => {
  const bytes = bytesOf(hex);
  const checksum = checksumOf(direction);
  const from = direction.startsWith('host') ? 'host' : 'device';
  const found = heard(checksum, [bytes]);
  expect(found).toHaveLength(1);
  const { dst, src, header, data } = found[0] as Frame;
  expect([dst, header, [...data]]).toEqual([bytes[0], bytes[3], [...bytes.slice(4, -1)]]);
  expect(src).toBe(checksum === 'sum' ? bytes[2] : null);
  expect([...encode(checksum, dst, header, data, bytes[2])]).toEqual([...bytes]);
  expect(name(bytes, from)).toMatchObject([{ command: message, direction: from }]);
});

test('the checksum is that of the other mode in no vector', () => {
  for (const [direction, , hex] of vectors) {
    expect(heard(checksumOf(direction) === 'crc' ? 'sum' : 'crc', [bytesOf(hex)])).toEqual([]);
  }
});

test('data that do not fit are refused', () => {
  expect(() => encode('sum', 2, 231, new Uint8Array(256))).toThrow(/at most 255 data bytes, not 256/);
});

const checksums: Checksum[] = ['sum', 'crc'];

describe.each(checksums)('a wire of checksum %s', (checksum) => {
  const ask = encode(checksum, 2, 229);
  const said = answer(checksum, [1, 2, 3]);

  test('every frame of every length decodes, whole, split and merged with another', () => {
    for (let length = 0; length <= 255; length++) {
      const bytes = answer(checksum, new Array(length).fill(length));
      expect(heard(checksum, [joined(bytes, bytes)])).toHaveLength(2);
      for (let at = 1; at < bytes.length; at += length > 40 ? 13 : 1) {
        expect(heard(checksum, [bytes.slice(0, at), joined(bytes.slice(at), said)])).toHaveLength(2);
      }
    }
  });

  test('whatever is encoded decodes to itself, however it is cut', () => {
    const places = fc.array(fc.nat(), { maxLength: 6 });
    const data = fc.uint8Array({ maxLength: 255 });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 255 }), fc.nat(255), data, places, (address, header, content, at) => {
        const bytes = encode(checksum, HOST, header, content, address);
        const found = heard(checksum, cut(bytes, at));
        expect(found).toHaveLength(1);
        expect([found[0]?.header, [...(found[0]?.data ?? [])]]).toEqual([header, [...content]]);
        expect(found[0]?.src).toBe(checksum === 'sum' ? address : null);
      }),
    );
  });

  test('the echo is taken away when it comes, in any pieces, and nothing is missed when none comes', () => {
    const data = fc.array(fc.nat(255), { maxLength: 30 });
    const places = fc.array(fc.nat(), { maxLength: 6 });
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 255 }),
        data,
        data,
        places,
        fc.boolean(),
        (address, asked, told, at, echo) => {
          const sent = encode(checksum, address, 167, asked);
          const reply = answer(checksum, told, address);
          const found = heard(checksum, cut(echo ? joined(sent, reply) : reply, at), sent);
          expect(found.map(({ bytes }) => [...bytes])).toEqual([[...reply]]);
        },
      ),
    );
  });

  test('an echo that comes late, twice or spoilt is no frame to the host', () => {
    const late = heard(checksum, [joined(said, ask)], ask);
    expect(toHost(late).map(({ bytes }) => [...bytes])).toEqual([[...said]]);
    expect(late).toHaveLength(2);
    expect(toHost(heard(checksum, [joined(ask, ask, said)], ask))).toHaveLength(1);
    for (let bit = 0; bit < ask.length * 8; bit++) {
      const spoilt = ask.slice();
      spoilt[bit >> 3] = (spoilt[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(toHost(heard(checksum, [spoilt], ask))).toEqual([]);
    }
  });

  test('an echo cut off is pending, and is given back when the line falls silent', () => {
    const decoder = createDecoder(checksum);
    decoder.sent?.(ask);
    expect(decoder.push(ask.slice(0, 3))).toEqual([]);
    expect(decoder.pending).toBe(true);
    expect(decoder.silence()).toMatchObject([{ type: 'discarded' }]);
    expect(decoder.pending).toBe(false);
    expect(decoder.push(said)).toMatchObject([{ type: 'frame' }]);
  });

  test('the echo of the message before does not hide the answer', () => {
    const decoder = createDecoder(checksum);
    decoder.sent?.(encode(checksum, 2, 254));
    decoder.sent?.(ask);
    const found = decoder.push(joined(encode(checksum, 2, 254), ask, said));
    const frames = found.flatMap((item) => (item.type === 'frame' ? [item.frame] : []));
    expect(toHost(frames)).toHaveLength(1);
  });

  test('after any noise and one silence a frame decodes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (noise) => {
        const decoder = createDecoder(checksum);
        decoder.push(noise);
        decoder.silence();
        expect(decoder.pending).toBe(false);
        expect(decoder.push(said)).toMatchObject([{ type: 'frame' }]);
      }),
    );
  });

  test('no byte is lost: what comes in comes out in frames, discarded pieces or the echo', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.array(fc.nat(), { maxLength: 5 }), (noise, at) => {
        const decoder = createDecoder(checksum);
        const stream = joined(ask, noise, said);
        decoder.sent?.(ask);
        const found = [...cut(stream, at).flatMap((chunk) => [...decoder.push(chunk)]), ...decoder.silence()];
        const out = found.flatMap((item) => [...(item.type === 'frame' ? item.frame.bytes : item.bytes)]);
        expect(out).toEqual([...stream.slice(ask.length)]);
      }),
    );
  });

  test('no more than one frame is kept, whatever comes', () => {
    const decoder = createDecoder(checksum);
    const endless = new Uint8Array(10_000).fill(HOST);
    const found = decoder.push(endless);
    const out = found.reduce((sum, item) => sum + (item.type === 'frame' ? item.frame.bytes : item.bytes).length, 0);
    expect(endless.length - out).toBeLessThanOrEqual(260);
  });
});

test('a bit that turned over anywhere is no frame of the same meaning', () => {
  for (const checksum of checksums) {
    const bytes = answer(checksum, [1, 1, 5, 0, 0, 0, 0, 0, 0, 0, 0]);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const spoilt = bytes.slice();
      spoilt[bit >> 3] = (spoilt[bit >> 3] as number) ^ (1 << (bit & 7));
      for (const frame of heard(checksum, [spoilt])) expect(frame.data).not.toHaveLength(11);
    }
  }
});

describe('descriptions', () => {
  test('any bytes are described without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom('host', 'device', 'either'), (bytes, from) => {
        for (const line of name(bytes, from)) expect(typeof line.apdu).toBe('string');
      }),
    );
  });

  test('an answer is read by the question before it', () => {
    const lines = name(joined(encode('sum', 3, 166), answer('sum', [7, 3, 2, 0], 3)), 'either');
    expect(lines).toMatchObject([
      { command: 'request-hopper-status', direction: 'host', fields: { address: 3 } },
      {
        command: 'reply',
        direction: 'device',
        fields: { address: 3, to: 'request-hopper-status', counter: 7, remaining: 3, paid: 2, unpaid: 0 },
      },
    ]);
  });

  test('a PIN is in no description', () => {
    const pin = Array.from('4711', (digit) => digit.charCodeAt(0));
    const [line] = name(encode('sum', 3, 218, pin), 'host');
    expect(JSON.stringify(line)).not.toMatch(/4711|34 37 31 31/);
    expect(line).toMatchObject({ command: 'enter-pin', fields: { pin: 'hidden' } });
  });

  test('what the table does not know is an error, with its bytes', () => {
    expect(name(encode('sum', 2, 77), 'host')).toMatchObject([{ error: 'unknown message 77', apdu: '02 00 01 4D B0' }]);
  });
});

describe('events', () => {
  const buffer = (counter: number, filled: number): EventBuffer => ({
    counter,
    events: Array.from({ length: 5 }, (_, at) => (at < filled ? { a: 1, b: 1 } : { a: 0, b: 0 })),
  });

  test.each([
    [3, 5, 5, 2, false],
    [254, 1, 5, 2, false],
    [255, 1, 5, 1, false],
    [0, 4, 4, 4, false],
    [7, 7, 5, 0, false],
    [7, 0, 0, 0, true],
    [0, 0, 0, 0, false],
    [7, 2, 2, 2, true],
    [7, 2, 5, 250, false],
    [250, 4, 5, 9, false],
  ])('from %i to %i with %i events kept are %i new ones, reset: %s', (before, counter, filled, count, reset) => {
    expect(eventsSince(before, buffer(counter, filled), null)).toEqual({ count, reset });
  });

  test('the counter goes from 255 to 1, and is 0 only before the first', () => {
    expect([counterAfter(0, 0), counterAfter(0, 1), counterAfter(255, 1), counterAfter(254, 3)]).toEqual([0, 1, 1, 2]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 255 }), fc.integer({ min: 0, max: 254 }), (before, steps) => {
        expect(eventsSince(before, buffer(counterAfter(before, steps), 5), null).count).toBe(steps);
      }),
    );
  });

  test('a counter that stands where it stood tells of a reset by the events behind it', () => {
    const kept = [
      { a: 4, b: 1 },
      { a: 3, b: 0 },
    ].concat(new Array(3).fill({ a: 0, b: 0 }));
    const now = (counter: number, ...events: readonly (readonly [number, number])[]): EventBuffer => ({
      counter,
      events: Array.from({ length: 5 }, (_, at) => ({ a: events[at]?.[0] ?? 0, b: events[at]?.[1] ?? 0 })),
    });
    expect(eventsSince(2, now(2, [4, 1], [3, 0]), kept)).toEqual({ count: 0, reset: false });
    expect(eventsSince(2, now(3, [4, 0], [4, 1], [3, 0]), kept)).toEqual({ count: 1, reset: false });
    expect(eventsSince(2, now(2, [0, 1], [4, 1]), kept)).toEqual({ count: 2, reset: true });
    expect(eventsSince(2, now(3, [4, 0], [4, 1], [0, 1]), kept)).toEqual({ count: 3, reset: true });
  });

  test('more than the buffer holds came: all of it is new, but for what stood there before', () => {
    const buffer = (...newest: readonly number[]) => ({
      counter: 99,
      events: [...newest, 0, 0, 0, 0, 0].slice(0, 5).map((a) => ({ a, b: a === 0 ? 0 : 1 })),
    });
    const { events: kept } = buffer(3, 2, 1);
    const seen = (count: number, now: ReturnType<typeof buffer>) => newEvents(count, now, kept).map(({ a }) => a);
    expect(seen(2, buffer(5, 4, 3, 2, 1))).toEqual([4, 5]);
    expect(seen(7, buffer(3, 2, 1))).toEqual([]);
    expect(seen(8, buffer(4, 3, 2, 1))).toEqual([4]);
    expect(seen(10, buffer(6, 5, 4, 3, 2))).toEqual([4, 5, 6]);
    expect(seen(9, buffer(7, 6, 5, 4, 3))).toEqual([3, 4, 5, 6, 7]);
    expect(seen(9, buffer(8, 7, 6, 5, 4))).toEqual([4, 5, 6, 7, 8]);
    expect(newEvents(7, buffer(3, 2, 1), null)).toHaveLength(5);
  });

  test('a buffer of another length is none', () => {
    expect(eventBuffer(new Uint8Array(10))).toBeNull();
    expect(eventBuffer(Uint8Array.of(9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10))?.events[4]).toEqual({ a: 9, b: 10 });
  });
});

describe('tables', () => {
  test.each([
    ['CN100A', 'CN', 100],
    ['EU005B', 'EU', 5],
    ['GB1K5A', 'GB', 1500],
    ['GB10KA', 'GB', 10_000],
    ['......', null, 0],
    ['CN000A', null, 0],
    ['TOKEN ', null, 0],
    ['CN1000A', null, 0],
  ])('the coin id %s', (id, country, value) => expect(coinId(id)).toEqual({ country, value }));

  test.each([
    ['CN0020A', 'CN', 20],
    ['.......', null, 0],
    ['CN0000A', null, 0],
    ['CN020A', null, 0],
  ])('the bill id %s', (id, country, value) => expect(billId(id)).toEqual({ country, value }));

  test.each([
    [20, 100, 2, 2, 2000],
    [1, 1, 0, 0, 1],
    [5, 100, 2, 0, 5],
    [5, 100, 2, 3, 5000],
    [1, 1, 3, 2, null],
  ])('%i by %i with %i places is, in a currency of %i, %s', (value, factor, decimals, exponent, minor) => {
    const worth = billValue(value, { factor, decimals }, { currency: 'XTS', exponent });
    expect(worth).toEqual(minor === null ? null : { currency: 'XTS', minor });
  });

  test('a scaling of nothing is no country', () => {
    expect([
      scaling(Uint8Array.of(0, 0, 0)),
      scaling(Uint8Array.of(100, 0)),
      scaling(Uint8Array.of(0xe8, 3, 2)),
    ]).toEqual([null, null, { factor: 1000, decimals: 2 }]);
  });

  test('masks have position 1 in the lowest bit of the first byte', () => {
    expect([maskOf([1], 2), maskOf([8, 9, 16], 2), maskOf([], 2), maskOf([17], 2)]).toEqual([
      [1, 0],
      [0x80, 0x81],
      [0, 0],
      [0, 0],
    ]);
    expect(positionsOf([0x80, 0x81])).toEqual([8, 9, 16]);
  });

  test('hopper status, flags, faults and sensors', () => {
    expect(hopperStatus(Uint8Array.of(1, 2, 3))).toBeNull();
    expect(hopperFlags(Uint8Array.of(0x80, 0x80))).toEqual(['disabled', 'pin-mechanism']);
    expect(hopperFault(Uint8Array.of(0xc6))).toBeNull();
    expect(hopperFault(Uint8Array.of(0x21))).toBe('cctalk.hopper-opto-blocked-in-payout');
    expect(hopperFault(Uint8Array.of(0x80, 0x20))).toBe('cctalk.hopper-memory');
    expect(hopperFault(Uint8Array.of(0, 0, 0x04))).toBe('cctalk.hopper-pin-incorrect');
    expect([levelSensors(0x31), levelSensors(0x12), levelSensors(0)]).toEqual([
      { low: true, full: false },
      { low: false, full: null },
      { low: null, full: null },
    ]);
  });

  test('every error code of coin acceptors has a remedy, also one that nobody knows', () => {
    const codes = new Set(faults.map(({ code }) => code));
    for (let b = 0; b <= 255; b++) expect(codes, String(b)).toContain(coinError(b).code);
    expect([coinError(130).code, coinError(170), coinError(99).code]).toEqual([
      'cctalk.coin-2',
      { code: 'cctalk.coin-160', alarm: true },
      'cctalk.coin-unknown',
    ]);
    expect(codes.size).toBe(faults.length);
  });
});
