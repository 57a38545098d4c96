import { createSign } from 'node:crypto';
import { request } from 'node:http';
import type { AlipaySdk } from 'alipay-sdk';
import iconv from 'iconv-lite';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openAlipayGateway } from '../../../../hardware/bench/wallets/alipay.ts';
import { createWalletKeys, labMerchant, type WalletKeys } from '../../../../hardware/bench/wallets/keys.ts';
import type { WalletGateway } from '../../../../hardware/bench/wallets/server.ts';
import { type Clock, systemClock } from '../../../../hardware/clock.ts';
import { readZip } from '../../../../kiosk/services/wallet/zip.ts';
import { act, alipayCall, alipayClient, type AlipayCall, freshCode, impatienceMs, Listener, rowOf } from './lab.ts';

let keys: WalletKeys;
let strangers: WalletKeys;
let gateway: WalletGateway;
let listener: Listener;
let sdk: AlipaySdk;
let call: AlipayCall;
/** Of the gateway's day, ahead of the machine's. */
let aheadMs = 0;

const clock: Clock = { ...systemClock, wallMs: () => systemClock.wallMs() + aheadMs };

beforeAll(async () => {
  [keys, strangers] = await Promise.all([createWalletKeys(), createWalletKeys()]);
});

beforeEach(async () => {
  aheadMs = 0;
  listener = await Listener.open();
  gateway = await openAlipayGateway({ port: 0, keys, clock });
  sdk = alipayClient(`${gateway.url}/gateway.do`, keys);
  call = alipayCall(sdk);
});

afterEach(async () => {
  listener.close();
  await gateway.close();
});

const goods = { subject: '门诊费 / clinic', total_amount: '86.50' };
const precreate = (out_trade_no: string, more: object = {}) =>
  call('alipay.trade.precreate', { out_trade_no, ...goods, ...more });
const pay = async (out_trade_no: string, temper?: string, more: object = {}) =>
  call('alipay.trade.pay', {
    out_trade_no,
    scene: 'bar_code',
    auth_code: await freshCode(gateway, temper),
    ...goods,
    ...more,
  });
const query = (out_trade_no: string) => call('alipay.trade.query', { out_trade_no });
const cancel = (out_trade_no: string) => call('alipay.trade.cancel', { out_trade_no });
const close = (out_trade_no: string) => call('alipay.trade.close', { out_trade_no });
const refund = (out_trade_no: string, out_request_no: string, refund_amount: string) =>
  call('alipay.trade.refund', { out_trade_no, out_request_no, refund_amount });

