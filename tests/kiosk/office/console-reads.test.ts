import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { StateMessage } from '../../../kiosk/fleet/wire.ts';
import { openAlerts } from '../../../kiosk/office/alert-book.ts';
import { Collector } from '../../../kiosk/office/collector.ts';
import { createDesk, type Desk } from '../../../kiosk/office/desk.ts';
import { type OfficeStage, openStage } from './office-stage.ts';

const state: StateMessage = {
  at: '2026-03-31T05:00:00.000Z',
  version: '0.1.0',
  open: false,
  why: { 'zh-CN': '暂停服务', en: 'Out of service' },
  configuration: { running: 'b'.repeat(64), edition: 3, staged: 4, stale: true },
  devices: [{ id: 'printer', kind: 'printer', state: 'fault', fault: 'paper-out' }],
  levels: [{ device: 'acceptor', unit: 'box', currency: 'CNY', minor: 2_000, count: 3, capacity: null }],
  openCases: 2,
  waiting: 7,
};

let stage: OfficeStage;
let viewer: string;
let operator: string;
let desk: Desk;
beforeAll(async () => {
  stage = await openStage();
});
beforeEach(async () => {
  const { database, nowMs, startedMs } = stage;
  await database.query('TRUNCATE kiosks, alerts, acts, persons, sessions RESTART IDENTITY CASCADE');
  viewer = await stage.somebody('viewer');
  operator = await stage.somebody('operator', 'Li Na');
  desk = createDesk({
    ...{ database, nowMs, startedMs },
    collector: new Collector({ database }),
    publish: async () => undefined,
    onProblem: (kiosk, problem) => expect.fail(`${kiosk}: ${problem}`),
  });
});
afterAll(() => stage.end());

function says(kiosk: string, topic: 'state' | 'alive', message: object): Promise<void> {
  return desk.take({ kiosk, topic, payload: Buffer.from(JSON.stringify(message)) });
}

async function read(path: string, cookie = viewer) {
  return (await stage.ask(path, { cookie })).json;
}

describe('the list of kiosks', () => {
  test('says who is here, who is away since when, and who never came', async () => {
    const { database, startedMs } = stage;
    await says('HERE', 'alive', { alive: true, at: state.at });
    await says('GONE', 'alive', { alive: false, at: state.at });
    await database.query(
      `INSERT INTO kiosks (kiosk, paired_at, paired_by) VALUES ('NEW', $1, 'Li Na'), ('OLD', $1, null)`,
      [new Date(startedMs)],
    );
    // Here when the office ended, and not heard of since.
    await database.query(`INSERT INTO states VALUES ('OLD', 'alive', $1, $2)`, [
      JSON.stringify({ alive: true, at: state.at }),
      new Date(startedMs - 1),
    ]);
    const { kiosks } = await read('/api/kiosks');
    const told = kiosks.map(({ kiosk, presence, since }: Record<string, unknown>) => [kiosk, presence, since]);
    const nowIso = new Date(stage.nowMs()).toISOString();
    expect(told).toEqual([
      ['GONE', 'away', nowIso],
      ['HERE', 'here', nowIso],
      ['NEW', 'never', null],
      ['OLD', 'away', null],
    ]);
    expect(kiosks[2]).toMatchObject({
      open: null,
      why: null,
      running: null,
      levels: [],
      openCases: 0,
      stored: 0,
      waiting: 0,
    });
  });

  test('says what each said of itself: whether it serves, its cases, its cash, what it runs and what is published', async () => {
    stage.repository.publish(new Map([['A', { kiosk: 'A' }]]));
    await says('A', 'alive', { alive: true, at: state.at });
    await says('A', 'state', state);
    const [one] = (await read('/api/kiosks')).kiosks;
    expect(one).toMatchObject({
      ...{
        open: false,
        why: { 'zh-CN': '暂停服务', en: 'Out of service' },
        openCases: 2,
        waiting: 7,
        alerts: 2,
        place: null,
        groups: [],
      },
      running: { hash: 'b'.repeat(64), edition: 3, staged: 4, stale: true, published: 1 },
      levels: [{ device: 'acceptor', unit: 'box', currency: 'CNY', minor: 2_000, count: 3, capacity: null }],
    });
  });

  test('names place and groups by the document that it last said it runs, whatever else that holds', async () => {
    const runs = (document: unknown) =>
      stage.database.query(
        `INSERT INTO kiosks (kiosk, running) VALUES ('A', $1) ON CONFLICT (kiosk) DO UPDATE SET running = excluded.running`,
        [typeof document === 'string' ? document : JSON.stringify({ hash: 'a'.repeat(64), edition: null, document })],
      );
    const place = { 'zh-CN': '大厅', en: 'Hall' };
    await runs({ place, groups: ['east'], kiosk: 'A' });
    const [one] = (await read('/api/kiosks')).kiosks;
    expect(one).toMatchObject({
      place,
      groups: ['east'],
      running: { hash: 'a'.repeat(64), edition: null, staged: null },
    });
    expect(await read('/api/kiosks/A')).toMatchObject({ document: { place, groups: ['east'], kiosk: 'A' } });
    await runs({ place, groups: ['west'] });
    expect((await read('/api/kiosks')).kiosks[0].groups).toEqual(['west']);
    for (const damaged of ['{', '{}', '[]', 'null']) {
      await runs(damaged);
      expect((await read('/api/kiosks')).kiosks[0]).toMatchObject({ place: null, groups: [], running: null });
      expect(await read('/api/kiosks/A')).toMatchObject({ document: null });
    }
  });
});

