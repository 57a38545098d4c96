/**
 * The office's orders as they come: compact JWS (RFC 7515), signed with the one key that was kept with the pairing. Proven here,
 * judged against the clock, and handed on as a fact; everything else is refused, counted and logged, and changes nothing.
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import * as v from 'valibot';
import { parseJsonStrict } from '../../config/strict-json.ts';
import { messageMaximum, type RemoteOrder, type RemoteProblem } from '../remote/order.ts';

/** Signs of an order as it comes. */
export const orderMaximum = 8 * 1024;
export const orderType = 'kiosk-order+jws';
/** So far the clocks of both sides may be apart, seconds. */
const apartSeconds = 120;

const seconds = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(8_640_000_000_000));
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
const words = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(messageMaximum), v.regex(/^\P{C}*$/u));

export const remoteAct = v.variant('act', [
  v.strictObject({
    act: v.picklist(['lock', 'unlock', 'restart', 'reboot', 'send-log', 'screenshot', 'close-day']),
  }),
  v.strictObject({ act: v.literal('send-trace'), device: name }),
  v.strictObject({ act: v.literal('message'), text: v.nullable(v.strictObject({ 'zh-CN': words, en: words })) }),
  v.strictObject({ act: v.literal('method'), method: name, enabled: v.boolean() }),
]);

/** What is signed. `aud`: the kiosk; `iat`, `exp`: seconds since 1970. */
export const claimsOf = v.strictObject({
  aud: name,
  seq: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  order: remoteAct,
  priority: v.picklist(['idle', 'after-customer', 'now']),
  iat: seconds,
  exp: seconds,
});
export type Claims = v.InferOutput<typeof claimsOf>;

/** Why it is nobody's order: nothing is said back. */
export type Unproven = 'oversized' | 'unsigned' | 'malformed' | 'other-kiosk';

export type Proven = { readonly ok: true; readonly claims: Claims } | { readonly ok: false; readonly why: Unproven };

/** @throws Error when the key is none of Ed25519 */
export function orderKey(pem: string): KeyObject {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('the key of the office’s orders is none of Ed25519');
  return key;
}

export async function proveOrder(jws: string, key: KeyObject, kiosk: string): Promise<Proven> {
  if (jws.length > orderMaximum) return { ok: false, why: 'oversized' };
  const { compactVerify } = await import('jose');
  const read = await compactVerify(jws, key, { algorithms: ['EdDSA'] }).catch(() => null);
  if (read === null || read.protectedHeader.typ !== orderType) return { ok: false, why: 'unsigned' };
  const json = parseJsonStrict(Buffer.from(read.payload).toString('utf8'));
  const claims = json.ok ? v.safeParse(claimsOf, json.json) : null;
  if (!claims?.success) return { ok: false, why: 'malformed' };
  return claims.output.aud === kiosk ? { ok: true, claims: claims.output } : { ok: false, why: 'other-kiosk' };
}

/** `clockOff`: this kiosk's clock is known to be wrong. */
export function orderOfClaims(
  { seq, order, priority, iat, exp }: Claims,
  { nowMs, clockOff }: { readonly nowMs: number; readonly clockOff: boolean },
): RemoteOrder & { readonly problem: RemoteProblem | null } {
  const at = (of: number) => new Date(of * 1_000).toISOString();
  return { seq, order, priority, orderedAt: at(iat), deadline: at(exp), problem: problemOf(iat, exp, nowMs, clockOff) };
}

function problemOf(iat: number, exp: number, nowMs: number, clockOff: boolean): RemoteProblem | null {
  if (clockOff) return 'clock';
  if (iat * 1_000 > nowMs + apartSeconds * 1_000) return 'early';
  return exp <= iat || exp * 1_000 <= nowMs ? 'expired' : null;
}
