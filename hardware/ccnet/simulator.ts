/**
 * A CashCode note machine with the CCNET interface, played from the facts of its description (rev. 2.3 to 2.6, as
 * quoted in public hosts): a validator (SM, MVU, FLS) at address 03, or a bill-to-bill recycler at address 01. The
 * line is 9600 8N1; a frame is `02 ADR LNG CMD DATA… CRC`, CRC-16/KERMIT over everything before it, low byte first.
 * With LNG = 0 the length stands as two bytes, high first, behind the command, or behind its subcommand. The
 * machine is deaf to other addresses, answers a wrong checksum with NAK, a command it cannot do now with 30, and
 * repeats what happened (81, 82, 25, 26, 29, 45) at each poll until the controller has acknowledged it.
 *
 * Settings (`--set`): `model` (validator or bill-to-bill), `address` (3, or 1), `currency` (CNY), `denominations` (whole units, comma-separated,
 * bill types from 0 on, `-` for an unused one), `exponent` (2), `country` (the three letters of the bill table; some
 * firmware has a country there, some the currency), `evidence` (what a power-up tells of a note that was past the
 * point of no return: `full` is 12 and then 81, `no-credit` 12 only, `none` plain 10), `failure` (the code of a broken
 * part, in hex), `part`, `serial`, `asset` (identification); of a bill-to-bill unit `cassettes` (what each recycles),
 * `count` (notes in each at the start) and `retract` (seconds until it takes back what nobody takes; 0: it never does).
 */
import { type Around, Recycler, CASSETTE_CAPACITY } from './simulator-recycler.ts';
import type {
  HandAction,
  HandResult,
  Simulator,
  SimulatorFactory,
  SimulatorSurroundings,
  UnitCash,
} from '../simulated.ts';

// The wire: this file's own codec.

const SYNC = 0x02;
const ACK = 0x00;
const NAK = 0xff;
const ILLEGAL = 0x30;
const VALIDATOR_ADDRESS = 0x03;
const RECYCLER_ADDRESS = 0x01;
/** Peripheral addresses are 01 to 04, and reserved ones above; what stands there else is noise. */
const HIGHEST_ADDRESS = 0x0f;
const SHORTEST_FRAME = 6;
/** The longest request known is one of a firmware download, of some 520 bytes. */
const LONGEST_REQUEST = 1_024;
/** Commands whose first data byte is a subcommand; it stands before the two bytes of a long frame's length. */
const withSubcommand: ReadonlySet<number> = new Set([0x50, 0x52, 0xf0]);
/** The description allows 5 ms between two bytes; a host on a pseudo-terminal is held up longer than that. */
const INTER_BYTE_MS = 100;
/** The description allows 10 ms. */
const REPLY_AFTER_MS = 5;
const LATE_BY_MS = 400;
const MOST_REPLIES_WAITING = 8;

const kermit = new Uint16Array(256);
for (let i = 0; i < 256; i++) {
  let crc = i;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x8408 : crc >>> 1;
  kermit[i] = crc;
}

function checksum(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = (crc >>> 8) ^ (kermit[(crc ^ byte) & 0xff] as number);
  return crc;
}

/** A short frame around command and data bytes. Exported for the vectors, which both ends have to reproduce. */
export function framed(body: readonly number[], address: number): Uint8Array {
  const frame = Uint8Array.from([SYNC, address, body.length + 5, ...body, 0, 0]);
  const crc = checksum(frame.subarray(0, -2));
  frame[frame.length - 2] = crc & 0xff;
  frame[frame.length - 1] = crc >>> 8;
  return frame;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');
}

/** Where the two bytes of a long frame's length stand. */
function longLengthAt(command: number): number {
  return withSubcommand.has(command) ? 5 : 4;
}

/** The length of the frame that begins with `data`; null while it is not known yet, 0 when none begins here. */
function frameLength(data: Uint8Array): number | null {
  const [, address, short, command] = data;
  if (address === undefined) return null;
  if (address === 0 || address > HIGHEST_ADDRESS) return 0;
  if (short === undefined) return null;
  if (short !== 0) return short >= SHORTEST_FRAME ? short : 0;
  if (command === undefined) return null;
  const at = longLengthAt(command);
  const [high, low] = data.subarray(at, at + 2);
  if (high === undefined || low === undefined) return null;
  const long = high * 256 + low;
  return long >= at + 4 && long <= LONGEST_REQUEST ? long : 0;
}

function dataOf(frame: Uint8Array): readonly number[] {
  if (frame[2] !== 0) return [...frame.subarray(4, -2)];
  const at = longLengthAt(frame[3] as number);
  return [...frame.subarray(4, at), ...frame.subarray(at + 2, -2)];
}

type Misbehaviour = 'off' | 'repeat' | 'late' | 'noise';

/** The machine's end of the line: finds the frames that are for it, and sends its answers, well or badly. */
class Line {
  misbehaviour: Misbehaviour = 'off';

  private readonly world: SimulatorSurroundings;
  private readonly address: number;
  private readonly answer: (frame: Uint8Array) => readonly number[] | null;
  private pending = new Uint8Array(0);
  private lastByteMs = 0;
  private waiting = 0;
  private late = false;
  private life = 0;

  constructor(world: SimulatorSurroundings, address: number, answer: (frame: Uint8Array) => readonly number[] | null) {
    this.world = world;
    this.address = address;
    this.answer = answer;
  }

  /** The power is gone: nothing that was under way arrives. */
  die(): void {
    this.life++;
    this.pending = new Uint8Array(0);
    this.waiting = 0;
    this.late = false;
  }

