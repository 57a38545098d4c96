/**
 * A disk made of memory, for the journal of a simulated kiosk. It outlives the processes that write to it.
 *
 * What was not synced is one append in flight. On a real disk its pages may be dropped, torn or reordered; the
 * database's log has a checksum over each transaction, so after a restart such an append is wholly there or wholly
 * not, and that is what comes out here (the replay test of the real store shows it page by page).
 */
import { addUp, type Delta } from '../../kiosk/journal/derive.ts';
import {
  type Batch,
  type Contents,
  emptyHead,
  type FoundRow,
  type Head,
  type IndexKey,
  JournalProblem,
  type Row,
  type Snapshot,
  type Storage,
  StorageFailure,
} from '../../kiosk/journal/storage.ts';

export type SyncFailure = 'EIO' | 'ENOSPC' | 'EROFS';

/** Entries after which the log is taken over into the file. */
const logEntries = 500;

export class ModelDisk {
  private rows: Row[] = [];
  private readonly index = new Map<string, number[]>();
  private readonly keysOf = new Map<number, string[]>();
  private readonly sums = new Map<string, Delta>();
  private snapshot: Snapshot | null = null;
  private mark: Head | null = null;
  /** Rows up to here stand in the file, those after it in its log. */
  private inFile = 0;
  private inFlight: Batch | null = null;
  private failNext: { readonly kind: SyncFailure; readonly survives: boolean } | null = null;
  private process = 0;
  private writer = 0;

  /** What a process of this boot opens. Throws JournalProblem when another one of it is still writing. */
  open(): Storage {
    if (this.writer !== 0) throw new JournalProblem('busy', 'another process is writing the journal');
    this.process += 1;
    this.writer = this.process;
    return new ModelStorage(this, this.process);
  }

  /** The process ends at once, or the power does. `random` gives numbers from 0 up to 1. */
  crash(random: () => number): void {
    this.writer = 0;
    const batch = this.inFlight;
    this.inFlight = null;
    this.failNext = null;
    if (batch !== null && random() < 0.5) this.keep(batch);
  }

  /** The next sync fails; with `survives` its rows are nevertheless there at the next start. */
  failNextSync(kind: SyncFailure, survives: boolean): void {
    this.failNext = { kind, survives };
  }

  /** One bit of a stored text turns over. */
  flipBit(seq: number): void {
    const row = this.rows[seq - 1];
    if (row === undefined) throw new Error(`there is no entry ${seq}`);
    const at = Math.floor(row.body.length / 2);
    const flipped = String.fromCharCode(row.body.charCodeAt(at) ^ 1);
    this.rows[seq - 1] = { ...row, body: row.body.slice(0, at) + flipped + row.body.slice(at + 1) };
  }

  /** The text of the kept state becomes another. False when none is kept. */
  alterSnapshot(altered: (state: string) => string): boolean {
    if (this.snapshot === null) return false;
    this.snapshot = { ...this.snapshot, state: altered(this.snapshot.state) };
    return true;
  }

  /** The log is deleted: what was not yet taken over into the file is gone. The writer must have ended. */
  deleteLog(): void {
    for (const row of this.rows.splice(this.inFile)) {
      for (const key of this.keysOf.get(row.seq) ?? []) this.index.get(key)?.pop();
      this.keysOf.delete(row.seq);
    }
    if (this.snapshot !== null && this.snapshot.seq > this.inFile) this.snapshot = null;
  }

  contents(): Contents {
    const { rows, keysOf, sums } = this;
    const last = rows.at(-1);
    return {
      head: last === undefined ? emptyHead : { seq: last.seq, hash: last.hash },
      mark: this.mark,
      snapshot: this.snapshot,
      *rows(afterSeq) {
        for (let i = afterSeq; i < rows.length; i++) yield rows[i] as Row;
      },
      keys(fromSeq, toSeq) {
        const found: IndexKey[] = [];
        for (let seq = fromSeq; seq <= toSeq; seq++) {
          for (const key of keysOf.get(seq) ?? []) found.push({ key, seq });
        }
        return found;
      },
      rollUps: () => [...sums.values()],
    };
  }

  find(key: string): readonly FoundRow[] {
    return (this.index.get(key) ?? []).map((seq) => {
      const previous = seq === 1 ? emptyHead.hash : (this.rows[seq - 2]?.hash ?? null);
      return { ...(this.rows[seq - 1] as Row), previous };
    });
  }

  /** One transaction of a process. */
  write(process: number, batch: Batch, beforeCommit: () => void): void {
    if (process !== this.writer) throw new StorageFailure('this process has ended; it writes nothing');
    this.inFlight = batch;
    beforeCommit();
    if (this.failNext !== null) {
      const { kind, survives } = this.failNext;
      this.failNext = null;
      this.inFlight = null;
      this.writer = 0;
      if (survives) this.keep(batch);
      throw new StorageFailure(`writing the journal failed: ${kind}; nothing more is written by this process`);
    }
    this.inFlight = null;
    this.keep(batch);
    const last = batch.rows.at(-1);
    if (last !== undefined) this.mark = { seq: last.seq, hash: last.hash };
    if (batch.quiet && this.rows.length - this.inFile >= logEntries) this.inFile = this.rows.length;
  }

  /** The process closes its store in good order. */
  ended(process: number): void {
    if (process !== this.writer) return;
    this.writer = 0;
    this.inFile = this.rows.length;
  }

  private keep(batch: Batch): void {
    for (const row of batch.rows) {
      if (row.seq !== this.rows.length + 1)
        throw new StorageFailure(`entry ${row.seq} does not follow ${this.rows.length}`);
      this.rows.push(row);
    }
    for (const { key, seq } of batch.keys) {
      put(this.index, key, seq);
      put(this.keysOf, seq, key);
    }
    if (batch.deltas.length > 0) addUp(this.sums, batch.deltas);
    if (batch.snapshot !== null) this.snapshot = batch.snapshot;
  }
}

class ModelStorage implements Storage {
  private readonly disk: ModelDisk;
  private readonly process: number;
  private state: 'open' | 'failed' | 'closed' = 'open';

  constructor(disk: ModelDisk, process: number) {
    this.disk = disk;
    this.process = process;
  }

  load(): Contents {
    this.mustBeOpen();
    return this.disk.contents();
  }

  append(batch: Batch, beforeCommit: () => void): void {
    this.mustBeOpen();
    // Until the disk has answered, any way out of here is a failed write.
    this.state = 'failed';
    this.disk.write(this.process, batch, beforeCommit);
    this.state = 'open';
  }

  find(key: string): readonly FoundRow[] {
    this.mustBeOpen();
    return this.disk.find(key);
  }

  close(): void {
    if (this.state !== 'open') return;
    this.state = 'closed';
    this.disk.ended(this.process);
  }

  private mustBeOpen(): void {
    if (this.state !== 'open') throw new StorageFailure('the journal is closed');
  }
}

function put<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
