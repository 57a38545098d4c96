/** Which office this kiosk belongs to, in `DATA/fleet`: where its configurations are fetched, and whose signatures are believed. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { openStore } from '../../config/store.ts';
import { beginTrust } from './trust-store.ts';

const pairing = v.strictObject({
  /** Where the public part of the repository is carried, without a slash at its end. */
  repository: v.pipe(v.string(), v.url()),
});
export type Pairing = v.InferOutput<typeof pairing>;

function pairingPath(data: string): string {
  return join(data, 'fleet', 'office.json');
}

export function trustFolder(data: string): string {
  return join(data, 'fleet', 'trust');
}

/** Null: this kiosk belongs to no office. @throws Error that names the file when it is damaged */
export function readPairing(data: string): Pairing | null {
  const path = pairingPath(data);
  if (!existsSync(path)) return null;
  return openStore<Pairing | null>(path, null, (json) => (v.is(pairing, json) ? json : null)).data;
}

/** From the next start on this kiosk follows that office, and believes what `root` says. */
export function pair(data: string, wanted: Pairing, root: Uint8Array): void {
  mkdirSync(join(data, 'fleet'), { recursive: true, mode: 0o700 });
  beginTrust(trustFolder(data), root);
  openStore<Pairing | null>(pairingPath(data), null, (json) => (v.is(pairing, json) ? json : null)).update(
    () => wanted,
  );
}
