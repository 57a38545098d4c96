/** A day is closed as a person would, in both languages: real Chromium, the whole machine, and paper from the bench. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../../scripts/chromium.ts';
import { accessibilityFaults } from './accessibility.ts';
import { Glass } from './glass.ts';
import { type Machine, startMachine } from './machine.ts';

const pin = '270418';
const seenMs = 60_000;

let machine: Machine;
let browser: Browser;
let glass: Glass;
let page: Page;

beforeAll(async () => {
  [machine, browser] = await Promise.all([startMachine(), openBrowser()]);
  glass = await Glass.open(browser, machine.kiosk);
  page = glass.page;
});
afterAll(async () => {
  await glass?.close();
  await browser?.close();
  await machine?.end();
});

const touch = (name: string | RegExp) => page.getByRole('button', { name }).first().tap({ timeout: seenMs });

async function types(label: string, keys: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).tap({ timeout: seenMs });
  for (const sign of keys) await page.locator('.pad').getByRole('button', { name: sign, exact: true }).tap();
}

/** Becomes the first administrator, and takes on a collector, who comes in. */
async function aCollectorComesIn(): Promise<void> {
  await glass.sees('attract');
  for (let n = 0; n < 5; n++) await page.touchscreen.tap(40, 40);
  await page.locator('.staff').waitFor({ timeout: seenMs });
  if ((await page.locator('html').getAttribute('lang')) !== 'en') await touch('English');
  await types('Set-up code', readFileSync(join(machine.data, 'setup-code'), 'utf8').trim());
  await types('Name', 'LINA');
  await types('New PIN, 6 to 12 digits', pin);
  await types('New PIN again', pin);
  await touch('Become administrator');
  await touch('Persons');
  await touch('Add a person');
  await types('Name', 'BO');
  await page.getByText('Collector', { exact: true }).first().tap();
  await types('New PIN, 6 to 12 digits', pin);
  await types('New PIN again', pin);
  await page.getByRole('button', { name: 'Add a person' }).last().tap();
  await page.getByText('The staff number is 2').waitFor({ timeout: seenMs });
  await touch(/^Log out/);
  await types('Staff number', '2');
  await types('PIN', pin);
  await touch('Log in');
  await page.locator('.staff[data-page="home"]').waitFor({ timeout: seenMs });
}

async function onPaper(words: string): Promise<readonly string[]> {
  const slips = await machine.until(
    `paper that says ${words}`,
    () => machine.paper(),
    (all) => all.some((lines) => lines.includes(words)),
  );
  return slips.find((lines) => lines.includes(words)) ?? [];
}

test('a collector prints X, closes the day, finds its report listed, and prints it again as a copy', async () => {
  await aCollectorComesIn();
  await touch('Day close');
  await page.getByText('No day was closed yet.').waitFor({ timeout: seenMs });
  expect(await accessibilityFaults(page)).toEqual([]);
  await touch('Print X');
  expect(await onPaper('Xreport')).toContain('Nothingisclosed:forreadingonly');

  await touch('Close the day (Z)');
  await page.getByText(/Nobody can open it again/).waitFor();
  await touch('Close, make Z 1');
  await page.getByText('The day is closed: Z 1').waitFor({ timeout: seenMs });
  const row = page.locator('[data-z="1"]');
  await row.getByText(/· printed$/).waitFor({ timeout: seenMs });
  const paper = await onPaper('Zreport1');
  expect(paper.join(' ')).toMatch(/ Signature[0-9a-f]{16} Key[0-9a-f]{16} /);

  await touch('中文');
  await page.getByRole('heading', { name: '日结' }).waitFor();
  await row.getByRole('button', { name: '查看' }).tap();
  await row.getByText('未兑付的现金凭证').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await machine.until(
    'the printed Z',
    () => row.textContent(),
    (text) => text?.includes('打印副本') === true,
  );
  await row.getByRole('button', { name: '打印副本' }).tap();
  expect(await onPaper('日结报告Z1')).toContain('副本COPY');
  await touch('日结（Z）');
  await touch('日结，生成 Z 2');
  await page.getByText('已日结：Z 2').waitFor({ timeout: seenMs });
  await page.locator('[data-z="2"]').waitFor({ timeout: seenMs });
  expect(await machine.journal('verify')).toMatchObject([{ ok: true, signatures: 'valid' }]);
});
