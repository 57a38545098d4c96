/** A kiosk with its bench, and whoever works at it: real touches on the glass, and the words of the staff's own page. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Role, StaffAct } from '../../kiosk/server/staff-wire.ts';
import type { Lang } from '../../kiosk/server/wire.ts';
import { openBrowser } from '../../scripts/chromium.ts';
import { checkWords } from '../../ui/staff/check-words.ts';
import { configurationWords } from '../../ui/staff/configuration-words.ts';
import { consoleWords } from '../../ui/staff/console-words.ts';
import { type Words, words } from '../../ui/staff/text.ts';
import { accessibilityFaults } from './accessibility.ts';
import { Glass } from './glass.ts';
import { configWith, type Machine, type MachineOptions, startMachine } from './machine.ts';

/** Each walk of the staff's is walked in each. */
export const langs = ['zh-CN', 'en'] as const satisfies readonly Lang[];

/** Walks of one language share a kiosk, one after the other; the languages are walked side by side. */
export const inTurn = { concurrent: false } as const;

/** Of the first administrator, who has the number 1, and of everybody taken on without another. */
export const pin = '270418';
const cornerTouches = 5;
const seenMs = 60_000;
const smallestTargetMm = 20;

/** The example kiosk with a hopper of ¥1 coins. */
export function withCoins(): string {
  const hopper = { device: 'hopper', currency: 'CNY', minor: 100 };
  return configWith((document) => {
    const yuan = { id: 'yuan', protocol: 'cctalk', port: 'DATA/ports/yuan', settings: hopper };
    (document.devices as unknown[]).push(yuan);
  });
}

interface Employee {
  readonly name: string;
  readonly role: Role;
  readonly pin?: string;
}

export class StaffRoom {
  readonly machine: Machine;
  readonly browser: Browser;
  private spoken: Lang;
  private pane: Glass;

  private constructor(machine: Machine, browser: Browser, pane: Glass, lang: Lang) {
    this.machine = machine;
    this.browser = browser;
    this.pane = pane;
    this.spoken = lang;
  }

  /** Starts a kiosk of its own, with a fresh data folder. `lang`: what is read and pressed. */
  static async open(lang: Lang, options: MachineOptions = {}): Promise<StaffRoom> {
    const [machine, browser] = await Promise.all([startMachine(options), openBrowser()]);
    return new StaffRoom(machine, browser, await Glass.open(browser, machine.kiosk), lang);
  }

  /** From now on whoever works here reads and presses this. */
  speaks(lang: Lang): void {
    this.spoken = lang;
  }

  get lang(): Lang {
    return this.spoken;
  }

  get words(): Words {
    return words[this.spoken];
  }

  get checkWords(): (typeof checkWords)[Lang] {
    return checkWords[this.spoken];
  }

  get consoleWords(): (typeof consoleWords)[Lang] {
    return consoleWords[this.spoken];
  }

  get configurationWords(): (typeof configurationWords)[Lang] {
    return configurationWords[this.spoken];
  }

  get glass(): Glass {
    return this.pane;
  }

  get page(): Page {
    return this.pane.page;
  }

  /** A browser that knows nothing of whoever was here. */
  async newGlass(): Promise<void> {
    await this.pane.close();
    this.pane = await Glass.open(this.browser, this.machine.kiosk);
  }

  /** Five touches on the merchant's mark, from whatever customers see, and the language switched where it is another. */
  async touchesTheCorner(): Promise<void> {
    await this.page.locator('.screen-attract, .screen-partly-available, .screen-out-of-service').waitFor({
      timeout: seenMs,
    });
    // Without waiting for one to be seen before the next: slow touches are no gesture.
    await Promise.all(Array.from({ length: cornerTouches }, () => this.page.touchscreen.tap(40, 40)));
    await this.page.locator('.staff[data-at]').waitFor({ timeout: seenMs });
    await this.reads(this.lang);
  }

  /** Switches the page to this language, with its own button, unless it is in it already. */
  async reads(lang: Lang): Promise<void> {
    const html = this.page.locator('html');
    const before = (await html.getAttribute('lang')) === 'en' ? 'en' : 'zh-CN';
    if (before !== lang) await this.touch(words[before].other);
    await this.page.locator(`html[lang="${lang}"]`).waitFor({ timeout: seenMs });
  }

  /** Through the corner to the staff's first page: with the set-up code the first time, with number and PIN later. */
  async comesIn(number = '1', secret = pin): Promise<void> {
    await this.touchesTheCorner();
    if (existsSync(this.codeFile)) await this.setsUp();
    else await this.logsIn(number, secret);
  }

  /** From the page of the first set-up. */
  async setsUp(): Promise<void> {
    await this.types(this.words.setUpCode, readFileSync(this.codeFile, 'utf8').trim());
    await this.types(this.words.name, 'LINA');
    await this.types(this.words.newPin, pin);
    await this.types(this.words.pinAgain, pin);
    await this.touch(this.words.setUpDo);
    await this.at('home');
  }

