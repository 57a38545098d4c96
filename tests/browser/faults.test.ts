import { once } from 'node:events';
import { mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { begins, paysInCash, searches, wordsOf } from './customer.ts';
import { openBrowser } from '../../scripts/chromium.ts';
import { Glass } from './glass.ts';
import { configWith, failingStart, type Machine, startMachine } from './machine.ts';
import { freePort } from '../free-port.ts';

describe('at the glass', () => {
  let machine: Machine;
  let browser: Browser;
  let glass: Glass;
  const searched = new Set<string>();

  beforeAll(async () => {
    browser = await openBrowser();
  });
  // Each fault has a machine of its own: what one leaves behind is not the next one's.
  beforeEach(async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const config = configWith((changed) => {
      changed.biller = { kind: 'http', file: null, url, timeoutMs: 2_000 };
    });
    machine = await startMachine({ config });
    glass = await Glass.open(browser, machine.kiosk, searched);
  });
  afterEach(async () => {
    await glass?.close();
    await machine?.end();
  });
  afterAll(async () => {
    await browser?.close();
  });

  test('a biller that is down or slow is said to be, nothing is charged, and the next try finds the bill', async () => {
    await machine.biller({ action: 'misbehave', value: 'down' });
    await searches(glass, 'en', '1001');
    await glass.reads('You have not been charged');
    await machine.biller({ action: 'misbehave', value: 'slow' });
    await glass.touch('Find my bill');
    await glass.reads('Finding your bill…');
    await glass.reads('We cannot reach the bill system right now');
    await machine.biller({ action: 'misbehave', value: 'off' });
    await glass.touch('Find my bill');
    await glass.sees('review', 'en');
    await machine.biller({ action: 'misbehave', value: 'failing' });
    await glass.touch(/^Pay ¥86.50/);
    await glass.reads('We cannot reach the bill system right now');
    await glass.sees('review', 'en');
    await machine.biller({ action: 'set amount', text: '1001', minor: 9_000 });
    await machine.biller({ action: 'misbehave', value: 'off' });
    await glass.touch(/^Pay ¥86.50/);
    await glass.reads('The amount is now ¥90 (it was ¥86.50)');
    await machine.biller({ action: 'set amount', text: '1001', minor: 8_650 });
    await glass.touch('Not mine, go back');
    await glass.touch('Back');
    await glass.touch('Back to start');
    await glass.sees('attract');
    expect((await machine.entries()).filter(({ kind }) => kind === 'sale.opened')).toEqual([]);
  });

  test('without paper no change is promised: what is exact is taken, what is not is refused before it is begun', async () => {
    await machine.hand('printer', { action: 'paper', value: 'out' });
    await glass.sees('partly-available', 'zh-CN');
    await glass.reads('打印纸用完了，现在不能找零');
    await glass.touch(/Touch to pay/);
    await glass.sees('welcome');
    await glass.touch('English');
    await glass.chooses('Pay a bill');
    await glass.types('1001');
    await glass.touch('Find my bill');
    await glass.touch(/^Pay ¥86.50/);
    await glass.sees('choose', 'en');
    await glass.reads('Not now: out of paper, so no change');
    await glass.touch('Back');
    await glass.sees('find-bill', 'en');
    await glass.touch('Clear');
    await machine.biller({ action: 'set amount', text: '1002', minor: 5_000 });
    await glass.types('1002');
    await glass.touch('Find my bill');
    await glass.touch(/^Pay ¥50/);
    await glass.sees('choose', 'en');
    await glass.reads('the exact sum please');
    await glass.chooses('Cash');
    await glass.sees('pay-cash', 'en');
    await glass.reads('No change now, the exact sum please');
    await machine.insert(10_000);
    await glass.reads('We cannot take this kind of note now');
    await glass.reads('Takes ¥1 · 5 · 10 · 20 · 50');
    await machine.take('acceptor');
    await machine.hand('printer', { action: 'paper', value: 'ok' });
    await glass.touch('Cancel, nothing was paid');
    await glass.sees('attract');
  });

  test('paper that ends after paying leaves the receipt to the phone', async () => {
    await machine.biller({ action: 'set amount', text: '1002', minor: 5_000 });
    await paysInCash(glass, 'en', '1002');
    await machine.insert(5_000);
    await glass.sees('settled', 'en');
    await machine.hand('printer', { action: 'paper', value: 'out' });
    await glass.touch('Next');
    await glass.reads('Out of paper. Your payment is complete. Scan to keep the receipt');
    await glass.sees('documents', 'en');
    await glass.chooses('On my phone');
    await glass.reads('Scan with your phone camera');
    await glass.page.locator('.picture-card-qr').waitFor();
    await glass.touch('Finish');
    await glass.sees('thanks', 'en');
    await glass.touch('Finish');
    await glass.sees('partly-available');
    await machine.hand('printer', { action: 'paper', value: 'ok' });
    await glass.sees('attract');
  });

  test('paper that ends with money inside makes a number of it, and the number is in the journal', async () => {
    await paysInCash(glass, 'en', '1001');
    await machine.insert(5_000);
    await glass.reads('Received ¥50');
    await machine.hand('printer', { action: 'paper', value: 'out' });
    await glass.touch(/^Cancel, get a case number for ¥50/);
    await glass.touch('Yes, cancel');
    await glass.sees('case', 'en');
    await glass.reads('We owe you ¥50, and it is recorded');
    const cases = await machine.journal('cases');
    expect(cases).toMatchObject([{ status: 'open', kind: 'voucher-not-printed', currency: 'CNY', minor: 5_000 }]);
    await glass.reads(String(cases[0]?.case));
    await machine.hand('printer', { action: 'paper', value: 'ok' });
    await glass.sees('settled', 'en');
    await glass.reads('Please take your ¥50 cash slip');
    expect((await machine.paper()).flat()).toContain('￥50.00');
    await machine.take('printer');
    expect((await machine.journal('cases'))[0]).toMatchObject({ status: 'resolved' });
    await glass.touch('Finish');
    await glass.sees('thanks', 'en');
    await glass.touch('Finish');
    await glass.sees('attract');
  });

  test('an acceptor that is unplugged closes the kiosk with words, and opens it again', async () => {
    await glass.sees('attract');
    await machine.hand('acceptor', { action: 'unplug' });
    await glass.sees('out-of-service', 'zh-CN');
    await glass.reads('暂停');
    await glass.reads(/To pay in cash go to window\s3/);
    await glass.reads(/5555/);
    await machine.hand('acceptor', { action: 'plug' });
    await glass.sees('attract');
  });

  test('a daemon killed with ¥50 inside comes back with the same screen and the sum in words', async () => {
    await paysInCash(glass, 'en', '1001');
    await machine.insert(5_000);
    await glass.reads('Received ¥50');
    await machine.kill();
    await glass.reads('Your ¥50 inside is safe and counted');
    await glass.sees('pay-cash', 'en');
    await glass.reads('Received ¥50');
    await machine.biller({ action: 'misbehave', value: 'down' });
    await machine.insert(5_000);
    await glass.sees('settled', 'en');
    await glass.reads('Please take your ¥13.50 cash slip');
    await machine.take('printer');
    expect((await machine.entries()).filter(({ kind }) => kind === 'bill.posted')).toEqual([]);
    await machine.biller({ action: 'misbehave', value: 'off' });
    await machine.until(
      'the payment booked',
      machine.entries,
      (entries) => entries.filter(({ kind }) => kind === 'bill.posted').length === 1,
    );
    expect(await machine.journal('verify')).toMatchObject([{ ok: true }]);
    await glass.touch('Next');
    await glass.sees('documents', 'en');
    await glass.chooses('No, thank you');
    await glass.sees('thanks', 'en');
  });

  test('power that is cut while a note moves leaves the glass and the box of one mind', async () => {
    await paysInCash(glass, 'en', '1001');
    await machine.insert(2_000);
    await machine.hand('acceptor', { action: 'cut power' });
    await glass.reads('Takes no notes now');
    await machine.hand('acceptor', { action: 'restore power' });
    await glass.reads('Takes ¥1 · 5 · 10 · 20 · 50');
    const box = (await machine.units('acceptor')).find(({ unit }) => unit === 'box');
    await glass.reads(box?.cash.length === 0 ? 'Received ¥0' : 'Received ¥20');
    expect(await machine.journal('cases')).toEqual([]);
  });

  test('a second start on the same folder is refused, and the first goes on', async () => {
    const port = join(machine.data, 'ports', 'acceptor');
    const before = readlinkSync(port);
    const args = ['--data', machine.data, '--http', '0', '--bench-http', '0'];
    const { code, errors } = await failingStart(args);
    expect(code).toBe(1);
    expect(JSON.parse(errors)).toMatchObject({ error: 'data-in-use' });
    // Who keeps the daemon running is the one to end: the daemon would come back.
    expect(errors).toContain(`the process ${machine.pid()}, kept running by`);
    expect(errors).toMatch(/Ctrl-C where npm start was typed, or kill \d+\)/);
    expect(errors).not.toContain(`kill ${machine.pid()})`);
    expect(readlinkSync(port)).toBe(before);
    await begins(glass, 'zh-CN');
    await glass.touch(wordsOf['zh-CN'].leave);
    await glass.sees('attract');
  });
});

describe('a start that cannot succeed says on standard error what is wrong and what to do', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'start-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const starts = (...args: readonly string[]) =>
    failingStart(['--data', join(folder, 'data'), '--http', '0', '--bench-http', '0', ...args]);

  test('a data folder that cannot be written', async () => {
    const { code, errors, output } = await starts('--data', '/proc/kiosk');
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(JSON.parse(errors)).toMatchObject({ error: 'data-not-writable' });
    expect(errors).toMatch(/\/proc\/kiosk.*--data/);
  });

  test('a port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, errors } = await starts('--bench-http', String(port));
    server.close();
    expect(code).toBe(1);
    expect(JSON.parse(errors).message).toMatch(new RegExp(`port ${port}.*--bench-http`));
  });

  test('a configuration with a wrong value and an unknown field', async () => {
    const path = join(folder, 'kiosk.json');
    writeFileSync(
      path,
      configWith((config) => {
        config.timeZone = 'Asia/Nowhere';
        config.colour = 'red';
      }),
    );
    const { code, errors } = await starts('--config', path);
    expect(code).toBe(1);
    expect(JSON.parse(errors).message).toMatch(/timeZone/);
    expect(JSON.parse(errors).message).toMatch(/colour/);
  });
});
