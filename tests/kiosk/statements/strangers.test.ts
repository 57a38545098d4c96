/** Rows of other programs of the same merchant, that are nothing to this kiosk. */
import { expect, it } from 'vitest';
import { readWechatSheet } from '../../../kiosk/services/wechat/statement.ts';

const head =
  '交易时间,商户号,微信订单号,商户订单号,交易状态,货币种类,商户退款单号,退款金额,商户数据包,订单金额';
const line = (number: string) =>
  `\`2026-03-31 12:00:00,\`m1,\`4200,\`${number},\`SUCCESS,\`CNY,\`0,\`0.00,\`LAB-01,\`1.00`;
const sheet = (...numbers: readonly string[]) =>
  [
    head,
    ...numbers.map(line),
    '总交易单数,订单总金额,退款总金额',
    `\`${numbers.length},\`${numbers.length}.00,\`0.00`,
    '',
  ].join('\r\n');

it('reads the numbers that the older interface of WeChat Pay lets a program choose', () => {
  expect(readWechatSheet(sheet('abc'), 'm1')).toHaveLength(1);
  // "Digits, letters and _-|*@" (v2): one such row of a till beside the kiosk, and no day is ever compared.
  expect(readWechatSheet(sheet('abc', 'till|7@shop'), 'm1')).toHaveLength(2);
});
