/**
 * What change can be given from what the machines hold. A promise keeps a reserve, so that a count that is a little wrong
 * breaks none; paying out may use it. Minor units throughout.
 */
import type { Pieces } from '../../../hardware/device.ts';
import { deviceState } from '../../device-state.ts';
import type { Kiosk } from '../../kiosk.ts';
import { payable } from '../../till/till.ts';
import { greatestDivisor } from './sums.ts';

/** So many pieces of one denomination in one machine. */
export interface Pile extends Pieces {
  readonly device: string;
}

/** One machine's part of the change. */
export interface Part {
  readonly device: string;
  readonly pieces: readonly Pieces[];
}

/** Pieces of one denomination that one order asks for, at most: a hopper takes no larger order, and a hand holds no more. */
const piecesMaximum = 100;
/** Rows of the table of sums, at most; for larger sums change is a slip. */
const rowsMaximum = 100_000;

/** A machine that can pay out right now: it is well, owes no answer, and nothing waits between its lips. */
export function dispenserUsable(kiosk: Kiosk, device: string): boolean {
  const state = deviceState(kiosk, device);
  const orders = [...Object.values(kiosk.payouts), ...Object.values(kiosk.emptyings)];
  const busy = orders.some((order) => order.device === device);
  return state.ready && !state.mismatch && state.presented === null && !busy && !state.faults.some(kiosk.rules.stops);
}

/** What can be paid out now: what the journal and the machine both know to be there, less so many of each kind. */
function piles(kiosk: Kiosk, reserve: number): readonly Pile[] {
  const { dispensers, currency } = kiosk.rules;
  return dispensers
    .filter((device) => dispenserUsable(kiosk, device))
    .flatMap((device) =>
      payable(kiosk.till, device, currency).map(({ minor, count }) => {
        const level = deviceState(kiosk, device).levels.find((one) => one.minor === minor && one.currency === currency);
        const there = level?.state === 'empty' ? 0 : Math.min(count, level?.count ?? count);
        return { device, minor, count: Math.min(piecesMaximum, there - reserve) };
      }),
    )
    .filter(({ count }) => count > 0);
}

/** Whether so much change can be promised in cash, to the last minor unit. */
export type Promised = (minor: number) => boolean;

/** What can be promised as the machines stand, up to `most`. */
export function promisedChange(kiosk: Kiosk, most: number): Promised {
  const { unit, needs } = sumsWithin(piles(kiosk, kiosk.rules.changeReservePieces), most);
  const last = needs.at(-1);
  return (minor) => minor === 0 || (minor <= most && minor % unit === 0 && (last?.[minor / unit] ?? none) !== none);
}

/** The most of this sum that can be paid out now, in large pieces before small ones, machine by machine. */
export function planChange(kiosk: Kiosk, minor: number): readonly Part[] {
  return plan(piles(kiosk, 0), minor);
}

/** The greatest sum up to this one that the piles make. */
export function plan(from: readonly Pile[], minor: number): readonly Part[] {
  const { unit, large, needs } = sumsWithin(from, minor);
  let row = needs.at(-1)?.findLastIndex((need) => need !== none) ?? 0;
  const parts = new Map<string, Pieces[]>();
  for (let at = needs.length - 1; at >= 0; at--) {
    const pile = large[at] as Pile;
    const count = needs[at]?.[row] as number;
    if (count === 0) continue;
    row -= count * (pile.minor / unit);
    parts.set(pile.device, [...(parts.get(pile.device) ?? []), { minor: pile.minor, count }]);
  }
  return [...parts].map(([device, pieces]) => ({ device, pieces }));
}

/** How much of this sum would come out in cash now, minor units. */
export function givenBackInCash(kiosk: Kiosk, minor: number): number {
  const pieces = planChange(kiosk, minor).flatMap((part) => part.pieces);
  return pieces.reduce((sum, piece) => sum + piece.minor * piece.count, 0);
}

interface SumsWithin {
  readonly unit: number;
  /** The piles, large pieces first. */
  readonly large: readonly Pile[];
  /** For each pile and each sum in units that it and those before it make: the fewest pieces of it that this needs. */
  readonly needs: readonly Int16Array[];
}

const none = -1;

/** Every sum up to `most` that the piles make. Small pieces are used only where larger ones do not do. */
function sumsWithin(from: readonly Pile[], most: number): SumsWithin {
  const unit = from.reduce((divisor, { minor }) => greatestDivisor(divisor, minor), 0);
  const rows = unit === 0 ? 0 : Math.floor(most / unit);
  if (rows === 0 || rows > rowsMaximum) return { unit: 1, large: [], needs: [] };
  const large = [...from].sort((a, b) => b.minor - a.minor);
  const needs: Int16Array[] = [];
  for (const { minor, count } of large) {
    const before = needs.at(-1);
    const step = minor / unit;
    const need = new Int16Array(rows + 1).fill(none);
    for (let row = 0; row <= rows; row++) {
      if (before === undefined ? row === 0 : before[row] !== none) need[row] = 0;
      else if (row >= step && need[row - step] !== none && (need[row - step] as number) < count)
        need[row] = (need[row - step] as number) + 1;
    }
    needs.push(need);
  }
  return { unit, large, needs };
}
