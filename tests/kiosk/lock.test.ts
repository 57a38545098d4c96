import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDataFolder } from '../../kiosk/lock.ts';

let folder: string;
let children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-lock-'));
});

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  rmSync(folder, { recursive: true, force: true });
});

/** Another process that takes the lock and says what it was told. */
function other(
  keptBy: number | null = null,
): Promise<{ readonly child: ChildProcess; readonly answer: { ok: boolean; message?: string } }> {
  const program = `
    const { lockDataFolder } = await import(${JSON.stringify(fileURLToPath(new URL('../../kiosk/lock.ts', import.meta.url)))});
    console.log(JSON.stringify(lockDataFolder(${JSON.stringify(folder)}, { create: false, keptBy: ${keptBy} })));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return new Promise((resolve) => {
    child.stdout?.once('data', (line: Buffer) => resolve({ child, answer: JSON.parse(line.toString('utf8')) }));
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((done) => child.once('exit', () => done()));
}

describe('the lock of a data folder', () => {
  it('lets one process in, and names it to the next with what to do', async () => {
    const { child, answer } = await other();
    expect(answer.ok).toBe(true);
    const refused = lockDataFolder(folder, { create: false });
    expect(refused).toMatchObject({ ok: false, code: 'data-in-use' });
    expect(JSON.stringify(refused)).toContain(`kill ${child.pid}`);
    expect((await other()).answer.message).toContain(`the process ${child.pid}`);
  });

  it('names who keeps its holder running as the one to end: a kept process that is killed comes back', async () => {
    const { child } = await other(process.pid);
    const refused = lockDataFolder(folder, { create: false });
    const message = refused.ok ? '' : refused.message;
    expect(message).toContain(`the process ${child.pid}`);
    expect(message).toContain(`Ctrl-C where npm start was typed, or kill ${process.pid})`);
    expect(message).not.toContain(`kill ${child.pid}`);
  });

  it('is free at once when its holder was killed', async () => {
    const { child } = await other();
    const gone = ended(child);
    child.kill('SIGKILL');
    await gone;
    const taken = lockDataFolder(folder, { create: false });
    expect(taken.ok).toBe(true);
    if (taken.ok) taken.lock.release();
  });

  it('is not taken twice by one process, and can be taken again after its release', () => {
    const first = lockDataFolder(folder, { create: false });
    expect(lockDataFolder(folder, { create: false })).toMatchObject({ ok: false, code: 'data-in-use' });
    if (first.ok) first.lock.release();
    const again = lockDataFolder(folder, { create: false });
    expect(again.ok).toBe(true);
    if (again.ok) {
      again.lock.release();
      again.lock.release();
    }
  });

  it('makes a missing folder when asked to, for its user alone', () => {
    const made = join(folder, 'new', 'data');
    const taken = lockDataFolder(made, { create: true });
    expect(taken.ok).toBe(true);
    expect(statSync(made).mode & 0o077).toBe(0);
    if (taken.ok) taken.lock.release();
  });

  it.each([
    ['that is missing', () => join(folder, 'missing'), false, 'data-missing', /Make it, or name another with --data/],
    ['that is a file', () => file(), false, 'data-not-a-folder', /is not a folder/],
    ['that is a file, also when it may be made', () => file(), true, 'data-not-a-folder', /is not a folder/],
    ['inside of a file', () => join(file(), 'data'), true, 'data-not-a-folder', /is not a folder/],
    ['that cannot be written', () => '/proc/self', false, 'data-not-writable', /cannot be written/],
    ['where none can be made', () => '/proc/self/data', true, 'data-not-writable', /cannot be written/],
  ])('is refused for a folder %s, in words', (_name, path, create, code, words) => {
    const answer = lockDataFolder(path(), { create });
    expect(answer).toMatchObject({ ok: false, code });
    expect(answer.ok ? '' : answer.message).toMatch(words);
  });

  function file(): string {
    const path = join(folder, 'file');
    writeFileSync(path, '');
    return path;
  }
});
