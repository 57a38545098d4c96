/** Which sums a set of denominations can make, any number of each. Minor units throughout. */

export interface Sums {
  readonly makes: (minor: number) => boolean;
  /** The least sum of this much or more; null when no denomination is there. */
  readonly from: (minor: number) => number | null;
  /** The greatest sum of less than this; 0, which is no note at all, when there is none. */
  readonly below: (minor: number) => number;
}

/** Rows of the table, at most. It has one for each multiple of the common divisor in the smallest denomination. */
const rowsMaximum = 10_000;

/** `denominations` ascend and are above zero. A set that would need too large a table counts as its smallest alone. */
export function sumsOf(denominations: readonly number[]): Sums {
  const unit = denominations.reduce(greatestDivisor, 0);
  const [smallest] = denominations;
  if (smallest === undefined) return { makes: (minor) => minor === 0, from: () => null, below: () => 0 };
  const rows = smallest / unit;
  if (rows > rowsMaximum) return sumsOf([smallest]);
  const least = leastByRemainder(
    rows,
    denominations.map((minor) => minor / unit),
  );
  return {
    makes: (minor) => minor % unit === 0 && minor / unit >= (least[remainder(minor / unit, rows)] as number),
    from: (minor) => {
      const units = Math.ceil(minor / unit);
      const sums = least.map((sum, row) => {
        const start = Math.max(units, sum);
        return start + remainder(row - start, rows);
      });
      return unit * Math.min(...sums);
    },
    below: (minor) => {
      const units = Math.ceil(minor / unit) - 1;
      const sums = least.map((sum, row) => {
        const greatest = units - remainder(units - row, rows);
        return greatest >= sum ? greatest : 0;
      });
      return unit * Math.max(...sums);
    },
  };
}

/** For each remainder by `rows`, the least sum that leaves it; every sum more is that one and multiples of `rows`. */
function leastByRemainder(rows: number, steps: readonly number[]): readonly number[] {
  const least = Array.from({ length: rows }, (_, row) => (row === 0 ? 0 : Number.POSITIVE_INFINITY));
  for (const step of steps) {
    const circles = greatestDivisor(rows, step);
    for (let start = 0; start < circles; start++) {
      let at = start;
      // Twice around: what is least may stand anywhere on the circle.
      for (let moves = (2 * rows) / circles; moves > 0; moves--) {
        const next = (at + step) % rows;
        least[next] = Math.min(least[next] as number, (least[at] as number) + step);
        at = next;
      }
    }
  }
  return least;
}

function remainder(value: number, by: number): number {
  return ((value % by) + by) % by;
}

export function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
