/**
 * The money facts of note acceptors. They are judged before and apart from where the visit stands: a note that went into
 * the box is credited once to the sale it was ordered for, or it is a case.
 */
import type { CashUnit, DeviceFact } from '../../../hardware/device.ts';
import type { EntryBody, NoteNotice } from '../../entry.ts';
import { deviceState } from '../../device-state.ts';
import type { Stack } from '../../stacks.ts';
import { atCase, type Stage } from '../../session/stage.ts';
import { move, newId, nextCase, openCase, put, type Turn } from '../../turn.ts';
import { acceptorUsable, refuseCash, stackInFlight } from './acceptance.ts';

type Seen<K extends DeviceFact['fact']> = Extract<DeviceFact, { fact: K }>;

/** An order to stack needs this much of the device's patience left, milliseconds. */
const deadlineMarginMs = 300;

/** A note waits in escrow: take it or give it back, now. */
export function noteEscrowed(turn: Turn, seen: Seen<'note.escrowed'>): void {
  const { device, currency, minor } = seen;
  put(turn, { kind: 'note.escrowed', device, minor, monoMs: turn.fact.monoMs });
  const refusal = refuseEscrow(turn, seen);
  const { session } = turn.kiosk;
  if (refusal === null && session?.sale) {
    const command = newId(turn, 'stack');
    const { counters } = seen;
    const order = { command, device, session: session.id, sale: session.sale.id, currency, minor } as const;
    put(turn, { kind: 'note.stack', ...order, ...(counters && { counters }) });
    return;
  }
  put(turn, { kind: 'note.return', command: newId(turn, 'return'), device });
  tell(turn, refusal === null || refusal === 'limit' ? 'late' : refusal, minor);
}

function refuseEscrow(turn: Turn, seen: Seen<'note.escrowed'>): 'kind' | 'change' | 'limit' | 'late' | null {
  const { kiosk } = turn;
  const { session } = kiosk;
  // A note that lay in the path before this boot was nobody's order of this boot: it goes back.
  if (!acceptorUsable(kiosk, seen.device)) return 'late';
  if (!session?.sale || session.stage.at !== 'pay-cash' || session.sale.state !== 'open') return 'late';
  if (stackInFlight(kiosk) !== null) return 'late';
  const nowMs = turn.fact.monoMs;
  if (nowMs > seen.seenMs + kiosk.rules.noteDecisionMs || nowMs > seen.deadlineMs - deadlineMarginMs) return 'late';
  // It came in before this visit began: somebody else's.
  if (seen.seenMs < session.startedMs) return 'late';
  if (seen.currency !== kiosk.rules.currency) return 'kind';
  return refuseCash(kiosk, seen.device, session.sale, seen.minor);
}

/** The note is in the box, by the protocol's own evidence. */
export function noteStacked(turn: Turn, seen: Seen<'note.stacked'>): void {
  put(turn, { kind: 'note.left', device: seen.device });
  const stack = lastStackNamed(turn, seen.device, seen.command);
  if (stack?.status === 'stacked' || stack?.status === 'suspect') return;
  const where = inUnit(seen.unit);
  const { currency, minor } = seen;
  if (stack === null || !mayBeStacked(stack)) {
    noteUnowned(turn, { ...seen, minor: currency === turn.kiosk.rules.currency ? minor : null, ...where }, stack);
    return;
  }
  const asOrdered = currency === stack.currency && minor === stack.minor;
  if (asOrdered) credit(turn, stack, { evidence: 'stacked', confirmByCount: false, ...where });
  else creditToCount(turn, stack, { evidence: 'stacked', named: { currency, minor }, ...where });
}

/** The device was switched on and says where a note lay. */
export function noteFound(turn: Turn, seen: Seen<'device.powered-up'>): void {
  if (seen.found === 'acceptor') cameBack(turn, seen.device);
  put(turn, { kind: 'device.changed', device: seen.device, change: { to: 'powered-up', found: seen.found } });
  const stack = lastStackNamed(turn, seen.device, seen.command);
  const open = stack !== null && mayBeStacked(stack) ? stack : null;
  switch (seen.found) {
    case 'stacker':
      if (open !== null) creditToCount(turn, open, { evidence: 'power-up' });
      else if (stack?.status !== 'stacked' && stack?.status !== 'suspect')
        noteUnowned(turn, { ...seen, minor: null }, stack);
      return;
    case 'acceptor':
      // Before the lever: the reset that follows gives it back. Of one that was lost before, this is not the note.
      if (open !== null && open.status !== 'lost') giveUp(turn, open);
      tell(turn, 'power', open?.minor ?? null);
      return;
    case 'nothing':
      if (open?.status === 'open' || open?.status === 'doubt') doubt(turn, open, true);
  }
}

