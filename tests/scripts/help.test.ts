import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const commands = Object.entries(scripts)
  .filter(([name]) => !name.startsWith('pre'))
  .flatMap(([, line]) => /^exec node (\S+)$/.exec(line)?.[1] ?? []);

function run(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done) => {
    execFile(process.execPath, args, { cwd: root }, (problem, out, err) =>
      done({ code: problem === null ? 0 : Number(problem.code), out, err }),
    );
  });
}

test('there are commands to ask', () => {
  expect(commands.length).toBeGreaterThan(9);
});

test.each([...commands, 'scripts/import-law.ts'])('%s answers --help', async (command) => {
  expect(await run(command, '--help')).toEqual({ code: 0, out: expect.stringMatching(/^Usage: n/), err: '' });
});

test.each(['config', 'device', 'discover', 'start', 'office', 'report', 'journal'])(
  'what stands wrong on the line of %s is answered with where all of it is told',
  async (name) => {
    const { code, err } = await run(`scripts/${name}.ts`, '--nonsense');
    expect(code).toBe(2);
    expect(JSON.parse(err)).toEqual({ error: 'usage', message: expect.stringMatching(/; --help says all$/) });
  },
);

test('the import law says which folder is no project', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'no-project-'));
  try {
    const { code, err } = await run('scripts/import-law.ts', empty);
    expect(code).toBe(2);
    expect(JSON.parse(err)).toEqual({ error: 'usage', message: expect.stringContaining(`${empty} has no config`) });
  } finally {
    rmSync(empty, { recursive: true });
  }
});
