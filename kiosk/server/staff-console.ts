/** What the staff's page reads and asks of a device by hand. */
import type { ByHand } from '../by-hand.ts';
import { askingRefused } from '../console/run.ts';
import type { Kiosk } from '../kiosk.ts';
import { deviceIn } from './staff-devices.ts';
import type { Query } from './staff-query.ts';
import type { TableParts } from './staff-tables.ts';
import type { StaffAct, StaffConsole, StaffProblem } from './staff-wire.ts';

type ConsoleAct = Extract<StaffAct, { do: 'console' | 'console-move' }>;

/** Ends shown of a device. */
const endsShown = 10;

/** Why this request cannot be sent; null when it can. One that moves is never sent as one that reads. */
export function requestRefused(kiosk: Kiosk, byHand: ByHand, act: ConsoleAct): StaffProblem | null {
  const known = byHand.requests(act.device).find(({ request }) => request === act.request);
  if (known === undefined) return 'unknown-request';
  if (known.effect === 'books') return 'not-by-hand';
  if (known.effect === 'moves' && act.do === 'console') return 'second-needed';
  return askingRefused(kiosk, act.device);
}

export function consoleTable(
  kiosk: Kiosk,
  { byHand, config, pins }: Pick<TableParts, 'config' | 'pins'> & { readonly byHand: ByHand },
  query: Query,
): StaffConsole {
  const id = deviceIn(query);
  if (id === null || !config.devices.some((device) => device.id === id)) return { found: null };
  const { open, last } = kiosk.console;
  const person = (number: string) => [number, pins.name(number)].filter((word) => word !== null).join(' ');
  return {
    found: {
      requests: byHand.requests(id),
      refused: askingRefused(kiosk, id),
      open: open?.device === id ? open.request : null,
      last: last
        .filter(({ device }) => device === id)
        .toReversed()
        .slice(0, endsShown)
        .map(({ command, request, by, second, outcome, answer, endedAt }) => {
          const both = { by: person(by), second: second === null ? null : person(second) };
          return { command, request, at: endedAt, ...both, outcome, answer };
        }),
    },
  };
}
