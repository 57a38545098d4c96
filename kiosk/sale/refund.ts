/**
 * A paid sale is given back, whole and once: first the biller takes its booking back, then every part of the money goes back
 * its own way. Nothing of it depends on the visit that asked for it.
 */
import { alreadyGivenBack, type ChargeFact } from '../../hardware/charge.ts';
import type { DeviceFact } from '../../hardware/device.ts';
import { isOpen } from '../case.ts';
import { occupies } from '../charges.ts';
import type { ChargedPart } from '../charged-part.ts';
import type { FactBody } from '../fact.ts';
import { deviceState } from '../device-state.ts';
import type { Kiosk } from '../kiosk.ts';
import type { Session } from '../session/session.ts';
import { giveBackCharge, isAskedHere } from '../methods/charge/charges.ts';
import type { RefundRecord } from '../lookup.ts';
import { isRefunded, openRefundsMaximum, type Refund, type RefundPart, refundPart } from '../refunds.ts';
import { postUnansweredMs, refundAgainMs, reversalUnansweredMs } from '../rules.ts';
import type { RefundPlan, RefundProblem, Stage } from '../session/stage.ts';
import { bookedOf } from '../statements/booked.ts';
import {
  caseAbout,
  explainCase,
  gaveBack,
  move,
  newId,
  nextCase,
  nextVoucher,
  openCase,
  put,
  type Turn,
} from '../turn.ts';
import { printVoucher } from './completion.ts';

type Seen<K extends ChargeFact['fact']> = Extract<ChargeFact, { fact: K }> & { readonly device: string };
type Refused = Extract<DeviceFact, { fact: 'command.refused' }>;
type AtRefund = Extract<Stage, { at: 'refund' }>;

const dayMs = 86_400_000;

/** What may be given back of a sale, or why nothing is. `wallMs`: now, Unix milliseconds. */
function planRefund(
  kiosk: Kiosk,
  { paid, post, givenBack, suspect }: RefundRecord,
  wallMs: number,
): RefundPlan | { readonly problem: RefundProblem; readonly case: string | null } {
  const no = (problem: RefundProblem, number: string | null = null) => ({ problem, case: number });
  const { refunds: policy } = kiosk.rules;
  const about = Object.values(kiosk.cases).find((one) => one.sale === paid.sale && isOpen(one))?.case ?? null;
  // Of several bills a person gives one or all back.
  if (paid.bill.parts !== undefined) return no('window');
  if (givenBack || kiosk.refunds[paid.sale] !== undefined) return no('given-back', about);
  // Somebody has to take goods back.
  if (policy === null || post === null || suspect || paid.bill.goods !== undefined) return no('window');
  if (kiosk.posts[post.command] !== undefined) return no('confirming');
  if (about !== null) return no('case', about);
  if (wallMs - Date.parse(paid.paidAt) > policy.days * dayMs) return no('too-old');
  const charges = post.charges ?? [];
  const voucherMinor = post.paidMinor - charges.reduce((sum, { minor }) => sum + minor, 0);
  if (charges.some((part) => isGone(kiosk, part)) || voucherMinor < 0 || post.paidMinor <= 0) return no('window');
  if (Object.keys(kiosk.refunds).length >= openRefundsMaximum) return no('window');
  return {
    sale: paid.sale,
    receipt: paid.receipt,
    bill: paid.bill.number,
    post: post.command,
    currency: post.currency,
    billMinor: post.minor,
    minor: post.paidMinor,
    voucherMinor,
    charges,
  };
}

/** Only a person can give it back: who took it is asked here no more, or does not take it back to the same card any more. */
function isGone(kiosk: Kiosk, part: ChargedPart): boolean {
  return !isAskedHere(kiosk, part) || (part.method === 'card' && !inDay(kiosk, part));
}

/**
 * Its terminal can still take it back by its number, to the card that paid. Later it would pay a refund to whatever card is
 * put in, and only a person can see that it is the right one.
 */
