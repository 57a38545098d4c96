/**
 * What every ITL machine does, whether it takes notes or pays coins: the commands that all know, the events that a poll
 * tells, and the order of a payout, float or emptying, piece by piece (GA138, "Generic Commands and Responses" and the
 * commands of SMART Payout, NV11 and SMART Hopper).
 */
import type { HandAction, HandResult, Simulator, SimulatorSurroundings, UnitCash } from '../simulated.ts';
import { Cipher, framed, fromLow, Line, low } from './simulator-wire.ts';

export type ModelName = 'nv200' | 'nv9' | 'nv11' | 'smart-payout' | 'smart-hopper';

export interface Model {
  readonly name: ModelName;
  readonly address: number;
  readonly currency: string;
  /** Three letters; in the machine's tables and events. */
  readonly country: string;
  readonly serial: number;
  /** The highest protocol version it speaks. */
  readonly highest: number;
  /** Whether it knows the key exchange. */
  readonly encryption: boolean;
  /** After a loss of power it says where a note in its path went. */
  readonly evidence: boolean;
  /** Pieces of each denomination that it can pay out at first. */
  readonly count: number;
  /** Minor units; of a validator channel 1 first. */
  readonly denominations: readonly number[];
}

export const OK: readonly number[] = [0xf0];
export const NOT_KNOWN: readonly number[] = [0xf2];
export const WRONG_PARAMETERS: readonly number[] = [0xf3];
export const OUT_OF_RANGE: readonly number[] = [0xf4];
const FAIL: readonly number[] = [0xf8];
const KEY_NOT_SET: readonly number[] = [0xfa];

/** Command cannot be processed, and why. */
export function notNow(reason?: number): readonly number[] {
  return reason === undefined ? [0xf5] : [0xf5, reason];
}

const NOT_ENOUGH = 0;
const NOT_EXACTLY = 1;
const WRONG_CURRENCY = 2;
export const BUSY = 3;
const PAYOUT_DISABLED = 4;
/** Of FLOAT BY DENOMINATION. */
const NOT_ENOUGH_TO_KEEP = 1;

const DO = 0x58;
const TEST = 0x19;

const SLAVE_RESET = 0xf1;
const DISPENSING = 0xda;
const DISPENSED = 0xd2;
const INCOMPLETE_PAYOUT = 0xdc;
const INCOMPLETE_FLOAT = 0xdd;
const FLOATING = 0xd7;
const FLOATED = 0xd8;
const TIME_OUT = 0xd9;
const HALTED = 0xd6;
const JAMMED = 0xd5;
const EMPTYING = 0xc2;
const EMPTIED = 0xc3;
const SMART_EMPTYING = 0xb3;
const SMART_EMPTIED = 0xb4;
const INITIALISING = 0xb6;

/** Told again at every POLL WITH ACK until EVENT ACK: what moved money, and what ends an order. */
const toBeAcknowledged: ReadonlySet<number> = new Set([
  0xb1, 0xb4, 0xc3, 0xc9, 0xca, 0xcb, 0xcd, 0xd2, 0xd6, 0xd8, 0xd9, 0xdc, 0xdd, 0xdf, 0xe1, 0xe2, 0xe6, 0xee,
]);
/** A machine that nobody polls forgets what is no money. */
const MOST_EVENTS = 20;
/** The largest list of denominations in one command (GA138, "Cashbox Payout Operation Data"). */
const MOST_DENOMINATIONS = 20;
const RESET_AFTER_MS = 50;
/** As after a power-up until HOST PROTOCOL VERSION; an assumption. */
const FIRST_VERSION = 4;
/** From here on events and orders name a country. */
export const WITH_COUNTRY = 6;

// Movements at speed 1; assumptions from videos and logs of such machines.

const INITIALISE_MS = 2_000;
const SEARCH_MS = 5_000;

const notes: readonly ModelName[] = ['nv200', 'nv9', 'nv11', 'smart-payout'];
const barcodes: readonly ModelName[] = ['nv200', 'nv9'];
const recyclers: readonly ModelName[] = ['nv11', 'smart-payout'];
const payers: readonly ModelName[] = ['nv11', 'smart-payout', 'smart-hopper'];
const valuePayers: readonly ModelName[] = ['smart-payout', 'smart-hopper'];
const hopper: readonly ModelName[] = ['smart-hopper'];

