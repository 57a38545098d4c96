/**
 * A JCM note acceptor with the ID-003 interface (UBA, iVIZION, Vega, EBA), played from its manual's facts:
 * it decides nothing for the host's comfort. The host polls at 9600 8E1; a frame is
 * `FC LEN CMD DATA… CRC`, CRC-16/KERMIT over everything before it, low byte first. A frame with a wrong
 * length or checksum is met with silence, an unknown or untimely command with 4B.
 *
 * Settings (`--set`): `currency` (CNY), `denominations` (whole units, comma-separated, escrow codes from
 * 61 on, `-` for an unused place), `exponent` (2), `country` (one byte in hex; 2A for CNY is invented),
 * `evidence` (full, or none: a power-up says plain 40 although a note had passed the lever), `version`,
 * `boot` (texts of the version replies).
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

const SYNC = 0xfc;
const SHORTEST_FRAME = 5;
/** No request of the table is longer than 7 bytes; a longer length is a false start. */
const LONGEST_REQUEST = 32;
/** A request that stands still inside for longer than this was lost. */
const INTER_BYTE_MS = 100;
const REPLY_AFTER_MS = 4;
const MOST_REPLIES_WAITING = 8;

const kermit = new Uint16Array(256);
for (let i = 0; i < 256; i++) {
  let crc = i;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x8408 : crc >>> 1;
  kermit[i] = crc;
}

function checksum(bytes: Uint8Array, length: number): number {
  let crc = 0;
  for (let i = 0; i < length; i++) crc = (crc >>> 8) ^ (kermit[(crc ^ (bytes[i] as number)) & 0xff] as number);
  return crc;
}

/** A frame around command and data bytes. Exported for the vectors, which both ends have to reproduce. */
export function framed(body: readonly number[]): Uint8Array {
  const length = body.length + 4;
  const frame = new Uint8Array(length);
  frame[0] = SYNC;
  frame[1] = length;
  frame.set(body, 2);
  const crc = checksum(frame, length - 2);
  frame[length - 2] = crc & 0xff;
  frame[length - 1] = crc >>> 8;
  return frame;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');
}

// The table: statuses, commands, reject reasons.

const ENQ = 0x05;
const IDLE = 0x11;
const ACCEPTING = 0x12;
const ESCROW = 0x13;
const STACKING = 0x14;
const VEND_VALID = 0x15;
const STACKED = 0x16;
const REJECTING = 0x17;
const RETURNING = 0x18;
const HOLDING = 0x19;
const DISABLED = 0x1a;
const INITIALIZE = 0x1b;
const POWER_UP = 0x40;
const BILL_IN_ACCEPTOR = 0x41;
const BILL_IN_STACKER = 0x42;
const STACKER_FULL = 0x43;
const STACKER_OPEN = 0x44;
const ACCEPTOR_JAM = 0x45;
const STACKER_JAM = 0x46;
const CHEATED = 0x48;
const FAILURE = 0x49;
const HEAD_REMOVED = 0xaf;
const INVALID_COMMAND = 0x4b;
const HOST_ACK = 0x50;

const commandNames: ReadonlyMap<number, string> = new Map([
  [0x11, 'status'],
  [0x40, 'reset'],
  [0x41, 'stack-1'],
  [0x42, 'stack-2'],
  [0x43, 'return'],
  [0x44, 'hold'],
  [0x45, 'wait'],
  [0x50, 'ack'],
  [0x80, 'get-denominations'],
  [0x81, 'get-security'],
  [0x82, 'get-communication'],
  [0x83, 'get-inhibit'],
  [0x84, 'get-direction'],
  [0x85, 'get-options'],
  [0x86, 'get-barcode'],
  [0x87, 'get-barcode-inhibit'],
  [0x88, 'version'],
  [0x89, 'boot-version'],
  [0x8a, 'currency-assign'],
  [0xc0, 'set-denominations'],
  [0xc1, 'set-security'],
  [0xc2, 'set-communication'],
  [0xc3, 'set-inhibit'],
  [0xc4, 'set-direction'],
  [0xc5, 'set-options'],
  [0xc6, 'set-barcode'],
  [0xc7, 'set-barcode-inhibit'],
  [0xcd, 'set-escrow-limit'],
]);

