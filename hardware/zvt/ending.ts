/** What is told of a charge, in one place: each end once, with the numbers that a restart compares with. */
import type { Approval, ChargeReference, DeclineReason } from '../charge.ts';
import type { Counters, DeviceFact } from '../device.ts';
import { bcdNumber, declineReason, find, hexByte, type Item, schemeOf, textOf } from './messages.ts';
import { clockOf, maskedCard, redact } from './receipt.ts';
import { terminalId } from './registration.ts';
import { type Charge, charged, tell, type Work } from './state.ts';

/** A terminal that was told "not yet" says its status again after two seconds, so long is listened before anything is asked. */
export const LISTEN_MS = 3_500;
const ASK_FIRST_MS = 1_000;
/** So long nobody knew, and nobody was told. */
const UNKNOWN_AFTER_MS = 15_000;

export const newCharge: Omit<Charge, 'id' | 'refund' | 'currency' | 'minor' | 'before'> = {
  stage: 'preparing',
  wanted: 'take',
  approval: null,
  answered: null,
  mismatch: null,
  ending: null,
  abort: 'no',
  prompt: null,
  unknown: false,
  askSinceMs: null,
  askAtMs: 0,
  pauseMs: ASK_FIRST_MS,
  awake: false,
};

/** Numbers as they are recorded: the last receipt and trace, the terminal, and the receipt before the present charge. */
function counters({ s }: Work): Counters {
  const before = s.charge?.before.receipt ?? null;
  return before === null ? s.counters : { ...s.counters, before };
}

function end(work: Work, fact: DeviceFact): void {
  const { s } = work;
  tell(work, fact);
  s.ended = fact;
  const [next = null, ...others] = s.later;
  s.charge = next;
  s.later = others;
}

export function endDeclined(work: Work, reason: DeclineReason, code: string): void {
  const { s, device } = work;
  if (s.charge === null) return;
  const { id, refund } = s.charge;
  // It may have used up a number all the same.
  s.baseline = false;
  s.baselineTries = 0;
  if (refund) end(work, { device, fact: 'refund.refused', command: id, key: `${id}/refused`, code });
  else {
    const key = `${id}/declined`;
    end(work, { device, fact: 'charge.declined', command: id, key, reason, code, watched: null });
  }
}

/** Nothing was taken, by the terminal's own code. */
export function endDeclinedBy(work: Work, code: number): void {
  const mismatch = work.s.charge?.mismatch;
  if (mismatch === 'currency') endDeclined(work, 'currency', 'other-currency');
  else if (mismatch === 'amount') endDeclined(work, 'other', 'other-amount');
  else endDeclined(work, declineReason(code), hexByte(code));
}

export function endConfirmed(work: Work): void {
  const { s, device } = work;
  if (s.charge === null) return;
  const { id } = s.charge;
  end(work, { device, fact: 'charge.confirmed', command: id, key: `${id}/confirmed`, counters: counters(work) });
}

export function endReversed(work: Work, by: 'kiosk' | 'other-side'): void {
  const { s, device } = work;
  if (s.charge === null) return;
  const { id, mismatch, approval } = s.charge;
  // Nobody was told of an approval, so that there is nothing to be given back.
  if (mismatch !== null) endDeclinedBy(work, 0);
  else if (approval === null) endDeclined(work, 'other', 'reversed');
  else end(work, { device, fact: 'charge.reversed', command: id, key: `${id}/reversed`, by, counters: counters(work) });
}

export function endIrreversible(work: Work, code: string): void {
  const { s, device } = work;
  if (s.charge === null) return;
  const { id } = s.charge;
  end(work, { device, fact: 'charge.irreversible', command: id, key: `${id}/irreversible`, code });
}

export function endRefunded(work: Work, items: readonly Item[]): void {
  const { s, device } = work;
  if (s.charge === null) return;
  const { id } = s.charge;
  countReceipt(work, items);
  end(work, { device, fact: 'refund.made', command: id, key: `${id}/made`, reference: referenceOf(items) });
}