  receive(bytes: Uint8Array): void {
    const nowMs = this.world.clock.monoMs();
    const kept = nowMs - this.lastByteMs > INTER_BYTE_MS ? new Uint8Array(0) : this.pending;
    this.lastByteMs = nowMs;
    const data = new Uint8Array(kept.length + bytes.length);
    data.set(kept);
    data.set(bytes, kept.length);
    let damaged = false;
    let at = 0;
    for (; at < data.length; at++) {
      if (data[at] !== SYNC) continue;
      const length = frameLength(data.subarray(at));
      if (length === 0) continue;
      if (length === null || at + length > data.length) break;
      const frame = data.subarray(at, at + length);
      const right = checksum(frame.subarray(0, -2)) === (frame.at(-2) as number) + (frame.at(-1) as number) * 256;
      const own = frame[1] === this.address;
      if (!right) {
        damaged ||= own;
        continue;
      }
      if (own) {
        damaged = false;
        this.reply(this.late ? null : this.answer(frame));
      }
      at += length - 1;
    }
    this.pending = data.slice(at);
    if (!damaged) return;
    // Whatever looks like a beginning behind a damaged frame is the rest of it.
    this.pending = new Uint8Array(0);
    this.reply([NAK]);
  }

  private reply(body: readonly number[] | null): void {
    if (body === null || this.waiting >= MOST_REPLIES_WAITING) return;
    const frame = framed(body, this.address);
    if (this.misbehaviour === 'late' && this.world.random() < 0.3) {
      this.late = true;
      this.transmit(frame, LATE_BY_MS);
    } else if (this.misbehaviour === 'noise') this.transmitInNoise(frame);
    else this.transmit(frame, REPLY_AFTER_MS);
  }

  private transmit(bytes: Uint8Array, afterMs: number): void {
    const life = this.life;
    this.waiting++;
    this.world.clock.after(afterMs, () => {
      if (life !== this.life) return;
      this.waiting--;
      this.late = false;
      this.world.send(bytes);
    });
  }

  /** Garbage, false starts, another peripheral's frame, spoiled and halved frames around an answer in two pieces. */
  private transmitInNoise(frame: Uint8Array): void {
    const random = this.world.random;
    const spoiled = frame.slice();
    spoiled[spoiled.length - 1] = (spoiled.at(-1) as number) ^ 0x5a;
    const before: readonly (() => Uint8Array)[] = [
      () => Uint8Array.from({ length: 1 + Math.floor(random() * 12) }, () => random() * 256),
      () => Uint8Array.of(SYNC),
      () => Uint8Array.of(SYNC, this.address, 1),
      () => framed([0x14], 0x02),
      () => new Uint8Array(0),
    ];
    const kind = Math.floor(random() * (before.length + 2));
    const first = before[kind];
    if (first === undefined) {
      this.transmit(kind === before.length ? spoiled : frame.slice(0, -2), REPLY_AFTER_MS);
      return;
    }
    if (first().length > 0) this.transmit(first(), REPLY_AFTER_MS);
    const cut = 1 + Math.floor(random() * (frame.length - 1));
    this.transmit(frame.slice(0, cut), REPLY_AFTER_MS + 1);
    this.transmit(frame.slice(cut), REPLY_AFTER_MS + 9);
  }
}

// The table: states, events, reasons, commands.

const POWER_UP = 0x10;
const POWER_UP_IN_VALIDATOR = 0x11;
const POWER_UP_IN_STACKER = 0x12;
const INITIALIZE = 0x13;
const IDLING = 0x14;
const ACCEPTING = 0x15;
const STACKING = 0x17;
const RETURNING = 0x18;
const DISABLED = 0x19;
const HOLDING = 0x1a;
const REJECTING = 0x1c;
const DISPENSING = 0x1d;
const UNLOADING = 0x1e;
const SETTING_TYPE = 0x21;
const CASSETTE_FULL = 0x41;
const CASSETTE_OUT = 0x42;
const VALIDATOR_JAMMED = 0x43;
const CASSETTE_JAMMED = 0x44;
const CHEATED = 0x45;
const PAUSE = 0x46;
const FAILED = 0x47;
const UNIT_JAMMED = 0x48;
const IN_FIRST_CASSETTE = 0x70;
const IN_DISPENSER = 0x75;
const ESCROW = 0x80;
const STACKED = 0x81;
const RETURNED = 0x82;

const TORN = 0x6c;
const NOT_A_TYPE = 0x65;
const UNREADABLE = 0x67;
const INHIBITED = 0x68;
const rejectWords: ReadonlyMap<number, string> = new Map([
  [TORN, 'length'],
  [NOT_A_TYPE, 'identification'],
  [UNREADABLE, 'optic'],
  [INHIBITED, 'inhibited'],
]);

/** When a command is legal; `resting`: power-up, initialize, disabled or a failure (41 to 48). */
type When = 'always' | 'resting' | 'escrow' | 'disabled' | 'never';

interface Command {
  readonly name: string;
  readonly dataBytes: readonly [least: number, most: number];
  readonly when: When;
  readonly recyclerOnly?: boolean;
}

/** Up to 24 pairs of bill type and number. */
const MOST_DISPENSE_BYTES = 48;
const commands: ReadonlyMap<number, Command> = new Map<number, Command>([
  [0x30, { name: 'reset', dataBytes: [0, 0], when: 'always' }],
  [0x31, { name: 'get-status', dataBytes: [0, 0], when: 'always' }],
  [0x32, { name: 'set-security', dataBytes: [3, 3], when: 'always' }],
  [0x33, { name: 'poll', dataBytes: [0, 0], when: 'always' }],
  [0x34, { name: 'enable-bill-types', dataBytes: [6, 6], when: 'always' }],
  [0x35, { name: 'stack', dataBytes: [0, 0], when: 'escrow' }],
  [0x36, { name: 'return', dataBytes: [0, 0], when: 'escrow' }],
  [0x37, { name: 'identification', dataBytes: [0, 0], when: 'resting' }],
  [0x38, { name: 'hold', dataBytes: [0, 0], when: 'escrow' }],
  [0x39, { name: 'set-barcode-parameters', dataBytes: [2, 2], when: 'always' }],
  // No barcode ever comes into escrow here, and no firmware is taken from the wire.
  [0x3a, { name: 'extract-barcode-data', dataBytes: [0, 0], when: 'never' }],
  [0x3b, { name: 'cassette-status', dataBytes: [0, 0], when: 'always', recyclerOnly: true }],
  [0x3c, { name: 'dispense', dataBytes: [2, MOST_DISPENSE_BYTES], when: 'disabled', recyclerOnly: true }],
  [0x3d, { name: 'unload', dataBytes: [2, 2], when: 'disabled', recyclerOnly: true }],
  [0x3e, { name: 'extended-identification', dataBytes: [0, 0], when: 'resting', recyclerOnly: true }],
  [0x40, { name: 'set-cassette-type', dataBytes: [2, 2], when: 'disabled', recyclerOnly: true }],
  [0x41, { name: 'get-bill-table', dataBytes: [0, 0], when: 'resting' }],
  [0x50, { name: 'download', dataBytes: [0, LONGEST_REQUEST], when: 'never' }],
  [0x51, { name: 'get-crc32', dataBytes: [0, 0], when: 'resting' }],
  [0x60, { name: 'request-statistics', dataBytes: [0, 0], when: 'never' }],
  [0x67, { name: 'empty-dispenser', dataBytes: [0, 0], when: 'disabled', recyclerOnly: true }],
  [0x68, { name: 'set-options', dataBytes: [4, 4], when: 'always', recyclerOnly: true }],
  [0x69, { name: 'get-options', dataBytes: [0, 0], when: 'always', recyclerOnly: true }],
]);
/** Polled and answered all day: not told as events. */
const unremarkable: ReadonlySet<number> = new Set([ACK, NAK, 0x33]);

