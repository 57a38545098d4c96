/** When a daemon is killed: boundaries in turn, each at money moments that every visit of the plan passes. */
import type { Boundary } from '../../hardware/port.ts';
import type { AcceptorLineUp } from '../acceptors.ts';
import type { Random } from '../simulation/random.ts';
import type { Plan, Way } from './customer.ts';

/** A fact, a kind within a batch or a message, as the boundary tells it. */
const moneyMoments: Readonly<Record<Exclude<Boundary, 'b9'>, readonly string[]>> = {
  b0: ['note.escrowed', 'note.stacked', 'print.done'],
  b1: ['note.escrowed', 'note.stacked', 'print.done'],
  b2: ['note.stack', 'note.stacked', 'document.print', 'sale.paid'],
  b3: ['note.stack', 'note.stacked', 'document.print', 'sale.paid'],
  b4: ['stack', 'acknowledge', 'print-data', 'print-end'],
  b5: ['stack', 'acknowledge', 'print-data', 'print-end'],
  b6: ['stack', 'acknowledge', 'print-end'],
  b7: ['stack', 'acknowledge'],
  b8: ['stack', 'acknowledge', 'print-end'],
};
/** Where the cabinet has machines that pay out. */
const payoutMoments: Readonly<Record<Exclude<Boundary, 'b9'>, readonly string[]>> = {
  b0: ['payout.starting', 'payout.done'],
  b1: ['payout.starting', 'payout.done'],
  b2: ['cash.dispense', 'payout.starting', 'payout.done'],
  b3: ['cash.dispense', 'payout.starting', 'payout.done'],
  b4: ['dispense'],
  b5: ['dispense'],
  b6: ['dispense'],
  b7: ['dispense'],
  b8: ['dispense'],
};
type Moments = Partial<Readonly<Record<Exclude<Boundary, 'b9'>, readonly string[]>>>;

/** Those of a message from before it leaves until its answer is read. */
function around(...messages: readonly string[]): Moments {
  return { b4: messages, b5: messages, b6: messages, b7: messages, b8: messages };
}

/** As `around`, of a gateway, whose acting nobody hears of (b6). */
function asking(...questions: readonly string[]): Moments {
  const { b6, ...heard } = around(...questions.map((question) => `wallet-${question}`));
  return heard;
}

function facts(...names: readonly string[]): Moments {
  return { b0: names, b1: names };
}

function batches(...kinds: readonly string[]): Moments {
  return { b2: kinds, b3: kinds };
}

interface ChargeRow extends Pick<Way, 'scanned' | 'ends'> {
  readonly by: 'card' | 'wallet';
  readonly moments: Moments;
}

/** What every visit of somebody passes who pays by card or wallet and ends it so. */
const chargeRows: readonly ChargeRow[] = [
  {
    by: 'card',
    scanned: false,
    ends: 'pays',
    moments: {
      ...facts('charge.starting', 'charge.prompt', 'charge.approved', 'charge.confirmed'),
      ...batches('charge.start', 'charge.starting', 'charge.approved', 'charge.confirmed', 'sale.paid'),
      ...around('authorisation', 'goods-given-out'),
    },
  },
  {
    by: 'card',
    scanned: false,
    ends: 'declined',
    moments: { ...facts('charge.declined'), ...batches('charge.declined') },
  },
  {
    by: 'card',
    scanned: false,
    ends: 'cancelled',
    moments: { ...facts('charge.declined'), ...batches('charge.cancel', 'charge.declined') },
  },
  {
    by: 'card',
    scanned: false,
    ends: 'part-back',
    moments: {
      ...facts('charge.reversed'),
      ...batches('charge.reverse', 'charge.reversed'),
      ...around('goods-not-given-out'),
    },
  },
  {
    by: 'card',
    scanned: false,
    ends: 'part-left',
    moments: { ...facts('charge.reversed'), ...batches('charge.reverse', 'charge.reversed'), ...around('reversal') },
  },
  {
    by: 'wallet',
    scanned: false,
    ends: 'pays',
    moments: {
      ...facts('charge.code', 'charge.approved'),
      ...batches('charge.start', 'charge.approved', 'sale.paid'),
      ...asking('create', 'query'),
    },
  },
  {
    by: 'wallet',
    scanned: false,
    ends: 'cancelled',
    moments: { ...facts('charge.declined'), ...batches('charge.cancel', 'charge.declined'), ...asking('close') },
  },
  {
    by: 'wallet',
    scanned: false,
    ends: 'late',
    moments: { ...facts('charge.reversed'), ...batches('charge.reverse', 'charge.reversed'), ...asking('refund') },
  },
  {
    by: 'wallet',
    scanned: true,
    ends: 'pays',
    moments: { ...facts('charge.approved'), ...batches('charge.start', 'charge.approved'), ...asking('pay') },
  },
  {
    by: 'card',
    scanned: false,
    ends: 'refunded',
    moments: {
      ...facts('bill.reversed', 'charge.reversed'),
      ...batches('refund.asked', 'bill.reversed', 'charge.reversed'),
      ...around('reversal'),
    },
  },
  {
    by: 'wallet',
    scanned: false,
    ends: 'refunded',
    moments: {
      ...facts('bill.reversed', 'refund.made'),
      ...batches('refund.asked', 'bill.reversed', 'refund.made'),
      ...asking('refund'),
    },
  },
  // Nothing is revoked before a quarter of a minute, so nothing else waits for it.
  { by: 'wallet', scanned: true, ends: 'cancelled', moments: asking('revoke') },
];
const noteFirstChance = 0.3;
const payoutChance = 0.5;
const boundaries = Object.keys(moneyMoments) as Exclude<Boundary, 'b9'>[];
/** b0 to b9, then two random moments. */
const cycle = 12;
const latestAfterMs = 150;
/** Waiting until the kiosk gives a visit up takes long. */
const leaveEvery = 17;

