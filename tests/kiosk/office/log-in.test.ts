import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { keptPassphrase } from '../../../kiosk/office/passphrases.ts';
import { addPerson, type Person } from '../../../kiosk/office/persons.ts';
import { createLogIn } from '../../../kiosk/office/server/log-in.ts';
import type { Role } from '../../../kiosk/office/server/wire.ts';
import { beginSession } from '../../../kiosk/office/sessions.ts';
import { type Answer, type OfficeStage, openStage } from './office-stage.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;
const passphrase = 'a long enough one';

let stage: OfficeStage;
beforeAll(async () => {
  stage = await openStage();
});
beforeEach(async () => {
  await stage.database.query('TRUNCATE persons, sessions, tries, acts RESTART IDENTITY');
  // Tries are counted by the door as well, whoever makes them.
  await stage.again();
});
afterAll(() => stage.end());

async function person(name: string, role: Role): Promise<Person> {
  const kept = await keptPassphrase(passphrase);
  const added = await addPerson(stage.database, { name, role, passphrase: kept }, null, new Date(stage.nowMs()));
  if (typeof added === 'string') throw new Error(added);
  return added;
}

function logIn(name: string, tried = passphrase): Promise<Answer> {
  return stage.ask('/api/log-in', { body: { name, passphrase: tried } });
}

/** What the browser sends from now on. */
function cookieOf({ headers }: Answer): string {
  return String(headers['set-cookie']).split(';', 1)[0] as string;
}

async function whoIs(cookie: string): Promise<unknown> {
  return (await stage.ask('/api/session', { cookie })).json.person;
}

async function did(): Promise<readonly string[]> {
  const acts = await stage.database.query<{ person: string; did: string; subject: string }>(
    'SELECT person, did, subject FROM acts ORDER BY act',
  );
  return acts.map((act) => `${act.person} ${act.did} ${act.subject}`.trim());
}

describe('the first administrator', () => {
  test('comes in once, by the code of the file, which is gone then', async () => {
    const path = join(stage.folder, 'setup-code');
    const code = readFileSync(path, 'utf8').trim();
    expect((await stage.ask('/api/session')).json).toEqual({ person: null, setUp: true });
    const setUp = (body: object) => stage.ask('/api/set-up', { body: { code, name: 'Li Na', passphrase, ...body } });
    expect((await setUp({ code: '000000000000' })).json).toEqual({ problem: 'wrong' });
    expect((await setUp({ name: '\n' })).json).toEqual({ problem: 'bad-name' });
    expect((await setUp({ passphrase: 'too short' })).json).toEqual({ problem: 'weak-passphrase' });
    const came = await setUp({});
    expect([came.status, came.json]).toEqual([200, { person: { name: 'Li Na', role: 'administrator' }, setUp: false }]);
    expect(came.headers['set-cookie']).toEqual([expect.stringMatching(/; HttpOnly; SameSite=Strict; Path=\/api\/;/)]);
    expect(await whoIs(cookieOf(came))).toEqual({ name: 'Li Na', role: 'administrator' });
    expect(existsSync(path)).toBe(false);
    expect((await setUp({})).json).toEqual({ problem: 'no-set-up' });
    expect(await did()).toEqual(['Li Na set-up Li Na', 'Li Na logged-in']);
  });
});

