/** How orders are given and read over HTTP. */
import * as v from 'valibot';
import { remoteAct } from '../../fleet/remote-command.ts';
import { numberIn } from '../server/numbers.ts';
import { json, problem, type Route, route } from '../server/route.ts';
import { whom } from '../server/whom.ts';
import type { CommandLine, Whom } from '../server/wire.ts';
import type { Database } from '../store/open.ts';
import { attachmentOf } from './book.ts';
import type { Commands } from './commands.ts';

/** An order waits a week at most. */
const minutesMaximum = 7 * 24 * 60;

const wish = v.strictObject({
  whom,
  order: remoteAct,
  priority: v.picklist(['idle', 'after-customer', 'now']),
  minutes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(minutesMaximum)),
});

export interface RouteParts {
  readonly database: Database;
  /** The kiosks that are meant, by name. */
  readonly kiosksOf: (whom: Whom) => Promise<readonly string[]>;
}

export function commandRoutes(commands: Commands, { database, kiosksOf }: RouteParts): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/commands',
      right: 'command',
      body: wish,
      handle: async ({ person, body: { whom: meant, ...wanted } }) => {
        const kiosks = await kiosksOf(meant);
        const ordered: readonly CommandLine[] = await commands.order(kiosks, wanted, person);
        return ordered.length === 0 ? problem('nobody', 404) : json({ commands: ordered });
      },
    }),
    route({
      method: 'GET',
      path: '/api/kiosks/:kiosk/attachments/:seq/:name',
      right: 'see',
      body: null,
      handle: async ({ parameters: { kiosk = '', seq = '', name: wanted = '' } }) => {
        const number = numberIn(seq);
        const found = number === null ? null : await attachmentOf(database, kiosk, number, wanted);
        if (found === null) return problem('not-there', 404);
        return { status: 200, file: { name: `${kiosk}-${seq}-${wanted}`, ...found } };
      },
    }),
  ];
}
