import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listSerialLines, stablePath } from '../../hardware/ports/list.ts';

let root = '';
let sys = '';
let dev = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lines-'));
  sys = join(root, 'sys');
  dev = join(root, 'dev');
  mkdirSync(join(sys, 'class/tty/console'), { recursive: true });
  mkdirSync(dev);
});
afterEach(() => rmSync(root, { recursive: true }));

/** A line as the kernel shows it; without a device behind it there is only its name. */
function line(name: string, options: { readonly device?: false; readonly type?: string; readonly node?: false } = {}) {
  const folder = join(sys, 'class/tty', name);
  mkdirSync(options.device === false ? folder : join(folder, 'device'), { recursive: true });
  if (options.type !== undefined) writeFileSync(join(folder, 'type'), `${options.type}\n`);
  if (options.node !== false) writeFileSync(join(dev, name), '');
}

const paths = async () => (await listSerialLines({ sys, dev })).map(({ path }) => path);

test('lines with a device behind them are listed, in the order of their numbers', async () => {
  for (const name of ['ttyUSB10', 'ttyUSB9', 'ttyACM0', 'ttyS0']) line(name);
  line('tty1', { device: false });
  expect(await paths()).toEqual(['ttyACM0', 'ttyS0', 'ttyUSB9', 'ttyUSB10'].map((name) => join(dev, name)));
});

test('a place on the board without a chip is none, nor is a line without a file', async () => {
  line('ttyS0', { type: '4' });
  line('ttyS1', { type: '0' });
  line('ttyUSB0', { node: false });
  expect(await paths()).toEqual([join(dev, 'ttyS0')]);
});

test('the system’s own console is left alone', async () => {
  line('ttyS0');
  line('ttyS1');
  writeFileSync(join(sys, 'class/tty/console/active'), 'tty0 ttyS0\n');
  expect(await paths()).toEqual([join(dev, 'ttyS1')]);
});

test('a line has the name that follows its adapter, by whichever name it is asked for', async () => {
  line('ttyUSB0');
  line('ttyUSB1');
  mkdirSync(join(dev, 'serial/by-id'), { recursive: true });
  const byId = join(dev, 'serial/by-id/usb-FTDI_FT232R_A50285BI-if00-port0');
  symlinkSync('../../ttyUSB0', byId);
  symlinkSync('../../ttyUSB7', join(dev, 'serial/by-id/usb-that-is-gone'));
  expect(await listSerialLines({ sys, dev })).toEqual([
    { path: join(dev, 'ttyUSB0'), stable: byId },
    { path: join(dev, 'ttyUSB1'), stable: null },
  ]);
  expect(await stablePath(join(dev, 'ttyUSB0'), dev)).toBe(byId);
  expect(await stablePath(byId, dev)).toBe(byId);
  expect(await stablePath(join(dev, 'ttyUSB1'), dev)).toBe(join(dev, 'ttyUSB1'));
  expect(await stablePath('10.0.0.7:9100', dev)).toBe('10.0.0.7:9100');
});

test('a machine that shows nothing has no lines', async () => {
  expect(await listSerialLines({ sys: join(root, 'none'), dev })).toEqual([]);
});
