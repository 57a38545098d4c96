import { expect, test } from 'vitest';
import type { Database } from '../../../../kiosk/office/store/open.ts';
import { begins, documentOf, type Fleet, openFleet, refusal, swift, wentBack } from './fleet.ts';

const all = { whom: 'all' } as const;
const two = { limits: { idleMs: 70_000 } };
const names = (count: number) => Array.from({ length: count }, (_, n) => `K${n + 1}`);

/** So many kiosks with edition 1 each, connected. */
async function fleetOf(count: number): Promise<Fleet> {
  const fleet = await openFleet();
  fleet.repository().publish(new Map(names(count).map((name) => [name, documentOf(name)])));
  for (const name of names(count)) {
    await fleet.kiosk(name).connects();
    await fleet.kiosk(name).says({ edition: 1 });
  }
  return fleet;
}

const editions = (fleet: Fleet) =>
  fleet
    .repository()
    .kiosks.map(({ kiosk, version }) => `${kiosk} ${version}`)
    .toSorted()
    .join(', ');

test('the canary goes first, the rest follows when it runs, and then it is done', async () => {
  const fleet = await fleetOf(3);
  const rollout = await fleet.begin(all, two, { canary: 1, restMinutes: 10 });
  expect(await fleet.steps(rollout)).toBe('K1 published, K2 waiting, K3 waiting');
  expect(fleet.sent).toEqual([{ topic: 'office/K1/look', payload: '{"version":3}' }]);
  await fleet.kiosk('K1').says({ edition: 1, staged: 2 });
  await fleet.later(1);
  expect(await fleet.steps(rollout)).toBe('K1 staged, K2 waiting, K3 waiting');
  await begins(fleet.kiosk('K1'), 2);
  await fleet.later(0);
  await fleet.later(10);
  expect(await fleet.steps(rollout)).toBe('K1 running, K2 waiting, K3 waiting');
  await fleet.later(2);
  expect(await fleet.steps(rollout)).toBe('K1 running, K2 published, K3 published');
  for (const name of ['K2', 'K3']) await begins(fleet.kiosk(name), 2);
  await fleet.later(0);
  await fleet.later(2);
  expect(await fleet.page(rollout)).toMatchObject({ status: 'done', counts: { running: 3 }, beganBy: 'Li' });
  expect(editions(fleet)).toBe('K1 2, K2 2, K3 2');
  expect(fleet.problems).toEqual([]);
});

test('one that refuses it ends it, with the reason, and nobody else gets it', async () => {
  const fleet = await fleetOf(2);
  const rollout = await fleet.begin(all, two, { canary: 1 });
  await fleet.kiosk('K1').writes(refusal(2));
  await fleet.later(0);
  const page = await fleet.page(rollout);
  expect(page).toMatchObject({ status: 'aborted', why: 'failures', counts: { refused: 1, waiting: 1 } });
  expect(page.kiosks[0]).toMatchObject({ edition: 2, why: 'unsound\nlimits is missing' });
  await fleet.later(1_000);
  expect(editions(fleet)).toBe('K1 2, K2 1');
});

test('one that began and goes back while it is on trial ends it too', async () => {
  const fleet = await fleetOf(2);
  const rollout = await fleet.begin(all, two, { canary: 1 });
  await begins(fleet.kiosk('K1'), 2);
  await fleet.later(0.5);
  await fleet.kiosk('K1').writes(wentBack(2));
  await fleet.later(0.5);
  const page = await fleet.page(rollout);
  expect(page).toMatchObject({ status: 'aborted', counts: { 'went-back': 1, waiting: 1 } });
  expect(page.kiosks[0]?.why).toBe('silent printer');
});

