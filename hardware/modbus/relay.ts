/**
 * One pulse of a relay, which releases goods: money hangs on it. The message that switches the relay on leaves once, and
 * never again by itself, whatever becomes of its answer. What became of it is read: from a counter of the module, if it has
 * one, else from the coil. Whatever remains in doubt ends as unknown. Switching off is repeated until it is known to be off,
 * for that releases nothing.
 */
import type { CabinetCommand } from '../cabinet-io.ts';
import {
  bitsOf,
  exception,
  faultOf,
  readCoils,
  readRegister,
  registerOf,
  type Request,
  writeCoil,
  writeRegister,
} from './messages.ts';
import type { Frame } from './frame.ts';
import type { Relay } from './settings.ts';
import { type Job, refuse, type Stage, tell, type Work } from './state.ts';

export const SHORTEST_PULSE_MS = 50;
export const LONGEST_PULSE_MS = 10_000;
/** Of the messages that switch on. */
export const moneyMessages: readonly string[] = ['relay-on', 'relay-pulse'];
/** Requests of one stage, all but switching on. */
const TRIES = 3;
/** A counter that stands still says that nothing was switched only when it is read so twice. */
const READINGS = 2;
/** A pulse that the module times itself ends this much later at most. */
const PULSE_SLACK_MS = 200;
/** The device says that it did not do it; any other exception leaves that open. V1.1b3, section 7. */
const undone: readonly number[] = [exception.function, exception.address, exception.value, exception.busy];

type Order = CabinetCommand & { readonly command: 'relay.pulse' };

export function pulseOrdered(work: Work, command: string, { relay, ms }: Order): void {
  const { s, settings } = work;
  const known = settings.relays.get(relay);
  const reason =
    known === undefined
      ? `it has no relay "${relay}"`
      : !Number.isInteger(ms) || ms < SHORTEST_PULSE_MS || ms > LONGEST_PULSE_MS
        ? `a pulse is ${SHORTEST_PULSE_MS} to ${LONGEST_PULSE_MS} whole milliseconds long`
        : !s.open || s.lost !== null
          ? 'lost'
          : s.job !== null
            ? 'another pulse is under way'
            : null;
  if (reason !== null) {
    refuse(work, command, false, reason);
    return;
  }
  s.job = {
    command,
    relay,
    ms,
    stage: 'free',
    sent: false,
    wasOn: false,
    offAtMs: 0,
    doubt: null,
    before: null,
    stood: 0,
    tries: 0,
  };
}

function relayOf({ settings }: Work, job: Job): Relay {
  return settings.relays.get(job.relay) as Relay;
}

/** The line or the module is gone. */
export function jobLost(work: Work, reason: string): void {
  const { job } = work.s;
  if (job === null) return;
  work.s.job = null;
  if (job.sent) unknown(work, job, reason);
  else refuse(work, job.command, false, 'lost');
}

function unknown(work: Work, { command, relay }: Job, reason: string): void {
  tell(work, { fact: 'relay.unknown', command, relay, reason });
}

function goOn(work: Work, job: Job, stage: Stage, more: Partial<Job> = {}): void {
  work.s.job = { ...job, tries: 0, ...more, stage };
}

/** The relay is on, or may be. */
export function isPressing(job: Job | null): boolean {
  return job !== null && ['on', 'seen-on', 'held', 'off'].includes(job.stage);
}

/** When the next request of the order is due; null: there is none. */
export function jobDueMs({ s, nowMs }: Work): number | null {
  if (s.job === null) return null;
  return s.job.stage === 'hold' ? s.job.offAtMs : nowMs;
}

/** The next message of the order, as it leaves now. */
export function jobRequest(work: Work): Request | null {
  const { s, settings, nowMs } = work;
  const { job } = s;
  if (job === null) return null;
  const { unit } = settings;
  const { coil, counter, pulse } = relayOf(work, job);
  switch (job.stage) {
    case 'hold':
      if (nowMs < job.offAtMs) return null;
      goOn(work, job, pulse === null ? 'held' : 'seen-off');
      return readCoils(unit, coil, 1);
    case 'free':
    case 'seen-on':
    case 'held':
    case 'seen-off':
      return readCoils(unit, coil, 1);
    case 'count-before':
    case 'count-after':
      // Stages of a counter are entered only where there is one.
      return counter === null ? null : readRegister(unit, counter.table, counter.register);
    case 'on':
      if (job.sent) {
        // The line was opened anew, and nobody will hear the answer.
        goOn(work, job, 'seen-on', { doubt: 'no answer to the order came' });
        return readCoils(unit, coil, 1);
      }
      s.job = { ...job, sent: true, offAtMs: nowMs + job.ms };
      return pulse === null
        ? writeCoil(unit, coil, true, 'relay-on')
        : writeRegister(unit, pulse.register, Math.ceil(job.ms / pulse.stepMs), 'relay-pulse');
    case 'off':
      return writeCoil(unit, coil, false, 'relay-off');
    default:
      return job.stage satisfies never;
  }
}

