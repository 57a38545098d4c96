/** Builds the gallery and opens it in Debian's Chromium, for the pictures and for the checks of it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { build, preview } from 'vite';
import { openBrowser } from './chromium.ts';
import type { SampleBook } from '../ui/gallery/book.ts';
import type { Finding } from '../ui/gallery/inspect.ts';

export const LAYOUTS = {
  portrait: { width: 1080, height: 1920 },
  landscape: { width: 1920, height: 1080 },
} as const;

export type LayoutName = keyof typeof LAYOUTS;

export interface Shot {
  readonly screen: string;
  readonly lang: 'zh-CN' | 'en';
  readonly long: boolean;
  readonly textPercent: 100 | 140;
  readonly contrast: 'normal' | 'high';
}

export interface Gallery {
  /** A page with the gallery on a glass of that layout. The caller closes it. */
  page(layout: LayoutName): Promise<Page>;
  close(): Promise<void>;
}

/** Builds and serves the gallery with these samples on a free port of 127.0.0.1. Throws when the build fails or Chromium is missing. */
export async function openGallery(book: SampleBook): Promise<Gallery> {
  const outDir = await mkdtemp(join(tmpdir(), 'gallery-'));
  const root = join(import.meta.dirname, '..', 'ui');
  await build({
    root,
    base: './',
    configFile: false,
    logLevel: 'error',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: { outDir, emptyOutDir: true, rollupOptions: { input: join(root, 'gallery.html') } },
  });
  await writeFile(join(outDir, 'samples.json'), JSON.stringify(book));
  const server = await preview({
    root,
    configFile: false,
    logLevel: 'error',
    build: { outDir },
    preview: { host: '127.0.0.1', port: 0, strictPort: true },
  });
  let browser: Browser;
  try {
    browser = await openBrowser();
  } catch (error) {
    await server.close();
    throw error;
  }
  const address = server.httpServer.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    page: async (layout) => {
      const context = await browser.newContext({
        viewport: LAYOUTS[layout],
        hasTouch: true,
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      page.on('pageerror', (error) => {
        throw error;
      });
      await page.goto(`http://127.0.0.1:${port}/gallery.html?screen=attract&lang=zh-CN`);
      await page.waitForSelector('.stage');
      // A picture taken while something arrives would show it half, or not at all.
      await page.addStyleTag({
        content: '*, *::before, *::after { animation: none !important; transition: none !important }',
      });
      return page;
    },
    close: async () => {
      await browser.close();
      await server.close();
      await rm(outDir, { recursive: true, force: true });
    },
  };
}

interface GalleryWindow extends Window {
  showSample(search: string): unknown;
  inspectSample(): readonly Finding[];
}

/** Shows one sample and waits until its fonts are there and it stands in its place. */
export async function show(page: Page, shot: Shot): Promise<void> {
  const query = new URLSearchParams({
    screen: shot.screen,
    lang: shot.lang,
    text: String(shot.textPercent),
    contrast: shot.contrast,
    ...(shot.long ? { long: '1' } : {}),
  });
  await page.evaluate(async (search) => {
    const gallery = window as unknown as GalleryWindow;
    gallery.showSample(search);
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    await frame();
    await document.fonts.ready;
    window.dispatchEvent(new Event('resize'));
    await frame();
    await frame();
  }, query.toString());
}

/** What the ruler finds on the shown sample. */
export async function measure(page: Page): Promise<readonly Finding[]> {
  return page.evaluate(() => (window as unknown as GalleryWindow).inspectSample());
}
