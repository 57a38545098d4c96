/** The office's program against everything around it: a real mosquitto, a real PostgreSQL, and each of them killed as a power cut does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as after } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { VirtualClock } from '../../hardware/clock.ts';
import type { UplinkPairing } from '../../kiosk/fleet/pairing.ts';
import { kioskTopics } from '../../kiosk/fleet/wire.ts';
import type { Journal } from '../../kiosk/journal/journal.ts';
import { openSqliteStorage } from '../../kiosk/journal/sqlite.ts';
import { openOfficeKeys } from '../../kiosk/office/keys.ts';
import { type Database, openDatabase } from '../../kiosk/office/store/open.ts';
import { journalOn, startMs } from '../kiosk/journal/examples.ts';
import { openKioskOnLine } from '../kiosk/fleet/kiosk-on-line.ts';
import { type Broker, openBroker } from '../kiosk/fleet/mosquitto.ts';
import { type PostgresServer, startPostgres } from '../kiosk/office/postgres.ts';

const days7 = 7 * 86_400_000;
const names = ['LAB-07', 'LAB-08'];
const rowsOfEach = 10_000;
/** The office is ready within a tenth of this, milliseconds. */
const readyMs = 60_000;
/** What dies at once, one after the other. */
const deaths = [
  ['office'],
  ['broker'],
  ['office', 'broker'],
  ['database'],
  ['office'],
  ['broker', 'database'],
  ['office'],
];

const keys = generateKeyPairSync('ed25519');
const verifying = String(keys.publicKey.export({ type: 'spki', format: 'pem' }));

let root: string;
let broker: Broker;
let postgres: PostgresServer;
let database: Database;
let office: ChildProcess | null = null;
const journals = new Map<string, Journal>();
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'office-outages-'));
  mkdirSync(officeData());
  const { authority } = await openOfficeKeys(officeData(), Date.now);
  [broker, postgres] = await Promise.all([openBroker(authority), startPostgres({ synced: false })]);
  ends.push(
    () => rmSync(root, { recursive: true, force: true }),
    () => broker.close(),
    () => postgres.remove(),
  );
  database = await openDatabase({ url: postgres.url });
  ends.push(
    () => database.close(),
    () => killOffice(),
  );
  for (const name of names) {
    await database.query('INSERT INTO kiosks (kiosk, verifying) VALUES ($1, $2)', [name, verifying]);
    journals.set(name, sevenDays(name));
  }
}, readyMs);

afterAll(async () => {
  for (const end of ends.toReversed()) await end();
});

function officeData(): string {
  return join(root, 'office');
}

/** A journal that went on for seven days while nobody took it. */
function sevenDays(name: string): Journal {
  mkdirSync(join(root, name, 'fleet'), { recursive: true });
  const clock = new VirtualClock(startMs);
  const journal = journalOn(openSqliteStorage(join(root, name, 'journal.sqlite')), clock);
  ends.push(() => journal.close());
  const parts = 100;
  for (let n = 0; n < parts; n += 1) {
    clock.runUntil((n * days7) / parts);
    journal.append(
      Array.from({ length: rowsOfEach / parts }, (_, row) => ({ kind: 'config.stale', stale: row % 2 === 0 })),
    );
  }
  return journal;
}

async function startOffice(): Promise<void> {
  const options = ['--http', '0', '--data', officeData(), '--database', postgres.url, '--broker', broker.url];
  const started = spawn(process.execPath, ['scripts/office.ts', ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  office = started;
  let said = '';
  started.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000);
  });
  await new Promise<void>((ready, failed) => {
    const late = setTimeout(() => failed(new Error(`the office is not ready: ${said}`)), readyMs);
    started.once('exit', () => failed(new Error(`the office ended: ${said}`)));
    createInterface({ input: started.stdout }).once('line', () => {
      clearTimeout(late);
      ready();
    });
  });
}

async function killOffice(): Promise<void> {
  const ended = office;
  office = null;
  if (ended === null || ended.exitCode !== null || ended.signalCode !== null) return;
  const exit = once(ended, 'exit');
  ended.kill('SIGKILL');
  await exit;
}

