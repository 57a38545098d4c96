/**
 * A code scanner with a window, as its set-up sheet describes it: what is held to it leaves as text and a suffix, at the
 * pace of the line. Nothing is shared with the driver; it listens to nobody.
 *
 * Settings: `suffix` (cr, crlf, lf, none), `charset` (utf-8, gb18030: the double-byte part), `prefix`, `aim` (on, off),
 * `baudRate`, `startMs` (from power to the first reading).
 */
import type { HandAction, HandResult, Simulator, SimulatorFactory, SimulatorSurroundings } from '../simulated.ts';

const START_MS = 1_200;
const BITS_OF_A_BYTE = 10;
/** A USB frame, or what a driver of a serial line hands on at once. */
const PIECE_BYTES = 16;
/** Its memory for what could not leave yet. */
const MEMORY_BYTES = 8_192;
/** Held before the window all the time, a code is read again after this. */
const AGAIN_MS = 400;
const READINGS = 3;
const LATE_MS = 1_500;
const NOISE_BYTES = 5;

const suffixes: ReadonlyMap<string, readonly number[]> = new Map([
  ['cr', [0x0d]],
  ['crlf', [0x0d, 0x0a]],
  ['lf', [0x0a]],
  ['none', []],
]);

type Mischief = 'off' | 'repeat' | 'late' | 'noise';

interface Model {
  readonly suffix: readonly number[];
  readonly charset: string;
  readonly prefix: string;
  readonly aim: boolean;
  readonly baudRate: number;
  readonly startMs: number;
}

class Scanner implements Simulator {
  readonly protocol = 'scanner';
  readonly kind = 'scanner';
  power = true;

  private readonly world: SimulatorSurroundings;
  private readonly model: Model;
  private starting = false;
  private mischief: Mischief = 'off';
  private outgoing: number[] = [];
  private sending = false;
  /** Counts losses of power: what was under way is gone. */
  private life = 0;

  constructor(world: SimulatorSurroundings, model: Model) {
    this.world = world;
    this.model = model;
    this.start();
  }

  units(): [] {
    return [];
  }

  faults(): readonly string[] {
    return [];
  }

  receive(): void {
    // Its orders are its maker's own, and switched off.
  }

  act({ action, text, value }: HandAction): HandResult {
    switch (action) {
      case 'scan':
        return this.scan(text ?? '');
      case 'misbehave':
        return this.misbehave(value);
      case 'cut power':
        return this.cutPower();
      case 'restore power':
        return this.restorePower();
      default:
        return no(`a scanner knows no "${action}"`);
    }
  }

  private scan(text: string): HandResult {
    if (!this.power) return no('it has no power');
    if (this.starting) return no('it is still starting');
    if (text === '') return no('say what it is to read');
    const bytes = this.encoded(text);
    if (bytes === null) return no(`${this.model.charset} has no sign for a part of this text`);
    const readings = this.mischief === 'repeat' ? READINGS : 1;
    if (this.outgoing.length + readings * bytes.length > MEMORY_BYTES) return no('its memory is full');
    if (this.mischief === 'late') this.later(LATE_MS, () => this.say(bytes));
    else this.say(this.mischief === 'noise' ? [...this.noise(), ...bytes] : bytes);
    for (let n = 1; n < readings; n++) this.later(n * AGAIN_MS, () => this.say(bytes));
    // The text may be a secret, and what happens here is printed and kept.
    this.world.emit({ event: 'scanned', bytes: bytes.length });
    return { ok: true };
  }

  private encoded(text: string): readonly number[] | null {
    const { prefix, aim, charset, suffix } = this.model;
    const whole = prefix + (aim ? (/^\d+$/.test(text) ? ']C0' : ']Q1') : '') + text;
    const bytes = charset === 'gb18030' ? doubleByte(whole) : [...new TextEncoder().encode(whole)];
    return bytes === null ? null : [...bytes, ...suffix];
  }

  /** A bad contact: whatever comes, and the end of a line, so that the code behind it is still one. */
  private noise(): readonly number[] {
    const bytes = Array.from({ length: NOISE_BYTES }, () => Math.floor(this.world.random() * 0x100));
    return [...bytes, 0x00, 0x0d];
  }

  private say(bytes: readonly number[]): void {
    this.outgoing.push(...bytes);
    if (!this.sending) this.sendNext();
  }

