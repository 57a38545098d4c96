/** Where cash is, by denomination: a fold of the journal. */
import type { CashUnit, Pieces } from '../../hardware/device.ts';
import type { EntryBody, NoMove } from '../entry.ts';

/** One denomination in one cash unit. */
export interface Stock {
  readonly device: string;
  readonly unit: CashUnit;
  readonly currency: string;
  readonly minor: number;
  readonly count: number;
}

/** A box that was taken out and that nobody has counted yet, with what the journal had in it. */
export interface Bag {
  readonly bag: string;
  readonly device: string;
  readonly stocks: readonly Stock[];
  /** The number under which it is closed; left out: it is not. */
  readonly seal?: string;
}

export interface Till {
  /** What is in each cash unit now; a count of 0 stands for a denomination that the device takes. */
  readonly units: readonly Stock[];
  /** What was taken out by hand, over all time: as counted, and until then as the journal had it. */
  readonly removed: readonly Stock[];
  /** Oldest first, at most `bagsKept`. */
  readonly bags: readonly Bag[];
  /** How many boxes with something in them were ever taken out. */
  readonly boxes: number;
  /** Devices whose box is out, as they say. */
  readonly open: readonly string[];
  /** The last move that said all that is in the unit which a device pays out of, by device. */
  readonly counts: Readonly<Record<string, string>>;
}

export const emptyTill: Till = { units: [], removed: [], bags: [], boxes: 0, open: [], counts: {} };

/** Boxes in state that wait to be counted; the journal has older ones all the same. */
export const bagsKept = 100;

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
      // It is there, whoever it belongs to; one of unknown value cannot be counted here.
      return body.minor === null ? till : plus(till, { ...body, minor: body.minor }, body.unit ?? 'box', 1);
    case 'note.suspect':
      // It was credited as stacked and is now held not to be there.
      return plus(till, body, body.unit ?? 'box', -1);
    case 'coin.credited':
    case 'coin.unowned':
    case 'coin.checked': {
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
      return changeRemoved(isAll(till, body, []), body, body.pieces, 1);
    case 'cash.declared':
      return isAll(till, body, body.pieces);
    case 'cash.emptied':
      return isAll(till, body, body.keep ?? []);
    case 'cashbox.removed':
      return boxOut({ ...till, open: [...without(till.open, body.device), body.device] }, body.device);
    case 'cashbox.inserted':
      return { ...till, open: without(till.open, body.device) };
    case 'cashbox.changed':
      return boxOut(till, body.device);
    case 'cash.sealed': {
      const { bag, seal } = body;
      return { ...till, bags: till.bags.map((one) => (one.bag === bag ? { ...one, seal } : one)) };
    }
    case 'cash.counted': {
      const counted = changeRemoved(changeRemoved(till, body, body.expected, -1), body, body.pieces, 1);
      return { ...counted, bags: counted.bags.filter(({ bag }) => bag !== body.bag) };
    }
    case 'cash.corrected': {
      const { pieces, was } = body;
      if (body.effect === 'removed') return changeRemoved(changeRemoved(till, body, was, -1), body, pieces, 1);
      const less = was.reduce((kept, { minor, count }) => plus(kept, { ...body, minor }, body.unit, -count), till);
      return pieces.reduce((kept, { minor, count }) => plus(kept, { ...body, minor }, body.unit, count), less);
    }
    case 'cashbox.taken':
      // Told of `cashbox.removed`, which comes with it.
      return till;
    default:
      body.kind satisfies NoMove;
      return till;
  }
}

/** The number under which the box of a device would wait to be counted; null when nothing is in it. */
export function nextBag(till: Till, device: string): string | null {
  const filled = till.units.some((stock) => stock.device === device && stock.unit === 'box' && stock.count !== 0);
  return filled ? bagNumber(till.boxes + 1) : null;
}

function bagNumber(n: number): string {
  return `B${String(n).padStart(5, '0')}`;
}

/** What is in a cash unit by the journal, small denominations first. */
export function stockOf(till: Till, device: string, unit: CashUnit, currency: string): readonly Pieces[] {
  return till.units
    .filter((s) => s.device === device && s.unit === unit && s.currency === currency && s.count !== 0)
    .map(({ minor, count }) => ({ minor, count }))
    .sort((a, b) => a.minor - b.minor);
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

/** All that is in a box leaves with it, and waits to be counted. */
function boxOut(till: Till, device: string): Till {
  const here = (stock: Stock) => stock.device === device && stock.unit === 'box';
  const stocks = till.units.filter((stock) => here(stock) && stock.count !== 0);
  if (stocks.length === 0) return till;
  const boxes = till.boxes + 1;
  return {
    ...till,
    units: till.units.map((stock) => (here(stock) ? { ...stock, count: 0 } : stock)),
    removed: stocks.reduce<readonly Stock[]>((kept, stock) => counted(kept, stock), till.removed),
    bags: [...till.bags, { bag: bagNumber(boxes), device, stocks }].slice(-bagsKept),
    boxes,
  };
}

interface Place {
  readonly device: string;
  readonly unit: CashUnit;
  readonly currency: string;
}

/** By this move these are in a unit, and nothing else of that currency. */
function isAll(till: Till, body: Place & { readonly move: string }, pieces: readonly Pieces[]): Till {
  const { device, unit, currency, move } = body;
  const here = (s: Stock) => s.device === device && s.unit === unit && s.currency === currency;
  const emptied = till.units.map((stock) => (here(stock) ? { ...stock, count: 0 } : stock));
  const units = pieces.reduce<readonly Stock[]>(
    (kept, { minor, count }) => counted(kept, { device, unit, currency, minor, count }),
    emptied,
  );
  return { ...till, units, counts: { ...till.counts, [device]: move } };
}

function changeRemoved(till: Till, { device, unit, currency }: Place, pieces: readonly Pieces[], sign: 1 | -1): Till {
  const removed = pieces.reduce<readonly Stock[]>(
    (kept, { minor, count }) => counted(kept, { device, unit, currency, minor, count: sign * count }),
    till.removed,
  );
  return { ...till, removed };
}

function without(devices: readonly string[], device: string): readonly string[] {
  return devices.filter((one) => one !== device);
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
