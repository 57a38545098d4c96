/**
 * Every device that pays out, in everything that can happen to it. After each case the physical truth, what the customer
 * holds and what the machine still has, is compared with what was told: nothing is paid twice, done and partial are the
 * truth to the coin, and each order ends exactly once.
 *
 * A device that keeps its evidence is never unknown, save that one which says once of each piece that it is out
 * (`saysOnce`) may be when a break comes between that word and its record, and one that never says how much it paid
 * (`saysNoSums`) when it was stopped under way. It loses its evidence when it is another device,
 * when its counters jump, and of a note that was stopped on its way out: when a hand frees it, or when the power goes again
 * before the host has read where the power-up put it. Then the store has lost it, and nobody counted it out.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { protocolNamed } from '../../hardware/catalog.ts';
import type { Pieces } from '../../hardware/device.ts';
import { type PayoutBench, type PayoutLineUp, type PayoutParts, payers, payoutBenchOf, sumOf } from './payout-bench.ts';

const READY_MS = 30_000;
const REST_MS = 120_000;
/** Of so many moments of a break at most one leaves nobody to tell. */
const OF_MOMENTS = 2;
/** As short as nobody notices at the wire. */
const DIP = 'the machine alone, for a moment';

function stockOf(pieces: readonly Pieces[]): ReadonlyMap<number, number> {
  return new Map(pieces.filter(({ count }) => count > 0).map(({ minor, count }) => [minor, count]));
}

const sorted = (pieces: ReadonlyMap<number, number>): readonly (readonly [number, number])[] =>
  [...pieces].sort(([a], [b]) => a - b);

interface Judged {
  /** What the customer had before this order. */
  readonly before?: ReadonlyMap<number, number>;
  readonly mayBeUnknown?: boolean;
  readonly id?: string;
  /** Its levels are what it has; false: they were made wrong. */
  readonly witnessed?: boolean;
}

/** Where a device counts what it has: what it told last is what lies in its store, and what lies in its box was told. */
function accounts(bench: PayoutBench, place: string): void {
  const levels = bench.find('cash.levels').at(-1)?.levels ?? [];
  if (levels.some(({ count }) => count === null)) return;
  const told = new Map(levels.filter(({ count }) => count !== 0).map(({ minor, count }) => [minor, count as number]));
  expect(sorted(told), `${place}: levels`).toEqual(sorted(bench.pieces(bench.lineUp.store)));
  const moved = new Map<string, number>();
  for (const fact of bench.recorded) {
    if (fact.fact === 'cash.moved') moved.set(fact.key, fact.minor * fact.count);
    if (fact.fact === 'cash.retracted') moved.set(fact.key, fact.minor);
  }
  const sum = [...moved.values()].reduce((all, minor) => all + minor, 0);
  expect(sum, `${place}: moved into the box`).toBe(sumOf(bench.pieces('box')));
}

/** The order's one end is the truth to the coin. */
function judge(
  bench: PayoutBench,
  place: string,
  { mayBeUnknown = false, witnessed = true, id = 'order-1', before }: Judged = {},
): 'known' | 'unknown' {
  const ordered = stockOf(bench.memory.lastPayout?.pieces ?? []);
  const all = bench.paid();
  const paid = new Map(
    [...all].map(([minor, count]) => [minor, count - (before?.get(minor) ?? 0)] as const).filter(([, n]) => n !== 0),
  );
  expect(bench.wrongs, place).toEqual([]);
  expect(bench.memory.lastPayout?.open, place).toBe(false);
  for (const [minor, count] of paid)
    expect(count, `${place}: of ${minor}`).toBeLessThanOrEqual(ordered.get(minor) ?? 0);
  const ends = bench.ends(id);
  expect(ends, `${place}: ${ends.map(({ fact }) => fact).join(' ')}`).toHaveLength(1);
  const [end] = ends;
  switch (end?.fact) {
    case 'payout.done':
    case 'payout.partial': {
      if (witnessed) accounts(bench, place);
      const owed = end.fact === 'payout.partial' ? end.owed.minor : 0;
      expect(sorted(stockOf(end.pieces)), place).toEqual(sorted(paid));
      expect([end.paid.minor, owed], place).toEqual([sumOf(paid), sumOf(ordered) - sumOf(paid)]);
      expect(end.fact === 'payout.done', place).toBe(owed === 0);
      return 'known';
    }
    case 'command.refused':
      expect([...paid], place).toEqual([]);
      return 'known';
    default:
      expect(mayBeUnknown, `${place}: ${JSON.stringify(end)}`).toBe(true);
      return 'unknown';
  }
}

