/**
 * Paints paper in a thread of its own: a long strip takes a while, and the machines of the bench must go on answering
 * meanwhile. The thread begins with the first paper, for it brings fonts and a canvas.
 */
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

interface Job {
  readonly number: number;
  readonly bytes: Uint8Array;
}

type Answer = { readonly number: number } & ({ readonly picture: Uint8Array } | { readonly problem: string });

interface Waiting {
  readonly resolve: (picture: Uint8Array) => void;
  readonly reject: (problem: Error) => void;
}

export interface Painter {
  /** As `paintPaper` of paper.ts does; rejects when the paper cannot be painted. */
  paint(bytes: Uint8Array): Promise<Uint8Array>;
}

export function createPainter(): Painter {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let jobs = 0;

  function begin(): Worker {
    const made = new Worker(new URL(import.meta.url));
    made.on('message', (answer: Answer) => {
      const job = waiting.get(answer.number);
      waiting.delete(answer.number);
      if ('picture' in answer) job?.resolve(answer.picture);
      else job?.reject(new Error(answer.problem));
    });
    made.on('error', (problem) => {
      worker = null;
      for (const { reject } of waiting.values()) reject(problem);
      waiting.clear();
    });
    // Last, for whoever listens holds on: a picture that nobody fetches any more does not hold the bench up.
    made.unref();
    return made;
  }

  return {
    paint(bytes) {
      worker ??= begin();
      const job: Job = { number: ++jobs, bytes };
      worker.postMessage(job);
      return new Promise((resolve, reject) => waiting.set(job.number, { resolve, reject }));
    },
  };
}

async function answer({ number, bytes }: Job): Promise<Answer> {
  try {
    const { paintPaper } = await import('./paper.ts');
    return { number, picture: await paintPaper(bytes) };
  } catch (problem) {
    return { number, problem: String(problem) };
  }
}

if (!isMainThread) parentPort?.on('message', async (job: Job) => parentPort?.postMessage(await answer(job)));
