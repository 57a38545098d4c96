/**
 * The conversation with one wallet's gateway, pure: commands and answers in, requests and facts out. Each charge and each
 * refund has at most one question under way, all of them together at most four, and at most 1 000 are open. Time-outs are
 * monotonic; only when a code dies at the gateway is wall time.
 */
import type { Approval, OpenCharge } from '../../../hardware/charge.ts';
import type { DeviceCommand, DeviceFact, DeviceMemory } from '../../../hardware/device.ts';
import { cancel, chargeAnswered, chargeTick, chargeWakeMs, watch } from './charge.ts';
import type { GatewayAnswer, GatewayRequest } from './contract.ts';
import {
  type Ask,
  type Charge,
  expiryAfterShownMs,
  keyOf,
  type Matter,
  numberOf,
  over,
  prompt,
  type Refund,
  rest,
  reversalNumberOf,
  type Timings,
  tell,
  type Way,
  type Work,
} from './matter.ts';
import { refundAnswered, reverseNow } from './reversal.ts';

export type { Timings } from './matter.ts';

export const mattersMaximum = 1_000;
export const flightsMaximum = 4;
/** So many requests in a row without an answer: the wallet is lost. */
const lostAfter = 3;
const probeEveryMs = 30_000;

/** A request as the shell runs it: of a payment code it knows the handle only. */
export type WalletRequest = { readonly id: string } & (
  | Exclude<GatewayRequest, { readonly ask: 'pay' }>
  | (Omit<Extract<GatewayRequest, { readonly ask: 'pay' }>, 'authCode'> & { readonly handle: string })
);

export type WalletInput = { readonly nowMs: number; readonly wallMs: number } & (
  | { readonly type: 'opened' }
  | { readonly type: 'command'; readonly command: DeviceCommand }
  | { readonly type: 'answer'; readonly request: string; readonly answer: GatewayAnswer }
  /** No answer in time, or the attempt broke. */
  | { readonly type: 'failed'; readonly request: string; readonly why: string }
  | { readonly type: 'time' }
  | { readonly type: 'recorded'; readonly key: string }
  /** The gateway says that something happened to this number: a hint to ask. */
  | { readonly type: 'notified'; readonly number: string }
);

export interface WalletState {
  readonly open: boolean;
  /** As the memory had them; they begin with the first step. */
  readonly waiting: readonly OpenCharge[];
  readonly matters: ReadonlyMap<string, Matter>;
  /** Requests under way: whose, and what was asked. Null: nobody's, it looks whether the gateway is there. */
  readonly flights: ReadonlyMap<string, { readonly matter: string; readonly ask: Ask } | null>;
  readonly serial: number;
  readonly unanswered: number;
  readonly probeAtMs: number;
}

export interface WalletStep {
  readonly state: WalletState;
  readonly requests: readonly WalletRequest[];
  readonly facts: readonly DeviceFact[];
  /** When to come back with `time`, monotonic; null: not of itself. */
  readonly wakeAtMs: number | null;
}

export interface ConversationOptions {
  readonly device: string;
  readonly currency: string;
  /** As the gateway names who is paid. */
  readonly merchant: string;
  readonly timings: Timings;
}

export interface Conversation {
  start(memory: DeviceMemory): WalletState;
  step(state: WalletState, input: WalletInput): WalletStep;
}

interface Draft {
  open: boolean;
  waiting: readonly OpenCharge[];
  readonly matters: Map<string, Matter>;
  readonly flights: Map<string, { readonly matter: string; readonly ask: Ask } | null>;
  serial: number;
  unanswered: number;
  probeAtMs: number;
}

export function createConversation(options: ConversationOptions): Conversation {
  return {
    start: (memory) => ({
      open: false,
      waiting: memory.openCharges ?? [],
      matters: new Map(),
      flights: new Map(),
      serial: 0,
      unanswered: 0,
      probeAtMs: Number.POSITIVE_INFINITY,
    }),
    step(before, input) {
      const { device, merchant, timings } = options;
      const { nowMs, wallMs } = input;
      const work: Work = { device, merchant, timings, nowMs, wallMs, facts: [] };
      const matters = new Map([...before.matters].map(([id, matter]) => [id, { ...matter }]));
      const draft: Draft = { ...before, matters, flights: new Map(before.flights) };
      take(work, draft, options, input);
      for (const matter of draft.matters.values()) if (matter.what === 'charge') chargeTick(work, matter);
      const requests = draft.open ? plan(work, draft) : [];
      return { state: draft, requests, facts: work.facts, wakeAtMs: wakeAt(draft) };
    },
  };
}

