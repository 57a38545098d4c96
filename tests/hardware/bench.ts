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

/** One device on a line of its own: its protocol, what its driver is told, and what its machine is set to beside that. */
export interface LineUp {
  readonly protocol: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly machine?: Readonly<Record<string, string>>;
  /** Denominations that a recycler keeps to pay out. */
  readonly recycle?: readonly number[];
  /** The same driver and machine as another line-up's but for a setting: tried at a part of all moments and bytes. */
  readonly sampled?: true;
}

const NOTES: readonly number[] = [100, 500, 1000, 2000, 5000, 10000];
const billSettings = { device: 'bill', countries: { CN: 'CNY' } };

/** What the catalog knows by itself, and every further device and width of a protocol that takes notes. */
const lineUps: Readonly<Record<string, LineUp>> = {
  ...Object.fromEntries(
    Object.entries(protocols)
      .filter(([, { driver }]) => acceptsNotes(driver.kindOf(driver.labSettings)))
      .map(([protocol, { driver }]) => [protocol, { protocol, settings: driver.labSettings }]),
  ),
  'ssp encrypted': { protocol: 'ssp', settings: { encryption: 'required' }, sampled: true },
  'ssp nv11 to the box': { protocol: 'ssp', settings: { model: 'nv11' }, sampled: true },
  'ssp nv11 to the recycler': { protocol: 'ssp', settings: { model: 'nv11' }, recycle: NOTES, sampled: true },
  'ssp smart-payout to the box': { protocol: 'ssp', settings: { model: 'smart-payout' }, sampled: true },
  'ssp smart-payout to the recycler': {
    protocol: 'ssp',
    settings: { model: 'smart-payout' },
    recycle: NOTES,
    sampled: true,
  },
  'cctalk bill with echo, sum': { protocol: 'cctalk', settings: billSettings, machine: { echo: 'on' } },
  'cctalk bill without echo, sum': {
    protocol: 'cctalk',
    settings: billSettings,
    machine: { echo: 'off' },
    sampled: true,
  },
  'cctalk bill with echo, crc': {
    protocol: 'cctalk',
    settings: { ...billSettings, checksum: 'crc' },
    machine: { echo: 'on' },
    sampled: true,
  },
  'cctalk bill without echo, crc': {
    protocol: 'cctalk',
    settings: { ...billSettings, checksum: 'crc' },
    machine: { echo: 'off' },
    sampled: true,
  },
  'ccnet bill-to-bill to the box': { protocol: 'ccnet', settings: { model: 'bill-to-bill' }, sampled: true },
  'ccnet bill-to-bill to the recycler': {
    protocol: 'ccnet',
    settings: { model: 'bill-to-bill' },
    recycle: NOTES,
    sampled: true,
  },
};

/** Names of all line-ups that take notes. */
export const acceptors: readonly string[] = Object.keys(lineUps);

export function lineUpOf(name: string): LineUp {
  const found = lineUps[name];
  if (found === undefined) throw new RangeError(`there is no line-up "${name}"`);
  return found;
}

/** How the line hands on what the device says: `split` after so many bytes of each frame, `merged` into reads of so many. */
export type Reading = 'whole' | { readonly split: number } | { readonly merged: number };

/** Longer than any device waits of itself: what has not happened by then follows from nothing. */
const QUIET_MS = 6_000;
/** How long a read that is not full waits for more. */
const MERGE_MS = 10;
/** The second half of what is split comes so much later. */
const SPLIT_MS = 3;

export interface WireParts {
  readonly reading?: Reading;
  /** What the machine's frame becomes on the line; null: it is lost. */
  readonly line?: (frame: Uint8Array) => Uint8Array | null;
  /** What the host's frame becomes; null: it is lost. */
  readonly asks?: (frame: Uint8Array) => Uint8Array | null;
  /** Of the machine, beside those of its line-up. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly emit?: (event: SimulatorEvent) => void;
}

export interface Wire {
  readonly clock: VirtualClock;
  readonly simulator: Simulator;
  readonly events: SimulatorEvent[];
  /** Frames out, hex. */
  readonly sent: string[];
  readonly port: Port;
  act(action: HandAction): void;
  unplug(): void;
  plug(): void;
  /** The bytes go to the driver as if the machine had sent them. */
  inject(bytes: Uint8Array): void;
}

/** A machine of its protocol at the other end of a port, on virtual time. */
export async function wireTo({ protocol, settings, machine }: LineUp, parts: WireParts = {}): Promise<Wire> {
  const { reading = 'whole', line = (frame) => frame, asks = (frame) => frame, emit = () => {} } = parts;
  const { driver: door, simulator: load } = protocolNamed(protocol);
  const { simulate } = await load();
  const clock = new VirtualClock(Date.UTC(2026, 0, 5));
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
      // What came before is never overtaken.
      flush();
      listener?.received(bytes.slice(0, reading.split));
      held.push(...bytes.slice(reading.split));
      clock.after(SPLIT_MS, flush);
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
    settings: { ...door.simulatorSettings?.(settings), ...machine, ...parts.settings },
    send: (bytes) => {
      const frame = plugged ? line(bytes) : null;
      if (frame !== null) deliver(frame);
    },
    emit: (event) => {
      events.push(event);
      emit(event);
    },
  });
  const port: Port = {
    name: 'simulated',
    open(next) {
      if (!plugged) return next.closed({ code: 'missing', message: 'there is no such port' });
      held.length = 0;
      listener = next;
      next.opened();
    },
    send(bytes, done) {
      sent.push(Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' '));
      const frame = plugged ? asks(bytes) : null;
      if (frame !== null) simulator.receive(frame);
      done?.();
    },
    close() {
      const open = listener;
      listener = null;
      open?.closed({ code: 'closed', message: 'closed' });
    },
  };
  return {
    clock,
    simulator,
    events,
    sent,
    port,
    act(action) {
      const result = simulator.act(action);
      if (!result.ok) throw new Error(`${action.action}: ${result.reason}`);
    },
    unplug() {
      plugged = false;
      const open = listener;
      listener = null;
      open?.closed({ code: 'lost', message: 'unplugged' });
    },
    plug() {
      plugged = true;
    },
    inject: (bytes) => listener?.received(bytes),
  };
}

