/** The two real processes of a crash run: the daemon, held at every boundary until it may go on, and the bench. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Boundary } from '../../hardware/port.ts';
import { probeVariable } from '../../kiosk/probe-pipe.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Ends a child whose parent is gone, so that an aborted run leaves nothing behind. */
const withParent = ['--import', fileURLToPath(new URL('../../scripts/end-with-parent.ts', import.meta.url))];
const lastWordsLines = 20;

/** Called while the daemon stands at a boundary; it goes on when the answer resolves, if it still lives. */
export type AtBoundary = (boundary: Boundary, what: string) => Promise<void>;

class Child {
  readonly process: ChildProcess;
  readonly ended: Promise<void>;
  private readonly words: string[] = [];
  private readonly first: Promise<Readonly<Record<string, unknown>>>;

  constructor(args: readonly string[], stdio: readonly 'pipe'[], environment: Readonly<Record<string, string>>) {
    const env = { ...process.env, ...environment };
    this.process = spawn(process.execPath, [...withParent, ...args], { cwd: root, stdio: [...stdio], env });
    this.ended = new Promise((resolve) => this.process.once('exit', () => resolve()));
    const errors = createInterface({ input: this.process.stderr as Readable });
    errors.on('line', (line) => {
      this.words.push(line);
      if (this.words.length > lastWordsLines) this.words.shift();
    });
    this.first = new Promise((resolve, reject) => {
      createInterface({ input: this.process.stdout as Readable }).once('line', (line) => resolve(JSON.parse(line)));
      this.process.once('close', () => reject(new Error(`a process ended before it was ready: ${this.lastWords()}`)));
    });
    this.first.catch(() => {});
  }

  lastWords(): string {
    return this.words.join('\n');
  }

  /** A field of the ready line. Rejects when the process ends before that. */
  async said(field: string): Promise<string> {
    return String((await this.first)[field]);
  }

  get alive(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.alive) this.process.kill(signal);
    await this.ended;
  }
}

export class Daemon extends Child {
  /** `config`, `data` and `bench` as `kiosk/main.ts` takes them. */
  constructor(options: { readonly config: string; readonly data: string; readonly bench: string }, at: AtBoundary) {
    const { config, data, bench } = options;
    const args = ['kiosk/main.ts', '--config', config, '--data', data, '--http', '0', '--bench', bench];
    super(args, ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'], { [probeVariable]: '3,4' });
    const [, , , out, answer] = this.process.stdio as unknown as [null, null, null, Readable, Writable];
    answer.on('error', () => {});
    createInterface({ input: out }).on('line', (line) => {
      const gap = line.indexOf(' ');
      void at(line.slice(0, gap) as Boundary, line.slice(gap + 1)).then(() => {
        if (this.alive) answer.write('.');
      });
    });
  }
}

export class BenchProcess extends Child {
  constructor(config: string, data: string, speed: number) {
    const args = ['hardware/bench/main.ts', '--config', config, '--data', data, '--http', '0', '--speed', `${speed}`];
    super(args, ['pipe', 'pipe', 'pipe'], {});
  }
}
