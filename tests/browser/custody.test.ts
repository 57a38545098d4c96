/** A box from the lock to its count, and a case from its number to a slip that pays: real Chromium, both languages. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Lang } from '../../kiosk/server/wire.ts';
import { openBrowser } from '../../scripts/chromium.ts';
import { accessibilityFaults } from './accessibility.ts';
import { confirms, paysInCash } from './customer.ts';
import { Glass } from './glass.ts';
import { configWith, type Machine, startMachine } from './machine.ts';

const pin = '270418';
const otherPin = '481502';
const seenMs = 60_000;

let machine: Machine;
let browser: Browser;
let glass: Glass;
let page: Page;

beforeAll(async () => {
  [machine, browser] = await Promise.all([startMachine({ config: configWith(() => {}) }), openBrowser()]);
});
beforeEach(async () => {
  glass = await Glass.open(browser, machine.kiosk);
  page = glass.page;
});
afterEach(async () => {
  await glass?.close();
});
afterAll(async () => {
  await browser?.close();
  await machine?.end();
});

/** What the page itself would ask, where typing it is tested elsewhere. */
async function asks(path: string, body: unknown): Promise<void> {
  const answer = await page.evaluate(
    async ([to, text]) => {
      const headers = { 'content-type': 'application/json' };
      return (await fetch(`/staff/${to}`, { method: 'POST', headers, body: text as string })).json();
    },
    [path, JSON.stringify(body)],
  );
  expect(answer).toMatchObject({ ok: true });
}

async function touchesTheCorner(lang: Lang): Promise<void> {
  await glass.sees('attract');
  for (let n = 0; n < 5; n++) await page.touchscreen.tap(40, 40);
  await page.locator('.staff').waitFor({ timeout: seenMs });
  if ((await page.locator('html').getAttribute('lang')) !== lang) await touch(lang === 'en' ? 'English' : '中文');
}

async function touch(name: string | RegExp): Promise<void> {
  await page.getByRole('button', { name }).first().tap({ timeout: seenMs });
}

async function fills(label: string, text: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).fill(text, { timeout: seenMs });
}

async function reads(text: string): Promise<void> {
  await page.getByText(text).first().waitFor({ timeout: seenMs });
}

async function sees(name: string): Promise<void> {
  await page.locator(`.staff[data-page="${name}"] main > *`).first().waitFor({ timeout: seenMs });
  expect(await accessibilityFaults(page), name).toEqual([]);
}

/** The lines of the last slip with this one, once it is out to the name of the kiosk at its end. */
async function slip(line: string): Promise<readonly string[]> {
  const isIt = (lines: readonly string[]) =>
    lines.some((one) => one.startsWith(line)) && lines.some((one) => one.startsWith('机器'));
  const slips = await machine.until(`the slip ${line}`, machine.paper, (all) => all.some(isIt));
  return slips.findLast(isIt) ?? [];
}

const behind = (lines: readonly string[], label: string) =>
  (lines.find((line) => line.startsWith(label)) ?? '').slice(label.length);

test('a box is pulled, its slip printed, sealed, counted with a difference that takes two, and the difference is a case', async () => {
  await paysInCash(glass, 'en', '1001');
  await machine.insert(10_000);
  await glass.sees('settled', 'en');
  await glass.touch('Next');
  await glass.sees('documents', 'en');
  await glass.chooses('No, thank you');
  await glass.sees('thanks', 'en');
  await glass.touch('Finish');
  await touchesTheCorner('en');
  const code = readFileSync(join(machine.data, 'setup-code'), 'utf8').trim();
  await asks('set-up', { code, name: 'Lina', pin });
  await asks('do', { do: 'add-person', name: 'Wang', role: 'collector', pin: otherPin });
  await sees('home');

  await machine.hand('acceptor', { action: 'remove cashbox' });
  const collection = await slip('钱箱取出单');
  expect(collection).toContain('钱箱B00001');
  expect(collection.join('\n')).not.toContain('100.00');
  await touch('Seal');
  await fills('Number on the seal', 'ab-1234');
  await sees('seal');
  await touch('Book the seal');
  await reads('seal AB-1234');
  await touch('Done');
  await machine.hand('acceptor', { action: 'insert cashbox' });

  await touch(/^Count$/);
  await sees('count');
  await fills('Number on the seal', 'AB-1234');
  await touch('Compare');
  await reads('A second person has to stand by this.');
  expect(await page.locator('main').textContent()).not.toMatch(/Expected/);
  await fills('Staff number', '2');
  await fills('PIN', otherPin);
  await touch('Compare');
  await reads('The difference is case C00001.');
  await reads('−¥100.00');
  const count = await slip('现金清点单');
  expect(count.join('\n')).toMatch(/AB-1234[\s\S]*100\.00.*0\/1\/-1[\s\S]*-.*100\.00/);
  await touch('Done');
  await touch('Moves');
  await reads('Its slip is printed');
  await sees('moves');
  const counted = (await machine.entries()).find(({ kind }) => kind === 'cash.counted');
  expect(counted?.body).toMatchObject({ bag: 'B00001', seal: 'AB-1234', difference: -10_000, by: '1', second: '2' });
  await touch('Back');
  await touch(/^Log out/);
});

test('a case is looked into and ended as a slip, which pays at the glass, once', async () => {
  await paysInCash(glass, 'en', '1005');
  await machine.insert(5_000);
  await glass.reads('Received ¥50');
  await machine.hand('printer', { action: 'paper', value: 'out' });
  await glass.touch(/^Cancel, get a case number for ¥50/);
  await glass.touch('Yes, cancel');
  await glass.sees('case', 'en');
  await glass.touch('Go on');
  await glass.touch('Finish');
  await glass.sees('partly-available');
  await machine.hand('printer', { action: 'paper', value: 'ok' });

  await touchesTheCorner('zh-CN');
  await asks('enter', { number: '1', pin });
  await sees('home');
  await touch(/^未结差错/);
  await sees('cases');
  await touch(/C00002/);
  await touch('查看依据');
  await reads('voucher.issued');
  await sees('case');
  await touch('开现金凭证');
  await fills('工号', '2');
  await fills('密码', otherPin);
  await touch('打印 ¥50.00 的凭证');
  await reads('已开现金凭证 ¥50.00');
  await sees('case');
  const paper = await slip('副本COPY');
  await touch(/^退出登录/);
  await touch('返回顾客界面');

  await confirms(glass, 'en', '1009');
  await glass.chooses('Cash slip');
  await glass.sees('voucher', 'en');
  await glass.types(behind(paper, '现金凭证号'));
  await glass.touchField('Code');
  await glass.types(behind(paper, '验证码'));
  await glass.touch('Use this cash slip');
  await glass.sees('choose', 'en');
  await glass.reads('To go');
  const entries = await machine.entries();
  expect(entries.filter(({ kind }) => kind === 'voucher.redeemed')).toHaveLength(1);
  expect(entries.filter(({ kind, body }) => kind === 'case.settled' && body.how === 'voucher')).toHaveLength(1);
});