describe('what it is asked', () => {
  test('a shown code is no trade until it is scanned, then waits for the payer, then is paid', async () => {
    const shown = await precreate('A_1');
    expect(shown).toMatchObject({ code: '10000', outTradeNo: 'A_1' });
    expect(shown.qrCode).toMatch(/^https:\/\/qr\.alipay\.com\/bax/);
    expect(await query('A_1')).toMatchObject({ code: '40004', subCode: 'ACQ.TRADE_NOT_EXIST' });
    expect(await close('A_1')).toMatchObject({ code: '40004', subCode: 'ACQ.TRADE_NOT_EXIST' });
    await act(gateway, { action: 'pay code', text: shown.qrCode, value: 'password' });
    expect(await query('A_1')).toMatchObject({
      code: '10000',
      tradeStatus: 'WAIT_BUYER_PAY',
      totalAmount: '86.50',
      receiptAmount: '0.00',
    });
    await act(gateway, { action: 'password' });
    expect(await query('A_1')).toMatchObject({
      tradeStatus: 'TRADE_SUCCESS',
      outTradeNo: 'A_1',
      buyerPayAmount: '86.50',
    });
    expect((await query('A_1')).sendPayDate).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    expect(await call('alipay.trade.query', { trade_no: rowOf(gateway, 'A_1')?.transaction })).toMatchObject({
      outTradeNo: 'A_1',
    });
    expect(await precreate('A_1')).toMatchObject({ subCode: 'ACQ.TRADE_HAS_SUCCESS' });
    expect(gateway.state().requests).toContain('POST alipay.trade.precreate');
  });

  test('a payment code pays at once, or waits for the password, or is refused', async () => {
    expect(await pay('B_1')).toMatchObject({
      code: '10000',
      outTradeNo: 'B_1',
      totalAmount: '86.50',
      receiptAmount: '86.50',
    });
    expect(await pay('B_2', 'password')).toMatchObject({ code: '10003', outTradeNo: 'B_2' });
    expect(await query('B_2')).toMatchObject({ tradeStatus: 'WAIT_BUYER_PAY' });
    expect(await pay('B_2')).toMatchObject({ code: '10003' });
    await act(gateway, { action: 'password' });
    expect(await query('B_2')).toMatchObject({ tradeStatus: 'TRADE_SUCCESS' });
    expect(await pay('B_2')).toMatchObject({ code: '40004', subCode: 'ACQ.TRADE_HAS_SUCCESS' });
    expect(await pay('B_3', 'poor')).toMatchObject({ code: '40004', subCode: 'ACQ.BUYER_BALANCE_NOT_ENOUGH' });
    expect(await pay('B_4', 'declines')).toMatchObject({ code: '40004', subCode: 'ACQ.PAYMENT_REQUEST_HAS_RISK' });
    expect(await query('B_3')).toMatchObject({ tradeStatus: 'TRADE_CLOSED' });
    const used = { scene: 'bar_code', auth_code: '281234567890123456', ...goods };
    expect(await call('alipay.trade.pay', { out_trade_no: 'B_5', ...used })).toMatchObject({
      subCode: 'ACQ.PAYMENT_AUTH_CODE_INVALID',
    });
    expect(await query('B_5')).toMatchObject({ subCode: 'ACQ.TRADE_NOT_EXIST' });
    expect(gateway.state().keptMinor).toBe(2 * 8650);
  });

  test('cancel closes what waits, gives back what was paid, and succeeds for what never was', async () => {
    await pay('B_1', 'password');
    expect(await cancel('B_1')).toMatchObject({ code: '10000', action: 'close', retryFlag: 'N' });
    await pay('B_2');
    expect(await cancel('B_2')).toMatchObject({ code: '10000', action: 'refund', retryFlag: 'N' });
    expect(await query('B_2')).toMatchObject({ tradeStatus: 'TRADE_CLOSED' });
    const never = await cancel('B_9');
    expect(never).toMatchObject({ code: '10000', retryFlag: 'N' });
    expect(never.action).toBeUndefined();
    await act(gateway, { action: 'misbehave', value: 'not-yet' });
    expect(await cancel('B_2')).toMatchObject({ code: '40004', subCode: 'ACQ.SYSTEM_ERROR', retryFlag: 'Y' });
    expect(gateway.state().keptMinor).toBe(0);
  });

  test('cancel after a day is too late, and close is for what waits', async () => {
    await pay('B_1');
    expect(await close('B_1')).toMatchObject({ subCode: 'ACQ.TRADE_STATUS_ERROR' });
    await pay('B_2', 'password');
    expect(await close('B_2')).toMatchObject({ code: '10000', outTradeNo: 'B_2' });
    aheadMs = 86_400_000 + 60_000;
    expect(await cancel('B_1')).toMatchObject({ subCode: 'ACQ.TRADE_CANCEL_TIME_OUT', retryFlag: 'N' });
    expect(rowOf(gateway, 'B_1')).toMatchObject({ capturedMinor: 8650, refundedMinor: 0 });
  });

  test('refunds are partial, repeated without harm, told as their sum, and bounded by what was paid', async () => {
    await pay('B_1');
    expect(await refund('B_1', 'R1', '50.00')).toMatchObject({ code: '10000', fundChange: 'Y', refundFee: '50.00' });
    expect(await query('B_1')).toMatchObject({ tradeStatus: 'TRADE_SUCCESS' });
    expect(await refund('B_1', 'R1', '50.00')).toMatchObject({ code: '10000', fundChange: 'N', refundFee: '50.00' });
    expect(await refund('B_1', 'R1', '49.00')).toMatchObject({ subCode: 'ACQ.DISCORDANT_REPEAT_REQUEST' });
    expect(await refund('B_1', 'R2', '36.51')).toMatchObject({ subCode: 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL' });
    expect(await refund('B_1', 'R2', '36.50')).toMatchObject({ fundChange: 'Y', refundFee: '86.50' });
    expect(await query('B_1')).toMatchObject({ tradeStatus: 'TRADE_CLOSED' });
    expect(await refund('B_9', 'R3', '1')).toMatchObject({ subCode: 'ACQ.TRADE_NOT_EXIST' });
    expect(await refund('B_1', 'R4', '0')).toMatchObject({ subCode: 'ACQ.INVALID_PARAMETER' });
    const asked = (out_request_no: string, out_trade_no = 'B_1') =>
      call('alipay.trade.fastpay.refund.query', { out_trade_no, out_request_no });
    expect(await asked('R2')).toMatchObject({
      code: '10000',
      refundStatus: 'REFUND_SUCCESS',
      refundAmount: '36.50',
      totalAmount: '86.50',
    });
    const unknown = await asked('R9');
    expect([unknown.code, unknown.refundStatus]).toEqual(['10000', undefined]);
    expect(await asked('R2', 'B_9')).toMatchObject({ subCode: 'ACQ.TRADE_NOT_EXIST' });
    await pay('B_2');
    await act(gateway, { action: 'finish', text: 'B_2' });
    expect(await query('B_2')).toMatchObject({ tradeStatus: 'TRADE_FINISHED' });
    expect(await refund('B_2', 'R5', '1.00')).toMatchObject({ subCode: 'ACQ.TRADE_HAS_FINISHED' });
  });

  test('a code that left the screen, and was cancelled, is paid all the same until its own expiry', async () => {
    const soon = (minutes: number) =>
      new Date(Date.now() + (8 * 60 + minutes) * 60_000).toISOString().slice(0, 19).replace('T', ' ');
    const shown = await precreate('A_1', { time_expire: soon(3) });
    const other = await precreate('A_2', { time_expire: soon(3) });
    expect(await cancel('A_1')).toMatchObject({ code: '10000' });
    aheadMs = 2 * 60_000;
    await act(gateway, { action: 'pay code', text: shown.qrCode });
    expect(await query('A_1')).toMatchObject({ tradeStatus: 'TRADE_SUCCESS' });
    expect(await refund('A_1', 'R1', '86.50')).toMatchObject({ fundChange: 'Y' });
    aheadMs = 3 * 60_000;
    expect(await gateway.act({ action: 'pay code', text: other.qrCode })).toMatchObject({ ok: false });
    expect(gateway.state().keptMinor).toBe(0);
    expect(await precreate('A_3', { time_expire: soon(1) })).toMatchObject({ subCode: 'ACQ.INVALID_PARAMETER' });
  });

  test('the time-outs of code and trade are taken as minutes, hours and days', async () => {
    const minutes = (number: string) => {
      const row = rowOf(gateway, number);
      return Math.round((Date.parse(row?.expiresAt ?? '') - Date.parse(row?.createdAt ?? '')) / 60_000);
    };
    await precreate('A_1', { qr_code_timeout_express: '5m' });
    await pay('B_1', 'password', { timeout_express: '2h' });
    await pay('B_2', 'password', { timeout_express: '1d' });
    await pay('B_3', 'password');
    await precreate('A_2', { timeout_express: '2m' });
    expect(['A_1', 'B_1', 'B_2', 'B_3', 'A_2'].map(minutes)).toEqual([5, 120, 1440, 3, 120]);
    await act(gateway, { action: 'pay code', text: 'A_2', value: 'password' });
    expect(minutes('A_2')).toBe(2);
    for (const timeout_express of ['1.5h', '0m', '16d', '5', 'soon'])
      expect(await precreate('A_9', { timeout_express }), timeout_express).toMatchObject({
        subCode: 'ACQ.INVALID_PARAMETER',
      });
  });

  test('yesterday’s bill has payments and refunds, is not there today, and its link dies in half a minute', async () => {
    await pay('B_1', undefined, { terminal_id: 'LAB-01' });
    await refund('B_1', 'R1', '6.50');
    const day = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    const bill = (bill_date: string, bill_type = 'trade') =>
      call('alipay.data.dataservice.bill.downloadurl.query', { bill_type, bill_date });
    expect(await bill(day)).toMatchObject({ code: '40004', subCode: 'isp.bill_not_exist' });
    expect(await bill('yesterday')).toMatchObject({ subCode: 'isv.invalid-arguments' });
    expect(await bill(day, 'all')).toMatchObject({ subCode: 'isv.invalid-arguments' });
    aheadMs = 40 * 3_600_000;
    const found = await bill(day);
    const answer = await fetch(found.billDownloadUrl);
    const files = readZip(Buffer.from(await answer.arrayBuffer()), 100_000);
    if (files === null || files === 'too-much') throw new Error('the archive cannot be read');
    const [sums, trades] = files.map(({ name, content }) => ({
      name: iconv.decode(name, 'gbk'),
      lines: iconv.decode(content, 'gbk').split('\r\n'),
    }));
    expect(sums?.name).toMatch(/_业务明细\(汇总\)\.csv$/);
    expect(trades?.name).toBe(`20880000000000000156_${day.replaceAll('-', '')}_业务明细.csv`);
    const lines = trades?.lines ?? [];
    const cells = (line = '') => line.split(',').map((cell) => cell.trim());
    const row = (line = '') => Object.fromEntries(cells(lines[4]).map((name, at) => [name, cells(line)[at]]));
    expect(lines[0]).toBe('#支付宝业务明细查询');
    expect(row(lines[5])).toMatchObject({
      支付宝交易号: rowOf(gateway, 'B_1')?.transaction,
      商户订单号: 'B_1',
      业务类型: '交易',
      商品名称: '门诊费 / clinic',
      终端号: 'LAB-01',
      '订单金额（元）': '86.50',
      '商家实收（元）': '86.50',
      '退款批次号/请求号': '',
    });
    expect(row(lines[6])).toMatchObject({
      商户订单号: 'B_1',
      业务类型: '退款',
      '订单金额（元）': '-6.50',
      '退款批次号/请求号': 'R1',
    });
    expect(lines.slice(8, 10)).toEqual([
      '#交易合计：1笔，商家实收共86.50元，商家优惠共0.00元',
      '#退款合计：1笔，商家实收共-6.50元，商家优惠共0.00元',
    ]);
    aheadMs += 31_000;
    expect((await fetch(found.billDownloadUrl)).status).toBe(404);
  });
});

describe('what it refuses', () => {
  test('a request that somebody else signed, or that was changed on its way, does nothing', async () => {
    const stranger = alipayCall(
      alipayClient(`${gateway.url}/gateway.do`, keys, { privateKey: strangers.merchantPrivate }),
    );
    const wrong = { code: '40002', subCode: 'isv.invalid-signature' };
    expect(await stranger('alipay.trade.precreate', { out_trade_no: 'A_1', ...goods })).toMatchObject(wrong);
    const given = signedParameters({ out_trade_no: 'A_1', ...goods });
    expect(await sent({ ...given, biz_content: given.biz_content?.replace('86.50', '0.01') ?? '' })).toContain(
      'isv.invalid-signature',
    );
    expect(await sent({ ...given, notify_url: listener.url })).toContain('isv.invalid-signature');
    expect(gateway.state().ledger).toEqual([]);
    expect(await sent(given)).toContain('"code":"10000"');
    expect(gateway.state().ledger).toHaveLength(1);
  });

  test('what the gateway itself requires of every request', async () => {
    const good = { out_trade_no: 'A_1', ...goods };
    const changed = async (change: Record<string, string>) => sent(signedParameters(good, change));
    expect(await changed({ app_id: '2021999' })).toContain('isv.invalid-app-id');
    expect(await changed({ sign_type: 'RSA' })).toContain('isv.invalid-signature-type');
    expect(await changed({ timestamp: 'now' })).toContain('isv.invalid-timestamp');
    expect(await changed({ timestamp: '' })).toContain('isv.missing-timestamp');
    expect(await changed({ method: '' })).toMatch(/^\{"error_response".*isv\.missing-method/);
    expect(await changed({ version: '2.0' })).toContain('isv.invalid-version');
    expect(await changed({ charset: 'gbk' })).toContain('isv.invalid-charset');
    expect(await changed({ method: 'alipay.trade.steal' })).toContain('isv.invalid-method');
    expect(await changed({ biz_content: '{' })).toContain('isv.invalid-parameter');
    expect(await (await fetch(`${gateway.url}/gateway.do`)).text()).toContain('isv.');
    expect(gateway.state().ledger).toEqual([]);
  });

  test('amounts, numbers, subjects and currencies that are none', async () => {
    const bad = { code: '40004', subCode: 'ACQ.INVALID_PARAMETER' };
    for (const total_amount of ['0', '0.00', '-1', '1.234', '1e3', 'NaN', '', '100000000.01', ' 1'])
      expect(await precreate('A_1', { total_amount }), total_amount).toMatchObject(bad);
    for (const number of ['', 'A-1', 'A 1', 'a'.repeat(65), '号'])
      expect(await precreate(number), number).toMatchObject(bad);
    for (const subject of ['', 'x'.repeat(257), 7]) expect(await precreate('A_1', { subject })).toMatchObject(bad);
    expect(await precreate('A_1', { trans_currency: 'USD' })).toMatchObject(bad);
    expect(await precreate('A_1', { time_expire: '2026-02-30 10:00:00' })).toMatchObject(bad);
    expect(await pay('B_1', 'pays', { scene: 'wave_code' })).toMatchObject(bad);
    expect(await pay('B_1', 'pays', { auth_code: '131234567890123456' })).toMatchObject({
      subCode: 'ACQ.PAYMENT_AUTH_CODE_INVALID',
    });
    expect(gateway.state().ledger).toEqual([]);
    await precreate('A_1');
    expect(await precreate('A_1', { total_amount: '86.51' })).toMatchObject({ subCode: 'ACQ.CONTEXT_INCONSISTENT' });
  });

  test('parameters of a shape that no client sends, and an address that is none, and it lives on', async () => {
    const odd = JSON.parse(`{"toString":1,"a":${'['.repeat(500)}${']'.repeat(500)}}`);
    const methods = ['precreate', 'pay', 'query', 'cancel', 'close', 'refund', 'fastpay.refund.query'];
    for (const method of methods) {
      for (const value of [odd, odd.a, null, true]) {
        const business = { out_trade_no: value, out_request_no: value, refund_amount: value, total_amount: value };
        const more = { scene: 'bar_code', auth_code: value, timeout_express: value, subject: 'x' };
        const given = signedParameters({ ...business, ...more }, { method: `alipay.trade.${method}` });
        expect(await sent(given), method).toMatch(/"sub_code":"ACQ\.|"retry_flag":"N"/);
      }
    }
    const deep = `{"out_trade_no":${'['.repeat(9_000)}${']'.repeat(9_000)}}`;
    expect(await sent(signedParameters({}, { biz_content: deep }))).toContain('ACQ.INVALID_PARAMETER');
    expect(await status('//')).toBe(400);
    expect(gateway.state().ledger).toEqual([]);
    expect(await precreate('A_1')).toMatchObject({ code: '10000' });
  });

  test('a body without end', async () => {
    const answer = await fetch(`${gateway.url}/gateway.do`, { method: 'POST', body: 'x'.repeat(70_000) });
    expect(answer.status).toBe(413);
  });
});

describe('notifications', () => {
  test('tell of a payment once, under a signature that the real client verifies', async () => {
    await call('alipay.trade.precreate', { out_trade_no: 'A_1', ...goods }, listener.url);
    await act(gateway, { action: 'pay code', text: 'A_1' });
    const [heard] = await listener.count(1);
    const told = Object.fromEntries(new URLSearchParams(heard?.body));
    expect(told).toMatchObject({
      out_trade_no: 'A_1',
      trade_status: 'TRADE_SUCCESS',
      total_amount: '86.50',
      subject: goods.subject,
      app_id: labMerchant.alipayAppId,
    });
    expect(sdk.checkNotifySignV2(told)).toBe(true);
    expect(sdk.checkNotifySignV2({ ...told, total_amount: '86.51' })).toBe(false);
    await query('A_1');
    expect(listener.heard).toHaveLength(1);
  });

  test('come three times when it is told to, all alike, and only to this computer', async () => {
    await act(gateway, { action: 'misbehave', value: 'duplicate-notice' });
    await call('alipay.trade.precreate', { out_trade_no: 'A_1', ...goods }, listener.url);
    await call('alipay.trade.precreate', { out_trade_no: 'A_2', ...goods }, 'http://192.0.2.1/paid');
    await act(gateway, { action: 'pay code', text: 'A_2' });
    await act(gateway, { action: 'pay code', text: 'A_1' });
    const heard = await listener.count(3);
    expect(new Set(heard.map(({ body }) => body)).size).toBe(1);
    await query('A_1');
    expect(gateway.state().notices.map(({ number, status }) => [number, status])).toEqual(Array(3).fill(['A_1', 200]));
  });
});

describe('how it misbehaves', () => {
  const misbehave = (value: string, text?: string) =>
    act(gateway, { action: 'misbehave', value, ...(text === undefined ? {} : { text }) });
  const loosePatience = (): void => {
    call = alipayCall(alipayClient(`${gateway.url}/gateway.do`, keys, { timeout: impatienceMs }));
  };
  /** Every call there is, once. */
  const calls = (number: string): readonly (() => Promise<unknown>)[] => [
    () => precreate(`${number}p`),
    () => pay(`${number}c`),
    () => query('B_1'),
    () => cancel('B_1'),
    () => close('B_1'),
    () => refund('B_1', `R${number}`, '1.00'),
    () => call('alipay.trade.fastpay.refund.query', { out_trade_no: 'B_1', out_request_no: 'R0' }),
    () => call('alipay.data.dataservice.bill.downloadurl.query', { bill_type: 'trade', bill_date: '2026-01-01' }),
  ];

  beforeEach(async () => {
    await pay('B_1');
    await refund('B_1', 'R0', '1.00');
  });

  test.each(['wrong-signature', 'silent', 'deaf', 'hang-up', 'error-after', 'down'])(
    '%s: no call gets an answer that counts',
    async (value) => {
      await misbehave(value);
      if (value === 'silent' || value === 'deaf') loosePatience();
      const answers = await Promise.allSettled(calls(value.replace('-', '_')).map((ask) => ask()));
      expect(answers.map(({ status }) => status)).toEqual(Array(8).fill('rejected'));
      await misbehave('off');
      expect(await query('B_1')).toMatchObject({ code: '10000' });
      const done = value !== 'deaf' && value !== 'down';
      expect(rowOf(gateway, `${value.replace('-', '_')}c`)?.capturedMinor).toBe(done ? 8650 : undefined);
    },
    60_000,
  );

  test('hang-up: the real client sends a payment again by itself, and it is taken once', async () => {
    await misbehave('hang-up');
    await expect(pay('B_2')).rejects.toThrow();
    expect(gateway.state().requests.slice(-2)).toEqual(Array(2).fill('POST alipay.trade.pay'));
    expect(rowOf(gateway, 'B_2')).toMatchObject({ state: 'paid', capturedMinor: 8650 });
  });

  test('slow: it does what is asked, and whoever waits hears of it', async () => {
    await misbehave('slow', '0.2');
    for (const ask of calls('s')) {
      const before = performance.now();
      await ask();
      expect(performance.now() - before).toBeGreaterThan(190);
    }
    await misbehave('slow');
    loosePatience();
    await expect(pay('B_2')).rejects.toThrow();
    await misbehave('off');
    expect(await query('B_2')).toMatchObject({ tradeStatus: 'TRADE_SUCCESS' });
  });

  test('system-error: once, with nothing done, or with all of it done', async () => {
    await misbehave('system-error');
    expect(await pay('B_2')).toMatchObject({ code: '20000', subCode: 'isp.unknow-error' });
    expect(await query('B_2')).toMatchObject({ subCode: 'ACQ.TRADE_NOT_EXIST' });
    await misbehave('system-error', 'done');
    expect(await pay('B_2')).toMatchObject({ code: '20000' });
    expect(await query('B_2')).toMatchObject({ tradeStatus: 'TRADE_SUCCESS' });
    await misbehave('system-error');
    expect(await query('B_2')).toMatchObject({ code: '40004', subCode: 'ACQ.SYSTEM_ERROR' });
    await misbehave('system-error', 'done');
    expect(await refund('B_2', 'R1', '1.00')).toMatchObject({ subCode: 'ACQ.SYSTEM_ERROR' });
    expect(await refund('B_2', 'R1', '1.00')).toMatchObject({ code: '10000', fundChange: 'N', refundFee: '1.00' });
  });

  test('rate-limit: every call is refused and nothing is done', async () => {
    await misbehave('rate-limit');
    for (const ask of calls('l')) expect(await ask()).toMatchObject({ code: '40005', subCode: 'isv.app-call-limited' });
    expect(gateway.state().ledger).toHaveLength(1);
    expect(rowOf(gateway, 'B_1')?.refundedMinor).toBe(100);
  });

  test('other-amount and other-number: answers that are signed and must not be believed', async () => {
    await misbehave('other-amount');
    expect(await query('B_1')).toMatchObject({ outTradeNo: 'B_1', totalAmount: '87.50', receiptAmount: '87.50' });
    expect(await pay('B_2')).toMatchObject({ totalAmount: '87.50' });
    expect(await refund('B_1', 'R1', '1.00')).toMatchObject({ refundFee: '3.00' });
    await misbehave('other-number');
    expect(await query('B_1')).toMatchObject({ outTradeNo: 'B_19', totalAmount: '86.50' });
    expect(await precreate('A_1')).toMatchObject({ outTradeNo: 'A_19' });
    expect(rowOf(gateway, 'B_2')?.minor).toBe(8650);
  });

  test('password and paying: the payer is asked, and the bank takes its time', async () => {
    await misbehave('password');
    expect(await pay('B_2')).toMatchObject({ code: '10003' });
    await misbehave('paying');
    await act(gateway, { action: 'password' });
    expect(await query('B_2')).toMatchObject({ tradeStatus: 'WAIT_BUYER_PAY' });
    expect(await cancel('B_2')).toMatchObject({ retryFlag: 'Y' });
    await misbehave('off');
    expect(await query('B_2')).toMatchObject({ tradeStatus: 'TRADE_SUCCESS' });
  });

  test('race: the cancel says closed, and the query after it says what really happened', async () => {
    await pay('B_2', 'password');
    await pay('B_3', 'password');
    await misbehave('race', 'paid');
    expect(await cancel('B_2')).toMatchObject({ code: '10000', action: 'close' });
    expect(await query('B_2')).toMatchObject({ tradeStatus: 'TRADE_SUCCESS', receiptAmount: '86.50' });
    expect(await cancel('B_2')).toMatchObject({ action: 'refund' });
    await misbehave('race');
    expect(await cancel('B_3')).toMatchObject({ action: 'close' });
    expect(await query('B_3')).toMatchObject({ tradeStatus: 'TRADE_CLOSED', receiptAmount: '86.50' });
    expect(['B_2', 'B_3'].map((number) => rowOf(gateway, number)?.refundedMinor)).toEqual([8650, 8650]);
  });

  test('late-pay: a trade that was closed is paid all the same', async () => {
    const shown = await precreate('A_1');
    await act(gateway, { action: 'pay code', text: shown.qrCode, value: 'password' });
    expect(await close('A_1')).toMatchObject({ code: '10000' });
    expect(await gateway.act({ action: 'pay code', text: shown.qrCode })).toMatchObject({ ok: false });
    await misbehave('late-pay');
    await act(gateway, { action: 'pay code', text: shown.qrCode });
    expect(await query('A_1')).toMatchObject({ tradeStatus: 'TRADE_SUCCESS' });
  });
});

/** As the client makes them, by another hand. */
function signedParameters(business: object, change: Record<string, string> = {}): Record<string, string> {
  const given: Record<string, string> = {
    app_id: labMerchant.alipayAppId,
    method: 'alipay.trade.precreate',
    charset: 'utf-8',
    version: '1.0',
    sign_type: 'RSA2',
    timestamp: '2026-03-31 09:00:00',
    biz_content: JSON.stringify(business),
    ...change,
  };
  const text = Object.keys(given)
    .filter((name) => given[name] !== '')
    .sort()
    .map((name) => `${name}=${given[name]}`)
    .join('&');
  return { ...given, sign: createSign('RSA-SHA256').update(text).sign(keys.merchantPrivate, 'base64') };
}

/** Of a request whose address is sent as it stands. */
function status(path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(gateway.url);
  return new Promise((resolve, reject) => {
    const asking = request({ hostname, port, path, method: 'POST' });
    asking.on('error', reject);
    asking.on('response', (answer) => resolve(answer.resume().statusCode));
    asking.end();
  });
}

function sent(given: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const asking = request(`${gateway.url}/gateway.do`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    asking.on('error', reject);
    asking.on('response', async (answer) => {
      let text = '';
      for await (const chunk of answer) text += String(chunk);
      resolve(text);
    });
    asking.end(new URLSearchParams(given).toString());
  });
}
