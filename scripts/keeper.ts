/**
 * Keeps one child process alive: starts it, hands on what it prints, starts it again when it ends by itself. It never
 * gives up: what stopped the child (a full disk, a device that is being replaced) may pass while nobody is here.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { exitToStartAnew, exitWithoutMains } from '../kiosk/exit-code.ts';

export const restartsMaximum = 5;
export const restartWindowMs = 600_000;
const endWithinMs = 10_000;
const endWithParent = new URL('./end-with-parent.ts', import.meta.url).href;

/** Milliseconds. */
export interface KeeperTimes {
  /** Before the first restart; doubles with each end inside `restartWindowMs`. */
  readonly firstPauseMs: number;
  /** Before every restart once there were more than `restartsMaximum` ends in the window. */
  readonly longPauseMs: number;
  /** Before the next start of a child that ended because the mains are gone. */
  readonly mainsPauseMs: number;
  /** So long a child that was started safely must live until a normal start is tried again. */
  readonly stableMs: number;
}

export const keeperTimes: KeeperTimes = {
  firstPauseMs: 500,
  longPauseMs: 60_000,
  mainsPauseMs: 60_000,
  stableMs: 600_000,
};

/** What follows after a child ended by itself; `safely`: from now on it is started safely. */
export interface AfterEnd {
  readonly next: 'restart' | 'safely';
  readonly pauseMs: number;
}

/** `endedAtMs` are the times of all ends so far, the newest last. `pauseMs` is long when there were too many in ten minutes. */
export function afterEnd(endedAtMs: readonly number[], times: KeeperTimes): { tooOften: boolean; pauseMs: number } {
  const newest = endedAtMs.at(-1) ?? 0;
  const recent = endedAtMs.filter((atMs) => newest - atMs < restartWindowMs).length;
  if (recent > restartsMaximum) return { tooOften: true, pauseMs: times.longPauseMs };
  return { tooOften: false, pauseMs: times.firstPauseMs * 2 ** Math.max(0, recent - 1) };
}

export interface KeeperListener {
  /** One line of the child's standard output. */
  line(text: string): void;
  /** The child ended by itself: `how` in words; `after` is what follows. */
  ended(how: string, after: AfterEnd): void;
  /** The child, started safely, lived long enough: it is ended and started normally. */
  recovered(): void;
}

/** The arguments of `node`, asked before each start. Without `safe` there is only one way to start. */
export interface KeeperStarts {
  readonly normal: () => readonly string[];
  readonly safe: (() => readonly string[]) | null;
}

/**
 * The child's standard error goes to ours. Its standard input is a pipe that ends with this process, however this
 * process ends; `end-with-parent.ts` makes a SIGTERM of that.
 */
export class Keeper {
  private readonly starts: KeeperStarts;
  private readonly listener: KeeperListener;
  private readonly times: KeeperTimes;
  private child: ChildProcess | null = null;
  private timer: NodeJS.Timeout | null = null;
  private endedAtMs: number[] = [];
  private safe = false;
  /** The end of the child is ours: it is followed by a normal start at once. */
  private recovering = false;
  private closing = false;
  /** Without power nothing is started. */
  private powered = true;
  /** Ended by us for want of power: no failure of its own. */
  private struck: ChildProcess | null = null;

  constructor(starts: KeeperStarts, listener: KeeperListener, times: KeeperTimes = keeperTimes) {
    this.starts = starts;
    this.listener = listener;
    this.times = times;
  }

  /** Runs `node` with the arguments. */
  start(): void {
    if (this.closing || !this.powered || this.child !== null) return;
    const args = this.safe && this.starts.safe !== null ? this.starts.safe() : this.starts.normal();
    const child = spawn(process.execPath, ['--import', endWithParent, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, KIOSK_KEEPER: String(process.pid) },
      // A signal to the whole group (Ctrl-C, timeout) ends this process alone, which ends its children in their order.
      detached: true,
    });
    this.child = child;
    this.timer = this.safe ? setTimeout(() => this.recover(child), this.times.stableMs) : null;
    child.stdin?.on('error', () => {});
    if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', (text) => this.listener.line(text));
    child.once('error', (error) => this.ended(child, error.message));
    child.once('exit', (code, signal) => {
      this.ended(child, signal === null ? `with exit code ${code}` : `by ${signal}`, code);
    });
  }

  /** A line for the child's standard input; goes nowhere while there is no child. */
  say(line: string): void {
    this.child?.stdin?.write(`${line}\n`);
  }

  /** Kills the child without warning, as a power cut does, and keeps it down until `restorePower`. */
  cutPower(): void {
    this.powered = false;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.struck = this.child;
    this.child?.kill('SIGKILL');
  }

  /** Starts the child again if `cutPower` ended it. */
  restorePower(): void {
    if (this.powered) return;
    this.powered = true;
    this.start();
  }

  /** Ends the child with SIGTERM, after ten seconds with SIGKILL; resolves when it is gone. */
  close(): Promise<void> {
    this.closing = true;
    if (this.timer !== null) clearTimeout(this.timer);
    return this.child === null ? Promise.resolve() : endOf(this.child);
  }

  private recover(child: ChildProcess): void {
    this.recovering = true;
    this.listener.recovered();
    void endOf(child);
  }

  private ended(child: ChildProcess, how: string, code: number | null = null): void {
    if (this.child !== child) return;
    this.child = null;
    if (this.timer !== null) clearTimeout(this.timer);
    if (this.closing) return;
    if (this.struck === child) {
      this.struck = null;
      this.recovering = false;
      this.start();
      return;
    }
    if (this.recovering) {
      this.recovering = false;
      this.safe = false;
      this.endedAtMs = [];
      this.start();
      return;
    }
    const after = this.onPurpose(code) ?? this.judged();
    this.listener.ended(how, after);
    if (!this.closing) this.timer = setTimeout(() => this.start(), after.pauseMs);
  }

  /** No failure, so not counted; mains that are back are seen by the next start alone. Null: it was one. */
  private onPurpose(code: number | null): AfterEnd | null {
    if (code === exitWithoutMains) return { next: 'restart', pauseMs: this.times.mainsPauseMs };
    return code === exitToStartAnew ? { next: 'restart', pauseMs: 0 } : null;
  }

  /** The ends of safe starts are counted anew, so that the first of them follow each other quickly. */
  private judged(): AfterEnd {
    this.endedAtMs = [...this.endedAtMs.slice(-restartsMaximum), performance.now()];
    const { tooOften, pauseMs } = afterEnd(this.endedAtMs, this.times);
    if (!tooOften || this.safe || this.starts.safe === null) return { next: 'restart', pauseMs };
    this.safe = true;
    this.endedAtMs = [];
    return { next: 'safely', pauseMs: this.times.firstPauseMs };
  }
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    const hard = setTimeout(() => child.kill('SIGKILL'), endWithinMs);
    child.once('exit', () => {
      clearTimeout(hard);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
