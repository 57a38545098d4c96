/**
 * Which office this kiosk belongs to, in `DATA/fleet`: where its configurations are fetched, whose signatures are believed, and
 * where its journal goes, with the certificates of both sides.
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { openStore } from '../../config/store.ts';
import { readSecret, writeSecret } from '../keys.ts';
import { beginTrust } from './trust-store.ts';

const pairing = v.strictObject({
  /** Where the public part of the repository is carried, without a slash at its end. */
  repository: v.pipe(v.string(), v.url()),
  /** The broker; left out: the journal goes nowhere. */
  broker: v.optional(v.pipe(v.string(), v.url(), v.startsWith('mqtts://'))),
  /** The public half of the key that signs the office's orders, Ed25519, SPKI as PEM; left out: it orders nothing. */
  command: v.optional(v.pipe(v.string(), v.startsWith('-----BEGIN PUBLIC KEY-----'))),
});
export type Pairing = v.InferOutput<typeof pairing>;

/** How the broker is reached, and who each side is: PEM. */
export interface UplinkPairing {
  /** `mqtts://HOST:PORT`. */
  readonly url: string;
  readonly ca: string;
  /** The kiosk's own; its common name is the kiosk's id. */
  readonly certificate: string;
  readonly key: string;
}

const pemFiles = { ca: 'ca.pem', certificate: 'client.pem', key: 'client.key' } as const;

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

/**
 * Null: its journal goes nowhere.
 *
 * @throws Error that names the file and what to do, when one is damaged or missing, or others may read it
 */
export function readUplink(data: string): UplinkPairing | null {
  const url = readPairing(data)?.broker;
  if (url === undefined) return null;
  const read = (name: keyof typeof pemFiles) => {
    const path = pemPath(data, name);
    if (!existsSync(path)) throw new Error(`${path} is missing; pair this kiosk with the office anew`);
    return readSecret(path);
  };
  return { url, ca: read('ca'), certificate: read('certificate'), key: read('key') };
}

/** From the next start on this kiosk follows that office, believes what `root` says, and sends its journal to `uplink`. */
export function pair(
  data: string,
  wanted: Pick<Pairing, 'repository' | 'command'>,
  root: Uint8Array,
  uplink: UplinkPairing | null = null,
): void {
  mkdirSync(join(data, 'fleet'), { recursive: true, mode: 0o700 });
  beginTrust(trustFolder(data), root);
  for (const name of ['ca', 'certificate', 'key'] as const) {
    const path = pemPath(data, name);
    if (uplink === null) rmSync(path, { force: true });
    else writeSecret(path, uplink[name]);
  }
  const { repository, command } = wanted;
  const orders = command === undefined ? {} : { command };
  const paired: Pairing = uplink === null ? { repository, ...orders } : { repository, broker: uplink.url, ...orders };
  openStore<Pairing | null>(pairingPath(data), null, (json) => (v.is(pairing, json) ? json : null)).update(
    () => paired,
  );
}

function pemPath(data: string, name: keyof typeof pemFiles): string {
  return join(data, 'fleet', pemFiles[name]);
}
