/** The basket: what is wanted of the catalogue, until it is ordered and is a bill from there on. */
import type { Kiosk } from '../kiosk.ts';
import type { Session } from './session.ts';
import type { Bill, OrderedGoods, OrderItem } from '../services/biller/contract.ts';
import type { Intent } from '../server/wire.ts';
import { move, newId, put, type Turn } from '../turn.ts';

type Changed = Extract<Intent, { do: 'basket' }>;
type Product = NonNullable<Kiosk['rules']['goods']>['products'][number];

/** So many different products make one order: they still fit into a View, and on a ticket. */
export const basketKindsMaximum = 20;

export function productOf({ rules }: Kiosk, id: string): Product | null {
  return rules.goods?.products.find((product) => product.id === id) ?? null;
}

/** More than one order may have is taken as that many; what is not sold here, or one kind too many, changes nothing. */
export function basketChanged(turn: Turn, { stage }: Session, { product: id, count }: Changed): void {
  const product = productOf(turn.kiosk, id);
  if (stage.at !== 'shop' || stage.order !== null || product === null) return;
  const item = { product: id, count: Math.min(count, product.mostPerOrder) };
  const known = stage.basket.some((one) => one.product === id);
  if (!known && stage.basket.length >= basketKindsMaximum) return;
  const basket = known ? stage.basket.map((one) => (one.product === id ? item : one)) : [...stage.basket, item];
  move(turn, { ...stage, basket: basket.filter((one) => one.count > 0), problem: null });
}

export function orderBasket(turn: Turn, { id, stage }: Session): void {
  if (stage.at !== 'shop' || stage.order !== null || stage.basket.length === 0) return;
  const command = newId(turn, 'order');
  put(turn, { kind: 'order.place', command, session: id, items: stage.basket });
  move(turn, { ...stage, order: command, problem: null });
}

/** Back from what was ordered, with the basket as it was. */
export function shopAgain(turn: Turn, { items }: OrderedGoods): void {
  move(turn, { at: 'shop', basket: items, order: null, problem: null });
}

/** Whether the bill is over this basket, at the prices that stood on the glass. */
export function asOrdered(kiosk: Kiosk, basket: readonly OrderItem[], { lines, goods, minor }: Bill): boolean {
  if (goods === undefined || goods.items.length !== basket.length || lines.length !== basket.length) return false;
  const same = basket.every(({ product: id, count }, at) => {
    const [item, line, product] = [goods.items[at], lines[at], productOf(kiosk, id)];
    if (item?.product !== id || item.count !== count || line?.quantity !== count) return false;
    return line.minor === (product?.priceMinor ?? 0) * count;
  });
  return same && minor === basketMinor(kiosk, basket);
}

/** What the basket costs, minor units. */
export function basketMinor(kiosk: Kiosk, basket: readonly OrderItem[]): number {
  return basket.reduce((sum, { product, count }) => sum + (productOf(kiosk, product)?.priceMinor ?? 0) * count, 0);
}
