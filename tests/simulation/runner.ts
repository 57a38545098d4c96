/** Runs seeds in a thread of their own, so that a run which never ends is a violation like any other. */
import { Worker } from 'node:worker_threads';
import type { RunResult } from './run.ts';

/** One file of the program with other text. */
export interface Edit {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

/** What came of a run. The story is empty when nothing was violated. */
export type Report = RunResult;

/** A run takes well under a second; one that takes longer than this does not end. */
const runLimitMs = 20_000;
/** A run makes much that is soon forgotten: with more room for it, less of it is copied about. */
const resourceLimits = { maxYoungGenerationSizeMb: 128 };

/** The program as edited cannot be loaded at all. */
export class Unloadable extends Error {
  override readonly name = 'Unloadable';
}

/** One thread, started when first used and anew after a run that did not end. */
export class Runner {
  private readonly edit: Edit | null;
  private worker: Worker | null = null;

  constructor(edit: Edit | null = null) {
    this.edit = edit;
  }

  /** One run at a time. Throws Unloadable. */
  async run(seed: number): Promise<Report> {
    this.worker ??= new Worker(new URL('./worker.ts', import.meta.url), { workerData: this.edit, resourceLimits });
    const { worker } = this;
    const outcome = await answer(worker, seed);
    if (outcome === 'late') {
      await this.end();
      return broken(seed, `the run did not end within ${runLimitMs / 1000} s`);
    }
    if (outcome instanceof Error) {
      await this.end();
      throw new Unloadable(outcome.message, { cause: outcome });
    }
    return outcome;
  }

  async end(): Promise<void> {
    const { worker } = this;
    this.worker = null;
    await worker?.terminate();
  }
}

function answer(worker: Worker, seed: number): Promise<Report | Error | 'late'> {
  return new Promise((resolve) => {
    const end = (outcome: Report | Error | 'late') => {
      clearTimeout(limit);
      worker.off('message', end);
      worker.off('error', end);
      resolve(outcome);
    };
    const limit = setTimeout(() => end('late'), runLimitMs);
    worker.on('message', end);
    worker.on('error', end);
    worker.postMessage(seed);
  });
}

/** What is reported of a run that gave no result of its own. */
export function broken(seed: number, text: string): Report {
  const crashes = { k: 0, p: 0, d: 0, l: 0, n: 0 };
  return {
    seed,
    violations: [`I7 ${text}`],
    story: [],
    hours: 0,
    facts: 0,
    crashes,
    struck: [],
    resumed: 0,
    hash: 'none',
  };
}

/** Does jobs side by side, one on each hand, and gives their results in the order of the jobs. */
export async function sideBySide<Job, Result>(
  jobs: Iterable<Job>,
  hands: readonly ((job: Job) => Promise<Result>)[],
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const waiting = jobs[Symbol.iterator]();
  let taken = 0;
  const work = async (hand: (job: Job) => Promise<Result>) => {
    for (let next = waiting.next(); next.done !== true; next = waiting.next()) {
      const at = taken++;
      results[at] = await hand(next.value);
    }
  };
  await Promise.all(hands.map(work));
  return results;
}
