/**
 * The contract of a simulator: the machine at the other end of a Port, written from the manual. It owns the
 * physical truth (which note is where) and is played by hand through verbs.
 */
import type { Clock } from './clock.ts';
import type { DeviceKind } from './device.ts';

export type UnitName = 'slot' | 'escrow' | 'box' | 'recycler' | 'hopper' | 'bezel' | 'cup' | 'customer';

export interface UnitCash {
  readonly unit: UnitName;
  readonly cash: readonly { readonly currency: string; readonly minor: number; readonly count: number }[];
}

export interface PrintedJob {
  readonly job: number;
  readonly bytes: number;
  readonly cut: boolean;
  readonly taken: boolean;
}

/**
 * What the bank holds of one transaction of a card terminal, whatever terminal and host believe. `approved`: the money is held
 * and nobody said yet what becomes of it; `confirmed`: taken for good; `reversed`: as if it had never been; `refunded`: a
 * transaction of its own that gave money back.
 */
export interface CardTransaction {
  /** The terminal's number for it; numbers come again after 9999. */
  readonly receipt: number;
  readonly currency: string;
  readonly minor: number;
  readonly state: 'approved' | 'confirmed' | 'reversed' | 'refunded';
}

/** What an I/O module has wired to it, as a person beside it sees it. */
export interface Board {
  /** `state`: `open` or `closed` of doors, `on` or `off` of all others. */
  readonly contacts: readonly { readonly name: string; readonly state: string }[];
  readonly lamps: readonly { readonly name: string; readonly on: boolean }[];
  readonly relays: readonly { readonly name: string; readonly on: boolean }[];
  /** Null: it has no thermometer. */
  readonly celsiusTenths: number | null;
}

/** One physical action of a hand. `action` is the verb's words before its arguments: "insert", "clear jam", "paper". */
export interface HandAction {
  readonly action: string;
  readonly minor?: number;
  readonly count?: number;
  readonly condition?: 'torn' | 'unreadable' | 'strung';
  readonly text?: string;
  readonly value?: string;
}

export type HandResult = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** What happens inside, as it happens. Fields beside `event` are those of the command contract (`note.stacked` has currency, minor …). */
export interface SimulatorEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

export interface SimulatorSurroundings {
  readonly clock: Clock;
  /** Scales physical delays only, never protocol deadlines; 1 is life. */
  readonly speed: number;
  /** 0 ≤ n < 1, seeded in simulation. */
  readonly random: () => number;
  readonly settings: Readonly<Record<string, string>>;
  /** Other machines are on the wire: it answers to its own address only, and leaves the echo to the owner of the wire. */
  readonly sharesWire?: boolean;
  /** It hangs on a network, where no serial frame is around its messages; absent: a serial line. */
  readonly network?: boolean;
  /** Bytes to the host; goes nowhere while the line is cut (the owner of the line sees to that). */
  readonly send: (bytes: Uint8Array) => void;
  readonly emit: (event: SimulatorEvent) => void;
}

export interface Simulator {
  readonly protocol: string;
  readonly kind: DeviceKind;
  /** The host gets its own bytes back from this wire: from the machine when it is alone, once from the owner of a shared wire. */
  readonly echoes?: boolean;
  /** Bytes from the host. */
  receive(bytes: Uint8Array): void;
  /** Answers when the hand has let go. Knows every verb of its kind, `cut power`, `restore power` and `misbehave` included; `unplug`, `plug`, `quit` are its owner's. */
  act(action: HandAction): HandResult;
  readonly power: boolean;
  units(): readonly UnitCash[];
  /** Note acceptors only: what its table knows, in the table's order. */
  readonly denominations?: readonly { readonly currency: string; readonly minor: number }[];
  /** Note acceptors only: its host lets it draw notes in now. */
  readonly enabled?: boolean;
  /** Printers only. */
  printed?(): readonly PrintedJob[];
  /** Printers only: every byte printed and not torn off yet, as it came from the host; empty when there is none. */
  paper?(): Uint8Array;
  /** Card terminals only: every transaction that its bank ever approved, oldest first. */
  ledger?(): readonly CardTransaction[];
  /** Card terminals only: what stands on its own display; empty without power. */
  display?(): string;
  /** I/O modules only. */
  board?(): Board;
  /** Faults a person would see on the machine itself: "jam", "cover open", "paper out", "cash box out", "full". */
  faults(): readonly string[];
}

/** @throws Error naming the setting that is wrong. */
export type SimulatorFactory = (surroundings: SimulatorSurroundings) => Simulator;

/** What a protocol's simulator.ts exports. */
export interface SimulatorModule {
  readonly simulate: SimulatorFactory;
  /** The settings for `--help`, a line each. */
  readonly settingsHelp: readonly string[];
}