  /** From the page that asks for both. */
  async logsIn(number: string, secret = pin): Promise<void> {
    await this.types(this.words.number, number);
    await this.types(this.words.pin, secret);
    await this.touch(this.words.logIn);
    await this.at('home');
  }

  async logsOut(): Promise<void> {
    await this.touch(starting(this.words.logOut));
    await this.at('log-in');
  }

  /** From the staff's first page to a person who is told their number, and back. */
  async takesOn({ name, role, pin: secret = pin }: Employee, number: string): Promise<void> {
    await this.touch(this.words.persons);
    await this.touch(this.words.addPerson);
    await this.types(this.words.name, name);
    await this.page.getByText(this.words.roles[role], { exact: true }).first().tap();
    await this.types(this.words.newPin, secret);
    await this.types(this.words.pinAgain, secret);
    await this.page.getByRole('button', { name: this.words.addPerson }).last().tap();
    await this.says(this.words.added(number));
    await this.touch(this.words.done);
    await this.touch(this.words.back);
  }

  /** What the page itself would ask, where typing it is walked elsewhere. */
  async asks(path: 'set-up' | 'enter', body: Readonly<Record<string, string>>): Promise<unknown>;
  async asks(path: 'do', body: StaffAct): Promise<unknown>;
  async asks(path: string, body: unknown): Promise<unknown> {
    return this.page.evaluate(
      async ([to, text]) => {
        const headers = { 'content-type': 'application/json' };
        return (await fetch(`/staff/${to}`, { method: 'POST', headers, body: text })).json() as Promise<unknown>;
      },
      [path, JSON.stringify(body)] as const,
    );
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: true }).first();
  }

  /** Touches the first button with just this name. */
  async touch(name: string | RegExp): Promise<void> {
    await this.button(name).tap({ timeout: seenMs });
  }

  /** On the keys of the page beside the field; letters come out as a name has them. */
  async types(label: string, keys: string): Promise<void> {
    const field = this.page.getByLabel(label, { exact: true });
    await field.tap({ timeout: seenMs });
    const pad = this.page.locator('.fields', { has: field }).locator('.pad');
    for (const sign of keys) await pad.getByRole('button', { name: new RegExp(`^${sign}$`, 'i') }).tap();
  }

  /** Empties a field of digits. */
  async clears(label: string): Promise<void> {
    const field = this.page.getByLabel(label, { exact: true });
    await field.tap({ timeout: seenMs });
    const pad = this.page.locator('.fields', { has: field }).locator('.pad');
    await pad.getByRole('button', { name: this.words.clear, exact: true }).tap();
  }

  /** Waits for words anywhere on the page. */
  async says(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor({ timeout: seenMs });
  }

  /** Waits for a page of the staff's. */
  async at(name: string): Promise<void> {
    await this.page.locator(`.staff[data-page="${name}"] main > *`).first().waitFor({ timeout: seenMs });
  }

  /** Waits for a page of the staff's, whose targets a finger hits and in which nobody is left out. */
  async sees(name: string): Promise<void> {
    await this.at(name);
    const small = await this.page.evaluate((wantedMm) => {
      const mmPx = Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--mm'));
      const targets = [...document.querySelectorAll('button, .touch, input:not([type=radio])')];
      const least = wantedMm * mmPx - 0.5;
      const isSmall = ({ height, width }: DOMRect) => height < least || width < least;
      return targets.filter((one) => isSmall(one.getBoundingClientRect())).map((one) => one.outerHTML);
    }, smallestTargetMm);
    expect(small, `${name} ${this.lang}`).toEqual([]);
    expect(await accessibilityFaults(this.page), `${name} ${this.lang}`).toEqual([]);
  }

  /** Waits for a slip on which each of these is a line, blanks left out; the newest such. */
  async slip(...wanted: readonly (string | RegExp)[]): Promise<readonly string[]> {
    const fits = (line: string, one: string | RegExp) => (typeof one === 'string' ? line === one : one.test(line));
    const isIt = (lines: readonly string[]) => wanted.every((one) => lines.some((line) => fits(line, one)));
    const slips = await this.machine.until(`the slip ${wanted}`, this.machine.paper, (all) => all.some(isIt));
    return slips.findLast(isIt) ?? [];
  }

  async close(): Promise<void> {
    await this.pane.close();
    await this.browser.close();
    await this.machine.end();
  }

  private get codeFile(): string {
    return join(this.machine.data, 'setup-code');
  }
}

/** A name that begins like this; more may stand behind it, such as a count. */
export function starting(text: string): RegExp {
  return new RegExp(`^${text.replace(/[^\p{L}\p{N} ]/gu, '\\$&')}`);
}
