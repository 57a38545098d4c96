/**
 * Whether anything moves whose outcome is still awaited: one answer for all who wait until nothing does. What is in doubt has
 * its case, and nobody waits for it: it is asked for again after a start.
 */
import { openOrders } from './command.ts';
import type { Kiosk } from './kiosk.ts';
import { notesMoving } from './methods/cash/acceptance.ts';

/** A machine carries out an order about money or goods, or has a note in its mouth. It ends by itself, within its own limits. */
function machinesMove(kiosk: Kiosk): boolean {
  const asked = openOrders(kiosk, 'ask').some(({ doubtful }) => !doubtful);
  return asked || notesMoving(kiosk) || Object.keys(kiosk.releases).length > 0;
}

/**
 * No machine may be moved for its own sake now. Besides what moves by itself: a terminal closes its day, or a note lies between
 * lips, for as long as nobody takes it.
 */
export function moneyMoves(kiosk: Kiosk): boolean {
  const closing = openOrders(kiosk, 'repeat').some((one) => one.kind === 'terminal.close-day' && !one.doubtful);
  const presented = Object.values(kiosk.devices).some((state) => state.presented !== null);
  return machinesMove(kiosk) || closing || presented;
}

/** This process may end: nobody is here, no machine moves, and no paper comes. What is only repeated after a start holds nothing up. */
export function isQuiet(kiosk: Kiosk): boolean {
  return kiosk.session === null && !machinesMove(kiosk) && Object.keys(kiosk.prints).length === 0;
}
