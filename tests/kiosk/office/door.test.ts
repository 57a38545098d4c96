import { once } from 'node:events';
import { connect } from 'node:net';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { json, route } from '../../../kiosk/office/server/route.ts';
import { type OfficeStage, openStage } from './office-stage.ts';

const taken: unknown[] = [];
const routes = [
  route({
    method: 'POST',
    path: '/api/try/:what',
    right: 'publish',
    body: v.strictObject({ text: v.string() }),
    bodyMaximum: 1_000,
    handle: async (asked) => {
      taken.push(asked);
      return json({ ok: true });
    },
  }),
  route({ method: 'POST', path: '/api/open', right: null, body: null, handle: async ({ person }) => json({ person }) }),
  route({
    method: 'GET',
    path: '/api/broken',
    right: 'see',
    body: null,
    handle: async () => {
      throw new Error('the store is away');
    },
  }),
  route({
    method: 'GET',
    path: '/api/file',
    right: 'see',
    body: null,
    handle: async () => ({ status: 200, file: { name: '票 "1".html', media: 'text/html', bytes: Buffer.from('<b>') } }),
  }),
];

let stage: OfficeStage;
let operator: string;
beforeAll(async () => {
  stage = await openStage(routes);
  operator = await stage.somebody('operator');
});
afterAll(() => stage.end());

describe('through what stands in front of it', () => {
  const publicUrl = 'https://office.example';
  let behind: OfficeStage;
  beforeAll(async () => {
    behind = await openStage([], publicUrl);
  });
  afterAll(() => behind.end());

  test.each([
    ['its own name', { host: 'office.example', origin: publicUrl }],
    ['the name of this machine', { origin: publicUrl }],
  ])('the console is reached under %s, and its cookie goes over TLS alone', async (_, headers) => {
    expect((await behind.ask('/api/session', { headers })).status).toBe(200);
    const left = await behind.ask('/api/log-out', { body: {}, headers });
    expect(String(left.headers['set-cookie'])).toMatch(/; Secure$/);
  });

  test('it is still reached on this machine, by a cookie of its own kind', async () => {
    const left = await behind.ask('/api/log-out', { body: {} });
    expect([left.status, String(left.headers['set-cookie'])]).toEqual([200, expect.not.stringContaining('Secure')]);
  });

  test.each([
    ['another host', { host: 'other.example', origin: publicUrl }],
    ['another page', { host: 'office.example', origin: 'https://evil.example' }],
    ['the same name without TLS', { host: 'office.example', origin: 'http://office.example' }],
  ])('%s is refused', async (_, headers) => {
    expect((await behind.ask('/api/session', { headers })).json).toEqual({ problem: 'foreign' });
  });
});

describe('who asks', () => {
  test.each(['office.example', 'localhost:1', '127.0.0.1'])('under the name %s learns nothing', async (host) => {
    for (const path of ['/', '/api/session', '/tuf/metadata/timestamp.json']) {
      const answer = await stage.ask(path, { headers: { host, origin: null } });
      expect([answer.status, answer.json]).toEqual([403, { problem: 'foreign' }]);
    }
  });

  test('from another page is refused, whatever is asked', async () => {
    for (const origin of ['http://evil.example', 'null', `http://localhost:${stage.port + 1}`]) {
      expect((await stage.ask('/api/session', { headers: { origin } })).status).toBe(403);
      expect(
        (await stage.ask('/api/try/a', { body: { text: 'a' }, cookie: operator, headers: { origin } })).status,
      ).toBe(403);
      expect((await stage.ask('/api/open', { method: 'POST', headers: { origin } })).status).toBe(403);
    }
    expect(taken).toEqual([]);
  });

  test('changes nothing without saying from which page, unless it is open to all', async () => {
    const headers = { origin: null };
    expect((await stage.ask('/api/try/a', { body: { text: 'a' }, cookie: operator, headers })).status).toBe(403);
    expect((await stage.ask('/api/log-in', { body: { name: 'a', passphrase: 'b' }, headers })).status).toBe(403);
    const open = await stage.ask('/api/open', { method: 'POST', headers });
    expect([open.status, open.json]).toEqual([200, { person: '' }]);
  });

  test('without a session is not told anything, and with too small a role may not', async () => {
    expect((await stage.ask('/api/try/a', { body: { text: 'a' } })).json).toEqual({ problem: 'not-logged-in' });
    const other = operator.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    expect((await stage.ask('/api/try/a', { body: { text: 'a' }, cookie: other })).status).toBe(401);
    const viewer = await stage.somebody('viewer');
    const refused = await stage.ask('/api/try/a', { body: { text: 'a' }, cookie: viewer });
    expect([refused.status, refused.json]).toEqual([403, { problem: 'not-allowed' }]);
    expect(taken).toEqual([]);
  });

  test('in order comes through with name, path, query and body', async () => {
    const answer = await stage.ask('/api/try/LAB-01?a=1&b=2&b=3', { body: { text: 'yes' }, cookie: operator });
    expect(answer.json).toEqual({ ok: true });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(taken.splice(0)).toEqual([
      { person: 'a operator', parameters: { what: 'LAB-01' }, query: { a: '1' }, body: { text: 'yes' } },
    ]);
  });
});

