import { describe, expect, test } from 'vitest';
import { protocolNamed } from '../../hardware/catalog.ts';
import { acceptors, type Bench, benchOf, lineUpOf } from './bench.ts';

/**
 * A device that was never told of its first message's number after a start may take it for an acknowledgement: what it
 * told and nobody recorded is then lost, and the order stays unknown. Others tell again until they are acknowledged.
 */
const forgetsAfterStart: ReadonlySet<string> = new Set(['ebds']);

/** The note is at another place at each of these: drawn in, judged, in escrow, on its way, past the lever, in the box. */
const everyMoment = Array.from({ length: 50 }, (_, index) => 50 + index * 90);
/** Of a sampled line-up every third, another third for each. */
const momentsOf = (name: string): readonly number[] =>
  lineUpOf(name).sampled === true
    ? everyMoment.filter((_, index) => index % 3 === acceptors.indexOf(name) % 3)
    : everyMoment;

describe.each(acceptors)('%s', (name) => {
  const { protocol, settings } = lineUpOf(name);
  const moments = momentsOf(name);
  async function inserted(afterMs: number, machine: Readonly<Record<string, string>> = {}): Promise<Bench> {
    const bench = await benchOf(name, { settings: machine });
    bench.until('device.ready', 15_000);
    bench.run(2_000);
    bench.act({ action: 'insert', minor: 2000 });
    bench.run(afterMs);
    return bench;
  }

  function outcomes(bench: Bench, order: string): readonly string[] {
    return bench.facts.flatMap((fact) => {
      if (!('command' in fact) || fact.command !== order) return [];
      return fact.fact === 'device.powered-up' ? [`found ${fact.found}`] : [fact.fact];
    });
  }

  /** The order ended, and nothing was credited that is not in the box; what is in the box and not credited is in doubt. */
  function nothingInvented(bench: Bench): void {
    expect(bench.memory.lastStack?.open ?? false).toBe(false);
    const missing = bench.boxMinor() - bench.creditMinor();
    if (missing === 0) return;
    expect(missing).toBe(2000);
    expect(outcomes(bench, 'order-1').some((one) => one === 'note.unknown' || one === 'found nothing')).toBe(true);
  }

  function asItIs(bench: Bench): void {
    expect(bench.creditMinor()).toBe(bench.boxMinor());
    expect(bench.memory.lastStack?.open ?? false).toBe(false);
  }

  /** That all is well: the next note is taken and counts. */
  function takesAnother(bench: Bench): void {
    const [box, credit] = [bench.boxMinor(), bench.creditMinor()];
    bench.record = true;
    bench.decide = 'stack';
    bench.act({ action: 'insert', minor: 1000 });
    bench.rest(10_000);
    expect([bench.boxMinor() - box, bench.creditMinor() - credit]).toEqual([1000, 1000]);
  }

  test.each(moments)('power cut %i ms after the note went in: told once, and as it is', async (afterMs) => {
    const bench = await inserted(afterMs);
    bench.act({ action: 'cut power' });
    bench.run(3_500);
    bench.act({ action: 'restore power' });
    bench.until('device.ready', 35_000);
    bench.rest(10_000);
    asItIs(bench);
    takesAnother(bench);
  });

  test.each(moments)('reset by a dip of its power after %i ms: told once, and as it is', async (afterMs) => {
    const bench = await inserted(afterMs);
    bench.act({ action: 'cut power' });
    bench.act({ action: 'restore power' });
    bench.until('device.ready', 35_000);
    bench.rest(10_000);
    asItIs(bench);
    takesAnother(bench);
  });

  test.each(moments)(
    'power cut after %i ms, and a device that tells nothing of it: no credit is invented',
    async (afterMs) => {
      const bench = await inserted(afterMs, { evidence: 'none' });
      bench.act({ action: 'cut power' });
      bench.run(3_500);
      bench.act({ action: 'restore power' });
      bench.until('device.ready', 35_000);
      bench.rest(10_000);
      nothingInvented(bench);
      takesAnother(bench);
    },
  );

  test.each(moments)('the reset of a technician after %i ms: one outcome, and the true one', async (afterMs) => {
    const bench = await inserted(afterMs);
    const reset = protocolNamed(protocol).driver.requests(settings).reset;
    if (reset !== undefined) bench.simulator.receive(reset);
    bench.rest(35_000);
    nothingInvented(bench);
    takesAnother(bench);
  });

  test.each(moments)('unplugged after %i ms and back: one outcome, and the true one', async (afterMs) => {
    const bench = await inserted(afterMs);
    bench.unplug();
    bench.until('device.lost', 1_000);
    bench.run(4_000);
    bench.plug();
    bench.rest(25_000);
    asItIs(bench);
    takesAnother(bench);
  });

  test.each(moments)('the daemon dies after %i ms: the next one finds the same event', async (afterMs) => {
    const bench = await inserted(afterMs);
    bench.decide = 'return';
    bench.restart();
    bench.rest(25_000);
    asItIs(bench);
    takesAnother(bench);
  });

  test.each(moments)('the daemon dies after %i ms with what it heard last not recorded', async (afterMs) => {
    const bench = await benchOf(name);
    bench.until('device.ready', 15_000);
    bench.run(2_000);
    bench.record = false;
    bench.act({ action: 'insert', minor: 2000 });
    bench.run(afterMs);
    bench.facts.length = 0;
    bench.decide = 'return';
    bench.restart();
    bench.record = true;
    bench.rest(25_000);
    if (forgetsAfterStart.has(protocol)) nothingInvented(bench);
    else asItIs(bench);
    takesAnother(bench);
  });

  test.each(moments)('jammed after %i ms, and cleared by hand: no outcome is invented', async (afterMs) => {
    const bench = await inserted(afterMs);
    bench.act({ action: 'jam' });
    bench.run(8_000);
    const jammed = bench.simulator.faults().includes('jam');
    expect(bench.find('device.fault').length > 0).toBe(jammed);
    bench.act({ action: 'clear jam' });
    bench.rest(20_000);
    expect(bench.find('device.cleared').map(({ code }) => code)).toEqual(
      bench.find('device.fault').map(({ code }) => code),
    );
    nothingInvented(bench);
    takesAnother(bench);
  });

  test.each(moments)(
    'jammed and cleared after %i ms while the line was out: no outcome is invented',
    async (afterMs) => {
      const bench = await inserted(afterMs);
      bench.unplug();
      bench.act({ action: 'jam' });
      bench.run(4_000);
      bench.act({ action: 'clear jam' });
      bench.plug();
      bench.rest(30_000);
      nothingInvented(bench);
      takesAnother(bench);
    },
  );

  test.each(moments)('the cash box out after %i ms and in again: told, and nothing invented', async (afterMs) => {
    const bench = await inserted(afterMs);
    bench.act({ action: 'remove cashbox' });
    bench.until('cashbox.removed', 12_000);
    bench.run(2_000);
    bench.act({ action: 'insert cashbox' });
    bench.until('cashbox.inserted', 12_000);
    bench.rest(20_000);
    expect(bench.find('cashbox.removed')).toHaveLength(1);
    nothingInvented(bench);
    takesAnother(bench);
  });

  test.each(moments)(
    'a second note pushed in after %i ms: the first one counts once, the second never',
    async (afterMs) => {
      const bench = await inserted(afterMs);
      const second = bench.simulator.act({ action: 'insert', minor: 5000 }).ok;
      bench.run(4_000);
      if (second) bench.simulator.act({ action: 'take' });
      bench.rest(30_000);
      asItIs(bench);
      takesAnother(bench);
    },
  );
});
