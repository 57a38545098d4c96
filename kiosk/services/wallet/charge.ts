/**
 * The course of one charge at a wallet, pure: what each answer means, and what is asked next. Only a genuine answer to a
 * question about the trade decides; a refusal names the reason, and a question after it confirms that nothing was taken. A
 * payment is sent once. After a revoke has left, the charge is never approved: whatever was paid is given back.
 */
import type { DeclineReason } from '../../../hardware/charge.ts';
import type { GatewayAnswer } from './contract.ts';
import {
  type Ask,
  absentTwiceMs,
  type Charge,
  createMs,
  expiryAfterShownMs,
  keyOf,
  later,
  mayHaveRevoked,
  next,
  over,
  passwordMs,
  pollScannedMs,
  pollShownMs,
  pollWatchedMs,
  prompt,
  rest,
  revokeEarliestMs,
  tell,
  type Work,
  watchAfterExpiryMs,
} from './matter.ts';
import { reverseAnswered, reversed, reverseNow } from './reversal.ts';

type Paid = Extract<GatewayAnswer, { came: 'paid' }>;
type Came = GatewayAnswer['came'];

const closesAtMost = 3;

/** What an answer to `ask` means to this charge. */
export function chargeAnswered(work: Work, charge: Charge, ask: Ask, answer: GatewayAnswer): undefined {
  if (charge.course === 'over' || charge.course === 'approved' || charge.course === 'disputed') return;
  if (ask === 'revoke') noteRevoke(charge, answer);
  if (charge.course === 'reversing') return reverseAnswered(work, charge, ask, answer);
  if (answer.came === 'paid') return paid(work, charge, answer);
  switch (charge.course) {
    case 'creating':
      return inCreating(work, charge, ask, answer);
    case 'showing':
      return inShowing(work, charge, answer);
    case 'paying':
    case 'asking':
      return inPaying(work, charge, ask, answer);
    case 'ending':
      return ask === 'query' ? judgeEnd(work, charge, answer) : closerAnswered(work, charge, ask, answer);
    case 'watching':
      return inWatching(work, charge, ask, answer);
    default:
      return charge.course satisfies never;
  }
}

function noteRevoke(charge: Charge, answer: GatewayAnswer): undefined {
  if (answer.came === 'revoked' && charge.revoke !== 'gave-back') {
    charge.revoke = answer.gaveBack === true ? 'gave-back' : 'taken';
  }
  if (answer.came === 'refused') charge.revokeRefused = true;
}

/** What time alone brings about. */
export function chargeTick(work: Work, charge: Charge): undefined {
  const { nowMs } = work;
  if (charge.course === 'creating' && !charge.flying && nowMs >= charge.sinceMs + createMs) {
    decline(work, charge, 'offline', 'no-code', null);
  }
  if (charge.course === 'showing' && !charge.flying && nowMs >= charge.shownUntilMs) beginEnding(work, charge);
  const undecided = charge.course === 'paying' || charge.course === 'asking' || charge.course === 'ending';
  if (undecided && nowMs >= charge.decideAtMs) tellUnknown(work, charge, 'no answer that decides');
}

/** When time alone moves it next, monotonic. */
export function chargeWakeMs(charge: Charge): number {
  switch (charge.course) {
    case 'creating':
      return charge.flying ? Number.POSITIVE_INFINITY : charge.sinceMs + createMs;
    case 'showing':
      return charge.flying ? Number.POSITIVE_INFINITY : charge.shownUntilMs;
    case 'paying':
    case 'asking':
    case 'ending':
      return charge.unknown ? Number.POSITIVE_INFINITY : charge.decideAtMs;
    default:
      return Number.POSITIVE_INFINITY;
  }
}

/** charge.cancel. */
export function cancel(work: Work, charge: Charge): undefined {
  const { course } = charge;
  if (course === 'approved' || course === 'over' || course === 'watching' || course === 'reversing') return;
  if (course === 'disputed' || charge.cancelled) return;
  charge.cancelled = true;
  prompt(work, charge, 'reversing');
  // What is under way answers first: then it is known what there is to end.
  if (charge.flying) return;
  if (course === 'creating') decline(work, charge, 'cancelled', 'no-code', null);
  else if (charge.ask === 'pay') decline(work, charge, 'cancelled', 'not-sent', null);
  else if (course === 'showing') beginEnding(work, charge);
  else if ((course === 'paying' || course === 'asking') && charge.ask === 'query') next(work, charge, 'query', 0);
}

