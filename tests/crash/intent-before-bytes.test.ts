import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { View } from '../../kiosk/server/wire.ts';
import { Cabinet } from './cabinet.ts';
import { Customer } from './customer.ts';
import { type Glass, openGlass } from './glass.ts';
import { BenchProcess } from './programs.ts';

if (spawnSync('strace', ['-V']).status !== 0) throw new Error('this test needs strace: apt-get install strace');

const patienceMs = 40_000;
const lab = fileURLToPath(new URL('../../config/examples/lab.json', import.meta.url));
const daemon = fileURLToPath(new URL('../../kiosk/main.ts', import.meta.url));

interface Call {
  readonly name: string;
  readonly path: string;
  readonly bytes: Buffer;
  /** Places in the log at which it began and at which it had returned. */
  readonly began: number;
  ended: number;
  result: string;
}

/** Reads a log of `strace -f -y -xx`, in which a call of one thread may be cut in two by a call of another. */
function readLog(log: string): readonly Call[] {
  const calls: Call[] = [];
  const open = new Map<string, Call>();
  for (const [at, line] of log.split('\n').entries()) {
    const resumed = /^(\d+) +<\.\.\. \w+ resumed>.*\) += (\S+)/.exec(line);
    const begun = /^(\d+) +(\w+)\(\d+<([^>]*)>(?:, "([^"]*)")?/.exec(line);
    if (resumed !== null) {
      const call = open.get(resumed[1] as string);
      if (call !== undefined) Object.assign(call, { ended: at, result: resumed[2] });
    } else if (begun !== null) {
      const [, thread, name, path, bytes] = begun as unknown as [string, string, string, string, string?];
      const call: Call = { name, path: text(path), bytes: unhex(bytes ?? ''), began: at, ended: at, result: '' };
      const result = /\) += (\S+)[^=]*$/.exec(line);
      if (result === null) open.set(thread, call);
      else call.result = result[1] as string;
      calls.push(call);
    }
  }
  return calls;
}

function unhex(written: string): Buffer {
  return Buffer.from(written.replaceAll('\\x', ''), 'hex');
}

function text(path: string): string {
  return path.includes('\\x') ? unhex(path).toString() : path;
}

/** Lets a customer put a first note in, and ends when it is stacked. */
async function payOneNote(cabinet: Cabinet, launchUrl: string): Promise<void> {
  const customer = new Customer('exact', '1002', true);
  let glass: Glass | null = null;
  let newest: View | null = null;
  let answered = 0;
  let inserting = false;
  const look = () => {
    const deed = newest === null ? null : customer.at(newest, { inside: 0, card: false, receipt: () => '' });
    if (newest === null || glass === null || deed === null) return;
    if (deed.do === 'ask' && newest.number > answered) {
      answered = newest.number;
      glass.ask(deed.intent, newest.body.screen);
    } else if (deed.do === 'insert' && !inserting) {
      inserting = true;
      // The slot may not be open yet; then it is tried again when the machine has done something.
      void cabinet.act('acceptor', { action: 'insert', minor: deed.minor }).then((why) => {
        inserting = why === null;
      });
    }
  };
  const acknowledged = new Promise<void>((resolve, reject) => {
    setTimeout(() => reject(new Error('no note was acknowledged')), patienceMs).unref();
    const seen = (event: string) => (event === 'vend.acknowledged' ? resolve() : look());
    cabinet.watch(({ event }) => seen(event)).catch(reject);
  });
  glass = await openGlass(launchUrl, (view) => {
    newest = view;
    if (glass !== null) look();
  });
  look();
  await acknowledged;
  glass.close();
}

test('the order to stack is on the disk before its first byte goes to the acceptor', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'intent-'));
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  const bench = new BenchProcess(lab, data, 1_000);
  const cabinet = new Cabinet(await bench.said('bench'));
  const log = join(folder, 'strace.log');
  const trace = ['-f', '-y', '-xx', '-s', '70000', '-o', log, '-e', 'trace=write,pwrite64,fsync,fdatasync'];
  const kiosk = [process.execPath, daemon, '--config', lab, '--data', data, '--http', '0'];
  const strace = spawn('strace', [...trace, ...kiosk], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(createInterface({ input: strace.stdout }), 'line')) as [string];
  const ready = JSON.parse(line) as { readonly pid: number; readonly kiosk: string };
  try {
    await payOneNote(cabinet, ready.kiosk);
  } finally {
    process.kill(ready.pid, 'SIGTERM');
    await once(strace, 'exit');
    cabinet.close();
    await bench.end('SIGTERM');
  }
  const calls = readLog(readFileSync(log, 'latin1'));
  rmSync(folder, { recursive: true });

  const wal = calls.filter(({ path }) => path.endsWith('journal.sqlite-wal'));
  const intent = wal.find(({ name, bytes }) => name === 'pwrite64' && bytes.includes('"kind":"note.stack",'));
  const synced = wal.find(({ name, began }) => /^f(data)?sync$/.test(name) && began > (intent?.ended ?? 0));
  const stacks = calls.filter(({ name, path, bytes }) => {
    return name === 'write' && path.startsWith('/dev/pts/') && /fc0541a204|fc05423936/.test(bytes.toString('hex'));
  });
  expect(intent).toBeDefined();
  expect(synced?.result).toBe('0');
  expect(stacks).toHaveLength(1);
  expect(stacks[0]?.began).toBeGreaterThan(synced?.ended ?? Number.POSITIVE_INFINITY);
});
