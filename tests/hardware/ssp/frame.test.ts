import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc16, createDecoder, encode, type Frame } from '../../../hardware/ssp/frame.ts';
import {
  allLevels,
  eventsIn,
  isHeld,
  describe as name,
  notePositions,
  serialNumber,
  setUp,
} from '../../../hardware/ssp/messages.ts';
import { crcOf, letters, little, packet, paying, setUpOf } from './slave.ts';

const vectors = readFileSync(new URL('../../vectors/ssp.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('|').map((part) => part.trim()) as [string, string, string, string]);

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.split(' '), (digits) => Number.parseInt(digits, 16));
const valid = bytesOf('7F 80 01 F0 23 80');

function frames(chunks: readonly Uint8Array[]): Frame[] {
  const decoder = createDecoder();
  const found = chunks.flatMap((chunk) => [...decoder.push(chunk)]);
  return [...found, ...decoder.silence()].flatMap((item) => (item.type === 'frame' ? [item.frame] : []));
}

test('the vectors are there, each with its kind of source', () => {
  expect(vectors.length).toBeGreaterThan(100);
  for (const line of vectors) expect(line[3]).toMatch(/^(manual|captured|computed): ./);
});

test.each(vectors)('%s %s %s encodes, decodes and has its name', (from, message, hex) => {
  const bytes = bytesOf(hex);
  const [frame, ...others] = frames([bytes]) as [Frame];
  expect(others).toEqual([]);
  expect([...frame.bytes]).toEqual([...bytes]);
  expect([...encode(frame.address, frame.sequence, frame.data)]).toEqual([...bytes]);
  expect(name(bytes, from as 'host' | 'device')).toMatchObject([{ command: message, direction: from }]);
  if (frame.data[0] !== 0x7e) expect(name(bytes, 'either')).toMatchObject([{ command: message, direction: from }]);
});

test('the checksum is that of another way to reckon it', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => crc16(bytes) === crcOf([...bytes])));
});

test('whatever is encoded decodes to itself, wherever it is cut, behind any noise that holds no start', () => {
  const data = fc.uint8Array({ minLength: 1, maxLength: 255 });
  const stuffed = fc.array(fc.constantFrom(0x7f, 0x7e, 0, 0x80), { minLength: 1, maxLength: 255 });
  const noise = fc.array(fc.integer({ min: 0x80, max: 0xff }), { maxLength: 20 });
  fc.assert(
    fc.property(
      fc.oneof(
        data,
        stuffed.map((bytes) => Uint8Array.from(bytes)),
      ),
      fc.nat(0x7d),
      fc.constantFrom(0 as const, 1 as const),
      noise,
      fc.nat(600),
      (content, address, sequence, before, cut) => {
        const bytes = Uint8Array.from([...before, ...encode(address, sequence, content), ...valid]);
        const found = frames([bytes.slice(0, cut), bytes.slice(cut)]);
        expect(found).toHaveLength(2);
        expect([found[0]?.address, found[0]?.sequence, [...(found[0]?.data ?? [])]]).toEqual([
          address,
          sequence,
          [...content],
        ]);
      },
    ),
  );
});

test('a frame is the same as another codec makes it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 255 }), fc.nat(0x7d), (data, address) => {
      expect([...encode(address, 1, data)]).toEqual([...packet(0x80 | address, [...data])]);
    }),
  );
});

test('data that do not fit are refused', () => {
  expect(() => encode(0, 0, [])).toThrow(/1 to 255 data bytes, not 0/);
  expect(() => encode(0, 0, new Uint8Array(256))).toThrow(/not 256/);
});

test('every length byte, every prefix and a start inside a frame cost no frame that follows', () => {
  for (let length = 0; length <= 255; length++) {
    const decoder = createDecoder();
    decoder.push(Uint8Array.of(0x7f, 0x80, length, 0xf0));
    decoder.silence();
    expect(decoder.pending).toBe(false);
    expect(decoder.push(valid)).toMatchObject([{ type: 'frame' }]);
  }
  for (let cut = 1; cut < valid.length; cut++) {
    expect(frames([valid.slice(0, cut)])).toHaveLength(0);
    expect(frames([valid.slice(0, cut), valid]), `cut at ${cut}`).toHaveLength(1);
  }
  expect(frames([Uint8Array.of(0x7f), valid])).toHaveLength(1);
});

test('a bit that turned over anywhere is no frame of the same meaning', () => {
  const bytes = encode(0, 1, [0xf0, 0xee, 2]);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const spoilt = bytes.slice();
    spoilt[bit >> 3] = (spoilt[bit >> 3] as number) ^ (1 << (bit & 7));
    expect(frames([spoilt])).toHaveLength(0);
  }
});

test('any bytes are described without throwing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom('host', 'device', 'either'), (bytes, from) => {
      for (const line of name(bytes, from)) expect(typeof line.apdu).toBe('string');
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), (data) => {
      expect(name(encode(0, 0, data), 'either')).toHaveLength(1);
    }),
  );
});

