/**
 * Paints paper in a thread of its own: a long strip takes a while, and the machines of the bench must go on answering
 * meanwhile. The thread begins with the first paper, for it brings fonts and a canvas.
 */
import { Worker } from 'node:worker_threads';
import type { Answer, Job } from './paper-worker.ts';

/** A page fetches a few strips at once. */
const picturesMaximum = 32;

interface Waiting {
  readonly resolve: (picture: Uint8Array) => void;
  readonly reject: (problem: Error) => void;
}

export interface Painter {
  /** As `paintPaper` of paper.ts; rejects when that fails, and when too many wait. */
  paint(bytes: Uint8Array): Promise<Uint8Array>;
}

export function createPainter(): Painter {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let jobs = 0;

  function ended(problem: Error): void {
    worker = null;
    for (const { reject } of waiting.values()) reject(problem);
    waiting.clear();
  }

  function begin(): Worker {
    // Without what this process was started with: a thread has no standard input, and to whoever waits for the end of that
    // (`--import end-with-parent.ts`) it would look as if the parent had gone.
    const made = new Worker(new URL('./paper-worker.ts', import.meta.url), { execArgv: [] });
    made.on('message', (told: Answer) => {
      const job = waiting.get(told.number);
      waiting.delete(told.number);
      if ('picture' in told) job?.resolve(told.picture);
      else job?.reject(new Error(told.problem));
    });
    made.on('error', ended);
    made.on('exit', () => ended(new Error('the painter has ended')));
    // Last, for whoever listens holds on: a picture that nobody fetches any more does not hold the bench up.
    made.unref();
    return made;
  }

  return {
    async paint(bytes) {
      if (waiting.size >= picturesMaximum) throw new Error(`${picturesMaximum} pictures wait to be painted`);
      worker ??= begin();
      const job: Job = { number: ++jobs, bytes };
      worker.postMessage(job);
      return new Promise((resolve, reject) => waiting.set(job.number, { resolve, reject }));
    },
  };
}
