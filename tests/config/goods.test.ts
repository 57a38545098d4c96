import { expect, test } from 'vitest';
import lab from '../../config/examples/lab.json' with { type: 'json' };
import restaurant from '../../config/presets/restaurant.json' with { type: 'json' };
import { checkConfig } from '../../config/schema.ts';
import { warningsOf } from '../../config/warnings.ts';
import { knownHardware } from '../../hardware/catalog.ts';
import { problemsByPath } from './in-chinese.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document is broken here on purpose, wherever a test likes.
type Broken = any;

function problemsOf(change: (document: Broken) => void): Readonly<Record<string, string>> {
  const document = structuredClone(restaurant) as Broken;
  change(document);
  const checked = checkConfig(document, knownHardware);
  return checked.ok ? {} : problemsByPath(checked.problems);
}

test('who has no goods leaves them out, and is told nothing', () => {
  const checked = checkConfig(lab, knownHardware);
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  expect(checked.config.goods).toBeUndefined();
  expect(warningsOf(checked.config, knownHardware)).toEqual([]);
});

test.each([
  ['id', 'Tea'],
  ['name', { en: 'Tea' }],
  ['priceMinor', 0],
  ['priceMinor', 2.5],
  ['taxPercent', 6.25],
  ['taxPercent', -1],
  ['taxPercent', 101],
  ['picture', 'unicorn'],
  ['mostPerOrder', 0],
  ['mostPerOrder', 100],
])('a product whose %s is %j is refused at its place', (field, value) => {
  const paths = Object.keys(problemsOf(({ goods }) => Object.assign(goods.products[1], { [field]: value })));
  expect(paths.map((path) => path.startsWith(`goods.products.1.${field}`))).toEqual([true]);
});

test('a tax of one decimal is taken', () => {
  expect(problemsOf(({ goods }) => Object.assign(goods.products[0], { taxPercent: 8.3 }))).toEqual({});
});

test('a catalogue has 1 to 60 products', () => {
  const many = (count: number) =>
    problemsOf(({ goods }) => {
      goods.products = Array.from({ length: count }, (_, at) => ({ ...goods.products[0], id: `p${at}` }));
    });
  expect(Object.keys(many(0))).toEqual(['goods.products']);
  expect(many(60)).toEqual({});
  expect(Object.keys(many(61))).toEqual(['goods.products']);
});

test('two products with one id are refused', () => {
  const problems = problemsOf(({ goods }) => Object.assign(goods.products[3], { id: goods.products[0].id }));
  expect(problems).toEqual({
    'goods.products.3.id': 'is "beef-noodles", which goods.products.0 has already; each product needs its own id',
  });
});

test('a group that has another name in one language is refused', () => {
  const problems = problemsOf(({ goods }) => Object.assign(goods.products[1].group, { en: 'Main' }));
  expect(Object.keys(problems)).toContain('goods.products.1.group');
});

test('there is room for six groups', () => {
  const grouped = (count: number) =>
    problemsOf(({ goods }) => {
      goods.products = Array.from({ length: count }, (_, at) => ({
        ...goods.products[0],
        id: `p${at}`,
        group: { 'zh-CN': `组${at}`, en: `Group ${at}` },
      }));
    });
  expect(grouped(6)).toEqual({});
  expect(Object.keys(grouped(7))).toEqual(['goods.products.6.group']);
});

test('a relay has one name in its settings and here: 32 signs in both, and one more in neither', () => {
  const named = (name: string) =>
    problemsOf((document) => {
      const settings = { unit: 1, relays: { [name]: { coil: 8 } } };
      document.devices.push({ id: 'io', protocol: 'modbus', port: '/dev/ttyS9', settings });
      Object.assign(document.goods, { handOver: 'relay', relay: { name, ms: 800 } });
    });
  const must = '1 to 32 small letters, digits and hyphens, beginning with a letter';
  expect(named(`g${'o'.repeat(31)}`)).toEqual({});
  const long = `g${'o'.repeat(32)}`;
  expect(named(long)).toEqual({
    [`devices.2.settings.relays.${long}`]: expect.stringContaining(must),
    'goods.relay.name': expect.stringContaining(must),
  });
});

test('a ticket needs a printer, and a number needs none', () => {
  const withoutPrinter = (handOver: string) =>
    problemsOf((document) => {
      document.devices = document.devices.slice(0, 1);
      document.goods.handOver = handOver;
    });
  expect(Object.keys(withoutPrinter('ticket'))).toEqual(['goods.handOver']);
  expect(withoutPrinter('number')).toEqual({});
});
