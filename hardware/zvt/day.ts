/** End of day (06 50): the terminal settles with its host, and tells what it has taken. */
import { say } from './exchange.ts';
import { bcdNumber, command, find, hexByte, type Item, OK, totalsOf, withPassword } from './messages.ts';
import { type Outcome, refuse, tell, type Work } from './state.ts';

/** It waits until the terminal is free; not at all while a payment is open. */
export function onCloseDay(work: Work, id: string): void {
  const { s } = work;
  if (s.day?.id === id) return;
  if (s.charge !== null || s.day !== null) refuse(work, id, false, 'busy');
  else if (!s.registered) refuse(work, id, false, 'not-ready');
  else s.day = { id, sent: false };
}

/** Sends the order when there is one; false: there is none. */
export function closeDay(work: Work): boolean {
  const { s, settings } = work;
  if (s.day === null || s.day.sent) return false;
  s.day = { ...s.day, sent: true };
  say(work, 'close-day', 'end-of-day', withPassword(command.endOfDay, settings.password), true);
  return true;
}

/** Its totals are final when they are told, whether or not the end is heard. */
export function onDay(work: Work, outcome: Outcome, items: readonly Item[] | null): void {
  const { s, device, settings } = work;
  if (s.day === null) return;
  const { id } = s.day;
  s.day = null;
  s.baseline = false;
  s.baselineTries = 0;
  s.statusAtMs = work.nowMs;
  const result = items === null ? undefined : find(items, 0x27)?.[0];
  if (items === null || result !== OK || outcome.how === 'failed') {
    const code =
      result !== undefined && result !== OK ? hexByte(result) : 'code' in outcome ? hexByte(outcome.code) : 'no-totals';
    refuse(work, id, true, outcome.how === 'lost' ? 'lost' : code);
    return;
  }
  const totals = totalsOf(find(items, 0x60) ?? new Uint8Array(0));
  const minor = bcdNumber(find(items, 0x04)) ?? totals.minor;
  const { currency } = settings;
  tell(work, {
    device,
    fact: 'terminal.day-closed',
    command: id,
    key: `${id}/closed`,
    count: totals.count,
    currency,
    minor,
  });
}
