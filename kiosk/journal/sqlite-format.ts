/** Which files make up a journal, and whether a database is one. */
import type { DatabaseSync } from 'node:sqlite';
import { applicationId, formatVersion } from './schema.ts';
import { JournalProblem } from './storage.ts';

/** The note of the newest head, beside the journal. */
export function markPath(path: string): string {
  return `${path}.head`;
}

/** The format of a journal's tables. */
export function formatOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version);
}

/** Throws JournalProblem unless the database is a journal with the tables that this version knows, or can bring up. */
export function checkFormat(database: DatabaseSync, path: string): void {
  const id = database.prepare('PRAGMA application_id').get()?.application_id;
  if (id !== applicationId) {
    throw new JournalProblem('damaged', `${path} is a database, but not a journal; choose another data folder`);
  }
  const version = formatOf(database);
  if (version < 1 || version > formatVersion) {
    throw new JournalProblem(
      'version',
      `${path} has format ${version}, this program reads format ${formatVersion}; use the release that wrote it`,
    );
  }
}

/** For reading alone, which brings nothing up. Throws JournalProblem as `checkFormat` does, and for an older format. */
export function checkNewestFormat(database: DatabaseSync, path: string): void {
  checkFormat(database, path);
  const version = formatOf(database);
  if (version === formatVersion) return;
  throw new JournalProblem(
    'version',
    `${path} has format ${version}; the kiosk brings it to format ${formatVersion} when it starts. Start it once`,
  );
}
