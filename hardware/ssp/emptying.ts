/** Everything from the store into the box (SMART EMPTY): what went is what the levels lost. */
import { flag } from '../standing.ts';
import type { DeviceCommand } from '../device.ts';
import { refuse } from '../note-path.ts';
import { command, type Event, event, type Events, refusalReason, reply } from './messages.ts';
import { type Ask, type Emptying, isShut, latch, pays, type Reply, storeOf, type Work } from './state.ts';

/** An emptying device says so in every answer; after so many without a word it has ended. */
const QUIET_POLLS = 25;

export function onEmpty(work: Work, { id }: DeviceCommand & { readonly command: 'cash.empty' }): void {
  const { s } = work;
  if (s.emptying?.command === id) return;
  const refusal = whyNot(work);
  if (refusal !== null) {
    refuse(work, id, refusal);
    return;
  }
  s.emptying = { command: id, phase: 'counting', before: null, quiet: 0 };
  s.levelsWanted = true;
}

function whyNot({ s, settings, path }: Work): string | null {
  if (!pays(settings)) return 'does-not-pay-out';
  if (!s.open || s.lost !== null) return 'line-lost';
  if (!s.ready || s.session === null) return 'not-ready';
  if (s.payout !== null || s.emptying !== null) return 'busy';
  return path.moving || s.holding ? 'note-in-path' : null;
}

export function emptyingAsk(work: Work): Ask | null {
  if (work.s.emptying?.phase !== 'ordered' || !isShut(work)) return null;
  return { kind: 'smart-empty', name: 'smart-empty', data: [command.smartEmpty] };
}

export function emptyingSent({ s }: Work): void {
  if (s.emptying !== null) s.emptying = { ...s.emptying, phase: 'emptying' };
}

export function onEmptyingAnswer(work: Work, { code, data }: Reply): void {
  const { s } = work;
  if (s.emptying === null || code === reply.ok) return;
  refuse(work, s.emptying.command, refusalReason(command.smartEmpty, code, data));
  s.emptying = null;
}

export function emptyingInterrupted(work: Work): void {
  const { s } = work;
  dropUnsentEmptying(work, 'line-lost');
  if (s.emptying !== null) s.emptying = { ...s.emptying, phase: 'emptying', quiet: 0 };
}

/** An order that has not left is refused for certain. */
export function dropUnsentEmptying(work: Work, reason: string): void {
  const { s } = work;
  if (s.emptying?.phase !== 'counting' && s.emptying?.phase !== 'ordered') return;
  refuse(work, s.emptying.command, reason);
  s.emptying = null;
}

export function onEmptyingEvent(work: Work, { code }: Event): void {
  if (code !== event.smartEmptied && code !== event.emptied) return;
  work.s.levelsWanted ||= pays(work.settings);
  if (work.s.emptying?.phase === 'emptying') over(work, work.s.emptying);
}

export function afterEmptying(work: Work, { events }: Events): void {
  const { s } = work;
  if (s.emptying?.phase !== 'emptying') return;
  const busy = events.some(({ code }) => code === event.smartEmptying || code === event.emptying);
  s.emptying = { ...s.emptying, quiet: busy ? 0 : s.emptying.quiet + 1 };
  if (s.emptying.quiet > QUIET_POLLS) over(work, s.emptying);
}

function over({ s }: Work, emptying: Emptying): void {
  s.emptying = { ...emptying, phase: 'ended' };
  s.levelsWanted = true;
}

/** The levels are known again. */
export function onStockEmptied(work: Work): void {
  const { s, device, facts } = work;
  const { emptying, stock } = s;
  if (emptying === null || stock === null) return;
  if (emptying.phase === 'counting') s.emptying = { ...emptying, phase: 'ordered', before: stock };
  if (emptying.phase !== 'ended') return;
  s.emptying = null;
  const from = storeOf(work.settings);
  for (const { currency, minor } of (s.table ?? new Map()).values()) {
    const count = (emptying.before?.get(minor) ?? 0) - (stock.get(minor) ?? 0);
    if (count <= 0) continue;
    const key = `${device}/${emptying.command}/moved/${minor}`;
    latch(work, {
      device,
      fact: 'cash.moved',
      key,
      command: emptying.command,
      from,
      to: 'box',
      count,
      currency,
      minor,
    });
  }
  const empty = [...stock.values()].every((count) => count === 0);
  if (empty) {
    flag(work, 'ssp.levels-disagree', false);
    latch(work, {
      device,
      fact: 'cash.emptied',
      command: emptying.command,
      key: `${device}/${emptying.command}/emptied`,
    });
  } else
    facts.push({ device, fact: 'command.refused', command: emptying.command, sent: true, reason: 'not-all-moved' });
}
