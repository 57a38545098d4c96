/** `npm run fuzz`: seeded bad input to everything that reads what comes from outside. */
import { parseArgs } from 'node:util';
import { problemOf, targets } from '../tests/fuzz/targets.ts';
import { seeded } from '../tests/simulation/random.ts';

const usage = `Usage: npm run fuzz -- [--seconds N] [--seed S]

Gives seeded bad input to: ${Object.keys(targets).join(', ')}.

  --seconds N  how long, 60 by default
  --seed S     of the first input; each input after it has the next seed, so the seed of a violation repeats it first

A line for each of them, then "N inputs, V violations". Exit code 1 when V > 0.
`;

/** The clock is read once in so many inputs. */
const inputsAtOnce = 64;
/** So many are described; the rest are counted. */
const mostDescribed = 50;

function refuse(message: string): number {
  process.stderr.write(`${JSON.stringify({ error: 'usage', message: `${message}; --help says all` })}\n`);
  return 2;
}

function fuzz(seconds: number, firstSeed: number): number {
  const names = Object.keys(targets);
  const counts = new Map<string, number>(names.map((name) => [name, 0]));
  const endMs = performance.now() + seconds * 1_000;
  let inputs = 0;
  let violations = 0;
  while (performance.now() < endMs) {
    for (let n = 0; n < inputsAtOnce; n++) {
      const seed = firstSeed + inputs;
      const name = names[seed % names.length] as string;
      const problem = problemOf(targets[name] as (typeof targets)[string], seeded(seed));
      counts.set(name, (counts.get(name) ?? 0) + 1);
      inputs += 1;
      if (problem === null) continue;
      violations += 1;
      if (violations <= mostDescribed) process.stdout.write(`violation seed ${seed} ${name}: ${problem}\n`);
    }
  }
  for (const [name, count] of counts) process.stdout.write(`${name} ${count}\n`);
  process.stdout.write(`${inputs} inputs, ${violations} violations\n`);
  return violations === 0 ? 0 : 1;
}

function main(args: readonly string[]): number {
  let values: { seconds?: string; seed?: string; help?: boolean };
  try {
    const options = {
      seconds: { type: 'string' },
      seed: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    values = parseArgs({ args: [...args], options }).values;
  } catch (error) {
    return refuse((error as Error).message.split('. ')[0] as string);
  }
  if (values.help === true) {
    process.stdout.write(usage);
    return 0;
  }
  const seconds = Number(values.seconds ?? '60');
  const seed = Number(values.seed ?? '1');
  if (!(seconds > 0 && seconds <= 86_400)) return refuse('--seconds is a number above 0, at most 86400');
  if (!Number.isInteger(seed) || seed < 0 || seed > 1e9) return refuse('--seed is a number from 0 to 1000000000');
  return fuzz(seconds, seed);
}

process.exitCode = main(process.argv.slice(2));
