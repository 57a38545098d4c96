import { createHash, createSign } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createWalletKeys, labMerchant, type WalletKeys } from '../../../../hardware/bench/wallets/keys.ts';
import type { WalletGateway } from '../../../../hardware/bench/wallets/server.ts';
import { openWechatGateway } from '../../../../hardware/bench/wallets/wechat.ts';
import { type Clock, systemClock } from '../../../../hardware/clock.ts';
import { act, Aes, Formatter, freshCode, impatienceMs, Listener, Rsa, rowOf, wechatClient } from './lab.ts';

let keys: WalletKeys;
let strangers: WalletKeys;
let gateway: WalletGateway;
let listener: Listener;
let client: ReturnType<typeof wechatClient>;
/** How long ago the gateway thinks that everything was; only orders feel it, for its answers bear the machine's time. */
let clock: Clock;
let aheadMs = 0;

beforeAll(async () => {
  [keys, strangers] = await Promise.all([createWalletKeys(), createWalletKeys()]);
});

beforeEach(async () => {
  aheadMs = 0;
  clock = { ...systemClock, wallMs: () => systemClock.wallMs() + aheadMs };
  listener = await Listener.open();
  gateway = await openWechatGateway({ port: 0, base: '/services/wechat', keys, clock, revokeAfterMs: 0 });
  client = wechatClient(`${gateway.url}/`, keys);
});

afterEach(async () => {
  listener.close();
  await gateway.close();
});

const { wechatMchid: mchid, wechatAppId: appid } = labMerchant;
const byNumber = 'v3/pay/transactions/out-trade-no/{out_trade_no}';

/** What the real client makes of an answer: its body, and `status` of HTTP; what it throws away has none. */
interface Told {
  readonly status: number | null;
  /** The body's own field of that name, a refund's. */
  readonly refunded?: unknown;
  readonly [field: string]: unknown;
}

async function told(asking: Promise<{ readonly status: number; readonly data: unknown }>): Promise<Told> {
  try {
    const { status, data } = await asking;
    const body = data as { readonly status?: string };
    return { ...body, refunded: body.status, status };
  } catch (error) {
    const { response, code } = error as {
      code?: string;
      response?: { readonly status: number; readonly data: unknown };
    };
    // What the client itself found wrong bears a code of its own, and the status of the answer all the same.
    if (response === undefined || String(code).startsWith('EV3_')) return { status: null, code };
    return { ...(response.data as object), status: response.status };
  }
}

const goods = { appid, mchid, description: '门诊费', amount: { total: 8650, currency: 'CNY' } };
const native = (out_trade_no: string, more: object = {}, by = client) =>
  told(by.chain('v3/pay/transactions/native').post({ ...goods, out_trade_no, notify_url: listener.url, ...more }));
const codepay = async (out_trade_no: string, temper?: string, more: object = {}) =>
  told(
    client.chain('v3/pay/transactions/codepay').post({
      ...goods,
      out_trade_no,
      payer: { auth_code: await freshCode(gateway, temper) },
      scene_info: { device_ip: '127.0.0.1' },
      ...more,
    }),
  );
const query = (out_trade_no: string) => told(client.chain(byNumber).get({ params: { mchid }, out_trade_no }));
const close = (out_trade_no: string, body: object = { mchid }) =>
  told(client.chain(`${byNumber}/close`).post(body, { out_trade_no }));
const reverse = (out_trade_no: string, body: object = { appid, mchid }) =>
  told(client.chain(`${byNumber}/reverse`).post(body, { out_trade_no }));
const refund = (out_trade_no: string, out_refund_no: string, minor: number, total = 8650, more: object = {}) =>
  told(
    client
      .chain('v3/refund/domestic/refunds')
      .post({ out_trade_no, out_refund_no, amount: { refund: minor, total, currency: 'CNY', ...more } }),
  );
const refundQuery = (out_refund_no: string) =>
  told(client.chain('v3/refund/domestic/refunds/{out_refund_no}').get({ out_refund_no }));
