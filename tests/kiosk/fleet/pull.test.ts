import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Pulled, pull } from '../../../kiosk/fleet/pull.ts';
import type { Edition } from '../../../kiosk/kept-configuration.ts';
import { beginTrust } from '../../../kiosk/fleet/trust-store.ts';
import { binOf } from '../../../kiosk/office/repository/metadata.ts';
import { initRepository, openRepository, type Repository } from '../../../kiosk/office/repository/repository.ts';
import { serveFolder, type StaticServer } from '../../static-server.ts';

const dayMs = 86_400_000;
const wallMs = () => Date.now();

let folder: string;
let repository: Repository;
let server: StaticServer;
const office = () => join(folder, 'office');
const trust = () => join(folder, 'trust');
const kiosk = 'LAB-01';

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-pull-'));
  repository = initRepository(office(), wallMs);
  repository.publish(new Map([[kiosk, { text: 'first' }]]));
  server = await serveFolder(repository.publicFolder);
  beginTrust(trust(), repository.root);
});

afterEach(async () => {
  vi.useRealTimers();
  await server.close();
  rmSync(folder, { recursive: true });
});

function look(known: Edition | null = null): Promise<Pulled> {
  return pull({ url: server.url, trust: trust(), kiosk, fetch }, known);
}

const newest = () => join(trust(), 'believed.json');
const before = () => join(trust(), 'believed-before.json');
/** What a kiosk believes now. */
const believed = () => readFileSync(newest(), 'utf8');

test('a document arrives, with its number; one that is known is not fetched again, and the next one takes five requests', async () => {
  const came = await look();
  expect(came).toMatchObject({ came: 'document', json: { text: 'first' }, edition: { version: 1 } });
  const { edition } = came as Extract<Pulled, { came: 'document' }>;
  server.asked.length = 0;
  expect(await look(edition)).toEqual({ came: 'same', edition });
  expect(server.asked).toEqual(['/metadata/2.root.json', '/metadata/timestamp.json']);
  // The same text again is a wish to try it again.
  repository.publish(new Map([[kiosk, { text: 'first' }]]));
  server.asked.length = 0;
  expect(await look(edition)).toMatchObject({ came: 'document', edition: { ...edition, version: 2 } });
  expect(server.asked.length).toBeLessThanOrEqual(5);
});

test('what is published for a kiosk of another bin is not fetched', async () => {
  const { edition } = (await look()) as Extract<Pulled, { came: 'document' }>;
  const [one, other] = ['LAB-01', 'LAB-02'].map((name) => binOf(`kiosks/${name}.json`));
  expect(one).not.toBe(other);
  repository.publish(new Map([['LAB-02', { text: 'elsewhere' }]]));
  server.asked.length = 0;
  expect(await look(edition)).toEqual({ came: 'same', edition });
  expect(server.asked).toEqual(['/metadata/2.root.json', '/metadata/timestamp.json', '/metadata/3.snapshot.json']);
});

test('a kiosk for which nothing is published is told so', async () => {
  expect(await pull({ url: server.url, trust: trust(), kiosk: 'LAB-02', fetch }, null)).toEqual({
    came: 'same',
    edition: null,
  });
});

test('what comes back after a rollback has a higher number and the old text', async () => {
  repository.publish(new Map([[kiosk, { text: 'second' }]]));
  await look();
  repository.publish(new Map([[kiosk, repository.documentBefore(kiosk)]]));
  expect(await look()).toMatchObject({ came: 'document', json: { text: 'first' }, edition: { version: 3 } });
});

