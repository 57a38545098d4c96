/**
 * Coin acceptors in everything that can happen to them. A coin counts at once, so there is no order and no way back: after
 * each case every coin that fell in is credited once, or told as lost where the device lost its value. Only a coin that
 * falls in the very moment in which the power goes is counted by nobody, neither by the device nor by the kiosk.
 */
import { describe, expect, test } from 'vitest';
import { protocolNamed } from '../../hardware/catalog.ts';
import { type DeviceFact, type DeviceMemory, emptyMemory } from '../../hardware/device.ts';
import { Link } from '../../hardware/link.ts';
import { noProbe } from '../../hardware/port.ts';
import type { SimulatorEvent } from '../../hardware/simulated.ts';
import { type LineUp, seededChance, type Wire, type WireParts, wireTo } from './bench.ts';

const DEVICE = 'coins';
const COINS: readonly number[] = [10, 50, 100];
const countries = { CN: 'CNY' };
/** A coin of 1.00 goes down path 2, behind which a hopper stands. */
const sorter = { sort: { 100: 2 }, paths: { 2: 'hopper1' } };

const lineUps: Readonly<Record<string, LineUp>> = {
  'echo, sum': { protocol: 'cctalk', settings: { countries }, machine: { echo: 'on' } },
  'no echo, sum': { protocol: 'cctalk', settings: { countries }, machine: { echo: 'off' } },
  'echo, crc': { protocol: 'cctalk', settings: { countries, checksum: 'crc' }, machine: { echo: 'on' } },
  'no echo, crc': { protocol: 'cctalk', settings: { countries, checksum: 'crc' }, machine: { echo: 'off' } },
};

interface Parts extends WireParts {
  readonly memory?: DeviceMemory;
  readonly record?: boolean;
}

interface CoinBench extends Wire {
  readonly facts: DeviceFact[];
  readonly wrongs: string[];
  /** What was recorded, each key once: minor units of a coin, or how many were lost. */
  readonly credited: Map<string, number>;
  readonly lost: Map<string, number>;
  memory: DeviceMemory;
  record: boolean;
  accept: readonly number[];
  link: Link;
  run(ms: number): void;
  until(fact: DeviceFact['fact'], ms: number): void;
  restart(): void;
  insert(minor: number): void;
  /** Coins that fell in, as they fell. */
  fell(): readonly number[];
  recordAll(): void;
}

