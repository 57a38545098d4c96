/** What a person may do with rollouts: look at one beforehand, begin it, hold it, end it, and take it back. */
import { parseJsonStrict } from '../../../config/strict-json.ts';
import { recordAct } from '../acts.ts';
import type { Plan, PublishProblem } from '../repository/publishing.ts';
import { planned } from '../repository/publishing.ts';
import type { Pace, PreviewLine, RolloutLine, RolloutPage, Whom } from '../server/wire.ts';
import { heardOf, runningOf } from './heard.ts';
import { isAwaitedAway, wavesOf } from './plan.ts';
import { previewOf } from './preview.ts';
import { beforeOf, documentsOf, trialMsOf } from './publication.ts';
import {
  busyWith,
  countsOf,
  insertRollout,
  kiosksOf,
  lineOf,
  type NewRollout,
  newestRollouts,
  noteStatus,
  pageOf,
  type Rollout,
  type RolloutKiosk,
  type RolloutStatus,
  rolloutOf,
  setStatus,
} from './rows.ts';
import { createRunner, type RunnerParts } from './runner.ts';

export interface Wish {
  readonly whom: Whom;
  /** JSON. */
  readonly text: string;
  readonly pace: Pace;
}

export type Refused =
  | { readonly ok: false; readonly problem: 'unsound'; readonly problems: readonly PublishProblem[] }
  | { readonly ok: false; readonly problem: 'busy-kiosk'; readonly kiosk: string; readonly rollout: number }
  | { readonly ok: false; readonly problem: 'no-such-rollout' | 'nothing-before' };

export type Begun = { readonly ok: true; readonly rollout: number } | Refused;
export type Previewed = { readonly ok: true; readonly changes: readonly PreviewLine[] } | Refused;

export type Hold = 'pause' | 'resume' | 'abort';
export type Held = 'done' | 'not-running' | 'not-paused' | 'ended' | 'no-such-rollout';
export type PassedBy = 'done' | 'ended' | 'nobody-away' | 'no-such-rollout';

export interface Rollouts {
  preview(wish: Omit<Wish, 'pace'>): Promise<Previewed>;
  begin(wish: Wish, by: string): Promise<Begun>;
  /** Publishes what the kiosks of a rollout had before it, at once, as a rollout of its own. */
  back(rollout: number, by: string): Promise<Begun>;
  hold(rollout: number, how: Hold, by: string): Promise<Held>;
  /** Waits no more for the kiosks that are away now: what they say when they are back still counts. */
  passBy(rollout: number, by: string): Promise<PassedBy>;
  /** The newest first. */
  list(): Promise<readonly RolloutLine[]>;
  page(rollout: number): Promise<RolloutPage | null>;
  /** Something came up from a kiosk. */
  news(): void;
  /** Looks at every rollout once, now. */
  step(): Promise<void>;
  close(): Promise<void>;
}

interface Change {
  readonly from: readonly RolloutStatus[];
  readonly to: RolloutStatus;
  readonly did: string;
  readonly otherwise: Exclude<Held, 'done' | 'no-such-rollout'>;
}

const holds: Readonly<Record<Hold, Change>> = {
  pause: { from: ['running'], to: 'paused', did: 'rollout-paused', otherwise: 'not-running' },
  resume: { from: ['paused'], to: 'running', did: 'rollout-resumed', otherwise: 'not-paused' },
  abort: { from: ['running', 'paused'], to: 'aborted', did: 'rollout-aborted', otherwise: 'ended' },
};

/** Goes on with those that an earlier process has begun. */
export function createRollouts(parts: RunnerParts): Rollouts {
  const { database, clock } = parts;
  const runner = createRunner(parts);
  const now = () => new Date(clock.wallMs());
  const begun = async (work: () => Promise<Begun>): Promise<Begun> => {
    const answer = await runner.alone(work);
    if (answer.ok) runner.news();
    return answer;
  };
  return {
    async preview({ whom, text }) {
      const repository = parts.repository();
      const running = await runningOf(database, repository, namedBy(whom));
      const plan = plannedText(text, (file) => planned(repository, whom, file, parts.check, running));
      if (!plan.ok) return unsound(plan.problems);
      return { ok: true, changes: previewOf(repository, plan.documents, parts.check, running) };
    },
    begin: (wish, by) => begun(() => begin(parts, wish, by, now())),
    back: (rollout, by) => begun(() => back(parts, rollout, by, now())),
    async hold(rollout, how, by) {
      const { from, to, did, otherwise } = holds[how];
      const held = await runner.alone(() =>
        database.transaction(async (inside): Promise<Held> => {
          if ((await rolloutOf(inside, rollout)) === null) return 'no-such-rollout';
          if (!(await setStatus(inside, rollout, from, to, null, now()))) return otherwise;
          await recordAct(inside, { person: by, did, subject: String(rollout), detail: '' }, now());
          return 'done';
        }),
      );
      if (held === 'done') runner.news();
      return held;
    },
    async passBy(rollout, by) {
      const passed = await runner.alone(() => passBy(parts, rollout, by, now()));
      if (passed === 'done') runner.news();
      return passed;
    },
    async list() {
      const rollouts = await newestRollouts(database);
      const counts = await countsOf(
        database,
        rollouts.map(({ rollout }) => rollout),
      );
      return rollouts.map((one) => lineOf(one, counts.get(one.rollout) ?? {}));
    },
    async page(rollout) {
      const found = await rolloutOf(database, rollout);
      if (found === null) return null;
      const kiosks = await kiosksOf(database, rollout);
      return pageOf(found, kiosks, new Set(isOpen(found) ? await awaitedAway(parts, kiosks) : []));
    },
    news: runner.news,
    step: runner.step,
    close: runner.close,
  };
}

