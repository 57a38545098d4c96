/** `npm run simulate`: seeded runs of the whole machine, judged by an oracle; and the oracle judged by broken kiosks. */
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { Boundary } from '../hardware/port.ts';
import { allRows } from '../tests/simulation/deal.ts';
import { hunt, huntSeeds, seedOrder, Sound } from '../tests/simulation/hunt.ts';
import { editOf, Misfit, type Mutant, mutants } from '../tests/simulation/mutants.ts';
import { type Report, Runner, sideBySide, Unloadable } from '../tests/simulation/runner.ts';

const help = `Usage: npm -s run simulate -- --seeds N [--from S]
       npm -s run simulate -- --mutants [--only NAME]
       npm -s run simulate -- --statements [--only FILE]

Each seed is a run of the whole machine on virtual time: customers, a fault at a boundary, a crash, then quiet and the
judgement of an oracle that knows only physical truth and journal. The same seed gives the same journal.

  --seeds N     this many runs; prints virtual hours, facts, crashes by kind (k killed, p power cut, d device alone
                without power, l line lost, n network gone), how often each fault struck at which boundary, what was
                violated (with the shortest story), and a hash over all journals
  --from S      the first seed (1)
  --mutants     breaks the kiosk on purpose, in one place at a time; caught means that the oracle reports it within
                ${huntSeeds} seeds (or --seeds N) that the unbroken kiosk passes
  --statements  leaves every single statement out of the functions that ARCHITECTURE.md lists for a note's way and a
                voucher's way; caught means that the compiler, the oracle or a unit test reports it; takes long. A
                line marked "redundant on purpose:" is passed over
  --only NAME   one mutant, or the statements of one file

Exit code 1 when something was violated or missed, 2 for a wrong command line.
`;

const boundaries: readonly Boundary[] = ['b0', 'b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7', 'b8', 'b9'];
const hands = Math.max(1, availableParallelism());
/** A statement that the oracle does not miss within so many seeds is shown to the unit tests, and then to all seeds. */
const quickSeeds = 100;

class Usage extends Error {}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function count(text: string | undefined, name: string, least: number): number {
  if (text === undefined || !/^\d{1,9}$/.test(text) || Number(text) < least) {
    throw new Usage(`${name} takes a whole number from ${least} up`);
  }
  return Number(text);
}

async function simulate(seeds: number, from: number): Promise<number> {
  const runners = Array.from({ length: Math.min(hands, seeds) }, () => new Runner());
  const reports = await sideBySide(
    range(from, seeds),
    runners.map((runner) => (seed: number) => runner.run(seed)),
  );
  await Promise.all(runners.map((runner) => runner.end()));
  printFigures(reports);
  const violations = printViolations(reports);
  const all = createHash('sha256');
  for (const { hash } of reports) all.update(hash);
  print(`hash ${all.digest('hex')}`);
  print(`${reports.length} runs, ${violations} violations`);
  return violations > 0 ? 1 : 0;
}

function* range(from: number, many: number): Generator<number> {
  for (let seed = from; seed < from + many; seed++) yield seed;
}

function printFigures(reports: readonly Report[]): void {
  const sum = (of: (report: Report) => number) => reports.reduce((total, report) => total + of(report), 0);
  print(`virtual-hours ${sum(({ hours }) => hours).toFixed(2)}`);
  print(`facts ${sum(({ facts }) => facts)}`);
  const kinds = ['k', 'p', 'd', 'l', 'n'] as const;
  print(`crashes ${kinds.map((kind) => `${kind} ${sum(({ crashes }) => crashes[kind])}`).join(' ')}`);
  const struck = reports.flatMap((report) => report.struck);
  for (const row of new Set(allRows.map((one) => one.row))) {
    const here = struck.filter((one) => one.row === row);
    const cells = boundaries.map((name) => `${name} ${here.filter(({ boundary }) => boundary === name).length}`);
    print(`fault ${row} ${cells.join(' ')} total ${here.length}`);
  }
}

/** Prints what was violated, in the order of the seeds, and tells the story of the shortest; answers how much it was. */
function printViolations(reports: readonly Report[]): number {
  const violating = reports.filter(({ violations }) => violations.length > 0);
  const told = violating.reduce<Report | null>(
    (best, one) => (best === null || (one.story.length > 0 && one.story.length < best.story.length) ? one : best),
    null,
  );
  let many = 0;
  for (const { seed, violations, story } of violating) {
    many += violations.length;
    for (const violation of violations) print(`violation seed ${seed} ${violation.replaceAll('\n', '\n  ')}`);
    if (seed === told?.seed) for (const line of story) print(`  ${line}`);
  }
  return many;
}

