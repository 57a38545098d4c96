/** Runs appender.ts under strace, to let its system calls fail or to see what it wrote and synced. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openJournalReader } from '../../../kiosk/journal/sqlite-reading.ts';
import { openSqliteStorage } from '../../../kiosk/journal/sqlite.ts';
import { verifyJournal } from '../../../kiosk/journal/verify.ts';
import { journalOn } from './examples.ts';

if (spawnSync('strace', ['-V']).status !== 0) throw new Error('these tests need strace: apt-get install strace');

const appender = fileURLToPath(new URL('./appender.ts', import.meta.url));
const calls = 'fsync,fdatasync,pwrite64,ftruncate,unlink';

/** One system call on one of the journal's files (or, for a sync, its folder). */
export interface Call {
  readonly name: string;
  /** Base name of the file. */
  readonly file: string;
  readonly bytes: Buffer;
  readonly offset: number;
  /** It was made to fail. */
  readonly injected: boolean;
  /** The process had said by then that so many entries are in. */
  readonly acknowledged: number;
}

export interface Run {
  readonly folder: string;
  readonly path: string;
  readonly status: number | null;
  readonly said: readonly string[];
  /** The largest number that was acknowledged. */
  readonly acknowledged: number;
  readonly failed: boolean;
  readonly calls: readonly Call[];
}

/** `inject` is strace's own, such as `fsync:error=EIO:when=3`. */
export async function runTraced(args: readonly string[], inject: string | null): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'journal-'));
  const path = join(folder, 'journal.sqlite');
  const log = join(folder, 'strace.log');
  const options = ['-f', '-y', '-xx', '-s', '70000', '-o', log, '-e', `trace=${calls},write`];
  if (inject !== null) options.push('-e', `inject=${inject}`);
  const child = spawn('strace', [...options, process.execPath, appender, path, ...args]);
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const status = await new Promise<number | null>((done) => child.on('close', done));
  const said = output.trim().split('\n');
  const read = readLog(readFileSync(log, 'latin1'), folder);
  rmSync(log);
  const acknowledged = Math.max(
    0,
    ...said.filter((line) => line.startsWith('ack')).map((line) => Number(line.split(' ')[1])),
  );
  return {
    folder,
    path,
    status,
    said,
    acknowledged,
    failed: said.some((line) => line.startsWith('failed')),
    calls: read,
  };
}

/** Reads a log of strace with descriptors as paths (`-y`) and all strings in hex (`-xx`). */
function readLog(log: string, folder: string): Call[] {
  const found: Call[] = [];
  let acknowledged = 0;
  for (const line of log.split('\n')) {
    const match = /^\d+ +(\w+)\((.*)\) += (-?\d+)(.*)$/.exec(line);
    if (match === null) continue;
    const [, name, args, , rest] = match as unknown as [string, string, string, string, string];
    const target = name === 'unlink' ? unhex(args).toString() : (/^\d+<([^>]*)>/.exec(args)?.[1] ?? '');
    const path = target.includes('\\x') ? Buffer.from(target.replaceAll('\\x', ''), 'hex').toString() : target;
    const bytes = unhex(args);
    if (name === 'write') {
      const ack = /^acknowledged (\d+)/.exec(bytes.toString('latin1'));
      if (ack !== null) acknowledged = Number(ack[1]);
      continue;
    }
    if (path !== folder && dirname(path) !== folder) continue;
    const offset = Number(/, (\d+)$/.exec(args)?.[1] ?? 0);
    found.push({
      name,
      file: path === folder ? '' : basename(path),
      bytes,
      offset,
      injected: rest.includes('INJECTED'),
      acknowledged,
    });
  }
  return found;
}

function unhex(args: string): Buffer {
  const text = /"((?:\\x[0-9a-f]{2})*)"/.exec(args)?.[1] ?? '';
  return Buffer.from(text.replaceAll('\\x', ''), 'hex');
}

/** Opens what is left as the next process would: it must be whole, hold what was acknowledged, and take more. */
export function mustHold(path: string, acknowledged: number): string | null {
  const storage = openSqliteStorage(path);
  try {
    const verdict = verifyJournal(storage.load());
    if (!verdict.ok) return verdict.problem;
    if (verdict.entries < acknowledged) return `${acknowledged} were acknowledged, ${verdict.entries} are there`;
    const journal = journalOn(storage);
    journal.append([{ kind: 'cashbox.removed', device: 'acceptor' }]);
  } finally {
    storage.close();
  }
  if (!existsSync(path)) return 'the file is gone';
  const reader = openJournalReader(path);
  try {
    return reader.damage();
  } finally {
    reader.close();
  }
}
