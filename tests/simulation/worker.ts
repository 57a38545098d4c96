/**
 * One thread that runs seeds, on request. The code it loads is that of the kiosk, or that with one file edited: the
 * edit takes place when the file is loaded, and nowhere else.
 */
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { broken, type Edit, type Report } from './runner.ts';

const edit = workerData as Edit | null;
if (edit !== null) {
  const edited = pathToFileURL(edit.path).href;
  registerHooks({
    load: (url, context, next) =>
      url === edited ? { format: 'module-typescript', source: edit.text, shortCircuit: true } : next(url, context),
  });
}

// Not before the hook: what an import above would load could no longer be edited.
const { run } = await import('./run.ts');

function report(seed: number): Report {
  try {
    const { violations, story, ...figures } = run(seed);
    return { ...figures, violations, story: violations.length > 0 ? story : [] };
  } catch (problem) {
    return broken(seed, `the judgement broke: ${String(problem)}`);
  }
}

parentPort?.on('message', (seed: number) => parentPort?.postMessage(report(seed)));
