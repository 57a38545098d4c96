/**
 * The far end of a serial line that exists only in the kernel: this process owns a pseudo-terminal pair and
 * lends its other side to a host by name. It survives the host closing and opening it again.
 *
 * The pair's own `destroy` is never called: it would signal a process number it does not have.
 */
import { execFile, spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import * as nodePty from '@lydell/node-pty';
import type { Line, LineListener } from './line.ts';
import { pointLink, removeLink } from './link-file.ts';

/** Bytes a host did not collect; more than this are lost, as on a wire that nobody listens to. */
const MOST_UNSENT_BYTES = 64 * 1024;
/** After this silence of the host the line rests. */
const REST_AFTER_MS = 500;

/**
 * Raw, or the kernel would echo and translate bytes before a host comes; at a speed that no host asks for, because the
 * C library refuses even parity on a pseudo-terminal when that is all a host changes.
 */
const restingBaud = '4800';
const restingLine = ['raw', '-echo', restingBaud];

interface Master {
  on(event: 'data', listener: (bytes: Buffer) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  write(bytes: Uint8Array): boolean;
  destroy(): void;
  readonly writableLength: number;
}

interface Pair {
  readonly master: Master;
  readonly path: string;
  /** Held open, so that the line does not hang up when the host closes it. */
  readonly holder: number;
  /**
   * Every descriptor of the host's side that is this line's to close: the holder, and one that the library never gives
   * back. A host may stand in this very process, and its own is its own to close.
   */
  readonly held: readonly number[];
}

/** What the library has and its types leave out. */
const opener = nodePty as unknown as {
  open(options: { readonly encoding: null }): {
    readonly master: Master;
    readonly slave: { destroy(): void };
    readonly ptsName: string;
  };
};

/**
 * A fresh pseudo-terminal. With `link`, a symbolic link of that path always names the present one.
 *
 * @throws Error when the kernel gives none.
 */
export function openPtyLine(listener: LineListener, nowMs: () => number, link?: string): Line {
  let pair: Pair | null = null;
  let heardMs = nowMs();
  let rest: NodeJS.Timeout | null = null;
  let rests = true;

  /** Once after each conversation: the line is made ready for a host that opens it anew. */
  function restLater(fresh: Pair): void {
    rest ??= setTimeout(() => {
      rest = null;
      if (pair !== fresh) return;
      if (nowMs() - heardMs < REST_AFTER_MS) restLater(fresh);
      else
        execFile('stty', ['-F', fresh.path, ...restingLine], () => {
          rests = true;
        });
    }, REST_AFTER_MS);
  }

  function plug(): void {
    if (pair !== null) return;
    const fresh = createPair();
    pair = fresh;
    heardMs = nowMs();
    rests = true;
    fresh.master.on('data', (bytes) => {
      if (pair !== fresh) return;
      if (rests) keepForSameHost(fresh);
      rests = false;
      heardMs = nowMs();
      restLater(fresh);
      listener.received(bytes);
    });
    fresh.master.on('error', () => {});
    if (link !== undefined) pointLink(link, fresh.path);
  }

  function unplug(): void {
    if (pair === null) return;
    const gone = pair;
    pair = null;
    if (rest !== null) clearTimeout(rest);
    rest = null;
    for (const descriptor of gone.held) closeSync(descriptor);
    gone.master.destroy();
    if (link !== undefined) removeLink(link);
  }

  plug();
  return {
    get port() {
      return link ?? pair?.path ?? 'unplugged';
    },
    get tty() {
      return pair?.path ?? null;
    },
    get plugged() {
      return pair !== null;
    },
    send(bytes) {
      if (pair !== null && pair.master.writableLength <= MOST_UNSENT_BYTES) pair.master.write(bytes);
    },
    plug: () => {
      plug();
      return Promise.resolve();
    },
    unplug,
    close: unplug,
  };
}

function createPair(): Pair {
  // Without an encoding of its own, or bytes above 7F are spoiled.
  const made = opener.open({ encoding: null });
  const path = made.ptsName;
  const holder = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  // The library's own handle of the slave would swallow what the master writes.
  made.slave.destroy();
  const held = descriptorsOf(path);
  spawnSync('stty', ['-F', path, ...restingLine]);
  return { master: made.master, path, holder, held };
}

/** Those of this process. */
function descriptorsOf(path: string): readonly number[] {
  return readdirSync('/proc/self/fd')
    .filter((name) => {
      try {
        return readlinkSync(`/proc/self/fd/${name}`) === path;
      } catch {
        // The descriptor of the listing itself is gone by now.
        return false;
      }
    })
    .map(Number);
}

/**
 * What nobody collected while the line rested is a slow host's still, and never a new one's: a serial line forgets it when
 * it is closed. A host that opened it anew has set its speed.
 */
function keepForSameHost({ holder, path, master }: Pair): void {
  const waiting = uncollected(holder);
  if (waiting.length === 0) return;
  const baud = spawnSync('stty', ['-F', path, 'speed'], { encoding: 'utf8' }).stdout.trim();
  if (baud === restingBaud) master.write(waiting);
}

/** Taken from the line. */
function uncollected(holder: number): Buffer {
  const pieces: Buffer[] = [];
  const scratch = Buffer.alloc(4096);
  try {
    while (true) {
      const length = readSync(holder, scratch);
      if (length === 0) break;
      pieces.push(Buffer.from(scratch.subarray(0, length)));
    }
  } catch {
    // EAGAIN: no more was waiting.
  }
  return Buffer.concat(pieces);
}
