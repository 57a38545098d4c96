/**
 * What went over the wire of a device when a case about it was opened, in `DATA/evidence/CASE.jsonl`: the record of a wire is
 * only in memory, and nobody looks at it at once. It proves nothing that the journal does not; without it a case is a case.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import type { TraceEntry } from '../hardware/trace.ts';
import { deviceOfLevels } from './case.ts';
import type { EntryBody } from './entry.ts';

/** The last of them. */
export const framesKept = 200;
/** Cases whose record is kept; the oldest goes for a new one. */
const casesKept = 500;
/** Longer than a case is looked into, milliseconds. */
const keptMs = 90 * 86_400_000;
const nameForm = /^C[0-9]{5,12}\.jsonl$/;

const frame = v.strictObject({
  /** Before the case was opened, milliseconds. */
  beforeMs: v.number(),
  direction: v.picklist(['in', 'out', 'crash']),
  what: v.string(),
  /** Hex; none of a wire whose bytes may be a secret. */
  bytes: v.string(),
});
export type EvidenceFrame = v.InferOutput<typeof frame>;

export interface Evidence {
  /** `monoMs`: now, as the frames have it. @throws Error when it cannot be written. */
  keep(number: string, frames: readonly TraceEntry[], monoMs: number): void;
  /** Null: nothing was kept, or it cannot be read. */
  of(number: string): readonly EvidenceFrame[] | null;
}

/** @param wallMs now, Unix milliseconds, to forget what is old. */
export function openEvidence(folder: string, wallMs: () => number): Evidence {
  const pathOf = (number: string) => join(folder, `${number}.jsonl`);
  return {
    keep(number, frames, monoMs) {
      if (!nameForm.test(`${number}.jsonl`) || frames.length === 0) return;
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      forget(folder, wallMs());
      const lines = frames.slice(-framesKept).map((one) => JSON.stringify(shown(one, monoMs)));
      const file = openSync(pathOf(number), 'w', 0o600);
      try {
        writeSync(file, `${lines.join('\n')}\n`);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    },
    of(number) {
      try {
        const lines = readFileSync(pathOf(number), 'utf8').trimEnd().split('\n');
        return lines.map((line) => v.parse(frame, JSON.parse(line)));
      } catch {
        return null;
      }
    },
  };
}

function shown({ atMs, direction, what, bytes }: TraceEntry, monoMs: number): EvidenceFrame {
  return { beforeMs: Math.round(monoMs - atMs), direction, what, bytes: Buffer.from(bytes).toString('hex') };
}

/** Room for one more, and nothing that is too old. */
function forget(folder: string, wallMs: number): void {
  const names = readdirSync(folder)
    .filter((name) => nameForm.test(name))
    .toSorted((a, b) => Number(a.slice(1, -6)) - Number(b.slice(1, -6)));
  const room = names.length - (casesKept - 1);
  names.forEach((name, i) => {
    const path = join(folder, name);
    if (i < room || wallMs - statSync(path).mtimeMs > keptMs) rmSync(path, { force: true });
  });
}

/** The cases that were opened in these entries, each with the device that it is about; none where there is no such. */
export function openedAbout(
  entries: readonly EntryBody[],
): readonly { readonly case: string; readonly device: string }[] {
  return entries.flatMap((opened) => {
    if (opened.kind !== 'case.opened') return [];
    const { case: number, subject } = opened;
    const levels = subject === null ? null : deviceOfLevels(subject);
    const own = entries.find(
      (body) =>
        'device' in body &&
        (('case' in body && body.case === number) ||
          ('command' in body && body.command === subject) ||
          ('move' in body && body.move === subject)),
    );
    const device = levels ?? (own !== undefined && 'device' in own ? own.device : null);
    return device === null ? [] : [{ case: number, device }];
  });
}
