/**
 * Alipay's statement of a day (业务明细): a ZIP of two CSV files in GBK, the trades and their sums, lines of words with a `#` around
 * the table, cells with a tab behind them so that a spreadsheet leaves long numbers alone. The columns are those of the
 * published example; no rules for them are published, so this is how it looks, and no more than that is known.
 */
import iconv from 'iconv-lite';
import { beijingDay, beijingTime, yuan } from './formats.ts';
import type { BillRow } from './orders.ts';
import { zipOf } from './zip.ts';

const head =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,' +
  '支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,' +
  '退款批次号/请求号,服务费（元）,分润（元）,备注';
const account = '20880000000000000156';
const none = Array.from({ length: 5 }, () => '0.00');

export interface Sheet {
  readonly text: string;
  /** What is downloaded, with this text as its trades. */
  readonly archive: (text: string) => Buffer;
}

export function alipaySheet(rows: readonly BillRow[], day: string, nowMs: number): Sheet {
  const lines = rows.map(({ kind, order, refund, minor, at }) => {
    const back = kind === 'refund';
    const sum = `${back ? '-' : ''}${yuan(minor)}`;
    const times = [beijingTime(Date.parse(order.createdAt)), beijingTime(Date.parse(at))];
    const what = [order.transaction, order.number, back ? '退款' : '交易', order.subject, ...times];
    const where = ['', '', '', order.mark, '*付(138****0000)', sum, sum];
    return [...what, ...where, ...none, '', '0.00', '0.00', refund?.id ?? '', '0.00', '0.00', ''].map(cell).join(',');
  });
  const summed = (kind: BillRow['kind']): string => {
    const of = rows.filter((row) => row.kind === kind);
    const all = of.reduce((total, { minor }) => total + minor, 0);
    return `${of.length}笔，商家实收共${kind === 'refund' ? '-' : ''}${yuan(all)}元，商家优惠共0.00元`;
  };
  const dates = `#起始日期：[${shown(day)} 00:00:00]   终止日期：[${shown(day)} 24:00:00]`;
  const text = [
    '#支付宝业务明细查询',
    `#账号：[${account}]`,
    dates,
    '#-----------------------------------------业务明细列表----------------------------------------',
    head,
    ...lines,
    '#-----------------------------------------业务明细列表结束------------------------------------',
    `#交易合计：${summed('payment')}`,
    `#退款合计：${summed('refund')}`,
    `#导出时间：[${shown(beijingDay(nowMs))} ${beijingTime(nowMs).slice(11)}]`,
    '',
  ].join('\r\n');
  return { text, archive: (whole) => archiveOf(whole, day) };
}

function archiveOf(text: string, day: string): Buffer {
  const name = `${account}_${day.replaceAll('-', '')}_业务明细`;
  const gbk = (words: string): Buffer => iconv.encode(words, 'gb18030');
  const sums = '#支付宝业务汇总查询\r\n门店编号,门店名称,交易订单总笔数\r\n';
  return zipOf([
    { name: gbk(`${name}(汇总).csv`), content: gbk(sums) },
    { name: gbk(`${name}.csv`), content: gbk(text) },
  ]);
}

function shown(day: string): string {
  const [year = '', month = '', date = ''] = day.split('-');
  return `${year}年${month}月${date}日`;
}

function cell(text: string): string {
  const plain = `${text}\t`;
  return /[",]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
