/**
 * The orders of a kiosk that sells goods: what was ordered, at what price, how it was paid, and what became of it. One JSON
 * line each, in `DATA/goods.jsonl`.
 */
import * as v from 'valibot';
import { openLines } from '../durable-lines.ts';

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const minor = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const number = v.pipe(v.string(), v.regex(/^#\d{8}$/));
const instant = v.pipe(
  v.string(),
  v.maxLength(40),
  v.check((at) => !Number.isNaN(Date.parse(at))),
);

/** `id`: of the command that placed it. */
const placed = v.strictObject({
  order: number,
  id: text,
  items: v.pipe(
    v.array(v.strictObject({ product: text, count: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(99)) })),
    v.minLength(1),
    v.maxLength(60),
  ),
  minor,
});
/** The price with which it was found again. */
const quoted = v.strictObject({ quoted: number, minor });
/** `day`: the business day of its number. */
const paid = v.strictObject({
  paid: number,
  id: text,
  currency: text,
  minor,
  method: text,
  paidAt: instant,
  day: v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\d$/)),
  pickUp: v.pipe(v.string(), v.regex(/^\d{3}$/)),
});
const reversed = v.strictObject({ reversed: number, id: text, post: text });
const handedOver = v.strictObject({ handedOver: number });

const anyLine = v.union([placed, quoted, paid, reversed, handedOver]);
type Line = v.InferOutput<typeof anyLine>;
type Placed = v.InferOutput<typeof placed>;
export type Payment = v.InferOutput<typeof paid>;
type Reversal = v.InferOutput<typeof reversed>;

export interface Order {
  readonly number: string;
  readonly items: Placed['items'];
  /** What it costs, as it was found last. */
  readonly minor: number;
  readonly payment: Payment | null;
  readonly handedOver: boolean;
}

/** All of them are held in memory and read at each start; with so many, no further order is taken. */
const ordersMaximum = 100_000;

export interface Orders {
  byNumber(order: string): Order | undefined;
  /** The order that this command placed. */
  placedBy(id: string): Order | undefined;
  /** The payment with this id, taken back or not. */
  paymentOf(id: string): Payment | undefined;
  /** The id under which the payment was taken back. */
  reversalOf(post: string): string | undefined;
  /** All payments, in the order in which they came. */
  payments(): readonly Payment[];
  /** No further order should be taken; what is paid already can still be added. */
  readonly full: boolean;
  /** Throws when the disk does not take it; then it is not there. */
  add(line: Line): void;
}

/** Throws, naming file and line, where one is no order. `maximum` is the number of orders at which it is full. */
export function openOrders(path: string, maximum = ordersMaximum): Orders {
  const orders = new Map<string, Order>();
  const byCommand = new Map<string, string>();
  const payments = new Map<string, Payment>();
  const reversals = new Map<string, Reversal>();
  const change = (order: string, to: Partial<Order>) => {
    const known = orders.get(order);
    if (known !== undefined) orders.set(order, { ...known, ...to });
  };
  const keep = (line: Line) => {
    if ('order' in line) {
      const { order, id, items } = line;
      orders.set(order, { number: order, items, minor: line.minor, payment: null, handedOver: false });
      byCommand.set(id, order);
    } else if ('quoted' in line) change(line.quoted, { minor: line.minor });
    else if ('paid' in line) {
      payments.set(line.id, line);
      change(line.paid, { payment: line });
    } else if ('reversed' in line) {
      reversals.set(line.post, line);
      change(line.reversed, { payment: null });
    } else change(line.handedOver, { handedOver: true });
  };
  const add = openLines<Line>({
    path,
    isLine: (json): json is Line => v.is(anyLine, json),
    notOne: 'this is no order',
    without: 'goods that are paid would not be handed over',
    keep,
  });
  return {
    byNumber: (order) => orders.get(order),
    placedBy: (id) => orders.get(byCommand.get(id) ?? ''),
    paymentOf: (id) => payments.get(id),
    reversalOf: (post) => reversals.get(post)?.id,
    payments: () => [...payments.values()],
    get full() {
      return orders.size >= maximum;
    },
    add,
  };
}
