/**
 * What the simulated ccTalk machines have in common: who they are (core commands of part 1 and 2), the buffer of the last
 * five events, time that ends with the power, and counted cash.
 */
import type { HandAction, HandResult, Simulator, SimulatorEvent, UnitCash, UnitName } from '../simulated.ts';

/** Data of an answer (none: ACK), NAK, or nothing at all, as a machine does with what it does not know. */
export type Reply = readonly number[] | 'nak' | null;

export const ACK: Reply = [];

/** The world as one machine sees it: time, chance, and where events go. */
export interface MachineWorld {
  readonly clock: { monoMs(): number; after(delayMs: number, fn: () => void): () => void };
  readonly speed: number;
  readonly random: () => number;
  readonly emit: (event: SimulatorEvent) => void;
  readonly currency: string;
  /** Two letters of the country in coin and bill names. */
  readonly country: string;
  /** What customers hold again, and what lies in the cup that all share. */
  readonly customer: Purse;
  readonly cup: Purse;
}

/** Dates count years from here: day in bits 0 to 4, month in 5 to 8, year in 9 to 13 (headers 170, 195 and 196). */
const BASE_YEAR = 2000;
const MADE = 14 | (3 << 5) | ((2005 - BASE_YEAR) << 9);

/** Answers to who it is: headers 246 to 241, 192, 4 and 169. */
export interface Identity {
  readonly manufacturer: string;
  readonly category: 'Coin Acceptor' | 'Payout' | 'Bill Validator';
  readonly product: string;
  readonly software: string;
  readonly build: string;
  readonly serial: number;
  readonly commsRevision: readonly number[];
  readonly powerUpMs: number;
  readonly resetMs: number;
}

/** Pieces by denomination in minor units. */
export class Purse {
  private readonly pieces = new Map<number, number>();

  give(minor: number, count = 1): void {
    this.pieces.set(minor, (this.pieces.get(minor) ?? 0) + count);
  }

  /** Everything in it, which it then no longer holds. */
  empty(): readonly (readonly [minor: number, count: number])[] {
    const all = this.entries();
    this.pieces.clear();
    return all;
  }

  entries(): readonly (readonly [minor: number, count: number])[] {
    return [...this.pieces].sort(([a], [b]) => a - b);
  }

  static of(minors: readonly number[]): Purse {
    const purse = new Purse();
    for (const minor of minors) purse.give(minor);
    return purse;
  }
}

/** The last five results and the counter of all, as headers 229 and 159 read them: 255 is followed by 1. */
export class EventBuffer {
  private counter = 0;
  private results: (readonly [number, number])[] = [];

  push(a: number, b: number): void {
    this.counter = this.counter === 255 ? 1 : this.counter + 1;
    this.results = [[a, b] as const, ...this.results].slice(0, 5);
  }

  /** The counter moves, and no events say why. */
  jump(by: number): void {
    for (let i = 0; i < by; i++) this.counter = this.counter === 255 ? 1 : this.counter + 1;
  }

  /** After a power-up or reset: 0, which is told apart from every count. */
  clear(): void {
    this.counter = 0;
    this.results = [];
  }

  read(): readonly number[] {
    const results = [...this.results, ...Array<readonly [number, number]>(5).fill([0, 0])].slice(0, 5);
    return [this.counter, ...results.flat()];
  }
}

/** By how much `misbehave counter` moves every event counter: more than the buffer holds. */
export const COUNTER_JUMP = 7;

/** Numbers of more than one byte go low byte first. */
export function lowFirst(value: number, bytes: number): readonly number[] {
  return Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) % 256);
}

export function ascii(text: string): readonly number[] {
  return Array.from(text, (letter) => letter.charCodeAt(0));
}

/** Counted cash as events and units show it. */
export function cashOf(currency: string, entries: ReturnType<Purse['entries']>): UnitCash['cash'] {
  return entries.map(([minor, count]) => ({ currency, minor, count }));
}

export function no(reason: string): HandResult {
  return { ok: false, reason };
}

export const done: HandResult = { ok: true };

/** A machine at one address of the wire. It answers what it knows; its owner keeps the frames. */
export abstract class Machine {
  abstract readonly kind: Simulator['kind'];
  readonly address: number;
  protected readonly world: MachineWorld;
  protected readonly identity: Identity;
  protected power = true;
  private life = 0;
  private deafUntilMs = 0;

  constructor(world: MachineWorld, address: number, identity: Identity) {
    this.world = world;
    this.address = address;
    this.identity = identity;
  }

  /** Whether it hears the wire: not while it starts. */
  get hears(): boolean {
    return this.power && this.world.clock.monoMs() >= this.deafUntilMs;
  }

  answer(header: number, data: readonly number[]): Reply {
    const core = data.length === 0 ? this.core(header) : null;
    return core ?? this.special(header, data);
  }

  cutPower(): void {
    this.power = false;
    this.life++;
    this.lostPower();
  }

  restorePower(): void {
    this.power = true;
    this.deafFor(this.identity.powerUpMs);
    this.started('power-up');
  }