function inDay({ terminals }: Kiosk, { device, command }: ChargedPart): boolean {
  return terminals[device]?.taken.includes(command) ?? false;
}

/** A receipt was typed with its bill, and is wanted back. `record` is null unless the numbers belong together. */
export function refundWanted(turn: Turn, number: string, record: RefundRecord): void {
  const plan = planRefund(turn.kiosk, record, turn.fact.at);
  const base = { at: 'refund', receipt: number, slip: null, step: 'shown' } as const;
  if ('problem' in plan) move(turn, { ...base, ...plan, plan: null });
  else move(turn, { ...base, problem: null, case: null, plan });
}

/**
 * The customer wants it. Above the limit a person who works here has to agree first, and to any sum that comes as a voucher:
 * a wallet's charge goes back to whoever paid it, but a voucher is whoever's knew two numbers, and a person sees the receipt.
 */
export function refundConfirmed(turn: Turn, session: Session): void {
  const { stage } = session;
  if (stage.at !== 'refund' || stage.step !== 'shown' || stage.plan === null) return;
  const limitMinor = turn.kiosk.rules.refunds?.attendantAboveMinor ?? 0;
  const { minor, voucherMinor } = stage.plan;
  if (minor > limitMinor || voucherMinor > 0) move(turn, { ...stage, step: 'waiting' });
  else askBiller(turn, session, stage, stage.plan, { by: null, second: null });
}

/** What waits for a person; null when nothing does. */
export function refundWaiting({ session }: Kiosk): (AtRefund & { readonly plan: RefundPlan }) | null {
  const stage = session?.stage;
  if (stage?.at !== 'refund' || stage.step !== 'waiting' || stage.plan === null) return null;
  return { ...stage, plan: stage.plan };
}

/** Somebody who works here agrees, or does not. */
export function refundJudged(
  turn: Turn,
  { sale, approve, by, second = null }: Extract<FactBody, { fact: 'refund.judged' }>,
): void {
  const stage = refundWaiting(turn.kiosk);
  const session = turn.kiosk.session;
  if (stage === null || session === null || stage.plan.sale !== sale) return;
  put(turn, { kind: 'session.touched', monoMs: turn.fact.monoMs });
  if (approve) {
    askBiller(turn, session, stage, stage.plan, { by, second });
    return;
  }
  const { receipt, currency, minor } = stage.plan;
  put(turn, { kind: 'refund.declined', session: session.id, sale, receipt, currency, minor, by });
  move(turn, { ...stage, step: 'declined' });
}

function askBiller(
  turn: Turn,
  session: Session,
  stage: AtRefund,
  plan: RefundPlan,
  { by, second }: { readonly by: string | null; readonly second: string | null },
): void {
  if (turn.kiosk.refunds[plan.sale] !== undefined) return;
  // Its terminal's day may have been closed while a person was waited for.
  if (plan.charges.some((part) => isGone(turn.kiosk, part))) {
    move(turn, { ...stage, problem: 'window', plan: null, step: 'shown' });
    return;
  }
  const { sale, receipt, bill, post, currency, billMinor, minor, voucherMinor, charges } = plan;
  const at = { session: session.id, sale, currency };
  put(turn, {
    kind: 'refund.asked',
    ...at,
    receipt,
    minor,
    voucherMinor,
    charges,
    by,
    ...(second === null ? {} : { second }),
  });
  put(turn, { kind: 'bill.reverse', command: newId(turn, 'reverse'), ...at, number: bill, post, minor: billMinor });
  move(turn, { ...stage, step: 'asked' });
}

/** The visit that still stands before this refund; null when nobody does. */
function standing({ kiosk }: Turn, sale: string): AtRefund | null {
  const stage = kiosk.session?.stage;
  return stage?.at === 'refund' && stage.plan?.sale === sale ? stage : null;
}

function byReverse({ kiosk }: Turn, command: string): Refund | null {
  return Object.values(kiosk.refunds).find(({ reverse }) => reverse?.command === command) ?? null;
}

