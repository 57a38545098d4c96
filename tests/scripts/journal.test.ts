import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Journal } from '../../kiosk/journal/journal.ts';
import { openSqliteStorage } from '../../kiosk/journal/sqlite.ts';
import { openKeys } from '../../kiosk/keys.ts';
import { createVoucherSeal } from '../../kiosk/voucher-seal.ts';
import { caseOpened, journalOn, stack, visit } from '../kiosk/journal/examples.ts';

const script = new URL('../../scripts/journal.ts', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'journal-'));
const data = join(folder, 'data');
const voucher = {
  serial: '000042',
  currency: 'CNY',
  minor: 1_350,
  issuedAt: '2026-03-31T08:00:00.000Z',
  kiosk: 'LAB-01',
};
let journal: Journal;

/** The journal stays open for writing, as the daemon's is. */
beforeAll(() => {
  mkdirSync(data);
  openKeys(data);
  journal = journalOn(openSqliteStorage(join(data, 'journal.sqlite')));
  for (const batch of [1, 2, 3].flatMap(visit)) journal.append(batch);
  journal.append([caseOpened(9)]);
  journal.append([{ kind: 'case.resolved', case: 'C9', outcome: 'returned', currency: 'CNY', minor: 2000 }]);
});

afterAll(() => {
  journal.close();
  rmSync(folder, { recursive: true, force: true });
});

function run(...args: string[]): {
  status: number | null;
  lines: Record<string, unknown>[];
  error: Record<string, unknown> | null;
} {
  const done = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  const parse = (text: string) =>
    text
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  return { status: done.status, lines: parse(done.stdout), error: parse(done.stderr)[0] ?? null };
}

/** As `cp -rp` copies a folder. */
function copied(from: string, to: string): void {
  cpSync(from, to, { recursive: true });
  chmodSync(to, statSync(from).mode);
}

