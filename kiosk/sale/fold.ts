/** A sale, folded: what was given towards it, what went out again, and how far its papers are. Minor units; pure. */
import type { Denomination } from '../../hardware/device.ts';
import type { EntryBody } from '../entry.ts';
import { notPrinted, type PayoutPart, type PickUp, type Printing, type Sale, type Slip } from './sale.ts';

type Body<K extends EntryBody['kind']> = Extract<EntryBody, { kind: K }>;

/** The sale after an entry; the same object when it does not concern it. `monoMs`: now, monotonic. */
export function foldSale(sale: Sale, body: EntryBody, monoMs: number): Sale {
  if ('document' in body) return onPaper(sale, body, monoMs);
  if ('sale' in body) return body.sale === sale.id ? inSale(sale, body) : sale;
  switch (body.kind) {
    case 'kiosk.started':
      return inNewBoot(sale);
    case 'session.moved':
      return body.stage.at === 'documents' ? numberSeen(sale) : sale;
    case 'device.changed':
      return body.change.to === 'taken' ? takenFrom(sale, body.change) : sale;
    case 'cash.retracted':
      return backFrom(sale, body);
    default:
      return sale;
  }
}

/** What names this sale. */
function inSale(sale: Sale, body: EntryBody): Sale {
  switch (body.kind) {
    case 'tender.opened':
      return { ...sale, method: body.method, agreed: sale.agreed || body.agreed };
    case 'note.stacked':
      if (sale.state !== 'open') return sale;
      return { ...sale, notes: [...sale.notes, { command: body.command, minor: body.minor, suspect: false }] };
    case 'note.unknown':
      return withDoubt(sale, body);
    case 'note.suspect':
      // What was tendered stays tendered; the case says what is in question.
      if (sale.state !== 'open') return sale;
      return {
        ...sale,
        notes: sale.notes.map((note) => (note.command === body.command ? { ...note, suspect: true } : note)),
      };
    case 'coin.credited':
      return { ...sale, notes: [...sale.notes, { command: body.key, minor: body.minor, suspect: false }] };
    case 'sale.tendered':
      return { ...sale, state: 'tendered', paidAt: body.paidAt, tenderedStepMinor: body.cashStepMinor ?? null };
    case 'cash.dispense': {
      const { command, device, minor } = body;
      return {
        ...sale,
        payouts: [...sale.payouts, { command, device, minor, paid: 0, owed: 0, taken: 0, retracted: 0, ended: false }],
      };
    }
    case 'payout.done':
      return partEnded(sale, body.command, { paid: body.minor, owed: 0 }, 'out');
    case 'payout.partial':
      return partEnded(sale, body.command, { paid: body.minor, owed: body.owed }, 'out');
    case 'payout.refused':
      return partEnded(sale, body.command, { paid: 0, owed: 0 }, 'all');
    case 'payout.unknown':
      return partEnded(sale, body.command, { paid: 0, owed: body.minor }, 'all');
    case 'change.left':
      return partEnded(sale, body.command, { paid: body.taken, owed: body.minor + body.rest }, 'taken');
    case 'charge.confirmed':
      return { ...sale, charges: [...sale.charges, body.part] };
    case 'charge.reverse':
      return chargeBack(sale, body);
    case 'charge.refund':
      return shareBack(sale, body);
    case 'sale.pending':
      return { ...sale, state: 'pending' };
    case 'voucher.redeemed':
      return { ...sale, vouchers: [...sale.vouchers, creditedVoucher(body)] };
    case 'voucher.issued':
      return { ...sale, slips: [...sale.slips, newSlip(body)] };
    case 'sale.paid':
      return { ...sale, state: 'paid', receipt: body.receipt, change: body.change };
    case 'bill.posted':
      return body.order === undefined ? sale : { ...sale, pickUp: newPickUp(body.reference) };
    case 'goods.release':
      return letOut(sale, 'coming');
    case 'goods.released':
      return letOut(sale, 'out');
    case 'goods.not-released':
      return letOut(sale, 'failed');
    case 'sale.cancelled':
      return { ...sale, state: 'cancelled' };
    default:
      return sale;
  }
}

/** Told once, however often it is heard that nobody knows. */
function withDoubt(sale: Sale, { command, minor, case: number }: Body<'note.unknown'>): Sale {
  const known = sale.doubted.some((note) => note.command === command);
  return known ? sale : { ...sale, doubted: [...sale.doubted, { command, minor, case: number }] };
}

/** Moments of another boot mean nothing in this one. */
function inNewBoot(sale: Sale): Sale {
  const slips = sale.slips.map((slip) => ({ ...slip, failedMs: null }));
  const pickUp = sale.pickUp === null ? null : { ...sale.pickUp, failedMs: null };
  return { ...sale, slips, pickUp };
}