/** What is to stay in it when it empties itself: one of each denomination that the line-up orders; the order's first twice. */
function floatOf({ order }: PayoutLineUp): readonly Pieces[] {
  return order.map(({ minor }, at) => ({ minor, count: at === 0 ? 2 : 1 }));
}

/** After the case all is well: another order of one piece is carried out. */
function paysAnother(bench: PayoutBench, place: string): void {
  const before = bench.paid();
  const top = bench.lineUp.order[0]?.minor as number;
  bench.order([{ minor: top, count: 1 }], 'order-2');
  bench.rest(REST_MS);
  // What nobody knows of an order is missing from the accounts of the device too.
  const witnessed = bench.ends().every(({ fact }) => fact !== 'payout.unknown');
  judge(bench, `${place}, the next order`, { id: 'order-2', before, witnessed });
  expect(sumOf(bench.paid()) - sumOf(before), `${place}, the next order`).toBe(top);
}

const names = Object.keys(payers);

describe.each(names)('%s', (name) => {
  const lineUp = payers[name] as PayoutLineUp;
  const total = sumOf(stockOf(lineUp.order));
  const most = lineUp.order.reduce((sum, { count }) => sum + count, 0);
  const coins = Array.from({ length: most }, (_, at) => at + 1);
  const broken: Judged = { mayBeUnknown: lineUp.saysOnce === true || lineUp.saysNoSums === true };

  async function ready(parts: PayoutParts = {}, like: PayoutLineUp = lineUp): Promise<PayoutBench> {
    const bench = await payoutBenchOf(like, parts);
    bench.until('device.ready', READY_MS);
    bench.run(1_000);
    return bench;
  }

  async function ordered(parts: PayoutParts = {}, like: PayoutLineUp = lineUp): Promise<PayoutBench> {
    const bench = await ready(parts, like);
    bench.order();
    return bench;
  }

  test('pays exactly what is ordered, and says so once with its pieces', async () => {
    const bench = await ordered();
    bench.rest(REST_MS);
    judge(bench, 'undisturbed');
    expect(bench.ends()[0]?.fact).toBe('payout.done');
    expect(sumOf(bench.paid())).toBe(total);
    expect(bench.find('payout.starting')).toHaveLength(1);
    expect(bench.find('payout.progress').length).toBeGreaterThan(0);
    paysAnother(bench, 'undisturbed');
  });

  /** The n-th piece has just left; `then` happens a little later, when the next one is under way. */
  async function afterPiece(n: number, then: (bench: PayoutBench) => void): Promise<PayoutBench> {
    let left = 0;
    const bench = await ordered({
      emit(event) {
        if (event.event === 'cash.dispensed' && ++left === n) bench.clock.after(10, () => then(bench));
      },
    });
    if (n === 0) {
      while (bench.memory.lastPayout?.starting === false) bench.run(5);
      bench.clock.after(120, () => then(bench));
    }
    return bench;
  }

  /** How long an undisturbed order takes, and how many messages. */
  async function length(): Promise<{ readonly ms: number; readonly messages: number; readonly first: number }> {
    const bench = await ready();
    const first = bench.sent.length;
    const fromMs = bench.clock.monoMs();
    bench.order();
    bench.until('payout.done', REST_MS);
    return { ms: bench.clock.monoMs() - fromMs, messages: bench.sent.length - first, first };
  }

  /** Every 50 ms of the order; of a long one more seldom where that is `sampled`, in steps that meet everything else at odd times. */
  async function moments(sampled: boolean): Promise<readonly number[]> {
    const { ms } = await length();
    const stepMs = (sampled && ms > 3_000) || lineUp.sampled === true ? 170 : 50;
    return Array.from({ length: Math.ceil((ms + 400) / stepMs) }, (_, at) => at * stepMs);
  }

  /**
   * Of one that never says sums: the machine goes on, or nothing had left the store, or the host had heard that all is out and
   * lives on.
   */
  function isCertain(bench: PayoutBench, full: ReadonlyMap<number, number>, what: string): boolean {
    const goesOn = !what.includes('machine') && what !== 'reset';
    const untouched = sumOf(bench.pieces(lineUp.store)) === sumOf(full);
    const heard = !what.includes('host') && bench.find('cash.presented').length > 0;
    return goesOn || untouched || heard;
  }

  async function atEveryMoment(
    what: string,
    then: (bench: PayoutBench) => void,
    judged: Judged = broken,
    sampled = true,
  ): Promise<void> {
    const all = await moments(sampled);
    let unknown = 0;
    let certain = 0;
    for (const afterMs of all) {
      const bench = await ready();
      const full = bench.pieces(lineUp.store);
      bench.order();
      bench.run(afterMs);
      const sure = judged === broken && lineUp.saysNoSums === true && isCertain(bench, full, what);
      if (sure) certain++;
      then(bench);
      bench.rest(REST_MS);
      const place = `${what} after ${afterMs} ms`;
      if (judge(bench, place, sure ? {} : judged) === 'unknown') unknown++;
    }
    if (judged === broken && lineUp.saysNoSums === true) expect(certain, what).toBeGreaterThan(all.length / 8);
    else if (judged === broken)
      expect(unknown, `${what}: unknown of ${all.length}`).toBeLessThanOrEqual(all.length / OF_MOMENTS);
  }

  function powerAway(bench: PayoutBench, ms: number): void {
    bench.act({ action: 'cut power' });
    bench.run(ms);
    bench.act({ action: 'restore power' });
  }

  test.each([
    ['the machine alone', (bench: PayoutBench) => powerAway(bench, 3_000)],
    [DIP, (bench: PayoutBench) => powerAway(bench, 0)],
    [
      'machine and host together',
      (bench: PayoutBench) => {
        bench.act({ action: 'cut power' });
        bench.restart();
        bench.act({ action: 'restore power' });
      },
    ],
    ['the host alone', (bench: PayoutBench) => bench.restart()],
  ])('loses its power at every piece and at every moment: %s', async (what, blow) => {
    for (const n of [0, ...coins]) {
      const bench = await afterPiece(n, (one) => {
        one.clock.after(0, () => {});
        blown = true;
      });
      let blown = false;
      while (!blown && bench.memory.lastPayout?.open === true) bench.run(5);
      blow(bench);
      bench.rest(REST_MS);
      judge(bench, `${what} after piece ${n}`, broken);
      paysAnother(bench, `${what} after piece ${n}`);
    }
    await atEveryMoment(what, blow, broken, what === DIP);
  });

  test('the line is unplugged at every moment and comes back', async () => {
    await atEveryMoment('unplugged', (bench) => {
      bench.unplug();
      bench.run(3_500);
      bench.plug();
    });
  });

  test('a technician resets it at every moment', async () => {
    const reset = protocolNamed(lineUp.protocol).driver.requests(lineUp.settings).reset as Uint8Array;
    await atEveryMoment('reset', (bench) => bench.simulator.receive(reset));
  });

  test('the host dies at every moment with what it heard not recorded', async () => {
    await atEveryMoment('not recorded', (bench) => {
      bench.record = false;
      bench.run(700);
      bench.restart();
      bench.record = true;
    });
  });

  test('the host dies at every boundary of a message that moves money', async () => {
    const whole = await ready();
    whole.boundaries.clear();
    whole.order();
    whole.rest(REST_MS);
    const places = [...whole.boundaries];
    expect(places.length).toBeGreaterThan(4);
    for (const place of places) {
      const bench = await ready();
      bench.dieAt = place;
      bench.order();
      bench.rest(REST_MS);
      expect(bench.dieAt, place).toBeNull();
      judge(bench, place, place.endsWith(' event-ack') ? broken : {});
    }
  });

  test('jams at every piece, and is freed', async () => {
    for (const n of [0, ...coins.slice(0, -1)]) {
      const bench = await afterPiece(n, (one) => one.act(lineUp.jam));
      bench.run(20_000);
      expect(bench.simulator.faults(), `piece ${n}`).toContain('jam');
      expect(sumOf(bench.paid()), `piece ${n}`).toBeLessThan(total);
      bench.act({ action: 'clear jam' });
      bench.rest(REST_MS);
      judge(bench, `jammed after piece ${n}`, { mayBeUnknown: lineUp.putsAway === true });
    }
  });

  test('runs empty at every piece', async () => {
    const [first] = lineUp.order;
    const minor = first?.minor as number;
    for (const inside of [0, ...coins.slice(0, -1)]) {
      const bench = await ready({ settings: { count: String(inside) } });
      bench.order([{ minor, count: most }]);
      bench.rest(REST_MS);
      judge(bench, `${inside} of ${most}`);
      const [end] = bench.ends();
      if (lineUp.protocol === 'cctalk')
        expect(end).toMatchObject({ fact: 'payout.partial', paid: { minor: inside * minor } });
      else expect(end).toMatchObject({ fact: 'command.refused', sent: false, reason: 'not-enough-pieces' });
    }
  });

  test('holds less than it believes: it looks for the missing one in vain, and the rest is owed', async () => {
    // Only what counts its pieces can believe wrong; a ccTalk hopper believes nothing.
    const minor = lineUp.order[0]?.minor as number;
    for (const inside of coins.slice(0, -1)) {
      const bench = await ready({ settings: { count: String(inside) } });
      bench.act({ action: 'misbehave', value: 'counter' });
      bench.restart();
      bench.until('device.ready', READY_MS);
      bench.run(2_000);
      bench.order([{ minor, count: inside + 1 }]);
      bench.rest(REST_MS);
      judge(bench, `${inside} of ${inside + 1}`, { witnessed: false, mayBeUnknown: lineUp.saysNoSums === true });
      expect(sumOf(bench.paid()), `${inside} of ${inside + 1}`).toBeLessThanOrEqual(inside * minor);
      const [end] = bench.ends();
      // A note float names its notes one by one, and cannot name one that is not there.
      if (lineUp.saysNoSums === true) expect(end).toMatchObject({ fact: 'payout.unknown' });
      else if (name === 'ssp nv11') expect(end).toMatchObject({ fact: 'command.refused', sent: false });
      else expect(end).toMatchObject({ fact: 'payout.partial', paid: { minor: inside * minor } });
    }
  });

  test('reads are split after every byte and merged to every length', async () => {
    for (let bytes = 1; bytes <= 60; bytes += lineUp.sampled === true ? 3 : 1) {
      for (const reading of [{ split: bytes }, { merged: bytes }]) {
        const bench = await ordered({ reading });
        bench.rest(REST_MS);
        judge(bench, JSON.stringify(reading));
        expect(bench.ends()[0]?.fact, JSON.stringify(reading)).toBe('payout.done');
      }
    }
  });

  test.each(['the question', 'the answer'])('%s of each message is lost, alone and two in a row', async (which) => {
    const { messages, first } = await length();
    for (let nth = 0; nth < messages; nth++) {
      for (const lost of [1, 2]) {
        let asked = 0;
        const hit = (): boolean => asked > first + nth && asked <= first + nth + lost;
        const bench = await ordered({
          asks: (frame) => {
            asked++;
            return which === 'the question' && hit() ? null : frame;
          },
          line: (frame) => (which === 'the answer' && hit() ? null : frame),
        });
        bench.rest(REST_MS);
        const place = `${which} ${nth}, ${lost} of them`;
        judge(bench, place);
        // One alone stops no order; more may use up the tries of one.
        if (lost === 1) expect(bench.ends()[0]?.fact, place).toBe('payout.done');
      }
    }
  });

  test('a bit turns over in every frame now and then, and noise comes before others', async () => {
    for (let shift = 0; shift < 12; shift++) {
      let frames = 0;
      const spoil = (frame: Uint8Array): Uint8Array => {
        frames++;
        if ((frames + shift) % 7 === 0) return Uint8Array.from([0x7f, (frames * 31) & 0xff, ...frame]);
        if ((frames + shift) % 5 !== 0) return frame;
        const bytes = frame.slice();
        const at = (frames * 3 + shift) % bytes.length;
        bytes[at] = (bytes[at] as number) ^ (1 << (frames % 8));
        return bytes;
      };
      const bench = await ordered({ line: spoil, asks: spoil });
      bench.rest(REST_MS);
      judge(bench, `shift ${shift}`);
    }
  });

  test.each(['repeat', 'late', 'noise'])('answers that misbehave: %s', async (value) => {
    for (let before = 0; before < 2_000; before += 400) {
      const bench = await ordered();
      bench.run(before);
      bench.act({ action: 'misbehave', value });
      bench.run(60_000);
      bench.act({ action: 'misbehave', value: 'off' });
      bench.rest(REST_MS);
      judge(bench, `${value} from ${before} ms on`);
      paysAnother(bench, `${value} from ${before} ms on`);
    }
  });

  test('counters that jump at every moment: what is told is the truth, or nobody knows', async () => {
    await atEveryMoment('counter', (bench) => bench.act({ action: 'misbehave', value: 'counter' }), {
      mayBeUnknown: true,
      witnessed: false,
    });
  });

  test('whatever happens one after the other, nothing is paid twice and nothing that is told is wrong', async () => {
    const blows: Readonly<Record<string, (bench: PayoutBench) => void>> = {
      power: (bench) => powerAway(bench, 2_600),
      dip: (bench) => powerAway(bench, 0),
      host: (bench) => bench.restart(),
      line: (bench) => {
        bench.unplug();
        bench.run(700);
        bench.plug();
      },
      late: (bench) => {
        bench.simulator.act({ action: 'misbehave', value: 'late' });
        bench.run(1_500);
        bench.simulator.act({ action: 'misbehave', value: 'off' });
      },
      noise: (bench) => {
        bench.simulator.act({ action: 'misbehave', value: 'noise' });
        bench.run(1_500);
        bench.simulator.act({ action: 'misbehave', value: 'off' });
      },
      'not recorded': (bench) => {
        bench.record = false;
        bench.run(400);
        bench.restart();
        bench.record = true;
      },
    };
    const hurt = fc.record({ afterMs: fc.nat(1_500), what: fc.constantFrom(...Object.keys(blows)) });
    await fc.assert(
      fc.asyncProperty(fc.array(hurt, { minLength: 2, maxLength: 4 }), async (hurts) => {
        const bench = await ordered();
        for (const { afterMs, what } of hurts) {
          bench.run(afterMs);
          blows[what]?.(bench);
        }
        bench.rest(REST_MS);
        const outages = hurts.filter(({ what }) => what === 'power' || what === 'dip').length;
        judge(bench, JSON.stringify(hurts), {
          mayBeUnknown: broken.mayBeUnknown === true || (lineUp.putsAway === true && outages > 1),
        });
        paysAnother(bench, JSON.stringify(hurts));
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  test('refuses for certain what it cannot pay, before it leaves', async () => {
    const bench = await ready();
    const orders: readonly (readonly Pieces[])[] = [
      [],
      [{ minor: 700, count: 1 }],
      [{ minor: lineUp.order[0]?.minor as number, count: 300 }],
      [{ minor: lineUp.order[0]?.minor as number, count: 0 }],
      [{ minor: lineUp.order[0]?.minor as number, count: 1.5 }],
    ];
    for (const [at, pieces] of orders.entries()) {
      bench.order(pieces, `wrong-${at}`);
      bench.run(2_000);
      expect(bench.ends(`wrong-${at}`), `order ${at}`).toMatchObject([{ fact: 'command.refused', sent: false }]);
    }
    expect(bench.find('payout.starting')).toEqual([]);
    expect(sumOf(bench.paid())).toBe(0);
    bench.unplug();
    bench.order(lineUp.order, 'unplugged');
    expect(bench.ends('unplugged')).toMatchObject([{ fact: 'command.refused', sent: false, reason: 'line-lost' }]);
    bench.plug();
    bench.rest(30_000);
    paysAnother(bench, 'after refusals');
  });

  test(lineUp.float === 'leaves it' ? 'leaves a float' : `refuses to leave a float: ${lineUp.float}`, async () => {
    const bench = await ready();
    const full = bench.pieces(lineUp.store);
    const keep = floatOf(lineUp);
    bench.link.obey({ id: 'empty-1', device: 'payer', command: 'cash.empty', keep });
    bench.run(60_000);
    const refused = bench.find('command.refused').map(({ sent, reason }) => `${sent} ${reason}`);
    if (lineUp.float !== 'leaves it') {
      expect(refused).toEqual([`false ${lineUp.float}`]);
      expect(sorted(bench.pieces(lineUp.store))).toEqual(sorted(full));
      return;
    }
    expect(refused).toEqual([]);
    expect(bench.find('cash.emptied')).toMatchObject([{ command: 'empty-1' }]);
    expect(sorted(bench.pieces(lineUp.store))).toEqual(sorted(stockOf(keep)));
    expect(sumOf(bench.paid())).toBe(0);
    accounts(bench, 'a float');
    paysAnother(bench, 'a float');
  });

  if (lineUp.float === 'leaves it')
    test.each<readonly [string, (bench: PayoutBench) => void]>([
      ['loses its power', (bench) => powerAway(bench, 2_600)],
      [
        'loses its line',
        (bench) => {
          bench.unplug();
          bench.run(3_500);
          bench.plug();
        },
      ],
      [
        'jams',
        (bench) => {
          bench.simulator.act(lineUp.jam);
          bench.run(9_000);
          bench.simulator.act({ action: 'clear jam' });
        },
      ],
    ])(
      '%s at every moment while all but a float is moved: it ends once, and what it tells is what went',
      async (what, blow) => {
        const ends = new Set<string>();
        for (let afterMs = 0; afterMs < 24_000; afterMs += 370) {
          const bench = await ready();
          bench.link.obey({ id: 'empty-1', device: 'payer', command: 'cash.empty', keep: floatOf(lineUp) });
          bench.run(afterMs);
          blow(bench);
          bench.run(60_000);
          const place = `${what} after ${afterMs} ms`;
          const told = [...bench.find('cash.emptied'), ...bench.find('command.refused')];
          expect(new Set(told.map(({ fact, command }) => `${fact} ${command}`)).size, place).toBe(1);
          const just =
            JSON.stringify(sorted(bench.pieces(lineUp.store))) === JSON.stringify(sorted(stockOf(floatOf(lineUp))));
          expect(told[0]?.fact === 'cash.emptied', place).toBe(just);
          expect(sumOf(bench.paid()), place).toBe(0);
          accounts(bench, place);
          ends.add(told[0]?.fact ?? '');
        }
        expect([...ends].sort()).toEqual(['cash.emptied', 'command.refused']);
      },
    );

  test('an order that is given again at every moment is carried out once', async () => {
    await atEveryMoment('again', (bench) => {
      const { lastPayout } = bench.memory;
      bench.order();
      bench.memory = { ...bench.memory, lastPayout };
    });
  });

  test('an order while another one is carried out is refused, and disturbs nothing', async () => {
    for (let afterMs = 0; afterMs < 1_200; afterMs += 100) {
      const bench = await ordered();
      bench.run(afterMs);
      const { memory } = bench;
      const open = memory.lastPayout?.open === true;
      bench.order(lineUp.order, 'order-2');
      bench.memory = memory;
      bench.rest(REST_MS);
      judge(bench, `${afterMs} ms`);
      if (open) expect(bench.ends('order-2')).toMatchObject([{ fact: 'command.refused', sent: false, reason: 'busy' }]);
    }
  });

  test('a start with an open order that was never told of refuses it, for it never left', async () => {
    const bench = await ready();
    bench.record = false;
    bench.order();
    bench.until('payout.starting', 5_000);
    bench.restart();
    bench.record = true;
    bench.rest(REST_MS);
    judge(bench, 'not started');
    expect(bench.ends()).toMatchObject([{ fact: 'command.refused', sent: false }]);
    paysAnother(bench, 'not started');
  });

  test('a start with an open order that may have left finds that it did not', async () => {
    const bench = await ordered();
    while (bench.memory.lastPayout?.starting === false) bench.run(1);
    const paid = sumOf(bench.paid());
    bench.restart();
    bench.rest(REST_MS);
    judge(bench, 'starting');
    expect(paid).toBe(0);
  });

  test('a start with an order that has ended says nothing more of it', async () => {
    const bench = await ordered();
    bench.rest(REST_MS);
    bench.recorded.length = 0;
    bench.restart();
    bench.rest(REST_MS);
    expect(bench.ends()).toEqual([]);
    paysAnother(bench, 'after a start');
  });

  test('another device in its place cannot tell what became of the order, and pays nothing for it', async () => {
    for (const n of [0, ...coins]) {
      const bench = await afterPiece(n, () => {});
      const { memory } = bench;
      while (sumOf(bench.paid()) === 0) bench.run(20);
      const other = await payoutBenchOf(lineUp, {
        memory: { ...memory, ...bench.memory },
        settings: { serial: '4242' },
      });
      other.rest(REST_MS);
      expect(
        other.ends().map(({ fact }) => fact),
        `piece ${n}`,
      ).toEqual(['payout.unknown']);
      expect(sumOf(other.paid()), `piece ${n}`).toBe(0);
      paysAnother(other, `piece ${n}`);
    }
  });
});
