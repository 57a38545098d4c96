/**
 * The office's orders, put together: they come in over the uplink, are carried out where that is no decision, and their ends go
 * back. A kiosk that is asked again about an order that has ended answers again, and does nothing.
 */
import type { Clock } from '../../hardware/clock.ts';
import type { RemoteRun } from '../command.ts';
import type { EntryBody } from '../entry.ts';
import type { FactBody } from '../fact.ts';
import type { Remote } from '../remote/fold.ts';
import type { RemoteEnd } from '../remote/order.ts';
import { isTooLarge, openDoneShelf } from './done-shelf.ts';
import { carryOutside, type OutsideEnd, type OutsideHands } from './outside-acts.ts';
import { orderKey, orderOfClaims, proveOrder } from './remote-command.ts';
import type { DoneMessage } from './wire.ts';

/** Orders whose signature is yet to be checked; one more is dropped, and the office sends it again. */
const unprovenMaximum = 32;

const noKey = { ok: false, why: 'no-key' } as const;

export interface RemoteSideParts {
  readonly kiosk: string;
  readonly data: string;
  /** PEM; null: no office orders anything here. @throws Error when it cannot be read */
  readonly key: () => string | null;
  readonly clock: Clock;
  /** This kiosk's clock is known to be wrong. */
  readonly clockOff: () => boolean;
  readonly remote: () => Remote;
  readonly hands: OutsideHands;
  readonly take: (fact: FactBody) => void;
  readonly tell: (done: DoneMessage) => void;
  readonly onProblem: (what: string, detail: Readonly<Record<string, unknown>>) => void;
}

export interface RemoteSide {
  /** An order as it came. Resolves when it is judged. */
  heard(jws: string): Promise<void>;
  carryOut(order: RemoteRun): void;
  /** After every step of the loop. */
  recorded(entries: readonly EntryBody[]): void;
}

export function openRemoteSide(parts: RemoteSideParts): RemoteSide {
  const { clock, remote, take, tell, onProblem } = parts;
  const shelf = openDoneShelf(parts.data);
  let refused = 0;
  let waiting = 0;
  let tail: Promise<void> = Promise.resolve();

  const refuse = (why: string) => {
    refused += 1;
    onProblem('an order of the office is refused', { why, refused });
  };
  const answer = ({ seq, outcome, result }: RemoteEnd) => {
    tell({ seq, outcome, result, attachments: [...shelf.of(seq)] });
  };
  const judge = async (jws: string): Promise<void> => {
    const pem = parts.key();
    const proven = pem === null ? noKey : await proveOrder(jws, orderKey(pem), parts.kiosk);
    if (!proven.ok) {
      refuse(proven.why);
      return;
    }
    const { seq } = proven.claims;
    const { last, open, ended } = remote();
    if (seq > last) {
      take({
        fact: 'remote.ordered',
        ...orderOfClaims(proven.claims, { nowMs: clock.wallMs(), clockOff: parts.clockOff() }),
      });
      return;
    }
    const known = ended.find((one) => one.seq === seq);
    if (known !== undefined) answer(known);
    else if (!open.some((one) => one.seq === seq)) {
      refuse('passed-over');
      tell({ seq, outcome: 'refused', result: 'passed-over', attachments: [] });
    }
  };
  const keep = (seq: number, { brought, ...end }: OutsideEnd): RemoteEnd => {
    if (isTooLarge(brought)) return { seq, outcome: 'failed', result: 'too-large' };
    if (brought.length > 0) shelf.keep(seq, brought);
    return { seq, ...end };
  };
  return {
    heard(jws) {
      if (waiting >= unprovenMaximum) {
        refuse('piled-up');
        return Promise.resolve();
      }
      waiting += 1;
      tail = tail
        .then(() => judge(jws))
        .catch((error: unknown) => refuse(String(error)))
        .finally(() => {
          waiting -= 1;
        });
      return tail;
    },
    carryOut({ seq, act }) {
      void carryOutside(act, parts.hands)
        .then((end) => keep(seq, end))
        .catch((error: unknown): RemoteEnd => {
          onProblem('an order of the office failed', { seq, act: act.act, problem: String(error) });
          return { seq, outcome: 'failed', result: 'program' };
        })
        .then((end) => take({ fact: 'remote.answered', ...end }));
    },
    recorded(entries) {
      for (const entry of entries) {
        if (entry.kind !== 'remote.done') continue;
        const { seq, outcome, result } = entry;
        answer({ seq, outcome, result });
      }
    },
  };
}
