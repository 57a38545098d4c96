/** What ended orders brought, in `DATA/fleet/done`: kept of the last few, because an office that has not got it asks again. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { type Attachment, attachmentsMaximum, doneMessage } from './wire.ts';

/** Orders of which it is kept. */
const keptMaximum = 8;

/** What is brought, before it is made text. */
export interface Brought {
  readonly name: string;
  readonly media: Attachment['media'];
  readonly bytes: Uint8Array;
}

export interface DoneShelf {
  /** @throws Error of the file system */
  keep(seq: number, brought: readonly Brought[]): void;
  /** None: it brought nothing, or that is not kept any more. */
  of(seq: number): readonly Attachment[];
}

export function isTooLarge(brought: readonly Brought[]): boolean {
  return brought.reduce((sum, { bytes }) => sum + bytes.length, 0) > attachmentsMaximum;
}

export function openDoneShelf(data: string): DoneShelf {
  const folder = join(data, 'fleet', 'done');
  const path = (seq: number) => join(folder, `${seq}.json`);
  return {
    keep(seq, brought) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const attachments = brought.map(({ name, media, bytes }) => {
        return { name, media, content: Buffer.from(bytes).toString('base64') };
      });
      const writing = join(folder, 'writing');
      writeFileSync(writing, JSON.stringify(attachments), { mode: 0o600 });
      renameSync(writing, path(seq));
      const kept = readdirSync(folder).flatMap((file) => (/^\d+\.json$/.test(file) ? [Number.parseInt(file, 10)] : []));
      for (const old of kept.toSorted((a, b) => b - a).slice(keptMaximum)) rmSync(path(old), { force: true });
    },
    of(seq) {
      try {
        return v.parse(doneMessage.entries.attachments, JSON.parse(readFileSync(path(seq), 'utf8')));
      } catch {
        return [];
      }
    },
  };
}
