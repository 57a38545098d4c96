/** The basket, the order, and the number under which goods are handed over, told in facts. */
import { describe, expect, test } from 'vitest';
import restaurant from '../../config/presets/restaurant.json' with { type: 'json' };
import type { Bill } from '../../kiosk/services/biller/contract.ts';
import type { ScreenBody } from '../../kiosk/server/wire.ts';
import type { Words } from '../../kiosk/text/words.ts';
import { zhCN } from '../../kiosk/text/zh-CN.ts';
import { memory, orderOf, repeatedOrders } from '../../kiosk/command.ts';
import type { Entry } from '../../kiosk/entry.ts';
import { indexKeys } from '../../kiosk/journal/derive.ts';
import { caseTable } from '../../kiosk/server/staff-tables.ts';
import { bill, fullCatalogue, goodsBy, order, Visit, withCharges, withGoods } from './view/visit.ts';

const shop = () => new Visit(withGoods).boot().begin().ask({ do: 'task', task: 'buy' });
const byNumber = () => new Visit((config) => goodsBy(config, 'number')).boot().begin();
const byTicket = () => new Visit(withGoods).boot().begin();

const stageOf = (visit: Visit) => visit.kiosk.session?.stage;
function basketOf(visit: Visit) {
  const stage = stageOf(visit);
  return stage?.at === 'shop' ? stage.basket : null;
}
function bodyOf<Name extends ScreenBody['screen']>(visit: Visit, screen: Name) {
  const { body } = visit.view();
  if (body.screen !== screen) throw new Error(`the glass shows ${body.screen}`);
  return body as Extract<ScreenBody, { screen: Name }>;
}
const kinds = (visit: Visit) => visit.recorded.map(({ kind }) => kind);

describe('the basket', () => {
  test('has counts by product, in the order in which they were wanted, and loses those that are none', () => {
    const visit = shop()
      .ask({ do: 'basket', product: 'cake', count: 1 })
      .ask({ do: 'basket', product: 'tea', count: 2 });
    expect(basketOf(visit)).toEqual([
      { product: 'cake', count: 1 },
      { product: 'tea', count: 2 },
    ]);
    visit.ask({ do: 'basket', product: 'cake', count: 3 });
    expect(basketOf(visit)?.[0]).toEqual({ product: 'cake', count: 3 });
    expect(basketOf(visit.ask({ do: 'basket', product: 'cake', count: 0 }))).toEqual([{ product: 'tea', count: 2 }]);
  });

  test('has no more of a product than one order may, and nothing that is not sold here', () => {
    const visit = shop()
      .ask({ do: 'basket', product: 'tea', count: 99 })
      .ask({ do: 'basket', product: 'car', count: 1 });
    expect(basketOf(visit)).toEqual([{ product: 'tea', count: 5 }]);
  });

  test('has so many kinds at most, says so, and still takes more of those', () => {
    const products = Array.from({ length: 21 }, (_, n) => `product-${n}`);
    const visit = new Visit(fullCatalogue).boot().begin().ask({ do: 'task', task: 'buy' });
    for (const product of products.slice(0, 20)) visit.ask({ do: 'basket', product, count: 1 });
    expect(bodyOf(visit, 'shop').notice?.text).toContain('20');
    visit.ask({ do: 'basket', product: 'product-20', count: 1 }).ask({ do: 'basket', product: 'product-3', count: 2 });
    expect(basketOf(visit)).toHaveLength(20);
    expect(basketOf(visit)?.[3]).toEqual({ product: 'product-3', count: 2 });
    const shown = bodyOf(visit, 'shop').groups.flatMap((group) => group.products);
    expect(shown.find(({ id }) => id === 'product-20')).toMatchObject({ count: 0, most: true });
    expect(bodyOf(visit.ask({ do: 'basket', product: 'product-0', count: 0 }), 'shop').notice).toBeNull();
  });

  test('is ordered once, and does not change meanwhile; an empty one is not', () => {
    const empty = shop().ask({ do: 'order' });
    expect(kinds(empty)).not.toContain('order.place');
    const visit = byTicket().filledBasket().ask({ do: 'order' }).ask({ do: 'order' });
    visit.ask({ do: 'basket', product: 'tea', count: 5 }).ask({ do: 'back' });
    // `back` alone leads away: what comes then is about nothing.
    expect(kinds(visit).filter((kind) => kind === 'order.place')).toHaveLength(1);
    expect(stageOf(visit)).toEqual({ at: 'welcome' });
  });

  test('is there only where goods are sold', () => {
    const visit = new Visit().boot().begin().ask({ do: 'task', task: 'buy' });
    expect(stageOf(visit)).toEqual({ at: 'welcome' });
    expect(bodyOf(visit, 'welcome').cards.map(({ icon }) => icon)).toEqual(['bill', 'receipt', 'help']);
    expect(bodyOf(byTicket(), 'welcome').cards.map(({ icon }) => icon)).toEqual(['goods', 'bill', 'receipt', 'help']);
  });
});

