/**
 * What was booked since the last Z report: a fold of the journal. Bounded: sums, and no list that grows with what is sold.
 * Minor units of the kiosk's currency throughout. A credit counts in the period in which its entry is written, however old
 * what it is about.
 */
import type { Pieces } from '../../hardware/device.ts';
import type { EntryBody, Figures, NoMove } from '../entry.ts';
import { keptByMethod } from '../sale/kept.ts';
import type { DayFigures, DayMethod } from './figures.ts';
import type { MethodName } from '../server/wire.ts';

type Counts = DayFigures['counts'];
type CashFlow = Exclude<keyof DayFigures['cash'], 'opening' | 'closing'>;
type Method = Pick<DayMethod, 'taken' | 'back' | 'checked'>;

export interface Period {
  /** How many entries that move or count money are in it. */
  readonly events: number;
  readonly sales: Figures;
  readonly receipts: DayFigures['receipts'];
  readonly rounding: number;
  readonly refunds: Figures;
  readonly cancelled: Figures;
  readonly methods: Readonly<Partial<Record<MethodName, Method>>>;
  readonly vouchers: DayFigures['vouchers'];
  readonly window: NonNullable<DayFigures['window']>;
  readonly cash: { readonly [flow in CashFlow]-?: number };
  readonly counts: Counts;
  readonly moves: DayFigures['moves'];
}

export const nothing: Figures = { minor: 0, count: 0 };
const unused: Method = { taken: nothing, back: nothing, checked: null };

export const emptyPeriod: Period = {
  events: 0,
  sales: nothing,
  receipts: null,
  rounding: 0,
  refunds: nothing,
  cancelled: nothing,
  methods: {},
  vouchers: { issued: nothing, redeemed: nothing, paid: nothing },
  window: { refunds: nothing, debts: nothing },
  cash: { taken: 0, paidOut: 0, checked: 0, filled: 0, collected: 0, adjusted: 0 },
  counts: { times: 0, expected: 0, counted: 0, long: 0, short: 0, corrected: 0 },
  moves: null,
};

export function plus(figures: Figures, minor: number): Figures {
  return { minor: figures.minor + minor, count: figures.count + 1 };
}

/** The period after an entry; the same object when it concerns no money. `inMachines`: by how much it changes the till. */
export function foldPeriod(period: Period, body: EntryBody, inMachines: number): Period {
  const flow = flowOf(body);
  const moved = 'move' in body ? foldMoves(period, body.move) : period;
  const paid = foldWindow(foldSales(moved, body), body);
  const checked = foldCounts(paid, body);
  const flowed = flow === null || inMachines === 0 ? checked : withCash(checked, flow, inMachines);
  return flowed === period ? period : { ...flowed, events: period.events + 1 };
}

function foldSales(period: Period, body: EntryBody): Period {
  switch (body.kind) {
    case 'sale.paid': {
      const { receipt, rounding, minor } = body;
      let { methods } = period;
      for (const [name, kept] of keptByMethod(body)) methods = withMethod(methods, name as MethodName, 'taken', kept);
      return {
        ...period,
        sales: plus(period.sales, minor),
        receipts: { first: period.receipts?.first ?? receipt, last: receipt },
        rounding: period.rounding + rounding,
        methods,
      };
    }
    case 'refund.done': {
      const { method, window } = body;
      const methods = window === true ? period.methods : withMethod(period.methods, method, 'back', body.minor);
      const refunds = { minor: period.refunds.minor + body.minor, count: period.refunds.count + refundsIn(body) };
      return { ...period, refunds, methods };
    }
    case 'sale.cancelled':
      return { ...period, cancelled: plus(period.cancelled, body.minor) };
    case 'voucher.issued':
      return withVoucher(period, 'issued', body.minor);
    case 'voucher.redeemed':
      return withVoucher(period, body.issuer === undefined ? 'redeemed' : 'others', body.minor);
    case 'voucher.voided':
      return withVoucher(period, 'paid', body.minor);
    default:
      return period;
  }
}

