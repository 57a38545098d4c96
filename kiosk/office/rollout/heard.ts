/** What kiosks have said, as the office keeps it: whether they are here, what they run, and what their journals tell of a publication. */
import * as v from 'valibot';
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

/** Of what a kiosk says that it runs only what is asked for here. */
const running = v.object({ edition: v.nullable(v.number()), document: v.nullish(v.unknown(), null) });

/** What each kiosk said last that it runs, and what it made of what is published for it (`publishing.ts`, baseOf). */
export async function runningOf(database: Queries, repository: Pick<Repository, 'kiosks'>): Promise<RunningByKiosk> {
  const told = await database.query<{ kiosk: string; running: string }>(
    'SELECT kiosk, running FROM kiosks WHERE running IS NOT NULL ORDER BY kiosk',
  );
  const published = new Map(repository.kiosks.map(({ kiosk, version }) => [kiosk, version]));
  const all = new Map<string, Running>();
  for (const { kiosk, running: body } of told) {
    const read = v.safeParse(v.pipe(v.string(), v.parseJson(), running), body);
    if (!read.success) continue;
    const { edition, document } = read.output;
    // What it says under another's name is nothing it may be given.
    if (!v.is(v.object({ kiosk: v.literal(kiosk) }), document)) continue;
    const version = published.get(kiosk);
    const answer = version === undefined || version === edition ? null : await answerOf(database, kiosk, version);
    all.set(kiosk, { edition, document, answer });
  }
  return all;
}

/** What a kiosk made of an edition, by rollouts and by its journal; null: it has not said yet. */
async function answerOf(database: Queries, kiosk: string, edition: number): Promise<Running['answer']> {
  const [judged] = await database.query<{ status: NonNullable<Running['answer']> }>(
    `SELECT status FROM rollout_kiosks WHERE kiosk = $1 AND edition = $2 AND status IN ('running', 'refused', 'went-back')`,
    [kiosk, edition],
  );
  if (judged !== undefined) return judged.status;
  const entries = await database.query<{ body: string }>(
    `SELECT body FROM entries WHERE kiosk = $1 AND ${judgingEntries} ORDER BY seq DESC LIMIT ${entriesRead}`,
    [kiosk],
  );
  for (const { body } of entries) {
    const status = verdictOfEntry(body, { own: edition, newest: edition })?.status;
    if (status === 'running' || status === 'refused' || status === 'went-back') return status;
  }
  return null;
}
