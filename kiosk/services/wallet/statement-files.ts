/** The statements as they came, in `DATA/statements`, for people and for the other side's word: readable by this user only. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KeptFile } from '../../entry.ts';
import type { StatementFile } from './contract.ts';

/**
 * So many of a wallet are kept, a year and a month of days, and older ones are deleted; the journal keeps what was found in them.
 * They are counted, so that a clock that is wrong deletes nothing.
 */
const keptFiles = 400;

/**
 * Null when the disk does not take it: nothing that was found in it hangs on the file. One of the same wallet and day is written
 * over.
 */
export function keepStatement(
  folder: string,
  { device, day }: { readonly device: string; readonly day: string },
  { bytes, ending }: StatementFile,
): KeptFile | null {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const name = `${device}-${day}.${ending}`;
    const fresh = join(folder, `${name}.new`);
    writeFileSync(fresh, bytes, { mode: 0o600 });
    renameSync(fresh, join(folder, name));
    forget(folder, device);
    return { name, sha256: createHash('sha256').update(bytes).digest('hex') };
  } catch {
    return null;
  }
}

/** Their names end with the day, so that they stand in its order. */
function forget(folder: string, device: string): void {
  const isOwn = new RegExp(`^${device}-\\d{4}-\\d\\d-\\d\\d\\.`);
  const names = readdirSync(folder).filter((name) => isOwn.test(name));
  for (const name of names.toSorted().slice(0, -keptFiles)) rmSync(join(folder, name));
}