describe('a log-in', () => {
  test('takes the name in any case, also with blanks around it, and nothing but the passphrase', async () => {
    await person('Wang', 'viewer');
    const came = await logIn(' wANG ');
    expect(came.json.person).toEqual({ name: 'Wang', role: 'viewer' });
    const stored = await stage.database.query<{ token: string }>('SELECT token FROM sessions');
    expect(cookieOf(came)).not.toContain(stored[0]?.token);
    const kept = await stage.database.query<{ passphrase: string }>('SELECT passphrase FROM persons');
    expect(kept[0]?.passphrase).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=1\$/);
    for (const wrong of ['', `${passphrase} `, 'A LONG ENOUGH ONE'])
      expect((await logIn('Wang', wrong)).json).toEqual({ problem: 'wrong' });
  });

  test('locks a name after five wrong tries, for twice as long each further time, over a start too', async () => {
    await person('Wang', 'viewer');
    for (let wrong = 1; wrong <= 4; wrong++) expect((await logIn('Wang', 'x')).json).toEqual({ problem: 'wrong' });
    const locked = await logIn('Wang', 'x');
    expect([locked.status, locked.json]).toEqual([409, { problem: 'locked', seconds: 60 }]);
    await stage.again();
    stage.pass(minuteMs - 1);
    expect((await logIn('Wang')).json).toEqual({ problem: 'locked', seconds: 1 });
    stage.pass(1);
    expect((await logIn('Wang', 'x')).json).toEqual({ problem: 'locked', seconds: 120 });
    stage.pass(2 * minuteMs);
    expect((await logIn('Wang')).status).toBe(200);
    expect((await logIn('Wang', 'x')).json).toEqual({ problem: 'wrong' });
    expect(await did()).toEqual(['Wang locked Wang', 'Wang locked Wang', 'Wang logged-in']);
  });

  test('says of a name of nobody what it says of a name that works here', async () => {
    for (let wrong = 1; wrong <= 4; wrong++) expect((await logIn('Nobody')).json).toEqual({ problem: 'wrong' });
    expect((await logIn('nobody')).json).toEqual({ problem: 'locked', seconds: 60 });
    expect(await did()).toEqual([]);
  });

  test('is turned away while too many others wait', async () => {
    const answers = await Promise.all(Array.from({ length: 18 }, (_, n) => logIn(`nobody ${n}`)));
    const problems = answers.map(({ status, json }) => `${status} ${json.problem}`);
    expect(problems.toSorted()).toEqual([...Array(16).fill('409 wrong'), '429 busy', '429 busy']);
    for (let more = 0; more < 2; more++) await logIn('nobody');
    expect((await logIn('nobody')).json).toEqual({ problem: 'too-often' });
  });

  test('looks at one passphrase after the other, so that none is tried that the count does not know yet', async () => {
    await person('Wang', 'viewer');
    const { database, code, nowMs } = stage;
    const { enter } = createLogIn({ database, code, nowMs });
    const tried = [...Array<string>(5).fill('x'), passphrase];
    const answers = await Promise.all(tried.map((one) => enter({ name: 'Wang', passphrase: one })));
    expect(answers.map((answer) => ('problem' in answer ? answer.problem : 'in'))).toEqual([
      ...Array(4).fill('wrong'),
      ...Array(2).fill('locked'),
    ]);
  });
});

describe('a session', () => {
  test('ends by itself after an hour without a request, and after twelve in any case', async () => {
    const idle = await stage.somebody('viewer', 'idle');
    const busy = await stage.somebody('viewer', 'busy');
    for (let hour = 0; hour < 11; hour++) {
      stage.pass(hourMs);
      expect(await whoIs(busy)).toMatchObject({ name: 'busy' });
    }
    expect(await whoIs(idle)).toBeNull();
    stage.pass(hourMs);
    expect(await whoIs(busy)).toMatchObject({ name: 'busy' });
    stage.pass(1);
    expect(await whoIs(busy)).toBeNull();
  });

  test('ends by a log-out, and is not there again after a start', async () => {
    const cookie = await stage.somebody('viewer');
    await stage.again();
    expect(await whoIs(cookie)).not.toBeNull();
    const out = await stage.ask('/api/log-out', { method: 'POST', cookie });
    expect(String(out.headers['set-cookie'])).toContain('Max-Age=0');
    expect(await whoIs(cookie)).toBeNull();
    expect((await stage.ask('/api/kiosks', { cookie })).status).toBe(401);
  });

  test('is one of ten of its person at most: one more ends the oldest', async () => {
    const first = await stage.somebody('viewer', 'Wang');
    const others: string[] = [];
    for (let n = 0; n < 10; n++) {
      stage.pass(1_000);
      const [person] = await stage.database.query<{ person: number }>(`SELECT person FROM persons WHERE name = 'Wang'`);
      others.push(`office-${stage.port}=${await beginSession(stage.database, person?.person ?? 0, stage.nowMs())}`);
      expect((await whoIs(first)) === null).toBe(n === 9);
    }
    for (const cookie of others) expect(await whoIs(cookie)).toEqual({ name: 'Wang', role: 'viewer' });
  });

  test('changes its own passphrase with the present one, and all others of that person end', async () => {
    await person('Wang', 'viewer');
    const here = cookieOf(await logIn('Wang'));
    const elsewhere = cookieOf(await logIn('Wang'));
    const change = (old: string, next: string) =>
      stage.ask('/api/passphrase', { body: { old, passphrase: next }, cookie: here });
    expect((await change('x', 'another long one')).json).toEqual({ problem: 'wrong' });
    expect((await change(passphrase, 'short')).json).toEqual({ problem: 'weak-passphrase' });
    expect((await change(passphrase, 'another long one')).status).toBe(200);
    expect([await whoIs(here), await whoIs(elsewhere)]).toEqual([{ name: 'Wang', role: 'viewer' }, null]);
    expect((await logIn('Wang')).json).toEqual({ problem: 'wrong' });
    expect((await logIn('Wang', 'another long one')).status).toBe(200);
  });
});

