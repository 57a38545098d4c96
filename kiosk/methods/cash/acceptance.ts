/** Which notes may be taken now, and why another may not. From local state alone: no network decides about a note. */
import { deviceState, type Kiosk, type Stack } from '../../kiosk.ts';
import { within } from '../../local-time.ts';
import { cashCredited, dueInCash, type Sale, toGo } from '../../sale/sale.ts';

/** True while a note that was ordered into the box has no outcome. */
export function stackInFlight(kiosk: Kiosk): Stack | null {
  for (const stack of Object.values(kiosk.stacks)) if (stack.status === 'open') return stack;
  return null;
}

/** An acceptor that can take a note right now. */
export function acceptorUsable(kiosk: Kiosk, device: string): boolean {
  const state = deviceState(kiosk, device);
  return state.ready && !state.mismatch && !state.faults.some(kiosk.rules.stops);
}

export function printerUsable(kiosk: Kiosk): boolean {
  const printer = kiosk.rules.printer;
  if (printer === null) return false;
  const state = deviceState(kiosk, printer);
  return state.ready && state.paper !== 'out' && !state.faults.some(kiosk.rules.stops);
}

export function windowStaffed(kiosk: Kiosk): boolean {
  const { staffed, timeZone } = kiosk.rules;
  return staffed !== null && within(kiosk.wallMs, timeZone, staffed);
}

/** Change can be promised: as a slip that is printed here and paid at the window. */
export function changePromised(kiosk: Kiosk): boolean {
  return windowStaffed(kiosk) && printerUsable(kiosk);
}

/** The denominations of this device in the kiosk's currency, ascending, minor units. */
export function denominationsOf(kiosk: Kiosk, device: string): readonly number[] {
  const { currency } = kiosk.rules;
  return deviceState(kiosk, device)
    .denominations.filter((note) => note.currency === currency && note.minor > 0)
    .map((note) => note.minor)
    .sort((a, b) => a - b);
}

export type NoteRefusal = 'kind' | 'change' | 'limit';

/** Why this note may not be taken for this sale; null when it may. */
export function refuseNote(kiosk: Kiosk, device: string, sale: Sale, minor: number): NoteRefusal | null {
  const denominations = denominationsOf(kiosk, device);
  if (!denominations.includes(minor)) return 'kind';
  const rest = toGo(sale, kiosk.rules.cashStepMinor);
  if (cashCredited(sale) + minor > kiosk.rules.cashMaximumMinor + (denominations.at(-1) ?? 0)) return 'limit';
  if (minor <= rest) return sale.agreed || payable(rest - minor, denominations) ? null : 'change';
  return sale.agreed && changePromised(kiosk) ? null : 'change';
}

/** The notes to enable at a device for the visit as it stands; none outside cash payment. */
export function acceptable(kiosk: Kiosk, device: string): readonly number[] {
  const session = kiosk.session;
  const sale = session?.sale;
  if (!session || !sale || session.stage.at !== 'pay-cash' || sale.state !== 'open') return [];
  if (!acceptorUsable(kiosk, device)) return [];
  if (toGo(sale, kiosk.rules.cashStepMinor) === 0) return [];
  return denominationsOf(kiosk, device).filter((minor) => refuseNote(kiosk, device, sale, minor) === null);
}

/** Whether an amount can be reached exactly with these denominations (ascending), any number of each. */
export function payable(minor: number, denominations: readonly number[]): boolean {
  let rest = minor;
  for (let i = denominations.length - 1; i >= 0; i--) rest %= denominations[i] as number;
  return rest === 0;
}

export type CashOff = 'repair' | 'no-change' | 'too-much';

/** Why cash cannot be chosen for this sale now; null when it can. */
export function cashOff(kiosk: Kiosk, sale: Sale | null): CashOff | null {
  const device = kiosk.rules.acceptors.find((id) => acceptorUsable(kiosk, id));
  if (device === undefined) return 'repair';
  if (sale === null) return null;
  const due = dueInCash(sale, kiosk.rules.cashStepMinor);
  if (due > kiosk.rules.cashMaximumMinor) return 'too-much';
  return changePromised(kiosk) || payable(due, denominationsOf(kiosk, device)) ? null : 'no-change';
}
