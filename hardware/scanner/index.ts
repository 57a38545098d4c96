/**
 * Code scanners (bar codes and square codes) at a serial line or as a USB serial port (CDC), 9600 8N1 by default. They are
 * never sent anything. A scanner that types like a keyboard has to be set to one of these first.
 *
 * Settings: `baudRate` (9600 or 115200), `suffix` (`cr`: CR or CR LF, and LF after a second of silence; `lf`: LF at once),
 * `prefix` (signs that it puts before every code) and `aim` (it puts AIM identifiers there); what stands before a code and
 * is set here is taken away.
 *
 * Facts: device.identified without any name and device.ready when the port is open, code.scanned once for each code held to
 * it, device.lost, and two faults when several readings in a row are no code. A code may be a secret: nothing else that
 * leaves here repeats it.
 */
import type { LineSettings } from '../port.ts';
import type { ProtocolFrontDoor, SettingsProblem } from '../protocol.ts';
import { type Both, both, mustBeTrueOrFalse, mustBeWord, noSetting } from '../setting-words.ts';
import { createDriver, type Settings, type State } from './driver.ts';
import type { Frame } from './frame.ts';
import { inquire } from './inquiry.ts';
import { describe, faults } from './messages.ts';

type Given = Readonly<Record<string, unknown>>;

const line: LineSettings = { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 };
const speeds: readonly unknown[] = [9_600, 115_200];
/** Signs that can be typed; a prefix longer than this is a code. */
const prefixPattern = /^[\x21-\x7e]{1,8}$/;

/** What each setting has to be. */
const known: Readonly<Record<string, readonly [right: (value: unknown) => boolean, must: Both]>> = {
  baudRate: [(value) => speeds.includes(value), both('must be 9600 or 115200', '必须是 9600 或 115200')],
  suffix: [(value) => value === 'cr' || value === 'lf', mustBeWord('cr', 'lf')],
  prefix: [
    (value) => typeof value === 'string' && prefixPattern.test(value),
    both('must be one to eight letters, digits or signs without a blank', '必须是一到八个字母、数字或符号，不含空格'),
  ],
  aim: [(value) => typeof value === 'boolean', mustBeTrueOrFalse],
};

function checkSettings(settings: Given): readonly SettingsProblem[] {
  return Object.entries(settings).flatMap(([path, value]): readonly SettingsProblem[] => {
    const setting = Object.hasOwn(known, path) ? known[path] : undefined;
    if (setting === undefined) {
      return [{ path, problem: noSetting('scanner', Object.keys(known)) }];
    }
    const [right, must] = setting;
    return right(value) ? [] : [{ path, problem: must }];
  });
}

/** @throws RangeError naming the first problem, when the settings were not checked before. */
function settingsFrom(settings: Given): Settings {
  const problem = checkSettings(settings)[0];
  if (problem !== undefined) throw new RangeError(`${problem.path}: ${problem.problem.en}`);
  return {
    suffix: settings.suffix === 'lf' ? 'lf' : 'cr',
    prefix: String(settings.prefix ?? ''),
    aim: settings.aim === true,
  };
}

export const frontDoor: ProtocolFrontDoor<State, Frame> = {
  protocol: 'scanner',
  line,
  lineWith: ({ baudRate }) => ({ ...line, baudRate: baudRate === 115_200 ? 115_200 : line.baudRate }),
  secret: true,
  moneyMessages: [],
  faults,
  checkSettings,
  kindOf: () => 'scanner',
  addressOf: () => null,
  labSettings: {},
  settingsHelp: [
    'baudRate=115200   its speed (default 9600)',
    'suffix=lf         its codes end in LF alone (default cr: CR or CR LF; LF then takes a second)',
    'prefix=SIGNS      put before every code by the scanner; taken away',
    'aim=true          the scanner puts AIM identifiers before its codes; taken away',
  ],
  createDriver: ({ device, settings }) => createDriver(device, settingsFrom(settings)),
  inquire,
  requests: () => ({}),
  requestEffects: {},
  describe,
};