describe('persons', () => {
  test('are seen to by administrators alone', async () => {
    for (const role of ['viewer', 'operator'] as const) {
      const cookie = await stage.somebody(role);
      expect((await stage.ask('/api/persons', { cookie })).status).toBe(403);
      const body = { name: 'Me too', role: 'administrator', passphrase };
      expect((await stage.ask('/api/persons', { body, cookie })).status).toBe(403);
      expect((await stage.ask('/api/persons/1', { method: 'DELETE', cookie })).status).toBe(403);
    }
    expect(await did()).toEqual([]);
  });

  test('are added with a role and a name of their own, and come in with their passphrase', async () => {
    const cookie = await stage.somebody('administrator', 'Li Na');
    const add = (body: object) =>
      stage.ask('/api/persons', { body: { name: 'Wang', role: 'operator', passphrase, ...body }, cookie });
    expect((await add({ role: 'owner' })).status).toBe(400);
    expect((await add({ passphrase: 'aaaaaaaaaaaa' })).json).toEqual({ problem: 'weak-passphrase' });
    expect((await add({})).status).toBe(200);
    expect((await add({ name: 'wang' })).json).toEqual({ problem: 'name-taken' });
    const { persons } = (await stage.ask('/api/persons', { cookie })).json;
    expect(persons).toEqual([
      expect.objectContaining({ name: 'Li Na', role: 'administrator', addedBy: null }),
      expect.objectContaining({ name: 'Wang', role: 'operator', addedBy: 'Li Na' }),
    ]);
    expect((await logIn('Wang')).json.person).toEqual({ name: 'Wang', role: 'operator' });
    expect(await did()).toEqual(['Li Na person-added Wang', 'Wang logged-in']);
  });

  test('who are removed are out at once; the last administrator stays, and the name is free again', async () => {
    const first = await stage.somebody('administrator', 'Li Na');
    const second = await stage.somebody('administrator', 'Wang');
    const remove = (number: number | string, cookie: string) =>
      stage.ask(`/api/persons/${number}`, { method: 'DELETE', cookie });
    expect((await remove(2, first)).status).toBe(200);
    expect(await whoIs(second)).toBeNull();
    const last = await remove(1, first);
    expect([last.status, last.json]).toEqual([409, { problem: 'last-administrator' }]);
    for (const number of [2, 99, 'x']) expect((await remove(number, first)).status).toBe(404);
    await stage.somebody('viewer', 'Wang');
    expect(await did()).toEqual(['Li Na person-removed Wang']);
    const acts = (await stage.ask('/api/acts', { cookie: first })).json.acts;
    expect(acts).toEqual([
      expect.objectContaining({ person: 'Li Na', did: 'person-removed', detail: 'administrator' }),
    ]);
    expect((await stage.ask(`/api/acts?before=${acts[0].act}`, { cookie: first })).json.acts).toEqual([]);
  });
});
