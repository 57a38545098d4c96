/** Messages that real terminals and hosts sent, as public projects keep them (tests/vectors/zvt-captures.txt). */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { MessageLine } from '../../../hardware/protocol.ts';
import { describe as told } from '../../../hardware/zvt/describe.ts';
import { type Apdu, createDecoder, wrap } from '../../../hardware/zvt/frame.ts';
import { Hand } from './peer.ts';

type From = 'host' | 'device';

interface Capture {
  readonly from: From;
  readonly command: string;
  readonly bytes: Uint8Array;
  readonly fields: object;
  readonly source: string;
}

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(/[ -]/g, ''), 'hex'));
const hexOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('hex')
    .toUpperCase()
    .replaceAll(/..(?=.)/g, '$& ');

const all: readonly Capture[] = readFileSync(new URL('../../vectors/zvt-captures.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [from, command = '', hex = '', fields = '', source = ''] = line.split(' | ');
    return { from: from as From, command, bytes: bytesOf(hex), fields: JSON.parse(fields) as object, source };
  });
const good = all.filter(({ command }) => command !== 'error');
const spoilt = all.filter(({ command }) => command === 'error');

/** The APDU of a capture, whichever wire it was heard on. */
function bare({ bytes }: Capture): Uint8Array {
  if (bytes[0] !== 0x10) return bytes;
  const [item] = createDecoder('serial').push(bytes);
  if (item?.type !== 'frame' || item.frame.type !== 'apdu') throw new Error(`${hexOf(bytes)} holds no APDU`);
  return (item.frame satisfies Apdu).bytes;
}

const wires = [
  ['tcp', bare],
  ['serial', (capture: Capture) => wrap(bare(capture))],
] as const;

const isError = (line: MessageLine): boolean => 'error' in line;

/** Every line is one of the two shapes, whatever the bytes were. */
function lines(bytes: Uint8Array, from: From): readonly MessageLine[] {
  const found = told(bytes, from);
  const wrong = found.filter(
    (line) => !isHex.test(line.apdu) || !('error' in line ? line.error !== '' : named(line, from)),
  );
  if (wrong.length > 0) expect.fail(`${hexOf(bytes)} is told as ${JSON.stringify(wrong)}`);
  return found;
}

const isHex = /^[0-9A-F]{2}(?: [0-9A-F]{2})*$/;

function named(line: MessageLine, from: From): boolean {
  return 'command' in line && line.command !== '' && line.direction === from && typeof line.fields === 'object';
}

test('the captures are many, of many kinds, and each says where it is from', () => {
  expect(all.filter(({ source }) => source.startsWith('captured: ')).length).toBeGreaterThan(60);
  expect(new Set(good.map(({ command }) => command)).size).toBeGreaterThan(20);
  expect(new Set(all.map(({ bytes }) => hexOf(bytes))).size).toBe(all.length);
  for (const { source } of all) expect(source).toMatch(/^(manual|captured|computed): \S/);
});

test.each(good)('$from $command of $source is read', (capture) => {
  const { from, command, bytes, fields } = capture;
  const wanted = [{ command, direction: from, fields }];
  expect(lines(bytes, from)).toMatchObject(wanted);
  for (const [, onWire] of wires) expect(lines(onWire(capture), from)).toMatchObject(wanted);
});

test('checksums that were heard are those that are computed', () => {
  const framed = good.filter(({ bytes }) => bytes[0] === 0x10);
  expect(framed.length).toBeGreaterThan(8);
  for (const capture of framed) expect(hexOf(wrap(bare(capture)))).toBe(hexOf(capture.bytes));
});

