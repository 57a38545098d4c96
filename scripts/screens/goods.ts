/** The screens of selling goods: kiosks that have the catalogue of a canteen, led from the basket to the number. */
import restaurant from '../../config/presets/restaurant.json' with { type: 'json' };
import type { Config } from '../../config/schema.ts';
import type { GoodsPicture } from '../../kiosk/server/wire.ts';
import type { Bill, OrderItem } from '../../kiosk/services/biller/contract.ts';
import { orderBill } from '../../kiosk/services/goods/price.ts';
import { behindHatch, type Visit, withChange, withCharges } from '../../tests/kiosk/view/visit.ts';
import { cash, paidOut, slip, type Stage } from './stage.ts';

type Sample = (stage: Stage) => Visit;
type Product = NonNullable<Config['goods']>['products'][number];
type Both = readonly [zh: string, en: string];
type Goods = readonly [picture: GoodsPicture, zh: string, en: string, minor: number];

const groups: readonly (readonly [label: Both, taxPercent: number, goods: readonly Goods[]])[] = [
  [
    ['热饮', 'Hot drinks'],
    6,
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
    6,
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
    6,
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
    6,
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
    9,
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
    13,
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

/** They make each name as long as one may be. */
const tails: Both = [
  '（大份加热，附赠一次性餐具一套，可以另外选择辣度、葱花、香菜和醋，请在取货时告知）',
  ' with a little extra on the side of it',
];
const longestName = 40;
/** So much more costs each of them then. */
const longestPrice = 100;
const mostOfOne = 9;

interface Assortment {
  readonly groups?: number;
  readonly perGroup?: number;
  readonly handOver?: 'ticket' | 'number';
}

/** The kiosk's catalogue; the product at place p of group g is `pgp`, without a 0 in front. */
function catalogue({ long }: Stage, { groups: shelves, perGroup }: Assortment): readonly Product[] {
  const name = (short: string, tail: string) => (long ? `${short}${tail}`.slice(0, longestName).trimEnd() : short);
  const bilingual = ([zh, en]: Both) => ({ 'zh-CN': zh, en });
  return groups.slice(0, shelves).flatMap(([label, taxPercent, goods], group) =>
    goods.slice(0, perGroup).map(([picture, zh, en, minor], place) => ({
      id: `p${group * 10 + place}`,
      name: bilingual([name(zh, tails[0]), name(en, tails[1])]),
      group: bilingual(label),
      priceMinor: long ? minor * longestPrice : minor,
      taxPercent,
      picture,
      mostPerOrder: mostOfOne,
    })),
  );
}

/** A kiosk that sells them, not yet switched on; `change` is made to its configuration first. */
function selling(stage: Stage, assortment: Assortment, change: (config: Config) => Config = (config) => config): Visit {
  const goods = { products: [...catalogue(stage, assortment)], handOver: assortment.handOver ?? 'ticket' };
  return stage.kiosk((config) => change({ ...config, goods }));
}

/** Somebody has begun there. */
function begun(stage: Stage, assortment: Assortment): Visit {
  return selling(stage, assortment).boot().begin(stage.lang);
}

/** How many are wanted of which product. */
type Wanted = Readonly<Record<number, number>>;

const few: Wanted = { 0: 2, 3: 1, 5: 1 };
/** As many kinds as one order may have, one of them as often as may be. */
const many: Wanted = Object.fromEntries(
  Array.from({ length: 20 }, (_, index) => [index * 3, index === 0 ? mostOfOne : (index % 3) + 1]),
);

function wanting(visit: Visit, wanted: Wanted): Visit {
  visit.ask({ do: 'task', task: 'buy' });
  for (const [number, count] of Object.entries(wanted)) visit.ask({ do: 'basket', product: `p${number}`, count });
  return visit;
}

function shopping(stage: Stage, wanted: Wanted, assortment: Assortment = { groups: 4 }): Visit {
  return wanting(begun(stage, assortment), wanted);
}

/** What the kiosk's own shop answers about the basket, at these prices. */
function priced({ config }: Visit, items: readonly OrderItem[], products = config.goods?.products ?? []): Bill {
  const { merchant, money } = config;
  const pricing = {
    catalogue: new Map(products.map((product) => [product.id, product])),
    payee: merchant.legalName,
    currency: money.currency,
  };
  const bill = orderBill(pricing, '#10472938', items);
  if (bill === null) throw new Error('the kiosk does not sell what its glass shows');
  return bill;
}

/** As far as the review of what is in the basket. */
function reviewed(visit: Visit): Visit {
  const stage = visit.kiosk.session?.stage;
  if (stage?.at !== 'shop') throw new Error(`nothing can be ordered at ${stage?.at}`);
  visit.ask({ do: 'order' });
  return visit.step({ fact: 'bill.found', command: visit.pending(), bill: priced(visit, stage.basket) });
}

function billOf({ kiosk }: Visit): Bill {
  const stage = kiosk.session?.stage;
  if (stage?.at !== 'review') throw new Error(`nothing is reviewed at ${stage?.at}`);
  return stage.bill;
}

/** As far as the choice of a method. */
function confirmed(visit: Visit): Visit {
  const bill = billOf(reviewed(visit).ask({ do: 'confirm-bill' }));
  return visit.step({ fact: 'bill.found', command: visit.pending(), bill });
}

/** Paid to the last unit: ¥38 with notes, the longest sum with a slip of an earlier visit. */
function paid(stage: Stage, assortment: Assortment = {}): Visit {
  return payExactly(stage, confirmed(shopping(stage, few, assortment)));
}

function payExactly(stage: Stage, visit: Visit): Visit {
  if (stage.long) return slip(visit, '000007', visit.kiosk.session?.sale?.bill.minor ?? 0);
  for (const minor of [2000, 1000, 500, 100, 100, 100]) noteInto(visit, minor);
  return visit;
}

function noteInto(visit: Visit, minor: number): Visit {
  return (visit.kiosk.session?.stage.at === 'pay-cash' ? visit : cash(visit)).note(minor);
}

/** ¥38 with a note of ¥50, the longest sum with a larger slip. */
function overpaid({ long }: Stage, visit: Visit): Visit {
  const ready = confirmed(wanting(visit, few));
  return long ? slip(ready, '000007', 1_888_888) : noteInto(ready, 5_000);
}

/** The payment was not answered while somebody waited for the number. */
function unanswered(stage: Stage): Visit {
  const visit = paid(stage);
  for (let n = 0; visit.kiosk.session?.stage.at !== 'case' && n < 20; n++) visit.waits(5_000);
  return visit;
}

const number = '042';

/** Goods behind a hatch are chosen. */
function atHatch(stage: Stage): Visit {
  const behind = (config: Config) => behindHatch(config, config.goods?.products ?? []);
  return wanting(selling(stage, { groups: 4 }, behind).boot().begin(stage.lang), few);
}

/** Paid for, and it is told to open. */
function hatch(stage: Stage): Visit {
  return payExactly(stage, confirmed(atHatch(stage))).booked(number);
}

function hatchTold(stage: Stage, known: boolean): Visit {
  const visit = hatch(stage);
  const [release] = Object.values(visit.kiosk.releases);
  if (release === undefined) throw new Error('no hatch was told to open');
  const { device, command, relay } = release;
  if (known) return visit.step({ fact: 'relay.done', device, command, relay });
  return visit.step({ fact: 'relay.unknown', device, command, relay, reason: 'no answer' });
}

/** The words that its preset gives a restaurant. */
function dining(stage: Stage): Visit {
  return selling(stage, {}, (config) => ({ ...config, preset: 'restaurant', texts: restaurant.texts })).boot();
}

/** By name; each is a View of its own. */
export const goodsSamples: Readonly<Record<string, Sample>> = {
  'attract-goods': (stage) => selling(stage, {}).boot(),
  'attract-restaurant': dining,
  'welcome-goods': (stage) => begun(stage, {}),
  'welcome-restaurant': (stage) => dining(stage).begin(stage.lang),
  'help-goods': (stage) => selling(stage, {}, withCharges).boot().begin(stage.lang).ask({ do: 'help' }),
  shop: (stage) => shopping(stage, few),
  'shop-empty': (stage) => shopping(stage, {}),
  'shop-few': (stage) => shopping(stage, { 1: 1 }, { groups: 1, perGroup: 5 }),
  'shop-most': (stage) => shopping(stage, { 0: mostOfOne, 11: 1 }),
  'shop-full': (stage) => shopping(stage, many, {}),
  'shop-busy': (stage) => shopping(stage, few).ask({ do: 'order' }),
  'shop-down': (stage) => {
    const visit = shopping(stage, few).ask({ do: 'order' });
    return visit.step({ fact: 'bill.unavailable', command: visit.pending(), reason: 'down' });
  },
  'review-goods': (stage) => reviewed(shopping(stage, few)),
  'review-goods-number': (stage) => reviewed(shopping(stage, few, { handOver: 'number' })),
  'review-goods-many': (stage) => reviewed(shopping(stage, many, {})),
  'review-goods-changed': (stage) => {
    const visit = reviewed(shopping(stage, few)).ask({ do: 'confirm-bill' });
    const items = billOf(visit).goods?.items ?? [];
    const dearer = catalogue(stage, {}).map((one) => ({ ...one, priceMinor: one.priceMinor + 100 }));
    return visit.step({ fact: 'bill.found', command: visit.pending(), bill: priced(visit, items, dearer) });
  },
  'choose-goods': (stage) => confirmed(shopping(stage, few)),
  'settling-goods': (stage) => paid(stage),
  'settled-goods': (stage) => paid(stage, { handOver: 'number' }).booked(number),
  'settled-goods-ticket-comes': (stage) => paid(stage).booked(number),
  'settled-goods-ticket': (stage) => paid(stage).booked(number).printed(),
  'settled-goods-ticket-failed': (stage) => paid(stage).booked(number).refusedPrint(),
  'settled-goods-change': (stage) => overpaid(stage, begun(stage, {})).printed().booked(number).printed(),
  'find-receipt-goods': (stage) =>
    selling(stage, {}, (config) => ({ ...config, refunds: { days: 7, attendantAboveMinor: 20_000 } }))
      .boot()
      .begin(stage.lang)
      .ask({ do: 'task', task: 'receipt' }),
  'documents-goods': (stage) => paid(stage).booked(number).printed().ask({ do: 'finish' }),
  'settled-goods-cash': (stage) => {
    const kiosk = selling(stage, { handOver: 'number' }, withChange).boot().filled();
    const visit = overpaid(stage, kiosk.begin(stage.lang));
    return paidOut(stage.long ? visit.printed() : visit).booked(number);
  },
  'review-goods-hatch': (stage) => reviewed(atHatch(stage)),
  'settled-goods-hatch-opens': hatch,
  'settled-goods-hatch': (stage) => hatchTold(stage, true),
  'settled-goods-hatch-failed': (stage) => hatchTold(stage, false),
  'settled-goods-case': (stage) => unanswered(stage).ask({ do: 'finish' }),
  'case-goods': (stage) => unanswered(stage),
};
