import { describe, expect, test } from 'vitest';
import type { Config } from '../../config/schema.ts';
import type { Lamps } from '../../hardware/cabinet-io.ts';
import { VirtualClock } from '../../hardware/clock.ts';
import type { EntryBody, EntryKind } from '../../kiosk/entry.ts';
import type { FactBody } from '../../kiosk/fact.ts';
import { Journal } from '../../kiosk/journal/journal.ts';
import { stateVersion } from '../../kiosk/journal/state-version.ts';
import { JournalProblem } from '../../kiosk/journal/storage.ts';
import { verifyJournal } from '../../kiosk/journal/verify.ts';
import { apply, durablePart, emptyFolded, emptyKiosk } from '../../kiosk/kiosk.ts';
import type { PaidSale } from '../../kiosk/lookup.ts';
import { Loop } from '../../kiosk/loop.ts';
import { keepState, recover } from '../../kiosk/recovery.ts';
import type { Intent } from '../../kiosk/server/wire.ts';
import { ModelDisk } from '../simulation/model-disk.ts';
import { newWorld } from '../simulation/run.ts';
import { caseOpened, issued, journalOn, paid } from './journal/examples.ts';
import { bill, Visit, withChange, withCharges } from './view/visit.ts';

/** Facts that may wait at once, and those that are told once too, as kiosk/loop.ts has it. */
const mostWaiting = 1_000;
const mostWaitingOfAll = 10_000;
const ready: FactBody = { fact: 'device.ready', device: 'printer' };
/** Both devices are well: somebody may begin. */
const well: readonly FactBody[] = [
  {
    fact: 'device.identified',
    device: 'acceptor',
    protocol: 'id003',
    maker: null,
    model: null,
    serial: null,
    firmware: null,
    denominations: [{ currency: 'CNY', minor: 2_000 }],
  },
  { fact: 'device.ready', device: 'acceptor' },
  ready,
];
const stranger: FactBody = {
  fact: 'note.stacked',
  device: 'acceptor',
  command: null,
  key: 'acceptor/unordered/1',
  currency: 'CNY',
  minor: 2_000,
};

/** The cabinet's I/O module has two lamps. */
function withLamps(config: Config): Config {
  const settings = { kind: 'cabinet-io', lamps: { slot: 0, alarm: 1 } };
  return { ...config, devices: [...config.devices, { id: 'io', protocol: 'other', port: 'DATA/ports/io', settings }] };
}

const note = { device: 'acceptor', currency: 'CNY', minor: 2_000 } as const;

interface Given {
  readonly disk?: ModelDisk;
  readonly snapshotEveryEntries?: number;
  readonly document?: () => string;
  readonly config?: typeof withChange;
}

function looping({ disk = new ModelDisk(), snapshotEveryEntries, document = () => '', config }: Given = {}) {
  const clock = new VirtualClock(Date.UTC(2026, 2, 31, 1));
  const { rules } = new Visit(config).kiosk;
  const { timeZone, businessDayStart } = rules;
  const steps: (readonly EntryBody[])[] = [];
  const failures: Error[] = [];
  const told: string[] = [];
  const lit: Lamps[] = [];
  const wished: (readonly [device: string, accept: readonly number[]])[] = [];
  const journal = new Journal({ storage: disk.open(), clock, timeZone, businessDayStart });
  let during: (() => void) | null = null;
  let onRecorded = () => {};
  const loop = new Loop({
    rules,
    journal,
    clock,
    chance: () => 'cafe',
    document,
    sign: (z) => ({ key: 'key', signature: `signed ${z}` }),
    voucherFits: () => true,
    version: '1',
    config: 'hash',
    ...(snapshotEveryEntries === undefined ? {} : { snapshotEveryEntries }),
    onStep: (entries) => {
      steps.push(entries);
      during?.();
    },
    onFailure: (problem) => failures.push(problem),
  });
  loop.start({
    obey: (command) => told.push(command.command),
    maintain: (device, { accept, lamps }) => {
      if (lamps !== undefined) {
        lit.push(lamps);
        return;
      }
      told.push(`accept ${accept.length}`);
      wished.push([device, accept]);
    },
    recorded: (_, key) => {
      told.push(`recorded ${key}`);
      onRecorded();
    },
    ask: () => true,
    carryOut: ({ seq, act }) => told.push(`office ${seq} ${act.act}`),
    fetchStatement: ({ device, day }) => told.push(`statement ${device} ${day}`),
    askOffice: ({ issuer, serial }) => told.push(`ask ${issuer} ${serial}`),
    handedOver: (order) => told.push(`out ${order}`),
    shutDown: () => told.push('shut down'),
  });
  const whileStepping = (fn: () => void) => {
    during = () => {
      during = null;
      fn();
    };
  };
  const whenRecorded = (fn: () => void) => {
    onRecorded = fn;
  };
  const end = () => {
    loop.stop();
    journal.close();
  };
  const kinds = (): readonly EntryKind[] => steps.flat().map(({ kind }) => kind);
  return { loop, journal, disk, clock, steps, failures, told, wished, lit, kinds, whileStepping, whenRecorded, end };
}