// Limits of the protocol: never scaled.

/** "If during 10 sec command will not be sent bill will be returned"; the same after each HOLD. */
const ESCROW_MS = 10_000;
/** How long a rejection waits to be read after the note is out again; an assumption. */
const REJECTION_KEPT_MS = 3_000;

// Movements of the mechanism at speed 1; assumptions from videos and logs of such machines.

const INITIALIZE_MS = 2_000;
const PULL_IN_MS = 1_200;
const TO_LEVER_MS = 700;
const INTO_BOX_MS = 900;
const GIVE_BACK_MS = 800;
const STRING_PULLED_MS = 1_500;

// The settings.

const TYPES = 24;
const tables: Readonly<Record<string, string>> = {
  CNY: '1,5,10,20,50,100',
  EUR: '5,10,20,50,100,200,500',
  USD: '1,2,5,10,20,50,100',
};

interface Model {
  readonly recycler: boolean;
  readonly address: number;
  readonly currency: string;
  readonly country: string;
  /** Minor units by bill type; 0: unused. */
  readonly types: readonly number[];
  readonly exponent: number;
  readonly evidence: 'full' | 'no-credit' | 'none';
  readonly failure: number | null;
  readonly identification: readonly number[];
  /** Minor units by cassette; 0: not assigned. Empty for a validator. */
  readonly cassettes: readonly number[];
  readonly count: number;
  readonly retractMs: number;
}

/** The settings for `--help`, a line each. */
export const settingsHelp: readonly string[] = [
  'model=validator|bill-to-bill address=3 currency=CNY denominations=1,5,10,20,50,100 exponent=2 country=CNY',
  'evidence=full|no-credit|none failure=HEX part=TEXT serial=TEXT asset=HEX',
  'of a bill-to-bill unit cassettes=5,10,20 count=0 retract=0',
];
const knownSettings: readonly string[] = settingsHelp.join(' ').match(/[a-z]+(?==)/g) ?? [];

/** @throws Error naming the setting that is wrong and what it may be. */
function modelFrom(settings: Readonly<Record<string, string>>): Model {
  for (const name of Object.keys(settings)) {
    if (!knownSettings.includes(name))
      throw new Error(`unknown setting "${name}" for ccnet; known are ${knownSettings.join(', ')}`);
  }
  const recycler = oneOf('model', settings.model ?? 'validator', ['validator', 'bill-to-bill']) === 'bill-to-bill';
  const currency = letters('currency', settings.currency ?? 'CNY');
  const places = settings.denominations ?? tables[currency];
  if (places === undefined)
    throw new Error(`currency ${currency} has no built-in table; set denominations as well, such as 1,5,10`);
  const exponent = Number(settings.exponent ?? '2');
  if (!(Number.isInteger(exponent) && exponent >= 0 && exponent <= 4))
    throw new Error(`setting exponent is "${settings.exponent}"; give 0 to 4`);
  const types = amounts('denominations', places, exponent, TYPES);
  // A bill-to-bill unit puts such a note away without a word, as its description has it.
  const usual = recycler ? 'no-credit' : 'full';
  for (const name of ['cassettes', 'count', 'retract']) {
    if (!recycler && settings[name] !== undefined)
      throw new Error(`setting ${name} is for model=bill-to-bill; a validator has no cassettes`);
  }
  const usualAddress = recycler ? RECYCLER_ADDRESS : VALIDATOR_ADDRESS;
  return {
    recycler,
    address: whole('address', settings.address ?? String(usualAddress), 1, HIGHEST_ADDRESS),
    currency,
    country: letters('country', settings.country ?? currency),
    types,
    exponent,
    evidence: oneOf('evidence', settings.evidence ?? usual, ['full', 'no-credit', 'none']),
    failure: settings.failure === undefined ? null : (hexBytes('failure', settings.failure, 1)[0] as number),
    identification: [
      ...text('part', settings.part ?? (recycler ? 'BB-CN1101' : 'SM-CN1352'), 15),
      ...text('serial', settings.serial ?? '21KC27006179', 12),
      ...hexBytes('asset', settings.asset ?? 'E7004D99AC1121', 7),
    ],
    cassettes: recycler ? cassettesFrom(settings.cassettes ?? usualCassettes(types, exponent), exponent, types) : [],
    count: whole('count', settings.count ?? '0', 0, CASSETTE_CAPACITY),
    retractMs: whole('retract', settings.retract ?? '0', 0, 3_600) * 1_000,
  };
}

/** Of 5, 10 and 20 those that it knows. */
function usualCassettes(types: readonly number[], exponent: number): string {
  return [5, 10, 20].map((value) => (types.includes(value * 10 ** exponent) ? value : '-')).join();
}

function whole(name: string, value: string, least: number, most: number): number {
  const number = Number(value);
  if (!/^[0-9]+$/.test(value) || number < least || number > most)
    throw new Error(`setting ${name} is "${value}"; give ${least} to ${most}`);
  return number;
}