export function noteReturned(turn: Turn, seen: Seen<'note.returned'>): void {
  cameBack(turn, seen.device);
  put(turn, { kind: 'note.left', device: seen.device });
  const stack = lastStackNamed(turn, seen.device, seen.command);
  if (stack === null || (stack.status !== 'open' && stack.status !== 'doubt')) return;
  giveUp(turn, stack);
}

/** An order was refused: a note that the machine was never told to stack goes back by itself. */
export function orderRefused(turn: Turn, seen: Seen<'command.refused'>): void {
  const stack = lastStackNamed(turn, seen.device, seen.command);
  if (stack?.status === 'open' && !seen.sent) giveUp(turn, stack);
}

/** The order did not put the note into the box; the note is its owner's again. */
function giveUp(turn: Turn, stack: Stack): void {
  const { command, device, session, sale, currency, minor } = stack;
  put(turn, { kind: 'note.returned', command, device, session, sale, currency, minor });
  if (stack.case !== null) {
    resolve(turn, stack, 'returned');
    backToPaying(turn, stack.case);
  }
  tell(turn, 'late', minor);
}

/** A note that nobody ordered stays in the mouth too long: a number for the visit in which it came, over or not. */
export function noteStuck(turn: Turn, device: string): void {
  const { noteOf } = deviceState(turn.kiosk, device);
  const visit = turn.kiosk.session?.id === noteOf ? turn.kiosk.session : null;
  const sale = visit?.sale?.id ?? null;
  const number = openCase(turn, 'note-stuck', { session: noteOf, sale, minor: null, subject: null });
  put(turn, { kind: 'device.changed', device, change: { to: 'stuck', case: number } });
  const back = visit === null ? null : whereAfterDoubt(visit.stage);
  if (back !== null) move(turn, atCase(number, back));
}

/** The note that was stuck comes out while its owner stands here. */
function cameBack(turn: Turn, device: string): void {
  const { stuck } = deviceState(turn.kiosk, device);
  const about = stuck === null ? undefined : turn.kiosk.cases[stuck];
  if (stuck === null || about?.session !== turn.kiosk.session?.id) return;
  const { currency } = turn.kiosk.rules;
  put(turn, { kind: 'case.resolved', case: stuck, outcome: 'returned', currency, minor: null });
  backToPaying(turn, stuck);
}

/** Nothing is in doubt any more: the way to pay is open again, and says that the note came back. */
function backToPaying(turn: Turn, number: string): void {
  const stage = turn.kiosk.session?.stage;
  if (stage?.at === 'case' && stage.case === number && stage.back === 'pay-cash') move(turn, { at: 'pay-cash' });
}

/** The device lost sight of a note that was ordered into the box. */
export function noteUnknown(turn: Turn, seen: Seen<'note.unknown'>): void {
  put(turn, { kind: 'note.left', device: seen.device });
  const stack = lastStackNamed(turn, seen.device, seen.command);
  if (stack?.status === 'open' || stack?.status === 'doubt') doubt(turn, stack, true);
}

export function noteRejected(turn: Turn, seen: Seen<'note.rejected'>): void {
  cameBack(turn, seen.device);
  put(turn, { kind: 'note.left', device: seen.device });
  const known = seen.reason === 'damaged' || seen.reason === 'askew' ? seen.reason : 'unreadable';
  const what = seen.reason === 'inhibited' ? 'kind' : known;
  const kept = turn.kiosk.session?.notice;
  // The reason for which this kiosk itself gave the note back is the better one.
  if (seen.reason === 'host' || (seen.reason === 'timeout' && kept)) return;
  tell(turn, what, null);
}

/** Cheated: the last note was pulled out again after it was credited. */
export function noteSuspect(turn: Turn, seen: Seen<'note.suspect'>): void {
  const stack = turn.kiosk.stacks[seen.device];
  if (stack?.status === 'suspect') return;
  // Only the last note of this very visit can have been meant, and only when no newer one was under way.
  const meant = stack?.status === 'stacked' && stack.session === turn.kiosk.session?.id;
  if (stack === undefined || !meant || deviceState(turn.kiosk, seen.device).note !== 'none') {
    openCase(turn, 'note-suspect', { session: null, sale: null, minor: null, subject: null });
    return;
  }
  const { command, device, session, sale, currency, minor } = stack;
  const number = openCase(turn, 'note-suspect', { session, sale, minor, subject: command });
  const about = { command, device, session, sale, currency, minor, ...inUnit(stack.unit) };
  put(turn, { kind: 'note.suspect', ...about, code: seen.code, case: number });
  if (turn.kiosk.session?.stage.at === 'pay-cash') move(turn, atCase(number, 'pay-cash'));
}

/** No outcome came within the limit, or the device lost sight of the note. The order stays open to later evidence. */
export function doubt(turn: Turn, stack: Stack, lost: boolean): void {
  const { command, device, session, sale, currency, minor } = stack;
  const number = stack.case ?? nextCase(turn.kiosk);
  put(turn, { kind: 'note.unknown', command, device, session, sale, currency, minor, case: number, lost });
  if (stack.case !== null) return;
  openCase(turn, 'note-unknown', { session, sale, minor, subject: command });
  showDoubt(turn, session, number);
}

