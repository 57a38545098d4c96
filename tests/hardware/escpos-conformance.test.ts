import { describe, expect, test } from 'vitest';
import { QUEUE_LIMIT } from '../../hardware/escpos/driver.ts';
import { PrinterRig } from './escpos-rig.ts';

function ready(options: ConstructorParameters<typeof PrinterRig>[0] = {}): PrinterRig {
  const rig = new PrinterRig(options);
  rig.until('device.ready');
  return rig;
}

/** In the middle of its printing: paper moves, and not all of it is out. */
function printing(id = 'p1'): PrinterRig {
  const rig = ready();
  rig.print(id);
  rig.pass(300);
  expect(rig.ends()).toEqual([]);
  expect(rig.machine.paper?.().length).toBeGreaterThan(0);
  return rig;
}

describe('a printer, from wire to wire', () => {
  test('says who it is and that it is ready', () => {
    const rig = ready({ machine: { maker: 'LAB', model: 'TP-80', serial: 'S1', firmware: '2.0' } });
    expect(rig.named('device.identified')).toEqual([
      {
        device: 'printer',
        fact: 'device.identified',
        protocol: 'escpos',
        maker: 'LAB',
        model: 'TP-80',
        serial: 'S1',
        firmware: '2.0',
        denominations: [],
      },
    ]);
    expect(rig.named('paper.changed')).toEqual([{ device: 'printer', fact: 'paper.changed', paper: 'ok' }]);
  });

  test.each([{}, { marker: 'paper-status' }])('prints a document, cuts it and says so once (%j)', (settings) => {
    const rig = ready({ settings });
    rig.print('p1');
    rig.until('print.done');
    rig.pass(60_000);
    expect(rig.ends()).toEqual(['p1 done']);
    expect(rig.jobs()).toMatchObject([{ cut: true, taken: false }]);
    expect(rig.events.filter(({ event }) => event === 'cut')).toHaveLength(1);
    rig.act('take');
    expect(rig.machine.paper?.()).toHaveLength(0);
  });

  const isMarker = (bytes: Uint8Array) => bytes[0] === 0x37 && bytes.at(-1) === 0;

  test.each([1, 2, 6])('a marker whose answer is lost %i times is asked for again until it comes', (times) => {
    const rig = ready();
    let lost = 0;
    rig.line = (bytes) => (isMarker(bytes) && lost++ < times ? [] : [[0, bytes]]);
    rig.print('p1');
    rig.print('p2');
    rig.until('print.done');
    expect(lost).toBe(times + 1);
    rig.until('print.done');
    expect(rig.ends()).toEqual(['p1 done', 'p2 done']);
    expect(rig.jobs()).toHaveLength(2);
  });

  test('an answer that never comes ends the document as unknown, after many questions', () => {
    const rig = ready();
    let lost = 0;
    rig.line = (bytes) => (isMarker(bytes) && ++lost > 0 ? [] : [[0, bytes]]);
    rig.print('p1');
    rig.until('print.unknown');
    expect(rig.ends()).toEqual(['p1 unknown unconfirmed']);
    expect(lost).toBe(7);
  });

  test('a printer that answers paper status only is not asked twice: a late answer would be the next document’s', () => {
    const rig = ready({ settings: { marker: 'paper-status' } });
    rig.line = (bytes) => (bytes.length === 1 && ((bytes[0] as number) & 0x90) === 0 ? [] : [[0, bytes]]);
    rig.print('p1');
    rig.until('print.unknown');
    expect(rig.events.filter(({ name }) => name === 'GS r')).toHaveLength(1);
  });

  test('a marker’s answer that the line breaks in two at any byte, for any while, is had', () => {
    for (const pauseMs of [40, 50, 60, 75, 90, 150, 400]) {
      for (let at = 1; at < 7; at++) {
        const rig = ready();
        let broken = false;
        rig.line = (bytes) => {
          if (broken || !isMarker(bytes)) return [[0, bytes]];
          broken = true;
          return [
            [0, bytes.subarray(0, at)],
            [pauseMs, bytes.subarray(at)],
          ];
        };
        rig.print('p1');
        rig.until('print.done', 30_000);
        expect(rig.ends(), `${pauseMs} ms at ${at}`).toEqual(['p1 done']);
        expect(rig.named('device.lost'), `${pauseMs} ms at ${at}`).toEqual([]);
      }
    }
  });

  test('an XOFF that no XON follows costs nothing when nothing is printed', () => {
    const rig = ready();
    rig.hear(0x13);
    rig.print('p1');
    rig.hear(0x13);
    rig.until('print.done', 10_000);
    expect(rig.ends()).toEqual(['p1 done']);
  });

  test('an XOFF that no XON follows costs the document it came into, not those behind it', () => {
    const rig = ready();
    let answers = 0;
    rig.line = (bytes) => [[0, ++answers === 3 ? Uint8Array.from([...bytes, 0x13]) : bytes]];
    rig.print('p1');
    rig.until('print.unknown');
    rig.print('p2');
    rig.until('print.done');
    expect(rig.ends()).toEqual(['p1 unknown stalled', 'p2 done']);
  });

  test('done is not said before the last line is on paper', () => {
    const rig = printing();
    rig.until('print.done');
    expect(rig.jobs()).toMatchObject([{ cut: true }]);
    expect(rig.jobs()).toHaveLength(1);
  });

  test('documents are printed one after another, and the ninth that would wait is refused', () => {
    const rig = ready();
    for (let i = 0; i < QUEUE_LIMIT + 2; i++) rig.print(`p${i}`);
    const over = rig.ends();
    expect(over).toEqual(['p9 refused queue-full']);
    rig.pass(120_000);
    expect(rig.ends().slice(1)).toEqual(Array.from({ length: QUEUE_LIMIT + 1 }, (_, i) => `p${i} done`));
    expect(rig.jobs()).toHaveLength(QUEUE_LIMIT + 1);
  });

  test('a long document waits for a full buffer and arrives whole', () => {
    const rig = ready({ machine: { buffer: '1024' } });
    rig.print('p1', `|${'0123456789'.repeat(4)}|\n`.repeat(300));
    rig.until('print.done', 120_000);
    const paper = Buffer.from(rig.machine.paper?.() ?? []).toString('latin1');
    expect(paper.split('0123456789'.repeat(4))).toHaveLength(301);
  });

  test('without paper a document is refused at once, and printed when there is paper again', () => {
    const rig = ready();
    rig.act('paper', 'out');
    rig.until('paper.changed');
    rig.print('p1');
    expect(rig.ends()).toEqual(['p1 refused paper-out']);
    rig.act('paper', 'ok');
    rig.until('device.ready');
    rig.print('p2');
    rig.until('print.done');
    expect(rig.ends()).toEqual(['p1 refused paper-out', 'p2 done']);
    expect(rig.named('paper.changed').map(({ paper }) => paper)).toEqual(['ok', 'out', 'ok']);
  });

  test('low paper is told and still printed on', () => {
    const rig = ready();
    rig.act('paper', 'low');
    rig.until('paper.changed');
    rig.print('p1');
    rig.until('print.done');
    expect(rig.named('paper.changed').map(({ paper }) => paper)).toEqual(['ok', 'low']);
  });

  test.each([
    ['paper', 'out', 'paper-out', ['paper', 'ok']],
    ['open cover', undefined, 'cover-open', ['close cover', undefined]],
    ['jam', undefined, 'cutter', ['clear jam', undefined]],
  ] as const)(
    '%s %s inside a document: unknown once, and never the rest or again',
    (action, value, reason, [undo, to]) => {
      const rig = printing();
      rig.act(action, value);
      rig.until('print.unknown');
      rig.pass(5_000);
      rig.act(undo, to);
      rig.until('device.ready');
      rig.pass(60_000);
      expect(rig.ends()).toEqual([`p1 unknown ${reason}`]);
      // What was out is cut off and nothing came after it.
      expect(rig.jobs()).toMatchObject([{ cut: true }]);
      rig.print('p2');
      rig.until('print.done');
      expect(rig.jobs()).toHaveLength(2);
      expect(rig.ends()).toEqual([`p1 unknown ${reason}`, 'p2 done']);
    },
  );

  test('faults are told with their codes and cleared again', () => {
    const rig = ready();
    for (const [act, undo, code] of [
      ['open cover', 'close cover', 'escpos.cover'],
      ['jam', 'clear jam', 'escpos.cutter'],
    ] as const) {
      rig.act(act);
      rig.until('device.fault');
      expect(rig.named('device.fault').at(-1)?.code).toBe(code);
      rig.act(undo);
      rig.until('device.cleared');
      expect(rig.named('device.cleared').at(-1)?.code).toBe(code);
    }
    rig.act('jam', 'unrecoverable');
    rig.until('device.fault');
    rig.act('clear jam');
    rig.pass(10_000);
    expect(rig.named('device.fault').at(-1)?.code).toBe('escpos.unrecoverable');
    expect(rig.named('device.cleared')).toHaveLength(2);
    rig.act('cut power');
    rig.pass(1_000);
    rig.act('restore power');
    rig.until('device.cleared');
    expect(rig.named('device.fault').map(({ code }) => code)).toEqual([
      'escpos.cover',
      'escpos.cutter',
      'escpos.unrecoverable',
    ]);
  });

  test('a head that is too hot makes a document wait, not break', () => {
    const rig = printing();
    rig.act('jam', 'heat');
    rig.until('device.fault');
    expect(rig.named('device.fault').at(-1)?.code).toBe('escpos.recoverable');
    rig.pass(5_000);
    rig.act('clear jam');
    rig.until('print.done');
    expect(rig.ends()).toEqual(['p1 done']);
  });

  test.each([50, 900, 5_000])(
    'power lost for %i ms inside a document: unknown once, the tail never printed',
    (offMs) => {
      const rig = printing();
      const before = rig.machine.paper?.().length ?? 0;
      rig.act('cut power');
      rig.pass(offMs);
      rig.act('restore power');
      rig.until('print.unknown');
      rig.pass(90_000);
      expect(rig.ends()).toHaveLength(1);
      expect(rig.jobs()).toMatchObject([{ cut: true }]);
      const after = Buffer.from(rig.machine.paper?.() ?? []).subarray(before);
      expect(after.toString('latin1')).not.toContain('text of one line');
      rig.print('p2');
      rig.until('print.done');
      expect(rig.jobs()).toHaveLength(2);
    },
  );

  test('a printer without power is lost once, and found again', () => {
    const rig = ready();
    rig.act('cut power');
    rig.until('device.lost');
    rig.print('p1');
    rig.pass(60_000);
    expect(rig.named('device.lost').map(({ reason }) => reason)).toEqual(['silent']);
    expect(rig.ends()).toEqual(['p1 refused mute']);
    rig.act('restore power');
    rig.until('device.ready');
    rig.print('p2');
    rig.until('print.done');
  });

  test('unplugged inside a document: unknown once, what waited refused, found again', () => {
    const rig = printing();
    rig.print('p2');
    rig.unplug();
    rig.pass(10_000);
    expect(rig.ends()).toEqual(['p1 unknown lost', 'p2 refused lost']);
    expect(rig.named('device.lost').map(({ reason }) => reason)).toEqual(['lost', 'missing']);
    rig.plug();
    rig.until('device.ready');
    rig.pass(30_000);
    expect(rig.ends()).toHaveLength(2);
    rig.print('p3');
    rig.until('print.done');
    expect(rig.ends().at(-1)).toBe('p3 done');
  });

  test('the daemon killed inside a document: unknown once after the start, and the next document is whole', () => {
    const rig = printing();
    rig.restart(['p1', 'p0']);
    rig.until('device.ready');
    rig.pass(30_000);
    expect(rig.ends()).toEqual(['p1 unknown restarted', 'p0 unknown restarted']);
    rig.print('p2');
    rig.until('print.done');
    rig.pass(30_000);
    expect(rig.ends()).toEqual(['p1 unknown restarted', 'p0 unknown restarted', 'p2 done']);
    const cuts = rig.jobs().map(({ cut }) => cut);
    expect(cuts).toEqual([true, true]);
  });

  test('late answers are waited for', () => {
    const rig = ready();
    rig.act('misbehave', 'late');
    rig.print('p1');
    rig.until('print.done');
    expect(rig.ends()).toEqual(['p1 done']);
    expect(rig.named('device.lost')).toEqual([]);
  });

  test('answers that come twice change nothing', () => {
    const rig = ready();
    rig.act('misbehave', 'repeat');
    rig.print('p1');
    rig.until('print.done');
    rig.pass(10_000);
    expect(rig.ends()).toEqual(['p1 done']);
    expect(rig.named('device.fault')).toEqual([]);
  });

  test('under noise every document still ends once, and none is printed twice', () => {
    const rig = ready();
    rig.act('misbehave', 'noise');
    let asked = 0;
    for (let i = 0; i < 25; i++) {
      rig.print(`p${i}`);
      asked++;
      rig.pass(20_000);
    }
    rig.act('misbehave', 'off');
    rig.pass(60_000);
    const ends = rig.ends();
    expect(ends).toHaveLength(asked);
    expect(new Set(ends.map((end) => end.split(' ')[0])).size).toBe(asked);
    expect(ends.some((end) => end.endsWith('done'))).toBe(true);
    const started = ends.filter((end) => !end.includes('refused')).length;
    const whole = ends.filter((end) => end.endsWith('done')).length;
    const cut = rig.jobs().filter((job) => job.bytes > 1_000).length;
    expect(cut).toBeGreaterThanOrEqual(whole);
    expect(cut).toBeLessThanOrEqual(started);
    rig.print('last');
    rig.pass(20_000);
    expect(rig.ends().at(-1)).toBe('last done');
  });

  test('a document that cannot be set is refused with the reason', () => {
    const rig = ready();
    rig.print('p1', 'x'.repeat(40_000));
    rig.print('p2', `{code:${'a'.repeat(1_000)};option:qrcode,3,m}`);
    expect(rig.ends()[0]).toMatch(/^p1 refused document: .*32000/);
    expect(rig.ends()[1]).toMatch(/^p2 refused document: .*900/);
  });
});
