/**
 * The journal on a disk: node:sqlite with a write-ahead log, synced at every commit. The only file that catches the
 * database's exceptions.
 *
 * SQLite's own checkpoints are off: it runs them after a commit and keeps their errors to itself, and a sync that
 * failed unseen may lose pages that the log no longer holds. They are run here, and a failure is final like any other.
 */
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { HeadMark, readHeadMark } from './head-mark.ts';
import { bringUp, deriveAgain } from './migration.ts';
import * as schema from './schema.ts';
import { problemOf, wordsOf } from './sqlite-errors.ts';
import { checkFormat, markPath } from './sqlite-format.ts';
import { readContents } from './sqlite-reading.ts';
import { type Batch, type Contents, type FoundRow, JournalProblem, type Storage, StorageFailure } from './storage.ts';

/** A checkpoint is due after this many entries when nobody is waiting, after the second number in any case. */
const checkpointQuietEntries = 500;
const checkpointAtLatestEntries = 4_000;

/** How long a reader's recovery of the log may keep us waiting. */
const busyTimeoutMs = 2_000;

/**
 * Opens the journal for writing, makes it when there is none, and keeps every other writer out until it is closed or
 * the process ends. Throws JournalProblem.
 */
export function openSqliteStorage(path: string): Storage {
  return new SqliteStorage(path);
}

/** Makes the figures of a journal that nobody writes again, from its entries. Throws JournalProblem, and changes nothing then. */
export function rebuildFigures(path: string): void {
  const lock = takeLock(path);
  try {
    const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
    try {
      checkFormat(database, path);
      database.exec('PRAGMA synchronous = FULL');
      deriveAgain(database, path);
    } finally {
      database.close();
    }
  } catch (error) {
    throw problemOf(error, path);
  } finally {
    lock.close();
  }
}

class SqliteStorage implements Storage {
  private readonly path: string;
  private readonly lock: DatabaseSync;
  private readonly database: DatabaseSync;
  /**
   * Closing the last connection makes SQLite write the log back into the file. After a failure nothing may be
   * written, so the writer must not be the last: this one, which cannot write, is.
   */
  private readonly guard: DatabaseSync;
  private readonly mark: HeadMark;
  private readonly statements: Statements;
  private sinceCheckpoint = 0;
  private wrote = false;
  private state: 'open' | 'failed' | 'closed' = 'open';

  constructor(path: string) {
    this.path = path;
    this.lock = takeLock(path);
    const opened: DatabaseSync[] = [];
    try {
      this.database = new DatabaseSync(path, { timeout: busyTimeoutMs });
      opened.push(this.database);
      prepareFile(this.database, path);
      this.guard = new DatabaseSync(path, { readOnly: true, timeout: busyTimeoutMs });
      opened.push(this.guard);
      // A connection counts from its first read.
      this.guard.prepare(schema.selectHead).get();
      this.statements = prepareStatements(this.database);
      this.mark = new HeadMark(markPath(path));
      syncFolder(dirname(path));
    } catch (error) {
      for (const database of opened) database.close();
      this.lock.close();
      throw problemOf(error, path);
    }
  }

  load(): Contents {
    this.mustNotBeClosed();
    return readContents(this.database, this.path, readHeadMark(markPath(this.path)));
  }

  append(batch: Batch, beforeCommit: () => void): void {
    this.mustNotBeClosed();
    this.wrote = true;
    try {
      this.statements.begin.run();
      this.put(batch);
      beforeCommit();
      this.statements.commit.run();
      const last = batch.rows.at(-1);
      if (last !== undefined) this.mark.write(last);
      this.sinceCheckpoint += batch.rows.length;
      if (this.sinceCheckpoint >= (batch.quiet ? checkpointQuietEntries : checkpointAtLatestEntries)) this.checkpoint();
    } catch (error) {
      this.abandon();
      const words = wordsOf(error);
      if (words === null) throw error;
      throw new StorageFailure(`writing ${this.path} failed: ${words}; nothing more is written by this process`);
    }
  }

  find(key: string): readonly FoundRow[] {
    this.mustNotBeClosed();
    try {
      const head = this.statements.head.get() as { seq: number } | undefined;
      if (head === undefined) return [];
      return this.statements.find.all(schema.blockOf(head.seq), key) as unknown as FoundRow[];
    } catch (error) {
      throw problemOf(error, this.path);
    }
  }

