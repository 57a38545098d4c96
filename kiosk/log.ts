/** The daemon's log: JSON lines for the technician, without anything that could be used by who reads it. */
import pino from 'pino';
import type { DeviceFact } from '../hardware/device.ts';
import { faultOf } from '../hardware/faults.ts';
import type { TraceEntry } from '../hardware/trace.ts';
import type { EntryBody } from './entry.ts';
import { faultOfCase } from './text/faults.ts';

/** Fields whose values stay out of the log wherever they stand in an entry's first two levels. */
const secretFields = ['code', 'pin', 'cookie', 'qr'];

/** Pieces of a wire's record that are logged with a driver's crash. */
const tracedPieces = 40;

/**
 * Codes of vouchers and launch addresses, PINs, cookies and square codes are left out. A `code` that stands in the table
 * of faults is no secret: the technician looks it up.
 */
export function createLog(to: pino.DestinationStream): pino.Logger {
  return pino(
    {
      redact: {
        paths: secretFields.flatMap((field) => [field, `*.${field}`]),
        censor: (value, path) =>
          path.at(-1) === 'code' && typeof value === 'string' && faultOf(value) !== null ? value : '[Redacted]',
      },
    },
    to,
  );
}

/** The last lines of a log that are kept in memory, and their signs together. */
const lastLines = { count: 2_000, signs: 512 * 1024 } as const;

/** Writes on to `to`, and keeps the last lines for whoever asks from afar. */
export function keepLastLines(to: pino.DestinationStream): pino.DestinationStream & { text(): string } {
  let lines: string[] = [];
  let signs = 0;
  return {
    write(line) {
      to.write(line);
      lines.push(line);
      signs += line.length;
      let over = Math.max(0, lines.length - lastLines.count);
      for (let i = 0; i < over; i++) signs -= lines[i]?.length ?? 0;
      for (; signs > lastLines.signs && over < lines.length; over++) signs -= lines[over]?.length ?? 0;
      if (over > 0) lines = lines.slice(over);
    },
    text: () => lines.join(''),
  };
}

/** Numbers that somebody has to look after. */
export function logCases(log: pino.Logger, entries: readonly EntryBody[]): void {
  for (const entry of entries) {
    if (entry.kind !== 'case.opened') continue;
    const { case: number, about, subject } = entry;
    log.warn({ case: number, about, subject, remedy: faultOfCase(about)?.remedy.en }, 'case');
  }
}

/** A device that is away or broken; of its other facts nothing. */
export function logDevice(log: pino.Logger, fact: DeviceFact): void {
  if (fact.fact === 'device.lost') log.warn(fact, 'device');
  if (fact.fact === 'device.fault') log.warn({ ...fact, remedy: faultOf(fact.code)?.remedy.en }, 'device');
}

/** A driver broke: its words, and the last of its wire's record, a line a piece. */
export function logCrash(log: pino.Logger, device: string, words: string, trace: readonly TraceEntry[]): void {
  const pieces = trace
    .slice(-tracedPieces)
    .map(({ atMs, direction, what, bytes }) =>
      [atMs.toFixed(1), direction, what, Buffer.from(bytes).toString('hex')].filter((part) => part !== '').join(' '),
    );
  log.error({ device, words, trace: pieces }, 'a driver crashed');
}
