/**
 * A simulated device that pays out, a Link and the part that the kiosk plays for it, on one virtual clock: what it records,
 * what it remembers for the next start, and a customer who takes what comes.
 */
import { protocolNamed } from '../../hardware/catalog.ts';
import { type DeviceFact, type DeviceMemory, emptyMemory, type Pieces } from '../../hardware/device.ts';
import { Link } from '../../hardware/link.ts';
import type { Boundary } from '../../hardware/port.ts';
import type { HandAction, UnitName } from '../../hardware/simulated.ts';
import { type LineUp, seededChance, type Wire, type WireParts, wireTo } from './bench.ts';

const CURRENCY = 'CNY';
const DEVICE = 'payer';
const FIRST = 'order-1';
/** How often a customer's hand comes by. */
const HAND_MS = 100;
/** Longer than any driver waits of itself before it looks again. */
const QUIET_MS = 6_000;

export interface PayoutLineUp extends LineUp {
  /** What the cases order; the last one leaves last. */
  readonly order: readonly Pieces[];
  readonly jam: HandAction;
  /** A note that was stopped on its way out ends in the box, by a hand or at the next power-up, and one event alone tells so. */
  readonly putsAway?: true;
  /** It says once of each piece that it is out: after a break behind that nobody can tell. */
  readonly saysOnce?: true;
  /**
   * It says when an order is over, and never how much that was: nobody can tell of one that a loss of power or a hand ended
   * under way, nor of one that it could not fulfil.
   */
  readonly saysNoSums?: true;
  /** Where the money lies that it pays. */
  readonly store: UnitName;
  /** What it does when it is to empty itself but for a float: why it refuses, where it cannot. */
  readonly float: string;
}

const hopper = { device: 'hopper', countries: { CN: 'CNY' }, currency: CURRENCY, minor: 100 };
const fiveCoins = {
  order: [{ minor: 100, count: 5 }],
  store: 'hopper',
  jam: { action: 'jam hopper' },
  float: 'not-for-a-hopper',
} as const;
const count = '20';

export const payers: Readonly<Record<string, PayoutLineUp>> = {
  'cctalk hopper flow': { protocol: 'cctalk', settings: hopper, machine: { model: 'flow', count }, ...fiveCoins },
  'cctalk hopper flow without echo, crc': {
    protocol: 'cctalk',
    settings: { ...hopper, checksum: 'crc', method: 'cipher' },
    machine: { model: 'flow', method: 'cipher', echo: 'off', count },
    ...fiveCoins,
    sampled: true,
  },
  'cctalk hopper sch2': { protocol: 'cctalk', settings: hopper, machine: { model: 'sch2', count }, ...fiveCoins },
  'ssp smart-hopper': {
    protocol: 'ssp',
    settings: { model: 'smart-hopper' },
    machine: { count },
    order: [
      { minor: 100, count: 3 },
      { minor: 10, count: 2 },
    ],
    store: 'hopper',
    float: 'leaves it',
    jam: { action: 'jam hopper' },
  },
  'ssp smart-payout': {
    protocol: 'ssp',
    settings: { model: 'smart-payout' },
    machine: { count: '3' },
    order: [
      { minor: 2000, count: 2 },
      { minor: 500, count: 1 },
    ],
    store: 'recycler',
    float: 'leaves it',
    jam: { action: 'jam' },
    putsAway: true,
  },
  'ssp nv11': {
    protocol: 'ssp',
    settings: { model: 'nv11' },
    machine: { count: '4' },
    order: [{ minor: 10_000, count: 3 }],
    store: 'recycler',
    float: 'cannot-leave-a-float',
    jam: { action: 'jam' },
    putsAway: true,
    saysOnce: true,
  },
  'ccnet bill-to-bill': {
    protocol: 'ccnet',
    settings: { model: 'bill-to-bill' },
    machine: { count: '4' },
    order: [
      { minor: 2000, count: 2 },
      { minor: 500, count: 1 },
    ],
    store: 'recycler',
    float: 'leaves it',
    jam: { action: 'jam' },
    putsAway: true,
    saysNoSums: true,
  },
};

