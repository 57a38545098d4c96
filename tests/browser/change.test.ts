/** Change in notes and coins: a recycler and two hoppers, filled by somebody who works here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { StaffAct } from '../../kiosk/server/staff-wire.ts';
import { openBrowser } from '../../scripts/chromium.ts';
import { confirms, wordsOf } from './customer.ts';
import { Glass } from './glass.ts';
import { configWith, type Entry, type Machine, startMachine } from './machine.ts';

const hopper = { device: 'hopper', countries: { CN: 'CNY' }, currency: 'CNY' };
const coinBus = { protocol: 'cctalk', port: 'DATA/ports/coins' };
const floats = {
  acceptor: { minor: 1_000, count: 20 },
  yuan: { minor: 100, count: 120 },
  jiao: { minor: 10, count: 120 },
};

let machine: Machine;
let browser: Browser;
let glass: Glass;

beforeAll(async () => {
  const config = configWith((document) => {
    const devices = document.devices as { id: string }[];
    document.devices = [
      ...devices.filter(({ id }) => id !== 'acceptor'),
      {
        id: 'acceptor',
        protocol: 'ssp',
        port: 'DATA/ports/acceptor',
        settings: { model: 'smart-payout', encryption: 'required' },
      },
      { id: 'yuan', ...coinBus, settings: { ...hopper, address: 3, minor: 100 } },
      { id: 'jiao', ...coinBus, settings: { ...hopper, address: 4, minor: 10 } },
    ];
  });
  [machine, browser] = await Promise.all([startMachine({ config }), openBrowser()]);
});
afterEach(async () => {
  await glass?.close();
});
afterAll(async () => {
  await browser?.close();
  await machine?.end();
});

/** The first administrator comes, puts the floats in, books them and leaves. */
async function fillsAndBooks(): Promise<void> {
  const { origin } = new URL(machine.kiosk);
  const cookies = new Map<string, string>();
  const keep = (answer: Response) => {
    for (const set of answer.headers.getSetCookie()) {
      const [pair = ''] = set.split(';');
      cookies.set(pair.slice(0, pair.indexOf('=')), pair);
    }
  };
  keep(await fetch(machine.kiosk, { redirect: 'manual' }));
  const post = async (path: string, body: unknown) => {
    const answer = await fetch(new URL(path, origin), {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin, cookie: [...cookies.values()].join('; ') },
      body: JSON.stringify(body),
    });
    keep(answer);
    expect(await answer.json(), JSON.stringify(body)).toMatchObject({ ok: true });
  };
  const does = (act: StaffAct) => post('/staff/do', act);
  const code = readFileSync(join(machine.data, 'setup-code'), 'utf8').trim();
  await post('/staff/set-up', { code, name: 'Li Na', pin: '270418' });
  // What nobody has named its denominations of yet cannot be booked.
  const known = (entries: readonly Entry[]) =>
    new Set(entries.map(({ kind, body }) => kind === 'device.known' && body.device));
  await machine.until('all machines are known', machine.entries, (entries) =>
    Object.keys(floats).every((device) => known(entries).has(device)),
  );
  for (const [device, { minor, count }] of Object.entries(floats)) {
    const lying = (await machine.units(device)).flatMap(({ unit, cash }) => (unit === 'box' ? [] : cash));
    const already = lying.find((one) => one.minor === minor)?.count ?? 0;
    // A machine that is opened for it is without power meanwhile, and counts again afterwards.
    if (already < count) {
      for (const action of [
        { action: 'cut power' },
        { action: 'fill', minor, count: count - already },
        { action: 'restore power' },
      ])
        await machine.hand(device, action);
    }
    await does({ do: 'fill', device, pieces: [{ minor, count: Math.max(already, count) }] });
  }
  await does({ do: 'leave' });
}

/** What hangs out of a machine, minor units. */
async function comesOut(device: string): Promise<number> {
  const outside = (await machine.units(device)).filter(({ unit }) => unit === 'bezel' || unit === 'cup');
  return outside.flatMap(({ cash }) => cash).reduce((sum, { minor, count }) => sum + minor * count, 0);
}

test('a bill of ¥37.50 is paid with a ¥50 note, and ¥10, two coins of ¥1 and five of ¥0.10 are taken', async () => {
  await fillsAndBooks();
  glass = await Glass.open(browser, machine.kiosk);
  await confirms(glass, 'en', '1002');
  await glass.chooses(wordsOf.en.cash);
  await glass.sees('pay-cash', 'en');
  await machine.insert(5_000);
  const out = async () => Promise.all(['acceptor', 'yuan', 'jiao'].map(comesOut));
  expect(await machine.until('the change is out', out, (sums) => sums.join() === '1000,200,50')).toBeDefined();
  for (const device of ['acceptor', 'yuan', 'jiao']) await machine.take(device);
  await glass.sees('settled', 'en');
  await glass.reads('12.50');
  expect(await out()).toEqual([0, 0, 0]);

  const entries = await machine.entries();
  const paid = entries.findLast(({ kind }) => kind === 'sale.paid');
  expect(paid?.body).toMatchObject({
    minor: 3_750,
    tenders: [{ method: 'cash', minor: 5_000 }],
    change: { cash: 1_250, voucher: 0, owed: 0 },
    voucher: null,
  });
  expect(entries.filter(({ kind }) => kind === 'case.opened')).toEqual([]);
  const till = await machine.journal('till');
  const held = (unit: string) => till.find((one) => one.unit === unit)?.minor;
  expect([held('yuan.hopper'), held('jiao.hopper')]).toEqual([12_000 - 200, 1_200 - 50]);
  expect((await machine.journal('verify'))[0]).toMatchObject({ ok: true });
});
