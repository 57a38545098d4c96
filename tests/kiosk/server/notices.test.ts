/** A payment's notice goes from a simulated gateway over real HTTP through the door to the client that checks its signature. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../hardware/clock.ts';
import { openAlipayGateway } from '../../../hardware/bench/wallets/alipay.ts';
import { storedWalletKeys } from '../../../hardware/bench/wallets/keys.ts';
import type { WalletGateway } from '../../../hardware/bench/wallets/server.ts';
import { openWechatGateway } from '../../../hardware/bench/wallets/wechat.ts';
import type { Gateway } from '../../../kiosk/services/wallet/contract.ts';
import { createGateway } from '../../../kiosk/services/wallet/index.ts';
import { wallets } from '../../wallets.ts';
import { createStage, type Stage } from './stage.ts';

type Named = (typeof wallets)[number];
/** The gateway that knows the merchant of the example. */
async function open({ kind, alipay, wechat }: Named, data: string): Promise<WalletGateway> {
  const options = { port: 0, keys: await storedWalletKeys(data, kind) };
  if (alipay !== null) return openAlipayGateway({ ...options, appId: alipay.appId });
  if (wechat === null) throw new Error(`the wallet ${kind} has no settings`);
  const { appId, mchId: mchid, merchantSerial: serial, publicKeyId } = wechat;
  return openWechatGateway({ ...options, merchant: { appId, mchid, serial, publicKeyId } });
}
const endMs = 15_000;

describe.each(['alipay', 'wechat'] as const)('a notice of %s', (kind) => {
  let data: string;
  let simulated: WalletGateway;
  let gateway: Gateway;
  let stage: Stage;
  let hinted: string[];

  beforeEach(async () => {
    data = mkdtempSync(join(tmpdir(), 'kiosk-notices-'));
    const example = wallets.find((wallet) => wallet.kind === kind);
    if (example === undefined) throw new Error(`no wallet ${kind} in the example`);
    simulated = await open(example, data);
    hinted = [];
    stage = await createStage({
      onNotice: (wallet, headers, body) => {
        if (wallet !== kind) return false;
        const number = gateway.notified(headers, body);
        if (number !== null) hinted.push(number);
        return number !== null;
      },
    });
    const notifyUrl = `http://127.0.0.1:${stage.port}/notify/${kind}`;
    const { alipay, wechat } = example;
    gateway = await createGateway(
      {
        ...example,
        url: kind === 'alipay' ? `${simulated.url}/gateway.do` : simulated.url,
        alipay: alipay === null ? null : { ...alipay, notifyUrl },
        wechat: wechat === null ? null : { ...wechat, notifyUrl },
      },
      data,
      systemClock,
      'LAB-01',
    );
  });

  afterEach(async () => {
    await Promise.all([stage.end(), simulated.close()]);
    rmSync(data, { recursive: true, force: true });
  });

  const paid = async (number: string) => {
    const shown = await gateway.attempt(
      { ask: 'create', number, currency: 'CNY', minor: 8_650, subject: '门诊费', expireAtMs: Date.now() + 120_000 },
      AbortSignal.timeout(endMs),
    );
    expect(shown).toMatchObject({ came: 'created' });
    await simulated.act({ action: 'pay code', text: number });
  };

  it('is taken when the gateway signed it, and names the payment to ask about', async () => {
    await paid('NOTICE_1');
    await expect
      .poll(() => simulated.state().notices, { timeout: endMs })
      .toMatchObject([{ number: 'NOTICE_1', status: 200 }]);
    expect(hinted).toEqual(['NOTICE_1']);
  });

  it('hints three times when it comes three times', async () => {
    await simulated.act({ action: 'misbehave', value: 'duplicate-notice' });
    await paid('NOTICE_2');
    await expect.poll(() => hinted, { timeout: endMs }).toEqual(['NOTICE_2', 'NOTICE_2', 'NOTICE_2']);
  });

  it('is refused and counted when nobody signed it, when it is large, and for a wallet that is not here', async () => {
    const post = (path: string, body: string) =>
      fetch(`http://127.0.0.1:${stage.port}${path}`, { method: 'POST', body, headers: { 'content-type': 'text/xml' } });
    expect((await post(`/notify/${kind}`, 'out_trade_no=N1&trade_status=TRADE_SUCCESS')).status).toBe(403);
    expect((await post('/notify/unionpay', '{}')).status).toBe(403);
    expect(stage.server.refused().notice).toBe(2);
    expect((await post(`/notify/${kind}`, 'x'.repeat(20_000))).status).toBe(400);
    expect((await post('/notify', '')).status).toBe(403);
    expect(hinted).toEqual([]);
  });
});
