/**
 * What became of a charge that nobody saw end: listening, then asking the terminal how it is (05 01) and what its last
 * receipt is (06 20). The numbers recorded before the order left decide; never is a second order sent for the money. And
 * taking back what stands (06 30), which may be repeated, because the terminal says B4 of what is reversed already.
 */
import type { DeviceCommand } from '../device.ts';
import type { OpenCharge } from '../charge.ts';
import {
  askOn,
  countReceipt,
  endConfirmed,
  endDeclined,
  endDeclinedBy,
  endIrreversible,
  endRefunded,
  endReversed,
  newCharge,
  tellApproved,
  tellUnknown,
} from './ending.ts';
import { say } from './exchange.ts';
import {
  ABORTED,
  ALREADY_REVERSED,
  bcdNumber,
  BUSY,
  command,
  find,
  hexByte,
  isIrreversible,
  isPassing,
  type Item,
  NOT_REGISTERED,
  OK,
  readEnquiry,
  receiptNumber,
  tag,
  withPassword,
} from './messages.ts';
import { approvedMinor, isOurCurrency } from './payment.ts';
import { askStatus, beginAgain, silent } from './registration.ts';
import { type Charge, charged, orderOf, type Outcome, tell, type Work } from './state.ts';

const PAUSE_LONGEST_MS = 60_000;
/** Charges of before, or to be reversed, that wait for their turn: more than any kiosk has open at once. */
const laterMaximum = 1_000;
const MOST_RECEIPT = 9_999;

// What stood before this start.

export function chargeOf(open: OpenCharge, counters: Readonly<Record<string, number>>): Charge {
  const { command: id, currency, minor, approval, starting } = open;
  const wanted = open.wanted === 'refund' ? 'take' : open.wanted;
  const receipt = (approval === null ? counters.receipt : counters.before) ?? null;
  const before = { receipt, terminal: counters.terminal ?? null };
  const left = starting || approval !== null;
  const refund = open.refundOf !== null;
  const base = { ...newCharge, id, refund, currency, minor, wanted, approval, before };
  if (left) return { ...base, stage: 'asking', askSinceMs: 0 };
  return refund ? base : { ...base, stage: 'unsent' };
}

/**
 * What never left takes nothing: that of before this start, and that for which there is no terminal now. A refund is still
 * to be made.
 */
export function dropUnsent(work: Work): void {
  const { s } = work;
  while (s.charge?.stage === 'unsent')
    endDeclined(work, s.charge.wanted === 'cancel' ? 'cancelled' : 'other', 'unsent');
  if (s.charge !== null && !s.registered && !s.charge.refund && waitsToLeave.has(s.charge.stage))
    endDeclined(work, 'offline', 'unsent');
}

const waitsToLeave: ReadonlySet<Charge['stage']> = new Set(['preparing', 'starting', 'leaving']);

// Asking.

/** The next question about the present charge, or its reversal; false: none is due. */
export function recoveryStep(work: Work): boolean {
  const { s, nowMs, settings } = work;
  const { charge } = s;
  if (charge === null || nowMs < charge.askAtMs) return false;
  if (charge.stage === 'reversing') return reverse(work, charge);
  if (charge.stage !== 'asking') return false;
  const { terminal } = charge.before;
  if (terminal !== null && s.counters.terminal !== undefined && s.counters.terminal !== terminal) {
    undecided(work, 'terminal-exchanged');
    return false;
  }
  if (charge.awake) say(work, 'ask', 'repeat-receipt', withPassword(command.repeatReceipt, settings.password));
  else askStatus(work);
  return true;
}

function pause(work: Work): void {
  const { charge } = work.s;
  if (charge === null) return;
  charged(work, {
    awake: false,
    askAtMs: work.nowMs + charge.pauseMs,
    pauseMs: Math.min(charge.pauseMs * 2, PAUSE_LONGEST_MS),
  });
}

/** Nothing that was heard decides. What is to be reversed is reversed all the same: its receipt's number is known. */
function undecided(work: Work, reason: string): void {
  const { charge } = work.s;
  tellUnknown(work, reason);
  const sure = reason !== 'terminal-exchanged' && charge?.approval?.reference.receipt !== undefined;
  if (charge?.wanted === 'reverse' && !charge.refund && sure) charged(work, { stage: 'reversing' });
  pause(work);
}

/** The terminal was asked how it is, while a charge is open. */
export function onAskedStatus(work: Work, outcome: Outcome): void {
  const { charge } = work.s;
  if (charge?.stage !== 'asking') return;
  const said = outcome.how === 'completed' ? readEnquiry(outcome.data) : null;
  if (said === null || said.status === BUSY) {
    pause(work);
    return;
  }
  charged(work, { awake: true });
  const last = bcdNumber(find(said.items, tag.lastReceipt, true));
  if (last !== null && last === charge.before.receipt && charge.approval === null) nothingNew(work, charge);
}

