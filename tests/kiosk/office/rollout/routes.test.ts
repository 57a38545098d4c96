import * as v from 'valibot';
import { expect, test } from 'vitest';
import { rolloutRoutes } from '../../../../kiosk/office/rollout/routes.ts';
import { begins, documentOf, type Fleet, openFleet, swift } from './fleet.ts';

/** As the door does: finds the route, judges the body, and hands on. */
async function ask(fleet: Fleet, method: 'GET' | 'POST', path: string, body: unknown = null, person = 'Li') {
  for (const route of rolloutRoutes(fleet.rollouts)) {
    const found = new RegExp(`^${route.path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`).exec(path);
    if (found === null || route.method !== method) continue;
    const read = route.body === null ? { success: true, output: null } : v.safeParse(route.body, body);
    if (!read.success) return { status: 400, json: null };
    const answered = await route.handle({ person, parameters: { ...found.groups }, query: {}, body: read.output });
    if (!('json' in answered)) throw new Error('a file was answered');
    return { status: answered.status, json: answered.json as Record<string, unknown> };
  }
  throw new Error(`no route ${method} ${path}`);
}

const all = { whom: 'all' } as const;
const text = JSON.stringify({ place: { 'zh-CN': '二楼', en: 'Second floor' } });

async function oneKiosk(): Promise<Fleet> {
  const fleet = await openFleet();
  fleet.repository().publish(new Map([['K1', documentOf('K1')]]));
  await fleet.kiosk('K1').connects();
  return fleet;
}

test('only who may publish publishes, and who may see sees', async () => {
  const fleet = await openFleet();
  const rights = rolloutRoutes(fleet.rollouts).map(({ method, path, right }) => `${method} ${path} ${right}`);
  expect(rights).toEqual([
    'POST /api/preview publish',
    'POST /api/rollouts publish',
    'GET /api/rollouts see',
    'GET /api/rollouts/:rollout see',
    'POST /api/rollouts/:rollout/pause publish',
    'POST /api/rollouts/:rollout/resume publish',
    'POST /api/rollouts/:rollout/abort publish',
    'POST /api/rollouts/:rollout/pass-by publish',
    'POST /api/rollouts/:rollout/back publish',
  ]);
});

test('a preview says in both languages what would change, and publishes nothing', async () => {
  const fleet = await oneKiosk();
  await fleet.kiosk('K2').runs(null, documentOf('K2', { place: { 'zh-CN': '二楼', en: 'Second floor' } }));
  const { status, json } = await ask(fleet, 'POST', '/api/preview', { whom: all, text });
  expect(status).toBe(200);
  expect(json).toEqual({
    changes: [
      {
        kiosk: 'K1',
        differences: [expect.objectContaining({ en: expect.stringContaining('Outpatient hall → Second floor') })],
      },
      { kiosk: 'K2', differences: [] },
    ],
  });
  expect(fleet.repository().kiosks).toMatchObject([{ kiosk: 'K1', version: 1 }]);
  const fresh = JSON.stringify(documentOf('K3'));
  const whole = await ask(fleet, 'POST', '/api/preview', { whom: { whom: 'kiosk', kiosk: 'K3' }, text: fresh });
  expect(whole.json).toEqual({
    changes: [
      { kiosk: 'K3', differences: [expect.objectContaining({ en: expect.stringContaining('not known here') })] },
    ],
  });
});

