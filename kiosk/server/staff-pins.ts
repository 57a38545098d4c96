/** Which PINs are good just now, beside what the journal says of the persons they belong to. */
import type { Kiosk } from '../kiosk.ts';
import type { Pins } from '../pins.ts';
import { administrators, personHere } from '../staff/rights.ts';

/** True as long as nobody can log in as an administrator. */
export function setUpNeeded(kiosk: Kiosk, pins: Pins): boolean {
  return !administrators(kiosk).some((number) => pins.has(personHere(kiosk, number)?.pin ?? ''));
}

/** Forgets the PINs and names of who works here no more, and PINs that were never in force. */
export function sweepPins(kiosk: Kiosk, pins: Pins): void {
  const here = Object.keys(kiosk.staff.persons).filter((number) => personHere(kiosk, number) !== null);
  pins.sweep(
    here.map((number) => personHere(kiosk, number)?.pin ?? ''),
    here,
  );
}