/** Says again what kiosks said, later, in any order, and some of it twice; as a broker may. */
async function openEcho(identities: ReadonlyMap<string, UplinkPairing>): Promise<{ readonly said: () => number }> {
  const said: { readonly kiosk: string; readonly payload: Buffer }[] = [];
  const tls = ({ ca, certificate: cert, key }: UplinkPairing) => ({ ca, cert, key, reconnectPeriod: 50 });
  const { url } = broker;
  const listening = await connectAsync(url, tls(await broker.office()), false);
  listening.on('error', () => {});
  listening.on('connect', () => listening.subscribe('kiosk/+/journal', { qos: 1 }));
  await listening.subscribeAsync('kiosk/+/journal', { qos: 1 });
  ends.push(() => listening.endAsync(true));
  let count = 0;
  const own = new Set<string>();
  for (const [kiosk, pairing] of identities) {
    const speaking = await connectAsync(url, { ...tls(pairing), clientId: `${kiosk}:echo` }, false);
    speaking.on('error', () => {});
    ends.push(() => speaking.endAsync(true));
    const timer = setInterval(() => {
      const theirs = said.filter((one) => one.kiosk === kiosk);
      const one = theirs[Math.floor(Math.random() * theirs.length)];
      if (one === undefined || !speaking.connected) return;
      count += 1;
      speaking.publish(kioskTopics.journal(kiosk), one.payload, { qos: 1 });
    }, 30);
    ends.push(() => clearInterval(timer));
  }
  listening.on('message', (topic, payload) => {
    const kiosk = topic.split('/')[1] as string;
    const text = `${kiosk} ${payload.length} ${payload.subarray(0, 200).toString()}`;
    if (own.has(text)) return;
    own.add(text);
    said.push({ kiosk, payload });
  });
  return { said: () => count };
}

async function storedOf(kiosk: string): Promise<number> {
  const [row] = await database.query<{ seq: number }>('SELECT seq FROM heads WHERE kiosk = $1', [kiosk]);
  return row?.seq ?? 0;
}

test('seven days of two kiosks, with office, broker and database killed at random and old words said again: each row once, and in its place', async () => {
  const identities = new Map<string, UplinkPairing>();
  for (const name of names) identities.set(name, await broker.identity(name));
  // Either may come first: the kiosks are there before the office is.
  const kiosks = names.map((name) => {
    const kiosk = openKioskOnLine(name, join(root, name), identities.get(name) as UplinkPairing, keys);
    ends.push(() => kiosk.close());
    return kiosk;
  });
  const echo = await openEcho(identities);
  await startOffice();
  for (const dead of deaths) {
    const before = await Promise.all(names.map(storedOf));
    // Something is taken between two outages, or nothing is proved by them.
    await vi.waitFor(
      async () => {
        const now = await Promise.all(names.map(storedOf));
        expect(now.some((seq, n) => seq > (before[n] as number) || seq >= rowsOfEach)).toBe(true);
      },
      { timeout: readyMs, interval: 10 },
    );
    await after(Math.random() * 150);
    if (dead.includes('office')) await killOffice();
    if (dead.includes('broker')) await broker.kill();
    if (dead.includes('database')) await postgres.kill();
    for (const journal of journals.values()) {
      journal.append(Array.from({ length: 100 }, (_, row) => ({ kind: 'config.stale', stale: row % 2 === 0 })));
    }
    if (dead.includes('database')) await postgres.start();
    if (dead.includes('broker')) await broker.start();
    if (dead.includes('office')) await startOffice();
  }
  await vi.waitFor(
    async () => {
      for (const name of names) expect(await storedOf(name)).toBe(journals.get(name)?.head.seq);
    },
    { timeout: 3 * readyMs, interval: 100 },
  );
  for (const name of names) {
    const stored = await database.query<{ seq: number; hash: string }>(
      'SELECT seq, hash FROM entries WHERE kiosk = $1 ORDER BY seq',
      [name],
    );
    const own = [...(journals.get(name) as Journal).entries()];
    expect(stored.map(({ seq, hash }) => `${seq} ${hash}`)).toEqual(own.map(({ seq, hash }) => `${seq} ${hash}`));
  }
  const [signed] = await database.query<{ count: number }>('SELECT count(*) AS count FROM signed_heads');
  expect(signed?.count).toBeGreaterThanOrEqual(names.length);
  expect(await database.query(`SELECT kiosk, kind, subject FROM alerts WHERE kind = 'chain-broken'`)).toEqual([]);
  expect(kiosks.flatMap(({ facts }) => facts).filter((fact) => 'refused' in fact && fact.refused !== null)).toEqual([]);
  expect(echo.said()).toBeGreaterThan(0);
}, 600_000);