test('a changed document, a changed signature and a stranger’s repository are refused, and nothing of them is kept', async () => {
  await look();
  const kept = believed();
  repository.publish(new Map([[kiosk, { text: 'second' }]]));
  const timestamp = readFileSync(join(repository.publicFolder, 'metadata', 'timestamp.json'), 'utf8');
  server.instead.set('/metadata/timestamp.json', Buffer.from(timestamp.replace(/"sig":"../, '"sig":"00')));
  expect((await look()).came).toBe('refused');
  const stranger = initRepository(join(folder, 'stranger'), wallMs);
  for (let n = 0; n < 9; n += 1) stranger.refresh();
  const strangers = readFileSync(join(stranger.publicFolder, 'metadata', 'timestamp.json'));
  server.instead.set('/metadata/timestamp.json', strangers);
  expect((await look()).came).toBe('refused');
  expect(believed()).toEqual(kept);
  server.instead.clear();
  const [edition] = repository.kiosks;
  server.instead.set(`/targets/kiosks/${edition?.hash}.${kiosk}.json`, Buffer.from('{"text":"other"}'));
  expect((await look()).came).toBe('refused');
  server.instead.clear();
  expect(await look()).toMatchObject({ came: 'document', json: { text: 'second' } });
});

test('an older state is refused for ever, also after a restart', async () => {
  const old = join(folder, 'old');
  cpSync(repository.publicFolder, old, { recursive: true });
  repository.publish(new Map([[kiosk, { text: 'second' }]]));
  await look();
  const older = await serveFolder(old);
  expect((await pull({ url: older.url, trust: trust(), kiosk, fetch }, null)).came).toBe('refused');
  await older.close();
});

test('what was signed too long ago says so, and what is signed anew is believed again', async () => {
  await look();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 8 * dayMs });
  expect((await look()).came).toBe('expired');
  repository.refresh();
  expect((await look()).came).toBe('document');
});

test('a server that is gone, that hangs up or answers 500 is unreachable, one that sends too much is refused', async () => {
  server.instead.set('/metadata/timestamp.json', 500);
  expect((await look()).came).toBe('unreachable');
  server.instead.set('/metadata/timestamp.json', Buffer.alloc(20_000, ' '));
  expect((await look()).came).toBe('refused');
  const { url } = server;
  await server.close();
  const came = await pull({ url, trust: trust(), kiosk, fetch }, null);
  expect(came).toMatchObject({
    came: 'unreachable',
    problem: { en: expect.stringContaining(url), 'zh-CN': expect.stringContaining(url) },
  });
  server = await serveFolder(repository.publicFolder);
});

test('when the keys of targets are stolen, the thief is believed until they are replaced, and never after', async () => {
  await look();
  const thief = join(folder, 'thief');
  cpSync(office(), thief, { recursive: true });
  repository.rotate('targets', null);
  repository.rotate('targets', null);
  repository.publish(new Map([[kiosk, { text: 'after the theft' }]]));
  expect(await look()).toMatchObject({ came: 'document', json: { text: 'after the theft' } });
  const stolen = openRepository(thief, wallMs);
  for (let n = 0; n < 20; n += 1) stolen.publish(new Map([[kiosk, { text: `stolen ${n}` }]]));
  const theirs = await serveFolder(stolen.publicFolder);
  // The thief serves the office's new root too: without it nobody would look further.
  for (const name of readdirSync(join(repository.publicFolder, 'metadata')).filter((one) => one.includes('root')))
    cpSync(join(repository.publicFolder, 'metadata', name), join(stolen.publicFolder, 'metadata', name));
  expect((await pull({ url: theirs.url, trust: trust(), kiosk, fetch }, null)).came).toBe('refused');
  await theirs.close();
  expect(await look()).toMatchObject({ came: 'document', json: { text: 'after the theft' } });
});

test('a thief with the online keys can run the numbers up; replaced keys begin again below', async () => {
  await look();
  const thief = join(folder, 'thief');
  cpSync(office(), thief, { recursive: true });
  const stolen = openRepository(thief, wallMs);
  for (let n = 0; n < 30; n += 1) stolen.refresh();
  const theirs = await serveFolder(stolen.publicFolder);
  await pull({ url: theirs.url, trust: trust(), kiosk, fetch }, null);
  await theirs.close();
  expect((await look()).came).toBe('refused');
  repository.rotate('snapshot', null);
  repository.rotate('timestamp', null);
  repository.publish(new Map([[kiosk, { text: 'after the theft' }]]));
  expect(await look()).toMatchObject({ came: 'document', json: { text: 'after the theft' } });
});

test('whatever number a thief of the keys of targets has reached, the numbers of those that replace them count', async () => {
  const thief = join(folder, 'thief');
  cpSync(office(), thief, { recursive: true });
  const stolen = openRepository(thief, wallMs);
  for (let n = 0; n < 9; n += 1) stolen.publish(new Map([[kiosk, { text: `stolen ${n}` }]]));
  const theirs = await serveFolder(stolen.publicFolder);
  const taken = await pull({ url: theirs.url, trust: trust(), kiosk, fetch }, null);
  await theirs.close();
  expect(taken).toMatchObject({ came: 'document', edition: { version: 10 } });
  const { edition } = taken as Extract<Pulled, { came: 'document' }>;
  for (const role of ['targets', 'targets', 'snapshot', 'timestamp'] as const) repository.rotate(role, null);
  repository.publish(new Map([[kiosk, { text: 'after the theft' }]]));
  expect(await look(edition)).toMatchObject({ came: 'document', json: { text: 'after the theft' } });
});

test('root keys are replaced one by one, and a kiosk that was away for all of it follows', async () => {
  await look();
  for (let n = 0; n < 4; n += 1) repository.rotate('root', null);
  repository.publish(new Map([[kiosk, { text: 'new roots' }]]));
  expect(await look()).toMatchObject({ came: 'document', json: { text: 'new roots' } });
});

test('one key of targets alone cannot publish, and says which medium is missing', () => {
  for (const number of [1, 2]) rmSync(join(office(), 'keys-offline', `targets-${number}.pem`));
  expect(() => repository.publish(new Map([[kiosk, { text: 'alone' }]]))).toThrow(
    /1 more key of targets .*keys-offline/,
  );
  expect(repository.document(kiosk)).toEqual({ text: 'first' });
});

test('a store whose newest state is spoilt goes on from the one before; one that is all spoilt says what to do', async () => {
  await look();
  repository.publish(new Map([[kiosk, { text: 'second' }]]));
  await look();
  writeFileSync(newest(), '{"timestamp":');
  expect(await look()).toMatchObject({ came: 'document', json: { text: 'second' } });
  for (const path of [newest(), before()]) writeFileSync(path, '{"root":""}');
  expect(await look()).toMatchObject({ came: 'refused', problem: { en: expect.stringContaining('pair this kiosk') } });
});

test('a power cut between the two renames leaves what was believed before', async () => {
  await look();
  const kept = believed();
  renameSync(newest(), before());
  expect((await look()).came).toBe('document');
  expect(believed()).toBe(kept);
});
