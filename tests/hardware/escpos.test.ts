import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hardware/clock.ts';
import { type DeviceFact, emptyMemory } from '../../hardware/device.ts';
import type { DriverInput } from '../../hardware/driver.ts';
import { createDriver, markerOf, type State } from '../../hardware/escpos/driver.ts';
import { createDecoder, type Frame } from '../../hardware/escpos/frame.ts';
import { frontDoor } from '../../hardware/escpos/index.ts';
import * as messages from '../../hardware/escpos/messages.ts';
import { simulate } from '../../hardware/escpos/simulator.ts';
import type { PrintedJob } from '../../hardware/simulated.ts';
import { SimulatorRig } from './simulator-rig.ts';

interface Vector {
  readonly from: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

const vectors = readFileSync(new URL('../vectors/escpos.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line): Vector => {
    const [from = '', name = '', bytes = '', source = ''] = line.split(' | ');
    expect(source).toMatch(/^(manual|captured|computed): /);
    return { from, name, bytes: Uint8Array.from(bytes.split(' ').map((byte) => Number.parseInt(byte, 16))) };
  });

const bytesOf = (name: string) => vectors.find((vector) => vector.name === name)?.bytes as Uint8Array;

function frames(bytes: Uint8Array): readonly Frame[] {
  return createDecoder()
    .push(bytes)
    .flatMap((item) => (item.type === 'frame' ? [item.frame] : []));
}

/** What the simulator answers, put into a state by hand and asked by bytes. */
function answer(hands: readonly (readonly [string, string?])[], ask: Uint8Array): Uint8Array {
  const clock = new VirtualClock(0);
  const out: number[] = [];
  const machine = simulate({
    clock,
    speed: 1,
    random: () => 0.5,
    settings: { model: 'TP-80' },
    send: (bytes) => out.push(...bytes),
    emit: () => {},
  });
  clock.runUntil(2_000);
  for (const [action, value] of hands) machine.act(value === undefined ? { action } : { action, value });
  machine.receive(ask);
  clock.runUntil(4_000);
  return Uint8Array.from(out);
}

const hands: Readonly<Record<string, readonly (readonly [string, string?])[]>> = {
  'status-1 offline': [['open cover']],
  'status-2 cover open': [['open cover']],
  'status-2 paper end': [['paper', 'out']],
  'status-3 cutter': [['jam']],
  'status-3 unrecoverable': [['jam', 'unrecoverable']],
  'status-3 auto-recoverable': [['jam', 'heat']],
  'status-4 near end': [['paper', 'low']],
  'status-4 end': [['paper', 'out']],
};

describe('ESC/POS vectors', () => {
  test.each([
    ['status-1', messages.askStatus(1)],
    ['status-4', messages.askStatus(4)],
    ['recover', messages.RECOVER],
    ['clear-buffers', messages.CLEAR_BUFFERS],
    ['report-changes', messages.REPORT_CHANGES],
    ['ask-paper-in-turn', messages.ASK_PAPER_IN_TURN],
    ['ask-processed', messages.askProcessed('ABCD')],
    ['identity-model', messages.askIdentity('model')],
    ['initialise', messages.INITIALISE],
    ['eject', messages.EJECT],
  ])('the driver sends %s as listed', (name, bytes) => {
    expect(bytes).toEqual(bytesOf(name));
  });

  test.each(vectors.filter(({ name }) => name.startsWith('status-') && name.includes(' ')))(
    'driver and simulator agree on "$name"',
    ({ name, bytes }) => {
      const n = Number(name[7]) as 1 | 2 | 3 | 4;
      expect(frames(bytes)).toEqual([{ type: 'real-time', value: bytes[0] }]);
      const part = messages.statusOf(n, bytes[0] ?? 0);
      const wrong = Object.values(part).filter((value) => value !== false && value !== 'ok');
      expect(wrong).toHaveLength(/all well|ok/.test(name) ? 0 : 1);
      const said = answer(hands[name] ?? [], messages.askStatus(n));
      expect([...said]).toEqual([...bytes]);
    },
  );

  test.each([
    ['report all well', []],
    ['report cover open', [['open cover']]],
    ['report cutter', [['jam']]],
    ['report paper end', [['paper', 'out']]],
    ['report near end', [['paper', 'low']]],
  ] as const)('the simulator sends "%s" and the driver reads it', (name, acts) => {
    const clock = new VirtualClock(0);
    const out: number[] = [];
    const send = (bytes: Uint8Array) => out.push(...bytes);
    const machine = simulate({ clock, speed: 1, random: () => 0, settings: {}, send, emit: () => {} });
    clock.runUntil(1_000);
    machine.receive(messages.REPORT_CHANGES);
    if (acts.length > 0) out.length = 0;
    for (const [action, value] of acts as readonly (readonly [string, string?])[]) {
      machine.act(value === undefined ? { action } : { action, value });
    }
    expect(out).toEqual([...bytesOf(name)]);
    expect(frames(bytesOf(name))).toMatchObject([{ type: 'report' }]);
  });

  test('blocks with a header are answered and read', () => {
    expect(answer([], bytesOf('ask-processed'))).toEqual(bytesOf('processed'));
    expect(frames(bytesOf('processed'))).toEqual([{ type: 'process-id', id: 'ABCD' }]);
    expect(answer([], bytesOf('identity-model'))).toEqual(bytesOf('identity'));
    expect(frames(bytesOf('identity'))).toEqual([{ type: 'text', text: 'TP-80' }]);
  });
});

describe('the decoder', () => {
  const all = vectors.filter(({ from }) => from === 'device');

  test('reads the same however the line splits what it brings', () => {
    const stream = Uint8Array.from(all.flatMap(({ bytes }) => [...bytes]));
    const whole = frames(stream);
    expect(whole).toHaveLength(all.length);
    for (let cut = 1; cut < stream.length; cut++) {
      const decoder = createDecoder();
      const parts = [...decoder.push(stream.subarray(0, cut)), ...decoder.push(stream.subarray(cut))];
      expect(parts.map((part) => (part.type === 'frame' ? part.frame : part))).toEqual(whole);
    }
  });

  test('a real-time answer inside a report spoils neither', () => {
    expect(frames(Uint8Array.of(0x10, 0x00, 0x12, 0x00, 0x00))).toEqual([
      { type: 'real-time', value: 0x12 },
      { type: 'report', bytes: [0x10, 0, 0, 0] },
    ]);
  });

  test('a flow sign or a real-time answer inside a block spoils neither', () => {
    const block = bytesOf('processed');
    for (const other of [0x11, 0x13, 0x12, 0x16, 0x1a, 0x1e]) {
      for (let at = 1; at < block.length; at++) {
        const read = frames(Uint8Array.of(...block.subarray(0, at), other, ...block.subarray(at)));
        expect(read, `${other} at ${at}`).toHaveLength(2);
        expect(read[1], `${other} at ${at}`).toEqual({ type: 'process-id', id: 'ABCD' });
      }
    }
  });

  test('ends half replies at silence and says what it threw away', () => {
    const decoder = createDecoder();
    expect(decoder.push(Uint8Array.of(0x37, 0x22, 0x41))).toEqual([]);
    expect(decoder.pending).toBe(true);
    expect(decoder.silence()).toMatchObject([{ type: 'discarded', bytes: Uint8Array.of(0x37, 0x22, 0x41) }]);
    expect(decoder.pending).toBe(false);
  });

  test('loses no byte of any noise, and reads the next answer after it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
        const decoder = createDecoder();
        const out = [...decoder.push(noise), ...decoder.silence()];
        const counted = out.reduce((sum, item) => sum + sizeOf(item), 0);
        expect(counted).toBe(noise.length);
        expect(decoder.push(Uint8Array.of(0x12))).toEqual([
          { type: 'frame', frame: { type: 'real-time', value: 0x12 } },
        ]);
      }),
    );
  });

  test('a text that never ends is bounded', () => {
    const out = createDecoder().push(Uint8Array.from([0x5f, ...Array(10_000).fill(0x41)]));
    const longest = Math.max(...out.map((item) => (item.type === 'discarded' ? item.bytes.length : 0)));
    expect(longest).toBeLessThan(100);
  });
});

