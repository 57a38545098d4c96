import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { protocols } from '../../hardware/catalog.ts';
import lab from '../../config/examples/lab.json' with { type: 'json' };

const root = fileURLToPath(new URL('../..', import.meta.url));

function config(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/config.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  const lines = stdout.split('\n').filter((line) => line !== '');
  return { status, lines, stderr };
}

const examples = readdirSync(join(root, 'config/examples'));

test.each(examples)('the example %s is right', (name) => {
  expect(config('check', `config/examples/${name}`)).toMatchObject({ status: 0, lines: ['{"ok":true}'] });
});

test('the page of config tells of every example', () => {
  const page = readFileSync(join(root, 'config/README.md'), 'utf8');
  expect(examples.filter((name) => !page.includes(name))).toEqual([]);
});

test('there is an example for each protocol', () => {
  const used = examples.flatMap((name) => {
    const { devices } = JSON.parse(readFileSync(join(root, 'config/examples', name), 'utf8')) as typeof lab;
    return devices.map(({ protocol }) => protocol);
  });
  expect([...new Set(used)].sort()).toEqual(Object.keys(protocols).sort());
});

test('each problem is a line of its own, and the devices’ own settings are checked too', () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  const wrong = structuredClone(lab);
  wrong.region = 'XX';
  Object.assign(wrong.devices[0]?.settings ?? {}, { volume: 11 });
  Object.assign(wrong.devices[1] ?? {}, { protocol: 'telex' });
  writeFileSync(join(folder, 'wrong.json'), JSON.stringify(wrong));
  const { status, lines } = config('check', join(folder, 'wrong.json'));
  rmSync(folder, { recursive: true });
  expect(status).toBe(1);
  const problems = lines.map((line) => JSON.parse(line));
  expect(problems.map(({ path }) => path).sort()).toEqual([
    'devices.0.settings.volume',
    'devices.1.protocol',
    'region',
  ]);
  for (const { problem } of problems) expect(problem).toEqual(expect.any(String));
});

test('sample bills in front of a real acceptor are warned of, and those in front of a simulated one are not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  const check = (change: object) => {
    writeFileSync(join(folder, 'real.json'), JSON.stringify({ ...lab, ...change }));
    return config('check', join(folder, 'real.json'));
  };
  const [acceptor, printer] = lab.devices;
  const real = (device: object | undefined, port: string) => ({ ...device, port });
  const warned = check({ devices: [real(acceptor, '/dev/ttyUSB0'), printer] });
  expect(warned.status).toBe(0);
  expect(warned.lines.map((line) => JSON.parse(line))).toEqual([
    { ok: true },
    { path: 'biller.file', warning: expect.stringContaining('acceptor at /dev/ttyUSB0 would take real cash') },
  ]);
  expect(check({ devices: [acceptor, real(printer, '/dev/ttyUSB1')] }).lines).toEqual(['{"ok":true}']);
  const file = join(folder, 'bills.json');
  const own = { devices: [real(acceptor, '/dev/ttyUSB0'), printer], biller: { ...lab.biller, file } };
  expect(check(own).lines).toEqual(['{"ok":true}']);
  rmSync(folder, { recursive: true });
});

test('a difference is one line for each field, with what to say in both languages, and nothing where there is none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  const [old, now] = [join(folder, 'old.json'), join(folder, 'new.json')];
  writeFileSync(old, JSON.stringify(lab));
  writeFileSync(now, JSON.stringify({ ...lab, limits: { ...lab.limits, cashMaximumMinor: 200_000 } }));
  expect(config('diff', old, old)).toMatchObject({ status: 0, lines: [] });
  const { status, lines } = config('diff', old, now);
  expect(status).toBe(0);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      path: 'limits.cashMaximumMinor',
      before: 500_000,
      after: 200_000,
      text: {
        'zh-CN': '单笔现金上限：¥5,000.00 → ¥2,000.00',
        en: 'Largest sum in cash: ¥5,000.00 → ¥2,000.00',
      },
    },
  ]);
  writeFileSync(now, JSON.stringify({ ...lab, region: 'XX' }));
  const refused = config('diff', old, now);
  rmSync(folder, { recursive: true });
  expect(refused.status).toBe(1);
  expect(refused.lines.map((line) => JSON.parse(line))).toEqual([
    { file: now, path: 'region', problem: expect.stringContaining('ISO 3166') },
  ]);
});

test('the reference is printed as it stands in the page of config', () => {
  const { status, lines } = config('reference');
  expect(status).toBe(0);
  const page = readFileSync(join(root, 'config/README.md'), 'utf8').split('\n');
  expect(lines.filter((line) => !page.includes(line))).toEqual([]);
  expect(lines.length).toBeGreaterThan(100);
});

test.each([
  [[]],
  [['check']],
  [['chek', 'x']],
  [['check', 'a', 'b']],
  [['diff', 'a']],
  [['reference', 'a']],
  [['constructor']],
])('the command %j is refused with exit 2 and what to write instead', (args) => {
  const { status, lines, stderr } = config(...args);
  expect(status).toBe(2);
  expect(lines).toEqual([]);
  expect(JSON.parse(stderr)).toMatchObject({ error: 'usage', message: expect.stringContaining('check FILE') });
});
