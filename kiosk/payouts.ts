/** Orders to pay out that have no final outcome, folded; and the notes of them that nobody has taken. */
import type { Denomination, Pieces } from '../hardware/device.ts';
import { lessDrawnIn } from './device-state.ts';
import type { DeviceChange, EntryBody } from './entry.ts';
import { sinceBoot, voided, without } from './open-orders.ts';

type Body<K extends EntryBody['kind']> = Extract<EntryBody, { kind: K }>;

/** An order to pay out without a final outcome. */
export interface Payout extends Denomination {
  readonly command: string;
  readonly device: string;
  /** Null, and so is the sale: somebody who works here checks the machine, and nothing of it is owed. */
  readonly session: string | null;
  readonly sale: string | null;
  readonly pieces: readonly Pieces[];
  /** The machine was ready for it, and it may have left. */
  readonly starting: boolean;
  /**
   * A case stands for the last two, and what the machine says later still counts. doubt: it was not seen to go on; left: a
   * note of it was left between the lips, and whoever takes that or the next is not known to be its owner.
   */
  readonly status: 'open' | 'doubt' | 'left';
  readonly case: string | null;
  /** The machine has told what it holds since it was ready for it. */
  readonly levelsTold: boolean;
  /** In doubt, and all of its unit was counted since: what came out is not in there any more, whatever is heard of it. */
  readonly counted: boolean;
  /** What is seen to have come out so far, and to have been taken of it, minor units. */
  readonly paidMinor: number;
  readonly takenMinor: number;
  /** What its owner is known to have taken before a note was left, and what went back in, minor units. */
  readonly ownersMinor: number;
  readonly retractedMinor: number;
  /** When it was ordered, or last seen to go on, monotonic. */
  readonly orderedMs: number;
}

/** By command. */
export type Payouts = Readonly<Record<string, Payout>>;

/** A note that its owner left between the lips of this machine: nobody's, until it is gone from there. */
export interface LeftNote extends Denomination {
  readonly device: string;
  readonly command: string;
  readonly case: string;
}

/** By device. */
export type LeftNotes = Readonly<Record<string, LeftNote>>;

const begun = {
  starting: false,
  status: 'open',
  case: null,
  levelsTold: false,
  counted: false,
  paidMinor: 0,
  takenMinor: 0,
  ownersMinor: 0,
  retractedMinor: 0,
} as const;

/** The payouts after an entry; the same object when it concerns none. */
export function foldPayouts(payouts: Payouts, body: EntryBody, monoMs: number): Payouts {
  switch (body.kind) {
    case 'kiosk.started':
      return sinceBoot(payouts, monoMs);
    case 'cash.dispense': {
      const { kind: _, reason: __, by: ___, second: ____, ...order } = body;
      return { ...payouts, [body.command]: { ...order, ...begun, orderedMs: monoMs } };
    }
    case 'payout.starting':
      return changed(payouts, body.command, { starting: true });
    case 'payout.progress':
      return changed(payouts, body.command, { paidMinor: body.minor, orderedMs: monoMs });
    case 'payout.done':
    case 'payout.partial':
    case 'payout.refused':
      return without(payouts, body.command);
    case 'payout.unknown':
      if (body.final) return without(payouts, body.command);
      return changed(payouts, body.command, { status: 'doubt', case: body.case });
    case 'cash.removed':
    case 'cash.declared':
    case 'cash.emptied':
      return countedOver(payouts, body.device);
    case 'cash.retracted': {
      const retractedMinor = (payouts[body.command]?.retractedMinor ?? 0) + body.minor;
      return changed(payouts, body.command, { retractedMinor, orderedMs: monoMs });
    }
    case 'change.left': {
      const { command, taken, case: number } = body;
      const takenMinor = Math.max(taken, payouts[command]?.takenMinor ?? 0);
      return changed(payouts, command, { status: 'left', case: number, ownersMinor: taken, takenMinor });
    }
    case 'device.changed':
      return body.change.to === 'levels' ? levelsTold(payouts, body.device) : atLips(payouts, body.change, monoMs);
    case 'case.settled':
      return voided(payouts, body, { status: 'doubt' });
    default:
      return payouts;
  }
}

/** The left notes after an entry; the same object when it concerns none. */
export function foldLeft(left: LeftNotes, body: EntryBody): LeftNotes {
  switch (body.kind) {
    case 'change.left': {
      const { device, command, currency, minor, case: number } = body;
      return { ...left, [device]: { device, command, currency, minor, case: number } };
    }
    case 'change.gone':
      return without(left, body.device);
    case 'cash.retracted':
      return lessLeft(left, body);
    default:
      return left;
  }
}

/** By device, the last order that may have left for it, after an entry; the same object when it concerns none. */
export function foldDispensed(
  dispensed: Readonly<Record<string, string>>,
  body: EntryBody,
): Readonly<Record<string, string>> {
  return body.kind === 'payout.starting' ? { ...dispensed, [body.device]: body.command } : dispensed;
}

/**
 * As the journal alone has them: what has come out so far is told on the way, and not recorded before the end, or before a
 * note is left.
 */
export function recordedPayouts(payouts: Payouts, monoMs: number): Payouts {
  const recorded = Object.entries(sinceBoot(payouts, monoMs)).map(([key, payout]) => {
    return [key, { ...payout, levelsTold: false, paidMinor: 0, takenMinor: payout.ownersMinor }] as const;
  });
  return Object.fromEntries(recorded);
}

function changed(payouts: Payouts, command: string, change: Partial<Payout>): Payouts {
  const payout = payouts[command];
  return payout === undefined ? payouts : { ...payouts, [payout.command]: { ...payout, ...change } };
}

/** What it holds, told on its way: an order that has begun is judged by that at its end. */
function levelsTold(payouts: Payouts, device: string): Payouts {
  const payout = Object.values(payouts).find((one) => one.device === device && one.starting);
  return payout === undefined ? payouts : changed(payouts, payout.command, { levelsTold: true });
}

/** A note comes out, or a hand takes it: the machine goes on. */
function atLips(payouts: Payouts, change: DeviceChange, monoMs: number): Payouts {
  if (change.to !== 'presented' && change.to !== 'taken') return payouts;
  const before = payouts[change.command]?.takenMinor ?? 0;
  const takenMinor = before + (change.to === 'taken' ? change.minor : 0);
  return changed(payouts, change.command, { takenMinor, orderedMs: monoMs });
}

function lessLeft(left: LeftNotes, body: Body<'cash.retracted'>): LeftNotes {
  const note = left[body.device];
  if (note === undefined || note.command !== body.command) return left;
  const rest = lessDrawnIn(note, body);
  return rest === null ? without(left, body.device) : { ...left, [body.device]: rest };
}

/** All of a unit was counted: of what its device may have paid out before, nothing is to be taken off the till. */
function countedOver(payouts: Payouts, device: string): Payouts {
  const over = Object.values(payouts).filter((one) => one.device === device && one.status !== 'open' && !one.counted);
  if (over.length === 0) return payouts;
  return { ...payouts, ...Object.fromEntries(over.map((one) => [one.command, { ...one, counted: true }])) };
}
