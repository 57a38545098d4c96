/** Every simulated device of a configuration in one cabinet, and one numbered stream of what happens in it. */
import { resolve } from 'node:path';
import { kindOf, protocolNamed } from '../catalog.ts';
import type { Clock } from '../clock.ts';
import type { Denomination, DeviceConfig, DeviceKind } from '../device.ts';
import type { SimulatedPlace } from '../protocol.ts';
import type {
  Board,
  CardTransaction,
  HandResult,
  PrintedJob,
  Simulator,
  SimulatorEvent,
  UnitCash,
} from '../simulated.ts';
import { below, coinOfHopper, coinsInHand, together } from './coins.ts';
import { Outside } from './outside.ts';
import { type MachineOptions, openStations, type Station, type WireOptions } from './station.ts';
import type { DeviceTruth, Truth } from './truth.ts';
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
  readonly printed: readonly PrintedJob[];
  readonly faults: readonly string[];
  /** Notes of the machine's own table, coins for its slot or its hopper: for a hand to choose from. */
  readonly denominations: readonly Denomination[];
  /** An acceptor's host lets it take notes or coins now; null for what takes none. */
  readonly enabled: boolean | null;
  /** Card terminals only: what stands on its display; empty without power. */
  readonly display?: string;
  /** Card terminals only: a card is in its reader. */
  readonly card?: boolean;
  /** Card terminals only: how the bank behind it can be reached. */
  readonly bank?: string;
  /** Card terminals only: what that bank holds, oldest first. */
  readonly ledger?: readonly CardTransaction[];
  /** I/O modules only: contacts, lamps, relays and the temperature. */
  readonly board?: Board;
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
  /** Where it stands, for machines with a clock of their own. */
  readonly place?: SimulatedPlace;
  /** The cabinet as a whole lost or got its power: whatever else stands in it loses it too. */
  readonly supplied?: (on: boolean) => void;
  /** How an earlier bench left the cabinet; null: everything is new. */
  readonly kept?: Truth | null;
  /** Something may lie elsewhere now. */
  readonly moved?: () => void;
}

type Act = Exclude<ParsedVerb, { readonly type: 'wrong' }>;

/** A display changes without a word of anybody; while somebody watches, it is looked at this often. */
const DISPLAY_MS = 100;
const REACHABLE = 'online';

export class Cabinet {
  private readonly stations = new Map<string, Station>();
  /** What a hand may hold in front of a machine that does not say itself. */
  private readonly hands = new Map<string, readonly Denomination[]>();
  /** Coin acceptors whose last word was that they take coins. */
  private readonly open = new Set<string>();
  /** Card terminals with a card in the reader. */
  private readonly cards = new Set<string>();
  /** What a hand last made of the bank behind a terminal. */
  private readonly banks = new Map<string, string>();
  /** Displays as they were last told. */
  private readonly displays = new Map<string, string>();
  private endLooking: (() => void) | null = null;
  private readonly outside = new Outside();
  private readonly watchers = new Set<(happening: Happening) => void>();
  private readonly clock: Clock;
  private readonly supplied: (on: boolean) => void;
  private readonly moved: () => void;
  private readonly kept: Truth['devices'];
  private restoring = false;
  private happenings = 0;
  private supply = true;

  private constructor({ clock, supplied = () => {}, moved = () => {}, kept = null }: CabinetOptions) {
    this.clock = clock;
    this.supplied = supplied;
    this.moved = moved;
    this.kept = kept?.devices ?? {};
    this.outside.restoreTable(kept?.table ?? []);
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
    for (const [at, { id }] of devices.entries()) {
      const station = stations[at] as Station;
      this.stations.set(id, station);
      const kept = this.kept[id];
      if (kept !== undefined) this.restore(id, station, kept, options.settings[id]?.count !== undefined);
    }
  }

  /** `counted`: how full its store is was said with the start, and goes before what was kept. */
  private restore(id: string, { simulator }: Station, { units, boxOut, paper }: DeviceTruth, counted: boolean): void {
    this.restoring = true;
    const known = simulator.units().map(({ unit }) => unit);
    for (const { unit, cash } of units) {
      if (unit !== 'hopper' && unit !== 'recycler') {
        this.outside.add(id, known.includes(unit) ? unit : 'customer', cash);
        continue;
      }
      for (const row of counted ? [] : cash) {
        const filled = simulator.act({ action: 'fill', minor: row.minor, count: row.count });
        // The machine is another one now, and has no place for it.
        if (!filled.ok) this.outside.add(id, 'customer', [row]);
      }
    }
    if (boxOut) simulator.act({ action: 'remove cashbox' });
    this.outside.hang(id, paper);
    this.restoring = false;
  }

