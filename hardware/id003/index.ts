/**
 * JCM ID-003 note acceptors (UBA, iVIZION, Vega, EBA): 9600 8E1, polled.
 *
 * Settings: `countries` maps the country code of the device's currency assignment (two hex digits) to an ISO 4217 code;
 * a code that is not mapped switches its denominations off and raises `id003.country-unmapped`. `powerRecovery` (boolean,
 * default false) asks the device to repeat VEND VALID after a power loss, for firmware that can.
 */
import { currencyExponent } from '../currency.ts';
import type { ProtocolFrontDoor, SettingsProblem } from '../protocol.ts';
import { both, currencyMustBe, mustBeTrueOrFalse, noSetting } from '../setting-words.ts';
import { createDriver, type Settings, type State } from './driver.ts';
import { encode, type Frame } from './frame.ts';
import { inquire } from './inquiry.ts';
import { command, describe, faults } from './messages.ts';

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkSettings(settings: Readonly<Record<string, unknown>>): readonly SettingsProblem[] {
  const problems: SettingsProblem[] = [];
  for (const [name, value] of Object.entries(settings)) {
    if (name === 'countries') problems.push(...checkCountries(value));
    else if (name === 'powerRecovery') {
      if (typeof value !== 'boolean') problems.push({ path: name, problem: mustBeTrueOrFalse });
    } else problems.push({ path: name, problem: noSetting('id003', ['countries', 'powerRecovery'], ' and ') });
  }
  return problems;
}

const mustMap = both(
  'must map country codes to currencies, as {"E0": "EUR"}',
  '必须把国家代码对应到货币，例如 {"E0": "EUR"}',
);
const mustBeCode = both('the country code must be two hex digits', '国家代码必须是两位十六进制数字');

function checkCountries(value: unknown): readonly SettingsProblem[] {
  if (!isRecord(value)) return [{ path: 'countries', problem: mustMap }];
  const problems: SettingsProblem[] = [];
  for (const [code, currency] of Object.entries(value)) {
    const path = `countries.${code}`;
    if (!/^[0-9A-Fa-f]{2}$/.test(code)) problems.push({ path, problem: mustBeCode });
    if (typeof currency !== 'string' || currencyExponent(currency) === null) {
      problems.push({ path, problem: currencyMustBe });
    }
  }
  return problems;
}

/** @throws RangeError naming the first problem, when the settings were not checked before. */
function settingsFrom(settings: Readonly<Record<string, unknown>>): Settings {
  const problem = checkSettings(settings)[0];
  if (problem !== undefined) throw new RangeError(`${problem.path}: ${problem.problem.en}`);
  const countries = new Map<number, { currency: string; exponent: number }>();
  const given = settings.countries;
  if (isRecord(given)) {
    for (const [code, name] of Object.entries(given)) {
      const currency = String(name);
      countries.set(Number.parseInt(code, 16), { currency, exponent: currencyExponent(currency) as number });
    }
  }
  return { countries, powerRecovery: settings.powerRecovery === true };
}

/** The laboratory's invented code: JCM's own for CNY is not known here. */
const labCountries = { '2A': 'CNY' };

export const frontDoor: ProtocolFrontDoor<State, Frame> = {
  protocol: 'id003',
  line: { baudRate: 9600, dataBits: 8, parity: 'even', stopBits: 1 },
  moneyMessages: ['stack', 'return', 'acknowledge', 'reset'],
  faults,
  checkSettings,
  kindOf: () => 'note-acceptor',
  addressOf: () => null,
  labSettings: { countries: labCountries },
  settingsHelp: [
    'countries.CODE=CUR   currency of a country code (two hex digits) of the device: countries.E0=EUR',
    'powerRecovery=true   the device repeats an unacknowledged credit after a power loss (default false)',
  ],
  simulatorSettings: ({ countries }): Readonly<Record<string, string>> => {
    const [first] = isRecord(countries) ? Object.entries(countries) : [];
    return first === undefined ? {} : { country: first[0], currency: String(first[1]) };
  },
  createDriver: ({ device, settings }) => createDriver(device, settingsFrom(settings)),
  inquire: (surroundings) => inquire(surroundings, labCountries),
  requests: () => ({
    status: encode(command.status),
    reset: encode(command.reset),
    return: encode(command.return),
    version: encode(command.version),
    'currency-assign': encode(command.currencyAssign),
    inhibit: encode(command.setInhibit, [1]),
  }),
  requestEffects: { status: 'reads', version: 'reads', 'currency-assign': 'reads' },
  describe,
};