describe('the answer to an order', () => {
  const answered = (found: Bill) => {
    const visit = byTicket().filledBasket().ask({ do: 'order' });
    return visit.step({ fact: 'bill.found', command: visit.pending(), bill: found });
  };
  const other = (change: Partial<Bill>) => ({ ...order, ...change });
  const items = order.goods?.items ?? [];
  const taxes = order.goods?.taxes ?? [];

  test('is shown for review when it is what was wanted', () => {
    expect(stageOf(answered(order))).toMatchObject({ at: 'review', bill: order });
  });

  test.each<[string, Bill]>([
    ['a bill', bill],
    ['another price', other({ lines: order.lines.map((line) => ({ ...line, minor: line.minor + 1 })), minor: 5_002 })],
    ['another sum', other({ minor: 4_999 })],
    ['fewer of it', other({ lines: order.lines.map((line) => ({ ...line, quantity: 1 })) })],
    ['other goods', other({ goods: { items: items.toReversed(), taxes } })],
    ['one of two', other({ goods: { items: items.slice(0, 1), taxes }, lines: order.lines.slice(0, 1), minor: 1_200 })],
  ])('with %s is none: the basket stays, and says so', (_, found) => {
    expect(stageOf(answered(found))).toEqual({ at: 'shop', basket: items, order: null, problem: 'down' });
  });

  test.each(['bill.not-found', 'bill.unavailable'] as const)(
    '%s keeps the basket, at the first and the second look',
    (fact) => {
      const no = (visit: Visit) => {
        const command = visit.pending();
        return visit.step(fact === 'bill.not-found' ? { fact, command } : { fact, command, reason: 'down' });
      };
      const kept = { at: 'shop', basket: items, order: null, problem: 'down' };
      expect(stageOf(no(byTicket().filledBasket().ask({ do: 'order' })))).toEqual(kept);
      const again = no(byTicket().ordered().ask({ do: 'confirm-bill' }));
      expect(stageOf(again)).toMatchObject(fact === 'bill.not-found' ? kept : { at: 'review', problem: 'down' });
    },
  );

  test('with other taxes at the second look is shown anew before anything is paid', () => {
    const visit = byTicket().ordered().ask({ do: 'confirm-bill' });
    const found = { ...order, goods: { items, taxes: [{ percent: 9, minor: 413 }] } };
    visit.step({ fact: 'bill.found', command: visit.pending(), bill: found });
    expect(stageOf(visit)).toMatchObject({ at: 'review', wasMinor: order.minor });
    expect(bodyOf(visit, 'review').notice?.text).toContain('订单');
    expect(kinds(visit)).not.toContain('sale.opened');
  });

  test('leads back to the basket from the review, and from the ways to pay, where nothing was paid', () => {
    const kept = { at: 'shop', basket: items, order: null, problem: null };
    expect(stageOf(byTicket().ordered().ask({ do: 'back' }))).toEqual(kept);
    const visit = byTicket().ordered().ask({ do: 'confirm-bill' });
    visit.step({ fact: 'bill.found', command: visit.pending(), bill: order }).ask({ do: 'back' });
    expect(stageOf(visit)).toEqual(kept);
    expect(kinds(visit)).toContain('sale.cancelled');
  });
});

