/** The screens of selling goods: a catalogue of a canteen, laid on the frame that a kiosk shows. */
import type { AmountText, GoodsPicture, Lang, ScreenBody, View } from '../../kiosk/server/wire.ts';
import { shown, type Stage } from './stage.ts';

type Shop = Extract<ScreenBody, { screen: 'shop' }>;
type Settled = Extract<ScreenBody, { screen: 'settled' }>;
type Both = readonly [zh: string, en: string];
type Goods = readonly [picture: GoodsPicture, zh: string, en: string, minor: number];

const groups: readonly (readonly [Both, readonly Goods[]])[] = [
  [
    ['热饮', 'Hot drinks'],
    [
      ['cup', '美式咖啡', 'Black coffee', 1200],
      ['cup', '拿铁', 'Caffè latte', 1600],
      ['cup', '龙井茶', 'Longjing green tea', 800],
      ['cup', '菊花茶', 'Chrysanthemum tea', 800],
      ['milk', '热牛奶', 'Hot milk', 700],
      ['cup', '红豆豆浆', 'Red bean soy milk', 600],
      ['cup', '姜茶', 'Ginger tea', 600],
      ['cup', '热可可', 'Hot chocolate', 1400],
      ['bowl', '银耳羹', 'Sweet white fungus soup', 900],
      ['bowl', '黑芝麻糊', 'Black sesame soup', 900],
    ],
  ],
  [
    ['面食', 'Noodles'],
    [
      ['noodles', '兰州牛肉面', 'Lanzhou beef noodles', 2200],
      ['noodles', '番茄鸡蛋面', 'Tomato and egg noodles', 1600],
      ['dumpling', '猪肉白菜水饺', 'Pork and cabbage dumplings', 1800],
      ['dumpling', '素三鲜水饺', 'Vegetable dumplings', 1600],
      ['dumpling', '小笼包', 'Steamed soup dumplings', 2000],
      ['bread', '馒头', 'Steamed bun', 150],
      ['noodles', '炸酱面', 'Noodles with soybean paste', 1800],
      ['noodles', '葱油拌面', 'Scallion oil noodles', 1400],
      ['bread', '葱油饼', 'Scallion pancake', 500],
      ['dumpling', '鲜虾馄饨', 'Shrimp wonton soup', 2400],
    ],
  ],
  [
    ['套餐', 'Set meals'],
    [
      ['plate', '红烧肉套餐', 'Braised pork set meal', 3200],
      ['plate', '清蒸鲈鱼套餐', 'Steamed sea bass set meal', 4800],
      ['bowl', '皮蛋瘦肉粥', 'Pork and century egg congee', 1200],
      ['plate', '素食套餐', 'Vegetarian set meal', 2200],
      ['bowl', '白米饭', 'Steamed rice', 200],
      ['plate', '宫保鸡丁套餐', 'Kung Pao chicken set meal', 2800],
      ['plate', '儿童套餐', 'Set meal for children', 1800],
      ['bowl', '小米粥', 'Millet congee', 500],
      ['bowl', '鸡汤', 'Chicken soup', 1500],
      ['plate', '低盐套餐', 'Set meal low in salt', 2600],
    ],
  ],
  [
    ['糕点', 'Bakery'],
    [
      ['cake', '草莓奶油蛋糕', 'Strawberry cream cake', 2600],
      ['bread', '全麦吐司', 'Wholemeal bread', 1200],
      ['bread', '牛角包', 'Butter croissant', 900],
      ['cake', '无糖芝士蛋糕', 'Sugar-free cheesecake', 2800],
      ['cake', '绿豆糕', 'Mung bean cake', 1000],
      ['bread', '红豆面包', 'Red bean bread', 700],
      ['cake', '蛋挞', 'Egg tart', 600],
      ['cake', '月饼', 'Mooncake', 1500],
      ['bread', '肉松面包', 'Pork floss bread', 900],
      ['cake', '桂花糕', 'Osmanthus cake', 800],
    ],
  ],
  [
    ['水果', 'Fresh food'],
    [
      ['fruit', '红富士苹果', 'Fuji apple', 350],
      ['fruit', '水果拼盘', 'Plate of cut fruit', 1800],
      ['vegetable', '胡萝卜条', 'Carrot sticks', 600],
      ['vegetable', '田园沙拉', 'Garden salad', 1600],
      ['milk', '鲜牛奶', 'Fresh milk', 650],
      ['milk', '原味酸奶', 'Plain yoghurt', 800],
      ['fruit', '橙子', 'Orange', 400],
      ['bottle', '鲜榨橙汁', 'Fresh orange juice', 1500],
      ['bottle', '矿泉水', 'Mineral water', 200],
      ['bottle', '无糖乌龙茶', 'Oolong tea without sugar', 500],
    ],
  ],
  [
    ['日用品', 'For your stay'],
    [
      ['umbrella', '折叠雨伞', 'Folding umbrella', 3900],
      ['bag', '购物袋', 'Shopping bag', 100],
      ['box', '纸巾', 'Box of tissues', 500],
      ['box', '一次性拖鞋', 'Slippers', 800],
      ['bag', '探视果篮', 'Fruit basket for a visit', 12_800],
      ['box', '口罩（10 只）', 'Face masks, 10 pieces', 1000],
      ['bottle', '保温杯', 'Vacuum flask', 8900],
      ['box', '洗漱套装', 'Toiletries', 1900],
      ['bag', '毛巾', 'Towel', 1500],
      ['box', '充电线', 'Charging cable', 2900],
    ],
  ],
];