const tradebill = (params: object) => told(client.chain('v3/bill/tradebill').get({ params }));

describe('what it is asked', () => {
  test('a shown code waits to be paid, is paid once, and then cannot be closed', async () => {
    const shown = await native('A-00001');
    expect(shown).toMatchObject({ status: 200, code_url: expect.stringMatching(/^weixin:\/\/wxpay\/bizpayurl\?pr=/) });
    expect(await native('A-00001')).toEqual(shown);
    const waiting = await query('A-00001');
    expect(waiting).toMatchObject({
      trade_state: 'NOTPAY',
      trade_type: 'NATIVE',
      out_trade_no: 'A-00001',
      mchid,
      appid,
    });
    expect(waiting).not.toHaveProperty('transaction_id');
    await act(gateway, { action: 'pay code', text: String(shown.code_url) });
    expect(await query('A-00001')).toMatchObject({
      trade_state: 'SUCCESS',
      transaction_id: rowOf(gateway, 'A-00001')?.transaction,
      success_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/),
      amount: { total: 8650, payer_total: 8650, currency: 'CNY', payer_currency: 'CNY' },
    });
    expect(await close('A-00001')).toMatchObject({ status: 400, code: 'ORDERPAID' });
    expect(await native('A-00001')).toMatchObject({ status: 403, code: 'ORDERPAID' });
  });

  test('a closed order is an empty answer, signed, and its code is dead', async () => {
    const shown = await native('A-00001');
    expect(await close('A-00001')).toMatchObject({ status: 204 });
    expect(await query('A-00001')).toMatchObject({ trade_state: 'CLOSED' });
    expect(await close('A-00001')).toMatchObject({ status: 400, code: 'ORDER_CLOSED' });
    expect(await gateway.act({ action: 'pay code', text: String(shown.code_url) })).toMatchObject({ ok: false });
    expect(await native('A-00001')).toMatchObject({ code: 'ORDER_CLOSED' });
    expect(await close('A-99999')).toMatchObject({ status: 404, code: 'ORDERNOTEXIST' });
    expect(await query('A-99999')).toMatchObject({ status: 404, code: 'ORDERNOTEXIST' });
    expect(await close('A-00001', {})).toMatchObject({ status: 400, code: 'PARAM_ERROR' });
  });

  test('a payment code pays at once, or the payer is paying and nothing else is told, or it is refused', async () => {
    expect(await codepay('B-00001')).toMatchObject({
      status: 200,
      trade_state: 'SUCCESS',
      amount: { total: 8650 },
      out_trade_no: 'B-00001',
    });
    expect(await codepay('B-00002', 'password')).toEqual({
      status: 200,
      refunded: undefined,
      trade_state: 'USERPAYING',
    });
    expect(await query('B-00002')).toEqual({ status: 200, refunded: undefined, trade_state: 'USERPAYING' });
    await act(gateway, { action: 'password', value: 'wrong' });
    expect(await query('B-00002')).toMatchObject({ trade_state: 'USERPAYING' });
    expect(await codepay('B-00002')).toMatchObject({ status: 403, code: 'OUT_TRADE_NO_USED' });
    await act(gateway, { action: 'leave' });
    expect(await query('B-00002')).toMatchObject({ trade_state: 'PAYERROR' });
    expect(await codepay('B-00003', 'poor')).toMatchObject({ status: 403, code: 'NOTENOUGH' });
    expect(await codepay('B-00004', 'declines')).toMatchObject({ status: 403, code: 'TRADE_ERROR' });
    const code = await freshCode(gateway);
    aheadMs = 60_000;
    expect(await codepay('B-00005', 'pays', { payer: { auth_code: code } })).toMatchObject({
      status: 403,
      code: 'AUTH_CODE_EXPIRE',
    });
    expect(await codepay('B-00006', 'pays', { payer: { auth_code: '131234567890123456' } })).toMatchObject({
      code: 'AUTH_CODE_INVALID',
    });
    expect(await codepay('B-00007', 'pays', { payer: { auth_code: '28' } })).toMatchObject({
      status: 400,
      code: 'AUTH_CODE_INVALID',
    });
    expect(await query('B-00005')).toMatchObject({ code: 'ORDERNOTEXIST' });
    expect(gateway.state().keptMinor).toBe(8650);
    expect(listener.heard).toEqual([]);
  });

  test('a reverse closes what waits and gives back what was paid, needs both names, and is for payment codes', async () => {
    await codepay('B-00001', 'password');
    expect(await reverse('B-00001')).toMatchObject({ status: 204 });
    expect(await query('B-00001')).toMatchObject({ trade_state: 'REVOKED' });
    await codepay('B-00002');
    expect(await reverse('B-00002', { mchid })).toMatchObject({ status: 500, code: 'SYSTEM_ERROR' });
    expect(await reverse('B-00002', { appid, mchid: '1900000001' })).toMatchObject({
      status: 400,
      code: 'PARAM_ERROR',
    });
    expect(rowOf(gateway, 'B-00002')).toMatchObject({ state: 'paid', refundedMinor: 0 });
    expect(await reverse('B-00002')).toMatchObject({ status: 204 });
    expect(await query('B-00002')).toMatchObject({ trade_state: 'REVOKED' });
    expect(rowOf(gateway, 'B-00002')).toMatchObject({ capturedMinor: 8650, refundedMinor: 8650 });
    await native('A-00001');
    expect(await reverse('A-00001')).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
    expect(await close('B-00002')).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
    expect(await reverse('B-99999')).toMatchObject({ status: 404, code: 'ORDERNOTEXIST' });
  });

  test('a reverse within fifteen seconds is too early', async () => {
    await gateway.close();
    gateway = await openWechatGateway({ port: 0, keys, clock });
    client = wechatClient(`${gateway.url}/`, keys);
    await codepay('B-00001', 'password');
    expect(await reverse('B-00001')).toMatchObject({ status: 403, code: 'USERPAYING' });
    aheadMs = 15_000;
    expect(await reverse('B-00001')).toMatchObject({ status: 204 });
  });

  test('refunds are partial, repeated without harm, processing before they arrive, and bounded by what was paid', async () => {
    await codepay('B-00001');
    expect(await refund('B-00001', 'R1', 5000)).toMatchObject({
      status: 200,
      refunded: 'PROCESSING',
      out_trade_no: 'B-00001',
      amount: { refund: 5000, total: 8650 },
    });
    expect(await refund('B-00001', 'R1', 5000)).toMatchObject({ status: 200, out_refund_no: 'R1' });
    expect(await refundQuery('R1')).toMatchObject({ status: 200, amount: { refund: 5000 } });
    aheadMs = 3_000;
    expect(await refundQuery('R1')).toMatchObject({
      status: 200,
      refunded: 'SUCCESS',
      success_time: expect.anything(),
      refund_id: expect.stringMatching(/^50/),
    });
    expect(rowOf(gateway, 'B-00001')).toMatchObject({ refundedMinor: 5000 });
    expect(await query('B-00001')).toMatchObject({ trade_state: 'REFUND' });
    for (const wrong of [
      refund('B-00001', 'R1', 4000),
      refund('B-00001', 'R2', 3651),
      refund('B-00001', 'R2', 1, 8651),
    ])
      expect(await wrong).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
    for (const wrong of [
      refund('B-00001', 'R 2', 1),
      refund('B-00001', 'R2', 0),
      refund('B-00001', 'R2', 1.5),
      refund('B-00001', 'R2', 1, 8650, { currency: 'USD' }),
    ])
      expect(await wrong).toMatchObject({ status: 400, code: 'PARAM_ERROR' });
    expect(await refund('B-99999', 'R2', 1)).toMatchObject({ status: 404, code: 'RESOURCE_NOT_EXISTS' });
    expect(await refundQuery('R2')).toMatchObject({ status: 404, code: 'RESOURCE_NOT_EXISTS' });
    const transaction_id = rowOf(gateway, 'B-00001')?.transaction;
    const rest = { transaction_id, out_refund_no: 'R3', amount: { refund: 3650, total: 8650, currency: 'CNY' } };
    expect(await told(client.chain('v3/refund/domestic/refunds').post(rest))).toMatchObject({
      status: 200,
      out_trade_no: 'B-00001',
    });
    expect(rowOf(gateway, 'B-00001')).toMatchObject({ refundedMinor: 8650 });
    await native('A-00001');
    expect(await refund('A-00001', 'R4', 1)).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
    await codepay('B-00002');
    await act(gateway, { action: 'finish', text: 'B-00002' });
    expect(await refund('B-00002', 'R5', 1)).toMatchObject({ status: 403, code: 'TRADE_OVERDUE' });
  });

  test('an order lives seven days, or as long as it says, which is at least a minute', async () => {
    const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
    const livesMs = (number: string) => Date.parse(rowOf(gateway, number)?.expiresAt ?? '') - Date.now();
    await native('A-00001');
    expect(livesMs('A-00001') / 86_400_000).toBeCloseTo(7, 2);
    expect(await native('A-00002', { time_expire: inMs(180_000) })).toMatchObject({ status: 200 });
    expect(livesMs('A-00002')).toBeLessThan(180_001);
    for (const time_expire of [inMs(55_000), 'soon', '2026-03-31 10:00:00'])
      expect(await native('A-00003', { time_expire }), time_expire).toMatchObject({ status: 400, code: 'PARAM_ERROR' });
    aheadMs = 181_000;
    expect(await query('A-00002')).toMatchObject({ trade_state: 'CLOSED' });
    expect(await gateway.act({ action: 'pay code', text: 'A-00002' })).toMatchObject({ ok: false });
  });

  test('yesterday’s bill is read by the real client’s own reader, and today’s is refused', async () => {
    await codepay('B-00001');
    await codepay('B-00002');
    await refund('B-00001', 'R1', 650);
    await reverse('B-00002');
    const bill_date = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    expect(await tradebill({ bill_date })).toMatchObject({ status: 400, code: 'STATEMENT_CREATING' });
    for (const params of [{}, { bill_date: '2026-3-1' }, { bill_date, bill_type: 'SOME' }])
      expect(await tradebill(params)).toMatchObject({ status: 400, code: 'PARAM_ERROR' });
    const before = new Date(Date.now() - 20 * 86_400_000).toISOString().slice(0, 10);
    expect(await tradebill({ bill_date: before })).toMatchObject({ status: 400, code: 'NO_STATEMENT_EXIST' });

    // A client whose clock is right the next day.
    await nextDay(async (day) => {
      const found = await day.ask(`/v3/bill/tradebill?bill_date=${bill_date}`);
      expect(found).toMatchObject({ hash_type: 'SHA1' });
      const file = await day.fetch(String(found.download_url));
      expect(createHash('sha1').update(file).digest('hex')).toBe(found.hash_value);
      const { rows, summary } = Formatter.castCsvBill(file) as { rows: Record<string, string>[]; summary: object };
      expect(rows.map((row) => [row.商户订单号, row.交易状态, row.订单金额, row.退款金额, row.商户退款单号])).toEqual([
        ['B-00001', 'SUCCESS', '86.50', '0.00', '0'],
        ['B-00002', 'SUCCESS', '86.50', '0.00', '0'],
        ['B-00001', 'REFUND', '0.00', '6.50', 'R1'],
        ['B-00002', 'REVOKED', '0.00', '86.50', expect.stringMatching(/^gateway-/)],
      ]);
      expect(summary).toMatchObject({ 总交易单数: '4', 订单总金额: '173.00', 退款总金额: '93.00' });
      const zipped = await day.ask(`/v3/bill/tradebill?bill_date=${bill_date}&bill_type=REFUND&tar_type=GZIP`);
      const refunds = gunzipSync(await day.fetch(String(zipped.download_url)));
      expect((Formatter.castCsvBill(refunds) as { rows: object[] }).rows).toHaveLength(2);
    });
  });
});