/** The module answered the order's last message, and not with an exception. False: the answer is of another question. */
export function jobAnswered(work: Work, frame: Frame): boolean {
  const { job } = work.s;
  if (job === null) return true;
  switch (job.stage) {
    case 'on':
      goOn(work, job, 'seen-on');
      return true;
    case 'off':
      // The tries go on counting until it is seen to be off.
      work.s.job = { ...job, stage: 'seen-off' };
      return true;
    case 'count-before':
    case 'count-after': {
      const count = registerOf(frame);
      if (count === null) return false;
      if (job.stage === 'count-before') goOn(work, job, 'on', { before: count });
      else counted(work, job, count);
      return true;
    }
    case 'hold':
      return true;
    case 'free':
    case 'seen-on':
    case 'held':
    case 'seen-off': {
      const on = bitsOf(frame, 1)?.[0];
      if (on === undefined) return false;
      coilRead(work, job, job.stage, on);
      return true;
    }
    default:
      return job.stage satisfies never;
  }
}

/** The stages in which a coil is read. */
type ReadingStage = Extract<Stage, 'free' | 'seen-on' | 'held' | 'seen-off'>;

function coilRead(work: Work, job: Job, stage: ReadingStage, on: boolean): void {
  const { coil, counter, pulse } = relayOf(work, job);
  work.s.coils = new Map([...work.s.coils, [coil, on]]);
  switch (stage) {
    case 'free':
      if (!on) goOn(work, job, counter === null ? 'on' : 'count-before');
      else {
        work.s.job = null;
        refuse(work, job.command, false, 'the relay is on already');
      }
      return;
    case 'seen-on':
      // Now it is known, whether or not the answer was heard.
      if (on)
        goOn(work, job, 'hold', {
          wasOn: true,
          doubt: null,
          offAtMs: job.offAtMs + (pulse === null ? 0 : PULSE_SLACK_MS),
        });
      else goOn(work, job, 'off', { doubt: job.doubt ?? 'the relay was not seen to be on' });
      return;
    case 'held':
      goOn(work, job, 'off', on ? {} : { doubt: 'the relay was off before its time' });
      return;
    case 'seen-off':
      if (on) again(work, job, 'off', 'the relay does not switch off');
      else if (counter === null) ended(work, job);
      else goOn(work, job, 'count-after');
      return;
    default:
      stage satisfies never;
  }
}

/** A counter begins at 0 when the module lost its power, so that a 0 is no evidence of anything. */
function counted(work: Work, job: Job, count: number): void {
  const { before } = job;
  if (before !== null && count === before + 1) {
    ended(work, { ...job, doubt: null });
    return;
  }
  if (count === 0 || count !== before || job.wasOn) {
    ended(work, { ...job, doubt: `the counter went from ${before} to ${count}` });
    return;
  }
  if (job.stood + 1 < READINGS) {
    goOn(work, job, 'count-after', { stood: job.stood + 1 });
    return;
  }
  work.s.job = null;
  refuse(work, job.command, true, 'the counter of the relay stood still');
}

function ended(work: Work, job: Job): void {
  work.s.job = null;
  if (job.doubt !== null) unknown(work, job, job.doubt);
  else tell(work, { fact: 'relay.done', command: job.command, relay: job.relay });
}

/** The same is asked again, or another stage is entered, a limited number of times; then it ends as it stands. */
function again(work: Work, job: Job, stage: Stage, doubt: string): void {
  if (job.tries + 1 < TRIES) {
    work.s.job = { ...job, stage, tries: job.tries + 1 };
    return;
  }
  work.s.job = null;
  if (job.sent) unknown(work, job, doubt);
  else refuse(work, job.command, false, doubt);
}

/** No answer came. Reading and switching off are repeated, switching on is not. */
export function jobMissed(work: Work): void {
  const { job } = work.s;
  if (job === null) return;
  if (job.stage === 'on') goOn(work, job, 'seen-on', { doubt: 'no answer to the order came' });
  else again(work, { ...job, stood: 0 }, job.stage, 'silent');
}

/** The module said that it does not do it, and why. */
export function jobExcepted(work: Work, raised: number): void {
  const { job } = work.s;
  if (job === null) return;
  const reason = faultOf(raised);
  if (job.stage !== 'on') {
    questionExcepted(work, job, raised);
  } else if (undone.includes(raised)) {
    work.s.job = null;
    refuse(work, job.command, true, reason);
  } else goOn(work, job, 'seen-on', { doubt: reason });
}

function questionExcepted(work: Work, job: Job, raised: number): void {
  const reason = faultOf(raised);
  if (raised === exception.busy || job.stage === 'off') again(work, job, job.stage, reason);
  else if (!job.sent) {
    work.s.job = null;
    refuse(work, job.command, false, reason);
  } else if (job.stage === 'seen-on' || job.stage === 'held') goOn(work, job, 'off', { doubt: reason });
  else ended(work, { ...job, doubt: reason });
}

/** Relays that are on without an order: of a run that ended, or of an order in doubt. */
export function strayRelays({ s, settings }: Work): readonly Relay[] {
  const busy = s.job === null ? undefined : settings.relays.get(s.job.relay);
  return [...settings.relays.values()].filter((one) => one !== busy && s.coils.get(one.coil) === true);
}
