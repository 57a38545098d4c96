/** Orders to recyclers to empty themselves, folded until their outcome; and what such an emptying does not explain. */
import type { Pieces } from '../../hardware/device.ts';
import { levelsSubject } from '../case.ts';
import type { EntryBody } from '../entry.ts';
import { without } from '../open-orders.ts';

/** An order to a recycler to empty itself, without an outcome. */
export interface Emptying {
  readonly command: string;
  readonly device: string;
  readonly by: string;
  readonly second: string | null;
  /** What is to stay in it to be paid out. */
  readonly keep: readonly Pieces[];
  /** What it counted itself when it was ordered, and the case that this was not what was booked; null when there was none. */
  readonly counted: readonly Pieces[];
  readonly differs: string | null;
  /** What it told to have moved into its box. */
  readonly moved: readonly Pieces[];
  /** The kiosk was started again meanwhile. */
  readonly interrupted: boolean;
  /** When it was ordered, or last seen to go on, monotonic. */
  readonly orderedMs: number;
}

/** By command. */
export type Emptyings = Readonly<Record<string, Emptying>>;

/** Of each device, the last case about its levels that an emptying outlived: that what is left agrees explains nothing. */
export type Unexplained = Readonly<Record<string, string>>;

/** The emptyings after an entry; the same object when it concerns none. `caseOf`: of each subject, the oldest open case. */
export function foldEmptyings(
  emptyings: Emptyings,
  body: EntryBody,
  monoMs: number,
  caseOf: Readonly<Record<string, string>>,
): Emptyings {
  switch (body.kind) {
    case 'kiosk.started': {
      const open = Object.values(emptyings).map((one) => [
        one.command,
        { ...one, interrupted: true, orderedMs: monoMs },
      ]);
      return open.length === 0 ? emptyings : Object.fromEntries(open);
    }
    case 'cash.empty': {
      const { command, device, by, second, keep = [], counted = [] } = body;
      const differs = caseOf[levelsSubject(device)] ?? null;
      const begun = { moved: [], interrupted: false, orderedMs: monoMs };
      return { ...emptyings, [command]: { command, device, by, second, keep, counted, differs, ...begun } };
    }
    case 'cash.moved': {
      const open = Object.values(emptyings).find(({ device }) => device === body.device);
      if (open === undefined || body.from !== 'recycler') return emptyings;
      const moved = [...open.moved, { minor: body.minor, count: body.count }];
      return { ...emptyings, [open.command]: { ...open, moved, orderedMs: monoMs } };
    }
    case 'cash.emptied':
    case 'cash.empty-refused':
    case 'cash.empty-unknown':
      return without(emptyings, body.command);
    default:
      return emptyings;
  }
}

/** What no emptying explains after an entry; the same object when it concerns none. `emptyings`: as they were before it. */
export function foldUnexplained(unexplained: Unexplained, emptyings: Emptyings, body: EntryBody): Unexplained {
  if (body.kind !== 'cash.emptied') return unexplained;
  const differs = emptyings[body.command]?.differs ?? null;
  return differs === null ? unexplained : { ...unexplained, [body.device]: differs };
}
