/**
 * Which run a seed is: every fourth plays a kiosk that takes cards and wallets too, with the faults of those; every sixteenth
 * has customers who buy goods, with the faults of those.
 */
import { chargeRows } from './charge-faults.ts';
import { goodsRows } from './goods-faults.ts';
import { type FaultRow, faultRows } from './faults.ts';

const every = 4;
const everyGoods = 16;
const goodsAt = 5;

export interface Deal {
  readonly rows: readonly FaultRow[];
  /** Which run of its kind it is. */
  readonly number: number;
  readonly charges: boolean;
  readonly goods: boolean;
}

export function deal(seed: number): Deal {
  const before = Math.floor(seed / every);
  if (seed % every === every - 1) return { rows: chargeRows, number: before, charges: true, goods: false };
  if (seed % everyGoods === goodsAt) {
    return { rows: goodsRows, number: Math.floor(seed / everyGoods), charges: false, goods: true };
  }
  return { rows: faultRows, number: seed - before, charges: false, goods: false };
}

/** The fault of this seed's run. */
export function rowOf(seed: number): FaultRow {
  const { rows, number } = deal(seed);
  return rows[number % rows.length] as FaultRow;
}

export const allRows: readonly FaultRow[] = [...faultRows, ...chargeRows, ...goodsRows];
