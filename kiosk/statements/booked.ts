/** What an entry about a wallet's money says of itself, so that the day's statement finds it again. */
import type { ChargeMethod } from '../server/wire.ts';
import { beijingDay } from './day.ts';

/** The day of Beijing on which the kiosk heard of it, and what moved, minor units. */
export interface Booked {
  readonly day: string;
  readonly minor: number;
}

/** To be spread into the entry; nothing for a card terminal, whose day is compared when it is closed. */
export function bookedOf(method: ChargeMethod, minor: number, wallMs: number): { readonly booked?: Booked } {
  return method === 'card' ? {} : { booked: { day: beijingDay(wallMs), minor } };
}

/** The index key of a wallet's money of a day. */
export function statementKey(device: string, day: string): string {
  return `statement:${device}:${day}`;
}

/** The index key of the statement that was compared with it. */
export function matchedKey(device: string, day: string): string {
  return `matched:${device}:${day}`;
}
