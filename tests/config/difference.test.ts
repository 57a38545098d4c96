import fc from 'fast-check';
import { expect, test } from 'vitest';
import cctalk from '../../config/examples/cctalk.json' with { type: 'json' };
import lab from '../../config/examples/lab.json' with { type: 'json' };
import wallets from '../../config/examples/wallets.json' with { type: 'json' };
import clinic from '../../config/presets/clinic.json' with { type: 'json' };
import mall from '../../config/presets/mall.json' with { type: 'json' };
import restaurant from '../../config/presets/restaurant.json' with { type: 'json' };
import supermarket from '../../config/presets/supermarket.json' with { type: 'json' };
import utility from '../../config/presets/utility.json' with { type: 'json' };
import { type Difference, differences } from '../../config/difference.ts';
import { mergeFragment } from '../../config/fragment.ts';
import { checkConfig, type Config } from '../../config/schema.ts';
import { plainAmount } from '../../kiosk/text/amount.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document is changed here wherever a test likes.
type Document = any;

function sound(document: unknown): Config {
  const checked = checkConfig(document);
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return checked.config;
}

function changed(document: unknown, change: (document: Document) => void): readonly Difference[] {
  const after = structuredClone(document) as Document;
  change(after);
  return differences(sound(document), sound(after), plainAmount);
}

const night = {
  method: 'alipay',
  leastMinor: 100,
  mostMinor: null,
  hours: { from: '08:00', to: '20:00' },
  feePercent: 0,
};
const withPolicy = { ...wallets, policies: [night] };

