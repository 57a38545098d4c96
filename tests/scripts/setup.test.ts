import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** A project of its own, with an npm and a vite that only write down that they were called. */
let project: string;
let systemFolder: string;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), text);
}

function lock(version: string): string {
  return JSON.stringify({ packages: { '': {}, 'node_modules/a': { version, integrity: version } } });
}

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'setup-'));
  project = join(folder, 'a project');
  systemFolder = join(folder, 'bin');
  mkdirSync(systemFolder);
  write('package-lock.json', lock('1'));
  write('ui/main.tsx', 'one');
  mkdirSync(join(project, 'scripts'));
  copyFileSync(fileURLToPath(new URL('../../scripts/setup.mjs', import.meta.url)), join(project, 'scripts/setup.mjs'));
  write(
    'stock/vite.js',
    "require('fs').appendFileSync('calls', 'build\\n'); if (require('fs').readFileSync('ui/main.tsx', 'utf8') === 'broken') process.exit(1);",
  );
  npm(`mkdir -p node_modules/node/bin node_modules/vite/bin
ln -sf "$REAL_NODE" node_modules/node/bin/node
cp stock/vite.js node_modules/vite/bin/vite.js
cp package-lock.json node_modules/.package-lock.json`);
  symlinkSync('/bin/sh', join(systemFolder, 'sh'));
});
afterEach(() => rmSync(dirname(project), { recursive: true }));

function npm(commands: string): void {
  writeFileSync(join(systemFolder, 'npm'), `#!/bin/sh\necho "npm $*" >> calls\n${commands}\n`);
  chmodSync(join(systemFolder, 'npm'), 0o755);
}

function setup(purpose = 'start') {
  rmSync(join(project, 'calls'), { force: true });
  const { status, stderr, stdout } = spawnSync(process.execPath, ['scripts/setup.mjs', purpose], {
    cwd: project,
    env: { PATH: `${systemFolder}:/usr/bin:/bin`, REAL_NODE: process.execPath },
    encoding: 'utf8',
  });
  const calls = existsSync(join(project, 'calls'))
    ? readFileSync(join(project, 'calls'), 'utf8').trim().split('\n')
    : [];
  return { status, stderr, stdout, calls };
}

test('a fresh checkout is installed and built, and the second time nothing is done or said', () => {
  expect(setup()).toMatchObject({ status: 0, calls: ['npm ci --loglevel=error', 'build'], stdout: '' });
  expect(setup()).toEqual({ status: 0, calls: [], stdout: '', stderr: '' });
});

test('another lock file is installed again', () => {
  setup();
  write('package-lock.json', lock('2'));
  expect(setup().calls).toEqual(['npm ci --loglevel=error', 'build']);
  expect(setup().calls).toEqual([]);
});

test('packages that npm has already installed as locked are left as they are', () => {
  setup();
  write('package-lock.json', lock('2'));
  write('node_modules/.package-lock.json', lock('2'));
  expect(setup().calls).toEqual(['build']);
});

test('changed, new and removed screens are built again; a touched one is not', () => {
  setup();
  write('ui/main.tsx', 'one');
  expect(setup().calls).toEqual([]);
  write('ui/main.tsx', 'two');
  expect(setup().calls).toEqual(['build']);
  write('ui/parts/new.tsx', 'three');
  expect(setup().calls).toEqual(['build']);
  rmSync(join(project, 'ui/parts/new.tsx'));
  expect(setup().calls).toEqual(['build']);
});

test('a removed build is made again', () => {
  setup();
  rmSync(join(project, 'dist'), { recursive: true });
  expect(setup().calls).toEqual(['build']);
});

test('an installation that fails is named, ends with 1, and is tried again next time', () => {
  npm('echo "no network" >&2; exit 7');
  const failed = setup();
  expect(failed).toMatchObject({ status: 1, calls: ['npm ci --loglevel=error'] });
  expect(failed.stderr).toMatch(/no network/);
  expect(failed.stderr).toMatch(/npm ci did not succeed: exit code 7/);
  expect(setup().calls).toEqual(['npm ci --loglevel=error']);
});

test('screens that cannot be built are named, end with 1, and are tried again next time', () => {
  write('ui/main.tsx', 'broken');
  expect(setup()).toMatchObject({ status: 1, stderr: expect.stringMatching(/screens could not be built/) });
  expect(setup().calls).toEqual(['build']);
});

test('a missing lock file and an unknown purpose are refused with what to do', () => {
  expect(setup('party')).toMatchObject({ status: 2, stderr: expect.stringMatching(/start\|test/) });
  rmSync(join(project, 'package-lock.json'));
  expect(setup()).toMatchObject({ status: 1, stderr: expect.stringMatching(/package-lock\.json is missing/) });
});
