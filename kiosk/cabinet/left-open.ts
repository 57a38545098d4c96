/** What stands open for longer than anybody should leave it: on record even where its contact flaps, and an alarm without anybody. */
import type { Opening } from '../entry.ts';
import type { Kiosk } from '../kiosk.ts';
import type { Turn } from '../turn.ts';
import { opened, openedAgainMs, tampered } from './contacts.ts';

/** So long a door or vault may stand open after whoever worked at it has logged out, milliseconds. */
export const leftOpenMs = 60_000;

const openings: readonly Opening[] = ['door', 'vault'];

/** When one that stands open has to be judged, monotonic; infinite: none has. */
export function leftOpenDue(kiosk: Kiosk): number {
  return Math.min(...openings.map((contact) => Math.min(lastingDue(kiosk, contact), aloneDue(kiosk, contact))));
}

/** Whatever the fact was: what is not on record as open is once it lasts, and what nobody minds is the alarm's. */
export function recordLeftOpen(turn: Turn): void {
  for (const contact of openings) {
    const standing = turn.kiosk.cabinet.standing[contact];
    if (standing === undefined) continue;
    if (turn.fact.monoMs >= lastingDue(turn.kiosk, contact)) opened(turn, standing.device, contact);
    else if (turn.fact.monoMs >= aloneDue(turn.kiosk, contact)) tampered(turn, standing.device, contact);
  }
}

/** Opened again so soon that it was not recorded: then it is recorded when it lasts. */
function lastingDue({ cabinet }: Kiosk, contact: Opening): number {
  if (cabinet.standing[contact] === undefined || cabinet.open.includes(contact)) return Number.POSITIVE_INFINITY;
  return (cabinet.tamperedMs[contact] ?? Number.NEGATIVE_INFINITY) + openedAgainMs;
}

function aloneDue({ cabinet, staff }: Kiosk, contact: Opening): number {
  const aloneMs = cabinet.standing[contact]?.aloneMs ?? null;
  return aloneMs === null || staff.service !== null ? Number.POSITIVE_INFINITY : aloneMs + leftOpenMs;
}
