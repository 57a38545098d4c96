/** Which notes may be taken now, and why another may not. From local state alone: no network decides about a note. */
import { deviceState, type Kiosk, type Stack } from '../../kiosk.ts';
import { within } from '../../local-time.ts';
import { cashCredited, dueInCash, type Sale, toGo } from '../../sale/sale.ts';
import { sumsOf } from './sums.ts';

/** True while a note that was ordered into the box has no outcome. */
export function stackInFlight(kiosk: Kiosk): Stack | null {
  for (const stack of Object.values(kiosk.stacks)) if (stack.status === 'open') return stack;
  return null;
}

/** True while a note is in this device's mouth whose fate is open and that has no case. */
export function noteInMouth(kiosk: Kiosk, device: string): boolean {
  const { note, stuck } = deviceState(kiosk, device);
  return note !== 'none' && stuck === null && kiosk.stacks[device]?.status !== 'doubt';
}

/** True while money may still move in or out of an acceptor by itself. */
export function notesMoving(kiosk: Kiosk): boolean {
  return stackInFlight(kiosk) !== null || kiosk.rules.acceptors.some((device) => noteInMouth(kiosk, device));
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
function denominationsOf(kiosk: Kiosk, device: string): readonly number[] {
  const { currency } = kiosk.rules;
  return deviceState(kiosk, device)
    .denominations.filter((note) => note.currency === currency && note.minor > 0)
    .map((note) => note.minor)
    .sort((a, b) => a - b);
}

/** What can be paid with here now: the denominations of all usable acceptors together, ascending, minor units. */
export function denominationsTaken(kiosk: Kiosk): readonly number[] {
  const usable = kiosk.rules.acceptors.filter((device) => acceptorUsable(kiosk, device));
  const all = new Set(usable.flatMap((device) => denominationsOf(kiosk, device)));
  return [...all].sort((a, b) => a - b);
}

/** What the next note may pay: what is to go, less what is on its way into a box. Negative when that is more. */
function openToNotes(kiosk: Kiosk, sale: Sale): number {
  let rest = toGo(sale, kiosk.rules.cashStepMinor);
  for (const stack of Object.values(kiosk.stacks)) {
    if (stack.status === 'open' && stack.sale === sale.id) rest -= stack.minor;
  }
  return rest;
}

export type NoteRefusal = 'kind' | 'change' | 'limit';

/** Why this note may not be taken for this sale; null when it may. */
export function refuseNote(kiosk: Kiosk, device: string, sale: Sale, minor: number): NoteRefusal | null {
  if (!denominationsOf(kiosk, device).includes(minor)) return 'kind';
  const taken = denominationsTaken(kiosk);
  if (cashCredited(sale) + minor > kiosk.rules.cashMaximumMinor + (taken.at(-1) ?? 0)) return 'limit';
  if (sale.agreed && changePromised(kiosk)) return null;
  const rest = openToNotes(kiosk, sale) - minor;
  return rest >= 0 && sumsOf(taken).makes(rest) ? null : 'change';
}

/** The notes to enable at a device for the visit as it stands; none outside cash payment. */
export function acceptable(kiosk: Kiosk, device: string): readonly number[] {
  const session = kiosk.session;
  const sale = session?.sale;
  if (!session || !sale || session.stage.at !== 'pay-cash' || sale.state !== 'open') return [];
  if (!acceptorUsable(kiosk, device)) return [];
  if (openToNotes(kiosk, sale) <= 0) return [];
  return denominationsOf(kiosk, device).filter((minor) => refuseNote(kiosk, device, sale, minor) === null);
}

export type CashOff = 'repair' | 'no-change' | 'too-much';

/** Why cash cannot be chosen for this sale now; null when it can. */
export function cashOff(kiosk: Kiosk, sale: Sale | null): CashOff | null {
  const taken = denominationsTaken(kiosk);
  if (taken.length === 0) return 'repair';
  if (sale === null) return null;
  const due = dueInCash(sale, kiosk.rules.cashStepMinor);
  if (due > kiosk.rules.cashMaximumMinor) return 'too-much';
  return changePromised(kiosk) || sumsOf(taken).makes(Math.max(0, due - cashCredited(sale))) ? null : 'no-change';
}
