/** Amounts and greetings as they are said aloud; what is said here is also what a caption shows. */
import type { Money } from '../money.ts';
import type { Lang } from '../server/wire.ts';
import { figure } from './amount.ts';

const DIGITS = '零一二三四五六七八九';
const PLACES = ['千', '百', '十', ''] as const;
const GROUPS = ['', '万', '亿', '万亿'] as const;

/**
 * A whole number 0 … 9999 9999 9999 9999 as it is said before 元. 两 stands for 2 alone, before 千, and leading
 * before 百 or 万; 十 leads without 一; any run of inner zeros is one 零.
 */
function chineseWhole(n: number): string {
  if (n === 0) return '零';
  if (n === 2) return '两';
  let said = '';
  let gap = false;
  for (let group = GROUPS.length - 1; group >= 0; group--) {
    const value = Math.floor(n / 10 ** (4 * group)) % 10_000;
    if (value === 0) {
      gap = said !== '';
      continue;
    }
    if (said !== '' && (gap || value < 1000)) said += '零';
    said += value === 2 && group > 0 && said === '' ? '两' : chineseGroup(value, said === '');
    said += GROUPS[group];
    gap = false;
  }
  return said;
}

function chineseGroup(value: number, leads: boolean): string {
  let said = '';
  let gap = false;
  PLACES.forEach((place, i) => {
    const digit = Math.floor(value / 10 ** (3 - i)) % 10;
    if (digit === 0) {
      gap = said !== '';
      return;
    }
    if (gap) said += '零';
    gap = false;
    const first = leads && said === '';
    if (digit === 1 && place === '十' && first) said += place;
    else if (digit === 2 && (place === '千' || (place === '百' && first))) said += `两${place}`;
    else said += DIGITS[digit] + place;
  });
  return said;
}

function chineseYuan(minor: number): string {
  const yuan = Math.floor(minor / 100);
  const jiao = Math.floor(minor / 10) % 10;
  const fen = minor % 10;
  const part = (digit: number, unit: string) => (digit === 2 ? '两' : DIGITS[digit]) + unit;
  let said = yuan > 0 ? `${chineseWhole(yuan)}元` : '';
  if (jiao > 0) said += part(jiao, '角');
  if (fen > 0) said += (jiao === 0 && yuan > 0 ? '零' : '') + part(fen, '分');
  return said === '' ? '零元' : said;
}

const ONES = [
  ...['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'],
  ...['thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'],
];
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const THOUSANDS = [
  [1_000_000_000, 'billion'],
  [1_000_000, 'million'],
  [1000, 'thousand'],
] as const;

function englishWhole(n: number): string {
  if (n < 20) return ONES[n] as string;
  if (n < 100) return (TENS[Math.floor(n / 10)] as string) + (n % 10 === 0 ? '' : `-${ONES[n % 10]}`);
  if (n < 1000) {
    const rest = n % 100;
    return `${ONES[Math.floor(n / 100)]} hundred${rest === 0 ? '' : ` and ${englishWhole(rest)}`}`;
  }
  for (const [size, name] of THOUSANDS) {
    if (n < size) continue;
    const rest = n % size;
    const joint = rest === 0 ? '' : rest < 100 ? ' and ' : ' ';
    return `${englishWhole(Math.floor(n / size))} ${name}${rest === 0 ? '' : joint + englishWhole(rest)}`;
  }
  return String(n);
}

interface SpokenUnits {
  readonly en: { readonly one: string; readonly many: string; readonly minorOne: string; readonly minorMany: string };
  readonly zh: { readonly unit: string; readonly minor: string };
}

const units: Readonly<Record<string, SpokenUnits>> = {
  CNY: {
    en: { one: 'yuan', many: 'yuan', minorOne: 'fen', minorMany: 'fen' },
    zh: { unit: '元', minor: '分' },
  },
  EUR: {
    en: { one: 'euro', many: 'euros', minorOne: 'cent', minorMany: 'cents' },
    zh: { unit: '欧元', minor: '欧分' },
  },
  USD: {
    en: { one: 'dollar', many: 'dollars', minorOne: 'cent', minorMany: 'cents' },
    zh: { unit: '美元', minor: '美分' },
  },
};

/** Decimals of the currencies that are said in words. */
const saidExponent = 2;

/**
 * An amount as it is said: 十三元五角, "thirteen yuan fifty". For currencies of two decimals that are known here;
 * any other is said by its figure and its code: "1,000 JPY". `exponent` is ISO 4217's.
 * @throws RangeError when the amount is negative or not whole minor units.
 */
export function spokenAmount(money: Money, exponent: number, lang: Lang): string {
  const { currency, minor } = money;
  if (!Number.isSafeInteger(minor) || minor < 0) {
    throw new RangeError(`Only whole amounts from zero up are spoken, this is ${minor}`);
  }
  const named = units[currency];
  if (named === undefined || exponent !== saidExponent) return `${figure(minor, exponent)} ${currency}`;
  const whole = Math.floor(minor / 100);
  const rest = minor % 100;
  if (lang === 'zh-CN') {
    if (currency === 'CNY') return chineseYuan(minor);
    const main = whole > 0 || rest === 0 ? chineseWhole(whole) + named.zh.unit : '';
    return rest === 0 ? main : main + chineseWhole(rest) + named.zh.minor;
  }
  const { one, many, minorOne, minorMany } = named.en;
  const main = `${englishWhole(whole)} ${whole === 1 ? one : many}`;
  if (rest === 0) return main;
  const small = `${englishWhole(rest)} ${rest === 1 ? minorOne : minorMany}`;
  if (whole === 0) return small;
  return rest < 10 ? `${main} and ${small}` : `${main} ${englishWhole(rest)}`;
}

/** The greeting for a local hour, 0 … 23. */
export function greeting(hour: number, lang: Lang): string {
  if (lang === 'zh-CN') {
    if (hour >= 5 && hour <= 8) return '早上好';
    if (hour >= 9 && hour <= 10) return '上午好';
    if (hour >= 11 && hour <= 12) return '中午好';
    if (hour >= 13 && hour <= 17) return '下午好';
    return '晚上好';
  }
  if (hour >= 5 && hour <= 11) return 'Good morning';
  if (hour >= 12 && hour <= 17) return 'Good afternoon';
  return 'Good evening';
}