function take(work: Work, draft: Draft, options: ConversationOptions, input: WalletInput): undefined {
  switch (input.type) {
    case 'opened':
      return open(work, draft);
    case 'command':
      resumeAll(work, draft);
      return obey(work, draft, options, input.command);
    case 'answer':
      return answered(work, draft, input.request, input.answer);
    case 'failed':
      return answered(work, draft, input.request, { came: 'undecided', why: 'unreachable', code: input.why });
    case 'time':
      return;
    case 'recorded':
      return recorded(work, draft, input.key);
    case 'notified':
      for (const matter of draft.matters.values()) {
        const asks = matter.number === input.number && !matter.flying && matter.ask === 'query';
        if (asks && Number.isFinite(matter.dueMs)) matter.dueMs = work.nowMs;
      }
      return;
    default:
      return input satisfies never;
  }
}

// The beginning.

function open(work: Work, draft: Draft): undefined {
  draft.open = true;
  resumeAll(work, draft);
  work.facts.push({ device: work.device, fact: 'device.ready' });
}

/** Before the first command, which may speak of one of them. */
function resumeAll(work: Work, draft: Draft): undefined {
  for (const one of draft.waiting) resume(work, draft, one);
  draft.waiting = [];
}

function resume(work: Work, draft: Draft, one: OpenCharge): undefined {
  if (one.refundOf !== null) {
    draft.matters.set(one.command, refundOf(work, one.command, one.refundOf, one.approval, one));
    return;
  }
  const charge = newCharge(work, one.command, one, 'unknown');
  draft.matters.set(charge.id, charge);
  charge.approval = one.approval;
  charge.coded = true;
  if (one.wanted === 'confirm') return confirm(work, charge);
  if (one.wanted === 'reverse') return reverseNow(work, charge);
  if (one.approval !== null) {
    charge.course = 'approved';
    charge.recorded = true;
    return rest(charge);
  }
  if (one.watched !== null) return watch(work, charge, one.watched);
  charge.cancelled = one.wanted === 'cancel';
  if (charge.cancelled) prompt(work, charge, 'reversing');
}

function newCharge(
  work: Work,
  id: string,
  { currency, minor }: { readonly currency: string; readonly minor: number },
  way: Way,
  more: { readonly subject: string; readonly handle: string | null } = { subject: '', handle: null },
): Charge {
  const { codeShownMs, undecidedMs } = work.timings;
  const begins = { shown: ['creating', 'create'], scanned: ['paying', 'pay'], unknown: ['asking', 'query'] } as const;
  const [course, ask] = begins[way];
  return {
    what: 'charge',
    id,
    number: numberOf(id),
    currency,
    minor,
    way,
    ...more,
    course,
    ask,
    dueMs: work.nowMs,
    pauseMs: 0,
    flying: false,
    finalKey: null,
    refusal: null,
    sinceMs: work.nowMs,
    coded: false,
    shownUntilMs: work.nowMs + codeShownMs,
    expireAtMs: work.wallMs + codeShownMs + expiryAfterShownMs,
    decideAtMs: work.nowMs + undecidedMs,
    unknown: false,
    cancelled: false,
    hint: null,
    absentMs: null,
    revoke: 'never',
    revokeRefused: false,
    closeTries: 0,
    closed: false,
    watchUntilMs: Number.POSITIVE_INFINITY,
    approval: null,
    recorded: false,
    prompt: null,
  };
}

function refundOf(
  work: Work,
  id: string,
  charge: string,
  approval: Approval | null,
  { currency, minor }: { readonly currency: string; readonly minor: number },
): Refund {
  return {
    what: 'refund',
    id,
    number: approval?.reference.order ?? numberOf(charge),
    refundNumber: numberOf(id),
    currency,
    minor,
    totalMinor: approval?.minor ?? minor,
    ask: 'refund',
    dueMs: work.nowMs,
    pauseMs: 0,
    flying: false,
    finalKey: null,
    refusal: null,
  };
}

