/** Cases: what could not be settled by itself and has a number, until somebody does. */
import type { CaseKind, EntryBody } from './entry.ts';

export type CaseOutcome = Extract<EntryBody, { kind: 'case.resolved' }>['outcome'];

export interface Case {
  /** Its number. */
  readonly case: string;
  readonly about: CaseKind;
  /** resolved: the outcome is known; reconciled: it was also found in the counted cash or the other side's books. */
  readonly status: 'open' | 'resolved' | 'reconciled';
  readonly outcome: CaseOutcome | null;
  readonly session: string | null;
  readonly sale: string | null;
  readonly currency: string;
  /** Minor units; null: nobody knows. */
  readonly minor: number | null;
  /** The command or serial in doubt. */
  readonly subject: string | null;
}

/** The open cases, by number. */
export type Cases = Readonly<Record<string, Case>>;

export const emptyCases: Cases = {};

/** One case after an entry that names it; null before it was opened. */
export function foldCase(one: Case | null, body: EntryBody): Case | null {
  switch (body.kind) {
    case 'case.opened': {
      if (one !== null) return one;
      const { about, session, sale, currency, minor, subject } = body;
      return { case: body.case, about, status: 'open', outcome: null, session, sale, currency, minor, subject };
    }
    case 'case.resolved':
      if (one === null || one.status !== 'open') return one;
      return { ...one, status: 'resolved', outcome: body.outcome, minor: body.minor ?? one.minor };
    default:
      return one;
  }
}

/** The open cases after an entry; the same object when it concerns none. What is resolved is no longer kept. */
export function foldCases(cases: Cases, body: EntryBody): Cases {
  if (body.kind !== 'case.opened' && body.kind !== 'case.resolved') return cases;
  const known = cases[body.case] ?? null;
  const next = foldCase(known, body);
  if (next === known || next === null) return cases;
  const { [body.case]: _, ...others } = cases;
  return isOpen(next) ? { ...others, [body.case]: next } : others;
}

export function isOpen(one: Case): boolean {
  return one.status === 'open';
}
