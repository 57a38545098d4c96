/**
 * The office's clock beside this machine's. The office says when it spoke: that is believed where its word came soon after the
 * one question it can answer. From then on the monotonic clock, which nobody sets, tells how late it is at the office.
 */
import type { Clock } from '../../hardware/clock.ts';

/** A word that came later says too little of now, milliseconds. */
const answeredWithinMs = 5_000;
/** A poor quartz is 9 s off in so long, milliseconds; then nobody can tell until the office speaks again. */
const believedForMs = 86_400_000;

export interface OfficeClock {
  /** The connection is another: no answer to what was asked before comes on it. */
  forget(): void;
  /** Something left that the office answers. */
  asked(): void;
  /** `at`: when the office spoke, ISO 8601 UTC. */
  heard(at: string): void;
  /** How far this machine's clock is ahead of the office's, milliseconds, within half of `answeredWithinMs`; null: nobody can tell. */
  offMs(): number | null;
}

export function createOfficeClock(clock: Clock): OfficeClock {
  let question: { readonly askedMs: number; readonly isOnly: boolean } | null = null;
  /** What the office's clock shows at 0 of the monotonic one, and when it was told. */
  let known: { readonly zeroMs: number; readonly toldMs: number } | null = null;
  return {
    forget() {
      question = null;
    },
    asked() {
      question = { askedMs: clock.monoMs(), isOnly: question === null };
    },
    heard(at) {
      const asked = question;
      question = null;
      const nowMs = clock.monoMs();
      if (asked === null || !asked.isOnly || nowMs - asked.askedMs > answeredWithinMs) return;
      known = { zeroMs: Date.parse(at) - (asked.askedMs + nowMs) / 2, toldMs: nowMs };
    },
    offMs() {
      const nowMs = clock.monoMs();
      if (known === null || nowMs - known.toldMs > believedForMs) return null;
      return Math.round(clock.wallMs() - known.zeroMs - nowMs);
    },
  };
}
