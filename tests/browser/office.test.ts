import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../../scripts/chromium.ts';
import { words } from '../../ui/office/text.ts';
import { accessibilityFaults } from './accessibility.ts';
import { type OfficeProgram, startOffice } from './office-program.ts';

const own = words.en;
const person = { name: '李静', passphrase: 'correct horse battery' };

let folder: string;
let office: OfficeProgram;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'office-console-'));
  office = await startOffice(folder, 0);
  browser = await openBrowser();
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1_440, height: 900 } });
  page = await context.newPage();
});

afterAll(async () => {
  await browser?.close();
  await office?.end();
  rmSync(folder, { recursive: true, force: true });
});

const field = (name: string) => page.getByLabel(name, { exact: true });
const heading = (name: string) => page.getByRole('heading', { name, exact: true }).waitFor();
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

test('the first administrator sets the office up by keyboard, after a code that was wrong', async () => {
  await page.goto(office.url);
  await heading(own.setUp);
  await field(own.setUpCode).fill('000000');
  await field(own.name).fill(person.name);
  await field(own.newPassphrase).fill(person.passphrase);
  await field(own.passphraseAgain).fill(person.passphrase);
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText(own.wrongSetUpCode).waitFor();
  await field(own.setUpCode).fill(readFileSync(office.setUp, 'utf8').trim());
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: own.kiosks.noKiosks }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
});

test('a link that is kept leads to its page after the log-in, and nobody else comes in', async () => {
  await press(own.logOut);
  await heading(own.logIn);
  await page.goto(`${office.url}/#/alerts`);
  await page.reload();
  await heading(own.logIn);
  await field(own.name).fill(person.name);
  await field(own.passphrase).fill('a wrong passphrase');
  await press(own.logIn);
  await page.getByRole('alert').getByText(own.wrongLogIn).waitFor();
  await field(own.passphrase).fill(person.passphrase);
  await press(own.logIn);
  await heading(own.alerts.noAlerts.open);
});

test('a person is added and removed, and the book says who did it', async () => {
  await page.getByRole('link', { name: own.nav.persons }).click();
  const add = page.getByRole('region', { name: own.persons.addPerson });
  await add.getByLabel(own.name, { exact: true }).fill('Anna');
  await add.getByLabel(own.newPassphrase, { exact: true }).fill('a good long passphrase');
  await add.getByLabel(own.passphraseAgain, { exact: true }).fill('a good long passphrase');
  await add.getByRole('button', { name: own.persons.addDo }).click();
  await page.getByText(own.persons.addedNow('Anna')).waitFor();
  await press(`${own.persons.remove}: Anna`);
  await press(own.persons.removeDo);
  await page.getByRole('button', { name: `${own.persons.remove}: Anna` }).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: own.nav.acts }).click();
  for (const did of ['person-added', 'person-removed', 'set-up']) {
    await page.getByRole('cell', { name: own.persons.dids[did]!, exact: true }).waitFor();
  }
});

test('the chosen language stays after the page is loaded again', async () => {
  await press(own.other);
  await heading(words['zh-CN'].persons.acts);
  await page.reload();
  await heading(words['zh-CN'].persons.acts);
});
