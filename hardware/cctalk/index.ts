/**
 * ccTalk devices (Crane and others): coin acceptors, hoppers and bill validators, 9600 8N1, several on one wire.
 *
 * Settings: `device` is coin (default), hopper or bill; `address` that on its wire, 2 to 255 (default 2, 3 and 40 by kind);
 * `checksum` sum (default) or crc, which has no place for the sender, so that such a device has to be alone on its wire.
 * `countries` maps the two letters of coin and bill ids to an ISO 4217 code; ids of others are not taken, and raise
 * `cctalk.country-unmapped`. Of a coin acceptor, `sort` says by coin, in minor units, which sorter path it is sent to (the
 * others go where the device sends them), and `paths` maps the number of a path to the id of the device whose unit it fills;
 * what goes elsewhere lies in the box. Of a hopper, `currency` and `minor` (minor units) say what lies in it, for
 * it does not know; `method` is the proof that its orders bring (serial, cipher or auto, which tries); `pin` its four digits.
 */
import { currencyExponent } from '../currency.ts';
import type { ProtocolFrontDoor, SettingsProblem } from '../protocol.ts';
import { type Both, both, mustBeWhole } from '../setting-words.ts';
import { createDriver, type Settings } from './driver.ts';
import { type Checksum, encode, type Frame } from './frame.ts';
import { inquire } from './inquiry.ts';
import { describe, faults, header } from './messages.ts';

const LOWEST_ADDRESS = 2;
const HIGHEST_ADDRESS = 255;
const HIGHEST_PATH = 255;
const kinds = { coin: 'coin-acceptor', hopper: 'hopper', bill: 'note-acceptor' } as const;
const addresses = { coin: 2, hopper: 3, bill: 40 } as const;
/** Letters of ids that are known here. */
const usualCountries = { CN: 'CNY' };
const methods = ['auto', 'serial', 'cipher'] as const;
const MOST_MINOR = 1_000_000;

type Given = Readonly<Record<string, unknown>>;
type Kind = keyof typeof kinds;

