import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityFaults } from './accessibility.ts';
import { type Gallery, LAYOUTS, type LayoutName, measure, openGallery, show } from '../../scripts/gallery-server.ts';
import { sampleBook, sampleNames } from '../../scripts/screens/samples.ts';

let gallery: Gallery;
const pages = new Map<LayoutName, Page>();

beforeAll(async () => {
  gallery = await openGallery(sampleBook());
  for (const layout of Object.keys(LAYOUTS) as LayoutName[]) pages.set(layout, await gallery.page(layout));
});

afterAll(async () => {
  await gallery?.close();
});

describe.each(sampleNames)('the screen %s', (screen) => {
  test.each(['zh-CN', 'en'] as const)('has no accessibility fault in %s', async (lang) => {
    const page = pages.get('portrait')!;
    await show(page, { screen, lang, long: false, textPercent: 100, contrast: 'normal' });
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test.each(['portrait', 'landscape'] as const)('holds the longest words at 140 %% in %s', async (layout) => {
    const page = pages.get(layout)!;
    for (const lang of ['zh-CN', 'en'] as const) {
      await show(page, { screen, lang, long: true, textPercent: 140, contrast: 'normal' });
      expect(await measure(page)).toEqual([]);
    }
  });
});

test('the ruler sees a text that is cut, a small target and a word that is missing', async () => {
  const page = pages.get('portrait')!;
  await show(page, { screen: 'welcome', lang: 'en', long: false, textPercent: 100, contrast: 'normal' });
  await page.addStyleTag({
    content:
      '.header-button { min-height: 0 !important; height: 40px } .title { display: none } .choice-note { color: #bbb !important }',
  });
  const kinds = new Set((await measure(page)).map((finding) => finding.kind));
  expect([...kinds].sort()).toEqual(['contrast', 'target', 'word']);
  await page.addStyleTag({
    content: '.choice-name { display: block; width: 40px; overflow: hidden; white-space: nowrap }',
  });
  expect((await measure(page)).map((finding) => finding.kind)).toContain('clipped');
});

test('the ruler sees a button that stands outside the glass', async () => {
  const page = pages.get('landscape')!;
  await show(page, { screen: 'choose', lang: 'en', long: false, textPercent: 100, contrast: 'normal' });
  expect(await measure(page)).toEqual([]);
  await page.addStyleTag({
    content: '.button { position: fixed !important; top: calc(100vh - 20px) } .button * { display: none }',
  });
  expect(await measure(page)).toContainEqual(
    expect.objectContaining({ kind: 'target', what: expect.stringContaining('leaves the glass') }),
  );
});