describe('on the glass', () => {
  test('the catalogue stands by its groups, with what is in the basket of each', () => {
    const body = bodyOf(byTicket().filledBasket().ask({ do: 'basket', product: 'tea', count: 5 }), 'shop');
    expect(body.groups).toMatchObject([
      { label: '饮品', products: [{ id: 'tea', name: '热茶', picture: 'cup', count: 5, most: true }] },
      { label: '点心', products: [{ id: 'cake', name: '蛋糕', picture: 'cake', count: 1, most: false }] },
    ]);
    expect(body.basket).toMatchObject([
      { id: 'tea', count: 5, most: true, amount: { whole: '30' } },
      { id: 'cake', count: 1, most: false, amount: { whole: '38' } },
    ]);
    expect(body.total).toMatchObject({ whole: '68', fraction: '.00' });
  });

  test('leaving a basket is asked for once; an empty one is left and not ordered', () => {
    const [back, main] = shop().view().actions;
    expect(back).not.toHaveProperty('ask');
    expect(main).toMatchObject({ intent: { do: 'order' }, disabled: true });
    const [asked, on] = byTicket().filledBasket().view().actions;
    expect(asked?.ask).toBeDefined();
    expect(on).toMatchObject({ disabled: false });
  });

  test('the review names the order, the tax of each rate, and how it is handed over', () => {
    const body = bodyOf(byTicket().ordered(), 'review');
    expect(body.what).toContain('#10000001');
    expect(body.what).toContain('含 6% 税 0.68 元');
    expect(body.what).toContain('含 13% 税 4.37 元');
    expect(body.payer).toContain('取货单');
    expect(bodyOf(byNumber().ordered(), 'review').payer).not.toContain('取货单');
    expect(body.lines).toMatchObject([{ quantity: '× 2' }, { quantity: '× 1' }]);
  });
});

describe('a kiosk that sells', () => {
  const shown = (lang: 'zh-CN' | 'en') => {
    const before = new Visit(withGoods).boot();
    const attract = before.view().body;
    const visit = before.begin(lang);
    return { attract, visit, help: visit.ask({ do: 'help' }).view().helpPage?.lines ?? [] };
  };

  test('greets whoever comes as a shop does, in writing and aloud', () => {
    const { attract, visit } = shown('zh-CN');
    expect(attract).toMatchObject({ touch: '请点屏幕开始选购', touchOther: 'Touch to order' });
    expect(bodyOf(visit, 'welcome').title).toBe('您好，请问需要点什么？');
    expect(visit.said[0]?.text).toContain('请问需要点什么？');
    expect(bodyOf(shown('en').visit, 'welcome').title).toBe('How can we help?');
    const bills = new Visit().boot().begin('en');
    expect(bodyOf(bills, 'welcome').title).toBe('What would you like to do?');
  });

  test('tells in its help first how one orders, by the name of the card to touch', () => {
    const zh = shown('zh-CN').help[0];
    expect(zh).toMatchObject({ question: '怎么选购？', answer: expect.stringContaining('点「选购」') });
    const en = shown('en').help[0];
    expect(en).toMatchObject({ question: 'How do I order?', answer: expect.stringContaining('Touch “Order here”') });
    const bills = new Visit().boot().begin('en').ask({ do: 'help' }).view().helpPage?.lines ?? [];
    expect(bills.map(({ question }) => question)).not.toContain('How do I order?');
  });

  test('of the restaurant preset speaks of meals, in texts that there are', () => {
    const visit = new Visit((config) => ({ ...withGoods(config), texts: restaurant.texts })).boot();
    expect(visit.view().body).toMatchObject({ screen: 'attract', touch: '请点屏幕开始点餐' });
    expect(bodyOf(visit.begin(), 'welcome').cards[0]?.label).toBe('点餐');
    const own = Object.keys(restaurant.texts).map((key) => key.split('.') as [keyof Words, string]);
    const known = (place: keyof Words, name: string) => (zhCN[place] as unknown as Record<string, unknown>)[name];
    expect(own.filter(([place, name]) => typeof known(place, name) !== 'string')).toEqual([]);
  });
});

