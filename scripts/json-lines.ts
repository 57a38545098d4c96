/** What commands that answer in JSON lines share: a line of standard output, and how they fail. */

export class Failure extends Error {
  readonly code: string;
  /** 2: the command line is wrong. */
  readonly exit: 1 | 2;
  constructor(code: string, message: string, exit: 1 | 2 = 1) {
    super(message);
    this.code = code;
    this.exit = exit;
  }
}

export function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Runs a command; what it throws is a line on standard error, and the exit code. */
export function runCommand(main: () => Promise<void>): void {
  // Whoever reads may stop reading (`| head`): that is an end, not a failure.
  process.stdout.on('error', () => process.exit());
  main().catch((error: unknown) => {
    const failure =
      error instanceof Failure ? error : new Failure('failed', error instanceof Error ? error.message : String(error));
    process.stderr.write(`${JSON.stringify({ error: failure.code, message: failure.message })}\n`);
    process.exitCode = failure.exit;
  });
}
