/** A diagnosis that a person wants (06 70): the terminal speaks with its host, and then says how it is (05 01). */
import { say } from './exchange.ts';
import { encodeApdu } from './frame.ts';
import { command, hexByte, OK, readEnquiry } from './messages.ts';
import { type Outcome, refuse, tell, type Work } from './state.ts';

/** It waits until the terminal is free; not at all while a payment is open. */
export function onDiagnose(work: Work, id: string): void {
  const { s, nowMs } = work;
  if (s.charge !== null || s.day !== null || s.diagnosis !== null) refuse(work, id, false, 'busy');
  else if (!s.registered) refuse(work, id, false, 'not-ready');
  else s.diagnosis = { id, sent: false, made: null, sinceMs: nowMs };
}

/** Sends the order when there is one; false: there is none. */
export function diagnose(work: Work): boolean {
  const { s } = work;
  if (s.diagnosis === null || s.diagnosis.sent) return false;
  s.diagnosis = { ...s.diagnosis, sent: true };
  say(work, 'diagnose', 'diagnosis', encodeApdu(command.diagnosis));
  return true;
}

/** It is over, or not known to this terminal: how it is says the enquiry that follows. */
export function onDiagnosed(work: Work, outcome: Outcome): void {
  const { s } = work;
  if (s.diagnosis === null) return;
  if (outcome.how === 'lost') {
    lost(work);
    return;
  }
  s.diagnosis = { ...s.diagnosis, made: outcome.how === 'completed' ? 'made' : `refused-${hexByte(outcome.code)}` };
}

/** How the terminal is after it. */
export function onDiagnosedStatus(work: Work, outcome: Outcome): void {
  const { s, device, nowMs } = work;
  const { diagnosis } = s;
  if (diagnosis === null || diagnosis.made === null) return;
  if (outcome.how === 'lost') {
    lost(work);
    return;
  }
  s.diagnosis = null;
  const said = outcome.how === 'completed' ? readEnquiry(outcome.data) : null;
  const code = outcome.how === 'completed' ? (said?.status ?? OK) : outcome.code;
  const { id, made, sinceMs } = diagnosis;
  const { terminal = null, receipt = null } = s.counters;
  const firmware = said?.version ?? null;
  const told = { diagnosis: made, status: hexByte(code), well: code === OK, firmware, terminal, receipt };
  tell(work, { device, fact: 'terminal.diagnosed', command: id, ...told, tookMs: Math.round(nowMs - sinceMs) });
}

/** The line is gone, or nobody answers on it. */
export function lost(work: Work): void {
  const { s } = work;
  if (s.diagnosis !== null) refuse(work, s.diagnosis.id, true, 'lost');
  s.diagnosis = null;
}
