/** What checks had machines pay out, judged from the journal alone (tests/faults.md, I9). */
import type { Entry } from '../../kiosk/entry.ts';

/** A repair is seen to hold by so many pieces of one machine in one business day. */
const mostPieces = 3;

/** Every machine that checks have paid more out of than anybody needs to see, in words. */
export function brokenChecks(entries: readonly Entry[]): readonly string[] {
  const ofCheck = new Set<string>();
  const paid = new Map<string, number>();
  for (const { day, body } of entries) {
    if (body.kind === 'cash.dispense' && body.reason === 'check') ofCheck.add(body.command);
    if (body.kind !== 'payout.done' || !ofCheck.has(body.command)) continue;
    const key = `${body.device} on ${day}`;
    paid.set(key, (paid.get(key) ?? 0) + 1);
  }
  return [...paid].flatMap(([key, pieces]) =>
    pieces > mostPieces ? [`checks paid ${pieces} pieces out of ${key}`] : [],
  );
}
