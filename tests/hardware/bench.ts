/** A simulated acceptor, a Link and the smallest possible kiosk on one virtual clock, for the conformance tests. */
import { protocolNamed, protocols } from '../../hardware/catalog.ts';
import { VirtualClock } from '../../hardware/clock.ts';
import {
  acceptsNotes,
  type Denomination,
  type DeviceFact,
  type DeviceMemory,
  emptyMemory,
} from '../../hardware/device.ts';
import { Link } from '../../hardware/link.ts';
import { noProbe, type Port, type PortListener, type Probe } from '../../hardware/port.ts';
import type { HandAction, Simulator, SimulatorEvent, UnitCash } from '../../hardware/simulated.ts';

/** Every protocol of the catalog whose device takes notes. */
export const acceptors: readonly string[] = Object.entries(protocols)
  .filter(([, { driver }]) => acceptsNotes(driver.kindOf(driver.labSettings)))
  .map(([name]) => name);

/** How the line hands on what the device says: `split` after so many bytes of each frame, `merged` into reads of so many. */
export type Reading = 'whole' | { readonly split: number } | { readonly merged: number };

export interface BenchParts {
  readonly reading?: Reading;
  readonly probe?: Probe;
  /** Of the machine. */
  readonly settings?: Readonly<Record<string, string>>;
  /** What the machine's frame becomes on the line. */
  readonly line?: (frame: Uint8Array) => Uint8Array;
}

/** How long a read that is not full waits for more. */
const MERGE_MS = 10;

export interface Bench {
  readonly clock: VirtualClock;
  readonly simulator: Simulator;
  readonly facts: DeviceFact[];
  readonly events: SimulatorEvent[];
  /** Frames out, hex, with time. */
  readonly sent: string[];
  accept: readonly number[];
  /** What the kiosk does with a note in escrow. */
  decide: 'stack' | 'return' | 'wait';
  record: boolean;
  memory: DeviceMemory;
  link: Link;
  act(action: HandAction): void;
  /** The kiosk orders this note into the box. */
  stack(note: Denomination): void;
  run(ms: number): void;
  /** Until a fact of this name has come (again), at most `ms`. */
  until(fact: DeviceFact['fact'], ms: number): void;
  names(): readonly string[];
  find<Name extends DeviceFact['fact']>(name: Name): readonly (DeviceFact & { fact: Name })[];
  unplug(): void;
  plug(): void;
  /** The daemon dies and a new one starts from what was recorded. */
  restart(): void;
  /** All that was ever put into a cash box, also one that was taken out since. */
  boxMinor(): number;
  /** All that was credited: each key once, and where a power-up found the note of an order. */
  creditMinor(): number;
  /** The bytes go to the driver as if the machine had sent them. */
  inject(bytes: Uint8Array): void;
}

