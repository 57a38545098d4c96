/**
 * A wire between simulated machines and whichever process has its port open. Bytes take time, and one hop through the
 * clock each way, so that neither side ever runs inside the other.
 */
import type { Clock } from '../../hardware/clock.ts';
import type { Port, PortListener } from '../../hardware/port.ts';
import type { Simulator } from '../../hardware/simulated.ts';
import type { Random } from './random.ts';

const flightMs = 2;
/** The second of two pieces comes so much later. */
const restMs = 3;

export class Wire {
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly machines: Simulator[] = [];
  private listener: PortListener | null = null;
  private enter: (fn: () => void) => void = (fn) => fn();
  private generation = 0;
  /** When the last piece under way arrives. */
  private arrivesMs = 0;
  /** Pieces that reached the present process since it opened its port. */
  heard = 0;
  whole = true;
  /** How likely it is that one bit of what the machine sends turns over. */
  spoilt = 0;
  /** Frames of the host that the wire swallows, newest rule first. */
  swallow: ((bytes: Uint8Array) => boolean) | null = null;

  constructor(clock: Clock, random: Random) {
    this.clock = clock;
    this.random = random;
  }

  /** `before`: the machine whose place it takes. */
  attach(machine: Simulator, before?: Simulator): void {
    const at = before === undefined ? -1 : this.machines.indexOf(before);
    if (at < 0) this.machines.push(machine);
    else this.machines[at] = machine;
  }

  /** The port as this process sees it; `enter` runs what the process does, so that its crash is caught. */
  port(name: string, enter: (fn: () => void) => void): Port {
    return {
      name,
      open: (listener) => {
        this.generation += 1;
        const mine = this.generation;
        this.clock.after(1, () => {
          if (mine !== this.generation) return;
          if (!this.whole) {
            enter(() => listener.closed({ code: 'missing', message: `${name} is not there` }));
            return;
          }
          this.listener = listener;
          this.heard = 0;
          this.enter = enter;
          enter(() => listener.opened());
        });
      },
      send: (bytes, sent) => {
        const copy = bytes.slice();
        if (this.whole && !this.swallow?.(copy)) this.clock.after(flightMs, () => this.reach(copy));
        sent?.();
      },
      close: () => {
        this.generation += 1;
        this.listener = null;
      },
    };
  }

  private reach(bytes: Uint8Array): void {
    // Alone on its wire a machine gives the echo itself.
    if (this.machines.length > 1 && this.machines.some(({ echoes }) => echoes === true)) this.fromMachine(bytes);
    for (const machine of this.machines) machine.receive(bytes);
  }

  /** Bytes from the machine; now and then they arrive in two pieces. */
  fromMachine(sent: Uint8Array): void {
    if (!this.whole) return;
    const bytes = this.spoilt > 0 && this.random.chance(this.spoilt) ? this.flipped(sent) : sent;
    const mine = this.generation;
    const deliver = (part: Uint8Array) => {
      const listener = this.listener;
      if (mine !== this.generation || !this.whole || listener === null) return;
      this.heard += 1;
      this.enter(() => listener.received(part));
    };
    const at = bytes.length > 1 && this.random.chance(0.1) ? this.random.integer(1, bytes.length - 1) : bytes.length;
    this.inOrder(flightMs, () => deliver(bytes.subarray(0, at)));
    if (at < bytes.length) this.inOrder(flightMs + restMs, () => deliver(bytes.subarray(at)));
  }

  /** Nothing overtakes anything on a wire. */
  private inOrder(delayMs: number, fn: () => void): void {
    const nowMs = this.clock.monoMs();
    this.arrivesMs = Math.max(this.arrivesMs, nowMs + delayMs);
    this.clock.after(this.arrivesMs - nowMs, fn);
  }

  private flipped(sent: Uint8Array): Uint8Array {
    const bytes = sent.slice();
    const at = this.random.integer(0, bytes.length - 1);
    bytes[at] = (bytes[at] as number) ^ (1 << this.random.integer(0, 7));
    return bytes;
  }

  /** The process at the other end is gone. */
  drop(): void {
    this.generation += 1;
    this.listener = null;
  }

  cut(): void {
    if (!this.whole) return;
    this.whole = false;
    const { listener, enter } = this;
    this.listener = null;
    if (listener !== null) {
      this.clock.after(1, () => enter(() => listener.closed({ code: 'lost', message: 'the line is gone' })));
    }
  }

  mend(): void {
    this.whole = true;
  }
}
