/**
 * The orders of a kiosk that sells goods: what was ordered, at what price, how it was paid, and what became of it. One JSON
 * line each, in `DATA/goods.jsonl`.
 */
import * as v from 'valibot';
import { countMaximum, productsMaximum } from '../../../config/goods.ts';
import { openLines } from '../durable-lines.ts';
import { orderNumber } from './contract.ts';

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const minor = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const number = v.pipe(v.string(), v.regex(orderNumber));
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
    v.array(
      v.strictObject({
        product: text,
        count: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(countMaximum)),
      }),
    ),
    v.minLength(1),
    v.maxLength(productsMaximum),
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

/**
 * All of them are held in memory and read at each start. With so many, the older ones are forgotten: of the newest, `unpaid`
 * stay that were not paid, and `paid` that were. Whoever pays does so within one visit, and a kiosk asks again for what it was
 * not answered long before so many more are sold.
 */
export interface OrderLimits {
  readonly most: number;
  readonly unpaid: number;
  readonly paid: number;
}
const usualLimits: OrderLimits = { most: 100_000, unpaid: 1_000, paid: 20_000 };

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
  /** Throws when the disk does not take it; then it is not there. Before one order too many, old ones are forgotten. */
  add(line: Line): void;
}

/** Throws, naming file and line, where one is no order. */
export function openOrders(path: string, limits = usualLimits): Orders {
  let kept: Line[] = [];
  const orders = new Map<string, Order>();
  const byCommand = new Map<string, string>();
  const payments = new Map<string, Payment>();
  const reversals = new Map<string, Reversal>();
  const change = (order: string, to: Partial<Order>) => {
    const known = orders.get(order);
    if (known !== undefined) orders.set(order, { ...known, ...to });
  };
  const keep = (line: Line) => {
    kept.push(line);
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
  const lines = openLines<Line>({
    path,
    isLine: (json): json is Line => v.is(anyLine, json),
    notOne: 'this is no order',
    without: 'goods that are paid would not be handed over',
    keep,
  });
  const forget = () => {
    const stay = newest(orders, limits);
    const some = kept.filter((line) => stay.has(orderOf(line)));
    lines.keepOnly(some);
    for (const all of [orders, byCommand, payments, reversals]) all.clear();
    kept = [];
    for (const line of some) keep(line);
  };
  return {
    byNumber: (order) => orders.get(order),
    placedBy: (id) => orders.get(byCommand.get(id) ?? ''),
    paymentOf: (id) => payments.get(id),
    reversalOf: (post) => reversals.get(post)?.id,
    payments: () => [...payments.values()],
    add(line) {
      if ('order' in line && orders.size >= limits.most) forget();
      lines.add(line);
    },
  };
}

function newest(orders: ReadonlyMap<string, Order>, limits: OrderLimits): ReadonlySet<string> {
  const all = [...orders.values()];
  const unpaid = all.filter(({ payment }) => payment === null).slice(-limits.unpaid);
  const paidFor = all.filter(({ payment }) => payment !== null).slice(-limits.paid);
  return new Set([...unpaid, ...paidFor].map(({ number: order }) => order));
}

function orderOf(line: Line): string {
  if ('order' in line) return line.order;
  if ('quoted' in line) return line.quoted;
  if ('paid' in line) return line.paid;
  return 'reversed' in line ? line.reversed : line.handedOver;
}
