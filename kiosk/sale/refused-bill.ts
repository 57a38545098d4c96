/** What was paid of a bill that its biller refused goes back: all of it once, each part its own way, under a number. */
import type { ChargedPart, ChargeShare } from '../charged-part.ts';
import { giveBackCharge, isAskedHere } from '../methods/charge/charges.ts';
import { ownerGone } from '../methods/cash/presented.ts';
import { atCase } from '../session/stage.ts';
import { gaveBack, move, newId, openCase, put, type Turn } from '../turn.ts';
import { bookVoucher, type OfSale, printVoucher } from './completion.ts';

/** The biller refused what was paid for: cash comes back as a voucher, a charge the way it came, each with a case. */
export function giveBackRefused(turn: Turn, of: OfSale, paidMinor: number, charges: readonly ChargeShare[]): void {
  for (const part of charges) refundCharge(turn, of, part);
  const minor = paidMinor - charges.reduce((sum, part) => sum + (part.share ?? part.minor), 0);
  if (minor === 0) return;
  const { currency } = turn.kiosk.rules;
  const serial = bookVoucher(turn, of, minor, 'refund');
  gaveBack(turn, { sale: of.sale, method: 'voucher', currency, minor });
  const number = openCase(turn, 'post-refused', { ...of, minor, subject: serial });
  const present = turn.kiosk.session;
  if (present?.id !== of.session) return;
  const { stage } = present;
  // Whoever comes next would find it: the case stands for it.
  if (ownerGone(turn.kiosk) || (stage.at === 'giving' && stage.absent)) return;
  printVoucher(turn, serial, false);
  if (stage.at !== 'case' && stage.at !== 'giving') move(turn, atCase(number, 'settled'));
}

function refundCharge(turn: Turn, of: OfSale, { share, ...part }: ChargeShare): void {
  if (!isAskedHere(turn.kiosk, part)) {
    showRefused(turn, of.session, oweShare(turn, of, part, share ?? part.minor));
    return;
  }
  if (share !== undefined) {
    const goes = part.method === 'card' ? oweShare : giveShare;
    showRefused(turn, of.session, goes(turn, of, part, share));
    return;
  }
  giveBackCharge(turn, part, of, 'refused', true);
  const number = openCase(turn, 'post-refused', { ...of, minor: part.minor, subject: part.command });
  showRefused(turn, of.session, number);
}

/** Whoever paid is told, while they stand there. */
function showRefused(turn: Turn, session: string, number: string): void {
  const present = turn.kiosk.session;
  if (present?.id !== session || ownerGone(turn.kiosk)) return;
  const { stage } = present;
  if (stage.at !== 'case' && !(stage.at === 'giving' && stage.absent)) move(turn, atCase(number, 'settled'));
}

/** The wallet's charge paid other bills too: what this one took of it goes back the way it came. Answers the number. */
function giveShare(turn: Turn, of: OfSale, part: ChargedPart, minor: number): string {
  const number = openCase(turn, 'post-refused', { ...of, minor, subject: part.command });
  const order = {
    command: newId(turn, 'refund'),
    device: part.device,
    ...of,
    charge: part.command,
    part,
    case: number,
  };
  put(turn, { kind: 'charge.refund', ...order, currency: part.currency, minor });
  return number;
}

/**
 * The card's charge paid other bills too, and a terminal reverses a charge whole; or whoever took it is asked here no more: a
 * person gives back what this bill took of it. Answers the number.
 */
function oweShare(turn: Turn, of: OfSale, part: ChargedPart, minor: number): string {
  const { currency } = turn.kiosk.rules;
  const number = openCase(turn, 'charge-irreversible', { ...of, minor, subject: part.command });
  put(turn, { kind: 'case.resolved', case: number, outcome: 'owed', currency, minor });
  return number;
}
