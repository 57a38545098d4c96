/** What the conversation keeps of each open charge and refund, and the few moves that all of its parts make. Pure. */
import { createHash } from 'node:crypto';
import type { Approval, ChargeFact, ChargePrompt, DeclineReason } from '../../../hardware/charge.ts';
import type { DeviceFact } from '../../../hardware/device.ts';
import type { GatewayRequest } from './contract.ts';

/** Milliseconds; what may differ from kiosk to kiosk. */
export interface Timings {
  /** How long a code stands on the screen. */
  readonly codeShownMs: number;
  /** After so long without an answer that decides, nobody knows. */
  readonly undecidedMs: number;
  /** The time limit of one request. */
  readonly attemptMs: number;
}

export const pollShownMs = 3_000;
export const pollScannedMs = 5_000;
export const pollWatchedMs = 10_000;
/** Both wallets: the first revoke not earlier after the payment was asked for. */
export const revokeEarliestMs = 15_000;
/** A password is waited for this long; then the payment is asked for a last time, and revoked. */
export const passwordMs = 50_000;
/** A revoke is for a payment of this day; a refund does it at any time. */
export const revokeLatestMs = 23 * 3_600_000;
/** How long a code is tried for. While none was shown, nobody can have paid it. */
export const createMs = 20_000;
/** A shown code dies at the gateway this long after it left the screen. */
export const expiryAfterShownMs = 60_000;
export const watchAfterExpiryMs = 120_000;
/** "It is not there" is believed when it is said twice, this far apart. */
export const absentTwiceMs = 5_000;
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

export type Ask = GatewayRequest['ask'];

/** A code of this start is shown or was scanned; of an earlier one nobody knows which, and both are thought of. */
export type Way = 'shown' | 'scanned' | 'unknown';

export type Course =
  | 'creating'
  | 'showing'
  | 'paying'
  /** Of an earlier start: asked what became of it. */
  | 'asking'
  /** Being closed or revoked. */
  | 'ending'
  | 'watching'
  /** Approved and told; waits for a word. */
  | 'approved'
  | 'reversing'
  /** Paid, but not as asked: a person decides. */
  | 'disputed'
  /** Its last fact was told, and waits to be recorded. */
  | 'over';

interface Asking {
  /** The command's. */
  readonly id: string;
  /** The trade's, at the gateway. */
  readonly number: string;
  readonly currency: string;
  readonly minor: number;
  /** The next question, and when, monotonic. */
  ask: Ask;
  dueMs: number;
  /** The last pause that was doubled; 0: none yet. */
  pauseMs: number;
  /** A question is under way. */
  flying: boolean;
  /** The key of its last fact; when that is recorded, it is forgotten. */
  finalKey: string | null;
  /** Why it was refused to give back, as last heard. */
  refusal: Refusal | null;
}

export interface Refusal {
  readonly code: string;
  readonly forGood: boolean;
  /** Because all of it was given back before. */
  readonly givenBack: boolean;
}

export interface Charge extends Asking {
  readonly what: 'charge';
  readonly way: Way;
  readonly subject: string;
  /** To the payment code. */
  readonly handle: string | null;
  course: Course;
  /** When it began, or the wallet was opened; monotonic. */
  readonly sinceMs: number;
  /** A code was told, so that somebody may have it. */
  coded: boolean;
  /** Monotonic. */
  readonly shownUntilMs: number;
  /** Wall time. */
  readonly expireAtMs: number;
  /** When it counts as unknown, monotonic. */
  decideAtMs: number;
  unknown: boolean;
  cancelled: boolean;
  /** Why it was refused, which an answer that decides has to bear out. */
  hint: { readonly reason: DeclineReason; readonly code: string } | null;
  /** Since when it is said not to be there, monotonic. */
  absentMs: number | null;
  /** `sent`: it may have arrived. `taken`: the gateway says so. `gave-back`: and that it had been paid. */
  revoke: 'never' | 'sent' | 'taken' | 'gave-back';
  revokeRefused: boolean;
  closeTries: number;
  closed: boolean;
  /** Monotonic. */
  watchUntilMs: number;
  approval: Approval | null;
  /** Approved is recorded. */
  recorded: boolean;
  prompt: ChargePrompt | null;
}

export interface Refund extends Asking {
  readonly what: 'refund';
  readonly refundNumber: string;
  readonly totalMinor: number;
}

export type Matter = Charge | Refund;

/** One step's moment, and what it says. */
export interface Work {
  readonly device: string;
  readonly merchant: string;
  readonly timings: Timings;
  readonly nowMs: number;
  readonly wallMs: number;
  readonly facts: DeviceFact[];
}

/** 32 of `0-9a-f`: fits both wallets, and is the same in every attempt and after every restart. */
export function numberOf(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 32);
}

/** Of the refund by which a charge is reversed: a charge has one reversal, so it needs no id of its own. */
export function reversalNumberOf(charge: string): string {
  return numberOf(`${charge}/reversal`);
}

export function tell(work: Work, fact: ChargeFact): undefined {
  work.facts.push({ device: work.device, ...fact });
}

/** The same event has the same key, also when another start tells it. */
export function keyOf(work: Work, matter: Matter, event: string): string {
  return `${work.device}/${matter.id}/${event}`;
}

export function prompt(work: Work, charge: Charge, wanted: ChargePrompt): undefined {
  if (charge.prompt === wanted) return;
  charge.prompt = wanted;
  tell(work, { fact: 'charge.prompt', command: charge.id, prompt: wanted });
}

export function next(work: Work, matter: Matter, ask: Ask, afterMs: number): undefined {
  matter.ask = ask;
  matter.dueMs = work.nowMs + afterMs;
}

/** After a pause that doubles up to a minute. */
export function later(work: Work, matter: Matter, ask: Ask, leastMs = firstPauseMs): undefined {
  matter.pauseMs = Math.min(longestPauseMs, Math.max(leastMs, matter.pauseMs * 2));
  next(work, matter, ask, matter.pauseMs);
}

/** Nothing is left to ask; the last fact is told again at the next start when it is not recorded. */
export function over(matter: Matter, key: string): undefined {
  matter.finalKey = key;
  matter.dueMs = Number.POSITIVE_INFINITY;
  if (matter.what === 'charge') matter.course = 'over';
}

export function rest(matter: Matter): undefined {
  matter.dueMs = Number.POSITIVE_INFINITY;
}

/** Whether money that came back came back by this start's own revoke. */
export function mayHaveRevoked(charge: Charge): boolean {
  if (charge.revoke === 'taken' || charge.revoke === 'gave-back') return true;
  return charge.way === 'scanned' && charge.revoke === 'sent';
}
