/**
 * Getting messages across (PA00P016): what is sent, acknowledged, sent again, and how a command of ours is answered. Both
 * sides speak unasked, so that nothing here holds the wire: what has to leave stands in `out` and goes at the next turn,
 * and every time-out is a turn that the driver asked for.
 *
 * A message that moves money is sent again after a NAK alone, which says that it was not taken. Where nothing came back it
 * may have been: then the terminal is asked what became of it.
 */
import { ACK, encodeApdu, type Apdu, NAK, wrap } from './frame.ts';
import { BUSY, command, REFUSED_CLASS } from './messages.ts';
import type { Conversation, Outcome, Outgoing, Purpose, Work } from './state.ts';

/** T2: until what was sent is acknowledged. */
const ACKNOWLEDGED_WITHIN_MS = 5_000;
/** T3: until a command is answered by 80 or 84. */
const ANSWERED_WITHIN_MS = 5_000;
/** T4: until a command is completed; every message of the terminal begins it anew. */
const COMPLETED_WITHIN_MS = 180_000;
/** What has arrived is read before a time-out is judged. */
const GRACE_MS = 20;
const MOST_SENDS = 3;
/** More is waiting than any conversation brings. */
const outMaximum = 32;

/** Until a command is finished that some terminals do not finish. */
const FINISHED_WITHIN_MS = 400;
const nothing = new Uint8Array(0);

/** Moves money: b4 to b8 are probed on these. */
export const moneyNames = ['authorisation', 'reversal', 'refund', 'goods-given-out', 'goods-not-given-out'] as const;

function onLine({ settings }: Work, apdu: Uint8Array): Uint8Array {
  return settings.transport === 'tcp' ? apdu : wrap(apdu);
}

function queue({ s }: Work, message: Outgoing, first = false): void {
  if (s.out.length >= outMaximum) return;
  s.out = first ? [message, ...s.out] : [...s.out, message];
}

/** A bare ACK or NAK, which goes before everything else; over TCP there is none. */
export function sign(work: Work, is: 'ack' | 'nak'): void {
  if (work.settings.transport === 'tcp') return;
  const bytes = Uint8Array.of(is === 'ack' ? ACK : NAK);
  queue(work, { name: is, bytes, is: 'sign', times: 1, sends: 0 }, true);
}

export function reply(work: Work, apdu: Apdu, name: string, code: number): void {
  work.s.heard = apdu.bytes;
  queue(work, { name, bytes: onLine(work, encodeApdu(code)), is: 'reply', times: MOST_SENDS, sends: 0 });
}

/** Begins a conversation. `once`: never sent again unless the terminal says that it was spoilt. */
export function say(work: Work, purpose: Purpose, name: string, apdu: Uint8Array, once = false): void {
  queue(work, { name, bytes: onLine(work, apdu), is: 'command', times: once ? 1 : MOST_SENDS, sends: 0 });
  work.s.talk = { purpose, stage: 'sent', sends: 0, untilMs: Number.POSITIVE_INFINITY, items: null };
}

/** In the middle of a conversation, which it ends if the terminal still can. */
export function sayAbort(work: Work): void {
  const bytes = onLine(work, encodeApdu(command.abort));
  queue(work, { name: 'abort', bytes, is: 'abort', times: MOST_SENDS, sends: 0 });
}

/** A conversation that the terminal leads already, as after a restart of the kiosk. */
export function joinTalk({ s, nowMs }: Work, purpose: Purpose): void {
  s.talk = { purpose, stage: 'terminal', sends: 1, untilMs: nowMs + COMPLETED_WITHIN_MS, items: null };
}

// Out.

/** What leaves at this turn; null: nothing may. */
export function nextOut({ s, nowMs, settings }: Work): Outgoing | null {
  const [first, ...others] = s.out;
  if (first === undefined || (first.is !== 'sign' && s.unacked !== null)) return null;
  s.out = others;
  if (first.is === 'sign') return first;
  const message = { ...first, sends: first.sends + 1 };
  const acknowledges = settings.transport === 'serial';
  if (acknowledges) s.unacked = { message, untilMs: nowMs + ACKNOWLEDGED_WITHIN_MS + GRACE_MS };
  if (message.is === 'command' && s.talk !== null) {
    const withinMs = acknowledges ? ACKNOWLEDGED_WITHIN_MS + ANSWERED_WITHIN_MS : ANSWERED_WITHIN_MS;
    s.talk = { ...s.talk, sends: message.sends, untilMs: nowMs + withinMs + 2 * GRACE_MS };
  }
  return message;
}