describe('change of goods on a slip', () => {
  const overpaid = () => {
    const visit = byTicket().ordered().ask({ do: 'confirm-bill' });
    visit.step({ fact: 'bill.found', command: visit.pending(), bill: order });
    visit.ask({ do: 'method', method: 'cash' });
    if (stageOf(visit)?.at === 'promise') visit.ask({ do: 'agree' });
    return visit.note(10_000).printed().booked();
  };

  test('is asked to be taken together with the ticket, once both are out', () => {
    const visit = overpaid();
    expect(bodyOf(visit, 'settled').take?.title).toBe('请取走 50 元现金凭证');
    const { take, pickUp } = bodyOf(visit.printed(), 'settled');
    expect(take).toMatchObject({ picture: 'voucher', title: '请取走取货单和 50 元现金凭证' });
    expect(pickUp?.text).toContain('请取走取货单');
    const spoken = visit.said.map(({ text }) => text).join('');
    expect(spoken).toContain('请取走现金凭证');
    expect(spoken).toContain('请取走取货单');
    visit.ask({ do: 'language', lang: 'en' });
    expect(bodyOf(visit, 'settled').take?.title).toBe('Please take your ticket and your ¥50 cash slip');
  });
});

describe('the number', () => {
  test('is waited for: nobody is let go before it is there', () => {
    const visit = byNumber().goodsPaid();
    expect(stageOf(visit)).toEqual({ at: 'settling' });
    expect(bodyOf(visit, 'settling').title).toContain('取货号');
    visit.ask({ do: 'finish' }).ask({ do: 'cancel' });
    expect(stageOf(visit)).toEqual({ at: 'settling' });
    expect(bodyOf(visit.booked(), 'settled').pickUp).toMatchObject({ number: '007' });
    expect(visit.said.at(-1)?.text).toContain('0 0 7');
  });

  test('stands on the glass alone where no ticket is handed out, and nothing is printed by itself', () => {
    const visit = byNumber().goodsPaid().booked();
    expect(kinds(visit)).not.toContain('document.print');
    visit.over();
    expect(Object.values(visit.kiosk.cases)).toEqual([]);
  });

  test('is on a ticket, which holds the visit while it prints', () => {
    const visit = byTicket().goodsPaid().booked();
    expect(visit.recorded.filter(({ kind }) => kind === 'document.print')).toMatchObject([
      { document: { paper: 'ticket' }, copy: false },
    ]);
    expect(bodyOf(visit, 'settled').pickUp?.text).toContain('正在打印');
    visit.ask({ do: 'finish' });
    expect(stageOf(visit)?.at).toBe('settled');
    expect(bodyOf(visit.printed(), 'settled').pickUp?.text).toContain('请取走取货单');
    visit.ask({ do: 'finish' });
    expect(stageOf(visit)?.at).toBe('documents');
  });

  test('whose ticket fails is sent three times in a visit, and no more', () => {
    const visit = byTicket().goodsPaid().booked();
    for (let refusals = 1; refusals < 3; refusals += 1) visit.refusedPrint().waits(8_000);
    visit.refusedPrint().waits(8_000);
    expect(Object.keys(visit.kiosk.prints)).toEqual([]);
    expect(visit.recorded.filter(({ kind }) => kind === 'document.print')).toHaveLength(3);
    expect(Object.values(visit.kiosk.cases)).toMatchObject([{ about: 'number-not-given', minor: null }]);
  });

  test('of a sale that waits for its change is there when that is out', () => {
    const visit = byTicket();
    visit.ordered().ask({ do: 'confirm-bill' });
    visit.step({ fact: 'bill.found', command: visit.pending(), bill: order });
    visit.ask({ do: 'method', method: 'cash' }).ask({ do: 'agree' }).note(10_000).booked();
    // The slip with the change and the ticket are two papers.
    expect(
      Object.values(visit.kiosk.prints)
        .map(({ document }) => document.paper)
        .toSorted(),
    ).toEqual(['ticket', 'voucher']);
    visit.printed().printed();
    expect(bodyOf(visit, 'settled').pickUp).toMatchObject({ number: '007' });
  });

  test('that does not come within half a minute is a case, whose number stands in its place', () => {
    const visit = byTicket().goodsPaid().waits(29_000);
    expect(stageOf(visit)?.at).toBe('settling');
    visit.waits(2_000);
    expect(stageOf(visit)).toMatchObject({ at: 'case', case: 'C00001' });
    expect(bodyOf(visit, 'case')).toMatchObject({ certain: ['您的订单已经付款'], promise: '核实号一直有效' });
    expect(bodyOf(visit.ask({ do: 'finish' }), 'settled').pickUp).toMatchObject({ number: 'C00001' });
  });

  test('of somebody who has left is a case, and the only one', () => {
    const visit = byTicket().goodsPaid();
    visit.step({ fact: 'kiosk.booted', version: '1', config: 'hash', lastAt: visit.kiosk.wallMs - 86_400_000 });
    expect(visit.kiosk.session).toBeNull();
    visit.booked();
    expect(Object.values(visit.kiosk.cases).map(({ about }) => about)).toEqual(['number-not-given']);
    expect(kinds(visit)).not.toContain('document.print');
  });

  test('that stood on the glass when the power went for long, and on no paper, is a case', () => {
    const visit = byNumber().goodsPaid().booked();
    visit.step({ fact: 'kiosk.booted', version: '1', config: 'hash', lastAt: visit.kiosk.wallMs - 86_400_000 });
    expect(visit.kiosk.session).toBeNull();
    expect(Object.values(visit.kiosk.cases).map(({ about }) => about)).toEqual(['number-not-given']);
  });
});

