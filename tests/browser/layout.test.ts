import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gallery, LAYOUTS, measure, openGallery, show } from '../../scripts/gallery-server.ts';
import { sampleBook, sampleNames } from '../../scripts/screens/samples.ts';

/** The glasses of the design, and a small laptop that looks on. */
const sizes = { ...LAYOUTS, laptop: { width: 1366, height: 700 } } as const;
type SizeName = keyof typeof sizes;

let gallery: Gallery;
const pages = new Map<SizeName, Page>();

beforeAll(async () => {
  gallery = await openGallery(sampleBook());
  for (const name of Object.keys(sizes) as SizeName[]) {
    const page = await gallery.page('landscape');
    await page.setViewportSize(sizes[name]);
    pages.set(name, page);
  }
});

afterAll(async () => {
  await gallery?.close();
});

const shown = async (size: SizeName, screen: string, lang: 'zh-CN' | 'en', long = false) => {
  const page = pages.get(size)!;
  await show(page, { screen, lang, long, textPercent: 100, contrast: 'normal' });
  return page;
};

test.each(sampleNames)('the screen %s is whole on a small laptop with the longest words', async (screen) => {
  for (const lang of ['zh-CN', 'en'] as const) {
    expect(await measure(await shown('laptop', screen, lang, true))).toEqual([]);
  }
});

describe.each(Object.keys(sizes) as SizeName[])('on a %s', (size) => {
  test.each(['zh-CN', 'en'] as const)('the help in %s lies whole in the glass, its way back too', async (lang) => {
    const page = await shown(size, 'help', lang);
    const { height } = sizes[size];
    for (const part of ['.dialog', '.dialog .button-main', '.dialog .header-button', '.contacts']) {
      const box = (await page.locator(part).boundingBox())!;
      expect(box.y).toBeGreaterThanOrEqual(0);
      expect(box.y + box.height).toBeLessThanOrEqual(height);
    }
  });

  test('a telephone number keeps its distance from the edge of its card', async () => {
    const page = await shown(size, 'help', 'en');
    const room = await page.locator('.contact').evaluateAll((cards) =>
      cards.map((card) => {
        const words = document.createRange();
        words.selectNodeContents(card.querySelector('.strong')!);
        return card.getBoundingClientRect().right - words.getBoundingClientRect().right;
      }),
    );
    const edgePx = 24 * (Math.min(sizes[size].width, sizes[size].height) / 1080);
    for (const px of room) expect(px).toBeGreaterThanOrEqual(edgePx - 1);
  });

  test('the figures of a payment stand on one line, in one size', async () => {
    const page = await shown(size, 'settled-exact', 'en');
    const figures = await page
      .locator('.figure .amount')
      .evaluateAll((all) =>
        all.map((one) => [
          Math.round(Number.parseFloat(getComputedStyle(one).fontSize)),
          Math.round(one.getBoundingClientRect().bottom),
        ]),
      );
    expect(figures).toHaveLength(3);
    expect(new Set(figures.map(String)).size).toBe(1);
  });

  test('a glass that was replaced has one large button, inside of the glass', async () => {
    const page = await shown(size, 'welcome', 'zh-CN');
    await page.evaluate(() =>
      (window as unknown as { showSample(query: string): void }).showSample('screen=welcome&lang=zh-CN&alone=replaced'),
    );
    const box = (await page.getByRole('button', { name: /在这里继续.*Go on here/ }).boundingBox())!;
    expect(box.y + box.height).toBeLessThanOrEqual(sizes[size].height);
    expect(box.width * 3).toBeGreaterThan(Math.min(sizes[size].width, sizes[size].height));
  });
});

test('giving up a payment with a slip inside is said in two lines at most, over the two other buttons', async () => {
  const page = await shown('portrait', 'promise-inside', 'en');
  const [cancel, main] = await Promise.all(
    ['.button-other', '.button-main'].map((name) => page.locator(`.actions ${name}`).boundingBox()),
  );
  expect(cancel!.width).toBeGreaterThan(main!.width * 1.5);
  expect(cancel!.y + cancel!.height).toBeLessThanOrEqual(main!.y);
  const lines = await page.locator('.actions .button-other span').evaluate((words) => {
    const leadingPx = Number.parseFloat(getComputedStyle(words).lineHeight);
    return Math.round(words.getBoundingClientRect().height / leadingPx);
  });
  expect(lines).toBeLessThanOrEqual(2);
});

test('a sentence in Chinese breaks between thoughts', async () => {
  const page = await shown('landscape', 'pay-cash-first', 'zh-CN');
  const sentence = page.locator('.slot-sentence span');
  const tops = await sentence.evaluate((words) => {
    const text = words.firstChild as Text;
    const comma = text.data.indexOf('，');
    const topOf = (from: number, to: number) => {
      const range = document.createRange();
      range.setStart(text, from);
      range.setEnd(text, to);
      return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
    };
    return [topOf(0, comma), topOf(comma + 1, text.length)];
  });
  expect(tops).toEqual([1, 1]);
});

test('an answer keeps its distance from the number that was typed', async () => {
  const page = await shown('portrait', 'find-bill-none', 'en');
  const [field, line] = await Promise.all(
    ['.field-input', '.tone-line'].map((name) => page.locator(name).boundingBox()),
  );
  expect(line!.y - (field!.y + field!.height)).toBeGreaterThanOrEqual(16);
});