const counted = (disk: ModelDisk) => [...disk.contents().rows(0)].filter(({ kind }) => kind === 'case.opened').length;

/** Twelve strangers' notes: a case each, and a state kept on the way. */
function before(): ModelDisk {
  const { loop, disk, end } = looping({ snapshotEveryEntries: 20 });
  for (let n = 0; n < 12; n++) loop.take({ ...stranger, key: `acceptor/unordered/${n}` } as FactBody);
  end();
  expect(disk.contents().snapshot?.seq).toBeLessThan(disk.contents().head.seq);
  expect(counted(disk)).toBe(12);
  return disk;
}

describe('the loop', () => {
  test('does one fact to its end before the next, in the order in which they came', () => {
    const { loop, steps, whileStepping } = looping();
    let seen = 0;
    whileStepping(() => {
      loop.take({ fact: 'cashbox.removed', device: 'acceptor' });
      loop.take({ fact: 'cashbox.inserted', device: 'acceptor' });
      seen = steps.length;
    });
    loop.take(ready);
    expect(steps.length).toBe(seen + 2);
    expect(steps.slice(-2).map((entries) => entries.map(({ kind }) => kind))).toEqual([
      expect.arrayContaining(['cashbox.removed']),
      expect.arrayContaining(['cashbox.inserted']),
    ]);
  });

  test('keeps no more than its limit of facts waiting that are worth as much once', () => {
    const { loop, steps, whileStepping } = looping();
    const before = steps.length;
    whileStepping(() => {
      for (let i = 0; i < mostWaiting + 500; i++) loop.take({ fact: 'time.reached' });
      for (let i = 0; i < 500; i++) loop.take({ fact: 'note.accepting', device: 'acceptor' });
    });
    loop.take(ready);
    expect(steps.length - before).toBe(1 + mostWaiting);
  });

  test('takes what is told only once, however many facts wait', () => {
    const { loop, kinds, whileStepping } = looping();
    for (const fact of well) loop.take(fact);
    whileStepping(() => {
      for (let i = 0; i < mostWaiting; i++) loop.take({ fact: 'time.reached' });
      loop.take(stranger);
      loop.take({ fact: 'cashbox.removed', device: 'acceptor' });
      loop.take({ fact: 'note.escrowed', ...note, seenMs: 0, deadlineMs: 9_000 });
      loop.asked({ do: 'begin' }, 'attract');
      loop.take({ fact: 'device.fault', device: 'acceptor', code: 'jam' });
      loop.take({ fact: 'device.lost', device: 'printer', reason: 'silent', message: 'gone' });
    });
    loop.take(ready);
    expect(kinds()).toEqual(
      expect.arrayContaining(['note.unowned', 'cashbox.removed', 'note.return', 'session.started']),
    );
    expect(loop.kiosk.devices).toMatchObject({ acceptor: { faults: ['jam'] }, printer: { lost: 'gone' } });
  });

  test('in which facts pile up without end gives up, and does nothing more', () => {
    const { loop, told, failures, steps, whenRecorded } = looping();
    const before = steps.length;
    whenRecorded(() => {
      for (let i = 0; i < mostWaitingOfAll + 5; i++) loop.take(ready);
    });
    loop.take(stranger);
    expect(failures.map(({ message }) => message)).toEqual(['10000 facts wait and more come, the last a device.ready']);
    expect(told.at(-1)).toBe('accept 0');
    expect(steps.length).toBe(before);
  });

  test('says that a key is recorded when it is on the disk', () => {
    const { loop, told, disk } = looping();
    loop.take(stranger);
    expect(told).toContain('recorded acceptor/unordered/1');
    expect([...disk.contents().rows(0)].map(({ kind }) => kind)).toContain('note.unowned');
  });

  test('decides nothing more once it was stopped', () => {
    const { loop, steps } = looping();
    loop.stop();
    const before = steps.length;
    loop.take(stranger);
    loop.asked({ do: 'begin' }, 'attract');
    expect(steps.length).toBe(before);
  });

  test('asks its closed journal nothing', () => {
    const { loop, journal, steps } = looping();
    loop.stop();
    journal.close();
    const before = steps.length;
    loop.asked({ do: 'voucher', serial: '1', code: 'ABCDEFGHJK' }, 'voucher');
    loop.asked({ do: 'find-receipt', number: 'R1', bill: '1001' }, 'find-receipt');
    expect(steps.length).toBe(before);
  });

  test('whose write fails shuts the acceptors, says nothing is recorded, and decides nothing more', () => {
    const { loop, disk, told, failures, steps } = looping();
    disk.failNextSync('EIO', false);
    loop.take(stranger);
    expect(failures).toHaveLength(1);
    expect(told.at(-1)).toBe('accept 0');
    expect(told.filter((line) => line.startsWith('recorded'))).toEqual([]);
    const before = steps.length;
    loop.take(ready);
    expect(steps.length).toBe(before);
  });

  test('whose order to stack cannot be recorded gives the note back, and shuts the coin acceptors too', () => {
    const { loop, disk, told, wished, failures } = looping({ config: withChange });
    const coin = { currency: 'CNY', minor: 50 };
    loop.take({ ...well[0], device: 'coins', denominations: [coin] } as FactBody);
    for (const fact of [...well, { fact: 'device.ready', device: 'coins' } as const]) loop.take(fact);
    toCash(loop);
    expect(wished.slice(-2)).toEqual([
      ['acceptor', [2_000]],
      ['coins', [50]],
    ]);
    disk.failNextSync('EIO', false);
    const seenMs = loop.kiosk.monoMs;
    loop.take({ ...note, fact: 'note.escrowed', seenMs, deadlineMs: seenMs + 9_000 });
    expect(failures).toHaveLength(1);
    expect(wished.slice(-3)).toEqual([
      ['acceptor', []],
      ['tens', []],
      ['coins', []],
    ]);
    expect(told).not.toContain('note.stack');
    expect(told.at(-1)).toBe('note.return');
  });

  test('that is stopped gives a waiting note back, and shuts all that takes money', () => {
    const { loop, told, wished } = looping({ config: withChange });
    for (const fact of well) loop.take(fact);
    toCash(loop);
    const seenMs = loop.kiosk.monoMs;
    loop.take({ fact: 'note.accepting', device: 'acceptor' });
    loop.take({ ...note, minor: 10_000, fact: 'note.escrowed', seenMs, deadlineMs: seenMs + 9_000 });
    expect(loop.kiosk.devices.acceptor?.note).toBe('escrowed');
    loop.stop();
    expect(told.at(-1)).toBe('note.return');
    expect(wished.slice(-3)).toEqual([
      ['acceptor', []],
      ['tens', []],
      ['coins', []],
    ]);
  });

  test('wishes its lamps once for each change, whatever becomes of one wish, and has them dark when it stops', () => {
    const { loop, told, lit, end } = looping({ config: withLamps });
    const dark = { slot: 'off', alarm: 'off' };
    expect(lit).toEqual([dark]);
    for (const fact of well) loop.take(fact);
    toCash(loop);
    const atSlot = { slot: 'on', alarm: 'off' };
    expect(lit).toEqual([dark, atSlot]);
    // Whatever the module says of it, the wish stands: there is nothing to send again.
    loop.take({ fact: 'command.refused', device: 'io', command: 'lamp', sent: true, reason: 'modbus.busy' });
    loop.take({ fact: 'device.lost', device: 'io', reason: 'silent', message: 'gone' });
    loop.take({ fact: 'device.ready', device: 'io' });
    expect(lit).toHaveLength(2);
    loop.take({ fact: 'contact.changed', device: 'io', contact: 'vault', state: 'open' });
    expect(lit.at(-1)).toEqual({ slot: 'on', alarm: 'blink' });
    end();
    expect(lit.at(-1)).toEqual({});
    expect(told).not.toContain('lamp');
  });

  test('that failed looks at its old entries no more', () => {
    const disk = before();
    disk.flipBit(3);
    const { loop, clock, failures } = looping({ disk });
    disk.failNextSync('EIO', false);
    loop.take({ ...stranger, key: 'acceptor/unordered/new' } as FactBody);
    clock.runUntil(5_000);
    expect(failures).toEqual([expect.objectContaining({ name: 'StorageFailure' })]);
  });
});

