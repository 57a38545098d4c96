/** What the staff's page reads: the till beside what the machines say, open cases, booked moves, persons. Paged. */
import type { Config } from '../../config/schema.ts';
import type { DeviceKind } from '../../hardware/device.ts';
import type { Entry } from '../entry.ts';
import { deviceState, type Kiosk } from '../kiosk.ts';
import type { Pins } from '../pins.ts';
import { levelsSubject } from '../methods/cash/payouts.ts';
import { hasBox, minorsOf, payingUnitOf } from '../staff/moves.ts';
import { moveNumber, moveRecord, type MoveRecord } from '../staff/record.ts';
import { lockedSeconds, personHere } from '../staff/rights.ts';
import { stockOf } from '../till/till.ts';
import { caseAbout } from '../turn.ts';
import type { Lang } from './wire.ts';
import type { StaffCases, StaffMoves, StaffPersons, StaffTill, UnitName } from './staff-wire.ts';

const casesOnPage = 10;
const movesOnPage = 10;

export interface TableParts {
  readonly config: Config;
  readonly pins: Pins;
  /** Entries under an index key, in order. */
  readonly find: (key: string) => readonly Entry[];
  readonly kindOf: (device: Config['devices'][number]) => DeviceKind;
  readonly remedyOf: (fault: string) => Readonly<Record<Lang, string>> | null;
}

export function tillTable(kiosk: Kiosk, { config, kindOf, remedyOf }: TableParts): StaffTill {
  const units = config.devices.flatMap(({ id }) => {
    const paying = payingUnitOf(kiosk, id);
    const own: UnitName[] = [...(paying === null ? [] : [paying]), ...(hasBox(kiosk, id) ? (['box'] as const) : [])];
    return own.map((unit) => unitOf(kiosk, id, unit));
  });
  const { currency } = kiosk.rules;
  const bags = kiosk.till.bags.map(({ bag, device, stocks }) => {
    const own = stocks.filter((stock) => stock.currency === currency);
    const pieces = own.map(({ minor, count }) => ({ minor, count })).sort((a, b) => a.minor - b.minor);
    return { bag, device, stocks: pieces, minor: sum(pieces) };
  });
  const devices = config.devices.map((device) => {
    const state = deviceState(kiosk, device.id);
    const { ready, lost, faults, mismatch, denominations } = state;
    return {
      device: device.id,
      kind: kindOf(device),
      ready,
      lost: lost !== null,
      faults: faults.map((code) => ({ code, remedy: remedyOf(code) })),
      paper: kindOf(device) === 'printer' ? state.paper : null,
      boxOut: kiosk.till.open.includes(device.id),
      emptying: Object.values(kiosk.emptyings).some((one) => one.device === device.id),
      minors: minorsOf(kiosk, device.id),
      newTable: mismatch ? denominations.map(({ minor }) => minor) : null,
    };
  });
  return { units, bags, devices };
}

function unitOf(kiosk: Kiosk, device: string, unit: UnitName): StaffTill['units'][number] {
  const { currency } = kiosk.rules;
  const levels = unit === 'box' ? [] : deviceState(kiosk, device).levels.filter((one) => one.currency === currency);
  const held = stockOf(kiosk.till, device, unit, currency);
  const minors = unit === 'box' ? held.map(({ minor }) => minor) : minorsOf(kiosk, device);
  const stocks = minors.map((minor) => ({
    minor,
    count: held.find((one) => one.minor === minor)?.count ?? 0,
    machine: levels.find((one) => one.minor === minor)?.count ?? null,
  }));
  const states = levels.map(({ state }) => state);
  const state = (['empty', 'low', 'full', 'ok'] as const).find((one) => states.includes(one)) ?? null;
  const differs = caseAbout(kiosk, levelsSubject(device)) !== null && unit !== 'box';
  return { device, unit, minor: sum(held), stocks, state, differs };
}

export function casesTable(kiosk: Kiosk, from: number): StaffCases {
  const open = Object.values(kiosk.cases).reverse();
  const cases = open.slice(from, from + casesOnPage).map(({ case: number, about, currency, minor, subject }) => {
    return { case: number, about, currency, minor, subject };
  });
  return { cases, next: from + casesOnPage < open.length ? from + casesOnPage : null, total: open.length };
}

const whats: Readonly<Record<MoveRecord['kind'], StaffMoves['moves'][number]['what']>> = {
  'cash.filled': 'filled',
  'cash.removed': 'removed',
  'cash.declared': 'declared',
  'cashbox.changed': 'box-changed',
  'cash.counted': 'counted',
  'cash.corrected': 'corrected',
  'cash.emptied': 'emptied',
};

/** From this move down; `from` 0: from the newest. */
export function movesTable(kiosk: Kiosk, parts: TableParts, from: number): StaffMoves {
  const newest = from === 0 ? kiosk.staff.moves : Math.min(from, kiosk.staff.moves);
  const moves: StaffMoves['moves'][number][] = [];
  let at = newest;
  for (; at > 0 && moves.length < movesOnPage; at -= 1) {
    const move = moveNumber(at);
    const record = moveRecord(move, parts.find(`move:${move}`));
    if (record === null) continue;
    const { device, unit, pieces, difference, corrects, correctedBy, second } = record;
    moves.push({
      move,
      at: record.at,
      what: whats[record.kind],
      device,
      unit,
      minor: sum(pieces),
      pieces,
      difference,
      case: caseAbout(kiosk, move),
      by: called(parts.pins, record.by),
      second: second === null ? null : called(parts.pins, second),
      corrects,
      correctedBy,
    });
  }
  return { moves, next: at > 0 ? at : null };
}

export function personsTable(kiosk: Kiosk, pins: Pins): StaffPersons {
  const persons = Object.keys(kiosk.staff.persons).flatMap((number) => {
    const person = personHere(kiosk, number);
    if (person === null) return [];
    const locked = lockedSeconds(kiosk, number) !== null;
    return [{ number, name: pins.name(number) ?? '', role: person.role, locked }];
  });
  return { persons };
}

/** The number stays when the name is forgotten. */
function called(pins: Pins, number: string): string {
  const name = pins.name(number);
  return name === null ? number : `${number} ${name}`;
}

function sum(pieces: readonly { readonly minor: number; readonly count: number }[]): number {
  return pieces.reduce((total, { minor, count }) => total + minor * count, 0);
}