interface Command {
  readonly name: string;
  /** How many bytes may follow; null: as many as what stands in them says. */
  readonly bytes: readonly number[] | null;
  /** The same from protocol version 6 on, where that is another number. */
  readonly bytes6?: readonly number[];
  /** Absent: all have it. */
  readonly models?: readonly ModelName[];
  /** Refused unless it comes encrypted. */
  readonly sealed?: true;
}

const none = [0];
/** Section "Command Tables" of GA138: code, length, models, and what must be encrypted. */
const commands: ReadonlyMap<number, Command> = new Map<number, Command>([
  [0x01, { name: 'reset', bytes: none }],
  [0x02, { name: 'set-inhibits', bytes: [1, 2], models: notes }],
  [0x03, { name: 'display-on', bytes: none, models: notes }],
  [0x04, { name: 'display-off', bytes: none, models: notes }],
  [0x05, { name: 'setup-request', bytes: none }],
  [0x06, { name: 'host-protocol-version', bytes: [1] }],
  [0x07, { name: 'poll', bytes: none }],
  [0x08, { name: 'reject', bytes: none, models: notes }],
  [0x09, { name: 'disable', bytes: none }],
  [0x0a, { name: 'enable', bytes: none }],
  [0x0c, { name: 'get-serial-number', bytes: none }],
  [0x0d, { name: 'unit-data', bytes: none, models: notes }],
  [0x0e, { name: 'channel-value-data', bytes: none, models: notes }],
  [0x0f, { name: 'channel-security-data', bytes: none, models: notes }],
  [0x10, { name: 'channel-reteach-data', bytes: none, models: notes }],
  [0x11, { name: 'sync', bytes: none }],
  [0x17, { name: 'last-reject-code', bytes: none, models: notes }],
  [0x18, { name: 'hold', bytes: none, models: notes }],
  [0x20, { name: 'get-firmware-version', bytes: none }],
  [0x21, { name: 'get-dataset-version', bytes: none }],
  [0x22, { name: 'get-all-levels', bytes: none, models: valuePayers }],
  [0x23, { name: 'get-barcode-configuration', bytes: none, models: barcodes }],
  [0x24, { name: 'set-barcode-configuration', bytes: [3], models: barcodes }],
  [0x25, { name: 'get-barcode-inhibit', bytes: none, models: barcodes }],
  [0x26, { name: 'set-barcode-inhibit', bytes: [1], models: barcodes }],
  [0x27, { name: 'get-barcode-data', bytes: none, models: barcodes }],
  [0x30, { name: 'set-refill-mode', bytes: [4, 5], models: ['smart-payout'] }],
  [0x33, { name: 'payout-amount', bytes: [4], bytes6: [8], models: valuePayers, sealed: true }],
  [0x34, { name: 'set-denomination-level', bytes: [4], bytes6: [9], models: hopper }],
  [0x35, { name: 'get-denomination-level', bytes: [2, 4], bytes6: [7], models: valuePayers }],
  [0x37, { name: 'comms-pass-through', bytes: none, models: hopper }],
  [0x38, { name: 'halt-payout', bytes: none, models: valuePayers, sealed: true }],
  [0x3b, { name: 'set-denomination-route', bytes: [2, 3, 5], bytes6: [2, 8], models: payers, sealed: true }],
  [0x3c, { name: 'get-denomination-route', bytes: [1, 2, 4], bytes6: [1, 7], models: payers, sealed: true }],
  [0x3d, { name: 'float-amount', bytes: [6], bytes6: [10], models: valuePayers, sealed: true }],
  [0x3e, { name: 'get-minimum-payout', bytes: none, models: valuePayers }],
  [0x3f, { name: 'empty-all', bytes: none, models: payers, sealed: true }],
  [0x40, { name: 'set-coin-mech-inhibits', bytes: [3], bytes6: [8], models: hopper }],
  [0x41, { name: 'get-note-positions', bytes: none, models: ['nv11'] }],
  [0x42, { name: 'payout-note', bytes: none, models: ['nv11'] }],
  [0x43, { name: 'stack-note', bytes: none, models: ['nv11'] }],
  [0x44, { name: 'float-by-denomination', bytes: null, models: valuePayers, sealed: true }],
  [0x45, { name: 'set-value-reporting-type', bytes: [1], models: ['nv11'] }],
  [0x46, { name: 'payout-by-denomination', bytes: null, models: valuePayers, sealed: true }],
  [0x49, { name: 'coin-mech-global-inhibit', bytes: [1], models: hopper }],
  [0x4a, { name: 'set-generator', bytes: [8] }],
  [0x4b, { name: 'set-modulus', bytes: [8] }],
  [0x4c, { name: 'request-key-exchange', bytes: [8] }],
  [0x4d, { name: 'set-baud-rate', bytes: [2], models: payers }],
  [0x4f, { name: 'get-build-revision', bytes: none, models: ['nv200', ...payers] }],
  [0x50, { name: 'set-options', bytes: [2], models: hopper }],
  [0x51, { name: 'get-options', bytes: none, models: hopper }],
  [0x52, { name: 'smart-empty', bytes: none, models: payers, sealed: true }],
  [0x53, { name: 'cashbox-payout-operation-data', bytes: none, models: payers }],
  [0x54, { name: 'configure-bezel', bytes: [4], models: ['nv200', 'smart-payout'] }],
  [0x56, { name: 'poll-with-ack', bytes: none }],
  [0x57, { name: 'event-ack', bytes: none }],
  [0x58, { name: 'get-counters', bytes: none, models: ['nv9', 'nv11', 'smart-payout'] }],
  [0x59, { name: 'reset-counters', bytes: none, models: ['nv9', 'nv11', 'smart-payout'] }],
  [0x5a, { name: 'coin-mech-options', bytes: [1], models: hopper }],
  [0x5b, { name: 'disable-payout-device', bytes: none, models: recyclers }],
  [0x5c, { name: 'enable-payout-device', bytes: [0, 1], models: recyclers }],
  [0x60, { name: 'set-fixed-key', bytes: [8], models: payers, sealed: true }],
  [0x61, { name: 'reset-fixed-key', bytes: none, models: payers }],
]);
/** Asked and answered all day: told as events only when a note is accepted by them. */
const unremarkable: ReadonlySet<number> = new Set([0x07, 0x56]);
/** The product's number in SETUP REQUEST, UNIT DATA and GET BUILD REVISION. */
const unitTypes: Readonly<Record<ModelName, number>> = {
  nv200: 0x00,
  nv9: 0x00,
  nv11: 0x07,
  'smart-payout': 0x06,
  'smart-hopper': 0x03,
};
const FIRMWARE = '0416';

