/** The thread that paints: a strip of paper in, its picture out. */
import { parentPort } from 'node:worker_threads';
import { paintPaper } from './paper.ts';

export interface Job {
  readonly number: number;
  /** Everything printed and not torn off. */
  readonly bytes: Uint8Array;
}

export type Answer = { readonly number: number } & ({ readonly picture: Uint8Array } | { readonly problem: string });

async function answer({ number, bytes }: Job): Promise<Answer> {
  try {
    return { number, picture: await paintPaper(bytes) };
  } catch (problem) {
    return { number, problem: String(problem) };
  }
}

parentPort?.on('message', async (job: Job) => parentPort?.postMessage(await answer(job)));
