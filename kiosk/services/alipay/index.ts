/**
 * Alipay's open gateway (RSA2), by alipay-sdk: 当面付, the code that is shown and the code that is scanned. Every answer's
 * signature is checked, and that what is read is what was signed. Amounts stand there in yuan, as text.
 */
import type { KeyObject } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { AlipayRequestError, AlipaySdk } from 'alipay-sdk';
import { parseJsonStrict } from '../../../config/strict-json.ts';
import type { Clock } from '../../../hardware/clock.ts';
import type { Gateway, GatewayAnswer, GatewayRequest, StatementAnswer, Statements } from '../wallet/contract.ts';
import { beijingTime, type Fields, fieldsOf } from '../wallet/fields.ts';
import { readPrivateKey, readPublicKey } from '../wallet/keys.ts';
import { readAnswer } from './answers.ts';
import type { AlipaySettings } from './settings.ts';
import { alipayStatement } from './statement.ts';

const privateKeyFile = 'alipay-merchant-private.pem';
const publicKeyFile = 'alipay-gateway-public.pem';
const currency = 'CNY';
const subjectMaximum = 128;

export interface AlipayParts {
  readonly url: string;
  /** For one attempt. */
  readonly timeoutMs: number;
  readonly settings: AlipaySettings;
  readonly dataDir: string;
  readonly clock: Clock;
  /** This kiosk's name, written beside every payment. */
  readonly mark: string;
}

class NotGenuine extends Error {
  override readonly name = 'NotGenuine';
}

/**
 * The SDK reads the last of two equal keys and checks the signature over the first, so that something else could be read
 * than was signed. This one wants an answer with nothing but the response and its signature, each once.
 */
class StrictSdk extends AlipaySdk {
  override checkResponseSign(raw: string, responseKey: string, sign: string, traceId: string): void {
    try {
      super.checkResponseSign(raw, responseKey, sign, traceId);
    } catch {
      throw new NotGenuine('the signature does not fit');
    }
    const read = parseJsonStrict(raw);
    const whole = fieldsOf(read.ok ? read.json : null);
    const signed = parseJsonStrict(this.getSignStr(raw, responseKey));
    const names = Object.keys(whole).filter((name) => name !== 'alipay_cert_sn');
    const same = signed.ok && isDeepStrictEqual(signed.json, whole[responseKey]);
    if (!same || !isDeepStrictEqual(names, [responseKey, 'sign'])) throw new NotGenuine('more than what was signed');
  }
}

/** Throws an error that names the key file and what to do when one cannot be used. */
export function createAlipay(parts: AlipayParts): Gateway & Statements {
  const { url, timeoutMs, settings, dataDir, clock, mark } = parts;
  const merchant = settings.sellerId ?? settings.appId;
  const sdk = new StrictSdk({
    appId: settings.appId,
    privateKey: pem(readPrivateKey(dataDir, privateKeyFile), 'pkcs8'),
    keyType: 'PKCS8',
    alipayPublicKey: pem(readPublicKey(dataDir, publicKeyFile), 'spki'),
    signType: 'RSA2',
    gateway: url,
    timeout: timeoutMs,
    camelcase: false,
  });
  // Of the SDK's own making the time would be this machine's local one.
  const exec = (method: string, content: Fields, more: { readonly notifyUrl?: string } = {}) => {
    const timestamp = beijingTime(clock.wallMs()).replace('T', ' ');
    return sdk.exec(method, { timestamp, bizContent: content, ...more }, { validateSign: true });
  };
  return {
    currency,
    merchant,
    async statement(day, signal) {
      try {
        const ask = (method: string, content: Fields) => exec(method, content);
        return await alipayStatement({ gateway: url, mark, ask }, day, signal);
      } catch (error) {
        return brokenStatement(error);
      }
    },
    async attempt(request) {
      const { method, content } = callOf(request, mark);
      const notify = request.ask === 'create' && settings.notifyUrl !== null ? { notifyUrl: settings.notifyUrl } : {};
      try {
        const answer = await exec(method, content, notify);
        return readAnswer(request, answer, { currency, merchant, sellerId: settings.sellerId });
      } catch (error) {
        return broken(error);
      }
    },
    notified(_headers, body) {
      const posted = Object.fromEntries(new URLSearchParams(body));
      if (posted.sign_type !== 'RSA2' || !sdk.checkNotifySignV2(posted)) return null;
      return posted.app_id === settings.appId ? (posted.out_trade_no ?? null) : null;
    },
  };
}

/** The SDK takes keys as text only. */
function pem(key: KeyObject, type: 'pkcs8' | 'spki'): string {
  return String(key.export({ type, format: 'pem' })).trim();
}

/** What the SDK throws carries what was sent or came back: none of its words go further. */
function broken(error: unknown): Extract<GatewayAnswer, { came: 'undecided' }> {
  if (error instanceof NotGenuine) return { came: 'undecided', why: 'not-genuine', code: 'signature' };
  const answered = error instanceof AlipayRequestError && error.responseDataRaw !== undefined;
  if (answered) return { came: 'undecided', why: 'nonsense', code: 'no-answer-of-the-gateway' };
  return { came: 'undecided', why: 'unreachable', code: 'no-connection' };
}

function brokenStatement(error: unknown): StatementAnswer {
  const answer = broken(error);
  const { why, code } = answer;
  return { came: why === 'not-genuine' ? why : why === 'nonsense' ? 'unreadable' : 'unreachable', code };
}

function callOf(request: GatewayRequest, mark: string): { readonly method: string; readonly content: Fields } {
  const trade = { out_trade_no: request.number };
  switch (request.ask) {
    case 'create':
      return {
        method: 'alipay.trade.precreate',
        content: {
          ...trade,
          total_amount: yuan(request.minor),
          subject: request.subject.slice(0, subjectMaximum),
          time_expire: beijingTime(request.expireAtMs).replace('T', ' '),
          terminal_id: mark,
        },
      };
    case 'pay':
      return {
        method: 'alipay.trade.pay',
        content: {
          ...trade,
          scene: 'bar_code',
          auth_code: request.authCode.reveal(),
          total_amount: yuan(request.minor),
          subject: request.subject.slice(0, subjectMaximum),
          terminal_id: mark,
        },
      };
    case 'query':
      return { method: 'alipay.trade.query', content: trade };
    case 'close':
      return { method: 'alipay.trade.close', content: trade };
    case 'revoke':
      return { method: 'alipay.trade.cancel', content: trade };
    case 'refund':
      return {
        method: 'alipay.trade.refund',
        content: { ...trade, out_request_no: request.refundNumber, refund_amount: yuan(request.minor) },
      };
    case 'refund-query':
      return {
        method: 'alipay.trade.fastpay.refund.query',
        content: { ...trade, out_request_no: request.refundNumber },
      };
    default:
      return request satisfies never;
  }
}

function yuan(minor: number): string {
  const digits = String(minor).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
