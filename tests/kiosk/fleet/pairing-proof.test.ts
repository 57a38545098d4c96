import { expect, test } from 'vitest';
import { nextOf } from '../../../kiosk/fleet/pair-up.ts';
import {
  isProof,
  newCode,
  proofOfAnswer,
  proofOfRequest,
  readCode,
  stretched,
} from '../../../kiosk/fleet/pairing-proof.ts';

test('a code is read as people write it', () => {
  const made = newCode(() => Uint8Array.from([0, 1, 8, 31, 32, 63, 255, 17, 18, 19]));
  expect(made).toBe('018Z0-ZZHJK');
  expect(readCode(' o18z0 zzhjk')).toBe(made);
  expect(readCode('OI8Z0-ZZHJK')).toBe(made);
  // As the glass joins two digits over a hyphen.
  expect(readCode('O18Z0\u2060-\u2060ZZHJK')).toBe(made);
  expect(['', '018Z0', '018Z0-ZZHJU', '018Z0-ZZHJKK'].map(readCode)).toEqual([null, null, null, null]);
});

test.each([
  ['an office with no offer looked for', null, false, 'look'],
  ['an office that is there, without an offer', null, true, 'offer'],
  ['an offer that nobody has', { id: null, untilMs: 10 }, true, 'send'],
  ['an offer that the office has', { id: 'a', untilMs: 10 }, true, 'ask'],
  ['an offer at an office that was away meanwhile', { id: 'a', untilMs: 10 }, false, 'ask'],
  ['an old offer', { id: 'a', untilMs: 5 }, true, 'offer'],
  ['an old offer at an office that is away', { id: 'a', untilMs: 5 }, false, 'look'],
] as const)('%s is followed by the next step', (_what, offer, reached, step) => {
  expect(nextOf(offer, reached, 5)).toBe(step);
});

const request = { kiosk: 'LAB-01', request: 'REQUEST', verifying: 'KEY', nonce: '0'.repeat(32) };
const answer = { certificate: 'C', ca: 'A', broker: 'B', repository: 'R', root: 'T', command: 'K' };

test('a proof is another one with another code, another salt, and any other word that it seals', async () => {
  const key = await stretched('018Z0-ZZHJK', request.nonce);
  const others = [await stretched('018Z0-ZZHJM', request.nonce), await stretched('018Z0-ZZHJK', '1'.repeat(32))];
  const own = proofOfRequest(key, request);
  const asked = proofOfAnswer(key, own, answer);
  const proofs = [
    own,
    asked,
    ...others.map((other) => proofOfRequest(other, request)),
    ...Object.keys(request).map((name) => proofOfRequest(key, { ...request, [name]: 'other' })),
    ...Object.keys(answer).map((name) => proofOfAnswer(key, own, { ...answer, [name]: 'other' })),
    proofOfAnswer(key, 'another request', answer),
  ];
  expect(new Set(proofs).size).toBe(proofs.length);
  expect([isProof(own, own), isProof(own, asked)]).toEqual([true, false]);
  expect(proofOfRequest(await stretched('018Z0-ZZHJK', request.nonce), request)).toBe(own);
});
