/**
 * The note in an acceptor's path and the orders about it: what the driver of every protocol has to keep in mind. Pure.
 * A driver says here what its machine reports, in the machine's own order, and asks here what to send next.
 *
 * An order to stack ends in exactly one of: stacked (the machine's evidence), returned, unknown (the machine itself
 * lost sight of the note), or refused (its bytes never left). Evidence has a key: the same key is the same note, over
 * repetitions, losses of power and restarts of this program.
 */
import { NO_CURRENCY } from './currency.ts';
import type {
  CashUnit,
  Counters,
  Denomination,
  DeviceCommand,
  DeviceFact,
  DeviceMemory,
  FoundNote,
  RejectReason,
} from './device.ts';

/** An order that left is sent again when the note still stands in escrow after this. */
const REPEAT_ORDER_MS = 500;

interface StackOrder extends Denomination {
  readonly command: string;
  /** Monotonic; null: not sent by this process. */
  readonly sentMs: number | null;
  /** Sent by an earlier process, as far as anybody knows. */
  readonly remembered: boolean;
}

interface ReturnOrder {
  /** Null: this driver's own wish. */
  readonly command: string | null;
  readonly sentMs: number | null;
}

interface Escrow {
  /** The protocol's own name of what lies there. */
  readonly code: number;
  /** Null: a note (or ticket) of no value known here; it is given back. */
  readonly value: Denomination | null;
  /** When the machine gives it back by itself. */
  readonly deadlineMs: number;
  /** Not told of until then, one that lies there is another one. */
  readonly lapsedMs: number;
}

interface Stacked extends Denomination {
  readonly command: string | null;
  readonly key: string;
  readonly told: boolean;
  readonly recorded: boolean;
}

export interface NotePath {
  /** A note came in and is not known to have gone. */
  readonly moving: boolean;
  readonly escrow: Escrow | null;
  readonly stack: StackOrder | null;
  readonly giveBack: ReturnOrder | null;
  /** The last order that left, or the last note told of as stacked: what a repeated report means. */
  readonly last: Stacked | null;
  /** The machine began anew under an order: found empty, nobody knows where the note went. */
  readonly beganAnew: boolean;
}

/** One step's workplace; a driver's own is this one and more. */
export interface PathWork {
  readonly device: string;
  readonly nowMs: number;
  readonly path: { -readonly [Name in keyof NotePath]: NotePath[Name] };
  readonly facts: DeviceFact[];
}

/** From what is recorded: an order without an outcome may have moved a note. */
export function startPath(device: string, { lastStack }: DeviceMemory): NotePath {
  if (lastStack === null) return { ...empty, last: null };
  const { command, currency, minor, open } = lastStack;
  const key = `${device}/${command}`;
  return {
    ...empty,
    stack: open ? { command, currency, minor, sentMs: null, remembered: true } : null,
    last: { command, currency, minor, key, told: false, recorded: false },
  };
}

const empty = {
  moving: false,
  escrow: null,
  stack: null,
  giveBack: null,
  beganAnew: false,
} satisfies Partial<NotePath>;

function forget(path: PathWork['path']): void {
  Object.assign(path, empty);
}

// What the machine reports.

/** A note is being drawn in; what was there before has gone. */
export function noteAccepting(work: PathWork): void {
  noteGone(work, 'empty');
  work.path.moving = true;
  work.facts.push({ device: work.device, fact: 'note.accepting' });
}

/**
 * A note lies in escrow, and the machine keeps it `holdMs`; told once, however often the machine says so. One of no
 * known value goes back.
 */
export function noteEscrowed(
  work: PathWork,
  code: number,
  value: Denomination | null,
  holdMs: number,
  counters?: Counters,
): void {
  const { path, facts, device, nowMs } = work;
  if (path.escrow !== null && path.escrow.code === code && nowMs <= path.escrow.lapsedMs) {
    // A second note pushed in behind it keeps it there, however long that one is left.
    path.escrow = { ...path.escrow, lapsedMs: Math.max(path.escrow.lapsedMs, nowMs + holdMs) };
    repeatOrders(work);
    return;
  }
  if (path.escrow !== null) noteGone(work, 'empty');
  path.moving = true;
  const deadlineMs = nowMs + holdMs;
  path.escrow = { code, value, deadlineMs, lapsedMs: deadlineMs + holdMs };
  if (value === null) wishReturn(path);
  else
    facts.push({ device, fact: 'note.escrowed', ...value, seenMs: nowMs, deadlineMs, ...(counters && { counters }) });
}