test('a rollout begins, is listed, held, ended and taken back', async () => {
  const fleet = await oneKiosk();
  const begun = await ask(fleet, 'POST', '/api/rollouts', { whom: all, text, pace: swift });
  expect(begun).toEqual({ status: 200, json: { rollout: 1 } });
  await fleet.rollouts.step();
  const line = { rollout: 1, whom: all, pace: swift, status: 'running', why: null, beganBy: 'Li', endedAt: null };
  expect((await ask(fleet, 'GET', '/api/rollouts')).json).toMatchObject({
    rollouts: [{ ...line, counts: { published: 1 } }],
  });
  expect((await ask(fleet, 'GET', '/api/rollouts/1')).json).toMatchObject({
    ...line,
    text,
    kiosks: [{ kiosk: 'K1', wave: 1, status: 'published', edition: 2, why: null }],
  });
  const again = await ask(fleet, 'POST', '/api/rollouts', { whom: all, text, pace: swift });
  expect(again).toEqual({ status: 409, json: { problem: 'busy-kiosk', kiosk: 'K1', rollout: 1 } });
  expect((await ask(fleet, 'POST', '/api/rollouts/1/resume', {})).json).toEqual({ problem: 'not-paused' });
  expect((await ask(fleet, 'POST', '/api/rollouts/1/pause', {})).status).toBe(200);
  await begins(fleet.kiosk('K1'), 2);
  await fleet.later(0);
  await fleet.later(2);
  expect(await ask(fleet, 'POST', '/api/rollouts/1/abort', {})).toEqual({ status: 409, json: { problem: 'ended' } });
  expect(await ask(fleet, 'POST', '/api/rollouts/1/back', {})).toEqual({ status: 200, json: { rollout: 2 } });
});

test('a rollout that waits for who is away says so, and goes on without it when a person says so', async () => {
  const fleet = await oneKiosk();
  await ask(fleet, 'POST', '/api/rollouts', { whom: all, text, pace: swift });
  await fleet.rollouts.step();
  const none = { status: 409, json: { problem: 'nobody-away' } };
  expect(await ask(fleet, 'POST', '/api/rollouts/1/pass-by', {})).toEqual(none);
  await fleet.kiosk('K1').goes();
  expect((await ask(fleet, 'GET', '/api/rollouts/1')).json).toMatchObject({ kiosks: [{ kiosk: 'K1', away: true }] });
  expect((await ask(fleet, 'POST', '/api/rollouts/1/pass-by', {})).status).toBe(200);
  await fleet.later(0);
  const page = { status: 'done', kiosks: [{ kiosk: 'K1', status: 'passed-by', away: false }] };
  expect((await ask(fleet, 'GET', '/api/rollouts/1')).json).toMatchObject(page);
  const ended = { status: 409, json: { problem: 'ended' } };
  expect(await ask(fleet, 'POST', '/api/rollouts/1/pass-by', {})).toEqual(ended);
  expect((await ask(fleet, 'POST', '/api/rollouts/7/pass-by', {})).status).toBe(404);
});

test('what cannot be done is said with its number and word', async () => {
  const fleet = await oneKiosk();
  const unsound = await ask(fleet, 'POST', '/api/rollouts', {
    whom: all,
    text: '{"limits":{"idleMs":1}}',
    pace: swift,
  });
  expect(unsound).toMatchObject({ status: 422, json: { problem: 'unsound' } });
  expect(await ask(fleet, 'POST', '/api/preview', { whom: all, text: 'no' })).toMatchObject({
    status: 422,
    json: { problem: 'unsound', problems: [{ kiosk: null, path: '' }] },
  });
  for (const path of ['/api/rollouts/7', '/api/rollouts/x']) {
    expect(await ask(fleet, 'GET', path)).toEqual({ status: 404, json: { problem: 'no-such-rollout' } });
  }
  expect((await ask(fleet, 'POST', '/api/rollouts/7/back', {})).status).toBe(404);
});

test.each([
  ['no percent', { percent: 0 }],
  ['a window that never opens', { window: { from: '02:00', to: '02:00' } }],
  ['a window that is no time', { window: { from: '2:00', to: '25:00' } }],
  ['half a kiosk', { canary: 0.5 }],
  ['no time to answer', { overdueMinutes: 0 }],
])('a pace with %s is refused', async (_, wrong) => {
  const fleet = await openFleet();
  const asked = await ask(fleet, 'POST', '/api/rollouts', { whom: all, text, pace: { ...swift, ...wrong } });
  expect(asked.status).toBe(400);
});
