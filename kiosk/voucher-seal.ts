/**
 * What makes a voucher this kiosk's own, or that of a kiosk whose key is known here. The square code carries all of it with an
 * Ed25519 signature; the ten signs for typing are an HMAC over what the journal says about the serial, and so only ever this
 * kiosk's. A wrong one, whatever is wrong, has one answer.
 */
import { createHash, createHmac, createPublicKey, type KeyObject, sign, timingSafeEqual, verify } from 'node:crypto';
import * as v from 'valibot';
import type { KioskKeys } from './keys.ts';

export interface SealedVoucher {
  readonly serial: string;
  readonly currency: string;
  readonly minor: number;
  /** ISO 8601 UTC. */
  readonly issuedAt: string;
  readonly kiosk: string;
}

/** What the code for typing binds, as the journal has it. */
export type VoucherAmount = Pick<SealedVoucher, 'serial' | 'currency' | 'minor'>;

export type QrAnswer = { readonly ok: true; readonly voucher: SealedVoucher } | { readonly ok: false };

export interface VoucherSeal {
  /** `qr` is `KV1.PAYLOAD.SIGNATURE` (base64url), `code` ten signs of Crockford's base32. */
  signVoucher(voucher: SealedVoucher): { readonly qr: string; readonly code: string };
  /** Whether the text of a square code was signed by the kiosk that it names. Says nothing about whether the voucher was spent. */
  verifyQr(text: string): QrAnswer;
  /**
   * Whether `code` belongs to `serial`. `record` is what the journal holds under that serial, null when nothing; the
   * work and the answer are the same for an unknown serial as for a wrong code.
   */
  verifyTyped(typed: {
    readonly serial: string;
    readonly code: string;
    readonly record: VoucherAmount | null;
  }): boolean;
}

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeLength = 10;
const longestQr = 600;
const prefix = 'KV1';
const refused: QrAnswer = { ok: false };

/** A kiosk whose vouchers are taken here, and its public key: SPKI in base64 or hex, as the configuration has it. */
export interface AcceptedIssuer {
  readonly kiosk: string;
  readonly key: string;
}

const sealed = v.strictTuple([
  v.pipe(v.string(), v.regex(/^[0-9A-Za-z-]{1,40}$/)),
  v.pipe(v.string(), v.regex(/^[A-Z]{3}$/)),
  v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  v.pipe(v.string(), v.isoTimestamp()),
  v.string(),
]);

/** @throws Error for what is no key of an accepted kiosk, which a checked configuration does not have */
export function createVoucherSeal(
  keys: KioskKeys,
  kiosk: string,
  accepted: readonly AcceptedIssuer[] = [],
): VoucherSeal {
  const signers = new Map<string, KeyObject>(accepted.map((one) => [one.kiosk, publicKey(one.key)]));
  signers.set(kiosk, keys.verifying);
  const codeOf = ({ serial, currency, minor }: VoucherAmount) => {
    // JSON keeps the parts apart, whatever signs they hold.
    const text = JSON.stringify([prefix, kiosk, serial, currency, minor]);
    return crockford(createHmac('sha256', keys.voucher).update(text).digest());
  };
  return {
    signVoucher(voucher) {
      const { serial, currency, minor, issuedAt } = voucher;
      const payload = Buffer.from(JSON.stringify([serial, currency, minor, issuedAt, voucher.kiosk])).toString(
        'base64url',
      );
      const signature = sign(null, Buffer.from(`${prefix}.${payload}`), keys.signing).toString('base64url');
      return { qr: `${prefix}.${payload}.${signature}`, code: codeOf(voucher) };
    },
    verifyQr(text) {
      if (text.length > longestQr || !/^KV1\.[\w-]+\.[\w-]+$/.test(text)) return refused;
      const [, payload, signature] = text.split('.') as [string, string, string];
      const bytes = Buffer.from(signature, 'base64url');
      // Base64 can write the same bytes in several ways; only the one written here counts.
      if (bytes.toString('base64url') !== signature) return refused;
      const claim = claimed(payload);
      const signer = claim === null ? undefined : signers.get(claim.kiosk);
      if (claim === null || signer === undefined) return refused;
      return verify(null, Buffer.from(`${prefix}.${payload}`), signer, bytes) ? { ok: true, voucher: claim } : refused;
    },
    verifyTyped({ serial, code, record }) {
      const known = record !== null && record.serial === serial;
      const expected = codeOf(known ? record : { serial, currency: '', minor: 0 });
      const typed = asTyped(code);
      const right = timingSafeEqual(
        Buffer.from(expected),
        Buffer.from(typed.padEnd(codeLength, '-').slice(0, codeLength)),
      );
      return right && known && typed.length === codeLength;
    },
  };
}

/**
 * What only who holds the slip can tell, and what is no slip: a hash over the signature of its square code, hex. Whoever spends it
 * tells it to the office, so that nobody says of a slip that was never theirs that it is spent.
 */
export function slipProof(qr: string): string {
  const signature = Buffer.from(qr.slice(qr.lastIndexOf('.') + 1), 'base64url');
  return createHash('sha256').update(`${prefix} spent\n`).update(signature).digest('hex');
}

function publicKey(text: string): KeyObject {
  const der = Buffer.from(text, /^[0-9a-f]+$/.test(text) ? 'hex' : 'base64');
  return createPublicKey({ key: der, format: 'der', type: 'spki' });
}

/** What a payload says of itself; null: it is not of the form that is signed here. */
function claimed(payload: string): SealedVoucher | null {
  const list = v.safeParse(
    v.pipe(v.string(), v.parseJson(), sealed),
    Buffer.from(payload, 'base64url').toString('utf8'),
  );
  if (!list.success) return null;
  const [serial, currency, minor, issuedAt, kiosk] = list.output;
  return { serial, currency, minor, issuedAt, kiosk };
}

/** Crockford's reading: small letters, I and L for 1, O for 0, hyphens and blanks as they come. Other signs become `-`. */
function asTyped(code: string): string {
  return code
    .slice(0, 4 * codeLength)
    .toUpperCase()
    .replace(/[\s-]/g, '')
    .replace(/[IL]/g, '1')
    .replace(/O/g, '0')
    .replace(/[^0-9A-HJKMNP-TV-Z]/g, '-');
}

function crockford(bytes: Uint8Array): string {
  let code = '';
  for (let at = 0; at < codeLength; at++) {
    const bit = at * 5;
    const pair = ((bytes[bit >> 3] as number) << 8) | (bytes[(bit >> 3) + 1] as number);
    code += alphabet[(pair >> (11 - (bit & 7))) & 31];
  }
  return code;
}