test('one that is away stays published, and is judged when it is back', async () => {
  const fleet = await fleetOf(2);
  await fleet.kiosk('K1').goes();
  const rollout = await fleet.begin(all, two, { canary: 2 });
  await begins(fleet.kiosk('K2'), 2);
  await fleet.later(1_000);
  expect(await fleet.steps(rollout)).toBe('K2 running, K1 published');
  await fleet.kiosk('K1').connects();
  await fleet.later(29);
  expect(await fleet.steps(rollout)).toBe('K2 running, K1 published');
  await begins(fleet.kiosk('K1'), 2);
  await fleet.later(0);
  await fleet.later(2);
  expect((await fleet.page(rollout)).status).toBe('done');
});

test('a canary that is away and passed by holds nobody up, and what it says when it is back still counts', async () => {
  const fleet = await fleetOf(3);
  const rollout = await fleet.begin(all, two, { canary: 1 });
  await fleet.kiosk('K1').goes();
  await fleet.later(1_000);
  expect(await fleet.steps(rollout)).toBe('K1 published, K2 waiting, K3 waiting');
  expect(await fleet.rollouts.passBy(rollout, 'Li')).toBe('done');
  await fleet.later(0);
  expect(await fleet.steps(rollout)).toBe('K1 passed-by, K2 published, K3 published');
  const acts = await fleet.database.query(`SELECT person, did, detail FROM acts WHERE did = 'rollout-passed-by'`);
  expect(acts).toEqual([{ person: 'Li', did: 'rollout-passed-by', detail: 'K1' }]);
  for (const name of ['K2', 'K3']) await begins(fleet.kiosk(name), 2);
  await fleet.later(0);
  await fleet.later(2);
  expect((await fleet.page(rollout)).status).toBe('done');
  await fleet.kiosk('K1').connects();
  await fleet.kiosk('K1').says({ edition: 1, staged: 2 });
  await fleet.later(0);
  expect(await fleet.steps(rollout)).toBe('K1 passed-by, K2 running, K3 running');
  await begins(fleet.kiosk('K1'), 2);
  await fleet.later(0);
  expect(await fleet.steps(rollout)).toBe('K1 running, K2 running, K3 running');
});

test('one that is here and silent is overdue, and what it says later still counts', async () => {
  const fleet = await fleetOf(2);
  const rollout = await fleet.begin(all, two, { failuresPercent: 50 });
  await begins(fleet.kiosk('K1'), 2);
  await fleet.later(30);
  expect(await fleet.steps(rollout)).toBe('K1 running, K2 overdue');
  await fleet.later(2);
  expect((await fleet.page(rollout)).status).toBe('done');
});

test('entries of earlier publications and of other numbers judge nothing', async () => {
  const fleet = await fleetOf(1);
  await fleet.kiosk('K1').writes(refusal(2));
  const rollout = await fleet.begin(all, two);
  await fleet.kiosk('K1').writes(wentBack(1));
  await fleet.later(1);
  expect(await fleet.steps(rollout)).toBe('K1 published');
});

test('what is published by hand over it counts as its own', async () => {
  const fleet = await fleetOf(1);
  const rollout = await fleet.begin(all, two);
  fleet.repository().publish(new Map([['K1', documentOf('K1', { place: { 'zh-CN': '二楼', en: 'Second floor' } })]]));
  await fleet.kiosk('K1').says({ edition: 3 });
  await fleet.later(0);
  expect(await fleet.steps(rollout)).toBe('K1 running');
});

