/** What the driver of a CCNET device keeps in mind, and the words that its parts share. */
import type { Counters, Denomination, DeviceFact, Pieces } from '../device.ts';
import type { NotePath, PathWork } from '../note-path.ts';
import type { Standing } from '../standing.ts';
import type { Stock } from '../stock.ts';
import { type Cassette, type Identity, state } from './messages.ts';

export type Model = 'validator' | 'bill-to-bill';

export interface Settings {
  /** Absent: a validator. */
  readonly model?: Model;
  readonly address: number;
  /** ISO 4217 code and its decimal places for three letters of the bill table; null: not known. */
  readonly currencyOf: (letters: string) => { readonly currency: string; readonly exponent: number } | null;
}

/** Whether it keeps notes in cassettes and pays them out. */
export function pays({ model }: Settings): boolean {
  return model === 'bill-to-bill';
}

export type RequestKind =
  | 'poll'
  | 'reset'
  | 'stack'
  | 'return'
  | 'setup'
  | 'cassettes'
  | 'assign'
  | 'empty-dispenser'
  | 'dispense'
  | 'unload';

/** The one thing to send next and when. */
export interface Wish {
  readonly kind: RequestKind;
  readonly atMs: number;
}

interface PowerUp {
  readonly code: number;
  readonly key: string;
  readonly recorded: boolean;
  readonly resetMs: number | null;
}

export interface SetupStep {
  readonly code: number;
  readonly data: readonly number[];
  /** A device that refuses it can still be used. */
  readonly optional: boolean;
}

/** A cassette that is told what to keep. */
interface Assigning {
  readonly number: number;
  /** It takes its time, and says when it is done; quiet states in a row mean that it is, or never began. */
  readonly quiet: number;
}

export interface Payout {
  readonly command: string;
  readonly currency: string;
  readonly pieces: readonly Pieces[];
  /**
   * preparing: shut, and the cassettes are read; announced: payout.starting is told, or the order certainly did not arrive
   * and may leave again; paying: the order left; recovering: it left, or may have, before a break of the conversation;
   * told: its end waits for its record.
   */
  readonly phase: 'preparing' | 'announced' | 'paying' | 'recovering' | 'told';
  readonly sinceMs: number;
  /** payout.starting is recorded: the order may leave. */
  readonly starting: boolean;
  /** Counts before, as they are recorded; null: not known yet. */
  readonly before: Counters | null;
  readonly sends: number;
  /** The device answered that it will carry it out. */
  readonly taken: boolean;
  /** It said since that it is at it. */
  readonly begun: boolean;
  /** Why it refused the order. */
  readonly refusal: string | null;
  /** All of the order that it will pay lies at its lips, or was taken from there, as it says; never learned after `cut`. */
  readonly complete: boolean;
  /** It said DISPENSED, and says so until that is acknowledged. */
  readonly over: boolean;
  /** It was switched off, or reset, after the order left: it knows nothing of it any more. */
  readonly cut: boolean;
  /** The line was cut or silent since it said last that notes wait at its lips: what it did with them is not known. */
  readonly outOfSight: boolean;
  /** It took back what nobody took. */
  readonly retracted: boolean;
  /** Notes wait at its lips; and what of that has been told, minor units. */
  readonly atLips: boolean;
  readonly presented: number | null;
  readonly progress: number;
  /** States in a row that say that it is at rest. */
  readonly quiet: number;
  /** Since when it stands still with a fault; null: it does not. */
  readonly stuckMs: number | null;
  /** The counts as they were read last: they are believed when they were read twice alike. */
  readonly last: Stock | null;
  readonly reads: number;
}

/** A note that a power-up found where it is kept, as for all that was known then in the box. */
interface Placing extends Denomination {
  readonly key: string;
  /** How many of it the cassettes held before. */
  readonly before: number;
}

/** Notes of an order together, minor units; `alone`: it is one note. */
export interface Held extends Denomination {
  readonly command: string;
  readonly alone: boolean;
}

/**
 * `doubtful`: since it was seen there the unit put something away, or nobody looked: that it is there no more does not say who
 * has it. `goneMs`: since when it, or a part of it, is not there although that is not told; null: it is there, or may be.
 */
export interface Lips extends Held {
  readonly doubtful: boolean;
  readonly goneMs: number | null;
}