describe('a hatch', () => {
  const byHatch = () => new Visit((config) => goodsBy(config, 'relay')).boot().begin();
  const releaseOf = (visit: Visit) => {
    const [release] = Object.values(visit.kiosk.releases);
    if (release === undefined) throw new Error('nothing is to be let out');
    return release;
  };
  const told = (visit: Visit) => bodyOf(visit, 'settled').pickUp?.text;
  const about = (visit: Visit) => Object.values(visit.kiosk.cases).map((one) => one.about);

  test('lets goods out once they are booked, while whoever paid stands there, and says so', () => {
    const paid = byHatch().goodsPaid();
    expect(paid.kiosk.releases).toEqual({});
    const visit = paid.booked();
    expect(orderOf(releaseOf(visit))).toMatchObject({
      to: 'device',
      order: { command: 'relay.pulse', device: 'cabinet', relay: 'goods', ms: 500 },
    });
    expect(told(visit)).toBe('取货口正在打开，请稍候');
    expect(visit.said.at(-1)?.text).toContain('请从取货口取走商品');
    const { device, command } = releaseOf(visit);
    visit.step({ fact: 'relay.done', device, command, relay: 'goods' });
    expect(told(visit)).toBe('请从取货口取走商品');
    expect(visit.entries.map(orderOf)).toContainEqual({ to: 'seller', handedOver: order.number });
    expect(repeatedOrders(visit.boot().kiosk)).toEqual([{ to: 'seller', handedOver: order.number }]);
    visit.step({ fact: 'relay.done', device, command, relay: 'goods' }).over();
    expect(kinds(visit).filter((kind) => kind === 'goods.release' || kind === 'goods.released')).toHaveLength(2);
    expect(about(visit)).toEqual([]);
  });

  test.each(['relay.unknown', 'command.refused'] as const)('%s is a case, and it is not told a second time', (fact) => {
    const visit = byHatch().goodsPaid().booked();
    const { device, command, sale } = releaseOf(visit);
    const reason = 'nobody knows';
    if (fact === 'relay.unknown') visit.step({ fact, device, command, relay: 'goods', reason });
    else visit.step({ fact, device, command, sent: false, reason });
    expect(about(visit)).toEqual(['goods-not-released']);
    expect(told(visit)).toContain('C00001');
    // Who works here reads at its case whether it is certain that it stayed shut.
    const find = (key: string) =>
      visit.recorded.filter((body) => indexKeys(body).includes(key)).map((body) => ({ body, at: '' }) as Entry);
    const { found } = caseTable({ find } as unknown as Parameters<typeof caseTable>[0], 1, true);
    expect(found?.hatchShut).toBe(fact === 'command.refused' ? true : undefined);
    visit.over().boot();
    expect(kinds(visit).filter((kind) => kind === 'goods.release')).toHaveLength(1);
    expect(memory(visit.kiosk, 'cabinet').openRelays).toEqual([]);
    visit.step({ fact: 'order.handed-over', order: order.number, sale, by: '1' });
    expect(about(visit)).toEqual([]);
  });

  test('that was to open as the process died is asked nothing again: its driver is told, and says what it does not know', () => {
    const visit = byHatch().goodsPaid().booked();
    const { device, command } = releaseOf(visit);
    visit.boot();
    expect(memory(visit.kiosk, 'cabinet').openRelays).toEqual([command]);
    expect(visit.entries.filter((entry) => entry.kind === 'goods.release')).toEqual([]);
    visit.step({ fact: 'relay.unknown', device, command, relay: null, reason: 'a start' });
    expect(about(visit)).toEqual(['goods-not-released']);
    expect(visit.kiosk.releases).toEqual({});
  });

  test('stays shut for who has left: a case stands for the goods', () => {
    const visit = byHatch().goodsPaid();
    visit.step({ fact: 'kiosk.booted', version: '1', config: 'hash', lastAt: visit.kiosk.wallMs - 86_400_000 });
    visit.booked();
    expect(kinds(visit)).not.toContain('goods.release');
    expect(about(visit)).toEqual(['number-not-given']);
  });

  test('stays shut once its owner was told the number of a case, which stands on', () => {
    const visit = byHatch().goodsPaid().waits(31_000);
    expect(stageOf(visit)).toMatchObject({ at: 'case' });
    visit.booked();
    expect(kinds(visit)).not.toContain('goods.release');
    expect(about(visit)).toEqual(['post-unanswered']);
    expect(bodyOf(visit.ask({ do: 'finish' }), 'settled').pickUp).toMatchObject({ number: '007' });
  });

  test('stays shut for a wallet’s late yes, when its owner was told to ask at the window', () => {
    const visit = new Visit((config) => goodsBy(withCharges(config), 'relay')).boot().reached().begin().ordered();
    visit.ask({ do: 'confirm-bill' }).step({ fact: 'bill.found', command: visit.pending(), bill: order });
    visit.ask({ do: 'method', method: 'alipay' });
    const { device, command } = visit.charge();
    visit.step({ fact: 'charge.unknown', device, command, key: 'k1', reason: 'silent' }).approved();
    visit.booked();
    expect(kinds(visit)).not.toContain('goods.release');
    expect(about(visit)).toEqual(['number-not-given']);
  });

  test('of which nothing is heard is a case after a minute, and staff hand nothing over before', () => {
    const visit = byHatch().goodsPaid().booked();
    const { device, command } = releaseOf(visit);
    visit.waits(59_000);
    expect(about(visit)).toEqual([]);
    visit.waits(2_000);
    expect(about(visit)).toEqual(['goods-not-released']);
    visit.step({ fact: 'relay.done', device, command, relay: 'goods' });
    expect(kinds(visit)).not.toContain('goods.released');
  });

  test('that is configured no more ends in a case at the next start', () => {
    const visit = byHatch().goodsPaid().booked();
    visit.kiosk = { ...visit.kiosk, rules: { ...visit.kiosk.rules, releaser: null } };
    visit.boot();
    expect(about(visit)).toEqual(['goods-not-released']);
    expect(visit.kiosk.releases).toEqual({});
  });
});

test('goods are given back by a person only, whatever the configuration gives back of bills', () => {
  const visit = byTicket().goodsPaid().booked().printed().over().begin().ask({ do: 'task', task: 'receipt' });
  const record = visit.refundRecord();
  visit.step({ fact: 'refund.wanted', number: record.paid.receipt, record });
  expect(stageOf(visit)).toMatchObject({ at: 'refund', plan: null, problem: 'window' });
});
