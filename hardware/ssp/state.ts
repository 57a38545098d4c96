/** What the driver of an SSP device keeps in mind, and the words that its parts share. */
import type { CashUnit, Counters, Denomination, DeviceFact, Pieces } from '../device.ts';
import type { NotePath, PathWork } from '../note-path.ts';
import type { Standing } from '../standing.ts';
import type { Stock } from '../stock.ts';
import type { Offer, PrimeBits, Randoms, Session } from './cipher.ts';
import type { Event } from './messages.ts';

export type Model = 'nv200' | 'nv11' | 'smart-payout' | 'smart-hopper';

export interface Settings {
  readonly model: Model;
  readonly address: number;
  readonly encryption: 'required' | 'off';
  readonly fixedKey: bigint;
  /** The highest protocol version that is asked for. */
  readonly protocolVersion: number;
  /** ISO 4217 code and its decimal places for three letters of the device; null: not known. */
  readonly currencyOf: (letters: string) => { readonly currency: string; readonly exponent: number } | null;
}

export function takesNotes({ model }: Settings): boolean {
  return model !== 'smart-hopper';
}

export function pays({ model }: Settings): boolean {
  return model !== 'nv200';
}

/** Where it keeps what it pays out. */
export function storeOf({ model }: Settings): CashUnit {
  return model === 'smart-hopper' ? 'hopper' : 'recycler';
}

export type AskKind =
  | 'setup'
  | 'hold'
  | 'poll'
  | 'accept'
  | 'return'
  | 'event-ack'
  | 'last-reject'
  | 'route'
  | 'inhibits'
  | 'enable'
  | 'enable-payout'
  | 'levels'
  | 'test'
  | 'pay'
  | 'halt'
  | 'empty';

/** One command to the device. */
export interface Ask {
  readonly kind: AskKind;
  /** For the trace, and for the boundaries of a crash. */
  readonly name: string;
  /** The command and its parameters. */
  readonly data: readonly number[];
  /** Goes unencrypted always: synchronisation and the exchange of keys. */
  readonly plain?: true;
}

/** A command that left and has no answer yet: it leaves again as it is, and the device answers again as it did. */
export interface Packet extends Ask {
  readonly bytes: Uint8Array;
  readonly sequence: 0 | 1;
  readonly sealed: boolean;
}

/** What the device answered, decrypted. */
export interface Reply {
  readonly code: number;
  readonly data: Uint8Array;
}

/** How a denomination stands on the wire. */
export interface OnWire {
  readonly value: number;
  readonly letters: string;
}

/** One question after the other until all levels are known. */
export interface Reading {
  readonly counts: Stock;
  /** Place in the table where each level is asked for by itself. */
  readonly at: number;
}

export interface Payout {
  readonly command: string;
  readonly currency: string;
  readonly pieces: readonly Pieces[];
  /**
   * test: whether it could; counting: the levels before; announced: payout.starting is told; paying: the order left;
   * recovering: it left, or may have, and the conversation broke; ended: nothing more comes, the levels decide.
   */
  readonly phase: 'test' | 'counting' | 'announced' | 'paying' | 'recovering' | 'ended';
  /** payout.starting is recorded: the order may leave. */
  readonly starting: boolean;
  /** Levels before, as they are recorded; null: not known yet. */
  readonly before: Counters | null;
  /** Notes of a note float that are still to be ordered out, one after the other. */
  readonly toOrder: number;
  /** The one before is out, so that the next may be ordered, from `atMs` on. */
  readonly next: boolean;
  readonly atMs: number;
  /** Times that the next one had to wait. */
  readonly busy: number;
  /** What the device itself said it has paid; null: it did not say. */
  readonly said: number | null;
  /** The conversation broke, and a note float has not said since that the note it was ordered last is out. */
  readonly unheard: boolean;
  readonly progress: number;
  /** What the device moved elsewhere meanwhile, by denomination and, where it says only sums, as a sum. */
  readonly moved: Stock;
  readonly movedMinor: number;
  readonly retractedMinor: number;
  /** Answers in a row without a word about a payout. */
  readonly quiet: number;
  /** The device was told to stop, so that nothing more can come. */
  readonly halted: boolean;
  /** Why it refused the order itself. */
  readonly refusal: string | null;
  /** The levels as they were read last after the end: they count when they were read twice alike. */
  readonly last: Stock | null;
  readonly reads: number;
}

export interface Emptying {
  readonly command: string;
  readonly keep: readonly Pieces[];
  readonly phase: 'counting' | 'ordered' | 'emptying' | 'ended';
  /** Not to be ordered before; and so often the device was too busy for it. */
  readonly atMs: number;
  readonly busy: number;
  readonly before: Stock | null;
  readonly quiet: number;
}

/** A credited note whose place the device has not told yet. */
interface Placing extends Denomination {
  readonly key: string;
  readonly unit: CashUnit;
}

export interface State extends Standing {
  readonly path: NotePath;
  readonly open: boolean;

  readonly randoms: Randoms;
  readonly primeBits: PrimeBits;
  readonly offer: Offer | null;
  readonly session: Session | null;
  /** An encrypted answer has come in this session. */
  readonly proven: boolean;
  /** Exchanges of keys in a row that came to nothing. */
  readonly keyFailures: number;

  /** Of the next new command. */
  readonly sequence: 0 | 1;
  readonly packet: Packet | null;
  readonly asking: boolean;
  readonly tries: number;
  readonly resendAtMs: number;
  readonly lastReplyMs: number;

