/** Rollouts as they are kept: each word of it is in the database before the next thing is done. */
import { columnsOf, saidIn } from '../said.ts';
import type { Pace, RolloutLine, RolloutPage, RolloutStep, Said, Whom } from '../server/wire.ts';
import type { Queries } from '../store/open.ts';
import type { Placed } from './plan.ts';

export type RolloutStatus = RolloutLine['status'];

export interface Rollout {
  readonly rollout: number;
  /** The file as it was given; empty where what was before another rollout is published. */
  readonly file: string;
  readonly whom: Whom;
  readonly pace: Pace;
  readonly status: RolloutStatus;
  readonly why: Said | null;
  /** What its kiosks had before that one is published; null: the file is. */
  readonly backOf: number | null;
  readonly beganAt: Date;
  readonly beganBy: string;
  readonly endedAt: Date | null;
}

export interface RolloutKiosk {
  readonly kiosk: string;
  readonly wave: number;
  readonly status: RolloutStep;
  readonly edition: number | null;
  readonly why: Said | null;
  readonly changedAt: Date;
  readonly timeZone: string;
  readonly trialMs: number;
  /** Of what is being published or was, SHA-256 of its text, hex. */
  readonly hash: string | null;
  readonly publishedAt: Date | null;
  readonly readSeq: number;
}

/** Rollouts that one answer lists at most. */
const rolloutsListed = 100;

const listedColumns = `rollout, whom, pace, status, why, why_zh AS "whyZh", back_of AS "backOf", began_at AS "beganAt", began_by AS "beganBy",
  ended_at AS "endedAt"`;
const columns = `file, ${listedColumns}`;

/** Why, as it stands in a row. */
interface StoredWhy {
  readonly why: string | null;
  readonly whyZh: string | null;
}

type Stored<Of> = Omit<Of, 'whom' | 'pace' | 'why'> & StoredWhy & { readonly whom: string; readonly pace: string };

function read<Of>({ whom, pace, why, whyZh, ...rest }: Stored<Of>) {
  return { ...rest, why: readWhy({ why, whyZh }), whom: JSON.parse(whom) as Whom, pace: JSON.parse(pace) as Pace };
}

function readWhy({ why, whyZh }: StoredWhy): Said | null {
  return why === null ? null : saidIn(why, whyZh);
}

function whyColumns(why: Said | null): readonly [string | null, string | null] {
  return why === null ? [null, null] : columnsOf(why);
}

/** As it stands in a list, without its file. */
export type ListedRollout = Omit<Rollout, 'file'>;

export async function newestRollouts(database: Queries): Promise<readonly ListedRollout[]> {
  const sql = `SELECT ${listedColumns} FROM rollouts ORDER BY rollout DESC LIMIT ${rolloutsListed}`;
  return (await database.query<Stored<ListedRollout>>(sql)).map(read);
}

/**
 * Those of which something is still to be done or heard. One that has ended is among them only where a kiosk that has not answered
 * has said something since then: one that is gone for good is not looked at for ever. `since` null: whatever was said.
 */
export async function openRollouts(database: Queries, since: Date | null): Promise<readonly Rollout[]> {
  const rows = await database.query<Stored<Rollout>>(
    `SELECT ${columns} FROM rollouts WHERE status IN ('running', 'paused') OR EXISTS (
       SELECT 1 FROM rollout_kiosks AS of WHERE of.rollout = rollouts.rollout AND of.status IN ('published', 'staged', 'passed-by')
         AND ($1::timestamptz IS NULL
           OR EXISTS (SELECT 1 FROM states WHERE states.kiosk = of.kiosk AND states.what = 'state' AND states.came_at >= $1)
           OR EXISTS (SELECT 1 FROM entries WHERE entries.kiosk = of.kiosk AND entries.seq > of.read_seq AND ${judgingEntries}))
     ) ORDER BY rollout`,
    [since],
  );
  return rows.map(read);
}

export async function rolloutOf(database: Queries, rollout: number): Promise<Rollout | null> {
  const [row] = await database.query<Stored<Rollout>>(`SELECT ${columns} FROM rollouts WHERE rollout = $1`, [rollout]);
  return row === undefined ? null : read(row);
}

