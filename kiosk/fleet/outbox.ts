/**
 * What of the journal goes to the office, and when. The outbox is a cursor: the last entry that the office has said it holds.
 * On every connection it asks, and believes the answer; one batch is under way at a time, and only the office's word for all of
 * it moves the cursor. Silence is asked about, so whatever was lost, repeated or came in another order does no harm. Pure.
 */
import type { UplinkRefusal } from '../configuration/change.ts';
import { emptyHead, type Head } from '../journal/storage.ts';
import type { StoredMessage } from './wire.ts';

export interface OutboxTimings {
  /** Without a word for so long the office is asked what it holds; each time later, up to the maximum. Milliseconds. */
  readonly silentMs: number;
  readonly silentMaximumMs: number;
  /** A head is signed so long after the one before, milliseconds. */
  readonly signedEveryMs: number;
}

export const outboxTimings: OutboxTimings = {
  silentMs: 10_000,
  silentMaximumMs: 60_000,
  signedEveryMs: 3_600_000,
};

/** So often in a row it goes back at once where the office misses rows; then only after a silence. */
const gapsAtOnce = 3;

export interface Outbox {
  readonly phase:
    | { readonly is: 'away' }
    | { readonly is: 'asking' }
    /** `last`: the newest row of what was sent; null: it is not sent yet. */
    | { readonly is: 'sending'; readonly last: number | null }
    | { readonly is: 'idle' }
    /** For good: a person has to see to it, and to start the kiosk anew. */
    | { readonly is: 'stopped'; readonly why: UplinkRefusal };
  /** What the office has said that it holds. */
  readonly stored: Head;
  /** Silences, and rows that it missed, since it last took something. */
  readonly vain: number;
  /** When it is asked if it says nothing, monotonic. */
  readonly silentAtMs: number;
  /** A signature is under way; and when the last one was taken, monotonic; null: none was. */
  readonly signing: boolean;
  readonly signedMs: number | null;
}

export const emptyOutbox: Outbox = {
  phase: { is: 'away' },
  stored: emptyHead,
  vain: 0,
  silentAtMs: 0,
  signing: false,
  signedMs: null,
};

export type OutboxInput =
  | { readonly is: 'connected' | 'lost' | 'time' }
  /** `own`: the hash of this journal's entry of that sequence; null: it has none. */
  | { readonly is: 'word'; readonly word: StoredMessage; readonly own: string | null }
  /** What was ordered has left, up to this row. */
  | { readonly is: 'sent'; readonly last: number };

export type OutboxOrder =
  /** What do you hold? `sign`: with a signed head. */
  | { readonly do: 'ask'; readonly sign: boolean }
  | { readonly do: 'send'; readonly after: Head; readonly sign: boolean }
  /** The office's word counts from now on. */
  | { readonly do: 'keep'; readonly stored: Head }
  | { readonly do: 'tell'; readonly refused: UplinkRefusal };

export interface OutboxStep {
  readonly outbox: Outbox;
  readonly orders: readonly OutboxOrder[];
}

/** `seq`: the newest entry on the disk; `monoMs`: now. */
export interface OutboxNow {
  readonly seq: number;
  readonly monoMs: number;
  readonly timings: OutboxTimings;
}

export function stepOutbox(outbox: Outbox, input: OutboxInput, now: OutboxNow): OutboxStep {
  const { phase } = outbox;
  if (phase.is === 'stopped') return { outbox, orders: [] };
  switch (input.is) {
    case 'connected':
      return ask({ ...outbox, vain: 0 }, false, now);
    case 'lost':
      return { outbox: { ...outbox, phase: { is: 'away' }, signing: false }, orders: [] };
    case 'sent':
      return phase.is === 'sending'
        ? { outbox: { ...outbox, phase: { is: 'sending', last: input.last } }, orders: [] }
        : { outbox, orders: [] };
    case 'time':
      return onTime(outbox, now);
    case 'word':
      return phase.is === 'away' ? { outbox, orders: [] } : onWord(outbox, input, now);
    default:
      return input satisfies never;
  }
}

