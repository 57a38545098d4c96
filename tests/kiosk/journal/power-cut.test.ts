/**
 * Every write and sync of the real store is recorded. Then the files are built as a power cut could leave them: all
 * that was synced, and any of what was not, whole or torn.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { seeded } from './examples.ts';
import { type Call, mustHold, runTraced } from './traced.ts';

const samplesPerSync = 6;
const samplesElsewhere = 2;

describe('the real store after a power cut', () => {
  test('keeps every acknowledged entry, whatever became of the writes that were not synced', {
    timeout: 180_000,
  }, async () => {
    const run = await runTraced(['2', '4', 'end'], null);
    rmSync(run.folder, { recursive: true });
    expect(run.status).toBe(0);
    const random = seeded(20260331);
    const problems: string[] = [];
    let built = 0;
    for (let cut = 1; cut <= run.calls.length; cut++) {
      const before = run.calls[cut - 1] as Call;
      const after = run.calls[cut];
      // A cut beside a sync leaves the most open.
      const samples = before.name === 'fsync' || after?.name === 'fsync' ? samplesPerSync : samplesElsewhere;
      for (let sample = 0; sample < samples; sample++) {
        const folder = mkdtempSync(join(tmpdir(), 'journal-'));
        const path = join(folder, 'journal.sqlite');
        for (const [file, bytes] of diskAt(run.calls.slice(0, cut), random)) writeFileSync(join(folder, file), bytes);
        const acknowledged = after?.acknowledged ?? run.acknowledged;
        let problem: string | null;
        try {
          problem = mustHold(path, acknowledged);
        } catch (error) {
          problem = (error as Error).message;
        }
        if (problem !== null) problems.push(`cut at call ${cut}, sample ${sample}: ${problem}`);
        rmSync(folder, { recursive: true });
        built += 1;
      }
    }
    expect(problems).toEqual([]);
    expect(built).toBeGreaterThan(100);
  });
});

/** The files as a power cut after these calls may leave them. */
function diskAt(calls: readonly Call[], random: () => number): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  const unsynced = new Map<string, Call[]>();
  for (const call of calls) {
    if (call.file === '') {
      // The folder was synced: what is deleted stays deleted.
      for (const [file, waiting] of unsynced) {
        const last = waiting.findLastIndex(({ name }) => name === 'unlink');
        if (last >= 0) files.delete(file);
        unsynced.set(file, waiting.slice(last + 1));
      }
      continue;
    }
    if (call.file.includes('-shm') || call.file.includes('.lock')) continue;
    if (call.name === 'fsync') {
      for (const write of unsynced.get(call.file) ?? []) apply(files, write, 1);
      unsynced.delete(call.file);
    } else {
      unsynced.set(call.file, [...(unsynced.get(call.file) ?? []), call]);
    }
  }
  const mode = random();
  for (const [, writes] of unsynced) {
    for (const write of writes) {
      // All, none, or each by itself, some of them torn.
      if (mode < 0.15) apply(files, write, 1);
      else if (mode > 0.3 && random() < 0.5) apply(files, write, random() < 0.3 ? random() : 1);
    }
  }
  return files;
}

function apply(files: Map<string, Buffer>, call: Call, part: number): void {
  if (call.name === 'unlink') {
    files.delete(call.file);
    return;
  }
  const known = files.get(call.file) ?? Buffer.alloc(0);
  if (call.name === 'ftruncate') {
    const grown = Buffer.alloc(call.offset);
    known.copy(grown);
    files.set(call.file, grown);
    return;
  }
  // A small note lies in one sector, which a disk writes whole or not at all.
  const length = call.bytes.length <= 512 ? call.bytes.length : Math.floor((call.bytes.length * part) / 512) * 512;
  const grown = Buffer.alloc(Math.max(known.length, call.offset + length));
  known.copy(grown);
  call.bytes.copy(grown, call.offset, 0, length);
  files.set(call.file, grown);
}