/** Bytes for keys: always the same, and not all alike. */
export function seededChance(seed: number): (bytes: number) => Uint8Array {
  return (bytes) => Uint8Array.from({ length: bytes }, (_, at) => (at * 37 + seed * 101 + 5) & 0xff);
}

export interface BenchParts extends WireParts {
  readonly probe?: Probe;
}

export interface Bench extends Wire {
  readonly facts: DeviceFact[];
  accept: readonly number[];
  /** What the kiosk does with a note in escrow. */
  decide: 'stack' | 'return' | 'wait';
  record: boolean;
  memory: DeviceMemory;
  link: Link;
  /** What may be taken now. */
  maintain(accept: readonly number[]): void;
  /** The kiosk orders this note in. */
  stack(note: Denomination): void;
  run(ms: number): void;
  /** Until the machine is ready and nothing has happened for a while, at most `ms`. */
  rest(ms: number): void;
  /** Until a fact of this name has come (again), at most `ms`. */
  until(fact: DeviceFact['fact'], ms: number): void;
  names(): readonly string[];
  find<Name extends DeviceFact['fact']>(name: Name): readonly (DeviceFact & { fact: Name })[];
  /** The daemon dies and a new one starts from what was recorded. */
  restart(): void;
  /** All that was ever put into a cash box, also one that was taken out since, and what lies in a recycler. */
  boxMinor(): number;
  /** All that was credited: each key once, and where a power-up found the note of an order. */
  creditMinor(): number;
}

export async function benchOf(name: string, parts: BenchParts = {}): Promise<Bench> {
  const { probe = noProbe } = parts;
  const lineUp = lineUpOf(name);
  const { driver: door } = protocolNamed(lineUp.protocol);
  const wire = await wireTo(lineUp, parts);
  const { clock, simulator, events, port } = wire;
  const facts: DeviceFact[] = [];
  /** Minor units by order. */
  const ordered = new Map<string, number>();
  let life = 0;
  const start = (): Link => {
    const mine = ++life;
    return new Link({
      port,
      clock,
      probe,
      chance: seededChance(mine),
      drivers: [
        {
          id: 'acceptor',
          driver: door.createDriver({ device: 'acceptor', settings: lineUp.settings }),
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
    if (fact.fact === 'device.ready') bench.maintain(bench.accept);
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
    ...wire,
    facts,
    accept: NOTES,
    decide: 'stack',
    record: true,
    memory: emptyMemory,
    link: undefined as unknown as Link,
    maintain(accept) {
      const { recycle } = lineUp;
      bench.link.maintain('acceptor', { accept, ...(recycle === undefined ? {} : { recycle }) });
    },
    stack({ currency, minor }) {
      const id = `order-${ordered.size + 1}`;
      ordered.set(id, minor);
      bench.memory = { ...bench.memory, lastStack: { command: id, open: true, currency, minor } };
      bench.link.obey({ id, device: 'acceptor', command: 'note.stack', currency, minor });
    },
    run: (ms) => clock.runUntil(clock.monoMs() + ms),
    rest(ms) {
      const endMs = clock.monoMs() + ms;
      let seen = '';
      let sinceMs = clock.monoMs();
      while (clock.monoMs() < endMs && clock.monoMs() - sinceMs < QUIET_MS) {
        clock.runUntil(Math.min(endMs, clock.monoMs() + 500));
        const last = facts.findLast(({ fact }) => fact === 'device.lost' || fact === 'device.ready');
        const busy = last?.fact !== 'device.ready' || bench.memory.lastStack?.open === true;
        const now = busy ? '' : `${facts.length} ${events.length} ${simulator.faults().join()}`;
        if (now === '' || now !== seen) sinceMs = clock.monoMs();
        seen = now;
      }
    },
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
    restart() {
      life++;
      bench.link.close();
      bench.link = start();
    },
    boxMinor() {
      const sum = (cash: UnitCash['cash']) => cash.reduce((all, { minor, count }) => all + minor * count, 0);
      const taken = events.filter(({ event }) => event === 'cashbox.removed');
      const kept = simulator.units().filter(({ unit }) => unit === 'box' || unit === 'recycler');
      return (
        kept.reduce((all, { cash }) => all + sum(cash), 0) +
        taken.reduce((all, { cash }) => all + sum(cash as UnitCash['cash']), 0)
      );
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
  };
  bench.link = start();
  return bench;
}