/** Its last receipt, or that there is none. */
export function onAsked(work: Work, outcome: Outcome, items: readonly Item[] | null): void {
  const { charge } = work.s;
  if (charge === null) return;
  if (outcome.how === 'lost') {
    silent(work);
    pause(work);
    return;
  }
  if (items !== null && find(items, 0x87) !== null) {
    compare(work, charge, items);
    return;
  }
  if (outcome.how !== 'completed' && outcome.code === NOT_REGISTERED) beginAgain(work);
  const empty = outcome.how !== 'completed' && !isPassing(outcome.code);
  // A terminal that shows nothing and still counts as it did before has taken nothing since.
  const { receipt } = charge.before;
  const unchanged = outcome.how === 'completed' && receipt !== null && work.s.toldReceipt === receipt;
  if ((empty && receipt === 0) || (unchanged && charge.approval === null)) gone(work, charge);
  else if (outcome.how !== 'completed' && outcome.code === BUSY) pause(work);
  else undecided(work, 'no-receipt');
}

function compare(work: Work, charge: Charge, items: readonly Item[]): void {
  const { approval, before } = charge;
  const receipt = bcdNumber(find(items, 0x87));
  const terminal = bcdNumber(find(items, 0x29));
  if (before.terminal !== null && terminal !== null && terminal !== before.terminal) {
    undecided(work, 'terminal-exchanged');
  } else if (receipt !== null && receipt === before.receipt) {
    gone(work, charge);
  } else if (approval !== null) {
    compareApproved(work, charge, items);
  } else if (before.receipt === null) {
    undecided(work, 'not-known-before');
  } else {
    compareNewer(work, charge, items);
  }
}

/** The terminal holds nothing of after the beginning. */
function gone(work: Work, charge: Charge): void {
  if (charge.approval === null) nothingNew(work, charge);
  else endReversed(work, byWhom(charge));
}

/** Nothing was taken, or nothing was given back yet. */
function nothingNew(work: Work, charge: Charge): void {
  if (charge.refund) {
    pause(work);
    charged(work, { stage: 'leaving' });
  } else endDeclined(work, charge.wanted === 'cancel' ? 'cancelled' : 'other', 'not-taken');
}

function byWhom({ wanted }: Charge): 'kiosk' | 'other-side' {
  return wanted === 'reverse' ? 'kiosk' : 'other-side';
}

/** A receipt of after the beginning, of a charge whose approval nobody heard. */
function compareNewer(work: Work, charge: Charge, items: readonly Item[]): void {
  const result = find(items, 0x27)?.[0];
  const minor = find(items, 0x04) === null ? null : approvedMinor(charge, items);
  const reversal = find(items, 0x37) !== null;
  const ours = minor !== null && isOurCurrency(work, items);
  if (result === undefined) undecided(work, 'no-result');
  else if (charge.refund) {
    if (result === OK && ours && minor === charge.minor) endRefunded(work, items);
    else undecided(work, 'other-receipt');
  } else if (result !== OK) {
    countReceipt(work, items);
    endDeclinedBy(work, result);
  } else if (!ours) undecided(work, 'other-receipt');
  else if (reversal) endReversed(work, byWhom(charge));
  else {
    tellApproved(work, items, minor, false);
    if (charge.wanted === 'reverse') charged(work, { stage: 'reversing', askAtMs: work.nowMs });
  }
}

function compareApproved(work: Work, charge: Charge, items: readonly Item[]): void {
  const { receipt, trace } = charge.approval?.reference ?? {};
  const isOurs = receipt !== undefined && bcdNumber(find(items, 0x87)) === Number(receipt);
  const result = find(items, 0x27)?.[0];
  const reversed = bcdNumber(find(items, 0x37));
  const reversesOurs = reversed !== null && (isOurs || (trace !== undefined && reversed === Number(trace)));
  if (result === undefined) undecided(work, 'no-result');
  else if (reversesOurs && result === OK) endReversed(work, byWhom(charge));
  else if (!isOurs) undecided(work, 'other-receipt');
  else if (result !== OK) endReversed(work, byWhom(charge));
  else if (approvedMinor(charge, items) !== charge.approval?.minor && find(items, 0x04) !== null)
    undecided(work, 'other-amount');
  else stands(work, charge);
}

/** It is taken, for certain, and no terminal waits for a word. */
function stands(work: Work, { wanted }: Charge): void {
  if (wanted === 'confirm') endConfirmed(work);
  else charged(work, { stage: wanted === 'reverse' ? 'reversing' : 'taken', askAtMs: work.nowMs });
}

