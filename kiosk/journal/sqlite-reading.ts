/** Reading a journal's file, by its writer or beside it. Nothing here writes. */
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Delta } from './derive.ts';
import { readHeadMark } from './head-mark.ts';
import * as schema from './schema.ts';
import { checkNewestFormat, markPath } from './sqlite-format.ts';
import { problemOf } from './sqlite-errors.ts';
import {
  type Contents,
  emptyHead,
  type FoundRow,
  type Head,
  type IndexKey,
  JournalProblem,
  type Row,
  type Snapshot,
} from './storage.ts';

/** Entries that are read at once. No read transaction outlives one portion, so the writer's log can be tidied up. */
const portionEntries = 500;
/** The first portion: whoever looks for one entry reads not many more. */
const firstPortionEntries = 8;

/** What `database` holds now. `mark` must have been read before. Throws JournalProblem. */
export function readContents(database: DatabaseSync, path: string, mark: Head | null): Contents {
  return reading(path, () => {
    const head = (database.prepare(schema.selectHead).get() as unknown as Head | undefined) ?? emptyHead;
    const snapshot = (database.prepare(schema.selectSnapshot).get() as unknown as Snapshot | undefined) ?? null;
    const entries = database.prepare(schema.selectEntries);
    return {
      head,
      mark,
      snapshot,
      *rows(afterSeq) {
        let seq = afterSeq;
        let most = firstPortionEntries;
        for (;;) {
          const portion = reading(path, () => entries.all(seq, most) as unknown as Row[]);
          yield* portion;
          const last = portion.at(-1);
          if (last === undefined || portion.length < most) return;
          seq = last.seq;
          most = portionEntries;
        }
      },
      keys: (fromSeq, toSeq) =>
        reading(path, () => {
          const statement = database.prepare(schema.selectKeys);
          return statement.all(schema.blockOf(fromSeq), schema.blockOf(toSeq), fromSeq, toSeq) as unknown as IndexKey[];
        }),
      rollUps: () => reading(path, () => database.prepare(schema.selectRollUps).all() as unknown as Delta[]),
    };
  });
}

/** Quarters of an hour in UTC, as roll-ups name them. */
export interface QuarterSpan {
  readonly from: string;
  readonly until: string;
}

/** Figures of some business days. Minor units. */
export interface Figures {
  /** All but those by hour. */
  readonly sums: readonly Pick<Delta, 'part' | 'name' | 'outcome' | 'currency' | 'minor' | 'count'>[];
  /** Paid sales by quarter of an hour: `time` is its time of day in UTC, `span` the place in the list that was handed in. */
  readonly times: readonly (Pick<Delta, 'currency' | 'minor' | 'count'> & {
    readonly span: number;
    readonly time: string;
  })[];
  /** Paid sales by business day, of the days that had any, in order. */
  readonly days: readonly Pick<Delta, 'day' | 'currency' | 'minor' | 'count'>[];
}

/** Which entries of figures are read. */
export interface SoldAsked {
  readonly kind: 'sale.paid' | 'refund.done' | 'sale.cancelled';
  /** Business days, both included. */
  readonly from: string;
  readonly to: string;
  /** Only what stands before the entry of this sequence; 0: from the newest. */
  readonly before: number;
  readonly most: number;
}

/** A journal that is only read, also while another process writes it. */
export interface JournalReader {
  readonly path: string;
  /** What it holds at this moment; rows that come later are seen too. */
  load(): Contents;
  /** Runs `read` on one unchanging state of the journal. */
  still<T>(read: (contents: Contents) => T): T;
  /** The newest `count` rows, oldest first. */
  last(count: number): Row[];
  /** The newest row that carries this index key (derive.ts); null when there is none. */
  newest(key: string): Row | null;
  /** The rows that carry it, in order. */
  find(key: string): readonly Row[];
  /**
   * What the roll-ups make of the business days from the first to the last, both included, at one moment. Quarters of an
   * hour are added up within each of the `spans`, from the first (included) to the last (not included). `each`: all of the
   * days. Reads no entry.
   */
  figures(
    days: { readonly from: string; readonly to: string; readonly each: readonly string[] },
    spans: readonly QuarterSpan[],
  ): Figures;
  /** Rows that figures are made of, by business day, the newest first. */
  sold(asked: SoldAsked): Row[];
  /** What the database itself finds wrong with its file, in words; null when nothing. */
  damage(): string | null;
  /** Writes one unchanging state of the journal into a new file. */
  copyTo(file: string): void;
  close(): void;
}

