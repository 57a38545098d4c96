/** Who is logged in, by the hash of what their cookie holds: over restarts, for 12 hours, or until an hour passes without a request. */
import { createHash, randomBytes } from 'node:crypto';
import type { Person } from './persons.ts';
import type { Queries } from './store/open.ts';

const tokenBytes = 24;
/** Of a session, whoever is there. */
export const longestMs = 12 * 3_600_000;
const idleMs = 3_600_000;
/** How exactly it is known when somebody was last here, milliseconds: not every request writes. */
const seenEveryMs = 60_000;
/** Of one person; the oldest ends for one more. */
const sessionsMaximum = 10;

/** What the cookie is given. */
export async function beginSession(inside: Queries, person: number, nowMs: number): Promise<string> {
  const token = randomBytes(tokenBytes).toString('base64url');
  await inside.query('DELETE FROM sessions WHERE began_at < $1 OR seen_at < $2', oldest(nowMs));
  await inside.query(
    `DELETE FROM sessions WHERE token IN
       (SELECT token FROM sessions WHERE person = $1 ORDER BY began_at DESC OFFSET $2::bigint)`,
    [person, sessionsMaximum - 1],
  );
  await inside.query('INSERT INTO sessions (token, person, began_at, seen_at) VALUES ($1, $2, $3, $3)', [
    hashOf(token),
    person,
    new Date(nowMs),
  ]);
  return token;
}

/** Null: nobody is logged in by it, or not any more. */
export async function personBehind(database: Queries, token: string, nowMs: number): Promise<Person | null> {
  const [row] = await database.query<Person & { readonly seen: Date }>(
    `SELECT persons.person, name, role, seen_at AS seen FROM sessions JOIN persons USING (person)
     WHERE token = $1 AND began_at >= $2 AND seen_at >= $3 AND removed_at IS NULL`,
    [hashOf(token), ...oldest(nowMs)],
  );
  if (row === undefined) return null;
  const { seen, ...person } = row;
  if (nowMs - seen.getTime() >= seenEveryMs) {
    await database.query('UPDATE sessions SET seen_at = $2 WHERE token = $1', [hashOf(token), new Date(nowMs)]);
  }
  return person;
}

export async function endSession(inside: Queries, token: string): Promise<void> {
  await inside.query('DELETE FROM sessions WHERE token = $1', [hashOf(token)]);
}

/** All of a person's but this one. */
export async function endOtherSessions(inside: Queries, person: number, token: string): Promise<void> {
  await inside.query('DELETE FROM sessions WHERE person = $1 AND token <> $2', [person, hashOf(token)]);
}

function oldest(nowMs: number): readonly [began: Date, seen: Date] {
  return [new Date(nowMs - longestMs), new Date(nowMs - idleMs)];
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
