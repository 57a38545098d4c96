/** What the office has ordered, folded: what still waits, what became of the last ones, and what holds because of them. */
import type { EntryBody } from '../entry.ts';
import { endedRemoteMaximum, needsRest, type RemoteAct, type RemoteEnd, type RemoteOrder } from './order.ts';

interface OpenRemote extends RemoteOrder {
  /** It has left: it is not begun a second time, whatever happens. */
  readonly begun: boolean;
}

export interface Remote {
  /** The highest number that was ever taken. */
  readonly last: number;
  /** Without an outcome, in the order of their numbers. */
  readonly open: readonly OpenRemote[];
  /** The last ones, oldest first. */
  readonly ended: readonly RemoteEnd[];
  /** Nobody begins: by which order, and since when, ISO 8601 UTC; null: it is not locked. */
  readonly locked: { readonly seq: number; readonly at: string } | null;
  readonly message: Extract<RemoteAct, { act: 'message' }>['text'];
  /** Ways to pay that are not offered. */
  readonly off: readonly string[];
  /** It was decided that this process ends, so that it starts anew. */
  readonly ending: boolean;
}

export const emptyRemote: Remote = {
  last: 0,
  open: [],
  ended: [],
  locked: null,
  message: null,
  off: [],
  ending: false,
};

/** The orders after an entry; the same object when it concerns none. */
export function foldRemote(remote: Remote, body: EntryBody): Remote {
  switch (body.kind) {
    case 'remote.ordered': {
      const { kind: _, ...order } = body;
      return { ...remote, last: order.seq, open: [...remote.open, { ...order, begun: false }] };
    }
    case 'remote.begun':
      return {
        ...remote,
        open: remote.open.map((one) => (one.seq === body.seq ? { ...one, begun: true } : one)),
      };
    case 'remote.done':
      return ended(remote, body);
    case 'remote.unlocked':
      return { ...remote, locked: null };
    // Its lock stays: a person at the machine can open it, and nobody could bring back the rest.
    case 'office.left':
      return remote.message === null && remote.off.length === 0 ? remote : { ...remote, message: null, off: [] };
    case 'kiosk.shutting-down':
      return body.why === 'restart' ? { ...remote, ending: true } : remote;
    case 'kiosk.started':
      return remote.ending ? { ...remote, ending: false } : remote;
    default:
      return remote;
  }
}

function ended(remote: Remote, { seq, outcome, result, endedAt }: Extract<EntryBody, { kind: 'remote.done' }>): Remote {
  const own = remote.open.find((one) => one.seq === seq);
  const next = {
    ...remote,
    open: remote.open.filter((one) => one.seq !== seq),
    ended: [...remote.ended, { seq, outcome, result }].slice(-endedRemoteMaximum),
  };
  return own === undefined || outcome !== 'done' ? next : withEffect(next, own, endedAt);
}

function withEffect(remote: Remote, { seq, order }: RemoteOrder, at: string): Remote {
  switch (order.act) {
    case 'lock':
      return { ...remote, locked: { seq, at } };
    case 'unlock':
      return { ...remote, locked: null };
    case 'message':
      return { ...remote, message: order.text };
    case 'method': {
      const others = remote.off.filter((method) => method !== order.method);
      return { ...remote, off: order.enabled ? others : [...others, order.method] };
    }
    case 'restart':
    case 'reboot':
    case 'send-log':
    case 'send-trace':
    case 'screenshot':
    case 'close-day':
      return remote;
    default:
      return order satisfies never;
  }
}

/** Something that needs rest has begun, or is to come before anybody else is served. */
export function isStartingAnew({ open, ending }: Remote): boolean {
  return ending || open.some(({ order, priority, begun }) => needsRest(order) && (begun || priority !== 'idle'));
}
