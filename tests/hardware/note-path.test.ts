import { describe, expect, test } from 'vitest';
import { type DeviceFact, type DeviceMemory, emptyMemory } from '../../hardware/device.ts';
import {
  awaitsStacked,
  dropLate,
  dropUnsent,
  machineBeganAnew,
  noteAccepting,
  noteEscrowed,
  noteGone,
  noteRejected,
  noteStacked,
  noteWish,
  orderNote,
  type PathWork,
  poweredUp,
  recordedInPath,
  startPath,
  undecided,
  wishReturn,
  wishSent,
} from '../../hardware/note-path.ts';

const HOLD_MS = 10_000;
const twenty = { currency: 'CNY', minor: 2000 };
const fifty = { currency: 'CNY', minor: 5000 };
const nobody = { currency: 'XXX', minor: 0 };
const open = { open: true, held: true };

function memoryOf(isOpen: boolean): DeviceMemory {
  return { lastStack: { command: 's0', open: isOpen, ...twenty }, openPrints: [], lastPayout: null, counters: {} };
}

/** A driver reduced to its note path. */
class Path {
  readonly work: { -readonly [Name in keyof PathWork]: PathWork[Name] };

  constructor(memory: DeviceMemory = emptyMemory) {
    this.work = { device: 'a', nowMs: 1_000, path: { ...startPath('a', memory) }, facts: [] };
  }

  at(ms: number): this {
    this.work.nowMs = ms;
    return this;
  }

  escrow(value: typeof twenty | null = twenty, code = 4): this {
    noteEscrowed(this.work, code, value, HOLD_MS);
    return this;
  }

  stack(id = 's1', value = twenty, machine = open): this {
    orderNote(this.work, { id, device: 'a', command: 'note.stack', ...value }, machine);
    return this;
  }

  giveBack(id = 'r1', machine = open): this {
    orderNote(this.work, { id, device: 'a', command: 'note.return' }, machine);
    return this;
  }

  sent(wish: 'stack' | 'return'): this {
    expect(noteWish(this.work.path)).toBe(wish);
    wishSent(this.work, wish);
    return this;
  }

  /** A note for which an order to stack has left. */
  ordered(): this {
    return this.escrow().stack().sent('stack');
  }

  /** The facts since the last look, without the device's name. */
  facts(): readonly object[] {
    return (this.work.facts as DeviceFact[]).splice(0).map(({ device, ...fact }) => fact);
  }
}

describe('an order that left ends', () => {
  const stacked = { fact: 'note.stacked', command: 's1', key: 'a/s1', ...twenty };
  const returned = { fact: 'note.returned', command: 's1', ...twenty };
  const unknown = { fact: 'note.unknown', command: 's1', ...twenty };
  const found = (where: string, key: string) => ({ fact: 'device.powered-up', found: where, command: 's1', key });

  test.each<[string, (work: PathWork) => void, readonly object[]]>([
    ['stacked, by evidence without a value', (work) => noteStacked(work, null), [stacked]],
    ['stacked, as the machine names it', (work) => noteStacked(work, fifty), [{ ...stacked, ...fifty }]],
    ['kept for paying out', (work) => noteStacked(work, null, 'recycler'), [{ ...stacked, unit: 'recycler' }]],
    ['returned, when the note is on its way out', (work) => noteGone(work, 'leaving'), [returned]],
    ['returned, when the path is empty', (work) => noteGone(work, 'empty'), [returned]],
    ['returned, when it is rejected', (work) => noteRejected(work, 'other', 'x'), [returned]],
    ['returned, when the next note comes in', noteAccepting, [returned, { fact: 'note.accepting' }]],
    ['stacked, where power found it', (work) => poweredUp(work, 'stacker'), [found('stacker', 'a/s1')]],
    ['with what power found of it', (work) => poweredUp(work, 'nothing'), [found('nothing', 'a/power-up/s1/1000')]],
    ['before the lever at power-up', (work) => poweredUp(work, 'acceptor'), [found('acceptor', 'a/power-up/s1/1000')]],
  ])('%s', (_, happens, facts) => {
    const path = new Path().ordered();
    path.facts();
    happens(path.work);
    expect(path.facts()).toEqual(facts);
    expect(path.work.path.stack).toBeNull();
    expect(undecided(path.work.path)).toBe(false);
    // Once.
    noteGone(path.work, 'empty');
    noteGone(path.work, 'leaving');
    expect(path.facts()).toEqual([]);
  });

  test.each<['leaving' | 'empty', object]>([
    ['empty', unknown],
    ['leaving', returned],
  ])('of a machine that began anew and is %s', (seen, fact) => {
    const path = new Path().ordered();
    path.facts();
    machineBeganAnew(path.work.path);
    noteGone(path.work, seen);
    expect(path.facts()).toEqual([fact]);
  });

  test('unknown, when the machine began anew and rejects one that may be the next', () => {
    const path = new Path().ordered();
    path.facts();
    machineBeganAnew(path.work.path);
    noteRejected(path.work, 'unreadable', 'x');
    expect(path.facts()).toEqual([unknown]);
  });

  test('stacked, although the machine began anew', () => {
    const path = new Path().ordered();
    path.facts();
    machineBeganAnew(path.work.path);
    noteStacked(path.work, null);
    expect(path.facts()).toEqual([stacked]);
  });

  test('by what is seen after it was sent again', () => {
    const path = new Path().ordered();
    machineBeganAnew(path.work.path);
    path.at(2_000).escrow().sent('stack');
    path.facts();
    noteGone(path.work, 'empty');
    expect(path.facts()).toEqual([returned]);
  });

  test('a machine that begins anew without an order has nothing to doubt', () => {
    const path = new Path().escrow();
    machineBeganAnew(path.work.path);
    path.stack().sent('stack');
    path.facts();
    noteGone(path.work, 'empty');
    expect(path.facts()).toEqual([returned]);
  });
});

