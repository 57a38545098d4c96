/**
 * One daemon for one data folder. The lock is the operating system's, held through a database file: it ends with the
 * process however that ends, so there is no stale lock to judge. Who holds it stands beside it in `daemon.pid`, and on a
 * second line who would start that process again.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface DataLock {
  release(): void;
}

export type LockAnswer =
  | { readonly ok: true; readonly lock: DataLock }
  | {
      readonly ok: false;
      readonly code: 'data-missing' | 'data-not-a-folder' | 'data-not-writable' | 'data-in-use';
      /** What is wrong and what to do. */
      readonly message: string;
    };

const sqliteBusy = 5;

export interface LockOptions {
  /** A missing folder is made (0700). */
  readonly create: boolean;
  /** The process that starts this one again when it ends. */
  readonly keptBy?: number | null;
}

/** Takes the folder for this process. Never throws for what a disk can answer. */
export function lockDataFolder(folder: string, options: LockOptions): LockAnswer {
  const usable = folderAnswer(folder, options.create);
  if (usable !== null) return usable;
  const pidFile = join(folder, 'daemon.pid');
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(join(folder, 'daemon.lock'), { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
    const { keptBy = null } = options;
    writeFileSync(pidFile, [process.pid, ...(keptBy === null ? [] : [keptBy]), ''].join('\n'), { mode: 0o600 });
  } catch (error) {
    if (database?.isOpen) database.close();
    return (error as { errcode?: number }).errcode === sqliteBusy
      ? inUse(folder, holder(pidFile))
      : notWritable(folder, error as Error);
  }
  const held = database;
  return {
    ok: true,
    lock: {
      release() {
        if (!held.isOpen) return;
        rmSync(pidFile, { force: true });
        held.close();
      },
    },
  };
}

function folderAnswer(folder: string, create: boolean): LockAnswer | null {
  try {
    if (create) makeFolder(folder);
    if (statSync(folder).isDirectory()) return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !create) {
      const message = `The data folder ${folder} does not exist. Make it, or name another with --data.`;
      return { ok: false, code: 'data-missing', message };
    }
    if (code !== 'EEXIST' && code !== 'ENOTDIR') return notWritable(folder, error as Error);
  }
  const message = `${folder} is not a folder. Name a folder with --data.`;
  return { ok: false, code: 'data-not-a-folder', message };
}

/** Step by step: where the system denies what it should allow (`/proc`), Node's recursive way never comes back. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

function notWritable(folder: string, error: Error): LockAnswer {
  const message = `The data folder ${folder} cannot be written (${error.message}). Give the kiosk's user the right to write there, or name another with --data.`;
  return { ok: false, code: 'data-not-writable', message };
}

/** Who holds the folder must be ended by whoever keeps it: a kept process that is killed is soon there again. */
function inUse(folder: string, { pid, keptBy }: Holder): LockAnswer {
  const used = `The data folder ${folder} is used by`;
  const orAnother = 'or name another with --data.';
  if (pid === null)
    return { ok: false, code: 'data-in-use', message: `${used} another process. End it first, ${orAnother}` };
  const message =
    keptBy === null
      ? `${used} the process ${pid}. End it first (Ctrl-C where it was started, or kill ${pid}), ${orAnother}`
      : `${used} a kiosk that runs already: the process ${pid}, kept running by the process ${keptBy}. ` +
        `End that one first (Ctrl-C where npm start was typed, or kill ${keptBy}), ${orAnother}`;
  return { ok: false, code: 'data-in-use', message };
}

interface Holder {
  readonly pid: string | null;
  readonly keptBy: string | null;
}

function holder(pidFile: string): Holder {
  const number = (line: string | undefined) => (line !== undefined && /^[0-9]{1,10}$/.test(line) ? line : null);
  try {
    const [pid, keptBy] = readFileSync(pidFile, 'utf8').split('\n');
    return { pid: number(pid), keptBy: number(keptBy) };
  } catch {
    return { pid: null, keptBy: null };
  }
}
