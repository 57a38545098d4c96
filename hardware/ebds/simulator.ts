/**
 * A note acceptor with the EBDS interface (MEI/CPI Cashflow SC and its relatives; the Pyramid RS-232 interface is a
 * subset), played from the facts of its description as public hosts quote them. The line is 9600 7E1; a frame is
 * `02 LEN CTL DATA… 03 XOR`, the XOR over LEN to the last data byte; CTL is the message type, the device type (0) and
 * the acknowledge number. The machine answers with the number it was asked with. Asked with the number of the last
 * message it took, it repeats its last reply and does nothing; a new number says that the last reply arrived. A frame
 * that is wrong in any way is met with silence.
 *
 * Settings (`--set`): `currency` (CNY), `denominations` (whole units, comma-separated, values 1 to 7, `-` for an unused
 * one), `exponent` (2), `model` and `revision` (the last two bytes of a reply: a letter or two hex digits), `evidence`
 * (`none`: a power-up is silent about a note that was past escrow), `failure` (on: a part is broken), `type`, `serial`,
 * `application`, `boot`, `variant` (texts of the auxiliary queries; the part numbers are 9 characters long).
 */
import type {
  HandAction,
  HandResult,
  Simulator,
  SimulatorFactory,
  SimulatorSurroundings,
  UnitCash,
} from '../simulated.ts';

// The wire: this file's own codec.

const STX = 0x02;
const ETX = 0x03;
const SHORTEST_FRAME = 5;
/** Parity takes the eighth bit of 7E1. */
const HIGHEST_BYTE = 0x7f;
/** Bytes of a frame come within 20 ms of each other; a host on a pseudo-terminal is held up longer than that. */
const INTER_BYTE_MS = 100;
/** The description allows 50 ms; real ones take about ten. */
const REPLY_AFTER_MS = 8;
const LATE_BY_MS = 400;
const MOST_REPLIES_WAITING = 8;

/** A frame around the control byte and data. Exported for the vectors, which both ends have to reproduce. */
export function framed(body: readonly number[]): Uint8Array {
  const length = body.length + 4;
  const sum = body.reduce((xor, byte) => xor ^ byte, length);
  return Uint8Array.from([STX, length, ...body, ETX, sum]);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');
}

function isWhole(frame: Uint8Array): boolean {
  const sum = frame.subarray(1, -2).reduce((xor, byte) => xor ^ byte, 0);
  return frame.at(-2) === ETX && frame.at(-1) === sum && frame.every((byte) => byte <= HIGHEST_BYTE);
}

type LineFault = 'off' | 'late' | 'noise';

/** The machine's end of the line: finds frames in what arrives, and sends answers, well or badly. */
class Line {
  fault: LineFault = 'off';

  private readonly world: SimulatorSurroundings;
  private readonly answer: (frame: Uint8Array) => readonly number[] | null;
  private pending = new Uint8Array(0);
  private lastByteMs = 0;
  private waiting = 0;
  private late = false;
  private life = 0;

  constructor(world: SimulatorSurroundings, answer: (frame: Uint8Array) => readonly number[] | null) {
    this.world = world;
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
    let at = 0;
    for (; at < data.length; at++) {
      if (data[at] !== STX) continue;
      const length = data[at + 1];
      if (length !== undefined && (length < SHORTEST_FRAME || length > HIGHEST_BYTE)) continue;
      if (length === undefined || at + length > data.length) break;
      const frame = data.subarray(at, at + length);
      if (!isWhole(frame)) continue;
      this.reply(this.late ? null : this.answer(frame));
      at += length - 1;
    }
    this.pending = data.slice(at);
  }