  /** The line has its own pace, whatever the speed of hands. */
  private sendNext(): void {
    const piece = this.outgoing.splice(0, PIECE_BYTES);
    this.sending = piece.length > 0;
    if (!this.sending) return;
    this.world.send(Uint8Array.from(piece));
    this.later((piece.length * BITS_OF_A_BYTE * 1_000) / this.model.baudRate, () => this.sendNext());
  }

  private later(ms: number, done: () => void): void {
    const { life } = this;
    this.world.clock.after(ms, () => {
      if (life === this.life) done();
    });
  }

  private misbehave(value: string | undefined): HandResult {
    if (value !== 'repeat' && value !== 'late' && value !== 'noise' && value !== 'off')
      return no('a scanner can misbehave repeat, late, noise or off');
    this.mischief = value;
    return { ok: true };
  }

  private cutPower(): HandResult {
    if (!this.power) return no('the power is cut already');
    this.power = false;
    this.life++;
    this.outgoing = [];
    this.sending = false;
    this.world.emit({ event: 'power.cut' });
    return { ok: true };
  }

  private restorePower(): HandResult {
    if (this.power) return no('the power is on already');
    this.power = true;
    this.world.emit({ event: 'power.restored' });
    this.start();
    return { ok: true };
  }

  private start(): void {
    this.starting = true;
    this.later(this.model.startMs / this.world.speed, () => {
      this.starting = false;
      this.world.emit({ event: 'started' });
    });
  }
}

function no(reason: string): HandResult {
  return { ok: false, reason };
}

let doubleBytes: ReadonlyMap<string, readonly number[]> | null = null;

/** GB18030 as its one and two bytes write it, read off the table that every browser carries; null: it needs four. */
function doubleByte(text: string): readonly number[] | null {
  doubleBytes ??= doubleByteTable();
  const bytes: number[] = [];
  for (const sign of text) {
    const code = sign.codePointAt(0) as number;
    const pair = code < 0x80 ? [code] : doubleBytes.get(sign);
    if (pair === undefined) return null;
    bytes.push(...pair);
  }
  return bytes;
}

function doubleByteTable(): ReadonlyMap<string, readonly number[]> {
  const decoder = new TextDecoder('gb18030');
  const table = new Map<string, readonly number[]>();
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      const sign = decoder.decode(Uint8Array.of(lead, trail));
      if ([...sign].length === 1 && sign !== '\ufffd' && !table.has(sign)) table.set(sign, [lead, trail]);
    }
  }
  return table;
}

export const settingsHelp: readonly string[] = [
  'suffix=cr|crlf|lf|none charset=utf-8|gb18030 aim=off|on prefix=TEXT',
  'baudRate=9600|115200 startMs=N',
];
const knownSettings: readonly string[] = settingsHelp.join(' ').match(/[a-zA-Z]+(?==)/g) ?? [];

/** @throws Error naming the setting that is wrong and what it may be. */
function modelFrom(settings: Readonly<Record<string, string>>): Model {
  for (const name of Object.keys(settings)) {
    if (!knownSettings.includes(name))
      throw new Error(`unknown setting "${name}" for scanner; known are ${knownSettings.join(', ')}`);
  }
  const { charset = 'utf-8', aim = 'off', prefix = '', baudRate = '9600' } = settings;
  const suffix = suffixes.get(settings.suffix ?? 'cr');
  if (suffix === undefined)
    throw new Error(`setting suffix is "${settings.suffix}"; give ${[...suffixes.keys()].join(', ')}`);
  if (charset !== 'utf-8' && charset !== 'gb18030')
    throw new Error(`setting charset is "${charset}"; give utf-8 or gb18030`);
  if (aim !== 'on' && aim !== 'off') throw new Error(`setting aim is "${aim}"; give on or off`);
  if (baudRate !== '9600' && baudRate !== '115200')
    throw new Error(`setting baudRate is "${baudRate}"; give 9600 or 115200`);
  const startMs = Number(settings.startMs ?? START_MS);
  if (!Number.isInteger(startMs) || startMs < 0)
    throw new Error(`setting startMs is "${settings.startMs}"; give whole milliseconds`);
  return { suffix, charset, prefix, aim: aim === 'on', baudRate: Number(baudRate), startMs };
}

export const simulate: SimulatorFactory = (world) => new Scanner(world, modelFrom(world.settings));