describe('what it refuses', () => {
  test('a request that somebody else signed, or under another name, or too long ago', async () => {
    const sign = { status: 401, code: 'SIGN_ERROR' };
    const by = (more: object) => native('A-00001', {}, wechatClient(`${gateway.url}/`, keys, more));
    expect(await by({ privateKey: strangers.merchantPrivate })).toMatchObject(sign);
    expect(await by({ mchid: '1900000001' })).toMatchObject(sign);
    expect(await by({ serial: 'ANOTHER' })).toMatchObject(sign);
    aheadMs = 302_000;
    expect(await native('A-00001')).toMatchObject(sign);
    aheadMs = -302_000;
    expect(await native('A-00001')).toMatchObject(sign);
    expect(gateway.state().ledger).toEqual([]);
  });

  test('a request that was changed on its way: body, address, method, time', async () => {
    const body = JSON.stringify({ ...goods, out_trade_no: 'A-00001', notify_url: listener.url });
    const path = '/services/wechat/v3/pay/transactions/native';
    const signed = authorization('POST', path, body);
    const post = async (to: string, text: string, authorized: string) => {
      const headers = { authorization: authorized, 'content-type': 'application/json' };
      return (await fetch(new URL(to, gateway.url), { method: 'POST', headers, body: text })).status;
    };
    expect(await post(path, body.replace('8650', '1'), signed)).toBe(401);
    expect(await post(`${path}?a=1`, body, signed)).toBe(401);
    expect(await post(path.replace('native', 'codepay'), body, signed)).toBe(401);
    expect(await post(path, body, signed.replace('timestamp="1', 'timestamp="2'))).toBe(401);
    expect(await post(path, body, signed.replace('WECHATPAY2', 'WECHATPAY1'))).toBe(401);
    expect(await post(path, body, 'x')).toBe(401);
    expect(gateway.state().ledger).toEqual([]);
    expect(await post(path, body, signed)).toBe(200);
    const nonsense = (text: string) => post(path, text, authorization('POST', path, text));
    expect([await nonsense('{'), await nonsense('[]'), await nonsense('7')]).toEqual([400, 400, 400]);
    const elsewhere = '/services/wechat/v3/steal';
    expect(await post(elsewhere, '{}', authorization('POST', elsewhere, '{}'))).toBe(404);
  });

  test('amounts, numbers, words and currencies that are none', async () => {
    const bad = { status: 400, code: 'PARAM_ERROR' };
    for (const total of [0, -1, 1.5, '8650', null, 10_000_000_001])
      expect(await native('A-00001', { amount: { total, currency: 'CNY' } }), String(total)).toMatchObject(bad);
    for (const number of ['A-001', 'a'.repeat(33), 'A 00001', 'A.00001', '号号号号号号'])
      expect(await native(number), number).toMatchObject(bad);
    for (const more of [
      { description: '' },
      { description: '门'.repeat(43) },
      { notify_url: undefined },
      { notify_url: 'ftp://127.0.0.1/' },
      { mchid: '1900000001' },
      { appid: 'wx' },
      { amount: { total: 1, currency: 'USD' } },
      { amount: 7 },
    ])
      expect(await native('A-00001', more), JSON.stringify(more)).toMatchObject(bad);
    expect(await told(client.chain(byNumber).get({ out_trade_no: 'A-00001' }))).toMatchObject(bad);
    expect(gateway.state().ledger).toEqual([]);
    await native('A-00001');
    expect(await native('A-00001', { amount: { total: 1, currency: 'CNY' } })).toMatchObject({
      status: 403,
      code: 'OUT_TRADE_NO_USED',
    });
  });

  test('parameters of a shape that no client sends, and it lives on', async () => {
    const odd = JSON.parse(`{"toString":1,"a":${'['.repeat(500)}${']'.repeat(500)}}`);
    for (const value of [odd, odd.a, null, true, 7]) {
      const wrong = { status: 400 };
      expect(await native('A-00001', { out_trade_no: value })).toMatchObject(wrong);
      expect(await native('A-00001', { time_expire: value })).toMatchObject(wrong);
      expect(await native('A-00001', { amount: { total: value } })).toMatchObject(
        value === 7 ? { status: 200 } : wrong,
      );
      expect(await codepay('B-00001', 'pays', { payer: { auth_code: value } })).toMatchObject(wrong);
      expect(await codepay('B-00001', 'pays', { payer: value })).toMatchObject(wrong);
      expect(
        await told(client.chain('v3/refund/domestic/refunds').post({ out_refund_no: value, amount: value })),
      ).toMatchObject(wrong);
    }
    expect(gateway.state().ledger).toHaveLength(1);
  });

  test('its refusals can be spelled as other pages have them', async () => {
    await act(gateway, { action: 'spell', value: 'other' });
    expect(await query('A-99999')).toMatchObject({ status: 404, code: 'ORDER_NOT_EXIST' });
    expect(await codepay('B-00001', 'poor')).toMatchObject({ code: 'NOT_ENOUGH' });
    await act(gateway, { action: 'spell', value: 'usual' });
    expect(await query('A-99999')).toMatchObject({ code: 'ORDERNOTEXIST' });
    expect(await gateway.act({ action: 'spell', value: 'badly' })).toMatchObject({ ok: false });
  });
});

