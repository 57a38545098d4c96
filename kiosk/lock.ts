/**
 * One daemon for one data folder. The lock is the operating system's, held through a database file: it ends with the
 * process however that ends, so there is no stale lock to judge. Who holds it stands beside it in `daemon.pid`.
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

/** Takes the folder for this process. With `create` a missing folder is made (0700). Never throws for what a disk can answer. */
export function lockDataFolder(folder: string, options: { readonly create: boolean }): LockAnswer {
  const usable = folderAnswer(folder, options.create);
  if (usable !== null) return usable;
  const pidFile = join(folder, 'daemon.pid');
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(join(folder, 'daemon.lock'), { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
    writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
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

function inUse(folder: string, pid: string | null): LockAnswer {
  const who = pid === null ? 'another process' : `the process ${pid}`;
  const message = `The data folder ${folder} is used by ${who}. End it first${pid === null ? '' : ` (kill ${pid})`}, or name another with --data.`;
  return { ok: false, code: 'data-in-use', message };
}

function holder(pidFile: string): string | null {
  try {
    const text = readFileSync(pidFile, 'utf8').trim();
    return /^[0-9]{1,10}$/.test(text) ? text : null;
  } catch {
    return null;
  }
}
