/** The last note that each device was ordered to stack, folded: it stays when it has ended, for what is heard of it later. */
import type { CashUnit, Denomination } from '../hardware/device.ts';
import type { EntryBody } from './entry.ts';
import { sinceBoot, voided } from './open-orders.ts';

/** The last note that a device was ordered to stack. */
export interface Stack extends Denomination {
  readonly command: string;
  readonly device: string;
  readonly session: string;
  readonly sale: string;
  /**
   * doubt: a case is open for it, and later evidence still counts; lost: the same, but of a device that began anew
   * meanwhile, so that only evidence of a stacked note counts.
   */
  readonly status: 'open' | 'doubt' | 'lost' | 'stacked' | 'suspect' | 'returned';
  readonly case: string | null;
  /** Where it was booked when it was stacked; left out: in the box. */
  readonly unit?: CashUnit;
  readonly orderedMs: number;
}

/** By device. */
export type Stacks = Readonly<Record<string, Stack>>;

/** The stacks after an entry; the same object when it concerns none. */
export function foldStacks(stacks: Stacks, body: EntryBody, monoMs: number): Stacks {
  switch (body.kind) {
    case 'kiosk.started':
      return sinceBoot(stacks, monoMs);
    case 'note.stack': {
      const { kind: _, counters: __, ...order } = body;
      return { ...stacks, [body.device]: { ...order, status: 'open', case: null, orderedMs: monoMs } };
    }
    case 'note.stacked':
      return settled(
        stacks,
        body,
        body.unit === undefined ? { status: 'stacked' } : { status: 'stacked', unit: body.unit },
      );
    case 'note.returned':
      return settled(stacks, body, { status: 'returned' });
    case 'note.unknown':
      return settled(stacks, body, { status: body.lost ? 'lost' : 'doubt', case: body.case });
    case 'note.suspect':
      return settled(stacks, body, { status: 'suspect' });
    case 'case.settled':
      // Only that the note was stacked after all says anything new.
      return voided(stacks, body, { status: 'lost' });
    default:
      return stacks;
  }
}

function settled(
  stacks: Stacks,
  { device, command }: { readonly device: string; readonly command: string },
  change: Partial<Stack>,
): Stacks {
  const stack = stacks[device];
  return stack?.command === command ? { ...stacks, [device]: { ...stack, ...change } } : stacks;
}
