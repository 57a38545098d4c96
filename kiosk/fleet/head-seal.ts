/**
 * What makes a journal's head this kiosk's own word: an Ed25519 signature over sequence and hash of an entry, and so over all
 * entries before it. The same head has the same signature whenever it is made.
 */
import { createHash, type KeyObject, sign, verify } from 'node:crypto';
import type { Head } from '../journal/storage.ts';
import type { KioskKeys } from '../keys.ts';
import type { SignedHead } from './wire.ts';

/** No other signature of this key begins so. */
const prefix = 'KH1';

export function signHead(keys: Pick<KioskKeys, 'signing' | 'verifying'>, { seq, hash }: Head): SignedHead {
  const signature = sign(null, signed({ seq, hash }), keys.signing).toString('hex');
  return { seq, hash, key: keyName(keys.verifying), signature };
}

/** Whether the kiosk with this public key has said so. */
export function isSignedHead(verifying: KeyObject, { seq, hash, key, signature }: SignedHead): boolean {
  return key === keyName(verifying) && verify(null, signed({ seq, hash }), verifying, Buffer.from(signature, 'hex'));
}

function signed({ seq, hash }: Head): Buffer {
  return Buffer.from(`${prefix}.${seq}.${hash}`);
}

/** Sixteen hex digits of the hash of the public key, as on a Z report (`day-seal.ts`). */
function keyName(verifying: KeyObject): string {
  return createHash('sha256')
    .update(verifying.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);
}
