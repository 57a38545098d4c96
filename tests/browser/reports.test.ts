/** Reports, from a sale at the glass to its entry and a file: on the glass, and as a laptop sees it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../../scripts/chromium.ts';
import { words } from '../../ui/staff/text.ts';
import { accessibilityFaults } from './accessibility.ts';
import { paysInCash, wordsOf } from './customer.ts';
import { Glass } from './glass.ts';
import { type Machine, startMachine } from './machine.ts';

const pin = '270418';
const seenMs = 60_000;
const smallestTargetMm = 20;
const laptop = { width: 1440, height: 900 };

let machine: Machine;
let browser: Browser;

beforeAll(async () => {
  [machine, browser] = await Promise.all([startMachine(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await machine?.end();
});

/** What the staff's page is asked by itself; the answer has the cookies of whoever it lets in. */
const asks = (page: Page, path: string, body: unknown) =>
  page.evaluate(
    async ([to, text]) => {
      const headers = { 'content-type': 'application/json' };
      return (await fetch(`/staff/${to}`, { method: 'POST', headers, body: text })).json();
    },
    [path, JSON.stringify(body)] as const,
  );

/** A collector, whom the first administrator has added. */
async function collectorEnters(page: Page): Promise<void> {
  const code = readFileSync(join(machine.data, 'setup-code'), 'utf8').trim();
  const ok = expect.objectContaining({ ok: true });
  expect(await asks(page, 'set-up', { code, name: 'Lina', pin })).toEqual(ok);
  expect(await asks(page, 'do', { do: 'add-person', name: 'Wang', role: 'collector', pin })).toEqual(ok);
  expect(await asks(page, 'do', { do: 'leave' })).toEqual(ok);
  expect(await asks(page, 'enter', { number: '2', pin })).toEqual(ok);
}

async function isEasy(page: Page, what: string): Promise<void> {
  const small = await page.evaluate((wantedMm) => {
    const mmPx = Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--mm'));
    const boxes = [...document.querySelectorAll('button, .touch')].map(
      (one) => [one, one.getBoundingClientRect()] as const,
    );
    const least = wantedMm * mmPx - 0.5;
    return boxes.filter(([, box]) => box.height < least || box.width < least).map(([one]) => one.outerHTML);
  }, smallestTargetMm);
  expect(small, what).toEqual([]);
  expect(await accessibilityFaults(page), what).toEqual([]);
}

/** Something other than the ground is drawn on each canvas. */
const drawn = (page: Page) =>
  page.waitForFunction(
    () => {
      const charts = [...document.querySelectorAll<HTMLCanvasElement>('.report-bars canvas')];
      const isDrawn = (canvas: HTMLCanvasElement) =>
        canvas
          .getContext('2d')
          ?.getImageData(0, 0, canvas.width, canvas.height)
          .data.some((value) => value !== 0);
      return charts.length === 2 && charts.every(isDrawn);
    },
    undefined,
    { timeout: seenMs },
  );

test('a sale at the glass is a figure of the day, which leads to its entry and goes into a file', async () => {
  const glass = await Glass.open(browser, machine.kiosk);
  const { page } = glass;
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await paysInCash(glass, 'en', '1001');
  await machine.insert(5000);
  await glass.reads(wordsOf.en.received('50'));
  await machine.insert(5000);
  await glass.sees('settled', 'en');
  await glass.touch(wordsOf.en.next);
  await glass.sees('documents', 'en');
  await glass.chooses(wordsOf.en.print);
  await glass.reads(wordsOf.en.takeReceipt);
  await glass.touch(wordsOf.en.finish);
  await glass.sees('thanks', 'en');
  await glass.touch(wordsOf.en.finish);
  await glass.sees('attract');

  await page.goto(new URL('/staff/?glass', machine.kiosk).href);
  await page.locator('.staff').waitFor({ timeout: seenMs });
  await collectorEnters(page);
  const sold = (await machine.entries()).find(({ kind }) => kind === 'sale.paid');
  for (const lang of ['en', 'zh-CN'] as const) {
    const own = words[lang];
    const button = (name: string | RegExp) => page.getByRole('button', { name }).first();
    await page.locator('.staff[data-page="home"]').waitFor({ timeout: seenMs });
    if ((await page.locator('html').getAttribute('lang')) !== lang)
      await button(words[lang === 'en' ? 'zh-CN' : 'en'].other).click();
    await button(own.report.title).click();
    await page.locator('.report-total strong', { hasText: '¥86.50' }).first().waitFor({ timeout: seenMs });
    await drawn(page);
    await isEasy(page, `reports ${lang}`);
    await page.locator('figcaption', { hasText: '¥86.50' }).first().waitFor();
    await button(new RegExp(`¥86.50.*${own.methods.cash}`)).click();
    const row = page.locator(`.report-entry[data-seq="${sold?.seq}"] button`);
    await row.click({ timeout: seenMs });
    await page.getByText(String(sold?.body.receipt), { exact: true }).waitFor();
    await isEasy(page, `entries ${lang}`);
    await button(own.back).click();
    await button(own.back).click();
  }

  await page.setViewportSize(laptop);
  await page.goto(new URL('/staff/', machine.kiosk).href);
  await page.locator('.staff[data-page="home"]').waitFor({ timeout: seenMs });
  const own = words[(await page.locator('html').getAttribute('lang')) === 'en' ? 'en' : 'zh-CN'];
  await page.getByRole('button', { name: own.report.title }).click();
  await drawn(page);
  await isEasy(page, 'reports on a laptop');
  const [file] = await Promise.all([
    page.waitForEvent('download', { timeout: seenMs }),
    page.getByRole('link', { name: own.report.asCsv }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/^LAB-01-\d{4}-\d\d-\d\d\.csv$/);
  expect(readFileSync(await file.path(), 'utf8')).toMatch(/\r\n(Cash|现金),86\.50,1,0\.00,0\r\n/);
  // The content security policy lets all of it through.
  expect(complaints).toEqual([]);
  await glass.close();
});
