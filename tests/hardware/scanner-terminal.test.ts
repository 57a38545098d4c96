/** The simulated scanner at a real pseudo-terminal, and the driver that the kiosk has for it. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openStations, type Station } from '../../hardware/bench/station.ts';
import { systemClock } from '../../hardware/clock.ts';
import { type DeviceFact, emptyMemory } from '../../hardware/device.ts';
import { openDevices, portByName } from '../../hardware/open.ts';
import { noProbe } from '../../hardware/port.ts';
import { simulate } from '../../hardware/scanner/simulator.ts';
import type { HandAction, SimulatorEvent } from '../../hardware/simulated.ts';
import { Program } from './child-process.ts';

const LIMIT_MS = 20_000;
const PAYMENT_CODE = '134567890123456789';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** Things that happen, waited for by what they are. */
class Told<T> {
  readonly all: T[] = [];
  private readonly wakers = new Set<() => void>();

  add(one: T): void {
    this.all.push(one);
    for (const wake of this.wakers) wake();
  }

  /** The first from `since` on that fits. */
  async until(fits: (one: T) => boolean, since = 0): Promise<T> {
    const endMs = performance.now() + LIMIT_MS;
    for (;;) {
      const found = this.all.slice(since).find(fits);
      if (found !== undefined) return found;
      const leftMs = endMs - performance.now();
      if (leftMs <= 0) throw new Error(`it never came; ${JSON.stringify(this.all.slice(-10))}`);
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          this.wakers.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, leftMs);
        this.wakers.add(wake);
      });
    }
  }
}

/** The device as the kiosk drives it, and everything that it tells. */
function driven(port: string, settings: Readonly<Record<string, unknown>>) {
  const facts = new Told<DeviceFact>();
  const devices = openDevices({
    configs: [{ id: 'scanner', protocol: 'scanner', port, settings }],
    clock: systemClock,
    probe: noProbe,
    chance: (bytes) => randomBytes(bytes),
    memory: () => emptyMemory,
    openPort: portByName,
    onFact: (fact) => facts.add(fact),
  });
  return { facts, devices };
}

/** The command for a technician, in a process of its own as a machine is. */
async function machineOfItsOwn(...settings: readonly string[]) {
  const program = new Program('scripts/simulator.ts', ['scanner', '--speed', '20', ...settings]);
  closers.push(() => program.end());
  const { port } = await program.line({ protocol: 'scanner' });
  return { program, port: String(port) };
}

async function scanner(machine: Readonly<Record<string, string>>, settings: Readonly<Record<string, unknown>> = {}) {
  const events = new Told<SimulatorEvent>();
  const [station] = (await openStations([{ simulate, settings: machine, happened: (event) => events.add(event) }], {
    clock: systemClock,
    speed: 20,
    wire: { kind: 'pty' },
  })) as [Station];
  closers.push(() => station.close());
  const { facts, devices } = driven(station.line.port, settings);
  closers.push(() => devices.get('scanner')?.close());
  await facts.until(({ fact }) => fact === 'device.ready');
  await events.until(({ event }) => event === 'started');
  const hand = async (action: HandAction): Promise<void> => {
    expect(await station.act({ type: 'hand', action })).toEqual({ ok: true });
  };
  const read = async (text: string): Promise<void> => {
    const since = facts.all.length;
    await hand({ action: 'scan', text });
    await facts.until((fact) => fact.fact === 'code.scanned' && fact.text === text, since);
  };
  const codes = () => facts.all.flatMap((fact) => (fact.fact === 'code.scanned' ? [fact.text] : []));
  return { facts, events, hand, read, codes };
}

test.each<[Readonly<Record<string, string>>, Readonly<Record<string, unknown>>]>([
  [{}, {}],
  [{ suffix: 'crlf' }, {}],
  [{ suffix: 'lf' }, { suffix: 'lf' }],
  [{ suffix: 'lf' }, {}],
  [{ suffix: 'crlf', charset: 'gb18030' }, {}],
  [{ baudRate: '115200' }, { baudRate: 115_200 }],
  [
    { prefix: '~', aim: 'on' },
    { prefix: '~', aim: true },
  ],
])(
  'a machine set to %j is read with the settings %j',
  async (machine, settings) => {
    const { read, codes } = await scanner(machine, settings);
    const texts = [PAYMENT_CODE, '1001', '示例公司收据', `$01${'A'.repeat(1_000)}$`];
    for (const text of texts) await read(text);
    expect(codes()).toEqual(texts);
  },
  60_000,
);

test('a code that is held before the window is told once', async () => {
  const { events, hand, read, codes } = await scanner({});
  await hand({ action: 'misbehave', value: 'repeat' });
  await read(PAYMENT_CODE);
  await hand({ action: 'misbehave', value: 'off' });
  const since = events.all.length;
  // The last of the three readings comes 0.8 s after the first; what is scanned behind it is told behind it.
  await new Promise((resolve) => setTimeout(resolve, 900));
  await read('1001');
  expect(events.all.slice(since)).toMatchObject([{ event: 'scanned', bytes: 5 }]);
  expect(codes()).toEqual([PAYMENT_CODE, '1001']);
}, 60_000);

test('a cable that is pulled is a loss, although the host never sends anything that could fail', async () => {
  const machine = await machineOfItsOwn('--set', 'startMs=0');
  // By a name of its own: another line may be given the number of one that is gone.
  const folder = mkdtempSync(join(tmpdir(), 'scanner-'));
  closers.push(() => rmSync(folder, { recursive: true }));
  const port = join(folder, 'port');
  symlinkSync(machine.port, port);
  const { facts, devices } = driven(port, {});
  closers.push(() => devices.get('scanner')?.close());
  await facts.until(({ fact }) => fact === 'device.ready');
  expect((await machine.program.did('scan 1001')).ok).toBe(true);
  await facts.until((fact) => fact.fact === 'code.scanned' && fact.text === '1001');
  await machine.program.did('unplug');
  expect(await facts.until(({ fact }) => fact === 'device.lost')).toMatchObject({ device: 'scanner', reason: 'lost' });
  unlinkSync(port);
  expect(await facts.until((fact) => fact.fact === 'device.lost' && fact.reason === 'missing')).toBeDefined();
}, 60_000);

test('noise before a code is thrown away, and power that comes back finds the line as it was', async () => {
  const { facts, events, hand, read, codes } = await scanner({});
  await hand({ action: 'misbehave', value: 'noise' });
  await read('1001');
  await hand({ action: 'misbehave', value: 'off' });
  await hand({ action: 'cut power' });
  const since = events.all.length;
  await hand({ action: 'restore power' });
  await events.until(({ event }) => event === 'started', since);
  await read('1002');
  expect(codes().slice(-2)).toEqual(['1001', '1002']);
  expect(facts.all.filter(({ fact }) => fact === 'device.lost')).toEqual([]);
}, 60_000);

test('the commands for a technician play a scanner and read it', async () => {
  const { program: machine, port } = await machineOfItsOwn('--set', 'suffix=crlf');
  const host = new Program('scripts/device.ts', ['scanner', '--port', port, 'watch']);
  closers.push(() => host.end());
  await host.line({ fact: 'device.ready' });
  await machine.line({ event: 'started' });
  expect(await machine.did('scan 6901234567892')).toEqual({ did: 'scan 6901234567892', ok: true });
  expect(await host.line({ fact: 'code.scanned' })).toMatchObject({ text: '6901234567892' });
}, 60_000);
