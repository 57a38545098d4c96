import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import lab from '../../config/examples/lab.json' with { type: 'json' };
import { Program } from '../hardware/child-process.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

function program(script: string, ...args: readonly string[]): Program {
  const started = new Program(script, args);
  closers.push(() => started.end());
  return started;
}

async function simulated(protocol: string, ...args: readonly string[]): Promise<string> {
  const { port } = await program('scripts/simulator.ts', protocol, ...args).line({ protocol });
  return String(port);
}

async function discovered(...args: readonly string[]) {
  const asked = program('scripts/discover.ts', ...args);
  const exit = await asked.ended;
  return { exit, lines: asked.lines, stderr: asked.stderr };
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'discover-'));
  closers.push(() => rmSync(made, { recursive: true }));
  return made;
}

const fixed = ['port', 'protocol', 'maker', 'model', 'serial', 'firmware', 'denominations', 'config'];

test('each named port is one line: who is there, and what to configure', async () => {
  const ports = await Promise.all([simulated('id003'), simulated('escpos')]);
  const { exit, lines, stderr } = await discovered(...ports.flatMap((port) => ['--port', port]));
  expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
  expect(lines).toMatchObject([
    {
      port: ports[0],
      protocol: 'id003',
      maker: 'JCM',
      serial: null,
      kind: 'note-acceptor',
      config: { id: 'acceptor', protocol: 'id003', port: ports[0], settings: { countries: { '2A': 'CNY' } } },
      remarks: [expect.stringContaining('"2A"')],
    },
    { port: ports[1], protocol: 'escpos', config: { id: 'printer', protocol: 'escpos', settings: {} } },
  ]);
  expect(lines[0]?.denominations).toContainEqual({ currency: 'CNY', minor: 10_000 });
  for (const line of lines) expect(Object.keys(line)).toEqual(expect.arrayContaining(fixed));
});

test('a shared wire is one line with all its devices, the first of them in its own fields', async () => {
  const port = await simulated('cctalk');
  const { exit, lines } = await discovered('--port', port);
  expect(exit).toBe(0);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ protocol: 'cctalk', model: 'SR5', address: 2, config: { id: 'coins' } });
  expect(lines[0]?.devices).toMatchObject([{ address: 2 }, { address: 3 }, { address: 40 }]);
});

test('a port that is not there and one that is held are lines in words, and the exit code is 1', async () => {
  const port = await simulated('id003');
  const code = `import { SerialPort } from 'serialport';
    const port = new SerialPort({ path: ${JSON.stringify(port)}, baudRate: 9600 }, () => console.log('held'));
    process.stdin.on('data', () => {});`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['pipe', 'pipe', 'inherit'] });
  closers.push(() => holder.kill());
  await once(holder.stdout, 'data');
  const { exit, lines, stderr } = await discovered('--port', '/dev/no-such-port', '--port', port);
  expect(exit).toBe(1);
  const nobody = {
    protocol: null,
    maker: null,
    model: null,
    serial: null,
    firmware: null,
    denominations: [],
    config: {},
  };
  expect(lines).toMatchObject([
    { port: '/dev/no-such-port', ...nobody, code: 'missing', problem: expect.stringContaining('plug the device in') },
    { port, ...nobody, code: 'busy', problem: expect.stringContaining(`process ${holder.pid}`) },
  ]);
  expect(JSON.parse(stderr)).toMatchObject({ error: 'missing', message: expect.stringContaining('/dev/no-such-port') });
});

test('a device of the configuration is known again at another port, and keeps its name', async () => {
  const data = folder();
  const port = await simulated('ccnet');
  mkdirSync(join(data, 'ports'));
  symlinkSync(port, join(data, 'ports', 'somewhere'));
  const device = {
    id: 'notes',
    protocol: 'ccnet',
    port: 'DATA/ports/acceptor',
    settings: { countries: { CHN: 'CNY' } },
  };
  const devices = [device, ...lab.devices.filter(({ protocol }) => protocol === 'escpos')];
  writeFileSync(join(data, 'config.json'), JSON.stringify({ ...lab, devices }));
  const who = { protocol: 'ccnet', maker: 'CashCode', model: 'SM-CN1352', serial: '21KC27006179', firmware: null };
  writeFileSync(join(data, 'devices.json'), JSON.stringify({ devices: { notes: who } }));
  const args = ['--config', join(data, 'config.json'), '--data', data];
  const { exit, lines } = await discovered('--port', port, ...args);
  expect(exit).toBe(0);
  expect(lines).toMatchObject([
    { knownAs: 'notes', knownBy: 'serial', movedFrom: join(data, 'ports/acceptor'), config: { ...device, port } },
  ]);
});

test.each([
  [['--prot', 'x'], /--prot/],
  [['--port', ''], /--port needs/],
  [['--data', 'x'], /--config/],
  [['somewhere'], /somewhere/],
])('the command line %j is refused with exit 2', (args, words) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/discover.ts', ...args], {
    encoding: 'utf8',
  });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(JSON.parse(stderr)).toMatchObject({ error: 'usage', message: expect.stringMatching(words) });
});

test('a configuration that is wrong is named, and nothing is asked', () => {
  const file = join(folder(), 'wrong.json');
  writeFileSync(file, '{}');
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/discover.ts', '--config', file], {
    encoding: 'utf8',
  });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(JSON.parse(stderr)).toMatchObject({ error: 'config', message: expect.stringContaining('devices is missing') });
});

test('the help says what is asked and what each field is', () => {
  const { status, stdout } = spawnSync(process.execPath, ['scripts/discover.ts', '--help'], { encoding: 'utf8' });
  expect(status).toBe(0);
  for (const word of ['--port', '--config', 'knownAs', 'movedFrom', 'problem', 'ccnet', 'ssp'])
    expect(stdout).toContain(word);
});
