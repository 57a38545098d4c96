/** A person at the glass: real Chromium, real touches, and nothing known but what can be read there. */
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import type { Lang, ScreenName } from '../../kiosk/server/wire.ts';
import { accessibilityFaults } from './accessibility.ts';

const portrait = { width: 1080, height: 1920 };
const seenMs = 60_000;
/** A second strike sooner than this and in the same place is taken for a trembling hand. */
const calmMs = 600;

export class Glass {
  readonly page: Page;
  private readonly context: BrowserContext;
  /** How often a finger was needed, the keys left out. */
  touches = 0;
  private touchedAtMs = 0;
  /** Screens that were searched for accessibility faults, once in each language. */
  private readonly searched: Set<string>;

  private constructor(context: BrowserContext, page: Page, searched: Set<string>) {
    this.context = context;
    this.page = page;
    this.searched = searched;
  }

  /** Opens the kiosk in a browser of its own. `searched` may be shared by several visits. */
  static async open(browser: Browser, url: string, searched = new Set<string>()): Promise<Glass> {
    const context = await browser.newContext({ viewport: portrait, hasTouch: true, reducedMotion: 'reduce' });
    const page = await context.newPage();
    await page.goto(url);
    return new Glass(context, page, searched);
  }

  /** Another page of the same browser, as if the address was opened once more. */
  async second(): Promise<Glass> {
    const page = await this.context.newPage();
    await page.goto(new URL('/', this.page.url()).href);
    return new Glass(this.context, page, this.searched);
  }

  /** Waits for a screen, and finds no accessibility fault on it. */
  async sees(screen: ScreenName, lang?: Lang): Promise<void> {
    await this.page.locator(`.glass[data-screen="${screen}"]`).waitFor({ timeout: seenMs });
    if (lang !== undefined) await this.page.locator(`html[lang="${lang}"]`).waitFor({ timeout: seenMs });
    const now = `${screen} ${await this.page.locator('html').getAttribute('lang')}`;
    if (this.searched.has(now)) return;
    this.searched.add(now);
    const faults = await accessibilityFaults(this.page);
    if (faults.length > 0) throw new Error(`${now}: ${faults.join('; ')}`);
  }

  /** Waits for words anywhere on the glass. */
  async reads(words: string | RegExp): Promise<void> {
    await this.words(words).waitFor({ timeout: seenMs });
  }

  /** Touches the button with these words, calmly. */
  async touch(words: string | RegExp): Promise<void> {
    await this.tap(this.page.getByRole('button', { name: words }).first());
  }

  /** Touches the card with this name, whatever else stands on it. */
  async chooses(name: string): Promise<void> {
    const title = this.page.locator('.choice-name', { hasText: new RegExp(`^${name}$`) });
    await this.tap(this.page.locator('.choice', { has: title }));
  }

  async touchField(label: string): Promise<void> {
    await this.tap(this.page.getByRole('textbox', { name: label }));
  }

  /** Types on the keys of the glass. */
  async types(text: string): Promise<void> {
    for (const sign of text) await this.page.locator('.key', { hasText: new RegExp(`^${sign}$`) }).tap();
  }

  async close(): Promise<void> {
    await this.context.close();
  }

  private words(words: string | RegExp): Locator {
    return this.page.getByText(words).first();
  }

  private async tap(target: Locator): Promise<void> {
    await target.waitFor({ timeout: seenMs });
    const calmAtMs = this.touchedAtMs + calmMs;
    await this.page.waitForFunction((untilMs) => Date.now() >= untilMs, calmAtMs);
    await target.tap();
    this.touches += 1;
    this.touchedAtMs = Date.now();
  }
}
