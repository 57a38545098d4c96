/** Devices that are set to another currency than the kiosk reckons in. They read the document as it came, as `coherence.ts` does. */
import { type ConfigProblem, type Fields, fields, type Known, protocolOf } from './coherence.ts';
import { both } from './fields.ts';

/**
 * A device that gives or asks for money says in `currency` which, one that recognises it in `countries`, by what the device
 * calls them. Nothing is said while the kiosk's own currency is unsound, and of a device that is wrong by itself. Never throws.
 */
export function deviceCurrencyProblems(json: unknown, known: Known | undefined): readonly ConfigProblem[] {
  const config = fields(json);
  const { currency, exponent } = fields(config.money);
  if (known === undefined || typeof currency !== 'string' || known.currencyExponent(currency) !== exponent) return [];
  const list = Array.isArray(config.devices) ? config.devices.slice(0, 100).map(fields) : [];
  return list.flatMap((device, at) => {
    const settings = fields(device.settings);
    const protocol = protocolOf(device, known);
    if (protocol === undefined || protocol.checkSettings(settings).length > 0) return [];
    return problemsOf(settings, currency, `devices.${at}.settings`);
  });
}

function problemsOf(settings: Fields, currency: string, path: string): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (typeof settings.currency === 'string' && settings.currency !== currency) {
    const is = JSON.stringify(settings.currency);
    const problem = both(
      `is ${is}, and money.currency is "${currency}"; this kiosk reckons in one currency, so both must be the same`,
      `是 ${is}，而 money.currency 是 "${currency}"；收款机只用一种货币，两者必须相同`,
    );
    problems.push({ path: `${path}.currency`, problem });
  }
  const recognised = Object.values(fields(settings.countries));
  if (recognised.length > 0 && !recognised.includes(currency)) {
    const problem = both(
      `maps nothing to ${currency}, which money.currency is, so the device would take nothing; map one of its countries to it`,
      `没有一项对应 money.currency 的 ${currency}，设备将什么也不收；请让其中一项对应它`,
    );
    problems.push({ path: `${path}.countries`, problem });
  }
  return problems;
}
