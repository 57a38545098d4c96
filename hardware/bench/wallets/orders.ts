/** What the ledger of a wallet holds and tells: orders, refunds, a day's bill, and how each call ends. */
import type { Provider } from './phone.ts';

/** `shown-code`: the kiosk shows it, the phone scans; `payment-code`: the phone shows it, the kiosk scans. */
export type Way = 'shown-code' | 'payment-code';

/** `failed`: the wallet said no to a payment code. A payment that was given back stays `paid`, or is `revoked`. */
export type OrderState = 'waiting' | 'paid' | 'failed' | 'closed' | 'revoked';

export interface RefundRow {
  /** The merchant's own number of it; the gateway's own refunds begin with `gateway-`. */
  readonly id: string;
  readonly minor: number;
  readonly transaction: string;
  readonly at: string;
  /** The money has arrived; until then WeChat Pay says that it is processing. */
  readonly arrived: boolean;
}

/** An order as it is now. Captured minus refunded is what the merchant has of it. */
export interface OrderRow {
  readonly number: string;
  readonly way: Way;
  readonly minor: number;
  readonly subject: string;
  readonly state: OrderState;
  /** What the gateway calls it. */
  readonly transaction: string;
  /** What the glass shows; null for a payment code. */
  readonly code: string | null;
  /** A phone has read the code. Before that, Alipay knows no trade. */
  readonly scanned: boolean;
  /** The phone asks its owner for the password. */
  readonly asking: boolean;
  /** The owner has confirmed, and the bank has not taken it yet. */
  readonly settling: boolean;
  /** No refund is possible any more. */
  readonly finished: boolean;
  readonly createdAt: string;
  /** Cannot be paid from then on. */
  readonly expiresAt: string;
  readonly paidAt: string | null;
  readonly capturedMinor: number;
  readonly refundedMinor: number;
  readonly refunds: readonly RefundRow[];
  readonly notifyUrl: string | null;
  /** What the merchant wrote beside it to know it again by (`attach`, `terminal_id`); empty: nothing. */
  readonly mark: string;
}

export interface NewOrder {
  readonly number: string;
  readonly minor: number;
  readonly subject: string;
  /** Unix milliseconds; null: the provider's own limit. */
  readonly expiresMs: number | null;
  /** Of a shown code at Alipay: how long it may be paid once it was scanned. */
  readonly payWithinMs: number | null;
  readonly notifyUrl: string | null;
  readonly mark?: string;
}

/** `paid`, `closed`: this number is; `used`: it was taken for something else; `expired`: it would be over at once; `full`. */
export type Refusal = 'paid' | 'closed' | 'used' | 'expired' | 'full';

export type Shown = { readonly outcome: 'shown'; readonly code: string } | { readonly outcome: Refusal };

export type Charged =
  | { readonly outcome: 'charged' | 'waiting'; readonly order: OrderRow }
  | { readonly outcome: 'declined'; readonly reason: 'poor' | 'declines'; readonly order: OrderRow }
  /** No order was made. */
  | { readonly outcome: 'stale-code' | 'unknown-code' }
  | { readonly outcome: Refusal };

/** `already`: it was closed before; `wrong-way`: this is not how such an order is ended; `not-yet`: ask again later. */
export type Closed = 'closed' | 'already' | 'unknown' | 'paid' | 'wrong-way' | 'not-yet';

/** `nothing`: success, and there was no trade to revoke. `too-late`: only a refund gives it back now. */
export type Revoked = 'closed' | 'refunded' | 'nothing' | 'unknown' | 'wrong-way' | 'not-yet' | 'too-late';

export type Refunded =
  | { readonly outcome: 'refunded'; readonly again: boolean; readonly refund: RefundRow; readonly order: OrderRow }
  /** `other`: this refund number was used for another order or amount; `other-total`: the order has another amount. */
  | { readonly outcome: 'unknown' | 'not-paid' | 'finished' | 'other' | 'other-total' | 'many' | 'over' };

export interface BillRow {
  readonly at: string;
  readonly kind: 'payment' | 'refund';
  readonly order: OrderRow;
  /** Null for a payment. */
  readonly refund: RefundRow | null;
  readonly minor: number;
}

export type Bill =
  | { readonly outcome: 'bill'; readonly rows: readonly BillRow[] }
  | { readonly outcome: 'not-yet' | 'too-old' | 'empty' | 'no-day' };

/** A refund as it is kept. */
export interface Refund {
  readonly id: string;
  readonly minor: number;
  readonly transaction: string;
  readonly atMs: number;
}

/** An order as it is kept; time and hands change it. */
export interface Order {
  readonly number: string;
  readonly way: Way;
  readonly minor: number;
  readonly subject: string;
  readonly transaction: string;
  readonly code: string | null;
  readonly createdMs: number;
  readonly payWithinMs: number | null;
  readonly notifyUrl: string | null;
  readonly mark: string;
  readonly refunds: Refund[];
  expiresMs: number;
  state: OrderState;
  scanned: boolean;
  asking: boolean;
  settling: boolean;
  finished: boolean;
  paidMs: number | null;
}

const refundArrivesMs = 3_000;

/** As it is at `nowMs`, the gateway's own time. */
export function orderRow(order: Order, provider: Provider, nowMs: number): OrderRow {
  const { number, way, minor, subject, state, transaction, code, scanned, asking, settling, finished } = order;
  return {
    ...{ number, way, minor, subject, state, transaction, code, scanned, asking, settling, finished },
    createdAt: iso(order.createdMs),
    expiresAt: iso(order.expiresMs),
    paidAt: order.paidMs === null ? null : iso(order.paidMs),
    capturedMinor: order.paidMs === null ? 0 : minor,
    refundedMinor: refundedOf(order),
    refunds: order.refunds.map((refund) => refundRow(refund, provider, nowMs)),
    notifyUrl: order.notifyUrl,
    mark: order.mark,
  };
}

/** Alipay's refunds arrive at once, WeChat Pay's a little later. */
export function refundRow({ id, minor, transaction, atMs }: Refund, provider: Provider, nowMs: number): RefundRow {
  const arrived = provider === 'alipay' || nowMs >= atMs + refundArrivesMs;
  return { id, minor, transaction, at: iso(atMs), arrived };
}

export function refundedOf(order: Order): number {
  return order.refunds.reduce((sum, { minor }) => sum + minor, 0);
}

/** What of this order belongs in the bill of the days for which `within` holds. */
export function billRows(order: Order, row: OrderRow, within: (ms: number) => boolean): readonly BillRow[] {
  const { paidMs, minor } = order;
  if (paidMs === null) return [];
  const payment: BillRow = { at: iso(paidMs), kind: 'payment', order: row, refund: null, minor };
  const back = order.refunds.flatMap(({ id, atMs, minor: given }): BillRow[] => {
    const refund = row.refunds.find((one) => one.id === id) ?? null;
    return within(atMs) ? [{ at: iso(atMs), kind: 'refund', order: row, refund, minor: given }] : [];
  });
  return within(paidMs) ? [payment, ...back] : back;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
