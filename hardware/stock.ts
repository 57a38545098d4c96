/**
 * What a machine that pays out holds, by denomination: how drivers compare what it counted before and after an order. Pure.
 */
import { NO_CURRENCY } from './currency.ts';
import type { Counters, Denomination, Pieces } from './device.ts';

/** How many pieces of each value, minor units. */
export type Stock = ReadonlyMap<number, number>;
/** What a machine pays, by its own numbers; null: not read yet. */
export type Table = ReadonlyMap<number, Denomination> | null;

/** Worth of these pieces, minor units. */
export function totalOf(pieces: readonly Pieces[]): number {
  return pieces.reduce((sum, { minor, count }) => sum + minor * count, 0);
}

export function asStock(pieces: readonly Pieces[]): Stock {
  const stock = new Map<number, number>();
  for (const { minor, count } of pieces) stock.set(minor, (stock.get(minor) ?? 0) + count);
  return stock;
}

export function alike(one: Stock, other: Stock): boolean {
  return one.size === other.size && [...one].every(([minor, count]) => other.get(minor) === count);
}

export function currencyOf(table: Table, minor: number): string {
  return [...(table?.values() ?? [])].find((value) => value.minor === minor)?.currency ?? NO_CURRENCY;
}

/** All of these are among it. */
export function holds(stock: Stock, pieces: readonly Pieces[]): boolean {
  return [...asStock(pieces)].every(([minor, count]) => (stock.get(minor) ?? 0) >= count);
}

/** These are in it, and nothing else. */
export function holdsJust(stock: Stock, pieces: readonly Pieces[]): boolean {
  return alike(new Map([...stock].filter(([, count]) => count !== 0)), asStock(pieces));
}

/** Why no order about these pieces can be given to a machine with this table; null: one can. `currency` null: any. */
export function piecesRefused(table: Table, pieces: readonly Pieces[], currency: string | null): string | null {
  if (pieces.some(({ count }) => !Number.isSafeInteger(count) || count < 1 || count > 0xffff)) return 'no-such-pieces';
  const known = [...(table?.values() ?? [])].filter((one) => currency === null || one.currency === currency);
  return pieces.every(({ minor }) => known.some((one) => one.minor === minor)) ? null : 'no-such-denomination';
}

/** The stock as a later start gets it back. */
export function asCounters(table: Table, stock: Stock): Counters {
  return Object.fromEntries([...stock].map(([minor, count]) => [counterOf(table, minor), count]));
}

/** What was there and is not now, without what is the same; null: the counters name other values. */
export function goneFrom(before: Counters, table: Table, stock: Stock): Stock | null {
  const gone = new Map<number, number>();
  for (const [minor, count] of stock) {
    const was = before[counterOf(table, minor)];
    if (was === undefined) return null;
    if (was !== count) gone.set(minor, was - count);
  }
  return gone;
}

function counterOf(table: Table, minor: number): string {
  return `${currencyOf(table, minor)}:${minor}`;
}
