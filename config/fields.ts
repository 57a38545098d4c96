/**
 * What fields are made of. Each says in both languages what it must be: the words of a problem are made from that, and only
 * from that. `about` adds what the field is called and what it is for: the reference table and the words of a
 * difference are made from it.
 */
import * as v from 'valibot';
import { isTimeOfDay, isWebAddress } from './forms.ts';

/** The same words in both languages of the staff. */
export interface Both {
  readonly 'zh-CN': string;
  readonly en: string;
}

/** What a number counts; none: a bare number. */
export type Unit = 'minor' | 'ms' | 'percent' | 'days' | 'inches' | 'pixels';

export interface About {
  readonly name: Both;
  /** English, for the reference table; of a whole section its introduction. */
  readonly purpose: string;
  readonly unit?: Unit;
  /** What is said in place of null, and of a field that is left out. */
  readonly none?: Both;
  /** For the reference table: what holds when it is left out. Needed where that may be. */
  readonly leftOut?: string;
  /** By option of a choice. */
  readonly choices?: Readonly<Record<string, Both>>;
  /** The field by which staff call one thing of a list; left out: its key. */
  readonly calledBy?: string;
  /** How it is said that one came to the list, and that one left it; left out: added, taken out. */
  readonly comes?: Both;
  readonly goes?: Both;
}

/** How a value is said as a whole, although it is an object. */
export type Whole = 'bilingual' | 'hours';

/** What stands beside a field. */
export interface Beside {
  /** What the field must be; left out: only those around it say. */
  readonly must?: Both;
  readonly about?: About;
  readonly whole?: Whole;
  /** Of a list: the field by which its things are told apart. */
  readonly key?: string;
}

export function both(en: string, zh: string): Both {
  return { 'zh-CN': zh, en };
}

/** `field` with its words; inside of `v.optional` and `v.nullable`. What it takes and gives stays as it was. */
export function about<Field extends v.GenericSchema>(field: Field, words: About): Field {
  return beside(field, { about: words });
}

function beside<Field extends v.GenericSchema>(field: Field, what: Beside): Field {
  return v.pipe(field, v.metadata({ ...what })) as unknown as Field;
}

/** What a field must be: behind "it must be". */
export function mustBe<Value>(must: Both): v.MetadataAction<Value, { readonly must: Both }> {
  return v.metadata({ must });
}

export function text(must: Both, pattern: RegExp) {
  return v.pipe(v.string(), v.regex(pattern), mustBe(must));
}

export function checked(must: Both, check: (value: string) => boolean) {
  return v.pipe(v.string(), v.check(check), mustBe(must));
}

/** Inside of `v.nullable`. */
export const webAddressOrNull = checked(
  both('an http or https address of at most 200 characters, or null', 'http 或 https 网址，最多 200 个字符；或 null'),
  isWebAddress,
);

export function whole({ en, 'zh-CN': zh }: Both, least: number, most: number) {
  const must = both(`${en}: a whole number from ${least} to ${most}`, `${least} 到 ${most} 之间的整数（${zh}）`);
  return v.pipe(v.number(), v.safeInteger(), v.minValue(least), v.maxValue(most), mustBe(must));
}

export function yesOrNo({ en, 'zh-CN': zh }: Both) {
  return v.pipe(v.boolean(), mustBe(both(`${en}: true or false`, `true 或 false（${zh}）`)));
}

export function oneOf<const Options extends readonly string[]>(options: Options) {
  const must = both(`one of ${options.join(', ')}`, `${options.join('、')} 之一`);
  return v.pipe(v.picklist(options), mustBe(must));
}

export function record<const Entries extends v.ObjectEntries>(entries: Entries) {
  const names = Object.keys(entries);
  const must = both(`an object with the fields ${names.join(', ')}`, `含字段 ${names.join('、')} 的对象`);
  return v.pipe(v.object(entries), mustBe(must));
}

export function several<const Options extends readonly string[]>(options: Options) {
  const must = both(
    `a list of at least one of ${options.join(', ')}, each once`,
    `列表，至少有 ${options.join('、')} 之一，不重复`,
  );
  return v.pipe(
    v.array(oneOf(options)),
    v.minLength(1),
    v.check((list) => new Set(list).size === list.length),
    mustBe(must),
  );
}

/** A list of `least` to `most` things that are told apart by their field `key`. */
export function things<const Thing extends v.GenericSchema>(
  thing: Thing,
  key: string,
  [least, most]: readonly [number, number],
  must: Both,
) {
  return beside(v.pipe(v.array(thing), v.minLength(least), v.maxLength(most)), { must, key });
}

/** One line of text for people: no control characters, not blank at its ends. */
function line(most: number) {
  return text(
    both(
      `a text of 1 to ${most} characters on one line, without blanks at its ends`,
      `1 到 ${most} 个字符的单行文字，首尾没有空格`,
    ),
    new RegExp(`^(?=\\S)(?=.*\\S$)[^\\p{Cc}]{1,${most}}$`, 'u'),
  );
}

export function bilingual(most: number) {
  return beside(record({ 'zh-CN': line(most), en: line(most) }), { whole: 'bilingual' });
}

/** From when to when, each day. */
export const hours = beside(
  record({
    from: checked(
      both('a time of day such as 08:30, from 00:00 to 23:59', '从 00:00 到 23:59 的时刻，例如 08:30'),
      (value) => isTimeOfDay(value, '23:59'),
    ),
    to: checked(
      both('a time of day such as 17:00, from 00:00 to 24:00', '从 00:00 到 24:00 的时刻，例如 17:00'),
      (value) => isTimeOfDay(value, '24:00'),
    ),
  }),
  { whole: 'hours' },
);