export async function benchOf(protocol: string, parts: BenchParts = {}): Promise<Bench> {
  const { reading = 'whole', probe = noProbe, settings = {}, line = (frame) => frame } = parts;
  const { driver: door, simulator: load } = protocolNamed(protocol);
  const { simulate } = await load();
  const clock = new VirtualClock(Date.UTC(2026, 0, 5));
  const facts: DeviceFact[] = [];
  const events: SimulatorEvent[] = [];
  const sent: string[] = [];
  let listener: PortListener | null = null;
  let plugged = true;
  let random = 1;
  const held: number[] = [];
  const flush = (): void => {
    if (held.length > 0) listener?.received(Uint8Array.from(held.splice(0)));
  };
  const deliver = (bytes: Uint8Array): void => {
    if (reading === 'whole') listener?.received(bytes);
    else if ('split' in reading) {
      listener?.received(bytes.slice(0, reading.split));
      const rest = bytes.slice(reading.split);
      if (rest.length > 0) clock.after(3, () => listener?.received(rest));
    } else {
      for (const byte of bytes) {
        held.push(byte);
        if (held.length >= reading.merged) flush();
      }
      clock.after(MERGE_MS, flush);
    }
  };
  const simulator = simulate({
    clock,
    speed: 1,
    random: () => {
      random = (random * 16807) % 2147483647;
      return random / 2147483647;
    },
    settings,
    send: (bytes) => {
      if (plugged) deliver(line(bytes));
    },
    emit: (event) => events.push(event),
  });
  const port: Port = {
    name: 'simulated',
    open(next) {
      if (!plugged) return next.closed({ code: 'missing', message: 'there is no such port' });
      listener = next;
      next.opened();
    },
    send(bytes, done) {
      sent.push(Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' '));
      if (plugged) simulator.receive(bytes);
      done?.();
    },
    close() {
      const open = listener;
      listener = null;
      open?.closed({ code: 'closed', message: 'closed' });
    },
  };
  /** Minor units by order. */
  const ordered = new Map<string, number>();
  let life = 0;
  const start = (): Link => {
    const mine = ++life;
    return new Link({
      port,
      clock,
      probe,
      chance: (bytes) => new Uint8Array(bytes),
      drivers: [
        {
          id: 'acceptor',
          driver: door.createDriver({ device: 'acceptor', settings: door.labSettings }),
          moneyMessages: door.moneyMessages,
          memory: () => bench.memory,
        },
      ],
      onFact(fact) {
        if (mine === life) onFact(fact);
      },
    });
  };
  const onFact = (fact: DeviceFact): void => {
    facts.push(fact);
    const open = bench.memory.lastStack;
    const ends = 'command' in fact && open !== null && fact.command === open.command;
    if (ends && bench.record) bench.memory = { ...bench.memory, lastStack: { ...open, open: false } };
    if (fact.fact === 'device.ready') bench.link.maintain('acceptor', { accept: bench.accept });
    if ('key' in fact && bench.record) bench.link.recorded('acceptor', fact.key);
    if (fact.fact !== 'note.escrowed') return;
    if (bench.decide === 'stack') bench.stack(fact);
    else if (bench.decide === 'return') {
      const id = `order-${ordered.size + 1}`;
      ordered.set(id, 0);
      bench.link.obey({ id, device: 'acceptor', command: 'note.return' });
    }
  };
  const bench: Bench = {
    clock,
    simulator,
    facts,
    events,
    sent,
    accept: [100, 500, 1000, 2000, 5000, 10000],
    decide: 'stack',
    record: true,
    memory: emptyMemory,
    link: undefined as unknown as Link,
    act(action) {
      const result = simulator.act(action);
      if (!result.ok) throw new Error(`${action.action}: ${result.reason}`);
    },
    stack({ currency, minor }) {
      const id = `order-${ordered.size + 1}`;
      ordered.set(id, minor);
      bench.memory = { ...bench.memory, lastStack: { command: id, open: true, currency, minor } };
      bench.link.obey({ id, device: 'acceptor', command: 'note.stack', currency, minor });
    },
    run: (ms) => clock.runUntil(clock.monoMs() + ms),
    until(name, ms) {
      const before = facts.filter(({ fact }) => fact === name).length;
      const endMs = clock.monoMs() + ms;
      while (facts.filter(({ fact }) => fact === name).length === before) {
        if (clock.monoMs() >= endMs) throw new Error(`no ${name} within ${ms} ms; seen: ${bench.names().join(' ')}`);
        clock.runUntil(clock.monoMs() + 1);
      }
    },
    names: () => facts.map(({ fact }) => fact),
    find: <Name extends DeviceFact['fact']>(name: Name) =>
      facts.filter((fact): fact is DeviceFact & { fact: Name } => fact.fact === name),
    unplug() {
      plugged = false;
      const open = listener;
      listener = null;
      open?.closed({ code: 'lost', message: 'unplugged' });
    },
    plug() {
      plugged = true;
    },
    restart() {
      life++;
      bench.link.close();
      bench.link = start();
    },
    boxMinor() {
      const sum = (cash: UnitCash['cash']) => cash.reduce((all, { minor, count }) => all + minor * count, 0);
      const taken = events.filter(({ event }) => event === 'cashbox.removed');
      const box = simulator.units().find(({ unit }) => unit === 'box');
      return sum(box?.cash ?? []) + taken.reduce((all, { cash }) => all + sum(cash as UnitCash['cash']), 0);
    },
    creditMinor() {
      const credits = new Map<string, number>();
      for (const fact of facts) {
        if (fact.fact === 'note.stacked') credits.set(fact.key, fact.minor);
        else if (fact.fact === 'device.powered-up' && fact.found === 'stacker' && !credits.has(fact.key))
          credits.set(fact.key, ordered.get(fact.command ?? '') ?? 0);
      }
      return [...credits.values()].reduce((sum, minor) => sum + minor, 0);
    },
    inject: (bytes) => listener?.received(bytes),
  };
  bench.link = start();
  return bench;
}
