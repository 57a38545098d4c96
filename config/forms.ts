/** Forms of single values that a pattern alone cannot judge. Each answers true only for a value that can be used. */

// ISO 4217, table A.1: the currencies whose exponent is not 2.
const exponents: Readonly<Record<string, number>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
  CLF: 4,
  UYW: 4,
};

/** Decimal places of a currency by ISO 4217; null for a currency that is not known. */
export function currencyExponent(currency: string): number | null {
  if (Object.hasOwn(exponents, currency)) return exponents[currency] as number;
  return Intl.supportedValuesOf('currency').includes(currency) ? 2 : null;
}

export function isTimeOfDay(value: string, latest: '23:59' | '24:00'): boolean {
  return /^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/.test(value) || (latest === '24:00' && value === '24:00');
}

/** Names only (`Asia/Shanghai`, `UTC`): an offset such as +08:00 knows no daylight saving. */
export function isTimeZone(value: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/.test(value)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone.length > 0;
  } catch {
    return false;
  }
}

export function isRegion(value: string): boolean {
  if (!/^[A-Z]{2}$/.test(value) || value === 'ZZ') return false;
  return new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' }).of(value) !== undefined;
}

export function isColour(value: string): boolean {
  return /^#[0-9A-Fa-f]{6}$/.test(value);
}

/** An http or https address without name and password, at most 200 characters. */
export function isWebAddress(value: string): boolean {
  if (value.length > 200 || !URL.canParse(value)) return false;
  const url = new URL(value);
  return (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' && url.password === '';
}
