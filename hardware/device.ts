/**
 * What devices say and are told, the same for every protocol. Devices say what they see; the kiosk says
 * what it means. Amounts are integers in minor units of an ISO 4217 currency.
 */
import type { CabinetCommand, CabinetFact, Lamps } from './cabinet-io.ts';
import type { ChargeCommand, ChargeFact, OpenCharge } from './charge.ts';
import type { PortProblem } from './port.ts';
import type { Counters, Denomination } from './sum.ts';
import type { TraceEntry } from './trace.ts';

export type { Counters, Denomination } from './sum.ts';

/** So many of one denomination, minor units; at least one. */
export interface Pieces {
  readonly minor: number;
  readonly count: number;
}

/** Where a device keeps cash: what nobody pays out of, and what change comes from. */
export type CashUnit = 'box' | 'recycler' | 'hopper';

/**
 * How much of one denomination a device can still pay out. `count` null: it has sensors only. `full`: no more of it goes
 * in there.
 */
export interface Level extends Denomination {
  readonly count: number | null;
  readonly state: 'empty' | 'low' | 'ok' | 'full';
}

/** A recycler accepts notes and pays notes out. */
export type DeviceKind =
  | 'note-acceptor'
  | 'recycler'
  | 'coin-acceptor'
  | 'hopper'
  | 'card-terminal'
  | 'scanner'
  | 'printer'
  | 'cabinet-io'
  | 'display';

export function acceptsNotes(kind: DeviceKind): boolean {
  return kind === 'note-acceptor' || kind === 'recycler';
}

export function paysOut(kind: DeviceKind): boolean {
  return kind === 'hopper' || kind === 'recycler';
}

/** Where a power-up found a note (ID-003 0x40/0x41/0x42, CCNET 0x10/0x11/0x12). */
export type FoundNote = 'nothing' | 'acceptor' | 'stacker';

/** Why a note came back; the protocol's own code stands beside it. */
/** `damaged`: it lacks something. `askew`: it may be as good as new, and was put in crooked. */
export type RejectReason = 'unreadable' | 'inhibited' | 'damaged' | 'askew' | 'multiple' | 'timeout' | 'host' | 'other';

export type PaperState = 'ok' | 'low' | 'out';

/**
 * One thing seen. A fact with a `key` is latched: the device will not repeat it once acknowledged, so the
 * driver acknowledges only after `recorded(key)`. The same key seen twice is the same event.
 * `command` names the command that the fact completes or concerns, where there is one.
 */
