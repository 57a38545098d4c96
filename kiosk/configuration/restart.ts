/** A changed configuration is recorded once, and begins with a start: when nobody is there and nothing moves. */
import type { FactBody } from '../fact.ts';
import type { Kiosk } from '../kiosk.ts';
import { isQuiet } from '../moving.ts';
import { put, type Turn } from '../turn.ts';

/** Another configuration is kept than the one that runs. */
export function startIsDue({ configuration: { running, wanted } }: Kiosk): boolean {
  return running !== wanted;
}

/** One that was kept just before the power went is told again by the next start. */
export function configChanged(turn: Turn, { fact: _, ...change }: Extract<FactBody, { fact: 'config.changed' }>): void {
  if (change.n > turn.kiosk.configuration.changes) put(turn, { kind: 'config.changed', ...change });
}

/** No visit is interrupted, and no check of a machine. */
export function endForConfiguration(turn: Turn): void {
  const { cabinet, checks, configuration } = turn.kiosk;
  if (cabinet.ending || configuration.ending || !startIsDue(turn.kiosk)) return;
  if (checks.open !== null || !isQuiet(turn.kiosk)) return;
  put(turn, { kind: 'kiosk.shutting-down', why: 'configuration' });
}