/** Forty signs, as long as a name may be; in Chinese they are twice as wide, and half as many. */
const tails: Both = ['（大份加热，附赠一次性餐具一套）', ' with a little extra on the side of it'];
const longestName = { 'zh-CN': 20, en: 40 } as const;

function amount(minor: number): AmountText {
  const [whole = '', fraction = ''] = (minor / 100).toFixed(2).split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return { sign: '¥', whole: grouped, fraction: fraction === '00' ? '' : `.${fraction}` };
}

interface Wish {
  /** How many of the product at that place of the whole catalogue; `most` where no more may be had. */
  readonly counts: Readonly<Record<number, number>>;
  readonly groups?: number;
  readonly perGroup?: number;
  readonly notice?: Both;
  readonly most?: number;
}

function pick(lang: Lang, [zh, en]: Both): string {
  return lang === 'en' ? en : zh;
}

function shop({ lang, long }: Stage, wish: Wish): Shop {
  const named = (zh: string, en: string) =>
    long ? `${pick(lang, [zh, en])}${pick(lang, tails)}`.slice(0, longestName[lang]).trimEnd() : pick(lang, [zh, en]);
  const shelves = groups.slice(0, wish.groups ?? groups.length).map(([label, goods], group) => ({
    label: pick(lang, label),
    products: goods.slice(0, wish.perGroup ?? goods.length).map(([picture, zh, en, minor], place) => {
      const number = group * 10 + place;
      const count = wish.counts[number] ?? 0;
      const price = long ? minor * 100 : minor;
      return {
        id: `p${number}`,
        name: named(zh, en),
        picture,
        minor: price,
        price: amount(price),
        count,
        most: count > 0 && count === wish.most,
      };
    }),
  }));
  const chosen = shelves.flatMap(({ products }) => products).filter(({ count }) => count > 0);
  const total = chosen.reduce((sum, { minor, count }) => sum + minor * count, 0);
  return {
    screen: 'shop',
    title: pick(lang, ['请选择商品', 'What would you like?']),
    groups: shelves.map(({ label, products }) => ({
      label,
      products: products.map(({ minor: _, ...product }) => product),
    })),
    basketLabel: pick(lang, ['购物篮', 'Your basket']),
    emptyBasket: pick(lang, ['点一下商品，即可放入', 'Touch what you would like']),
    basket: chosen.map(({ id, name, count, most, minor }) => ({
      id,
      name,
      count,
      most,
      amount: amount(minor * count),
    })),
    more: pick(lang, ['多一件', 'One more']),
    less: pick(lang, ['少一件', 'One less']),
    totalLabel: pick(lang, ['合计', 'Total']),
    total: amount(total),
    tax: pick(lang, ['价格已含税', 'Prices include tax']),
    notice: wish.notice === undefined ? null : { tone: 'caution', text: pick(lang, wish.notice) },
  };
}

