/** What the office orders of this one kiosk, with a number, a deadline and a moment; and what became of it. */
import type { Lang, MethodName } from '../server/wire.ts';

/** Done by what stands around that which decides; what it brings goes to the office with its end. */
export type OutsideAct =
  | { readonly act: 'reboot' | 'send-log' | 'screenshot' }
  /** What went over the wire of a device last. */
  | { readonly act: 'send-trace'; readonly device: string };

export type RemoteAct =
  | OutsideAct
  | { readonly act: 'lock' | 'unlock' | 'restart' | 'close-day' }
  /** Shown to whoever comes, until another takes its place; null: none is. */
  | { readonly act: 'message'; readonly text: Readonly<Record<Lang, string>> | null }
  | { readonly act: 'method'; readonly method: string; readonly enabled: boolean };

/** idle: when nobody is served and nothing moves; after-customer: before the next one begins; now: at once, where the act allows it. */
export type RemotePriority = 'idle' | 'after-customer' | 'now';

/** Signs of a message in one language, so that it fits into its strip. */
export const messageMaximum = 60;
/** Orders that wait for their moment; one more is refused. */
export const openRemoteMaximum = 16;
/** What became of so many is remembered, for an office that asks again. */
export const endedRemoteMaximum = 64;

export interface RemoteOrder {
  /** Counts up at the office, for each kiosk: none is taken that is not above the last. */
  readonly seq: number;
  readonly order: RemoteAct;
  readonly priority: RemotePriority;
  /** ISO 8601 UTC. */
  readonly orderedAt: string;
  readonly deadline: string;
}

/** expired: its moment had not come before its deadline. */
export type RemoteOutcome = 'done' | 'failed' | 'refused' | 'expired';

/** `result`: a word that says why, or what came of it; null: there is nothing to say. */
export interface RemoteEnd {
  readonly seq: number;
  readonly outcome: RemoteOutcome;
  readonly result: string | null;
}

/**
 * Why an order of the office's own is refused when it comes. clock: this kiosk's is wrong, so no deadline means anything; early: it was signed in
 * the future; expired: its deadline is over.
 */
export type RemoteProblem = 'clock' | 'early' | 'expired';

/** Acts before which everything has to be at rest: during a visit they are not begun, whatever their priority. */
const atRest: ReadonlySet<RemoteAct['act']> = new Set(['restart', 'reboot', 'close-day']);

export function needsRest({ act }: RemoteAct): boolean {
  return atRest.has(act);
}

/** Whether the later order takes the place of the earlier one, should that still wait. */
export function overtakes(later: RemoteAct, earlier: RemoteAct): boolean {
  if (later.act === 'method') return earlier.act === 'method' && earlier.method === later.method;
  if (later.act === 'message') return earlier.act === 'message';
  const locks = (act: RemoteAct) => act.act === 'lock' || act.act === 'unlock';
  return locks(later) && locks(earlier);
}

/** The ways to pay that are offered: those of the configuration, without those that the office has taken out. */
export function methodsOffered(
  { methods }: { readonly methods: readonly MethodName[] },
  { off }: { readonly off: readonly string[] },
): readonly MethodName[] {
  return off.length === 0 ? methods : methods.filter((method) => !off.includes(method));
}