/** One event; `bytes` null: the host's protocol version does not know it. */
interface Told {
  readonly code: number;
  readonly bytes: (version: number) => readonly number[] | null;
  /** The host has it: it acknowledged it, or sent its next command after the answer. */
  readonly collected: () => void;
}

type Kind = 'payout' | 'float' | 'empty' | 'smart-empty' | 'stack';

/** The event that ends it; an NV11 that stacks its last note has told of the note already. */
const ended: Readonly<Record<Kind, number | null>> = {
  payout: DISPENSED,
  float: FLOATED,
  empty: EMPTIED,
  'smart-empty': SMART_EMPTIED,
  stack: null,
};

interface Operation {
  readonly kind: Kind;
  readonly requested: number;
  /** Left the machine, or was moved to the cash box, in minor units. */
  done: number;
  /** Still to be moved, the next one first. */
  readonly pieces: number[];
  halting: boolean;
}

export abstract class Slave implements Simulator {
  readonly protocol = 'ssp';
  abstract readonly kind: Simulator['kind'];
  power = true;

  protected readonly world: SimulatorSurroundings;
  protected readonly model: Model;
  protected readonly line: Line;
  private readonly cipher: Cipher;

  // What it knows while it has power.
  protected version = FIRST_VERSION;
  protected on = false;
  protected starting = false;
  private events: Told[] = [];
  /** Told by a POLL, and collected when the host's next command comes. */
  private told: readonly Told[] = [];
  /** Told by a POLL WITH ACK, and kept until the acknowledgement. */
  private unacknowledged: readonly Told[] = [];
  private deaf = false;

  // What it keeps without.
  protected operation: Operation | null = null;
  protected interrupted: Operation | null = null;
  /** Minor units routed to the cash box. */
  protected readonly toCashbox = new Set<number>();
  private readonly movedToBox = new Map<number, number>();

  // What physically is.
  protected jammed = false;
  protected jamNext = false;
  protected miscounts = false;
  protected readonly box = new Map<number, number>();
  protected readonly customer = new Map<number, number>();
  protected boxIn = true;

  private motion = 0;
  protected moving = false;

  constructor(world: SimulatorSurroundings, model: Model) {
    this.world = world;
    this.model = model;
    this.cipher = new Cipher(world.random);
    this.line = new Line(world, model.address, (data, sequence) => this.request(data, sequence));
  }

  abstract units(): readonly UnitCash[];
  abstract faults(): readonly string[];

