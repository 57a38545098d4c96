/**
 * What the desk has to know of an act: who may, when two have to stand by it, why it cannot be as things stand, and what is
 * booked. A new act is one rule in the file of its kind.
 */
import type { EntryBody, EntryKind, Entry } from '../../entry.ts';
import type { FactBody } from '../../fact.ts';
import type { Kiosk } from '../../kiosk.ts';
import type { Right, StaffAct, StaffAnswer, StaffProblem } from '../staff-wire.ts';

/** What the desk does itself: somebody is still there, or goes. */
export type OwnAct = Extract<StaffAct, { do: 'touch' | 'leave' }>;
export type RuledAct = Exclude<StaffAct, OwnAct>;
type ActName = RuledAct['do'];

export interface ActRule<A> {
  /** All that it needs; none: everybody may. `me`: who asks. */
  rights(act: A, me: string): readonly Right[];
  /**
   * The sum for which one person may not be enough, minor units: by how much a count differs, what a case or refund is about.
   * Left out: it is about none.
   */
  sum?(act: A): number;
  /** The box or machine whose content it counts. Left out: none. */
  counts?(act: A): string;
  /** Why it cannot be done as things stand; null when it can. */
  refused(act: A, me: string): StaffProblem | null;
  book(act: A, by: string, second: string | null): StaffAnswer | Promise<StaffAnswer>;
}

/** One rule for each act of these names. */
export type ActRules<Name extends ActName = ActName> = {
  readonly [N in Name]: ActRule<Extract<StaffAct, { readonly do: N }>>;
};

/** What every act works with. */
export interface ActParts {
  /** The state with the moments of just now. */
  readonly now: () => Kiosk;
  /** Entries under an index key, in order. */
  readonly find: (key: string) => readonly Entry[];
  /** Decides a fact; answers what was recorded. */
  readonly take: (fact: FactBody) => readonly EntryBody[];
}

export const done: StaffAnswer = { ok: true, move: null, case: null };

/** `seconds`: until a lock ends. */
export function no(problem: StaffProblem, seconds: number | null = null): StaffAnswer {
  return { ok: false, problem, seconds };
}

/** Rights that are the same whoever asks. */
export function needs(...rights: readonly Right[]): () => readonly Right[] {
  return () => rights;
}

/** Booked when an entry of one of these kinds was recorded: each act names those that say that it was done. */
export function booked(
  { take }: Pick<ActParts, 'take'>,
  fact: FactBody,
  ...kinds: readonly [EntryKind, ...EntryKind[]]
): StaffAnswer {
  const entries = take(fact);
  const own = entries.find(({ kind }) => kinds.includes(kind));
  if (own === undefined) return no('not-done');
  const opened = entries.find((entry) => entry.kind === 'case.opened');
  return {
    ok: true,
    move: 'move' in own ? own.move : null,
    case: opened?.kind === 'case.opened' ? opened.case : null,
  };
}
