/** What an answer of Alipay means. Its signature is checked before it comes here. Pure. */
import type { GatewayAnswer, GatewayRequest } from '../wallet/contract.ts';
import { codeOf, type Fields, fieldsOf, textOf } from '../wallet/fields.ts';

export interface Expected {
  readonly currency: string;
  readonly merchant: string;
  readonly sellerId: string | null;
}

const success = '10000';
const waitsForPayer = '10003';
const unknown = '20000';
const callsLimited = '40005';
const businessRefused = '40004';

const undecided = (
  why: Extract<GatewayAnswer, { came: 'undecided' }>['why'],
  code: string,
): Extract<GatewayAnswer, { came: 'undecided' }> => ({ came: 'undecided', why, code });

export function readAnswer(request: GatewayRequest, body: unknown, expected: Expected): GatewayAnswer {
  const answer = fieldsOf(body);
  switch (answer.code) {
    case success:
      return readSuccess(request, answer, expected);
    case waitsForPayer:
      return answer.out_trade_no === request.number ? { came: 'user-paying' } : undecided('other-trade', waitsForPayer);
    case unknown:
      return undecided('system-error', codeOf(answer.sub_code));
    case callsLimited:
      return undecided('rate-limited', codeOf(answer.sub_code));
    case businessRefused:
      return readRefusal(request.ask, codeOf(answer.sub_code));
    default:
      // Wrong parameters, rights or signature: nothing about the trade.
      return undecided('nonsense', codeOf(answer.sub_code ?? answer.code));
  }
}

function readSuccess(request: GatewayRequest, answer: Fields, expected: Expected): GatewayAnswer {
  if (request.ask === 'refund-query') return readRefundQuery(request, answer);
  if (answer.out_trade_no !== request.number) return undecided('other-trade', 'out_trade_no');
  switch (request.ask) {
    case 'create': {
      const code = textOf(answer.qr_code, 1_024);
      return code === null ? undecided('nonsense', 'qr_code') : { came: 'created', code };
    }
    case 'pay':
      // A success names no state; where one stands there, it is looked at.
      return answer.trade_status === undefined ? readPaid(answer, expected) : readTrade(answer, expected);
    case 'query':
      return readTrade(answer, expected);
    case 'close':
      return { came: 'closed' };
    case 'revoke':
      if (answer.retry_flag === 'Y') return undecided('system-error', 'retry_flag');
      return {
        came: 'revoked',
        gaveBack: answer.action === 'refund' ? true : answer.action === 'close' ? false : null,
      };
    case 'refund':
      // Unchanged: it was done before, or is not done; the question about the refund tells.
      if (answer.fund_change !== 'Y') return { came: 'refund-pending' };
      return made(answer, request.refundNumber);
    default:
      return request satisfies never;
  }
}

function readTrade(answer: Fields, expected: Expected): GatewayAnswer {
  switch (answer.trade_status) {
    case 'WAIT_BUYER_PAY':
      return { came: 'user-paying' };
    case 'TRADE_SUCCESS':
    case 'TRADE_FINISHED':
      return readPaid(answer, expected);
    case 'TRADE_CLOSED':
      return { came: 'closed' };
    default:
      return undecided('nonsense', codeOf(answer.trade_status));
  }
}

function readPaid(answer: Fields, { currency, merchant, sellerId }: Expected): GatewayAnswer {
  const seller = answer.seller_id;
  if (sellerId !== null && seller !== undefined && seller !== sellerId) return undecided('other-trade', 'seller_id');
  const minor = minorOf(answer.total_amount);
  const transaction = textOf(answer.trade_no, 64);
  if (minor === null || transaction === null) return undecided('nonsense', 'total_amount');
  const paidIn = answer.trans_currency === undefined ? currency : codeOf(answer.trans_currency);
  return { came: 'paid', currency: paidIn, minor, transaction, merchant };
}

function readRefundQuery(request: Extract<GatewayRequest, { ask: 'refund-query' }>, answer: Fields): GatewayAnswer {
  // Without a state the refund never arrived, or failed.
  if (answer.refund_status === undefined) return { came: 'not-exist' };
  if (answer.out_request_no !== request.refundNumber || answer.out_trade_no !== request.number) {
    return undecided('other-trade', 'out_request_no');
  }
  if (answer.refund_status !== 'REFUND_SUCCESS') return { came: 'refund-pending' };
  if (answer.refund_amount !== undefined && minorOf(answer.refund_amount) !== request.minor) {
    return undecided('other-trade', 'refund_amount');
  }
  return made(answer, request.refundNumber);
}

function made(answer: Fields, refundNumber: string): GatewayAnswer {
  const transaction = textOf(answer.trade_no, 64);
  return {
    came: 'refund-made',
    reference: transaction === null ? { order: refundNumber } : { transaction, order: refundNumber },
  };
}

/** Without `ACQ.`, which not every page writes. */
function readRefusal(ask: GatewayRequest['ask'], code: string): GatewayAnswer {
  const name = code.replace(/^(?:ACQ|AQC)\./, '');
  if (name === 'SYSTEM_ERROR') return undecided('system-error', code);
  if (name === 'TRADE_NOT_EXIST') return { came: 'not-exist' };
  switch (ask) {
    case 'pay':
      if (staleCodes.has(name)) return { came: 'code-stale', code };
      if (insufficient.has(name)) return { came: 'insufficient', code };
      // It stands there already: what became of it has to be asked.
      if (name === 'TRADE_HAS_SUCCESS') return undecided('system-error', code);
      return { came: 'refused', code, forGood: true };
    case 'revoke':
      // With money in the account again, the same will do.
      if (name === 'SELLER_BALANCE_NOT_ENOUGH') return undecided('system-error', code);
      return { came: 'refused', code, forGood: neverBack.has(name) };
    case 'refund':
    case 'refund-query':
      if (alreadyBack.has(name)) return { came: 'given-back', code };
      return { came: 'refused', code, forGood: neverBack.has(name) };
    case 'create':
    case 'query':
    case 'close':
      return { came: 'refused', code, forGood: false };
    default:
      return ask satisfies never;
  }
}

const staleCodes: ReadonlySet<string> = new Set(['PAYMENT_AUTH_CODE_INVALID', 'SOUNDWAVE_PARSER_FAIL']);
const insufficient: ReadonlySet<string> = new Set([
  'BUYER_BALANCE_NOT_ENOUGH',
  'BUYER_BANKCARD_BALANCE_NOT_ENOUGH',
  'PAYMENT_FAIL_BALANCE_NOT_ENOUGH',
]);
const alreadyBack: ReadonlySet<string> = new Set([
  'TRADE_HAS_CLOSE',
  'TRADE_STATUS_ERROR',
  'REASON_TRADE_STATUS_INVALID',
]);
const neverBack: ReadonlySet<string> = new Set([
  'TRADE_HAS_FINISHED',
  'TRADE_CANCEL_TIME_OUT',
  'CANCEL_NOT_ALLOWED',
  'TRADE_NOT_ALLOW_REFUND',
  'REFUND_AMT_NOT_EQUAL_TOTAL',
  'REASON_TRADE_REFUND_FEE_ERR',
]);

/** `88.8` is 8880; null for what is no amount of yuan. */
function minorOf(value: unknown): number | null {
  const read = typeof value === 'string' ? /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(value) : null;
  return read === null ? null : Number(read[1]) * 100 + Number((read[2] ?? '').padEnd(2, '0'));
}
