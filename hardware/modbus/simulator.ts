/**
 * An I/O module of a cabinet on a Modbus serial line, as MODBUS Application Protocol V1.1b3 and MODBUS over Serial Line
 * V1.02 describe one: discrete inputs, coils, input and holding registers, with the cabinet's contacts, lamps and relays
 * wired to them. Nothing is shared with the driver.
 *
 * A request is whatever stands between two silences of 3.5 characters (V1.02, 2.5.1.1). One with a wrong CRC or for another
 * unit is not answered; unit 0 is obeyed and not answered (V1.02, 2.1). What comes while it answers is not heard.
 *
 * `counter` of a relay is an input or holding register that counts how often it was switched on since power came; `pulse` a
 * holding register that switches it on for so many steps when it is written.
 */
import type {
  Board,
  HandAction,
  HandResult,
  Simulator,
  SimulatorFactory,
  SimulatorSurroundings,
} from '../simulated.ts';
import { addressError, answerTo, crc, type Memory } from './simulator-functions.ts';
import { type Model, modelFrom, type RelayWiring } from './simulator-wiring.ts';

export { settingsHelp } from './simulator-wiring.ts';

const CHARACTER_BITS = 11;
const SILENT_CHARACTERS = 3.5;
const FASTEST_COUNTED_BAUD = 19_200;
const FAST_SILENCE_MS = 1.75;
/** From the end of a request to the first byte of the answer. */
const THINK_MS = 2;
const LATE_MS = 700;
/** A shock closes the sensor for this long, by its own electronics. */
const SHAKEN_MS = 1_000;
/** V1.02, 2.5.1: a frame is 256 bytes at most. */
const LONGEST_FRAME_BYTES = 256;
const NOISE_BYTES = 6;
const BUSY = 0x06;
const WORD = 0x1_0000;

/** `stuck`: writes are confirmed, and no output moves. */
type Mischief = 'off' | 'noise' | 'late' | 'crc' | 'busy' | 'stuck';
const reading: readonly number[] = [0x01, 0x02, 0x03, 0x04];
const mischiefs: readonly string[] = ['off', 'noise', 'late', 'crc', 'busy', 'stuck'];

class Module implements Simulator {
  readonly protocol = 'modbus';
  readonly kind = 'cabinet-io';
  power = true;

  private readonly world: SimulatorSurroundings;
  private readonly model: Model;
  /** Contacts that are closed: door and vault shut, mains there, battery low, key turned, shaken. */
  private readonly closed = new Map<string, boolean>([
    ['door', true],
    ['vault', true],
    ['vibration', false],
    ['mains', true],
    ['ups-low', false],
    ['key', false],
  ]);
  private tenths = 235;
  private readonly coils = new Map<number, boolean>();
  private readonly holding = new Map<number, number>();
  private readonly counts = new Map<string, number>();
  private mischief: Mischief = 'off';
  private heard: number[] = [];
  private tooLong = false;
  private answering = false;
  private endSilence: () => void = () => {};
  private endShaking: () => void = () => {};
  /** Counts losses of power: what was under way is gone. */
  private life = 0;

  constructor(world: SimulatorSurroundings, model: Model) {
    this.world = world;
    this.model = model;
  }

  units(): [] {
    return [];
  }

  faults(): readonly string[] {
    return [];
  }

  board(): Board {
    const { contacts, lamps, relays, temperature } = this.model;
    return {
      contacts: [...contacts.keys()].map((name) => ({ name, state: this.stateOf(name) })),
      lamps: [...lamps].map(([name, coil]) => ({ name, on: this.coils.get(coil) === true })),
      relays: [...relays].map(([name, { coil }]) => ({ name, on: this.coils.get(coil) === true })),
      celsiusTenths: temperature === null ? null : this.tenths,
    };
  }

  private stateOf(contact: string): string {
    const closed = this.closed.get(contact) === true;
    if (contact === 'door' || contact === 'vault') return closed ? 'closed' : 'open';
    return closed ? 'on' : 'off';
  }

  // The wire.

