/** What kiosks have said, as the office keeps it: whether they are here, what they run, and what their journals tell of a publication. */
import * as v from 'valibot';
import { toldIn } from '../running.ts';
import type { Repository } from '../repository/repository.ts';
import type { Running, RunningByKiosk } from '../repository/publishing.ts';
import type { Queries } from '../store/open.ts';
import { judgingEntries } from './rows.ts';
import { verdictOfEntry } from './verdict.ts';

/** Of one kiosk. */
export interface Heard {
  /** Since when it is connected, Unix milliseconds; null: it is away. */
  readonly hereSinceMs: number | null;
  /** Its newest state as JSON text; null: none came. */
  readonly state: string | null;
}

/** `startedMs`: since when this office looks; who has not connected since is not here. */
export async function heardOf(database: Queries, startedMs: number): Promise<ReadonlyMap<string, Heard>> {
  const rows = await database.query<{ kiosk: string; what: string; body: string; came: Date }>(
    'SELECT kiosk, what, body, came_at AS came FROM states',
  );
  const heard = new Map<string, Heard>();
  for (const { kiosk, what, body, came } of rows) {
    const known = heard.get(kiosk) ?? { hereSinceMs: null, state: null };
    if (what === 'state') heard.set(kiosk, { ...known, state: body });
    else if (what === 'alive') heard.set(kiosk, { ...known, hereSinceMs: hereSince(body, came.getTime(), startedMs) });
  }
  return heard;
}

function hereSince(body: string, cameMs: number, startedMs: number): number | null {
  const { alive } = JSON.parse(body) as { readonly alive?: unknown };
  return alive === true && cameMs >= startedMs ? cameMs : null;
}

/** The newest of a journal that are looked through for an answer. */
const entriesRead = 100;

type Answer = NonNullable<Running['answer']>;

/** What a kiosk is to have an answer on. */
interface AskedFor {
  readonly kiosk: string;
  readonly edition: number;
}

/**
 * What each kiosk said last that it runs, and what it made of what is published for it (`publishing.ts`, baseOf). `kiosks`: of
 * these only; null: of all.
 */
export async function runningOf(
  database: Queries,
  repository: Pick<Repository, 'kiosks'>,
  kiosks: readonly string[] | null,
): Promise<RunningByKiosk> {
  const rows = await database.query<{ kiosk: string; running: string }>(
    `SELECT kiosk, running FROM kiosks
     WHERE running IS NOT NULL AND ($1::text[] IS NULL OR kiosk = ANY($1::text[])) ORDER BY kiosk`,
    [kiosks],
  );
  const told = rows.flatMap(({ kiosk, running }) => {
    const read = toldIn(running);
    // What it says under another's name is nothing it may be given.
    if (read === null || !v.is(v.object({ kiosk: v.literal(kiosk) }), read.document)) return [];
    return [{ kiosk, edition: read.edition, document: read.document }];
  });
  const published = new Map(repository.kiosks.map(({ kiosk, version }) => [kiosk, version]));
  const answers = await answersOf(
    database,
    told.flatMap(({ kiosk, edition }): AskedFor[] => {
      const version = published.get(kiosk);
      return version === undefined || version === edition ? [] : [{ kiosk, edition: version }];
    }),
  );
  return new Map(told.map(({ kiosk, ...said }) => [kiosk, { ...said, answer: answers.get(kiosk) ?? null }]));
}

/** What kiosks made of an edition each, by rollouts and by their journals; who has not said yet is left out. */
async function answersOf(database: Queries, asked: readonly AskedFor[]): Promise<ReadonlyMap<string, Answer>> {
  const answers = new Map<string, Answer>();
  if (asked.length === 0) return answers;
  const judged = await database.query<{ kiosk: string; status: Answer }>(
    `SELECT of.kiosk, of.status FROM unnest($1::text[], $2::bigint[]) AS asked (kiosk, edition)
     JOIN rollout_kiosks AS of ON of.kiosk = asked.kiosk AND of.edition = asked.edition
     WHERE of.status IN ('running', 'refused', 'went-back')`,
    [asked.map(({ kiosk }) => kiosk), asked.map(({ edition }) => edition)],
  );
  for (const { kiosk, status } of judged) answers.set(kiosk, status);
  const unjudged = new Map(asked.flatMap(({ kiosk, edition }) => (answers.has(kiosk) ? [] : [[kiosk, edition]])));
  const entries = await database.query<{ kiosk: string; body: string }>(
    `SELECT asked.kiosk, newest.body FROM unnest($1::text[]) AS asked (kiosk) CROSS JOIN LATERAL (
       SELECT seq, body FROM entries WHERE entries.kiosk = asked.kiosk AND ${judgingEntries}
       ORDER BY seq DESC LIMIT ${entriesRead}
     ) AS newest ORDER BY asked.kiosk, newest.seq DESC`,
    [[...unjudged.keys()]],
  );
  for (const { kiosk, body } of entries) {
    const edition = unjudged.get(kiosk);
    if (edition === undefined || answers.has(kiosk)) continue;
    const status = verdictOfEntry(body, { own: edition, newest: edition })?.status;
    if (status === 'running' || status === 'refused' || status === 'went-back') answers.set(kiosk, status);
  }
  return answers;
}
