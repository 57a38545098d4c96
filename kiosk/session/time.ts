/** When the kiosk must look again, and what it does then. All of it on the monotonic clock. */
import { checksDue, checksTimeReached } from '../checks/run.ts';
import { dayDue } from '../day/close.ts';
import { deviceState } from '../device-state.ts';
import type { Kiosk } from '../kiosk.ts';
import type { Payout } from '../payouts.ts';
import { leftOpenDue } from '../cabinet/left-open.ts';
import { outageDue } from '../cabinet/outage.ts';
import { mainsDue } from '../cabinet/shut-down.ts';
import type { Session } from './session.ts';
import { printFailed, ownPaperPrinting, ownPapers, reprintDue } from '../documents/prints.ts';
import { isCardToTake } from '../methods/charge/availability.ts';
import { noteInMouth } from '../methods/cash/acceptance.ts';
import { doubt, noteStuck } from '../methods/cash/notes.ts';
import { chargeDue, chargesTimeReached, partDecided } from '../methods/charge/charges.ts';
import { daysDue, daysTimeReached } from '../methods/charge/day.ts';
import { payoutDoubt } from '../methods/cash/payouts.ts';
import { noteToTake, presentedDue, presentedTimeReached, waitsForHand } from '../methods/cash/presented.ts';
import {
  idleAfterPaidMs,
  mouthOutcomeMs,
  payoutOutcomeMs,
  printOutcomeMs,
  refundApprovalMs,
  settledMs,
  stackOutcomeMs,
  takeMs,
  thanksMs,
} from '../rules.ts';
import { remoteDue } from '../remote/remote.ts';
import { unansweredAt } from '../sale/goods.ts';
import { releasesDue, releasesTimeReached } from '../sale/release.ts';
import { refundsDue, refundsTimeReached } from '../sale/refund.ts';
import { credited } from '../sale/sale.ts';
import { emptyingsDue, emptyingTimeReached } from '../staff/moves.ts';
import { statementsDue, statementsTimeReached } from '../statements/statements.ts';
import { staffDue, staffTimeReached } from '../staff/persons.ts';
import { caseAbout, move, openCase, put, type Turn } from '../turn.ts';

interface Deadline {
  readonly atMs: number;
  readonly what: 'advance' | 'warn' | 'time-out';
}

function sessionDeadline(kiosk: Kiosk, session: Session): Deadline {
  const { stage, touchedMs } = session;
  const { idleMs, idleWithMoneyMs, warningMs } = kiosk.rules;
  // While a voucher or a ticket prints, its owner stays: the printer answers, or its limit ends it.
  if (ownPaperPrinting(kiosk)) return { atMs: Number.POSITIVE_INFINITY, what: 'advance' };
  // So while a paid-out note waits to be taken: that has a limit of its own.
  if (noteToTake(kiosk) !== null) return { atMs: Number.POSITIVE_INFINITY, what: 'advance' };
  switch (stage.at) {
    case 'settled':
    case 'returned':
      // No touch puts the way on off while there is none to touch.
      if (isCardToTake(kiosk)) return { atMs: stage.sinceMs + settledMs, what: 'advance' };
      return { atMs: Math.max(stage.sinceMs + settledMs, touchedMs + settledMs), what: 'advance' };
    case 'thanks':
      return { atMs: stage.sinceMs + thanksMs, what: 'advance' };
    case 'documents':
      return { atMs: touchedMs + (stage.out ? takeMs : idleAfterPaidMs), what: 'advance' };
    // While a charge is under way its terminal or gateway answers, or its limit ends it.
    case 'pay-charge':
    case 'giving':
    case 'settling':
    case 'closing':
      return { atMs: Number.POSITIVE_INFINITY, what: 'advance' };
    default: {
      if (stage.at === 'find-receipt' && stage.out) return { atMs: touchedMs + takeMs, what: 'advance' };
      const inside = session.sale !== null && session.sale.state === 'open' && credited(session.sale) > 0;
      if (stage.at === 'refund' && stage.step === 'given') return { atMs: touchedMs + settledMs, what: 'advance' };
      const waits = stage.at === 'refund' && stage.step === 'waiting';
      const asked = stage.at === 'refund' && stage.step === 'asked';
      const limitMs = waits ? refundApprovalMs : inside || asked || stage.at === 'case' ? idleWithMoneyMs : idleMs;
      return session.warned
        ? { atMs: touchedMs + limitMs + warningMs, what: 'time-out' }
        : { atMs: touchedMs + limitMs, what: 'warn' };
    }
  }
}

