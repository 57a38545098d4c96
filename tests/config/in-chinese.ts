/** Judges the Chinese words of what is wrong with a configuration: no English is left in them. */
import { expect } from 'vitest';
import type { Both } from '../../config/fields.ts';
import type { ConfigProblem } from '../../config/schema.ts';
import { schema } from '../../config/schema.ts';
import { besideOf, shapeOf } from '../../config/shape.ts';
import { protocols } from '../../hardware/catalog.ts';

/** What is no word of a language: formats, and names of currencies, protocols and programs. */
const terms = ['null', 'true', 'false', 'http', 'https', 'base64', 'ccTalk', 'hex', 'X', 'u', 'b', 'f', 'n', 'r', 't'];

/** Every part of the schema, from the top. */
export function* partsOf(at: unknown, path: string): Generator<{ readonly path: string; readonly at: unknown }> {
  yield { path, at };
  const { entries, item, key, value } = shapeOf(at);
  const inside = [...Object.entries(entries ?? {}), ['*', item], ['its name', key], ['*', value]] as const;
  for (const [name, below] of inside) if (below !== undefined) yield* partsOf(below, `${path}.${name}`);
}

/** Fields, and what they may be set to. */
const names: ReadonlySet<string> = new Set([
  ...terms,
  ...Object.keys(protocols),
  ...[...partsOf(schema, '')].flatMap(({ at }) => [
    ...Object.keys(shapeOf(at).entries ?? {}),
    ...Object.keys(besideOf(at).about?.choices ?? {}),
    ...((shapeOf(at) as { readonly options?: readonly string[] }).options ?? []),
  ]),
]);

/** Names and values can be told from words: they stand in quotes or in a list, have signs or figures in them, or are written large. */
const quoted = /"(?:[^"\\]|\\.)*(?:"|…)|`[^`]*`|\{[^}]*\}/g;
const list = /[A-Za-z][\w.-]*(?:(?:、| 或 | 和 )[A-Za-z][\w.-]*)+/g;
const word = /[A-Za-z][A-Za-z0-9._:/@-]*/g;
const byForm = /[0-9._:/@]|[a-z][A-Z]|^[A-Z-]{2,}$|^[A-Z]+i?B$/;

/** Of a Chinese sentence the English words; names of its document are given. */
export function englishIn(sentence: string, alsoNames: readonly string[] = []): readonly string[] {
  const words = sentence.replaceAll(quoted, '').replaceAll(list, '').match(word) ?? [];
  return words.filter((one) => !byForm.test(one) && !names.has(one) && !alsoNames.includes(one));
}

export function expectChinese({ en, 'zh-CN': zh }: Both, alsoNames: readonly string[] = []): void {
  expect(zh, en).toMatch(/\p{Script=Han}/u);
  expect(englishIn(zh, alsoNames), zh).toEqual([]);
}

/** By path what is wrong, as programs of the command line print it; the same is said in Chinese. */
export function problemsByPath(
  problems: readonly ConfigProblem[],
  alsoNames: readonly string[] = [],
): Readonly<Record<string, string>> {
  for (const { problem } of problems) expectChinese(problem, alsoNames);
  return Object.fromEntries(problems.map(({ path, problem }) => [path, problem.en]));
}
