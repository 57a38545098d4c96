import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { seeded } from './examples.ts';
import { mustHold } from './traced.ts';

const appender = fileURLToPath(new URL('./appender.ts', import.meta.url));
const runs = 12;

test('a journal whose writer is killed again and again keeps what was acknowledged', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'journal-'));
  const path = join(folder, 'journal.sqlite');
  const random = seeded(9);
  for (let run = 0; run < runs; run++) {
    const child = spawn(process.execPath, [appender, path, String(run * 10_000), '10000']);
    const killAfter = 1 + Math.floor(random() * 400);
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      if (output.split('\n').length > killAfter) child.kill('SIGKILL');
    });
    await new Promise((done) => child.on('close', done));
    expect(output).not.toContain('failed');
    const acknowledged = Number(/acknowledged (\d+)\n[^\n]*$/.exec(output)?.[1]);
    expect(acknowledged).toBeGreaterThan(0);
    expect(mustHold(path, acknowledged)).toBeNull();
  }
  rmSync(folder, { recursive: true });
});
