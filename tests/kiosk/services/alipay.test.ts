import { createSign, createVerify, type KeyObject } from 'node:crypto';
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../hardware/clock.ts';
import type { Gateway, GatewayRequest } from '../../../kiosk/services/wallet/contract.ts';
import { createGateway } from '../../../kiosk/services/wallet/index.ts';
import { Secret } from '../../../kiosk/services/wallet/payment-codes.ts';
import { dataFolder, gatewayKeys, merchant, type Scripted, scriptedServer, stranger } from './wallet-gateways.ts';

const number = '0123456789abcdef0123456789abcdef';
const refundNumber = 'fedcba9876543210fedcba9876543210';
const authCode = '287634438256643940';
const wallMs = Date.UTC(2026, 2, 31, 8, 0, 0);
const settings = { appId: '2021000000000001', sellerId: '2088000000000001', notifyUrl: 'https://kiosk.example/alipay' };

const base = { number, currency: 'CNY', minor: 8_650, subject: '水费' } as const;
const requests = {
  create: { ask: 'create', ...base, expireAtMs: wallMs + 180_000 },
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

beforeEach(async () => {
  server = await scriptedServer();
  dataDir = dataFolder('alipay');
  const url = `${server.url}/gateway.do`;
  const config = { id: 'alipay', kind: 'alipay', url, timeoutMs: 2_000, alipay: settings, wechat: null } as const;
  gateway = await createGateway(config, dataDir, new VirtualClock(wallMs), 'LAB-01');
});

afterEach(async () => {
  await server.close();
  rmSync(dataDir, { recursive: true });
});

function signed(text: string, key: KeyObject = gatewayKeys.privateKey): string {
  return createSign('RSA-SHA256').update(text, 'utf8').sign(key, 'base64');
}

function asked(): URLSearchParams {
  const [one] = server.asked;
  const url = new URL(one?.url ?? '', 'http://x');
  return new URLSearchParams([...url.searchParams, ...new URLSearchParams(one?.body)]);
}

function content(): Record<string, unknown> {
  return JSON.parse(asked().get('biz_content') ?? '{}');
}

/** The key of the response, after the method that was asked. */
function keyOf(url: string): string {
  return `${new URL(url, 'http://x').searchParams.get('method')?.replaceAll('.', '_')}_response`;
}

/** Answers so, rightly signed. */
function answers(fields: Readonly<Record<string, unknown>>, key?: KeyObject): void {
  server.answer = ({ url }, response) => {
    const text = JSON.stringify({ msg: 'Success', ...fields });
    response.end(`{"${keyOf(url)}":${text},"sign":"${signed(text, key)}"}`);
  };
}

const attempt = (ask: GatewayRequest['ask']) => gateway.attempt(requests[ask], new AbortController().signal);
const paidAnswer = {
  code: '10000',
  out_trade_no: number,
  trade_no: '2026033122001',
  trade_status: 'TRADE_SUCCESS',
  total_amount: '86.50',
};
const paid = {
  came: 'paid',
  currency: 'CNY',
  minor: 8_650,
  transaction: '2026033122001',
  merchant: '2088000000000001',
};

describe('what is asked', () => {
  it.each([
    [
      'create',
      'alipay.trade.precreate',
      {
        out_trade_no: number,
        total_amount: '86.50',
        subject: '水费',
        time_expire: '2026-03-31 16:03:00',
        terminal_id: 'LAB-01',
      },
    ],
    [
      'pay',
      'alipay.trade.pay',
      {
        out_trade_no: number,
        scene: 'bar_code',
        auth_code: authCode,
        total_amount: '86.50',
        subject: '水费',
        terminal_id: 'LAB-01',
      },
    ],
    ['query', 'alipay.trade.query', { out_trade_no: number }],
    ['close', 'alipay.trade.close', { out_trade_no: number }],
    ['revoke', 'alipay.trade.cancel', { out_trade_no: number }],
    ['refund', 'alipay.trade.refund', { out_trade_no: number, out_request_no: refundNumber, refund_amount: '6.50' }],
    ['refund-query', 'alipay.trade.fastpay.refund.query', { out_trade_no: number, out_request_no: refundNumber }],
  ] as const)('%s is %s', async (ask, method, fields) => {
    await attempt(ask);
    expect(asked().get('method')).toBe(method);
    expect(content()).toEqual(fields);
    expect(asked().get('app_id')).toBe(settings.appId);
    // Beijing's time, whatever this machine's zone is.
    expect(asked().get('timestamp')).toBe('2026-03-31 16:00:00');
    expect(asked().get('notify_url')).toBe(ask === 'create' ? settings.notifyUrl : null);
  });

  it('is signed with the merchant’s key, over all fields in order', async () => {
    await attempt('pay');
    const fields = [...asked()].filter(([name]) => name !== 'sign').sort(([one], [other]) => (one < other ? -1 : 1));
    const text = fields.map(([name, value]) => `${name}=${value}`).join('&');
    const sign = asked().get('sign') ?? '';
    expect(createVerify('RSA-SHA256').update(text, 'utf8').verify(merchant.publicKey, sign, 'base64')).toBe(true);
  });

  it('keeps the payment code out of the address, which proxies write down', async () => {
    await attempt('pay');
    expect(server.asked[0]?.url).not.toContain(authCode);
  });
});

describe('what an answer means', () => {
  it.each([
    [
      'create',
      { code: '10000', out_trade_no: number, qr_code: 'https://qr/1' },
      { came: 'created', code: 'https://qr/1' },
    ],
    ['pay', { ...paidAnswer, trade_status: undefined }, paid],
    ['pay', { code: '10003', out_trade_no: number }, { came: 'user-paying' }],
    [
      'pay',
      { code: '20000', sub_code: 'isp.unknow-error' },
      { came: 'undecided', why: 'system-error', code: 'isp.unknow-error' },
    ],
    [
      'pay',
      { code: '40004', sub_code: 'ACQ.SYSTEM_ERROR' },
      { came: 'undecided', why: 'system-error', code: 'ACQ.SYSTEM_ERROR' },
    ],
    [
      'pay',
      { code: '40004', sub_code: 'ACQ.PAYMENT_AUTH_CODE_INVALID' },
      { came: 'code-stale', code: 'ACQ.PAYMENT_AUTH_CODE_INVALID' },
    ],
    [
      'pay',
      { code: '40004', sub_code: 'ACQ.BUYER_BALANCE_NOT_ENOUGH' },
      { came: 'insufficient', code: 'ACQ.BUYER_BALANCE_NOT_ENOUGH' },
    ],
    [
      'pay',
      { code: '40004', sub_code: 'ACQ.TRADE_HAS_SUCCESS' },
      { came: 'undecided', why: 'system-error', code: 'ACQ.TRADE_HAS_SUCCESS' },
    ],
    ['pay', { code: '40004', sub_code: 'ACQ.RISK' }, { came: 'refused', code: 'ACQ.RISK', forGood: true }],
    ['query', paidAnswer, paid],
    ['query', { ...paidAnswer, trade_status: 'TRADE_FINISHED' }, paid],
    ['query', { ...paidAnswer, total_amount: '86.5' }, paid],
    ['query', { ...paidAnswer, trade_status: 'WAIT_BUYER_PAY' }, { came: 'user-paying' }],
    ['query', { ...paidAnswer, trade_status: 'TRADE_CLOSED' }, { came: 'closed' }],
    ['query', { ...paidAnswer, trans_currency: 'USD' }, { ...paid, currency: 'USD' }],
    ['query', { code: '40004', sub_code: 'ACQ.TRADE_NOT_EXIST' }, { came: 'not-exist' }],
    [
      'query',
      { code: '40005', sub_code: 'isv.app-call-limited' },
      { came: 'undecided', why: 'rate-limited', code: 'isv.app-call-limited' },
    ],
    ['close', { code: '10000', out_trade_no: number }, { came: 'closed' }],
    ['close', { code: '40004', sub_code: 'ACQ.TRADE_NOT_EXIST' }, { came: 'not-exist' }],
    [
      'close',
      { code: '40004', sub_code: 'ACQ.TRADE_STATUS_ERROR' },
      { came: 'refused', code: 'ACQ.TRADE_STATUS_ERROR', forGood: false },
    ],
    [
      'revoke',
      { code: '10000', out_trade_no: number, retry_flag: 'N', action: 'close' },
      { came: 'revoked', gaveBack: false },
    ],
    [
      'revoke',
      { code: '10000', out_trade_no: number, retry_flag: 'N', action: 'refund' },
      { came: 'revoked', gaveBack: true },
    ],
    ['revoke', { code: '10000', out_trade_no: number, retry_flag: 'N' }, { came: 'revoked', gaveBack: null }],
    [
      'revoke',
      { code: '10000', out_trade_no: number, retry_flag: 'Y' },
      { came: 'undecided', why: 'system-error', code: 'retry_flag' },
    ],
    [
      'revoke',
      { code: '40004', sub_code: 'ACQ.TRADE_CANCEL_TIME_OUT' },
      { came: 'refused', code: 'ACQ.TRADE_CANCEL_TIME_OUT', forGood: true },
    ],
    [
      'refund',
      { code: '10000', out_trade_no: number, trade_no: 'T', fund_change: 'Y' },
      { came: 'refund-made', reference: { transaction: 'T', order: refundNumber } },
    ],
    ['refund', { code: '10000', out_trade_no: number, fund_change: 'N' }, { came: 'refund-pending' }],
    [
      'refund',
      { code: '40004', sub_code: 'ACQ.TRADE_HAS_FINISHED' },
      { came: 'refused', code: 'ACQ.TRADE_HAS_FINISHED', forGood: true },
    ],
    [
      'refund',
      { code: '40004', sub_code: 'ACQ.SELLER_BALANCE_NOT_ENOUGH' },
      { came: 'refused', code: 'ACQ.SELLER_BALANCE_NOT_ENOUGH', forGood: false },
    ],
    ['refund', { code: '40004', sub_code: 'ACQ.TRADE_HAS_CLOSE' }, { came: 'given-back', code: 'ACQ.TRADE_HAS_CLOSE' }],
    ['refund-query', { code: '10000' }, { came: 'not-exist' }],
    [
      'refund-query',
      {
        code: '10000',
        out_trade_no: number,
        out_request_no: refundNumber,
        refund_status: 'REFUND_SUCCESS',
        refund_amount: '6.50',
      },
      { came: 'refund-made', reference: { order: refundNumber } },
    ],
  ] as const)('%s: %j', async (ask, fields, meaning) => {
    answers(fields);
    expect(await attempt(ask)).toEqual(meaning);
  });
});

describe('what decides nothing', () => {
  it.each([
    ['another number', 'query', { ...paidAnswer, out_trade_no: refundNumber }, 'other-trade'],
    ['another merchant', 'query', { ...paidAnswer, seller_id: '2088000000000009' }, 'other-trade'],
    ['no number', 'query', { ...paidAnswer, out_trade_no: undefined }, 'other-trade'],
    ['an amount that is none', 'query', { ...paidAnswer, total_amount: '86,50' }, 'nonsense'],
    ['an amount that is a number', 'query', { ...paidAnswer, total_amount: 86.5 }, 'nonsense'],
    ['an unknown state', 'query', { ...paidAnswer, trade_status: 'TRADE_MAYBE' }, 'nonsense'],
    ['a wrong parameter', 'query', { code: '40002', sub_code: 'isv.invalid-signature' }, 'nonsense'],
    ['a code of another trade', 'create', { code: '10000', out_trade_no: refundNumber, qr_code: 'x' }, 'other-trade'],
    ['waiting for another payer', 'pay', { code: '10003', out_trade_no: refundNumber }, 'other-trade'],
    [
      'a refund of another amount',
      'refund-query',
      {
        code: '10000',
        out_trade_no: number,
        out_request_no: refundNumber,
        refund_status: 'REFUND_SUCCESS',
        refund_amount: '9',
      },
      'other-trade',
    ],
  ] as const)('%s', async (_, ask, fields, why) => {
    answers(fields);
    expect(await attempt(ask)).toMatchObject({ came: 'undecided', why });
  });

  it('an answer signed by somebody else', async () => {
    answers(paidAnswer, stranger.privateKey);
    expect(await attempt('query')).toMatchObject({ came: 'undecided', why: 'not-genuine' });
  });

  it('an answer that was changed after it was signed', async () => {
    server.answer = ({ url }, response) => {
      const text = JSON.stringify(paidAnswer);
      response.end(`{"${keyOf(url)}":${text.replace('86.50', '0.01')},"sign":"${signed(text)}"}`);
    };
    expect(await attempt('query')).toMatchObject({ came: 'undecided', why: 'not-genuine' });
  });

  it('an answer without a signature, and one about nothing but an error', async () => {
    server.answer = ({ url }, response) => response.end(`{"${keyOf(url)}":${JSON.stringify(paidAnswer)}}`);
    expect(await attempt('query')).toMatchObject({ came: 'undecided', why: 'not-genuine' });
    server.answer = (_, response) =>
      response.end('{"error_response":{"code":"40004","sub_code":"ACQ.TRADE_NOT_EXIST"}}');
    expect(await attempt('query')).toMatchObject({ came: 'undecided', why: 'not-genuine' });
  });

  it.each([
    [
      'behind the genuine one',
      (key: string, text: string, sign: string, forged: string) =>
        `{"${key}":${text},"sign":"${sign}","${key}":${forged}}`,
    ],
    [
      'beside the genuine one',
      (key: string, text: string, sign: string, forged: string) =>
        `{"a":"${key}","b":${text},"sign":"${sign}","${key}":${forged}}`,
    ],
    [
      'with more beside it',
      (key: string, text: string, sign: string) => `{"${key}":${text},"sign":"${sign}","more":1}`,
    ],
  ])('a forged answer %s, which the SDK takes', async (_, forge) => {
    server.answer = ({ url }, response) => {
      const waiting = JSON.stringify({ ...paidAnswer, trade_status: 'WAIT_BUYER_PAY' });
      response.end(forge(keyOf(url), waiting, signed(waiting), JSON.stringify(paidAnswer)));
    };
    expect(await attempt('query')).toEqual({ came: 'undecided', why: 'not-genuine', code: 'signature' });
  });

  it('a status that is no success, whatever the body says', async () => {
    server.answer = ({ url }, response) => {
      const text = JSON.stringify(paidAnswer);
      response.writeHead(502);
      response.end(`{"${keyOf(url)}":${text},"sign":"${signed(text)}"}`);
    };
    expect(await attempt('query')).toMatchObject({ came: 'undecided', why: 'nonsense' });
  });

  it.each(['', '<html>', '{}', 'null', '[]'])('the body %j', async (body) => {
    server.answer = (_, response) => response.end(body);
    expect(await attempt('query')).toMatchObject({ came: 'undecided' });
  });

  it('silence, and a line that breaks', async () => {
    server.answer = () => {};
    expect(await attempt('query')).toMatchObject({ came: 'undecided', why: 'unreachable' });
    server.answer = (_, response) => response.destroy();
    expect(await attempt('query')).toMatchObject({ came: 'undecided', why: 'unreachable' });
  });
});

describe('a notification', () => {
  const fields = { app_id: settings.appId, out_trade_no: number, trade_status: 'TRADE_SUCCESS', charset: 'utf-8' };
  const posted = (change: Readonly<Record<string, string>>, key = gatewayKeys.privateKey) => {
    const all: Readonly<Record<string, string>> = { ...fields, ...change };
    const text = Object.keys(all)
      .sort()
      .map((name) => `${name}=${all[name]}`)
      .join('&');
    return new URLSearchParams({ ...all, sign_type: 'RSA2', sign: signed(text, key) }).toString();
  };

  it('names the number it is about', () => {
    expect(gateway.notified({}, posted({}))).toBe(number);
  });

  it('of a stranger, of another application, or of an older kind of signature names none', () => {
    expect(gateway.notified({}, posted({}, stranger.privateKey))).toBeNull();
    expect(gateway.notified({}, posted({ app_id: '1' }))).toBeNull();
    expect(gateway.notified({}, posted({}).replace('RSA2', 'RSA'))).toBeNull();
    expect(gateway.notified({}, '')).toBeNull();
  });
});

it.each(['alipay-merchant-private.pem', 'alipay-gateway-public.pem'])(
  'without %s it says which file is missing',
  async (name) => {
    const folder = dataFolder('alipay', name);
    const config = {
      id: 'alipay',
      kind: 'alipay',
      url: server.url,
      timeoutMs: 2_000,
      alipay: settings,
      wechat: null,
    } as const;
    await expect(createGateway(config, folder, new VirtualClock(0), 'LAB-01')).rejects.toThrow(
      new RegExp(`${name} is missing; put`),
    );
    rmSync(folder, { recursive: true });
  },
);