test('paused begins nothing and goes on judging; resumed it goes on', async () => {
  const fleet = await fleetOf(2);
  const rollout = await fleet.begin(all, two, { canary: 1 });
  expect(await fleet.rollouts.hold(rollout, 'pause', 'Li')).toBe('done');
  expect(await fleet.rollouts.hold(rollout, 'pause', 'Li')).toBe('not-running');
  await begins(fleet.kiosk('K1'), 2);
  await fleet.later(0);
  await fleet.later(60);
  expect(await fleet.steps(rollout)).toBe('K1 running, K2 waiting');
  expect(await fleet.rollouts.hold(rollout, 'resume', 'Wang')).toBe('done');
  await fleet.later(0);
  expect(await fleet.steps(rollout)).toBe('K1 running, K2 published');
  expect(await fleet.rollouts.hold(rollout, 'abort', 'Wang')).toBe('done');
  expect(await fleet.rollouts.hold(rollout, 'abort', 'Wang')).toBe('ended');
  expect(await fleet.rollouts.hold(99, 'abort', 'Wang')).toBe('no-such-rollout');
  const acts = await fleet.database.query<{ act: string }>(`SELECT person || ' ' || did AS act FROM acts ORDER BY act`);
  expect(acts.map(({ act }) => act).toSorted()).toEqual([
    'Li rollout-began',
    'Li rollout-paused',
    'Wang rollout-aborted',
    'Wang rollout-resumed',
  ]);
});

test('without keys it pauses by itself, and goes on when they are put in', async () => {
  const fleet = await fleetOf(1);
  fleet.takeKeys();
  const rollout = await fleet.begin(all, two);
  expect(await fleet.page(rollout)).toMatchObject({ status: 'paused', why: 'no-keys', counts: { waiting: 1 } });
  fleet.putKeys();
  await fleet.rollouts.hold(rollout, 'resume', 'Li');
  await fleet.later(0);
  expect(await fleet.page(rollout)).toMatchObject({ status: 'running', why: null, counts: { published: 1 } });
  expect(editions(fleet)).toBe('K1 2');
});

test('nothing is begun when it is unsound for one of them, and each problem is said', async () => {
  const fleet = await fleetOf(2);
  const text = JSON.stringify({ limits: { noteDecisionMs: -1 } });
  const begun = await fleet.rollouts.begin({ whom: all, text, pace: swift }, 'Li');
  expect(begun).toMatchObject({ ok: false, problem: 'unsound' });
  expect(!begun.ok && 'problems' in begun && begun.problems.map(({ kiosk, path }) => `${kiosk} ${path}`)).toEqual([
    'K1 limits.noteDecisionMs',
    'K2 limits.noteDecisionMs',
  ]);
  const broken = await fleet.rollouts.begin({ whom: all, text: '{"limits":', pace: swift }, 'Li');
  expect(broken).toMatchObject({ problem: 'unsound', problems: [{ kiosk: null }] });
  expect(await fleet.rollouts.list()).toEqual([]);
});

test('a kiosk is in one rollout at a time; the other one is named', async () => {
  const fleet = await fleetOf(3);
  const first = await fleet.begin({ whom: 'kiosk', kiosk: 'K2' }, two);
  const text = JSON.stringify(two);
  const wish = { whom: all, text, pace: swift };
  expect(await fleet.rollouts.begin(wish, 'Li')).toEqual({
    ...{ ok: false, problem: 'busy-kiosk', kiosk: 'K2', rollout: first },
  });
  const [one, other] = await Promise.all([
    fleet.rollouts.begin({ ...wish, whom: { whom: 'kiosk', kiosk: 'K1' } }, 'Li'),
    fleet.rollouts.begin({ ...wish, whom: { whom: 'kiosk', kiosk: 'K1' } }, 'Wang'),
  ]);
  expect([one.ok, other.ok]).toEqual([true, false]);
  await fleet.rollouts.hold(first, 'abort', 'Li');
  await fleet.begin({ whom: 'kiosk', kiosk: 'K2' }, two);
});

