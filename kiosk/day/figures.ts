/** The figures of a report of the day, as its entry keeps them: they are never edited, and a new one is optional. */
import type { Pieces } from '../../hardware/device.ts';
import type { MethodName } from '../server/wire.ts';

/** Of how many, and what they come to in minor units. */
interface Sum {
  readonly minor: number;
  readonly count: number;
}

/** What a report of the day says of a way to pay. Minor units. */
export interface DayMethod {
  readonly method: MethodName;
  /** What sales left with it, after change. */
  readonly taken: Sum;
  /** What went back of sales of any day, but for cash that was the window's: that is `window`. */
  readonly back: Sum;
  /**
   * Expected by the journal, beside what was counted (cash) or what the other side said; null: nobody has counted or said
   * anything in this period.
   */
  readonly checked: { readonly expected: number; readonly told: number } | null;
}

/** What a report of the day says: of what was booked from one Z to the next. Minor units. */
export interface DayFigures {
  readonly currency: string;
  readonly sales: Sum;
  /** The first and the last receipt; null: there is none. */
  readonly receipts: { readonly first: string; readonly last: string } | null;
  /** By what cash was rounded; below 0: in favour of customers. */
  readonly rounding: number;
  readonly refunds: Sum;
  /** Sales that were given up, and what was given back of them. */
  readonly cancelled: Sum;
  readonly methods: readonly DayMethod[];
  readonly vouchers: {
    readonly issued: Sum;
    readonly redeemed: Sum;
    /** At the window. */
    readonly paid: Sum;
    /** Redeemed here and given out by other kiosks, among whose vouchers they are out. Left out: none was. */
    readonly others?: Sum;
  };
  /**
   * Cash that the window paid, besides vouchers (`vouchers.paid`): for sales, and for what it owed by a case alone. It is not
   * out of the machines. Left out: nothing, or a report of before, in which such refunds stand under cash.
   */
  readonly window?: { readonly refunds: Sum; readonly debts: Sum };
  /** Vouchers that are out: money owed. */
  readonly liability: { readonly opening: Sum; readonly closing: Sum };
  /** In the machines. `opening` and all between it and `closing` add up to `closing`; what leaves is below 0. */
  readonly cash: {
    readonly opening: number;
    readonly taken: number;
    readonly paidOut: number;
    /** What checks of machines paid out; left out: nothing. */
    readonly checked?: number;
    readonly filled: number;
    readonly collected: number;
    /** What counting in the machines has changed. */
    readonly adjusted: number;
    readonly closing: number;
  };
  /** What was counted. `long` and `short` are sums of differences, each above 0; `corrected`: of counts put right later. */
  readonly counts: {
    readonly times: number;
    readonly expected: number;
    readonly counted: number;
    readonly long: number;
    readonly short: number;
    readonly corrected: number;
  };
  /** In each cash unit at the end. */
  readonly units: readonly {
    readonly unit: string;
    readonly denominations: readonly Pieces[];
    readonly minor: number;
  }[];
  /** Boxes that are out and were not counted yet. */
  readonly bags: number;
  readonly moves: { readonly first: string; readonly last: string; readonly count: number } | null;
  /** Open at the end; `unknown`: of which nobody knows how much they are about. */
  readonly cases: { readonly count: number; readonly minor: number; readonly unknown: number };
  /** All that was ever sold here. */
  readonly total: Sum;
}