function isRecord(value: unknown): value is Given {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kind({ device }: Given): Kind {
  return device === 'hopper' || device === 'bill' ? device : 'coin';
}

function whole(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}

const isCurrency = (value: unknown): boolean => typeof value === 'string' && currencyExponent(value) !== null;
const CURRENCY = both(
  'must be a currency of ISO 4217, in three capital letters such as CNY',
  '必须是 ISO 4217 货币代码，三个大写字母，例如 CNY',
);
const SORTER_PATH = both(
  `a sorter path is a whole number from 1 to ${HIGHEST_PATH}`,
  `分拣通道是 1 到 ${HIGHEST_PATH} 之间的整数`,
);

/** What each setting must be, in words; null when it is. */
const checks: Readonly<Record<string, (value: unknown) => Both | null>> = {
  device: (value) =>
    Object.hasOwn(kinds, String(value)) ? null : both('must be coin, hopper or bill', '必须是 coin、hopper 或 bill'),
  address: (value) =>
    whole(value, LOWEST_ADDRESS, HIGHEST_ADDRESS)
      ? null
      : both(
          `${mustBeWhole(LOWEST_ADDRESS, HIGHEST_ADDRESS).en}; 0 is all devices, 1 the host`,
          `${mustBeWhole(LOWEST_ADDRESS, HIGHEST_ADDRESS)['zh-CN']}；0 是所有设备，1 是主机`,
        ),
  checksum: (value) => (value === 'sum' || value === 'crc' ? null : both('must be sum or crc', '必须是 sum 或 crc')),
  currency: (value) => (isCurrency(value) ? null : CURRENCY),
  minor: (value) =>
    whole(value, 1, MOST_MINOR)
      ? null
      : both(
          'must be the value of one coin in minor units, such as 100 for CNY 1.00',
          '必须是一枚硬币的面值，以最小货币单位计，例如 CNY 1.00 写作 100',
        ),
  method: (value) =>
    methods.some((one) => one === value)
      ? null
      : both(`must be ${methods.join(', ')}`, `必须是 ${methods.join('、')} 之一`),
  pin: (value) =>
    typeof value === 'string' && /^\d{4}$/.test(value)
      ? null
      : both('must be four digits, as text', '必须是四位数字，写作文字'),
};

/** Which settings a kind has beside those of all. */
const own: Readonly<Record<Kind, readonly string[]>> = {
  coin: ['countries', 'paths', 'sort'],
  hopper: ['countries', 'currency', 'minor', 'method', 'pin'],
  bill: ['countries'],
};

function noSettingOf(device: Kind, known: readonly string[]): Both {
  return both(
    `is not a setting of a ccTalk ${device}; known are ${known.join(', ')}`,
    `不是 ccTalk "${device}" 的设置；可用的有 ${known.join('、')}`,
  );
}

function checkSettings(settings: Given): readonly SettingsProblem[] {
  const known = ['device', 'address', 'checksum', ...own[kind(settings)]];
  const problems: SettingsProblem[] = [];
  for (const [path, value] of Object.entries(settings)) {
    if (!known.includes(path)) {
      problems.push({ path, problem: noSettingOf(kind(settings), known) });
    } else if (path === 'countries') problems.push(...checkCountries(value));
    else if (path === 'paths') problems.push(...checkPaths(value));
    else if (path === 'sort') problems.push(...checkSort(value));
    else {
      const problem = checks[path]?.(value) ?? null;
      if (problem !== null) problems.push({ path, problem });
    }
  }
  if (kind(settings) !== 'hopper') return problems;
  const problem = both('is missing: a hopper does not know what lies in it', '缺失：硬币斗不知道里面是什么硬币');
  for (const path of ['currency', 'minor']) {
    if (settings[path] === undefined) problems.push({ path, problem });
  }
  return problems;
}

const idLetters = both('the ids name two capital letters', '标识中是两个大写字母');
const itsCurrency = both(`the currency ${CURRENCY.en}`, `货币${CURRENCY['zh-CN']}`);

function checkCountries(value: unknown): readonly SettingsProblem[] {
  if (!isRecord(value)) {
    const problem = both(
      'must map letters of the ids to currencies, as {"CN": "CNY"}',
      '必须把标识中的字母对应到货币，例如 {"CN": "CNY"}',
    );
    return [{ path: 'countries', problem }];
  }
  const problems: SettingsProblem[] = [];
  for (const [letters, currency] of Object.entries(value)) {
    const path = `countries.${letters}`;
    if (!/^[A-Z]{2}$/.test(letters)) problems.push({ path, problem: idLetters });
    if (!isCurrency(currency)) problems.push({ path, problem: itsCurrency });
  }
  return problems;
}

function checkPaths(value: unknown): readonly SettingsProblem[] {
  if (!isRecord(value)) {
    const problem = both(
      'must map sorter paths to ids of devices, as {"1": "hopper1"}',
      '必须把分拣通道对应到设备的 id，例如 {"1": "hopper1"}',
    );
    return [{ path: 'paths', problem }];
  }
  const problems: SettingsProblem[] = [];
  for (const [number, device] of Object.entries(value)) {
    const path = `paths.${number}`;
    if (!/^[0-9]+$/.test(number) || !isPath(Number(number))) problems.push({ path, problem: SORTER_PATH });
    if (typeof device !== 'string' || device === '') {
      const problem = both('must be the id of the device whose unit is filled', '必须是硬币进入的那台设备的 id');
      problems.push({ path, problem });
    }
  }
  return problems;
}

function isPath(value: unknown): boolean {
  return whole(value, 1, HIGHEST_PATH);
}

function checkSort(value: unknown): readonly SettingsProblem[] {
  if (!isRecord(value)) {
    const problem = both(
      'must map coins in minor units to sorter paths, as {"100": 2}',
      '必须把硬币面值（以最小货币单位计）对应到分拣通道，例如 {"100": 2}',
    );
    return [{ path: 'sort', problem }];
  }
  const problems: SettingsProblem[] = [];
  for (const [minor, path] of Object.entries(value)) {
    const where = `sort.${minor}`;
    if (!/^[1-9][0-9]*$/.test(minor)) {
      const problem = both('a coin is its value in minor units', '硬币以面值表示，以最小货币单位计');
      problems.push({ path: where, problem });
    }
    if (!isPath(path)) problems.push({ path: where, problem: SORTER_PATH });
  }
  return problems;
}

/** @throws RangeError naming the first problem, when the settings were not checked before. */
function settingsFrom(settings: Given): Settings {
  const problem = checkSettings(settings)[0];
  if (problem !== undefined) throw new RangeError(`${problem.path}: ${problem.problem.en}`);
  const mapped = isRecord(settings.countries) ? settings.countries : {};
  const paths = isRecord(settings.paths) ? (settings.paths as Record<string, string>) : {};
  const coin = { currency: String(settings.currency), minor: Number(settings.minor) };
  return {
    device: kind(settings),
    address: placeOf(settings),
    checksum: checksumOf(settings),
    currencyOf: (letters) => {
      const currency = Object.hasOwn(mapped, letters) ? String(mapped[letters]) : null;
      const exponent = currency === null ? null : currencyExponent(currency);
      return currency === null || exponent === null ? null : { currency, exponent };
    },
    paths,
    sort: isRecord(settings.sort) ? (settings.sort as Record<string, number>) : {},
    coin: kind(settings) === 'hopper' ? coin : null,
    method: methods.find((one) => one === settings.method) ?? 'auto',
    pin: typeof settings.pin === 'string' ? Array.from(settings.pin, (digit) => digit.charCodeAt(0)) : null,
  };
}

function placeOf(settings: Given): number {
  return typeof settings.address === 'number' ? settings.address : addresses[kind(settings)];
}

function checksumOf({ checksum }: Given): Checksum {
  return checksum === 'crc' ? 'crc' : 'sum';
}

/** The machine that these settings describe, as it is told of by `--set`. */
function simulatorSettings(settings: Given): Readonly<Record<string, string>> {
  const device = kind(settings);
  const told = { device, address: String(placeOf(settings)), checksum: checksumOf(settings) };
  const [country, ...others] = Object.entries(isRecord(settings.countries) ? settings.countries : {});
  const money = country !== undefined && others.length === 0 ? { country: country[0], ...moneyOf(country[1]) } : {};
  if (device === 'hopper') {
    const places = currencyExponent(String(settings.currency)) ?? 0;
    const coin = (Number(settings.minor) / 10 ** places).toFixed(places);
    const pin: Record<string, string> = typeof settings.pin === 'string' ? { pin: settings.pin } : {};
    return { ...told, ...money, ...moneyOf(settings.currency), coin, ...pin };
  }
  const paths = device === 'coin' && isRecord(settings.paths) ? Object.keys(settings.paths).join(',') : '';
  return { ...told, ...money, ...(paths === '' ? {} : { paths }) };
}

function moneyOf(currency: unknown): { readonly currency: string; readonly exponent: string } {
  return { currency: String(currency), exponent: String(currencyExponent(String(currency)) ?? 0) };
}

export const frontDoor: ProtocolFrontDoor<unknown, Frame> = {
  protocol: 'cctalk',
  line: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  moneyMessages: ['dispense', 'emergency-stop', 'route-bill', 'reset'],
  faults,
  checkSettings,
  kindOf: (settings) => kinds[kind(settings)],
  addressOf: (settings) => (checksumOf(settings) === 'crc' ? null : placeOf(settings)),
  labSettings: { countries: usualCountries },
  settingsHelp: [
    'device=coin          or hopper, or bill',
    'address=2            of the device on its wire; by itself 2 for coin, 3 for hopper, 40 for bill',
    'checksum=sum         or crc, of a device that is alone on its wire',
    'countries.CN=CNY     currency of the two letters in ids of coins and bills',
    'paths.2=hopper1      coin: the device whose unit a sorter path fills',
    'sort.100=2           coin: the sorter path of a coin, which stands for its value in minor units',
    'currency=CNY         hopper: what lies in it',
    'minor=100            hopper: the value of one coin in minor units',
    'method=auto          hopper: proof that an order brings; auto, serial or cipher',
    'pin=1234             hopper: where it asks for one',
  ],
  simulatorSettings,
  createDriver: ({ device, settings }) => createDriver(device, settingsFrom(settings)),
  asksLong: true,
  inquire: (surroundings) => inquire(surroundings, usualCountries, (kind) => addresses[kind]),
  requests: (settings) => {
    const [checksum, address] = [checksumOf(settings), placeOf(settings)];
    const ask = (code: number, data: readonly number[] = []): Uint8Array => encode(checksum, address, code, data);
    const all = {
      'simple-poll': ask(header.simplePoll),
      manufacturer: ask(header.manufacturer),
      category: ask(header.category),
      'product-code': ask(header.productCode),
      'serial-number': ask(header.serialNumber),
      'software-revision': ask(header.softwareRevision),
      reset: ask(header.reset),
    };
    const taking = { 'self-check': ask(header.selfCheck), disable: ask(header.modifyMasterInhibit, [0]) };
    switch (kind(settings)) {
      case 'coin':
        return { ...all, ...taking, status: ask(header.credits) };
      case 'bill':
        return { ...all, ...taking, status: ask(header.billEvents), return: ask(header.routeBill, [0]) };
      default:
        return {
          ...all,
          status: ask(header.hopperStatus),
          test: ask(header.testHopper),
          levels: ask(header.payoutLevels),
          stop: ask(header.emergencyStop),
          disable: ask(header.enableHopper, [0]),
        };
    }
  },
  requestEffects: {
    'simple-poll': 'reads',
    manufacturer: 'reads',
    category: 'reads',
    'product-code': 'reads',
    'serial-number': 'reads',
    'software-revision': 'reads',
    'self-check': 'reads',
    status: 'reads',
    test: 'reads',
    levels: 'reads',
    reset: 'books',
  },
  describe,
};
