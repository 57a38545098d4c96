import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Post } from '../../../kiosk/office/broker.ts';
import { Collector } from '../../../kiosk/office/collector.ts';
import { createDesk, type Desk, type Follower } from '../../../kiosk/office/desk.ts';
import { type Database, openDatabase } from '../../../kiosk/office/store/open.ts';
import { journalOf, messageOf } from './rows.ts';

let database: Database;
let said: string[];
let problems: string[];
beforeAll(async () => {
  database = await openDatabase({ folder: null });
});
beforeEach(async () => {
  await database.query('TRUNCATE kiosks, entries CASCADE');
  said = [];
  problems = [];
});
afterAll(() => database.close());

function deskWith(followers: readonly Follower[], startedMs = 0, nowMs = 1): Desk {
  return createDesk({
    ...{ database, followers, startedMs, nowMs: () => nowMs },
    collector: new Collector({ database }),
    publish: async (topic) => void said.push(topic),
    onProblem: (kiosk, problem) => problems.push(`${kiosk} ${problem}`),
  });
}

function post(topic: Post['topic'], message: unknown): Post {
  return { kiosk: 'A', topic, payload: Buffer.from(JSON.stringify(message)) };
}

test('a part is told of rows once they are stored and the kiosk has the word, and of nothing that is refused', async () => {
  const rows = journalOf('A', 5);
  const told: unknown[] = [];
  const stored = async (kiosk: string, some: readonly unknown[]) => {
    const [{ count }] = (await database.query('SELECT count(*) AS count FROM entries')) as [{ count: number }];
    told.push([kiosk, some.length, count, said.length]);
  };
  const desk = deskWith([{ stored }]);
  await desk.take(post('journal', messageOf(rows, 0, 3)));
  await desk.take(post('journal', messageOf(rows, 4, 1)));
  await desk.take(post('journal', messageOf(rows, 3, 0)));
  expect(told).toEqual([['A', 3, 3, 1]]);
  expect(said).toHaveLength(3);
  expect(problems).toEqual([]);
});

test('a part is told of every other message when the desk has kept it; what it throws stays with that message', async () => {
  const told: string[] = [];
  const posted = async ({ topic }: Post) => {
    const rows = await database.query('SELECT what FROM states');
    told.push(`${topic} ${rows.length}`);
    if (topic === 'done') throw new Error('no such command');
  };
  const desk = deskWith([{ posted }]);
  await desk.take(post('done', {}));
  await desk.take(post('alive', { alive: true, at: 'now' }));
  await desk.take(post('alive', { nonsense: true }));
  expect(told).toEqual(['done 0', 'alive 1']);
  expect(problems).toEqual(['A done: no such command', expect.stringContaining('A alive: ')]);
});

test('however much comes at once, the newest word of each kiosk is kept', async () => {
  const desk = deskWith([]);
  const state = (waiting: number) => ({
    ...{ at: 'now', version: '1', open: true, why: null, devices: [], levels: [], openCases: 0, waiting },
    configuration: { running: 'a', edition: null, staged: null, stale: false },
  });
  const taken = Array.from({ length: 1_100 }, (_, n) => desk.take(post('state', state(n))));
  taken.push(desk.take({ ...post('alive', { alive: true, at: 'now' }), kiosk: 'B' }));
  await Promise.all(taken);
  const rows = await database.query<{ kiosk: string; what: string; body: string }>(
    'SELECT kiosk, what, body FROM states ORDER BY kiosk',
  );
  expect(rows.map(({ kiosk, what, body }) => [kiosk, what, JSON.parse(body).waiting])).toEqual([
    ['A', 'state', 1_099],
    ['B', 'alive', undefined],
  ]);
  expect(problems).toEqual([]);
});

test('all kiosks are looked after in as many questions as one', async () => {
  let asked = 0;
  const query: Database['query'] = (sql, parameters) => {
    asked += 1;
    return database.query(sql, parameters);
  };
  const look = async (kiosks: number) => {
    await database.query('TRUNCATE kiosks CASCADE');
    await database.query(`INSERT INTO kiosks (kiosk) SELECT 'K' || n FROM generate_series(1, $1::bigint) AS n`, [
      kiosks,
    ]);
    asked = 0;
    await createDesk({
      ...{ database: { ...database, query }, collector: new Collector({ database }), startedMs: 0, nowMs: () => 1 },
      publish: async () => {},
      onProblem: (kiosk, problem) => problems.push(`${kiosk} ${problem}`),
    }).look();
    return asked;
  };
  expect(await look(40)).toBe(await look(1));
});

test('what is over at a kiosk is cleared, however many cases stand open there', async () => {
  const alerts = async () => {
    const rows = await database.query<{ kind: string }>(
      `SELECT kind FROM alerts WHERE status <> 'cleared' AND kind <> 'case'`,
    );
    return rows.map(({ kind }) => kind);
  };
  await deskWith([], 0, 1_000).take(post('alive', { alive: false, at: 'now' }));
  await deskWith([], 0, 1_000_000).look();
  expect(await alerts()).toEqual(['offline']);
  await database.query(
    `INSERT INTO alerts (kiosk, kind, subject, detail, status, opened_at)
     SELECT 'A', 'case', n::text, '', 'open', now() FROM generate_series(1, 600) AS n`,
  );
  await deskWith([], 0, 2_000_000).take(post('alive', { alive: true, at: 'now' }));
  expect(await alerts()).toEqual([]);
});

test('since when a kiosk is there is told by its first word, and anew by the first after the office began', async () => {
  const here = post('alive', { alive: true, at: 'now' });
  const since = async () => {
    const [row] = await database.query<{ came: Date }>('SELECT came_at AS came FROM states');
    return row?.came.getTime();
  };
  await deskWith([], 0, 1_000).take(here);
  await deskWith([], 0, 2_000).take(here);
  expect(await since()).toBe(1_000);
  await deskWith([], 5_000, 6_000).take(here);
  await deskWith([], 5_000, 7_000).take(here);
  expect(await since()).toBe(6_000);
  await deskWith([], 5_000, 8_000).take(post('alive', { alive: false, at: 'now' }));
  expect(await since()).toBe(8_000);
});

test('at the end what was taken is finished, and nothing more is taken', async () => {
  const rows = journalOf('A', 2);
  const desk = deskWith([]);
  void desk.take(post('journal', messageOf(rows, 0, 2)));
  void desk.take(post('alive', { alive: true, at: 'now' }));
  await desk.end();
  expect(said).toHaveLength(1);
  expect(await database.query('SELECT what FROM states')).toHaveLength(1);
  await desk.take(post('journal', messageOf(rows, 0, 2)));
  expect(said).toHaveLength(1);
});
