/** Several bills of one payee in one payment, at the glass. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../../scripts/chromium.ts';
import { searches, wordsOf } from './customer.ts';
import { Glass } from './glass.ts';
import { type Entry, type Machine, startMachine } from './machine.ts';

let machine: Machine;
let browser: Browser;
const searched = new Set<string>();

beforeAll(async () => {
  [machine, browser] = await Promise.all([startMachine(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await machine?.end();
});

function paidLast(entries: readonly Entry[]): Entry['body'] | undefined {
  return entries.findLast(({ kind }) => kind === 'sale.paid')?.body;
}

test.each([
  {
    lang: 'zh-CN',
    bills: ['1002', '1006', '1010'],
    add: '再加一张账单',
    next: '请输入下一张账单号',
    these: '请核对：是您要付的账单吗？',
    drop: /^去掉 .*1006/,
    paid: '已付 75 元',
  },
  {
    lang: 'en',
    bills: ['1014', '1018', '1022'],
    add: 'Add another bill',
    next: 'Enter the next bill number',
    these: 'Are these your bills?',
    drop: /^Leave out .*1018/,
    paid: 'Paid ¥75',
  },
] as const)(
  'in $lang bills of one payee are reviewed together, one is left out, and the others are paid in cash at once',
  async (told) => {
    const { lang, bills, add, next, these, drop, paid } = told;
    const [first, dropped, last] = bills;
    const words = wordsOf[lang];
    const glass = await Glass.open(browser, machine.kiosk, searched);
    await searches(glass, lang, first);
    await glass.sees('review', lang);
    for (const number of [dropped, last]) {
      await glass.touch(add);
      await glass.reads(next);
      await glass.types(number);
      await glass.touch(words.find);
      await glass.sees('review', lang);
      await glass.reads(these);
    }
    for (const number of bills) await glass.reads(new RegExp(number));
    await glass.touch(drop);
    await glass.touch(words.pay);
    await glass.sees('choose', lang);
    await glass.chooses(words.cash);
    await glass.sees('promise', lang);
    await glass.touch(words.agree);
    await glass.sees('pay-cash', lang);
    for (const minor of [5_000, 2_000, 500]) await machine.insert(minor);
    await glass.sees('settled', lang);
    await glass.reads(paid);
    await glass.touch(words.next);
    await glass.sees('documents', lang);
    await glass.chooses(words.print);
    await glass.reads(words.takeReceipt);
    await glass.touch(words.finish);
    await glass.sees('thanks', lang);
    const [receipt, ...others] = await machine.paper();
    await machine.take('printer');
    expect(others).toEqual([]);
    const paper = receipt?.join('\n') ?? '';
    expect(paper).toMatch(new RegExp(`${first}[\\s\\S]*37\\.50[\\s\\S]*${last}[\\s\\S]*37\\.50[\\s\\S]*75\\.00`));
    expect(paper).not.toContain(dropped);
    await glass.close();

    const entries = await machine.until(
      'both are posted',
      () => machine.entries(),
      (all) => all.filter((one) => one.kind === 'bill.posted' && one.body.sale === paidLast(all)?.sale).length === 2,
    );
    const body = paidLast(entries);
    expect(body).toMatchObject({ minor: 7_500, tenders: [{ method: 'cash', minor: 7_500 }] });
    const posts = entries.filter((one) => one.kind === 'bill.post' && one.body.sale === body?.sale);
    expect(posts.map((one) => [one.body.number, one.body.minor])).toEqual([
      [first, 3_750],
      [last, 3_750],
    ]);
    expect((await machine.journal('verify'))[0]).toMatchObject({ ok: true });
  },
);
