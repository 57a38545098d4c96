/** The cabinet's contacts, switched by hand, as the glass and the staff's page show them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser } from '../../scripts/chromium.ts';
import { Glass } from './glass.ts';
import { configWith, type Machine, startMachine } from './machine.ts';

const seenMs = 60_000;
const pin = '271828';

interface Board {
  readonly lamps: readonly { readonly name: string; readonly on: boolean }[];
}

let machine: Machine;
let browser: Browser;

beforeAll(async () => {
  const config = configWith(() => {}, 'cabinet.json');
  [machine, browser] = await Promise.all([startMachine({ config }), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await machine?.end();
});

const told = [
  {
    mains: '停电，暂停收款',
    key: '工作人员使用中',
    enter: /工作人员登录/,
  },
  {
    mains: 'Power cut: closed for now',
    key: 'In use by our staff',
    enter: /Staff log-in/,
  },
] as const;

describe('the cabinet', () => {
  test('says in both languages that the mains are gone, and is back with them; the key leads to the log-in', async () => {
    const glass = await Glass.open(browser, machine.kiosk);
    try {
      const { page } = glass;
      const closed = page.locator('.screen-out-of-service');
      await page.locator('.screen-attract, .screen-partly-available').waitFor({ timeout: seenMs });
      await machine.hand('cabinet', { action: 'mains', value: 'off' });
      await closed.waitFor({ timeout: seenMs });
      for (const { mains } of told) await closed.getByText(mains).waitFor({ timeout: seenMs });
      await machine.hand('cabinet', { action: 'mains', value: 'on' });
      await closed.waitFor({ state: 'detached', timeout: seenMs });
      await machine.hand('cabinet', { action: 'key', value: 'on' });
      await closed.waitFor({ timeout: seenMs });
      for (const { key } of told) await closed.getByText(key).waitFor({ timeout: seenMs });
      for (const { enter } of told) expect(await closed.getByRole('link').textContent()).toMatch(enter);
      await closed.getByRole('link').click();
      await page.locator('.staff').waitFor({ timeout: seenMs });
      await machine.hand('cabinet', { action: 'key', value: 'off' });
    } finally {
      await glass.close();
    }
  });

  test('shows on the staff’s page that its vault was opened by nobody who may, until somebody has looked', async () => {
    await machine.hand('cabinet', { action: 'open vault' });
    await machine.until(
      'the alarm lamp blinks',
      async () => (await machine.look('devices/cabinet')).board as Board,
      ({ lamps }) => lamps.some(({ name, on }) => name === 'alarm' && on),
    );
    const glass = await Glass.open(browser, machine.kiosk);
    try {
      await becomesAdministrator(glass);
      const card = glass.page.locator('[data-cabinet]');
      await card
        .getByText('Vault opened or left open while nobody with the right was logged in')
        .waitFor({ timeout: seenMs });
      await card.getByRole('button').tap({ timeout: seenMs });
      await card.getByRole('alert').waitFor({ state: 'detached', timeout: seenMs });
      expect(await card.textContent()).toContain('Vault: open');
    } finally {
      await glass.close();
    }
    const kinds = (await machine.entries()).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'cabinet.tampered' || kind === 'alarm.acknowledged')).toEqual([
      'cabinet.tampered',
      'alarm.acknowledged',
    ]);
  });
});

async function becomesAdministrator({ page }: Glass): Promise<void> {
  const types = async (label: string, keys: string) => {
    await page.getByLabel(label, { exact: true }).tap({ timeout: seenMs });
    for (const sign of keys) await page.locator('.pad').getByRole('button', { name: sign, exact: true }).tap();
  };
  await page.locator('.screen-out-of-service').waitFor({ timeout: seenMs });
  for (let n = 0; n < 5; n++) await page.touchscreen.tap(40, 40);
  await page.locator('.staff').waitFor({ timeout: seenMs });
  if ((await page.locator('html').getAttribute('lang')) !== 'en')
    await page.getByRole('button', { name: 'English' }).tap();
  await types('Set-up code', readFileSync(join(machine.data, 'setup-code'), 'utf8').trim());
  await types('Name', 'LINA');
  await types('New PIN, 6 to 12 digits', pin);
  await types('New PIN again', pin);
  await page.getByRole('button', { name: 'Become administrator' }).tap();
}
