/**
 * Which office this kiosk belongs to, in `DATA/fleet`: where its configurations are fetched, whose signatures are believed, and
 * where its journal goes, with the certificates of both sides. `office.json` is written last and removed first: only with it
 * does all the rest count.
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { openStore, syncFolder } from '../../config/store.ts';
import { readSecret, writeSecret } from '../keys.ts';
import { beginTrust } from './trust-store.ts';

const pairing = v.strictObject({
  /** Where the public part of the repository is carried, without a slash at its end. */
  repository: v.pipe(v.string(), v.url()),
  /** The broker; left out: the journal goes nowhere. */
  broker: v.optional(v.pipe(v.string(), v.url(), v.startsWith('mqtts://'))),
  /** The office's address where it was paired by a code, and when, ISO 8601 UTC. */
  office: v.optional(v.string()),
  pairedAt: v.optional(v.string()),
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

const pemFiles = { ca: 'ca.pem', certificate: 'client.pem', key: 'client.key', command: 'command.pem' } as const;
type PemFile = keyof typeof pemFiles;

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
  const read = (name: PemFile) => {
    const path = pemPath(data, name);
    if (!existsSync(path)) throw new Error(`${path} is missing; pair this kiosk with the office anew`);
    return readSecret(path);
  };
  return { url, ca: read('ca'), certificate: read('certificate'), key: read('key') };
}

/**
 * Public half of the key that signs the office's commands, PEM; null: it takes none.
 *
 * @throws Error that names the file and what to do, when it is damaged or others may read it
 */
export function readCommandKey(data: string): string | null {
  const path = pemPath(data, 'command');
  return readPairing(data) === null || !existsSync(path) ? null : readSecret(path);
}

/**
 * This kiosk follows that office, believes what `root` says, sends its journal to `uplink` and obeys what is signed with
 * `command`, a public key as PEM. A power cut in between leaves it paired with nobody.
 *
 * @throws Error when the disk does not take it
 */
export function pair(
  data: string,
  wanted: Omit<Pairing, 'broker'>,
  root: Uint8Array,
  uplink: UplinkPairing | null = null,
  command: string | null = null,
): void {
  mkdirSync(join(data, 'fleet'), { recursive: true, mode: 0o700 });
  unpair(data);
  beginTrust(trustFolder(data), root);
  const { ca, certificate, key } = uplink ?? {};
  for (const [name, text] of Object.entries({ ca, certificate, key, command })) {
    const path = pemPath(data, name as PemFile);
    if (text === undefined || text === null) rmSync(path, { force: true });
    else writeSecret(path, text);
  }
  const paired: Pairing = uplink === null ? wanted : { ...wanted, broker: uplink.url };
  openStore<Pairing | null>(pairingPath(data), null, (json) => (v.is(pairing, json) ? json : null)).update(
    () => paired,
  );
}

/** It belongs to no office any more, and that is on disk. What else was kept counts for nothing. */
export function unpair(data: string): void {
  const path = pairingPath(data);
  if (!existsSync(path)) return;
  rmSync(path);
  syncFolder(join(data, 'fleet'));
}

function pemPath(data: string, name: PemFile): string {
  return join(data, 'fleet', pemFiles[name]);
}
