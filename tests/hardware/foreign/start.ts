/** A command of the project as its user starts it, ended with the test. */
import type { TestContext } from 'vitest';
import { Program } from '../child-process.ts';

export type Finished = TestContext['onTestFinished'];

/** Far above what a program takes to start beside others. */
export const startMs = 60_000;

export function started(finished: Finished, script: string, args: readonly string[]): Program {
  const program = new Program(script, args);
  finished(async () => {
    await program.end();
  });
  return program;
}

/** The simulated device of a protocol, moving twenty times as fast as life, and the port that it stands at. */
export async function simulated(finished: Finished, protocol: string, settings: readonly string[]) {
  const set = settings.flatMap((setting) => ['--set', setting]);
  const program = started(finished, 'scripts/simulator.ts', [protocol, '--speed', '20', ...set]);
  const { port } = await program.line({ protocol }, startMs);
  return { program, port: String(port) };
}
