/**
 * The checks: of what each is, who moves what, how long each wait may last, and what the person has to tell that nobody
 * could who was not there. A check passes by what was read back, never by being asked.
 */
import type { DeviceKind } from '../../hardware/device.ts';
import { type CheckName, gridAcross, gridDown } from '../server/staff-wire.ts';
import { type OpenCheck, paysOut } from './checks.ts';

/** Of whom a check is; the last two: every wallet that is configured, and the kiosk itself. */
export type CheckOf = DeviceKind | 'wallet' | 'kiosk';

export interface CheckKind {
  readonly of: readonly CheckOf[];
  /** It needs nobody's hand, and moves neither money nor paper. */
  readonly quick: boolean;
  /** How long a person may take, and how long a machine, milliseconds. */
  readonly personMs: number;
  readonly machineMs: number;
  /** Steps in which a person is waited for; in all others the machine is. */
  readonly byPerson: readonly string[];
  /** What the person is asked in each of them; nothing where the machine alone shows it. */
  readonly asks: 'nothing' | 'yes-no' | 'number';
}

const aMinute = { personMs: 60_000, machineMs: 60_000 } as const;
const byMachine = { ...aMinute, byPerson: [], asks: 'nothing' } as const;

export const checkKinds: Readonly<Record<CheckName, CheckKind>> = {
  'take-note': { ...byMachine, of: ['note-acceptor', 'recycler'], quick: false, byPerson: ['begun'] },
  'take-coin': { ...byMachine, of: ['coin-acceptor'], quick: false, byPerson: ['begun'] },
  // As long as a machine may be silent that pays out, and a little more: then it is in doubt.
  'pay-one': {
    of: ['hopper', 'recycler'],
    quick: false,
    personMs: 60_000,
    machineMs: 65_000,
    byPerson: ['came'],
    asks: 'yes-no',
  },
  'test-page': {
    of: ['printer'],
    quick: false,
    personMs: 90_000,
    machineMs: 65_000,
    byPerson: ['number'],
    asks: 'number',
  },
  cutter: { ...aMinute, of: ['printer'], quick: false, byPerson: ['out'], asks: 'yes-no' },
  'paper-sensor': { ...byMachine, of: ['printer'], quick: false, byPerson: ['begun', 'away'] },
  terminal: { ...byMachine, of: ['card-terminal'], quick: true },
  'read-code': { ...byMachine, of: ['scanner'], quick: false, byPerson: ['begun'] },
  contacts: { ...byMachine, of: ['cabinet-io'], quick: false, byPerson: ['begun', 'back'] },
  lamps: { ...aMinute, of: ['cabinet-io'], quick: false, byPerson: ['lit'], asks: 'yes-no' },
  // A relay is on for ten seconds at most. Whoever begins is warned first, and says once more that it is to be so.
  relay: { ...aMinute, of: ['cabinet-io'], quick: false, byPerson: ['begun', 'switched'], asks: 'yes-no' },
  'touch-grid': { ...aMinute, of: ['kiosk'], quick: false, byPerson: ['begun'], asks: 'number' },
  pixels: { ...aMinute, of: ['kiosk'], quick: false, byPerson: ['begun'], asks: 'yes-no' },
  taps: { ...byMachine, of: ['kiosk'], quick: false },
  'burn-in': { ...aMinute, of: ['kiosk'], quick: false, byPerson: ['begun'], asks: 'yes-no' },
  speaker: { ...aMinute, of: ['kiosk'], quick: false, byPerson: ['begun'], asks: 'number' },
  biller: { ...byMachine, of: ['kiosk'], quick: true },
  gateway: { ...byMachine, of: ['wallet'], quick: true },
  disk: { ...byMachine, of: ['kiosk'], quick: true },
  clock: { ...byMachine, of: ['kiosk'], quick: true },
};

/** It takes money in, or lets money or goods out. */
export function movesMoney(check: CheckName): boolean {
  return check === 'take-note' || check === 'take-coin' || paysOut(check);
}

/** The first part of it that nobody can guess. */
function chanceIn(text: string): number {
  return Number.parseInt(/[0-9a-f]{8}/.exec(text)?.[0] ?? '0', 16);
}

/** What stands on the test page, four digits, from chance that is shown nowhere else: only the paper can tell. */
export function testNumber(chance: string): number {
  return 1_000 + (chanceIn(chance) % 9_000);
}

/** Two to five. */
export function tonesOf(command: string): number {
  return 2 + (chanceIn(command) % 4);
}

/** What the person tells when all is well; null: nothing is asked. */
export function expected({
  check,
  command,
  number,
}: Pick<OpenCheck, 'check' | 'command' | 'number'>): number | boolean | null {
  switch (checkKinds[check].asks) {
    case 'nothing':
      return null;
    case 'yes-no':
      return true;
    case 'number':
      break;
  }
  if (check === 'test-page') return number;
  return check === 'speaker' ? tonesOf(command) : gridAcross * gridDown;
}

/** Whether a person is waited for now, and not the machine. */
export function waitsForPerson({ check, step }: OpenCheck): boolean {
  return checkKinds[check].byPerson.includes(step);
}

/** Until when, monotonic. */
export function limitOf(open: OpenCheck): number {
  const { personMs, machineMs } = checkKinds[open.check];
  return open.stepMs + (waitsForPerson(open) ? personMs : machineMs);
}