function onTime(outbox: Outbox, now: OutboxNow): OutboxStep {
  switch (outbox.phase.is) {
    case 'asking':
    case 'sending':
      if (now.monoMs < outbox.silentAtMs) return { outbox, orders: [] };
      return ask({ ...outbox, vain: outbox.vain + 1 }, false, now);
    case 'idle':
      return next(outbox, now);
    case 'away':
    case 'stopped':
      return { outbox, orders: [] };
    default:
      return outbox.phase satisfies never;
  }
}

function onWord(outbox: Outbox, { word, own }: Extract<OutboxInput, { is: 'word' }>, now: OutboxNow): OutboxStep {
  const { seq, hash, refused } = word;
  if (refused === 'rewritten' || refused === 'broken') return stop(outbox, refused);
  if (own === null) return stop(outbox, 'ahead');
  if (own !== hash) return stop(outbox, 'rewritten');
  const stored = { seq, hash };
  switch (outbox.phase.is) {
    case 'asking':
      return taken(outbox, stored, now);
    case 'sending': {
      const { last } = outbox.phase;
      if (refused === 'gap') return backTo(outbox, stored, now);
      // An older word, or one that came twice: the answer to what is under way is yet to come.
      return last === null || seq < last ? { outbox, orders: [] } : taken(outbox, stored, now);
    }
    case 'idle':
      if (refused === 'gap') return backTo(outbox, stored, now);
      return seq <= outbox.stored.seq ? { outbox, orders: [] } : taken(outbox, stored, now);
    default:
      return { outbox, orders: [] };
  }
}

function taken(outbox: Outbox, stored: Head, now: OutboxNow): OutboxStep {
  const signedMs = outbox.signing ? now.monoMs : outbox.signedMs;
  const vain = stored.seq > outbox.stored.seq ? 0 : outbox.vain;
  const after = next({ ...outbox, phase: { is: 'idle' }, stored, vain, signing: false, signedMs }, now);
  return { ...after, orders: [{ do: 'keep', stored }, ...after.orders] };
}

/** To what the office holds, where it is less than was thought; a word that says nothing new may be an old one. */
function backTo(outbox: Outbox, stored: Head, now: OutboxNow): OutboxStep {
  if (stored.seq === outbox.stored.seq) return { outbox, orders: [] };
  const back = { ...outbox, stored, vain: outbox.vain + 1, signing: false };
  const keep = { do: 'keep', stored } as const;
  if (back.vain > gapsAtOnce) return { outbox: waiting(back, { is: 'asking' }, now), orders: [keep] };
  const after = next({ ...back, phase: { is: 'idle' } }, now);
  return { ...after, orders: [keep, ...after.orders] };
}

/** Sends what the office does not hold, one batch of it. */
function next(outbox: Outbox, now: OutboxNow): OutboxStep {
  const { stored, signedMs } = outbox;
  const sign = signedMs === null || now.monoMs - signedMs >= now.timings.signedEveryMs;
  if (now.seq <= stored.seq) return sign && stored.seq > 0 ? ask(outbox, true, now) : { outbox, orders: [] };
  const sending = waiting({ ...outbox, signing: sign }, { is: 'sending', last: null }, now);
  return { outbox: sending, orders: [{ do: 'send', after: stored, sign }] };
}

function ask(outbox: Outbox, sign: boolean, now: OutboxNow): OutboxStep {
  return { outbox: waiting({ ...outbox, signing: sign }, { is: 'asking' }, now), orders: [{ do: 'ask', sign }] };
}

function waiting(outbox: Outbox, phase: Outbox['phase'], { monoMs, timings }: OutboxNow): Outbox {
  const silent = Math.min(timings.silentMs * 2 ** outbox.vain, timings.silentMaximumMs);
  return { ...outbox, phase, silentAtMs: monoMs + silent };
}

function stop(outbox: Outbox, refused: UplinkRefusal): OutboxStep {
  return {
    outbox: { ...outbox, phase: { is: 'stopped', why: refused }, signing: false },
    orders: [{ do: 'tell', refused }],
  };
}
