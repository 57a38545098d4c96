/** Which notes and coins may be taken now, and why another may not. From local state alone: no network decides about a note. */
import { checkTakesAt } from '../../checks/checks.ts';
import { mainsLost } from '../../cabinet/limits.ts';
import { deviceState } from '../../device-state.ts';
import type { Kiosk } from '../../kiosk.ts';
import type { Stack } from '../../stacks.ts';
import { within } from '../../local-time.ts';
import { cashCredited, dueInCash, type Sale, toGo } from '../../sale/sale.ts';
import { type Promised, promisedChange } from './change.ts';
import { greatestDivisor, sumsOf } from './sums.ts';

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
  if (mainsLost(kiosk)) return false;
  return state.ready && !state.mismatch && state.presented === null && !state.faults.some(kiosk.rules.stops);
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

/** A slip can be promised for change: printed here and paid at the window. */
export function slipPromised(kiosk: Kiosk): boolean {
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

/** The notes that can be paid with here now: those of all usable acceptors together, ascending, minor units. */
export function notesTaken(kiosk: Kiosk): readonly number[] {
  return takenAt(kiosk, kiosk.rules.acceptors);
}

/** The coins likewise. */
export function coinsTaken(kiosk: Kiosk): readonly number[] {
  return takenAt(kiosk, kiosk.rules.coinAcceptors);
}

function takenAt(kiosk: Kiosk, devices: readonly string[]): readonly number[] {
  const usable = devices.filter((device) => acceptorUsable(kiosk, device));
  return ascending(usable.flatMap((device) => denominationsOf(kiosk, device)));
}

/** What can be paid with here now, notes and coins together, ascending, minor units. */
export function denominationsTaken(kiosk: Kiosk): readonly number[] {
  return ascending([...notesTaken(kiosk), ...coinsTaken(kiosk)]);
}

function ascending(values: readonly number[]): readonly number[] {
  return [...new Set(values)].sort((a, b) => a - b);
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

/** Why this note or coin may not be taken for this sale; null when it may. */
export function refuseCash(kiosk: Kiosk, device: string, sale: Sale, minor: number): NoteRefusal | null {
  return refusal(kiosk, sale, takingAt(kiosk, device), minor);
}

/** What decides at one device, worked out once for all its denominations. */
interface Taking {
  readonly own: readonly number[];
  readonly taken: readonly number[];
  readonly promised: Promised;
}

function takingAt(kiosk: Kiosk, device: string): Taking {
  const taken = denominationsTaken(kiosk);
  return { own: denominationsOf(kiosk, device), taken, promised: promisedChange(kiosk, taken.at(-1) ?? 0) };
}

function refusal(kiosk: Kiosk, sale: Sale, { own, taken, promised }: Taking, minor: number): NoteRefusal | null {
  if (!own.includes(minor)) return 'kind';
  if (cashCredited(sale) + minor > kiosk.rules.cashMaximumMinor + (taken.at(-1) ?? 0)) return 'limit';
  if (sale.agreed && slipPromised(kiosk)) return null;
  return canEnd(openToNotes(kiosk, sale) - minor, taken, promised) ? null : 'change';
}

/** With so much still to go, or so much too much when negative, the sale can end without a slip. */
function canEnd(rest: number, taken: readonly number[], promised: Promised): boolean {
  if (rest <= 0) return promised(-rest);
  const sums = sumsOf(taken);
  if (sums.makes(rest)) return true;
  const least = sums.from(rest);
  return least !== null && promised(least - rest);
}

/** Some change that paying this sale can come to is not sure in cash: the customer is asked about a slip first. */
export function slipMayCome(kiosk: Kiosk, sale: Sale): boolean {
  const taken = denominationsTaken(kiosk);
  const most = taken.at(-1) ?? 0;
  const step = taken.reduce(greatestDivisor, 0);
  const promised = promisedChange(kiosk, most);
  const due = toGo({ ...sale, method: 'cash' }, kiosk.rules.cashStepMinor);
  for (let change = (step - (due % step)) % step; change < most; change += step) if (!promised(change)) return true;
  return false;
}

/** The notes or coins to enable at a device for the visit as it stands; none outside cash payment. */
export function acceptable(kiosk: Kiosk, device: string): readonly number[] {
  if (checkTakesAt(kiosk) === device) return mainsLost(kiosk) ? [] : denominationsOf(kiosk, device);
  const session = kiosk.session;
  const sale = session?.sale;
  if (!session || !sale || session.stage.at !== 'pay-cash' || sale.state !== 'open') return [];
  if (!acceptorUsable(kiosk, device)) return [];
  if (openToNotes(kiosk, sale) <= 0) return [];
  const taking = takingAt(kiosk, device);
  return taking.own.filter((minor) => refusal(kiosk, sale, taking, minor) === null);
}

/** What a recycler keeps to give as change: all but the largest note, which is never change, and what it has enough of. */
export function recycled(kiosk: Kiosk, device: string): readonly number[] {
  const { levels } = deviceState(kiosk, device);
  const full = new Set(levels.filter(({ state }) => state === 'full').map(({ minor }) => minor));
  return denominationsOf(kiosk, device)
    .slice(0, -1)
    .filter((minor) => !full.has(minor));
}

export type CashOff = 'mains' | 'repair' | 'no-change' | 'too-much';

/** Why cash cannot be chosen for this sale now; null when it can. */
export function cashOff(kiosk: Kiosk, sale: Sale | null): CashOff | null {
  if (mainsLost(kiosk)) return 'mains';
  const taken = denominationsTaken(kiosk);
  if (notesTaken(kiosk).length === 0) return 'repair';
  if (sale === null) return null;
  const due = dueInCash(sale, kiosk.rules.cashStepMinor);
  if (due > kiosk.rules.cashMaximumMinor) return 'too-much';
  const promised = promisedChange(kiosk, taken.at(-1) ?? 0);
  return slipPromised(kiosk) || canEnd(Math.max(0, due - cashCredited(sale)), taken, promised) ? null : 'no-change';
}
