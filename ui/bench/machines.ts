/** What the page asks of machines, whichever kind they are. */
import type { Cash, Device, Unit } from './api.ts';
import type { Words } from './words.ts';

/** What a hand can put into a machine. */
export type Piece = 'note' | 'coin';

/** A hopper with a box of its own has a coin slot, too. */
export function takes(device: Device, piece: Piece): boolean {
  if (piece === 'coin') return device.kind === 'coin-acceptor' || (device.kind === 'hopper' && hasBox(device));
  return device.kind === 'note-acceptor' || device.kind === 'recycler';
}

/** Whether it has a box that nobody pays out of. */
export function hasBox(device: Device): boolean {
  return device.units?.some(({ unit }) => unit === 'box') === true;
}

/** A machine out of which coins fall into the cup, or whose coins come back there. */
export function usesCup(device: Device): boolean {
  return device.units?.some(({ unit }) => unit === 'cup') === true;
}

/** Notes or coins in this unit of a machine. */
export function cashIn(device: Device, name: Unit['unit']): readonly Cash[] {
  return (device.units?.find((unit) => unit.unit === name)?.cash ?? []).filter((cash) => cash.count > 0);
}

/** Cash of several places counted together, small first. */
export function counted(all: readonly Cash[]): readonly Cash[] {
  const rows = new Map<string, Cash>();
  for (const cash of all) {
    const key = `${cash.currency} ${cash.minor}`;
    rows.set(key, { ...cash, count: cash.count + (rows.get(key)?.count ?? 0) });
  }
  return [...rows.values()].sort((a, b) => a.minor - b.minor);
}

/** The sum of these units of all machines, minor units. */
export function totalOf(devices: readonly Device[], ...names: readonly Unit['unit'][]): number {
  const cash = devices.flatMap((device) => names.flatMap((name) => cashIn(device, name)));
  return cash.reduce((sum, { minor, count }) => sum + minor * count, 0);
}

/** Where a piece goes that is not put anywhere in particular: to whoever takes it now, or else to whoever is there. */
export function slotFor(devices: readonly Device[], piece: Piece, minor: number): Device | undefined {
  const all = devices.filter((device) => takes(device, piece));
  const knowing = all.filter(({ denominations }) => denominations?.some((one) => one.minor === minor));
  return knowing.find(({ enabled, power }) => power && enabled !== false) ?? knowing[0] ?? all[0];
}

/** The notes or coins that fit into some slot, small first. */
export function piecesFor(devices: readonly Device[], piece: Piece): readonly { minor: number; currency: string }[] {
  const all = devices.filter((device) => takes(device, piece)).flatMap(({ denominations }) => denominations ?? []);
  return counted(all.map((one) => ({ ...one, count: 1 })));
}

/** A machine as a person calls it; by its own name where there are several of its kind. */
export function nameOf(device: Device, devices: readonly Device[], words: Words): string {
  const kind = kindName(device, words);
  return devices.filter((one) => one.kind === device.kind).length > 1 ? `${kind} ${device.id}` : kind;
}

function kindName({ kind }: Device, words: Words): string {
  switch (kind) {
    case 'note-acceptor':
      return words.acceptor;
    case 'recycler':
      return words.recycler;
    case 'coin-acceptor':
      return words.coinAcceptor;
    case 'hopper':
      return words.hopper;
    case 'card-terminal':
      return words.cardTerminal;
    case 'scanner':
      return words.scanner;
    case 'printer':
      return words.printer;
    case 'cabinet-io':
      return words.ioModule;
    default: {
      const never: never = kind;
      return never;
    }
  }
}
