import { createPrivateKey, createPublicKey } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { labMerchant, storedWalletKeys } from '../../../../hardware/bench/wallets/keys.ts';

let data: string;

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'wallet-keys-'));
});
afterEach(() => {
  rmSync(data, { recursive: true });
});

const folder = () => join(data, 'keys/wallets');
const file = (name: string) => join(folder(), name);

test('keys are made once, for nobody else to read, and are the same at the next start', async () => {
  const alipay = await storedWalletKeys(data, 'alipay');
  const wechat = await storedWalletKeys(data, 'wechat');
  expect(readdirSync(folder()).sort()).toEqual([
    'alipay-gateway-public.pem',
    'alipay-merchant-private.pem',
    'bench-alipay-gateway-private.pem',
    'bench-wechat-gateway-private.pem',
    'wechat-apiv3.key',
    'wechat-gateway-public.pem',
    'wechat-merchant-private.pem',
  ]);
  for (const name of readdirSync(folder())) expect(statSync(file(name)).mode & 0o777, name).toBe(0o600);
  expect(statSync(folder()).mode & 0o777).toBe(0o700);
  expect(readFileSync(file('alipay-merchant-private.pem'), 'utf8')).toBe(alipay.merchantPrivate);
  expect(readFileSync(file('wechat-gateway-public.pem'), 'utf8')).toBe(wechat.gatewayPublic);
  expect(createPrivateKey(alipay.merchantPrivate).asymmetricKeyDetails?.modulusLength).toBe(2048);
  expect(alipay.merchantPrivate).toMatch(/^-----BEGIN PRIVATE KEY-----/);
  const own = (pem: string) => createPublicKey(pem).export({ type: 'spki', format: 'pem' });
  expect([own(wechat.merchantPrivate), own(wechat.gatewayPrivate)]).toEqual([
    wechat.merchantPublic,
    wechat.gatewayPublic,
  ]);
  expect([alipay.apiV3Key, wechat.apiV3Key.length]).toEqual(['', 32]);
  expect(await storedWalletKeys(data, 'alipay')).toEqual(alipay);
  expect(await storedWalletKeys(data, 'wechat')).toEqual(wechat);
});

test('what is missing is made again from what is there', async () => {
  const before = await storedWalletKeys(data, 'wechat');
  rmSync(file('wechat-gateway-public.pem'));
  rmSync(file('wechat-merchant-private.pem'));
  const after = await storedWalletKeys(data, 'wechat');
  expect(after).toMatchObject({ gatewayPublic: before.gatewayPublic, apiV3Key: before.apiV3Key });
  expect(after.merchantPrivate).not.toBe(before.merchantPrivate);
});

test('the keys of a real merchant are never written over', async () => {
  const { gatewayPublic } = await storedWalletKeys(data, 'alipay');
  rmSync(file('bench-alipay-gateway-private.pem'));
  const names = readdirSync(folder());
  await expect(storedWalletKeys(data, 'alipay')).rejects.toThrow('real gateway');
  expect(readdirSync(folder())).toEqual(names);
  expect(readFileSync(file('alipay-gateway-public.pem'), 'utf8')).toBe(gatewayPublic);
  await storedWalletKeys(data, 'wechat');
  writeFileSync(file('wechat-gateway-public.pem'), gatewayPublic);
  await expect(storedWalletKeys(data, 'wechat')).rejects.toThrow('real gateway');
});

test('a file that is no key is named', async () => {
  await storedWalletKeys(data, 'alipay');
  writeFileSync(file('alipay-merchant-private.pem'), 'nothing');
  await expect(storedWalletKeys(data, 'alipay')).rejects.toThrow('alipay-merchant-private.pem');
  await storedWalletKeys(data, 'wechat');
  writeFileSync(file('wechat-apiv3.key'), 'short');
  await expect(storedWalletKeys(data, 'wechat')).rejects.toThrow('wechat-apiv3.key');
});

test('the laboratory’s names say that they are no real ones', () => {
  expect(labMerchant.wechatSerial).toMatch(/^LAB0SERIAL/);
  expect(labMerchant.wechatPublicKeyId).toMatch(/^PUB_KEY_ID_LAB/);
});
