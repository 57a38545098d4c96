import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { markPath } from '../../../kiosk/journal/sqlite-format.ts';
import { openJournalReader } from '../../../kiosk/journal/sqlite-reading.ts';
import { openSqliteStorage } from '../../../kiosk/journal/sqlite.ts';
import type { Storage } from '../../../kiosk/journal/storage.ts';
import { verifyJournal } from '../../../kiosk/journal/verify.ts';
import { journalOn, stack, visit } from './examples.ts';
import { storageSuite } from './storage-suite.ts';

const folders: string[] = [];
const opened: Storage[] = [];

afterAll(() => {
  for (const storage of opened) storage.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'journal-'));
  folders.push(folder);
  return folder;
}

function open(path: string): Storage {
  const storage = openSqliteStorage(path);
  opened.push(storage);
  return storage;
}

/** A crash is a copy of the files as they stand, in a new folder: the old process keeps its own. */
function copyOf(path: string, without: readonly string[] = []): string {
  const copy = join(newFolder(), 'journal.sqlite');
  for (const suffix of ['', '-wal', '.head']) {
    if (without.includes(suffix)) continue;
    try {
      copyFileSync(path + suffix, copy + suffix);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return copy;
}

storageSuite('a real disk', () => {
  let path = join(newFolder(), 'journal.sqlite');
  return {
    open: () => open(path),
    crash: () => {
      path = copyOf(path);
    },
    damage: (seq) => {
      const database = new DatabaseSync(path);
      database.prepare("UPDATE entry SET body = replace(body, '2000', '3000') WHERE seq = ?").run(seq);
      database
        .prepare("UPDATE entry SET body = replace(body, '\"', '''') WHERE seq = ? AND body NOT LIKE '%3000%'")
        .run(seq);
      database.close();
    },
    alterSnapshot: (altered) => {
      const database = new DatabaseSync(path);
      const state = String(database.prepare('SELECT state FROM snapshot').get()?.state);
      database.prepare('UPDATE snapshot SET state = ?').run(altered(state));
      database.close();
    },
    deleteLog: () => rmSync(`${path}-wal`),
  };
});

/** A journal of twenty visits, closed in good order. */
function writtenJournal(): string {
  const path = join(newFolder(), 'journal.sqlite');
  const journal = journalOn(open(path));
  for (let n = 1; n <= 20; n++) for (const batch of visit(n)) journal.append(batch);
  journal.close();
  return path;
}

test('a bit flipped in the file itself is found by verify and reading on', () => {
  const path = writtenJournal();
  const bytes = readFileSync(path);
  const at = bytes.indexOf('"command":"c7"');
  expect(at).toBeGreaterThan(0);
  bytes[at + 12] = (bytes[at + 12] as number) ^ 1;
  writeFileSync(path, bytes);
  const reader = openJournalReader(path);
  expect(reader.still(verifyJournal)).toMatchObject({ ok: false, problem: expect.stringContaining('was changed') });
  reader.close();
  expect(() => [...journalOn(open(path)).entries()]).toThrow('was changed after it was written');
});

test('a file whose last pages are missing is refused', () => {
  const path = writtenJournal();
  truncateSync(path, readFileSync(path).length - 3 * 4096);
  const start = () => [...journalOn(open(path)).entries()];
  expect(start).toThrow(expect.objectContaining({ code: 'damaged' }));
  const reader = () => openJournalReader(path).still(verifyJournal);
  try {
    expect(reader()).toMatchObject({ ok: false });
  } catch (error) {
    expect(error).toMatchObject({ code: 'damaged' });
  }
});

test('a torn end of the log is found, because more had been written', () => {
  const path = join(newFolder(), 'journal.sqlite');
  const journal = journalOn(open(path));
  for (const batch of [1, 2, 3].flatMap(visit)) journal.append(batch);
  const copy = copyOf(path);
  const log = readFileSync(`${copy}-wal`);
  log.fill(0, log.length - 2048);
  writeFileSync(`${copy}-wal`, log);
  expect(() => journalOn(open(copy))).toThrow('its log was deleted or cut off');
});

test('a refused journal is left as it was found', () => {
  const path = join(newFolder(), 'journal.sqlite');
  const journal = journalOn(open(path));
  journal.append([stack(1)]);
  const copy = copyOf(path);
  const log = readFileSync(`${copy}-wal`);
  log.fill(0, log.length - 100);
  writeFileSync(`${copy}-wal`, log);
  const before = ['', '-wal', '.head'].map((suffix) => readFileSync(copy + suffix).toString('base64'));
  const storage = open(copy);
  expect(() => journalOn(storage)).toThrow('cut off');
  storage.close();
  expect(['', '-wal', '.head'].map((suffix) => readFileSync(copy + suffix).toString('base64'))).toEqual(before);
});

test('an emptied or missing file is not taken for a new journal', () => {
  const path = writtenJournal();
  truncateSync(path, 0);
  expect(() => open(path)).toThrow('entries had been written to it');
  rmSync(path);
  expect(() => open(path)).toThrow('entries had been written to it');
});

test('another format, another database and something else are told apart', () => {
  const path = writtenJournal();
  const database = new DatabaseSync(path);
  database.exec('PRAGMA user_version = 99');
  database.close();
  expect(() => open(path)).toThrow(expect.objectContaining({ code: 'version' }));
  const other = join(newFolder(), 'journal.sqlite');
  const stranger = new DatabaseSync(other);
  stranger.exec('CREATE TABLE cats (name TEXT)');
  stranger.close();
  expect(() => open(other)).toThrow('is a database, but not a journal');
  const text = join(newFolder(), 'journal.sqlite');
  writeFileSync(text, 'not a database at all\n'.repeat(100));
  expect(() => open(text)).toThrow(expect.objectContaining({ code: 'damaged' }));
});

test('a folder that is missing is named', () => {
  const missing = join(newFolder(), 'gone', 'journal.sqlite');
  expect(() => open(missing)).toThrow(missing);
  expect(() => openJournalReader(missing)).toThrow(expect.objectContaining({ code: 'missing' }));
});

test('a folder that cannot be written, not even by root, is named', () => {
  const path = '/sys/kernel/journal.sqlite';
  expect(() => open(path)).toThrow(expect.objectContaining({ code: 'unwritable' }));
  expect(() => open(path)).toThrow(path);
});

test('a look-up believes no index that leads elsewhere, and no entry whose predecessor is gone', () => {
  const path = writtenJournal();
  const database = new DatabaseSync(path);
  database.exec("UPDATE entry_key SET key = 'voucher:K2' WHERE key = 'voucher:K1'");
  const [seq] = journalOn(open(path))
    .find('voucher:K3')
    .map((entry) => entry.seq);
  database.prepare('DELETE FROM entry WHERE seq = ?').run((seq as number) - 1);
  database.close();
  opened.at(-1)?.close();
  const journal = journalOn(open(path));
  expect(() => journal.find('voucher:K2')).toThrow('the index finds entry 4 under voucher:K2, which it does not name');
  expect(() => journal.find('voucher:K3')).toThrow(`entry ${(seq as number) - 1} is missing`);
  expect(journal.find('voucher:K4')).toHaveLength(1);
});

test('a torn note of the head says nothing', () => {
  const path = writtenJournal();
  writeFileSync(markPath(path), readFileSync(markPath(path)).subarray(0, 40));
  expect([...journalOn(open(path)).entries()]).toHaveLength(120);
});

test('a reader beside the writer sees what was written and does not hold it up', () => {
  const path = join(newFolder(), 'journal.sqlite');
  const journal = journalOn(open(path));
  journal.append([stack(1)]);
  const reader = openJournalReader(path);
  for (let n = 2; n <= 10; n++) {
    journal.append([stack(n)]);
    expect(reader.still(verifyJournal)).toMatchObject({ ok: true, entries: n });
  }
  reader.still((contents) => {
    journal.append([stack(11)]);
    expect(verifyJournal(contents)).toMatchObject({ ok: true, entries: 10 });
  });
  reader.close();
});
