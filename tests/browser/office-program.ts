/** The office's program, as somebody starts it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** The office is ready within a fifth of this, milliseconds: it makes its keys first. */
const readyMs = 60_000;

export interface OfficeProgram {
  /** The console's address. */
  readonly url: string;
  /** The file with the code for the first administrator. */
  readonly setUp: string;
  end(): Promise<void>;
}

/** `http`: the port of its console; 0 takes any. */
export async function startOffice(data: string, http: number): Promise<OfficeProgram> {
  const args = ['scripts/office.ts', '--http', String(http), '--mqtt', '0', '--data', data];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ready = await new Promise<{ readonly office: string; readonly setUp: string }>((found, failed) => {
    const late = setTimeout(() => failed(new Error('the office is not ready')), readyMs);
    child.once('exit', (code) => failed(new Error(`the office ended with ${code}`)));
    createInterface({ input: child.stdout }).once('line', (line) => {
      clearTimeout(late);
      found(JSON.parse(line));
    });
  });
  return {
    url: ready.office,
    setUp: ready.setUp,
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