function sizeOf(item: ReturnType<ReturnType<typeof createDecoder>['push']>[number]): number {
  if (item.type === 'discarded') return item.bytes.length;
  const { frame } = item;
  if (frame.type === 'report') return 4;
  if (frame.type === 'text') return frame.text.length + 2;
  return frame.type === 'process-id' ? 7 : 1;
}

describe('the driver, step by step', () => {
  const driver = createDriver('printer', { columns: 42, marker: 'process-id' });

  function talk(inputs: readonly DriverInput<Frame>[], from: State = driver.start(emptyMemory)) {
    const facts: DeviceFact[] = [];
    const sent: string[] = [];
    let state = from;
    for (const input of inputs) {
      const step = driver.step(state, input);
      state = step.state;
      facts.push(...step.facts);
      if (step.send !== undefined) sent.push(step.send.name);
    }
    return { state, facts, sent };
  }

  const turn = (nowMs: number) => ({ type: 'turn', nowMs }) as const;
  const said = (nowMs: number, value: number) =>
    ({ type: 'frame', nowMs, frame: { type: 'real-time', value } }) as const;
  const started = [0, 1, 2, 3].flatMap((i) => [turn(i), said(i, 0x12)]);

  const readyAfter = (state: State): State => ({
    ...state,
    prepared: true,
    identity: { asked: null, atMs: 0, step: 4 },
  });

  test('asks all four before it believes anything, then sets the printer up', () => {
    const { sent, facts } = talk([
      { type: 'opened', chance: new Uint8Array(64), nowMs: 0 },
      ...started,
      turn(5),
      turn(6),
    ]);
    expect(sent).toEqual(['status-2', 'status-3', 'status-4', 'status-1', 'set-up', 'identity-maker']);
    expect(facts).toEqual([{ device: 'printer', fact: 'paper.changed', paper: 'ok' }]);
  });

  test('a single odd answer is asked for again before it counts', () => {
    const once = talk([{ type: 'opened', chance: new Uint8Array(64), nowMs: 0 }, ...started]);
    const odd = talk([turn(6_000), said(6_000, 0x12), turn(6_001), said(6_001, 0x12)], readyAfter(once.state));
    const wrong = talk([turn(6_002), said(6_002, 0x7e), turn(6_003), said(6_003, 0x12)], odd.state);
    expect(wrong.sent).toEqual(['status-4', 'status-4']);
    expect([...odd.facts, ...wrong.facts].filter(({ fact }) => fact === 'paper.changed')).toEqual([]);
  });

  test('on line it is asked that alone each second, and everything every five or when it is no longer', () => {
    const once = talk([{ type: 'opened', chance: new Uint8Array(64), nowMs: 0 }, ...started]);
    const glance = talk([turn(1_004), said(1_005, 0x12), turn(1_006)], readyAfter(once.state));
    expect(glance.sent).toEqual(['status-1']);
    const offline = talk([turn(2_006), said(2_007, 0x1a), turn(2_008), said(2_009, 0x7e), turn(2_010)], glance.state);
    expect(offline.sent).toEqual(['status-1', 'status-2', 'status-2']);
    const quiet = talk([turn(2_006), said(2_007, 0x12), turn(5_010)], glance.state);
    expect(quiet.sent).toEqual(['status-1', 'status-2']);
  });

  test('an answer that comes after its time is not taken for the next question', () => {
    const late = talk([
      { type: 'opened', chance: new Uint8Array(64), nowMs: 0 },
      turn(0),
      { type: 'silence', nowMs: 1_010 },
      said(1_200, 0x7e),
    ]);
    expect(late.state.doubt).toBeNull();
    expect(late.state.read).toEqual([]);
    expect(driver.step(late.state, turn(1_300)).send).toBeUndefined();
  });

  test('prints of an earlier run end as unknown once, even when the port never opens', () => {
    const memory = { ...emptyMemory, openPrints: ['a', 'b'] };
    const problem = { code: 'missing', message: 'no such port' } as const;
    const closed = { type: 'closed', nowMs: 0, problem } as const;
    const { facts } = talk(
      [closed, { ...closed, nowMs: 500 }, { type: 'opened', chance: new Uint8Array(64), nowMs: 900 }],
      driver.start(memory),
    );
    expect(facts.map((fact) => ('command' in fact ? `${fact.fact} ${fact.command}` : fact.fact))).toEqual([
      'print.unknown a',
      'print.unknown b',
      'device.lost',
    ]);
  });

  test('a print before the printer is known waits, and ends as refused when the printer never answers', () => {
    const command = { id: 'p', device: 'printer', command: 'document.print', document: 'x' } as const;
    const early = talk([{ type: 'command', nowMs: 0, command }]);
    expect(early.facts).toEqual([]);
    const problem = { code: 'missing', message: 'no such port' } as const;
    const { facts } = talk([{ type: 'closed', nowMs: 1, problem }], early.state);
    expect(facts[0]).toEqual({ device: 'printer', fact: 'print.refused', command: 'p', reason: 'lost' });
  });

  test('markers are four printable signs and differ between commands', () => {
    const markers = Array.from({ length: 2_000 }, (_, i) => markerOf(`print-${i}`));
    expect(new Set(markers).size).toBeGreaterThan(1_990);
    for (const marker of markers) expect(marker).toMatch(/^[!-~]{4}$/);
  });
});

