/**
 * The second start of the daemon with a long journal, from the call of Node to the ready line. Floor: a program that
 * imports only the web server and the serial library, and listens.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openJournalReader } from '../../kiosk/journal/sqlite-reading.ts';
import { openSqliteStorage } from '../../kiosk/journal/sqlite.ts';
import { type Batch, emptyHead, type Storage } from '../../kiosk/journal/storage.ts';
import { openKeys } from '../../kiosk/keys.ts';
import { CashDesk } from './cash-desk.ts';
import { type Benchmark, compare } from './measure.ts';

const entries = 100_000;
const rounds = 15;
const batchesAtOnce = 500;

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const daemon = path('../../kiosk/main.ts');
const lab = path('../../config/examples/lab.json');
const floor = path('./start-floor.ts');

export const start: Benchmark = {
  name: 'start',
  async run() {
    const data = mkdtempSync(join(tmpdir(), 'benchmark-start-'));
    try {
      mkdirSync(data, { recursive: true, mode: 0o700 });
      openKeys(data);
      fill(join(data, 'journal.sqlite'));
      const args = [daemon, '--config', lab, '--data', data, '--http', '0'];
      const firstMs = await startMs(args);
      process.stderr.write(`start: first start ${Math.round(firstMs)} ms, ${snapshotWords(data)}\n`);
      const figure = await compare({
        name: 'start/second',
        unit: 'ms',
        better: 'lower',
        target: 2.5,
        rounds,
        warmUp: 2,
        subject: () => startMs(args),
        floor: () => startMs([floor]),
      });
      return [figure];
    } finally {
      rmSync(data, { recursive: true, force: true });
    }
  },
};

/** Real visits, recorded in memory first: the same rows, in fewer transactions. */
function fill(file: string): void {
  const batches: Batch[] = [];
  const desk = new CashDesk(memoryOnly(batches));
  while (desk.journal.head.seq < entries) desk.visit();
  desk.close();
  const storage = openSqliteStorage(file);
  for (let at = 0; at < batches.length; at += batchesAtOnce) {
    const some = batches.slice(at, at + batchesAtOnce);
    const all = <K extends 'rows' | 'keys' | 'deltas'>(name: K) => some.flatMap((batch) => [...batch[name]]);
    const snapshot = some.findLast((batch) => batch.snapshot !== null)?.snapshot ?? null;
    const batch = { rows: all('rows'), keys: all('keys'), deltas: all('deltas'), snapshot, quiet: true };
    storage.append(batch as unknown as Batch, () => {});
  }
  storage.close();
}

function memoryOnly(batches: Batch[]): Storage {
  return {
    load: () => ({ head: emptyHead, mark: null, snapshot: null, rows: () => [], keys: () => [], rollUps: () => [] }),
    append: (batch, beforeCommit) => {
      beforeCommit();
      batches.push(batch);
    },
    find: () => [],
    close: () => {},
  };
}

function snapshotWords(data: string): string {
  const reader = openJournalReader(join(data, 'journal.sqlite'));
  const { head, snapshot } = reader.load();
  reader.close();
  return snapshot === null
    ? `no snapshot of ${head.seq} entries`
    : `snapshot at ${snapshot.seq} of ${head.seq} entries`;
}

/** How long a program takes to its first line, milliseconds; it is ended then. */
async function startMs(args: readonly string[]): Promise<number> {
  const beganMs = performance.now();
  const child = spawn(process.execPath, [...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  const ready = once(createInterface({ input: child.stdout }), 'line').then(() => performance.now() - beganMs);
  const tookMs = await Promise.race([ready, ended.then(() => null)]);
  if (tookMs === null) throw new Error(`${args[0]} ended before it was ready`);
  child.kill('SIGTERM');
  await ended;
  return tookMs;
}
