/** `npm run benchmark`: measures what the names say, each beside its floor. */
import { parseArgs } from 'node:util';
import type { Benchmark, Figure } from './measure.ts';

/** A new benchmark is one file and one line here. */
const catalog: Readonly<Record<string, () => Promise<Benchmark>>> = {
  append: async () => (await import('./append.ts')).append,
  codecs: async () => (await import('./codecs.ts')).codecs,
  escrow: async () => (await import('./escrow.ts')).escrow,
  ingest: async () => (await import('./ingest.ts')).ingest,
  push: async () => (await import('./push.ts')).push,
  reports: async () => (await import('./reports.ts')).reports,
  resync: async () => (await import('./codecs.ts')).resync,
  start: async () => (await import('./start.ts')).start,
};

const usage = `Usage: npm -s run benchmark -- [NAME …] [--json]

Measures, each beside a floor in the same run: ${Object.keys(catalog).join(', ')}; all of them without a name.
With --json one line a figure; ratio = subject / floor. Exit code 1 when a target is not met.
`;

function show(figure: Figure): string {
  const { name, unit, subject, floor, ratioMedian, ratioP99, better, target, met } = figure;
  const sign = better === 'lower' ? '≤' : '≥';
  const ratios = `ratio ${ratioMedian} (99 %: ${ratioP99}), target ${sign} ${target}`;
  return `${name}: ${subject} ${unit} against ${floor} ${unit}, ${ratios}: ${met ? 'met' : 'NOT MET'}`;
}

function refuse(message: string): number {
  process.stderr.write(`${JSON.stringify({ error: 'usage', message: `${message}; --help says all` })}\n`);
  return 2;
}

async function main(args: readonly string[]): Promise<number> {
  let asked: { values: { json?: boolean; help?: boolean }; positionals: string[] };
  try {
    const options = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
    asked = parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    return refuse((error as Error).message.split('. ')[0] as string);
  }
  if (asked.values.help === true) {
    process.stdout.write(usage);
    return 0;
  }
  const unknown = asked.positionals.find((name) => !Object.hasOwn(catalog, name));
  if (unknown !== undefined)
    return refuse(`there is no benchmark "${unknown}"; there are ${Object.keys(catalog).join(', ')}`);
  let met = true;
  for (const name of asked.positionals.length > 0 ? asked.positionals : Object.keys(catalog)) {
    const benchmark = await (catalog[name] as () => Promise<Benchmark>)();
    for (const figure of await benchmark.run()) {
      process.stdout.write(`${asked.values.json === true ? JSON.stringify(figure) : show(figure)}\n`);
      met &&= figure.met;
    }
  }
  return met ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
