/** A printer as the kernel's usblp shows it: a character device without a speed, played by a pseudo-terminal in raw mode. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as nodePty from '@lydell/node-pty';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStations } from '../../hardware/bench/station.ts';
import { type Clock, systemClock } from '../../hardware/clock.ts';
import { type DeviceFact, emptyMemory } from '../../hardware/device.ts';
import { discoverPort } from '../../hardware/discovery.ts';
import { inquire } from '../../hardware/escpos/inquiry.ts';
import { simulate } from '../../hardware/escpos/simulator.ts';
import { openDevices, portByName } from '../../hardware/open.ts';
import { noProbe, type PortProblem } from '../../hardware/port.ts';
import { listUsbPrinters } from '../../hardware/ports/list.ts';
import { isUsbPrinter, usbPrinterPort, WRITE_AGAIN_MS } from '../../hardware/ports/usb-printer.ts';

const LIMIT_MS = 20_000;

let root = '';
let path = '';
const closers: (() => unknown)[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'usb-'));
  mkdirSync(join(root, 'usb'));
  path = join(root, 'usb', 'lp0');
});
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
  rmSync(root, { recursive: true });
});

interface Pair {
  readonly master: NodeJS.ReadWriteStream & { destroy(): void };
  readonly slave: { destroy(): void };
  readonly ptsName: string;
}

/** A printer that stands at `path` now. */
function plug(): Pair['master'] {
  const pty = (nodePty as unknown as { open(options: { encoding: null }): Pair }).open({ encoding: null });
  pty.slave.destroy();
  execFileSync('stty', ['-F', pty.ptsName, 'raw', '-echo']);
  symlinkSync(pty.ptsName, path);
  closers.push(() => pty.master.destroy());
  return pty.master;
}

function opens(clock: Clock = systemClock) {
  const received: number[] = [];
  const port = usbPrinterPort(path, clock);
  let opened = false;
  let problem: PortProblem | null = null;
  port.open({
    opened: () => {
      opened = true;
    },
    received: (bytes) => received.push(...bytes),
    closed: (why) => {
      problem = why;
    },
  });
  closers.push(() => port.close());
  const until = (what: () => unknown) => expect.poll(what, { timeout: LIMIT_MS });
  return {
    port,
    received,
    isOpen: () => until(() => opened).toBe(true),
    ends: async () => {
      await until(() => problem).not.toBeNull();
      return problem as unknown as PortProblem;
    },
  };
}

test('all 256 bytes pass both ways, also after closing and opening again', async () => {
  const master = plug();
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const atPrinter: number[] = [];
  master.on('data', (bytes: Buffer) => atPrinter.push(...bytes));
  for (let round = 1; round <= 2; round++) {
    const { port, received, isOpen, ends } = opens();
    await isOpen();
    master.write(Buffer.from(all));
    await new Promise<void>((sent) => port.send(all, sent));
    await expect.poll(() => received, { timeout: LIMIT_MS }).toEqual([...all]);
    await expect.poll(() => atPrinter.length, { timeout: LIMIT_MS }).toBe(256 * round);
    port.close();
    expect(await ends()).toMatchObject({ code: 'closed' });
  }
});

test('where no printer stands nothing is made, and a file is left as it is', async () => {
  expect(await opens().ends()).toMatchObject({ code: 'missing', message: expect.stringContaining(path) });
  expect(existsSync(path)).toBe(false);
  writeFileSync(path, 'a file');
  expect(await opens().ends()).toMatchObject({ code: 'refused' });
  expect(readFileSync(path, 'utf8')).toBe('a file');
});

