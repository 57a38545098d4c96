/** Whether a card terminal or a wallet can be asked now. */
import { mainsLost } from '../../cabinet/limits.ts';
import { deviceState } from '../../device-state.ts';
import type { Kiosk } from '../../kiosk.ts';
import { within } from '../../local-time.ts';
import { clockIsOff } from '../../own-clock.ts';
import { type Sale, toGo } from '../../sale/sale.ts';
import type { ChargeMethod } from '../../server/wire.ts';
import { isCharging, isClosing } from './day.ts';

/**
 * mains: they are gone. repair: the terminal is out of order. no-network: the wallet is not reached. clock: this
 * machine's is off, and a gateway takes nothing that is dated wrongly. busy: an earlier charge has no end yet, or the
 * terminal closes its day. too-little, hours: the kiosk's policy.
 */
export type ChargeOff = 'mains' | 'repair' | 'no-network' | 'clock' | 'busy' | 'too-much' | 'too-little' | 'hours';

/** Why this way cannot be chosen for this sale now, or in general when there is none; null when it can. */
export function chargeOff(kiosk: Kiosk, method: ChargeMethod, sale: Sale | null): ChargeOff | null {
  const { chargers, stops } = kiosk.rules;
  const device = chargers[method];
  const down = method === 'card' ? 'repair' : 'no-network';
  if (mainsLost(kiosk)) return 'mains';
  if (device === undefined) return down;
  // Its gateway may seem to be silent for that alone.
  if (method !== 'card' && clockIsOff(kiosk)) return 'clock';
  const { ready, faults } = deviceState(kiosk, device);
  if (!ready || faults.some(stops)) return down;
  const against = againstPolicy(kiosk, method, sale);
  if (against !== null) return against;
  // A terminal does one thing at a time; a wallet may have many codes out.
  return method === 'card' && (isCharging(kiosk, device) || isClosing(kiosk, device)) ? 'busy' : null;
}

/** A card is left in the terminal's reader. */
export function isCardLeft({ rules, devices }: Kiosk): boolean {
  const { card } = rules.chargers;
  return card !== undefined && devices[card]?.cardLeft === true;
}

/** A card paid: before anything else it is to be taken, for as long as the page that says so stands. */
export function isCardToTake(kiosk: Kiosk): boolean {
  const { session } = kiosk;
  const paid = session?.sale?.charges.some(({ method }) => method === 'card') ?? false;
  return paid && session?.stage.at === 'settled' && isCardLeft(kiosk);
}

function againstPolicy(kiosk: Kiosk, method: ChargeMethod, sale: Sale | null): ChargeOff | null {
  const { chargeMaximumMinor, policies, cashStepMinor, timeZone } = kiosk.rules;
  const { hours = null, leastMinor = 1, mostMinor = null } = policies[method] ?? {};
  if (hours !== null && !within(kiosk.wallMs, timeZone, hours)) return 'hours';
  if (sale === null) return null;
  const minor = toGo({ ...sale, method }, cashStepMinor);
  if (minor > Math.min(chargeMaximumMinor, mostMinor ?? chargeMaximumMinor)) return 'too-much';
  return minor < leastMinor ? 'too-little' : null;
}