describe('notifications', () => {
  test('are signed and sealed as the real package opens them', async () => {
    await native('A-00001');
    await act(gateway, { action: 'pay code', text: 'A-00001' });
    const [heard] = await listener.count(1);
    const { headers, body } = heard ?? { headers: {}, body: '' };
    const text = Formatter.response(String(headers['wechatpay-timestamp']), String(headers['wechatpay-nonce']), body);
    const genuine = (content: string) =>
      Rsa.verify(content, String(headers['wechatpay-signature']), keys.gatewayPublic);
    expect(headers['wechatpay-serial']).toBe(labMerchant.wechatPublicKeyId);
    expect([genuine(text), genuine(text.replace('encrypt', 'Encrypt'))]).toEqual([true, false]);
    const { event_type, resource } = JSON.parse(body);
    expect(event_type).toBe('TRANSACTION.SUCCESS');
    const open = (key: string) =>
      JSON.parse(Aes.AesGcm.decrypt(resource.ciphertext, key, resource.nonce, resource.associated_data));
    expect(open(keys.apiV3Key)).toMatchObject({
      out_trade_no: 'A-00001',
      trade_state: 'SUCCESS',
      amount: { total: 8650 },
    });
    expect(() => open(strangers.apiV3Key)).toThrow();
  });

  test('come three times when it is told to', async () => {
    await act(gateway, { action: 'misbehave', value: 'duplicate-notice' });
    await native('A-00001');
    await act(gateway, { action: 'pay code', text: 'A-00001' });
    const heard = await listener.count(3);
    expect(new Set(heard.map(({ body }) => body)).size).toBe(1);
  });
});

