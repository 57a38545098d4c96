/** The bench with a card terminal, a scanner and wallets: what its HTTP interface tells of them, and what it pushes. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DeviceDetail } from '../../../hardware/bench/cabinet.ts';
import { type Bench, startBench } from '../../../hardware/bench/main.ts';
import { writeTruth } from '../../../hardware/bench/truth.ts';
import { systemClock } from '../../../hardware/clock.ts';
import { type DeviceConfig, type DeviceFact, emptyMemory } from '../../../hardware/device.ts';
import { openDevices, portByName } from '../../../hardware/open.ts';
import { noProbe } from '../../../hardware/port.ts';
import { voucherDocument } from '../../../kiosk/documents/paper.ts';
import { bytesOf } from '../../kiosk/documents/reading.ts';
import { voucherZh } from '../../kiosk/documents/samples.ts';

const slow = { timeout: 20_000 };
const terminal = {
  id: 'terminal',
  protocol: 'zvt',
  port: 'DATA/ports/terminal',
  settings: { currency: 'CNY', password: '123456' },
};
const scanner = { id: 'scanner', protocol: 'scanner', port: 'DATA/ports/scanner', settings: {} };
const acceptor = { id: 'acceptor', protocol: 'id003', port: 'DATA/ports/acceptor', settings: {} };

let data: string;
let bench: Bench | null = null;
let devices: ReturnType<typeof openDevices> | null = null;
const facts: DeviceFact[] = [];
const streams: AbortController[] = [];

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'cashless-'));
  facts.length = 0;
});
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.abort();
  for (const device of devices?.values() ?? []) device.close();
  devices = null;
  await bench?.close();
  bench = null;
  rmSync(data, { recursive: true });
});

async function start(all: readonly DeviceConfig[]): Promise<void> {
  const money = { currency: 'CNY', exponent: 2 };
  const biller = { kind: 'file', url: null, file: null };
  const config = { devices: all, money, timeZone: 'Asia/Shanghai', biller };
  bench = await startBench({ config, data, httpPort: 0, speed: 50 });
}

/** The smallest kiosk: it records at once what it is told. */
function host(...configs: readonly DeviceConfig[]): void {
  devices = openDevices({
    configs: configs.map((device) => ({ ...device, port: device.port.replace('DATA', data) })),
    clock: systemClock,
    probe: noProbe,
    chance: (bytes) => randomBytes(bytes),
    memory: () => emptyMemory,
    openPort: portByName,
    onFact(fact) {
      facts.push(fact);
      if ('key' in fact) devices?.get(fact.device)?.recorded(fact.key);
    },
  });
}

const at = (path: string): URL => new URL(path, bench?.url);

async function detail(id: string): Promise<DeviceDetail> {
  return (await (await fetch(at(`devices/${id}`))).json()) as DeviceDetail;
}

async function act(id: string, body: object): Promise<{ status: number; reason: string | undefined }> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(at(`devices/${id}/actions`), { method: 'POST', headers, body: JSON.stringify(body) });
  const { reason } = (await answer.json()) as { reason?: string };
  return { status: answer.status, reason };
}

type Told = Readonly<Record<string, unknown>>;

/** Everything that is pushed from now on. */
async function listen(): Promise<readonly Told[]> {
  const told: Told[] = [];
  const abort = new AbortController();
  streams.push(abort);
  const { body } = await fetch(at('events'), { signal: abort.signal });
  const read = async () => {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of body!) {
      text += decoder.decode(chunk, { stream: true });
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      told.push(...lines.filter((line) => line.startsWith('data: ')).map((line) => JSON.parse(line.slice(6)) as Told));
    }
  };
  read().catch(() => {});
  return told;
}

const shown = (told: readonly Told[]) => told.filter(({ event }) => event === 'display').map(({ text }) => text);

test('a card terminal tells its display, its card, its bank and what that bank holds; other machines tell none of it', async () => {
  await start([terminal, acceptor]);
  await expect.poll(async () => (await detail('terminal')).display, slow).toBe('Bereit');
  expect(await detail('terminal')).toMatchObject({ kind: 'card-terminal', card: false, bank: 'online', ledger: [] });
  const other = await detail('acceptor');
  for (const field of ['display', 'card', 'bank', 'ledger']) expect(other).not.toHaveProperty(field);

  expect(await act('terminal', { action: 'card', value: 'approve' })).toMatchObject({ status: 200 });
  expect(await detail('terminal')).toMatchObject({ card: true, display: 'Karte entnehmen' });
  expect(await act('terminal', { action: 'card', value: 'decline' })).toEqual({
    status: 409,
    reason: 'a card is in the reader already',
  });
  expect(await act('terminal', { action: 'cut power' })).toMatchObject({ status: 200 });
  expect(await detail('terminal'), 'a card stays in a reader without power').toMatchObject({ card: true, display: '' });
  expect(await act('terminal', { action: 'card', value: 'remove' })).toMatchObject({ status: 200 });
  expect(await detail('terminal')).toMatchObject({ card: false });
  expect(await act('terminal', { action: 'host', value: 'away' })).toMatchObject({ status: 400 });
  expect(await act('terminal', { action: 'host', value: 'lost' })).toMatchObject({ status: 200 });
  expect(await detail('terminal')).toMatchObject({ bank: 'lost' });
});

