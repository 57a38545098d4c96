/** Checks a whole journal from the first entry: the chain, and all that was derived from it, the kept state too. */
import { isDeepStrictEqual } from 'node:util';
import { auditor, type IsOwn } from '../day/audit.ts';
import type { Entry } from '../entry.ts';
import { apply, durablePart, emptyFolded, type Folded } from '../kiosk.ts';
import { addUp, type Delta, indexKeys, rollingUp } from './derive.ts';
import { chainedEntries, lostTail, standsAt, strayKey } from './journal.ts';
import { stateVersion } from './state-version.ts';
import { type Contents, JournalProblem } from './storage.ts';

export type Verdict =
  | { readonly ok: true; readonly entries: number; readonly head: string }
  | { readonly ok: false; readonly seq: number; readonly problem: string };

/** Entries whose index keys are compared at once. */
const keyPortionEntries = 16_384;

/** A part of a state that is told of in words is cut off after so many characters. */
const toldCharacters = 200;

/**
 * Reads every entry up to the head, and folds them from the first to compare with the snapshot that this version of the
 * code kept. `isOwn` judges the signatures of Z reports; null: there is no key. `seq` in the answer is the first entry that is wrong; for figures that do not agree with the entries it is
 * the head. What the store itself cannot read is an answer too, not an exception.
 */
export function verifyJournal(contents: Contents, isOwn: IsOwn | null = null): Verdict {
  const { head, snapshot } = contents;
  const sums = new Map<string, Delta>();
  const rolled = rollingUp();
  const audit = auditor(isOwn);
  let kiosk: Folded = emptyFolded;
  let atSnapshot: Folded | null = null;
  let reached = 0;
  try {
    for (const entry of checkedEntries(contents, head.seq)) {
      addUp(sums, rolled(entry));
      kiosk = apply(kiosk, entry.body);
      const problem = audit(entry);
      if (problem !== null) return wrong(entry.seq, problem);
      reached = entry.seq;
      if (reached === snapshot?.seq) atSnapshot = kiosk;
    }
    const lost = lostTail(contents);
    if (lost !== null) return wrong(reached + 1, lost.message);
    const unsigned = audit.end();
    if (unsigned !== null) return wrong(head.seq, unsigned);
    return (
      wrongRollUps(contents, sums) ??
      wrongSnapshot(contents, atSnapshot) ?? { ok: true, entries: reached, head: head.hash }
    );
  } catch (error) {
    if (error instanceof JournalProblem) return wrong(error.seq ?? reached + 1, error.message);
    throw error;
  }
}

/**
 * The entries from the first to `untilSeq` (included), each checked: that it follows the one before it, its columns, and
 * (some thousands at once) that the index finds it under its own keys and no others. Throws JournalProblem `damaged` at
 * the first that is wrong. The store may grow meanwhile.
 */
export function* checkedEntries(contents: Contents, untilSeq: number): Generator<Entry> {
  const portion = new KeyPortion(contents);
  for (const entry of chainedEntries(contents, 0, untilSeq)) {
    const { seq } = entry;
    if (hasOtherColumns(entry)) {
      throw new JournalProblem(
        'damaged',
        `entry ${seq} says in its columns another kind or session than in its text`,
        seq,
      );
    }
    portion.take(seq, indexKeys(entry.body));
    yield entry;
  }
  portion.finish();
}

/** Gathers the keys that a run of entries should have, and compares them with those that stand in the index. */
class KeyPortion {
  private readonly contents: Contents;
  private fromSeq = 1;
  private untilSeq = 0;
  private expected = new Set<string>();

  constructor(contents: Contents) {
    this.contents = contents;
  }

  take(seq: number, keys: readonly string[]): void {
    for (const key of keys) this.expected.add(`${seq} ${key}`);
    this.untilSeq = seq;
    if (seq % keyPortionEntries === 0) this.finish();
  }

  finish(): void {
    const { fromSeq, untilSeq } = this;
    if (untilSeq < fromSeq) return;
    for (const { key, seq } of this.contents.keys(fromSeq, untilSeq)) {
      if (!this.expected.delete(`${seq} ${key}`)) throw new JournalProblem('damaged', strayKey(seq, key), seq);
    }
    const [missing] = this.expected;
    if (missing !== undefined) {
      const gap = missing.indexOf(' ');
      const seq = Number(missing.slice(0, gap));
      const problem = `the index does not find entry ${seq} under ${missing.slice(gap + 1)}`;
      throw new JournalProblem('damaged', problem, seq);
    }
    this.fromSeq = untilSeq + 1;
  }
}

function hasOtherColumns({ kind, session, body }: Entry): boolean {
  return body.kind !== kind || session !== ('session' in body ? body.session : null);
}

function wrongRollUps(contents: Contents, sums: Map<string, Delta>): Verdict | null {
  const stored = addUp(new Map(), contents.rollUps());
  for (const key of new Set([...sums.keys(), ...stored.keys()])) {
    const counted = sums.get(key);
    const kept = stored.get(key);
    if (counted?.minor !== kept?.minor || counted?.count !== kept?.count) {
      const words = `${kept?.minor ?? 0} in ${kept?.count ?? 0}; the entries make ${counted?.minor ?? 0} in ${counted?.count ?? 0}`;
      return wrong(contents.head.seq, `the figures for ${key} say ${words}`);
    }
  }
  return null;
}

/** `made`: what the entries up to it make; null when it stands at none of them. */
function wrongSnapshot(contents: Contents, made: Folded | null): Verdict | null {
  const { snapshot } = contents;
  if (snapshot === null) return null;
  const { seq, version, state } = snapshot;
  if (made === null || standsAt(contents, snapshot) === null) {
    return wrong(
      seq,
      `the snapshot at entry ${seq} is not what was kept there; the next start does not use it and keeps another`,
    );
  }
  // Other code folded it, and only that code would use it.
  if (version !== stateVersion()) return null;
  const kept = JSON.parse(state) as Record<string, unknown>;
  const counted = JSON.parse(JSON.stringify(durablePart(made))) as Record<string, unknown>;
  for (const part of new Set([...Object.keys(counted), ...Object.keys(kept)])) {
    if (isDeepStrictEqual(kept[part], counted[part])) continue;
    const words = `${told(kept[part])}; the entries make ${told(counted[part])}`;
    return wrong(seq, `the snapshot at entry ${seq} says that ${part} is ${words}`);
  }
  return null;
}

function told(part: unknown): string {
  const text = JSON.stringify(part) ?? 'missing';
  return text.length > toldCharacters ? `${text.slice(0, toldCharacters)}…` : text;
}

function wrong(seq: number, problem: string): Verdict {
  return { ok: false, seq, problem };
}
