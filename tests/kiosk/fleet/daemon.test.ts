/** A real daemon that is paired, at a real broker. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { connectAsync } from 'mqtt';
import * as v from 'valibot';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isSignedHead } from '../../../kiosk/fleet/head-seal.ts';
import { pair } from '../../../kiosk/fleet/pairing.ts';
import { aliveMessage, journalMessage, kioskTopics, officeTopics, stateMessage } from '../../../kiosk/fleet/wire.ts';
import { openJournalReader } from '../../../kiosk/journal/sqlite-reading.ts';
import { openKeys } from '../../../kiosk/keys.ts';
import { type Broker, openBroker } from './mosquitto.ts';
import { createShelf } from './shelf.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const lab = join(root, 'config/examples/lab.json');
const { kiosk } = JSON.parse(readFileSync(lab, 'utf8')) as { readonly kiosk: string };
/** Loading, connecting and the first look take about three seconds. */
const soon = { timeout: 20_000, interval: 50 };

let broker: Broker;
let data: string;
let daemon: ChildProcess | null = null;

beforeEach(async () => {
  broker = await openBroker();
  data = join(mkdtempSync(join(tmpdir(), 'paired-')), 'data');
  mkdirSync(data, { mode: 0o700 });
});

afterEach(async () => {
  try {
    await end();
  } finally {
    await broker.close();
    rmSync(data, { recursive: true });
  }
});

async function start(): Promise<void> {
  const args = ['kiosk/main.ts', '--config', lab, '--data', data, '--http', '0', '--safe-start'];
  daemon = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
  if (daemon.stdout === null) throw new Error('no standard output');
  await once(createInterface({ input: daemon.stdout }), 'line');
}

async function end(): Promise<void> {
  const ended = daemon;
  daemon = null;
  if (ended === null || ended.exitCode !== null) return;
  const exit = once(ended, 'exit');
  ended.kill('SIGTERM');
  await exit;
}

test('its journal, its state and its signature arrive, and that it has ended', async () => {
  pair(data, { repository: 'http://127.0.0.1:9' }, Buffer.from('{}'), await broker.identity(kiosk));
  await start();
  const { url, ca, certificate, key } = await broker.office();
  const office = await connectAsync(url, { ca, cert: certificate, key, protocolVersion: 4 }, false);
  const shelf = createShelf();
  const heard = new Map<string, unknown>();
  office.on('message', (topic, payload) => {
    heard.set(topic, JSON.parse(payload.toString()));
    if (topic !== kioskTopics.journal(kiosk)) return;
    const word = shelf.take(v.parse(journalMessage, heard.get(topic)));
    office.publish(officeTopics.stored(kiosk), JSON.stringify(word), { qos: 1 });
  });
  await office.subscribeAsync(`kiosk/${kiosk}/+`, { qos: 1 });
  try {
    await vi.waitFor(() => expect(shelf.signed.length).toBeGreaterThan(0), soon);
    await vi.waitFor(() => {
      const reader = openJournalReader(join(data, 'journal.sqlite'));
      expect(shelf.rows.map(([seq, , , , , , hash]) => [seq, hash])).toEqual(
        [...reader.load().rows(0)].map(({ seq, hash }) => [seq, hash]),
      );
      reader.close();
    }, soon);
    const { verifying } = openKeys(data);
    expect(shelf.signed.every((head) => isSignedHead(verifying, head))).toBe(true);
    expect(v.parse(stateMessage, heard.get(kioskTopics.state(kiosk)))).toMatchObject({ open: false });
    await end();
    await vi.waitFor(() => {
      expect(v.parse(aliveMessage, heard.get(kioskTopics.alive(kiosk))).alive).toBe(false);
    }, soon);
  } finally {
    await office.endAsync(true);
  }
}, 60_000);

test('one whose broker is away, and one whose key is gone, start and serve all the same', async () => {
  pair(data, { repository: 'http://127.0.0.1:9' }, Buffer.from('{}'), await broker.identity(kiosk));
  await broker.kill();
  await start();
  await end();
  rmSync(join(data, 'fleet', 'client.key'));
  await start();
}, 60_000);
