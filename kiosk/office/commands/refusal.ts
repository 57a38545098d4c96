/** Why a kiosk would refuse an order, by what it last told of itself: foreseen, for the kiosk alone decides. Pure. */
import type { StateMessage } from '../../fleet/wire.ts';
import type { Running } from '../running.ts';
import type { CommandAct } from '../server/wire.ts';

export interface Known {
  /** Null: it never told. */
  readonly state: Pick<StateMessage, 'clockOffMs' | 'devices'> | null;
  readonly running: Pick<Running, 'methods' | 'display' | 'reboot'> | null;
}

/** The word with which it would refuse; null: nothing speaks against it. */
export function refusalOf(order: CommandAct, { state, running }: Known): string | null {
  if (typeof state?.clockOffMs === 'number') return 'clock';
  switch (order.act) {
    case 'reboot':
      return running?.reboot === false ? 'no-hook' : null;
    case 'screenshot':
      return running?.display === false ? 'no-display' : null;
    case 'send-trace':
      return state === null || state.devices.some(({ id }) => id === order.device) ? null : 'no-device';
    case 'method':
      return methodRefusal(order, running?.methods ?? null);
    case 'lock':
    case 'unlock':
    case 'restart':
    case 'send-log':
    case 'close-day':
    case 'message':
      return null;
    default:
      return order satisfies never;
  }
}

/** What the office has turned off there before is not known here. A cash slip is no way that remains. */
function methodRefusal(
  { method, enabled }: Extract<CommandAct, { act: 'method' }>,
  methods: readonly string[] | null,
): string | null {
  if (methods === null) return null;
  if (!methods.includes(method)) return 'no-method';
  return enabled || methods.some((one) => one !== method && one !== 'voucher') ? null : 'last-method';
}
