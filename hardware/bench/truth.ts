/**
 * What a power cut does not move: cash in its places, paper in a printer's mouth, what lies on the table. It stands in
 * `DATA/bench.json`, so that a bench that is started again is the cabinet that the journal beside it knows.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { UnitCash, UnitName } from '../simulated.ts';

type Cash = UnitCash['cash'];

/** A piece of paper that a cutter let go; `job` is the printer's number for it, 0 when it is from before a start. */
export interface Piece {
  readonly job: number;
  readonly bytes: Uint8Array;
}

/** What a hand laid on the table: torn paper, or a cash box with what is in it. */
export type TableItem =
  | { readonly number: number; readonly device: string; readonly kind: 'paper'; readonly bytes: Uint8Array }
  | { readonly number: number; readonly device: string; readonly kind: 'box'; readonly cash: Cash };

export interface DeviceTruth {
  readonly units: readonly UnitCash[];
  readonly boxOut: boolean;
  /** In the order in which it was printed. */
  readonly paper: readonly Piece[];
}

export interface Truth {
  readonly devices: Readonly<Record<string, DeviceTruth>>;
  /** Newest first. */
  readonly table: readonly TableItem[];
}

const VERSION = 1;
const unitNames: readonly UnitName[] = ['slot', 'escrow', 'box', 'recycler', 'hopper', 'bezel', 'cup', 'customer'];

/** Null when nothing was kept; a text says why what was kept cannot be used. */
export function readTruth(path: string): Truth | string | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? null : message;
  }
  try {
    const { version, devices, table } = fieldsOf(JSON.parse(text), 'the file');
    if (version !== VERSION) return `it has the version ${JSON.stringify(version)}, not ${VERSION}`;
    const kept = Object.entries(fieldsOf(devices, 'devices')).map(([id, device]) => [id, deviceOf(device)] as const);
    return { devices: Object.fromEntries(kept), table: listOf(table, 'table').map(itemOf) };
  } catch (error) {
    return (error as Error).message;
  }
}

/** Replaces what was kept in one step. @throws Error from the file system. */
export function writeTruth(path: string, { devices, table }: Truth): void {
  const kept = Object.entries(devices).map(([id, { paper, ...device }]) => [
    id,
    { ...device, paper: paper.map(({ bytes }) => base64(bytes)) },
  ]);
  const laid = table.map((item) => (item.kind === 'box' ? item : { ...item, bytes: base64(item.bytes) }));
  const text = JSON.stringify({ version: VERSION, devices: Object.fromEntries(kept), table: laid });
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown, where: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new Error(`${where} must be an object`);
}

function listOf(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`${where} must be a list`);
}

function countOf(value: unknown, where: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`${where} must be a whole number above 0`);
}

function bytesOf(value: unknown): Uint8Array {
  if (typeof value !== 'string') throw new Error('paper must be a text in base64');
  return Uint8Array.from(Buffer.from(value, 'base64'));
}

function cashOf(value: unknown): Cash {
  return listOf(value, 'cash').map((row) => {
    const { currency, minor, count } = fieldsOf(row, 'cash');
    if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) throw new Error('currency must be three letters');
    return { currency, minor: countOf(minor, 'minor'), count: countOf(count, 'count') };
  });
}

function deviceOf(value: unknown): DeviceTruth {
  const { units, boxOut, paper } = fieldsOf(value, 'a device');
  return {
    units: listOf(units, 'units').map((one) => {
      const { unit, cash } = fieldsOf(one, 'a unit');
      const name = unitNames.find((known) => known === unit);
      if (name === undefined) throw new Error(`there is no place ${JSON.stringify(unit)}`);
      return { unit: name, cash: cashOf(cash) };
    }),
    boxOut: boxOut === true,
    paper: listOf(paper, 'paper').map((bytes) => ({ job: 0, bytes: bytesOf(bytes) })),
  };
}

function itemOf(value: unknown): TableItem {
  const { number: given, device, kind, bytes, cash } = fieldsOf(value, 'what lies on the table');
  const number = countOf(given, 'number');
  if (typeof device !== 'string') throw new Error('device must be a text');
  if (kind === 'paper') return { number, device, kind, bytes: bytesOf(bytes) };
  if (kind === 'box') return { number, device, kind, cash: cashOf(cash) };
  throw new Error(`on the table lies paper or a box, not ${JSON.stringify(kind)}`);
}
