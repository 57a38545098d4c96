/** `npm test`: every check of the project, one after another but for those that mostly wait. All steps run even when one fails. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Step {
  readonly name: string;
  readonly command: readonly string[];
  /** vitest: its tests are counted one by one; any other step counts as one. */
  readonly counted?: true;
  /** It runs beside the steps that stand before it, of which the first mostly waits; what it prints comes when it ends. Without that, alone. */
  readonly beside?: true;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const stepLimitMs = 900_000;

function tool(name: string, ...args: readonly string[]): readonly string[] {
  return [join(root, 'node_modules', '.bin', name), ...args];
}

function script(name: string, ...args: readonly string[]): readonly string[] {
  return [process.execPath, join(root, 'scripts', name), ...args];
}

const steps: readonly Step[] = [
  { name: 'format and lint', command: tool('biome', 'ci', '--error-on-warnings', '.') },
  { name: 'types', command: tool('tsc', '--noEmit', '-p', '.') },
  { name: 'import law', command: script('import-law.ts') },
  { name: 'dead code', command: tool('knip') },
  { name: 'unit, conformance, stories', command: tool('vitest', 'run', '--project', 'node'), counted: true },
  { name: 'screens in a simulated browser', command: tool('vitest', 'run', '--project', 'ui'), counted: true },
  { name: 'simulation', command: script('simulate.ts', '--seeds', '200') },
  { name: 'fuzz', command: script('fuzz.ts', '--seconds', '10') },
  { name: 'browser', command: tool('vitest', 'run', '--project', 'browser'), counted: true },
  { name: 'crash', command: script('crash.ts', '--runs', '6'), beside: true },
  { name: 'gallery', command: tool('vitest', 'run', '--project', 'gallery'), counted: true, beside: true },
];

const help = `Usage: npm test [-- STEP …]

Runs every check, or only the steps named by the first letters of their names:
${steps.map(({ name }) => `  ${name}\n`).join('')}
The last line is "N passed, N failed"; exit code 1 when something failed.
`;

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  /** What failed, each with its first words why: said again at the very end, where it is found. */
  readonly failures: readonly string[];
}

/** What is read of the report that vitest writes. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** So many lines of each failure are said again at the end. */
const failureLines = 12;
/** The end of a plain step's output that is said again when it fails, in characters. */
const tailLimit = 1500;

/** Somebody wants the whole run to end, not only its present step. */
let interrupted = false;

/** Runs one command and hands on its output: the end of that, and null when it succeeded, else how it ended. */
function run(
  command: readonly string[],
  print: (chunk: Buffer) => void,
): Promise<{ readonly problem: string | null; readonly tail: string }> {
  const [program, ...args] = command as [string, ...string[]];
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let tail = '';
  for (const output of [child.stdout, child.stderr]) {
    output.on('data', (chunk: Buffer) => {
      print(chunk);
      tail = (tail + chunk.toString('utf8')).slice(-tailLimit);
    });
  }
  const pass = (signal: NodeJS.Signals) => {
    interrupted = true;
    child.kill(signal);
  };
  process.on('SIGTERM', pass);
  process.on('SIGINT', pass);
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    child.kill('SIGTERM');
  }, stepLimitMs);
  return new Promise((resolve) => {
    const end = (problem: string | null) => {
      clearTimeout(limit);
      process.removeListener('SIGTERM', pass);
      process.removeListener('SIGINT', pass);
      resolve({ problem: late ? `not done after ${stepLimitMs / 60_000} minutes` : problem, tail });
    };
    child.once('error', (error) => end(error.message));
    child.once('close', (code, signal) => {
      end(code === 0 ? null : signal === null ? `exit code ${code}` : `ended by ${signal}`);
    });
  });
}