export type DeviceFact = { readonly device: string } & (
  | {
      readonly fact: 'device.identified';
      readonly protocol: string;
      readonly maker: string | null;
      readonly model: string | null;
      readonly serial: string | null;
      readonly firmware: string | null;
      readonly denominations: readonly Denomination[];
    }
  | { readonly fact: 'device.ready' }
  | { readonly fact: 'device.disabled' }
  | { readonly fact: 'device.lost'; readonly reason: PortProblem['code'] | 'silent'; readonly message: string }
  | { readonly fact: 'device.fault'; readonly code: string }
  | { readonly fact: 'device.cleared'; readonly code: string }
  | {
      readonly fact: 'device.powered-up';
      readonly found: FoundNote;
      readonly command: string | null;
      readonly key: string;
    }
  | { readonly fact: 'note.accepting' }
  /**
   * `seenMs`: when it was first seen waiting; `deadlineMs`: when the device gives it back by itself. Monotonic. `counters`:
   * of a device that numbers its events; they are recorded with the order for this note.
   */
  | ({
      readonly fact: 'note.escrowed';
      readonly seenMs: number;
      readonly deadlineMs: number;
      readonly counters?: Counters;
    } & Denomination)
  /** `unit`: where it lies; absent: in the box. */
  | ({
      readonly fact: 'note.stacked';
      readonly command: string | null;
      readonly key: string;
      readonly unit?: CashUnit;
    } & Denomination)
  | ({ readonly fact: 'note.returned'; readonly command: string | null } & Denomination)
  | { readonly fact: 'note.rejected'; readonly reason: RejectReason; readonly code: string }
  | ({ readonly fact: 'note.unknown'; readonly command: string | null } & Denomination)
  | { readonly fact: 'note.suspect'; readonly code: string }
  /**
   * A coin counts at once. `counter` is the device's own event counter; `to` the device whose unit it fell into, null: the
   * acceptor's box. `afterMs`: it fell in after this moment (monotonic), the last at which the device had not told of it;
   * null: nobody was looking.
   */
  | ({
      readonly fact: 'coin.credited';
      readonly key: string;
      readonly counter: number;
      readonly afterMs: number | null;
      readonly to: string | null;
      readonly counters: Counters;
    } & Denomination)
  /** From here on the device's coins count; what it tells of the time before is nobody's. It takes none before this is recorded. */
  | { readonly fact: 'coin.counting'; readonly key: string; readonly counters: Counters }
  /** So many coins came in whose values the device no longer tells. */
  | { readonly fact: 'coin.lost'; readonly key: string; readonly count: number; readonly counters: Counters }
  /** Coins are not taken or fell through: for the customer's notice. */
  | { readonly fact: 'coin.rejected'; readonly code: string }
  /** What can be paid out now; told at the start, and whenever it has changed. */
  | { readonly fact: 'cash.levels'; readonly levels: readonly Level[] }
  /** The device is ready for the order; it leaves when this is recorded. `counters`: what a restart compares with. */
  | { readonly fact: 'payout.starting'; readonly command: string; readonly key: string; readonly counters: Counters }
  | { readonly fact: 'payout.progress'; readonly command: string; readonly paid: Denomination }
  /** `pieces`: what left the machine towards the customer; all of the order, or what it was. */
  | {
      readonly fact: 'payout.done';
      readonly command: string;
      readonly key: string;
      readonly paid: Denomination;
      readonly pieces: readonly Pieces[];
      readonly counters: Counters;
    }
  | {
      readonly fact: 'payout.partial';
      readonly command: string;
      readonly key: string;
      readonly paid: Denomination;
      readonly owed: Denomination;
      readonly pieces: readonly Pieces[];
      readonly counters: Counters;
    }
  /** The device cannot tell what it paid, and never will: it was exchanged, or its counters are lost. */
  | { readonly fact: 'payout.unknown'; readonly command: string; readonly key: string; readonly reason: string }
  /**
   * Paid-out notes wait between its lips; a person took them; the device drew them in again. Taken with a sum of 0: they are
   * gone from there, and nobody can tell how many of a bunch a person has.
   */
  | ({ readonly fact: 'cash.presented' | 'cash.taken'; readonly command: string } & Denomination)
  | ({ readonly fact: 'cash.retracted'; readonly command: string; readonly key: string } & Denomination)
  /** Cash that the device moved between its own units. */
  | ({
      readonly fact: 'cash.moved';
      readonly key: string;
      readonly command: string | null;
      readonly from: CashUnit;
      readonly to: CashUnit;
      readonly count: number;
    } & Denomination)
  /** The unit that pays out holds what was to stay in it and nothing else; what was in it besides lies in the box. */
  | { readonly fact: 'cash.emptied'; readonly command: string; readonly key: string }
  | { readonly fact: 'cashbox.removed' }
  | { readonly fact: 'cashbox.inserted' }
  /**
   * An order that is not carried out. `sent` false: it never left for the device, for certain; true: it may have, and the
   * device tells what became of it. `reason` is for people.
   */
  | { readonly fact: 'command.refused'; readonly command: string; readonly sent: boolean; readonly reason: string }
  | { readonly fact: 'paper.changed'; readonly paper: PaperState }
  | { readonly fact: 'print.done'; readonly command: string }
  | { readonly fact: 'print.refused'; readonly command: string; readonly reason: string }
  | { readonly fact: 'print.unknown'; readonly command: string; readonly reason: string }
  /** Something was held to the scanner: `text` as read, without its suffix. It may be a secret. */
  | { readonly fact: 'code.scanned'; readonly text: string }
  /** The same while the scanner is being checked: no more than how long it was and how it begins. */
  | { readonly fact: 'code.seen'; readonly length: number; readonly begins: string }
  | ChargeFact
  | CabinetFact
);

