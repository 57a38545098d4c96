import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { pair } from '../../../kiosk/fleet/pairing.ts';
import { openJournalReader } from '../../../kiosk/journal/sqlite-reading.ts';
import { initRepository, type Repository } from '../../../kiosk/office/repository/repository.ts';
import { serveFolder, type StaticServer } from '../../static-server.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const lab = JSON.parse(readFileSync(join(root, 'config/examples/lab.json'), 'utf8'));
const seen = { timeout: 60_000, interval: 200 };
const long = { timeout: 180_000 };

let folder: string;
let repository: Repository;
let server: StaticServer;
let kept: ChildProcess | null = null;
const data = () => join(folder, 'data');

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-push-'));
  mkdirSync(data(), { mode: 0o700 });
  repository = initRepository(join(folder, 'office'), () => Date.now());
  server = await serveFolder(repository.publicFolder);
  pair(data(), { repository: server.url }, repository.root);
});

afterEach(async () => {
  await ends();
  await server.close();
  rmSync(folder, { recursive: true });
});

/** Cabinet and daemon, started again when they end by themselves. */
async function begins(): Promise<void> {
  const file = join(folder, 'kiosk.json');
  writeFileSync(file, JSON.stringify(lab));
  const args = ['scripts/start.ts', '--config', file, '--data', data(), '--http', '0', '--bench-http', '0'];
  kept = spawn(process.execPath, [...args, '--speed', '50'], { cwd: root });
  kept.stderr?.resume();
  const { stdout } = kept;
  if (stdout === null) throw new Error('no standard output');
  await once(createInterface({ input: stdout }), 'line');
}

async function ends(): Promise<void> {
  if (kept === null || kept.exitCode !== null) return;
  kept.kill('SIGTERM');
  await once(kept, 'exit');
  kept = null;
}

/** What stands in the journal of configurations. */
function recorded() {
  const reader = openJournalReader(join(data(), 'journal.sqlite'));
  const bodies = [...reader.load().rows(0)].map(({ body }) => JSON.parse(body));
  reader.close();
  return bodies.filter(({ kind }) => /^(config|kiosk)\./.test(kind));
}

const publish = (document: object) => repository.publish(new Map([[lab.kiosk, document]]));
const placed = (en: string) => ({ ...lab, place: { ...lab.place, en } });

const stored = () => JSON.parse(readFileSync(join(data(), 'config.json'), 'utf8'));
const kinds = () =>
  recorded()
    .filter(({ kind }) => kind !== 'config.stale')
    .map(({ kind, what, why, edition }) =>
      [kind, what ?? why, edition].filter((word) => word !== undefined && word !== null),
    )
    .map((words) => words.join(' '));

test(
  'a published text begins by itself, is told with the office’s number, and stays when it proves itself',
  long,
  async () => {
    publish(placed('Second floor'));
    await begins();
    const begun = ['kiosk.started', 'config.staged', 'kiosk.shutting-down configuration', 'kiosk.started'];
    await vi.waitFor(() => expect(kinds()).toEqual([...begun, 'config.changed push 1']), seen);
    await vi.waitFor(() => expect(stored()).toMatchObject({ trial: null, office: { version: 1 } }), seen);
    expect(stored().active.place.en).toBe('Second floor');
  },
);

test('one under which a device falls silent goes back by itself, says why, and is not tried again', long, async () => {
  const { limits, devices } = lab;
  const moved = devices.map((device: { id: string }) =>
    device.id === 'printer' ? { ...device, port: 'DATA/ports/nowhere' } : device,
  );
  publish({ ...placed('Second floor'), devices: moved, limits: { ...limits, deviceAnswersMs: 3_000 } });
  await begins();
  await vi.waitFor(() => expect(kinds()).toContain('config.changed went-back 1'), seen);
  await vi.waitFor(() => expect(kinds().filter((kind) => kind === 'kiosk.started')).toHaveLength(3), seen);
  expect(stored()).toMatchObject({ active: lab, trial: null, staged: null, seen: { version: 1 } });
  await ends();
  await begins();
  await vi.waitFor(() => expect(server.asked.filter((path) => path.endsWith('timestamp.json'))).toHaveLength(4), seen);
  expect(kinds().filter((kind) => kind.startsWith('config.staged'))).toHaveLength(1);
});

test('one that breaks a rule is refused in words, and what runs stays', long, async () => {
  publish({ ...lab, place: { en: 'Half' } });
  await begins();
  await vi.waitFor(() => expect(kinds()).toContain('config.refused unsound 1'), seen);
  const { problems } = recorded().find(({ kind }) => kind === 'config.refused');
  expect(problems[0].en).toMatch(/^place\.zh-CN is missing/);
  expect(kinds()).not.toContain('kiosk.shutting-down configuration');
});