/** Opens a journal for reading only. Throws JournalProblem. */
export function openJournalReader(path: string): JournalReader {
  if (!existsSync(path)) {
    throw new JournalProblem('missing', `there is no journal at ${path}; name the data folder of a kiosk that has run`);
  }
  const database = reading(path, () => {
    const opened = new DatabaseSync(path, { readOnly: true, timeout: 2_000 });
    try {
      checkNewestFormat(opened, path);
      return opened;
    } catch (error) {
      opened.close();
      throw error;
    }
  });
  const load = () => readContents(database, path, readHeadMark(markPath(path)));
  return {
    path,
    load,
    still(read) {
      // The mark first: what is written in between is then in the rows, not missing from them.
      const mark = readHeadMark(markPath(path));
      reading(path, () => database.exec('BEGIN'));
      try {
        return read(readContents(database, path, mark));
      } finally {
        database.exec('COMMIT');
      }
    },
    last: (count) =>
      reading(path, () => (database.prepare(schema.selectLast).all(count) as unknown as Row[]).reverse()),
    newest: (key) => reading(path, () => newestUnder(database, key)),
    find: (key) => reading(path, () => allUnder(database, key)),
    figures: (days, spans) => reading(path, () => readFigures(database, days, spans)),
    sold: (asked) => reading(path, () => readSold(database, asked)),
    damage: () =>
      reading(path, () => {
        const found = String(database.prepare('PRAGMA integrity_check(1)').get()?.integrity_check);
        return found === 'ok' ? null : found;
      }),
    copyTo: (file) => {
      reading(path, () => database.prepare('VACUUM INTO ?').run(file));
    },
    close: () => database.close(),
  };
}

/** The newest block first: what is looked for stands in it as a rule. */
function newestUnder(database: DatabaseSync, key: string): Row | null {
  const head = database.prepare(schema.selectHead).get() as unknown as Head | undefined;
  const inBlock = database.prepare(schema.newestInBlock);
  for (let block = schema.blockOf(head?.seq ?? 0); block >= 0; block--) {
    const row = inBlock.get(block, key) as unknown as Row | undefined;
    if (row !== undefined) return row;
  }
  return null;
}

function allUnder(database: DatabaseSync, key: string): readonly Row[] {
  const head = database.prepare(schema.selectHead).get() as unknown as Head | undefined;
  const found = database.prepare(schema.findEntries).all(schema.blockOf(head?.seq ?? 0), key) as unknown as FoundRow[];
  return found.map(({ previous: _, ...row }) => row);
}

function readFigures(
  database: DatabaseSync,
  { from, to, each }: Parameters<JournalReader['figures']>[0],
  spans: readonly QuarterSpan[],
): Figures {
  const byTime = database.prepare(schema.sumQuarters);
  const ofDay = database.prepare(schema.sumOfDay);
  database.exec('BEGIN');
  try {
    return {
      sums: database.prepare(schema.sumFigures).all(from, to) as unknown as Figures['sums'],
      times: spans.flatMap((span, n) =>
        (byTime.all(from, to, span.from, span.until) as unknown as Figures['times']).map((row) => ({
          ...row,
          span: n,
        })),
      ),
      days: each.flatMap((day) => ofDay.all(day) as unknown as Figures['days']),
    };
  } finally {
    database.exec('COMMIT');
  }
}

/** What is left of the day of `before`, then the days before it. A sequence that has no entry begins at the newest. */
function readSold(database: DatabaseSync, { kind, from, to, before, most }: SoldAsked): Row[] {
  const cursor = database.prepare(schema.dayOfEntry).get(before) as { day: string } | undefined;
  const older = database.prepare(schema.selectSold);
  // A day as text, and what comes after all that begins with it.
  if (cursor === undefined || cursor.day > to) return older.all(kind, from, `${to}~`, most) as unknown as Row[];
  if (cursor.day < from) return [];
  const ofDay = database.prepare(schema.selectSoldBefore).all(kind, cursor.day, before, most) as unknown as Row[];
  return [...ofDay, ...(older.all(kind, from, cursor.day, most - ofDay.length) as unknown as Row[])];
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw problemOf(error, path);
  }
}
