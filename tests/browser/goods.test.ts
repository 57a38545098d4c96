/** Goods of a restaurant, from the catalogue on the glass to the ticket in the hand. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import example from '../../config/examples/cabinet.json' with { type: 'json' };
import { openBrowser } from '../../scripts/chromium.ts';
import { begins, wordsOf } from './customer.ts';
import { Glass } from './glass.ts';
import { configWith, type Machine, startMachine } from './machine.ts';

type Json = Readonly<Record<string, unknown>>;

const cabinet = example.devices.find(({ id }) => id === 'cabinet') as Json;

let machine: Machine;
let browser: Browser;
const searched = new Set<string>();
const numbers = new Set<string>();

beforeAll(async () => {
  const config = configWith(() => {}, '../presets/restaurant.json');
  [machine, browser] = await Promise.all([startMachine({ config }), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await machine?.end();
});

const told = [
  {
    lang: 'zh-CN',
    card: '点餐',
    // Two of it are wanted, after three and one less.
    first: { id: 'beef-noodles', name: '牛肉面', minor: 5_600, on: '牛肉面×256.00' },
    // Taken out again.
    leftOut: { tab: '小吃', name: '水饺' },
    second: { id: 'tea', tab: '饮品', name: '热茶', minor: 600, on: '热茶6.00' },
    more: '加一份',
    less: '减一份',
    check: '核对并付款',
    review: '请核对您的订单',
    notes: [5_000, 1_000, 100, 100],
    paid: '已付 62 元',
    ticketOut: '请取走取货单，到取餐台领取',
    paper: { ticket: '取货单', receipt: '收据', tax: '含6%税3.51', total: '62.00', items: ['牛肉面×2', '热茶×1'] },
  },
  {
    lang: 'en',
    card: 'Order here',
    first: { id: 'fried-rice', name: 'Fried rice', minor: 4_400, on: 'Friedrice×244.00' },
    leftOut: { tab: 'Snacks', name: 'Greens' },
    second: { id: 'water', tab: 'Drinks', name: 'Water', minor: 300, on: 'Water3.00' },
    more: 'One more',
    less: 'One less',
    check: 'Check and pay',
    review: 'Is this your order?',
    notes: [2_000, 2_000, 500, 100, 100],
    paid: 'Paid ¥47',
    ticketOut: 'Please take your ticket, and pick up your order at the counter',
    paper: {
      ticket: 'Pick-upticket',
      receipt: 'Receipt',
      tax: 'Includes6%tax2.66',
      total: '47.00',
      items: ['Friedrice×2', 'Water×1'],
    },
  },
] as const;

type Told = (typeof told)[number];

/** Three of the first product and one less, one that is taken out again, and one of the second. */
async function fillsTheBasket(glass: Glass, { first, leftOut, second, more, less }: Told): Promise<void> {
  await glass.touch(new RegExp(`^${first.name}`));
  await glass.touch(`${more}: ${first.name}`);
  await glass.touch(`${more}: ${first.name}`);
  await glass.touch(`${less}: ${first.name}`);
  await glass.touch(leftOut.tab);
  await glass.touch(new RegExp(`^${leftOut.name}`));
  await glass.touch(`${less}: ${leftOut.name}`);
  await glass.touch(second.tab);
  await glass.touch(new RegExp(`^${second.name}`));
}

/** `first`: done before the last note. */
async function paysFor(
  glass: Glass,
  { lang, check, review, notes }: Told,
  at = machine,
  first: () => Promise<void> = async () => {},
): Promise<void> {
  const words = wordsOf[lang];
  await glass.touch(check);
  await glass.sees('review', lang);
  await glass.reads(review);
  await glass.touch(words.pay);
  await glass.sees('choose', lang);
  await glass.chooses(words.cash);
  await glass.sees('promise', lang);
  await glass.touch(words.agree);
  await glass.sees('pay-cash', lang);
  for (const minor of notes.slice(0, -1)) await at.insert(minor);
  await first();
  await at.insert(notes.at(-1) ?? 0);
}

