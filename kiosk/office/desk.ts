/** What the office does with what kiosks send: the journal to the collector, and its word back; how they are to the alerts. */
import * as v from 'valibot';
import { jsonMaximumBytes } from '../../config/strict-json.ts';
import {
  aliveMessage,
  askedMessage,
  type JournalRow,
  journalMessage,
  officeTopics,
  runningMessage,
  stateMessage,
  type AliveMessage,
  type StateMessage,
  type ToldMessage,
  type StoredMessage,
} from '../fleet/wire.ts';
import { changeAlerts, standingOfKinds } from './alert-book.ts';
import { type AlertLimits, alertLimits, type Seen, watched, watchedKinds } from './alerts.ts';
import type { Broker, Post } from './broker.ts';
import type { Collector } from './collector.ts';
import type { Database } from './store/open.ts';
import { createAnswered, spentAt } from './vouchers.ts';

/** Who is told of what kiosks sent, when the desk has done its own with it. What it throws is a problem of that message alone. */
export interface Follower {
  /** Each message that is no row of a journal, as it came. */
  posted?(post: Post): Promise<void>;
  /** Rows that are stored. The same ones may be told again, and those of before a start are not: the database has all of them. */
  stored?(kiosk: string, rows: readonly JournalRow[]): Promise<void>;
}

export interface DeskParts {
  readonly database: Database;
  readonly collector: Collector;
  readonly publish: Broker['publish'];
  /** Since when this office looks, Unix milliseconds. */
  readonly startedMs: number;
  readonly nowMs: () => number;
  readonly limits?: AlertLimits;
  readonly followers?: readonly Follower[];
  /** What could not be done, for the log; the kiosk says it again. */
  readonly onProblem: (kiosk: string, problem: string) => void;
}

export interface Desk {
  take(post: Post): Promise<void>;
  /** Looks after every kiosk once: time alone makes one be away. */
  look(): Promise<void>;
  /** Takes nothing more; resolves when all that was taken is done. */
  end(): Promise<void>;
}

/** Bytes of what a kiosk runs: a whole configuration, and what stands around it. */
const runningMaximumBytes = jsonMaximumBytes + 1024;

/** Kinds of post by kiosk that wait, the newest of each: three of every kiosk that a broker lets in. One more is not taken. */
const waitingMaximum = 15_000;

export function createDesk(parts: DeskParts): Desk {
  const { database, collector, onProblem, followers = [] } = parts;
  const underWay = new Set<Promise<void>>();
  const answered = createAnswered(parts.nowMs);
  const inbox = createInbox();
  let isOver = false;
  async function handle({ kiosk, topic, payload }: Post): Promise<void> {
    switch (topic) {
      case 'journal': {
        const message = v.parse(journalMessage, JSON.parse(payload.toString('utf8')));
        const word = await collector.take(kiosk, message);
        if (word === null) return;
        const said: StoredMessage = { ...word, at: new Date(parts.nowMs()).toISOString() };
        await parts.publish(officeTopics.stored(kiosk), JSON.stringify(said), { retain: false });
        const stored = word.refused === null ? message.rows : [];
        if (stored.length > 0) for (const follower of followers) await follower.stored?.(kiosk, stored);
        return;
      }
      case 'state': {
        const state = v.parse(stateMessage, JSON.parse(payload.toString('utf8')));
        return inbox.put(`${kiosk} state`, () => saw(parts, kiosk, 'state', state));
      }
      case 'alive': {
        const alive = v.parse(aliveMessage, JSON.parse(payload.toString('utf8')));
        return inbox.put(`${kiosk} alive`, () => saw(parts, kiosk, 'alive', alive));
      }
      case 'asked': {
        const { id, ...slip } = v.parse(askedMessage, JSON.parse(payload.toString('utf8')));
        const spent = await spentAt(database, slip);
        if (spent === null && !answered.mayTell(kiosk, slip)) return;
        const told: ToldMessage = { id, spent };
        await parts.publish(officeTopics.told(kiosk), JSON.stringify(told), { retain: false });
        return;
      }
      case 'running': {
        const text = runningOf(payload);
        return inbox.put(`${kiosk} running`, () => keepRunning(database, kiosk, text));
      }
      // Whoever ordered it reads it.
      case 'done':
        return;
      default:
        return topic satisfies never;
    }
  }
  async function tell(post: Post): Promise<void> {
    await handle(post);
    if (post.topic !== 'journal') for (const follower of followers) await follower.posted?.(post);
  }
  return {
    take: (post) => {
      if (isOver) return Promise.resolve();
      const done = tell(post)
        .catch((error: unknown) => onProblem(post.kiosk, `${post.topic}: ${(error as Error).message}`))
        .finally(() => underWay.delete(done));
      underWay.add(done);
      return done;
    },
    end: async () => {
      isOver = true;
      await Promise.all(underWay);
      await inbox.end();
    },
    look: () => inbox.put('look', () => watch(parts, null)),
  };
}

