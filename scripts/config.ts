/** `npm run config`: the operator's side of configuration. What keeps a repository of signed ones is in `config-repository.ts`. */
import { differences } from '../config/difference.ts';
import { reference } from '../config/reference.ts';
import { type Config, loadConfig } from '../config/schema.ts';
import { warningsOf } from '../config/warnings.ts';
import { knownToKiosk } from '../kiosk/known.ts';
import { plainAmount } from '../kiosk/text/amount.ts';
import { isRepositoryCommand, repositoryCommand, repositoryHelp, repositoryUsage } from './config-repository.ts';
import { Failure, print, runCommand } from './json-lines.ts';

const help = `Usage: npm -s run config -- check FILE
       npm -s run config -- diff OLD NEW
       npm -s run config -- reference
${repositoryUsage}
check      checks a configuration: its shape, its values, what they mean together, and each device's settings.
           Prints {"ok":true}, or one line {"path":…,"problem":…} for everything that is wrong. Behind {"ok":true} there
           is one line {"path":…,"warning":…} for what wants a second look before real money comes.
diff       says what NEW says and OLD does not, one line {"path":…,"before":…,"after":…,"text":{"zh-CN":…,"en":…}} for
           each; none when both say the same. Passwords and keys are never shown. A file that is wrong gives the lines of
           check, each with its "file".
reference  prints the table of all fields, as in config/README.md.
${repositoryHelp}
Exit code 0 when nothing is wrong, 1 when something is, 2 when the command itself is.
`;
const commands = 'check FILE, diff OLD NEW, reference, or a command of a repository';
/** How many files each of them takes. */
const files: Readonly<Record<string, number>> = { check: 1, diff: 2, reference: 0 };

function usage(message: string): Failure {
  return new Failure('usage', `${message}; --help says all`, 2);
}

async function check(file: string): Promise<number> {
  const checked = await loadConfig(file, knownToKiosk);
  if (checked.ok) {
    print({ ok: true });
    for (const { path, problem } of warningsOf(checked.config, knownToKiosk)) print({ path, warning: problem.en });
    return 0;
  }
  for (const { path, problem } of checked.problems) print({ path, problem: problem.en });
  return 1;
}

async function diff(names: readonly string[]): Promise<number> {
  const sound: Config[] = [];
  for (const file of names) {
    const checked = await loadConfig(file, knownToKiosk);
    if (checked.ok) sound.push(checked.config);
    else for (const { path, problem } of checked.problems) print({ file, path, problem: problem.en });
  }
  const [before, after] = sound;
  if (before === undefined || after === undefined) return 1;
  for (const difference of differences(before, after, plainAmount)) print(difference);
  return 0;
}

/** The exit code. */
async function main(args: readonly string[]): Promise<number> {
  const [command, ...named] = args;
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help);
    return 0;
  }
  if (command === undefined) throw usage(`say what to do: ${commands}`);
  if (isRepositoryCommand(command)) return repositoryCommand(args);
  const count = Object.hasOwn(files, command) ? files[command] : undefined;
  if (count === undefined) throw usage(`there is no command ${JSON.stringify(command)}; it has ${commands}`);
  if (named.length !== count)
    throw usage(`${command} was given ${named.length} files instead of ${count}; write ${commands}`);
  if (command === 'diff') return diff(named);
  if (command === 'check') return check(named[0] as string);
  process.stdout.write(`${reference()}\n`);
  return 0;
}

runCommand(async () => {
  process.exitCode = await main(process.argv.slice(2));
});
