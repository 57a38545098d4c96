/**
 * Which code folded a state that is kept. It is a hash over the sources of the fold, so no change of them can be
 * forgotten: a state that other code folded is not used, and the journal is folded from the first entry.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files that take part in folding, from the folder `kiosk`: the fold, and all that it imports. */
export const foldSources = [
  'cabinet/cabinet.ts',
  'case.ts',
  'charges.ts',
  'checks/checks.ts',
  'configuration/fold.ts',
  'console/console.ts',
  'day/day.ts',
  'day/owed.ts',
  'day/period.ts',
  'device-memory.ts',
  'device-state.ts',
  'entry.ts',
  'kiosk.ts',
  'money.ts',
  'open-orders.ts',
  'own-clock.ts',
  'payouts.ts',
  'refunds.ts',
  'remote/fold.ts',
  'remote/order.ts',
  'sale/fold.ts',
  'sale/kept.ts',
  'sale/pending.ts',
  'sale/sale.ts',
  'sale/unasked.ts',
  'server/staff-wire.ts',
  'session/session.ts',
  'staff/staff.ts',
  'stacks.ts',
  'statements/day.ts',
  'statements/fold.ts',
  'till/emptyings.ts',
  'till/terminal-day.ts',
  'till/till.ts',
] as const;

let known: string | null = null;

/** Sixteen hex digits. Reads the sources once in a process. */
export function stateVersion(): string {
  if (known === null) {
    const all = createHash('sha256');
    for (const name of foldSources) all.update(readFileSync(join(import.meta.dirname, '..', name)));
    known = all.digest('hex').slice(0, 16);
  }
  return known;
}