/** Each settable register after power-up or reset: everything open but the inhibit. */
const factory: Readonly<Record<number, readonly number[]>> = Object.fromEntries([
  [0xc0, [0, 0]],
  [0xc1, [0, 0]],
  [0xc2, [0]],
  [0xc3, [1]],
  [0xc4, [0]],
  [0xc5, [0, 0]],
  [0xc6, [1, 0x12]],
  [0xc7, [1]],
  [0xcd, [1]],
]);
/** How many data bytes a set command may have. Optional functions are one byte on older firmware. */
const dataBytes: ReadonlyMap<number, readonly [least: number, most: number]> = new Map([
  [0xc0, [2, 2]],
  [0xc1, [2, 2]],
  [0xc2, [1, 1]],
  [0xc3, [1, 1]],
  [0xc4, [1, 1]],
  [0xc5, [1, 2]],
  [0xc6, [2, 2]],
  [0xc7, [1, 1]],
  [0xcd, [1, 1]],
]);
const SET_DENOMINATIONS = 0xc0;
const SET_COMMUNICATION = 0xc2;
const SET_INHIBIT = 0xc3;
const SET_OPTIONS = 0xc5;
const POWER_RECOVERY = 0x02;
const ENCRYPTION = 0x80;

const rejectWords: ReadonlyMap<number, string> = new Map([
  [0x76, 'denomination'],
  [0x77, 'photo pattern'],
  [0x79, 'inhibited or escrow time-out'],
  [0x7d, 'length'],
]);
const TORN = 0x7d;
const NOT_A_DENOMINATION = 0x76;
const UNREADABLE = 0x77;
const INHIBITED_OR_LATE = 0x79;

// Limits of the protocol: never scaled.

const ESCROW_MS = 10_000;
const HOST_SILENCE_IN_ESCROW_MS = 3_000;
const WAIT_GRACE_MS = 3_000;
const ACK_WITHHELD_MS = 60_000;
/** How long a passing status (STACKED, REJECTING, RETURNING) waits to be read before it is forgotten. */
const PASSING_STATUS_MS = 3_000;

// Movements of the mechanism at speed 1.

const PULL_IN_MS = 1_000;
const TO_LEVER_MS = 1_000;
const INTO_BOX_MS = 1_000;
const GIVE_BACK_MS = 800;
const INITIALIZE_MS = 1_500;
const CHEATED_MS = 2_000;

const LATE_BY_MS = 400;

type Phase =
  | 'power-up'
  | 'initialize'
  | 'idle'
  | 'accepting'
  | 'escrow'
  | 'stacking'
  | 'returning'
  | 'stopped'
  | 'cheated'
  | 'dead';

type Misbehaviour = 'off' | 'repeat' | 'late' | 'noise';

interface Note {
  readonly minor: number;
  /** Escrow code 61–68; 0: not a note of the table. */
  readonly code: number;
  readonly condition: 'whole' | 'torn' | 'unreadable' | 'strung';
}

interface Model {
  readonly currency: string;
  readonly country: number;
  /** Minor units by escrow code less 61; 0: unused. */
  readonly denominations: readonly number[];
  readonly exponent: number;
  readonly evidence: boolean;
  readonly version: string;
  readonly boot: string;
}

const tables: Readonly<Record<string, { readonly country: string; readonly denominations: string }>> = {
  CNY: { country: '2A', denominations: '1,5,10,20,50,100' },
  EUR: { country: 'E0', denominations: '-,5,10,20,50,100,200,500' },
};
const PLACES = 8;
const knownSettings = ['currency', 'denominations', 'exponent', 'country', 'evidence', 'version', 'boot'];

/** @throws Error naming the setting that is wrong and what it may be. */
function modelFrom(settings: Readonly<Record<string, string>>): Model {
  for (const name of Object.keys(settings)) {
    if (!knownSettings.includes(name))
      throw new Error(`unknown setting "${name}" for id003; known are ${knownSettings.join(', ')}`);
  }
  const currency = settings.currency ?? 'CNY';
  if (!/^[A-Z]{3}$/.test(currency)) throw new Error(`setting currency is "${currency}"; give three capital letters`);
  const country = settings.country ?? tables[currency]?.country;
  const places = settings.denominations ?? tables[currency]?.denominations;
  if (country === undefined || places === undefined)
    throw new Error(`currency ${currency} has no built-in table; set country and denominations as well`);
  if (!/^[0-9A-Fa-f]{2}$/.test(country)) throw new Error(`setting country is "${country}"; give one byte in hex`);
  const exponent = Number(settings.exponent ?? '2');
  if (!(Number.isInteger(exponent) && exponent >= 0 && exponent <= 4))
    throw new Error(`setting exponent is "${settings.exponent}"; give 0 to 4`);
  const evidence = settings.evidence ?? 'full';
  if (evidence !== 'full' && evidence !== 'none')
    throw new Error(`setting evidence is "${evidence}"; give full or none`);
  return {
    currency,
    country: Number.parseInt(country, 16),
    denominations: denominationsFrom(places, exponent),
    exponent,
    evidence: evidence === 'full',
    version: settings.version ?? 'i(CHN)-100-SS ID003-03V203-11 12MAR19 5A17',
    boot: settings.boot ?? 'B05',
  };
}

