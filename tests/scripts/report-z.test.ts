import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signZ } from '../../kiosk/day-seal.ts';
import type { EntryBody } from '../../kiosk/entry.ts';
import { openSqliteStorage } from '../../kiosk/journal/sqlite.ts';
import { openKeys } from '../../kiosk/keys.ts';
import { currency, journalOf } from '../kiosk/day/booked.ts';
import { journalOn } from '../kiosk/journal/examples.ts';

const root = new URL('../..', import.meta.url).pathname;
const data = mkdtempSync(join(tmpdir(), 'report-z-'));

/** Two days, closed and signed. */
beforeAll(() => {
  const body: EntryBody = { kind: 'refund.done', sale: 's', method: 'voucher', currency, minor: 300 };
  const step = { happens: () => body, slip: 'issued', closes: true } as const;
  const keys = openKeys(data);
  const journal = journalOn(openSqliteStorage(join(data, 'journal.sqlite')));
  let hash = '';
  for (const { body: next } of journalOf([step, step]).entries) {
    const own = next.kind === 'day.signed' ? { ...next, hash, ...signZ(keys, next.z, hash) } : next;
    for (const entry of journal.append([own])) if (own.kind === 'day.closed') hash = entry.hash;
  }
  journal.close();
});
afterAll(() => rmSync(data, { recursive: true, force: true }));

function run(script: string, ...args: readonly string[]) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, ...args, '--data', data], {
    cwd: root,
    encoding: 'utf8',
  });
  return { stdout, stderr, status };
}

test('every Z report has a line, one has all its figures, in both languages and as JSON', () => {
  expect(run('scripts/report.ts', 'z').stdout.trim().split('\n')).toEqual([
    expect.stringMatching(/^Z 1 .* 1-4 .* [0-9a-f]{16}$/),
    expect.stringMatching(/^Z 2 .* 5-8 .* [0-9a-f]{16}$/),
  ]);
  expect(run('scripts/report.ts', 'z', '2', '--lang', 'en').stdout).toMatch(/Refunds \(1\) +3\.00/);
  expect(run('scripts/report.ts', 'z', '2', '--lang', 'zh-CN').stdout).toMatch(/退款 \(1\) +3\.00/);
  // In the time of the kiosk's clock, as on paper; the object alone has the moment as it is kept.
  expect(run('scripts/report.ts', 'z', '2').stdout).not.toMatch(/\dT\d{2}:\d{2}.*Z/);
  const shown = JSON.parse(run('scripts/report.ts', 'z', '2', '--json').stdout);
  expect(shown.at).toMatch(/T.*Z$/);
  expect(shown).toMatchObject({ z: 2, from: 5, to: 8, figures: { refunds: { minor: 300, count: 1 } } });
});

test('a report that is not there, or no number, is said', () => {
  expect(run('scripts/report.ts', 'z', '9')).toMatchObject({ status: 1, stdout: '' });
  expect(run('scripts/report.ts', 'z', 'x').stderr).toMatch(/1 or more; got \\"x\\"/);
});

test('verify checks the signatures with the key that lies beside the journal', () => {
  expect(JSON.parse(run('scripts/journal.ts', 'verify').stdout)).toMatchObject({ ok: true, signatures: 'valid' });
  rmSync(join(data, 'keys'), { recursive: true });
  expect(JSON.parse(run('scripts/journal.ts', 'verify').stdout)).toMatchObject({ ok: true, signatures: 'unchecked' });
  openKeys(data);
  expect(JSON.parse(run('scripts/journal.ts', 'verify').stdout)).toMatchObject({
    ok: false,
    problem: expect.stringMatching(/signature of Z 1 is not of this kiosk's key/),
  });
});
