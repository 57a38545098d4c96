/**
 * Card terminals that speak ZVT (PA00P015 commands, PA00P016 transport): serial at 9600 8N2, or TCP, usually at port 20007.
 *
 * Settings: `currency` (ISO 4217, which the terminal must be set to), `password` (six digits, default 000000), `transport`
 * (`serial`, default, or `tcp`: the bytes differ, whatever the port is), `receipts` (`kiosk`, default: what the terminal
 * would print comes as terminal.printed; or `terminal`), `columns` of what it has printed so, and `holdSeconds`: so long
 * an approval waits for charge.confirm or charge.reverse before the terminal reverses it by itself.
 *
 * Facts: those of charges (`charge.ts`), terminal.printed, terminal.day-closed, device.fault and device.cleared by `faults`,
 * device.ready when payments can be taken, device.lost. Amounts are minor units.
 */
import type { ProtocolFrontDoor, SettingsProblem } from '../protocol.ts';
import { type Both, both, mustBeWhole, mustBeWord, noSetting } from '../setting-words.ts';
import { describe, shown } from './describe.ts';
import { createDriver } from './driver.ts';
import { moneyNames } from './exchange.ts';
import { faults } from './faults.ts';
import { encodeApdu, type Frame, type Transport, wrap } from './frame.ts';
import { inquire } from './inquiry.ts';
import { amount, command, currencyNumber, ENGLISH, knownCurrencies, registration, withPassword } from './messages.ts';
import type { Settings, State } from './state.ts';

type Given = Readonly<Record<string, unknown>>;

const PASSWORD = '000000';
const COLUMNS_FROM = 16;
const COLUMNS_TO = 64;
const HOLD_S = 60;
const HOLD_FROM_S = 10;
const HOLD_TO_S = 500;

function wholeFrom(value: unknown, from: number, to: number): Both | null {
  const fits = Number.isInteger(value) && Number(value) >= from && Number(value) <= to;
  return fits ? null : mustBeWhole(from, to);
}

function oneOf(value: unknown, ...names: readonly string[]): Both | null {
  return typeof value === 'string' && names.includes(value) ? null : mustBeWord(...names);
}

const checks: Readonly<Record<string, (value: unknown) => Both | null>> = {
  currency: (value) =>
    typeof value === 'string' && currencyNumber(value) !== null
      ? null
      : both(
          `must be a currency that terminals are set to: ${knownCurrencies.join(', ')}`,
          `必须是终端可设的货币之一：${knownCurrencies.join('、')}`,
        ),
  password: (value) =>
    /^\d{6}$/.test(String(value))
      ? null
      : both('must be six digits in quotes, as "000000"', '必须是引号中的六位数字，例如 "000000"'),
  transport: (value) => oneOf(value, 'serial', 'tcp'),
  receipts: (value) => oneOf(value, 'kiosk', 'terminal'),
  columns: (value) => wholeFrom(value, COLUMNS_FROM, COLUMNS_TO),
  holdSeconds: (value) => wholeFrom(value, HOLD_FROM_S, HOLD_TO_S),
};

function checkSettings(settings: Given): readonly SettingsProblem[] {
  const problems: SettingsProblem[] = [];
  if (settings.currency === undefined) {
    const problem = both(
      'is missing; say which currency the terminal is set to, as "CNY"',
      '缺失；请写明终端所设的货币，例如 "CNY"',
    );
    problems.push({ path: 'currency', problem });
  }
  for (const [path, value] of Object.entries(settings)) {
    const check = Object.hasOwn(checks, path) ? checks[path] : undefined;
    const problem = check === undefined ? noSetting('zvt', Object.keys(checks)) : check(value);
    if (problem !== null && (path !== 'currency' || value !== undefined)) problems.push({ path, problem });
  }
  return problems;
}

/** @throws RangeError naming the first problem, when the settings were not checked before. */
function settingsFrom(settings: Given): Settings {
  const problem = checkSettings(settings)[0];
  if (problem !== undefined) throw new RangeError(`${problem.path}: ${problem.problem.en}`);
  const currency = String(settings.currency);
  return {
    transport: transportOf(settings),
    currency,
    currencyNumber: currencyNumber(currency) ?? 0,
    password: Number(settings.password ?? PASSWORD),
    prints: settings.receipts !== 'terminal',
    columns: settings.columns === undefined ? null : Number(settings.columns),
    holdSeconds: settings.holdSeconds === undefined ? HOLD_S : Number(settings.holdSeconds),
  };
}

function transportOf({ transport }: Given): Transport {
  return transport === 'tcp' ? 'tcp' : 'serial';
}

function requests(given: Given): Readonly<Record<string, Uint8Array>> {
  const { transport, password, prints, columns, currencyNumber: currency } = settingsFrom(given);
  const ready = (apdu: Uint8Array) => (transport === 'tcp' ? apdu : wrap(apdu));
  const byPassword = (code: number, more: readonly number[] = []) => ready(withPassword(code, password, more));
  return {
    status: byPassword(command.statusEnquiry),
    registration: ready(registration({ password, currency, prints, columns })),
    'log-off': ready(encodeApdu(command.logOff)),
    diagnosis: ready(encodeApdu(command.diagnosis)),
    initialisation: byPassword(command.initialisation),
    reset: byPassword(command.reset),
    english: ready(encodeApdu(command.language, [ENGLISH])),
    'repeat-receipt': byPassword(command.repeatReceipt),
    'turnover-receipts': byPassword(command.reprintReceipt),
    'end-of-day': byPassword(command.endOfDay),
    abort: ready(encodeApdu(command.abort)),
    // Of the smallest amount there is, for a trial of the terminal alone.
    'pre-authorisation': ready(encodeApdu(command.preAuthorisation, amount(1, currency))),
  };
}

export const frontDoor: ProtocolFrontDoor<State, Frame> = {
  protocol: 'zvt',
  line: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 2 },
  moneyMessages: moneyNames,
  faults,
  checkSettings,
  kindOf: () => 'card-terminal',
  addressOf: () => null,
  labSettings: { currency: 'CNY' },
  settingsHelp: [
    'currency=CNY         that the terminal is set to',
    `password="${PASSWORD}"    of the terminal, six digits (default ${PASSWORD})`,
    'transport=tcp        serial (default), or tcp where the terminal is on the network',
    'receipts=terminal    who prints what the terminal has to print: kiosk (default) or terminal',
    `columns=N            characters of a line of that, ${COLUMNS_FROM} to ${COLUMNS_TO} (default: as the terminal likes)`,
    `holdSeconds=N        how long an approval waits for the kiosk, ${HOLD_FROM_S} to ${HOLD_TO_S} (default ${HOLD_S})`,
  ],
  simulatorSettings: (settings, place) => ({
    currency: String(settings.currency),
    password: String(settings.password ?? PASSWORD),
    transport: transportOf(settings),
    ...(place === undefined ? {} : { timeZone: place.timeZone }),
  }),
  secret: true,
  createDriver: ({ device, settings }) => ({ ...createDriver(device, settingsFrom(settings)), shown }),
  inquire,
  asksLong: true,
  requests,
  requestEffects: {},
  describe,
};