describe('evidence', () => {
  test('has one key however often it comes, until it is recorded, and is told no more then', () => {
    const path = new Path().ordered();
    path.facts();
    expect(noteStacked(path.work, null)).toEqual({ key: 'a/s1', recorded: false, ...twenty });
    expect(noteStacked(path.work, null)).toEqual({ key: 'a/s1', recorded: false, ...twenty });
    expect(path.facts()).toHaveLength(2);
    recordedInPath(path.work.path, 'another');
    expect(noteStacked(path.work, null)).toEqual({ key: 'a/s1', recorded: false, ...twenty });
    recordedInPath(path.work.path, 'a/s1');
    path.facts();
    expect(noteStacked(path.work, null)).toEqual({ key: 'a/s1', recorded: true, ...twenty });
    expect(path.facts()).toEqual([]);
  });

  test('after a power-up that found the note is the same event', () => {
    const path = new Path().ordered();
    expect(poweredUp(path.work, 'stacker')).toBe('a/s1');
    recordedInPath(path.work.path, 'a/s1');
    path.facts();
    expect(noteStacked(path.work, null)).toEqual({ key: 'a/s1', recorded: true, ...twenty });
  });

  test('of an order of before has its key, open or closed', () => {
    for (const isOpen of [true, false]) {
      const path = new Path(memoryOf(isOpen));
      expect(undecided(path.work.path)).toBe(isOpen);
      expect(noteStacked(path.work, null)).toEqual({ key: 'a/s0', recorded: false, ...twenty });
      expect(path.facts()).toEqual([{ fact: 'note.stacked', command: 's0', key: 'a/s0', ...twenty }]);
    }
  });

  test('of a note that came in after the last order is not that order’s', () => {
    const path = new Path(memoryOf(false));
    noteAccepting(path.work);
    path.facts();
    expect(noteStacked(path.work, null)).toEqual({ key: 'a/unordered/1000', recorded: false, ...nobody });
    expect(path.facts()).toEqual([{ fact: 'note.stacked', command: null, key: 'a/unordered/1000', ...nobody }]);
    noteAccepting(path.work);
    path.facts();
    expect(poweredUp(path.work, 'stacker')).toBe('a/power-up/none/1000');
    expect(path.facts()).toMatchObject([{ command: null }]);
  });

  test.each([
    ['nothing is known', null, nobody],
    ['the machine names it', fifty, fifty],
  ])('of a note that nobody ordered: %s', (_, named, value) => {
    const path = new Path();
    noteStacked(path.work, named);
    expect(path.facts()).toEqual([{ fact: 'note.stacked', command: null, key: 'a/unordered/1000', ...value }]);
  });

  test('of a note that nobody ordered and that was seen in escrow has the value seen', () => {
    const path = new Path().escrow();
    path.facts();
    noteStacked(path.work, null);
    expect(path.facts()).toMatchObject([{ command: null, ...twenty }]);
  });

  test.each<[string, Path, boolean]>([
    ['nothing was ever ordered', new Path(), false],
    ['an order of before is open', new Path(memoryOf(true)), true],
    ['an order of before is closed, its note perhaps not told', new Path(memoryOf(false)), true],
    ['an order has left', new Path().ordered(), true],
    ['a note came in', new Path().escrow(), true],
  ])('is new when %s', (_, path, awaited) => {
    expect(awaitsStacked(path.work.path)).toBe(awaited);
    noteStacked(path.work, null);
    expect(awaitsStacked(path.work.path)).toBe(false);
  });
});

