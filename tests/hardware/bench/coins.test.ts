import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DeviceDetail } from '../../../hardware/bench/cabinet.ts';
import { coinsInHand, together } from '../../../hardware/bench/coins.ts';
import { systemClock } from '../../../hardware/clock.ts';
import { type Device, type DeviceConfig, type DeviceFact, emptyMemory } from '../../../hardware/device.ts';
import { openDevices, portByName } from '../../../hardware/open.ts';
import { noProbe } from '../../../hardware/port.ts';
import type { UnitCash } from '../../../hardware/simulated.ts';
import { Program } from '../child-process.ts';

const example = fileURLToPath(new URL('../../../config/examples/cctalk.json', import.meta.url));
const config = JSON.parse(readFileSync(example, 'utf8')) as { readonly devices: readonly DeviceConfig[] };
const cashDevices = config.devices.filter(({ protocol }) => protocol === 'cctalk');
const ids = cashDevices.map(({ id }) => id);
const accept = [10, 50, 100, 500, 1000, 2000, 5000, 10000];
const slow = { timeout: 20_000 };

let folder: string;
let bench: Program | null = null;
let url: string;
let devices: ReadonlyMap<string, Device> = new Map();
let facts: DeviceFact[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coins-'));
});
afterEach(async () => {
  for (const device of devices.values()) device.close();
  devices = new Map();
  facts = [];
  await bench?.end();
  bench = null;
  rmSync(folder, { recursive: true });
});

async function start(...more: readonly string[]): Promise<void> {
  const args = ['--config', example, '--data', folder, '--http', '0', '--speed', '20', ...more];
  bench = new Program('hardware/bench/main.ts', args);
  url = String((await bench.line({ pid: bench.child.pid as number })).bench);
}

/** The smallest kiosk: it takes everything, and records at once what it is told. */
function host(): void {
  devices = openDevices({
    configs: cashDevices.map((device) => ({ ...device, port: device.port.replace('DATA', folder) })),
    clock: systemClock,
    probe: noProbe,
    chance: (bytes) => randomBytes(bytes),
    memory: () => emptyMemory,
    openPort: portByName,
    onFact(fact) {
      facts.push(fact);
      if (fact.fact === 'device.identified') devices.get(fact.device)?.maintain({ accept });
      if ('key' in fact) devices.get(fact.device)?.recorded(fact.key);
    },
  });
}

const told = <Name extends DeviceFact['fact']>(name: Name) =>
  facts.filter((fact): fact is DeviceFact & { fact: Name } => fact.fact === name);

async function detail(id: string): Promise<DeviceDetail> {
  return (await (await fetch(new URL(`devices/${id}`, url))).json()) as DeviceDetail;
}

async function act(id: string, action: string, more: object = {}): Promise<number> {
  const answer = await fetch(new URL(`devices/${id}/actions`, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ action, ...more }),
  });
  await answer.body?.cancel();
  return answer.status;
}

async function done(id: string, action: string, more: object = {}): Promise<void> {
  expect(await act(id, action, more), `${id}: ${action}`).toBe(200);
}

const sumOf = (cash: UnitCash['cash']) => cash.reduce((sum, { minor, count }) => sum + minor * count, 0);

async function total(): Promise<number> {
  const all = await Promise.all(ids.map(detail));
  return all.reduce((sum, { units }) => sum + units.reduce((part, { cash }) => part + sumOf(cash), 0), 0);
}

const cashIn = async (id: string, unit: string) =>
  (await detail(id)).units.find((one) => one.unit === unit)?.cash.map(({ minor, count }) => [minor, count]);

test('machines at one port say what they are, which coins a hand may hold, and whether they take any', async () => {
  await start();
  expect(await Promise.all(ids.map(detail))).toMatchObject([
    { id: 'acceptor', kind: 'note-acceptor', enabled: false },
    {
      id: 'coins',
      kind: 'coin-acceptor',
      enabled: false,
      denominations: [{ minor: 10 }, { minor: 50 }, { minor: 100 }],
    },
    { id: 'yuan', kind: 'hopper', enabled: null, denominations: [{ currency: 'CNY', minor: 100 }] },
    { id: 'jiao', kind: 'hopper', enabled: null, denominations: [{ currency: 'CNY', minor: 10 }] },
  ]);
  host();
  await expect
    .poll(async () => [(await detail('acceptor')).enabled, (await detail('coins')).enabled], slow)
    .toEqual([true, true]);
  await done('coins', 'cut power');
  expect(await detail('coins')).toMatchObject({ power: false, enabled: false });
  expect(await detail('acceptor')).toMatchObject({ power: true, enabled: true });
}, 60_000);

