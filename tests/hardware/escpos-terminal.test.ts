/** The simulated printer in its own process, spoken to over a real pseudo-terminal by a host of a few lines. */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { ReadStream, WriteStream } from 'node:tty';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const LIMIT_MS = 15_000;

type Line = Readonly<Record<string, unknown>>;

class Host {
  private readonly child: ChildProcess;
  private readonly lines: Line[] = [];
  private readonly wakers: (() => void)[] = [];
  private got = '';
  private read: ReadStream | null = null;
  private write: WriteStream | null = null;

  constructor(...args: readonly string[]) {
    this.child = spawn(process.execPath, ['scripts/simulator.ts', 'escpos', ...args], {
      cwd: root,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    createInterface({ input: this.child.stdout as NodeJS.ReadableStream }).on('line', (text) => {
      this.lines.push(JSON.parse(text));
      this.wake();
    });
  }

  private wake(): void {
    for (const waker of this.wakers.splice(0)) waker();
  }

  private async until<T>(look: () => T | undefined, what: string): Promise<T> {
    const end = performance.now() + LIMIT_MS;
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      const leftMs = end - performance.now();
      if (leftMs <= 0) throw new Error(`no ${what}; got "${this.got}", ${JSON.stringify(this.lines.slice(-5))}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.wakers.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  line(match: (line: Line) => boolean, what: string): Promise<Line> {
    return this.until(() => this.lines.find(match), what);
  }

  async open(): Promise<void> {
    const { port } = await this.line((line) => typeof line.port === 'string', 'port');
    const flags = constants.O_RDWR | constants.O_NOCTTY;
    this.read = new ReadStream(openSync(String(port), flags));
    this.read.setRawMode(true);
    this.write = new WriteStream(openSync(String(port), flags));
    this.read.on('data', (bytes: Buffer) => {
      this.got += bytes.toString('hex');
      this.wake();
    });
    // A printer answers nothing while it starts; the first answer says that it has.
    const ask = setInterval(() => this.send('100401'), 200);
    try {
      await this.answer('12');
    } finally {
      clearInterval(ask);
    }
    // Behind every answer to the questions above, so that none of them is left.
    this.send('1d4943');
    await this.answer('5f54502d383000');
  }

  send(hex: string): void {
    this.write?.write(Buffer.from(hex, 'hex'));
  }

  /** Waits for these bytes and forgets what came up to them. */
  async answer(hex: string): Promise<void> {
    await this.until(() => (this.got.includes(hex) ? true : undefined), `answer ${hex}`);
    this.got = this.got.slice(this.got.indexOf(hex) + hex.length);
  }

  async act(verb: string): Promise<Line> {
    const from = this.lines.length;
    this.child.stdin?.write(`${verb}\n`);
    return this.until(() => this.lines.slice(from).find((line) => line.did === verb), verb);
  }

  async end(): Promise<void> {
    this.read?.destroy();
    this.write?.destroy();
    if (this.child.exitCode !== null) return;
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await gone;
  }
}

let host: Host | null = null;
afterEach(async () => {
  await host?.end();
  host = null;
});

describe('the simulated printer on a pseudo-terminal', () => {
  test('answers in real time, prints, reports changes and forgets at power loss', { timeout: 60_000 }, async () => {
    host = new Host();
    await host.open();
    for (const [ask, answer] of [
      ['100402', '12'],
      ['100403', '12'],
      ['100404', '12'],
      ['1d4943', '5f54502d383000'],
      ['1d61ff', '10000000'],
    ] as const) {
      host.send(ask);
      await host.answer(answer);
    }
    host.send(`1b40 1c26 ${Buffer.from([0xca, 0xd5, 0xbf, 0xee]).toString('hex')} 0a 1d564200`.replaceAll(' ', ''));
    host.send('1d284806003030 41424344'.replaceAll(' ', ''));
    await host.answer('37224142434400');
    expect(await host.line((line) => line.event === 'printed', 'printed')).toMatchObject({ bytes: 13 });

    await host.act('paper out');
    await host.answer('18000f00');
    host.send('1d284806003030 45464748'.replaceAll(' ', ''));
    host.send('100404');
    await host.answer('7e');
    await host.act('paper ok');
    await host.answer('37224546474800');

    host.send('68656c6c6f');
    await host.act('cut power');
    await host.act('restore power');
    await host.line((line) => line.event === 'power.restored', 'power');
    expect(await host.act('take')).toMatchObject({ ok: true });
    expect(await host.act('take')).toMatchObject({ ok: false });
  });
});
