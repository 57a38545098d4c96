/** The same on PostgreSQL, a real server that the test starts, and on PGlite. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { JournalMessage, JournalRow, StoredMessage } from '../../../kiosk/fleet/wire.ts';
import { signHead } from '../../../kiosk/fleet/head-seal.ts';
import { acknowledgeAlert, clearAlert, openAlerts, standingAlerts } from '../../../kiosk/office/alert-book.ts';
import { Collector, waitingLimits } from '../../../kiosk/office/collector.ts';
import { type Database, openDatabase } from '../../../kiosk/office/store/open.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';
import { type Body, chained, genesis, journalOf, messageOf } from './rows.ts';

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres({ synced: false });
});
afterAll(() => postgres?.remove());

/** How it is opened, and opened once more. */
type Place = () => Promise<() => Promise<Database>>;

const onServer: Place = async () => () => openDatabase({ url: postgres.url });

/** One process alone opens it: once more is the same. */
const embedded: Place = async () => {
  const database = await openDatabase({ folder: null });
  return async () => database;
};

function collectorOn(database: Database): Collector {
  return new Collector({ database, now: () => new Date('2026-03-31T05:00:00.000Z') });
}

/** What is stored of a kiosk, row for row. */
async function stored(database: Database, kiosk: string): Promise<readonly JournalRow[]> {
  const rows = await database.query<{ row: JournalRow }>(
    'SELECT json_build_array(seq, at, day, kind, session, body, hash) AS row FROM entries WHERE kiosk = $1 ORDER BY seq',
    [kiosk],
  );
  return rows.map(({ row }) => row);
}

async function alertsOf(database: Database, kiosk: string): Promise<readonly string[]> {
  const alerts = await standingAlerts(database, kiosk);
  return alerts.map(({ kind, subject, status }) => `${kind} ${subject} ${status}`).toSorted();
}

/** Seeded: the same order each time. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** As a kiosk does: sends what follows the office's word until all of it is held; a failure is a silence. */
async function sendAll(take: (message: JournalMessage) => Promise<StoredMessage | null>, rows: readonly JournalRow[]) {
  for (let seq = 0, tries = 0; seq < rows.length; tries++) {
    if (tries > rows.length + 1_000) throw new Error(`the office still holds ${seq} of ${rows.length}`);
    const word = await take(messageOf(rows, seq, 50)).catch(() => null);
    if (word === null) continue;
    expect(word.refused === null || word.refused === 'gap', JSON.stringify(word)).toBe(true);
    seq = word.seq;
  }
}

function newKeys() {
  const { privateKey: signing, publicKey: verifying } = generateKeyPairSync('ed25519');
  return { signing, verifying };
}

const redeemed = (serial: string, issuer?: string): Body => ({
  kind: 'voucher.redeemed',
  session: 's',
  serial,
  ...(issuer === undefined ? {} : { issuer }),
  sale: 'a',
  currency: 'CNY',
  minor: 500,
});