describe('what is asked', () => {
  test.each([
    ['no JSON', { text: '{' }, 400, 'malformed'],
    ['a key twice', { text: '{"text":"a","text":"b"}' }, 400, 'malformed'],
    ['a field too many', { body: { text: 'a', more: 1 } }, 400, 'malformed'],
    ['nothing', { method: 'POST' }, 400, 'malformed'],
    ['another kind', { text: 'text=a', headers: { 'content-type': 'text/plain' } }, 415, 'not-json'],
    ['too much', { body: { text: 'x'.repeat(1_001) } }, 413, 'too-large'],
  ] as const)('%s is refused', async (_, ask, status, problem) => {
    const answer = await stage.ask('/api/try/a', { ...ask, cookie: operator });
    expect([answer.status, answer.json.problem]).toEqual([status, problem]);
    expect(taken).toEqual([]);
  });

  test('is not there: a word below /api/, whatever the method', async () => {
    for (const [method, path] of [
      ['GET', '/api/nothing'],
      ['DELETE', '/api/kiosks'],
      ['PUT', '/api/kiosks'],
      ['POST', '/index.html'],
    ] as const) {
      const answer = await stage.ask(path, { method, cookie: operator });
      expect([path, answer.status, answer.json]).toEqual([path, 404, { problem: 'nothing-here' }]);
    }
    expect((await stage.ask('/api/%zz')).json).toEqual({ problem: 'malformed' });
  });

  test('fails inside: the log says what, the answer does not', async () => {
    const answer = await stage.ask('/api/broken?secret=1', { cookie: operator });
    expect([answer.status, answer.json]).toEqual([500, { problem: 'failed' }]);
    expect(stage.problems.splice(0)).toEqual(['GET /api/broken could not be answered']);
  });

  test('nonsense on the line ends that line and nothing else', async () => {
    for (const text of ['\0\x01\x02 nonsense\r\n\r\n', `GET / HTTP/1.1\r\nHost: ${'x'.repeat(20_000)}\r\n\r\n`]) {
      const socket = connect(stage.port, '127.0.0.1', () => socket.write(text));
      socket.on('error', () => undefined);
      socket.resume();
      await once(socket, 'close');
    }
    expect((await stage.ask('/health')).json).toEqual({ ok: true });
  });

  test('a file is kept under its name, and never shown as a page', async () => {
    const { headers, text } = await stage.ask('/api/file', { cookie: operator });
    expect(text).toBe('<b>');
    expect(headers['content-disposition']).toBe("attachment; filename*=UTF-8''%E7%A5%A8%20%221%22.html");
    expect(headers['x-content-type-options']).toBe('nosniff');
  });
});

describe('folders', () => {
  test('the console is given to everybody, to be kept where its name says what it is', async () => {
    const page = await stage.ask('/');
    expect([page.status, page.headers['cache-control']]).toEqual([200, 'no-store']);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect((await stage.ask('/assets/app-1.js')).headers['cache-control']).toBe('max-age=31536000, immutable');
  });

  test('below /tuf/ stands what is public of the repository; only the timestamp is asked for each time', async () => {
    const timestamp = await stage.ask('/tuf/metadata/timestamp.json');
    expect([timestamp.status, timestamp.headers['cache-control']]).toEqual([200, 'no-store']);
    expect(JSON.parse(timestamp.text).signed._type).toBe('timestamp');
    const root = await stage.ask('/tuf/metadata/1.root.json');
    expect([root.status, root.headers['cache-control']]).toEqual([200, 'max-age=31536000, immutable']);
    const next = await stage.ask('/tuf/metadata/2.root.json');
    expect([next.status, next.headers['cache-control']]).toEqual([404, 'no-store']);
  });

  test.each([
    '/tuf/../keys-online/timestamp-1.pem',
    '/tuf/%2e%2e/keys-online/timestamp-1.pem',
    '/tuf/..%2fkeys-online/timestamp-1.pem',
    '/tuf/metadata/..%5c..%5c..%5ckeys-online/timestamp-1.pem',
    '/tuf//etc/passwd',
    '/../secret',
    '/%2e%2e/secret',
    '/..%2fsecret',
    '/assets/%2e%2e/%2e%2e/secret',
    '/assets/app-1.js%00',
    '/tuf/',
    '/tuf/metadata',
    '/assets/',
  ])('%s leads nowhere', async (path) => {
    const { status, text } = await stage.ask(path);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(text).not.toMatch(/PRIVATE KEY|nobody reads|root:/);
  });
});
