/** Sums as the bench shows them. How many decimals a currency has is the bench's to say. */

export interface Money {
  /** Of the kiosk: what a sum is in when nothing else is said. */
  readonly currency: string;
  /** Decimals by currency. */
  readonly exponents: Readonly<Record<string, number>>;
}

/** A currency that no machine in the cabinet knows has as many decimals as most have. */
const usualExponent = 2;

function exponentOf({ currency, exponents }: Money, other: string = currency): number {
  return exponents[other] ?? usualExponent;
}

/** 8650 of CNY is ¥86.50; other currencies carry their code. */
export function formatMoney(money: Money, minor: number, currency: string = money.currency): string {
  return formatted(money, minor, currency, exponentOf(money, currency));
}

/** As on the note itself: 5000 of CNY is ¥50. */
export function formatNote(money: Money, minor: number, currency: string = money.currency): string {
  const exponent = exponentOf(money, currency);
  return formatted(money, minor, currency, minor % 10 ** exponent === 0 ? 0 : exponent);
}

/** The figure printed on a note: 5000 of CNY is 50. */
export function noteFigure(money: Money, minor: number, currency: string = money.currency): number {
  return minor / 10 ** exponentOf(money, currency);
}

/** Minor units of what a person typed; null when it is no amount above zero, or too fine for the currency. */
export function readMoney(money: Money, typed: string): number | null {
  const exponent = exponentOf(money);
  const match = /^(\d{1,9})(?:\.(\d{1,4}))?$/.exec(typed.trim());
  if (match === null) return null;
  const fraction = match[2] ?? '';
  if (fraction.length > exponent) return null;
  const minor = Number(`${match[1]}${fraction.padEnd(exponent, '0')}`);
  return minor > 0 ? minor : null;
}

function formatted(money: Money, minor: number, currency: string, decimals: number): string {
  const figure = noteFigure(money, minor, currency).toLocaleString('en', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return currency === 'CNY' ? `¥${figure}` : `${currency} ${figure}`;
}
