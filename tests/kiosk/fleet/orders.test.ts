/** A real daemon obeys signed orders that come over a real broker. */
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { connectAsync, type MqttClient } from 'mqtt';
import * as v from 'valibot';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { exitToStartAnew } from '../../../kiosk/exit-code.ts';
import { pair } from '../../../kiosk/fleet/pairing.ts';
import type { Claims } from '../../../kiosk/fleet/remote-command.ts';
import {
  aliveMessage,
  doneMessage,
  type DoneMessage,
  kioskTopics,
  officeTopics,
  stateMessage,
} from '../../../kiosk/fleet/wire.ts';
import { openJournalReader } from '../../../kiosk/journal/sqlite-reading.ts';
import { signOrder } from '../../../kiosk/office/commands/signing.ts';
import { type Broker, openBroker } from './mosquitto.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const lab = join(root, 'config/examples/lab.json');
const { kiosk } = JSON.parse(readFileSync(lab, 'utf8')) as { readonly kiosk: string };
/** Loading, connecting and the first word take about three seconds. */
const soon = { timeout: 20_000, interval: 50 };
const keys = generateKeyPairSync('ed25519');

let broker: Broker;
let office: MqttClient;
let data: string;
let daemon: ChildProcess | null = null;
let heard: { readonly topic: string; readonly json: unknown }[];

beforeEach(async () => {
  broker = await openBroker();
  data = join(mkdtempSync(join(tmpdir(), 'ordered-')), 'data');
  mkdirSync(data, { mode: 0o700 });
  const command = keys.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  pair(data, { repository: 'http://127.0.0.1:9' }, Buffer.from('{}'), await broker.identity(kiosk), command);
  const { url, ca, certificate, key } = await broker.office();
  office = await connectAsync(url, { ca, cert: certificate, key, protocolVersion: 4 }, false);
  heard = [];
  office.on('message', (topic, payload) => heard.push({ topic, json: JSON.parse(payload.toString()) }));
  await office.subscribeAsync(`kiosk/${kiosk}/+`, { qos: 1 });
  await start();
});

afterEach(async () => {
  try {
    await end();
  } finally {
    await office.endAsync(true);
    await broker.close();
    rmSync(data, { recursive: true });
  }
});

async function start(): Promise<void> {
  heard = [];
  const args = ['kiosk/main.ts', '--config', lab, '--data', data, '--http', '0', '--safe-start'];
  daemon = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
  if (daemon.stdout === null) throw new Error('no standard output');
  await once(createInterface({ input: daemon.stdout }), 'line');
  await vi.waitFor(() => expect(v.parse(aliveMessage, said(kioskTopics.alive(kiosk)).at(-1)).alive).toBe(true), soon);
}

async function end(): Promise<void> {
  const ended = daemon;
  daemon = null;
  if (ended === null || ended.exitCode !== null) return;
  const exit = once(ended, 'exit');
  ended.kill('SIGTERM');
  await exit;
}

const said = (topic: string) => heard.filter((one) => one.topic === topic).map(({ json }) => json);
const done = () => said(kioskTopics.done(kiosk)).map((json) => v.parse(doneMessage, json));
const answered = (seq: number, count = 1): Promise<DoneMessage> =>
  vi.waitFor(() => {
    const own = done().filter((one) => one.seq === seq);
    expect(own).toHaveLength(count);
    return own[count - 1] as DoneMessage;
  }, soon);

async function order(seq: number, what: Claims['order'], priority: Claims['priority'] = 'now'): Promise<string> {
  const iat = Math.floor(Date.now() / 1_000);
  const jws = await signOrder(keys.privateKey, { aud: kiosk, seq, order: what, priority, iat, exp: iat + 600 });
  await office.publishAsync(officeTopics.command(kiosk), jws, { qos: 1 });
  return jws;
}

function recorded(): readonly { readonly kind: string; readonly seq?: number }[] {
  const reader = openJournalReader(join(data, 'journal.sqlite'));
  const bodies = [...reader.load().rows(0)].map(({ body }) => JSON.parse(body));
  reader.close();
  return bodies;
}

test('it is locked, says so, stays so over a start, and is opened again', async () => {
  await order(1, { act: 'lock' });
  expect(await answered(1)).toMatchObject({ outcome: 'done', result: null });
  const why = () => v.parse(stateMessage, said(kioskTopics.state(kiosk)).at(-1)).why;
  await vi.waitFor(() => expect(why()).toMatchObject({ 'zh-CN': '已由管理人员暂停使用' }), soon);
  await end();
  await start();
  await vi.waitFor(() => expect(why()).toMatchObject({ 'zh-CN': '已由管理人员暂停使用' }), soon);
  await order(2, { act: 'unlock' });
  expect(await answered(2)).toMatchObject({ outcome: 'done' });
}, 60_000);

test('a restart that is wanted twice in the same words happens once, and is told as often as it is asked for', async () => {
  const first = daemon as ChildProcess;
  const exit = once(first, 'exit');
  const jws = await order(1, { act: 'restart' }, 'idle');
  expect(await exit).toEqual([exitToStartAnew, null]);
  await start();
  await office.publishAsync(officeTopics.command(kiosk), jws, { qos: 1 });
  expect(await answered(1)).toEqual({ seq: 1, outcome: 'done', result: 'started', attachments: [] });
  await office.publishAsync(officeTopics.command(kiosk), jws, { qos: 1 });
  await answered(1, 2);
  expect(daemon?.exitCode).toBeNull();
  expect(recorded().filter(({ kind }) => kind === 'remote.begun')).toHaveLength(1);
}, 60_000);

test('the log comes with the answer, and again for who has not got it; a forged order changes nothing', async () => {
  const iat = Math.floor(Date.now() / 1_000);
  const claims = { aud: kiosk, seq: 1, order: { act: 'lock' }, priority: 'now', iat, exp: iat + 600 } as const;
  const forged = await signOrder(generateKeyPairSync('ed25519').privateKey, claims);
  await office.publishAsync(officeTopics.command(kiosk), forged, { qos: 1 });
  const jws = await order(2, { act: 'send-log' });
  const first = await answered(2);
  expect(first).toMatchObject({ outcome: 'done', attachments: [{ name: 'kiosk.log', media: 'text/plain' }] });
  const text = Buffer.from(first.attachments[0]?.content ?? '', 'base64').toString('utf8');
  expect(text).toContain('an order of the office is refused');
  await office.publishAsync(officeTopics.command(kiosk), jws, { qos: 1 });
  expect(await answered(2, 2)).toEqual(first);
  expect(
    recorded()
      .filter(({ kind }) => kind.startsWith('remote.'))
      .map(({ kind, seq }) => `${kind} ${seq}`),
  ).toEqual(['remote.ordered 2', 'remote.begun 2', 'remote.done 2']);
}, 60_000);

test('a message is taken in both languages, and what nothing here can do is refused with the reason', async () => {
  await order(1, { act: 'message', text: { 'zh-CN': '今天 18 点关门', en: 'Closing at 18:00 today' } });
  await order(2, { act: 'screenshot' });
  await order(3, { act: 'reboot' }, 'idle');
  await order(4, { act: 'send-trace', device: 'nobody' });
  expect(await answered(1)).toMatchObject({ outcome: 'done' });
  expect(await answered(2)).toMatchObject({ outcome: 'refused', result: 'no-display' });
  expect(await answered(3)).toMatchObject({ outcome: 'refused', result: 'no-hook' });
  expect(await answered(4)).toMatchObject({ outcome: 'refused', result: 'no-device' });
}, 60_000);