function isOpen({ status }: Rollout): boolean {
  return status === 'running' || status === 'paused';
}

async function awaitedAway(
  { database, startedMs }: RunnerParts,
  kiosks: readonly RolloutKiosk[],
): Promise<readonly string[]> {
  const heard = await heardOf(database, startedMs);
  const away = kiosks.filter((one) => isAwaitedAway(one, heard.get(one.kiosk)?.hereSinceMs ?? null));
  return away.map(({ kiosk }) => kiosk);
}

async function passBy(parts: RunnerParts, rollout: number, by: string, now: Date): Promise<PassedBy> {
  const { database } = parts;
  const found = await rolloutOf(database, rollout);
  if (found === null) return 'no-such-rollout';
  if (!isOpen(found)) return 'ended';
  const away = await awaitedAway(parts, await kiosksOf(database, rollout));
  if (away.length === 0) return 'nobody-away';
  await database.transaction(async (inside) => {
    for (const kiosk of away) await noteStatus(inside, rollout, kiosk, { status: 'passed-by', why: null }, now);
    const act = { person: by, did: 'rollout-passed-by', subject: String(rollout), detail: away.join(', ') };
    await recordAct(inside, act, now);
  });
  return 'done';
}

async function begin(parts: RunnerParts, { whom, text, pace }: Wish, by: string, now: Date): Promise<Begun> {
  const repository = parts.repository();
  const running = await runningOf(parts.database, repository, namedBy(whom));
  const plan = plannedText(text, (file) => planned(repository, whom, file, parts.check, running));
  if (!plan.ok) return unsound(plan.problems);
  return keep(parts, plan.documents, { file: text, whom, pace, backOf: null, beganBy: by }, 'rollout-began', now);
}

/** All at once, whatever the clock says: what was before is known to run. */
const atOnce = { canary: 0, percent: 100, restMinutes: 0, failuresPercent: 100, window: null } as const;

async function back(parts: RunnerParts, of: number, by: string, now: Date): Promise<Begun> {
  const origin = await rolloutOf(parts.database, of);
  if (origin === null) return { ok: false, problem: 'no-such-rollout' };
  const kiosks = [...(await beforeOf(parts.database, of)).keys()];
  if (kiosks.length === 0) return { ok: false, problem: 'nothing-before' };
  const repository = parts.repository();
  const wish = { file: '', whom: origin.whom, backOf: of, beganBy: by, pace: { ...origin.pace, ...atOnce } };
  const running = await runningOf(parts.database, repository, kiosks);
  const plan = await documentsOf(parts, repository, running, wish, kiosks);
  if (!plan.ok) return unsound(plan.problems);
  return keep(parts, plan.documents, wish, 'rollout-taken-back', now);
}

/** Kiosks that are here go first: a wave waits for each of its kiosks, and those that are away may be so for long. */
async function keep(
  { database, check, startedMs }: RunnerParts,
  documents: ReadonlyMap<string, unknown>,
  wish: Omit<NewRollout, 'kiosks'>,
  did: string,
  now: Date,
): Promise<Begun> {
  const heard = await heardOf(database, startedMs);
  const isAway = (kiosk: string) => Number((heard.get(kiosk)?.hereSinceMs ?? null) === null);
  const order = [...documents.keys()].toSorted().toSorted((one, other) => isAway(one) - isAway(other));
  const busy = await busyWith(database, order);
  if (busy !== null) return { ok: false, problem: 'busy-kiosk', ...busy };
  const kiosks = wavesOf(order, wish.pace).map((placed) => {
    const checked = check(documents.get(placed.kiosk));
    if (!checked.ok) throw new Error(`${placed.kiosk} was sound and is not any more`);
    return { ...placed, timeZone: checked.config.timeZone, trialMs: trialMsOf(checked.config) };
  });
  const rollout = await database.transaction(async (inside) => {
    const inserted = await insertRollout(inside, { ...wish, kiosks }, now);
    const detail = JSON.stringify({ whom: wish.whom, kiosks: kiosks.length, backOf: wish.backOf });
    await recordAct(inside, { person: wish.beganBy, did, subject: String(inserted), detail }, now);
    return inserted;
  });
  return { ok: true, rollout };
}

/** Null: it is told by what kiosks run who is meant. */
function namedBy(whom: Whom): readonly string[] | null {
  return whom.whom === 'kiosk' ? [whom.kiosk] : null;
}

function plannedText(text: string, plan: (file: unknown) => Plan): Plan {
  const read = parseJsonStrict(text);
  if (!read.ok) return { ok: false, problems: [{ kiosk: null, path: '', problem: read.problem }] };
  return plan(read.json);
}

function unsound(problems: readonly PublishProblem[]): Refused {
  return { ok: false, problem: 'unsound', problems };
}