  private reply(body: readonly number[] | null): void {
    if (body === null || this.waiting >= MOST_REPLIES_WAITING) return;
    const frame = framed(body);
    if (this.fault === 'late' && this.world.random() < 0.3) {
      this.late = true;
      this.transmit(frame, LATE_BY_MS);
    } else if (this.fault === 'noise') this.transmitInNoise(frame);
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

  /** Garbage, false starts, spoiled and halved frames around an answer in two pieces. */
  private transmitInNoise(frame: Uint8Array): void {
    const random = this.world.random;
    const spoiled = frame.slice();
    spoiled[spoiled.length - 1] = (spoiled.at(-1) as number) ^ 0x5a;
    const before: readonly (() => Uint8Array)[] = [
      () => Uint8Array.from({ length: 1 + Math.floor(random() * 12) }, () => random() * 128),
      () => Uint8Array.of(STX),
      () => Uint8Array.of(STX, 0x0b, 0x20),
      () => Uint8Array.of(STX, 0),
      () => new Uint8Array(0),
    ];
    const kind = Math.floor(random() * (before.length + 2));
    const first = before[kind]?.();
    if (first === undefined) {
      this.transmit(kind === before.length ? spoiled : frame.slice(0, -2), REPLY_AFTER_MS);
      return;
    }
    if (first.length > 0) this.transmit(first, REPLY_AFTER_MS);
    const cut = 1 + Math.floor(random() * (frame.length - 1));
    this.transmit(frame.slice(0, cut), REPLY_AFTER_MS + 1);
    this.transmit(frame.slice(cut), REPLY_AFTER_MS + 9);
  }
}

// The table: message types, bits, queries.

const OMNIBUS = 1;
const STANDARD_REPLY = 2;
const BOOKMARK = 3;
const CALIBRATE = 4;
const FLASH = 5;
const AUXILIARY = 6;
const EXTENDED = 7;
const DEVICE_TYPE_BITS = 0x0e;

const ESCROW_MODE = 0x10;
const STACK = 0x20;
const RETURN = 0x40;
const NO_PUSH = 0x01;
const EXTENDED_NOTES = 0x10;

const IDLING = 0x01;
const ACCEPTING = 0x02;
const ESCROWED = 0x04;
const STACKING = 0x08;
const STACKED = 0x10;
const RETURNING = 0x20;
const RETURNED = 0x40;

const CHEATED = 0x01;
const REJECTED = 0x02;
const JAMMED = 0x04;
const FULL = 0x08;
const CASSETTE_PRESENT = 0x10;
const PAUSED = 0x20;
const CALIBRATING = 0x40;

const POWER_UP = 0x01;
const INVALID_COMMAND = 0x02;
const FAILURE = 0x04;
const VALUE_SHIFT = 3;
const TRANSPORT_OPEN = 0x40;

const STALLED = 0x01;
const CAPABILITIES = 0x10;
/** Models whose replies say that the capabilities query is understood. */
const capableModels: ReadonlySet<number> = new Set([0x54, 0x55]);

const NOTE_SPECIFICATION = 0x02;
const NOTE_ENABLES = 0x03;
const ESCROW_TIMEOUT = 0x04;
const VALUE_TABLE = 0x06;
const NOTE_RETRIEVED = 0x0b;
const ADVANCED_BOOKMARK = 0x0d;
/** Data bytes behind the subtype and the three omnibus bytes. */
const extendedDataBytes: ReadonlyMap<number, readonly number[]> = new Map([
  [NOTE_SPECIFICATION, [1]],
  [NOTE_ENABLES, [8, 19]],
  [ESCROW_TIMEOUT, [2]],
  [VALUE_TABLE, [0]],
  [NOTE_RETRIEVED, [1]],
  [ADVANCED_BOOKMARK, [1]],
]);
const NOTES_PER_BYTE = 7;
/** The one bit of the capabilities query that fits: queries 0E and 0F are answered. */
const APPLICATION_AND_VARIANT_ID = 0x04;
/** Invented. */
const SOFTWARE_CRC = 0x6d3a;

const typeNames: ReadonlyMap<number, string> = new Map([
  [BOOKMARK, 'bookmark'],
  [CALIBRATE, 'calibrate'],
  [FLASH, 'flash-download'],
]);
const extendedNames: ReadonlyMap<number, string> = new Map([
  [NOTE_SPECIFICATION, 'query-note-specification'],
  [NOTE_ENABLES, 'set-note-enables'],
  [ESCROW_TIMEOUT, 'set-escrow-timeout'],
  [VALUE_TABLE, 'query-value-table'],
  [NOTE_RETRIEVED, 'note-retrieved'],
  [ADVANCED_BOOKMARK, 'advanced-bookmark'],
]);
const auxiliaryNames: ReadonlyMap<number, string> = new Map([
  [0x00, 'query-software-crc'],
  [0x01, 'query-cash-box-total'],
  [0x02, 'query-resets'],
  [0x03, 'clear-cash-box-total'],
  [0x04, 'query-type'],
  [0x05, 'query-serial-number'],
  [0x06, 'query-boot-part'],
  [0x07, 'query-application-part'],
  [0x08, 'query-variant-name'],
  [0x09, 'query-variant-part'],
  [0x0d, 'query-capabilities'],
  [0x0e, 'query-application-id'],
  [0x0f, 'query-variant-id'],
  [0x7f, 'soft-reset'],
]);

// Limits of the protocol: never scaled.

/** A host that polls nothing for so long is gone: a note in escrow goes back, and no other is taken until it polls. */
const HOST_SILENCE_MS = 5_000;

// Movements of the mechanism at speed 1; assumptions from videos of such machines.

const INITIALIZE_MS = 2_000;
/** After a soft reset nothing is heard; public hosts wait up to fifteen seconds. */
const DEAF_AFTER_RESET_MS = 3_000;
const PULL_IN_MS = 1_000;
const TO_LEVER_MS = 600;
const INTO_BOX_MS = 800;
const GIVE_BACK_MS = 800;
const STRING_PULLED_MS = 1_500;
const CALIBRATION_MS = 10_000;

// The settings.

const MOST_VALUES = 7;
const tables: Readonly<Record<string, string>> = {
  CNY: '1,5,10,20,50,100',
  EUR: '5,10,20,50,100,200,500',
  USD: '1,2,5,10,20,50,100',
};

interface Model {
  readonly currency: string;
  /** Minor units by value 1–7; 0: unused. */
  readonly values: readonly number[];
  readonly exponent: number;
  readonly identity: readonly [model: number, revision: number];
  readonly evidence: 'full' | 'none';
  readonly broken: boolean;
  /** Texts by auxiliary query. */
  readonly texts: ReadonlyMap<number, readonly number[]>;
}

/** The settings for `--help`, a line each. */
export const settingsHelp: readonly string[] = [
  'currency=CNY denominations=1,5,10,20,50,100 exponent=2 evidence=full|none failure=off|on',
  'model=LETTER|HEX revision=HEX type=TEXT serial=TEXT boot=TEXT application=TEXT variant=TEXT',
];
const knownSettings: readonly string[] = settingsHelp.join(' ').match(/[a-z]+(?==)/g) ?? [];

/** @throws Error naming the setting that is wrong and what it may be. */
function modelFrom(settings: Readonly<Record<string, string>>): Model {
  for (const name of Object.keys(settings)) {
    if (!knownSettings.includes(name))
      throw new Error(`unknown setting "${name}" for ebds; known are ${knownSettings.join(', ')}`);
  }
  const currency = settings.currency ?? 'CNY';
  if (!/^[A-Z]{3}$/.test(currency)) throw new Error(`setting currency is "${currency}"; give three capital letters`);
  const places = settings.denominations ?? tables[currency];
  if (places === undefined)
    throw new Error(`currency ${currency} has no built-in table; set denominations as well, such as 1,5,10`);
  const exponent = Number(settings.exponent ?? '2');
  if (!(Number.isInteger(exponent) && exponent >= 0 && exponent <= 4))
    throw new Error(`setting exponent is "${settings.exponent}"; give 0 to 4`);
  const part = (name: 'boot' | 'application' | 'variant', usual: string) => text(name, settings[name] ?? usual, 9);
  return {
    currency,
    values: amounts(places, exponent),
    exponent,
    identity: [identityByte('model', settings.model ?? 'T'), identityByte('revision', settings.revision ?? '05')],
    evidence: oneOf('evidence', settings.evidence ?? 'full', ['full', 'none']),
    broken: oneOf('failure', settings.failure ?? 'off', ['off', 'on']) === 'on',
    texts: new Map([
      [0x04, text('type', settings.type ?? 'SCN66', 20)],
      [0x05, text('serial', settings.serial ?? '30604012345', 20)],
      [0x06, part('boot', '286001001')],
      [0x07, part('application', '286002105')],
      [0x08, text('currency', currency, 32, '\0')],
      [0x09, part('variant', '490001102')],
      [0x0e, part('application', '286002105')],
      [0x0f, part('variant', '490001102')],
    ]),
  };
}

function oneOf<T extends string>(name: string, value: string, known: readonly T[]): T {
  const found = known.find((one) => one === value);
  if (found === undefined) throw new Error(`setting ${name} is "${value}"; give ${known.join(' or ')}`);
  return found;
}

function text(name: string, value: string, length: number, filler = ' '): readonly number[] {
  if (value.length > length || !/^[ -~]*$/.test(value))
    throw new Error(`setting ${name} is "${value}"; give up to ${length} plain characters`);
  return Array.from(value.padEnd(length, filler), (letter) => letter.charCodeAt(0));
}

function identityByte(name: string, value: string): number {
  if (/^[A-Z]$/.test(value)) return value.charCodeAt(0);
  if (!/^[0-7][0-9A-Fa-f]$/.test(value))
    throw new Error(`setting ${name} is "${value}"; give a capital letter or two hex digits up to 7F`);
  return Number.parseInt(value, 16);
}

/** Whole amounts, `-` for none, in minor units. */
function amounts(places: string, exponent: number): readonly number[] {
  const values = places.split(',').map((place) => (place.trim() === '-' ? 0 : Number(place)));
  const right = values.every((value, i) => value === 0 || (wireAmount(value) !== null && values.indexOf(value) === i));
  if (!right || values.length > MOST_VALUES)
    throw new Error(
      `setting denominations is "${places}"; give up to ${MOST_VALUES} different amounts such as 20, "-" for none`,
    );
  return values.map((value) => value * 10 ** exponent);
}

/** Three digits of value, a sign and two digits of how many zeros follow. Null when it does not fit. */
function wireAmount(value: number): string | null {
  if (!(Number.isSafeInteger(value) && value > 0)) return null;
  let base = value;
  let zeros = 0;
  for (; base > 999 && base % 10 === 0; zeros++) base /= 10;
  return base > 999 ? null : `${String(base).padStart(3, '0')}+${String(zeros).padStart(2, '0')}`;
}

// The machine.

type Phase =
  | 'starting'
  | 'idle'
  | 'accepting'
  | 'escrow'
  | 'stacking'
  | 'returning'
  | 'rejecting'
  | 'stopped'
  | 'calibrating';

interface Note {
  readonly minor: number;
  /** Value 1–7; 0: not a note of the table. */
  readonly value: number;
  readonly condition: 'whole' | 'torn' | 'unreadable' | 'strung';
}

/** Told in each reply until the host shows that one of them arrived. */
type Tidings = 'power-up' | 'opened' | 'stacked' | 'returned' | 'rejected' | 'cheated' | 'retrieved';

/** What a power-up does with a note: A lets go of it, B keeps it and its value, C keeps it and tells no value. */
type Policy = 'A' | 'B' | 'C';
const policies: readonly Policy[] = ['A', 'B', 'C', 'C'];

/** The machine just after its power came on: it takes nothing until the host enables it. */
export const simulate: SimulatorFactory = (surroundings) => new NoteAcceptor(surroundings);

class NoteAcceptor implements Simulator {
  readonly protocol = 'ebds';
  readonly kind = 'note-acceptor';
  power = true;

