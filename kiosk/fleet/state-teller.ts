/** Tells the office how the kiosk is when that is another than was told last, and not too often. */
import type { Clock } from '../../hardware/clock.ts';
import type { StateMessage } from './wire.ts';

export interface StateTeller {
  /** A broker that was away may hold it no more. */
  forget(): void;
  /** `waiting`: entries that the office has not said it holds. */
  tell(waiting: number): void;
}

interface StateTellerParts {
  readonly state: (waiting: number) => StateMessage;
  readonly say: (message: StateMessage) => void;
  readonly clock: Clock;
  /** Told at most so often, milliseconds. */
  readonly everyMs: number;
}

export function createStateTeller({ state, say, clock, everyMs }: StateTellerParts): StateTeller {
  let told = '';
  let toldMs = Number.NEGATIVE_INFINITY;
  return {
    forget() {
      told = '';
    },
    tell(waiting) {
      if (clock.monoMs() - toldMs < everyMs) return;
      const message = state(waiting);
      const { at: _, ...said } = message;
      const text = JSON.stringify(said);
      if (text === told) return;
      told = text;
      toldMs = clock.monoMs();
      say(message);
    },
  };
}
