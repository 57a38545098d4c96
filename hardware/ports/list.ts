/**
 * The serial lines and USB printers of this machine, as Linux shows them. For lines `/sys` is read instead of asking udev,
 * which small systems and containers lack: a line has a device behind it there, and one of an old board that is not fitted
 * has the type 0. The system's own console is left out: whatever is asked there, a person or a log reads it. Printers have
 * their names in `/dev/usb`.
 */
import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { isUsbPrinter } from './usb-printer.ts';

export interface SerialLine {
  /** Where it is now, such as `/dev/ttyUSB0`. */
  readonly path: string;
  /** A name under `/dev/serial/by-id/` that follows the adapter to another socket; null: it has none. */
  readonly stable: string | null;
}

const BY_ID = 'serial/by-id';

/** In the order of their names. Empty where there is none; `roots` are other folders for `/sys` and `/dev`. */
export async function listSerialLines(
  roots: { readonly sys: string; readonly dev: string } = { sys: '/sys', dev: '/dev' },
): Promise<readonly SerialLine[]> {
  const stable = await stableNames(roots.dev);
  const names = await readdir(join(roots.sys, 'class/tty')).catch(() => []);
  const consoles = (await contentOf(join(roots.sys, 'class/tty/console/active'))).split(/\s+/);
  const lines = await Promise.all(
    names
      .filter((name) => !consoles.includes(name))
      .toSorted(byNumber)
      .map(async (name): Promise<SerialLine | null> => {
        const path = join(roots.dev, name);
        const there = await Promise.all([realpath(join(roots.sys, 'class/tty', name, 'device')), realpath(path)]).catch(
          () => null,
        );
        if (there === null || (await isMissing(join(roots.sys, 'class/tty', name, 'type')))) return null;
        return { path, stable: stable.get(there[1]) ?? null };
      }),
  );
  return lines.filter((line) => line !== null);
}

/** The paths of the USB printers, in the order of their numbers. Empty where there is none. */
export async function listUsbPrinters(dev = '/dev'): Promise<readonly string[]> {
  const names = await readdir(join(dev, 'usb')).catch(() => []);
  return names
    .toSorted(byNumber)
    .map((name) => join(dev, 'usb', name))
    .filter(isUsbPrinter);
}

/** A device named by any of its paths, under the one that stays; the path itself where none does. */
export async function stablePath(path: string, dev = '/dev'): Promise<string> {
  const real = await realpath(path).catch(() => path);
  return (await stableNames(dev)).get(real) ?? path;
}

/** By the real path that they lead to. */
async function stableNames(dev: string): Promise<ReadonlyMap<string, string>> {
  const folder = join(dev, BY_ID);
  const names = await readdir(folder).catch(() => []);
  const found = new Map<string, string>();
  for (const name of names.toSorted()) {
    const real = await realpath(join(folder, name)).catch(() => null);
    if (real !== null && !found.has(real)) found.set(real, join(folder, name));
  }
  return found;
}

/** Only ports of the 8250 family say a type; 0 is a place on the board without a chip. */
async function isMissing(typeFile: string): Promise<boolean> {
  return (await contentOf(typeFile)).trim() === '0';
}

/** Empty where there is no such file. */
function contentOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