  readonly denominations: readonly { readonly currency: string; readonly minor: number }[];

  private readonly world: SimulatorSurroundings;
  private readonly model: Model;
  private readonly line: Line;
  /** Minor units in the order of the extended note table, which has no unused places. */
  private readonly table: readonly number[];

  // What physically is.
  private path: Note | null = null;
  private recognised = false;
  private pastReturn = false;
  /** A second note that somebody pushes in behind the first. */
  private second: Note | null = null;
  private readonly slot: Note[] = [];
  private readonly customer = new Map<number, number>();
  private readonly box = new Map<number, number>();
  private boxIn = true;
  private full = false;
  private coverOpen = false;
  private jammed = false;
  private jamNextMovement = false;
  private moving = false;

  // What it remembers without power.
  private policy: Policy = 'A';
  /** A note in the box of which the host was not told yet. */
  private owed: { readonly note: Note; readonly valued: boolean } | null = null;
  private boxTotal = 0;
  private resets = 0;
  private openedUnseen = false;

  // What it knows while it has power.
  private phase: Phase = 'starting';
  private held = false;
  /** How a note is told that goes into the box now. */
  private tells: 'value' | 'no value' | 'nothing' = 'value';
  private setup: readonly [denominations: number, mode: number, options: number] = [0, 0, 0];
  /** By place of the extended note table; all open until the host says otherwise. */
  private extendedEnables: readonly boolean[] = [];
  private escrowTimeoutMs = 0;
  private tellsRetrieval = false;
  private readonly news = new Set<Tidings>();
  private told: readonly Tidings[] = [];
  private lastReply: readonly number[] | null = null;
  private repeats: 'off' | 'on' = 'off';
  private repeatsLeft = 0;
  private hostGone = false;
  private wasOpen = false;
  private deaf = false;
  private deferred: (() => void) | null = null;