function failuresOf(report: Report): string[] {
  const lines = (text: string) => text.split('\n').slice(0, failureLines).join('\n    ');
  return report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (failed.length === 0) return status === 'failed' ? [`${file}: ${lines(message)}`] : [];
    return failed.map(
      ({ fullName, failureMessages }) => `${file}: ${fullName}\n    ${lines(failureMessages[0] ?? '')}`,
    );
  });
}

/** `quiet`: its output comes when it ends. */
async function runStep(
  step: Step,
  folder: string,
  quiet: boolean,
): Promise<Outcome & { readonly problem: string | null }> {
  const plain = ({ problem, tail }: { readonly problem: string | null; readonly tail: string }) =>
    problem === null
      ? { passed: 1, failed: 0, failures: [], problem }
      : { passed: 0, failed: 1, failures: [`${step.name}: ${problem}\n${tail}`], problem };
  const kept: Buffer[] = [];
  const print = (chunk: Buffer) => {
    if (quiet) kept.push(chunk);
    else process.stderr.write(chunk);
  };
  const runs = async (...more: readonly string[]) => {
    const ran = await run([...step.command, ...more], print);
    process.stderr.write(Buffer.concat(kept));
    return ran;
  };
  if (step.counted !== true) return plain(await runs());
  const file = join(folder, `${steps.indexOf(step)}.json`);
  const { problem, tail } = await runs('--reporter=default', '--reporter=json', `--outputFile.json=${file}`);
  let report: Report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return plain({ problem: problem ?? 'no report was written', tail });
  }
  // A test that did not run has proved nothing.
  const skipped = report.numPendingTests + report.numTodoTests;
  const found = problem ?? (skipped === 0 ? null : `${skipped} skipped: every test has to run`);
  // A file that cannot be loaded fails without a failed test in it.
  const failed = found === null ? report.numFailedTests : Math.max(1, report.numFailedTests + skipped);
  const failures = failuresOf(report);
  return {
    passed: report.numPassedTests,
    failed,
    // An error outside of any test is only in the output.
    failures: found !== null && failures.length === 0 ? [`${step.name}: ${found}\n${tail}`] : failures,
    problem: found,
  };
}

async function main(names: readonly string[]): Promise<number> {
  if (names.includes('--help') || names.includes('-h')) {
    process.stdout.write(help);
    return 0;
  }
  const unknown = names.find((name) => !steps.some((step) => step.name.startsWith(name)));
  if (unknown !== undefined) {
    process.stderr.write(
      `${JSON.stringify({ error: 'usage', message: `no step begins with ${JSON.stringify(unknown)}` })}\n`,
    );
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-test-'));
  // Hundreds of programs are started: each finds compiled what the first of them compiled.
  process.env.NODE_COMPILE_CACHE = join(folder, 'compiled');
  const wanted = steps.filter((step) => names.length === 0 || names.some((name) => step.name.startsWith(name)));
  let passed = 0;
  let failed = 0;
  const failures: string[] = [];
  const turns: Step[][] = [];
  for (const step of wanted) {
    const before = turns.at(-1);
    const precedes = before?.at(-1) === steps[steps.indexOf(step) - 1];
    if (step.beside === true && before !== undefined && precedes) before.push(step);
    else turns.push([step]);
  }
  for (const turn of turns) {
    console.error(`\n── ${turn.map(({ name }) => name).join(', ')}`);
    const startedMs = performance.now();
    const ended = turn.map(async (step) => {
      const outcome = await runStep(step, folder, step !== turn[0]);
      passed += outcome.passed;
      failed += outcome.failed;
      failures.push(...outcome.failures);
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
      console.log(`${step.name}: ${outcome.problem ?? 'passed'} (${seconds} s)`);
    });
    await Promise.all(ended);
    if (interrupted) {
      failed = Math.max(failed, 1);
      console.log('interrupted: what comes after was not run');
      break;
    }
  }
  rmSync(folder, { recursive: true });
  if (failures.length > 0) console.log(`\nfailed:\n${failures.map((failure) => `  ${failure}\n`).join('')}`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
