/** Questions to the office that wait for an answer: each ends once, with the office's word or without any. */
import type { Clock } from '../../hardware/clock.ts';
import type { VoucherWord } from '../sale/voucher.ts';

/** A customer waits no longer for the office, milliseconds. */
export const officeAnswersMs = 2_000;

/** One visit asks one at a time; so many at once, and the oldest is given up. */
const questionsMaximum = 8;

export interface Questions {
  ask(id: string): void;
  /** An id that nobody waits for is passed over. */
  told(id: string, word: VoucherWord): void;
  /** Nobody answers any more. */
  giveUp(): void;
}

export function createQuestions(clock: Clock, end: (id: string, word: VoucherWord | null) => void): Questions {
  const open = new Map<string, () => void>();
  const finish = (id: string, word: VoucherWord | null) => {
    const callOff = open.get(id);
    if (callOff === undefined) return;
    callOff();
    open.delete(id);
    end(id, word);
  };
  return {
    ask(id) {
      const [oldest] = open.keys();
      if (open.size >= questionsMaximum && oldest !== undefined) finish(oldest, null);
      open.set(
        id,
        clock.after(officeAnswersMs, () => finish(id, null)),
      );
    },
    told: finish,
    giveUp() {
      for (const id of [...open.keys()]) finish(id, null);
    },
  };
}
