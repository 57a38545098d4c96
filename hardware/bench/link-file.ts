/** Symbolic links that name the present pseudo-terminal of a device. */
import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes `link` name `target`, replacing what was there in one step. @throws Error from the file system. */
export function pointLink(link: string, target: string): void {
  mkdirSync(dirname(link), { recursive: true });
  const fresh = `${link}.${process.pid}`;
  rmSync(fresh, { force: true });
  symlinkSync(target, fresh);
  renameSync(fresh, link);
}

/** Removes the link; a missing one is fine. */
export function removeLink(link: string): void {
  rmSync(link, { force: true });
}