  receive(bytes: Uint8Array): void {
    if (!this.power || this.answering) return;
    for (const byte of bytes) {
      if (this.heard.length === LONGEST_FRAME_BYTES) this.tooLong = true;
      else this.heard.push(byte);
    }
    this.endSilence();
    this.endSilence = this.later(this.silenceMs(), () => this.frameEnded());
  }

  private silenceMs(): number {
    const { baudRate } = this.model;
    if (baudRate > FASTEST_COUNTED_BAUD) return FAST_SILENCE_MS;
    return SILENT_CHARACTERS * this.charactersMs(1);
  }

  private charactersMs(count: number): number {
    return (count * CHARACTER_BITS * 1_000) / this.model.baudRate;
  }

  private frameEnded(): void {
    const frame = this.heard;
    const whole = !this.tooLong && frame.length >= 4;
    this.heard = [];
    this.tooLong = false;
    if (!whole || crc(frame.slice(0, -2)) !== (frame.at(-2) as number) + (frame.at(-1) as number) * 0x100) return;
    const [unit, ...pdu] = frame.slice(0, -2) as [number, ...number[]];
    if (unit !== 0 && unit !== this.model.unit) return;
    const busy = this.mischief === 'busy' && unit !== 0;
    const answer = busy ? [(pdu[0] as number) | 0x80, BUSY] : answerTo(pdu, this.memory());
    this.tellCommand(pdu[0] as number, frame);
    if (unit !== 0) this.answer([unit, ...answer], frame.length);
  }

  /** Reading is polling, and goes without saying. */
  private tellCommand(what: number, frame: readonly number[]): void {
    if (reading.includes(what)) return;
    const hex = (byte: number): string => byte.toString(16).padStart(2, '0');
    this.world.emit({ event: 'command', name: `function-${hex(what)}`, hex: frame.map(hex).join(' ') });
  }

  private answer(body: readonly number[], requestBytes: number): void {
    const sum = crc(body) ^ (this.mischief === 'crc' ? 0x0101 : 0);
    const frame = [...body, sum & 0xff, sum >> 8];
    const noise =
      this.mischief === 'noise'
        ? Array.from({ length: NOISE_BYTES }, () => Math.floor(this.world.random() * 0x100))
        : [];
    const lateMs = this.mischief === 'late' ? LATE_MS : 0;
    // The request still stands on the wire for its own length: pseudo-terminals bring it at once.
    const atMs = this.charactersMs(requestBytes) + THINK_MS + lateMs + this.charactersMs(frame.length);
    this.answering = lateMs === 0;
    this.later(atMs, () => {
      this.answering = false;
      this.world.send(Uint8Array.from([...noise, ...frame]));
    });
  }

  // What is at its addresses.

  private memory(): Memory {
    const { model } = this;
    return {
      coils: model.coils,
      inputs: model.inputs,
      inputRegisters: model.inputRegisters,
      holdingRegisters: model.holdingRegisters,
      input: (address) => this.level(address),
      coil: (address) => this.coils.get(address) === true,
      setCoil: (address, on) => this.setCoil(address, on),
      inputRegister: (address) => this.measured('input', address),
      holdingRegister: (address) => this.measured('holding', address),
      setHoldingRegister: (address, value) => this.setHolding(address, value),
      identity: model.identity ? ['Lab', 'IO-16', '1.0'] : null,
    };
  }

  private level(address: number): boolean {
    for (const [name, { input, closed }] of this.model.contacts) {
      if (input === address) return this.closed.get(name) === closed;
    }
    return false;
  }

  private measured(table: 'input' | 'holding', address: number): number {
    const { temperature, relays } = this.model;
    if (temperature?.table === table && temperature.register === address)
      return (Math.round(this.tenths / 10 / temperature.scale) + WORD) % WORD;
    for (const [name, { counter }] of relays) {
      if (counter?.table === table && counter.register === address) return (this.counts.get(name) ?? 0) % WORD;
    }
    return table === 'holding' ? (this.holding.get(address) ?? 0) : 0;
  }

