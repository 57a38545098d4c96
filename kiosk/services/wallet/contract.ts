/**
 * What the conversation asks of a wallet's gateway, and what it can be told: the same for Alipay, WeChat Pay, and whoever
 * comes after them (UnionPay QR, e-CNY: a folder each). One request is one attempt at one call. Amounts are minor units.
 */
import type { Secret } from './payment-codes.ts';

/** A trade is known by its number (`out_trade_no`), a refund by its own (`refundNumber`), the same in every attempt. */
export type GatewayRequest =
  /** Makes a code to show. Nobody can pay it after `expireAtMs`, wall time. */
  | {
      readonly ask: 'create';
      readonly number: string;
      readonly currency: string;
      readonly minor: number;
      readonly subject: string;
      readonly expireAtMs: number;
    }
  /** Takes the money by the code that was scanned. Sent once in the life of a number. */
  | {
      readonly ask: 'pay';
      readonly number: string;
      readonly currency: string;
      readonly minor: number;
      readonly subject: string;
      readonly authCode: Secret;
    }
  | { readonly ask: 'query'; readonly number: string }
  /** Ends a shown code that nobody has paid; never gives money back. */
  | { readonly ask: 'close'; readonly number: string }
  /** Undoes a payment by a scanned code whose outcome is not known (撤销): what was paid is given back. */
  | { readonly ask: 'revoke'; readonly number: string }
  | {
      readonly ask: 'refund';
      readonly number: string;
      readonly refundNumber: string;
      readonly currency: string;
      readonly minor: number;
      /** Of the whole trade. */
      readonly totalMinor: number;
    }
  | {
      readonly ask: 'refund-query';
      readonly number: string;
      readonly refundNumber: string;
      readonly currency: string;
      readonly minor: number;
    };

/** Why an answer decides nothing. */
export type Undecided =
  /** Not reached, cut off, or no answer in time. */
  | 'unreachable'
  /** Not signed, or not by the gateway's key. */
  | 'not-genuine'
  /** The gateway's clock and the kiosk's are too far apart. */
  | 'clock'
  /** About another number, merchant or application. */
  | 'other-trade'
  /** Not an answer of this interface, or one that says success with a status that does not. */
  | 'nonsense'
  | 'system-error'
  | 'rate-limited';

/**
 * Only a genuine answer of success about this very number decides: those before the line. Those after it name a refusal;
 * not every gateway signs one, so they say what to ask next and how to name the end, and never are the end by themselves.
 */
export type GatewayAnswer =
  | { readonly came: 'created'; readonly code: string }
  | {
      readonly came: 'paid';
      readonly currency: string;
      readonly minor: number;
      /** The wallet's own number for it. */
      readonly transaction: string;
      /** To whom; equal to the gateway's `merchant`. */
      readonly merchant: string;
    }
  /** It is there and not paid. */
  | { readonly came: 'waiting' }
  /** Its owner is asked on the phone. */
  | { readonly came: 'user-paying' }
  /** Cannot be paid any more, and holds no money: never paid, or given back in full. */
  | { readonly came: 'closed' }
  /** It was paid, and money of it was given back; how much does not stand there. */
  | { readonly came: 'refunded' }
  /** `gaveBack`: whether it had been paid; null: not said. It proves nothing about now: ask. */
  | { readonly came: 'revoked'; readonly gaveBack: boolean | null }
  | { readonly came: 'refund-made'; readonly reference: Readonly<Record<string, string>> }
  /** Accepted, and on its way to the bank. */
  | { readonly came: 'refund-pending' }
  /** This refund will not happen by itself: a person has to see to it. */
  | { readonly came: 'refund-lost'; readonly code: string }
  // —
  /** No such trade; of refund-query, no such refund. */
  | { readonly came: 'not-exist' }
  | { readonly came: 'code-stale'; readonly code: string }
  | { readonly came: 'insufficient'; readonly code: string }
  /** All of it has been given back already. */
  | { readonly came: 'given-back'; readonly code: string }
  /** `forGood`: it will never be otherwise, and the gateway has signed that. */
  | { readonly came: 'refused'; readonly code: string; readonly forGood: boolean }
  | { readonly came: 'undecided'; readonly why: Undecided; readonly code: string };

export interface Gateway {
  /** ISO 4217; the only one it takes. */
  readonly currency: string;
  /** Who is paid, as `paid` names it. */
  readonly merchant: string;
  /** One attempt. May throw or hang; whoever calls contains that. Nothing of what it throws is repeated to anybody. */
  attempt(request: GatewayRequest, signal: AbortSignal): Promise<GatewayAnswer>;
  /**
   * The number that a notification is about; null: it is not genuine, or about nothing of this kiosk. It is a hint to ask and
   * no more. `headers` in small letters.
   */
  notified(headers: Readonly<Record<string, string | undefined>>, body: string): string | null;
}

/**
 * One row of a day's statement, as the gateway counts days: by its own time of success, midnight to midnight in Beijing. The
 * statement is the merchant's, so it has the rows of others too. Minor units, always above zero.
 */
export interface StatementRow {
  /** The merchant's number of the trade (`out_trade_no`). */
  readonly number: string;
  /** The merchant's number of the refund; null: a payment, or one that the gateway made by itself and named nothing. */
  readonly refundNumber: string | null;
  /** The wallet's own number of the trade. */
  readonly transaction: string;
  readonly kind: 'paid' | 'refunded' | 'revoked';
  readonly currency: string;
  readonly minor: number;
  /** Unix milliseconds. */
  readonly atMs: number;
  /** What the kiosk that asked for it wrote beside it: its name; null: nothing, or another program. */
  readonly mark: string | null;
}

/**
 * not-ready: there is none yet, or none at all. refused: this merchant may not have it. not-genuine: not signed by the
 * gateway, or the file is another than the one that was announced. unreadable: of another form, or cut off. too-much: larger than is read.
 */
export type StatementFailure = 'not-ready' | 'unreachable' | 'refused' | 'not-genuine' | 'unreadable' | 'too-much';

export type StatementAnswer =
  | { readonly came: 'rows'; readonly rows: readonly StatementRow[]; readonly file: StatementFile }
  | { readonly came: StatementFailure; readonly code: string };

/** The file as it came. */
export interface StatementFile {
  readonly bytes: Uint8Array;
  readonly ending: 'csv.gz' | 'zip';
}

/** Whoever can be asked for the statement of a day. */
export interface Statements {
  /** `day`: `YYYY-MM-DD` in Beijing. One attempt; it may throw or hang, and whoever calls contains that. */
  statement(day: string, signal: AbortSignal): Promise<StatementAnswer>;
}