describe.each([
  ['PostgreSQL', onServer],
  ['PGlite', embedded],
] as const)('the collector on %s', (_name, place) => {
  let open: () => Promise<Database>;
  let database: Database;
  let collector: Collector;
  beforeAll(async () => {
    open = await place();
    database = await open();
  });
  afterAll(() => database?.close());
  beforeEach(async () => {
    await database.query('TRUNCATE kiosks, entries, voucher_redemptions CASCADE');
    collector = collectorOn(database);
  });

  test('stores every row as it came, once, whatever is sent twice or in another order', async () => {
    const rows = journalOf('LAB-01', 600);
    const random = chance(7);
    for (let seq = 0; seq < rows.length; ) {
      const count = 1 + Math.floor(random() * 60);
      const messages = [messageOf(rows, seq, count)];
      // Some of long ago, some that are too early, some twice.
      messages.push(messageOf(rows, Math.floor(random() * seq), count));
      if (random() < 0.3) messages.push(messageOf(rows, Math.min(rows.length - 1, seq + count + 5), 3));
      if (random() < 0.3) messages.push(messages[0] as JournalMessage);
      messages.sort(() => random() - 0.5);
      const words = await Promise.all(messages.map((message) => collector.take('LAB-01', message)));
      expect(words.map((word) => word?.refused)).not.toContain('rewritten');
      expect(words.map((word) => word?.refused)).not.toContain('broken');
      seq = Math.max(...words.map((word) => word?.seq ?? 0));
    }
    expect(await stored(database, 'LAB-01')).toEqual(rows);
    expect(await alertsOf(database, 'LAB-01')).toEqual([]);
  });

  test('texts go into the database and come back as they are, whatever stands in them', async () => {
    const texts = [
      '',
      'NULL',
      null,
      '{"a":"\\\\n"}',
      '\\',
      '"',
      '{,}',
      ' a\n\t',
      '支付 €',
      '😀',
      '\u0001',
      '\uffff',
      null,
    ];
    for (const some of [texts, texts.filter((text) => text !== null), [null], ['x'.repeat(100_000)], []]) {
      const rows = await database.query('SELECT text FROM unnest($1::text[]) AS text', [{ texts: some }]);
      expect(rows).toEqual(some.map((text) => ({ text })));
    }
  });

  test('says what it holds when it is asked, also to one that it has never heard of', async () => {
    const rows = journalOf('LAB-01', 3);
    const ask = { ...messageOf(rows, 0, 0), rows: [] };
    expect(await collector.take('LAB-01', ask)).toEqual({ seq: 0, hash: genesis, refused: null });
    await collector.take('LAB-01', messageOf(rows, 0, 2));
    expect(await collector.take('LAB-01', ask)).toEqual({ seq: 2, hash: rows[1]?.[6], refused: null });
  });

  test('keeps two kiosks apart that send at the same time', async () => {
    const kiosks = ['LAB-01', 'LAB-02', 'MALL-7'].map((kiosk) => ({ kiosk, rows: journalOf(kiosk, 220) }));
    await Promise.all(kiosks.map(({ kiosk, rows }) => sendAll((message) => collector.take(kiosk, message), rows)));
    for (const { kiosk, rows } of kiosks) expect(await stored(database, kiosk)).toEqual(rows);
  });

  test('two collectors on one database store each row once', async () => {
    const other = await open();
    onTestFinished(() => (other === database ? undefined : other.close()));
    const rows = journalOf('LAB-01', 400);
    const second = collectorOn(other);
    await Promise.all([collector, second].map((one) => sendAll((message) => one.take('LAB-01', message), rows)));
    expect(await stored(database, 'LAB-01')).toEqual(rows);
  });

  test('a collector that dies between the transaction and its word loses nothing and stores nothing twice', async () => {
    const rows = journalOf('LAB-01', 500);
    const random = chance(3);
    let deaths = 0;
    await sendAll(async (message) => {
      const word = await collector.take('LAB-01', message);
      if (random() > 0.4) return word;
      deaths++;
      collector = collectorOn(database);
      return null;
    }, rows);
    expect(deaths).toBeGreaterThan(3);
    expect(await stored(database, 'LAB-01')).toEqual(rows);
  });

  test('a gap is refused, stays visible, and is over when the rows came', async () => {
    const rows = journalOf('LAB-01', 20);
    await collector.take('LAB-01', messageOf(rows, 0, 5));
    expect(await collector.take('LAB-01', messageOf(rows, 9, 5))).toEqual({
      seq: 5,
      hash: rows[4]?.[6],
      refused: 'gap',
    });
    expect(await collector.holdings()).toEqual([{ kiosk: 'LAB-01', seq: 5, toldSeq: 20, missingTo: 9 }]);
    await collector.take('LAB-01', messageOf(rows, 5, 15));
    expect(await collector.holdings()).toEqual([{ kiosk: 'LAB-01', seq: 20, toldSeq: 20, missingTo: null }]);
  });

  test('a past that was rewritten is refused, never replaced, and an alert', async () => {
    const rows = journalOf('LAB-01', 10);
    await collector.take('LAB-01', messageOf(rows, 0, 10));
    const other = journalOf('LAB-01', 12, new Map([[4, { kind: 'session.moved', session: 'other' }]]));
    // By a row, by the hash before the first, and by the head alone.
    const attempts = [messageOf(other, 2, 4), messageOf(other, 10, 2), messageOf(other.slice(0, 8), 3, 0)];
    for (const message of attempts) {
      const word = await collector.take('LAB-01', message);
      expect(word).toEqual({ seq: 10, hash: rows[9]?.[6], refused: 'rewritten' });
    }
    expect(await stored(database, 'LAB-01')).toEqual(rows);
    expect(await alertsOf(database, 'LAB-01')).toEqual(['chain-broken rewritten open']);
  });

  test('rows that do not follow are refused whole, and an alert', async () => {
    const rows = journalOf('LAB-01', 6);
    const edited = rows.map(
      (row): JournalRow => (row[0] === 5 ? [5, row[1], row[2], row[3], row[4], '{}', row[6]] : row),
    );
    expect((await collector.take('LAB-01', messageOf(edited, 0, 6)))?.refused).toBe('broken');
    const leftOut = { ...messageOf(rows, 0, 6), rows: rows.toSpliced(2, 1) };
    expect((await collector.take('LAB-01', leftOut))?.refused).toBe('broken');
    const torn = chained(genesis, 1, { kind: 'session.moved', session: 'a\0b' });
    expect((await collector.take('LAB-01', messageOf([torn], 0, 1)))?.refused).toBe('broken');
    const wrongHead = { ...messageOf(rows, 0, 6), head: { seq: 6, hash: genesis } };
    expect((await collector.take('LAB-01', wrongHead))?.refused).toBe('broken');
    expect(await stored(database, 'LAB-01')).toEqual([]);
    expect(await alertsOf(database, 'LAB-01')).toEqual(['chain-broken broken open']);
  });

  test('a signed head that holds is kept; one that does not is an alert', async () => {
    const rows = journalOf('LAB-01', 4);
    await collector.take('LAB-01', messageOf(rows, 0, 1));
    const [own, foreign] = [newKeys(), newKeys()];
    const pem = String(own.verifying.export({ type: 'spki', format: 'pem' }));
    await database.query('UPDATE kiosks SET verifying = $1', [pem]);
    const signed = (n: number, keys: typeof own) => signHead(keys, { seq: n, hash: (rows[n - 1] as JournalRow)[6] });
    await collector.take('LAB-01', { ...messageOf(rows, 1, 1), signed: signed(2, own) });
    expect(await database.query('SELECT seq FROM signed_heads')).toEqual([{ seq: 2 }]);
    expect(await alertsOf(database, 'LAB-01')).toEqual([]);
    await collector.take('LAB-01', { ...messageOf(rows, 2, 1), signed: signed(3, foreign) });
    expect(await database.query('SELECT seq FROM signed_heads')).toEqual([{ seq: 2 }]);
    expect(await alertsOf(database, 'LAB-01')).toEqual(['chain-broken signature open']);
    const elsewhere = { ...signed(1, own), hash: genesis };
    expect((await collector.take('LAB-01', { ...messageOf(rows, 3, 1), signed: elsewhere }))?.refused).toBe(
      'rewritten',
    );
  });

  test('a signature over more than is stored is not kept before that is', async () => {
    const rows = journalOf('LAB-01', 4);
    await collector.take('LAB-01', messageOf(rows, 0, 1));
    const own = newKeys();
    await database.query('UPDATE kiosks SET verifying = $1', [
      String(own.verifying.export({ type: 'spki', format: 'pem' })),
    ]);
    const signed = signHead(own, { seq: 4, hash: (rows[3] as JournalRow)[6] });
    const kept = () => database.query('SELECT seq FROM signed_heads');
    expect((await collector.take('LAB-01', { ...messageOf(rows, 1, 2), signed }))?.refused).toBeNull();
    expect(await kept()).toEqual([]);
    await collector.take('LAB-01', { ...messageOf(rows, 3, 1), signed });
    expect(await kept()).toEqual([{ seq: 4 }]);
  });

  test('fault 43: a voucher redeemed at two kiosks, one of them offline, is one redemption and one conflict row', async () => {
    const online = journalOf('LAB-01', 8, new Map([[6, redeemed('V1')]]));
    const offline = journalOf('LAB-02', 9, new Map([[3, redeemed('V1', 'LAB-01')]]));
    await collector.take('LAB-01', messageOf(online, 0, 8));
    // The office's word is lost: it comes again.
    for (let again = 0; again < 2; again++) await collector.take('LAB-02', messageOf(offline, 0, 9));
    expect(await database.query('SELECT issuer, serial, kiosk, seq, minor FROM voucher_redemptions')).toEqual([
      { issuer: 'LAB-01', serial: 'V1', kiosk: 'LAB-01', seq: 6, minor: 500 },
    ]);
    expect(await database.query('SELECT issuer, serial, kiosk, seq, minor FROM voucher_conflicts')).toEqual([
      { issuer: 'LAB-01', serial: 'V1', kiosk: 'LAB-02', seq: 3, minor: 500 },
    ]);
    expect(await alertsOf(database, 'LAB-01')).toEqual([]);
    expect(await alertsOf(database, 'LAB-02')).toEqual(['voucher-conflict LAB-01 V1 open']);
  });

  test('vouchers of two kiosks that have the same number are no conflict', async () => {
    for (const kiosk of ['LAB-01', 'LAB-02']) {
      await collector.take(kiosk, messageOf(journalOf(kiosk, 2, new Map([[2, redeemed('V1')]])), 0, 2));
    }
    expect(await database.query('SELECT count(*) AS n FROM voucher_redemptions')).toEqual([{ n: 2 }]);
    expect(await database.query('SELECT count(*) AS n FROM voucher_conflicts')).toEqual([{ n: 0 }]);
  });

  test('alerts of entries come with them; a person acknowledges one, and what is over is cleared', async () => {
    const bodies = new Map<number, Body>([
      [2, { kind: 'case.opened', case: 'C00001', about: 'note-stuck' }],
      [3, { kind: 'config.refused', edition: 4, hash: genesis, why: 'unsound', problems: ['limits: too high'] }],
      [5, { kind: 'case.settled', case: 'C00001', how: 'void' }],
      [6, { kind: 'config.changed', what: 'push', why: null, to: genesis }],
    ]);
    const rows = journalOf('LAB-01', 6, bodies);
    await collector.take('LAB-01', messageOf(rows, 0, 4));
    expect(await alertsOf(database, 'LAB-01')).toEqual(['case C00001 open', 'configuration-refused 4 open']);
    const [first] = await standingAlerts(database);
    const now = new Date('2026-03-31T06:00:00.000Z');
    expect(await acknowledgeAlert(database, first?.alert ?? 0, '0001', now)).toBe(true);
    expect(await acknowledgeAlert(database, first?.alert ?? 0, '0002', now)).toBe(false);
    const [seen, other] = await standingAlerts(database);
    expect(seen).toMatchObject({ status: 'acknowledged', acknowledgedBy: '0001', acknowledgedAt: now });
    await collector.take('LAB-01', messageOf(rows, 4, 2));
    // That a later configuration has begun does not mean yet that it works.
    expect(await alertsOf(database, 'LAB-01')).toEqual(['configuration-refused 4 acknowledged']);
    expect(await clearAlert(database, other?.alert ?? 0, '0001', now)).toBe(false);
    expect(await clearAlert(database, first?.alert ?? 0, '0001', now)).toBe(true);
  });

  test('an alert that stands keeps its number and who saw it, and has the newest detail', async () => {
    await collector.take('LAB-01', messageOf(journalOf('LAB-01', 1), 0, 1));
    const now = new Date('2026-03-31T05:00:00.000Z');
    const stale = { kind: 'configuration-stale', subject: '' } as const;
    await openAlerts(database, 'LAB-01', [{ ...stale, detail: 'expired' }], now);
    const [first] = await standingAlerts(database);
    await acknowledgeAlert(database, first?.alert ?? 0, '0001', now);
    await openAlerts(database, 'LAB-01', [{ ...stale, detail: 'not signed' }], new Date(now.getTime() + 1_000));
    expect(await standingAlerts(database)).toEqual([
      { ...first, detail: 'not signed', status: 'acknowledged', acknowledgedBy: '0001', acknowledgedAt: now },
    ]);
  });

  test('of one kiosk only so many messages wait; the next one is dropped', async () => {
    const rows = journalOf('LAB-01', 30);
    const all = Array.from({ length: waitingLimits.kiosk + 2 }, (_, n) =>
      collector.take('LAB-01', messageOf(rows, n, 1)),
    );
    const words = await Promise.all(all);
    expect(words.filter((word) => word === null)).toHaveLength(2);
    expect(await collector.take('LAB-01', messageOf(rows, 0, 30))).toMatchObject({ seq: 30, refused: null });
  });
});

