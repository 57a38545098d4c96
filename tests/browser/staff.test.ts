/** People who work at the machine: real Chromium on the glass, from the hidden corner to a booked move. */
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openBrowser } from '../../scripts/chromium.ts';
import { Program } from '../hardware/child-process.ts';
import { accessibilityFaults } from './accessibility.ts';
import { Glass } from './glass.ts';
import { configWith, type Machine, startMachine } from './machine.ts';

const pin = '270418';
const seenMs = 60_000;
const smallestTargetMm = 20;

let machine: Machine;
let browser: Browser;
let glass: Glass;
let page: Page;

beforeAll(async () => {
  const hopper = { device: 'hopper', currency: 'CNY', minor: 100 };
  const config = configWith((document) => {
    (document.devices as unknown[]).push({ id: 'yuan', protocol: 'cctalk', port: 'DATA/ports/yuan', settings: hopper });
  });
  [machine, browser] = await Promise.all([startMachine({ config }), openBrowser()]);
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

/** Five touches on the merchant's mark. */
async function touchesTheCorner(): Promise<void> {
  await glass.sees('attract');
  for (let n = 0; n < 5; n++) await page.touchscreen.tap(40, 40);
  await page.locator('.staff').waitFor({ timeout: seenMs });
  if ((await page.locator('html').getAttribute('lang')) !== 'en') await touch('English');
}

const button = (name: string | RegExp): Locator => page.getByRole('button', { name }).first();

async function touch(name: string | RegExp): Promise<void> {
  await button(name).tap({ timeout: seenMs });
}

/** On the keys of the page; letters come out as a name has them. */
async function types(label: string, keys: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).tap({ timeout: seenMs });
  for (const sign of keys) await page.locator('.pad').getByRole('button', { name: sign, exact: true }).tap();
}

/** Waits for a page of the staff's, whose targets a finger hits and in which nobody is left out. */
async function sees(name: string): Promise<void> {
  await page.locator(`.staff[data-page="${name}"] main > *`).first().waitFor({ timeout: seenMs });
  const small = await page.evaluate((wantedMm) => {
    const mmPx = Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--mm'));
    const targets = [...document.querySelectorAll('button, input:not([type=radio])')];
    return targets
      .filter(
        (one) =>
          one.getBoundingClientRect().height < wantedMm * mmPx - 0.5 ||
          one.getBoundingClientRect().width < wantedMm * mmPx - 0.5,
      )
      .map((one) => one.outerHTML);
  }, smallestTargetMm);
  expect(small, name).toEqual([]);
  expect(await accessibilityFaults(page), name).toEqual([]);
}

test('the first administrator comes in through the corner, fills a hopper and logs out; the till has it', async () => {
  await touchesTheCorner();
  await sees('set-up');
  const codeFile = join(machine.data, 'setup-code');
  await types('Set-up code', readFileSync(codeFile, 'utf8').trim());
  await types('Name', 'LINA');
  await types('New PIN, 6 to 12 digits', pin);
  await types('New PIN again', pin);
  await touch('Become administrator');
  await sees('home');
  expect(existsSync(codeFile)).toBe(false);

  const customer = await glass.second();
  await customer.sees('out-of-service');
  await customer.reads('正在维护');
  await customer.page.close();

  await touch('Fill change');
  await sees('fill');
  await types('¥1.00', '50');
  await touch('Review');
  await page.getByText('¥50.00').first().waitFor();
  await touch('Book it');
  await page.getByText('Booked as M00001').waitFor({ timeout: seenMs });
  await touch('Done');
  const row = page.locator('[data-unit="yuan.hopper"]');
  await row.getByText('¥50.00').first().waitFor({ timeout: seenMs });
  const till = await machine.journal('till');
  expect(till.find(({ unit }) => unit === 'yuan.hopper')).toMatchObject({
    kind: 'hopper',
    minor: 5_000,
    denominations: [{ minor: 100, count: 50 }],
  });

  await touch('Take change out');
  await types('¥1.00', '48');
  expect(await page.locator('main').textContent()).not.toMatch(/Expected|−¥2.00/);
  await touch('Compare');
  await page.getByText('−¥2.00').first().waitFor({ timeout: seenMs });
  await page.getByText('The difference is case C00001.').waitFor({ timeout: seenMs });
  await touch('Done');
  for (const [name, at] of [
    ['Moves', 'moves'],
    ['Open cases', 'cases'],
    ['Pay a slip', 'pay-slip'],
    ['Persons', 'persons'],
    ['Change the cash box', 'box'],
  ] as const) {
    await touch(name);
    await sees(at);
    await touch('Back');
  }

  await touch('Open cases');
  await touch(/C00001/);
  await sees('case');
  await page.getByText('The difference is accepted').tap();
  await sees('case');
  await touch('Back');

  await touch('Back');
  await touch(/^Log out/);
  await sees('log-in');
  await touch('Back to the customers');
  await glass.sees('attract');
  const kinds = (await machine.entries()).map(({ kind, body }) =>
    kind.startsWith('staff.') ? `${kind} ${body.person}` : kind,
  );
  expect(kinds.filter((kind) => kind.startsWith('staff.') || /^cash\.|^case\./.test(kind))).toEqual([
    'staff.added 1',
    'staff.identified 1',
    'cash.filled',
    'cash.removed',
    'case.opened',
    'staff.left 1',
  ]);
  const written = JSON.stringify(await machine.entries());
  expect(written).not.toContain(pin);
  expect(written).not.toContain('Lina');
});

test('a device that was plugged in is found, with what to configure; lines in use are left alone', async () => {
  const plugged = new Program('scripts/simulator.ts', ['ccnet']);
  const { port } = await plugged.line({ protocol: 'ccnet' });
  symlinkSync(String(port), join(machine.data, 'ports', 'new'));
  await touchesTheCorner();
  await types('Staff number', '1');
  await types('PIN', pin);
  await touch('Log in');
  await sees('home');
  await touch('Find devices');
  await sees('find');
  await touch('Start the search');
  const found = page.locator('[data-port$="/ports/new"]');
  await found.getByText('being asked').waitFor({ timeout: seenMs });
  await button('Search again').waitFor({ timeout: seenMs });
  await found.getByText('CashCode SM-CN1352 · note acceptor').waitFor();
  await found.getByText('21KC27006179').waitFor();
  expect(JSON.parse((await found.locator('pre').textContent()) ?? '')).toEqual({
    id: 'acceptor-2',
    protocol: 'ccnet',
    port: join(machine.data, 'ports', 'new'),
    settings: {},
  });
  await page.locator('[data-port$="/ports/acceptor"][data-state="held"]').waitFor();
  await sees('find');
  await touch('中文');
  await page.getByRole('button', { name: '重新查找' }).waitFor({ timeout: seenMs });
  await sees('find');
  await touch('English');
  await touch(/^Log out/);
  await plugged.end();
});

test('a technician sees the cabinet, the fault of the printer with what to do, and what goes over its wire', async () => {
  await touchesTheCorner();
  await types('Staff number', '1');
  await types('PIN', pin);
  await touch('Log in');
  await sees('home');
  const printer = page.locator('[data-device="printer"]');
  await printer.getByText('ready', { exact: true }).waitFor({ timeout: seenMs });
  await machine.hand('printer', { action: 'paper', value: 'out' });
  await printer.getByText('no paper').waitFor({ timeout: seenMs });
  await machine.hand('printer', { action: 'open cover' });
  await printer.getByText('The cover is open: close it.').waitFor({ timeout: seenMs });
  await page
    .getByText(/need(s)? a hand$/)
    .first()
    .waitFor();
  await sees('home');
  await printer.tap();
  await page.locator('[data-fault="escpos.cover"]').waitFor({ timeout: seenMs });
  await page.getByText('115200 8N1').waitFor();
  await sees('device');
  await touch('中文');
  await page.getByText('打印机盖打开：关好盖子。').first().waitFor({ timeout: seenMs });
  await sees('device');
  await touch('通信记录');
  await page.locator('.trace li').first().waitFor({ timeout: seenMs });
  await touch('English');
  await touch('Hide what repeats');
  await page.getByText('as before').first().waitFor({ timeout: seenMs });
  await sees('trace');
  await touch('Pause');
  const newest = await page.locator('.trace li').first().textContent();
  await machine.hand('printer', { action: 'close cover' });
  await machine.hand('printer', { action: 'paper', value: 'ok' });
  await touch('Received');
  await page.waitForFunction(() => document.querySelector('.trace [data-direction="out"]') === null);
  await touch('Both');
  expect(await page.locator('.trace li').first().textContent()).toBe(newest);
  // The glass has nowhere to keep a file; a laptop has the link.
  expect(await page.getByRole('link', { name: 'Download' }).count()).toBe(0);
  const file = await page.evaluate(async () => {
    const answer = await fetch('/staff/download/trace?device=printer');
    return { name: answer.headers.get('content-disposition'), text: await answer.text() };
  });
  expect(file.name).toMatch(/^attachment; filename="trace-LAB-01-printer-.*\.jsonl"$/);
  const lines = file.text.trimEnd().split('\n');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ device: 'printer', protocol: 'escpos', lines: lines.length - 1 });
  await touch('Go on');
  await page.waitForFunction((before) => document.querySelector('.trace li')?.textContent !== before, newest);
  await touch('Back');
  await page.locator('.device-state').getByText('ready', { exact: true }).waitFor({ timeout: seenMs });
  await touch('Back');
  await touch(/^Log out/);
});

test('a customer who touches the corner once begins as everywhere else', async () => {
  await glass.sees('attract');
  await page.touchscreen.tap(40, 40);
  await glass.sees('welcome');
  await glass.touch('返回首页');
  await glass.sees('attract');
});

test('a wrong PIN is told, the right one lets in, and a daemon that was killed has let everybody out', async () => {
  await touchesTheCorner();
  await types('Staff number', '1');
  await types('PIN', '999998');
  await touch('Log in');
  await page.getByText('is not right').waitFor({ timeout: seenMs });
  await types('PIN', pin);
  await touch('Log in');
  await sees('home');
  await machine.kill();
  await page.locator('.staff[data-page="log-in"]').waitFor({ timeout: seenMs });
  const left = (await machine.entries()).findLast(({ kind }) => kind === 'staff.left');
  expect(left?.body).toMatchObject({ person: '1', reason: 'restart' });
});
