import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Lang } from '../../kiosk/server/wire.ts';
import { begins, confirms, paysInCash, searches, wordsOf } from './customer.ts';
import { openBrowser } from '../../scripts/chromium.ts';
import { Glass } from './glass.ts';
import { type Entry, type Machine, startMachine } from './machine.ts';

let machine: Machine;
let browser: Browser;
let glass: Glass;
const searched = new Set<string>();

beforeAll(async () => {
  [machine, browser] = await Promise.all([startMachine(), openBrowser()]);
});
beforeEach(async () => {
  glass = await Glass.open(browser, machine.kiosk, searched);
});
afterEach(async () => {
  await glass?.close();
});
afterAll(async () => {
  await browser?.close();
  await machine?.end();
});

/** The slips that hang out of the printer, which are then torn off. */
async function tornOff(): Promise<readonly (readonly string[])[]> {
  const slips = await machine.paper();
  await machine.take('printer');
  return slips;
}

/** What stands behind a label on a slip. */
function behind(slip: readonly string[], label: string): string {
  const line = slip.find((row) => row.startsWith(label));
  if (line === undefined) throw new Error(`no ${label} in ${slip.join(' / ')}`);
  return line.slice(label.length);
}

async function lastOf(kind: string): Promise<Entry> {
  const entry = (await machine.entries()).findLast((one) => one.kind === kind);
  if (entry === undefined) throw new Error(`the journal has no ${kind}`);
  return entry;
}

async function leaves(lang: Lang): Promise<void> {
  await glass.sees('thanks', lang);
  await glass.touch(wordsOf[lang].finish);
  await glass.sees('attract');
}

describe.each([
  {
    lang: 'zh-CN',
    number: '1001',
    paid: '已付 86.50 元',
    slip: '现金凭证',
    receipt: '收据',
    of: ['现金凭证号', '收据号'],
  },
  {
    lang: 'en',
    number: '1005',
    paid: 'Paid ¥86.50',
    slip: 'Cashslip',
    receipt: 'Receipt',
    of: ['Cashslipno.', 'Receiptno.'],
  },
] as const)('a whole visit in $lang', ({ lang, number, paid, slip, receipt, of }) => {
  test('pays a bill in cash, takes change and receipt, and all of it is in the journal', async () => {
    const words = wordsOf[lang];
    await paysInCash(glass, lang, number);
    await machine.insert(5000);
    await glass.reads(words.received('50'));
    await machine.insert(5000);
    await glass.sees('settled', lang);
    await glass.reads(paid);
    await glass.reads(words.takeSlip('13.50'));
    const [change] = await tornOff();
    expect(change).toEqual(expect.arrayContaining([slip, '￥13.50']));

    await glass.touch(words.next);
    await glass.sees('documents', lang);
    await glass.chooses(words.print);
    await glass.reads(words.takeReceipt);
    await glass.touch(words.finish);
    await leaves(lang);
    const [paper] = await tornOff();
    expect(paper).toContain(receipt);

    const { body } = await lastOf('sale.paid');
    expect(body).toMatchObject({
      currency: 'CNY',
      minor: 8650,
      rounding: 0,
      tenders: [{ method: 'cash', minor: 10_000 }],
      change: { cash: 0, voucher: 1350, owed: 0 },
    });
    expect(behind(change ?? [], of[0])).toBe(body.voucher);
    expect(behind(paper ?? [], of[1])).toBe(body.receipt);
    expect(behind(paper ?? [], of[0])).toBe(body.voucher);
    expect(paper?.join('\n')).toMatch(/86\.50[\s\S]*100\.00[\s\S]*13\.50/);
    expect((await machine.journal('verify'))[0]).toMatchObject({ ok: true });
  });
});

