import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readOptions } from '../../scripts/office.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

let folder: string;
let data: string;
let children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'office-'));
  data = join(folder, 'data');
});
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  children = [];
  rmSync(folder, { recursive: true });
});

interface Ready {
  readonly office: string;
  readonly mqtt: string;
  readonly tuf: string;
  readonly setUp: string | null;
}

function start(...args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, ['scripts/office.ts', '--data', data, ...args], { cwd: root });
  children.push(child);
  return child;
}

async function ready(...args: readonly string[]): Promise<{ readonly child: ChildProcess; readonly line: Ready }> {
  const child = start('--http', '0', '--mqtt', '0', ...args);
  const [line] = await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line');
  return { child, line: JSON.parse(String(line)) };
}

async function ending(child: ChildProcess): Promise<{ code: number | null; errors: string }> {
  let errors = '';
  child.stderr?.on('data', (bytes) => {
    errors += bytes;
  });
  const [code] = await once(child, 'exit');
  return { code, errors };
}

/** What the broker shows of itself: its certificate, or what it is signed with. */
async function shown(mqtt: string, ca: string): Promise<{ serial: string; trusted: boolean }> {
  const { hostname, port } = new URL(mqtt);
  const socket = connect({ host: hostname, port: Number(port), ca, rejectUnauthorized: false });
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  const found = { serial: socket.getPeerCertificate().serialNumber, trusted: socket.authorized };
  socket.destroy();
  return found;
}

describe('options', () => {
  test.each([
    [['--http', '65536'], /--http takes a port/],
    [['--mqtt', 'x'], /--mqtt takes a port/],
    [['--data', ''], /--data takes a folder/],
    [['--database', 'mysql://a/b'], /--database takes the address of a PostgreSQL server/],
    [['--broker', 'mqtt://a:1883'], /--broker takes an address such as mqtts/],
    [['--public-url', 'https://office.example/console'], /--public-url takes an address without a path/],
    [['--public-url', 'office.example'], /--public-url takes an address/],
    [['--public-mqtt', 'mqtt://office.example:1883'], /--public-mqtt takes an address such as mqtts/],
    [['--port', '1'], /--port/],
    [['LAB-01'], /LAB-01/],
  ])('%j are refused', (args, words) => {
    const read = readOptions(args);
    expect(read.ok ? '' : read.problem).toMatch(words);
  });

  test('left out have their documented values', () => {
    const given = { database: null, broker: null, publicUrl: null, publicMqtt: null };
    const options = { http: 8082, mqtt: 8883, data: join(process.cwd(), 'data-office'), ...given };
    expect(readOptions([])).toEqual({ ok: true, options });
  });

  test('an address for elsewhere is kept as browsers name it', () => {
    const args = ['--public-url', 'https://office.example:443/', '--public-mqtt', 'mqtts://office.example:8883'];
    const options = { publicUrl: 'https://office.example', publicMqtt: 'mqtts://office.example:8883' };
    expect(readOptions(args)).toMatchObject({ ok: true, options });
  });
});

test('the office comes up, ends in order, and is the same one when it comes again', async () => {
  const first = await ready();
  const { office, mqtt, tuf, setUp } = first.line;
  expect(setUp).toBe(join(data, 'setup-code'));
  for (const name of ['authority.pem', 'server.pem', 'command.pem'])
    expect(statSync(join(data, 'keys', name)).mode & 0o777).toBe(0o600);
  const ca = readFileSync(join(data, 'keys', 'authority.pem'), 'utf8');
  const before = await shown(mqtt, ca);
  expect(before.trusted).toBe(true);
  const rootDocument = await (await fetch(`${tuf}/metadata/1.root.json`)).text();
  const code = readFileSync(setUp as string, 'utf8').trim();
  const headers = { origin: office, 'content-type': 'application/json' };
  const body = JSON.stringify({ code, name: 'Li Na', passphrase: 'a long enough one' });
  const came = await fetch(`${office}/api/set-up`, { method: 'POST', headers, body });
  expect(came.status).toBe(200);
  const cookie = String(came.headers.get('set-cookie')).split(';', 1)[0] as string;

  const second = start('--http', '0', '--mqtt', '0');
  const refused = await ending(second);
  expect([refused.code, JSON.parse(refused.errors)]).toEqual([
    1,
    { error: 'data-in-use', message: expect.stringContaining(`process ${first.child.pid}`) },
  ]);

  const ended = once(first.child, 'exit');
  first.child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);

  const again = await ready('--http', new URL(office).port);
  expect(again.line).toMatchObject({ office, setUp: null });
  expect(readFileSync(join(data, 'keys', 'authority.pem'), 'utf8')).toBe(ca);
  expect(await shown(again.line.mqtt, ca)).toEqual(before);
  expect(await (await fetch(`${tuf}/metadata/1.root.json`)).text()).toBe(rootDocument);
  const session = await (await fetch(`${office}/api/session`, { headers: { cookie } })).json();
  expect(session).toEqual({ person: { name: 'Li Na', role: 'administrator' }, setUp: false });
});

describe('nothing is kept hold of', () => {
  test('when the port of the console is taken: exit 1, and it is named', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    try {
      for (const option of ['--http', '--mqtt'] as const) {
        const other = option === '--http' ? '--mqtt' : '--http';
        const { code, errors } = await ending(start(option, String(port), other, '0'));
        expect(code).toBe(1);
        const message = expect.stringMatching(new RegExp(`port ${port} .* choose another with ${option}`));
        expect(JSON.parse(errors.trim().split('\n').at(-1) as string)).toEqual({ error: 'port', message });
      }
    } finally {
      server.close();
    }
  });

  test('in the folder of a kiosk: exit 1, and nothing is written there', async () => {
    mkdirSync(data);
    writeFileSync(join(data, 'journal.sqlite'), '');
    const { code, errors } = await ending(start());
    expect([code, JSON.parse(errors).error]).toEqual([1, 'data-of-a-kiosk']);
    expect(existsSync(join(data, 'keys'))).toBe(false);
  });
});
