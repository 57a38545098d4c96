/** Passphrases of the people at the office, kept as the PHC text of an argon2id hash (RFC 9106). */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const hashOf = promisify(argon2);

/** RFC 9106, section 4, second recommended option, with one lane: 64 MiB, three passes. */
const cost = { memory: 65_536, passes: 3, parallelism: 1 } as const;
const tagLength = 32;
const saltBytes = 16;

/** Signs of a passphrase. */
const passphraseMinimum = 10;
const passphraseMaximum = 128;

/** Long enough, not one sign again and again, and not the name. */
export function isGoodPassphrase(passphrase: string, name: string): boolean {
  const signs = [...passphrase.normalize('NFC')];
  if (signs.length < passphraseMinimum || signs.length > passphraseMaximum) return false;
  return new Set(signs).size > 3 && passphrase.toLowerCase() !== name.toLowerCase();
}

export async function keptPassphrase(passphrase: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const hash = await hashed(passphrase, salt, cost);
  const { memory, passes, parallelism } = cost;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(hash)}`;
}

const kept = /^\$argon2id\$v=19\$m=([0-9]{1,7}),t=([0-9]{1,2}),p=([0-9]{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Whether it is the one that is kept; null, nobody's, takes as long as one that is. */
export async function fitsPassphrase(text: string | null, passphrase: string): Promise<boolean> {
  const [, memory, passes, parallelism, salt, hash] = (text === null ? null : kept.exec(text)) ?? [];
  if (salt === undefined || hash === undefined) {
    await hashed(passphrase, Buffer.alloc(saltBytes), cost);
    return false;
  }
  const of = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const wanted = Buffer.from(hash, 'base64');
  const made = await hashed(passphrase, Buffer.from(salt, 'base64'), of);
  return made.length === wanted.length && timingSafeEqual(made, wanted);
}

function hashed(passphrase: string, nonce: Buffer, of: { memory: number; passes: number; parallelism: number }) {
  return hashOf('argon2id', { message: passphrase.normalize('NFC'), nonce, ...of, tagLength });
}

/** As PHC texts have it: without the signs that fill up. */
function base64(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
