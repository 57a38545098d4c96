/** Orders as a part of the office, and which kiosks are meant by a group or by all: those whose running configuration says so. */
import type { OfficeCore, Part } from '../part.ts';
import { RunningIndex } from '../running.ts';
import type { CommandLine, Whom } from '../server/wire.ts';
import type { Database } from '../store/open.ts';
import { createCommands } from './commands.ts';
import { commandRoutes } from './routes.ts';

export interface CommandsPart extends Part {
  /** What was ordered of a kiosk lately, the newest first. */
  readonly of: (kiosk: string) => Promise<readonly CommandLine[]>;
}

export function commandsPart(
  core: Pick<OfficeCore, 'database' | 'commandKey' | 'publish' | 'nowMs' | 'log'>,
): CommandsPart {
  const { database, log } = core;
  const onProblem = (kiosk: string, problem: string) => log.warn({ kiosk, problem }, 'an order is yet to be sent');
  const commands = createCommands({ ...core, onProblem });
  return { ...commands, routes: commandRoutes(commands, { database, kiosksOf: kiosksIn(database) }) };
}

function kiosksIn(database: Database): (whom: Whom) => Promise<readonly string[]> {
  const index = new RunningIndex();
  return async (whom) => {
    if (whom.whom === 'kiosk') return [whom.kiosk];
    const rows = await database.query<{ kiosk: string; mark: string | null }>(
      'SELECT kiosk, running_mark AS mark FROM kiosks ORDER BY kiosk',
    );
    if (whom.whom === 'all') return rows.map(({ kiosk }) => kiosk);
    const running = await index.of(database, rows);
    return rows.flatMap(({ kiosk }) => (running.get(kiosk)?.groups.includes(whom.group) ? [kiosk] : []));
  };
}
