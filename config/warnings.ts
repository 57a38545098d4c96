/** What is allowed and still wants a second look, before real money comes. */
import type { ConfigProblem, Known } from './coherence.ts';
import type { Config } from './schema.ts';

/** A port that the simulated cabinet plays: in the data folder, or on loopback. */
const ofBench = /^(?:DATA\/|(?:127\.0\.0\.1|localhost):)/;

/** Same form as what is wrong, but the kiosk runs all the same. Expects a sound configuration. */
export function warningsOf({ biller, devices }: Config, known: Known): readonly ConfigProblem[] {
  if (biller.kind !== 'file' || biller.file !== null) return [];
  const real = devices.filter(({ port }) => !ofBench.test(port));
  const cash = real.find(({ protocol, settings }) => known.protocols[protocol]?.kindOf(settings) !== 'printer');
  if (cash === undefined) return [];
  const problem =
    `is null, so this kiosk offers the sample bills 1001 to 1200, and ${cash.id} at ${cash.port} would take real cash ` +
    'for them; name your file of bills, or set biller.kind and biller.url';
  return [{ path: 'biller.file', problem }];
}
