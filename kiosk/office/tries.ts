/**
 * Wrong tries to come in, counted by the name that was tried and kept over restarts. Five, then a lock that doubles. Whether
 * somebody of that name works here makes no difference, so that nobody learns names by trying.
 */
import type { Database, Queries } from './store/open.ts';

const triesUntilLock = 5;
const firstLockMs = 60_000;
const longestLockMs = 3_600_000;
/** After so long without a try all is forgotten, milliseconds. */
const forgottenMs = 86_400_000;
/** Names that are counted side by side; the oldest is forgotten for one more. */
const namesMaximum = 1_000;

/** Seconds until this name may be tried again; null: now. */
export async function lockedSeconds(database: Queries, name: string, nowMs: number): Promise<number | null> {
  const [row] = await database.query<{ readonly until: Date | null }>(
    'SELECT locked_until AS until FROM tries WHERE name = lower($1)',
    [name],
  );
  const leftMs = (row?.until?.getTime() ?? 0) - nowMs;
  return leftMs > 0 ? Math.ceil(leftMs / 1000) : null;
}

/** True: it is locked from now on. */
export function countWrong(database: Database, name: string, nowMs: number): Promise<boolean> {
  return database.transaction(async (inside) => {
    await forget(inside, nowMs);
    const now = new Date(nowMs);
    const [row] = await inside.query<{ readonly wrong: number }>(
      `INSERT INTO tries (name, wrong, tried_at) VALUES (lower($1), 1, $2)
       ON CONFLICT (name) DO UPDATE SET wrong = tries.wrong + 1, tried_at = excluded.tried_at RETURNING wrong`,
      [name, now],
    );
    const over = (row?.wrong ?? 0) - triesUntilLock;
    if (over < 0) return false;
    const lastsMs = Math.min(longestLockMs, firstLockMs * 2 ** Math.min(over, 16));
    await inside.query('UPDATE tries SET locked_until = $2 WHERE name = lower($1)', [name, new Date(nowMs + lastsMs)]);
    return true;
  });
}

export async function forgiveTries(database: Queries, name: string): Promise<void> {
  await database.query('DELETE FROM tries WHERE name = lower($1)', [name]);
}

async function forget(inside: Queries, nowMs: number): Promise<void> {
  await inside.query('DELETE FROM tries WHERE tried_at < $1', [new Date(nowMs - forgottenMs)]);
  await inside.query(
    'DELETE FROM tries WHERE name IN (SELECT name FROM tries ORDER BY tried_at DESC OFFSET $1::bigint)',
    [namesMaximum - 1],
  );
}