// Courses.

function inCreating(work: Work, charge: Charge, ask: Ask, answer: GatewayAnswer): undefined {
  // No code was told to anybody, so nobody can pay: these ends need no confirmation.
  if (charge.cancelled) return decline(work, charge, 'cancelled', 'no-code', null);
  if (ask === 'create' && answer.came === 'created') {
    charge.coded = true;
    charge.course = 'showing';
    charge.pauseMs = 0;
    tell(work, {
      fact: 'charge.code',
      command: charge.id,
      code: answer.code,
      untilMs: charge.shownUntilMs,
    });
    return next(work, charge, 'query', pollShownMs);
  }
  if (answer.came === 'refused') charge.hint ??= { reason: 'refused', code: answer.code };
  if (ask === 'query' && decides(answer.came)) {
    return decline(work, charge, charge.hint?.reason ?? 'other', charge.hint?.code ?? answer.came, null);
  }
  if (charge.hint !== null) return ask === 'create' ? next(work, charge, 'query', 0) : later(work, charge, 'query');
  later(work, charge, 'create');
}

function inShowing(work: Work, charge: Charge, answer: GatewayAnswer): undefined {
  if (answer.came === 'refunded') return foundGivenBack(work, charge);
  if (answer.came === 'closed') return decline(work, charge, 'timeout', 'closed', afterExpiry(charge));
  if (charge.cancelled || work.nowMs >= charge.shownUntilMs) return beginEnding(work, charge);
  if (limited(answer)) later(work, charge, 'query', pollShownMs);
  else {
    charge.pauseMs = 0;
    next(work, charge, 'query', pollShownMs);
  }
  const untilEndMs = charge.shownUntilMs - work.nowMs;
  if (charge.dueMs - work.nowMs > untilEndMs) next(work, charge, 'query', untilEndMs);
}

/** Of a scanned code, and of whatever an earlier start left. */
function inPaying(work: Work, charge: Charge, ask: Ask, answer: GatewayAnswer): undefined {
  noteRefusal(charge, answer);
  if (ask === 'pay' && charge.hint !== null) return next(work, charge, 'query', 0);
  switch (answer.came) {
    case 'user-paying':
      if (!charge.cancelled) prompt(work, charge, 'password');
      break;
    case 'closed':
      return endedClosed(work, charge);
    case 'refunded':
      return foundGivenBack(work, charge);
    case 'not-exist':
      if (ask === 'query' && charge.hint !== null) {
        return decline(work, charge, charge.hint.reason, charge.hint.code, null);
      }
      break;
    default:
  }
  const leaveMs = charge.sinceMs + (charge.cancelled || charge.hint !== null ? revokeEarliestMs : passwordMs);
  // Asked just now: the revoke follows on its heels.
  if (ask === 'query' && work.nowMs >= leaveMs) return beginEnding(work, charge);
  if (limited(answer)) return later(work, charge, 'query', pollScannedMs);
  next(work, charge, 'query', Math.min(pollScannedMs, Math.max(0, leaveMs - work.nowMs)));
}

function limited(answer: GatewayAnswer): boolean {
  return answer.came === 'undecided' && answer.why === 'rate-limited';
}

function noteRefusal(charge: Charge, answer: GatewayAnswer): undefined {
  if (charge.way !== 'scanned' || charge.hint !== null) return;
  const reason = refusals[answer.came];
  if (reason !== undefined && 'code' in answer) charge.hint = { reason, code: answer.code };
}

const refusals: Readonly<Partial<Record<Came, DeclineReason>>> = {
  'code-stale': 'stale-code',
  insufficient: 'insufficient',
  refused: 'refused',
};

