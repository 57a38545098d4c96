/**
 * An older journal's tables are brought up to this release's, once, in one transaction: after a crash it is the old one still.
 * Entries are read and never written; what is derived from them is made again.
 */
import type { DatabaseSync } from 'node:sqlite';
import { addUp, type Delta, rollingUp, placeKey, visitKey, indexKeys } from './derive.ts';
import { readHeadMark } from './head-mark.ts';
import { chainedEntries, lostTail } from './journal.ts';
import * as schema from './schema.ts';
import { formatOf, markPath } from './sqlite-format.ts';
import { readContents } from './sqlite-reading.ts';

/** Does nothing to a journal of this format. Throws JournalProblem, and changes nothing, where its entries are not whole. */
export function bringUp(database: DatabaseSync, path: string): void {
  const format = formatOf(database);
  // The roll-ups of format 1 had no payees and no visits.
  if (format === 1) deriveAgain(database, path);
  // Format 2 had no index by which the entries of a figure are found.
  if (format === 2) database.exec(`BEGIN IMMEDIATE; ${schema.createSoldIndex} ${schema.nameFormat} COMMIT`);
}

/**
 * Makes the roll-ups, and the keys that came with them, from the entries. Throws JournalProblem, and changes nothing, where
 * the entries are not whole.
 */
export function deriveAgain(database: DatabaseSync, path: string): void {
  const mark = readHeadMark(markPath(path));
  database.exec('BEGIN IMMEDIATE');
  try {
    const contents = readContents(database, path, mark);
    const lost = lostTail(contents);
    if (lost !== null) throw lost;
    database.exec(`DROP TABLE IF EXISTS roll_up; ${schema.createRollUp} ${schema.createSoldIndex}`);
    const insertKey = database.prepare(schema.insertKey);
    const rolled = rollingUp();
    const sums = new Map<string, Delta>();
    for (const entry of chainedEntries(contents, 0, contents.head.seq)) {
      addUp(sums, rolled(entry));
      for (const key of indexKeys(entry.body)) {
        if (key.startsWith(visitKey('')) || key === placeKey) insertKey.run(schema.blockOf(entry.seq), key, entry.seq);
      }
    }
    const add = database.prepare(schema.addToRollUp);
    for (const { day, part, name, outcome, currency, minor, count } of sums.values()) {
      add.run(day, part, name, outcome, currency, minor, count);
    }
    database.exec(`${schema.nameFormat} COMMIT`);
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
