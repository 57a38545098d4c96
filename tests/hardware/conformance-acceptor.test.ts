import { describe, expect, test } from 'vitest';
import { protocols } from '../../hardware/catalog.ts';
import { acceptsNotes } from '../../hardware/device.ts';
import { type Bench, benchOf, type Reading } from './bench.ts';

const acceptors = Object.entries(protocols)
  .filter(([, { driver }]) => acceptsNotes(driver.kindOf(driver.labSettings)))
  .map(([name]) => name);

test('there is an acceptor to try', () => expect(acceptors.length).toBeGreaterThan(0));

describe.each(acceptors)('%s', (protocol) => {
  async function ready(reading: Reading = 'whole'): Promise<Bench> {
    const bench = await benchOf(protocol, reading);
    bench.until('device.ready', 15_000);
    bench.run(2_000);
    return bench;
  }

  function stacks(bench: Bench, count: number, minor: number): void {
    const keys = new Set(bench.find('note.stacked').map(({ key }) => key));
    expect(keys.size).toBe(count);
    expect(bench.boxMinor()).toBe(count * minor);
  }

  for (const reading of ['whole', 'split', 'merged'] as const) {
    test(`a note is escrowed, ordered, stacked and acknowledged once (${reading} reads)`, async () => {
      const bench = await ready(reading);
      bench.act({ action: 'insert', minor: 2000 });
      bench.until('note.stacked', 10_000);
      bench.run(5_000);
      stacks(bench, 1, 2000);
      expect(bench.find('note.escrowed')).toHaveLength(1);
      expect(bench.events.filter(({ event }) => event === 'vend.acknowledged')).toHaveLength(1);
    });
  }

  test('three notes in a row are three credits', async () => {
    const bench = await ready();
    for (let note = 0; note < 3; note++) {
      bench.act({ action: 'insert', minor: 500 });
      bench.until('note.stacked', 10_000);
      bench.run(4_000);
    }
    stacks(bench, 3, 500);
  });

  test('nothing is acknowledged before it is recorded', async () => {
    const bench = await ready();
    bench.record = false;
    bench.act({ action: 'insert', minor: 2000 });
    bench.until('note.stacked', 10_000);
    bench.run(8_000);
    expect(bench.events.some(({ event }) => event === 'vend.acknowledged')).toBe(false);
    bench.link.recorded('acceptor', bench.find('note.stacked')[0]?.key as string);
    bench.run(2_000);
    expect(bench.events.filter(({ event }) => event === 'vend.acknowledged')).toHaveLength(1);
  });

  test('a note is returned on order', async () => {
    const bench = await ready();
    bench.decide = 'return';
    bench.act({ action: 'insert', minor: 1000 });
    bench.until('note.returned', 10_000);
    bench.run(3_000);
    expect(bench.find('note.returned')).toMatchObject([{ command: 'order-1', currency: 'CNY', minor: 1000 }]);
    stacks(bench, 0, 1000);
  });

  test('a denomination that is not wanted is rejected as inhibited', async () => {
    const bench = await benchOf(protocol);
    bench.accept = [500];
    bench.until('device.ready', 15_000);
    bench.run(2_000);
    bench.act({ action: 'insert', minor: 2000 });
    bench.until('note.rejected', 10_000);
    expect(bench.find('note.rejected')[0]?.reason).toBe('inhibited');
    expect(bench.find('note.escrowed')).toHaveLength(0);
  });

  test('an acceptor that may take nothing is shut', async () => {
    const bench = await ready();
    bench.link.maintain('acceptor', { accept: [] });
    bench.run(2_000);
    expect(bench.simulator.act({ action: 'insert', minor: 500 }).ok).toBe(false);
  });

  test('nobody decides: the device gives the note back, and an order that comes later is refused', async () => {
    const bench = await ready();
    bench.decide = 'wait';
    bench.act({ action: 'insert', minor: 2000 });
    bench.until('note.escrowed', 10_000);
    bench.until('note.rejected', 15_000);
    expect(bench.find('note.rejected')[0]?.reason).toBe('timeout');
    bench.link.obey({ id: 'late', device: 'acceptor', command: 'note.stack', currency: 'CNY', minor: 2000 });
    bench.run(3_000);
    expect(bench.find('command.refused')).toMatchObject([{ command: 'late' }]);
    stacks(bench, 0, 2000);
  });

  test('torn and unreadable notes are rejected with their reasons', async () => {
    const bench = await ready();
    for (const [condition, reason] of [
      ['torn', 'damaged'],
      ['unreadable', 'unreadable'],
    ] as const) {
      bench.act({ action: 'insert', minor: 2000, condition });
      bench.until('note.rejected', 10_000);
      bench.run(3_000);
      expect(bench.find('note.rejected').at(-1)?.reason).toBe(reason);
    }
  });

  test('a jam before the credit invents no outcome; the power-up after it tells', async () => {
    const bench = await ready();
    bench.act({ action: 'insert', minor: 2000 });
    bench.until('note.escrowed', 10_000);
    bench.act({ action: 'jam' });
    bench.until('device.fault', 10_000);
    bench.run(5_000);
    expect(bench.names()).not.toContain('note.stacked');
    expect(bench.names()).not.toContain('note.returned');
    bench.act({ action: 'clear jam' });
    bench.until('device.powered-up', 5_000);
    bench.until('device.ready', 10_000);
    expect(bench.find('device.cleared').map(({ code }) => code)).toContain(bench.find('device.fault')[0]?.code);
  });

  test('the cash box out and in is told, and the acceptor comes back', async () => {
    const bench = await ready();
    bench.act({ action: 'remove cashbox' });
    bench.until('cashbox.removed', 3_000);
    bench.act({ action: 'insert cashbox' });
    bench.until('cashbox.inserted', 3_000);
    bench.until('device.ready', 15_000);
  });

  test('a full stacker is a fault until it is emptied', async () => {
    const bench = await ready();
    bench.act({ action: 'stacker full' });
    bench.until('device.fault', 3_000);
    bench.run(3_000);
    expect(bench.find('device.fault')).toHaveLength(1);
    bench.act({ action: 'stacker full', value: 'off' });
    bench.until('device.cleared', 3_000);
  });

  test('a note on a string is credited once and suspected', async () => {
    const bench = await ready();
    bench.act({ action: 'insert', minor: 10000, condition: 'strung' });
    bench.until('note.suspect', 15_000);
    bench.run(5_000);
    expect(new Set(bench.find('note.stacked').map(({ key }) => key)).size).toBe(1);
    expect(bench.find('note.suspect')).toHaveLength(1);
  });

  // The note is at another place at each of these moments; physical truth must agree with what was told.
  const moments = Array.from({ length: 30 }, (_, index) => 100 + index * 150);

  test.each(moments)('power cut %i ms after the note went in: told once, and as it is', async (afterMs) => {
    const bench = await ready();
    bench.act({ action: 'insert', minor: 2000 });
    bench.run(afterMs);
    bench.act({ action: 'cut power' });
    bench.run(3_500);
    bench.act({ action: 'restore power' });
    bench.until('device.powered-up', 15_000);
    bench.until('device.ready', 20_000);
    bench.run(5_000);
    const credits = new Set(bench.find('note.stacked').map(({ key }) => key));
    for (const fact of bench.find('device.powered-up')) if (fact.found === 'stacker') credits.add(fact.key);
    expect(credits.size * 2000).toBe(bench.boxMinor());
  });

  test.each(moments)(
    'unplugged %i ms after the note went in and back: one outcome, and the true one',
    async (afterMs) => {
      const bench = await ready();
      bench.act({ action: 'insert', minor: 2000 });
      bench.run(afterMs);
      bench.unplug();
      bench.until('device.lost', 1_000);
      bench.run(4_000);
      bench.plug();
      bench.run(25_000);
      expect(new Set(bench.find('note.stacked').map(({ key }) => key)).size * 2000).toBe(bench.boxMinor());
      expect(bench.memory.lastStack?.open ?? false).toBe(false);
    },
  );

  test.each(moments)(
    'the daemon dies %i ms after the note went in: the next one finds the same event',
    async (afterMs) => {
      const bench = await ready();
      bench.act({ action: 'insert', minor: 2000 });
      bench.run(afterMs);
      bench.decide = 'return';
      bench.restart();
      bench.run(25_000);
      expect(new Set(bench.find('note.stacked').map(({ key }) => key)).size * 2000).toBe(bench.boxMinor());
      expect(bench.memory.lastStack?.open ?? false).toBe(false);
    },
  );

  for (const value of ['repeat', 'late', 'noise']) {
    test(`a device that misbehaves (${value}) is credited once for each note`, async () => {
      const bench = await ready();
      bench.act({ action: 'misbehave', value });
      let inserted = 0;
      for (let tries = 0; tries < 20; tries++) {
        if (bench.simulator.act({ action: 'insert', minor: 500 }).ok) inserted++;
        bench.run(15_000);
      }
      expect(inserted).toBeGreaterThan(3);
      bench.act({ action: 'misbehave', value: 'off' });
      bench.run(30_000);
      expect(new Set(bench.find('note.stacked').map(({ key }) => key)).size * 500).toBe(bench.boxMinor());
      expect(bench.memory.lastStack?.open ?? false).toBe(false);
    });
  }

  test('a device without power is lost, and ready again by itself', async () => {
    const bench = await ready();
    bench.act({ action: 'cut power' });
    bench.until('device.lost', 5_000);
    expect(bench.find('device.lost')[0]?.reason).toBe('silent');
    bench.run(60_000);
    bench.act({ action: 'restore power' });
    bench.until('device.ready', 20_000);
    expect(bench.find('device.lost')).toHaveLength(1);
  });
});
