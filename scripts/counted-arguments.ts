/** The command line of a seeded hunt: how much of it (`runs`, `seconds`) and where its choices begin. */
import { parseArgs } from 'node:util';

export interface CountOption {
  readonly name: 'runs' | 'seconds';
  readonly usual: number;
  readonly most: number;
  /** Fractions are allowed. */
  readonly fraction: boolean;
}

/** Reads `--NAME N --seed S`, answers --help, and runs; a wrong command line is named and answered with 2. */
export async function withCountAndSeed(
  args: readonly string[],
  usage: string,
  option: CountOption,
  run: (count: number, seed: number) => number | Promise<number>,
): Promise<number> {
  let values: Readonly<Record<string, string | boolean | undefined>>;
  try {
    values = parseArgs({
      args: [...args],
      options: { [option.name]: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    }).values;
  } catch (error) {
    return refuse((error as Error).message.split('. ')[0] as string);
  }
  if (values.help === true) {
    process.stdout.write(usage);
    return 0;
  }
  const count = Number(values[option.name] ?? option.usual);
  const seed = Number(values.seed ?? 1);
  const kind = option.fraction ? 'a number above 0' : 'a whole number from 1';
  if (!(count > 0 && count <= option.most && (option.fraction || Number.isInteger(count)))) {
    return refuse(`--${option.name} is ${kind}, at most ${option.most}`);
  }
  if (!Number.isInteger(seed) || seed < 0 || seed > 1e9) return refuse('--seed is a number from 0 to 1000000000');
  return run(count, seed);
}

function refuse(message: string): number {
  process.stderr.write(`${JSON.stringify({ error: 'usage', message: `${message}; --help says all` })}\n`);
  return 2;
}
