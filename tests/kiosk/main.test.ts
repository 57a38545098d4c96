import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../hardware/clock.ts';
import type { EntryBody } from '../../kiosk/entry.ts';
import { openSqliteStorage } from '../../kiosk/journal/sqlite.ts';
import { openKeys } from '../../kiosk/keys.ts';
import { paid, stack } from './journal/examples.ts';
import { Journal } from '../../kiosk/journal/journal.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

let folder: string;
let data: string;
let daemon: ChildProcess | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daemon-'));
  data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
});
afterEach(async () => {
  if (daemon !== null && daemon.exitCode === null && daemon.signalCode === null) {
    daemon.kill('SIGTERM');
    await once(daemon, 'exit');
  }
  daemon = null;
  rmSync(folder, { recursive: true });
});

/** `flags` are Node's own. */
function run(biller: object = {}, flags: readonly string[] = []): ChildProcess {
  const config = JSON.parse(readFileSync(join(root, 'config/examples/lab.json'), 'utf8'));
  const file = join(folder, 'kiosk.json');
  writeFileSync(file, JSON.stringify({ ...config, biller: { ...config.biller, ...biller } }));
  const args = ['kiosk/main.ts', '--config', file, '--data', data, '--http', '0', '--safe-start'];
  daemon = spawn(process.execPath, [...flags, ...args], { cwd: root });
  return daemon;
}

function write(...bodies: EntryBody[]): void {
  const storage = openSqliteStorage(join(data, 'journal.sqlite'));
  const journal = new Journal({ storage, clock: systemClock, timeZone: 'Asia/Shanghai', businessDayStart: '04:00' });
  journal.append(bodies);
  journal.close();
}

async function ready(child: ChildProcess): Promise<{ kiosk: string }> {
  if (child.stdout === null) throw new Error('no standard output');
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return JSON.parse(line);
}

async function refusal(child: ChildProcess): Promise<{ code: number | null; error: string; message: string }> {
  let errors = '';
  child.stderr?.on('data', (bytes) => {
    errors += bytes;
  });
  const [code] = await once(child, 'close');
  return { code, ...JSON.parse(errors) };
}

describe('the keys of a data folder', () => {
  test('are made when it is new', async () => {
    await ready(run());
    expect(existsSync(join(data, 'keys', 'voucher.key'))).toBe(true);
    expect(existsSync(join(data, 'keys', 'signing.pem'))).toBe(true);
  });

  test('are not made anew beside a journal: the start is refused, with the folder and the remedy', async () => {
    write(stack(1));
    const { code, error, message } = await refusal(run());
    expect({ code, error }).toEqual({ code: 1, error: 'keys-missing' });
    expect(message).toContain(join(data, 'keys', 'signing.pem'));
    expect(message).toMatch(/Restore the folder .*\/data\/keys from the backup.*refuse every voucher/);
    expect(existsSync(join(data, 'keys'))).toBe(false);
  });

  test('of which one is missing are not enough', async () => {
    write(stack(1));
    openKeys(data);
    rmSync(join(data, 'keys', 'voucher.key'));
    const { error, message } = await refusal(run());
    expect(error).toBe('keys-missing');
    expect(message).toContain('voucher.key');
    expect(message).not.toContain('signing.pem');
  });
});

test('a part that cannot be loaded after the ready line ends the daemon at once, and the log says so', async () => {
  const hook = `import { registerHooks } from 'node:module';
    registerHooks({ resolve(name, context, next) {
      if (name.endsWith('/staff-side.ts')) throw new Error('this file is gone');
      return next(name, context);
    } });`;
  const child = run({}, ['--import', `data:text/javascript,${encodeURIComponent(hook)}`]);
  let log = '';
  child.stderr?.on('data', (bytes) => {
    log += bytes;
  });
  const ended = once(child, 'close');
  expect(await ready(child)).toMatchObject({ ready: true });
  const [code] = await ended;
  expect(code).toBe(1);
  const fatal = log.split('\n').find((line) => line.includes('a part of the program cannot be loaded'));
  expect(fatal).toContain('this file is gone');
});

test('a payment that the biller does not answer stands in the log and in the figures', async () => {
  const post: EntryBody = {
    kind: 'bill.post',
    command: 'post-1',
    sale: 's1',
    session: 'v1',
    number: 'B1',
    currency: 'CNY',
    minor: 1880,
    method: 'cash',
    paidAt: '2026-03-31T05:00:00.000Z',
    paidMinor: 1880,
  };
  write(paid(1), post);
  openKeys(data);
  // Nothing listens at port 1.
  const child = run({ kind: 'http', url: 'http://127.0.0.1:1/' });
  const warned = new Promise<Record<string, unknown>>((found) => {
    if (child.stderr === null) throw new Error('no standard error');
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line.includes('has not answered')) found(JSON.parse(line));
    });
  });
  const { kiosk } = await ready(child);
  expect(await warned).toMatchObject({ level: 40, command: 'post-1', bill: 'B1', attempts: 1 });
  const entered = await fetch(kiosk, { redirect: 'manual' });
  const cookie = String(entered.headers.get('set-cookie')).split(';')[0] as string;
  const health = await fetch(new URL('/health', kiosk), { headers: { cookie } });
  expect(await health.json()).toMatchObject({ ok: true, posts: 1, lookUps: 0 });
});