/** Leads a visit to the open slot. */
function toCash(loop: Loop): void {
  const found = () => {
    const stage = loop.kiosk.session?.stage;
    const command = stage?.at === 'find-bill' ? stage.lookup : stage?.at === 'review' ? stage.recheck : null;
    loop.take({ fact: 'bill.found', command: command ?? 'none', bill });
  };
  loop.asked({ do: 'begin' }, 'attract');
  loop.asked({ do: 'task', task: 'pay-bill' }, 'welcome');
  loop.asked({ do: 'find-bill', number: bill.number }, 'find-bill');
  found();
  loop.asked({ do: 'confirm-bill' }, 'review');
  found();
  loop.asked({ do: 'method', method: 'cash' }, 'choose');
  loop.asked({ do: 'agree' }, 'promise');
  expect(loop.kiosk.session?.stage.at).toBe('pay-cash');
}

/** How often something other than a look-up has begun to read it since. */
function readsOf(journal: Journal): () => number {
  let reads = 0;
  const load = journal.load.bind(journal);
  journal.load = () => {
    reads += 1;
    return load();
  };
  return () => reads;
}

describe('a start', () => {
  test('stands where the entries lead from the first, from wherever it starts', () => {
    const disk = before();
    const bodies = [...disk.contents().rows(0)].map(({ body }) => JSON.parse(body) as EntryBody);
    const { rules } = new Visit().kiosk;
    const journal = journalOn(disk.open());
    const { kiosk, snapshotSeq } = recover(journal, rules);
    expect(snapshotSeq).toBeGreaterThan(0);
    expect(kiosk).toEqual(bodies.reduce(apply, emptyKiosk(rules)));
  });

  test('orders again what was under way, and nothing when its own first entry cannot be written', () => {
    const disk = new ModelDisk();
    const journal = journalOn(disk.open());
    const of = { command: 'release-1', device: 'cabinet', session: 'v1', sale: 's1', order: '#1' };
    journal.append([{ kind: 'goods.released', ...of }]);
    journal.close();
    const first = looping({ disk });
    expect(first.told).toContain('out #1');
    first.end();
    disk.failNextSync('EIO', false);
    const second = looping({ disk });
    expect(second.failures).toHaveLength(1);
    expect(second.told).not.toContain('out #1');
  });

  test('reads the kept state and what came after it', () => {
    const disk = before();
    const journal = journalOn(disk.open());
    const kept = durablePart({ ...emptyFolded, counters: { receipt: 7, voucher: 8, case: 9 } });
    journal.append([{ kind: 'cashbox.removed', device: 'acceptor' }]);
    journal.saveSnapshot(stateVersion(), JSON.stringify(kept));
    journal.append([caseOpened(10)]);
    journal.close();
    const { loop } = looping({ disk });
    expect(loop.kiosk.counters).toEqual({ receipt: 7, voucher: 8, case: 10 });
  });

  test('knows when the newest entry was made, also when the kept state stands at it', () => {
    const disk = new ModelDisk();
    const journal = journalOn(disk.open());
    const { rules } = new Visit().kiosk;
    expect(recover(journal, rules).lastAt).toBeNull();
    const [entry] = journal.append([{ kind: 'cashbox.removed', device: 'acceptor' }]);
    const lastAt = Date.parse(entry?.at ?? '');
    expect(recover(journal, rules)).toMatchObject({ lastAt, snapshotSeq: 0 });
    keepState(journal, recover(journal, rules).kiosk);
    journal.close();
    expect(recover(journalOn(disk.open()), rules)).toMatchObject({ lastAt, snapshotSeq: 1 });
  });

  test('does not believe a kept state that was altered, and soon keeps another', () => {
    const disk = before();
    disk.alterSnapshot((state) => state.replace(/"case":\d+}/, '"case":0}'));
    const { loop, journal, clock } = looping({ disk, snapshotEveryEntries: 20 });
    expect(loop.kiosk.counters.case).toBe(12);
    // It has read everything already.
    const reads = readsOf(journal);
    clock.runUntil(5_000);
    expect(reads()).toBe(0);
    expect(JSON.parse(disk.contents().snapshot?.state ?? '')).toMatchObject({ counters: { case: 12 } });
    expect(verifyJournal(disk.contents())).toMatchObject({ ok: true });
  });

  test('keeps nothing while somebody is served', () => {
    const { loop, disk } = looping({ snapshotEveryEntries: 1 });
    for (const fact of well) loop.take(fact);
    const kept = disk.contents().snapshot?.seq;
    loop.asked({ do: 'begin' }, 'attract');
    loop.take(stranger);
    expect(disk.contents().snapshot?.seq).toBe(kept);
    expect(disk.contents().head.seq).toBeGreaterThan(kept ?? 0);
  });

  test('that did not read the old entries checks them between customers, and ends at one that was changed', () => {
    const disk = before();
    disk.flipBit(3);
    const { loop, clock, failures, told } = looping({ disk });
    for (const fact of well) loop.take(fact);
    loop.asked({ do: 'begin' }, 'attract');
    clock.runUntil(2_000);
    expect(failures).toEqual([]);
    loop.asked({ do: 'cancel' }, 'welcome');
    expect(loop.kiosk.session).toBeNull();
    clock.runUntil(clock.monoMs() + 2_000);
    expect(failures).toEqual([expect.objectContaining({ code: 'damaged', seq: 3 })]);
    expect(told.at(-1)).toBe('accept 0');
    clock.runUntil(clock.monoMs() + 2_000);
    expect(failures).toHaveLength(1);
  });

  test('that cannot be recorded ends once, whatever the old entries are', () => {
    const disk = before();
    disk.flipBit(3);
    disk.failNextSync('EIO', false);
    const { clock, failures } = looping({ disk });
    clock.runUntil(5_000);
    expect(failures).toEqual([expect.objectContaining({ name: 'StorageFailure' })]);
  });

  test('checks its old entries once, and none after it was stopped', () => {
    const disk = before();
    const sound = looping({ disk });
    const reads = readsOf(sound.journal);
    sound.clock.runUntil(5_000);
    expect(reads()).toBe(1);
    expect(sound.failures).toEqual([]);
    sound.end();
    disk.flipBit(3);
    const stopped = looping({ disk });
    stopped.end();
    stopped.clock.runUntil(5_000);
    expect(stopped.failures).toEqual([]);
  });
});