// Commands.

function obey(work: Work, draft: Draft, options: ConversationOptions, command: DeviceCommand): undefined {
  const { id } = command;
  const known = draft.matters.get(id);
  const charge = known?.what === 'charge' ? known : null;
  switch (command.command) {
    case 'charge.start':
      if (known !== undefined) return;
      if (!room(draft)) return refuse(work, id, `${mattersMaximum} charges are open`);
      return begin(work, draft, options, command);
    case 'charge.cancel':
      if (charge === null) return refuse(work, id, 'there is no such charge');
      return cancel(work, charge);
    case 'charge.confirm':
      if (charge !== null && charge.course !== 'approved') return;
      return confirm(work, charge ?? kept(draft, newCharge(work, id, { currency: '', minor: 0 }, 'unknown')));
    case 'charge.reverse': {
      if (charge?.course === 'reversing' || charge?.course === 'over') return;
      if (charge === null && !room(draft)) return refuse(work, id, `${mattersMaximum} charges are open`);
      const one = charge ?? kept(draft, newCharge(work, id, command.approval, 'unknown'));
      one.approval ??= command.approval;
      return reverseNow(work, one);
    }
    case 'charge.refund':
      if (known !== undefined) return;
      if (!room(draft)) return refuse(work, id, `${mattersMaximum} charges are open`);
      draft.matters.set(id, refundOf(work, id, command.charge, command.approval, command));
      return;
    default:
      return refuse(work, id, `a wallet does not do ${command.command}`);
  }
}

function begin(
  work: Work,
  draft: Draft,
  options: ConversationOptions,
  command: Extract<DeviceCommand, { command: 'charge.start' }>,
): undefined {
  const handle = command.code ?? null;
  const way = handle === null ? 'shown' : 'scanned';
  const charge = kept(draft, newCharge(work, command.id, command, way, { subject: command.subject, handle }));
  if (command.currency !== options.currency || !Number.isSafeInteger(command.minor) || command.minor < 1) {
    const reason = command.currency === options.currency ? 'other' : 'currency';
    const key = keyOf(work, charge, 'declined');
    tell(work, { fact: 'charge.declined', command: charge.id, key, reason, code: 'not-asked', watched: null });
    return over(charge, key);
  }
  prompt(work, charge, 'wait');
}

function kept<Of extends Matter>(draft: Draft, matter: Of): Of {
  draft.matters.set(matter.id, matter);
  return matter;
}

/** Approved ones that wait for a word make room: a reversal brings all that it needs. */
function room(draft: Draft): boolean {
  if (draft.matters.size < mattersMaximum) return true;
  for (const matter of draft.matters.values()) {
    if (matter.what === 'charge' && matter.course === 'approved' && matter.recorded) {
      return draft.matters.delete(matter.id);
    }
  }
  return false;
}

function refuse(work: Work, command: string, reason: string): undefined {
  work.facts.push({ device: work.device, fact: 'command.refused', command, sent: false, reason });
}

function confirm(work: Work, charge: Charge): undefined {
  const key = keyOf(work, charge, 'confirmed');
  tell(work, { fact: 'charge.confirmed', command: charge.id, key, counters: {} });
  over(charge, key);
}

function recorded(work: Work, draft: Draft, key: string): undefined {
  for (const matter of draft.matters.values()) {
    if (matter.finalKey === key) draft.matters.delete(matter.id);
    else if (matter.what === 'charge' && key === keyOf(work, matter, 'approved')) matter.recorded = true;
  }
}

// Requests and answers.

function answered(work: Work, draft: Draft, request: string, answer: GatewayAnswer): undefined {
  const flight = draft.flights.get(request);
  if (flight === undefined) return;
  draft.flights.delete(request);
  heard(work, draft, answer);
  const matter = flight === null ? undefined : draft.matters.get(flight.matter);
  if (flight === null || matter === undefined) return;
  matter.flying = false;
  if (matter.what === 'refund') refundAnswered(work, matter, flight.ask, answer);
  else chargeAnswered(work, matter, flight.ask, answer);
}