describe('a note in escrow', () => {
  test('is told once, with the time until which it is held', () => {
    const path = new Path().escrow();
    expect(path.facts()).toEqual([{ fact: 'note.escrowed', ...twenty, seenMs: 1_000, deadlineMs: 11_000 }]);
    path.at(10_900).escrow();
    expect(path.facts()).toEqual([]);
  });

  test('stays the same one for as long as the machine goes on telling of it', () => {
    const path = new Path().escrow().giveBack().sent('return');
    for (let ms = 1_500; ms <= 61_000; ms += 500) path.at(ms).escrow();
    expect(path.work.facts.map(({ fact }) => fact)).toEqual(['note.escrowed']);
    expect(noteWish(path.work.path)).toBe('return');
  });

  test('is another one when it has another name, or when it lies there long after it had to go', () => {
    const path = new Path().escrow();
    path.facts();
    path.at(2_000).escrow(fifty, 5);
    expect(path.facts()).toMatchObject([
      { fact: 'note.returned', command: null, ...twenty },
      { fact: 'note.escrowed', ...fifty, seenMs: 2_000 },
    ]);
    path.at(2_000 + 2 * HOLD_MS + 1).escrow(fifty, 5);
    expect(path.facts()).toMatchObject([{ fact: 'note.returned' }, { fact: 'note.escrowed', deadlineMs: 32_001 }]);
  });

  test('of no known value goes back, and is told as rejected when it has gone', () => {
    const path = new Path().escrow(null);
    expect(path.facts()).toEqual([]);
    path.sent('return');
    noteGone(path.work, 'leaving');
    expect(path.facts()).toEqual([{ fact: 'note.rejected', reason: 'other', code: 'note.no-value' }]);
  });

  test('that is rejected without an order is told as rejected, with its reason', () => {
    const path = new Path().escrow();
    path.facts();
    noteRejected(path.work, 'timeout', 'p.79');
    expect(path.facts()).toEqual([{ fact: 'note.rejected', reason: 'timeout', code: 'p.79' }]);
    noteGone(path.work, 'empty');
    expect(path.facts()).toEqual([]);
  });

  test('that was ordered back is returned under that order, also when the machine says rejected', () => {
    for (const leaves of [
      (work: PathWork) => noteGone(work, 'leaving'),
      (work: PathWork) => noteRejected(work, 'host', 'x'),
    ]) {
      const path = new Path().escrow().giveBack().sent('return');
      path.facts();
      leaves(path.work);
      expect(path.facts()).toEqual([{ fact: 'note.returned', command: 'r1', ...twenty }]);
    }
  });

  test('that the driver itself wants out keeps the kiosk’s order when one comes', () => {
    const path = new Path().escrow();
    wishReturn(path.work.path);
    path.sent('return').giveBack();
    expect(noteWish(path.work.path)).toBeNull();
    wishReturn(path.work.path);
    path.facts();
    noteGone(path.work, 'leaving');
    expect(path.facts()).toMatchObject([{ command: 'r1' }]);
  });
});