/** Whoever of this visit still stands there reads the number. */
function showDoubt(turn: Turn, session: string | null, number: string): void {
  const visit = turn.kiosk.session;
  const back = visit?.id === session ? whereAfterDoubt(visit.stage) : null;
  if (back !== null) move(turn, atCase(number, back));
}

/** The customer reads the case first, and then goes on with what was under way; null where nobody stands there. */
function whereAfterDoubt(stage: Stage): 'pay-cash' | 'choose' | 'cancel' | null {
  if (stage.at === 'pay-cash') return 'pay-cash';
  return stage.at === 'closing' && stage.next !== 'time-out' ? stage.next : null;
}

/** How far the machine's word carries a credit. */
type Evidence = Pick<Extract<EntryBody, { kind: 'note.stacked' }>, 'evidence' | 'confirmByCount' | 'named' | 'unit'>;

function credit(turn: Turn, stack: Stack, evidence: Evidence): void {
  const { command, device, session, sale, currency, minor } = stack;
  put(turn, { kind: 'note.stacked', command, device, session, sale, currency, minor, ...evidence });
  const now = turn.kiosk.session;
  const toTheSale = now?.sale?.id === sale && now.sale.state === 'open';
  if (stack.case !== null) resolve(turn, stack, toTheSale ? 'credited' : 'owed');
  else if (!toTheSale) openCase(turn, 'session-abandoned', { session, sale, minor, subject: command });
  if (toTheSale && now.stage.at === 'case' && now.stage.case === stack.case) {
    put(turn, { kind: 'session.moved', session, stage: { at: 'pay-cash' } });
  }
  if (now === null) return;
  const found = toTheSale && stack.case !== null ? foundNotice(stack.case, minor) : null;
  put(turn, { kind: 'session.saw', notice: found });
  put(turn, { kind: 'session.touched', monoMs: turn.fact.monoMs });
}

/** What was received jumps: whoever holds the slip of the case reads why, and that it stands for nothing any more. */
function foundNotice(number: string, minor: number): NoteNotice {
  return { what: 'found', minor, times: 1, case: number };
}

/** Credited from its order, for the machine names no value or another: the case is closed when the box is counted. */
function creditToCount(turn: Turn, stack: Stack, evidence: Omit<Evidence, 'confirmByCount'>): void {
  credit(turn, stack, { ...evidence, confirmByCount: true });
  const { command, session, sale, minor } = stack;
  showDoubt(turn, session, openCase(turn, 'note-to-count', { session, sale, minor, subject: command }));
}

/** Left out where the machine names none. */
function inUnit(unit: CashUnit | undefined): { readonly unit?: CashUnit } {
  return unit === undefined ? {} : { unit };
}

interface Unowned {
  readonly device: string;
  readonly key: string;
  /** Null: of another currency, or unknown. */
  readonly minor: number | null;
  readonly unit?: CashUnit;
}

/** `told`: the order that it was, of which the machine had said that its note came back; its owner reads the number. */
function noteUnowned(turn: Turn, { device, key, minor, unit }: Unowned, told: Stack | null): void {
  if (turn.kiosk.evidence.includes(key)) return;
  const { currency } = turn.kiosk.rules;
  const { session, sale } = told ?? { session: null, sale: null };
  const number = openCase(turn, 'note-unowned', { session, sale, minor, subject: key });
  put(turn, { kind: 'note.unowned', device, key, case: number, currency, minor, ...inUnit(unit) });
  showDoubt(turn, session, number);
}

function resolve(turn: Turn, stack: Stack, outcome: 'credited' | 'owed' | 'returned'): void {
  const { currency, minor } = stack;
  if (stack.case !== null) put(turn, { kind: 'case.resolved', case: stack.case, outcome, currency, minor });
}

/** Whether evidence that the note is in the box still counts for this order. */
function mayBeStacked({ status }: Stack): boolean {
  return status === 'open' || status === 'doubt' || status === 'lost';
}

/** The stack order that a device's fact names, if it is the last one that this device was given. */
function lastStackNamed(turn: Turn, device: string, command: string | null): Stack | null {
  const stack = turn.kiosk.stacks[device];
  return stack !== undefined && stack.command === command ? stack : null;
}

function tell(turn: Turn, what: NoteNotice['what'], minor: number | null): void {
  const session = turn.kiosk.session;
  if (session?.stage.at !== 'pay-cash') return;
  const before = session.notice;
  const times = before?.what === what ? before.times + 1 : 1;
  put(turn, { kind: 'session.saw', notice: { what, minor, times } });
  put(turn, { kind: 'session.touched', monoMs: turn.fact.monoMs });
}