function oneOf<T extends string>(name: string, value: string, known: readonly T[]): T {
  const found = known.find((one) => one === value);
  if (found === undefined) throw new Error(`setting ${name} is "${value}"; give ${known.join(' or ')}`);
  return found;
}

function letters(name: string, value: string): string {
  if (!/^[A-Z]{3}$/.test(value)) throw new Error(`setting ${name} is "${value}"; give three capital letters`);
  return value;
}

function text(name: string, value: string, length: number): readonly number[] {
  if (value.length > length || !/^[ -~]*$/.test(value))
    throw new Error(`setting ${name} is "${value}"; give up to ${length} plain characters`);
  return Array.from(value.padEnd(length), (letter) => letter.charCodeAt(0));
}

function hexBytes(name: string, value: string, count: number): readonly number[] {
  if (!new RegExp(`^[0-9A-Fa-f]{${count * 2}}$`).test(value))
    throw new Error(`setting ${name} is "${value}"; give ${count} byte${count === 1 ? '' : 's'} in hex`);
  return Array.from({ length: count }, (_, i) => Number.parseInt(value.slice(i * 2, i * 2 + 2), 16));
}

/** Whole amounts, `-` for none, in minor units. */
function amounts(name: string, places: string, exponent: number, most: number): readonly number[] {
  const values = places.split(',').map((place) => (place.trim() === '-' ? 0 : Number(place)));
  const right = values.every((value, i) => value === 0 || (wireAmount(value) !== null && values.indexOf(value) === i));
  if (!right || values.length > most)
    throw new Error(`setting ${name} is "${places}"; give up to ${most} different amounts such as 20, "-" for none`);
  return values.map((value) => value * 10 ** exponent);
}

function cassettesFrom(places: string, exponent: number, types: readonly number[]): readonly number[] {
  const cassettes = amounts('cassettes', places, exponent, 3);
  const foreign = cassettes.find((minor) => minor !== 0 && !types.includes(minor));
  if (foreign !== undefined)
    throw new Error(`setting cassettes names ${foreign / 10 ** exponent}, which is not among the denominations`);
  return cassettes;
}

/** A value in the bill table: one byte, and how many zeros follow. Null when it does not fit. */
function wireAmount(value: number): readonly [value: number, zeros: number] | null {
  if (!(Number.isInteger(value) && value > 0)) return null;
  let first = value;
  let zeros = 0;
  for (; first >= 10 && first % 10 === 0; zeros++) first /= 10;
  return first <= 0xff ? [first, zeros] : null;
}

// The machine.

type Phase =
  | 'power-up'
  | 'initialize'
  | 'ready'
  | 'accepting'
  | 'escrow'
  | 'stacking'
  | 'returning'
  | 'rejecting'
  | 'stopped'
  | 'dispensing'
  | 'presenting'
  | 'unloading'
  | 'setting';

interface Note {
  readonly minor: number;
  /** Bill type 0–23; -1: not a note of the table. */
  readonly type: number;
  readonly condition: 'whole' | 'torn' | 'unreadable' | 'strung';
}

/** Something that happened, told at each poll until the controller has acknowledged it `acks` times. */
interface Happening {
  readonly bytes: readonly number[];
  readonly untilMs: number;
  readonly acknowledged: () => void;
  acks: number;
}

/** The machine just after its power came on: POWER UP until the host resets it, disabled after that. */
export const simulate: SimulatorFactory = (surroundings) => new NoteMachine(surroundings);

class NoteMachine implements Simulator {
  readonly protocol = 'ccnet';
  readonly kind: 'note-acceptor' | 'recycler';
  power = true;

  readonly denominations: readonly { readonly currency: string; readonly minor: number }[];

  private readonly world: SimulatorSurroundings;
  private readonly model: Model;
  private readonly line: Line;

  // What physically is.
  private path: Note | null = null;
  private pastReturn = false;
  /** A second note that somebody pushes in behind the first. */
  private second: Note | null = null;
  private readonly slot: Note[] = [];
  private readonly customer = new Map<number, number>();
  private readonly box = new Map<number, number>();
  private readonly recycler: Recycler;
  private boxIn = true;
  private full = false;
  private coverOpen = false;
  private jammed: 'validator' | 'cassette' | 'dispenser' | null = null;
  /** A recycling cassette found no note where it believed one; a reset lets it try again. */
  private missed: number | null = null;
  private jamNextMovement = false;
  private moving = false;

  // What the machine knows.
  private phase: Phase = 'power-up';
  private powerUpStatus: readonly number[] = [POWER_UP];
  private enabledTypes = 0;
  private escrowed = 0;
  private security: readonly number[] = [0, 0, 0];
  private options: readonly number[] = [0, 0, 0, 0];
  private holding = false;
  private rejectCode = 0;
  private happenings: Happening[] = [];
  private told: Happening | null = null;
  /** 81 that was not acknowledged; kept over a power loss. */
  private owed: Note | null = null;
  private deferred: (() => void) | null = null;

  // Time.
  private movement = 0;
  private life = 0;

  constructor(surroundings: SimulatorSurroundings) {
    this.world = surroundings;
    this.model = modelFrom(surroundings.settings);
    const { currency, types, recycler, address } = this.model;
    this.kind = recycler ? 'recycler' : 'note-acceptor';
    this.denominations = types.filter((minor) => minor > 0).map((minor) => ({ currency, minor }));
    this.recycler = new Recycler(this.around(), this.model);
    this.line = new Line(surroundings, address, (frame) => this.request(frame));
  }

  private around(): Around {
    return {
      world: this.world,
      types: this.model.types,
      box: this.box,
      customer: this.customer,
      enter: (phase) => this.enter(phase),
      move: (durationMs, done) => this.move(durationMs, done),
      later: (delayMs, done) => this.later(delayMs / this.world.speed, done),
      happened: (bytes) => this.happened(bytes),
      missing: (cassette) => {
        this.missed = cassette;
        this.halt();
      },
      noteEvent: (event, minor, more) => this.noteEvent(event, minor, more),
    };
  }

