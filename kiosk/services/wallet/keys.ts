/** The keys of wallets, in `DATA/keys/wallets`: secret ones are for their owner only (0600). */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSecret } from '../../keys.ts';

/** Throws an error that names the file and what to do: it is missing, open to others, or no such key. */
export function readPrivateKey(dataDir: string, name: string): KeyObject {
  return read(dataDir, name, 'the merchant’s private key (PEM)', (path) => createPrivateKey(readSecret(path)));
}

/** As `readPrivateKey`, for a key that is no secret. */
export function readPublicKey(dataDir: string, name: string): KeyObject {
  return read(dataDir, name, 'the gateway’s public key (PEM)', (path) => createPublicKey(readFileSync(path, 'utf8')));
}

/** As `readPrivateKey`, for a text of so many characters. */
export function readTextKey(dataDir: string, name: string, characters: number): string {
  return read(dataDir, name, `a key of ${characters} characters`, (path) => {
    const text = readSecret(path);
    if (!new RegExp(`^[0-9A-Za-z]{${characters}}$`).test(text)) throw new Error('of another form');
    return text;
  });
}

function read<Key>(dataDir: string, name: string, what: string, open: (path: string) => Key): Key {
  const path = join(dataDir, 'keys', 'wallets', name);
  if (!existsSync(path)) throw new Error(`${path} is missing; put ${what} there, readable by this user only`);
  try {
    return open(path);
  } catch (error) {
    // Its own words say what to do about rights; those of OpenSSL help nobody.
    if (error instanceof Error && error.message.startsWith(path)) throw error;
    throw new Error(`${path} cannot be read as ${what}; put it there again`);
  }
}
