/** What was turned away at the door, by kind. Everything refused is counted; only the first of a kind is logged. */

export const refusalKinds = [
  'http-malformed',
  'http-host',
  'http-origin',
  'http-method',
  'http-too-often',
  'code',
  'cookie',
  'notice',
  'socket-binary',
  'socket-frame',
  'socket-json',
  'socket-shape',
  'socket-intent',
  'socket-too-fast',
  'socket-number',
  'socket-stale',
  'socket-slow-reader',
  'staff-malformed',
  'staff-pin',
  'staff-right',
] as const;
export type Refusal = (typeof refusalKinds)[number];

/** What the server writes to a log; pino has this shape. */
export interface DoorLog {
  info(fields: Readonly<Record<string, unknown>>, text: string): void;
  warn(fields: Readonly<Record<string, unknown>>, text: string): void;
}

export interface Refusals {
  count(kind: Refusal): void;
  all(): Readonly<Record<Refusal, number>>;
}

export function createRefusals(log: DoorLog): Refusals {
  const counts = Object.fromEntries(refusalKinds.map((kind) => [kind, 0])) as Record<Refusal, number>;
  return {
    count(kind) {
      counts[kind] += 1;
      if (counts[kind] === 1)
        log.warn({ refused: kind }, 'turned away at the door; more of this kind are only counted');
    },
    all: () => ({ ...counts }),
  };
}