test('back publishes what each had before: what was published, or what it ran', async () => {
  const fleet = await fleetOf(1);
  const own = documentOf('K2', { place: { 'zh-CN': '新店', en: 'New shop' } });
  await fleet.kiosk('K2').connects();
  await fleet.kiosk('K2').runs(null, own);
  const rollout = await fleet.begin(all, two);
  expect(editions(fleet)).toBe('K1 2, K2 1');
  expect(fleet.repository().document('K2')).toMatchObject({ place: own.place, limits: { idleMs: 70_000 } });
  expect(await fleet.rollouts.back(rollout, 'Wang')).toMatchObject({ problem: 'busy-kiosk', rollout });
  await fleet.rollouts.hold(rollout, 'abort', 'Wang');
  const back = await fleet.rollouts.back(rollout, 'Wang');
  await fleet.rollouts.step();
  expect(editions(fleet)).toBe('K1 3, K2 2');
  expect(fleet.repository().document('K1')).toEqual(documentOf('K1'));
  expect(fleet.repository().document('K2')).toEqual(own);
  const number = back.ok ? back.rollout : 0;
  await begins(fleet.kiosk('K1'), 3);
  await begins(fleet.kiosk('K2'), 2);
  await fleet.later(0);
  await fleet.later(2);
  expect(await fleet.page(number)).toMatchObject({ status: 'done', beganBy: 'Wang', text: '' });
});

test('what a kiosk says it runs under another’s name is laid under nothing, and published for nobody', async () => {
  const fleet = await fleetOf(1);
  await fleet.kiosk('K2').connects();
  await fleet.kiosk('K2').runs(null, documentOf('K1'));
  await fleet.begin(all, two);
  expect(editions(fleet)).toBe('K1 2');
});

test('a rollout that has published nothing has nothing to take back', async () => {
  const fleet = await fleetOf(1);
  fleet.takeKeys();
  const rollout = await fleet.begin(all, two);
  await fleet.rollouts.hold(rollout, 'abort', 'Li');
  expect(await fleet.rollouts.back(rollout, 'Li')).toEqual({ ok: false, problem: 'nothing-before' });
  expect(await fleet.rollouts.back(99, 'Li')).toEqual({ ok: false, problem: 'no-such-rollout' });
});

test('what staff change at a kiosk between two waves is not undone by the later one', async () => {
  const fleet = await fleetOf(2);
  const rollout = await fleet.begin(all, two, { canary: 1 });
  await fleet.kiosk('K2').writes({ kind: 'config.changed', what: 'push', why: null, edition: 1 });
  await fleet.kiosk('K2').runs(null, documentOf('K2', { place: { 'zh-CN': '一楼', en: 'First floor' } }));
  await begins(fleet.kiosk('K1'), 2);
  await fleet.later(0);
  await fleet.later(2);
  expect(await fleet.steps(rollout)).toBe('K1 running, K2 published');
  expect(fleet.repository().document('K2')).toMatchObject({ place: { en: 'First floor' }, limits: { idleMs: 70_000 } });
});

/** A process that ends at a statement, and does nothing of what follows. */
function endingAt(database: Database, statement: RegExp): Database {
  let ended = false;
  const query: Database['query'] = async (sql, parameters) => {
    ended ||= statement.test(sql);
    if (ended) throw new Error('the process has ended');
    return database.query(sql, parameters);
  };
  return {
    query,
    transaction: (work) =>
      database.transaction((inside) =>
        work({
          query: async (sql, parameters) => {
            ended ||= statement.test(sql);
            if (ended) throw new Error('the process has ended');
            return inside.query(sql, parameters);
          },
        }),
      ),
    close: async () => {},
  };
}

test.each([
  ['before it is written what is meant', /SET edition = \$3, hash/, 'K1 1, K2 1'],
  ['between signing and the word of it', /SET status = 'published'/, 'K1 2, K2 1'],
])('an end %s publishes nothing twice and loses nothing', async (_, statement, meanwhile) => {
  const fleet = await fleetOf(2);
  await fleet.rollouts.close();
  fleet.restart(endingAt(fleet.database, statement));
  const rollout = await fleet.begin(all, two, { canary: 1 });
  await fleet.later(60);
  expect(editions(fleet)).toBe(meanwhile);
  expect(fleet.problems.length).toBeGreaterThan(0);
  await fleet.rollouts.close();
  fleet.restart();
  expect(await fleet.steps(rollout)).toBe('K1 waiting, K2 waiting');
  await fleet.rollouts.step();
  await fleet.later(1);
  expect(await fleet.steps(rollout)).toBe('K1 published, K2 waiting');
  expect(editions(fleet)).toBe('K1 2, K2 1');
  expect(fleet.sent.map(({ topic }) => topic)).toEqual(['office/K1/look']);
});

