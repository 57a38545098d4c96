/**
 * What a start takes over: the state that the journal keeps, and what came after it. A state is kept between customers;
 * what a start did not read because of it is checked afterwards, little by little.
 */
import type { Clock } from '../hardware/clock.ts';
import type { Journal } from './journal/journal.ts';
import { stateVersion } from './journal/state-version.ts';
import { JournalProblem } from './journal/storage.ts';
import { checkedEntries } from './journal/verify.ts';
import { apply, durablePart, emptyKiosk, type Folded, type Kiosk } from './kiosk.ts';
import type { Rules } from './rules.ts';

/** So many old entries are checked at once, and the pause until the next. */
const oldEntriesAtOnce = 500;
const oldEntriesPauseMs = 250;

export interface Recovered {
  readonly kiosk: Kiosk;
  /** Wall time of the newest entry, Unix milliseconds; null when there is none. */
  readonly lastAt: number | null;
  /** The entry that the kept state stands at; 0 when everything was folded. */
  readonly snapshotSeq: number;
}

/** Folds the journal. Throws JournalProblem when it is damaged, or another kiosk's. */
export function recover(journal: Journal, rules: Rules): Recovered {
  const snapshot = journal.loadSnapshot(stateVersion());
  let kiosk: Kiosk = emptyKiosk(rules);
  let lastAt: number | null = null;
  if (snapshot !== null) {
    kiosk = { ...(JSON.parse(snapshot.state) as Folded), rules };
    lastAt = Date.parse(snapshot.at);
  }
  const snapshotSeq = snapshot?.seq ?? 0;
  for (const entry of journal.entries(snapshotSeq)) {
    kiosk = apply(kiosk, entry.body);
    lastAt = Date.parse(entry.at);
  }
  mustBeOurs(kiosk);
  return { kiosk, lastAt, snapshotSeq };
}

/** Keeps the state in the journal, for the next start. Throws as the journal's `append` does. */
export function keepState(journal: Journal, { rules: _, ...folded }: Kiosk): void {
  journal.saveSnapshot(stateVersion(), JSON.stringify(durablePart(folded)));
}

interface OldEntries {
  readonly journal: Journal;
  readonly clock: Clock;
  /** The last of them; 0: there are none. */
  readonly untilSeq: number;
  /** Nobody is served just now. */
  readonly idle: () => boolean;
  /** Called once, at the first that is wrong. */
  readonly damaged: (problem: JournalProblem) => void;
}

/** Begins to check the entries that a start did not read. Answers how to end it. */
export function checkOldEntries({ journal, clock, untilSeq, idle, damaged }: OldEntries): () => void {
  let callOff = () => {};
  let old: Iterator<unknown> | null = null;
  const go = () => {
    callOff = clock.after(oldEntriesPauseMs, go);
    if (!idle()) return;
    try {
      old ??= checkedEntries(journal.load(), untilSeq);
      for (let n = 0; n < oldEntriesAtOnce; n++) {
        if (old.next().done !== true) continue;
        callOff();
        return;
      }
    } catch (problem) {
      callOff();
      if (!(problem instanceof JournalProblem)) throw problem;
      damaged(problem);
    }
  };
  if (untilSeq > 0) callOff = clock.after(oldEntriesPauseMs, go);
  return () => callOff();
}

/** Numbers and amounts of a journal belong to one kiosk and one currency. Throws JournalProblem for another's. */
function mustBeOurs({ identity, rules }: Kiosk): void {
  if (identity === null || (identity.kiosk === rules.kiosk && identity.currency === rules.currency)) return;
  throw new JournalProblem(
    'foreign',
    `the journal belongs to kiosk ${identity.kiosk} in ${identity.currency}, the configuration is for ${rules.kiosk} in ` +
      `${rules.currency}. Correct "kiosk" and "money.currency" in the configuration, or name another data folder with --data`,
  );
}