describe('an order is refused', () => {
  const gone = { open: true, held: false };
  const down = { open: false, held: true };

  test.each<[string, (path: Path) => Path, string]>([
    ['to stack, the line is down', (path) => path.escrow().stack('x', twenty, down), 'line-lost'],
    ['to stack, no note was seen', (path) => path.stack('x'), 'no-note'],
    ['to stack, the machine holds none', (path) => path.escrow().stack('x', twenty, gone), 'no-note'],
    ['to stack, its value is not known', (path) => path.escrow(null).stack('x'), 'no-note'],
    ['to stack, another order stands', (path) => path.escrow().stack('s1').stack('x'), 'already-ordered'],
    ['to stack, it goes back', (path) => path.escrow().giveBack().stack('x'), 'being-returned'],
    ['to stack, another note is there', (path) => path.escrow().stack('x', fifty), 'other-note'],
    ['to stack, another currency', (path) => path.escrow().stack('x', { ...twenty, currency: 'EUR' }), 'other-note'],
    ['to stack, the time is up', (path) => path.escrow().at(11_000).stack('x'), 'too-late'],
    ['to return, the line is down', (path) => path.escrow().giveBack('x', down), 'line-lost'],
    ['to return, no note was seen', (path) => path.giveBack('x'), 'no-note'],
    ['to return, the machine holds none', (path) => path.escrow().giveBack('x', gone), 'no-note'],
    ['to return, it is being stacked', (path) => path.escrow().stack('s1').giveBack('x'), 'being-stacked'],
  ])('%s', (_, orders, reason) => {
    const path = orders(new Path());
    expect(path.facts().at(-1)).toEqual({ fact: 'command.refused', command: 'x', sent: false, reason });
  });

  test('but not when the same one comes again, or the time is not up', () => {
    const path = new Path().escrow().at(10_999).stack().stack();
    path.facts();
    expect(noteWish(path.work.path)).toBe('stack');
    expect(path.facts()).toEqual([]);
  });

  test('but a note that is still there may go back although an order of before was to stack it', () => {
    const path = new Path(memoryOf(true)).escrow();
    path.facts();
    path.giveBack().sent('return');
    noteGone(path.work, 'leaving');
    expect(path.facts()).toEqual([{ fact: 'note.returned', command: 's0', ...twenty }]);
  });
});

describe('an order that has not left', () => {
  test('is refused for certain when line or note is gone, and then has no other end', () => {
    const path = new Path().escrow().stack();
    path.facts();
    expect(undecided(path.work.path)).toBe(false);
    dropUnsent(path.work, 'line-lost');
    expect(path.facts()).toEqual([{ fact: 'command.refused', command: 's1', sent: false, reason: 'line-lost' }]);
    expect(noteWish(path.work.path)).toBeNull();
    dropUnsent(path.work, 'line-lost');
    expect(path.facts()).toEqual([]);
  });

  test('is refused when the machine gives the note back before it could leave', () => {
    const path = new Path().escrow().stack();
    path.facts();
    dropLate(path.at(10_999).work);
    expect(path.facts()).toEqual([]);
    dropLate(path.at(11_000).work);
    expect(path.facts()).toMatchObject([{ command: 's1', reason: 'too-late' }]);
  });

  test.each<[string, Path]>([
    ['one that left', new Path().ordered()],
    ['one that is to leave again', new Path().ordered().at(2_000).escrow()],
    ['one of before', new Path(memoryOf(true))],
    ['none', new Path()],
  ])('is not %s', (_, path) => {
    path.facts();
    dropUnsent(path.work, 'line-lost');
    dropLate(path.at(60_000).work);
    expect(path.facts()).toEqual([]);
  });
});

describe('an order goes out', () => {
  test('again when its note still stands there, not too soon and not too late', () => {
    const path = new Path().ordered();
    expect(noteWish(path.at(1_500).escrow().work.path)).toBeNull();
    expect(noteWish(path.at(1_501).escrow().work.path)).toBe('stack');
    path.sent('stack');
    expect(noteWish(path.at(11_000).escrow().work.path)).toBeNull();
  });

  test('to return again and again, also late', () => {
    const path = new Path().escrow().giveBack().sent('return');
    expect(noteWish(path.at(1_500).escrow().work.path)).toBeNull();
    path.at(20_000).escrow().sent('return');
    expect(noteWish(path.work.path)).toBeNull();
  });

  test('of before never by itself: only the machine tells what became of it', () => {
    const path = new Path(memoryOf(true));
    expect(noteWish(path.work.path)).toBeNull();
    expect(noteWish(path.escrow().at(5_000).escrow().work.path)).toBeNull();
    expect(undecided(path.work.path)).toBe(true);
  });

  test('of before is not taken for sent by this process when the note is given back', () => {
    const path = new Path(memoryOf(true)).escrow().giveBack().sent('return');
    expect(path.work.path.stack).toMatchObject({ command: 's0', sentMs: null, remembered: true });
    expect(path.work.path.last).toMatchObject({ command: 's0', told: false });
  });

  test('once: what is sent without an order is nobody’s', () => {
    const path = new Path().escrow();
    wishSent(path.work, 'stack');
    expect(path.work.path.stack).toBeNull();
    wishSent(path.work, 'return');
    expect(path.work.path.giveBack).toEqual({ command: null, sentMs: 1_000 });
  });
});
