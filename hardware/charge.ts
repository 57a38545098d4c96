/**
 * What a card terminal and a wallet say and are told. A charge is one request for money to one of them: it has an id,
 * made and recorded before the request leaves, under which every later word stands. Amounts are minor units.
 *
 * A charge ends in one of: declined (nothing was taken, for certain), confirmed (taken for good), reversed (given back
 * or never taken). `charge.unknown` is no end: who was asked keeps asking, and what is heard later still counts.
 */
import type { Counters, Denomination } from './sum.ts';

/** What the other side waits for, or is busy with. */
export type ChargePrompt =
  /** Busy: the terminal prepares, the gateway was asked. */
  | 'wait'
  | 'insert-card'
  | 'pin'
  | 'wrong-pin'
  | 'bank'
  | 'remove-card'
  /** The wallet's owner has to confirm on the phone. */
  | 'password'
  /** It is being taken back. */
  | 'reversing';

/** Why nothing was taken; the other side's own code stands beside it. */
export type DeclineReason =
  /** The bank or the wallet said no. */
  | 'refused'
  | 'insufficient'
  | 'expired-card'
  | 'unreadable'
  | 'wrong-pin'
  | 'currency'
  | 'limit'
  /** Nobody presented a card, or paid the code, in time. */
  | 'timeout'
  /** The person ended it at the terminal or on the phone, or the kiosk asked for it. */
  | 'cancelled'
  /** The payment code was too old, or is none of theirs: a fresh one may do. */
  | 'stale-code'
  /** The network or the host behind could not be reached. */
  | 'offline'
  | 'other';

/** A card as it may be named outside its terminal's driver: never more than the first six and the last four digits. */
export interface CardShown {
  /** As the terminal calls it; null: it did not say. */
  readonly scheme: string | null;
  /** `457136••••0004`; null: it did not say. */
  readonly masked: string | null;
}

/** What the other side calls the payment: `receipt`, `trace`, `terminal`, `transaction`, `order`. No secrets, no card number. */
export type ChargeReference = Readonly<Record<string, string>>;

/** What is known of an approved charge: enough to give it back. */
export interface Approval extends Denomination {
  readonly reference: ChargeReference;
}

export type ChargeFact =
  /** Ready for the order, which leaves when this is recorded. `counters`: what a restart compares with. Terminals only. */
  | { readonly fact: 'charge.starting'; readonly command: string; readonly key: string; readonly counters: Counters }
  /** `command` null: nobody asked for anything, and a card is in the reader all the same. */
  | { readonly fact: 'charge.prompt'; readonly command: string | null; readonly prompt: ChargePrompt }
  /** The code to show; it is good until `untilMs`, monotonic. */
  | { readonly fact: 'charge.code'; readonly command: string; readonly code: string; readonly untilMs: number }
  /**
   * Approved, for this amount, which may be less than was asked. `held`: it waits for charge.confirm or charge.reverse, and
   * is reversed by the other side when neither comes in time; otherwise it is taken already.
   */
  | ({
      readonly fact: 'charge.approved';
      readonly command: string;
      readonly key: string;
      readonly held: boolean;
      readonly card: CardShown | null;
      readonly counters: Counters;
    } & Approval)
  /**
   * Nothing was taken. `watched`: of a code that left the screen, until when it may still be paid all the same and is
   * watched, wall time, Unix milliseconds; null: that is final.
   */
  | {
      readonly fact: 'charge.declined';
      readonly command: string;
      readonly key: string;
      readonly reason: DeclineReason;
      readonly code: string;
      readonly watched: number | null;
    }
  /** The watch over it has ended: it was not paid, and cannot be any more. */
  | { readonly fact: 'charge.expired'; readonly command: string; readonly key: string }
  | {
      readonly fact: 'charge.confirmed';
      readonly command: string;
      readonly key: string;
      readonly counters: Counters;
    }
  /** `by`: whose will it was. */
  | {
      readonly fact: 'charge.reversed';
      readonly command: string;
      readonly key: string;
      readonly by: 'kiosk' | 'other-side';
      readonly counters: Counters;
    }
  /** It cannot be reversed any more, for good: a person has to give it back. */
  | { readonly fact: 'charge.irreversible'; readonly command: string; readonly key: string; readonly code: string }
  /** Nobody knows whether it was taken; it is asked on. */
  | { readonly fact: 'charge.unknown'; readonly command: string; readonly key: string; readonly reason: string }
  /** A refund, by its own id, was made; or was refused for good. */
  | {
      readonly fact: 'refund.made';
      readonly command: string;
      readonly key: string;
      readonly reference: ChargeReference;
    }
  /** `code` is the other side's, or `alreadyGivenBack`. */
  | { readonly fact: 'refund.refused'; readonly command: string; readonly key: string; readonly code: string }
  /** Lines that the terminal wants printed, for whom. */
  | {
      readonly fact: 'terminal.printed';
      readonly command: string | null;
      readonly audience: 'customer' | 'merchant' | 'staff';
      readonly lines: readonly string[];
    }
  /** The terminal has closed its day: what it has taken since the last time, by its own count. */
  | ({
      readonly fact: 'terminal.day-closed';
      readonly command: string;
      readonly key: string;
      readonly count: number;
    } & Denomination)
  /**
   * `diagnosis`: `made`, or how the terminal refused it. `status`: how it says that it is, in its own code; `well`: that
   * stands for no trouble. `terminal`, `receipt`: its number, and that of its last receipt.
   */
  | {
      readonly fact: 'terminal.diagnosed';
      readonly command: string;
      readonly diagnosis: string;
      readonly status: string;
      readonly well: boolean;
      readonly firmware: string | null;
      readonly terminal: number | null;
      readonly receipt: number | null;
      readonly tookMs: number;
    };

