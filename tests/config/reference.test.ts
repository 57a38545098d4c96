import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { reference, referenceMarks } from '../../config/reference.ts';
import { schema } from '../../config/schema.ts';
import { besideOf, described, mayBe, shapeOf } from '../../config/shape.ts';

const page = readFileSync(new URL('../../config/README.md', import.meta.url), 'utf8');

/** Every field below this one, things of lists as `*`. */
function* fieldsBelow(path: string, field: unknown): Generator<readonly [string, unknown]> {
  const { entries, item } = shapeOf(field);
  if (besideOf(field).whole !== undefined) return;
  if (item !== undefined) yield* fieldsBelow(`${path}.*`, item);
  for (const [name, below] of Object.entries(entries ?? {})) {
    const here = path === '' ? name : `${path}.${name}`;
    yield [here, below];
    yield* fieldsBelow(here, below);
  }
}

const fields = [...fieldsBelow('', schema)];
const last = fields.filter(([, field]) => besideOf(field).whole !== undefined || shapeOf(field).entries === undefined);

test('the page of config has the table that the schema makes; `npm -s run config -- reference` prints it', () => {
  const [before, table, after] = page.split(new RegExp(`${referenceMarks.from}|${referenceMarks.to}`));
  expect(table?.trim()).toBe(reference());
  expect(`${before}${after}`).toContain('# config');
});

test('each field has its row or its section', () => {
  expect(last.length).toBeGreaterThan(80);
  const table = reference();
  const told = (path: string) => table.includes(`| \`${path}\` |`) || table.includes(`### \`${path}\``);
  expect(last.map(([path]) => path).filter((path) => !told(path))).toEqual([]);
});

test('each field has a name in both languages, what it must be, and what it is for', () => {
  const wanting = last.filter(([, field]) => {
    const { about } = besideOf(field);
    return (
      !/\p{Script=Han}/u.test(about?.name['zh-CN'] ?? '') || !/^[\w ,]+$/.test(about?.name.en ?? '') || !about?.purpose
    );
  });
  expect(wanting.map(([path]) => path)).toEqual([]);
  expect(last.filter(([, field]) => (described(field) ?? '') === '').map(([path]) => path)).toEqual([]);
});

test('of each field that may be left out the table says what holds then', () => {
  const optional = fields.filter(([, field]) => mayBe(field, 'optional'));
  expect(optional.length).toBeGreaterThan(5);
  const silent = optional.filter(
    ([, field]) =>
      besideOf(field).about?.leftOut === undefined && (field as { default?: unknown }).default === undefined,
  );
  expect(silent.map(([path]) => path)).toEqual([]);
  expect(reference()).not.toContain('undefined');
});

test('no two fields that stand by themselves have one name, so that a difference tells which it means', () => {
  const single = last.filter(
    ([path]) => !path.includes('*') && !path.startsWith('wallets') && !path.startsWith('devices'),
  );
  for (const lang of ['en', 'zh-CN'] as const) {
    const names = single.map(([, field]) => besideOf(field).about?.name[lang]);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  }
});
