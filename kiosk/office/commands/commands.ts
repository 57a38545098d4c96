/**
 * Orders to one kiosk or to many: signed and kept before they are sent, sent again whenever a kiosk says that it is there, and ended by its
 * word, its journal's or its message's, whichever comes first. A kiosk runs none twice, so sending one too often does no harm.
 */
import type { KeyObject } from 'node:crypto';
import * as v from 'valibot';
import { aliveMessage, doneMessage, type JournalRow, officeTopics } from '../../fleet/wire.ts';
import { recordAct } from '../acts.ts';
import type { Broker, Post } from '../broker.ts';
import type { CommandAct, CommandLine, CommandPriority, Ordered, OrderLine } from '../server/wire.ts';
import type { Database } from '../store/open.ts';
import {
  commandsAt,
  commandsOf,
  endOrder,
  expire,
  keepAttachments,
  keepOrder,
  nextNumber,
  passOver,
  took,
  unanswered,
} from './book.ts';
import { newestOrders, openOrder, orderOf } from './order-book.ts';
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

export interface GivenOrder {
  readonly number: number;
  readonly commands: readonly CommandLine[];
}

export interface Commands {
  /** By each kiosk, all or none; those that nobody knows are left out. `whom`: as the person said it. Null: nobody is left. */
  order(kiosks: readonly string[], wish: Wish, by: string, whom?: Ordered): Promise<GivenOrder | null>;
  /** Of a kiosk, the newest first. */
  of(kiosk: string): Promise<readonly CommandLine[]>;
  /** The newest orders first, and one with its commands by kiosk; null: none has this number. */
  orders(): Promise<readonly OrderLine[]>;
  page(number: number): Promise<(OrderLine & { readonly kiosks: readonly CommandLine[] }) | null>;
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
    async order(kiosks, wish, by, whom = { whom: 'kiosks', kiosks }) {
      const kept = await keep(parts, kiosks, wish, { by, whom });
      if (kept === null) return null;
      for (const kiosk of kept.kiosks)
        await send(kiosk).catch((error: unknown) => onProblem(kiosk, (error as Error).message));
      return { number: kept.number, commands: await commandsOf(database, kept.number) };
    },
    of: (kiosk) => commandsAt(database, kiosk),
    orders: () => newestOrders(database),
    async page(number) {
      const line = await orderOf(database, number);
      return line === null ? null : { ...line, kiosks: await commandsOf(database, number) };
    },
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

interface Kept {
  readonly number: number;
  readonly kiosks: readonly string[];
}

/** All of it in one transaction: an order that is half given is nobody's wish. Null: nothing is kept. */
async function keep(
  { database, commandKey, nowMs }: CommandsParts,
  kiosks: readonly string[],
  { order, priority, minutes }: Wish,
  { by, whom }: { readonly by: string; readonly whom: Ordered },
): Promise<Kept | null> {
  const orderedAt = new Date(nowMs());
  const iat = Math.floor(nowMs() / 1_000);
  const exp = iat + minutes * 60;
  const deadline = new Date(exp * 1_000);
  return database.transaction(async (inside) => {
    const numbered: [string, number][] = [];
    // In one order for everybody: two that want the same kiosks wait for each other, and not in a circle.
    for (const kiosk of [...new Set(kiosks)].sort()) {
      const seq = await nextNumber(inside, kiosk, orderedAt);
      if (seq !== null) numbered.push([kiosk, seq]);
    }
    const [first] = numbered;
    if (first === undefined) return null;
    const number = await openOrder(inside, whom);
    for (const [kiosk, seq] of numbered) {
      const jws = await signOrder(commandKey, { aud: kiosk, seq, order, priority, iat, exp });
      await keepOrder(inside, { ...{ kiosk, seq, number, order, priority }, orderedAt, orderedBy: by, deadline, jws });
    }
    const [did, subject] = numbered.length === 1 ? ['command', first[0]] : ['order', String(number)];
    const detail = JSON.stringify({ number, whom, kiosks: numbered.length, order, priority, minutes });
    await recordAct(inside, { person: by, did, subject, detail }, orderedAt);
    return { number, kiosks: numbered.map(([kiosk]) => kiosk) };
  });
}
