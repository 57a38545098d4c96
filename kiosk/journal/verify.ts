/** Checks a whole journal from the first entry: the chain, and everything that was derived from it. */
import type { Entry } from '../entry.ts';
import { addUp, type Delta, indexKeys, rollUp } from './derive.ts';
import { brokenLink, entryOf, lostTail } from './journal.ts';
import { type Contents, emptyHead, type Head, JournalProblem } from './storage.ts';

export type Verdict =
  | { readonly ok: true; readonly entries: number; readonly head: string }
  | { readonly ok: false; readonly seq: number; readonly problem: string };

/** Entries whose index keys are compared at once. */
const keyPortionEntries = 16_384;

/**
 * Reads every entry up to the head. `seq` in the answer is the first entry that is wrong; for figures that do not
 * agree with the entries it is the head. What the store itself cannot read is an answer too, not an exception.
 */
export function verifyJournal(contents: Contents): Verdict {
  let head: Head = emptyHead;
  const sums = new Map<string, Delta>();
  const portion = new KeyPortion(contents);
  try {
    for (const row of contents.rows(0)) {
      if (row.seq > contents.head.seq) break;
      const broken = brokenLink(head, row);
      if (broken !== null) return wrong(head.seq + 1, broken);
      const entry = entryOf(row);
      const untrue = wrongColumns(entry);
      if (untrue !== null) return wrong(row.seq, untrue);
      addUp(sums, rollUp(entry));
      const badKey = portion.take(row.seq, indexKeys(entry.body));
      if (badKey !== null) return badKey;
      head = { seq: row.seq, hash: row.hash };
    }
    if (head.seq !== contents.head.seq) return wrong(head.seq + 1, `entry ${head.seq + 1} is missing`);
    const lost = lostTail(contents);
    if (lost !== null) return wrong(head.seq + 1, lost.message);
    const derived = portion.finish() ?? wrongRollUps(contents, sums) ?? wrongSnapshot(contents);
    return derived ?? { ok: true, entries: head.seq, head: head.hash };
  } catch (error) {
    if (error instanceof JournalProblem) return wrong(error.seq ?? head.seq + 1, error.message);
    throw error;
  }
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

  take(seq: number, keys: readonly string[]): Verdict | null {
    for (const key of keys) this.expected.add(`${seq} ${key}`);
    this.untilSeq = seq;
    return seq % keyPortionEntries === 0 ? this.finish() : null;
  }

  finish(): Verdict | null {
    const { fromSeq, untilSeq } = this;
    if (untilSeq < fromSeq) return null;
    for (const { key, seq } of this.contents.keys(fromSeq, untilSeq)) {
      if (!this.expected.delete(`${seq} ${key}`)) {
        return wrong(seq, `the index finds entry ${seq} under ${key}, which it does not name`);
      }
    }
    const [missing] = this.expected;
    if (missing !== undefined) {
      const gap = missing.indexOf(' ');
      const seq = Number(missing.slice(0, gap));
      return wrong(seq, `the index does not find entry ${seq} under ${missing.slice(gap + 1)}`);
    }
    this.fromSeq = untilSeq + 1;
    return null;
  }
}

function wrongColumns({ seq, kind, session, body }: Entry): string | null {
  if (body.kind === kind && session === ('session' in body ? body.session : null)) return null;
  return `entry ${seq} says in its columns another kind or session than in its text`;
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

function wrongSnapshot(contents: Contents): Verdict | null {
  const { snapshot } = contents;
  if (snapshot === null || snapshot.seq === 0) return null;
  for (const row of contents.rows(snapshot.seq - 1)) {
    if (row.seq === snapshot.seq && row.hash === snapshot.hash) return null;
    break;
  }
  return wrong(snapshot.seq, `the snapshot at entry ${snapshot.seq} does not stand on the chain`);
}

function wrong(seq: number, problem: string): Verdict {
  return { ok: false, seq, problem };
}