describe('an old entry that was changed', () => {
  const bodies: readonly EntryBody[] = [
    issued(1),
    { ...(issued(2) as object), serial: '000002' } as EntryBody,
    { ...(paid(2) as object), receipt: 'R000002' } as EntryBody,
  ];

  test.each<[string, number, Intent]>([
    ['voucher', 2, { do: 'voucher', serial: '2', code: 'ABCDEFGHJK' }],
    ['receipt', 3, { do: 'find-receipt', number: 'R2', bill: '1001' }],
  ])('is not believed when its %s is asked for: the kiosk ends', (_, seq, intent) => {
    const disk = new ModelDisk();
    const journal = journalOn(disk.open());
    journal.append(bodies);
    keepState(journal, bodies.reduce(apply, new Visit().kiosk));
    journal.close();
    disk.flipBit(seq);
    const { loop, failures, steps, told } = looping({ disk });
    const before = steps.length;
    loop.asked(intent, 'welcome');
    expect(failures).toEqual([expect.objectContaining({ code: 'damaged', seq })]);
    expect(told.at(-1)).toBe('accept 0');
    expect(steps.length).toBe(before);
  });

  test('is not believed when a paper is made from it either', () => {
    const damaged = () => {
      throw new JournalProblem('damaged', 'entry 3 was changed', 3);
    };
    const { loop, failures, told } = looping({ document: damaged });
    for (const fact of well) loop.take(fact);
    loop.asked({ do: 'begin' }, 'attract');
    loop.asked({ do: 'task', task: 'receipt' }, 'welcome');
    loop.take({ fact: 'receipt.asked', number: 'R000002', record: bodies[2] as PaidSale });
    expect(failures).toEqual([expect.objectContaining({ code: 'damaged', seq: 3 })]);
    expect(told.at(-1)).toBe('accept 0');
  });
});

