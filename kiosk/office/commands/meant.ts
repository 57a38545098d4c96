/** Which kiosks are meant by an order, and how they are: a group are those whose running configuration says so. */
import type { StateMessage } from '../../fleet/wire.ts';
import { presenceOf, type Told } from '../presence.ts';
import { RunningIndex } from '../running.ts';
import type { CommandAct, Ordered, Presence, ReachLine } from '../server/wire.ts';
import type { Database, Queries } from '../store/open.ts';
import { refusalOf } from './refusal.ts';

export interface Meant {
  /** By name; those that nobody knows are left out. */
  kiosks(whom: Ordered): Promise<readonly string[]>;
  reach(whom: Ordered, order: CommandAct): Promise<readonly ReachLine[]>;
  presences(kiosks: readonly string[]): Promise<ReadonlyMap<string, Presence>>;
}

/** `startedMs`: since when this office looks. */
export function meantIn(database: Database, startedMs: number): Meant {
  const index = new RunningIndex();
  async function kiosks(whom: Ordered): Promise<readonly string[]> {
    switch (whom.whom) {
      case 'kiosk':
        return named(database, [whom.kiosk]);
      case 'kiosks':
        return named(database, whom.kiosks);
      case 'all':
        return (await marked(database, null)).map(({ kiosk }) => kiosk);
      case 'group': {
        const rows = await marked(database, null);
        const running = await index.of(database, rows);
        return rows.flatMap(({ kiosk }) => (running.get(kiosk)?.groups.includes(whom.group) ? [kiosk] : []));
      }
      default:
        return whom satisfies never;
    }
  }
  return {
    kiosks,
    async reach(whom, order) {
      const names = await kiosks(whom);
      const running = await index.of(database, await marked(database, names));
      const rows = await told(database, names);
      return rows.map(({ kiosk, ...row }) => ({
        kiosk,
        presence: presenceOf(row, startedMs).presence,
        refusal: refusalOf(order, { state: stateIn(row), running: running.get(kiosk) ?? null }),
      }));
    },
    async presences(names) {
      const rows = await told(database, names);
      return new Map(rows.map(({ kiosk, ...row }) => [kiosk, presenceOf(row, startedMs).presence]));
    },
  };
}

async function named(database: Queries, names: readonly string[]): Promise<readonly string[]> {
  return (await marked(database, names)).map(({ kiosk }) => kiosk);
}

/** Null: all. */
function marked(database: Queries, names: readonly string[] | null) {
  return database.query<{ kiosk: string; mark: string | null }>(
    `SELECT kiosk, running_mark AS mark FROM kiosks WHERE $1::text[] IS NULL OR kiosk = ANY($1::text[]) ORDER BY kiosk`,
    [names],
  );
}

function told(database: Queries, names: readonly string[]) {
  return database.query<{ kiosk: string } & Told>(
    `SELECT kiosks.kiosk, state.body AS state, alive.body AS alive, alive.came_at AS "aliveAt"
     FROM kiosks
     LEFT JOIN states AS state ON state.kiosk = kiosks.kiosk AND state.what = 'state'
     LEFT JOIN states AS alive ON alive.kiosk = kiosks.kiosk AND alive.what = 'alive'
     WHERE kiosks.kiosk = ANY($1::text[]) ORDER BY kiosks.kiosk`,
    [names],
  );
}

function stateIn({ state }: Told): StateMessage | null {
  return state === null ? null : (JSON.parse(state) as StateMessage);
}
