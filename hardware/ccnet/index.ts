/**
 * CashCode (Crane) CCNET: bill validators (SM, MVU, FLS and the like), and bill-to-bill units, which also pay notes out:
 * 9600 8N1, polled.
 *
 * Settings: `model`, what the device is. `countries` maps the three letters of the device's bill table to an ISO 4217 code;
 * letters that are a code themselves need no entry, others that are not mapped switch their denominations off and raise
 * `ccnet.country-unmapped`. `address` is that of the device on its wire: 3 for a validator, 1 for a bill-to-bill unit, by
 * default. A bill-to-bill unit that is configured as a validator at address 1 only accepts.
 */
import { currencyExponent } from '../currency.ts';
import type { DeviceKind } from '../device.ts';
import type { ProtocolFrontDoor, SettingsProblem } from '../protocol.ts';
import { both, currencyMustBe, mustBeWhole, noSetting } from '../setting-words.ts';
import { createDriver } from './driver.ts';
import { encode, type Frame } from './frame.ts';
import { inquire } from './inquiry.ts';
import { command, describe, faults } from './messages.ts';
import type { Model, Settings, State } from './state.ts';

const models: Readonly<Record<Model, { readonly kind: DeviceKind; readonly address: number }>> = {
  validator: { kind: 'note-acceptor', address: 3 },
  'bill-to-bill': { kind: 'recycler', address: 1 },
};
/** Letters of bill tables that are no ISO 4217 code. */
const usualCountries = { CHN: 'CNY' };
const LOWEST_ADDRESS = 1;
const HIGHEST_ADDRESS = 15;

type Given = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Given {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isModel(value: unknown): value is Model {
  return typeof value === 'string' && Object.hasOwn(models, value);
}

function modelOf({ model }: Given): Model {
  return isModel(model) ? model : 'validator';
}

const mustBeModel = both(
  `must be one of ${Object.keys(models).join(', ')}`,
  `必须是 ${Object.keys(models).join('、')} 之一`,
);

function checkSettings(settings: Given): readonly SettingsProblem[] {
  const problems: SettingsProblem[] = [];
  for (const [name, value] of Object.entries(settings)) {
    if (name === 'countries') problems.push(...checkCountries(value));
    else if (name === 'model') {
      if (!isModel(value)) problems.push({ path: name, problem: mustBeModel });
    } else if (name === 'address') {
      if (!Number.isInteger(value) || Number(value) < LOWEST_ADDRESS || Number(value) > HIGHEST_ADDRESS)
        problems.push({ path: name, problem: mustBeWhole(LOWEST_ADDRESS, HIGHEST_ADDRESS) });
    } else problems.push({ path: name, problem: noSetting('ccnet', ['model', 'countries', 'address'], ' and ') });
  }
  return problems;
}

const mustMap = both(
  'must map letters of the bill table to currencies, as {"CHN": "CNY"}',
  '必须把纸币表中的字母对应到货币，例如 {"CHN": "CNY"}',
);
const tableLetters = both('the bill table names three capital letters', '纸币表中是三个大写字母');

function checkCountries(value: unknown): readonly SettingsProblem[] {
  if (!isRecord(value)) return [{ path: 'countries', problem: mustMap }];
  const problems: SettingsProblem[] = [];
  for (const [letters, currency] of Object.entries(value)) {
    const path = `countries.${letters}`;
    if (!/^[A-Z]{3}$/.test(letters)) problems.push({ path, problem: tableLetters });
    if (typeof currency !== 'string' || currencyExponent(currency) === null) {
      problems.push({ path, problem: currencyMustBe });
    }
  }
  return problems;
}

/** @throws RangeError naming the first problem, when the settings were not checked before. */
function settingsFrom(settings: Given): Settings {
  const problem = checkSettings(settings)[0];
  if (problem !== undefined) throw new RangeError(`${problem.path}: ${problem.problem.en}`);
  const mapped = isRecord(settings.countries) ? settings.countries : {};
  return {
    model: modelOf(settings),
    address: addressOf(settings),
    currencyOf: (letters) => {
      const currency = Object.hasOwn(mapped, letters) ? String(mapped[letters]) : letters;
      const exponent = currencyExponent(currency);
      return exponent === null ? null : { currency, exponent };
    },
  };
}

function addressOf(settings: Given): number {
  return typeof settings.address === 'number' ? settings.address : models[modelOf(settings)].address;
}

export const frontDoor: ProtocolFrontDoor<State, Frame> = {
  protocol: 'ccnet',
  line: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  moneyMessages: [
    'stack',
    'return',
    'acknowledge',
    'reset',
    'dispense',
    'unload',
    'set-cassette-type',
    'empty-dispenser',
  ],
  faults,
  checkSettings,
  kindOf: (settings) => models[modelOf(settings)].kind,
  addressOf,
  labSettings: { countries: usualCountries },
  settingsHelp: [
    'model=validator      validator, or bill-to-bill for a unit that also pays notes out',
    'countries.CHN=CNY    currency of three letters of the bill table that are no currency themselves',
    'address=3            of the device on its wire: 3 validator, 1 bill-to-bill unit',
  ],
  simulatorSettings: (settings) => ({ model: modelOf(settings), address: String(addressOf(settings)) }),
  createDriver: ({ device, settings }) => createDriver(device, settingsFrom(settings)),
  inquire: (surroundings) =>
    inquire(
      surroundings,
      usualCountries,
      Object.entries(models).map(([model, { address }]) => ({ model, address })),
    ),
  requests: (settings) => {
    const address = addressOf(settings);
    const unit = modelOf(settings) === 'bill-to-bill';
    return {
      ...(unit ? { cassettes: encode(address, command.cassetteStatus) } : {}),
      poll: encode(address, command.poll),
      reset: encode(address, command.reset),
      return: encode(address, command.return),
      status: encode(address, command.getStatus),
      identification: encode(address, command.identification),
      'bill-table': encode(address, command.billTable),
      disable: encode(address, command.enableBillTypes, [0, 0, 0, 0, 0, 0]),
    };
  },
  requestEffects: {
    cassettes: 'reads',
    status: 'reads',
    identification: 'reads',
    'bill-table': 'reads',
    poll: 'books',
  },
  describe,
};
