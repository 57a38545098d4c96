/** The whole office, opened as its program does, with a person at its door and a kiosk that comes by real HTTP, TLS and MQTT. */
import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../../hardware/clock.ts';
import { createPairUp, type Given, pairUpTimings } from '../../../kiosk/fleet/pair-up.ts';
import { pull } from '../../../kiosk/fleet/pull.ts';
import { orderKey, proveOrder } from '../../../kiosk/fleet/remote-command.ts';
import { beginTrust } from '../../../kiosk/fleet/trust-store.ts';
import { kioskTopics, officeTopics } from '../../../kiosk/fleet/wire.ts';
import { openOffice, type Office } from '../../../kiosk/office/office.ts';
import type { KioskPage, Pace, RolloutPage } from '../../../kiosk/office/server/wire.ts';
import { freePorts } from '../../free-port.ts';
import { chained, genesis } from './rows.ts';

const lab = {
  ...JSON.parse(readFileSync(new URL('../../../config/examples/lab.json', import.meta.url), 'utf8')),
  groups: ['east'],
};
const place = { 'zh-CN': '门诊二楼', en: 'Second floor' };
const kiosk: string = lab.kiosk;
/** What is waited for comes within two seconds. */
const soon = { timeout: 20_000, interval: 20 };
const pace: Pace = {
  ...{ canary: 0, percent: 100, restMinutes: 0, failuresPercent: 0, window: null, overdueMinutes: 30 },
};
const keys = generateKeyPairSync('ed25519');

let folder: string;
let office: Office;
let publicUrl: string;
let cookie = '';
let given: Given;
let line: MqttClient;
const heard: { readonly topic: string; readonly text: string }[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'office-whole-'));
  mkdirSync(join(folder, 'data'), { mode: 0o700 });
  // Under other addresses than those at which it listens: only these are told.
  const [http = 0, mqtt = 0] = await freePorts(2);
  publicUrl = `http://localhost:${http}`;
  const publicMqtt = `mqtts://localhost:${mqtt}`;
  office = await openOffice({
    ...{
      data: join(folder, 'data'),
      http,
      mqtt,
      database: null,
      broker: null,
      publicUrl,
      publicMqtt,
    },
    ...{ consoleFolder: join(folder, 'console'), clock: systemClock, log: pino({ level: 'silent' }) },
  });
  const code = readFileSync(String(office.setUp), 'utf8').trim();
  await ask('set-up', { code, name: 'Li Na', passphrase: 'a long enough one' });
}, 60_000);

afterAll(async () => {
  await line?.endAsync(true);
  await office?.close();
  rmSync(folder, { recursive: true });
});