export async function kiosksOf(database: Queries, rollout: number): Promise<readonly RolloutKiosk[]> {
  const rows = await database.query<Omit<RolloutKiosk, 'why'> & StoredWhy>(
    `SELECT kiosk, wave, status, edition, why, why_zh AS "whyZh", changed_at AS "changedAt", time_zone AS "timeZone", trial_ms AS "trialMs",
       hash, published_at AS "publishedAt", read_seq AS "readSeq"
     FROM rollout_kiosks WHERE rollout = $1 ORDER BY place`,
    [rollout],
  );
  return rows.map(({ why, whyZh, ...row }) => ({ ...row, why: readWhy({ why, whyZh }) }));
}

/** What each kiosk had before it was published for it, as JSON text; who had nothing that is known is left out. */
export function documentsBefore(
  database: Queries,
  rollout: number,
): Promise<readonly { readonly kiosk: string; readonly before: string }[]> {
  return database.query(
    `SELECT kiosk, before FROM rollout_kiosks WHERE rollout = $1 AND status <> 'waiting' AND before IS NOT NULL ORDER BY place`,
    [rollout],
  );
}

/** Kiosks by status, of each of these rollouts. */
export async function countsOf(
  database: Queries,
  rollouts: readonly number[],
): Promise<ReadonlyMap<number, RolloutLine['counts']>> {
  const rows = await database.query<{ rollout: number; status: RolloutStep; count: number }>(
    'SELECT rollout, status, count(*) AS count FROM rollout_kiosks WHERE rollout = ANY($1::bigint[]) GROUP BY rollout, status',
    [rollouts],
  );
  const counts = new Map<number, Partial<Record<RolloutStep, number>>>();
  for (const { rollout, status, count } of rows) counts.set(rollout, { ...counts.get(rollout), [status]: count });
  return counts;
}

/** The rollout that is not over and has one of these kiosks; null: none has. */
export async function busyWith(
  database: Queries,
  kiosks: readonly string[],
): Promise<{ readonly rollout: number; readonly kiosk: string } | null> {
  const [busy] = await database.query<{ rollout: number; kiosk: string }>(
    `SELECT rollout, kiosk FROM rollout_kiosks JOIN rollouts USING (rollout)
     WHERE rollouts.status IN ('running', 'paused') AND kiosk = ANY($1::text[]) ORDER BY rollout, place LIMIT 1`,
    [kiosks],
  );
  return busy ?? null;
}

export interface NewRollout extends Pick<Rollout, 'file' | 'whom' | 'pace' | 'backOf' | 'beganBy'> {
  readonly kiosks: readonly (Placed & Pick<RolloutKiosk, 'timeZone' | 'trialMs'>)[];
}

export async function insertRollout(inside: Queries, begun: NewRollout, now: Date): Promise<number> {
  const { file, whom, pace, backOf, beganBy, kiosks } = begun;
  const [row] = await inside.query<{ rollout: number }>(
    `INSERT INTO rollouts (file, whom, pace, status, back_of, began_at, began_by) VALUES ($1, $2, $3, 'running', $4, $5, $6)
     RETURNING rollout`,
    [file, JSON.stringify(whom), JSON.stringify(pace), backOf, now, beganBy],
  );
  if (row === undefined) throw new Error('the database has kept no rollout and says no error');
  const names = kiosks.map(({ kiosk }) => kiosk);
  await inside.query('INSERT INTO kiosks (kiosk) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING', [names]);
  await inside.query(
    `INSERT INTO rollout_kiosks (rollout, kiosk, place, wave, status, time_zone, trial_ms, changed_at)
     SELECT $1, kiosk, place, wave, 'waiting', zone, trial, $7
     FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::bigint[]) AS of (kiosk, place, wave, zone, trial)`,
    [
      row.rollout,
      names,
      kiosks.map(({ place }) => place),
      kiosks.map(({ wave }) => wave),
      kiosks.map(({ timeZone }) => timeZone),
      kiosks.map(({ trialMs }) => trialMs),
      now,
    ],
  );
  return row.rollout;
}

/** False: it is not in one of the states that it may leave this way. */
export async function setStatus(
  database: Queries,
  rollout: number,
  from: readonly RolloutStatus[],
  to: RolloutStatus,
  why: Said | null,
  now: Date,
): Promise<boolean> {
  const ended = to === 'aborted' || to === 'done' ? now : null;
  const rows = await database.query(
    `UPDATE rollouts SET status = $3, why = $4, why_zh = $5, ended_at = $6
     WHERE rollout = $1 AND status = ANY($2::text[]) RETURNING rollout`,
    [rollout, from, to, ...whyColumns(why), ended],
  );
  return rows.length > 0;
}