function denominationsFrom(places: string, exponent: number): readonly number[] {
  const values = places.split(',').map((place) => (place.trim() === '-' ? 0 : Number(place)));
  const right = values.every((value) => Number.isInteger(value) && value >= 0 && value < 1e9);
  if (!right || values.length > PLACES)
    throw new Error(
      `setting denominations is "${places}"; give up to ${PLACES} whole amounts, "-" for an unused place`,
    );
  return values.map((value) => value * 10 ** exponent);
}

/** Currency assignment: code, country, value, exponent of ten for each place; value 0 is unused. */
function currencyAssignment(model: Model): readonly number[] {
  const body = [0x8a];
  for (let place = 0; place < PLACES; place++) {
    let value = (model.denominations[place] ?? 0) / 10 ** model.exponent;
    let tens = 0;
    while (value > 99 && value % 10 === 0) {
      value /= 10;
      tens++;
    }
    body.push(0x61 + place, value === 0 ? 0 : model.country, value, tens);
  }
  return body;
}

/** The acceptor just after its power came on: POWER UP until the host resets it, inhibited after that. */
export const simulate: SimulatorFactory = (surroundings) => new Acceptor(surroundings);

export const settingsHelp: readonly string[] = [
  'currency=CNY denominations=1,5,10,20,50,100 exponent=2 country=2A',
  'evidence=full|none version=TEXT boot=TEXT',
];

class Acceptor implements Simulator {
  readonly protocol = 'id003';
  readonly kind = 'note-acceptor';
  power = true;

  readonly denominations: readonly { readonly currency: string; readonly minor: number }[];

  private readonly world: SimulatorSurroundings;
  private readonly model: Model;

  // What physically is.
  private path: Note | null = null;
  private passedLever = false;
  private readonly slot: Note[] = [];
  private readonly customer = new Map<number, number>();
  private readonly box = new Map<number, number>();
  private boxIn = true;
  private full = false;
  private coverOpen = false;
  private jammed: 'acceptor' | 'stacker' | null = null;
  private jamNextMovement = false;
  private moving = false;

  // What the machine knows.
  private phase: Phase = 'power-up';
  private powerUpStatus = POWER_UP;
  private registers: Record<number, readonly number[]> = { ...factory };
  private holding = false;
  private stackMode: 1 | 2 = 1;
  private rejectCode: number | null = null;
  /** VEND VALID that the host has not acknowledged; kept over a power loss. */
  private owed: Note | null = null;
  private acksMissing = 0;
  /** VEND VALID was given for the note in the path. */
  private vended = false;
  private recoveryArmed = false;
  private passing: { readonly status: readonly number[]; readonly untilMs: number; reads: number } | null = null;

  // Time.
  private movement = 0;
  private ackLimit = 0;
  private run = 0;
  private heardMs = 0;
  private graceMs = 0;

  // The wire.
  private pending = new Uint8Array(0);
  private lastByteMs = 0;
  private repliesWaiting = 0;
  private late = false;
  private misbehaviour: Misbehaviour = 'off';
  private announced = '';

  constructor(surroundings: SimulatorSurroundings) {
    this.world = surroundings;
    this.model = modelFrom(surroundings.settings);
    const { currency, denominations } = this.model;
    this.denominations = denominations.filter((minor) => minor > 0).map((minor) => ({ currency, minor }));
  }

  // Bytes from the host.

