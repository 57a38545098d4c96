/**
 * Thermal receipt printers that speak ESC/POS, on a serial line of 115200 8N1 or on TCP port 9100.
 *
 * Settings: `columns` (characters of a line: 32 on 58 mm paper, 42 or 48 on 80 mm; default 42) and `marker`, what tells
 * that a document is printed: `process-id` (GS ( H, default) or `paper-status` (GS r 1, for printers without GS ( H).
 *
 * Facts: paper.changed, device.fault and device.cleared by `faults`, device.ready when documents can be printed,
 * device.lost. Each document.print ends in exactly one of print.done, print.refused (none of its bytes was sent;
 * reasons paper-out, cover-open, cutter, recoverable, unrecoverable, feed, offline, mute, lost, queue-full,
 * document: …) and print.unknown (paper may carry a part of it or all of it).
 */
import type { ProtocolFrontDoor, SettingsProblem } from '../protocol.ts';
import { both, mustBeWhole, mustBeWord, noSetting } from '../setting-words.ts';
import { createDriver, type Settings, type State } from './driver.ts';
import type { Frame } from './frame.ts';
import { inquire } from './inquiry.ts';
import { askIdentity, askStatus, CLEAR_BUFFERS, describe, EJECT, faults, INITIALISE, RECOVER } from './messages.ts';

const COLUMNS = 42;
const COLUMNS_FROM = 24;
const COLUMNS_TO = 64;

function checkSettings(settings: Readonly<Record<string, unknown>>): readonly SettingsProblem[] {
  const problems: SettingsProblem[] = [];
  for (const [path, value] of Object.entries(settings)) {
    if (path === 'columns') {
      if (!Number.isInteger(value) || Number(value) < COLUMNS_FROM || Number(value) > COLUMNS_TO) {
        problems.push({ path, problem: mustBeWhole(COLUMNS_FROM, COLUMNS_TO) });
      } else if (Number(value) % 2 !== 0) {
        const problem = both(
          'must be even, because a Chinese sign takes two columns',
          '必须是偶数，因为一个汉字占两列',
        );
        problems.push({ path, problem });
      }
    } else if (path === 'marker') {
      if (value !== 'process-id' && value !== 'paper-status') {
        problems.push({ path, problem: mustBeWord('process-id', 'paper-status') });
      }
    } else problems.push({ path, problem: noSetting('escpos', ['columns', 'marker'], ' and ') });
  }
  return problems;
}

function columns(settings: Readonly<Record<string, unknown>>): number {
  return settings.columns === undefined ? COLUMNS : Number(settings.columns);
}

/** @throws RangeError naming the first problem, when the settings were not checked before. */
function settingsFrom(settings: Readonly<Record<string, unknown>>): Settings {
  const problem = checkSettings(settings)[0];
  if (problem !== undefined) throw new RangeError(`${problem.path}: ${problem.problem.en}`);
  return {
    columns: columns(settings),
    marker: settings.marker === 'paper-status' ? 'paper-status' : 'process-id',
  };
}

export const frontDoor: ProtocolFrontDoor<State, Frame> = {
  protocol: 'escpos',
  line: { baudRate: 115_200, dataBits: 8, parity: 'none', stopBits: 1 },
  moneyMessages: ['print-data', 'print-end'],
  hiddenMessages: ['print-data'],
  faults,
  checkSettings,
  kindOf: () => 'printer',
  addressOf: () => null,
  columns,
  labSettings: {},
  settingsHelp: [
    `columns=N            characters of a line, ${COLUMNS_FROM} to ${COLUMNS_TO}, even (default ${COLUMNS})`,
    'marker=paper-status  what tells that a document is printed, where GS ( H is not known (default process-id)',
  ],
  inquire,
  otherSpeeds: [9_600, 19_200, 38_400, 57_600],
  createDriver: ({ device, settings }) => createDriver(device, settingsFrom(settings)),
  requests: () => ({
    status: askStatus(1),
    'status-offline': askStatus(2),
    'status-error': askStatus(3),
    'status-paper': askStatus(4),
    recover: RECOVER,
    'clear-buffers': CLEAR_BUFFERS,
    initialise: INITIALISE,
    eject: EJECT,
    maker: askIdentity('maker'),
    model: askIdentity('model'),
    serial: askIdentity('serial'),
    firmware: askIdentity('firmware'),
  }),
  requestEffects: {
    status: 'reads',
    'status-offline': 'reads',
    'status-error': 'reads',
    'status-paper': 'reads',
    maker: 'reads',
    model: 'reads',
    serial: 'reads',
    firmware: 'reads',
  },
  describe,
};
