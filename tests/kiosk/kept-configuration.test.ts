import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkConfig, type Config } from '../../config/schema.ts';
import { knownHardware } from '../../hardware/catalog.ts';
import { configHash, openKept, type Wish } from '../../kiosk/kept-configuration.ts';

const lab: unknown = JSON.parse(readFileSync(new URL('../../config/examples/lab.json', import.meta.url), 'utf8'));
const check = (json: unknown) => checkConfig(json, knownHardware);

function sound(json: unknown): Config {
  const checked = check(json);
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return checked.config;
}

const given = sound(lab);
const more = sound({
  ...given,
  devices: [...given.devices, { id: 'extra', protocol: 'ccnet', port: '/dev/ttyUSB3', settings: {} }],
});
const wish: Wish = { what: 'use', device: 'extra', by: '1', second: '2' };

let path: string;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'kept-')), 'config.json');
});
afterEach(() => rmSync(join(path, '..'), { recursive: true }));

const open = (config: Config = given, hash = 'file-1') => openKept(path, { config, hash }, check);
const ids = ({ devices }: Config) => devices.map(({ id }) => id);

describe('the kept configuration', () => {
  test('is the file given by hand, and nothing is written, until somebody changes it', () => {
    expect(open()).toMatchObject({ running: given, before: null, trial: null, changes: [] });
    expect(() => readFileSync(path)).toThrow(/ENOENT/);
  });

  test('is the changed one from the next start on, on trial, with the one before and who did it', () => {
    const change = open().change(more, ['extra'], wish, 7);
    expect(change).toEqual({ n: 8, ...wish, why: null, from: configHash(given), to: configHash(more) });
    const next = open();
    expect(ids(next.running)).toEqual(ids(more));
    expect(configHash(next.running)).toBe(change.to);
    expect(next).toMatchObject({ before: given, trial: ['extra'], changes: [change] });
    next.proven();
    expect(open().trial).toBeNull();
  });

  test('goes back by itself when it was begun twice and never proven', () => {
    open().change(more, ['extra'], wish, 0);
    expect(open().trial).toEqual(['extra']);
    expect(ids(open().running)).toEqual(ids(more));
    const third = open();
    expect(third.running).toEqual(given);
    expect(third).toMatchObject({ before: null, trial: null });
    expect(third.changes.at(-1)).toMatchObject({ n: 2, what: 'went-back', why: 'not-started', by: null });
  });

  test('that this version does not accept is left for the one before', () => {
    open().change(more, [], wish, 0);
    const text = readFileSync(path, 'utf8').replace('"/dev/ttyUSB3"', '"somewhere"');
    writeFileSync(path, text);
    const next = open();
    expect(next.running).toEqual(given);
    expect(next.changes.at(-1)).toMatchObject({ what: 'went-back', why: 'unsound' });
  });

  test('of which nothing is sound is named with the remedy, and never replaced in silence', () => {
    open().change(more, [], wish, 0);
    const text = readFileSync(path, 'utf8').replaceAll('"id003"', '"none"');
    writeFileSync(path, text);
    expect(() => open()).toThrow(/config\.json: active: devices\.0\.protocol .*; mend or remove it/);
  });

  test('gives way to the file given by hand once that was edited, and can be taken again', () => {
    const first = open();
    first.change(more, [], wish, 0);
    const edited = sound({ ...given, kiosk: 'HALL-9' });
    const next = open(edited, 'file-2');
    expect(next.running).toEqual(edited);
    expect(ids(next.before as Config)).toEqual(ids(more));
    expect(next.changes.at(-1)).toMatchObject({ n: 2, what: 'file', by: null });
    expect(open(edited, 'file-2').changes).toHaveLength(2);
  });

  test.each(['', '{"file":', '{"file":"file-1"}', '[]'])('that was torn to %j is named, not replaced', (text) => {
    open().change(more, [], wish, 0);
    writeFileSync(path, text);
    expect(() => open()).toThrow(/config\.json: .*restore it/);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test('whose writing was cut off beside the file, at any byte, is the old one', () => {
    open().change(more, ['extra'], wish, 0);
    const whole = readFileSync(path, 'utf8');
    rmSync(path);
    for (let bytes = 0; bytes < whole.length; bytes += 397) {
      writeFileSync(`${path}.new`, whole.slice(0, bytes));
      expect(open().running).toEqual(given);
    }
  });
});
