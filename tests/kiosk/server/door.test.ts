import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../hardware/clock.ts';
import { createStage, type Stage, type StageOptions } from './stage.ts';

let stages: Stage[] = [];

async function stage(options: StageOptions = {}): Promise<Stage> {
  const made = await createStage(options);
  stages.push(made);
  return made;
}

afterEach(async () => {
  for (const one of stages) await one.end();
  stages = [];
});

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** All that comes until the connection ends. */
function answerOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let all = '';
    socket.on('data', (chunk) => {
      all += chunk.toString('latin1');
    });
    socket.on('close', () => resolve(all));
    socket.on('error', () => resolve(all));
  });
}

const begin = JSON.stringify({ type: 'intent', number: 1, screen: 'welcome', intent: { do: 'help' } });

describe('the address that opens the glass', () => {
  it('is exchanged for a cookie that scripts cannot read, and leads to the page', async () => {
    const { server, get } = await stage();
    const launch = new URL(server.launchUrl());
    const page = await get(launch.pathname + launch.search);
    expect(page.status).toBe(303);
    expect(page.headers.location).toBe('/');
    const cookie = String(page.headers['set-cookie']);
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Strict');
    const home = await get('/', { cookie: cookie.split(';')[0] as string });
    expect(home.status).toBe(200);
    expect(home.text).toContain('<title>glass</title>');
    expect(home.headers['content-security-policy']).toContain("default-src 'none'");
    expect(home.headers['cache-control']).toBe('no-store');
  });

  it('stays good with the bench, in one browser after another', async () => {
    const { server, get, enter } = await stage({ reusableCode: true });
    expect(server.launchUrl()).toBe(server.launchUrl());
    const one = await enter();
    const other = await enter();
    expect(one).not.toBe(other);
    expect((await get('/', { cookie: one })).status).toBe(200);
    expect((await get('/', { cookie: other })).status).toBe(200);
  });

  it('is good once without the bench', async () => {
    const { server, get } = await stage({ reusableCode: false });
    const launch = new URL(server.launchUrl());
    const first = await get(launch.pathname + launch.search);
    const again = await get(launch.pathname + launch.search);
    expect([first.status, again.status]).toEqual([303, 403]);
    expect(again.headers['set-cookie']).toBeUndefined();
    expect(server.refused().code).toBe(1);
  });

  it('is good for sixty seconds without the bench', async () => {
    const clock = new VirtualClock(0);
    const { server, get } = await stage({ reusableCode: false, clock });
    const inTime = new URL(server.launchUrl());
    clock.runUntil(59_999);
    expect((await get(inTime.pathname + inTime.search)).status).toBe(303);
    const late = new URL(server.launchUrl());
    clock.runUntil(59_999 + 60_000);
    expect((await get(late.pathname + late.search)).status).toBe(403);
  });

  it('counts among the newest eight only', async () => {
    const { server, get } = await stage({ reusableCode: false });
    const made = Array.from({ length: 9 }, () => new URL(server.launchUrl()));
    const opened = async (launch: URL | undefined) => (await get(`/${launch?.search}`)).status;
    expect(await opened(made[0])).toBe(403);
    expect(await opened(made[1])).toBe(303);
  });

  it('leaves the cookies of the newest sixteen browsers with the bench', async () => {
    const { get, enter } = await stage();
    const cookies: string[] = [];
    for (let browser = 0; browser < 17; browser++) cookies.push(await enter());
    expect((await get('/', { cookie: cookies[0] as string })).status).toBe(403);
    expect((await get('/', { cookie: cookies[1] as string })).status).toBe(200);
  });

  it('ends the cookie of the glass before when it is used without the bench', async () => {
    const { get, enter } = await stage({ reusableCode: false });
    const older = await enter();
    const newer = await enter();
    expect((await get('/', { cookie: older })).status).toBe(403);
    expect((await get('/', { cookie: newer })).status).toBe(200);
  });

  it.each(['', 'x', 'undefined', '../../etc/passwd', '%00', '%ff', 'A'.repeat(4_000)])(
    'gives nothing for the wrong code %j',
    async (code) => {
      const { server, get } = await stage();
      const page = await get(`/?code=${code}`);
      expect(page.status).toBe(403);
      expect(page.headers['set-cookie']).toBeUndefined();
      expect(server.refused().code).toBe(1);
    },
  );

  it('leaves a cookie that is still good when the daemon was started again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kiosk-door-'));
    const first = await createStage({ folder, reusableCode: false });
    const cookie = await first.enter();
    await first.end();
    const second = await stage({ folder, port: first.port, reusableCode: false });
    expect((await second.get('/', { cookie })).status).toBe(200);
    expect(statSync(join(folder, 'glass.json')).mode & 0o077).toBe(0);
    expect(readFileSync(join(folder, 'glass.json'), 'utf8')).not.toContain(cookie.split('=')[1]);
  });
});