test.each<[string, object, (document: Document) => void, string, string, string]>([
  [
    'a sum',
    lab,
    (c) => (c.limits.cashMaximumMinor = 200_000),
    'limits.cashMaximumMinor',
    'Largest sum in cash: ¥5,000.00 → ¥2,000.00',
    '单笔现金上限：¥5,000.00 → ¥2,000.00',
  ],
  [
    'a duration',
    lab,
    (c) => (c.limits.idleMs = 45_000),
    'limits.idleMs',
    'Wait before asking who does nothing: 60 s → 45 s',
    '无操作提醒时间：60 秒 → 45 秒',
  ],
  [
    'hours that end',
    withPolicy,
    (c) => (c.policies[0].hours = null),
    'policies.alipay.hours',
    'Method Alipay: offered 08:00–20:00 → always',
    '方式 支付宝：可用时段 08:00–20:00 → 全天',
  ],
  [
    'limits of a way to pay',
    wallets,
    (c) => (c.policies = [night]),
    'policies',
    'Method Alipay: limits set (from ¥1.00; offered 08:00–20:00; fee elsewhere 0 %)',
    '方式 支付宝：设定限制（最低金额 ¥1.00；可用时段 08:00–20:00；另收手续费 0 %）',
  ],
  [
    'ways to pay',
    lab,
    (c) => (c.methods = ['voucher']),
    'methods',
    'Ways to pay: cash, cash slip → cash slip',
    '付款方式：现金、现金凭证 → 现金凭证',
  ],
  [
    'a device at another port',
    lab,
    (c) => (c.devices[1].port = '/dev/usb/lp0'),
    'devices.printer.port',
    'Device printer: port DATA/ports/printer → /dev/usb/lp0',
    '设备 printer：端口 DATA/ports/printer → /dev/usb/lp0',
  ],
  [
    'a setting of a device',
    lab,
    (c) => (c.devices[1].settings.columns = 32),
    'devices.printer.settings.columns',
    'Device printer: setting columns 42 → 32',
    '设备 printer：设置 columns 42 → 32',
  ],
  [
    'a device more',
    lab,
    (c) => c.devices.push({ id: 'scanner', protocol: 'scanner', port: '/dev/ttyUSB1', settings: {} }),
    'devices.scanner',
    'Device scanner: added (protocol scanner; port /dev/ttyUSB1)',
    '设备 scanner：新增（协议 scanner；端口 /dev/ttyUSB1）',
  ],
  ['a device less', lab, (c) => c.devices.pop(), 'devices.printer', 'Device printer: taken out', '设备 printer：移除'],
  [
    'a price',
    restaurant,
    (c) => (c.goods.products[0].priceMinor = 3_000),
    'goods.products.beef-noodles.priceMinor',
    'Goods Beef noodles: price ¥28.00 → ¥30.00',
    '商品 牛肉面：价格 ¥28.00 → ¥30.00',
  ],
  [
    'another order of the goods',
    restaurant,
    (c) => c.goods.products.splice(0, 7, ...c.goods.products.slice(0, 2).toReversed()),
    'goods.products',
    'Goods: order beef-noodles, fried-rice → fried-rice, beef-noodles',
    '商品：顺序 beef-noodles, fried-rice → fried-rice, beef-noodles',
  ],
  [
    'a text of our own',
    lab,
    (c) => (c.texts['welcome.bill'] = { 'zh-CN': '交费', en: 'Pay here' }),
    'texts.welcome.bill',
    'Text welcome.bill: our own words → Pay here',
    '文字 welcome.bill：原有文字 → 交费',
  ],
  [
    'a text in one language',
    restaurant,
    (c) => (c.texts['shop.card'].en = 'Eat here'),
    'texts.shop.card',
    'Text shop.card (English): Order here → Eat here',
    '文字 shop.card（英文）：Order here → Eat here',
  ],
  ['a rule that is left out', lab, (c) => delete c.refunds, 'refunds', 'Refunds: taken out', '退款：移除'],
  [
    'a rule that comes',
    restaurant,
    (c) => (c.refunds = { days: 1, attendantAboveMinor: 0 }),
    'refunds',
    'Refunds: added (Refund within 1 day; Refund without a person up to ¥0.00)',
    '退款：新增（退款期限 1 天；无需人工同意的退款上限 ¥0.00）',
  ],
  [
    'what was left out and has the usual value',
    lab,
    (c) => (c.limits.chargeMaximumMinor = 100_000),
    'limits.chargeMaximumMinor',
    'Largest sum by card or wallet: ¥50,000.00 → ¥1,000.00',
    '银行卡或钱包单笔上限：¥50,000.00 → ¥1,000.00',
  ],
])('%s is told in both languages', (_, document, change, path, en, zh) => {
  const told = changed(document, change);
  expect(told.map(({ text }) => text)).toContainEqual({ en, 'zh-CN': zh });
  expect(told.some((one) => one.path === path || one.path.startsWith(`${path}.`))).toBe(true);
});

test('what stands in both is not told, whatever was left out or written out', () => {
  expect(changed(lab, () => {})).toEqual([]);
  const written = (c: Document) =>
    Object.assign(c, { wallets: [], limits: { ...c.limits, chargeMaximumMinor: 5_000_000 } });
  expect(changed(lab, written)).toEqual([]);
});

test('sums before are said in the currency of before', () => {
  const [currency, largest] = changed(lab, (c) => {
    c.money.currency = 'EUR';
    c.limits.cashMaximumMinor = 10_000;
  });
  expect(currency?.text.en).toBe('Currency: CNY → EUR');
  expect(largest?.text.en).toBe('Largest sum in cash: ¥5,000.00 → €100.00');
});

test.each<[string, (settings: Document) => void]>([
  ['password', (settings) => (settings.password = '918273')],
  ['fixedKey', (settings) => (settings.fixedKey = '918273')],
  ['keys', (settings) => (settings.keys = ['918273'])],
  ['a secret below', (settings) => (settings.link = { credentials: { user: 'x', word: '918273' } })],
  ['pin', (settings) => (settings.pin = 918_273)],
])('%s of a device is never shown, whether it changes, comes or goes', (_, change) => {
  const terminal = (settings: object) => ({ id: 'terminal', protocol: 'zvt', port: '10.0.0.9:20007', settings });
  const [plain, secret] = [{}, {}] as [object, object];
  change(secret);
  const has = (settings: object) => ({ ...lab, devices: [...lab.devices, terminal(settings)] });
  for (const [before, after] of [
    [has(plain), has(secret)],
    [has(secret), has(plain)],
    [lab, has(secret)],
    [has(secret), lab],
  ]) {
    const told = differences(sound(before), sound(after), plainAmount);
    expect(told).toHaveLength(1);
    expect(JSON.stringify(told)).not.toContain('918273');
  }
});