  receive(bytes: Uint8Array): void {
    if (this.power) this.line.receive(bytes);
  }

  // What differs between notes and coins.

  /** The answer to a command that only this kind of machine has. */
  protected abstract own(code: number, data: readonly number[]): readonly number[];
  protected abstract setup(): readonly number[];
  /** What stands, as long as it stands; told where no event is. */
  protected abstract standing(): readonly number[];
  /** A POLL came: it may accept the note that is held. True: it did. */
  protected abstract polled(): boolean;
  protected abstract setOn(on: boolean): void;
  /** Forgets what is lost with the power. */
  protected abstract forget(): void;
  /** The end of a power-up: whatever lies in the path goes somewhere. False: it cannot yet. */
  protected abstract clearPath(): boolean;
  /** How many of it the machine believes it has. */
  protected abstract level(minor: number): number;
  /** Every piece that is there, in the order in which it can be moved out. */
  protected abstract contents(): readonly number[];
  /** Moves one piece out; ends in `conveyed` and `next`, or in `missing`. */
  protected abstract convey(minor: number, toBox: boolean): void;
  /** Everything was moved into the cash box. */
  protected abstract emptied(): void;
  /** Something else goes on, so that nothing can be paid out now. */
  protected abstract occupied(): boolean;
  protected abstract payoutEnabled(): boolean;
  protected abstract resetFixedKeyAllowed(): boolean;

  // Requests.

  private request(data: readonly number[], sequence: number): readonly number[] | null {
    if (this.deaf) return null;
    const encrypted = data[0] === 0x7e;
    if (encrypted && !this.cipher.agreed) return KEY_NOT_SET;
    const plain = encrypted ? this.cipher.open(data) : data;
    if (plain === null) return null;
    for (const event of this.told) event.collected();
    this.told = [];
    const code = plain[0] as number;
    const name = commands.get(code)?.name ?? 'unknown';
    const tell = (): void => this.world.emit({ event: 'command', name, hex: hex(framed(plain, sequence)) });
    if (!unremarkable.has(code)) tell();
    const answer = this.command(code, plain.slice(1), encrypted, tell);
    return encrypted ? this.cipher.seal(answer) : answer;
  }

  private command(code: number, data: readonly number[], encrypted: boolean, tell: () => void): readonly number[] {
    const command = commands.get(code);
    const known = command?.models?.includes(this.model.name) ?? true;
    const exchange = code >= 0x4a && code <= 0x4c;
    if (command === undefined || !known || (exchange && !this.model.encryption)) return NOT_KNOWN;
    const bytes = this.version >= WITH_COUNTRY ? (command.bytes6 ?? command.bytes) : command.bytes;
    if (bytes !== null && !bytes.includes(data.length)) return WRONG_PARAMETERS;
    if (command.sealed === true && !encrypted) return this.cipher.agreed ? FAIL : KEY_NOT_SET;
    // The answer to an encrypted exchange would come under a key that the host cannot have.
    if (exchange && encrypted) return notNow();
    switch (code) {
      case 0x07:
      case 0x56:
        if (this.polled()) tell();
        return this.poll(code === 0x56);
      case 0x4a:
        return this.cipher.set('generator', data) ? OK : OUT_OF_RANGE;
      case 0x4b:
        return this.cipher.set('modulus', data) ? OK : OUT_OF_RANGE;
      case 0x4c: {
        const key = this.cipher.exchange(data);
        return key === null ? FAIL : [...OK, ...key];
      }
      case 0x57:
        return this.eventAck();
      default:
        return this.generic(code, data);
    }
  }

  private generic(code: number, data: readonly number[]): readonly number[] {
    switch (code) {
      case 0x01:
        this.restartAfterAnswer();
        return OK;
      case 0x05:
        return [...OK, ...this.setup()];
      case 0x06: {
        const version = data[0] as number;
        if (version === 0 || version > this.model.highest) return FAIL;
        this.version = version;
        return OK;
      }
      case 0x09:
      case 0x0a:
        this.setOn(code === 0x0a);
        return OK;
      case 0x0c:
        return [...OK, ...[...low(this.model.serial, 4)].reverse()];
      case 0x11:
        return OK;
      case 0x4d:
        // 9600, 38400 or 115200; what carries the bytes here has no speed.
        return (data[0] as number) > 2 ? OUT_OF_RANGE : OK;
      case 0x20:
        return [...OK, ...letters(`SIM${FIRMWARE}${this.model.name.toUpperCase().padEnd(9)}`)];
      case 0x21:
        return [...OK, ...letters(`${this.model.currency}01601`)];
      case 0x4f:
        return [...OK, this.unitType(), 0x00, 0x01];
      case 0x37:
        // It is a converter between two serial lines from now on, until its power goes.
        this.deaf = true;
        return OK;
      case 0x60:
        this.cipher.setFixed(data);
        return OK;
      case 0x61:
        if (!this.resetFixedKeyAllowed()) return notNow();
        this.cipher.setFixed(null);
        this.restartAfterAnswer();
        return OK;
      default:
        return this.paying(code, data);
    }
  }

