/** People who work here: who they are, what they may, and their PINs. */
import { goodPin } from '../../pins.ts';
import { addingRefused, changeRefused } from '../../staff/persons.ts';
import { lockedSeconds, personHere } from '../../staff/rights.ts';
import { type LogIn, nameOf } from '../staff-log-in.ts';
import { sweepPins } from '../staff-pins.ts';
import type { TableParts } from '../staff-tables.ts';
import type { StaffAct, StaffAnswer } from '../staff-wire.ts';
import { type ActParts, type ActRule, type ActRules, booked, done, needs, no } from './act.ts';

export interface PersonParts extends ActParts, Pick<TableParts, 'pins'> {
  readonly logIn: Pick<LogIn, 'check' | 'add' | 'withPin'>;
}

export function personActs(
  parts: PersonParts,
): ActRules<'add-person' | 'change-role' | 'change-pin' | 'remove-person'> {
  const { now, pins, logIn } = parts;
  return {
    'add-person': {
      rights: needs('persons'),
      refused({ name, pin }) {
        if (nameOf(name) === null) return 'bad-name';
        return goodPin(pin) ? addingRefused(now()) : 'weak-pin';
      },
      book: ({ name, role, pin }, by) => withSet(logIn.add({ name: nameOf(name) ?? '', role, pin }, by)),
    },
    'change-role': {
      rights: needs('persons'),
      refused({ number, role }) {
        if (personHere(now(), number)?.role === role) return 'nothing';
        return changeRefused(now(), number, role);
      },
      book: ({ number, role }, by) =>
        booked(parts, { fact: 'staff.role-changed', person: number, role, by }, 'staff.role-changed'),
    },
    'change-pin': changingPin(parts),
    'remove-person': {
      rights: needs('persons'),
      refused: ({ number }) => changeRefused(now(), number, null),
      book({ number }, by) {
        const answer = booked(parts, { fact: 'staff.removed', person: number, by }, 'staff.removed');
        sweepPins(now(), pins);
        return answer;
      },
    },
  };
}

/** Everybody may change their own, with the one until now. */
function changingPin({ now, take, logIn }: PersonParts): ActRule<Extract<StaffAct, { do: 'change-pin' }>> {
  return {
    rights: ({ number }, me) => (number === me ? [] : ['persons']),
    refused({ number, present, pin }, me) {
      if (personHere(now(), number) === null) return 'unknown-person';
      if (number === me && present === null) return 'wrong';
      return goodPin(pin) ? null : 'weak-pin';
    },
    async book({ number, pin, present }, by) {
      if (number === by) {
        const found = await logIn.check({ number: by, pin: present ?? '' });
        if (found !== 'right') return no(found, lockedSeconds(now(), by));
      }
      return withSet(logIn.withPin(pin, (id) => take({ fact: 'staff.pin-changed', person: number, pin: id, by })));
    },
  };
}

async function withSet(work: Promise<boolean>): Promise<StaffAnswer> {
  return (await work) ? done : no('not-done');
}
