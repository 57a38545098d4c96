import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { mergeFragment } from '../../config/fragment.ts';
import { checkConfig, schema } from '../../config/schema.ts';
import { besideOf, child } from '../../config/shape.ts';
import { warningsOf } from '../../config/warnings.ts';
import { knownToKiosk } from '../../kiosk/known.ts';
import { en } from '../../kiosk/text/en.ts';
import { zhCN } from '../../kiosk/text/zh-CN.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'config/presets');
const names = readdirSync(folder);
const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));

test('there is a preset for each trade, and the page of config tells of it', () => {
  const trades = Object.keys(besideOf(child(schema, 'preset')).about?.choices ?? {});
  expect(names.toSorted()).toEqual(trades.map((trade) => `${trade}.json`).toSorted());
  const page = readFileSync(join(root, 'config/README.md'), 'utf8');
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test('no two presets are one kiosk', () => {
  expect(new Set(names.map((name) => read(name).kiosk)).size).toBe(names.length);
});

describe.each(names)('the preset %s', (name) => {
  const json = read(name);

  test('is right, is of its trade, and wants no second look', () => {
    const checked = checkConfig(json, knownToKiosk);
    if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
    expect(`${checked.config.preset}.json`).toBe(name);
    expect(checked.config.goods).toEqual(json.goods);
    expect(warningsOf(checked.config, knownToKiosk)).toEqual([]);
  });

  test('has only devices that the simulated cabinet plays', () => {
    expect(json.devices.filter(({ port }: { port: string }) => !port.startsWith('DATA/ports/'))).toEqual([]);
  });

  test('has texts of its own only where such a text is, none that is already ours, and no language in another', () => {
    const own = Object.entries(json.texts as Readonly<Record<string, Record<'zh-CN' | 'en', string>>>);
    for (const [text, words] of own) {
      const [place, key] = text.split('.') as [string, string];
      const ours = [zhCN, en].map((all) => (all as unknown as Record<string, Record<string, unknown>>)[place]?.[key]);
      expect(
        ours.map((one) => typeof one),
        text,
      ).toEqual(['string', 'string']);
      expect([words['zh-CN'], words.en], text).not.toEqual(ours);
      expect(words['zh-CN'], text).toMatch(/\p{Script=Han}/u);
      expect(words.en, text).not.toMatch(/\p{Script=Han}/u);
    }
  });
});

/** The wallets of a preset, played at ports that nobody else has. */
async function atFreePorts(json: { readonly wallets?: readonly { readonly id: string; readonly url: string }[] }) {
  const wallets = json.wallets ?? [];
  const servers = wallets.map(() => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const moved = wallets.map(({ id, url }, at) => {
    const { port } = (servers[at] as ReturnType<typeof createServer>).address() as AddressInfo;
    return [
      id,
      {
        url: Object.assign(new URL(url), { port: String(port) })
          .toString()
          .replace(/\/$/, ''),
      },
    ] as const;
  });
  for (const server of servers) server.close();
  return mergeFragment(json, { wallets: Object.fromEntries(moved) });
}

async function readyLine(child: ChildProcess): Promise<{ readonly kiosk: string; readonly bench: string }> {
  if (child.stdout === null) throw new Error('no standard output');
  let errors = '';
  child.stderr?.on('data', (bytes) => {
    errors += bytes;
  });
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(errors)));
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended])) as [string];
  ended.catch(() => {});
  return JSON.parse(line);
}

test.each(names)(
  'a kiosk starts with %s, in a cabinet that plays all of its devices and wallets',
  { timeout: 120_000 },
  async (name) => {
    const data = mkdtempSync(join(tmpdir(), 'preset-'));
    const json = read(name);
    writeFileSync(join(data, 'kiosk.json'), JSON.stringify(await atFreePorts(json)));
    const args = [
      '--data',
      join(data, 'data'),
      '--http',
      '0',
      '--bench-http',
      '0',
      '--config',
      join(data, 'kiosk.json'),
    ];
    const child = spawn(process.execPath, ['scripts/start.ts', ...args], { cwd: root });
    try {
      const { bench } = await readyLine(child);
      const cabinet = (await (await fetch(new URL('/devices', bench))).json()) as Readonly<Record<string, unknown>>;
      const ids = (list: unknown) => (list as readonly { readonly id: string }[]).map(({ id }) => id).toSorted();
      expect(ids(cabinet.devices)).toEqual(ids(json.devices));
      expect(ids(cabinet.services)).toEqual(expect.arrayContaining(ids(json.wallets ?? [])));
    } finally {
      child.kill('SIGTERM');
      await once(child, 'exit');
      rmSync(data, { recursive: true });
    }
  },
);