test('coins fall through the sorter into the hopper that the kiosk credits, come out as change, and none is lost', async () => {
  await start();
  const stream = await fetch(new URL('events', url));
  host();
  await expect.poll(async () => (await detail('coins')).enabled, slow).toBe(true);
  await expect.poll(() => new Set(told('device.ready').map(({ device }) => device)).size, slow).toBe(ids.length);
  const before = await total();
  expect(before).toBe(100 * 100 + 100 * 10);
  // The last one is no coin that the acceptor knows.
  for (const minor of [50, 10, 100, 200]) await done('coins', 'insert coin', { minor });
  await expect
    .poll(() => told('coin.credited').map(({ minor, to }) => [minor, to]), slow)
    .toEqual([
      [50, null],
      [10, 'jiao'],
      [100, 'yuan'],
    ]);
  await expect.poll(() => cashIn('coins', 'cup'), slow).toEqual([[200, 1]]);
  const seen = await events(stream, 'coin.rejected');
  expect(seen.filter(({ event }) => event === 'coin.accepted' || event === 'coin.caught')).toMatchObject([
    { event: 'coin.accepted', device: 'coins', currency: 'CNY', minor: 50, path: 1, to: 'box' },
    { event: 'coin.accepted', device: 'coins', currency: 'CNY', minor: 10, path: 3, to: 'jiao' },
    { event: 'coin.caught', device: 'jiao', currency: 'CNY', minor: 10, from: 'coins' },
    { event: 'coin.accepted', device: 'coins', currency: 'CNY', minor: 100, path: 2, to: 'yuan' },
    { event: 'coin.caught', device: 'yuan', currency: 'CNY', minor: 100, from: 'coins' },
  ]);
  expect(await cashIn('coins', 'box')).toEqual([[50, 1]]);
  expect(await cashIn('yuan', 'hopper')).toEqual([[100, 101]]);
  expect(await cashIn('jiao', 'hopper')).toEqual([[10, 101]]);
  const after = before + 50 + 10 + 100 + 200;
  expect(await total()).toBe(after);

  const order = { command: 'cash.dispense', currency: 'CNY' } as const;
  devices.get('yuan')?.obey({ id: 'a', device: 'yuan', ...order, pieces: [{ minor: 100, count: 4 }] });
  devices.get('jiao')?.obey({ id: 'b', device: 'jiao', ...order, pieces: [{ minor: 10, count: 7 }] });
  await expect.poll(() => told('payout.done').length, slow).toBe(2);
  expect(await cashIn('yuan', 'cup')).toEqual([[100, 4]]);
  expect(await cashIn('jiao', 'cup')).toEqual([[10, 7]]);
  expect(await total()).toBe(after);

  for (const id of ['coins', 'yuan', 'jiao']) await done(id, 'take');
  expect(await act('yuan', 'take')).toBe(409);
  expect(await Promise.all(['coins', 'yuan', 'jiao'].map((id) => cashIn(id, 'customer')))).toEqual([
    [[200, 1]],
    [[100, 4]],
    [[10, 7]],
  ]);
  expect(await total()).toBe(after);
}, 60_000);

test('a note, a fill and a jam go to the machine they are meant for, whoever shares its wire', async () => {
  await start();
  host();
  await expect.poll(async () => (await detail('acceptor')).enabled, slow).toBe(true);
  await done('acceptor', 'insert', { minor: 2000 });
  await expect.poll(() => told('note.escrowed').length, slow).toBe(1);
  devices.get('acceptor')?.obey({ id: 'n', device: 'acceptor', command: 'note.stack', currency: 'CNY', minor: 2000 });
  await expect.poll(() => cashIn('acceptor', 'box'), slow).toEqual([[2000, 1]]);
  await done('jiao', 'fill', { minor: 10, count: 50 });
  expect(await act('yuan', 'fill', { minor: 10, count: 50 })).toBe(409);
  expect(await act('coins', 'fill', { minor: 10, count: 50 })).toBe(409);
  expect(await act('yuan', 'insert coin', { minor: 100 })).toBe(409);
  expect(await cashIn('jiao', 'hopper')).toEqual([[10, 150]]);
  await done('jiao', 'jam');
  const faults = async () => (await Promise.all(ids.map(detail))).map(({ faults: seen }) => seen);
  expect(await faults()).toEqual([[], [], [], ['jam']]);
  await done('jiao', 'clear jam');
  expect(await faults()).toEqual([[], [], [], []]);
}, 60_000);