/** Told once; what is heard later still counts. */
export function tellUnknown(work: Work, reason: string): void {
  const { s, device } = work;
  if (s.charge === null || s.charge.unknown) return;
  const { id } = s.charge;
  charged(work, { unknown: true });
  tell(work, { device, fact: 'charge.unknown', command: id, key: `${id}/unknown`, reason });
}

/** Nobody knows how it stands: the terminal is listened to first, then asked. */
export function askOn(work: Work): void {
  const { s, nowMs } = work;
  charged(work, {
    stage: 'asking',
    awake: false,
    answered: null,
    askSinceMs: s.charge?.stage === 'asking' ? s.charge.askSinceMs : nowMs,
    askAtMs: nowMs,
    pauseMs: ASK_FIRST_MS,
  });
  s.listenUntilMs = nowMs + LISTEN_MS;
}

/** When it has lasted so long that it is told; never while the terminal is at it. */
export function unknownAt({ s }: Work): number {
  const { charge, talk } = s;
  const asks = charge?.stage === 'asking' && !charge.unknown && talk?.purpose !== 'authorise';
  return asks && charge.askSinceMs !== null ? charge.askSinceMs + UNKNOWN_AFTER_MS : Number.POSITIVE_INFINITY;
}

/** Tells that nobody knows, when that has lasted. */
export function unknownWhenLong(work: Work): void {
  const { s, nowMs } = work;
  if (nowMs >= unknownAt(work)) tellUnknown(work, s.open ? 'no-answer' : 'line-lost');
}

/** What the terminal gives the payment: everything a reversal needs, and a person who looks for it. */
function referenceOf(items: readonly Item[]): ChargeReference {
  const reference: Record<string, string> = {};
  const put = (name: string, value: string | null): void => {
    if (value !== null && value !== '') reference[name] = value;
  };
  const number = (what: number) => bcdNumber(find(items, what))?.toString() ?? null;
  const text = (what: number) => redact(textOf(find(items, what) ?? new Uint8Array(0))).trim();
  put('receipt', number(0x87));
  put('trace', number(0x0b));
  put('turnover', number(0x88));
  put('terminal', terminalOf(items));
  put('contract', text(0x2a));
  put('authorisation', text(0x3b));
  put('date', clockOf(find(items, 0x0d), '-'));
  put('time', clockOf(find(items, 0x0c), ':'));
  return reference;
}

function terminalOf(items: readonly Item[]): string | null {
  const number = bcdNumber(find(items, 0x29));
  return number === null ? null : terminalId(number);
}

export function countReceipt({ s }: Work, items: readonly Item[]): void {
  const receipt = bcdNumber(find(items, 0x87));
  const trace = bcdNumber(find(items, 0x0b));
  const terminal = bcdNumber(find(items, 0x29));
  s.counters = {
    ...s.counters,
    ...(receipt === null ? {} : { receipt }),
    ...(trace === null ? {} : { trace }),
    ...(terminal === null ? {} : { terminal }),
  };
}

/** `held`: the terminal waits for the kiosk's word about the goods. */
export function tellApproved(work: Work, items: readonly Item[], minor: number, held: boolean): void {
  const { s, device } = work;
  if (s.charge === null) return;
  const { id, currency } = s.charge;
  countReceipt(work, items);
  const approval: Approval = { currency, minor, reference: referenceOf(items) };
  charged(work, { approval, stage: held ? 'held' : 'taken' });
  const kind = find(items, 0x8a)?.[0];
  const name = redact(textOf(find(items, 0x8b) ?? new Uint8Array(0))).trim();
  const card = {
    scheme: name !== '' ? name : kind === undefined ? null : schemeOf(kind),
    masked: maskedCard(find(items, 0x22)),
  };
  tell(work, {
    device,
    fact: 'charge.approved',
    command: id,
    key: `${id}/approved`,
    held,
    card: card.scheme === null && card.masked === null ? null : card,
    counters: counters(work),
    ...approval,
  });
}
