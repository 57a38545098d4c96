/** `npm test`: every check of the project, one after another. All steps run even when one fails. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Step {
  readonly name: string;
  readonly command: readonly string[];
  /** vitest: its tests are counted one by one; any other step counts as one. */
  readonly counted?: true;
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
  { name: 'crash', command: script('crash.ts', '--runs', '6') },
  { name: 'fuzz', command: script('fuzz.ts', '--seconds', '10') },
  { name: 'browser', command: tool('vitest', 'run', '--project', 'browser'), counted: true },
];

const help = `Usage: npm test [-- STEP …]

Runs every check, or only the steps named by the first letters of their names:
${steps.map(({ name }) => `  ${name}\n`).join('')}
The last line is "N passed, N failed"; exit code 1 when something failed.
`;

interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

/** Somebody wants the whole run to end, not only its present step. */
let interrupted = false;

/** Runs one command with its output on standard error; null when it succeeded, else how it ended. */
function run(command: readonly string[]): Promise<string | null> {
  const [program, ...args] = command as [string, ...string[]];
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 2, 2] });
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
      resolve(late ? `not done after ${stepLimitMs / 60_000} minutes` : problem);
    };
    child.once('error', (error) => end(error.message));
    child.once('exit', (code, signal) => {
      end(code === 0 ? null : signal === null ? `exit code ${code}` : `ended by ${signal}`);
    });
  });
}

async function runStep(step: Step, folder: string): Promise<Outcome & { readonly problem: string | null }> {
  const plain = (problem: string | null) => ({
    passed: problem === null ? 1 : 0,
    failed: problem === null ? 0 : 1,
    problem,
  });
  if (step.counted !== true) return plain(await run(step.command));
  const report = join(folder, `${steps.indexOf(step)}.json`);
  const problem = await run([...step.command, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, 'utf8'));
    // A test that did not run has proved nothing.
    const skipped: number = numPendingTests + numTodoTests;
    const found = problem ?? (skipped === 0 ? null : `${skipped} skipped: every test has to run`);
    // A file that cannot be loaded fails without a failed test in it.
    const failed = found === null ? numFailedTests : Math.max(1, numFailedTests + skipped);
    return { passed: numPassedTests, failed, problem: found };
  } catch {
    return plain(problem ?? 'no report was written');
  }
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
  const wanted = steps.filter((step) => names.length === 0 || names.some((name) => step.name.startsWith(name)));
  let passed = 0;
  let failed = 0;
  for (const step of wanted) {
    console.error(`\n── ${step.name}`);
    const startedMs = performance.now();
    const outcome = await runStep(step, folder);
    passed += outcome.passed;
    failed += outcome.failed;
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    console.log(`${step.name}: ${outcome.problem ?? 'passed'} (${seconds} s)`);
    if (interrupted) {
      failed = Math.max(failed, 1);
      console.log('interrupted: what comes after was not run');
      break;
    }
  }
  rmSync(folder, { recursive: true });
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
