/** `npm run fuzz`: seeded bad input to everything that reads what comes from outside. */
import { problemOf, targets } from '../tests/fuzz/targets.ts';
import { seeded } from '../tests/simulation/random.ts';
import { withCountAndSeed } from './counted-arguments.ts';

const usage = `Usage: npm -s run fuzz -- [--seconds N] [--seed S]

Gives seeded bad input to: ${Object.keys(targets).join(', ')}.

  --seconds N  how long, 60 by default
  --seed S     of the first input; each input after it has the next seed, so the seed of a violation repeats it first

A line for each of them, then "N inputs, V violations". Exit code 1 when V > 0.
`;

/** The clock is read once in so many inputs. */
const inputsAtOnce = 64;
/** So many are described; the rest are counted. */
const mostDescribed = 50;

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

const option = { name: 'seconds', usual: 60, most: 86_400, fraction: true } as const;
process.exitCode = await withCountAndSeed(process.argv.slice(2), usage, option, fuzz);
