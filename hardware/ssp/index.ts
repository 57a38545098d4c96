/**
 * ITL's SSP and eSSP: note validators (NV9, NV10, NV200), recyclers (NV11, SMART Payout) and coin hoppers (SMART Hopper):
 * 9600 8N2, polled, several addresses on a wire.
 *
 * Settings: `model`; `address` of the device on its wire; `encryption`, which what pays out never goes without; `fixedKey`,
 * the half of the key that host and device were given beforehand, 16 hexadecimal digits; `countries` maps the three letters
 * of the device's dataset to an ISO 4217 code where they are none themselves; `protocolVersion` the highest to be used.
 */
import { currencyExponent } from '../currency.ts';
import type { DeviceKind } from '../device.ts';
import type { ProtocolFrontDoor, SettingsProblem } from '../protocol.ts';
import { type Both, both, currencyMustBe, mustBeWhole, mustBeWord, noSetting } from '../setting-words.ts';
import { createDriver } from './driver.ts';
import { encode, type Frame, HIGHEST_ADDRESS } from './frame.ts';
import { inquire } from './inquiry.ts';
import { command, describe, faults } from './messages.ts';
import type { Model, Settings, State } from './state.ts';

const kinds: Readonly<Record<Model, DeviceKind>> = {
  nv200: 'note-acceptor',
  nv11: 'recycler',
  'smart-payout': 'recycler',
  'smart-hopper': 'hopper',
};
const HOPPER_ADDRESS = 0x10;
/** ITL's default, the same in every device as it is delivered. */
const FIXED_KEY = '0123456701234567';
const LOWEST_VERSION = 4;
const HIGHEST_VERSION = 8;

type Given = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Given {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isModel(value: unknown): value is Model {
  return typeof value === 'string' && Object.hasOwn(kinds, value);
}

function modelOf({ model }: Given): Model {
  return isModel(model) ? model : 'nv200';
}

function within(value: unknown, low: number, high: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
}

/** Why a setting cannot be used; null: it can. */
const checks: Readonly<Record<string, (value: unknown, all: Given) => Both | null>> = {
  model: (value) =>
    isModel(value)
      ? null
      : both(`must be one of ${Object.keys(kinds).join(', ')}`, `必须是 ${Object.keys(kinds).join('、')} 之一`),
  address: (value) => (within(value, 0, HIGHEST_ADDRESS) ? null : mustBeWhole(0, HIGHEST_ADDRESS)),
  encryption: (value, all) => {
    if (value !== 'required' && value !== 'off') return mustBeWord('required', 'off');
    const open = value === 'off' && modelOf(all) !== 'nv200';
    return open ? both('must be "required" for a device that pays out', '出币出钞的设备必须是 "required"') : null;
  },
  fixedKey: (value) =>
    typeof value === 'string' && /^[0-9a-fA-F]{16}$/.test(value)
      ? null
      : both('must be 16 hexadecimal digits', '必须是 16 位十六进制数字'),
  protocolVersion: (value) =>
    within(value, LOWEST_VERSION, HIGHEST_VERSION) ? null : mustBeWhole(LOWEST_VERSION, HIGHEST_VERSION),
};

function checkSettings(settings: Given): readonly SettingsProblem[] {
  const problems: SettingsProblem[] = [];
  for (const [path, value] of Object.entries(settings)) {
    if (path === 'countries') problems.push(...checkCountries(value));
    else if (Object.hasOwn(checks, path)) {
      const problem = checks[path]?.(value, settings) ?? null;
      if (problem !== null) problems.push({ path, problem });
    } else problems.push({ path, problem: noSetting('ssp', [...Object.keys(checks), 'countries']) });
  }
  return problems;
}

const mustMap = both(
  'must map letters of the dataset to currencies, as {"CHN": "CNY"}',
  '必须把数据集中的字母对应到货币，例如 {"CHN": "CNY"}',
);
const datasetLetters = both('the dataset names three capital letters', '数据集中是三个大写字母');

function checkCountries(value: unknown): readonly SettingsProblem[] {
  if (!isRecord(value)) return [{ path: 'countries', problem: mustMap }];
  const problems: SettingsProblem[] = [];
  for (const [letters, currency] of Object.entries(value)) {
    const path = `countries.${letters}`;
    if (!/^[A-Z]{3}$/.test(letters)) problems.push({ path, problem: datasetLetters });
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
  const model = modelOf(settings);
  return {
    model,
    address: addressOf(settings),
    encryption: encryptionOf(settings),
    fixedKey: BigInt(`0x${typeof settings.fixedKey === 'string' ? settings.fixedKey : FIXED_KEY}`),
    protocolVersion: typeof settings.protocolVersion === 'number' ? settings.protocolVersion : HIGHEST_VERSION,
    currencyOf: (letters) => {
      const currency = Object.hasOwn(mapped, letters) ? String(mapped[letters]) : letters;
      const exponent = currencyExponent(currency);
      return exponent === null ? null : { currency, exponent };
    },
  };
}

function encryptionOf(settings: Given): Settings['encryption'] {
  if (modelOf(settings) !== 'nv200') return 'required';
  return settings.encryption === 'required' ? 'required' : 'off';
}

function addressOf(settings: Given): number {
  if (typeof settings.address === 'number') return settings.address;
  return modelOf(settings) === 'smart-hopper' ? HOPPER_ADDRESS : 0;
}

export const frontDoor: ProtocolFrontDoor<State, Frame> = {
  protocol: 'ssp',
  line: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 2 },
  moneyMessages: ['accept', 'return', 'event-ack', 'pay', 'halt', 'smart-empty', 'float'],
  faults,
  checkSettings,
  kindOf: (settings) => kinds[modelOf(settings)],
  addressOf,
  labSettings: {},
  settingsHelp: [
    'model=nv200          nv200 (and other validators), nv11, smart-payout or smart-hopper',
    'address=0            of the device on its wire; a hopper has 16',
    'encryption=off       required or off; what pays out always encrypts',
    'fixedKey=HEX         16 digits, the half of the key that the device was given beforehand',
    'countries.CHN=CNY    currency of three letters of the dataset that are no currency themselves',
    'protocolVersion=8    the highest version to be used, 4 to 8',
  ],
  simulatorSettings: (settings) => ({ model: modelOf(settings), address: String(addressOf(settings)) }),
  createDriver: ({ device, settings }) => createDriver(device, settingsFrom(settings)),
  inquire: (surroundings) => inquire(surroundings, [0, HOPPER_ADDRESS], (model) => addressOf({ model })),
  requests: (settings) => {
    const address = addressOf(settings);
    // No poll: one more would take a note that nobody decided about.
    return {
      sync: encode(address, 1, [command.sync]),
      setup: encode(address, 0, [command.setupRequest]),
      serial: encode(address, 0, [command.serialNumber]),
      firmware: encode(address, 0, [command.firmware]),
      dataset: encode(address, 0, [command.dataset]),
      levels: encode(address, 0, [command.allLevels]),
      return: encode(address, 0, [command.reject]),
      'last-reject': encode(address, 0, [command.lastReject]),
      disable: encode(address, 0, [command.disable]),
      reset: encode(address, 0, [command.reset]),
    };
  },
  requestEffects: {
    sync: 'reads',
    setup: 'reads',
    serial: 'reads',
    firmware: 'reads',
    dataset: 'reads',
    levels: 'reads',
    'last-reject': 'reads',
  },
  requestsBegin: 'sync',
  describe,
};