  // Time.
  private movement = 0;
  private life = 0;
  private watch = 0;

  constructor(surroundings: SimulatorSurroundings) {
    this.world = surroundings;
    this.model = modelFrom(surroundings.settings);
    const { currency, values } = this.model;
    this.table = values.filter((minor) => minor > 0);
    this.denominations = this.table.map((minor) => ({ currency, minor }));
    this.line = new Line(surroundings, (frame) => this.request(frame));
    this.powerUp();
  }

  receive(bytes: Uint8Array): void {
    if (this.power && !this.deaf) this.line.receive(bytes);
  }

  // Requests of the host.

  private request(frame: Uint8Array): readonly number[] | null {
    const control = frame[2] as number;
    if ((control & DEVICE_TYPE_BITS) !== 0) return null;
    this.hostIsThere();
    const last = this.lastReply;
    const isNew = last === null || (((last[0] as number) ^ control) & 1) === 1;
    if (last !== null && (!isNew || this.repeatsLeft > 0)) {
      if (isNew) this.repeatsLeft--;
      return last;
    }
    this.arrived();
    const reply = this.perform(control, [...frame.subarray(3, -2)], frame);
    this.lastReply = reply;
    if (reply !== null && this.repeats === 'on' && (this.told.length > 0 || this.phase === 'escrow'))
      this.repeatsLeft = 2;
    return reply;
  }

  /** The host's next number says that it has read the last reply. */
  private arrived(): void {
    for (const one of this.told) this.news.delete(one);
    const credit = this.told.includes('stacked') ? this.owed : null;
    this.told = [];
    if (credit === null) return;
    this.owed = null;
    this.noteEvent('vend.acknowledged', credit.note.minor);
  }

