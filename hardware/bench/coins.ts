/**
 * Coins between the machines of a cabinet: where the sorter of a coin acceptor lets them fall, and which coins a hand
 * may hold. Amounts are minor units.
 */
import { currencyExponent } from '../currency.ts';
import type { Denomination, DeviceConfig } from '../device.ts';
import type { UnitCash } from '../simulated.ts';

type Cash = UnitCash['cash'];
type Settings = Readonly<Record<string, string>>;

/** What simulated machines know by themselves. */
const usualCurrency = 'CNY';
const usualCoins = '0.10,0.50,1.00';

/** The device below a sorter path of this coin acceptor, as the configuration says; null: its own box. */
export function below({ settings }: DeviceConfig, path: unknown): string | null {
  const { paths } = settings;
  if (typeof paths !== 'object' || paths === null) return null;
  const [, device] = Object.entries(paths).find(([number]) => Number(number) === path) ?? [];
  return typeof device === 'string' ? device : null;
}

/** The coin that the configuration says lies in a hopper; null when it does not say. */
export function coinOfHopper({ settings: { currency, minor } }: DeviceConfig): Denomination | null {
  return typeof currency === 'string' && typeof minor === 'number' ? { currency, minor } : null;
}

/** Coins that a hand holds in front of a coin acceptor with these settings: the usual ones, and all that it knows. */
export function coinsInHand({ currency = usualCurrency, exponent, coins = '' }: Settings): readonly Denomination[] {
  const decimals = Number(exponent ?? currencyExponent(currency) ?? 2);
  const minors = `${usualCoins},${coins}`.split(',').map((amount) => Math.round(Number(amount) * 10 ** decimals));
  return [...new Set(minors)]
    .filter((minor) => minor > 0)
    .sort((a, b) => a - b)
    .map((minor) => ({ currency, minor }));
}

/** Cash of two places, as if it lay in one. */
export function together(one: Cash, other: Cash): Cash {
  const rows = one.map((row) => ({ ...row }));
  for (const { currency, minor, count } of other) {
    const same = rows.find((row) => row.currency === currency && row.minor === minor);
    if (same === undefined) rows.push({ currency, minor, count });
    else same.count += count;
  }
  return rows.sort((a, b) => a.minor - b.minor);
}
