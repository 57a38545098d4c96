/** A journal in a file of its own, in which given things happened. */
import { VirtualClock } from '../../../hardware/clock.ts';
import { Journal } from '../../../kiosk/journal/journal.ts';
import { openSqliteStorage } from '../../../kiosk/journal/sqlite.ts';
import type { Line } from './independent.ts';
import { type Happened, start } from './sales.ts';

/**
 * The path again, and the entries as they are exported. The first entry, a start, is made at `fromMs`. Something that comes
 * before what came before it follows a clock that was put back.
 */
export function writeJournal(
  path: string,
  happened: readonly Happened[],
  { fromMs, timeZone }: { readonly fromMs: number; readonly timeZone: string },
): { path: string; lines: Line[] } {
  const clock = new VirtualClock(fromMs);
  const options = { clock, timeZone, businessDayStart: '04:00' };
  const journal = new Journal({ storage: openSqliteStorage(path), ...options });
  journal.append([start(timeZone)]);
  for (const { waitMs, body } of happened) {
    if (waitMs < 0) clock.jumpWall(waitMs);
    else clock.runUntil(clock.monoMs() + waitMs);
    journal.append([body]);
  }
  const lines = [...journal.entries()].map((entry) => JSON.parse(JSON.stringify(entry)) as Line);
  journal.close();
  return { path, lines };
}