  protected unitType(): number {
    return unitTypes[this.model.name];
  }

  protected identity(): readonly number[] {
    return [this.unitType(), ...letters(FIRMWARE), ...letters(this.model.country)];
  }

  private restartAfterAnswer(): void {
    this.world.emit({ event: 'reset' });
    this.deaf = true;
    // The answer leaves first. A power-up meanwhile has done it already.
    this.world.clock.after(RESET_AFTER_MS, () => {
      if (this.deaf && this.power) this.boot();
    });
  }

  // Events.

  private poll(withAck: boolean): readonly number[] {
    const events = this.events;
    const bytes = events.flatMap(({ bytes }) => bytes(this.version) ?? []);
    this.unacknowledged = withAck ? events.filter(({ code }) => toBeAcknowledged.has(code)) : [];
    this.told = events.filter((event) => !this.unacknowledged.includes(event));
    this.events = [...this.unacknowledged];
    if (bytes.length > 0) return [...OK, ...bytes];
    return [...OK, ...(withAck && this.starting ? [INITIALISING] : []), ...this.progress(), ...this.standing()];
  }

  private eventAck(): readonly number[] {
    if (this.unacknowledged.length === 0) return notNow();
    const acknowledged = this.unacknowledged;
    this.unacknowledged = [];
    this.events = this.events.filter((event) => !acknowledged.includes(event));
    for (const event of acknowledged) event.collected();
    return OK;
  }

  /** No note moves before the host has acknowledged what a POLL WITH ACK told it. */
  protected get waitsForAck(): boolean {
    return this.unacknowledged.length > 0;
  }

  protected get mayTell(): boolean {
    return this.events.length < MOST_EVENTS;
  }

  protected tell(code: number, bytes: Told['bytes'] = () => [code], collected: () => void = () => {}): void {
    if (this.mayTell || toBeAcknowledged.has(code)) this.events.push({ code, bytes, collected });
  }

  /** `code` with an amount: with a country from version 6 on. */
  protected amount(code: number, minor: number, version: number): readonly number[] {
    if (version < WITH_COUNTRY) return [code, ...low(minor, 4)];
    return [code, 1, ...low(minor, 4), ...letters(this.model.country)];
  }

  /** `code` with the value of one note; the versions below `since` do not know it. */
  protected valued(code: number, minor: number, since: number): Told['bytes'] {
    return (version) => (version < since ? null : [code, ...low(minor, 4), ...letters(this.model.country)]);
  }

  private progress(): readonly number[] {
    const operation = this.operation;
    if (operation === null) return [];
    const { kind, done } = operation;
    if (this.jammed) return this.stuck(done);
    switch (kind) {
      case 'payout':
        return this.amount(DISPENSING, done, this.version);
      case 'float':
        return this.amount(FLOATING, done, this.version);
      case 'smart-empty':
        return this.amount(SMART_EMPTYING, done, this.version);
      case 'empty':
        return [EMPTYING];
      case 'stack':
        return [];
      default: {
        const never: never = kind;
        return never;
      }
    }
  }

  /** Jammed while it paid, floated or emptied. */
  protected stuck(done: number): readonly number[] {
    return this.amount(JAMMED, done, this.version);
  }

  // Orders to pay, to float and to empty.

