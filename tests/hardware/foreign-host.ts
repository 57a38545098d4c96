/** A small ID-003 host that shares no code with the project: bitwise checksum, frames by hand. */
import { VirtualClock } from '../../hardware/clock.ts';
import { simulate } from '../../hardware/id003/simulator.ts';
import type { HandAction, HandResult, Simulator, SimulatorEvent } from '../../hardware/simulated.ts';

function crcOf(bytes: readonly number[]): readonly [number, number] {
  let crc = 0;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const mix = (crc ^ (byte >> bit)) & 1;
      crc >>= 1;
      if (mix === 1) crc ^= 0x8408;
    }
  }
  return [crc & 0xff, crc >> 8];
}

export function frameOf(...body: readonly number[]): Uint8Array {
  const start = [0xfc, body.length + 4, ...body];
  return Uint8Array.from([...start, ...crcOf(start)]);
}

/** Takes whole, right frames off the front of what came; everything before a frame is skipped. */
export function takeFrames(bytes: number[]): readonly (readonly number[])[] {
  const found: (readonly number[])[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes[at + 1] ?? 0;
    const whole = bytes.slice(at, at + length);
    const crc = crcOf(whole.slice(0, -2));
    if (
      bytes[at] === 0xfc &&
      length >= 5 &&
      whole.length === length &&
      whole.at(-2) === crc[0] &&
      whole.at(-1) === crc[1]
    ) {
      found.push(whole.slice(2, -2));
      at += length;
      bytes.splice(0, at);
      at = 0;
    } else at++;
  }
  return found;
}

export function asHex(bytes: readonly number[] | null): string {
  return bytes === null ? 'silence' : bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** The machine on a clock that a test turns by hand, and a host that polls it every 200 ms while it waits. */
export class Rig {
  readonly clock = new VirtualClock(0);
  readonly events: SimulatorEvent[] = [];
  readonly machine: Simulator;
  raw: number[] = [];

  constructor(settings: Readonly<Record<string, string>> = {}, speed = 1) {
    let seed = 7;
    this.machine = simulate({
      clock: this.clock,
      speed,
      random: () => {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
        return seed / 2_147_483_648;
      },
      settings,
      send: (bytes) => this.raw.push(...bytes),
      emit: (event) => this.events.push(event),
    });
  }

  pass(ms: number): void {
    this.clock.runUntil(this.clock.monoMs() + ms);
  }

  send(...body: readonly number[]): void {
    this.machine.receive(frameOf(...body));
  }

  /** The answer within 50 ms in hex, or `silence`. */
  ask(...body: readonly number[]): string {
    this.raw = [];
    this.send(...body);
    this.pass(50);
    return asHex(takeFrames(this.raw).at(-1) ?? null);
  }

  poll(): string {
    return this.ask(0x11);
  }

  /** Polls every 200 ms until the status is there; the different statuses on the way, the last included. */
  pollUntil(status: string, limitMs = 20_000): readonly string[] {
    const seen: string[] = [];
    for (const endMs = this.clock.monoMs() + limitMs; this.clock.monoMs() < endMs; this.pass(150)) {
      const now = this.poll();
      if (now !== seen.at(-1)) seen.push(now);
      if (now === status) return seen;
    }
    throw new Error(`no ${status} within ${limitMs} ms, but ${seen.join(', ')}`);
  }

  hand(action: string, more: Omit<HandAction, 'action'> = {}): HandResult {
    return this.machine.act({ action, ...more });
  }

  /** From POWER UP to taking notes. */
  ready(): void {
    this.ask(0x40);
    this.pollUntil('1a');
    this.ask(0xc0, 0, 0);
    this.ask(0xc3, 0);
    this.pollUntil('11');
  }

  escrow(minor: number): void {
    const result = this.hand('insert', { minor });
    if (!result.ok) throw new Error(result.reason);
    this.pollUntil(`13 ${(0x61 + [100, 500, 1000, 2000, 5000, 10000].indexOf(minor)).toString(16)}`);
  }

  /** `box 2000×1, customer 500×2` */
  truth(): string {
    return this.machine
      .units()
      .flatMap(({ unit, cash }) => cash.map(({ minor, count }) => `${unit} ${minor}×${count}`))
      .join(', ');
  }

  count(event: string): number {
    return this.events.filter((one) => one.event === event).length;
  }
}