  /** A hand's action; null when it is no action for this machine. */
  abstract act(action: HandAction): HandResult | null;
  abstract units(): readonly (readonly [unit: UnitName, cash: Purse])[];
  abstract faults(): readonly string[];
  abstract jumpCounter(): void;
  protected abstract special(header: number, data: readonly number[]): Reply;
  /** What moves stands still or falls. */
  protected abstract lostPower(): void;
  /** Volatile memory is as after a power-up or after a reset. */
  protected abstract started(why: 'power-up' | 'reset'): void;

  /** Once `delayMs` of the mechanism have passed, unless the power went meanwhile. */
  protected after(delayMs: number, fn: () => void): void {
    this.afterExactly(delayMs / this.world.speed, fn);
  }

  /** As `after`, for limits of the firmware, which no speed shortens. */
  protected afterExactly(delayMs: number, fn: () => void): void {
    const life = this.life;
    this.world.clock.after(delayMs, () => {
      if (life === this.life) fn();
    });
  }

  protected tell(event: string, minor: number, more: Readonly<Record<string, unknown>> = {}): void {
    this.world.emit({ event, currency: this.world.currency, minor, ...more });
  }

  private core(header: number): Reply {
    const { manufacturer, category, product, software, build, serial, commsRevision } = this.identity;
    switch (header) {
      case 254:
        return ACK;
      case 246:
        return ascii(manufacturer);
      case 245:
        return ascii(category);
      case 244:
        return ascii(product);
      case 242:
        return lowFirst(serial, 3);
      case 241:
        return ascii(software);
      // No block can be read or written.
      case 216:
        return [0, 0, 0, 0, 0];
      case 197:
        return [0x3c, 0x91, 0x0e, 0x75];
      // When its tables were made, and when last changed.
      case 196:
      case 195:
        return lowFirst(MADE, 2);
      case 192:
        return ascii(build);
      case 170:
        return ascii(String(BASE_YEAR));
      // Stored in EEPROM, chosen at the connector.
      case 169:
        return [0x0c];
      case 4:
        return commsRevision;
      case 1:
        this.world.emit({ event: 'reset' });
        this.started('reset');
        this.deafFor(this.identity.resetMs);
        return ACK;
      default:
        return null;
    }
  }

  private deafFor(durationMs: number): void {
    this.deafUntilMs = this.world.clock.monoMs() + durationMs / this.world.speed;
  }
}

/** Names of the headers, for what is told of commands. */
export const headerNames: ReadonlyMap<number, string> = new Map([
  [254, 'simple-poll'],
  [253, 'address-poll'],
  [249, 'request-polling-priority'],
  [248, 'request-status'],
  [247, 'request-variable-set'],
  [246, 'request-manufacturer-id'],
  [245, 'request-equipment-category-id'],
  [244, 'request-product-code'],
  [242, 'request-serial-number'],
  [241, 'request-software-revision'],
  [240, 'test-solenoids'],
  [236, 'read-opto-states'],
  [233, 'latch-output-lines'],
  [232, 'perform-self-check'],
  [231, 'modify-inhibit-status'],
  [230, 'request-inhibit-status'],
  [229, 'read-buffered-credit'],
  [228, 'modify-master-inhibit'],
  [227, 'request-master-inhibit'],
  [226, 'request-insertion-counter'],
  [225, 'request-accept-counter'],
  [222, 'modify-sorter-override'],
  [221, 'request-sorter-override'],
  [218, 'enter-pin-number'],
  [217, 'request-payout-level'],
  [216, 'request-data-storage'],
  [213, 'request-option-flags'],
  [210, 'modify-sorter-paths'],
  [209, 'request-sorter-paths'],
  [197, 'calculate-rom-checksum'],
  [196, 'request-creation-date'],
  [195, 'request-last-modification-date'],
  [194, 'request-reject-counter'],
  [192, 'request-build-code'],
  [189, 'modify-default-sorter-path'],
  [188, 'request-default-sorter-path'],
  [184, 'request-coin-id'],
  [172, 'emergency-stop'],
  [171, 'request-hopper-coin'],
  [170, 'request-base-year'],
  [169, 'request-address-mode'],
  [168, 'request-hopper-dispense-count'],
  [167, 'dispense-hopper-coins'],
  [166, 'request-hopper-status'],
  [165, 'modify-variable-set'],
  [164, 'enable-hopper'],
  [163, 'test-hopper'],
  [161, 'pump-rng'],
  [160, 'request-cipher-key'],
  [159, 'read-buffered-bill-events'],
  [157, 'request-bill-id'],
  [156, 'request-country-scaling-factor'],
  [154, 'route-bill'],
  [153, 'modify-bill-operating-mode'],
  [152, 'request-bill-operating-mode'],
  [145, 'request-currency-revision'],
  [4, 'request-comms-revision'],
  [3, 'clear-comms-status'],
  [2, 'request-comms-status'],
  [1, 'reset-device'],
]);
