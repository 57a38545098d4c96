/** What a kiosk has made of the configuration that was published for it, out of what comes up from it. Pure. */
import * as v from 'valibot';
import { linesOf, saidSchema } from '../said.ts';
import type { RolloutStep, Said } from '../server/wire.ts';

/** Which of the office's numbers count as the rollout's: its own, and what was published by hand over it since. */
export interface Editions {
  readonly own: number;
  /** The newest that is published for the kiosk. */
  readonly newest: number;
}

export interface Verdict {
  readonly status: Exclude<RolloutStep, 'waiting' | 'published' | 'overdue' | 'passed-by'>;
  /** Of one that was refused or went back. */
  readonly why: Said | null;
}

const configuration = v.object({
  configuration: v.object({ edition: v.nullable(v.number()), staged: v.nullable(v.number()) }),
});

/** By the kiosk's newest state, as JSON text; null: it says nothing of this publication. */
export function verdictOfState(body: string, editions: Editions): Verdict | null {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), configuration), body);
  if (!read.success) return null;
  const { edition, staged } = read.output.configuration;
  if (isOurs(edition, editions)) return { status: 'running', why: null };
  return isOurs(staged, editions) ? { status: 'staged', why: null } : null;
}

/** Of the bodies only what is asked for here: the kiosk may be of another version than the office. */
const told = v.variant('kind', [
  v.object({ kind: v.literal('config.refused'), edition: v.number(), why: v.string(), problems: v.array(saidSchema) }),
  v.object({
    kind: v.literal('config.changed'),
    what: v.string(),
    why: v.nullable(v.string()),
    edition: v.optional(v.nullable(v.number())),
    device: v.optional(v.nullable(v.string())),
  }),
]);

/** By an entry of its journal, as JSON text; null: it says nothing of this publication. */
export function verdictOfEntry(body: string, editions: Editions): Verdict | null {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), told), body);
  if (!read.success || !isOurs(read.output.edition, editions)) return null;
  const entry = read.output;
  if (entry.kind === 'config.refused') return { status: 'refused', why: linesOf([entry.why, ...entry.problems]) };
  if (entry.what === 'push') return { status: 'running', why: null };
  if (entry.what !== 'went-back') return null;
  const why = [entry.why, entry.device].filter((word) => typeof word === 'string').join(' ');
  return { status: 'went-back', why };
}

/**
 * What is known after a verdict; null: nothing new. What was refused or went back stays so; what runs may still go back, but
 * never waits again.
 */
export function after(known: RolloutStep, verdict: Verdict): Verdict | null {
  switch (known) {
    case 'waiting':
    case 'refused':
    case 'went-back':
      return null;
    case 'running':
      return verdict.status === 'went-back' ? verdict : null;
    case 'staged':
    case 'overdue':
    case 'passed-by':
      return verdict.status === 'staged' ? null : verdict;
    case 'published':
      return verdict;
    default:
      return known satisfies never;
  }
}

function isOurs(edition: number | null | undefined, { own, newest }: Editions): boolean {
  return typeof edition === 'number' && edition >= own && edition <= newest;
}
