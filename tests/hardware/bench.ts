/** A simulated acceptor, a Link and the smallest possible kiosk on one virtual clock, for the conformance tests. */
import { protocolNamed } from '../../hardware/catalog.ts';
import { VirtualClock } from '../../hardware/clock.ts';
import type { DeviceFact, DeviceMemory } from '../../hardware/device.ts';
import { Link } from '../../hardware/link.ts';
import { noProbe, type Port, type PortListener, type Probe } from '../../hardware/port.ts';
import type { HandAction, Simulator, SimulatorEvent } from '../../hardware/simulated.ts';

/** How the line hands on what the device says. */
export type Reading = 'whole' | 'split' | 'merged';

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
  run(ms: number): void;
  /** Until a fact of this name has come (again), at most `ms`. */
  until(fact: DeviceFact['fact'], ms: number): void;
  names(): readonly string[];
  find<Name extends DeviceFact['fact']>(name: Name): readonly (DeviceFact & { fact: Name })[];
  unplug(): void;
  plug(): void;
  /** The daemon dies and a new one starts from what was recorded. */
  restart(): void;
  boxMinor(): number;
}

export async function benchOf(protocol: string, reading: Reading = 'whole', probe: Probe = noProbe): Promise<Bench> {
  const { driver: door, simulator: load } = protocolNamed(protocol);
  const { simulate } = await load();
  const clock = new VirtualClock(Date.UTC(2026, 0, 5));
  const facts: DeviceFact[] = [];
  const events: SimulatorEvent[] = [];
  const sent: string[] = [];
  let listener: PortListener | null = null;
  let plugged = true;
  let random = 1;
  let held: Uint8Array[] = [];
  const deliver = (bytes: Uint8Array): void => {
    if (reading === 'whole') listener?.received(bytes);
    else if (reading === 'split') for (const byte of bytes) listener?.received(Uint8Array.of(byte));
    else {
      held.push(bytes);
      clock.after(20, () => {
        const all = Uint8Array.from(held.flatMap((each) => [...each]));
        held = [];
        if (all.length > 0) listener?.received(all);
      });
    }
  };
  const simulator = simulate({
    clock,
    speed: 1,
    random: () => {
      random = (random * 16807) % 2147483647;
      return random / 2147483647;
    },
    settings: {},
    send: (bytes) => {
      if (plugged) deliver(bytes);
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
  let orders = 0;
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
    const id = `order-${++orders}`;
    const { currency, minor } = fact;
    if (bench.decide === 'stack') {
      bench.memory = { ...bench.memory, lastStack: { command: id, open: true, currency, minor } };
      bench.link.obey({ id, device: 'acceptor', command: 'note.stack', currency, minor });
    } else if (bench.decide === 'return') bench.link.obey({ id, device: 'acceptor', command: 'note.return' });
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
    memory: { lastStack: null, openPrints: [] },
    link: undefined as unknown as Link,
    act(action) {
      const result = simulator.act(action);
      if (!result.ok) throw new Error(`${action.action}: ${result.reason}`);
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
      const box = simulator.units().find(({ unit }) => unit === 'box');
      return (box?.cash ?? []).reduce((sum, { minor, count }) => sum + minor * count, 0);
    },
  };
  bench.link = start();
  return bench;
}