function inWatching(work: Work, charge: Charge, ask: Ask, answer: GatewayAnswer): undefined {
  if (ask === 'close') {
    charge.closed ||= answer.came === 'closed';
    return next(work, charge, 'query', 0);
  }
  if (answer.came === 'refunded') return foundGivenBack(work, charge);
  const said = decides(answer.came) || answer.came === 'not-exist';
  if (!said) return later(work, charge, 'query', pollWatchedMs);
  charge.pauseMs = 0;
  if (work.nowMs >= charge.watchUntilMs) {
    const key = keyOf(work, charge, 'expired');
    tell(work, { fact: 'charge.expired', command: charge.id, key });
    return over(charge, key);
  }
  const again: Ask = charge.closed || charge.closeTries >= closesAtMost ? 'query' : 'close';
  next(work, charge, again, Math.min(pollWatchedMs, charge.watchUntilMs - work.nowMs));
}

// Ending.

function firstCloser(charge: Charge): Ask {
  return charge.way === 'scanned' ? 'revoke' : 'close';
}

function earliestRevokeMs(work: Work, charge: Charge): number {
  return Math.max(0, charge.sinceMs + revokeEarliestMs - work.nowMs);
}

function beginEnding(work: Work, charge: Charge): undefined {
  const ask = firstCloser(charge);
  // While a code was shown nothing was owed an answer; from here on it is.
  if (charge.way === 'shown') charge.decideAtMs = work.nowMs + work.timings.undecidedMs;
  ending(work, charge, ask, ask === 'revoke' ? earliestRevokeMs(work, charge) : 0);
}

function ending(work: Work, charge: Charge, ask: Ask, afterMs: number): undefined {
  charge.course = 'ending';
  prompt(work, charge, 'reversing');
  next(work, charge, ask, afterMs);
}

/**
 * Money came back. By this start's own revoke, or an earlier start's revoke or refund: the refund has a number to ask by, and
 * a revoke repeated says so. Otherwise by another's hand, and how much is not known.
 */
function foundGivenBack(work: Work, charge: Charge): undefined {
  if (mayHaveRevoked(charge)) return reversed(work, charge);
  if (charge.way !== 'unknown') return dispute(work, charge, 'paid, and given back by another');
  if (charge.course === 'ending') return pace(work, charge, 'refund-query', false);
  charge.decideAtMs = work.nowMs + work.timings.undecidedMs;
  ending(work, charge, 'refund-query', 0);
}

/** Whatever closing or revoking was answered, the question after it says what came of it. */
function closerAnswered(work: Work, charge: Charge, ask: Ask, answer: GatewayAnswer): undefined {
  if (ask === 'refund-query') {
    if (answer.came === 'refund-made') return reversed(work, charge);
    if (answer.came === 'refund-pending' || answer.came === 'undecided') return later(work, charge, 'refund-query');
    return next(work, charge, 'revoke', earliestRevokeMs(work, charge));
  }
  if (ask === 'close') {
    charge.closed ||= answer.came === 'closed';
    if (charge.way === 'unknown' && !charge.closed) {
      return next(work, charge, 'revoke', earliestRevokeMs(work, charge));
    }
  }
  next(work, charge, 'query', 0);
}

function judgeEnd(work: Work, charge: Charge, answer: GatewayAnswer): undefined {
  if (answer.came !== 'not-exist') charge.absentMs = null;
  switch (answer.came) {
    case 'closed':
      return endedClosed(work, charge);
    case 'refunded':
      return foundGivenBack(work, charge);
    case 'waiting':
    case 'user-paying':
      if (charge.way === 'shown') return left(work, charge, answer.came);
      return pace(work, charge, firstCloser(charge), limited(answer));
    case 'not-exist':
      if (charge.way === 'shown') return left(work, charge, answer.came);
      return absent(work, charge);
    default:
      return pace(work, charge, firstCloser(charge), limited(answer));
  }
}

/** Nothing by that number. A payment that was slow on its way could still come: it is watched, unless it was refused. */
function absent(work: Work, charge: Charge): undefined {
  charge.absentMs ??= work.nowMs;
  if (work.nowMs < charge.absentMs + absentTwiceMs) return next(work, charge, 'query', absentTwiceMs);
  const { hint, way } = charge;
  if (hint !== null) return decline(work, charge, hint.reason, hint.code, null);
  const { wallMs, timings } = work;
  const couldBeShown = way === 'unknown' ? timings.codeShownMs + expiryAfterShownMs : 0;
  left(work, charge, 'not-exist', wallMs + couldBeShown + watchAfterExpiryMs);
}

