/** Rules between the products of a catalogue. They read the document as it came, as those of `coherence.ts` do. */
import type { ConfigProblem, Known } from './coherence.ts';

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

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** Equal ids, a group with two names, too many groups, and a ticket that nothing can print. Never throws. */
export function goodsProblems(json: unknown, known: Known | undefined): readonly ConfigProblem[] {
  const config = fields(json);
  const goods = fields(config.goods);
  const products = Array.isArray(goods.products) ? goods.products.slice(0, 100).map(fields) : [];
  return [...equalIds(products), ...groups(products), ...ticket(goods, config.devices, known)];
}

function equalIds(products: readonly Fields[]): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const first = new Map<string, number>();
  for (const [at, { id }] of products.entries()) {
    if (typeof id !== 'string') continue;
    const before = first.get(id);
    if (before === undefined) first.set(id, at);
    else {
      const problem = `is ${JSON.stringify(id)}, which goods.products.${before} has already; each product needs its own id`;
      problems.push({ path: `goods.products.${at}.id`, problem });
    }
  }
  return problems;
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
        const problem = `is ${JSON.stringify(en)}, group ${seen.length}; there is room for ${groupsMaximum}, so put the product into one of the others`;
        problems.push({ path, problem });
      }
    } else if (like.zh !== zh || like.en !== en) {
      const problem = `shares one of its two names with that of goods.products.${like.at}; a group has the same name in both languages wherever it stands`;
      problems.push({ path, problem });
    }
  }
  return problems;
}

function ticket(goods: Fields, devices: unknown, known: Known | undefined): readonly ConfigProblem[] {
  if (known === undefined || goods.handOver !== 'ticket' || !Array.isArray(devices)) return [];
  const kinds: (string | null)[] = devices.slice(0, 100).map((device) => {
    const { protocol, settings } = fields(device);
    const rules =
      typeof protocol === 'string' && Object.hasOwn(known.protocols, protocol) ? known.protocols[protocol] : undefined;
    if (rules === undefined || rules.checkSettings(fields(settings)).length > 0) return null;
    return rules.kindOf(fields(settings));
  });
  // Of a device that is wrong by itself it is not known what it would be.
  if (kinds.some((kind) => kind === null || kind === 'printer')) return [];
  const problem = 'is "ticket", but no device is a printer; add one under devices or hand over by "number"';
  return [{ path: 'goods.handOver', problem }];
}
