/**
 * What makes a Z report this kiosk's own: an Ed25519 signature over its number and the hash of its entry, which is a hash over
 * its figures and the whole journal before it. The same report has the same signature whenever it is made.
 */
import { createHash, type KeyObject, sign, verify } from 'node:crypto';
import type { KioskKeys } from './keys.ts';

export interface ZSignature {
  /** Which key: sixteen hex digits of the hash of the public one. */
  readonly key: string;
  /** Hex. */
  readonly signature: string;
}

const prefix = 'KZ1';

export function signZ({ signing, verifying }: KioskKeys, z: number, hash: string): ZSignature {
  return { key: keyName(verifying), signature: sign(null, signed(z, hash), signing).toString('hex') };
}

/** Whether it was made by the key whose public half this is. */
export function isSignedZ(verifying: KeyObject, z: number, hash: string, { key, signature }: ZSignature): boolean {
  return key === keyName(verifying) && verify(null, signed(z, hash), verifying, Buffer.from(signature, 'hex'));
}

function signed(z: number, hash: string): Buffer {
  return Buffer.from(`${prefix}.${z}.${hash}`);
}

function keyName(verifying: KeyObject): string {
  return createHash('sha256')
    .update(verifying.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);
}
