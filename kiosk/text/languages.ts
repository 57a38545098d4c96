/** The words of a language, with the merchant's own in place of ours where the configuration has some. */
import type { Lang } from '../server/wire.ts';
import { en } from './en.ts';
import type { Words } from './words.ts';
import { zhCN } from './zh-CN.ts';

const languages: Readonly<Record<Lang, Words>> = { 'zh-CN': zhCN, en };

/** Every text that a merchant may put in other words, by place and key. */
const names: ReadonlySet<string> = new Set(
  Object.entries(en).flatMap(([place, texts]) =>
    Object.entries(texts).flatMap(([key, text]) => (typeof text === 'string' ? [`${place}.${key}`] : [])),
  ),
);

export function isText(name: string): boolean {
  return names.has(name);
}

/** `own` are the configured texts, by place and key: `find.billHint`. Sentences with figures cannot be replaced. */
export function wordsOf(lang: Lang, own: Readonly<Record<string, Readonly<Record<Lang, string>>>> = {}): Words {
  const words = languages[lang];
  if (Object.keys(own).length === 0) return words;
  const places = Object.entries(words).map(([place, texts]) => [
    place,
    Object.fromEntries(
      Object.entries(texts).map(([key, text]) => [
        key,
        typeof text === 'string' ? (own[`${place}.${key}`]?.[lang] ?? text) : text,
      ]),
    ),
  ]);
  return Object.fromEntries(places) as Words;
}
