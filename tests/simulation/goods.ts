/** Who sells goods, at the other end: a catalogue, orders by number, bookings by payment id, and ways to go wrong. */
import type { Config } from '../../config/schema.ts';
import type { Bill, BillerCommand, BillerFact, BillPost, OrderItem } from '../../kiosk/services/biller/contract.ts';
import type { BillerMood } from './biller.ts';

type Goods = NonNullable<Config['goods']>;

const product = (id: string, priceMinor: number, taxPercent: number): Goods['products'][number] => ({
  id,
  name: { 'zh-CN': `商品 ${id}`, en: id },
  group: { 'zh-CN': '商品', en: 'Goods' },
  priceMinor,
  taxPercent,
  picture: 'box',
  mostPerOrder: 5,
});

/** What is sold in every simulated cabinet: sums that notes fit, and sums that they do not. */
export const simulatedGoods: Goods = {
  products: [product('tea', 600, 6), product('coffee', 1_250, 6), product('cake', 3_785, 13), product('water', 100, 0)],
  handOver: 'ticket',
};

interface Order {
  readonly bill: Bill;
  paidBy: string | null;
}

export class SimulatedGoods {
  private readonly orders = new Map<string, Order>();
  private readonly placed = new Map<string, string>();
  mood: BillerMood = 'well';
  /** Payment id → order and the number under which it is handed over, as booked. */
  readonly ledger = new Map<string, { readonly number: string; readonly minor: number; readonly pickUp: string }>();
  readonly refused = new Set<string>();
  /** Orders whose goods the kiosk let out. */
  readonly out = new Set<string>();

  isFor(command: BillerCommand): boolean {
    return command.command === 'order.place' || command.number.startsWith('#');
  }

  /** The answer, or null when it is lost or does not come in time. A post is booked before its answer is lost. */
  answer(command: BillerCommand): BillerFact | null {
    if (command.command === 'bill.post') return this.post(command);
    const { id } = command;
    if (this.mood !== 'well' && this.mood !== 'refuses' && this.mood !== 'forgets')
      return { fact: 'bill.unavailable', command: id, reason: 'down' };
    const number = command.command === 'order.place' ? this.place(id, command.items) : command.number;
    const order = this.orders.get(number);
    if (order === undefined) return { fact: 'bill.not-found', command: id };
    if (order.paidBy !== null) return { fact: 'bill.already-paid', command: id, paidOn: '2026-03-31T00:00:00.000Z' };
    return { fact: 'bill.found', command: id, bill: order.bill };
  }

  private place(id: string, items: readonly OrderItem[]): string {
    const before = this.placed.get(id);
    if (before !== undefined) return before;
    const number = `#${String(10_000_000 + this.orders.size)}`;
    const lines = items.flatMap(({ product: wanted, count }) => {
      const sold = simulatedGoods.products.find((one) => one.id === wanted);
      return sold === undefined ? [] : [{ name: sold.name, quantity: count, minor: sold.priceMinor * count }];
    });
    const minor = lines.reduce((sum, line) => sum + line.minor, 0);
    const title = { 'zh-CN': '订单', en: 'Order' };
    const payee = { 'zh-CN': '东湖小店', en: 'East Lake Shop' };
    const goods = { items, taxes: [] };
    this.orders.set(number, {
      bill: { number, title, payee, payer: '', lines, currency: 'CNY', minor, goods },
      paidBy: null,
    });
    this.placed.set(id, number);
    return number;
  }

  private post({ id, number, minor }: BillPost): BillerFact | null {
    if (this.mood === 'down') return null;
    const order = this.orders.get(number);
    const booked = this.ledger.get(id);
    if (booked === undefined) {
      if (this.refused.has(id) || this.mood === 'refuses' || order === undefined || order.paidBy !== null) {
        this.refused.add(id);
        return { fact: 'bill.refused', command: id, reason: 'other' };
      }
      order.paidBy = id;
      this.ledger.set(id, { number, minor, pickUp: String(this.ledger.size + 1).padStart(3, '0') });
    }
    const pickUp = this.ledger.get(id)?.pickUp ?? '';
    return this.mood === 'forgets' ? null : { fact: 'bill.posted', command: id, reference: pickUp };
  }
}