/** The next moment (monotonic, milliseconds) at which `time.reached` is due; infinite when nothing waits. */
export function due(kiosk: Kiosk): number {
  let atMs = Number.POSITIVE_INFINITY;
  for (const stack of Object.values(kiosk.stacks)) {
    if (stack.status === 'open') atMs = Math.min(atMs, stack.orderedMs + stackOutcomeMs);
  }
  for (const print of Object.values(kiosk.prints)) atMs = Math.min(atMs, print.orderedMs + printOutcomeMs);
  for (const post of Object.values(kiosk.posts)) {
    if (caseAbout(kiosk, post.command) === null) atMs = Math.min(atMs, unansweredAt(kiosk, post));
  }
  for (const device of kiosk.rules.acceptors) atMs = Math.min(atMs, mouthDeadline(kiosk, device));
  for (const payout of Object.values(kiosk.payouts)) {
    if (isSilent(kiosk, payout)) atMs = Math.min(atMs, payout.orderedMs + payoutOutcomeMs);
  }
  for (const charge of Object.values(kiosk.charges)) {
    atMs = Math.min(atMs, chargeDue(charge, caseAbout(kiosk, charge.command) !== null));
  }
  atMs = Math.min(atMs, staffDue(kiosk), emptyingsDue(kiosk), presentedDue(kiosk), daysDue(kiosk), refundsDue(kiosk));
  const cabinetMs = Math.min(mainsDue(kiosk), outageDue(kiosk), leftOpenDue(kiosk));
  atMs = Math.min(
    atMs,
    releasesDue(kiosk),
    cabinetMs,
    dayDue(kiosk),
    statementsDue(kiosk),
    checksDue(kiosk),
    remoteDue(kiosk),
  );
  if (kiosk.session === null) return atMs;
  for (const paper of ownPapers(kiosk.session.sale)) {
    const againMs = reprintDue(paper);
    if (againMs > kiosk.monoMs) atMs = Math.min(atMs, againMs);
  }
  return Math.min(atMs, noticeDeadline(kiosk, kiosk.session), sessionDeadline(kiosk, kiosk.session).atMs);
}

/** Its machine owes a word about it. One that holds a note between its lips has said what it waits for. */
function isSilent(kiosk: Kiosk, payout: Payout): boolean {
  return payout.status === 'open' && !waitsForHand(kiosk, payout);
}

/** When a note that came back has been taken, as far as anybody can know; infinite while one is still in a mouth. */
function noticeDeadline(kiosk: Kiosk, { notice, touchedMs }: Session): number {
  if (notice === null || notice.over) return Number.POSITIVE_INFINITY;
  const busy = kiosk.rules.acceptors.some((device) => deviceState(kiosk, device).note !== 'none');
  return busy ? Number.POSITIVE_INFINITY : touchedMs + takeMs;
}

/** When a note that nobody ordered has been in this mouth too long, monotonic; infinite when none is there. */
function mouthDeadline(kiosk: Kiosk, device: string): number {
  const ordered = kiosk.stacks[device]?.status === 'open';
  if (ordered || !noteInMouth(kiosk, device)) return Number.POSITIVE_INFINITY;
  return deviceState(kiosk, device).noteMs + mouthOutcomeMs;
}

/** Seconds until the visit ends by itself; null while no warning stands. */
export function secondsLeft(kiosk: Kiosk): number | null {
  const session = kiosk.session;
  if (session === null || !session.warned) return null;
  return Math.max(0, Math.ceil((sessionDeadline(kiosk, session).atMs - kiosk.monoMs) / 1000));
}

export function timeReached(turn: Turn): void {
  const nowMs = turn.fact.monoMs;
  for (const stack of Object.values(turn.kiosk.stacks)) {
    if (stack.status === 'open' && nowMs >= stack.orderedMs + stackOutcomeMs) doubt(turn, stack, false);
  }
  for (const device of turn.kiosk.rules.acceptors) {
    if (nowMs >= mouthDeadline(turn.kiosk, device)) noteStuck(turn, device);
  }
  for (const payout of Object.values(turn.kiosk.payouts)) {
    if (isSilent(turn.kiosk, payout) && nowMs >= payout.orderedMs + payoutOutcomeMs) payoutDoubt(turn, payout);
  }
  presentedTimeReached(turn);
  chargesTimeReached(turn);
  daysTimeReached(turn);
  refundsTimeReached(turn);
  for (const print of Object.values(turn.kiosk.prints)) {
    if (nowMs >= print.orderedMs + printOutcomeMs) printFailed(turn, print.command, 'unknown', 'no answer in time');
  }
  for (const post of Object.values(turn.kiosk.posts)) {
    const { command, session, sale, minor } = post;
    if (nowMs < unansweredAt(turn.kiosk, post) || caseAbout(turn.kiosk, command) !== null) continue;
    openCase(turn, 'post-unanswered', { session, sale, minor, subject: command });
  }
  releasesTimeReached(turn);
  staffTimeReached(turn);
  emptyingTimeReached(turn);
  checksTimeReached(turn);
  statementsTimeReached(turn);
  const session = turn.kiosk.session;
  if (session === null) return;
  if (session.notice !== null && nowMs >= noticeDeadline(turn.kiosk, session)) {
    put(turn, { kind: 'session.saw', notice: { ...session.notice, over: true } });
  }
  const deadline = sessionDeadline(turn.kiosk, session);
  if (nowMs < deadline.atMs) return;
  switch (deadline.what) {
    case 'warn':
      put(turn, { kind: 'session.warned', monoMs: nowMs });
      return;
    case 'time-out':
      timeOut(turn, session);
      return;
    case 'advance':
      advance(turn, session);
      return;
  }
}

function advance(turn: Turn, session: Session): void {
  const sinceMs = turn.fact.monoMs;
  switch (session.stage.at) {
    case 'settled':
      put(turn, { kind: 'session.touched', monoMs: sinceMs });
      move(turn, { at: 'documents', phone: false, print: null, noPaper: false });
      return;
    case 'returned':
    case 'documents':
    case 'refund':
    case 'find-receipt':
      move(turn, { at: 'thanks', sinceMs });
      return;
    default:
      put(turn, { kind: 'session.ended', session: session.id, reason: 'done' });
  }
}

function timeOut(turn: Turn, session: Session): void {
  const { stage, sale } = session;
  if (stage.at === 'part-approved') partDecided(turn, false);
  else if (sale?.state === 'open') move(turn, { at: 'closing', next: 'time-out' });
  else put(turn, { kind: 'session.ended', session: session.id, reason: 'time-out' });
}