export interface Emptying {
  readonly command: string;
  readonly keep: readonly Pieces[];
  /** preparing: shut, and the cassettes are read; next: one after the other; moving: one is at it; ended: what it came to. */
  readonly phase: 'preparing' | 'next' | 'moving' | 'ended';
  /** Since when it is prepared, or waits for the next one. */
  readonly sinceMs: number;
  readonly before: Counters | null;
  /** The cassettes that were there before, by their number, and the note of each, minor units; 0: none. */
  readonly places: ReadonlyMap<number, number>;
  readonly orders: number;
  readonly quiet: number;
  readonly last: Stock | null;
}

export interface State extends Standing {
  readonly path: NotePath;
  readonly open: boolean;
  readonly lastReplyMs: number;
  readonly lastResetMs: number | null;
  readonly resetWanted: boolean;
  readonly pollAtMs: number;
  readonly request: RequestKind | null;
  /** The set-up whose answer is awaited: what is wanted may have changed since it left. */
  readonly asked: SetupStep | null;
  /** Last state; 0: none since the line opened. */
  readonly code: number;
  readonly emptyStates: number;

  /** Index into the set-up steps; their number when all are done. */
  readonly setup: number;
  readonly tries: number;
  readonly setupAtMs: number;
  readonly refused: boolean;
  /** The mask that the device took; null: not known. */
  readonly enabled: string | null;
  readonly ready: boolean;

  readonly identity: Identity | null;
  readonly table: ReadonlyMap<number, Denomination> | null;
  readonly tableText: string | null;
  readonly tableChanged: boolean;
  readonly unmapped: boolean;
  readonly accept: readonly number[];

  /** A STACKED that stands until it is acknowledged. */
  readonly stacked: { readonly key: string; readonly recorded: boolean } | null;
  readonly powerUp: PowerUp | null;

  // Of a bill-to-bill unit.

  /** States in a row that say DISABLED since nothing may be taken. */
  readonly shutStates: number;
  /** What is to be kept to pay out; null: nobody said. */
  readonly recycle: readonly number[] | null;
  /** As they were read last; null: not since the conversation began. */
  readonly cassettes: readonly Cassette[] | null;
  readonly cassettesAtMs: number;
  readonly cassettesTries: number;
  readonly levelsText: string | null;
  /** The counts of the last reading, also over a break. */
  readonly stock: Stock | null;
  readonly placing: Placing | null;
  /** The credit whose note was last told to lie in a cassette. */
  readonly placed: string | null;
  readonly assigning: Assigning | null;
  /** What was tried last to set, and how often. */
  readonly assignTarget: string | null;
  readonly assignTries: number;
  /** Faults that stand apart from those of the machine's own reports. */
  readonly flags: ReadonlySet<string>;
  /** Notes may lie where it pays out, of an order that it no longer knows: how often it was told to hold them out; null: none do. */
  readonly dispenserTries: number | null;
  /** Keys of facts that have to be recorded before the device may forget. */
  readonly waits: readonly string[];
  readonly payout: Payout | null;
  readonly emptying: Emptying | null;
  /** A dispense order of before that never left: refused when the driver first runs. */
  readonly neverLeft: string | null;
  /**
   * How the last order to pay out ended here, or that it ended before: given again, it is not carried out again. `held`:
   * what of it may still lie where it pays out; null: nothing, or not known. `before`: of one that ended before, what is
   * recorded of it, so that the cassettes can say.
   */
  readonly ended: {
    readonly command: string;
    readonly fact: DeviceFact | null;
    readonly held: Held | null;
    readonly before: (Pick<Payout, 'currency' | 'pieces'> & { readonly counters: Counters }) | null;
  } | null;
  /** What was told to wait at its lips, also when its order has ended meanwhile. */
  readonly lips: Lips | null;
}

export type Draft = { -readonly [Name in keyof Omit<State, 'path'>]: State[Name] };

/** One step's workplace: the state being made and the facts found on the way. */
export interface Work extends PathWork {
  readonly settings: Settings;
  readonly s: Draft;
}

/** Tells a fact that has to be recorded before the device may forget what it stands for. */
export function latch(work: Work, fact: DeviceFact & { readonly key: string }): void {
  const { s, facts } = work;
  facts.push(fact);
  if (!s.waits.includes(fact.key)) s.waits = [...s.waits, fact.key];
}

/** Nothing can come in, and nothing moves: the device has taken that no note may be taken, and has said DISABLED since. */
export function isShut({ s, path }: Work): boolean {
  return !path.moving && s.code === state.disabled && s.shutStates > 0 && s.assigning === null;
}
