/**
 * What the office last said that it holds, in `DATA/fleet/uplink.json`: for the figure of what waits, and to notice an office
 * that has lost something. What counts is its word on each connection, so the file may be old, or gone.
 */
import { join } from 'node:path';
import * as v from 'valibot';
import { openStore } from '../../config/store.ts';
import type { Clock } from '../../hardware/clock.ts';
import { emptyHead, type Head } from '../journal/storage.ts';

/** The disk is not written for every batch, milliseconds. */
const keptEveryMs = 60_000;

const head = v.strictObject({ seq: v.pipe(v.number(), v.safeInteger(), v.minValue(0)), hash: v.string() });

export interface Cursor {
  readonly stored: Head;
  /** @throws Error when the disk does not take it */
  keep(stored: Head): void;
  /** @throws Error when the disk does not take it */
  close(): void;
}

/** @throws Error that names the file when it is damaged */
export function openCursor(data: string, clock: Pick<Clock, 'monoMs'>): Cursor {
  const path = join(data, 'fleet', 'uplink.json');
  const store = openStore<Head>(path, emptyHead, (json) => (v.is(head, json) ? json : null));
  let stored = store.data;
  let keptMs = Number.NEGATIVE_INFINITY;
  const write = () => {
    keptMs = clock.monoMs();
    if (store.data.seq !== stored.seq) store.update(() => stored);
  };
  return {
    get stored() {
      return stored;
    },
    keep(next) {
      stored = next;
      if (clock.monoMs() - keptMs >= keptEveryMs) write();
    },
    close: write,
  };
}
