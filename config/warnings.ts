/** What is allowed and still wants a second look, before real money comes. */
import type { ConfigProblem, Known } from './coherence.ts';
import { both } from './fields.ts';
import type { Config } from './schema.ts';

/** A port that the simulated cabinet plays: in the data folder, or on loopback. */
const ofBench = /^(?:DATA\/|(?:127\.0\.0\.1|localhost):)/;

/** Same form as what is wrong, but the kiosk runs all the same. Expects a sound configuration. */
export function warningsOf({ biller, devices }: Config, known: Known): readonly ConfigProblem[] {
  if (biller.kind !== 'file' || biller.file !== null) return [];
  const real = devices.filter(({ port }) => !ofBench.test(port));
  const cash = real.find(({ protocol, settings }) => known.protocols[protocol]?.kindOf(settings) !== 'printer');
  if (cash === undefined) return [];
  const problem = both(
    `is null, so this kiosk offers the sample bills 1001 to 1200, and ${cash.id} at ${cash.port} would take real cash ` +
      'for them; name your file of bills, or set biller.kind and biller.url',
    `是 null，收款机将提供示例账单 1001 到 1200，而 ${cash.port} 的 ${cash.id} 会为它们收取真钱；` +
      '请写明账单文件，或设置 biller.kind 和 biller.url',
  );
  return [{ path: 'biller.file', problem }];
}