  private paying(code: number, data: readonly number[]): readonly number[] {
    switch (code) {
      case 0x22:
        return [...OK, ...this.counted((minor) => this.level(minor))];
      case 0x33:
        return this.payoutAmount(data);
      case 0x35:
        return this.onDenomination(data, (minor) => [...OK, ...low(this.level(minor), 2)]);
      case 0x38:
        if (this.operation === null || this.jammed) return notNow();
        this.operation.halting = true;
        return OK;
      case 0x3b: {
        const [route = 0, ...rest] = data;
        return this.onDenomination(rest, (minor) => {
          if (route > 1) return OUT_OF_RANGE;
          if (route === 1) this.toCashbox.add(minor);
          else this.toCashbox.delete(minor);
          return OK;
        });
      }
      case 0x3c:
        return this.onDenomination(data, (minor) => [...OK, this.toCashbox.has(minor) ? 1 : 0]);
      case 0x3d:
        return this.floatAmount(data);
      case 0x3e:
        return [...OK, ...low(this.model.denominations.find((minor) => this.level(minor) > 0) ?? 0, 4)];
      case 0x3f:
      case 0x52:
        return this.empty(code === 0x3f ? 'empty' : 'smart-empty');
      case 0x44:
      case 0x46:
        return this.byDenomination(data, code === 0x44);
      case 0x53:
        return [...OK, ...this.counted((minor) => this.movedToBox.get(minor) ?? 0), ...low(0, 4)];
      default:
        return this.own(code, data);
    }
  }

  /** Number of denominations, then of each how many, its value and its country. */
  private counted(count: (minor: number) => number): readonly number[] {
    const { denominations, country } = this.model;
    const rows = denominations.flatMap((minor) => [...low(count(minor), 2), ...low(minor, 4), ...letters(country)]);
    return [denominations.length, ...rows];
  }

  /** `data` is value and country, a value alone below version 6; NV11 may have been told to speak of channels. */
  protected onDenomination(data: readonly number[], answer: (minor: number) => readonly number[]): readonly number[] {
    const bytes = this.version >= WITH_COUNTRY ? 7 : this.model.name === 'smart-hopper' ? 2 : 4;
    if (data.length !== bytes) return WRONG_PARAMETERS;
    if (bytes === 7 && !this.isOwnCountry(data.slice(4))) return notNow(WRONG_CURRENCY);
    const minor = fromLow(data.slice(0, 4));
    return this.model.denominations.includes(minor) ? answer(minor) : OUT_OF_RANGE;
  }

  private isOwnCountry(country: readonly number[]): boolean {
    return String.fromCharCode(...country) === this.model.country;
  }

  private payoutAmount(data: readonly number[]): readonly number[] {
    const requested = fromLow(data.slice(0, 4));
    const refusal = this.refusal(data.slice(4), requested === 0);
    if (refusal !== null) return refusal;
    if (requested > this.worth()) return notNow(NOT_ENOUGH);
    const pieces = this.exactly(requested);
    if (pieces === null) return notNow(NOT_EXACTLY);
    return this.begin('payout', pieces, requested, data.at(7));
  }

  /** What stands at the end of an order, country and option, and whether it can be begun now. */
  private refusal(tail: readonly number[], outOfRange: boolean): readonly number[] | null {
    if (tail.length > 1 && !this.isOwnCountry(tail.slice(0, 3))) return notNow(WRONG_CURRENCY);
    const option = tail.at(-1) ?? DO;
    if (outOfRange || (option !== DO && option !== TEST)) return OUT_OF_RANGE;
    const blocked = this.blocked();
    return blocked === null ? null : notNow(blocked);
  }

  /** Why nothing can be moved out now; null when it can. */
  protected blocked(): number | null {
    if (!this.payoutEnabled()) return PAYOUT_DISABLED;
    const busy = this.operation !== null || this.jammed || this.starting || this.waitsForAck || this.occupied();
    return busy ? BUSY : null;
  }

  private floatAmount(data: readonly number[]): readonly number[] {
    const least = fromLow(data.slice(0, 2));
    const kept = fromLow(data.slice(2, 6));
    const refusal = this.refusal(data.slice(6), false);
    if (refusal !== null) return refusal;
    if (!this.boxIn) return notNow(BUSY);
    if (kept > this.worth()) return notNow(NOT_ENOUGH);
    const stay = this.toKeep(kept, least);
    if (stay === null) return notNow(NOT_EXACTLY);
    return this.begin('float', this.allBut(stay), kept, data.at(9));
  }

  /** Of `kept` in all, with a piece of at most `least` among it, so that so little can still be paid. */
  private toKeep(kept: number, least: number): readonly number[] | null {
    if (kept === 0) return [];
    for (const small of this.model.denominations) {
      if (small > kept || this.level(small) === 0 || (least > 0 && small > least)) continue;
      const rest = this.exactly(kept - small, small);
      if (rest !== null) return [small, ...rest];
    }
    return null;
  }

