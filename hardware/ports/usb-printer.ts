/**
 * A printer of the USB printer class, as Linux shows it: `/dev/usb/lp0` (kernel, drivers/usb/class/usblp.c). The kernel lets
 * one process in at a time, answers EAGAIN while the printer takes nothing or has nothing to say, and ENODEV once it is gone.
 */
import { constants } from 'node:fs';
import { type FileHandle, open as openFile } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import type { Port, PortListener, PortProblem } from '../port.ts';

/** How soon a printer that took nothing is tried again. */
export const WRITE_AGAIN_MS = 20;
/** How often it is looked whether it says something. */
const READ_EVERY_MS = 50;
const MOST_READ_BYTES = 4_096;
/** More than this is never waiting: a driver sends a document only when the one before is out. */
const MOST_UNSENT_BYTES = 4 * 1024 * 1024;

interface Waiting {
  readonly bytes: Uint8Array;
  readonly sent: (() => void) | undefined;
}

/** Whether this is the name of such a printer: it has no speed and no parity. */
export function isUsbPrinter(name: string): boolean {
  return /\/usb\/lp\d+$/.test(name);
}

/** The path may be a symlink. What is no device is refused, and nothing is ever made there. */
export function usbPrinterPort(path: string, clock: Clock): Port {
  let current: Opened | null = null;
  return {
    name: path,
    open(listener) {
      if (current !== null) throw new Error(`the port ${path} is open already`);
      const opened = new Opened(path, clock, {
        opened: () => listener.opened(),
        received: (bytes) => listener.received(bytes),
        closed: (problem) => {
          current = null;
          listener.closed(problem);
        },
      });
      current = opened;
      void opened.begin();
    },
    send: (bytes, sent) => current?.send(bytes, sent),
    close: () => {
      current?.end({
        code: 'closed',
        message: `The printer at ${path} was closed; start the program again to open it.`,
      });
    },
  };
}

class Opened {
  private readonly path: string;
  private readonly clock: Clock;
  private readonly listener: PortListener;
  private readonly queue: Waiting[] = [];
  private handle: FileHandle | null = null;
  /** Over when the file is open, or cannot be; never rejected. */
  private opening: Promise<void> = Promise.resolve();
  private unsentBytes = 0;
  private writing = false;
  private ended = false;

  constructor(path: string, clock: Clock, listener: PortListener) {
    this.path = path;
    this.clock = clock;
    this.listener = listener;
  }

  async begin(): Promise<void> {
    this.opening = this.openDevice();
    await this.opening;
    if (this.ended) return;
    this.listener.opened();
    await this.read();
  }

  private async openDevice(): Promise<void> {
    try {
      const handle = await openFile(this.path, constants.O_RDWR | constants.O_NONBLOCK);
      this.handle = handle;
      if (!(await handle.stat()).isCharacterDevice()) this.end(noDevice(this.path));
    } catch (error) {
      this.end(problemOf(this.path, error as NodeJS.ErrnoException));
    }
  }

  send(bytes: Uint8Array, sent?: () => void): void {
    if (this.handle === null || this.ended) return;
    this.unsentBytes += bytes.length;
    if (this.unsentBytes > MOST_UNSENT_BYTES) {
      this.end(lost(this.path, 'it takes nothing'));
      return;
    }
    this.queue.push({ bytes, sent });
    if (!this.writing) void this.write();
  }

  /** Tells it once the file is free again, so that it can be opened anew. */
  end(problem: PortProblem): void {
    if (this.ended) return;
    this.ended = true;
    void this.opening
      .then(() => this.handle?.close())
      .catch(() => {})
      .then(() => this.listener.closed(problem));
  }

  private async write(): Promise<void> {
    this.writing = true;
    for (let next = this.queue[0]; next !== undefined && !this.ended; next = this.queue[0]) {
      for (let at = 0; at < next.bytes.length && !this.ended; ) at += await this.some(next.bytes.subarray(at));
      if (this.ended) return;
      this.queue.shift();
      this.unsentBytes -= next.bytes.length;
      next.sent?.();
    }
    this.writing = false;
  }

  /** How many of them the printer took. */
  private async some(bytes: Uint8Array): Promise<number> {
    const taken = await this.attempt(async (handle) => (await handle.write(bytes)).bytesWritten);
    if (taken === 0) await this.pause(WRITE_AGAIN_MS);
    return taken;
  }

  private async read(): Promise<void> {
    const buffer = new Uint8Array(MOST_READ_BYTES);
    while (!this.ended) {
      const count = await this.attempt(async (handle) => (await handle.read(buffer, 0, buffer.length, null)).bytesRead);
      if (this.ended) return;
      if (count > 0) this.listener.received(buffer.slice(0, count));
      else await this.pause(READ_EVERY_MS);
    }
  }

  /** 0: not now. */
  private async attempt(what: (handle: FileHandle) => Promise<number>): Promise<number> {
    if (this.handle === null || this.ended) return 0;
    try {
      return await what(this.handle);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'EAGAIN') this.end(lost(this.path, code === 'ENODEV' ? 'the printer was unplugged' : message));
      return 0;
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.clock.after(ms, resolve));
  }
}

function lost(path: string, why: string): PortProblem {
  return {
    code: 'lost',
    message: `The printer at ${path} was lost (${why}); check its cable and power, it is opened again by itself.`,
  };
}

function noDevice(path: string): PortProblem {
  return {
    code: 'refused',
    message: `${path} is no device; correct the name of the printer's port.`,
  };
}

function problemOf(path: string, { code, message }: NodeJS.ErrnoException): PortProblem {
  switch (code) {
    case 'ENOENT':
    case 'ENODEV':
    case 'ENXIO':
      return {
        code: 'missing',
        message: `There is no printer at ${path}; plug it in and switch it on, or correct the name of its port.`,
      };
    case 'EACCES':
    case 'EPERM':
      return {
        code: 'denied',
        message: `This user may not open ${path}; add the user to the group that owns it (often lp).`,
      };
    case 'EBUSY':
      return {
        code: 'busy',
        message: `The printer at ${path} is held by another process, often a print service; end that, and it is opened by itself.`,
      };
    default:
      return {
        code: 'refused',
        message: `The printer at ${path} cannot be opened (${message}); check the device, or give the printer another port.`,
      };
  }
}
