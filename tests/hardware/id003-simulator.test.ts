import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { framed } from '../../hardware/id003/simulator.ts';
import { asHex, frameOf, Rig } from './foreign-host.ts';

const STACK_1 = 0x41;
const STACK_2 = 0x42;
const RETURN = 0x43;
const ACK = 0x50;

interface Vector {
  readonly from: string;
  readonly name: string;
  readonly bytes: readonly number[];
}

const vectors: readonly Vector[] = readFileSync(new URL('../vectors/id003.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.trim() !== '' && !line.startsWith('#'))
  .map((line) => {
    const [from = '', name = '', hex = ''] = line.split('|').map((part) => part.trim());
    return { from, name, bytes: hex.split(' ').map((pair) => Number.parseInt(pair, 16)) };
  });

describe('vectors', () => {
  test('every frame of the file is what the machine would send for the same message', () => {
    expect(vectors.length).toBeGreaterThan(20);
    for (const { name, bytes } of vectors) expect(asHex([...framed(bytes.slice(2, -2))]), name).toBe(asHex(bytes));
  });

  test('the machine understands every host frame of the file', () => {
    for (const { from, name, bytes } of vectors) {
      if (from !== 'host') continue;
      const rig = new Rig();
      rig.ready();
      rig.events.length = 0;
      rig.machine.receive(Uint8Array.from(bytes));
      const heard = rig.events.find(({ event }) => event === 'command');
      if (name === 'status-request') expect(heard).toBeUndefined();
      else expect(heard?.hex).toBe(asHex(bytes).toUpperCase());
      expect(heard?.name).not.toBe('unknown');
    }
  });

  test('both currency tables of the file come from the machine itself', () => {
    const tables = vectors.filter(({ from, name }) => from === 'device' && name === 'currency-assign');
    expect(tables.map(({ bytes }) => asHex(bytes.slice(2, -2))).sort()).toEqual(
      [new Rig().ask(0x8a), new Rig({ currency: 'EUR' }).ask(0x8a)].sort(),
    );
  });
});

describe('power-up and settings', () => {
  test('a machine just switched on says POWER UP until it is reset, initialises, and stands inhibited', () => {
    const rig = new Rig();
    rig.pass(60_000);
    expect(rig.poll()).toBe('40');
    expect(rig.ask(0x40)).toBe('50');
    expect(rig.pollUntil('1a')).toEqual(['1b', '1a']);
    expect(rig.ask(0xc3, 0)).toBe('c3 00');
    expect(rig.poll()).toBe('11');
    expect(rig.ask(0xc3, 1)).toBe('c3 01');
    expect(rig.poll()).toBe('1a');
    expect([rig.count('enabled'), rig.count('disabled')]).toEqual([1, 1]);
  });

  test.each([
    [[0xc0, 0x05, 0x00], 0x80],
    [[0xc1, 0x02, 0x00], 0x81],
    [[0xc3, 0x00], 0x83],
    [[0xc4, 0x03], 0x84],
    [[0xc5, 0x02, 0x00], 0x85],
    [[0xc6, 0x01, 0x12], 0x86],
    [[0xc7, 0x00], 0x87],
  ])('setting %j is echoed, can be read back by %i, and is forgotten at a reset', (set, get) => {
    const rig = new Rig();
    rig.ready();
    rig.ask(0xc3, 1);
    const before = rig.ask(get);
    expect(rig.ask(...set)).toBe(asHex(set));
    expect(rig.ask(get)).toBe(asHex([get, ...set.slice(1)]));
    rig.ask(0x40);
    rig.pollUntil('1a');
    expect(rig.ask(get)).toBe(before.replace(/^(\S+).*/, asHex([get])) + before.slice(2));
  });

  test('version texts and the escrow limit are answered', () => {
    const rig = new Rig({ version: 'ABC-1', boot: 'B9' });
    expect(rig.ask(0x88)).toBe(asHex([0x88, 0x41, 0x42, 0x43, 0x2d, 0x31]));
    expect(rig.ask(0x89)).toBe(asHex([0x89, 0x42, 0x39]));
    expect(rig.ask(0xcd, 1)).toBe('cd 01');
  });

  test.each([[[0x99]], [[0x41]], [[0x43]], [[0x44]], [[0xc3]], [[0xc3, 0, 0]], [[0xf0, 0x20]], [[0x40, 1]]])(
    'an unknown, untimely or misshapen command %j is invalid',
    (body) => {
      const rig = new Rig();
      rig.ready();
      expect(rig.ask(...body)).toBe('4b');
    },
  );

  test('interrupt mode calls out a change of status', () => {
    const rig = new Rig();
    rig.ready();
    expect(rig.ask(0xc2, 1)).toBe('c2 01');
    rig.raw = [];
    rig.hand('insert', { minor: 2000 });
    rig.pass(50);
    expect(asHex(rig.raw)).toBe(asHex([...frameOf(0x05)]));
  });
});

describe('the wire', () => {
  test('a wrong checksum, a wrong length and garbage are met with silence, and the next request is answered', () => {
    const rig = new Rig();
    for (const bad of [
      [0xfc, 0x05, 0x11, 0x27, 0x57],
      [0xfc, 0x04, 0x11, 0x27],
      [0xfc, 0x00],
      [0x00, 0xff, 0x13],
      [0xfc],
    ]) {
      rig.raw = [];
      rig.machine.receive(Uint8Array.from(bad));
      rig.pass(150);
      expect(rig.raw).toEqual([]);
      expect(rig.poll()).toBe('40');
    }
  });

  test('a request split at every byte is answered once', () => {
    const request = frameOf(0xc3, 0);
    for (let cut = 1; cut < request.length; cut++) {
      const rig = new Rig();
      rig.machine.receive(request.slice(0, cut));
      rig.pass(20);
      rig.machine.receive(request.slice(cut));
      rig.pass(50);
      expect(asHex(rig.raw)).toBe(asHex([...request]));
    }
  });

  test('a half request that was given up does not spoil the next', () => {
    const rig = new Rig();
    rig.machine.receive(frameOf(0xc3, 0).slice(0, 4));
    rig.pass(500);
    expect(rig.poll()).toBe('40');
  });
});

describe('a note', () => {
  test('stack-1 vends at the lever, waits for the acknowledgement without a reply, and ends in the box', () => {
    const rig = new Rig();
    rig.ready();
    rig.escrow(2000);
    expect(rig.truth()).toBe('escrow 2000×1');
    expect(rig.ask(STACK_1)).toBe('50');
    expect(rig.pollUntil('15')).toEqual(['14', '15']);
    expect(rig.count('note.stacked')).toBe(0);
    rig.pass(5_000);
    expect(rig.poll()).toBe('15');
    expect(rig.count('note.stacked')).toBe(1);
    expect(rig.ask(ACK)).toBe('silence');
    expect(rig.pollUntil('11')).toEqual(['16', '11']);
    expect(rig.truth()).toBe('box 2000×1');
    expect(rig.count('vend.acknowledged')).toBe(1);
  });

  test('stack-2 vends only after the note is stored', () => {
    const rig = new Rig();
    rig.ready();
    rig.escrow(10000);
    rig.ask(STACK_2);
    rig.pollUntil('15');
    expect(rig.truth()).toBe('box 10000×1');
    rig.ask(ACK);
    expect(rig.pollUntil('11')).toEqual(['16', '11']);
  });

  test('the host sends it back, and it waits at the slot for a hand', () => {
    const rig = new Rig();
    rig.ready();
    rig.escrow(500);
    expect(rig.ask(RETURN)).toBe('50');
    expect(rig.pollUntil('11')).toEqual(['18', '11']);
    expect(rig.truth()).toBe('slot 500×1');
    expect(rig.hand('take')).toEqual({ ok: true });
    expect(rig.hand('take').ok).toBe(false);
    expect(rig.truth()).toBe('customer 500×1');
  });

  test('ten seconds in escrow without an order end in REJECTING 79 and a note at the slot', () => {
    const rig = new Rig({}, 50);
    rig.ready();
    rig.escrow(2000);
    const startMs = rig.clock.monoMs();
    expect(rig.pollUntil('17 79')).toEqual(['13 64', '17 79']);
    expect(rig.clock.monoMs() - startMs).toBeGreaterThan(9_500);
    rig.pollUntil('11');
    expect(rig.truth()).toBe('slot 2000×1');
    expect(rig.ask(STACK_1)).toBe('4b');
  });

  test('HOLD gives ten seconds more', () => {
    const rig = new Rig();
    rig.ready();
    rig.escrow(2000);
    for (let i = 0; i < 45; i++, rig.pass(150)) rig.poll();
    expect(rig.ask(0x44)).toBe('50');
    for (let i = 0; i < 45; i++, rig.pass(150)) expect(rig.poll()).toBe('19');
    expect(rig.ask(STACK_1)).toBe('50');
    rig.pollUntil('15');
  });

  test('a host that falls silent in escrow for three seconds loses the note', () => {
    const rig = new Rig();
    rig.ready();
    rig.escrow(2000);
    rig.pass(2_800);
    expect(rig.poll()).toBe('13 64');
    rig.pass(3_000 + 1_000);
    expect(rig.truth()).toBe('slot 2000×1');
    expect(rig.poll()).toBe('18');
    expect(rig.poll()).toBe('11');
  });

  test('WAIT lets the host be silent for three seconds more', () => {
    const rig = new Rig();
    rig.ready();
    rig.escrow(2000);
    expect(rig.ask(0x45)).toBe('50');
    rig.pass(5_500);
    expect(rig.poll()).toBe('13 64');
  });

  test.each([
    ['torn', 500, '17 7d'],
    ['unreadable', 500, '17 77'],
    [undefined, 200, '17 76'],
  ] as const)('a note that is %s comes back (%i → %s)', (condition, minor, status) => {
    const rig = new Rig();
    rig.ready();
    expect(rig.hand('insert', { minor, ...(condition === undefined ? {} : { condition }) })).toEqual({ ok: true });
    expect(rig.pollUntil('11')).toEqual(['12', status, '11']);
    expect([rig.count('note.rejected'), rig.count('note.returned')]).toEqual([1, 1]);
    expect(rig.truth()).toBe(`slot ${minor}×1`);
  });

  test('a denomination that is shut is pulled in and comes back, the others are taken', () => {
    const rig = new Rig();
    rig.ready();
    expect(rig.ask(0xc0, 0b1000, 0)).toBe('c0 08 00');
    rig.hand('insert', { minor: 2000 });
    expect(rig.pollUntil('11')).toEqual(['12', '17 79', '11']);
    rig.escrow(5000);
  });

  test('a note that is on its way when the machine is inhibited comes back', () => {
    const rig = new Rig();
    rig.ready();
    rig.hand('insert', { minor: 2000 });
    rig.ask(0xc3, 1);
    expect(rig.pollUntil('1a')).toEqual(['12', '17 79', '1a']);
    expect(rig.truth()).toBe('slot 2000×1');
  });

  test('nothing is pulled in while inhibited, busy, without power or before a reset', () => {
    const rig = new Rig();
    const insert = () => rig.hand('insert', { minor: 2000 });
    expect(insert().ok).toBe(false);
    rig.ask(0x40);
    expect(insert().ok).toBe(false);
    rig.pollUntil('1a');
    expect(insert()).toEqual({ ok: false, reason: 'the acceptor does not pull: it is inhibited' });
    rig.ask(0xc3, 0);
    expect(insert().ok).toBe(true);
    expect(insert().ok).toBe(false);
    rig.hand('cut power');
    expect(insert().ok).toBe(false);
    expect(rig.count('note.inserted')).toBe(1);
  });

  test('a note on a string is credited, and gone', () => {
    const rig = new Rig();
    rig.ready();
    rig.hand('insert', { minor: 10000, condition: 'strung' });
    rig.pollUntil('13 66');
    rig.ask(STACK_1);
    rig.pollUntil('15');
    rig.ask(ACK);
    expect(rig.pollUntil('48')).toEqual(['14', '48']);
    rig.pollUntil('11');
    expect(rig.truth()).toBe('customer 10000×1');
    expect(rig.count('note.stacked')).toBe(0);
  });
});

describe('an acknowledgement withheld', () => {
  function withheld(settings: Readonly<Record<string, string>> = {}): Rig {
    const rig = new Rig(settings);
    rig.ready();
    rig.escrow(2000);
    rig.ask(STACK_1);
    rig.pollUntil('15');
    return rig;
  }

  test('for less than a minute is forgiven', () => {
    const rig = withheld();
    rig.pass(55_000);
    expect(rig.poll()).toBe('15');
    rig.ask(ACK);
    rig.pollUntil('11');
  });

  test('for a minute silences the machine; only RESET wakes it, into POWER UP WITH BILL IN STACKER', () => {
    const rig = withheld();
    rig.pass(61_000);
    expect(rig.poll()).toBe('silence');
    rig.ask(ACK);
    expect(rig.ask(0x88)).toBe('silence');
    expect(rig.count('vend.acknowledged')).toBe(0);
    expect(rig.ask(0x40)).toBe('50');
    rig.pass(5_000);
    expect(rig.poll()).toBe('42');
    expect(rig.ask(0x40)).toBe('50');
    expect(rig.pollUntil('1a')).toEqual(['1b', '1a']);
    expect(rig.truth()).toBe('box 2000×1');
    expect(rig.count('note.stacked')).toBe(1);
  });
});

describe('power lost', () => {
  function cutAt(stage: 'accepting' | 'escrow' | 'before lever' | 'past lever' | 'stored' | 'acknowledged', more = {}) {
    const rig = new Rig(more);
    rig.ready();
    rig.hand('insert', { minor: 2000 });
    if (stage === 'accepting') rig.pass(300);
    else {
      rig.pollUntil('13 64');
      if (stage !== 'escrow') rig.ask(STACK_1);
      if (stage === 'before lever') rig.pass(300);
      if (stage === 'past lever' || stage === 'stored' || stage === 'acknowledged') rig.pollUntil('15');
      if (stage === 'stored') rig.pass(2_000);
      if (stage === 'acknowledged') {
        rig.ask(ACK);
        rig.pollUntil('11');
      }
    }
    expect(rig.hand('cut power')).toEqual({ ok: true });
    rig.pass(10_000);
    expect(rig.poll()).toBe('silence');
    expect(rig.hand('restore power')).toEqual({ ok: true });
    return rig;
  }

  test.each([
    ['accepting', '41', 'slot 2000×1'],
    ['escrow', '41', 'slot 2000×1'],
    ['before lever', '41', 'slot 2000×1'],
    ['past lever', '42', 'box 2000×1'],
    ['stored', '42', 'box 2000×1'],
    ['acknowledged', '40', 'box 2000×1'],
  ] as const)('%s: the power-up says %s, and after RESET there is %s without a second vend', (stage, status, truth) => {
    const rig = cutAt(stage);
    expect(rig.poll()).toBe(status);
    rig.pass(30_000);
    expect(rig.poll()).toBe(status);
    rig.ask(0x40);
    expect(rig.pollUntil('1a')).toEqual(['1b', '1a']);
    expect(rig.truth()).toBe(truth);
    expect(rig.count('note.stacked')).toBe(truth.startsWith('box') ? 1 : 0);
  });

  test('with the power recovery option the unacknowledged vend comes again, once', () => {
    const rig = cutAt('past lever');
    rig.ask(0x40);
    rig.ask(0xc5, 2, 0);
    expect(rig.pollUntil('15')).toEqual(['1b', '15']);
    rig.ask(ACK);
    expect(rig.pollUntil('1a')).toEqual(['16', '1a']);
    expect(rig.truth()).toBe('box 2000×1');
  });

  test('a machine without evidence says plain POWER UP although the note reached the stacker', () => {
    const rig = cutAt('past lever', { evidence: 'none' });
    expect(rig.poll()).toBe('40');
    rig.ask(0x40);
    expect(rig.pollUntil('1a')).toEqual(['1b', '1a']);
    expect(rig.truth()).toBe('box 2000×1');
  });
});

describe('trouble', () => {
  test('a jam before the lever hands the note back when it is cleared', () => {
    const rig = new Rig();
    rig.ready();
    rig.escrow(2000);
    rig.ask(STACK_1);
    rig.hand('jam');
    expect(rig.poll()).toBe('45');
    expect(rig.machine.faults()).toEqual(['jam']);
    rig.ask(0x40);
    expect(rig.pollUntil('45')).toEqual(['1b', '45']);
    expect(rig.hand('clear jam')).toEqual({ ok: true });
    expect(rig.poll()).toBe('40');
    expect(rig.truth()).toBe('customer 2000×1');
    rig.ready();
  });

  test('a jam past the lever leaves the vend standing, and clearing it pushes the note into the box', () => {
    const rig = new Rig();
    rig.ready();
    rig.escrow(2000);
    rig.ask(STACK_1);
    rig.pollUntil('15');
    rig.hand('jam');
    expect(rig.poll()).toBe('15');
    rig.ask(ACK);
    expect(rig.poll()).toBe('46');
    rig.hand('clear jam');
    expect(rig.truth()).toBe('box 2000×1');
    expect(rig.poll()).toBe('40');
  });

  test('a jam prepared at rest stops the next note', () => {
    const rig = new Rig();
    rig.ready();
    expect(rig.hand('jam')).toEqual({ ok: true });
    expect(rig.machine.faults()).toEqual([]);
    rig.hand('insert', { minor: 100 });
    expect(rig.pollUntil('45')).toEqual(['12', '45']);
  });

  test('a full stacker takes the note it has and no more, and an empty box helps', () => {
    const rig = new Rig();
    rig.ready();
    rig.escrow(2000);
    rig.hand('stacker full');
    rig.ask(STACK_1);
    rig.pollUntil('15');
    rig.ask(ACK);
    expect(rig.pollUntil('43')).toEqual(['14', '16', '43']);
    expect(rig.hand('insert', { minor: 2000 }).ok).toBe(false);
    rig.hand('remove cashbox');
    expect(rig.poll()).toBe('44');
    expect(rig.truth()).toBe('');
    rig.hand('insert cashbox');
    expect(rig.poll()).toBe('40');
    rig.ready();
  });

  test('the cash box pulled while a note moves stops it, and the power-up says where it is', () => {
    const rig = new Rig();
    rig.ready();
    rig.escrow(2000);
    rig.ask(STACK_1);
    rig.pass(300);
    rig.hand('remove cashbox');
    expect(rig.poll()).toBe('44');
    rig.hand('insert cashbox');
    expect(rig.poll()).toBe('41');
    rig.ready();
    expect(rig.truth()).toBe('slot 2000×1');
  });

  test('an open cover is a failure until it is closed', () => {
    const rig = new Rig();
    rig.ready();
    rig.hand('open cover');
    expect(rig.poll()).toBe('49 af');
    expect(rig.hand('insert', { minor: 2000 }).ok).toBe(false);
    rig.hand('close cover');
    expect(rig.poll()).toBe('40');
  });

  test('a machine that repeats itself needs three acknowledgements and stacks one note', () => {
    const rig = new Rig();
    rig.hand('misbehave', { value: 'repeat' });
    rig.ready();
    rig.escrow(2000);
    rig.ask(STACK_1);
    expect(rig.pollUntil('15')).toEqual(['13 64', '14', '15']);
    rig.ask(ACK);
    expect(rig.poll()).toBe('15');
    rig.ask(ACK);
    expect(rig.poll()).toBe('15');
    rig.ask(ACK);
    expect(rig.pollUntil('11')).toEqual(['14', '16', '11']);
    expect([rig.count('note.stacked'), rig.count('vend.acknowledged')]).toEqual([1, 1]);
  });

  test('a late machine answers some requests after 400 ms, and hears nothing meanwhile', () => {
    const rig = new Rig();
    rig.hand('misbehave', { value: 'late' });
    const answers = Array.from({ length: 40 }, () => rig.poll());
    expect(new Set(answers)).toEqual(new Set(['40', 'silence']));
    rig.hand('misbehave', { value: 'off' });
    rig.pass(500);
    expect(Array.from({ length: 20 }, () => rig.poll())).toEqual(Array(20).fill('40'));
  });

  test('noise spoils some answers and invents none', () => {
    const rig = new Rig();
    rig.hand('misbehave', { value: 'noise' });
    const answers = Array.from({ length: 200 }, () => rig.poll());
    expect(new Set(answers)).toEqual(new Set(['40', 'silence']));
    expect(rig.hand('misbehave', { value: 'counter' }).ok).toBe(false);
  });
});

test('a setting that is wrong or unknown is named', () => {
  expect(() => new Rig({ colour: 'red' })).toThrow(/unknown setting "colour".*currency/);
  expect(() => new Rig({ country: 'zz' })).toThrow(/country/);
  expect(() => new Rig({ currency: 'USD' })).toThrow(/country and denominations/);
  expect(new Rig({ currency: 'USD', country: '01', denominations: '1,-,5' }).ask(0x8a)).toMatch(
    /^8a 61 01 01 00 62 00 00 00 63 01 05 00/,
  );
});
