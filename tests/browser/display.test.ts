/**
 * The glass on a real X display: Chromium in kiosk mode, looked at from outside. Times are from the moment of the trouble
 * to the daemon's own line about it, and are printed; the limits are three times what is promised.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configWith, type Machine, startMachine } from './machine.ts';

/** Noticed within 10 s is promised. */
const noticedMs = 30_000;
const healedMs = 60_000;
/** A browser's first page, from the daemon's start on a busy computer; and a touch check after it. */
const shownMs = 90_000;
let startedMs = 0;

interface Line {
  readonly time: number;
  readonly msg: string;
  readonly fact?: string;
  readonly code?: string;
  readonly ok?: boolean;
  readonly [field: string]: unknown;
}

let screen: ChildProcess;
let x = '';
let machine: Machine;
const others: ChildProcess[] = [];

/** An X server; it chooses a free number by itself when it is given none. */
async function startScreen(numbered: readonly string[] = []): Promise<void> {
  const size = ['-screen', '0', '1080x1920x24', '-nolisten', 'tcp'];
  screen = spawn('Xvfb', [...numbered, '-displayfd', '3', ...size], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const [number] = (await once(createInterface({ input: screen.stdio[3] as NodeJS.ReadableStream }), 'line')) as [
    string,
  ];
  x = `:${number}`;
}

beforeAll(async () => {
  await startScreen();
  startedMs = Date.now();
  const browser = process.env.CHROMIUM ?? '/usr/bin/chromium';
  machine = await startMachine({ config: configWith((config) => Object.assign(config, { display: { x, browser } })) });
});

afterAll(async () => {
  await machine?.end();
  for (const one of [...others, screen]) one?.kill('SIGKILL');
});

/** What the daemon has logged since then. */
function lines(sinceMs: number): readonly Line[] {
  const read = machine
    .said()
    .split('\n')
    .flatMap((text) => /\{"level".*\}$/.exec(text)?.[0] ?? [])
    .map((text) => JSON.parse(text) as Line);
  return read.filter(({ time }) => time >= sinceMs);
}

/** Waits for a line and says how long after `sinceMs` it was written. */
async function line(what: string, sinceMs: number, is: (line: Line) => boolean, limitMs: number): Promise<number> {
  const read = async () => lines(sinceMs).find(is) ?? null;
  const found = await machine.until(what, read, (one) => one !== null);
  const ms = (found?.time ?? Number.POSITIVE_INFINITY) - sinceMs;
  expect(ms, what).toBeLessThan(limitMs);
  return ms;
}

const fault = (code: string) => (one: Line) => one.fact === 'device.fault' && one.code === code;
const cleared = (code: string) => (one: Line) => one.fact === 'device.cleared' && one.code === code;

/** Does something bad, and waits until it is noticed and healed. */
async function trouble(name: string, code: string, cause: () => void): Promise<void> {
  const sinceMs = Date.now();
  cause();
  const noticed = await line(`${name} noticed`, sinceMs, fault(code), noticedMs);
  const healed = await line(`${name} healed`, sinceMs, cleared(code), healedMs);
  await line(`touched after ${name}`, sinceMs, (one) => one.msg === 'touch check' && one.ok === true, healedMs);
  console.log(
    `${name}: noticed after ${(noticed / 1_000).toFixed(1)} s, healed after ${(healed / 1_000).toFixed(1)} s`,
  );
}

/** The browser's processes: all of the group of the one that has the profile. */
function browserProcesses(): readonly { readonly pid: number; readonly words: string }[] {
  const read = (path: string) => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  };
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({
      pid: Number(name),
      words: read(`/proc/${name}/cmdline`).replaceAll('\0', ' '),
      group: Number(read(`/proc/${name}/stat`).split(') ').at(-1)?.split(' ')[2]),
    }));
  const leader = all.find(
    ({ words }) => words.includes(`--user-data-dir=${join(machine.data, 'browser')}`) && !words.includes('--type='),
  );
  return all.filter(({ group }) => group === leader?.pid);
}

/** To all that draw pages: which of them draws the glass is Chromium's own business. */
function signalPages(signal: NodeJS.Signals): void {
  const pages = browserProcesses().filter(({ words }) => words.includes('--type=renderer'));
  expect(pages.length).toBeGreaterThan(0);
  for (const { pid } of pages) process.kill(pid, signal);
}

test('the glass is shown by a browser that the daemon starts, and taps of the operating system arrive in the page', async () => {
  await line('ready', startedMs, (one) => one.fact === 'device.ready' && one.device === 'display', shownMs);
  await line('touched', startedMs, (one) => one.msg === 'touch check' && one.ok === true, shownMs);
});

test('a page that stands still is noticed, and a new browser shows the glass', async () => {
  await trouble('frozen', 'display.frozen', () => signalPages('SIGSTOP'));
});

test('a page that crashed is noticed, and a new browser shows the glass', async () => {
  await trouble('crashed page', 'display.hidden', () => signalPages('SIGKILL'));
});

test('a browser that ends is started again', async () => {
  const leader = browserProcesses().find(({ words }) => !words.includes('--type=')) as { readonly pid: number };
  await trouble('ended browser', 'display.browser-ended', () => process.kill(leader.pid, 'SIGKILL'));
});

test('a window in front of the glass is noticed, and the glass comes before it', async () => {
  await trouble('covered', 'display.hidden', () => {
    const window = spawn('xmessage', ['-geometry', '1080x1920+0+0', 'An update is available'], {
      env: { ...process.env, DISPLAY: x },
      stdio: 'ignore',
    });
    others.push(window);
  });
});

test('each trouble left a picture, for its owner only', () => {
  const pictures = readdirSync(join(machine.data, 'faults'));
  expect(pictures.length).toBeGreaterThanOrEqual(3);
  for (const path of pictures.map((name) => join(machine.data, 'faults', name))) {
    expect(readFileSync(path).subarray(1, 4).toString()).toBe('PNG');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  }
});

test('the X display dies: the daemon says so, goes on serving, and shows the glass when it is back', async () => {
  const pid = machine.pid();
  const sinceMs = Date.now();
  screen.kill('SIGKILL');
  const noticed = await line('lost', sinceMs, (one) => one.fact === 'device.lost', noticedMs);
  console.log(`X killed: noticed after ${(noticed / 1_000).toFixed(1)} s`);
  expect((await fetch(new URL('/health', machine.kiosk))).status).toBe(200);
  expect(machine.pid()).toBe(pid);
  const againMs = Date.now();
  await startScreen([x]);
  const back = await line('back', againMs, (one) => one.fact === 'device.ready', healedMs);
  console.log(`X back: the glass is shown after ${(back / 1_000).toFixed(1)} s`);
  expect(machine.pid()).toBe(pid);
});
