/** Rules between the products of a catalogue. They read the document as it came, as those of `coherence.ts` do. */
import { type ConfigProblem, equalIds, type Fields, fields, type Known, protocolOf } from './coherence.ts';
import { both } from './fields.ts';

/** The names of our own line drawings of goods. */
export const pictures = [
  'cup',
  'bottle',
  'bowl',
  'noodles',
  'dumpling',
  'plate',
  'bread',
  'cake',
  'fruit',
  'vegetable',
  'milk',
  'bag',
  'box',
  'umbrella',
] as const;

/** So many tabs stand beside one another on the narrowest glass. */
const groupsMaximum = 6;

/** The id of a product. */
export const productId = /^[a-z][a-z0-9-]{0,31}$/;
export const productsMaximum = 60;
/** No product may be had more often in one order. */
export const countMaximum = 99;

/** Equal ids, a group with two names, too many groups, a ticket that nothing can print, and a relay that nobody has. Never throws. */
export function goodsProblems(json: unknown, known: Known | undefined): readonly ConfigProblem[] {
  const config = fields(json);
  const goods = fields(config.goods);
  const products = Array.isArray(goods.products) ? goods.products.slice(0, 100).map(fields) : [];
  return [
    ...equalIds(products, 'goods.products', both('product', '种商品')),
    ...groups(products),
    ...ticket(goods, config.devices, known),
    ...relay(goods, config.devices, known),
  ];
}

/** A group is the same when it has the same name in both languages; with one of them equal, it is one misspelt. */
function groups(products: readonly Fields[]): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const seen: { readonly zh: string; readonly en: string; readonly at: number }[] = [];
  for (const [at, product] of products.entries()) {
    const { 'zh-CN': zh, en } = fields(product.group);
    if (typeof zh !== 'string' || typeof en !== 'string') continue;
    const path = `goods.products.${at}.group`;
    const like = seen.find((group) => group.zh === zh || group.en === en);
    if (like === undefined) {
      seen.push({ zh, en, at });
      if (seen.length > groupsMaximum) {
        const problem = both(
          `is ${JSON.stringify(en)}, group ${seen.length}; there is room for ${groupsMaximum}, so put the product into one of the others`,
          `是 ${JSON.stringify(zh)}，第 ${seen.length} 个分类；最多 ${groupsMaximum} 个，请把商品归入其他分类`,
        );
        problems.push({ path, problem });
      }
    } else if (like.zh !== zh || like.en !== en) {
      const problem = both(
        `shares one of its two names with that of goods.products.${like.at}; a group has the same name in both languages wherever it stands`,
        `只有一种语言的名称与 goods.products.${like.at} 的分类相同；同一分类的两种名称处处相同`,
      );
      problems.push({ path, problem });
    }
  }
  return problems;
}

function ticket(goods: Fields, devices: unknown, known: Known | undefined): readonly ConfigProblem[] {
  if (known === undefined || goods.handOver !== 'ticket' || !Array.isArray(devices)) return [];
  const kinds: (string | null)[] = devices.slice(0, 100).map((device) => {
    const { settings, ...of } = fields(device);
    const protocol = protocolOf(of, known);
    if (protocol === undefined || protocol.checkSettings(fields(settings)).length > 0) return null;
    return protocol.kindOf(fields(settings));
  });
  // Of a device that is wrong by itself it is not known what it would be.
  if (kinds.some((kind) => kind === null || kind === 'printer')) return [];
  const problem = both(
    'is "ticket", but no device is a printer; add one under devices or hand over by "number"',
    '是 "ticket"，但没有设备是打印机；请在 devices 中加上，或改为 "number"',
  );
  return [{ path: 'goods.handOver', problem }];
}

/** Whether these settings of an I/O module name this relay. */
export function hasRelay(settings: unknown, name: string): boolean {
  return Object.hasOwn(fields(fields(settings).relays), name);
}

function relay(goods: Fields, devices: unknown, known: Known | undefined): readonly ConfigProblem[] {
  const { name } = fields(goods.relay);
  if (goods.handOver !== 'relay') {
    if (goods.relay === undefined) return [];
    const problem = both(
      'is for goods that are handed over by "relay"; leave it out, or hand over by "relay"',
      '只用于取货方式为 "relay" 的商品；请去掉，或把取货方式改为 "relay"',
    );
    return [{ path: 'goods.relay', problem }];
  }
  if (goods.relay === undefined) {
    const problem = both(
      'is missing: "handOver" is "relay", so name the relay and for how long it is on, such as {"name":"goods","ms":800}',
      '缺失："handOver" 是 "relay"，所以要写明继电器的名称和吸合时间，例如 {"name":"goods","ms":800}',
    );
    return [{ path: 'goods.relay', problem }];
  }
  if (known === undefined || typeof name !== 'string' || !Array.isArray(devices)) return [];
  const has = devices.slice(0, 100).some((device) => {
    const { settings, ...of } = fields(device);
    const protocol = protocolOf(of, known);
    // Of a device that is wrong by itself it is not known what it would be.
    if (protocol === undefined || protocol.checkSettings(fields(settings)).length > 0) return true;
    return protocol.kindOf(fields(settings)) === 'cabinet-io' && hasRelay(settings, name);
  });
  if (has) return [];
  const is = JSON.stringify(name);
  const problem = both(
    `is ${is}, and no I/O module has a relay of that name; add it under "relays" of the module's settings`,
    `是 ${is}，而没有输入输出模块有这个名称的继电器；请在模块设置的 "relays" 中加上`,
  );
  return [{ path: 'goods.relay.name', problem }];
}
