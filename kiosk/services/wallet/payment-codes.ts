/**
 * Payment codes that were scanned (付款码). Whoever has one can take its owner's money for about a minute, so it stands in
 * no fact, no journal, no log and no message: those carry a handle, and the code itself waits here to be taken once.
 */
import { inspect } from 'node:util';
import type { Clock } from '../../../hardware/clock.ts';

/** The wallets change a code about each minute; an older one would only be refused. */
const codeKeptMs = 60_000;
const codesMaximum = 16;
const handleBytes = 16;
const hidden = '[secret]';

/** A text that shows itself to nobody who does not ask for it by name: as JSON, as text and in a dump it is `[secret]`. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [inspect.custom](): string {
    return hidden;
  }
}

interface Kept {
  readonly secret: Secret;
  /** Monotonic. */
  readonly untilMs: number;
}

/** Holds at most 16 codes, each for at most 60 s; the oldest makes room for the newest. */
export class PaymentCodes {
  readonly #kept = new Map<string, Kept>();
  readonly #clock: Clock;
  readonly #chance: (bytes: number) => Uint8Array;

  /** `chance`: so many bytes that nobody can guess. */
  constructor(clock: Clock, chance: (bytes: number) => Uint8Array) {
    this.#clock = clock;
    this.#chance = chance;
  }

  /** Keeps a code; the handle finds it once. */
  put(text: string): string {
    this.#sweep();
    for (const handle of this.#kept.keys()) {
      if (this.#kept.size < codesMaximum) break;
      this.#kept.delete(handle);
    }
    const handle = Buffer.from(this.#chance(handleBytes)).toString('hex');
    const untilMs = this.#clock.monoMs() + codeKeptMs;
    this.#kept.set(handle, { secret: new Secret(text), untilMs });
    // Also when nobody comes for it: it must not lie here until the next is scanned.
    this.#clock.after(codeKeptMs, () => this.#sweep());
    return handle;
  }

  /** The code, once; null: too old, taken already, or never put. */
  take(handle: string): Secret | null {
    this.#sweep();
    const kept = this.#kept.get(handle);
    this.#kept.delete(handle);
    return kept?.secret ?? null;
  }

  /** How many wait. */
  get size(): number {
    this.#sweep();
    return this.#kept.size;
  }

  #sweep(): void {
    const nowMs = this.#clock.monoMs();
    for (const [handle, { untilMs }] of this.#kept) if (untilMs <= nowMs) this.#kept.delete(handle);
  }
}
