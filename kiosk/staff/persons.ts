/** People who work here come and go, log in and out, and mistype. What the server has checked is a fact here. */
import type { FactBody } from '../fact.ts';
import type { Kiosk } from '../kiosk.ts';
import type { Role, StaffProblem } from '../server/staff-wire.ts';
import { refundWaiting } from '../sale/refund.ts';
import { newId, put, type Turn } from '../turn.ts';
import { administrators, lockedSeconds, personHere } from './rights.ts';
import { triesOf } from './staff.ts';

/** Wrong tries until the lock. */
const wrongTriesMaximum = 5;
/** The first lock, milliseconds; each further one doubles, up to the longest. */
const firstLockMs = 60_000;
const longestLockMs = 3_600_000;
/** Without a touch for so long somebody is logged out, milliseconds. */
const serviceIdleMs = 120_000;
/** Numbers that were ever given: the state is bounded. */
const personsMaximum = 500;

type Seen<K extends FactBody['fact']> = Extract<FactBody, { fact: K }>;
type AtThePad = Extract<FactBody, { fact: 'staff.identified' | 'staff.approved' }>;

/** The next number that nobody has had. */
export function nextPerson(kiosk: Kiosk): string {
  return String(Object.keys(kiosk.staff.persons).length + 1);
}

/** Why nobody can be added now; null when somebody can. */
export function addingRefused(kiosk: Kiosk): StaffProblem | null {
  return Object.keys(kiosk.staff.persons).length >= personsMaximum ? 'too-many' : null;
}

/** Why this person cannot get this role, or leave (null); null when it may be. */
export function changeRefused(kiosk: Kiosk, person: string, role: Role | null): StaffProblem | null {
  if (personHere(kiosk, person) === null) return 'unknown-person';
  const last = administrators(kiosk).every((number) => number === person);
  return last && role !== 'administrator' ? 'last-administrator' : null;
}

/** People who work here, as the server has checked them. */
export function staffSeen(
  turn: Turn,
  seen:
    | Seen<'staff.added'>
    | Seen<'staff.role-changed'>
    | Seen<'staff.pin-changed'>
    | Seen<'staff.removed'>
    | AtThePad
    | Seen<'staff.refused'>
    | Extract<FactBody, { fact: 'staff.touched' | 'staff.left' }>,
): void {
  switch (seen.fact) {
    case 'staff.added':
      personAdded(turn, seen);
      return;
    case 'staff.role-changed':
      roleChanged(turn, seen);
      return;
    case 'staff.pin-changed':
      pinChanged(turn, seen);
      return;
    case 'staff.removed':
      personRemoved(turn, seen);
      return;
    case 'staff.identified':
      identified(turn, seen.person);
      return;
    case 'staff.approved':
      approved(turn, seen.person);
      return;
    case 'staff.refused':
      refused(turn, seen);
      return;
    case 'staff.touched':
      if (turn.kiosk.staff.service !== null) put(turn, { kind: 'staff.touched', monoMs: turn.fact.monoMs });
      return;
    case 'staff.left':
      leaves(turn, 'chosen');
      return;
    default:
      seen satisfies never;
  }
}

function personAdded(turn: Turn, { person, role, pin, by }: Seen<'staff.added'>): void {
  if (person !== nextPerson(turn.kiosk) || addingRefused(turn.kiosk) !== null) return;
  put(turn, { kind: 'staff.added', person, role, pin, by });
}

function roleChanged(turn: Turn, { person, role, by }: Seen<'staff.role-changed'>): void {
  if (changeRefused(turn.kiosk, person, role) !== null || personHere(turn.kiosk, person)?.role === role) return;
  put(turn, { kind: 'staff.role-changed', person, role, by });
}

function pinChanged(turn: Turn, { person, pin, by }: Seen<'staff.pin-changed'>): void {
  if (personHere(turn.kiosk, person) !== null) put(turn, { kind: 'staff.pin-changed', person, pin, by });
}