async function coinBenchOf(lineUp: LineUp, parts: Parts = {}): Promise<CoinBench> {
  const { driver: door } = protocolNamed(lineUp.protocol);
  const facts: DeviceFact[] = [];
  const wrongs: string[] = [];
  const fallen: { readonly minor: number; readonly atMs: number }[] = [];
  const waiting: (DeviceFact & { readonly key: string })[] = [];
  const isFalling = ({ event }: SimulatorEvent): boolean => event === 'coin.accepted';
  const wire = await wireTo(lineUp, {
    ...parts,
    emit(event) {
      parts.emit?.(event);
      if (!isFalling(event)) return;
      fallen.push({ minor: event.minor as number, atMs: wire.clock.monoMs() });
      if (bench.memory.counters.counter === undefined) wrongs.push('a coin is taken before counting began on record');
    },
  });
  const { clock } = wire;
  let life = 0;

  function start(): Link {
    const mine = ++life;
    return new Link({
      port: wire.port,
      clock,
      probe: noProbe,
      chance: seededChance(mine),
      drivers: [
        {
          id: DEVICE,
          driver: door.createDriver({ device: DEVICE, settings: lineUp.settings }),
          moneyMessages: door.moneyMessages,
          memory: () => bench.memory,
        },
      ],
      onFact(fact) {
        if (mine === life) onFact(fact);
      },
    });
  }

  function onFact(fact: DeviceFact): void {
    facts.push(fact);
    if (fact.fact === 'device.identified') bench.link.maintain(DEVICE, { accept: bench.accept });
    if (fact.fact === 'coin.credited') watch(fact);
    if (!('key' in fact)) return;
    waiting.push(fact);
    if (bench.record) bench.recordAll();
  }

  /** The coin fell in after the moment that it names. */
  function watch({ minor, afterMs }: DeviceFact & { fact: 'coin.credited' }): void {
    const fits = fallen.some((one) => one.minor === minor && one.atMs >= (afterMs ?? 0));
    if (!fits) wrongs.push(`no coin of ${minor} fell in after ${afterMs}`);
  }

  const bench: CoinBench = {
    ...wire,
    facts,
    wrongs,
    credited: new Map(),
    lost: new Map(),
    memory: parts.memory ?? emptyMemory,
    record: parts.record ?? true,
    accept: COINS,
    link: undefined as unknown as Link,
    run: (ms) => clock.runUntil(clock.monoMs() + ms),
    until(name, ms) {
      const before = facts.filter(({ fact }) => fact === name).length;
      const endMs = clock.monoMs() + ms;
      while (facts.filter(({ fact }) => fact === name).length === before) {
        if (clock.monoMs() >= endMs)
          throw new Error(`no ${name} within ${ms} ms; seen: ${facts.map(({ fact }) => fact).join(' ')}`);
        clock.runUntil(clock.monoMs() + 1);
      }
    },
    restart() {
      life++;
      waiting.length = 0;
      bench.link.close();
      bench.link = start();
    },
    insert: (minor) => wire.act({ action: 'insert coin', minor }),
    fell: () => fallen.map(({ minor }) => minor),
    recordAll() {
      for (const fact of waiting.splice(0)) {
        if ('counters' in fact) bench.memory = { ...bench.memory, counters: fact.counters ?? bench.memory.counters };
        if (fact.fact === 'coin.credited') bench.credited.set(fact.key, fact.minor);
        if (fact.fact === 'coin.lost') bench.lost.set(fact.key, fact.count);
        bench.link.recorded(DEVICE, fact.key);
      }
    },
  };
  bench.link = start();
  return bench;
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((all, one) => all + one, 0);

/** Every coin that fell in is credited once; `lost`: so many are told as lost instead, `unseen`: of so many nobody knows. */
function judge(bench: CoinBench, place: string, { lost = 0, unseen = 0 } = {}): void {
  expect(bench.wrongs, place).toEqual([]);
  const fell = bench.fell();
  expect(bench.credited.size + lost + unseen, place).toBe(fell.length);
  expect(sum(bench.lost.values()), place).toBe(lost);
  const credited = [...bench.credited.values()];
  if (lost + unseen === 0) expect(credited.toSorted(), place).toEqual(fell.toSorted());
  else expect(sum(credited), place).toBeLessThanOrEqual(sum(fell));
}

describe.each(Object.keys(lineUps))('a coin acceptor with %s', (name) => {
  const lineUp = lineUps[name] as LineUp;

  async function ready(parts: Parts = {}, like: LineUp = lineUp): Promise<CoinBench> {
    const bench = await coinBenchOf(like, parts);
    bench.until('device.ready', 60_000);
    bench.run(500);
    return bench;
  }

  /** A first coin is on record, and a second has been in for `afterMs`. */
  async function inserted(afterMs: number): Promise<CoinBench> {
    const bench = await ready();
    bench.insert(50);
    bench.run(900);
    bench.insert(100);
    bench.run(afterMs);
    return bench;
  }

  /** All is well: the next coin is taken and counts. */
  function takesAnother(bench: CoinBench, place: string): void {
    const [fell, credited] = [bench.fell().length, bench.credited.size];
    bench.insert(10);
    bench.run(1_200);
    expect([bench.fell().length - fell, bench.credited.size - credited], `${place}, the next coin`).toEqual([1, 1]);
  }

  /** The coin is at another place at each of these: in front of the gate, judged, falling, counted, read. */
  const moments = Array.from({ length: 40 }, (_, at) => at * 20);

  test('each coin is credited once, with its value and its counter', async () => {
    const bench = await ready();
    for (const minor of [10, 50, 100, 100, 50, 10]) {
      bench.insert(minor);
      bench.run(600);
    }
    judge(bench, 'six coins');
    const credits = bench.facts.filter((fact) => fact.fact === 'coin.credited');
    expect(credits.map(({ minor, counter, to }) => [minor, counter, to])).toEqual(
      [10, 50, 100, 100, 50, 10].map((minor, at) => [minor, at + 1, null]),
    );
  });

  test('several at once, one behind the other, are credited each', async () => {
    const bench = await ready();
    for (const minor of [10, 50, 100, 10, 50, 100, 100, 100]) bench.insert(minor);
    bench.run(6_000);
    judge(bench, 'eight at once');
    expect(bench.fell().length).toBe(8);
  });

  test('where counting begins is recorded before any coin is taken', async () => {
    const bench = await coinBenchOf(lineUp, { record: false });
    bench.until('coin.counting', 20_000);
    for (let coin = 0; coin < 5; coin++) {
      bench.insert(50);
      bench.run(900);
    }
    expect(bench.fell()).toEqual([]);
    bench.record = true;
    bench.recordAll();
    bench.run(2_000);
    takesAnother(bench, 'after the record');
    judge(bench, 'after the record');
  });

  test('the counter goes past 255 and on from 1', async () => {
    const bench = await ready();
    for (let coin = 0; coin < 260; coin++) {
      bench.insert(COINS[coin % 3] as number);
      bench.run(320);
    }
    bench.run(2_000);
    judge(bench, '260 coins');
    expect(bench.fell()).toHaveLength(260);
  });

  test('more than five fall in while its answers are lost: five by their values, the others are told as lost', async () => {
    let deaf = false;
    const bench = await ready({ line: (frame) => (deaf ? null : frame) });
    takesAnother(bench, 'before');
    deaf = true;
    for (let coin = 0; coin < 9; coin++) bench.insert(100);
    bench.run(4_000);
    deaf = false;
    bench.run(8_000);
    const fell = bench.fell().length;
    expect(fell).toBeGreaterThan(6);
    judge(bench, `${fell} coins`, { lost: fell - 6 });
    takesAnother(bench, 'afterwards');
  });

  test('a counter that jumps while it is watched: each may have been a coin, and none is credited for it', async () => {
    const bench = await inserted(900);
    bench.act({ action: 'misbehave', value: 'counter' });
    bench.run(1_000);
    expect(sum(bench.credited.values())).toBe(150);
    expect(sum(bench.lost.values())).toBeGreaterThan(0);
    takesAnother(bench, 'afterwards');
  });

  test.each([0, 3_000])('power cut at every moment of a coin, for %i ms', async (awayMs) => {
    for (const afterMs of moments) {
      const bench = await inserted(afterMs);
      const fell = bench.fell().length;
      bench.act({ action: 'cut power' });
      const unseen = bench.fell().length - fell;
      const read = bench.credited.size;
      bench.run(awayMs);
      bench.act({ action: 'restore power' });
      bench.run(8_000);
      const place = `${afterMs} ms`;
      judge(bench, place, { unseen, lost: fell - read });
      takesAnother(bench, place);
    }
  });

  test('reset by a technician at every moment of a coin: none counts twice, and none is forgotten', async () => {
    const reset = protocolNamed(lineUp.protocol).driver.requests(lineUp.settings).reset as Uint8Array;
    for (const afterMs of moments) {
      const bench = await inserted(afterMs);
      bench.simulator.receive(reset);
      const fell = bench.fell().length;
      // An answer may be on its way.
      bench.run(20);
      const read = bench.credited.size;
      bench.run(8_000);
      const place = `${afterMs} ms`;
      // One that was past the gate falls into the time after the reset, and is told then.
      judge(bench, place, { lost: fell - read });
      takesAnother(bench, place);
    }
  });

  test('a dip of its power at every moment before the first coin: it takes that coin all the same', async () => {
    for (const afterMs of moments) {
      const bench = await ready();
      bench.run(afterMs);
      bench.act({ action: 'cut power' });
      bench.act({ action: 'restore power' });
      bench.run(8_000);
      takesAnother(bench, `${afterMs} ms`);
      judge(bench, `${afterMs} ms`);
    }
  });

  test('unplugged at every moment of a coin and back', async () => {
    for (const afterMs of moments) {
      const bench = await inserted(afterMs);
      bench.unplug();
      bench.run(3_000);
      bench.plug();
      bench.run(8_000);
      judge(bench, `${afterMs} ms`);
      takesAnother(bench, `${afterMs} ms`);
    }
  });

  test.each(['before', 'after'])('the host dies at every moment of a coin, %s the record', async (when) => {
    for (const afterMs of moments) {
      const bench = await ready();
      bench.insert(50);
      bench.run(900);
      bench.record = when === 'after';
      bench.insert(100);
      bench.run(afterMs);
      bench.restart();
      bench.record = true;
      bench.run(6_000);
      judge(bench, `${afterMs} ms`);
      takesAnother(bench, `${afterMs} ms`);
    }
  });

  test('the host is away while coins that are already in the slot fall in', async () => {
    for (let awayMs = 0; awayMs < 5_000; awayMs += 500) {
      const bench = await ready();
      for (const minor of [10, 50, 100, 10]) bench.insert(minor);
      bench.run(50);
      bench.unplug();
      bench.run(awayMs);
      bench.plug();
      bench.restart();
      bench.run(8_000);
      judge(bench, `${awayMs} ms`);
    }
  });

  test.each([5, 12])('%i coins while records are awaited: the slot is closed, and none is forgotten', async (coins) => {
    const bench = await ready();
    bench.record = false;
    for (let coin = 0; coin < coins; coin++) bench.insert(100);
    bench.run(10_000);
    const fell = bench.fell().length;
    expect(fell).toBeGreaterThanOrEqual(3);
    expect(fell).toBeLessThanOrEqual(5);
    bench.restart();
    bench.record = true;
    bench.run(6_000);
    // What comes back is an event too, and pushes coins out of the five that the device keeps.
    const pushedOut = Math.min(fell, Math.max(0, coins - 5));
    judge(bench, 'after a start', { lost: pushedOut });
    takesAnother(bench, 'after a start');
  });

  test('a coin that is not wanted comes back, and an acceptor that may take nothing takes nothing', async () => {
    const bench = await ready();
    bench.link.maintain(DEVICE, { accept: [50] });
    bench.run(1_000);
    for (const minor of COINS) {
      bench.insert(minor);
      bench.run(800);
    }
    expect(bench.fell()).toEqual([50]);
    expect(bench.facts.filter(({ fact }) => fact === 'coin.rejected')).toHaveLength(2);
    bench.link.maintain(DEVICE, { accept: [] });
    bench.run(1_000);
    for (const minor of COINS) bench.insert(minor);
    bench.run(3_000);
    expect(bench.fell()).toEqual([50]);
    judge(bench, 'one of six');
  });

  test('a coin that nobody knows comes back', async () => {
    const bench = await ready();
    bench.insert(20);
    bench.run(1_000);
    expect(bench.fell()).toEqual([]);
    judge(bench, 'unknown');
    takesAnother(bench, 'unknown');
  });

  test('coins are sorted to where they are told to go, also after its power was cut', async () => {
    const sorting = { ...lineUp, settings: { ...lineUp.settings, ...sorter } };
    const bench = await ready({}, sorting);
    const falls = async (): Promise<void> => {
      const before = bench.facts.length;
      for (const minor of [100, 50]) {
        bench.insert(minor);
        bench.run(900);
      }
      const credits = bench.facts.slice(before).filter((fact) => fact.fact === 'coin.credited');
      expect(credits.map(({ minor, to }) => [minor, to])).toEqual([
        [100, 'hopper1'],
        [50, null],
      ]);
      const paths = bench.events.filter(({ event }) => event === 'coin.accepted').slice(-2);
      expect(paths.map(({ minor, path, to }) => [minor, path, to])).toEqual([
        [100, 2, null],
        [50, 1, 'box'],
      ]);
    };
    await falls();
    bench.act({ action: 'cut power' });
    bench.act({ action: 'restore power' });
    bench.run(8_000);
    await falls();
    judge(bench, 'sorted');
  });

  test('a coin that jams is told as a fault until it is freed', async () => {
    const bench = await ready();
    bench.act({ action: 'jam' });
    bench.insert(100);
    bench.until('device.fault', 15_000);
    bench.act({ action: 'clear jam' });
    bench.until('device.cleared', 15_000);
    expect(bench.fell()).toEqual([]);
    takesAnother(bench, 'freed');
    judge(bench, 'freed');
  });

  test('the cash box out and in: what falls in counts', async () => {
    const bench = await ready();
    bench.act({ action: 'remove cashbox' });
    takesAnother(bench, 'out');
    bench.act({ action: 'insert cashbox' });
    takesAnother(bench, 'in');
    judge(bench, 'out and in');
  });

  test('another acceptor in its place begins to count anew, and nothing of before it counts again', async () => {
    const old = await inserted(900);
    judge(old, 'the old one');
    const bench = await ready({ memory: old.memory, settings: { serial: '4242' } });
    expect(bench.credited.size).toBe(0);
    expect(bench.facts.filter(({ fact }) => fact === 'coin.counting')).toHaveLength(1);
    bench.insert(100);
    bench.run(1_000);
    judge(bench, 'the new one');
    expect([...bench.credited.keys()].filter((key) => old.credited.has(key))).toEqual([]);
  });

  test('reads are split after every byte and merged to every length', async () => {
    for (let bytes = 1; bytes <= 32; bytes++) {
      for (const reading of [{ split: bytes }, { merged: bytes }]) {
        const bench = await ready({ reading });
        bench.insert(50);
        bench.run(1_500);
        judge(bench, JSON.stringify(reading));
        expect(bench.credited.size, JSON.stringify(reading)).toBe(1);
      }
    }
  });

  test('before each frame every single byte, and each frame twice', async () => {
    for (let byte = 0; byte < 256; byte += 3) {
      const bench = await ready({ line: (frame) => Uint8Array.from([byte, ...frame]) });
      bench.insert(50);
      bench.run(2_500);
      judge(bench, `byte ${byte}`);
      expect(bench.credited.size, `byte ${byte}`).toBe(1);
    }
    const bench = await ready({ line: (frame) => Uint8Array.from([...frame, ...frame]) });
    bench.insert(50);
    bench.run(2_500);
    judge(bench, 'twice');
  });

  test.each(['the question', 'the answer'])('%s of each message around a coin is lost', async (which) => {
    for (let nth = 0; nth < 12; nth++) {
      let count = Number.NEGATIVE_INFINITY;
      const bench = await ready({
        asks: (frame) => {
          count++;
          return which === 'the question' && count === nth ? null : frame;
        },
        line: (frame) => (which === 'the answer' && count === nth ? null : frame),
      });
      bench.insert(50);
      count = -1;
      bench.run(6_000);
      judge(bench, `${which} ${nth}`);
      expect(count).toBeGreaterThan(nth);
    }
  });

  test('a bit turns over now and then', async () => {
    let frames = 0;
    const bench = await ready({
      line: (frame) => {
        frames++;
        if (frames % 7 !== 0) return frame;
        const bytes = frame.slice();
        bytes[frames % bytes.length] = (bytes[frames % bytes.length] as number) ^ (1 << (frames % 8));
        return bytes;
      },
    });
    for (let coin = 0; coin < 20; coin++) {
      bench.insert(COINS[coin % 3] as number);
      bench.run(900);
    }
    bench.run(5_000);
    judge(bench, 'twenty coins');
    expect(bench.fell().length).toBeGreaterThan(10);
  });

  for (const value of ['repeat', 'late', 'noise']) {
    test(`answers that misbehave (${value}) credit each coin once`, async () => {
      const bench = await inserted(900);
      bench.act({ action: 'misbehave', value });
      for (let coin = 0; coin < 20; coin++) {
        bench.insert(COINS[coin % 3] as number);
        bench.run(900);
      }
      bench.act({ action: 'misbehave', value: 'off' });
      bench.run(20_000);
      judge(bench, value);
      expect(bench.fell().length).toBeGreaterThan(5);
      takesAnother(bench, value);
    });
  }
});
