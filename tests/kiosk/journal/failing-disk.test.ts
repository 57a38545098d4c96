import { rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { mustHold, type Run, runTraced } from './traced.ts';

/** Two visits in good order: eleven commits, a checkpoint and an end. */
const script = ['2', '2', 'end'];
const parallel = 2;

/** The failed call is said, nothing follows it in the journal's files, and the next process finds all that was promised. */
function judge(run: Run): string | null {
  const at = run.calls.findIndex((call) => call.injected);
  const hit = run.calls[at];
  if (hit === undefined)
    return run.failed ? 'a failure was said and none was made' : mustHold(run.path, run.acknowledged);
  // SQLite does not tell of a folder's sync; the store does one of its own, which is not made to fail here.
  const mayBeSilent = hit.file === '' || hit.file.endsWith('-shm');
  if (!run.failed && !mayBeSilent)
    return `${hit.name} of ${hit.file} failed and nobody said so: ${run.said.join(', ')}`;
  if (run.failed && hit.acknowledged > 0) {
    const later = run.calls.slice(at + 1).find((call) => /^journal\.sqlite(-wal|\.head)?$/.test(call.file));
    if (later !== undefined) return `${later.name} of ${later.file} after the failed ${hit.name} of ${hit.file}`;
  }
  return mustHold(run.path, run.acknowledged);
}

describe('the real store on a failing disk', () => {
  async function everyCall(call: string, error: string, every: number): Promise<{ problems: string[]; hits: number }> {
    const sound = await runTraced(script, null);
    expect(judge(sound)).toBeNull();
    const count = sound.calls.filter(({ name }) => name === call).length;
    rmSync(sound.folder, { recursive: true });
    const left = Array.from({ length: count }, (_, i) => i + 1).filter((n) => n % every === 0);
    const problems: string[] = [];
    let hits = 0;
    const worker = async () => {
      for (let n = left.shift(); n !== undefined; n = left.shift()) {
        const run = await runTraced(script, `${call}:error=${error}:when=${n}`);
        if (run.calls.some(({ injected }) => injected)) hits += 1;
        const problem = judge(run);
        if (problem !== null) problems.push(`${call} ${n}: ${problem}`);
        rmSync(run.folder, { recursive: true });
      }
    };
    await Promise.all(Array.from({ length: parallel }, worker));
    return { problems, hits };
  }

  test('every sync that fails is final', { timeout: 180_000 }, async () => {
    const { problems, hits } = await everyCall('fsync', 'EIO', 1);
    expect(problems).toEqual([]);
    expect(hits).toBeGreaterThan(12);
  });

  test('a folder that cannot be synced stops the start: names of files that a power cut may take hold no money', async () => {
    const sound = await runTraced(script, null);
    const syncs = sound.calls.filter(({ name }) => name === 'fsync');
    const last = syncs.findLastIndex(({ file, acknowledged }) => file === '' && acknowledged === 0) + 1;
    rmSync(sound.folder, { recursive: true });
    const run = await runTraced(script, `fsync:error=EIO:when=${last}`);
    expect(run.calls.find(({ injected }) => injected)?.file).toBe('');
    expect(run.said).toEqual(['failed JournalProblem']);
    rmSync(run.folder, { recursive: true });
  });

  test('a disk that is full at a write is final', { timeout: 180_000 }, async () => {
    const { problems, hits } = await everyCall('pwrite64', 'ENOSPC', 5);
    expect(problems).toEqual([]);
    expect(hits).toBeGreaterThan(8);
  });

  test('a disk that has become read-only is final', { timeout: 180_000 }, async () => {
    const { problems, hits } = await everyCall('fsync', 'EROFS', 4);
    expect(problems).toEqual([]);
    expect(hits).toBeGreaterThan(2);
  });
});
