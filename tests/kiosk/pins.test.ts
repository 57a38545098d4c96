import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { copyKeys, openKeys, staffPath } from '../../kiosk/keys.ts';
import { goodPin, openPins } from '../../kiosk/pins.ts';
import { openSetUpCode } from '../../kiosk/setup-code.ts';

let data = '';
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'pins-'));
  mkdirSync(join(data, 'keys'), { mode: 0o700 });
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

describe('PINs', () => {
  test('fit under their id alone, also in the next process, and stand in no file', async () => {
    const pins = openPins(staffPath(data));
    const one = await pins.keep('270418');
    const other = await pins.keep('270418');
    const again = openPins(staffPath(data));
    expect(await again.fits(one, '270418')).toBe(true);
    expect(await again.fits(one, '270419')).toBe(false);
    expect(await again.fits('nobody', '270418')).toBe(false);
    expect(await again.fits(null, '270418')).toBe(false);
    const file = readFileSync(staffPath(data), 'utf8');
    expect(file).not.toContain('270418');
    const { pins: kept } = JSON.parse(file);
    expect(kept[one].hash).not.toBe(kept[other].hash);
    expect(kept[one]).toMatchObject({ algorithm: 'argon2id', memory: 65_536, passes: 3 });
    expect(statSync(staffPath(data)).mode & 0o777).toBe(0o600);
  });

  test('of nobody take as much work as those of somebody', async () => {
    const pins = openPins(staffPath(data));
    const id = await pins.keep('270418');
    const cpuMs = async (run: () => Promise<unknown>) => {
      const before = process.cpuUsage();
      for (let time = 0; time < 3; time++) await run();
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    };
    const known = await cpuMs(() => pins.fits(id, '111222'));
    const unknown = await cpuMs(() => pins.fits(null, '111222'));
    // A look-up that answers at once would be a hundred times less.
    expect(unknown).toBeGreaterThan(known / 4);
  });

  test('and names that are no longer in force are forgotten', async () => {
    const pins = openPins(staffPath(data));
    const [kept, gone] = [await pins.keep('270418'), await pins.keep('270419')];
    pins.rename('1', '李娜');
    pins.rename('2', 'Wang');
    pins.sweep([kept], ['1']);
    const again = openPins(staffPath(data));
    expect([again.has(kept), again.has(gone)]).toEqual([true, false]);
    expect([again.name('1'), again.name('2')]).toEqual(['李娜', null]);
  });

  test('are copied with the keys of a backup', async () => {
    rmSync(join(data, 'keys'), { recursive: true });
    openKeys(data);
    const id = await openPins(staffPath(data)).keep('270418');
    mkdirSync(join(data, 'copy'));
    copyKeys(data, join(data, 'copy', 'keys'));
    expect(await openPins(staffPath(join(data, 'copy'))).fits(id, '270418')).toBe(true);
  });

  test.each(['{', '{}', '{"pins":{"a":{}},"names":{}}', '[]'])('in a damaged file %j say what to do', (text) => {
    writeFileSync(staffPath(data), text, { mode: 0o600 });
    expect(() => openPins(staffPath(data))).toThrow(/damaged.*backup/);
  });

  test('in a file that others can read are refused', () => {
    writeFileSync(staffPath(data), '{"pins":{},"names":{}}', { mode: 0o644 });
    expect(() => openPins(staffPath(data))).toThrow(/chmod 600/);
  });

  test.each(['12345', '1234567890123', '', '12345a', '１２３４５６', '000000', '777777', '123456', '890123', '654321'])(
    '%j is none',
    (pin) => {
      expect(goodPin(pin)).toBe(false);
    },
  );

  test.each(['270418', '112233', '246135', '100000', '999999999998'])('%j is one', (pin) => {
    expect(goodPin(pin)).toBe(true);
  });
});

describe('the set-up code', () => {
  const path = () => join(data, 'setup-code');
  const read = () => readFileSync(path(), 'utf8').trim();

  test('is twelve digits that only the owner reads, the same until it was used', () => {
    openSetUpCode(path(), true);
    const code = read();
    expect(code).toMatch(/^[0-9]{12}$/);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    openSetUpCode(path(), true);
    expect(read()).toBe(code);
  });

  test('is good once, and then it is void and gone', () => {
    const setUp = openSetUpCode(path(), true);
    const code = read();
    expect(setUp.take('000000000000')).toBe(false);
    expect(setUp.take('')).toBe(false);
    expect(setUp.take(code)).toBe(true);
    expect(setUp.take(code)).toBe(false);
    setUp.again();
    expect(setUp.take(code)).toBe(true);
    setUp.end();
    expect([setUp.take(code), setUp.waits()]).toEqual([false, false]);
    expect(() => read()).toThrow();
  });

  test('that nobody needs is removed at the start', () => {
    openSetUpCode(path(), true);
    expect(openSetUpCode(path(), false).waits()).toBe(false);
    expect(() => read()).toThrow();
  });
});