  private byDenomination(data: readonly number[], floats: boolean): readonly number[] {
    if (this.version < WITH_COUNTRY) return OUT_OF_RANGE;
    const [count = 0] = data;
    if (data.length !== 2 + 9 * count) return WRONG_PARAMETERS;
    const wanted: number[] = [];
    let enough = true;
    for (let at = 1; at < data.length - 1; at += 9) {
      const minor = fromLow(data.slice(at + 2, at + 6));
      if (!this.isOwnCountry(data.slice(at + 6, at + 9))) return notNow(WRONG_CURRENCY);
      if (!this.model.denominations.includes(minor) || count > MOST_DENOMINATIONS) return OUT_OF_RANGE;
      const pieces = fromLow(data.slice(at, at + 2));
      const before = wanted.filter((one) => one === minor).length;
      enough &&= before + pieces <= this.level(minor);
      if (enough) wanted.push(...Array<number>(pieces).fill(minor));
    }
    const refusal = this.refusal(data.slice(-1), enough && wanted.length === 0 && !floats);
    if (refusal !== null) return refusal;
    if (floats && !this.boxIn) return notNow(BUSY);
    if (!enough) return notNow(floats ? NOT_ENOUGH_TO_KEEP : NOT_ENOUGH);
    const requested = sum(wanted);
    if (floats) return this.begin('float', this.allBut(wanted), requested, data.at(-1));
    return this.begin(
      'payout',
      wanted.sort((a, b) => b - a),
      requested,
      data.at(-1),
    );
  }

  private empty(kind: 'empty' | 'smart-empty'): readonly number[] {
    const blocked = this.blocked();
    if (blocked !== null) return notNow(blocked);
    if (!this.boxIn) return notNow(BUSY);
    return this.begin(kind, this.contents(), sum(this.contents()));
  }

  private worth(): number {
    return sum(this.model.denominations.map((minor) => minor * this.level(minor)));
  }

  /** The pieces that it would move to the cash box to keep just these. */
  private allBut(kept: readonly number[]): readonly number[] {
    const stays = [...kept];
    return this.contents().filter((minor) => {
      const at = stays.indexOf(minor);
      if (at >= 0) stays.splice(at, 1);
      return at < 0;
    });
  }

  /** Pieces of just this amount, large ones first; null when there are none. One of `spoken` is not to be had. */
  private exactly(amount: number, spoken?: number): readonly number[] | null {
    const unit = this.model.denominations.reduce(divisor, 0);
    if (amount % unit !== 0) return null;
    const last = amount / unit;
    const from = new Int32Array(last + 1).fill(-1);
    from[0] = 0;
    for (const minor of this.model.denominations.toReversed()) {
      const most = this.level(minor) - (minor === spoken ? 1 : 0);
      const step = minor / unit;
      const used = new Int32Array(last + 1);
      for (let at = step; at <= last; at++) {
        const before = at - step;
        if (from[at] !== -1 || from[before] === -1 || (used[before] as number) >= most) continue;
        from[at] = step;
        used[at] = (used[before] as number) + 1;
      }
    }
    if (from[last] === -1) return null;
    const pieces: number[] = [];
    for (let at = last; at > 0; at -= from[at] as number) pieces.push((from[at] as number) * unit);
    return pieces.sort((a, b) => b - a);
  }

  /** Begins it, unless the option says that it is only a test. */
  protected begin(kind: Kind, pieces: readonly number[], requested: number, option: number = DO): readonly number[] {
    if (option === TEST) return OK;
    this.movedToBox.clear();
    this.interrupted = null;
    this.operation = { kind, requested, done: 0, pieces: [...pieces], halting: false };
    this.next();
    return OK;
  }

  /** The piece is where it was to go. */
  protected conveyed(minor: number, toBox: boolean): void {
    if (toBox) give(this.movedToBox, minor);
    if (this.operation !== null) this.operation.done += minor;
  }

  protected next(): void {
    const operation = this.operation;
    if (operation === null) return;
    const minor = operation.halting ? undefined : operation.pieces.shift();
    if (minor === undefined) this.finish(operation);
    else this.convey(minor, operation.kind !== 'payout');
  }

  /** It believed that there is one, and looks for it in vain. */
  protected missing(): void {
    this.later(SEARCH_MS, () => {
      if (this.operation !== null) this.end(this.operation, TIME_OUT);
    });
  }

  private finish(operation: Operation): void {
    const code = operation.halting ? HALTED : ended[operation.kind];
    if (code === EMPTIED || code === SMART_EMPTIED) this.emptied();
    if (code === null) this.operation = null;
    else this.end(operation, code);
  }

  private end({ done }: Operation, code: number): void {
    this.operation = null;
    this.tell(code, (version) => (code === EMPTIED ? [code] : this.amount(code, done, version)));
  }

