import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import lab from '../../config/examples/lab.json' with { type: 'json' };
import wallets from '../../config/examples/wallets.json' with { type: 'json' };
import restaurant from '../../config/presets/restaurant.json' with { type: 'json' };
import { mergeFragment } from '../../config/fragment.ts';
import { checkConfig } from '../../config/schema.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document is read here wherever a test likes.
type Document = any;

function merged(document: object, fragment: unknown): Document {
  const before = structuredClone(document);
  const result = mergeFragment(document, fragment);
  expect(document).toEqual(before);
  return result;
}

function problems(json: unknown): readonly string[] {
  const checked = checkConfig(json);
  return checked.ok ? [] : checked.problems.map(({ path }) => path);
}

describe('a fragment', () => {
  test('changes what it names and nothing else', () => {
    const result = merged(lab, { limits: { cashMaximumMinor: 200_000 }, place: { en: 'Hall B' } });
    expect(result).toEqual({
      ...lab,
      limits: { ...lab.limits, cashMaximumMinor: 200_000 },
      place: { ...lab.place, en: 'Hall B' },
    });
  });

  test('names things of a list by their id: one is changed, one taken out, one added at the end', () => {
    const scanner = { protocol: 'scanner', port: '/dev/ttyUSB1', settings: {} };
    const result = merged(lab, { devices: { acceptor: null, printer: { port: '/dev/usb/lp0' }, scanner } });
    expect(result.devices).toEqual([
      { ...lab.devices[1], port: '/dev/usb/lp0' },
      { id: 'scanner', ...scanner },
    ]);
  });

  test('reaches into products, wallets and policies too', () => {
    const { goods } = merged(restaurant, { goods: { products: { tea: { priceMinor: 700 }, water: null } } });
    expect(goods.products.map(({ id, priceMinor }: Document) => [id, priceMinor])).toEqual(
      restaurant.goods.products
        .filter(({ id }) => id !== 'water')
        .map(({ id, priceMinor }) => [id, id === 'tea' ? 700 : priceMinor]),
    );
    const result = merged(wallets, {
      wallets: { alipay: { alipay: { notifyUrl: null } } },
      policies: { alipay: { leastMinor: 1, mostMinor: null, hours: null, feePercent: 0 } },
    });
    expect(result.wallets[0].alipay.notifyUrl).toBeNull();
    expect(result.policies).toEqual([{ method: 'alipay', leastMinor: 1, mostMinor: null, hours: null, feePercent: 0 }]);
    expect(problems(result)).toEqual([]);
  });

  test('replaces a list as a whole when it gives a list', () => {
    expect(merged(lab, { devices: [lab.devices[0]], methods: ['cash'] })).toMatchObject({
      devices: [lab.devices[0]],
      methods: ['cash'],
    });
  });

  test('takes a field out by null where it may be left out, and sets null where null is a value', () => {
    const result = merged(restaurant, { goods: null, texts: { 'shop.card': null }, merchant: { taxNumber: null } });
    expect(Object.hasOwn(result, 'goods')).toBe(false);
    expect(Object.hasOwn(result.texts, 'shop.card')).toBe(false);
    expect(result.merchant.taxNumber).toBeNull();
    expect(problems(result)).toEqual([]);
  });

  test.each<[string, unknown, readonly string[]]>([
    ['takes out what has to be there', { merchant: { mark: null } }, ['merchant.mark']],
    ['names a field that nobody knows', { limits: { feeMinor: 0 } }, ['limits.feeMinor']],
    [
      'half describes a new device',
      { devices: { more: { port: '/dev/x' } } },
      ['devices.2.protocol', 'devices.2.settings'],
    ],
    ['gives a new device another id', { devices: { more: { ...lab.devices[0], id: 'printer' } } }, ['devices.2.id']],
    ['is no object', ['x'], ['']],
    ['gives a sum as a list', { limits: { idleMs: [1] } }, ['limits.idleMs']],
  ])('that %s gives a document that the check refuses', (_, fragment, paths) => {
    expect(problems(merged(lab, fragment)).toSorted()).toEqual(paths);
  });

  test('cannot reach what JavaScript keeps for itself', () => {
    const result = merged(lab, JSON.parse('{"__proto__": {"polluted": true}, "texts": {"constructor": {"en": "x"}}}'));
    expect(({} as Document).polluted).toBeUndefined();
    expect(problems(result)).toEqual(expect.arrayContaining(['__proto__', 'texts.constructor']));
  });
});

/** RFC 7396, section 2, as it is written there, for documents that are none of ours. */
function mergePatch(target: Document, patch: Document): Document {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: Document = typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = mergePatch(result[name], value);
  }
  return result;
}

/** Names that are no fields of the configuration. */
const foreign = fc.dictionary(
  fc.constantFrom('a', 'b', 'c', 'd'),
  fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constant(null),
      fc.integer(),
      fc.string(),
      fc.array(fc.integer(), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), tie('value'), { maxKeys: 3 }),
    ),
  })).value,
  { maxKeys: 4 },
);

describe('for any documents', () => {
  test('where our rules do not reach, it is the merge patch of RFC 7396', () => {
    fc.assert(
      fc.property(foreign, foreign, (document, fragment) => {
        expect(mergeFragment(document, fragment)).toEqual(mergePatch(document, fragment));
        const inside = mergeFragment({ texts: document }, { texts: fragment });
        expect(inside).toEqual({ texts: mergePatch(document, fragment) });
      }),
      { numRuns: 500 },
    );
  });

  const parts = fc.record(
    {
      limits: fc.record({ idleMs: fc.integer(), cashMaximumMinor: fc.integer() }, { requiredKeys: [] }),
      merchant: fc.record(
        { taxNumber: fc.constantFrom(null, '12345'), mark: fc.constantFrom('A', 'B') },
        { requiredKeys: [] },
      ),
      devices: fc.dictionary(
        fc.constantFrom('acceptor', 'printer', 'scanner'),
        fc.option(fc.record({ port: fc.constantFrom('/dev/a', '/dev/b') }), { nil: null }),
      ),
      refunds: fc.constant(null),
      methods: fc.subarray(['cash', 'voucher']),
    },
    { requiredKeys: [] },
  );

  test('laid over twice it changes nothing more', () => {
    fc.assert(
      fc.property(parts, (fragment) => {
        const once = mergeFragment(lab, fragment);
        expect(mergeFragment(once, fragment)).toEqual(once);
      }),
      { numRuns: 300 },
    );
  });

  test('each device that is not named stays as it is, where it is', () => {
    fc.assert(
      fc.property(parts, (fragment) => {
        const named = Object.keys(fragment.devices ?? {});
        const others = ({ devices }: Document) => devices.filter(({ id }: Document) => !named.includes(id));
        expect(others(mergeFragment(lab, fragment))).toEqual(others(lab));
        expect(mergeFragment(lab, {})).toEqual(lab);
      }),
      { numRuns: 300 },
    );
  });

  test('none makes it throw, and what comes of it is checked without an exception', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (fragment) => {
        checkConfig(mergeFragment(lab, fragment));
        checkConfig(mergeFragment(fragment, lab));
      }),
      { numRuns: 500 },
    );
  });
});
