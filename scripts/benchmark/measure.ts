/**
 * What every benchmark shares: a subject is measured beside a floor, one sample of each in turn, so that whatever else
 * the machine does hits both. Only the ratio says something about the code.
 */

export interface Figure {
  /** `append/growth`: the benchmark and what of it. */
  readonly name: string;
  readonly unit: string;
  /** Medians, in `unit`. */
  readonly subject: number;
  readonly floor: number;
  /** Subject over floor: of the medians, and of the 99th percentiles. */
  readonly ratioMedian: number;
  readonly ratioP99: number;
  readonly better: 'lower' | 'higher';
  /** What `ratioMedian` must reach. */
  readonly target: number;
  readonly met: boolean;
}

export interface Benchmark {
  readonly name: string;
  run(): Promise<Figure[]>;
}

export interface Comparison {
  readonly name: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  /** A ratio, or what the ratio must reach given the floor that was measured. */
  readonly target: number | ((floor: number) => number);
  /** Samples of each that count; `warmUp` more come first and do not. */
  readonly rounds: number;
  readonly warmUp?: number;
  /** Takes one sample and returns it in `unit`. */
  readonly subject: () => number | Promise<number>;
  readonly floor: () => number | Promise<number>;
}

/** Samples both, in an order that changes each round. */
export async function compare(comparison: Comparison): Promise<Figure> {
  const subjects: number[] = [];
  const floors: number[] = [];
  const warmUp = comparison.warmUp ?? 0;
  for (let round = 0; round < warmUp + comparison.rounds; round++) {
    const first = round % 2 === 0;
    const early = await (first ? comparison.subject() : comparison.floor());
    const late = await (first ? comparison.floor() : comparison.subject());
    if (round < warmUp) continue;
    subjects.push(first ? early : late);
    floors.push(first ? late : early);
  }
  return figure(comparison, subjects, floors);
}

/** The figure of samples that were taken in turn. */
export function figure(
  about: Pick<Comparison, 'name' | 'unit' | 'better' | 'target'>,
  subjects: readonly number[],
  floors: readonly number[],
): Figure {
  const subject = percentile(subjects, 50);
  const floor = percentile(floors, 50);
  const ratioMedian = rounded(subject / floor);
  const ratioP99 = rounded(percentile(subjects, 99) / percentile(floors, 99));
  const target = rounded(typeof about.target === 'number' ? about.target : about.target(floor));
  const met = about.better === 'lower' ? ratioMedian <= target : ratioMedian >= target;
  const { name, unit, better } = about;
  return { name, unit, subject: rounded(subject), floor: rounded(floor), ratioMedian, ratioP99, better, target, met };
}

/** The value below which `percent` of the samples lie; the samples may be in any order. */
export function percentile(samples: readonly number[], percent: number): number {
  if (samples.length === 0) throw new RangeError('no samples were taken');
  const sorted = [...samples].sort((a, b) => a - b);
  const rank = Math.ceil((percent / 100) * sorted.length) - 1;
  return sorted[Math.min(sorted.length - 1, Math.max(0, rank))] as number;
}

/** How long `work` took, in microseconds. */
export function tookUs(work: () => void): number {
  const startNs = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - startNs) / 1_000;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