test('the language changes in the middle: screen and paper go on in the other', async () => {
  await paysInCash(glass, 'zh-CN', '1009');
  await machine.insert(5000);
  await glass.reads('已收到 50 元');
  await glass.touch('English');
  await glass.sees('pay-cash', 'en');
  await glass.reads('Received ¥50');
  await machine.insert(2000);
  await glass.reads('Received ¥70');
  await machine.insert(2000);
  await glass.sees('settled', 'en');
  await glass.reads('Please take your ¥3.50 cash slip');
  const [slip] = await tornOff();
  expect(slip).toEqual(expect.arrayContaining(['EastLakeClinic', '￥3.50']));
  await glass.touch('Next');
  await glass.sees('documents', 'en');
  await glass.chooses('On my phone');
  await glass.reads('Scan with your phone camera');
  await glass.sees('documents', 'en');
  await glass.touch('Finish');
  await leaves('en');
});

test('a visit that is given up brings the money back as a slip, and the slip pays in the next visit', async () => {
  await paysInCash(glass, 'en', '1013');
  await machine.insert(5000);
  await glass.reads('Received ¥50');
  await glass.touch(/^Cancel, print a ¥50 cash slip/);
  await glass.touch('Yes, cancel');
  await glass.sees('settled', 'en');
  await glass.reads('Cancelled. ¥50 goes back to you');
  const [slip = []] = await tornOff();
  expect(slip).toContain('￥50.00');
  await glass.touch('Finish');
  await leaves('en');
  expect((await lastOf('sale.cancelled')).body).toMatchObject({ minor: 5000 });

  await confirms(glass, 'en', '1013');
  await glass.chooses('Cash slip');
  await glass.sees('voucher', 'en');
  await glass.types(behind(slip, 'Cashslipno.'));
  await glass.touchField('Code');
  await glass.types('0000000000');
  await glass.touch('Use this cash slip');
  await glass.reads('This cash slip cannot be used now');
  await glass.touch('Clear');
  await glass.types(behind(slip, 'Code'));
  await glass.touch('Use this cash slip');
  await glass.sees('choose', 'en');
  await glass.reads('To go');
  await glass.chooses('Cash');
  await glass.sees('promise', 'en');
  await glass.touch('Yes, pay in cash');
  await glass.sees('pay-cash', 'en');
  await glass.reads('Slip ¥50');
  await machine.insert(2000);
  await glass.reads('Received ¥70');
  await machine.insert(2000);
  await glass.sees('settled', 'en');
  await tornOff();
  expect((await lastOf('sale.paid')).body).toMatchObject({
    minor: 8650,
    tenders: expect.arrayContaining([
      { method: 'cash', minor: 4000 },
      { method: 'voucher', minor: 5000 },
    ]),
    change: { cash: 0, voucher: 350, owed: 0 },
  });
  await glass.touch('Next');
  await glass.sees('documents', 'en');
  await glass.chooses('No, thank you');
  await leaves('en');
});

test.each([
  ['zh-CN', '没有找到这个账单号', '已经付过了'],
  ['en', 'We could not find this bill number', 'Nothing to pay'],
] as const)('in %s an unknown number says so, and so does a bill that was paid', async (lang, unknown, already) => {
  await searches(glass, lang, '999999');
  await glass.reads(unknown);
  await glass.sees('find-bill', lang);
  await glass.touch(wordsOf[lang].clear);
  await glass.types('1001');
  await glass.touch(wordsOf[lang].find);
  await glass.reads(already);
  await glass.touch(wordsOf[lang].back);
  await glass.sees('welcome', lang);
  await glass.touch(wordsOf[lang].leave);
  await glass.sees('attract');
});

test('a torn note comes back with its reason, and nothing is counted for it', async () => {
  await paysInCash(glass, 'zh-CN', '1017');
  await machine.insert(2000, 'torn');
  await glass.reads('纸币破损');
  await machine.take('acceptor');
  await machine.insert(100);
  await glass.reads('已收到 1 元');
  await glass.touch(/^取消，1 元/);
  await glass.touch('是，取消');
  await glass.sees('settled', 'zh-CN');
  await tornOff();
  await glass.touch('完成');
  await leaves('zh-CN');
});