  private setCoil(address: number, on: boolean): void {
    const { lamps, relays } = this.model;
    if (this.mischief === 'stuck' || (this.coils.get(address) === true) === on) return;
    this.coils.set(address, on);
    const state = on ? 'on' : 'off';
    for (const [lamp, coil] of lamps) if (coil === address) this.world.emit({ event: 'lamp', lamp, state });
    for (const [relay, { coil }] of relays) {
      if (coil !== address) continue;
      if (on) this.counts.set(relay, (this.counts.get(relay) ?? 0) + 1);
      this.world.emit({ event: 'relay', relay, state });
    }
  }

  private setHolding(address: number, value: number): void {
    this.holding.set(address, value);
    for (const { coil, pulse } of this.model.relays.values()) {
      if (pulse?.register === address && value > 0) this.selfTimed(coil, pulse, value);
    }
  }

  private selfTimed(coil: number, { stepMs }: NonNullable<RelayWiring['pulse']>, steps: number): void {
    this.setCoil(coil, true);
    this.later(steps * stepMs, () => this.setCoil(coil, false));
  }

  // Hands.

  act({ action, value, text }: HandAction): HandResult {
    switch (action) {
      case 'open door':
      case 'close door':
      case 'open vault':
      case 'close vault': {
        const [how, contact] = action.split(' ') as ['open' | 'close', string];
        return this.move(contact, how === 'close');
      }
      case 'mains':
        return this.move('mains', value === 'on');
      case 'ups':
        return this.move('ups-low', value === 'low');
      case 'key':
        return this.move('key', value === 'on');
      case 'shake':
        return this.shake();
      case 'temperature':
        return this.warm(text ?? '');
      case 'misbehave':
        if (value === undefined || !mischiefs.includes(value))
          return no(`an I/O module can misbehave ${mischiefs.join(', ')}`);
        this.mischief = value as Mischief;
        return done;
      case 'cut power':
        return this.cutPower();
      case 'restore power':
        if (this.power) return no('the power is on already');
        this.power = true;
        this.world.emit({ event: 'power.restored' });
        return done;
      default:
        return no(`an I/O module knows no "${action}"`);
    }
  }

  /** Hands move contacts whether or not the module has power. */
  private move(contact: string, closed: boolean): HandResult {
    if (!this.model.contacts.has(contact)) return no(`no contact "${contact}" is wired to it`);
    if (this.closed.get(contact) === closed) return no('it is so already');
    this.closed.set(contact, closed);
    this.world.emit({ event: 'contact', contact, state: this.stateOf(contact) });
    return done;
  }

  private shake(): HandResult {
    if (!this.model.contacts.has('vibration')) return no('no contact "vibration" is wired to it');
    this.closed.set('vibration', true);
    this.world.emit({ event: 'shaken' });
    this.endShaking();
    this.endShaking = this.world.clock.after(SHAKEN_MS, () => this.closed.set('vibration', false));
    return done;
  }

  private warm(text: string): HandResult {
    const { temperature } = this.model;
    if (temperature === null) return no('no thermometer is wired to it');
    if (!/^-?\d{1,4}(\.\d)?$/.test(text)) return no('give degrees Celsius, such as 41.5');
    const tenths = Math.round(Number(text) * 10);
    if (Math.abs(tenths / 10 / temperature.scale) >= WORD / 2) return no('its register does not reach that far');
    this.tenths = tenths;
    this.world.emit({ event: 'temperature', celsiusTenths: tenths });
    return done;
  }

  /** Coils fall, and its counters begin anew. */
  private cutPower(): HandResult {
    if (!this.power) return no('the power is cut already');
    this.power = false;
    this.life++;
    this.heard = [];
    this.tooLong = false;
    this.answering = false;
    for (const coil of [...this.coils.keys()]) this.setCoil(coil, false);
    this.holding.clear();
    this.counts.clear();
    this.world.emit({ event: 'power.cut' });
    return done;
  }

  private later(ms: number, then: () => void): () => void {
    const { life } = this;
    return this.world.clock.after(ms, () => {
      if (life === this.life) then();
    });
  }
}

const done: HandResult = { ok: true };

function no(reason: string): HandResult {
  return { ok: false, reason };
}

/** @throws Error naming the setting that is wrong and what it may be. */
export const simulate: SimulatorFactory = (world) => {
  const model = modelFrom(world.settings);
  const wrong = addressError(model);
  if (wrong !== null) throw new Error(wrong);
  return new Module(world, model);
};
