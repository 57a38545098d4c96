/**
 * What this kiosk believes of the office's signed documents: one file, and beside it the one before, for a disk that spoils
 * the newest. tuf-js writes what it has verified document by document, so it works on copies that count for nothing; what came
 * of them is kept by renaming: a power cut leaves the old state or the new one.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { writeWhole } from '../../config/store.ts';

const newestFile = 'believed.json';
const beforeFile = 'believed-before.json';
const workFolder = 'work';
const rootName = 'root.json';

/** Texts of signed documents by the names that tuf-js gives them. */
export type Documents = Readonly<Record<string, string>>;

const documents = v.record(v.string(), v.string());

export interface TrustUpdate {
  /** Holds a copy of what is believed; whatever is written there counts only when it is kept. */
  readonly folder: string;
  readonly before: Documents;
  /** What stands in the folder now. */
  now(): Documents;
  /** @throws Error when the disk does not take it: what was believed is still believed */
  keep(now: Documents): void;
}

/** Begins with this root document, which came with the pairing. Whatever was believed before is forgotten. */
export function beginTrust(trust: string, root: Uint8Array): void {
  rmSync(trust, { recursive: true, force: true });
  mkdirSync(trust, { recursive: true, mode: 0o700 });
  write(trust, { [rootName]: Buffer.from(root).toString('utf8') });
}

/** @throws Error that says what to do when nothing that is kept can be read */
export function beginUpdate(trust: string): TrustUpdate {
  const newest = read(join(trust, newestFile));
  const before = newest ?? read(join(trust, beforeFile));
  if (before === null) throw new Error(`nothing in ${trust} can be read; pair this kiosk with the office anew`);
  const folder = join(trust, workFolder);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  for (const [name, text] of Object.entries(before)) writeFileSync(join(folder, name), text);
  return {
    folder,
    before,
    now: () => Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')])),
    keep(now) {
      if (newest !== null && isDeepStrictEqual(now, newest)) return;
      if (newest !== null) renameSync(join(trust, newestFile), join(trust, beforeFile));
      write(trust, now);
    },
  };
}

function write(trust: string, now: Documents): void {
  writeWhole(join(trust, newestFile), Buffer.from(JSON.stringify(now), 'utf8'), 0o600);
}

/** Null: there is none, or it is not whole; whether it is signed is judged by whoever reads it. */
function read(path: string): Documents | null {
  if (!existsSync(path)) return null;
  try {
    const found = v.parse(documents, JSON.parse(readFileSync(path, 'utf8')));
    for (const text of Object.values(found)) JSON.parse(text);
    return found[rootName] === undefined ? null : found;
  } catch {
    return null;
  }
}