export interface PayoutParts extends WireParts {
  /** What an earlier life recorded. */
  readonly memory?: DeviceMemory;
}

/** Thrown by the probe where the process is to die. */
class Death extends Error {}

export type Outcome = 'payout.done' | 'payout.partial' | 'payout.unknown' | 'command.refused';
export type Ending = Extract<DeviceFact, { readonly fact: Outcome }>;

const outcomes: ReadonlySet<DeviceFact['fact']> = new Set<Outcome>([
  'payout.done',
  'payout.partial',
  'payout.unknown',
  'command.refused',
]);

export interface PayoutBench extends Wire {
  readonly lineUp: PayoutLineUp;
  readonly facts: DeviceFact[];
  /** Those of them that the kiosk has on record. */
  readonly recorded: DeviceFact[];
  /** What must never be, seen while it happened. */
  readonly wrongs: string[];
  memory: DeviceMemory;
  record: boolean;
  /** Whether the customer takes what is held out to him. */
  takes: boolean;
  /** The process dies there, once: `b5 pay`. */
  dieAt: string | null;
  readonly boundaries: Set<string>;
  link: Link;
  /** Orders these pieces, or the line-up's own, under this id. */
  order(pieces?: readonly Pieces[], id?: string): void;
  run(ms: number): void;
  /** Until the machine is ready, its order ended and nothing has happened for a while, at most `ms`. */
  rest(ms: number): void;
  until(fact: DeviceFact['fact'], ms: number): void;
  find<Name extends DeviceFact['fact']>(name: Name): readonly (DeviceFact & { fact: Name })[];
  restart(): void;
  /** Everything that the customer holds or can take, piece by piece. */
  paid(): ReadonlyMap<number, number>;
  /** How the order ended by the record, each key once. */
  ends(id?: string): readonly Ending[];
  pieces(unit: UnitName): ReadonlyMap<number, number>;
}

export function sumOf(pieces: ReadonlyMap<number, number>): number {
  return [...pieces].reduce((sum, [minor, number]) => sum + minor * number, 0);
}

