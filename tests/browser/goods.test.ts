/** Goods of a preset, ordered and paid at the glass of the whole machine. */
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../../scripts/chromium.ts';
import { begins, wordsOf } from './customer.ts';
import { Glass } from './glass.ts';
import { type Machine, startMachine } from './machine.ts';

let machine: Machine;
let browser: Browser;

beforeAll(async () => {
  const config = readFileSync(new URL('../../config/presets/restaurant.json', import.meta.url), 'utf8');
  [machine, browser] = await Promise.all([startMachine({ config }), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await machine?.end();
});

const saysOf = {
  'zh-CN': {
    buy: '选购',
    goods: [/^牛肉面/, /^扬州炒饭/],
    order: '核对并付款',
    these: '请核对您的订单',
    label: '取货号',
    ticket: '取货单',
    onTicket: /^取货单上也有/,
    none: '不需要',
  },
  en: {
    buy: 'Order here',
    goods: [/^Beef noodles/, /^Fried rice/],
    order: 'Check and pay',
    these: 'Is this your order?',
    label: 'Your pick-up number',
    ticket: 'Pick-upticket',
    onTicket: /^It is on your ticket/,
    none: 'No, thank you',
  },
} as const;

/** Two things that one note of ¥50 pays, and the number for them on the glass and on the ticket. */
async function buys(glass: Glass, lang: keyof typeof saysOf, number: string): Promise<void> {
  const [words, says] = [wordsOf[lang], saysOf[lang]];
  await begins(glass, lang);
  await glass.chooses(says.buy);
  await glass.sees('shop', lang);
  for (const one of says.goods) await glass.touch(one);
  await glass.touch(says.order);
  await glass.sees('review', lang);
  await glass.reads(says.these);
  await glass.touch(words.pay);
  await glass.sees('choose', lang);
  await glass.chooses(words.cash);
  await glass.sees('promise', lang);
  await glass.touch(words.agree);
  await glass.sees('pay-cash', lang);
  await machine.insert(5_000);
  await glass.sees('settled', lang);
  await glass.reads(says.label);
  await glass.reads(number);
  await glass.reads(says.onTicket);
  const [ticket, ...others] = await machine.paper();
  await machine.take('printer');
  expect(others).toEqual([]);
  expect(ticket).toContain(says.ticket);
  expect(ticket).toContain(number);
  await glass.touch(words.next);
  await glass.sees('documents', lang);
  await glass.chooses(says.none);
  await glass.sees('thanks', lang);
  await glass.touch(words.finish);
  await glass.sees('attract');
}

test('goods are chosen, paid and numbered; the next number comes from a daemon that was killed in between', async () => {
  const glass = await Glass.open(browser, machine.kiosk);
  await buys(glass, 'zh-CN', '001');
  await machine.kill();
  await buys(glass, 'en', '002');
  await glass.close();
  const entries = await machine.entries();
  const posted = entries.filter(({ kind }) => kind === 'bill.posted').map(({ body }) => body);
  expect(posted.map(({ reference }) => reference)).toEqual(['001', '002']);
  expect(new Set(posted.map(({ order }) => order)).size).toBe(2);
  expect(entries.filter(({ kind }) => kind === 'case.opened')).toEqual([]);
  expect((await machine.journal('verify'))[0]).toMatchObject({ ok: true });
});