  /** Where everything is. A note in a machine's path is left before its slot: no bench that ends keeps a machine moving. */
  truth(): Truth {
    const devices = [...this.stations].map(([id, { simulator }]): readonly [string, DeviceTruth] => {
      const units = this.outside.around(id, simulator.units()).filter(({ cash }) => cash.length > 0);
      const open = simulator.paper?.() ?? new Uint8Array(0);
      const paper = [...this.outside.paper(id), ...(open.length === 0 ? [] : [{ job: 0, bytes: open }])];
      const left = units.map((one) => (one.unit === 'escrow' ? { ...one, unit: 'slot' as const } : one));
      return [id, { units: left, boxOut: simulator.faults().includes('cash box out'), paper }];
    });
    return { devices: { ...this.kept, ...Object.fromEntries(devices) }, table: this.outside.table };
  }

  private async machine(device: DeviceConfig, options: CabinetOptions): Promise<MachineOptions> {
    const { id, protocol } = device;
    const { driver, simulator } = protocolNamed(protocol);
    const { simulate } = await simulator();
    const refilled: Readonly<Record<string, string>> =
      this.kept[id] !== undefined && kindOf(device) === 'hopper' ? { count: '0' } : {};
    const settings = {
      ...driver.simulatorSettings?.(device.settings, options.place),
      ...refilled,
      ...options.settings[id],
    };
    const coin = coinOfHopper(device);
    this.hands.set(id, coin === null ? coinsInHand(settings) : [coin]);
    return { simulate, settings, happened: (event) => this.within(device, event) };
  }

  /** Something happened to a machine: it is told, and what leaves it for another machine arrives there. */
  private within(device: DeviceConfig, event: SimulatorEvent): void {
    const { id } = device;
    if (event.event === 'enabled') this.open.add(id);
    if (event.event === 'disabled') this.open.delete(id);
    if (event.event === 'card.inserted') this.cards.add(id);
    if (event.event === 'card.removed') this.cards.delete(id);
    if (event.event === 'cut') this.catchPiece(id, Number(event.job));
    if (event.event === 'coin.accepted' && event.to === null) {
      const to = this.carried(device, event);
      this.happened({ device: id }, { ...event, to });
      const { atMs, currency, minor } = event;
      if (to !== 'box') this.happened({ device: to }, { event: 'coin.caught', atMs, currency, minor, from: id });
      return;
    }
    if (event.event !== 'cashbox.removed' || this.restoring) this.happened({ device: id }, event);
    else {
      const cash = together((event.cash ?? []) as UnitCash['cash'], this.outside.empty(id, 'box'));
      this.outside.lay({ device: id, kind: 'box', cash });
      this.happened({ device: id }, { ...event, cash });
    }
  }

  /** What the cutter let go is the machine's no longer: each piece hangs in the mouth by itself. */
  private catchPiece(id: string, job: number): void {
    const simulator = this.stations.get(id)?.simulator;
    const bytes = simulator?.paper?.() ?? new Uint8Array(0);
    if (simulator?.act({ action: 'take' }).ok === true && bytes.length > 0) this.outside.hang(id, [{ job, bytes }]);
  }

  /** A coin falls from a sorter path into the hopper below; where none takes it, to the box. Tells where it lies. */
  private carried(device: DeviceConfig, { path, currency, minor }: SimulatorEvent): string {
    const hopper = below(device, path);
    const coin = { currency: String(currency), minor: Number(minor), count: 1 };
    const fill = { action: 'fill', minor: coin.minor, count: coin.count };
    if (hopper !== null && this.stations.get(hopper)?.simulator.act(fill).ok === true) return hopper;
    this.outside.add(device.id, 'box', [coin]);
    return 'box';
  }

  /** Tells all watchers; also used for what happens at a service. */
  happened(whose: Readonly<Record<string, string>>, event: SimulatorEvent): void {
    if (event.event !== 'command' && event.event !== 'display') this.moved();
    if (this.watchers.size === 0) return;
    const at = new Date(this.clock.wallMs()).toISOString();
    const happening = { number: ++this.happenings, text: JSON.stringify({ ...whose, ...event, at }) };
    for (const watcher of this.watchers) watcher(happening);
  }

