import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import program from '../../package.json' with { type: 'json' };
import { Program } from '../hardware/child-process.ts';

test('the journal holds the version that package.json names', async () => {
  const data = mkdtempSync(join(tmpdir(), 'version-'));
  const daemon = new Program('kiosk/main.ts', [
    '--config',
    'config/examples/lab.json',
    '--data',
    data,
    '--http',
    '0',
    '--safe-start',
  ]);
  await daemon.line({ ready: true });
  expect(await daemon.end()).toBe(0);
  const { stdout } = spawnSync(process.execPath, ['scripts/journal.ts', 'tail', '--data', data], { encoding: 'utf8' });
  const entries = stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  rmSync(data, { recursive: true });
  expect(entries.find(({ kind }) => kind === 'kiosk.started')?.body.version).toBe(program.version);
});
