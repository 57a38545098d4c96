/** Orders as a part of the office. */
import type { OfficeCore, Part } from '../part.ts';
import type { CommandLine } from '../server/wire.ts';
import { createCommands } from './commands.ts';
import { meantIn } from './meant.ts';
import { commandRoutes } from './routes.ts';

export interface CommandsPart extends Part {
  /** What was ordered of a kiosk lately, the newest first. */
  readonly of: (kiosk: string) => Promise<readonly CommandLine[]>;
}

export function commandsPart(
  core: Pick<OfficeCore, 'database' | 'commandKey' | 'publish' | 'startedMs' | 'nowMs' | 'log'>,
): CommandsPart {
  const { database, startedMs, log } = core;
  const onProblem = (kiosk: string, problem: string) => log.warn({ kiosk, problem }, 'an order is yet to be sent');
  const commands = createCommands({ ...core, onProblem });
  return { ...commands, routes: commandRoutes(commands, { database, meant: meantIn(database, startedMs) }) };
}
