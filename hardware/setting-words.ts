/** What is said of a device's settings, in both languages of the staff. Pure. */

/** The same words in both languages. */
export interface Both {
  readonly 'zh-CN': string;
  readonly en: string;
}

export function both(en: string, zh: string): Both {
  return { 'zh-CN': zh, en };
}

export function mustBeWhole(from: number, to: number): Both {
  return both(`must be a whole number from ${from} to ${to}`, `必须是 ${from} 到 ${to} 之间的整数`);
}

/** One of these words, as JSON has them. */
export function mustBeWord(...words: readonly string[]): Both {
  const quoted = words.map((word) => `"${word}"`);
  return both(`must be ${quoted.join(' or ')}`, `必须是 ${quoted.join(' 或 ')}`);
}

export const mustBeTrueOrFalse = both('must be true or false', '必须是 true 或 false');

/** Of a setting that stands for a currency, and of one that is named in another. */
export const mustBeCurrency = both(
  'must be one of ISO 4217, in three capital letters such as CNY',
  '必须是 ISO 4217 货币代码，三个大写字母，例如 CNY',
);
export const currencyMustBe = both(`the currency ${mustBeCurrency.en}`, `货币${mustBeCurrency['zh-CN']}`);

/** `last`: what stands in English before the last of them. */
export function noSetting(of: string, known: readonly string[], last: ', ' | ' and ' = ', '): Both {
  const english = [known.slice(0, -1).join(', '), known.at(-1)].join(last);
  return both(`is not a setting of ${of}; known are ${english}`, `不是 ${of} 的设置；可用的有 ${known.join('、')}`);
}
