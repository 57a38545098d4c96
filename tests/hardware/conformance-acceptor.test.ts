import { describe, expect, test } from 'vitest';
import { protocolNamed } from '../../hardware/catalog.ts';
import { acceptors, type Bench, type BenchParts, benchOf, lineUpOf } from './bench.ts';

test('there is an acceptor to try', () => expect(acceptors.length).toBeGreaterThan(0));

/** What a device says of a note that it rejects: not all say why, and ccTalk has no word for a damaged one. */
const reasons: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ebds: { inhibited: 'other', damaged: 'other', unreadable: 'other' },
  cctalk: { damaged: 'other' },
};

/**
 * Who reads ccTalk's events (header 159) acknowledges nothing, and takes nothing away either. What protects money there is
 * that the same event never counts twice, and that one read before a crash and not recorded is in the buffer still.
 */
const hasNoAcknowledge: ReadonlySet<string> = new Set(['cctalk']);

/** In noise a device with many settings takes long to be set up. */
const SETUP_IN_NOISE_MS = 90_000;

describe.each(acceptors)('%s', (name) => {
  const { protocol, sampled } = lineUpOf(name);

  async function ready(parts: BenchParts = {}): Promise<Bench> {
    const bench = await benchOf(name, parts);
    bench.until('device.ready', SETUP_IN_NOISE_MS);
    bench.run(2_000);
    return bench;
  }

  function stacks(bench: Bench, count: number, minor: number): void {
    const keys = new Set(bench.find('note.stacked').map(({ key }) => key));
    expect(keys.size).toBe(count);
    expect(bench.creditMinor()).toBe(count * minor);
    expect(bench.boxMinor()).toBe(count * minor);
    expect(bench.events.filter(({ event }) => event === 'vend.acknowledged')).toHaveLength(count);
  }

  /** That all is well: the next note is taken and counts. */
  function takesAnother(bench: Bench): void {
    const before = bench.boxMinor();
    bench.decide = 'stack';
    bench.act({ action: 'insert', minor: 1000 });
    bench.until('note.stacked', 15_000);
    bench.run(3_000);
    expect(bench.boxMinor()).toBe(before + 1000);
  }

  function reason(bench: Bench): string | undefined {
    return bench.find('note.rejected').at(-1)?.reason;
  }

  test('it says what it is and what it takes', async () => {
    const bench = await ready();
    const values = [100, 500, 1000, 2000, 5000, 10000].map((minor) => ({ currency: 'CNY', minor }));
    expect(bench.find('device.identified')).toMatchObject([{ protocol, denominations: values }]);
    expect(bench.simulator.denominations).toEqual(values);
  });

  test('a note is escrowed, ordered, stacked and acknowledged once', async () => {
    const bench = await ready();
    bench.act({ action: 'insert', minor: 2000 });
    bench.until('note.stacked', 10_000);
    bench.run(5_000);
    stacks(bench, 1, 2000);
    expect(bench.find('note.escrowed')).toHaveLength(1);
    expect(bench.find('note.stacked')).toMatchObject([{ command: 'order-1', currency: 'CNY', minor: 2000 }]);
  });

  test('three notes in a row are three credits', async () => {
    const bench = await ready();
    for (let note = 0; note < 3; note++) {
      bench.act({ action: 'insert', minor: 500 });
      bench.until('note.stacked', 10_000);
      bench.run(4_000);
    }
    stacks(bench, 3, 500);
  });

  test('nothing is acknowledged before it is recorded, or the device tells it again without that', async () => {
    const bench = await ready();
    bench.record = false;
    bench.act({ action: 'insert', minor: 2000 });
    bench.until('note.stacked', 10_000);
    bench.run(8_000);
    if (hasNoAcknowledge.has(protocol)) {
      expect(bench.find('note.stacked')).toHaveLength(1);
      bench.record = true;
      bench.restart();
      bench.run(8_000);
      expect(bench.find('note.stacked').map(({ command }) => command)).toEqual(['order-1', 'order-1']);
      expect(bench.memory.lastStack?.open).toBe(false);
      bench.restart();
      bench.run(8_000);
    } else {
      expect(bench.events.some(({ event }) => event === 'vend.acknowledged')).toBe(false);
      bench.link.recorded('acceptor', bench.find('note.stacked')[0]?.key as string);
      bench.run(2_000);
    }
    stacks(bench, 1, 2000);
  });

  test('a note is returned on order', async () => {
    const bench = await ready();
    bench.decide = 'return';
    bench.act({ action: 'insert', minor: 1000 });
    bench.until('note.returned', 10_000);
    bench.run(3_000);
    expect(bench.find('note.returned')).toMatchObject([{ command: 'order-1', currency: 'CNY', minor: 1000 }]);
    stacks(bench, 0, 1000);
    takesAnother(bench);
  });

  test('a note is held as long as its deadline says, and then stacked', async () => {
    const bench = await ready();
    bench.decide = 'wait';
    bench.act({ action: 'insert', minor: 2000 });
    bench.until('note.escrowed', 10_000);
    const note = bench.find('note.escrowed')[0] as { currency: string; minor: number; deadlineMs: number };
    bench.run(note.deadlineMs - bench.clock.monoMs() - 800);
    expect(bench.find('note.escrowed')).toHaveLength(1);
    bench.stack(note);
    bench.until('note.stacked', 10_000);
    bench.run(3_000);
    stacks(bench, 1, 2000);
  });

  test('nobody decides: the note goes back, and an order that comes later is refused', async () => {
    const bench = await ready();
    bench.decide = 'wait';
    bench.act({ action: 'insert', minor: 2000 });
    bench.until('note.escrowed', 10_000);
    bench.run(15_000);
    const back = bench.facts.filter(({ fact }) => fact === 'note.rejected' || fact === 'note.returned');
    expect(back).toHaveLength(1);
    expect(back[0]).toMatchObject(back[0]?.fact === 'note.rejected' ? { reason: 'timeout' } : { command: null });
    bench.link.obey({ id: 'late', device: 'acceptor', command: 'note.stack', currency: 'CNY', minor: 2000 });
    bench.run(3_000);
    expect(bench.find('command.refused')).toMatchObject([{ command: 'late', sent: false }]);
    stacks(bench, 0, 2000);
    takesAnother(bench);
  });

  test('an order for another note than the one that waits is refused', async () => {
    const bench = await ready();
    bench.decide = 'wait';
    bench.act({ action: 'insert', minor: 2000 });
    bench.until('note.escrowed', 10_000);
    bench.stack({ currency: 'CNY', minor: 5000 });
    bench.run(5_000);
    expect(bench.find('command.refused')).toMatchObject([{ command: 'order-1', sent: false }]);
    stacks(bench, 0, 0);
  });

  test('a denomination that is not wanted is rejected', async () => {
    const bench = await benchOf(name);
    bench.accept = [500];
    bench.until('device.ready', 15_000);
    bench.run(2_000);
    bench.act({ action: 'insert', minor: 2000 });
    bench.until('note.rejected', 10_000);
    expect(reason(bench)).toBe(reasons[protocol]?.inhibited ?? 'inhibited');
    expect(bench.find('note.escrowed')).toHaveLength(0);
    bench.run(2_000);
    bench.act({ action: 'insert', minor: 500 });
    bench.until('note.stacked', 10_000);
  });

  test('an acceptor that may take nothing is shut', async () => {
    const bench = await ready();
    bench.maintain([]);
    bench.run(2_000);
    expect(bench.simulator.act({ action: 'insert', minor: 500 }).ok).toBe(false);
  });

  test('what may be taken changes while the change before it is on its way: the last one holds', async () => {
    const bench = await ready();
    // Each step another moment of the exchange.
    for (let ms = 0; ms < 500; ms += 5) {
      bench.maintain([500]);
      bench.run(ms);
      bench.maintain([]);
      bench.run(2_000);
      expect(bench.simulator.act({ action: 'insert', minor: 500 }).ok, `${ms} ms between the two`).toBe(false);
    }
  });

  test.each([
    ['torn', 'damaged'],
    ['unreadable', 'unreadable'],
  ] as const)('a note that is %s is rejected, with its reason where the device has reasons', async (condition, why) => {
    const bench = await ready();
    bench.act({ action: 'insert', minor: 2000, condition });
    bench.until('note.rejected', 10_000);
    bench.run(3_000);
    expect(reason(bench)).toBe(reasons[protocol]?.[why] ?? why);
    expect(bench.find('note.rejected')).toHaveLength(1);
    stacks(bench, 0, 0);
    takesAnother(bench);
  });

  test('a full stacker is one fault until it is emptied', async () => {
    const bench = await ready();
    bench.act({ action: 'stacker full' });
    bench.until('device.fault', 3_000);
    bench.run(3_000);
    expect(bench.find('device.fault')).toHaveLength(1);
    bench.act({ action: 'stacker full', value: 'off' });
    bench.until('device.cleared', 3_000);
    bench.run(3_000);
    takesAnother(bench);
  });

  test('a stacker that is full under a note: the note counts if it went in', async () => {
    const bench = await ready();
    bench.act({ action: 'insert', minor: 2000 });
    bench.until('note.escrowed', 10_000);
    bench.act({ action: 'stacker full' });
    bench.run(15_000);
    expect(bench.creditMinor()).toBe(bench.boxMinor());
    expect(bench.memory.lastStack?.open ?? false).toBe(false);
  });

  test('a note on a string is credited once and suspected once', async () => {
    const bench = await ready();
    bench.act({ action: 'insert', minor: 10000, condition: 'strung' });
    bench.until('note.suspect', 15_000);
    bench.run(5_000);
    expect(bench.creditMinor()).toBe(10000);
    expect(bench.find('note.suspect')).toHaveLength(1);
  });

  test('every fault that a report can name has its entry in the list', async () => {
    const bench = await ready();
    for (const action of ['jam', 'stacker full', 'remove cashbox', 'open cover']) bench.simulator.act({ action });
    bench.simulator.act({ action: 'insert', minor: 500 });
    bench.run(5_000);
    const known = protocolNamed(protocol).driver.faults.map(({ code }) => code);
    expect(bench.find('device.fault').length).toBeGreaterThan(0);
    for (const { code } of bench.find('device.fault')) expect(known).toContain(code);
  });

  test('a device without power is lost, and ready again by itself', async () => {
    const bench = await ready();
    bench.act({ action: 'cut power' });
    bench.until('device.lost', 5_000);
    expect(bench.find('device.lost')[0]?.reason).toBe('silent');
    bench.run(60_000);
    bench.act({ action: 'restore power' });
    bench.until('device.ready', 20_000);
    expect(bench.find('device.lost')).toHaveLength(1);
    takesAnother(bench);
  });

  test('a counter that jumps, where there is one, credits no note again', async () => {
    for (let afterMs = 0; afterMs < 5_000; afterMs += 250) {
      const bench = await ready();
      bench.act({ action: 'insert', minor: 500 });
      bench.until('note.stacked', 10_000);
      bench.run(3_000);
      bench.act({ action: 'insert', minor: 2000 });
      bench.run(afterMs);
      const jumps = bench.simulator.act({ action: 'misbehave', value: 'counter' }).ok;
      bench.rest(40_000);
      expect(bench.memory.lastStack?.open ?? false, `${afterMs} ms`).toBe(false);
      const doubt = jumps ? bench.find('note.unknown').reduce((sum, { minor }) => sum + minor, 0) : 0;
      expect(bench.boxMinor() - bench.creditMinor(), `${afterMs} ms`).toBeGreaterThanOrEqual(0);
      expect(bench.boxMinor() - bench.creditMinor(), `${afterMs} ms`).toBeLessThanOrEqual(doubt);
      takesAnother(bench);
    }
  });

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
      expect(bench.creditMinor()).toBe(bench.boxMinor());
      expect(bench.boxMinor()).toBeGreaterThan(0);
      expect(bench.memory.lastStack?.open ?? false).toBe(false);
      takesAnother(bench);
    });
  }

  describe('the line', () => {
    /** Longer than the longest frame of any of them, a table. */
    const places = Array.from({ length: 130 }, (_, at) => at + 1).filter(
      (at) => sampled !== true || at < 20 || at % 7 === 1,
    );
    /** Those that begin a message or stand for something in one, for a sampled line-up. */
    const bytes = Array.from({ length: 256 }, (_, at) => at).filter(
      (byte) => sampled !== true || byte % 16 === 0 || byte < 4 || (byte > 0x7c && byte < 0x80),
    );

    async function oneNote(parts: BenchParts): Promise<void> {
      const bench = await ready(parts);
      bench.act({ action: 'insert', minor: 2000 });
      bench.until('note.stacked', 10_000);
      bench.run(3_000);
      stacks(bench, 1, 2000);
      expect(bench.find('device.lost')).toHaveLength(0);
      expect(bench.find('device.identified')).toHaveLength(1);
    }

    test('frames split after every byte', async () => {
      for (const split of places) await oneNote({ reading: { split } });
    });

    test('frames merged into reads of every length', async () => {
      for (const merged of places) await oneNote({ reading: { merged } });
    });

    test('before each frame a false start whose length is zero', async () => {
      for (let head = 1; head <= 3; head++) {
        await oneNote({ line: (frame) => Uint8Array.from([...frame.slice(0, head), 0, ...frame]) });
      }
    });

    test('before each frame every single byte', async () => {
      for (const byte of bytes) await oneNote({ line: (frame) => Uint8Array.from([byte, ...frame]) });
    });

    test('each frame twice', async () => oneNote({ line: (frame) => Uint8Array.from([...frame, ...frame]) }));

    test('one bit of a frame turns over now and then', async () => {
      let count = 0;
      const bench = await ready({
        line: (frame) => {
          const bytes = frame.slice();
          count += 1;
          const at = count % bytes.length;
          if (count % 3 === 0) bytes[at] = (bytes[at] as number) ^ (1 << (count % 8));
          return bytes;
        },
      });
      for (let note = 0; note < 10; note++) {
        bench.simulator.act({ action: 'insert', minor: 500 });
        bench.run(12_000);
      }
      expect(bench.boxMinor()).toBeGreaterThan(2_000);
      expect(bench.creditMinor()).toBe(bench.boxMinor());
    });

    test('noise that nobody asked for changes nothing', async () => {
      const bench = await ready();
      for (let at = 0; at < 2_000; at++) {
        bench.inject(Uint8Array.from({ length: 1 + (at % 9) }, (_, byte) => (at * 31 + byte * 97) % 256));
        bench.run(7);
      }
      bench.run(5_000);
      expect(bench.creditMinor()).toBe(0);
      takesAnother(bench);
    });
  });
});
