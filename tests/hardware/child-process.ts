/** A program of the project as a real process, its lines of JSON read as they come. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export type JsonLine = Readonly<Record<string, unknown>>;

export class Program {
  readonly child: ChildProcess;
  readonly lines: JsonLine[] = [];
  stderr = '';
  readonly ended: Promise<number | null>;
  private readonly waiting = new Set<() => void>();

  constructor(script: string, args: readonly string[]) {
    this.child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: 'pipe' });
    createInterface({ input: this.child.stdout! }).on('line', (line) => {
      this.lines.push(JSON.parse(line) as JsonLine);
      for (const look of this.waiting) look();
    });
    this.child.stderr!.on('data', (text: Buffer) => {
      this.stderr += text.toString();
    });
    this.ended = new Promise((resolve) => {
      this.child.on('close', (code) => {
        for (const look of this.waiting) look();
        resolve(code);
      });
    });
  }

  say(line: string): void {
    this.child.stdin!.write(`${line}\n`);
  }

  /** The first line from `since` on that has all these fields. */
  async line(fields: JsonLine, limitMs = 15_000, since = 0): Promise<JsonLine> {
    const find = () =>
      this.lines
        .slice(since)
        .find((line) =>
          Object.entries(fields).every(([name, value]) => JSON.stringify(line[name]) === JSON.stringify(value)),
        );
    return new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        this.waiting.delete(look);
      };
      const look = () => {
        const found = find();
        if (found !== undefined) {
          stop();
          resolve(found);
        } else if (this.child.exitCode !== null) {
          stop();
          reject(new Error(`it ended with ${this.child.exitCode} before ${JSON.stringify(fields)}: ${this.stderr}`));
        }
      };
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`no ${JSON.stringify(fields)} in ${JSON.stringify(this.lines.slice(-20))}`));
      }, limitMs);
      this.waiting.add(look);
      look();
    });
  }

  /** Sends one line and gives the answer to it. */
  async did(line: string): Promise<JsonLine> {
    const since = this.lines.length;
    this.say(line);
    return this.line({ did: line }, 15_000, since);
  }

  async end(): Promise<number | null> {
    if (this.child.exitCode === null) this.child.kill('SIGTERM');
    return this.ended;
  }
}
