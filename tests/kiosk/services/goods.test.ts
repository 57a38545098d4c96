import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import restaurant from '../../../config/presets/restaurant.json' with { type: 'json' };
import { checkConfig, type Config } from '../../../config/schema.ts';
import type { Bill, BillPostFact, OrderItem, OrderPlace } from '../../../kiosk/services/biller/contract.ts';
import { createGoods, type GoodsOptions } from '../../../kiosk/services/goods/index.ts';
import { openOrders } from '../../../kiosk/services/goods/orders.ts';
import { createSeller } from '../../../kiosk/services/seller.ts';
import { post, reverse } from './ask.ts';

const { signal } = new AbortController();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-goods-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = () => join(folder, 'goods.jsonl');
const products = catalogue();

function catalogue(): NonNullable<Config['goods']>['products'] {
  const checked = checkConfig(restaurant);
  if (!checked.ok || checked.config.goods === undefined) throw new Error('the preset has no goods');
  return checked.config.goods.products;
}

function open(change: Partial<GoodsOptions> = {}) {
  return createGoods({
    path: path(),
    products,
    payee: restaurant.merchant.legalName,
    currency: 'CNY',
    timeZone: 'Asia/Shanghai',
    businessDayStart: '04:00',
    ...change,
  });
}

type Goods = ReturnType<typeof open>;

const some = [
  { product: 'beef-noodles', count: 1 },
  { product: 'tea', count: 2 },
];

function place(id: string, items: readonly OrderItem[] = some): OrderPlace {
  return { command: 'order.place', id, session: 'S-1', items };
}

const recheck = (number: string) => ({ command: 'bill.recheck', id: 'check', number }) as const;

async function placed(goods: Goods, id: string, items?: readonly OrderItem[]): Promise<Bill> {
  const fact = await goods.lookUp(place(id, items), signal);
  if (fact.fact !== 'bill.found') throw new Error(JSON.stringify(fact));
  return fact.bill;
}

/** Orders and pays; answers the number under which it is handed over. */
async function sold(goods: Goods, id: string, paidAt = '2026-03-31T08:00:00.000Z'): Promise<string> {
  const { number, minor } = await placed(goods, `order-${id}`);
  const fact = (await goods.post({ ...post(number, minor, id), paidAt }, signal)) as BillPostFact;
  if (fact.fact !== 'bill.posted') throw new Error(JSON.stringify(fact));
  return fact.reference;
}

