/**
 * By what kiosk and office know each other before they are paired: ten signs on the kiosk's screen, which a person types at the
 * office. They never cross the network; a key stretched from them (scrypt, RFC 7914) seals what each side says to the other
 * (HMAC-SHA-256), so that whoever stands in between can neither change it nor speak in a side's place.
 */
import { createHmac, scrypt, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';
import { kioskName } from './wire.ts';

/** Crockford's base32. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeLength = 10;
const groupLength = 5;
/** How long a code is good, milliseconds. */
export const codeGoodMs = 10 * 60_000;

/** About 40 ms and 16 MiB a try: 2^50 codes are out of reach in the minutes for which one is good. */
const stretching = { N: 16_384, r: 8, p: 1 } as const;
const keyBytes = 32;

const hex = (bytes: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`)));
const pem = (kind: string) =>
  v.pipe(
    v.string(),
    v.maxLength(4_096),
    v.startsWith(`-----BEGIN ${kind}-----`),
    v.endsWith(`-----END ${kind}-----\n`),
  );
const proof = hex(32);

/** POST /pair, below the office's address; answered with 201 and `PairWaiting`. */
export const pairRequest = v.strictObject({
  kiosk: v.pipe(v.string(), v.regex(kioskName)),
  /** PKCS #10, RFC 2986. */
  request: pem('CERTIFICATE REQUEST'),
  /** Public half of the key that signs heads, SPKI. */
  verifying: pem('PUBLIC KEY'),
  /** Salt of the stretched key. */
  nonce: hex(16),
  proof,
});
export type PairRequest = v.InferOutput<typeof pairRequest>;

/** `id` is a secret of this kiosk's: with it it asks what became of it, GET /pair/ID. */
export const pairWaiting = v.strictObject({ id: hex(32) });

/** GET /pair/ID: still nobody has typed the code, or what belongs to a paired kiosk; 404: nothing is known of it any more. */
export const pairAnswer = v.strictObject({
  /** The kiosk's own and that of who signed it and the broker. */
  certificate: pem('CERTIFICATE'),
  ca: pem('CERTIFICATE'),
  /** Where its journal goes. */
  broker: v.pipe(v.string(), v.maxLength(300), v.url(), v.startsWith('mqtts://')),
  /** Where its configurations are, and the first root document, as its text. */
  repository: v.pipe(v.string(), v.maxLength(300), v.url(), v.regex(/^https?:\/\//)),
  root: v.pipe(v.string(), v.maxLength(64 * 1024)),
  /** Public half of the key that signs commands, SPKI. */
  command: pem('PUBLIC KEY'),
  proof,
});
export type PairAnswer = v.InferOutput<typeof pairAnswer>;
export const pairState = v.union([v.strictObject({ waits: v.literal(true) }), pairAnswer]);

export function newCode(chance: (bytes: number) => Uint8Array): string {
  // 32 signs divide 256: each is as likely as the others.
  const signs = Array.from(chance(codeLength), (byte) => alphabet[byte % alphabet.length]).join('');
  return `${signs.slice(0, groupLength)}-${signs.slice(groupLength)}`;
}

/** As it is kept; null: no code can be meant. Small letters, I and L for 1, O for 0, hyphens, blanks and joiners as they come. */
export function readCode(typed: string): string | null {
  const signs = typed
    .toUpperCase()
    .replaceAll(/[\s\u2060-]/g, '')
    .replaceAll(/[IL]/g, '1')
    .replaceAll('O', '0');
  if (signs.length !== codeLength || [...signs].some((sign) => !alphabet.includes(sign))) return null;
  return `${signs.slice(0, groupLength)}-${signs.slice(groupLength)}`;
}

export function stretched(code: string, nonce: string): Promise<Buffer> {
  return new Promise((done, failed) => {
    scrypt(code, Buffer.from(nonce, 'hex'), keyBytes, stretching, (error, key) => (error ? failed(error) : done(key)));
  });
}

export function proofOfRequest(key: Uint8Array, said: Omit<PairRequest, 'proof'>): string {
  const { kiosk, request, verifying, nonce } = said;
  return sealed(key, ['pair-request', kiosk, request, verifying, nonce]);
}

/** `asked`: the proof of the request that is answered. */
export function proofOfAnswer(key: Uint8Array, asked: string, said: Omit<PairAnswer, 'proof'>): string {
  const { certificate, ca, broker, repository, root, command } = said;
  return sealed(key, ['pair-answer', asked, certificate, ca, broker, repository, root, command]);
}

export function isProof(said: string, own: string): boolean {
  return timingSafeEqual(Buffer.from(said, 'hex'), Buffer.from(own, 'hex'));
}

/** JSON keeps the parts apart, whatever signs they hold. */
function sealed(key: Uint8Array, parts: readonly string[]): string {
  return createHmac('sha256', key).update(JSON.stringify(parts)).digest('hex');
}
