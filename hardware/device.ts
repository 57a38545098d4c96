/**
 * What devices say and are told, the same for every protocol. Devices say what they see; the kiosk says
 * what it means. Amounts are integers in minor units of an ISO 4217 currency.
 */
import type { PortProblem } from './port.ts';

export interface Denomination {
  readonly currency: string;
  readonly minor: number;
}

/** A recycler accepts notes and pays notes out. */
export type DeviceKind = 'note-acceptor' | 'recycler' | 'coin-acceptor' | 'hopper' | 'printer';

export function acceptsNotes(kind: DeviceKind): boolean {
  return kind === 'note-acceptor' || kind === 'recycler';
}

/** Where a power-up found a note (ID-003 0x40/0x41/0x42, CCNET 0x10/0x11/0x12). */
export type FoundNote = 'nothing' | 'acceptor' | 'stacker';

/** Why a note came back; the protocol's own code stands beside it. */
export type RejectReason = 'unreadable' | 'inhibited' | 'damaged' | 'multiple' | 'timeout' | 'host' | 'other';

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
  /** `seenMs`: when it was first seen waiting; `deadlineMs`: when the device gives it back by itself. Monotonic. */
  | ({ readonly fact: 'note.escrowed'; readonly seenMs: number; readonly deadlineMs: number } & Denomination)
  | ({ readonly fact: 'note.stacked'; readonly command: string | null; readonly key: string } & Denomination)
  | ({ readonly fact: 'note.returned'; readonly command: string | null } & Denomination)
  | { readonly fact: 'note.rejected'; readonly reason: RejectReason; readonly code: string }
  | ({ readonly fact: 'note.unknown'; readonly command: string | null } & Denomination)
  | { readonly fact: 'note.suspect'; readonly code: string }
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
);

/** One-shot orders. Each has the id under which it stands in the journal. */
export type DeviceCommand = { readonly id: string; readonly device: string } & (
  | ({ readonly command: 'note.stack' } & Denomination)
  | { readonly command: 'note.return' }
  /** `document` is receiptline markup; it is printed and cut once, or reported as refused or unknown. */
  | { readonly command: 'document.print'; readonly document: string }
);

/** Derived wishes that hold until replaced; never journaled. */
export interface DeviceLevels {
  /** Denominations (minor units) that may be taken now; empty disables the acceptor. */
  readonly accept: readonly number[];
}

/** What a driver is told at its start of what was recorded before. */
export interface DeviceMemory {
  /** The last stack command sent to this device, and whether its outcome is still open. */
  readonly lastStack: ({ readonly command: string; readonly open: boolean } & Denomination) | null;
  /** Print commands whose outcome is still open. */
  readonly openPrints: readonly string[];
}

export const emptyMemory: DeviceMemory = { lastStack: null, openPrints: [] };

/** A running device, as the kiosk holds it. */
export interface Device {
  readonly id: string;
  obey(command: DeviceCommand): void;
  maintain(levels: DeviceLevels): void;
  /** A latched fact is durable: the driver may now acknowledge it. */
  recorded(key: string): void;
  close(): void;
}

/** A device as configured: `protocol` names its folder, `settings` are the protocol's own. */
export interface DeviceConfig {
  readonly id: string;
  readonly protocol: string;
  readonly port: string;
  readonly settings: Readonly<Record<string, unknown>>;
}
