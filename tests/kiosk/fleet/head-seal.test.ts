import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { signZ } from '../../../kiosk/day-seal.ts';
import { isSignedHead, signHead } from '../../../kiosk/fleet/head-seal.ts';

const one = generateKeyPairSync('ed25519');
const keys = { signing: one.privateKey, verifying: one.publicKey, voucher: new Uint8Array(32) };
const head = { seq: 7, hash: 'a'.repeat(64) };

test('a head is signed by this kiosk, the same each time, and by no other', () => {
  const signed = signHead(keys, head);
  expect(signHead(keys, head)).toEqual(signed);
  expect(isSignedHead(one.publicKey, signed)).toBe(true);
  expect(isSignedHead(generateKeyPairSync('ed25519').publicKey, signed)).toBe(false);
});

test.each([
  ['another sequence', { seq: 8 }],
  ['another hash', { hash: 'b'.repeat(64) }],
  ['another signature', { signature: '00'.repeat(64) }],
  ['no signature', { signature: 'words' }],
])('%s is not what was signed', (_, change) => {
  expect(isSignedHead(one.publicKey, { ...signHead(keys, head), ...change })).toBe(false);
});

test('the signature of a Z report is none of a head', () => {
  expect(isSignedHead(one.publicKey, { ...head, ...signZ(keys, head.seq, head.hash) })).toBe(false);
});
