import { createCipheriv, createSign, createVerify, type KeyObject } from 'node:crypto';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock, VirtualClock } from '../../../hardware/clock.ts';
import type { Gateway, GatewayRequest } from '../../../kiosk/services/wallet/contract.ts';
import { createGateway } from '../../../kiosk/services/wallet/index.ts';
import { Secret } from '../../../kiosk/services/wallet/payment-codes.ts';
import {
  apiV3Key,
  dataFolder,
  gatewayKeys,
  merchant,
  type Scripted,
  scriptedServer,
  stranger,
} from './wallet-gateways.ts';

const number = '0123456789abcdef0123456789abcdef';
const refundNumber = 'fedcba9876543210fedcba9876543210';
const authCode = '134567890123456789';
const settings = {
  appId: 'wx0000000000000001',
  mchId: '1900000001',
  merchantSerial: '0123456789ABCDEF0123456789ABCDEF01234567',
  publicKeyId: 'PUB_KEY_ID_0119000000012026010100000001',
  notifyUrl: 'https://kiosk.example/wechat',
  storeId: 'LAB-01',
};

const base = { number, currency: 'CNY', minor: 8_650, subject: '水费' } as const;
const requests = {
  create: { ask: 'create', ...base, expireAtMs: Date.UTC(2026, 2, 31, 8, 3, 0) },
  pay: { ask: 'pay', ...base, authCode: new Secret(authCode) },
  query: { ask: 'query', number },
  close: { ask: 'close', number },
  revoke: { ask: 'revoke', number },
  refund: { ask: 'refund', number, refundNumber, currency: 'CNY', minor: 650, totalMinor: 8_650 },
  'refund-query': { ask: 'refund-query', number, refundNumber, currency: 'CNY', minor: 650 },
} as const satisfies Readonly<Record<GatewayRequest['ask'], GatewayRequest>>;

let server: Scripted;
let dataDir: string;
let gateway: Gateway;

const open = (folder: string) => {
  const { url } = server;
  const config = { id: 'wechat', kind: 'wechat', url, timeoutMs: 2_000, alipay: null, wechat: settings } as const;
  return createGateway(config, folder, systemClock, 'LAB-01');
};

beforeEach(async () => {
  server = await scriptedServer();
  dataDir = dataFolder('wechat');
  gateway = await open(dataDir);
});

afterEach(async () => {
  await server.close();
  rmSync(dataDir, { recursive: true });
});

interface Signing {
  readonly key?: KeyObject;
  readonly serial?: string;
  readonly seconds?: number;
  /** What is signed, where that is something else than what is sent. */
  readonly instead?: string;
}

function headersFor(body: string, { key, serial, seconds, instead }: Signing = {}): Record<string, string> {
  const timestamp = String(seconds ?? Math.floor(Date.now() / 1_000));
  const text = `${timestamp}\nnonce\n${instead ?? body}\n`;
  return {
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Nonce': 'nonce',
    'Wechatpay-Serial': serial ?? settings.publicKeyId,
    'Wechatpay-Signature': createSign('RSA-SHA256')
      .update(text)
      .sign(key ?? gatewayKeys.privateKey, 'base64'),
  };
}

/** Answers so; `signing` null: without a signature. */
function answers(fields: unknown, status = 200, signing: Signing | null = {}): void {
  const body = status === 204 ? '' : JSON.stringify(fields);
  server.answer = (_, response) => {
    response.writeHead(status, {
      ...(signing === null ? {} : headersFor(body, signing)),
      ...(body === '' ? {} : { 'content-type': 'application/json' }),
    });
    response.end(body);
  };
}

const attempt = (ask: GatewayRequest['ask']) => gateway.attempt(requests[ask], new AbortController().signal);
const trade = { appid: settings.appId, mchid: settings.mchId, out_trade_no: number };
const success = { ...trade, trade_state: 'SUCCESS', transaction_id: '42', amount: { total: 8_650, currency: 'CNY' } };
const paid = { came: 'paid', currency: 'CNY', minor: 8_650, transaction: '42', merchant: settings.mchId };
const refund = {
  out_trade_no: number,
  out_refund_no: refundNumber,
  refund_id: '50',
  amount: { refund: 650, currency: 'CNY' },
};
const systemError = (code: string) => ({ came: 'undecided', why: 'system-error', code });