/** The line took it. */
export function onAck({ s, nowMs }: Work): void {
  const command = s.unacked?.message.is === 'command';
  s.unacked = null;
  if (command && s.talk !== null) s.talk = { ...s.talk, untilMs: nowMs + ANSWERED_WITHIN_MS + GRACE_MS };
}

/** It came spoilt, so that it was not taken: it is sent again, whatever it is. */
export function onNak(work: Work): Outcome | null {
  const { unacked } = work.s;
  if (unacked === null) return null;
  return unacked.message.sends < MOST_SENDS ? again(work, unacked.message) : giveUp(work, unacked.message);
}

function again({ s }: Work, message: Outgoing): null {
  s.unacked = null;
  const signs = s.out.filter(({ is }) => is === 'sign');
  s.out = [...signs, message, ...s.out.slice(signs.length)];
  return null;
}

/** A reply that never got through is the terminal's to ask for again; a command is lost. */
function giveUp({ s }: Work, message: Outgoing): Outcome | null {
  s.unacked = null;
  return message.is === 'command' ? { how: 'lost' } : null;
}

// Time.

/** Judges what is missing; a conversation that is over by that is told. */
export function overdue(work: Work): Outcome | null {
  const { s, nowMs } = work;
  const { unacked, talk } = s;
  if (unacked !== null && nowMs >= unacked.untilMs) {
    const { message } = unacked;
    const lost = message.sends < message.times ? again(work, message) : giveUp(work, message);
    if (lost !== null) return lost;
  }
  if (talk === null || nowMs < talk.untilMs) return null;
  return endsTaken(talk) && talk.stage === 'terminal' ? { how: 'completed', data: nothing } : { how: 'lost' };
}

/** When the next of these is due. */
export function dueAt({ s, nowMs }: Work): number {
  const { unacked, talk, out } = s;
  const waiting = out.some(({ is }) => is === 'sign' || unacked === null);
  return Math.min(waiting ? nowMs : Infinity, unacked?.untilMs ?? Infinity, talk?.untilMs ?? Infinity);
}

// In.

/**
 * A frame that was heard already, and whose answer the terminal has not acknowledged: the answer goes out again, and nothing
 * else follows. Over TCP nothing is lost in between. A status information comes again on purpose, and is answered as things
 * stand now.
 */
export function isRepetition(work: Work, apdu: Apdu): boolean {
  const { heard, unacked } = work.s;
  if (heard === null || unacked?.message.is !== 'reply' || !sameBytes(heard, apdu.bytes)) return false;
  if (apdu.code === command.statusInformation) return false;
  again(work, unacked.message);
  return true;
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/**
 * Purposes that are done when they are taken. Some terminals say nothing more, others finish them as they do every command:
 * they are given a moment for that, in which nothing else may reach them.
 */
function endsTaken({ purpose }: Conversation): boolean {
  return purpose === 'language';
}

/** 80 or 84: how a command of ours was answered. Null: the conversation goes on. */
export function onAnswer(work: Work, { code, data }: Apdu): Outcome | null {
  const { s, nowMs } = work;
  const { talk, unacked } = s;
  if (unacked?.message.is === 'abort' || unacked?.message.is === 'command') s.unacked = null;
  // An answer in the middle is the abort's, and changes nothing: the terminal says itself how it ends.
  if (talk === null || talk.stage === 'terminal') return null;
  if (code === command.positive || code === command.positiveToo) {
    const withinMs = endsTaken(talk) ? FINISHED_WITHIN_MS : COMPLETED_WITHIN_MS + GRACE_MS;
    s.talk = { ...talk, stage: 'terminal', untilMs: nowMs + withinMs };
    return null;
  }
  if (code === ABORT_AS_ANSWER && data.length === 1) return { how: 'refused', code: data[0] as number };
  return { how: 'refused', code: code >>> 8 === REFUSED_CLASS ? code & 0xff : BUSY };
}

/** A CCV IM30 refuses with an abort's code and reason in an answer's class (captured: 84 1E 01 7D, Portalum/Portalum.Zvt). */
const ABORT_AS_ANSWER = (REFUSED_CLASS << 8) | (command.failed & 0xff);

/** A message of the terminal's own: it is there, and leads. */
export function terminalSpeaks(work: Work): void {
  const { s, nowMs } = work;
  if (s.unacked?.message.is === 'reply') s.unacked = null;
  if (s.talk?.stage === 'terminal') s.talk = { ...s.talk, untilMs: nowMs + COMPLETED_WITHIN_MS + GRACE_MS };
}