test('closed while it is being opened, it says so when the file is free, and is opened anew', async () => {
  plug();
  const device = readlinkSync(path);
  const holders = () => readdirSync('/proc/self/fd').filter((fd) => leadsTo(`/proc/self/fd/${fd}`, device)).length;
  // The pair itself may hold it.
  const before = holders();
  const { port, ends } = opens();
  port.close();
  expect(await ends()).toMatchObject({ code: 'closed' });
  // What was under way would come to its end within some turns.
  for (let turn = 0; turn < 200; turn++) {
    expect(holders()).toBe(before);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const again = opens();
  await again.isOpen();
  expect(holders()).toBe(before + 1);
});

/** A number in the folder may be gone when it is looked at. */
function leadsTo(link: string, device: string): boolean {
  try {
    return readlinkSync(link) === device;
  } catch {
    return false;
  }
}

test('a printer that takes nothing holds nobody up, and gets everything once it takes again', async () => {
  const master = plug();
  master.pause();
  let isFull = () => {};
  const full = new Promise<void>((resolve) => {
    isFull = resolve;
  });
  const { port, isOpen } = opens({
    ...systemClock,
    after(delayMs, then) {
      if (delayMs === WRITE_AGAIN_MS) isFull();
      return systemClock.after(delayMs, then);
    },
  });
  await isOpen();
  const much = Uint8Array.from({ length: 300_000 }, (_, at) => at % 251);
  const order: string[] = [];
  port.send(much, () => order.push('sent'));
  await full;
  await new Promise<void>((resolve) => setImmediate(resolve));
  order.push('others had their turn');
  const taken: Buffer[] = [];
  master.on('data', (bytes: Buffer) => taken.push(bytes)).resume();
  await expect.poll(() => order, { timeout: LIMIT_MS }).toEqual(['others had their turn', 'sent']);
  await expect.poll(() => Buffer.concat(taken).equals(much), { timeout: LIMIT_MS }).toBe(true);
});

test('what is more than a printer could ever have waiting ends the line', async () => {
  plug().pause();
  const { port, isOpen, ends } = opens();
  await isOpen();
  for (let n = 0; n < 5; n++) port.send(new Uint8Array(1024 * 1024));
  expect(await ends()).toMatchObject({ code: 'lost', message: expect.stringContaining('takes nothing') });
});

test('unplugged it is lost, and the driver finds the printer that is plugged in later', async () => {
  const { station, facts } = await driven();
  const told = (name: string, since = 0) =>
    expect.poll(() => facts.slice(since).some(({ fact }) => fact === name), { timeout: LIMIT_MS }).toBe(true);
  await told('device.ready');
  expect(await station.act({ type: 'owner', verb: 'unplug' })).toEqual({ ok: true });
  await told('device.lost');
  const since = facts.length;
  expect(await station.act({ type: 'owner', verb: 'plug' })).toEqual({ ok: true });
  await told('device.ready', since);
}, 60_000);

/** The driver of receipt printers, at a simulated one that stands where a USB printer does. */
async function driven() {
  const [station] = await openStations([{ simulate, settings: {}, happened: () => {} }], {
    clock: systemClock,
    speed: 20,
    wire: { kind: 'pty', link: path },
  });
  if (station === undefined) throw new Error('there is no station');
  closers.push(() => station.close());
  const facts: DeviceFact[] = [];
  const devices = openDevices({
    configs: [{ id: 'printer', protocol: 'escpos', port: path, settings: {} }],
    clock: systemClock,
    probe: noProbe,
    chance: (bytes) => new Uint8Array(bytes),
    memory: () => emptyMemory,
    openPort: portByName,
    onFact: (fact) => facts.push(fact),
  });
  closers.push(() => devices.get('printer')?.close());
  return { station, facts };
}

test('it is listed by its number, and asked only as a printer', async () => {
  const [station] = await openStations([{ simulate, settings: {}, happened: () => {} }], {
    clock: systemClock,
    speed: 20,
    wire: { kind: 'pty', link: path },
  });
  closers.push(() => station?.close());
  for (const name of ['lp10', 'lp2', 'hiddev0']) writeFileSync(join(root, 'usb', name), '');
  expect(await listUsbPrinters(root)).toEqual(['lp0', 'lp2', 'lp10'].map((name) => join(root, 'usb', name)));
  expect(isUsbPrinter('/dev/usb/lp0')).toBe(true);
  expect(isUsbPrinter('/dev/lp0')).toBe(false);
  expect(await listUsbPrinters(join(root, 'none'))).toEqual([]);
  const asks = { clock: systemClock, openPort: portByName, currency: null };
  expect(await discoverPort(path, asks)).toMatchObject({ protocol: 'escpos' });
  await station?.close();
  const silent = plug();
  const heard: number[] = [];
  silent.on('data', (bytes: Buffer) => heard.push(...bytes));
  expect(await discoverPort(path, asks)).toMatchObject({ protocol: null });
  expect(heard).toEqual(askedOfNobody());
}, 60_000);

/** The bytes of ESC/POS's own questions when nothing is answered to any. */
function askedOfNobody(): readonly number[] {
  const bytes: number[] = [];
  const questions = inquire();
  for (let next = questions.next(); next.done !== true; next = questions.next([])) bytes.push(...next.value.bytes);
  return bytes;
}