/** The driver itself wants the note out again. */
export function wishReturn(path: PathWork['path']): void {
  path.giveBack ??= { command: null, sentMs: null };
}

/**
 * Evidence that a note is in the box, or in the store of what pays out; `value` as the machine says it, null when it says
 * none. Answers what it counts as, under which key, and whether that is recorded already: only then may the machine be
 * let go.
 */
export function noteStacked(
  work: PathWork,
  value: Denomination | null,
  unit: CashUnit = 'box',
): Denomination & { readonly key: string; readonly recorded: boolean } {
  const { path, facts, device } = work;
  const event = stackedEvent(work, value);
  forget(path);
  path.last = { ...event, told: true };
  const { command, currency, minor, key, recorded } = event;
  const where = unit === 'box' ? {} : { unit };
  if (!recorded) facts.push({ device, fact: 'note.stacked', command, currency, minor, key, ...where });
  return { key, recorded, currency, minor };
}

/** True when a report that says "stacked" without more can only mean a note of which nothing was told yet. */
export function awaitsStacked({ stack, moving, last }: NotePath): boolean {
  return stack !== null || moving || last?.told === false;
}

/** True while a note that was told of as stacked has no record: the machine's evidence must not be overwritten. */
export function awaitsRecord({ last }: NotePath): boolean {
  return last?.told === true && !last.recorded;
}

/** The machine numbers what it tells: what comes now is no repetition. */
export function freshEvent(path: PathWork['path']): void {
  if (path.stack === null) path.moving = true;
}

/** The open order's note, a repetition of the last, or one that nobody ordered. */
function stackedEvent({ path, device, nowMs }: PathWork, value: Denomination | null): Stacked {
  const { stack, last, escrow, moving } = path;
  if (stack !== null) return freshly(stack.command, `${device}/${stack.command}`, value ?? stack);
  if (!moving && last !== null) return last;
  const known = value ?? escrow?.value ?? { currency: NO_CURRENCY, minor: 0 };
  const key = `${device}/unordered/${nowMs}`;
  return freshly(null, last?.key.startsWith(key) ? `${last.key}+` : key, known);
}

function freshly(command: string | null, key: string, { currency, minor }: Denomination): Stacked {
  return { command, currency, minor, key, told: false, recorded: false };
}

/**
 * The machine throws something out by its own judgement. Under an order that is the ordered note; but after a machine began
 * anew, or hands were in it, it is more likely the next one, and of the ordered note nobody knows.
 */
export function noteRejected(work: PathWork, reason: RejectReason, code: string): void {
  const { path, facts, device } = work;
  if (path.stack !== null || (path.giveBack !== null && path.giveBack.command !== null)) {
    noteGone(work, path.beganAnew ? 'empty' : 'leaving');
    return;
  }
  forget(path);
  facts.push({ device, fact: 'note.rejected', reason, code });
}

/**
 * The path is empty, or its note is on the way out (`leaving`), and no evidence came that it is in the box: an order
 * to stack ends as returned, or as unknown when the machine began anew meanwhile and saw nothing leave.
 */
export function noteGone(work: PathWork, seen: 'leaving' | 'empty'): void {
  const { path, facts, device } = work;
  const { stack, escrow, giveBack } = path;
  if (stack !== null) {
    const { command, currency, minor } = stack;
    const fact = path.beganAnew && seen === 'empty' ? 'note.unknown' : 'note.returned';
    facts.push({ device, fact, command, currency, minor });
  } else if (escrow !== null && escrow.value !== null) {
    facts.push({ device, fact: 'note.returned', command: giveBack?.command ?? null, ...escrow.value });
  } else if (escrow !== null) {
    facts.push({ device, fact: 'note.rejected', reason: 'other', code: 'note.no-value' });
  }
  forget(path);
}

/** The machine was reset, or lost its memory, while it was known to be there. */
export function machineBeganAnew(path: PathWork['path']): void {
  if (path.stack !== null) path.beganAnew = true;
}

/**
 * The machine was switched on and says where a note lay. A note in its stacker is the very event that the open order
 * waits for, and has its key. Answers the key: the machine may be reset when that is recorded.
 */
export function poweredUp(work: PathWork, found: FoundNote): string {
  const { path, facts, device, nowMs } = work;
  // A note that came in after the last order is not that order's.
  const command = path.stack?.command ?? (path.moving ? null : (path.last?.command ?? null));
  const same = found === 'stacker' && command !== null;
  const key = same ? `${device}/${command}` : `${device}/power-up/${command ?? 'none'}/${nowMs}`;
  if (same && path.last?.key === key) path.last = { ...path.last, told: true };
  forget(path);
  facts.push({ device, fact: 'device.powered-up', found, command, key });
  return key;
}

