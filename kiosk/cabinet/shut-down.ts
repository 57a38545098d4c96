/** Without mains the kiosk lives on a battery: it ends what is under way, and then itself, before the battery does. */
import { ownPaperPrinting } from '../documents/prints.ts';
import type { Kiosk } from '../kiosk.ts';
import { noteToTake } from '../methods/cash/presented.ts';
import { callOff, partDecided } from '../methods/charge/charges.ts';
import { isQuiet } from '../moving.ts';
import type { Session } from '../session/session.ts';
import { move, put, type Turn } from '../turn.ts';

/** So long without mains the kiosk waits for them to come back, milliseconds. */
export const mainsAwayMs = 600_000;

/** Why the kiosk should end now; null when it should not. */
function ends({ cabinet, monoMs }: Kiosk): 'ups-low' | 'mains-away' | null {
  if (cabinet.mainsLostMs === null) return null;
  if (cabinet.contacts['ups-low'] === 'on') return 'ups-low';
  return monoMs >= cabinet.mainsLostMs + mainsAwayMs ? 'mains-away' : null;
}

/** When that has to be judged, monotonic; infinite when the mains are there. */
export function mainsDue({ cabinet, monoMs }: Kiosk): number {
  if (cabinet.mainsLostMs === null || cabinet.ending) return Number.POSITIVE_INFINITY;
  const atMs = cabinet.mainsLostMs + mainsAwayMs;
  return atMs > monoMs ? atMs : Number.POSITIVE_INFINITY;
}

/** A visit is given up in the way of one that times out; when nothing moves any more, the kiosk ends. */
export function endWithoutMains(turn: Turn): void {
  const why = ends(turn.kiosk);
  if (why === null || turn.kiosk.cabinet.ending) return;
  const { session } = turn.kiosk;
  if (session !== null) giveUp(turn, session);
  if (isQuiet(turn.kiosk)) put(turn, { kind: 'kiosk.shutting-down', why });
}

/** What pays out, prints or shows what became of the money goes on by itself and ends within its own limits. */
function giveUp(turn: Turn, session: Session): void {
  const { stage, sale } = session;
  switch (stage.at) {
    case 'closing':
    case 'giving':
    case 'settling':
    case 'settled':
    case 'returned':
    case 'documents':
    case 'thanks':
      return;
    case 'pay-charge': {
      const charge = turn.kiosk.charges[stage.command];
      if (charge !== undefined) callOff(turn, charge);
      move(turn, { at: 'closing', next: 'time-out' });
      return;
    }
    case 'part-approved':
      partDecided(turn, false);
      return;
    default:
      if (ownPaperPrinting(turn.kiosk) || noteToTake(turn.kiosk) !== null) return;
      if (sale?.state === 'open') move(turn, { at: 'closing', next: 'time-out' });
      else put(turn, { kind: 'session.ended', session: session.id, reason: 'time-out' });
  }
}
