/** A kiosk with people who work at it, led by facts. */
import { entryClass } from '../../../kiosk/entry.ts';
import { apply, emptyKiosk } from '../../../kiosk/kiosk.ts';
import type { Role } from '../../../kiosk/server/staff-wire.ts';
import { Visit, withChange, withCharges, withRecycler } from '../view/visit.ts';

export const currency = 'CNY';

export class Shift extends Visit {
  constructor(twoPersons: { readonly corrections?: boolean; readonly emptying?: boolean } = {}) {
    super((config) => {
      const { corrections = true, emptying = false } = twoPersons;
      return {
        ...withCharges(withRecycler(withChange(config))),
        staff: { ...config.staff, twoPersons: { corrections, emptying } },
      };
    });
    this.boot();
  }

  /** The next number works here. */
  hired(role: Role): this {
    const person = String(Object.keys(this.kiosk.staff.persons).length + 1);
    const by = person === '1' ? null : '1';
    return this.step({ fact: 'staff.added', person, role, pin: `pin-${person}`, by });
  }

  enters(person: string): this {
    return this.step({ fact: 'staff.identified', person });
  }

  mistypes(person: string | null, times = 1): this {
    for (let time = 0; time < times; time++) this.step({ fact: 'staff.refused', person });
    return this;
  }

  /** The state is what the written entries alone make of it, and the kiosk has just started. */
  restarted(): this {
    const written = this.recorded.filter(({ kind }) => entryClass(kind) !== 'volatile');
    this.kiosk = written.reduce(apply, emptyKiosk(this.kiosk.rules));
    return this.boot();
  }

  /** The kinds of the last step's entries that are written. */
  get kinds(): readonly string[] {
    return this.entries.map(({ kind }) => kind).filter((kind) => entryClass(kind) !== 'volatile');
  }
}
