/** Every simulated device of a configuration in one cabinet, and one numbered stream of what happens in it. */
import { resolve } from 'node:path';
import { protocolNamed } from '../catalog.ts';
import type { Clock } from '../clock.ts';
import type { DeviceConfig, DeviceKind } from '../device.ts';
import type { HandResult, SimulatorEvent, UnitCash } from '../simulated.ts';
import { type MachineOptions, openStations, type Station, type WireOptions } from './station.ts';
import type { ParsedVerb } from './verbs.ts';

export interface DeviceState {
  readonly id: string;
  readonly protocol: string;
  readonly kind: DeviceKind;
  /** What a host opens; the link of a pseudo-terminal. */
  readonly port: string;
  readonly power: boolean;
  readonly line: boolean;
}

export interface DeviceDetail extends DeviceState {
  /** The pseudo-terminal behind the link; null for TCP and while unplugged. */
  readonly tty: string | null;
  readonly units: readonly UnitCash[];
  readonly printed: readonly object[];
  readonly faults: readonly string[];
  /** Notes of the machine's own table, for a hand to choose from. */
  readonly denominations: readonly { readonly currency: string; readonly minor: number }[];
}

/** One thing that happened, ready for JSON; `number` counts up from 1. */
export interface Happening {
  readonly number: number;
  readonly text: string;
}

export interface CabinetOptions {
  readonly devices: readonly DeviceConfig[];
  /** The data folder: `DATA/` in a device's port. */
  readonly data: string;
  readonly speed: number;
  readonly clock: Clock;
  /** Settings of the simulated machines by device, over those of the configuration. */
  readonly settings: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

type Act = Exclude<ParsedVerb, { readonly type: 'wrong' }>;

export class Cabinet {
  private readonly stations = new Map<string, Station>();
  private readonly watchers = new Set<(happening: Happening) => void>();
  private readonly clock: Clock;
  private happenings = 0;

  private constructor(clock: Clock) {
    this.clock = clock;
  }

  /**
   * Powers every device on; those at the same port share its wire. A device whose port is neither `DATA/…` nor on
   * loopback is a real one and left alone.
   *
   * @throws Error naming the device that cannot be played and why; nothing is left open then.
   */
  static async open(options: CabinetOptions): Promise<Cabinet> {
    const cabinet = new Cabinet(options.clock);
    try {
      for (const id of Object.keys(options.settings)) {
        if (!options.devices.some((device) => device.id === id)) throw new Error(`there is no device ${id} to set`);
      }
      for (const [port, devices] of Map.groupBy(options.devices, (device) => device.port)) {
        const wire = wireOf(port, options.data);
        if (wire !== null) await cabinet.add(devices, wire, options);
      }
      return cabinet;
    } catch (error) {
      cabinet.close();
      throw error;
    }
  }

  private async add(
    devices: readonly DeviceConfig[],
    wire: WireOptions['wire'],
    options: CabinetOptions,
  ): Promise<void> {
    const { clock } = this;
    const machines = await Promise.all(devices.map((device) => this.machine(device, options)));
    const stations = await openStations(machines, { clock, speed: options.speed, wire }).catch((error: Error) => {
      throw new Error(`device ${devices.map(({ id }) => id).join(', ')}: ${error.message}`);
    });
    for (const [at, { id }] of devices.entries()) this.stations.set(id, stations[at] as Station);
  }

  private async machine({ id, protocol, settings }: DeviceConfig, options: CabinetOptions): Promise<MachineOptions> {
    const { driver, simulator } = protocolNamed(protocol);
    const { simulate } = await simulator();
    return {
      simulate,
      settings: { ...driver.simulatorSettings?.(settings), ...options.settings[id] },
      happened: (event) => this.happened({ device: id }, event),
    };
  }

  /** Tells all watchers; also used for what happens at a service. */
  happened(whose: Readonly<Record<string, string>>, event: SimulatorEvent): void {
    if (this.watchers.size === 0) return;
    const at = new Date(this.clock.wallMs()).toISOString();
    const happening = { number: ++this.happenings, text: JSON.stringify({ ...whose, ...event, at }) };
    for (const watcher of this.watchers) watcher(happening);
  }

  /** @returns a function that ends the watching. */
  watch(watcher: (happening: Happening) => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  devices(): readonly DeviceState[] {
    return [...this.stations].map(([id, station]) => stateOf(id, station));
  }

  /** Null when no device has this id. */
  detail(id: string): DeviceDetail | null {
    const station = this.stations.get(id);
    if (station === undefined) return null;
    const { simulator, line } = station;
    return {
      ...stateOf(id, station),
      tty: line.tty,
      units: simulator.units(),
      printed: simulator.printed?.() ?? [],
      faults: simulator.faults(),
      denominations: simulator.denominations ?? [],
    };
  }

  /** What a printer printed and nobody tore off; null when there is none, or no such printer. */
  paper(id: string): Uint8Array | null {
    const bytes = this.stations.get(id)?.simulator.paper?.();
    return bytes === undefined || bytes.length === 0 ? null : bytes;
  }

  async act(id: string, verb: Act): Promise<HandResult> {
    const station = this.stations.get(id);
    return station === undefined ? { ok: false, reason: `there is no device ${id}` } : station.act(verb);
  }

  /** The same act on every device; refused only when no device let it happen. */
  async actOnAll(verb: Act): Promise<HandResult> {
    let reason = 'there is no device';
    let done = false;
    for (const station of this.stations.values()) {
      const result = await station.act(verb);
      if (result.ok) done = true;
      else reason = result.reason;
    }
    return done ? { ok: true } : { ok: false, reason };
  }

  close(): void {
    for (const station of this.stations.values()) station.close();
    this.stations.clear();
    this.watchers.clear();
  }
}

function stateOf(id: string, { simulator, line }: Station): DeviceState {
  const { protocol, kind, power } = simulator;
  return { id, protocol, kind, port: line.port, power, line: line.plugged };
}

function wireOf(port: string, data: string): WireOptions['wire'] | null {
  if (port.startsWith('DATA/')) return { kind: 'pty', link: resolve(data, port.slice('DATA/'.length)) };
  const network = /^(?:127\.0\.0\.1|localhost):(\d{1,5})$/.exec(port);
  return network === null ? null : { kind: 'tcp', port: Number(network[1]) };
}
