/**
 * Goods from the catalogue: they are ordered (`order.place`) and are a bill from there on, so whoever sells them answers as a
 * biller does. The reference of a payment is the number under which the goods are handed over.
 */
import type { SellerService } from '../biller/contract.ts';

/** No biller's number has it: so it is always known who a number belongs to. */
export const orderSign = '#';
/** The number of an order. */
export const orderNumber = /^#\d{8}$/;

export function isOrder(number: string): boolean {
  return number.startsWith(orderSign);
}

export interface GoodsService extends SellerService {
  /** Paid orders of the newest business day that has one, and those of before that still wait; the newest first. */
  paidOrders(): readonly PaidOrder[];
  /** The goods are out of the house: false when there is no such paid order. Throws when the disk does not take it. */
  handOver(number: string): boolean;
}

export interface PaidOrder {
  readonly number: string;
  readonly pickUp: string;
  readonly paidAt: string;
  readonly items: readonly { readonly product: string; readonly count: number }[];
  readonly handedOver: boolean;
}