describe('events', () => {
  const names = (bytes: readonly number[], version: number) =>
    eventsIn(Uint8Array.from(bytes), version).events.map((one) => one.name);

  test('several in one answer are read in their order', () => {
    expect(names([0xf1, 0xe2, 3, 0xef, 0, 0xe8], 8)).toEqual([
      'slave-reset',
      'cleared-to-cashbox',
      'read-note',
      'disabled',
    ]);
  });

  test('payouts carry a list from version 6 on, and a bare value before', () => {
    const { events } = eventsIn(Uint8Array.from(paying(0xd2, 3000)), 6);
    expect(events).toMatchObject([{ name: 'dispensed', amounts: [{ value: 3000, country: 'CNY' }] }]);
    expect(eventsIn(Uint8Array.from([0xd2, ...little(3000, 4)]), 5).events).toMatchObject([
      { amounts: [{ value: 3000, country: null }] },
    ]);
    const cut = [0xdc, 1, ...little(1000, 4), ...little(3000, 4), ...letters('CNY')];
    expect(eventsIn(Uint8Array.from(cut), 7).events).toMatchObject([
      { amounts: [{ value: 1000, requested: 3000, country: 'CNY' }] },
    ]);
    expect(eventsIn(Uint8Array.from([0xdc, ...little(1000, 4), ...little(3000, 4)]), 5).events).toMatchObject([
      { amounts: [{ value: 1000, requested: 3000 }] },
    ]);
  });

  test.each([0xce, 0xcb, 0xca, 0xc9, 0xcd, 0xdb])(
    'event %i is read with a value, with a list and with nothing',
    (code) => {
      for (const data of [[], [...little(2000, 4), ...letters('CNY')], [1, ...little(2000, 4), ...letters('CNY')]]) {
        for (const version of [6, 7, 8]) {
          const { events, unread } = eventsIn(Uint8Array.from([0xee, 2, code, ...data, 0xeb]), version);
          expect(events.map((one) => one.code)).toEqual([0xee, code, 0xeb]);
          expect(unread).toHaveLength(0);
          expect(events[1]?.amounts?.[0]?.value).toBe(data.length === 0 ? undefined : 2000);
        }
      }
    },
  );

  test('a coin is read alone and in a list', () => {
    const coin = [...little(100, 4), ...letters('CNY')];
    for (const data of [coin, [1, ...coin]]) {
      const { events, unread } = eventsIn(Uint8Array.from([0xdf, ...data, 0xdf, ...data, 0xe8]), 6);
      expect(unread).toHaveLength(0);
      const credit = { name: 'coin-credit', amounts: [{ value: 100, country: 'CNY' }] };
      expect(events).toMatchObject([credit, credit, { name: 'disabled' }]);
    }
  });

  test('what nobody can read is left over, and what stands before it is told', () => {
    const { events, unread } = eventsIn(Uint8Array.from([0xee, 2, 0x05, 0x06]), 8);
    expect(events.map((one) => one.name)).toEqual(['credit-note']);
    expect([...unread]).toEqual([0x05, 0x06]);
  });

  test('what may be a credit waits for its acknowledgement, and so does a code that nobody knows', () => {
    const held = (bytes: readonly number[]) => eventsIn(Uint8Array.from(bytes), 8).events.map(isHeld);
    expect(held([0xee, 2, 0xe2, 1, 0x9a])).toEqual([true, true, true]);
    expect(held([0xef, 2, 0xe8, 0xcc])).toEqual([false, false, false]);
  });

  test('any bytes are read to their end or to what is left over', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.integer({ min: 4, max: 9 }), (bytes, version) => {
        const { events, unread } = eventsIn(bytes, version);
        const read = events.reduce((sum, { text }) => sum + text.split(' ').length, 0);
        expect(read + unread.length).toBe(bytes.length);
      }),
    );
  });
});

describe('tables', () => {
  test('a set-up of a validator names channels, countries and faces, in both layouts', () => {
    const faces = [1, 5, 10, 20, 50, 100];
    const expanded = setUp(Uint8Array.from(setUpOf(6).slice(1)));
    expect(expanded).toMatchObject({ unitType: 6, firmware: '0416', multiplier: 100 });
    expect(expanded?.channels.map(({ face }) => face)).toEqual(faces);
    const short = Uint8Array.from(setUpOf(0).slice(1, 1 + 12 + 12 + 4));
    expect(setUp(short)?.channels.map(({ face, country }) => [face, country])).toEqual(
      faces.map((face) => [face, 'CNY']),
    );
    expect(setUp(short.subarray(0, 20))).toBeNull();
    expect(setUp(new Uint8Array(5))).toBeNull();
  });

  test('a channel without a value is left out and the others keep their numbers', () => {
    expect(setUp(Uint8Array.from(setUpOf(0, [1, 0, 10]).slice(1)))?.channels.map(({ channel }) => channel)).toEqual([
      1, 3,
    ]);
  });

  test('a set-up of a hopper names coins', () => {
    const head = [3, ...letters('0616EUR'), 6, 2, ...little(10, 2), ...little(200, 2)];
    expect(setUp(Uint8Array.from([...head, ...letters('EURGBP')]))?.channels).toEqual([
      { channel: 1, country: 'EUR', face: 10 },
      { channel: 2, country: 'GBP', face: 200 },
    ]);
    expect(setUp(Uint8Array.from(head))?.channels.map(({ country }) => country)).toEqual(['EUR', 'EUR']);
    expect(setUp(Uint8Array.from(head.slice(0, 12)))).toBeNull();
  });

  test('levels, positions and serial numbers of another length are none', () => {
    expect(allLevels(Uint8Array.from([1, ...little(258, 2), ...little(1000, 4), ...letters('CNY')]))).toEqual([
      { count: 258, value: 1000, country: 'CNY' },
    ]);
    expect(allLevels(Uint8Array.of(1, 0))).toBeNull();
    expect(notePositions(Uint8Array.from([2, ...little(500, 4), ...little(1000, 4)]))).toEqual([500, 1000]);
    expect(notePositions(Uint8Array.of(2, 0))).toBeNull();
    expect(serialNumber(Uint8Array.of(0, 0x1c, 0x96, 0x3c))).toBe(1_873_468);
    expect(serialNumber(Uint8Array.of(1))).toBeNull();
  });
});
