/** The page of the cabinet with coins, played by hand beside the glass. */
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from '../../scripts/chromium.ts';
import { accessibilityFaults } from './accessibility.ts';
import { paysInCash, wordsOf } from './customer.ts';
import { Glass } from './glass.ts';
import { type Machine, startMachine, type UnitCash } from './machine.ts';

const cash = ['acceptor', 'coins', 'yuan', 'jiao'];
const seenMs = 60_000;
/** What is printed on a drawn note or coin is not the name of the button that it is. */
const printedNames = 'label-content-name-mismatch';

let machine: Machine;
let browser: Browser;
let context: BrowserContext;
let glass: Glass | null = null;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
});
afterEach(async () => {
  await glass?.close();
  glass = null;
  await context?.close();
});
afterAll(async () => {
  await browser?.close();
});

/** A cabinet and a kiosk of their own, in which no sale is open. */
async function startsAnew(): Promise<void> {
  const config = readFileSync(new URL('../../config/examples/cctalk.json', import.meta.url), 'utf8');
  machine = await startMachine({ config });
}

async function opens(locale: string): Promise<void> {
  context = await browser.newContext({ locale, viewport: { width: 1500, height: 1400 }, reducedMotion: 'reduce' });
  page = await context.newPage();
  await page.goto(machine.bench);
  await page.locator('.coin-button').first().waitFor({ timeout: seenMs });
}

async function drags(from: Locator, to: Locator): Promise<void> {
  const [source, goal] = [await from.boundingBox(), await to.boundingBox()];
  if (source === null || goal === null) throw new Error('there is nothing to drag, or nowhere to drag it to');
  await page.mouse.move(source.x + source.width / 2, source.y + source.height / 2);
  await page.mouse.down();
  await page.mouse.move(goal.x + goal.width / 2, goal.y + goal.height / 2, { steps: 8 });
  await page.mouse.up();
}

const store = (name: string) => page.locator('.box', { has: page.locator('.box-head', { hasText: name }) });
/** A sum in the head of the page. */
const sum = (label: string) =>
  page.locator('.count div', { has: page.locator('dt', { hasText: label }) }).locator('dd');
const has = (target: Locator, text: string) =>
  expect.poll(() => target.textContent(), { timeout: seenMs }).toContain(text);

/** Minor units in these units of all machines, by the bench's own account. */
async function counted(...names: readonly string[]): Promise<number> {
  const units = (await Promise.all(cash.map((id) => machine.units(id)))).flat() as readonly UnitCash[];
  const all = units.filter(({ unit }) => names.includes(unit)).flatMap((unit) => unit.cash);
  return all.reduce((minor, one) => minor + one.minor * one.count, 0);
}

describe.each([
  {
    locale: 'en',
    lang: 'en',
    number: '1005',
    coin: (money: string) => `Insert ${money}`,
    takesCoins: 'takes coins',
    hopper: 'hopper',
    fill: 'Fill in',
    takeAll: 'Take all coins',
    sums: { boxes: 'Cash boxes', change: 'For change', cup: 'Cup', back: 'Given back' },
  },
  {
    locale: 'zh-CN',
    lang: 'zh-CN',
    number: '1009',
    coin: (money: string) => `放入 ${money}`,
    takesCoins: '可投硬币',
    hopper: '出币器',
    fill: '补充',
    takeAll: '取走全部硬币',
    sums: { boxes: '钱箱合计', change: '找零备用', cup: '取币槽', back: '已取回' },
  },
] as const)(
  'the cabinet with coins in $locale',
  ({ locale, lang, number, coin, takesCoins, hopper, fill, takeAll, sums }) => {
    beforeAll(startsAnew);
    afterAll(() => machine.end());

    test('coins fall into the cup of a closed slot; then they are credited on the glass and lie where the sorter sends them', async () => {
      await opens(locale);
      await page.getByRole('button', { name: coin('¥0.50'), exact: true }).click();
      await has(sum(sums.cup), '¥0.50');
      expect(await page.locator('.cup-coin').count()).toBe(1);
      await page.getByRole('button', { name: takeAll, exact: true }).last().click();
      await has(sum(sums.cup), '¥0.00');
      await has(sum(sums.back), '¥0.50');
      expect(await counted('customer')).toBe(50);

      glass = await Glass.open(browser, machine.kiosk);
      await paysInCash(glass, lang, number);
      await has(page.locator('.fascia-coins .lamp'), takesCoins);
      const inHoppers = await counted('hopper');
      await drags(
        page.getByRole('button', { name: coin('¥1'), exact: true }).last(),
        page.locator('[data-slot="coin"]'),
      );
      await glass.reads(wordsOf[lang].received('1'));
      await has(sum(sums.change), `¥${((inHoppers + 100) / 100).toFixed(2)}`);
      await page.getByRole('button', { name: coin('¥0.50'), exact: true }).click();
      await glass.reads(wordsOf[lang].received('1.50'));
      await has(sum(sums.boxes), '¥0.50');
      expect([await counted('hopper'), await counted('box')]).toEqual([inHoppers + 100, 50]);
    });

    test('a hopper is filled by hand, and the page has no accessibility fault', async () => {
      await opens(locale);
      const jiao = store(`${hopper} jiao`);
      const before = (await machine.units('jiao')).find(({ unit }) => unit === 'hopper')?.cash[0]?.count ?? 0;
      await jiao.locator('input').fill('40');
      await jiao.getByRole('button', { name: fill }).click();
      await has(jiao, `× ${before + 40}`);
      expect(await accessibilityFaults(page, [printedNames])).toEqual([]);
    });
  },
);