  close(): void {
    if (this.state !== 'open') return;
    if (!this.wrote) {
      // Nothing was added, perhaps because what was found is damaged: its files stay as they are.
      this.abandon();
      this.state = 'closed';
      return;
    }
    try {
      this.checkpoint();
    } catch (error) {
      this.abandon();
      throw new StorageFailure(`finishing ${this.path} failed: ${wordsOf(error) ?? String(error)}`);
    }
    this.state = 'closed';
    this.guard.close();
    this.database.close();
    this.mark.close();
    this.lock.close();
  }

  private put(batch: Batch): void {
    const { statements } = this;
    for (const row of batch.rows) {
      statements.insert.run(row.seq, row.at, row.day, row.kind, row.session, row.body, row.hash);
    }
    for (const { key, seq } of batch.keys) statements.insertKey.run(schema.blockOf(seq), key, seq);
    for (const delta of batch.deltas) {
      const { day, part, name, outcome, currency, minor, count } = delta;
      statements.addToRollUp.run(day, part, name, outcome, currency, minor, count);
    }
    const { snapshot } = batch;
    if (snapshot === null) return;
    statements.replaceSnapshot.run(snapshot.seq, snapshot.hash, snapshot.version, snapshot.state);
  }

  private checkpoint(): void {
    // Takes what it can: a reader that is still looking at the log keeps its part until the next time.
    this.statements.checkpoint.get();
    this.sinceCheckpoint = 0;
  }

  /** Lets go of everything without writing. */
  private abandon(): void {
    this.state = 'failed';
    for (const closing of [this.database, this.guard, this.mark, this.lock]) {
      try {
        closing.close();
      } catch {
        // Why nothing is written any more has been reported already.
      }
    }
  }

  private mustNotBeClosed(): void {
    if (this.state !== 'open') throw new StorageFailure(`${this.path} is closed`);
  }
}

interface Statements {
  readonly begin: StatementSync;
  readonly commit: StatementSync;
  readonly checkpoint: StatementSync;
  readonly insert: StatementSync;
  readonly insertKey: StatementSync;
  readonly addToRollUp: StatementSync;
  readonly replaceSnapshot: StatementSync;
  readonly head: StatementSync;
  readonly find: StatementSync;
}

function prepareStatements(database: DatabaseSync): Statements {
  return {
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
    checkpoint: database.prepare('PRAGMA wal_checkpoint(PASSIVE)'),
    insert: database.prepare(schema.insertEntry),
    insertKey: database.prepare(schema.insertKey),
    addToRollUp: database.prepare(schema.addToRollUp),
    replaceSnapshot: database.prepare(schema.replaceSnapshot),
    head: database.prepare(schema.selectHead),
    find: database.prepare(schema.findEntries),
  };
}

/** The lock is one of the operating system's on a file of its own, so it ends with the process, however that ends. */
function takeLock(path: string): DatabaseSync {
  let lock: DatabaseSync | null = null;
  try {
    lock = new DatabaseSync(`${path}.lock`);
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
    const problem = problemOf(error, path);
    if (problem instanceof JournalProblem && problem.code === 'busy') {
      throw new JournalProblem('busy', `another process is writing ${path}; end it first, or name another data folder`);
    }
    throw problem;
  }
}

/** The names of the files are as durable as their contents. SQLite syncs them too, and keeps the errors to itself. */
function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Checks that the file is a journal, of this version or brought up to it, or makes it one when it is new. */
function prepareFile(database: DatabaseSync, path: string): void {
  const isNew = database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.tables === 0;
  if (isNew) {
    const mark = readHeadMark(markPath(path));
    if (mark !== null) {
      throw new JournalProblem(
        'damaged',
        `${path} is empty, but ${mark.seq} entries had been written to it. Restore it from a backup; to begin a new ` +
          'journal, choose an empty data folder',
        1,
      );
    }
  } else {
    checkFormat(database, path);
  }
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0');
  if (isNew) database.exec(`BEGIN IMMEDIATE; ${schema.createTables} COMMIT`);
  else bringUp(database, path);
}