export type ChargeCommand =
  /**
   * Asks for money. `lang`: of whoever pays. `code`: a handle to the payment code that was scanned, by which the service
   * finds it in memory; absent: a card, or a code is shown. `subject`: what stands on the wallet's bill.
   */
  | ({
      readonly command: 'charge.start';
      readonly lang: 'zh-CN' | 'en';
      readonly code?: string;
      readonly subject: string;
    } & Denomination)
  /** Ends a request that is under way, as far as that goes; answered by declined, or by approved all the same. */
  | { readonly command: 'charge.cancel' }
  /** It is recorded and what it pays for is delivered: answered by confirmed, or reversed. */
  | { readonly command: 'charge.confirm' }
  /** Takes it back as if it had never been; repeated until answered by reversed or irreversible. */
  | { readonly command: 'charge.reverse'; readonly approval: Approval }
  /** Gives so much of an earlier charge back, under an id of its own; repeated until refund.made or refund.refused. */
  | ({ readonly command: 'charge.refund'; readonly charge: string; readonly approval: Approval } & Denomination)
  /** Terminals only: end of day. */
  | { readonly command: 'terminal.close-day' }
  /** Terminals only, while no payment is open: terminal.diagnosed, or command.refused. */
  | { readonly command: 'terminal.diagnose' };

/** Why a refund is refused when the whole charge went back by another hand: perhaps nothing is owed any more. */
export const alreadyGivenBack = 'already-given-back';

/** A charge without an end, as who was asked is told of it at its next start. */
export interface OpenCharge extends Denomination {
  /** The id of its charge.start, or for a refund of its charge.refund. */
  readonly command: string;
  /** The charge that a refund gives back of; null: it is a charge itself. */
  readonly refundOf: string | null;
  /** Whether charge.starting was recorded, so that it may have left; always true of a wallet's. */
  readonly starting: boolean;
  /** What was ordered last, as the journal has it. */
  readonly wanted: 'take' | 'cancel' | 'confirm' | 'reverse' | 'refund';
  /** As recorded; null: no approval was heard. */
  readonly approval: Approval | null;
  /** Of a code that left the screen: watched until then, wall time, Unix milliseconds. */
  readonly watched: number | null;
}
