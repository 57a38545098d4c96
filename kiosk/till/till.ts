/** Where cash is, by denomination: a fold of the journal. */
import type { EntryBody } from '../entry.ts';

/** One denomination in one box. */
interface Stock {
  readonly device: string;
  readonly currency: string;
  readonly minor: number;
  readonly count: number;
}

export interface Till {
  /** What is in each device's cash box now; a count of 0 stands for a denomination that the device takes. */
  readonly boxes: readonly Stock[];
  /** What was in the boxes that were taken out, over all time. */
  readonly removed: readonly Stock[];
}

export const emptyTill: Till = { boxes: [], removed: [] };

/** A cash unit as it is shown: one line for each currency in it. Minor units; `minor` is the sum. */
export interface TillUnit {
  readonly unit: string;
  readonly kind: 'box';
  readonly currency: string;
  readonly denominations: readonly { readonly minor: number; readonly count: number }[];
  readonly minor: number;
}

/** The till after an entry; the same object when the entry moves no cash. */
export function foldTill(till: Till, body: EntryBody): Till {
  switch (body.kind) {
    case 'device.known': {
      const boxes = body.denominations.reduce(
        (kept, { currency, minor }) => counted(kept, body.device, currency, minor, 0),
        till.boxes,
      );
      return boxes === till.boxes ? till : { ...till, boxes };
    }
    case 'note.stacked':
      return { ...till, boxes: counted(till.boxes, body.device, body.currency, body.minor, 1) };
    case 'note.unowned':
      // It is in the box, whoever it belongs to; one of unknown value cannot be counted here.
      if (body.minor === null) return till;
      return { ...till, boxes: counted(till.boxes, body.device, body.currency, body.minor, 1) };
    case 'note.suspect':
      // It was credited as stacked and is now held not to be there.
      return { ...till, boxes: counted(till.boxes, body.device, body.currency, body.minor, -1) };
    case 'cashbox.removed': {
      const taken = till.boxes.filter((stock) => stock.device === body.device);
      const removed = taken.reduce(
        (kept, s) => (s.count === 0 ? kept : counted(kept, s.device, s.currency, s.minor, s.count)),
        till.removed,
      );
      const boxes = till.boxes.map((stock) => (stock.device === body.device ? { ...stock, count: 0 } : stock));
      return { boxes, removed };
    }
    default:
      return till;
  }
}

/** The cash units with what is in them, by device and currency, small denominations first. */
export function tillUnits(till: Till): TillUnit[] {
  const units = new Map<string, Stock[]>();
  for (const stock of till.boxes) {
    const key = `${stock.device} ${stock.currency}`;
    units.set(key, [...(units.get(key) ?? []), stock]);
  }
  return [...units.values()].map((stocks) => {
    const { device, currency } = stocks[0] as Stock;
    const filled = stocks.filter((stock) => stock.count !== 0).sort((a, b) => a.minor - b.minor);
    return {
      unit: `${device}.box`,
      kind: 'box',
      currency,
      denominations: filled.map(({ minor, count }) => ({ minor, count })),
      minor: filled.reduce((sum, { minor, count }) => sum + minor * count, 0),
    };
  });
}

function counted(
  stocks: readonly Stock[],
  device: string,
  currency: string,
  minor: number,
  by: number,
): readonly Stock[] {
  const at = stocks.findIndex((s) => s.device === device && s.currency === currency && s.minor === minor);
  if (at < 0) return [...stocks, { device, currency, minor, count: by }];
  if (by === 0) return stocks;
  return stocks.map((stock, i) => (i === at ? { ...stock, count: stock.count + by } : stock));
}
