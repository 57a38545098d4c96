/**
 * Sales that are given back, folded: from the moment the biller is asked to take its booking back until the last part of the
 * money has its order: a wallet's is followed here until its end, a card's with the charges. The row of the voucher and the
 * orders to cards and wallets stand in the batch of that answer. And what a wallet gives back of a charge for one bill of several:
 * from the order on.
 */
import type { OpenCharge } from '../hardware/charge.ts';
import type { Denomination } from '../hardware/device.ts';
import type { ChargedPart } from './charged-part.ts';
import type { EntryBody } from './entry.ts';

/** A card or wallet that is told to give its part back. */
export interface RefundPart {
  /** The id of the refund, which is not that of the charge. */
  readonly command: string;
  /** The whole charge. */
  readonly part: ChargedPart;
  /** What goes back of it, minor units. */
  readonly minor: number;
  /** The number under which it was told when it was ordered; null: none. */
  readonly case: string | null;
  /** The terminal was ready for it, and it may have left. */
  readonly starting: boolean;
  /** It could not be taken: it is ordered again. */
  readonly unsent: boolean;
  /** When it was ordered, or refused, monotonic. */
  readonly orderedMs: number;
  /** When it was ordered first in this boot, monotonic. */
  readonly sinceMs: number;
}

export interface Refund extends Denomination {
  readonly sale: string;
  readonly session: string;
  /** The order to the biller; null once it has answered, or where it was the biller who refused. */
  readonly reverse: Extract<EntryBody, { kind: 'bill.reverse' }> | null;
  /** What comes as a voucher, minor units; the rest are charges. */
  readonly voucherMinor: number;
  readonly charges: readonly ChargedPart[];
  /** Those that have no end yet. */
  readonly parts: readonly RefundPart[];
  /** When the biller was asked, monotonic. */
  readonly orderedMs: number;
}

/** By sale. */
export type Refunds = Readonly<Record<string, Refund>>;

/** So many may be under way; with these, no other is begun. */
export const openRefundsMaximum = 200;

/** So many sales are remembered of which something went back; a part that comes after so many others counts as a refund of its own. */
const givenBackKept = 256;

/** The sales of which something went back last, the newest last; the same object when the entry gives nothing back. */
export function foldGivenBack(sales: readonly string[], body: EntryBody): readonly string[] {
  return body.kind === 'refund.done' && body.further === undefined
    ? [...sales, body.sale].slice(-givenBackKept)
    : sales;
}

/** The open refunds after an entry; the same object when it concerns none. */
export function foldRefunds(refunds: Refunds, body: EntryBody, monoMs: number): Refunds {
  switch (body.kind) {
    case 'kiosk.started':
      return refundsSinceBoot(refunds, monoMs);
    case 'refund.asked': {
      const { sale, session, currency, minor, voucherMinor, charges } = body;
      const asked = { sale, session, currency, minor, voucherMinor, charges, orderedMs: monoMs };
      return { ...refunds, [sale]: { ...asked, reverse: null, parts: [] } };
    }
    case 'bill.reverse':
      return changed(refunds, body.sale, (one) => ({ ...one, reverse: body, orderedMs: monoMs }));
    case 'bill.reversed':
      return changed(refunds, body.sale, (one) => (one.charges.some(isRefunded) ? { ...one, reverse: null } : null));
    case 'bill.reverse-refused':
      return changed(refunds, body.sale, () => null);
    case 'charge.refund':
      return changed(begun(refunds, body, monoMs), body.sale, (one) => ordered(one, body, monoMs));
    case 'charge.starting':
      return part(refunds, body.command, { starting: true });
    case 'refund.unsent':
      return part(refunds, body.command, { unsent: true, orderedMs: monoMs });
    case 'refund.made':
    case 'refund.refused':
      return changed(refunds, body.sale, (one) => {
        const parts = one.parts.filter(({ command }) => command !== body.command);
        return parts.length === 0 ? null : { ...one, parts };
      });
    default:
      return refunds;
  }
}

/** A wallet gives so much back under a number of its own; a terminal takes the payment back, which is no refund to it. */
export function isRefunded({ method }: ChargedPart): boolean {
  return method !== 'card';
}

function changed(refunds: Refunds, sale: string | null, change: (one: Refund) => Refund | null): Refunds {
  const one = sale !== null && Object.hasOwn(refunds, sale) ? refunds[sale] : undefined;
  if (one === undefined) return refunds;
  const { [one.sale]: _, ...others } = refunds;
  const next = change(one);
  return next === null ? others : { ...others, [one.sale]: next };
}

/** What one bill of several takes back begins with the order to the wallet. */
function begun(
  refunds: Refunds,
  { sale, session, currency, minor, case: number }: Extract<EntryBody, { kind: 'charge.refund' }>,
  orderedMs: number,
): Refunds {
  if (sale === null || session === null || number === undefined || Object.hasOwn(refunds, sale)) return refunds;
  const one = { sale, session, currency, minor, voucherMinor: 0, charges: [], reverse: null, parts: [], orderedMs };
  return { ...refunds, [sale]: one };
}

function ordered(one: Refund, body: Extract<EntryBody, { kind: 'charge.refund' }>, monoMs: number): Refund {
  const { command, part: of, minor } = body;
  const known = one.parts.find((each) => each.command === command);
  const next = {
    command,
    part: of,
    minor,
    case: body.case ?? null,
    starting: known?.starting ?? false,
    unsent: false,
    orderedMs: monoMs,
    sinceMs: known?.sinceMs ?? monoMs,
  };
  return { ...one, parts: [...one.parts.filter((each) => each.command !== command), next] };
}

function part(refunds: Refunds, command: string, change: Partial<RefundPart>): Refunds {
  const found = refundPart(refunds, command);
  if (found === null) return refunds;
  const parts = found.refund.parts.map((each) => (each.command === command ? { ...each, ...change } : each));
  return { ...refunds, [found.refund.sale]: { ...found.refund, parts } };
}

/** Monotonic time begins anew with each boot, and so does every limit that was running. */
export function refundsSinceBoot(refunds: Refunds, monoMs: number): Refunds {
  const all = Object.entries(refunds);
  if (all.length === 0) return refunds;
  return Object.fromEntries(
    all.map(([sale, one]) => {
      const parts = one.parts.map((each) => ({ ...each, orderedMs: monoMs, sinceMs: monoMs }));
      return [sale, { ...one, parts, orderedMs: monoMs }];
    }),
  );
}

/** The open part that this refund of a charge is, with the sale that it belongs to; null when it has ended, or never was. */
export function refundPart(
  refunds: Refunds,
  command: string,
): { readonly refund: Refund; readonly part: RefundPart } | null {
  for (const refund of Object.values(refunds)) {
    const found = refund.parts.find((one) => one.command === command);
    if (found !== undefined) return { refund, part: found };
  }
  return null;
}

/** The open refunds that this device was told to make. */
export function refundPartsOf(refunds: Refunds, device: string): readonly RefundPart[] {
  return Object.values(refunds).flatMap(({ parts }) => parts.filter(({ part: of }) => of.device === device));
}

/** As who was asked is told of them at its next start. A wallet's may have left as soon as it was ordered. */
export function openRefundsOf(refunds: Refunds, device: string): readonly OpenCharge[] {
  return refundPartsOf(refunds, device).map(({ command, part: of, minor, starting }) => {
    const { currency, reference } = of;
    return {
      command,
      currency,
      minor,
      refundOf: of.command,
      starting: of.method === 'card' ? starting : true,
      wanted: 'refund',
      approval: { currency, minor: of.minor, reference },
      watched: null,
    };
  });
}
