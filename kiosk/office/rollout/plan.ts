/** Which kiosks a rollout publishes for next, and when it stops by itself. Pure. */
import { within } from '../../local-time.ts';
import type { Pace, RolloutLine, RolloutStep } from '../server/wire.ts';

export interface Placed {
  readonly kiosk: string;
  /** From 1. */
  readonly place: number;
  readonly wave: number;
}

/** The canary first, then equal parts of the rest, each of at least one; in the order in which they are given. */
export function wavesOf(kiosks: readonly string[], { canary, percent }: Pace): readonly Placed[] {
  const first = Math.min(canary, kiosks.length);
  const part = Math.max(1, Math.ceil(((kiosks.length - first) * percent) / 100));
  return kiosks.map((kiosk, index) => {
    const wave = index < first ? 1 : Math.floor((index - first) / part) + (first > 0 ? 2 : 1);
    return { kiosk, place: index + 1, wave };
  });
}

export interface RollingKiosk {
  readonly kiosk: string;
  readonly wave: number;
  readonly status: RolloutStep;
  readonly timeZone: string;
  /** Unix milliseconds; null: it is not published yet. */
  readonly publishedMs: number | null;
  /** Since when it has this status, Unix milliseconds. */
  readonly changedMs: number;
  /** So long after it began it has proven itself, milliseconds. */
  readonly trialMs: number;
  /** Since when it is connected, Unix milliseconds; null: it is away. */
  readonly hereSinceMs: number | null;
}

export interface Step {
  /** Those that are here and have not answered in time: they count as failed from now on. */
  readonly overdue: readonly string[];
  readonly next:
    | { readonly act: 'publish'; readonly kiosks: readonly string[] }
    | { readonly act: 'abort' }
    | { readonly act: 'done' }
    | { readonly act: 'wait' };
}

const failed: ReadonlySet<RolloutStep> = new Set(['refused', 'went-back', 'overdue']);

/** What is to be done at a moment, Unix milliseconds. */
export function stepRollout(
  { pace, status }: Pick<RolloutLine, 'pace' | 'status'>,
  kiosks: readonly RollingKiosk[],
  nowMs: number,
): Step {
  if (status === 'aborted' || status === 'done') return { overdue: [], next: { act: 'wait' } };
  const late = kiosks.filter((one) => isLate(one, pace, nowMs)).map(({ kiosk }) => kiosk);
  const seen = kiosks.map((one) =>
    late.includes(one.kiosk) ? { ...one, status: 'overdue' as const, changedMs: nowMs } : one,
  );
  return { overdue: late, next: nextOf(pace, status, seen, nowMs) };
}

function nextOf(
  pace: Pace,
  status: 'running' | 'paused',
  kiosks: readonly RollingKiosk[],
  nowMs: number,
): Step['next'] {
  if (hasFailed(pace, kiosks)) return { act: 'abort' };
  const unjudged = kiosks.filter((one) => answeredMs(one, nowMs) === null);
  if (unjudged.length === 0) return { act: 'done' };
  if (status === 'paused') return { act: 'wait' };
  const wave = Math.min(...unjudged.map((one) => one.wave));
  const mates = kiosks.filter((one) => one.wave === wave);
  const begun = mates.some((one) => one.status !== 'waiting');
  if (!begun && nowMs < endedMs(kiosks, wave, nowMs) + pace.restMinutes * 60_000) return { act: 'wait' };
  const open = mates.filter((one) => one.status === 'waiting' && isOpen(one, pace, nowMs));
  return open.length === 0 ? { act: 'wait' } : { act: 'publish', kiosks: open.map(({ kiosk }) => kiosk) };
}

/**
 * More than allowed of those that were judged. One that is still out is taken as one that will go well, so that it does not matter who
 * answers first; once nobody is out, the share is that of those judged.
 */
function hasFailed({ failuresPercent }: Pace, kiosks: readonly RollingKiosk[]): boolean {
  const out = kiosks.filter(({ status }) => status !== 'waiting');
  const failures = out.filter(({ status }) => failed.has(status));
  return failures.length * 100 > failuresPercent * out.length;
}

/** When the last of the waves before a wave was judged; nothing was: at the beginning of time. */
function endedMs(kiosks: readonly RollingKiosk[], wave: number, nowMs: number): number {
  const before = kiosks.filter((one) => one.wave < wave);
  return Math.max(Number.NEGATIVE_INFINITY, ...before.map((one) => answeredMs(one, nowMs) ?? nowMs));
}

/** When it was judged; null: it is not yet. One that runs may still go back while it is on trial. */
function answeredMs({ status, changedMs, trialMs }: RollingKiosk, nowMs: number): number | null {
  switch (status) {
    case 'waiting':
    case 'published':
    case 'staged':
      return null;
    case 'running':
      return nowMs < changedMs + trialMs ? null : changedMs + trialMs;
    case 'refused':
    case 'went-back':
    case 'overdue':
    case 'passed-by':
      return changedMs;
    default:
      return status satisfies never;
  }
}

/** Its word on what was published for it is awaited, and it is away. */
export function isAwaitedAway({ status }: Pick<RollingKiosk, 'status'>, hereSinceMs: number | null): boolean {
  return (status === 'published' || status === 'staged') && hereSinceMs === null;
}

/** A kiosk that is away is given its time once it is back. */
function isLate({ status, publishedMs, hereSinceMs }: RollingKiosk, { overdueMinutes }: Pace, nowMs: number): boolean {
  if (status !== 'published' && status !== 'staged') return false;
  if (publishedMs === null || hereSinceMs === null) return false;
  return nowMs >= Math.max(publishedMs, hereSinceMs) + overdueMinutes * 60_000;
}

function isOpen({ timeZone }: RollingKiosk, { window }: Pace, nowMs: number): boolean {
  return window === null || within(nowMs, timeZone, window);
}
