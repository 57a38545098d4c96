/**
 * Amounts as figures, the same on screen, on paper and beside speech: thousands by comma, as many decimals as
 * the currency has. All inputs are integers of minor units, `exponent` is ISO 4217's.
 */
import type { Money } from '../money.ts';
import type { AmountText, Lang } from '../server/wire.ts';

interface CurrencyWords {
  readonly sign: string;
  /** The unit behind a figure inside a Chinese sentence. */
  readonly unit: string;
}

const currencies: Readonly<Record<string, CurrencyWords>> = {
  CNY: { sign: '¥', unit: '元' },
  EUR: { sign: '€', unit: '欧元' },
  USD: { sign: '$', unit: '美元' },
  HKD: { sign: 'HK$', unit: '港元' },
};

function words(currency: string): CurrencyWords {
  return currencies[currency] ?? { sign: `${currency} `, unit: currency };
}

function split(minor: number, exponent: number): { minus: string; whole: string; decimals: string } {
  if (!Number.isSafeInteger(minor)) throw new RangeError(`An amount must be whole minor units, this is ${minor}`);
  if (!Number.isInteger(exponent) || exponent < 0 || exponent > 4) {
    throw new RangeError(`A currency has 0 to 4 decimals, not ${exponent}`);
  }
  const digits = String(Math.abs(minor)).padStart(exponent + 1, '0');
  const cut = digits.length - exponent;
  const whole = digits.slice(0, cut).replace(/\B(?=(\d{3})+$)/g, ',');
  return { minus: minor < 0 ? '-' : '', whole, decimals: digits.slice(cut) };
}

/** For setting in type: `{sign: '¥', whole: '1,280', fraction: '.00'}`; a minus stands before the sign. */
export function amountText(money: Money, exponent: number): AmountText {
  const { minus, whole, decimals } = split(money.minor, exponent);
  return { sign: minus + words(money.currency).sign, whole, fraction: decimals === '' ? '' : `.${decimals}` };
}

/** An amount that stands alone: `¥1,280.00`, `-¥0.05`. */
export function plainAmount(money: Money, exponent: number): string {
  const text = amountText(money, exponent);
  return text.sign + text.whole + text.fraction;
}

/** A figure in a column, without sign: `1,280.00`. */
export function figure(minor: number, exponent: number): string {
  const { minus, whole, decimals } = split(minor, exponent);
  return minus + whole + (decimals === '' ? '' : `.${decimals}`);
}

/** Inside a sentence, whole amounts without decimals: `36.50 元`, `50 元`, `¥36.50`, `¥50`. */
export function sentenceAmount(money: Money, exponent: number, lang: Lang): string {
  const { minus, whole, decimals } = split(money.minor, exponent);
  const text = whole + (/^0*$/.test(decimals) ? '' : `.${decimals}`);
  const { sign, unit } = words(money.currency);
  return lang === 'zh-CN' ? `${minus}${text} ${unit}` : `${minus}${sign}${text}`;
}