  private perform(control: number, data: readonly number[], frame: Uint8Array): readonly number[] | null {
    const type = control >> 4;
    const acknowledge = control & 1;
    const isPoll = type === OMNIBUS && data.length === 3 && data.every((byte, i) => byte === this.setup[i]);
    if (!isPoll) this.world.emit({ event: 'command', name: nameOf(type, data) ?? 'unknown', hex: hex(frame) });
    switch (type) {
      case OMNIBUS:
      case BOOKMARK:
        return this.standard(acknowledge, data.length === 3 && this.apply(data));
      case CALIBRATE:
        return this.calibrate(acknowledge, data);
      case FLASH:
        // No firmware is taken from the wire: the flash bit of the answer stays clear.
        return [(FLASH << 4) | acknowledge, ...this.status()];
      case AUXILIARY:
        return this.auxiliary(acknowledge, data);
      case EXTENDED:
        return this.extended(acknowledge, data);
      default:
        return this.standard(acknowledge, false);
    }
  }

  /** What the three bytes ask for is done. False when they ask for the impossible. */
  private apply([denominations = 0, mode = 0, options = 0]: readonly number[]): boolean {
    this.setup = [denominations, mode, options];
    this.policy = policies[(options >> 2) & 3] as Policy;
    this.noteOpening();
    const order = mode & (STACK | RETURN);
    if (order === (STACK | RETURN)) return false;
    if (this.phase !== 'escrow' || this.second !== null || !this.inService()) return true;
    if (order === STACK) this.stack();
    else if (order === RETURN) this.giveBack();
    return true;
  }

  private calibrate(acknowledge: number, data: readonly number[]): readonly number[] {
    if (data.length !== 3 || this.phase !== 'idle' || !this.inService()) return this.standard(acknowledge, false);
    this.enter('calibrating');
    this.later(CALIBRATION_MS / this.world.speed, () => this.enter('idle'));
    return [(CALIBRATE << 4) | acknowledge, ...this.status()];
  }

  private auxiliary(acknowledge: number, data: readonly number[]): readonly number[] | null {
    const [first = 0, second = 0, query = 0] = data;
    const control = (AUXILIARY << 4) | acknowledge;
    if (data.length !== 3) return this.standard(acknowledge, false);
    if (first === 0x7f && second === 0x7f && query === 0x7f) {
      this.softReset();
      return null;
    }
    const words = this.model.texts.get(query);
    if (words !== undefined) return [control, ...words];
    switch (query) {
      case 0x01:
        return [control, ...nibbles(this.boxTotal, 6)];
      case 0x02:
        return [control, ...nibbles(this.resets, 6)];
      case 0x03:
        this.boxTotal = 0;
        return this.standard(acknowledge, true);
      case 0x0d:
        return [control, APPLICATION_AND_VARIANT_ID, 0, 0, 0, 0, 0];
      default:
        // An unknown query is answered like the one for the software's checksum.
        return [control, ...nibbles(SOFTWARE_CRC, 4), 0, 0];
    }
  }

  private extended(acknowledge: number, [subtype = 0, ...data]: readonly number[]): readonly number[] {
    const rest = data.slice(3);
    if (data.length < 3 || extendedDataBytes.get(subtype)?.includes(rest.length) !== true)
      return this.standard(acknowledge, false);
    const right = this.apply(data);
    const head = [(EXTENDED << 4) | acknowledge, subtype];
    switch (subtype) {
      case NOTE_SPECIFICATION:
        return [...head, ...this.status(!right), ...this.specification(rest[0] as number)];
      case NOTE_ENABLES:
        this.extendedEnables = this.table.map((_, i) => {
          const byte = rest[Math.floor(i / NOTES_PER_BYTE)] ?? 0;
          return ((byte >> (i % NOTES_PER_BYTE)) & 1) === 1;
        });
        return this.standard(acknowledge, right);
      case ESCROW_TIMEOUT:
        this.escrowTimeoutMs = (rest[0] as number) * 1_000;
        return [...head, ...this.status(!right)];
      case VALUE_TABLE:
        return [...head, ...this.status(!right), ...this.valueTable()];
      case NOTE_RETRIEVED:
        this.tellsRetrieval = rest[0] === 1;
        return [...head, ...this.status(!right), 1];
      case ADVANCED_BOOKMARK:
        return [...head, ...this.status(!right), 0];
      default:
        return this.standard(acknowledge, false);
    }
  }

  /** The answer to a poll: in extended mode a note in escrow or just stacked comes with its whole description. */
  private standard(acknowledge: number, right: boolean): readonly number[] {
    const note = this.announced();
    const status = this.status(!right);
    const head = [(EXTENDED << 4) | acknowledge];
    if (this.extendedNotes() && note !== null)
      return [...head, NOTE_SPECIFICATION, ...status, 0, ...this.description(note.minor)];
    if (this.tellsRetrieval && this.news.has('retrieved')) {
      this.told = [...this.told, 'retrieved'];
      return [...head, NOTE_RETRIEVED, ...status, 0x7f];
    }
    return [(STANDARD_REPLY << 4) | acknowledge, ...status];
  }

  /** The note whose value is told now. */
  private announced(): Note | null {
    if (this.phase === 'escrow') return this.path;
    return this.phase !== 'starting' && this.owed?.valued === true ? this.owed.note : null;
  }

  private extendedNotes(): boolean {
    return (this.setup[2] & EXTENDED_NOTES) !== 0;
  }

