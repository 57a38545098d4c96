import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import lab from '../../config/examples/lab.json' with { type: 'json' };

const root = fileURLToPath(new URL('../..', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-repository-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const repo = () => join(folder, 'office');

function config(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/config.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  const lines = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  return { status, lines, stderr };
}

function file(json: unknown): string {
  const path = join(folder, 'file.json');
  writeFileSync(path, JSON.stringify(json));
  return path;
}

const published = (kiosk: string) => {
  const targets = join(repo(), 'public', 'targets', 'kiosks');
  const metadata = join(repo(), 'public', 'metadata');
  const path = `kiosks/${kiosk}.json`;
  const bins = readdirSync(metadata)
    .filter((name) => /^\d+\.bin-/.test(name))
    .map((name) => JSON.parse(readFileSync(join(metadata, name), 'utf8')).signed)
    .filter((bin) => path in bin.targets)
    .toSorted((one, other) => one.version - other.version);
  const { hashes } = bins.at(-1).targets[path];
  return JSON.parse(readFileSync(join(targets, `${hashes.sha256}.${kiosk}.json`), 'utf8'));
};

test('a repository is made once, its keys only for their owner, offline ones apart', () => {
  expect(config('init', repo())).toMatchObject({ status: 0, lines: [{ ok: true }] });
  expect(readdirSync(join(repo(), 'keys-online')).toSorted()).toEqual(['snapshot-1.pem', 'timestamp-1.pem']);
  expect(readdirSync(join(repo(), 'keys-offline'))).toHaveLength(6);
  expect(statSync(join(repo(), 'keys-offline', 'root-1.pem')).mode & 0o077).toBe(0);
  const again = config('init', repo());
  expect([again.status, again.stderr]).toEqual([1, expect.stringContaining('holds a repository already')]);
});

test('a whole configuration, then a part of one for a group, then back', () => {
  config('init', repo());
  const east = { ...lab, groups: ['east'] };
  expect(config('publish', '--repo', repo(), '--kiosk', lab.kiosk, file(east)).lines).toMatchObject([{ version: 1 }]);
  const other = { ...lab, kiosk: 'LAB-02' };
  config('publish', '--repo', repo(), '--kiosk', 'LAB-02', file(other));
  const part = { limits: { cashMaximumMinor: 200_000 } };
  expect(config('publish', '--repo', repo(), '--group', 'east', file(part)).lines).toMatchObject([
    { kiosk: lab.kiosk, version: 2 },
  ]);
  expect(published(lab.kiosk).limits).toEqual({ ...lab.limits, cashMaximumMinor: 200_000 });
  expect(published('LAB-02').limits).toEqual(lab.limits);
  expect(config('rollback', '--repo', repo(), '--kiosk', lab.kiosk).lines).toMatchObject([{ version: 3 }]);
  expect(published(lab.kiosk)).toEqual(east);
});

test.each([
  ['a part that makes one of them unsound', ['--all'], { place: { en: '' } }, { kiosk: lab.kiosk, path: 'place.en' }],
  ['a whole one for many', ['--all'], lab, { kiosk: null, problem: /one kiosk’s/ }],
  ['a whole one of another kiosk', ['--kiosk', 'LAB-02'], lab, { path: 'kiosk', problem: /LAB-02/ }],
  ['a part for a kiosk that has none yet', ['--kiosk', 'LAB-09'], { groups: [] }, { problem: /LAB-09 yet/ }],
  ['a part for a group of nobody', ['--group', 'west'], { groups: [] }, { problem: /west/ }],
  ['a part that renames a kiosk', ['--all'], { kiosk: 'LAB-09' }, { path: 'kiosk' }],
  ['a list', ['--all'], [], { problem: /no object/ }],
])('%s is refused in words, and nothing is published', (_, whom, json, problem) => {
  config('init', repo());
  config('publish', '--repo', repo(), '--kiosk', lab.kiosk, file(lab));
  const { status, lines } = config('publish', '--repo', repo(), ...whom, file(json));
  expect(status).toBe(1);
  expect(lines[0]).toMatchObject(
    Object.fromEntries(
      Object.entries(problem).map(([name, value]) => [
        name,
        value instanceof RegExp ? expect.stringMatching(value) : value,
      ]),
    ),
  );
  expect(existsSync(join(repo(), 'public', 'metadata', '3.snapshot.json'))).toBe(false);
});

test.each([
  [['publish', '--repo', 'x'], 1, 'config init'],
  [['publish'], 2, '--repo DIR is missing'],
  [['rotate', '--repo', 'REPO', '--role', 'king'], 2, 'root, targets, snapshot, timestamp'],
  [['rotate', '--repo', 'REPO', '--role', 'root', '--number', 'x'], 2, 'no number of a key'],
  [['publish', '--repo', 'REPO', '--all', '--kiosk', 'A', 'f'], 2, 'say for whom'],
  [['publish', '--repo', 'REPO', '--al', 'f'], 2, '--al'],
  [['trust', '--repo', 'REPO', '--url', 'config.example', '--data', 'REPO'], 2, '--url takes an address'],
])('%j ends with %d and says %s', (args, status, words) => {
  config('init', repo());
  const answer = config(...args.map((one) => (one === 'REPO' ? repo() : one)));
  expect(answer.status).toBe(status);
  expect(answer.stderr).toContain(words);
});
