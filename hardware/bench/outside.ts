/**
 * What belongs to the machines of a cabinet and is in none of them: coins beside a box, cash that was there before the
 * bench was started, cut paper in a printer's mouth, and what lies on the table. Amounts are minor units.
 */
import type { UnitCash, UnitName } from '../simulated.ts';
import { together } from './coins.ts';
import type { Piece, TableItem, Truth } from './truth.ts';

type Cash = UnitCash['cash'];

/** Older things have fallen from the table. */
const MOST_ON_TABLE = 8;
/** From where a hand takes cash. */
const open: readonly UnitName[] = ['slot', 'bezel', 'cup'];

export class Outside {
  private readonly cash = new Map<string, Map<UnitName, Cash>>();
  private readonly mouths = new Map<string, readonly Piece[]>();
  private items: readonly TableItem[] = [];

  add(device: string, unit: UnitName, cash: Cash): void {
    if (cash.length === 0) return;
    const places = this.cash.get(device) ?? new Map<UnitName, Cash>();
    places.set(unit, together(places.get(unit) ?? [], cash));
    this.cash.set(device, places);
  }

  /** Takes everything out of one place. */
  empty(device: string, unit: UnitName): Cash {
    const cash = this.cash.get(device)?.get(unit) ?? [];
    this.cash.get(device)?.delete(unit);
    return cash;
  }

  /** The units of a machine with what lies at them. */
  around(device: string, units: readonly UnitCash[]): readonly UnitCash[] {
    const places = this.cash.get(device);
    return units.map((one) => ({ ...one, cash: together(one.cash, places?.get(one.unit) ?? []) }));
  }

  /** A hand takes what lies open; returns what it took, and from where. */
  take(device: string): readonly UnitCash[] {
    const taken = open.map((unit) => ({ unit, cash: this.empty(device, unit) })).filter(({ cash }) => cash.length > 0);
    for (const { cash } of taken) this.add(device, 'customer', cash);
    return taken;
  }

  hang(device: string, pieces: readonly Piece[]): void {
    this.mouths.set(device, [...this.paper(device), ...pieces]);
  }

  /** In the order in which it was printed. */
  paper(device: string): readonly Piece[] {
    return this.mouths.get(device) ?? [];
  }

  /** Every piece that hangs there goes to the table; false when none does. */
  tear(device: string): boolean {
    const pieces = this.paper(device);
    this.mouths.delete(device);
    for (const { bytes } of pieces) this.lay({ device, kind: 'paper', bytes });
    return pieces.length > 0;
  }

  lay(
    item: Omit<Extract<TableItem, { kind: 'paper' }>, 'number'> | Omit<Extract<TableItem, { kind: 'box' }>, 'number'>,
  ): void {
    const number = Math.max(0, ...this.items.map((one) => one.number)) + 1;
    this.items = [{ ...item, number }, ...this.items].slice(0, MOST_ON_TABLE);
  }

  /** Newest first. */
  get table(): Truth['table'] {
    return this.items;
  }

  /** False when nothing there has this number. */
  throwAway(number: number): boolean {
    const before = this.items.length;
    this.items = this.items.filter((item) => item.number !== number);
    return this.items.length < before;
  }

  restoreTable(table: Truth['table']): void {
    this.items = table.slice(0, MOST_ON_TABLE);
  }
}
