/**
 * Sells the catalogue of the configuration: prices an order, keeps it in `DATA/goods.jsonl`, books its payment and answers with
 * the number under which it is handed over. It keeps the promises of a biller far away: an order is placed once, paid once and
 * taken back once, and each is durable before it is answered. Amounts are minor units.
 */
import { createHash } from 'node:crypto';
import { businessCalendar } from '../../journal/business-day.ts';
import type {
  Bilingual,
  BillLookUpFact,
  BillPost,
  BillPostFact,
  BillReverse,
  BillReverseFact,
  NotReversedReason,
  OrderPlace,
  RefusedReason,
} from '../biller/contract.ts';
import { type GoodsService, orderSign } from './contract.ts';
import { type Order, type OrderLimits, type Orders, openOrders, type Payment } from './orders.ts';
import { nextPickUp } from './pick-up.ts';
import { orderBill, type Pricing, type Product } from './price.ts';

export interface GoodsOptions {
  /** Where the orders are kept; made when missing. */
  readonly path: string;
  readonly products: readonly Product[];
  readonly payee: Bilingual;
  /** ISO 4217. */
  readonly currency: string;
  readonly timeZone: string;
  /** `HH:MM`. */
  readonly businessDayStart: string;
  /** How many orders are kept. */
  readonly limits?: OrderLimits;
}

interface Shop {
  readonly orders: Orders;
  readonly pricing: Pricing;
  readonly options: GoodsOptions;
  readonly dayOf: (wallMs: number) => string;
}

/** Throws, naming the file and what is wrong with it, when the orders cannot be read. */
export function createGoods(options: GoodsOptions): GoodsService {
  const orders = openOrders(options.path, options.limits);
  const { products, payee, currency } = options;
  const pricing = { catalogue: new Map(products.map((product) => [product.id, product])), payee, currency };
  const dayOf = businessCalendar(options.timeZone, options.businessDayStart);
  const shop: Shop = { orders, pricing, options, dayOf };
  return {
    async lookUp(command) {
      return command.command === 'order.place' ? place(shop, command) : findAgain(shop, command.id, command.number);
    },
    post: async (command) => book(shop, command),
    reverse: async (command) => takeBack(shop, command),
    paidOrders() {
      const payments = orders.payments();
      const day = payments.at(-1)?.day;
      return payments
        .filter((payment) => payment.day === day || isOpen(orders.byNumber(payment.paid), payment))
        .toReversed()
        .flatMap((payment) => {
          const order = orders.byNumber(payment.paid);
          if (order?.payment?.id !== payment.id) return [];
          const { number, items, handedOver } = order;
          return [{ number, pickUp: payment.pickUp, paidAt: payment.paidAt, items, handedOver }];
        });
    },
    handOver(number) {
      const order = orders.byNumber(number);
      if (order === undefined || order.payment === null) return false;
      if (!order.handedOver) orders.add({ handedOver: number });
      return true;
    },
  };
}

function place(shop: Shop, { id, items }: OrderPlace): BillLookUpFact {
  const { orders } = shop;
  const before = orders.placedBy(id);
  if (before !== undefined) return findAgain(shop, id, before.number);
  const order = freeNumber(orders, id);
  const bill = orderBill(shop.pricing, order, items);
  if (bill === null) return { fact: 'bill.not-found', command: id };
  orders.add({ order, id, items: items.map(({ product, count }) => ({ product, count })), minor: bill.minor });
  return { fact: 'bill.found', command: id, bill };
}

/** Eight digits that nobody can guess: with a receipt's number they open a copy of it. */
function freeNumber(orders: Orders, id: string): string {
  for (let tries = 0; ; tries += 1) {
    const hash = createHash('sha256').update(`${id} ${tries}`).digest();
    const number = `${orderSign}${String(hash.readUIntBE(0, 6) % 100_000_000).padStart(8, '0')}`;
    if (orders.byNumber(number) === undefined) return number;
  }
}

/** With the prices of today. */
function findAgain(shop: Shop, command: string, number: string): BillLookUpFact {
  const { orders } = shop;
  const order = orders.byNumber(number);
  if (order === undefined) return { fact: 'bill.not-found', command };
  if (order.payment !== null) return { fact: 'bill.already-paid', command, paidOn: order.payment.paidAt };
  const bill = orderBill(shop.pricing, number, order.items);
  if (bill === null) return { fact: 'bill.not-found', command };
  if (bill.minor !== order.minor) orders.add({ quoted: number, minor: bill.minor });
  return { fact: 'bill.found', command, bill };
}

function book({ orders, options, dayOf }: Shop, command: BillPost): BillPostFact {
  const { id, number, currency, minor, method, paidAt } = command;
  const refused = (reason: RefusedReason): BillPostFact => ({ fact: 'bill.refused', command: id, reason });
  const before = orders.paymentOf(id);
  if (before !== undefined) {
    const same = before.paid === number && before.currency === currency && before.minor === minor;
    return same ? { fact: 'bill.posted', command: id, reference: before.pickUp } : refused('other');
  }
  const order = orders.byNumber(number);
  if (order === undefined) return refused('unknown-bill');
  if (order.payment !== null) return refused('paid-elsewhere');
  if (currency !== options.currency || minor !== order.minor) return refused('other');
  const payments = orders.payments();
  // A payment of yesterday that is booked only now takes a number of today: those of yesterday may be today's already.
  const days = [dayOf(Date.parse(paidAt)), payments.at(-1)?.day ?? ''];
  const day = days.toSorted().at(-1) as string;
  const pickUp = nextPickUp(payments, (payment) => isOpen(orders.byNumber(payment.paid), payment), { day, paidAt });
  orders.add({ paid: number, id, currency, minor, method, paidAt, day, pickUp });
  return { fact: 'bill.posted', command: id, reference: pickUp };
}

function isOpen(order: Order | undefined, { id }: Payment): boolean {
  return order?.payment?.id === id && !order.handedOver;
}

function takeBack({ orders }: Shop, { id, post, number, currency, minor }: BillReverse): BillReverseFact {
  const refused = (reason: NotReversedReason): BillReverseFact => ({
    fact: 'bill.reverse-refused',
    command: id,
    reason,
  });
  const paid = orders.paymentOf(post);
  if (paid === undefined) return refused('unknown-payment');
  if (paid.paid !== number || paid.currency !== currency || paid.minor !== minor) return refused('other');
  const before = orders.reversalOf(post);
  if (before !== undefined) return before === id ? { fact: 'bill.reversed', command: id } : refused('reversed-before');
  if (orders.byNumber(number)?.handedOver === true) return refused('too-late');
  orders.add({ reversed: number, id, post });
  return { fact: 'bill.reversed', command: id };
}
