/**
 * Every device that pays out, in everything that can happen to it. After each case the physical truth, what the customer
 * holds and what the machine still has, is compared with what was told: nothing is paid twice, done and partial are the
 * truth to the coin, and each order ends exactly once.
 *
 * A device that keeps evidence is never unknown: `mayBeUnknown` of a case names what took the evidence away.
 */
import { describe, expect, test } from 'vitest';
import { emptyMemory, type Pieces } from '../../hardware/device.ts';
import { type PayoutBench, type PayoutLineUp, type PayoutParts, payers, payoutBenchOf, sumOf } from './payout-bench.ts';

const READY_MS = 30_000;
const REST_MS = 120_000;

function stockOf(pieces: readonly Pieces[]): ReadonlyMap<number, number> {
  return new Map(pieces.filter(({ count }) => count > 0).map(({ minor, count }) => [minor, count]));
}

const sorted = (pieces: ReadonlyMap<number, number>): readonly (readonly [number, number])[] =>
  [...pieces].sort(([a], [b]) => a - b);

interface Judged {
  /** What the customer had before this order. */
  readonly before?: ReadonlyMap<number, number>;
  readonly mayBeUnknown?: boolean;
  readonly id?: string;
}

/** The order's one end is the truth to the coin. */
function judge(bench: PayoutBench, place: string, { mayBeUnknown = false, id = 'order-1', before }: Judged = {}): void {
  const ordered = stockOf(bench.memory.lastPayout?.pieces ?? []);
  const all = bench.paid();
  const paid = new Map(
    [...all].map(([minor, count]) => [minor, count - (before?.get(minor) ?? 0)] as const).filter(([, n]) => n !== 0),
  );
  expect(bench.wrongs, place).toEqual([]);
  expect(bench.memory.lastPayout?.open, place).toBe(false);
  for (const [minor, count] of paid) expect(count, `${place}: of ${minor}`).toBeLessThanOrEqual(ordered.get(minor) ?? 0);
  const ends = bench.ends(id);
  expect(ends, `${place}: ${ends.map(({ fact }) => fact).join(' ')}`).toHaveLength(1);
  const [end] = ends;
  switch (end?.fact) {
    case 'payout.done':
    case 'payout.partial': {
      const owed = end.fact === 'payout.partial' ? end.owed.minor : 0;
      expect(sorted(stockOf(end.pieces)), place).toEqual(sorted(paid));
      expect([end.paid.minor, owed], place).toEqual([sumOf(paid), sumOf(ordered) - sumOf(paid)]);
      expect(end.fact === 'payout.done', place).toBe(owed === 0);
      return;
    }
    case 'command.refused':
      expect([...paid], place).toEqual([]);
      return;
    default:
      expect(mayBeUnknown, `${place}: ${JSON.stringify(end)}`).toBe(true);
  }
}

/** After the case all is well: another order of one piece is carried out. */
function paysAnother(bench: PayoutBench, place: string): void {
  const before = bench.paid();
  const top = bench.lineUp.order[0]?.minor as number;
  bench.order([{ minor: top, count: 1 }], 'order-2');
  bench.rest(REST_MS);
  judge(bench, `${place}, the next order`, { id: 'order-2', before });
  expect(sumOf(bench.paid()) - sumOf(before), `${place}, the next order`).toBe(top);
}

const names = Object.keys(payers);

describe.each(names)('%s', (name) => {
  const lineUp = payers[name] as PayoutLineUp;
  const total = sumOf(stockOf(lineUp.order));
  const most = lineUp.order.reduce((sum, { count }) => sum + count, 0);
  const coins = Array.from({ length: most }, (_, at) => at + 1);

  async function ready(parts: PayoutParts = {}, like: PayoutLineUp = lineUp): Promise<PayoutBench> {
    const bench = await payoutBenchOf(like, parts);
    bench.until('device.ready', READY_MS);
    bench.run(1_000);
    return bench;
  }

  async function ordered(parts: PayoutParts = {}, like: PayoutLineUp = lineUp): Promise<PayoutBench> {
    const bench = await ready(parts, like);
    bench.order();
    return bench;
  }

  test('pays exactly what is ordered, and says so once with its pieces', async () => {
    const bench = await ordered();
    bench.rest(REST_MS);
    judge(bench, 'undisturbed');
    expect(bench.ends()[0]?.fact).toBe('payout.done');
    expect(sumOf(bench.paid())).toBe(total);
    expect(bench.find('payout.starting')).toHaveLength(1);
    expect(bench.find('payout.progress').length).toBeGreaterThan(0);
    paysAnother(bench, 'undisturbed');
  });
});
