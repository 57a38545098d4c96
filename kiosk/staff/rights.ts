/** Who may do what, in one table, and where two persons stand by it. */
import type { Kiosk } from '../kiosk.ts';
import type { Right, Role, StaffProblem } from '../server/staff-wire.ts';
import { type Person, triesOf } from './staff.ts';

/** What each role may do, beside reading the tables. */
const table: Readonly<Record<Right, readonly Role[]>> = {
  look: ['attendant', 'collector', 'technician', 'administrator'],
  fill: ['attendant', 'collector', 'technician', 'administrator'],
  remove: ['collector', 'administrator'],
  empty: ['collector', 'technician', 'administrator'],
  'change-box': ['collector', 'administrator'],
  'close-terminal': ['collector', 'technician', 'administrator'],
  'close-day': ['collector', 'administrator'],
  'read-day': ['collector', 'administrator'],
  count: ['collector', 'administrator'],
  'seal-bag': ['collector', 'administrator'],
  declare: ['collector', 'administrator'],
  correct: ['collector', 'administrator'],
  evidence: ['collector', 'technician', 'administrator'],
  settle: ['collector', 'administrator'],
  'pay-slip': ['attendant', 'collector', 'administrator'],
  'judge-refund': ['attendant', 'collector', 'administrator'],
  'hand-over': ['attendant', 'collector', 'administrator'],
  'confirm-table': ['technician', 'administrator'],
  'find-devices': ['technician', 'administrator'],
  unlock: ['collector', 'technician', 'administrator'],
  configure: ['technician', 'administrator'],
  check: ['technician', 'administrator'],
  report: ['collector', 'administrator'],
  trace: ['technician', 'administrator'],
  console: ['technician', 'administrator'],
  'console-move': ['technician', 'administrator'],
  'leave-office': ['administrator'],
  persons: ['administrator'],
};

const all = Object.keys(table) as Right[];

/** What `staff.twoPersons.emptying` is about: cash that leaves the place where the machine keeps it. */
const emptyings: readonly Right[] = ['remove', 'empty', 'change-box', 'count'];

export function rightsOf(role: Role): readonly Right[] {
  return all.filter((right) => table[right].includes(role));
}

/** What `staff.twoPersons.corrections` is about: what stands in the books, or what the kiosk is, is changed by word alone. */
const corrected: readonly Right[] = ['correct', 'settle', 'configure', 'leave-office'];

/** What `staff.twoPersons.closing` is about: a day that nobody opens again. */
const closings: readonly Right[] = ['close-day'];

/** Past its driver a machine is never moved by one person alone, whatever is configured. */
const always: readonly Right[] = ['console-move'];

/** What two persons must stand by here. */
export function forTwo({ rules }: Kiosk): readonly Right[] {
  const { corrections, emptying, closing = false } = rules.twoPersons;
  return [...always, ...(corrections ? corrected : []), ...(emptying ? emptyings : []), ...(closing ? closings : [])];
}

/** What may differ from the books. */
const counts: readonly Right[] = ['count', 'remove', 'declare', 'correct'];

/** Up to which sum one person does this alone, minor units; null: it is about none. */
function limitOf({ rules }: Kiosk, right: Right): number | null {
  const { differenceMinor, settleMinor, judgeRefundMinor } = rules.authority;
  switch (right) {
    case 'count':
    case 'remove':
    case 'declare':
    case 'correct':
      return differenceMinor;
    case 'settle':
      return settleMinor;
    case 'judge-refund':
      return judgeRefundMinor;
    // Whatever it is worth; only what one has agreed to oneself weighs anything (weight.ts).
    case 'pay-slip':
      return 0;
    default:
      return null;
  }
}

/**
 * Whether two persons must stand by this here. `minor`: the difference of a count, or what a case or refund is about. Small
 * differences add up until the Z report: nobody books many of them alone.
 */
export function needsTwo(kiosk: Kiosk, right: Right, minor: number): boolean {
  const limit = limitOf(kiosk, right);
  const before = counts.includes(right) && minor !== 0 ? kiosk.staff.differedAlone : 0;
  return forTwo(kiosk).includes(right) || (limit !== null && Math.abs(minor) + before > limit);
}

/** Who has this number and works here. */
export function personHere(kiosk: Kiosk, number: string): Person | null {
  const person = Object.hasOwn(kiosk.staff.persons, number) ? kiosk.staff.persons[number] : undefined;
  return person?.here ? person : null;
}

/** Seconds until this person, or somebody without a number here (null), may try again; null when now. */
export function lockedSeconds(kiosk: Kiosk, person: string | null): number | null {
  const { lock } = triesOf(kiosk.staff, person);
  if (lock === null) return null;
  return Math.max(1, Math.ceil((lock.sinceMs + lock.lastsMs - kiosk.monoMs) / 1000));
}

/**
 * Why this service may not do this now; null when it may. `second` is somebody whose PIN was right, or null when there is
 * nobody; `minor` the sum that it is about.
 */
export function refusal(
  kiosk: Kiosk,
  service: string | null,
  right: Right,
  second: string | null,
  minor = 0,
): StaffProblem | null {
  const now = kiosk.staff.service;
  if (now === null || now.id !== service) return 'not-logged-in';
  const person = personHere(kiosk, now.person);
  if (person === null) return 'not-logged-in';
  if (!rightsOf(person.role).includes(right)) return 'not-allowed';
  if (!needsTwo(kiosk, right, minor)) return null;
  if (second === null) return 'second-needed';
  const other = second === now.person ? null : personHere(kiosk, second);
  return other !== null && rightsOf(other.role).includes(right) ? null : 'second-wrong';
}

/** The same of several rights at once: what one may not do at all comes before what takes two. */
export function refusalOfAny(
  kiosk: Kiosk,
  service: string | null,
  rights: readonly Right[],
  second: string | null,
  minor = 0,
): StaffProblem | null {
  const all = rights.map((right) => refusal(kiosk, service, right, second, minor));
  const problems = all.filter((problem) => problem !== null);
  return problems.find((problem) => problem !== 'second-needed') ?? problems[0] ?? null;
}

/** Whether whoever works here now ends cases, or agrees to refunds, and needs the numbers of what was paid. */
export function mayDecide(kiosk: Kiosk): boolean {
  const person = personHere(kiosk, kiosk.staff.service?.person ?? '');
  return person !== null && (['settle', 'judge-refund'] as const).some((right) => table[right].includes(person.role));
}

/** Somebody who may manage persons, by number. */
export function administrators(kiosk: Kiosk): readonly string[] {
  return Object.keys(kiosk.staff.persons).filter((number) => personHere(kiosk, number)?.role === 'administrator');
}
