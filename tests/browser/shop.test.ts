import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gallery, LAYOUTS, type LayoutName, measure, openGallery, show } from '../../scripts/gallery-server.ts';
import { sampleView } from '../../scripts/screens/samples.ts';

/** So many groups of so many products, as the fullest catalogue has. */
const groups = 6;
const products = 60;
const langs = ['zh-CN', 'en'] as const;

let gallery: Gallery;
const pages = new Map<LayoutName, Page>();

beforeAll(async () => {
  const full = (lang: 'zh-CN' | 'en') => ({
    ordinary: sampleView('shop-full', { lang, long: false }),
    long: sampleView('shop-full', { lang, long: true }),
  });
  const attract = sampleView('attract', { lang: 'en', long: false });
  const both = { ordinary: attract, long: attract };
  gallery = await openGallery({
    attract: { 'zh-CN': both, en: both },
    'shop-full': { 'zh-CN': full('zh-CN'), en: full('en') },
  });
  for (const layout of Object.keys(LAYOUTS) as LayoutName[]) pages.set(layout, await gallery.page(layout));
});

afterAll(async () => {
  await gallery?.close();
});

/** Turns all pages of what lies there; what each of them holds, and what the ruler found. */
async function turned(page: Page, thing: string) {
  const seen = new Set<string>();
  const findings: unknown[] = [];
  for (let more = true; more; ) {
    findings.push(...(await measure(page)));
    for (const id of await page
      .locator(`.shelf [data-${thing}]`)
      .evaluateAll((all, name) => all.map((one) => (one as HTMLElement).dataset[name] ?? ''), thing)) {
      seen.add(id);
    }
    const next = page.locator('.pager-turn').last();
    more = (await next.count()) > 0 && (await next.getAttribute('aria-disabled')) === null;
    if (more) await next.click();
  }
  return { seen, findings };
}

describe.each(Object.keys(LAYOUTS) as LayoutName[])('in %s', (layout) => {
  test.each(
    langs.flatMap((lang) => [
      { lang, long: false, textPercent: 100 as const },
      { lang, long: true, textPercent: 140 as const },
    ]),
  )('every group shows each of its products whole, %o', async (words) => {
    const page = pages.get(layout)!;
    await show(page, { screen: 'shop-full', contrast: 'normal', ...words });
    const tabs = page.locator('.shop-tab');
    expect(await tabs.count()).toBe(groups);
    const all = new Set<string>();
    for (let at = 0; at < groups; at += 1) {
      await tabs.nth(at).click();
      const { seen, findings } = await turned(page, 'product');
      expect(findings).toEqual([]);
      for (const id of seen) all.add(id);
    }
    expect(all.size).toBe(products);
  });

  test.each(langs)('the opened basket shows each of its lines whole in %s', async (lang) => {
    const page = pages.get(layout)!;
    await show(page, { screen: 'shop-full', lang, long: true, textPercent: 140, contrast: 'normal' });
    await page.locator('.basket-open').click();
    const { seen, findings } = await turned(page, 'line');
    expect(findings).toEqual([]);
    const { body } = sampleView('shop-full', { lang, long: true });
    expect(seen.size).toBe(body.screen === 'shop' ? body.basket.length : 0);
  });
});
