/** All that a kiosk has to do with an office, as the daemon puts it together, beside a small office. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../../hardware/clock.ts';
import type { FactBody } from '../../../kiosk/fact.ts';
import { type Fleet, openFleet } from '../../../kiosk/fleet-side.ts';
import { pair, readPairing } from '../../../kiosk/fleet/pairing.ts';
import { openSqliteStorage } from '../../../kiosk/journal/sqlite.ts';
import { openKeys } from '../../../kiosk/keys.ts';
import { type Database, openDatabase } from '../../../kiosk/office/store/open.ts';
import { journalOn } from '../journal/examples.ts';
import { openSmallOffice, type SmallOffice } from '../office/small-office.ts';
import { Visit } from '../view/visit.ts';

/** A pairing and a connection take about a second. */
const soon = { timeout: 20_000, interval: 20 };

let data: string;
let database: Database;
let storage: ReturnType<typeof openSqliteStorage>;
let office: SmallOffice;
let fleet: Fleet | null = null;
let facts: FactBody[] = [];
let codes: (string | null)[] = [];

beforeAll(async () => {
  database = await openDatabase({ folder: null });
});
afterAll(() => database?.close());

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'fleet-side-'));
  storage = openSqliteStorage(join(data, 'journal.sqlite'));
  journalOn(storage).append([{ kind: 'config.stale', stale: true }]);
  await database.query('TRUNCATE kiosks, voucher_redemptions CASCADE');
  office = await openSmallOffice({ database });
  [facts, codes] = [[], []];
});

afterEach(async () => {
  await fleet?.close();
  fleet = null;
  storage.close();
  await office.close();
  rmSync(data, { recursive: true });
});

function begin(url: string | null = office.url): Fleet {
  const visit = new Visit((config) => ({ ...config, office: url === null ? undefined : { url } })).boot();
  return openFleet({
    ...{
      config: visit.config,
      data,
      journalPath: join(data, 'journal.sqlite'),
      keys: openKeys(data),
      clock: systemClock,
    },
    kept: { office: null, trial: null, seen: null, staged: null, stage: () => ({ came: 'known' }) },
    log: pino({ level: 'silent' }),
    chance: (bytes) => randomBytes(bytes),
    state: () => visit.kiosk,
    around: () => ({ devices: [], shown: visit.view() }),
    take: (fact) => facts.push(fact),
    onCode: (code) => codes.push(code),
    onTold: () => undefined,
    hands: { log: () => '', trace: () => null, picture: async () => null, reboot: null, clock: systemClock },
  });
}

const codeOf = (one: Fleet) =>
  vi.waitFor(() => {
    const { code } = one.status();
    if (code === null) throw new Error('no code yet');
    return code;
  }, soon);

test('a kiosk pairs, sends, leaves, and comes back with another code in its own place', async () => {
  fleet = begin();
  const one = fleet;
  const first = await codeOf(one);
  expect(one.status()).toEqual({ configured: office.url, paired: null, code: first, problem: null });
  await office.type(first);
  await vi.waitFor(() => expect(one.status().paired?.uplink).toMatchObject({ connected: true, waiting: 0 }), soon);
  expect(facts).toContainEqual({ fact: 'office.paired', office: office.url, since: expect.any(String) });
  expect(codes).toEqual([first, null]);

  await one.leave();
  expect([readPairing(data), one.status().paired]).toEqual([null, null]);
  const second = await codeOf(one);
  expect(await office.type(second)).toMatchObject({ json: { problem: 'known-kiosk' } });
  expect((await office.type(second, { replace: true })).status).toBe(200);
  await vi.waitFor(() => expect(one.status().paired?.uplink).toMatchObject({ connected: true }), soon);
}, 120_000);

test('the window hears what the office says of a slip of this kiosk, and nothing where nobody can be asked', async () => {
  fleet = begin();
  const one = fleet;
  expect(await one.wordOn({ serial: '000001' })).toBeNull();
  await office.type(await codeOf(one));
  await vi.waitFor(() => expect(one.status().paired?.uplink).toMatchObject({ connected: true }), soon);
  expect(await one.wordOn({ serial: '000001' })).toEqual({ spent: null });
  const { kiosk } = new Visit().config;
  const spent = { kiosk: 'LAB-02', at: '2026-03-31T01:19:00.000Z' };
  await database.query(
    'INSERT INTO voucher_redemptions (issuer, serial, kiosk, seq, at, currency, minor) VALUES ($1, $2, $3, 1, $4, $5, 1350)',
    [kiosk, '000001', spent.kiosk, spent.at, 'CNY'],
  );
  expect(await Promise.all([one.wordOn({ serial: '000001' }), one.wordOn({ serial: '000002' })])).toEqual([
    { spent },
    { spent: null },
  ]);
}, 120_000);

test('a pairing that cannot be read is told and stops nothing, and leaving it mends it', async () => {
  mkdirSync(join(data, 'fleet'));
  writeFileSync(join(data, 'fleet', 'office.json'), '{"repository": 1}');
  fleet = begin();
  expect(fleet.status()).toMatchObject({ paired: null, code: null, problem: expect.stringContaining('office.json') });
  await fleet.leave();
  expect(fleet.status().problem).toBeNull();
  await codeOf(fleet);
}, 120_000);

test('one that cannot leave stands as it did, and is told; one that ends meanwhile begins nothing', async () => {
  pair(data, { repository: 'http://127.0.0.1:9' }, Buffer.from('{}'));
  fleet = begin();
  rmSync(join(data, 'fleet', 'office.json'));
  mkdirSync(join(data, 'fleet', 'office.json'));
  await expect(fleet.leave()).rejects.toThrow('office.json');
  expect(fleet.status()).toMatchObject({ paired: null, problem: expect.stringContaining('EISDIR') });
  rmSync(join(data, 'fleet', 'office.json'), { recursive: true });

  const leaving = fleet.leave();
  facts = [];
  await Promise.all([leaving, fleet.close()]);
  expect(facts).toEqual([]);
  expect(office.pairings.waiting()).toEqual([]);
});

test('one that only follows, and one with no office at all, ask nobody', async () => {
  fleet = begin(null);
  expect(fleet.status()).toEqual({ configured: null, paired: null, code: null, problem: null });
  await fleet.close();
  pair(data, { repository: 'http://127.0.0.1:9' }, Buffer.from('{}'));
  fleet = begin();
  expect(fleet.status()).toMatchObject({ paired: { uplink: null }, code: null });
  expect(facts).toContainEqual({ fact: 'office.paired', office: 'http://127.0.0.1:9', since: null });
  expect(office.pairings.waiting()).toEqual([]);
});
