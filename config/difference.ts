/**
 * What one configuration says and another does not, field by field, with a sentence for each in both languages of the staff. Pure.
 * Both have passed the check, so that an older document is compared as what it became, and what was left out as what holds then.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Both, both } from './fields.ts';
import { type AmountFigures, covered, languageName, type Said, said, saidSetting } from './said.ts';
import { type Config, schema } from './schema.ts';
import { besideOf, shapeOf } from './shape.ts';

export interface Difference {
  /** As in a fragment: things of a list by their key, such as `devices.acceptor.port`. */
  readonly path: string;
  /** Null: not there, or null. What may be a secret is covered in both. */
  readonly before: unknown;
  readonly after: unknown;
  /** `Largest sum in cash: ¥1,000.00 → ¥2,000.00`. */
  readonly text: Both;
}

/** How values are said on either side. */
interface Sides {
  readonly before: Said;
  readonly after: Said;
}

/** Where in the document, and in whose words. */
interface Place {
  readonly path: string;
  readonly field: unknown;
  /** The thing of a list that it is part of; null: it stands for itself. */
  readonly of: Both | null;
}

type Fields = Readonly<Record<string, unknown>>;

/** Said instead, where there is nothing sound to compare with. */
export const unknownBefore = both(
  'A whole configuration; what this kiosk has now is not known here',
  '整份配置；尚不知道这台收款机现有的配置',
);

/** Empty when both say the same. `amount` sets a sum in type. */
export function differences(before: Config, after: Config, amount: AmountFigures): readonly Difference[] {
  const sides = { before: { money: before.money, amount }, after: { money: after.money, amount } };
  return [...inFields({ path: '', field: schema, of: null }, before, after, sides)];
}

function* inFields(place: Place, before: Fields, after: Fields, sides: Sides): Generator<Difference> {
  for (const [name, field] of Object.entries(shapeOf(place.field).entries ?? {})) {
    const path = place.path === '' ? name : `${place.path}.${name}`;
    yield* at({ path, field, of: place.of }, before[name], after[name], sides);
  }
}

function* at(place: Place, before: unknown, after: unknown, sides: Sides): Generator<Difference> {
  if (isDeepStrictEqual(before, after)) return;
  const { key, whole } = besideOf(place.field);
  const { entries, type, value } = shapeOf(place.field);
  if (key !== undefined) yield* inThings(place, key, listOf(before), listOf(after), sides);
  else if (entries !== undefined && whole === undefined) {
    if (isFields(before) && isFields(after)) yield* inFields(place, before, after, sides);
    else yield comeOrGone(place, { name: named(place), told: [] }, before, after, sides);
  } else if (type !== 'record') yield changed(place, named(place), before, after, sides);
  else if (besideOf(value).whole === undefined) yield* inSettings(place, [], before, after);
  else yield* inTexts(place, before, after, sides);
}

function* inThings(
  place: Place,
  key: string,
  before: readonly Fields[],
  after: readonly Fields[],
  sides: Sides,
): Generator<Difference> {
  const [had, has] = [byKey(before, key), byKey(after, key)];
  const { item } = shapeOf(place.field);
  const { about } = besideOf(place.field);
  for (const name of new Set([...had.keys(), ...has.keys()])) {
    const [old, now] = [had.get(name), has.get(name)];
    const of = called(place, name, now ?? old ?? {});
    const here = { path: `${place.path}.${name}`, field: item, of };
    if (old !== undefined && now !== undefined) yield* inFields(here, old, now, sides);
    else yield comeOrGone(here, { ...about, name: of, told: [key, about?.calledBy] }, old, now, sides);
  }
  const stayed = [had, has].map((map) => [...map.keys()].filter((name) => had.has(name) && has.has(name)));
  const [then, now] = stayed as [string[], string[]];
  if (!isDeepStrictEqual(then, now)) yield reordered(place, then, now);
}

function reordered(place: Place, before: readonly string[], after: readonly string[]): Difference {
  const name = named(place);
  const order = `${before.join(', ')} → ${after.join(', ')}`;
  return {
    path: place.path,
    before,
    after,
    text: both(`${name.en}: order ${order}`, `${name['zh-CN']}：顺序 ${order}`),
  };
}

/** `Device acceptor`, `Goods Hot tea`, `Method Alipay`. */
function called({ field }: Place, key: string, thing: Fields): Both {
  const { about } = besideOf(field);
  const by = about?.calledBy;
  const words = by === undefined ? undefined : (shapeOf(shapeOf(field).item).entries?.[by] as unknown);
  const own = by === undefined ? undefined : thing[by];
  const { whole, about: word } = words === undefined ? {} : besideOf(words);
  const name = whole === 'bilingual' ? (own as Both) : (word?.choices?.[key] ?? both(key, key));
  return both(`${about?.name.en} ${name.en}`, `${about?.name['zh-CN']} ${name['zh-CN']}`);
}

function* inTexts(place: Place, before: unknown, after: unknown, sides: Sides): Generator<Difference> {
  const [had, has] = [fieldsOf(before), fieldsOf(after)];
  const { en, 'zh-CN': zh } = named(place);
  for (const name of new Set([...Object.keys(had), ...Object.keys(has)])) {
    if (isDeepStrictEqual(had[name], has[name])) continue;
    const here = { path: `${place.path}.${name}`, field: shapeOf(place.field).value, of: null };
    yield changed(here, both(`${en} ${name}`, `${zh} ${name}`), had[name], has[name], sides);
  }
}

