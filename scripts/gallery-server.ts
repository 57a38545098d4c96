/** Builds the gallery and opens it in Debian's Chromium, for the pictures and for the checks of it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { build, preview } from 'vite';
import { openBrowser } from './chromium.ts';
import type { SampleBook } from '../ui/gallery/book.ts';
import type { OfficeBook } from '../ui/gallery/office-book.ts';
import type { StaffBook } from '../ui/gallery/staff-book.ts';
import type { Finding } from '../ui/gallery/inspect.ts';

export const LAYOUTS = {
  portrait: { width: 1080, height: 1920 },
  landscape: { width: 1920, height: 1080 },
} as const;

export type LayoutName = keyof typeof LAYOUTS;

/** Windows in which the office's console is read. */
export const OFFICE_LAYOUTS = {
  wide: { width: 1440, height: 900 },
  narrow: { width: 420, height: 900 },
} as const;

export type OfficeLayoutName = keyof typeof OFFICE_LAYOUTS;

const sizes = { ...LAYOUTS, ...OFFICE_LAYOUTS };

export interface Shot {
  readonly screen: string;
  readonly lang: 'zh-CN' | 'en';
  readonly long: boolean;
  readonly textPercent: 100 | 140;
  readonly contrast: 'normal' | 'high';
}

export interface Gallery {
  /** A page with the gallery on a glass, or in a window, of that layout. The caller closes it. */
  page(layout: keyof typeof sizes): Promise<Page>;
  close(): Promise<void>;
}

/** The gallery of the glass, with these samples. Throws when the build fails or Chromium is missing. */
export function openGallery(book: SampleBook): Promise<Gallery> {
  return openPages({ html: 'gallery.html', query: 'screen=attract&lang=zh-CN', ready: '.stage', samples: book });
}

/** The gallery of the staff's pages. Throws as `openGallery` does. */
export function openStaffGallery(book: StaffBook): Promise<Gallery> {
  return openPages({ html: 'staff-gallery.html', query: 'page=cabinet&lang=zh-CN', ready: '.staff', samples: book });
}

/** The gallery of the office's console. Throws as `openGallery` does. */
export function openOfficeGallery(book: OfficeBook): Promise<Gallery> {
  return openPages({ html: 'office-gallery.html', query: 'page=log-in&lang=zh-CN', ready: '.door', samples: book });
}

interface PagesOptions {
  /** In `ui`. */
  readonly html: string;
  /** What is shown first, and what stands there when it is. */
  readonly query: string;
  readonly ready: string;
  readonly samples: unknown;
}

/** Builds and serves a gallery with these samples on a free port of 127.0.0.1. */
async function openPages({ html, query, ready, samples }: PagesOptions): Promise<Gallery> {
  const outDir = await mkdtemp(join(tmpdir(), 'gallery-'));
  const root = join(import.meta.dirname, '..', 'ui');
  await build({
    root,
    base: './',
    configFile: false,
    logLevel: 'error',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: { outDir, emptyOutDir: true, rollupOptions: { input: join(root, html) } },
  });
  await writeFile(join(outDir, 'samples.json'), JSON.stringify(samples));
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
        viewport: sizes[layout],
        hasTouch: true,
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      page.on('pageerror', (error) => {
        throw error;
      });
      await page.goto(`http://127.0.0.1:${port}/${html}?${query}`);
      await page.waitForSelector(ready);
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
  showPage(search: string): Promise<void>;
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

export type StaffShot = Pick<Shot, 'lang'> & Partial<Pick<Shot, 'textPercent' | 'contrast'>>;

/** Shows one of the staff's or the office's pages and waits until its fonts are there. */
export async function showPage(
  page: Page,
  name: string,
  { lang, textPercent = 100, contrast = 'normal' }: StaffShot,
): Promise<void> {
  await page.evaluate(async (search) => {
    await (window as unknown as GalleryWindow).showPage(search);
    await document.fonts.ready;
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    await frame();
  }, new URLSearchParams({ page: name, lang, text: String(textPercent), contrast }).toString());
}

/** What the ruler finds on the shown sample. */
export async function measure(page: Page): Promise<readonly Finding[]> {
  return page.evaluate(() => (window as unknown as GalleryWindow).inspectSample());
}