describe('how it misbehaves', () => {
  const misbehave = (value: string, text?: string) =>
    act(gateway, { action: 'misbehave', value, ...(text === undefined ? {} : { text }) });
  const loosePatience = (): void => {
    client = wechatClient(`${gateway.url}/`, keys, { timeout: impatienceMs });
  };
  /** Every call there is, once. */
  const calls = (mark: string): readonly (() => Promise<Told>)[] => [
    () => native(`A-${mark}-1`),
    () => codepay(`B-${mark}-1`),
    () => query('B-00001'),
    () => refund('B-00001', `R${mark}`, 100),
    () => reverse('B-00001'),
    () => close('A-00001'),
    () => refundQuery('R0'),
    () => tradebill({ bill_date: '2026-01-01' }),
  ];

  beforeEach(async () => {
    await native('A-00001');
    await codepay('B-00001');
    await refund('B-00001', 'R0', 100);
  });

  test.each(['silent', 'deaf', 'hang-up', 'down'])('%s: no call gets an answer', async (value) => {
    await misbehave(value);
    if (value === 'silent' || value === 'deaf') loosePatience();
    const answers = await Promise.all(calls(value).map((ask) => ask()));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(null));
    await misbehave('off');
    expect(await query('B-00001')).toMatchObject({ status: 200 });
    const done = value !== 'deaf' && value !== 'down';
    expect(rowOf(gateway, `B-${value}-1`)?.capturedMinor).toBe(done ? 8650 : undefined);
  });

  test('wrong-signature: the real client believes no answer, and what was asked is done', async () => {
    await misbehave('wrong-signature');
    for (const ask of calls('wrong').slice(0, 7))
      expect(await ask()).toMatchObject({ status: null, code: 'EV3_RES_HEADER_SIGNATURE_DIGEST' });
    await misbehave('off');
    expect(await query('B-wrong-1')).toMatchObject({ trade_state: 'SUCCESS' });
    expect(await query('A-00001')).toMatchObject({ trade_state: 'CLOSED' });
  });

  test('error-after: done, and the answer is an error without a signature', async () => {
    await misbehave('error-after');
    for (const ask of calls('error')) expect((await ask()).status).toBe(500);
    await misbehave('off');
    expect(await query('B-error-1')).toMatchObject({ trade_state: 'SUCCESS' });
  });

  test('slow: it does what is asked, and whoever waits hears of it', async () => {
    await misbehave('slow', '0.2');
    const before = performance.now();
    expect(await query('B-00001')).toMatchObject({ status: 200 });
    expect(performance.now() - before).toBeGreaterThan(190);
    await misbehave('slow');
    loosePatience();
    expect(await codepay('B-00002')).toMatchObject({ status: null });
    await misbehave('off');
    expect(await query('B-00002')).toMatchObject({ trade_state: 'SUCCESS' });
  });

  test('system-error: once, with nothing done, or with all of it done', async () => {
    await misbehave('system-error');
    expect(await codepay('B-00002')).toMatchObject({ status: 500, code: 'SYSTEM_ERROR' });
    expect(await query('B-00002')).toMatchObject({ status: 404 });
    await misbehave('system-error', 'done');
    expect(await codepay('B-00003')).toMatchObject({ status: 500, code: 'SYSTEM_ERROR' });
    expect(await query('B-00003')).toMatchObject({ trade_state: 'SUCCESS' });
  });

  test('rate-limit: every call is refused and nothing is done', async () => {
    await misbehave('rate-limit');
    for (const ask of calls('limit')) expect(await ask()).toMatchObject({ status: 429, code: 'FREQUENCY_LIMITED' });
    expect(gateway.state().ledger).toHaveLength(2);
    expect(rowOf(gateway, 'A-00001')?.state).toBe('waiting');
  });

  test('other-amount and other-number: answers that are signed and must not be believed', async () => {
    await misbehave('other-amount');
    expect(await query('B-00001')).toMatchObject({
      status: 200,
      amount: { total: 8750, payer_total: 8750, currency: 'CNY' },
    });
    expect(await codepay('B-00002')).toMatchObject({ amount: { total: 8750 } });
    expect(await refund('B-00001', 'R1', 100)).toMatchObject({ amount: { refund: 200, total: 8750 } });
    await misbehave('other-number');
    expect(await query('B-00001')).toMatchObject({ out_trade_no: 'B-000019', amount: { total: 8650 } });
    expect(await refundQuery('R0')).toMatchObject({ out_refund_no: 'R09' });
    expect(rowOf(gateway, 'B-00002')?.minor).toBe(8650);
  });

  test('clock: its answers are too far from now to be believed, and it believes no request', async () => {
    await misbehave('clock');
    expect(await query('B-00001')).toMatchObject({ status: 401, code: 'SIGN_ERROR' });
    await misbehave('clock', '280');
    expect(await query('B-00001')).toMatchObject({ status: 200, trade_state: 'REFUND' });
  });

  test('password, paying and not-yet: the payer is asked, the bank takes its time, and nothing can be undone yet', async () => {
    await misbehave('password');
    expect(await codepay('B-00002')).toMatchObject({ trade_state: 'USERPAYING' });
    await misbehave('paying');
    await act(gateway, { action: 'password' });
    expect(await query('B-00002')).toMatchObject({ trade_state: 'USERPAYING' });
    expect(await reverse('B-00002')).toMatchObject({ status: 403, code: 'USERPAYING' });
    await misbehave('not-yet');
    expect(await query('B-00002')).toMatchObject({ trade_state: 'SUCCESS' });
    expect(await close('A-00001')).toMatchObject({ status: 403, code: 'TRADE_ERROR' });
    expect(await reverse('B-00002')).toMatchObject({ status: 403, code: 'USERPAYING' });
  });

  test('race: reverse and close say that they worked, and the query after them says what really happened', async () => {
    await codepay('B-00002', 'password');
    await codepay('B-00003', 'password');
    await misbehave('race', 'paid');
    expect(await reverse('B-00002')).toMatchObject({ status: 204 });
    expect(await query('B-00002')).toMatchObject({ trade_state: 'SUCCESS' });
    expect(await close('A-00001')).toMatchObject({ status: 204 });
    expect(await query('A-00001')).toMatchObject({ trade_state: 'SUCCESS' });
    await misbehave('race');
    expect(await reverse('B-00003')).toMatchObject({ status: 204 });
    expect(await query('B-00003')).toMatchObject({ trade_state: 'REFUND' });
    expect(await reverse('B-00002')).toMatchObject({ status: 204 });
    expect(['B-00002', 'B-00003', 'A-00001'].map((number) => rowOf(gateway, number)?.refundedMinor)).toEqual([
      8650, 8650, 0,
    ]);
  });

  test('late-pay: an order that was closed is paid all the same, and is refunded', async () => {
    expect(await close('A-00001')).toMatchObject({ status: 204 });
    await misbehave('late-pay');
    await act(gateway, { action: 'pay code', text: 'A-00001' });
    expect(await query('A-00001')).toMatchObject({ trade_state: 'SUCCESS' });
    expect(await refund('A-00001', 'R1', 8650)).toMatchObject({ status: 200 });
    expect(rowOf(gateway, 'A-00001')).toMatchObject({ capturedMinor: 8650, refundedMinor: 8650 });
  });
});