  receive(bytes: Uint8Array): void {
    if (this.power) this.line.receive(bytes);
  }

  get enabled(): boolean {
    return this.power && this.enabledTypes !== 0;
  }

  // Requests of the controller.

  private request(frame: Uint8Array): readonly number[] | null {
    const code = frame[3] as number;
    const data = dataOf(frame);
    const command = commands.get(code);
    if (!unremarkable.has(code))
      this.world.emit({ event: 'command', name: command?.name ?? 'unknown', hex: hex(frame) });
    const told = this.told;
    this.told = null;
    if (code === ACK && data.length === 0) {
      if (told !== null) this.acknowledge(told);
      return null;
    }
    // A controller that could not read the answer asks again.
    if (code === NAK && data.length === 0) return null;
    if (command === undefined || (command.recyclerOnly === true && !this.model.recycler)) return [ILLEGAL];
    const [least, most] = command.dataBytes;
    if (data.length < least || data.length > most || !this.legal(command.when)) return [ILLEGAL];
    return this.perform(code, data);
  }

  private legal(when: When): boolean {
    const state = this.state()[0] as number;
    switch (when) {
      case 'always':
        return true;
      case 'escrow':
        return state === ESCROW || state === HOLDING;
      case 'disabled':
        return state === DISABLED;
      case 'resting':
        return state <= INITIALIZE || state === DISABLED || (state >= CASSETTE_FULL && state <= UNIT_JAMMED);
      case 'never':
        return false;
      default: {
        const never: never = when;
        return never;
      }
    }
  }

  private perform(code: number, data: readonly number[]): readonly number[] {
    switch (code) {
      case 0x30:
        this.reset();
        return [ACK];
      case 0x31:
        return [
          ...mask(this.enabledTypes),
          ...this.security,
          ...(this.model.recycler ? mask(this.recycler.routed()) : []),
        ];
      case 0x32:
        this.security = data;
        return [ACK];
      case 0x33:
        return this.poll();
      case 0x34:
        this.enable(data);
        return [ACK];
      case 0x35:
        this.stack();
        return [ACK];
      case 0x36:
        this.giveBack();
        return [ACK];
      case 0x37:
        return this.model.identification;
      case 0x38:
        this.enter('escrow');
        this.holding = true;
        this.later(ESCROW_MS, () => this.giveBack());
        return [ACK];
      case 0x39:
        return [ACK];
      case 0x3b:
        return this.recycler.status();
      case 0x3c:
        return this.recycler.dispense(data);
      case 0x3d:
        return this.recycler.unload(data);
      case 0x3e:
        return extendedIdentification(this.model.identification);
      case 0x40:
        return this.recycler.setType(data);
      case 0x41:
        return billTable(this.model);
      case 0x51:
        return [0x5c, 0x1a, 0x07, 0xe3];
      case 0x67:
        return this.recycler.emptyDispenser();
      case 0x68:
        this.options = data;
        return [ACK];
      case 0x69:
        return this.options;
      default:
        return [ILLEGAL];
    }
  }

  private enable(data: readonly number[]): void {
    const wasOpen = this.enabledTypes !== 0;
    let known = 0;
    for (const [type, minor] of this.model.types.entries()) if (minor > 0) known |= 1 << type;
    this.enabledTypes = maskFrom(data.slice(0, 3)) & known;
    this.escrowed = maskFrom(data.slice(3)) & known;
    const open = this.enabledTypes !== 0;
    if (open !== wasOpen) this.world.emit({ event: open ? 'enabled' : 'disabled' });
  }

  private poll(): readonly number[] {
    const nowMs = this.world.clock.monoMs();
    this.happenings = this.happenings.filter(({ untilMs }) => untilMs >= nowMs);
    this.told = this.phase === 'power-up' || this.phase === 'initialize' ? null : (this.happenings[0] ?? null);
    const bytes = this.told?.bytes ?? this.state();
    // Public hosts of the bill-to-bill unit read three bytes at each poll.
    return this.model.recycler ? [...bytes, 0, 0].slice(0, Math.max(3, bytes.length)) : bytes;
  }

  private acknowledge(told: Happening): void {
    told.acks--;
    if (told.acks > 0) return;
    this.happenings = this.happenings.filter((one) => one !== told);
    told.acknowledged();
  }

  private happened(
    bytes: readonly number[],
    keptMs = Number.POSITIVE_INFINITY,
    acknowledged: () => void = () => {},
  ): void {
    const acks = this.line.misbehaviour === 'repeat' ? 3 : 1;
    this.happenings.push({ bytes, untilMs: this.world.clock.monoMs() + keptMs, acknowledged, acks });
  }

  private state(): readonly number[] {
    if (this.phase === 'power-up') return this.powerUpStatus;
    if (this.phase === 'initialize') return [INITIALIZE];
    if (this.model.failure !== null) return [FAILED, this.model.failure];
    if (!this.boxIn || this.coverOpen) return [CASSETTE_OUT];
    if (this.jammed !== null) return jamState(this.jammed);
    if (this.missed !== null) return [UNIT_JAMMED, IN_FIRST_CASSETTE + this.missed];
    if (this.second !== null) return [PAUSE];
    const type = this.path?.type ?? 0;
    switch (this.phase) {
      case 'ready':
      case 'stopped':
        if (this.full) return [CASSETTE_FULL];
        return [this.enabledTypes === 0 ? DISABLED : IDLING];
      case 'accepting':
        return [ACCEPTING];
      case 'escrow':
        return this.holding ? [HOLDING] : [ESCROW, type];
      case 'stacking':
        return [STACKING];
      case 'returning':
        return [RETURNING];
      case 'rejecting':
        return [REJECTING, this.rejectCode];
      case 'dispensing':
        return [DISPENSING, 0];
      case 'presenting':
        return [DISPENSING, 1];
      case 'unloading':
        return [UNLOADING, this.recycler.tooManyAsked ? 1 : 0];
      case 'setting':
        return [SETTING_TYPE];
      default: {
        const never: never = this.phase;
        return never;
      }
    }
  }

