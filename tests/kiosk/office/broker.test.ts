/** The office's own broker over real TLS: who is let in, and what each may write and read. */
import type { TLSSocket } from 'node:tls';
import { connect, connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { kioskTopics, officeTopics } from '../../../kiosk/fleet/wire.ts';
import { type Broker, openEmbeddedBroker, openExternalBroker, type Post } from '../../../kiosk/office/broker.ts';
import { Collector } from '../../../kiosk/office/collector.ts';
import { openDatabase } from '../../../kiosk/office/store/open.ts';
import { createDesk } from '../../../kiosk/office/desk.ts';
import { openBroker } from '../fleet/mosquitto.ts';
import { type Identities, newIdentities } from './certificates.ts';
import { journalOf, messageOf } from './rows.ts';

let identities: Identities;
let broker: Broker;
let posts: Post[] = [];
let replaced: string | null = null;
let onPost: (post: Post) => void = () => undefined;
beforeAll(async () => {
  identities = await newIdentities();
  const take = (post: Post) => {
    posts.push(post);
    onPost(post);
  };
  broker = await openEmbeddedBroker({
    ...{ ...identities.office, host: '127.0.0.1', port: 0, take },
    believes: (kiosk) => kiosk !== replaced,
  });
});
afterAll(() => broker?.close());

async function connected(name: string, options: IClientOptions = {}): Promise<MqttClient> {
  const { key, certificate: cert, authority: ca } = await identities.kiosk(name);
  const own = { clientId: name, key, cert, ca, reconnectPeriod: 0, ...options };
  const client = await connectAsync(broker.url, own, false);
  onTestFinished(() => client.endAsync(true));
  client.on('error', () => undefined);
  posts = [];
  return client;
}

/** Resolves with the next of such posts. */
function posted(topic: Post['topic']): Promise<Post> {
  return new Promise((came) => {
    onPost = (post) => {
      if (post.topic === topic) came(post);
    };
  });
}

test('a kiosk writes below its own topics', async () => {
  const client = await connected('LAB-01');
  const came = posted('done');
  await client.publishAsync(kioskTopics.done('LAB-01'), 'x', { qos: 1 });
  expect({ ...(await came), payload: null }).toEqual({ kiosk: 'LAB-01', topic: 'done', payload: null });
});

test.each([
  ['another’s topic', kioskTopics.journal('LAB-02'), false],
  ['what the office says', officeTopics.stored('LAB-01'), false],
  ['what the office says to all', officeTopics.lookAll, false],
  ['a topic that nobody knows', 'kiosk/LAB-01/other', false],
  ['a retained journal', kioskTopics.journal('LAB-01'), true],
])('a kiosk that writes %s is cut off, and nothing comes of it', async (_what, topic, retain) => {
  const client = await connected('LAB-01');
  const closed = new Promise((done) => client.once('close', () => done('closed')));
  client.publish(topic, 'x', { qos: 1, retain });
  expect(await closed).toBe('closed');
  expect(posts).toEqual([]);
});

test('a kiosk reads what is meant for it and for all, and not what is meant for another', async () => {
  const client = await connected('LAB-01');
  const granted = async (topic: string) => {
    const [answer] = await client.subscribeAsync(topic, { qos: 1 }).catch(() => [{ qos: 128 }]);
    return answer?.qos === 1;
  };
  expect(await granted(officeTopics.stored('LAB-01'))).toBe(true);
  expect(await granted(officeTopics.lookAll)).toBe(true);
  for (const topic of [
    officeTopics.command('LAB-02'),
    kioskTopics.state('LAB-02'),
    'office/+/stored',
    'office/#',
    '#',
  ]) {
    expect(await granted(topic), topic).toBe(false);
  }
});

test('whoever was there before another certificate took the place of its own hears nothing more and writes nothing', async () => {
  const [old, other] = [await connected('LAB-01'), await connected('LAB-02')];
  const heard: string[] = [];
  old.on('message', (topic) => heard.push(topic));
  await old.subscribeAsync([officeTopics.command('LAB-01'), officeTopics.lookAll], { qos: 1 });
  await other.subscribeAsync(officeTopics.lookAll, { qos: 1 });
  onTestFinished(() => {
    replaced = null;
  });
  const told = () => new Promise((came) => other.once('message', came));
  const first = told();
  await broker.publish(officeTopics.lookAll, '1', { retain: false });
  await first;
  await vi.waitFor(() => expect(heard).toEqual([officeTopics.lookAll]), { timeout: 10_000 });
  replaced = 'LAB-01';
  await broker.publish(officeTopics.command('LAB-01'), 'order', { retain: false });
  const second = told();
  await broker.publish(officeTopics.lookAll, '2', { retain: false });
  await second;
  const closed = new Promise((done) => old.once('close', () => done('closed')));
  old.publish(kioskTopics.done('LAB-01'), 'x', { qos: 1 });
  expect(await closed).toBe('closed');
  expect(heard).toHaveLength(1);
  expect(posts).toEqual([]);
});

test('nothing is kept for a kiosk that is away, though it asks for it', async () => {
  const own = { clean: false } as const;
  const before = await connected('LAB-01', own);
  await before.subscribeAsync(officeTopics.command('LAB-01'), { qos: 1 });
  await before.endAsync();
  await broker.publish(officeTopics.command('LAB-01'), 'order', { retain: false });
  const { key, certificate: cert, authority: ca } = await identities.kiosk('LAB-01');
  const again = connect(broker.url, { clientId: 'LAB-01', key, cert, ca, reconnectPeriod: 0, ...own });
  onTestFinished(() => again.endAsync(true));
  const isKept = await new Promise((came, failed) => {
    again.once('connect', ({ sessionPresent }) => came(sessionPresent));
    again.once('error', failed);
  });
  expect(isKept).toBe(false);
});

test('nobody comes in without a certificate of this office, or under the name of another', async () => {
  const { authority: ca } = identities.office;
  const refused = (options: IClientOptions) =>
    connectAsync(broker.url, { clientId: 'LAB-01', ca, reconnectPeriod: 0, ...options }, false).then(
      async (client) => {
        const ended = new Promise((done) => client.once('close', () => done(true)));
        client.on('error', () => undefined);
        return client.connected ? await ended : true;
      },
      () => true,
    );
  const foreign = await (await newIdentities()).kiosk('LAB-01');
  expect(await refused({})).toBe(true);
  expect(await refused({ key: foreign.key, cert: foreign.certificate })).toBe(true);
  const own = await identities.kiosk('LAB-01');
  expect(await refused({ key: own.key, cert: own.certificate, clientId: 'LAB-02' })).toBe(true);
});

test('the last will of a kiosk is told when its line breaks', async () => {
  const will = { topic: kioskTopics.alive('LAB-01'), payload: Buffer.from('gone'), qos: 1, retain: true } as const;
  const client = await connected('LAB-01', { will });
  const came = posted('alive');
  client.stream.destroy();
  expect((await came).payload.toString()).toBe('gone');
});

test('a journal that comes over the line is stored, and the office’s word comes back; states make alerts', async () => {
  const database = await openDatabase({ folder: null });
  onTestFinished(() => database.close());
  const problems: string[] = [];
  const desk = createDesk({
    database,
    collector: new Collector({ database }),
    publish: broker.publish,
    startedMs: 0,
    nowMs: () => 1_000_000,
    onProblem: (kiosk, problem) => problems.push(`${kiosk} ${problem}`),
  });
  let onHandled = () => {};
  onPost = (post) => void desk.take(post).then(() => onHandled());
  const client = await connected('LAB-01');
  await client.subscribeAsync(officeTopics.stored('LAB-01'), { qos: 1 });
  const word = new Promise<string>((came) => client.once('message', (_topic, payload) => came(payload.toString())));
  const rows = journalOf('LAB-01', 40);
  await client.publishAsync(kioskTopics.journal('LAB-01'), JSON.stringify(messageOf(rows, 0, 40)), { qos: 1 });
  const at = '1970-01-01T00:16:40.000Z';
  expect(JSON.parse(await word)).toEqual({ seq: 40, hash: rows[39]?.[6], refused: null, at });

  const says = async (topic: string, message: unknown) => {
    const handled = new Promise<void>((done) => {
      onHandled = done;
    });
    await client.publishAsync(topic, JSON.stringify(message), { qos: 1 });
    await handled;
  };
  await says(kioskTopics.alive('LAB-01'), { alive: true, at: '2026-03-31T05:00:00.000Z' });
  await says(kioskTopics.state('LAB-01'), {
    at: '2026-03-31T05:00:00.000Z',
    version: '0.1.0',
    open: true,
    why: null,
    configuration: { running: 'a', edition: null, staged: null, stale: true },
    devices: [{ id: 'acceptor', kind: 'note-acceptor', state: 'fault', fault: 'jam' }],
    levels: [],
    openCases: 0,
    waiting: 0,
  });
  const alerts = await database.query("SELECT kind, subject FROM alerts WHERE status = 'open' ORDER BY kind");
  expect(alerts).toEqual([
    { kind: 'configuration-stale', subject: '' },
    { kind: 'fault', subject: 'acceptor jam' },
  ]);
  await says(kioskTopics.state('LAB-01'), { nonsense: true });
  expect(problems).toHaveLength(1);

  const running = { hash: 'a'.repeat(64), edition: 3, document: { kiosk: 'LAB-01' } };
  await says(kioskTopics.running('LAB-01'), running);
  await says(kioskTopics.running('LAB-01'), { ...running, document: { kiosk: 'x'.repeat(1_100_000) } });
  await says(kioskTopics.running('LAB-01'), { ...running, hash: 'none' });
  const [row] = await database.query<{ running: string }>('SELECT running FROM kiosks');
  expect(JSON.parse(row?.running ?? 'null')).toEqual(running);
  expect(problems).toHaveLength(3);
  expect(problems[1]).toMatch(/^LAB-01 running: 11\d+ bytes are more than a configuration has/);
});

test('through mosquitto the office reads what kiosks write, and each kiosk what the office says to it', async () => {
  const elsewhere = await openBroker();
  onTestFinished(() => elsewhere.close());
  const { url } = elsewhere;
  const came = posted('done');
  const { ca: authority, ...own } = await elsewhere.office();
  const office = await openExternalBroker({ url, identity: { ...own, authority }, take: (post) => onPost(post) });
  onTestFinished(() => office.close());
  const { key, certificate: cert, ca } = await elsewhere.identity('LAB-01');
  const client = await connectAsync(url, { clientId: 'LAB-01', key, cert, ca, reconnectPeriod: 0 }, false);
  onTestFinished(() => client.endAsync(true));
  await client.subscribeAsync(officeTopics.stored('LAB-01'), { qos: 1 });
  const word = new Promise<string>((got) => client.once('message', (_topic, payload) => got(payload.toString())));
  await client.publishAsync(kioskTopics.done('LAB-02'), 'of another', { qos: 1 });
  await client.publishAsync(kioskTopics.done('LAB-01'), 'its own', { qos: 1 });
  expect({ ...(await came), payload: (await came).payload.toString() }).toEqual({
    kiosk: 'LAB-01',
    topic: 'done',
    payload: 'its own',
  });
  await office.publish(officeTopics.stored('LAB-02'), 'to another', { retain: false });
  await office.publish(officeTopics.stored('LAB-01'), 'to it', { retain: false });
  expect(await word).toBe('to it');
});

test('a broker shows a renewed certificate to whoever comes next, and lets nobody go for it', async () => {
  const shownBy = (client: MqttClient) => (client.stream as TLSSocket).getPeerCertificate().serialNumber;
  const before = await connected('LAB-01');
  const other = await newIdentities();
  broker.renew({ ...identities.office, key: other.office.key, certificate: other.office.certificate });
  onTestFinished(() => broker.renew(identities.office));
  const after = await connected('LAB-02', { rejectUnauthorized: false });
  expect(shownBy(after)).not.toBe(shownBy(before));
  expect(before.connected).toBe(true);
});