describe.each(wires)('on %s', (wire, onWire) => {
  test('every capture cut off anywhere is told as unfinished', () => {
    for (const capture of good) {
      const bytes = onWire(capture);
      for (let cut = 1; cut < bytes.length; cut++) {
        // Alone, the byte that class 06 begins with is an acknowledgement.
        if (cut === 1 && bytes[0] === 0x06) continue;
        const found = lines(bytes.subarray(0, cut), capture.from);
        if (!found.some(isError)) expect.fail(`${hexOf(bytes)} cut at ${cut}`);
      }
    }
  });

  test('every capture with a bit of a length flipped is read or refused, and never thrown', () => {
    for (const capture of good) {
      const apdu = bare(capture);
      const counted = apdu[2] === 0xff ? [2, 3, 4] : [2];
      for (const at of counted) {
        for (let bit = 0; bit < 8; bit++) {
          const wrong = apdu.with(at, (apdu[at] as number) ^ (1 << bit));
          const found = lines(wire === 'tcp' ? wrong : wrap(wrong), capture.from);
          // A serial frame says itself where it ends.
          if (wire === 'serial') expect(found.every(isError), hexOf(wrong)).toBe(true);
          else expect(found.length).toBeGreaterThan(0);
        }
      }
    }
  });

  test('every capture with a byte flipped inside is read or refused, and never thrown', () => {
    for (const capture of good) {
      const apdu = bare(capture);
      for (let at = 3; at < apdu.length; at++) {
        const wrong = apdu.with(at, (apdu[at] as number) ^ 0xff);
        expect(lines(wire === 'tcp' ? wrong : wrap(wrong), capture.from).length).toBeGreaterThan(0);
      }
    }
  });

  test('rubbish behind a capture is told, and costs it nothing', () => {
    for (const capture of good) {
      const bytes = onWire(capture);
      const [clean] = lines(bytes, capture.from);
      for (const rubbish of [[0xaa], [0xff, 0xff, 0xff], [0x00, 0x27, 0x00], [0x04, 0x0f]]) {
        const [first, ...rest] = lines(Uint8Array.from([...bytes, ...rubbish]), capture.from);
        expect(first).toEqual(clean);
        expect(rest.length > 0 && rest.every(isError), hexOf(bytes)).toBe(true);
      }
    }
  });
});

test.each(spoilt)('$source is refused', ({ bytes, from }) => {
  expect(lines(bytes, from).some(isError)).toBe(true);
});

describe('what nobody may see', () => {
  /** Passes the check of card numbers; nobody's. */
  const number = '45 71 36 12 34 56 78 96';
  const hidden = /123456|36123/;
  const plain = (found: readonly MessageLine[]) => JSON.stringify(found).replaceAll(/[^0-9A-Za-z]/g, '');

  test('is a card number where the captures have one, in any of its bitmaps', () => {
    const cards = good.filter((capture) => hexOf(bare(capture)).includes('22 F0 F8 '));
    expect(cards.length).toBeGreaterThan(8);
    for (const capture of cards) {
      const hex = hexOf(bare(capture)).replace(/22 F0 F8( [0-9A-F]{2}){8}/, `22 F0 F8 ${number}`);
      for (const bytes of [bytesOf(hex), wrap(bytesOf(hex))]) {
        const found = lines(bytes, capture.from);
        expect(found).toMatchObject([{ fields: { card: '457136••••7896' } }]);
        expect(plain(found)).not.toMatch(hidden);
      }
    }
  });

  test('is the track that a terminal puts into its container', () => {
    const [capture] = good.filter(({ source }) => source.includes('zvtDebug'));
    const hex = hexOf(bare(capture as Capture)).replace(
      /1F 09 13.*$/,
      `1F 09 13 ${number} D2 31 22 01 26 71 29 67 12 34 5F`,
    );
    const found = lines(bytesOf(hex), 'device');
    expect(found).toMatchObject([{ command: 'status-information' }]);
    expect(plain(found)).not.toMatch(/2345678|2312201|D231/);
  });

  test('is a card number that a slip shows', () => {
    const [capture] = good.filter(({ fields }) => 'text' in fields && String(fields.text).startsWith('Nr:'));
    const text = Buffer.from(bare(capture as Capture)).toString('latin1');
    const bytes = Uint8Array.from(Buffer.from(text.replace('**** **** **** 4821', '4571 3612 3456 7896'), 'latin1'));
    const found = lines(bytes, 'device');
    expect(found).toMatchObject([{ fields: { text: 'Nr:  4571 36** **** 7896' } }]);
    const letters = [...'36123456'].map((digit) => `3${digit}`).join('');
    expect(plain(found)).not.toMatch(hidden);
    expect(plain(found)).not.toContain(letters.slice(4));
  });

  test('is the password of a host', () => {
    const passwords = good.filter((capture) => hexOf(bare(capture)).includes('12 34 56'));
    expect(passwords.length).toBeGreaterThan(5);
    for (const capture of passwords) expect(plain(lines(capture.bytes, capture.from))).not.toContain('123456');
  });
});

