/** What is derived from an entry and kept beside it: under which keys it is found, and what it adds to the figures. */
import type { EntryBody, PaperRef } from '../entry.ts';
import { keptByMethod } from '../sale/kept.ts';
import { partsOf } from '../services/biller/contract.ts';
import { matchedKey, statementKey } from '../statements/booked.ts';

/**
 * What an entry adds to the figures of its business day. `part` is what of the day it belongs to, so that a period is read
 * from few rows however much was sold:
 * - `sale`: the sale as a whole, and what was given back of sales; `name` is empty.
 * - `visit`: a visit that paid, once, at its first sale; `name` is empty, the money stands in `sale`.
 * - `quarter`: of the hour, in UTC (`2026-03-31T05:45Z`): four of them make an hour in every zone, so the figures do not
 *   depend on where they were counted.
 * - `method`: a way to pay, after change.
 * - `payee`: as the sale names it.
 * Minor units.
 */
export interface Delta {
  readonly day: string;
  readonly part: 'sale' | 'visit' | 'quarter' | 'method' | 'payee';
  readonly name: string;
  readonly outcome: 'paid' | 'refunded' | 'cancelled';
  readonly currency: string;
  readonly minor: number;
  readonly count: number;
}

/**
 * The keys under which an entry is looked up later: `voucher:`, `receipt:`, `sale:`, `bill:`, `visit:` (what it
 * paid), `case:`, `move:`, `seal:`, `bag:`, `command:`, `statement:` (a wallet's day), `matched:` (its compared statement), `z:`
 * and `x:` for reports of the day, `readiness:`, and `place:` for where the kiosk stands.
 */
export function indexKeys(body: EntryBody): string[] {
  const keys = ownKeys(body);
  if ('move' in body) keys.push(`move:${body.move}`);
  if ('case' in body) keys.push(`case:${body.case}`);
  if ('booked' in body && body.booked !== undefined) keys.push(statementKey(body.device, body.booked.day));
  return keys;
}

function ownKeys(body: EntryBody): string[] {
  switch (body.kind) {
    case 'kiosk.started':
      return body.timeZone === undefined ? [] : [placeKey];
    case 'voucher.issued':
    case 'voucher.voided':
      return [voucherKey(body.serial)];
    case 'voucher.redeemed':
      // A receipt names the kiosk that gave it out.
      return [voucherKey(body.serial, body.issuer), ...(body.issuer === undefined ? [] : [`sale:${body.sale}`])];
    // What the office once said holds also when it cannot be asked.
    case 'voucher.told':
      return body.word?.spent == null ? [] : [voucherKey(body.serial, body.issuer)];
    case 'cash.sealed':
      return [`seal:${body.seal}`, `bag:${body.bag}`];
    case 'sale.paid':
      return [
        `receipt:${body.receipt}`,
        `sale:${body.sale}`,
        visitKey(body.session),
        ...partsOf(body.bill).map(({ number }) => `bill:${number}`),
      ];
    case 'bill.post':
      return [`bill:${body.number}`];
    case 'bill.refused':
    case 'refund.done':
    case 'refund.asked':
    case 'bill.reverse-refused':
      return [`sale:${body.sale}`];
    case 'case.opened':
    case 'charge.confirmed':
    case 'charge.reversed':
      return body.sale === null ? [] : [`sale:${body.sale}`];
    case 'statement.matched':
      return [matchedKey(body.device, body.day)];
    case 'terminal.printed':
      return body.audience === 'customer' && body.command !== null ? [`command:${body.command}`] : [];
    case 'bill.posted':
      return body.order === undefined ? [] : [`sale:${body.sale}`];
    case 'readiness.reported':
      return [readinessKey(body.report)];
    case 'cash.corrected':
      return [`move:${body.corrects}`];
    case 'document.print':
    case 'document.printed':
    case 'document.refused':
    case 'document.unknown': {
      const { command, document } = body;
      return [`command:${command}`, ...(document.paper === 'z' ? [zKey(document.z)] : []), ...movePaperKeys(document)];
    }
    case 'day.closed':
    case 'day.signed':
    case 'day.matched':
      return [zKey(body.z)];
    case 'day.read':
      return [xKey(body.report)];
    default:
      return [];
  }
}

