/**
 * Orders to single kiosks: signed and kept before they are sent, sent again whenever a kiosk says that it is there, and ended by its
 * word, its journal's or its message's, whichever comes first. A kiosk runs none twice, so sending one too often does no harm.
 */
import type { KeyObject } from 'node:crypto';
import * as v from 'valibot';
import { aliveMessage, doneMessage, type JournalRow, officeTopics } from '../../fleet/wire.ts';
import { recordAct } from '../acts.ts';
import type { Broker, Post } from '../broker.ts';
import type { CommandAct, CommandLine, CommandPriority } from '../server/wire.ts';
import type { Database } from '../store/open.ts';
import {
  endOrder,
  expire,
  keepAttachments,
  keepOrder,
  nextNumber,
  ordersOf,
  passOver,
  took,
  unanswered,
} from './book.ts';
import { signOrder } from './signing.ts';

/** So far the clocks of both sides may be apart: so long after its deadline nobody waits for a kiosk's word any more. Milliseconds. */
const apartMs = 120_000;

export interface CommandsParts {
  readonly database: Database;
  /** Signs orders: the private half, Ed25519. */
  readonly commandKey: KeyObject;
  readonly publish: Broker['publish'];
  readonly nowMs: () => number;
  /** What could not be sent, for the log; it is kept, and sent when its kiosk says that it is there. */
  readonly onProblem: (kiosk: string, problem: string) => void;
}

export interface Wish {
  readonly order: CommandAct;
  readonly priority: CommandPriority;
  /** Until its deadline. */
  readonly minutes: number;
}

export interface Commands {
  /** By each kiosk, one after the other; those that nobody knows are left out. */
  order(kiosks: readonly string[], wish: Wish, by: string): Promise<readonly CommandLine[]>;
  /** Of a kiosk, the newest first. */
  of(kiosk: string): Promise<readonly CommandLine[]>;
  /** Whatever a kiosk said. */
  posted(post: Post): Promise<void>;
  /** Rows of its journal that are stored; the same ones may come again. */
  stored(kiosk: string, rows: readonly JournalRow[]): Promise<void>;
  /** Ends those of which nobody has heard in time. */
  look(): Promise<void>;
}

export function createCommands(parts: CommandsParts): Commands {
  const { database, publish, nowMs, onProblem } = parts;
  const now = () => new Date(nowMs());

  async function send(kiosk: string): Promise<void> {
    // An order that is overtaken on its way is lost, so those before it go along.
    for (const jws of await unanswered(database, kiosk, now()))
      await publish(officeTopics.command(kiosk), jws, { retain: false });
  }

  async function done(kiosk: string, payload: Buffer): Promise<void> {
    const { seq, outcome, result, attachments } = v.parse(doneMessage, JSON.parse(payload.toString('utf8')));
    if (result === 'passed-over') return passOver(database, kiosk, seq, now());
    await keepAttachments(database, kiosk, seq, attachments);
    return endOrder(database, kiosk, { seq, status: outcome, result, at: now() });
  }

  return {
    async order(kiosks, wish, by) {
      const lines: CommandLine[] = [];
      for (const kiosk of kiosks) {
        const seq = await keep(parts, kiosk, wish, by);
        if (seq === null) continue;
        await send(kiosk).catch((error: unknown) => onProblem(kiosk, (error as Error).message));
        lines.push(...(await ordersOf(database, kiosk, [seq])));
      }
      return lines;
    },
    of: (kiosk) => ordersOf(database, kiosk),
    async posted({ kiosk, topic, payload }) {
      if (topic === 'done') return done(kiosk, payload);
      if (topic === 'alive' && v.parse(aliveMessage, JSON.parse(payload.toString('utf8'))).alive) await send(kiosk);
    },
    async stored(kiosk, rows) {
      for (const [, , , kind, , body] of rows) {
        if (kind === 'remote.ordered') await took(database, kiosk, v.parse(orderedEntry, JSON.parse(body)).seq);
        if (kind !== 'remote.done') continue;
        const { seq, outcome: status, result, endedAt } = v.parse(doneEntry, JSON.parse(body));
        await endOrder(database, kiosk, { seq, status, result, at: new Date(endedAt) });
      }
    },
    look: () => expire(database, new Date(nowMs() - apartMs), now()),
  };
}

const orderedEntry = v.object({ seq: v.number() });
const doneEntry = v.object({
  seq: v.number(),
  outcome: v.picklist(['done', 'failed', 'refused', 'expired']),
  result: v.nullable(v.string()),
  endedAt: v.string(),
});

/** Its number; null: no kiosk is called so. */
async function keep(
  { database, commandKey, nowMs }: CommandsParts,
  kiosk: string,
  { order, priority, minutes }: Wish,
  by: string,
): Promise<number | null> {
  const orderedAt = new Date(nowMs());
  const iat = Math.floor(nowMs() / 1_000);
  const exp = iat + minutes * 60;
  return database.transaction(async (inside) => {
    const seq = await nextNumber(inside, kiosk, orderedAt);
    if (seq === null) return null;
    const jws = await signOrder(commandKey, { aud: kiosk, seq, order, priority, iat, exp });
    const deadline = new Date(exp * 1_000);
    await keepOrder(inside, { kiosk, seq, order, priority, orderedAt, orderedBy: by, deadline, jws });
    const detail = JSON.stringify({ seq, order, priority, minutes });
    await recordAct(inside, { person: by, did: 'command', subject: kiosk, detail }, orderedAt);
    return seq;
  });
}
