/** Journals for the uplink's tests. */
import { chainHash } from '../../../kiosk/journal/journal.ts';
import { emptyHead, type Row } from '../../../kiosk/journal/storage.ts';

/** A chain in memory that grows, and reads as a journal's reader does. */
export function createChain() {
  const rows: Row[] = [];
  return {
    rows,
    grow(count: number, kind = 'config.stale') {
      for (let n = 0; n < count; n += 1) {
        const { seq, hash } = rows.at(-1) ?? emptyHead;
        const row = { seq: seq + 1, at: '2026-03-31T00:00:00.000Z', day: '2026-03-31', kind, session: null };
        const body = JSON.stringify({ kind, stale: seq % 2 === 0 });
        rows.push({ ...row, body, hash: chainHash(hash, { ...row, body }) });
      }
    },
    reader: {
      last: (count: number) => rows.slice(-count),
      load: () => ({
        head: rows.at(-1) ?? emptyHead,
        mark: null,
        snapshot: null,
        rows: (after: number) => rows.slice(after),
        keys: () => [],
        rollUps: () => [],
      }),
    },
  };
}
