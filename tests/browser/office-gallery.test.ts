import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Gallery,
  measure,
  OFFICE_LAYOUTS,
  type OfficeLayoutName,
  openOfficeGallery,
  showPage,
} from '../../scripts/gallery-server.ts';
import { officeNames, officeSamples } from '../../scripts/screens/office-samples.ts';
import { words } from '../../ui/office/text.ts';
import { accessibilityFaults } from './accessibility.ts';

let gallery: Gallery;
const pages = new Map<OfficeLayoutName, Page>();

beforeAll(async () => {
  gallery = await openOfficeGallery(officeSamples);
  for (const layout of Object.keys(OFFICE_LAYOUTS) as OfficeLayoutName[]) {
    pages.set(layout, await gallery.page(layout));
  }
});

afterAll(async () => {
  await gallery?.close();
});

/** Every word or sentence of a language's table that is the same for everybody. */
function sentencesOf(part: unknown): readonly string[] {
  if (typeof part === 'string') return [part];
  return typeof part === 'object' && part !== null ? Object.values(part).flatMap(sentencesOf) : [];
}

const chinese = new Set(sentencesOf(words['zh-CN']));
/** A word in small letters may be a device's own name. */
const english = new Set(sentencesOf(words.en).filter((text) => /[A-Z ]/.test(text) && !chinese.has(text)));

async function englishOn(page: Page): Promise<readonly string[]> {
  const texts = await page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: string[] = [];
    while (walker.nextNode()) found.push(walker.currentNode.textContent?.trim() ?? '');
    return found;
  });
  return texts.filter((text) => english.has(text));
}

/** English words are the longest, and Chinese ones break elsewhere. */
const shots = [
  { layout: 'wide', lang: 'en' },
  { layout: 'narrow', lang: 'en' },
  { layout: 'narrow', lang: 'zh-CN' },
] as const;
/** What each page showed, to find two that are the same. */
const shown = new Map<string, string>();

test.each(officeNames)(
  'the office’s page %s is whole in both windows and languages, leaves nobody out, and is like no other',
  async (name) => {
    for (const { layout, lang } of shots) {
      const page = pages.get(layout)!;
      await showPage(page, name, { lang });
      expect(await measure(page), `${lang}, ${layout}`).toEqual([]);
    }
    const page = pages.get('narrow')!;
    expect(await englishOn(page)).toEqual([]);
    expect(await accessibilityFaults(page)).toEqual([]);
    const html = await page.evaluate(() => document.body.innerHTML);
    expect(shown.get(html)).toBeUndefined();
    shown.set(html, name);
  },
);

test('English sentences are seen where they stand', async () => {
  const page = pages.get('narrow')!;
  await showPage(page, 'alerts', { lang: 'en' });
  expect(await englishOn(page)).toContain(words.en.alerts.acknowledge);
});

/** Where the letters are longest, and where the window is narrowest. */
const otherSights = [
  { layout: 'narrow', lang: 'en', textPercent: 140 },
  { layout: 'wide', lang: 'zh-CN', contrast: 'high' },
] as const;

test.each(['kiosks', 'kiosk-longest', 'kiosk-command-message', 'publish-sure', 'rollout', 'alerts', 'persons'])(
  'the office’s page %s is whole in large letters and in high contrast',
  async (name) => {
    for (const { layout, ...shot } of otherSights) {
      const page = pages.get(layout)!;
      await showPage(page, name, shot);
      expect(await measure(page), JSON.stringify({ layout, ...shot })).toEqual([]);
    }
  },
);

test.each([1_024, 1_920])('the widest tables fit into a window of %d pixels', async (width) => {
  const page = pages.get('wide')!;
  await page.setViewportSize({ width, height: 900 });
  for (const name of ['kiosks', 'kiosk-longest', 'rollout']) {
    await showPage(page, name, { lang: 'en' });
    expect(await measure(page), name).toEqual([]);
  }
  await page.setViewportSize(OFFICE_LAYOUTS.wide);
});
