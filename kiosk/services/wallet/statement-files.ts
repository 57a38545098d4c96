/** The statements as they came, in `DATA/statements`, for people and for the other side's word: readable by this user only. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../../hardware/clock.ts';
import type { KeptFile } from '../../entry.ts';
import type { StatementFile } from './contract.ts';

/** Older ones are deleted; the journal keeps what was found in them. Milliseconds: a year and a month. */
const keptMs = 400 * 86_400_000;

/**
 * Null when the disk does not take it: nothing that was found in it hangs on the file. One of the same wallet and day is written
 * over.
 */
export function keepStatement(
  folder: string,
  clock: Clock,
  { device, day }: { readonly device: string; readonly day: string },
  { bytes, ending }: StatementFile,
): KeptFile | null {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const name = `${device}-${day}.${ending}`;
    const fresh = join(folder, `${name}.new`);
    writeFileSync(fresh, bytes, { mode: 0o600 });
    renameSync(fresh, join(folder, name));
    forget(folder, clock.wallMs() - keptMs);
    return { name, sha256: createHash('sha256').update(bytes).digest('hex') };
  } catch {
    return null;
  }
}

function forget(folder: string, beforeMs: number): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).mtimeMs < beforeMs) rmSync(path);
  }
}
