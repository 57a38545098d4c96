/** The whole machine as `npm start` runs it: cabinet and daemon as processes of their own, in a folder of their own. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { slipsOn } from '../kiosk/documents/reading.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
/** Machines move this many times faster than in life. */
const speed = 10;
const answerMs = 60_000;
const pollMs = 50;

type Json = Readonly<Record<string, unknown>>;

export interface Entry {
  readonly seq: number;
  readonly kind: string;
  readonly body: Json;
}

export interface UnitCash {
  readonly unit: string;
  readonly cash: readonly { readonly currency: string; readonly minor: number; readonly count: number }[];
}

export interface Machine {
  /** Where a browser begins, until the daemon ends. */
  readonly kiosk: string;
  /** The cabinet's page. */
  readonly bench: string;
  readonly data: string;
  /** The daemon that answered last. */
  readonly pid: () => number;
  /** What stood on standard error so far. */
  readonly said: () => string;
  /** Does something to a device of the cabinet; rejects with the reason when that cannot be done. */
  hand(device: string, action: Json): Promise<void>;
  /** Does something to the biller that the cabinet plays. */
  biller(action: Json): Promise<void>;
  /** Does something to the gateway of a wallet, or to the phone of its payer. */
  wallet(id: string, action: Json): Promise<void>;
  /** What the bench says at this path. */
  look(path: string): Promise<Json>;
  units(device: string): Promise<readonly UnitCash[]>;
  /** Waits until the slot draws a note in. */
  insert(minor: number, condition?: 'torn'): Promise<void>;
  /** Waits until something hangs out of a device, and takes it: a note that came back, paper. */
  take(device: string): Promise<void>;
  /** The lines of every slip that was printed and not torn off, blanks left out. */
  paper(): Promise<readonly (readonly string[])[]>;
  /** What the command says, line by line, while the kiosk runs. */
  journal(command: 'verify' | 'till' | 'cases' | 'export'): Promise<readonly Json[]>;
  entries(): Promise<readonly Entry[]>;
  /** Sets the wall clock of both processes, which were started with one of their own. */
  setClock(wallMs: number): void;
  /** Kills the daemon without warning and waits until its successor answers. */
  kill(): Promise<void>;
  /** Waits until `seen` holds for what `read` gives. Rejects with the last of it. */
  until<T>(what: string, read: () => Promise<T>, seen: (value: T) => boolean): Promise<T>;
  end(): Promise<void>;
}

/** An example configuration, changed. */
export function configWith(change: (config: Record<string, unknown>) => void, example = 'lab.json'): string {
  const text = readFileSync(join(root, 'config/examples', example), 'utf8');
  const config = JSON.parse(text) as Record<string, unknown>;
  change(config);
  return JSON.stringify(config);
}

export interface MachineOptions {
  /** The text of a configuration; without it the example. */
  readonly config?: string;
  /** The wall clock of both processes begins at this moment, Unix milliseconds; without it, it is the machine's own. */
  readonly startsAtMs?: number;
}

