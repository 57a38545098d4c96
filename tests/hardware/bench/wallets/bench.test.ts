import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Bench, startBench } from '../../../../hardware/bench/main.ts';
import { labMerchant, storedWalletKeys } from '../../../../hardware/bench/wallets/keys.ts';
import type { WalletGatewayState } from '../../../../hardware/bench/wallets/server.ts';
import { alipayCall, alipayClient, wechatClient } from './lab.ts';
import { freePort } from '../../../free-port.ts';

let data: string;
let bench: Bench | null = null;

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'wallet-bench-'));
});
afterEach(async () => {
  await bench?.close();
  bench = null;
  rmSync(data, { recursive: true });
});

interface Wallet {
  readonly id: string;
  readonly kind: 'alipay' | 'wechat';
  readonly url: string;
}

async function start(httpPort: number, wallets: readonly Wallet[]): Promise<void> {
  const money = { currency: 'CNY', exponent: 2 };
  const biller = { kind: 'file', url: null, file: null };
  const played = wallets.map((wallet) => ({ alipay: null, wechat: null, ...wallet }));
  const config = { devices: [], money, timeZone: 'Asia/Shanghai', biller, wallets: played };
  bench = await startBench({ config, data, httpPort, speed: 1 });
}

const at = (path: string): URL => new URL(path, bench?.url);

async function hand(id: string, action: object): Promise<{ status: number; state: WalletGatewayState }> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(at(`/services/${id}/actions`), { method: 'POST', headers, body: JSON.stringify(action) });
  const body = (await answer.json()) as { service: WalletGatewayState };
  return { status: answer.status, state: body.service };
}

async function state(id: string): Promise<WalletGatewayState> {
  return (await (await fetch(at(`/services/${id}`))).json()) as WalletGatewayState;
}

const { wechatAppId: appid, wechatMchid: mchid } = labMerchant;
const order = {
  appid,
  mchid,
  description: '门诊费',
  out_trade_no: 'A-00001',
  notify_url: 'http://127.0.0.1:9/',
  amount: { total: 8650 },
};

test('wallets on loopback are played at their own ports, with keys in the data folder', async () => {
  const [one, other] = [await freePort(), await freePort()];
  const alipayUrl = `http://127.0.0.1:${one}/gateway.do`;
  const wechatUrl = `http://127.0.0.1:${other}/`;
  await start(0, [
    { id: 'alipay', kind: 'alipay', url: alipayUrl },
    { id: 'green', kind: 'wechat', url: wechatUrl },
    { id: 'real', kind: 'alipay', url: 'https://openapi.alipay.com/gateway.do' },
  ]);
  const devices = (await (await fetch(at('/devices'))).json()) as { services: unknown };
  expect(devices.services).toEqual(['alipay', 'green'].map((id) => ({ id, url: at(`/services/${id}`).href })));

  const call = alipayCall(alipayClient(alipayUrl, await storedWalletKeys(data, 'alipay')));
  const shown = await call('alipay.trade.precreate', { out_trade_no: 'A_1', total_amount: '86.50', subject: '门诊费' });
  expect(await hand('alipay', { action: 'pay code', text: shown.qrCode })).toMatchObject({
    status: 200,
    state: { behaviour: 'normal', keptMinor: 8650, ledger: [{ number: 'A_1', state: 'paid', capturedMinor: 8650 }] },
  });
  expect(await call('alipay.trade.query', { out_trade_no: 'A_1' })).toMatchObject({ tradeStatus: 'TRADE_SUCCESS' });
  expect((await hand('alipay', { action: 'dance' })).status).toBe(409);

  const client = wechatClient(wechatUrl, await storedWalletKeys(data, 'wechat'));
  const { state: shows } = await hand('green', { action: 'show code' });
  const auth_code = shows.phone.code?.text;
  const paid = await client.chain('v3/pay/transactions/codepay').post({ ...order, payer: { auth_code } });
  expect(paid.data).toMatchObject({ trade_state: 'SUCCESS' });
  expect(await state('green')).toMatchObject({
    id: 'green',
    provider: 'wechat',
    keptMinor: 8650,
    phone: { code: null },
  });
});

test('behind the bench’s own port requests go through byte by byte, and failures do too', async () => {
  const port = await freePort();
  const alipayUrl = `http://127.0.0.1:${port}/services/alipay/gateway.do`;
  const wechatUrl = `http://127.0.0.1:${port}/services/wechat/`;
  await start(port, [
    { id: 'alipay', kind: 'alipay', url: alipayUrl },
    { id: 'wechat', kind: 'wechat', url: wechatUrl },
  ]);
  const call = alipayCall(alipayClient(alipayUrl, await storedWalletKeys(data, 'alipay')));
  expect(await call('alipay.trade.query', { out_trade_no: 'A_1' })).toMatchObject({ subCode: 'ACQ.TRADE_NOT_EXIST' });
  const client = wechatClient(wechatUrl, await storedWalletKeys(data, 'wechat'));
  const created = await client.chain('v3/pay/transactions/native').post(order);
  expect(created.data).toMatchObject({ code_url: expect.any(String) });
  const path = 'v3/pay/transactions/out-trade-no/{out_trade_no}';
  const asked = () => client.chain(path).get({ params: { mchid }, out_trade_no: 'A-00001' });
  expect((await asked()).data).toMatchObject({ trade_state: 'NOTPAY' });
  expect((await client.chain(`${path}/close`).post({ mchid }, { out_trade_no: 'A-00001' })).status).toBe(204);
  expect((await asked()).data).toMatchObject({ trade_state: 'CLOSED' });

  await hand('wechat', { action: 'misbehave', value: 'down' });
  await expect(asked()).rejects.toThrow();
  expect((await hand('wechat', { action: 'misbehave', value: 'off' })).state.behaviour).toBe('normal');
  expect((await asked()).data).toMatchObject({ trade_state: 'CLOSED' });
});

test('two services of one name, and a port that is taken, end the start and leave nothing open', async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/gateway.do`;
  const alipay: Wallet = { id: 'alipay', kind: 'alipay', url };
  await expect(
    start(0, [alipay, { ...alipay, url: `http://127.0.0.1:${await freePort()}/gateway.do` }]),
  ).rejects.toThrow('"alipay"');
  await expect(start(0, [alipay, { ...alipay, id: 'again' }])).rejects.toThrow('EADDRINUSE');
  await start(0, [alipay]);
  expect((await state('alipay')).ledger).toEqual([]);
});
