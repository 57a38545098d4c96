/** Single values in the words of staff. Pure; how an amount is set in type is handed in. */
import type { About, Both, Unit, Whole } from './fields.ts';
import { both } from './fields.ts';
import { besideOf, shapeOf } from './shape.ts';

type Lang = keyof Both;

/** What a sum is said in. */
export interface Currency {
  readonly currency: string;
  readonly exponent: number;
}

/** A sum as figures that stand alone, such as `¥1,280.00`; `plainAmount` of the kiosk fits. */
export type AmountFigures = (money: { readonly currency: string; readonly minor: number }, exponent: number) => string;

export interface Said {
  readonly money: Currency;
  readonly amount: AmountFigures;
}

/** What is never shown; that it changed is. */
const hidden = both('not shown', '不显示');
const unset = both('not set', '未设置');
const yes = both('yes', '是');
const no = both('no', '否');

const secretAnywhere = [/pass(?:word|wd|phrase)|secret|credential|token|private/i, /[a-z]Keys?$|[-_]keys?$/];
const secretAtEnd = /(?:keys?|pin)$/i;

/** Whether the value under this name, of a setting or in an address, may be a secret: a password, a key, a PIN. */
function isSecret(path: readonly string[]): boolean {
  return path.some((name) => secretAnywhere.some((like) => like.test(name))) || secretAtEnd.test(path.at(-1) ?? '');
}

/** The same value, with all that may be a secret inside of it covered. `path` leads to it within the settings of a device. */
export function covered(value: unknown, path: readonly string[] = []): unknown {
  if (Array.isArray(value)) return isSecret(path) ? hidden.en : value.map((one) => covered(one, path));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, covered(one, [...path, name])]));
  }
  if (value !== undefined && value !== null && isSecret(path)) return hidden.en;
  return typeof value === 'string' ? address(value) : value;
}

/** An address without what may be a secret behind its question mark; any other text as it is. */
function address(text: string): string {
  if (!/^https?:/.test(text) || !URL.canParse(text)) return text;
  const url = new URL(text);
  const names = [...url.searchParams.keys()].filter((name) => isSecret([name]));
  if (names.length === 0) return text;
  for (const name of names) url.searchParams.set(name, hidden.en);
  return url.toString();
}

/** A value of this field in both languages. */
export function said(field: unknown, value: unknown, how: Said): Both {
  const { about, whole } = besideOf(field);
  if (value === undefined || value === null) return about?.none ?? unset;
  if (whole !== undefined) return asWhole(whole, value);
  if (typeof value === 'boolean') return value ? yes : no;
  if (typeof value === 'number')
    return about?.unit === undefined ? same(String(value)) : measured(about.unit, value, how);
  if (Array.isArray(value) && shapeOf(shapeOf(field).item ?? {}).type === 'picklist') {
    const parts = value.map((one) => chosen(about, String(one)));
    return both(parts.map(({ en }) => en).join(', '), parts.map((part) => part['zh-CN']).join('、'));
  }
  return typeof value === 'string' ? chosen(about, address(value)) : same(JSON.stringify(value));
}

/** A setting of a device, whose meaning only its protocol knows. */
export function saidSetting(value: unknown, path: readonly string[]): Both {
  if (value === undefined) return unset;
  if (isSecret(path)) return hidden;
  const shown = covered(value, path);
  return same(typeof shown === 'string' ? shown : JSON.stringify(shown));
}

function same(words: string): Both {
  return both(words, words);
}

function chosen(about: About | undefined, value: string): Both {
  const { choices } = about ?? {};
  return choices !== undefined && Object.hasOwn(choices, value) ? (choices[value] ?? same(value)) : same(value);
}

function asWhole(whole: Whole, value: object): Both {
  switch (whole) {
    case 'bilingual':
      return value as Both;
    case 'hours': {
      const { from, to } = value as { readonly from: string; readonly to: string };
      return same(`${from}–${to}`);
    }
    default:
      return whole satisfies never;
  }
}

function measured(unit: Unit, value: number, { money, amount }: Said): Both {
  switch (unit) {
    case 'minor':
      return same(amount({ currency: money.currency, minor: value }, money.exponent));
    case 'ms':
      return both(`${value / 1000} s`, `${value / 1000} 秒`);
    case 'percent':
      return same(`${value} %`);
    case 'days':
      return both(value === 1 ? '1 day' : `${value} days`, `${value} 天`);
    case 'inches':
      return both(`${value} inches`, `${value} 英寸`);
    case 'pixels':
      return both(`${value} pixels`, `${value} 像素`);
    default:
      return unit satisfies never;
  }
}

/** Which language of a text in two languages. */
export function languageName(lang: Lang): Both {
  return lang === 'en' ? both('English', '英文') : both('Chinese', '中文');
}