function endedClosed(work: Work, charge: Charge): undefined {
  if (charge.revoke === 'gave-back') return reversed(work, charge);
  left(work, charge, 'closed', charge.way === 'shown' ? afterExpiry(charge) : null);
}

/** It is off the screen and not paid. */
function left(work: Work, charge: Charge, code: string, watched = afterExpiry(charge)): undefined {
  const reason = charge.cancelled ? 'cancelled' : (charge.hint?.reason ?? 'timeout');
  decline(work, charge, reason, charge.hint?.code ?? code, watched);
}

function pace(work: Work, charge: Charge, ask: Ask, slower: boolean): undefined {
  const pollMs = charge.way === 'shown' ? pollShownMs : pollScannedMs;
  const wantedMs = ask === 'revoke' ? earliestRevokeMs(work, charge) : 0;
  if (charge.unknown || slower) later(work, charge, ask, pollMs);
  else next(work, charge, ask, Math.max(pollMs, wantedMs));
}

// Ends.

function decides(came: Came): boolean {
  return came === 'waiting' || came === 'user-paying' || came === 'closed';
}

function afterExpiry(charge: Charge): number | null {
  return charge.coded ? charge.expireAtMs + watchAfterExpiryMs : null;
}

function paid(work: Work, charge: Charge, { currency, minor, merchant, transaction }: Paid): undefined {
  charge.approval = { currency, minor, reference: { transaction, order: charge.number } };
  if (merchant !== work.merchant) return dispute(work, charge, 'paid to another merchant');
  if (currency !== charge.currency || minor !== charge.minor) {
    return dispute(
      work,
      charge,
      `paid ${currency} ${minor}, asked for ${charge.currency} ${charge.minor} (minor units)`,
    );
  }
  if (charge.revoke !== 'never') return reverseNow(work, charge);
  // A revoke that an earlier start sent may still be on its way: what it would undo must not be delivered.
  const settledMs = charge.way === 'unknown' ? charge.sinceMs + work.timings.attemptMs : 0;
  if (work.nowMs < settledMs) return next(work, charge, 'query', settledMs - work.nowMs);
  charge.course = 'approved';
  rest(charge);
  tell(work, {
    fact: 'charge.approved',
    command: charge.id,
    key: keyOf(work, charge, 'approved'),
    held: false,
    card: null,
    counters: {},
    ...charge.approval,
  });
}

function decline(work: Work, charge: Charge, reason: DeclineReason, code: string, watched: number | null): undefined {
  const key = keyOf(work, charge, 'declined');
  tell(work, { fact: 'charge.declined', command: charge.id, key, reason, code, watched });
  if (watched === null) over(charge, key);
  else watch(work, charge, watched);
}

/** `watchedMs`: wall time. The end is kept on the monotonic clock, which nobody sets. */
export function watch(work: Work, charge: Charge, watchedMs: number): undefined {
  const longestMs = work.timings.codeShownMs + expiryAfterShownMs + watchAfterExpiryMs;
  charge.course = 'watching';
  charge.watchUntilMs = work.nowMs + Math.min(longestMs, Math.max(0, watchedMs - work.wallMs));
  const close = charge.way !== 'scanned' && !charge.closed && charge.closeTries < closesAtMost;
  next(work, charge, close ? 'close' : 'query', Math.min(pollWatchedMs, charge.watchUntilMs - work.nowMs));
}

/** Paid, but not what was asked, or undone by somebody else. Nobody but a person can end that. */
function dispute(work: Work, charge: Charge, reason: string): undefined {
  charge.course = 'disputed';
  rest(charge);
  tellUnknown(work, charge, reason);
}

function tellUnknown(work: Work, charge: Charge, reason: string): undefined {
  if (charge.unknown && charge.course !== 'disputed') return;
  charge.unknown = true;
  const key = keyOf(work, charge, charge.course === 'disputed' ? 'disputed' : 'unknown');
  tell(work, { fact: 'charge.unknown', command: charge.id, key, reason });
}
