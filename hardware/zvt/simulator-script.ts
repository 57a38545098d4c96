/**
 * What a terminal does one after the other, written down as that: a script stops at each step, and goes on when the pause is
 * over, the host answered, or a hand did something. A script whose terminal loses its power is never gone on with.
 */

export type Step =
  /** Time that the machine, the bank or the card takes; scaled by speed. */
  | { readonly step: 'pause'; readonly ms: number }
  /** Time that the protocol fixes. */
  | { readonly step: 'wait'; readonly ms: number }
  /** A message to the host; goes on with its answer, or null when none came. */
  | { readonly step: 'ask'; readonly message: readonly number[]; readonly limitMs: number }
  /** Until a hand or the host's abort changes something; goes on with false when nothing did. */
  | { readonly step: 'hand'; readonly limitMs: number };

export type Script<T = void> = Generator<Step, T, unknown>;

/** What the host said to a message: 80 00 or 84 xx, with what came along. */
export interface Reply {
  readonly class: number;
  readonly instruction: number;
  readonly data: readonly number[];
}

export function* pause(ms: number): Script {
  yield { step: 'pause', ms };
}

export function* wait(ms: number): Script {
  yield { step: 'wait', ms };
}

export function* ask(message: readonly number[], limitMs: number): Script<Reply | null> {
  return (yield { step: 'ask', message, limitMs }) as Reply | null;
}

export function* hand(limitMs: number): Script<boolean> {
  return (yield { step: 'hand', limitMs }) as boolean;
}
