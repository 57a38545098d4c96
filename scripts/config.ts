/** `npm run config -- check FILE`: the operator's side of configuration. */
import { loadConfig } from '../config/schema.ts';
import { warningsOf } from '../config/warnings.ts';
import { knownHardware } from '../hardware/catalog.ts';

const help = `Usage: npm -s run config -- check FILE

Checks a configuration: its shape, its values, what they mean together, and each device's settings.
Prints {"ok":true}, or one line {"path":…,"problem":…} for everything that is wrong. Behind {"ok":true} there is one
line {"path":…,"warning":…} for what wants a second look before real money comes.
Exit code 0 when nothing is wrong, 1 when something is, 2 when the command itself is.
`;
const later = ['init', 'publish', 'rotate', 'rollback'];

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

function usage(message: string): number {
  process.stderr.write(`${JSON.stringify({ error: 'usage', message })}\n`);
  return 2;
}

async function main(args: readonly string[]): Promise<number> {
  const [command, file, ...more] = args;
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help);
    return 0;
  }
  if (command === undefined) return usage('say what to do: check FILE');
  if (later.includes(command)) return usage(`${command} is not part of this version; it has check FILE`);
  if (command !== 'check') return usage(`there is no command ${JSON.stringify(command)}; it has check FILE`);
  if (file === undefined) return usage('name the file to check: check FILE');
  if (more.length > 0) return usage(`check FILE takes one file; leave out ${more.join(' ')}`);
  const checked = await loadConfig(file, knownHardware);
  if (checked.ok) {
    print({ ok: true });
    for (const { path, problem } of warningsOf(checked.config, knownHardware)) print({ path, warning: problem });
    return 0;
  }
  for (const { path, problem } of checked.problems) print({ path, problem });
  return 1;
}

process.exitCode = await main(process.argv.slice(2));