test('an end after what is meant was written and before it is signed publishes once', async () => {
  const fleet = await fleetOf(1);
  fleet.takeKeys();
  const rollout = await fleet.begin(all, two);
  const meant = 'SELECT edition FROM rollout_kiosks WHERE edition IS NOT NULL';
  expect(await fleet.database.query(meant)).toHaveLength(1);
  fleet.putKeys();
  await fleet.rollouts.close();
  fleet.restart();
  await fleet.rollouts.hold(rollout, 'resume', 'Li');
  await fleet.later(0);
  expect(await fleet.steps(rollout)).toBe('K1 published');
  expect(editions(fleet)).toBe('K1 2');
});

test('what was published by hand under the number that was meant is not taken for its own', async () => {
  const fleet = await fleetOf(1);
  fleet.takeKeys();
  const rollout = await fleet.begin(all, two);
  fleet.putKeys();
  const place = { 'zh-CN': '二楼', en: 'Second floor' };
  fleet.repository().publish(new Map([['K1', documentOf('K1', { place })]]));
  await fleet.rollouts.close();
  fleet.restart();
  await fleet.rollouts.step();
  expect(await fleet.steps(rollout)).toBe('K1 waiting');
  await fleet.rollouts.hold(rollout, 'resume', 'Li');
  await fleet.later(0);
  expect(editions(fleet)).toBe('K1 3');
  expect(fleet.repository().document('K1')).toMatchObject({ place, ...two });
});

test('a verdict that came while nobody wrote down that it was signed is not lost', async () => {
  const fleet = await fleetOf(1);
  await fleet.rollouts.close();
  fleet.restart(endingAt(fleet.database, /SET status = 'published'/));
  const rollout = await fleet.begin(all, two);
  await fleet.kiosk('K1').writes(refusal(2));
  await fleet.rollouts.close();
  fleet.restart();
  await fleet.rollouts.step();
  expect(await fleet.steps(rollout)).toBe('K1 refused');
  expect((await fleet.page(rollout)).status).toBe('aborted');
});

/** The same database, and how many rows each statement that fits has answered. */
function watched(database: Database, statement: RegExp): { readonly database: Database; readonly rows: number[] } {
  const rows: number[] = [];
  const query: Database['query'] = async (sql, parameters) => {
    const answer = await database.query<never>(sql, parameters);
    if (statement.test(sql)) rows.push(answer.length);
    return answer;
  };
  return { database: { ...database, query }, rows };
}

test('what a kiosk runs is read for those alone that it is published for', async () => {
  const fleet = await fleetOf(3);
  for (const name of names(3)) await fleet.kiosk(name).runs(1, documentOf(name));
  await fleet.rollouts.close();
  const { database, rows } = watched(fleet.database, /SELECT kiosk, running FROM kiosks/);
  fleet.restart(database);
  const rollout = await fleet.begin(all, two, { canary: 1 });
  expect(await fleet.steps(rollout)).toBe('K1 published, K2 waiting, K3 waiting');
  expect(rows).toEqual([3, 1]);
  rows.length = 0;
  await fleet.rollouts.hold(rollout, 'abort', 'Li');
  await fleet.begin({ whom: 'kiosk', kiosk: 'K2' }, two);
  await fleet.rollouts.back(rollout, 'Li');
  expect(rows).toEqual([1, 1, 1]);
});

