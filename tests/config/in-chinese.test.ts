/** What a field must be is said in both languages of the staff, at the field itself; so is what a device’s settings must be. */
import { expect, test } from 'vitest';
import { schema } from '../../config/schema.ts';
import { described } from '../../config/shape.ts';
import { protocols } from '../../hardware/catalog.ts';
import { englishIn, expectChinese, partsOf } from './in-chinese.ts';

/** But for settings, of which the protocol says what they must be. */
const parts = [...partsOf(schema, '')].filter(({ path }) => !path.startsWith('.devices.*.settings.'));

test('every field says itself what it must be, in both languages', () => {
  expect(parts.length).toBeGreaterThan(100);
  for (const { path, at } of parts) {
    const must = described(at);
    expect(must, path).toBeDefined();
    if (must !== undefined) expectChinese(must);
    expect(must?.en ?? '', path).not.toMatch(/\p{Script=Han}/u);
  }
});

test('what is left in English is found', () => {
  expect(englishIn('是 5；it must be 10000 到 600000 之间的整数')).toEqual(['it', 'must', 'be']);
  expect(englishIn('是 "must be"，与 devices.0 相同；每台设备须有自己的 id')).toEqual([]);
});

/** Values of which none can be every setting. */
const odd: readonly unknown[] = [null, -1, 'telepathy', [], {}, { '?': '?' }, { '1': 0, CNY: 1, a: { b: 1 } }];

test.each(Object.entries(protocols))(
  'whatever is wrong with settings of %s is said in both languages',
  (_, { driver }) => {
    const { checkSettings, labSettings } = driver;
    const known = checkSettings({ ...labSettings, telepathy: true });
    expect(known).toHaveLength(1);
    const names = [...Object.keys(labSettings), ...(known[0]?.problem['zh-CN'] ?? '').split(/^.*可用的有 |、/u)];
    const found = [...new Set(names.filter((name) => name !== '')), 'telepathy'].flatMap((name) =>
      odd.flatMap((value) => checkSettings({ ...labSettings, [name]: value })),
    );
    expect(found.length).toBeGreaterThan(odd.length);
    for (const { problem } of [...found, ...checkSettings({})]) expectChinese(problem, ['telepathy']);
  },
);