describe('the command', () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  function decoded(recording: string | Uint8Array) {
    const folder = mkdtempSync(join(tmpdir(), 'captures-'));
    folders.push(folder);
    writeFileSync(join(folder, 'recording'), recording);
    const words = ['scripts/device.ts', 'zvt', 'decode', join(folder, 'recording')];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    const told = stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as MessageLine]));
    return { status, stderr, told };
  }

  test.each(wires)('decodes one recording of all of them, on %s', (_, onWire) => {
    const bytes = Uint8Array.from(good.flatMap((capture) => [...onWire(capture)]));
    const { status, stderr, told: found } = decoded(bytes);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(found).toHaveLength(good.length);
    expect(found).toMatchObject(good.map(({ command, fields }) => ({ command, fields })));
    expect(decoded(good.map((capture) => hexOf(onWire(capture))).join('\n'))).toEqual({ status, stderr, told: found });
  });

  test.each([
    ['cut off', (bytes: Uint8Array) => bytes.subarray(0, -1)],
    ['with a wrong length', (bytes: Uint8Array) => bytes.with(2, 0x7f)],
    ['with rubbish behind it', (bytes: Uint8Array) => Uint8Array.from([...bytes, 0xaa, 0xbb])],
  ])('fails with what is wrong of a recording %s', (_, spoil) => {
    const [first, ...rest] = good;
    const end = rest.find(({ command }) => command === 'completion') as Capture;
    const { status, stderr, told: found } = decoded(Uint8Array.from([...bare(first as Capture), ...spoil(bare(end))]));
    expect(status).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: 'malformed' });
    expect(found[0]).toMatchObject({ command: first?.command, fields: first?.fields });
    expect(found.some(isError)).toBe(true);
  });
});

/** From the two slips of a terminal of card complete in PrintLineTest.cs of Portalum/Portalum.Zvt; a line says 1F07. */
test('a slip whose lines say whose it is goes there, though one line of it says otherwise', () => {
  const hand = new Hand().ready().start();
  for (const hex of [
    '06-D1-19-40-2A-2A-20-48-C4-4E-44-4C-45-52-42-45-4C-45-47-20-2A-2A-06-04-1F-07-01-01',
    '06-D1-07-40-06-04-1F-07-01-01',
    '06-D1-07-40-06-04-1F-07-01-01',
    '06-D1-0E-40-42-45-5A-41-48-4C-54-06-04-1F-07-01-01',
    '06-D1-07-81-06-04-1F-07-01-01',
    '06-D1-14-40-54-45-53-54-20-50-6F-72-74-61-6C-75-6D-06-04-1F-07-01-02',
    '06-D1-14-40-54-45-53-54-20-50-6F-72-74-61-6C-75-6D-06-04-1F-07-01-01',
    '06-D1-07-81-06-04-1F-07-01-02',
    '06-D1-14-40-54-45-53-54-20-50-6F-72-74-61-6C-75-6D-06-04-1F-07-01-01',
    '06-D1-01-81',
  ])
    hand.hear(bytesOf(hex)).pump();
  expect(hand.of('terminal.printed')).toMatchObject([
    { audience: 'merchant', lines: ['** HÄNDLERBELEG **', '', '', 'BEZAHLT', ''] },
    { audience: 'customer', lines: ['TEST Portalum', 'TEST Portalum', ''] },
    { audience: 'merchant', lines: ['TEST Portalum', ''] },
  ]);
});

test('a slip in Latin letters is the merchant’s by its words alone', () => {
  const hand = new Hand().ready().start();
  hand.hear(bytesOf('06 D1 13 80 2A 2A 20 48 C4 4E 44 4C 45 52 42 45 4C 45 47 20 2A 2A')).pump();
  expect(hand.one('terminal.printed')).toMatchObject({ audience: 'merchant', lines: ['** HÄNDLERBELEG **'] });
});

test('a terminal that refuses with an abort’s code in an answer’s class says why by its second byte', () => {
  const hand = new Hand().ready();
  let asked = 0;
  hand.toPeer = (name) => {
    if (name === 'authorisation') asked += 1;
    return name !== 'authorisation';
  };
  hand.start();
  for (let answered = 0; answered < asked; answered++) hand.hear(bytesOf('84 1E 01 7D')).wait(30_000);
  expect(hand.one('charge.declined')).toMatchObject({ code: '7D' });
});