describe('the front door', () => {
  test('names every wrong setting', () => {
    expect(frontDoor.checkSettings({ columns: 42, marker: 'paper-status' })).toEqual([]);
    const paths = frontDoor.checkSettings({ columns: 41, marker: 'no', baud: 9600 }).map(({ path }) => path);
    expect(paths).toEqual(['columns', 'marker', 'baud']);
  });

  test('every fault has a remedy in both languages', () => {
    for (const { code, remedy } of frontDoor.faults) {
      expect(code).toMatch(/^escpos\./);
      expect(remedy['zh-CN'].length * remedy.en.length).toBeGreaterThan(0);
    }
  });

  test('describes a recording of either side without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        frontDoor.describe(bytes, 'device');
        frontDoor.describe(bytes, 'host');
      }),
    );
    const stream = Uint8Array.from([...messages.INITIALISE, 0x41, 0x42, ...messages.askProcessed('ABCD')]);
    expect(frontDoor.describe(stream, 'host').map((line) => ('command' in line ? line.command : line.error))).toEqual([
      'initialise',
      'print-data',
      'ask-processed',
    ]);
    const names = frontDoor.describe(Uint8Array.of(0x12, 0x13, 0x10, 0, 0, 0), 'device');
    expect(names).toMatchObject([{ command: 'status' }, { command: 'busy' }, { command: 'report' }]);
  });
});

