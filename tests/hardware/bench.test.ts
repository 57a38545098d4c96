import { existsSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SerialPort } from 'serialport';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Program } from './child-process.ts';
import { WireHost } from './serial-host.ts';
import { freePort } from '../free-port.ts';

const lab = JSON.parse(readFileSync(new URL('../../config/examples/lab.json', import.meta.url), 'utf8'));

let folder: string;
let bench: Program;
let url: string;
const hosts: WireHost[] = [];

async function start(change: object = {}, ...more: readonly string[]): Promise<void> {
  const config = join(folder, 'config.json');
  const devices = lab.devices.filter(({ id }: { id: string }) => id === 'acceptor');
  writeFileSync(config, JSON.stringify({ ...lab, devices, ...change }));
  const data = join(folder, 'data');
  bench = new Program('hardware/bench/main.ts', [
    '--config',
    config,
    '--data',
    data,
    '--http',
    '0',
    '--speed',
    '20',
    ...more,
  ]);
  const ready = await bench.line({ pid: bench.child.pid! });
  url = String(ready.bench);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-'));
});
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
  await bench.end();
  rmSync(folder, { recursive: true });
});

async function get(path: string): Promise<{ status: number; body: Record<string, never> }> {
  const answer = await fetch(new URL(path, url));
  return { status: answer.status, body: (await answer.json()) as Record<string, never> };
}

async function post(path: string, body: unknown): Promise<{ status: number; body: Record<string, never> }> {
  const answer = await fetch(new URL(path, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, never> };
}

const act = (action: string, more: object = {}) => post('/devices/acceptor/actions', { action, ...more });

async function host(): Promise<WireHost> {
  const opened = await WireHost.open(join(folder, 'data/ports/acceptor'));
  hosts.push(opened);
  return opened;
}

async function printOn(port: string, bytes: Uint8Array): Promise<void> {
  const serial = new SerialPort({ path: port, baudRate: 19_200, autoOpen: false });
  await new Promise<void>((resolve, reject) => serial.open((error) => (error === null ? resolve() : reject(error))));
  serial.write(Buffer.from(bytes));
  await new Promise((resolve) => serial.drain(resolve));
  await new Promise((resolve) => serial.close(resolve));
}

/** Reads the stream of events until one of this name comes. */
async function eventNamed(stream: Response, name: string): Promise<Record<string, unknown>> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of stream.body!) {
    text += decoder.decode(chunk, { stream: true });
    for (const line of text.split('\n').slice(0, -1)) {
      if (!line.startsWith('data: ')) continue;
      const event = JSON.parse(line.slice(6)) as Record<string, unknown>;
      if (event.event === name) return event;
    }
    text = text.slice(text.lastIndexOf('\n') + 1);
  }
  throw new Error(`the stream ended without ${name}`);
}