test('the page of a kiosk says its devices, its program and the alerts that stand', async () => {
  await says('A', 'state', state);
  expect(await read('/api/kiosks/A')).toMatchObject({
    ...{ kiosk: 'A', version: '0.1.0', document: null, pairedAt: null, missingTo: null, commands: [] },
    devices: [{ id: 'printer', kind: 'printer', state: 'fault', fault: 'paper-out' }],
    standing: [
      expect.objectContaining({ kind: 'configuration-stale', status: 'open' }),
      expect.objectContaining({ kind: 'paper', subject: 'printer paper-out' }),
    ],
  });
  expect((await stage.ask('/api/kiosks/B', { cookie: viewer })).status).toBe(404);
});

describe('an alert', () => {
  const see = (alert: number | string, what: 'acknowledge' | 'clear', cookie = operator) =>
    stage.ask(`/api/alerts/${alert}/${what}`, { method: 'POST', cookie });

  beforeEach(async () => {
    await stage.database.query(`INSERT INTO kiosks (kiosk) VALUES ('A')`);
    const alerts = [{ kind: 'chain-broken', subject: 'rewritten', detail: '7' }] as const;
    await openAlerts(stage.database, 'A', alerts, new Date(stage.nowMs()));
  });

  test('is acknowledged and cleared by somebody, each with time and name, and stands in the book of acts', async () => {
    const openedAt = new Date(stage.nowMs()).toISOString();
    expect((await read('/api/alerts')).alerts).toEqual([
      {
        ...{ alert: 1, kiosk: 'A', kind: 'chain-broken', subject: 'rewritten', detail: '7', status: 'open', openedAt },
        ...{ acknowledgedAt: null, acknowledgedBy: null, clearedAt: null, clearedBy: null },
      },
    ]);
    stage.pass(1_000);
    const acknowledgedAt = new Date(stage.nowMs()).toISOString();
    const acknowledged = { status: 'acknowledged', acknowledgedAt, acknowledgedBy: 'Li Na' };
    expect((await see(1, 'acknowledge')).json.alert).toMatchObject(acknowledged);
    stage.pass(1_000);
    const clearedAt = new Date(stage.nowMs()).toISOString();
    const cleared = { ...acknowledged, status: 'cleared', clearedAt, clearedBy: 'Li Na' };
    expect((await see(1, 'clear')).json.alert).toMatchObject(cleared);
    expect((await read('/api/alerts')).alerts).toEqual([]);
    expect((await read('/api/alerts?cleared=yes')).alerts).toEqual([expect.objectContaining(cleared)]);
    expect((await read('/api/alerts?cleared=yes&before=1')).alerts).toEqual([]);
    expect((await read('/api/acts')).acts).toEqual([
      { act: 2, at: clearedAt, person: 'Li Na', did: 'alert-cleared', subject: 'A', detail: 'chain-broken rewritten' },
      expect.objectContaining({ act: 1, at: acknowledgedAt, did: 'alert-acknowledged' }),
    ]);
  });

  test('is seen to once, by who may, and only when there is one', async () => {
    expect((await see(1, 'clear', viewer)).status).toBe(403);
    await see(1, 'clear');
    for (const what of ['acknowledge', 'clear'] as const) {
      const late = await see(1, what);
      expect([late.status, late.json]).toEqual([409, { problem: 'over' }]);
    }
    for (const alert of [2, 0, -1, 'x', '9'.repeat(20)]) expect((await see(alert, 'clear')).status).toBe(404);
    expect((await read('/api/acts')).acts).toHaveLength(1);
  });
});