test('a receipt of before is found by its number and that of its bill, and printed again as a copy', () => {
  const world = newWorld(3, true);
  const printed: EntryBody[] = [];
  world.onEntries = (entries) => printed.push(...entries.filter(({ kind }) => kind === 'document.print'));
  const wait = (what: string, reached: () => boolean) => {
    const endMs = world.clock.monoMs() + 120_000;
    while (!reached()) {
      if (world.clock.monoMs() > endMs) throw new Error(`never: ${what}`);
      world.clock.runUntil(world.clock.monoMs() + 50);
    }
  };
  const at = () => world.kiosk?.session?.stage.at ?? null;
  const usable = () => ['acceptor', 'printer'].every((id) => world.kiosk?.devices[id]?.ready === true);
  world.boot();
  wait('both devices are ready', usable);
  const number = world.biller.issue(1_000);
  world.ask({ do: 'begin' });
  world.ask({ do: 'task', task: 'pay-bill' });
  world.ask({ do: 'find-bill', number });
  wait('the bill is shown', () => at() === 'review');
  world.ask({ do: 'confirm-bill' });
  wait('a method is chosen', () => at() === 'choose');
  world.ask({ do: 'method', method: 'cash' });
  if (at() === 'promise') world.ask({ do: 'agree' });
  wait('the slot is open', () => world.act('acceptor', { action: 'insert', minor: 1_000 }).ok);
  wait('it is paid', () => at() === 'settled');
  world.ask({ do: 'finish' });
  world.ask({ do: 'document', choice: 'none' });
  world.ask({ do: 'finish' });
  world.ask({ do: 'begin' });
  world.ask({ do: 'task', task: 'receipt' });
  // A cash slip counts from 1 too; somebody who holds one never gets another's receipt.
  world.ask({ do: 'find-receipt', number: '000001', bill: number });
  expect(world.kiosk?.session?.stage).toMatchObject({ at: 'find-receipt', problem: 'slip' });
  // Nobody learns by guessing whether there is such a receipt.
  for (const [receipt, bill] of [
    ['r1', '9999'],
    ['r2', number],
    ['r2', '9999'],
  ] as const) {
    world.ask({ do: 'find-receipt', number: receipt, bill });
    expect(world.kiosk?.session?.stage).toEqual({ at: 'find-receipt', print: null, problem: 'none' });
  }
  expect(printed).toEqual([]);
  world.ask({ do: 'find-receipt', number: 'r1', bill: number });
  expect(printed).toMatchObject([{ document: { paper: 'receipt', receipt: 'R000001' }, copy: true }]);
  wait('the paper is out', () => at() === 'thanks');
});

