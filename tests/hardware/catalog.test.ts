import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { kindOf, knownHardware, protocolNamed, protocols } from '../../hardware/catalog.ts';
import { VirtualClock } from '../../hardware/clock.ts';

const names = Object.keys(protocols);

/** Its simulated device, as it is by itself. */
async function machineOf(name: string) {
  const { simulator } = protocolNamed(name);
  const { simulate } = await simulator();
  const surroundings = { clock: new VirtualClock(0), speed: 1, random: () => 0.5, send: () => {}, emit: () => {} };
  return simulate({ ...surroundings, settings: {} });
}

describe.each(names)('%s', (name) => {
  const { driver, simulator } = protocolNamed(name);
  const { labSettings } = driver;

  test('is known by its name, to itself and to its simulated device', async () => {
    expect(driver.protocol).toBe(name);
    expect((await machineOf(name)).protocol).toBe(name);
  });

  test('finds nothing wrong with the settings of the laboratory, and a setting that nobody knows', () => {
    expect(driver.checkSettings(labSettings)).toEqual([]);
    expect(driver.checkSettings({ ...labSettings, telepathy: true }).map(({ path }) => path)).toEqual(['telepathy']);
  });

  test('says the same kind as its simulated device', async () => {
    expect(driver.kindOf(labSettings)).toBe((await machineOf(name)).kind);
    expect(kindOf({ protocol: name, settings: labSettings })).toBe(driver.kindOf(labSettings));
  });

  test('shares a wire only where it tells answers apart', () => {
    const { answers } = driver.createDriver({ device: 'x', settings: labSettings });
    if (driver.addressOf(labSettings) !== null) expect(answers).toBeTypeOf('function');
  });

  test('says its width exactly when it is a printer', () => {
    expect(driver.columns !== undefined).toBe(driver.kindOf(labSettings) === 'printer');
  });

  test('has vectors that it can name, and requests that are messages of its host', () => {
    const text = readFileSync(`tests/vectors/${name}.txt`, 'utf8');
    const lines = text.split('\n').filter((line) => /^(host|device) \|/.test(line));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      const [from = '', , hex = ''] = line.split('|').map((part) => part.trim());
      const named = driver.describe(Buffer.from(hex.replaceAll(' ', ''), 'hex'), from as 'host' | 'device');
      expect(named, line).not.toContainEqual(expect.objectContaining({ error: expect.anything() }));
    }
    for (const [request, bytes] of Object.entries(driver.requests(labSettings))) {
      const named = driver.describe(bytes, 'host');
      expect(named.length, request).toBeGreaterThan(0);
      for (const line of named) expect(line).toMatchObject({ command: expect.any(String), apdu: expect.any(String) });
    }
  });

  test('is described in the help of the simulator, with its settings', async () => {
    const { stdout } = spawnSync(process.execPath, ['scripts/simulator.ts', '--help'], { encoding: 'utf8' });
    for (const line of (await simulator()).settingsHelp) expect(stdout).toContain(line);
  });

  test('has faults of its own name, each with a remedy in both languages', () => {
    for (const { code, remedy } of driver.faults) {
      expect(code).toMatch(new RegExp(`^${name}\\.[a-z0-9-]+$`));
      expect(
        [remedy['zh-CN'], remedy.en].every((text) => text.length > 5),
        code,
      ).toBe(true);
    }
  });
});

test('a printer’s width is its setting', () => {
  const { columns } = protocolNamed('escpos').driver;
  expect(columns?.({})).toBe(42);
  expect(columns?.({ columns: 32 })).toBe(32);
});

test('the check of a configuration is told of every protocol and of currencies', () => {
  expect(Object.keys(knownHardware.protocols)).toEqual(names);
  expect(knownHardware.currencyExponent('IQD')).toBe(3);
});

test('a protocol that nobody speaks is named, with those there are', () => {
  expect(() => protocolNamed('telepathy')).toThrow(/telepathy.*id003/);
  expect(() => protocolNamed('constructor')).toThrow(RangeError);
});