// Taking back.

function reverse(work: Work, { approval }: Charge): boolean {
  const terminal = terminalIn(approval?.reference.terminal);
  const { terminal: present } = work.s.counters;
  if (terminal !== null && present !== undefined && present !== terminal) {
    undecided(work, 'terminal-exchanged');
    return false;
  }
  const receipt = Number(approval?.reference.receipt);
  if (!Number.isInteger(receipt) || receipt < 0 || receipt > MOST_RECEIPT) {
    endIrreversible(work, 'no-receipt');
    return false;
  }
  const what = withPassword(command.reversal, work.settings.password, receiptNumber(receipt));
  say(work, 'reverse', 'reversal', what, true);
  return true;
}

export function onReversed(work: Work, outcome: Outcome, items: readonly Item[] | null): void {
  const { charge } = work.s;
  if (charge === null) return;
  const result = (items === null ? undefined : find(items, 0x27)?.[0]) ?? codeOf(outcome);
  if (result === OK && outcome.how === 'completed' && items !== null) {
    const minor = bcdNumber(find(items, 0x04));
    countReceipt(work, items);
    // Some terminals reverse their last payment, whichever is named.
    if (minor !== null && minor !== charge.approval?.minor) endIrreversible(work, 'other-amount');
    else endReversed(work, 'kiosk');
  } else if (result === ALREADY_REVERSED) endReversed(work, 'kiosk');
  else if (outcome.how === 'lost' || result === null || result === OK) {
    if (outcome.how === 'lost') silent(work);
    askOn(work);
    pause(work);
  } else if (isIrreversible(result)) endIrreversible(work, hexByte(result));
  else {
    if (result === NOT_REGISTERED) beginAgain(work);
    pause(work);
  }
}

function codeOf(outcome: Outcome): number | null {
  return outcome.how === 'failed' || outcome.how === 'refused' ? outcome.code : null;
}

/** A refund that was ordered is over, as far as it goes. */
export function onRefunded(work: Work, outcome: Outcome, items: readonly Item[] | null, sends: number): void {
  const said = items === null ? undefined : find(items, 0x27)?.[0];
  if (said === OK && items !== null && outcome.how !== 'failed') {
    endRefunded(work, items);
    return;
  }
  const code = said !== undefined && said !== OK ? said : codeOf(outcome);
  if (code === null || said === OK || (outcome.how === 'refused' && sends > 1)) askOn(work);
  else if (isPassing(code) && code !== ABORTED) {
    if (code === NOT_REGISTERED) beginAgain(work);
    charged(work, { stage: 'leaving' });
    pause(work);
  } else endDeclinedBy(work, code);
}

// What the kiosk says of it.

type Reverse = DeviceCommand & { readonly command: 'charge.reverse' };

export function onConfirm(work: Work, id: string): void {
  const { s, device } = work;
  if (s.charge?.id !== id) {
    if (!toldAgain(work, id))
      tell(work, { device, fact: 'charge.unknown', command: id, key: `${id}/unknown`, reason: 'not-known-here' });
    return;
  }
  if (s.charge.wanted === 'reverse') return;
  charged(work, { wanted: 'confirm' });
  if (s.charge.stage === 'taken') endConfirmed(work);
}

export function onReverse(work: Work, { id, approval }: Reverse): void {
  const { s } = work;
  if (s.charge?.id === id) {
    charged(work, {
      wanted: 'reverse',
      approval: s.charge.approval ?? (s.charge.stage === 'asking' ? approval : null),
    });
    if (s.charge.stage === 'taken') charged(work, { stage: 'reversing', askAtMs: work.nowMs });
    return;
  }
  const { currency, minor } = approval;
  if (s.ended?.fact !== 'charge.confirmed' && toldAgain(work, id)) return;
  const waits = s.later.some((charge) => charge.id === id);
  if (waits || s.later.length >= laterMaximum) return;
  const before = { receipt: null, terminal: terminalIn(approval.reference.terminal) };
  const charge: Charge = {
    ...newCharge,
    id,
    refund: false,
    currency,
    minor,
    before,
    approval,
    wanted: 'reverse',
    stage: 'reversing',
  };
  if (s.charge === null || s.charge.stage === 'taken') s.charge = charge;
  else s.later = [...s.later, charge];
}

function terminalIn(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,8}$/.test(text) ? Number(text) : null;
}

/** The end of the last charge, again: the same key is the same event. */
function toldAgain(work: Work, id: string): boolean {
  const { ended } = work.s;
  if (ended === null || orderOf(ended) !== id) return false;
  tell(work, ended);
  return true;
}