/** Starts both processes with a fresh data folder. */
export async function startMachine(options: MachineOptions = {}): Promise<Machine> {
  const folder = mkdtempSync(join(tmpdir(), 'visit-'));
  const data = join(folder, 'data');
  const args = ['scripts/start.ts', '--data', data, '--http', '0', '--bench-http', '0', '--speed', String(speed)];
  if (options.config !== undefined) {
    writeFileSync(join(folder, 'kiosk.json'), options.config);
    args.push('--config', join(folder, 'kiosk.json'));
  }
  const clockFile = join(folder, 'clock');
  /** In one step: whoever reads it meanwhile has the old or the new. */
  const setClock = (wallMs: number) => {
    writeFileSync(`${clockFile}.new`, String(wallMs - Date.now()));
    renameSync(`${clockFile}.new`, clockFile);
  };
  const env = { ...process.env };
  if (options.startsAtMs !== undefined) {
    setClock(options.startsAtMs);
    env.NODE_OPTIONS = `--import ${new URL('set-clock.ts', import.meta.url).href}`;
    env.KIOSK_CLOCK_FILE = clockFile;
  }
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (bytes) => {
    errors += bytes;
  });
  const ready = await firstLine(child, () => errors);
  const bench = String(ready.bench);
  const ask = (path: string, action: Json) =>
    fetch(new URL(path, bench), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(action),
    });
  const post = async (path: string, action: Json) => {
    const answer = await ask(path, action);
    if (!answer.ok) throw new Error(`${path} ${JSON.stringify(action)}: ${await answer.text()}`);
  };
  /** 409: the machine does not let it happen yet. */
  const postWhenPossible = async (path: string, action: Json) => {
    const words = `${path} ${JSON.stringify(action)}`;
    const status = await until(
      words,
      async () => (await ask(path, action)).status,
      (answer) => answer !== 409,
    );
    if (status !== 200) throw new Error(`${words}: ${status}`);
  };
  const look = async (path: string) => (await fetch(new URL(path, bench))).json() as Promise<Json>;
  const journal = async (command: string) => {
    const args = ['scripts/journal.ts', command, '--data', data];
    const { stdout } = await run(process.execPath, args, { cwd: root, maxBuffer: 64 * 1024 * 1024 });
    return lines(stdout);
  };
  const starts = () => [...errors.matchAll(/start: kiosk: (\{"ready":true.*\})/g)].map((match) => match[1] ?? '');
  const pid = () => Number((JSON.parse(starts().at(-1) ?? JSON.stringify(ready)) as Json).pid);
  return {
    kiosk: String(ready.kiosk),
    bench,
    data,
    pid,
    said: () => errors,
    hand: (id, action) => post(`devices/${id}/actions`, action),
    biller: (action) => post('services/biller/actions', action),
    wallet: (id, action) => post(`services/${id}/actions`, action),
    look,
    units: async (id) => (await look(`devices/${id}`)).units as readonly UnitCash[],
    insert: (minor, condition) =>
      postWhenPossible('devices/acceptor/actions', {
        action: 'insert',
        minor,
        ...(condition === undefined ? {} : { condition }),
      }),
    take: (id) => postWhenPossible(`devices/${id}/actions`, { action: 'take' }),
    async paper() {
      const answer = await fetch(new URL('devices/printer/paper.bin', bench));
      if (answer.status === 404) return [];
      const slips = slipsOn(new Uint8Array(await answer.arrayBuffer()));
      return slips.map(({ lines: rows }) => rows.map((row) => row.replace(/\s/g, '')).filter((row) => row !== ''));
    },
    journal,
    setClock,
    entries: async () => (await journal('export')) as unknown as readonly Entry[],
    async kill() {
      const before = starts().length;
      process.kill(pid(), 'SIGKILL');
      await until(
        'a daemon started again',
        async () => starts().length,
        (count) => count > before,
      );
    },
    until,
    async end() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      if (existsSync(folder)) rmSync(folder, { recursive: true });
    },
  };
}

/** Resolves with the exit code and standard error of a start that is to fail. */
export async function failingStart(
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly errors: string; readonly output: string }> {
  const child = spawn(process.execPath, ['scripts/start.ts', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  let output = '';
  child.stderr.on('data', (bytes) => {
    errors += bytes;
  });
  child.stdout.on('data', (bytes) => {
    output += bytes;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, errors, output };
}

async function firstLine(child: ChildProcess, errors: () => string): Promise<Json> {
  if (child.stdout === null) throw new Error('no standard output');
  const output = createInterface({ input: child.stdout });
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`the machine ended with ${code}: ${errors()}`);
  });
  const [line] = (await Promise.race([once(output, 'line'), failed])) as [string];
  failed.catch(() => {});
  return JSON.parse(line) as Json;
}

async function until<T>(what: string, read: () => Promise<T>, seen: (value: T) => boolean): Promise<T> {
  const endMs = performance.now() + answerMs;
  for (;;) {
    const value = await read();
    if (seen(value)) return value;
    if (performance.now() > endMs)
      throw new Error(`${what}: not within ${answerMs / 1000} s, but ${JSON.stringify(value)}`);
    await new Promise((resume) => setTimeout(resume, pollMs));
  }
}

function lines(text: string): readonly Json[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Json);
}
