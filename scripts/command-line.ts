/** The command line of a program that runs until a signal ends it: taken or refused as a whole, and how the program fails. */

export type Read<Options> =
  | { readonly ok: true; readonly options: Options | 'help' }
  | { readonly ok: false; readonly problem: string };

/** What `parseArgs` throws in `read` is a problem too. */
export function readLine<Options>(read: () => Read<Options>): Read<Options> {
  try {
    return read();
  } catch (error) {
    return { ok: false, problem: `${(error as Error).message.split('. ')[0]}; --help says all` };
  }
}

/** What is wrong with a port; null: it is one. `option`: without its hyphens. */
export function portOptionProblem(option: string, text: string): string | null {
  return /^[0-9]{1,5}$/.test(text) && Number(text) <= 65_535
    ? null
    : `--${option} takes a port from 0 to 65535, not ${JSON.stringify(text)}`;
}

/** One line on standard error. */
export function failure(code: string, message: string): void {
  process.stderr.write(`${JSON.stringify({ error: code, message })}\n`);
}

/** Answers --help and a wrong command line, or runs; resolves with the exit code. */
export async function runLine<Options>(
  read: Read<Options>,
  help: string,
  run: (options: Options) => Promise<number>,
): Promise<number> {
  if (!read.ok) {
    failure('usage', read.problem);
    return 2;
  }
  if (read.options === 'help') {
    process.stdout.write(help);
    return 0;
  }
  return run(read.options);
}
