/** The words in which Alipay's gateway answers. */
import { beijingTime, yuan } from './formats.ts';
import type { Charged, OrderRow, Refusal } from './orders.ts';

/** What stands under the method's name in an answer. */
export type Node = Readonly<Record<string, unknown>>;

/** The one payer of a laboratory, as Alipay shows him. */
export const payer = { buyer_logon_id: '138****0000', buyer_user_id: '2088000000000000' };

export const systemError = failed('ACQ.SYSTEM_ERROR', 'system error');
export const notThere = failed('ACQ.TRADE_NOT_EXIST', 'there is no such trade');

export function success(more: Node): Node {
  return { code: '10000', msg: 'Success', ...more };
}

export function problem(code: string, msg: string, sub_code: string, sub_msg: string): Node {
  return { code, msg, sub_code, sub_msg };
}

export function invalid(code: string, words: string): Node {
  return problem('40002', 'Invalid Arguments', code, words);
}

export function failed(code: string, words: string): Node {
  return problem('40004', 'Business Failed', code, words);
}

export function refusal(outcome: Refusal): Node {
  switch (outcome) {
    case 'paid':
      return failed('ACQ.TRADE_HAS_SUCCESS', 'this trade is paid');
    case 'closed':
      return failed('ACQ.TRADE_HAS_CLOSE', 'this trade is closed');
    case 'used':
      return failed('ACQ.CONTEXT_INCONSISTENT', 'this trade has other particulars');
    case 'expired':
      return failed('ACQ.INVALID_PARAMETER', 'time_expire is over');
    case 'full':
      return systemError;
    default:
      return outcome satisfies never;
  }
}

export function charged(result: Charged): Node {
  switch (result.outcome) {
    case 'charged': {
      const { order } = result;
      const paid = { gmt_payment: beijingTime(Date.parse(order.paidAt ?? order.createdAt)), ...funds(order) };
      return success({ ...named(order), ...payer, ...amounts(order), ...paid });
    }
    case 'waiting': {
      const { order } = result;
      const { buyer_logon_id } = payer;
      const total_amount = yuan(order.minor);
      return { code: '10003', msg: 'order success pay inprocess', ...named(order), buyer_logon_id, total_amount };
    }
    case 'declined':
      return result.reason === 'poor'
        ? failed('ACQ.BUYER_BALANCE_NOT_ENOUGH', 'the payer has not enough')
        : failed('ACQ.PAYMENT_REQUEST_HAS_RISK', 'this payment carries a risk');
    case 'stale-code':
    case 'unknown-code':
      return failed('ACQ.PAYMENT_AUTH_CODE_INVALID', 'ask for a fresh payment code');
    default:
      return refusal(result.outcome);
  }
}

export function named({ transaction, number }: OrderRow): Node {
  return { trade_no: transaction, out_trade_no: number };
}

export function amounts({ minor, capturedMinor }: OrderRow): Node {
  const paid = yuan(capturedMinor);
  return { total_amount: yuan(minor), receipt_amount: paid, buyer_pay_amount: paid };
}

export function funds({ minor }: OrderRow): Node {
  return { fund_bill_list: [{ fund_channel: 'ALIPAYACCOUNT', amount: yuan(minor) }] };
}

export function status(order: OrderRow): string {
  switch (order.state) {
    case 'waiting':
      return 'WAIT_BUYER_PAY';
    case 'paid':
      if (order.refundedMinor >= order.minor) return 'TRADE_CLOSED';
      return order.finished ? 'TRADE_FINISHED' : 'TRADE_SUCCESS';
    case 'failed':
    case 'closed':
    case 'revoked':
      return 'TRADE_CLOSED';
    default:
      return order.state satisfies never;
  }
}
