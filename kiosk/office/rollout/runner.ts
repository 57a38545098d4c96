/** Keeps rollouts going: with time, and with what comes up from kiosks. One step at a time; what it decides is in `plan.ts`. */
import { announce, lookTopics } from '../announcing.ts';
import type { Clock } from '../../../hardware/clock.ts';
import type { Broker } from '../broker.ts';
import { type Heard, heardOf } from './heard.ts';
import { type RollingKiosk, stepRollout } from './plan.ts';
import { type PublicationParts, publishFor, recover } from './publication.ts';
import {
  type JudgedEntry,
  kiosksOf,
  noteRead,
  noteStatus,
  openRollouts,
  type Rollout,
  type RolloutKiosk,
  setStatus,
  unreadEntries,
} from './rows.ts';
import { after, type Editions, type Verdict, verdictOfEntry, verdictOfState } from './verdict.ts';

export interface RunnerParts extends Omit<PublicationParts, 'nowMs'> {
  readonly publish: Broker['publish'];
  readonly clock: Pick<Clock, 'wallMs' | 'after'>;
  /** Since when this office looks, Unix milliseconds. */
  readonly startedMs: number;
  /** What could not be done, for the log; it is tried again. */
  readonly onProblem: (problem: string) => void;
}

export interface Runner {
  /** Something came up from a kiosk. */
  news(): void;
  /** What no step and nothing else comes in between of: the acts of persons. */
  alone<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Looks at every rollout once, now; what fails is told and tried again. */
  step(): Promise<void>;
  close(): Promise<void>;
}

/** Between two looks that nothing asked for, milliseconds. */
const lookEveryMs = 15_000;
/** What comes within this time is looked at together. */
const gatherMs = 200;
/** Kiosks that one look publishes for: signing for so many takes about a quarter of a second, in which the office does nothing else. */
const signedAtOnce = 64;

export function createRunner(parts: RunnerParts): Runner {
  const { clock, onProblem } = parts;
  let over = false;
  let told = false;
  let looked = false;
  /** When the last look began that left nothing undone, by the clock that says when kiosks spoke; null: none was. */
  let since: Date | null = null;
  let tail: Promise<unknown> = Promise.resolve();
  let callOff: () => void = () => {};
  const wake = (afterMs: number): void => {
    callOff();
    if (!over) callOff = clock.after(afterMs, () => void step());
  };
  function alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = tail.then(work);
    tail = done.catch(() => undefined);
    return done;
  }
  async function step(): Promise<void> {
    told = false;
    let more = false;
    await alone(async () => {
      if (over) return;
      const began = new Date(clock.wallMs());
      const look = await lookAtAll(parts, !looked, since);
      looked = true;
      more = look.more;
      if (look.whole) since = began;
    }).catch((error: unknown) => onProblem((error as Error).message));
    wake(told || more ? gatherMs : lookEveryMs);
  }
  wake(0);
  return {
    alone,
    step,
    news() {
      if (told) return;
      told = true;
      wake(gatherMs);
    },
    async close() {
      over = true;
      callOff();
      await tail;
    },
  };
}

interface Look {
  /** There is more to publish at once. */
  readonly more: boolean;
  /** Nothing failed. */
  readonly whole: boolean;
}

/** `first`: of this process, with a broker that may have kept nothing. `since`: as `openRollouts` takes it. */
async function lookAtAll(parts: RunnerParts, first: boolean, since: Date | null): Promise<Look> {
  const { database, startedMs, onProblem } = parts;
  const rollouts = await openRollouts(database, since);
  let [more, whole] = [false, true];
  if (rollouts.length === 0) return { more, whole };
  const heard = await heardOf(database, startedMs);
  for (const rollout of rollouts) {
    try {
      more = (await lookAt(parts, rollout, heard, first)) || more;
    } catch (error) {
      whole = false;
      onProblem(`rollout ${rollout.rollout}: ${(error as Error).message}`);
    }
  }
  return { more, whole };
}

type Heards = ReadonlyMap<string, Heard>;