/** One thing after the other. What is still waiting when the same is said anew gives way to it: the newest says all. */
function createInbox() {
  const waiting = new Map<string, { work: () => Promise<void>; readonly done: Promise<void> }>();
  let tail: Promise<unknown> = Promise.resolve();
  return {
    /** Rejects with what `work` throws, or when too much waits. */
    put(about: string, work: () => Promise<void>): Promise<void> {
      const before = waiting.get(about);
      if (before !== undefined) {
        before.work = work;
        return before.done;
      }
      if (waiting.size >= waitingMaximum) return Promise.reject(new Error(`more than ${waitingMaximum} posts wait`));
      const done = tail.then(() => {
        const newest = waiting.get(about);
        waiting.delete(about);
        return newest?.work();
      });
      tail = done.catch(() => undefined);
      waiting.set(about, { work, done });
      return done;
    },
    async end(): Promise<void> {
      await tail;
    },
  };
}

function runningOf(payload: Buffer): string {
  if (payload.length > runningMaximumBytes) {
    throw new Error(`${payload.length} bytes are more than a configuration has (${runningMaximumBytes})`);
  }
  const text = payload.toString('utf8');
  v.assert(runningMessage, JSON.parse(text));
  return text;
}

async function keepRunning(database: Database, kiosk: string, text: string): Promise<void> {
  await database.query(
    `INSERT INTO kiosks (kiosk, running) VALUES ($1, $2)
     ON CONFLICT (kiosk) DO UPDATE SET running = excluded.running WHERE kiosks.running IS DISTINCT FROM excluded.running`,
    [kiosk, text],
  );
}

async function saw(parts: DeskParts, kiosk: string, what: 'state' | 'alive', said: StateMessage | AliveMessage) {
  const { database, nowMs } = parts;
  await database.query('INSERT INTO kiosks (kiosk) VALUES ($1) ON CONFLICT DO NOTHING', [kiosk]);
  // What says the same again does not begin anew: since when a kiosk is away is told by the first.
  await database.query(
    `INSERT INTO states (kiosk, what, body, came_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (kiosk, what) DO UPDATE SET body = excluded.body, came_at = excluded.came_at
     WHERE states.body <> excluded.body OR states.came_at < $5`,
    [kiosk, what, JSON.stringify(said), new Date(nowMs()), new Date(parts.startedMs)],
  );
  await watch(parts, kiosk);
}

interface StateRow {
  readonly kiosk: string;
  readonly what: string;
  readonly body: string;
  readonly came: Date;
}

/** Opens and clears what is seen of a kiosk, or, null, of every one; in as many questions for all as for one. */
async function watch(parts: DeskParts, kiosk: string | null): Promise<void> {
  const { database, nowMs, limits = alertLimits } = parts;
  const kiosks = await database.query<{ kiosk: string }>(
    'SELECT kiosk FROM kiosks WHERE $1::text IS NULL OR kiosk = $1 ORDER BY kiosk',
    [kiosk],
  );
  const rows = await database.query<StateRow>(
    'SELECT kiosk, what, body, came_at AS came FROM states WHERE $1::text IS NULL OR kiosk = $1',
    [kiosk],
  );
  const states = Map.groupBy(rows, (row) => row.kiosk);
  const alerts = Map.groupBy(await standingOfKinds(database, watchedKinds, kiosk), (alert) => alert.kiosk);
  for (const { kiosk: each } of kiosks) {
    const seen = seenOf(states.get(each) ?? [], parts);
    const changes = watched(alerts.get(each) ?? [], seen, nowMs(), limits);
    if (changes.length === 0) continue;
    await database.transaction((inside) => changeAlerts(inside, each, changes, new Date(nowMs())));
  }
}

function seenOf(rows: readonly StateRow[], { startedMs }: Pick<DeskParts, 'startedMs'>): Seen {
  const of = (what: string) => rows.find((row) => row.what === what);
  const alive = of('alive');
  const state = of('state');
  const isHeard = alive !== undefined && alive.came.getTime() >= startedMs;
  return {
    state: state === undefined ? null : (JSON.parse(state.body) as StateMessage),
    alive: isHeard ? { alive: (JSON.parse(alive.body) as AliveMessage).alive, sinceMs: alive.came.getTime() } : null,
    lookedSinceMs: startedMs,
  };
}
