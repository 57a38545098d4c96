/** What an answer of WeChat Pay means. Only a signed success decides. Pure. */
import type { GatewayAnswer, GatewayRequest } from '../wallet/contract.ts';
import { codeOf, type Fields, fieldsOf, textOf } from '../wallet/fields.ts';
import type { WechatSettings } from './settings.ts';

/** How WeChat Pay says that an order was given back in full; it has no code for it. */
const givenBackInFull = /\u5168\u989d\u9000\u6b3e/;

export interface Answered {
  readonly status: number;
  readonly body: unknown;
  readonly signed: boolean;
}

const undecided = (
  why: Extract<GatewayAnswer, { came: 'undecided' }>['why'],
  code: string,
): Extract<GatewayAnswer, { came: 'undecided' }> => ({ came: 'undecided', why, code });

export function readAnswer(request: GatewayRequest, settings: WechatSettings, answer: Answered): GatewayAnswer {
  const { status, signed } = answer;
  const body = fieldsOf(answer.body);
  if (status < 200 || status > 299) return readRefusal(request.ask, status, body, signed);
  if (!signed) return undecided('not-genuine', 'signature');
  switch (request.ask) {
    case 'create': {
      const code = textOf(body.code_url, 512);
      return code === null ? undecided('nonsense', 'code_url') : { came: 'created', code };
    }
    case 'pay':
    case 'query':
      return readTrade(request.number, settings, body);
    case 'close':
      return { came: 'closed' };
    case 'revoke':
      if (body.out_trade_no !== undefined && body.out_trade_no !== request.number) {
        return undecided('other-trade', 'out_trade_no');
      }
      return { came: 'revoked', gaveBack: null };
    case 'refund':
    case 'refund-query':
      return readRefund(request, body);
    default:
      return request satisfies never;
  }
}

function readTrade(number: string, { appId, mchId }: WechatSettings, body: Fields): GatewayAnswer {
  const other = [
    ['out_trade_no', body.out_trade_no, number],
    ['mchid', body.mchid, mchId],
    ['appid', body.appid, appId],
  ].find(([, said, right]) => said !== undefined && said !== right);
  if (other !== undefined) return undecided('other-trade', String(other[0]));
  // It may stand there alone, and decides nothing.
  if (body.trade_state === 'USERPAYING') return { came: 'user-paying' };
  if (body.out_trade_no === undefined || body.mchid === undefined) return undecided('other-trade', 'out_trade_no');
  switch (body.trade_state) {
    case 'NOTPAY':
      return { came: 'waiting' };
    case 'SUCCESS':
      return readPaid(mchId, body);
    case 'CLOSED':
    case 'REVOKED':
    case 'PAYERROR':
      return { came: 'closed' };
    case 'REFUND':
      return { came: 'refunded' };
    default:
      return undecided('nonsense', codeOf(body.trade_state));
  }
}

function readPaid(merchant: string, body: Fields): GatewayAnswer {
  const { total, currency } = fieldsOf(body.amount);
  const transaction = textOf(body.transaction_id, 64);
  if (!isMinor(total) || transaction === null) return undecided('nonsense', 'amount');
  return {
    came: 'paid',
    currency: currency === undefined ? 'CNY' : codeOf(currency),
    minor: total,
    transaction,
    merchant,
  };
}

function readRefund(request: Extract<GatewayRequest, { ask: 'refund' | 'refund-query' }>, body: Fields): GatewayAnswer {
  const { refund, currency } = fieldsOf(body.amount);
  if (body.out_refund_no !== request.refundNumber || body.out_trade_no !== request.number) {
    return undecided('other-trade', 'out_refund_no');
  }
  if (refund !== request.minor || (currency !== undefined && currency !== request.currency)) {
    return undecided('other-trade', 'amount');
  }
  switch (body.status) {
    case 'SUCCESS': {
      const transaction = textOf(body.refund_id, 64);
      const order = request.refundNumber;
      return { came: 'refund-made', reference: transaction === null ? { order } : { transaction, order } };
    }
    case 'PROCESSING':
      return { came: 'refund-pending' };
    case 'CLOSED':
    case 'ABNORMAL':
      return { came: 'refund-lost', code: body.status };
    default:
      return undecided('nonsense', codeOf(body.status));
  }
}

function readRefusal(ask: GatewayRequest['ask'], status: number, body: Fields, signed: boolean): GatewayAnswer {
  const code = codeOf(body.code);
  const name = code.replaceAll('_', '');
  if (name === 'SIGNERROR') return undecided('not-genuine', code);
  if (slower.has(name) || status === 429) return undecided('rate-limited', code);
  if (missing.has(name) && status === 404) return { came: 'not-exist' };
  // It was paid, or is under way: what became of it has to be asked.
  if (status >= 500 || code === 'none' || askAgain.has(name)) return undecided('system-error', code);
  switch (ask) {
    case 'pay':
      if (staleCodes.has(name)) return { came: 'code-stale', code };
      if (name === 'NOTENOUGH') return { came: 'insufficient', code };
      return { came: 'refused', code, forGood: signed };
    case 'refund':
      if (typeof body.message === 'string' && givenBackInFull.test(body.message)) return { came: 'given-back', code };
      return { came: 'refused', code, forGood: signed && neverBack.has(name) };
    case 'create':
    case 'query':
    case 'close':
    case 'revoke':
    case 'refund-query':
      return { came: 'refused', code, forGood: false };
    default:
      return ask satisfies never;
  }
}

// Without `_`: the pages write both `ORDERNOTEXIST` and `ORDER_NOT_EXIST`.
const slower: ReadonlySet<string> = new Set([
  'FREQUENCYLIMITED',
  'FREQUENCYLIMIT',
  'FREQUENCY',
  'RATELIMITEXCEEDED',
  'RATELIMITEXCEED',
  'RULELIMIT',
]);
const missing: ReadonlySet<string> = new Set(['ORDERNOTEXIST', 'RESOURCENOTEXISTS', 'REFUNDNOTEXISTS']);
const askAgain: ReadonlySet<string> = new Set([
  'SYSTEMERROR',
  'BANKERROR',
  'ORDERPAID',
  'OUTTRADENOUSED',
  'USERPAYING',
  'ORDERREVERSED',
]);
const staleCodes: ReadonlySet<string> = new Set(['AUTHCODEEXPIRE', 'AUTHCODEINVALID', 'AUTHCODEERROR']);
const neverBack: ReadonlySet<string> = new Set(['TRADEOVERDUE', 'USERACCOUNTABNORMAL']);

function isMinor(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}