test('a coin that no hopper takes lies by the box of its acceptor, and leaves with it', async () => {
  await start('--set', 'yuan.count=1000');
  const stream = await fetch(new URL('events', url));
  host();
  await expect.poll(async () => (await detail('coins')).enabled, slow).toBe(true);
  const before = await total();
  await done('coins', 'insert coin', { minor: 100 });
  await expect.poll(() => cashIn('coins', 'box'), slow).toEqual([[100, 1]]);
  expect(await cashIn('yuan', 'hopper')).toEqual([[100, 1000]]);
  expect(await total()).toBe(before + 100);
  await done('coins', 'remove cashbox');
  expect(await cashIn('coins', 'box')).toEqual([]);
  expect(await total()).toBe(before);
  const cash = [{ currency: 'CNY', minor: 100, count: 1 }];
  const seen = await events(stream, 'cashbox.removed');
  expect(seen).toContainEqual(
    expect.objectContaining({ event: 'coin.accepted', device: 'coins', minor: 100, path: 2, to: 'box' }),
  );
  expect(seen.at(-1)).toMatchObject({ event: 'cashbox.removed', device: 'coins', cash });
}, 60_000);

/** What the stream told, up to the first of this name. */
async function events(stream: Response, last: string): Promise<readonly Record<string, unknown>[]> {
  const seen: Record<string, unknown>[] = [];
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of stream.body as ReadableStream<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    const lines = text.split('\n');
    text = lines.pop() as string;
    for (const line of lines.filter((one) => one.startsWith('data: '))) {
      seen.push(JSON.parse(line.slice('data: '.length)));
      if (seen.at(-1)?.event === last) return seen;
    }
  }
  throw new Error(`the stream ended without ${last}`);
}

test('a hopper that is nowhere in the cabinet is no hopper to fall into', async () => {
  const file = join(folder, 'config.json');
  const moved = config.devices.map((device) =>
    device.id === 'coins' ? { ...device, settings: { ...device.settings, paths: { 2: 'elsewhere' } } } : device,
  );
  writeFileSync(file, JSON.stringify({ ...config, devices: moved }));
  await start('--config', file);
  host();
  await expect.poll(async () => (await detail('coins')).enabled, slow).toBe(true);
  await done('coins', 'insert coin', { minor: 100 });
  await expect.poll(() => cashIn('coins', 'box'), slow).toEqual([[100, 1]]);
}, 60_000);

test('hoppers, coin box and cup are as full after a new start as they were', async () => {
  await start('--set', 'yuan.count=7');
  await done('jiao', 'fill', { minor: 10, count: 20 });
  await done('coins', 'insert coin', { minor: 50 });
  const held = async () => [
    await cashIn('yuan', 'hopper'),
    await cashIn('jiao', 'hopper'),
    await cashIn('coins', 'cup'),
  ];
  const before = [[[100, 7]], [[10, 120]], [[50, 1]]];
  await expect.poll(held, slow).toEqual(before);
  await bench?.end();
  await start();
  expect(await held()).toEqual(before);
  await done('coins', 'take');
  expect(await cashIn('coins', 'customer')).toEqual([[50, 1]]);
}, 60_000);

test('a hand holds the usual coins and those that the acceptor knows beside them', () => {
  expect(coinsInHand({}).map(({ minor }) => minor)).toEqual([10, 50, 100]);
  expect(coinsInHand({ coins: '1.00,2.00' }).map(({ minor }) => minor)).toEqual([10, 50, 100, 200]);
  expect(coinsInHand({ currency: 'KWD', exponent: '3' })).toContainEqual({ currency: 'KWD', minor: 100 });
});

test('cash of two places is counted together, denomination by denomination', () => {
  const coin = (minor: number, count: number) => ({ currency: 'CNY', minor, count });
  const box = [coin(50, 1), coin(100, 2)];
  expect(together(box, [coin(10, 3), coin(50, 4)])).toEqual([coin(10, 3), coin(50, 5), coin(100, 2)]);
  expect(box).toEqual([coin(50, 1), coin(100, 2)]);
});