/** The booking is taken back: from here on the money is the customer's, and all of it is on its way. */
export function billReversed(turn: Turn, command: string): void {
  const refund = byReverse(turn, command);
  if (refund === null) return;
  const { sale, session } = refund;
  put(turn, { kind: 'bill.reversed', command, sale });
  explainCase(turn, command);
  // The biller may have taken long to answer.
  const gone = refund.charges.filter((part) => isGone(turn.kiosk, part));
  for (const part of refund.charges) {
    if (gone.includes(part)) continue;
    if (!isRefunded(part)) {
      giveBackCharge(turn, part, { session, sale }, 'refunded', true);
      continue;
    }
    const { device, currency, minor } = part;
    const order = { command: newId(turn, 'refund'), device, session, sale, charge: part.command, part };
    put(turn, { kind: 'charge.refund', ...order, currency, minor });
  }
  const stage = standing(turn, sale);
  if (stage !== null) move(turn, { ...stage, step: 'given' });
  for (const part of gone) oweAtWindow(turn, refund, part);
  if (refund.voucherMinor > 0) giveVoucher(turn, refund);
}

/** Nobody is told to give it back: it is owed under a number. */
function oweAtWindow(turn: Turn, { sale, session }: Refund, part: ChargedPart): void {
  const { command, device, currency, minor } = part;
  const number = nextCase(turn.kiosk);
  const of = { device, session, sale, code: 'not-asked', case: number };
  if (isRefunded(part)) put(turn, { kind: 'refund.refused', command: newId(turn, 'refund'), ...of });
  else put(turn, { kind: 'charge.irreversible', command, ...of });
  openCase(turn, 'charge-irreversible', { session, sale, minor, subject: command });
  put(turn, { kind: 'case.resolved', case: number, outcome: 'owed', currency, minor });
  const stage = standing(turn, sale);
  if (stage !== null) move(turn, { ...stage, case: number });
}

function giveVoucher(turn: Turn, { sale, session, voucherMinor: minor, currency }: Refund): void {
  const serial = nextVoucher(turn.kiosk);
  put(turn, { kind: 'voucher.issued', serial, session, sale, currency, minor, reason: 'refund' });
  gaveBack(turn, { sale, method: 'voucher', currency, minor });
  const stage = standing(turn, sale);
  if (stage === null) {
    // Whoever comes next would find it: the case stands for it.
    openCase(turn, 'voucher-not-printed', { session, sale, minor, subject: serial });
    return;
  }
  move(turn, { ...stage, slip: { serial, minor } });
  printVoucher(turn, serial, false);
}

/** The biller does not take it back: nothing moves. */
export function billNotReversed(turn: Turn, command: string, reason: string): void {
  const refund = byReverse(turn, command);
  if (refund === null) return;
  put(turn, { kind: 'bill.reverse-refused', command, sale: refund.sale, reason });
  explainCase(turn, command);
  const stage = standing(turn, refund.sale);
  if (stage !== null) move(turn, { ...stage, step: 'refused' });
}

/** The number under which it was told that it goes back, or that it has not come yet; null when neither was. */
function caseOf(kiosk: Kiosk, { command, case: number }: RefundPart): string | null {
  return number ?? caseAbout(kiosk, command);
}

export function refundMade(turn: Turn, { command, key, reference }: Seen<'refund.made'>): void {
  const found = refundPart(turn.kiosk.refunds, command);
  if (found === null) return;
  const { sale, session } = found.refund;
  const { minor } = found.part;
  const part = { ...found.part.part, minor };
  const { device, method, currency } = part;
  const booked = bookedOf(method, minor, turn.fact.at);
  put(turn, { kind: 'refund.made', command, device, session, sale, key, reference, part, ...booked });
  gaveBack(turn, { sale, method, currency, minor });
  const open = caseOf(turn.kiosk, found.part);
  if (open !== null) put(turn, { kind: 'case.resolved', case: open, outcome: 'returned', currency, minor });
}

