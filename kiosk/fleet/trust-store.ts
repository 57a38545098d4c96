/**
 * What this kiosk believes of the office's signed documents, in numbered folders below one: the highest counts. tuf-js writes
 * what it has verified file by file, so it works on a copy, which gets the next number by one rename when all of it is on
 * disk: a power cut leaves the old one or the new one. The one before stays, for a disk that spoils the newest.
 */
import {
  closeSync,
  cpSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '../../config/store.ts';

/** The newest and the one before. */
const editionsKept = 2;
const workFolder = 'work';

export interface TrustUpdate {
  /** Holds a copy of what is believed; whatever is written there counts only when it is kept. */
  readonly folder: string;
  /** What stands in the folder is believed from now on. */
  keep(): void;
}

/** Begins with this root document, which came with the pairing. Whatever was believed before is forgotten. */
export function beginTrust(trust: string, root: Uint8Array): void {
  rmSync(trust, { recursive: true, force: true });
  mkdirSync(join(trust, '1'), { recursive: true, mode: 0o700 });
  writeWhole(join(trust, '1', 'root.json'), root, 0o600);
  sync(trust);
}

/** @throws Error that says what to do when nothing that is kept can be read */
export function beginUpdate(trust: string): TrustUpdate {
  const number = newestSound(trust);
  const before = join(trust, String(number));
  const folder = join(trust, workFolder);
  rmSync(folder, { recursive: true, force: true });
  cpSync(before, folder, { recursive: true });
  return {
    folder,
    keep() {
      if (isSame(before, folder)) return;
      for (const name of readdirSync(folder)) sync(join(folder, name));
      sync(folder);
      renameSync(folder, join(trust, String(numbers(trust)[0]! + 1)));
      sync(trust);
      for (const old of numbers(trust).slice(editionsKept)) rmSync(join(trust, String(old)), { recursive: true });
    },
  };
}

function newestSound(trust: string): number {
  const sound = numbers(trust).find((number) => isSound(join(trust, String(number))));
  if (sound !== undefined) return sound;
  throw new Error(`nothing in ${trust} can be read; pair this kiosk with the office anew`);
}

/** Of the folders, the highest first. */
function numbers(trust: string): readonly number[] {
  if (!existsSync(trust)) return [];
  return readdirSync(trust)
    .filter((name) => /^[1-9][0-9]*$/.test(name))
    .map(Number)
    .toSorted((one, other) => other - one);
}

/** Each of its files is JSON; whether it is signed is judged by whoever reads it. */
function isSound(folder: string): boolean {
  try {
    for (const name of readdirSync(folder)) JSON.parse(readFileSync(join(folder, name), 'utf8'));
    return existsSync(join(folder, 'root.json'));
  } catch {
    return false;
  }
}

function isSame(one: string, other: string): boolean {
  const names = readdirSync(one);
  if (names.length !== readdirSync(other).length) return false;
  return names.every((name) => {
    const path = join(other, name);
    return existsSync(path) && readFileSync(join(one, name)).equals(readFileSync(path));
  });
}

function sync(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