test('a database that dies again and again while kiosks send loses nothing and stores nothing twice', async () => {
  const server = await startPostgres({ synced: false });
  onTestFinished(() => server.remove());
  const database = await openDatabase({ url: server.url });
  onTestFinished(() => database.close());
  const collector = collectorOn(database);
  const kiosks = ['LAB-01', 'LAB-02'].map((kiosk) => ({ kiosk, rows: journalOf(kiosk, 1_500) }));
  const held = { words: 0 };
  const sending = kiosks.map(async ({ kiosk, rows }) => {
    for (let seq = 0; seq < rows.length; ) {
      const word = await collector.take(kiosk, messageOf(rows, seq, 20)).catch(() => null);
      // Nobody there to ask: what waits for the server is only time.
      if (word === null) await new Promise((done) => setTimeout(done, 20));
      else {
        seq = word.seq;
        held.words++;
      }
    }
  });
  for (const after of [20, 60, 100]) {
    while (held.words < after) await new Promise((done) => setTimeout(done, 1));
    await server.kill();
    await server.start();
  }
  await Promise.all(sending);
  for (const { kiosk, rows } of kiosks) expect(await stored(database, kiosk)).toEqual(rows);
});

test('a folder that PGlite kept holds everything when it is opened again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'office-pglite-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const rows = journalOf('LAB-01', 10);
  const first = await openDatabase({ folder });
  await collectorOn(first).take('LAB-01', messageOf(rows, 0, 10));
  await first.close();
  const second = await openDatabase({ folder });
  onTestFinished(() => second.close());
  expect(await stored(second, 'LAB-01')).toEqual(rows);
});
