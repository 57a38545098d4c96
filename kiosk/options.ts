/** What stands on the daemon's command line. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

const help = `Usage: node kiosk/main.ts --config FILE [--data DIR] [--http PORT] [--bench URL] [--safe-start]

Runs the kiosk's daemon. --http 0 takes any free port. With --bench the printed launch code stays good.
`;

export interface Options {
  readonly config: string;
  readonly data: string;
  readonly http: number;
  readonly bench: string | null;
  readonly safeStart: boolean;
}

/** What stands on the command line is wrong. */
class UsageProblem extends Error {
  override readonly name = 'UsageProblem';
}

/** Prints the help and ends the process when it is asked for. What it throws, `isUsageProblem` knows. */
export function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      config: { type: 'string' },
      data: { type: 'string', default: './data' },
      http: { type: 'string', default: '8080' },
      bench: { type: 'string' },
      'safe-start': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    process.exit(0);
  }
  const http = Number(values.http);
  if (values.config === undefined) throw new UsageProblem('--config FILE is missing');
  if (!Number.isInteger(http) || http < 0 || http > 65_535)
    throw new UsageProblem(`--http ${values.http} is not a port`);
  return {
    config: values.config,
    data: resolve(values.data),
    http,
    bench: values.bench ?? null,
    safeStart: values['safe-start'],
  };
}

export function isUsageProblem(error: unknown): error is Error {
  if (error instanceof UsageProblem) return true;
  return (error as { readonly code?: unknown }).code?.toString().startsWith('ERR_PARSE_ARGS') === true;
}