  /** Index into the steps of the set-up; their number when all are done. */
  readonly setup: number;
  readonly setupTries: number;
  readonly setupAtMs: number;
  /** Protocol version that was agreed, or is being asked for. */
  readonly version: number;
  /** The payout takes no option byte. */
  readonly shortEnable: boolean;
  /** Faults that stand apart from those of the machine's own reports. */
  readonly flags: ReadonlySet<string>;
  readonly ready: boolean;
  readonly serial: number | null;
  readonly firmware: string | null;
  readonly multiplier: number;
  readonly table: ReadonlyMap<number, Denomination> | null;
  readonly wires: ReadonlyMap<number, OnWire>;
  readonly tableText: string | null;
  readonly identityText: string | null;

  /** Whether it knows POLL WITH ACK; null: not tried since it began. */
  readonly acks: boolean | null;
  readonly polls: number;
  readonly pollAtMs: number;
  /** Events that the device repeats until they are acknowledged, and that are told. */
  readonly held: readonly string[];
  readonly ackWanted: boolean;
  /** Keys of facts that have to be recorded before the device may forget. */
  readonly waits: readonly string[];
  readonly faultPolls: number;
  /** Its box was out when it began anew: it may have been put in meanwhile, of which nothing is told. */
  readonly boxUnsure: boolean;
  readonly serviceAtMs: number | null;

  /** A note lies in escrow, and a poll would take it. */
  readonly holding: boolean;
  readonly holdAtMs: number;
  readonly emptyPolls: number;
  readonly rejectWanted: boolean;
  readonly placing: Placing | null;
  /** Answers since it was switched on; null: what became of a note inside is told. */
  readonly waking: number | null;
  /** The set-up was begun because it was switched on. */
  readonly reset: boolean;

  readonly accept: readonly number[];
  /** What it is to keep to pay out; null: it was not told since its start, and the routes stay as they are. */
  readonly recycle: readonly number[] | null;
  readonly routes: ReadonlyMap<number, number>;
  readonly inhibits: string | null;
  readonly enabled: boolean | null;
  readonly disabledPolls: number;
  readonly settingAtMs: number;
  readonly settingTries: number;

  readonly levelsWanted: boolean;
  readonly levelsAtMs: number;
  /** When they were known last. */
  readonly levelsReadMs: number;
  readonly levelsTries: number;
  readonly eachLevel: boolean;
  readonly reading: Reading | null;
  readonly stock: Stock | null;
  /** A note float's notes, the one to be paid first at the end. */
  readonly positions: readonly number[];
  readonly levelsText: string | null;
  readonly full: boolean;

  /** Counts what the device moved by itself, for the keys. */
  readonly moves: number;
  readonly payout: Payout | null;
  readonly emptying: Emptying | null;
  /** A dispense order of before that never left: refused when the driver first runs. */
  readonly neverLeft: string | null;
  /** How the last order to pay out ended here, or that it ended before: given again, it is not carried out again. */
  readonly ended: { readonly command: string; readonly fact: DeviceFact | null } | null;
  /** What waits between its lips, also when its order has ended meanwhile. */
  readonly lips: ({ readonly command: string } & Denomination) | null;
  /** Answers in a row that name nothing there. */
  readonly lipsFree: number;
}

export type Draft = { -readonly [Name in keyof Omit<State, 'path'>]: State[Name] };

/** One step's workplace: the state being made and the facts found on the way. */
export interface Work extends PathWork {
  readonly settings: Settings;
  readonly s: Draft;
}

/** Tells a fact that has to be recorded before the device may forget what it stands for. */
export function latch(work: Work, fact: DeviceFact & { readonly key: string }): void {
  work.facts.push(fact);
  awaitRecord(work, fact.key);
}

export function awaitRecord({ s }: Work, key: string): void {
  if (!s.waits.includes(key)) s.waits = [...s.waits, key];
}

/** Minor units of a value as payouts, routes and levels carry it; null: the country is not known, or it is not whole. */
export function minorOf({ s, settings }: Work, value: number, letters: string | null): Denomination | null {
  const mapped = letters === null ? onlyCurrency(s, settings) : settings.currencyOf(letters);
  if (mapped === null) return null;
  const minor = (value * 10 ** mapped.exponent) / (settings.model === 'smart-hopper' ? 100 : s.multiplier);
  return Number.isSafeInteger(minor) ? { currency: mapped.currency, minor } : null;
}

/** Below protocol version 6 no country is told: it is the first one of the table. */
function onlyCurrency({ wires }: Draft, { currencyOf }: Settings): ReturnType<Settings['currencyOf']> {
  const [first] = wires.values();
  return first === undefined ? null : currencyOf(first.letters);
}

/** The sum of an event in this currency, minor units; null: the event tells none. */
export function sumOf(work: Work, { amounts }: Event, currency: string): number | null {
  if (amounts === undefined) return null;
  let sum = 0;
  for (const { value, country } of amounts) {
    const part = minorOf(work, value, country);
    if (part === null) return null;
    if (part.currency === currency) sum += part.minor;
  }
  return sum;
}

/** The one note that an event names; null: it names none. */
export function noteOf(work: Work, { amounts }: Event): Denomination | null {
  const [only] = amounts ?? [];
  return only === undefined ? null : minorOf(work, only.value, only.country);
}

/** Nothing can come in: the device has taken that no channel is open, and has told of no note since. */
export function isShut({ s, path, settings }: Work): boolean {
  return !takesNotes(settings) || (!path.moving && s.inhibits === '0,0' && s.emptyPolls > 0);
}
