/**
 * Publishes what a rollout wants next, so that an end at any moment publishes nothing twice and loses nothing: what is meant is
 * written first, then it is signed, then it is written that it was. Whoever comes after an end in between reads it in the repository.
 */
import { both } from '../../../config/fields.ts';
import { type Checked, type Config, sentenceOf } from '../../../config/schema.ts';
import { answersWithinMs } from '../../trial.ts';
import { baseOf, type Plan, planned, type PublishProblem, type RunningByKiosk } from '../repository/publishing.ts';
import { hashOf, type Repository } from '../repository/repository.ts';
import { KeysMissing } from '../repository/writer.ts';
import { linesOf } from '../said.ts';
import type { Said } from '../server/wire.ts';
import type { Database } from '../store/open.ts';
import { runningOf } from './heard.ts';
import { documentsBefore, type Intent, noteIntents, notePublished, type Rollout, type RolloutKiosk } from './rows.ts';

export type Check = (json: unknown) => Checked;

export interface PublicationParts {
  readonly database: Database;
  /** As it is on the disk now: others publish there too. */
  readonly repository: () => Repository;
  readonly check: Check;
  readonly nowMs: () => number;
}

/** Beside the time for answers: the process ends and starts, twice where it ends again. */
const startsMs = 30_000;

/** So long after it began a configuration has proven itself, or gone back. */
export function trialMsOf({ limits }: Config): number {
  return (limits.deviceAnswersMs ?? answersWithinMs) + startsMs;
}

/**
 * Of a rollout, for these of its kiosks: what each is to have.
 * @throws Error of the database
 */
export async function documentsOf(
  { database, check }: Pick<PublicationParts, 'database' | 'check'>,
  repository: Repository,
  running: RunningByKiosk,
  { file, backOf }: Pick<Rollout, 'file' | 'backOf'>,
  kiosks: readonly string[],
): Promise<Plan> {
  const before = backOf === null ? null : await beforeOf(database, backOf);
  const plans = kiosks.map((kiosk): Plan => {
    const whole = before === null ? JSON.parse(file) : before.get(kiosk);
    return planned(repository, { whom: 'kiosk', kiosk }, whole, check, running);
  });
  const problems = plans.flatMap((plan) => (plan.ok ? [] : plan.problems));
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, documents: new Map(plans.flatMap((plan) => (plan.ok ? [...plan.documents] : []))) };
}

/** What the kiosks of a rollout had before it was published for them; who had nothing that is known is left out. */
export async function beforeOf(database: Database, rollout: number): Promise<ReadonlyMap<string, unknown>> {
  const kiosks = await documentsBefore(database, rollout);
  return new Map(kiosks.map(({ kiosk, before }) => [kiosk, JSON.parse(before) as unknown]));
}

export type Published =
  | { readonly ok: true }
  /** `why`: `no-keys`, or what is wrong in words. */
  | { readonly ok: false; readonly why: Said };

/** @throws Error of the database, or of a repository that cannot be read */
export async function publishFor(
  parts: PublicationParts,
  rollout: Rollout,
  kiosks: readonly string[],
): Promise<Published> {
  const { database, nowMs } = parts;
  const repository = parts.repository();
  const running = await runningOf(database, repository, kiosks);
  const plan = await documentsOf(parts, repository, running, rollout, kiosks);
  if (!plan.ok) return { ok: false, why: linesOf(plan.problems.map(sentenceWith)) };
  const versions = new Map(repository.kiosks.map(({ kiosk, version }) => [kiosk, version]));
  const intents = [...plan.documents].map(([kiosk, document]): Intent => {
    const base = baseOf(repository, kiosk, running);
    const before = base === null ? null : JSON.stringify(base);
    return { kiosk, edition: (versions.get(kiosk) ?? 0) + 1, hash: hashOf(document), before };
  });
  await database.transaction((inside) => noteIntents(inside, rollout.rollout, intents));
  const signed = sign(repository, plan.documents);
  if ('why' in signed) return { ok: false, why: signed.why };
  await notePublished(database, rollout.rollout, signed.published, new Date(nowMs()));
  return { ok: true };
}

type Signed = { readonly published: ReturnType<Repository['publish']> } | { readonly why: string };

function sign(repository: Repository, documents: ReadonlyMap<string, unknown>): Signed {
  try {
    return { published: repository.publish(documents) };
  } catch (error) {
    return { why: error instanceof KeysMissing ? 'no-keys' : (error as Error).message };
  }
}

function sentenceWith({ kiosk, ...problem }: PublishProblem): Said {
  const { en, 'zh-CN': zh } = sentenceOf(problem);
  return kiosk === null ? both(en, zh) : both(`${kiosk} ${en}`, `${kiosk} ${zh}`);
}

/** Those that were signed before an end kept that from being written down: it is written now. */
export async function recover(
  { database, repository, nowMs }: PublicationParts,
  { rollout }: Rollout,
  kiosks: readonly RolloutKiosk[],
): Promise<readonly string[]> {
  const meant = kiosks.filter(({ status, edition }) => status === 'waiting' && edition !== null);
  if (meant.length === 0) return [];
  const published = new Map(repository().kiosks.map((one) => [one.kiosk, one]));
  const signed = meant.flatMap(({ kiosk, edition, hash }) => {
    const there = published.get(kiosk);
    return there !== undefined && there.version === edition && there.hash === hash ? [there] : [];
  });
  if (signed.length > 0) await notePublished(database, rollout, signed, new Date(nowMs()));
  return signed.map(({ kiosk }) => kiosk);
}
