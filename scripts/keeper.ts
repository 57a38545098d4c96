/** Keeps one child process alive: starts it, hands on what it prints, starts it again when it ends by itself. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export const restartsMaximum = 5;
export const restartWindowMs = 600_000;
export const firstPauseMs = 500;
const endWithinMs = 10_000;
const endWithParent = new URL('./end-with-parent.ts', import.meta.url).href;

/** What to do after a child ended by itself: start again after a pause, or no more of that. */
export type AfterEnd = { readonly next: 'restart'; readonly pauseMs: number } | { readonly next: 'stop' };

/** `endedAtMs` are the times of all ends so far, the newest last. The pause doubles with each end inside ten minutes; the sixth stops. */
export function afterEnd(endedAtMs: readonly number[]): AfterEnd {
  const newest = endedAtMs.at(-1) ?? 0;
  const recent = endedAtMs.filter((atMs) => newest - atMs < restartWindowMs).length;
  if (recent > restartsMaximum) return { next: 'stop' };
  return { next: 'restart', pauseMs: firstPauseMs * 2 ** Math.max(0, recent - 1) };
}

export interface KeeperListener {
  /** One line of the child's standard output. */
  line(text: string): void;
  /** The child ended by itself: `how` in words; `after` is what follows. */
  ended(how: string, after: AfterEnd): void;
}

/**
 * The child's standard error goes to ours. Its standard input is a pipe that ends with this process, however this
 * process ends; `end-with-parent.ts` makes a SIGTERM of that.
 */
export class Keeper {
  private readonly listener: KeeperListener;
  private args: readonly string[];
  private child: ChildProcess | null = null;
  private pause: NodeJS.Timeout | null = null;
  private endedAtMs: number[] = [];
  private closing = false;

  constructor(args: readonly string[], listener: KeeperListener) {
    this.args = args;
    this.listener = listener;
  }

  /** Runs `node` with the arguments. */
  start(): void {
    if (this.closing) return;
    this.pause = null;
    const child = spawn(process.execPath, ['--import', endWithParent, ...this.args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.child = child;
    child.stdin?.on('error', () => {});
    if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', (text) => this.listener.line(text));
    child.once('error', (error) => this.ended(child, error.message));
    child.once('exit', (code, signal) => {
      this.ended(child, signal === null ? `with exit code ${code}` : `by ${signal}`);
    });
  }

  /** From the next start on the child gets these arguments. */
  change(args: readonly string[]): void {
    this.args = args;
  }

  /** Starts a child that was given up, and counts its ends anew. */
  startAnew(): void {
    this.endedAtMs = [];
    this.start();
  }

  /** Ends the child with SIGTERM, after ten seconds with SIGKILL; resolves when it is gone. */
  close(): Promise<void> {
    this.closing = true;
    if (this.pause !== null) clearTimeout(this.pause);
    const child = this.child;
    if (child === null) return Promise.resolve();
    return new Promise((resolve) => {
      const hard = setTimeout(() => child.kill('SIGKILL'), endWithinMs);
      child.once('exit', () => {
        clearTimeout(hard);
        resolve();
      });
      child.kill('SIGTERM');
    });
  }

  private ended(child: ChildProcess, how: string): void {
    if (this.child !== child) return;
    this.child = null;
    if (this.closing) return;
    this.endedAtMs = [...this.endedAtMs.slice(-restartsMaximum), performance.now()];
    const after = afterEnd(this.endedAtMs);
    this.listener.ended(how, after);
    if (after.next === 'restart' && !this.closing) this.pause = setTimeout(() => this.start(), after.pauseMs);
  }
}
