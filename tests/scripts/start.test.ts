import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readOptions } from '../../scripts/start.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

let folder: string;
let child: ChildProcess | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'start-'));
});
afterEach(async () => {
  if (child !== null && child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true });
});

function start(...args: readonly string[]): ChildProcess {
  child = spawn(process.execPath, ['scripts/start.ts', '--data', join(folder, 'data'), ...args], { cwd: root });
  return child;
}

async function ending(started: ChildProcess): Promise<{ code: number | null; errors: string }> {
  let errors = '';
  started.stderr?.on('data', (bytes) => {
    errors += bytes;
  });
  const [code] = await once(started, 'exit');
  return { code, errors };
}

describe('options', () => {
  test.each([
    [['--http', '65536'], /--http takes a port/],
    [['--bench-http', 'x'], /--bench-http takes a port/],
    [['--speed', '0'], /--speed takes a number/],
    [['--speed', 'fast'], /--speed takes a number/],
    [['--data', ''], /--data takes a folder/],
    [['--port', '1'], /--port/],
    [['lab.json'], /lab\.json/],
  ])('%j are refused', (args, words) => {
    const read = readOptions(args);
    expect(read.ok ? '' : read.problem).toMatch(words);
  });

  test('left out have their documented values', () => {
    const read = readOptions([]);
    expect(read).toMatchObject({ ok: true, options: { httpPort: 8080, benchPort: 8081, bench: true, speed: 1 } });
  });
});

describe('nothing is started', () => {
  test('with a wrong option: exit 2', async () => {
    const { code, errors } = await ending(start('--speed', '-1'));
    expect(code).toBe(2);
    expect(JSON.parse(errors)).toMatchObject({ error: 'usage' });
  });

  test('with a wrong configuration: exit 1, and every problem is named', async () => {
    writeFileSync(join(folder, 'wrong.json'), '{"version":1}');
    const { code, errors } = await ending(start('--config', join(folder, 'wrong.json')));
    expect(code).toBe(1);
    expect(JSON.parse(errors).message).toMatch(/kiosk is missing.*glass is missing/);
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });

  test('when another program listens at the port: exit 1, and the port is named', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { code, errors } = await ending(start('--http', String(port)));
    server.close();
    expect(code).toBe(1);
    expect(JSON.parse(errors).message).toContain(`port ${port}`);
  });
});

test('one ready line with all addresses, a daemon that comes back after a kill, and nothing left after SIGTERM', async () => {
  const started = start('--http', '0', '--bench-http', '0');
  const lines: string[] = [];
  let errors = '';
  const restarted = new Promise<void>((resolve) => {
    started.stderr?.on('data', (bytes) => {
      errors += bytes;
      if (/start: kiosk: \{"ready":true/.test(errors)) resolve();
    });
  });
  if (started.stdout === null) throw new Error('no standard output');
  const output = createInterface({ input: started.stdout });
  output.on('line', (line) => lines.push(line));
  await Promise.race([once(output, 'line'), once(started, 'exit').then(() => Promise.reject(new Error(errors)))]);
  const ready = JSON.parse(lines[0] as string);
  expect(ready).toMatchObject({
    ready: true,
    kiosk: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\//),
    staff: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/staff\/\?code=/),
  });
  expect(ready.bench).toMatch(/^http:\/\/127\.0\.0\.1:\d+/);
  expect((await fetch(new URL('/devices', ready.bench))).status).toBe(200);

  process.kill(ready.pid, 'SIGKILL');
  await restarted;
  expect(lines).toHaveLength(1);
  const address = new URL(ready.kiosk).origin;
  expect(errors).toContain(`"kiosk":"${address}/`);
  expect((await fetch(address, { redirect: 'manual' })).status).toBeLessThan(500);

  started.kill('SIGTERM');
  const [code] = await once(started, 'exit');
  expect(code).toBe(0);
  await expect(fetch(ready.bench)).rejects.toThrow();
  await expect(fetch(ready.kiosk)).rejects.toThrow();
});

test('without its supply there is no kiosk either, unlike without the power of the machines alone; with it there is one again, and the bench leads to it', async () => {
  const started = start('--http', '0', '--bench-http', '0');
  let errors = '';
  started.stderr?.on('data', (bytes) => {
    errors += bytes;
  });
  if (started.stdout === null) throw new Error('no standard output');
  const [line] = await once(createInterface({ input: started.stdout }), 'line');
  const { kiosk, bench } = JSON.parse(line);
  const cabinet = async () => (await fetch(new URL('/cabinet', bench))).json() as Promise<Record<string, unknown>>;
  const supply = async (action: string) => {
    const headers = { 'content-type': 'application/json' };
    const request = { method: 'POST', headers, body: JSON.stringify({ action }) };
    expect((await fetch(new URL('/actions', bench), request)).status).toBe(200);
  };
  const answers = () =>
    fetch(new URL('/', kiosk), { redirect: 'manual' }).then(
      () => true,
      () => false,
    );
  const limit = { timeout: 30_000 };
  await expect.poll(cabinet, limit).toMatchObject({ power: true, kiosk });

  await supply('cut power');
  expect(await answers()).toBe(true);
  await supply('restore power');

  await supply('cut supply');
  await expect.poll(answers, limit).toBe(false);
  expect(await cabinet()).toMatchObject({ power: false });

  await supply('restore power');
  await expect.poll(answers, limit).toBe(true);
  // It answers a moment before it says that it is ready.
  const starts = () =>
    [...errors.matchAll(/start: kiosk: (\{"ready":true.*\})/g)].map((match) => JSON.parse(match[1] ?? ''));
  await expect.poll(starts, limit).toHaveLength(1);
  const again = starts();
  expect(new URL(again[0].kiosk).origin).toBe(new URL(kiosk).origin);
  await expect.poll(cabinet, limit).toMatchObject({ power: true, kiosk: again[0].kiosk });
  expect(errors).not.toContain('the kiosk ended');
}, 120_000);

test('a second start in the same folder is told to end the first one, not the daemon that it keeps', async () => {
  const first = start('--http', '0', '--bench-http', '0');
  if (first.stdout === null) throw new Error('no standard output');
  const [line] = await once(createInterface({ input: first.stdout }), 'line');
  const second = spawn(
    process.execPath,
    ['scripts/start.ts', '--data', join(folder, 'data'), '--http', '0', '--bench-http', '0'],
    { cwd: root },
  );
  const { code, errors } = await ending(second);
  expect(code).toBe(1);
  const { error, message } = JSON.parse(errors);
  expect(error).toBe('data-in-use');
  expect(message).toContain(`kill ${first.pid})`);
  expect(message).not.toContain(`kill ${JSON.parse(line).pid})`);
}, 60_000);