  /** State, status, exception, misc, model, revision; what it tells of the past counts as told. */
  private status(invalid = false): readonly number[] {
    const ready = this.phase !== 'starting';
    const telling = [...this.news].filter((one) => one !== 'retrieved' && (ready || one === 'opened'));
    if (ready && this.owed !== null) telling.push('stacked');
    this.told = telling;
    const tells = (one: Tidings, bit: number): number => (telling.includes(one) ? bit : 0);
    const state =
      (this.inService() ? stateOf(this.phase) : 0) | tells('stacked', STACKED) | tells('returned', RETURNED);
    const value = this.extendedNotes() ? 0 : (this.announced()?.value ?? 0);
    return [
      state,
      tells('cheated', CHEATED) |
        tells('rejected', REJECTED) |
        (this.jammed ? JAMMED : 0) |
        (this.full && this.boxIn ? FULL : 0) |
        (this.boxIn ? CASSETTE_PRESENT : 0) |
        (this.second !== null ? PAUSED : 0) |
        (this.phase === 'calibrating' ? CALIBRATING : 0),
      (this.news.has('power-up') ? POWER_UP : 0) |
        (invalid ? INVALID_COMMAND : 0) |
        (this.model.broken ? FAILURE : 0) |
        (value << VALUE_SHIFT) |
        (this.coverOpen ? TRANSPORT_OPEN : tells('opened', TRANSPORT_OPEN)),
      (this.jammed && this.pastReturn && (this.setup[2] & NO_PUSH) !== 0 ? STALLED : 0) |
        (capableModels.has(this.model.identity[0]) ? CAPABILITIES : 0),
      ...this.model.identity,
    ];
  }

  private inService(): boolean {
    return !(this.model.broken || this.jammed || this.coverOpen || !this.boxIn || (this.full && this.phase === 'idle'));
  }

  /** A place of the extended note table, from 1 on; all zero where there is none. */
  private specification(index: number): readonly number[] {
    const minor = this.table[index - 1];
    return minor === undefined ? Array<number>(18).fill(0) : [index, ...this.description(minor)];
  }

  /** Currency, value, orientation, note type, series, compatibility, version, classification, two spare bytes. */
  private description(minor: number): readonly number[] {
    return [...ascii(this.model.currency + this.amountOf(minor)), 0, ...ascii('AAAA'), 0, 0, 0];
  }

  private amountOf(minor: number): string {
    return wireAmount(minor / 10 ** this.model.exponent) ?? '000+00';
  }

  private valueTable(): readonly number[] {
    return Array.from({ length: MOST_VALUES }, (_, i) => {
      const minor = this.model.values[i] ?? 0;
      if (minor === 0) return [i + 1, ...Array<number>(9).fill(0)];
      return [i + 1, ...ascii(this.model.currency + this.amountOf(minor))];
    }).flat();
  }

  // Whether the host is there, and wants notes.

  get enabled(): boolean {
    return this.power && this.open();
  }

  private open(): boolean {
    return this.setup[0] !== 0 && !this.hostGone;
  }

  private noteOpening(): void {
    const isOpen = this.open();
    if (isOpen === this.wasOpen) return;
    this.wasOpen = isOpen;
    this.world.emit({ event: isOpen ? 'enabled' : 'disabled' });
  }

  private takes(value: number): boolean {
    if (!this.open()) return false;
    if (!this.extendedNotes()) return ((this.setup[0] >> (value - 1)) & 1) === 1;
    return this.extendedEnables[this.table.indexOf(this.model.values[value - 1] as number)] !== false;
  }

  private hostIsThere(): void {
    this.hostGone = false;
    this.noteOpening();
    const watch = ++this.watch;
    this.world.clock.after(HOST_SILENCE_MS, () => {
      if (watch === this.watch) this.hostIsGone();
    });
  }

  private hostIsGone(): void {
    this.hostGone = true;
    this.noteOpening();
    if (this.phase === 'escrow' && !this.held && this.inService()) this.giveBack();
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
    if (!this.power) return no('the acceptor has no power: its motor does not pull the note in');
    const visible = this.faults();
    if (visible.length > 0) return no(`the acceptor does not pull: ${visible.join(', ')}`);
    const note: Note = { minor, value: this.model.values.indexOf(minor) + 1, condition: action.condition ?? 'whole' };
    if (this.phase === 'accepting' || this.phase === 'escrow' || this.phase === 'stacking') {
      if (this.second !== null) return no('a second note is in the way already');
      this.second = note;
      this.noteEvent('note.inserted', minor);
      return { ok: true };
    }
    if (this.phase !== 'idle') return no(`the acceptor does not pull: ${busyWith(this.phase)}`);
    if (this.owed !== null) return no('the acceptor does not pull: its host has not read the last credit yet');
    if (!this.open()) return no(`the acceptor does not pull: ${this.hostGone ? 'its host is gone' : 'it is disabled'}`);
    this.takeFromSlot();
    this.path = note;
    this.recognised = false;
    this.pastReturn = false;
    this.tells = 'value';
    this.noteEvent('note.inserted', minor);
    this.enter('accepting');
    this.move(PULL_IN_MS, () => this.judge(note));
    return { ok: true };
  }

