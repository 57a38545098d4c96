/** Looks for a seed at which the oracle reports the broken kiosk and passes the unbroken one. */
import { rowOf } from './deal.ts';
import type { FaultRow } from './faults.ts';
import { type Edit, Runner } from './runner.ts';

/** So many seeds are tried, from 1. */
export const huntSeeds = 2_000;

/** Which seeds the unbroken kiosk passes; asked once for each. */
export class Sound {
  private readonly runner = new Runner();
  private readonly known = new Map<number, boolean>();
  private queue: Promise<unknown> = Promise.resolve();

  passes(seed: number): Promise<boolean> {
    const asked = this.queue.then(async () => {
      const known = this.known.get(seed) ?? (await this.runner.run(seed)).violations.length === 0;
      this.known.set(seed, known);
      return known;
    });
    this.queue = asked;
    return asked;
  }

  end(): Promise<void> {
    return this.runner.end();
  }
}

/** The seeds up to this one, each once: those given, then those of these rows, then the others. */
export function seedOrder(last: number, rows: readonly FaultRow['row'][], first: readonly number[]): readonly number[] {
  const all = Array.from({ length: last }, (_, i) => i + 1);
  const concerned = all.filter((seed) => rows.includes(rowOf(seed).row));
  return [...new Set([...first, ...concerned, ...all])];
}

/** The first of the seeds at which the edit is caught; null when it is missed. Throws Unloadable. */
export async function hunt(edit: Edit, seeds: readonly number[], sound: Sound): Promise<number | null> {
  const runner = new Runner(edit);
  try {
    for (const seed of seeds) {
      const { violations } = await runner.run(seed);
      if (violations.length > 0 && (await sound.passes(seed))) return seed;
    }
    return null;
  } finally {
    await runner.end();
  }
}