  receive(bytes: Uint8Array): void {
    if (!this.power) return;
    const nowMs = this.world.clock.monoMs();
    const stale = this.pending.length > 0 && nowMs - this.lastByteMs > INTER_BYTE_MS;
    this.lastByteMs = nowMs;
    let data = bytes;
    if (this.pending.length > 0 && !stale) {
      data = new Uint8Array(this.pending.length + bytes.length);
      data.set(this.pending);
      data.set(bytes, this.pending.length);
    }
    let at = 0;
    while (at < data.length) {
      if (data[at] !== SYNC) {
        at++;
        continue;
      }
      const length = data[at + 1];
      if (length === undefined) break;
      if (length < SHORTEST_FRAME || length > LONGEST_REQUEST) {
        at++;
        continue;
      }
      if (at + length > data.length) break;
      const frame = data.subarray(at, at + length);
      const crc = checksum(frame, length - 2);
      if (frame[length - 2] !== (crc & 0xff) || frame[length - 1] !== crc >>> 8) {
        at++;
        continue;
      }
      at += length;
      this.request(frame);
    }
    this.pending = data.slice(at);
  }

  private request(frame: Uint8Array): void {
    if (this.late) return;
    this.heardMs = this.world.clock.monoMs();
    this.graceMs = 0;
    const command = frame[2] as number;
    const data = Array.from(frame.subarray(3, frame.length - 2));
    if (command !== 0x11)
      this.world.emit({ event: 'command', name: commandNames.get(command) ?? 'unknown', hex: hex(frame) });
    if (this.phase === 'dead' && command !== 0x40) return;
    const body = command < 0x80 ? this.operation(command, data) : this.register(command, data);
    if (body !== null) this.reply(body);
  }

  private operation(command: number, data: readonly number[]): readonly number[] | null {
    if (data.length > 0) return command === HOST_ACK ? null : [INVALID_COMMAND];
    const escrowed = this.phase === 'escrow';
    switch (command) {
      case 0x11:
        return this.read();
      case 0x40:
        this.reset();
        return [HOST_ACK];
      case 0x41:
      case 0x42:
        if (!escrowed || !this.boxIn || this.coverOpen) return [INVALID_COMMAND];
        this.stack(command === 0x41 ? 1 : 2);
        return [HOST_ACK];
      case 0x43:
        if (!escrowed) return [INVALID_COMMAND];
        this.giveBack(null);
        return [HOST_ACK];
      case 0x44:
        if (!escrowed) return [INVALID_COMMAND];
        this.holding = true;
        this.enter('escrow');
        this.later(ESCROW_MS, () => this.giveBack(INHIBITED_OR_LATE));
        this.watchHost();
        return [HOST_ACK];
      case 0x45:
        this.graceMs = WAIT_GRACE_MS;
        return [HOST_ACK];
      case HOST_ACK:
        this.acknowledged();
        return null;
      default:
        return [INVALID_COMMAND];
    }
  }

  private register(command: number, data: readonly number[]): readonly number[] {
    if (command >= 0x80 && command <= 0x87) {
      if (data.length > 0) return [INVALID_COMMAND];
      return [command, ...(this.registers[command + 0x40] as readonly number[])];
    }
    if (command === 0x88 || command === 0x89) {
      if (data.length > 0) return [INVALID_COMMAND];
      const text = command === 0x88 ? this.model.version : this.model.boot;
      return [command, ...Array.from(text, (letter) => letter.charCodeAt(0) & 0x7f)];
    }
    if (command === 0x8a) return data.length > 0 ? [INVALID_COMMAND] : currencyAssignment(this.model);
    const bounds = dataBytes.get(command);
    if (bounds === undefined || data.length < bounds[0] || data.length > bounds[1]) return [INVALID_COMMAND];
    // Encrypted frames would follow, which this machine does not have.
    if (command === SET_OPTIONS && ((data[0] as number) & ENCRYPTION) !== 0) return [INVALID_COMMAND];
    const wasOpen = this.open();
    this.registers[command] = data;
    if (this.open() !== wasOpen) this.world.emit({ event: this.open() ? 'enabled' : 'disabled' });
    // The host knows what it has just changed; only what comes later is called out.
    this.announced = String(this.status());
    return [command, ...data];
  }

  get enabled(): boolean {
    return this.power && this.open();
  }

  private open(): boolean {
    return this.registers[SET_INHIBIT]?.[0] === 0;
  }

  // Bytes to the host.

