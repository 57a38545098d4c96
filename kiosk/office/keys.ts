/**
 * The office's own secrets, in `DATA/keys` (folder 0700, files 0600), made at the first start. They are not made anew in silence:
 * no kiosk would believe this office any more.
 */
import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { readSecret, writeSecret } from '../keys.ts';
import { type Authority, createAuthority, type Identity, openAuthority } from './authority.ts';

/** Under which the broker of this machine is reached here. */
const serverNames = ['127.0.0.1', 'localhost'] as const;

/** A certificate is replaced when it is good for no longer than this, milliseconds. */
const renewBeforeMs = 60 * 86_400_000;

export interface OfficeKeys {
  readonly authority: Authority;
  /** Signs commands; Ed25519. */
  readonly command: KeyObject;
  /**
   * The certificate of the broker, or of the office as the client of one elsewhere; a new one when it nears its end. `reached`:
   * another name or address under which kiosks reach the broker; null: none.
   */
  identity(as: 'server' | 'office', reached?: string | null): Promise<Identity>;
}

/** @throws Error that names the file and what to do: others may read it, damaged, or missing while others are there */
export async function openOfficeKeys(data: string, wallMs: () => number): Promise<OfficeKeys> {
  const folder = join(data, 'keys');
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
  const paths = { authority: join(folder, 'authority.pem'), command: join(folder, 'command.pem') };
  // The authority is written last: only together do they count as made.
  if (
    !existsSync(paths.authority) &&
    !existsSync(join(folder, 'server.pem')) &&
    !existsSync(join(folder, 'office.pem'))
  ) {
    if (!existsSync(paths.command)) makeCommandKey(paths.command);
    writePair(paths.authority, await createAuthority('kiosk office', wallMs));
  }
  const authority = await readAuthority(paths.authority, wallMs);
  return {
    authority,
    command: readCommandKey(paths.command),
    async identity(as, reached = null) {
      const path = join(folder, `${as}.pem`);
      const kept = existsSync(path) ? readPair(path) : null;
      if (kept !== null && goodForMs(kept, wallMs()) > renewBeforeMs && isReached(kept, reached)) return kept;
      const names = reached === null ? serverNames : [...serverNames, reached];
      const made = as === 'server' ? await authority.server(names) : await authority.office();
      writePair(path, made);
      return made;
    },
  };
}

async function readAuthority(path: string, wallMs: () => number): Promise<Authority> {
  if (!existsSync(path)) throw missing(path);
  const pair = readPair(path);
  try {
    return await openAuthority(pair, wallMs);
  } catch {
    throw damaged(path);
  }
}

function makeCommandKey(path: string): void {
  writeSecret(path, String(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })));
}

function readCommandKey(path: string): KeyObject {
  if (!existsSync(path)) throw missing(path);
  const text = readSecret(path);
  try {
    const key = createPrivateKey(text);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // What OpenSSL says about it helps nobody.
  }
  throw damaged(path);
}

const certificatePart = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/;
const keyPart = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/;

/** Certificate and key in one file: they are replaced together or not at all. */
function writePair(path: string, { certificate, key }: Identity): void {
  writeSecret(path, `${certificate.trim()}\n${key.trim()}`);
}

function readPair(path: string): Identity {
  const text = readSecret(path);
  const [certificate] = certificatePart.exec(text) ?? [];
  const [key] = keyPart.exec(text) ?? [];
  if (certificate === undefined || key === undefined) throw damaged(path);
  return { certificate: `${certificate}\n`, key: `${key}\n` };
}

function goodForMs({ certificate }: Identity, nowMs: number): number {
  return Date.parse(new X509Certificate(certificate).validTo) - nowMs;
}

function isReached({ certificate }: Identity, name: string | null): boolean {
  if (name === null) return true;
  const read = new X509Certificate(certificate);
  return (isIP(name) === 0 ? read.checkHost(name) : read.checkIP(name)) !== undefined;
}

function missing(path: string): Error {
  return new Error(`${path} is missing while other keys are there; restore the folder from a backup`);
}

function damaged(path: string): Error {
  return new Error(`${path} is damaged; restore it from a backup: kiosks believe no other`);
}