test('a reload in the middle of paying shows the same screen with the same sum', async () => {
  await paysInCash(glass, 'en', '1021');
  await machine.insert(5000);
  await glass.reads('Received ¥50');
  await glass.page.reload();
  await glass.sees('pay-cash', 'en');
  await glass.reads('Received ¥50');
  await glass.touch(/^Cancel, print a ¥50 cash slip/);
  await glass.touch('Yes, cancel');
  await glass.sees('settled', 'en');
  await tornOff();
  await glass.touch('Finish');
  await leaves('en');
});

test('a second glass takes over; the first says so, can ask for nothing, and takes the kiosk back at a touch', async () => {
  await begins(glass, 'en');
  const second = await glass.second();
  await second.sees('welcome', 'en');
  await glass.reads('This is now open on another screen');
  expect(await glass.page.locator('.glass').getAttribute('inert')).not.toBeNull();
  await glass.touch(/Go on here/);
  await second.reads('This is now open on another screen');
  await glass.touch('Back to start');
  await glass.sees('attract');
  await second.page.close();
});

test('a glass that was replaced goes on by itself when the other one is gone', async () => {
  await glass.sees('attract');
  const second = await glass.second();
  await glass.reads('已在另一块屏幕上打开');
  await second.page.close();
  await glass.page.locator('.glass:not([inert])').waitFor();
  await glass.touch(/Touch to pay/);
  await glass.sees('welcome');
  await glass.touch('返回首页');
  await glass.sees('attract');
});

test('a receipt is printed again by its number, marked as a copy', async () => {
  const { body } = await lastOf('sale.paid');
  await begins(glass, 'en');
  await glass.chooses('Receipt or money back');
  await glass.sees('find-receipt', 'en');
  await glass.types(String(body.receipt).replace('R', ''));
  await glass.page.getByLabel('Bill number').first().tap();
  await glass.types((body as unknown as Sold).bill.number);
  await glass.touch('Print it again');
  await glass.reads('Please take your receipt');
  const whole = (slips: readonly (readonly string[])[]) => slips[0]?.at(-1) === 'Thankyou';
  const [paper = []] = await machine.until('the copy', machine.paper, whole);
  expect(paper.join('\n')).toMatch(/COPY[\s\S]*R0/);
  await machine.take('printer');
  await glass.touch('Finish');
  await leaves('en');
});

test('at the end the box holds what the journal says, and nothing is open', async () => {
  const [till] = await machine.journal('till');
  const box = (await machine.units('acceptor')).find(({ unit }) => unit === 'box');
  const inBox = box?.cash.reduce((sum, { minor, count }) => sum + minor * count, 0);
  expect(till).toMatchObject({ kind: 'box', minor: inBox });
  const entries = await machine.entries();
  const paid = entries.filter(({ kind }) => kind === 'sale.paid').map(({ body }) => body as unknown as Sold);
  expect(paid).toHaveLength(4);
  for (const { tenders, change, minor, rounding } of paid) {
    const given = tenders.reduce((sum, tender) => sum + tender.minor, 0);
    expect(given - change.cash - change.voucher - change.owed).toBe(minor + rounding);
  }
  expect(entries.filter(({ kind }) => kind === 'bill.posted')).toHaveLength(4);
  expect(entries.filter(({ kind }) => kind === 'case.opened')).toEqual([]);
  expect((await machine.journal('verify'))[0]).toMatchObject({ ok: true, entries: entries.length });
});

interface Sold {
  readonly bill: { readonly number: string };
  readonly minor: number;
  readonly rounding: number;
  readonly tenders: readonly { readonly minor: number }[];
  readonly change: { readonly cash: number; readonly voucher: number; readonly owed: number };
}
