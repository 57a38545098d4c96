import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../hardware/clock.ts';
import type { EntryBody, EntryKind } from '../../kiosk/entry.ts';
import type { FactBody } from '../../kiosk/fact.ts';
import { Journal } from '../../kiosk/journal/journal.ts';
import { Loop } from '../../kiosk/loop.ts';
import { ModelDisk } from '../simulation/model-disk.ts';
import { newWorld } from '../simulation/run.ts';
import { Visit } from './view/visit.ts';

/** Facts that may wait at once, as kiosk/loop.ts has it. */
const mostWaiting = 1_000;
const ready: FactBody = { fact: 'device.ready', device: 'printer' };
const stranger: FactBody = {
  fact: 'note.stacked',
  device: 'acceptor',
  command: null,
  key: 'acceptor/unordered/1',
  currency: 'CNY',
  minor: 2_000,
};

function looping() {
  const disk = new ModelDisk();
  const clock = new VirtualClock(Date.UTC(2026, 2, 31, 1));
  const { rules } = new Visit().kiosk;
  const { timeZone, businessDayStart } = rules;
  const steps: (readonly EntryBody[])[] = [];
  const failures: Error[] = [];
  const told: string[] = [];
  const journal = new Journal({ storage: disk.open(), clock, timeZone, businessDayStart });
  let during: (() => void) | null = null;
  const loop = new Loop({
    rules,
    journal,
    clock,
    chance: () => 'cafe',
    document: () => '',
    voucherFits: () => true,
    version: '1',
    config: 'hash',
    onStep: (entries) => {
      steps.push(entries);
      during?.();
    },
    onFailure: (problem) => failures.push(problem),
  });
  loop.start({
    obey: (command) => told.push(command.command),
    maintain: (_, { accept }) => told.push(`accept ${accept.length}`),
    recorded: (_, key) => told.push(`recorded ${key}`),
    ask: () => true,
  });
  const whileStepping = (fn: () => void) => {
    during = () => {
      during = null;
      fn();
    };
  };
  const kinds = (): readonly EntryKind[] => steps.flat().map(({ kind }) => kind);
  return { loop, journal, disk, steps, failures, told, kinds, whileStepping };
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

  test('keeps no more than its limit waiting, but money always', () => {
    const { loop, steps, kinds, whileStepping } = looping();
    const before = steps.length;
    whileStepping(() => {
      for (let i = 0; i < mostWaiting + 500; i++) loop.take(ready);
      loop.take(stranger);
    });
    loop.take(ready);
    expect(steps.length - before).toBe(1 + mostWaiting + 1);
    expect(kinds()).toContain('note.unowned');
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
    loop.asked({ do: 'find-receipt', number: '1' }, 'find-receipt');
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
});

test('a receipt of before is found by its number and printed again as a copy', () => {
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
  world.ask({ do: 'find-receipt', number: '1' });
  expect(printed).toMatchObject([{ document: { paper: 'receipt', receipt: 'R000001' }, copy: true }]);
  wait('the paper is out', () => at() === 'thanks');
});