describe('an order', () => {
  test('is a bill over its goods, with the tax that is in them', async () => {
    const bill = await placed(open(), 'a');
    expect(bill).toMatchObject({
      payee: restaurant.merchant.legalName,
      payer: '',
      currency: 'CNY',
      minor: 4_000,
      lines: [
        { quantity: 1, minor: 2_800 },
        { quantity: 2, minor: 1_200 },
      ],
      // 40.00 less 40.00 / 1.06, half up.
      goods: { items: some, taxes: [{ percent: 6, minor: 226 }] },
    });
    expect(bill.number).toMatch(/^#\d{8}$/);
  });

  test.each([
    [10_600, 6, 600],
    [113, 13, 13],
    [1, 13, 0],
    [5, 11, 0],
    [1_000, 8.3, 77],
    [100, 100, 50],
    [101, 100, 51],
  ])('of %i with %f %% has %i of tax in it', async (priceMinor, taxPercent, minor) => {
    const [first] = products;
    const goods = open({ products: [{ ...(first as (typeof products)[number]), priceMinor, taxPercent }] });
    const { goods: ordered } = await placed(goods, 'a', [{ product: 'beef-noodles', count: 1 }]);
    expect(ordered?.taxes).toEqual([{ percent: taxPercent, minor }]);
  });

  test('names each rate once, lowest first, and none where there is no tax', async () => {
    const rates = [13, 0, 6, 13];
    const taxed = products.map((product, at) => ({ ...product, priceMinor: 1_000, taxPercent: rates[at] ?? 6 }));
    const items = taxed.slice(0, 4).map(({ id }) => ({ product: id, count: 1 }));
    const { goods } = await placed(open({ products: taxed }), 'a', items);
    expect(goods?.taxes).toEqual([
      { percent: 6, minor: 57 },
      { percent: 13, minor: 230 },
    ]);
  });

  test('is the same when it is placed again, over a restart too, and another has another number', async () => {
    const first = await placed(open(), 'a');
    const later = open();
    expect(await placed(later, 'a')).toEqual(first);
    expect((await placed(later, 'b')).number).not.toBe(first.number);
    expect(readFileSync(path(), 'utf8').split('\n')).toHaveLength(3);
  });

  test.each<[string, readonly OrderItem[]]>([
    ['of nothing', []],
    ['of something else', [{ product: 'unicorn', count: 1 }]],
    ['of none of it', [{ product: 'tea', count: 0 }]],
    ['of half of it', [{ product: 'tea', count: 0.5 }]],
    ['of more than one order may have', [{ product: 'tea', count: 11 }]],
    [
      'that names one product twice',
      [
        { product: 'tea', count: 1 },
        { product: 'tea', count: 1 },
      ],
    ],
  ])('%s is none', async (_, items) => {
    expect(await open().lookUp(place('a', items), signal)).toEqual({ fact: 'bill.not-found', command: 'a' });
    expect(readFileSync(path(), 'utf8')).toBe('');
  });

  test('is found again with the prices of today, and paid with those', async () => {
    const { number } = await placed(open(), 'a');
    const dearer = open({ products: products.map((one) => ({ ...one, priceMinor: one.priceMinor + 100 })) });
    expect(await dearer.lookUp(recheck(number), signal)).toMatchObject({ fact: 'bill.found', bill: { minor: 4_300 } });
    expect(await dearer.post(post(number, 4_000), signal)).toMatchObject({ fact: 'bill.refused', reason: 'other' });
    expect(await dearer.post(post(number, 4_300), signal)).toMatchObject({ fact: 'bill.posted' });
  });

  test('that was paid for at the price it was found with is handed over, whatever another start sells', async () => {
    const { number, minor } = await placed(open(), 'a');
    const other = open({ products: products.filter(({ id }) => id !== 'tea') });
    expect(await other.lookUp(recheck(number), signal)).toMatchObject({ fact: 'bill.not-found' });
    expect(await other.post(post(number, minor), signal)).toMatchObject({ fact: 'bill.posted', reference: '001' });
  });

  test('that nobody placed is not found, and cannot be paid', async () => {
    const goods = open();
    expect(await goods.lookUp(recheck('#00000000'), signal)).toMatchObject({ fact: 'bill.not-found' });
    expect(await goods.post(post('#00000000', 100), signal)).toMatchObject({ reason: 'unknown-bill' });
  });

  test('is forgotten when so many newer ones were made, the unpaid sooner; what stays is as it was', async () => {
    const limits = { most: 5, unpaid: 1, paid: 2 };
    const goods = open({ limits });
    for (const id of ['a', 'b', 'c']) await sold(goods, id);
    const [, second] = goods.paidOrders();
    goods.handOver(second?.number ?? '');
    const old = await placed(goods, 'old');
    const late = await placed(goods, 'late');
    const stays = goods.paidOrders().slice(0, 2);
    // The sixth.
    const next = await placed(goods, 'next');
    for (const one of [goods, open({ limits })]) {
      expect(one.paidOrders()).toEqual(stays);
      expect(await one.lookUp(recheck(old.number), signal)).toMatchObject({ fact: 'bill.not-found' });
      expect(await one.lookUp(recheck(late.number), signal)).toMatchObject({ fact: 'bill.found', bill: late });
      expect(await one.lookUp(place('next'), signal)).toMatchObject({ bill: next });
    }
    expect(await sold(goods, 'd')).toBe('004');
    expect(readdirSync(folder)).toEqual(['goods.jsonl']);
  });

  test('is not forgotten where the disk does not take the rest: the order is not made, and all is as it was', async () => {
    const goods = open({ limits: { most: 1, unpaid: 1, paid: 1 } });
    const { number } = await placed(goods, 'a');
    const before = readFileSync(path(), 'utf8');
    mkdirSync(`${path()}.new`);
    await expect(goods.lookUp(place('b'), signal)).rejects.toThrow();
    expect(readFileSync(path(), 'utf8')).toBe(before);
    expect(await goods.lookUp(recheck(number), signal)).toMatchObject({ fact: 'bill.found' });
  });

  test('is one of a hundred thousand at most, where nothing else is said', () => {
    const lines = Array.from({ length: 100_000 }, (_, n) => {
      const order = `#${String(n).padStart(8, '0')}`;
      return `${JSON.stringify({ order, id: `order-${n}`, items: [{ product: 'tea', count: 1 }], minor: 600 })}\n`;
    });
    writeFileSync(path(), lines.join(''));
    const orders = openOrders(path());
    const one = { items: [{ product: 'tea', count: 1 }], minor: 600 };
    orders.add({ quoted: '#00099999', minor: 700 });
    expect(orders.byNumber('#00000000')).toBeDefined();
    orders.add({ order: '#99999999', id: 'new', ...one });
    expect(['#00098999', '#00099000', '#99999999'].map((order) => orders.byNumber(order) !== undefined)).toEqual([
      false,
      true,
      true,
    ]);
    expect(orders.byNumber('#00099999')).toMatchObject({ minor: 700 });
  });
});

describe('a payment', () => {
  test('is booked once under its id, with one number, over a restart too', async () => {
    const goods = open();
    const { number, minor } = await placed(goods, 'a');
    const posted = await goods.post(post(number, minor, 'pay'), signal);
    expect(posted).toEqual({ fact: 'bill.posted', command: 'pay', reference: '001' });
    const written = readFileSync(path(), 'utf8');
    expect(await goods.post(post(number, minor, 'pay'), signal)).toEqual(posted);
    const later = open();
    expect(await later.post(post(number, minor, 'pay'), signal)).toEqual(posted);
    expect(await later.post(post(number, minor, 'other'), signal)).toMatchObject({ reason: 'paid-elsewhere' });
    expect(await later.lookUp(recheck(number), signal)).toMatchObject({ fact: 'bill.already-paid' });
    expect(readFileSync(path(), 'utf8')).toBe(written);
  });

  test.each([
    ['another amount', { minor: 1 }],
    ['another currency', { currency: 'EUR' }],
  ])('of %s is refused, under its id too', async (_, change) => {
    const goods = open();
    const { number, minor } = await placed(goods, 'a');
    expect(await goods.post({ ...post(number, minor, 'pay'), ...change }, signal)).toMatchObject({ reason: 'other' });
    await goods.post(post(number, minor, 'pay'), signal);
    expect(await goods.post({ ...post(number, minor, 'pay'), ...change }, signal)).toMatchObject({ reason: 'other' });
  });

  test('that the disk does not take is not answered, and leaves nothing behind', async () => {
    const goods = open();
    const { number, minor } = await placed(goods, 'a');
    renameSync(path(), `${path()}.away`);
    await expect(goods.post(post(number, minor), signal)).rejects.toThrow();
    await expect(goods.lookUp(place('b'), signal)).rejects.toThrow();
    renameSync(`${path()}.away`, path());
    expect(await open().lookUp(recheck(number), signal)).toMatchObject({ fact: 'bill.found' });
    expect(await goods.post(post(number, minor), signal)).toMatchObject({ reference: '001' });
  });

  test('of which the line was cut off by a power loss is booked again, under the same number', async () => {
    const goods = open();
    await sold(goods, 'first');
    const { number, minor } = await placed(goods, 'b');
    const answer = await goods.post(post(number, minor, 'second'), signal);
    const whole = readFileSync(path());
    truncateSync(path(), whole.length - 9);
    expect(await open().post(post(number, minor, 'second'), signal)).toEqual(answer);
    expect(readFileSync(path())).toEqual(whole);
  });

  test.each([
    ['no JSON', '{"order":"x"'],
    ['no order', '{"order":"x"}'],
    ['a line of zeros', '\0\0\0'],
  ])('stands in a file that is named with its line where it is damaged: %s', async (_, damage) => {
    await placed(open(), 'a');
    writeFileSync(path(), `${readFileSync(path(), 'utf8')}${damage}\n`);
    expect(() => open()).toThrow(/goods\.jsonl: line 2: .*restore the file from a backup/);
  });
});

describe('the number under which goods are handed over', () => {
  test('counts from one on every business day', async () => {
    const goods = open();
    // The day begins at 04:00 in Shanghai, which is 20:00 UTC.
    expect(await sold(goods, 'a', '2026-03-31T08:00:00.000Z')).toBe('001');
    expect(await sold(goods, 'b', '2026-03-31T12:00:00.000Z')).toBe('002');
    expect(await sold(open(), 'c', '2026-03-31T19:59:59.000Z')).toBe('003');
    expect(await sold(open(), 'd', '2026-04-01T08:00:00.000Z')).toBe('001');
  });

  test('is not that of one who may still be waiting, over the change of the day too', async () => {
    const goods = open();
    expect(await sold(goods, 'a', '2026-03-31T19:59:00.000Z')).toBe('001');
    expect(await sold(goods, 'b', '2026-03-31T20:01:00.000Z')).toBe('002');
    const [order] = goods.paidOrders();
    expect(order).toMatchObject({ pickUp: '002' });
    // Four hours later nobody waits any more.
    expect(await sold(goods, 'c', '2026-04-01T20:01:00.000Z')).toBe('001');
  });

  test('of yesterday’s payment that is booked only today is one of today', async () => {
    const goods = open();
    await sold(goods, 'a', '2026-04-01T08:00:00.000Z');
    expect(await sold(goods, 'b', '2026-03-31T08:00:00.000Z')).toBe('002');
    expect(await sold(goods, 'c', '2026-04-01T08:01:00.000Z')).toBe('003');
  });

  test('begins again after 999, leaving out those that are open; where all are, the oldest is given again', async () => {
    const items = [{ product: 'tea', count: 1 }];
    const paid = { currency: 'CNY', minor: 600, method: 'cash', paidAt: '2026-03-31T08:00:00.000Z', day: '2026-03-31' };
    const lines = Array.from({ length: 998 }, (_, n) => {
      const order = `#${String(n).padStart(8, '0')}`;
      const pickUp = String(n + 1).padStart(3, '0');
      return [
        { order, id: `order-${n}`, items, minor: 600 },
        { paid: order, id: `pay-${n}`, ...paid, pickUp },
      ];
    });
    writeFileSync(path(), lines.flatMap((two) => two.map((line) => `${JSON.stringify(line)}\n`)).join(''));
    const goods = open();
    expect(await sold(goods, 'last')).toBe('999');
    for (const { number, pickUp } of goods.paidOrders())
      if (pickUp === '005') expect(goods.handOver(number)).toBe(true);
    expect(await sold(goods, 'x')).toBe('005');
    expect(await sold(goods, 'y')).toBe('006');
  });
});

describe('what was paid', () => {
  test('is taken back once, and can be paid again then', async () => {
    const goods = open();
    const { number, minor } = await placed(goods, 'a');
    await goods.post(post(number, minor, 'pay'), signal);
    const back = await goods.reverse(reverse(number, minor, 'back', 'pay'), signal);
    expect(back).toEqual({ fact: 'bill.reversed', command: 'back' });
    const later = open();
    expect(await later.reverse(reverse(number, minor, 'back', 'pay'), signal)).toEqual(back);
    expect(await later.reverse(reverse(number, minor, 'two', 'pay'), signal)).toMatchObject({
      reason: 'reversed-before',
    });
    expect(later.paidOrders()).toEqual([]);
    expect(await later.post(post(number, minor, 'again'), signal)).toMatchObject({ fact: 'bill.posted' });
  });

  test('is not taken back when it was handed over, or is not what was paid', async () => {
    const goods = open();
    const { number, minor } = await placed(goods, 'a');
    expect(await goods.reverse(reverse(number, minor), signal)).toMatchObject({ reason: 'unknown-payment' });
    await goods.post(post(number, minor, 'pay'), signal);
    expect(await goods.reverse(reverse(number, 1, 'back', 'pay'), signal)).toMatchObject({ reason: 'other' });
    expect(goods.handOver(number)).toBe(true);
    expect(await open().reverse(reverse(number, minor, 'back', 'pay'), signal)).toMatchObject({ reason: 'too-late' });
  });

  test('is listed for its day with its number, the newest first, and whether it is out; of before only what waits', async () => {
    const goods = open();
    await sold(goods, 'fetched', '2026-03-30T08:00:00.000Z');
    goods.handOver(goods.paidOrders()[0]?.number ?? '');
    await sold(goods, 'old', '2026-03-30T09:00:00.000Z');
    await sold(goods, 'a');
    await sold(goods, 'b');
    const [newest] = goods.paidOrders();
    expect(goods.handOver(newest?.number ?? '')).toBe(true);
    expect(open().paidOrders()).toMatchObject([
      { pickUp: '002', handedOver: true, items: some },
      { pickUp: '001', handedOver: false, items: some },
      { pickUp: '002', handedOver: false, paidAt: '2026-03-30T09:00:00.000Z' },
    ]);
    expect(goods.handOver('#00000000')).toBe(false);
  });
});

describe('the seller', () => {
  const biller = {
    lookUp: () => Promise.resolve({ fact: 'bill.not-found', command: 'biller' } as const),
    post: () => Promise.resolve({ fact: 'bill.refused', command: 'biller', reason: 'other' } as const),
    reverse: () => Promise.resolve({ fact: 'bill.reversed', command: 'biller' } as const),
  };

  test('sends what is about goods to whoever sells them, and all else to the biller', async () => {
    const seller = createSeller(biller, open());
    const fact = await seller.lookUp(place('a'), signal);
    expect(fact).toMatchObject({ fact: 'bill.found', command: 'a' });
    const number = fact.fact === 'bill.found' ? fact.bill.number : '';
    expect(await seller.lookUp(recheck(number), signal)).toMatchObject({ command: 'check' });
    expect(await seller.lookUp(recheck('1001'), signal)).toMatchObject({ command: 'biller' });
    expect(await seller.post(post(number, 4_000, 'p'), signal)).toMatchObject({ fact: 'bill.posted', command: 'p' });
    expect(await seller.post(post('1001', 1), signal)).toMatchObject({ command: 'biller' });
    expect(await seller.reverse(reverse(number, 4_000, 'r', 'p'), signal)).toMatchObject({ command: 'r' });
    expect(await seller.reverse(reverse('1001', 1), signal)).toMatchObject({ command: 'biller' });
  });

  test('has nothing to order where nothing is sold', async () => {
    const seller = createSeller(biller, null);
    expect(await seller.lookUp(place('a'), signal)).toEqual({ fact: 'bill.not-found', command: 'a' });
  });
});
