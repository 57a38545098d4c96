/** What the database and the file system throw, in words that say what to do. */
import { JournalProblem } from './storage.ts';

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html). */
const sqlite = {
  perm: 3,
  busy: 5,
  locked: 6,
  readonly: 8,
  io: 10,
  corrupt: 11,
  full: 13,
  cantOpen: 14,
  notDatabase: 26,
};

/** The words of an error that the database or the file system threw; null for any other error. */
export function wordsOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const code = primaryCode(error);
  if (code !== null) return `${error.message} (SQLite ${(error as { errcode?: number }).errcode})`;
  return 'syscall' in error ? error.message : null;
}

/** An error met while opening or reading `path`, as a JournalProblem; any other error is given back as it came. */
export function problemOf(error: unknown, path: string): unknown {
  if (error instanceof JournalProblem || !(error instanceof Error)) return error;
  const words = wordsOf(error);
  if (words === null) return error;
  switch (primaryCode(error)) {
    case sqlite.busy:
    case sqlite.locked:
      return new JournalProblem('busy', `${path} is locked by another process; try again, or end it`);
    case sqlite.corrupt:
    case sqlite.notDatabase:
      return new JournalProblem(
        'damaged',
        `${path} is damaged: ${words}. Keep all files of its folder and restore it from a backup`,
      );
    case sqlite.io:
      return new JournalProblem('damaged', `${path} cannot be read: ${words}. Check the disk, then start again`);
    default:
      return new JournalProblem(
        'unwritable',
        `${path} cannot be opened: ${words}. The folder must exist, belong to this user, and have space`,
      );
  }
}

function primaryCode(error: Error): number | null {
  const { errcode } = error as { errcode?: unknown };
  return typeof errcode === 'number' ? errcode & 0xff : null;
}