async function ask<Answer>(path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${office.url}/api/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { cookie, origin: office.url, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  cookie = response.headers.get('set-cookie')?.split(';', 1)[0] ?? cookie;
  const json = (await response.json()) as Answer;
  if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(json)}`);
  return json;
}

const say = (topic: string, message: unknown, retain = false) =>
  line.publishAsync(topic, JSON.stringify(message), { qos: 1, retain });
const at = () => new Date().toISOString();

/** How it is. */
function state(edition: number | null) {
  return say(
    kioskTopics.state(kiosk),
    {
      ...{ at: at(), version: '1', open: true, why: null, devices: [], levels: [], openCases: 0, waiting: 0 },
      configuration: { running: 'a'.repeat(64), edition, staged: null, stale: false },
    },
    true,
  );
}

const runs = (edition: number | null, document: unknown) =>
  say(kioskTopics.running(kiosk), { hash: 'a'.repeat(64), edition, document }, true);
const told = (topic: string) => heard.filter((message) => message.topic === topic);

describe('one kiosk and its office', () => {
  test('the code on its screen, typed at the console, lets it in', async () => {
    const verifying: KeyObject = keys.publicKey;
    const codes: string[] = [];
    const pairUp = await new Promise<ReturnType<typeof createPairUp>>((done, failed) => {
      const made = createPairUp({
        ...{ office: office.url, kiosk, verifying, clock: systemClock, chance: randomBytes, fetch },
        timings: { ...pairUpTimings, askEveryMs: 20 },
        onShown: (code) => {
          if (code === null) return;
          codes.push(code);
          ask('pairings', { code }).catch(failed);
        },
        onGiven: (got) => {
          given = got;
          done(made);
        },
        onProblem: (problem) => failed(new Error(problem)),
      });
    });
    pairUp.close();
    expect(codes).toHaveLength(1);
    expect(given).toMatchObject({
      repository: `${publicUrl}/tuf`,
      broker: expect.stringMatching(/^mqtts:\/\/localhost:/),
    });
    line = await connectAsync(given.broker, {
      ...{ ca: given.ca, cert: given.certificate, key: given.key, clientId: kiosk, protocolVersion: 4 },
    });
    line.on('message', (topic, payload) => heard.push({ topic, text: payload.toString() }));
    const topics = [officeTopics.stored, officeTopics.command, officeTopics.look].map((of) => of(kiosk));
    await line.subscribeAsync([...topics, officeTopics.lookAll], { qos: 1 });
    await say(kioskTopics.alive(kiosk), { alive: true, at: at() }, true);
    await state(null);
    await runs(null, lab);
    await vi.waitFor(async () => {
      const { kiosks } = await ask<{ kiosks: readonly KioskPage[] }>('kiosks');
      expect(kiosks).toMatchObject([{ kiosk, presence: 'here', open: true, place: lab.place }]);
    }, soon);
  });

  test('a part of a configuration is looked at, rolled out, fetched by the kiosk, and done when it says that it runs', async () => {
    const text = JSON.stringify({ place });
    const whom = { whom: 'kiosk', kiosk };
    const { changes } = await ask<{ changes: readonly { differences: readonly unknown[] }[] }>('preview', {
      whom,
      text,
    });
    expect(changes).toMatchObject([{ kiosk, differences: [{ en: expect.stringContaining('Second floor') }] }]);
    const { rollout } = await ask<{ rollout: number }>('rollouts', { whom, text, pace });
    await vi.waitFor(() => {
      expect([...told(officeTopics.look(kiosk)), ...told(officeTopics.lookAll)]).not.toEqual([]);
    }, soon);

    const trust = join(folder, 'trust');
    beginTrust(trust, Buffer.from(given.root));
    const pulled = await pull({ url: given.repository, trust, kiosk, fetch }, null);
    expect(pulled).toMatchObject({ came: 'document', json: { ...lab, place }, edition: { version: 1 } });
    await state(1);
    const row = chained(genesis, 1, { kind: 'config.changed', what: 'push', why: null, edition: 1 });
    const head = { seq: row[0], hash: row[6] };
    await say(kioskTopics.journal(kiosk), { previous: genesis, rows: [row], head, signed: null });
    await runs(1, { ...lab, place });
    await vi.waitFor(async () => {
      expect(await ask<RolloutPage>(`rollouts/${rollout}`)).toMatchObject({
        kiosks: [{ status: 'running', edition: 1 }],
      });
    }, soon);
    expect(await ask(`kiosks/${kiosk}`)).toMatchObject({
      running: { edition: 1, published: 1 },
      document: { place },
      stored: 1,
    });
  });

  test('an order comes signed for this kiosk alone, and its end stands on the page', async () => {
    const wish = { whom: { whom: 'group', group: 'east' }, order: { act: 'lock' }, priority: 'idle', minutes: 10 };
    const { commands } = await ask<{ commands: readonly { seq: number }[] }>('commands', wish);
    const [{ seq } = { seq: 0 }] = commands;
    const jws = await vi.waitFor(() => {
      const [order] = told(officeTopics.command(kiosk));
      if (order === undefined) throw new Error('no order came');
      return order.text;
    }, soon);
    expect(await proveOrder(jws, orderKey(given.command), kiosk)).toMatchObject({
      ok: true,
      claims: { seq, order: { act: 'lock' } },
    });
    expect(await proveOrder(jws, orderKey(given.command), 'LAB-99')).toEqual({ ok: false, why: 'other-kiosk' });
    await say(kioskTopics.done(kiosk), { seq, outcome: 'done', result: null, attachments: [] });
    await vi.waitFor(async () => {
      const page = await ask<KioskPage>(`kiosks/${kiosk}`);
      expect(page.commands).toMatchObject([{ seq, status: 'done', orderedBy: 'Li Na' }]);
    }, soon);
  });

  test('the book says who did all of it', async () => {
    const { acts } = await ask<{ acts: readonly { person: string; did: string }[] }>('acts');
    expect(acts.map(({ person, did }) => `${person} ${did}`)).toEqual(
      ['command', 'rollout-began', 'paired', 'logged-in', 'set-up'].map((did) => `Li Na ${did}`),
    );
  });
});
