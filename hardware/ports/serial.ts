/** A serial line (or pseudo-terminal) by its path. */
import { readFile, stat } from 'node:fs/promises';
import { SerialPort } from 'serialport';
import type { LineSettings, Port, PortListener, PortProblem } from '../port.ts';

/**
 * The system may answer a read of a line that was unplugged with nothing, for ever. Who writes is told by the write; a
 * device that is never written to is looked for so often.
 */
const STILL_THERE_MS = 1_000;

/**
 * The path may be a symlink. The line is locked (flock) while open: a second opener that also locks is told `busy`.
 * Modem lines are never touched, because pseudo-terminals and some adapters have none.
 */
export function serialPort(path: string, line: LineSettings): Port {
  let current: { readonly serial: SerialPort; readonly end: (problem: PortProblem) => void } | null = null;

  function open(listener: PortListener): void {
    if (current !== null) throw new Error(`the port ${path} is open already`);
    const serial = new SerialPort({ path, ...line, autoOpen: false, lock: true });
    let ended = false;
    // Closing after an error tells `close` first, as if nobody had complained.
    let failure: PortProblem | null = null;
    let stopLooking = (): void => {};
    const end = (problem: PortProblem): void => {
      if (ended) return;
      ended = true;
      stopLooking();
      current = null;
      listener.closed(problem);
    };
    const fail = (problem: PortProblem): void => {
      if (ended) return;
      failure ??= problem;
      if (serial.isOpen) serial.close(() => end(problem));
      else end(problem);
    };
    current = { serial, end };
    serial.on('data', (bytes: Buffer) => {
      if (!ended) listener.received(bytes);
    });
    serial.on('error', (error: Error) => fail(lost(path, error.message)));
    serial.on('close', (error: { disconnected?: boolean } | null) => {
      end(failure ?? (error?.disconnected === true ? lost(path, 'the device was unplugged') : closed(path)));
    });
    serial.open((error) => {
      if (error === null) {
        if (ended) return;
        stopLooking = whenGone(path, () => fail(lost(path, 'the device was unplugged')));
        listener.opened();
        return;
      }
      void problemOf(path, error).then(end);
    });
  }

  return {
    name: path,
    open,
    send(bytes, sent) {
      const serial = current?.serial;
      if (serial === undefined || !serial.isOpen) return;
      serial.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), (error) => {
        if (!error) sent?.();
      });
    },
    close() {
      const open = current;
      if (open === null) return;
      if (open.serial.isOpen) open.serial.close(() => open.end(closed(path)));
      else open.end(closed(path));
    },
  };
}

/** Calls `gone` once when the path names no line any more, or another; the returned function calls that off. */
function whenGone(path: string, gone: () => void): () => void {
  const lineNow = async (): Promise<number | null> => {
    try {
      return (await stat(path)).rdev;
    } catch {
      return null;
    }
  };
  const line = lineNow();
  const look = async (): Promise<void> => {
    const now = await lineNow();
    if (now !== null && now === (await line)) return;
    clearInterval(looking);
    gone();
  };
  const looking = setInterval(() => void look(), STILL_THERE_MS);
  return () => clearInterval(looking);
}

function lost(path: string, why: string): PortProblem {
  return {
    code: 'lost',
    message: `The line at ${path} was lost (${why}); check the cable, it is opened again by itself.`,
  };
}

function closed(path: string): PortProblem {
  return { code: 'closed', message: `The port ${path} was closed; start the program again to open it.` };
}

/** What stopped an opening, from the system's own words. */
async function problemOf(path: string, error: Error): Promise<PortProblem> {
  const words = error.message;
  if (/ENOENT|no such file|ENODEV|no such device|ENXIO/i.test(words)) {
    return {
      code: 'missing',
      message: `There is no port ${path}; plug the device in, or correct the name of its port.`,
    };
  }
  if (/EACCES|EPERM|permission denied|not permitted/i.test(words)) {
    return {
      code: 'denied',
      message: `This user may not open ${path}; add the user to the group that owns it (often dialout).`,
    };
  }
  if (/lock|EBUSY|EAGAIN|busy|temporarily unavailable/i.test(words)) {
    const holder = await holderOf(path);
    const who = holder === null ? 'another process' : `process ${holder}`;
    return {
      code: 'busy',
      message: `The port ${path} is held by ${who}; end that process, or give this device another port.`,
    };
  }
  return {
    code: 'refused',
    message: `The port ${path} cannot be opened (${words}); name a serial line under "port", or free this one.`,
  };
}

/** The process that holds the lock on a path, by inode in /proc/locks; null where that cannot be found. */
async function holderOf(path: string): Promise<number | null> {
  try {
    const [{ ino }, locks] = await Promise.all([stat(path), readFile('/proc/locks', 'utf8')]);
    for (const line of locks.split('\n')) {
      // "1: FLOCK  ADVISORY  WRITE 1234 00:18:5 0 EOF": a waiting locker has "->" after the number.
      const match = /^\d+: FLOCK\s+\S+\s+\S+\s+(\d+)\s+[0-9a-f]+:[0-9a-f]+:(\d+)\s/.exec(line);
      if (match !== null && Number(match[2]) === ino && Number(match[1]) !== process.pid) return Number(match[1]);
    }
    return null;
  } catch {
    return null;
  }
}
