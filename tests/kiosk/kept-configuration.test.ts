import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkConfig, type Config } from '../../config/schema.ts';
import { knownToKiosk } from '../../kiosk/known.ts';
import { configHash, openKept, type Wish } from '../../kiosk/kept-configuration.ts';

const lab: unknown = JSON.parse(readFileSync(new URL('../../config/examples/lab.json', import.meta.url), 'utf8'));
const check = (json: unknown) => checkConfig(json, knownToKiosk);

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
    expect(next).toMatchObject({ before: given, trial: { waitsFor: ['extra'] }, changes: [change] });
    next.proven();
    expect(open().trial).toBeNull();
  });

  test('goes back by itself when it was begun twice and never proven', () => {
    open().change(more, ['extra'], wish, 0);
    expect(open().trial).toMatchObject({ waitsFor: ['extra'], starts: 1 });
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

describe('what the office publishes', () => {
  const renamed = { ...given, place: { 'zh-CN': '二楼', en: 'Second floor' } };
  const one = { version: 1, hash: 'a'.repeat(64) };
  const two = { version: 2, hash: 'b'.repeat(64) };
  const trial = { waitsFor: ['printer'], glass: true };

  test('waits, checked, and is not what the next start begins with', () => {
    const came = open().stage(renamed, one);
    expect(came).toEqual({ came: 'staged', staged: { edition: 1, to: configHash(sound(renamed)), leaving: [] } });
    expect(open()).toMatchObject({ running: given, trial: null, office: null, staged: { config: renamed } });
  });

  test('begins with the start after it was taken, on trial, and is told as a change', () => {
    const kept = open();
    kept.stage(renamed, one);
    const change = kept.takeStaged(trial, 3);
    expect(change).toMatchObject({ n: 4, what: 'push', by: null, edition: 1, to: configHash(sound(renamed)) });
    expect(open()).toMatchObject({ running: renamed, before: given, trial, office: one, staged: null });
  });

  test('names the devices that it has no more', () => {
    const less = { ...given, devices: given.devices.slice(0, -1) };
    const came = open().stage(less, one);
    expect(came).toMatchObject({ staged: { leaving: [given.devices.at(-1)?.id] } });
  });

  test('is judged once; published again, it is tried again', () => {
    const kept = open();
    kept.stage(renamed, two);
    kept.takeStaged(trial, 0);
    expect(open().stage(renamed, two)).toEqual({ came: 'known' });
    const taken = open();
    expect(taken.seen).toEqual(two);
    taken.goBack('silent', 'printer');
    expect(open().stage(renamed, { ...two, version: 3 })).toMatchObject({ came: 'staged', staged: { edition: 3 } });
  });

  test('that goes back stays away, and the office’s one before counts again', () => {
    const first = open();
    first.stage(renamed, one);
    first.takeStaged(trial, 0);
    open().proven();
    const second = open();
    second.stage({ ...given, place: { 'zh-CN': '三楼', en: 'Third floor' } }, two);
    second.takeStaged(trial, 1);
    expect(open().goBack('no-glass', null)).toMatchObject({ what: 'went-back', why: 'no-glass', edition: 2 });
    const after = open();
    expect(after).toMatchObject({ running: renamed, office: one, staged: null });
    expect(after.stage({ ...given, place: { 'zh-CN': '三楼', en: 'Third floor' } }, two)).toEqual({ came: 'known' });
  });

  test('that is replaced by what runs already no longer waits', () => {
    const kept = open();
    kept.stage(renamed, one);
    expect(kept.stage(given, two)).toEqual({ came: 'known' });
    expect(open()).toMatchObject({ staged: null, office: two, seen: two });
  });

  test.each([
    ['unsound', { ...given, place: { en: 'Half' } }, /^place\.zh-CN/],
    ['other-kiosk', { ...given, kiosk: 'OTHER-9' }, /OTHER-9; this one is/],
    ['other-money', { ...given, money: { ...given.money, exponent: 0 } }, /money/],
  ])('is refused in words when it is %s, and what waited before waits no more', (why, document, words) => {
    const kept = open();
    kept.stage(renamed, one);
    const came = kept.stage(document, two);
    expect(came).toMatchObject({ came: 'refused', refused: { edition: 2, hash: two.hash } });
    const { refused } = came as Extract<typeof came, { came: 'refused' }>;
    expect(['unsound', why]).toContain(refused.why);
    expect(refused.problems[0]).toMatchObject({
      en: expect.stringMatching(words),
      'zh-CN': expect.stringMatching(/是|缺失/),
    });
    expect(open()).toMatchObject({ running: given, staged: null, seen: two });
  });

  test('waits beside what staff change meanwhile, and does not take its place', () => {
    const kept = open(more);
    kept.stage(given, one);
    const theirs = sound({ ...more, place: renamed.place });
    kept.change(theirs, [], wish, 0);
    expect(kept.takeStaged(trial, 1)).toBeNull();
    expect(open(more)).toMatchObject({ running: theirs, staged: { said: { leaving: ['extra'] } } });
  });

  test('that follows one on trial leaves the last proven one to go back to', () => {
    open().stage(more, one);
    open().takeStaged({ waitsFor: ['extra'], glass: false }, 0);
    const onTrial = open();
    onTrial.stage(renamed, two);
    onTrial.takeStaged(trial, 1);
    open().goBack('silent', 'printer');
    expect(open()).toMatchObject({ running: given, office: null });
  });

  test.each<readonly [string, (config: Config) => object, readonly string[]]>([
    [
      'a machine of another kind under the same name',
      ({ devices: [first, ...rest] }) => ({ devices: [{ ...first, protocol: 'ccnet', settings: {} }, ...rest] }),
      [given.devices[0]?.id ?? ''],
    ],
    [
      'a machine at another port',
      ({ devices: [first, ...rest] }) => ({ devices: [{ ...first, port: '/dev/ttyUSB9' }, ...rest] }),
      [],
    ],
    ['another biller', ({ biller }) => ({ biller: { ...biller, file: '/bills.json' } }), ['biller']],
  ])('%s: %#', (_, change, leaving) => {
    expect(open().stage({ ...given, ...change(given) }, one)).toMatchObject({ staged: { leaving } });
  });

  test('a wallet that is gone, or another merchant’s, is left', () => {
    const wallets = sound(
      JSON.parse(readFileSync(new URL('../../config/examples/wallets.json', import.meta.url), 'utf8')),
    );
    const [first, ...rest] = wallets.wallets;
    if (first?.alipay == null) throw new Error('the first wallet of the example is not Alipay');
    const other = { ...first, alipay: { ...first.alipay, appId: '999' } };
    expect(open(wallets).stage({ ...wallets, wallets: [other, ...rest] }, one)).toMatchObject({
      staged: { leaving: [first.id] },
    });
  });

  test('a change that staff make here is not undone by what was published before it', () => {
    const kept = open();
    kept.stage(renamed, one);
    kept.takeStaged(trial, 0);
    const taken = open();
    taken.proven();
    taken.change(more, ['extra'], wish, 1);
    expect(open()).toMatchObject({ running: more, office: null, seen: one });
    expect(open().stage(renamed, one)).toEqual({ came: 'known' });
  });
});
