/** A kiosk and its office side by side: the kiosk comes to it by the code on its glass, and gets what is published there. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../../scripts/chromium.ts';
import { words } from '../../ui/office/text.ts';
import { freePort } from '../free-port.ts';
import { confirms, wordsOf } from './customer.ts';
import { Glass } from './glass.ts';
import { configWith, type Machine, startMachine } from './machine.ts';
import { type OfficeProgram, startOffice } from './office-program.ts';

const K = 'LAB-01';
const own = words.en;
const person = { name: '李静', passphrase: 'correct horse battery' };
const welcome = { 'zh-CN': '欢迎光临，请点屏幕缴费', en: 'Welcome. Touch to pay' };
/** A kiosk that waits for its office tries again within a tenth of this, milliseconds. */
const codeMs = 120_000;
/** Between two digits the hyphen is held to both by a word joiner, so that no line ends there. */
const codeShown = /[0-9A-Z]{5}\u2060?-\u2060?[0-9A-Z]{5}/;
/** A new configuration begins, proves itself and is told of within a third of this, milliseconds. */
const rolledOutMs = 180_000;

let folder: string;
let machine: Machine;
let office: OfficeProgram;
let browser: Browser;
let glass: Glass;
let page: Page;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'office-and-kiosk-'));
  const port = await freePort();
  machine = await startMachine({
    config: configWith((config) => {
      config.office = { url: `http://127.0.0.1:${port}` };
      config.limits = { ...(config.limits as object), deviceAnswersMs: 10_000 };
    }),
  });
  browser = await openBrowser();
  glass = await Glass.open(browser, machine.kiosk);
  await glass.sees('attract');
  // The office comes later than the kiosk.
  office = await startOffice(join(folder, 'office'), port);
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1_440, height: 900 } });
  page = await context.newPage();
  page.setDefaultTimeout(60_000);
});

afterAll(async () => {
  await browser?.close();
  await machine?.end();
  await office?.end();
  rmSync(folder, { recursive: true, force: true });
});

const field = (name: string) => page.getByLabel(name, { exact: true });
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
const goes = (hash: string) => page.goto(`${office.url}/#/${hash}`);

/** Publishes for all kiosks at the usual pace, and sees the page of the rollout. */
async function publishes(fragment: object): Promise<void> {
  await goes('publish');
  await field(own.rollouts.text).fill(JSON.stringify(fragment));
  await press(own.rollouts.preview);
  await press(own.rollouts.start);
  await page.getByText(own.rollouts.says(1)).last().waitFor();
  await press(own.rollouts.start);
  await page.getByRole('heading', { name: /^Rollout \d+$/ }).waitFor();
}

test('the code on the glass lets the kiosk in', async ({ onTestFailed }) => {
  // Why it did not come to its office stands in its log, or on its glass.
  onTestFailed(async () => console.error(machine.said(), await glass.page.locator('body').textContent()));
  await page.goto(office.url);
  await field(own.setUpCode).fill(readFileSync(office.setUp, 'utf8').trim());
  await field(own.name).fill(person.name);
  await field(own.newPassphrase).fill(person.passphrase);
  await field(own.passphraseAgain).fill(person.passphrase);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: own.kiosks.noKiosks }).waitFor();
  const shown = glass.page.getByText(codeShown).first();
  const [code] = codeShown.exec((await shown.textContent({ timeout: codeMs })) ?? '') ?? [];
  await goes('pairing');
  await field(own.kiosks.code).fill(code as string);
  await press(own.kiosks.letIn);
  await page.getByText(own.kiosks.letInDone(K)).waitFor();
  await shown.waitFor({ state: 'detached', timeout: 60_000 });
  await goes('kiosks');
  await page.getByRole('row', { name: K }).getByText(own.kiosks.presence.here).waitFor();
});

test('a text and a limit that are published stand on the next first screen, and hold', async () => {
  await publishes({ texts: { 'attract.touch': welcome }, limits: { cashMaximumMinor: 1_000 } });
  await glass.page.getByText(welcome['zh-CN']).first().waitFor({ timeout: rolledOutMs });
  await confirms(glass, 'en', '1013');
  await glass.reads(/more than this machine takes in cash/);
  for (const screen of ['find-bill', 'welcome'] as const) {
    await glass.touch(wordsOf.en.back);
    await glass.sees(screen, 'en');
  }
  await glass.touch(wordsOf.en.leave);
  // Until its trial is over the kiosk is in no other rollout.
  await page.getByText(own.rollouts.statuses.done, { exact: true }).first().waitFor({ timeout: rolledOutMs });
});

test('one that is not sound is not published; one whose machine does not answer goes back by itself, and the office says why', async () => {
  await goes('publish');
  await field(own.rollouts.text).fill(JSON.stringify({ limits: { cashMaximumMinor: -1 } }));
  await press(own.rollouts.preview);
  await page.getByText(own.rollouts.unsound).waitFor();
  await publishes({
    texts: { 'attract.touch': { 'zh-CN': '坏的', en: 'Bad' } },
    devices: { acceptor: { port: 'DATA/ports/nowhere' } },
  });
  await page.getByText(own.rollouts.steps['went-back']).first().waitFor({ timeout: rolledOutMs });
  await glass.page.getByText(welcome['zh-CN']).first().waitFor({ timeout: rolledOutMs });
  const changes = (await machine.entries()).filter(({ kind }) => kind === 'config.changed');
  expect(changes.map(({ body }) => body.what)).toEqual(['push', 'push', 'went-back']);
});
