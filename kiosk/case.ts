/** Cases: what could not be settled by itself and has a number, until somebody does. */
import type { EntryBody } from './entry.ts';
import type { CaseAbout } from './server/staff-wire.ts';

type Body<K extends EntryBody['kind']> = Extract<EntryBody, { kind: K }>;

/** What became of it by itself, or how a person ended it. */
export type CaseOutcome = Body<'case.resolved'>['outcome'] | Body<'case.settled'>['how'];

export interface Case {
  /** Its number. */
  readonly case: string;
  readonly about: CaseAbout;
  /**
   * resolved: nothing of it is open; reconciled: it was also found in the counted cash or the other side's books. Of an
   * open one the outcome may be known: `owed` is the customer's to come, and stays open until somebody pays it.
   */
  readonly status: 'open' | 'resolved' | 'reconciled';
  readonly outcome: CaseOutcome | null;
  readonly session: string | null;
  readonly sale: string | null;
  readonly currency: string;
  /** Minor units; null: nobody knows. */
  readonly minor: number | null;
  /** The command or serial in doubt. */
  readonly subject: string | null;
  /** Paid-out notes that went back into their machine under this number, minor units. */
  readonly retractedMinor: number;
}

/**
 * The open cases, by number, oldest first; at most `openCasesKept`, beside those about payments and about money that goes
 * back that still wait for their answer.
 */
export type Cases = Readonly<Record<string, Case>>;

/**
 * Many kinds of cases are only ever settled by a person. Beyond this many the oldest leaves the state: the kiosk acts on
 * none so old, and the journal has it as open all the same.
 */
export const openCasesKept = 1_000;

export const emptyCases: Cases = {};

const levelsPrefix = 'levels-';

/** One case after an entry that names it; null before it was opened. */
export function foldCase(one: Case | null, body: EntryBody): Case | null {
  switch (body.kind) {
    case 'case.opened': {
      if (one !== null) return one;
      const { about, session, sale, currency, minor, subject } = body;
      const what = { about, session, sale, currency, minor, subject, retractedMinor: 0 };
      return { case: body.case, status: 'open', outcome: null, ...what };
    }
    case 'change.left':
      if (one === null || one.status !== 'open' || body.lowered === undefined) return one;
      return { ...one, minor: body.lowered };
    case 'cash.retracted':
      return one === null || one.status !== 'open' ? one : drawnIn(one, body.minor);
    case 'case.resolved':
      // Of what is owed nothing more is heard but that it was paid.
      if (one === null || one.status !== 'open' || one.outcome === 'owed') return one;
      return {
        ...one,
        status: body.outcome === 'owed' ? 'open' : 'resolved',
        outcome: body.outcome,
        minor: body.minor ?? one.minor,
      };
    case 'case.settled':
      if (one === null || one.status !== 'open') return one;
      return {
        ...one,
        status: 'resolved',
        outcome: body.how,
        minor: body.how === 'void' ? one.minor : body.minor,
      };
    case 'case.reconciled':
      return one === null || one.status !== 'resolved' ? one : { ...one, status: 'reconciled' };
    default:
      return one;
  }
}

/**
 * The first note of a bundle opens its case; each further one adds to it, as to one about what did not come out. One that
 * stands for a whole order has them in its sum.
 */
function drawnIn(one: Case, minor: number): Case {
  const retractedMinor = one.retractedMinor + minor;
  const known = one.about === 'change-retracted' ? one.retractedMinor > 0 : one.about === 'change-owed';
  return { ...one, retractedMinor, minor: known ? (one.minor ?? 0) + minor : one.minor };
}

/** The open cases after an entry; the same object when it concerns none. What is resolved is no longer kept. */
export function foldCases(cases: Cases, body: EntryBody): Cases {
  if (!isAboutCases(body)) return cases;
  const known = cases[body.case] ?? null;
  const next = foldCase(known, body);
  if (next === known || next === null) return cases;
  const { [body.case]: _, ...others } = cases;
  return isOpen(next) ? { ...bounded(others), [body.case]: next } : others;
}

/** Whether an entry changes what a case is. */
export function isAboutCases(
  body: EntryBody,
): body is Body<'case.opened' | 'case.resolved' | 'case.settled' | 'cash.retracted' | 'change.left'> {
  switch (body.kind) {
    case 'case.opened':
    case 'case.resolved':
    case 'case.settled':
    case 'cash.retracted':
    case 'change.left':
      return true;
    default:
      return false;
  }
}

/**
 * Makes room for one more. What is still asked for, a payment or money that goes back, would get its case again, and end with
 * its answer under the second number only: so those stay.
 */
function bounded(cases: Cases): Cases {
  const numbers = Object.keys(cases);
  if (numbers.length < openCasesKept) return cases;
  const oldest = numbers.find((number) => !isAskedFor(cases[number]));
  if (oldest === undefined) return cases;
  const { [oldest]: _, ...others } = cases;
  return others;
}

function isAskedFor(one: Case | undefined): boolean {
  return one?.about === 'post-unanswered' || (one?.about === 'reversal-unanswered' && one.outcome === null);
}

/** The oldest of the open cases about each command or serial. */
export function casesBySubject(cases: Cases): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const one of Object.values(cases)) if (one.subject !== null) found[one.subject] ??= one.case;
  return found;
}

export function isOpen(one: Case): boolean {
  return one.status === 'open';
}

/** Whether it is about cash that a machine paid out, or should have. */
export function isAboutChange({ about }: Pick<Case, 'about'>): boolean {
  return standsForOrder({ about }) || about === 'change-owed' || about === 'change-retracted';
}

/** Whether it stands for all that an order to pay out has not yet given: nobody knows how much of that is owed. */
export function standsForOrder({ about }: Pick<Case, 'about'>): boolean {
  return about === 'payout-unknown' || about === 'change-left';
}

/** Whether what it says is owed for certain, in cash or as a slip that did not come out, and the window pays it. */
export function isOwed({ about, outcome }: Pick<Case, 'about' | 'outcome'>): boolean {
  return outcome === 'owed' || surelyOwed.has(about);
}

const surelyOwed: ReadonlySet<CaseAbout> = new Set(['change-owed', 'change-retracted', 'voucher-not-printed']);

/** What a case is about when this machine counts otherwise than the journal. */
export function levelsSubject(device: string): string {
  return `${levelsPrefix}${device}`;
}

/** The machine that such a case is about; null for any other subject. */
export function deviceOfLevels(subject: string): string | null {
  return subject.startsWith(levelsPrefix) ? subject.slice(levelsPrefix.length) : null;
}

/** So many ended cases wait for the close of the day; beyond it the oldest is left out, and stays ended. */
const endedCasesKept = 1_000;

/** The numbers of the cases that ended and that no close has counted, oldest first. `cases`: as they were before the entry. */
export function foldEnded(ended: readonly string[], cases: Cases, body: EntryBody): readonly string[] {
  switch (body.kind) {
    case 'case.resolved':
      if (body.outcome === 'owed' || cases[body.case] === undefined || cases[body.case]?.outcome === 'owed')
        return ended;
      return [...ended, body.case].slice(-endedCasesKept);
    case 'case.settled':
      return [...ended, body.case].slice(-endedCasesKept);
    case 'case.reconciled':
      return ended.filter((number) => number !== body.case);
    default:
      return ended;
  }
}