function personRemoved(turn: Turn, { person, by }: Seen<'staff.removed'>): void {
  if (changeRefused(turn.kiosk, person, null) !== null) return;
  put(turn, { kind: 'staff.removed', person, by });
  if (turn.kiosk.staff.service?.person === person) put(turn, { kind: 'staff.left', person, reason: 'removed' });
}

/** The PIN was right. Nobody comes in while a customer is served, or while a lock holds. */
function identified(turn: Turn, person: string): void {
  if (enteringRefused(turn.kiosk, person) !== null) return;
  const before = turn.kiosk.staff.service;
  if (before !== null) put(turn, { kind: 'staff.left', person: before.person, reason: 'replaced' });
  put(turn, { kind: 'staff.identified', person, service: newId(turn, 'service') });
}

export function enteringRefused(kiosk: Kiosk, person: string): StaffProblem | null {
  if (personHere(kiosk, person) === null) return 'wrong';
  if (lockedSeconds(kiosk, person) !== null) return 'locked';
  // Whoever waits for a person has nothing inside.
  return kiosk.session === null || refundWaiting(kiosk) !== null ? null : 'customer';
}

/** A second person's PIN was right: the wrong tries before it no longer count. */
function approved(turn: Turn, person: string): void {
  const service = turn.kiosk.staff.service;
  if (service === null || personHere(turn.kiosk, person) === null) return;
  put(turn, { kind: 'staff.approved', person, service: service.id });
}

/** Number, PIN or set-up code were wrong. `person` null: nobody has that number. */
function refused(turn: Turn, { person }: Seen<'staff.refused'>): void {
  const known = person !== null && personHere(turn.kiosk, person) !== null ? person : null;
  if (lockedSeconds(turn.kiosk, known) !== null) return;
  put(turn, { kind: 'staff.refused', person: known });
  const { wrong, locks } = triesOf(turn.kiosk.staff, known);
  if (wrong < wrongTriesMaximum) return;
  const lastsMs = Math.min(longestLockMs, firstLockMs * 2 ** Math.min(locks, 16));
  put(turn, { kind: 'staff.locked', person: known, lastsMs });
}

export function leaves(turn: Turn, reason: 'chosen' | 'time-out' | 'restart'): void {
  const service = turn.kiosk.staff.service;
  if (service !== null) put(turn, { kind: 'staff.left', person: service.person, reason });
}

/** When a lock ends or somebody is logged out, monotonic; infinite when nothing waits. */
export function staffDue(kiosk: Kiosk): number {
  const ends = locks(kiosk).map(({ endsMs }) => endsMs);
  const { service } = kiosk.staff;
  return Math.min(Number.POSITIVE_INFINITY, ...ends, service === null ? Number.POSITIVE_INFINITY : outMs(service));
}

export function staffTimeReached(turn: Turn): void {
  const nowMs = turn.fact.monoMs;
  for (const { person, endsMs } of locks(turn.kiosk)) {
    if (nowMs >= endsMs) put(turn, { kind: 'staff.unlocked', person });
  }
  const { service } = turn.kiosk.staff;
  if (service !== null && nowMs >= outMs(service)) leaves(turn, 'time-out');
}

/** Seconds until somebody who touches nothing is logged out. */
export function serviceSeconds(kiosk: Kiosk): number {
  const { service } = kiosk.staff;
  return service === null ? 0 : Math.max(0, Math.ceil((outMs(service) - kiosk.monoMs) / 1000));
}

function outMs({ touchedMs }: { readonly touchedMs: number }): number {
  return touchedMs + serviceIdleMs;
}

function locks({ staff }: Kiosk): readonly { readonly person: string | null; readonly endsMs: number }[] {
  const found: { person: string | null; endsMs: number }[] = [];
  const look = (person: string | null) => {
    const { lock } = triesOf(staff, person);
    if (lock !== null) found.push({ person, endsMs: lock.sinceMs + lock.lastsMs });
  };
  look(null);
  for (const number of Object.keys(staff.persons)) look(number);
  return found;
}