/** Only a person can give it back: it is owed under a number, or if it went back by another hand, looked into under one. */
export function refundRefused(turn: Turn, { command, code }: Seen<'refund.refused'>): void {
  const found = refundPart(turn.kiosk.refunds, command);
  if (found === null) return;
  const { sale, session } = found.refund;
  const { device, currency } = found.part.part;
  const { minor } = found.part;
  const known = caseOf(turn.kiosk, found.part);
  const number = known ?? nextCase(turn.kiosk);
  put(turn, { kind: 'refund.refused', command, device, session, sale, code, case: number });
  if (known === null) openCase(turn, 'charge-irreversible', { session, sale, minor, subject: command });
  if (code !== alreadyGivenBack) put(turn, { kind: 'case.resolved', case: number, outcome: 'owed', currency, minor });
  const stage = standing(turn, sale);
  if (stage !== null) move(turn, { ...stage, case: number });
}

/** The terminal was busy or away: the refund stands, and is ordered again. */
export function refundUnsent(turn: Turn, { command, device, sent, reason }: Refused): void {
  const found = refundPart(turn.kiosk.refunds, command);
  if (found === null || sent) return;
  const { sale, session } = found.refund;
  put(turn, { kind: 'refund.unsent', command, device, session, sale, reason });
}

export function refundStarting(turn: Turn, { command, device, counters }: Seen<'charge.starting'>): void {
  if (refundPart(turn.kiosk.refunds, command) !== null)
    put(turn, { kind: 'charge.starting', command, device, counters });
}

/** When the clock is looked at for a refund, monotonic; infinite when nothing waits. */
export function refundsDue(kiosk: Kiosk): number {
  let atMs = Number.POSITIVE_INFINITY;
  for (const { reverse, orderedMs, parts } of Object.values(kiosk.refunds)) {
    if (reverse !== null && caseAbout(kiosk, reverse.command) === null)
      atMs = Math.min(atMs, orderedMs + postUnansweredMs);
    for (const part of parts) {
      if (caseOf(kiosk, part) === null) atMs = Math.min(atMs, part.sinceMs + reversalUnansweredMs);
      if (mayGo(kiosk, part)) atMs = Math.min(atMs, part.orderedMs + refundAgainMs);
    }
  }
  return atMs;
}

/** It did not leave, and its terminal could take it now. */
function mayGo(kiosk: Kiosk, { unsent, part: { device } }: RefundPart): boolean {
  if (!unsent || !deviceState(kiosk, device).ready) return false;
  return !Object.values(kiosk.charges).some((charge) => charge.device === device && occupies(charge));
}

export function refundsTimeReached(turn: Turn): void {
  const nowMs = turn.fact.monoMs;
  for (const { sale, session, minor, reverse, orderedMs, parts } of Object.values(turn.kiosk.refunds)) {
    if (reverse !== null && nowMs >= orderedMs + postUnansweredMs && caseAbout(turn.kiosk, reverse.command) === null)
      openCase(turn, 'reversal-unanswered', { session, sale, minor, subject: reverse.command });
    for (const one of parts) partTimeReached(turn, { session, sale }, one);
  }
}

function partTimeReached(turn: Turn, of: { readonly session: string; readonly sale: string }, one: RefundPart): void {
  const { command, part, minor, sinceMs, orderedMs, case: number } = one;
  const { device, currency } = part;
  const nowMs = turn.fact.monoMs;
  if (nowMs >= sinceMs + reversalUnansweredMs && caseOf(turn.kiosk, one) === null) {
    const opened = openCase(turn, 'reversal-unanswered', { ...of, minor, subject: command });
    const stage = standing(turn, of.sale);
    if (stage !== null) move(turn, { ...stage, case: opened });
  }
  if (!mayGo(turn.kiosk, one) || nowMs < orderedMs + refundAgainMs) return;
  const order = { command, device, ...of, charge: part.command, part, ...(number === null ? {} : { case: number }) };
  put(turn, { kind: 'charge.refund', ...order, currency, minor });
}
