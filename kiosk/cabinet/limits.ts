/** What of the cabinet keeps the kiosk from taking money, or anybody from beginning; and what the office orders likewise. */
import type { Kiosk } from '../kiosk.ts';
import { isStartingAnew } from '../remote/fold.ts';

/** Why nobody begins, for as long as it holds. */
export type Kept = 'mains' | 'vault' | 'key' | 'anew' | 'office' | 'hot' | 'cold';

/** The mains are gone, or this process is about to end for it: what moves is finished, and nothing new begins. */
export function mainsLost({ cabinet }: Pick<Kiosk, 'cabinet'>): boolean {
  return cabinet.mainsLostMs !== null || cabinet.ending;
}

/** Staff have turned the key: they want the console, and still need their PIN. */
function keyTurned({ cabinet }: Pick<Kiosk, 'cabinet'>): boolean {
  return cabinet.contacts.key === 'on';
}

/** Why nobody begins; null when nothing keeps anybody. A visit that has begun goes on. */
export function keptBy(kiosk: Pick<Kiosk, 'cabinet' | 'remote' | 'rules'>): Kept | null {
  if (mainsLost(kiosk)) return 'mains';
  if (kiosk.cabinet.contacts.vault === 'open') return 'vault';
  if (keyTurned(kiosk)) return 'key';
  if (isStartingAnew(kiosk.remote)) return 'anew';
  if (kiosk.remote.locked !== null) return 'office';
  const { celsiusTenths } = kiosk.cabinet.temperature ?? { celsiusTenths: null };
  const { coldestTenths, hottestTenths } = kiosk.rules.cabinet;
  if (celsiusTenths === null) return null;
  if (hottestTenths !== null && celsiusTenths >= hottestTenths) return 'hot';
  return coldestTenths !== null && celsiusTenths <= coldestTenths ? 'cold' : null;
}
