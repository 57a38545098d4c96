import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import * as v from 'valibot';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { VirtualClock } from '../../../hardware/clock.ts';
import { isSignedHead } from '../../../kiosk/fleet/head-seal.ts';
import type { UplinkPairing } from '../../../kiosk/fleet/pairing.ts';
import {
  aliveMessage,
  journalMessage,
  kioskTopics,
  officeTopics,
  stateMessage,
  type StoredMessage,
} from '../../../kiosk/fleet/wire.ts';
import type { Journal } from '../../../kiosk/journal/journal.ts';
import { openSqliteStorage } from '../../../kiosk/journal/sqlite.ts';
import { createAuthority } from '../../../kiosk/office/authority.ts';
import { journalOn, startMs } from '../journal/examples.ts';
import { type KioskOnLine, openKioskOnLine } from './kiosk-on-line.ts';
import { type Broker, openBroker } from './mosquitto.ts';
import { createShelf } from './shelf.ts';

const K = 'LAB-07';
/** Everything at a broker of this machine comes about within a second or two. */
const soon = { timeout: 20_000, interval: 20 };
const days7 = 7 * 86_400_000;

let broker: Broker;
let data: string;
const ends: (() => unknown)[] = [];

beforeEach(async () => {
  broker = await openBroker();
  data = mkdtempSync(join(tmpdir(), 'uplink-'));
  mkdirSync(join(data, 'fleet'));
});

afterEach(async () => {
  try {
    for (const end of ends.splice(0).toReversed()) await end();
  } finally {
    await broker.close();
    rmSync(data, { recursive: true });
  }
});

function openJournal(): { readonly journal: Journal; readonly clock: VirtualClock } {
  const clock = new VirtualClock(startMs);
  const journal = journalOn(openSqliteStorage(join(data, 'journal.sqlite')), clock);
  ends.push(() => journal.close());
  return { journal, clock };
}

function grow(journal: Journal, count: number): void {
  journal.append(Array.from({ length: count }, (_, n) => ({ kind: 'config.stale', stale: n % 2 === 0 })));
}

const keys = generateKeyPairSync('ed25519');

function openKiosk(pairing: UplinkPairing): KioskOnLine {
  const kiosk = openKioskOnLine(K, data, pairing, keys);
  ends.push(() => kiosk.close());
  return kiosk;
}

/** `carry`: what becomes of a word. */
async function openOffice(carry: (word: StoredMessage, say: (word: StoredMessage) => void) => void) {
  const shelf = createShelf();
  const client = await connectTo(await broker.office(), 4);
  client.on('connect', () => client.subscribe('kiosk/+/+', { qos: 1 }));
  await client.subscribeAsync('kiosk/+/+', { qos: 1 });
  const heard = new Map<string, string>();
  client.on('message', (topic, payload) => {
    heard.set(topic, payload.toString());
    if (topic !== kioskTopics.journal(K)) return;
    const word = shelf.take(v.parse(journalMessage, JSON.parse(payload.toString())));
    carry(word, (said) => client.publish(officeTopics.stored(K), JSON.stringify(said), { qos: 1 }));
  });
  return { shelf, client, heard };
}

async function connectTo(
  { url, ca, certificate, key }: UplinkPairing,
  protocolVersion: 4 | 5,
  clientId?: string,
): Promise<MqttClient> {
  const tls = { ca, cert: certificate, key, rejectUnauthorized: true };
  const once = clientId === undefined ? { reconnectPeriod: 50 } : { clientId, reconnectPeriod: 0 };
  const client = await connectAsync(url, { ...tls, ...once, protocolVersion, connectTimeout: 5_000 }, false);
  client.on('error', () => {});
  ends.push(() => client.endAsync(true));
  return client;
}

/** Row by row what the journal holds, and nothing else. */
async function arrives(shelf: ReturnType<typeof createShelf>, journal: Journal): Promise<void> {
  await vi.waitFor(() => expect(shelf.rows.length).toBe(journal.head.seq), { timeout: 60_000, interval: 50 });
  const held = shelf.rows.map(([seq, , , , , , hash]) => `${seq} ${hash}`);
  expect(held).toEqual([...journal.entries()].map(({ seq, hash }) => `${seq} ${hash}`));
}

test('after seven days without a broker 20 000 entries arrive whole, in order, and each of them once', async () => {
  await broker.kill();
  const { journal, clock } = openJournal();
  const kiosk = openKiosk(await broker.identity(K));
  for (let n = 0; n < 100; n += 1) {
    clock.runUntil((n * days7) / 100);
    grow(journal, 200);
  }
  await vi.waitFor(() => expect(kiosk.problems.length).toBeGreaterThan(3), soon);
  await broker.start();
  const { shelf, heard } = await openOffice((word, say) => say(word));
  await arrives(shelf, journal);
  expect(shelf.rows).toHaveLength(20_000);
  // The office came after the kiosk or before it: one batch may have been sent again.
  expect(shelf.came()).toBeLessThanOrEqual(20_000 + 200);
  expect(kiosk.facts).toEqual([{ fact: 'uplink.judged', refused: null }]);
  expect(shelf.signed.length).toBeGreaterThan(0);
  expect(shelf.signed.every((head) => isSignedHead(keys.publicKey, head))).toBe(true);
  await vi.waitFor(() => {
    expect(v.parse(stateMessage, JSON.parse(heard.get(kioskTopics.state(K)) ?? '{}')).waiting).toBe(0);
  }, soon);
}, 90_000);

