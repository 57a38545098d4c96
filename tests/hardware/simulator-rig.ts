/** A simulator on a clock that a test turns by hand: what it sent, what it told, where the cash is. */
import { VirtualClock } from '../../hardware/clock.ts';
import type { HandAction, HandResult, Simulator, SimulatorEvent, SimulatorFactory } from '../../hardware/simulated.ts';

export function asHex(bytes: readonly number[] | null): string {
  return bytes === null ? 'silence' : bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

export function fromHex(text: string): readonly number[] {
  return text
    .trim()
    .split(/\s+/)
    .map((pair) => Number.parseInt(pair, 16));
}

export abstract class SimulatorRig {
  readonly clock = new VirtualClock(0);
  readonly events: SimulatorEvent[] = [];
  readonly machine: Simulator;
  /** Everything the machine sent and nobody took yet. */
  raw: number[] = [];

  constructor(simulate: SimulatorFactory, settings: Readonly<Record<string, string>>, speed: number) {
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

  receive(bytes: readonly number[]): void {
    this.machine.receive(Uint8Array.from(bytes));
  }

  /** Whatever comes back within 50 ms, in hex. */
  exchange(bytes: readonly number[]): string {
    this.raw = [];
    this.receive(bytes);
    this.pass(50);
    return asHex(this.raw.length === 0 ? null : this.raw);
  }

  hand(action: string, more: Omit<HandAction, 'action'> = {}): HandResult {
    return this.machine.act({ action, ...more });
  }

  /** Does what the hand must be able to do. */
  do(action: string, more: Omit<HandAction, 'action'> = {}): void {
    const result = this.hand(action, more);
    if (!result.ok) throw new Error(`${action}: ${result.reason}`);
  }

  /** Why the hand could not. */
  refusal(action: string, more: Omit<HandAction, 'action'> = {}): string {
    const result = this.hand(action, more);
    return result.ok ? 'done' : result.reason;
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

  last(event: string): SimulatorEvent | undefined {
    return this.events.findLast((one) => one.event === event);
  }
}
