/**
 * What this kiosk believes of the office's signed documents: one file, and beside it the one before, for a disk that spoils
 * the newest. A new state is kept by renaming: a power cut leaves the old one or the new one.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { writeWhole } from '../../config/store.ts';

const newestFile = 'believed.json';
const beforeFile = 'believed-before.json';

/** Texts of signed documents by role (The Update Framework 1.0, section 2.1). */
export type Documents = Readonly<Record<string, string>>;

const documents = v.record(v.string(), v.string());

export interface Trust {
  readonly believed: Documents;
  /** These are believed from now on. @throws Error when the disk does not take it: what was believed is still believed */
  keep(now: Documents): void;
}

/** Begins with this root document, which came with the pairing. Whatever was believed before is forgotten. */
export function beginTrust(trust: string, root: Uint8Array): void {
  rmSync(trust, { recursive: true, force: true });
  mkdirSync(trust, { recursive: true, mode: 0o700 });
  write(trust, { root: Buffer.from(root).toString('utf8') });
}

/** @throws Error that says what to do when nothing that is kept can be read */
export function readTrust(trust: string): Trust {
  const newest = read(join(trust, newestFile));
  const believed = newest ?? read(join(trust, beforeFile));
  if (believed === null) throw new Error(`nothing in ${trust} can be read; pair this kiosk with the office anew`);
  return {
    believed,
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
    return found.root === undefined ? null : found;
  } catch {
    return null;
  }
}
