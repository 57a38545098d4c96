/** The screens of selling goods: the catalogue of a canteen, and what is wanted of it. */
import type { Config } from '../../config/schema.ts';
import type { GoodsPicture } from '../../kiosk/server/wire.ts';
import type { Bill } from '../../kiosk/services/biller/contract.ts';
import type { Visit } from '../../tests/kiosk/view/visit.ts';
import { slip, type Stage } from './stage.ts';

type Catalogue = NonNullable<Config['goods']>;
type Product = Catalogue['products'][number];
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
/** How much dearer goods with the longest names are. */
const longTimes = 100;
const mostPerOrder = 9;

/** So many groups, and of each so many products; left out: all. */
interface Shelves {
  readonly groups?: number;
  readonly perGroup?: number;
  readonly handOver?: Catalogue['handOver'];
}

/** How many are wanted of the product at that place of the whole catalogue. */
type Wanted = Readonly<Record<number, number>>;

function products(long: boolean, shelves: Shelves): readonly Product[] {
  const name = (text: string, tail: string, most: number) => (long ? `${text}${tail}`.slice(0, most).trimEnd() : text);
  return groups.slice(0, shelves.groups).flatMap(([label, goods], group) =>
    goods.slice(0, shelves.perGroup).map(([picture, zh, en, minor], place) => ({
      id: `p${group * 10 + place}`,
      name: { 'zh-CN': name(zh, tails[0], longestName['zh-CN']), en: name(en, tails[1], longestName.en) },
      group: { 'zh-CN': label[0], en: label[1] },
      priceMinor: long ? minor * longTimes : minor,
      taxPercent: 6,
      picture,
      mostPerOrder,
    })),
  );
}

/** Somebody has begun at a kiosk that sells them. */
function begun(stage: Stage, { handOver = 'ticket', ...shelves }: Shelves = {}): Visit {
  const goods = { products: [...products(stage.long, shelves)], handOver };
  return stage
    .kiosk((config) => ({ ...config, goods }))
    .boot()
    .begin(stage.lang);
}

function filled(stage: Stage, wanted: Wanted, shelves: Shelves = {}): Visit {
  const visit = begun(stage, shelves).ask({ do: 'task', task: 'buy' });
  for (const [place, count] of Object.entries(wanted)) visit.ask({ do: 'basket', product: `p${place}`, count });
  return visit;
}

/** The bill over what is in the basket, as whoever sells it answers. */
function orderOf({ kiosk, config }: Visit): Bill {
  const at = kiosk.session?.stage;
  if (at?.at !== 'shop') throw new Error(`no basket is open at ${at?.at}`);
  const lines = at.basket.map(({ product: id, count }) => {
    const product = config.goods?.products.find((one) => one.id === id);
    if (product === undefined) throw new Error(`${id} is not sold`);
    return { name: product.name, quantity: count, minor: product.priceMinor * count };
  });
  const minor = lines.reduce((sum, line) => sum + line.minor, 0);
  return {
    number: '#10000042',
    title: { 'zh-CN': '订单', en: 'Order' },
    payee: config.merchant.legalName,
    payer: '',
    lines,
    currency: config.money.currency,
    minor,
    goods: { items: at.basket, taxes: [{ percent: 6, minor: Math.round((minor * 6) / 106) }] },
  };
}

function ordered(stage: Stage, wanted: Wanted, shelves: Shelves = {}): { readonly visit: Visit; readonly bill: Bill } {
  const visit = filled(stage, wanted, shelves);
  const bill = orderOf(visit);
  visit.ask({ do: 'order' });
  return { visit: visit.step({ fact: 'bill.found', command: visit.pending(), bill }), bill };
}

/** Paid with a slip of so much more than it costs, minor units; the number of the goods has not come yet. */
function paid(stage: Stage, moreMinor: number, shelves: Shelves = {}): Visit {
  const { visit, bill } = ordered(stage, few, shelves);
  visit.ask({ do: 'confirm-bill' }).step({ fact: 'bill.found', command: visit.pending(), bill });
  return slip(visit, '000007', bill.minor + moreMinor);
}

const few: Wanted = { 0: 2, 3: 1, 5: 1 };
/** As many kinds as one order may have, one of them as often as may be. */
const many: Wanted = Object.fromEntries(
  Array.from({ length: 20 }, (_, index) => [index * 3, index === 0 ? mostPerOrder : (index % 3) + 1]),
);

/** By name. */
export const goodsSamples: Readonly<Record<string, (stage: Stage) => Visit>> = {
  'welcome-goods': (stage) => begun(stage),
  shop: (stage) => filled(stage, few, { groups: 4 }),
  'shop-empty': (stage) => filled(stage, {}, { groups: 4 }),
  'shop-few': (stage) => filled(stage, { 1: 1 }, { groups: 1, perGroup: 5 }),
  'shop-full': (stage) => filled(stage, many),
  'shop-busy': (stage) => filled(stage, few).ask({ do: 'order' }),
  'shop-down': (stage) => {
    const visit = filled(stage, { 0: mostPerOrder, 11: 1 }).ask({ do: 'order' });
    return visit.step({ fact: 'bill.unavailable', command: visit.pending(), reason: 'down' });
  },
  'review-goods': (stage) => ordered(stage, many).visit,
  'settling-goods': (stage) => paid(stage, 0),
  'settled-goods': (stage) => paid(stage, 0).booked().printed(),
  'settled-goods-number': (stage) => paid(stage, 0, { handOver: 'number' }).booked(),
  'settled-goods-change': (stage) => paid(stage, 1_000).booked().printed().printed(),
  'settled-goods-no-ticket': (stage) => paid(stage, 0).booked().refusedPrint(),
  'case-goods': (stage) => paid(stage, 0).waits(31_000).printed(),
};
