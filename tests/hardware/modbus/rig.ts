/** I/O modules on one bus and a virtual clock, with the real driver and Link at the other end; the bus can lose what goes over it. */
import type { CabinetCommand, Lamps } from '../../../hardware/cabinet-io.ts';
import { VirtualClock } from '../../../hardware/clock.ts';
import { type DeviceFact, emptyMemory } from '../../../hardware/device.ts';
import type { Driver } from '../../../hardware/driver.ts';
import { Link } from '../../../hardware/link.ts';
import { frontDoor } from '../../../hardware/modbus/index.ts';
import { simulate } from '../../../hardware/modbus/simulator.ts';
import { noProbe, type Probe, type PortListener } from '../../../hardware/port.ts';
import type { HandAction, Simulator, SimulatorEvent } from '../../../hardware/simulated.ts';

export type Settings = Readonly<Record<string, unknown>>;

export const lab: Settings = frontDoor.labSettings;

export interface RigOptions {
  /** A module for each; the first is the one that is talked about. */
  readonly settings?: readonly Settings[];
  readonly machine?: Readonly<Record<string, string>>;
  readonly openRelays?: readonly string[];
  readonly probe?: Probe;
}

export interface Passing {
  readonly atMs: number;
  readonly from: 'host' | 'device';
  readonly bytes: Uint8Array;
}

/** Unit 1 raises it, with this code of an exception; the CRC is made bit by bit. */
export function excepted(code: number, raised: number): Uint8Array {
  let sum = 0xffff;
  for (const byte of [1, code, raised]) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum & 1) === 1 ? (sum >> 1) ^ 0xa001 : sum >> 1;
  }
  return Uint8Array.of(1, code, raised, sum & 0xff, sum >> 8);
}

export class ModbusRig {
  readonly clock = new VirtualClock(0);
  readonly facts: DeviceFact[] = [];
  readonly events: SimulatorEvent[] = [];
  readonly machines: readonly Simulator[];
  /** Everything that was on the bus, lost or not. */
  readonly passed: Passing[] = [];
  /** What becomes of bytes on the bus: null, they are lost. */
  bus: (passing: Passing) => Uint8Array | null = ({ bytes }) => bytes;
  private listener: PortListener | null = null;
  private plugged = true;
  private link: Link;
  private readonly options: RigOptions;

  constructor(options: RigOptions = {}) {
    this.options = options;
    const all = options.settings ?? [lab];
    let seed = 11;
    this.machines = all.map((settings) =>
      simulate({
        clock: this.clock,
        speed: 1,
        random: () => {
          seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
          return seed / 2_147_483_648;
        },
        settings: { ...frontDoor.simulatorSettings?.(settings), ...options.machine },
        sharesWire: all.length > 1,
        send: (bytes) => {
          const arrives = this.carry('device', bytes);
          if (arrives !== null && this.plugged) this.listener?.received(arrives);
        },
        emit: (event) => this.events.push({ ...event, atMs: this.clock.monoMs() }),
      }),
    );
    this.link = this.connect(options.openRelays ?? [], options.probe ?? noProbe);
  }

  private carry(from: Passing['from'], bytes: Uint8Array): Uint8Array | null {
    const passing = { atMs: this.clock.monoMs(), from, bytes };
    this.passed.push(passing);
    return this.bus(passing);
  }

  private connect(openRelays: readonly string[], probe: Probe): Link {
    return new Link({
      port: {
        name: 'bus',
        open: (listener) => {
          this.listener = listener;
          if (this.plugged) listener.opened();
          else listener.closed({ code: 'missing', message: 'unplugged' });
        },
        send: (bytes, sent) => {
          const arrives = this.carry('host', bytes);
          if (arrives !== null && this.plugged) for (const machine of this.machines) machine.receive(arrives);
          sent?.();
        },
        close: () => {
          this.listener = null;
        },
      },
      clock: this.clock,
      probe,
      chance: (bytes) => new Uint8Array(bytes),
      drivers: (this.options.settings ?? [lab]).map((settings, at) => ({
        id: at === 0 ? 'io' : `io-${at + 1}`,
        driver: frontDoor.createDriver({ device: at === 0 ? 'io' : `io-${at + 1}`, settings }) as Driver<
          unknown,
          unknown
        >,
        moneyMessages: frontDoor.moneyMessages,
        memory: () => ({ ...emptyMemory, openRelays: at === 0 ? openRelays : [] }),
      })),
      onFact: (fact) => this.facts.push(fact),
    });
  }

  get machine(): Simulator {
    return this.machines[0] as Simulator;
  }

  wish(lamps: Lamps): void {
    this.link.maintain('io', { accept: [], lamps });
  }

  /** The daemon is killed and started again; the module knows nothing of it. */
  restart(openRelays: readonly string[]): void {
    this.link.close();
    this.link = this.connect(openRelays, noProbe);
  }

  /** The daemon is killed and not started. */
  kill(): void {
    this.link.close();
  }

  /** Bytes on the bus that no machine of here sent. */
  hear(bytes: Uint8Array): void {
    this.listener?.received(bytes);
  }

  unplug(): void {
    this.plugged = false;
    this.listener?.closed({ code: 'lost', message: 'unplugged' });
  }

  plug(): void {
    this.plugged = true;
  }

  pass(ms: number): void {
    this.clock.runUntil(this.clock.monoMs() + ms);
  }

  /** All is told, and the module is ready. */
  ready(): this {
    this.until(() => this.named('device.ready').length > 0);
    return this;
  }

  until(is: () => boolean, withinMs = 20_000): void {
    const endMs = this.clock.monoMs() + withinMs;
    while (!is()) {
      if (this.clock.monoMs() >= endMs) throw new Error(`not within ${withinMs} ms: ${JSON.stringify(this.facts)}`);
      this.pass(1);
    }
  }

  order(id: string, command: CabinetCommand, device = 'io'): void {
    this.link.obey({ ...command, id, device });
  }

  pulse(id: string, ms = 400): void {
    this.order(id, { command: 'relay.pulse', relay: 'goods', ms });
  }

  act(action: string, more: Omit<HandAction, 'action'> = {}): void {
    const result = this.machine.act({ action, ...more });
    if (!result.ok) throw new Error(`${action}: ${result.reason}`);
  }

  named<Name extends DeviceFact['fact']>(name: Name): readonly (DeviceFact & { readonly fact: Name })[] {
    return this.facts.filter((fact): fact is DeviceFact & { readonly fact: Name } => fact.fact === name);
  }

  /** How the order ended, each time that it did. */
  endings(id: string): readonly DeviceFact[] {
    return this.facts.filter((fact) => 'command' in fact && fact.command === id);
  }

  contacts(): readonly string[] {
    return this.named('contact.changed').map(({ contact, state }) => `${contact} ${state}`);
  }

  /** Each way in which the relay moved in truth, whichever it is. */
  relay(): readonly string[] {
    return this.events.filter(({ event }) => event === 'relay').map(({ state }) => String(state));
  }

  lamp(name: string): readonly string[] {
    return this.events.filter(({ event, lamp }) => event === 'lamp' && lamp === name).map(({ state }) => String(state));
  }
}
