/** Checks of the cabinet's I/O module as a technician runs them at the glass: lamps, contacts and the goods relay, in both languages. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import example from '../../config/examples/cabinet.json' with { type: 'json' };
import { openBrowser } from '../../scripts/chromium.ts';
import { accessibilityFaults } from './accessibility.ts';
import { Glass } from './glass.ts';
import { configWith, type Machine, startMachine } from './machine.ts';

const pin = '314159';
const seenMs = 60_000;
const lamps = ['slot', 'cup', 'reader', 'printer', 'alarm'] as const;

type Json = Readonly<Record<string, unknown>>;

const cabinet = example.devices.find(({ id }) => id === 'cabinet') as Json;

interface Board {
  readonly lamps: readonly { readonly name: string; readonly on: boolean }[];
}

let machine: Machine;
let browser: Browser;
let glass: Glass;
let page: Page;

beforeAll(async () => {
  const config = configWith((given) => {
    given.devices = [...(given.devices as readonly Json[]), cabinet];
    given.goods = { ...(given.goods as Json), handOver: 'relay', relay: { name: 'goods', ms: 500 } };
  }, '../presets/restaurant.json');
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
  for (const sign of keys)
    await page
      .locator('.pad')
      .getByRole('button', { name: new RegExp(`^${sign}$`, 'i') })
      .tap();
}

async function comesIn(): Promise<void> {
  await page.locator('.screen-attract, .screen-partly-available').waitFor({ timeout: seenMs });
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

async function step(check: string, name: string): Promise<void> {
  await page.locator(`[data-open="${check}"][data-step="${name}"]`).waitFor({ timeout: seenMs });
}

/** Which lamps the cabinet itself shows as lit. */
async function lit(): Promise<readonly string[]> {
  const { board } = await machine.look('devices/cabinet');
  return (board as Board).lamps.filter(({ on }) => on).map(({ name }) => name);
}

/** Says of each lamp in turn what is seen of it, once it alone shines. */
async function looksAtLamps(names: readonly string[], words: (lamp: string) => string): Promise<void> {
  for (const [at, lamp] of lamps.entries()) {
    await page.locator('[data-open="lamps"]').getByText(`${names[at]}: `).waitFor({ timeout: seenMs });
    await step('lamps', 'lit');
    await machine.until(`${lamp} alone is lit`, lit, (on) => on.join() === lamp);
    await touch(words(lamp));
  }
}

test('a technician has every lamp lit alone, a door opened and closed, and the goods relay switched after a warning', async () => {
  await comesIn();
  await touch('Checks');
  await touch('Run: Cabinet lamps');
  await step('lamps', 'lit');
  expect(await accessibilityFaults(page)).toEqual([]);
  await looksAtLamps(['note slot', 'cup', 'reader', 'paper slot', 'alarm'], () => 'Yes');
  expect(await ended('lamps', 'passed')).toMatch(/Output on after, at most: \d+ ms.*Cup lit: Yes/);

  await touch('Run: Cabinet contacts');
  await machine.hand('cabinet', { action: 'open door' });
  await step('contacts', 'back');
  await machine.hand('cabinet', { action: 'close door' });
  expect(await ended('contacts', 'passed')).toMatch(/Contact: door · First: open/);

  await touch('Run: Goods relay');
  const warned = page.locator('[data-open="relay"]');
  await warned.getByText('goods behind it may really come out').waitFor({ timeout: seenMs });
  await touch('Yes');
  await step('relay', 'switched');
  await touch('Yes');
  expect(await ended('relay', 'passed')).toContain('Relay: goods');

  await touch('中文');
  await touch('检测: 机柜指示灯');
  await looksAtLamps(['钞口', '找零杯', '读码器', '出纸口', '报警'], (lamp) => (lamp === 'cup' ? '否' : '是'));
  expect(await ended('lamps', 'failed')).toMatch(/人员所见与机器应做的不符.*找零杯灯亮：否/);
  await machine.until('all are dark', lit, (on) => on.length === 0);
  expect(await accessibilityFaults(page)).toEqual([]);

  const all = await machine.entries();
  const outcomes = all
    .filter(({ kind }) => kind === 'check.ended')
    .map(({ body }) => [body.check, body.outcome, body.by]);
  expect(outcomes).toEqual([
    ['lamps', 'passed', '1'],
    ['contacts', 'passed', '1'],
    ['relay', 'passed', '1'],
    ['lamps', 'failed', '1'],
  ]);
  const pulses = all.filter(
    ({ kind, body }) => kind === 'check.ordered' && (body.order as { relay?: string }).relay === 'goods',
  );
  expect(pulses).toHaveLength(1);
}, 180_000);
