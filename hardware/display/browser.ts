/**
 * The customer's browser: Chromium in kiosk mode with a profile of its own in the data folder, ended with all its processes.
 * What an earlier run of this program left behind is ended first: a second browser would only hand its address to that one.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';

/** What was ended is gone by then; a process that hangs in the kernel is left. */
const endMs = 2_000;

const flags = [
  '--kiosk',
  '--window-position=0,0',
  '--no-first-run',
  '--no-default-browser-check',
  '--no-message-box',
  '--noerrdialogs',
  '--disable-session-crashed-bubble',
  '--hide-crash-restore-bubble',
  '--disable-infobars',
  '--disable-translate',
  '--disable-features=Translate,MediaRouter',
  '--disable-pinch',
  '--overscroll-history-navigation=0',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--disable-breakpad',
  '--password-store=basic',
];

export interface BrowserParts {
  /** The X display, as `:0`. */
  readonly x: string;
  /** The program. */
  readonly path: string;
  /** Its profile; made when it is missing. */
  readonly profile: string;
  readonly clock: Clock;
  /** It ended without having been told to, or could not be started. */
  readonly onEnd: (why: string) => void;
}

export interface Browser {
  /** Ends the one that runs, and starts one with this address. `size`: of the screen; null when nobody knows it. */
  restart(address: string, size: { readonly widthPx: number; readonly heightPx: number } | null): Promise<void>;
  end(): Promise<void>;
}

export function createBrowser(parts: BrowserParts): Browser {
  const { clock, path, profile, x } = parts;
  let running: ChildProcess | null = null;

  /** By force: it keeps nothing that matters, and one that hangs hears nothing else. */
  const end = () => {
    const child = running;
    running = null;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    return new Promise<void>((resolve) => {
      const callOff = clock.after(endMs, resolve);
      child.once('exit', () => {
        callOff();
        resolve();
      });
      signalGroup(child.pid, 'SIGKILL');
    });
  };
  const start = (address: string, args: readonly string[]) => {
    mkdirSync(profile, { recursive: true, mode: 0o700 });
    endLeftover(profile);
    const child = spawn(path, [...flags, ...args, `--user-data-dir=${profile}`, address], {
      // A group of its own, so that all of it can be ended.
      detached: true,
      env: { ...process.env, DISPLAY: x },
      stdio: 'ignore',
    });
    running = child;
    const gone = (why: string) => {
      if (running !== child) return;
      running = null;
      signalGroup(child.pid, 'SIGKILL');
      parts.onEnd(why);
    };
    child.once('error', (error) => gone(`${path} did not start: ${error.message}`));
    child.once('exit', (code, signal) =>
      gone(`the browser ended ${signal === null ? `with ${code}` : `by ${signal}`}`),
    );
  };

  return {
    async restart(address, size) {
      await end();
      const args = [
        ...(size === null ? [] : [`--window-size=${size.widthPx},${size.heightPx}`]),
        // Chromium refuses to run its sandbox as root; a kiosk does not run as root.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ];
      try {
        start(address, args);
      } catch (error) {
        parts.onEnd(`${path} did not start: ${String(error)}`);
      }
    },
    end,
  };
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in it.
  }
}

/** Chromium names the process that has a profile in a link `SingletonLock`, as HOST-PID. */
function endLeftover(profile: string): void {
  const lock = join(profile, 'SingletonLock');
  const pid = Number(/-(\d+)$/.exec(read(() => readlinkSync(lock)))?.[1] ?? Number.NaN);
  if (Number.isNaN(pid)) return;
  // A number may have gone to another program meanwhile.
  const own = read(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).includes(`--user-data-dir=${profile}`);
  if (own) signalGroup(pid, 'SIGKILL');
  for (const name of ['SingletonLock', 'SingletonSocket', 'SingletonCookie'])
    rmSync(join(profile, name), { force: true });
}

function read(from: () => string): string {
  try {
    return from();
  } catch {
    return '';
  }
}