test.each([
  ['from a kept state', 20],
  ['from the first entry', 1_000],
])('a terminal’s day that was being closed goes out again at a start, %s, and its answer ends it', (_, every) => {
  const disk = new ModelDisk();
  const closing = { disk, config: withCharges, snapshotEveryEntries: every };
  const first = looping(closing);
  first.loop.take({ fact: 'device.ready', device: 'terminal' });
  first.loop.take({ fact: 'terminal.close-asked', device: 'terminal', by: '1' });
  const { order } = first.loop.kiosk.terminals.terminal!;
  for (let n = 0; n < 12; n++) first.loop.take({ ...stranger, key: `acceptor/unordered/${n}` } as FactBody);
  expect(first.told.filter((what) => what === 'terminal.close-day')).toHaveLength(1);
  first.end();
  expect(disk.contents().snapshot !== null).toBe(every === 20);
  const { loop, told, kinds, end } = looping(closing);
  expect(told.filter((what) => what === 'terminal.close-day')).toHaveLength(1);
  expect(loop.kiosk.terminals.terminal?.order).toMatchObject({ command: order?.command, repeated: true });
  const command = order?.command ?? '';
  const key = `${command}/closed`;
  loop.take({ fact: 'terminal.day-closed', device: 'terminal', command, key, currency: 'CNY', minor: 0, count: 0 });
  expect(told).toContain(`recorded ${key}`);
  expect(kinds()).toContain('terminal.day-closed');
  end();
  const third = looping(closing);
  expect(third.told).not.toContain('terminal.close-day');
  third.end();
});
