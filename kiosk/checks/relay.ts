/**
 * The check of the relay that lets goods out. What lies behind it may really come out, so nothing moves before the person has
 * read that and has said that it is to be so; then it is switched once, as for a customer.
 */
import type { DeviceFact } from '../../hardware/device.ts';
import { failed, type Moment, orderId, sinceStep, type Word } from './word.ts';

/** They were warned: they want it, or they do not. */
export function relayTold({ open, after }: Moment, isWanted: boolean): Word {
  const { releaser } = after.rules;
  if (!isWanted) return { outcome: 'given-up', read: open.read, fault: 'cancelled' };
  if (releaser === null || releaser.device !== open.device) return failed(open.read, 'not-ready');
  const { relay, ms } = releaser;
  return { step: 'switching', read: { relay, onMs: ms }, order: { command: 'relay.pulse', relay, ms } };
}

/** The module read its output, or its counter: it was switched on, and is off again. */
export function watchRelay(moment: Moment, fact: DeviceFact): Word | null {
  const { open } = moment;
  if (!('command' in fact) || fact.command !== orderId(open.command, String(open.read.relay))) return null;
  switch (fact.fact) {
    case 'relay.done':
      return { step: 'switched', read: { ...open.read, switchedMs: sinceStep(moment) } };
    case 'relay.unknown':
      return failed(open.read, `unknown-${fact.reason}`);
    case 'command.refused':
      return failed(open.read, `refused-${fact.reason}`);
    default:
      return null;
  }
}