async function lookAt(parts: RunnerParts, rollout: Rollout, heard: Heards, first: boolean): Promise<boolean> {
  const { database, clock } = parts;
  const id = rollout.rollout;
  const nowMs = () => clock.wallMs();
  const known = await kiosksOf(database, id);
  const recovered = await recover({ ...parts, nowMs }, rollout, known);
  const untold = first ? known.filter(({ status }) => status === 'published').map(({ kiosk }) => kiosk) : [];
  if (recovered.length + untold.length > 0) await tell(parts, [...untold, ...recovered]);
  await hear(parts, rollout, heard);
  const now = nowMs();
  const { overdue, next } = stepRollout(rollout, (await kiosksOf(database, id)).map(rolling(heard)), now);
  for (const kiosk of overdue) await noteStatus(database, id, kiosk, { status: 'overdue', why: null }, new Date(now));
  switch (next.act) {
    case 'wait':
      return false;
    case 'abort':
      await setStatus(database, id, unended, 'aborted', 'failures', new Date(now));
      return false;
    case 'done':
      await setStatus(database, id, unended, 'done', null, new Date(now));
      return false;
    case 'publish': {
      const kiosks = next.kiosks.slice(0, signedAtOnce);
      const published = await publishFor({ ...parts, nowMs }, rollout, kiosks);
      if (published.ok) await tell(parts, kiosks);
      else await setStatus(database, id, ['running'], 'paused', published.why, new Date(now));
      return published.ok && kiosks.length < next.kiosks.length;
    }
    default:
      return next satisfies never;
  }
}

const unended = ['running', 'paused'] as const;

/** What came up from the kiosks of a rollout since the last look. */
async function hear({ database, repository, clock }: RunnerParts, { rollout }: Rollout, heard: Heards): Promise<void> {
  const kiosks = (await kiosksOf(database, rollout)).filter(({ status }) => status !== 'waiting');
  if (kiosks.length === 0) return;
  const newest = new Map(repository().kiosks.map(({ kiosk, version }) => [kiosk, version]));
  const entries = Map.groupBy(await unreadEntries(database, rollout), ({ kiosk }) => kiosk);
  for (const kiosk of kiosks) {
    const own = kiosk.edition ?? 0;
    const editions = { own, newest: Math.max(own, newest.get(kiosk.kiosk) ?? 0) };
    const unread = entries.get(kiosk.kiosk) ?? [];
    const news = judged(kiosk, heard.get(kiosk.kiosk)?.state ?? null, unread, editions);
    const last = unread.at(-1)?.seq ?? null;
    if (news === null && last === null) continue;
    await database.transaction(async (inside) => {
      if (news !== null) await noteStatus(inside, rollout, kiosk.kiosk, news, new Date(clock.wallMs()));
      if (last !== null) await noteRead(inside, rollout, kiosk.kiosk, last);
    });
  }
}

function judged(
  { status }: RolloutKiosk,
  state: string | null,
  entries: readonly JudgedEntry[],
  editions: Editions,
): Verdict | null {
  const said = [
    ...(state === null ? [] : [verdictOfState(state, editions)]),
    ...entries.map(({ body }) => verdictOfEntry(body, editions)),
  ];
  return said.reduce<Verdict | null>(
    (known, verdict) => (verdict === null ? known : (after(known?.status ?? status, verdict) ?? known)),
    null,
  );
}

function rolling(heard: Heards) {
  return ({ publishedAt, changedAt, ...kiosk }: RolloutKiosk): RollingKiosk => ({
    ...kiosk,
    publishedMs: publishedAt?.getTime() ?? null,
    changedMs: changedAt.getTime(),
    hereSinceMs: heard.get(kiosk.kiosk)?.hereSinceMs ?? null,
  });
}

/** Whoever misses it looks by itself (`fleet/follow.ts`). */
async function tell({ repository, publish, onProblem }: RunnerParts, kiosks: readonly string[]): Promise<void> {
  const { kiosks: all, version } = repository();
  await announce(publish, lookTopics(kiosks, all.length), version).catch((error: unknown) => onProblem(String(error)));
}
