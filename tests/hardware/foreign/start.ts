/** A command of the project as its user starts it, ended with the test. */
import type { TestContext } from 'vitest';
import { Program } from '../child-process.ts';
import { pause } from './line.ts';

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

/** The simulated device of a protocol, moving so many times as fast as life, and the port that it stands at. */
export async function simulated(finished: Finished, protocol: string, settings: readonly string[], speed = 20) {
  const set = settings.flatMap((setting) => ['--set', setting]);
  const program = started(finished, 'scripts/simulator.ts', [protocol, '--speed', String(speed), ...set]);
  const { port } = await program.line({ protocol }, startMs);
  return { program, port: String(port) };
}

interface Level {
  readonly unit: string;
  readonly minor: number;
  readonly count: number;
}

/** What lies where in truth, such as `box 2000×1`; the program's own word, whatever the wire says. */
export async function truth(program: Program): Promise<readonly string[]> {
  const since = program.lines.length;
  program.say('levels');
  // The answer to a second line comes behind that to the first.
  await program.did('misbehave off');
  const levels = program.lines.slice(since).find((line) => 'levels' in line)?.levels ?? [];
  return (levels as readonly Level[]).map(({ unit, minor, count }) => `${unit} ${minor}×${count}`);
}

/** Pushes the note in until the machine draws it in: while it starts, it does not. */
export async function insert(program: Program, note: string): Promise<void> {
  for (const endMs = Date.now() + 20_000; (await program.did(`insert ${note}`)).ok !== true; ) {
    if (Date.now() > endMs) throw new Error(`${note} is not drawn in: ${JSON.stringify(program.lines.at(-1))}`);
    await pause(30);
  }
}
