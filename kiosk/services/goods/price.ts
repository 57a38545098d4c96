/** What an order costs, and the tax that is in it. Amounts are minor units. */
import type { Config } from '../../../config/schema.ts';
import { paperWords } from '../../text/paper.ts';
import type { Bill, Bilingual, OrderItem } from '../biller/contract.ts';

export type Product = NonNullable<Config['goods']>['products'][number];

export interface Pricing {
  readonly catalogue: ReadonlyMap<string, Product>;
  readonly payee: Bilingual;
  /** ISO 4217. */
  readonly currency: string;
}

const title: Bilingual = { 'zh-CN': paperWords['zh-CN'].order, en: paperWords.en.order };

/** The bill for these goods under this number; null when something of it is not sold, or not so many at once. */
export function orderBill(
  { catalogue, payee, currency }: Pricing,
  number: string,
  items: readonly OrderItem[],
): Bill | null {
  const lines: Bill['lines'][number][] = [];
  const byRate = new Map<number, number>();
  const seen = new Set<string>();
  for (const { product: id, count } of items) {
    const product = catalogue.get(id);
    const fits = Number.isInteger(count) && count >= 1 && count <= (product?.mostPerOrder ?? 0);
    if (product === undefined || !fits || seen.has(id)) return null;
    seen.add(id);
    const minor = product.priceMinor * count;
    lines.push({ name: product.name, quantity: count, minor });
    byRate.set(product.taxPercent, (byRate.get(product.taxPercent) ?? 0) + minor);
  }
  if (lines.length === 0) return null;
  const taxes = [...byRate]
    .filter(([percent]) => percent > 0)
    .toSorted(([one], [other]) => one - other)
    .map(([percent, minor]) => ({ percent, minor: includedTax(minor, percent) }));
  const minor = lines.reduce((sum, line) => sum + line.minor, 0);
  const ordered = items.map(({ product, count }) => ({ product, count }));
  return { number, title, payee, payer: '', lines, currency, minor, goods: { items: ordered, taxes } };
}

/** The tax inside a sum, half up, in integers: a rate has at most one decimal. */
function includedTax(minor: number, percent: number): number {
  const rate = BigInt(Math.round(percent * 10));
  const whole = 1_000n + rate;
  return Number((BigInt(minor) * rate * 2n + whole) / (whole * 2n));
}