describe('what hangs from the simulated printer', () => {
  class Rig extends SimulatorRig {
    prints(bytes: number): void {
      for (let left = bytes; left > 0; left -= 2_000) {
        this.receive(new Array<number>(Math.min(left, 2_000)).fill(0x78));
        this.pass(100);
      }
      this.receive([0x0a, 0x1d, 0x56, 0]);
      this.pass(100);
    }

    get slips(): readonly PrintedJob[] {
      return this.machine.printed?.() ?? [];
    }
  }
  const on = () => {
    const rig = new Rig(simulate, {}, 1_000);
    rig.pass(5_000);
    return rig;
  };

  test('is remembered for two hundred slips', () => {
    const rig = on();
    for (let slip = 0; slip < 201; slip++) rig.prints(1);
    expect(rig.slips).toHaveLength(200);
  });

  test('is no more than a megabyte, also of one slip that nothing cuts', () => {
    const rig = on();
    for (let lines = 0; lines < 600; lines++) {
      rig.receive([...new Array<number>(1_999).fill(0x78), 0x0a]);
      rig.pass(100);
    }
    expect(rig.machine.paper?.().length).toBeLessThan(1_000_100);
  });

  test('is no more than a megabyte: the oldest falls down', () => {
    const rig = on();
    for (const bytes of [500_000, 500_000, 1]) rig.prints(bytes);
    expect(rig.slips.map(({ taken }) => taken)).toEqual([true, false, false]);
    expect(rig.machine.paper?.().length).toBeLessThan(500_100);
  });
});
