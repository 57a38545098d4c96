/** Checks as a technician runs them: real Chromium at the simulated cabinet, in both languages. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../../scripts/chromium.ts';
import { accessibilityFaults } from './accessibility.ts';
import { Glass } from './glass.ts';
import { configWith, type Machine, startMachine } from './machine.ts';

const pin = '270418';
const seenMs = 60_000;

let machine: Machine;
let browser: Browser;
let page: Page;
let glass: Glass;

beforeAll(async () => {
  const hopper = { device: 'hopper', currency: 'CNY', minor: 100 };
  const config = configWith((document) => {
    (document.devices as unknown[]).push({ id: 'yuan', protocol: 'cctalk', port: 'DATA/ports/yuan', settings: hopper });
  });
  [machine, browser] = await Promise.all([startMachine({ config }), openBrowser()]);
  glass = await Glass.open(browser, machine.kiosk);
  page = glass.page;
});
afterAll(async () => {
  await glass?.close();
  await browser?.close();
  await machine?.end();
});

async function touch(name: string | RegExp): Promise<void> {
  await page.getByRole('button', { name }).first().tap({ timeout: seenMs });
}

async function types(label: string, keys: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).tap({ timeout: seenMs });
  for (const sign of keys) await page.locator('.pad').getByRole('button', { name: sign, exact: true }).tap();
}

async function comesIn(): Promise<void> {
  await glass.sees('attract');
  for (let n = 0; n < 5; n++) await page.touchscreen.tap(40, 40);
  await page.locator('.staff').waitFor({ timeout: seenMs });
  if ((await page.locator('html').getAttribute('lang')) !== 'en') await touch('English');
  await types('Set-up code', readFileSync(join(machine.data, 'setup-code'), 'utf8').trim());
  await types('Name', 'LINA');
  await types('New PIN, 6 to 12 digits', pin);
  await types('New PIN again', pin);
  await touch('Become administrator');
}

/** Waits for the last result of a check. */
async function ended(check: string, outcome: string): Promise<string> {
  const row = page.locator(`[data-check="${check}"][data-outcome="${outcome}"]`).first();
  await row.waitFor({ timeout: seenMs });
  return (await row.textContent()) ?? '';
}

test('a technician has the acceptor, the hopper, the printer and the disk moved, and what they did is read back', async () => {
  await comesIn();
  await touch('Fill change');
  await machine.hand('yuan', { action: 'fill', minor: 100, count: 20 });
  await types('¥1.00', '20');
  await touch('Review');
  await touch('Book it');
  await touch('Done');
  await touch('Checks');
  await page.locator('[data-page="checks"] [data-check]').first().waitFor({ timeout: seenMs });
  expect(await accessibilityFaults(page)).toEqual([]);

  await touch('Run: Disk');
  expect(await ended('disk', 'passed')).toMatch(/Synced in: \d+ ms.*Free: \d+ MB/);

  await touch('Run: Take a note and return it');
  await machine.insert(2_000);
  expect(await ended('take-note', 'passed')).toContain('¥20.00');
  await machine.take('acceptor');

  await touch('Run: Pay one piece out');
  await page.locator('[data-open="pay-one"][data-step="came"]').waitFor({ timeout: seenMs });
  await touch('Yes');
  expect(await ended('pay-one', 'passed')).toMatch(/¥1.00.*Counter/);
  const till = await machine.journal('till');
  expect(till.find(({ unit }) => unit === 'yuan.hopper')).toMatchObject({ minor: 1_900 });

  await touch('中文');
  await touch('检测: 打印测试页');
  await page.locator('[data-open="test-page"][data-step="number"]').waitFor({ timeout: seenMs });
  const lines = (await machine.paper()).flat().join('\n');
  const number = /TEST-?(\d{4})/.exec(lines)?.[1] ?? '';
  for (const sign of number) await page.locator('.pad').getByRole('button', { name: sign, exact: true }).tap();
  await touch('确认');
  expect(await ended('test-page', 'passed')).toContain(number);

  await machine.hand('printer', { action: 'paper', value: 'out' });
  await touch('检测: 打印测试页');
  await ended('test-page', 'failed');
  expect(await accessibilityFaults(page)).toEqual([]);

  await machine.hand('printer', { action: 'paper', value: 'ok' });
  await machine.until('paper', () => page.locator('[data-check="test-page"] button').isEnabled(), Boolean);
  await touch('就绪报告');
  await page.locator('[data-verdict]').waitFor({ timeout: seenMs });
  expect(await accessibilityFaults(page)).toEqual([]);
  await touch('打印报告');
  const report = await machine.until(
    'the report',
    () => machine.paper(),
    (slips) => slips.flat().join('').includes('打印人'),
  );
  expect(report.flat().join('\n')).toMatch(/收钞试验[\s\S]*通过/);

  const entries = await machine.entries();
  expect(
    entries.filter(({ kind }) => kind === 'check.ended').map(({ body }) => [body.check, body.outcome, body.by]),
  ).toEqual([
    ['disk', 'passed', '1'],
    ['take-note', 'passed', '1'],
    ['pay-one', 'passed', '1'],
    ['test-page', 'passed', '1'],
    ['test-page', 'failed', '1'],
  ]);
}, 60_000);