function shopping(stage: Stage, wish: Wish): View {
  const body = shop(stage, wish);
  const { sign, whole, fraction } = body.total;
  const order = pick(stage.lang, [`核对订单，${whole}${fraction} 元`, `Check my order, ${sign}${whole}${fraction}`]);
  return {
    ...shown(stage.begun()),
    body,
    actions: [
      { place: 'back', label: pick(stage.lang, ['返回', 'Back']), intent: { do: 'back' } },
      { place: 'main', label: order, intent: { do: 'order' }, disabled: body.basket.length === 0 },
    ],
  };
}

/** What the kiosk shows of a bill, with goods in its place. */
function withBody<Screen extends ScreenBody['screen']>(
  view: View,
  screen: Screen,
  change: (body: Extract<ScreenBody, { screen: Screen }>) => ScreenBody,
): View {
  if (view.body.screen !== screen) throw new Error(`the kiosk shows ${view.body.screen} where ${screen} was meant`);
  return { ...view, body: change(view.body as Extract<ScreenBody, { screen: Screen }>) };
}

const few = { 0: 2, 3: 1, 5: 1 };
/** Twenty lines, one of them as many as may be. */
const many = Object.fromEntries(
  Array.from({ length: 20 }, (_, index) => [index * 3, index === 0 ? 9 : (index % 3) + 1]),
);

function reviewed(stage: Stage): View {
  const { basket, total } = shop(stage, { counts: many });
  const minor = Number(`${total.whole}${total.fraction}`.replace(',', '')) * 100;
  const lines = [{ name: { 'zh-CN': '商品', en: 'Goods' }, quantity: 1, minor }];
  return withBody(shown(stage.begun().found({ ...stage.bill, lines, minor })), 'review', (body) => ({
    ...body,
    title: pick(stage.lang, ['请核对订单', 'Is this your order?']),
    what: pick(stage.lang, ['商品', 'Goods']),
    payer: '',
    lines: basket.map(({ name, count, amount: of }) => ({ name, quantity: `${count} ×`, amount: of, drop: null })),
    total,
  }));
}

function boughtHere({ lang }: Stage): string {
  return pick(lang, ['商品 · 订单 G000042', 'Goods · order G000042']);
}

function pickUp({ lang }: Stage): Settled['pickUp'] {
  return {
    label: pick(lang, ['取餐号', 'Your pick-up number']),
    number: 'A042',
    text: pick(lang, [
      '请到一楼餐厅柜台，叫到此号时取餐',
      'Your goods are handed over at the counter when it is called',
    ]),
  };
}

/** By name; each is a View of its own. */
export const goodsSamples: Readonly<Record<string, (stage: Stage) => View>> = {
  'welcome-goods': (stage) =>
    withBody(shown(stage.begun()), 'welcome', (body) => {
      const [bill, ...others] = body.cards;
      const buy = {
        icon: 'goods',
        label: pick(stage.lang, ['购买商品', 'Buy something']),
        note: pick(stage.lang, ['选好后付款，凭号取货', 'Choose, pay, and take it at the counter']),
        off: null,
        intent: { do: 'task', task: 'buy' },
      } as const;
      return { ...body, cards: bill === undefined ? [buy] : [bill, buy, ...others] };
    }),
  shop: (stage) => shopping(stage, { counts: few, groups: 4 }),
  'shop-empty': (stage) => shopping(stage, { counts: {}, groups: 4 }),
  'shop-few': (stage) => shopping(stage, { counts: { 1: 1 }, groups: 1, perGroup: 5 }),
  'shop-full': (stage) => shopping(stage, { counts: many, most: 9 }),
  'shop-changed': (stage) =>
    shopping(stage, {
      counts: { 0: 9, 11: 1 },
      most: 9,
      notice: ['价格有变动，请再核对一遍', 'A price has changed. Check your basket once more.'],
    }),
  'review-goods': reviewed,
  'settled-goods': (stage) =>
    withBody(shown(stage.settled()), 'settled', (body) => ({
      ...body,
      text: boughtHere(stage),
      take: null,
      pickUp: pickUp(stage),
    })),
  'settled-goods-change': (stage) =>
    withBody(shown(stage.settled()), 'settled', (body) => ({
      ...body,
      text: boughtHere(stage),
      pickUp: pickUp(stage),
    })),
};