/** `path` leads into the settings. */
function* inSettings(place: Place, path: readonly string[], before: unknown, after: unknown): Generator<Difference> {
  if (isDeepStrictEqual(before, after)) return;
  if (isFields(before) && isFields(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      yield* inSettings(place, [...path, name], before[name], after[name]);
    }
    return;
  }
  const name = named(place);
  const setting = path.join('.');
  const of = both(`${name.en} ${setting}`, `${name['zh-CN']} ${setting}`);
  yield {
    path: [place.path, ...path].join('.'),
    before: covered(before, path) ?? null,
    after: covered(after, path) ?? null,
    text: becoming(of, place.of !== null, saidSetting(before, path), saidSetting(after, path)),
  };
}

function changed(place: Place, name: Both, before: unknown, after: unknown, sides: Sides): Difference {
  const { only, was, is } = changedPart(place.field, before, after, sides);
  const of = only === null ? name : both(`${name.en} (${only.en})`, `${name['zh-CN']}（${only['zh-CN']}）`);
  return {
    path: place.path,
    before: covered(before) ?? null,
    after: covered(after) ?? null,
    text: becoming(of, place.of !== null, was, is),
  };
}

/** Of a text in two languages only the one that changed, when one did. */
function changedPart(field: unknown, before: unknown, after: unknown, sides: Sides) {
  const [was, is] = [said(field, before, sides.before), said(field, after, sides.after)];
  if (besideOf(field).whole === 'bilingual' && isFields(before) && isFields(after)) {
    const langs = (['zh-CN', 'en'] as const).filter((lang) => before[lang] !== after[lang]);
    const [lang] = langs;
    if (lang !== undefined && langs.length === 1) {
      const words = (value: Fields) => both(String(value[lang]), String(value[lang]));
      return { only: languageName(lang), was: words(before), is: words(after) };
    }
  }
  return { only: null, was, is };
}

/** Of a thing the name runs on into the value, `port A → B`; what stands for itself has a colon. */
function becoming(name: Both, ofThing: boolean, was: Both, is: Both): Both {
  const [colon, sign] = ofThing ? [' ', ' '] : [': ', '：'];
  if (was.en === is.en) return both(`${name.en}${colon}changed, not shown`, `${name['zh-CN']}${sign}已更改，不显示`);
  return both(`${name.en}${colon}${was.en} → ${is.en}`, `${name['zh-CN']}${sign}${was['zh-CN']} → ${is['zh-CN']}`);
}

/** What comes and goes as a whole, and in which words. */
interface Guest {
  readonly name: Both;
  /** The fields that its name tells already. */
  readonly told: readonly (string | undefined)[];
  readonly comes?: Both | undefined;
  readonly goes?: Both | undefined;
}

/** A thing of a list, or a section that may be left out. */
function comeOrGone(place: Place, guest: Guest, before: unknown, after: unknown, sides: Sides): Difference {
  const { name, told, comes = both('added', '新增'), goes = both('taken out', '移除') } = guest;
  return {
    path: place.path,
    before: covered(before) ?? null,
    after: covered(after) ?? null,
    text:
      after === undefined || after === null
        ? both(`${name.en}: ${goes.en}`, `${name['zh-CN']}：${goes['zh-CN']}`)
        : arrived(name, comes, inside(place.field, without(fieldsOf(after), told), sides.after)),
  };
}

function arrived(name: Both, comes: Both, parts: readonly Both[]): Both {
  const list = both(parts.map(({ en }) => en).join('; '), parts.map((part) => part['zh-CN']).join('；'));
  return both(`${name.en}: ${comes.en} (${list.en})`, `${name['zh-CN']}：${comes['zh-CN']}（${list['zh-CN']}）`);
}

/** What a new thing is, in short: its single values, and how many of each list. */
function inside(field: unknown, thing: Fields, how: Said): readonly Both[] {
  return Object.entries(shapeOf(field).entries ?? {}).flatMap(([name, part]) => {
    const value = thing[name];
    const { about, whole, key } = besideOf(part);
    const { entries, type } = shapeOf(part);
    const nested = type === 'record' || (entries !== undefined && whole === undefined);
    if (about === undefined || nested || value === undefined || value === null) return [];
    const words = key === undefined ? said(part, value, how) : said({}, listOf(value).length, how);
    return [both(`${about.name.en} ${words.en}`, `${about.name['zh-CN']} ${words['zh-CN']}`)];
  });
}

/** What a field is called, behind the thing that it is part of. */
function named({ field, of }: Place): Both {
  const name = besideOf(field).about?.name ?? both('', '');
  return of === null ? name : both(`${of.en}: ${name.en}`, `${of['zh-CN']}：${name['zh-CN']}`);
}

function without(thing: Fields, told: Guest['told']): Fields {
  return Object.fromEntries(Object.entries(thing).filter(([name]) => !told.includes(name)));
}

function byKey(list: readonly Fields[], key: string): ReadonlyMap<string, Fields> {
  return new Map(list.map((thing) => [String(thing[key]), thing]));
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value : [];
}