  private reply(body: readonly number[]): void {
    if (this.repliesWaiting >= MOST_REPLIES_WAITING) return;
    const frame = framed(body);
    const random = this.world.random;
    if (this.misbehaviour === 'late' && random() < 0.3) {
      this.late = true;
      this.transmit(frame, LATE_BY_MS);
    } else if (this.misbehaviour === 'noise') {
      this.transmitInNoise(frame);
    } else {
      this.transmit(frame, REPLY_AFTER_MS);
    }
  }

  private transmit(bytes: Uint8Array, afterMs: number): void {
    const run = this.run;
    this.repliesWaiting++;
    this.world.clock.after(afterMs, () => {
      if (run !== this.run) return;
      this.repliesWaiting--;
      this.late = false;
      this.world.send(bytes);
    });
  }

  /** Garbage, lone sync bytes, wrong lengths and checksums around a reply that comes in two pieces or not at all. */
  private transmitInNoise(frame: Uint8Array): void {
    const random = this.world.random;
    const kind = Math.floor(random() * 6);
    if (kind === 0) {
      this.transmit(
        Uint8Array.from({ length: 1 + Math.floor(random() * 12) }, () => random() * 256),
        REPLY_AFTER_MS,
      );
    } else if (kind === 1) {
      this.transmit(Uint8Array.of(SYNC), REPLY_AFTER_MS);
    } else if (kind === 2) {
      this.transmit(Uint8Array.of(SYNC, 0), REPLY_AFTER_MS);
    } else if (kind === 3) {
      const spoiled = frame.slice();
      spoiled[spoiled.length - 1] = (spoiled[spoiled.length - 1] as number) ^ 0x5a;
      this.transmit(spoiled, REPLY_AFTER_MS);
      return;
    } else if (kind === 4) {
      this.transmit(frame.slice(0, frame.length - 2), REPLY_AFTER_MS);
      return;
    }
    const cut = 1 + Math.floor(random() * (frame.length - 1));
    this.transmit(frame.slice(0, cut), REPLY_AFTER_MS + 1);
    this.transmit(frame.slice(cut), REPLY_AFTER_MS + 9);
  }

  /** In interrupt mode a change of status is called out, and the host asks what it is. */
  private announce(): void {
    if (!this.power || this.registers[SET_COMMUNICATION]?.[0] === 0) return;
    const now = String(this.status());
    if (now === this.announced) return;
    this.announced = now;
    this.transmit(framed([ENQ]), REPLY_AFTER_MS);
  }

  private read(): readonly number[] {
    const latched =
      this.phase !== 'power-up' && this.phase !== 'initialize' && this.owed === null ? this.passing : null;
    if (latched !== null) {
      latched.reads--;
      if (latched.reads <= 0) this.passing = null;
      if (this.world.clock.monoMs() <= latched.untilMs) return latched.status;
      this.passing = null;
    }
    return this.status();
  }

