/** Whether a kiosk is here, by what it and its broker last said. */
import type { AliveMessage } from '../fleet/wire.ts';
import type { Presence } from './server/wire.ts';

export interface Told {
  /** The newest `state` and `alive` as they came, JSON text; null: none ever did. */
  readonly state: string | null;
  readonly alive: string | null;
  readonly aliveAt: Date | null;
}

/** One that was here when the office looked last, and said nothing since it looks again, is away since nobody knows when. */
export function presenceOf(
  { state, alive, aliveAt }: Told,
  startedMs: number,
): { readonly presence: Presence; readonly since: string | null } {
  if (alive === null || aliveAt === null) return { presence: state === null ? 'never' : 'away', since: null };
  const { alive: isHere } = JSON.parse(alive) as AliveMessage;
  if (isHere && aliveAt.getTime() < startedMs) return { presence: 'away', since: null };
  return { presence: isHere ? 'here' : 'away', since: aliveAt.toISOString() };
}