export interface Moment {
  readonly boundary: Exclude<Boundary, 'b9'>;
  readonly what: string;
  /** So many such moments pass first. */
  readonly skip: number;
  /** The blow falls so much later, wherever the daemon is then; null: at the boundary itself. */
  readonly laterMs: number | null;
  /** Killed once more when the next process has folded the journal. */
  readonly again: boolean;
  /** The cabinet loses power at the same instant. */
  readonly power: boolean;
  /** Power comes back only when the daemon is ready. */
  readonly powerLate: boolean;
  readonly plan: Plan;
  readonly patient: boolean;
  /** Null: notes alone. */
  readonly way: Way | null;
}

/** What the cabinet of a run says and has. */
export interface Words extends Pick<AcceptorLineUp, 'stack' | 'acknowledge' | 'pays'> {
  readonly paysOut: boolean;
}

/** The moment of run `n` (from 1), in the words of the cabinet; some acceptors have no message that only acknowledges. */
export function momentOf(n: number, random: Random, acceptor: Words): Moment {
  const turn = (n - 1) % cycle;
  const boundary = boundaries[turn] ?? random.pick(boundaries);
  const leaves = n % leaveEvery === leaveEvery - 1;
  const comes = (name: string) =>
    (!leaves || name !== 'sale.paid') && (acceptor.acknowledge !== null || name !== 'acknowledge');
  const payout = acceptor.paysOut && !leaves && random.chance(payoutChance);
  const what = random.pick(payout ? payoutMoments[boundary] : moneyMoments[boundary].filter(comes));
  const plan = leaves ? 'leave' : payout ? 'change' : planFor(what, acceptor.paysOut, random);
  const { stack, acknowledge, pays = 'dispense' } = acceptor;
  const words: Readonly<Record<string, string | null>> = { stack, acknowledge, dispense: pays };
  return {
    boundary,
    what: words[what] ?? what,
    skip: !payout && comesTwice(what, plan, acceptor.paysOut) ? random.integer(0, 1) : 0,
    laterMs: turn > boundaries.length ? random.integer(1, latestAfterMs) : null,
    again: turn === boundaries.length,
    power: random.chance(0.35),
    powerLate: random.chance(0.5),
    plan,
    patient: random.chance(0.4),
    way: null,
  };
}

/** The moment of run `n` at a cabinet that takes cards and wallets: the boundaries in turn, as `momentOf` has them. */
export function chargeMomentOf(n: number, random: Random): Moment {
  const turn = (n - 1) % cycle;
  const boundary = boundaries[turn] ?? random.pick(boundaries);
  const row = random.pick(chargeRows.filter(({ moments }) => moments[boundary] !== undefined));
  const { by, scanned, ends, moments } = row;
  const method = by === 'card' ? by : random.pick(['alipay', 'wechat'] as const);
  return {
    boundary,
    what: random.pick(moments[boundary] ?? []),
    skip: 0,
    laterMs: turn > boundaries.length ? random.integer(1, latestAfterMs) : null,
    again: turn === boundaries.length,
    power: random.chance(0.35),
    powerLate: random.chance(0.5),
    plan: 'exact',
    patient: random.chance(0.4),
    way: { method, scanned, ends, noteFirst: ends === 'pays' && random.chance(noteFirstChance) },
  };
}

/** Who is given cash back when cancelling gets no paper. */
function planFor(what: string, paysOut: boolean, random: Random): Plan {
  if (what === 'sale.paid' || (paysOut && what.includes('print'))) return random.pick(['exact', 'change']);
  return random.pick(['exact', 'change', 'change', 'cancel']);
}

/** Two notes are put in for a payment; two papers come out when change is a slip. */
function comesTwice(what: string, plan: Plan, paysOut: boolean): boolean {
  if (what === 'sale.paid') return false;
  return what.includes('print') ? plan === 'change' && !paysOut : plan === 'exact' || plan === 'change';
}