  // Time and movement.

  /** A new phase calls off whatever the one before had planned. */
  private enter(phase: Phase): void {
    this.phase = phase;
    this.movement++;
    this.moving = false;
    this.deferred = null;
  }

  /** While a second note is in the way, what is due waits for it to be taken. */
  private later(delayMs: number, fn: () => void): void {
    const movement = this.movement;
    const life = this.life;
    this.world.clock.after(delayMs, () => {
      if (movement !== this.movement || life !== this.life) return;
      if (this.second === null) fn();
      else this.deferred = fn;
    });
  }

  private move(durationMs: number, done: () => void): void {
    this.moving = true;
    const takesMs = durationMs / this.world.speed;
    const jams = this.jamNextMovement;
    this.jamNextMovement = false;
    this.later(jams ? takesMs / 2 : takesMs, () => {
      this.moving = false;
      if (jams) this.jamNow();
      else done();
    });
  }

  private noteEvent(event: string, minor: number, more: Readonly<Record<string, unknown>> = {}): void {
    this.world.emit({ event, currency: this.model.currency, minor, ...more });
  }

  // A note's way in and out.

  private insert(action: HandAction): HandResult {
    const minor = action.minor;
    if (minor === undefined) return no('name the note to insert');
    if (!this.power) return no('the machine has no power: its motor does not pull the note in');
    const visible = this.faults();
    if (visible.length > 0) return no(`the machine does not pull: ${visible.join(', ')}`);
    const note: Note = { minor, type: this.model.types.indexOf(minor), condition: action.condition ?? 'whole' };
    if (this.path !== null && ['accepting', 'escrow', 'stacking'].includes(this.phase)) {
      if (this.second !== null) return no('a second note is in the way already');
      this.second = note;
      this.noteEvent('note.inserted', minor);
      return { ok: true };
    }
    if (this.phase !== 'ready') return no(`the machine does not pull: ${busyWith(this.phase)}`);
    if (this.enabledTypes === 0) return no('the machine does not pull: it is disabled');
    this.takeFromSlot();
    this.path = note;
    this.pastReturn = false;
    this.noteEvent('note.inserted', minor);
    this.enter('accepting');
    this.move(PULL_IN_MS, () => this.judge(note));
    return { ok: true };
  }

  private judge(note: Note): void {
    const fault = this.faultOf(note);
    if (fault !== null) {
      this.reject(note, fault);
      return;
    }
    this.noteEvent('note.escrowed', note.minor);
    this.enter('escrow');
    this.holding = false;
    if (((this.escrowed >> note.type) & 1) === 0) this.stack();
    else this.later(ESCROW_MS, () => this.giveBack());
  }

  private faultOf(note: Note): number | null {
    if (note.condition === 'torn') return TORN;
    if (note.condition === 'unreadable') return UNREADABLE;
    if (note.type < 0) return NOT_A_TYPE;
    return ((this.enabledTypes >> note.type) & 1) === 1 ? null : INHIBITED;
  }

  private reject(note: Note, code: number): void {
    this.enter('rejecting');
    this.rejectCode = code;
    const reason = rejectWords.get(code) ?? 'rejected';
    this.noteEvent('note.rejected', note.minor, { reason, code: code.toString(16) });
    this.move(GIVE_BACK_MS, () => {
      this.outOfSlot(note);
      this.happened([REJECTING, code], REJECTION_KEPT_MS);
      this.enter('ready');
    });
  }

  private giveBack(): void {
    const note = this.path as Note;
    this.enter('returning');
    this.move(GIVE_BACK_MS, () => {
      this.outOfSlot(note);
      this.happened([RETURNED, note.type]);
      this.enter('ready');
    });
  }

  private outOfSlot(note: Note): void {
    this.path = null;
    this.slot.push(note);
    this.noteEvent('note.returned', note.minor);
  }

  private stack(): void {
    const note = this.path as Note;
    // A machine that repeats itself says ESCROW once more after it was told to stack.
    if (this.line.misbehaviour === 'repeat' && (this.escrowed >> note.type) & 1)
      this.happenings.push({
        bytes: [ESCROW, note.type],
        untilMs: this.world.clock.monoMs() + REJECTION_KEPT_MS,
        acknowledged: () => {},
        acks: 1,
      });
    this.enter('stacking');
    this.move(TO_LEVER_MS, () => {
      this.pastReturn = true;
      this.move(INTO_BOX_MS, () => this.stored(note));
    });
  }

  private stored(note: Note): void {
    const place = this.intoBox(note);
    this.credit(note, place);
    this.enter('ready');
  }

  /** The note is where it belongs, or on its way back on the string it hangs on. Returns the cassette, 0 for the box. */
  private intoBox(note: Note): number {
    this.path = null;
    if (note.condition === 'strung') {
      const life = this.life;
      give(this.customer, note.minor);
      this.noteEvent('note.returned', note.minor, { strung: true });
      this.world.clock.after(STRING_PULLED_MS / this.world.speed, () => {
        if (life === this.life) this.happened([CHEATED]);
      });
      return 0;
    }
    const place = this.recycler.keep(note.minor);
    if (place === 0) give(this.box, note.minor);
    this.noteEvent('note.stacked', note.minor, { unit: place === 0 ? 'box' : 'recycler' });
    return place;
  }

  private credit(note: Note, place: number): void {
    this.owed = note;
    const bytes = this.model.recycler ? [STACKED, note.type, place] : [STACKED, note.type];
    this.happened(bytes, Number.POSITIVE_INFINITY, () => {
      this.owed = null;
      this.noteEvent('vend.acknowledged', note.minor);
    });
  }

  // Power and reset.

  /** What was set, and what was not told yet, lives in memory only; a credit that was not acknowledged is kept. */
  private forget(): void {
    if (this.enabledTypes !== 0) this.world.emit({ event: 'disabled' });
    this.enabledTypes = 0;
    this.escrowed = 0;
    this.security = [0, 0, 0];
    this.options = [0, 0, 0, 0];
    this.happenings = [];
    this.told = null;
  }