/** One-shot orders. Each has the id under which it stands in the journal. */
export type DeviceCommand = { readonly id: string; readonly device: string } & (
  | ({ readonly command: 'note.stack' } & Denomination)
  | { readonly command: 'note.return' }
  /** Pays these out, or says what it paid: payout.starting, then payout.done, partial or unknown; or command.refused. */
  | { readonly command: 'cash.dispense'; readonly currency: string; readonly pieces: readonly Pieces[] }
  /**
   * Recyclers only: everything but `keep` into the box; cash.moved for what went, then cash.emptied. `keep`: how many of each
   * denomination stay to be paid out, minor units, each named once; empty: nothing stays.
   */
  | { readonly command: 'cash.empty'; readonly keep: readonly Pieces[] }
  /** `document` is receiptline markup; it is printed and cut once, or reported as refused or unknown. */
  | { readonly command: 'document.print'; readonly document: string }
  | ChargeCommand
  | CabinetCommand
);

/** Derived wishes that hold until replaced; never journaled. */
export interface DeviceLevels {
  /** Denominations (minor units) that may be taken now; empty disables the acceptor. */
  readonly accept: readonly number[];
  /** Denominations that a recycler keeps to pay out; the others go into the box. Absent: as before. */
  readonly recycle?: readonly number[];
  /** How the lamps of an I/O module shine; those that are not named are dark. Absent: as before. */
  readonly lamps?: Lamps;
}

/** What a driver is told at its start of what was recorded before. */
export interface DeviceMemory {
  /** The last stack command sent to this device, and whether its outcome is still open. */
  readonly lastStack: ({ readonly command: string; readonly open: boolean } & Denomination) | null;
  /** Print commands whose outcome is still open. */
  readonly openPrints: readonly string[];
  /** Relay pulses whose outcome is still open; absent: none. */
  readonly openRelays?: readonly string[];
  /** The last dispense command sent to this device; `starting`: its payout.starting was recorded, so that it may have left. */
  readonly lastPayout: {
    readonly command: string;
    readonly currency: string;
    readonly pieces: readonly Pieces[];
    readonly open: boolean;
    readonly starting: boolean;
  } | null;
  /** Charges and refunds without an end: at most one of a terminal, several of a wallet; absent: none. */
  readonly openCharges?: readonly OpenCharge[];
  /** The last that this device's facts carried; empty: none was recorded. */
  readonly counters: Counters;
}

export const emptyMemory: DeviceMemory = {
  lastStack: null,
  openPrints: [],
  lastPayout: null,
  openCharges: [],
  counters: {},
};

/** What the Link has counted about a device since this program began. */
export interface LineCounts {
  /** Messages that left for the device. */
  readonly sent: number;
  /** Messages that came from it. */
  readonly received: number;
  /** Messages that were not answered in time. */
  readonly unanswered: number;
  /** Bytes on its wire, from whomever, that belong to no message. */
  readonly discardedBytes: number;
  /** How often its port was opened. */
  readonly opened: number;
  /** How often its driver crashed and was started again. */
  readonly crashes: number;
}

/**
 * How a request by hand ended. answered: `bytes` is what came; silent: it left, and nothing came; refused: it never left,
 * because its port is closed, another one is on its way, or its wire may carry secrets.
 */
export type ByHandEnd =
  | { readonly end: 'answered'; readonly bytes: Uint8Array }
  | { readonly end: 'silent' }
  | { readonly end: 'refused'; readonly why: 'closed' | 'busy' | 'not-asked' };

/** A running device, as the kiosk holds it. */
export interface Device {
  readonly id: string;
  obey(command: DeviceCommand): void;
  maintain(levels: DeviceLevels): void;
  /** A latched fact is durable: the driver may now acknowledge it. */
  recorded(key: string): void;
  /** The last of what went over its wire, oldest first, for a technician; absent: it is kept nowhere. */
  trace?(): readonly TraceEntry[];
  /** Absent: nothing is counted. */
  counts?(): LineCounts;
  /** Sends these one after the other, past its driver, and tells the answer to the last; absent: it has no wire. */
  ask?(name: string, messages: readonly Uint8Array[], answered: (end: ByHandEnd) => void): void;
  close(): void;
}

/** A device as configured: `protocol` names its folder, `settings` are the protocol's own. */
export interface DeviceConfig {
  readonly id: string;
  readonly protocol: string;
  readonly port: string;
  readonly settings: Readonly<Record<string, unknown>>;
}
