/** A journal of the first format: its figures had neither payees nor visits, and no key led to them. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { openJournalReader } from '../../../kiosk/journal/sqlite-reading.ts';
import { openSqliteStorage, rebuildFigures } from '../../../kiosk/journal/sqlite.ts';
import type { Storage } from '../../../kiosk/journal/storage.ts';
import { verifyJournal } from '../../../kiosk/journal/verify.ts';
import { journalOn, paid, stack, visit } from './examples.ts';

const folders: string[] = [];
const opened: Storage[] = [];

afterAll(() => {
  for (const storage of opened) storage.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'migration-'));
  folders.push(folder);
  return join(folder, 'journal.sqlite');
}

function open(path: string): Storage {
  const storage = openSqliteStorage(path);
  opened.push(storage);
  return storage;
}

/** As the release of format 1 left it, with this many visits; the last one pays twice. */
function oldJournal(visits: number): string {
  const path = newPath();
  const storage = openSqliteStorage(path);
  const journal = journalOn(storage);
  for (let n = 1; n <= visits; n++) for (const batch of visit(n)) journal.append(batch);
  journal.append([{ ...paid(visits + 1), session: `v${visits}` } as ReturnType<typeof paid>]);
  journal.close();
  const database = new DatabaseSync(path);
  database.exec(`
    DROP INDEX entry_sold;
    DROP TABLE roll_up;
    CREATE TABLE roll_up (day TEXT NOT NULL, quarter TEXT NOT NULL, method TEXT NOT NULL, outcome TEXT NOT NULL,
      currency TEXT NOT NULL, minor INTEGER NOT NULL, count INTEGER NOT NULL,
      PRIMARY KEY (day, quarter, method, outcome, currency)) STRICT, WITHOUT ROWID;
    INSERT INTO roll_up VALUES ('2026-03-31', '2026-03-31T05:00Z', 'all', 'paid', 'CNY', 1880, 1);
    DELETE FROM entry_key WHERE key LIKE 'visit:%';
    PRAGMA user_version = 1;
  `);
  database.close();
  return path;
}

function formatOf(path: string): number {
  const database = new DatabaseSync(path);
  const format = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  database.close();
  return format;
}

test('an older journal is brought up at its first start, and its figures are those of its entries', () => {
  const path = oldJournal(3);
  const storage = open(path);
  expect(verifyJournal(storage.load())).toMatchObject({ ok: true });
  const figures = storage.load().rollUps();
  const count = (part: string) => figures.find((one) => one.part === part)?.count;
  expect([count('sale'), count('visit'), count('payee')]).toEqual([4, 3, 4]);
  const journal = journalOn(storage);
  journal.append([{ ...paid(9), session: 'v1' } as ReturnType<typeof paid>]);
  expect(verifyJournal(storage.load())).toMatchObject({ ok: true });
  expect(
    storage
      .load()
      .rollUps()
      .find((one) => one.part === 'visit')?.count,
  ).toBe(3);
});

test('what only reads says that the older journal waits for a start', () => {
  expect(() => openJournalReader(oldJournal(1))).toThrow(/has format 1; .* Start it once/);
});

test('a start that is cut off anywhere while it brings a journal up leaves the old one, and the next start does it', () => {
  const path = oldJournal(40);
  open(path);
  const log = readFileSync(`${path}-wal`);
  const frameBytes = 24 + 4_096;
  const frames = Math.floor((log.length - 32) / frameBytes);
  expect(frames).toBeGreaterThan(2);
  const formats = new Set<number>();
  for (let kept = 0; kept <= frames; kept++) {
    const copy = newPath();
    copyFileSync(path, copy);
    if (existsSync(`${path}.head`)) copyFileSync(`${path}.head`, `${copy}.head`);
    writeFileSync(`${copy}-wal`, log.subarray(0, 32 + kept * frameBytes));
    formats.add(formatOf(copy));
    const storage = openSqliteStorage(copy);
    expect(verifyJournal(storage.load()), `${kept} of ${frames} frames`).toMatchObject({ ok: true, entries: 241 });
    storage.close();
  }
  expect([...formats].sort()).toEqual([1, 3]);
});

test('an older journal whose entries are not whole is refused, and left as it is', () => {
  const path = oldJournal(3);
  const database = new DatabaseSync(path);
  database.exec("UPDATE entry SET body = replace(body, '1880', '1') WHERE seq = 5");
  database.close();
  expect(() => openSqliteStorage(path)).toThrow('entry 5 was changed');
  expect(formatOf(path)).toBe(1);
});

test('an older journal that has lost its last entries is left as it is', () => {
  const path = oldJournal(3);
  const database = new DatabaseSync(path);
  database.exec('DELETE FROM entry WHERE seq > 17');
  database.close();
  expect(() => openSqliteStorage(path)).toThrow('its log was deleted or cut off');
  expect(formatOf(path)).toBe(1);
});

test('figures that do not agree with the entries are found, and made again', () => {
  const path = newPath();
  const journal = journalOn(openSqliteStorage(path));
  for (const batch of [1, 2].flatMap(visit)) journal.append(batch);
  journal.append([stack(3)]);
  expect(() => rebuildFigures(path)).toThrow('another process is writing');
  journal.close();
  const database = new DatabaseSync(path);
  database.exec("UPDATE roll_up SET minor = minor + 1 WHERE part = 'payee'");
  database.close();
  const verdict = () => {
    const reader = openJournalReader(path);
    try {
      return reader.still(verifyJournal);
    } finally {
      reader.close();
    }
  };
  expect(verdict()).toMatchObject({
    ok: false,
    problem: expect.stringContaining('2026-03-31 payee 自来水公司 paid CNY'),
  });
  rebuildFigures(path);
  expect(verdict()).toMatchObject({ ok: true, entries: 13 });
});
