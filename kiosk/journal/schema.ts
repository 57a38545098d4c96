/** The tables of the journal's file. */
import { genesisHash } from './storage.ts';

/** Says in the file itself what it is ("CKJ" and a zero). */
export const applicationId = 0x434b4a00;

/** Of the tables. An older one is brought up at a start (`migration.ts`); a newer one is refused. */
export const formatVersion = 3;

/**
 * Keys of an index arrive in no order. Were they one tree, each would dirty another page as the journal grows; so
 * they are kept in blocks of entries, and only the newest block is ever written to. A look-up asks every block.
 */
const keyBlockEntries = 16_384;

/** The block that the keys of an entry stand in. */
export function blockOf(seq: number): number {
  return Math.floor(seq / keyBlockEntries);
}

export const nameFormat = `PRAGMA user_version = ${formatVersion};`;

export const createRollUp = `CREATE TABLE roll_up (
  day TEXT NOT NULL,
  part TEXT NOT NULL,
  name TEXT NOT NULL,
  outcome TEXT NOT NULL,
  currency TEXT NOT NULL,
  minor INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (day, part, name, outcome, currency)
) STRICT, WITHOUT ROWID;`;

const isSold = "kind IN ('sale.paid', 'refund.done', 'sale.cancelled')";

/** Leads from a business day to the entries that its figures are made of. It follows the clock, which may have been put back. */
export const createSoldIndex = `CREATE INDEX IF NOT EXISTS entry_sold ON entry (kind, day) WHERE ${isSold};`;

export const createTables = `
CREATE TABLE entry (
  seq INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  day TEXT NOT NULL,
  kind TEXT NOT NULL,
  session TEXT,
  body TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE TABLE entry_key (
  block INTEGER NOT NULL,
  key TEXT NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (block, key, seq)
) STRICT, WITHOUT ROWID;
${createRollUp}
${createSoldIndex}
CREATE TABLE snapshot (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  seq INTEGER NOT NULL,
  hash TEXT NOT NULL,
  version TEXT NOT NULL,
  state TEXT NOT NULL
) STRICT;
PRAGMA application_id = ${applicationId};
${nameFormat}
`;

export const insertEntry = 'INSERT INTO entry (seq, at, day, kind, session, body, hash) VALUES (?, ?, ?, ?, ?, ?, ?)';
export const insertKey = 'INSERT OR IGNORE INTO entry_key (block, key, seq) VALUES (?, ?, ?)';
export const addToRollUp = `INSERT INTO roll_up (day, part, name, outcome, currency, minor, count) VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET minor = minor + excluded.minor, count = count + excluded.count`;
export const replaceSnapshot =
  'INSERT OR REPLACE INTO snapshot (only, seq, hash, version, state) VALUES (1, ?, ?, ?, ?)';

export const selectHead = 'SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1';
export const selectEntries =
  'SELECT seq, at, day, kind, session, body, hash FROM entry WHERE seq > ? ORDER BY seq LIMIT ?';
export const selectLast = 'SELECT seq, at, day, kind, session, body, hash FROM entry ORDER BY seq DESC LIMIT ?';
export const selectSnapshot = 'SELECT seq, hash, version, state FROM snapshot';
export const selectKeys = 'SELECT key, seq FROM entry_key WHERE block BETWEEN ? AND ? AND seq BETWEEN ? AND ?';
export const selectRollUps = 'SELECT day, part, name, outcome, currency, minor, count FROM roll_up';
/** The figures of the days from the first to the second, but for the quarters of their hours. */
export const sumFigures = `SELECT part, name, outcome, currency, sum(minor) AS minor, sum(count) AS count FROM roll_up
  WHERE day BETWEEN ? AND ? AND part <> 'quarter' GROUP BY part, name, outcome, currency`;
/** Those of the quarters from the third (included) to the fourth (not included), by time of day. */
export const sumQuarters = `SELECT substr(name, 12, 5) AS time, currency, sum(minor) AS minor, sum(count) AS count FROM roll_up
  WHERE day BETWEEN ? AND ? AND part = 'quarter' AND name >= ? AND name < ? GROUP BY time, currency`;
/** What was sold on one day, as the roll-ups have it. */
export const sumOfDay = `SELECT day, currency, minor, count FROM roll_up
  WHERE day = ? AND part = 'sale' AND name = '' AND outcome = 'paid'`;
/** Entries of one kind that figures are made of, newest first: of one day, those before a sequence; and of some days. */
export const selectSoldBefore = `SELECT seq, at, day, kind, session, body, hash FROM entry
  WHERE ${isSold} AND kind = ? AND day = ? AND seq < ? ORDER BY seq DESC LIMIT ?`;
export const selectSold = `SELECT seq, at, day, kind, session, body, hash FROM entry
  WHERE ${isSold} AND kind = ? AND day >= ? AND day < ? ORDER BY day DESC, seq DESC LIMIT ?`;
export const dayOfEntry = 'SELECT day FROM entry WHERE seq = ?';
/** The newest entry of a block under a key. */
export const newestInBlock = `SELECT entry.seq, at, day, kind, session, body, hash
  FROM entry_key CROSS JOIN entry ON entry.seq = entry_key.seq WHERE block = ? AND key = ?
  ORDER BY entry_key.seq DESC LIMIT 1`;
export const findEntries = `WITH RECURSIVE blocks (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM blocks WHERE n < ?)
  SELECT entry.seq, at, day, kind, session, body, hash,
    CASE entry.seq WHEN 1 THEN '${genesisHash}' ELSE (SELECT hash FROM entry AS before WHERE seq = entry.seq - 1) END AS previous
  FROM blocks CROSS JOIN entry_key ON block = n AND key = ? CROSS JOIN entry ON entry.seq = entry_key.seq
  ORDER BY entry.seq`;
