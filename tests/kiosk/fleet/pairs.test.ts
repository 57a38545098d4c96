/** A real daemon that comes to a small office by the code on its glass. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readCommandKey } from '../../../kiosk/fleet/pairing.ts';
import { openJournalReader } from '../../../kiosk/journal/sqlite-reading.ts';
import type { View } from '../../../kiosk/server/wire.ts';
import { type Glass, openGlass } from '../../crash/glass.ts';
import { freePort } from '../../free-port.ts';
import { openSmallOffice, type SmallOffice } from '../office/small-office.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const lab = JSON.parse(readFileSync(join(root, 'config/examples/lab.json'), 'utf8')) as { readonly kiosk: string };
/** Starting, finding the office, pairing and sending take about six seconds. */
const soon = { timeout: 30_000, interval: 50 };

let folder: string;
let port: number;
let daemon: ChildProcess | null = null;
let glass: Glass | null = null;
let office: SmallOffice | null = null;
let view: View | null = null;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pairs-'));
  mkdirSync(join(folder, 'data'), { mode: 0o700 });
  port = await freePort();
});

afterEach(async () => {
  glass?.close();
  if (daemon !== null && daemon.exitCode === null) {
    daemon.kill('SIGTERM');
    await once(daemon, 'exit');
  }
  await office?.close();
  [daemon, glass, office, view] = [null, null, null, null];
  rmSync(folder, { recursive: true });
});

async function start(): Promise<void> {
  const file = join(folder, 'kiosk.json');
  writeFileSync(file, JSON.stringify({ ...lab, office: { url: `http://127.0.0.1:${port}/` } }));
  const args = ['kiosk/main.ts', '--config', file, '--data', join(folder, 'data'), '--http', '0', '--safe-start'];
  daemon = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
  if (daemon.stdout === null) throw new Error('no standard output');
  const [line] = (await once(createInterface({ input: daemon.stdout }), 'line')) as [string];
  glass = await openGlass((JSON.parse(line) as { kiosk: string }).kiosk, (now) => {
    view = now;
  });
}

const codeShown = () =>
  vi.waitFor(() => {
    const [, code] = /([0-9A-Z]{5}-[0-9A-Z]{5})$/.exec(view?.notice?.text ?? '') ?? [];
    if (code === undefined) throw new Error(`no code on the glass: ${JSON.stringify(view?.notice)}`);
    return code;
  }, soon);

function journal() {
  const reader = openJournalReader(join(folder, 'data', 'journal.sqlite'));
  const rows = [...reader.load().rows(0)].map(({ seq, hash, body }) => ({ seq, hash, body }));
  reader.close();
  return rows;
}

test('an office that starts later lets it in, its journal arrives, and what it runs, without a new start', async () => {
  await start();
  const { kiosk } = lab;
  office = await openSmallOffice({ port });
  const { database, collector } = office;
  expect(await office.type(await codeShown())).toEqual({ status: 200, json: { kiosk } });
  await vi.waitFor(async () => {
    const rows = await database.query('SELECT seq, hash FROM entries ORDER BY seq');
    expect(rows).toEqual(journal().map(({ seq, hash }) => ({ seq, hash })));
    expect(rows.length).toBeGreaterThan(0);
  }, soon);
  expect(await collector.holdings()).toMatchObject([{ kiosk, missingTo: null }]);
  expect(view?.notice).toBeNull();
  expect(journal().map(({ body }) => JSON.parse(body) as { kind: string })).toContainEqual(
    expect.objectContaining({ office: `http://127.0.0.1:${port}` }),
  );
  await vi.waitFor(async () => {
    const [row] = await database.query<{ running: string | null }>('SELECT running FROM kiosks');
    expect(JSON.parse(row?.running ?? 'null')).toMatchObject({ edition: null, document: { kiosk } });
  }, soon);
  expect(`${readCommandKey(join(folder, 'data'))}\n`).toBe(office.command);
  expect(office.problems).toEqual([]);
}, 90_000);