export function recordedInPath(path: PathWork['path'], key: string): void {
  if (path.last?.key === key) path.last = { ...path.last, recorded: true };
}

// Orders.

/** Takes an order about a note, or says why not. `held`: the machine says that a note waits in escrow. */
export function orderNote(
  work: PathWork,
  order: DeviceCommand & { readonly command: 'note.stack' | 'note.return' },
  machine: { readonly open: boolean; readonly held: boolean },
): void {
  const { path } = work;
  const refusal = order.command === 'note.stack' ? whyNotStack(work, order, machine) : whyNotReturn(path, machine);
  if (refusal !== null) refuse(work, order.id, refusal);
  else if (order.command === 'note.return') {
    path.giveBack = { command: order.id, sentMs: path.giveBack?.sentMs ?? null };
  } else if (path.stack?.command !== order.id) {
    const { id, currency, minor } = order;
    path.stack = { command: id, currency, minor, sentMs: null, remembered: false };
  }
}

function whyNotStack(
  { path, nowMs }: PathWork,
  order: Denomination & { readonly id: string },
  { open, held }: { readonly open: boolean; readonly held: boolean },
): string | null {
  if (!open) return 'line-lost';
  const value = path.escrow?.value ?? null;
  if (value === null || !held) return 'no-note';
  if (path.stack !== null && path.stack.command !== order.id) return 'already-ordered';
  if (path.giveBack !== null) return 'being-returned';
  if (value.currency !== order.currency || value.minor !== order.minor) return 'other-note';
  return tooLate(path, nowMs) ? 'too-late' : null;
}

function whyNotReturn(
  path: NotePath,
  { open, held }: { readonly open: boolean; readonly held: boolean },
): string | null {
  if (!open) return 'line-lost';
  if (path.escrow === null || !held) return 'no-note';
  return path.stack !== null && !path.stack.remembered ? 'being-stacked' : null;
}

/** Only what has not left yet is refused: what was sent ends by the machine's own word. */
export function refuse(work: PathWork, command: string, reason: string): void {
  work.facts.push({ device: work.device, fact: 'command.refused', command, sent: false, reason });
}

/** An order that never left is refused for certain when the note or the line is gone. */
export function dropUnsent(work: PathWork, reason: string): void {
  const { path } = work;
  const { stack } = path;
  // A repeated order has left once: its outcome comes from the machine.
  if (stack === null || stack.remembered || stack.sentMs !== null || path.last?.command === stack.command) return;
  refuse(work, stack.command, reason);
  path.stack = null;
}

/** Drops an order that would reach the machine after it has given the note back. */
export function dropLate(work: PathWork): void {
  if (tooLate(work.path, work.nowMs)) dropUnsent(work, 'too-late');
}

function tooLate(path: NotePath, nowMs: number): boolean {
  return path.escrow === null || nowMs >= path.escrow.deadlineMs;
}

/** The order did not arrive when the note still stands there. */
function repeatOrders({ path, nowMs }: PathWork): void {
  const { stack, giveBack } = path;
  if (stack !== null && stack.sentMs !== null && nowMs - stack.sentMs > REPEAT_ORDER_MS && !tooLate(path, nowMs)) {
    path.stack = { ...stack, sentMs: null };
  }
  if (giveBack !== null && giveBack.sentMs !== null && nowMs - giveBack.sentMs > REPEAT_ORDER_MS) {
    path.giveBack = { ...giveBack, sentMs: null };
  }
}

/** What is to be sent about the note now; null: nothing. */
export function noteWish({ stack, giveBack }: NotePath): 'stack' | 'return' | null {
  if (stack !== null && !stack.remembered && stack.sentMs === null) return 'stack';
  return giveBack !== null && giveBack.sentMs === null ? 'return' : null;
}

/** True while an order to stack has left and has no outcome: only the machine can tell. */
export function undecided({ stack }: NotePath): boolean {
  return stack !== null && (stack.remembered || stack.sentMs !== null);
}

/** The bytes of the wish are about to leave. */
export function wishSent({ path, device, nowMs }: PathWork, wish: 'stack' | 'return'): void {
  if (wish === 'return') {
    path.giveBack = { command: path.giveBack?.command ?? null, sentMs: nowMs };
    return;
  }
  const order = path.stack;
  if (order === null) return;
  path.stack = { ...order, sentMs: nowMs };
  path.beganAnew = false;
  path.last = freshly(order.command, `${device}/${order.command}`, order);
}