/** The number for the goods stood on the glass, and the customer went on. */
function numberSeen(sale: Sale): Sale {
  return sale.pickUp === null ? sale : { ...sale, pickUp: { ...sale.pickUp, seen: true } };
}

function letOut(sale: Sale, release: PickUp['release']): Sale {
  return sale.pickUp === null ? sale : { ...sale, pickUp: { ...sale.pickUp, release } };
}

/** Of a sale that is booked, what it was paid with stays. */
function chargeBack(sale: Sale, { command, part, refund }: Body<'charge.reverse'>): Sale {
  if (!sale.charges.some((one) => one.command === command)) return sale;
  const chargesBack = [...sale.chargesBack.filter((one) => one.command !== command), part];
  if (refund) return { ...sale, chargesBack };
  return { ...sale, charges: sale.charges.filter((one) => one.command !== command), chargesBack };
}

function creditedVoucher({ serial, minor, issuer }: Body<'voucher.redeemed'>): Sale['vouchers'][number] {
  return issuer === undefined ? { serial, minor } : { serial, minor, issuer };
}

function newSlip({ serial, minor, reason }: Body<'voucher.issued'>): Slip {
  return { serial, minor, reason, ...notPrinted };
}

function newPickUp(number: string): PickUp {
  return { number, seen: false, release: 'none', ...notPrinted };
}

/** Of one bill of several; ordered again it is the same. */
function shareBack(sale: Sale, { command, part, minor }: Body<'charge.refund'>): Sale {
  const others = sale.chargesBack.filter((one) => one.command !== command);
  return { ...sale, chargesBack: [...others, { ...part, command, minor }] };
}

/**
 * The first outcome is what the sale is booked with; what is heard later settles the case. What went back in before is owed:
 * the machine counts it as `out`, what was seen to be `taken` is without it, and `all` of the order is with it.
 */
function partEnded(
  sale: Sale,
  command: string,
  { paid, owed }: Pick<PayoutPart, 'paid' | 'owed'>,
  told: 'out' | 'taken' | 'all',
): Sale {
  const payouts = sale.payouts.map((part) => {
    if (part.command !== command || part.ended) return part;
    const back = told === 'all' ? 0 : part.retracted;
    const had = told === 'out' ? Math.max(0, paid - back) : paid;
    return { ...part, paid: had, owed: owed + back, ended: true };
  });
  return { ...sale, payouts };
}

/** Of an order that has ended, what nobody was seen to take is not there to be taken any more. */
function backFrom(sale: Sale, { command, minor }: Body<'cash.retracted'>): Sale {
  if (!sale.payouts.some((part) => part.command === command)) return sale;
  const payouts = sale.payouts.map((part) => {
    if (part.command !== command) return part;
    const back = part.ended ? Math.min(minor, Math.max(0, part.paid - part.taken)) : 0;
    return { ...part, retracted: part.retracted + minor, paid: part.paid - back, owed: part.owed + back };
  });
  return { ...sale, payouts };
}

function takenFrom(sale: Sale, { command, minor }: Denomination & { command: string }): Sale {
  if (!sale.payouts.some((part) => part.command === command)) return sale;
  const payouts = sale.payouts.map((part) =>
    part.command === command ? { ...part, taken: part.taken + minor } : part,
  );
  return { ...sale, payouts };
}

type OfPaper = Extract<
  EntryBody,
  { kind: 'document.print' | 'document.printed' | 'document.refused' | 'document.unknown' }
>;

function onPaper(sale: Sale, body: OfPaper, monoMs: number): Sale {
  const { document } = body;
  const { pickUp } = sale;
  if (document.paper === 'ticket' && document.sale === sale.id && pickUp !== null)
    return { ...sale, pickUp: printed(pickUp, body, monoMs) };
  if (document.paper !== 'voucher' || !sale.slips.some((slip) => slip.serial === document.serial)) return sale;
  const slips = sale.slips.map((slip) => (slip.serial === document.serial ? printed(slip, body, monoMs) : slip));
  return { ...sale, slips };
}

function printed<T extends Printing>(paper: T, body: OfPaper, monoMs: number): T {
  switch (body.kind) {
    case 'document.print':
      return { ...paper, prints: paper.prints + 1 };
    case 'document.printed':
      return { ...paper, printed: true };
    case 'document.unknown':
      return { ...paper, mayBeOut: true, failedMs: monoMs };
    case 'document.refused':
      return { ...paper, failedMs: monoMs };
    default:
      return body satisfies never;
  }
}