describe('behind a hatch', () => {
  let hatched: Machine;
  beforeAll(async () => {
    const config = configWith((given) => {
      given.devices = [...(given.devices as readonly Json[]), cabinet];
      given.goods = { ...(given.goods as Json), handOver: 'relay', relay: { name: 'goods', ms: 800 } };
    }, '../presets/restaurant.json');
    hatched = await startMachine({ config });
  });
  afterAll(async () => {
    await hatched?.end();
  });

  test.each([
    { lang: 'zh-CN', dark: false, says: '请从取货口取走商品', none: '不需要' },
    { lang: 'en', dark: true, says: /The hatch may not have opened/, none: 'No, thank you' },
  ] as const)(
    'in $lang it opens once the goods are paid; with a dark module ($dark) there is a case',
    async (hatch) => {
      const one = told.find(({ lang }) => lang === hatch.lang) as Told;
      const words = wordsOf[one.lang];
      const glass = await Glass.open(browser, hatched.kiosk, searched);
      await begins(glass, one.lang);
      await glass.chooses(one.card);
      await glass.sees('shop', one.lang);
      await fillsTheBasket(glass, one);
      await paysFor(glass, one, hatched, async () => {
        if (hatch.dark) await hatched.hand('cabinet', { action: 'cut power' });
      });
      await glass.sees('settled', one.lang);
      await glass.reads(hatch.says);
      await glass.touch(words.next);
      await glass.sees('documents', one.lang);
      await glass.chooses(hatch.none);
      await glass.sees('thanks', one.lang);
      await glass.touch(words.finish);
      await glass.close();
      const entries = await hatched.entries();
      const ends = entries.map(({ kind }) => kind).filter((kind) => /^goods\.(not-)?released$/.test(kind));
      expect(ends.at(-1)).toBe(hatch.dark ? 'goods.not-released' : 'goods.released');
      const cases = (await hatched.journal('cases')).map((one) => `${one.kind} ${one.status}`);
      expect(cases).toEqual(hatch.dark ? ['goods-not-released open'] : []);
    },
  );
});

test.each(told)(
  'in $lang two products are put together at the glass and paid in cash; glass and ticket carry the same number, the receipt has lines and tax',
  async (one) => {
    const { lang, first, second, paper } = one;
    const words = wordsOf[lang];
    const glass = await Glass.open(browser, machine.kiosk, searched);
    await begins(glass, lang);
    await glass.chooses(one.card);
    await glass.sees('shop', lang);
    await fillsTheBasket(glass, one);
    await paysFor(glass, one);
    await glass.sees('settled', lang);
    await glass.reads(one.paid);
    await glass.reads(one.ticketOut);
    const number = (await glass.page.locator('.pick-up-number').textContent()) ?? '';
    expect(number).toMatch(/^\d{3}$/);
    expect(numbers).not.toContain(number);
    numbers.add(number);
    const [ticket, ...others] = await machine.paper();
    expect(others).toEqual([]);
    expect(ticket).toEqual(expect.arrayContaining([paper.ticket, number, ...paper.items]));
    await machine.take('printer');

    await glass.touch(words.next);
    await glass.sees('documents', lang);
    await glass.chooses(words.print);
    await glass.reads(words.takeReceipt);
    const [receipt, ...more] = await machine.paper();
    expect(more).toEqual([]);
    const lines = receipt?.join('\n') ?? '';
    for (const line of [paper.receipt, first.on, second.on, paper.tax, paper.total, number])
      expect(lines).toContain(line);
    await machine.take('printer');
    await glass.touch(words.finish);
    await glass.sees('thanks', lang);
    await glass.close();

    const entries = await machine.entries();
    const paid = entries.findLast(({ kind }) => kind === 'sale.paid')?.body;
    const minor = first.minor + second.minor;
    expect(paid).toMatchObject({ minor, tenders: [{ method: 'cash', minor }] });
    const ordered = entries.filter(({ kind }) => kind === 'order.place').map(({ body }) => body.items);
    expect(ordered.at(-1)).toEqual([
      { product: first.id, count: 2 },
      { product: second.id, count: 1 },
    ]);
    const booked = entries.filter(({ kind, body }) => kind === 'bill.posted' && body.sale === paid?.sale);
    expect(booked.map(({ body }) => body.reference)).toEqual([number]);
    expect((await machine.journal('cases')).length).toBe(0);
    expect((await machine.journal('verify'))[0]).toMatchObject({ ok: true });
  },
);
