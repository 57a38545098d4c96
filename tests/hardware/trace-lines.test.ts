import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { protocolNamed, protocols } from '../../hardware/catalog.ts';
import { Trace } from '../../hardware/trace.ts';
import { traceLines } from '../../hardware/trace-lines.ts';

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const ask = bytes('FC 05 11 27 56');
const idling = bytes('FC 05 11 27 56');

describe.each(Object.keys(protocols))('%s', (name) => {
  const { driver } = protocolNamed(name);

  test('describes whatever comes, from whomever, behind whatever was asked', () => {
    const vectors = readFileSync(`tests/vectors/${name}.txt`, 'utf8')
      .split('\n')
      .filter((line) => /^(host|device) \|/.test(line))
      .map((line) => bytes(line.split('|')[2] ?? ''));
    const noise = fc.uint8Array({ maxLength: 64 });
    const spoilt = fc
      .tuple(fc.constantFrom(...vectors), fc.nat(), fc.nat(255))
      .map(([whole, at, byte]) => whole.map((one, index) => (index === at % whole.length ? byte : one)));
    fc.assert(
      fc.property(
        fc.oneof(
          noise,
          spoilt,
          fc.tuple(spoilt, spoilt).map(([a, b]) => Uint8Array.of(...a, ...b)),
        ),
        fc.constantFrom('host', 'device', 'either'),
        fc.option(fc.oneof(noise, fc.constantFrom(...vectors)), { nil: undefined }),
        (said, from, asked) => {
          for (const line of driver.describe(said, from, asked))
            expect('error' in line ? line.error : line.command).not.toBe('');
        },
      ),
      { numRuns: 300 },
    );
  });

  test('names every vector in the record of a wire', () => {
    for (const line of readFileSync(`tests/vectors/${name}.txt`, 'utf8').split('\n')) {
      if (!/^(host|device) \|/.test(line)) continue;
      const [from, , hex = ''] = line.split('|').map((part) => part.trim());
      const trace = new Trace(driver.secret === true);
      trace.add(1, from === 'host' ? 'out' : 'in', from === 'host' ? 'sent' : '', bytes(hex));
      const lines = traceLines(trace.entries(), driver, 1);
      expect(lines.length, line).toBeGreaterThan(0);
      for (const read of lines) expect(read, line).toMatchObject({ error: false, name: expect.stringMatching(/./) });
      if (driver.secret) expect(JSON.stringify(lines)).not.toContain(hex);
    }
  });
});

/** A wire of ID-003 on which `n` questions were answered, each answer in two pieces. */
function wire(...answers: readonly Uint8Array[]): Trace {
  const trace = new Trace(false);
  answers.forEach((answer, at) => {
    trace.add(at * 100, 'out', 'status-request', ask);
    trace.add(at * 100 + 10, 'in', '', answer.subarray(0, 2));
    trace.add(at * 100 + 12, 'in', '', answer.subarray(2));
  });
  return trace;
}

const id003 = protocolNamed('id003').driver;
const jam = (() => {
  const line = readFileSync('tests/vectors/id003.txt', 'utf8')
    .split('\n')
    .find((one) => /^device \|.*jam/i.test(one));
  return bytes(line?.split('|')[2] ?? '');
})();

test('an answer that came in pieces is one line, at the moment of its first byte', () => {
  const lines = traceLines(wire(idling).entries(), id003, 1);
  expect(lines.map(({ seq, atMs, direction, error }) => [seq, atMs, direction, error])).toEqual([
    [1, 0, 'out', false],
    [2, 10, 'in', false],
  ]);
});

test('what was said the last time is marked; what is new is not, wherever the reading begins', () => {
  expect(jam.length).toBeGreaterThan(4);
  const trace = wire(idling, idling, jam, jam, idling);
  const marks = (from: number) =>
    traceLines(trace.entries(), id003, from)
      .filter(({ direction }) => direction === 'in')
      .map(({ again }) => again);
  expect(marks(1)).toEqual([false, true, false, true, false]);
  expect(marks(5)).toEqual([true, false, true, false]);
});

test('what a ccTalk device answers is read by what it was asked', () => {
  const { driver } = protocolNamed('cctalk');
  const read = (asked: Uint8Array, answer: Uint8Array) => {
    const trace = new Trace(false);
    trace.add(0, 'out', 'asked', asked);
    trace.add(1, 'in', '', answer);
    return traceLines(trace.entries(), driver, 1).at(-1)?.fields;
  };
  const text = readFileSync('tests/vectors/cctalk.txt', 'utf8').split('\n');
  const at = text.findIndex((line, row) => /^host \|/.test(line) && /^device \|/.test(text[row + 1] ?? ''));
  const hex = (row: number) => bytes(text[row]?.split('|')[2] ?? '');
  expect(read(hex(at), hex(at + 1))).toMatch(/^address \d+ · to /);
});

test('what is printed is counted in the record of a printer, and not repeated', () => {
  const trace = new Trace(false);
  trace.add(0, 'out', 'print', Buffer.from('\x1b@ABCDE-12345\n\x1dVA\x00'));
  const lines = traceLines(trace.entries(), protocolNamed('escpos').driver, 1);
  expect(lines.map(({ name }) => name)).toEqual(['print (initialise)', 'print (print-data)', 'print (cut)']);
  expect(JSON.stringify(lines)).not.toMatch(/ABCDE|41 42 43/);
});

test('a crash is a line of its own, and a long word is cut', () => {
  const trace = new Trace(false);
  trace.add(3, 'crash', 'x'.repeat(1_000), new Uint8Array(0));
  const [line] = traceLines(trace.entries(), id003, 1);
  expect(line).toMatchObject({ direction: 'crash', error: true, again: false });
  expect(line?.name.length).toBe(401);
});