  /** @returns a function that ends the watching. */
  watch(watcher: (happening: Happening) => void): () => void {
    this.watchers.add(watcher);
    if (this.endLooking === null) {
      for (const [id, { simulator }] of this.stations) this.displays.set(id, simulator.display?.() ?? '');
      this.lookAgain();
    }
    return () => this.watchers.delete(watcher);
  }

  private lookAgain(): void {
    this.endLooking = this.clock.after(DISPLAY_MS, () => {
      this.endLooking = null;
      if (this.watchers.size === 0) return;
      this.lookAtDisplays();
      this.lookAgain();
    });
  }

  private lookAtDisplays(): void {
    for (const [id, { simulator }] of this.stations) {
      const text = simulator.display?.();
      if (text === undefined || text === this.displays.get(id)) continue;
      this.displays.set(id, text);
      this.happened({ device: id }, { event: 'display', atMs: Math.round(this.clock.monoMs()), text });
    }
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
      units: this.outside.around(id, simulator.units()),
      printed: this.printed(id, simulator),
      faults: simulator.faults(),
      denominations: simulator.denominations ?? (handlesCoins(simulator.kind) ? (this.hands.get(id) ?? []) : []),
      enabled: simulator.enabled ?? (simulator.kind === 'coin-acceptor' ? this.open.has(id) : null),
      ...(simulator.kind === 'card-terminal' ? this.cardSide(id, simulator) : {}),
      ...(simulator.board === undefined ? {} : { board: simulator.board() }),
    };
  }

  private cardSide(id: string, simulator: Simulator): Partial<DeviceDetail> {
    return {
      display: simulator.display?.() ?? '',
      card: this.cards.has(id),
      bank: this.banks.get(id) ?? REACHABLE,
      ledger: simulator.ledger?.() ?? [],
    };
  }

  private printed(id: string, simulator: Simulator): readonly PrintedJob[] {
    const hanging = this.outside.paper(id);
    const before = hanging.filter(({ job }) => job === 0);
    return [
      ...before.map(({ job, bytes }) => ({ job, bytes: bytes.length, cut: true, taken: false })),
      ...(simulator.printed?.() ?? []).map((one) => ({
        ...one,
        taken: one.taken && !hanging.some(({ job }) => job === one.job),
      })),
    ];
  }

  /** What a printer printed and nobody tore off; null when there is none, or no such printer. */
  paper(id: string): Uint8Array | null {
    const pieces = [...this.outside.paper(id).map(({ bytes }) => bytes), this.stations.get(id)?.simulator.paper?.()];
    const bytes = Uint8Array.from(pieces.flatMap((piece) => [...(piece ?? [])]));
    return bytes.length === 0 ? null : bytes;
  }

  /** Newest first. */
  get table(): Truth['table'] {
    return this.outside.table;
  }

  /** False when nothing on the table has this number. */
  throwAway(number: number): boolean {
    this.moved();
    return this.outside.throwAway(number);
  }

  async act(id: string, verb: Act): Promise<HandResult> {
    const station = this.stations.get(id);
    if (station === undefined) return { ok: false, reason: `there is no device ${id}` };
    const takes = verb.type === 'hand' && verb.action.action === 'take';
    const result = takes ? await this.take(id, station, verb) : await station.act(verb);
    if (result.ok) this.moved();
    if (result.ok && verb.type === 'hand' && verb.action.action === 'host')
      this.banks.set(id, verb.action.value ?? REACHABLE);
    // There is no power for one device in a cabinet that has none.
    if (result.ok && verb.type === 'hand' && verb.action.action === 'restore power') this.switchSupply(true);
    return result;
  }

  /** What lies open before a machine, and what the machine itself lets go. */
  private async take(id: string, station: Station, verb: Act): Promise<HandResult> {
    const taken = this.outside.take(id);
    for (const { unit, cash } of taken) {
      for (const row of cash) this.happened({ device: id }, { event: 'cash.taken', ...row, unit });
    }
    if (this.outside.tear(id)) return { ok: true };
    const bytes = station.simulator.paper?.() ?? new Uint8Array(0);
    const result = await station.act(verb);
    if (result.ok && bytes.length > 0) this.outside.lay({ device: id, kind: 'paper', bytes });
    return taken.length > 0 ? { ok: true } : result;
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
    this.endLooking?.();
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