describe('who may speak at all', () => {
  it.each([
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1',
    '127.0.0.1:1',
    'localhost.evil.example:PORT',
    '[::1]:PORT',
    ' ',
  ])('refuses the Host %j, as a rebound name would send it', async (host) => {
    const { server, get, port, enter, intents } = await stage();
    const cookie = await enter();
    const page = await get('/', { host: host.replace('PORT', String(port)), cookie });
    expect([400, 403]).toContain(page.status);
    expect(page.text).not.toContain('<title>');
    expect(server.refused()['http-host'] + server.refused()['http-malformed']).toBe(1);
    expect(intents).toEqual([]);
  });

  it('answers on localhost as on 127.0.0.1, and each only to its own origin', async () => {
    const { get, port, enter, socket } = await stage();
    const cookie = await enter();
    expect((await get('/', { host: `localhost:${port}`, cookie })).status).toBe(200);
    const own = await socket({ host: `localhost:${port}`, origin: `http://localhost:${port}`, cookie });
    expect(own.status).toBe(101);
    const mixed = await socket({ host: `localhost:${port}`, origin: `http://127.0.0.1:${port}`, cookie });
    expect(mixed.status).toBe(403);
    own.end();
  });

  it.each([
    null,
    'null',
    'http://evil.example',
    'https://127.0.0.1:PORT',
    'http://127.0.0.1:1',
    'http://127.0.0.1',
    '',
  ])('refuses the Origin %j on the socket', async (origin) => {
    const { server, socket, port, intents } = await stage();
    const raw = await socket({ origin: origin === null ? null : origin.replace('PORT', String(port)) });
    expect(raw.status).toBe(403);
    raw.text(begin);
    await raw.untilClosed();
    expect(intents).toEqual([]);
    expect(server.refused()['http-origin']).toBe(1);
  });

  it('refuses a foreign Origin on a page, too', async () => {
    const { server, get, enter } = await stage();
    const cookie = await enter();
    expect((await get('/', { cookie, origin: 'http://evil.example' })).status).toBe(403);
    expect(server.refused()['http-origin']).toBe(1);
  });

  it.each([null, '', 'kiosk-PORT=', 'kiosk-PORT=guess', 'kiosk-1=COOKIE', 'other=COOKIE', 'kiosk-PORT=COOKIEx'])(
    'gives neither page nor file nor socket for the cookie %j',
    async (given) => {
      const { server, get, port, enter, socket, intents } = await stage();
      const real = (await enter()).split('=')[1] as string;
      const cookie = given?.replace('PORT', String(port)).replace('COOKIE', real) ?? null;
      const headers: Record<string, string> = cookie === null ? {} : { cookie };
      const pages = await Promise.all(
        ['/', '/index.html', '/assets/app-1.js', '/nothing'].map((path) => get(path, headers)),
      );
      expect(pages.map((page) => page.status)).toEqual([403, 403, 403, 403]);
      const raw = await socket({ cookie });
      expect(raw.status).toBe(403);
      raw.text(begin);
      await raw.untilClosed();
      expect(intents).toEqual([]);
      expect(server.refused().cookie).toBe(5);
    },
  );

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('refuses the method %s', async (method) => {
    const { server, get, enter } = await stage();
    const cookie = await enter();
    expect((await get('/', { cookie }, method)).status).toBe(403);
    expect(server.refused()['http-method']).toBe(1);
  });

  it.each([
    '/../glass.json',
    '/%2e%2e/glass.json',
    '/..%2fglass.json',
    '/assets/..%5c..%5cglass.json',
    '//etc/passwd',
    '/%',
  ])('gives no file outside of the screens for %s', async (path) => {
    const { get, enter } = await stage();
    const cookie = await enter();
    const page = await get(path, { cookie });
    expect(page.status).toBeGreaterThanOrEqual(400);
    expect(page.status).toBeLessThan(500);
    expect(page.text).not.toContain('cookies');
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['a header without end', `GET / HTTP/1.1\r\nHost: x\r\nCookie: ${'a'.repeat(20_000)}\r\n\r\n`],
    ['zero bytes', '\0\0\0\0\r\n\r\n'],
  ])('answers %s with a plain refusal and lives on', async (_name, text) => {
    const { server, port, get } = await stage();
    const socket = await connected(port);
    socket.write(text, 'latin1');
    const answer = await answerOf(socket);
    expect(answer).toMatch(/^HTTP\/1.1 4\d\d/);
    expect(server.refused()['http-malformed']).toBe(1);
    expect((await get('/health')).status).toBe(200);
  });

  it('tells a stranger only that it lives, and the glass its figures', async () => {
    const { get, enter } = await stage();
    expect(JSON.parse((await get('/health')).text)).toEqual({ ok: true });
    const figures = JSON.parse((await get('/health', { cookie: await enter() })).text);
    expect(figures).toMatchObject({ ok: true, glass: 'lost', queued: 0, refused: { cookie: 0 } });
  });

  it('lets a flood of requests wait, and the count shows it', async () => {
    const { server, get, enter } = await stage();
    const cookie = await enter();
    let refused = 0;
    for (let round = 0; round < 11; round++) {
      const pages = await Promise.all(Array.from({ length: 100 }, () => get('/', { cookie })));
      refused += pages.filter((page) => page.status === 429).length;
    }
    expect(refused).toBeGreaterThan(0);
    expect(server.refused()['http-too-often']).toBe(refused);
  });

  it('holds 128 connections, and ends one more without an answer', { timeout: 5_000 }, async () => {
    const { port } = await stage();
    const open = await Promise.all(Array.from({ length: 128 }, () => connected(port)));
    const more = await connected(port);
    more.write(`GET /health HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    expect(await answerOf(more)).toBe('');
    open[0]?.write(`GET /health HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`);
    expect(await answerOf(open[0] as Socket)).toMatch(/^HTTP\/1.1 200 /);
    for (const socket of open) socket.destroy();
  });

  it('waits ten seconds for the whole of a request', async () => {
    const { get } = await stage();
    const waits: unknown[] = [];
    const seen = (message: unknown) => waits.push((message as { server: Server }).server.requestTimeout);
    subscribe('http.server.request.start', seen);
    await get('/health');
    unsubscribe('http.server.request.start', seen);
    // Node looks at it only twice a minute.
    expect(waits).toEqual([10_000]);
  });

  it('ends the connections of those who do not answer when it closes', { timeout: 5_000 }, async () => {
    const one = await stage();
    const raw = await one.socket();
    raw.pause();
    await one.server.close();
    raw.resume();
    await raw.untilClosed();
  });

  it('says what to do when the screens are not built', async () => {
    const { get, enter } = await stage({ built: false });
    const page = await get('/', { cookie: await enter() });
    expect(page.status).toBe(503);
    expect(page.text).toContain('npm start');
  });

  it('listens on loopback only and names a port that is taken', async () => {
    const { server, port } = await stage();
    expect(server.url).toBe(`http://127.0.0.1:${port}/`);
    await expect(createStage({ port })).rejects.toThrow(/another program listens there.*--http/);
  });
});
