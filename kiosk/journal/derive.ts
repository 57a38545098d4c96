/** What is derived from an entry and kept beside it: under which keys it is found, and what it adds to the figures. */
import type { EntryBody } from '../entry.ts';
import type { Money } from '../money.ts';
import { partsOf } from '../services/biller/contract.ts';

/**
 * What an entry adds to the figures of its business day. `method` is a way to pay, or `all` for the sale as a whole.
 * `quarter` is the quarter of an hour in UTC (`2026-03-31T05:45Z`): four of them make an hour in every zone, so the
 * figures do not depend on where they were counted. Minor units.
 */
export interface Delta {
  readonly day: string;
  readonly quarter: string;
  readonly method: string;
  readonly outcome: 'paid' | 'refunded' | 'cancelled';
  readonly currency: string;
  readonly minor: number;
  readonly count: number;
}

/** The keys under which an entry is looked up later: `voucher:`, `receipt:`, `sale:`, `bill:`, `case:`, `move:`, `command:`. */
export function indexKeys(body: EntryBody): string[] {
  const keys = ownKeys(body);
  if ('move' in body) keys.push(`move:${body.move}`);
  if ('case' in body) keys.push(`case:${body.case}`);
  return keys;
}

function ownKeys(body: EntryBody): string[] {
  switch (body.kind) {
    case 'voucher.issued':
    case 'voucher.redeemed':
    case 'voucher.voided':
      return [`voucher:${body.serial}`];
    case 'sale.paid':
      return [
        `receipt:${body.receipt}`,
        `sale:${body.sale}`,
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
    case 'terminal.printed':
      return body.audience === 'customer' && body.command !== null ? [`command:${body.command}`] : [];
    case 'bill.posted':
      return body.order === undefined ? [] : [`sale:${body.sale}`];
    case 'cash.corrected':
      return [`move:${body.corrects}`];
    case 'document.print':
    case 'document.printed':
    case 'document.refused':
    case 'document.unknown':
      return [`command:${body.command}`];
    default:
      return [];
  }
}

/** The figures that an entry adds to; none for most. What a sale gives back is taken off its cash first. */
export function rollUp(entry: { readonly at: string; readonly day: string; readonly body: EntryBody }): Delta[] {
  const { body, day } = entry;
  switch (body.kind) {
    case 'sale.paid': {
      const { currency } = body;
      const quarter = quarterOf(entry.at);
      const outcome = 'paid';
      const deltas: Delta[] = [{ day, quarter, method: 'all', outcome, currency, minor: body.minor, count: 1 }];
      for (const [method, minor] of keptByMethod(body)) {
        deltas.push({ day, quarter, method, outcome, currency, minor, count: 1 });
      }
      return deltas;
    }
    case 'refund.done':
      return [once(entry, body.method, 'refunded', body)];
    case 'sale.cancelled':
      return [once(entry, 'all', 'cancelled', body)];
    default:
      return [];
  }
}

function once(
  entry: { readonly at: string; readonly day: string },
  method: string,
  outcome: Delta['outcome'],
  { currency, minor }: Money,
): Delta {
  return { day: entry.day, quarter: quarterOf(entry.at), method, outcome, currency, minor, count: 1 };
}

/** Sums deltas of equal keys; the order of the result is the order in which a key first came. */
export function addUp(sums: Map<string, Delta>, deltas: Iterable<Delta>): Map<string, Delta> {
  for (const delta of deltas) {
    const key = `${delta.day} ${delta.quarter} ${delta.method} ${delta.outcome} ${delta.currency}`;
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, delta);
    else sums.set(key, { ...sum, minor: sum.minor + delta.minor, count: sum.count + delta.count });
  }
  return sums;
}

function keptByMethod(sale: Extract<EntryBody, { kind: 'sale.paid' }>): Map<string, number> {
  const kept = new Map<string, number>();
  for (const { method, minor } of sale.tenders) kept.set(method, (kept.get(method) ?? 0) + minor);
  let backMinor = sale.change.cash + sale.change.voucher + sale.change.owed;
  for (const method of ['cash', ...kept.keys()]) {
    const minor = kept.get(method) ?? 0;
    const taken = Math.min(minor, backMinor);
    if (taken > 0) kept.set(method, minor - taken);
    backMinor -= taken;
  }
  return kept;
}

function quarterOf(at: string): string {
  const minutes = Math.floor(Number(at.slice(14, 16)) / 15) * 15;
  return `${at.slice(0, 14)}${String(minutes).padStart(2, '0')}Z`;
}