/** As the client makes it, by another hand; `atMs` is when. */
function authorization(method: string, target: string, body: string, atMs = Date.now()): string {
  const stamp = String(Math.floor(atMs / 1000));
  const signature = createSign('RSA-SHA256')
    .update(`${method}\n${target}\n${stamp}\nnonce\n${body}\n`)
    .sign(keys.merchantPrivate, 'base64');
  const parts = { mchid, nonce_str: 'nonce', signature, timestamp: stamp, serial_no: labMerchant.wechatSerial };
  return `WECHATPAY2-SHA256-RSA2048 ${Object.entries(parts)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')}`;
}

/** Forty hours later, for the gateway and for whoever asks it. */
async function nextDay(
  visit: (day: {
    ask(path: string): Promise<Record<string, unknown>>;
    fetch(url: string): Promise<Buffer>;
  }) => Promise<void>,
): Promise<void> {
  aheadMs = 40 * 3_600_000;
  const get = (url: string) => {
    const { pathname, search } = new URL(url);
    return fetch(url, {
      headers: { authorization: authorization('GET', `${pathname}${search}`, '', Date.now() + aheadMs) },
    });
  };
  await visit({
    ask: async (path) => (await get(`${gateway.url}${path}`)).json() as Promise<Record<string, unknown>>,
    fetch: async (url) => Buffer.from(await (await get(url)).arrayBuffer()),
  });
}