export async function payoutBenchOf(lineUp: PayoutLineUp, parts: PayoutParts = {}): Promise<PayoutBench> {
  const { driver: door } = protocolNamed(lineUp.protocol);
  const facts: DeviceFact[] = [];
  const recorded: DeviceFact[] = [];
  const wrongs: string[] = [];
  const wire = await wireTo(lineUp, {
    ...parts,
    emit(event) {
      parts.emit?.(event);
      if (event.event === 'cash.dispensed' && bench.memory.lastPayout?.starting !== true)
        wrongs.push('money leaves before payout.starting is recorded');
    },
  });
  const { clock, simulator } = wire;
  let life = 0;
  /** Of this life of the driver and of this order. */
  let progress = 0;

  function start(): Link {
    const mine = ++life;
    progress = 0;
    return new Link({
      port: wire.port,
      clock,
      probe: mine === 1 ? probe : () => {},
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

  function probe(boundary: Boundary, what: string): void {
    const place = `${boundary} ${what}`;
    bench.boundaries.add(place);
    if (bench.dieAt !== place) return;
    bench.dieAt = null;
    throw new Death(place);
  }

  function onFact(fact: DeviceFact): void {
    facts.push(fact);
    if (fact.fact === 'payout.progress') watch(fact.paid.minor);
    if (bench.record) {
      recorded.push(fact);
      remember(fact);
    }
    if (fact.fact === 'device.ready') bench.link.maintain(DEVICE, { accept: [], recycle: [] });
    if (bench.record && 'key' in fact) bench.link.recorded(DEVICE, fact.key);
  }

  /** What is told while it pays only grows, and is never more than what left. */
  function watch(minor: number): void {
    if (minor < progress) wrongs.push(`progress went back from ${progress} to ${minor}`);
    progress = minor;
    const truth = sumOf(bench.paid());
    if (minor > truth) wrongs.push(`progress says ${minor} when ${truth} had left`);
  }

  function remember(fact: DeviceFact): void {
    if ('counters' in fact) bench.memory = { ...bench.memory, counters: fact.counters ?? bench.memory.counters };
    const { lastPayout } = bench.memory;
    if (!('command' in fact) || lastPayout?.command !== fact.command) return;
    const starting = lastPayout.starting || fact.fact === 'payout.starting';
    const open = lastPayout.open && !outcomes.has(fact.fact);
    bench.memory = { ...bench.memory, lastPayout: { ...lastPayout, starting, open } };
  }

  function pieces(...units: readonly UnitName[]): ReadonlyMap<number, number> {
    const all = new Map<number, number>();
    for (const { unit, cash } of simulator.units()) {
      if (!units.includes(unit)) continue;
      for (const { minor, count: number } of cash) all.set(minor, (all.get(minor) ?? 0) + number);
    }
    return all;
  }

  function step(ms: number): void {
    const endMs = clock.monoMs() + ms;
    try {
      clock.runUntil(endMs);
    } catch (error) {
      if (!(error instanceof Death)) throw error;
      bench.restart();
      clock.runUntil(endMs);
    }
    if (bench.takes) simulator.act({ action: 'take' });
  }

  const bench: PayoutBench = {
    ...wire,
    lineUp,
    facts,
    recorded,
    wrongs,
    memory: parts.memory ?? emptyMemory,
    record: true,
    takes: true,
    dieAt: null,
    boundaries: new Set(),
    link: undefined as unknown as Link,
    order(ordered = lineUp.order, id = FIRST) {
      progress = 0;
      const lastPayout = { command: id, currency: CURRENCY, pieces: ordered, open: true, starting: false };
      bench.memory = { ...bench.memory, lastPayout };
      bench.link.obey({ id, device: DEVICE, command: 'cash.dispense', currency: CURRENCY, pieces: ordered });
    },
    run(ms) {
      const endMs = clock.monoMs() + ms;
      while (clock.monoMs() < endMs) step(Math.min(HAND_MS, endMs - clock.monoMs()));
    },
    rest(ms) {
      const endMs = clock.monoMs() + ms;
      let seen = '';
      let sinceMs = clock.monoMs();
      while (clock.monoMs() < endMs && clock.monoMs() - sinceMs < QUIET_MS) {
        bench.run(500);
        const last = facts.findLast(({ fact }) => fact === 'device.lost' || fact === 'device.ready');
        const busy = last?.fact !== 'device.ready' || bench.memory.lastPayout?.open === true;
        const now = busy ? '' : `${facts.length} ${sumOf(bench.paid())}`;
        if (now === '' || now !== seen) sinceMs = clock.monoMs();
        seen = now;
      }
    },
    until(name, ms) {
      const before = facts.filter(({ fact }) => fact === name).length;
      const endMs = clock.monoMs() + ms;
      while (facts.filter(({ fact }) => fact === name).length === before) {
        if (clock.monoMs() >= endMs)
          throw new Error(`no ${name} within ${ms} ms; seen: ${facts.map(({ fact }) => fact).join(' ')}`);
        step(5);
      }
    },
    find: <Name extends DeviceFact['fact']>(name: Name) =>
      facts.filter((fact): fact is DeviceFact & { fact: Name } => fact.fact === name),
    restart() {
      life++;
      bench.link.close();
      bench.link = start();
    },
    paid: () => pieces('customer', 'cup', 'bezel', 'slot'),
    ends(id = FIRST) {
      const ends = new Map<string, Ending>();
      for (const fact of recorded) {
        if (!isEnding(fact) || fact.command !== id) continue;
        ends.set('key' in fact ? fact.key : `refused ${ends.size}`, fact);
      }
      return [...ends.values()];
    },
    pieces,
  };
  bench.link = start();
  return bench;
}

function isEnding(fact: DeviceFact): fact is Ending {
  return outcomes.has(fact.fact);
}
