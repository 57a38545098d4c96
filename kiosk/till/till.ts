/** Where cash is, by denomination: a fold of the journal. */
import type { CashUnit, Pieces } from '../../hardware/device.ts';
import type { EntryBody } from '../entry.ts';

/** One denomination in one cash unit. */
export interface Stock {
  readonly device: string;
  readonly unit: CashUnit;
  readonly currency: string;
  readonly minor: number;
  readonly count: number;
}

export interface Till {
  /** What is in each cash unit now; a count of 0 stands for a denomination that the device takes. */
  readonly units: readonly Stock[];
  /** What was taken out by hand, over all time. */
  readonly removed: readonly Stock[];
}

export const emptyTill: Till = { units: [], removed: [] };

/** A cash unit as it is shown: one line for each currency in it. Minor units; `minor` is the sum. */
export interface TillUnit {
  readonly unit: string;
  readonly kind: CashUnit;
  readonly currency: string;
  readonly denominations: readonly { readonly minor: number; readonly count: number }[];
  readonly minor: number;
}

/** The till after an entry; the same object when the entry moves no cash. */
export function foldTill(till: Till, body: EntryBody): Till {
  switch (body.kind) {
    case 'device.known': {
      const units = body.denominations.reduce(
        (kept, { currency, minor }) => counted(kept, { device: body.device, unit: 'box', currency, minor, count: 0 }),
        till.units,
      );
      return units === till.units ? till : { ...till, units };
    }
    case 'note.stacked':
      return plus(till, body, body.unit ?? 'box', 1);
    case 'note.unowned':
      // It is in the box, whoever it belongs to; one of unknown value cannot be counted here.
      return body.minor === null ? till : plus(till, { ...body, minor: body.minor }, 'box', 1);
    case 'note.suspect':
      // It was credited as stacked and is now held not to be there.
      return plus(till, body, 'box', -1);
    case 'coin.credited':
    case 'coin.unowned': {
      if (body.minor === null) return till;
      const { device, to, currency, minor } = body;
      return to === null
        ? plus(till, { device, currency, minor }, 'box', 1)
        : plus(till, { device: to, currency, minor }, 'hopper', 1);
    }
    case 'payout.done':
    case 'payout.partial':
      return body.pieces.reduce(
        (kept, { minor, count }) => plus(kept, { ...body, minor }, payingUnit(till, body.device), -count),
        till,
      );
    case 'cash.retracted':
      return plus(till, body, 'box', 1);
    case 'cash.moved':
      return plus(plus(till, body, body.from, -body.count), body, body.to, body.count);
    case 'cash.filled':
      return body.pieces.reduce((kept, { minor, count }) => plus(kept, { ...body, minor }, body.unit, count), till);
    case 'cash.removed':
      return takenOut(till, body.device, body.unit);
    case 'cashbox.removed':
      return takenOut(till, body.device, 'box');
    default:
      return till;
  }
}

/** What a device can pay out by the journal, small denominations first. */
export function payable(till: Till, device: string, currency: string): readonly Pieces[] {
  return till.units
    .filter((s) => s.device === device && s.unit !== 'box' && s.currency === currency && s.count > 0)
    .map(({ minor, count }) => ({ minor, count }))
    .sort((a, b) => a.minor - b.minor);
}

/** The cash units with what is in them, by device, unit and currency, small denominations first. */
export function tillUnits(till: Till): TillUnit[] {
  const units = new Map<string, Stock[]>();
  for (const stock of till.units) {
    const key = `${stock.device} ${stock.unit} ${stock.currency}`;
    units.set(key, [...(units.get(key) ?? []), stock]);
  }
  return [...units.values()].map((stocks) => {
    const { device, unit, currency } = stocks[0] as Stock;
    const filled = stocks.filter((stock) => stock.count !== 0).sort((a, b) => a.minor - b.minor);
    return {
      unit: `${device}.${unit}`,
      kind: unit,
      currency,
      denominations: filled.map(({ minor, count }) => ({ minor, count })),
      minor: filled.reduce((sum, { minor, count }) => sum + minor * count, 0),
    };
  });
}

/** A device pays out of one unit only. */
function payingUnit(till: Till, device: string): CashUnit {
  return till.units.find((stock) => stock.device === device && stock.unit !== 'box')?.unit ?? 'hopper';
}

function plus(till: Till, what: Omit<Stock, 'unit' | 'count'>, unit: CashUnit, count: number): Till {
  const { device, currency, minor } = what;
  return { ...till, units: counted(till.units, { device, unit, currency, minor, count }) };
}

/** All that is in there leaves by hand. */
function takenOut(till: Till, device: string, unit: CashUnit): Till {
  const here = (stock: Stock) => stock.device === device && stock.unit === unit;
  const removed = till.units
    .filter((stock) => here(stock) && stock.count !== 0)
    .reduce<readonly Stock[]>((kept, stock) => counted(kept, stock), till.removed);
  return { units: till.units.map((stock) => (here(stock) ? { ...stock, count: 0 } : stock)), removed };
}

/** So many more of it; a count of 0 makes its row. */
function counted(stocks: readonly Stock[], one: Stock): readonly Stock[] {
  const at = stocks.findIndex(
    (s) => s.device === one.device && s.unit === one.unit && s.currency === one.currency && s.minor === one.minor,
  );
  if (at < 0) return [...stocks, one];
  if (one.count === 0) return stocks;
  return stocks.map((stock, i) => (i === at ? { ...stock, count: stock.count + one.count } : stock));
}
