/**
 * Who works here and who is at the machine just now: a fold of the journal. Of a person it holds the number, the role and
 * which PIN is in force, never the PIN, its hash or a name: those stand outside the journal (`kiosk/pins.ts`).
 */
import type { EntryBody } from '../entry.ts';
import type { Role } from '../server/staff-wire.ts';

/** Wrong tries since the last right one. */
export interface Tries {
  /** Since the last lock. */
  readonly wrong: number;
  readonly locks: number;
  /** The lock that holds: since when, monotonic, and how long. */
  readonly lock: { readonly sinceMs: number; readonly lastsMs: number } | null;
}

export interface Person extends Tries {
  readonly role: Role;
  /** The id under which the hash of the PIN in force is kept. */
  readonly pin: string;
  /** False: works here no more. The number is not given again. */
  readonly here: boolean;
}

/** Somebody has logged in, and no customer is served. */
export interface Service {
  readonly id: string;
  readonly person: string;
  readonly touchedMs: number;
}

export interface Staff {
  /** By number. */
  readonly persons: Readonly<Record<string, Person>>;
  /** Tries under numbers that nobody has, and of the set-up code. */
  readonly nobody: Tries;
  readonly service: Service | null;
  /** How many moves were booked: the number of the last one. */
  readonly moves: number;
  /** Boxes and machines of which a count takes two persons, until one is booked: as many as there are at most. */
  readonly held: readonly string[];
}

const noTries: Tries = { wrong: 0, locks: 0, lock: null };

export const emptyStaff: Staff = { persons: {}, nobody: noTries, service: null, moves: 0, held: [] };

/** The staff after an entry; the same object when it concerns none. */
export function foldStaff(staff: Staff, body: EntryBody, monoMs: number): Staff {
  if ('move' in body) return { ...staff, moves: staff.moves + 1, held: heldAfter(staff.held, body) };
  switch (body.kind) {
    case 'kiosk.started':
      return staffSinceBoot(staff, monoMs);
    case 'count.held':
      return { ...staff, held: [...staff.held, body.of] };
    case 'case.opened':
      return body.about === 'box-uncounted' ? { ...staff, held: without(staff.held, body.subject) } : staff;
    case 'staff.added':
      return withPerson(staff, body.person, { role: body.role, pin: body.pin, here: true, ...noTries });
    case 'staff.role-changed':
      return changed(staff, body.person, { role: body.role });
    case 'staff.pin-changed':
      return changed(staff, body.person, { pin: body.pin, ...noTries });
    case 'staff.removed':
      return changed(staff, body.person, { here: false });
    case 'staff.identified': {
      const { person, service: id } = body;
      return { ...changed(staff, person, noTries), service: { id, person, touchedMs: monoMs } };
    }
    case 'staff.approved':
      return changed(staff, body.person, noTries);
    case 'staff.refused':
      return tried(staff, body.person, { wrong: triesOf(staff, body.person).wrong + 1 });
    case 'staff.locked': {
      const locks = triesOf(staff, body.person).locks + 1;
      return tried(staff, body.person, { wrong: 0, locks, lock: { sinceMs: monoMs, lastsMs: body.lastsMs } });
    }
    case 'staff.unlocked':
      return tried(staff, body.person, { lock: null });
    case 'staff.touched':
      return staff.service === null ? staff : { ...staff, service: { ...staff.service, touchedMs: body.monoMs } };
    case 'staff.left':
      return { ...staff, service: null };
    default:
      return staff;
  }
}

/** What was counted is booked, and held no more. */
function heldAfter(held: Staff['held'], body: EntryBody): Staff['held'] {
  switch (body.kind) {
    case 'cash.counted':
      return without(held, body.bag);
    case 'cash.removed':
    case 'cash.declared':
      return without(held, body.device);
    default:
      return held;
  }
}

function without(held: Staff['held'], one: string | null): Staff['held'] {
  return held.filter((other) => other !== one);
}

/** Moments of another boot mean nothing in this one: a lock that held begins anew. */
export function staffSinceBoot(staff: Staff, monoMs: number): Staff {
  const again = <T extends Tries>(tries: T): T =>
    tries.lock === null ? tries : { ...tries, lock: { ...tries.lock, sinceMs: monoMs } };
  const { service } = staff;
  return {
    ...staff,
    persons: Object.fromEntries(Object.entries(staff.persons).map(([number, person]) => [number, again(person)])),
    nobody: again(staff.nobody),
    service: service === null ? null : { ...service, touchedMs: monoMs },
  };
}

/** Null: numbers that nobody has. */
export function triesOf(staff: Staff, person: string | null): Tries {
  return (person === null ? null : staff.persons[person]) ?? staff.nobody;
}

function tried(staff: Staff, person: string | null, change: Partial<Tries>): Staff {
  if (person !== null && staff.persons[person] !== undefined) return changed(staff, person, change);
  return { ...staff, nobody: { ...staff.nobody, ...change } };
}

function changed(staff: Staff, number: string, change: Partial<Person>): Staff {
  const person = staff.persons[number];
  return person === undefined ? staff : withPerson(staff, number, { ...person, ...change });
}

function withPerson(staff: Staff, number: string, person: Person): Staff {
  return { ...staff, persons: { ...staff.persons, [number]: person } };
}