test('what many kiosks have made of what is published is asked in one go', async () => {
  const fleet = await fleetOf(4);
  for (const name of names(4)) await fleet.kiosk(name).runs(null, documentOf(name));
  await fleet.kiosk('K2').writes(refusal(1));
  const { database, rows } = watched(fleet.database, /rollout_kiosks|entries/);
  await fleet.rollouts.close();
  fleet.restart(database);
  const previewed = await fleet.rollouts.preview({ whom: all, text: JSON.stringify(two) });
  expect(previewed.ok && previewed.changes.map(({ kiosk }) => kiosk)).toEqual(names(4));
  expect(rows).toEqual([0, 1]);
});

test('of what a kiosk said of what is published the newest counts: what went back is the base of nothing', async () => {
  const fleet = await fleetOf(1);
  const place = { 'zh-CN': '一楼', en: 'First floor' };
  await fleet.kiosk('K1').writes({ kind: 'config.changed', what: 'push', why: null, edition: 1 });
  await fleet.kiosk('K1').writes(wentBack(1));
  await fleet.kiosk('K1').runs(0, documentOf('K1', { place }));
  await fleet.begin(all, two);
  expect(fleet.repository().document('K1')).toMatchObject({ place, ...two });
});

test('a rollout that has ended is looked at only when a kiosk that owes an answer has said something', async () => {
  const fleet = await fleetOf(2);
  const rollout = await fleet.begin(all, two);
  await fleet.rollouts.hold(rollout, 'abort', 'Li');
  await fleet.rollouts.close();
  const { database, rows } = watched(fleet.database, /read_seq AS/);
  fleet.restart(database);
  await fleet.rollouts.step();
  expect(rows.length).toBeGreaterThan(0);
  await fleet.later(1);
  rows.length = 0;
  await fleet.later(1);
  await fleet.kiosk('K3').connects();
  await fleet.later(1);
  expect(rows).toEqual([]);
  await fleet.kiosk('K1').says({ edition: 2 });
  await fleet.kiosk('K2').writes(refusal(2));
  await fleet.later(0);
  expect(await fleet.steps(rollout)).toBe('K1 running, K2 refused');
  expect(fleet.problems).toEqual([]);
});

test('an office that begins anew tells those again that have not fetched it, once', async () => {
  const fleet = await fleetOf(3);
  const rollout = await fleet.begin(all, two, { canary: 2 });
  await begins(fleet.kiosk('K1'), 2);
  await fleet.later(0);
  expect(await fleet.steps(rollout)).toBe('K1 running, K2 published, K3 waiting');
  await fleet.rollouts.close();
  fleet.sent.length = 0;
  fleet.restart();
  await fleet.rollouts.step();
  await fleet.later(1);
  expect(fleet.sent.map(({ topic }) => topic)).toEqual(['office/K2/look']);
});

test('what is for every kiosk that there is, is told to all at once', async () => {
  const fleet = await fleetOf(3);
  await fleet.begin(all, two);
  expect(fleet.sent.map(({ topic }) => topic)).toEqual(['office/all/look']);
});

test('news alone moves it on, without anybody who asks', async () => {
  const fleet = await fleetOf(1);
  const rollout = await fleet.begin(all, two);
  await begins(fleet.kiosk('K1'), 2);
  fleet.rollouts.news();
  fleet.clock.runUntil(fleet.clock.monoMs() + 200);
  await expect.poll(() => fleet.steps(rollout), { timeout: 5_000 }).toBe('K1 running');
});

test('a wave of many is signed for in parts, one soon after the other', async () => {
  const fleet = await openFleet();
  fleet.repository().publish(new Map(names(70).map((name) => [name, documentOf(name)])));
  const rollout = await fleet.begin(all, two);
  expect((await fleet.page(rollout)).counts).toEqual({ published: 64, waiting: 6 });
  fleet.clock.runUntil(fleet.clock.monoMs() + 200);
  await expect.poll(async () => (await fleet.page(rollout)).counts, { timeout: 5_000 }).toEqual({ published: 70 });
});
