/** A booked move as the journal has it, with the correction that took its place. */
import type { CashUnit, Pieces } from '../../hardware/device.ts';
import type { Entry, EntryBody } from '../entry.ts';

export type MoveBody = Extract<EntryBody, { readonly move: string }>;

export interface MoveRecord {
  readonly move: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly kind: MoveBody['kind'];
  readonly device: string;
  readonly unit: CashUnit;
  readonly currency: string;
  readonly pieces: readonly Pieces[];
  /** What the journal expected; null where there was nothing to expect. */
  readonly expected: readonly Pieces[] | null;
  readonly difference: number | null;
  /** Whether its pieces lie in the unit now, or left it. */
  readonly effect: 'unit' | 'removed' | null;
  /** Null: nobody had logged in. */
  readonly by: string | null;
  readonly second: string | null;
  readonly corrects: string | null;
  readonly correctedBy: string | null;
}

/** The number of the nth move. */
export function moveNumber(n: number): string {
  return `M${String(n).padStart(5, '0')}`;
}

/** Which move it was. */
export function moveOrdinal(move: string): number {
  return Number(move.slice(1));
}

/** From the entries that carry this move's number (`move:NUMBER` in the index); null when there is no such move. */
export function moveRecord(move: string, entries: readonly Entry[]): MoveRecord | null {
  const own = entries.find(({ body }) => 'move' in body && body.move === move);
  if (own === undefined || !('move' in own.body)) return null;
  const { body, at } = own;
  const correction = entries.findLast((entry) => entry.body.kind === 'cash.corrected' && entry.body.corrects === move);
  const correctedBy = correction?.body.kind === 'cash.corrected' ? correction.body.move : null;
  const { kind, device, currency, by, second } = body;
  const named = { move, at, kind, device, currency, by, second, correctedBy };
  switch (body.kind) {
    case 'cash.filled':
      return { ...named, ...plain(body), expected: null, difference: null, effect: 'unit', corrects: null };
    case 'cash.declared':
      return { ...named, ...plain(body), ...compared(body), effect: 'unit', corrects: null };
    case 'cash.removed':
      return { ...named, ...plain(body), ...compared(body), effect: 'removed', corrects: null };
    case 'cash.counted':
      return { ...named, ...plain(body), ...compared(body), effect: 'removed', corrects: null };
    case 'cash.emptied':
      return { ...named, ...plain(body), ...compared(body), effect: null, corrects: null };
    case 'cash.corrected':
      return { ...named, ...plain(body), ...compared(body), effect: body.effect, corrects: body.corrects };
    case 'cashbox.changed':
    case 'cashbox.taken':
      return {
        ...named,
        unit: 'box',
        pieces: body.pieces,
        expected: null,
        difference: null,
        effect: null,
        corrects: null,
      };
    default:
      return body satisfies never;
  }
}

function plain({ unit, pieces }: { readonly unit: CashUnit; readonly pieces: readonly Pieces[] }) {
  return { unit, pieces };
}

function compared(body: { readonly expected: readonly Pieces[] | null; readonly difference: number | null }) {
  return { expected: body.expected, difference: body.difference };
}
