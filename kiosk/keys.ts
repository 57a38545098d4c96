/**
 * The kiosk's own secrets, in `DATA/keys` (folder 0700, files 0600), made at the first start. They are outside the
 * configuration and leave this machine only in a backup. Damage is never repaired in silence: new keys would make every voucher
 * that is out worthless.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeWhole } from '../config/store.ts';

export interface KioskKeys {
  /** Ed25519. */
  readonly signing: KeyObject;
  readonly verifying: KeyObject;
  /** HMAC-SHA-256, 32 bytes. */
  readonly voucher: Uint8Array;
}

const signingFile = 'signing.pem';
const voucherFile = 'voucher.key';
/** PINs as hashes, and names (`pins.ts`). */
const staffFile = 'staff.json';
const voucherKeyBytes = 32;

/**
 * Reads the keys of a data folder, or makes them when there is no key at all. Throws an error that names the file and
 * what to do: rights too wide, another kind of file, damaged, or one of the two missing.
 */
export function openKeys(dataDir: string): KioskKeys {
  const folder = join(dataDir, 'keys');
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
  checkRights(folder, 'folder');
  const signingPath = join(folder, signingFile);
  const voucherPath = join(folder, voucherFile);
  // The voucher key is written first and the signing key last: only together do they count as made.
  if (!existsSync(signingPath) && !existsSync(voucherPath)) {
    const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
    writeSecret(voucherPath, randomBytes(voucherKeyBytes).toString('hex'));
    writeSecret(signingPath, String(pem));
  }
  return readKeys(folder);
}

/** Where `pins.ts` keeps what it holds. */
export function staffPath(dataDir: string): string {
  return join(dataDir, 'keys', staffFile);
}

/** The paths of keys that a data folder should hold and does not; a folder that is new lacks all of them. */
export function missingKeys(dataDir: string): readonly string[] {
  return [voucherFile, signingFile].map((name) => join(dataDir, 'keys', name)).filter((path) => !existsSync(path));
}

/**
 * Copies the keys of a data folder into `to`, a folder that does not exist yet, with the same rights; they are on disk
 * when this returns. Throws as `openKeys` does, and makes no key.
 */
export function copyKeys(dataDir: string, to: string): void {
  const folder = join(dataDir, 'keys');
  checkRights(folder, 'folder');
  readKeys(folder);
  mkdirSync(to, { mode: 0o700 });
  for (const name of [voucherFile, signingFile]) writeSecret(join(to, name), readKey(join(folder, name)));
  // Absent as long as nobody has been set up to work here.
  const staff = join(folder, staffFile);
  if (existsSync(staff)) writeSecret(join(to, staffFile), readSecret(staff));
}

function readKeys(folder: string): KioskKeys {
  const voucherPath = join(folder, voucherFile);
  const voucher = Buffer.from(readKey(voucherPath), 'hex');
  if (voucher.length !== voucherKeyBytes) throw damaged(voucherPath);
  const signing = signingKey(join(folder, signingFile));
  return { signing, verifying: createPublicKey(signing), voucher };
}

function signingKey(path: string): KeyObject {
  const text = readKey(path);
  try {
    const key = createPrivateKey(text);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Falls through to the one clear answer: what OpenSSL says about it helps nobody.
  }
  throw damaged(path);
}

function readKey(path: string): string {
  if (!existsSync(path)) {
    throw new Error(
      `${path} is missing while other keys are there. Restore the folder ${dirname(path)} from a backup.`,
    );
  }
  return readSecret(path);
}

/** The text of a file that only its owner may read. Throws an error that says what to do when others may too. */
export function readSecret(path: string): string {
  checkRights(path, 'file');
  return readFileSync(path, 'utf8').trim();
}

/** The text is in the file (0600), whole and on disk, when this returns. */
export function writeSecret(path: string, text: string): void {
  writeWhole(path, Buffer.from(`${text.trim()}\n`, 'utf8'), 0o600);
}

function checkRights(path: string, kind: 'folder' | 'file'): void {
  const found = lstatSync(path);
  if (kind === 'folder' ? !found.isDirectory() : !found.isFile()) {
    throw new Error(`${path} is not a plain ${kind}. Remove it, or restore the keys from a backup.`);
  }
  if ((found.mode & 0o077) === 0) return;
  const right = kind === 'folder' ? '700' : '600';
  throw new Error(`${path} can be read by other users. Close it with: chmod ${right} ${path}`);
}

function damaged(path: string): Error {
  return new Error(`${path} is damaged. Restore it from a backup: vouchers made with it cannot be checked without it.`);
}
