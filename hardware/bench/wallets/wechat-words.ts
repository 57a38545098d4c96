/** The words in which WeChat Pay answers. */
import { beijingRfc3339, beijingTime, yuan } from './formats.ts';
import type { BillRow, OrderRow, RefundRow } from './orders.ts';

export type Json = Readonly<Record<string, unknown>>;

export interface WechatMerchant {
  readonly appId: string;
  readonly mchid: string;
  /** Of the merchant's certificate. */
  readonly serial: string;
  /** Under which the gateway signs: `PUB_KEY_ID_…`. */
  readonly publicKeyId: string;
}

/** Codes of refusals that are spelled otherwise on other pages of the documentation; a client has to know both. */
export const otherSpelling: Readonly<Record<string, string>> = {
  ORDERNOTEXIST: 'ORDER_NOT_EXIST',
  ORDERPAID: 'ORDER_PAID',
  ORDER_CLOSED: 'ORDERCLOSED',
  NOTENOUGH: 'NOT_ENOUGH',
  AUTH_CODE_EXPIRE: 'AUTHCODEEXPIRE',
};

/** What a query is told of an order. */
export function transaction(order: OrderRow, { appId: appid, mchid }: WechatMerchant): Json {
  const trade_state = tradeState(order);
  // While the payer is paying, nothing else is told.
  if (trade_state === 'USERPAYING') return { trade_state };
  const paid =
    order.paidAt === null
      ? { amount: { total: order.minor, currency: 'CNY' } }
      : {
          transaction_id: order.transaction,
          bank_type: 'OTHERS',
          success_time: beijingRfc3339(Date.parse(order.paidAt)),
          payer: { openid: 'oLAB0000000000000000000000' },
          amount: { total: order.minor, payer_total: order.minor, currency: 'CNY', payer_currency: 'CNY' },
        };
  const names = { appid, mchid, out_trade_no: order.number, trade_type: tradeType(order) };
  return { ...names, trade_state, trade_state_desc: stateWords[trade_state], attach: order.mark, ...paid };
}

const stateWords = {
  SUCCESS: '支付成功',
  REFUND: '订单发生过退款',
  NOTPAY: '订单未支付',
  CLOSED: '订单已关闭',
  REVOKED: '订单已撤销',
  PAYERROR: '支付失败',
};

type TradeState = keyof typeof stateWords | 'USERPAYING';

function tradeState(order: OrderRow): TradeState {
  switch (order.state) {
    case 'waiting':
      return order.way === 'shown-code' ? 'NOTPAY' : 'USERPAYING';
    case 'paid':
      return order.refundedMinor > 0 ? 'REFUND' : 'SUCCESS';
    case 'failed':
      return 'PAYERROR';
    case 'closed':
      return 'CLOSED';
    case 'revoked':
      return 'REVOKED';
    default:
      return order.state satisfies never;
  }
}

function tradeType({ way }: OrderRow): string {
  return way === 'shown-code' ? 'NATIVE' : 'MICROPAY';
}

/** What is told of a refund. */
export function refunded(order: OrderRow, refund: RefundRow): Json {
  const at = beijingRfc3339(Date.parse(refund.at));
  return {
    refund_id: refund.transaction,
    out_refund_no: refund.id,
    transaction_id: order.transaction,
    out_trade_no: order.number,
    channel: 'ORIGINAL',
    user_received_account: '支付用户零钱',
    create_time: at,
    ...(refund.arrived ? { success_time: at } : {}),
    status: refund.arrived ? 'SUCCESS' : 'PROCESSING',
    amount: {
      ...{ total: order.minor, refund: refund.minor, payer_total: order.minor, payer_refund: refund.minor },
      ...{ settlement_total: order.minor, settlement_refund: refund.minor, discount_refund: 0, currency: 'CNY' },
    },
  };
}

const sheetHead =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,' +
  '微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注';
const sheetFoot = '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额';

/**
 * The sheet of all trades of a day (the page "Trade bill", `bill_type=ALL`). Cells begin with a backtick, so that a spreadsheet
 * leaves long numbers alone.
 */
export function billSheet(rows: readonly BillRow[], { appId, mchid }: WechatMerchant): string {
  const line = (cells: readonly string[]): string => cells.map((cell) => `\`${cell.replaceAll(',', ' ')}`).join(',');
  const lines = rows.map(({ at, order, refund, minor }) => {
    const state = refund === null ? 'SUCCESS' : order.state === 'revoked' ? 'REVOKED' : 'REFUND';
    const [settled, back] = refund === null ? [yuan(minor), '0.00'] : ['0.00', yuan(minor)];
    const which =
      refund === null
        ? ['0', '0', back, '0.00', '', '']
        : [refund.transaction, refund.id, back, '0.00', 'ORIGINAL', 'SUCCESS'];
    const who = [beijingTime(Date.parse(at)), appId, mchid, '0', '', order.transaction, order.number];
    const how = ['oLAB0000000000000000000000', tradeType(order), state, 'OTHERS', 'CNY', settled, '0.00'];
    return line([...who, ...how, ...which, order.subject, order.mark, '0.00000', '0.00%', settled, back, '']);
  });
  const sum = (kind: BillRow['kind']): string =>
    yuan(rows.reduce((total, row) => total + (row.kind === kind ? row.minor : 0), 0));
  const [paid, back] = [sum('payment'), sum('refund')];
  const totals = line([String(rows.length), paid, back, '0.00', '0.00000', paid, back]);
  return `\uFEFF${[sheetHead, ...lines, sheetFoot, totals].join('\r\n')}\r\n`;
}
