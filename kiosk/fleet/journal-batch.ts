/** Reads what goes to the office: only entries that are on the disk, as they stand there, and never more than one batch. */
import type { EntryKind } from '../entry.ts';
import { emptyHead, genesisHash, type Head, type Row } from '../journal/storage.ts';
import type { JournalReader } from '../journal/sqlite-reading.ts';
import { type JournalRow, rowsPerMessage } from './wire.ts';

/** After so many characters no other row is added to a batch; a single row may be longer. */
const batchCharacters = 256 * 1024;

export interface Batch {
  /** The hash of the entry before the first row. */
  readonly previous: string;
  readonly rows: readonly JournalRow[];
  /** It ends with a Z report, whose entry is signed. */
  readonly endsWithZ: boolean;
  readonly last: Head;
}

type Reader = Pick<JournalReader, 'load' | 'last'>;

export function headOf(reader: Pick<Reader, 'last'>): Head {
  const newest = reader.last(1)[0];
  return newest === undefined ? emptyHead : { seq: newest.seq, hash: newest.hash };
}

/** The hash of one entry; null: there is none of that sequence. */
export function hashAt(reader: Pick<Reader, 'load'>, seq: number): string | null {
  if (seq === 0) return genesisHash;
  for (const row of reader.load().rows(seq - 1)) return row.seq === seq ? row.hash : null;
  return null;
}

/** Null: nothing follows `after`. A batch ends with a Z report, so that each of them is signed. */
export function batchAfter(reader: Pick<Reader, 'load'>, after: Head): Batch | null {
  const rows: JournalRow[] = [];
  let last = after;
  let characters = 0;
  let endsWithZ = false;
  for (const row of reader.load().rows(after.seq)) {
    rows.push(wireRow(row));
    last = { seq: row.seq, hash: row.hash };
    characters += row.body.length;
    endsWithZ = row.kind === ('day.closed' satisfies EntryKind);
    if (endsWithZ || rows.length === rowsPerMessage || characters >= batchCharacters) break;
  }
  return rows.length === 0 ? null : { previous: after.hash, rows, endsWithZ, last };
}

function wireRow({ seq, at, day, kind, session, body, hash }: Row): JournalRow {
  return [seq, at, day, kind, session, body, hash];
}