  private status(): readonly number[] {
    if (this.phase === 'power-up') return [this.powerUpStatus];
    if (this.phase === 'initialize') return [INITIALIZE];
    if (this.owed !== null) return [VEND_VALID];
    if (this.coverOpen) return [FAILURE, HEAD_REMOVED];
    if (!this.boxIn) return [STACKER_OPEN];
    if (this.jammed !== null) return [this.jammed === 'acceptor' ? ACCEPTOR_JAM : STACKER_JAM];
    switch (this.phase) {
      case 'accepting':
        return [ACCEPTING];
      case 'escrow':
        return this.holding ? [HOLDING] : [ESCROW, this.path?.code ?? 0];
      case 'stacking':
        return [STACKING];
      case 'returning':
        return this.rejectCode === null ? [RETURNING] : [REJECTING, this.rejectCode];
      case 'cheated':
        return [CHEATED];
      case 'stopped':
      case 'idle':
        if (this.full) return [STACKER_FULL];
        return [this.open() ? IDLE : DISABLED];
      case 'dead':
        return [];
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
    this.announce();
  }

  private later(delayMs: number, fn: () => void): void {
    const movement = this.movement;
    const run = this.run;
    this.world.clock.after(delayMs, () => {
      if (movement === this.movement && run === this.run) fn();
    });
  }

  private move(durationMs: number, done: () => void): void {
    this.moving = true;
    const takesMs = durationMs / this.world.speed;
    if (this.jamNextMovement) {
      this.jamNextMovement = false;
      this.later(takesMs / 2, () => this.jamNow());
      return;
    }
    this.later(takesMs, () => {
      this.moving = false;
      done();
      this.announce();
    });
  }

  private latch(...status: readonly number[]): void {
    const reads = this.misbehaviour === 'repeat' ? 3 : 1;
    this.passing = { status, untilMs: this.world.clock.monoMs() + PASSING_STATUS_MS, reads };
  }

  private noteEvent(event: string, note: Note, more: Readonly<Record<string, unknown>> = {}): void {
    this.world.emit({ event, currency: this.model.currency, minor: note.minor, ...more });
  }

  // A note's way.

  private insert(action: HandAction): HandResult {
    const minor = action.minor;
    if (minor === undefined) return no('name the note to insert');
    if (!this.power) return no('the acceptor has no power: its motor does not pull the note in');
    const visible = this.faults();
    if (visible.length > 0) return no(`the acceptor does not pull: ${visible.join(', ')}`);
    if (this.phase !== 'idle') return no(`the acceptor does not pull: ${busyWith(this.phase)}`);
    if (!this.open()) return no('the acceptor does not pull: it is inhibited');
    this.takeFromSlot();
    const place = this.model.denominations.indexOf(minor);
    const note: Note = { minor, code: place < 0 ? 0 : 0x61 + place, condition: action.condition ?? 'whole' };
    this.path = note;
    this.passedLever = false;
    this.vended = false;
    this.noteEvent('note.inserted', note);
    this.enter('accepting');
    this.move(PULL_IN_MS, () => this.judge(note));
    return { ok: true };
  }

  private judge(note: Note): void {
    const fault = this.faultOf(note);
    if (fault !== null) {
      this.giveBack(fault);
      return;
    }
    this.holding = false;
    this.enter('escrow');
    this.heardMs = this.world.clock.monoMs();
    this.noteEvent('note.escrowed', note);
    this.later(ESCROW_MS, () => this.giveBack(INHIBITED_OR_LATE));
    this.watchHost();
  }

  private faultOf(note: Note): number | null {
    if (note.condition === 'torn') return TORN;
    if (note.condition === 'unreadable') return UNREADABLE;
    if (note.code === 0) return NOT_A_DENOMINATION;
    const shut = ((this.registers[SET_DENOMINATIONS]?.[0] ?? 0) >> (note.code - 0x61)) & 1;
    return shut === 1 || !this.open() ? INHIBITED_OR_LATE : null;
  }

  /** A host that stopped polling is not going to decide: the note goes back. */
  private watchHost(): void {
    const silentMs = this.world.clock.monoMs() - this.heardMs;
    const leftMs = HOST_SILENCE_IN_ESCROW_MS + this.graceMs - silentMs;
    if (leftMs <= 0) this.giveBack(null);
    else this.later(leftMs, () => this.watchHost());
  }

  private giveBack(rejectCode: number | null): void {
    const note = this.path as Note;
    this.rejectCode = rejectCode;
    this.enter('returning');
    if (rejectCode !== null) {
      const reason = rejectWords.get(rejectCode) ?? 'rejected';
      this.noteEvent('note.rejected', note, { reason, code: rejectCode.toString(16) });
    }
    this.move(GIVE_BACK_MS, () => {
      this.outOfSlot(note);
      if (rejectCode === null) this.latch(RETURNING);
      else this.latch(REJECTING, rejectCode);
      this.enter('idle');
    });
  }

  private outOfSlot(note: Note): void {
    this.path = null;
    this.slot.push(note);
    this.noteEvent('note.returned', note);
  }

  private stack(mode: 1 | 2): void {
    const note = this.path as Note;
    this.stackMode = mode;
    // A machine that repeats itself says ESCROW once more after it was told to stack.
    if (this.misbehaviour === 'repeat') {
      this.latch(ESCROW, note.code);
      if (this.passing !== null) this.passing.reads = 1;
    }
    this.enter('stacking');
    this.move(TO_LEVER_MS, () => {
      this.passedLever = true;
      if (mode === 1) this.vend(note);
      this.move(INTO_BOX_MS, () => this.stored(note));
    });
  }

  private stored(note: Note): void {
    if (note.condition !== 'strung') this.intoBox(note);
    if (this.stackMode === 2) this.vend(note);
    this.settle();
  }

  private intoBox(note: Note): void {
    this.path = null;
    this.box.set(note.minor, (this.box.get(note.minor) ?? 0) + 1);
    this.noteEvent('note.stacked', note);
  }

  private vend(note: Note): void {
    this.owed = note;
    this.vended = true;
    this.acksMissing = this.misbehaviour === 'repeat' ? 3 : 1;
    const limit = ++this.ackLimit;
    const run = this.run;
    this.world.clock.after(ACK_WITHHELD_MS, () => {
      if (limit !== this.ackLimit || run !== this.run || this.owed === null) return;
      this.enter('dead');
    });
    this.announce();
  }

  private acknowledged(): void {
    const note = this.owed;
    if (note === null || this.phase === 'power-up' || this.phase === 'initialize') return;
    if (--this.acksMissing > 0) return;
    this.owed = null;
    this.ackLimit++;
    this.noteEvent('vend.acknowledged', note);
    this.settle();
    this.announce();
  }

  /** Stored and acknowledged, in whichever order: the transaction is over. */
  private settle(): void {
    if (this.phase !== 'stacking' || this.moving || this.owed !== null) return;
    const note = this.path;
    if (note !== null) {
      // Only a note on a string is still here: out it goes, after the credit.
      this.path = null;
      this.customer.set(note.minor, (this.customer.get(note.minor) ?? 0) + 1);
      this.noteEvent('note.returned', note, { strung: true });
      this.enter('cheated');
      this.later(CHEATED_MS / this.world.speed, () => {
        this.latch(CHEATED);
        this.enter('idle');
      });
      return;
    }
    this.latch(STACKED);
    this.enter('idle');
  }

  // Power and reset.

  private recoveryOn(): boolean {
    return (((this.registers[SET_OPTIONS]?.[0] ?? 0) as number) & POWER_RECOVERY) !== 0;
  }

  /** Settings do not outlive a power-up or reset; that power recovery was on stays with the note's record. */
  private forget(): void {
    this.recoveryArmed ||= this.recoveryOn();
    if (this.open()) this.world.emit({ event: 'disabled' });
    this.registers = { ...factory };
    this.passing = null;
    this.ackLimit++;
  }

  /** Where the power-up finds the note decides what it says, and it says so until the host resets it. */
  private powerUp(): void {
    this.forget();
    const inStacker = (this.path !== null && this.passedLever) || this.owed !== null;
    if (!this.model.evidence) this.owed = null;
    if (inStacker) this.powerUpStatus = this.model.evidence ? BILL_IN_STACKER : POWER_UP;
    else this.powerUpStatus = this.path === null ? POWER_UP : BILL_IN_ACCEPTOR;
    this.enter('power-up');
  }

  private reset(): void {
    this.world.emit({ event: 'reset' });
    if (this.phase === 'dead') {
      this.powerUp();
      return;
    }
    this.forget();
    const note = this.path;
    const unfinished = note !== null && this.passedLever && !this.vended && this.model.evidence ? note : null;
    this.owed ??= unfinished;
    this.enter('initialize');
    if (note !== null && !this.blocked()) {
      if (!this.passedLever) this.move(GIVE_BACK_MS, () => this.outOfSlot(note));
      else if (note.condition !== 'strung') this.move(INTO_BOX_MS, () => this.intoBox(note));
    }
    this.later(INITIALIZE_MS / this.world.speed, () => this.initialized());
  }

  private initialized(): void {
    const owed = this.owed;
    const again = owed !== null && (this.recoveryArmed || this.recoveryOn());
    this.recoveryArmed = false;
    this.owed = null;
    if (this.path !== null && this.blocked()) {
      this.enter('stopped');
      return;
    }
    if (again || this.path?.condition === 'strung') {
      this.enter('stacking');
      if (again) this.vend(owed);
      else this.settle();
      return;
    }
    this.enter('idle');
  }

  private blocked(): boolean {
    return this.jammed !== null || this.coverOpen || (!this.boxIn && this.passedLever);
  }

  private jamNow(): void {
    this.jammed = this.passedLever ? 'stacker' : 'acceptor';
    this.halt();
    this.world.emit({ event: 'jammed', where: this.jammed });
  }

  /** The motors stop where they are; power-up and reset go their own way. */
  private halt(): void {
    this.moving = false;
    if (this.phase === 'power-up' || this.phase === 'dead') return;
    if (this.phase === 'initialize') {
      this.movement++;
      this.later(INITIALIZE_MS / this.world.speed, () => this.initialized());
    } else if (this.path !== null) {
      this.enter('stopped');
    }
    this.announce();
  }

  /** After a hand was inside, the machine begins again as if just switched on. */
  private startAgain(): void {
    if (this.power) this.powerUp();
  }

  // Hands.

  act(action: HandAction): HandResult {
    switch (action.action) {
      case 'insert':
        return this.insert(action);
      case 'take':
        return this.takeFromSlot() ? { ok: true } : no('no note waits at the slot');
      case 'jam':
        return action.value === undefined ? this.jam() : no('a note acceptor has one way to jam; say jam');
      case 'clear jam':
        return this.clearJam();
      case 'stacker full':
        return this.fill(action.value ?? 'on');
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
        return no(`a note acceptor knows no "${action.action}"`);
    }
  }

  private takeFromSlot(): boolean {
    if (this.slot.length === 0) return false;
    for (const note of this.slot.splice(0)) this.customer.set(note.minor, (this.customer.get(note.minor) ?? 0) + 1);
    return true;
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
    if (note !== null && this.jammed === 'stacker' && this.boxIn) {
      this.intoBox(note);
    } else if (note !== null) {
      this.path = null;
      this.customer.set(note.minor, (this.customer.get(note.minor) ?? 0) + 1);
      this.noteEvent('note.returned', note);
    }
    this.jammed = null;
    this.world.emit({ event: 'cleared' });
    this.startAgain();
    return { ok: true };
  }

  private fill(value: string): HandResult {
    if (value !== 'on' && value !== 'off') return no('the stacker is full "on" or "off"');
    const full = value === 'on';
    if (full === this.full) return { ok: true };
    if (full && !this.boxIn) return no('there is no cash box to be full');
    this.full = full;
    if (!full) this.startAgain();
    else this.announce();
    return { ok: true };
  }

  private removeBox(): HandResult {
    if (!this.boxIn) return no('the cash box is out already');
    this.boxIn = false;
    const cash = this.cashIn(this.box);
    this.box.clear();
    this.full = false;
    this.world.emit({ event: 'cashbox.removed', cash });
    if (!this.power) return { ok: true };
    if (this.phase === 'accepting' || this.phase === 'escrow') this.giveBack(null);
    else if (this.phase === 'stacking') this.halt();
    else if (this.phase === 'initialize' && this.passedLever && this.path !== null) this.halt();
    this.announce();
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
        this.misbehaviour = value;
        return { ok: true };
      case 'counter':
        return no('an ID-003 acceptor has no event counter to jump');
      default:
        return no('misbehave with repeat, late, noise or off');
    }
  }