describe('npm run journal', () => {
  test('verify says how many entries and the head', () => {
    const { status, lines } = run('verify', '--data', data);
    expect(lines).toEqual([{ ok: true, entries: journal.head.seq, head: journal.head.hash, signatures: 'valid' }]);
    expect(status).toBe(0);
  });

  test('tail shows the last entries, with the body as it was stored', () => {
    const { lines } = run('tail', '--last', '2', '--data', data);
    expect(lines.map((line) => line.seq)).toEqual([journal.head.seq - 1, journal.head.seq]);
    expect(Object.keys(lines[0] as object)).toEqual(['seq', 'at', 'day', 'kind', 'session', 'body', 'hash']);
    expect(lines[0]).toMatchObject({ kind: 'case.opened', session: 'v9', body: caseOpened(9), day: '2026-03-31' });
    expect(run('tail', '--last', '0', '--data', data).lines).toEqual([]);
  });

  test('tail --follow shows what comes', { timeout: 30_000 }, async () => {
    const child = spawn(process.execPath, [script, 'tail', '--last', '1', '--follow', '--data', data]);
    let output = '';
    const follows = (text: string) =>
      new Promise<void>((done) => {
        const look = () => output.includes(text) && done();
        child.stdout.on('data', look);
        look();
      });
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    await follows('case.resolved');
    const [entry] = journal.append([stack(77)]);
    await follows('"command":"c77"');
    expect(JSON.parse(output.trim().split('\n').at(-1) as string)).toEqual(entry);
    child.kill();
  });

  test('till counts the boxes', () => {
    expect(run('till', '--data', data).lines).toEqual([
      { unit: 'acceptor.box', kind: 'box', currency: 'CNY', denominations: [{ minor: 2000, count: 3 }], minor: 6000 },
    ]);
  });

  test('cases shows each case and what became of it', () => {
    expect(run('cases', '--data', data).lines).toEqual([
      expect.objectContaining({
        case: 'C9',
        kind: 'note-unknown',
        status: 'resolved',
        currency: 'CNY',
        minor: 2000,
        session: 'v9',
      }),
    ]);
  });

  test('cases says who ended one, how and why', () => {
    const ended = { how: 'void', reason: 'found', by: '1', second: '2' } as const;
    journal.append([caseOpened(11)]);
    journal.append([{ kind: 'case.settled', case: 'C11', currency: 'CNY', minor: 0, ...ended }]);
    const one = run('cases', '--data', data).lines.find(({ case: number }) => number === 'C11');
    expect(one).toMatchObject({ status: 'resolved', outcome: 'void', minor: 2000, settled: { ...ended, minor: 0 } });
    expect(one?.settled).toHaveProperty('at');
  });

  test('cases says of a device that is shut what stands on its glass and what to do, in both languages', () => {
    const about = { about: 'denominations-changed', subject: 'acceptor', session: null, sale: null } as const;
    journal.append([{ kind: 'case.opened', case: 'C10', currency: 'CNY', minor: null, ...about }]);
    const lines = run('cases', '--data', data).lines;
    const [money] = lines;
    const device = lines.find(({ case: number }) => number === 'C10');
    expect(money).not.toHaveProperty('fault');
    expect(device).toMatchObject({
      case: 'C10',
      kind: 'denominations-changed',
      status: 'open',
      fault: 'kiosk.denominations-changed',
      remedy: { 'zh-CN': expect.stringContaining('面额表'), en: expect.stringContaining('denominations') },
    });
  });

  test('export takes business days from and to, both included', () => {
    const all = run('export', '--data', data).lines;
    expect(all.map((line) => line.seq)).toEqual(all.map((_, i) => i + 1));
    expect(run('export', '--from', '2026-03-31', '--to', '2026-03-31', '--data', data).lines).toEqual(all);
    expect(run('export', '--from', '2026-04-01', '--data', data).lines).toEqual([]);
    expect(run('export', '--to', '2026-03-30', '--data', data).lines).toEqual([]);
  });

  test('a backup, taken while the journal is written, can be restored and written on', () => {
    const { status, lines } = run('backup', join(folder, 'safe'), '--data', data);
    expect(status).toBe(0);
    expect(lines[0]).toMatchObject({ ok: true, entries: journal.head.seq, head: journal.head.hash });
    const [{ file, keys }] = lines as [{ file: string; keys: string }];
    expect(readdirSync(join(folder, 'safe')).sort()).toEqual([basename(keys), basename(file)]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const restored = join(folder, 'restored');
    mkdirSync(restored);
    copyFileSync(file, join(restored, 'journal.sqlite'));
    copied(keys, join(restored, 'keys'));
    expect(run('export', '--data', restored).lines).toEqual(run('export', '--data', data).lines);
    const next = journalOn(openSqliteStorage(join(restored, 'journal.sqlite')));
    expect(next.find('receipt:R2').map((entry) => entry.kind)).toEqual(['sale.paid']);
    next.append([stack(5)]);
    next.close();
    expect(run('verify', '--data', restored).lines).toEqual([
      { ok: true, entries: next.head.seq, head: next.head.hash, signatures: 'valid' },
    ]);
  });

  test('a restored kiosk knows the vouchers that were out', () => {
    const { qr } = createVoucherSeal(openKeys(data), 'LAB-01').signVoucher(voucher);
    const [{ keys }] = run('backup', join(folder, 'safe-keys'), '--data', data).lines as [{ keys: string }];
    expect(statSync(keys).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(keys)) expect(statSync(join(keys, name)).mode & 0o777).toBe(0o600);
    const restored = join(folder, 'restored-keys');
    mkdirSync(restored);
    copied(keys, join(restored, 'keys'));
    expect(createVoucherSeal(openKeys(restored), 'LAB-01').verifyQr(qr)).toEqual({ ok: true, voucher });
  });

  test('a backup without the keys copies the journal and fails', () => {
    const lost = join(folder, 'lost-keys');
    mkdirSync(lost);
    journalOn(openSqliteStorage(join(lost, 'journal.sqlite'))).close();
    const safe = join(folder, 'safe-half');
    const { status, lines, error } = run('backup', safe, '--data', lost);
    expect({ status, error }).toMatchObject({ status: 1, error: { error: 'keys' } });
    expect(error?.message).toContain(join(lost, 'keys', 'voucher.key'));
    expect(lines).toMatchObject([{ ok: false, keys: null }]);
    expect(readdirSync(safe)).toEqual([basename(lines[0]?.file as string)]);
  });

  test('a backup into what is not a folder is refused', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(run('backup', join(folder, 'file'), '--data', data)).toMatchObject({
      status: 1,
      error: { error: 'unwritable' },
    });
  });

  test('rebuild makes the figures again, and only where nobody writes', () => {
    const stopped = join(folder, 'stopped');
    mkdirSync(stopped);
    const { file } = run('backup', join(folder, 'to-stop'), '--data', data).lines[0] as { file: string };
    copyFileSync(file, join(stopped, 'journal.sqlite'));
    const database = new DatabaseSync(join(stopped, 'journal.sqlite'));
    database.exec('DELETE FROM roll_up');
    database.close();
    expect(run('verify', '--data', stopped).status).toBe(1);
    expect(run('rebuild', '--data', stopped).lines).toEqual([{ ok: true, entries: journal.head.seq }]);
    expect(run('verify', '--data', stopped).status).toBe(0);
    expect(run('rebuild', '--data', data)).toMatchObject({ status: 1, lines: [], error: { error: 'busy' } });
  });

  test('a missing or damaged journal is named', () => {
    expect(run('verify', '--data', join(folder, 'none'))).toMatchObject({ status: 1, error: { error: 'missing' } });
    const broken = join(folder, 'broken');
    mkdirSync(broken);
    writeFileSync(join(broken, 'journal.sqlite'), 'no database\n'.repeat(500));
    expect(run('till', '--data', broken)).toMatchObject({ status: 1, error: { error: 'damaged' } });
  });

  test.each([
    [[]],
    [['purge']],
    [['tail', '--last', 'many']],
    [['till', '--follow']],
    [['export', '--from', '2026-02-30']],
    [['export', '--wrong']],
    [['verify', 'extra']],
    [['backup']],
  ])('%j is a wrong use', (args) => {
    expect(run(...args, '--data', data)).toMatchObject({ status: 2, lines: [], error: { error: 'usage' } });
  });

  test('--help says all', () => {
    const { status, stdout } = spawnSync(process.execPath, [script, '--help'], { encoding: 'utf8' });
    expect(status).toBe(0);
    for (const word of ['verify', 'tail', 'till', 'cases', 'export', 'backup', '--data'])
      expect(stdout).toContain(word);
  });
});
