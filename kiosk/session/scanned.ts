/** What was held to the scanner, where a visit can use it; anywhere else it changes nothing. */
import { callOff, openCharge } from '../methods/charge/charges.ts';
import { chargeOff } from '../methods/charge/availability.ts';
import { methodsOffered } from '../remote/order.ts';
import type { ChargeMethod } from '../server/wire.ts';
import { move, put, saleNow, type Turn } from '../turn.ts';
import { anotherBill, begin, findBill } from './intents.ts';

/** The code of a bill: whoever holds one wants to pay it, and needs no touch before. */
export function billScanned(turn: Turn, number: string): void {
  if (turn.kiosk.session === null) begin(turn);
  const session = turn.kiosk.session;
  const at = session?.stage.at;
  if (session === null || (at !== 'welcome' && at !== 'find-bill' && at !== 'review')) return;
  put(turn, { kind: 'session.touched', monoMs: turn.fact.monoMs });
  if (at === 'review') anotherBill(turn, session);
  if (at === 'welcome') move(turn, { at: 'find-bill', lookup: null, problem: null });
  const now = turn.kiosk.session;
  if (now !== null) findBill(turn, now, number);
}

/**
 * A wallet's payment code; `code` is a handle to it. It pays what is to go, by the wallet that it belongs to, whichever was
 * chosen; a code that is shown just now is called off before.
 */
export function paymentCodePresented(turn: Turn, method: ChargeMethod, code: string): void {
  const now = saleNow(turn);
  if (
    now === null ||
    now.sale.state !== 'open' ||
    !methodsOffered(turn.kiosk.rules, turn.kiosk.remote).includes(method)
  )
    return;
  const { stage } = now.session;
  if (stage.at !== 'choose' && stage.at !== 'pay-charge') return;
  if (chargeOff(turn.kiosk, method, now.sale) !== null) return;
  put(turn, { kind: 'session.touched', monoMs: turn.fact.monoMs });
  if (stage.at === 'choose') {
    openCharge(turn, method, code);
    return;
  }
  const shown = turn.kiosk.charges[stage.command];
  // Only a code on the glass makes room: whoever is asked for a password, or at the terminal, goes on there.
  if (shown === undefined || shown.code === null || shown.status !== 'asked') return;
  callOff(turn, shown);
  move(turn, { at: 'closing', next: 'choose', scanned: { method, code } });
}
