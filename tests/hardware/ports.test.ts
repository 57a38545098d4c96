import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as nodePty from '@lydell/node-pty';
import { SerialPort } from 'serialport';
import { afterEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../hardware/clock.ts';
import type { LineSettings, Port, PortProblem } from '../../hardware/port.ts';
import { serialPort } from '../../hardware/ports/serial.ts';
import { tcpAddress, tcpPort } from '../../hardware/ports/tcp.ts';

const line: LineSettings = { baudRate: 9600, dataBits: 8, parity: 'even', stopBits: 1 };
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** The parts of node-pty's pair that its types leave out. */
interface Pair {
  readonly master: NodeJS.ReadWriteStream & { destroy(): void };
  readonly slave: { destroy(): void };
  readonly ptsName: string;
}

function pair() {
  const { open: openPty } = nodePty as unknown as { open(options: { encoding: null }): Pair & { _pty?: string } };
  const pty = openPty({ encoding: null });
  pty.slave.destroy();
  const path = pty.ptsName ?? pty._pty;
  if (path === undefined) throw new Error('the pseudo-terminal has no name');
  closers.push(() => pty.master.destroy());
  return { master: pty.master, path };
}

interface Opened {
  readonly received: number[];
  readonly ended: Promise<PortProblem>;
  heard(count: number): Promise<void>;
}

function open(port: Port): Promise<Opened | PortProblem> {
  closers.push(() => port.close());
  return new Promise((resolve) => {
    const received: number[] = [];
    const waiting: (() => void)[] = [];
    let end: (problem: PortProblem) => void = () => {};
    const ended = new Promise<PortProblem>((done) => {
      end = done;
    });
    port.open({
      opened: () =>
        resolve({
          received,
          ended,
          heard: async (count) => {
            while (received.length < count) await new Promise<void>((done) => waiting.push(done));
          },
        }),
      received(bytes) {
        received.push(...bytes);
        for (const done of waiting.splice(0)) done();
      },
      closed(problem) {
        end(problem);
        resolve(problem);
      },
    });
  });
}

const isOpen = (result: Opened | PortProblem): Opened => {
  if ('code' in result) throw new Error(result.message);
  return result;
};

test('all 256 bytes pass both ways, also after closing and opening again', async () => {
  const { master, path } = pair();
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const atMaster: number[] = [];
  master.on('data', (bytes: Buffer) => atMaster.push(...bytes));
  for (let round = 1; round <= 3; round++) {
    const port = serialPort(path, line);
    const opened = isOpen(await open(port));
    master.write(Buffer.from(all));
    await opened.heard(256);
    expect(opened.received).toEqual([...all]);
    await new Promise<void>((sent) => port.send(all, sent));
    await expect.poll(() => atMaster.length, { timeout: 3_000 }).toBe(256 * round);
    port.close();
    expect((await opened.ended).code).toBe('closed');
  }
  expect(atMaster.slice(-256)).toEqual([...all]);
});

test('a port that is not there is missing, and said so', async () => {
  expect(await open(serialPort('/dev/no-such-port', line))).toMatchObject({
    code: 'missing',
    message: expect.stringContaining('/dev/no-such-port'),
  });
});

test('unplugged, the line is lost with the next question at the latest, as a polling host asks it', async () => {
  const { master, path } = pair();
  const port = serialPort(path, line);
  const opened = isOpen(await open(port));
  master.destroy();
  // The system may answer a read of a line that is gone with nothing, for ever; a write it refuses.
  const asking = setInterval(() => port.send(Uint8Array.of(0)), 50);
  closers.push(() => clearInterval(asking));
  expect((await opened.ended).code).toBe('lost');
});

test('unplugged, a line that nobody writes to is lost too', async () => {
  const { master, path } = pair();
  const opened = isOpen(await open(serialPort(path, line)));
  master.destroy();
  expect(await opened.ended).toMatchObject({ code: 'lost', message: expect.stringContaining('was unplugged') });
});

test('a line is lost when its name has become another’s', async () => {
  const [first, second] = [pair(), pair()];
  const folder = mkdtempSync(join(tmpdir(), 'line-'));
  closers.push(() => rmSync(folder, { recursive: true }));
  const name = join(folder, 'scanner');
  symlinkSync(first.path, name);
  const opened = isOpen(await open(serialPort(name, line)));
  first.master.write(Uint8Array.of(7));
  await opened.heard(1);
  rmSync(name);
  symlinkSync(second.path, name);
  expect((await opened.ended).code).toBe('lost');
});

test('a line that stays open and takes no bytes any more is lost, and the reason is told', async () => {
  const { path } = pair();
  const port = serialPort(path, line);
  const opened = isOpen(await open(port));
  const write = vi.spyOn(SerialPort.prototype, '_write').mockImplementation((_data, _encoding, callback) => {
    callback(new Error('input/output error'));
  });
  closers.push(() => write.mockRestore());
  port.send(Uint8Array.of(0));
  expect(await opened.ended).toMatchObject({ code: 'lost', message: expect.stringContaining('input/output error') });
});

test('a path that is no serial line is refused, with what to do', async () => {
  const problem = (await open(serialPort('/dev/null', line))) as PortProblem;
  expect(problem).toMatchObject({
    code: 'refused',
    message: expect.stringMatching(/\/dev\/null cannot be opened.*"port"/),
  });
});

test('a port that another process holds is busy, and the holder is named', async () => {
  const { path } = pair();
  const code = `import { SerialPort } from 'serialport';
    const port = new SerialPort({ path: ${JSON.stringify(path)}, baudRate: 9600 }, () => console.log('held'));
    process.stdin.on('data', () => {});`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['pipe', 'pipe', 'inherit'] });
  closers.push(() => holder.kill());
  await once(holder.stdout, 'data');
  const problem = (await open(serialPort(path, line))) as PortProblem;
  expect(problem.code).toBe('busy');
  expect(problem.message).toContain(`process ${holder.pid}`);
});

test('TCP carries bytes both ways and is lost when the other end goes', async () => {
  const server = createServer((socket) => {
    socket.on('data', (bytes) => {
      socket.write(bytes);
      if (bytes[0] === 0xff) socket.end();
    });
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  const name = `127.0.0.1:${(server.address() as { port: number }).port}`;
  const port = tcpPort(name, systemClock);
  const opened = isOpen(await open(port));
  port.send(Uint8Array.of(1, 2, 3));
  await opened.heard(3);
  expect(opened.received).toEqual([1, 2, 3]);
  port.send(Uint8Array.of(0xff));
  expect((await opened.ended).code).toBe('lost');
  server.close();
  await once(server, 'close');
  expect(await open(tcpPort(name, systemClock))).toMatchObject({ code: 'refused' });
});

test.each([
  ['127.0.0.1:20007', true],
  ['printer.local:9100', true],
  ['[::1]:9100', true],
  ['/dev/ttyUSB0', false],
  ['/dev/serial/by-path/pci-0:1', false],
  ['host:0', false],
  ['host:70000', false],
])('%s is a network name: %s', (name, is) => expect(tcpAddress(name) !== null).toBe(is));
