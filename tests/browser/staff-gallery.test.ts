import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityFaults } from './accessibility.ts';
import {
  type Gallery,
  LAYOUTS,
  type LayoutName,
  measure,
  openStaffGallery,
  showPage,
} from '../../scripts/gallery-server.ts';
import { words } from '../../ui/staff/text.ts';
import { staffNames, staffSamples } from '../../scripts/screens/staff-samples.ts';

let gallery: Gallery;
const pages = new Map<LayoutName, Page>();
const langs = ['zh-CN', 'en'] as const;

beforeAll(async () => {
  gallery = await openStaffGallery(staffSamples);
  for (const layout of Object.keys(LAYOUTS) as LayoutName[]) pages.set(layout, await gallery.page(layout));
});

afterAll(async () => {
  await gallery?.close();
});

test.each(staffNames)(
  'the staff’s page %s is whole in both layouts and languages, and leaves nobody out',
  async (name) => {
    for (const [layout, page] of pages) {
      for (const lang of langs) {
        await showPage(page, name, { lang });
        expect(await measure(page), `${lang}, ${layout}`).toEqual([]);
        if (layout === 'portrait') expect(await accessibilityFaults(page), lang).toEqual([]);
      }
    }
  },
);

/** Where the letters are longest, and where the glass is narrowest. */
const otherSights = [
  { layout: 'portrait', lang: 'en', textPercent: 140 },
  { layout: 'landscape', lang: 'en', textPercent: 140 },
  { layout: 'portrait', lang: 'zh-CN', contrast: 'high' },
] as const;

test.each(staffNames)('the staff’s page %s is whole in large letters and in high contrast', async (name) => {
  for (const { layout, ...shot } of otherSights) {
    const page = pages.get(layout)!;
    await showPage(page, name, shot);
    expect(await measure(page), JSON.stringify({ layout, ...shot })).toEqual([]);
  }
});

test('each page differs from every other', async () => {
  const page = pages.get('portrait')!;
  const texts = new Map<string, string>();
  for (const name of staffNames) {
    await showPage(page, name, { lang: 'en' });
    const text = await page.evaluate(() => document.body.innerHTML);
    expect(texts.get(text), name).toBeUndefined();
    texts.set(text, name);
  }
});

/** Every word or sentence of a language's table that is the same for everybody. */
function sentencesOf(part: unknown): readonly string[] {
  if (typeof part === 'string') return [part];
  return typeof part === 'object' && part !== null ? Object.values(part).flatMap(sentencesOf) : [];
}

test('no page of the Chinese console shows a sentence of the English one', async () => {
  const own = new Set(sentencesOf(words['zh-CN']));
  // A word in small letters may be a device's own name.
  const english = new Set(sentencesOf(words.en).filter((text) => /[A-Z ]/.test(text) && !own.has(text)));
  expect(english.size).toBeGreaterThan(200);
  const page = pages.get('landscape')!;
  const shown = async (name: string, lang: (typeof langs)[number]) => {
    await showPage(page, name, { lang });
    const texts = await page.evaluate(() => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const found: string[] = [];
      while (walker.nextNode()) found.push(walker.currentNode.textContent?.trim() ?? '');
      return found;
    });
    return texts.filter((text) => english.has(text));
  };
  expect(await shown('cabinet-faults', 'en')).not.toEqual([]);
  for (const name of staffNames) expect(await shown(name, 'zh-CN'), name).toEqual([]);
});

test('the ruler sees a page that is too wide, a word that is cut and a target that is small', async () => {
  const page = pages.get('portrait')!;
  await showPage(page, 'cabinet', { lang: 'en' });
  await page.addStyleTag({
    content:
      '.place { min-height: 0 !important; height: 40px; overflow: hidden } .cabinet { width: 1200px } .mark { color: #9fcfb0 !important }',
  });
  const kinds = new Set((await measure(page)).map(({ kind }) => kind));
  expect(kinds).toEqual(new Set(['clipped', 'overlap', 'target', 'contrast', 'scroll']));
});

test('the ruler sees a figure that a key lies on', async () => {
  const page = pages.get('landscape')!;
  await showPage(page, 'empty', { lang: 'en' });
  expect(await measure(page)).toEqual([]);
  const narrow = await page.addStyleTag({
    content: '.fields:has(table) { grid-template-columns: 380px 1fr !important }',
  });
  expect((await measure(page)).map(({ what }) => what)).toContainEqual(
    expect.stringMatching(/^“34” and button.* lie on each other$/),
  );
  await narrow.evaluate((style) => (style as Element).remove());
});