test('a broker that is killed again and again loses nothing and doubles nothing', async () => {
  const { journal } = openJournal();
  grow(journal, 300);
  openKiosk(await broker.identity(K));
  const { shelf } = await openOffice((word, say) => say(word));
  for (let n = 0; n < 8; n += 1) {
    const before = shelf.rows.length;
    for (let m = 0; m < 5; m += 1) grow(journal, 170);
    await vi.waitFor(() => expect(shelf.rows.length).toBeGreaterThan(before), soon);
    await new Promise((passed) => setTimeout(passed, Math.random() * 60));
    await broker.kill();
    grow(journal, 50);
    await broker.start();
  }
  await arrives(shelf, journal);
}, 90_000);

test('the office’s words are lost, come twice and in another order: nothing is lost, nothing twice', async () => {
  const { journal } = openJournal();
  grow(journal, 4_000);
  const { facts } = openKiosk(await broker.identity(K));
  let held: StoredMessage | null = null;
  let n = 0;
  const { shelf } = await openOffice((word, say) => {
    n += 1;
    if (n % 5 === 0) return;
    if (n % 5 === 1) {
      held = word;
      return;
    }
    say(word);
    if (n % 5 === 2) say(word);
    if (held !== null) say(held);
    held = null;
  });
  await arrives(shelf, journal);
  expect(facts).toEqual([{ fact: 'uplink.judged', refused: null }]);
}, 90_000);

test('the broker says that a kiosk is gone when its line breaks, and it says itself that it is back, and that it ends', async () => {
  openJournal();
  const { client } = await openOffice((word, say) => say(word));
  const said: boolean[] = [];
  client.on('message', (topic, payload) => {
    if (topic === kioskTopics.alive(K)) said.push(v.parse(aliveMessage, JSON.parse(payload.toString())).alive);
  });
  const pairing = await broker.identity(K);
  const kiosk = openKiosk(pairing);
  await vi.waitFor(() => expect(said).toEqual([true]), soon);
  // A second client of the same name: the broker ends the line of the first.
  const other = await connectTo(pairing, 4, K);
  await other.endAsync(true);
  await vi.waitFor(() => expect(said).toEqual([true, false, true]), soon);
  await kiosk.close();
  await vi.waitFor(() => expect(said).toEqual([true, false, true, false]), soon);
});

test('a kiosk looks when the office says that there is something new', async () => {
  openJournal();
  const kiosk = openKiosk(await broker.identity(K));
  const { client } = await openOffice((word, say) => say(word));
  client.publish(officeTopics.lookAll, JSON.stringify({ version: 1 }), { qos: 1, retain: true });
  await vi.waitFor(() => expect(kiosk.looks()).toBe(1), soon);
  client.publish(officeTopics.look(K), JSON.stringify({ version: 2 }), { qos: 1, retain: true });
  await vi.waitFor(() => expect(kiosk.looks()).toBe(2), soon);
});

test('a kiosk cannot write under another’s name, nor as the office: the broker refuses it', async () => {
  const { heard } = await openOffice((word, say) => say(word));
  const thief = await connectTo(await broker.identity('LAB-08'), 5);
  const reason = async (topic: string) => {
    try {
      await thief.publishAsync(topic, '{}', { qos: 1 });
      return 0;
    } catch (error) {
      return (error as { readonly code?: number }).code;
    }
  };
  const notAuthorized = 0x87;
  expect(await reason(kioskTopics.journal(K))).toBe(notAuthorized);
  expect(await reason(officeTopics.stored(K))).toBe(notAuthorized);
  expect(await reason(officeTopics.stored('LAB-08'))).toBe(notAuthorized);
  expect(await reason(kioskTopics.done('LAB-08'))).toBe(0);
  await vi.waitFor(() => expect([...heard.keys()]).toEqual([kioskTopics.done('LAB-08')]), soon);
});

test('a certificate that another authority has signed is refused, and disturbs nothing', async () => {
  const { journal } = openJournal();
  grow(journal, 10);
  const stranger = await createAuthority('Another office', Date.now);
  const { problems, facts } = openKiosk(await broker.identity(K, stranger));
  const { shelf } = await openOffice((word, say) => say(word));
  await vi.waitFor(() => expect(problems.length).toBeGreaterThan(3), soon);
  expect([shelf.came(), facts]).toEqual([0, []]);
  expect(broker.log.some((line) => /certificate verify failed|unknown ca/i.test(line))).toBe(true);
});

test('a broker that another authority has signed is not believed', async () => {
  const { journal } = openJournal();
  grow(journal, 10);
  const stranger = await createAuthority('Another office', Date.now);
  const { problems } = openKiosk({ ...(await broker.identity(K)), ca: stranger.certificate });
  const { shelf } = await openOffice((word, say) => say(word));
  await vi.waitFor(() => expect(problems.some((words) => /certificate|signature/i.test(words))).toBe(true), soon);
  expect(shelf.came()).toBe(0);
});
