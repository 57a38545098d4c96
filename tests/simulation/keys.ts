/** The kiosk's keys, the same in every run: a signature stands in the journal, and equal seeds give equal journals. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { KioskKeys } from '../../kiosk/keys.ts';

/** PKCS #8 of an Ed25519 key up to its 32 bytes (RFC 8410, section 7). */
const head = Buffer.from('302e020100300506032b657004220420', 'hex');

const signing = createPrivateKey({ key: Buffer.concat([head, Buffer.alloc(32, 9)]), format: 'der', type: 'pkcs8' });

export const keys: KioskKeys = {
  signing,
  verifying: createPublicKey(signing),
  voucher: new Uint8Array(32).fill(7),
};
