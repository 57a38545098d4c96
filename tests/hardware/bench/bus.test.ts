import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Cabinet } from '../../../hardware/bench/cabinet.ts';
import { systemClock } from '../../../hardware/clock.ts';
import type { Port } from '../../../hardware/port.ts';
import { serialPort } from '../../../hardware/ports/serial.ts';
import { encoded, frontDoor, POLL } from '../bus.ts';

vi.mock('../../../hardware/catalog.ts', async (original) => {
  const catalog = await original<typeof import('../../../hardware/catalog.ts')>();
  const bus = await import('../bus.ts');
  const entry = { driver: bus.frontDoor, simulator: async () => bus };
  return { ...catalog, protocolNamed: (name: string) => (name === 'bus' ? entry : catalog.protocolNamed(name)) };
});

const devices = [
  { id: 'coins', protocol: 'bus', port: 'DATA/ports/bus', settings: { address: 2, kind: 'coin-acceptor' } },
  { id: 'hopper', protocol: 'bus', port: 'DATA/ports/bus', settings: { address: 3, kind: 'hopper' } },
];
const hex = (bytes: Iterable<number>) => Buffer.from([...bytes]).toString('hex');

let folder: string;
let cabinet: Cabinet;
let port: Port | null = null;
let received: number[] = [];
const events: { readonly device: string; readonly event: string }[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bus-'));
});
afterEach(() => {
  port?.close();
  port = null;
  cabinet.close();
  rmSync(folder, { recursive: true });
});

async function start(settings: Readonly<Record<string, Readonly<Record<string, string>>>> = {}): Promise<void> {
  cabinet = await Cabinet.open({ devices, data: folder, speed: 1, clock: systemClock, settings });
  events.length = 0;
  cabinet.watch(({ text }) => events.push(JSON.parse(text)));
}

async function host(): Promise<Port> {
  received = [];
  const opening = serialPort(join(folder, 'ports/bus'), frontDoor.line);
  port = opening;
  await new Promise<void>((resolve, reject) => {
    opening.open({
      opened: resolve,
      received: (bytes) => received.push(...bytes),
      closed: (problem) => reject(new Error(problem.message)),
    });
  });
  return opening;
}

/** What comes back when these addresses are asked, one after the other. */
async function asked(wire: Port, ...addresses: readonly number[]): Promise<string> {
  const last = received.length;
  for (const address of addresses) {
    const count = received.length;
    wire.send(encoded(address, 1, POLL));
    await expect.poll(() => hex(received.slice(count)), { timeout: 5_000 }).toContain(hex(encoded(1, address, POLL)));
  }
  return hex(received.slice(last));
}

test('machines at one port are on one pseudo-terminal, are what they are configured to be, and answer to their own address', async () => {
  await start();
  const link = join(folder, 'ports/bus');
  expect(cabinet.devices()).toMatchObject([
    { id: 'coins', kind: 'coin-acceptor', port: link, line: true },
    { id: 'hopper', kind: 'hopper', port: link, line: true },
  ]);
  expect(cabinet.detail('coins')?.tty).toBe(cabinet.detail('hopper')?.tty);
  const wire = await host();
  await asked(wire, 2, 3, 3);
  const commands = events.filter(({ event }) => event === 'command').map(({ device }) => device);
  expect(commands).toEqual(['coins', 'hopper', 'hopper']);
});

test('on a wire with an echo the host gets its bytes back once, whoever is asked', async () => {
  await start();
  const wire = await host();
  const expected = [encoded(2, 1, POLL), encoded(1, 2, POLL), encoded(3, 1, POLL), encoded(1, 3, POLL)].map(hex);
  expect(await asked(wire, 2, 3)).toBe(expected.join(''));
});

test('on a wire without an echo the host gets answers alone', async () => {
  await start({ coins: { echo: 'off' }, hopper: { echo: 'off' } });
  const wire = await host();
  expect(await asked(wire, 2, 3)).toBe([encoded(1, 2, POLL), encoded(1, 3, POLL)].map(hex).join(''));
});

test('the cable is everybody’s, power is each one’s own', async () => {
  await start();
  const wire = await host();
  expect(await cabinet.act('coins', { type: 'hand', action: { action: 'cut power' } })).toEqual({ ok: true });
  expect(await asked(wire, 3)).toBe([encoded(3, 1, POLL), encoded(1, 3, POLL)].map(hex).join(''));
  expect(cabinet.devices().map(({ power }) => power)).toEqual([false, true]);
  wire.close();
  expect(await cabinet.act('hopper', { type: 'owner', verb: 'unplug' })).toEqual({ ok: true });
  expect(cabinet.devices().map(({ line }) => line)).toEqual([false, false]);
  const cut = events.filter(({ event }) => event === 'line.cut').map(({ device }) => device);
  expect(cut).toEqual(['coins', 'hopper']);
  expect(await cabinet.act('coins', { type: 'owner', verb: 'unplug' })).toMatchObject({ ok: false });
  expect(await cabinet.act('coins', { type: 'owner', verb: 'plug' })).toEqual({ ok: true });
  expect(await asked(await host(), 3)).toContain(hex(encoded(1, 3, POLL)));
});
