/**
 * Makes a checkout ready: `node scripts/setup.mjs start|test`. Does nothing, in a moment, when nothing is missing.
 * It runs before anything is installed, so it is plain JavaScript for Node 20 and uses built-ins only.
 * All it says goes to standard error; exit 1 with what to do when it cannot go on.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const oldestNode = 20;
const root = fileURLToPath(new URL('..', import.meta.url));
const installStamp = join(root, 'node_modules', '.ready');
const buildStamp = join(root, 'dist', '.sources');
const uiSources = [
  'ui',
  'vite.config.ts',
  'kiosk/server/wire.ts',
  'kiosk/server/staff-wire.ts',
  'kiosk/office/server/wire.ts',
  'hardware/display/beacon.ts',
  'package-lock.json',
];

/** Debian packages without which tests cannot run, with a file that shows that each is there. */
const debianPackages = [
  { name: 'chromium', shows: '/usr/bin/chromium' },
  { name: 'fonts-noto-cjk', shows: '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc' },
  { name: 'strace', shows: '/usr/bin/strace' },
  { name: 'xvfb', shows: '/usr/bin/Xvfb' },
  { name: 'x11-utils', shows: '/usr/bin/xmessage' },
  { name: 'libxtst6', shows: `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/libXtst.so.6` },
  { name: 'mosquitto', shows: '/usr/sbin/mosquitto' },
  // Its programs stand below the number of its version; this package brings the right one, and has no other file of its own.
  { name: 'postgresql', shows: '/usr/share/doc/postgresql/copyright' },
];

class Stop extends Error {}

function say(words) {
  process.stderr.write(`setup: ${words}\n`);
}

function hash(text) {
  return createHash('sha256').update(text).digest('hex');
}

function readOr(path, otherwise) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}

/** Runs a long command with its output on standard error, says every 20 s that it still works, and ends with it on a signal. */
function run(what, command, args, env) {
  say(`${what} (${[command, ...args].join(' ')}) …`);
  const startedMs = Date.now();
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 2, 2] });
  const waiting = setInterval(() => {
    say(`still ${what}, ${Math.round((Date.now() - startedMs) / 1000)} s`);
  }, 20_000);
  const pass = (signal) => child.kill(signal);
  process.once('SIGTERM', pass);
  process.once('SIGINT', pass);
  return new Promise((resolve) => {
    const end = (problem) => {
      clearInterval(waiting);
      process.removeListener('SIGTERM', pass);
      process.removeListener('SIGINT', pass);
      if (problem === null) say(`done in ${Math.round((Date.now() - startedMs) / 1000)} s`);
      resolve(problem);
    };
    child.once('error', (error) => end(error.message));
    child.once('exit', (code, signal) => end(code === 0 ? null : signal ? `ended by ${signal}` : `exit code ${code}`));
  });
}

/**
 * The environment with the system's own npm and node first: an installation replaces node_modules, and with it the
 * node that may be running this very file.
 */
function systemEnvironment() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  const env = { ...process.env, PATH: folders.join(delimiter) };
  for (const name of Object.keys(env))
    if (/^npm_/i.test(name) && !/^npm_config_(cache|registry|userconfig)$/i.test(name)) delete env[name];
  return env;
}

/** True when npm's own record of node_modules names every package of the lock file at its version. */
function installedAsLocked(lockText) {
  const recordText = readOr(join(root, 'node_modules', '.package-lock.json'), null);
  if (recordText === null) return false;
  const installed = JSON.parse(recordText).packages ?? {};
  return Object.entries(JSON.parse(lockText).packages).every(([path, locked]) => {
    if (path === '') return true;
    const found = installed[path];
    if (found === undefined) return locked.optional === true;
    return found.version === locked.version && found.integrity === locked.integrity;
  });
}

async function packages() {
  const lockText = readOr(join(root, 'package-lock.json'), null);
  if (lockText === null) throw new Stop('package-lock.json is missing; take it from the repository again');
  const wanted = hash(lockText);
  if (readOr(installStamp, '') === wanted) return;
  if (!installedAsLocked(lockText)) {
    const problem = await run(
      'installing packages, one to three minutes',
      'npm',
      ['ci', '--loglevel=error'],
      systemEnvironment(),
    );
    if (problem !== null) {
      throw new Stop(
        `npm ci did not succeed: ${problem}. Its own words stand above; when the network is the cause, run it again later`,
      );
    }
  }
  writeFileSync(installStamp, wanted);
}

function* filesBelow(path) {
  const entries = existsSync(path) ? readdirSync(path, { withFileTypes: true }) : [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) yield* filesBelow(inside);
    else yield inside;
  }
}

function sourcesHash() {
  const sum = createHash('sha256');
  for (const source of uiSources) {
    const path = join(root, source);
    const files = readOr(path, null) === null ? filesBelow(path) : [path];
    for (const file of files) sum.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
  }
  return sum.digest('hex');
}

async function userInterface() {
  const wanted = sourcesHash();
  if (readOr(buildStamp, '') === wanted) return;
  const node = join(root, 'node_modules', 'node', 'bin', 'node');
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const problem = await run('building the screens', node, [vite, 'build', '--logLevel', 'warn'], process.env);
  if (problem !== null) throw new Stop(`the screens could not be built: ${problem}. What is wrong stands above`);
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(buildStamp, wanted);
}

async function systemPackages() {
  const missing = debianPackages.filter(({ shows }) => !existsSync(shows)).map(({ name }) => name);
  if (missing.length === 0) return;
  const install = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  const canInstall = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
  if (!canInstall) throw new Stop(`the tests need ${missing.join(', ')}; install them with: sudo ${install}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const [command, ...args] = install.split(' ');
  const problem =
    (await run('reading the list of Debian packages', 'apt-get', ['update'], env)) ??
    (await run(`installing ${missing.join(', ')}`, command, args, env));
  if (problem !== null)
    throw new Stop(`${missing.join(', ')} could not be installed: ${problem}; install by hand: ${install}`);
}

async function main() {
  const purpose = process.argv[2] ?? 'start';
  if (purpose !== 'start' && purpose !== 'test') {
    process.stderr.write('usage: node scripts/setup.mjs start|test\n');
    return 2;
  }
  if (Number(process.versions.node.split('.')[0]) < oldestNode) {
    throw new Stop(`this is Node ${process.versions.node}; install Node ${oldestNode} or newer`);
  }
  await packages();
  await userInterface();
  if (purpose === 'test') await systemPackages();
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  say(error.message);
  process.exitCode = 1;
}
