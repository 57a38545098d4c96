/** Every simulated device of a configuration in one cabinet, and one numbered stream of what happens in it. */
import { resolve } from 'node:path';
import { protocolNamed } from '../catalog.ts';
import type { Clock } from '../clock.ts';
import type { Denomination, DeviceConfig, DeviceKind } from '../device.ts';
import type { HandResult, SimulatorEvent, UnitCash } from '../simulated.ts';
import { below, coinOfHopper, coinsInHand, together, withInBox } from './coins.ts';
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
  /** Notes of the machine's own table, coins for its slot or its hopper: for a hand to choose from. */
  readonly denominations: readonly Denomination[];
  /** An acceptor's host lets it take notes or coins now; null for what takes none. */
  readonly enabled: boolean | null;
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
  /** The cabinet as a whole lost or got its power: whatever else stands in it loses it too. */
  readonly supplied?: (on: boolean) => void;
}

type Act = Exclude<ParsedVerb, { readonly type: 'wrong' }>;

export class Cabinet {
  private readonly stations = new Map<string, Station>();
  /** What a hand may hold in front of a machine that does not say itself. */
  private readonly hands = new Map<string, readonly Denomination[]>();
  /** Coin acceptors whose last word was that they take coins. */
  private readonly open = new Set<string>();
  /** Coins that left an acceptor for a hopper that did not take them: they lie by the acceptor's box. */
  private readonly beside = new Map<string, UnitCash['cash']>();
  private readonly watchers = new Set<(happening: Happening) => void>();
  private readonly clock: Clock;
  private readonly supplied: (on: boolean) => void;
  private happenings = 0;
  private supply = true;

  private constructor({ clock, supplied = () => {} }: CabinetOptions) {
    this.clock = clock;
    this.supplied = supplied;
  }

  /**
   * Powers every device on; those at the same port share its wire. A device whose port is neither `DATA/…` nor on
   * loopback is a real one and left alone.
   *
   * @throws Error naming the device that cannot be played and why; nothing is left open then.
   */
  static async open(options: CabinetOptions): Promise<Cabinet> {
    const cabinet = new Cabinet(options);
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

  private async machine(device: DeviceConfig, options: CabinetOptions): Promise<MachineOptions> {
    const { id, protocol } = device;
    const { driver, simulator } = protocolNamed(protocol);
    const { simulate } = await simulator();
    const settings = { ...driver.simulatorSettings?.(device.settings), ...options.settings[id] };
    const coin = coinOfHopper(device);
    this.hands.set(id, coin === null ? coinsInHand(settings) : [coin]);
    return { simulate, settings, happened: (event) => this.within(device, event) };
  }

  /** Something happened to a machine: it is told, and what leaves it for another machine arrives there. */
  private within(device: DeviceConfig, event: SimulatorEvent): void {
    const { id } = device;
    if (event.event === 'enabled') this.open.add(id);
    if (event.event === 'disabled') this.open.delete(id);
    if (event.event === 'coin.accepted' && event.to === null) {
      const to = this.carried(device, event);
      this.happened({ device: id }, { ...event, to });
      const { atMs, currency, minor } = event;
      if (to !== 'box') this.happened({ device: to }, { event: 'coin.caught', atMs, currency, minor, from: id });
      return;
    }
    const more = event.event === 'cashbox.removed' ? this.beside.get(id) : undefined;
    if (more === undefined) this.happened({ device: id }, event);
    else {
      this.beside.delete(id);
      const cash = together((event.cash ?? []) as UnitCash['cash'], more);
      this.happened({ device: id }, { ...event, cash });
    }
  }

  /** A coin falls from a sorter path into the hopper below; where none takes it, to the box. Tells where it lies. */
  private carried(device: DeviceConfig, { path, currency, minor }: SimulatorEvent): string {
    const hopper = below(device, path);
    const coin = { currency: String(currency), minor: Number(minor), count: 1 };
    const fill = { action: 'fill', minor: coin.minor, count: coin.count };
    if (hopper !== null && this.stations.get(hopper)?.simulator.act(fill).ok === true) return hopper;
    this.beside.set(device.id, together(this.beside.get(device.id) ?? [], [coin]));
    return 'box';
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
      units: withInBox(simulator.units(), this.beside.get(id) ?? []),
      printed: simulator.printed?.() ?? [],
      faults: simulator.faults(),
      denominations: simulator.denominations ?? (handlesCoins(simulator.kind) ? (this.hands.get(id) ?? []) : []),
      enabled: simulator.enabled ?? (simulator.kind === 'coin-acceptor' ? this.open.has(id) : null),
    };
  }

  /** What a printer printed and nobody tore off; null when there is none, or no such printer. */
  paper(id: string): Uint8Array | null {
    const bytes = this.stations.get(id)?.simulator.paper?.();
    return bytes === undefined || bytes.length === 0 ? null : bytes;
  }

  async act(id: string, verb: Act): Promise<HandResult> {
    const station = this.stations.get(id);
    if (station === undefined) return { ok: false, reason: `there is no device ${id}` };
    const result = await station.act(verb);
    // There is no power for one device in a cabinet that has none.
    if (result.ok && verb.type === 'hand' && verb.action.action === 'restore power') this.switchSupply(true);
    return result;
  }

  /** Whether the cabinet as a whole has power; single devices may be without all the same. */
  get power(): boolean {
    return this.supply;
  }

  /** Takes the power of everything away, of the kiosk's computer too; refused when it is gone already. */
  async cutSupply(): Promise<HandResult> {
    const cut = this.switchSupply(false);
    const devices = await this.actOnAll({ type: 'hand', action: { action: 'cut power' } });
    return cut ? { ok: true } : devices;
  }

  /** The same act on every device; refused only when nothing changed. */
  async actOnAll(verb: Act): Promise<HandResult> {
    let reason = 'there is no device';
    let done = false;
    for (const station of this.stations.values()) {
      const result = await station.act(verb);
      if (result.ok) done = true;
      else reason = result.reason;
    }
    const restores = verb.type === 'hand' && verb.action.action === 'restore power';
    if (restores && this.switchSupply(true)) done = true;
    return done ? { ok: true } : { ok: false, reason };
  }

  private switchSupply(on: boolean): boolean {
    if (this.supply === on) return false;
    this.supply = on;
    this.happened({}, { event: on ? 'supply.restored' : 'supply.cut' });
    this.supplied(on);
    return true;
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

function handlesCoins(kind: DeviceKind): boolean {
  return kind === 'coin-acceptor' || kind === 'hopper';
}

function wireOf(port: string, data: string): WireOptions['wire'] | null {
  if (port.startsWith('DATA/')) return { kind: 'pty', link: resolve(data, port.slice('DATA/'.length)) };
  const network = /^(?:127\.0\.0\.1|localhost):(\d{1,5})$/.exec(port);
  return network === null ? null : { kind: 'tcp', port: Number(network[1]) };
}
