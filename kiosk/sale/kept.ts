/** What a paid sale left with each way to pay, minor units: what it gave back is taken off its cash first. */
import type { EntryBody } from '../entry.ts';

export function keptByMethod(sale: Extract<EntryBody, { kind: 'sale.paid' }>): Map<string, number> {
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