describe('what is asked', () => {
  const ids = { appid: settings.appId, mchid: settings.mchId };
  const path = `/v3/pay/transactions/out-trade-no/${number}`;
  it.each([
    [
      'create',
      'POST /v3/pay/transactions/native',
      {
        ...ids,
        description: '水费',
        out_trade_no: number,
        attach: 'LAB-01',
        time_expire: '2026-03-31T16:03:00+08:00',
        notify_url: settings.notifyUrl,
        amount: { total: 8_650, currency: 'CNY' },
      },
    ],
    [
      'pay',
      'POST /v3/pay/transactions/codepay',
      {
        ...ids,
        description: '水费',
        out_trade_no: number,
        attach: 'LAB-01',
        payer: { auth_code: authCode },
        amount: { total: 8_650, currency: 'CNY' },
        scene_info: { device_ip: '127.0.0.1', store_info: { id: 'LAB-01' } },
      },
    ],
    ['query', `GET ${path}?mchid=${settings.mchId}`, null],
    ['close', `POST ${path}/close`, { mchid: settings.mchId }],
    ['revoke', `POST ${path}/reverse`, ids],
    [
      'refund',
      'POST /v3/refund/domestic/refunds',
      { out_trade_no: number, out_refund_no: refundNumber, amount: { refund: 650, total: 8_650, currency: 'CNY' } },
    ],
    ['refund-query', `GET /v3/refund/domestic/refunds/${refundNumber}`, null],
  ] as const)('%s is %s', async (ask, line, body) => {
    await attempt(ask);
    const [one] = server.asked;
    expect(`${one?.method} ${one?.url}`).toBe(line);
    expect(one?.body === '' ? null : JSON.parse(one?.body ?? '')).toEqual(body);
    // The gateway signs with the key that is named here.
    expect(one?.headers['wechatpay-serial']).toBe(settings.publicKeyId);
  });

  it.each(['pay', 'query'] as const)('%s is signed with the merchant’s key', async (ask) => {
    await attempt(ask);
    const [one] = server.asked;
    const fields = Object.fromEntries(
      [...(one?.headers.authorization ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    );
    const text = `${one?.method}\n${one?.url}\n${fields.timestamp}\n${fields.nonce_str}\n${one?.body}\n`;
    expect(fields).toMatchObject({ mchid: settings.mchId, serial_no: settings.merchantSerial });
    const verify = createVerify('RSA-SHA256').update(text);
    expect(verify.verify(merchant.publicKey, fields.signature ?? '', 'base64')).toBe(true);
  });
});

describe('what a signed success means', () => {
  it.each([
    ['create', { code_url: 'weixin://wxpay/1' }, { came: 'created', code: 'weixin://wxpay/1' }],
    ['pay', success, paid],
    ['pay', { trade_state: 'USERPAYING' }, { came: 'user-paying' }],
    ['query', success, paid],
    ['query', { ...trade, trade_state: 'NOTPAY' }, { came: 'waiting' }],
    ['query', { ...trade, trade_state: 'CLOSED' }, { came: 'closed' }],
    ['query', { ...trade, trade_state: 'REVOKED' }, { came: 'closed' }],
    ['query', { ...trade, trade_state: 'PAYERROR' }, { came: 'closed' }],
    ['query', { ...trade, trade_state: 'REFUND' }, { came: 'refunded' }],
    ['query', { ...success, amount: { total: 1, currency: 'HKD' } }, { ...paid, minor: 1, currency: 'HKD' }],
    ['revoke', { ...trade }, { came: 'revoked', gaveBack: null }],
    ['refund', { ...refund, status: 'PROCESSING' }, { came: 'refund-pending' }],
    [
      'refund',
      { ...refund, status: 'SUCCESS' },
      { came: 'refund-made', reference: { transaction: '50', order: refundNumber } },
    ],
    ['refund-query', { ...refund, status: 'ABNORMAL' }, { came: 'refund-lost', code: 'ABNORMAL' }],
  ] as const)('%s: %j', async (ask, fields, meaning) => {
    answers(fields);
    expect(await attempt(ask)).toEqual(meaning);
  });

  it('closing is answered by nothing, signed', async () => {
    answers(null, 204);
    expect(await attempt('close')).toEqual({ came: 'closed' });
  });
});

describe('a refusal, signed or not, names the reason', () => {
  describe.each([
    ['signed', {}],
    ['not signed', null],
  ] as const)('%s', (_, signing) => {
    it.each([
      ['pay', 400, 'AUTH_CODE_EXPIRE', { came: 'code-stale', code: 'AUTH_CODE_EXPIRE' }],
      ['pay', 400, 'AUTHCODE_INVALID', { came: 'code-stale', code: 'AUTHCODE_INVALID' }],
      ['pay', 403, 'NOTENOUGH', { came: 'insufficient', code: 'NOTENOUGH' }],
      ['pay', 403, 'TRADE_ERROR', { came: 'refused', code: 'TRADE_ERROR', forGood: signing !== null }],
      ['pay', 500, 'SYSTEM_ERROR', systemError('SYSTEM_ERROR')],
      ['pay', 403, 'OUT_TRADE_NO_USED', systemError('OUT_TRADE_NO_USED')],
      ['pay', 400, 'USERPAYING', systemError('USERPAYING')],
      ['query', 404, 'ORDER_NOT_EXIST', { came: 'not-exist' }],
      ['query', 404, 'ORDERNOTEXIST', { came: 'not-exist' }],
      ['query', 403, 'ORDER_NOT_EXIST', { came: 'refused', code: 'ORDER_NOT_EXIST', forGood: false }],
      ['query', 404, 'none', systemError('none')],
      ['query', 429, 'FREQUENCY_LIMITED', { came: 'undecided', why: 'rate-limited', code: 'FREQUENCY_LIMITED' }],
      ['query', 401, 'SIGN_ERROR', { came: 'undecided', why: 'not-genuine', code: 'SIGN_ERROR' }],
      ['close', 400, 'ORDERPAID', systemError('ORDERPAID')],
      ['close', 400, 'ORDER_CLOSED', { came: 'refused', code: 'ORDER_CLOSED', forGood: false }],
      ['revoke', 400, 'INVALID_REQUEST', { came: 'refused', code: 'INVALID_REQUEST', forGood: false }],
      ['refund', 403, 'NOT_ENOUGH', { came: 'refused', code: 'NOT_ENOUGH', forGood: false }],
      ['refund', 403, 'TRADE_OVERDUE', { came: 'refused', code: 'TRADE_OVERDUE', forGood: signing !== null }],
      ['refund-query', 404, 'RESOURCE_NOT_EXISTS', { came: 'not-exist' }],
    ] as const)('%s, %i %s', async (ask, status, code, meaning) => {
      answers({ code, message: '' }, status, signing);
      expect(await attempt(ask)).toEqual(meaning);
    });
  });

  it('all given back already', async () => {
    answers({ code: 'INVALID_REQUEST', message: '订单已全额退款' }, 400);
    expect(await attempt('refund')).toEqual({ came: 'given-back', code: 'INVALID_REQUEST' });
  });
});

describe('what decides nothing', () => {
  it.each([
    ['another number', { ...success, out_trade_no: refundNumber }, 'other-trade'],
    ['another merchant', { ...success, mchid: '1900000009' }, 'other-trade'],
    ['another application', { ...success, appid: 'wx9' }, 'other-trade'],
    ['a success without a number', { ...success, out_trade_no: undefined }, 'other-trade'],
    ['an amount that is text', { ...success, amount: { total: '8650' } }, 'nonsense'],
    ['no amount', { ...success, amount: undefined }, 'nonsense'],
    ['an unknown state', { ...success, trade_state: 'MAYBE' }, 'nonsense'],
    ['a list', [success], 'other-trade'],
  ])('%s', async (_, fields, why) => {
    answers(fields);
    expect(await attempt('query')).toMatchObject({ came: 'undecided', why });
  });

  it.each<[string, Signing | null, string]>([
    ['no signature', null, 'not-genuine'],
    ['a stranger’s signature', { key: stranger.privateKey }, 'not-genuine'],
    ['a signature over another body', { instead: JSON.stringify({ ...success, amount: { total: 1 } }) }, 'not-genuine'],
    ['another key’s name', { serial: 'PUB_KEY_ID_9' }, 'not-genuine'],
    ['a signature of ten minutes ago', { seconds: Math.floor(Date.now() / 1_000) - 600 }, 'clock'],
  ])('a success with %s', async (_, signing, why) => {
    answers(success, 200, signing);
    expect(await attempt('query')).toMatchObject({ came: 'undecided', why });
  });

  it.each([
    [400, {}],
    [400, null],
    [302, null],
    [502, {}],
    [502, null],
  ] as const)('a body of success with the status %i, signing %j', async (status, signing) => {
    answers(success, status, signing);
    for (const ask of ['query', 'pay'] as const) {
      expect(await attempt(ask)).toMatchObject({ came: 'undecided', why: 'system-error' });
    }
  });

  it('a refusal with a wrong signature is not even a hint', async () => {
    answers({ code: 'ORDER_NOT_EXIST', message: '' }, 404, { key: stranger.privateKey });
    expect(await attempt('query')).toMatchObject({ came: 'undecided', why: 'not-genuine' });
  });

  it('a refund of another number or amount', async () => {
    answers({ ...refund, status: 'SUCCESS', out_refund_no: number });
    expect(await attempt('refund-query')).toMatchObject({ came: 'undecided', why: 'other-trade' });
    answers({ ...refund, status: 'SUCCESS', amount: { refund: 651 } });
    expect(await attempt('refund')).toMatchObject({ came: 'undecided', why: 'other-trade' });
  });

  it('an answer larger than 256 kB, silence, and a line that breaks', async () => {
    answers({ ...success, more: 'x'.repeat(262_144) });
    expect(await attempt('query')).toMatchObject({ came: 'undecided', why: 'unreachable' });
    server.answer = () => {};
    expect(await attempt('query')).toMatchObject({ came: 'undecided', why: 'unreachable' });
    server.answer = (_, response) => response.destroy();
    expect(await attempt('query')).toMatchObject({ came: 'undecided', why: 'unreachable' });
  });
});

describe('a notification', () => {
  const sealed = (plain: unknown) => {
    const cipher = createCipheriv('aes-256-gcm', apiV3Key, 'nonce1234567');
    cipher.setAAD(Buffer.from('transaction'));
    const bytes = [cipher.update(JSON.stringify(plain), 'utf8'), cipher.final(), cipher.getAuthTag()];
    const ciphertext = Buffer.concat(bytes).toString('base64');
    return JSON.stringify({ resource: { ciphertext, nonce: 'nonce1234567', associated_data: 'transaction' } });
  };
  const small = (headers: Record<string, string>) =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

  it('names the number it is about', () => {
    const body = sealed(success);
    expect(gateway.notified(small(headersFor(body)), body)).toBe(number);
  });

  it.each<[string, Signing]>([
    ['of a stranger', { key: stranger.privateKey }],
    ['of another key', { serial: 'PUB_KEY_ID_9' }],
    ['of yesterday', { seconds: Math.floor(Date.now() / 1_000) - 86_400 }],
    ['that was changed', { instead: '{}' }],
  ])('%s names none', (_, signing) => {
    const body = sealed(success);
    expect(gateway.notified(small(headersFor(body, signing)), body)).toBeNull();
  });

  it('without headers names none', () => {
    expect(gateway.notified({}, sealed(success))).toBeNull();
  });
});

describe('keys', () => {
  it.each(['wechat-merchant-private.pem', 'wechat-gateway-public.pem', 'wechat-apiv3.key'])(
    'without %s it says which file is missing',
    async (name) => {
      const folder = dataFolder('wechat', name);
      await expect(open(folder)).rejects.toThrow(new RegExp(`${name} is missing; put`));
      rmSync(folder, { recursive: true });
    },
  );

  it('that others may read, or that are none, are refused by name and never shown', async () => {
    const path = join(dataDir, 'keys', 'wallets', 'wechat-merchant-private.pem');
    chmodSync(path, 0o644);
    await expect(open(dataDir)).rejects.toThrow(/wechat-merchant-private\.pem can be read by other users/);
    chmodSync(path, 0o600);
    writeFileSync(path, 'secret words');
    await expect(open(dataDir)).rejects.toThrow(
      /wechat-merchant-private\.pem cannot be read as the merchant’s private key/,
    );
    await expect(open(dataDir)).rejects.not.toThrow(/secret words/);
  });

  it('are asked for only with settings', async () => {
    const config = { id: 'w', kind: 'wechat', url: server.url, timeoutMs: 2_000, alipay: null, wechat: null } as const;
    await expect(createGateway(config, dataDir, new VirtualClock(0), 'LAB-01')).rejects.toThrow(/no settings wechat/);
  });
});
