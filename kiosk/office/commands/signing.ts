/** An order as it goes to a kiosk: compact JWS, by the office's own key. */
import type { KeyObject } from 'node:crypto';
import { CompactSign } from 'jose';
import { type Claims, orderType } from '../../fleet/remote-command.ts';

/** `key`: the private half, Ed25519. */
export async function signOrder(key: KeyObject, claims: Claims): Promise<string> {
  const text = new TextEncoder().encode(JSON.stringify(claims));
  return new CompactSign(text).setProtectedHeader({ alg: 'EdDSA', typ: orderType }).sign(key);
}
