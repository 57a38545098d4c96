/** Words that came in both languages of the staff, or in one: how they are read, put together and kept. Pure. */
import * as v from 'valibot';
import type { Said } from './server/wire.ts';

/** As kiosks send them: those of before said all in English. */
export const saidSchema = v.union([v.string(), v.object({ 'zh-CN': v.string(), en: v.string() })]);

/** One below the other. */
export function linesOf(said: readonly Said[]): Said {
  const isOne = said.every((one) => typeof one === 'string');
  const en = said.map((one) => (typeof one === 'string' ? one : one.en)).join('\n');
  if (isOne) return en;
  return { 'zh-CN': said.map((one) => (typeof one === 'string' ? one : one['zh-CN'])).join('\n'), en };
}

/** How they stand in a row: the text, and the same in Chinese, null where there is none. */
export function columnsOf(said: Said): readonly [text: string, inChinese: string | null] {
  return typeof said === 'string' ? [said, null] : [said.en, said['zh-CN']];
}

export function saidIn(text: string, inChinese: string | null): Said {
  return inChinese === null ? text : { 'zh-CN': inChinese, en: text };
}

export function isSameSaid(one: Said, other: Said): boolean {
  const [text, inChinese] = columnsOf(one);
  const [otherText, otherChinese] = columnsOf(other);
  return text === otherText && inChinese === otherChinese;
}