export interface Intent {
  readonly kiosk: string;
  readonly edition: number;
  readonly hash: string;
  readonly before: string | null;
}

/**
 * What is about to be signed: whoever comes after an end in between finds out by it whether it was. Entries that are stored already
 * say nothing of it.
 */
export async function noteIntents(inside: Queries, rollout: number, intents: readonly Intent[]): Promise<void> {
  for (const { kiosk, edition, hash, before } of intents) {
    await inside.query(
      `UPDATE rollout_kiosks SET edition = $3, hash = $4, before = $5,
         read_seq = coalesce((SELECT seq FROM heads WHERE heads.kiosk = $2), 0)
       WHERE rollout = $1 AND kiosk = $2 AND status = 'waiting'`,
      [rollout, kiosk, edition, hash, before],
    );
  }
}

/** They are signed, each under this number. */
export async function notePublished(
  database: Queries,
  rollout: number,
  published: readonly { readonly kiosk: string; readonly version: number }[],
  now: Date,
): Promise<void> {
  await database.query(
    `UPDATE rollout_kiosks SET status = 'published', edition = signed.edition, published_at = $4, changed_at = $4
     FROM unnest($2::text[], $3::bigint[]) AS signed (kiosk, edition)
     WHERE rollout = $1 AND rollout_kiosks.kiosk = signed.kiosk AND status = 'waiting'`,
    [rollout, published.map(({ kiosk }) => kiosk), published.map(({ version }) => version), now],
  );
}

export async function noteStatus(
  database: Queries,
  rollout: number,
  kiosk: string,
  { status, why }: Pick<RolloutKiosk, 'status' | 'why'>,
  now: Date,
): Promise<void> {
  await database.query(
    'UPDATE rollout_kiosks SET status = $3, why = $4, why_zh = $5, changed_at = $6 WHERE rollout = $1 AND kiosk = $2',
    [rollout, kiosk, status, ...whyColumns(why), now],
  );
}

export interface JudgedEntry {
  readonly kiosk: string;
  readonly seq: number;
  /** JSON text. */
  readonly body: string;
}

/** What was stored of the journals of a rollout's kiosks since it was published for them, and is not judged yet. */
export function unreadEntries(database: Queries, rollout: number): Promise<readonly JudgedEntry[]> {
  return database.query<JudgedEntry>(
    `SELECT entries.kiosk, entries.seq, entries.body FROM rollout_kiosks AS of
     JOIN entries ON entries.kiosk = of.kiosk AND entries.seq > of.read_seq AND ${judgingEntries}
     WHERE of.rollout = $1 AND of.status <> 'waiting' ORDER BY entries.kiosk, entries.seq`,
    [rollout],
  );
}

/** As in the index of the table. */
export const judgingEntries = "entries.kind IN ('config.changed', 'config.refused')";

export async function noteRead(database: Queries, rollout: number, kiosk: string, seq: number): Promise<void> {
  await database.query('UPDATE rollout_kiosks SET read_seq = $3 WHERE rollout = $1 AND kiosk = $2', [
    rollout,
    kiosk,
    seq,
  ]);
}

export function lineOf(rollout: ListedRollout, counts: RolloutLine['counts']): RolloutLine {
  return {
    rollout: rollout.rollout,
    whom: rollout.whom,
    pace: rollout.pace,
    status: rollout.status,
    why: rollout.why,
    beganAt: rollout.beganAt.toISOString(),
    beganBy: rollout.beganBy,
    endedAt: rollout.endedAt?.toISOString() ?? null,
    counts,
  };
}

/** `away`: the kiosks that are awaited and away. */
export function pageOf(rollout: Rollout, kiosks: readonly RolloutKiosk[], away: ReadonlySet<string>): RolloutPage {
  const counts: Partial<Record<RolloutStep, number>> = {};
  for (const { status } of kiosks) counts[status] = (counts[status] ?? 0) + 1;
  return {
    ...lineOf(rollout, counts),
    text: rollout.file,
    kiosks: kiosks.map(({ kiosk, wave, status, edition, why, changedAt }) => ({
      kiosk,
      wave,
      status,
      // A number that was only meant is none.
      edition: status === 'waiting' ? null : edition,
      why,
      changedAt: changedAt.toISOString(),
      away: away.has(kiosk),
    })),
  };
}
