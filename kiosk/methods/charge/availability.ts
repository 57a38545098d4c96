/** Whether a card terminal or a wallet can be asked now. */
import { deviceState, type Kiosk } from '../../kiosk.ts';
import { type Sale, toGo } from '../../sale/sale.ts';
import type { ChargeMethod } from '../../server/wire.ts';
import { isCharging, isClosing } from './day.ts';

/**
 * repair: the terminal is out of order. no-network: the wallet is not reached. busy: an earlier charge has no end yet, or the
 * terminal closes its day.
 */
export type ChargeOff = 'repair' | 'no-network' | 'busy' | 'too-much';

/** Why this way cannot be chosen for this sale now, or in general when there is none; null when it can. */
export function chargeOff(kiosk: Kiosk, method: ChargeMethod, sale: Sale | null): ChargeOff | null {
  const { chargers, chargeMaximumMinor, stops } = kiosk.rules;
  const device = chargers[method];
  const down = method === 'card' ? 'repair' : 'no-network';
  if (device === undefined) return down;
  const { ready, faults } = deviceState(kiosk, device);
  if (!ready || faults.some(stops)) return down;
  if (sale !== null && toGo({ ...sale, method }, kiosk.rules.cashStepMinor) > chargeMaximumMinor) return 'too-much';
  // A terminal does one thing at a time; a wallet may have many codes out.
  return method === 'card' && (isCharging(kiosk, device) || isClosing(kiosk, device)) ? 'busy' : null;
}