  private judge(note: Note): void {
    const reason = this.faultOf(note);
    if (reason !== null) {
      this.reject(note, reason);
      return;
    }
    this.recognised = true;
    this.noteEvent('note.escrowed', note.minor);
    this.enter('escrow');
    this.held = false;
    if ((this.setup[1] & ESCROW_MODE) === 0) this.stack();
    else if (this.escrowTimeoutMs > 0) this.later(this.escrowTimeoutMs, () => this.giveBack());
  }

  private faultOf(note: Note): string | null {
    if (note.condition === 'torn') return 'insertion';
    if (note.condition === 'unreadable') return 'optic';
    if (note.value === 0) return 'identification';
    return this.takes(note.value) ? null : 'inhibited';
  }

  private reject(note: Note, reason: string): void {
    this.enter('rejecting');
    this.noteEvent('note.rejected', note.minor, { reason });
    this.move(GIVE_BACK_MS, () => this.outOfSlot(note, 'rejected'));
  }

  private giveBack(): void {
    const note = this.path as Note;
    this.recognised = false;
    this.enter('returning');
    this.move(GIVE_BACK_MS, () => this.outOfSlot(note, 'returned'));
  }

  private outOfSlot(note: Note, told: 'rejected' | 'returned'): void {
    this.path = null;
    this.held = false;
    this.slot.push(note);
    this.noteEvent('note.returned', note.minor);
    this.news.add(told);
    this.enter('idle');
  }

  private stack(): void {
    const note = this.path as Note;
    this.held = false;
    this.enter('stacking');
    this.move(TO_LEVER_MS, () => {
      this.pastReturn = true;
      this.move(INTO_BOX_MS, () => this.stored(note));
    });
  }

  private stored(note: Note): void {
    this.path = null;
    if (this.tells !== 'nothing') this.owed = { note, valued: this.tells === 'value' };
    if (note.condition === 'strung') this.pulledOut(note);
    else this.intoBox(note);
    this.enter('idle');
  }

  private intoBox(note: Note): void {
    give(this.box, note.minor);
    this.boxTotal += note.minor / 10 ** this.model.exponent;
    this.noteEvent('note.stacked', note.minor);
  }

  /** The note hangs on a string and leaves again; the sensors notice it when it is too late. */
  private pulledOut(note: Note): void {
    const life = this.life;
    give(this.customer, note.minor);
    this.noteEvent('note.returned', note.minor, { strung: true });
    this.world.clock.after(STRING_PULLED_MS / this.world.speed, () => {
      if (life === this.life) this.news.add('cheated');
    });
  }

  // Power and reset.

  private forget(): void {
    this.setup = [0, 0, 0];
    this.extendedEnables = [];
    this.escrowTimeoutMs = 0;
    this.tellsRetrieval = false;
    this.hostGone = false;
    this.noteOpening();
    this.watch++;
    this.news.clear();
    this.told = [];
    this.lastReply = null;
    this.repeatsLeft = 0;
    this.held = false;
  }

  /** Where the power-up finds a note, and the policy the host chose before, decide what becomes of it and what is told. */
  private powerUp(): void {
    this.forget();
    this.resets++;
    this.news.add('power-up');
    if (this.openedUnseen && !this.coverOpen) this.news.add('opened');
    this.openedUnseen = false;
    const { policy } = this;
    const valued = policy === 'B';
    this.tells = this.model.evidence === 'none' ? 'nothing' : valued ? 'value' : 'no value';
    if (this.tells === 'nothing') this.owed = null;
    else if (this.owed !== null) this.owed = { note: this.owed.note, valued };
    this.pushOutSecond();
    this.enter('starting');
    this.later(INITIALIZE_MS / this.world.speed, () => this.started(policy !== 'A'));
  }

  private started(keeps: boolean): void {
    const note = this.path;
    if (note === null) this.enter('idle');
    else if (this.blocked()) this.enter('stopped');
    else if (this.pastReturn) {
      this.enter('stacking');
      this.move(INTO_BOX_MS, () => this.stored(note));
    } else if (keeps && this.recognised) {
      this.enter('escrow');
      this.held = true;
      this.tells = 'value';
    } else this.giveBack();
  }

  private blocked(): boolean {
    return this.jammed || this.coverOpen || !this.boxIn;
  }

  private softReset(): void {
    this.world.emit({ event: 'reset' });
    this.line.die();
    this.life++;
    const life = this.life;
    this.deaf = true;
    this.powerUp();
    this.world.clock.after(DEAF_AFTER_RESET_MS / this.world.speed, () => {
      if (life === this.life) this.deaf = false;
    });
  }

