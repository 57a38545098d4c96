import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EntryBody } from '../../kiosk/entry.ts';
import { framesKept, openedAbout, openEvidence } from '../../kiosk/evidence.ts';

let folder = '';
const nowMs = Date.UTC(2026, 2, 31);

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'evidence-')), 'evidence');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const frame = (atMs: number) =>
  ({ seq: atMs + 1, atMs, direction: 'in', what: 'STATUS', bytes: Uint8Array.of(0xfc, 5) }) as const;

test('the last frames before a case are kept in a file that only its owner reads, and told with their distance', () => {
  const evidence = openEvidence(folder, () => nowMs);
  expect(evidence.of('C00001')).toBeNull();
  evidence.keep(
    'C00001',
    Array.from({ length: framesKept + 3 }, (_, i) => frame(i)),
    1_000,
  );
  const kept = evidence.of('C00001');
  expect(kept).toHaveLength(framesKept);
  expect(kept?.at(-1)).toEqual({ beforeMs: 1_000 - framesKept - 2, direction: 'in', what: 'STATUS', bytes: 'fc05' });
  expect(statSync(join(folder, 'C00001.jsonl')).mode & 0o777).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test('the oldest go for new ones, and what is older than a case is looked into goes too', () => {
  const evidence = openEvidence(folder, () => nowMs);
  for (let n = 1; n <= 501; n++) evidence.keep(`C${String(n).padStart(5, '0')}`, [frame(0)], 1);
  expect(readdirSync(folder)).toHaveLength(500);
  expect(evidence.of('C00001')).toBeNull();
  const old = new Date(nowMs - 91 * 86_400_000);
  utimesSync(join(folder, 'C00300.jsonl'), old, old);
  for (let n = 2; n <= 501; n++) {
    if (n !== 300) utimesSync(join(folder, `C${String(n).padStart(5, '0')}.jsonl`), new Date(nowMs), new Date(nowMs));
  }
  evidence.keep('C00502', [frame(0)], 1);
  expect(evidence.of('C00300')).toBeNull();
  expect(evidence.of('C00301')).not.toBeNull();
});

test('a file that cannot be read is none, and one that cannot be written is told', () => {
  const evidence = openEvidence(folder, () => nowMs);
  evidence.keep('C00001', [frame(0)], 1);
  writeFileSync(join(folder, 'C00001.jsonl'), '{"beforeMs":"soon"}\n');
  expect(evidence.of('C00001')).toBeNull();
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'in the way');
  expect(() => evidence.keep('C00002', [frame(0)], 1)).toThrow();
});

test('a case is about the device of the entry that names it, its order or its levels; one about none has no wire', () => {
  const nobody = { session: null, sale: null, currency: 'CNY', minor: null } as const;
  const opened = (number: string, subject: string | null): EntryBody => {
    return { kind: 'case.opened', case: number, about: 'levels-differ', ...nobody, subject };
  };
  const taken = { kind: 'cash.empty-unknown', command: 'empty-1', device: 'recycler' } as const;
  expect(
    openedAbout([opened('C00001', 'levels-yuan'), taken, opened('C00002', 'empty-1'), opened('C00003', null)]),
  ).toEqual([
    { case: 'C00001', device: 'yuan' },
    { case: 'C00002', device: 'recycler' },
  ]);
});
