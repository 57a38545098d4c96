/**
 * The keys that sign configurations (TUF specification 1.0, section 2.1 "Roles"): Ed25519, one PEM file each, 0600. Those of
 * root and targets belong offline, on a medium that is put in to publish; those of snapshot and timestamp stay where the
 * repository is kept, because its freshness is signed anew all the time.
 */
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, createPrivateKey, sign } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Key, Signature } from '@tufjs/models';
import { readSecret, writeSecret } from '../../keys.ts';

export const roles = ['root', 'targets', 'snapshot', 'timestamp'] as const;
export type RoleName = (typeof roles)[number];

/** How many keys a role has, and how many of them must sign. */
export const roleKeys: Readonly<Record<RoleName, { readonly keys: number; readonly threshold: number }>> = {
  root: { keys: 3, threshold: 2 },
  targets: { keys: 3, threshold: 2 },
  snapshot: { keys: 1, threshold: 1 },
  timestamp: { keys: 1, threshold: 1 },
};

export interface SigningKey {
  readonly role: RoleName;
  /** Counts up from 1 within the role; the number of a key that was replaced is not used again. */
  readonly number: number;
  readonly key: Key;
  sign(data: Buffer): Signature;
}

/** The folders of a repository's keys. */
export interface KeyFolders {
  readonly offline: string;
  readonly online: string;
}

const fileName = /^(root|targets|snapshot|timestamp)-([1-9][0-9]{0,5})\.pem$/;

function folderOf({ offline, online }: KeyFolders, role: RoleName): string {
  return role === 'root' || role === 'targets' ? offline : online;
}

/** Makes one key more for a role, and keeps it. */
export function makeKey(folders: KeyFolders, role: RoleName, number: number): SigningKey {
  const folder = folderOf(folders, role);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${role}-${number}.pem`);
  if (existsSync(path)) throw new Error(`${path} is there already; no key is ever written over`);
  const { privateKey } = generateKeyPairSync('ed25519');
  writeSecret(path, String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
  return signingKey(role, number, privateKey);
}

/**
 * The keys of a role that are in reach, by number. Empty: none, or the folder is not there (its medium is not put in).
 *
 * @throws Error for a file that others may read, or that is no Ed25519 key.
 */
export function keysOf(folders: KeyFolders, role: RoleName): readonly SigningKey[] {
  const folder = folderOf(folders, role);
  if (!existsSync(folder)) return [];
  const found: SigningKey[] = [];
  for (const name of readdirSync(folder)) {
    const [, of, number] = fileName.exec(name) ?? [];
    if (of === role) found.push(signingKey(role, Number(number), readPrivateKey(join(folder, name))));
  }
  return found.toSorted((one, other) => one.number - other.number);
}

/** A key that signs for nobody any more is not kept either. */
export function removeKey(folders: KeyFolders, { role, number }: Pick<SigningKey, 'role' | 'number'>): void {
  rmSync(join(folderOf(folders, role), `${role}-${number}.pem`), { force: true });
}

function readPrivateKey(path: string): KeyObject {
  const text = readSecret(path);
  try {
    const key = createPrivateKey(text);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // What OpenSSL says about it helps nobody.
  }
  throw new Error(`${path} is no Ed25519 key in PEM; restore it from a backup, or replace it with: config rotate`);
}

function signingKey(role: RoleName, number: number, secret: KeyObject): SigningKey {
  const key = publicKey(secret);
  return {
    role,
    number,
    key,
    sign: (data) => new Signature({ keyID: key.keyID, sig: sign(null, data, secret).toString('hex') }),
  };
}

/** Its identifier is the hash of its canonical JSON (TUF specification, 4.2 "Document formats": KEYID). */
function publicKey(secret: KeyObject): Key {
  const { x } = createPublicKey(secret).export({ format: 'jwk' });
  const hex = Buffer.from(String(x), 'base64url').toString('hex');
  const canonical = `{"keytype":"ed25519","keyval":{"public":"${hex}"},"scheme":"ed25519"}`;
  const keyID = createHash('sha256').update(canonical).digest('hex');
  return new Key({ keyID, keyType: 'ed25519', scheme: 'ed25519', keyVal: { public: hex } });
}
