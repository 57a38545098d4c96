/** How a device looks at a glance: one mark for all that is told of it, the worst first, and how full its parts are. */
import type { StaffTill } from '../../kiosk/server/staff-wire.ts';

type Device = StaffTill['devices'][number];
export type Unit = StaffTill['units'][number];

/** lost: it does not answer; fault: it needs a hand now; warning: it works, and will need one; off: not ready yet. */
export type Mark = 'ready' | 'warning' | 'fault' | 'lost' | 'off';

export function markOf(device: Device, units: readonly Unit[]): Mark {
  if (device.lost) return 'lost';
  if (device.faults.length > 0 || device.boxOut || device.paper === 'out') return 'fault';
  if (!device.ready) return 'off';
  const scarce = units.some(({ state, differs }) => differs || state === 'empty' || state === 'low');
  return scarce || device.paper === 'low' || device.emptying || device.newTable !== null ? 'warning' : 'ready';
}

/** The printer's roll: it tells that there is paper, that it ends soon, or that there is none. */
export function paperSteps(paper: NonNullable<Device['paper']>): 0 | 1 | 3 {
  return ({ out: 0, low: 1, ok: 3 } as const)[paper];
}

/** Of what fits in: from here on it is full, and up to here it is low. */
const full = 0.9;
const low = 0.1;

/** By what fits in, where no sensor says anything; null: nobody knows that either. */
function countedState({ capacity, pieces }: Unit): Unit['state'] {
  if (capacity === null) return null;
  if (pieces === 0) return 'empty';
  if (pieces >= capacity * full) return 'full';
  return pieces <= capacity * low ? 'low' : 'ok';
}

/** Steps of three; null: nobody measures it, and nobody knows how much fits in. */
export function unitSteps(unit: Unit): 0 | 1 | 2 | 3 | null {
  return stepsOf(unit.state ?? countedState(unit));
}

function stepsOf(state: Unit['state']): 0 | 1 | 2 | 3 | null {
  switch (state) {
    case 'empty':
      return 0;
    case 'low':
      return 1;
    case 'ok':
      return 2;
    case 'full':
      return 3;
    case null:
      return null;
    default:
      return state satisfies never;
  }
}

/** Where a device stands in the cabinet, from the glass down. */
export const shelves = ['reader', 'terminal', 'notes', 'coins', 'paper', 'inside'] as const;
export type Shelf = (typeof shelves)[number];

export function shelfOf(kind: Device['kind']): Shelf {
  switch (kind) {
    case 'display':
    case 'scanner':
      return 'reader';
    case 'card-terminal':
      return 'terminal';
    case 'note-acceptor':
    case 'recycler':
      return 'notes';
    case 'coin-acceptor':
      return 'coins';
    case 'printer':
      return 'paper';
    case 'hopper':
    case 'cabinet-io':
    case 'other':
      return 'inside';
    default:
      return kind satisfies never;
  }
}

/** Its kind, where its name does not say that already. */
export function kindBeside(device: string, kind: string): string | null {
  return device === kind ? null : kind;
}
