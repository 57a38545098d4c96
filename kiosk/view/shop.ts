/** The catalogue and the basket: what can be bought here, and what is wanted of it. */
import type { Lang, ScreenBody } from '../server/wire.ts';
import { basketKindsMaximum, basketMinor, productOf } from '../session/shop.ts';
import type { Stage } from '../session/stage.ts';
import { action, type Page, type Part, set } from './page.ts';

type Body = Extract<ScreenBody, { screen: 'shop' }>;
type ShopStage = Extract<Stage, { at: 'shop' }>;

export function shop(page: Page, stage: ShopStage): Part {
  const { shop: words, frame } = page.words;
  const { basket, order } = stage;
  const back = action('back', frame.back, { do: 'back' }, order !== null);
  const { askTitle: title, askText: text, askYes: yes, askNo: no } = words;
  return {
    body: {
      screen: 'shop',
      title: words.title,
      groups: groupsOf(page, stage),
      basketLabel: words.basket,
      emptyBasket: words.empty,
      basket: basketOf(page, stage),
      more: words.more,
      less: words.less,
      totalLabel: words.total,
      total: set(page, basketMinor(page.kiosk, basket)),
      tax: words.tax,
      notice: noticeOf(page, stage),
    },
    actions: [
      basket.length === 0 ? back : { ...back, ask: { title, text, yes, no } },
      action('main', words.order, { do: 'order' }, basket.length === 0 || order !== null),
    ],
  };
}

function countIn({ basket }: ShopStage, id: string): number {
  return basket.find(({ product }) => product === id)?.count ?? 0;
}

function groupsOf(page: Page, stage: ShopStage): Body['groups'] {
  const groups = new Map<string, Body['groups'][number]['products'][number][]>();
  const full = stage.basket.length >= basketKindsMaximum;
  for (const product of page.kiosk.rules.goods?.products ?? []) {
    const label = product.group[page.lang];
    const count = countIn(stage, product.id);
    const { id, picture, mostPerOrder } = product;
    const shown = {
      id,
      name: product.name[page.lang],
      picture,
      count,
      most: count >= mostPerOrder || (full && count === 0),
    };
    groups.set(label, [...(groups.get(label) ?? []), { ...shown, price: set(page, product.priceMinor) }]);
  }
  return [...groups].map(([label, products]) => ({ label, products }));
}

function basketOf(page: Page, { basket }: ShopStage): Body['basket'] {
  return basket.map(({ product: id, count }) => {
    const product = productOf(page.kiosk, id);
    const amount = set(page, (product?.priceMinor ?? 0) * count);
    return { id, name: nameIn(product?.name, page.lang), count, amount, most: count >= (product?.mostPerOrder ?? 0) };
  });
}

function nameIn(name: Readonly<Record<Lang, string>> | undefined, lang: Lang): string {
  return name?.[lang] ?? '';
}

function noticeOf(page: Page, { basket, order, problem }: ShopStage): Body['notice'] {
  const { shop: words } = page.words;
  if (order !== null) return { tone: 'busy', text: words.busy };
  if (problem !== null) return { tone: 'caution', text: words.down(page.window) };
  return basket.length < basketKindsMaximum ? null : { tone: 'calm', text: words.full(String(basketKindsMaximum)) };
}
