/** Who is let in: the first administrator by the set-up code, everybody by number and PIN. A PIN ends here. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { EntryBody } from '../entry.ts';
import { goodPin } from '../pins.ts';
import type { SetUpCode } from '../setup-code.ts';
import { addingRefused, enteringRefused, nextPerson } from '../staff/persons.ts';
import { lockedSeconds, personHere } from '../staff/rights.ts';
import { type ActParts, done, no } from './acts/act.ts';
import { sweepPins } from './staff-pins.ts';
import type { TableParts } from './staff-tables.ts';
import {
  type Enter,
  nameMaximum,
  type Role,
  type Second,
  type SetUp,
  type StaffAnswer,
  type StaffProblem,
} from './staff-wire.ts';

const tokenBytes = 24;

export interface LogInParts extends Pick<ActParts, 'now' | 'take'>, Pick<TableParts, 'pins'> {
  readonly code: SetUpCode;
}

/** Whoever came in gets a token, which is theirs until they leave. */
export interface Entered {
  readonly answer: StaffAnswer;
  readonly token: string | null;
}

interface NewPerson {
  readonly name: string;
  readonly role: Role;
  readonly pin: string;
}

type Found = 'right' | 'wrong' | 'locked' | 'busy';

export interface LogIn {
  /** The service that this token was given for and that still is; null: none. */
  serviceOf(token: string | null): string | null;
  setUp(asked: SetUp): Promise<Entered>;
  enter(asked: Enter): Promise<Entered>;
  /** Whether this is the PIN of somebody who works here. What is wrong is counted. */
  check(asked: Second): Promise<Found>;
  /** Why this is nobody who stands by somebody else, `me`; null when it is. What is wrong is counted. */
  second(me: string, asked: Second): Promise<StaffProblem | null>;
  /** Seconds until this number may try again; null when now. */
  lockOf(number: string): number | null;
  /** Whether somebody new works here. */
  add(asked: NewPerson, by: string | null): Promise<boolean>;
  /** The PIN is kept and put in force by what `then` takes; without it, it is forgotten again. */
  withPin(pin: string, then: (id: string) => readonly EntryBody[]): Promise<boolean>;
}

export function createLogIn(parts: LogInParts): LogIn {
  const { now, take, pins, code } = parts;
  const pinCheck = createPinCheck(parts);
  let inside: { readonly hash: Buffer; readonly service: string } | null = null;

  const lockOf = (number: string) => lockedSeconds(now(), personHere(now(), number) === null ? null : number);

  const letIn = (number: string): Entered => {
    const problem = enteringRefused(now(), number);
    if (problem !== null) return { answer: no(problem, lockOf(number)), token: null };
    take({ fact: 'staff.identified', person: number });
    const service = now().staff.service;
    if (service?.person !== number) return { answer: no('not-done'), token: null };
    const token = randomBytes(tokenBytes).toString('base64url');
    inside = { hash: hashOf(token), service: service.id };
    return { answer: done, token };
  };

  const withPin: LogIn['withPin'] = async (pin, then) => {
    const id = await pins.keep(pin);
    const recorded = then(id).some((entry) => 'pin' in entry && entry.pin === id);
    sweepPins(now(), pins);
    return recorded;
  };

  /** A name and the person it belongs to are made in one moment: the number is the next that is free. */
  const add: LogIn['add'] = (asked, by) =>
    withPin(asked.pin, (pin) => {
      const person = nextPerson(now());
      pins.rename(person, asked.name);
      return take({ fact: 'staff.added', person, role: asked.role, pin, by });
    });

  return {
    lockOf,
    withPin,
    add,
    check: (asked) => pinCheck(asked, null),
    serviceOf(token) {
      if (token === null || inside === null) return null;
      const { hash, service } = inside;
      return timingSafeEqual(hashOf(token), hash) && now().staff.service?.id === service ? service : null;
    },
    async second(me, asked) {
      const found = await pinCheck(asked, me);
      if (found === 'right') return null;
      return found === 'busy' ? 'busy' : found === 'locked' ? 'second-locked' : 'second-wrong';
    },
    async enter(asked) {
      const found = await pinCheck(asked, null);
      return found === 'right' ? letIn(asked.number) : { answer: no(found, lockOf(asked.number)), token: null };
    },
    async setUp(asked) {
      const refused = (problem: StaffProblem) => ({ answer: no(problem, lockedSeconds(now(), null)), token: null });
      if (!code.waits()) return refused('no-set-up');
      const name = nameOf(asked.name);
      if (name === null) return refused('bad-name');
      if (!goodPin(asked.pin)) return refused('weak-pin');
      const problem = addingRefused(now());
      if (problem !== null) return refused(problem);
      if (lockedSeconds(now(), null) !== null) return refused('locked');
      if (!code.take(asked.code)) {
        take({ fact: 'staff.refused', person: null });
        return refused(lockedSeconds(now(), null) === null ? 'wrong' : 'locked');
      }
      const number = nextPerson(now());
      if (!(await add({ name, role: 'administrator', pin: asked.pin }, null))) {
        code.again();
        return refused('not-done');
      }
      code.end();
      return letIn(number);
    },
  };
}

/**
 * Whether a PIN is right and its person is not `me`; null: it may be anybody's. One at a time, so that none is tried that
 * the count of wrong ones does not know yet.
 */
function createPinCheck({ now, take, pins }: LogInParts): (asked: Second, me: string | null) => Promise<Found> {
  let checking = false;
  const checked = async ({ number, pin }: Second, me: string | null): Promise<Found> => {
    const person = personHere(now(), number);
    const who = person === null ? null : number;
    if (lockedSeconds(now(), who) !== null) return 'locked';
    const fits = (await pins.fits(person?.pin ?? null, pin)) && number !== me;
    if (fits && personHere(now(), number)?.pin === person?.pin) return 'right';
    take({ fact: 'staff.refused', person: who });
    return lockedSeconds(now(), who) === null ? 'wrong' : 'locked';
  };
  return async (asked, me) => {
    if (checking) return 'busy';
    checking = true;
    try {
      return await checked(asked, me);
    } finally {
      checking = false;
    }
  };
}

/** One line without blanks at its ends; null for anything else. */
export function nameOf(text: string): string | null {
  const name = text.trim().normalize('NFC');
  return name !== '' && [...name].length <= nameMaximum && !/\p{C}/u.test(name) ? name : null;
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