  /** Where the power-up finds a note decides what it says, and it says so until the controller resets it. */
  private powerUp(): void {
    this.forget();
    const past = (this.path !== null && this.pastReturn) || this.owed !== null || this.recycler.onItsWay !== null;
    if (this.model.evidence === 'none') this.owed = null;
    if (past && this.model.evidence !== 'none') this.powerUpStatus = [POWER_UP_IN_STACKER];
    else if (this.path !== null && !past) this.powerUpStatus = [POWER_UP_IN_VALIDATOR];
    else if (this.recycler.held.size > 0) this.powerUpStatus = [POWER_UP_IN_STACKER, 1];
    else this.powerUpStatus = [POWER_UP];
    this.enter('power-up');
  }

  private reset(): void {
    this.world.emit({ event: 'reset' });
    this.initialize();
  }

  /** After a reset, and by itself after a hand was inside. */
  private initialize(): void {
    this.forget();
    this.enter('initialize');
    this.missed = null;
    this.pushOutSecond();
    const note = this.path;
    if (this.model.evidence !== 'full') this.owed = null;
    else if (note !== null && this.pastReturn) this.owed ??= note;
    if (note !== null && !this.blocked()) {
      this.move(this.pastReturn ? INTO_BOX_MS : GIVE_BACK_MS, () => {
        if (this.pastReturn) this.intoBox(note);
        else this.outOfSlot(note);
      });
    }
    if (this.recycler.onItsWay !== null && !this.blocked()) this.move(INTO_BOX_MS, () => this.recycler.intoBox());
    this.later(INITIALIZE_MS / this.world.speed, () => this.initialized());
  }

  private initialized(): void {
    this.enter(this.path === null && this.recycler.onItsWay === null ? 'ready' : 'stopped');
    if (this.owed !== null && this.path === null) this.credit(this.owed, 0);
  }

  private blocked(): boolean {
    const inward = this.pastReturn || this.recycler.onItsWay !== null;
    return this.jammed !== null || this.coverOpen || (!this.boxIn && inward);
  }

  private jamNow(): void {
    if (this.path === null) this.jammed = 'dispenser';
    else this.jammed = this.pastReturn ? 'cassette' : 'validator';
    this.halt();
    this.world.emit({ event: 'jammed', where: this.jammed });
  }

  /** The motors stop where they are; a power-up waits for its reset, and an initialisation ends in its own time. */
  private halt(): void {
    this.moving = false;
    if (this.phase === 'power-up') return;
    if (this.phase !== 'initialize') {
      this.enter('stopped');
      return;
    }
    this.movement++;
    this.later(INITIALIZE_MS / this.world.speed, () => this.initialized());
  }

  /** After a hand was inside, the machine finds out anew where it stands. */
  private startAgain(): void {
    if (this.power && this.phase !== 'power-up') this.initialize();
  }

  // Hands.

  act(action: HandAction): HandResult {
    switch (action.action) {
      case 'insert':
        return this.insert(action);
      case 'take':
        return this.take();
      case 'fill':
        return this.fill(action);
      case 'jam':
        return this.jam();
      case 'clear jam':
        return this.clearJam();
      case 'stacker full':
        return this.setFull(action.value ?? 'on');
      case 'remove cashbox':
        return this.removeBox();
      case 'insert cashbox':
        return this.insertBox();
      case 'open cover':
        return this.openCover();
      case 'close cover':
        return this.closeCover();
      case 'misbehave':
        return this.misbehave(action.value ?? '');
      case 'cut power':
        return this.cutPower();
      case 'restore power':
        return this.restorePower();
      default:
        return no(`a CCNET note machine knows no "${action.action}"`);
    }
  }

  private take(): HandResult {
    const second = this.second !== null;
    this.pushOutSecond();
    const slot = this.takeFromSlot();
    const bezel = this.takeFromBezel();
    return second || slot || bezel ? { ok: true } : no('no note waits to be taken');
  }

  /** The way is free again, and what was held up goes on. */
  private pushOutSecond(): void {
    if (this.second === null) return;
    this.slot.push(this.second);
    this.noteEvent('note.returned', this.second.minor);
    this.second = null;
    const deferred = this.deferred;
    this.deferred = null;
    deferred?.();
  }

  private takeFromSlot(): boolean {
    const notes = this.slot.splice(0);
    for (const { minor } of notes) give(this.customer, minor);
    return notes.length > 0;
  }

  private takeFromBezel(): boolean {
    // While notes still move, the lips are shut.
    const shut = this.phase === 'dispensing' || this.phase === 'unloading';
    return !shut && this.recycler.take(this.power && this.phase === 'presenting');
  }

  private fill({ minor = 0, count = 0 }: HandAction): HandResult {
    return this.recycler.fill(minor, count);
  }

  private jam(): HandResult {
    if (this.jammed !== null) return no('it is jammed already');
    if (this.moving && this.power) this.jamNow();
    else this.jamNextMovement = true;
    return { ok: true };
  }

  private clearJam(): HandResult {
    if (this.jammed === null) {
      if (!this.jamNextMovement) return no('nothing is jammed');
      this.jamNextMovement = false;
      return { ok: true };
    }
    const note = this.path;
    if (note !== null && this.jammed === 'cassette' && this.boxIn) {
      this.path = null;
      give(this.box, note.minor);
      this.noteEvent('note.stacked', note.minor, { unit: 'box' });
    } else if (note !== null) {
      this.path = null;
      if (this.owed === note) this.owed = null;
      give(this.customer, note.minor);
      this.noteEvent('note.returned', note.minor);
    }
    if (this.boxIn) this.recycler.intoBox();
    this.jammed = null;
    this.world.emit({ event: 'cleared' });
    this.startAgain();
    return { ok: true };
  }

  private setFull(value: string): HandResult {
    if (value !== 'on' && value !== 'off') return no('the stacker is full "on" or "off"');
    if (value === 'on' && !this.boxIn) return no('there is no cash box to be full');
    this.full = value === 'on';
    return { ok: true };
  }

