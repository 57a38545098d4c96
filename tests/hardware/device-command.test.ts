import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { protocols } from '../../hardware/catalog.ts';
import { Program } from './child-process.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

function program(script: string, ...args: readonly string[]): Program {
  const started = new Program(script, args);
  closers.push(() => started.end());
  return started;
}

const device = (...args: readonly string[]) => program('scripts/device.ts', ...args);

async function simulator(): Promise<{ readonly machine: Program; readonly port: string }> {
  const machine = program('scripts/simulator.ts', 'id003', '--speed', '20');
  const { port } = await machine.line({ protocol: 'id003' });
  return { machine, port: String(port) };
}

/** A port where somebody listens and never says anything; `asked` when something was said to it. */
async function muteHost(): Promise<{ readonly port: string; readonly asked: Promise<void> }> {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const server = createServer((socket) => socket.on('error', () => {}).on('data', () => resolve()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  return { port: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const failure = (ended: Program) => JSON.parse(ended.stderr) as { readonly error: string; readonly message: string };

describe('identify', () => {
  test('prints one line, who the device is, and ends', async () => {
    const { port } = await simulator();
    const asked = device('id003', '--port', port, 'identify');
    expect(await asked.ended).toBe(0);
    expect(asked.lines).toMatchObject([{ fact: 'device.identified', protocol: 'id003', atMs: expect.any(Number) }]);
    expect(asked.lines[0]?.denominations).toContainEqual({ currency: 'CNY', minor: 10_000 });
  });

  test('reads the settings that are given over those of the laboratory', async () => {
    const { port } = await simulator();
    const asked = device('id003', '--port', port, '--set', 'countries.2A=JPY', 'identify');
    expect(await asked.ended).toBe(0);
    expect(asked.lines[0]?.denominations).toContainEqual({ currency: 'JPY', minor: 100 });
  });

  test('of a device that does not answer fails, with what to check', async () => {
    const asked = device('id003', '--port', (await muteHost()).port, 'identify');
    expect(await asked.ended).toBe(1);
    expect(asked.lines).toEqual([]);
    expect(failure(asked)).toMatchObject({
      error: 'no-answer',
      message: expect.stringMatching(/10 s.*check its power/),
    });
  });

  test('that is ended before the device answered is no success', async () => {
    const { port, asked } = await muteHost();
    const early = device('id003', '--port', port, 'identify');
    await asked;
    expect(await early.end()).toBe(1);
    expect(failure(early).error).toBe('ended');
  });
});

test('accept stacks what it is offered and ends after so many notes', async () => {
  const { machine, port } = await simulator();
  const host = device('id003', '--port', port, 'accept', '--notes', '1');
  await host.line({ fact: 'device.ready' });
  while ((await machine.did('insert 20.00')).ok !== true) await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await host.ended).toBe(0);
  const stacked = host.lines.filter(({ fact }) => fact === 'note.stacked');
  expect(stacked).toMatchObject([{ currency: 'CNY', minor: 2000 }]);
  await machine.line({ event: 'vend.acknowledged', minor: 2000 });
});

test('what takes no notes accepts none', async () => {
  const asked = device('escpos', '--port', '127.0.0.1:1', 'accept');
  expect(await asked.ended).toBe(2);
  expect(failure(asked).message).toContain('takes no notes');
});

describe('a request by hand', () => {
  test('prints the answer as bytes, name and meaning', async () => {
    const { port } = await simulator();
    const asked = device('id003', '--port', port, 'status');
    expect(await asked.ended).toBe(0);
    expect(asked.lines).toMatchObject([{ apdu: 'FC 05 40 2B 15', command: 'power-up', fields: {} }]);
  });

  test('that nobody answers fails, with what to check', async () => {
    const asked = device('id003', '--port', (await muteHost()).port, 'status');
    expect(await asked.ended).toBe(1);
    expect(failure(asked)).toMatchObject({
      error: 'no-answer',
      message: expect.stringMatching(/status.*check its power/),
    });
  });
});

describe('decode', () => {
  function decoded(text: string | Uint8Array, ...args: readonly string[]) {
    const folder = mkdtempSync(join(tmpdir(), 'decode-'));
    closers.push(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'recording'), text);
    const all = ['scripts/device.ts', 'id003', 'decode', join(folder, 'recording'), ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, all, { encoding: 'utf8' });
    return { status, stderr, lines: stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)])) };
  }

  test('prints apdu, command and fields of each message', () => {
    expect(decoded('FC 05 11 27 56\nFC 06 13 63 A2 D8', '--from', 'device')).toMatchObject({
      status: 0,
      lines: [
        { apdu: 'FC 05 11 27 56', command: 'idle', fields: {} },
        { apdu: 'FC 06 13 63 A2 D8', command: 'escrow', fields: { denomination: '63' } },
      ],
    });
  });

  test('names what is no message and fails', () => {
    const { status, lines, stderr } = decoded(Uint8Array.of(0xfc, 0x05, 0x11, 0x27, 0x57));
    expect(status).toBe(1);
    expect(lines).toEqual([{ error: 'wrong checksum', apdu: 'FC 05 11 27 57' }]);
    expect(JSON.parse(stderr).message).toContain('check that it is a recording of id003');
  });

  test.each([
    ['', /holds no message; give it/],
    ['FC 0', /odd number/],
  ])('refuses a recording of "%s"', (text, message) => {
    const { status, stderr } = decoded(text);
    expect(status).toBe(1);
    expect(JSON.parse(stderr).message).toMatch(message);
  });
});

test('the help names every protocol with its settings and requests', () => {
  const { stdout } = spawnSync(process.execPath, ['scripts/device.ts', '--help'], { encoding: 'utf8' });
  for (const [name, { driver }] of Object.entries(protocols)) {
    for (const line of driver.settingsHelp) expect(stdout, name).toContain(line);
    for (const request of Object.keys(driver.requests(driver.labSettings))) expect(stdout, name).toContain(request);
  }
});
