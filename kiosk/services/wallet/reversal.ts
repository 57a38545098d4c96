/**
 * Giving money back, pure: the reversal of a charge, and a refund by its own id. Both are repeated under one number, with a
 * pause that doubles up to a minute, until the gateway says that it is done or never will be.
 */
import { alreadyGivenBack } from '../../../hardware/charge.ts';
import type { GatewayAnswer } from './contract.ts';
import {
  type Ask,
  type Charge,
  keyOf,
  later,
  mayHaveRevoked,
  next,
  over,
  prompt,
  type Refund,
  revokeLatestMs,
  tell,
  type Work,
} from './matter.ts';

/** Begins, or goes on after a restart. */
export function reverseNow(work: Work, charge: Charge): undefined {
  charge.course = 'reversing';
  charge.pauseMs = 0;
  prompt(work, charge, 'reversing');
  next(work, charge, means(work, charge), 0);
}

/** A revoke for what this start took by a scanned code, while it is young; a refund for all else. */
function means(work: Work, charge: Charge): Ask {
  const young = work.nowMs < charge.sinceMs + revokeLatestMs;
  return charge.way === 'scanned' && young && !charge.revokeRefused ? 'revoke' : 'refund';
}

export function reverseAnswered(work: Work, charge: Charge, ask: Ask, answer: GatewayAnswer): undefined {
  switch (answer.came) {
    case 'refund-made':
      return reversed(work, charge);
    case 'refund-pending':
      return later(work, charge, 'refund-query');
    case 'refund-lost':
      return irreversible(work, charge, answer.code);
    case 'given-back':
      charge.refusal = { code: answer.code, forGood: false, givenBack: true };
      return next(work, charge, 'query', 0);
    case 'refused':
      if (ask !== 'refund') return next(work, charge, 'query', 0);
      charge.refusal = { code: answer.code, forGood: answer.forGood, givenBack: false };
      // An earlier attempt may have done it.
      return next(work, charge, 'refund-query', 0);
    case 'undecided':
      // A question is put again as it was; so is an order, which its number keeps from being done twice.
      return later(work, charge, ask === 'query' || ask === 'refund-query' ? ask : means(work, charge));
    case 'not-exist':
      if (ask === 'refund-query' && charge.refusal !== null) return next(work, charge, 'query', 0);
      return later(work, charge, means(work, charge));
    default:
      return ask === 'query' ? judge(work, charge, answer) : next(work, charge, 'query', 0);
  }
}

function judge(work: Work, charge: Charge, answer: GatewayAnswer): undefined {
  const { refusal } = charge;
  if (answer.came === 'closed') return reversed(work, charge);
  if (answer.came === 'refunded' && (refusal?.givenBack === true || mayHaveRevoked(charge))) {
    return reversed(work, charge);
  }
  if (refusal?.forGood === true) return irreversible(work, charge, refusal.code);
  charge.refusal = null;
  later(work, charge, means(work, charge));
}

export function reversed(work: Work, charge: Charge): undefined {
  const key = keyOf(work, charge, 'reversed');
  tell(work, { fact: 'charge.reversed', command: charge.id, key, by: 'kiosk', counters: {} });
  over(charge, key);
}

function irreversible(work: Work, charge: Charge, code: string): undefined {
  const key = keyOf(work, charge, 'irreversible');
  tell(work, { fact: 'charge.irreversible', command: charge.id, key, code });
  over(charge, key);
}

/** charge.refund. */
export function refundAnswered(work: Work, refund: Refund, ask: Ask, answer: GatewayAnswer): undefined {
  switch (answer.came) {
    case 'refund-made': {
      const key = keyOf(work, refund, 'refund-made');
      tell(work, { fact: 'refund.made', command: refund.id, key, reference: answer.reference });
      return over(refund, key);
    }
    case 'refund-pending':
      return later(work, refund, 'refund-query');
    case 'refund-lost':
      return refuse(work, refund, answer.code);
    case 'refused':
    case 'given-back':
      if (ask !== 'refund') return later(work, refund, 'refund');
      refund.refusal =
        answer.came === 'refused'
          ? { code: answer.code, forGood: answer.forGood, givenBack: false }
          : { code: answer.code, forGood: false, givenBack: true };
      return next(work, refund, 'refund-query', 0);
    case 'not-exist':
      if (ask !== 'refund-query' || refund.refusal === null) return later(work, refund, 'refund');
      return next(work, refund, 'query', 0);
    case 'undecided':
      return later(work, refund, ask);
    default:
      return judgeRefund(work, refund, answer);
  }
}

/** The trade has been asked about, after a refusal and without a refund of this number. */
function judgeRefund(work: Work, refund: Refund, answer: GatewayAnswer): undefined {
  const { refusal } = refund;
  const back = answer.came === 'closed' || answer.came === 'refunded';
  refund.refusal = null;
  if (refusal !== null && ((refusal.forGood && (back || answer.came === 'paid')) || (refusal.givenBack && back))) {
    return refuse(work, refund, refusal.forGood ? refusal.code : alreadyGivenBack);
  }
  later(work, refund, 'refund');
}

function refuse(work: Work, refund: Refund, code: string): undefined {
  const key = keyOf(work, refund, 'refund-refused');
  tell(work, { fact: 'refund.refused', command: refund.id, key, code });
  over(refund, key);
}
