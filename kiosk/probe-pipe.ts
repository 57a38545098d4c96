/** Crash boundaries over a pipe, for crash runs: each is written, and nothing goes on until the other end answers. */
import { readSync, writeSync } from 'node:fs';
import { noProbe, type Probe } from '../hardware/port.ts';

/** Two file descriptors, `OUT,IN`, in the environment; without them nothing is probed. */
export const probeVariable = 'KIOSK_PROBE_FDS';

/** @throws Error when the variable is set to something else than two descriptors. */
export function probeFromEnvironment(environment: Readonly<Record<string, string | undefined>>): Probe {
  const given = environment[probeVariable];
  if (given === undefined) return noProbe;
  const [out, answer] = given.split(',').map(Number);
  if (!Number.isInteger(out) || !Number.isInteger(answer)) {
    throw new Error(`${probeVariable} is "${given}"; it takes two file descriptors, as in "3,4"`);
  }
  const reply = new Uint8Array(1);
  return (boundary, what) => {
    writeSync(out as number, `${boundary} ${what}\n`);
    readSync(answer as number, reply);
  };
}