/** The papers of a move are found with it. */
function movePaperKeys(document: PaperRef): string[] {
  return 'move' in document ? [`move:${document.move}`] : [];
}

/** Numbers of vouchers count up at each kiosk by itself. `issuer` undefined: this one; its own numbers have no such sign. */
export function voucherKey(serial: string, issuer?: string): string {
  return issuer === undefined ? `voucher:${serial}` : `voucher:${issuer}/${serial}`;
}

/** Under which the paid sales of a visit are found. */
export function visitKey(session: string): string {
  return `visit:${session}`;
}

/** Under which a readiness report is found. */
export function readinessKey(report: string): string {
  return `readiness:${report}`;
}

/** Under which the nth Z report is found, with its signature, its papers, and what others said of its day later. */
export function zKey(z: number): string {
  return `z:${z}`;
}

/** Under which an X report is found. */
export function xKey(report: string): string {
  return `x:${report}`;
}

/** Under which the starts are found that say where the kiosk stands. */
export const placeKey = 'place:';

/**
 * The figures that an entry adds to; none for most. What a sale gives back is taken off its cash first. `firstOfVisit`: no
 * sale of its visit was paid before.
 */
export function rollUp(
  { body, at, day }: { readonly at: string; readonly day: string; readonly body: EntryBody },
  firstOfVisit: boolean,
): Delta[] {
  switch (body.kind) {
    case 'sale.paid': {
      const { currency, minor } = body;
      const paid = (part: Delta['part'], name: string, of = minor): Delta => {
        return { day, part, name, outcome: 'paid', currency, minor: of, count: 1 };
      };
      return [
        paid('sale', ''),
        ...(firstOfVisit ? [paid('visit', '', 0)] : []),
        paid('quarter', quarterOf(at)),
        ...[...keptByMethod(body)].map(([method, kept]) => paid('method', method, kept)),
        paid('payee', body.payee),
      ];
    }
    case 'refund.done': {
      const { currency, minor, method, further } = body;
      const refunded = { day, outcome: 'refunded', currency, minor, count: 1 } as const;
      return [
        { ...refunded, part: 'sale', name: '', count: further === true ? 0 : 1 },
        { ...refunded, part: 'method', name: method },
      ];
    }
    case 'sale.cancelled': {
      const { currency, minor } = body;
      return [{ day, part: 'sale', name: '', outcome: 'cancelled', currency, minor, count: 1 }];
    }
    default:
      return [];
  }
}

/** The same for every entry of a journal in order, from the first. */
export function rollingUp(): (entry: {
  readonly at: string;
  readonly day: string;
  readonly body: EntryBody;
}) => Delta[] {
  const visits = new Set<string>();
  return (entry) => {
    const { body } = entry;
    if (body.kind !== 'sale.paid') return rollUp(entry, false);
    const before = visits.size;
    return rollUp(entry, visits.add(body.session).size > before);
  };
}

/** Sums deltas of equal keys; the order of the result is the order in which a key first came. */
export function addUp(sums: Map<string, Delta>, deltas: Iterable<Delta>): Map<string, Delta> {
  for (const delta of deltas) {
    const key = `${delta.day} ${delta.part} ${delta.name} ${delta.outcome} ${delta.currency}`;
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, delta);
    else sums.set(key, { ...sum, minor: sum.minor + delta.minor, count: sum.count + delta.count });
  }
  return sums;
}

function quarterOf(at: string): string {
  const minutes = Math.floor(Number(at.slice(14, 16)) / 15) * 15;
  return `${at.slice(0, 14)}${String(minutes).padStart(2, '0')}Z`;
}