async function huntMutants(only: string | undefined, seeds: number): Promise<number> {
  const wanted = mutants.filter(({ name }) => only === undefined || name === only);
  if (wanted.length === 0)
    throw new Usage(`there is no mutant ${only}; it has ${mutants.map(({ name }) => name).join(', ')}`);
  // All of them first: one that does not fit ends the command before anything has run.
  const edits = new Map(wanted.map((mutant) => [mutant, editOf(mutant)]));
  const sound = new Sound();
  const look = async (mutant: Mutant) => {
    const seed = await hunt(edits.get(mutant) ?? editOf(mutant), seedOrder(seeds, mutant.rows, []), sound);
    print(`mutant ${mutant.name} ${seed === null ? 'missed' : `caught seed ${seed}`}`);
    return seed;
  };
  const found = await sideBySide(wanted, Array(hands).fill(look));
  await sound.end();
  const missed = found.filter((seed) => seed === null).length;
  print(`mutants: ${found.length - missed} caught, ${missed} missed`);
  return missed > 0 ? 1 : 0;
}

async function huntStatements(only: string | undefined, seeds: number): Promise<number> {
  // The compiler is only loaded here: it is large.
  const { listedFunctions, statementsOf } = await import('../tests/simulation/statements.ts');
  const { Compiler, unitTestsPass } = await import('../tests/simulation/judges.ts');
  const all = listedFunctions().flatMap((one) => (only === undefined || one.file === only ? statementsOf(one) : []));
  if (all.length === 0) throw new Usage(`no function of ${only} is listed in ARCHITECTURE.md`);
  const compiler = new Compiler();
  const sound = new Sound();
  const good: number[] = [];
  const judged = async ({ edit }: (typeof all)[number]): Promise<string | null> => {
    const quick = Math.min(seeds, quickSeeds);
    let seed = await hunt(edit, seedOrder(quick, [], good), sound);
    if (seed === null) {
      if (!compiler.accepts(edit)) return 'the compiler';
      if (!(await unitTestsPass(edit))) return 'a unit test';
      seed = await hunt(edit, seedOrder(seeds, [], []).slice(quick), sound);
    }
    if (seed === null) return null;
    if (!good.includes(seed)) good.unshift(seed);
    return `seed ${seed}`;
  };
  const look = async (statement: (typeof all)[number]) => {
    const by = await judged(statement);
    print(`statement ${statement.place} ${by === null ? `missed ${statement.text}` : `caught by ${by}`}`);
    return by;
  };
  const found = await sideBySide(all, Array(hands).fill(look));
  await sound.end();
  const missed = found.filter((by) => by === null).length;
  print(`statements: ${found.length - missed} caught, ${missed} missed`);
  return missed > 0 ? 1 : 0;
}

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string' },
      from: { type: 'string', default: '1' },
      mutants: { type: 'boolean', default: false },
      statements: { type: 'boolean', default: false },
      only: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const within = values.seeds === undefined ? huntSeeds : count(values.seeds, '--seeds', 1);
  if (values.mutants) return huntMutants(values.only, within);
  if (values.statements) return huntStatements(values.only, within);
  if (values.only !== undefined) throw new Usage('--only goes with --mutants or --statements');
  return simulate(count(values.seeds, '--seeds', 1), count(values.from, '--from', 0));
}

function fail(problem: unknown): number {
  const error = problem as Error & { readonly code?: string };
  const usage = problem instanceof Usage || error.code?.startsWith('ERR_PARSE_ARGS') === true;
  const known = usage || problem instanceof Misfit || problem instanceof Unloadable;
  const code = usage
    ? 'usage'
    : problem instanceof Misfit
      ? 'misfit'
      : problem instanceof Unloadable
        ? 'unloadable'
        : 'failed';
  process.stderr.write(`${JSON.stringify({ error: code, message: error.message })}\n`);
  if (!known) process.stderr.write(`${error.stack}\n`);
  return usage ? 2 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (problem) {
  process.exitCode = fail(problem);
}