  private jamNow(): void {
    this.jammed = true;
    this.halt();
    this.world.emit({ event: 'jammed', where: this.pastReturn ? 'stacker' : 'transport' });
  }

  /** The motors stop where they are; a start goes on in its own time. */
  private halt(): void {
    this.moving = false;
    if (this.phase !== 'starting') this.enter('stopped');
  }

  /** After a hand was inside, the machine finds out anew where it stands. It did not lose its memory. */
  private startAgain(): void {
    if (!this.power || this.phase === 'starting') return;
    this.enter('starting');
    this.later(INITIALIZE_MS / this.world.speed, () => this.started(false));
  }

  // Hands.

  act(action: HandAction): HandResult {
    switch (action.action) {
      case 'insert':
        return this.insert(action);
      case 'take':
        return this.take();
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
        return no(`an EBDS note acceptor knows no "${action.action}"`);
    }
  }

  private take(): HandResult {
    const second = this.second !== null;
    this.pushOutSecond();
    return this.takeFromSlot() || second ? { ok: true } : no('no note waits to be taken');
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
    if (notes.length > 0 && this.tellsRetrieval) this.news.add('retrieved');
    return notes.length > 0;
  }

  private jam(): HandResult {
    if (this.jammed) return no('it is jammed already');
    if (this.moving && this.power) this.jamNow();
    else this.jamNextMovement = true;
    return { ok: true };
  }

  private clearJam(): HandResult {
    if (!this.jammed) {
      if (!this.jamNextMovement) return no('nothing is jammed');
      this.jamNextMovement = false;
      return { ok: true };
    }
    const note = this.path;
    this.jammed = false;
    this.world.emit({ event: 'cleared' });
    // What is past the lever stays there and is pushed in when the machine starts again.
    if (note !== null && !this.pastReturn) {
      this.path = null;
      give(this.customer, note.minor);
      this.noteEvent('note.returned', note.minor);
    }
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
    else if (this.phase === 'stacking') this.halt();
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
    this.openedUnseen = !this.power;
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
      case 'counter':
        this.boxTotal++;
        return { ok: true };
      case 'off':
      case 'repeat':
      case 'late':
      case 'noise':
        this.repeats = value === 'repeat' ? 'on' : 'off';
        this.repeatsLeft = 0;
        this.line.fault = value === 'repeat' ? 'off' : value;
        return { ok: true };
      default:
        return no('misbehave with repeat, late, noise, counter or off');
    }
  }

  private cutPower(): HandResult {
    if (!this.power) return no('the power is cut already');
    this.power = false;
    this.deaf = false;
    this.life++;
    this.watch++;
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
    const inPath = new Map<number, number>(this.path === null ? [] : [[this.path.minor, 1]]);
    return [
      { unit: 'slot', cash: this.cashIn(inSlot) },
      { unit: 'escrow', cash: this.cashIn(inPath) },
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
    if (this.jammed) seen.push('jam');
    if (this.coverOpen) seen.push('cover open');
    if (!this.boxIn) seen.push('cash box out');
    if (this.full) seen.push('full');
    if (this.model.broken) seen.push('broken');
    return seen;
  }
}

function no(reason: string): HandResult {
  return { ok: false, reason };
}

function give(notes: Map<number, number>, minor: number): void {
  notes.set(minor, (notes.get(minor) ?? 0) + 1);
}

function ascii(words: string): readonly number[] {
  return Array.from(words, (letter) => letter.charCodeAt(0));
}

/** A number in half bytes, high first. */
function nibbles(value: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => Math.floor(value / 16 ** (count - 1 - i)) % 16);
}

function nameOf(type: number, data: readonly number[]): string | undefined {
  if (type === AUXILIARY) return auxiliaryNames.get(data[2] ?? -1);
  if (type === EXTENDED) return extendedNames.get(data[0] ?? -1);
  if (type !== OMNIBUS) return typeNames.get(type);
  const order = (data[1] ?? 0) & (STACK | RETURN);
  if (order === STACK) return 'stack';
  return order === RETURN ? 'return' : 'omnibus';
}

function stateOf(phase: Phase): number {
  switch (phase) {
    case 'idle':
      return IDLING;
    case 'accepting':
      return ACCEPTING;
    case 'escrow':
      return ESCROWED;
    case 'stacking':
      return STACKING;
    case 'returning':
    case 'rejecting':
      return RETURNING;
    case 'starting':
    case 'stopped':
    case 'calibrating':
      return 0;
    default: {
      const never: never = phase;
      return never;
    }
  }
}

function busyWith(phase: Exclude<Phase, 'idle'>): string {
  switch (phase) {
    case 'starting':
      return 'it is starting';
    case 'accepting':
    case 'escrow':
    case 'stacking':
      return 'it is busy with another note';
    case 'returning':
    case 'rejecting':
      return 'it is giving a note back';
    case 'stopped':
      return 'a note is stuck in it';
    case 'calibrating':
      return 'it waits for its calibration paper';
    default: {
      const never: never = phase;
      return never;
    }
  }
}
