/**
 * MEI (CPI) EBDS note acceptors (Cashflow SC, SCN, AE, VN): 9600 7E1, polled; power-up policy B, extended notes.
 *
 * The device names its notes itself. For one without a table of notes: `currency` (ISO 4217) and `values`, the amounts of
 * its values 1 to 7 in whole units of the currency, 0 for one that is not used.
 */
import { currencyExponent } from '../currency.ts';
import type { Denomination } from '../device.ts';
import type { ProtocolFrontDoor, SettingsProblem } from '../protocol.ts';
import { both, mustBeCurrency, noSetting } from '../setting-words.ts';
import { createDriver, type Settings, type State } from './driver.ts';
import { encode, type Frame } from './frame.ts';
import { inquire } from './inquiry.ts';
import { auxiliary, config, describe, faults, mode, type as messageType } from './messages.ts';

type Given = Readonly<Record<string, unknown>>;
const MOST_VALUES = 7;
const LARGEST_VALUE = 1_000_000;

const mustBeAmounts = both(
  'must be a list of one to seven whole amounts, as [1, 5, 10, 20]',
  '必须是一到七个整数面额的列表，例如 [1, 5, 10, 20]',
);
const currencyNeeded = both('is needed to know what the values are', '必须填写，否则不知道这些面额是什么货币');

function checkSettings(settings: Given): readonly SettingsProblem[] {
  const problems: SettingsProblem[] = [];
  const { currency, values } = settings;
  for (const name of Object.keys(settings)) {
    if (name !== 'currency' && name !== 'values')
      problems.push({ path: name, problem: noSetting('ebds', ['currency', 'values'], ' and ') });
  }
  if (currency !== undefined && (typeof currency !== 'string' || currencyExponent(currency) === null))
    problems.push({ path: 'currency', problem: mustBeCurrency });
  if (values !== undefined) {
    const numbers = Array.isArray(values) && values.length > 0 && values.length <= MOST_VALUES ? values : [-1];
    if (!numbers.every((value) => Number.isInteger(value) && value >= 0 && value <= LARGEST_VALUE))
      problems.push({ path: 'values', problem: mustBeAmounts });
    if (currency === undefined) problems.push({ path: 'currency', problem: currencyNeeded });
  }
  return problems;
}

/** @throws RangeError naming the first problem, when the settings were not checked before. */
function settingsFrom(settings: Given): Settings {
  const problem = checkSettings(settings)[0];
  if (problem !== undefined) throw new RangeError(`${problem.path}: ${problem.problem.en}`);
  const currency = String(settings.currency ?? '');
  const digits = currencyExponent(currency) ?? 0;
  const values = Array.isArray(settings.values) ? settings.values : [];
  return {
    digitsOf: currencyExponent,
    values: values.map((value): Denomination | null =>
      value === 0 ? null : { currency, minor: Number(value) * 10 ** digits },
    ),
  };
}

const bare = [0, mode.anyOrientation | mode.escrow, config.policyB | config.extendedNotes];

export const frontDoor: ProtocolFrontDoor<State, Frame> = {
  protocol: 'ebds',
  line: { baudRate: 9600, dataBits: 7, parity: 'even', stopBits: 1 },
  moneyMessages: ['stack', 'return'],
  faults,
  checkSettings,
  kindOf: () => 'note-acceptor',
  addressOf: () => null,
  // Its notes it names itself; the values are for other machines that a laboratory connects.
  labSettings: { currency: 'CNY', values: [1, 5, 10, 20, 50, 100] },
  settingsHelp: [
    'currency=CNY          of the values, for a device that does not name its notes itself',
    'values=[1,5,10]       amounts of its values 1 to 7 in whole units, 0 for one that is not used',
  ],
  createDriver: ({ device, settings }) => createDriver(device, settingsFrom(settings)),
  inquire,
  requests: () => ({
    poll: encode({ type: messageType.order, ack: 0, data: bare }),
    return: encode({
      type: messageType.order,
      ack: 1,
      data: [0, mode.anyOrientation | mode.escrow | mode.return, config.policyB],
    }),
    serial: encode({ type: messageType.auxiliary, ack: 0, data: [0, 0, auxiliary.serial] }),
    model: encode({ type: messageType.auxiliary, ack: 1, data: [0, 0, auxiliary.model] }),
  }),
  requestEffects: { serial: 'reads', model: 'reads', poll: 'books', return: 'books' },
  describe,
};
