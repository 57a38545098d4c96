/**
 * Where the journal's rows are kept. Four calls, all synchronous: the kiosk has nothing to do before a row is safe.
 * Two stores exist: sqlite.ts, and the model disk of the simulation; both pass tests/kiosk/journal/storage-suite.ts.
 */
import type { Delta } from './derive.ts';

/** One entry as it is stored. `body` is the JSON text that the hash stands over. */
export interface Row {
  readonly seq: number;
  readonly at: string;
  readonly day: string;
  readonly kind: string;
  readonly session: string | null;
  readonly body: string;
  readonly hash: string;
}

/** The last entry: sequence and hash. An empty journal has sequence 0 and `genesisHash`. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

export const genesisHash = '0'.repeat(64);
export const emptyHead: Head = { seq: 0, hash: genesisHash };

/** A row with the hash of the one before it; null: that one is missing. */
export interface FoundRow extends Row {
  readonly previous: string | null;
}

/** A folded state, so that a start need not read everything. `version` is the code's that folded it. */
export interface Snapshot {
  readonly seq: number;
  /** Over all the others, and the hash of the entry it stands at (journal.ts). */
  readonly hash: string;
  readonly version: string;
  /** JSON text; the journal does not look inside. */
  readonly state: string;
}

export interface IndexKey {
  readonly key: string;
  readonly seq: number;
}

/** What one transaction writes: rows with what is derived from them, or a snapshot, or both. */
export interface Batch {
  readonly rows: readonly Row[];
  readonly keys: readonly IndexKey[];
  readonly deltas: readonly Delta[];
  readonly snapshot: Snapshot | null;
  /** Nobody is waiting for what follows: a good moment for the store to tidy up. */
  readonly quiet: boolean;
}

/** What a store holds, for reading. Every call may throw JournalProblem. */
export interface Contents {
  readonly head: Head;
  /** The newest head that was noted outside the rows; rows that end before it were lost. */
  readonly mark: Head | null;
  readonly snapshot: Snapshot | null;
  /** The rows after this sequence, in order. */
  rows(afterSeq: number): Iterable<Row>;
  /** The index keys of the entries from `fromSeq` to `toSeq`, both included, in any order. */
  keys(fromSeq: number, toSeq: number): readonly IndexKey[];
  /** The roll-ups in any order. */
  rollUps(): readonly Delta[];
}

export interface Storage {
  load(): Contents;
  /**
   * Writes the batch in one transaction; durable when it returns. `beforeCommit` is called inside it. Throws
   * StorageFailure, after which nothing is ever written through this store; what failed may be there at the next start.
   */
  append(batch: Batch, beforeCommit: () => void): void;
  /** The rows that carry this index key, in order. */
  find(key: string): readonly FoundRow[];
  /** May be called twice. Throws StorageFailure when the last writes could not be finished. */
  close(): void;
}

/** A write did not reach the disk. Final for this process. */
export class StorageFailure extends Error {
  override readonly name = 'StorageFailure';
}

export type JournalProblemCode = 'missing' | 'unwritable' | 'damaged' | 'version' | 'busy' | 'foreign' | 'unstarted';

/** A journal that cannot be opened or read; `message` names the file, what is wrong and what to do. */
export class JournalProblem extends Error {
  override readonly name = 'JournalProblem';
  readonly code: JournalProblemCode;
  /** The first entry that is wrong, where it is known. */
  readonly seq: number | null;

  constructor(code: JournalProblemCode, message: string, seq: number | null = null) {
    super(message);
    this.code = code;
    this.seq = seq;
  }
}
