/** The keys and names of a laboratory's merchant at both wallets. A real merchant gets them from the providers. */
import { createPublicKey, generateKeyPair, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Provider } from './phone.ts';

/** What the laboratory's merchant is called. All are invented, and say so. */
export const labMerchant = {
  alipayAppId: '2021000000000000',
  wechatAppId: 'wxlab00000000000',
  wechatMchid: '1900000000',
  /** Serial number of the merchant's certificate. */
  wechatSerial: 'LAB0SERIAL000000000000000000000000000000',
  /** Under which name WeChat Pay's public key signs. */
  wechatPublicKeyId: 'PUB_KEY_ID_LAB0000000000000000000000000',
} as const;

/** One merchant at one provider. PEM texts: private keys as PKCS#8, public ones as SPKI. */
export interface WalletKeys {
  readonly merchantPrivate: string;
  readonly merchantPublic: string;
  readonly gatewayPrivate: string;
  readonly gatewayPublic: string;
  /** Of notifications; 32 bytes of text. WeChat Pay's only. */
  readonly apiV3Key: string;
}

const generate = promisify(generateKeyPair);

/** Two fresh pairs of RSA keys, of 2 048 bits as both providers have them. */
export async function createWalletKeys(): Promise<WalletKeys> {
  const [merchant, gateway] = await Promise.all([pair(), pair()]);
  return {
    merchantPrivate: merchant.privateKey,
    merchantPublic: merchant.publicKey,
    gatewayPrivate: gateway.privateKey,
    gatewayPublic: gateway.publicKey,
    apiV3Key: freshApiV3Key(),
  };
}

function pair(): Promise<{ readonly privateKey: string; readonly publicKey: string }> {
  return generate('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
}

/**
 * The keys in `DATA/keys/wallets`; what is missing there is made. The kiosk reads `PROVIDER-merchant-private.pem` and
 * `PROVIDER-gateway-public.pem`; what begins with `bench-` is the gateway's own. Nobody else may read them (0600).
 *
 * @throws Error when the folder cannot be written, a file in it is no key, or the gateway's public key there is not this
 * bench's: then they are a real merchant's, and nothing of theirs is written over.
 */
export async function storedWalletKeys(data: string, provider: Provider): Promise<WalletKeys> {
  const folder = join(data, 'keys', 'wallets');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = {
    merchantPrivate: join(folder, `${provider}-merchant-private.pem`),
    gatewayPublic: join(folder, `${provider}-gateway-public.pem`),
    gatewayPrivate: join(folder, `bench-${provider}-gateway-private.pem`),
    apiV3Key: join(folder, `${provider}-apiv3.key`),
  };
  const foreign = new Error(`${path.gatewayPublic} is a real gateway's: play it with another data folder`);
  if (existsSync(path.gatewayPublic) && !existsSync(path.gatewayPrivate)) throw foreign;
  if (!existsSync(path.merchantPrivate)) keep(path.merchantPrivate, (await pair()).privateKey);
  if (!existsSync(path.gatewayPrivate)) keep(path.gatewayPrivate, (await pair()).privateKey);
  if (provider === 'wechat' && !existsSync(path.apiV3Key)) keep(path.apiV3Key, freshApiV3Key());
  const gatewayPrivate = readFileSync(path.gatewayPrivate, 'utf8');
  const gatewayPublic = publicOf(gatewayPrivate, path.gatewayPrivate);
  if (!existsSync(path.gatewayPublic)) keep(path.gatewayPublic, gatewayPublic);
  if (readFileSync(path.gatewayPublic, 'utf8') !== gatewayPublic) throw foreign;
  const merchantPrivate = readFileSync(path.merchantPrivate, 'utf8');
  return {
    merchantPrivate,
    merchantPublic: publicOf(merchantPrivate, path.merchantPrivate),
    gatewayPrivate,
    gatewayPublic,
    apiV3Key: provider === 'wechat' ? secretIn(path.apiV3Key) : '',
  };
}

function secretIn(file: string): string {
  const text = readFileSync(file, 'utf8').trim();
  if (Buffer.byteLength(text) !== 32) throw new Error(`${file} holds no APIv3 key of 32 bytes`);
  return text;
}

function freshApiV3Key(): string {
  return randomBytes(16).toString('hex');
}

function keep(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
}

function publicOf(privatePem: string, file: string): string {
  try {
    return createPublicKey(privatePem).export({ type: 'spki', format: 'pem' }).toString();
  } catch {
    throw new Error(`${file} holds no private key`);
  }
}
