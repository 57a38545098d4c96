/**
 * WeChat Pay API v3 in public-key mode, by wechatpay-axios-plugin: Native (the code that is shown) and codepay (the code that
 * is scanned). The plugin checks a signature only where it takes the status for a success, so here it takes every status
 * for one: what is signed is checked, whatever its status, and what is not signed decides nothing.
 */
import type { KeyObject } from 'node:crypto';
import wechatpay from 'wechatpay-axios-plugin';
import type { Clock } from '../../../hardware/clock.ts';
import { parseJsonStrict } from '../../../config/strict-json.ts';
import type { Gateway, GatewayAnswer, GatewayRequest, Statements } from '../wallet/contract.ts';
import { beijingTime, type Fields, fieldsOf } from '../wallet/fields.ts';
import { readPrivateKey, readPublicKey, readTextKey } from '../wallet/keys.ts';
import { readAnswer } from './answers.ts';
import type { WechatSettings } from './settings.ts';
import { type SignedAnswer, wechatStatement } from './statement.ts';

const privateKeyFile = 'wechat-merchant-private.pem';
const publicKeyFile = 'wechat-gateway-public.pem';
const apiV3KeyFile = 'wechat-apiv3.key';
const apiV3KeyCharacters = 32;
const currency = 'CNY';
const descriptionMaximum = 127;
const largestAnswerBytes = 262_144;
/** Older or newer than this, a notification is a copy, or one of the clocks is wrong. */
const clocksApartSeconds = 300;

export interface WechatParts {
  readonly url: string;
  /** For one attempt. */
  readonly timeoutMs: number;
  readonly settings: WechatSettings;
  readonly dataDir: string;
  readonly clock: Clock;
  /** This kiosk's name, written beside every payment. */
  readonly mark: string;
}

type AxiosOptions = NonNullable<Parameters<ReturnType<typeof wechatpay.Decorator.jsonBased>['request']>[0]>;

interface Call {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly params?: Fields;
  readonly body?: Fields;
}

/** Throws an error that names the key file and what to do when one cannot be used. */
export function createWechat(parts: WechatParts): Gateway & Statements {
  const { url, timeoutMs, settings, dataDir, clock, mark } = parts;
  const privateKey = readPrivateKey(dataDir, privateKeyFile);
  const publicKey = readPublicKey(dataDir, publicKeyFile);
  const apiV3Key = readTextKey(dataDir, apiV3KeyFile, apiV3KeyCharacters);
  const client = clientOf({ url, timeoutMs, settings, privateKey, publicKey });
  return {
    currency,
    merchant: settings.mchId,
    async attempt(request, signal) {
      const { method, path, params, body } = callOf(request, settings, mark);
      try {
        const { status, data } = await client.request({ method, url: path, params, data: body, signal });
        return readAnswer(request, settings, { status, body: data, signed: true });
      } catch (error) {
        return broken(request, settings, error);
      }
    },
    statement(day, signal) {
      const ask = async (path: string, params: Fields) => {
        try {
          const { status, data } = await client.request({ method: 'get', url: path, params, signal });
          return { status, body: data };
        } catch (error) {
          return brokenStatement(error);
        }
      };
      const authorize = (target: string) => authorization(settings, privateKey, clock, target);
      return wechatStatement({ gateway: url, mchId: settings.mchId, mark, ask, authorize }, day, signal);
    },
    notified: (headers, body) => notifiedNumber({ headers, body, publicKey, apiV3Key, settings, clock }),
  };
}

function clientOf(parts: {
  readonly url: string;
  readonly timeoutMs: number;
  readonly settings: WechatSettings;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}) {
  const { url, timeoutMs, settings, privateKey, publicKey } = parts;
  // All of it goes on to axios, which the plugin's types do not say.
  const config: Parameters<typeof wechatpay.Decorator.jsonBased>[0] & AxiosOptions = {
    mchid: settings.mchId,
    serial: settings.merchantSerial,
    privateKey,
    certs: { [settings.publicKeyId]: publicKey },
    baseURL: url.endsWith('/') ? url : `${url}/`,
    timeout: timeoutMs,
    // The answer has to come from where the question went.
    maxRedirects: 0,
    proxy: false,
    maxContentLength: largestAnswerBytes,
    validateStatus: () => true,
    // By this the gateway signs with the key that is here, and not with a certificate.
    headers: { 'Wechatpay-Serial': settings.publicKeyId },
  };
  return wechatpay.Decorator.jsonBased(config);
}