/** The parts of a sale that go back several ways count once. */
function refundsIn({ further }: Extract<EntryBody, { kind: 'refund.done' }>): number {
  return further === true ? 0 : 1;
}

/** Cash that the window paid, and no machine. */
function foldWindow(period: Period, body: EntryBody): Period {
  const { window } = period;
  if (body.kind === 'refund.done' && body.window === true)
    return { ...period, window: { ...window, refunds: plus(window.refunds, body.minor) } };
  if (body.kind === 'case.settled' && body.debt === true)
    return { ...period, window: { ...window, debts: plus(window.debts, body.minor) } };
  return period;
}

function withMethod(methods: Period['methods'], name: MethodName, way: 'taken' | 'back', minor: number) {
  const before = methods[name] ?? unused;
  return { ...methods, [name]: { ...before, [way]: plus(before[way], minor) } };
}

function withVoucher(period: Period, way: keyof DayFigures['vouchers'], minor: number): Period {
  return { ...period, vouchers: { ...period.vouchers, [way]: plus(period.vouchers[way] ?? nothing, minor) } };
}

/** What somebody has counted, or the other side has told, beside what the journal expected. */
function foldCounts(period: Period, body: EntryBody): Period {
  switch (body.kind) {
    case 'cash.counted':
    case 'cash.removed':
    case 'cash.declared':
      return body.expected === null ? period : counted(period, sum(body.expected), sum(body.pieces));
    case 'cash.emptied':
      return counted(period, sum(body.expected), sum(body.expected) + body.difference);
    case 'cash.corrected': {
      const { counts } = period;
      return { ...period, counts: { ...counts, corrected: counts.corrected + sum(body.pieces) - sum(body.was) } };
    }
    case 'day.matched': {
      const before = period.methods[body.method] ?? unused;
      const expected = (before.checked?.expected ?? 0) + body.expected.minor;
      const told = (before.checked?.told ?? 0) + body.told.minor;
      return { ...period, methods: { ...period.methods, [body.method]: { ...before, checked: { expected, told } } } };
    }
    case 'cash.filled':
    case 'cashbox.taken':
    case 'cashbox.changed':
      return period;
    default:
      body.kind satisfies NoMove;
      return period;
  }
}

function counted(period: Period, expectedMinor: number, countedMinor: number): Period {
  const { times, expected, counted: before, long, short, corrected } = period.counts;
  const difference = countedMinor - expectedMinor;
  const counts = {
    times: times + 1,
    expected: expected + expectedMinor,
    counted: before + countedMinor,
    long: long + Math.max(0, difference),
    short: short + Math.max(0, -difference),
    corrected,
  };
  return { ...period, counts };
}

function foldMoves(period: Period, move: string): Period {
  const { moves } = period;
  return { ...period, moves: { first: moves?.first ?? move, last: move, count: (moves?.count ?? 0) + 1 } };
}

function withCash(period: Period, flow: CashFlow, minor: number): Period {
  return { ...period, cash: { ...period.cash, [flow]: period.cash[flow] + minor } };
}

/** As what the till changes with an entry; null: it moves none, or only from one unit to another. */
function flowOf(body: EntryBody): CashFlow | null {
  switch (body.kind) {
    case 'note.stacked':
    case 'note.unowned':
    case 'note.suspect':
    case 'coin.credited':
    case 'coin.unowned':
    case 'coin.checked':
      return 'taken';
    case 'payout.done':
      return body.sale === null ? 'checked' : 'paidOut';
    case 'payout.partial':
    case 'cash.retracted':
      return 'paidOut';
    case 'cash.filled':
      return 'filled';
    case 'cash.removed':
    case 'cashbox.removed':
    case 'cashbox.changed':
      return 'collected';
    case 'cash.declared':
    case 'cash.emptied':
    case 'cash.corrected':
      return 'adjusted';
    // The machine's own word that its box is out says when it left; what was counted in it left before.
    case 'cashbox.taken':
    case 'cash.counted':
      return null;
    default:
      body.kind satisfies NoMove;
      return null;
  }
}

function sum(pieces: readonly Pieces[]): number {
  return pieces.reduce((total, { minor, count }) => total + minor * count, 0);
}
