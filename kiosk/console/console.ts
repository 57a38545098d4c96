/** The request by hand that waits for its answer, and how the last ones ended, folded. */
import type { EntryBody } from '../entry.ts';
import type { RequestOutcome } from '../server/staff-wire.ts';

export interface OpenRequest {
  readonly command: string;
  readonly device: string;
  readonly request: string;
  readonly by: string;
  readonly second: string | null;
}

export interface RequestEnd extends OpenRequest {
  readonly outcome: RequestOutcome;
  /** A line for each message that came. */
  readonly answer: readonly string[];
  /** ISO 8601 UTC. */
  readonly endedAt: string;
}

export interface Console {
  readonly open: OpenRequest | null;
  /** Of all devices, oldest first. */
  readonly last: readonly RequestEnd[];
}

export const emptyConsole: Console = { open: null, last: [] };

/** Those before are in the journal. */
const endsKept = 40;

/** The console after an entry; the same object when it concerns none. */
export function foldConsole(console: Console, body: EntryBody): Console {
  switch (body.kind) {
    case 'device.asked': {
      const { command, device, request, by, second } = body;
      return { ...console, open: { command, device, request, by, second } };
    }
    case 'device.answered': {
      const { open, last } = console;
      if (open?.command !== body.command) return console;
      const { outcome, answer, endedAt } = body;
      return { open: null, last: [...last, { ...open, outcome, answer, endedAt }].slice(-endsKept) };
    }
    default:
      return console;
  }
}
