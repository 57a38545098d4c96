/** What the driver keeps in mind, and the words that its parts share. */
import type { Approval, ChargePrompt } from '../charge.ts';
import type { Counters, DeviceFact } from '../device.ts';
import type { Standing, StandingWork } from '../standing.ts';
import type { Transport } from './frame.ts';
import type { Item } from './messages.ts';

export interface Settings {
  readonly transport: Transport;
  /** ISO 4217, letters and number. */
  readonly currency: string;
  readonly currencyNumber: number;
  readonly password: number;
  /** Whether the kiosk prints what the terminal would. */
  readonly prints: boolean;
  readonly columns: number | null;
  /** So long an approval waits for the kiosk's word before the terminal reverses it, in steps of two seconds. */
  readonly holdSeconds: number;
}

/** What a command of ours is for. */
export type Purpose =
  | 'register'
  | 'status'
  | 'diagnose'
  | 'initialise'
  | 'language'
  | 'baseline'
  | 'authorise'
  | 'ask'
  | 'reverse'
  | 'refund'
  | 'close-day';

/** From a command of ours until the terminal has completed it; until then it is the terminal that leads. */
export interface Conversation {
  readonly purpose: Purpose;
  /** `sent`: neither taken nor refused yet; `terminal`: taken, so that the terminal leads. */
  readonly stage: 'sent' | 'terminal';
  readonly sends: number;
  /** When its answer, or the terminal's next word, is missing. */
  readonly untilMs: number;
  /** The last status information in it. */
  readonly items: readonly Item[] | null;
}

export type Outcome =
  | { readonly how: 'completed'; readonly data: Uint8Array }
  /** 06 1E, or 84: it was not begun. */
  | { readonly how: 'failed' | 'refused'; readonly code: number }
  /** Nobody knows: no answer, or the line broke. */
  | { readonly how: 'lost' };

/** One thing to send. A `sign` is a bare ACK or NAK; all else is acknowledged on a serial line. */
export interface Outgoing {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly is: 'sign' | 'reply' | 'command' | 'abort';
  /** How often it may be sent without a word from the other side: what moves money once only. */
  readonly times: number;
  /** How often it was. */
  readonly sends: number;
}

/** How a payment ended by the terminal's own words; told when the terminal has finished, or fell silent. */
export type Ending =
  | { readonly is: 'declined'; readonly code: number }
  | { readonly is: 'reversed'; readonly by: 'kiosk' | 'other-side' };

export interface Charge {
  readonly id: string;
  readonly refund: boolean;
  readonly currency: string;
  readonly minor: number;
  /**
   * `unsent`: of before this start, and it never left; `preparing`: the language is chosen; `starting`: charge.starting is not recorded yet; `leaving`: it may leave; `running`:
   * it left; `held`: the terminal waits for the kiosk's word; `taken`: it stands, and nobody waits; `asking`: nobody
   * knows; `reversing`: a reversal is on its way.
   */
  readonly stage:
    | 'unsent'
    | 'preparing'
    | 'starting'
    | 'leaving'
    | 'running'
    | 'held'
    | 'taken'
    | 'asking'
    | 'reversing';
  readonly wanted: 'take' | 'cancel' | 'confirm' | 'reverse';
  readonly approval: Approval | null;
  /** What the terminal was told about the goods. */
  readonly answered: 'confirm' | 'reverse' | null;
  /** What was approved is not what was asked: nobody is told of it but that it is declined, when it is reversed. */
  readonly mismatch: 'amount' | 'currency' | null;
  readonly ending: Ending | null;
  readonly abort: 'no' | 'wanted' | 'sent';
  readonly prompt: ChargePrompt | null;
  /** What the terminal's last receipt and its number were before this began; null: not known. */
  readonly before: { readonly receipt: number | null; readonly terminal: number | null };
  /** charge.unknown was told. */
  readonly unknown: boolean;
  readonly askSinceMs: number | null;
  readonly askAtMs: number;
  readonly pauseMs: number;
  /** The terminal itself was asked how it is, and answered. */
  readonly awake: boolean;
}

export interface State extends Standing {
  readonly open: boolean;
  /** Until then the terminal may say by itself how an open charge stands. */
  readonly listenUntilMs: number;
  readonly out: readonly Outgoing[];
  /** Sent, and neither taken nor refused by the line yet. */
  readonly unacked: { readonly message: Outgoing; readonly untilMs: number } | null;
  /** The last APDU of the terminal that was answered: it comes again where the answer was lost. */
  readonly heard: Uint8Array | null;
  readonly talk: Conversation | null;

  readonly registered: boolean;
  readonly registerAtMs: number;
  readonly registerPauseMs: number;
  /** The last receipt was asked for since the registration; what is not known then stays so. */
  readonly baseline: boolean;
  readonly baselineTries: number;
  /** The number of its last receipt, as the registration told it, until an order leaves; null: not told. */
  readonly toldReceipt: number | null;
  readonly statusAtMs: number;
  /** Of the last status enquiry; null: none since the line opened. */
  readonly status: number | null;
  readonly remedyAtMs: number;
  /** The terminal knows no languages. */
  readonly noLanguage: boolean;
  /** The charge for which it was chosen. */
  readonly languageOf: string | null;
  readonly identified: string | null;
  readonly ready: boolean;
  readonly cardInside: boolean;

  readonly counters: Counters;
  readonly charge: Charge | null;
  /** Further charges of before, in turn. */
  readonly later: readonly Charge[];
  /** How the last charge ended, told again to who asks again. */
  readonly ended: DeviceFact | null;
  readonly day: { readonly id: string; readonly sent: boolean } | null;
  /** A diagnosis that a person wants; `made`: how it ended, null: not yet. */
  readonly diagnosis: {
    readonly id: string;
    readonly sent: boolean;
    readonly made: string | null;
    readonly sinceMs: number;
  } | null;
  /** Lines of a slip that has begun. */
  readonly lines: readonly string[];
  /** Whose it is, as its lines say (TLV 1F07); null: none of them does. */
  readonly slipType: number | null;
  /** It has had its first step. */
  readonly woken: boolean;
}

export type Draft = { -readonly [Name in keyof State]: State[Name] };

export interface Work extends StandingWork {
  readonly settings: Settings;
  readonly nowMs: number;
  readonly s: Draft;
}

export function tell({ facts }: Work, fact: DeviceFact): void {
  facts.push(fact);
}

/** Changes the present charge; nothing when there is none. */
export function charged({ s }: Work, change: Partial<Charge>): void {
  if (s.charge !== null) s.charge = { ...s.charge, ...change };
}

/** The order that a fact is about; null: none. */
export function orderOf(fact: DeviceFact | null): string | null {
  return fact !== null && 'command' in fact ? fact.command : null;
}

export function refuse({ facts, device }: Work, command: string, sent: boolean, reason: string): void {
  facts.push({ device, fact: 'command.refused', command, sent, reason });
}