/** A wallet that does not answer cannot be paid with; it is looked after until it does. */
function heard(work: Work, draft: Draft, answer: GatewayAnswer): undefined {
  const { device, nowMs } = work;
  const wasLost = draft.unanswered >= lostAfter;
  const silent = answer.came === 'undecided' && isSilence[answer.why];
  draft.unanswered = silent ? draft.unanswered + 1 : 0;
  if (!silent) {
    draft.probeAtMs = Number.POSITIVE_INFINITY;
    if (wasLost) work.facts.push({ device, fact: 'device.ready' });
    return;
  }
  if (draft.unanswered < lostAfter) return;
  draft.probeAtMs = nowMs + probeEveryMs;
  if (wasLost) return;
  const message = `${answer.why}: ${answer.code}`;
  work.facts.push({ device, fact: 'device.lost', reason: 'silent', message });
}

const isSilence = {
  unreachable: true,
  'not-genuine': true,
  clock: true,
  'other-trade': false,
  nonsense: true,
  'system-error': false,
  'rate-limited': false,
} as const;

function plan(work: Work, draft: Draft): readonly WalletRequest[] {
  const due = [...draft.matters.values()].filter((matter) => !matter.flying && matter.dueMs <= work.nowMs);
  // Whoever stands at the machine comes first.
  due.sort((one, other) => Number(attended(other)) - Number(attended(one)) || one.dueMs - other.dueMs);
  const requests: WalletRequest[] = [];
  for (const matter of due) {
    if (draft.flights.size >= flightsMaximum) break;
    const id = `${++draft.serial}`;
    draft.flights.set(id, { matter: matter.id, ask: matter.ask });
    matter.flying = true;
    requests.push(requestOf(id, matter));
    if (matter.what !== 'charge') continue;
    if (matter.ask === 'close') matter.closeTries += 1;
    if (matter.ask === 'revoke' && matter.revoke === 'never') matter.revoke = 'sent';
  }
  if (draft.probeAtMs <= work.nowMs && draft.flights.size === 0) {
    const id = `${++draft.serial}`;
    draft.flights.set(id, null);
    draft.probeAtMs = work.nowMs + probeEveryMs;
    requests.push({ id, ask: 'query', number: numberOf(`${work.device}/probe`) });
  }
  return requests;
}

function attended(matter: Matter): boolean {
  if (matter.what === 'refund' || matter.unknown) return false;
  return matter.course !== 'watching' && matter.course !== 'reversing';
}

function requestOf(id: string, matter: Matter): WalletRequest {
  const { number, currency, minor, ask } = matter;
  const refundNumber = matter.what === 'refund' ? matter.refundNumber : reversalNumberOf(matter.id);
  const back = matter.what === 'refund' ? matter : (matter.approval ?? matter);
  const totalMinor = matter.what === 'refund' ? matter.totalMinor : back.minor;
  switch (ask) {
    case 'create': {
      const { subject, expireAtMs } = matter as Charge;
      return { id, ask, number, currency, minor, subject, expireAtMs };
    }
    case 'pay': {
      const { subject, handle } = matter as Charge;
      return { id, ask, number, currency, minor, subject, handle: handle ?? '' };
    }
    case 'query':
    case 'close':
    case 'revoke':
      return { id, ask, number };
    case 'refund':
      return { id, ask, number, refundNumber, currency: back.currency, minor: back.minor, totalMinor };
    case 'refund-query':
      return { id, ask, number, refundNumber, currency: back.currency, minor: back.minor };
    default:
      return ask satisfies never;
  }
}

function wakeAt(draft: Draft): number | null {
  if (!draft.open) return null;
  const full = draft.flights.size >= flightsMaximum;
  let atMs = draft.flights.size === 0 ? draft.probeAtMs : Number.POSITIVE_INFINITY;
  for (const matter of draft.matters.values()) {
    if (!matter.flying && !full) atMs = Math.min(atMs, matter.dueMs);
    if (matter.what === 'charge') atMs = Math.min(atMs, chargeWakeMs(matter));
  }
  return Number.isFinite(atMs) ? atMs : null;
}
