/** How orders are given and read over HTTP. */
import * as v from 'valibot';
import { remoteAct } from '../../fleet/remote-command.ts';
import { numberIn } from '../server/numbers.ts';
import { json, problem, type Route, route } from '../server/route.ts';
import { name, whom as oneGroupOrAll } from '../server/whom.ts';
import type { OrderPage } from '../server/wire.ts';
import type { Database } from '../store/open.ts';
import { attachmentOf } from './book.ts';
import type { Commands } from './commands.ts';
import type { Meant } from './meant.ts';

/** An order waits a week at most. */
const minutesMaximum = 7 * 24 * 60;
/** Kiosks that one order names at most. */
const kiosksMaximum = 5_000;

const names = v.pipe(v.array(name), v.minLength(1), v.maxLength(kiosksMaximum));
/** Twice as many names, for whom and whom the person was shown, with what stands around each. */
const bodyMaximum = 2 * kiosksMaximum * 72;

const whom = v.variant('whom', [
  ...oneGroupOrAll.options,
  v.strictObject({ whom: v.literal('kiosks'), kiosks: names }),
]);

const wish = v.strictObject({
  whom,
  order: remoteAct,
  priority: v.picklist(['idle', 'after-customer', 'now']),
  minutes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(minutesMaximum)),
  kiosks: v.optional(names),
});

export interface RouteParts {
  readonly database: Database;
  readonly meant: Meant;
}

export function commandRoutes(commands: Commands, { database, meant }: RouteParts): readonly Route[] {
  return [
    route({
      ...{ method: 'POST', path: '/api/commands', right: 'command', bodyMaximum },
      body: wish,
      handle: async ({ person, body: { whom: wanted, kiosks: shown, ...rest } }) => {
        const kiosks = await meant.kiosks(wanted);
        if (shown !== undefined && !isSame(shown, kiosks)) return problem('others-meant');
        const given = await commands.order(kiosks, rest, person, wanted);
        return given === null ? problem('nobody', 404) : json(given);
      },
    }),
    route({
      ...{ method: 'POST', path: '/api/commands/reach', right: 'command', bodyMaximum },
      body: v.strictObject({ whom, order: remoteAct }),
      handle: async ({ body: { whom: wanted, order } }) => {
        const kiosks = await meant.reach(wanted, order);
        return kiosks.length === 0 ? problem('nobody', 404) : json({ kiosks });
      },
    }),
    route({
      ...{ method: 'GET', path: '/api/commands', right: 'see', body: null },
      handle: async () => json({ orders: await commands.orders() }),
    }),
    route({
      ...{ method: 'GET', path: '/api/commands/:number', right: 'see', body: null },
      handle: async ({ parameters }) => {
        const page = await commands.page(numberIn(parameters.number) ?? 0);
        return page === null ? problem('not-there', 404) : json(await withAway(page, meant));
      },
    }),
    route({
      ...{ method: 'GET', path: '/api/kiosks/:kiosk/attachments/:seq/:name', right: 'see', body: null },
      handle: async ({ parameters: { kiosk = '', seq = '', name: wanted = '' } }) => {
        const number = numberIn(seq);
        const found = number === null ? null : await attachmentOf(database, kiosk, number, wanted);
        if (found === null) return problem('not-there', 404);
        return { status: 200, file: { name: `${kiosk}-${seq}-${wanted}`, ...found } };
      },
    }),
  ];
}

function isSame(shown: readonly string[], kiosks: readonly string[]): boolean {
  const [seen, all] = [new Set(shown), new Set(kiosks)];
  return seen.size === all.size && [...seen].every((kiosk) => all.has(kiosk));
}

type Page = NonNullable<Awaited<ReturnType<Commands['page']>>>;

async function withAway(page: Page, meant: Meant): Promise<OrderPage> {
  const presences = await meant.presences(page.kiosks.map(({ kiosk }) => kiosk));
  const isAway = (kiosk: string) => presences.get(kiosk) !== 'here';
  return {
    ...page,
    kiosks: page.kiosks.map((one) => ({
      ...one,
      away: (one.status === 'sent' || one.status === 'taken') && isAway(one.kiosk),
    })),
  };
}
