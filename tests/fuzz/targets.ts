/** Everything that is fuzzed, by name. A new one is a `Check` and a line here. */
import { behindSpoiltOf, id003Flipped, id003Merged, id003Noise, mergedOf, piecesOf, recordings } from './codecs.ts';
import { driversAreTotal } from './drivers.ts';
import type { Check } from './input.ts';
import { configurations, json, messages, squareCodes, staffRequests, typedCodes } from './texts.ts';
import { protocolNames } from './wires.ts';

export const targets: Readonly<Record<string, Check>> = {
  ...Object.fromEntries(
    protocolNames.flatMap((name) => [
      [`${name} pieces`, piecesOf(name)],
      [`${name} merged`, mergedOf(name)],
    ]),
  ),
  // What a printer says carries neither length nor checksum: a block that begins wrongly hides what stands in it.
  ...Object.fromEntries(
    protocolNames
      .filter((name) => name !== 'escpos')
      .map((name) => [`${name} behind a spoilt one`, behindSpoiltOf(name)]),
  ),
  'id003 noise': id003Noise,
  'id003 among noise': id003Merged,
  'id003 flipped': id003Flipped,
  recordings,
  drivers: driversAreTotal,
  messages,
  'staff requests': staffRequests,
  json,
  configurations,
  'square codes': squareCodes,
  'typed codes': typedCodes,
};

/** What is wrong with one input; null when nothing is. */
export function problemOf(check: Check, random: Parameters<Check>[0]): string | null {
  try {
    return check(random);
  } catch (error) {
    return `it threw ${error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 3).join(' ') : error}`;
  }
}