  // Time, power and reset.

  /** Calls `fn` unless what moves is stopped before. Scaled by the speed of the machine. */
  protected later(ms: number, fn: () => void): void {
    const motion = this.motion;
    this.world.clock.after(ms / this.world.speed, () => {
      if (motion === this.motion) fn();
    });
  }

  /** One movement of the mechanism, `halfway` in its middle, where it jams if it is to. */
  protected travel(ms: number, halfway: () => void, done: () => void): void {
    this.moving = true;
    this.later(ms / 2, () => {
      halfway();
      if (this.jamNext) {
        this.jamNow();
        return;
      }
      this.later(ms / 2, () => {
        this.moving = false;
        done();
      });
    });
  }

  /** Everything stands where it is. */
  protected freeze(): void {
    this.motion++;
    this.moving = false;
  }

  protected jamNow(): void {
    this.freeze();
    this.jamNext = false;
    this.jammed = true;
    this.world.emit({ event: 'jammed' });
  }

  /** Power comes, or a reset, or a hand was inside: it begins anew, and tells what it finds. */
  protected boot(): void {
    this.freeze();
    this.line.die();
    this.cipher.forget();
    this.deaf = false;
    this.version = FIRST_VERSION;
    this.events = [];
    this.told = [];
    this.unacknowledged = [];
    this.starting = true;
    this.setOn(false);
    this.forget();
    const cut = this.operation;
    this.operation = null;
    if (cut?.kind === 'payout' || cut?.kind === 'float') this.interrupted = cut;
    this.tell(SLAVE_RESET);
    this.later(INITIALISE_MS, () => {
      if (this.jammed || !this.clearPath()) return;
      this.starting = false;
      this.tellInterrupted();
    });
  }

  /** Told at every power-up until a host has it. */
  private tellInterrupted(): void {
    const interrupted = this.interrupted;
    if (interrupted === null) return;
    const { kind, done, requested } = interrupted;
    const code = kind === 'float' ? INCOMPLETE_FLOAT : INCOMPLETE_PAYOUT;
    const amounts = [...low(done, 4), ...low(requested, 4)];
    this.tell(
      code,
      (version) =>
        version < WITH_COUNTRY ? [code, ...amounts] : [code, 1, ...amounts, ...letters(this.model.country)],
      () => {
        if (this.interrupted === interrupted) this.interrupted = null;
      },
    );
  }

  // Verbs of every machine.

  act(action: HandAction): HandResult {
    switch (action.action) {
      case 'cut power':
        return this.cutPower();
      case 'restore power':
        return this.restorePower();
      case 'misbehave':
        return this.misbehave(action.value ?? '');
      default:
        return this.hand(action);
    }
  }

  /** A verb of this kind of machine. */
  protected abstract hand(action: HandAction): HandResult;

  private misbehave(value: string): HandResult {
    switch (value) {
      case 'off':
      case 'repeat':
      case 'late':
      case 'noise':
        this.line.misbehaviour = value;
        this.miscounts = false;
        return { ok: true };
      case 'counter':
        if (!payers.includes(this.model.name)) return no('a validator has no level counters');
        this.miscounts = true;
        return { ok: true };
      default:
        return no('misbehave with repeat, late, noise, counter or off');
    }
  }

  private cutPower(): HandResult {
    if (!this.power) return no('the power is cut already');
    this.power = false;
    this.freeze();
    this.line.die();
    this.world.emit({ event: 'power.cut' });
    return { ok: true };
  }

  private restorePower(): HandResult {
    if (this.power) return no('the power is on already');
    this.power = true;
    this.world.emit({ event: 'power.restored' });
    this.boot();
    return { ok: true };
  }

  protected cashEvent(event: string, minor: number, more: Readonly<Record<string, unknown>> = {}): void {
    this.world.emit({ event, currency: this.model.currency, minor, ...more });
  }

  protected cashIn(pieces: ReadonlyMap<number, number>): UnitCash['cash'] {
    const currency = this.model.currency;
    return [...pieces]
      .filter(([, count]) => count > 0)
      .sort(([a], [b]) => a - b)
      .map(([minor, count]) => ({ currency, minor, count }));
  }
}

export function no(reason: string): HandResult {
  return { ok: false, reason };
}

export function give(pieces: Map<number, number>, minor: number, count = 1): void {
  pieces.set(minor, (pieces.get(minor) ?? 0) + count);
}

export function letters(text: string): readonly number[] {
  return Array.from(text, (letter) => letter.charCodeAt(0));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
