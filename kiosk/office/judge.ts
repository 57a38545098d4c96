/** What becomes of rows that came, given what is stored: the chain is followed here, and nothing is written. Pure. */
import type { JournalMessage, JournalRow, StoredMessage } from '../fleet/wire.ts';
import { chainHash } from '../journal/journal.ts';
import type { Head } from '../journal/storage.ts';

export type Refusal = NonNullable<StoredMessage['refused']>;

export type Judged =
  | { readonly refused: Exclude<Refusal, 'rewritten'>; readonly seq: number }
  | {
      readonly refused: null;
      /** Those that follow what is stored; none: all of them are there already. */
      readonly rows: readonly JournalRow[];
      /** What must be stored just so; another hash there: the past was rewritten. */
      readonly known: readonly Head[];
    };

/** `broken`: the rows do not follow each other, `gap`: they begin later than what is stored ends. */
export function judge(stored: Head, message: JournalMessage): Judged {
  const { rows, head, signed } = message;
  const broken = brokenAt(message);
  if (broken !== null) return { refused: 'broken', seq: broken };
  const first = rows[0]?.[0];
  if (first !== undefined && first > stored.seq + 1) return { refused: 'gap', seq: stored.seq + 1 };
  const reached = Math.max(stored.seq, rows.at(-1)?.[0] ?? 0);
  const known: Head[] = [];
  if (first !== undefined) known.push(pointAt(message, Math.min(stored.seq, rows.at(-1)?.[0] as number)));
  for (const claim of [head, signed]) {
    if (claim === null || claim.seq > reached) continue;
    if (claim.seq <= stored.seq) known.push({ seq: claim.seq, hash: claim.hash });
    else if (pointAt(message, claim.seq).hash !== claim.hash) return { refused: 'broken', seq: claim.seq };
  }
  return { refused: null, rows: rows.slice(Math.max(0, stored.seq + 1 - (first ?? 0))), known };
}

/** The hash that the message has at a number of its rows, or before the first. */
function pointAt({ previous, rows }: JournalMessage, seq: number): Head {
  const row = rows[seq - (rows[0]?.[0] as number)];
  return { seq, hash: row === undefined ? previous : row[6] };
}

/** The first row that does not follow from the one before it, by number, by hash or by its form; null: all do. */
function brokenAt({ previous, rows }: JournalMessage): number | null {
  let before = previous;
  let next = rows[0]?.[0] ?? 1;
  if (next < 1) return next;
  for (const row of rows) {
    if (row[0] !== next || !isSound(row) || hashOf(before, row) !== row[6]) return row[0];
    before = row[6];
    next++;
  }
  return null;
}

function hashOf(previous: string, [seq, at, day, kind, session, body]: JournalRow): string {
  return chainHash(previous, { seq, at, day, kind, session, body });
}

const plain = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \d{4}-\d\d-\d\d [a-z][a-z.-]*$/;

/**
 * Whether the row's texts can be kept as they are, and stand in the hash where they seem to: time, day and kind are hashed
 * unescaped, and a database keeps neither NUL nor half a surrogate pair.
 */
function isSound([, at, day, kind, session, body]: JournalRow): boolean {
  return plain.test(`${at} ${day} ${kind}`) && isKept(body) && (session === null || isKept(session));
}

function isKept(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}
