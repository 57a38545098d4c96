/** Orders of the office, the same on PostgreSQL and on PGlite. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { VirtualClock } from '../../../hardware/clock.ts';
import { orderOf } from '../../../kiosk/command.ts';
import { orderOfClaims, proveOrder } from '../../../kiosk/fleet/remote-command.ts';
import { openRemoteSide } from '../../../kiosk/fleet/remote-side.ts';
import { type DoneMessage, officeTopics } from '../../../kiosk/fleet/wire.ts';
import { type Commands, createCommands, type Wish } from '../../../kiosk/office/commands/commands.ts';
import { meantIn } from '../../../kiosk/office/commands/meant.ts';
import { commandRoutes } from '../../../kiosk/office/commands/routes.ts';
import type { CommandLine, Ordered, OrderPage, Problem, ReachLine } from '../../../kiosk/office/server/wire.ts';
import { type Database, openDatabase } from '../../../kiosk/office/store/open.ts';
import { Visit } from '../view/visit.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';
import { chained, genesis } from './rows.ts';

const keys = generateKeyPairSync('ed25519');
const startMs = Date.UTC(2026, 2, 31, 5);
const kiosk = 'LAB-01';
const lock: Wish = { order: { act: 'lock' }, priority: 'now', minutes: 10 };

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres({ synced: false });
});
afterAll(() => postgres?.remove());

describe.each([
  ['PostgreSQL', () => openDatabase({ url: postgres.url })],
  ['PGlite', () => openDatabase({ folder: null })],
])('on %s', (_name, open) => {
  let database: Database;
  let commands: Commands;
  let sent: string[];
  /** The kiosk for which the broker takes nothing; null: none. */
  let broken: string | null;
  let problems: string[];
  let nowMs: number;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    for (const table of ['attachments', 'commands', 'orders', 'acts']) await database.query(`DELETE FROM ${table}`);
    for (const name of [kiosk, 'LAB-02'])
      await database.query('INSERT INTO kiosks (kiosk) VALUES ($1) ON CONFLICT DO NOTHING', [name]);
    sent = [];
    broken = null;
    problems = [];
    nowMs = startMs;
    commands = createCommands({
      database,
      commandKey: keys.privateKey,
      publish: async (topic, payload) => {
        if (broken !== null && topic === officeTopics.command(broken)) throw new Error('the broker is away');
        if (topic === officeTopics.command(kiosk)) sent.push(payload);
      },
      nowMs: () => nowMs,
      onProblem: (name, problem) => problems.push(`${name} ${problem}`),
    });
  });

  const post = (topic: 'alive' | 'done', said: unknown) =>
    commands.posted({ kiosk, topic, payload: Buffer.from(JSON.stringify(said)) });
  const done = (said: Partial<DoneMessage> & { readonly seq: number }) =>
    post('done', { outcome: 'done', result: null, attachments: [], ...said });
  const row = (body: { readonly kind: string; readonly [field: string]: unknown }) =>
    commands.stored(kiosk, [chained(genesis, 1, body)]);
  const alive = () => post('alive', { alive: true, at: new Date(nowMs).toISOString() });
  const order = async (wish: Wish = lock) => {
    const [line] = (await commands.order([kiosk], wish, 'Wang'))?.commands ?? [];
    if (line === undefined) throw new Error('nothing was ordered');
    return line;
  };
  const status = async () => (await commands.of(kiosk)).map((one) => `${one.status} ${one.result}`);

  test('one is signed for its kiosk alone, numbered upwards, and written into the book of acts', async () => {
    const first = await order();
    const second = await order();
    expect(first).toMatchObject({ kiosk, status: 'sent', orderedBy: 'Wang', order: { act: 'lock' }, attachments: [] });
    expect(second.seq).toBe(first.seq + 1);
    const proven = await proveOrder(sent[0] ?? '', keys.publicKey, kiosk);
    if (!proven.ok) throw new Error(proven.why);
    const claims = orderOfClaims(proven.claims, { nowMs, clockOff: false });
    expect(claims).toMatchObject({ seq: first.seq, problem: null, deadline: first.deadline, order: { act: 'lock' } });
    expect(await database.query('SELECT person, did, subject FROM acts')).toHaveLength(2);
  });

  test('a kiosk that nobody knows is left out, and each of many gets its own', async () => {
    const given = await commands.order([kiosk, 'LAB-99', 'LAB-02'], lock, 'Wang');
    expect(given?.commands.map((line) => line.kiosk)).toEqual([kiosk, 'LAB-02']);
    expect(await commands.order(['LAB-99'], lock, 'Wang')).toBeNull();
    expect(await commands.orders()).toHaveLength(1);
  });

  test('one that the broker does not take keeps nobody else from theirs, and goes out when its kiosk is there', async () => {
    broken = kiosk;
    const given = await commands.order([kiosk, 'LAB-02'], lock, 'Wang');
    expect(given?.commands.map((line) => `${line.kiosk} ${line.status}`)).toEqual([`${kiosk} sent`, 'LAB-02 sent']);
    expect([sent, problems]).toEqual([[], [`${kiosk} the broker is away`]]);
    broken = null;
    await alive();
    expect(sent).toHaveLength(1);
  });

  test('orders given at the same time get numbers of their own', async () => {
    const lines = await Promise.all(Array.from({ length: 8 }, () => order()));
    expect(new Set(lines.map(({ seq }) => seq)).size).toBe(8);
  });

  test('goes out again, the same to the letter, each time that its kiosk is there, until it has an end or is over', async () => {
    const { seq } = await order();
    const [first = ''] = sent.splice(0);
    await alive();
    await row({ kind: 'remote.ordered', seq });
    expect(await status()).toEqual(['taken null']);
    await alive();
    expect(sent.splice(0)).toEqual([first, first]);
    await done({ seq });
    await alive();
    expect([sent, await status()]).toEqual([[], ['done null']]);
    await order();
    sent = [];
    nowMs += 10 * 60_000;
    await alive();
    expect(sent).toEqual([]);
  });

  test('those before go along with one, so that none is overtaken on its way', async () => {
    await order();
    await order();
    expect(sent).toHaveLength(3);
    expect(sent[0]).toBe(sent[1]);
  });

  test('its end comes by message or by journal, whichever is first, and the other changes nothing', async () => {
    const { seq } = await order();
    await row({
      kind: 'remote.done',
      seq,
      outcome: 'refused',
      result: 'customer',
      endedAt: '2026-03-31T05:01:00.000Z',
    });
    await done({ seq });
    expect(await commands.of(kiosk)).toMatchObject([
      { status: 'refused', result: 'customer', endedAt: '2026-03-31T05:01:00.000Z' },
    ]);
  });

  test('what it brings is kept once, and asked for again when its end came without it', async () => {
    const { seq } = await order({ ...lock, order: { act: 'send-log' } });
    await row({ kind: 'remote.done', seq, outcome: 'done', result: null, endedAt: '2026-03-31T05:01:00.000Z' });
    sent = [];
    await alive();
    expect(sent).toHaveLength(1);
    const content = Buffer.from('a line\n').toString('base64');
    const attachments = [{ name: 'kiosk.log', media: 'text/plain' as const, content }];
    await done({ seq, attachments });
    await done({ seq, attachments });
    await alive();
    expect(sent).toHaveLength(1);
    expect((await commands.of(kiosk))[0]?.attachments).toEqual([{ name: 'kiosk.log', media: 'text/plain', bytes: 7 }]);
    const file = commandRoutes(commands, { database, meant: meantIn(database, startMs) }).at(-1);
    const asked = { person: 'Wang', query: {}, body: null };
    expect(await file?.handle({ ...asked, parameters: { kiosk, seq: String(seq), name: 'kiosk.log' } })).toEqual({
      status: 200,
      file: { name: `${kiosk}-${seq}-kiosk.log`, media: 'text/plain', bytes: Buffer.from('a line\n') },
    });
    expect(await file?.handle({ ...asked, parameters: { kiosk, seq: '1', name: 'kiosk.log' } })).toMatchObject({
      status: 404,
    });
  });

  test('a kiosk that says more and more of the same order fills nothing, and of one that brings nothing none is kept', async () => {
    const lockOrder = await order();
    const { seq } = await order({ ...lock, order: { act: 'send-log' } });
    const content = Buffer.from('a line\n').toString('base64');
    const named = (name: string) => ({ name, media: 'text/plain' as const, content });
    await done({ seq: lockOrder.seq, attachments: [named('kiosk.log')] });
    await done({ seq, attachments: [named('kiosk.log'), named('kiosk.old.log')] });
    for (let n = 0; n < 5; n++) await done({ seq, attachments: [named(`more-${n}.log`)] });
    const rows = await database.query('SELECT seq, name FROM attachments ORDER BY name');
    expect(rows).toEqual([
      { seq, name: 'kiosk.log' },
      { seq, name: 'kiosk.old.log' },
    ]);
  });

  test('of what nobody has heard before its deadline it is said that it is over, until the kiosk knows better', async () => {
    const { seq } = await order();
    nowMs += 10 * 60_000 + 119_000;
    await commands.look();
    expect(await status()).toEqual(['sent null']);
    nowMs += 1_000;
    await commands.look();
    expect(await status()).toEqual(['expired null']);
    await row({ kind: 'remote.ordered', seq });
    expect(await commands.of(kiosk)).toMatchObject([{ status: 'taken', endedAt: null }]);
    await done({ seq });
    expect(await status()).toEqual(['done null']);
  });

  test('the end of one that nobody had heard of in time is what its kiosk says, also where that comes first', async () => {
    const { seq } = await order();
    nowMs += 60 * 60_000;
    await commands.look();
    expect(await status()).toEqual(['expired null']);
    await done({ seq, outcome: 'failed', result: 'program' });
    expect(await status()).toEqual(['failed program']);
  });

  test('one that was overtaken is refused only as long as nothing else is known of it', async () => {
    const { seq } = await order();
    await done({ seq, outcome: 'refused', result: 'passed-over' });
    expect(await status()).toEqual(['refused passed-over']);
    const { seq: second } = await order();
    await row({ kind: 'remote.ordered', seq: second });
    await done({ seq: second, outcome: 'refused', result: 'passed-over' });
    expect((await status())[0]).toBe('taken null');
  });

  test('a kiosk that hears them late and twice runs each once, and the office has each end and what it brought', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'obeys-'));
    const visit = new Visit().boot();
    const told: DoneMessage[] = [];
    const clock = new VirtualClock(startMs);
    const obeys = openRemoteSide({
      ...{ kiosk, data: folder, clock },
      key: () => keys.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      clockOff: () => false,
      remote: () => visit.kiosk.remote,
      hands: { log: () => 'a line\n', trace: () => null, picture: async () => null, reboot: null, clock },
      take(fact) {
        visit.step(fact);
        obeys.recorded(visit.entries);
        for (const order of visit.entries.map(orderOf)) if (order?.to === 'office-hand') obeys.carryOut(order.order);
      },
      tell: (said) => told.push(said),
      onProblem: () => undefined,
    });
    const lines = [await order(), await order({ ...lock, order: { act: 'send-log' } }), await order(lock)];
    for (const jws of [...sent, ...sent]) await obeys.heard(jws);
    await vi.waitFor(() => expect(new Set(told.map(({ seq }) => seq)).size).toBe(3));
    for (const said of told) await done(said);
    expect(await status()).toEqual(['done null', 'done null', 'done null']);
    const ended = visit.recorded.flatMap((body) => (body.kind === 'remote.done' ? [body.seq] : []));
    expect(ended.toSorted((a, b) => a - b)).toEqual(lines.map(({ seq }) => seq));
    expect((await commands.of(kiosk))[1]?.attachments).toMatchObject([{ name: 'kiosk.log', bytes: 7 }]);
    rmSync(folder, { recursive: true });
  });

  describe('over HTTP', () => {
    const ask = async <Said>(method: 'GET' | 'POST', path: string, body: unknown, parameters = {}) => {
      const routes = commandRoutes(commands, { database, meant: meantIn(database, startMs) });
      const found = routes.find((one) => one.method === method && one.path === path);
      const answer = await found?.handle({ person: 'Wang', parameters, query: {}, body });
      if (answer === undefined || !('json' in answer)) throw new Error(`${method} ${path} has no answer`);
      return answer as { readonly status: number; readonly json: Said };
    };
    const give = (whom: Ordered, kiosks?: readonly string[]) =>
      ask<Problem & { readonly number: number; readonly commands?: readonly CommandLine[] }>('POST', '/api/commands', {
        ...{ whom, ...lock },
        ...(kiosks === undefined ? {} : { kiosks }),
      });
    const meant = async (whom: Ordered) => (await give(whom)).json.commands?.map((line) => line.kiosk) ?? [];
    const reach = async (order: Wish['order']) =>
      (await ask<{ readonly kiosks: readonly ReachLine[] }>('POST', '/api/commands/reach', { whom: both, order })).json
        .kiosks;
    const both: Ordered = { whom: 'kiosks', kiosks: ['LAB-02', kiosk] };
    const runs = (name: string, document: object) =>
      database.query('UPDATE kiosks SET running = $2 WHERE kiosk = $1', [
        name,
        JSON.stringify({ hash: 'a', edition: null, document }),
      ]);
    const says = (name: string, what: 'state' | 'alive', body: object) =>
      database.query(
        `INSERT INTO states (kiosk, what, body, came_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (kiosk, what) DO UPDATE SET body = excluded.body`,
        [name, what, JSON.stringify(body), new Date(startMs)],
      );
    beforeEach(() => database.query('DELETE FROM states'));

    test('a group is those whose running configuration says so, all are all, some are named, and one is itself', async () => {
      await runs('LAB-02', { groups: ['east'] });
      expect(await meant({ whom: 'group', group: 'east' })).toEqual(['LAB-02']);
      expect(await meant({ whom: 'all' })).toEqual(expect.arrayContaining([kiosk, 'LAB-02']));
      expect(await meant(both)).toEqual([kiosk, 'LAB-02']);
      expect(await meant({ whom: 'kiosk', kiosk })).toEqual([kiosk]);
    });

    test('what is meant for nobody is given to nobody, with a word about it', async () => {
      const none = { status: 404, json: { problem: 'nobody' } };
      expect(await give({ whom: 'group', group: 'x' })).toMatchObject(none);
      expect(await give({ whom: 'kiosks', kiosks: ['LAB-99'] })).toMatchObject(none);
    });

    test('nothing is ordered when others are meant by now than were shown', async () => {
      await runs('LAB-02', { groups: ['east'] });
      await runs(kiosk, { groups: ['east'] });
      const east: Ordered = { whom: 'group', group: 'east' };
      expect(await give(east, ['LAB-02'])).toMatchObject({ status: 409, json: { problem: 'others-meant' } });
      expect(await give(east, ['LAB-02', 'LAB-02'])).toMatchObject({ status: 409 });
      expect(await commands.orders()).toEqual([]);
      expect(await give(east, ['LAB-02', kiosk])).toMatchObject({ status: 200 });
    });

    test('it is foreseen who is away, and who would refuse by what it last told', async () => {
      await runs(kiosk, { methods: ['cash', 'voucher'], display: {} });
      await runs('LAB-02', { methods: ['cash', 'card'], reboot: '/bin/reboot' });
      await says(kiosk, 'alive', { alive: true, at: '' });
      await says('LAB-02', 'state', { clockOffMs: null, devices: [{ id: 'printer' }] });
      const words = async (order: Wish['order']) => (await reach(order)).map(({ refusal }) => refusal);
      expect(await reach({ act: 'lock' })).toEqual([
        { kiosk, presence: 'here', refusal: null },
        { kiosk: 'LAB-02', presence: 'away', refusal: null },
      ]);
      expect(await words({ act: 'reboot' })).toEqual(['no-hook', null]);
      expect(await words({ act: 'screenshot' })).toEqual([null, 'no-display']);
      expect(await words({ act: 'send-trace', device: 'acceptor' })).toEqual([null, 'no-device']);
      expect(await words({ act: 'method', method: 'cash', enabled: false })).toEqual(['last-method', null]);
      expect(await words({ act: 'method', method: 'card', enabled: true })).toEqual(['no-method', null]);
      await says('LAB-02', 'state', { clockOffMs: 180_000, devices: [] });
      expect(await words({ act: 'lock' })).toEqual([null, 'clock']);
      expect(await commands.orders()).toEqual([]);
    });

    test('an order stands in the list and on a page of its own, with how far each kiosk is and which is awaited', async () => {
      await says(kiosk, 'alive', { alive: true, at: '' });
      const { number } = (await give(both)).json;
      const [line] = await commands.orders();
      expect(line).toMatchObject({ number, whom: both, order: lock.order, orderedBy: 'Wang', counts: { sent: 2 } });
      const [{ seq }] = (await commands.of(kiosk)) as [CommandLine];
      await done({ seq, outcome: 'refused', result: 'customer' });
      const page = await ask<OrderPage>('GET', '/api/commands/:number', null, { number: String(number) });
      expect(page.json).toMatchObject({
        counts: { sent: 1, refused: 1 },
        kiosks: [
          { kiosk, status: 'refused', result: 'customer', away: false },
          { kiosk: 'LAB-02', status: 'sent', away: true },
        ],
      });
      expect(await ask('GET', '/api/commands/:number', null, { number: '999999' })).toMatchObject({ status: 404 });
      expect(await database.query('SELECT did, subject FROM acts')).toEqual([
        { did: 'order', subject: String(number) },
      ]);
    });
  });

  test('a message for one that nobody ordered, and one that is none, change nothing', async () => {
    const attachments = [{ name: 'kiosk.log', media: 'text/plain' as const, content: 'QQ==' }];
    await done({ seq: 5, attachments });
    await expect(post('done', { seq: 5 })).rejects.toThrow();
    expect(await database.query('SELECT * FROM attachments')).toEqual([]);
  });
});