test('a note put in by hand over HTTP is stacked by a host on the linked port, and the box is counted', async () => {
  await start();
  const link = join(folder, 'data/ports/acceptor');
  expect(readlinkSync(link)).toMatch(/^\/dev\/pts\/\d+$/);
  expect((await get('/devices')).body).toEqual({
    devices: [{ id: 'acceptor', protocol: 'id003', kind: 'note-acceptor', port: link, power: true, line: true }],
    services: [],
  });
  const events = await fetch(new URL('/events', url));
  const stacked = eventNamed(events, 'note.stacked');
  const wire = await host();
  await wire.ready();
  const inserted = await act('insert', { minor: 5000 });
  expect(inserted.status).toBe(200);
  expect(inserted.body).toMatchObject({ ok: true, device: { id: 'acceptor' } });
  await wire.pollUntil('13 65');
  const moving = (await get('/devices/acceptor')).body;
  expect(moving.units).toContainEqual({ unit: 'escrow', cash: [{ currency: 'CNY', minor: 5000, count: 1 }] });
  await wire.ask([0x41]);
  await wire.pollUntil('15');
  wire.send(0x50);
  await wire.pollUntil('11');
  expect(await stacked).toMatchObject({
    device: 'acceptor',
    currency: 'CNY',
    minor: 5000,
    atMs: expect.any(Number),
    at: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  const after = (await get('/devices/acceptor')).body;
  expect(after.units).toContainEqual({ unit: 'box', cash: [{ currency: 'CNY', minor: 5000, count: 1 }] });
  expect(after.faults).toEqual([]);
  expect(after.denominations).toHaveLength(6);
}, 60_000);

test('what the machine does not let happen is 409, what is not understood 400, what is not there 404', async () => {
  await start();
  expect(await act('insert', { minor: 2000 })).toEqual({
    status: 409,
    body: { ok: false, reason: expect.stringContaining('reset') },
  });
  expect((await act('paper', { value: 'out' })).status).toBe(409);
  for (const body of [{}, [], null, '{', { action: 'dance' }, { action: 'insert' }, { action: 'insert', minor: 1.5 }]) {
    expect((await post('/devices/acceptor/actions', body)).status, JSON.stringify(body)).toBe(400);
  }
  expect((await act('jam', { value: 'heat' })).status).toBe(409);
  expect((await act('jam', { value: 'wet' })).status).toBe(400);
  expect((await act('take', { minor: -3 })).status).toBe(400);
  expect((await act('insert', { minor: 2000, condition: 'wet' })).status).toBe(400);
  expect((await act('insert', { minor: 2000, colour: 'red' })).status).toBe(400);
  expect((await act('quit')).status).toBe(400);
  expect((await post('/devices/nobody/actions', { action: 'jam' })).status).toBe(404);
  expect((await get('/devices/nobody')).status).toBe(404);
  expect((await get('/devices/acceptor/paper.png')).status).toBe(404);
  expect((await get('/devices/acceptor/paper.bin')).status).toBe(404);
  expect((await post('/services/biller/actions', { action: 'misbehave', value: 'down' })).status).toBe(404);
}, 60_000);

test('what a host prints hangs from the printer as bytes and as a picture until a hand tears it off', async () => {
  await start({ devices: lab.devices });
  const port = join(folder, 'data/ports/printer');
  const receipt = Buffer.from([0x1b, 0x40, ...Buffer.from('86.50\n'), 0x1d, 0x56, 0x00]);
  await printOn(port, receipt);
  const paper = (name: string) => fetch(new URL(`/devices/printer/${name}`, url));
  await expect
    .poll(async () => (await get('/devices/printer')).body.printed, { timeout: 15_000 })
    .toEqual([expect.objectContaining({ cut: true, taken: false })]);
  const bytes = Buffer.from(await (await paper('paper.bin')).arrayBuffer());
  expect(bytes.includes('86.50')).toBe(true);
  const picture = await paper('paper.png');
  expect(picture.headers.get('content-type')).toBe('image/png');
  expect(
    Buffer.from(await picture.arrayBuffer())
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG');
  expect((await post('/devices/printer/actions', { action: 'take' })).status).toBe(200);
  expect((await paper('paper.png')).status).toBe(404);
}, 60_000);

test('a bench that is started again is the cabinet that it was: cash, a box that is out, paper and the table', async () => {
  await start({ devices: lab.devices });
  const wire = await host();
  await wire.ready();
  await act('insert', { minor: 5000 });
  await wire.pollUntil('13 65');
  await wire.ask([0x41]);
  await wire.pollUntil('15');
  wire.send(0x50);
  await wire.pollUntil('11');
  const piece = (text: string) => Buffer.from([0x1b, 0x40, ...Buffer.from(`${text}\n`), 0x1d, 0x56, 0x00]);
  const printed = async () => (await get('/devices/printer')).body.printed as unknown as readonly object[];
  await printOn(join(folder, 'data/ports/printer'), piece('first'));
  await expect.poll(async () => (await printed()).length, { timeout: 15_000 }).toBe(1);
  await expect.poll(async () => (await post('/devices/printer/actions', { action: 'take' })).status).toBe(200);
  await printOn(join(folder, 'data/ports/printer'), piece('second'));
  const hangs = async () => (await printed()).filter((job) => 'taken' in job && job.taken === false);
  await expect.poll(async () => (await hangs()).length, { timeout: 15_000 }).toBe(1);
  for (const one of hosts.splice(0)) await one.close();
  expect(await bench.end()).toBe(0);

  await start({ devices: lab.devices });
  const box = { unit: 'box', cash: [{ currency: 'CNY', minor: 5000, count: 1 }] };
  expect((await get('/devices/acceptor')).body.units).toContainEqual(box);
  expect(await hangs()).toHaveLength(1);
  expect(await (await fetch(new URL('/devices/printer/paper.bin', url))).text()).toContain('second');
  expect((await get('/table')).body.items).toEqual([
    { number: 1, device: 'printer', kind: 'paper', cash: [], codes: [] },
  ]);
  expect((await fetch(new URL('/table/1/paper.png', url))).headers.get('content-type')).toBe('image/png');
  await act('remove cashbox');
  expect((await get('/devices/acceptor')).body.units).toContainEqual({ unit: 'box', cash: [] });
  expect((await fetch(new URL('/table/1', url), { method: 'DELETE' })).status).toBe(200);
  expect((await fetch(new URL('/table/1', url), { method: 'DELETE' })).status).toBe(404);
  await bench.end();

  await start({ devices: lab.devices });
  expect((await get('/devices/acceptor')).body.faults).toEqual(['cash box out']);
  const onTable = { number: 2, device: 'acceptor', kind: 'box', cash: box.cash, codes: [] };
  expect((await get('/table')).body.items).toEqual([onTable]);
}, 60_000);

test('a bench that is killed left a note in the path before the slot, where a hand takes it', async () => {
  await start();
  const wire = await host();
  await wire.ready();
  await act('insert', { minor: 10000 });
  await wire.pollUntil('13 66');
  const kept = () => readFileSync(join(folder, 'data/bench.json'), 'utf8');
  await expect.poll(() => (existsSync(join(folder, 'data/bench.json')) ? kept() : '')).toContain('10000');
  for (const one of hosts.splice(0)) await one.close();
  bench.child.kill('SIGKILL');
  await bench.ended;
  await start();
  const note = [{ currency: 'CNY', minor: 10000, count: 1 }];
  expect((await get('/devices/acceptor')).body.units).toContainEqual({ unit: 'slot', cash: note });
  expect((await act('take')).status).toBe(200);
  expect((await get('/devices/acceptor')).body.units).toContainEqual({ unit: 'customer', cash: note });
  expect((await act('take')).status).toBe(409);
}, 60_000);

test.each([
  '{',
  '[]',
  '{"version":2,"devices":{},"table":[]}',
  '{"version":1,"devices":{"acceptor":{"units":[{"unit":"box","cash":[{"currency":"CNY","minor":100,"count":-1}]}],"paper":[]}},"table":[]}',
  '{"version":1,"devices":{"acceptor":{"units":[{"unit":"attic","cash":[]}],"paper":[]}},"table":[]}',
  '{"version":1,"devices":{},"table":[{"number":1,"device":"printer","kind":"shoe"}]}',
])(
  'a kept cabinet that is not sound is named and not used: %s',
  async (text) => {
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data/bench.json'), text);
    await start();
    expect(bench.stderr).toMatch(/bench\.json is not used/);
    expect((await get('/devices/acceptor')).body.units).toContainEqual({ unit: 'box', cash: [] });
  },
  60_000,
);

test('a biller on loopback is played at its own port and through the bench, and fails when told to', async () => {
  const free = await freePort();
  await start({ biller: { kind: 'http', file: null, url: `http://127.0.0.1:${free}`, timeoutMs: 8000 } });
  const services = (await get('/devices')).body.services as unknown as readonly { id: string; url: string }[];
  expect(services).toEqual([{ id: 'biller', url: `${url}services/biller` }]);
  const bill = await (await fetch(`http://127.0.0.1:${free}/bills/1001`)).json();
  expect(bill).toMatchObject({ number: '1001', minor: 8650 });
  expect((await get('/services/biller/bills/1001')).body).toEqual(bill);
  const biller = (action: object) => post('/services/biller/actions', action);
  expect((await biller({ action: 'set amount', text: '1001', minor: 9000 })).status).toBe(200);
  expect((await get('/services/biller/bills/1001')).body).toMatchObject({ minor: 9000 });
  expect((await biller({ action: 'pay elsewhere', text: '1002' })).status).toBe(200);
  expect(await billNumbered('1001')).toMatchObject({ status: 'open', minor: 9000 });
  expect(await billNumbered('1002')).toMatchObject({ status: 'paid' });
  expect(await billNumbered('1006')).toMatchObject({ status: 'open', minor: 3750 });
  expect((await biller({ action: 'misbehave', value: 'down' })).body).toMatchObject({ service: { behaviour: 'down' } });
  await expect(fetch(`http://127.0.0.1:${free}/bills/1001`)).rejects.toThrow();
  await expect(fetch(`${url}services/biller/bills/1001`)).rejects.toThrow();
  expect((await biller({ action: 'dance', text: '1001' })).status).toBe(409);
  expect((await biller({ action: 1 })).status).toBe(400);
  expect((await get('/services/biller')).body.behaviour).toBe('down');
}, 60_000);

test('unplugged, the link is gone and the host sees it; plugged in, the link names a new terminal', async () => {
  await start();
  const link = join(folder, 'data/ports/acceptor');
  const before = await host();
  expect(await before.ask([0x11])).toBe('40');
  const cut = await act('unplug');
  expect(cut.body).toMatchObject({ device: { line: false, port: link, tty: null } });
  await before.gone();
  expect(existsSync(link)).toBe(false);
  expect((await act('unplug')).status).toBe(409);
  expect((await act('plug')).body).toMatchObject({ device: { line: true, port: link } });
  const after = await host();
  expect(await after.ask([0x11])).toBe('40');
}, 60_000);

test('the power of the whole cabinet is cut and restored, and a note in escrow is found in the acceptor', async () => {
  await start();
  const wire = await host();
  await wire.ready();
  await act('insert', { minor: 10000 });
  await wire.pollUntil('13 66');
  expect(await post('/actions', { action: 'cut power' })).toMatchObject({
    status: 200,
    body: { ok: true, devices: [{ id: 'acceptor', power: false }] },
  });
  expect(await wire.ask([0x11], 300)).toBe('silence');
  expect((await post('/actions', { action: 'cut power' })).status).toBe(409);
  expect((await post('/actions', { action: 'insert', minor: 100 })).status).toBe(400);
  expect((await post('/actions', { action: 'restore power' })).status).toBe(200);
  expect(await wire.ask([0x11])).toBe('41');
}, 60_000);

test('the cabinet says whether it has power; power for one device is power for the cabinet', async () => {
  await start();
  expect((await get('/cabinet')).body).toEqual({
    power: true,
    kiosk: null,
    timeZone: 'Asia/Shanghai',
    currency: 'CNY',
    exponents: { CNY: 2 },
  });
  await act('cut power');
  expect((await get('/cabinet')).body.power).toBe(true);
  // The device is off already, but not the whole.
  expect((await post('/actions', { action: 'cut supply' })).status).toBe(200);
  expect((await get('/cabinet')).body.power).toBe(false);
  expect((await post('/actions', { action: 'cut supply' })).status).toBe(409);
  await act('restore power');
  expect((await get('/cabinet')).body.power).toBe(true);
}, 60_000);

test('an acceptor says whether its host lets it draw notes in', async () => {
  await start();
  expect((await get('/devices/acceptor')).body.enabled).toBe(false);
  await (await host()).ready();
  expect((await get('/devices/acceptor')).body.enabled).toBe(true);
  await act('cut power');
  expect((await get('/devices/acceptor')).body.enabled).toBe(false);
}, 60_000);

type Bills = readonly { readonly number: string; readonly status: string; readonly minor: number }[];
const bills = async () => (await get('/bills')).body.bills as unknown as Bills;
const billNumbered = async (number: string) => (await bills()).find((bill) => bill.number === number);

test('the samples of the biller without a network are listed, and those that are booked are paid', async () => {
  await start();
  expect(await billNumbered('1001')).toMatchObject({
    status: 'open',
    currency: 'CNY',
    minor: 8650,
    payee: { 'zh-CN': '东湖社区医院', en: 'East Lake Clinic' },
  });
  expect(await billNumbered('1099')).toMatchObject({ status: 'cancelled' });
  writeFileSync(join(folder, 'data/biller.jsonl'), '{"id":"a","bill":"1001"}\n{"id":"b","bi');
  expect((await bills()).filter(({ status }) => status === 'paid').map(({ number }) => number)).toEqual(['1001']);
  expect(await billNumbered('1005')).toMatchObject({ status: 'open', minor: 8650 });
}, 60_000);

test('the bills of a file are listed as the kiosk reads it', async () => {
  const file = join(folder, 'bills.json');
  const names = { 'zh-CN': '水费', en: 'Water' };
  const bill = { number: 'W-7', status: 'open', title: names, payee: names, currency: 'CNY', minor: 1234, lines: [] };
  writeFileSync(file, JSON.stringify({ bills: [bill] }));
  await start({ biller: { ...lab.biller, file } });
  const { lines: _lines, ...listed } = bill;
  expect(await bills()).toEqual([listed]);
}, 60_000);

test('a setting of a simulated device is given on the command line', async () => {
  await start({}, '--set', 'acceptor.denominations=5,10', '--set', 'acceptor.evidence=none');
  expect((await get('/devices/acceptor')).body.denominations).toEqual([
    { currency: 'CNY', minor: 500 },
    { currency: 'CNY', minor: 1000 },
  ]);
}, 60_000);

test('a request under a foreign name or from a foreign page is refused', async () => {
  await start();
  const { port } = new URL(url);
  const status = (headers: Readonly<Record<string, string>>) =>
    new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, path: '/devices', headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on('error', reject)
        .end();
    });
  expect(await status({ host: `kiosk.example:${port}` })).toBe(403);
  expect(await status({ host: `127.0.0.1:${port}`, origin: 'http://kiosk.example' })).toBe(403);
  expect(await status({ host: `127.0.0.1:${port}`, origin: `http://127.0.0.1:${port}` })).toBe(200);
}, 60_000);

test('SIGTERM ends it with 0 and takes its links along', async () => {
  await start();
  const stream = await fetch(new URL('/events', url));
  expect(stream.status).toBe(200);
  expect(await bench.end()).toBe(0);
  expect(existsSync(join(folder, 'data/ports/acceptor'))).toBe(false);
}, 60_000);

test('a port that is taken, and a device that cannot be played, are named', async () => {
  await start();
  const { port } = new URL(url);
  const config = join(folder, 'config.json');
  const second = new Program('hardware/bench/main.ts', [
    '--config',
    config,
    '--data',
    join(folder, 'b'),
    '--http',
    port,
  ]);
  expect(await second.ended).toBe(1);
  expect(JSON.parse(second.stderr)).toMatchObject({ error: 'bench', message: expect.stringContaining(port) });
  const devices = [{ ...lab.devices[0], protocol: 'telepathy' }];
  writeFileSync(config, JSON.stringify({ ...lab, devices }));
  const third = new Program('hardware/bench/main.ts', ['--config', config, '--data', join(folder, 'c'), '--http', '0']);
  expect(await third.ended).toBe(1);
  expect(JSON.parse(third.stderr)).toMatchObject({
    message: expect.stringMatching(/devices\.0\.protocol .*telepathy/),
  });
}, 60_000);

test('thirty-two readers of events are served at once, and one more is told so', async () => {
  await start();
  const reader = new AbortController();
  const listen = async () => (await fetch(new URL('/events', url), { signal: reader.signal })).status;
  const first = await Promise.all(Array.from({ length: 32 }, listen));
  expect(new Set(first)).toEqual(new Set([200]));
  expect(await listen()).toBe(503);
  reader.abort();
});