/** What the plugin throws carries what was sent, payment code included: only what came back is read of it. */
function broken(request: GatewayRequest, settings: WechatSettings, error: unknown): GatewayAnswer {
  const { code, response } = error as {
    readonly code?: unknown;
    readonly response?: { readonly status?: unknown; readonly data?: unknown };
  };
  if (typeof code !== 'string' || !code.startsWith('EV3_RES_')) {
    return { came: 'undecided', why: 'unreachable', code: 'no-connection' };
  }
  if (code === 'EV3_RES_HEADER_TIMESTAMP_OFFSET') return { came: 'undecided', why: 'clock', code: 'timestamp' };
  const status = Number(response?.status);
  if (code !== 'EV3_RES_HEADERS_INCOMPLATE' || !(status >= 300)) {
    return { came: 'undecided', why: 'not-genuine', code: 'signature' };
  }
  const read = typeof response?.data === 'string' ? parseJsonStrict(response.data) : null;
  return readAnswer(request, settings, { status, body: read?.ok === true ? read.json : null, signed: false });
}

/** An answer that is not signed names a refusal at most. */
function brokenStatement(error: unknown): SignedAnswer | 'not-genuine' | 'unreachable' {
  const { code, response } = error as {
    readonly code?: unknown;
    readonly response?: { readonly status?: unknown; readonly data?: unknown };
  };
  if (typeof code !== 'string' || !code.startsWith('EV3_RES_')) return 'unreachable';
  const status = Number(response?.status);
  return code === 'EV3_RES_HEADERS_INCOMPLATE' && status >= 300 ? { status, body: response?.data } : 'not-genuine';
}

function authorization(
  { mchId, merchantSerial }: WechatSettings,
  key: KeyObject,
  clock: Clock,
  target: string,
): string {
  const [nonce, timestamp] = [wechatpay.Formatter.nonce(), String(Math.floor(clock.wallMs() / 1_000))];
  const signed = wechatpay.Rsa.sign(wechatpay.Formatter.request('GET', target, timestamp, nonce, ''), key);
  return wechatpay.Formatter.authorization(mchId, nonce, signed, timestamp, merchantSerial);
}

function callOf(request: GatewayRequest, settings: WechatSettings, attach: string): Call {
  const { appId: appid, mchId: mchid } = settings;
  const trade = `v3/pay/transactions/out-trade-no/${request.number}`;
  switch (request.ask) {
    case 'create':
      return {
        method: 'post',
        path: 'v3/pay/transactions/native',
        body: {
          appid,
          mchid,
          description: request.subject.slice(0, descriptionMaximum),
          attach,
          out_trade_no: request.number,
          time_expire: `${beijingTime(request.expireAtMs)}+08:00`,
          notify_url: settings.notifyUrl,
          amount: { total: request.minor, currency: request.currency },
        },
      };
    case 'pay':
      return {
        method: 'post',
        path: 'v3/pay/transactions/codepay',
        body: {
          appid,
          mchid,
          description: request.subject.slice(0, descriptionMaximum),
          attach,
          out_trade_no: request.number,
          payer: { auth_code: request.authCode.reveal() },
          amount: { total: request.minor, currency: request.currency },
          scene_info: { device_ip: '127.0.0.1', store_info: { id: settings.storeId } },
        },
      };
    case 'query':
      return { method: 'get', path: trade, params: { mchid } };
    case 'close':
      return { method: 'post', path: `${trade}/close`, body: { mchid } };
    case 'revoke':
      return { method: 'post', path: `${trade}/reverse`, body: { appid, mchid } };
    case 'refund':
      return {
        method: 'post',
        path: 'v3/refund/domestic/refunds',
        body: {
          out_trade_no: request.number,
          out_refund_no: request.refundNumber,
          amount: { refund: request.minor, total: request.totalMinor, currency: request.currency },
        },
      };
    case 'refund-query':
      return { method: 'get', path: `v3/refund/domestic/refunds/${request.refundNumber}` };
    default:
      return request satisfies never;
  }
}

function notifiedNumber(parts: {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  readonly publicKey: KeyObject;
  readonly apiV3Key: string;
  readonly settings: WechatSettings;
  readonly clock: Clock;
}): string | null {
  const { headers, body, publicKey, apiV3Key, settings, clock } = parts;
  const [timestamp, nonce, serial, signature] = ['timestamp', 'nonce', 'serial', 'signature'].map(
    (name) => headers[`wechatpay-${name}`] ?? '',
  ) as [string, string, string, string];
  if (serial !== settings.publicKeyId || !/^\d{1,12}$/.test(timestamp)) return null;
  if (Math.abs(clock.wallMs() / 1_000 - Number(timestamp)) > clocksApartSeconds) return null;
  const signed = wechatpay.Formatter.response(timestamp, nonce, body);
  if (!wechatpay.Rsa.verify(signed, signature, publicKey)) return null;
  const read = parseJsonStrict(body);
  const { ciphertext, nonce: iv, associated_data: aad } = fieldsOf(fieldsOf(read.ok ? read.json : null).resource);
  if (typeof ciphertext !== 'string' || typeof iv !== 'string') return null;
  const plain = wechatpay.Aes.AesGcm.decrypt(ciphertext, apiV3Key, iv, typeof aad === 'string' ? aad : '');
  const told = parseJsonStrict(plain);
  const number = fieldsOf(told.ok ? told.json : null).out_trade_no;
  return typeof number === 'string' ? number : null;
}