test('what stands on the display is pushed when it changes, once, whoever changed it', async () => {
  await start([terminal]);
  await expect.poll(async () => (await detail('terminal')).display, slow).toBe('Bereit');
  const told = await listen();
  await act('terminal', { action: 'card', value: 'approve' });
  await expect.poll(() => shown(told), slow).toEqual(['Karte entnehmen']);
  expect(told.find(({ event }) => event === 'display')).toMatchObject({
    device: 'terminal',
    atMs: expect.any(Number),
    at: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  const late = await listen();
  await act('terminal', { action: 'card', value: 'remove' });
  await expect.poll(() => shown(told), slow).toEqual(['Karte entnehmen', 'Bereit']);
  expect(shown(late), 'who comes later hears what changes from then on').toEqual(['Bereit']);
});

test('a payment is watched from the card to the bank: display, PIN and ledger', async () => {
  await start([terminal]);
  host(terminal);
  await expect.poll(() => facts.some(({ fact }) => fact === 'device.ready'), slow).toBe(true);
  const told = await listen();
  const order = { id: 'charge-1', device: 'terminal' };
  devices?.get('terminal')?.obey({
    ...order,
    command: 'charge.start',
    lang: 'en',
    subject: '1001',
    currency: 'CNY',
    minor: 8650,
  });
  await expect.poll(() => shown(told).at(-1), slow).toMatch(/^(?:Insert card|Karte einstecken)$/);
  await act('terminal', { action: 'card', value: 'pin' });
  await expect.poll(async () => (await detail('terminal')).display, slow).toMatch(/^(?:Enter PIN|PIN eingeben)$/);
  expect(await act('terminal', { action: 'pin', text: '9999' })).toMatchObject({ status: 200 });
  await expect.poll(async () => (await detail('terminal')).display, slow).toMatch(/^(?:Enter PIN|PIN eingeben)$/);
  expect((await detail('terminal')).ledger).toEqual([]);
  expect(await act('terminal', { action: 'pin', text: '1234' })).toMatchObject({ status: 200 });
  const row = { receipt: 1, currency: 'CNY', minor: 8650 };
  await expect.poll(async () => (await detail('terminal')).ledger, slow).toEqual([{ ...row, state: 'approved' }]);
  await expect.poll(() => facts.some(({ fact }) => fact === 'charge.approved'), slow).toBe(true);
  devices?.get('terminal')?.obey({ ...order, command: 'charge.confirm' });
  await expect.poll(async () => (await detail('terminal')).ledger, slow).toEqual([{ ...row, state: 'confirmed' }]);
  const pushed = told.filter(({ event }) => String(event).startsWith('card.')).map(({ event }) => event);
  expect(pushed).toEqual(['card.inserted', 'card.approved', 'card.confirmed']);
}, 60_000);

test('a code held to the scanner is read by its host', async () => {
  await start([scanner]);
  host(scanner);
  await expect.poll(() => facts.some(({ fact }) => fact === 'device.ready'), slow).toBe(true);
  await expect.poll(async () => (await act('scanner', { action: 'scan', text: '1001' })).status, slow).toBe(200);
  await expect
    .poll(() => facts.find(({ fact }) => fact === 'code.scanned'), slow)
    .toMatchObject({ device: 'scanner', text: '1001' });
});

test('a slip on the table tells the texts of its square codes, and a box has none', async () => {
  const slip = bytesOf(voucherDocument(voucherZh()), 42);
  writeTruth(join(data, 'bench.json'), {
    devices: {},
    table: [
      { number: 2, device: 'printer', kind: 'paper', bytes: slip },
      { number: 1, device: 'acceptor', kind: 'box', cash: [] },
    ],
  });
  await start([acceptor]);
  const { items } = (await (await fetch(at('table'))).json()) as { items: readonly { codes: readonly string[] }[] };
  expect(items.map(({ codes }) => codes)).toEqual([[voucherZh().qr], []]);
});
