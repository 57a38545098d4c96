import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { createDecoder, LONGEST_CODE_BYTES, type Suffix } from '../../../hardware/scanner/frame.ts';
import { describe as name } from '../../../hardware/scanner/messages.ts';

const vectors = readFileSync(new URL('../../vectors/scanner.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('|').map((part) => part.trim()) as [string, string, string, string]);

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.split(' '), (digits) => Number.parseInt(digits, 16));
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Heard {
  readonly texts: readonly string[];
  /** Why, and how many bytes. */
  readonly discarded: readonly string[];
}

/** In these pieces, and silence behind them. */
function heard(chunks: readonly Uint8Array[], suffix: Suffix = 'cr'): Heard {
  const decoder = createDecoder(suffix);
  const found = [...chunks.flatMap((chunk) => [...decoder.push(chunk)]), ...decoder.silence()];
  expect(decoder.pending).toBe(false);
  return {
    texts: found.flatMap((item) => (item.type === 'frame' ? [item.frame.text] : [])),
    discarded: found.flatMap((item) => (item.type === 'frame' ? [] : [`${item.why} ${item.bytes.length}`])),
  };
}

const said = (text: string, suffix: Suffix = 'cr') => heard([utf8(text)], suffix);

test('the vectors are there, each with its kind of source', () => {
  expect(vectors.length).toBeGreaterThan(10);
  for (const line of vectors) expect(line[3]).toMatch(/^(manual|captured|computed)/);
});

test.each(vectors)('%s %s %s is one code and has its name, whole and split at each byte', (from, message, hex) => {
  const bytes = bytesOf(hex);
  const whole = heard([bytes]);
  expect(whole.texts).toHaveLength(1);
  expect(whole.discarded).toEqual([]);
  for (let at = 1; at < bytes.length; at++) {
    expect(heard([bytes.slice(0, at), bytes.slice(at)])).toEqual(whole);
  }
  expect(name(bytes, from as 'device')).toMatchObject([{ command: message, direction: from }]);
});

test('Chinese reads the same in UTF-8 and in GB18030, of two bytes and of four', () => {
  for (const text of ['示例科技有限公司', '€5', '𠮷', '收据号 R000042']) {
    expect(heard([iconv.encode(`${text}\r`, 'gb18030')]).texts).toEqual([text]);
    expect(said(`${text}\r`).texts).toEqual([text]);
  }
});

describe('a suffix', () => {
  test.each([
    ['CR', 'A1\rB2\r'],
    ['CR LF', 'A1\r\nB2\r\n'],
    ['LF, the last by the pause behind it', 'A1\rB2\n'],
    ['several', 'A1\r\r\n\nB2\r\r'],
  ])('of %s ends a code', (_, text) => {
    expect(said(text)).toEqual({ texts: ['A1', 'B2'], discarded: [] });
  });

  test.each([
    ['LF', 'A1\nB2\n'],
    ['CR LF', 'A1\r\nB2\r\n'],
  ])('of %s ends a code at once where LF is what ends them', (_, text) => {
    const found = createDecoder('lf').push(utf8(text));
    expect(found.map((item) => (item.type === 'frame' ? item.frame.text : item.why))).toEqual(['A1', 'B2']);
  });

  test('that never comes is said, and the next code is whole', () => {
    const decoder = createDecoder('cr');
    expect(decoder.push(utf8('A1'))).toEqual([]);
    expect(decoder.pending).toBe(true);
    expect(decoder.silence()).toEqual([{ type: 'discarded', bytes: utf8('A1'), why: 'no suffix' }]);
    expect(decoder.push(utf8('B2\r'))).toMatchObject([{ type: 'frame', frame: { text: 'B2' } }]);
    expect(said('A1\r', 'lf')).toEqual({ texts: [], discarded: ['no suffix 3'] });
  });

  test('is not the line feed inside a square code', () => {
    expect(said('示例公司\n收据号 R000042\n\r').texts).toEqual(['示例公司\n收据号 R000042']);
  });
});

describe('what is no code', () => {
  test.each([
    ['a null', 'A\u00001', 'a control character 3'],
    ['a group separator', 'A\u001d1', 'a control character 3'],
    ['a tabulator', 'A\t1', 'a control character 3'],
    ['delete', 'A\u007f1', 'a control character 3'],
    ['one of the second row', 'A\u00851', 'a control character 4'],
    ['a byte order mark and nothing', '\ufeff', 'empty 3'],
  ])('%s is thrown away whole, and said', (_, text, why) => {
    expect(said(`${text}\rB2\r`)).toEqual({ texts: ['B2'], discarded: [why] });
  });

  test('a carriage return inside, where LF ends codes, is a control character', () => {
    expect(said('A\r1\n', 'lf').discarded).toEqual(['a control character 3']);
  });

  test('bytes of no text at all are thrown away', () => {
    expect(heard([Uint8Array.of(0xff, 0xff, 0x0d)])).toEqual({
      texts: [],
      discarded: ['neither UTF-8 nor GB18030 2'],
    });
  });

  test('two thousand and forty-eight bytes are a code, one more is none, and the next is whole', () => {
    expect(LONGEST_CODE_BYTES).toBe(2_048);
    const longest = 'a'.repeat(LONGEST_CODE_BYTES);
    expect(said(`${longest}\r`).texts).toEqual([longest]);
    expect(said(`${longest}a\rB2\r`)).toEqual({ texts: ['B2'], discarded: ['too long 2048', 'too long 1'] });
  });

  test('however long, it is held in pieces of the longest code', () => {
    const decoder = createDecoder('cr');
    const found = decoder.push(new Uint8Array(10 * LONGEST_CODE_BYTES + 1).fill(0x41));
    expect(found).toHaveLength(10);
    expect(found.every((item) => item.type === 'discarded' && item.bytes.length <= LONGEST_CODE_BYTES)).toBe(true);
    expect(decoder.pending).toBe(true);
    decoder.silence();
    expect(decoder.push(utf8('B2\r'))).toMatchObject([{ type: 'frame', frame: { text: 'B2' } }]);
  });
});

const sign = fc.constantFrom(...'0123456789ABCxyz-./$+=<>| ]收据号示例€𠮷');
const code = fc.array(sign, { minLength: 1, maxLength: 60 }).map((signs) => signs.join(''));

test('whatever text is said in UTF-8 is heard, in any pieces and behind any other code', () => {
  const suffix = fc.constantFrom('\r', '\r\n');
  fc.assert(
    fc.property(fc.array(code, { minLength: 1, maxLength: 5 }), suffix, fc.array(fc.nat(400)), (codes, end, cuts) => {
      const bytes = utf8(codes.map((text) => text + end).join(''));
      const places = [0, ...cuts.filter((at) => at < bytes.length).toSorted((a, b) => a - b), bytes.length];
      const chunks = places.slice(1).map((to, n) => bytes.slice(places[n], to));
      expect(heard(chunks)).toEqual({ texts: codes, discarded: [] });
    }),
  );
});

test('any bytes in any pieces are the same codes, none with a control character, none too long', () => {
  const bytes = fc.uint8Array({ maxLength: 400 });
  fc.assert(
    fc.property(bytes, fc.nat(400), fc.constantFrom<Suffix>('cr', 'lf'), (all, at, suffix) => {
      const whole = heard([all], suffix);
      expect(heard([all.slice(0, at), all.slice(at)], suffix).texts).toEqual(whole.texts);
      for (const text of whole.texts) expect(text).toMatch(/^(?:\P{Cc}|\n)+$/u);
    }),
  );
});

describe('described', () => {
  test('a short code is shown, a long one by its beginning and length', () => {
    expect(name(utf8('6901234567892\r'), 'device')).toEqual([
      {
        apdu: '36 39 30 31 32 33 34 35 36 37 38 39 32',
        command: 'code',
        direction: 'device',
        fields: { text: '6901234567892', length: 13 },
      },
    ]);
    expect(name(utf8('134567890123456789\r\n'), 'either')).toEqual([
      { apdu: '31 33 … (18 bytes)', command: 'code', direction: 'device', fields: { text: '13…', length: 18 } },
    ]);
  });

  test('nothing is what a host says, and what is no code is an error without the bytes of a long one', () => {
    expect(name(new Uint8Array(0), 'host')).toEqual([]);
    expect(name(utf8('134567890123456789\r'), 'host')).toEqual([
      { error: 'a scanner is told nothing', apdu: '31 33 … (19 bytes)' },
    ]);
    expect(name(utf8('134567890123456789'), 'device')).toEqual([{ error: 'no suffix', apdu: '31 33 … (18 bytes)' }]);
    expect(name(utf8('\u0000\r'), 'device')).toEqual([{ error: 'a control character', apdu: '00' }]);
  });

  test('any bytes are without throwing, and never with fourteen digits in a row', () => {
    const digits = fc.stringMatching(/^[0-9]{14,24}\r?$/).map(utf8);
    fc.assert(
      fc.property(fc.array(fc.oneof(digits, fc.uint8Array({ maxLength: 30 })), { maxLength: 6 }), (parts) => {
        const lines = name(Buffer.concat(parts), 'device');
        expect(JSON.stringify(lines)).not.toMatch(/[0-9]{14}|(?:3[0-9] ){14}/);
      }),
    );
  });
});