  private removeBox(): HandResult {
    if (!this.boxIn) return no('the cash box is out already');
    this.boxIn = false;
    this.full = false;
    const cash = this.cashIn(this.box);
    this.box.clear();
    this.world.emit({ event: 'cashbox.removed', cash });
    if (!this.power) return { ok: true };
    if (this.phase === 'accepting' || this.phase === 'escrow') this.giveBack();
    else if (['stacking', 'unloading', 'setting'].includes(this.phase)) this.halt();
    else if (this.phase === 'initialize' && this.blocked()) this.halt();
    return { ok: true };
  }

  private insertBox(): HandResult {
    if (this.boxIn) return no('a cash box is in already');
    this.boxIn = true;
    this.world.emit({ event: 'cashbox.inserted' });
    this.startAgain();
    return { ok: true };
  }

  private openCover(): HandResult {
    if (this.coverOpen) return no('the cover is open already');
    this.coverOpen = true;
    this.world.emit({ event: 'cover.opened' });
    if (this.power) this.halt();
    return { ok: true };
  }

  private closeCover(): HandResult {
    if (!this.coverOpen) return no('the cover is closed already');
    this.coverOpen = false;
    this.world.emit({ event: 'cover.closed' });
    this.startAgain();
    return { ok: true };
  }

  private misbehave(value: string): HandResult {
    switch (value) {
      case 'off':
      case 'repeat':
      case 'late':
      case 'noise':
        this.line.misbehaviour = value;
        return { ok: true };
      case 'counter':
        if (!this.model.recycler) return no('a CCNET validator has no event counter to jump');
        this.recycler.miscount();
        return { ok: true };
      default:
        return no('misbehave with repeat, late, noise or off');
    }
  }

  private cutPower(): HandResult {
    if (!this.power) return no('the power is cut already');
    this.power = false;
    this.life++;
    this.moving = false;
    this.deferred = null;
    this.line.die();
    this.world.emit({ event: 'power.cut' });
    return { ok: true };
  }

  private restorePower(): HandResult {
    if (this.power) return no('the power is on already');
    this.power = true;
    this.world.emit({ event: 'power.restored' });
    this.powerUp();
    return { ok: true };
  }

  // What a person sees.

  units(): readonly UnitCash[] {
    const inSlot = new Map<number, number>();
    for (const { minor } of this.slot) give(inSlot, minor);
    if (this.second !== null) give(inSlot, this.second.minor);
    const inside = this.path?.minor ?? this.recycler.onItsWay;
    const inPath = new Map<number, number>(inside === null ? [] : [[inside, 1]]);
    return [
      { unit: 'slot', cash: this.cashIn(inSlot) },
      { unit: 'escrow', cash: this.cashIn(inPath) },
      ...(this.model.recycler ? this.recycler.units((notes) => this.cashIn(notes)) : []),
      { unit: 'box', cash: this.cashIn(this.box) },
      { unit: 'customer', cash: this.cashIn(this.customer) },
    ];
  }

  private cashIn(notes: ReadonlyMap<number, number>): UnitCash['cash'] {
    const currency = this.model.currency;
    return [...notes].sort(([a], [b]) => a - b).map(([minor, count]) => ({ currency, minor, count }));
  }

  faults(): readonly string[] {
    const seen: string[] = [];
    if (this.jammed !== null || this.missed !== null) seen.push('jam');
    if (this.coverOpen) seen.push('cover open');
    if (!this.boxIn) seen.push('cash box out');
    if (this.full) seen.push('full');
    if (this.model.failure !== null) seen.push('broken');
    return seen;
  }
}

function no(reason: string): HandResult {
  return { ok: false, reason };
}

function give(notes: Map<number, number>, minor: number, count = 1): void {
  notes.set(minor, (notes.get(minor) ?? 0) + count);
}

/** Three bytes, high first: bit 0 of the last is bill type 0. */
function mask(bits: number): readonly number[] {
  return [(bits >> 16) & 0xff, (bits >> 8) & 0xff, bits & 0xff];
}

function maskFrom([high = 0, middle = 0, low = 0]: readonly number[]): number {
  return (high << 16) | (middle << 8) | low;
}

function jamState(where: 'validator' | 'cassette' | 'dispenser'): readonly number[] {
  switch (where) {
    case 'validator':
      return [VALIDATOR_JAMMED];
    case 'cassette':
      return [CASSETTE_JAMMED];
    case 'dispenser':
      return [UNIT_JAMMED, IN_DISPENSER];
    default: {
      const never: never = where;
      return never;
    }
  }
}

/** 24 places of value, three letters, zeros that follow; an unused one is all zero. */
function billTable({ types, country, exponent }: Model): readonly number[] {
  const name = Array.from(country, (letter) => letter.charCodeAt(0));
  return Array.from({ length: TYPES }, (_, type) => {
    const amount = wireAmount((types[type] ?? 0) / 10 ** exponent);
    return amount === null ? [0, 0, 0, 0, 0] : [amount[0], ...name, amount[1]];
  }).flat();
}

/** The plain identification, a spare byte, then boot and firmware of the head, the controller, the dispenser, the cassettes. */
function extendedIdentification(identification: readonly number[]): readonly number[] {
  const versions = ['B110', 'CN1101 V1.07', 'B201', 'V3.42', 'B104', 'V2.11', 'B102', 'B102', 'B102', 'V1.30'];
  const lengths = [6, 20, 6, 6, 6, 6, 6, 6, 6, 6];
  return [...identification, 0, ...versions.flatMap((version, i) => text('version', version, lengths[i] as number))];
}

function busyWith(phase: Exclude<Phase, 'ready'>): string {
  switch (phase) {
    case 'power-up':
      return 'it waits for a reset by its controller';
    case 'initialize':
      return 'it is initialising';
    case 'accepting':
    case 'escrow':
    case 'stacking':
      return 'it is busy with another note';
    case 'returning':
    case 'rejecting':
      return 'it is giving a note back';
    case 'stopped':
      return 'a note is stuck in it';
    case 'dispensing':
    case 'presenting':
      return 'it is paying out';
    case 'unloading':
    case 'setting':
      return 'it is emptying a cassette';
    default: {
      const never: never = phase;
      return never;
    }
  }
}
