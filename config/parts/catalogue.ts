/** What a shop sells, and how it is handed over. */
import * as v from 'valibot';
import { about, bilingual, both, mustBe, oneOf, record, text, things, whole } from '../fields.ts';
import { countMaximum, pictures, productId, productsMaximum } from '../goods.ts';

const product = record({
  id: about(
    text(
      both(
        'a name of 1 to 32 small letters, digits and hyphens, beginning with a letter',
        '以小写字母开头的名称，由 1 到 32 个小写字母、数字和连字符组成',
      ),
      productId,
    ),
    {
      name: both('name', '名称'),
      purpose: 'in orders and in the journal',
    },
  ),
  name: about(bilingual(40), { name: both('called', '品名'), purpose: 'on the glass, the receipt and the ticket' }),
  group: about(bilingual(20), {
    name: both('group', '分类'),
    purpose: 'the tab it stands under, the same in both languages wherever it stands; at most six',
  }),
  priceMinor: about(
    whole(both('the price of one in minor units, tax included', '单价，含税，以最小货币单位计'), 1, 10_000_000),
    {
      name: both('price', '价格'),
      purpose: 'of one',
      unit: 'minor',
    },
  ),
  taxPercent: about(
    v.pipe(
      v.number(),
      v.minValue(0),
      v.maxValue(100),
      v.check((percent) => Math.round(percent * 10) / 10 === percent),
      mustBe(
        both(
          'the tax included in the price in percent: a number from 0 to 100 with at most one decimal',
          '0 到 100 之间的数，最多一位小数（价格所含的税率，百分比）',
        ),
      ),
    ),
    { name: both('tax', '税率'), purpose: 'told on the receipt for each rate', unit: 'percent' },
  ),
  picture: about(oneOf(pictures), { name: both('picture', '图案'), purpose: 'one of our own line drawings' }),
  mostPerOrder: about(whole(both('how many of it one order may have', '每单最多几件'), 1, countMaximum), {
    name: both('most in one order', '每单最多'),
    purpose: 'then the glass offers no more of it',
  }),
});

const relay = about(
  record({
    name: about(
      text(
        both(
          'the name of a relay in the settings of an I/O module: 1 to 32 small letters, digits and hyphens, beginning with a letter',
          '输入输出模块设置中的继电器名称：以小写字母开头，由 1 到 32 个小写字母、数字和连字符组成',
        ),
        /^[a-z][a-z0-9-]{0,31}$/,
      ),
      { name: both('Relay of the hatch', '取货口继电器'), purpose: 'which opens the hatch' },
    ),
    ms: about(whole(both('milliseconds for which it is on', '吸合时间，毫秒'), 50, 10_000), {
      name: both('Hatch relay is on for', '取货口继电器吸合时间'),
      purpose: 'at most once for an order',
      unit: 'ms',
    }),
  }),
  {
    name: both('Hatch', '取货口'),
    purpose: 'of goods that are handed over by relay',
    leftOut: 'no hatch',
  },
);

export const goods = v.optional(
  about(
    record({
      products: about(
        things(
          product,
          'id',
          [1, productsMaximum],
          both(`a list of 1 to ${productsMaximum} products`, `1 到 ${productsMaximum} 种商品的列表`),
        ),
        {
          name: both('Goods', '商品'),
          purpose: 'what is sold, in this order',
          calledBy: 'name',
        },
      ),
      handOver: about(oneOf(['ticket', 'number', 'relay']), {
        name: both('Goods are handed over by', '取货方式'),
        purpose: 'a printed ticket, a number on the glass, or a hatch that opens',
        choices: {
          ticket: both('ticket', '取货单'),
          number: both('number', '取货号'),
          relay: both('hatch', '取货口'),
        },
      }),
      relay: v.optional(relay),
    }),
    {
      name: both('Catalogue', '商品目录'),
      purpose: 'What is sold here without a bill.',
      leftOut: 'nothing is sold',
    },
  ),
);
