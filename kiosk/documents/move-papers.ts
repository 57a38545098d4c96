/**
 * Papers of moved cash, for the people who work here: of a box that was taken out, printed at once, and of what was counted.
 * What should be inside never stands on the first: whoever carries it may still have to count.
 */
import type { MovePaper } from '../entry.ts';
import type { Looked } from '../lookup.ts';
import { printerUsable } from '../methods/cash/acceptance.ts';
import type { Lang } from '../server/wire.ts';
import type { MoveRecord } from '../staff/record.ts';
import { newId, put, type Turn } from '../turn.ts';

/** What became of such a paper: printing until the printer has answered, failed when it may not have come out. */
export type MovePaperState = 'none' | 'printing' | 'printed' | 'failed';

/** The paper that a move has; null: none. */
export function movePaperOf({
  kind,
  move,
  expected,
}: Pick<MoveRecord, 'kind' | 'move' | 'expected'>): MovePaper | null {
  switch (kind) {
    case 'cashbox.taken':
    case 'cashbox.changed':
      return { paper: 'collection', move };
    case 'cash.counted':
    case 'cash.corrected':
    case 'cash.removed':
    case 'cash.declared':
      return expected === null ? null : { paper: 'count', move };
    case 'cash.filled':
    case 'cash.emptied':
      return null;
    default:
      return kind satisfies never;
  }
}

/** From the entries found under a move: how its paper is, and whether a further one is a copy. */
export function movePaperState(entries: readonly Looked[]): {
  readonly state: MovePaperState;
  readonly mayBeOut: boolean;
} {
  let [state, mayBeOut]: [MovePaperState, boolean] = ['none', false];
  for (const { body } of entries) {
    if (body.kind === 'document.print') state = 'printing';
    else if (body.kind === 'document.printed') state = 'printed';
    else if (body.kind === 'document.refused' || body.kind === 'document.unknown') state = 'failed';
    if (body.kind === 'document.printed' || body.kind === 'document.unknown') mayBeOut = true;
  }
  return { state, mayBeOut };
}

/** Money and paper are apart: the move is booked, whatever the printer does. Nothing is sent to one that prints nothing. */
export function printMovePaper(turn: Turn, document: MovePaper, lang: Lang, copy: boolean): void {
  if (!printerUsable(turn.kiosk)) return;
  put(turn, { kind: 'document.print', command: newId(turn, 'print'), document, copy, lang, session: null });
}
