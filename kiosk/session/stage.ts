/** Where a visit stands. Past the sale's opening the money itself is in the Sale, never here. */
import type { DeclineReason } from '../../hardware/charge.ts';
import type { ChargedPart } from '../charged-part.ts';
import type { VoucherRecord } from '../sale/voucher.ts';
import type { ChargeMethod } from '../server/wire.ts';
import type { Bill, OrderItem } from '../services/biller/contract.ts';

export type FindProblem =
  | { readonly why: 'none' | 'down' }
  | { readonly why: 'paid'; readonly on: string }
  /** Of another payee than those that it was to be paid together with. */
  | { readonly why: 'other-payee' }
  /** Paid here, and the biller has not confirmed it yet. */
  | { readonly why: 'confirming' }
  /** A payment of it is in doubt, under this number. */
  | { readonly why: 'checking'; readonly case: string };

/**
 * Why a voucher is not taken. refused: the one answer for whatever is no voucher that counts here. unchecked: it is of another
 * kiosk, and more than is taken while the office cannot be asked. spent: it was good, and was used there and then.
 */
export type VoucherProblem =
  | 'refused'
  | 'unchecked'
  | { readonly why: 'spent'; readonly kiosk: string; readonly at: string };

export type ReceiptProblem = 'none' | 'slip' | 'case' | 'no-paper';

/**
 * Why a sale is not given back here. given-back: it was, or is on its way. confirming: the biller has yet to confirm the
 * payment. case: something of it is open under a number. window: only a person can.
 */
export type RefundProblem = 'too-old' | 'given-back' | 'confirming' | 'case' | 'window';

/** How a sale would go back, minor units. */
export interface RefundPlan {
  readonly sale: string;
  readonly receipt: string;
  /** The bill's number, the id under which it was booked at the biller, and the sum that was. */
  readonly bill: string;
  readonly post: string;
  readonly billMinor: number;
  readonly currency: string;
  /** What was really paid; `voucherMinor` of it comes as a voucher, the rest by its charges. */
  readonly minor: number;
  readonly voucherMinor: number;
  readonly charges: readonly ChargedPart[];
}

export type Stage =
  | { readonly at: 'welcome' }
  | {
      readonly at: 'shop';
      /** How many of each product, in the order in which they were first wanted. */
      readonly basket: readonly OrderItem[];
      /** Under which it is being ordered. */
      readonly order: string | null;
      readonly problem: 'down' | null;
    }
  | {
      readonly at: 'find-bill';
      readonly lookup: string | null;
      readonly problem: FindProblem | null;
      /** What is to be paid already, and the next one is added to. */
      readonly beside?: Bill;
    }
  | {
      readonly at: 'find-receipt';
      readonly print: string | null;
      /** `slip`, `case`: what was typed is the number of such a paper, not of a receipt. */
      readonly problem: ReceiptProblem | null;
      /** The paper is out and waits to be taken. */
      readonly out?: true;
    }
  | {
      readonly at: 'refund';
      readonly receipt: string;
      readonly problem: RefundProblem | null;
      /** The number under which something of it is open. */
      readonly case: string | null;
      /** Null when there is a problem. */
      readonly plan: RefundPlan | null;
      /**
       * waiting: for a person who works here, who declined it otherwise. asked: the biller, who refused it otherwise. given:
       * the booking is taken back, and the money is on its way.
       */
      readonly step: 'shown' | 'waiting' | 'declined' | 'asked' | 'refused' | 'given';
      readonly slip: { readonly serial: string; readonly minor: number } | null;
    }
  | {
      readonly at: 'review';
      readonly bill: Bill;
      readonly recheck: string | null;
      /** Of several: how many were asked for again and are as they were. */
      readonly checked?: number;
      /** The amount before the bill changed at the re-check, which may be the same as now; null: the bill is as it was. */
      readonly wasMinor: number | null;
      readonly problem: 'down' | null;
    }
  /** `declined`: a card or wallet was just asked in vain, and nothing was taken. */
  | { readonly at: 'choose'; readonly declined?: { readonly method: ChargeMethod; readonly reason: DeclineReason } }
  | { readonly at: 'promise' }
  | {
      readonly at: 'voucher';
      readonly problem: VoucherProblem | null;
      /** The office is asked about this one, under this id. */
      readonly asking?: { readonly command: string; readonly voucher: VoucherRecord };
    }
  | { readonly at: 'pay-cash' }
  /** A card terminal or a wallet was asked for the rest. */
  | { readonly at: 'pay-charge'; readonly method: ChargeMethod; readonly command: string }
  /** Less than was asked is approved, and held until the customer agrees or not. */
  | { readonly at: 'part-approved'; readonly command: string }
  /**
   * The slot is shut and a note may still be moving, or a charge is being called off: what follows when it is quiet.
   * `scanned`: the payment code that pays then.
   */
  | {
      readonly at: 'closing';
      readonly next: 'cancel' | 'time-out' | 'choose';
      readonly scanned?: { readonly method: ChargeMethod; readonly code: string };
    }
  /** Change, or the money back, is on its way out of a machine. `absent`: nobody stands here any more. */
  | { readonly at: 'giving'; readonly reason: 'change' | 'cancel'; readonly absent: boolean }
  | { readonly at: 'settling' }
  | { readonly at: 'settled'; readonly sinceMs: number }
  /** The sale was given up and what was inside comes back as a slip. */
  | { readonly at: 'returned'; readonly sinceMs: number }
  | {
      readonly at: 'documents';
      readonly phone: boolean;
      readonly print: string | null;
      readonly noPaper: boolean;
      /** The paper is out and waits to be taken. */
      readonly out?: true;
    }
  | {
      readonly at: 'case';
      readonly case: string;
      readonly back: 'pay-cash' | 'choose' | 'cancel' | 'settled' | 'returned' | 'thanks';
      /** The paper with its number. */
      readonly slip: 'none' | 'printing' | 'printed';
      /** How often that was sent to the printer. */
      readonly prints: number;
    }
  | { readonly at: 'thanks'; readonly sinceMs: number };

/** A case comes up: its number is on the glass at once, and on paper as soon as the printer can. */
export function atCase(number: string, back: Extract<Stage, { at: 'case' }>['back']): Stage {
  return { at: 'case', case: number, back, slip: 'none', prints: 0 };
}

export type StageName = Stage['at'];
