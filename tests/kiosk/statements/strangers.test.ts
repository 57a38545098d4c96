/** Rows of other programs of the same merchant, that are nothing to this kiosk. */
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../hardware/clock.ts';
import type { FactBody } from '../../../kiosk/fact.ts';
import { readAlipaySheet } from '../../../kiosk/services/alipay/statement.ts';
import { createFetcher } from '../../../kiosk/services/wallet/statements.ts';
import { readWechatSheet } from '../../../kiosk/services/wechat/statement.ts';
import { compare } from '../../../kiosk/statements/match.ts';

const us = { mchId: 'm1', mark: 'LAB-01' };

describe('WeChat Pay’s sheet', () => {
  const head = '交易时间,商户号,微信订单号,商户订单号,交易状态,货币种类,商户退款单号,退款金额,商户数据包,订单金额';
  const line = (number: string, mark = us.mark) =>
    `\`2026-03-31 12:00:00,\`m1,\`4200,\`${number},\`SUCCESS,\`CNY,\`0,\`0.00,\`${mark},\`1.00`;
  const sheet = (lines: readonly string[], paid = `${lines.length}.00`) =>
    [head, ...lines, '总交易单数,订单总金额,退款总金额', `\`${lines.length},\`${paid},\`0.00`, ''].join('\r\n');

  it('is read with the numbers that its older interface lets a program choose', () => {
    expect(readWechatSheet(sheet([line('abc')]), us)).toMatchObject({ rows: { length: 1 } });
    // "Digits, letters and _-|*@" (v2): one such row of a till beside the kiosk, and no day was ever compared.
    expect(readWechatSheet(sheet([line('abc'), line('till|7@shop')]), us)).toMatchObject({ rows: { length: 2 } });
  });

  it.each([
    ['a number of no known form', (mark: string) => line('till 7', mark), '2.00'],
    ['a state that nobody knows', (mark: string) => line('7', mark).replace('SUCCESS', 'PAYERROR'), '1.00'],
    ['nothing paid', (mark: string) => line('7', mark).replace('`1.00', '`0.00'), '1.00'],
    ['a sum that cannot be read', (mark: string) => line('7', mark).replace('`1.00', '`one'), '2.00'],
  ])('is read with %s in a row of another program, and not in one of its own', (_, odd, paid) => {
    const read = readWechatSheet(sheet([line('abc'), odd('shop')], paid), us);
    expect(read).toMatchObject({ rows: [{ number: 'abc' }], strangers: { length: 1 } });
    expect(readWechatSheet(sheet([line('abc'), odd(us.mark)], paid), us)).toBe('row');
  });

  it('is cut off where its totals count a row more, whosever rows it has', () => {
    const text = sheet([line('abc'), line('till 7', 'shop')]);
    expect(readWechatSheet(text.replace('`2,`2.00', '`3,`2.00'), us)).toBe('totals');
    expect(readWechatSheet(text.replace('`2,`2.00', '`2,`3.00'), us)).toBe('totals');
  });
});

describe('Alipay’s sheet', () => {
  const line = (number: string, { what = '交易', sum = '1.00', mark = us.mark } = {}) =>
    `2026,${number},${what},2026-03-31 12:00:00,${mark},${sum},`;
  const sheet = (lines: readonly string[], paid: number, back = 0) =>
    [
      '#-----业务明细列表-----',
      '支付宝交易号,商户订单号,业务类型,完成时间,终端号,订单金额（元）,退款批次号/请求号',
      ...lines,
      '#-----业务明细列表结束-----',
      `#交易合计：${paid}笔，商家实收共1.00元`,
      `#退款合计：${back}笔，商家实收退款共0.00元`,
    ].join('\r\n');

  it.each([
    ['another type', { what: '转账' }, 1],
    ['nothing paid', { sum: '0.00' }, 2],
    ['a sum below zero', { sum: '-1.00' }, 2],
  ])('is read with %s in a row of another program, and not in one of its own', (_, odd, paid) => {
    const read = readAlipaySheet(sheet([line('abc'), line('7', { ...odd, mark: 'shop' })], paid), us.mark);
    expect(read).toMatchObject({ rows: [{ number: 'abc' }], strangers: ['7'] });
    expect(readAlipaySheet(sheet([line('abc'), line('7', odd)], paid), us.mark)).toBe('row');
  });

  it('is cut off where its counts are of more rows than there are', () => {
    const text = sheet([line('abc'), line('7', { what: '转账', mark: 'shop' })], 3);
    expect(readAlipaySheet(text, us.mark)).toBe('totals');
  });
});

it('counts rows that cannot be read among those of others', () => {
  const asks = { day: '2026-03-31', mark: us.mark, currency: 'CNY', rows: [], own: [], neighbours: [] };
  expect(compare({ ...asks, strangers: 2 })).toMatchObject({ others: { minor: 0, count: 2 }, differences: [] });
});

it.each([
  ['is another program’s when the journal has no such trade', 'till 7', 'rows'],
  ['makes the statement unreadable when the journal has its trade, whatever its mark', 'own-7', 'unreadable'],
])('a row of no known form %s', async (_, number, came) => {
  const told: FactBody[] = [];
  const day = '2026-03-31';
  const approved = {
    kind: 'charge.approved',
    device: 'alipay',
    command: 'charge-1',
    reference: { order: 'own-7' },
    booked: { day, minor: 100 },
  };
  const answer = {
    came: 'rows',
    rows: [],
    strangers: [number],
    file: { bytes: new Uint8Array(), ending: 'zip' },
  } as const;
  const fetcher = createFetcher({
    sources: new Map([['alipay', { statement: () => Promise.resolve(answer) }]]),
    clock: new VirtualClock(0),
    find: (key) => (key.endsWith(day) ? [{ at: '2026-03-31T04:00:00.000Z', body: approved } as never] : []),
    keep: () => null,
    answer: (fact) => told.push(fact),
  });
  fetcher.obey({ id: 'statement-1', device: 'alipay', day });
  await new Promise((resolve) => setImmediate(resolve));
  expect(told).toMatchObject([{ answer: { came } }]);
  fetcher.close();
});