  private cutPower(): HandResult {
    if (!this.power) return no('the power is cut already');
    this.power = false;
    this.run++;
    this.moving = false;
    this.pending = new Uint8Array(0);
    this.repliesWaiting = 0;
    this.late = false;
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
    for (const note of this.slot) inSlot.set(note.minor, (inSlot.get(note.minor) ?? 0) + 1);
    const inPath = new Map<number, number>(this.path === null ? [] : [[this.path.minor, 1]]);
    return [
      { unit: 'slot', cash: this.cashIn(inSlot) },
      { unit: 'escrow', cash: this.cashIn(inPath) },
      { unit: 'box', cash: this.cashIn(this.box) },
      { unit: 'customer', cash: this.cashIn(this.customer) },
    ];
  }

  private cashIn(notes: ReadonlyMap<number, number>): UnitCash['cash'] {
    return [...notes]
      .sort(([a], [b]) => a - b)
      .map(([minor, count]) => ({ currency: this.model.currency, minor, count }));
  }

  faults(): readonly string[] {
    const seen: string[] = [];
    if (this.jammed !== null) seen.push('jam');
    if (this.coverOpen) seen.push('cover open');
    if (!this.boxIn) seen.push('cash box out');
    if (this.full) seen.push('full');
    return seen;
  }
}

function no(reason: string): HandResult {
  return { ok: false, reason };
}

function busyWith(phase: Exclude<Phase, 'idle'>): string {
  switch (phase) {
    case 'power-up':
    case 'dead':
      return 'it waits for a reset by its host';
    case 'initialize':
      return 'it is initialising';
    case 'accepting':
    case 'escrow':
    case 'stacking':
      return 'it is busy with another note';
    case 'returning':
      return 'it is giving a note back';
    case 'stopped':
      return 'a note is stuck in it';
    case 'cheated':
      return 'it was cheated and waits';
    default: {
      const never: never = phase;
      return never;
    }
  }
}