test('of two passwords it is told that they differ, and of an address what is no secret', () => {
  const password = (one: string) => (c: Document) => (c.devices[2].settings.password = one);
  expect(changed(wallets, password('918273'))).toEqual([
    {
      path: 'devices.terminal.settings.password',
      before: 'not shown',
      after: 'not shown',
      text: {
        en: 'Device terminal: setting password changed, not shown',
        'zh-CN': '设备 terminal：设置 password 已更改，不显示',
      },
    },
  ]);
  const [set] = changed(wallets, (c) => delete c.devices[2].settings.password);
  expect(set?.text).toEqual({
    en: 'Device terminal: setting password not shown → not set',
    'zh-CN': '设备 terminal：设置 password 不显示 → 未设置',
  });
  const address = 'https://bills.example/kiosk?place=3&token=918273';
  const [, url] = changed(lab, (c) => Object.assign(c.biller, { kind: 'http', url: address }));
  expect(url?.text.en).toBe('Address of the biller: none → https://bills.example/kiosk?place=3&token=not+shown');
  expect(JSON.stringify(url)).not.toContain('918273');
});

test('an older document is compared as what it became', () => {
  const { staff: _, ...old } = structuredClone(lab) as Document;
  old.version = 1;
  delete old.limits.changeReservePieces;
  delete old.limits.takeChangeMs;
  expect(differences(sound(old), sound(lab), plainAmount)).toEqual([]);
  expect(changed(old, (c) => (c.limits.takeChangeMs = 60_000)).map(({ text }) => text.en)).toEqual([
    'Time to take a note of the change: 45 s → 60 s',
  ]);
});

const documents = [lab, cctalk, wallets, withPolicy, mall, supermarket, restaurant, clinic, utility];

/** What the differences tell, as a fragment: each path set to what is there after. */
function asFragment(told: readonly Difference[]): object {
  const fragment: Document = {};
  for (const { path, after } of told) {
    const name = path.startsWith('texts.') ? ['texts', path.slice('texts.'.length)] : path.split('.');
    const parent = name.slice(0, -1).reduce((at, key) => (at[key] ??= {}), fragment);
    parent[name.at(-1) as string] = after;
  }
  return fragment;
}

/** Lists of things in one order, and without what is never shown. */
function comparable(config: unknown): unknown {
  const { devices, wallets: gateways, goods, policies, ...rest } = structuredClone(config) as Document;
  for (const device of devices) delete device.settings.password;
  const byId = (list: Document[]) => list.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  return {
    ...rest,
    devices: byId(devices),
    wallets: byId(gateways),
    goods: goods && { ...goods, products: byId(goods.products) },
    policies: (policies ?? []).toSorted((one: Document, other: Document) => (one.method < other.method ? -1 : 1)),
  };
}

test('what is told is all there is: laid over the one as a fragment it gives the other', () => {
  fc.assert(
    fc.property(fc.constantFrom(...documents), fc.constantFrom(...documents), (one, other) => {
      const [before, after] = [sound(one), sound(other)];
      const told = differences(before, after, plainAmount);
      const orders = new Set(['devices', 'wallets', 'goods.products', 'policies']);
      const merged = mergeFragment(before, asFragment(told.filter(({ path }) => !orders.has(path))));
      expect(comparable(sound(merged))).toEqual(comparable(after));
      for (const { text } of told) {
        expect(text.en).not.toMatch(/undefined|\[object|null/);
        expect(text['zh-CN']).toMatch(/\p{Script=Han}/u);
      }
    }),
    { numRuns: 60 },
  );
});
